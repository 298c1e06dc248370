"""Record, accession, health-insurance and social-security numbers, barcodes and UUIDs.

Check digits: British Columbia's Personal Health Number (modulus 11), Ontario's (Luhn). Numbers that fail are still
taken where a label announces them: a mistyped number identifies as well as a right one.
"""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from dataclasses import replace

from small_or_large.deidentification.patterns import (
    DAMAGED,
    DIGIT,
    PatternRecognizer,
    digits,
    pattern,
    real_digits,
)
from small_or_large.deidentification.spans import Span
from small_or_large.deidentification.words import lexicons, plain


def luhn(number: str) -> bool:
    """Luhn's check over all digits, as Ontario's and several other provinces' health numbers carry it."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def bc_phn(number: str) -> bool:
    """British Columbia's Personal Health Number: ten digits, first 9, weighted modulus 11."""
    if len(number) != 10 or number[0] != "9":
        return False
    weights = (2, 4, 8, 5, 10, 9, 7, 3)
    total = sum(int(d) * w % 11 for d, w in zip(number[1:9], weights, strict=True))
    return (11 - total % 11) % 11 == int(number[9])


def _ten(match: re.Match) -> bool:
    number = digits(match.group(0))[:10]
    return bc_phn(number) or (
        len(number) == 10 and luhn(number) and re.search(r"[ -]", match.group(0)) is not None
    )


def _ssn(match: re.Match) -> bool:
    return real_digits(match.group(0).replace("x", "0").replace("X", "0"), 0.6)


def _has_digit(match: re.Match) -> bool:
    text = match.group("value")
    return sum(c.isdigit() for c in text) >= 3 and real_digits(text, 0.5) and len(set(digits(text))) > 1


def _some_digits(match: re.Match) -> bool:
    return sum(c.isdigit() for c in match.group("value")) >= 3


def _some_digits_or_two(match: re.Match) -> bool:
    return sum(c.isdigit() for c in match.group("value")) >= 2


# the next field's label without a blank before it: 0069382Accession: ...
_NEXT_LABEL = r"(?=[A-Z][a-z]{2,12}(?: [A-Za-z]{2,10})?[:#])"
_VALUE = rf"(?P<value>[A-Z]{{0,4}}[a-z]?[ \-./:]?{DIGIT}{{1,12}}(?:(?:[ \-./:]|- | -)?[A-Za-z]{{0,3}}{DIGIT}{{1,10}}){{0,4}}(?:-[A-Z0-9]{{1,2}})?)(?:(?!\w|[./]\d)|{_NEXT_LABEL})"
_MRN_LABEL = (
    r"(?:mrn|m\.r\.n\.?|mr ?#|med(?:ical)?\.? ?rec(?:ord)?s?\.?|unit|hosp(?:ital)?|patient ?(?:id|no|number|#|identifier)|pat(?:ient)? ?id|pt\.? ?(?:id|no|#)|"
    r"encounter|enc|acct|account|chart|visit|policy|claim|member|subject|study (?:id|no|number|subject)|csn|fin|har|urn|nhs|hcis|epic|emr|ehr|"
    r"registration|reg|record|dossier|ur|cpi|eid|empi|billing|insurance|admission|episode|req(?:uisition)?|license|licence|badge|"
    r"passport|driver'?s licen[sc]e|certificate|identification|id|wsib|cr|jacket|hospital unit|participant|enrol?lee|beneficiary|medicare|medicaid)"
)


_LOCUS = re.compile(r"(?<!\w)D ?\d{1,2} ?S ?\d{2,4}(?!\w)")
_LOCUS_READ = re.compile(r"(?:[DO0] ?)?\d{1,2} ?[S8$5] ?\d{2,4}")
_PROCEDURE = re.compile(r"(?<!\w)88[0-9]{3}(?!\d)|(?i:\bcpt\b|\bihc\b)")
_COUNTED = re.compile(
    r"(?i)(?:cassettes?|blocks?|slides?|\bx|\bv(?:er(?:sion)?)?\.? ?\d\.\d{1,2}|icd\S{0,4}|snomed|cpt|topography|morphology)[ :.]{1,2}$"
)


def _around(match: re.Match, place: str | int, width: int) -> str:
    start, end = match.span(place)
    return match.string[max(0, start - width) : start] + " | " + match.string[end : end + width]


def no_bars(match: re.Match, place: str | int = 0) -> bool:
    """Not the ones that a scanner reads in a bar code, no genetic locus, no procedure's code, no count or version."""
    text = match.group(place)
    if len(set(digits(text))) <= 2 and (place == 0 or set(digits(text)) <= {"0", "1"}):
        return False
    if _LOCUS_READ.fullmatch(text.strip()) and _LOCUS.search(_around(match, place, 300)):
        return False
    if re.search(r"88\d{3,4}$", text) and _PROCEDURE.search(_around(match, place, 30)):
        return False
    return (
        not text.isdigit()
        or _COUNTED.search(match.string, max(0, match.start(place) - 16), match.start(place)) is None
    )


def _case_number(match: re.Match) -> bool:
    """A number that names a case: at least three digits, and none of what only looks so."""
    return sum(c.isdigit() for c in match.group("value")) >= 3 and no_bars(match, "value")


def _header_number(match: re.Match) -> bool:
    """A number among the columns of a page's head, after a name or before a date: five figures at least."""
    if sum(c.isdigit() for c in match.group("value")) < 5 or not no_bars(match, "value"):
        return False
    text, start = match.string, match.start("value")
    return _COLUMN_DATE.match(text, match.end()) is not None or bool(
        _COLUMN_NAME.search(text, max(0, start - 70), start)
    )


_COLUMN_NAME = re.compile(
    r"(?<!\w)[^\W\d_][\w'’-]{1,20}(?:, ?|\^)[^\W\d_][\w'’.^-]{0,20}(?: [A-Z][\w.]{0,12}){0,2}(?: {2,6}|\t)$"
)
_COLUMN_DATE = re.compile(
    r"(?: {2,12}|\t)[0-3]?\d(?:[A-Z]{3}|[-/.](?:[A-Za-z]{3}|[01]?\d)[-/.])(?:19|20)\d\d"
)


class RecordRecognizer(PatternRecognizer):
    """Medical record and account numbers."""

    PATTERNS = (
        pattern(
            "MRN",
            rf"(?i)(?<![\w]){_MRN_LABEL}(?:\b ?(?:(?:number|num|no|nr|nbr|id|rec(?:ord)?)\b)?[ .:#=(]{{1,5}}|(?<=#)[ .:]{{0,3}})(?:is |was |no\.? ?)?(?-i:{_VALUE})",
            0.9,
            "value",
            check=_has_digit,
        ),
        # a letter before, a digit read as a letter, a blank inside: MR# C 544I73, MR# K7 92854
        pattern(
            "MRN",
            r"(?i)(?<!\w)(?:m\.?r\.?n?\.?|ur|hn|hosp(?:ital)?|unit|chart|patient|record|hospital number)(?: ?(?:#|no\.?|number))[ :.#]{0,3}(?:is )?(?P<value>(?-i:[A-Z]?\d? ?[A-Z]?[0-9OISBl]{5,10}(?: not [A-Z]? ?\d{5,9})?))(?![\w%])",
            0.95,
            "value",
            check=_has_digit,
        ),
        # a number that was corrected: number is E42003573 not C 471063
        pattern(
            "MRN",
            r"(?i)\bnumber (?:is|was|should be) [A-Z]{0,2} ?[0-9OISBl]{5,10},? (?:and )?not (?P<value>(?-i:[A-Z]{0,2} ?[0-9OISBl]{5,10}))(?!\w)",
            0.95,
            "value",
            check=_has_digit,
        ),
        # bare numbers of six digits or more; a number after a name on a container label
        pattern(
            "MRN",
            r"(?<![\w.,/:+-])(?<!M-)(?<!T-)[A-Z]{0,2}\d{6,10}(?:-\d|[A-Z])?(?![\w/%]|[.,-]\d)",
            0.6,
            check=no_bars,
        ),
        pattern("MRN", r"(?<![\w.,/:-])\d{2}-\d{2}-\d{2}(?![\w-]|\.\d)", 0.5),
        pattern("MRN", r"(?<![\w.,/:-])\d{3} \d{3} \d{2,3}(?![\w.,-])", 0.5),
        pattern("MRN", r"\bMR[- #]?\d{5,10}\b", 0.9),
        # a number put right: the record number is 4471882, not 4471828
        pattern(
            "MRN",
            rf"(?i)\b(?:is|was|reads?|be|to) (?:(?-i:[A-Z]{{1,3}}) ?)?[\dOIlSB][\w/-]{{3,14}},? (?:and )?not (?P<value>(?-i:[A-Z]{{0,3}}) ?{DIGIT}{{4,10}})(?![\w%]|[./]\d)",
            0.9,
            "value",
            check=_case_number,
        ),
        # columns of a page's head: NAME,FIRST   2016118652; 7115133    03NOV1902
        pattern(
            "MRN",
            r"(?:(?<=  )|(?<=\t))(?P<value>[A-Z]{0,2}\d{3,10}(?:[-/]\d{2,6})?)(?![\w%]|[.,]\d)",
            0.95,
            "value",
            check=_header_number,
        ),
        # a figure said twice, the others written: double 4 6 1 9 0
        pattern(
            "MRN",
            r"(?i)(?<![\w.,/-])(?:[a-z] )?(?:\d[ ,-]{1,2}){0,6}(?:double|triple|treble) \d(?:[ ,-]{1,2}(?:(?:double|triple|treble) )?\d){2,9}(?![\w%]|[./]\d)",
            0.9,
            needs=("ouble ", "riple ", "reble "),
        ),
        pattern(
            "MRN",
            r"(?i)\b(?:old|new|previous|former|temporary|other|hospital|file|client|merged with|formerly|known as|duplicate)(?: (?:hospital|chart|record|unit|file))?(?: (?:number|no|num|id)\b\.?| ?#)[ :]{0,3}(?:is |was )?(?P<value>(?-i:[A-Z]{0,3})-?\d{4,10}(?:-?(?-i:[A-Z0-9]{1,3}))?)(?![\w%/])",
            0.9,
            "value",
            check=_has_digit,
        ),
    )


_ACC_LABEL = (
    r"(?:acc(?:ession)?(?:ion)?(?: ?(?:no|number|num|#))?|case|spec(?:imen)?|surg(?:ical)?(?:\.? ?path(?:ology)?)?|path(?:ology)?|cytology|cyto|biopsy|report|lab(?:oratory)?(?: ref(?:erence)?)?|"
    r"slides? (?:labell?ed|marked|numbered)|blocks? (?:labell?ed|marked)|labell?ed|ref(?:erence)?|our ref|your ref|prior|previous|outside|see|see also|compare(?:d)?(?: (?:to|with))?|amended|histology|autopsy|s\.?p\.?)"
)


class AccessionRecognizer(PatternRecognizer):
    """Laboratory accession (case) numbers, in the shapes laboratories give them."""

    PATTERNS = (
        # S-17-33219, SP09-1187, H2014.00871, PS18/7100, S2007-6901, VS 16-75994
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?!(?:CD|CK|AE|IL|HPV|HHV|EBV|MUC|TTF|BCL|WT|HER|SOX|PAX|GATA|COVID|ICD|CPT|LEVEL|FIGO|AJCC|WHO|GRADE|FS|pT|AJ|exon|Exon|EXON)[- ]?\d)(?P<value>(?:[A-Z]{1,4}|[a-z][A-Z]?) ?-? ?(?:(?:19|20)\d\d|\d\d) ?[-–/:.] ?[A-Z]{0,2} ?\d{3,8}(?:-\d{1,2}|[A-Z]{1,2}\d{0,2})?)(?![\w%]|[.,/-]\d| ?(?:cm|mm))",
            0.92,
            "value",
            check=_case_number,
        ),
        pattern("ACCESSION", r"(?<![\w.\-/])[A-Z]{1,4}-[A-Z]{1,3}-\d{2,4}-\d{3,8}(?![\w%])", 0.92),
        pattern("ACCESSION", r"(?<![\w.\-/])\d\d\.[A-Z]{1,2}\.\d{3,8}(?![\w%])", 0.92),
        # 19:SU4471, 2012:S949206, 15:062246, 07-SP-8731, 24-SP-3433
        pattern(
            "ACCESSION",
            r"(?<![\w.,/-])(?P<value>(?:(?:19|20)\d\d|\d\d) ?(?::|-)? ?(?:[A-Z]{1,4}) ?[-–/:]? ?\d{3,8})(?![\w%]|[./-]\d)",
            0.9,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.,/:-])(?P<value>(?:(?:19|20)\d\d|\d\d):\d{4,8})(?![\w%:]|[./-]\d|-\.? ?\d)",
            0.9,
            "value",
            check=_case_number,
        ),
        # RH17CS11252, RH05C841044, 08S-110SP5538
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>[A-Z]{1,3}\d\d ?[A-Z]{1,3} ?\d{4,8})(?![\w%])",
            0.92,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>\d\d[A-Z]{1,2}-? ?\d{3}[A-Z]{1,3}\d{3,5})(?![\w%])",
            0.95,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>\d\d[A-Z]\d{5,10})(?![\w%])",
            0.9,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>(?:19|20)\d\d[-/]\d{4,7})(?![\w%]|[.,/-]\d)",
            0.8,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?!(?:CD|CK|AE|IL|T|N|M|P|EX|AT)\d)(?P<value>[A-Z]{1,3}\d{2}[- ]\d{4,6})(?![\w%]|[.,/-]\d)",
            0.92,
            "value",
            check=_case_number,
        ),
        # a blank or a letter among the figures: SP-18-8 583, C0 9-95836, 22-S-b484, 5P02-7666Z; frozen sections' own numbers
        pattern(
            "ACCESSION",
            rf"(?<![\w.\-/])(?P<value>FS ?\d\d-\d{{3,6}}|(?!C[DK]\d)[A-Z]{{1,3}}-?\d \d-\d{{3,6}}|\d\d-[A-Z]{{1,3}}-{DAMAGED}{{4,6}}|(?:[A-Z]{{1,2}}|5|5P)-?[0-9OIl]{{2}}-{DAMAGED}{{4,6}}|[A-Z]{{1,3}}-? ?\d\d-(?=(?:\d ?){{5,6}}(?!\w))\d{{1,4}} \d{{1,4}}(?=[.,;:)\"\]]|\s*$|\n| [(|-]))(?![\w%]|[.,/-]\d)",
            0.92,
            "value",
            check=_case_number,
        ),
        # the year first or last and no letter
        pattern(
            "ACCESSION",
            r"(?<![\w.,/:+\-\[])(?P<value>(?:[0-2]\d|[89]\d)-\d{5,6}|(?![89]\d{3}/)[A-Z]{0,2}\d{4,6}/\d\d|[A-Z]{0,2}\d{3,6}/(?:19[7-9]\d|20[0-4]\d))(?![\w%/-]|[.,]\d| ?(?:cm|mm)\b)",
            0.85,
            "value",
            check=_case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>[A-Z]{1,3} \d{2} \d{4,6})(?![\w%]|[.,/-]\d)",
            0.8,
            "value",
            check=_case_number,
        ),
        # the number before the year: see also 2198/13, labelled "399242/07", accession H943369/11
        pattern(
            "ACCESSION",
            r"(?i)\b(?:see a[l1]so|see|prior|previous|accession(?: (?:no|number))?|case(?: (?:no|number))?|lab(?: (?:no|number|ref))?|labell?ed|marked|histology|specimen|ref|and|our|your|page \d of \d)[ .:#]{1,3}[\"“']?(?P<value>(?-i:[A-Z]{0,2})\d{3,7}/(?:19|20)?\d\d)(?![\w%]|[./-]\d)",
            0.9,
            "value",
            check=lambda m: sum(c.isdigit() for c in m.group("value")) >= 6 and no_bars(m, "value"),
        ),
        # alone in quotation marks: a container's label
        pattern("ACCESSION", r"(?<=[\"“])\d\d-\d{4,6}(?=[\"”,])", 0.9),
        # run into the next label: PS-23-73246Patient
        pattern("ACCESSION", r"(?<![\w.\-/])[A-Z]{1,3}-?\d\d-\d{4,6}(?=[A-Z][a-z]{3})", 0.92),
        # three figures after the year, of a frozen section or a consultation: FS21-318
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?:FS|SP|SU|SS|CY|NG|NP|BX|AP|HP|DP|PS|GI|ME)\d\d-\d{3}(?![\w%-]|[./]\d)",
            0.9,
        ),
        # 2015/SP/00731
        pattern("ACCESSION", r"(?<![\w.\-/])(?:19|20)?\d\d/[A-Z]{1,4}/\d{3,8}(?![\w%/])", 0.92),
        pattern(
            "ACCESSION",
            r"(?i)\b(?:your|our|lab|their|prev(?:ious)?|old) (?:ref(?:erence)?|no|case)\.?[ :#]{1,3}(?P<value>(?-i:[A-Z]{1,4})?[-/]?\d{1,6}(?:[-/.:]\d{1,7}){0,3})(?![\w%])",
            0.97,
            "value",
            check=_case_number,
        ),
        # whatever stands after a label, if it holds a number that is long enough
        pattern(
            "ACCESSION",
            rf"(?i)\b(?:accession(?:ion)?|acc|case|specimen|surg(?:ical)? ?path(?:ology)?|s\.?p\.?|lab(?:oratory)?(?: ref(?:erence)?)?|pathology|path|cytology|our ref|your ref|ref(?:erence)?|report|requisition|previous report|slides labell?ed|biopsy)(?: ?(?:number|num|no|nr|id|case|report|ref|accession))?(?: ?[.:#(]{{1,4}} ?| )(?-i:{_VALUE})",
            0.85,
            "value",
            check=lambda m: (
                sum(c.isdigit() for c in m.group("value")) >= 4
                and no_bars(m, "value")
                and (len(m.group("value")) >= 6 or re.search(r"[#:]", m.group(0)) is not None)
            ),
        ),
    )


_RAMQ = rf"[A-Z]{{4}} ?-?{DIGIT}{{4}} ?-?{DIGIT}{{4}}"


class HealthNumberRecognizer(PatternRecognizer):
    """Canadian health-card numbers by province, US social security numbers."""

    PATTERNS = (
        pattern(
            "HEALTHNO",
            rf"(?i)\b(?:hcn|phn|ohip|ramq|nam|ahc(?:ip)?|mcp|msi|phin|hsn|uli|health ?(?:card|insurance|care|number|no)(?: ?(?:number|num|no|#))?|care ?card|personal health(?: ?(?:number|no))?|medicare|assurance maladie|nhs(?: no| number)?|nh[il1](?= ?#)|med[i1l]care|health no)\b[ .:#=\-(]{{0,5}}(?:is |no\.? )?(?P<value>(?-i:[A-Z]{{0,4}}) ?-?{DIGIT}{{2,10}}(?:[ -]{{1,2}}{DIGIT}{{1,6}}){{0,4}}(?:[ -]?(?-i:[A-Z]{{2}})(?!\w))?)(?!\w)",
            0.97,
            "value",
            check=_some_digits,
        ),
        # groups of letters and figures after their label: MBI 4F19-TT3-TF98, Medicaid ID HA14593J
        pattern(
            "HEALTHNO",
            r"(?i)\b(?:mbi|hicn|med[i1l]care|medicaid|abha|h ?& ?c|member|policy)\b(?: ?(?:id|no|number|num)\b\.?| ?#)?[ .:#=]{1,4}(?P<value>(?-i:[A-Z0-9bl]{2,13}(?:[-~]{1,2}[A-Z0-9bl]{1,6}| \d{2,6}){0,4}))(?!\w)",
            0.9,
            "value",
            check=lambda m: sum(c.isdigit() for c in m.group("value")) >= 4,
        ),
        # New Zealand's: three letters, then figures or, of late, figures and letters
        pattern(
            "HEALTHNO",
            rf"(?i)\bnh[il1](?: ?(?:no|number|num|#))?[ .:#=]{{1,4}}(?:is )?(?P<value>(?-i:[A-Z]{{3}} ?{DIGIT}{{2}} ?[0-9OIlA-Z]{{2}}))(?!\w)",
            0.97,
            "value",
            check=lambda m: any(c.isdigit() for c in m.group("value")),
        ),
        pattern("HEALTHNO", rf"(?<![\w-])(?P<value>{_RAMQ})(?![\w-])", 0.9, check=_case_number),
        pattern(
            "HEALTHNO", r"(?<![\w.,/:+-])\d{4}[ -]\d{3}[ -]\d{3}(?:[ -]?[A-Z]{2}\b)?(?![\w-]|\.\d)", 0.85
        ),
        pattern("HEALTHNO", r"(?<![\w.,/:+-])\d{10}(?:[ -]?[A-Z]{2}\b)?(?![\w-]|\.\d)", 0.75, check=_ten),
        pattern("HEALTHNO", r"(?<![\w.,/:+-])\d{5}-\d{4}(?![\w-]|\.\d)", 0.55),
        pattern(
            "SSN",
            rf"(?<![\w-])(?:{DIGIT}{{3}}|[xX*#]{{3}}) ?- ?(?:{DIGIT}{{2}}|[xX*#]{{2}}) ?- ?{DIGIT}{{4}}(?![\w-])",
            0.95,
            check=_ssn,
        ),
        # after a label a mark doubled, lost or misread, a digit read as a letter: SS#:220 31 7995, 434--373229
        pattern(
            "SSN",
            r"(?i)(?:\bss ?#|\bssn|\bsoc\. ?sec\.?|\bsocial security(?: number)?)[ :.#(]{0,4}(?-i:(?P<value>[0-9OIlSBb]{3}[ .~-]{0,2}[0-9OIlSBb]{2}[ .~-]{0,2}[0-9OIlSBb]{4}))(?!\w)",
            0.97,
            "value",
            check=_some_digits,
        ),
        pattern(
            "SSN", r"(?<![\w-])\d{3}(?:--\d{2}-{0,2}|-{1,2}\d{2}--|-\d{2}(?=\d{4}(?!\d)))\d{4}(?![\w-])", 0.85
        ),
        pattern(
            "SSN",
            rf"(?i)\b(?:ssn|ss ?#|s\.s\.n\.?|soc(?:ial)?\.? ?sec(?:urity)?\.?(?: ?(?:number|no|num|#))?|sin)(?:\b|(?<=[#.]))[ .:#=\-]{{0,5}}(?:on file |is |no\.? |last (?:4|four) )?(?P<value>[0-9OoIlBbSZxX*]{{3}}[ ~-]{{0,3}}[0-9OoIlBbSZxX*]{{2,3}}[ ~-]{{0,3}}{DAMAGED}{{3,4}})(?!\w)",
            0.97,
            "value",
            check=lambda m: any(c.isdigit() for c in m.group("value")),
        ),
    )


class BarcodeRecognizer(PatternRecognizer):
    """Study barcodes, UUIDs, device and shipment identifiers."""

    PATTERNS = (
        pattern(
            "ID",
            r"(?i)\b(?:T[CGO]|C)GA ?- ?[A-Z0-9]{2} ?- ?[A-Z0-9]{4}(?:-[A-Z0-9]{2,4}){0,5}(?:\.[0-9A-F-]{30,40})?",
            0.99,
        ),
        pattern(
            "ID",
            r"(?i)(?<![0-9a-f])[0-9a-f]{8} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{12}(?![0-9a-f])",
            0.99,
        ),
        pattern(
            "ID",
            r"(?i)uuid ?[:=$]{0,2} ?(?P<value>[0-9A-FOIL]{4,12}(?: ?[-–] ?[0-9A-FOIL]{2,14}){1,6})",
            0.95,
            "value",
        ),
        pattern("ID", r"(?<![\w-])(?=[A-Z0-9]{0,20}\d{4})(?=[A-Z0-9]{0,20}[A-Z])1Z[A-Z0-9]{16}\b", 0.9),
        pattern(
            "ID",
            r"(?i)\b(?:trial|protocol|study|subject|participant|kit|randomi[sz]ation|specimen kit|biobank|tracking|waybill)(?: (?:patient|subject|participant))?(?: ?(?:no|number|num|id)\b\.?| ?#)[ :]{1,3}(?P<value>(?-i:[A-Z0-9]{1,10}(?:-[A-Z0-9]{1,10}){0,4}))(?![\w-])",
            0.9,
            "value",
            check=_some_digits,
        ),
        pattern("ID", r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?=[^\d.]|$)", 0.3),
    )


# what announces a UUID, as scanners read it; a specimen's barcode begins so
_UUID_NEAR = re.compile(r"(?i)[uq][ui1jl]{1,2}[i1l]?[do0] ?[:.$]|\bT[CGO]GA-")
# two groups of a UUID
_UUID_PIECE = re.compile(r"(?i)(?:[:;]|\b)[0-9a-f@]{8}-[0-9a-f@]{4}-[0-9a-f@]{4}|-[0-9a-f@]{4}-[0-9a-f@]{12}")
# a specimen's barcode (TCGA-AB-1234), whole or without its beginning
_BARCODE_PIECE = re.compile(
    r"\w?TCGA-\w|T[CGO]G[A-Z0-9]{0,2}-\w|(?:[TI1]?[CGO]{1,2}A ?|)-[A-Z0-9]{2}-[A-Z0-9]{4}(?!\w)|"
    r"[AU]-[A-Z]{2}-[A-Z0-9]{4}(?!\w)|\d\d-\d{4}TCGA"
)


def barcodes_named(text: str, spans: list[Span]) -> list[Span]:
    """The findings of `text`, with pieces of UUIDs and barcodes that were taken for a patient's numbers named ID."""
    return [replace(s, entity="ID") if _broken_barcode(text, s) else s for s in spans]


def _broken_barcode(text: str, span: Span) -> bool:
    """Whether a number is a piece of a specimen's UUID or barcode, which a scanner broke."""
    if span.entity not in ("MRN", "ACCESSION"):
        return False
    return (
        _UUID_NEAR.search(text, max(0, span.start - 40), span.start + 8) is not None
        or _UUID_PIECE.search(text, max(0, span.start - 1), span.end + 16) is not None
        or _BARCODE_PIECE.match(text, span.start) is not None
    )


class CodeRecognizer(PatternRecognizer):
    """Registry codes, which give a label away: ICD-O morphology and topography, ICD-10, SNOMED morphology."""

    PATTERNS = (
        pattern("CODE", r"(?<![\w./-])(?:M ?-? ?)?[89]\d{3} ?/ ?[0-369](?:\d)?(?![\w/]|\.\d)", 0.95),
        pattern("CODE", r"(?<![\w./-])M-?[89]\d{4}(?!\w)", 0.9),
        pattern("CODE", r"(?i)(?<![\w./-])[CD] ?[0-9OI]\d ?\. ?[0-9OI]\d?(?![\w]|\.\d)", 0.9),
        pattern(
            "CODE",
            r"(?i)\bicd[- ]?(?:o|9|10)?(?:-?[23]|-cm)?(?: (?:code|histology|site|morphology|topography))?[ :#]{1,3}(?P<value>[A-TV-Z]?\d{2,4}(?:[./]\d{1,2})?)(?!\w)",
            0.95,
            "value",
        ),
        pattern("CODE", r"(?<![\w./-])T-?\d{5}(?!\w)", 0.85),
    )


_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|"
    "Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|"
    "North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|"
    "Washington|West Virginia|Wisconsin|Wyoming|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|"
    "Okla|Ore|Pa|Tenn|Tex|Vt|Va|Wash|Wis|Wyo"
)
_STATE_READ = re.compile(
    r"(?:A[LKZRBl]|C[AOT]|D[EC]|F[Ll]|GA|H[Il]|[Il][LDNAl]|K[SY]|LA|M[EDAINSTOl]|N[EVHJMYCD]|O[HKR]|PA|R[Il]|S[CD]|T[NX]|UT|V[TA]|W[AVIYl])"
)


def _state_zip(match: re.Match) -> bool:
    """Five digits after a state: two letters must be one, a letter read as another allowed, and end a town."""
    state = match.group(0)[:2]
    short = re.match(r"[A-Z][A-Zl1](?!\w)", match.group(0))
    if short is not None and not _STATE_READ.fullmatch(state):
        return False
    before = match.string[max(0, match.start() - 3) : match.start()]
    return _has_digit(match) and (short is None or re.search(r"[a-z.],? $|[A-Z], $", before) is not None)


def _a_digit(match: re.Match) -> bool:
    """A figure at least: "post cricoid" is no code."""
    return any(c.isdigit() for c in match.group("value"))


def _two_digits(match: re.Match) -> bool:
    return sum(c.isdigit() for c in match.group(0)) >= 2


def _after_town(match: re.Match) -> bool:
    """A town of the gazetteer stands before, and the number is no year."""
    if re.fullmatch(r"19\d\d|20[0-4]\d", match.group("value")):
        return False
    return plain(match.group("town")) in lexicons()[3]


class PostalCodeRecognizer(PatternRecognizer):
    """Canadian postal codes anywhere, US codes where a place or a label stands before them."""

    _STATE = r"(?:A[LKZRB]|B[C]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSTOB]|N[EVHJMYCDBSTLU]|O[HKRN]|P[AERQ]|Q[CU]|RI|S[CDK]|T[NX]|UT|V[TA]|W[AVIY]|YT)"
    # names and older abbreviations of the states, and letters that a scanner misread
    _STATE_WRITTEN = (
        r"(?:Ala|Ariz|Ark|Calif?|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kans?|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Nebr?|Nev|N\.? ?[HJMY]|N\.? ?[CD]|Okla|Ore|Pa|R\.? ?I|S\.? ?[CD]|Tenn|Tex|Vt|Va|Wash|W\.? ?Va|Wisc?|Wyo|"
        r"Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
        r"Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|"
        r"(?:West )?Virginia|Washington|Wisconsin|Wyoming|W[l1]|[Il1][LN]|[l1][AD]|H[l1]|M[l1]|R[l1]|0[HKR]|C0|M0)"
    )
    # Great Britain's and Ulster's areas of two letters
    _AREA = r"(?:A[BL]|B[ABDHLNRST]|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]|FK|FY|G[LUY]|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]|M[EKL]|N[EGNPRW]|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]|T[ADFNQRSW]|UB|W[ACDFNRSV]|YO|ZE)"
    PATTERNS = (
        pattern(
            "ZIP",
            r"(?<![\w./-])(?!A[1-3]L[1-4]B[1-3])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?-?\d[ABCEGHJ-NPRSTV-Z]\d(?![\w/-])",
            0.93,
        ),
        pattern(
            "ZIP",
            rf"\b(?:{_STATE}|{_STATE_WRITTEN})\.?,? {{1,2}}(?P<value>(?:{DIGIT} ?){{4}}{DIGIT}(?:[-~–]{{1,2}} ?{DIGIT} ?{DIGIT}{{3}}|\d{{4}})?)(?![\w/-]|\.\d)",
            0.9,
            "value",
            check=_has_digit,
        ),
        pattern(
            "ZIP",
            rf"(?i)\b(?:zip|postal|post)(?: ?code)?(?: ?/ ?(?:postal|post|zip)(?: ?code)?)?[ .:#]{{1,3}}(?P<value>(?:{DIGIT} ?{DIGIT}{{4}}(?:[-~–]{{1,2}}{DIGIT}{{4}})?|[A-Z][0-9OIl][A-Z0-9] ?[0-9OIl][A-Z0-9][0-9OIl]|[A-Z]{{1,2}}[0-9OIlS][A-Z\d]? ?[0-9OIlSBZ][A-Z]{{2}}))(?!\w)",
            0.97,
            "value",
            check=_a_digit,
        ),
        pattern("ZIP", r"(?<![\w.,/:-])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.6),
        # Australia after a state, Ireland, the Netherlands, Singapore; a number that ends an address
        pattern(
            "ZIP",
            r"(?<![\w-])(?:NSW|VIC|Vic|QLD|Qld|SA|WA|TAS|Tas|NT|ACT|N\.S\.W\.)\.?,? {1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
            0.9,
            "value",
        ),
        pattern(
            "ZIP",
            r"(?<![\w-])[AC-FHKNPRTV-Y]\d[\dW] [0-9AC-FHKNPRTV-Y]{4}(?![\w-])",
            0.75,
            check=lambda m: (
                any(c.isdigit() for c in m.group(0)[4:]) and any(c.isalpha() for c in m.group(0)[4:])
            ),
        ),
        pattern(
            "ZIP",
            r"(?:(?<=, )|(?<=NL-)|(?<=\n))\d{4} ?(?!OF|IN|IS|TO|AT|ON|OR|CM|MM)[A-Z]{2}(?=[ ,.;)\n]|$)(?! (?:AD|BC|AM|PM))",
            0.75,
        ),
        # a state in full or as of old, or damaged: Wisconsin 54665, Ga. 3l5O3, Wl 532O2; two marks before the last four
        pattern(
            "ZIP",
            rf"(?<![\w-])(?:{_STATES}|[A-Z][A-Zl1])\.?,? {{1,2}}(?P<value>{DIGIT}{{5}}(?:[-~–]{{1,2}}{DIGIT}{{4}})?)(?![\w/-]|\.\d)",
            0.9,
            "value",
            check=_state_zip,
            hint=re.compile(r"[A-Za-z.],? {1,2}[0-9OoIlB]{5}(?![0-9A-Z])"),
        ),
        # Britain's without its blank, after a town or a county
        pattern(
            "ZIP",
            rf"(?:(?<=[a-z] )|(?<=[a-z], )|(?<=[a-z],\n)|(?<=[a-z]\n)){_AREA} ?[0-9OIlSZ](?: ?[0-9OIlSZ])?[A-Z]? ?[0-9OIlSbB] ?[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z](?=[,.;)\n]|$| Tel)",
            0.85,
            check=_two_digits,
        ),
        # South Africa after a province; a town that the gazetteer knows
        pattern(
            "ZIP",
            r"\b(?:(?:Eastern|Western|Northern) Cape|KwaZulu[- ]Natal|KZN|Gauteng|Limpopo|Mpumalanga|Free State|North West)\.?,?\s{1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
            0.93,
            "value",
        ),
        pattern(
            "ZIP",
            r"(?<=[A-Za-z0-9.], )(?P<town>[A-Z][a-z'’-]{2,20}(?: [A-Z][a-z'’-]{2,20}){0,2}),?(?: -)? (?P<value>\d{4}|\d{3} ?\d{3})(?=[,.;)\n]|$)(?!\.\d)",
            0.85,
            "value",
            check=_after_town,
        ),
        pattern(
            "ZIP",
            r"(?:Rd|Road|St|Street|Ave|Avenue|Dr|Drive|Ln|Lane|Cres|Crescent|Way|Close|Tce|Terrace|Box \d{1,6}|Bag \w{1,6})\.?,? (?:[A-Z][\w'’-]{2,20},? ){1,3}(?P<value>\d{4,6})(?=[,.;)\n]|\s*$)",
            0.85,
            "value",
        ),
        # Australia's states in full; four digits after a town that the gazetteer knows: Dunedin 9016
        pattern(
            "ZIP",
            r"(?<![\w-])(?:Victoria|Queensland|Tasmania|New South Wales|South Australia|Western Australia|Northern Territory),? {1,2}(?P<value>\d{4})(?![\w/-]|\.\d)",
            0.85,
            "value",
        ),
        pattern(
            "ZIP",
            r"(?i)\b(?:zip(?:/| or )post ?code|zip|post ?code|postal code|patient zip\S{0,9})[ :]{1,3}(?P<value>(?-i:[A-Z]{1,2}[0-9OIlS][A-Z0-9]? ?[0-9OIlSB][A-Z]{2}))(?!\w)",
            0.95,
            "value",
        ),
        pattern("ZIP", r"\bSingapore,? (?P<value>\d{6})(?!\w)", 0.95, "value"),
        pattern(
            "ZIP",
            r"(?<=[A-Za-z], )(?P<value>\d{4,6})(?=[.)]|\s*$| [A-Z][a-z]{2})(?!\.\d)",
            0.75,
            "value",
            check=lambda m: (
                re.search(r"(?:[A-Z][\w'’-]{2,20}|[A-Z]{2}), $", m.string[max(0, m.start() - 24) : m.start()])
                is not None
                and re.fullmatch(r"19\d\d|20[0-4]\d", m.group("value")) is None
            ),
        ),
        # damaged, after a province or a label
        pattern(
            "ZIP",
            r"(?<![\w-])(?:A\.?B|B\.?C|M\.?B|N\.?B|N\.?L|N\.?S|N\.?T|N\.?U|O\.?N|P\.?E|Q\.?C|S\.?K|Y\.?T)\)?\.?[ ,]{1,3}(?P<value>[A-Z] ?[0-9OIlSZ] ?[A-Z0-9] ?-? ?[0-9OIlSZB] ?[A-Z0-9] ?[0-9OIlSZ])(?!\w)",
            0.93,
            "value",
        ),
        pattern(
            "ZIP",
            r"(?<![\w./-])[A-Z]{1,2}[0-9O][A-Z\dO]? [0-9O][ABD-HJLNP-UW-Z]{2}(?=[.;)\n]|\s*$|, | -)",
            0.6,
            check=lambda m: any(c.isdigit() for c in m.group(0)),
        ),
        pattern(
            "ZIP",
            r"(?i)\b(?:eircode|p(?:ost)?code|zip ?code|z[i1l]p|postal|plz|cap(?! ?(?:19|20)\d\d\b)|c\.p\.|pin ?code|pin)\b(?: (?:is|was|at|code|dx|diagnosis|of|residence|on|file)){0,3}[ .:#=?]{1,3}(?P<value>(?-i:[A-Z0-9][A-Z0-9OIl]{2,5}(?:[ -]{1,3}[A-Z0-9OIl]{2,4})?))(?!\w)",
            0.9,
            "value",
            check=_some_digits_or_two,
        ),
    )

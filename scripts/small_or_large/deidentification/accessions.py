"""Laboratory accession (case) numbers."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.numbers import VALUE, case_number, figures_in, no_bars
from small_or_large.deidentification.patterns import DAMAGED, PatternRecognizer, pattern


def _case_of_six_figures(match: re.Match) -> bool:
    """A number that names a case, of six figures at least."""
    return figures_in(match) >= 6 and no_bars(match, "value")


def _labelled_case(match: re.Match) -> bool:
    """A number of four figures at least after a label; a short one only after a colon or #."""
    if figures_in(match) < 4 or not no_bars(match, "value"):
        return False
    return len(match.group("value")) >= 6 or re.search(r"[#:]", match.group(0)) is not None


class AccessionRecognizer(PatternRecognizer):
    """Laboratory accession (case) numbers, in the shapes laboratories give them."""

    PATTERNS = (
        # S-17-33219, SP09-1187, H2014.00871, PS18/7100, S2007-6901, VS 16-75994
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?!(?:CD|CK|AE|IL|HPV|HHV|EBV|MUC|TTF|BCL|WT|HER|SOX|PAX|GATA|COVID|ICD|CPT|LEVEL|FIGO|AJCC|WHO|GRADE|FS|pT|AJ|exon|Exon|EXON)[- ]?\d)(?P<value>(?:[A-Z]{1,4}|[a-z][A-Z]?) ?-? ?(?:(?:19|20)\d\d|\d\d) ?[-–/:.] ?[A-Z]{0,2} ?\d{3,8}(?:-\d{1,2}|[A-Z]{1,2}\d{0,2})?)(?![\w%]|[.,/-]\d| ?(?:cm|mm))",
            0.92,
            "value",
            check=case_number,
        ),
        pattern("ACCESSION", r"(?<![\w.\-/])[A-Z]{1,4}-[A-Z]{1,3}-\d{2,4}-\d{3,8}(?![\w%])", 0.92),
        pattern("ACCESSION", r"(?<![\w.\-/])\d\d\.[A-Z]{1,2}\.\d{3,8}(?![\w%])", 0.92),
        # 19:SU4471, 2012:S949206, 15:062246, 07-SP-8731, 24-SP-3433
        pattern(
            "ACCESSION",
            r"(?<![\w.,/-])(?P<value>(?:(?:19|20)\d\d|\d\d) ?(?::|-)? ?(?:[A-Z]{1,4}) ?[-–/:]? ?\d{3,8})(?![\w%]|[./-]\d)",
            0.9,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.,/:-])(?P<value>(?:(?:19|20)\d\d|\d\d):\d{4,8})(?![\w%:]|[./-]\d|-\.? ?\d)",
            0.9,
            "value",
            check=case_number,
        ),
        # RH17CS11252, RH05C841044, 08S-110SP5538
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>[A-Z]{1,3}\d\d ?[A-Z]{1,3} ?\d{4,8})(?![\w%])",
            0.92,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>\d\d[A-Z]{1,2}-? ?\d{3}[A-Z]{1,3}\d{3,5})(?![\w%])",
            0.95,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>\d\d[A-Z]\d{5,10})(?![\w%])",
            0.9,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>(?:19|20)\d\d[-/]\d{4,7})(?![\w%]|[.,/-]\d)",
            0.8,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?!(?:CD|CK|AE|IL|T|N|M|P|EX|AT)\d)(?P<value>[A-Z]{1,3}\d{2}[- ]\d{4,6})(?![\w%]|[.,/-]\d)",
            0.92,
            "value",
            check=case_number,
        ),
        # a blank or a letter among the figures: SP-18-8 583, C0 9-95836, 22-S-b484, 5P02-7666Z; frozen sections' own numbers
        pattern(
            "ACCESSION",
            rf"(?<![\w.\-/])(?P<value>FS ?\d\d-\d{{3,6}}|(?!C[DK]\d)[A-Z]{{1,3}}-?\d \d-\d{{3,6}}|\d\d-[A-Z]{{1,3}}-{DAMAGED}{{4,6}}|(?:[A-Z]{{1,2}}|5|5P)-?[0-9OIl]{{2}}-{DAMAGED}{{4,6}}|[A-Z]{{1,3}}-? ?\d\d-(?=(?:\d ?){{5,6}}(?!\w))\d{{1,4}} \d{{1,4}}(?=[.,;:)\"\]]|\s*$|\n| [(|-]))(?![\w%]|[.,/-]\d)",
            0.92,
            "value",
            check=case_number,
        ),
        # the year first or last and no letter
        pattern(
            "ACCESSION",
            r"(?<![\w.,/:+\-\[])(?P<value>(?:[0-2]\d|[89]\d)-\d{5,6}|(?![89]\d{3}/)[A-Z]{0,2}\d{4,6}/\d\d|[A-Z]{0,2}\d{3,6}/(?:19[7-9]\d|20[0-4]\d))(?![\w%/-]|[.,]\d| ?(?:cm|mm)\b)",
            0.85,
            "value",
            check=case_number,
        ),
        pattern(
            "ACCESSION",
            r"(?<![\w.\-/])(?P<value>[A-Z]{1,3} \d{2} \d{4,6})(?![\w%]|[.,/-]\d)",
            0.8,
            "value",
            check=case_number,
        ),
        # the number before the year: see also 2198/13, labelled "399242/07", accession H943369/11
        pattern(
            "ACCESSION",
            r"(?i)\b(?:see a[l1]so|see|prior|previous|accession(?: (?:no|number))?|case(?: (?:no|number))?|lab(?: (?:no|number|ref))?|labell?ed|marked|histology|specimen|ref|and|our|your|page \d of \d)[ .:#]{1,3}[\"“']?(?P<value>(?-i:[A-Z]{0,2})\d{3,7}/(?:19|20)?\d\d)(?![\w%]|[./-]\d)",
            0.9,
            "value",
            check=_case_of_six_figures,
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
        # our ref: B/1234/12
        pattern(
            "ACCESSION",
            r"(?i)\b(?:your|our|lab|their|prev(?:ious)?|old) (?:ref(?:erence)?|no|case)\.?[ :#]{1,3}(?P<value>(?-i:[A-Z]{1,4})?[-/]?\d{1,6}(?:[-/.:]\d{1,7}){0,3})(?![\w%])",
            0.97,
            "value",
            check=case_number,
        ),
        # whatever stands after a label, if it holds a number that is long enough
        pattern(
            "ACCESSION",
            rf"(?i)\b(?:accession(?:ion)?|acc|case|specimen|surg(?:ical)? ?path(?:ology)?|s\.?p\.?|lab(?:oratory)?(?: ref(?:erence)?)?|pathology|path|cytology|our ref|your ref|ref(?:erence)?|report|requisition|previous report|slides labell?ed|biopsy)(?: ?(?:number|num|no|nr|id|case|report|ref|accession))?(?: ?[.:#(]{{1,4}} ?| )(?-i:{VALUE})",
            0.85,
            "value",
            check=_labelled_case,
        ),
    )

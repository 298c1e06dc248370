"""Numbers that identify by their shape alone, where no label announces them or only a short word does."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.numbers import no_bars
from small_or_large.deidentification.patterns import DAMAGED, DIGIT, PatternRecognizer, pattern, real_digits
from small_or_large.deidentification.sightings import Sightings

_TOKEN = r"[A-Z0-9](?:[A-Z0-9]|[-/.:_](?=[A-Z0-9])){3,26}"
# what has the shape of an identifier and is none: SNOMED and ICD-O codes, procedures, ranges, years, decimals, stains and clones
_NO_IDENTIFIER = re.compile(
    r"[A-Z]{1,4}[ .-](?:19|20)\d\d|\d{2,3}[A-Z]{1,4}\d{1,2}|ABI\d+|\d{1,2}-\d{1,2}/\d{1,2}|[MTPDFCEG][-.]?\d{4,5}(?:/\d{1,2})?|[PDF]\d-\d{4,5}|\d{4}/\d{1,2}|[A-Z]\d{2}\.\d{1,3}|88\d{3}(?:-\w{1,4})?|[89]\d{4}|\d+(?:[.:]\d+)?-\d+(?:[.:]\d+)?|\d+[.:]\d+|\d+/\d+|"
    r"(?:19|20)\d\d[-/](?:19|20)?\d\d|(?:CD|CK|AE|HLA|IL|SP|EP|CAM|HMB|MUC|BCL|GATA|SOX|PAX|MSH|MLH|PMS|HPV|HHV|COVID|SARS|ICD|CPT|CAP|ISO|CLIA|AJCC|WHO|NCT|LOINC|SNOMED)[-:]?\d[\w./-]*|"
    r"[\d.]+X[\d.X]+|\d{1,2}:\d\d(?::\d\d)?|\d?[A-Z]{1,2}:\d{1,2}:\d\d|\d{3}\.\d{3,4}\.\d|P53\w{1,4}|[A-Z]{1,2}\d{1,2}-[A-Z]{0,2}\d{1,2}|[PCYR]{0,2}T\d\w*|[A-Z]{0,2}\d{1,3}[-/][A-Z]{0,2}\d{1,3}|[TMPD]-?[A-Z]\d{4}|\d{4}[A-Z]|[A-Z]-0\.\d+|\d{1,2}-\d\d[A-Z]\d|D\d{1,2}S\d{2,5}|\d{2,3}/\d{3}[A-Z]|[A-Z]{2,6}\d{0,2}-[AC-IK-NP-TVWY]\d{2,4}[AC-IK-NP-TV-Y]|[\w/-]*(?:WHO|ISUP|AJCC|CPT|88\d{3}|89\d{3})[\w/-]*|\d{1,3}(?:\.\d{1,3}){1,3}"
)


def _opaque(match: re.Match) -> bool:
    """Five digits or more, or four beside letters, that are no figure, no code of medicine and no range."""
    text = match.group(0)
    count = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    if count < 4 or count < 5 and not letters or letters > 8 or letters > count + 2:
        return False
    if text.isdigit() and count < 6:
        return False
    start = match.start()
    return (
        _NO_IDENTIFIER.fullmatch(text) is None
        and no_bars(match)
        and not _LOCI.within(match.string, start - 200, start)
        and not _UUID.within(match.string, start - 60, start)
    )


_LOCI = Sightings(r"(?i)\bloc[iu]s?\b|microsatellite|markers|\b1p\b|exon|codon|mutation")
_UUID = Sightings(r"(?i)[uq]?[ui1jl]{1,3}[i1l]?d ?[:.$ ]|\bTCGA|\b[0-9A-F]{8}[-. ]")


def _labelled(match: re.Match) -> bool:
    text = match.group("value")
    count = sum(c.isdigit() for c in text)
    return (
        (count >= 4 or count >= 3 and any(c.isalpha() for c in text))
        and real_digits(text, 0.4)
        and _NO_IDENTIFIER.fullmatch(text.upper()) is None
        and no_bars(match, "value")
    )


def _nine(match: re.Match) -> bool:
    """A social security number of which most figures are true, not the first groups of a UUID."""
    text = match.group(0)
    return (
        sum(c.isdigit() for c in text) >= 7
        and no_bars(match)
        and not _UUID.within(match.string, match.start() - 60, match.start())
    )


class UnlabelledRecognizer(PatternRecognizer):
    """Codes of several digits, social-insurance numbers of other countries, groups of digits."""

    PATTERNS = (
        pattern(
            "MRN",
            # first, that four figures follow, since they seldom do
            rf"(?<![\w.,/:+#@-])(?<!\d )(?=(?:[A-Z/.:_-]{{0,26}}\d){{4}})(?P<value>{_TOKEN})(?![\w%@]|[./-]\d| ?(?:cm|mm|mg|ml|g|x)\b)",
            0.6,
            check=_opaque,
        ),
        # after any short word for a number: no., #, id, ref, uid, file, key, donor, chart
        pattern(
            "MRN",
            rf"(?i)(?<![\w-])(?:no|nr|num(?:ber)?|ids?|identifier|ref(?:erence)?|key|uid|uin|umrn|unit|u|file|donor|client|chart|case|record|register(?:ed)?|label|tag|band|bracelet|wristband|folder|hosp(?:ital)?|adm(?:ission)?|med rec|mrn|acct|account|acc|accession|cyto|spec(?:imen)?|cataloged under|requisition|req|log|job|barcode|scan|member|subscriber|policy|group|claim|plan|medicaid|insurance|card|cert(?:ificate)?|licen[cs]e|patient|pt|participant|subject)(?: ?(?:no|nr|num(?:ber)?|id|#|code|serial))?(?:\.| is| was| under| now)?[ :=#>^|~(]{{1,4}}(?P<value>(?:[a-z]{{1,4}}[-. ]?)?(?=[\w./-]{{0,12}}{DIGIT}{{3}})[0-9a-z]{{1,14}}(?:[-/. ](?=[0-9OoIlB])[0-9a-zOoIlB]{{1,10}}){{0,4}})(?![\w%@]| ?(?:cm|mm|mg|ml|g|x)\b)",
            0.8,
            "value",
            check=_labelled,
        ),
        # three groups of digits and more
        pattern(
            "MRN",
            r"(?<![\w.,/:+-])\d{2,5}[- ]\d{2,5}[- ]\d{2,5}(?:[- ]\d{1,6}){0,2}(?:[- ]?[A-Z]{1,2}|/\d)?(?![\w%]|[.,/-]\d| ?(?:cm|mm|mg|ml|g|x)\b)",
            0.6,
            check=lambda m: 8 <= sum(c.isdigit() for c in m.group(0)) <= 18 and no_bars(m),
        ),
        pattern(
            "MRN",
            r"(?<![\w.,/:+-])\d{1,7}-\d{2,5}-(?:\d{1,7}|[A-Z])(?![\w%]|[.,/-]\d)",
            0.6,
            check=lambda m: sum(c.isdigit() for c in m.group(0)) > 5 and no_bars(m),
        ),
        pattern(
            "MRN",
            r"(?<![\w.,/:+-])[A-Z]?\d{2,6}/[A-Z\d]{2,4}(?:/[A-Z\d]{1,4}){1,2}(?![\w%]|[.,/-]\d)",
            0.6,
            check=lambda m: sum(c.isdigit() for c in m.group(0)) > 4,
        ),
        # national identity and insurance numbers: United Kingdom, Singapore, Ireland, Italy, Switzerland, New Zealand, Spain, India
        pattern("SSN", r"(?<![\w-])[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)", 0.9),
        pattern("SSN", r"(?<![\w-])[STFGM]\d{7}[A-Z](?!\w)", 0.9),
        pattern("SSN", r"(?<![\w-])\d{7}[A-W][A-IW]?(?!\w)", 0.8),
        pattern("SSN", r"(?<![\w-])[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z](?!\w)", 0.95),
        pattern("SSN", r"(?<![\w.-])756[. ]\d{4}[. ]\d{4}[. ]\d\d(?!\w)", 0.95),
        pattern("SSN", r"(?<![\w./,:+-])\d{3}[-. ]\d{3}[-. ]\d{3} ?[A-Z]?(?![\w%]|[.,/-]\d)", 0.6),
        pattern("SSN", r"(?<![\w./,:+-])\d{3}[. –]\d{2}[. –]\d{4}(?![\w%]|[.,/-]\d)", 0.75),
        # a hyphen doubled, lost or blurred, a figure misread
        pattern(
            "SSN",
            rf"(?<![\w./,:+-])(?:{DAMAGED}{{3}}[-~]{{1,2}}{DAMAGED}{{2}}[-~]{{0,2}}{DAMAGED}{{4}}|{DAMAGED}{{3}}{DAMAGED}{{2}}[-~]{{1,2}}{DAMAGED}{{4}})(?![\w%]|[.,/-]\d)",
            0.85,
            check=_nine,
        ),
        pattern(
            "SSN",
            r"(?i)\b(?:s ?[s5] ?n|ss ?#|soc(?:ial)?(?: ?sec(?:urity)?)?|sin|s\.i\.n|tin|itin|ni|nino|national insurance|insurance no|pps|nric|tfn|tax(?:[ /-]?id| no| file)?|curp|dni|nie|bsn|ahv|aadhaar|pesel|cpr|personnummer)(?:\b|(?<=#))[^\d\n;]{0,30}?[ :#=.(]{1,3}(?P<value>(?:[A-Z]{1,4} ?)?(?:[0-9OoIlB*xX][ .-]{0,3}){3,15}[0-9OoIlB](?:[ -]?[A-Z]{1,2})?)(?!\w)",
            0.9,
            "value",
            check=lambda m: (
                sum(c.isdigit() for c in m.group("value")) >= 4 and " x " not in m.group("value").lower()
            ),
        ),
        pattern(
            "SSN",
            r"(?i)\b(?:ssn|social(?: security)?)(?: (?:number|no))?[ ,:]{1,2}(?:ends?|ending|last (?:four|4))(?: (?:digits|in|is|are|of|with)){0,2}[ :]{1,2}(?P<value>\d{4})(?!\w)",
            0.9,
            "value",
        ),
        # health numbers: New Zealand's letters and digits, US Medicare's eleven characters
        pattern(
            "HEALTHNO",
            r"(?<![\w-])(?!(?:CPT|ICD|WHO|ISO|NCI|FIG|CAP|AJC|SEE|LOT|CAT|REF|EXT|FAX|TEL|BOX|AND|FOR)\d)[A-HJ-NP-Z]{3}\d{4}(?![\w-]|[./]\d)",
            0.6,
        ),
        pattern(
            "HEALTHNO",
            r"(?<![\w-])[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d(?!\w)",
            0.95,
        ),
    )

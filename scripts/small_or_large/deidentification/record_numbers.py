"""Medical record and account numbers."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.numbers import VALUE, case_number, figures_differ, figures_in, no_bars
from small_or_large.deidentification.patterns import DIGIT, PatternRecognizer, pattern

_MRN_LABEL = (
    r"(?:mrn|m\.r\.n\.?|mr ?#|med(?:ical)?\.? ?rec(?:ord)?s?\.?|unit|hosp(?:ital)?|patient ?(?:id|no|number|#|identifier)|pat(?:ient)? ?id|pt\.? ?(?:id|no|#)|"
    r"encounter|enc|acct|account|chart|visit|policy|claim|member|subject|study (?:id|no|number|subject)|csn|fin|har|urn|pid|nhs|hcis|epic|emr|ehr|"
    r"registration|reg|record|dossier|ur|cpi|eid|empi|billing|insurance|admission|episode|req(?:uisition)?|license|licence|badge|"
    r"passport|driver'?s licen[sc]e|certificate|identification|id|wsib|cr|jacket|hospital unit|participant|enrol?lee|beneficiary|medicare|medicaid)"
)
# what stands beside a number in the columns of a page's head
_COLUMN_NAME = re.compile(
    r"(?<!\w)[^\W\d_][\w'’-]{1,20}(?:, ?|\^)[^\W\d_][\w'’.^-]{0,20}(?: [A-Z][\w.]{0,12}){0,2}(?: {2,6}|\t)$"
)
_COLUMN_DATE = re.compile(
    r"(?: {2,12}|\t)[0-3]?\d(?:[A-Z]{3}|[-/.](?:[A-Za-z]{3}|[01]?\d)[-/.])(?:19|20)\d\d"
)


def _header_number(match: re.Match) -> bool:
    """A number among the columns of a page's head, after a name or before a date: five figures at least."""
    if figures_in(match) < 5 or not no_bars(match, "value"):
        return False
    text, start = match.string, match.start("value")
    return _COLUMN_DATE.match(text, match.end()) is not None or bool(
        _COLUMN_NAME.search(text, max(0, start - 70), start)
    )


class RecordRecognizer(PatternRecognizer):
    """Medical record and account numbers."""

    PATTERNS = (
        # whatever number stands after a label: MRN 0069382
        pattern(
            "MRN",
            rf"(?i)(?<![\w]){_MRN_LABEL}(?:\b ?(?:(?:number|num|no|nr|nbr|id|rec(?:ord)?)\b)?[ .:#=(]{{1,5}}|(?<=#)[ .:]{{0,3}})(?:is |was |no\.? ?)?(?-i:{VALUE})",
            0.9,
            "value",
            check=figures_differ,
        ),
        # a letter before, a digit read as a letter, a blank inside: MR# C 544I73, MR# K7 92854
        pattern(
            "MRN",
            r"(?i)(?<!\w)(?:m\.?r\.?n?\.?|ur|hn|hosp(?:ital)?|unit|chart|patient|record|hospital number)(?: ?(?:#|no\.?|number))[ :.#]{0,3}(?:is )?(?P<value>(?-i:[A-Z]?\d? ?[A-Z]?[0-9OISBl]{5,10}(?: not [A-Z]? ?\d{5,9})?))(?![\w%])",
            0.95,
            "value",
            check=figures_differ,
        ),
        # a number that was corrected: number is E42003573 not C 471063
        pattern(
            "MRN",
            r"(?i)\bnumber (?:is|was|should be) [A-Z]{0,2} ?[0-9OISBl]{5,10},? (?:and )?not (?P<value>(?-i:[A-Z]{0,2} ?[0-9OISBl]{5,10}))(?!\w)",
            0.95,
            "value",
            check=figures_differ,
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
            check=case_number,
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
        # an old or another number: previous hospital number A12345
        pattern(
            "MRN",
            r"(?i)\b(?:old|new|previous|former|temporary|other|hospital|file|client|merged with|formerly|known as|duplicate)(?: (?:hospital|chart|record|unit|file))?(?: (?:number|no|num|id)\b\.?| ?#)[ :]{0,3}(?:is |was )?(?P<value>(?-i:[A-Z]{0,3})-?\d{4,10}(?:-?(?-i:[A-Z0-9]{1,3}))?)(?![\w%/])",
            0.9,
            "value",
            check=figures_differ,
        ),
    )

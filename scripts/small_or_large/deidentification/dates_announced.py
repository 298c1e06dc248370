"""Parts of dates that only their surroundings tell: a day and a month, a month or a year alone, worn figures."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.date_parts import NOT_UNIT, WEEKDAY, in_year
from small_or_large.deidentification.patterns import DIGIT, digits, pattern, real_digits

# words that announce a date
_CUE = (
    r"(?:dob|d\.o\.b\.?|d0b|birth ?date|date|dated|born|on|collected|rec(?:eived|'?d|v'?d)|report(?:ed)?|rep'?d|signed(?: out)?|verified|"
    r"accessioned|admit(?:ted)?|discharged?|seen|since|until|through|from|dictated|transcribed|issued|amended|addended|notified|"
    r"performed|biops(?:y|ied)|surgery|procedure|obtained|resulted|printed|entered|completed|released|diagnosed(?: in)?|"
    r"requested|ordered|registered|authori[sz]ed|collection|drawn|operation|gross(?:ed|ing)|sign-?off|d/t|t/d|dd|dt|msg|message|phoned|rang|abstracted|called|discussed|visit|scheduled|taken|lmp|radiation|chemo(?:therapy)?|radiotherapy|lumpectomy|mastectomy|hysterectomy|follow[- ]?up|done|underwent|excised|removed|resected|status post [a-z]{3,20}|s/p [a-z]{3,20})"
)
# a publication or a guideline in brackets with its year
_SOURCE = re.compile(
    r"et al|WHO|AJCC|CAP\b|ISUP|FIGO|ASCO|[Ee]dition|[Cc]lassif|[Gg]uideline|[Cc]onsensus|\bJ\b|Journal|Pathol\b|Am\b|Arch\b|[Cc]riteria|[Ss]ystem"
)
# what is counted or scored before a fraction
_COUNTED = re.compile(r"(?i)\b(?:nodes?|cores?|ln|grade|score|er|pr|her2|gg)\W{0,2}$")
_CASE_NUMBER = re.compile(r"\b[A-Z]{1,3}\d\d-\d{3,6}$")


def _month_day(match: re.Match) -> bool:
    """A day and a month in either order, or a month and a year of two figures."""
    text = match.group("date")
    parts = [digits(p) for p in re.split(r" ?[/\-] ?", text)]
    if len(parts) != 2 or not all(parts) or not real_digits(text):
        return False
    if re.search(r"\d -\d|\d- \d", text):
        return False
    a, b = map(int, parts)
    return in_year(a, b) or (1 <= a <= 12 and len(parts[1]) == 2)


def _month_day_not_counted(match: re.Match) -> bool:
    """A day and a month, and no nodes or scores before them."""
    start = match.start("date")
    return _month_day(match) and _COUNTED.search(match.string[max(0, start - 8) : start]) is None


def _day_with_month(match: re.Match) -> bool:
    """A day and a month in either order, with a stroke or a full stop between."""
    return in_year(*map(int, re.split(r"[/.]", match.group("date"))))


def _month_first(match: re.Match) -> bool:
    """A month before the first stroke."""
    return 1 <= int(match.group("date").split("/")[0]) <= 12


def _year_first(match: re.Match) -> bool:
    """Figures that are mostly true and begin with a year."""
    date = match.group("date")
    return real_digits(date) and 1900 <= int(digits(date)[:4]) <= 2099


def _mostly_figures(match: re.Match) -> bool:
    """Figures that are mostly true, and no list with commas."""
    return real_digits(match.group("date")) and match.group("date").count(",") < 2


def _day_of_year(match: re.Match) -> bool:
    """Three figures of which the first two can be a day and a month, in either order."""
    first, second, _ = map(int, match.group("date").split())
    return 1 <= min(first, second) <= 12 and max(first, second) <= 31


def _no_source(match: re.Match) -> bool:
    """No publication or guideline."""
    return _SOURCE.search(match.group(0)) is None


def _after_case_number(match: re.Match) -> bool:
    """The number of a case stands before."""
    return _CASE_NUMBER.search(match.string[max(0, match.start() - 14) : match.start()]) is not None


DAYS = (
    # day, month and year with nothing but blanks between: performed on 10 15 23
    pattern(
        "DATE",
        rf"(?i)\b(?:on|dated?|d\.?o\.?b\.?|born|collected|received|since)[ :]{{1,2}}(?P<date>\d{{1,2}} \d{{1,2}} (?:19|20)?\d\d)(?![\w/%]|[.,-]\d| \d){NOT_UNIT}",
        0.8,
        "date",
        check=_day_of_year,
    ),
    # a month that is a verb, too, in small letters
    pattern(
        "DATE",
        r"\b(?i:born|d\.?o\.?b\.?|dated?|on|since|until)[ :]{1,2}(?P<date>may \d{1,2})(?![\w/%]|[.,-]\d)",
        0.8,
        "date",
    ),
    # day and month, or month and year of two digits, only where a word announces a date
    pattern(
        "DATE",
        rf"(?i)\b{_CUE}(?: (?:on|in|by|at|from|of|date|time|was|were|is|dated|msg|message))?[ .:=#@-]{{1,3}}(?P<date>{DIGIT}{{1,2}} ?[/\-] ?{DIGIT}{{1,4}})(?![\w/%]|[.-]\d){NOT_UNIT}",
        0.85,
        "date",
        check=_month_day,
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:on|in|since|until|dated?|d\.?o\.?b\.?|born|collected|received|signed out|accessioned|issued|date)[ :.]{{1,3}}(?P<date>[12]{DIGIT}{{5,7}})(?![\w.])",
        0.8,
        "date",
        check=_year_first,
    ),
    # damaged figures after a word that announces a date: 12/2 8/2012, 149-03-15, 24.03.204, 1 11/30
    pattern(
        "DATE",
        rf"(?i)\b(?:{_CUE}|signed out|result)(?: (?:on|in|at|of|date|time))?[ .:=#@]{{1,3}}(?P<date>(?:{DIGIT} ?){{1,4}} ?[/.,\-] ?(?:{DIGIT} ?){{1,2}}[/.,\-] ?(?:{DIGIT} ?){{1,3}}{DIGIT}|(?:19|20){DIGIT}{{2,4}}-{DIGIT}{{1,2}}|[0-3]?\d [01]\d (?:19|20)\d\d|[0-3]?\d/(?:1[0-2]|0?[1-9])1\d\d)(?![\w%]|[.-]\d)",
        0.9,
        "date",
        check=_mostly_figures,
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:{_CUE}|signed out|result|date (?:taken|of birth|of report)|time|authorised)(?: (?:on|in|at|of|date|time|was|is))?[ .:=#@]{{1,3}}(?P<date>[0-3]?\d[/1Il|][01]?\d[/1Il|](?:19|20)\d\d|(?:19|20)\d ?\d[-/1Il]? ?[01] ?\d[-/1Il]? ?[0-3] ?\d|(?:19|20){DIGIT}{{2,4}}-{DIGIT}{{1,2}}|[0-3]?\d [01]\d (?:19|20)\d\d)(?![\w%]|[.-]\d)",
        0.9,
        "date",
        check=_mostly_figures,
    ),
    # rec'd 3.4.; by Smith 3/4
    pattern(
        "DATE",
        r"(?i)\b(?:rec(?:'?d)?|rcvd|rep(?:'?d)?|coll|geb\.?|dob|né[e]? le|op|seen|sent)[ :.]{1,2}(?P<date>[0-3]?\d\.[01]?\d\.?)(?=[ /,;)]|\s*$)(?! ?(?:cm|mm|x|g|ml|kg|\d))",
        0.8,
        "date",
    ),
    pattern(
        "DATE",
        rf"\b(?:[Bb]y|BY|[Pp]er) [A-Z][\w'’-]{{1,15}} (?P<date>{DIGIT}{{1,2}} ?[/\-] ?{DIGIT}{{1,2}})(?=[ .,;)]|\s*$){NOT_UNIT}",
        0.8,
        "date",
        check=_month_day,
    ),
    # after a way of telling or a handing over: by telephone, 9/14; to the clerk Wanda 7/7
    pattern(
        "DATE",
        r"(?i)\b(?:(?:by|via|over the) (?:tele)?(?:phone|fax|e-?mail|pager)|in person|verbally|(?:returned|given|handed|released|delivered|forwarded|mailed|sent|faxed) to [A-Za-z .'’-]{2,40}?),? (?:on )?(?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$| (?:at|and|by)\b)(?!\.\d)",
        0.92,
        "date",
        check=_month_day,
    ),
    pattern(
        "DATE",
        r"(?i)\b(?:by (?:tele)?phone|by fax|by e-?mail|verbally|in person|voice ?mail|read ?back|callback),? (?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$| at\b| [0-2]\d[0-5]\d)(?!\.\d)",
        0.85,
        "date",
        check=_month_day,
    ),
    # a case's number and in brackets when it was: S99-2210 (3/99)
    pattern(
        "DATE",
        r"(?<![\w.-])[A-Z]{1,3}-?\d\d-\d{3,7} ?\((?P<date>[01]?\d/(?:[0-3]?\d/)?(?:\d\d)?\d\d)\)",
        0.97,
        "date",
        check=_month_first,
    ),
    pattern("DATE", r"(?<=\d) \((?P<date>(?:0?[1-9]|1[0-2])/\d\d)\)", 0.75, "date", check=_after_case_number),
    # beside a time of day or a weekday
    pattern(
        "DATE",
        r"(?<![\w/.,-])(?P<date>[0-3]?\d/[0-3]?\d)(?=,? (?:at |@ ?)?(?:[01]\d|2[0-3])[0-5]\d(?: ?h(?:rs?)?)?(?!\w|[./-]\d)|,? (?:at|@) ?\d{1,2}[:.]\d\d)",
        0.8,
        "date",
        check=_month_day,
    ),
    pattern(
        "DATE",
        rf"(?i)\b{WEEKDAY}\.?,? (?P<date>[0-3]?\d[/.][01]?\d)(?![\w/%]|[.-]\d)",
        0.85,
        check=_day_with_month,
    ),
    # after a verb, or beside initials
    pattern(
        "DATE",
        r"(?i)\b(?:fixed|arrived|corrected|changed|updated|booked|appt|appointment|posted|sent|moved|ordered|amended|checked|cut|grossed|mailed|faxed|told|emailed|scanned|picked up|dropped off|logged|smear|rcvd|dx|last|next|due|recd|again|seen|clinic|rounds|mtg|meeting|tb|mdt)(?: (?:on|by|for|at|again))?[ :]{1,2}(?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$| [a-z]{2,3}$| (?:mh|by|per|and|at|to)\b| \d{4})(?!\.\d)",
        0.75,
        "date",
        check=_month_day_not_counted,
    ),
    pattern(
        "DATE",
        r"(?<![\w/.-])(?!(?:AND|IS|OF|ARE|WAS|OR|IN|ON|TO|AT|BY) )(?:[A-Z]{2,3}|[A-Z]\.[A-Z]\.) (?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$)(?!\.\d)",
        0.75,
        "date",
        check=_month_day_not_counted,
    ),
)

MONTHS = (
    # a month alone after a preposition; "may" and "march" only with a capital
    pattern(
        "DATE",
        r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Ll]ast|[Bb]y|[Ff]rom|[Oo]f|[Ee]arly|[Ll]ate|[Mm]id|[Dd]uring|[Tt]his|[Nn]ext|[Ii]nto|[Bb]efore|[Aa]fter)[ -](?P<date>(?:[Ee]arly |[Ll]ate |[Mm]id[- ])?(?:[Jj]anuary|[Ff]ebruary|March|[Aa]pril|May|[Jj]une|[Jj]uly|[Aa]ugust|[Ss]eptember|[Oo]ctober|[Nn]ovember|[Dd]ecember|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b(?! (?:be|have|represent|reflect|not|also|occur|indicate))",
        0.8,
        "date",
    ),
    # and shortly: last seen jan '09
    pattern(
        "DATE",
        r"\b(?:last|since|smear|visit|seen|dx|in|appt|on|until|back|done|bx|surgery|pap|mammo(?:gram)?|scope|scan)(?: in)? (?P<date>(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?(?: ['’]?\d\d)?)(?=[.,;)]|\s*$| (?:at|with|by|for|and|w/|in|was|neg|pos))",
        0.75,
        "date",
    ),
)

YEARS = (
    # in '07
    pattern(
        "DATE",
        r"(?i)\b(?:in|since|until|from|circa|around|back in|born|summer|spring|fall|winter|autumn) (?P<date>['’]\d\d)(?![\w'’])",
        0.8,
        "date",
    ),
    # (Dr. Smith, 2009)
    pattern(
        "DATE",
        r"\((?:Drs?\. )?[A-Z][^().\n]{1,40}, (?P<date>19[3-9]\d|20[0-4]\d)\)",
        0.7,
        "date",
        check=_no_source,
    ),
    # a year where something happened then
    pattern(
        "DATE",
        r"(?i)\b(?:in|since|until|from|during|circa|around|before|after|by|year|early|late|mid|back in|dated?|born|till|through|post|ca\.?|approximately|about|prior|diagnosed|hysterectomy|mastectomy|surgery|resection|excision|biopsy|treated|radiation|chemotherapy)[ :,(-]{1,2}(?P<date>(?:19[3-9]\d|20[0-4]\d)(?:['’]?s)?)(?![\w%:;/]|[.,]\d| ?(?:who|ajcc|asco|cap|classification|edition|guidelines?|cm|mm|g|grams|gm|ml|cc|criteria|consensus|system|iarc)\b)",
        0.7,
        "date",
    ),
    # dx 2009
    pattern(
        "DATE",
        r"(?i)\b(?:dx|dxd|dx'd|tx|hx|rx|bx|bx'd|sx|s/p|smear|surg|op|rt|xrt|chemo|mets|recurred|recurrence|relapse[d]?|first seen|lumpectomy|turbt|wle)(?: (?:in|of|ca|at))?[ :]{1,2}(?P<date>(?:19[4-9]\d|20[0-4]\d))(?![\w%/.-])",
        0.75,
        "date",
    ),
    # mid-2009
    pattern("DATE", r"(?i)\b(?:mid|early|late)-(?P<date>(?:19[3-9]\d|20[0-4]\d))(?![\w/-])", 0.85),
)

ANNOUNCED = (*DAYS, *MONTHS, *YEARS)

"""Dates with a month's name or its Roman numeral, whole, short or damaged, beside figures."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re
from functools import lru_cache

from small_or_large.deidentification.date_parts import (
    END,
    END_OR_TIME,
    MONTH_NAME,
    NOT_UNIT,
    NTH,
    UNTOLD,
    YEAR_SPLIT,
)
from small_or_large.deidentification.patterns import DAMAGED, DIGIT, pattern, real_digits, sign

_MONTH = rf"{MONTH_NAME}\.?"
_DAY = rf"(?:[0-3OoIlZ]?{DIGIT}|[0-3][Ss])(?: ?(?:st|nd|rd|th))?"
_YEAR = rf"(?:(?:[1Il]9|[2Z][0O]){DAMAGED}{{2}}(?!:\d)|[12I]{DIGIT} ?{DIGIT}{{2}}(?!:\d)|(?<=, )[12]{DIGIT}{DIGIT}(?=[.,;)]|\s*$)|['’]{DIGIT}{{2}}|[Oo0-9]{DIGIT})"
_YEAR4 = rf"(?:(?:[1Il]9|[2Z][0O]){DAMAGED}{{2}}|[12Il]{DIGIT} ?{DIGIT}{{1,2}})"
# names of months in pieces or with a figure for a letter; trusted only beside a full year
_MONTH_SPLIT = (
    r"(?:j ?a ?n(?: ?u ?a ?r ?y)?|[fe] ?e ?[b8](?: ?r ?u ?a ?r ?y)?|m ?a ?(?:r(?: ?c ?h)?|y)|a ?p ?[rn](?: ?i ?l)?|[j1] ?[uo] ?(?:n(?: ?e)?|[l1I](?: ?y)?)|a ?u ?[g96](?: ?u ?s ?t)?|"
    r"[s5] ?e ?p(?: ?t(?: ?e ?m ?b ?e ?r)?)?|[o0] ?[ce] ?t(?: ?[o0] ?b ?e ?r)?|n ?[o0] ?v(?: ?e ?m ?b ?e ?r)?|d ?e ?[ce](?: ?e ?m ?b ?e ?r)?)"
)
_CAPITAL_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
_START = r"(?<![\w/])"
_ABOUT = r"(?:about|around|circa|ca\.?|early|late|mid|middle of|beginning of|end of|start of)"

_LONG_MONTHS = tuple(
    "january february march april june july august september october november december".split()
)
_ROMAN_MONTHS = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())
# a short month in small letters and a day, which only a word before it makes a date
_SHORT_MONTH = re.compile(r"(?:mar|may|dec|jun|jan|oct|sep|nov|apr|jul|aug|feb)[ .]{0,2}\d{1,2}")
_ANNOUNCED = re.compile(
    r"(?i)(?:\b(?:on|of|since|until|from|by|dated?|the|and|collected|received|reported|done|seen|rec'?d|sent|last|next|to|at)\b|^)[ :.,]{1,3}$"
)
# what is a month only beside a year; 3 may be
_NO_MONTH = re.compile(r"(?i)(?:mac|mav|jon|feh)\.?$")
_VERB = re.compile(
    r" (?:be|have|also|not|represent|reflect|indicate|suggest|show|include|occur|well|benefit)\b"
)
# transcription factors, no days of October
_FACTOR = re.compile(r"(?:OCT|Oct)-?[1-4](?:/4)?")


def _number_there(match: re.Match) -> bool:
    """A figure is there: the forms of figures allow letters that scanners confuse with them."""
    return any(c.isdigit() for c in match.group(0))


def _day_before_month(match: re.Match) -> bool:
    """A day is there; a damaged short month ("mac") without a year is none."""
    text = match.group(0)
    if not _number_there(match) or _NO_MONTH.search(text):
        return False
    return not (text.endswith("may") and _VERB.match(match.string, match.end()))


def _day_after_month(match: re.Match) -> bool:
    """A day is there; a short month in small letters, which may be damaged millimetres, needs a word that announces it."""
    if not _number_there(match) or _FACTOR.fullmatch(match.group(0)):
        return False
    if _SHORT_MONTH.fullmatch(match.group(0)):
        lead = match.string[max(0, match.start() - 14) : match.start()]
        return not lead.strip() or _ANNOUNCED.search(lead) is not None
    return True


def _damaged_month(match: re.Match) -> bool:
    """A word that is nearly a month's name, beside figures that are mostly true."""
    return _nearly_month(match.group("month")) and real_digits(
        match.group(0).replace(match.group("month"), "")
    )


@lru_cache(maxsize=20_000)
def _nearly_month(text: str) -> bool:
    """Whether a word is a month's name with one letter lost, added or misread, as scanners do."""
    text = text.lower().replace("0", "o").replace("1", "l")
    for month in _LONG_MONTHS:
        if abs(len(month) - len(text)) > 1 or len(month) < 5:
            continue
        if len(month) == len(text):
            if sum(a != b for a, b in zip(month, text, strict=True)) <= 1:
                return True
            continue
        long, short = (month, text) if len(month) > len(text) else (text, month)
        if any(long[:k] + long[k + 1 :] == short for k in range(len(long))):
            return True
    return False


def _month_in_pieces(match: re.Match) -> bool:
    """A month's name in pieces, or with a figure for a letter, beside figures that are mostly true."""
    return real_digits(match.group(0)) and (match.group("day") is not None or not match.group(0)[0].islower())


def _true_figures(match: re.Match) -> bool:
    """Figures that are mostly true, unless the day is not told."""
    return real_digits(match.group(0)) or "?" in match.group(0)


def _roman_month(match: re.Match) -> bool:
    """A month in Roman numerals, whose strokes a scanner may have read as l or 1."""
    roman = match.group("roman")
    return not roman.isdigit() and re.sub("[l1|]", "i", roman.lower()) in _ROMAN_MONTHS


def _roman_between_figures(match: re.Match) -> bool:
    """A month in Roman numerals, and either a year of four figures or strokes; no size: 3 x 10."""
    text = match.group(0)
    roman = re.search(r"[IVXivx]{1,4}", text).group().lower()
    if roman not in _ROMAN_MONTHS or re.search(r" [xX] ", text):
        return False
    return re.search(r"(?:19|20)\d\d$", text) is not None or "/" in text or "-" in text


WITH_MONTHS = (
    # 3 March 2019, 3rd of March, 3-Mar-19, 03MAR2019, Tuesday the 3rd of March
    pattern(
        "DATE",
        rf"(?i)(?<![\w/])(?<!\d[.,])(?:the )?{_DAY}(?: ?of)?(?:[ .,/\-–]{{0,3}}|[1lI|]){_MONTH}(?:(?:[ ,.\-–/]{{0,3}}|[1lI|](?=19|20)| of ){_YEAR})?{END}",
        0.95,
        check=_day_before_month,
    ),
    # March 3, 2019; Mar. 3rd; Sep 18, '13; MAR 3 1 2009
    pattern(
        "DATE",
        rf"(?i){_START}(?<![a-z]-){_MONTH}[ .\-–/]{{0,3}}(?:the )?(?:[0-3] [0-9](?= (?:19|20))|{_DAY})(?:(?:[ ,.\-–/]{{1,3}}| of ){_YEAR}|[1I2][90]{DIGIT}{{2}})?{END}{NOT_UNIT}",
        0.93,
        check=_day_after_month,
    ),
    # March 2019, mid-Feb 2019, Dec '07, Oct-98
    pattern(
        "DATE",
        rf"(?i){_START}(?:{_ABOUT}[- ]{{1,2}})?{_MONTH}(?: of)?[ ,.\-–/]{{0,3}}(?:(?:of|in) )?(?:{_YEAR4}|['’]\d\d|(?<=[-/])[4-9]\d(?![-/])){END}",
        0.93,
        check=_number_there,
    ),
    # names of months that a scanner damaged
    pattern(
        "DATE",
        rf"(?<![\w/.]){DIGIT}{{1,2}}(?:st|nd|rd|th)?[ \-/.]{{1,3}}(?P<month>[A-Za-z0-9]{{4,10}})[ ,\-/.]{{1,3}}{_YEAR4}{END}",
        0.93,
        check=_damaged_month,
    ),
    pattern(
        "DATE",
        rf"(?<!\w)(?P<month>[A-Z][A-Za-z0]{{3,9}})\.? {{1,2}}(?:{_DAY},? {{1,2}})?{_YEAR4}{END}{NOT_UNIT}",
        0.93,
        check=_damaged_month,
        sign=sign(rf" (?=(?:[1Il]9|[2Z][0O]){DAMAGED}|[12Il]{DIGIT} ?{DIGIT})", reach=24),
    ),
    # names in pieces, figures in pieces
    pattern(
        "DATE",
        rf"(?i)(?<!\w){_MONTH_SPLIT}(?:(?P<day>[ .\-/]{{0,2}}{_DAY}),?[ .\-/]{{1,2}}|,? | of |[/-]){YEAR_SPLIT}{END}",
        0.93,
        check=_month_in_pieces,
    ),
    pattern(
        "DATE",
        rf"(?i)(?<![\w/])(?P<day>(?:[0-3] )?{_DAY})[ .\-/]{{0,2}}{_MONTH_SPLIT}[ ,.\-/]{{0,2}}{YEAR_SPLIT}{END}",
        0.93,
        check=_month_in_pieces,
    ),
    # 2012-Sep-09, 1941 Mar 3
    pattern(
        "DATE",
        rf"(?i)(?<![\w/]){YEAR_SPLIT}[ ,./\-–]{{1,2}}{_MONTH}[ ./\-–]{{1,2}}(?:{_DAY}|{UNTOLD}){END_OR_TIME}{NOT_UNIT}(?! ?;)",
        0.93,
        check=_true_figures,
    ),
    # the year first: 2018-Jul-14, l971-May-O6, 2019 June 3
    pattern(
        "DATE",
        rf"(?i)(?<![\w/.-])(?:[12Il][90O]{DIGIT} ?{DIGIT}|2 ?0 ?{DIGIT} ?{DIGIT})(?: ?[-/.] ?| ){MONTH_NAME}\.?(?: ?[-/.] ?| )[0-3OIl]?{DIGIT}{END}",
        0.95,
        check=_number_there,
    ),
    # the day or the month not told: XX/Jan/2015, ??/07/2021, --/2019, __-May-1999
    pattern(
        "DATE",
        rf"(?i)(?<![\w/-]){UNTOLD}[ ./\-–]{{1,2}}(?:(?:{_MONTH}|[01]?{DIGIT}|{UNTOLD})[ ./\-–]{{1,2}})?(?:[1Il]9|2[0O]){DAMAGED}{{2}}{END}",
        0.93,
    ),
    pattern(
        "DATE",
        rf"(?i)(?<![\w/-])(?:\?{{1,2}}|xx|__|--|\*\*|00)[-/. ]{{1,2}}(?:{DIGIT}{{1,2}}|{MONTH_NAME})[-/. ]{{1,2}}[12Il]{DIGIT}{{3}}(?!\w)",
        0.95,
    ),
    # the day's ending run into what follows: the 21stof January
    pattern("DATE", rf"(?i)(?<!\w)(?:the )?{NTH} ?of ?{MONTH_NAME}(?:,? (?:19|20)\d\d)?\b", 0.9),
    # two days of a month: 2 and 9 May 2018, 12th/13th Aug 2015, May 3-5, 2019
    pattern(
        "DATE",
        rf"(?<![\w/.,-])(?:the )?{NTH}?(?: ?[-–/&,] ?| and | to | or )(?:the )?{NTH}?(?: of)? {_CAPITAL_MONTH}(?:,? (?:(?:19|20)\d\d|['’]\d\d))?(?!\w)",
        0.95,
    ),
    pattern(
        "DATE",
        rf"\b{_CAPITAL_MONTH} {NTH}?(?: ?[-–/&] ?| and | to | or ){NTH}?(?:,? (?:(?:19|20)\d\d|['’]\d\d))?(?![\w/]|[.]\d){NOT_UNIT}",
        0.95,
    ),
    # a month and a year of two digits: since Oct-98
    pattern(
        "DATE",
        r"(?<![\w/.-])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)[-/]['’]?\d\d(?![\w/-]|\.\d)",
        0.9,
    ),
    # a day-time group of the services: 121430Z MAR 09
    pattern("DATE", rf"(?i)(?<!\w)[0-3]\d[0-2]\d[0-5]\d ?[A-Z]? ?{MONTH_NAME} ?\d\d(?:\d\d)?(?!\w)", 0.9),
    # a month of Roman numerals: 3.IV.2012, 12-VII-98
    pattern(
        "DATE",
        r"(?<![\w.-])\d{1,2}[. ]{1,2}(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2}|X)[. ]{1,2}(?:19|20)\d\d(?!\w)",
        0.9,
    ),
    pattern(
        "DATE",
        rf"(?<![\w.-])[0-3Z]?{DIGIT}(?:[-/.] ?|1(?=[IVX]))(?P<roman>[IVXivxl1|]{{1,4}})(?:[-/.] ?|1)(?:19|2 ?[0O]) ?{DAMAGED} ?{DAMAGED}(?!\w)",
        0.92,
        check=_roman_month,
    ),
    pattern(
        "DATE",
        r"(?<![\w.-])[0-3]?\d[-/. ](?:[IVX]{1,4}|[ivx]{1,4})[-/. ](?:19|20)?\d\d(?!\w)",
        0.9,
        check=_roman_between_figures,
    ),
    # and a damaged year: 13/III/201b, 23/Vl/2003
    pattern("DATE", r"(?<![\w/.-])[0-3OIl]?[0-9OIl][/.-][IVXl]{1,4}[/.-](?:19|20)[0-9OIlBbS]{2}(?!\w)", 0.92),
)

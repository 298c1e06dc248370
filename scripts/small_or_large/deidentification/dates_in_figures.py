"""Dates in figures alone: day, month and year with marks between, worn or apart, and a month with its year."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.date_parts import END_OR_TIME, UNTOLD, YEAR_SPLIT, in_year
from small_or_large.deidentification.patterns import DIGIT, digits, figures, pattern, real_digits, sign

_FIGURE = "[0-9OoIlBSZb]"  # a figure of a date between strokes


def _plausible_date(match: re.Match) -> bool:
    """A plausible day, month and year; damaged digits allowed, sizes and versions not."""
    text = match.group(0)
    if not real_digits(text):
        return False
    parts = [figures(p) for p in re.split(r" ?[/.\-–] ?", text)]
    if len(parts) != 3 or not all(parts):
        return False
    if re.search("[SZb]", text) and (len(parts[0]) == 3 or int(parts[1]) < 1):
        return False  # the rarer misreadings count only in a whole date
    if len(set(re.findall(r"[/.\-–]", text))) > 1 and len(parts[0]) < 4 and len(parts[2]) < 4:
        return False  # 7-13/10
    a, b, c = parts
    if ". " in text and len(c) < 4 and len(a) < 4:
        return False  # cells of a table
    if len(a) >= 3:
        return (
            len(a) <= 4
            and int(b) <= 12
            and int(c) <= 31
            and 1850 <= int(a.ljust(4, "0")) <= 2100
            or (len(a) == 3 and int(b) <= 12 and int(c) <= 31)
        )
    day, month = int(a), int(b)
    if max(day, month) > 31 or min(day, month) > 12 or min(day, month) < 1:
        return False
    if len(c) == 4:
        return 1850 <= int(c) <= 2100
    if len(c) == 3:
        return c[0] in "12" and "/" in text
    return len(c) == 2


def _compact_date(match: re.Match) -> bool:
    """Eight figures that are a year, a month and a day."""
    text = match.group("date")
    return 1900 <= int(text[:4]) <= 2100 and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31


def _worn_separator(match: re.Match) -> bool:
    """Day and month of a date in whose figures a separator is misread or lost."""
    other = next(filter(None, match.group(*"abcdef")))
    return in_year(int(match.group("day")), int(other))


def _figures_apart(match: re.Match) -> bool:
    """A date in figures with blanks inside, which counts only if the whole is a date."""
    text = re.sub(" ", "", match.group(0))
    parts = [digits(p) for p in re.split(r"[/-]", text)]
    if " " not in match.group(0) or not all(parts) or not real_digits(text):
        return False
    a, b = (int(p) for p in (parts[:2] if len(parts[2]) == 4 else parts[1:]))
    return in_year(a, b)


def _loosely_joined(match: re.Match) -> bool:
    """Day, month and year that loose marks join: a mark that is a comma or doubled, or a blank beside it, and no size."""
    text = match.group(0)
    parts = [int(p) for p in re.findall(r"\d+", text)]
    marks = re.sub(r"[\d ]", "", text)
    if not 1 <= min(parts[:2]) <= 12 or max(parts[:2]) > 31:
        return False
    if parts[2] < 1900 and ("," in text or re.search(r"\d\. ", text)):
        return False  # decimals, cells of a table
    if "-" in marks and parts[2] < 1900 and len(marks) < 3:
        return False  # a range
    return marks[0] == marks[-1] or parts[2] >= 1900


_ODDLY = str.maketrans("OoIlBSZb|QqgA", "0011852610994")


def _oddly_read(match: re.Match) -> bool:
    """A day, a month and a year with one figure that is seldom misread so: 2q/10/2019, 07/Q5/11."""
    text = match.group(0)
    if sum(c.isalpha() for c in text) != 1 or sum(c.isdigit() for c in text) < 5:
        return False
    a, b, c = (int(p) for p in re.split(r"[/-]", text.translate(_ODDLY)))
    if a > 31:
        a, b, c = c, b, a
    return 1 <= min(a, b) <= 12 and max(a, b) <= 31 and (c < 100 or 1880 <= c <= 2100)


IN_FIGURES = (
    # one figure read as a letter that it seldom is
    pattern(
        "DATE",
        r"(?<![\w/.,-])(?:[\dQqgAOIl]{1,2}(?P<mark>[/-])[\dQqgAOIl]{1,2}(?P=mark)(?:[\dQqgA]{4}|[\dQqg]{2})|[12][\dQqgA]{3}(?P<sign>[/-])[\dQqgA]{1,2}(?P=sign)[\dQqgA]{1,2})(?![\w/%]|[.,-]\d)",
        0.9,
        check=_oddly_read,
        sign=sign(r"[/-](?=[\dQqgAOIl]{1,2}[/-])", reach=6),
    ),
    # 03/12/2019, 2019-12-03, 3.12.19, with figures read as letters
    pattern(
        "DATE",
        rf"(?<![\w/-])(?<!\d[.,])(?:{_FIGURE}{{3,4}} ?[/.\-–] ?{_FIGURE}{{1,2}} ?[/.\-–] ?{_FIGURE}{{1,2}}|{_FIGURE}{{1,2}} ?[/.\-–] ?{_FIGURE}{{1,2}} ?[/.\-–] ?{_FIGURE}{{2,4}})(?![\w/%]|[.,-]\d)",
        0.95,
        check=_plausible_date,
    ),
    # before a time of day: 2019-12-03T12:30, 03/12/201912:30
    pattern(
        "DATE",
        rf"(?<![\w/-])(?<!\d[.,])(?:[12]\d{{3}}[/\-]{DIGIT}{{1,2}}[/\-]{DIGIT}{{1,2}}|{DIGIT}{{1,2}}[/\-]{DIGIT}{{1,2}}[/\-](?:19|20)\d\d)(?=T?\d\d?[:h]\d\d)",
        0.95,
    ),
    # 20191203, with or without a time
    pattern("DATE", r"(?<![\w.-])(?P<date>(?:19|20)\d{6})(?:T?\d{4,6})?(?![\w-])", 0.9, check=_compact_date),
    # a separator misread or lost: 5,19.2014; 19/1112010; 21111/2010; 31-072005
    pattern(
        "DATE",
        r"(?<![\w.,/:-])(?P<day>[0-3]?\d)(?:, ?(?P<a>[0-3]?\d)[.,/-]|[./-](?P<b>[0-3]?\d), ?|/(?P<c>[0-3]\d)[1lI|]|[1lI|](?P<d>[0-3]\d)/|(?P<e>[0-3]\d) ?[-/.] ?|[-/.](?P<f>[0-3]\d))(?:19|20)\d\d(?![\w%/-]|[.,]\d)",
        0.92,
        check=_worn_separator,
    ),
    # the same with the year first, and the day not told: 1911l03/24, 2015-07-XX
    pattern(
        "DATE",
        rf"(?<![\w.,/:-])(?:19|20)\d\d(?:[1lI|](?:0\d|1[0-2])/[0-3]\d|/(?:0\d|1[0-2])[1lI|][0-3]\d|[/-](?:[01]?\d[/-]{UNTOLD}|[Xx?]{{2}}[/-][Xx?]{{2}}))(?![\w%/]|[.,-]\d)",
        0.92,
    ),
    # figures with blanks inside: 2021-0 1-27, 0 9/14/2016, 09/14/2 016
    pattern(
        "DATE",
        rf"(?<![\w.,/:-])(?<!\d )(?:(?:[1Il] ?9|2 ?[0O]) ?{DIGIT} ?{DIGIT}(?P<mark>[/-]){DIGIT} ?{DIGIT}(?P=mark){DIGIT} ?{DIGIT}|(?:[0-3OIl] ?)?{DIGIT}(?P<sign>[/-])(?:[0-3OIl] ?)?{DIGIT}(?P=sign){YEAR_SPLIT}){END_OR_TIME}",
        0.92,
        check=_figures_apart,
    ),
    # month and year: 3/2019, 2019-03; a week of a year: 2019-W12
    pattern(
        "DATE",
        r"(?<![\w.,/:-])(?P<date>(?:0?[1-9]|1[0-2]) ?[/\-] ?(?:19|20)\d\d)(?![\w/]|[.-]\d)",
        0.9,
        "date",
    ),
    pattern(
        "DATE", r"(?<![\w.,/:-])(?P<date>(?:19|20)\d\d[/\-](?:0[1-9]|1[0-2]))(?![\w/]|[.-]\d)", 0.8, "date"
    ),
    pattern("DATE", r"(?<![\w.,/:-])(?:19|20)\d\d-W[0-5]\d(?:-[1-7])?\b", 0.9),
    # blanks between: 03 12 2019
    pattern("DATE", r"(?<![\w.,/:-])(?P<date>[0-3]\d [01]\d (?:19|20)\d\d)(?![\w%]|[.-]\d)", 0.85, "date"),
    # a month and a year of two figures that is no fraction: 03/98
    pattern("DATE", r"(?<![\w/.,-])0[1-9]/[4-9]\d(?![\w/%]|[.-]\d)", 0.7),
    # the day or the month left out: 3//2019
    pattern("DATE", r"(?<![\w/.,-])\d{1,2}(?://\d{0,2}/?|/ ?/)(?:19|20)\d\d(?!\w)", 0.9),
    # marks doubled, blanks about them, a comma for a full stop: 11-03--1921, 27 . 12.22, 5,19.2014
    pattern(
        "DATE",
        r"(?<![\w/.,-])[0-3]?\d(?P<mark> ?[-/.,~] ?|[-/]{2})[0-3]?\d(?: ?[-/.~] ?|[-/]{2})(?:19|20)?\d\d(?![\w/%]|[.,-]\d)",
        0.9,
        check=_loosely_joined,
    ),
)

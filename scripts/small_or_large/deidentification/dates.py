"""Dates in every form a report writes them, and ages over 89."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from functools import lru_cache

from presidio_analyzer import RecognizerResult

from small_or_large.deidentification.patterns import (
    DAMAGED,
    DIGIT,
    PatternRecognizer,
    digits,
    figures,
    pattern,
    real_digits,
)

_M = (
    r"(?:j[ao]n(?:u ?a ?r ?y)?|fe[bh](?:r ?u ?a ?r ?y)?|ma[rc](?:c ?h)?|apr(?:[il1] ?[l1I])?|ma[yv]|jun[e]?|ju[l1I]y?|"
    r"aug(?:u ?s ?t)?|sep(?:t(?:e ?m ?b ?e ?r)?)?|[o0]ct(?:[o0]be ?r)?|n[o0]v(?:e ?m ?b ?e ?r)?|dec(?:e ?m ?b ?e ?r)?|"
    r"janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre|januar|februar|dezember|desember|oktober|juni|juli|enero|febrero|marzo|abril|"
    r"mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|maart|augustus|janeiro|fevereiro|maio|junho|julho|setembro|outubro|novembro|dezembro)"
)
_MONTH = rf"{_M}\.?"
_MONTHS = tuple("january february march april june july august september october november december".split())
_DAY = rf"(?:[0-3OoIlZ]?{DIGIT}|[0-3][Ss])(?: ?(?:st|nd|rd|th))?"
_YEAR = rf"(?:(?:[1Il]9|[2Z][0O]){DAMAGED}{{2}}(?!:\d)|[12I]{DIGIT} ?{DIGIT}{{2}}(?!:\d)|(?<=, )[12]{DIGIT}{DIGIT}(?=[.,;)]|\s*$)|['’]{DIGIT}{{2}}|[Oo0-9]{DIGIT})"
_YEAR4 = rf"(?:(?:[1Il]9|[2Z][0O]){DAMAGED}{{2}}|[12Il]{DIGIT} ?{DIGIT}{{1,2}})"
_YEAR_SPLIT = rf"(?:[1Il] ?9|2 ?[0Oo]) ?{DAMAGED} ?{DAMAGED}(?<![S|])"  # a year of four figures, with a scanner's blanks
_D = "[0-9OoIlBSZb]"  # a figure of a date between strokes
_UNTOLD = r"(?:[Xx]{2}|[?_*#]{2}|--|00)"  # where a day or a month is not told
# names of months in pieces or with a figure for a letter; trusted only beside a full year
_MONTH_SPLIT = (
    r"(?:j ?a ?n(?: ?u ?a ?r ?y)?|[fe] ?e ?[b8](?: ?r ?u ?a ?r ?y)?|m ?a ?(?:r(?: ?c ?h)?|y)|a ?p ?[rn](?: ?i ?l)?|[j1] ?[uo] ?(?:n(?: ?e)?|[l1I](?: ?y)?)|a ?u ?[g96](?: ?u ?s ?t)?|"
    r"[s5] ?e ?p(?: ?t(?: ?e ?m ?b ?e ?r)?)?|[o0] ?[ce] ?t(?: ?[o0] ?b ?e ?r)?|n ?[o0] ?v(?: ?e ?m ?b ?e ?r)?|d ?e ?[ce](?: ?e ?m ?b ?e ?r)?)"
)
_END = r"(?![\w%]|\.\d)"
_END_OR_TIME = rf"(?:{_END}|(?=T\d))"
_START = r"(?<![\w.,/:-])"
_START_SLACK = r"(?<![\w/])"
_BIG = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[- ]?first)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_UP_TO_99 = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]?{_ONES})?|{_TEENS}|(?:oh|o|aught)[- ]{_ONES}|{_ONES})"
_SMALL = rf"(?:(?:twenty|thirty)[- ]?{_ONES}|twenty|thirty|{_TEENS}|{_ONES})"
_SPOKEN_YEAR_FULL = rf"(?:nineteen(?: hundred(?: and)?)? {_UP_TO_99}|twenty (?:{_TEENS}|(?:twenty|thirty)(?:[- ]?{_ONES})?|(?:oh|o)[- ]{_ONES})|nineteen hundred|two thousand(?: and)?(?: {_UP_TO_99})?)"
_SPOKEN_YEAR = rf"(?:{_SPOKEN_YEAR_FULL}|(?:19|20)\d\d)"
_HOLIDAY = (
    r"(?:christmas(?: day| eve)?|xmas(?: day| eve)?|boxing day|new year['’]?s?(?: day| eve)|hogmanay|easter(?: sunday| monday| saturday)?|good friday|whit (?:monday|sunday)|whitsun|pentecost|palm sunday|"
    r"maundy thursday|shrove tuesday|ash wednesday|ascension day|epiphany|candlemas|michaelmas|midsummer(?:['’]s)?(?: day| eve)?|all (?:saints|souls)['’]? day|corpus christi|advent sunday|thanksgiving(?: day)?|"
    r"labou?r day|canada day|victoria day|memorial day|independence day|columbus day|juneteenth|groundhog day|halloween|bonfire night|guy fawkes night|ramadan|diwali|holi|vesak|eid(?: al-\w{4,5})?|nowruz|hanukkah|"
    r"passover|yom kippur|rosh hashanah|chinese new year|lunar new year|remembrance (?:day|sunday)|armistice day|bastille day|(?:mother|father|valentine|patrick|george|andrew|david)['’]?s day|st\.? (?:patrick|george|andrew|david|nicholas|lucia|stephen)['’]?s day|"
    r"family day|civic holiday|heritage day|anzac day|australia day|waitangi day|martin luther king day|mlk day|presidents['’]? day|veterans day|(?:august |spring |may |early may )?bank holiday(?: monday)?|guru nanak jayanti|republic day|burns night)"
)
_WORDS = r"(?:about|around|circa|ca\.?|early|late|mid|middle of|beginning of|end of|start of)"
_CUE = (
    r"(?:dob|d\.o\.b\.?|d0b|birth ?date|date|dated|born|on|collected|rec(?:eived|'?d|v'?d)|report(?:ed)?|rep'?d|signed(?: out)?|verified|"
    r"accessioned|admit(?:ted)?|discharged?|seen|since|until|through|from|dictated|transcribed|issued|amended|addended|notified|"
    r"performed|biops(?:y|ied)|surgery|procedure|obtained|resulted|printed|entered|completed|released|diagnosed(?: in)?|"
    r"requested|ordered|registered|authori[sz]ed|collection|drawn|operation|gross(?:ed|ing)|sign-?off|d/t|t/d|dd|dt|msg|message|phoned|rang|abstracted|called|discussed|visit|scheduled|taken|lmp|radiation|chemo(?:therapy)?|radiotherapy|lumpectomy|mastectomy|hysterectomy|follow[- ]?up|done|underwent|excised|removed|resected|status post [a-z]{3,20}|s/p [a-z]{3,20})"
)


def _day_month(match: re.Match) -> bool:
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


def _compact(match: re.Match) -> bool:
    text = match.group("date")
    return 1900 <= int(text[:4]) <= 2100 and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31


def _month_year(match: re.Match) -> bool:
    month, year = (digits(p) for p in re.split(r" ?[/\-] ?", match.group("date"), maxsplit=1))
    if not (month and year and 1 <= int(month) <= 12):
        return False
    return 1900 <= int(year) <= 2100 if len(year) == 4 else len(year) == 2


def _month_day(match: re.Match) -> bool:
    text = match.group("date")
    parts = [digits(p) for p in re.split(r" ?[/\-] ?", text)]
    if len(parts) != 2 or not all(parts) or not real_digits(text):
        return False
    if re.search(r"\d -\d|\d- \d", text):
        return False
    a, b = map(int, parts)
    return 1 <= min(a, b) <= 12 and max(a, b) <= 31 or (1 <= a <= 12 and len(parts[1]) == 2)


def _number_there(match: re.Match) -> bool:
    return any(c.isdigit() for c in match.group(0))


_SHORT_MONTH = re.compile(r"(?:mar|may|dec|jun|jan|oct|sep|nov|apr|jul|aug|feb)[ .]{0,2}\d{1,2}")
_ANNOUNCED = re.compile(
    r"(?i)(?:\b(?:on|of|since|until|from|by|dated?|the|and|collected|received|reported|done|seen|rec'?d|sent|last|next|to|at)\b|^)[ :.,]{1,3}$"
)


def _day_month_words(match: re.Match) -> bool:
    """A day is there; a damaged short month ("mac") without a year is none."""
    text = match.group(0)
    if not _number_there(match) or _NO_MONTH.search(text):
        return False
    return not (text.endswith("may") and _VERB.match(match.string, match.end()))


_VERB = re.compile(
    r" (?:be|have|also|not|represent|reflect|indicate|suggest|show|include|occur|well|benefit)\b"
)
_NO_MONTH = re.compile(r"(?i)(?:mac|mav|jon|feh)\.?$")


def _month_day_words(match: re.Match) -> bool:
    """A day is there; a short month in small letters, which may be damaged millimetres, needs a word that announces it."""
    if not _number_there(match) or _STAIN.fullmatch(match.group(0)):
        return False
    if _SHORT_MONTH.fullmatch(match.group(0)):
        lead = match.string[max(0, match.start() - 14) : match.start()]
        return not lead.strip() or _ANNOUNCED.search(lead) is not None
    return True


_STAIN = re.compile(r"(?:OCT|Oct)-?[1-4](?:/4)?")  # transcription factors, no days of October

_ROMAN_MONTHS = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())


def _roman_month(match: re.Match) -> bool:
    """A month in Roman numerals, whose strokes a scanner may have read as l or 1."""
    roman = match.group("roman")
    return not roman.isdigit() and re.sub("[l1|]", "i", roman.lower()) in _ROMAN_MONTHS


def _in_year(a: int, b: int) -> bool:
    """Whether two numbers are a day and a month, in either order."""
    return 1 <= min(a, b) <= 12 and max(a, b) <= 31


def _split_month(match: re.Match) -> bool:
    """A month's name in pieces, or with a figure for a letter, beside figures that are mostly true."""
    return real_digits(match.group(0)) and (match.group("day") is not None or not match.group(0)[0].islower())


def _worn_separator(match: re.Match) -> bool:
    """Day and month of a date in whose figures a separator is misread or lost."""
    other = next(filter(None, match.group(*"abcdef")))
    return _in_year(int(match.group("day")), int(other))


def _split_figures(match: re.Match) -> bool:
    """A date in figures with blanks inside, which counts only if the whole is a date."""
    text = re.sub(" ", "", match.group(0))
    parts = [digits(p) for p in re.split(r"[/-]", text)]
    if " " not in match.group(0) or not all(parts) or not real_digits(text):
        return False
    a, b = (int(p) for p in (parts[:2] if len(parts[2]) == 4 else parts[1:]))
    return _in_year(a, b)


# a publication or a guideline in brackets with its year
_SOURCE = re.compile(
    r"et al|WHO|AJCC|CAP\b|ISUP|FIGO|ASCO|[Ee]dition|[Cc]lassif|[Gg]uideline|[Cc]onsensus|\bJ\b|Journal|Pathol\b|Am\b|Arch\b|[Cc]riteria|[Ss]ystem"
)


def _month_day_of(text: str) -> bool:
    a, b = map(int, re.split(r"[/.]", text))
    return 1 <= min(a, b) <= 12 and max(a, b) <= 31


@lru_cache(maxsize=20_000)
def _near_month(text: str) -> bool:
    """Whether a word is a month's name with one letter lost, added or misread, as scanners do."""
    text = text.lower().replace("0", "o").replace("1", "l")
    for month in _MONTHS:
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


def _damaged_month(match: re.Match) -> bool:
    return _near_month(match.group("month")) and real_digits(match.group(0).replace(match.group("month"), ""))


def _loose(match: re.Match) -> bool:
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


_NOT_UNIT = (
    r"(?!\s?(?:cm|mm|x|of|nodes?|cores?|lymph|blocks?|slides?|hpf|positive|negative|[o0]\W{0,2}clock)\b)"
)


_CAPITAL_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"


class DateRecognizer(PatternRecognizer):
    """Days, months with a year, years and seasons that tell when something happened to the patient."""

    PATTERNS = (
        pattern(
            "DATE",
            rf"(?<![\w/-])(?<!\d[.,])(?:{_D}{{3,4}} ?[/.\-–] ?{_D}{{1,2}} ?[/.\-–] ?{_D}{{1,2}}|{_D}{{1,2}} ?[/.\-–] ?{_D}{{1,2}} ?[/.\-–] ?{_D}{{2,4}})(?![\w/%]|[.,-]\d)",
            0.95,
            check=_day_month,
        ),
        pattern(
            "DATE",
            rf"(?<![\w/-])(?<!\d[.,])(?:[12]\d{{3}}[/\-]{DIGIT}{{1,2}}[/\-]{DIGIT}{{1,2}}|{DIGIT}{{1,2}}[/\-]{DIGIT}{{1,2}}[/\-](?:19|20)\d\d)(?=T?\d\d?[:h]\d\d)",
            0.95,
        ),
        pattern("DATE", r"(?<![\w.-])(?P<date>(?:19|20)\d{6})(?:T?\d{4,6})?(?![\w-])", 0.9, check=_compact),
        # 3 March 2019, 3rd of March, 3-Mar-19, 03MAR2019, Tuesday the 3rd of March
        pattern(
            "DATE",
            rf"(?i)(?<![\w/])(?<!\d[.,])(?:the )?{_DAY}(?: ?of)?(?:[ .,/\-–]{{0,3}}|[1lI|]){_MONTH}(?:(?:[ ,.\-–/]{{0,3}}|[1lI|](?=19|20)| of ){_YEAR})?{_END}",
            0.95,
            check=_day_month_words,
        ),
        # March 3, 2019; Mar. 3rd; Sep 18, '13; MAR 3 1 2009
        pattern(
            "DATE",
            rf"(?i){_START_SLACK}(?<![a-z]-){_MONTH}[ .\-–/]{{0,3}}(?:the )?(?:[0-3] [0-9](?= (?:19|20))|{_DAY})(?:(?:[ ,.\-–/]{{1,3}}| of ){_YEAR}|[1I2][90]{DIGIT}{{2}})?{_END}{_NOT_UNIT}",
            0.93,
            check=_month_day_words,
        ),
        # March 2019, mid-Feb 2019, Dec '07, Oct-98
        pattern(
            "DATE",
            rf"(?i){_START_SLACK}(?:{_WORDS}[- ]{{1,2}})?{_MONTH}(?: of)?[ ,.\-–/]{{0,3}}(?:(?:of|in) )?(?:{_YEAR4}|['’]\d\d|(?<=[-/])[4-9]\d(?![-/])){_END}",
            0.93,
            check=_number_there,
        ),
        # names of months that a scanner damaged
        pattern(
            "DATE",
            rf"(?<![\w/.]){DIGIT}{{1,2}}(?:st|nd|rd|th)?[ \-/.]{{1,3}}(?P<month>[A-Za-z0-9]{{4,10}})[ ,\-/.]{{1,3}}{_YEAR4}{_END}",
            0.93,
            check=_damaged_month,
        ),
        pattern(
            "DATE",
            rf"(?<!\w)(?P<month>[A-Z][A-Za-z0]{{3,9}})\.? {{1,2}}(?:{_DAY},? {{1,2}})?{_YEAR4}{_END}{_NOT_UNIT}",
            0.93,
            check=_damaged_month,
        ),
        pattern(
            "DATE",
            r"(?<![\w.-])\d{1,2}[. ]{1,2}(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2}|X)[. ]{1,2}(?:19|20)\d\d(?!\w)",
            0.9,
        ),
        pattern(
            "DATE",
            rf"(?i)(?<!\w){_MONTH_SPLIT}(?:(?P<day>[ .\-/]{{0,2}}{_DAY}),?[ .\-/]{{1,2}}|,? | of |[/-]){_YEAR_SPLIT}{_END}",
            0.93,
            check=_split_month,
        ),
        pattern(
            "DATE",
            rf"(?i)(?<![\w/])(?P<day>(?:[0-3] )?{_DAY})[ .\-/]{{0,2}}{_MONTH_SPLIT}[ ,.\-/]{{0,2}}{_YEAR_SPLIT}{_END}",
            0.93,
            check=_split_month,
        ),
        # 2012-Sep-09, 1941 Mar 3
        pattern(
            "DATE",
            rf"(?i)(?<![\w/]){_YEAR_SPLIT}[ ,./\-–]{{1,2}}{_MONTH}[ ./\-–]{{1,2}}(?:{_DAY}|{_UNTOLD}){_END_OR_TIME}{_NOT_UNIT}(?! ?;)",
            0.93,
            check=lambda m: real_digits(m.group(0)) or "?" in m.group(0),
        ),
        # the day or the month not told: XX/Jan/2015, ??/07/2021, --/2019, 2015-07-XX
        pattern(
            "DATE",
            rf"(?i)(?<![\w/-]){_UNTOLD}[ ./\-–]{{1,2}}(?:(?:{_MONTH}|[01]?{DIGIT}|{_UNTOLD})[ ./\-–]{{1,2}})?(?:[1Il]9|2[0O]){DAMAGED}{{2}}{_END}",
            0.93,
        ),
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
            rf"(?<![\w.,/:-])(?:19|20)\d\d(?:[1lI|](?:0\d|1[0-2])/[0-3]\d|/(?:0\d|1[0-2])[1lI|][0-3]\d|[/-](?:[01]?\d[/-]{_UNTOLD}|[Xx?]{{2}}[/-][Xx?]{{2}}))(?![\w%/]|[.,-]\d)",
            0.92,
        ),
        # figures with blanks inside: 2021-0 1-27, 0 9/14/2016, 09/14/2 016
        pattern(
            "DATE",
            rf"(?<![\w.,/:-])(?<!\d )(?:(?:[1Il] ?9|2 ?[0O]) ?{DIGIT} ?{DIGIT}(?P<mark>[/-]){DIGIT} ?{DIGIT}(?P=mark){DIGIT} ?{DIGIT}|(?:[0-3OIl] ?)?{DIGIT}(?P<sign>[/-])(?:[0-3OIl] ?)?{DIGIT}(?P=sign){_YEAR_SPLIT}){_END_OR_TIME}",
            0.92,
            check=_split_figures,
        ),
        pattern("DATE", rf"(?i)\b(?:the )?{_BIG}(?: day)? of {_M}(?:,? (?:19|20)\d\d)?\b", 0.9),
        pattern(
            "DATE",
            r"(?i)\b(?:(?:next|last|this|on) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?\d{1,2}(?:st|nd|rd|th)\b",
            0.85,
        ),
        pattern("DATE", rf"(?i)\b{_M} (?:the )?{_BIG}(?:,? (?:19|20)\d\d)?\b", 0.9),
        pattern(
            "DATE",
            r"(?i)\b(?:(?:early|late|mid)[- ])?(?:spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|new year'?s?(?: (?:day|eve))?|labou?r day|canada day|halloween|ramadan|diwali)(?: day| eve)?(?: of)?,? ['’]?(?:19|20)?\d\d\b",
            0.9,
        ),
        # a month alone after a preposition; "may" and "march" only with a capital
        pattern(
            "DATE",
            r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Ll]ast|[Bb]y|[Ff]rom|[Oo]f|[Ee]arly|[Ll]ate|[Mm]id|[Dd]uring|[Tt]his|[Nn]ext|[Ii]nto|[Bb]efore|[Aa]fter)[ -](?P<date>(?:[Ee]arly |[Ll]ate |[Mm]id[- ])?(?:[Jj]anuary|[Ff]ebruary|March|[Aa]pril|May|[Jj]une|[Jj]uly|[Aa]ugust|[Ss]eptember|[Oo]ctober|[Nn]ovember|[Dd]ecember|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b(?! (?:be|have|represent|reflect|not|also|occur|indicate))",
            0.8,
            "date",
        ),
        # month and year in figures
        pattern(
            "DATE",
            r"(?<![\w.,/:-])(?P<date>(?:0?[1-9]|1[0-2]) ?[/\-] ?(?:19|20)\d\d)(?![\w/]|[.-]\d)",
            0.9,
            "date",
        ),
        pattern(
            "DATE",
            r"(?<![\w.,/:-])(?P<date>(?:19|20)\d\d[/\-](?:0[1-9]|1[0-2]))(?![\w/]|[.-]\d)",
            0.8,
            "date",
        ),
        pattern("DATE", r"(?<![\w.,/:-])(?:19|20)\d\d-W[0-5]\d(?:-[1-7])?\b", 0.9),
        # day and month, or month and year of two digits, only where a word announces a date
        pattern(
            "DATE",
            rf"(?i)\b{_CUE}(?: (?:on|in|by|at|from|of|date|time|was|were|is|dated|msg|message))?[ .:=#@-]{{1,3}}(?P<date>{DIGIT}{{1,2}} ?[/\-] ?{DIGIT}{{1,4}})(?![\w/%]|[.-]\d){_NOT_UNIT}",
            0.85,
            "date",
            check=_month_day,
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:on|in|since|until|dated?|d\.?o\.?b\.?|born|collected|received|signed out|accessioned|issued|date)[ :.]{{1,3}}(?P<date>[12]{DIGIT}{{5,7}})(?![\w.])",
            0.8,
            "date",
            check=lambda m: real_digits(m.group("date")) and 1900 <= int(digits(m.group("date"))[:4]) <= 2099,
        ),
        # a slash read as a one or lost: 19/1112010, 2021-0 1-27, 1911l03/24 (the second of the next two)
        # damaged figures after a word that announces a date: 12/2 8/2012, 149-03-15, 24.03.204, 1 11/30
        pattern(
            "DATE",
            rf"(?i)\b(?:{_CUE}|signed out|result)(?: (?:on|in|at|of|date|time))?[ .:=#@]{{1,3}}(?P<date>(?:{DIGIT} ?){{1,4}} ?[/.,\-] ?(?:{DIGIT} ?){{1,2}}[/.,\-] ?(?:{DIGIT} ?){{1,3}}{DIGIT}|(?:19|20){DIGIT}{{2,4}}-{DIGIT}{{1,2}}|[0-3]?\d [01]\d (?:19|20)\d\d|[0-3]?\d/(?:1[0-2]|0?[1-9])1\d\d)(?![\w%]|[.-]\d)",
            0.9,
            "date",
            check=lambda m: real_digits(m.group("date")) and m.group("date").count(",") < 2,
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:{_CUE}|signed out|result|date (?:taken|of birth|of report)|time|authorised)(?: (?:on|in|at|of|date|time|was|is))?[ .:=#@]{{1,3}}(?P<date>[0-3]?\d[/1Il|][01]?\d[/1Il|](?:19|20)\d\d|(?:19|20)\d ?\d[-/1Il]? ?[01] ?\d[-/1Il]? ?[0-3] ?\d|(?:19|20){DIGIT}{{2,4}}-{DIGIT}{{1,2}}|[0-3]?\d [01]\d (?:19|20)\d\d)(?![\w%]|[.-]\d)",
            0.9,
            "date",
            check=lambda m: real_digits(m.group("date")) and m.group("date").count(",") < 2,
        ),
        pattern(
            "DATE", r"(?<![\w.,/:-])(?P<date>[0-3]\d [01]\d (?:19|20)\d\d)(?![\w%]|[.-]\d)", 0.85, "date"
        ),
        # dates as they are dictated: may fifth nineteen forty one, the twelfth of march two thousand and nine
        pattern(
            "DATE",
            rf"(?i)\b(?:{_M} (?:the )?(?:{_BIG}|{_SMALL})|(?:the )?(?:{_BIG}|{_SMALL})(?: day)?(?: of)? {_M})(?:,| of|,? in)? {_SPOKEN_YEAR}\b",
            0.9,
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:the )?{_BIG} (?:of )?{_M}\b(?! (?:be|have|represent|reflect|also|occur|indicate))",
            0.85,
        ),
        pattern("DATE", rf"(?i)\b{_M}(?: of)?,? {_SPOKEN_YEAR}\b", 0.85),
        pattern(
            "DATE",
            rf"(?i)\b(?:in|since|until|from|circa|around|of|born) (?P<date>{_SPOKEN_YEAR_FULL})\b",
            0.7,
            "date",
        ),
        pattern(
            "DATE",
            r"(?i)\b(?:in|since|until|from|circa|around|back in|born|summer|spring|fall|winter|autumn) (?P<date>['’]\d\d)(?![\w'’])",
            0.8,
            "date",
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:on|since|at|before|after|until|till|by|over|around|this|last|next|past|during) (?:the )?(?P<date>{_HOLIDAY})(?!\w)",
            0.8,
            "date",
        ),
        pattern(
            "DATE",
            r"(?i)\b(?:on|until|since|by|from|again on) the (?P<date>[0-3]?\d(?:st|nd|rd|th))(?=[.,;)]|\s*$| (?:of|at|by|with|for|in|showed|was|again|when|this|but|inst)\b| and (?:again|showed|was|on|the \d))",
            0.75,
            "date",
        ),
        pattern(
            "DATE",
            r"(?i)(?<![\w.-])Q[1-4][ /-]?(?:of )?(?:(?:19|20)\d\d|['’]\d\d)(?!\w)|\b(?:first|second|third|fourth|last) (?:quarter|half|week) of (?:19|20)\d\d\b",
            0.85,
        ),
        pattern(
            "DATE",
            r"(?i)\b(?:rec(?:'?d)?|rcvd|rep(?:'?d)?|coll|geb\.?|dob|né[e]? le|op|seen|sent)[ :.]{1,2}(?P<date>[0-3]?\d\.[01]?\d\.?)(?=[ /,;)]|\s*$)(?! ?(?:cm|mm|x|g|ml|kg|\d))",
            0.8,
            "date",
        ),
        pattern(
            "DATE",
            rf"\b(?:[Bb]y|BY|[Pp]er) [A-Z][\w'’-]{{1,15}} (?P<date>{DIGIT}{{1,2}} ?[/\-] ?{DIGIT}{{1,2}})(?=[ .,;)]|\s*$){_NOT_UNIT}",
            0.8,
            "date",
            check=_month_day,
        ),
        pattern(
            "DATE",
            r"(?<![\w/.,-])(?:0[1-9]|1[0-2])/(?:[4-9]\d)(?![\w/%]|[.-]\d)",
            0.7,
            check=lambda m: m.group(0)[0] == "0",
        ),
        pattern("DATE", r"(?<![\w/.,-])\d{1,2}(?://\d{0,2}/?|/ ?/)(?:19|20)\d\d(?!\w)", 0.9),
        # a day and a month after a way of telling, a handing over, or the number of a case
        pattern(
            "DATE",
            r"(?i)\b(?:(?:by|via|over the) (?:tele)?(?:phone|fax|e-?mail|pager)|in person|verbally|(?:returned|given|handed|released|delivered|forwarded|mailed|sent|faxed) to [A-Za-z .'’-]{2,40}?),? (?:on )?(?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$| (?:at|and|by)\b)(?!\.\d)",
            0.92,
            "date",
            check=_month_day,
        ),
        pattern(
            "DATE",
            r"(?<![\w.-])[A-Z]{1,3}-?\d\d-\d{3,7} ?\((?P<date>[01]?\d/(?:[0-3]?\d/)?(?:\d\d)?\d\d)\)",
            0.97,
            "date",
            check=lambda m: 1 <= int(m.group("date").split("/")[0]) <= 12,
        ),
        # a day and a month beside a time of day or a weekday
        pattern(
            "DATE",
            r"(?<![\w/.,-])(?P<date>[0-3]?\d/[0-3]?\d)(?=,? (?:at |@ ?)?(?:[01]\d|2[0-3])[0-5]\d(?: ?h(?:rs?)?)?(?!\w|[./-]\d)|,? (?:at|@) ?\d{1,2}[:.]\d\d)",
            0.8,
            "date",
            check=_month_day,
        ),
        pattern(
            "DATE",
            r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? (?P<date>[0-3]?\d[/.][01]?\d)(?![\w/%]|[.-]\d)",
            0.85,
            check=lambda m: _month_day_of(m.group("date")),
        ),
        pattern("DATE", rf"(?i)\b{_M}(?: of)? (?:last|this|next|the same|the following|that) year\b", 0.85),
        pattern(
            "DATE",
            r"\((?:Drs?\. )?[A-Z][^().\n]{1,40}, (?P<date>19[3-9]\d|20[0-4]\d)\)",
            0.7,
            "date",
            check=lambda m: _SOURCE.search(m.group(0)) is None,
        ),
        # a year where something happened then
        pattern(
            "DATE",
            r"(?i)\b(?:in|since|until|from|during|circa|around|before|after|by|year|early|late|mid|back in|dated?|born|till|through|post|ca\.?|approximately|about|prior|diagnosed|hysterectomy|mastectomy|surgery|resection|excision|biopsy|treated|radiation|chemotherapy)[ :,(-]{1,2}(?P<date>(?:19[3-9]\d|20[0-4]\d)(?:['’]?s)?)(?![\w%:;/]|[.,]\d| ?(?:who|ajcc|asco|cap|classification|edition|guidelines?|cm|mm|g|grams|gm|ml|cc|criteria|consensus|system|iarc)\b)",
            0.7,
            "date",
        ),
        # a holiday with its year, whatever stands before
        pattern("DATE", rf"(?i)(?<!\w){_HOLIDAY}(?: (?:of|in))?,? (?:{_SPOKEN_YEAR}|['’]\d\d)(?!\w)", 0.9),
        pattern("DATE", rf"(?i)(?:^|(?<=[.;:\n(] )){_HOLIDAY}(?=[:,;)]| on[- ]call)", 0.8),
        # 22nd inst., the 3rd of the month, the 8th of last November, 8th of the 8th, 2018
        pattern(
            "DATE", r"(?i)(?<!\w)(?:the )?[0-3]?\d(?:st|nd|rd|th)? ?(?:inst|ult|prox)(?:ant|imo)?\b\.?", 0.9
        ),
        pattern(
            "DATE",
            rf"(?i)(?<!\w)(?:the )?[0-3]?\d(?:st|nd|rd|th) (?:of|in|day of) (?:(?:this|last|next|the same|the|that|the following|the previous) (?:month|year|{_M}|[01]?\d(?:st|nd|rd|th))|[01]?\d(?:st|nd|rd|th))(?:,? (?:(?:19|20)\d\d|['’]?\d\d))?(?!\w)",
            0.9,
        ),
        pattern(
            "DATE", rf"(?i)(?<!\w)(?:the )?{_BIG} of (?:the )?{_BIG},? (?:{_SPOKEN_YEAR}|{_UP_TO_99})\b", 0.9
        ),
        # two slash eleven slash nineteen; nov fourth; friday september the sixth
        pattern(
            "DATE",
            rf"(?i)(?<!\w)(?:{_SMALL}|\d{{1,2}}) (?:slash|stroke|dash) (?:{_SMALL}|\d{{1,2}}) (?:slash|stroke|dash) (?:{_SPOKEN_YEAR_FULL}|{_UP_TO_99}|(?:19|20)?\d\d)\b",
            0.92,
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:on|until|by|since|till) (?P<date>the {_BIG})(?=[.,;)]|\s*$| (?:period|comma|and|at|of|by|with|was|it|he|she|i|we|thing|negative|positive|new)\b)",
            0.75,
            "date",
        ),
        pattern(
            "DATE",
            rf"(?i)\b(?:on|dated?|dob|born|collected|received|performed|done|colonoscopy|smear|biopsy|surgery|it|from|of) (?P<date>(?:{_SMALL}|{_M}) {_SMALL} (?:(?:oh|o) )?{_UP_TO_99})(?=[.,;)]|\s*$| (?:comma|period|and|at|by)\b)",
            0.8,
            "date",
        ),
        # on the 14th, but no rib, floor or percentile
        pattern(
            "DATE",
            r"(?i)\b(?:on|until|since|by|from|till|dated|of|requested|received|seen|came|booked|due|for|before|after) (?P<date>the [0-3]?\d(?:st|nd|rd|th))(?=[.,;)]|\\s*$| (?:at|by|with|for|to|that|of|and|but|in|was|it|she|he|i|we|when|from|about|period|comma)\\b)(?! ?(?:rib|floor|level|percentile|edition|ed\b|cranial|intercostal|toe|finger|digit|ray|metatarsal|metacarpal|thoracic|lumbar|cervical|vertebra|slide|section|block|cut|core|biopsy|pass|attempt|time|day|week|year|month|decade|century|nerve|ventricle|part|portion|branch|generation|visit|cycle|dose|postoperative|post-op|most|centile))",
            0.7,
            "date",
        ),
        pattern(
            "DATE",
            r"(?i)(?<!\w)(?:(?:next|last|this|on|coming) )?(?:mon|tues?|weds?|wednes|thur?s?|fri|sat|satur|sun)(?:day)?\.? (?:the )?[0-3]?\d(?:st|nd|rd|th)(?!\w)",
            0.85,
        ),
        # a month of Roman numerals; a day-time group of the services
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
            check=lambda m: (
                re.search(r"[IVXivx]{1,4}", m.group(0)).group().lower()
                in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
                and not re.search(r" [xX] ", m.group(0))
                and (
                    re.search(r"(?:19|20)\d\d$", m.group(0)) is not None
                    or "/" in m.group(0)
                    or "-" in m.group(0)
                )
            ),
        ),
        pattern("DATE", rf"(?i)(?<!\w)[0-3]\d[0-2]\d[0-5]\d ?[A-Z]? ?{_M} ?\d\d(?:\d\d)?(?!\w)", 0.9),
        # day and month after a verb, or beside initials
        pattern(
            "DATE",
            r"(?i)\b(?:fixed|arrived|corrected|changed|updated|booked|appt|appointment|posted|sent|moved|ordered|amended|checked|cut|grossed|mailed|faxed|told|emailed|scanned|picked up|dropped off|logged|smear|rcvd|dx|last|next|due|recd|again|seen|clinic|rounds|mtg|meeting|tb|mdt)(?: (?:on|by|for|at|again))?[ :]{1,2}(?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$| [a-z]{2,3}$| (?:mh|by|per|and|at|to)\b| \d{4})(?!\.\d)",
            0.75,
            "date",
            check=lambda m: (
                _month_day(m)
                and re.search(
                    r"(?i)\b(?:nodes?|cores?|ln|grade|score|er|pr|her2|gg)\W{0,2}$",
                    m.string[max(0, m.start("date") - 8) : m.start("date")],
                )
                is None
            ),
        ),
        pattern(
            "DATE",
            r"(?<![\w/.-])(?!(?:AND|IS|OF|ARE|WAS|OR|IN|ON|TO|AT|BY) )(?:[A-Z]{2,3}|[A-Z]\.[A-Z]\.) (?P<date>[0-3]?\d/[0-3]?\d)(?=[.,;)]|\s*$)(?!\.\d)",
            0.75,
            "date",
            check=lambda m: (
                _month_day(m)
                and re.search(
                    r"\b(?:ER|PR|HER2|LN|GG)\W{0,2}$", m.string[max(0, m.start("date") - 8) : m.start("date")]
                )
                is None
            ),
        ),
        pattern(
            "DATE",
            r"\b(?:last|since|smear|visit|seen|dx|in|appt|on|until|back|done|bx|surgery|pap|mammo(?:gram)?|scope|scan)(?: in)? (?P<date>(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?(?: ['’]?\d\d)?)(?=[.,;)]|\s*$| (?:at|with|by|for|and|w/|in|was|neg|pos))",
            0.75,
            "date",
        ),
        pattern(
            "DATE",
            r"(?i)\b(?:dx|dxd|dx'd|tx|hx|rx|bx|bx'd|sx|s/p|smear|surg|op|rt|xrt|chemo|mets|recurred|recurrence|relapse[d]?|first seen|lumpectomy|turbt|wle)(?: (?:in|of|ca|at))?[ :]{1,2}(?P<date>(?:19[4-9]\d|20[0-4]\d))(?![\w%/.-])",
            0.75,
            "date",
        ),
        # two days of a month: 2 and 9 May 2018, 12th/13th Aug 2015, May 3-5, 2019
        pattern(
            "DATE",
            rf"(?<![\w/.,-])(?:the )?[0-3]?\d(?:st|nd|rd|th)?(?: ?[-–/&,] ?| and | to | or )(?:the )?[0-3]?\d(?:st|nd|rd|th)?(?: of)? {_CAPITAL_MONTH}(?:,? (?:(?:19|20)\d\d|['’]\d\d))?(?!\w)",
            0.95,
        ),
        pattern(
            "DATE",
            rf"\b{_CAPITAL_MONTH} [0-3]?\d(?:st|nd|rd|th)?(?: ?[-–/&] ?| and | to | or )[0-3]?\d(?:st|nd|rd|th)?(?:,? (?:(?:19|20)\d\d|['’]\d\d))?(?![\w/]|[.]\d){_NOT_UNIT}",
            0.95,
        ),
        pattern("DATE", r"(?i)\b(?:mid|early|late)-(?P<date>(?:19[3-9]\d|20[0-4]\d))(?![\w/-])", 0.85),
        # the year first: 2018-Jul-14, l971-May-O6, 2019 June 3
        pattern(
            "DATE",
            rf"(?i)(?<![\w/.-])(?:[12Il][90O]{DIGIT} ?{DIGIT}|2 ?0 ?{DIGIT} ?{DIGIT})(?: ?[-/.] ?| ){_M}\.?(?: ?[-/.] ?| )[0-3OIl]?{DIGIT}{_END}",
            0.95,
            check=_number_there,
        ),
        # a month and a year of two digits: since Oct-98
        pattern(
            "DATE",
            r"(?<![\w/.-])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)[-/]['’]?\d\d(?![\w/-]|\.\d)",
            0.9,
        ),
        # a part left open: ??/03/2014, XX/Mar/2021, __-May-1999
        pattern(
            "DATE",
            rf"(?i)(?<![\w/-])(?:\?{{1,2}}|xx|__|--|\*\*|00)[-/. ]{{1,2}}(?:{DIGIT}{{1,2}}|{_M})[-/. ]{{1,2}}[12Il]{DIGIT}{{3}}(?!\w)",
            0.95,
        ),
        # a month of Roman numerals and a damaged year: 13/III/201b, 23/Vl/2003
        pattern(
            "DATE",
            r"(?<![\w/.-])[0-3OIl]?[0-9OIl][/.-][IVXl]{1,4}[/.-](?:19|20)[0-9OIlBbS]{2}(?!\w)",
            0.92,
        ),
        # marks doubled, blanks about them, a comma for a full stop: 11-03--1921, 27 . 12.22, 5,19.2014
        pattern(
            "DATE",
            r"(?<![\w/.,-])[0-3]?\d(?P<mark> ?[-/.,~] ?|[-/]{2})[0-3]?\d(?: ?[-/.~] ?|[-/]{2})(?:19|20)?\d\d(?![\w/%]|[.,-]\d)",
            0.9,
            check=_loose,
        ),
        # the day's ending run into what follows: the 21stof January
        pattern(
            "DATE", rf"(?i)(?<!\w)(?:the )?[0-3]?\d(?:st|nd|rd|th) ?of ?{_M}(?:,? (?:19|20)\d\d)?\b", 0.9
        ),
        # who was told, then the day: by telephone, 9/14; to the clerk Wanda 7/7
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
            r"(?<=\d) \((?P<date>(?:0?[1-9]|1[0-2])/\d\d)\)",
            0.75,
            "date",
            check=lambda m: (
                re.search(r"\b[A-Z]{1,3}\d\d-\d{3,6}$", m.string[max(0, m.start() - 14) : m.start()])
                is not None
            ),
        ),
    )

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Dates in `text`, each with the weekday before it and the time of day beside it."""
        found = []
        for result in super().analyze(text, entities, nlp_artifacts):
            start, end = result.start, result.end
            if _EDITION.search(text, max(0, start - 70), start) or _RANGE.search(
                text, max(0, start - 24), start
            ):
                continue
            before = _BEFORE.search(text, max(0, start - 48), start)
            if before:
                start = before.start()
            after = _TIME.match(text, end)
            if after:
                end = after.end()
            found.append(RecognizerResult("DATE", start, end, result.score))
        return found


# the date of a guideline, a checklist or a classification, which tells nothing of the patient
_EDITION = re.compile(
    r"(?i)(?:\beffective|\bcases (?:prior to|before|after|since)|\b(?:edition|ed\.|handbook|manual|protocols?|checklists?|guidelines?|template)(?:,? and \w+ (?:protocol|checklist|guideline)s?)?[;,.( ]{1,3}(?:version|revised|updated|published|posted|dated|of)?) ?(?:date:? ?)?$"
)
_RANGE = re.compile(r"(?i)\brang(?:ing|es?|ed) (?:in size )?from $")
_BEFORE = re.compile(
    r"(?i)\b(?:le |den |am |el |vom |du |the |(?:next |last )?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,? (?:the )?|(?:next|last|this|early|late|mid) |\d{1,2}:\d\d(?: ?[ap]m)?,? |(?:(?:a|one|two|three|four|five|six|several|a few|\d{1,2}) (?:days?|weeks?|months?) |the (?:day|week|month|night) )(?:before|after|prior to|following) )$"
)
_TIME = re.compile(r"(?i)[ ,T@]{1,3}[0-2O]?[0-9OIl][:h][0-5O][0-9OIl](?::[0-5]\d)?(?: ?[ap]\.?m\b\.?)?(?!\w)")

_AGE = r"(?P<age>(?:9[\dOlISBZb]|1[0O]\d|[lI][0O]\d|11[0-4])(?:[Yy](?!\w))?)"
_AGE_UNIT = r"(?:[ -]{0,2}(?:y ?/? ?o\b|y\.o\.|yr?s?\b\.?(?:[ -]?old)?|years?\b(?:[ -]old)?|year[- ]?olds?|years? of age|ans\b))"
_SPOKEN_AGE = r"(?:ninety(?:[-~ ]{0,2}(?:one|two|three|four|five|six|seven|eight|nine))?(?: and a half)?|(?:a|one) hundred(?: (?:and )?(?:one|two|three|four|five|six|seven|eight|nine|ten))?)"


class AgeRecognizer(PatternRecognizer):
    """Ages over 89, which HIPAA's Safe Harbor treats as identifying."""

    PATTERNS = (
        pattern(
            "AGE90",
            rf"(?i)(?<![\w.,/-]){_AGE}(?=[ -]{{0,2}}(?:y ?/? ?o\b|y\.o\.|yr?s?\b|yrs?\.?[ -]?old|years?\b|year[- ]?olds?|years? of age|ans\b))(?! ?-?(?:years?|yrs?) (?:survival|follow))",
            0.95,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?<![\w.,/-]){_AGE}(?=[ -]{{0,1}}(?:[MF]|[Mm]ale|[Ff]emale|MALE|FEMALE|man|woman|lady|gentleman)\b)",
            0.9,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?i)\b(?:age|aged|age at \w{{3,12}}|age ?/ ?sex|years?)\b[ :=.#(]{{1,4}}(?:of |is |was )?{_AGE}(?![\w.,/%]\w|%| ?(?:cm|mm|percent))",
            0.9,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?i)\b(?:man|woman|lady|gentleman|male|female|patient|nun|farmer|widow(?:er)?|resident|veteran|mother|father|(?:grand)?(?:mother|father)|who is|turned|turning|lived to|died at|at the age|is now|she is|he is),? (?:of|aged?|is|now|was)? ?{_AGE}(?![\w.,/%]\w|%| ?(?:cm|mm|percent|g\b|grams|x\b|ml|cc|pack))",
            0.85,
            "age",
        ),
        # frail at 93, at 96 she declined, will be 100 in March, a 97th birthday, 94-y-o
        pattern(
            "AGE90",
            rf"(?i)\b(?:frail|elderly|fit|well|independent|active|lucid|alone|living|spry|died|dead|lived|alive|widowed|still \w{{3,12}}) at {_AGE}(?=[,.;)]|\s*$| (?:with|and|but|not|in|years)\b)",
            0.85,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?i)\bat {_AGE}(?=,? (?:he|she|they|the patient|this (?:lady|gentleman|man|woman))\b)",
            0.85,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?i)\b(?:will be|will turn|turns|turning|to be|nearly|almost|approaching|nearing|past|over) {_AGE}(?= (?:in|next|on|this|soon|years|and)\b|[,.;)]|\s*$)(?! (?:in|on) (?:block|slide|section|part))",
            0.8,
            "age",
        ),
        pattern(
            "AGE90", r"(?i)(?<![\w.])(?P<age>9\d|1[01]\d)(?:st|nd|rd|th)(?= (?:birthday|year\b))", 0.9, "age"
        ),
        pattern("AGE90", r"(?i)(?<![\w.,/-])(?P<age>9\d|10\d|11[0-4])(?=-? ?y-? ?o\b)", 0.9, "age"),
        pattern(
            "AGE90",
            # Mrs. Ito, 93, was admitted; Ito, Rosa (93) came; she's 96
            rf"\b(?:Mrs?|Ms|Miss|Mx|Mme|Sr|Sra|Fr|Rev|MRS?|MS|MISS)\.? (?:[^\W\d_][\w'’.-]{{0,20}} ){{0,3}}[^\W\d_][\w'’-]{{1,20}}(?:,| \() ?{_AGE}(?=,| ?\)|;| (?:was|is|has|had|who|came|lives|presented|underwent|and)\b)(?!, ?\d)",
            0.9,
            "age",
        ),
        pattern(
            "AGE90",
            rf"(?i)\b(?:s?he|who|pt|patient|mother|father)['’]s (?:now |only |nearly |almost )?{_AGE}(?![\w.,/%]\w|%| ?(?:cm|mm|percent|kg|g\b|ml))",
            0.85,
            "age",
        ),
        # the figures apart: 9 3-year-old
        pattern("AGE90", r"(?i)(?<![\w.,/-])(?<!\d )9 [0-9OlI](?=[ -]{1,2}year[- ]{1,2}old\b)", 0.9),
        pattern(
            "AGE90", rf"(?i)\b(?:sex|gender)[ :/]{{1,3}}(?:m|f|male|female)[ /,]{{1,3}}{_AGE}\b", 0.9, "age"
        ),
        pattern("AGE90", rf"(?<![\w.,/-]){_AGE}(?= ?/ ?[MF]\b)", 0.9, "age"),
        pattern("AGE90", r"(?<=[MF]/)(?P<age>9\d|1[01]\d)\b", 0.9, "age"),
        pattern(
            "AGE90",
            r"(?i)\b(?:ninety|one hundred|a hundred)(?:[-~ ]{0,2}(?:and )?(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?(?=[- ](?:years?|yrs?|y/o|yo)\b)",
            0.9,
        ),
        pattern(
            "AGE90", r"(?i)\b(?:nineties|nonagenarian|centenarian|mid-90'?s|early 90'?s|late 90'?s)\b", 0.7
        ),
        pattern(
            "AGE90",
            rf"(?i)(?<![\w.,/-])(?:9[0-9OlISBZb]|(?=[OIl]{{1,2}}\d|1)[1Il][0O][0-9OlI])(?={_AGE_UNIT}|y\b)",
            0.9,
        ),
        pattern("AGE90", r"(?i)\bage[ :]{1,3}(?P<age>9 ?[0-9OlISBZb])(?![\w.,/%]\w)", 0.85, "age"),
        pattern(
            "AGE90",
            rf"(?i)\b(?:aged?|turn(?:ed|s|ing)|reach(?:ed|es)|is|was|now|at|be|old|of|said|almost|nearly|just|lived to)(?: (?:now|about|almost|nearly|just|only|age|of))?[ :,]{{1,2}}(?P<age>{_SPOKEN_AGE})(?! ?(?:percent|per cent|grams?|millimet|centimet|cm|mm|degrees|minutes|seconds|hours|days|nodes?|dollars|slides|sections|high|ml|cells))\b",
            0.8,
            "age",
        ),
        pattern("AGE90", rf"(?i)\b{_SPOKEN_AGE}(?=[- ](?:years?|yrs?|y/o|yo|year-old)\b)", 0.9),
        pattern(
            "AGE90",
            rf"(?i)\b(?:grandm?p?a|granny|nan|mum|mom|dad|mother|father|aunt|uncle|great[- ]\w+|he|she|pt|patient|decedent|deceased|who|lady|gentleman|sister|brother)(?: (?:who|is|was|now|turns|turned|reached|lived to|still|aged?|at|died at)){{1,2}} {_AGE}(?![\w.,/%]\w|%| ?(?:cm|mm|percent|g\b|grams|x\b|ml|cc|pack|days?|weeks?|months?|hours?|kg))",
            0.85,
            "age",
        ),
    )

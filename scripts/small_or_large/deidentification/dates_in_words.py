"""Dates in words: as they are dictated, holidays and seasons, ordinals of days, parts of a year."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

from small_or_large.deidentification.date_parts import MONTH_NAME, NTH
from small_or_large.deidentification.patterns import pattern

_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[- ]?first)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_UP_TO_99 = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]?{_ONES})?|{_TEENS}|(?:oh|o|aught)[- ]{_ONES}|{_ONES})"
_CARDINAL = rf"(?:(?:twenty|thirty)[- ]?{_ONES}|twenty|thirty|{_TEENS}|{_ONES})"
_SPOKEN_YEAR_FULL = rf"(?:nineteen(?: hundred(?: and)?)? {_UP_TO_99}|twenty (?:{_TEENS}|(?:twenty|thirty)(?:[- ]?{_ONES})?|(?:oh|o)[- ]{_ONES})|nineteen hundred|two thousand(?: and)?(?: {_UP_TO_99})?)"
_SPOKEN_YEAR = rf"(?:{_SPOKEN_YEAR_FULL}|(?:19|20)\d\d)"
# those of Christians, Jews, Muslims, Hindus and Buddhists, and of the countries that write English
_HOLIDAY = (
    r"(?:christmas(?: day| eve)?|xmas(?: day| eve)?|boxing day|new year['’]?s?(?: day| eve)|hogmanay|easter(?: sunday| monday| saturday)?|good friday|whit (?:monday|sunday)|whitsun|pentecost|palm sunday|"
    r"maundy thursday|shrove tuesday|ash wednesday|ascension day|epiphany|candlemas|michaelmas|midsummer(?:['’]s)?(?: day| eve)?|all (?:saints|souls)['’]? day|corpus christi|advent sunday|thanksgiving(?: day)?|"
    r"labou?r day|canada day|victoria day|memorial day|independence day|columbus day|juneteenth|groundhog day|halloween|bonfire night|guy fawkes night|ramadan|diwali|holi|vesak|eid(?: al-\w{4,5})?|nowruz|hanukkah|"
    r"passover|yom kippur|rosh hashanah|chinese new year|lunar new year|remembrance (?:day|sunday)|armistice day|bastille day|(?:mother|father|valentine|patrick|george|andrew|david)['’]?s day|st\.? (?:patrick|george|andrew|david|nicholas|lucia|stephen)['’]?s day|"
    r"family day|civic holiday|heritage day|anzac day|australia day|waitangi day|martin luther king day|mlk day|presidents['’]? day|veterans day|(?:august |spring |may |early may )?bank holiday(?: monday)?|guru nanak jayanti|republic day|burns night)"
)

DICTATED = (
    # the fifth of March, March the fifth
    pattern("DATE", rf"(?i)\b(?:the )?{_ORDINAL}(?: day)? of {MONTH_NAME}(?:,? (?:19|20)\d\d)?\b", 0.9),
    pattern("DATE", rf"(?i)\b{MONTH_NAME} (?:the )?{_ORDINAL}(?:,? (?:19|20)\d\d)?\b", 0.9),
    # may fifth nineteen forty one, the twelfth of march two thousand and nine
    pattern(
        "DATE",
        rf"(?i)\b(?:{MONTH_NAME} (?:the )?(?:{_ORDINAL}|{_CARDINAL})|(?:the )?(?:{_ORDINAL}|{_CARDINAL})(?: day)?(?: of)? {MONTH_NAME})(?:,| of|,? in)? {_SPOKEN_YEAR}\b",
        0.9,
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:the )?{_ORDINAL} (?:of )?{MONTH_NAME}\b(?! (?:be|have|represent|reflect|also|occur|indicate))",
        0.85,
    ),
    pattern("DATE", rf"(?i)\b{MONTH_NAME}(?: of)?,? {_SPOKEN_YEAR}\b", 0.85),
    pattern(
        "DATE",
        rf"(?i)\b(?:in|since|until|from|circa|around|of|born) (?P<date>{_SPOKEN_YEAR_FULL})\b",
        0.7,
        "date",
    ),
    # the eighth of the eighth, twenty twelve
    pattern(
        "DATE",
        rf"(?i)(?<!\w)(?:the )?{_ORDINAL} of (?:the )?{_ORDINAL},? (?:{_SPOKEN_YEAR}|{_UP_TO_99})\b",
        0.9,
    ),
    # two slash eleven slash nineteen; nov fourth; friday september the sixth
    pattern(
        "DATE",
        rf"(?i)(?<!\w)(?:{_CARDINAL}|\d{{1,2}}) (?:slash|stroke|dash) (?:{_CARDINAL}|\d{{1,2}}) (?:slash|stroke|dash) (?:{_SPOKEN_YEAR_FULL}|{_UP_TO_99}|(?:19|20)?\d\d)\b",
        0.92,
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:on|until|by|since|till) (?P<date>the {_ORDINAL})(?=[.,;)]|\s*$| (?:period|comma|and|at|of|by|with|was|it|he|she|i|we|thing|negative|positive|new)\b)",
        0.75,
        "date",
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:on|dated?|dob|born|collected|received|performed|done|colonoscopy|smear|biopsy|surgery|it|from|of) (?P<date>(?:{_CARDINAL}|{MONTH_NAME}) {_CARDINAL} (?:(?:oh|o) )?{_UP_TO_99})(?=[.,;)]|\s*$| (?:comma|period|and|at|by)\b)",
        0.8,
        "date",
    ),
)

HOLIDAYS = (
    # a season or a holiday with its year
    pattern(
        "DATE",
        r"(?i)\b(?:(?:early|late|mid)[- ])?(?:spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|new year'?s?(?: (?:day|eve))?|labou?r day|canada day|halloween|ramadan|diwali)(?: day| eve)?(?: of)?,? ['’]?(?:19|20)?\d\d\b",
        0.9,
    ),
    # a holiday after on, since, until
    pattern(
        "DATE",
        rf"(?i)\b(?:on|since|at|before|after|until|till|by|over|around|this|last|next|past|during) (?:the )?(?P<date>{_HOLIDAY})(?!\w)",
        0.8,
        "date",
    ),
    # a holiday with its year, whatever stands before
    pattern("DATE", rf"(?i)(?<!\w){_HOLIDAY}(?: (?:of|in))?,? (?:{_SPOKEN_YEAR}|['’]\d\d)(?!\w)", 0.9),
    pattern("DATE", rf"(?i)(?:^|(?<=[.;:\n(] )){_HOLIDAY}(?=[:,;)]| on[- ]call)", 0.8),
)

ORDINALS = (
    # Tuesday the 3rd
    pattern(
        "DATE",
        r"(?i)\b(?:(?:next|last|this|on) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?\d{1,2}(?:st|nd|rd|th)\b",
        0.85,
    ),
    pattern(
        "DATE",
        rf"(?i)(?<!\w)(?:(?:next|last|this|on|coming) )?(?:mon|tues?|weds?|wednes|thur?s?|fri|sat|satur|sun)(?:day)?\.? (?:the )?{NTH}(?!\w)",
        0.85,
    ),
    # on the 14th, but no rib, floor or percentile
    pattern(
        "DATE",
        rf"(?i)\b(?:on|until|since|by|from|again on) the (?P<date>{NTH})(?=[.,;)]|\s*$| (?:of|at|by|with|for|in|showed|was|again|when|this|but|inst)\b| and (?:again|showed|was|on|the \d))",
        0.75,
        "date",
    ),
    pattern(
        "DATE",
        rf"(?i)\b(?:on|until|since|by|from|till|dated|of|requested|received|seen|came|booked|due|for|before|after) (?P<date>the {NTH})(?=[.,;)]|\s*$| (?:at|by|with|for|to|that|of|and|but|in|was|it|she|he|i|we|when|from|about|period|comma)\b)(?! ?(?:rib|floor|level|percentile|edition|ed\b|cranial|intercostal|toe|finger|digit|ray|metatarsal|metacarpal|thoracic|lumbar|cervical|vertebra|slide|section|block|cut|core|biopsy|pass|attempt|time|day|week|year|month|decade|century|nerve|ventricle|part|portion|branch|generation|visit|cycle|dose|postoperative|post-op|most|centile))",
        0.7,
        "date",
    ),
    # 22nd inst., the 3rd of the month, the 8th of last November, 8th of the 8th, 2018
    pattern("DATE", rf"(?i)(?<!\w)(?:the )?{NTH}? ?(?:inst|ult|prox)(?:ant|imo)?\b\.?", 0.9),
    pattern(
        "DATE",
        rf"(?i)(?<!\w)(?:the )?{NTH} (?:of|in|day of) (?:(?:this|last|next|the same|the|that|the following|the previous) (?:month|year|{MONTH_NAME}|[01]?\d(?:st|nd|rd|th))|[01]?\d(?:st|nd|rd|th))(?:,? (?:(?:19|20)\d\d|['’]?\d\d))?(?!\w)",
        0.9,
    ),
    # Q1 2019, second week of 2019, March of last year
    pattern(
        "DATE",
        r"(?i)(?<![\w.-])Q[1-4][ /-]?(?:of )?(?:(?:19|20)\d\d|['’]\d\d)(?!\w)|\b(?:first|second|third|fourth|last) (?:quarter|half|week) of (?:19|20)\d\d\b",
        0.85,
    ),
    pattern(
        "DATE", rf"(?i)\b{MONTH_NAME}(?: of)? (?:last|this|next|the same|the following|that) year\b", 0.85
    ),
)

IN_WORDS = (*DICTATED, *HOLIDAYS, *ORDINALS)

"""Ages over 89."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

from small_or_large.deidentification.patterns import PatternRecognizer, pattern

_OVER_89 = r"(?:9[\dOlISBZb]|1[0O]\d|[lI][0O]\d|11[0-4])(?:[Yy](?!\w))?"
_AGE = rf"(?P<age>{_OVER_89})"
_AGE_UNIT = r"(?:[ -]{0,2}(?:y ?/? ?o\b|y\.o\.|yr?s?\b\.?(?:[ -]?old)?|years?\b(?:[ -]old)?|year[- ]?olds?|years? of age|ans\b))"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_SPOKEN_AGE = (
    rf"(?:ninety(?:[-~ ]{{0,2}}(?:{_ONES}))?(?: and a half)?|(?:a|one) hundred(?: (?:and )?(?:{_ONES}|ten))?)"
)


class AgeRecognizer(PatternRecognizer):
    """Ages over 89, which HIPAA's Safe Harbor treats as identifying."""

    PATTERNS = (
        # 93-year-old, 93 F, aged 93, a man of 93
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
        # Mrs. Ito, 93, was admitted; Ito, Rosa (93) came; she's 96
        pattern(
            "AGE90",
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
        # the figures apart before a unit: 9 3 yrs, 9 2 y.o.; after a form's label, and before a sex: AGE/SX: 9 6/M
        pattern(
            "AGE90",
            r"(?i)(?<![\w.,/-])(?<!\d )9 [0-9](?=[ -]{0,2}(?:y ?/? ?o\b|y\.o\.|yr?s?\b|years?\b))",
            0.9,
        ),
        pattern(
            "AGE90",
            rf"(?i)\bage ?(?:\((?:in )?(?:yrs?\.?|years)\)|/ ?(?:sex|sx|gender)|\(y\))[ :]{{1,3}}(?P<age>9 \d|{_OVER_89})(?=[ /,.;|\n]|$)",
            0.92,
            "age",
        ),
        # after a date of birth, before a sex: 27DEC1907 (92) F
        pattern(
            "AGE90",
            r"(?i)\((?P<age>9 ?\d|10\d|11[0-4])(?: ?y(?:rs?|ears)?)?\)(?= ?(?:m|f|male|female)\b)",
            0.92,
            "age",
        ),
        pattern(
            "AGE90",
            r"(?i)\b(?:died|aged|living|lived|alive) (?:at|to)? ?(?P<age>9 \d)(?= (?:of|from|with|in|and)\b|[,.;])",
            0.85,
            "age",
        ),
        # sex: F, 93
        pattern(
            "AGE90", rf"(?i)\b(?:sex|gender)[ :/]{{1,3}}(?:m|f|male|female)[ /,]{{1,3}}{_AGE}\b", 0.9, "age"
        ),
        # 93/F, F/93
        pattern("AGE90", rf"(?<![\w.,/-]){_AGE}(?= ?/ ?[MF]\b)", 0.9, "age"),
        pattern("AGE90", r"(?<=[MF]/)(?P<age>9\d|1[01]\d)\b", 0.9, "age"),
        # ninety-three years, in her nineties
        pattern(
            "AGE90",
            rf"(?i)\b(?:ninety|one hundred|a hundred)(?:[-~ ]{{0,2}}(?:and )?(?:{_ONES}|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?(?=[- ](?:years?|yrs?|y/o|yo)\b)",
            0.9,
        ),
        pattern(
            "AGE90", r"(?i)\b(?:nineties|nonagenarian|centenarian|mid-90'?s|early 90'?s|late 90'?s)\b", 0.7
        ),
        # worn figures before a unit or after a label: 9S yrs, lO2 y, age 9 3
        pattern(
            "AGE90",
            rf"(?i)(?<![\w.,/-])(?:9[0-9OlISBZb]|(?=[OIl]{{1,2}}\d|1)[1Il][0O][0-9OlI])(?={_AGE_UNIT}|y\b)",
            0.9,
        ),
        pattern("AGE90", r"(?i)\bage[ :]{1,3}(?P<age>9 ?[0-9OlISBZb])(?![\w.,/%]\w)", 0.85, "age"),
        # a nine that a scanner read as a g: g3-year-old, Age (yrs): g7
        pattern("AGE90", r"(?<![\w.,/-])[gq]\d(?=[ -]{0,2}(?:[Yy]ears?|[Yy]rs?|YEARS?|YRS?|[Yy]/?o)\b)", 0.9),
        pattern(
            "AGE90", r"\b(?:Age|AGE|[Aa]ged)(?: ?\(\w{1,5}\))?[ :]{1,3}(?P<age>[gq]\d)(?!\w)", 0.9, "age"
        ),
        # turned ninety-three; grandma was 93
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

"""Numbers, letters and names as they are dictated: "oh four seven dash two", "b o u c h a r d", "z as in zebra"."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.patterns import PatternRecognizer, pattern
from small_or_large.deidentification.words import lexicons, near_vocabulary

_ONE = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|niner)"
_TENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
_MARK = r"(?:dash|hyphen|slash|space|minus|stroke|point|dot|comma)"
_SAID = rf"(?:(?:double |triple |treble )?{_ONE}|{_TENS}|hundred|thousand)"
_NUMBER = rf"(?:area code )?(?:[a-z] )?{_SAID}(?:,? (?:{_MARK} )?(?:[a-z] )?{_SAID}){{2,15}}(?: [a-z]\b(?: [a-z]\b)?)?"
_DIGIT_WORD = re.compile(rf"\b(?:{_ONE}|double|triple|treble)\b", re.IGNORECASE)
_SIZE = re.compile(r"(?i) (?:by|centimet|millimet|grams?|cm|mm|percent|times|of|out|per|o.?clock|years?)\b")
_LETTER_WORD = r"[a-z] as in [a-z]{2,12}"


def _many(match: re.Match) -> bool:
    """Four single digits or more: a size, a count or a year has fewer; what a unit follows is a measure."""
    return len(_DIGIT_WORD.findall(match.group(0))) >= 4 and not _SIZE.match(match.string, match.end())


def _spelled(match: re.Match) -> bool:
    """Letters that spell no clinical word and do not end one: a scanner's blanks make "S e r o s a l"."""
    whole = re.sub(r"[ -]", "", match.group(0))
    return (
        len(set(whole)) > 2
        and lexicons()[0].get(whole, 0) < 3
        and not near_vocabulary(whole)
        and re.search(r"[A-Za-z] $", match.string[max(0, match.start() - 2) : match.start()]) is None
        or _NAMES.search(match.string, max(0, match.start() - 30), match.start()) is not None
    )


_NAMES = re.compile(
    r"(?i)\b(?:spell(?:ed|ing)|spelt|name|named|miss|mister|doctor|dr|mrs|patient)\b[^.]{0,20}$"
)


class SpokenRecognizer(PatternRecognizer):
    """What is dictated digit by digit or letter by letter."""

    PATTERNS = (
        pattern(
            "MRN",
            rf"(?i)(?<![\w-]){_NUMBER}(?!\w)",
            0.9,
            check=_many,
            needs=(
                " oh ",
                " zero ",
                " one ",
                " two ",
                " three ",
                " four ",
                " five ",
                " six ",
                " seven ",
                " eight ",
                " nine ",
                " double ",
            ),
        ),
        pattern(
            "NAME",
            rf"(?i)(?<![\w'’-])(?:[a-z]{{3,20}},? )?{_LETTER_WORD}(?:,? (?:(?:and|then) )?(?:{_LETTER_WORD}|[a-z]\b)){{0,12}}",
            0.9,
            hint=re.compile(r"(?i) as in [a-z]"),
        ),
        pattern(
            "NAME",
            r"(?<![\w'’.-])[a-z](?:[ -][a-z]){3,20}(?![\w'’-])",
            0.9,
            hint=re.compile(r" [a-z] [a-z] [a-z](?!\w)"),
            check=_spelled,
        ),
        pattern(
            "NAME",
            r"(?i)\bspel(?:led|t|ling)(?: is| out| as)?[ :,]{1,2}(?P<value>[a-z](?:[- ][a-z]){2,20})(?![\w'’-])",
            0.95,
            "value",
        ),
    )

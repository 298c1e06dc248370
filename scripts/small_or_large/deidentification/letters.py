"""What letters may be: a person's initials, an abbreviation, an answer or an everyday word. Checks of monograms' matches."""

# ruff: noqa: E501, SIM905 - word lists are harder to read when wrapped

import re

from small_or_large.deidentification.cues import ABBREVIATIONS
from small_or_large.deidentification.people import STOP
from small_or_large.deidentification.words import lexicons

TWO = r"[A-Z](?:[a-z]{0,2}[A-Z]){1,3}"
APART = r"(?:[A-Z] ?[A-Z](?: ?[A-Z])?)"  # as scanners part them: R L
# small words and answers that stand after a role's colon too
ANSWERS = frozenset(
    "neg pos not see the and as is no yes none nil na tbc tbd he she same stat left right upper lower mid per fresh wet dry all any one two h&e he fs ihc pas".split()
)


def _terms(value: str) -> list[str]:
    return [p.lower() for p in re.findall(r"[A-Za-z]+", value)]


def free(value: str) -> bool:
    """Whether letters are no abbreviation and no everyday word."""
    words = lexicons()[0]
    whole = "".join(_terms(value))
    return (
        whole not in ABBREVIATIONS
        and whole not in STOP
        and whole not in ANSWERS
        and words.get(whole, 0) < (4 if len(whole) == 2 else 3)
        and len(set(whole)) > 1
    )


PERSONAL = frozenset("sr jr ms mr bs ma sb nb hb".split())


def listed(match: re.Match) -> bool:
    """In a list of who was there: no test's abbreviation, no everyday word."""
    key = "".join(_terms(match.group("value")))
    return (key not in ABBREVIATIONS or key in PERSONAL) and announced(match)


def each_free(match: re.Match) -> bool:
    """The matched letters are no abbreviation and no everyday word."""
    return free(match.group("value"))


def announced(match: re.Match) -> bool:
    """After a role and its colon letters may spell a word or an abbreviation; only answers and sites are none."""
    return unspoken(match.group("value"))


def unspoken(value: str) -> bool:
    """Whether letters are no answer, no site and no everyday word; they may be an abbreviation."""
    key = "".join(_terms(value))
    return key not in ANSWERS and key not in STOP and lexicons()[0].get(key, 0) < (4 if len(key) > 2 else 5)


def unheard(match: re.Match) -> bool:
    """Letters that clinical English does not have, in a line that is not all capitals."""
    key = match.group("value").lower()
    return not lexicons()[0].get(key, 0) and key not in ABBREVIATIONS and not _shouted(match)


def pair_unheard(match: re.Match) -> bool:
    """Two of whom one is unheard and the other no abbreviation."""
    two = [match.group("first").lower(), match.group("second").lower()]
    heard = [bool(lexicons()[0].get(key, 0)) for key in two]
    return not all(heard) and all(map(free, two)) and not _shouted(match)


def _shouted(match: re.Match) -> bool:
    """Whether the words around are all capitals, so that capitals tell nothing."""
    around = (
        match.string[max(0, match.start() - 30) : match.start()]
        + match.string[match.end() : match.end() + 30]
    )
    return not any(c.islower() for c in around)


UNITS = frozenset(
    "cm mm ml mg kg am pm hrs hr min sec yo yrs etc wk wks mth ok thx tx pls vs eg ie op re cc".split()
)

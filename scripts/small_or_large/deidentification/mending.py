"""A second reading of lines that a scanner damaged: digits turned back into letters, pieces joined, places kept.

Recognizers know some damage themselves. Where a label is broken ("M R N", "Narne", "H0spital Nurnber") or a number
stands in pieces ("3 3 8 - l 7"), they see the line once more as it was probably printed, and what they find is
carried back to the characters as they stand.
"""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from collections.abc import Callable

from small_or_large.deidentification.recasing import recase
from small_or_large.deidentification.words import lexicons, plain

_LETTERS = str.maketrans("015836", "olssbb")
_DIGITS = str.maketrans("OoIlBSZ|b", "001185216")
# signs of damage; each begins with what can be looked for quickly, and what stands before it is looked at afterwards
_DAMAGE = (
    re.compile(r"[01568](?:(?<=[A-Za-z].)[a-z]|(?<![\w.].)[a-z]{3})"),
    re.compile(r"[\dOIl] (?<!\w..)[\dOIl] [\dOIl]"),
    re.compile(r"[A-Z] (?<!\w..)[A-Z] [A-Z](?!\w)"),
    re.compile(r"rn(?<=[a-z]..)[a-z]"),
    re.compile(r" \. (?<=[a-z]...)"),
    re.compile(r"\d(?: ?[-/] | [-/] ?)\d"),
    re.compile(r" ,(?<=\w..)[ \w]"),
    re.compile(r"[OIl](?<!\w.)\d"),
    re.compile(r"\d[OlI](?!\w)"),
    re.compile(r"[SbZ](?<=\d[SbZ])\d"),
)
_DOUBLES = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"), ("li", "h"), ("iii", "m"))
_LABELS = frozenset(
    "mrn dob ssn hcn phn nhs nhi acc accession name surname hospital number record medical zip postal code phone tel fax ext extension address signed case patient date born street apt dr unit chart".split()
)


def _known(key: str) -> bool:
    words, surnames, given, places, _ = lexicons()
    return (
        key in _LABELS
        or words.get(key, 0) >= 3
        or surnames.get(key, 0) >= 2
        or given.get(key, 0) >= 2
        or places.get(key, 0) >= 2
    )


class Reading:
    """A text being mended, with the place in the original of each of its characters."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.places = list(range(start, start + len(text)))

    def replace(self, expression: re.Pattern, turn: Callable[[re.Match], str | None]) -> bool:
        """Replace matches by what `turn` makes of them (None: leave alone); whether anything changed."""
        made, places, last, changed = [], [], 0, False
        for match in expression.finditer(self.text):
            new = turn(match)
            if new is None or new == match.group():
                continue
            changed = True
            start, end = match.span()
            made += [self.text[last:start], new]
            places += self.places[last:start]
            here = self.places[start:end]
            places += [here[min(k, len(here) - 1)] for k in range(len(new) - 1)]
            places += [here[-1]] * bool(new)
            last = end
        if changed:
            made.append(self.text[last:])
            places += self.places[last:]
            self.text, self.places = "".join(made), places
        return changed


_WORN_HYPHEN = re.compile(
    r"(?<=[\dOIlSB])--(?=[\dA-Z])|(?<=[A-Z])--(?=\d)|(?<=[\dOIlSBA-Z]{2})[~—]-?(?=[\dOIlSB])|(?<=[A-Za-z])[~—](?=\d\d)|(?<=\d)[~—](?=[\dOIl]{1,2}-\d|[A-Z])"
)
_SPACED_MARK = re.compile(r"(?<=\w) {1,2}(?=[.,;:](?:\s|$))")
_SPACED_LETTERS = re.compile(r"(?<!\w)(?:[A-Z5] ){2,8}[A-Z](?!\w)|(?<!\w)[A-Z]{2} [A-Z](?= |$)")
_SPACED_INITIALS = re.compile(
    r"(?<=[bB]y )[A-Z](?: ?\. ?| )[A-Z](?:(?: ?\. ?| )[A-Z])?(?!\w)|(?<=/ )[A-Z] [A-Z](?!\w)"
)
_SPACED_NUMBER = re.compile(
    r"(?<![\w.,])(?:[A-Z]{1,2}(?=[\dOIl ]))? ?(?=[OIlSBZ]{0,5}\d|[OIl] )[\dOIlSBZ]{1,6}(?:(?: ?[-/.] ?| )[\dOIlSBZ]{1,6}){1,14}(?!\w|:\d)"
)
_LIKE_NUMBER = re.compile(
    r"(?<![\w])(?:[A-Z]{1,3}[-]?)?(?=[^\s]{0,14}\d)[\dOoIlSBZb]{1,14}(?:[-/.:][\dOoIlSBZb]{1,10}){0,5}(?!\w)"
)
_MIXED = re.compile(r"(?<!\w)[A-Za-z01568]{3,24}(?!\w)")
_WORD = re.compile(r"(?<![\w])[A-Za-z]{4,24}(?!\w)")
_PIECES = re.compile(r"(?<![\w'’])([A-Za-z]{1,12}) ([a-z]{1,12})(?![\w'’])")


def _join_number(match: re.Match) -> str | None:
    text = match.group()
    bare = re.sub(r"[^\dA-Za-z]", "", text)
    pieces = re.split(r"[ ./-]+", text.strip())
    if (
        sum(c.isdigit() for c in text) < 3
        or len(bare) < 4
        or not (sum(len(p) == 1 for p in pieces) > 1 or re.search(r"\d ?[-/] \d|\d [-/] ?\d|[OlI]", text))
    ):
        return None
    lead = " " if text.startswith(" ") else ""
    letters = re.match(r" ?[A-Z]{1,2}(?=[\dOIl ])", text) if not text.lstrip()[0].isdigit() else None
    prefix = letters.group().strip() if letters and letters.group().strip()[0] not in "OIlSBZ" else ""
    return lead + prefix + re.sub(r" ", "", text.strip()[len(prefix) :]).translate(_DIGITS)


def _join_letters(match: re.Match) -> str | None:
    joined = match.group().replace(" ", "").replace("5", "S")
    return joined if joined.lower() in _LABELS else None


def _to_digits(match: re.Match) -> str | None:
    text = match.group()
    alike = sum(c in "OoIlSBZb" for c in text)
    if not alike or sum(c.isdigit() for c in text) < 2:
        return None
    lead = re.match(r"[A-Z]{1,3}-?(?=[\dOoIlSBZb])", text)
    prefix = lead.group() if lead and lead.group()[0] not in "OIlSBZ" else ""
    return prefix + text[len(prefix) :].translate(_DIGITS)


def _to_letters(match: re.Match) -> str | None:
    text = match.group()
    if (
        not any(c.isdigit() for c in text)
        or sum(c.isalpha() for c in text) < 2
        or sum(c.isdigit() for c in text) > 3
    ):
        return None
    base = text.translate(_LETTERS)
    options = (base, text.replace("1", "i").translate(_LETTERS))
    for option in (*options, *(o.replace("rn", "m") for o in options)):
        if _known(plain(option)):
            return _cased(option, text)
    if (
        len(text) > 4
        and sum(c.isalpha() for c in text) > 2 * sum(c.isdigit() for c in text)
        and not text[-1].isdigit()
    ):
        return _cased(base, text)
    return None


def _cased(new: str, old: str) -> str:
    letters = [c for c in old if c.isalpha()]
    if sum(c.isupper() for c in letters) > len(letters) / 2:
        return new.upper()
    return (
        new[:1].upper() + new[1:]
        if old[0].isupper() or old[0] in "0158" and letters[0].islower() and len(letters) > 4
        else new
    )


def _undouble(match: re.Match) -> str | None:
    text = match.group()
    key = plain(text)
    if _known(key) or lexicons()[0].get(key, 0):
        return None
    for pair, single in _DOUBLES:
        if pair in key:
            for count in (1, -1):
                mended = key.replace(pair, single, count)
                if _known(mended):
                    return (
                        mended.upper()
                        if text.isupper()
                        else mended[:1].upper() + mended[1:]
                        if text[0].isupper()
                        else mended
                    )
    return None


def _join_pieces(match: re.Match) -> str | None:
    a, b = match.groups()
    words = lexicons()[0]
    whole = plain(a + b)
    if len(whole) < 5 or not _known(whole):
        return None
    if min(words.get(plain(a), 0), words.get(plain(b), 0)) >= 3 and not (len(a) < 3 or len(b) < 3):
        return None
    return a + b if words.get(plain(a), 0) < 3 or words.get(plain(b), 0) < 3 else None


def damaged(text: str) -> bool:
    """Whether a line has a sign of a scanner's damage."""
    if ("--" in text or "~" in text or "—" in text) and _WORN_HYPHEN.search(text):
        return True
    return any(sign.search(text) for sign in _DAMAGE)


def mend(text: str, start: int = 0, caseless: bool = False) -> Reading | None:
    """Another reading of a line, or None where nothing in it is damaged.

    `caseless`: the whole report is in one case, so that a capital says nothing and may be put where a name may stand.
    """
    if not caseless and not damaged(text):
        return None
    reading = Reading(text, start)
    reading.replace(_SPACED_MARK, lambda m: "")
    changed = [
        reading.replace(expression, turn)
        for expression, turn in (
            (_WORN_HYPHEN, lambda m: "-"),
            (_SPACED_INITIALS, lambda m: m.group().replace(" ", "")),
            (_SPACED_LETTERS, _join_letters),
            (_SPACED_NUMBER, _join_number),
            (_LIKE_NUMBER, _to_digits),
            (_MIXED, _to_letters),
            (_WORD, _undouble),
            (_PIECES, _join_pieces),
        )
    ]
    # blanks before marks alone are not worth a second reading
    return reading if (caseless and recase(reading)) or any(changed) else None

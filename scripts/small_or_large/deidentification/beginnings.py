"""What a match of an expression may begin with and what may stand before it, read from the expression itself."""

import re
from collections.abc import Set
from functools import cache, reduce
from operator import or_
from re import _constants as ops
from re import _parser as parser
from typing import NamedTuple

LENGTH = 4  # letters looked at
SHAPE = 6  # characters of which only the kind is looked at
MOST = 6000  # prefixes an expression may have before fewer letters are looked at


def _kind(character: str) -> str:
    """The kind of a character: 9 for a figure, a for a letter, a blank for white space; a mark is its own."""
    if character.isdecimal():
        return "9"
    if character.isalnum():
        return "a"
    return " " if character.isspace() else character


class _Kinds(dict):
    """The kinds of characters by their codes, for str.translate."""

    def __missing__(self, code: int) -> int:
        kind = self[code] = ord(_kind(chr(code)))
        return kind


KINDS = _Kinds()
# what categories of characters hold
_CATEGORIES = {ops.CATEGORY_DIGIT: "9", ops.CATEGORY_WORD: "9a_", ops.CATEGORY_SPACE: " "}


def _cases(character: str, how: str) -> set[str]:
    """A character as the index holds it: in lower case, as it stands, in both cases, or its kind."""
    if how == "kind":
        return {_kind(character)}
    if how == "lower":
        return {character.lower()}
    return {character} if how == "same" else {character.lower(), character.upper()}


def _charset(items, how: str) -> frozenset[str] | None:
    """The characters of a set, or None where it is too wide to list."""
    return _listed_charset(tuple(items), how)


@cache
def _listed_charset(items: tuple, how: str) -> frozenset[str] | None:
    """The same, made once: many expressions hold the same sets."""
    found = set()
    for op, value in items:
        if op is ops.LITERAL:
            found |= _cases(chr(value), how)
        elif op is ops.RANGE and value[1] - value[0] <= (400 if how == "kind" else 40):
            for code in range(value[0], value[1] + 1):
                found |= _cases(chr(code), how)
        elif op is ops.CATEGORY and how == "kind" and value in _CATEGORIES:
            found.update(_CATEGORIES[value])
        elif op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            return None
    return frozenset(found)


def _followed(prefixes: set[str], characters: Set[str]) -> set[str]:
    """Each prefix with each character; OverflowError, before any is made, where they would be too many."""
    if len(prefixes) * len(characters) > MOST:
        raise OverflowError
    return {p + c for p in prefixes for c in characters}


def _walk(sequence, start: set[str], length: int, how: str) -> tuple[set[str], set[str]]:
    """Prefixes after a sequence: those that are complete, for they are long enough or anything may follow, and the
    others, which go on."""
    complete: set[str] = set()
    current = start
    for op, value in sequence:
        if not current:
            break
        if op is ops.LITERAL or op is ops.IN:
            characters = _cases(chr(value), how) if op is ops.LITERAL else _charset(value, how)
            if characters is None:
                complete |= current
                current = set()
            else:
                grown = _followed(current, characters)
                whole = {p for p in grown if len(p) >= length}
                complete |= whole
                current = grown - whole if whole else grown
        elif op is ops.BRANCH:
            ways = [_walk(branch, current, length, how) for branch in value[1]]
            complete.update(*(whole for whole, _ in ways))
            current = set().union(*(more for _, more in ways))
        elif op is ops.SUBPATTERN:
            _, added, removed, inner = value
            inside = how
            if how in ("same", "both") and added & re.IGNORECASE:
                inside = "both"
            elif how == "both" and removed & re.IGNORECASE:
                inside = "same"
            whole, current = _walk(inner, current, length, inside)
            complete |= whole
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            least, most, inner = value
            grown, last = (set(current) if least == 0 else set()), current
            for count in range(1, min(most, max(length, least)) + 1):
                whole, last = _walk(inner, last, length, how)
                complete |= whole
                if count >= least:
                    grown |= last
                if not last:
                    break
                if len(complete) + len(grown) > MOST:
                    raise OverflowError
            current = grown
        elif op not in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            complete |= current
            current = set()
        if len(complete) + len(current) > MOST:
            raise OverflowError
    return complete, current


@cache
def beginnings(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """By length, the beginnings with which a match may begin (in lower case where the whole expression ignores case).

    None where a match may begin with anything.
    """
    return _prefixes(expression, "lower" if expression.flags & re.IGNORECASE else "same", LENGTH)


def shapes(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """By length, the kinds of characters (`kinds`) with which a match may begin; None where it may with any."""
    return _prefixes(expression, "kind", SHAPE)


def _prefixes(expression: re.Pattern, how: str, most: int) -> dict[int, frozenset[str]] | None:
    """The same for characters as they stand, in lower case or by their kinds, `most` of them."""
    for length in range(most, 0, -1):
        try:
            complete, more = _walk(_tree(expression), {""}, length, how)
        except OverflowError:
            continue
        found = complete | more
        if "" in found:
            return None
        by_length: dict[int, set[str]] = {}
        for p in found:
            by_length.setdefault(len(p), set()).add(p)
        return {n: frozenset(ps) for n, ps in by_length.items()}
    return None


@cache
def _tree(expression: re.Pattern):
    """What an expression is made of."""
    return parser.parse(expression.pattern, expression.flags & ~re.UNICODE)


class Before(NamedTuple):
    """What may stand before a match: characters of these kinds alone, or, with `but`, of all kinds but these.

    The kind of what stands before a text is "".
    """

    kinds: frozenset[str]
    but: bool

    def allows(self, kind: str) -> bool:
        """Whether a character of this kind may."""
        return (kind in self.kinds) is not self.but

    def __and__(self, other: "Before") -> "Before":
        """What both allow."""
        if self.but and other.but:
            return Before(self.kinds | other.kinds, True)
        if self.but:
            return Before(other.kinds - self.kinds, False)
        return Before(self.kinds - other.kinds if other.but else self.kinds & other.kinds, False)

    def __or__(self, other: "Before") -> "Before":
        """What either allows."""
        if not self.but and not other.but:
            return Before(self.kinds | other.kinds, False)
        if self.but and other.but:
            return Before(self.kinds & other.kinds, True)
        return Before(self.kinds - other.kinds if self.but else other.kinds - self.kinds, True)


_ANY = Before(frozenset(), True)
_NO_WORD = Before(frozenset(_CATEGORIES[ops.CATEGORY_WORD]), True)
_LINE_START = Before(frozenset(("", " ")), False)


def before(expression: re.Pattern) -> Before:
    """What may stand before a match, as its looks behind and boundaries at its beginning say."""
    return _before(_tree(expression))


def _before(sequence) -> Before:
    found = _ANY
    for place, (op, value) in enumerate(sequence):
        if op is ops.AT:
            found &= _before_boundary(value, sequence[place + 1 :])
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            if value[0] < 0:
                found &= _seen_behind(value[1]) if op is ops.ASSERT else _not_seen_behind(value[1])
        elif op is ops.SUBPATTERN or op is ops.BRANCH:
            ways = value[1] if op is ops.BRANCH else [value[3]]
            found &= reduce(or_, map(_before, ways))
            if any(way.getwidth()[1] for way in ways):
                break
        else:
            break
    return found


def _before_boundary(kind, rest) -> Before:
    """What may stand before the beginning of a line, or before a word's boundary that `rest` follows."""
    if kind in (ops.AT_BEGINNING, ops.AT_BEGINNING_STRING):
        return _LINE_START
    if kind is ops.AT_BOUNDARY:
        complete, more = _walk(rest, {""}, 1, "kind")
        if complete | more <= _NO_WORD.kinds:
            return _NO_WORD
    return _ANY


def _seen_behind(behind) -> Before:
    """What stands before a match that looks behind for this."""
    op, value = behind[-1]
    characters = None
    if op is ops.LITERAL:
        characters = _cases(chr(value), "kind")
    elif op is ops.IN:
        characters = _charset(value, "kind")
    return _ANY if characters is None else Before(frozenset(characters), False)


def _not_seen_behind(behind) -> Before:
    """What does not stand before a match that must not see this behind: whole kinds of one character only."""
    if len(behind) != 1 or behind[0][0] is not ops.IN:
        return _ANY
    never: set[str] = set()
    for kind, what in behind[0][1]:
        if kind is ops.CATEGORY and what in _CATEGORIES:
            never.update(_CATEGORIES[what])
        elif kind is ops.LITERAL and _kind(chr(what)) not in "9a ":
            never.add(chr(what))
        elif kind is ops.NEGATE:
            return _ANY
    return Before(frozenset(never), True)

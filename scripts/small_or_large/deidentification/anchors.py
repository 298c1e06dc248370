"""Trying an expression only where its first letters stand.

A gate has some eighty expressions, most of them long lists of cue words; searching each over the whole text costs most
of the time. The letters an expression can begin with follow from the expression itself, so it is tried only at tokens
that begin so. What is found is what a search finds, save matches that begin inside a word.
"""

import re
from collections.abc import Iterator
from functools import cache
from re import _constants as ops
from re import _parser as parser

LENGTH = 3  # letters looked at
MOST = 6000  # prefixes an expression may have before fewer letters are looked at


def _cases(character: str, how: str) -> set[str]:
    """A character as the index holds it: in lower case, as it stands, or in both cases."""
    if how == "lower":
        return {character.lower()}
    return {character} if how == "same" else {character.lower(), character.upper()}


def _charset(items, how: str) -> set[str] | None:
    """The characters of a set, or None where it is too wide to list."""
    found = set()
    for op, value in items:
        if op is ops.LITERAL:
            found |= _cases(chr(value), how)
        elif op is ops.RANGE and value[1] - value[0] <= 40:
            for code in range(value[0], value[1] + 1):
                found |= _cases(chr(code), how)
        elif op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            return None
    return found


def _walk(sequence, start: set[str], length: int, how: str) -> set[str]:
    """Prefixes after a sequence; a prefix that ends in NUL is complete, for anything may follow."""
    current = start
    for op, value in sequence:
        done = {p for p in current if p.endswith("\0") or len(p) >= length}
        more = current - done
        if not more:
            return current
        if op is ops.LITERAL:
            more = {p + c for p in more for c in _cases(chr(value), how)}
        elif op is ops.IN:
            characters = _charset(value, how)
            more = (
                {p + "\0" for p in more} if characters is None else {p + c for p in more for c in characters}
            )
        elif op is ops.BRANCH:
            more = set().union(*(_walk(branch, more, length, how) for branch in value[1]))
        elif op is ops.SUBPATTERN:
            _, added, removed, inner = value
            inside = how
            if how != "lower" and added & re.IGNORECASE:
                inside = "both"
            elif how == "both" and removed & re.IGNORECASE:
                inside = "same"
            more = _walk(inner, more, length, inside)
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            least, most, inner = value
            grown, last = (set(more) if least == 0 else set()), more
            for count in range(1, min(most, max(length, least)) + 1):
                last = _walk(inner, last, length, how)
                if count >= least:
                    grown |= last
                if len(grown) > MOST:
                    raise OverflowError
            more = grown
        elif op not in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            more = {p + "\0" for p in more}
        current = done | more
        if len(current) > MOST:
            raise OverflowError
    return current


@cache
def prefixes(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """By length, the beginnings with which a match may begin (in lower case where the whole expression ignores case).

    None where a match may begin with anything.
    """
    tree = parser.parse(expression.pattern, expression.flags & ~re.UNICODE)
    how = "lower" if expression.flags & re.IGNORECASE else "same"
    for length in range(LENGTH, 0, -1):
        try:
            found = {p.rstrip("\0") for p in _walk(tree, {""}, length, how)}
        except OverflowError:
            continue
        if "" in found:
            return None
        by_length: dict[int, set[str]] = {}
        for p in found:
            by_length.setdefault(len(p), set()).add(p)
        return {n: frozenset(ps) for n, ps in by_length.items()}
    return None


# expressions (by id, since a pattern's hash is slow; they live as long as the program) by what they may begin with:
# (in lower case?, length) -> beginning -> expressions
_BY_BEGINNING: dict[tuple[bool, int], dict[str, list[int]]] = {}
_KNOWN: dict[int, tuple[re.Pattern, dict[int, frozenset[str]] | None]] = {}


def _register(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """Note once what an expression may begin with, so that each text asks only for beginnings that it holds."""
    wanted = prefixes(expression)
    _KNOWN[id(expression)] = (expression, wanted)
    lower = bool(expression.flags & re.IGNORECASE)
    for length, beginnings in (wanted or {}).items():
        by_beginning = _BY_BEGINNING.setdefault((lower, length), {})
        for beginning in beginnings:
            by_beginning.setdefault(beginning, []).append(id(expression))
    return wanted


class Anchors:
    """Where the tokens of a text begin, by their first letters as they stand and in lower case."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text, self.starts = text, starts
        self.made: dict[tuple[bool, int], dict[str, list[int]]] = {}
        self._places: dict[int, list[int]] | None = None
        self._registered = 0

    def index(self, lower: bool, length: int) -> dict[str, list[int]]:
        """Places of tokens by their first `length` letters."""
        key = (lower, length)
        if key not in self.made:
            made: dict[str, list[int]] = {}
            if not lower and length == LENGTH:
                text = self.text
                for start in self.starts:
                    made.setdefault(text[start : start + LENGTH], []).append(start)
            else:
                for beginning, places in self.index(False, LENGTH).items():
                    short = (beginning.lower() if lower else beginning)[:length]
                    if short in made:
                        made[short] += places
                    else:
                        made[short] = places[:]
            self.made[key] = made
        return self.made[key]

    def _places_of(self, expression: re.Pattern) -> list[int]:
        """The tokens at which an expression may begin, unsorted and perhaps twice."""
        if self._places is None or self._registered != len(_KNOWN):
            found: dict[int, list[int]] = {}
            for (lower, length), by_beginning in _BY_BEGINNING.items():
                for beginning, places in self.index(lower, length).items():
                    for wanted in by_beginning.get(beginning, ()):
                        if wanted in found:
                            found[wanted] += places
                        else:
                            found[wanted] = places[:]
            self._places, self._registered = found, len(_KNOWN)
        return self._places.get(id(expression), [])

    def finditer(self, expression: re.Pattern) -> Iterator[re.Match]:
        """Matches that begin at a token, in order and not overlapping."""
        known = _KNOWN.get(id(expression))
        wanted = known[1] if known else _register(expression)
        if wanted is None:
            return expression.finditer(self.text)
        places = self._places_of(expression)
        return self._matches(expression, sorted(set(places))) if places else iter(())

    def _matches(self, expression: re.Pattern, places: list[int]) -> Iterator[re.Match]:
        last = -1
        match = expression.match
        for place in places:
            if place >= last:
                found = match(self.text, place)
                if found is not None and found.end() > place:
                    yield found
                    last = found.end()

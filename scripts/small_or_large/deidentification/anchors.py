"""Trying an expression only where its first letters stand.

A gate has some four hundred expressions, most of them long lists of cue words; searching each over the whole text
costs most of the time. What an expression can begin with follows from the expression itself (beginnings.py), so it is
tried only at tokens that begin so, or, where its matches hold something that is seldom there, only at tokens before
that. What is found is what a search finds, save matches that begin inside a word.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator

from small_or_large.deidentification.beginnings import (
    KINDS,
    LENGTH,
    SHAPE,
    Before,
    before,
    beginnings,
    shapes,
)

Expressions = re.Pattern | tuple[re.Pattern, ...]  # one, or alternatives in the order in which they are tried
Match = Callable[[str, int], re.Match | None]
Try = tuple[int, Match]  # the id that matches are kept by, and an expression's method

# by id, since a pattern's hash is slow; they live as long as the program
_REGISTERED: dict[int, Expressions] = {}
_ANYWHERE: set[int] = set()  # expressions that may begin with anything
# the bits of expressions of which only the places are noted where they may begin
_PLACED: dict[int, int] = {}
# in the order of registration; sets of them are the bits of an integer; None for those that are only placed
_TRIES: list[Try | None] = []
_BEFORE: list[Before] = []  # what may stand before each
# by what may stand where they begin: (in lower case?, length) -> beginning -> tries; length -> kinds -> tries
_BY_BEGINNING: dict[tuple[bool, int], dict[str, int]] = {}
_BY_SHAPE: dict[int, dict[str, int]] = {}


class _Sets(dict):
    """Sets of tries by something that tokens have in common, made when first asked for."""

    def __init__(self, make: Callable) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key):
        if len(self) > 200_000:
            self.clear()
        made = self[key] = self.make(key)
        return made


def _of_beginning(beginning: str) -> int:
    """What to try at a token with these first letters."""
    lower, tries = beginning.lower(), 0
    for (ignores_case, length), by_beginning in _BY_BEGINNING.items():
        tries |= by_beginning.get((lower if ignores_case else beginning)[:length], 0)
    return tries


def _of_shape(shape: str) -> int:
    """What to try at a token whose first characters are of these kinds."""
    tries = 0
    for length, by_shape in _BY_SHAPE.items():
        tries |= by_shape.get(shape[:length], 0)
    return tries


def _after(kind: str) -> int:
    """What to try after a character of this kind."""
    return sum(1 << place for place, what in enumerate(_BEFORE) if what.allows(kind))


def _listed(tries: int) -> tuple[Try, ...]:
    """The tries of a set, in the order of registration."""
    listed = []
    while tries:
        lowest = tries & -tries
        item = _TRIES[lowest.bit_length() - 1]
        if item is not None:
            listed.append(item)
        tries ^= lowest
    return tuple(listed)


_OF_BEGINNING, _OF_SHAPE, _AFTER, _LISTED = map(_Sets, (_of_beginning, _of_shape, _after, _listed))


def register(expressions: Expressions) -> int | None:
    """Note once what an expression, or each of several alternatives, may begin with.

    Returned is the key of its matches in `Anchors.walked`, or None for one that may begin with anything.
    """
    key = id(expressions)
    if key not in _REGISTERED:
        _REGISTERED[key] = expressions
        if isinstance(expressions, re.Pattern) and beginnings(expressions) is None:
            _ANYWHERE.add(key)
            return None
        for expression in expressions if isinstance(expressions, tuple) else (expressions,):
            _index(expression, (key, expression.match))
    return None if key in _ANYWHERE else key


def register_places(expression: re.Pattern) -> None:
    """Note once what an expression may begin with that is not tried everywhere, but near a sign or in stretches."""
    if id(expression) not in _PLACED:
        # one that may begin with anything may begin at any token
        _PLACED[id(expression)] = 0 if beginnings(expression) is None else _index(expression, None)


def _index(expression: re.Pattern, item: Try | None) -> int:
    """Note by what may stand where an expression begins that it is to be tried there; its bit."""
    for sets in (_OF_BEGINNING, _OF_SHAPE, _AFTER, _LISTED):
        sets.clear()
    bit, lower = 1 << len(_TRIES), bool(expression.flags & re.IGNORECASE)
    for length, found in (beginnings(expression) or {0: ("",)}).items():
        _add(_BY_BEGINNING.setdefault((lower, length), {}), found, bit)
    for length, found in (shapes(expression) or {0: ("",)}).items():
        _add(_BY_SHAPE.setdefault(length, {}), found, bit)
    _TRIES.append(item)
    _BEFORE.append(before(expression))
    return bit


def _add(sets: dict[str, int], keys: Iterable[str], bit: int) -> None:
    for key in keys:
        sets[key] = sets.get(key, 0) | bit


class Anchors:
    """Where expressions match at the tokens of a text.

    All that are registered are tried in one walk over the tokens, since to note for each of them where it may begin
    would cost as much as to try it there.
    """

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text, self.starts = text, starts
        self._found: dict[int, list[re.Match]] = {}
        self._possible: list[int] = []  # what may begin at each token
        self._tried = 0  # how many tries were known at the walk
        self._ends: dict[int, list[int]] = {}  # where signs end

    def _walk(self) -> None:
        """Try at each token what may begin there."""
        text = self.text
        found: dict[int, list[re.Match]] = {}
        possible: list[int] = []
        kinds = text.translate(KINDS)
        for start in self.starts:
            tries = _OF_BEGINNING[text[start : start + LENGTH]] & _OF_SHAPE[kinds[start : start + SHAPE]]
            tries &= _AFTER[kinds[start - 1 : start]]
            possible.append(tries)
            for key, match in _LISTED[tries]:
                result = match(text, start)
                if result is not None and result.end() > start:
                    matches = found.get(key)
                    if matches is None:
                        found[key] = [result]
                    elif start >= matches[-1].end():
                        matches.append(result)
        self._found, self._possible, self._tried = found, possible, len(_TRIES)

    def finditer(self, expressions: Expressions) -> Iterable[re.Match]:
        """Matches that begin at a token, in order and not overlapping: of one expression, or of alternatives.

        One that may begin with anything is searched for in the whole text.
        """
        key = register(expressions)
        return expressions.finditer(self.text) if key is None else self.walked().get(key, ())

    def walked(self) -> dict[int, list[re.Match]]:
        """The matches of all registered expressions that have any, by their keys."""
        if self._tried != len(_TRIES):
            self._walk()
        return self._found

    def everywhere(self, expression: re.Pattern) -> Iterator[re.Match]:
        """The same for an expression so seldom needed that to try it at each token of each text would cost more."""
        return self._matches(expression, range(len(self.starts)))

    def near(
        self, expression: re.Pattern, sign: re.Pattern, reach: int, walked: bool = False
    ) -> Iterator[re.Match]:
        """The same for an expression whose matches hold a sign that is quicker to find, at tokens or anywhere.

        It is tried only at the tokens that begin at most `reach` characters before where a sign ends.
        """
        ends = self._ends.get(id(sign))
        if ends is None:
            signs = self.finditer(sign) if walked else sign.finditer(self.text)
            ends = self._ends[id(sign)] = [found.end() for found in signs]
        return self._matches(expression, self._before(ends, reach)) if ends else iter(())

    def within(self, expression: re.Pattern, stretches: Iterable[tuple[int, int]]) -> Iterator[re.Match]:
        """The same in stretches of the text only, each as if the text ended where it does."""
        match, text, starts = expression.match, self.text, self.starts
        bit, possible = self._placed(expression)
        for start, end in stretches:
            last = start
            for k in range(bisect_left(starts, start), bisect_left(starts, end)):
                if (not bit or possible[k] & bit) and starts[k] >= last:
                    found = match(text, starts[k], end)
                    if found is not None:
                        yield found
                        last = found.end()

    def _placed(self, expression: re.Pattern) -> tuple[int, list[int]]:
        """The bit of an expression (0: it may begin at any token), and what may begin at each token."""
        if id(expression) not in _PLACED:
            register_places(expression)
        if self._tried != len(_TRIES):
            self._walk()
        return _PLACED[id(expression)], self._possible

    def _before(self, ends: list[int], reach: int) -> Iterator[int]:
        """The tokens that begin at most `reach` characters before one of these places, in order, by their number."""
        after = 0
        for end in ends:
            first = bisect_left(self.starts, end - reach, after)
            after = bisect_right(self.starts, end, first)
            yield from range(first, after)

    def _matches(self, expression: re.Pattern, tokens: Iterable[int]) -> Iterator[re.Match]:
        last = -1
        match, text, starts = expression.match, self.text, self.starts
        bit, possible = self._placed(expression)
        for k in tokens:
            if (not bit or possible[k] & bit) and starts[k] >= last:
                found = match(text, starts[k])
                if found is not None and found.end() > starts[k]:
                    yield found
                    last = found.end()

"""Trying an expression only where its first letters stand.

A gate has some four hundred expressions, most of them long lists of cue words; searching each over the whole text
costs most of the time. The letters an expression can begin with follow from the expression itself, so it is tried
only at tokens that begin so, or, where its matches hold something that is seldom there, only at tokens before that.
What is found is what a search finds, save matches that begin inside a word.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Set
from functools import cache
from re import _constants as ops
from re import _parser as parser

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


_KINDS = _Kinds()
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
def prefixes(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """By length, the beginnings with which a match may begin (in lower case where the whole expression ignores case).

    None where a match may begin with anything.
    """
    return _prefixes(expression, "lower" if expression.flags & re.IGNORECASE else "same", LENGTH)


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


def _never_before(expression: re.Pattern) -> set[str]:
    """Kinds of characters after which a match cannot begin, as a look behind at its very beginning says."""
    never = set()
    for op, value in _tree(expression):
        if op is ops.ASSERT_NOT and value[0] < 0 and len(value[1]) == 1 and value[1][0][0] is ops.IN:
            for kind, what in value[1][0][1]:
                if kind is ops.CATEGORY and what in _CATEGORIES:
                    never.update(_CATEGORIES[what])
                elif kind is ops.LITERAL and _kind(chr(what)) not in "9a ":
                    never.add(chr(what))
                elif kind is ops.NEGATE:
                    return set()
        elif op not in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            break
    return never


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
_NEVER_BEFORE: list[set[str]] = []
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
    return sum(1 << place for place, never in enumerate(_NEVER_BEFORE) if kind not in never)


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


def register(expressions: Expressions) -> None:
    """Note once what an expression, or each of several alternatives, may begin with."""
    if id(expressions) in _REGISTERED:
        return
    _REGISTERED[id(expressions)] = expressions
    if isinstance(expressions, re.Pattern) and prefixes(expressions) is None:
        _ANYWHERE.add(id(expressions))
        return
    for expression in expressions if isinstance(expressions, tuple) else (expressions,):
        _index(expression, (id(expressions), expression.match))


def register_places(expression: re.Pattern) -> None:
    """Note once what an expression may begin with that is not tried everywhere, but near a sign or in stretches."""
    if id(expression) not in _PLACED:
        # one that may begin with anything may begin at any token
        _PLACED[id(expression)] = 0 if prefixes(expression) is None else _index(expression, None)


def _index(expression: re.Pattern, item: Try | None) -> int:
    """Note by what may stand where an expression begins that it is to be tried there; its bit."""
    for sets in (_OF_BEGINNING, _OF_SHAPE, _AFTER, _LISTED):
        sets.clear()
    bit, lower = 1 << len(_TRIES), bool(expression.flags & re.IGNORECASE)
    for length, beginnings in (prefixes(expression) or {0: ("",)}).items():
        _add(_BY_BEGINNING.setdefault((lower, length), {}), beginnings, bit)
    for length, shapes in (_prefixes(expression, "kind", SHAPE) or {0: ("",)}).items():
        _add(_BY_SHAPE.setdefault(length, {}), shapes, bit)
    _TRIES.append(item)
    _NEVER_BEFORE.append(_never_before(expression))
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
        kinds = text.translate(_KINDS)
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
        key = id(expressions)
        if key not in _REGISTERED:
            register(expressions)
        if key in _ANYWHERE:
            return expressions.finditer(self.text)
        if self._tried != len(_TRIES):
            self._walk()
        return self._found.get(key, ())

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

"""Trying an expression only where its first letters stand.

A gate has some four hundred expressions, most of them long lists of cue words; searching each over the whole text
costs most of the time. The letters an expression can begin with follow from the expression itself, so it is tried
only at tokens that begin so, or, where its matches hold something that is seldom there, only at tokens before that.
What is found is what a search finds, save matches that begin inside a word.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from re import _constants as ops
from re import _parser as parser

LENGTH = 4  # letters looked at
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


Expressions = re.Pattern | tuple[re.Pattern, ...]  # one, or alternatives in the order in which they are tried
Match = Callable[[str, int], re.Match | None]
Try = tuple[int, Match]  # the id that matches are kept by, and an expression's method

# by id, since a pattern's hash is slow; they live as long as the program
_REGISTERED: dict[int, Expressions] = {}
_ANYWHERE: set[int] = set()  # expressions that may begin with anything
# all tries in the order of registration, and by what may stand where they begin:
# (in lower case?, length) -> beginning -> places in _TRIES
_TRIES: list[Try] = []
_BY_BEGINNING: dict[tuple[bool, int], dict[str, list[int]]] = {}
# the first letters of a token, as they stand -> what to try there; emptied when an expression is added
_WANTED: dict[str, tuple[Try, ...]] = {}


def register(expressions: Expressions) -> None:
    """Note once what an expression, or each of several alternatives, may begin with."""
    if id(expressions) in _REGISTERED:
        return
    _REGISTERED[id(expressions)] = expressions
    _WANTED.clear()
    if isinstance(expressions, re.Pattern) and prefixes(expressions) is None:
        _ANYWHERE.add(id(expressions))
        return
    for expression in expressions if isinstance(expressions, tuple) else (expressions,):
        lower = bool(expression.flags & re.IGNORECASE)
        wanted = prefixes(expression)
        for length, beginnings in ({0: ("",)} if wanted is None else wanted).items():
            by_beginning = _BY_BEGINNING.setdefault((lower, length), {})
            for beginning in beginnings:
                by_beginning.setdefault(beginning, []).append(len(_TRIES))
        _TRIES.append((id(expressions), expression.match))


def _wanted(beginning: str) -> tuple[Try, ...]:
    """What to try at a token with these first letters."""
    places: set[int] = set()
    for (lower, length), by_beginning in _BY_BEGINNING.items():
        places.update(by_beginning.get((beginning.lower() if lower else beginning)[:length], ()))
    if len(_WANTED) > 200_000:
        _WANTED.clear()
    found = _WANTED[beginning] = tuple(_TRIES[place] for place in sorted(places))
    return found


class Anchors:
    """Where expressions match at the tokens of a text.

    All that are registered are tried in one walk over the tokens, since to note for each of them where it may begin
    would cost as much as to try it there.
    """

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text, self.starts = text, starts
        self._found: dict[int, list[re.Match]] = {}
        self._tried = 0  # how many tries were known at the walk
        self._ends: dict[int, list[int]] = {}  # where signs end

    def _walk(self) -> None:
        """Try at each token what may begin there."""
        text = self.text
        found: dict[int, list[re.Match]] = {}
        for start in self.starts:
            beginning = text[start : start + LENGTH]
            tries = _WANTED.get(beginning)
            for key, match in _wanted(beginning) if tries is None else tries:
                result = match(text, start)
                if result is not None and result.end() > start:
                    matches = found.get(key)
                    if matches is None:
                        found[key] = [result]
                    elif start >= matches[-1].end():
                        matches.append(result)
        self._found, self._tried = found, len(_TRIES)

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
        return self._matches(expression, self.starts)

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
        for start, end in stretches:
            last = start
            for place in starts[bisect_left(starts, start) : bisect_left(starts, end)]:
                if place >= last:
                    found = match(text, place, end)
                    if found is not None:
                        yield found
                        last = found.end()

    def _before(self, ends: list[int], reach: int) -> Iterator[int]:
        """Where tokens begin at most `reach` characters before one of these places, in order."""
        after = 0
        for end in ends:
            first = bisect_left(self.starts, end - reach, after)
            after = bisect_right(self.starts, end, first)
            yield from self.starts[first:after]

    def _matches(self, expression: re.Pattern, places: Iterable[int]) -> Iterator[re.Match]:
        last = -1
        match, text = expression.match, self.text
        for place in places:
            if place >= last:
                found = match(text, place)
                if found is not None and found.end() > place:
                    yield found
                    last = found.end()

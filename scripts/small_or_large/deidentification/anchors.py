"""Trying an expression only where its first letters stand.

A gate has some eighty expressions, most of them long lists of cue words; searching each over the whole text costs
most of the time. The letters an expression can begin with follow from the expression itself, so it is tried only at
tokens that begin so. What is found is what a search finds, save matches that begin inside a word.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
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


# expressions (by id, since a pattern's hash is slow; they live as long as the program) by what they may begin with:
# (in lower case?, length) -> beginning -> expressions
_BY_BEGINNING: dict[tuple[bool, int], dict[str, list[int]]] = {}
_KNOWN: dict[int, tuple[re.Pattern, dict[int, frozenset[str]] | None]] = {}
# the first letters of a token, as they stand -> expressions that may begin there; emptied when an expression is added
_WANTED: dict[str, tuple[int, ...]] = {}
_ALIKE: dict[
    tuple[int, ...], tuple[int, ...]
] = {}  # one tuple for all that are alike: known by its id, hashed once
_ANYWHERE: set[int] = set()  # expressions that may begin with anything


def register(expression: re.Pattern) -> None:
    """Note what an expression may begin with, if that is not known yet."""
    if id(expression) not in _KNOWN:
        _register(expression)


def _register(expression: re.Pattern) -> dict[int, frozenset[str]] | None:
    """Note once what an expression may begin with, so that each text asks only for beginnings that it holds."""
    wanted = prefixes(expression)
    _KNOWN[id(expression)] = (expression, wanted)
    _WANTED.clear()
    if wanted is None:
        _ANYWHERE.add(id(expression))
    lower = bool(expression.flags & re.IGNORECASE)
    for length, beginnings in (wanted or {}).items():
        by_beginning = _BY_BEGINNING.setdefault((lower, length), {})
        for beginning in beginnings:
            by_beginning.setdefault(beginning, []).append(id(expression))
    return wanted


def _wanted(beginning: str) -> tuple[int, ...]:
    """The expressions (by id) that may begin with the first letters of a token."""
    found = _WANTED.get(beginning)
    if found is None:
        ids: set[int] = set()
        for (lower, length), by_beginning in _BY_BEGINNING.items():
            ids.update(by_beginning.get((beginning.lower() if lower else beginning)[:length], ()))
        if len(_WANTED) > 200_000:
            _WANTED.clear()
        alike = tuple(sorted(ids))
        found = _WANTED[beginning] = _ALIKE.setdefault(alike, alike)
    return found


class Anchors:
    """Where the tokens of a text begin, by their first letters as they stand."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text, self.starts = text, starts
        self._places: dict[int, list[list[int]]] = {}  # unsorted, in lists that expressions share
        self._registered = -1

    def _index(self) -> None:
        """Note for each expression the tokens at which it may begin."""
        by_beginning: dict[str, list[int]] = {}
        text = self.text
        for start in self.starts:
            by_beginning.setdefault(text[start : start + LENGTH], []).append(start)
        # beginnings that the same expressions have are taken together
        by_wanted: dict[int, tuple[tuple[int, ...], list[int]]] = {}
        for beginning, places in by_beginning.items():
            wanted = _WANTED.get(beginning) or _wanted(beginning)
            alike = by_wanted.get(id(wanted))
            if alike is None:
                by_wanted[id(wanted)] = wanted, places
            else:
                alike[1].extend(places)
        found: dict[int, list[list[int]]] = {}
        for wanted, places in by_wanted.values():
            for expression in wanted:
                lists = found.get(expression)
                if lists is None:
                    found[expression] = [places]
                else:
                    lists.append(places)
        self._places, self._registered = found, len(_KNOWN)

    def absent(self, expression: re.Pattern) -> bool:
        """Whether a registered expression cannot begin at any token of the text; asked often, so it must be quick."""
        if self._registered != len(_KNOWN):
            self._index()
        key = id(expression)
        return key not in self._places and key not in _ANYWHERE

    def _places_of(self, expression: re.Pattern) -> list[int] | None:
        """The tokens at which an expression may begin, unsorted; None where it may begin anywhere."""
        known = _KNOWN.get(id(expression))
        if (known[1] if known else _register(expression)) is None:
            return None
        if self._registered != len(_KNOWN):
            self._index()
        lists = self._places.get(id(expression), ())
        return lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))

    def finditer(self, expression: re.Pattern) -> Iterator[re.Match]:
        """Matches that begin at a token, in order and not overlapping."""
        places = self._places_of(expression)
        if places is None:
            return expression.finditer(self.text)
        return self._matches(expression, sorted(places)) if places else iter(())

    def everywhere(self, expression: re.Pattern) -> Iterator[re.Match]:
        """The same for an expression so seldom tried that noting where it may begin would cost more than it saves."""
        return self._matches(expression, self.starts)

    def _matches(self, expression: re.Pattern, places: list[int]) -> Iterator[re.Match]:
        last = -1
        match, text = expression.match, self.text
        for place in places:
            if place >= last:
                found = match(text, place)
                if found is not None and found.end() > place:
                    yield found
                    last = found.end()

    def first_of(self, expressions: tuple[re.Pattern, ...]) -> Iterator[re.Match]:
        """Matches of alternatives, as if joined by | in one expression, each tried only where it may begin."""
        tries: list[tuple[int, int]] = []
        for k, expression in enumerate(expressions):
            places = self._places_of(expression)
            tries += [(place, k) for place in (self.starts if places is None else places)]
        tries.sort()
        last, text = -1, self.text
        for place, k in tries:
            if place >= last:
                match = expressions[k].match(text, place)
                if match is not None and match.end() > place:
                    yield match
                    last = match.end()

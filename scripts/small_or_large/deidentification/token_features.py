"""Features of a report's tokens for the tagger: each a number, made of a word and of what stands around it.

A feature joins what is known of up to five places (the word itself, its neighbours up to four tokens away, the breaks
between them, what the rules found beside it, the first word of its line) and is hashed into one of 2**BITS numbers
(feature hashing: Weinberger et al. 2009, arXiv 0902.2206), so that all tokens of a report are looked up in one go and
no word can be read from the weights.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from small_or_large.deidentification.cues import CUE, kind
from small_or_large.deidentification.entities import ENTITIES
from small_or_large.deidentification.words import Tokens, word

BITS = 20
# What features are made of: the kind (k), the word where it is common (w) and the spelling (s) of the token itself or
# of one so many before (-) or after (+) it; what rules found there (f); and of the token itself its tiers in the word
# lists fully (tiers) and roughly (r), whether capitals surround it (caps), its beginning, its end, both, its length,
# the breaks before and after it, the first word of its line and its place there.
_FEATURES = tuple(
    feature.split()
    for line in """
    tiers caps | r | s caps | beginning | end caps | ends | length | w | k caps
    k-4 | k-3 | k-2 | k-1 | k+1 | k+2 | k+3 | k+4
    w-3 | w-2 | w-1 | w+1 | w+2 | w+3 | w-3 r | w-2 r | w-1 r | w+1 r | w+2 r | w+3 r
    k-1 r | k+1 r | k-2 k-1 | k+1 k+2 | k-2 k-1 r | k+1 k+2 r | k-1 k+1 | k-1 k+1 r
    k-3 k-2 k-1 | k+1 k+2 k+3 | k-2 k-1 k+1 k+2
    w-2 w-1 | w+1 w+2 | w-1 w+1 | w-2 w-1 s | w+1 w+2 s | w-1 s | w+1 s
    before r | after r | before after r | before k-1 r | after k+1 r | before after k-1 k+1
    s-1 s s+1 | s-2 s-1 s | s s+1 s+2 | s-1 s | s s+1 | s-2 s-1 s s+1 s+2 | k-1 s k+1 | k-2 k-1 s
    f-3 | f-2 | f-1 | f+1 | f+2 | f+3 | f-3 r | f-2 r | f-1 r | f+1 r | f+2 r | f+3 r
    f-1 f+1 r | f-2 k-1 r | f+2 k+1 r | f-2 k-1 s | f+2 k+1 s
    first | first r | first s | place r | first place r
    """.strip().splitlines()
    for feature in line.split("|")
)
_PARTS = sorted({part for feature in _FEATURES for part in feature})
# the features of one, two, three ... parts: their numbers, and the places of their parts
_BY_SIZE = [
    (
        np.array([n for n, f in enumerate(_FEATURES) if len(f) == size], np.uint64)[:, None] + np.uint64(1),
        np.array([[_PARTS.index(part) for part in f] for f in _FEATURES if len(f) == size]).T,
    )
    for size in sorted({len(f) for f in _FEATURES})
]
_LABEL = {entity: number for number, entity in enumerate(ENTITIES, 1)}
_KNOWN = ("k", "w", "s", "tiers", "r", "beginning", "end", "ends", "length")
MARK, PROSE = 1, 2  # a mark, and a common word in small letters
_REACH = 6
_TOKENS_KEPT = 200_000
_MIX, _LAST_MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_TOP = np.uint64(64 - BITS)
_NO_GAP, _BLANK, _BLANKS, _BREAK = range(4)
_BREAKS = re.compile(r"[\n\t]")


def spelling(text: str) -> str:
    """A token's spelling: capitals A, small letters a, figures 9, the small ones of a stretch once."""
    if text.isdigit():
        return "9" * min(len(text), 11)
    made = "".join("A" if c.isupper() else "a" if c.isalpha() else "9" if c.isdigit() else c for c in text)
    return re.sub(r"A{3,}", "AAA", re.sub(r"a+", "a", made))[:14]


def _number(text: str) -> str:
    """What a number could be: a month, a day, an age of 90 or more, a year, or one of so many figures."""
    if not text.isdecimal():
        return "x"
    value = int(text) if len(text) < 9 else 10**9
    if len(text) <= 2:
        return "d" if 1 <= value <= 12 else "D" if value <= 31 else "n9" if value >= 90 else "n"
    return "Y" if len(text) == 4 and 1900 <= value <= 2035 else "9" * min(len(text), 11)


@lru_cache(maxsize=_TOKENS_KEPT)
def _known(text: str) -> tuple[int, ...]:
    """What is known of a token, a number for each of _KNOWN, and MARK, PROSE or 0."""
    w = word(text)
    named = kind(text)
    if w.shape == "number":
        named = "9" + _number(text)
    elif w.shape == "code":
        named = "c" + spelling(text)[:6]
    kind_of = MARK if w.shape == "mark" else PROSE if w.shape == "lower" and w.word >= 3 else 0
    common = (w.word >= 2 or w.plain in CUE or w.shape == "mark") and len(w.plain) < 25
    person = max(w.surname, w.given)
    key = w.plain
    numbers = (
        crc32(name.encode())
        for name in (
            f"K{named}",
            f"W{key if common else named}",
            f"S{spelling(text)}",
            f"B{w.shape}{w.word}{w.surname}{w.given}{w.place}{int(w.eponym)}",
            f"C{w.shape[:2]}{min(w.word, 3)}{int(person > 1)}{int(person > 0)}{int(w.place > 0)}",
            f"P{key[:3]}",
            f"Q{key[-3:]}",
            f"R{key[:1]}{key[-2:]}",
            f"N{min(len(key), 12)}{w.shape}",
        )
    )
    return *numbers, kind_of


class _Table:
    """The numbers of all tokens met so far, a row each."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.rows = np.zeros((1024, len(_KNOWN) + 1), np.uint64)

    def of(self, texts: Sequence[str]) -> np.ndarray:
        """The rows of some tokens."""
        if len(self.places) > _TOKENS_KEPT:
            self.places.clear()
        places = self.places
        for text in {t for t in texts if t not in places}:
            place = len(places)
            if place == len(self.rows):
                self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self.rows[place] = _known(text)
            places[text] = place
        return self.rows[[places[t] for t in texts]]


_TABLE = _Table()


def labels_of(tokens: Tokens, spans: Sequence) -> np.ndarray:
    """For each token the number of the entity that a span found there names, 0 where none is."""
    labels = np.zeros(len(tokens), np.uint64)
    for span in spans:
        i = tokens.at(span.start)
        while i and tokens.ends[i - 1] > span.start:
            i -= 1
        labels[i : tokens.at(span.end)] = _LABEL.get(span.entity, 1)
    return labels


def _layout(tokens: Tokens) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The break before each token and after the last, each line's first token by token, and its place in the line."""
    count = len(tokens)
    starts, ends = np.array(tokens.starts), np.array(tokens.ends)
    breaks = np.array([m.start() for m in _BREAKS.finditer(tokens.text)], dtype=np.int64)
    width = starts[1:] - ends[:-1]
    broken = np.searchsorted(breaks, starts[1:]) > np.searchsorted(breaks, ends[:-1])
    gaps = np.full(count + 1, _BREAK)
    gaps[1:-1] = np.where(
        broken, _BREAK, np.where(width == 0, _NO_GAP, np.where(width == 1, _BLANK, _BLANKS))
    )
    index = np.arange(count)
    first = np.maximum.accumulate(np.where(gaps[:-1] == _BREAK, index, 0))
    return gaps.astype(np.uint64), first, np.minimum(index - first, 5).astype(np.uint64)


class TokenFeatures:
    """The features of a report's tokens. `labels` are the entities that the rules found, by token (`labels_of`)."""

    def __init__(self, tokens: Tokens, labels: np.ndarray) -> None:
        table = _TABLE.of(tokens.texts)
        known = dict(zip(_KNOWN, table.T[: len(_KNOWN)], strict=True))
        self.kinds = table[:, -1]  # MARK, PROSE or 0, by token
        gaps, first, place = _layout(tokens)
        self.own = {
            **known,
            "caps": np.array(tokens.capitals, np.uint64),
            "before": gaps[:-1],
            "after": gaps[1:],
            "first": known["w"][first],
            "place": place,
        }
        # columns that are read some tokens away, with an end before and after the report
        ends = {end: np.full(_REACH, end, np.uint64) for end in (0, 7)}
        self.reached = {
            name: np.concatenate([ends[end], values, ends[end]])
            for name, values, end in (
                ("k", known["k"], 7),
                ("w", known["w"], 7),
                ("s", known["s"], 7),
                ("f", labels, 0),
            )
        }

    def of(self, chosen: Sequence[int]) -> np.ndarray:
        """Numbers below 2**BITS, a row for each token index of `chosen`, the same features in the same columns."""
        i = np.asarray(chosen, np.int64)
        parts = np.stack([self._part(part, i) for part in _PARTS])
        made = np.empty((len(_FEATURES), len(i)), np.int64)
        for numbers, places in _BY_SIZE:
            mixed = np.broadcast_to(numbers, (len(numbers), len(i)))
            for part in places:
                mixed = (mixed ^ parts[part]) * _MIX
            made[numbers[:, 0].astype(int) - 1] = (mixed * _LAST_MIX) >> _TOP
        return made.T

    def _part(self, part: str, i: np.ndarray) -> np.ndarray:
        """One part of features, for some tokens."""
        if part in self.own:
            return self.own[part][i]
        return self.reached[part[0]][i + _REACH + int(part[1:])]

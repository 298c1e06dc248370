"""Tokens of a report, and what the word lists know of each word.

The lists (see lexicons/README.md) say of a word in lower case without accents: how common it is in clinical English
(0 unknown to 4 everyday), as a surname, as a given name (0 unknown to 3 common), and as a place.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import NamedTuple

from small_or_large.deidentification.anchors import Anchors
from small_or_large.deidentification.protected import EPONYM_WORDS

LEXICONS = Path(__file__).resolve().parent / "lexicons"
TOKEN = re.compile(r"[^\W_]{1,60}(?:['’`][^\W\d_]{1,30}){0,2}|[^\w\s]|_")
_UNSCAN = str.maketrans("0153", "olse")


class Word(NamedTuple):
    """What is known of one word: its plain form, shape, and tiers in the lists."""

    plain: str
    shape: str  # lower, title, upper, mixed, initial (one capital), number, code (letters and digits), mark
    word: int
    surname: int
    given: int
    place: int
    eponym: bool
    damaged: bool  # read as a name only after a scanner's digits were turned back into letters


def plain(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize(
        "NFKD", text.replace("’", "'").replace("ł", "l").replace("ø", "o").replace("ß", "ss").lower()
    )
    return "".join(c for c in folded if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def lexicons() -> tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int], set[str]]:
    """Words, surnames, given names, places (by name, several words joined by blanks), first words of long places."""

    def read(name: str, separator: str) -> dict[str, int]:
        entries = {}
        for row in (LEXICONS / name).read_text(encoding="utf-8").splitlines():
            word, tier = row.rsplit(separator, 1)
            entries[word] = int(tier)
        return entries

    places = read("places.txt", "\t")
    starts = {p.split(" ")[0] for p in places if " " in p}
    return read("words.txt", " "), read("surnames.txt", " "), read("given_names.txt", " "), places, starts


@lru_cache(maxsize=200_000)
def word(text: str) -> Word:
    """What the lists know of a token."""
    words, surnames, given, places, _ = lexicons()
    key = plain(text)
    if text.isdigit():
        return Word(key, "number", 0, 0, 0, 0, False, False)
    if not any(c.isalnum() for c in text):
        return Word(key, "mark", 0, 0, 0, 0, False, False)
    damaged = False
    if any(c.isdigit() for c in text):
        letters = sum(c.isalpha() for c in text)
        mended = key.translate(_UNSCAN)
        if mended not in surnames and mended not in given and "1" in key:
            other = key.replace("1", "i").translate(_UNSCAN)
            mended = other if other in surnames or other in given else mended
        figures = sum(c.isdigit() for c in text)
        if (
            letters >= 3
            and figures <= 2
            and mended.isalpha()
            and not text[-1].isdigit()
            or (
                letters >= 4 and figures == 1 and mended.isalpha() and (mended in surnames or mended in given)
            )
        ):
            key, damaged = mended, True
        else:
            return Word(key, "code", 0, 0, 0, 0, False, False)
    bare = key[:-2] if key.endswith(("'s", "`s")) else key
    bare = bare.replace("`", "'")
    joined = bare.replace("'", "")
    if damaged:
        shape = "upper" if sum(c.isupper() for c in text) > 1 else "title" if text[0].isupper() else "lower"
    elif len(text) == 1:
        shape = "initial" if text.isupper() else "lower"
    elif text.islower():
        shape = "lower"
    elif text.isupper():
        shape = "upper"
    elif text[0].isupper() and text[1:].islower() or (text[0].isupper() and "'" in text):
        shape = "title"
    elif text[0].isupper() and re.fullmatch(r"(?:Mc|Mac|De|Di|La|Le|Van|Fitz|O|D|St)['’]?[A-Z][a-z]+", text):
        shape = "title"
    else:
        shape = "mixed"
    return Word(
        bare,
        shape,
        words.get(bare, 0) or (words.get(joined, 0) if "'" in bare else 0),
        surnames.get(bare, 0) or surnames.get(joined, 0),
        given.get(bare, 0) or given.get(joined, 0),
        places.get(bare, 0),
        bare in EPONYM_WORDS,
        damaged,
    )


@lru_cache(maxsize=1)
def _shortened() -> set[str]:
    """Every everyday clinical word of six letters or more with one letter left out."""
    words = lexicons()[0]
    return {
        w[:k] + w[k + 1 :] for w, tier in words.items() if tier >= 3 and len(w) >= 6 for k in range(len(w))
    }


@lru_cache(maxsize=200_000)
def near_vocabulary(key: str) -> bool:
    """Whether a word may be an everyday clinical word that a scanner damaged: one letter lost, added or changed."""
    if len(key) < 5:
        return False
    words, shortened = lexicons()[0], _shortened()
    if key in shortened:
        return True
    for k in range(len(key)):
        less = key[:k] + key[k + 1 :]
        if less in shortened or (len(less) >= 5 and words.get(less, 0) >= 3):
            return True
    return False


@lru_cache(maxsize=200_000)
def run_together(key: str) -> bool:
    """Whether a word of no name list is made of clinical words: two without a blank, or one with stray letters."""
    words = lexicons()[0]
    size = len(key)
    for whole in (key, key[1:], key[:-1]) if size > 9 else (key,):
        for k in range(3, len(whole) - 2):
            if max(k, len(whole) - k) >= 4 and words.get(whole[:k], 0) >= 3 and words.get(whole[k:], 0) >= 3:
                return True
    return any(
        len(part) >= 4 and words.get(part, 0) >= (4 if len(part) == 4 else 3)
        for n in (1, 2)
        for part in (key[n:], key[:-n])
    )


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, list[str]]:
    """Everyday clinical words of seven letters or more by their first four."""
    found: dict[str, list[str]] = {}
    for w, tier in lexicons()[0].items():
        if tier >= 4 and len(w) >= 7:
            found.setdefault(w[:4], []).append(w)
    return found


@lru_cache(maxsize=200_000)
def resembles_vocabulary(key: str) -> bool:
    """Whether a long word agrees with an everyday clinical word but for a piece in the middle or at the end."""
    size = len(key)
    if size < 7:
        return False
    for w in _beginnings().get(key[:4], ()):
        if abs(len(w) - size) > 2:
            continue
        head = next((k for k, (a, b) in enumerate(zip(key, w, strict=False)) if a != b), min(size, len(w)))
        tail = next(
            (k for k, (a, b) in enumerate(zip(key[::-1], w[::-1], strict=False)) if a != b), min(size, len(w))
        )
        if head + tail >= 0.7 * max(size, len(w)):
            return True
    return False


_MIXED = re.compile(
    r"(?:Mc|Mac|De|Di|Du|La|Le|Lo|Van|Von|Fitz|O|D|St|Al|El|Ben|Bar|Del|Della|San)['’]?[A-Z][a-z]+"
)
_CLUSTER = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|(.)\1\1|^([bcdghjkmnpqrstvwxz])\2|^[^aeiouy]{4}|^(?!sch|chr|thr|shr|str|spr|scr|hrv|krz|prz|szc|wrz|skr|phr|krs|phl|schw|mcc|mck)[^aeiouy]{3}"
)


@lru_cache(maxsize=200_000)
def unreadable(text: str) -> bool:
    """Whether a word that no name list knows looks like nothing that is spoken: a scanner's rubbish."""
    key = plain(text)
    if not any(c in "aeiouy" for c in key) and key != "ng" or _CLUSTER.search(key) or len(key) > 18:
        return True
    capitals = [c.isupper() for c in text if c.isalpha()]
    return not (
        text.isupper() or text.islower() or sum(capitals) == 1 and capitals[0]
    ) and not _MIXED.fullmatch(text)


# what the surroundings of a token need of it: capitals; small letters or a capital first; a longer word in small
# letters, known or unknown to the lists
_OTHER, _CAPITALS, _SMALL, _PROSE, _UNKNOWN = range(5)


@lru_cache(maxsize=200_000)
def _traits(text: str) -> int:
    """Which of these a token is."""
    w = word(text)
    if w.shape == "upper":
        return _CAPITALS if len(w.plain) > 2 else _OTHER
    if w.shape == "lower" and len(w.plain) > 3:
        return _PROSE if w.word else _UNKNOWN
    return _SMALL if w.shape in ("lower", "title") else _OTHER


@lru_cache(maxsize=200_000)
def _is_odd(text: str) -> bool:
    """Whether a token is likely a scanner's rubbish: an unlisted word, a capital inside, a mark seldom typed."""
    w = word(text)
    if w.shape == "mark":
        return text in "~_\\{}`•¢¥§¬°«»£"
    if w.word:
        return False
    if w.shape == "lower":
        return len(w.plain) > 3 and not (w.surname or w.given)
    return w.shape == "mixed" and len(w.plain) > 5 and not _MIXED.fullmatch(text)


class Tokens:
    """The tokens of one text with their places and words; shared by all recognizers of a report."""

    __slots__ = ("text", "starts", "ends", "texts", "words", "capitals", "junk", "found", "_anchors", "_odd")

    def __init__(self, text: str) -> None:
        self.text = text
        self.texts: list[str] = TOKEN.findall(text)
        self.starts: list[int] = [match.start() for match in TOKEN.finditer(text)]
        self.ends: list[int] = list(map(add, self.starts, map(len, self.texts)))
        self.words = list(map(word, self.texts))
        self.found: Sequence = ()  # what the rules found, for a recognizer that goes by it
        self._anchors = None
        self._odd: list[int] | None = None
        traits = list(map(_traits, self.texts))
        self._line_cases(traits)
        # share of lower-case words that no list knows: how badly the text was scanned
        unknown = traits.count(_UNKNOWN)
        self.junk = unknown / max(unknown + traits.count(_PROSE), 100)

    def _line_cases(self, traits: list[int]) -> None:
        """For each token, whether its surroundings are written in capitals (so that a capital says nothing)."""
        width = 12
        if traits.count(_CAPITALS) < 2:
            self.capitals = [False] * len(self.words)
            return
        upper = [trait == _CAPITALS for trait in traits]
        lower = [trait >= _SMALL for trait in traits]

        def counts(marks: list[bool]) -> list[int]:
            """How many of the tokens up to `width` before and after each are marked."""
            sums = [0] * width + list(accumulate(marks, initial=0))
            sums += sums[-1:] * width
            return [b - a for a, b in zip(sums, sums[2 * width + 1 :], strict=False)]

        self.capitals = [
            ups > 1 and ups >= 2 * lows for ups, lows in zip(counts(upper), counts(lower), strict=True)
        ]

    @property
    def anchors(self) -> Anchors:
        """Where tokens begin, by their first letters."""
        if self._anchors is None:
            self._anchors = Anchors(self.text, self.starts)
        return self._anchors

    def rough(self, i: int) -> bool:
        """Whether the text around token i is a scanner's rubbish: three odd tokens among the forty beside it."""
        if self._odd is None:
            self._odd = list(accumulate(map(_is_odd, self.texts), initial=0))
        return self._odd[min(len(self.words), i + 21)] - self._odd[max(0, i - 20)] >= 3

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, place: int) -> int:
        """The index of the first token that begins at character `place` or later."""
        return bisect_left(self.starts, place)

    def gap(self, i: int) -> str:
        """The white space between token i and the next."""
        return self.text[self.ends[i] : self.starts[i + 1]] if i + 1 < len(self.texts) else ""


def tokens_of(text: str, artifacts) -> Tokens:
    """The tokens handed on as presidio's `nlp_artifacts`, or made here."""
    return artifacts if isinstance(artifacts, Tokens) else Tokens(text)


def regions(signs: Iterable[tuple[int, int]], before: int, after: int) -> Iterator[tuple[int, int]]:
    """Stretches of a text about signs in order, those that touch joined, where an expression is to be tried."""
    start = end = -1
    for sign_start, sign_end in signs:
        if sign_start - before <= end:
            end = max(end, sign_end + after)
            continue
        if end >= 0:
            yield start, end
        start, end = max(0, sign_start - before), sign_end + after
    if end >= 0:
        yield start, end

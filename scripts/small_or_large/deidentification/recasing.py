"""A second reading of lines all in small letters or all in capitals: capitals put where a name may stand.

In a note typed or dictated without capitals, and in one all in capitals, a letter's case says nothing of names. What no
clinical vocabulary knows, and what follows a title, is given a capital; spoken marks become marks.
"""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.cues import ABBREVIATIONS
from small_or_large.deidentification.facilities import HEADS
from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.words import (
    TOKEN,
    Word,
    near_vocabulary,
    resembles_vocabulary,
    run_together,
    word,
)

_MARKS = {"comma": ",", "period": ".", "colon": ":", "semicolon": ";"}
_SPOKEN_MARK = re.compile(r" (comma|period|colon|semicolon|full stop|new (?:line|paragraph))(?=\s|$)")
_CAP = re.compile(r"(?<!\w)cap(?:ital)? (?=[a-z])")
_SPELLED = re.compile(r"(?<!\w)(?:cap )?[a-z](?: (?:cap )?[a-z]){2,20}(?!\w)")
_LETTERS_SAID = re.compile(r"(?<= by | rs | ls )[a-z](?: [a-z]){1,2}(?!\w)")
_TITLES = TITLES - frozenset("do sir ms fr doc".split()) | {"misses", "mister", "missus"}
_HOUSES = HEADS - frozenset(
    "department surgery home health medicine group trust practice village pathology oncology radiology".split()
) | {"regional", "memorial", "endoscopy", "derm", "surgery", "general"}
_FRONT = frozenset(
    "new fort port east west north south upper lower lesser greater saint st mount mt lake old san santa el la".split()
)
_AFTER_PLACE = frozenset("from in at near to of".split())


def _unlisted_name(w: Word) -> bool:
    """Whether a word may be a name for all that the lists know: no clinical word and nothing a scanner or a typist made of one."""
    if len(w.plain) < 3 or w.plain in STOP or w.plain in CREDENTIALS or w.plain in ABBREVIATIONS or w.eponym:
        return False
    listed = max(w.surname, w.given, w.place)
    if w.word >= 3:
        return False
    if w.word >= 1:
        return listed >= (2 if w.word == 1 else 3)
    if listed >= 2:
        return True
    return not (
        near_vocabulary(w.plain) or resembles_vocabulary(w.plain) or run_together(w.plain) and not listed
    )


def _recased(text: str) -> str:
    """The text with capitals where names may stand, character by character as long as before."""
    matches = list(TOKEN.finditer(text))
    words = [word(m.group().lower()) for m in matches]
    count = len(words)
    raised = [m.group()[0].isalpha() and _unlisted_name(w) for m, w in zip(matches, words, strict=True)]
    for i in range(count):
        key = words[i].plain
        if key in _TITLES:
            k = i + 1 + (i + 1 < count and matches[i + 1].group() == ".")
            if k < count and words[k].plain not in STOP and len(words[k].plain) > 2 and words[k].word < 4:
                raised[k] = True
        if (
            key in _HOUSES
            and i
            and (words[i - 1].word < 4 or raised[i - 1])
            and words[i - 1].plain not in STOP
        ):
            k = i - 1
            while (
                k >= 0
                and i - k < 4
                and words[k].plain not in STOP
                and words[k].shape != "mark"
                and (words[k].word < 4 or words[k].plain in _FRONT)
            ):
                raised[k] = raised[i] = True
                k -= 1
        if (
            key in _FRONT
            and i + 1 < count
            and raised[i + 1]
            and (i == 0 or words[i - 1].plain in _AFTER_PLACE or key in ("saint", "fort", "mount", "lesser"))
        ):
            raised[i] = True
    made = list(text.lower())
    for match, w, up in zip(matches, words, raised, strict=True):
        if match.group().isupper() and (
            w.plain in ABBREVIATIONS or len(w.plain) == 1 or any(c.isdigit() for c in match.group())
        ):
            made[match.start() : match.end()] = match.group()
        elif up and w.plain not in PARTICLES:
            made[match.start()] = made[match.start()].upper()
    return "".join(made)


def single_case(text: str) -> str | None:
    """Whether a line is all in small letters ("lower") or in capitals ("upper"), save for an abbreviation or two."""
    letters = sum(map(str.isalpha, text))
    if letters < 12:
        return None
    ups = sum(map(str.isupper, text))
    if ups <= 0.12 * letters and not re.search(r"(?<!\w)[A-Z][a-z]{2}", text):
        return "lower"
    return "upper" if ups >= 0.9 * letters and any(c in "aeiou" for c in text.lower()) else None


def recase(reading) -> bool:
    """Give a reading (mending.Reading) the capitals it may have lost; whether anything changed."""
    kind = single_case(reading.text)
    if kind is None or len(reading.text) != len(reading.text.lower()):
        return False
    if kind == "lower":
        reading.replace(_SPELLED, lambda m: re.sub(r"cap | ", "", m.group()))
        reading.replace(_LETTERS_SAID, lambda m: m.group().replace(" ", "").upper())
        reading.replace(_SPOKEN_MARK, lambda m: _MARKS.get(m[1], "."))
        reading.replace(_CAP, lambda m: "")
    if len(reading.text) != len(reading.text.lower()):
        return False
    new = _recased(reading.text)
    changed = new != reading.text and any(c.isupper() for c in new)
    reading.text = new
    return changed

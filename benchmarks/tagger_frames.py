"""Frames for the tagger's training sentences: marked text with slots, filled from the gate's word lists.

A frame is a sentence with slots such as {L}. A slot outside a mark is an identifier of its own kind; one inside
[[ENTITY:...]] is a part of it: "Seen at [[FACILITY:{C} Skin Clinic]] by {F} {L}." Sentences of real annotators (invented
text with marks) become frames: their names are taken out, the words that only frame them stay.

    {L} surname  {F} given name  {I} initial  {C} town  {H} institution  {A} letters of an institution
    {N} initials of a person  {T} street  {W} clinical words;  {L^} in capitals, {L_} in small letters, {L~} scanned

A line of a file is a frame; " ⏎ " in it breaks the line.
"""

# ruff: noqa: E501 - word lists are harder to read when wrapped

import json
import random
import re
from pathlib import Path

from small_or_large.deidentification import facilities
from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, TITLES
from small_or_large.deidentification.words import TOKEN, lexicons, plain, word

SLOT = re.compile(r"\{([LFICHANTW])([\^_~]?)\}")
MARK = re.compile(r"\[\[([A-Z0-9]+):(.*?)\]\](?!\])")
KINDS = {
    "L": "NAME",
    "F": "NAME",
    "I": "NAME",
    "C": "CITY",
    "H": "FACILITY",
    "A": "FACILITY",
    "N": "INITIALS",
    "T": "ADDRESS",
}
_NUMBERS = frozenset(("MRN", "ACCESSION", "HEALTHNO", "SSN", "PHONE", "ZIP"))
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvz"
# what a scanner makes of a character
_MISREAD = {
    **{a: b for a, b in zip("0O1lI5S8B6GZ2", ("O", "0", "lI", "1", "l1", "S", "5", "B", "8", "b", "C", "2", "Z"), strict=True)},
    **{a: b for a, b in zip("eoacnuhbtfirs", ("c", "ec", "os", "e", "u", "n", "b", "h", "f", "t", "l1", "t", "a"), strict=True)},
    **{".": ",", ",": ".", ":": ";.", "/": "1l", "-": "~.", "m": ("rn", "nn"), "d": ("cl",), "w": ("vv",)},
}  # fmt: skip
LETTERS = "ABCDEFGHJKLMNPRSTVW"
HEADS = (
    "Hospital|Hospital|Hospital|Clinic|Clinic|Medical Centre|Medical Center|Health Centre|Cancer Centre|Infirmary|Laboratories|Laboratory|Institute|"
    "Pathology|Pathology Associates|Dermatopathology|Histology|Diagnostics|Imaging|Surgical Centre|Day Surgery|Endoscopy|Dermatology|Urology|Skin Clinic|"
    "Breast Clinic|Family Practice|Family Health Team|Health Service|Health|Hospice|Private|Private Hospital|Campus|Care Centre|Nursing Home|Lodge|Manor|"
    "Nursing Station|Regional|General|Memorial|Community Hospital|District Hospital|Children's|University Hospital|University|School of Medicine|"
    "Biobank|Cancer Agency|Oncology|Radiology|Walk-in Clinic|Polyclinic|Trust|Academic|House|Surgery|Medical Group|Women's Hospital|Reference Lab|Path Lab"
).split("|")
LEADS = "St. {F}'s|St {F}'s|Mount {L}|Royal {C}|Queen {F}|{L} & {L}|Our Lady of {C}|North {C}|{L} Memorial|{C} General|{C} and District|Sacred Heart".split(
    "|"
)
STREETS = (
    "Street St Road Rd Avenue Ave Lane Drive Crescent Cres Close Court Way Terrace Place Parade Boulevard Grove Hill Row Walk Highway Circle Trail"
).split()


def _damaged(draw: random.Random, text: str) -> str:
    """A word as scanners read it: one or two letters turned into digits or their likes, lost or split off."""
    for _ in range(draw.choice([1, 1, 2])):
        k = draw.randrange(len(text))
        swap = {
            "o": "0",
            "O": "0",
            "l": "1",
            "I": "l",
            "i": "1",
            "e": "c",
            "S": "5",
            "B": "8",
            "m": "rn",
            "h": "b",
        }.get(text[k], text[k])
        text = text[:k] + swap + text[k + 1 :]
    if draw.random() < 0.2 and len(text) > 4:
        k = draw.randrange(1, len(text))
        text = text[:k] + draw.choice(["", " ", "."]) + text[k:]
    return text


class Filler:
    """Draws what a frame's slots are filled with."""

    def __init__(self, draw: random.Random, words: list[str]) -> None:
        known, surnames, given, places, _ = lexicons()
        self.draw, self.words = draw, words
        tiers = {}
        for name, tier in surnames.items():
            if len(name) > 2:
                tiers.setdefault(("L", tier if known.get(name, 0) < 3 else 0), []).append(name)
        for name, tier in given.items():
            if len(name) > 2:
                tiers.setdefault(("F", tier if known.get(name, 0) < 3 else 0), []).append(name)
        for name, tier in places.items():
            tiers.setdefault(("C", tier), []).append(name)
        self.tiers = tiers

    def one(self, slot: str, style: str = "") -> str:
        """A value for one slot."""
        made = self._one(slot)
        if style == "^":
            return made.upper()
        if style == "_":
            return made.lower()
        return _damaged(self.draw, made) if style == "~" else made

    def _one(self, slot: str) -> str:
        draw = self.draw
        if slot == "I":
            return draw.choice(LETTERS)
        if slot == "A":
            return "".join(draw.choice(LETTERS) for _ in range(draw.choice([3, 3, 4, 4, 5])))
        if slot == "N":
            return self._initials()
        if slot == "T":
            return f"{self._one(draw.choice('LLFC'))} {draw.choice(STREETS)}"
        if slot == "W":
            return " ".join(draw.choice(self.words) for _ in range(draw.choice([1, 1, 2, 2, 3])))
        if slot == "H":
            return self._house()
        tier = (
            draw.choices([1, 2, 3, 0], [0.35, 0.3, 0.25, 0.1])[0] if slot in "LF" else draw.choice([1, 2, 3])
        )
        name = draw.choice(self.tiers.get((slot, tier)) or self.tiers[slot, 1])
        made = " ".join(
            p[:1].upper() + p[1:] if p not in ("de", "la", "of", "sur") else p for p in name.split(" ")
        )
        luck = draw.random()
        if slot == "L":
            if luck < 0.06:
                made = f"{made}-{self._one('L')}"
            elif luck < 0.08:
                made = draw.choice(["O'", "Mc", "D'", "Mac"]) + made
            elif luck < 0.10:
                made = (
                    draw.choice(["van ", "de ", "al-", "Van ", "von ", "St. ", "El-", "dos ", "bin "]) + made
                )
        elif slot == "F" and luck < 0.04:
            made = f"{made}-{self._one('F')}"
        elif slot == "C" and luck < 0.1:
            made = f"{draw.choice(['North', 'Port', 'Lake', 'Fort', 'East', 'New', 'Upper', 'Saint'])} {made}"
        return made

    def _initials(self) -> str:
        draw = self.draw
        letters = [draw.choice(LETTERS) for _ in range(draw.choice([2, 2, 3, 3, 3]))]
        style = draw.random()
        if style < 0.6:
            return "".join(letters)
        if style < 0.85:
            return "".join(letters).lower()
        return letters[0] + draw.choice(["c", "v", "a", "e", "o"]) + "".join(letters[1:])

    def _house(self) -> str:
        draw = self.draw
        style = draw.random()
        if style < 0.25:
            made = self._one(draw.choice("LCC"))
        elif style < 0.35:
            made = SLOT.sub(lambda m: self._one(m[1]), draw.choice(LEADS))
        elif style < 0.42:
            made = self._one("A")
        else:
            lead = (
                self._one(draw.choice("LLCCC"))
                if draw.random() < 0.8
                else SLOT.sub(lambda m: self._one(m[1]), draw.choice(LEADS))
            )
            made = f"{lead} {draw.choice(HEADS)}"
        if draw.random() < 0.08:
            made = f"the {made}"
        return made

    def fill(self, frame: str) -> tuple[str, list[tuple[int, int, str]]]:
        """The sentence a frame makes, and the spans in it."""
        text, spans, last = "", [], 0
        for match in re.finditer(rf"{MARK.pattern}|{SLOT.pattern}", frame):
            text += frame[last : match.start()]
            last = match.end()
            entity, inner, slot, style = match.groups()
            if slot:
                value, entity = self.one(slot, style), KINDS.get(slot)
            else:
                value = SLOT.sub(lambda m: self.one(m[1], m[2]), inner)
                if not SLOT.search(inner) and entity == "INITIALS":
                    value = "".join(
                        c
                        if not c.isalpha()
                        else self.draw.choice(LETTERS)
                        if c.isupper()
                        else self.draw.choice(LETTERS).lower()
                        for c in inner
                    )
            if entity:
                spans.append((len(text), len(text) + len(value), entity))
            text += value
        return text + frame[last:], spans


def unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """A marked text as it was written, and the spans that were marked in it."""
    text, spans, last = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        last = match.end()
    return text + marked[last:], spans


def other_figures(draw: random.Random, text: str, spans: list[tuple[int, int, str]]) -> str:
    """A text with the figures of its numbers drawn anew."""
    made = list(text)
    for start, end, entity in spans:
        if entity in _NUMBERS:
            made[start:end] = [draw.choice("0123456789") if c.isdigit() else c for c in text[start:end]]
    return "".join(made)


def strange_names(draw: random.Random, text: str, spans: list[tuple[int, int, str]]) -> str:
    """A text in which three names of ten have a letter or two changed, so that no list knows them."""
    made = list(text)
    for start, end, entity in spans:
        if entity not in _TURN or draw.random() >= 0.3:
            continue
        for match in re.finditer(r"[^\W\d_]{4,}", text[start:end]):
            if draw.random() >= 0.7 or word(match.group()).word >= 3:
                continue
            for k in draw.sample(range(1, len(match.group())), draw.choice([1, 1, 2])):
                old = made[start + match.start() + k]
                new = draw.choice(_VOWELS if old.lower() in _VOWELS else _CONSONANTS)
                made[start + match.start() + k] = new.upper() if old.isupper() else new
    return "".join(made)


def scanned(
    draw: random.Random, text: str, spans: list[tuple[int, int, str]]
) -> tuple[str, list[tuple[int, int, str]]]:
    """A text as a poor scanner reads it, and its spans there: characters misread, blanks lost and put in."""
    worn = draw.choice([0.02, 0.04, 0.08])
    made, places = "", []
    for k, old in enumerate(text):
        places.append(len(made))
        if draw.random() < worn and old in _MISREAD:
            made += draw.choice(_MISREAD[old])
        elif old == " " and draw.random() < worn:
            made += draw.choice(["", "  "])
        elif draw.random() < worn / 6 and old.isalnum() and text[k - 1 : k].isalnum():
            made += draw.choice(" .") + old
        else:
            made += old
    places.append(len(made))
    return made, [(places[start], places[end], entity) for start, end, entity in spans]


def _slot(token: str, slot: str) -> str:
    letters = [c for c in token if c.isalpha()]
    if len(letters) == 1:
        return "{I}" if letters[0].isupper() else token
    style = (
        "~" if any(c.isdigit() for c in token) else "^" if token.isupper() else "_" if token.islower() else ""
    )
    return "{" + slot + style + "}"


def _named(value: str) -> str:
    """A name with its words turned into slots."""
    made, last, comma = "", 0, "," in value
    matches = list(TOKEN.finditer(value))
    alone = sum(any(c.isalpha() for c in m.group()) for m in matches) == 1
    for k, match in enumerate(matches):
        token = match.group()
        made += value[last : match.start()]
        last = match.end()
        key = plain(token)
        if not any(c.isalpha() for c in token) or key in TITLES or key in CREDENTIALS:
            made += token
        elif key in PARTICLES and token.islower():
            made += token
        else:
            w = word(token)
            rest = value[match.end() :]
            first = (
                ("," not in rest)
                if comma
                else bool(re.search(r"[^\W\d_]{2,}", rest))
                if k == 0
                else w.given > w.surname
            )
            if alone:
                first = w.given > w.surname
            made += _slot(token, "F" if first else "L")
    return made + value[last:]


def _housed(value: str) -> str:
    """An institution's name whose proper words are turned into slots, its general ones kept."""

    def turn(match: re.Match) -> str:
        token = match.group()
        w = word(token)
        if (
            not token[0].isalpha()
            or token.islower()
            or len(token) < 2
            or w.plain in facilities.HEADS
            or w.plain in facilities.INSIDE
        ):
            return token
        if (
            token.isupper()
            and 3 <= len(token) <= 5
            and not value.replace(token, "").isupper()
            and not w.surname
        ):
            return "{A}"
        if w.word >= 3 and not (w.surname > 1 or w.place):
            return token
        return _slot(token, "C" if w.place > 1 else "L")

    return TOKEN.sub(turn, value)


def _street(value: str) -> str:
    def turn(match: re.Match) -> str:
        token = match.group()
        w = word(token)
        if (
            w.shape in ("title", "upper")
            and (w.word < 3 or w.surname > 1)
            and len(token) > 3
            and token not in STREETS
        ):
            return _slot(token, "L")
        return token

    return TOKEN.sub(turn, value)


def _town(value: str) -> str:
    town, comma, rest = value.partition(",")
    style = "^" if town.isupper() else "_" if town.islower() else ""
    return "{C" + style + "}" + comma + rest


_TURN = {"NAME": _named, "FACILITY": _housed, "CITY": _town, "ADDRESS": _street}


def lines_of(path: Path) -> list[str]:
    """The marked lines of a file: text with marks, a passage a line, or JSON lines of text and spans."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix != ".jsonl":
        return [line for line in lines if line.strip() and not line.startswith("#")]
    made = []
    for row in map(json.loads, lines):
        marked, last = "", 0
        for span in sorted(row["spans"], key=lambda s: s["start"]):
            value = row["text"][span["start"] : span["end"]]
            marked += f"{row['text'][last : span['start']]}[[{span['entity']}:{value}]]"
            last = span["end"]
        made.append(re.sub(r" *\n *", " ⏎ ", marked + row["text"][last:]))
    return made


def frame_of(line: str) -> str:
    """The frame of a marked line: its names are taken out; what has slots stays as it is."""
    return MARK.sub(lambda m: f"[[{m[1]}:{m[2] if SLOT.search(m[2]) else _TURN.get(m[1], str)(m[2])}]]", line)

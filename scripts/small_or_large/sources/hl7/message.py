"""One HL7 v2 message: its delimiters, character set, segments, fields and escape sequences."""

import re
from dataclasses import dataclass
from functools import lru_cache

# MSH-18 (table 0211) to Python's codecs.
CHARACTER_SETS = {
    "ASCII": "ascii",
    "8859/1": "iso8859-1",
    "8859/2": "iso8859-2",
    "8859/3": "iso8859-3",
    "8859/4": "iso8859-4",
    "8859/5": "iso8859-5",
    "8859/6": "iso8859-6",
    "8859/7": "iso8859-7",
    "8859/8": "iso8859-8",
    "8859/9": "iso8859-9",
    "8859/15": "iso8859-15",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE": "utf-8",
    "ISO IR6": "ascii",
    "ISO IR100": "iso8859-1",
    "WINDOWS-1252": "cp1252",
    "CP1252": "cp1252",
}
_SEGMENT_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
# Segments of ORU^R01 and what may surround it. A line in capitals that is none of these, nor a local Z
# segment, may be wrapped text ("LUL|2 cm"), so it is not passed over.
SEGMENTS = frozenset(
    re.findall(
        r"\w+",
        """
    MSH SFT UAC PID PD1 PRT NTE NK1 ARV PV1 PV2 OBX ORC OBR TQ1 TQ2 CTD FT1 CTI SPM SAC DSC ADD ROL
    AL1 DG1 PR1 IN1 IN2 IN3 GT1 ACC MRG IAM DB1 TXA CON EVN FHS BHS BTS FTS""",
    )
)
_LINE_END = re.compile("\r\n|\r|\n")


class Unreadable(Exception):
    """A message that cannot be taken whole: `reason` is a key of reports.REASONS, `detail` says more."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(slots=True)
class Message:
    """Segments of a message as raw strings, and what is needed to read them."""

    segments: list[str]
    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str
    codec: str
    notes: list[str]
    header: list[str]

    def text(self, raw: str) -> str:
        """A field's text with its escape sequences resolved (HL7 v2.5.1, 2.7)."""
        return unescape(raw, self) if self.escape and self.escape in raw else raw

    def components(self, raw: str) -> list[str]:
        """The components of a field's first repetition, each with its first subcomponent, escapes resolved."""
        first = raw.split(self.repetition, 1)[0] if self.repetition in raw else raw
        parts = first.split(self.component)
        if self.subcomponent and self.subcomponent in first:
            parts = [part.split(self.subcomponent, 1)[0] for part in parts]
        return [self.text(part) for part in parts] if self.escape and self.escape in first else parts

    def repetitions(self, raw: str) -> list[str]:
        """The repetitions of a field, raw."""
        return raw.split(self.repetition)


def parse(data: bytes, fallback: str = "auto") -> Message:
    """Take a message apart.

    data: bytes from MSH on. fallback: the source's stated encoding, used where MSH-18 is empty. Bytes that
    are neither in the message's character set nor UTF-8 are read as cp1252 with a note, or refused where
    that fails too. Raises Unreadable.
    """
    field = chr(data[3])
    end = data.find(data[3:4], 4)
    marks = data[4:end].decode("latin-1")
    if len(marks) < 2 or len(set(field + marks)) != len(marks) + 1:
        raise Unreadable("bad delimiters", "MSH-1 and MSH-2 do not name different delimiters")
    component, repetition = marks[0], marks[1]
    escape = marks[2] if len(marks) > 2 else ""
    subcomponent = marks[3] if len(marks) > 3 else ""
    first_line = re.split(rb"[\r\n]", data, maxsplit=1)[0]
    raw_header = first_line.split(data[3:4])
    if len(raw_header) < 9:
        raise Unreadable("malformed message", f"MSH has {len(raw_header)} fields, no message type")
    stated = (
        raw_header[17].split(repetition.encode())[0].decode("latin-1").strip() if len(raw_header) > 17 else ""
    )
    text, codec, notes = _decoded(data, stated, fallback)
    segments: list[str] = []
    for line in _lines(text):
        if not line:
            continue
        name = line[:3]
        if line[3:4] == field and (name in SEGMENTS or _SEGMENT_NAME.match(name)) or line in SEGMENTS:
            if name not in SEGMENTS and name[0] != "Z":
                raise Unreadable("unknown segment", "a line like a segment that ORU^R01 does not have")
            if name == "ADD" and line.startswith("ADD" + field) and len(segments) > 1:
                # ADD carries on the segment before it, in the middle of its last field.
                segments[-1] += line[4:]
            else:
                segments.append(line)
        elif segments and segments[-1][:3] in ("OBX", "NTE"):
            segments[-1] += "\n" + line
            notes.append("raw line breaks inside a segment")
        elif line.strip():
            raise Unreadable("malformed message", "a line that is no segment: wrong delimiters?")
    return Message(
        segments, field, component, repetition, escape, subcomponent, codec, notes, segments[0].split(field)
    )


def _lines(text: str) -> list[str]:
    """Lines ended by CR, LF or CRLF, and by nothing else (str.splitlines knows more line ends than HL7)."""
    if "\n" not in text:
        return text.split("\r")
    return text.split("\n") if "\r" not in text else _LINE_END.split(text)


def _decoded(data: bytes, stated: str, fallback: str) -> tuple[str, str, list[str]]:
    if data.isascii():
        return data.decode("ascii"), "ascii", []
    codec = CHARACTER_SETS.get(stated.upper()) if stated else None
    if codec is None and fallback != "auto":
        codec = fallback
    notes = (
        [] if not stated or stated.upper() in CHARACTER_SETS else ["MSH-18 names an unknown character set"]
    )
    for attempt in dict.fromkeys([codec or "utf-8", "utf-8", "cp1252"]):
        try:
            text = data.decode(attempt)
        except UnicodeDecodeError:
            continue
        if attempt == "cp1252" and codec != "cp1252":
            notes.append("not UTF-8 and no fitting MSH-18: read as cp1252")
        elif codec is not None and attempt != codec:
            notes.append("not in the character set that MSH-18 names: read as UTF-8")
        return text, attempt, notes
    raise Unreadable("undecodable", "neither in the stated character set, nor UTF-8, nor cp1252")


# The most line feeds or blanks that one \.sp\ or \.sk\ may stand for.
_REPEAT_LIMIT = 100


@lru_cache(maxsize=64)
def _sequences(escape: str) -> re.Pattern[str]:
    """The escape sequences of HL7 v2.5.1, 2.7, between two escape characters."""
    mark = re.escape(escape)
    return re.compile(
        rf"{mark}(?:(?P<one>[FSTREPHN])|\.(?P<layout>br|sp|ce|fi|nf|in|ti|sk)\s*(?P<amount>[+-]?\d*)"
        rf"|X(?P<bytes>(?:[0-9A-Fa-f]{{2}})+)|(?P<set>[CM](?:[0-9A-Fa-f]{{4}}|[0-9A-Fa-f]{{6}}))){mark}"
    )


def unescape(raw: str, message: Message) -> str:
    """Resolve escape sequences: delimiters, \\X..\\ bytes, line breaks and blanks of formatted text.

    Highlighting and indents are dropped (they are no text). What is no known sequence stays as it stands.
    Raises Unreadable for a change of character set (\\C..\\, \\M..\\) and bytes that do not decode.
    """
    mark = message.escape
    if raw.count(mark) == 2 * raw.count(f"{mark}T{mark}"):
        return raw.replace(f"{mark}T{mark}", message.subcomponent or "&")  # the usual case, without a search
    return _sequences(mark).sub(lambda found: _meaning(found, message), raw)


def _meaning(found: re.Match[str], message: Message) -> str:
    """What an escape sequence stands for."""
    if code := found["one"]:
        if code == "T":
            return message.subcomponent or "&"
        if code == "F":
            return message.field
        if code == "S":
            return message.component
        if code == "R":
            return message.repetition
        if code == "E":
            return message.escape
        return "#" if code == "P" else ""
    if layout := found["layout"]:
        if layout in ("br", "ce"):
            return "\n"
        amount = found["amount"].strip("+-")
        times = min(int(amount), _REPEAT_LIMIT) if amount else 1
        return {"sp": "\n", "sk": " "}.get(layout, "") * times
    if found["set"]:
        raise Unreadable("unknown escape", "a change of character set inside a field")
    data = bytes.fromhex(found["bytes"])
    try:
        return data.decode("utf-8" if message.codec == "ascii" else message.codec)
    except UnicodeDecodeError:
        if message.codec != "ascii":
            raise Unreadable("undecodable", "an escaped byte is not in the character set") from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable("undecodable", "an escaped byte is neither UTF-8 nor cp1252") from None
    message.notes.append("an escaped byte that is not UTF-8: read as cp1252")
    return text

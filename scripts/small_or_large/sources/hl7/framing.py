"""Cutting a stream of bytes into HL7 messages: single, concatenated, in batches (FHS/BHS), framed by MLLP.

Segments may end in CR, LF or CRLF. A batch or file trailer that is missing, or counts otherwise, is an error: some
message was lost on the way, and nobody can say which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from small_or_large.errors import StudyError

# A header carries its own delimiters: MSH, a separator, encoding characters, the separator again. So
# wrapped text such as "MSH-6: retained" (a stain) begins no message. Trailers are looked for with the same care.
_START = re.compile(
    rb"[\r\n\x0b\x1c](?=(?:MSH|FHS|BHS)(?P<mark>[^\w\s])[^\w\s]{1,5}(?P=mark)|[BF]TS(?:[^\w\s]|[\r\n]|\Z))"
)
_CHUNK = 1 << 20
# Longest message that is held in memory.
MESSAGE_LIMIT = 32 * 2**20


@dataclass(slots=True)
class Frame:
    """The bytes of one message. framed: it began with MLLP's start byte. ended: the end of the message is certain."""

    number: int
    data: bytes
    framed: bool
    ended: bool


def frames(stream: BinaryIO, name: str) -> Iterator[Frame]:
    """Messages of a stream, in order.

    `ended` is False where an MLLP start byte has no end byte, or the stream stops without a line end.
    Raises StudyError for bytes before the first header, a trailer that is missing, without a header or with
    another count, and a message over MESSAGE_LIMIT.
    """
    counts = _Trailers(name)
    number = 0
    framed = False  # an MLLP start byte precedes the next piece
    for piece, last in _pieces(stream, name):
        kind = piece[:3]
        if kind not in (b"MSH", b"FHS", b"BHS", b"BTS", b"FTS"):
            if piece.strip(b"\r\n\x0b\x1c \t\x1a"):
                raise StudyError(f"{name}: begins with something else than an HL7 header (MSH, FHS or BHS)")
            framed = piece.endswith(b"\x0b")
            continue
        next_framed = piece.rstrip(b"\r\n").endswith(b"\x0b")
        if kind == b"MSH":
            number += 1
            counts.message()
            body = piece.rstrip(b"\r\n \t\x0b\x1a")
            ended = body.endswith(b"\x1c") if framed else not last or piece[-1:] in (b"\r", b"\n", b"\x1c")
            yield Frame(number, body.rstrip(b"\x1c\r\n"), framed, ended)
        else:
            counts.segment(kind, piece.strip(b"\r\n\x0b\x1c \t\x1a"))
        framed = next_framed
    counts.end()
    if number == 0:
        raise StudyError(f"{name}: no HL7 message in it")


def _pieces(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, bool]]:
    """The stream cut before every header and trailer; each piece with whether it is the last."""
    buffer, searched, first = b"\n", 0, True
    while True:
        chunk = stream.read(_CHUNK)
        buffer += chunk.removeprefix(b"\xef\xbb\xbf") if first else chunk
        first = False
        # A header may be split between two chunks: the last bytes are searched again with the next one.
        start = 0
        for found in _START.finditer(buffer, searched):
            at = found.end()
            if chunk and at > len(buffer) - 16:
                break
            if at > start:
                yield buffer[start:at], False
                start = at
        if not chunk:
            if buffer[start:]:
                yield buffer[start:], True
            return
        buffer = buffer[start:]
        searched = max(len(buffer) - 16, 0)
        if len(buffer) > MESSAGE_LIMIT:
            raise StudyError(f"{name}: a message of more than {MESSAGE_LIMIT:,} bytes: no header follows")


class _Trailers:
    """Counts messages and batches against what BTS-1 and FTS-1 say."""

    def __init__(self, name: str):
        self.name = name
        self.in_file = self.in_batch = False
        self.messages = self.batches = 0

    def message(self) -> None:
        self.messages += 1

    def segment(self, kind: bytes, data: bytes) -> None:
        if kind == b"FHS":
            if self.in_file or self.in_batch:
                raise self._error("a file header (FHS) before the last one's trailer: a part is missing")
            self.in_file, self.batches = True, 0
        elif kind == b"BHS":
            if self.in_batch:
                raise self._error(
                    "a batch header (BHS) before the last one's trailer (BTS): a part is missing"
                )
            self.in_batch, self.messages = True, 0
        elif kind == b"BTS":
            if not self.in_batch:
                raise self._error("a batch trailer (BTS) without a header (BHS)")
            self._compare(data, self.messages, "BTS", "messages")
            self.in_batch = False
            self.batches += 1
        else:
            if self.in_batch:
                raise self._error("a file trailer (FTS) where the batch has none (BTS): a part is missing")
            if not self.in_file:
                raise self._error("a file trailer (FTS) without a header (FHS)")
            self._compare(data, self.batches, "FTS", "batches")
            self.in_file = False

    def _compare(self, data: bytes, found: int, segment: str, what: str) -> None:
        stated = re.match(rb"\s*(\d+)", re.split(rb"[^\w\s]", data[3:] + b"|", maxsplit=2)[1])
        if stated is None:
            if len(data) > 4 and data[4:5].isalnum():
                raise self._error(f"{segment}-1 is no number")
            return
        if int(stated[1]) != found:
            raise self._error(
                f"{segment} says {int(stated[1])} {what}, there are {found}: ask the sender again"
            )

    def _error(self, what: str) -> StudyError:
        return StudyError(f"{self.name}: {what}")

    def end(self) -> None:
        if self.in_batch:
            raise self._error("cut: the batch (BHS) has no trailer (BTS); ask the sender again")
        if self.in_file:
            raise self._error("cut: the file (FHS) has no trailer (FTS); ask the sender again")

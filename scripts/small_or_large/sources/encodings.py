"""Character encodings: taken from a byte order mark, proved (strict UTF-8) or stated; never guessed in silence."""

import codecs
import io
import re
from collections.abc import Callable
from typing import BinaryIO

from small_or_large.errors import StudyError

# Longest marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What laboratories' systems write; the guess in an error message is made among these.
_CANDIDATES = [
    "cp1252",
    "latin_1",
    "cp1250",
    "cp437",
    "cp850",
    "mac_roman",
    "utf_16_le",
    "utf_16_be",
    "shift_jis",
]
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAMPLE = 65536


def resolve(head: bytes, encoding: str, name: str) -> str:
    """The codec to read an input with, from its first bytes and the stated encoding.

    Raises StudyError where `auto` meets UTF-16 or UTF-32 without a byte order mark.
    """
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if encoding == "auto":
        if marked is None and (likely := _zero_pattern(head)):
            raise StudyError(f"{name}: looks like {likely} without a byte order mark; {cure(likely)}")
        return marked or "utf-8"
    codec = codecs.lookup(encoding).name
    if codec == "utf-8":
        if marked in ("utf-16", "utf-32"):
            raise StudyError(f"{name}: stated as {encoding}, but begins with the byte order mark of {marked}")
        return "utf-8-sig"
    return codec


def _zero_pattern(head: bytes) -> str | None:
    """utf-16-le or utf-16-be where nearly every second byte is zero, as ASCII text in UTF-16 has it."""
    if len(head) < 8:
        return None
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def cure(likely: str) -> str:
    """The sentence that says how to state an encoding."""
    return f"state it with `encoding: {likely}` (--encoding {likely}) if that is so"


def likely(sample: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8, for an error message only."""
    from charset_normalizer import from_bytes

    matches = from_bytes(sample[:_SAMPLE], cp_isolation=_CANDIDATES)
    best = matches.best()
    if best is None:
        return "cp1252"
    # A few accented letters read alike in many single-byte encodings; then the commonest is the likeliest.
    alike = {match.encoding for match in matches if match.chaos == best.chaos}.union(
        best.could_be_from_charset
    )
    return "cp1252" if "cp1252" in alike else best.encoding


def text_stream(stream: BinaryIO, codec: str, strict: bool) -> io.TextIOWrapper:
    """Text of a binary stream, line ends kept. Where not strict, undecodable bytes become lone surrogates."""
    lenient = not strict and not codec.startswith(("utf-16", "utf-32"))
    return io.TextIOWrapper(
        stream, encoding=codec, errors="surrogateescape" if lenient else "strict", newline=""
    )


def undecodable(text: str) -> bool:
    """Whether a text carries lone surrogates: bytes that did not decode, or half of a JSON pair."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def failure(reopen: Callable[[], BinaryIO], codec: str, name: str) -> StudyError:
    """The error for an input that is not in `codec`: names the line of the first bad byte and the likely encoding."""
    decoder = codecs.getincrementaldecoder(codec)()
    line, window = 1, b""
    with reopen() as stream:
        while True:
            chunk = stream.read(1 << 20)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                bad = error.object
                line += bad[: error.start].decode(codec, errors="replace").count("\n")
                window = bad[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE // 2]
                break
            if not chunk:
                break
    if codec.startswith(("utf-16", "utf-32")):
        return StudyError(f"{name}: line {line}: not {codec}; the file is damaged or cut")
    guess = likely(window)
    return StudyError(f"{name}: line {line}: not {codec}; the file is likely {guess}: {cure(guess)}")

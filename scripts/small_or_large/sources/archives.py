"""Finding and opening inputs: files, patterns, folders, gzip and zip, with bounds on what may come out of them.

Nothing is ever unpacked to disk. An archive that expands beyond reason, that is cut, or whose names climb out of it
is refused whole.
"""

import glob
import gzip
import hashlib
import io
import re
import stat
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from small_or_large.errors import StudyError

# Report text compresses three- to tenfold, templated text some twentyfold; deflate can reach a thousandfold.
EXPANSION_RATIO = 200
EXPANSION_FLOOR = 64 * 2**20
_ZIP, _GZIP, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"PAR1"
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".txt": "text",
    ".text": "text",
    ".hl7": "hl7",
    ".oru": "hl7",
    ".er7": "hl7",
}
# A message header with its own delimiters, or a batch's: what an HL7 file begins with.
HL7_START = re.compile(rb"\A(?:\xef\xbb\xbf)?[\s\x0b]*(?:MSH|FHS|BHS)([^\w\s])[^\w\s]{1,5}\1")


@dataclass(frozen=True)
class Input:
    """One input file, possibly inside a zip: its name for messages, where it lies, and its format."""

    name: str
    path: Path
    member: str | None
    format: str
    within: str  # path below the folder or zip that was named, for report names
    size: int  # bytes as stored, compressed where it is compressed

    @property
    def expansion_limit(self) -> int:
        """Bytes that may come out of this input."""
        return max(EXPANSION_FLOOR, EXPANSION_RATIO * self.size)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The input's bytes, decompressed. Damage and bombs end in a StudyError wherever they are met."""
        with damage_named(self.name), self.path.open("rb") as raw:
            if self.member is not None:
                with zipfile.ZipFile(raw) as archive, archive.open(self.member) as member:
                    inner = io.BufferedReader(member)
                    with self._unzipped(inner) as stream:
                        yield stream
            else:
                with self._unzipped(raw) as stream:
                    yield stream

    @contextmanager
    def _unzipped(self, stream: BinaryIO) -> Iterator[BinaryIO]:
        compressed = self.member is not None
        if stream.peek(2)[:2] == _GZIP:
            stream, compressed = gzip.GzipFile(fileobj=stream), True
        limit = self.expansion_limit if compressed else None
        yield io.BufferedReader(_Bounded(stream, self.name, limit), 1 << 20)


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than its limit."""

    def __init__(self, stream: BinaryIO, name: str, limit: int | None):
        self._stream, self._name, self._limit, self.given = stream, name, limit, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._stream.read(len(buffer))
        self.given += len(data)
        if self._limit is not None and self.given > self._limit:
            raise StudyError(
                f"{self._name}: expands to more than {self._limit:,} bytes, {EXPANSION_RATIO} times its size; "
                "refused as a bomb. If it is genuine, unpack it first"
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """Turn what damaged archives raise into a StudyError that names the file."""
    try:
        yield
    except EOFError:
        raise StudyError(
            f"{name}: the compressed file is cut: it ends before its end mark; fetch it again"
        ) from None
    except (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile) as error:
        raise StudyError(f"{name}: damaged archive ({error}); fetch it again") from None
    except (NotImplementedError, RuntimeError) as error:
        raise StudyError(f"{name}: cannot be unpacked ({error}); pack it again with plain zip") from None
    except FileNotFoundError:
        raise StudyError(f"{name}: no such file") from None
    except (PermissionError, IsADirectoryError) as error:
        raise StudyError(f"{name}: {error.strerror}") from None


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(address: str, sha256: str, path: Path) -> None:
    """Download a file to `path`, or raise StudyError if it cannot be had or is another content."""
    draft = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(address, timeout=60) as answer, draft.open("wb") as file:
            while chunk := answer.read(1 << 20):
                file.write(chunk)
    except (urllib.error.URLError, OSError, ValueError) as error:
        draft.unlink(missing_ok=True)
        raise StudyError(f"{address}: cannot be fetched ({error}); put the file at {path} yourself") from None
    if (found := digest(draft)) != sha256:
        draft.unlink()
        raise StudyError(f"{address}: its SHA-256 is {found}, the study says {sha256}")
    draft.replace(path)


def find(paths: list[str], stated: str) -> list[Input]:
    """Every input that the paths (files, folders, zips, patterns) stand for, in a fixed order.

    stated: the format of the study, or auto. Raises StudyError where nothing is found, a format cannot be told, or
    an archive is unsafe.
    """
    inputs: list[Input] = []
    for pattern in paths:
        found = (
            [Path(pattern)]
            if Path(pattern).exists()
            else sorted(map(Path, glob.glob(pattern, recursive=True)))
        )
        if not found:
            raise StudyError(f"{pattern}: no such file, folder or pattern")
        for path in found:
            if path.is_dir():
                inputs += _of_folder(path, stated)
            elif path.is_file():
                inputs += _of_file(path, path.name, stated)
            else:
                raise StudyError(f"{path}: neither a file nor a folder")
    return inputs


def _of_folder(folder: Path, stated: str) -> list[Input]:
    inputs: list[Input] = []
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        if any(part.startswith(".") for part in within.parts) or path.is_dir():
            continue
        if not path.resolve().is_relative_to(root):
            raise StudyError(f"{path}: a link that leads out of the folder {folder}; copy the file into it")
        inputs += _of_file(path, within.as_posix(), stated)
    if not inputs:
        raise StudyError(f"{folder}: an empty folder")
    return inputs


def _of_file(path: Path, within: str, stated: str) -> list[Input]:
    with damage_named(str(path)), path.open("rb") as file:
        head = file.read(4096)
        if head[:4] == _ZIP and stated != "parquet":
            return _of_zip(path, stated)
        if head[:2] == _GZIP:
            file.seek(0)
            head = gzip.GzipFile(fileobj=file).read(4096)
    size = path.stat().st_size
    if size == 0:
        raise StudyError(f"{path}: empty file")
    return [Input(str(path), path, None, _format(str(path), head, stated), within, size)]


def _of_zip(path: Path, stated: str) -> list[Input]:
    inputs = []
    with damage_named(str(path)), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        if "[Content_Types].xml" in names:
            raise StudyError(f"{path}: an Office document; save the table as CSV (UTF-8)")
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise StudyError(f"{path}: {repeated[0]} stands in the zip more than once")
        total = sum(member.file_size for member in members)
        if total > max(EXPANSION_FLOOR, EXPANSION_RATIO * path.stat().st_size):
            raise StudyError(
                f"{path}: would expand to {total:,} bytes; refused as a bomb. If genuine, unpack it first"
            )
        for member in sorted(members, key=lambda m: m.filename):
            name = f"{path}!{member.filename}"
            if _climbs(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
                raise StudyError(f"{name}: a name or link that leads out of the zip; the zip is refused")
            parts = PurePosixPath(member.filename).parts
            if member.is_dir() or any(part.startswith(".") or part == "__MACOSX" for part in parts):
                continue
            if member.flag_bits & 1:
                raise StudyError(f"{name}: encrypted; unpack it first")
            if member.file_size == 0:
                raise StudyError(f"{name}: empty file")
            with archive.open(member) as file:
                head = file.read(4096)
                if head[:4] == _ZIP:
                    raise StudyError(f"{name}: a zip inside a zip; unpack the outer one first")
                if head[:2] == _GZIP:
                    file.seek(0)
                    head = gzip.GzipFile(fileobj=file).read(4096)
            kind = _format(name, head, stated)
            inputs.append(Input(name, path, member.filename, kind, member.filename, member.compress_size))
    if not inputs:
        raise StudyError(f"{path}: no file in the zip")
    return inputs


def _climbs(name: str) -> bool:
    """Whether a zip member's name is absolute or climbs out of the archive."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or re.match(r"[A-Za-z]:", plain) is not None


def _format(name: str, head: bytes, stated: str) -> str:
    """The format of a file: stated, or told by content (Parquet, HL7) and then by the name's ending."""
    if stated != "auto":
        return stated
    if head.startswith(_PARQUET):
        return "parquet"
    if HL7_START.match(head):
        return "hl7"
    endings = [
        ending.lower() for ending in PurePosixPath(name).suffixes if ending.lower() not in (".gz", ".zip")
    ]
    kind = _ENDINGS.get(endings[-1]) if endings else None
    if kind is None:
        raise StudyError(
            f"{name}: the format cannot be told from its content or name; state it with `format:` (--format), "
            "one of csv, tsv, jsonl, parquet, text, hl7"
        )
    return kind

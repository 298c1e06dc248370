"""CSV and TSV, strictly: a quote that is not closed, a repeated header or a ragged row is never read past in silence.

Python's csv module does the splitting (at C speed); this module adds what it lacks: the line where an unbalanced
quote was opened, a bound on what an open quote may swallow, and stray quotes inside unquoted fields.
"""

import csv
from collections.abc import Iterator
from typing import TextIO

from small_or_large.errors import StudyError
from small_or_large.sources.rows import RECORD_LIMIT, Row

csv.field_size_limit(RECORD_LIMIT)


class _Lines:
    """Lines of a stream, with the lines of the record being read kept for error messages."""

    def __init__(self, stream: TextIO, name: str, delimiter: str):
        self.stream, self.name, self.delimiter = stream, name, delimiter
        self.number = 0  # of the last line handed out
        self.pending: list[str] = []
        self.pending_size = 0

    def __iter__(self) -> Iterator[str]:
        readline = self.stream.readline
        while line := readline(RECORD_LIMIT):
            self.number += 1
            self.pending.append(line)
            self.pending_size += len(line)
            if self.pending_size >= RECORD_LIMIT:
                raise self.unbalanced(f"no end of the record within {RECORD_LIMIT:,} characters")
            yield line

    def record_read(self) -> None:
        self.pending.clear()
        self.pending_size = 0

    @property
    def first_line(self) -> int:
        return self.number - len(self.pending) + 1

    def unbalanced(self, what: str) -> StudyError:
        """The error that names the line where the offending quote was opened."""
        raw = "".join(self.pending)
        at = open_quote(raw, self.delimiter)
        if at is None:
            return StudyError(f"{self.name}: line {self.first_line}: {what}")
        line = self.first_line + _line_ends(raw[:at])
        return StudyError(
            f"{self.name}: line {line}: the quote opened on this line is not closed where its field ends ({what}). "
            "Write a quote inside a quoted field twice, or close it"
        )


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def open_quote(raw: str, delimiter: str) -> int | None:
    """Offset of the first quote in a record that opens a field and is not properly closed; None if there is none."""
    position = 0
    while position < len(raw):
        if raw[position] == '"':
            close = position
            while True:
                close = raw.find('"', close + 1)
                if close < 0:
                    return position
                if raw[close + 1 : close + 2] != '"':
                    break
                close += 1
            if raw[close + 1 : close + 2] not in (delimiter, "\r", "\n", ""):
                return position
            position = close + 2
        else:
            ends = [end for end in (raw.find(mark, position) for mark in (delimiter, "\n", "\r")) if end >= 0]
            if not ends:
                return None
            position = min(ends) + 1
    return None


def _stray_quote(fields: list[str], raw: str) -> bool:
    """Whether a quote stands inside an unquoted field: there it is not doubled in the raw line."""
    return any('"' in field and field.replace('"', '""') not in raw for field in fields)


def read(stream: TextIO, name: str, delimiter: str) -> Iterator[Row]:
    """Rows of a delimited text; the first Row yielded has the header's names as keys of `values`.

    Blank lines are no rows. A row with another number of fields than the header, or with a quote inside an unquoted
    field, comes with a reason. Raises StudyError (file and line) for an unbalanced quote, a repeated header
    name or an empty file.
    """
    lines = _Lines(stream, name, delimiter)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise lines.unbalanced(str(error)) from None
        if fields is None:
            break
        if not fields:
            lines.record_read()
            continue
        if header is None:
            header = [column.strip() for column in fields]
            _check_header(header, name, delimiter)
            yield Row("header", dict.fromkeys(header, ""))
        elif len(fields) != len(header):
            yield Row(
                f"line {lines.first_line}",
                {},
                "ragged row",
                f"{len(fields)} fields, the header has {len(header)}",
            )
        elif any('"' in field for field in fields) and _stray_quote(fields, "".join(lines.pending)):
            yield Row(f"line {lines.first_line}", {}, "stray quote", "a quote inside an unquoted field")
        else:
            yield Row(f"line {lines.first_line}", dict(zip(header, fields, strict=True)))
        lines.record_read()
    if header is None:
        raise StudyError(f"{name}: empty: there is no header line")


def _check_header(header: list[str], name: str, delimiter: str) -> None:
    named = [column for column in header if column]
    if repeated := sorted({column for column in named if named.count(column) > 1}):
        raise StudyError(f"{name}: line 1: the header has {', '.join(repeated)} more than once; rename one")

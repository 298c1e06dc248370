"""JSON lines: one object a line, every scalar kept as the text that stands in the file (1.10 stays 1.10)."""

import json
from collections.abc import Iterator
from typing import TextIO

from small_or_large.errors import StudyError
from small_or_large.sources.rows import RECORD_LIMIT, Row


class _Repeated(Exception):
    """A key stands twice in one object."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=str)


def read(stream: TextIO, name: str) -> Iterator[Row]:
    """Rows of a JSON-lines text. true and false become text, null stays None; blank lines are no rows.

    A line that is no JSON object, repeats a key, or is longer than RECORD_LIMIT comes with a reason. A value that is
    an object or an array is left out, with a note `nested:<key>`. Raises StudyError for a JSON array.
    """
    number = 0
    while line := stream.readline(RECORD_LIMIT):
        number += 1
        place = f"line {number}"
        if len(line) >= RECORD_LIMIT and not line.endswith(("\n", "\r")):
            while (rest := stream.readline(RECORD_LIMIT)) and not rest.endswith(("\n", "\r")):
                pass
            yield Row(place, {}, "too long", f"the line has more than {RECORD_LIMIT:,} characters")
            continue
        line = line.strip(" \t\r\n")
        if not line:
            continue
        if number == 1 and line.startswith("["):
            raise StudyError(f"{name}: line 1: a JSON array, not JSON lines; convert it with: jq -c '.[]'")
        try:
            found = _DECODER.decode(line)
        except _Repeated:
            yield Row(place, {}, "malformed json", "a key stands twice in the object")
            continue
        except json.JSONDecodeError as error:
            yield Row(place, {}, "malformed json", f"column {error.colno}: {error.msg}")
            continue
        except RecursionError:
            yield Row(place, {}, "malformed json", "nested too deeply")
            continue
        if not isinstance(found, dict):
            yield Row(place, {}, "malformed json", f"not an object but a {type(found).__name__}")
            continue
        values: dict[str, str | None] = {}
        nested = []
        for key, value in found.items():
            if isinstance(value, str) or value is None:
                values[key] = value
            elif isinstance(value, bool):
                values[key] = "true" if value else "false"
            else:
                nested.append(key)
        yield Row(place, values, notes=tuple(f"nested:{key}" for key in nested))

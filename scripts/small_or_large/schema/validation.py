"""A study file's values as sections of the schema; complaints say where a key is wrong and what would be right."""

import difflib
import typing
from typing import Any

from pydantic import ValidationError

from small_or_large.errors import StudyError
from small_or_large.schema.base import Section


def validated(section: type[Section], values: dict[str, Any], where: str) -> Any:
    """`values` as a section, or a StudyError that lists every wrong key with its place and cure."""
    try:
        return section.model_validate(values)
    except ValidationError as error:
        raise StudyError("\n".join([f"{where} is not valid:", *_complaints(section, error)])) from None


def _complaints(section: type[Section], error: ValidationError) -> list[str]:
    """One line an error: the key's full path, what is wrong, and the nearest known key for a misspelt one."""
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            known = _keys_at(section, item["loc"][:-1])
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1, cutoff=0.5)
            cure = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            message = f"unknown key; {cure}"
        elif item["type"] == "missing":
            message = "this key is required"
        lines.append(f"  {path or '(top)'}: {message}")
    return lines


def _keys_at(section: type[Section], location: tuple) -> list[str]:
    """Keys that the schema knows at a place of the study file."""

    def sections(annotation: Any) -> list[type[Section]]:
        if isinstance(annotation, type) and issubclass(annotation, Section):
            return [annotation]
        return [found for part in typing.get_args(annotation) for found in sections(part)]

    current = [section]
    for part in location:
        fields = [s.model_fields[part] for s in current if isinstance(part, str) and part in s.model_fields]
        if fields:
            current = [found for field in fields for found in sections(field.annotation)]
    return sorted({name for s in current for name in s.model_fields})

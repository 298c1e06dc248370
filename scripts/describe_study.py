"""Write docs/study.md, the description of every key of a study file, from the schema itself."""

import argparse
import typing
from pathlib import Path

from pydantic_core import PydanticUndefined

from small_or_large import command, whole_files
from small_or_large.schema.base import Section
from small_or_large.study import Study

HEAD = """# The study file

Written by `python scripts/describe_study.py` from the schema; a test fails when the two differ. A key that is not
listed here is an error. `config.yaml` is a complete example with comments.
"""


def sections_in(annotation: object) -> list[type[Section]]:
    """Sections that a type holds, such as the ModelConfig of dict[str, ModelConfig]."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in sections_in(part)]


def type_name(annotation: object) -> str:
    """A type as a reader of YAML says it."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " \\| ".join(f"`{part}`" for part in parts)
    if origin is dict:
        return f"name: {type_name(parts[1])}"
    if origin is list:
        return f"list of {type_name(parts[0])}"
    if origin is typing.Annotated:
        return type_name(parts[0])
    if parts:
        return " or ".join(type_name(part) for part in parts)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "keys below"
    names = {str: "text", int: "integer", float: "number", bool: "true or false", type(None): "null"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def default_of(field: object) -> str:
    """A key's default as YAML shows it; 'required' where there is none."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Section):
        return ""
    if value is PydanticUndefined:
        return "required"
    return f"`{'null' if value is None else str(value).lower() if isinstance(value, bool) else value}`"


def chapter(path: str, section: type[Section]) -> list[str]:
    """The lines of a section and of those within it."""
    lines = [f"\n## {path or 'Top level'}\n", " ".join((section.__doc__ or "").split("\n\n")[0].split()), ""]
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    inner = []
    for name, field in section.model_fields.items():
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{name}` | {type_name(field.annotation)} | {default_of(field)} | {meaning} |")
        for found in sections_in(field.annotation):
            many = typing.get_origin(field.annotation) is dict
            inner += chapter(f"{path}.{name}".lstrip(".") + (".<name>" if many else ""), found)
    return lines + inner


def description() -> str:
    """docs/study.md as it should stand."""
    return "\n".join([HEAD, *chapter("", Study)]) + "\n"


def main() -> None:
    """Write the description, or check that it is as the schema says."""
    parser: argparse.ArgumentParser = command.parser(__doc__)
    parser.add_argument("--output", default="docs/study.md", help="file to write")
    given = parser.parse_args()
    whole_files.write_text(description(), Path(given.output))


if __name__ == "__main__":
    command.run(main)

"""Text files, written whole or not at all; apart from the tables, whose libraries take a second to import."""

import os
from pathlib import Path


def write_text(text: str, path: str | Path) -> None:
    """Write a text file (JSON, HTML), whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)

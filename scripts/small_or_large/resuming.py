"""Resuming: the state of a training run that was interrupted, and whether it may go on from there."""

import hashlib
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

KEY = "made_for.json"
CLOCK = "seconds.json"


def prepare(state: str | Path, key: dict[str, Any]) -> str | None:
    """The newest whole training checkpoint in the state folder, or None to begin anew.

    key: everything that the run depends on. A state that was made for anything else is thrown away, and so is a
    checkpoint that was being written when the run was killed.
    """
    state = Path(state)
    text = json.dumps(key, sort_keys=True)
    if state.is_dir() and (not (state / KEY).is_file() or (state / KEY).read_text(encoding="utf-8") != text):
        log.info("the state of an earlier run with other settings or inputs is thrown away")
        shutil.rmtree(state)
    state.mkdir(parents=True, exist_ok=True)
    (state / KEY).write_text(text, encoding="utf-8")
    whole = []
    for folder in state.glob("checkpoint-*"):
        if is_whole(folder):
            whole.append(folder)
        else:
            log.info("%s was not written to its end and is thrown away", folder.name)
            shutil.rmtree(folder)
    if not whole:
        return None
    newest = max(whole, key=lambda folder: int(folder.name.partition("-")[2]))
    log.info("resuming from %s", newest.name)
    return str(newest)


def is_whole(folder: Path) -> bool:
    """Whether a Trainer checkpoint was written to its end: its state comes last and is valid JSON."""
    try:
        json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (folder / "optimizer.pt").is_file() and (folder / "scheduler.pt").is_file()


def fingerprint(*files: str | Path) -> list[str]:
    """SHA-256 of files, for the key of a state; of a folder, that of its small JSON files and its files' sizes."""
    out = []
    for file in map(Path, files):
        digest = hashlib.sha256()
        for part in sorted(file.rglob("*")) if file.is_dir() else [file]:
            if part.is_file():
                digest.update(f"{part.name} {part.stat().st_size}".encode())
                if not file.is_dir() or part.suffix == ".json":
                    with part.open("rb") as content:
                        digest.update(hashlib.file_digest(content, "sha256").digest())
        out.append(digest.hexdigest())
    return out


class Clock:
    """Seconds of training, kept in the state folder so that a resumed run counts those before it."""

    def __init__(self, state: str | Path):
        self.file = Path(state) / CLOCK

    def read(self, step: int) -> float:
        """Seconds that were spent up to an optimizer step; 0 where that is not known."""
        if not self.file.is_file():
            return 0.0
        return float(json.loads(self.file.read_text(encoding="utf-8")).get(str(step), 0.0))

    def write(self, step: int, seconds: float) -> None:
        """Note the seconds up to a step (0.0 and more)."""
        known = json.loads(self.file.read_text(encoding="utf-8")) if self.file.is_file() else {}
        draft = self.file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(known | {str(step): seconds}), encoding="utf-8")
        draft.replace(self.file)

"""What a model has answered so far, kept while it is being asked: a run that is stopped goes on where it was."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


class AnswerLog:
    """An append-only file of one JSON record a report, begun with the fingerprint of what was asked.

    A file of another fingerprint (another prompt, model or setting) is begun anew. Answers may repeat words of the
    reports: keep the file as you keep them.
    """

    def __init__(self, path: str | Path | None, asked: Any):
        """path: file to keep the records in, or None to keep none; asked: JSON values that the answers depend on."""
        self.records: dict[str, dict[str, Any]] = {}
        self._path = Path(path) if path else None
        self._file = None
        if not self._path:
            return
        fingerprint = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        whole = self._read(fingerprint)
        self._file = self._path.open("r+b" if whole else "w+b")
        if whole:
            # A record cut by the end of the process before is written over.
            self._file.truncate(whole)
            self._file.seek(whole)
            log.info("%s: going on after %d reports", self._path, len(self.records))
        else:
            self._write({"fingerprint": fingerprint})

    def _read(self, fingerprint: str) -> int:
        """Take the records of the file, if they are of this fingerprint; returns the bytes that hold whole ones."""
        if not self._path.is_file():
            return 0
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                try:
                    record = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    record = None
                if record is None:
                    break
                if not whole:
                    if record.get("fingerprint") != fingerprint:
                        log.info("%s: was asked otherwise; beginning anew", self._path)
                        return 0
                else:
                    self.records[record["report_id"]] = record
                whole += len(line)
        return whole

    def add(self, report_id: str, **record: Any) -> None:
        """Keep what came of one report."""
        self.records[report_id] = {"report_id": report_id, **record}
        if self._file:
            self._write(self.records[report_id])

    def _write(self, record: dict[str, Any]) -> None:
        self._file.write(json.dumps(record).encode() + b"\n")
        self._file.flush()

    def close(self, finished: bool) -> None:
        """Close the file; a finished run's answers are kept as `<name>.answers.jsonl`, so that it begins anew next
        time."""
        if not self._file:
            return
        self._file.close()
        if finished:
            self._path.replace(self._path.with_suffix(".answers.jsonl"))

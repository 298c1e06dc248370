"""The judgement on each row: an accepted record, or a quarantined row with its reason.

Nothing is mended but white space around ids and labels; nothing is cut. Reasons are listed in REASONS.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b

from small_or_large.errors import StudyError
from small_or_large.schema.sources import SourceConfig
from small_or_large.sources.encodings import undecodable
from small_or_large.sources.rows import PatientTraits, Row

PARTS = ("train", "validation", "test")
ID_LIMIT = 200
# Characters that no text carries: signs of binary data or of a wrong encoding, and a way to hide a name
# from the gate. Tab, line feed, vertical tab, form feed and carriage return stay.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CONTROL_BYTES = bytes([*range(9), *range(14, 32), 127])
_ID_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What a spreadsheet would run if a table is opened in one; a plain +, - or -5 is none.
_FORMULA = re.compile(r"=|@\w|[+-].*[(|!]")
_ISO_DATE = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:$|[T ]?\d{2}:?\d{2}.*$)")

REASONS = {
    "ragged row": "another number of fields than the header",
    "stray quote": "a quote inside an unquoted field",
    "malformed json": "a line that is no JSON object, or repeats a key",
    "not text": "a column that is needed holds an object or an array",
    "undecodable": "bytes that are not in the stated encoding",
    "control characters": "NUL or other control characters in the text or an id",
    "empty text": "no text",
    "too long": "a text over max_characters",
    "missing report_id": "no report number",
    "missing patient_id": "no patient number",
    "bad id": "a report or patient number that is no number: too long, or a spreadsheet formula",
    "formula": "a label that a spreadsheet would take for a formula",
    "bad date": "a received date that is none, or not in the stated format",
    "unknown part": "a given part other than train, validation, test",
    "patient on both sides": "the patient's earlier reports are in another given part",
    "duplicate": "the same report stood there before",
    "conflicting id": "another report with this number stood there before",
    "second report": "one_report_per_patient is stated, and the number stood there before",
}


@dataclass(slots=True)
class Rejection:
    """A quarantined row: reason is a key of REASONS or of hl7.reports.REASONS; detail never holds report text."""

    row: int
    report_id: str | None
    reason: str
    detail: str


class Intake:
    """Judges the rows of one source, in order, remembering ids (about 200 bytes a row)."""

    def __init__(
        self, source: str, config: SourceConfig, labels_apart: dict[str, dict[str, str]] | None = None
    ):
        """labels_apart: labels by report number from another table (`labels_from`)."""
        self.source, self.config = source, config
        columns = config.columns
        self._apart = labels_apart or {}
        self._apart_names = list(config.labels_from.labels) if config.labels_from is not None else []
        self.labels = [*columns.labels, *self._apart_names]
        self.rows_in = 0
        self.file = ""  # named in details where a source has several
        self.notes: Counter[str] = Counter()
        self._seen: dict[bytes, bytes] = {}
        self._parts: dict[bytes, str] = {}
        self._messages: dict[bytes, _Message] = {}
        self._patients: dict[bytes, PatientTraits] = {}
        self._found: set[str] = set()
        # Rows accepted before a later message took them back or corrected them: row -> rejection.
        self.retracted: dict[int, Rejection] = {}
        self._needed = set(needed_columns(config))

    def note_columns(self, found) -> None:
        """Remember which columns an input without a header (JSON lines) brought."""
        self._found.update(found)

    def take(self, row: Row) -> dict | Rejection:
        """The record of a row (keys: the records table's columns), or its rejection."""
        self.rows_in += 1
        record: dict = {"source": self.source, "row": self.rows_in}
        rejection = self._judge(row, record)
        if rejection is None:
            for note in row.notes:
                self.notes[note] += 1
            return record
        reason, detail = rejection
        report_id = record.get("report_id") or None
        if report_id is not None and (undecodable(report_id) or _ID_CONTROL.search(report_id)):
            report_id = None
        place = f"{self.file}: {row.place}" if self.file and self.file not in row.place else row.place
        return Rejection(
            self.rows_in,
            report_id and report_id[:ID_LIMIT],
            reason,
            f"{place}: {detail}" if detail else place,
        )

    def _judge(self, row: Row, record: dict) -> tuple[str, str] | None:
        config, columns, values = self.config, self.config.columns, row.values
        report_id = (values.get(columns.report_id) or "").strip()
        record["report_id"] = report_id
        if row.reason is not None:
            if row.correction is not None and row.correction.kind == "withdrawn":
                return self._withdrawn(row, report_id)
            return row.reason, row.detail
        if row.notes and (
            nested := {note[7:] for note in row.notes if note.startswith("nested:")} & self._needed
        ):
            return "not text", f"the value of {', '.join(sorted(nested))} is an object or an array"
        text = values.get(columns.text) or ""
        patient_id = (
            report_id if config.one_report_per_patient else (values.get(columns.patient_id) or "").strip()
        )
        labels = {name: self._label(name, values.get(column)) for name, column in columns.labels.items()}
        if self._apart_names:
            found_apart = self._apart.get(report_id, {})
            labels |= {name: self._label(name, found_apart.get(name)) for name in self._apart_names}
        for name, value in (("report_id", report_id), ("patient_id", patient_id), *labels.items()):
            if value and undecodable(value):
                record["report_id"] = "" if name == "report_id" else report_id
                return "undecodable", f"the {name}"
            if value and (found := _ID_CONTROL.search(value)):
                return "control characters", f"U+{ord(found.group()):04X} in the {name}"
        if not report_id:
            return "missing report_id", f"the column {columns.report_id} is empty"
        if not patient_id:
            return "missing patient_id", f"the column {columns.patient_id} is empty"
        for name, value in (("report_id", report_id), ("patient_id", patient_id)):
            if len(value) > ID_LIMIT:
                return "bad id", f"the {name} has {len(value)} characters, more than {ID_LIMIT}"
            if _FORMULA.match(value):
                return "bad id", f"the {name} begins like a spreadsheet formula"
        for name, value in labels.items():
            if value and _FORMULA.match(value):
                return "formula", f"the label {name} begins like a spreadsheet formula"
        if not text or text.isspace():
            return "empty text", ""
        if len(text) > config.max_characters:
            return "too long", f"{len(text):,} characters, max_characters is {config.max_characters:,}"
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return "undecodable", "the text"
        # Deleting bytes and comparing lengths is ten times as fast as searching.
        if len(data.translate(None, _CONTROL_BYTES)) < len(data) or not text.isascii():
            found = _CONTROL.search(text)
        else:
            found = None
        if found is not None:
            return (
                "control characters",
                f"U+{ord(found.group()):04X} at character {found.start()} of the text",
            )
        if columns.received is not None:
            stated = (values.get(columns.received) or "").strip()
            received = _date(stated, config.received_format) if stated else None
            if stated and received is None:
                return "bad date", f"{columns.received} is not " + (
                    config.received_format or "YYYY-MM-DD or YYYYMMDD"
                )
            record["received"] = received
        part = None
        if columns.part is not None:
            part = self._label("part", values.get(columns.part))
            if part is not None and part not in PARTS:
                return "unknown part", "map it with label_values.part to train, validation or test"
        facility = values.get(columns.facility) if columns.facility is not None else None
        identifiers = self._identifiers(row)
        for name, value in (("facility", facility), ("identifiers", identifiers)):
            if value and undecodable(value):
                return "undecodable", f"the {name}"
        if row.patient is not None and (refusal := self._other_patient(patient_id, row.patient)) is not None:
            return refusal
        mark = self._mark(patient_id, data, labels)
        if (refusal := self._repeated(row, report_id, patient_id, mark)) is not None:
            return refusal
        if part is not None:
            key = _key(patient_id)
            if (earlier := self._parts.setdefault(key, part)) != part:
                return (
                    "patient on both sides",
                    f"earlier rows of this patient are in {earlier}, this one in {part}",
                )
        self._seen[_key(report_id)] = mark
        if row.correction is not None:
            self._messages[_key(report_id)] = _Message(
                row.correction.time, row.correction.sections, _key(patient_id)
            )
        if row.patient is not None:
            self._patients.setdefault(_key(patient_id), row.patient)
        record.update(
            labels,
            patient_id=patient_id,
            text=text,
            facility=(facility or "").strip() or None,
            part=part,
            identifiers=identifiers,
        )
        return None

    def _label(self, name: str, value: str | None) -> str | None:
        value = (value or "").strip()
        mapping = self.config.label_values.get(name)
        if mapping is not None and value in mapping:
            value = mapping[value] or ""
        return value or None

    def _identifiers(self, row: Row) -> str | None:
        known = dict(row.identifiers or {})
        for kind, column in self.config.columns.identifiers.items():
            if value := (row.values.get(column) or "").strip():
                known.setdefault(kind, [])
                known[kind] = [*known[kind], value]
        return _as_json(known) if known else None

    def _repeated(self, row: Row, report_id: str, patient_id: str, mark: bytes) -> tuple[str, str] | None:
        """Refuse a number that stood there before, unless the row corrects the earlier report."""
        earlier = self._seen.get(_key(report_id))
        if earlier is None:
            return None
        number = int.from_bytes(earlier[8:], "big")
        if earlier[:8] == mark[:8]:
            return "duplicate", f"the same as row {number}"
        before = self._messages.get(_key(report_id))
        if row.correction is None or row.correction.kind != "corrected" or before is None:
            return "conflicting id", f"row {number} has this report_id with another text, patient or label"
        if before.patient != _key(patient_id):
            return "conflicting id", f"a correction of row {number}, which is another patient's"
        if row.correction.time and before.time and row.correction.time[:14] < before.time[:14]:
            return "superseded", f"row {number} is a later message on this report"
        if not before.sections <= row.correction.sections:
            self._retract(number, report_id, "partial correction", f"corrected in part by row {self.rows_in}")
            return "partial correction", f"it has not all sections of row {number}, which it corrects"
        self._retract(number, report_id, "superseded", f"corrected by row {self.rows_in}")
        return None

    def _withdrawn(self, row: Row, report_id: str) -> tuple[str, str]:
        """A message that takes a report back: the earlier row goes too, if it is there and not newer."""
        earlier, before = self._seen.get(_key(report_id)), self._messages.get(_key(report_id))
        if not report_id or earlier is None or before is None:
            return row.reason or "withdrawn", row.detail
        if row.correction.time and before.time and row.correction.time[:14] < before.time[:14]:
            return row.reason or "withdrawn", row.detail
        self._retract(
            int.from_bytes(earlier[8:], "big"), report_id, "withdrawn", f"taken back by row {self.rows_in}"
        )
        del self._seen[_key(report_id)], self._messages[_key(report_id)]
        return row.reason or "withdrawn", row.detail

    def _retract(self, number: int, report_id: str, reason: str, detail: str) -> None:
        if number not in self.retracted:
            self.retracted[number] = Rejection(number, report_id, reason, detail)

    def _other_patient(self, patient_id: str, found: PatientTraits) -> tuple[str, str] | None:
        """Refuse a row whose birth date (or name, where none is known) is not that of the patient's first row."""
        known = self._patients.get(_key(patient_id))
        if known is None:
            return None
        if known.birth and found.birth:
            differs = known.birth != found.birth
        else:
            differs = bool(known.name and found.name) and known.name != found.name
        if differs:
            return "two patients", "an earlier message gives this patient number another birth date or name"
        return None

    def _mark(self, patient_id: str, text: bytes, labels: dict[str, str | None]) -> bytes:
        """What is remembered of a row: a digest of its content, and its number."""
        content = blake2b(text, digest_size=8)
        content.update(repr((patient_id, sorted(labels.items()))).encode())
        return content.digest() + self.rows_in.to_bytes(6, "big")

    def labels_without_report(self) -> int:
        """How many rows of the labels' table belong to no report that was accepted."""
        return sum(_key(report_id) not in self._seen for report_id in self._apart)

    def finish(self, inputs: str) -> None:
        """Raise StudyError if a column that the study names was in none of the rows (JSON lines have no header)."""
        if self._found and (absent := sorted(self._needed - self._found)):
            raise missing_columns(inputs, absent, sorted(self._found), self.config)


@dataclass(slots=True, frozen=True)
class _Message:
    """What is remembered of an accepted HL7 report, to judge a later correction."""

    time: str
    sections: frozenset[str]
    patient: bytes


def needed_columns(config: SourceConfig) -> list[str]:
    """Columns that the study reads from a source's rows, each once."""
    columns = config.columns
    wanted = [columns.report_id, columns.text]
    if not config.one_report_per_patient:
        wanted.append(columns.patient_id)
    wanted += [column for column in (columns.received, columns.facility, columns.part) if column is not None]
    wanted += [*columns.labels.values(), *columns.identifiers.values()]
    return list(dict.fromkeys(wanted))


def missing_columns(name: str, absent: list[str], present: list[str], config: SourceConfig) -> StudyError:
    """The error for columns that are not there: names those that are, and the key to mend."""
    columns = config.columns
    keys = {columns.report_id: "columns.report_id", columns.text: "columns.text"}
    keys |= {columns.patient_id: "columns.patient_id"}
    keys |= {getattr(columns, key): f"columns.{key}" for key in ("received", "facility", "part")}
    keys |= {column: f"columns.labels.{label}" for label, column in columns.labels.items()}
    keys |= {column: f"columns.identifiers.{kind}" for kind, column in columns.identifiers.items()}
    missing = ", ".join(f"{column!r} ({keys.get(column, 'columns')})" for column in absent)
    there = ", ".join(repr(column) for column in present[:40]) or "none"
    hint = ""
    if columns.patient_id in absent and not config.one_report_per_patient:
        hint = ". Without patient numbers: `one_report_per_patient: true` (--one-report-per-patient) if that is so"
    if len(present) == 1 and any(mark in present[0] for mark in ";\t|,"):
        hint += ". Is the delimiter another one? State it with `delimiter:` (--delimiter)"
    return StudyError(f"{name}: no column {missing}; there are: {there}{hint}")


_as_json = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=256)  # a row's numbers are asked for several times while it is judged
def _key(identity: str) -> bytes:
    return blake2b(identity.encode(), digest_size=16).digest()


def _date(value: str, stated: str | None) -> date | None:
    if stated is not None:
        try:
            return datetime.strptime(value, stated).date()
        except ValueError:
            return None
    if not (found := _ISO_DATE.match(value)):
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None

"""From an HL7 message to report rows: one a patient and accession, text apart from identity, nothing cut silently.

A message that cannot be taken whole is refused with a reason; corrections and deletions (OBX-11) are applied where
they say without doubt which lines they mean.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from small_or_large.sections import CANONICAL
from small_or_large.sources.hl7.framing import Frame
from small_or_large.sources.hl7.loinc import SECTION_OF_CODE, WHOLE_REPORT
from small_or_large.sources.hl7.message import Message, Unreadable, parse
from small_or_large.sources.rows import Correction, PatientTraits, Row

REASONS = {
    "cut": "the message stops in the middle",
    "continued": "the message goes on in another one (DSC, MSH-14)",
    "not ORU^R01": "another kind of message",
    "bad delimiters": "MSH-1 and MSH-2 do not name different delimiters",
    "malformed message": "no HL7 message, or not with these delimiters",
    "unknown segment": "a line that looks like a segment and is none",
    "unknown escape": "a change of character set inside a field",
    "unknown status": "an OBX-11 or OBR-25 that HL7 does not have",
    "not final": "a preliminary, partial or pending result",
    "nothing left": "every observation was deleted, or none had a value",
    "withdrawn": "taken back by the laboratory",
    "superseded": "replaced by a corrected report",
    "partial correction": "a correction without all sections of the report it corrects",
    "ambiguous correction": "a correction or deletion that does not say which lines it means",
    "attachment": "the report is an attached document, not text",
    "stray delimiter": "the text holds a delimiter that was not escaped",
    "two patients": "another birth date or name under the same patient number",
}

_FINAL = frozenset("FCABV")
_REMOVED = frozenset("DWX")
_PENDING = frozenset("PRSIOUN")
_EDITS = frozenset("CDWX")
_ORDER_FINAL = frozenset(("", "F", "C"))
_ORDER_PENDING = frozenset("PRSIOAM")
# Identifier types of PID-3 (table 0203), the steadiest first; accounts and visits change with every stay.
_ID_TYPES = {"MR": 0, "MRN": 0, "PI": 1, "PT": 2, "": 3, "JHN": 4, "HC": 4, "NI": 4, "PN": 5}
_ID_TYPES |= {"SS": 7, "AN": 8, "VN": 9}
# What the gate calls the numbers of PID-3 by their type.
_NUMBER_KINDS = {"JHN": "health_number", "HC": "health_number", "NI": "health_number", "SS": "ssn"}
_NAMES_OF_PEOPLE = frozenset(("XPN", "XCN", "XAD", "XTN", "CX", "PN", "CN", "PPN"))
_PLAIN = frozenset(("", "TX", "FT", "ST", "ID", "IS", "SI", "DT", "TM", "TS", "DTM", "NM"))
_NARRATIVE = frozenset(("", "TX", "FT"))


@dataclass(slots=True)
class _Line:
    """One observation: what names it (OBX-3, OBX-4), its number, status, section and text."""

    key: tuple[str, str]
    set_id: str
    status: str
    section: str
    text: str


@dataclass(slots=True)
class _Report:
    """What a message says of one accession."""

    accession: str
    authority: str
    lines: list[_Line] = field(default_factory=list)
    received: str = ""
    edited: bool = False
    corrected: bool = False
    cancelled: bool = False
    attachments: int = 0
    section: str = "other"
    identifiers: dict[str, list[str]] = field(default_factory=dict)


def rows(frame: Frame, encoding: str) -> list[Row]:
    """The rows of one message: one a patient and accession, or one with the reason why it was refused.

    `values` has report_id, patient_id, text, received, facility; ids carry their assigning authority (namespace:id),
    so that equal numbers of two hospitals stay two.
    """
    place = f"message {frame.number}"
    if frame.framed and not frame.ended:
        return [Row(place, {}, "cut", "the MLLP start byte has no end byte")]
    try:
        return list(_Reader(parse(frame.data, encoding), place, frame.ended).rows())
    except Unreadable as error:
        return [Row(place, {}, error.reason, error.detail)]


class _Reader:
    """Walks the segments of one message."""

    def __init__(self, message: Message, place: str, ended: bool):
        self.message, self.place, self.ended = message, place, ended
        header = message.header
        kind = message.components(_at(header, 8))
        if kind[0] != "ORU" or len(kind) > 1 and kind[1] not in ("R01", ""):
            raise Unreadable("not ORU^R01", "MSH-9 names another message or event")
        if _at(header, 13).strip():
            raise Unreadable(
                "continued", "MSH-14: it continues another message; have the sender send it in one"
            )
        self.time = re.sub(r"\D.*", "", _at(header, 6))
        self.facility = _authority(message, _at(header, 3)) or _authority(message, _at(header, 2))
        self.notes = message.notes
        self._wrapped = bool(self.notes)  # lines were joined to the segment before them
        self._names: dict[str, tuple[str, str]] = {}  # OBX-3 -> its section and code

    def rows(self) -> Iterator[Row]:
        message = self.message
        patient: list[str] | None = None
        reports: list[_Report] = []
        people: dict[str, list[str]] = {}
        current: _Report | None = None
        order: list[str] = []
        segments = [segment.split(message.field) for segment in message.segments]
        self._check_ends([len(fields) > 11 for fields in segments if fields[0] == "OBX"])
        for fields in segments[1:]:
            name = fields[0]
            if name == "OBX":
                if current is None:
                    current = _Report("", "")
                    reports.append(current)
                self._observation(fields, current)
            elif name == "NTE":
                if current is not None:
                    self._note(fields, current)
            elif name == "OBR":
                current = self._order(fields, order, reports)
                self._people_of_order(fields, current)
            elif name == "ORC":
                order = fields
            elif name == "PID":
                if patient is not None or reports:
                    yield from self._finished(patient, reports, people)
                patient, reports, people, current, order = fields, [], {}, None, []
                self._people_of_patient(patient, people)
            elif name == "PV1":
                for k in (7, 8, 9, 17):
                    self._person(people, "physician", _at(fields, k), 1)
                self._number(people, "record_number", _at(fields, 19))
            elif name == "NK1":
                self._person(people, "relative_name", _at(fields, 2), 0)
            elif name == "SPM":
                if current is not None and not current.accession:
                    specimen = message.repetitions(_at(fields, 2))[0]
                    parts = message.components(specimen)
                    current.accession = (_at(parts, 1) or parts[0]).strip()
            elif name == "DSC" and _at(fields, 1).strip():
                raise Unreadable(
                    "continued", "DSC: it goes on in another message; have the sender send it in one"
                )
        yield from self._finished(patient, reports, people)

    def _check_ends(self, whole: list[bool]) -> None:
        """Refuse a message whose observations stop before their status; whole: whether each reaches OBX-11."""
        if all(whole):
            return
        if not whole[-1] and (not self.ended or any(whole)):
            raise Unreadable("cut", "the last OBX stops before its status (OBX-11)")
        if any(whole):
            raise Unreadable("stray delimiter", "an OBX stops before its status (OBX-11)")
        self.notes.append("OBX without a status (OBX-11)")

    # -- orders and observations ---------------------------------------------------------------------------

    def _order(self, fields: list[str], order: list[str], reports: list[_Report]) -> _Report:
        """The report that an OBR belongs to: the one with its accession, or a new one."""
        message = self.message
        number = authority = ""
        for raw in (_at(fields, 3), _at(order, 3), _at(fields, 2), _at(order, 2)):
            if number := message.components(raw)[0].strip():
                authority = _entity_authority(message, raw)
                break
        same = [r for r in reports if r.accession == number and r.authority == authority]
        if not number and reports:
            report = reports[-1]
        elif same:
            report = same[0]
        else:
            report = _Report(number, authority)
            reports.append(report)
        report.section = _named(_at(fields, 4), message)[0]
        report.received = report.received or _day(_at(fields, 22))
        status = _at(fields, 25).strip().upper()
        if status in _ORDER_PENDING:
            raise Unreadable("not final", f"OBR-25 is {status}")
        if status == "X":
            report.cancelled = True
        elif status not in _ORDER_FINAL:
            raise Unreadable("unknown status", "OBR-25 is none of HL7's result statuses")
        report.corrected |= status == "C"
        return report

    def _observation(self, fields: list[str], report: _Report) -> None:
        message = self.message
        if len(fields) < 13:
            fields += [""] * (13 - len(fields))
        kind, identifier, raw, status = fields[2], fields[3], fields[5], fields[11]
        if kind not in _PLAIN:
            kind = kind.strip().upper()
        if status != "F":
            status = status.strip().upper()
        if kind in _NARRATIVE and fields[6] and fields[6].strip():
            raise Unreadable(
                "stray delimiter", "text fields run into OBX-6: a field separator was not escaped"
            )
        if not status and (kind in _NARRATIVE or kind == "ST") and any(map(str.strip, fields[6:])):
            raise Unreadable(
                "stray delimiter", "no status (OBX-11) but later fields: a separator was not escaped"
            )
        if self._wrapped and any("\n" in field for field in fields[6:]):
            raise Unreadable("malformed message", "a line after the end of an OBX that is no segment")
        if status in _PENDING:
            if raw.strip() or status not in "NO":
                raise Unreadable("not final", f"an OBX-11 is {status}")
            return
        if status and status not in _FINAL and status not in _REMOVED:
            raise Unreadable("unknown status", "an OBX-11 is none of HL7's result statuses")
        found = self._names.get(identifier)
        if found is None:
            found = _named(identifier, message)
            self._names[identifier] = found
        section, code = found
        named = section != "other"
        if not named:
            section = report.section
        if kind in _PLAIN:
            text = _plain_text(message, raw)
            if kind == "NM" and text and fields[6]:
                parts = message.components(fields[6])
                text = f"{text} {parts[0] or _at(parts, 1)}"
        elif kind in ("ED", "RP"):
            found_text = _attached(message, raw, kind)
            if found_text is None:
                report.attachments += 1
                return
            text = found_text
        elif kind in _NAMES_OF_PEOPLE:
            self._person(report.identifiers, "other", raw, 0 if kind == "XPN" else 1)
            self.notes.append("an observation that is a name, address or number: kept out of the text")
            return
        else:
            text = _value(message, raw, kind, fields[6])
        if text and not named and kind not in _NARRATIVE and code not in WHOLE_REPORT:
            question = _at(message.components(identifier), 1).strip()
            text = f"{question}: {text}" if question else text
        if status in _EDITS:
            report.edited = True
            report.corrected |= status == "C"
        report.lines.append(_Line((code, fields[4]), fields[1], status, section, text))

    def _note(self, fields: list[str], report: _Report) -> None:
        """Notes after an order or observation belong to the report (NTE-3)."""
        message = self.message
        text = "\n".join(message.text(part) for part in message.repetitions(_at(fields, 3)))
        if not text.strip():
            return
        if report.lines:
            before = report.lines[-1]
            report.lines.append(_Line(before.key, "", before.status or "F", before.section, text))
        else:
            report.lines.append(_Line(("NTE", ""), "", "F", "comment", text))

    # -- rows ----------------------------------------------------------------------------------------------

    def _finished(
        self, patient: list[str] | None, reports: list[_Report], people: dict[str, list[str]]
    ) -> Iterator[Row]:
        """The rows of one patient's reports."""
        patient_id, birth, name = "", "", ""
        if patient is not None:
            patient_id = self._patient_id(patient)
            birth = _day(_at(patient, 7))
            parts = self.message.components(_at(patient, 5))
            name = "^".join(part.casefold().strip() for part in parts[:2]).strip("^")
        if not reports:
            yield Row(self.place, {"patient_id": patient_id}, "nothing left", "no observation in the message")
        for report in reports:
            yield self._row(report, patient_id, PatientTraits(birth, name), people)

    def _row(
        self, report: _Report, patient_id: str, traits: PatientTraits, people: dict[str, list[str]]
    ) -> Row:
        authority = report.authority or self.facility
        report_id = f"{authority}:{report.accession}" if authority and report.accession else report.accession
        values = {"report_id": report_id, "patient_id": patient_id}
        try:
            left = _settled(report.lines) if report.edited else [line for line in report.lines if line.text]
        except Unreadable as error:
            return Row(self.place, values, error.reason, error.detail)
        text = _joined(left)
        removed = report.edited and any(line.status in _REMOVED for line in report.lines)
        withdrawn = report.cancelled or removed and not text
        sections = frozenset(line.section for line in left)
        correction = Correction(
            "withdrawn" if withdrawn else "corrected" if report.corrected else "new", self.time, sections
        )
        if withdrawn or not text:
            if not withdrawn and report.attachments:
                return Row(
                    self.place, values, "attachment", "a document, not text; have the text sent as TX or FT"
                )
            detail = (
                "the laboratory took every observation back" if withdrawn else "no observation has a value"
            )
            return Row(self.place, values, "nothing left", detail, correction=correction, patient=traits)
        notes = list(self.notes)
        if report.attachments:
            notes.append("an attached document beside the text was left out")
        known: dict[str, list[str]] = {}
        for group in (people, report.identifiers):
            for kind, found in group.items():
                known[kind] = list(dict.fromkeys([*known.get(kind, []), *found]))
        if report.accession:
            known.setdefault("accession", []).append(report.accession)
        values |= {"text": text, "received": report.received or _day(self.time), "facility": self.facility}
        return Row(self.place, values, None, "", known, tuple(dict.fromkeys(notes)), correction, traits)

    # -- identity ------------------------------------------------------------------------------------------

    def _patient_id(self, fields: list[str]) -> str:
        """PID-3's steadiest number with its assigning authority, else PID-2's; "" if there is none."""
        message = self.message
        found = []
        for raw in (_at(fields, 3), _at(fields, 2)):
            for position, repetition in enumerate(message.repetitions(raw)):
                parts = repetition.split(message.component)
                number = message.text(parts[0].split(message.subcomponent or "&")[0]).strip()
                if number and number != '""':
                    kind = _at(parts, 4).strip().upper()
                    authority = _authority(message, _at(parts, 3)) or self.facility
                    identity = f"{authority}:{number}" if authority else number
                    found.append((_ID_TYPES.get(kind, 6), position, identity))
            if found:
                return min(found)[2]
        return ""

    def _people_of_patient(self, fields: list[str], people: dict[str, list[str]]) -> None:
        message = self.message
        for raw in message.repetitions(_at(fields, 3)):
            kind = _at(message.components(raw), 4).strip().upper()
            self._number(people, _NUMBER_KINDS.get(kind, "record_number"), raw)
        for k, kind in ((2, "record_number"), (4, "record_number"), (18, "account_number"), (19, "ssn")):
            if raw := _at(fields, k):
                self._number(people, kind, raw)
        for k, kind in ((5, "patient_name"), (9, "patient_name"), (6, "relative_name")):
            if raw := _at(fields, k):
                self._person(people, kind, raw, 0)
        if day := _day(_at(fields, 7)):
            people["birth_date"] = [f"{day[:4]}-{day[4:6]}-{day[6:]}"]
        for repetition in message.repetitions(_at(fields, 11)):
            parts = [part.strip() for part in message.components(repetition)[:5]]
            for kind, value in (
                ("address", parts[0]),
                ("city", _at(parts, 2)),
                ("postal_code", _at(parts, 4)),
            ):
                if value and value != '""':
                    people.setdefault(kind, []).append(value)
        for k in (13, 14):
            self._number(people, "phone", _at(fields, k))

    def _people_of_order(self, fields: list[str], report: _Report) -> None:
        for k in (10, 16, 28):
            if raw := _at(fields, k):
                self._person(report.identifiers, "physician", raw, 1)
        for k in (32, 33, 34, 35):
            # NDL: the name is the first component, its parts are subcomponents.
            if not (raw := _at(fields, k)):
                continue
            mark = self.message.subcomponent
            for repetition in self.message.repetitions(raw):
                name = repetition.split(self.message.component)[0]
                if mark:
                    self._person(
                        report.identifiers, "physician", name.replace(mark, self.message.component), 1
                    )

    def _person(self, people: dict[str, list[str]], kind: str, raw: str, first: int) -> None:
        """Note the names in a field: given, middle, family, as they are written in a sentence."""
        if not raw:
            return
        for repetition in self.message.repetitions(raw):
            parts = [part.strip() for part in self.message.components(repetition)[first : first + 3]]
            family, given = parts[0] if parts else "", parts[1:]
            name = " ".join(part for part in (*given, family) if part and part != '""')
            if name:
                people.setdefault(kind, []).append(name)

    def _number(self, people: dict[str, list[str]], kind: str, raw: str) -> None:
        """Note the first component of each repetition of a field."""
        if not raw:
            return
        for repetition in self.message.repetitions(raw):
            number = self.message.components(repetition)[0].strip()
            if number and number != '""':
                people.setdefault(kind, []).append(number)


# A laboratory names its observations by few codes: what they mean is worked out once, not in every message.
_NAMED: dict[tuple[str, ...], tuple[str, str]] = {}
_NAMED_LIMIT = 10_000


def _named(raw: str, message: Message) -> tuple[str, str]:
    """What a coded name (OBX-3, OBR-4) stands for, by LOINC in either of two codings: its section, and its code."""
    key = (raw, message.component, message.repetition, message.escape, message.subcomponent, message.field)
    if (known := _NAMED.get(key)) is not None:
        return known
    parts = message.components(raw)
    section = "other"
    if (found := SECTION_OF_CODE.get(parts[0])) is not None and _at(parts, 2) in ("LN", ""):
        section = found
    elif (found := SECTION_OF_CODE.get(_at(parts, 3))) is not None and _at(parts, 5) in ("LN", ""):
        section = found
    if len(_NAMED) < _NAMED_LIMIT and message.codec == "ascii":
        _NAMED[key] = section, parts[0] or raw
    return section, parts[0] or raw


def _at(fields: list[str], k: int) -> str:
    return fields[k] if k < len(fields) else ""


def _authority(message: Message, raw: str) -> str:
    """An assigning authority (HD): its namespace, else its universal id."""
    for component in raw.split(message.component):
        for part in component.split(message.subcomponent) if message.subcomponent else [component]:
            if (found := message.text(part).strip()) and found != '""':
                return found
    return ""


def _entity_authority(message: Message, raw: str) -> str:
    """The authority of an entity identifier (EI): its namespace, else its universal id."""
    parts = message.components(raw)
    return (_at(parts, 1) or _at(parts, 2)).strip()


@lru_cache(maxsize=10_000)
def _day(raw: str) -> str:
    """YYYYMMDD of an HL7 time stamp, or "" where it is less precise or no date."""
    day = raw[:8]
    if len(day) < 8 or not day.isdigit():
        return ""
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return ""
    return day


def _plain_text(message: Message, raw: str) -> str:
    """OBX-5 as text: repetitions are lines."""
    if message.repetition not in raw:
        return message.text(raw)
    return "\n".join(message.text(part) for part in raw.split(message.repetition))


def _value(message: Message, raw: str, kind: str, units: str) -> str:
    """OBX-5 of a coded or structured type as text: coded values give their words."""
    values = []
    for repetition in message.repetitions(raw):
        parts = message.components(repetition)
        if kind in ("CE", "CWE", "CNE", "CF"):
            values.append(_at(parts, 1) or _at(parts, 8) or parts[0])
        elif kind == "SN":
            values.append("".join(parts))
        else:
            values.append(" ".join(part for part in parts if part))
    text = "\n".join(value for value in values if value)
    if units and kind == "SN" and text:
        text = f"{text} {message.components(units)[0]}"
    return text


def _attached(message: Message, raw: str, kind: str) -> str | None:
    """The text of an encapsulated text document (ED: source, type, subtype, encoding, data); None for all else."""
    if kind == "RP":
        return None
    parts = message.components(raw)
    if not any("text" in part.lower() for part in parts[1:3]) or "pdf" in _at(parts, 2).lower():
        return None
    if _at(parts, 3).lower() == "base64":
        try:
            data = base64.b64decode("".join(_at(parts, 4).split()), validate=True)
            text = data.decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise Unreadable("attachment", "an attached text that is no base64, or not UTF-8") from None
        return None if re.match(r"\s*(<|\{\\rtf)", text) else text
    return _at(parts, 4) if _at(parts, 3).lower() in ("a", "") else None


def _settled(lines: list[_Line]) -> list[_Line]:
    """The observations that stand after corrections (C) and deletions (D, W, X) within the message.

    A run of corrected or deleted lines of one OBX-3 and OBX-4 stands for the line with its OBX-1, or for all earlier
    lines of that name if there is one, or no fewer of the new ones. Raises Unreadable where neither holds.
    """
    standing: list[_Line] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.status not in _EDITS:
            standing.append(line)
            position += 1
            continue
        run = [line]
        while position + len(run) < len(lines):
            following = lines[position + len(run)]
            if following.key != line.key or following.status != line.status:
                break
            run.append(following)
        position += len(run)
        earlier = [old for old in standing if old.key == line.key]
        numbered = {old.set_id for old in earlier if old.set_id}
        gone: list[_Line] = []
        if not earlier or line.status == "X":
            pass
        elif all(new.set_id in numbered for new in run):
            wanted = {new.set_id for new in run}
            gone = [old for old in earlier if old.set_id in wanted]
        elif line.status != "C" and all(any(new.text == old.text for old in earlier) for new in run):
            wanted = {new.text for new in run}
            gone = [old for old in earlier if old.text in wanted]
        elif len(earlier) == 1 or len(run) >= len(earlier):
            gone = earlier
        else:
            raise Unreadable(
                "ambiguous correction",
                f"{len(run)} corrected or deleted line(s) for {len(earlier)} earlier ones of one name",
            )
        at = next((k for k, old in enumerate(standing) if any(old is lost for lost in gone)), len(standing))
        standing = [old for old in standing if not any(old is lost for lost in gone)]
        if line.status == "C":
            standing[at:at] = run
    return [line for line in standing if line.text]


def _joined(lines: list[_Line]) -> str:
    """The report's text: sections under their headings, in the order of the message."""
    out: list[str] = []
    section = None
    for line in lines:
        if line.section != section:
            if line.section != "other" or section is not None:
                if out:
                    out.append("")
                out.append(f"{CANONICAL[line.section]}:")
            section = line.section
        out.append(line.text)
    return "\n".join(out) if any(line.text.strip() for line in lines) else ""

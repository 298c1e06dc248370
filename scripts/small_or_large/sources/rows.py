"""What every reader yields: one row of text by column name, or the reason why the row could not be read."""

from dataclasses import dataclass, field

# Longest line or quoted record that is held in memory; what is longer is damage, not a report.
RECORD_LIMIT = 16 * 2**20


@dataclass(slots=True)
class Row:
    """One row of an input.

    place: where it stands ("line 17", "message 3"), for messages. values: text by column name, None where the
    format has a null. reason and detail: why the row cannot be read (then values hold only what is certain).
    identifiers: values known to identify the patient, by kind (HL7 headers). notes: warnings about this row.
    correction, patient: what an HL7 message says about an earlier one, and about its patient.
    """

    place: str
    values: dict[str, str | None]
    reason: str | None = None
    detail: str = ""
    identifiers: dict[str, list[str]] | None = None
    notes: tuple[str, ...] = ()
    correction: "Correction | None" = None
    patient: "PatientTraits | None" = None


@dataclass(slots=True, frozen=True)
class Correction:
    """What an HL7 message says about an earlier one of the same accession.

    kind: "new", "corrected" (replaces it) or "withdrawn" (takes it back). time: HL7 time of the message.
    sections: names of the sections it carries.
    """

    kind: str
    time: str
    sections: frozenset[str] = field(default_factory=frozenset)


@dataclass(slots=True, frozen=True)
class PatientTraits:
    """What tells two patients with one number apart: birth date (YYYYMMDD or "") and name (casefolded or "")."""

    birth: str
    name: str

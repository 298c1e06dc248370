"""The de-identification gate's settings."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from small_or_large.schema.base import Section


class DeidentifyConfig(Section):
    """What is done with identifiers in text. The gate lowers the risk; it never shows that text is de-identified."""

    action: Literal["scrub", "quarantine", "fail", "report_only"] = Field(
        "scrub",
        description="scrub: replace each identifier by its entity's tag; quarantine: set the report aside; fail: "
        "stop at the first report with one; report_only: count only (for text known to be free of them)",
    )
    codes: bool = Field(
        True,
        description="Also remove registry codes (ICD-O, ICD-10, SNOMED), which identify no one but give labels away",
    )
    entities: list[str] | None = Field(
        None,
        description="Only these kinds of identifier; null means all. Leave null unless a privacy office says so",
    )
    least_score: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Findings scored lower are left alone; lower it to find more and scrub more medicine",
    )
    transformers_model: str | None = Field(
        None,
        description="A token-classification checkpoint (folder or hub id, safetensors) used as one more recognizer",
    )
    transformers_labels: dict[str, str] = Field(
        {},
        description="The checkpoint's labels and the gate's entities, such as {PER: NAME, LOC: CITY, ORG: FACILITY}; "
        "labels that already bear an entity's name need no entry, others are left out",
    )
    pseudonymize_patients: bool = Field(
        False,
        description="Replace patient_id by a keyed hash; needs key_file or the variable named in key_env",
    )
    key_file: Path | None = Field(
        None, description="File whose bytes are the key of the hash; keep it out of git"
    )
    key_env: str = Field(
        "SMALL_OR_LARGE_KEY", description="Environment variable that holds the key when no file is given"
    )
    audit_sample: int = Field(
        300,
        ge=1,
        description="Reports drawn for a human auditor; with none missed in 300 the upper bound is 1 in 100",
    )
    audit_text: bool = Field(
        False,
        description="Write the gated texts of the audit sample into files for the auditor to read; false gives ids "
        "and offsets only, and the auditor reads the reports where they are kept",
    )

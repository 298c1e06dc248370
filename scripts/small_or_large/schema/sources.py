"""The study file's `sources` section: where reports come from and which column holds what."""

import codecs
from typing import Literal

from pydantic import Field, field_validator, model_validator

from small_or_large.schema.base import Section
from small_or_large.schema.generate import GenerateConfig

# Columns of the records table that a label may not be called after.
RESERVED = frozenset(
    (
        "source",
        "row",
        "report_id",
        "patient_id",
        "text",
        "received",
        "facility",
        "part",
        "identifiers",
        "group",
    )
)
Format = Literal["auto", "csv", "tsv", "jsonl", "parquet", "text", "hl7"]


class ColumnsConfig(Section):
    """Which column of the source holds what (HL7 messages and text files bring report_id, patient_id and text)."""

    report_id: str = Field("report_id", description="Column with the report's number, unique in the source.")
    patient_id: str = Field(
        "patient_id",
        description="Column with the patient's number; keeps all reports of a patient in one part of a split. "
        "Where there is none, say `one_report_per_patient: true` if that is so.",
    )
    text: str = Field("text", description="Column with the report's whole text.")
    received: str | None = Field(
        None, description="Column with the date of receipt; name it to split by time (see received_format)."
    )
    facility: str | None = Field(
        None, description="Column with the hospital or laboratory; name it to split by hospital."
    )
    part: str | None = Field(
        None,
        description="Column with a given split: train, validation or test (other words: label_values.part).",
    )
    labels: dict[str, str] = Field(
        {}, description="label: column, one a label; an empty cell means that the report is not labelled."
    )
    identifiers: dict[str, str] = Field(
        {},
        description="kind: column with values known to identify the patient (patient_name, physician, "
        "record_number ...): the gate searches for them in that report's text, and they go no further.",
    )

    @field_validator("labels")
    @classmethod
    def _free_names(cls, labels: dict[str, str]) -> dict[str, str]:
        if taken := sorted(set(labels) & RESERVED):
            raise ValueError(
                f"a label may not be called {', '.join(taken)}: the reports table has such a column"
            )
        return labels


class LabelsFromConfig(Section):
    """A table with the labels of reports that come without any (HL7 messages, text files)."""

    path: str = Field(
        description="A csv, tsv, jsonl or parquet file, plain or gzipped; one row a labelled report."
    )
    report_id: str = Field(
        "report_id",
        description="Column with the report's number as ingestion makes it "
        "(HL7: namespace:accession, such as LAB:S23-1).",
    )
    labels: dict[str, str] = Field(min_length=1, description="label: column, one a label.")
    encoding: str = Field("auto", description="The table's character encoding, as for a source.")
    delimiter: str | None = Field(
        None, min_length=1, max_length=1, description="Field delimiter, as for a source."
    )


class SourceConfig(Section):
    """One source of reports: files that are there (`path`), or generated reports (`generate`)."""

    generate: GenerateConfig | None = Field(
        None, description="Make synthetic reports instead of reading any; for trying the pipeline."
    )
    path: str | list[str] | None = Field(
        None, description="A file, a folder, a zip, a pattern such as data/*.csv.gz, or a list of them."
    )
    address: str | None = Field(
        None, description="Where the file is fetched from when `path` is not there; needs sha256."
    )
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the file at `path`; another content is an error.",
    )
    format: Format = Field("auto", description="What the files are; auto goes by content and file name.")
    encoding: str = Field(
        "auto",
        description="The files' character encoding. auto takes a byte order mark or strict UTF-8 and refuses all "
        "else, naming the likely encoding; stated (cp1252, latin-1, utf-16 ...), rows that do not decode are "
        "quarantined.",
    )
    delimiter: str | None = Field(
        None,
        min_length=1,
        max_length=1,
        description="Field delimiter; comma for csv, tab for tsv unless given.",
    )
    columns: ColumnsConfig = Field(ColumnsConfig(), description="Which column holds what.")
    labels_from: LabelsFromConfig | None = Field(
        None, description="A second table that has the labels, joined by report number."
    )
    label_values: dict[str, dict[str, str | None]] = Field(
        {},
        description="label: {value in the file: value in the study}; null makes a value unlabelled. "
        "Values not named stay. `part` may be mapped here too.",
    )
    received_format: str | None = Field(
        None,
        description="strptime format of the received column; without it only YYYY-MM-DD and YYYYMMDD (with or "
        "without a time) are dates.",
    )
    one_report_per_patient: bool = Field(
        False,
        description="There is no patient column, and no patient has two reports: report_id stands for both.",
    )
    max_characters: int = Field(1_000_000, gt=0, description="Longer texts are quarantined (never cut).")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        if encoding != "auto":
            try:
                codecs.lookup(encoding)
            except LookupError:
                raise ValueError(
                    f"no encoding is called {encoding!r}; try utf-8, cp1252, latin-1, utf-16"
                ) from None
        return encoding

    @model_validator(mode="after")
    def _one_origin(self) -> "SourceConfig":
        if (self.path is None) == (self.generate is None):
            raise ValueError("a source has either `path` (files) or `generate` (synthetic reports)")
        if self.address is not None and (not isinstance(self.path, str) or self.sha256 is None):
            raise ValueError("`address` needs `path` (one file: where it is stored) and `sha256`")
        if self.sha256 is not None and not isinstance(self.path, str):
            raise ValueError("`sha256` is the digest of one file: `path` must be one file name")
        apart = self.labels_from.labels if self.labels_from is not None else {}
        if taken := sorted(set(apart) & (RESERVED | set(self.columns.labels))):
            raise ValueError(
                f"labels_from: the label {', '.join(taken)} is there already, or a column's name"
            )
        unknown = sorted(set(self.label_values) - set(self.columns.labels) - set(apart) - {"part"})
        if unknown and self.generate is None:
            raise ValueError(f"label_values names {', '.join(unknown)}, which no label is called")
        return self

"""Settings of a source that the pipeline writes itself: synthetic reports, or synthetic clinical notes."""

from typing import Literal

from pydantic import Field

from small_or_large.schema.base import Section


class GenerateConfig(Section):
    """A synthetic source. Nothing in it is real; scores measured on it are no findings."""

    corpus: Literal["registry", "clinical"] = Field(
        "registry",
        description="What to write: pathology reports with labels (registry), or neighbouring clinical notes without "
        "any (clinical), for pretraining.",
    )
    reports: int = Field(6000, gt=0, description="How many reports or notes to write.")
    seed: int = Field(
        1, description="Fixes every report. Report n is the same whatever the number of reports."
    )
    hospitals: int = Field(
        8, gt=0, le=100, description="From how many hospitals, each with its own layout and spelling."
    )
    prevalence: float = Field(
        0.64,
        ge=0,
        le=1,
        description="Share of patients who have a cancer; it governs the share of reportable reports.",
    )
    reportability: float = Field(
        0.335, ge=0, le=1, description="Share of all reports labelled for reportability."
    )
    tumour_group: float = Field(
        0.48, ge=0, le=1, description="Share of the reportable reports labelled for it."
    )
    leukaemia_histology: float = Field(
        0.9, ge=0, le=1, description="Share of the leukaemia reports labelled for it."
    )
    label_error: float = Field(
        0.004, ge=0, le=0.5, description="Share of the labels that are slips of the coder."
    )
    resent: float = Field(
        0.04, ge=0, le=1, description="Share of reports that come a second time, nearly the same."
    )
    addenda: float = Field(0.04, ge=0, le=1, description="Share of reports that come again with an addendum.")
    slips: float = Field(
        1.0, ge=0, le=2, description="Scales how often dictation and OCR slips occur; 0 writes clean text."
    )
    background: float = Field(
        1.0,
        ge=0,
        le=2,
        description="Scales what reports say besides their finding (gross description, formalities and such); 1 is "
        "as much as in real ones. One in eight buries its finding in a long text all the same.",
    )

"""Tasks: which label to predict, what its classes mean, and how the reports are split for it."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from small_or_large.schema.base import Section


class ClassConfig(Section):
    """One class of a task."""

    description: str = Field(
        description="One sentence that says what belongs to the class: zero-shot approaches and prompts read it."
    )
    words: list[str] = Field(
        default=[],
        description="Verbaliser of the cloze approach: words that stand for the class in a masked slot. "
        "The class name where empty.",
    )


class SplitConfig(Section):
    """How the labelled reports of a task are cut into train, validation and test."""

    by: Literal["random", "part", "received", "facility"] = Field(
        default="random",
        description="random: grouped by patient and near-duplicates, stratified by class; part: a given column "
        "of the source; received: the newest reports are the test part; facility: named facilities are.",
    )
    validation: float = Field(default=0.1, gt=0, lt=1, description="Share of reports for validation.")
    test: float = Field(default=0.2, gt=0, lt=1, description="Share of reports for test (random only).")
    test_from: date | None = Field(
        default=None, description="With `by: received`: reports of this day and later are the test part."
    )
    test_facilities: list[str] = Field(
        default=[], description="With `by: facility`: these facilities are the test part."
    )
    least: int = Field(
        default=5, ge=1, description="Fewest labelled reports that each class must have in the train part."
    )

    @model_validator(mode="after")
    def _complete(self) -> "SplitConfig":
        if self.by == "received" and self.test_from is None:
            raise ValueError("by: received needs test_from: YYYY-MM-DD")
        if self.by == "facility" and not self.test_facilities:
            raise ValueError("by: facility needs test_facilities: [...]")
        return self


class TaskConfig(Section):
    """A classification task: one label of the reports."""

    title: str = Field(default="", description="What the page calls the task; its name where empty.")
    scenario: Literal["easy", "medium", "hard", ""] = Field(
        default="", description="How hard the task is thought to be; shown on the page, used by nothing else."
    )
    label: str = Field(default="", description="Label column of the reports; the task's name where empty.")
    question: str = Field(description="The question that an LLM is asked about a report.")
    template: str = Field(
        default="This is a report of [MASK].",
        description="Sentence of the cloze approach; [MASK] is where the verbaliser's words are scored.",
    )
    classes: dict[str, ClassConfig] = Field(
        description="Every class that the label may have. A class in the data that is not here is an error."
    )
    sections: list[str] = Field(
        default=[], description="Sections of the report that the models read; the whole text where empty."
    )
    prompt: str = Field(default="prompts/classify.txt", description="Prompt of the LLM approaches (a file).")
    split: SplitConfig = Field(default=SplitConfig(), description="How the reports of this task are cut.")
    finetune: dict[str, int | float | str | bool | None] = Field(
        default={}, description="Keys of `finetune` that differ for this task."
    )

    @model_validator(mode="after")
    def _enough_classes(self) -> "TaskConfig":
        if len(self.classes) < 2:
            raise ValueError("a task needs two classes or more")
        if "[MASK]" not in self.template:
            raise ValueError("template needs [MASK] where the verbaliser's words are scored")
        return self

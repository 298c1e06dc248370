"""Runs: which models meet which tasks, by which approach, with which seeds and label budgets."""

from typing import Literal

from pydantic import Field

from small_or_large.schema.base import Section

Approach = Literal[
    "fitted",
    "similarity",
    "cloze",
    "untrained_head",
    "probe",
    "finetuned",
    "likelihood",
    "choice",
    "free_text",
    "answers",
    "averaged",
]
# Approaches that a kind of model knows. Those of `TRAINED` read labels.
APPROACHES: dict[str, tuple[str, ...]] = {
    "baseline": ("fitted",),
    "encoder": ("similarity", "cloze", "untrained_head", "probe", "finetuned"),
    "decoder": ("likelihood", "choice", "free_text"),
    "external": ("answers",),
    "ensemble": ("averaged",),
}
TRAINED = ("fitted", "probe", "finetuned", "averaged")
# Approaches to an encoder as it is.
ZERO_SHOT = tuple(approach for approach in APPROACHES["encoder"] if approach not in TRAINED)
# Approaches whose outcome depends on the seed; the others are run with one seed whatever is asked.
SEEDED = ("untrained_head", "finetuned", "answers", "averaged")
# Approaches that give no probabilities, or are averages themselves: an ensemble averages none of them.
NOT_AVERAGED = ("choice", "free_text", "answers", "averaged")


class RunsConfig(Section):
    """A block of runs: every listed task x model x approach x seed x label budget."""

    models: list[str] = Field(min_length=1, description="Models of this block.")
    approaches: list[Approach] = Field(min_length=1, description="Approaches of this block.")
    tasks: list[str] = Field(default=[], description="Tasks of this block; all where empty.")
    seeds: list[int] = Field(
        default=[0], min_length=1, description="Seeds; approaches without chance use one."
    )
    labels: list[int | None] = Field(
        default=[None],
        min_length=1,
        description="Label budgets: training reports to use, null for all. Smaller ones lie within larger ones.",
    )

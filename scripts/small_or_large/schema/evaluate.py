"""Section `evaluate` (intervals, comparisons, what work and machines cost) and section `page` of a study
file.
"""

from pydantic import Field

from small_or_large.schema.base import Section


class CostConfig(Section):
    """Prices that turn measured seconds into money, and the workload that they are scaled to."""

    currency: str = Field("EUR", description="Currency of all prices here; only printed, never converted.")
    cpu_hour: float = Field(
        0.10,
        ge=0,
        description="Price of an hour of the machine when a run computes on its CPU, depreciation and "
        "power included.",
    )
    gpu_hour: float = Field(
        2.50,
        ge=0,
        description="Price of an hour of the machine when a run computes on a GPU. Use your cluster's "
        "internal rate.",
    )
    reviewer_hour: float = Field(
        45.0, ge=0, description="Price of an hour of the person who reviews or labels reports."
    )
    review_minutes: float = Field(
        2.0, gt=0, description="Minutes a person needs to check one report that the model was unsure of."
    )
    label_minutes: float = Field(
        3.0, gt=0, description="Minutes a person needs to label one new report for training."
    )
    reports_per_year: int = Field(
        20_000, gt=0, description="Reports a year that the model will read; scales cost and review to a year."
    )


class EvaluateConfig(Section):
    """How sure the figures are, and when two models count as equal."""

    draws: int = Field(
        2000,
        ge=200,
        description="Bootstrap draws over patients behind every interval. Below 2,000 the ends of an "
        "interval wobble: lower it only to try a study out.",
    )
    confidence: float = Field(
        0.95,
        gt=0.5,
        lt=1,
        description="Confidence level of every interval; 1 minus it is the level of every test.",
    )
    margin: float = Field(
        0.02,
        gt=0,
        lt=1,
        description="Equivalence margin in macro-F1: two models that surely differ by less are called "
        "equivalent, and among candidates this close on validation the cheapest is recommended. Set it to "
        "the smallest difference that would change your practice, before you look at results.",
    )
    permutations: int = Field(
        9999,
        ge=199,
        description="Permutations behind every p-value; the smallest p-value possible is 1 / "
        "(permutations + 1), doubled as it is two-sided.",
    )
    calibration_bins: int = Field(
        15, ge=2, description="Equal-width confidence bins of the expected calibration error."
    )
    target_accuracy: float = Field(
        0.97,
        gt=0,
        le=1,
        description="Accuracy asked of the answers that nobody reviews. The confidence threshold that "
        "reaches it on the validation part decides how many reports a person must read.",
    )
    more_labels: int = Field(
        300,
        gt=0,
        description="How many more labelled reports the page looks ahead when it says what more labels "
        "would bring (needs runs with several label budgets).",
    )
    costs: CostConfig = Field(
        CostConfig(), description="Prices and workload; your own, as nothing here is measured."
    )


class PageConfig(Section):
    """What report.html shows."""

    show_text: bool = Field(
        False,
        description="Print the text of misclassified test reports in the page. The page then says so on "
        "top and must be kept like the reports themselves.",
    )
    examples: int = Field(
        10,
        ge=1,
        le=200,
        description="With show_text: how many misclassified reports a task to print at most.",
    )

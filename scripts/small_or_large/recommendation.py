"""Which run to use for a task, what it will miss, what people must review, and what would change the choice.

The choice is made on the validation part only: among the candidates (real models, no stand-ins, with all
labels) whose mean macro-F1 lies within the study's margin of the best, the one that costs least a year. The
test part then judges the choice: it gives the figures, and a paired comparison with the runner-up says
whether the choice is decided, of no account (equivalent), or whether the study cannot tell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from small_or_large import intervals, metrics
from small_or_large.comparisons import Model, main_families
from small_or_large.metrics import Family

DECIDED, EQUIVALENT, CANNOT_TELL, ONLY = "decided", "equivalent", "cannot tell", "only candidate"
IN_WORDS = {
    "fitted": "{}",
    "similarity": "{} zero-shot by similarity",
    "cloze": "{} zero-shot by cloze",
    "untrained_head": "{} zero-shot with an untrained head",
    "probe": "probe on {}",
    "finetuned": "finetuned {}",
    "likelihood": "{} asked by label likelihood",
    "choice": "{} asked by constrained choice",
    "free_text": "{} asked in free text",
    "answers": "{}",
    "averaged": "{}",
}


def describe(family: Family, titles: dict[str, str]) -> str:
    """A family in words: the model's title and how it was used."""
    words = IN_WORDS[family.approach].format(titles.get(family.model) or family.model)
    return words if family.labels is None else f"{words}, {family.labels:,} labels"


@dataclass(frozen=True)
class Choice:
    """The family chosen, the runner-up, all candidates ranked by validation, and those within the margin."""

    chosen: Family
    runner_up: Family | None
    ranked: list[Family]
    close: list[Family]

    @property
    def best(self) -> Family:
        """The candidate with the highest validation macro-F1."""
        return self.ranked[0]


def candidates(
    families: list[Family], models: dict[str, Model], validation: dict[Family, float]
) -> tuple[list[Family], list[tuple[Family, str]]]:
    """Families that may be recommended, and those that may not with the reason.

    Stand-ins are never recommended; a family without validation answers cannot be chosen without the test
    part.
    """
    able, left_out = [], []
    for family in main_families(families):
        if models[family.model].stand_in:
            left_out.append((family, "stands in for a model that could not be had"))
        elif family not in validation:
            left_out.append((family, "has no answers on the validation part, where the choice is made"))
        else:
            able.append(family)
    return able, left_out


def choose(
    able: list[Family], validation: dict[Family, float], yearly: dict[Family, float | None], margin: float
) -> Choice:
    """The cheapest of the candidates within `margin` of the best on validation.

    yearly: cost a year, None where unknown, which counts as dearer than any known cost; ties go to the
    better on validation. The runner-up is the best of the others on validation.
    """
    ranked = sorted(able, key=lambda family: (-validation[family], family.order))
    best = ranked[0]
    close = [family for family in ranked if validation[best] - validation[family] <= margin]

    def dearness(family: Family) -> tuple[float, float]:
        cost = yearly.get(family)
        return (np.inf if cost is None else cost, -validation[family])

    chosen = min(close, key=dearness)
    others = [family for family in ranked if family != chosen]
    return Choice(chosen, others[0] if others else None, ranked, close)


def confidence_of(table: pd.DataFrame, classes: list[str]) -> tuple[np.ndarray, np.ndarray] | None:
    """Confidence (the answered class's probability, -1 for an unreadable answer) and whether the answer is
    right.

    None where no row has probabilities.
    """
    scores = table[[f"score_{name}" for name in classes]].to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(scores).all():
        return None
    answer = metrics.codes(table["prediction"], classes, "predictions")
    answered = scores[np.arange(len(table)), answer]
    readable = ~table["status"].isin(["invalid", "error"]).to_numpy() & ~np.isnan(answered)
    right = readable & (table["prediction"] == table["label"]).to_numpy(dtype=bool, na_value=False)
    return np.where(readable, answered, -1.0), right


def threshold(confidence: np.ndarray, right: np.ndarray, target: float) -> float:
    """The lowest confidence from which on the answers reach the target accuracy; inf where none does.

    Selective prediction (Geifman & El-Yaniv 2017): fitted on validation, applied to test. Unreadable answers
    (confidence below 0) are never accepted.
    """
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    accuracy = np.cumsum(right) / np.arange(1, len(right) + 1)
    last_of_ties = np.append(confidence[1:] != confidence[:-1], True)
    able = np.flatnonzero((accuracy >= target) & last_of_ties & (confidence >= 0))
    return float(confidence[able[-1]]) if len(able) else float("inf")


def review(
    runs: dict[int, pd.DataFrame],
    classes: list[str],
    target: float,
    draws: int,
    confidence: float,
    seed: int,
    task: str,
) -> dict | None:
    """How many reports a person must read so that the others reach the target accuracy.

    runs: seed -> predictions of one family. The threshold of each seed comes from its validation rows.
    Returns the thresholds by seed; per 1,000 test reports those to review and the errors left among the
    rest; and the accuracy of the rest: each with an interval over patients and seeds. None where the run
    gives no probabilities or was not run on validation.
    """
    thresholds, sums = {}, []
    for k, table in runs.items():
        parts = {part: table[table["part"] == part] for part in metrics.PARTS}
        if parts["validation"].empty:
            return None
        fitted = confidence_of(parts["validation"], classes)
        judged = confidence_of(parts["test"], classes)
        if fitted is None or judged is None:
            return None
        thresholds[k] = threshold(*fitted, target)
        accepted = judged[0] >= thresholds[k]
        owner, patients = pd.factorize(parts["test"]["patient_id"], sort=True)
        columns = [np.ones(len(owner)), accepted, accepted & judged[1]]
        sums.append(
            np.stack([np.bincount(owner, column, len(patients)) for column in columns], axis=1).astype(
                np.float32
            )
        )
    weights = intervals.patient_weights(
        len(patients), draws, intervals.generator(seed, task, "test", "patients")
    )
    of_seed = intervals.seed_weights(len(sums), draws, intervals.generator(seed, task, "review"))

    def statistics(totals: np.ndarray) -> np.ndarray:
        reports, accepted, right = np.moveaxis(totals.astype(float), -1, 0)
        reviewed = 1000 * (1 - accepted / reports)
        left = 1000 * (accepted - right) / reports
        return np.stack([reviewed, left, metrics.ratio(right, accepted, np.nan)], axis=-1)

    stacked = np.stack(sums)
    values = statistics(stacked.sum(axis=1)).mean(axis=0)
    drawn = intervals.over_seeds(statistics(weights @ stacked), of_seed)
    low, high = intervals.percentile(drawn, confidence)
    names = ("reviewed_per_1000", "wrong_left_per_1000", "accuracy_of_rest")
    return {
        "target_accuracy": target,
        "thresholds": {str(k): None if np.isinf(value) else value for k, value in thresholds.items()},
        **{name: figure(values[i], low[i], high[i]) for i, name in enumerate(names)},
    }


def figure(value: float, low: float | None = None, high: float | None = None) -> dict:
    """A figure with its interval, NaN as None (JSON has none)."""
    plain = [None if x is None or np.isnan(x) else float(x) for x in (value, low, high)]
    return dict(zip(("value", "low", "high"), plain, strict=True))


def label_curve(
    families: dict[int, list[metrics.Sums]],
    more: int,
    draws: int,
    confidence: float,
    seed: int,
    task: str,
) -> dict | None:
    """What `more` labels beyond the largest budget would bring, from runs of one model with several budgets.

    families: number of training reports -> sums by patient on the test part, one a seed. The error 1 -
    macro-F1 is taken to fall as a power of the number of labels (inverse power law, Figueroa et al. 2012,
    BMC Med Inform Decis Mak 12:8), fitted by least squares on the logarithms of the three largest budgets at
    most. Returns labels (the largest budget), more, gain and macro_f1 (extrapolated), with intervals over
    patients and seeds. None with fewer than two budgets.
    """
    sizes = sorted(families)[-3:]
    if len(sizes) < 2:
        return None
    patients = len(families[sizes[0]][0].patients)
    weights = intervals.patient_weights(patients, draws, intervals.generator(seed, task, "test", "patients"))
    values, drawn = [], []
    for size in sizes:
        by_seed = [
            [metrics.measure_macro_f1(sums, w) for w in (np.ones((1, patients), np.float32), weights)]
            for sums in families[size]
        ]
        of_seed = intervals.seed_weights(
            len(by_seed), draws, intervals.generator(seed, task, f"labels {size}")
        )
        values.append(np.mean([value for value, _ in by_seed], axis=0))
        drawn.append(intervals.over_seeds(np.stack([draw for _, draw in by_seed]), of_seed))

    x = np.log(sizes)
    centred = x - x.mean()

    def extrapolate(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """scores (budgets, D): gain and macro-F1 with `more` labels, each (D,)."""
        y = np.log(np.clip(1 - scores, 1e-3, None))
        slope = centred @ y / (centred @ centred)
        shrink = ((sizes[-1] + more) / sizes[-1]) ** slope
        error = 1 - scores[-1]
        return error * (1 - shrink), 1 - error * shrink

    gain, reached = extrapolate(np.stack(values))
    gains, reaches = extrapolate(np.stack(drawn))
    return {
        "labels": int(sizes[-1]),
        "more": more,
        "budgets": [int(size) for size in sizes],
        "gain": figure(gain[0], *intervals.percentile(gains, confidence)),
        "macro_f1": figure(reached[0], *intervals.percentile(reaches, confidence)),
    }


def certainty(verdict: str | None) -> str:
    """From the verdict on chosen (a) against runner-up (b): decided, equivalent, or cannot tell.

    `b`, a runner-up that is better on test than the choice made on validation, is also `cannot tell`: the
    two parts contradict each other, and choosing by the test part would make its figures too good.
    Without a runner-up (None) there was nothing to decide.
    """
    return {"a": DECIDED, "equivalent": EQUIVALENT, None: ONLY}.get(verdict, CANNOT_TELL)


def amount(value: float) -> str:
    """An amount of money for a sentence: two significant digits, `< 0.01` below a hundredth."""
    if 0 < value < 0.01:
        return "< 0.01"
    digits = 0 if value == 0 else max(1 - int(np.floor(np.log10(abs(value)))), 0)
    return f"{value:,.{digits}f}"


def sentence(entry: dict, currency: str) -> str:
    """The answer for a task in plain words, from its entry in recommendation.json."""
    if entry["run"] is None:
        return f"Cannot tell: {entry['how']}"
    name = entry["description"]
    rival = entry["runner_up"]["description"] if entry["runner_up"] else None
    cost = entry["cost"]["per_1000_reports"]
    how_much = ""
    if cost is not None:
        price = amount(cost).replace("< ", "less than ")
        how_much = f" Its computing costs {price} {currency} per 1,000 reports."
    wrong = entry["wrong_per_1000"]
    misses = (
        f"it gets about {wrong['value']:.0f} in a thousand reports wrong "
        f"({wrong['low']:.0f} to {wrong['high']:.0f})"
    )
    match entry["certainty"]:
        case "only candidate":
            start = f"Use {name}: {misses}."
        case "decided":
            start = f"Use {name}: {misses}, and it beats the runner-up ({rival})."
        case "equivalent":
            start = f"Use {name}: {misses}. {rival} would do as well."
        case _:
            start = f"Cannot tell {name} from {rival}. Going by validation, use the first: {misses}."
    review_ = entry["review"]
    if review_ is None:
        people = " It gives no confidence, so nothing says which of its answers to review."
    elif review_["reviewed_per_1000"]["value"] >= 999.5:
        people = f" No confidence threshold reaches {review_['target_accuracy']:.0%} accuracy: review all."
    else:
        reviewed, left = review_["reviewed_per_1000"]["value"], review_["wrong_left_per_1000"]["value"]
        people = (
            f" If a person reviews the {reviewed:.0f} it is least sure of, about {left:.0f} errors in a "
            "thousand are left."
        )
    labels = ""
    if (curve := entry["more_labels"]) is not None:
        gain = curve["gain"]
        if gain["low"] is not None and gain["low"] > 0:
            labels = (
                f" With {curve['more']:,} more labels expect {gain['value']:+.3f} macro-F1 "
                f"({gain['low']:+.3f} to {gain['high']:+.3f})."
            )
        else:
            labels = f" Whether {curve['more']:,} more labels would help, it cannot tell."
    return start + people + how_much + labels

"""Comparisons of two families of runs on the same reports, and the questions that a study asks of them.

The statistic is the difference in macro-F1 on the test part, each side the mean over its seeds. Both sides
read the same reports of the same patients, so everything is paired:

- p-value: a permutation test that swaps the answers of the two sides for all reports of a patient at once
  (paired permutation, `scipy.stats.permutation_test` with permutation_type "samples"; Yeh 2000, COLING, for
  F-scores; clusters as in Field & Welsh 2007). The same swap is made in every pair of seeds.
- interval: percentile bootstrap over patients and seeds (`small_or_large.intervals`), the same patients on
  both sides.
- Holm's correction (1979) over all comparisons of one question, tasks together (`statsmodels`).

A verdict for a side needs p_adjusted below alpha and an interval without 0. `equivalent` needs the whole
interval inside plus or minus the margin (Lakens 2017, equivalence testing); it takes precedence, since the
margin is what the study declared to be of no account. All else is `undecided`: a large p never means equal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from small_or_large import intervals, metrics, tables
from small_or_large.errors import StudyError
from small_or_large.metrics import Family, Sums
from small_or_large.schema.models import ModelConfig
from small_or_large.schema.runs import TRAINED

COLUMNS = list(tables.COMPARISONS.columns)
# Types that also an empty table must have, in memory and as read from a file.
TYPES = {name: "str" for name in ("question", "task", "a", "b", "metric", "verdict")} | {
    name: float for name in ("difference", "low", "high", "p", "p_adjusted", "margin")
}
QUESTIONS = {
    "finetune_or_zero_shot": "Does a small model beat itself zero-shot once it is finetuned?",
    "adjacent_or_generic": "Does an encoder pretrained on neighbouring text beat a generic one (finetuned)?",
    "pretrain_further": "Does further pretraining on the registry's own reports help (finetuned)?",
    "small_or_large": "Does the best finetuned small model beat a large one?",
    "baseline": "Does the best finetuned small model beat TF-IDF with a linear classifier?",
    "ensemble": "Do models whose probabilities are averaged beat the best of them?",
}
ZERO_SHOT = ("similarity", "cloze", "untrained_head")
FINETUNED = "finetuned"
BATCH = 2000


@dataclass(frozen=True)
class Model:
    """What the questions need to know of a model: the labels of the study's `models` entry."""

    kind: str
    family: str = ""
    pretraining: str = "generic"
    base: str | None = None
    stand_in: bool = False
    members: Sequence[str] = ()


def models_of(models: Mapping[str, ModelConfig]) -> dict[str, Model]:
    """The labels of a study's models: name -> Model."""
    keys = Model.__dataclass_fields__
    return {name: Model(**{key: getattr(model, key) for key in keys}) for name, model in models.items()}


@dataclass(frozen=True)
class Difference:
    """Difference in macro-F1 (a minus b) with its percentile interval and two-sided permutation p-value."""

    difference: float
    low: float
    high: float
    p: float


def side(runs: list[pd.DataFrame], classes: list[str], names: list[str]) -> list[Sums]:
    """The test rows of a family's runs as sums by patient, one entry a seed."""
    parts = [run[run["part"] == "test"] for run in runs]
    return [metrics.by_patient(part, classes, name=name) for part, name in zip(parts, names, strict=True)]


def check_paired(tables: dict[str, pd.DataFrame]) -> None:
    """StudyError unless all runs of a task have the same test reports with the same labels and patients."""
    first_name, first = None, None
    for name, table in tables.items():
        rows = table.loc[table["part"] == "test", ["report_id", "patient_id", "label"]]
        rows = rows.sort_values("report_id").reset_index(drop=True)
        if first is None:
            first_name, first = name, rows
        elif not rows.equals(first):
            ids = set(rows["report_id"]) ^ set(first["report_id"])
            why = (
                f"{len(ids)} reports are in one and not in the other, such as {min(ids)}"
                if ids
                else "the same reports have other labels or patients"
            )
            raise StudyError(
                f"{name} and {first_name} cannot be compared: {why}. Every run must answer all test "
                "reports of the task's split; make the predictions of the older one again"
            )


def compare(
    a: list[Sums], b: list[Sums], draws: int, permutations: int, confidence: float, seed: int, *names: str
) -> Difference:
    """Compare two families on the same patients.

    a, b: sums by patient of each seed (`side`). `names` (task and sides) and `seed` fix the random draws; the
    patients drawn depend on the task (the first name) only.
    """
    patients = a[0].patients
    counts_a, counts_b = (
        np.stack([np.hstack([s.hits, s.actual, s.answered]) for s in runs]) for runs in (a, b)
    )
    of_patient = intervals.patient_weights(
        len(patients), draws, intervals.generator(seed, names[0], "test", "patients")
    )
    rng = intervals.generator(seed, *names)
    drawn = [
        intervals.over_seeds(_macro_f1(of_patient @ counts), intervals.seed_weights(len(counts), draws, rng))
        for counts in (counts_a, counts_b)
    ]
    value = _macro_f1(counts_a.sum(axis=1)).mean() - _macro_f1(counts_b.sum(axis=1)).mean()
    low, high = intervals.percentile(drawn[0] - drawn[1], confidence)
    p = permutation_p(counts_a, counts_b, permutations, rng)
    return Difference(float(value), float(low), float(high), p)


def _macro_f1(counts: np.ndarray) -> np.ndarray:
    """Macro-F1 from hits, actual and answered side by side on the last axis."""
    hits, actual, answered = np.split(counts.astype(float), 3, axis=-1)
    return metrics.macro_f1(hits, actual, answered)


def permutation_p(a: np.ndarray, b: np.ndarray, permutations: int, rng: np.random.Generator) -> float:
    """Two-sided p-value of the difference in mean macro-F1 when patients swap sides at random.

    a, b: counts (seeds, patients, 3K). A swap exchanges all reports of a patient in every pair of a seed of
    a with a seed of b. scipy permutes positions: x holds 0..P-1 for patients that keep their side, P..2P-1
    for swapped ones. Exact where 2**P permutations are no more than asked for.
    """
    from scipy.stats import permutation_test

    patients = a.shape[1]
    total_a, total_b = a.sum(axis=1), b.sum(axis=1)

    def statistic(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        swapped = np.atleast_2d(np.moveaxis(np.asarray(x), axis, -1) >= patients).astype(np.float32)
        moved_a, moved_b = swapped @ a, swapped @ b
        difference = 0.0
        for i in range(len(a)):
            for j in range(len(b)):
                moved = moved_b[j] - moved_a[i]
                difference = difference + _macro_f1(total_a[i] + moved) - _macro_f1(total_b[j] - moved)
        difference = difference / (len(a) * len(b))
        return difference if np.ndim(x) > 1 else difference[0]

    here = np.arange(patients)
    result = permutation_test(
        (here, here + patients),
        statistic,
        permutation_type="samples",
        vectorized=True,
        n_resamples=permutations,
        batch=BATCH,
        rng=rng,
    )
    return float(result.pvalue)


def verdict(difference: Difference, p_adjusted: float, margin: float, alpha: float) -> str:
    """`a`, `b`, `equivalent` or `undecided`; the module's docstring says when."""
    if -margin < difference.low and difference.high < margin:
        return "equivalent"
    if p_adjusted < alpha and difference.low > 0:
        return "a"
    if p_adjusted < alpha and difference.high < 0:
        return "b"
    return "undecided"


def holm(p: list[float]) -> np.ndarray:
    """Holm's step-down adjusted p-values of one declared family of comparisons."""
    from statsmodels.stats.multitest import multipletests

    return multipletests(p, method="holm")[1] if len(p) else np.array([])


def main_families(families: list[Family]) -> list[Family]:
    """The family with the largest label budget (None: all labels) of each model and approach: what is
    compared.
    """
    best: dict[tuple, Family] = {}
    for family in families:
        key = family.model, family.approach
        size = np.inf if family.labels is None else family.labels
        if key not in best or size > (np.inf if best[key].labels is None else best[key].labels):
            best[key] = family
    return sorted(best.values(), key=lambda family: family.order)


def at_same_budget(a: Family, b: Family, families: list[Family]) -> tuple[Family, Family]:
    """Two models that learn from labels, at the largest label budget at which both were run (None: all labels); as
    they are where they share none.

    families: all of the task.
    """
    budgets = [
        {
            other.labels: other
            for other in families
            if (other.model, other.approach) == (one.model, one.approach)
        }
        for one in (a, b)
    ]
    shared = budgets[0].keys() & budgets[1].keys()
    if not shared:
        return a, b
    largest = None if None in shared else max(shared)
    return budgets[0][largest], budgets[1][largest]


def best_on_validation(families: list[Family], validation: dict[Family, float]) -> list[Family]:
    """The one family with the highest validation macro-F1; all of them where none was run on validation."""
    scored = [family for family in families if family in validation]
    return [max(scored, key=lambda family: validation[family])] if scored else list(families)


def best_small(
    families: list[Family], models: dict[str, Model], validation: dict[Family, float]
) -> Family | None:
    """The finetuned encoder, stand-ins left out, that is best on validation; None where there is none."""
    small = [
        family
        for family in families
        if family.approach == FINETUNED
        and models[family.model].kind == "encoder"
        and not models[family.model].stand_in
        and family in validation
    ]
    return best_on_validation(small, validation)[0] if small else None


def pairs(
    families: list[Family], models: dict[str, Model], validation: dict[Family, float]
) -> list[tuple[str, Family, Family]]:
    """The comparisons of one task: (question, a, b).

    families: all of the task. validation: mean macro-F1 over seeds on the validation part, which alone makes
    every choice here (best zero-shot approach, best small model, best way to ask an LLM, best member of an ensemble),
    so that the test part only judges. An adjacent encoder is compared with the generic ones of its family, or with
    all where it has none. Two models that both learn from labels meet at the same label budget where they share one.
    """
    everything, families = families, main_families(families)
    by_model: dict[str, list[Family]] = {}
    for family in families:
        by_model.setdefault(family.model, []).append(family)
    finetuned = {
        family.model: family
        for family in families
        if family.approach == FINETUNED and models[family.model].kind == "encoder"
    }
    out = []
    for model, family in finetuned.items():
        zero_shot = [other for other in by_model[model] if other.approach in ZERO_SHOT]
        out += [
            ("finetune_or_zero_shot", family, other) for other in best_on_validation(zero_shot, validation)
        ]
    generic = [model for model in finetuned if models[model].pretraining == "generic"]
    for model, family in finetuned.items():
        if models[model].pretraining == "adjacent":
            kin = [
                g for g in generic if models[g].family and models[g].family == models[model].family
            ] or generic
            out += [
                ("adjacent_or_generic", *at_same_budget(family, finetuned[other], everything))
                for other in kin
            ]
    for model, family in finetuned.items():
        base = models[model].base
        if models[model].pretraining == "domain" and base in finetuned:
            out.append(("pretrain_further", *at_same_budget(family, finetuned[base], everything)))
    small = best_small(families, models, validation)
    if small is not None:
        for model, candidates in by_model.items():
            if models[model].kind in ("decoder", "external"):
                out += [
                    ("small_or_large", small, other) for other in best_on_validation(candidates, validation)
                ]
        for model, candidates in by_model.items():
            if models[model].kind == "baseline":
                best = best_on_validation(candidates, validation)
                out += [("baseline", *at_same_budget(small, other, everything)) for other in best]
    for family in families:
        alone = members_of(family, models[family.model], everything)
        out += [("ensemble", family, other) for other in best_on_validation(alone, validation)]
    return out


def members_of(ensemble: Family, model: Model, families: list[Family]) -> list[Family]:
    """The families that an ensemble averages: of those that learn from labels, at its own label budget.

    families: all of the task.
    """
    return [
        family
        for family in families
        if f"{family.model}.{family.approach}" in model.members
        and family.labels == (ensemble.labels if family.approach in TRAINED else None)
    ]


def table(
    questions: list[tuple[str, str, Family, Family]],
    compare_pair: Callable[[str, Family, Family], Difference],
    margin: float,
    alpha: float,
) -> pd.DataFrame:
    """comparisons.csv: question, task, a and b of every comparison, each measured by `compare_pair(task, a,
    b)`.

    Holm's family is one question over all its tasks.
    """
    rows = []
    for question in QUESTIONS:
        asked = [(task, a, b) for name, task, a, b in questions if name == question]
        found = [compare_pair(*pair) for pair in asked]
        adjusted = holm([difference.p for difference in found])
        for (task, a, b), difference, p_adjusted in zip(asked, found, adjusted, strict=True):
            decided = verdict(difference, p_adjusted, margin, alpha)
            rows.append(
                (
                    question,
                    task,
                    a.name,
                    b.name,
                    "macro_f1",
                    difference.difference,
                    difference.low,
                    difference.high,
                    difference.p,
                    p_adjusted,
                    margin,
                    decided,
                )
            )
    out = pd.DataFrame(rows, columns=COLUMNS)
    return out.astype(TYPES)


def read(path: str | Path) -> pd.DataFrame:
    """Read comparisons.csv, checked against its contract."""
    if not Path(path).is_file():
        raise StudyError(f"{path}: not there; make it with scripts/compare.py")
    return tables.checked(pd.read_csv(path, dtype=TYPES), tables.COMPARISONS, str(path))

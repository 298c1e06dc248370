"""What a run's answers are worth: macro-F1 and its companions, computed from sums by patient.

Every statistic here but one is a function of sums over reports (hits, reports and answers by class; sums of
losses; calibration bins), and the area under the ROC curve is a quadratic form in them. So a run is first
reduced to one row of sums a patient (`by_patient`), and `measure` then evaluates all statistics under any
weighting of patients: once with weight one for the value, and with thousands of weightings for the bootstrap
(`small_or_large.intervals`).

Macro-F1 is over the task's declared classes, whether or not they occur. An answer that could not be read
(`invalid`) or was not given (`error`) is wrong for every class: it takes recall from the true class and
precision from none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from small_or_large import intervals, predictions, tables
from small_or_large.errors import StudyError

COLUMNS = list(tables.METRICS.columns)
PARTS = ("validation", "test")
ALL = "all"
RUN = re.compile(r"(?P<model>[^.]+)\.(?P<approach>[a-z_]+)(?:\.n(?P<labels>\d+))?\.seed(?P<seed>\d+)")

OVERALL = ("macro_f1", "accuracy", "weighted_f1", "balanced_accuracy")
PROBABILISTIC = ("log_loss", "brier", "ece", "auroc")
SHARES = ("invalid", "error", "truncated")
BY_CLASS = ("precision", "recall", "f1", "support")
COUNTS = ("reports", "patients", "seeds")


@dataclass(frozen=True)
class Family:
    """Runs that differ in nothing but the seed; labels is the label budget, None for all labels."""

    model: str
    approach: str
    labels: int | None = None

    @classmethod
    def parse(cls, name: str) -> "Family":
        """The family of that name, as written by `name`."""
        return split_run(f"{name}.seed0")[0]

    @property
    def name(self) -> str:
        """`model.approach[.n<labels>]`, as in comparisons.csv."""
        return f"{self.model}.{self.approach}" + ("" if self.labels is None else f".n{self.labels}")

    @property
    def order(self) -> tuple:
        """What families are sorted by."""
        return self.model, self.approach, self.labels or 0


def split_run(run: str) -> tuple[Family, int]:
    """Family and seed of a run's name `model.approach[.n<labels>].seed<k>`; StudyError for any other name."""
    found = RUN.fullmatch(run)
    if found is None:
        raise StudyError(
            f"predictions of run '{run}': the file must be named "
            "<model>.<approach>[.n<labels>].seed<k>.parquet"
        )
    labels = found["labels"]
    budget = None if labels is None else int(labels)
    return Family(found["model"], found["approach"], budget), int(found["seed"])


@dataclass(frozen=True)
class Sums:
    """Sums over the reports of each patient, for one run and one part; P patients, K classes, N reports.

    patients: (P,) sorted ids. reports: (P,). hits, actual, answered: (P, K), reports of class k answered as
    k, of class k, answered as k. shares: (P, 3), reports that were invalid, error, truncated. scored: (P,)
    reports with class probabilities, or None where the run gives none; then losses: (P, 2) sums of log loss
    and Brier score, bins: (P, 3, B) sums of confidence, of hits and of reports by confidence bin, and for
    the ROC curve owner: (N,) the patient's index of each scored report, truth: (N,) its class, scores: (N,
    K).
    """

    patients: np.ndarray
    reports: np.ndarray
    hits: np.ndarray
    actual: np.ndarray
    answered: np.ndarray
    shares: np.ndarray
    scored: np.ndarray | None = None
    losses: np.ndarray | None = None
    bins: np.ndarray | None = None
    owner: np.ndarray | None = None
    truth: np.ndarray | None = None
    scores: np.ndarray | None = None


def codes(values: pd.Series, classes: list[str], what: str) -> np.ndarray:
    """Positions of values among classes, -1 for null; StudyError that names a value which is not declared."""
    position = pd.Index(classes).get_indexer(values)
    strange = values[(position < 0) & values.notna().to_numpy()]
    if len(strange):
        raise StudyError(
            f"{what}: '{strange.iloc[0]}' is not among the task's declared classes ({', '.join(classes)}); "
            "declare it in the study, or make the predictions again"
        )
    return position


def by_patient(table: pd.DataFrame, classes: list[str], bins: int = 15, name: str = "predictions") -> Sums:
    """Reduce one part of a predictions table to sums by patient.

    table: columns of the predictions contract (report_id, patient_id, label, prediction, status,
    score_<class>). Rows that are invalid or error count as wrong for every class, whatever their prediction
    says. `name` is used in errors: StudyError for labels or predictions outside the declared classes, an
    unlabelled row, an unknown status.
    """
    classes = list(classes)
    size = len(classes)
    truth = codes(table["label"], classes, f"{name}, column label")
    if (truth < 0).any():
        raise StudyError(f"{name}: a report without label in a part that is scored")
    answer = codes(table["prediction"], classes, f"{name}, column prediction")
    status = table["status"].to_numpy()
    if strange := set(status) - set(tables.STATUSES):
        raise StudyError(f"{name}, column status: '{min(strange)}' is none of {', '.join(tables.STATUSES)}")
    readable = ~np.isin(status, ["invalid", "error"])
    if (readable & (answer < 0)).any():
        raise StudyError(
            f"{name}: a report without prediction whose status is ok or truncated; it must be invalid or "
            "error"
        )
    answer = np.where(readable, answer, -1)
    owner, patients = pd.factorize(table["patient_id"], sort=True)

    total = _grouper(owner, len(patients))
    identity = np.eye(size, dtype=np.float32)
    actual = identity[truth]
    answered = np.vstack([identity, np.zeros(size, np.float32)])[answer]
    sums = {
        "patients": np.asarray(patients),
        "reports": total(np.ones((len(table), 1)))[:, 0],
        "hits": total(actual * answered),
        "actual": total(actual),
        "answered": total(answered),
        "shares": total(np.stack([status == share for share in SHARES], axis=1)),
    }
    columns = [f"score_{name_}" for name_ in classes]
    if set(columns) <= set(table.columns):
        scores = table[columns].to_numpy(dtype=float, na_value=np.nan)
        has = ~np.isnan(scores).any(axis=1)
        if has.any():
            sums |= _probabilistic(scores[has], truth[has], owner[has], len(patients), bins)
    return Sums(**sums)


def _probabilistic(
    scores: np.ndarray, truth: np.ndarray, owner: np.ndarray, patients: int, bins: int
) -> dict:
    """The part of Sums that needs class probabilities; see Sums for shapes."""
    rows = np.arange(len(truth))
    eps = np.finfo(float).eps
    loss = -np.log(np.clip(scores[rows, truth], eps, 1))
    brier = ((scores - np.eye(scores.shape[1])[truth]) ** 2).sum(axis=1)
    confidence = scores.max(axis=1)
    hit = scores.argmax(axis=1) == truth
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    binned = np.zeros((len(truth), 3, bins), np.float32)
    binned[rows, :, which] = np.stack([confidence, hit, np.ones(len(truth))], axis=1)
    total = _grouper(owner, patients)
    return {
        "scored": np.bincount(owner, minlength=patients).astype(np.float32),
        "losses": total(np.stack([loss, brier], axis=1)),
        "bins": total(binned.reshape(len(truth), -1)).reshape(patients, 3, bins),
        "owner": owner,
        "truth": truth,
        "scores": scores,
    }


def _grouper(owner: np.ndarray, patients: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function that sums the rows (reports) of a matrix over their patients: (N, M) to (P, M)."""
    ones = np.ones(len(owner), np.float32)
    indicator = csr_array((ones, (owner, np.arange(len(owner)))), shape=(patients, len(owner)))
    return lambda values: indicator @ values.astype(np.float32)


def ratio(above: np.ndarray, below: np.ndarray, empty: float = 0.0) -> np.ndarray:
    """above / below, and `empty` where below is 0."""
    below = np.asarray(below, dtype=float)
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, empty), where=below != 0)


def f1_by_class(hits: np.ndarray, actual: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """F1 of each class (last axis) from counts; 0 where the class neither occurs nor is answered."""
    return ratio(2 * hits, actual + answered)


def macro_f1(hits: np.ndarray, actual: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Mean F1 over all declared classes (last axis) from counts of any leading shape."""
    return f1_by_class(hits, actual, answered).mean(axis=-1)


def measure(sums: Sums, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every statistic of a run under weightings of its patients.

    weights: (D, P). Returns metric -> (D,) or, for precision, recall, f1 and support, (D, K). NaN where a
    statistic is undefined (no report drawn, no scored report, no class with both positives and negatives).
    """
    classes = sums.hits.shape[1]
    stacked = np.hstack([sums.hits, sums.actual, sums.answered, sums.shares, sums.reports[:, None]])
    totals = (weights @ stacked).astype(float)
    hits, actual, answered = (totals[:, k * classes : (k + 1) * classes] for k in range(3))
    reports = totals[:, -1]
    f1 = f1_by_class(hits, actual, answered)
    recall = ratio(hits, actual)
    occurs = actual > 0
    out = {
        "macro_f1": f1.mean(axis=1),
        "accuracy": ratio(hits.sum(axis=1), reports, np.nan),
        "weighted_f1": ratio((f1 * actual).sum(axis=1), reports, np.nan),
        "balanced_accuracy": ratio((recall * occurs).sum(axis=1), occurs.sum(axis=1), np.nan),
        "precision": ratio(hits, answered),
        "recall": recall,
        "f1": f1,
        "support": actual,
    }
    for position, share in enumerate(SHARES):
        out[share] = ratio(totals[:, 3 * classes + position], reports, np.nan)
    if sums.scored is not None:
        scored = (weights @ sums.scored).astype(float)
        losses = (weights @ sums.losses).astype(float)
        out["log_loss"] = ratio(losses[:, 0], scored, np.nan)
        out["brier"] = ratio(losses[:, 1], scored, np.nan)
        binned = (weights @ sums.bins.reshape(len(sums.patients), -1)).reshape(len(weights), 3, -1)
        gap = np.abs(binned[:, 0] - binned[:, 1]).sum(axis=1).astype(float)
        out["ece"] = ratio(gap, scored, np.nan)
        out["auroc"] = auroc(sums, weights)
    return out


def auroc(sums: Sums, weights: np.ndarray) -> np.ndarray:
    """Macro one-against-rest area under the ROC curve for each weighting: (D,).

    The area is the share of pairs (report of the class, report of another) that the class's score puts in
    order, ties half (Hanley & McNeil 1982). For each report of the class, `below` holds for every patient
    how many reports of other classes score lower, so all weightings need one matrix product. The mean is
    over the classes that have positives and negatives under the weighting.
    """
    patients, classes = len(sums.patients), sums.scores.shape[1]
    area = np.full((len(weights), classes), np.nan)
    of_report = weights[:, sums.owner]
    total = of_report.sum(axis=1, dtype=float)
    for k in range(classes):
        positive = sums.truth == k
        if not positive.any() or positive.all():
            continue
        here, there = sums.scores[positive, k], sums.scores[~positive, k]
        order = (there[:, None] < here[None, :]) + 0.5 * (there[:, None] == here[None, :])
        below = _grouper(sums.owner[~positive], patients)(order)
        drawn = of_report[:, positive]
        pairs = drawn.sum(axis=1, dtype=float)
        pairs *= total - pairs
        area[:, k] = ratio(((weights @ below) * drawn).sum(axis=1, dtype=float), pairs, np.nan)
    defined = ~np.isnan(area)
    return ratio(np.where(defined, area, 0).sum(axis=1), defined.sum(axis=1), np.nan)


def confusion(table: pd.DataFrame, classes: list[str], name: str = "predictions") -> np.ndarray:
    """Counts (K, K + 1): true class by answered class, the last column answers that were unreadable or
    missing.
    """
    truth = codes(table["label"], list(classes), f"{name}, column label")
    answer = codes(table["prediction"], list(classes), f"{name}, column prediction")
    answer = np.where(table["status"].isin(["invalid", "error"]), -1, answer)
    out = np.zeros((len(classes), len(classes) + 1), dtype=int)
    np.add.at(out, (truth, answer), 1)
    return out


def families(runs) -> dict[Family, list[int]]:
    """Group run names into families: family -> sorted seeds."""
    out: dict[Family, list[int]] = {}
    for run in runs:
        family, seed = split_run(run)
        out.setdefault(family, []).append(seed)
    return {family: sorted(out[family]) for family in sorted(out, key=lambda family: family.order)}


def table(
    task: str,
    classes: list[str],
    runs: dict[str, pd.DataFrame],
    draws: int,
    confidence: float,
    bins: int,
    seed: int,
) -> pd.DataFrame:
    """metrics.csv of one task.

    runs: run name -> predictions table. One row a run, part, metric (and class), with an interval over
    patients, and for each family of runs a row with seed `all`: the mean over its seeds, with an interval
    over patients and seeds. Shares and counts (support, reports, patients, seeds) are rows like any other;
    counts have no interval.
    """
    weights: dict[tuple, np.ndarray] = {}
    rows = []
    for part in PARTS:
        for family, seeds in families(runs).items():
            measured = []
            for k in seeds:
                run = f"{family.name}.seed{k}"
                rows_of_part = runs[run][runs[run]["part"] == part]
                if rows_of_part.empty:
                    continue
                sums = by_patient(rows_of_part, classes, bins, f"predictions/{task}/{run}.parquet")
                key = tuple(sums.patients)
                if key not in weights:
                    weights[key] = intervals.patient_weights(
                        len(key), draws, intervals.generator(seed, task, part, "patients")
                    )
                value = measure(sums, np.ones((1, len(key)), np.float32))
                drawn = measure(sums, weights[key])
                measured.append((value, drawn))
                head = (task, family.model, family.approach, family.labels, str(k), part)
                rows += _rows(head, classes, value, drawn, confidence)
                rows.append((*head, "reports", None, sums.reports.sum(), np.nan, np.nan))
                rows.append((*head, "patients", None, len(key), np.nan, np.nan))
            if not measured:
                continue
            head = (task, family.model, family.approach, family.labels, ALL, part)
            rng = intervals.generator(seed, task, part, family.name, "seeds")
            of_seed = intervals.seed_weights(len(measured), draws, rng)
            shared = [metric for metric in measured[0][0] if all(metric in value for value, _ in measured)]
            value = {metric: np.mean([value[metric] for value, _ in measured], axis=0) for metric in shared}
            drawn = {
                metric: intervals.over_seeds(np.stack([drawn[metric] for _, drawn in measured]), of_seed)
                for metric in shared
            }
            rows += _rows(head, classes, value, drawn, confidence)
            counts = [sums.reports.sum(), len(key), len(measured)]
            rows += [(*head, m, None, c, np.nan, np.nan) for m, c in zip(COUNTS, counts, strict=True)]
    out = pd.DataFrame(rows, columns=COLUMNS)
    return out.astype({"labels": "Int64", "value": float, "low": float, "high": float})


def _rows(head: tuple, classes: list[str], value: dict, drawn: dict, confidence: float) -> list[tuple]:
    """Rows of metrics.csv for one run or family and part."""
    rows = []
    for metric, values in value.items():
        if metric == "support":
            low = high = np.full(len(classes), np.nan)
        else:
            low, high = intervals.percentile(drawn[metric], confidence)
        if metric in BY_CLASS:
            rows += [(*head, metric, name, values[0, k], low[k], high[k]) for k, name in enumerate(classes)]
        else:
            rows.append((*head, metric, None, values[0], float(low), float(high)))
    return rows


def read_runs(directory: str | Path, names: list[str], classes: list[str]) -> dict[str, pd.DataFrame]:
    """The predictions tables of a task's runs: run name -> table, each checked against its contract.

    directory: predictions/<task>. StudyError where a run's file is missing.
    """
    out = {}
    for name in names:
        path = Path(directory) / f"{name}.parquet"
        if not path.is_file():
            raise StudyError(
                f"{path}: no predictions of this run; make them, or take the run out of the study"
            )
        out[name] = predictions.read(path, classes)
    return out


def read(path: str | Path) -> pd.DataFrame:
    """Read metrics.csv with its types: labels Int64, seed text; class null where a row has none."""
    if not Path(path).is_file():
        raise StudyError(f"{path}: not there; make it with scripts/evaluate.py")
    types = {"labels": "Int64", "seed": "str", "class": "str"}
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    return tables.checked(frame, tables.METRICS, str(path))


def values(measured: pd.DataFrame, task: str, part: str, metric: str) -> dict[Family, float]:
    """A metric of each family (mean over seeds) on one part of one task, from metrics.csv."""
    rows = measured[
        (measured["task"] == task)
        & (measured["part"] == part)
        & (measured["metric"] == metric)
        & (measured["seed"] == ALL)
    ]
    return {
        Family(row.model, row.approach, None if pd.isna(row.labels) else int(row.labels)): float(row.value)
        for row in rows.itertuples()
    }


def measure_macro_f1(sums: Sums, weights: np.ndarray) -> np.ndarray:
    """Macro-F1 alone under weightings of patients (D, P): (D,)."""
    counts = [(weights @ part).astype(float) for part in (sums.hits, sums.actual, sums.answered)]
    return macro_f1(*counts)

"""Splits: which reports of a task are for training, validation and test, and label budgets within the train part.

No patient and no group of near-duplicate reports is on two sides of a split: reports that share either are one
group, and groups are dealt out whole.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from small_or_large.errors import StudyError
from small_or_large.tables import PARTS


def training_subset(rows: pd.DataFrame, n: int | None, seed: int) -> pd.DataFrame:
    """The first n training reports of a random order that is stratified by class, or all of them (n: None).

    rows: report_id, patient_id, part, label of a task's split (other columns are kept); rows of other parts are left
    out. For one seed a smaller budget lies within every larger one: the order does not depend on n. It begins with
    one report of each class, then a second one of each class that has it, and goes on in proportion to the classes'
    frequency. Comes out sorted by report_id, so the order of the rows that come in does not matter.
    Raises StudyError where n is more than there are, or fewer than there are classes.
    """
    train = rows[rows["part"] == "train"].sort_values("report_id", kind="stable").reset_index(drop=True)
    if n is None:
        return train
    classes = train["label"].nunique()
    if n > len(train):
        raise StudyError(
            f"a label budget of {n} is more than the {len(train)} labelled training reports there are; "
            "lower it under runs[].labels, or write null for all of them"
        )
    if n < classes:
        raise StudyError(
            f"a label budget of {n} cannot hold one report of each of the {classes} classes; "
            f"raise it to {classes} or more under runs[].labels"
        )
    random = np.random.default_rng([seed, 0x5B])
    shuffled = train.iloc[random.permutation(len(train))]
    by_class = shuffled.groupby("label", sort=False)["label"]
    rank = by_class.cumcount().to_numpy()
    share = (rank + random.random(len(train))) / by_class.transform("size").to_numpy()
    # Ranks 0 and 1 come before everything else; from then on the share of its class that is used up decides.
    first = np.minimum(rank, 2)
    order = np.lexsort((share, first))
    return shuffled.iloc[order[:n]].sort_values("report_id", kind="stable").reset_index(drop=True)


@dataclass(frozen=True)
class Split:
    """A finished split: the table, and the labelled reports that it leaves out, by reason."""

    table: pd.DataFrame  # report_id, patient_id, part, label, unit
    dropped: dict[str, int]


def units(patients: pd.Series, groups: pd.Series) -> np.ndarray:
    """Which reports must stay together: n integers, equal where a chain of common patients and common
    near-duplicate groups joins two reports."""
    patient = pd.factorize(patients)[0]
    group = pd.factorize(groups)[0]
    patients_in_all = patient.max(initial=-1) + 1
    size = patients_in_all + group.max(initial=-1) + 1
    graph = coo_array((np.ones(len(patient), bool), (patient, patients_in_all + group)), shape=(size, size))
    return connected_components(graph, directed=False)[1][patient]


def make_split(rows: pd.DataFrame, settings: dict[str, Any], task: str) -> Split:
    """Cut a task's labelled reports into train, validation and test.

    rows: report_id, patient_id, label, group (of near-duplicates) and, as the kind of split needs, part, received
    or facility. settings: `Study.split_settings`. The same rows in any order give the same split.
    Raises StudyError where a patient is on two sides of a given split, or a class has too few reports in a part.
    """
    rows = rows.sort_values("report_id", kind="stable").reset_index(drop=True)
    how, random = settings["split"], np.random.default_rng([settings["seed"], 0x59])
    rows["unit"] = units(rows["patient_id"], rows["group"])
    if how["by"] == "random":
        shares = {"train": 1 - how["validation"] - how["test"]}
        shares |= {"validation": how["validation"], "test": how["test"]}
        if shares["train"] <= 0:
            raise StudyError(
                f"tasks.{task}.split: validation ({how['validation']}) and test ({how['test']}) leave no report "
                "to train on"
            )
        rows["part"] = deal(rows, shares, random)
        dropped: dict[str, int] = {}
    else:
        rows, dropped = {"part": _by_part, "received": _by_received, "facility": _by_facility}[how["by"]](
            rows, how, task
        )
        rows, repeated = _without_copies(rows)
        dropped |= repeated
        if not rows["part"].eq("validation").any():
            rest = rows["part"].eq("train")
            wanted = how["validation"] * len(rows) / max(rest.sum(), 1)
            if wanted >= 1:
                raise StudyError(
                    f"tasks.{task}.split: only {rest.sum()} reports are left for train and validation, and "
                    f"validation alone should have {how['validation']:.0%} of {len(rows)}"
                )
            shares = {"train": 1 - wanted, "validation": wanted}
            rows.loc[rest, "part"] = deal(rows[rest].reset_index(drop=True), shares, random)
    check_no_leakage(rows)
    check_enough(rows, settings, task)
    return Split(rows.reset_index(drop=True), {reason: n for reason, n in dropped.items() if n})


def deal(rows: pd.DataFrame, shares: dict[str, float], random: np.random.Generator) -> np.ndarray:
    """Deal units of reports to parts so that every class comes near its share in every part: n part names.

    rows: unit, label. Iterative stratification (Sechidis et al. 2011) over whole units: the units of rare classes
    first, large ones before small ones, each to the part that has most of its want of the unit's classes left.
    A class with few reports gives one to each part before any part has its second. (scikit-learn's
    StratifiedGroupKFold cuts into equal folds only, and leaves classes with few units out of some.)
    """
    parts = list(shares)
    label, classes = pd.factorize(rows["label"], sort=True)
    unit = pd.factorize(rows["unit"])[0]
    counts = coo_array(
        (np.ones(len(rows)), (unit, label)), shape=(unit.max(initial=-1) + 1, len(classes))
    ).tocsr()
    totals = np.bincount(label, minlength=len(classes))
    want = np.outer(list(shares.values()), totals)
    want = np.maximum(want, np.minimum(1, totals))
    left = want.copy()
    size = np.asarray(counts.sum(axis=1)).ravel()
    rarest = np.array(
        [
            totals[counts.indices[counts.indptr[i] : counts.indptr[i + 1]]].min()
            for i in range(counts.shape[0])
        ]
    )
    order = np.lexsort((random.random(len(size)), -size, rarest))
    part_of = np.empty(len(size), dtype=np.int64)
    for i in order:
        at = slice(counts.indptr[i], counts.indptr[i + 1])
        which, number = counts.indices[at], counts.data[at]
        # Relative want with half of the unit counted in (Webster's rule of apportionment).
        score = ((left[:, which] - number / 2) / want[:, which] * number).sum(axis=1)
        best = int(score.argmax())
        part_of[i] = best
        left[best, which] -= number
    return np.asarray(parts, dtype=object)[part_of[unit]]


def _by_part(rows: pd.DataFrame, how: dict[str, Any], task: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """The parts as given in the source, checked."""
    if without := int(rows["part"].isna().sum()):
        raise StudyError(
            f"tasks.{task}.split: {without} of {len(rows)} labelled reports have no value in the part column; fill "
            "it in, or use by: random"
        )
    if unknown := sorted(set(rows["part"]) - set(PARTS)):
        raise StudyError(
            f"tasks.{task}.split: the part column holds {', '.join(map(repr, unknown))}; it must hold train, "
            "validation or test; map other words under sources.<source>.label_values.part"
        )
    if not rows["part"].eq("test").any() or not rows["part"].eq("train").any():
        raise StudyError(
            f"tasks.{task}.split: the given split needs train and test reports; it lacks one of them"
        )
    sides = rows.groupby("patient_id")["part"].nunique()
    if crossing := int((sides > 1).sum()):
        raise StudyError(
            f"tasks.{task}.split: {crossing} patients (patient_id) have reports on two sides of the given split, "
            f"such as {min(sides[sides > 1].index)!r}; move each patient's reports to one part in the source, "
            "or use by: random"
        )
    return rows, {}


def _by_received(rows: pd.DataFrame, how: dict[str, Any], task: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Reports from a day on are the test part; earlier reports of their patients are left out."""
    received = pd.to_datetime(rows["received"])
    dated = received.notna()
    if not dated.any():
        raise StudyError(
            f"tasks.{task}.split: no labelled report has a date of receipt; name its column under "
            "sources.<source>.columns.received"
        )
    late = received >= pd.Timestamp(how["test_from"])
    if not late.any() or not (dated & ~late).any():
        raise StudyError(
            f"tasks.{task}.split: all labelled reports were received "
            f"{'before' if not late.any() else 'on or after'} test_from ({how['test_from']}); they range from "
            f"{received.min():%Y-%m-%d} to {received.max():%Y-%m-%d}"
        )
    rows, dropped = _one_side(rows[dated], late[dated], "earlier report of a patient of the test part")
    return rows, {"no date of receipt": int((~dated).sum())} | dropped


def _by_facility(rows: pd.DataFrame, how: dict[str, Any], task: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """The reports of named facilities are the test part; their patients' reports from elsewhere are left out."""
    known = set(rows["facility"].dropna())
    if absent := [name for name in how["test_facilities"] if name not in known]:
        raise StudyError(
            f"tasks.{task}.split.test_facilities: no labelled report is from {', '.join(map(repr, absent))}; "
            f"facilities: {', '.join(sorted(known)[:20])}{' ...' if len(known) > 20 else ''}"
        )
    there = rows["facility"].isin(how["test_facilities"])
    named = rows["facility"].notna()
    if not (named & ~there).any():
        raise StudyError(
            f"tasks.{task}.split.test_facilities: every labelled report is from them; none is left to train"
        )
    rows, dropped = _one_side(
        rows[named], there[named], "report from elsewhere of a patient of the test part"
    )
    return rows, {"no facility": int((~named).sum())} | dropped


def _one_side(rows: pd.DataFrame, test: pd.Series, reason: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Parts from a test mask; what patients of the test part have on the other side is left out."""
    rows = rows.assign(part=np.where(test, "test", "train"))
    crossing = ~test & rows["patient_id"].isin(set(rows.loc[test, "patient_id"]))
    return rows[~crossing].reset_index(drop=True), {reason: int(crossing.sum())}


def _without_copies(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Without the reports that repeat one of a later part: test reports are never moved or left out, so that an
    official test part stays whole; the train part loses its copies of validation and test, validation of test."""
    rank = rows["part"].map({part: i for i, part in enumerate(PARTS)})
    copies = rank < rank.groupby(rows["group"]).transform("max")
    dropped = {
        f"near-duplicate in {part} of a report of a later part": int((copies & rows["part"].eq(part)).sum())
        for part in PARTS[:2]
    }
    return rows[~copies].reset_index(drop=True), dropped


def check_no_leakage(rows: pd.DataFrame) -> None:
    """StudyError where a patient or a group of near-duplicates has reports in two parts.

    rows: patient_id, group, part of a task's split.
    """
    for column, what in (("patient_id", "patients"), ("group", "groups of near-duplicate reports")):
        parts = rows.groupby(column)["part"].nunique()
        if crossing := int((parts > 1).sum()):
            raise StudyError(
                f"the split leaks: {crossing} {what} have reports in two parts, such as {column} "
                f"{min(parts[parts > 1].index)!r}; make the split again with scripts/split.py"
            )


def check_enough(rows: pd.DataFrame, settings: dict[str, Any], task: str) -> None:
    """StudyError where a class has fewer reports in a part than it needs, naming class, part, count and cure.

    The train part needs `least` of each class. Validation and test need one, but for splits by date or facility,
    whose test part is what it is.
    """
    counts = pd.crosstab(rows["label"], rows["part"]).reindex(
        index=settings["classes"], columns=list(PARTS), fill_value=0
    )
    how = settings["split"]
    needed = {"train": how["least"], "validation": 1, "test": 1 if how["by"] in ("random", "part") else 0}
    short = [
        f"class {name!r} has {counts.loc[name, part]} in {part} (needed: {needed[part]})"
        for name in counts.index
        for part in PARTS
        if counts.loc[name, part] < needed[part]
    ]
    if short:
        raise StudyError(
            f"tasks.{task}: too few labelled reports: {'; '.join(short)}. Label more reports of the class, merge it "
            f"with another one by label_values, or lower tasks.{task}.split.least"
        )


def summary(split: Split, settings: dict[str, Any], task: str) -> dict[str, Any]:
    """What the page says about how the reports of a task were cut: counts only."""
    rows = split.table
    size = rows.groupby("group").size()
    return {
        "task": task,
        "by": settings["split"]["by"],
        "reports": len(rows),
        "patients": int(rows["patient_id"].nunique()),
        "units": int(rows["unit"].nunique()),
        "near_duplicates": int((size - 1).sum()),
        "largest_unit": int(rows.groupby("unit").size().max()),
        "parts": {
            part: {
                "reports": len(of),
                "patients": int(of["patient_id"].nunique()),
                "classes": {name: int((of["label"] == name).sum()) for name in settings["classes"]},
            }
            for part in PARTS
            for of in [rows[rows["part"] == part]]
        },
        "dropped": split.dropped,
    }

"""The predictions table, the hub of a study: whatever made a prediction arrives in the same columns.

Metrics, comparisons and the page read nothing else of a model.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from small_or_large import tables
from small_or_large.errors import StudyError

ABOUT = ("report_id", "patient_id", "part", "label")


def unlabelled_part(split_path: str | Path, parts: list[str]) -> pd.DataFrame:
    """The reports of some parts of a split: report_id, patient_id, part."""
    split = tables.read_split(split_path)
    return split[split["part"].isin(parts)].reset_index(drop=True)


def labelled_part(
    labels_path: str | Path, split_path: str | Path, classes: list[str], parts: list[str]
) -> pd.DataFrame:
    """The reports of some parts of a split with their labels: report_id, patient_id, part, label.

    labels_path: the task's labels. Raises StudyError where a label is missing or not a declared class.
    """
    return labelled(unlabelled_part(split_path, parts), labels_path, classes)


def labelled(rows: pd.DataFrame, labels_path: str | Path, classes: list[str]) -> pd.DataFrame:
    """Rows (report_id, patient_id, part and whatever else) with a task's labels after the first three columns.

    Raises StudyError where a label is missing or not a declared class.
    """
    labels = tables.read_reports(labels_path, ["label"], rows["report_id"].tolist())["label"]
    unknown = sorted(set(labels.dropna()) - set(classes))
    if unknown or labels.isna().any():
        raise StudyError(
            f"{labels_path}: reports of the split with no label or an undeclared one "
            f"({', '.join(unknown) or 'empty'}); declare it under tasks.<task>.classes or split again"
        )
    rows = rows.reset_index(drop=True)
    rows.insert(ABOUT.index("label"), "label", labels.to_numpy())
    return rows


def texts(reports_path: str | Path, report_ids: list[str], sections: list[str]) -> list[str]:
    """The text of reports in the order asked for: whole, or the sections of a view where it has any of them."""
    from small_or_large.sections import select

    found = tables.read_reports(reports_path, ["text"], report_ids)["text"]
    return [select(text, sections) or text for text in found]


def from_scores(
    rows: pd.DataFrame, scores: np.ndarray, classes: list[str], truncated: np.ndarray, seconds: np.ndarray
) -> pd.DataFrame:
    """A predictions table from probabilities.

    rows: report_id, patient_id, part and, where it is known, label of n reports; scores: n x classes, rows summing
    to one; truncated: n booleans, whether the model saw less than the report; seconds: n, time spent on each report.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.shape != (len(rows), len(classes)):
        raise ValueError(f"scores of shape {scores.shape} for {len(rows)} reports and {len(classes)} classes")
    scores = scores / scores.sum(axis=1, keepdims=True)
    table = rows[[name for name in ABOUT if name in rows]].reset_index(drop=True)
    table["prediction"] = np.asarray(classes, dtype=object)[scores.argmax(axis=1)]
    table["status"] = np.where(truncated, "truncated", "ok")
    for position, name in enumerate(classes):
        table[f"score_{name}"] = scores[:, position]
    table["seconds"] = np.asarray(seconds, dtype=np.float64)
    return table


def from_answers(
    rows: pd.DataFrame,
    predictions: list[str | None],
    statuses: list[str],
    classes: list[str],
    seconds: np.ndarray | None = None,
) -> pd.DataFrame:
    """A predictions table of a model that gives answers and no probabilities: every score is null."""
    table = rows[[name for name in ABOUT if name in rows]].reset_index(drop=True)
    table["prediction"] = pd.Series(predictions, dtype=object)
    table["status"] = statuses
    for name in classes:
        table[f"score_{name}"] = np.nan
    table["seconds"] = np.nan if seconds is None else np.asarray(seconds, dtype=np.float64)
    return table


def write(
    table: pd.DataFrame,
    classes: list[str],
    path: str | Path,
    allowed_errors: float = 1.0,
    labelled: bool = True,
) -> None:
    """Write a predictions table that keeps its contract; StudyError where too many reports ended in an error.

    labelled: False for the answers of a model that is asked without labels; they are put beside them afterwards.
    """
    table = tables.checked(_typed(table), tables.predictions_schema(classes, labelled), str(path))
    share = float((table["status"] == "error").mean()) if len(table) else 0.0
    if share > allowed_errors:
        raise StudyError(
            f"{path}: {share:.1%} of the reports ended in an error, more than inference.allowed_errors "
            f"({allowed_errors:.1%}); see the log for the first of them"
        )
    tables.write(table, path)


def read(path: str | Path, classes: list[str], labelled: bool = True) -> pd.DataFrame:
    """A predictions table, checked against its contract; labelled: False for answers that have no labels yet."""
    schema = tables.predictions_schema(classes, labelled)
    return tables.checked(_typed(pd.read_parquet(path)), schema, str(path))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """An all-null prediction column has no type of its own in a file: it is text all the same."""
    return table.assign(prediction=table["prediction"].astype("str").where(table["prediction"].notna()))

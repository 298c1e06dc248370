"""The predictions table, the hub of a study: whatever made a prediction arrives in the same columns.

Metrics, comparisons and the page read nothing else of a model.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from small_or_large import tables
from small_or_large.errors import StudyError


def labelled_part(
    labels_path: str | Path, split_path: str | Path, classes: list[str], parts: list[str]
) -> pd.DataFrame:
    """The reports of some parts of a split with their labels: report_id, patient_id, part, label.

    labels_path: the task's labels. Raises StudyError where a label is missing or not a declared class.
    """
    split = tables.read_split(split_path)
    split = split[split["part"].isin(parts)].reset_index(drop=True)
    labels = tables.read_reports(labels_path, ["label"], split["report_id"].tolist())["label"]
    unknown = sorted(set(labels.dropna()) - set(classes))
    if unknown or labels.isna().any():
        raise StudyError(
            f"{split_path}: reports with no label or an undeclared one in {labels_path} "
            f"({', '.join(unknown) or 'empty'}); declare it under tasks.<task>.classes or split again"
        )
    return split.assign(label=labels.to_numpy())


def texts(reports_path: str | Path, report_ids: list[str], sections: list[str]) -> list[str]:
    """The text of reports in the order asked for: whole, or the sections of a view where it has any of them."""
    from small_or_large.sections import select

    found = tables.read_reports(reports_path, ["text"], report_ids)["text"]
    return [select(text, sections) or text for text in found]


def from_scores(
    rows: pd.DataFrame, scores: np.ndarray, classes: list[str], truncated: np.ndarray, seconds: np.ndarray
) -> pd.DataFrame:
    """A predictions table from probabilities.

    rows: report_id, patient_id, part, label of n reports; scores: n x classes, rows summing to one; truncated: n
    booleans, whether the model saw less than the report; seconds: n, time spent on each report.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.shape != (len(rows), len(classes)):
        raise ValueError(f"scores of shape {scores.shape} for {len(rows)} reports and {len(classes)} classes")
    scores = scores / scores.sum(axis=1, keepdims=True)
    table = rows[["report_id", "patient_id", "part", "label"]].reset_index(drop=True)
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
    table = rows[["report_id", "patient_id", "part", "label"]].reset_index(drop=True)
    table["prediction"] = pd.Series(predictions, dtype=object)
    table["status"] = statuses
    for name in classes:
        table[f"score_{name}"] = np.nan
    table["seconds"] = np.nan if seconds is None else np.asarray(seconds, dtype=np.float64)
    return table


def write(table: pd.DataFrame, classes: list[str], path: str | Path, allowed_errors: float = 1.0) -> None:
    """Write a predictions table that keeps its contract; StudyError where too many reports ended in an error."""
    table = tables.checked(_typed(table), tables.predictions_schema(classes), str(path))
    share = float((table["status"] == "error").mean()) if len(table) else 0.0
    if share > allowed_errors:
        raise StudyError(
            f"{path}: {share:.1%} of the reports ended in an error, more than inference.allowed_errors "
            f"({allowed_errors:.1%}); see the log for the first of them"
        )
    tables.write(table, path)


def read(path: str | Path, classes: list[str]) -> pd.DataFrame:
    """A predictions table, checked against its contract."""
    return tables.checked(_typed(pd.read_parquet(path)), tables.predictions_schema(classes), str(path))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """An all-null prediction column has no type of its own in a file: it is text all the same."""
    return table.assign(prediction=table["prediction"].astype("str").where(table["prediction"].notna()))

"""The tables that cross a stage: their columns and types, and how they are read and written.

Every table is checked against its contract when it is written, so that a reader may trust it.
"""

import os
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from small_or_large.errors import StudyError

PARTS = ("train", "validation", "test")
STATUSES = ("ok", "truncated", "invalid", "error")
VERDICTS = ("a", "b", "equivalent", "undecided")

REPORTS = pa.DataFrameSchema(
    {
        "report_id": pa.Column(str, unique=True),
        "patient_id": pa.Column(str),
        "text": pa.Column(str, pa.Check.str_length(min_value=1)),
    },
    strict=False,
)
QUARANTINE = pa.DataFrameSchema(
    {
        "source": pa.Column(str),
        "row": pa.Column("int64", pa.Check.ge(0)),
        "report_id": pa.Column(str, nullable=True),
        "reason": pa.Column(str),
        "detail": pa.Column(str),
    },
    strict=True,
)
SPLIT = pa.DataFrameSchema(
    {
        "report_id": pa.Column(str, unique=True),
        "patient_id": pa.Column(str),
        "part": pa.Column(str, pa.Check.isin(PARTS)),
    },
    strict=True,
)
METRICS = pa.DataFrameSchema(
    {
        "task": pa.Column(str),
        "model": pa.Column(str),
        "approach": pa.Column(str),
        "labels": pa.Column("Int64", nullable=True),
        "seed": pa.Column(str),
        "part": pa.Column(str, pa.Check.isin(PARTS)),
        "metric": pa.Column(str),
        "class": pa.Column(str, nullable=True),
        "value": pa.Column(float, nullable=True),
        "low": pa.Column(float, nullable=True),
        "high": pa.Column(float, nullable=True),
    },
    strict=True,
)
COMPARISONS = pa.DataFrameSchema(
    {
        "question": pa.Column(str),
        "task": pa.Column(str),
        "a": pa.Column(str),
        "b": pa.Column(str),
        "metric": pa.Column(str),
        "difference": pa.Column(float),
        "low": pa.Column(float),
        "high": pa.Column(float),
        "p": pa.Column(float, pa.Check.in_range(0, 1)),
        "p_adjusted": pa.Column(float, pa.Check.in_range(0, 1)),
        "margin": pa.Column(float, pa.Check.gt(0)),
        "verdict": pa.Column(str, pa.Check.isin(VERDICTS)),
    },
    strict=True,
)


def predictions_schema(classes: list[str], labelled: bool = True) -> pa.DataFrameSchema:
    """The contract of a predictions table of a task with these declared classes; labelled: with the column `label`.

    `prediction` is null where the status is invalid or error; the scores of a row are probabilities over the
    classes that sum to one, or all null where the model gives none.
    """
    scores = [f"score_{name}" for name in classes]

    def scores_sum_to_one(table: pd.DataFrame) -> pd.Series:
        values = table[scores]
        whole = values.notna().all(axis=1) & ((values.sum(axis=1) - 1).abs() < 1e-4)
        return whole | values.isna().all(axis=1)

    def answered_or_not(table: pd.DataFrame) -> pd.Series:
        return table["prediction"].isna() == table["status"].isin(["invalid", "error"])

    return pa.DataFrameSchema(
        {
            "report_id": pa.Column(str, unique=True),
            "patient_id": pa.Column(str),
            "part": pa.Column(str, pa.Check.isin(PARTS)),
            **({"label": pa.Column(str, pa.Check.isin(classes))} if labelled else {}),
            "prediction": pa.Column(str, pa.Check.isin(classes), nullable=True),
            "status": pa.Column(str, pa.Check.isin(STATUSES)),
            **{name: pa.Column(float, pa.Check.in_range(0, 1), nullable=True) for name in scores},
            "seconds": pa.Column(float, pa.Check.ge(0), nullable=True),
        },
        checks=[
            pa.Check(scores_sum_to_one, error="the scores of a row must sum to one or be all null"),
            pa.Check(answered_or_not, error="prediction is null exactly where status is invalid or error"),
        ],
        strict=True,
        ordered=True,
    )


def checked(table: pd.DataFrame, schema: pa.DataFrameSchema, what: str) -> pd.DataFrame:
    """The table, if it keeps its contract; StudyError naming the table, the column and the check if not.

    The failing values are not shown: they may be report text.
    """
    try:
        return schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases[["column", "check"]].astype(str).drop_duplicates()
        wrong = "; ".join(f"{column}: {check}" for column, check in cases.itertuples(index=False))
        raise StudyError(f"{what} does not keep its contract: {wrong}") from None


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table as its ending says (.parquet or .csv), whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    if path.suffix == ".parquet":
        table.to_parquet(draft, index=False)
    else:
        table.to_csv(draft, index=False)
    draft.replace(path)


def read_split(path: str | Path) -> pd.DataFrame:
    """A split table: report_id, patient_id, part, all text."""
    return checked(pd.read_csv(path, dtype=str, keep_default_na=False), SPLIT, str(path))


def read_ids(path: str | Path) -> pd.DataFrame:
    """The column report_id of a CSV file, all text. Raises StudyError where there is none."""
    try:
        return pd.read_csv(path, usecols=["report_id"], dtype=str, keep_default_na=False)
    except ValueError:
        raise StudyError(f"{path}: no column 'report_id'; make it again with scripts/split.py") from None


def read_reports(path: str | Path, columns: list[str], report_ids: list[str] | None = None) -> pd.DataFrame:
    """Columns of the reports table, of all reports or of those asked for, in the order asked for.

    Raises StudyError where a column or a report is not there.
    """
    import pyarrow.parquet as pq

    known = pq.read_schema(path).names
    missing = [column for column in columns if column not in known]
    if missing:
        raise StudyError(
            f"{path}: no column {', '.join(map(repr, missing))}; columns: {', '.join(known)}. "
            "Name the label under sources.<source>.columns.labels of the study"
        )
    # An empty set has no type that pyarrow could compare with a column's.
    filters = [("report_id", "in", set(report_ids))] if report_ids else None
    table = pd.read_parquet(path, columns=list(dict.fromkeys(["report_id", *columns])), filters=filters)
    if report_ids is None:
        return table
    if not report_ids:
        return table.iloc[:0]
    table = table.set_index("report_id", drop=False)
    absent = set(report_ids) - set(table.index)
    if absent:
        raise StudyError(f"{path}: {len(absent)} reports of the split are not there, such as {min(absent)}")
    return table.loc[report_ids].reset_index(drop=True)

"""Files of raw answers that an external model gave: model, run, report_id, answer, one answer a row."""

import gzip
import json
from pathlib import Path

import pandas as pd

from small_or_large.errors import StudyError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def read(path: str | Path, address: str | None = None) -> pd.DataFrame:
    """The columns of an answers file that matter (model, run, report_id, answer), all text; `run` as a number.

    csv, tsv, jsonl (gzipped or not) or parquet. model and run may be missing: one model, asked once (run 0). Raises
    StudyError where the file or a column is missing or cannot be read; address is where the file can be had.
    """
    path = Path(path)
    if not path.is_file():
        where = f"; it can be had from {address}" if address else ""
        raise StudyError(f"{path}: no such answers file (models.<model>.answers.path){where}")
    suffix = Path(path.name.removesuffix(".gz")).suffix
    if suffix not in FORMATS or path.name.endswith(".parquet.gz"):
        raise StudyError(f"{path}: the name must end in {', '.join(FORMATS)}, those of text also in .gz")
    try:
        if suffix == ".parquet":
            table = pd.read_parquet(path)
        elif suffix == ".jsonl":
            with (
                gzip.open(path, "rt", encoding="utf-8")
                if path.suffix == ".gz"
                else path.open(encoding="utf-8") as lines
            ):
                table = pd.DataFrame([json.loads(line) for line in lines if line.strip()], dtype=object)
        else:
            table = pd.read_csv(
                path,
                sep="\t" if suffix == ".tsv" else ",",
                dtype=str,
                keep_default_na=False,
                encoding="utf-8",
            )
    except (ValueError, OSError, EOFError) as error:
        # The message of a parser may show what it could not read: only its kind is told.
        raise StudyError(f"{path}: cannot be read as {suffix[1:]} ({type(error).__name__})") from None
    missing = {"report_id", "answer"} - set(table)
    if missing:
        raise StudyError(
            f"{path}: no column {', '.join(sorted(missing))}; columns: {', '.join(map(str, table.columns))}. "
            "Expected model, run, report_id, answer"
        )
    answers = pd.DataFrame({"report_id": table["report_id"].astype(str)})
    answers["answer"] = pd.Series([_text(value) for value in table["answer"]], dtype=object)
    answers["model"] = table["model"].astype(str) if "model" in table else ""
    runs = pd.to_numeric(table["run"], errors="coerce") if "run" in table else pd.Series(0, table.index)
    if runs.isna().any() or (runs % 1 != 0).any():
        row = int((runs.isna() | (runs % 1 != 0)).idxmax()) + 1
        raise StudyError(f"{path}: row {row}: run is not a whole number")
    answers["run"] = runs.astype(int)
    return answers


def _text(value: object) -> str | None:
    """An answer as text: JSON values of a jsonl file as they were, nothing where the model gave nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list | bool):
        return json.dumps(value)
    return None if pd.isna(value) else str(value)


def of_run(answers: pd.DataFrame, model: str, run: int, path: str | Path) -> pd.Series:
    """One run's answers by report_id (null where the model gave none).

    Raises StudyError where the model or the run is not in the file, or a report is answered twice.
    """
    if model:
        found = sorted(set(answers["model"]))
        answers = answers[answers["model"] == model]
        if answers.empty:
            raise StudyError(f"{path}: no answers of model {model!r}; models: {', '.join(found)}")
    runs = sorted(set(answers["run"]))
    answers = answers[answers["run"] == run]
    if answers.empty:
        raise StudyError(
            f"{path}: no run {run}; runs: {', '.join(map(str, runs))}. The seeds of an external model are "
            "the runs in its file: correct runs[].seeds"
        )
    twice = answers["report_id"][answers["report_id"].duplicated()]
    if len(twice):
        raise StudyError(
            f"{path}: run {run} answers report {twice.iloc[0]} more than once ({len(twice)} rows too many); "
            "name the model under models.<model>.answers.model or number the runs"
        )
    return answers.set_index("report_id")["answer"]

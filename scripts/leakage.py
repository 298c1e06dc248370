"""List what alone gives a task's class away: words, codes, headings, facilities, with their power.

Measured on the train part of every task's split, on what the task's models read. Only patterns that ten patients
or more have are shown.
"""

import logging
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from small_or_large import command, label_leakage, predictions, tables
from small_or_large.errors import StudyError
from small_or_large.study import load_study

log = logging.getLogger("leakage")


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file")
    parser.add_argument("--reports", required=True, help="texts.parquet")
    parser.add_argument("--labels", nargs="+", required=True, help="the tasks' labels, <task>.parquet each")
    parser.add_argument(
        "--splits", nargs="+", required=True, help="splits/<task>.csv of the tasks to look at"
    )
    parser.add_argument("--sample", type=int, default=10_000, help="most training reports a task to look at")
    parser.add_argument("--output", required=True, help="label_leakage.csv")
    options = parser.parse_args()
    study = load_study(options.study)

    found = []
    labels = {Path(path).stem: path for path in options.labels}
    for path in options.splits:
        task = Path(path).stem
        if task not in study.tasks:
            raise StudyError(f"{path}: no such task; tasks: {', '.join(study.tasks)}")
        if task not in labels:
            raise StudyError(f"--labels: no {task}.parquet for {path}")
        classes = study.class_names(task)
        rows = predictions.labelled_part(labels[task], path, classes, ["train"])
        rows = label_leakage.one_report_a_patient(rows, options.sample, study.seed)
        ids = rows["report_id"].tolist()
        texts = predictions.texts(options.reports, ids, study.tasks[task].sections)
        facilities = None
        if "facility" in pq.read_schema(options.reports).names:
            facilities = tables.read_reports(options.reports, ["facility"], ids)["facility"]
        table = label_leakage.find(task, texts, rows["label"].to_numpy(dtype=object), facilities, classes)
        for line in table[table["pattern"] == "*"].itertuples():
            log.info(
                "%s: %s alone reach macro-F1 %.2f (majority %.2f)",
                task,
                {"token": "words", "code": "codes", "heading": "headings", "facility": "facilities"}[
                    line.kind
                ],
                line.macro_f1,
                line.majority_macro_f1,
            )
        found.append(table)
    tables.write(pd.concat(found, ignore_index=True), options.output)


if __name__ == "__main__":
    command.run(main)

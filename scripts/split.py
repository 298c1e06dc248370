"""Cut the labelled reports of one task into train, validation and test, once, for every model alike.

No patient and no group of near-duplicates is on two sides; every class is in every part; the same reports in any
order give the same split. The split is checked for leakage before it is written, and fails the run if it leaks.
"""

import json
import logging
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from small_or_large import command, splits, tables, whole_files
from small_or_large.errors import StudyError
from small_or_large.study import load_study

log = logging.getLogger("split")


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file; the task's `split` section is used")
    parser.add_argument("--task", required=True, help="task to cut")
    parser.add_argument("--reports", required=True, help="texts.parquet")
    parser.add_argument("--labels", required=True, help="the task's labels (Parquet)")
    parser.add_argument("--duplicates", required=True, help="duplicates.parquet: report_id, group")
    parser.add_argument(
        "--output",
        required=True,
        help="splits/<task>.csv; beside it <task>.summary.json and <task>.reports.csv, the sorted report_ids",
    )
    options = parser.parse_args()
    study = load_study(options.study)
    if options.task not in study.tasks:
        raise StudyError(f"--task {options.task}: no such task; tasks: {', '.join(study.tasks)}")
    settings = study.split_settings(options.task)

    by = settings["split"]["by"]
    about = {name for path in (options.reports, options.labels) for name in pq.read_schema(path).names}
    if by != "random" and by not in about:
        raise StudyError(
            f"tasks.{options.task}.split.by is {by}, and no source gives a {by} column; name it under "
            f"sources.<source>.columns.{by}, or use by: random"
        )
    rows = tables.read_reports(
        options.reports, ["patient_id", *([by] if by in ("received", "facility") else [])]
    )
    labels = pd.read_parquet(options.labels)
    if labels.empty:
        raise StudyError(
            f"tasks.{options.task}: no report has a label in column {study.label_column(options.task)!r}"
        )
    labelled = labels.merge(rows, on="report_id", validate="1:1")
    if len(labelled) < len(labels):
        raise StudyError(
            f"{options.labels}: labels of reports that are not in {options.reports}; collect again"
        )
    groups = pd.read_parquet(options.duplicates, columns=["report_id", "group"])
    labelled = labelled.merge(groups, on="report_id", how="left", validate="1:1")
    if labelled["group"].isna().any():
        raise StudyError(
            f"{options.duplicates}: some reports are missing; it is of another run, make it again"
        )
    split = splits.make_split(labelled, settings, options.task)
    found = splits.summary(split, settings, options.task)
    found["unlabelled"] = len(rows) - len(labelled)

    output = Path(options.output)
    whole_files.write_text(json.dumps(found, indent=2) + "\n", output.with_suffix(".summary.json"))
    table = split.table[["report_id", "patient_id", "part"]]
    # The vectors of a frozen encoder are made for these, whatever their parts and labels.
    tables.write(table[["report_id"]].sort_values("report_id"), output.with_suffix(".reports.csv"))
    tables.write(tables.checked(table, tables.SPLIT, str(output)), output)
    for part, counted in found["parts"].items():
        log.info("%s: %d reports of %d patients", part, counted["reports"], counted["patients"])
    for reason, count in split.dropped.items():
        log.warning("%d labelled reports left out: %s", count, reason)


if __name__ == "__main__":
    command.run(main)

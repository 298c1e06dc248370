"""Measure every run of a study from its predictions table: metrics.csv, with intervals over patients and
seeds.
"""

import logging
from pathlib import Path

import pandas as pd

from small_or_large import command, metrics, tables
from small_or_large.errors import StudyError
from small_or_large.study import load_study


def main() -> None:
    """Parse arguments and write metrics.csv."""
    arguments = command.parser(__doc__)
    command.add_options(arguments, "study", "all_predictions")
    arguments.add_argument("--task", help="measure this task only; without it all tasks of the study")
    arguments.add_argument("--output", help="table to write (results/<study>/metrics.csv)")
    given = arguments.parse_args()
    study = load_study(given.study)
    results = Path("results") / study.study
    folder = Path(given.predictions or results / "predictions")
    if given.task and given.task not in study.tasks:
        raise StudyError(f"--task {given.task}: no such task; tasks: {', '.join(study.tasks)}")
    settings = study.evaluate
    measured = []
    for task in [given.task] if given.task else study.tasks:
        classes = study.class_names(task)
        names = [run.name for run in study.runs_of(task)]
        runs = metrics.read_runs(folder / task, names, classes)
        logging.info("%s: measuring %d runs, %d draws", task, len(runs), settings.draws)
        measured.append(
            metrics.table(
                task,
                classes,
                runs,
                settings.draws,
                settings.confidence,
                settings.calibration_bins,
                study.seed,
            )
        )
    table = tables.checked(pd.concat(measured, ignore_index=True), tables.METRICS, "metrics")
    tables.write(table, given.output or results / "metrics.csv")


if __name__ == "__main__":
    command.run(main)

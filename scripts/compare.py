"""Ask a study's questions of its predictions: comparisons.csv, paired, with intervals, p-values and
verdicts.
"""

import logging
from pathlib import Path

from small_or_large import command, comparisons, metrics, tables
from small_or_large.metrics import Family
from small_or_large.study import load_study


def main() -> None:
    """Parse arguments and write comparisons.csv."""
    arguments = command.parser(__doc__)
    command.add_options(arguments, "study", "all_predictions", "metrics")
    arguments.add_argument("--output", help="table to write (results/<study>/comparisons.csv)")
    given = arguments.parse_args()
    study = load_study(given.study)
    settings = study.evaluate
    results = Path("results") / study.study
    folder = Path(given.predictions or results / "predictions")
    measured = metrics.read(given.metrics or results / "metrics.csv")
    models = comparisons.models_of(study.models)

    asked, sides = [], {}
    for task in study.tasks:
        classes = study.class_names(task)
        names = [run.name for run in study.runs_of(task)]
        runs = metrics.read_runs(folder / task, names, classes)
        comparisons.check_paired({f"{folder / task / name}.parquet": table for name, table in runs.items()})
        families = metrics.families(names)
        validation = metrics.values(measured, task, "validation", "macro_f1")
        for question, a, b in comparisons.pairs(list(families), models, validation):
            asked.append((question, task, a, b))
            for family in (a, b):
                members = [f"{family.name}.seed{seed}" for seed in families[family]]
                sides[task, family] = comparisons.side([runs[name] for name in members], classes, members)
    logging.info("%d comparisons, %d permutations each", len(asked), settings.permutations)

    def compare_pair(task: str, a: Family, b: Family) -> comparisons.Difference:
        return comparisons.compare(
            sides[task, a],
            sides[task, b],
            settings.draws,
            settings.permutations,
            settings.confidence,
            study.seed,
            task,
            a.name,
            b.name,
        )

    table = comparisons.table(asked, compare_pair, settings.margin, 1 - settings.confidence)
    tables.write(
        tables.checked(table, tables.COMPARISONS, "comparisons"),
        given.output or results / "comparisons.csv",
    )


if __name__ == "__main__":
    command.run(main)

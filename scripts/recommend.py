"""Recommend a run for each task: recommendation.json, metrics.json, and the tables that DVC plots."""

import json
import logging
from pathlib import Path

import pandas as pd

from small_or_large import command, comparisons, costs, metrics, recommendation, tables
from small_or_large.comparisons import Difference
from small_or_large.errors import StudyError
from small_or_large.metrics import Family
from small_or_large.recommendation import figure
from small_or_large.schema.runs import TRAINED
from small_or_large.study import Study, load_study


class Task:
    """One task's inputs, read when they are needed."""

    def __init__(
        self, study: Study, task: str, measured: pd.DataFrame, folder: Path, records: Path, split: Path
    ):
        self.study, self.task = study, task
        self.classes = study.class_names(task)
        self.families = metrics.families([run.name for run in study.runs_of(task)])
        self.measured = measured[measured["task"] == task]
        self.folder, self.records = folder, records
        self.training_reports = int((tables.read_split(split)["part"] == "train").sum())
        self.validation = metrics.values(measured, task, "validation", "macro_f1")
        self.cost = {
            family: costs.of_family(
                [
                    costs.of_run(
                        costs.read(self.records / f"{family.name}.seed{k}.json"), study.evaluate.costs
                    )
                    for k in seeds
                ]
            )
            for family, seeds in self.families.items()
        }

    def runs(self, family: Family) -> dict[int, pd.DataFrame]:
        """seed -> predictions of a family."""
        names = {k: f"{family.name}.seed{k}" for k in self.families[family]}
        found = metrics.read_runs(self.folder, list(names.values()), self.classes)
        return {k: found[name] for k, name in names.items()}

    def side(self, family: Family) -> list[metrics.Sums]:
        """Sums by patient on the test part, one a seed."""
        runs = self.runs(family)
        return comparisons.side(list(runs.values()), self.classes, [f"{family.name}.seed{k}" for k in runs])

    def figure(self, family: Family, metric: str, scale: float = 1.0) -> dict | None:
        """A test figure of a family with its interval; None where it has none."""
        rows = self.rows(family, metric)
        if rows.empty:
            return None
        row = rows.iloc[0]
        return figure(row["value"] * scale, row["low"] * scale, row["high"] * scale)

    def rows(self, family: Family, metric: str) -> pd.DataFrame:
        """Rows of metrics.csv of a family (mean over seeds) on the test part."""
        m = self.measured
        labels = m["labels"].isna() if family.labels is None else m["labels"].eq(family.labels).fillna(False)
        return m[
            (m["model"] == family.model)
            & (m["approach"] == family.approach)
            & labels
            & (m["seed"] == metrics.ALL)
            & (m["part"] == "test")
            & (m["metric"] == metric)
        ]

    def best_seed(self, family: Family) -> int:
        """The family's seed with the best validation macro-F1: the checkpoint to take."""
        m = self.measured
        rows = m[
            (m["model"] == family.model)
            & (m["approach"] == family.approach)
            & (m["seed"] != metrics.ALL)
            & (m["part"] == "validation")
            & (m["metric"] == "macro_f1")
        ]
        rows = rows[rows["labels"].isna() if family.labels is None else rows["labels"].eq(family.labels)]
        return int(rows.loc[rows["value"].idxmax(), "seed"])


def main() -> None:
    """Parse arguments and write the recommendation and its tables."""
    arguments = command.parser(__doc__)
    command.add_options(arguments, "study", "all_predictions", "metrics")
    arguments.add_argument("--costs", help="folder of the runs' costs (results/<study>/costs)")
    arguments.add_argument("--splits", help="folder of the splits (results/<study>/splits)")
    arguments.add_argument("--comparisons", help="comparisons of all tasks (results/<study>/comparisons.csv)")
    arguments.add_argument("--output", help="recommendation to write (results/<study>/recommendation.json)")
    arguments.add_argument(
        "--summary", help="figures for `dvc metrics` to write (results/<study>/metrics.json)"
    )
    arguments.add_argument(
        "--plots", help="folder of tables for `dvc plots` to write (results/<study>/plots)"
    )
    given = arguments.parse_args()
    study = load_study(given.study)
    results = Path("results") / study.study
    predictions = Path(given.predictions or results / "predictions")
    records = Path(given.costs or results / "costs")
    splits = Path(given.splits or results / "splits")
    measured = metrics.read(given.metrics or results / "metrics.csv")
    compared = comparisons.read(given.comparisons or results / "comparisons.csv")
    models = comparisons.models_of(study.models)
    titles = {name: model.title or name for name, model in study.models.items()}

    tasks = {
        name: Task(study, name, measured, predictions / name, records / name, splits / f"{name}.csv")
        for name in study.tasks
    }
    choices, left_out, rivals = {}, {}, {}
    for name, task in tasks.items():
        able, left_out[name] = recommendation.candidates(list(task.families), models, task.validation)
        if not able:
            continue
        yearly = {family: task.cost[family].per_year for family in able}
        choice = recommendation.choose(able, task.validation, yearly, study.evaluate.margin)
        choices[name] = choice
        if choice.runner_up:
            rivals[name] = against_runner_up(task, choice)
    adjusted = dict(zip(rivals, comparisons.holm([rival.p for rival in rivals.values()]), strict=True))

    out = {}
    for name, task in tasks.items():
        logging.info("%s: recommending among %d families", name, len(task.families))
        out[name] = (
            entry(
                task,
                choices[name],
                rivals.get(name),
                adjusted.get(name),
                left_out[name],
                compared,
                titles,
            )
            if name in choices
            else nothing(task, left_out[name], titles)
        )
        out[name]["answer"] = recommendation.sentence(out[name], study.evaluate.costs.currency)
        logging.info("%s: %s", name, out[name]["answer"])
    write_json(out, Path(given.output or results / "recommendation.json"))
    write_json(headline(measured), Path(given.summary or results / "metrics.json"))
    for name, table in plots(tasks, out, measured).items():
        tables.write(table, Path(given.plots or results / "plots") / f"{name}.csv")


def against_runner_up(task: Task, choice: recommendation.Choice) -> Difference:
    """Choice and runner-up compared on the test part."""
    settings = task.study.evaluate
    return comparisons.compare(
        task.side(choice.chosen),
        task.side(choice.runner_up),
        settings.draws,
        settings.permutations,
        settings.confidence,
        task.study.seed,
        task.task,
        choice.chosen.name,
        choice.runner_up.name,
    )


def entry(
    task: Task,
    choice: recommendation.Choice,
    rival: Difference | None,
    p_adjusted: float | None,
    left_out: list[tuple[Family, str]],
    compared: pd.DataFrame,
    titles: dict[str, str],
) -> dict:
    """The task's entry in recommendation.json."""
    settings, study = task.study.evaluate, task.study
    chosen, cost = choice.chosen, task.cost[choice.chosen]
    verdict = (
        None
        if rival is None
        else comparisons.verdict(rival, p_adjusted, settings.margin, 1 - settings.confidence)
    )
    reviewed = recommendation.review(
        task.runs(chosen),
        task.classes,
        settings.target_accuracy,
        settings.draws,
        settings.confidence,
        study.seed,
        task.task,
    )
    curves = {
        family: curve
        for family in [chosen, *(f for f in choice.close if f != chosen), choice.runner_up]
        if family is not None and (curve := curve_of(task, family)) is not None
    }
    accuracy = task.figure(chosen, "accuracy")
    wrong = {
        "value": 1000 * (1 - accuracy["value"]),
        "low": 1000 * (1 - accuracy["high"]),
        "high": 1000 * (1 - accuracy["low"]),
    }
    out = {
        "run": f"{chosen.name}.seed{task.best_seed(chosen)}",
        "family": chosen.name,
        "model": chosen.model,
        "approach": chosen.approach,
        "labels": chosen.labels,
        "description": recommendation.describe(chosen, titles),
        "certainty": recommendation.certainty(verdict),
        "how": how(task, choice, titles),
        "runner_up": None
        if rival is None
        else {
            "family": choice.runner_up.name,
            "description": recommendation.describe(choice.runner_up, titles),
            "validation_macro_f1": task.validation[choice.runner_up],
        },
        "difference": None
        if rival is None
        else {
            **figure(rival.difference, rival.low, rival.high),
            "p": rival.p,
            "p_adjusted": float(p_adjusted),
            "margin": settings.margin,
            "verdict": verdict,
        },
        "validation_macro_f1": task.validation[chosen],
        "test": {
            metric: found
            for metric in metrics.OVERALL + metrics.PROBABILISTIC + metrics.SHARES
            if (found := task.figure(chosen, metric)) is not None
        },
        "wrong_per_1000": wrong,
        "review": reviewed,
        "cost": cost_entry(cost, reviewed, settings.costs),
        "more_labels": curves.get(chosen),
        "candidates": [
            {
                "family": family.name,
                "validation_macro_f1": task.validation[family],
                "per_year": task.cost[family].per_year,
                "within_margin": family in choice.close,
            }
            for family in choice.ranked
        ],
        "left_out": [{"family": family.name, "why": why} for family, why in left_out],
    }
    out["would_change"] = would_change(task, choice, verdict, curves, compared, titles, left_out)
    return out


def nothing(task: Task, left_out: list[tuple[Family, str]], titles: dict[str, str]) -> dict:
    """The entry of a task without any candidate."""
    reasons = "; ".join(f"{recommendation.describe(family, titles)} {why}" for family, why in left_out)
    keys = (
        "family model approach labels description runner_up difference validation_macro_f1 test "
        "wrong_per_1000 review cost more_labels"
    )
    return {
        "run": None,
        **dict.fromkeys(keys.split()),
        "certainty": recommendation.CANNOT_TELL,
        "how": f"no run of this task can be recommended ({reasons}).",
        "candidates": [],
        "left_out": [{"family": family.name, "why": why} for family, why in left_out],
        "would_change": [],
    }


def how(task: Task, choice: recommendation.Choice, titles: dict[str, str]) -> str:
    """How the choice was made, in a sentence or two."""
    margin = task.study.evaluate.margin
    best, chosen = choice.best, choice.chosen
    if len(choice.close) == 1:
        return (
            f"Best on validation (macro-F1 {task.validation[chosen]:.3f}); no other candidate came within "
            f"the margin of {margin:g}."
        )
    counted = f"{len(choice.close)} candidates came within the margin of {margin:g} of the best on validation"
    if task.cost[chosen].per_year is None:
        return f"{counted}; the cost of none is known, so the best on validation was taken."
    if chosen == best:
        return f"{counted}; this one was the best ({task.validation[best]:.3f}) and the cheapest."
    return (
        f"{counted} ({recommendation.describe(best, titles)}: {task.validation[best]:.3f}); this one "
        f"({task.validation[chosen]:.3f}) is the cheapest of them."
    )


def curve_of(task: Task, family: Family) -> dict | None:
    """What more labels would bring to a family's model and approach; None without several label budgets."""
    budgets = {f: f.labels for f in task.families if (f.model, f.approach) == (family.model, family.approach)}
    if len(budgets) < 2:
        return None
    everything = task.training_reports
    sides = {
        everything if labels is None else labels: task.side(f)
        for f, labels in budgets.items()
        if labels is None or labels < everything
    }
    settings = task.study.evaluate
    return recommendation.label_curve(
        sides,
        settings.more_labels,
        settings.draws,
        settings.confidence,
        task.study.seed,
        f"{task.task} {family.model}",
    )


def cost_entry(cost: costs.Cost, reviewed: dict | None, prices) -> dict:
    """Costs of the chosen family and of the people beside it, null where unknown."""
    share = None if reviewed is None else reviewed["reviewed_per_1000"]["value"] / 1000
    hours = None if share is None else share * prices.review_minutes / 60 * 1000
    people = None if hours is None else hours * prices.reviewer_hour
    years = prices.reports_per_year / 1000
    return {
        "currency": prices.currency,
        "per_1000_reports": cost.per_thousand,
        "seconds_per_1000_reports": cost.seconds_per_thousand,
        "train_seconds": cost.train_seconds,
        "train": cost.train,
        "per_year": cost.per_year,
        "reports_per_year": prices.reports_per_year,
        "energy_kwh": cost.energy_kwh,
        "peak_memory_mib": cost.peak_memory_mib,
        "device": cost.device,
        "review_hours_per_1000_reports": hours,
        "review_per_1000_reports": people,
        "review_per_year": None if people is None else people * years,
    }


def would_change(
    task: Task,
    choice: recommendation.Choice,
    verdict: str | None,
    curves: dict[Family, dict],
    compared: pd.DataFrame,
    titles: dict[str, str],
    left_out: list[tuple[Family, str]],
) -> list[str]:
    """What could turn the choice, in sentences."""
    settings = task.study.evaluate
    out = []
    name = recommendation.describe(choice.chosen, titles)
    if verdict == "undecided":
        rival = recommendation.describe(choice.runner_up, titles)
        out.append(f"More test reports or seeds: {name} and {rival} cannot be told apart on these.")
    if verdict == "b":
        rival = recommendation.describe(choice.runner_up, titles)
        out.append(
            f"{rival} does better on the test part though {name} was chosen on validation; a larger "
            "validation part would settle it."
        )
    if choice.chosen != choice.best:
        out.append(
            f"Prices, or a margin below {settings.margin:g}: "
            f"{recommendation.describe(choice.best, titles)} is "
            f"{task.validation[choice.best] - task.validation[choice.chosen]:.3f} better on validation and "
            "costs more."
        )
    reached = curves.get(choice.chosen, {}).get("macro_f1") or task.figure(choice.chosen, "macro_f1")
    for family, curve in curves.items():
        if family != choice.chosen and curve["macro_f1"]["value"] > reached["value"] + settings.margin:
            out.append(
                f"{settings.more_labels:,} more labels: {recommendation.describe(family, titles)} would "
                "overtake, if its curve goes on as it did."
            )
    rows = compared[(compared["task"] == task.task) & (compared["question"] == "small_or_large")]
    outside = {family.name: why for family, why in left_out}
    for row in rows.itertuples():
        if row.b in outside and row.verdict == "b":
            other, small = (recommendation.describe(Family.parse(name), titles) for name in (row.b, row.a))
            out.append(
                f"On the test part {other} does better than {small} ({-row.difference:+.3f}) but "
                f"{outside[row.b]}."
            )
    return out


def headline(measured: pd.DataFrame) -> dict:
    """metrics.json: task -> family -> mean test macro-F1."""
    return {
        task: {
            family.name: value for family, value in metrics.values(measured, task, "test", "macro_f1").items()
        }
        for task in dict.fromkeys(measured["task"])
    }


def plots(tasks: dict[str, Task], out: dict, measured: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables for `dvc plots`: macro-F1 of every family, the label curve, and a confusion table a task."""
    rows = measured[
        (measured["metric"] == "macro_f1") & (measured["part"] == "test") & (measured["seed"] == metrics.ALL)
    ].reset_index(drop=True)
    sizes = {name: task.training_reports for name, task in tasks.items()}
    found = {
        "macro_f1": rows.assign(
            family=[
                Family(r.model, r.approach, None if pd.isna(r.labels) else int(r.labels)).name
                for r in rows.itertuples()
            ]
        )[["task", "family", "value", "low", "high"]]
    }
    trained = rows[rows["approach"].isin(TRAINED)]
    curve = trained.assign(labels=trained["labels"].fillna(trained["task"].map(sizes)).astype(int))
    found["label_curve"] = curve[["task", "model", "approach", "labels", "value", "low", "high"]].sort_values(
        ["task", "model", "approach", "labels"]
    )
    for name, task in tasks.items():
        if out[name]["run"] is None:
            continue
        table = metrics.read_runs(task.folder, [out[name]["run"]], task.classes)[out[name]["run"]]
        test = table[table["part"] == "test"]
        found[f"confusion_{name}"] = pd.DataFrame(
            {"actual": test["label"], "predicted": test["prediction"].fillna("(unreadable)")}
        )
    return found


def write_json(value: dict, path: Path) -> None:
    """Write JSON for people and programs; NaN is refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise StudyError(f"{path}: a figure is not a number; look for it in metrics.csv") from None
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    command.run(main)

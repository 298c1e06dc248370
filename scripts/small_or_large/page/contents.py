"""What the page says, gathered from a study's results: plain dictionaries and lists for the template.

Everything but metrics, comparisons, recommendation and the pretrained checkpoints may be missing; the page then
states that it is.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from small_or_large import comparisons, costs, metrics, tables
from small_or_large.errors import StudyError
from small_or_large.metrics import Family
from small_or_large.page import plots
from small_or_large.recommendation import describe
from small_or_large.schema.runs import TRAINED
from small_or_large.study import Study

MODEL_KINDS = {
    "encoder": "encoder",
    "decoder": "LLM",
    "baseline": "baseline",
    "external": "external",
    "ensemble": "ensemble",
}
LARGEST_TABLE = 15
# Kinds of pattern in label_leakage.csv, in the plural.
PATTERN_KINDS = {"token": "words", "code": "codes", "heading": "headings", "facility": "facilities"}
# A class with fewer test reports than this has figures that the page warns of.
FEW_REPORTS = 10
# What the verdicts a and b say, by question.
SIDES = {
    "finetune_or_zero_shot": ("finetuned better", "zero-shot better"),
    "adjacent_or_generic": ("adjacent better", "generic better"),
    "pretrain_further": ("further pretraining better", "base better"),
    "small_or_large": ("small better", "large better"),
    "baseline": ("small model better", "baseline better"),
    "ensemble": ("together better", "the one better"),
}


def gather(study: Study, results: Path) -> dict:
    """Everything that the template needs. results: the study's folder of results.

    Raises StudyError where metrics.csv, comparisons.csv or predictions are missing or broken, or where a
    pretraining.json is missing.
    """
    measured = metrics.read(results / "metrics.csv")
    compared = comparisons.read(results / "comparisons.csv")
    recommended = json.loads((results / "recommendation.json").read_text(encoding="utf-8"))
    titles = {name: model.title or name for name, model in study.models.items()}
    stand_ins = {name for name, model in study.models.items() if model.stand_in}
    everything = [
        task_contents(study, results, measured, task, recommended[task], titles, stand_ins)
        for task in study.tasks
    ]
    return {
        "study": study,
        "tasks": everything,
        "questions": questions(compared, study, titles, stand_ins),
        "stand_ins": sorted(titles[name] for name in stand_ins),
        "ensembles": any(model.kind == "ensemble" for model in study.models.values()),
        "pretraining": pretraining(study, results, titles),
        "assumptions": study.evaluate.costs,
        "settings": study.evaluate,
        "corpus": optional_json(results / "corpus.json"),
        "duplicates": duplicates(results / "duplicates.parquet"),
        "human_audit": optional_json(results / "audit.json"),
        "leakage": leakage(results / "label_leakage.csv"),
        "provenance": optional_json(results / "provenance.json"),
        "show_text": study.page.show_text,
        "few_reports": FEW_REPORTS,
    }


def pretraining(study: Study, results: Path, titles: dict[str, str]) -> list[dict]:
    """What each pretraining of the study read, what it brought on held-out text, and what it cost.

    StudyError where a checkpoint says nothing of its pretraining.
    """
    rows = []
    for model in study.pretrained:
        path = results / "checkpoints" / model / "pretraining.json"
        if not path.is_file():
            raise StudyError(f"{path}: not there; make the checkpoint again with scripts/pretrain.py")
        facts = json.loads(path.read_text(encoding="utf-8"))
        hour = costs.price(facts["costs"]["device"], study.evaluate.costs)
        seconds = facts["costs"]["train_seconds"]
        rows.append(
            {
                **facts,
                "title": titles[model],
                "base": titles.get(facts["base"], facts["base"]),
                "stand_in": study.models[model].stand_in,
                "seconds": seconds,
                "money": None if hour is None else seconds / 3600 * hour,
            }
        )
    return rows


def optional_json(path: Path) -> dict | None:
    """The file's contents, None where there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def kind_of(study: Study, family: Family) -> str:
    """How a family is coloured: finetuned, probe, zero_shot, baseline, ensemble or large."""
    kind = study.models[family.model].kind
    if kind == "encoder":
        return family.approach if family.approach in ("finetuned", "probe") else "zero_shot"
    return kind if kind in ("baseline", "ensemble") else "large"


def task_contents(
    study: Study,
    results: Path,
    measured: pd.DataFrame,
    task: str,
    recommended: dict,
    titles: dict[str, str],
    stand_ins: set[str],
) -> dict:
    """One task: its answer, its runs, its classes and confusion matrices, its curve and its data."""
    classes = study.class_names(task)
    names = [run.name for run in study.runs_of(task)]
    families = metrics.families(names)
    rows = measured[(measured["task"] == task) & (measured["part"] == "test")]
    by_family = {family: figures(family_rows(rows, family)) for family in families}
    axis = plots.score_axis([by_family[family]["macro_f1"]["low"] for family in families])
    runs = []
    for family, seeds in families.items():
        found = by_family[family]
        score = found["macro_f1"]
        cost = costs.of_family(
            [
                costs.of_run(
                    costs.read(results / "costs" / task / f"{family.name}.seed{k}.json"), study.evaluate.costs
                )
                for k in seeds
            ]
        )
        kind = kind_of(study, family)
        title = describe(family, titles)
        drawn = plots.interval(
            axis,
            score["value"],
            score["low"],
            score["high"],
            kind,
            f"{title}: {score['value']:.3f} ({score['low']:.3f} to {score['high']:.3f})",
            hollow=family.model in stand_ins,
        )
        runs.append(
            {
                "family": family,
                "title": title,
                "kind": kind,
                "model_kind": MODEL_KINDS[study.models[family.model].kind],
                "stand_in": family.model in stand_ins,
                "recommended": family.name == recommended["family"],
                "seeds": len(seeds),
                "score": score,
                "validation": validation_score(measured, task, family),
                "drawing": drawn,
                "metrics": {
                    name: found.get(name) for name in metrics.OVERALL + metrics.PROBABILISTIC + metrics.SHARES
                },
                "cost": cost,
            }
        )
    runs.sort(key=lambda run: -run["score"]["value"])
    shown = [run for run in runs if run["recommended"]] + [run for run in runs if not run["recommended"]]
    predictions = metrics.read_runs(results / "predictions" / task, names, classes)
    details = [
        class_contents(measured, task, run["family"], families[run["family"]], classes, predictions)
        | {"title": run["title"], "stand_in": run["stand_in"], "recommended": run["recommended"]}
        for run in shown
    ]
    split = tables.read_split(results / "splits" / f"{task}.csv")
    summary = optional_json(results / "splits" / f"{task}.summary.json")
    examples = []
    if study.page.show_text and recommended["run"]:
        examples = misclassified(
            predictions[recommended["run"]], results / "reports.parquet", study.page.examples
        )
    return {
        "name": task,
        "title": study.tasks[task].title or task,
        "scenario": study.tasks[task].scenario,
        "classes": classes,
        "answer": recommended,
        "runs": runs,
        "scale": plots.scale(axis),
        "details": details,
        "curve": curve(rows, split, study, titles, stand_ins),
        "scatter": scatter(runs, study.evaluate.costs.currency),
        "parts": [
            {
                "part": part,
                "reports": int((split["part"] == part).sum()),
                "patients": int(split.loc[split["part"] == part, "patient_id"].nunique()),
            }
            for part in tables.PARTS
        ],
        "split": summary,
        "truncated": truncated(runs),
        "scarce": [row["name"] for row in details[0]["rows"] if row["support"] < FEW_REPORTS],
        "examples": examples,
    }


def family_rows(rows: pd.DataFrame, family: Family) -> pd.DataFrame:
    """Rows of metrics.csv of a family, mean over seeds."""
    labels = (
        rows["labels"].isna() if family.labels is None else rows["labels"].eq(family.labels).fillna(False)
    )
    return rows[
        (rows["model"] == family.model)
        & (rows["approach"] == family.approach)
        & labels
        & (rows["seed"] == metrics.ALL)
    ]


def figures(rows: pd.DataFrame) -> dict[str, dict]:
    """A family's figures with their intervals by metric, but those by class and those that are undefined."""
    defined = rows[rows["class"].isna() & rows["value"].notna()]
    return {
        row.metric: {"value": float(row.value), "low": float(row.low), "high": float(row.high)}
        for row in defined.itertuples()
    }


def validation_score(measured: pd.DataFrame, task: str, family: Family) -> float | None:
    """Mean macro-F1 on the validation part; None where the family was not run on it."""
    return metrics.values(measured, task, "validation", "macro_f1").get(family)


def class_contents(
    measured: pd.DataFrame,
    task: str,
    family: Family,
    seeds: list[int],
    classes: list[str],
    predictions: dict[str, pd.DataFrame],
) -> dict:
    """Per-class figures of a family (mean over seeds) and the confusion matrix of one of its runs.

    The run is the seed that is best on validation, the first where none was run on it.
    """
    rows = measured[(measured["task"] == task)]
    own = family_rows(rows[rows["part"] == "test"], family)
    by_class = {
        metric: own[own["metric"] == metric].set_index("class").loc[classes] for metric in metrics.BY_CLASS
    }
    labels = (
        rows["labels"].isna() if family.labels is None else rows["labels"].eq(family.labels).fillna(False)
    )
    validated = rows[
        (rows["part"] == "validation")
        & (rows["metric"] == "macro_f1")
        & (rows["model"] == family.model)
        & (rows["approach"] == family.approach)
        & (rows["seed"] != metrics.ALL)
        & labels
    ]
    seed = seeds[0] if validated.empty else int(validated.loc[validated["value"].idxmax(), "seed"])
    table = predictions[f"{family.name}.seed{seed}"]
    matrix = metrics.confusion(table[table["part"] == "test"], classes)
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    return {
        "family": family.name,
        "run": f"{family.name}.seed{seed}",
        "unreadable": int(matrix[:, -1].sum()),
        "rows": [
            {
                "name": name,
                "support": int(by_class["support"].loc[name, "value"]),
                **{
                    metric: {key: float(by_class[metric].loc[name, key]) for key in ("value", "low", "high")}
                    for metric in ("precision", "recall", "f1")
                },
                "cells": [
                    {"count": int(matrix[k, m]), "shade": round(float(shares[k, m]), 2), "right": k == m}
                    for m in range(len(classes) + 1)
                ],
            }
            for k, name in enumerate(classes)
        ],
    }


def questions(
    compared: pd.DataFrame, study: Study, titles: dict[str, str], stand_ins: set[str]
) -> list[dict]:
    """The questions with their comparisons, drawn on one axis each."""
    out = []
    for question, text in comparisons.QUESTIONS.items():
        rows = compared[compared["question"] == question]
        if rows.empty:
            out.append({"name": question, "text": text, "tasks": []})
            continue
        axis = plots.forest_axis(list(zip(rows["low"], rows["high"], strict=True)), study.evaluate.margin)
        by_task = []
        for task in study.tasks:
            lines = []
            for row in rows[rows["task"] == task].itertuples():
                a, b = (Family.parse(name) for name in (row.a, row.b))
                names = [describe(family, titles) for family in (a, b)]
                lines.append(
                    {
                        "a": names[0],
                        "b": names[1],
                        "stand_in": [family.model in stand_ins for family in (a, b)],
                        "row": row,
                        "words": verdict_words(row.verdict, question),
                        "drawing": plots.interval(
                            axis,
                            row.difference,
                            row.low,
                            row.high,
                            f"verdict-{row.verdict}",
                            f"{names[0]} minus {names[1]}: {row.difference:+.3f} ({row.low:+.3f} to "
                            f"{row.high:+.3f})",
                            margin=study.evaluate.margin,
                            hollow=bool({a.model, b.model} & stand_ins),
                        ),
                    }
                )
            if lines:
                by_task.append(
                    {
                        "name": task,
                        "title": study.tasks[task].title or task,
                        "lines": lines,
                        "tally": tally(rows.loc[rows["task"] == task, "verdict"], question),
                        "stand_in": all(any(line["stand_in"]) for line in lines),
                    }
                )
        out.append(
            {
                "name": question,
                "text": text,
                "tasks": by_task,
                "scale": plots.scale(axis, signed=True),
            }
        )
    return out


def verdict_words(verdict: str, question: str) -> str:
    """A verdict as the page prints it."""
    return dict(zip(("a", "b"), SIDES[question], strict=True)).get(verdict, verdict)


def tally(verdicts: pd.Series, question: str) -> list[dict]:
    """How often each verdict of a question was reached: `verdict`, `words`, `count`, `total`; none left out."""
    counts = verdicts.value_counts()
    return [
        {
            "verdict": verdict,
            "words": verdict_words(verdict, question),
            "count": int(counts[verdict]),
            "total": len(verdicts),
        }
        for verdict in tables.VERDICTS
        if verdict in counts
    ]


def curve(
    rows: pd.DataFrame, split: pd.DataFrame, study: Study, titles: dict[str, str], stand_ins: set[str]
) -> str | None:
    """The label curve of a task as a drawing; None where no model was trained with several budgets."""
    everything = int((split["part"] == "train").sum())
    found = rows[
        (rows["metric"] == "macro_f1")
        & (rows["seed"] == metrics.ALL)
        & rows["approach"].isin(TRAINED)
        & ~rows["model"].isin(stand_ins)
    ]
    lines = []
    for (model, approach), group in found.groupby(["model", "approach"]):
        if group["labels"].nunique(dropna=False) < 2:
            continue
        group = group.assign(labels=group["labels"].fillna(everything).astype(int)).sort_values("labels")
        lines.append(
            {
                "name": describe(Family(model, approach), titles),
                "points": list(group[["labels", "value", "low", "high"]].itertuples(index=False, name=None)),
            }
        )
    return plots.curves(lines, "Macro-F1 by number of training labels") if lines else None


def scatter(runs: list[dict], currency: str) -> str | None:
    """Macro-F1 against cost per 1,000 reports, for the best approach of each model whose cost is known."""
    best: dict[str, dict] = {}
    for run in runs:
        if run["cost"].per_thousand and run["family"].labels is None:
            best.setdefault((run["family"].model, run["kind"]), run)
    points = [
        {
            "name": run["title"] + (" (stand-in)" if run["stand_in"] else ""),
            "kind": run["kind"],
            "hollow": run["stand_in"],
            "cost": run["cost"].per_thousand,
            **run["score"],
        }
        for run in best.values()
        if run["kind"] != "zero_shot"
    ]
    if len(points) < 2:
        return None
    return plots.cost_scatter(points, f"{currency} per 1,000 reports", "Macro-F1 by cost of reading")


def truncated(runs: list[dict]) -> list[dict]:
    """Share of test reports that a model saw only in part, one entry a model, where there were any."""
    found: dict[str, dict] = {}
    for run in runs:
        share = run["metrics"]["truncated"]
        if share is not None and share["value"] > 0:
            found.setdefault(run["family"].model, {"title": run["title"], "share": share["value"]})
    return list(found.values())


def duplicates(path: Path) -> dict | None:
    """How many reports lie in groups of near-duplicates; None where the table is not there."""
    if not path.is_file():
        return None
    sizes = pd.read_parquet(path, columns=["group"])["group"].value_counts()
    several = sizes[sizes > 1]
    return {
        "groups": len(several),
        "reports": int(several.sum()),
        "largest": int(several.max()) if len(several) else 0,
    }


def leakage(path: Path) -> dict[str, dict] | None:
    """What gives labels away, by task: `alone` (macro-F1 that each kind of pattern reaches by itself, with
    the majority class's) and `patterns` (the strongest). None where label_leakage.csv is not there.
    """
    if not path.is_file():
        return None
    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    table["kind"] = table["kind"].map(PATTERN_KINDS)
    out = {}
    for task, rows in table.groupby("task", sort=False):
        whole = rows["pattern"] == "*"
        strongest = rows[~whole].sort_values("power", ascending=False, kind="stable").head(LARGEST_TABLE)
        out[task] = {
            "alone": rows[whole][["kind", "macro_f1", "majority_macro_f1"]].to_dict("records"),
            "patterns": strongest[["kind", "pattern", "class", "reports", "precision", "recall"]].to_dict(
                "records"
            ),
            "total": int((~whole).sum()),
        }
    return out


def misclassified(table: pd.DataFrame, reports: Path, count: int) -> list[dict]:
    """Test reports that the run got wrong, with their text, surest mistakes first."""
    test = table[table["part"] == "test"]
    wrong = test[(test["prediction"] != test["label"]).fillna(True)]
    scores = wrong.filter(like="score_").max(axis=1).fillna(0)
    wrong = wrong.loc[scores.sort_values(ascending=False, kind="stable").index[:count]]
    texts = tables.read_reports(reports, ["text"], wrong["report_id"].tolist())["text"]
    return [
        {
            "report_id": row.report_id,
            "label": row.label,
            "prediction": row.prediction if isinstance(row.prediction, str) else f"({row.status})",
            "text": text,
        }
        for row, text in zip(wrong.itertuples(), texts, strict=True)
    ]

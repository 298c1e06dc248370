"""A study that was really run: every contract file is there and true, and nothing is left to do."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from running import TINY, planned, snakemake

from small_or_large import predictions, tables
from small_or_large.study import load_study


@pytest.fixture(scope="module")
def results(finished):
    return finished / "results" / "tiny"


@pytest.fixture(scope="module")
def study(results):
    return load_study(results / "study.yaml")


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the finished study to change; times are kept, so nothing is due in it."""
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder, symlinks=True)
    return folder


def test_rows_in_are_reports_and_quarantined_rows(results, study):
    reports = tables.checked(pd.read_parquet(results / "reports.parquet"), tables.REPORTS, "reports")
    quarantine = tables.checked(
        pd.read_parquet(results / "quarantine.parquet"), tables.QUARANTINE, "quarantine"
    )
    for source in study.sources:
        rows_in = json.loads((results / "ingest" / source / "summary.json").read_text())["rows_in"]
        assert rows_in > 0
        assert rows_in == (reports["source"] == source).sum() + (quarantine["source"] == source).sum()


def test_no_patient_and_no_near_duplicate_stands_on_two_sides(results, study):
    groups = pd.read_parquet(results / "duplicates.parquet").set_index("report_id")["group"]
    for task in study.tasks:
        split = tables.read_split(results / "splits" / f"{task}.csv")
        assert set(split["part"]) == set(tables.PARTS)
        assert split.groupby("patient_id")["part"].nunique().max() == 1
        assert split.groupby(split["report_id"].map(groups))["part"].nunique().max() == 1


def test_every_run_left_its_predictions_and_costs(results, study):
    for run in study.all_runs:
        classes = study.class_names(run.task)
        table = predictions.read(results / "predictions" / run.task / f"{run.name}.parquet", classes)
        split = tables.read_split(results / "splits" / f"{run.task}.csv").set_index("report_id")
        assert (split.loc[table["report_id"], "part"].to_numpy() == table["part"].to_numpy()).all()
        costs = json.loads((results / "costs" / run.task / f"{run.name}.json").read_text())
        keys = {"device", "dtype", "parameters", "train_seconds", "reports_per_second", "peak_memory_mib"}
        assert keys | {"energy_kwh", "versions"} <= set(costs)


def test_checkpoints_are_safetensors_with_a_model_card(results, study):
    made = [results / "checkpoints" / name for name, model in study.models.items() if model.pretrain]
    made += [results / "checkpoints" / r.task / r.name for r in study.all_runs if r.approach == "finetuned"]
    for folder in made:
        assert (folder / "model.safetensors").is_file() and (folder / "model_card.md").is_file(), folder
    pickles = [p for p in (results / "checkpoints").rglob("*") if p.suffix in (".bin", ".pt", ".pkl")]
    assert pickles == []


def test_metrics_are_those_of_the_predictions(results, study):
    from sklearn.metrics import f1_score

    metrics = pd.read_csv(results / "metrics.csv", dtype={"labels": "Int64", "seed": str})
    tables.checked(metrics, tables.METRICS, "metrics")
    rows = metrics[
        (metrics["metric"] == "macro_f1") & (metrics["part"] == "test") & (metrics["seed"] != "all")
    ]
    assert len(rows) == len(study.all_runs)
    for row in rows.itertuples():
        name = f"{row.model}.{row.approach}{'' if pd.isna(row.labels) else f'.n{row.labels}'}.seed{row.seed}"
        classes = study.class_names(row.task)
        table = predictions.read(results / "predictions" / row.task / f"{name}.parquet", classes)
        test = table[table["part"] == "test"]
        answers = test["prediction"].fillna("(none)")
        expected = f1_score(test["label"], answers, labels=classes, average="macro", zero_division=0)
        assert row.value == pytest.approx(expected, abs=1e-9), name
        assert row.low <= row.value <= row.high or np.isclose(row.low, row.high)


def test_comparisons_reproduce_from_the_predictions(results, study):
    comparisons = tables.checked(pd.read_csv(results / "comparisons.csv"), tables.COMPARISONS, "comparisons")
    metrics = pd.read_csv(results / "metrics.csv", dtype={"labels": "Int64", "seed": str})
    overall = metrics[
        (metrics["metric"] == "macro_f1") & (metrics["part"] == "test") & (metrics["seed"] == "all")
    ]
    family = overall["model"] + "." + overall["approach"]
    family += overall["labels"].map(lambda n: "" if pd.isna(n) else f".n{n}")
    value = dict(zip(zip(overall["task"], family, strict=True), overall["value"], strict=True))
    assert len(comparisons) > 0
    for row in comparisons.itertuples():
        expected = value[row.task, row.a] - value[row.task, row.b]
        assert row.difference == pytest.approx(expected, abs=1e-9)
        assert row.p_adjusted >= row.p
        if row.verdict == "equivalent":
            assert -row.margin < row.low and row.high < row.margin


def test_the_recommendation_is_never_a_stand_in(results, study):
    recommendation = json.loads((results / "recommendation.json").read_text())
    assert set(recommendation) == set(study.tasks)
    stand_ins = [name for name, model in study.models.items() if model.stand_in]
    assert stand_ins
    chosen = [entry["run"] for entry in recommendation.values()]
    assert not any(str(run).startswith(f"{name}.") for run in chosen for name in stand_ins)


def test_the_page_holds_no_report_text_and_asks_nothing_of_the_network(results):
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "synthetic" in page.lower()
    assert 'src="http' not in page and 'href="http' not in page and "@import" not in page
    for text in pd.read_parquet(results / "reports.parquet")["text"]:
        sentence = max(text.replace("\n", ". ").split(". "), key=len)
        assert len(sentence) < 40 or sentence not in page


def test_nothing_is_left_to_do(finished):
    assert "Nothing to be done" in snakemake(finished, "--configfile", TINY, "--dry-run")


def changed(copy, change) -> dict[str, int]:
    """Jobs planned after a change to the tiny study."""
    values = yaml.safe_load((copy / TINY).read_text())
    change(values)
    (copy / TINY).write_text(yaml.safe_dump(values, sort_keys=False))
    return planned(snakemake(copy, "--configfile", TINY, "--dry-run"))


EVALUATION = {"evaluate", "compare", "recommend", "provenance", "report", "all"}


def test_a_class_description_reruns_zero_shot_llm_and_the_page_and_no_training(copy):
    def change(values):
        values["tasks"]["reportability"]["classes"]["reportable"]["description"] = "Something else."

    jobs = changed(copy, change)
    assert set(jobs) - EVALUATION == {"zero_shot", "llm", "label_answers", "ensemble"}
    assert {"evaluate", "report"} <= set(jobs)


def test_a_hyperparameter_of_finetuning_reruns_finetuning_and_no_pretraining(copy):
    jobs = changed(copy, lambda values: values["finetune"].update(learning_rate=2.0e-3))
    assert set(jobs) - EVALUATION == {"finetune", "ensemble"}


def test_another_architecture_makes_the_model_again_and_reads_no_report_again(copy):
    def change(values):
        values["models"]["decoder"]["create"]["hidden"] = 64

    jobs = changed(copy, change)
    assert {"create", "pretrain", "llm"} <= set(jobs)
    assert not {"generate", "ingest", "gate", "split", "finetune"} & set(jobs)


def test_another_label_reaches_what_learns_from_labels_and_asks_no_model_again(copy):
    results = copy / "results" / "tiny"
    path = results / "labels" / "reportability.parquet"
    labels = pd.read_parquet(path)
    first = labels.index[labels["label"] == "reportable"][0]
    labels.loc[first, "label"] = "not_reportable"
    labels.to_parquet(path, index=False)
    # What the first calls of `make study` and of the DVC stage leave: texts and split made again as they were.
    # (A benchmark's file counts as an output.)
    split = [results / "splits", results / "benchmarks" / "split"]
    for again in (results / "texts.parquet", *(file for folder in split for file in folder.iterdir())):
        again.touch()
    jobs = planned(snakemake(copy, "--configfile", TINY, "--dry-run"))
    assert set(jobs) - EVALUATION == {
        *("label_leakage", "baseline", "probe", "finetune", "label_answers", "ensemble")
    }


def test_a_prompt_reruns_the_llm_alone(copy):
    prompt = copy / "prompts" / "classify.txt"
    prompt.write_text(prompt.read_text() + "\nThink before you answer.\n")
    jobs = planned(snakemake(copy, "--configfile", TINY, "--dry-run"))
    assert set(jobs) - EVALUATION == {"llm", "label_answers"}

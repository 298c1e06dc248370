"""What Snakemake plans to do, for the shipped studies and for a changed key, without running a job."""

from collections import Counter

import pandas as pd
import yaml
from running import planned, snakemake

from small_or_large.study import load_study


def test_the_default_study_plans_every_run_once(checkout):
    jobs = planned(snakemake(checkout, "--dry-run"))
    study = load_study(checkout / "config.yaml")
    by = Counter(run.approach for run in study.all_runs)
    assert jobs["finetune"] == by["finetuned"]
    assert jobs["zero_shot"] == by["similarity"] + by["cloze"] + by["untrained_head"]
    assert jobs["llm"] == by["likelihood"] + by["free_text"]
    assert jobs["split"] == len(study.tasks)
    assert jobs["pretrain"] == sum(model.pretrain is not None for model in study.models.values())
    assert jobs["report"] == 1


def test_a_study_given_replaces_the_default_whole(checkout):
    study = yaml.safe_load((checkout / "config.yaml").read_text())
    del study["models"]["small-decoder"], study["llm"], study["title"]
    study["runs"] = [{"models": ["tfidf"], "approaches": ["fitted"]}]
    (checkout / "mine.yaml").write_text(yaml.safe_dump(study | {"study": "mine"}))
    jobs = planned(snakemake(checkout, "--dry-run", "--configfile", "mine.yaml"))
    assert "llm" not in jobs and "pretrain" not in jobs, "the default study's runs leaked in"
    resolved = yaml.safe_load((checkout / "results/mine/study.yaml").read_text())
    assert "small-decoder" not in resolved["models"] and resolved["title"] == ""


def test_a_misspelt_key_stops_before_anything_is_planned(checkout):
    study = yaml.safe_load((checkout / "config.yaml").read_text())
    study["finetune"]["epoch"] = study["finetune"].pop("epochs")
    (checkout / "mine.yaml").write_text(yaml.safe_dump(study))
    output = snakemake(checkout, "--dry-run", "--configfile", "mine.yaml", ok=False)
    assert "finetune.epoch: unknown key; did you mean 'epochs'?" in output
    assert "Traceback" not in output


def test_the_papers_study_is_planned_with_made_up_reports(checkout):
    (checkout / "data/registry").mkdir(parents=True)
    study = yaml.safe_load((checkout / "studies/paper.yaml").read_text())
    columns = {"report_id": ["1"], "patient_id": ["1"], "text": ["text"], "received": ["2020-01-01"]}
    labels = {label: [""] for label in study["tasks"]}
    pd.DataFrame(columns | {"facility": ["a"]} | labels).to_parquet(
        checkout / "data/registry/reports.parquet"
    )
    jobs = planned(snakemake(checkout, "--dry-run", "--configfile", "studies/paper.yaml"))
    assert jobs["pretrain"] == 2
    assert jobs["finetune"] == 5 * (1 + 1 + 5)
    assert jobs["llm"] == 2 * 3
    assert jobs["gate"] == study["ingest"]["shards"]


def test_a_missing_source_is_named_with_its_key(checkout):
    output = snakemake(checkout, "--dry-run", "--configfile", "studies/tcga.yaml", ok=False)
    assert "sources.tcga.path" in output and "data/tcga/reports.csv.gz" in output

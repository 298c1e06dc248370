"""dvc.yaml as it is written for a study."""

import shutil
import subprocess

import pytest
import yaml
from in_process import command
from repository import REPOSITORY

import dvc_stages
from small_or_large.study import check_study, load_study


@pytest.fixture
def default():
    return dvc_stages.stages(load_study(REPOSITORY / "config.yaml"), str(REPOSITORY / "config.yaml"))


def outputs(stage: dict) -> list[str]:
    return [path for kind in ("outs", "metrics") for out in stage.get(kind, []) for path in out]


def test_every_phase_is_there_and_every_output_persists(default):
    assert list(default["stages"]) == ["ingest", "pretrain", "finetune", "predict", "evaluate"]
    for stage in default["stages"].values():
        assert all(settings == {"persist": True} for out in stage["outs"] for settings in out.values())


def test_no_output_lies_within_another(default):
    paths = sorted(path for stage in default["stages"].values() for path in outputs(stage))
    assert len(paths) == len(set(paths))
    assert not any(later.startswith(f"{path}/") for path in paths for later in paths)


def test_what_a_phase_needs_another_makes(default):
    made: list[str] = []
    for stage in default["stages"].values():
        needed = [path for path in stage.get("deps", []) if path.startswith("results/")]
        assert set(needed) <= set(made)
        made += outputs(stage)


def test_no_phase_that_reads_texts_alone_depends_on_labels(default):
    stages = default["stages"]
    assert not any(
        path.endswith(("labels", "/reports.parquet", "ingest")) for path in stages["pretrain"]["deps"]
    )
    assert all("results/default/reports.parquet" not in stage.get("deps", []) for stage in stages.values())
    for phase in ("finetune", "predict"):
        assert "results/default/labels" in stages[phase]["deps"]


def test_every_contract_file_is_an_output(default):
    made = [path for stage in default["stages"].values() for path in outputs(stage)]
    for name in ("reports.parquet", "quarantine.parquet", "splits", "predictions", "costs", "metrics.csv"):
        assert f"results/default/{name}" in made
    for name in ("texts.parquet", "labels", "duplicates.parquet"):
        assert f"results/default/{name}" in made
    for name in ("comparisons.csv", "recommendation.json", "metrics.json", "report.html", "provenance.json"):
        assert f"results/default/{name}" in made


def test_rules_left_out_are_rules_of_the_workflow(default):
    rules = {
        line.split()[1].rstrip(":")
        for path in (REPOSITORY / "rules").glob("*.smk")
        for line in path.read_text().splitlines()
        if line.startswith("rule ")
    }
    omitted = {rule for calls, _ in dvc_stages.PHASES.values() for later in calls for rule in later}
    assert omitted <= rules


def test_a_study_of_the_baseline_on_a_file_has_the_phases_it_needs(tmp_path):
    values = {
        "study": "little",
        "sources": {"registry": {"path": ["data/2024/*.csv.gz", "data/old.csv"]}},
        "tasks": {
            "kind": {"question": "Which?", "classes": {name: {"description": name} for name in ("a", "b")}}
        },
        "models": {"tfidf": {"kind": "baseline", "pretraining": "none"}},
        "runs": [{"models": ["tfidf"], "approaches": ["fitted"]}],
    }
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(values))
    found = dvc_stages.stages(check_study(values), str(path))["stages"]
    assert list(found) == ["ingest", "predict", "evaluate"]
    assert found["ingest"]["deps"] == ["data/2024", "data/old.csv"]
    calls = [call for stage in found.values() for call in [stage["cmd"]] if isinstance(call, str)]
    calls += [call for stage in found.values() if isinstance(stage["cmd"], list) for call in stage["cmd"]]
    assert len(calls) == 5 and all(f"--configfile {path}" in call for call in calls)
    assert found["evaluate"]["params"] == [{str(path): None}]


def test_the_committed_stages_are_those_of_the_default_study(monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    done = command("dvc_stages.py", "--study", "config.yaml", "--check")
    assert done.returncode == 0, done.stderr


def test_make_study_stops_where_the_first_stage_does(tmp_path):
    """What spares a changed label's texts is written in the Makefile too: the same rules in the same order."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(REPOSITORY / name, tmp_path)
    stops = [f"--omit-from {' '.join(rules)} " for rules in dvc_stages.PHASES["ingest"][0]]

    def planned() -> str:
        make = ["make", "--dry-run", "--always-make", "study", "SNAKEMAKE=-n"]
        return subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "--omit-from" not in planned()
    (tmp_path / "results/default").mkdir(parents=True)
    (tmp_path / "results/default/texts.parquet").touch()
    found = planned()
    places = [found.index(stop) for stop in stops]
    assert places == sorted(places)
    assert found.count("--omit-from") == len(stops)

"""An ensemble answers with the mean of its members' probabilities, costs what they cost together, and says when its
members do not fit."""

import json

import little_study
import numpy as np
import pandas as pd
import pytest
from little_study import call
from made_up_runs import predictions as made

import baseline
import ensemble
from small_or_large.costs import KEYS
from small_or_large.errors import StudyError
from small_or_large.metrics import macro_f1
from small_or_large.predictions import read
from small_or_large.runs import Run
from small_or_large.study import load_study

CLASSES = ["a", "b", "c"]
SCORES = [f"score_{name}" for name in CLASSES]


def members(*qualities, patients=300):
    return {
        str(k): made(CLASSES, quality, np.random.default_rng((k, 5)), patients)
        for k, quality in enumerate(qualities)
    }


def test_the_answer_is_the_class_with_the_highest_mean_probability_whatever_the_order_of_the_rows():
    tables = members(0.7, 0.6)
    mean = (tables["0"][SCORES].to_numpy() + tables["1"][SCORES].to_numpy()) / 2
    wanted = dict(zip(tables["0"]["report_id"], np.array(CLASSES)[mean.argmax(axis=1)], strict=True))
    shuffled = {"0": tables["0"], "1": tables["1"].sample(frac=1, random_state=3)}
    found, _ = ensemble.averaged(shuffled, CLASSES)
    assert dict(zip(found["report_id"], found["prediction"], strict=True)) == wanted
    np.testing.assert_allclose(found[SCORES].sum(axis=1), 1)


def test_models_that_err_independently_do_better_together():
    def macro(table):
        test = table[table["part"] == "test"]
        hits, actual, answered = (
            np.array([values.eq(name).sum() for name in CLASSES], float)
            for values in (
                test["label"].where(test["label"] == test["prediction"]),
                test["label"],
                test["prediction"],
            )
        )
        return float(macro_f1(hits, actual, answered))

    tables = members(0.65, 0.65, 0.65)
    found, _ = ensemble.averaged(tables, CLASSES)
    assert macro(found) > max(macro(table) for table in tables.values())


def test_the_temperature_is_fitted_on_validation_only():
    tables = members(0.8, 0.7)
    _, before = ensemble.averaged(tables, CLASSES)
    for table in tables.values():
        table.loc[table["part"] == "test", "label"] = "a"
    _, after = ensemble.averaged(tables, CLASSES)
    assert before == after != 1
    for table in tables.values():
        table.loc[table["part"] == "validation", "label"] = "a"
    assert ensemble.averaged(tables, CLASSES)[1] != before


def test_a_report_that_one_member_could_not_answer_is_an_error_and_one_that_one_member_read_whole_is_not_cut():
    tables = members(0.8, 0.7)
    first = tables["0"].index[:2]
    tables["0"].loc[first[0], ["prediction", *SCORES]] = None
    tables["0"].loc[first[0], "status"] = "invalid"
    tables["0"].loc[first[1], "status"] = "truncated"
    found, _ = ensemble.averaged(tables, CLASSES)
    found = found.set_index("report_id").loc[tables["0"]["report_id"]]
    assert list(found["status"])[:3] == ["error", "ok", "ok"]
    assert found[SCORES].iloc[0].isna().all() and pd.isna(found["prediction"].iloc[0])
    tables["1"].loc[first[1], "status"] = "truncated"
    found, _ = ensemble.averaged(tables, CLASSES)
    assert found.set_index("report_id")["status"][tables["0"]["report_id"].iloc[1]] == "truncated"


@pytest.mark.parametrize("bend", [lambda t: t.iloc[1:], lambda t: t.assign(label="a")])
def test_members_that_answered_other_reports_or_labels_are_refused(bend):
    tables = members(0.8, 0.7)
    with pytest.raises(StudyError, match="1 and 0 cannot be averaged"):
        ensemble.averaged(tables | {"1": bend(tables["1"])}, CLASSES)


def test_costs_add_up_and_what_is_unknown_of_one_member_is_unknown_of_all():
    small = dict(zip(KEYS, ["CPU", "float32", 10, 2.0, 100.0, 50.0, None], strict=True))
    large = dict(zip(KEYS, ["NVIDIA H100", "bf16", 1000, 30.0, 25.0, 70.0, 0.5], strict=True))
    found = ensemble.together([small, large])
    assert found == {
        "device": "NVIDIA H100",
        "dtype": "bf16 and float32",
        "parameters": 1010,
        "train_seconds": 32.0,
        "reports_per_second": 20.0,
        "peak_memory_mib": 70.0,
        "energy_kwh": None,
    }


MODELS = {
    "words": {"kind": "baseline", "pretraining": "none"},
    "letters": {"kind": "baseline", "pretraining": "none", "baseline": {"characters": 4}},
    "both": {"kind": "ensemble", "pretraining": "none", "members": ["words.fitted", "letters.fitted"]},
}
RUNS = [
    {"models": ["words", "letters"], "approaches": ["fitted"], "labels": [None, 30]},
    {"models": ["both"], "approaches": ["averaged"], "labels": [None, 30]},
]


def test_the_command_averages_runs_of_a_study_and_keeps_the_contract(tmp_path, monkeypatch):
    options = little_study.write(tmp_path, models=MODELS, settings={"runs": RUNS})
    made = {}
    for model in ("words", "letters"):
        made[model] = {
            "--predictions": str(tmp_path / f"{model}.parquet"),
            "--costs": str(tmp_path / f"{model}.json"),
        }
        call(baseline.main, monkeypatch, options | made[model], run=f"{model}.fitted.n30.seed0")
    read_from = {name: options[name] for name in ("--study", "--task", "--predictions", "--costs")}
    words = [
        "command",
        *(word for pair in read_from.items() for word in pair),
        "--run",
        "both.averaged.n30.seed0",
    ]
    for kind in ("predictions", "costs"):
        words += [f"--member-{kind}", *(paths[f"--{kind}"] for paths in made.values())]
    monkeypatch.setattr("sys.argv", words)
    ensemble.main()
    found = read(tmp_path / "predictions.parquet", list(little_study.CLASSES))
    alone = read(made["words"]["--predictions"], list(little_study.CLASSES))
    assert sorted(found["report_id"]) == sorted(alone["report_id"])
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert set(KEYS) <= set(costs)
    assert costs["members"] == ["kind/words.fitted.n30.seed0", "kind/letters.fitted.n30.seed0"]


def test_members_are_run_alike_or_the_study_is_refused(tmp_path):
    def study(*runs, **models):
        options = little_study.write(tmp_path, models=MODELS | models, settings={"runs": list(runs)})
        return load_study(options["--study"])

    found = study(*RUNS)
    names = [run.name for run in found.members_of(Run("kind", "both", "averaged", 30, 0))]
    assert names == ["words.fitted.n30.seed0", "letters.fitted.n30.seed0"]
    with pytest.raises(StudyError, match=r"words.fitted is not run as words.fitted.n20.seed0 on kind"):
        study(RUNS[0], RUNS[1] | {"labels": [20]})
    with pytest.raises(StudyError, match=r"both.members: words.probe gives no probabilities.*one of fitted"):
        study(*RUNS, both=MODELS["both"] | {"members": ["words.probe", "letters.fitted"]})
    with pytest.raises(StudyError, match=r"both.members: no model 'wrods'"):
        study(*RUNS, both=MODELS["both"] | {"members": ["wrods.fitted", "letters.fitted"]})
    pretending = {"words": MODELS["words"] | {"stand_in": True}}
    with pytest.raises(StudyError, match=r"both.stand_in: words stands in .* write stand_in: true"):
        study(*RUNS, **pretending)
    assert study(*RUNS, **pretending, both=MODELS["both"] | {"stand_in": True}).models["both"].stand_in
    with pytest.raises(StudyError, match="two members or more"):
        study(*RUNS, both=MODELS["both"] | {"members": ["words.fitted"]})

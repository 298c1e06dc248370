"""The baseline learns, honours the label budget, and its probabilities are honest."""

import json

import little_study
import numpy as np
import pandas as pd
import pytest
from little_study import call
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression

import baseline
from small_or_large.calibration import fit_by_validation, fit_temperature
from small_or_large.errors import StudyError
from small_or_large.predictions import read

CLASSES = list(little_study.CLASSES)


@pytest.mark.parametrize("classifier", ["logistic_regression", "linear_svm"])
def test_the_baseline_learns_and_keeps_the_contract(tmp_path, monkeypatch, classifier):
    strengths = [1, 10, 100]
    options = little_study.write(
        tmp_path, settings={"baseline": {"classifier": classifier, "strengths": strengths}}
    )
    call(baseline.main, monkeypatch, options, run="words.fitted.seed0")
    found = read(tmp_path / "predictions.parquet", CLASSES)
    split = pd.read_csv(options["--split"])
    assert sorted(found["report_id"]) == sorted(split.loc[split["part"] != "train", "report_id"])
    assert (found["prediction"] == found["label"]).mean() > 0.9
    assert (found["status"] == "ok").all()
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert costs["parameters"] > 0 and costs["train_seconds"] > 0 and costs["reports_per_second"] > 0
    assert costs["strength"] in strengths and costs["temperature"] > 0


def test_the_label_budget_decides_what_is_learnt_from(tmp_path, monkeypatch):
    options = little_study.write(tmp_path)
    parameters = []
    for budget in (".n6", ".n30", ""):
        call(baseline.main, monkeypatch, options, run=f"words.fitted{budget}.seed0")
        parameters.append(json.loads((tmp_path / "costs.json").read_text())["parameters"])
    assert parameters[0] < parameters[1] < parameters[2]


def test_test_labels_are_never_used(tmp_path, monkeypatch):
    options = little_study.write(tmp_path)
    call(baseline.main, monkeypatch, options, run="words.fitted.seed0")
    before = read(tmp_path / "predictions.parquet", CLASSES)
    split = pd.read_csv(options["--split"])
    labels = pd.read_parquet(options["--labels"])
    held_out = labels["report_id"].isin(split.loc[split["part"] == "test", "report_id"])
    labels.loc[held_out, "label"] = "benign"
    labels.to_parquet(options["--labels"])
    call(baseline.main, monkeypatch, options, run="words.fitted.seed0")
    after = read(tmp_path / "predictions.parquet", CLASSES)
    scores = [f"score_{name}" for name in CLASSES]
    np.testing.assert_array_equal(before[scores], after[scores])


def test_characters_read_a_word_that_the_scanner_spoilt():
    texts = [
        "sections show melanoma",
        "invasive melanoma of skin",
        "sections show adenoma",
        "adenoma of colon",
    ]
    slip = ["show me1anoma"]
    for characters, known in ((0, False), (5, True)):
        features = baseline.vectorizer(1, 1, characters).fit(texts)
        spoilt, melanoma = features.transform(slip), features.transform(["melanoma"])
        assert bool((spoilt @ melanoma.T).toarray()[0, 0] > 0) is known


def test_too_many_labels_asked_for(tmp_path, monkeypatch):
    options = little_study.write(tmp_path)
    with pytest.raises(StudyError, match="budget of 5000"):
        call(baseline.main, monkeypatch, options, run="words.fitted.n5000.seed0")


def test_the_temperature_undoes_overconfidence():
    random = np.random.default_rng(0)
    honest = random.normal(0, 1.5, (4000, 3))
    labels = np.array([random.choice(3, p=row) for row in softmax(honest, axis=1)])
    found = fit_temperature(honest * 4, labels)
    assert found == pytest.approx(4, rel=0.1)
    scaled = log_softmax(honest * 4 / found, axis=1)[np.arange(4000), labels].mean()
    assert scaled > log_softmax(honest * 4, axis=1)[np.arange(4000), labels].mean()


def test_classes_never_shown_get_no_probability_and_do_not_break_the_temperature():
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 2))
    labels = np.where(features[:, 0] > 0, "b", "c")
    validation = np.array(["a", *labels[1:]])
    name, model, temperature, score = fit_by_validation(
        [(1.0, LogisticRegression())], (features, labels), (features, validation), ["a", "b", "c"]
    )
    assert name == 1.0 and np.isfinite(temperature)
    assert score == pytest.approx(2 / 3, abs=0.05)


def test_one_class_is_nothing_to_learn_from():
    with pytest.raises(StudyError, match="no class but a"):
        fit_by_validation([], (np.zeros((2, 1)), ["a", "a"]), (np.zeros((1, 1)), ["a"]), ["a", "b"])

"""Metrics against scikit-learn, which knows no weights by patient and no unreadable answers of ours."""

import numpy as np
import pandas as pd
import pytest
from made_up_runs import predictions
from sklearn import metrics as reference

from small_or_large import metrics, tables
from small_or_large.errors import StudyError
from small_or_large.metrics import Family

CLASSES = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def table():
    made = predictions(CLASSES, 0.7, np.random.default_rng(3), patients=60, invalid=0.1)
    return made[made["part"] == "test"].reset_index(drop=True)


def measured(table, weights=None):
    sums = metrics.by_patient(table, CLASSES)
    if weights is None:
        weights = np.ones((1, len(sums.patients)), np.float32)
    return metrics.measure(sums, weights)


def test_figures_agree_with_scikit_learn(table):
    truth, answer = table["label"], table["prediction"].fillna("(none)")
    found = measured(table)
    common = {"labels": CLASSES, "zero_division": 0}
    assert found["macro_f1"][0] == pytest.approx(reference.f1_score(truth, answer, average="macro", **common))
    assert found["weighted_f1"][0] == pytest.approx(
        reference.f1_score(truth, answer, average="weighted", **common)
    )
    assert found["accuracy"][0] == pytest.approx(reference.accuracy_score(truth, answer))
    precision, recall, f1, support = reference.precision_recall_fscore_support(truth, answer, **common)
    np.testing.assert_allclose(found["precision"][0], precision)
    np.testing.assert_allclose(found["recall"][0], recall)
    np.testing.assert_allclose(found["f1"][0], f1)
    np.testing.assert_array_equal(found["support"][0], support)
    assert found["balanced_accuracy"][0] == pytest.approx(recall[support > 0].mean())
    assert found["invalid"][0] == pytest.approx((table["status"] == "invalid").mean())


def test_probabilistic_figures_agree_with_scikit_learn(table):
    scored = table[table["status"] == "ok"]
    scores = scored[[f"score_{name}" for name in CLASSES]].to_numpy()
    found = measured(table)
    assert found["log_loss"][0] == pytest.approx(
        reference.log_loss(scored["label"], scores, labels=CLASSES), rel=1e-5
    )
    assert found["brier"][0] == pytest.approx(
        reference.brier_score_loss(scored["label"], scores, labels=CLASSES, scale_by_half=False), rel=1e-5
    )
    assert found["auroc"][0] == pytest.approx(
        reference.roc_auc_score(scored["label"], scores, multi_class="ovr", labels=CLASSES), rel=1e-5
    )


def test_ties_count_half_in_auroc():
    table = pd.DataFrame(
        {
            "patient_id": list("wxyz"),
            "label": ["a", "a", "b", "b"],
            "prediction": ["a", "a", "a", "b"],
            "status": "ok",
            "score_a": [0.9, 0.5, 0.5, 0.1],
            "score_b": [0.1, 0.5, 0.5, 0.9],
        }
    )
    sums = metrics.by_patient(table, ["a", "b"])
    expected = reference.roc_auc_score(table["label"] == "a", table["score_a"])
    assert expected == 0.875
    assert metrics.auroc(sums, np.ones((1, 4), np.float32))[0] == pytest.approx(expected)


def test_a_weight_of_two_is_a_patient_seen_twice(table):
    sums = metrics.by_patient(table, CLASSES)
    weights = np.ones((1, len(sums.patients)), np.float32)
    weights[0, :10], weights[0, 10:15] = 2, 0
    doubled = table[table["patient_id"].isin(sums.patients[:10])]
    left_out = table["patient_id"].isin(sums.patients[10:15])
    expected = measured(pd.concat([table[~left_out], doubled], ignore_index=True))
    found = metrics.measure(sums, weights)
    for metric, value in expected.items():
        np.testing.assert_allclose(found[metric], value, rtol=1e-5, err_msg=metric)


def test_declared_class_that_never_occurs_pulls_macro_f1_down(table):
    more = metrics.by_patient(table.assign(score_e=np.nan), [*CLASSES, "e"])
    weights = np.ones((1, len(more.patients)), np.float32)
    found = metrics.measure(more, weights)["macro_f1"][0]
    assert found == pytest.approx(measured(table)["macro_f1"][0] * 4 / 5)


def test_unreadable_answer_is_wrong_whatever_it_says(table):
    rescued = table.assign(prediction=table["prediction"].where(table["prediction"].notna(), table["label"]))
    assert measured(rescued)["accuracy"][0] == measured(table)["accuracy"][0]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("label", "z", "not among the task's declared classes"),
        ("prediction", "z", "not among the task's declared classes"),
        ("label", None, "without label"),
        ("status", "lost", "none of ok"),
        ("prediction", None, "must be invalid or error"),
    ],
)
def test_broken_predictions_are_refused(table, column, value, message):
    broken = table.copy()
    broken.loc[broken.index[broken["status"] == "ok"][0], column] = value
    with pytest.raises(StudyError, match=message):
        metrics.by_patient(broken, CLASSES)


def test_run_names():
    family, seed = metrics.split_run("minilm-clinical.untrained_head.n120.seed3")
    assert (family, seed) == (Family("minilm-clinical", "untrained_head", 120), 3)
    assert Family.parse(family.name) == family
    assert metrics.split_run("tfidf.fitted.seed0")[0].labels is None
    with pytest.raises(StudyError, match="must be named"):
        metrics.split_run("tfidf.fitted")


def test_confusion_counts_unreadable_apart(table):
    matrix = metrics.confusion(table, CLASSES)
    assert matrix.sum() == len(table)
    assert matrix[:, -1].sum() == (table["status"] == "invalid").sum()
    readable = table[table["status"] == "ok"]
    np.testing.assert_array_equal(
        matrix[:, :-1], reference.confusion_matrix(readable["label"], readable["prediction"], labels=CLASSES)
    )


def test_metrics_table_keeps_its_contract_and_averages_seeds():
    runs = {f"m.finetuned.seed{k}": predictions(CLASSES, 0.7, np.random.default_rng(k), 40) for k in range(3)}
    found = metrics.table("task", CLASSES, runs, 200, 0.95, 15, 0)
    tables.checked(found, tables.METRICS, "metrics")
    rows = found[(found["metric"] == "macro_f1") & (found["part"] == "test")].set_index("seed")
    assert rows.loc["all", "value"] == pytest.approx(rows.drop("all")["value"].mean())
    assert (rows["low"] < rows["value"]).all() and (rows["value"] < rows["high"]).all()
    counts = found[(found["seed"] == "all") & (found["part"] == "test")].set_index("metric")["value"]
    assert counts["seeds"] == 3 and counts["patients"] == 40 and counts["reports"] == 80
    pd.testing.assert_frame_equal(found, metrics.table("task", CLASSES, runs, 200, 0.95, 15, 0))


def test_runs_without_probabilities_have_no_probabilistic_rows():
    made = predictions(CLASSES, 0.7, np.random.default_rng(0), 20, scores=False)
    found = metrics.table("task", CLASSES, {"m.free_text.seed0": made}, 200, 0.95, 15, 0)
    assert not set(found["metric"]) & set(metrics.PROBABILISTIC)

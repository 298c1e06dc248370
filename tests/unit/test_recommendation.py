"""The choice, the review threshold, the label curve, costs, and the answer in words."""

import json

import numpy as np
import pandas as pd
import pytest
from made_up_runs import predictions

from small_or_large import costs, metrics, recommendation
from small_or_large.comparisons import Model
from small_or_large.errors import StudyError
from small_or_large.metrics import Family
from small_or_large.schema.evaluate import CostConfig

CLASSES = ["a", "b", "c"]
BIG, SMALL, TOY, VENDOR = (
    Family("big", "finetuned"),
    Family("tfidf", "fitted"),
    Family("toy", "likelihood"),
    Family("vendor", "answers"),
)
MODELS = {
    "big": Model("encoder"),
    "tfidf": Model("baseline"),
    "toy": Model("decoder", stand_in=True),
    "vendor": Model("external"),
}


def test_stand_ins_and_models_without_validation_are_no_candidates():
    validation = {BIG: 0.8, SMALL: 0.7, TOY: 0.99}
    able, left_out = recommendation.candidates([BIG, SMALL, TOY, VENDOR], MODELS, validation)
    assert able == [BIG, SMALL]
    assert {family for family, _ in left_out} == {TOY, VENDOR}


def test_the_cheapest_within_the_margin_is_chosen():
    validation = {BIG: 0.81, SMALL: 0.80}
    yearly = {BIG: 500.0, SMALL: 1.0}
    close = recommendation.choose([BIG, SMALL], validation, yearly, 0.02)
    assert (close.chosen, close.runner_up, close.best) == (SMALL, BIG, BIG)
    apart = recommendation.choose([BIG, SMALL], validation, yearly, 0.005)
    assert (apart.chosen, apart.runner_up) == (BIG, SMALL)


def test_unknown_cost_is_not_free():
    choice = recommendation.choose([BIG, SMALL], {BIG: 0.81, SMALL: 0.80}, {BIG: None, SMALL: 9e9}, 0.02)
    assert choice.chosen == SMALL
    neither = recommendation.choose([BIG, SMALL], {BIG: 0.81, SMALL: 0.80}, {}, 0.02)
    assert neither.chosen == BIG


def test_threshold_is_the_lowest_that_reaches_the_target_and_keeps_ties_together():
    confidence = np.array([0.9, 0.8, 0.8, 0.7, 0.6, -1.0])
    right = np.array([True, True, False, True, True, False])
    assert recommendation.threshold(confidence, right, 0.8) == 0.6
    assert recommendation.threshold(confidence, right, 0.9) == 0.9
    assert recommendation.threshold(confidence, ~right, 0.9) == np.inf
    assert recommendation.threshold(np.array([0.5]), np.array([True]), 1.0) == 0.5


def test_review_fits_on_validation_and_counts_on_test():
    runs = {k: predictions(CLASSES, 0.8, np.random.default_rng(k), 100, invalid=0.05) for k in range(2)}
    found = recommendation.review(runs, CLASSES, 0.9, 300, 0.95, 0, "task")
    reviewed, left = [], []
    for k, table in runs.items():
        validation, test = (table[table["part"] == part] for part in ("validation", "test"))
        limit = recommendation.threshold(*recommendation.confidence_of(validation, CLASSES), 0.9)
        assert found["thresholds"][str(k)] == limit
        scores = test[[f"score_{name}" for name in CLASSES]].max(axis=1)
        kept = test[(scores >= limit) & (test["status"] == "ok")]
        reviewed.append(1000 * (1 - len(kept) / len(test)))
        left.append(1000 * (kept["prediction"] != kept["label"]).sum() / len(test))
    assert found["reviewed_per_1000"]["value"] == pytest.approx(np.mean(reviewed))
    assert found["wrong_left_per_1000"]["value"] == pytest.approx(np.mean(left))
    assert found["reviewed_per_1000"]["low"] < np.mean(reviewed) < found["reviewed_per_1000"]["high"]
    # Other test answers leave the thresholds alone.
    changed = {k: t.assign(label=t["label"].where(t["part"] != "test", "a")) for k, t in runs.items()}
    again = recommendation.review(changed, CLASSES, 0.9, 300, 0.95, 0, "task")
    assert again["thresholds"] == found["thresholds"]


def test_no_review_without_probabilities_or_validation():
    bare = predictions(CLASSES, 0.8, np.random.default_rng(0), 30, scores=False)
    assert recommendation.review({0: bare}, CLASSES, 0.9, 200, 0.95, 0, "task") is None
    test_only = predictions(CLASSES, 0.8, np.random.default_rng(0), 30, parts=("test",))
    assert recommendation.review({0: test_only}, CLASSES, 0.9, 200, 0.95, 0, "task") is None


def sums_with_error(error, patients=4000):
    """One patient a report, two balanced classes, exactly `error` of each wrong: macro-F1 is 1 - error."""
    label = np.arange(patients) % 2
    wrong = (np.arange(patients) // 2) % 1000 < round(error * 1000)
    table = pd.DataFrame(
        {
            "patient_id": [f"{i:05d}" for i in range(patients)],
            "label": np.where(label, "a", "b"),
            "prediction": np.where(label.astype(bool) ^ wrong, "a", "b"),
            "status": "ok",
        }
    )
    return metrics.by_patient(table, ["a", "b"])


def test_label_curve_follows_a_power_law():
    """Error 0.4, 0.2, 0.1 at 100, 200, 400 labels halves with each doubling: 0.05 at 800."""
    sides = {100: [sums_with_error(0.4)], 200: [sums_with_error(0.2)], 400: [sums_with_error(0.1)]}
    found = recommendation.label_curve(sides, 400, 300, 0.95, 0, "task")
    assert found["labels"] == 400
    assert found["macro_f1"]["value"] == pytest.approx(0.95, abs=1e-3)
    assert found["gain"]["value"] == pytest.approx(0.05, abs=1e-3)
    assert found["gain"]["low"] < 0.05 < found["gain"]["high"]
    assert recommendation.label_curve({400: sides[400]}, 400, 300, 0.95, 0, "task") is None


def test_certainty_comes_from_the_verdict():
    words = {v: recommendation.certainty(v) for v in ("a", "b", "equivalent", "undecided", None)}
    assert words == {
        "a": "decided",
        "b": "cannot tell",
        "equivalent": "equivalent",
        "undecided": "cannot tell",
        None: "only candidate",
    }


RECORD = {
    "device": "CPU, 1 thread",
    "dtype": "float32",
    "parameters": 10,
    "train_seconds": 3600.0,
    "reports_per_second": 10.0,
    "peak_memory_mib": 1.0,
    "energy_kwh": None,
}


def test_costs_of_a_run():
    prices = CostConfig(cpu_hour=2.0, gpu_hour=7.2, reports_per_year=10_000)
    cpu = costs.of_run(RECORD, prices)
    assert cpu.seconds_per_thousand == pytest.approx(100)
    assert cpu.per_thousand == pytest.approx(100 / 3600 * 2)
    assert cpu.per_year == pytest.approx(2 + 10 * 100 / 3600 * 2)
    gpu = costs.of_run(RECORD | {"device": "NVIDIA H100", "train_seconds": None}, prices)
    assert gpu.per_thousand == pytest.approx(0.2) and gpu.train == 0
    assert gpu.energy_kwh is None
    unknown = costs.of_run(RECORD | {"reports_per_second": None}, prices)
    assert unknown.per_thousand is None and unknown.per_year is None
    assert costs.of_run(None, prices) == costs.Cost()


def test_costs_of_a_family_are_means_and_unknown_where_a_seed_is():
    prices = CostConfig()
    first = costs.of_run(RECORD, prices)
    second = costs.of_run(RECORD | {"train_seconds": 1800.0}, prices)
    assert costs.of_family([first, second]).train_seconds == 2700
    assert costs.of_family([first, costs.Cost()]).per_year is None


def test_a_cost_record_without_a_key_is_refused(tmp_path):
    path = tmp_path / "run.json"
    assert costs.read(path) is None
    path.write_text(json.dumps({"device": "cpu"}))
    with pytest.raises(StudyError, match="key 'dtype' is missing"):
        costs.read(path)


def entry(**more):
    figures = {"value": 40.0, "low": 30.0, "high": 50.0}
    return {
        "run": "big.finetuned.seed0",
        "description": "finetuned Big",
        "certainty": "decided",
        "runner_up": {"description": "TF-IDF"},
        "wrong_per_1000": figures,
        "review": {
            "target_accuracy": 0.97,
            "reviewed_per_1000": {"value": 120.0},
            "wrong_left_per_1000": {"value": 9.0},
        },
        "cost": {"per_1000_reports": 0.5},
        "more_labels": None,
    } | more


def test_the_answer_in_words():
    said = recommendation.sentence(entry(), "EUR")
    assert said == (
        "Use finetuned Big: it gets about 40 in a thousand reports wrong (30 to 50), and it beats the "
        "runner-up (TF-IDF). If a person reviews the 120 it is least sure of, about 9 errors in a "
        "thousand are left. Its computing costs 0.50 EUR per 1,000 reports."
    )
    assert "TF-IDF would do as well" in recommendation.sentence(entry(certainty="equivalent"), "EUR")
    assert recommendation.sentence(entry(certainty="cannot tell"), "EUR").startswith(
        "Cannot tell finetuned Big from TF-IDF"
    )
    assert recommendation.sentence({"run": None, "how": "nothing."}, "EUR") == "Cannot tell: nothing."
    unsure = entry(review=None, cost={"per_1000_reports": None})
    assert "gives no confidence" in recommendation.sentence(unsure, "EUR")
    assert "costs" not in recommendation.sentence(unsure, "EUR")
    labels = {"more": 300, "gain": {"value": 0.03, "low": 0.01, "high": 0.05}}
    assert "With 300 more labels expect +0.030 macro-F1" in recommendation.sentence(
        entry(more_labels=labels), "EUR"
    )
    labels["gain"]["low"] = -0.01
    assert "300 more labels would help, it cannot tell" in recommendation.sentence(
        entry(more_labels=labels), "EUR"
    )

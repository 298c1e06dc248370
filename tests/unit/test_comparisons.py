"""Paired comparisons: against brute force, calibrated under the null, and each verdict reached."""

from itertools import product

import numpy as np
import pytest
from made_up_runs import predictions
from statsmodels.stats.multitest import multipletests
from untraced import untraced

from small_or_large import comparisons, metrics, tables
from small_or_large.comparisons import Difference, Model
from small_or_large.errors import StudyError
from small_or_large.metrics import Family

CLASSES = ["a", "b", "c"]


def sums(table):
    return metrics.by_patient(table[table["part"] == "test"], CLASSES)


def counts(runs):
    return np.stack([np.hstack([s.hits, s.actual, s.answered]) for s in map(sums, runs)])


def made(quality, seed, patients=80, **more):
    return predictions(CLASSES, quality, np.random.default_rng(seed), patients, **more)


def test_exact_p_value_agrees_with_every_swap_done_by_hand():
    a, b = made(0.9, 1, patients=7), made(0.5, 2, patients=7)
    first, second = a[a["part"] == "test"], b[b["part"] == "test"].reset_index(drop=True)
    first = first.reset_index(drop=True)
    patients = sorted(first["patient_id"].unique())

    def difference(swapped):
        moved = first["patient_id"].isin(swapped)
        x = first.assign(prediction=first["prediction"].where(~moved, second["prediction"]))
        y = second.assign(prediction=second["prediction"].where(~moved, first["prediction"]))
        one = np.ones((1, len(patients)), np.float32)
        return (metrics.measure(sums(x), one)["macro_f1"] - metrics.measure(sums(y), one)["macro_f1"])[0]

    observed = difference([])
    null = np.array(
        [
            difference([p for p, on in zip(patients, swap, strict=True) if on])
            for swap in product([0, 1], repeat=len(patients))
        ]
    )
    tail = min(np.mean(null >= observed - 1e-9), np.mean(null <= observed + 1e-9))
    found = comparisons.permutation_p(counts([a]), counts([b]), 9999, np.random.default_rng(0))
    assert found == pytest.approx(min(1.0, 2 * tail))


@untraced()
def test_p_values_are_uniform_when_two_runs_are_equally_good():
    p = [
        comparisons.permutation_p(
            counts([made(0.7, (1, k), patients=40, truth_seed=k)]),
            counts([made(0.7, (2, k), patients=40, truth_seed=k)]),
            299,
            np.random.default_rng(k),
        )
        for k in range(150)
    ]
    assert np.mean(np.array(p) < 0.05) <= 0.09
    assert 0.4 < np.mean(np.array(p) < 0.5) < 0.62


def test_difference_has_the_right_value_sign_and_interval():
    good, poor = [made(0.9, k) for k in range(3)], [made(0.6, 10)]
    found = comparisons.compare(
        [sums(t) for t in good], [sums(t) for t in poor], 500, 999, 0.95, 0, "task", "a", "b"
    )
    one = np.ones((1, 80), np.float32)
    value = np.mean([metrics.measure(sums(t), one)["macro_f1"][0] for t in good])
    assert found.difference == pytest.approx(
        value - metrics.measure(sums(poor[0]), one)["macro_f1"][0], rel=1e-6
    )
    assert 0 < found.low < found.difference < found.high
    assert found.p <= 0.01
    other = comparisons.compare(
        [sums(t) for t in poor], [sums(t) for t in good], 500, 999, 0.95, 0, "task", "a", "b"
    )
    assert other.difference == pytest.approx(-found.difference)
    same = comparisons.compare([sums(good[0])], [sums(good[0])], 500, 999, 0.95, 0, "task", "a", "a")
    assert (same.difference, same.low, same.high, same.p) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("difference", "p", "expected"),
    [
        (Difference(0.10, 0.05, 0.15, 0), 0.001, "a"),
        (Difference(-0.10, -0.15, -0.05, 0), 0.001, "b"),
        (Difference(0.10, 0.05, 0.15, 0), 0.2, "undecided"),
        (Difference(0.10, -0.01, 0.15, 0), 0.001, "undecided"),
        (Difference(0.00, -0.01, 0.01, 0), 0.9, "equivalent"),
        (Difference(0.01, 0.005, 0.015, 0), 0.001, "equivalent"),
        (Difference(0.00, -0.03, 0.03, 0), 1.0, "undecided"),
        (Difference(0.00, -0.02, 0.01, 0), 1.0, "undecided"),
    ],
)
def test_verdicts(difference, p, expected):
    assert comparisons.verdict(difference, p, 0.02, 0.05) == expected


def test_runs_on_other_reports_or_labels_cannot_be_compared():
    a, b = made(0.9, 1), made(0.8, 2)
    comparisons.check_paired({"a": a, "b": b})
    missing = b[b["report_id"] != b["report_id"].iloc[-1]]
    with pytest.raises(StudyError, match="1 reports are in one and not in the other"):
        comparisons.check_paired({"a": a, "b": missing})
    other = b.assign(label=b["label"].where(b.index != b.index[-1], CLASSES[0]))
    other.loc[other.index[-1], "label"] = CLASSES[1 if a["label"].iloc[-1] == CLASSES[0] else 0]
    with pytest.raises(StudyError, match="other labels or patients"):
        comparisons.check_paired({"a": a, "b": other})


MODELS = {
    "tfidf": Model("baseline", pretraining="none"),
    "bert": Model("encoder", family="bert"),
    "clinical": Model("encoder", family="bert", pretraining="adjacent", base="bert"),
    "registry": Model("encoder", family="bert", pretraining="domain", base="clinical"),
    "roberta": Model("encoder", family="roberta"),
    "toy": Model("encoder", family="toy", stand_in=True),
    "llm": Model("decoder"),
    "vendor": Model("external"),
}


def test_questions_take_their_sides_from_validation():
    names = [
        "tfidf.fitted",
        "bert.finetuned",
        "bert.finetuned.n50",
        "bert.similarity",
        "bert.cloze",
        "bert.probe",
        "clinical.finetuned",
        "registry.finetuned",
        "roberta.finetuned",
        "toy.finetuned",
        "llm.likelihood",
        "llm.free_text",
        "vendor.answers",
    ]
    families = [Family.parse(name) for name in names]
    validation = dict.fromkeys([f for f in families if f.model != "vendor"], 0.5)
    validation[Family("bert", "cloze")] = 0.6
    validation[Family("registry", "finetuned")] = 0.9
    validation[Family("toy", "finetuned")] = 0.99
    validation[Family("llm", "free_text")] = 0.7
    found = {(q, a.name, b.name) for q, a, b in comparisons.pairs(families, MODELS, validation)}
    assert found == {
        ("finetune_or_zero_shot", "bert.finetuned", "bert.cloze"),
        ("adjacent_or_generic", "clinical.finetuned", "bert.finetuned"),
        ("pretrain_further", "registry.finetuned", "clinical.finetuned"),
        ("small_or_large", "registry.finetuned", "llm.free_text"),
        ("small_or_large", "registry.finetuned", "vendor.answers"),
        ("baseline", "registry.finetuned", "tfidf.fitted"),
    }


def test_adjacent_encoder_without_kin_meets_every_generic_one():
    models = {
        "pathology": Model("encoder", family="bert", pretraining="adjacent"),
        "roberta": Model("encoder", family="roberta"),
    }
    families = [Family("pathology", "finetuned"), Family("roberta", "finetuned")]
    found = comparisons.pairs(families, models, dict.fromkeys(families, 0.5))
    assert ("adjacent_or_generic", *families) in found


def test_largest_label_budget_stands_for_a_model_without_a_full_run():
    families = [Family.parse(f"bert.finetuned.n{n}") for n in (50, 200, 100)]
    assert comparisons.main_families(families) == [Family("bert", "finetuned", 200)]


def test_models_that_learn_from_labels_meet_at_the_same_budget():
    models = {
        "bert": Model("encoder", family="bert"),
        "bert-registry": Model("encoder", family="bert", pretraining="domain", base="bert"),
        "words": Model("baseline", pretraining="none"),
    }
    names = [
        "bert.finetuned",
        "bert.finetuned.n100",
        "bert-registry.finetuned.n100",
        "bert-registry.finetuned.n50",
    ]
    families = [Family.parse(name) for name in [*names, "words.fitted.n200"]]
    found = comparisons.pairs(families, models, dict.fromkeys(families, 0.5))
    pretrained = next(pair for question, *pair in found if question == "pretrain_further")
    assert pretrained == [Family("bert-registry", "finetuned", 100), Family("bert", "finetuned", 100)]
    # No budget in common: as they are.
    assert ("baseline", Family("bert", "finetuned"), Family("words", "fitted", 200)) in found


def test_holm_runs_over_one_question_and_all_its_tasks():
    p = {"x": 0.01, "y": 0.03, "z": 0.04}
    asked = [
        ("finetune_or_zero_shot", task, Family("bert", "finetuned"), Family("bert", "cloze")) for task in p
    ]
    asked.append(("baseline", "x", Family("bert", "finetuned"), Family("tfidf", "fitted")))

    def pair(task, a, b):
        return Difference(0.1, 0.05, 0.15, p[task] if b.approach == "cloze" else 0.04)

    table = comparisons.table(asked, pair, 0.02, 0.05).set_index(["question", "task"])
    expected = multipletests(list(p.values()), method="holm")[1]
    np.testing.assert_allclose(table.loc["finetune_or_zero_shot", "p_adjusted"], expected)
    assert table.loc[("baseline", "x"), "p_adjusted"] == 0.04
    assert list(table["verdict"]) == ["a", "undecided", "undecided", "a"]


def test_no_question_gives_an_empty_table_that_keeps_its_contract(tmp_path):
    table = comparisons.table([], lambda *_: None, 0.02, 0.05)
    tables.write(tables.checked(table, tables.COMPARISONS, "comparisons"), tmp_path / "comparisons.csv")
    assert comparisons.read(tmp_path / "comparisons.csv").empty

"""Finetuning: batches, class weights, freezing, and that a run learns, is written whole and resumes."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny_checkpoints
import torch
from interrupted import kill_when_saved, start

from small_or_large import checkpoints, classification, finetuning, metrics, predictions, tokens
from small_or_large.errors import StudyError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
CLASSES = list(tiny_checkpoints.CLASSES)
FAST = {"epochs": 15, "batch": 8, "learning_rate": 3e-3, "patience": 15}


def in_float32(pad_id: int, batch_tokens: int) -> classification.Inference:
    return classification.Inference(pad_id, batch_tokens, torch.device("cpu"), "float32")


def reports(count: int = 101, seed: int = 0) -> tuple[list, np.ndarray]:
    random = np.random.default_rng(seed)
    rows = [[np.arange(length)] for length in random.integers(3, 90, size=count)]
    return rows, random.integers(0, 3, size=count)


def test_every_epoch_reads_every_report_in_batches_of_like_length():
    rows, labels = reports()
    data = classification.TrainingReports(rows, labels, batch=8, epochs=2.5, seed=1)
    assert data.steps_per_epoch == 13 and data.steps == 33 and len(data) == 33 * 8
    epoch = data.order[: 13 * 8]
    assert set(epoch) == set(range(101)) and len(epoch) - len(set(epoch)) == 3
    lengths = np.array([len(report[0]) for report in rows])
    batches = lengths[epoch].reshape(-1, 8)
    padding = 1 - batches.sum() / (batches.max(axis=1) * 8).sum()
    at_random = lengths[:96].reshape(-1, 8)
    assert padding < 0.5 * (1 - at_random.sum() / (at_random.max(axis=1) * 8).sum())
    assert data.order[: 13 * 8].tolist() != data.order[13 * 8 : 26 * 8].tolist()
    again = classification.TrainingReports(rows, labels, batch=8, epochs=2.5, seed=1)
    assert (data.order == again.order).all()
    items, label = data[5]
    assert items is rows[data.order[5]] and label == labels[data.order[5]]


def test_fewer_reports_than_a_batch_are_filled_up():
    rows, labels = reports(5)
    data = classification.TrainingReports(rows, labels, batch=8, epochs=2, seed=0)
    assert data.steps == 2 and set(data.order[:8]) == set(range(5))


def test_class_weights_average_to_one_and_balance_the_classes():
    labels = np.array([0] * 80 + [1] * 20)
    assert classification.class_weights(labels, 3, "none") is None
    balanced = classification.class_weights(labels, 3, "balanced")
    assert balanced[0] * 80 == pytest.approx(balanced[1] * 20)
    assert balanced[2] == 1.0
    root = classification.class_weights(labels, 3, "sqrt")
    assert root[1] / root[0] == pytest.approx(2.0)
    for weights in (balanced, root):
        assert (weights[0] * 80 + weights[1] * 20) / 100 == pytest.approx(1.0)


def test_macro_f1_is_that_of_the_metrics_and_counts_absent_classes():
    from sklearn.metrics import f1_score

    random = np.random.default_rng(0)
    labels, answers = random.integers(0, 3, size=(2, 50))
    expected = f1_score(labels, answers, labels=range(4), average="macro", zero_division=0)
    assert finetuning.macro_f1(labels, answers, 4) == pytest.approx(expected)
    assert finetuning.macro_f1 is not metrics.macro_f1


def test_pooling_leaves_padding_out_and_averages_chunks():
    from small_or_large import pooling

    states = torch.arange(12.0).reshape(2, 3, 2)
    mask = torch.tensor([[1, 1, 1], [1, 0, 0]])
    assert pooling.pool(states, mask, "mean").tolist() == [[2.0, 3.0], [6.0, 7.0]]
    assert pooling.pool(states, mask, "first").tolist() == [[0.0, 1.0], [6.0, 7.0]]
    values = torch.tensor([[1.0], [3.0], [7.0]])
    assert pooling.by_report(values, torch.tensor([0, 0, 1]), 2).tolist() == [[2.0], [7.0]]


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory):
    return tiny_checkpoints.make("bert", tmp_path_factory.mktemp("finetune") / "bert")


@pytest.mark.parametrize("seen", [[0, 2], [0, 1, 2]])
def test_a_head_that_begins_as_a_probe_answers_like_it(encoder_folder, seen):
    from sklearn.linear_model import LogisticRegression

    model = classification.ReportClassifier(checkpoints.load_encoder(encoder_folder), 3, "mean")
    random = np.random.default_rng(0)
    labels = np.array(seen * 20)
    vectors = random.normal(size=(len(labels), model.head.in_features)).astype(np.float32)
    vectors[np.arange(len(labels)), labels] += 3
    fresh = model.head.weight.detach().clone()
    model.begin_head(vectors, labels)
    probe = LogisticRegression(class_weight="balanced", max_iter=1000, tol=1e-3).fit(vectors, labels)
    with torch.no_grad():
        scores = model.head(torch.from_numpy(vectors))[:, seen].softmax(dim=1).numpy()
    np.testing.assert_allclose(scores, probe.predict_proba(vectors), atol=1e-5)
    for label in {0, 1, 2} - set(seen):
        assert torch.equal(model.head.weight[label], fresh[label])
    with pytest.raises(StudyError, match="one class only"):
        model.begin_head(vectors, np.zeros(len(labels), dtype=int))


def test_a_report_in_chunks_gets_the_mean_of_their_logits(encoder_folder):
    model = classification.ReportClassifier(checkpoints.load_encoder(encoder_folder), 3, "mean").eval()
    chunks = [np.arange(5, 25), np.arange(40, 52), np.arange(7, 9)]
    apart, _ = classification.logits_of(model, [[chunk] for chunk in chunks], in_float32(0, 64))
    whole, seconds = classification.logits_of(model, [[chunks[2]], chunks[:2]], in_float32(0, 10))
    assert np.allclose(whole[0], apart[2], atol=1e-5)
    assert np.allclose(whole[1], apart[:2].mean(axis=0), atol=1e-5)
    assert (seconds > 0).all()


# -- the command -------------------------------------------------------------------------------------------


def study_of(
    folder: Path, architecture: str, model: dict | None = None, count: int = 300, **settings
) -> Path:
    """A study with a tiny model, and its tokens. It computes in float32, as the tests do that repeat a prediction."""
    base = tiny_checkpoints.make(architecture, folder / "base")
    entry = {"kind": "encoder", "checkpoint": str(base), "pooling": "mean", "max_tokens": 96}
    study = tiny_checkpoints.write_study(
        folder,
        {"small": entry | (model or {})},
        count=count,
        finetune=FAST | {"precision": "float32"} | settings,
        inference={"precision": "float32"},
    )
    words = ["tokenize_reports.py", "--study", study, "--model", "small"]
    words += ["--reports", folder / "texts.parquet", "--output", folder / "tokens"]
    command("tokenize_reports", words)
    return study


def command(name: str, words: list) -> None:
    """Run a command in this process."""
    before, sys.argv = sys.argv, list(map(str, words))
    try:
        importlib.import_module(name).main()
    finally:
        sys.argv = before


def line(study: Path, output: Path, run: str) -> list[str]:
    folder = study.parent
    words = [SCRIPTS / "finetune.py", "--study", study, "--task", "site", "--run", run]
    words += ["--labels", folder / "site.parquet", "--split", folder / "site.csv"]
    words += ["--tokens", folder / "tokens", "--state", output / "state", "--output", output / "checkpoint"]
    words += ["--predictions", output / "predictions.parquet", "--costs", output / "costs.json"]
    return list(map(str, words))


def finetune(
    study: Path, output: Path, run: str = "small.finetuned.seed0"
) -> tuple[pd.DataFrame, dict, dict]:
    """Finetune in this process: predictions, classifier.json, costs."""
    command("finetune", line(study, output, run))
    return outcome(output)


def outcome(output: Path) -> tuple[pd.DataFrame, dict, dict]:
    return (
        predictions.read(output / "predictions.parquet", CLASSES),
        json.loads((output / "checkpoint" / "classifier.json").read_text()),
        json.loads((output / "costs.json").read_text()),
    )


def scores_of_saved(folder: Path, report_ids: list[str]) -> tuple[np.ndarray, list]:
    """Scores of the classifier saved in `folder`/out, computed in float32, and the rows of tokens that it read."""
    model, tokenizer, found = classification.load(folder / "out" / "checkpoint")
    reader = tokens.Reading.of(tokenizer, found["reading"])
    rows = [reader.rows(ids)[0] for ids in tokens.TokenCache(folder / "tokens").read(report_ids)]
    logits, _ = classification.logits_of(model, rows, in_float32(reader.pad, 4096))
    return torch.softmax(torch.tensor(logits) / found["temperature"], dim=1).numpy(), rows


@pytest.mark.parametrize("architecture", tiny_checkpoints.ENCODERS)
def test_every_architecture_learns_the_task(architecture, tmp_path):
    study = study_of(tmp_path, architecture)
    table, facts, costs = finetune(study, tmp_path / "out")

    split = pd.read_csv(tmp_path / "site.csv")
    expected = split[split["part"] != "train"]
    assert sorted(table["report_id"]) == sorted(expected["report_id"])
    test = table[table["part"] == "test"]
    assert (test["prediction"] == test["label"]).mean() > 0.8
    assert set(table["status"]) <= {"ok", "truncated"}

    assert facts["validation_macro_f1"] == max(entry["validation_macro_f1"] for entry in facts["history"])
    assert facts["best_step"] in [entry["step"] for entry in facts["history"]]
    assert costs["parameters"] == costs["trained_parameters"] > 0 and costs["train_seconds"] > 0
    assert costs["temperature"] == facts["temperature"] > 0
    assert not (tmp_path / "out" / "state").exists()

    # What was saved is what predicted: the best evaluation's weights, and an encoder that transformers loads.
    checkpoints.load_encoder(tmp_path / "out" / "checkpoint")
    scores, _ = scores_of_saved(tmp_path, table["report_id"])
    assert np.allclose(scores, table[[f"score_{name}" for name in CLASSES]], atol=1e-4)
    assert "| validation macro-F1 |" in (tmp_path / "out" / "checkpoint" / "model_card.md").read_text()


def test_chunks_low_rank_class_weights_and_a_label_budget(tmp_path):
    reading = {"max_tokens": 24, "long_reports": "chunks", "pooling": "first"}
    study = study_of(
        tmp_path,
        "roberta",
        reading,
        low_rank=4,
        class_weights="balanced",
        head_learning_rate=1e-2,
        evaluations_per_epoch=2,
    )
    table, facts, costs = finetune(study, tmp_path / "out", "small.finetuned.n40.seed1")
    assert facts["training_reports"] == 40 and facts["steps_per_epoch"] == 5
    assert costs["trained_parameters"] < costs["parameters"]
    assert set(table["status"]) == {"ok"} and costs["truncated"] == {"validation": 0.0, "test": 0.0}
    # The adapters are merged: the folder holds an ordinary encoder that predicts the same.
    scores, rows = scores_of_saved(tmp_path, table["report_id"])
    assert max(map(len, rows)) > 1
    assert np.allclose(scores, table[[f"score_{name}" for name in CLASSES]], atol=1e-4)


def test_a_model_trained_in_bf16_predicts_in_the_format_of_inference(tmp_path):
    study = study_of(tmp_path, "bert", count=120, epochs=3, precision="bf16", head="probe")
    table, _, _ = finetune(study, tmp_path / "out")
    scores, _ = scores_of_saved(tmp_path, table["report_id"])
    assert np.allclose(scores, table[[f"score_{name}" for name in CLASSES]], atol=1e-5)


def test_kept_states_of_frozen_layers_change_nothing_but_the_time(tmp_path):
    """Made once or anew in every epoch: the same steps, and the same predictions but for rounding."""
    found = []
    for kept in (0, 2000):
        settings = {"frozen_layers": 1, "head": "probe", "frozen_states_mib": kept, "epochs": 3}
        study = study_of(
            tmp_path / str(kept), "bert", {"max_tokens": 32, "long_reports": "chunks"}, 120, **settings
        )
        found.append(finetune(study, tmp_path / str(kept) / "out"))
    (anew, facts, _), (once, again, _) = found
    for one, other in zip(facts["history"], again["history"], strict=True):
        assert other == pytest.approx(one, rel=1e-3)
    names = [f"score_{name}" for name in CLASSES]
    np.testing.assert_allclose(once[names], anew[names], atol=1e-3)


def test_training_stops_early_when_validation_gets_no_better(tmp_path):
    study = study_of(tmp_path, "bert", {"max_tokens": 16}, learning_rate=1e-9, patience=2)
    table, facts, costs = finetune(study, tmp_path / "out")
    assert [entry["step"] for entry in facts["history"]] == [facts["steps_per_epoch"] * k for k in (1, 2, 3)]
    assert facts["best_step"] == facts["steps_per_epoch"]
    # Reports longer than 16 tokens were cut, and every row says so.
    lengths = [len(ids) for ids in tokens.TokenCache(tmp_path / "tokens").read(table["report_id"])]
    assert (table["status"] == "truncated").tolist() == [length > 14 for length in lengths]
    for part in ("validation", "test"):
        assert costs["truncated"][part] == (table.loc[table["part"] == part, "status"] == "truncated").mean()


def test_a_killed_finetuning_resumes_and_ends_like_an_undisturbed_one(tmp_path):
    study = study_of(tmp_path, "bert", count=120, epochs=12, precision="auto", frozen_layers=1, head="probe")
    table, facts, _ = finetune(study, tmp_path / "undisturbed")
    killed = tmp_path / "killed"
    words = line(study, killed, "small.finetuned.seed0")
    kill_when_saved(start(words), killed / "state")
    assert not (killed / "checkpoint").exists() and not (killed / "predictions.parquet").exists()
    again = start(words)
    log = again.communicate(timeout=200)[0]
    assert again.returncode == 0, log
    assert "resuming from checkpoint-" in log
    resumed_table, resumed, _ = outcome(killed)
    assert resumed["history"] == facts["history"]
    assert resumed["temperature"] == facts["temperature"]
    pd.testing.assert_frame_equal(resumed_table.drop(columns="seconds"), table.drop(columns="seconds"))


def test_bad_input_is_named(tmp_path):
    study = study_of(tmp_path, "bert", {"max_tokens": 200})
    with pytest.raises(StudyError, match="takes 128 tokens at most"):
        finetune(study, tmp_path / "out")
    with pytest.raises(StudyError, match="no finetuned run"):
        finetune(study, tmp_path / "out", "small.probe.seed0")
    with pytest.raises(StudyError, match="label budget of 5000"):
        finetune(study, tmp_path / "out", "small.finetuned.n5000.seed0")
    split = pd.read_csv(tmp_path / "site.csv")
    split[split["part"] != "validation"].to_csv(tmp_path / "site.csv", index=False)
    with pytest.raises(StudyError, match="no report in the validation part"):
        finetune(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()

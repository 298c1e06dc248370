"""Encoders that nobody trains for the task, of every architecture: vectors, probe and the three zero-shot ways."""

import json

import little_study
import numpy as np
import pandas as pd
import pytest
import tiny_checkpoints
import torch
from little_study import CLASSES, call

import embed
import probe
import tokenize_reports
import zero_shot
from small_or_large import checkpoints, embeddings, tokens
from small_or_large.cloze import Cloze, slot_logits
from small_or_large.errors import StudyError
from small_or_large.predictions import read

NAMES = list(CLASSES)
SCORES = [f"score_{name}" for name in NAMES]


@pytest.fixture(scope="module", params=tiny_checkpoints.ENCODERS)
def encoder(request, tmp_path_factory):
    """An embedded little study: its folder and options; most reports are longer than the model reads."""
    folder = tmp_path_factory.mktemp(request.param)
    checkpoint = tiny_checkpoints.make(request.param, folder / "model")
    return embedded(folder, checkpoint, {"max_tokens": 56, "long_reports": "head_tail", "pooling": "mean"})


def embedded(folder, checkpoint, reading, reports=72, long=25):
    model = {"kind": "encoder", "checkpoint": str(checkpoint), **reading}
    # What is compared with vectors made here is made in their number format.
    settings = {"inference": {"precision": "float32"}}
    options = little_study.write(
        folder, reports=reports, long=long, settings=settings, models={"small": model}
    )
    with pytest.MonkeyPatch.context() as patch:
        study = {"--study": options["--study"], "--model": "small", "--reports": options["--reports"]}
        call(tokenize_reports.main, patch, study, output=str(folder / "tokens"))
        more = {"reports": options["--split"], "tokens": str(folder / "tokens")}
        call(
            embed.main,
            patch,
            study,
            **more,
            output=str(folder / "vectors.parquet"),
            costs=str(folder / "e.json"),
        )
    return folder, options


def zero_shot_run(monkeypatch, encoder, approach, seed=0):
    folder, options = encoder
    inputs = {"embeddings": str(folder / "vectors.parquet"), "tokens": str(folder / "tokens")}
    run = f"small.{approach}.seed{seed}"
    little_study.answer(zero_shot.main, monkeypatch, options, run=run, reports=None, **inputs)
    return read(options["--predictions"], NAMES), json.loads((folder / "costs.json").read_text())


def test_vectors_are_what_the_encoder_gives_for_each_report_alone(encoder):
    folder, options = encoder
    split = pd.read_csv(options["--split"])
    names = split["report_id"].tolist()[::7]
    found = embeddings.read(folder / "vectors.parquet", "whole", names)
    assert found.truncated.any()
    model, tokenizer = (
        checkpoints.load_encoder(folder / "model"),
        checkpoints.load_tokenizer(folder / "model"),
    )
    settings = {"max_tokens": 56, "long_reports": "head_tail"}
    reading = tokens.Reading.of(tokenizer, settings, tokens.positions(model.config))
    for vector, ids in zip(found.vectors, tokens.TokenCache(folder / "tokens").read(names), strict=True):
        row = torch.from_numpy(reading.rows(ids)[0][0])[None]
        with torch.inference_mode():
            states = model(input_ids=row, attention_mask=torch.ones_like(row)).last_hidden_state[0]
        np.testing.assert_allclose(vector, states.mean(0), atol=1e-4)
    table = pd.read_parquet(folder / "vectors.parquet")
    assert sorted(table["report_id"]) == sorted(split["report_id"])
    assert (table["n_tokens"] <= 56).all() and (table["seconds"] > 0).all()
    costs = json.loads((folder / "e.json").read_text())
    assert costs["parameters"] > 1000 and costs["reports_per_second"] > 0


def test_similarity_is_the_cosine_with_the_descriptions(encoder, monkeypatch):
    found, costs = zero_shot_run(monkeypatch, encoder, "similarity")
    folder, _ = encoder
    assert found[SCORES].std().min() > 0
    model, tokenizer = (
        checkpoints.load_encoder(folder / "model"),
        checkpoints.load_tokenizer(folder / "model"),
    )
    with torch.inference_mode():
        described = [
            model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
            for text in CLASSES.values()
        ]
    vectors = embeddings.read(folder / "vectors.parquet", "whole", found["report_id"].tolist()).vectors
    cosine = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)) @ np.stack(
        [vector / np.linalg.norm(vector) for vector in described]
    ).T
    odds = np.log(found[SCORES]).to_numpy()
    np.testing.assert_allclose(odds - odds[:, :1], (cosine - cosine[:, :1]) / 0.05, atol=2e-3)
    assert costs["parameters"] > 1000 and costs["train_seconds"] is None


def test_cloze_keeps_the_contract(encoder, monkeypatch):
    found, costs = zero_shot_run(monkeypatch, encoder, "cloze")
    assert len(found) == 36 and found[SCORES].std().min() > 0
    assert "truncated" in set(found["status"])
    assert costs["fresh_head"] is False and costs["reports_per_second"] > 0


def test_an_untrained_head_is_one_by_seed(encoder, monkeypatch):
    first, _ = zero_shot_run(monkeypatch, encoder, "untrained_head", 0)
    again, _ = zero_shot_run(monkeypatch, encoder, "untrained_head", 0)
    other, _ = zero_shot_run(monkeypatch, encoder, "untrained_head", 1)
    np.testing.assert_array_equal(first[SCORES], again[SCORES])
    assert np.abs(first[SCORES].to_numpy() - other[SCORES].to_numpy()).max() > 1e-4


def test_the_probe_learns_what_the_encoder_shows(encoder, monkeypatch):
    folder, options = encoder
    call(
        probe.main,
        monkeypatch,
        options,
        reports=None,
        run="small.probe.seed0",
        embeddings=str(folder / "vectors.parquet"),
    )
    found = read(options["--predictions"], NAMES)
    assert (found["prediction"] == found["label"]).mean() > 0.5
    whole = json.loads((folder / "costs.json").read_text())
    call(
        probe.main,
        monkeypatch,
        options,
        reports=None,
        run="small.probe.n6.seed0",
        embeddings=str(folder / "vectors.parquet"),
    )
    few = json.loads((folder / "costs.json").read_text())
    assert few["train_seconds"] > 0 and whole["parameters"] > whole["trained_parameters"] > 0


def test_slot_logits_are_those_of_the_whole_forward_pass(encoder):
    folder, _ = encoder
    model, _ = checkpoints.load_masked_lm(folder / "model")
    random = torch.Generator().manual_seed(0)
    inputs = torch.randint(10, 200, (3, 20), generator=random)
    attention = torch.ones_like(inputs)
    attention[1, 15:] = 0
    slot = torch.tensor([[3, 4], [13, 14], [18, 19]])
    with torch.inference_mode():
        found = slot_logits(model, inputs, attention, slot)
        whole = model(input_ids=inputs, attention_mask=attention).logits
    expected = torch.stack([whole[row, slot[row]] for row in range(3)])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def cloze(folder, words, template="This is a report of [MASK].", **reading):
    model, _ = checkpoints.load_masked_lm(folder / "model")
    tokenizer = checkpoints.load_tokenizer(folder / "model")
    reading = {"max_tokens": 64, "long_reports": "head"} | reading
    return Cloze(model, tokenizer, reading, template, words), model, tokenizer


def test_cloze_scores_by_the_definition(encoder):
    folder, _ = encoder
    words = {"a": ["tissue"], "b": ["lymphoma", "clinical"], "c": ["margins"]}
    made, model, tokenizer = cloze(folder, words)
    assert len(made.lengths) >= 2, (
        "the words must differ in their number of tokens for this test to test anything"
    )
    reports = ["fragments of tan tissue", "no evidence of invasion " * 30]
    ids = [np.array(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in reports]
    found, seconds = made.score(ids, 4096, "float32")
    assert (seconds > 0).all()

    def word_score(report, word):
        reader = made.reader(len(word))
        row = torch.from_numpy(reader.rows(report)[0][0])
        slots = (row == tokenizer.mask_token_id).nonzero()[:, 0]
        assert len(slots) == len(word)
        with torch.inference_mode():
            logits = model(input_ids=row[None], attention_mask=torch.ones_like(row)[None]).logits[0]
        return float(logits[slots].log_softmax(-1)[torch.arange(len(word)), torch.tensor(word)].mean())

    free = [
        np.array(tokenizer(t, add_special_tokens=False)["input_ids"], dtype=int)
        for t in ("", "N/A", "no text")
    ]
    for row, report in enumerate(ids):
        for position in range(3):
            own = [word for k, word in made.words if k == position]
            expected = np.mean(
                [word_score(report, word) - np.mean([word_score(f, word) for f in free]) for word in own]
            )
            assert found[row, position] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("strategy", ["head", "tail", "head_tail", "chunks"])
def test_the_slot_survives_every_way_to_cut_a_report(encoder, strategy):
    folder, _ = encoder
    made, _, tokenizer = cloze(folder, {"a": ["tissue"], "b": ["margins"]}, long_reports=strategy)
    ids = np.array(tokenizer("no evidence of invasion " * 60, add_special_tokens=False)["input_ids"])
    rows, cut = made.reader(2).rows(ids)
    assert all((row == tokenizer.mask_token_id).sum() == 2 and len(row) <= 64 for row in rows)
    assert cut == (strategy != "chunks")
    assert np.isfinite(made.score([ids], 4096, "float32")[0]).all()


def test_a_template_too_long_for_the_model(encoder):
    made, _, _ = cloze(encoder[0], {"a": ["tissue"], "b": ["margins"]}, template="of the " * 60 + "[MASK]")
    with pytest.raises(StudyError, match="tasks.<task>.template"):
        made.reader(1)


def test_chunks_are_averaged_and_nothing_is_truncated(tmp_path):
    checkpoint = tiny_checkpoints.make("bert", tmp_path / "model")
    folder, _ = embedded(
        tmp_path, checkpoint, {"max_tokens": 48, "long_reports": "chunks", "pooling": "first"}, 24
    )
    table = pd.read_parquet(folder / "vectors.parquet")
    assert not table["truncated"].any() and (table["n_tokens"] > 48).all()
    name = table["report_id"][3]
    model, tokenizer = checkpoints.load_encoder(checkpoint), checkpoints.load_tokenizer(checkpoint)
    reading = tokens.Reading.of(tokenizer, {"max_tokens": 48, "long_reports": "chunks"})
    rows = reading.rows(tokens.TokenCache(folder / "tokens").read([name])[0])[0]
    with torch.inference_mode():
        each = [model(input_ids=torch.from_numpy(row)[None]).last_hidden_state[0, 0].numpy() for row in rows]
    assert len(each) > 1
    found = embeddings.read(folder / "vectors.parquet", "whole", [name]).vectors[0]
    np.testing.assert_allclose(found, np.mean(each, axis=0), atol=1e-4)


def test_a_checkpoint_without_a_masked_lm_head_says_so(tmp_path, monkeypatch, caplog):
    checkpoint = tiny_checkpoints.make("bert", tmp_path / "model", head=False)
    made = embedded(tmp_path, checkpoint, {"max_tokens": 96, "pooling": "mean"}, 24)
    caplog.set_level("WARNING")
    _, costs = zero_shot_run(monkeypatch, made, "cloze")
    assert costs["fresh_head"] is True
    assert "near chance" in caplog.text


def test_a_report_without_a_vector_is_named(tmp_path):
    checkpoint = tiny_checkpoints.make("bert", tmp_path / "model")
    folder, _ = embedded(tmp_path, checkpoint, {"max_tokens": 96}, 24)
    with pytest.raises(StudyError, match="no vector of 1 reports in view 'whole', such as nowhere"):
        embeddings.read(folder / "vectors.parquet", "whole", ["r0001", "nowhere"])


def test_the_energy_is_shared_by_time():
    found = embeddings.Embeddings(
        np.zeros((2, 1)),
        np.zeros(2, bool),
        np.array([1.0, 2.0]),
        {"energy_kwh": 6.0, "embedding_seconds": 12.0},
    )
    assert found.share_of_energy() == pytest.approx(1.5)
    found.costs["energy_kwh"] = None
    assert found.share_of_energy() is None

"""LLMs in process: every approach keeps the contract, a stopped run goes on, and a changed prompt begins anew."""

import json
import shutil

import little_study
import numpy as np
import pandas as pd
import pytest
import tiny_decoders
from little_study import CLASSES, ask, call
from repository import REPOSITORY

import label_answers
from small_or_large.answer_log import AnswerLog
from small_or_large.errors import StudyError
from small_or_large.predictions import read

SCORES = [f"score_{name}" for name in CLASSES]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return tiny_decoders.make(tmp_path_factory.mktemp("decoder"), chat=True)


def study(folder, checkpoint, **settings):
    options = little_study.write(
        folder,
        reports=48,
        long=20,
        settings={"llm": {"max_report_tokens": 60, "max_new_tokens": 8}} | settings,
        models={"asked": {"kind": "decoder", "checkpoint": str(checkpoint)}},
    )
    return options | {
        "--prompt": str(REPOSITORY / "prompts" / "classify.txt"),
        "--state": str(folder / "state" / "answers.jsonl"),
    }


def test_likelihood_gives_probabilities(tmp_path, checkpoint, monkeypatch):
    options = study(tmp_path, checkpoint)
    ask(monkeypatch, options, "asked.likelihood.seed0")
    found = read(tmp_path / "predictions.parquet", list(CLASSES))
    assert len(found) == 24 and set(found["part"]) == {"validation", "test"}
    assert found[SCORES].notna().all(axis=None)
    assert found[SCORES].std().max() > 0
    assert set(found["status"]) <= {"ok", "truncated"} and "truncated" in set(found["status"])
    assert (found["seconds"] > 0).all()
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert costs["parameters"] > 1000 and costs["reports_per_second"] > 0


def test_the_content_free_prior_is_taken_out(tmp_path, checkpoint, monkeypatch):
    options = study(tmp_path, checkpoint)
    ask(monkeypatch, options, "asked.likelihood.seed0")
    found = read(tmp_path / "predictions.parquet", list(CLASSES)).set_index("report_id")
    kept = [json.loads(line) for line in (tmp_path / "state" / "answers.answers.jsonl").open()][1:]
    raw = np.array([record["likelihoods"] for record in kept])
    scores = found.loc[[record["report_id"] for record in kept], SCORES].to_numpy()
    shift = np.log(scores) - raw
    shift -= shift[:, :1]
    # What was added to the likelihoods differs between classes and is the same for every report.
    np.testing.assert_allclose(shift, np.repeat(shift[:1], len(shift), axis=0), atol=1e-6)
    assert np.abs(shift[0]).max() > 0.01


def test_choice_always_answers_and_free_text_of_a_random_model_is_invalid(tmp_path, checkpoint, monkeypatch):
    options = study(tmp_path, checkpoint)
    ask(monkeypatch, options, "asked.choice.seed0")
    found = read(tmp_path / "predictions.parquet", list(CLASSES))
    assert found["prediction"].notna().all() and found[SCORES].isna().all(axis=None)
    assert set(found["status"]) == {"truncated"}
    ask(monkeypatch, options, "asked.free_text.seed0")
    found = read(tmp_path / "predictions.parquet", list(CLASSES))
    assert set(found["status"]) == {"invalid"} and found["prediction"].isna().all()


@pytest.mark.parametrize("approach", ["likelihood", "free_text"])
def test_a_stopped_run_goes_on_and_ends_alike(tmp_path, checkpoint, monkeypatch, approach):
    options = study(tmp_path, checkpoint)
    state = tmp_path / "state" / "answers.jsonl"
    run = f"asked.{approach}.seed0"
    ask(monkeypatch, options, run)
    undisturbed = read(tmp_path / "predictions.parquet", list(CLASSES))
    lines = (tmp_path / "state" / "answers.answers.jsonl").read_bytes().splitlines(keepends=True)
    # What a killed process leaves: some records, the last one cut.
    state.write_bytes(b"".join(lines[:10]) + lines[10][:20])
    asked = []
    keep = AnswerLog.add
    monkeypatch.setattr(
        AnswerLog, "add", lambda log, name, **r: (asked.append(name), keep(log, name, **r))[1]
    )
    ask(monkeypatch, options, run)
    assert len(asked) == 24 - 9
    assert not set(asked) & {json.loads(line)["report_id"] for line in lines[1:10]}
    resumed = read(tmp_path / "predictions.parquet", list(CLASSES))
    pd.testing.assert_frame_equal(
        resumed.drop(columns="seconds"), undisturbed.drop(columns="seconds"), atol=1e-5
    )


def test_answers_to_another_prompt_or_of_another_model_are_not_taken(tmp_path, checkpoint, monkeypatch):
    model = shutil.copytree(checkpoint, tmp_path / "model")
    options = study(tmp_path, model)
    state = tmp_path / "state" / "answers.jsonl"
    ask(monkeypatch, options, "asked.free_text.seed0")
    finished = (tmp_path / "state" / "answers.answers.jsonl").read_bytes()
    first = finished.splitlines()[0]

    def fingerprint():
        state.write_bytes(finished)
        ask(monkeypatch, options, "asked.free_text.seed0")
        return (tmp_path / "state" / "answers.answers.jsonl").read_bytes().splitlines()[0]

    assert fingerprint() == first
    changed = tmp_path / "ask.txt"
    changed.write_text((REPOSITORY / "prompts" / "classify.txt").read_text().replace("registry", "hospital"))
    options["--prompt"] = str(changed)
    second = fingerprint()
    assert second != first
    tiny_decoders.make(model, chat=False)
    assert fingerprint() not in (first, second)


def test_an_llm_is_asked_without_labels_and_another_label_changes_no_answer(
    tmp_path, checkpoint, monkeypatch
):
    options = study(tmp_path, checkpoint)
    ask(monkeypatch, options, "asked.choice.seed0")
    found = read(tmp_path / "predictions.parquet", list(CLASSES))
    answers = pd.read_parquet(tmp_path / "answers.parquet")
    assert list(answers.columns) == [name for name in found.columns if name != "label"]
    labels = pd.read_parquet(options["--labels"])
    assert (labels.set_index("report_id").loc[found["report_id"], "label"].to_numpy() == found["label"]).all()
    labels.loc[labels["report_id"] == found["report_id"][0], "label"] = "something else"
    labels.to_parquet(options["--labels"])
    names = {name: options[name] for name in ("--study", "--task", "--labels", "--predictions")}
    with pytest.raises(StudyError, match="undeclared one .something else"):
        call(label_answers.main, monkeypatch, names, answers=str(tmp_path / "answers.parquet"))


def test_the_log_of_a_cut_file_keeps_whole_records_only(tmp_path):
    path = tmp_path / "log.jsonl"
    log = AnswerLog(path, ["a"])
    log.add("r1", answer="x")
    log.add("r2", answer="y")
    log.close(finished=False)
    path.write_bytes(path.read_bytes()[:-3])
    log = AnswerLog(path, ["a"])
    assert list(log.records) == ["r1"]
    log.add("r3", answer="z")
    log.close(finished=False)
    assert list(AnswerLog(path, ["a"]).records) == ["r1", "r3"]
    assert AnswerLog(path, ["b"]).records == {}

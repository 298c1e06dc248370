"""A transformers token classifier as one more recognizer: a tiny one, trained here to know one name."""

import sys
from pathlib import Path

import numpy as np
import pytest
import tiny_checkpoints
from in_process import command

NAME = "specimen"  # a word that no other recognizer takes for a name


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A tiny BERT that labels one word as PERSON."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    folder = tiny_checkpoints.make("bert", tmp_path_factory.mktemp("tagger"), head=False)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    torch.manual_seed(0)
    model = AutoModelForTokenClassification.from_pretrained(folder, id2label={0: "O", 1: "B-PERSON"})
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    random = np.random.default_rng(0)
    words = tiny_checkpoints.FILLER.split()
    for _ in range(60):
        texts = [" ".join(random.choice(words, size=12)) + f" {NAME} seen" for _ in range(8)]
        batch = tokenizer(texts, return_tensors="pt", padding=True, return_offsets_mapping=True)
        offsets = batch.pop("offset_mapping")
        marked = [
            [text[a:b] == NAME for a, b in rows.tolist()] for text, rows in zip(texts, offsets, strict=True)
        ]
        loss = model(**batch, labels=torch.tensor(marked).long()).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    return folder


def test_what_the_checkpoint_finds_is_found_at_its_place_in_a_long_text(checkpoint):
    from small_or_large.deidentification.gate import Gate, transformers_recognizer

    recognizer = transformers_recognizer(str(checkpoint), {"PERSON": "NAME"})
    text = " ".join(["chronic inflammation and no evidence of invasion"] * 60 + [NAME, "seen"])
    assert len(text) > 2500, "the name stands in a later window"
    place = text.index(NAME)
    spans = Gate(extra=(recognizer,)).find(text)
    assert (place, place + len(NAME), "NAME") in {(s.start, s.end, s.entity) for s in spans}
    assert not Gate().find(text), "nothing else finds it"


def test_an_environment_without_transformers_is_named_with_its_cure(monkeypatch):
    from small_or_large.deidentification.gate import transformers_recognizer
    from small_or_large.errors import StudyError

    monkeypatch.setitem(
        sys.modules, "transformers", None
    )  # importing it now fails as where it is not installed
    with pytest.raises(StudyError, match="gate-model.yaml"):
        transformers_recognizer("anything", {"PER": "NAME"})


def test_a_missing_checkpoint_of_the_gate_stops_the_study_before_anything_runs(tmp_path):
    import yaml

    values = yaml.safe_load((Path(__file__).resolve().parents[1] / "workflow/tiny.yaml").read_text())
    values["deidentify"] = {"transformers_model": str(tmp_path / "nothing")}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(values))
    output = tmp_path / "preflight.json"
    done = command("preflight.py", "--study", tmp_path / "study.yaml", "--output", output)
    assert done.returncode == 2 and not output.exists()
    complaints = map(str.strip, done.stderr.splitlines())
    assert [
        c for c in complaints if c.startswith("deidentify.transformers_model: ") and "no such folder" in c
    ]


def test_labels_that_are_no_entities_are_refused(checkpoint):
    from small_or_large.deidentification.gate import transformers_recognizer
    from small_or_large.errors import StudyError

    with pytest.raises(StudyError, match="transformers_labels"):
        transformers_recognizer(str(checkpoint), {})

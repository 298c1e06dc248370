"""Pretraining: what text may be read, how it is packed and masked, and that a run learns and resumes."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny_checkpoints
from interrupted import kill_when_saved, start

from small_or_large import checkpoints, packing, pretraining_text, resuming
from small_or_large.errors import StudyError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


# -- what may be read --------------------------------------------------------------------------------------


def corpus(rows: list[tuple[str, str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    reports = pd.DataFrame(rows, columns=["report_id", "patient_id", "source", "group"])
    return reports.drop(columns="group"), reports[["report_id", "group"]]


def part(**parts: str) -> pd.DataFrame:
    return pd.DataFrame({"report_id": list(parts), "patient_id": "", "part": list(parts.values())})


def test_test_and_validation_reports_and_what_is_close_to_them_are_not_read():
    reports, duplicates = corpus(
        [
            ("train", "p1", "own", "g1"),
            ("tested", "p2", "own", "g2"),
            ("validated", "p3", "own", "g3"),
            ("unlabelled", "p4", "own", "g4"),
            ("same_patient", "p2", "own", "g5"),
            ("near_duplicate", "p5", "own", "g3"),
            ("train_of_one_test_of_other", "p6", "own", "g6"),
            ("elsewhere", "p7", "other", "g7"),
        ]
    )
    splits = [
        part(train="train", tested="test", validated="validation", train_of_one_test_of_other="train"),
        part(train="train", train_of_one_test_of_other="test"),
    ]
    found = pretraining_text.eligible(reports, splits, duplicates, ["own"])
    assert found["report_id"].tolist() == ["train", "unlabelled"]
    found = pretraining_text.eligible(reports, splits, duplicates, ["own", "other"])
    assert found["report_id"].tolist() == ["elsewhere", "train", "unlabelled"]
    shuffled = reports.sample(frac=1, random_state=4)
    assert pretraining_text.eligible(shuffled, splits, duplicates, ["own", "other"]).equals(found)


def test_reports_without_a_duplicate_group_are_each_their_own():
    reports, duplicates = corpus([("a", "p1", "own", "g"), ("b", "p2", "own", "g"), ("c", "p3", "own", "g")])
    found = pretraining_text.eligible(reports, [part(a="test")], duplicates.iloc[:1], ["own"])
    assert found["report_id"].tolist() == ["b", "c"]


def test_held_out_patients_and_their_near_duplicates_are_not_trained_on():
    rows = pd.DataFrame(
        {
            "report_id": [f"r{k}" for k in range(40)],
            "patient_id": [f"p{k // 2}" for k in range(40)],
            "group": [f"g{k % 13}" for k in range(40)],
        }
    )
    train, held = pretraining_text.hold_out(rows, 0.1, seed=3)
    by_id = rows.set_index("report_id")
    assert by_id.loc[held, "patient_id"].nunique() == 2 and len(held) == 4
    assert not set(by_id.loc[train, "group"]) & set(by_id.loc[held, "group"])
    assert not set(by_id.loc[train, "patient_id"]) & set(by_id.loc[held, "patient_id"])
    assert (train, held) == pretraining_text.hold_out(rows, 0.1, seed=3)
    with pytest.raises(StudyError, match="too few to hold some out"):
        pretraining_text.hold_out(rows.iloc[:2], 0.1, seed=0)


# -- packing and masking -----------------------------------------------------------------------------------


def test_blocks_hold_the_reports_end_to_end():
    documents = [np.arange(10, 15), np.arange(20, 29), np.arange(30, 33)]
    blocks = packing.pack(documents, [1], [2], [2], block=8)
    stream = [*range(10, 15), 2, *range(20, 29), 2, *range(30, 33), 2]
    assert blocks.tolist() == [[1, *stream[k : k + 6], 2] for k in (0, 6, 12)]


def test_too_little_text_is_repeated_to_fill_one_block():
    assert packing.pack([np.array([7, 8])], [1], [], [2], block=8).tolist() == [[1, 7, 8, 2, 7, 8, 2, 7]]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tiny_checkpoints.make("bert", tmp_path_factory.mktemp("masking") / "bert")
    return checkpoints.load_tokenizer(folder)


def test_masks_take_their_share_and_never_a_special_token(tokenizer):
    random = np.random.default_rng(0)
    masking = packing.Masking(tokenizer, 0.15, seed=1)
    text = random.choice(masking.ordinary, size=(200, 100))
    blocks = np.concatenate([np.full((200, 1), tokenizer.cls_token_id), text], axis=1)
    blocks[:, 50] = tokenizer.sep_token_id
    made = [masking(block, k) for k, block in enumerate(blocks)]
    ids, labels = (np.stack(part) for part in zip(*made, strict=True))
    chosen = labels != packing.IGNORED
    assert (chosen.sum(axis=1) == 15).all()
    assert not chosen[:, [0, 50]].any()
    assert (labels[chosen] == blocks[chosen]).all() and (ids[~chosen] == blocks[~chosen]).all()
    assert (ids[chosen] == tokenizer.mask_token_id).mean() == pytest.approx(0.8, abs=0.03)
    assert (ids[chosen] == blocks[chosen]).mean() == pytest.approx(0.1, abs=0.03)


def test_masks_follow_from_seed_and_position(tokenizer):
    block = np.arange(5, 105)
    one = packing.Masking(tokenizer, 0.15, seed=1)
    assert (one(block, 7)[0] == packing.Masking(tokenizer, 0.15, seed=1)(block, 7)[0]).all()
    assert (one(block, 7)[0] != one(block, 8)[0]).any()


def test_every_pass_reads_every_block_in_an_order_of_its_own():
    blocks = np.arange(20)[:, None] * np.ones((1, 4), dtype=int)
    data = packing.Blocks(blocks, 50, None, seed=0)
    read = [int(data[k]["input_ids"][0]) for k in range(50)]
    assert sorted(read[:20]) == sorted(read[20:40]) == list(range(20))
    assert read[:20] != read[20:40] and len(data) == 50
    assert [int(data[k]["input_ids"][0]) for k in (45, 3)] == [read[45], read[3]]


# -- state of an interrupted run ---------------------------------------------------------------------------


def test_only_a_whole_state_of_the_same_run_is_resumed(tmp_path):
    state = tmp_path / "state"
    assert resuming.prepare(state, {"seed": 1}) is None
    for step, files in ((5, ["optimizer.pt", "scheduler.pt"]), (10, ["optimizer.pt"])):
        folder = state / f"checkpoint-{step}"
        folder.mkdir()
        for name in files:
            (folder / name).touch()
    (state / "checkpoint-5" / "trainer_state.json").write_text("{}")
    (state / "checkpoint-10" / "trainer_state.json").write_text('{"global_step": 1')
    assert resuming.prepare(state, {"seed": 1}) == str(state / "checkpoint-5")
    assert not (state / "checkpoint-10").exists()
    assert resuming.prepare(state, {"seed": 2}) is None
    assert not (state / "checkpoint-5").exists()


# -- the command -------------------------------------------------------------------------------------------

FAST = {
    "block": 32,
    "batch": 8,
    "tokens": 8 * 32 * 40,
    "learning_rate": 5e-3,
    "evaluations": 4,
    "checkpoints": 8,
    "held_out": 0.1,
}


def study_of(folder: Path, architecture: str, head: bool = True, kind: str = "encoder", **settings) -> Path:
    """A study with a tiny model, the same pretrained further (`domain`), and its tokens."""
    base = tiny_checkpoints.make(architecture, folder / "base", head=head)
    study = tiny_checkpoints.write_study(
        folder,
        {
            "small": {"kind": kind, "checkpoint": str(base)},
            "domain": {
                "kind": kind,
                "base": "small",
                "pretrain": {"sources": ["made_up"], "settings": FAST | settings},
            },
        },
    )
    command("tokenize_reports.py", study, "small", "--output", folder / "tokens")
    return study


def line(script: str, study: Path, model: str, *more) -> list[str]:
    folder = study.parent
    words = [
        SCRIPTS / script,
        "--study",
        study,
        "--model",
        model,
        "--reports",
        folder / "texts.parquet",
        *more,
    ]
    if script in ("pretrain.py", "create.py"):
        words += ["--duplicates", folder / "duplicates.parquet", "--splits", folder / "site.csv"]
    return list(map(str, words))


def command(script: str, *words) -> None:
    """Run a command in this process."""
    import importlib

    before, sys.argv = sys.argv, line(script, *words)
    try:
        importlib.import_module(script.removesuffix(".py")).main()
    finally:
        sys.argv = before


def pretrain(study: Path, output: Path, model: str = "domain", *more) -> dict:
    """Pretrain in this process; what pretraining.json says."""
    paths = ["--tokens", study.parent / "tokens", "--state", output.with_suffix(".state"), "--output", output]
    command("pretrain.py", study, model, *paths, *more)
    return json.loads((output / "pretraining.json").read_text())


@pytest.mark.parametrize("architecture", tiny_checkpoints.ENCODERS)
def test_every_architecture_learns_by_masking(architecture, tmp_path):
    study = study_of(tmp_path, architecture)
    facts = pretrain(study, tmp_path / "domain")
    assert facts["held_out_loss"] < facts["held_out_loss_before"] - 0.5
    assert facts["history"][0] == {"step": 0, "held_out_loss": facts["held_out_loss_before"]}
    assert facts["history"][-1]["step"] == facts["steps"] == 40
    assert facts["tokens_read"] == FAST["tokens"] and not facts["fresh_head"]
    assert not (tmp_path / "domain.state").exists()
    # The checkpoint keeps the head and can be loaded as an encoder.
    assert not checkpoints.load_masked_lm(checkpoints.checked(tmp_path / "domain"))[1]
    checkpoints.load_encoder(tmp_path / "domain")
    assert "held-out loss" in (tmp_path / "domain" / "model_card.md").read_text()


def test_the_output_embeddings_of_unmasked_tokens_are_spared_without_changing_the_loss(tmp_path):
    import torch

    from small_or_large import language_modelling

    model, _ = checkpoints.load_masked_lm(tiny_checkpoints.make("roberta", tmp_path / "roberta"))
    ids = torch.randint(10, 400, (4, 32), generator=torch.Generator().manual_seed(0))
    labels = torch.where(torch.rand(4, 32, generator=torch.Generator().manual_seed(1)) < 0.2, ids, -100)
    with torch.no_grad():
        whole = model(input_ids=ids, labels=labels).loss
        sparing = language_modelling.ChosenOnly(model)
        sparing.chosen = labels != -100
        logits = model(input_ids=ids).logits
    assert logits.shape[0] == int((labels != -100).sum())
    assert torch.allclose(torch.nn.functional.cross_entropy(logits, labels[labels != -100]), whole, atol=1e-6)


def test_a_fresh_head_is_warmed_up_with_the_encoder_frozen(tmp_path):
    import torch

    study = study_of(tmp_path, "bert", head=False, head_warmup=0.99, tokens=8 * 32 * 20)
    facts = pretrain(study, tmp_path / "domain")
    assert facts["fresh_head"] and facts["head_steps"] == facts["steps"] == 20
    before = checkpoints.load_encoder(tmp_path / "base").state_dict()
    after = checkpoints.load_encoder(tmp_path / "domain").state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert facts["held_out_loss"] < facts["held_out_loss_before"]


def test_a_decoder_made_by_the_study_learns_the_next_token(tmp_path):
    create = {"architecture": "llama", "hidden": 32, "vocabulary": 500, "positions": 64}
    study = tiny_checkpoints.write_study(
        tmp_path,
        {
            "little": {
                "kind": "decoder",
                "create": create,
                "pretrain": {"sources": ["made_up"], "settings": FAST},
            }
        },
    )
    command("create.py", study, "little", "--output", tmp_path / "created")
    made = ["--checkpoint", tmp_path / "created"]
    command("tokenize_reports.py", study, "little", "--output", tmp_path / "tokens", *made)
    facts = pretrain(study, tmp_path / "little", "little", *made)
    assert facts["measured_by"] == "next token"
    assert facts["held_out_loss"] < facts["held_out_loss_before"] - 0.5
    checkpoints.load_decoder(tmp_path / "little")
    assert not checkpoints.load_tokenizer(tmp_path / "little").decode([5]).startswith("[")


def test_blocks_longer_than_the_model_are_an_error(tmp_path):
    study = study_of(tmp_path, "bert", block=256)
    with pytest.raises(StudyError, match="pretrain.block is 256 tokens, but the checkpoint takes 128"):
        pretrain(study, tmp_path / "domain")


def test_a_killed_pretraining_resumes_and_ends_like_an_undisturbed_one(tmp_path):
    import torch

    study = study_of(tmp_path, "bert", head=False, head_warmup=0.2, tokens=8 * 32 * 100, checkpoints=10)
    undisturbed = pretrain(study, tmp_path / "undisturbed")

    state, output = tmp_path / "state", tmp_path / "killed"
    words = line(
        "pretrain.py", study, "domain", "--tokens", tmp_path / "tokens", "--state", state, "--output", output
    )
    kill_when_saved(start(words), state)
    assert not output.exists()
    again = start(words)
    log = again.communicate(timeout=120)[0]
    assert again.returncode == 0, log
    assert "resuming from checkpoint-" in log
    resumed = json.loads((output / "pretraining.json").read_text())
    assert resumed["history"] == undisturbed["history"]
    assert resumed["held_out_loss"] == undisturbed["held_out_loss"]
    one, two = (checkpoints.load_encoder(tmp_path / name).state_dict() for name in ("undisturbed", "killed"))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_two_processes_read_what_one_reads(tmp_path):
    study = study_of(tmp_path, "bert", tokens=8 * 32 * 10, precision="float32")
    alone = pretrain(study, tmp_path / "alone")
    state, output = tmp_path / "state", tmp_path / "together"
    words = line(
        "pretrain.py", study, "domain", "--tokens", tmp_path / "tokens", "--state", state, "--output", output
    )
    process = start(["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", *words])
    log = process.communicate(timeout=200)[0]
    assert process.returncode == 0, log
    together = json.loads((output / "pretraining.json").read_text())
    # Dropout differs between one process and two; the data, the steps and the loss before training do not.
    assert together["steps"] == alone["steps"] and together["tokens_read"] == alone["tokens_read"]
    assert together["held_out_loss_before"] == pytest.approx(alone["held_out_loss_before"], rel=1e-5)
    assert together["held_out_loss"] == pytest.approx(alone["held_out_loss"], rel=0.05)

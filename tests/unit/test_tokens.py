"""The token cache, and what a model reads of a report."""

import sys

import numpy as np
import pandas as pd
import pytest
import tiny_checkpoints

from small_or_large import checkpoints, tokens
from small_or_large.errors import StudyError

PREFIX, SUFFIX = [1], [2]


def reading(strategy: str, room: int = 10) -> tokens.Reading:
    return tokens.Reading(room + 2, strategy, PREFIX, SUFFIX, 0)


def test_a_short_report_is_read_whole_by_every_strategy():
    for strategy in tokens.STRATEGIES:
        rows, cut = reading(strategy).rows(np.arange(100, 110))
        assert not cut and len(rows) == 1
        assert rows[0].tolist() == [1, *range(100, 110), 2]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("head", list(range(100, 110))),
        ("tail", list(range(113, 123))),
        ("head_tail", [*range(100, 105), *range(118, 123)]),
    ],
)
def test_what_is_left_of_a_long_report(strategy, expected):
    rows, cut = reading(strategy).rows(np.arange(100, 123))
    assert cut and len(rows) == 1
    assert rows[0].tolist() == [1, *expected, 2]


def test_head_tail_fills_an_odd_room():
    rows, _ = reading("head_tail", room=5).rows(np.arange(100, 120))
    assert rows[0].tolist() == [1, 100, 101, 102, 118, 119, 2]


def test_chunks_hold_everything_in_even_rows():
    rows, cut = reading("chunks").rows(np.arange(100, 123))
    assert not cut and len(rows) == 3
    assert [token for row in rows for token in row[1:-1].tolist()] == list(range(100, 123))
    assert all(row[0] == 1 and row[-1] == 2 and len(row) <= 12 for row in rows)
    assert max(map(len, rows)) - min(map(len, rows)) <= 1


def test_an_empty_view_is_only_special_tokens():
    rows, cut = reading("chunks").rows(np.array([], dtype=np.int32))
    assert [row.tolist() for row in rows] == [[1, 2]] and not cut


def test_padding_and_mask():
    ids, mask = tokens.pad([np.array([5, 6, 7]), np.array([8])], pad_id=9)
    assert ids.tolist() == [[5, 6, 7], [8, 9, 9]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_batches_hold_every_report_once_within_the_limit():
    random = np.random.default_rng(0)
    lengths = random.integers(1, 60, size=200).tolist()
    counts = random.integers(1, 4, size=200).tolist()
    batches = tokens.batches(lengths, 128, counts)
    assert sorted(k for batch in batches for k in batch) == list(range(200))
    for batch in batches:
        padded = sum(counts[k] for k in batch) * max(lengths[k] for k in batch)
        assert padded <= 128 or len(batch) == 1
    assert max(len(batch) for batch in tokens.batches([5] * 100, 50)) == 10


def test_lengths_are_summarised():
    found = tokens.summary(np.array([10, 63, 200]), special=2)
    assert found["reports"] == 3 and found["median"] == 63 and found["most"] == 200
    assert found["longer_than"]["64"] == pytest.approx(2 / 3)  # 63 tokens and two special ones are 65
    assert found["longer_than"]["256"] == 0


@pytest.mark.parametrize(
    ("architecture", "prefix", "suffix"),
    [
        ("roberta", ["<s>"], ["</s>"]),
        ("bert", ["[CLS]"], ["[SEP]"]),
        ("megatron-bert", ["[CLS]"], ["[SEP]"]),
        ("modernbert", ["[CLS]"], ["[SEP]"]),
        ("llama", ["<s>"], []),
    ],
)
def test_special_tokens_of_every_tokenizer_type(architecture, prefix, suffix, tmp_path):
    folder = tiny_checkpoints.make(architecture, tmp_path / architecture)
    tokenizer = checkpoints.load_tokenizer(folder)
    before, after = tokens.special_tokens(tokenizer)
    assert tokenizer.convert_ids_to_tokens(before) == prefix
    assert tokenizer.convert_ids_to_tokens(after) == suffix
    text = "Ductal carcinoma in situ."
    ids = np.array(tokenizer(text, add_special_tokens=False)["input_ids"])
    assert (
        tokens.Reading(64, "head", before, after, 0).rows(ids)[0][0].tolist() == tokenizer(text)["input_ids"]
    )
    # WordPiece with BERT's normaliser lowers case; byte-level BPE keeps every character.
    wordpiece = architecture in ("bert", "megatron-bert")
    assert tokenizer.decode(ids) == (text.lower() if wordpiece else text)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    base = tiny_checkpoints.make("bert", folder / "bert")
    return tiny_checkpoints.write_study(folder, {"small": {"kind": "encoder", "checkpoint": str(base)}})


def tokenize(study, output, monkeypatch, *more):
    import tokenize_reports

    line = ["tokenize_reports.py", "--study", study, "--model", "small"]
    line += ["--reports", study.parent / "texts.parquet", "--output", output, *more]
    monkeypatch.setattr(sys, "argv", list(map(str, line)))
    tokenize_reports.main()


def test_the_cache_gives_back_every_view_of_every_report(study, monkeypatch):
    import yaml

    from small_or_large.sections import select

    values = yaml.safe_load(study.read_text())
    values["tasks"]["site"]["sections"] = ["diagnosis"]
    part = study.parent / "part.yaml"
    part.write_text(yaml.safe_dump(values))
    output = study.parent / "tokens"
    tokenize(part, output, monkeypatch)

    reports = pd.read_parquet(study.parent / "texts.parquet")
    tokenizer = checkpoints.load_tokenizer(study.parent / "bert")
    cache = tokens.TokenCache(output)
    assert cache.report_ids() == reports["report_id"].tolist()
    wanted = reports["report_id"].tolist()[::-7]
    texts = reports.set_index("report_id").loc[wanted, "text"]
    for view, expected in (("whole", list(texts)), ("diagnosis", [select(t, ["diagnosis"]) for t in texts])):
        found = cache.read(wanted, view)
        assert [ids.tolist() for ids in found] == tokenizer(expected, add_special_tokens=False)["input_ids"]
    assert tokens.read_summary(output)["views"]["whole"]["reports"] == len(reports)
    assert not (output / ".scratch").exists()


def test_several_processes_make_the_same_cache(study, monkeypatch):
    import tokenize_reports

    tokenize(study, study.parent / "one", monkeypatch)
    monkeypatch.setattr(tokenize_reports, "MANY", 10)
    tokenize(study, study.parent / "two", monkeypatch, "--processes", "2")
    one, two = (tokens.TokenCache(study.parent / name) for name in ("one", "two"))
    assert one.report_ids() == two.report_ids()
    for a, b in zip(one.read(one.report_ids()), two.read(one.report_ids()), strict=True):
        assert a.tolist() == b.tolist()


def test_missing_tokens_are_named(study, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match="no tokenized reports there"):
        tokens.TokenCache(tmp_path)
    tokenize(study, tmp_path / "tokens", monkeypatch)
    cache = tokens.TokenCache(tmp_path / "tokens")
    with pytest.raises(StudyError, match="such as nobody"):
        cache.read(["r0001", "nobody"])
    with pytest.raises(StudyError, match="no view 'margin'"):
        cache.read(["r0001"], "margin")


def test_reading_more_than_the_checkpoint_takes_is_an_error(tmp_path):
    folder = tiny_checkpoints.make("roberta", tmp_path / "roberta", positions=64)
    config = checkpoints.load_encoder(folder).config
    assert tokens.positions(config) == 64  # RoBERTa's table has two rows more than it can use
    settings = {"max_tokens": 65, "long_reports": "head", "pooling": "first"}
    tokenizer = checkpoints.load_tokenizer(folder)
    with pytest.raises(StudyError, match="takes 64 tokens"):
        tokens.Reading.of(tokenizer, settings, 64)
    assert tokens.Reading.of(tokenizer, settings | {"max_tokens": 64}, 64).room == 62

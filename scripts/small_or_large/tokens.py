"""Tokens: the tokenized reports of a model, made once, and how a model reads a report longer than its limit.

The cache is a `datasets` folder (Arrow, memory-mapped) with the columns report_id, view and input_ids: the whole view
of a report (its text, or the sections that a task reads) without special tokens and without truncation. Truncation is
a setting of reading, so another length or strategy needs no new cache.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from small_or_large.errors import StudyError

WHOLE = "whole"
LIMITS = (64, 128, 256, 512, 1024, 2048, 4096, 8192)
STRATEGIES = ("head", "tail", "head_tail", "chunks")


class TokenCache:
    """The tokens that `scripts/tokenize_reports.py` wrote for a model."""

    def __init__(self, folder: str | Path):
        from datasets import load_from_disk

        self.folder = Path(folder)
        if not (self.folder / "dataset_info.json").is_file():
            raise StudyError(
                f"{folder}: no tokenized reports there; run scripts/tokenize_reports.py for the model"
            )
        table = load_from_disk(str(self.folder)).data.table
        self._chunks = table["input_ids"].chunks
        self._starts = np.cumsum([0, *(len(chunk) for chunk in self._chunks)])
        views = np.asarray(table["view"].to_pylist(), dtype=object)
        ids = np.asarray(table["report_id"].to_pylist(), dtype=object)
        self._row: dict[str, dict[str, int]] = {}
        for view in dict.fromkeys(views):
            rows = np.flatnonzero(views == view)
            self._row[view] = dict(zip(ids[rows], rows.tolist(), strict=True))

    def report_ids(self, view: str = WHOLE) -> list[str]:
        """The reports that have this view, in the order of the reports table."""
        return list(self._row.get(view, {}))

    def read(self, report_ids: Iterable[str], view: str = WHOLE) -> list[np.ndarray]:
        """Token ids (int32, without special tokens) of reports in the order asked for.

        Raises StudyError where a report was not tokenized in this view.
        """
        rows = self._row.get(view)
        if rows is None:
            raise StudyError(
                f"{self.folder}: no view {view!r}, only {', '.join(self._row)}; tokenize the reports again"
            )
        wanted = list(report_ids)
        absent = [report_id for report_id in wanted if report_id not in rows]
        if absent:
            raise StudyError(
                f"{self.folder}: {len(absent)} reports are not tokenized in view {view!r}, such as {absent[0]}; "
                "tokenize the reports again"
            )
        out = []
        for report_id in wanted:
            row = rows[report_id]
            chunk = int(np.searchsorted(self._starts, row, side="right")) - 1
            out.append(self._chunks[chunk][row - int(self._starts[chunk])].values.to_numpy())
        return out


def special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """What a tokenizer puts before and after a text, such as ([CLS], [SEP])."""
    inner = tokenizer("a", add_special_tokens=False, verbose=False)["input_ids"]
    outer = tokenizer("a", add_special_tokens=True, verbose=False)["input_ids"]
    for start in range(len(outer) - len(inner) + 1):
        if outer[start : start + len(inner)] == inner:
            return outer[:start], outer[start + len(inner) :]
    raise StudyError("this tokenizer does not put its special tokens around a text; it cannot be used here")


@dataclass(frozen=True)
class Reading:
    """How a model reads reports: up to `max_tokens` tokens with the special ones, and what it leaves of more.

    head: the first tokens; tail: the last; head_tail: half of the room each; chunks: everything, in as few rows of
    about equal length as will do, whose vectors or logits are averaged.
    """

    max_tokens: int
    strategy: str
    prefix: list[int]
    suffix: list[int]
    pad: int

    @classmethod
    def of(cls, tokenizer: Any, reading: dict[str, Any], positions: int | None = None) -> "Reading":
        """Reading by `study.reading_settings(model)`; positions: the longest input that the model can take.

        Raises StudyError where the setting is longer than that.
        """
        if positions is not None and reading["max_tokens"] > positions:
            raise StudyError(
                f"models.<model>.max_tokens is {reading['max_tokens']}, but the checkpoint takes {positions} tokens "
                "at most; lower it"
            )
        prefix, suffix = special_tokens(tokenizer)
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        return cls(reading["max_tokens"], reading["long_reports"], prefix, suffix, pad)

    @property
    def room(self) -> int:
        """Tokens of the report that go into one row."""
        return self.max_tokens - len(self.prefix) - len(self.suffix)

    def rows(self, ids: np.ndarray) -> tuple[list[np.ndarray], bool]:
        """Rows of token ids with special tokens for one report (one row, except for chunks), and whether the model
        sees less than the whole report."""
        room = self.room
        if len(ids) <= room:
            return [self._wrapped(ids)], False
        if self.strategy == "chunks":
            return [self._wrapped(part) for part in np.array_split(ids, -(-len(ids) // room))], False
        if self.strategy == "head":
            ids = ids[:room]
        elif self.strategy == "tail":
            ids = ids[-room:]
        else:
            back = room // 2
            ids = np.concatenate([ids[: room - back], ids[len(ids) - back :]])
        return [self._wrapped(ids)], True

    def _wrapped(self, ids: np.ndarray) -> np.ndarray:
        return np.concatenate([self.prefix, ids, self.suffix]).astype(np.int64)


def positions(config: Any) -> int | None:
    """The longest input that a model of this configuration takes, special tokens included; None where unlimited.

    RoBERTa counts positions from its padding id on, so two of its 514 cannot be used.
    """
    limit = getattr(config, "max_position_embeddings", None)
    if limit and config.model_type in ("roberta", "xlm-roberta", "camembert", "longformer"):
        limit -= config.pad_token_id + 1
    return limit


def pad(rows: list[np.ndarray], pad_id: int) -> tuple[Any, Any]:
    """Rows as one batch: input_ids and attention_mask, each rows x the longest row (int64 tensors)."""
    import torch

    width = max(len(row) for row in rows)
    ids = np.full((len(rows), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for position, row in enumerate(rows):
        ids[position, : len(row)] = row
        mask[position, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def batches(lengths: list[int], batch_tokens: int, counts: list[int] | None = None) -> list[list[int]]:
    """Positions of reports in batches of like length, longest first, each of at most `batch_tokens` tokens with
    padding (a single report may have more).

    lengths: tokens of each report's longest row; counts: its rows, one each where not given.
    """
    out: list[list[int]] = []
    width = rows = 0
    for position in np.argsort(lengths, kind="stable")[::-1].tolist():
        count = counts[position] if counts else 1
        if not out or (rows + count) * width > batch_tokens:
            out.append([])
            width, rows = lengths[position], 0
        out[-1].append(position)
        rows += count
    return out


def summary(lengths: np.ndarray, special: int) -> dict[str, Any]:
    """How long reports are, as JSON values: their number, median, 95th percentile and most tokens, and for each of
    `LIMITS` the share that is longer than what a model of that limit reads.

    lengths: tokens of each report without special ones; special: how many special tokens go with them.
    """
    return {
        "reports": int(len(lengths)),
        "median": float(np.median(lengths)) if len(lengths) else None,
        "p95": float(np.percentile(lengths, 95)) if len(lengths) else None,
        "most": int(lengths.max()) if len(lengths) else None,
        "longer_than": {
            str(limit): float((lengths + special > limit).mean()) if len(lengths) else None
            for limit in LIMITS
        },
    }


def read_summary(folder: str | Path) -> dict[str, Any]:
    """summary.json of a token cache."""
    return json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))

"""Train the gate's tagger on invented passages against real text without marked identifiers.

    python benchmarks/train_tagger.py --passages benchmarks/tagger_passages/*.txt tests/data/phi_sentences*.txt \\
        tests/data/clean_sentences*.txt tests/data/held_out_[ij].jsonl tests/data/held_out_n1.jsonl \\
        --texts reports.csv.gz notes.csv.gz --exclude phi_dev.jsonl.gz --least 40

Each passage is taken as it is and as a frame whose names, towns, institutions and figures are drawn anew
(tagger_frames.py), in normal, upper and lower case, alone and between lines of real text. Real text gives the
counter-examples: of all tokens in which the rules find nothing, a part drawn at random, then those that the
half-trained model mistakes most.
A feature counts only where several passages share it, so that none is learnt by heart. Weights of hashed features
alone go into scripts/small_or_large/deidentification/lexicons/tagger.json; all draws are seeded.
"""

import argparse
import gzip
import json
import random
import re
import sys
import time
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from tagger_frames import Filler, frame_of, lines_of, other_figures, scanned, strange_names, unmarked  # noqa: E402

from small_or_large.deidentification import tagger  # noqa: E402
from small_or_large.deidentification.entities import ENTITIES  # noqa: E402
from small_or_large.deidentification.gate import Gate  # noqa: E402
from small_or_large.deidentification.spans import Span, merge  # noqa: E402
from small_or_large.deidentification.tagger_weights import read_weights, write_weights  # noqa: E402
from small_or_large.deidentification.token_features import BITS, TokenFeatures, labels_of  # noqa: E402
from small_or_large.deidentification.words import Tokens, lexicons  # noqa: E402

# a class of its own for what the rules miss often enough; other numbers of people count as one of a health card
CLASSES = ["O", *(e for e in ENTITIES if e not in ("SSN", "EMAIL", "URL", "ID", "CODE"))]
CLASS_OF = {e: CLASSES.index("HEALTHNO" if e == "SSN" else e) for e in [*CLASSES, "SSN"]}
FOUND_ALREADY = 0.3  # the weight of a token that the rules find by themselves
DRAWN = 300_000  # tokens of real text drawn at random
# the worst mistaken tokens of real text that are learnt from besides, after each stage of so many epochs
MISTAKEN, EPOCHS = (100_000, 200_000, 0), 2
SHARED_RUNS = 0.3  # the share of its runs of six words by which a text is one of an excluded set

_gate: list[Gate] = []


class Passage(NamedTuple):
    """A text to learn from: its spans, the stretch that is the passage's own, and the number of its frame."""

    text: str
    spans: list[tuple[int, int, str]]
    start: int
    end: int
    frame: int


def _found(text: str) -> tuple[Tokens, np.ndarray]:
    """A text's tokens, and what the rules find by token."""
    if not _gate:
        _gate.append(Gate())
    tokens = Tokens(text)
    return tokens, labels_of(tokens, merge(text, _gate[0].by_rules(tokens)))


def _passage_rows(passage: Passage) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, class, weight and frame of a passage's tokens."""
    tokens, labels = _found(passage.text)
    gold = labels_of(tokens, [Span(*span, 1.0) for span in passage.spans])
    chosen = [
        i
        for i, w in enumerate(tokens.words)
        if w.shape != "mark"
        and tokens.starts[i] >= passage.start
        and tokens.ends[i] <= passage.end
        and (not gold[i] and not labels[i] or gold[i] and ENTITIES[int(gold[i]) - 1] in CLASS_OF)
    ]
    classes = [CLASS_OF[ENTITIES[int(gold[i]) - 1]] if gold[i] else 0 for i in chosen]
    weights = [FOUND_ALREADY if labels[i] else 1.0 for i in chosen]
    return (
        TokenFeatures(tokens, labels).of(chosen).astype(np.int32),
        np.array(classes, np.int64),
        np.array(weights, np.float32),
        np.full(len(chosen), passage.frame, np.int64),
    )


def _text_rows(text: str) -> np.ndarray:
    """Features of the tokens of a real text in which the rules find nothing."""
    tokens, labels = _found(text)
    chosen = [i for i, w in enumerate(tokens.words) if w.shape != "mark" and not labels[i]]
    return TokenFeatures(tokens, labels).of(chosen).astype(np.int32)


def passages(
    lines: list[str], rounds: int, worn: float, lines_around: list[str], draw: random.Random
) -> list[Passage]:
    """What is made of marked lines: each as it is, and `rounds` times as a frame filled anew, a part of them worn."""
    words = [w for w, tier in lexicons()[0].items() if tier >= 3 and len(w) > 3]
    filler = Filler(draw, words)
    made = []
    for frame, line in enumerate(lines):
        for turn in range(rounds + 1):
            text, spans = filler.fill(frame_of(line)) if turn or "{" in line else unmarked(line)
            text = text.replace(" ⏎ ", "  \n")
            if turn:
                text = strange_names(draw, other_figures(draw, text, spans), spans)
                case = draw.random()
                cased = text.upper() if case < 0.1 else text.lower() if case < 0.2 else text
                text = cased if len(cased) == len(text) else text
                if draw.random() < worn:
                    text, spans = scanned(draw, text, spans)
            start, end = 0, len(text)
            if draw.random() < 0.6:
                gap = draw.choice(" \n")
                before = "".join(draw.choice(lines_around) + gap for _ in range(draw.choice([1, 1, 2, 3, 8])))
                after = "".join(gap + draw.choice(lines_around) for _ in range(draw.choice([1, 2])))
                start, end = len(before), len(before) + len(text)
                spans = [(a + start, b + start, entity) for a, b, entity in spans]
                text = before + text + after
            made.append(Passage(text, spans, start, end, frame))
    return made


def shared(feats: np.ndarray, frames: np.ndarray, least: int) -> np.ndarray:
    """By feature its row in the model, from 1 on, or 0 where fewer than `least` frames have it."""
    count = int(frames.max()) + 1
    pairs = np.unique((feats.astype(np.int64) * count + frames[:, None]).ravel())
    rows = np.zeros(2**BITS, np.int32)
    kept = np.bincount(pairs // count, minlength=2**BITS) >= least
    rows[kept] = np.arange(1, kept.sum() + 1)
    return rows


class Model:
    """Multinomial logistic regression on bags of features, by AdaGrad with an L1 penalty."""

    def __init__(self, size: int, shrink: float) -> None:
        self.weights = torch.zeros(size, len(CLASSES), requires_grad=True)
        self.bias = torch.zeros(len(CLASSES), requires_grad=True)
        self.shrink = shrink
        self.optimizer = torch.optim.Adagrad([self.weights, self.bias], lr=0.1, weight_decay=1e-6)

    def sums(self, rows: torch.Tensor, kept: torch.Tensor | None = None) -> torch.Tensor:
        """The sums before softmax; `kept` weighs each feature."""
        bags = torch.nn.functional.embedding_bag(
            rows, self.weights, mode="sum", per_sample_weights=kept, padding_idx=0
        )
        return bags + self.bias

    def epoch(
        self, rows, classes, weights, draw: np.random.Generator, batch: int = 2048, dropped: float = 0.1
    ) -> None:
        """One pass; a part of the features is left out at random, so that none is relied on alone."""
        begun, total = time.monotonic(), 0.0
        order = draw.permutation(len(rows))
        for k in range(0, len(order), batch):
            part = order[k : k + batch]
            x = torch.from_numpy(rows[part])
            kept = (torch.rand(x.shape) >= dropped).float() / (1 - dropped)
            losses = torch.nn.functional.cross_entropy(
                self.sums(x, kept), torch.from_numpy(classes[part]), reduction="none"
            )
            loss = (losses * torch.from_numpy(weights[part])).mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(part)
            with torch.no_grad():  # the penalty's proximal step
                self.weights.copy_(self.weights.sign() * (self.weights.abs() - self.shrink).clamp(min=0))
        print(
            f"loss {total / len(rows):.4f}, {len(rows):,} tokens, {time.monotonic() - begun:.0f} s",
            flush=True,
        )

    def doubts(self, rows: np.ndarray) -> np.ndarray:
        """How surely each token identifies."""
        with torch.no_grad():
            parts = [
                self.sums(torch.from_numpy(rows[k : k + 8192])).softmax(1)[:, 0]
                for k in range(0, len(rows), 8192)
            ]
        return 1 - torch.cat(parts).numpy()

    def write(self, path: Path, rows: np.ndarray) -> None:
        """The weights as the tagger reads them."""
        numbers = np.flatnonzero(rows)
        bias = [round(float(b), 3) for b in self.bias.detach()]
        write_weights(path, CLASSES, numbers, self.weights.detach().numpy()[rows[numbers]], bias)
        print(
            f"{len(read_weights(path)[1]):,} of {len(numbers):,} features, {path.stat().st_size // 1000} kB"
        )


def texts_of(args: argparse.Namespace) -> list[str]:
    """Real texts to learn from in a drawn order: none of a test part, an excluded set or the sample held out."""

    def runs(text: str) -> set[int]:
        words = text.split()
        return {hash(tuple(words[i : i + 6])) for i in range(len(words) - 6)}

    excluded = set()
    for path in args.exclude:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                excluded |= runs(json.loads(line)["text"])
    made = []
    for path in args.texts:
        table = pd.read_csv(path, dtype=str).dropna(subset="text")
        if len(table) > 10 * args.held_out[0]:  # of a small one too little would be left
            table = table.drop(table.sample(args.held_out[0], random_state=args.held_out[1]).index)
        if "split" in table:
            table = table[table["split"] != "test"]
        own = [t for t in table["text"] if len((r := runs(t)) & excluded) <= SHARED_RUNS * max(len(r), 1)]
        random.Random(1).shuffle(own)
        made.append(own)
        print(f"{path.name}: {len(own):,} texts to learn from", flush=True)
    return [text for own in made for text in own]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--passages", nargs="+", type=Path, required=True, help="marked passages; .txt or .jsonl"
    )
    parser.add_argument("--texts", nargs="+", type=Path, required=True, help="CSV files with a column text")
    parser.add_argument(
        "--exclude", nargs="*", type=Path, default=[], help="gold sets whose texts are not learnt from"
    )
    parser.add_argument(
        "--held-out", nargs=2, type=int, default=(300, 97), metavar=("SIZE", "SEED"),
        help="the sample of a large CSV kept for gate_quality.py --clean (default: 300 97)",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5, help="fillings of each frame (default: 5)")
    parser.add_argument(
        "--worn", type=float, default=0.2, help="the share of fillings a poor scanner read (default: 0.2)"
    )
    parser.add_argument(
        "--least", type=int, default=24, help="frames that must share a feature (default: 24)"
    )
    parser.add_argument("--shrink", type=float, default=3e-5, help="the L1 penalty a step (default: 3e-5)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=tagger.WEIGHTS)
    args = parser.parse_args()
    draw, numbers = random.Random(7), np.random.default_rng(7)
    torch.manual_seed(7)
    texts = texts_of(args)
    around = [
        line.strip()
        for text in texts[:1500]
        for line in re.split(r"(?<=[.!?])\s+|\n", text)
        if 15 < len(line.strip()) < 160
    ]
    files = [HERE / "tagger_templates.txt", HERE / "tagger_plain.txt", *args.passages]
    lines = [line for path in files for line in lines_of(path)]
    made = passages(lines, args.rounds, args.worn, around, draw)
    with Pool(args.processes) as pool:
        parts = list(zip(*pool.imap(_passage_rows, made, chunksize=50), strict=True))
        feats, classes, weights, frames = map(np.concatenate, parts)
        print(
            f"{len(lines):,} passages: {len(feats):,} tokens, {(classes > 0).sum():,} of identifiers",
            flush=True,
        )
        rows = shared(feats, frames, args.least)
        size = int(rows.max()) + 1
        positive = rows[feats]
        real = np.concatenate([rows[part] for part in pool.imap(_text_rows, texts, chunksize=20)])
    print(f"{size:,} features shared; {len(real):,} tokens of {len(texts):,} real texts", flush=True)
    drawn = real[np.sort(numbers.choice(len(real), min(DRAWN, len(real)), replace=False))]
    model, mistaken = Model(size, args.shrink), real[:0]
    for worst in MISTAKEN:
        none = len(drawn) + len(mistaken)
        data = (
            np.concatenate([positive, drawn, mistaken]),
            np.concatenate([classes, np.zeros(none, np.int64)]),
            np.concatenate([weights, np.ones(none, np.float32)]),
        )
        for _ in range(EPOCHS):
            model.epoch(*data, numbers)
        doubts = model.doubts(real)
        mistaken = real[np.sort(np.argsort(-doubts)[:worst])]
        print(f"{(doubts > 0.5).sum():,} tokens of real text taken for identifiers", flush=True)
    model.write(args.out, rows)


if __name__ == "__main__":
    main()

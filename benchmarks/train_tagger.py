"""Train the gate's name tagger on invented sentences against real text without marked names.

    python benchmarks/train_tagger.py --texts reports.csv.gz notes.csv.gz --rounds 20 --reports 6000 \\
        --exclude phi_dev.jsonl.gz --plain tests/data/clean_sentences*.txt --sentences tests/data/phi_sentences*.txt

Sentences: tagger_templates.txt, filled from the gate's word lists (rare and common names alike; a part of the names
is hidden from the lists, so that the model learns to do without them), in normal, upper and lower case. Real text
gives the counter-examples; what the gate's rules find there is left out of training. Only weights of features (cue
words, shapes, up to three letters) go into scripts/small_or_large/deidentification/lexicons/tagger.json.
"""

import argparse
import gzip
import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from tagger_frames import Filler, frames_of  # noqa: E402

from small_or_large.deidentification import tagger  # noqa: E402
from small_or_large.deidentification.facilities import FacilityRecognizer  # noqa: E402
from small_or_large.deidentification.people import PeopleRecognizer  # noqa: E402
from small_or_large.deidentification.places import TownRecognizer  # noqa: E402
from small_or_large.deidentification.words import Tokens, lexicons  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--texts", nargs="+", required=True, help="CSV files with a column text; counter-examples"
    )
    parser.add_argument(
        "--exclude", help="JSON lines whose report_id are left out of the texts (a development set)"
    )
    parser.add_argument(
        "--sentences",
        nargs="*",
        type=Path,
        default=[],
        help="marked sentences: their frames, names taken out",
    )
    parser.add_argument("--plain", nargs="*", type=Path, default=[], help="sentences without identifiers")
    parser.add_argument("--rounds", type=int, default=40, help="fillings of each template")
    parser.add_argument("--reports", type=int, default=1500, help="texts drawn for counter-examples")
    parser.add_argument("--out", type=Path, default=tagger.WEIGHTS)
    args = parser.parse_args()
    draw = random.Random(7)
    frames = [pd.read_csv(path, dtype=str) for path in args.texts]
    if args.exclude:
        with gzip.open(args.exclude, "rt") as lines:
            out = {json.loads(line)["report_id"] for line in lines}
        frames = [f[~f["report_id"].isin(out)] if "report_id" in f else f for f in frames]
    texts = [t for f in frames for t in f["text"].dropna().sample(min(args.reports, len(f)), random_state=3)]
    known = lexicons()[0]
    words = [w for w, tier in known.items() if tier >= 3 and len(w) > 3]
    filler = Filler(draw, words)
    positive = frames_of(HERE / "tagger_templates.txt")
    for path in args.sentences:
        positive += frames_of(path)
    plain = frames_of(HERE / "tagger_plain.txt")
    for path in args.plain:
        plain += frames_of(path)
    rows, labels = [], []
    wanted = {*tagger.CLASSES, "O"}

    def add(
        text: str, spans: list[tuple[int, int, str]], hide: float, weight_all: bool, skip: list = ()
    ) -> None:
        tokens = Tokens(text)
        hidden = set()
        for i in range(len(tokens)):
            for a, b, _ in spans:
                if tokens.starts[i] < b and tokens.ends[i] > a and hide and draw.random() < hide:
                    tokens.words[i] = tokens.words[i]._replace(surname=0, given=0, place=0, word=0)
                    hidden.add(i)
        kinds = tagger.kinds_of(tokens)
        for i in range(len(tokens)):
            if not tagger.candidate(tokens, i):
                continue
            if any(tokens.starts[i] < b and tokens.ends[i] > a for a, b in skip):
                continue
            label = next((k for a, b, k in spans if tokens.starts[i] < b and tokens.ends[i] > a), "O")
            if label not in wanted:
                continue  # a part of a date, an e-mail address or a number, which the tagger leaves to the rules
            rows.append(dict.fromkeys(tagger.features(tokens, i, kinds), 1))
            labels.append(label)

    sentences = [s for t in texts for s in re.split(r"(?<=[.!?])\s+", t) if 20 < len(s) < 200]
    for template in positive:
        for _ in range(args.rounds):
            text, spans = filler.fill(template)
            style = draw.random()
            if style < 0.5:
                # between two real sentences
                before, after = draw.choice(sentences) + " ", " " + draw.choice(sentences)
                if draw.random() < 0.5 and not text.endswith((".", "?")):
                    text += "."
                spans = [(a + len(before), b + len(before), k) for a, b, k in spans]
                text = before + text + after
            style = draw.random()
            text = text.upper() if style < 0.13 else text.lower() if style < 0.28 else text
            if len(text) != len(text.casefold()) and any(c in text for c in "ßŉ"):
                continue
            add(text, spans, 0.15 if draw.random() < 0.7 else 1.0, True)
    positives = len(rows)
    for template in plain:
        for _ in range(args.rounds):
            text, _ = filler.fill(template)
            style = draw.random()
            add(text.upper() if style < 0.15 else text, [], 0, True)
    rules = [PeopleRecognizer(), FacilityRecognizer(), TownRecognizer()]
    for text in texts:
        tokens = Tokens(text)
        skip = [(r.start, r.end) for rule in rules for r in rule.analyze(text, None, tokens)]
        add(text, [], 0, True, skip)
    print(f"{positives} tokens of invented sentences, {len(rows) - positives} of real ones")
    vectorizer = DictVectorizer(dtype=np.float32)
    data = vectorizer.fit_transform(rows)
    seen = np.asarray((data > 0).sum(axis=0)).ravel()
    keep = seen >= 4
    model = LogisticRegression(C=0.5, max_iter=150, tol=1e-3)
    model.fit(data[:, keep], labels)
    classes = list(model.classes_)
    none = classes.index("O")
    names = np.array(vectorizer.feature_names_)[keep]
    weights = {}
    matrix = np.stack([model.coef_[classes.index(c)] - model.coef_[none] for c in tagger.CLASSES], axis=1)
    bias = [model.intercept_[classes.index(c)] - model.intercept_[none] for c in tagger.CLASSES]
    for name, row in zip(names, matrix, strict=True):
        if np.abs(row).max() >= 0.15:
            weights[str(name)] = [round(float(v), 2) for v in row]
    weights["b"] = [round(float(v + w), 3) for v, w in zip(bias, weights.get("b", [0, 0, 0]), strict=True)]
    args.out.write_text(
        json.dumps({"classes": tagger.CLASSES, "weights": weights}, separators=(",", ":")) + "\n"
    )
    print(
        f"{len(weights)} weights, {args.out.stat().st_size // 1000} kB; "
        f"training accuracy {model.score(data[:, keep], labels):.3f}"
    )


if __name__ == "__main__":
    main()

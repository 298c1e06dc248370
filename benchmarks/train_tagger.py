"""Train the gate's name tagger on invented sentences against real text without marked names.

    python benchmarks/train_tagger.py --texts reports.csv.gz notes.csv.gz

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

from small_or_large.deidentification import tagger  # noqa: E402
from small_or_large.deidentification.facilities import FacilityRecognizer  # noqa: E402
from small_or_large.deidentification.people import PeopleRecognizer  # noqa: E402
from small_or_large.deidentification.places import TownRecognizer  # noqa: E402
from small_or_large.deidentification.words import Tokens, lexicons  # noqa: E402

SLOT = re.compile(r"\{([LFICHW])\}")
HOUSES = (
    "General Regional Memorial Hospital Clinic Centre Health District Medical University Pathology Community"
).split()


class Filler:
    """Draws what a template's slots are filled with."""

    def __init__(self, draw: random.Random, words: list[str]) -> None:
        known, surnames, given, places, _ = lexicons()
        self.draw, self.words = draw, words
        tiers = {}
        for name, tier in surnames.items():
            if len(name) > 2:
                tiers.setdefault(("L", tier if known.get(name, 0) < 3 else 0), []).append(name)
        for name, tier in given.items():
            if len(name) > 2:
                tiers.setdefault(("F", tier if known.get(name, 0) < 3 else 0), []).append(name)
        for name, tier in places.items():
            tiers.setdefault(("C", tier), []).append(name)
        self.tiers = tiers

    def one(self, slot: str) -> str:
        draw = self.draw
        if slot == "I":
            return draw.choice("ABCDEFGHJKLMNPRSTVW")
        if slot == "W":
            return " ".join(draw.choice(self.words) for _ in range(draw.choice([1, 1, 2, 2, 3])))
        if slot == "H":
            what = self.one(draw.choice("LCC"))
            style = draw.random()
            return (
                what
                if style < 0.4
                else f"{what} {draw.choice(HOUSES)}"
                if style < 0.85
                else f"St. {self.one('F')}'s"
            )
        tier = (
            draw.choices([1, 2, 3, 0], [0.35, 0.3, 0.3, 0.05])[0] if slot in "LF" else draw.choice([1, 2, 3])
        )
        name = draw.choice(self.tiers.get((slot, tier)) or self.tiers[slot, 1])
        made = " ".join(
            p[:1].upper() + p[1:] if p not in ("de", "la", "of", "sur") else p for p in name.split(" ")
        )
        if slot == "L":
            luck = draw.random()
            if luck < 0.04:
                made = f"{made}-{self.one('L')}"
            elif luck < 0.06:
                made = draw.choice(["O'", "Mc", "D'", "Mac"]) + made
            elif luck < 0.08:
                made = draw.choice(["van ", "de ", "al-", "Van ", "von ", "St. ", "El-"]) + made
        return made

    def fill(self, template: str) -> tuple[str, list[tuple[int, int, str]]]:
        text, spans, last = "", [], 0
        for match in SLOT.finditer(template):
            text += template[last : match.start()]
            value = self.one(match[1])
            kind = {"L": "NAME", "F": "NAME", "I": "NAME", "C": "CITY", "H": "FACILITY"}.get(match[1])
            if kind:
                spans.append((len(text), len(text) + len(value), kind))
            text += value
            last = match.end()
        return text + template[last:], spans


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
    read = lambda name: [r for r in (HERE / name).read_text().splitlines() if r and not r.startswith("#")]  # noqa: E731
    positive, plain = read("tagger_templates.txt"), read("tagger_plain.txt")
    rows, labels = [], []

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
            text = text.upper() if style < 0.15 else text.lower() if style < 0.22 else text
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
        if np.abs(row).max() >= 0.1:
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

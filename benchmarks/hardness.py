"""How hard the synthetic tasks are for the baseline (scripts/baseline.py): its macro-F1 over split seeds.

Synthetic data: the figures say whether the generator is neither trivial nor noise, and nothing about any model.
Every task is split by patient (70 train, 10 validation left unused, 20 test); the aim is a mean macro-F1 near
0.95 (reportability), 0.85 (tumour_group) and 0.65 (leukaemia_histology).

    python benchmarks/hardness.py                    # the reports of config.yaml, five splits, about a minute
    python benchmarks/hardness.py --study studies/mine.yaml --source registry --splits 3
"""

import argparse
import statistics
import sys
from pathlib import Path

from sklearn.metrics import f1_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import make_pipeline

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import baseline  # noqa: E402
from small_or_large.study import load_study  # noqa: E402
from small_or_large.synthetic import corpus  # noqa: E402
from small_or_large.synthetic.classes import TASKS  # noqa: E402


def labelled(rows: list[dict], task: str) -> tuple[list[str], list[str], list[str]]:
    """Texts, labels and patients of the reports that have a label for the task."""
    chosen = [row for row in rows if row[task] is not None]
    return [r["text"] for r in chosen], [r[task] for r in chosen], [r["patient_id"] for r in chosen]


def hardness(rows: list[dict], task: str, splits: int) -> list[float]:
    """Macro-F1 over all declared classes on the test part, one figure a split seed 0..splits-1."""
    texts, labels, patients = labelled(rows, task)
    scores = []
    for seed in range(splits):
        kept, test = next(
            GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(texts, labels, patients)
        )
        inner = GroupShuffleSplit(1, test_size=0.125, random_state=seed)
        train, _ = next(inner.split(kept, groups=[patients[i] for i in kept]))
        model = make_pipeline(
            baseline.vectorizer(2, 2), baseline.classifier("logistic_regression", 20, "balanced")
        )
        model.fit([texts[kept[i]] for i in train], [labels[kept[i]] for i in train])
        scores.append(
            f1_score(
                [labels[i] for i in test],
                model.predict([texts[i] for i in test]),
                labels=list(TASKS[task]),
                average="macro",
                zero_division=0,
            )
        )
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--study", default="config.yaml", help="study file (default: config.yaml)")
    parser.add_argument("--source", default="registry", help="its generated source (default: registry)")
    parser.add_argument("--splits", type=int, default=5, help="split seeds (default: 5)")
    arguments = parser.parse_args()
    settings = load_study(arguments.study).sources[arguments.source].generate
    if settings is None:
        parser.error(f"--source {arguments.source}: its reports are not generated")
    rows = list(corpus.rows(settings))
    print(f"{'task':22} {'labels':>6} {'rarest':>6} {'mean':>6} {'low':>6} {'high':>6}")
    for task, classes in TASKS.items():
        scores = hardness(rows, task, arguments.splits)
        labels = labelled(rows, task)[1]
        rarest = min(labels.count(name) for name in classes)
        print(
            f"{task:22} {len(labels):6} {rarest:6} {statistics.mean(scores):6.3f}"
            f" {min(scores):6.3f} {max(scores):6.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()

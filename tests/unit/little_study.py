"""A little study written to disk for tests of the commands: generated reports with labels, a split, a study file."""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

CLASSES = {
    "benign": "No malignancy in the specimen.",
    "carcinoma": "A malignant epithelial tumour.",
    "lymphoma": "A malignant tumour of lymphoid cells.",
}
FINDINGS = {
    "benign": ["benign glands", "chronic inflammation", "no tumour seen", "hyperplastic mucosa"],
    "carcinoma": ["invasive glands", "epithelial nests", "keratin pearls", "desmoplastic stroma"],
    "lymphoma": ["lymphoid sheets", "atypical follicles", "CD20 positive cells", "effaced node"],
}
FILLER = [
    "the",
    "specimen",
    "is",
    "received",
    "in",
    "formalin",
    "and",
    "sections",
    "show",
    "tissue",
    "with",
    "margins",
    "examined",
    "as",
    "follows",
]


def write(
    folder: Path, reports: int = 120, long: int = 0, settings: dict | None = None, models: dict | None = None
) -> dict[str, str]:
    """Write texts.parquet, the labels kind.parquet, splits/kind.csv and study.yaml; returns the commands' common
    options.

    long: words of filler in each report; settings: further sections of the study file; models: its models.
    """
    random = np.random.default_rng(7)
    labels = [list(CLASSES)[k % 3] for k in range(reports)]
    texts = [
        " ".join(
            [
                *random.choice(FILLER, 8 + long),
                *random.choice(FINDINGS[label], 2, replace=False),
                *random.choice(FILLER, 8),
            ]
        )
        for label in labels
    ]
    table = pd.DataFrame(
        {
            "report_id": [f"r{k:04d}" for k in range(reports)],
            "patient_id": [f"p{k // 3:04d}" for k in range(reports)],
            "text": texts,
            "kind": labels,
        }
    )
    (folder / "splits").mkdir(parents=True, exist_ok=True)
    table.drop(columns="kind").to_parquet(folder / "texts.parquet", index=False)
    table.rename(columns={"kind": "label"})[["report_id", "label"]].to_parquet(
        folder / "kind.parquet", index=False
    )
    part = np.where(np.arange(reports) // 3 % 4 == 2, "validation", "train")
    part[np.arange(reports) // 3 % 4 == 3] = "test"
    split = table[["report_id", "patient_id"]].assign(part=part)
    split.to_csv(folder / "splits" / "kind.csv", index=False)
    kinds = {"encoder": "probe", "decoder": "free_text", "external": "answers"}
    kinds |= {"baseline": "fitted", "ensemble": "averaged"}
    models = models or {"words": {"kind": "baseline", "pretraining": "none"}}
    study = {
        "study": "little",
        "sources": {"made_up": {"path": "made_up.csv"}},
        "tasks": {
            "kind": {
                "question": "What does the report show?",
                "template": "This is a report of [MASK].",
                "classes": {name: {"description": text} for name, text in CLASSES.items()},
            }
        },
        "models": models,
        "runs": [{"models": [name], "approaches": [kinds[m["kind"]]]} for name, m in models.items()],
        **(settings or {}),
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    return {
        "--study": str(folder / "study.yaml"),
        "--task": "kind",
        "--reports": str(folder / "texts.parquet"),
        "--labels": str(folder / "kind.parquet"),
        "--split": str(folder / "splits" / "kind.csv"),
        "--predictions": str(folder / "predictions.parquet"),
        "--costs": str(folder / "costs.json"),
    }


def call(main, monkeypatch, options: dict[str, str], **more: str) -> None:
    """Run a command's `main` in this process with options; more: options by name, such as run="x.fitted.seed0", or
    reports=None for a command that takes none."""
    options = options | {f"--{name.replace('_', '-')}": value for name, value in more.items()}
    arguments = [word for pair in options.items() if pair[1] is not None for word in pair]
    monkeypatch.setattr("sys.argv", ["command", *arguments])
    main()


def answer(main, monkeypatch, options: dict[str, str], **more: str | None) -> None:
    """Run a command that answers without labels, and put the labels beside its answers."""
    import label_answers

    answers = str(Path(options["--predictions"]).with_name("answers.parquet"))
    call(main, monkeypatch, options, answers=answers, labels=None, predictions=None, **more)
    names = ("--study", "--task", "--labels", "--predictions")
    call(label_answers.main, monkeypatch, {name: options[name] for name in names}, answers=answers)


def ask(monkeypatch, options: dict[str, str], run: str) -> None:
    """Ask an LLM, and put the labels beside what it answered."""
    import llm

    answer(llm.main, monkeypatch, options, run=run)

"""Tiny checkpoints and a tiny study, made on the spot: every architecture of the paper with its true tokenizer type.

The checkpoints have random weights; the study's reports are made-up text in which one phrase decides the class.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

ENCODERS = ("roberta", "bert", "megatron-bert", "modernbert")
SIZE = {"vocabulary": 500, "hidden": 32, "layers": 2, "heads": 2, "positions": 128}
CLASSES = {"breast": "ductal carcinoma", "colon": "tubular adenoma", "skin": "basal cell nest"}
FILLER = (
    "received in formalin labelled with the name of the patient the specimen consists of several fragments of tan "
    "tissue measuring two centimetres in aggregate sections show chronic inflammation and no evidence of invasion "
    "margins are free immunohistochemistry was performed and is negative clinical history of a lesion since spring"
)


def texts(count: int, seed: int = 0, least: int = 12, most: int = 60) -> tuple[list[str], list[str]]:
    """Made-up reports and the class of each; the telling phrase stands somewhere in the diagnosis."""
    random = np.random.default_rng(seed)
    labels = [str(label) for label in random.choice(list(CLASSES), size=count)]
    reports = []
    for label in labels:
        body = [str(word) for word in random.choice(FILLER.split(), size=int(random.integers(least, most)))]
        cut = int(random.integers(0, 6))
        reports.append(
            f"MICROSCOPIC:\n{' '.join(body)}.\n\nDIAGNOSIS:\n{' '.join(body[:cut])} {CLASSES[label]} "
            f"{' '.join(body[cut : cut + 3])}.\n"
        )
    return reports, labels


def make(architecture: str, folder: Path, head: bool = True, seed: int = 0, **size: int) -> Path:
    """A tiny checkpoint of an architecture with a tokenizer of its true type, trained on generated text.

    head: with its language-model head; without, it is the bare encoder, as sentence encoders come.
    """
    from small_or_large import creation

    settings = SIZE | size
    tokenizer = creation.tokenizer(architecture, texts(80)[0], settings["vocabulary"], settings["positions"])
    model = creation.model(architecture, tokenizer, settings, seed)
    (model if head else model.base_model).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_study(
    folder: Path, models: dict, count: int = 120, runs: list | None = None, **sections: dict
) -> Path:
    """A study file with its reports, split and duplicates in a folder; the study's path.

    models: entries of `models`; sections: other sections of the study file. Two thirds of the reports are labelled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reports, labels = texts(count)
    table = pd.DataFrame(
        {
            "report_id": [f"r{k:04d}" for k in range(count)],
            "patient_id": [f"p{k // 2:04d}" for k in range(count)],
            "text": reports,
            "source": "made_up",
            "site": [label if k % 6 < 4 else None for k, label in enumerate(labels)],
        }
    )
    table.drop(columns="site").to_parquet(folder / "texts.parquet", index=False)
    pd.DataFrame({"report_id": table["report_id"], "group": table["report_id"]}).to_parquet(
        folder / "duplicates.parquet", index=False
    )
    labelled = table[table["site"].notna()].reset_index(drop=True)
    labelled.rename(columns={"site": "label"})[["report_id", "label"]].to_parquet(
        folder / "site.parquet", index=False
    )
    place = labelled["patient_id"].rank(method="dense", pct=True)
    part = np.where(place <= 0.6, "train", np.where(place <= 0.8, "validation", "test"))
    split = labelled.assign(part=part)[["report_id", "patient_id", "part"]]
    split.to_csv(folder / "site.csv", index=False)
    study = {
        "study": "tiny",
        "sources": {"made_up": {"path": "made_up.csv", "columns": {"labels": {"site": "site"}}}},
        "tasks": {
            "site": {
                "question": "Which site is it?",
                "classes": {
                    name: {"description": f"A report of {words}."} for name, words in CLASSES.items()
                },
            }
        },
        "models": {"baseline": {"kind": "baseline"}} | models,
        "runs": runs or [{"models": ["baseline"], "approaches": ["fitted"]}],
    } | sections
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    return path

"""Predictions made up by the contract, for tests of what reads them; nothing here is a finding."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from small_or_large.predictions import write
from small_or_large.study import load_study
from small_or_large.tables import write as write_table


def predictions(
    classes: list[str],
    quality: float,
    rng: np.random.Generator,
    patients: int = 100,
    per_patient: int = 2,
    scores: bool = True,
    invalid: float = 0.0,
    truth_seed: int = 1,
    parts: tuple = ("validation", "test"),
) -> pd.DataFrame:
    """A predictions table whose answers are right with probability about `quality`.

    The reports, patients and labels depend on `truth_seed`, sizes and classes only, so that runs are paired.
    With a latent difficulty by patient, reports of one patient resemble each other.
    """
    frames = []
    for part in parts:
        truth = np.random.default_rng([truth_seed, len(part)])
        count = patients * per_patient
        prior = truth.dirichlet(np.full(len(classes), 3.0))
        label = truth.choice(len(classes), size=count, p=prior)
        label[: len(classes)] = np.arange(len(classes))
        owner = np.repeat(np.arange(patients), per_patient)
        difficulty = truth.normal(0, 0.7, patients)[owner]
        logits = rng.normal(0, 1, (count, len(classes)))
        logit = np.log(quality / (1 - quality))
        right = rng.random(count) < 1 / (1 + np.exp(-(logit - difficulty)))
        wrong = (label + rng.integers(1, len(classes), count)) % len(classes)
        answer = np.where(right, label, wrong)
        logits[np.arange(count), answer] += 3 + rng.exponential(1, count) * (1 + right)
        answer = logits.argmax(axis=1)
        probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        unreadable = rng.random(count) < invalid
        frame = pd.DataFrame(
            {
                "report_id": [f"{part}-{i:05d}" for i in range(count)],
                "patient_id": [f"{part}-P{i:04d}" for i in owner],
                "part": part,
                "label": np.asarray(classes, dtype=object)[label],
                "prediction": np.where(unreadable, None, np.asarray(classes, dtype=object)[answer]),
                "status": np.where(unreadable, "invalid", "ok"),
            }
        )
        for k, name in enumerate(classes):
            frame[f"score_{name}"] = np.where(unreadable, np.nan, probability[:, k]) if scores else np.nan
        frame["seconds"] = 0.01
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


STUDY = """
study: made-up
title: Which model should read our reports?
synthetic: true
sources:
  registry: {path: reports.csv}
tasks:
  reportability:
    title: Reportable or not
    scenario: easy
    question: Is it reportable?
    classes:
      reportable: {description: a reportable tumour}
      not_reportable: {description: no reportable tumour}
  tumour_group:
    title: Tumour group
    scenario: medium
    question: Which group?
    classes:
      breast: {description: breast}
      lung: {description: lung}
      colorectal: {description: colon or rectum}
      prostate: {description: prostate}
      skin: {description: skin}
      lymphoma: {description: lymph nodes}
      head_and_neck: {description: head and neck}
  leukaemia_histology:
    title: Leukaemia histology
    scenario: hard
    question: Which histology?
    classes:
      aml: {description: acute myeloid leukaemia}
      all: {description: acute lymphoblastic leukaemia}
      cml: {description: chronic myeloid leukaemia}
      cll: {description: chronic lymphocytic leukaemia}
models:
  tfidf: {kind: baseline, title: TF-IDF, pretraining: none}
  minilm: {kind: encoder, title: MiniLM, family: minilm, checkpoint: somewhere/minilm}
  minilm-clinical:
    {kind: encoder, title: MiniLM clinical, family: minilm, pretraining: adjacent, base: minilm,
     pretrain: {sources: [registry]}}
  minilm-registry:
    {kind: encoder, title: MiniLM registry, family: minilm, pretraining: domain, base: minilm,
     pretrain: {sources: [registry]}}
  tiny-llm:
    {kind: decoder, title: Tiny LLM, stand_in: true, create: {architecture: llama},
     pretrain: {sources: [registry]}}
  gpt: {kind: external, title: Vendor LLM, answers: {path: answers.csv, task: tumour_group}}
runs:
  - {models: [tfidf], approaches: [fitted]}
  - {models: [minilm, minilm-clinical, minilm-registry], approaches: [similarity, cloze, probe]}
  - {models: [minilm, minilm-clinical, minilm-registry], approaches: [finetuned], seeds: [0, 1, 2]}
  - {models: [minilm-registry], approaches: [finetuned], tasks: [leukaemia_histology], seeds: [0, 1, 2],
     labels: [60, 120]}
  - {models: [tfidf], approaches: [fitted], tasks: [leukaemia_histology], labels: [60, 120]}
  - {models: [tiny-llm], approaches: [likelihood, free_text]}
  - {models: [gpt], approaches: [answers], seeds: [1, 2], tasks: [tumour_group]}
evaluate: {draws: 400, permutations: 999, more_labels: 100}
"""
QUALITY = {
    "fitted": 0.82,
    "similarity": 0.5,
    "cloze": 0.4,
    "probe": 0.78,
    "finetuned": 0.86,
    "likelihood": 0.35,
    "free_text": 0.3,
    "answers": 0.9,
}
TASK_QUALITY = {"reportability": 1.08, "tumour_group": 1.0, "leukaemia_histology": 0.85}
MODEL_QUALITY = {"minilm-clinical": 0.01, "minilm-registry": 0.03}


def write_study(folder: Path, patients: int = 60, text: str = STUDY) -> Path:
    """A study file (`text`) and everything below results/ that evaluation reads, made up; returns the study file.

    The commands run with `folder` as working directory.
    """
    file = folder / "study.yaml"
    file.write_text(text)
    study = load_study(file)
    results = folder / "results" / study.study
    rng = np.random.default_rng(5)
    for number, task in enumerate(study.tasks):
        classes = study.class_names(task)
        for run in study.runs_of(task):
            quality = QUALITY[run.approach] * TASK_QUALITY[task] + MODEL_QUALITY.get(run.model, 0)
            if run.labels:
                quality -= 0.12 - 0.001 * run.labels
            unreadable = {"free_text": 0.2, "answers": 0.02}.get(run.approach, 0)
            table = predictions(
                classes,
                min(quality, 0.97),
                rng,
                patients=patients * (3 - number),
                scores=run.approach not in ("free_text", "answers"),
                invalid=unreadable,
                truth_seed=number,
                parts=("test",) if run.approach == "answers" else ("validation", "test"),
            )
            if run.approach == "finetuned":
                table.loc[table.index % 25 == 0, "status"] = "truncated"
            write(table, classes, results / "predictions" / task / f"{run.name}.parquet")
            known = run.approach != "answers"
            small = run.model != "tiny-llm"
            cost = {
                "device": "cpu" if known else None,
                "dtype": "float32" if known else None,
                "parameters": None if not known else 22_713_216 if small else 3_000_000,
                "train_seconds": {"finetuned": 190.0 + 9 * run.seed, "probe": 1.2, "fitted": 2.5}.get(
                    run.approach
                ),
                "reports_per_second": {"answers": None, "fitted": 900.0}.get(run.approach, 14.5),
                "peak_memory_mib": 900.0 if known else None,
                "energy_kwh": 0.004 if run.approach == "finetuned" else None,
                "versions": {},
            }
            path = results / "costs" / task / f"{run.name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(cost))
        rows = table[["report_id", "patient_id", "part"]]
        train = pd.DataFrame(
            {
                "report_id": [f"train-{i:05d}" for i in range(300)],
                "patient_id": [f"train-P{i // 2:04d}" for i in range(300)],
                "part": "train",
            }
        )
        if rows["part"].eq("validation").sum() == 0:
            full = predictions(classes, 0.5, rng, patients * (3 - number), truth_seed=number)
            rows = full[["report_id", "patient_id", "part"]]
        write_table(pd.concat([train, rows]), results / "splits" / f"{task}.csv")
    for place, model in enumerate(study.pretrained):
        path = results / "checkpoints" / model / "pretraining.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(pretraining(study.models[model], place)))
    return file


def pretraining(model: Any, place: int) -> dict[str, Any]:
    """What pretraining.json says of the model at this place in the study."""
    return {
        "base": model.base or "made from nothing",
        "sources": model.pretrain.sources,
        "tokens_read": 50_000 + place,
        "fresh_head": place == 0,
        "held_out_loss_before": 7.25 + place,
        "held_out_loss": 3.5 + place,
        "costs": {"device": "cpu", "train_seconds": 7200.0},
    }

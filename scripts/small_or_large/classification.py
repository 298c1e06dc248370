"""Report classifiers: an encoder, its token states pooled, and a linear head, one class for all architectures.

A classifier's folder is the encoder's checkpoint in Hugging Face layout (AutoModel loads it) with the head beside it
in `head.safetensors` and what else there is to know in `classifier.json`.
"""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from small_or_large import checkpoints, devices, pooling, tokens
from small_or_large.errors import StudyError
from small_or_large.frozen import FrozenLayers
from small_or_large.progress import Progress

HEAD, FACTS = "head.safetensors", "classifier.json"


class ReportClassifier(nn.Module):
    """Encoder, pooling, dropout and a linear head over the declared classes."""

    def __init__(self, encoder: Any, classes: int, pooled: str, weights: list[float] | None = None):
        """encoder: a model without head; pooled: `mean` or `first`; weights: weight of each class in the loss."""
        super().__init__()
        config = encoder.config
        self.encoder, self.pooled = encoder, pooled
        self.dropout = nn.Dropout(_dropout(config))
        self.head = nn.Linear(config.hidden_size, classes)
        nn.init.normal_(self.head.weight, std=getattr(config, "initializer_range", 0.02))
        nn.init.zeros_(self.head.bias)
        self.frozen: FrozenLayers | None = None
        self.weights = None if weights is None else torch.tensor(weights)

    def vectors(
        self,
        attention_mask: torch.Tensor,
        input_ids: torch.Tensor | None = None,
        states: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Pooled vectors (rows x width) from token ids, or from what the frozen layers made of them.

        attention_mask, input_ids: rows x tokens; states: rows x tokens x width.
        """
        if states is None:
            last = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        else:
            last = self.frozen.above(states, attention_mask)
        return pooling.pool(last, attention_mask, self.pooled)

    def forward(
        self,
        attention_mask: torch.Tensor,
        input_ids: torch.Tensor | None = None,
        states: torch.Tensor | None = None,
        report: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Logits of each report (reports x classes), and the loss where there are labels.

        attention_mask, input_ids, states: as of `vectors`; report: which report each row belongs to, where reports
        come in several rows: their logits are averaged.
        """
        logits = self.head(self.dropout(self.vectors(attention_mask, input_ids, states))).float()
        if report is not None:
            logits = pooling.by_report(logits, report, int(report[-1]) + 1)
        if labels is None:
            return {"logits": logits}
        weights = None if self.weights is None else self.weights.to(logits.device)
        return {"loss": nn.functional.cross_entropy(logits, labels, weight=weights), "logits": logits}

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and so many lower layers as they are: not trained, and without dropout."""
        if layers:
            self.frozen = FrozenLayers(self.encoder, layers)

    def begin_head(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        """Let the head begin as a probe of the encoder as it is (linear probing, then finetuning: Kumar et al. 2022,
        Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution).

        vectors: pooled vectors of the training reports (reports x width); labels: their positions of classes. A class
        without a report keeps its fresh weights. Raises StudyError where the reports show one class only.
        """
        from sklearn.linear_model import LogisticRegression

        if len(np.unique(labels)) < 2:
            raise StudyError("the train part shows one class only; `head: probe` needs two or more")

        probe = LogisticRegression(class_weight="balanced", max_iter=1000, tol=1e-3).fit(vectors, labels)
        weight, bias = probe.coef_, probe.intercept_
        if len(probe.classes_) == 2:
            # One logit of the second class against the first: half of it each way.
            weight, bias = np.vstack([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
        with torch.no_grad():
            self.head.weight[probe.classes_] = torch.from_numpy(weight).to(self.head.weight)
            self.head.bias[probe.classes_] = torch.from_numpy(bias).to(self.head.bias)

    def drop(self, share: float) -> None:
        """Set the dropout of encoder and head, whose architectures keep it as modules or as plain numbers."""
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = share
            if isinstance(getattr(module, "attention_dropout", None), float):
                module.attention_dropout = share

    def adapt(self, rank: int) -> None:
        """Train low-rank adapters (LoRA, Hu et al. 2022) on every linear layer instead of the encoder's weights."""
        from peft import LoraConfig, get_peft_model

        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
        self.encoder = get_peft_model(self.encoder, config)

    def train(self, mode: bool = True) -> "ReportClassifier":
        """Training mode, but not for frozen layers."""
        super().train(mode)
        for module in self.frozen.modules if self.frozen else []:
            module.eval()
        return self


def _dropout(config: Any) -> float:
    """Dropout before the head: the checkpoint's own, else that of its hidden layers."""
    for name in ("classifier_dropout", "hidden_dropout_prob", "mlp_dropout"):
        value = getattr(config, name, None)
        if value is not None:
            return float(value)
    return 0.1


def class_weights(labels: np.ndarray, classes: int, how: str) -> list[float] | None:
    """Weight of each class in the loss: None, inverse frequency (`balanced`) or its root (`sqrt`), with mean 1 over
    the training reports. A class without a report gets 1.

    labels: positions of classes.
    """
    if how == "none":
        return None
    counts = np.bincount(labels, minlength=classes).astype(float)
    seen = counts > 0
    weights = np.ones(classes)
    weights[seen] = counts[seen] ** (-1.0 if how == "balanced" else -0.5)
    weights[seen] *= counts.sum() / (weights[seen] * counts[seen]).sum()
    return weights.tolist()


# -- reports as batches ------------------------------------------------------------------------------------


class TrainingReports:
    """The training reports in the order in which a run reads them, over all epochs.

    Reports of like length share a batch, so that little is padding: each epoch is shuffled, cut into stretches of
    20 batches, and sorted by length within a stretch; the batches then come in random order. Where the last batch of
    an epoch is short it is filled up with other reports. The order follows from the seed alone.
    """

    def __init__(
        self, rows: list[list[np.ndarray]], labels: np.ndarray, batch: int, epochs: float, seed: int
    ):
        """rows: one report's rows of token ids each; labels: positions of classes."""
        self.rows, self.labels = rows, labels
        self.steps_per_epoch = math.ceil(len(rows) / batch)
        self.steps = math.ceil(self.steps_per_epoch * epochs)
        lengths = np.array([sum(map(len, report)) for report in rows])
        passes = [_grouped(lengths, batch, seed, number) for number in range(math.ceil(epochs))]
        self.order = np.concatenate(passes)[: self.steps * batch]

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, position: int) -> tuple[list[np.ndarray], int]:
        report = self.order[position]
        return self.rows[report], int(self.labels[report])


def _grouped(lengths: np.ndarray, batch: int, seed: int, epoch: int, stretch: int = 20) -> np.ndarray:
    """One epoch's order; see TrainingReports."""
    random = np.random.default_rng([seed, 0xE0, epoch])
    order = random.permutation(len(lengths))
    order = np.resize(order, math.ceil(len(order) / batch) * batch)
    whole = []
    for start in range(0, len(order), stretch * batch):
        part = order[start : start + stretch * batch]
        part = part[np.argsort(-lengths[part], kind="stable")]
        whole += list(part.reshape(-1, batch))
    return np.concatenate([whole[k] for k in random.permutation(len(whole))])


def collate(items: list[tuple[list[np.ndarray], int]], pad_id: int) -> dict[str, torch.Tensor]:
    """Reports as one padded batch for ReportClassifier."""
    batch = _inputs([rows for rows, _ in items], pad_id)
    batch["labels"] = torch.tensor([label for _, label in items])
    return batch


def _inputs(reports: list[list[np.ndarray]], pad_id: int) -> dict[str, torch.Tensor]:
    """One padded batch of reports, whose rows are token ids (tokens) or states (tokens x width)."""
    rows = [row for report in reports for row in report]
    if rows[0].ndim == 1:
        ids, mask = tokens.pad(rows, pad_id)
        batch = {"input_ids": ids, "attention_mask": mask}
    else:
        own = [torch.from_numpy(row) for row in rows]
        mask = nn.utils.rnn.pad_sequence([torch.ones(len(row), dtype=torch.long) for row in own], True)
        batch = {"states": nn.utils.rnn.pad_sequence(own, True), "attention_mask": mask}
    if len(rows) > len(reports):
        batch["report"] = torch.repeat_interleave(
            torch.arange(len(reports)), torch.tensor([len(report) for report in reports])
        )
    return batch


@dataclass(frozen=True)
class Inference:
    """How reports are put through a model: padded with `pad_id` in batches of at most `batch_tokens` tokens, on a
    torch device, in a number format."""

    pad_id: int
    batch_tokens: int
    device: Any
    precision: str


def _walk(
    reports: list[list[np.ndarray]], how: Inference
) -> Iterator[tuple[list[int], dict[str, torch.Tensor]]]:
    """Positions and padded batch of all reports, those of like length together; how far it is goes to the log."""
    progress = Progress(len(reports), every=30)
    lengths = [max(map(len, rows)) for rows in reports]
    for positions in tokens.batches(lengths, how.batch_tokens, [len(rows) for rows in reports]):
        batch = _inputs([reports[k] for k in positions], how.pad_id)
        yield positions, {key: value.to(how.device) for key, value in batch.items()}
        progress.step(len(positions))


@torch.inference_mode()
def logits_of(
    model: nn.Module, reports: list[list[np.ndarray]], how: Inference
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (reports x classes) and the seconds spent on each report.

    reports: rows of token ids, or of states.
    """
    training = model.training
    model.eval()
    logits: list[Any] = [None] * len(reports)
    seconds = np.zeros(len(reports))
    with devices.autocast(how.precision, how.device):
        started = time.perf_counter()
        for positions, batch in _walk(reports, how):
            found = model(**batch)["logits"].cpu().numpy()
            for k, row in zip(positions, found, strict=True):
                logits[k] = row
            seconds[positions] = (time.perf_counter() - started) / len(positions)
            started = time.perf_counter()
    model.train(training)
    return np.stack(logits).astype(np.float64), seconds


@torch.inference_mode()
def vectors_of(model: ReportClassifier, reports: list[list[np.ndarray]], how: Inference) -> np.ndarray:
    """Pooled vectors (reports x width) of the encoder as it is, those of a report's rows averaged.

    reports: rows of token ids, or of states.
    """
    model.to(how.device).eval()
    vectors = np.zeros((len(reports), model.head.in_features), dtype=np.float32)
    with devices.autocast(how.precision, how.device):
        for positions, batch in _walk(reports, how):
            report = batch.pop("report", None)
            found = model.vectors(**batch).float()
            if report is not None:
                found = pooling.by_report(found, report, len(positions))
            vectors[positions] = found.cpu().numpy()
    return vectors


@torch.inference_mode()
def states_of(
    model: ReportClassifier, reports: list[list[np.ndarray]], how: Inference
) -> list[list[np.ndarray]]:
    """What the frozen layers make of each row of each report (tokens x width, float32).

    reports: rows of token ids.
    """
    model.to(how.device).eval()
    made: list[Any] = [None] * len(reports)
    with devices.autocast(how.precision, how.device):
        for positions, batch in _walk(reports, how):
            batch.pop("report", None)
            rows = iter(model.frozen.states(batch).float().cpu().numpy())
            for k in positions:
                # Copied, as a slice would keep the padding alive.
                made[k] = [next(rows)[: len(ids)].copy() for ids in reports[k]]
    return made


# -- saved and loaded --------------------------------------------------------------------------------------


def save(
    model: ReportClassifier, tokenizer: Any, folder: str | Path, card: dict[str, Any], facts: dict[str, Any]
) -> None:
    """Save a classifier whole or not at all; adapters are merged into the encoder's weights.

    facts: what classifier.json says: classes, reading, temperature and how it was trained.
    """
    from safetensors.torch import save_file

    encoder = (
        model.encoder.merge_and_unload() if hasattr(model.encoder, "merge_and_unload") else model.encoder
    )
    head = {
        f"head.{name}": value.detach().cpu().contiguous() for name, value in model.head.state_dict().items()
    }
    with checkpoints.folder_written_whole(folder) as draft:
        encoder.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        save_file(head, str(draft / HEAD), metadata={"format": "pt"})
        (draft / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        (draft / "model_card.md").write_text(checkpoints.model_card(**card), encoding="utf-8")


def load(folder: str | Path) -> tuple[ReportClassifier, Any, dict[str, Any]]:
    """A saved classifier in evaluation mode, its tokenizer, and what classifier.json says."""
    from safetensors.torch import load_file

    folder = checkpoints.checked(folder)
    if not (folder / FACTS).is_file():
        raise StudyError(
            f"{folder}: no classifier, only a checkpoint (no {FACTS}); name the folder of a finetuned run"
        )
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    encoder = checkpoints.load_encoder(folder)
    model = ReportClassifier(encoder, len(facts["classes"]), facts["reading"]["pooling"])
    head = load_file(str(folder / HEAD))
    model.head.load_state_dict({name.removeprefix("head."): value for name, value in head.items()})
    return model.eval(), checkpoints.load_tokenizer(folder), facts

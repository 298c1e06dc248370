"""Report classifiers: an encoder, its token states pooled, and a linear head, one class for all architectures.

A classifier's folder is the encoder's checkpoint in Hugging Face layout (AutoModel loads it) with the head beside it
in `head.safetensors` and what else there is to know in `classifier.json`.
"""

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from small_or_large import checkpoints, devices, pooling, tokens
from small_or_large.errors import StudyError

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
        self.frozen: list[nn.Module] = []
        self.weights = None if weights is None else torch.tensor(weights)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        report: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Logits of each report (reports x classes), and the loss where there are labels.

        input_ids, attention_mask: rows x tokens; report: which report each row belongs to, where reports come in
        several rows: their logits are averaged.
        """
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.head(self.dropout(pooling.pool(states, attention_mask, self.pooled))).float()
        if report is not None:
            logits = pooling.by_report(logits, report, int(report[-1]) + 1)
        if labels is None:
            return {"logits": logits}
        weights = None if self.weights is None else self.weights.to(logits.device)
        return {"loss": nn.functional.cross_entropy(logits, labels, weight=weights), "logits": logits}

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and so many lower layers as they are: not trained, and without dropout."""
        if not layers:
            return
        stacks = [
            module
            for module in self.encoder.modules()
            if isinstance(module, nn.ModuleList) and len(module) == self.encoder.config.num_hidden_layers
        ]
        if not stacks or not hasattr(self.encoder, "embeddings"):
            raise StudyError(
                f"finetune.frozen_layers is not known for {self.encoder.config.model_type}; set it to 0"
            )
        if layers > len(stacks[0]):
            raise StudyError(f"finetune.frozen_layers is {layers}, but the model has {len(stacks[0])} layers")
        self.frozen = [self.encoder.embeddings, *stacks[0][:layers]]
        for module in self.frozen:
            module.requires_grad_(False)

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
        for module in self.frozen:
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
    ids, mask = tokens.pad([row for rows in reports for row in rows], pad_id)
    batch = {"input_ids": ids, "attention_mask": mask}
    if len(ids) > len(reports):
        batch["report"] = torch.repeat_interleave(
            torch.arange(len(reports)), torch.tensor([len(rows) for rows in reports])
        )
    return batch


@torch.inference_mode()
def logits_of(
    model: nn.Module,
    reports: list[list[np.ndarray]],
    pad_id: int,
    batch_tokens: int,
    device: Any,
    precision: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (reports x classes) and the seconds spent on each report.

    reports: rows of token ids; batch_tokens: tokens in a padded batch at most.
    """
    training = model.training
    model.eval()
    logits: list[Any] = [None] * len(reports)
    seconds = np.zeros(len(reports))
    lengths = [max(map(len, rows)) for rows in reports]
    with devices.autocast(precision, device):
        for positions in tokens.batches(lengths, batch_tokens, [len(rows) for rows in reports]):
            started = time.perf_counter()
            batch = _inputs([reports[k] for k in positions], pad_id)
            found = model(**{key: value.to(device) for key, value in batch.items()})["logits"].cpu().numpy()
            seconds[positions] = (time.perf_counter() - started) / len(positions)
            for k, row in zip(positions, found, strict=True):
                logits[k] = row
    model.train(training)
    return np.stack(logits).astype(np.float64), seconds


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

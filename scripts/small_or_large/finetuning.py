"""Finetuning: the Trainer of report classifiers, judged by validation macro-F1 over the declared classes."""

from typing import Any

import numpy as np
import torch
from transformers import Trainer

from small_or_large import classification, metrics, training


class ReportTrainer(Trainer):
    """Trains a ReportClassifier and measures it on the validation reports, longest first and with little padding."""

    def __init__(
        self,
        model: classification.ReportClassifier,
        settings: dict[str, Any],
        validation: tuple[list[list[np.ndarray]], np.ndarray],
        how: classification.Inference,
        **keywords: Any,
    ):
        """settings: the study's `finetune` section; validation: rows of token ids of each report, and labels as
        positions of classes; how: how these are put through the model."""
        super().__init__(model=model, eval_dataset=validation[0], **keywords)
        self.settings, self.validation, self.how = settings, validation, how

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW; the head may have a learning rate of its own."""
        if self.optimizer is None:
            rate = self.settings["learning_rate"]
            of_head = self.settings["head_learning_rate"] or rate
            self.optimizer = training.optimizer(
                training.groups(
                    self.model.named_parameters(),
                    lambda name: ("head", of_head) if name.startswith("head.") else ("encoder", rate),
                    self.settings["weight_decay"],
                )
            )
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Linear warm-up and decay."""
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                self.optimizer,
                lambda step: training.warmup_then_decay(step, num_training_steps, self.settings["warmup"]),
            )
        return self.lr_scheduler

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Validation macro-F1 over the declared classes, and cross-entropy; each process reads all of the part."""
        rows, labels = self.validation
        logits, _seconds = classification.logits_of(self.model, rows, self.how)
        loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels))
        found = {
            "eval_macro_f1": macro_f1(labels, logits.argmax(axis=1), logits.shape[1]),
            "eval_loss": float(loss),
        }
        self.log(dict(found))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, found)
        return found


def macro_f1(labels: np.ndarray, answers: np.ndarray, classes: int) -> float:
    """Macro-F1 over all declared classes; labels and answers are positions of classes."""
    hits, actual, answered = (
        np.bincount(values, minlength=classes).astype(float)
        for values in (labels[labels == answers], labels, answers)
    )
    return float(metrics.macro_f1(hits, actual, answered))

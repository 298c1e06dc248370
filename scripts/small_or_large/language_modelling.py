"""Language modelling: the training of an encoder by masked tokens, or of a decoder by the next token.

Only tokens that are to be predicted go through the output embeddings: with a vocabulary of 30,000 these cost as much
as all layers of a small encoder, and five tokens of six need none.
"""

import math
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import Trainer, TrainerCallback

from small_or_large import training
from small_or_large.packing import IGNORED, stack

HELD_OUT_MASKING = 0.15  # whatever the share in training, so that losses of different runs can be compared


class ChosenOnly:
    """A hook before the output embeddings that lets only the chosen tokens' states through."""

    def __init__(self, model: Any):
        self.chosen: torch.Tensor | None = None
        self.handle = model.get_output_embeddings().register_forward_pre_hook(self._choose)

    def _choose(self, _: Any, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...] | None:
        return None if self.chosen is None else (inputs[0][self.chosen], *inputs[1:])


class HeadFirst(TrainerCallback):
    """Freezes the encoder for the first steps, so that a fresh head is fitted to it before it can do it harm."""

    def __init__(self, encoder: Any, steps: int):
        self.encoder, self.steps = encoder, steps

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        trained = state.global_step >= self.steps
        if next(self.encoder.parameters()).requires_grad != trained:
            self.encoder.requires_grad_(trained)


class LanguageModelTrainer(Trainer):
    """Trains on packed blocks and measures the held-out loss as the mean over all held-out tokens."""

    def __init__(
        self, model: Any, settings: dict[str, Any], head_steps: int, next_token: bool, **keywords: Any
    ):
        """settings: the study's `pretrain` section; head_steps: steps in which only the head is trained;
        next_token: each token is predicted from those before it, else the masked ones are."""
        super().__init__(model=model, data_collator=stack, **keywords)
        self.settings, self.head_steps, self.next_token = settings, head_steps, next_token
        # `compute_loss` gives the mean over a part of a batch: the Trainer is to average the parts.
        self.model_accepts_loss_kwargs = False
        self.chosen = ChosenOnly(model)
        if head_steps:
            self.add_callback(HeadFirst(model.base_model, head_steps))

    def _loss(self, model: Any, inputs: dict[str, torch.Tensor], reduction: str) -> tuple[torch.Tensor, int]:
        """Cross-entropy over the labelled tokens, and how many there are."""
        labels = inputs["labels"]
        if self.next_token:
            labels = torch.cat([labels[:, 1:], torch.full_like(labels[:, :1], IGNORED)], dim=1)
        wanted = labels != IGNORED
        self.chosen.chosen = wanted
        try:
            logits = model(input_ids=inputs["input_ids"]).logits
        finally:
            self.chosen.chosen = None
        return cross_entropy(logits.float(), labels[wanted], reduction=reduction), int(wanted.sum())

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], *_: Any, **__: Any) -> torch.Tensor:
        return self._loss(model, inputs, "mean")[0]

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW with the head as a group of its own; the embeddings belong to the encoder, tied or not."""
        if self.optimizer is None:
            inside = f"{self.model.base_model_prefix}."
            rate = self.settings["learning_rate"]
            self.optimizer = training.optimizer(
                training.groups(
                    self.model.named_parameters(),
                    lambda name: ("encoder" if name.startswith(inside) else "head", rate),
                    self.settings["weight_decay"],
                )
            )
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """While the head is warmed up: the head's own rate, none for the encoder; then warm-up and decay for both."""
        if self.lr_scheduler is None:
            first, steps = self.head_steps, num_training_steps
            ratio = self.settings["head_learning_rate"] / self.settings["learning_rate"]

            def rate(step: int, part: str) -> float:
                if step < first:
                    return ratio if part == "head" else 0.0
                return training.warmup_then_decay(step - first, steps - first, self.settings["warmup"])

            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                self.optimizer,
                [lambda step, part=group["part"]: rate(step, part) for group in self.optimizer.param_groups],
            )
        return self.lr_scheduler

    @torch.no_grad()
    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Mean loss over all tokens to be predicted in the held-out blocks, shared out among the processes."""
        self.model.eval()
        size = 2 * self.args.per_device_train_batch_size
        own = list(range(self.args.process_index, len(self.eval_dataset), self.args.world_size))
        total = torch.zeros(2, dtype=torch.float64)
        for start in range(0, len(own), size):
            batch = stack([self.eval_dataset[position] for position in own[start : start + size]])
            batch = {key: value.to(self.args.device) for key, value in batch.items()}
            with self.compute_loss_context_manager():
                loss, count = self._loss(self.model, batch, "sum")
            total += torch.tensor([float(loss), count], dtype=torch.float64)
        total = self.accelerator.reduce(total.float().to(self.args.device), "sum")
        self.model.train()
        metrics = {"eval_loss": float(total[0] / total[1])}
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def steps_for(tokens: int, block: int, batch: int) -> int:
    """Optimizer steps that read about so many tokens."""
    return max(1, round(tokens / (block * batch)))


def perplexity(loss: float) -> float:
    """Perplexity of a mean cross-entropy in nats."""
    return math.exp(min(loss, 700.0))

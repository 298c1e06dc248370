"""What pretraining and finetuning share: the Trainer's arguments, optimizer, learning-rate schedule and log.

The order in which a run reads its data is laid down in its dataset, one long sequence over all passes, so that the
Trainer only has to walk along it and a resumed run goes on where it was.
"""

import logging
import math
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from small_or_large.errors import StudyError
from small_or_large.resuming import Clock

log = logging.getLogger("train")


def processes() -> int:
    """Processes that train together (torchrun or accelerate set WORLD_SIZE)."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first_process() -> bool:
    """Whether this is the process that writes files."""
    return os.environ.get("RANK", "0") == "0"


def same_everywhere(value: Any) -> Any:
    """The first process's value in every process."""
    if processes() == 1:
        return value
    from accelerate import PartialState
    from accelerate.utils import broadcast_object_list

    PartialState(cpu=not torch.cuda.is_available())
    return broadcast_object_list([value])[0]


def arguments(
    state: str | Path,
    device: Any,
    precision: str,
    batch: int,
    micro_batch: int | None,
    steps: int,
    evaluate_every: int,
    save_every: int,
    seed: int,
    **more: Any,
) -> TrainingArguments:
    """Arguments of a Trainer that writes its state to a folder.

    batch: items in an optimizer step over all processes; micro_batch: items that a process holds at once, where its
    memory does not hold its share of the batch. Raises StudyError where these do not divide.
    """
    share, rest = divmod(batch, processes())
    micro = min(micro_batch or share, share)
    if rest or share % micro:
        raise StudyError(
            f"a batch of {batch} cannot be shared out evenly among {processes()} processes in parts of {micro}; "
            "change `batch` in the study, --micro-batch or the number of processes"
        )
    return TrainingArguments(
        output_dir=str(state),
        use_cpu=device.type == "cpu",
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=share // micro,
        max_steps=steps,
        train_sampling_strategy="sequential",
        eval_strategy="steps",
        eval_steps=evaluate_every,
        save_strategy="steps",
        save_steps=save_every,
        logging_strategy="steps",
        logging_steps=evaluate_every,
        logging_nan_inf_filter=False,
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=device.type == "cuda",
        dataloader_num_workers=0,
        restore_callback_states_from_checkpoint=True,
        seed=seed,
        data_seed=seed,
        **more,
    )


def groups(
    named: Iterable[tuple[str, torch.nn.Parameter]],
    rate_of: Callable[[str], tuple[str, float]],
    weight_decay: float,
) -> list[dict[str, Any]]:
    """Optimizer groups of the trained parameters; biases and norms (one dimension) are not decayed.

    rate_of: name of a parameter to (group, learning rate).
    """
    found: dict[tuple[str, float, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in named:
        if parameter.requires_grad:
            found.setdefault((*rate_of(name), parameter.ndim > 1), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "weight_decay": weight_decay if decayed else 0.0, "part": part}
        for (part, rate, decayed), parameters in found.items()
    ]


def optimizer(parameter_groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """AdamW (Loshchilov & Hutter 2019), in its fused form."""
    return torch.optim.AdamW(parameter_groups, betas=(0.9, 0.999), eps=1e-8, fused=True)


def warmup_then_decay(step: int, steps: int, warmup: float) -> float:
    """Share of the peak learning rate: linear from 0 over the warm-up, then linear to 0 at the end."""
    warm = math.ceil(steps * warmup)
    if step < warm:
        return (step + 1) / (warm + 1)
    return max(0.0, (steps - step) / max(1, steps - warm))


class Log(TrainerCallback):
    """Writes the Trainer's figures to the log, and how long training has taken to the state folder."""

    def __init__(self, state: str | Path, resume: str | None, write: bool):
        """resume: the checkpoint that the run goes on from; write: whether this process writes."""
        self.clock, self.write = Clock(state), write
        self.before = self.clock.read(int(Path(resume).name.partition("-")[2])) if resume else 0.0
        self.started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds of training so far, those before an interruption included."""
        return self.before + time.perf_counter() - self.started

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if control.should_save and self.write:
            self.clock.write(state.global_step, self.seconds)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any
    ) -> None:
        if self.write and logs:
            shown = {key: value for key, value in logs.items() if key not in ("epoch", "total_flos")}
            figures = ", ".join(
                f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
                for key, value in shown.items()
            )
            log.info("step %d of %d, %.0f s: %s", state.global_step, state.max_steps, self.seconds, figures)


def quiet(trainer: Trainer, log_callback: Log) -> None:
    """Let our log speak instead of the Trainer's printing."""
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    trainer.add_callback(log_callback)

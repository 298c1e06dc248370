"""Frozen lower layers: what they make of a report stays the same as long as a run trains, so it is made once.

With four of six layers frozen a pass over the training reports then takes little more than half of its time: one
reading by the lower layers serves the probe that the head begins as, every epoch and every evaluation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from torch import nn

from small_or_large.errors import StudyError

# Architectures whose layers above were seen to give the same from kept states (tests/unit/test_frozen_layers.py).
KNOWN = ("bert", "roberta", "megatron-bert", "modernbert")


class _Reached(Exception):
    """The last frozen layer is done, so the layers above need not run."""


class FrozenLayers:
    """The embeddings and some lower layers of an encoder, neither trained nor with dropout."""

    def __init__(self, encoder: Any, layers: int):
        """encoder: a model without head; layers: how many layers over the embeddings, one or more.

        Raises StudyError where the architecture is not known or has fewer layers.
        """
        stacks = [
            module
            for module in encoder.modules()
            if isinstance(module, nn.ModuleList) and len(module) == encoder.config.num_hidden_layers
        ]
        if not stacks or not hasattr(encoder, "embeddings"):
            raise StudyError(
                f"finetune.frozen_layers is not known for {encoder.config.model_type}; set it to 0"
            )
        if layers > len(stacks[0]):
            raise StudyError(f"finetune.frozen_layers is {layers}, but the model has {len(stacks[0])} layers")
        self.encoder, self.embeddings, self.layers = encoder, encoder.embeddings, list(stacks[0][:layers])
        for module in self.modules:
            module.requires_grad_(False)

    @property
    def modules(self) -> list[nn.Module]:
        """The embeddings and the frozen layers."""
        return [self.embeddings, *self.layers]

    @property
    def can_hand_on(self) -> bool:
        """Whether this architecture's layers above can start from kept states."""
        return self.encoder.config.model_type in KNOWN

    def states(self, inputs: dict[str, Any]) -> Any:
        """The last frozen layer's states (rows x tokens x width); the layers above do not run.

        inputs: input_ids and attention_mask, rows x tokens.
        """
        found: list[Any] = []

        def stop(_module: nn.Module, _inputs: Any, output: Any) -> None:
            found.append(output[0] if isinstance(output, tuple) else output)
            raise _Reached

        hook = self.layers[-1].register_forward_hook(stop)
        try:
            self.encoder(**inputs)
        except _Reached:
            return found[0]
        finally:
            hook.remove()
        raise AssertionError("the encoder ran without its frozen layers")

    def above(self, states: Any, attention_mask: Any) -> Any:
        """The encoder's last states (rows x tokens x width) from those of the last frozen layer."""
        with self._handing_on():
            return self.encoder(inputs_embeds=states, attention_mask=attention_mask).last_hidden_state

    @contextmanager
    def _handing_on(self) -> Iterator[None]:
        """Within it, embeddings and frozen layers give on what they get."""
        as_tuple = self.encoder.config.model_type == "megatron-bert"
        self.embeddings.forward = lambda *_, inputs_embeds, **__: inputs_embeds
        for layer in self.layers:
            layer.forward = lambda states, *_, **__: (states,) if as_tuple else states
        try:
            yield
        finally:
            for module in self.modules:
                del module.forward


def mebibytes(reports: list[list[np.ndarray]], width: int) -> float:
    """What the states of reports take, in float32.

    reports: rows of token ids of each; width: the encoder's hidden size.
    """
    return sum(len(row) for rows in reports for row in rows) * width * 4 / 2**20

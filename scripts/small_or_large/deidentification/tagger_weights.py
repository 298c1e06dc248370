"""The tagger's weights as text: a character a weight, so that they stay small and can be kept beside the code."""

import json
from pathlib import Path

import numpy as np

STEPS = 16  # of which a weight of 1 has
_UNTOLD = 1  # features all of whose weights have no more steps than this are left out
# the first character, and from it on that of a weight of zero and the last
_FIRST, _ZERO, _LAST = 33, 46, 93


def write_weights(
    path: Path, classes: list[str], numbers: np.ndarray, weights: np.ndarray, bias: list[float]
) -> None:
    """Write weights, a row a feature of these ascending numbers and a column a class, as text.

    A character is a weight in steps, or the way from one feature's number to the next, where each ~ adds 93.
    """
    steps = np.clip(np.rint(weights * STEPS), -_ZERO, _LAST - _ZERO).astype(int)
    told = np.abs(steps).max(axis=1) > _UNTOLD
    ways = np.diff(numbers[told], prepend=0).tolist()
    model = {
        "classes": classes,
        "bias": bias,
        "features": "".join("~" * (way // _LAST) + chr(_FIRST + way % _LAST) for way in ways),
        "weights": ["".join(map(chr, column)) for column in (steps[told] + _FIRST + _ZERO).T.tolist()],
    }
    path.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="ascii")


def read_weights(path: Path) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Classes, features' numbers, their weights (a row each) and each class's bias, as `write_weights` wrote them."""
    model = json.loads(path.read_text(encoding="ascii"))
    ways, *columns = (
        np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - _FIRST
        for text in (model["features"], *model["weights"])
    )
    numbers = np.cumsum(ways)[ways < _LAST]
    weights = (np.stack(columns, axis=1) - _ZERO).astype(np.float32) / STEPS
    return model["classes"], numbers, weights, np.array(model["bias"], np.float32)

"""Drawing wordings at random: one generator a patient, so that any part of a corpus can be made by itself."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Random choices of one patient; equal seeds give equal choices on every machine and Python hash seed."""

    def __init__(self, seed: str):
        self.random = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def any(self, pool: Sequence[T]) -> T:
        """One of the pool, all alike."""
        return pool[int(self.random() * len(pool))]

    def usual(self, pool: Sequence[T]) -> T:
        """One of the pool, the first ones most often: late wordings are rare, so a test part holds unseen ones."""
        return pool[int(self.random() ** 1.7 * len(pool))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def some(self, pool: Sequence[T], count: int) -> list[T]:
        """Up to `count` different members of the pool, in random order."""
        left = list(pool)
        return [left.pop(int(self.random() * len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, pool: Sequence[T], cumulative: Sequence[float]) -> T:
        """One of the pool by cumulative weights that end in their sum."""
        value = self.random() * cumulative[-1]
        for member, bound in zip(pool, cumulative, strict=True):
            if value < bound:
                return member
        return pool[-1]

"""Log lines that show how far long work is."""

import logging
import time

log = logging.getLogger(__name__)


class Progress:
    """Says every few seconds how many reports are done, how fast, and how long the rest will take.

    Work that ends sooner is not spoken of.
    """

    def __init__(self, total: int, done: int = 0, every: float = 10.0):
        """total: reports in all; done: those of an earlier session; every: seconds between two lines."""
        self._total, self._done, self._begun, self._every = total, done, done, every
        self._start = self._told = time.perf_counter()

    def step(self, count: int = 1) -> None:
        """So many reports more are done."""
        self._done += count
        now = time.perf_counter()
        if now - self._told >= self._every or self._done == self._total and self._told > self._start:
            self._told = now
            speed = (self._done - self._begun) / (now - self._start)
            left = (self._total - self._done) / speed
            log.info("%d of %d reports, %.2f/s, %.0f s to go", self._done, self._total, speed, left)

"""Does the work on a text grow with its length, or with the length's square?

Asked in a way that a slow machine, a busy one or a tracer does not change: the same work on a quarter of the text is
the measure.
"""

import time
from collections.abc import Callable

from untraced import untraced

# A quarter of the text takes a quarter of the work (4), or a sixteenth where it grows with the square (16).
LIMIT = 10
# Processor seconds for 100,000 characters that no machine needs, only work that has blown up.
BLOWN_UP = 30


def assert_grows_with_length(work: Callable[[str], object], text: str, attempts: int = 4) -> None:
    """Fail where the whole text takes more than LIMIT times the processor time of its first quarter."""

    def spent(part: str) -> float:
        with untraced():
            started = time.process_time()
            work(part)
            return time.process_time() - started

    spent(text[:1000])  # what is made on a first call is not counted
    quarter, whole = [], []
    for _ in range(attempts):
        quarter.append(spent(text[: len(text) // 4]))
        whole.append(spent(text))
        assert whole[-1] < BLOWN_UP
        # Other work can only add to a time: the shortest of each is the nearest to the truth.
        if min(whole) < LIMIT * min(quarter):
            return
    raise AssertionError(f"{min(whole):.3f} s for the whole, {min(quarter):.3f} s for a quarter of it")

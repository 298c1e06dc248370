"""Work that coverage does not follow."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def untraced() -> Iterator[None]:
    """For work on much data in which no line runs that other tests do not run, too; a context, or a test's decorator.

    Traced it takes two to nine times as long.
    """
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)

"""Work that coverage does not follow."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


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


def call_untraced(function: Callable) -> Callable:
    """A function that coverage does not follow, called many times from work that it does follow."""

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        tracer = sys.gettrace()
        sys.settrace(None)
        try:
            return function(*given, **named)
        finally:
            sys.settrace(tracer)
            # Coverage's tracer takes over again with the first call after it was set, before this one returns.
            (lambda: None)()

    return called

"""Where an expression matches in a text, found once for all findings that ask what stands beside them."""

import re
from bisect import bisect_left


class Sightings:
    """The matches of an expression in the text that was last asked about.

    A report with thousands of numbers is read once, and not again around each of them.
    """

    def __init__(self, expression: str) -> None:
        self._expression = re.compile(expression)
        self._text: str | None = None
        self._starts: list[int] = []
        self._ends: list[int] = []

    def within(self, text: str, start: int, end: int) -> bool:
        """Whether a match lies between two places of a text."""
        if text is not self._text:
            spans = [match.span() for match in self._expression.finditer(text)]
            self._starts, self._ends = [a for a, _ in spans], [b for _, b in spans]
            self._text = text
        first = bisect_left(self._starts, start)
        return first < len(self._starts) and self._ends[first] <= end

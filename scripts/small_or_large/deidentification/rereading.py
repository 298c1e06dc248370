"""The damaged lines of a report, mended and put together as a text to be read again, and what is misread in it."""

import re
from dataclasses import dataclass

from small_or_large.deidentification.mending import mend
from small_or_large.deidentification.recasing import single_case
from small_or_large.deidentification.spans import GUESSED, Span
from small_or_large.deidentification.words import Tokens

_LINE = re.compile(r"[^\n]{8,600}")
_OUTLINE = re.compile(r"[IVX]{1,3}\. \d|\d\.\d\.\d \d")  # the numbering of an outline
SURE = 0.8  # the least score of what counts in a mended text


@dataclass(frozen=True, slots=True)
class Rereading:
    """The mended lines of a report, line under line, with the place in the report of each of their characters.

    They are one text because reading each line alone would cost a start of all recognizers each.
    """

    report: Tokens
    tokens: Tokens
    places: list[int]

    def across_lines(self, span: Span) -> bool:
        """Whether a finding of the mended text joins lines that are none of each other's in the report."""
        return "\n" in self.tokens.text[span.start : span.end]

    def in_report(self, span: Span) -> Span | None:
        """A finding at its place in the report, or None where it is plainly something else as it stands there."""
        start, end = self.places[span.start], self.places[span.end - 1] + 1
        unsure = span.entity in GUESSED and span.score < 0.95
        if unsure and self.report.rough(self.report.at(start)):
            return None
        if _misread(self.report, start, end, span.entity):
            return None
        return Span(start, end, span.entity, span.score)


def reread(report: Tokens) -> Rereading | None:
    """The damaged lines of a report, mended; None where no line is damaged."""
    caseless = single_case(report.text[:20_000]) is not None
    mended_lines = (mend(line.group(), line.start(), caseless) for line in _LINE.finditer(report.text))
    readings = [reading for reading in mended_lines if reading is not None]
    if not readings:
        return None
    tokens = Tokens("\n".join(reading.text for reading in readings))
    tokens.junk = max(tokens.junk, report.junk)
    places: list[int] = []
    for reading in readings:
        places += [*reading.places, reading.places[-1] + 1]
    return Rereading(report, tokens, places)


def _misread(tokens: Tokens, start: int, end: int, entity: str) -> bool:
    """Whether what a mended reading shows as a name or a date is plainly something else as it stands."""
    if entity == "DATE":
        cut = tokens.text[end - 1 : end + 1].isalpha() and end < len(tokens.text)  # 2 MARKERS
        return cut or _OUTLINE.match(tokens.text, start) is not None
    if entity == "INITIALS":
        return any(c.isdigit() for c in tokens.text[start:end])
    if entity != "NAME":
        return False
    words = tokens.words[tokens.at(start) : tokens.at(end)]
    return all(w.shape == "lower" and (w.word >= 4 or len(w.plain) == 1) for w in words) or (
        len(words) == 1 and words[0].shape == "code"
    )

"""All recognizers over one report: findings merged into one span per place, what is medicine left alone, text scrubbed."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import logging
import re
from bisect import bisect_left
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer

from small_or_large.deidentification.contacts import ContactRecognizer
from small_or_large.deidentification.dates import AgeRecognizer, DateRecognizer
from small_or_large.deidentification.facilities import FacilityRecognizer
from small_or_large.deidentification.numbers import (
    AccessionRecognizer,
    BarcodeRecognizer,
    CodeRecognizer,
    HealthNumberRecognizer,
    PostalCodeRecognizer,
    RecordRecognizer,
)
from small_or_large.deidentification.people import InitialsRecognizer, PeopleRecognizer
from small_or_large.deidentification.places import AddressRecognizer, GazetteerRecognizer, TownRecognizer
from small_or_large.deidentification.protected import protected_spans
from small_or_large.deidentification.tagger import Tagger
from small_or_large.deidentification.words import Tokens

logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)


@dataclass(frozen=True, order=True)
class Span:
    """One finding: characters start to end (exclusive) of the original text."""

    start: int
    end: int
    entity: str
    score: float


class Gate:
    """Finds identifiers in reports. `codes` adds registry codes, which identify no one but give labels away.

    `extra` are further recognizers in presidio's interface, such as a transformers token classifier.
    """

    def __init__(
        self,
        codes: bool = False,
        extra: tuple[EntityRecognizer, ...] = (),
        least_score: float = 0.5,
        entities: list[str] | None = None,
    ) -> None:
        self.entities = set(entities) if entities is not None else None
        self.least_score = least_score
        self.recognizers: list[EntityRecognizer] = [
            ContactRecognizer(),
            DateRecognizer(),
            AgeRecognizer(),
            RecordRecognizer(),
            AccessionRecognizer(),
            HealthNumberRecognizer(),
            BarcodeRecognizer(),
            PostalCodeRecognizer(),
            AddressRecognizer(),
            TownRecognizer(),
            FacilityRecognizer(),
            PeopleRecognizer(),
            InitialsRecognizer(),
            GazetteerRecognizer(),
            Tagger(),
        ]
        if codes:
            self.recognizers.append(CodeRecognizer())
        self.recognizers.extend(extra)

    def find(self, text: str, known: list[Span] | tuple = ()) -> list[Span]:
        """The identifiers of one report in order, none overlapping another; `known` are spans of values known beforehand."""
        if not text:
            return list(known)
        tokens = Tokens(text)
        found = []
        for recognizer in self.recognizers:
            for result in recognizer.analyze(text, None, tokens):
                if result.score >= self.least_score:
                    found.append(Span(result.start, result.end, result.entity_type, float(result.score)))
        kept = _without_medicine(tokens, found)
        merged = merge(text, [*kept, *known])
        return merged if self.entities is None else [s for s in merged if s.entity in self.entities]


def _without_medicine(tokens: Tokens, found: list[Span]) -> list[Span]:
    """Findings that do not touch a clinical figure (a labelled identifier of high score is kept)."""
    guarded = protected_spans(tokens.anchors)
    starts = [a for a, _ in guarded]
    kept = []
    for span in found:
        i = bisect_left(starts, span.end)
        touched = False
        for a, b in guarded[max(0, i - 3) : i]:
            if b > span.start and a < span.end:
                inside = a <= span.start and span.end <= b
                # a strong finding that is longer than the figure holds it by accident: 10/12/2004, S-17-33219
                if inside or span.score < 0.9:
                    touched = True
        if span.entity == "NAME" and _CITED.match(tokens.text, span.end):
            touched = True  # an author: Hammond ME et al.
        if not touched:
            kept.append(span)
    return kept


_CITED = re.compile(r"(?:,? [A-Z]{1,3}\b\.?)?(?:, [A-Z][\w'-]{1,20}(?: [A-Z]{1,3})?){0,4},? et\.? ?al\b")
_GUESSED = frozenset(("NAME", "CITY", "FACILITY", "INITIALS"))


def merge(text: str, found: list[Span]) -> list[Span]:
    """One span a place: overlapping findings become their union, named by the longest of the best-scored."""
    merged: list[list[Span]] = []
    end = -1
    for span in sorted(found):
        if merged and span.start < end:
            merged[-1].append(span)
        else:
            merged.append([span])
        end = max(end, span.end) if len(merged[-1]) > 1 else span.end
    result = []
    for group in merged:
        start, stop = group[0].start, max(s.end for s in group)
        best = max(group, key=lambda s: (s.entity not in _GUESSED, round(s.score, 1), s.end - s.start))
        if len(group) > 1 and best.entity in _GUESSED:
            # an institution's name holds towns' and people's names, seldom the other way round
            best = max(
                group, key=lambda s: (s.entity == "FACILITY" and s.score < 0.9, s.end - s.start, s.score)
            )
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        while start < stop and text[start].isspace():
            start += 1
        result.append(Span(start, stop, best.entity, best.score))
    return result


def scrub(text: str, spans: list[Span]) -> str:
    """The text with each span replaced by its entity's tag, such as [NAME]."""
    pieces, last = [], 0
    for span in spans:
        pieces.append(text[last : span.start])
        pieces.append(f"[{span.entity}]")
        last = span.end
    pieces.append(text[last:])
    return "".join(pieces)


def transformers_recognizer(model: str, labels: dict[str, str]) -> EntityRecognizer:
    """A token-classification checkpoint as one more recognizer; imported only where a study names one."""
    from small_or_large.deidentification.transformer import TransformersRecognizer

    return TransformersRecognizer(model, labels)

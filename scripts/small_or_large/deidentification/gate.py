"""All recognizers over one report: what is medicine left alone, what is doubtful left out, the rest merged."""

import logging
from collections.abc import Iterable

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.accessions import AccessionRecognizer
from small_or_large.deidentification.ages import AgeRecognizer
from small_or_large.deidentification.barcodes import BarcodeRecognizer, barcodes_named
from small_or_large.deidentification.contacts import ContactRecognizer
from small_or_large.deidentification.dates import DateRecognizer
from small_or_large.deidentification.doubts import doubtful
from small_or_large.deidentification.facilities import FacilityRecognizer
from small_or_large.deidentification.fields import FieldRecognizer
from small_or_large.deidentification.health_numbers import HealthNumberRecognizer
from small_or_large.deidentification.houses import HouseRecognizer
from small_or_large.deidentification.initials import InitialsRecognizer
from small_or_large.deidentification.internet import InternetRecognizer
from small_or_large.deidentification.introduced import IntroducedRecognizer
from small_or_large.deidentification.known_houses import KnownHouseRecognizer
from small_or_large.deidentification.monograms import MonogramRecognizer
from small_or_large.deidentification.people import PeopleRecognizer
from small_or_large.deidentification.places import AddressRecognizer, GazetteerRecognizer, TownRecognizer
from small_or_large.deidentification.postal_codes import PostalCodeRecognizer
from small_or_large.deidentification.protected import without_medicine
from small_or_large.deidentification.record_numbers import RecordRecognizer
from small_or_large.deidentification.registry_codes import CodeRecognizer
from small_or_large.deidentification.repeated import repeated_names
from small_or_large.deidentification.rereading import SURE, reread
from small_or_large.deidentification.rolls import RollRecognizer
from small_or_large.deidentification.spans import GUESSED, Span, merge
from small_or_large.deidentification.spoken import SpokenRecognizer
from small_or_large.deidentification.tagger import SUREST, Tagger
from small_or_large.deidentification.unlabelled import UnlabelledRecognizer
from small_or_large.deidentification.widening import widened
from small_or_large.deidentification.words import Tokens
from small_or_large.deidentification.worn_houses import WornHouseRecognizer

logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)


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
            InternetRecognizer(),
            DateRecognizer(),
            AgeRecognizer(),
            RecordRecognizer(),
            AccessionRecognizer(),
            HealthNumberRecognizer(),
            BarcodeRecognizer(),
            UnlabelledRecognizer(),
            SpokenRecognizer(),
            FieldRecognizer(),
            PostalCodeRecognizer(),
            AddressRecognizer(),
            TownRecognizer(),
            FacilityRecognizer(),
            HouseRecognizer(),
            KnownHouseRecognizer(),
            WornHouseRecognizer(),
            PeopleRecognizer(),
            IntroducedRecognizer(),
            RollRecognizer(),
            InitialsRecognizer(),
            MonogramRecognizer(),
            GazetteerRecognizer(),
        ]
        if codes:
            self.recognizers.append(CodeRecognizer())
        self.recognizers.extend(extra)
        self.extra = frozenset(map(id, extra))
        self.tagger = Tagger(least_score=least_score)

    def find(self, text: str, known: list[Span] | tuple = ()) -> list[Span]:
        """The identifiers of one report in order, none overlapping another.

        `known` are spans of values known beforehand, such as those of an HL7 header.
        """
        if not text:
            return list(known)
        tokens = Tokens(text)
        kept = self.by_rules(tokens)
        tokens.found = merge(text, [*kept, *known])
        kept += self._guessed(tokens)
        kept += without_medicine(tokens.anchors, repeated_names(tokens, kept))
        kept = [
            Span(*widened(tokens, s.start, s.end, s.entity), s.entity, s.score) if s.entity in GUESSED else s
            for s in kept
        ]
        merged = barcodes_named(text, _bridged(tokens, merge(text, [*kept, *known])))
        return merged if self.entities is None else [s for s in merged if s.entity in self.entities]

    def by_rules(self, tokens: Tokens) -> list[Span]:
        """What all recognizers but the tagger find, less what is medicine or doubtful; findings may overlap."""
        found = self._found(tokens, self.least_score)
        found_by_others = self._found(tokens, self.least_score, by_extra=True)
        # what the rules take for a scanner's rubbish is their own to doubt, not another model's
        kept = [s for s in without_medicine(tokens.anchors, found) if not doubtful(tokens, s)]
        kept += without_medicine(tokens.anchors, found_by_others)
        return kept + self._read_again(tokens)

    def _guessed(self, tokens: Tokens) -> list[Span]:
        """What the tagger finds; it knows better than the rules what looks like a person's name and is none.

        Of towns and institutions of which it is as sure as it may be, the rules have no doubts either.
        """
        found = without_medicine(tokens.anchors, _spans(self.tagger.analyze(tokens.text, None, tokens)))
        return [
            s
            for s in found
            if s.entity == "NAME" or s.entity in GUESSED and s.score >= SUREST or not doubtful(tokens, s)
        ]

    def _found(self, tokens: Tokens, least_score: float, by_extra: bool = False) -> list[Span]:
        """What the gate's own recognizers find in a text, or the further ones."""
        return [
            span
            for recognizer in self.recognizers
            if (id(recognizer) in self.extra) is by_extra
            for span in _spans(recognizer.analyze(tokens.text, None, tokens))
            if span.score >= least_score
        ]

    def _read_again(self, tokens: Tokens) -> list[Span]:
        """What is found in the mended readings of damaged lines, at its places in the text."""
        rereading = reread(tokens)
        if rereading is None:
            return []
        mended = rereading.tokens
        found = [s for s in self._found(mended, SURE) if not rereading.across_lines(s)]
        found = [s for s in without_medicine(mended.anchors, found) if not doubtful(mended, s)]
        return [s for s in map(rereading.in_report, found) if s is not None]


def _spans(results: Iterable[RecognizerResult]) -> list[Span]:
    """A recognizer's results as spans."""
    return [Span(r.start, r.end, r.entity_type, float(r.score)) for r in results]


def _bridged(tokens: Tokens, spans: list[Span]) -> list[Span]:
    """Two guessed names with only a piece between that no list knows are one: Angeli ca Mora, Sung-Min Park."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last is not None and {last.entity, span.entity} <= GUESSED and _one_name(tokens, last, span):
            result[-1] = Span(last.start, span.end, last.entity, max(last.score, span.score))
        else:
            result.append(span)
    return result


def _one_name(tokens: Tokens, last: Span, span: Span) -> bool:
    """Whether only pieces of words that no list knows stand between two findings, on one line."""
    if span.start - last.end > 14 or "\n" in tokens.text[last.end : span.start]:
        return False
    i, j = tokens.at(last.end), tokens.at(span.start)
    between = tokens.words[i:j]
    return (
        0 < len(between) <= 3
        and any(w.shape != "mark" for w in between)
        and all(
            w.word == 0 and w.shape in ("lower", "title", "upper") or text in "-'’"
            for w, text in zip(between, tokens.texts[i:j], strict=True)
        )
    )


def transformers_recognizer(model: str, labels: dict[str, str]) -> EntityRecognizer:
    """A token-classification checkpoint as one more recognizer; imported only where a study names one."""
    from small_or_large.deidentification.transformer import TransformersRecognizer

    return TransformersRecognizer(model, labels)

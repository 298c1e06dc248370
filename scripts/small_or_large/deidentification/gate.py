"""All recognizers over one report: findings merged into one span per place, what is medicine left alone, text scrubbed."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import logging
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer

from small_or_large.deidentification.contacts import ContactRecognizer
from small_or_large.deidentification.dates import AgeRecognizer, DateRecognizer
from small_or_large.deidentification.facilities import HEADS, FacilityRecognizer
from small_or_large.deidentification.fields import FIELD, FieldRecognizer
from small_or_large.deidentification.houses import HouseRecognizer
from small_or_large.deidentification.initials import InitialsRecognizer
from small_or_large.deidentification.internet import InternetRecognizer
from small_or_large.deidentification.introduced import IntroducedRecognizer
from small_or_large.deidentification.lookalikes import lookalike
from small_or_large.deidentification.mending import Reading, mend
from small_or_large.deidentification.monograms import MonogramRecognizer
from small_or_large.deidentification.numbers import (
    AccessionRecognizer,
    BarcodeRecognizer,
    CodeRecognizer,
    HealthNumberRecognizer,
    PostalCodeRecognizer,
    RecordRecognizer,
)
from small_or_large.deidentification.people import (
    CREDENTIALS,
    STOP,
    TITLES,
    PeopleRecognizer,
)
from small_or_large.deidentification.places import AddressRecognizer, GazetteerRecognizer, TownRecognizer
from small_or_large.deidentification.protected import protected_spans
from small_or_large.deidentification.recasing import single_case
from small_or_large.deidentification.spoken import SpokenRecognizer
from small_or_large.deidentification.tagger import ENDINGS, SHORT, Tagger
from small_or_large.deidentification.unlabelled import UnlabelledRecognizer
from small_or_large.deidentification.widening import widened
from small_or_large.deidentification.words import (
    Tokens,
    Word,
    lexicons,
    near_vocabulary,
    resembles_vocabulary,
    run_together,
    unreadable,
    word,
)

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
            PeopleRecognizer(),
            IntroducedRecognizer(),
            InitialsRecognizer(),
            MonogramRecognizer(),
            GazetteerRecognizer(),
            Tagger(),
        ]
        if codes:
            self.recognizers.append(CodeRecognizer())
        self.recognizers.extend(extra)
        self.extra = frozenset(map(id, extra))

    def find(self, text: str, known: list[Span] | tuple = ()) -> list[Span]:
        """The identifiers of one report in order, none overlapping another; `known` are spans of values known beforehand."""
        if not text:
            return list(known)
        tokens = Tokens(text)
        found, found_by_others = [], []
        for recognizer in self.recognizers:
            into = found_by_others if id(recognizer) in self.extra else found
            for result in recognizer.analyze(text, None, tokens):
                if result.score >= self.least_score:
                    into.append(Span(result.start, result.end, result.entity_type, float(result.score)))
        # what the rules take for a scanner's rubbish is their own to doubt, not another model's
        kept = [s for s in _without_medicine(tokens, found) if not _rubbish(tokens, s)]
        kept += _without_medicine(tokens, found_by_others)
        kept += self._read_again(tokens)
        kept = [
            Span(*widened(tokens, s.start, s.end, s.entity), s.entity, s.score) if s.entity in _GUESSED else s
            for s in kept
        ]
        merged = [_uuid(text, s) for s in _bridged(tokens, merge(text, [*kept, *known]))]
        return merged if self.entities is None else [s for s in merged if s.entity in self.entities]

    def _read_again(self, tokens: Tokens) -> list[Span]:
        """What is found in the mended readings of damaged lines, at its places in the text.

        The lines are read as one text, line under line: reading each alone would cost a start of all recognizers each.
        """
        caseless = single_case(tokens.text[:20_000]) is not None
        mended_lines = (mend(line.group(), line.start(), caseless) for line in _LINE.finditer(tokens.text))
        readings = [reading for reading in mended_lines if reading is not None]
        if not readings:
            return []
        mended = Tokens("\n".join(reading.text for reading in readings))
        mended.junk = max(mended.junk, tokens.junk)
        places = _places(readings)
        spans = [
            Span(r.start, r.end, r.entity_type, float(r.score))
            for recognizer in self.recognizers
            if id(recognizer) not in self.extra
            for r in recognizer.analyze(mended.text, None, mended)
            if r.score >= _SURE and "\n" not in mended.text[r.start : r.end]
        ]
        found = []
        for span in _without_medicine(mended, spans):
            if _rubbish(mended, span):
                continue
            start, end = places[span.start], places[span.end - 1] + 1
            if span.entity in _GUESSED and span.score < 0.95 and tokens.rough(tokens.at(start)):
                continue
            if not _misread(tokens, start, end, span.entity):
                found.append(Span(start, end, span.entity, span.score))
        return found


def _places(readings: list[Reading]) -> list[int]:
    """The place in the text of each character of the readings, joined line under line."""
    places: list[int] = []
    for reading in readings:
        places += [*reading.places, reading.places[-1] + 1]
    return places


def _misread(tokens: Tokens, start: int, end: int, entity: str) -> bool:
    """Whether what a mended reading shows as a name or a date is plainly something else as it stands."""
    if entity == "DATE":
        cut = tokens.text[end - 1 : end + 1].isalpha() and end < len(tokens.text)  # 2 MARKERS
        return cut or _OUTLINE.match(tokens.text, start) is not None
    if entity == "INITIALS":
        return any(c.isdigit() for c in tokens.text[start:end])
    if entity != "NAME":
        return False
    i, j = tokens.at(start), tokens.at(end)
    words = tokens.words[i:j]
    return all(w.shape == "lower" and (w.word >= 4 or len(w.plain) == 1) for w in words) or (
        len(words) == 1 and words[0].shape == "code"
    )


_OUTLINE = re.compile(r"[IVX]{1,3}\. \d|\d\.\d\.\d \d")
_LINE = re.compile(r"[^\n]{8,600}")
_SURE = 0.8


_UUID = re.compile(r"(?i)[uq][ui1jl]{1,2}[i1l]?[do0] ?[:.$]|\bT[CGO]GA-")
# two groups of a UUID; a specimen's barcode (TCGA-AB-1234), whole or without its beginning
_UUID_PIECE = re.compile(r"(?i)(?:[:;]|\b)[0-9a-f@]{8}-[0-9a-f@]{4}-[0-9a-f@]{4}|-[0-9a-f@]{4}-[0-9a-f@]{12}")
_BARCODE = re.compile(
    r"(?:\w?TCGA-\w|T[CGO]G[A-Z0-9]{0,2}-\w|(?:[TI1]?[CGO]{1,2}A ?|)-[A-Z0-9]{2}-[A-Z0-9]{4}(?!\w)|[AU]-[A-Z]{2}-[A-Z0-9]{4}(?!\w)|\d\d-\d{4}TCGA)"
)


def _uuid(text: str, span: Span) -> Span:
    """A piece of a specimen's UUID or barcode, which a scanner broke, is an identifier and no patient's number."""
    if span.entity in ("MRN", "ACCESSION") and (
        _UUID.search(text, max(0, span.start - 40), span.start + 8)
        or _UUID_PIECE.search(text, max(0, span.start - 1), span.end + 16)
        or _BARCODE.match(text, span.start)
    ):
        return Span(span.start, span.end, "ID", span.score)
    return span


def _without_medicine(tokens: Tokens, found: list[Span]) -> list[Span]:
    """Findings that do not touch a clinical figure (a labelled identifier of high score is kept)."""
    if not found:
        return []
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
                if inside and span.score < 0.97 or span.score < 0.9:
                    touched = True
        if span.entity == "NAME" and _CITED.match(tokens.text, span.end):
            touched = True  # an author: Hammond ME et al.
        if not touched:
            kept.append(span)
    return kept


def _bridged(tokens: Tokens, spans: list[Span]) -> list[Span]:
    """Two guessed names with only a piece between that no list knows are one: Angeli ca Mora, Sung-Min Park."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last is not None and span.start - last.end <= 14 and {last.entity, span.entity} <= _GUESSED:
            i, j = tokens.at(last.end), tokens.at(span.start)
            between = tokens.words[i:j]
            gap = tokens.text[last.end : span.start]
            if (
                0 < len(between) <= 3
                and "\n" not in gap
                and any(w.shape != "mark" for w in between)
                and all(
                    w.word == 0 and w.shape in ("lower", "title", "upper") or t in "-'’"
                    for w, t in zip(between, tokens.texts[i:j], strict=True)
                )
            ):
                result[-1] = Span(last.start, span.end, last.entity, max(last.score, span.score))
                continue
        result.append(span)
    return result


def _rubbish(tokens: Tokens, span: Span) -> bool:
    """Whether a finding is a label, a product, a worn number or what a scanner made of clinical words."""
    if lookalike(tokens, span.start, span.end, span.entity, span.score):
        return True
    if span.entity in _GUESSED and span.score == FIELD and _scanned(tokens, span, 0.03):
        return True  # a field's value in a scan is seldom one
    if span.entity in _NUMBERS and _worn(tokens, span):
        return True
    doubted = _DOUBTED.get(span.entity)
    return doubted is not None and doubted(tokens, span)


def _scanned(tokens: Tokens, span: Span, most: float) -> bool:
    """Whether more of the report than `most`, or the text around a finding, is a scanner's rubbish."""
    return tokens.junk > most or tokens.rough(tokens.at(span.start))


def _stray_letters(tokens: Tokens, span: Span) -> bool:
    """Whether initials may as well be a scanner's pieces."""
    if tokens.junk > 0.02 and span.score < 0.71:
        return True
    return span.score <= 0.75 and _scanned(tokens, span, 0.04)


def _two_sentences(tokens: Tokens, span: Span) -> bool:
    """Whether a host's name is the end of a sentence and the beginning of the next: tumor.MED."""
    return _HOST.fullmatch(tokens.text, span.start, span.end) is not None


def _weak_record(tokens: Tokens, span: Span) -> bool:
    """Whether a weakly announced record number stands in a scanner's rubbish."""
    return span.score < 0.65 and tokens.rough(tokens.at(span.start))


def _weak_address(tokens: Tokens, span: Span) -> bool:
    """Whether a weakly announced address stands in a scanner's rubbish."""
    return span.score < 0.8 and _scanned(tokens, span, 0.1)


def _doubted_city(tokens: Tokens, span: Span) -> bool:
    """Whether a town is none: before a state's letters, in a bad scan, or as any guess."""
    if 0.9 < span.score < 0.97 and _STATE.search(tokens.text, span.start, span.end):
        return _no_town(tokens, span)
    if span.score <= 0.7 and tokens.junk > 0.05:
        return True
    return _doubted_guess(tokens, span)


@dataclass(frozen=True, slots=True)
class _Guess:
    """A guessed name with what its words and surroundings tell."""

    tokens: Tokens
    span: Span
    words: list[int]  # those of its tokens that are words
    size: int  # how many tokens it has
    known: int  # how well the commonest of its words is known as a name or a place
    initial: bool  # whether an initial is among its tokens
    after: str
    following: Word | None  # the next token after a blank

    @property
    def first(self) -> Word:
        """The first of its words."""
        return self.tokens.words[self.words[0]]


def _guess(tokens: Tokens, span: Span) -> _Guess:
    """A guessed name with what is asked of it more than once."""
    i, j = tokens.at(span.start), tokens.at(span.end)
    whole = tokens.words[i:j]
    words = [k for k, w in enumerate(whole, i) if w.shape not in ("mark", "initial", "number", "code")]
    return _Guess(
        tokens,
        span,
        words,
        j - i,
        max((max(w.surname, w.given, w.place) for w in map(tokens.words.__getitem__, words)), default=0),
        any(w.shape == "initial" for w in whole),
        tokens.text[span.end : span.end + 12],
        tokens.words[j] if j < len(tokens) and tokens.gap(j - 1) == " " else None,
    )


def _doubted_guess(tokens: Tokens, span: Span) -> bool:
    """Whether a guessed name is a label, a product or what a scanner made of clinical words."""
    text = tokens.text
    if span.score < 0.95 and _REGULATED.search(text, max(0, span.start - 24), span.start):
        return True
    if _RACE.search(text, max(0, span.start - 50), span.start):
        return True
    if span.score >= 0.95:
        return _label_after_title(tokens, span)
    guess = _guess(tokens, span)
    if _part_of_code(guess):
        return True
    if not guess.words:
        return False
    if _cited_or_made(guess) or span.entity == "NAME" and _label_or_prose(guess):
        return True
    if span.entity == "FACILITY":
        return _no_house(guess)
    if len(guess.words) == 1 and not guess.initial and _common_word(guess):
        return True
    if _sent_in_prose(guess):
        return True
    return guess.known == 0 and not (span.entity == "CITY" and span.score > 0.8) and _unlisted(guess)


def _label_after_title(tokens: Tokens, span: Span) -> bool:
    """Whether a strongly announced name is the next label, or a damaged one: Sign Out Dr. Signature."""
    i, j = tokens.at(span.start), tokens.at(span.end)
    if span.entity != "NAME" or j != i + 1:
        return False
    w = tokens.words[i]
    if w.word >= 3 and tokens.text[span.end : span.end + 1] == ":":
        return max(w.surname, w.given) < 2
    if w.surname or w.given:
        return False
    broken = w.shape == "mixed" and unreadable(tokens.texts[i]) and tokens.rough(i)
    return w.word >= 3 or near_vocabulary(w.plain) or resembles_vocabulary(w.plain) or broken


def _part_of_code(guess: _Guess) -> bool:
    """Whether a stain, a number or marks are written together with the words."""
    span = guess.span
    if _STAIN.search(guess.tokens.text, max(0, span.start - 4), span.start + 1):
        return True
    if _NUMBERED.match(guess.after):
        return True
    return span.entity == "NAME" and _GLUED.match(guess.after) is not None


def _cited_or_made(guess: _Guess) -> bool:
    """Whether the words are a journal's title, the maker of a reagent, or a product."""
    text, span = guess.tokens.text, guess.span
    if _CITATION.match(text, span.end) or _PRODUCT.match(guess.after):
        return True
    return _REAGENT.search(text, max(0, span.start - 60), span.start) is not None


def _label_or_prose(guess: _Guess) -> bool:
    """Whether a person's name is a field's label, a page's number or, in a whole report, prose."""
    tokens, span = guess.tokens, guess.span
    if len(guess.words) == 1 and guess.known < 3 and _FIELD.match(guess.after):
        return True
    if len(tokens) >= SHORT and _no_person(tokens, span, guess.words, guess.known, guess.after):
        return True
    return _PAGE.match(tokens.text, span.start) is not None


def _no_house(guess: _Guess) -> bool:
    """Whether an institution is an everyday or damaged word, words of medicine, or a learned society."""
    tokens, span, first = guess.tokens, guess.span, guess.first
    if _BODY.search(tokens.text, span.start, span.end):
        return True
    if len(guess.words) == 1:
        if first.word >= 4 and span.score <= 0.85:
            return True
        return guess.known == 0 and (near_vocabulary(first.plain) or resembles_vocabulary(first.plain))
    return guess.known < 2 and all(_clinical(tokens.words[k]) for k in guess.words)


def _clinical(w: Word) -> bool:
    """Whether a word that is none of an institution's is clinical English or nearly so."""
    return w.plain not in HEADS and (w.word >= 3 or near_vocabulary(w.plain))


def _common_word(guess: _Guess) -> bool:
    """Whether the only word of a guess is a block, a piece of a word, an everyday word, a test or unlisted."""
    tokens, span, first, at = guess.tokens, guess.span, guess.first, guess.words[0]
    listed, following = guess.known >= 3, guess.following
    if _BLOCK.fullmatch(tokens.texts[at]):
        return True
    if first.shape == "lower" and not listed and (first.word >= 3 or near_vocabulary(first.plain)):
        return True
    short = following is not None and following.shape == "lower" and len(following.plain) < 5
    if short and word(tokens.texts[at] + following.plain).word >= 3:
        return True  # a word in two pieces
    if first.shape == "lower" and guess.known == 0 and not _signs_on(first.plain):
        return True
    if first.shape == "mixed" and len(first.plain) < 4:
        return True
    if span.entity != "NAME" or listed:
        return False
    # an everyday word is a name only where a label announces it and nothing goes on
    if first.word >= 4 and (span.score != 0.9 or not _ENDS.match(guess.after)):
        return True
    test = first.shape == "upper" and len(first.plain) < 6 and not tokens.capitals[at]
    return test and span.score < 0.9


def _sent_in_prose(guess: _Guess) -> bool:
    """Whether everyday words follow sent to, labelled and the like: Drug Dose Route."""
    span, following = guess.span, guess.following
    if span.entity != "NAME" or span.score != 0.8 or len(guess.words) != guess.size:
        return False
    goes_on = following is not None and following.shape == "lower" and following.plain not in STOP
    if len(guess.words) == 1 and not goes_on:
        return False
    return all(guess.tokens.words[k].word >= 3 for k in guess.words)


def _unlisted(guess: _Guess) -> bool:
    """Whether words that no list of names knows are a scanner's, or go on in prose."""
    tokens = guess.tokens
    lone = len(guess.words) == 1
    if lone and guess.following is not None and _goes_on(guess.following):
        return True
    if guess.initial or _signs_on(guess.first.plain):
        return False
    return lone and tokens.junk > 0.05 or all(_damaged(tokens, k) for k in guess.words)


def _goes_on(w: Word) -> bool:
    """Whether the word after a lone one is another piece in lower case, or a clinical word with a capital."""
    if w.shape == "lower":
        return w.word == 0 and len(w.plain) > 3
    return (
        w.shape in ("title", "upper") and w.word >= 3 and w.plain not in TITLES and w.plain not in CREDENTIALS
    )


def _damaged(tokens: Tokens, k: int) -> bool:
    """Whether token k looks like a clinical word that a scanner damaged, or like nothing that is spoken."""
    key = tokens.words[k].plain
    return (
        unreadable(tokens.texts[k])
        or run_together(key)
        or near_vocabulary(key)
        or resembles_vocabulary(key)
        or key.endswith(ENDINGS)
    )


_DOUBTED: dict[str, Callable[[Tokens, Span], bool]] = {
    "INITIALS": _stray_letters,
    "URL": _two_sentences,
    "MRN": _weak_record,
    "ADDRESS": _weak_address,
    "CITY": _doubted_city,
    "NAME": _doubted_guess,
    "FACILITY": _doubted_guess,
}


def _worn(tokens: Tokens, span: Span) -> bool:
    """Whether a number that no label announces is a bar a scanner read, a genetic locus or among a scanner's rubbish."""
    text, value = tokens.text, tokens.text[span.start : span.end]
    figures = {c for c in value.translate(_BARS) if c.isalnum()}
    if len(figures) < 3 and span.score < 0.95:
        return True
    before = text[max(0, span.start - 200) : span.start]
    if span.entity in ("MRN", "ACCESSION") and span.score <= 0.9 and _NOT_NUMBERED.search(before[-40:]):
        # blocks are named by their cases too: your blocks B1702233
        return _FIVE_DIGITS.search(value) is None or "snomed" in before[-40:].lower()
    if span.entity == "PHONE":
        return before.endswith("Page ") and _PAGE_OF.fullmatch(value) is not None
    if span.entity in ("MRN", "ACCESSION") and _LOCI.search(before) and _LOCUS.fullmatch(value):
        return True
    if span.entity != "MRN" or span.score > 0.65 or len(tokens) < SHORT or _LABELLED.search(before[-60:]):
        return False
    return tokens.junk > 0.05 or _ODD.search(text, max(0, span.start - 25), span.end + 25) is not None


_NUMBERS = frozenset(("MRN", "ACCESSION", "SSN", "HEALTHNO", "PHONE"))
# a block, a code of SNOMED, the pages of a journal; "3 of 4" as scanners read it
_NOT_NUMBERED = re.compile(
    r"(?i)(?:\b(?:cassettes?|blocks?)(?: (?:labell?ed|designated|marked|in))? ?\(?|\bsnomed[ :]{1,2}|\d ?; ?)$"
)
_FIVE_DIGITS = re.compile(r"\d{5}")
_PAGE_OF = re.compile(r"[1-9][oO0][0-9l][0-9]")
_HOST = re.compile(r"[A-Za-z]+\.[A-Z][A-Za-z]+")  # two words with a full stop between: tumor.MED
_REGULATED = re.compile(r"(?i)\b(?:required|approved|cleared|regulated) by(?: the)?\s?$")
_BARS = str.maketrans("Il|i", "1111")
_LOCI = re.compile(r"(?i)\bloc[iu]s?\b|microsatellite|\b1p\b|\b19q|\d[pq]\d\d|\btrisomy\b|\bexon\b|\bcodon\b")
_LOCUS = re.compile(
    r"(?:TP53\. )?[0ODl]?\d{1,2}[S81]\d{3,5}|[0OD]\d{5,8}|D\d{5,7}|BAC-\d{3,8}|RP\d{1,2}-\w{3,8}|TP53\W{1,2}\d{6,9}"
)
_LABELLED = re.compile(r"(?i)\b(?:labell?ed|marked|named|designated|stamped)\b")
_ODD = re.compile(r"[_~\\{}¢®©•■¥§£»«]|(?<![\w|])\^|\^(?![\w^|])")
_STATE = re.compile(r",\s?[A-Z]{2}$")


def _no_town(tokens: Tokens, span: Span) -> bool:
    """Whether what stands before a state's letters is no town: OVARIES, IN; COl,ON."""
    words = [w for w in tokens.words[tokens.at(span.start) : tokens.at(span.end) - 1] if w.shape != "mark"]
    if not words:
        return False
    last = words[-1]
    return not any(w.place for w in words) and (
        last.shape == "upper" and last.word >= 3 or last.shape in ("mixed", "code")
    )


def _no_person(tokens: Tokens, span: Span, words: list[int], known: int, after: str) -> bool:
    """Whether a name that is announced weakly in a whole report is a label, a scanner's piece or a word of medicine."""
    first = tokens.words[words[0]]
    if len(words) == 1:
        text = tokens.texts[words[0]]
        if first.word >= 3 and known < 2 and after.startswith(":"):
            return True  # the next field's label
        if _THING.match(after) or text[:3].lower() == "nam" and len(text) == 4:
            return True
        if span.score <= 0.9 and first.word >= 2 and (known < 3 or first.word > 3) and tokens.rough(words[0]):
            return True
        before = tokens.texts[words[0] - 1] if words[0] else ""
        if tokens.words[words[0] - 1].shape == "initial" and word(before + text).word >= 3 and words[0]:
            return True  # O NLY
        if first.eponym and span.score < 0.95 and _STAINED.match(tokens.text, span.end):
            return True
        return span.score <= 0.8 and not known and tokens.junk > 0.02
    return span.score <= 0.8 and all(
        tokens.words[k].word >= 3
        or max(tokens.words[k].surname, tokens.words[k].given) < 2
        and near_vocabulary(tokens.words[k].plain)
        for k in words
    )


# what is of no person: marked with India ink, Whipple's specimen, labeled IDA and 10B
_STAINED = re.compile(r"(?i)[^.\n]{0,30}\b(?:trichrome|stains?|stained|silver|giemsa|reticulin|congo)\b")
_THING = re.compile(r" ?(?:['’]s )?(?:ink|specimen|stain)\b| (?:and|to) \d")


def _signs_on(key: str) -> bool:
    """Whether a word is made like a user's name: an initial and a surname."""
    return len(key) > 6 and lexicons()[1].get(key[1:], 0) > 0


_PRODUCT = re.compile(r" ?(?:\((?:r|tm)\)|[®™])", re.IGNORECASE)
# another field's label follows: Name: DOS: , Name: Mad Rec No
_FIELD = re.compile(r":(?! [A-Z][a-z])| (?:Rec(?:ord)?\.? ?(?:No|Num|#)|No\b|Number\b|#|ID\b)", re.IGNORECASE)
_BLOCK = re.compile(r"[A-Z][lI1]")  # A1, as scanners read it
_NUMBERED = re.compile(r"-?(?:[A-Z]{2}-)?\d{3}")
_RACE = re.compile(r"(?i)\b(?:race|ethnicity)[ /:][^\n.;]{0,40}$")
_GLUED = re.compile(r"&[A-Z]|[\"~^_=<>|\\]{1,2}[a-z~]")
_ENDS = re.compile(r"[.,;)\n/&]|$| (?:and|MD|M\.D)")
_STAIN = re.compile(r"H ?& ?E$")
# a journal's title before its year and volume; the maker of a reagent and where it sits
_CITATION = re.compile(r"[A-Za-z .]{0,24}\.? {1,2}(?:(?:19|20)\d\d|\d{3}) ?; ?\d")
_REAGENT = re.compile(
    r"\((?:DAKO|Dako|Ventana|Roche|Abbott|Vysis|Leica|Novocastra|BioGenex|Biocare|Zymed|Thermo|Sigma|Invitrogen|Pharm\w+)\b[^()]{0,40}$"
)
_BODY = re.compile(
    r"(?i)(?:College|Association|Society|Academy|Board|Committee) of (?:American|Medical|International)|International (?:Society|Association|Agency|Union) (?:of|for)|American (?:College|Joint|Society|Board)"
)
_PAGE = re.compile(r"P[ao]ge[l1I]? of \d")


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

"""Findings to doubt: labels, products, worn numbers, and what a scanner made of clinical words."""

import re
from collections.abc import Callable
from functools import lru_cache

from small_or_large.deidentification.cues import SHORT
from small_or_large.deidentification.fields import FIELD
from small_or_large.deidentification.guesses import doubted_guess
from small_or_large.deidentification.lookalikes import lookalike
from small_or_large.deidentification.sightings import Sightings
from small_or_large.deidentification.spans import GUESSED, Span, may_hold
from small_or_large.deidentification.words import Tokens

_NUMBERS = frozenset(("MRN", "ACCESSION", "SSN", "HEALTHNO", "PHONE"))
# what a number follows that names no case: a block, a code of SNOMED, the pages of a journal
_NO_CASE = re.compile(
    r"(?i)(?:\b(?:cassettes?|blocks?)(?: (?:labell?ed|designated|marked|in))? ?\(?|\bsnomed[ :]{1,2}|\d ?; ?)$"
)
_OF_NO_CASE = ("cassette", "block", "snomed", ";")  # one of these stands in every match
# before the number of a reagent or a customer; one of the words below stands in every match
_REAGENT = re.compile(
    r"(?i)\b(?:lot|clone|cat(?:alog(?:ue)?)?\.?|dako|ventana|client code)(?: (?:no|nr|number)\b\.?| ?#)?[ :]{1,2}$"
)
_OF_REAGENT = ("lot", "clone", "cat", "dako", "ventana", "client")
_FIVE_DIGITS = re.compile(r"\d{5}")
_PAGE_OF = re.compile(r"[1-9][oO0][0-9l][0-9]")  # 3 of 14, as scanners read it
_BARS = str.maketrans("Il|i", "1111")
_LOCI = Sightings(r"(?i)\bloc[iu]s?\b|microsatellite|\b1p\b|\b19q|\d[pq]\d\d|\btrisomy\b|\bexon\b|\bcodon\b")
_LOCUS = re.compile(
    r"(?:TP53\. )?[0ODl]?\d{1,2}[S81]\d{3,5}|[0OD]\d{5,8}|D\d{5,7}|BAC-\d{3,8}|RP\d{1,2}-\w{3,8}|TP53\W{1,2}\d{6,9}"
)
_LABELLED = re.compile(r"(?i)\b(?:labell?ed|marked|named|designated|stamped)\b")
_ODD = re.compile(r"[_~\\{}¢®©•■¥§£»«]|(?<![\w|])\^|\^(?![\w^|])")
_TWO_WORDS = re.compile(r"[A-Za-z]+\.[A-Z][A-Za-z]+")  # two words with a full stop between: tumor.MED
_LETTERED = re.compile(r"[A-Za-z](?:[A-Za-z]|\.(?=[A-Za-z]))+")  # letters and the points between them
_FORM_LABEL = re.compile(r"(?i)d\.?o\.?b|s\.?s\.?n|m\.?r\.?n|b\.d|acct|phn|npi")
_BEFORE_STATE = re.compile(r",\s?[A-Z]{2}$")


def doubtful(tokens: Tokens, span: Span) -> bool:
    """Whether a finding of the rules is a label, a product, a worn number or damaged clinical words."""
    if lookalike(tokens, span.start, span.end, span.entity, span.score):
        return True
    if span.entity in GUESSED and span.score == FIELD and _scanned(tokens, span, 0.03):
        return True  # a field's value in a scan is seldom one
    if span.entity in _NUMBERS and _worn(tokens, span):
        return True
    doubted = _DOUBTED.get(span.entity)
    return doubted is not None and doubted(tokens, span)


def _scanned(tokens: Tokens, span: Span, most: float) -> bool:
    """Whether more of the report than `most`, or the text around a finding, is a scanner's rubbish."""
    return tokens.junk > most or tokens.rough(tokens.at(span.start))


def _stray_letters(tokens: Tokens, span: Span) -> bool:
    """Whether initials may as well be a scanner's pieces, or are a part of a form's label: D.O.B."""
    near = _LETTERED.finditer(tokens.text, max(0, span.start - 6), span.end + 6)
    if any(m.start() < span.end and m.end() > span.start and _FORM_LABEL.fullmatch(m.group()) for m in near):
        return True
    if tokens.junk > 0.02 and span.score < 0.71:
        return True
    return span.score <= 0.75 and _scanned(tokens, span, 0.04)


def _two_sentences(tokens: Tokens, span: Span) -> bool:
    """Whether a host's name is the end of a sentence and the beginning of the next: tumor.MED."""
    return _TWO_WORDS.fullmatch(tokens.text, span.start, span.end) is not None


def _weak_record(tokens: Tokens, span: Span) -> bool:
    """Whether a weakly announced record number stands in a scanner's rubbish."""
    return span.score < 0.65 and tokens.rough(tokens.at(span.start))


def _weak_address(tokens: Tokens, span: Span) -> bool:
    """Whether a weakly announced address stands in a scanner's rubbish."""
    return span.score < 0.8 and _scanned(tokens, span, 0.1)


def _doubted_city(tokens: Tokens, span: Span) -> bool:
    """Whether a town is none: before a state's letters, in a bad scan, or as any guess."""
    if 0.9 < span.score < 0.97 and _BEFORE_STATE.search(tokens.text, span.start, span.end):
        return _no_town(tokens, span)
    if span.score <= 0.7 and tokens.junk > 0.05:
        return True
    return doubted_guess(tokens, span)


def _no_town(tokens: Tokens, span: Span) -> bool:
    """Whether what stands before a state's letters is no town: OVARIES, IN; COl,ON."""
    words = [w for w in tokens.words[tokens.at(span.start) : tokens.at(span.end) - 1] if w.shape != "mark"]
    if not words:
        return False
    last = words[-1]
    return not any(w.place for w in words) and (
        last.shape == "upper" and last.word >= 3 or last.shape in ("mixed", "code")
    )


@lru_cache(maxsize=10_000)
def _of_bars(value: str) -> bool:
    """Whether a number is made of two figures at most, bars and their likes counting as one."""
    return len({c for c in value.translate(_BARS) if c.isalnum()}) < 3


def _worn(tokens: Tokens, span: Span) -> bool:
    """Whether a number is a bar a scanner read, a reagent's, a block, a locus, a page's or a scanner's rubbish."""
    text, value = tokens.text, tokens.text[span.start : span.end]
    if span.score < 0.95 and _of_bars(value):
        return True
    before = text[max(0, span.start - 60) : span.start]
    if span.score < 0.95 and may_hold(before[-20:], *_OF_REAGENT) and _REAGENT.search(before[-20:]):
        return True
    numbers_a_case = span.entity in ("MRN", "ACCESSION")
    no_case = numbers_a_case and span.score <= 0.9 and may_hold(before[-40:], *_OF_NO_CASE)
    if no_case and _NO_CASE.search(before[-40:]):
        # blocks are named by their cases too: your blocks B1702233
        return _FIVE_DIGITS.search(value) is None or "snomed" in before[-40:].lower()
    if span.entity == "PHONE":
        return before.endswith("Page ") and _PAGE_OF.fullmatch(value) is not None
    if numbers_a_case and _LOCUS.fullmatch(value) and _LOCI.within(text, span.start - 200, span.start):
        return True
    if span.entity != "MRN" or span.score > 0.65 or len(tokens) < SHORT or _LABELLED.search(before):
        return False
    return tokens.junk > 0.05 or _ODD.search(text, max(0, span.start - 25), span.end + 25) is not None


_DOUBTED: dict[str, Callable[[Tokens, Span], bool]] = {
    "INITIALS": _stray_letters,
    "URL": _two_sentences,
    "MRN": _weak_record,
    "ADDRESS": _weak_address,
    "CITY": _doubted_city,
    "NAME": doubted_guess,
    "FACILITY": doubted_guess,
}

"""All recognizers over one report: findings merged into one span per place, what is medicine left alone, text scrubbed."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import logging
import re
from bisect import bisect_left
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
from small_or_large.deidentification.mending import mend
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
        """What is found in the mended readings of damaged lines, at its places in the text."""
        found = []
        caseless = single_case(tokens.text[:20_000]) is not None
        for line in _LINE.finditer(tokens.text):
            reading = mend(line.group(), line.start(), caseless)
            if reading is None:
                continue
            mended = Tokens(reading.text)
            mended.junk = max(mended.junk, tokens.junk)
            spans = [
                Span(r.start, r.end, r.entity_type, float(r.score))
                for recognizer in self.recognizers
                if id(recognizer) not in self.extra
                for r in recognizer.analyze(reading.text, None, mended)
                if r.score >= _SURE
            ]
            for span in _without_medicine(mended, spans):
                if not _rubbish(mended, span):
                    start, end = reading.places[span.start], reading.places[span.end - 1] + 1
                    if span.entity in _GUESSED and span.score < 0.95 and tokens.rough(tokens.at(start)):
                        continue
                    if not _misread(tokens, start, end, span.entity):
                        found.append(Span(start, end, span.entity, span.score))
        return found


def _misread(tokens: Tokens, start: int, end: int, entity: str) -> bool:
    """Whether what a mended reading shows as a name or a date is plainly something else as it stands."""
    if entity == "DATE":
        return _OUTLINE.match(tokens.text, start) is not None
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
    """Whether a guessed name is a label, a product or what a scanner made of clinical words."""
    if lookalike(tokens, span.start, span.end, span.entity, span.score):
        return True
    if (
        span.score == FIELD
        and span.entity in _GUESSED
        and (tokens.junk > 0.03 or tokens.rough(tokens.at(span.start)))
    ):
        return True  # a field's value in a scan is seldom one
    if span.entity == "INITIALS":
        scanned = tokens.rough(tokens.at(span.start))
        return (
            (tokens.junk > 0.04 or scanned) and span.score <= 0.75 or tokens.junk > 0.02 and span.score < 0.71
        )
    if span.entity in _NUMBERS and _worn(tokens, span):
        return True
    if span.entity == "URL":
        return _HOST.fullmatch(tokens.text, span.start, span.end) is not None
    if span.entity == "MRN":
        return span.score < 0.65 and tokens.rough(tokens.at(span.start))
    if span.entity == "CITY" and 0.9 < span.score < 0.97 and _STATE.search(tokens.text, span.start, span.end):
        return _no_town(tokens, span)
    if span.entity == "ADDRESS":
        return span.score < 0.8 and (tokens.junk > 0.1 or tokens.rough(tokens.at(span.start)))
    if span.entity not in _GUESSED:
        return False
    if span.entity == "CITY" and span.score <= 0.7 and tokens.junk > 0.05:
        return True
    if span.score < 0.95 and _REGULATED.search(tokens.text, max(0, span.start - 24), span.start):
        return True
    if _RACE.search(tokens.text, max(0, span.start - 50), span.start):
        return True
    i, j = tokens.at(span.start), tokens.at(span.end)
    if span.score >= 0.95:
        # after a title only the next label or a damaged one: Sign Out Dr. Signature
        w = tokens.words[i]
        if span.entity != "NAME" or j != i + 1:
            return False
        if w.word >= 3 and tokens.text[span.end : span.end + 1] == ":":
            return max(w.surname, w.given) < 2
        return not (w.surname or w.given) and (
            w.word >= 3
            or near_vocabulary(w.plain)
            or resembles_vocabulary(w.plain)
            or w.shape == "mixed"
            and unreadable(tokens.texts[i])
            and tokens.rough(i)
        )
    words = [k for k in range(i, j) if tokens.words[k].shape not in ("mark", "initial", "number", "code")]
    after = tokens.text[span.end : span.end + 12]
    if _STAIN.search(tokens.text, max(0, span.start - 4), span.start + 1):
        return True
    if _NUMBERED.match(after) or span.entity == "NAME" and _GLUED.match(after):
        return True
    if not words:
        return False
    known = max(max(tokens.words[k].surname, tokens.words[k].given, tokens.words[k].place) for k in words)
    if _CITATION.match(tokens.text, span.end) or _REAGENT.search(
        tokens.text, max(0, span.start - 60), span.start
    ):
        return True
    if _PRODUCT.match(after):
        return True
    if span.entity == "NAME" and len(words) == 1 and _FIELD.match(after) and known < 3:
        return True
    if span.entity == "NAME" and len(tokens) >= SHORT and _no_person(tokens, span, words, known, after):
        return True
    if span.entity == "NAME" and _PAGE.match(tokens.text, span.start):
        return True
    first = tokens.words[words[0]]
    following = tokens.words[j] if j < len(tokens) and tokens.gap(j - 1) == " " else None
    if span.entity == "FACILITY":
        damaged = near_vocabulary(first.plain) or resembles_vocabulary(first.plain)
        return (
            len(words) == 1
            and (first.word >= 4 and span.score <= 0.85 or known == 0 and damaged)
            or known < 2
            and len(words) > 1
            and all(
                tokens.words[k].plain not in HEADS
                and (tokens.words[k].word >= 3 or near_vocabulary(tokens.words[k].plain))
                for k in words
            )
            or _BODY.search(tokens.text, span.start, span.end) is not None
        )
    if len(words) == 1 and not any(tokens.words[k].shape == "initial" for k in range(i, j)):
        if _BLOCK.fullmatch(tokens.texts[words[0]]):
            return True
        if first.shape == "lower" and known < 3 and (first.word >= 3 or near_vocabulary(first.plain)):
            return True
        if (
            following is not None
            and following.shape == "lower"
            and len(following.plain) < 5
            and word(tokens.texts[words[0]] + following.plain).word >= 3
        ):
            return True  # a word in two pieces
        # an everyday word is a name only where a label announces it and nothing goes on
        common = span.entity == "NAME" and first.word >= 4 and known < 3
        if common and (span.score != 0.9 or not _ENDS.match(after)):
            return True
        if (
            span.entity == "NAME"
            and first.shape == "upper"
            and len(first.plain) < 6
            and known < 3
            and span.score < 0.9
            and not tokens.capitals[words[0]]
        ):
            return True  # a test or a gene
        if (
            first.shape == "lower"
            and known == 0
            and not _signs_on(first.plain)
            or first.shape == "mixed"
            and len(first.plain) < 4
        ):
            return True
    if span.entity == "NAME" and span.score == 0.8 and len(words) == j - i:
        # sent to, labelled and the like before everyday words: Drug Dose Route
        goes_on = following is not None and following.shape == "lower" and following.plain not in STOP
        if all(tokens.words[k].word >= 3 for k in words) and (len(words) > 1 or goes_on):
            return True
    if known == 0 and not (span.entity == "CITY" and span.score > 0.8):
        if (
            len(words) == 1
            and following is not None
            and (
                following.shape == "lower"
                and following.word == 0
                and len(following.plain) > 3
                or following.shape in ("title", "upper")
                and following.word >= 3
                and following.plain not in TITLES
                and following.plain not in CREDENTIALS
            )
        ):
            return True
        doubtful = [
            k
            for k in words
            if unreadable(tokens.texts[k])
            or run_together(tokens.words[k].plain)
            or near_vocabulary(tokens.words[k].plain)
            or resembles_vocabulary(tokens.words[k].plain)
            or tokens.words[k].plain.endswith(ENDINGS)
        ]
        signed = any(tokens.words[k].shape == "initial" for k in range(i, j)) or _signs_on(first.plain)
        return not signed and (len(doubtful) == len(words) or (tokens.junk > 0.05 and len(words) == 1))
    return False


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

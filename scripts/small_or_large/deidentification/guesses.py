"""Guessed names that are none: labels, products, prose, words of medicine, and what a scanner made of them."""

import re
from dataclasses import dataclass

from small_or_large.deidentification.cues import ENDINGS, SHORT
from small_or_large.deidentification.facilities import HEADS
from small_or_large.deidentification.people import CREDENTIALS, STOP, TITLES
from small_or_large.deidentification.spans import Span, may_hold
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

# a registered mark follows: a product
_PRODUCT = re.compile(r" ?(?:\((?:r|tm)\)|[®™])", re.IGNORECASE)
# another field's label follows: Name: DOS: , Name: Mad Rec No
_NEXT_LABEL = re.compile(
    r":(?! [A-Z][a-z])| (?:Rec(?:ord)?\.? ?(?:No|Num|#)|No\b|Number\b|#|ID\b)", re.IGNORECASE
)
_BLOCK_READ = re.compile(r"[A-Z][lI1]")  # A1, as scanners read it
_NUMBERED = re.compile(r"-?(?:[A-Z]{2}-)?\d{3}")  # a number goes on without a blank
_RACE = re.compile(r"(?i)\b(?:race|ethnicity)[ /:][^\n.;]{0,40}$")
_REGULATED = re.compile(r"(?i)\b(?:required|approved|cleared|regulated) by(?: the)?\s?$")
# a capital or marks go on without a blank
_GLUED = re.compile(r"&[A-Z]|[\"~^_=<>|\\]{1,2}[a-z~]")
_NOTHING_MORE = re.compile(r"[.,;)\n/&]|$| (?:and|MD|M\.D)")
_H_AND_E = re.compile(r"H ?& ?E$")  # the stain
# a journal's title before its year and volume; the maker of a reagent and where it sits
_CITATION = re.compile(r"[A-Za-z .]{0,24}\.? {1,2}(?:(?:19|20)\d\d|\d{3}) ?; ?\d")
_REAGENT = re.compile(
    r"\((?:DAKO|Dako|Ventana|Roche|Abbott|Vysis|Leica|Novocastra|BioGenex|Biocare|Zymed|Thermo|Sigma|Invitrogen|"
    r"Pharm\w+)\b[^()]{0,40}$"
)
_SOCIETY = re.compile(
    r"(?i)(?:College|Association|Society|Academy|Board|Committee) of (?:American|Medical|International)|"
    r"International (?:Society|Association|Agency|Union) (?:of|for)|American (?:College|Joint|Society|Board)"
)
_PAGE_NUMBER = re.compile(r"P[ao]ge[l1I]? of \d")
# what is of no person: marked with India ink, Whipple's specimen, labeled IDA and 10B
_STAINED = re.compile(r"(?i)[^.\n]{0,30}\b(?:trichrome|stains?|stained|silver|giemsa|reticulin|congo)\b")
_THING = re.compile(r" ?(?:['’]s )?(?:ink|specimen|stain)\b| (?:and|to) \d")


@dataclass(frozen=True, slots=True)
class _Guess:
    """A guessed name with what its words and surroundings tell."""

    tokens: Tokens
    span: Span
    words: list[int]  # those of its tokens that are words
    size: int  # how many tokens it has
    known: int  # how well the commonest of its words is known as a name or a place
    initial: bool  # whether an initial is among its tokens
    after: str  # what stands behind it
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


def doubted_guess(tokens: Tokens, span: Span) -> bool:
    """Whether a guessed name (a person's, a town's, an institution's) is a label, a product or damaged words."""
    text = tokens.text
    if span.score < 0.95 and _REGULATED.search(text, max(0, span.start - 24), span.start):
        return True
    before = max(0, span.start - 50)
    if may_hold(text[before : span.start], "race", "ethnicity") and _RACE.search(text, before, span.start):
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
    if _H_AND_E.search(guess.tokens.text, max(0, span.start - 4), span.start + 1):
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
    if len(guess.words) == 1 and guess.known < 3 and _NEXT_LABEL.match(guess.after):
        return True
    if len(tokens) >= SHORT and _no_person(guess):
        return True
    return _PAGE_NUMBER.match(tokens.text, span.start) is not None


def _no_person(guess: _Guess) -> bool:
    """Whether a name that is announced weakly is a label, a scanner's piece or words of medicine."""
    if len(guess.words) == 1:
        return _lone_no_person(guess)
    words = [guess.tokens.words[k] for k in guess.words]
    return guess.span.score <= 0.8 and all(
        w.word >= 3 or max(w.surname, w.given) < 2 and near_vocabulary(w.plain) for w in words
    )


def _lone_no_person(guess: _Guess) -> bool:
    """Whether a lone word announced as a name is the next label, a thing, a piece of a word, or a stain's eponym."""
    tokens, span, first, at, known = guess.tokens, guess.span, guess.first, guess.words[0], guess.known
    text = tokens.texts[at]
    if first.word >= 3 and known < 2 and guess.after.startswith(":"):
        return True  # the next field's label
    if _THING.match(guess.after) or text[:3].lower() == "nam" and len(text) == 4:
        return True
    if span.score <= 0.9 and first.word >= 2 and (known < 3 or first.word > 3) and tokens.rough(at):
        return True
    if at and tokens.words[at - 1].shape == "initial" and word(tokens.texts[at - 1] + text).word >= 3:
        return True  # O NLY
    if first.eponym and span.score < 0.95 and _STAINED.match(tokens.text, span.end):
        return True
    return span.score <= 0.8 and not known and tokens.junk > 0.02


def _no_house(guess: _Guess) -> bool:
    """Whether an institution is an everyday or damaged word, words of medicine, or a learned society."""
    tokens, span, first = guess.tokens, guess.span, guess.first
    if _SOCIETY.search(tokens.text, span.start, span.end):
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
    if _BLOCK_READ.fullmatch(tokens.texts[at]):
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
    if first.word >= 4 and (span.score != 0.9 or not _NOTHING_MORE.match(guess.after)):
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


def _signs_on(key: str) -> bool:
    """Whether a word is made like a user's name: an initial and a surname."""
    return len(key) > 6 and lexicons()[1].get(key[1:], 0) > 0

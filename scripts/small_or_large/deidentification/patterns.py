"""Recognizers made of regular expressions, in presidio-analyzer's interface, without a spaCy model.

Every quantifier over a class is bounded, so that the time of a search is linear in the text whatever it holds.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import Anchors, register, register_places
from small_or_large.deidentification.words import tokens_of

DIGIT = "[0-9OoIlB]"  # a digit, or what a scanner made of one
DAMAGED = "[0-9OoIlBbSZ|]"  # the rarer misreadings too, where the rest of the form is strong


@dataclass(frozen=True)
class Sign:
    """What every match of a longer expression holds and is quicker to find.

    It ends at most `reach` characters after where the match begins.
    """

    expression: re.Pattern
    reach: int
    walked: bool = False  # it begins where a token does, so that it is found in the walk over them


@dataclass(frozen=True)
class Pattern:
    """One expression: its group `group` is the identifier; `check` may refuse a match by its text and neighbours."""

    entity: str
    expression: re.Pattern
    score: float
    group: int | str = 0
    check: Callable[[re.Match], bool] | None = None
    needs: tuple[str, ...] = ()  # the expression is tried only where one of these stands in the text
    hint: re.Pattern | None = None  # and only where this cheaper expression finds something
    sign: Sign | None = None  # and only at the places that this leaves


def sign(expression: str, reach: int, walked: bool = False) -> Sign:
    """Compile what the matches of a longer expression hold."""
    return Sign(re.compile(expression), reach, walked)


def pattern(
    entity: str, expression: str, score: float, group=0, check=None, needs=(), hint=None, sign=None
) -> Pattern:
    """Compile one expression of a recognizer."""
    return Pattern(entity, re.compile(expression), score, group, check, needs, hint, sign)


class PatternRecognizer(EntityRecognizer):
    """A recognizer whose findings are matches of expressions."""

    PATTERNS: tuple[Pattern, ...] = ()

    def __init__(self) -> None:
        super().__init__(sorted({p.entity for p in self.PATTERNS}), name=type(self).__name__)

    def load(self) -> None:
        """Note where the expressions may begin that no sign shows."""
        keyed: list[
            tuple[int | None, Pattern]
        ] = []  # by the key of its matches those that are tried in the walk
        for item in self.PATTERNS:
            if item.sign is not None and item.sign.walked:
                register(item.sign.expression)
            if item.sign is None and item.hint is None:
                keyed.append((register(item.expression), item))
            else:
                register_places(item.expression)
                keyed.append((None, item))
        self._keyed = tuple(keyed)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of `text` that identify someone, as RecognizerResult; of `entities` only, where given."""
        found = []
        anchors = tokens_of(text, nlp_artifacts).anchors
        hints = {id(None): True}  # by id, since a pattern's hash is slow
        walked = anchors.walked()
        for key, item in self._keyed:
            if key is not None and key not in walked or entities is not None and item.entity not in entities:
                continue
            if item.needs and not any(part in text for part in item.needs):
                continue
            if id(item.hint) not in hints:
                hints[id(item.hint)] = item.hint.search(text) is not None
            if not hints[id(item.hint)]:
                continue
            for match in _matches(anchors, item):
                if item.check is not None and not item.check(match):
                    continue
                start, end = match.span(item.group)
                if start < end:
                    found.append(RecognizerResult(item.entity, start, end, item.score))
        return found


def _matches(anchors: Anchors, item: Pattern) -> Iterable[re.Match]:
    """The matches of an expression, tried where its sign or its first letters allow it."""
    if item.sign is not None:
        return anchors.near(item.expression, item.sign.expression, item.sign.reach, item.sign.walked)
    return anchors.finditer(item.expression) if item.hint is None else anchors.everywhere(item.expression)


def digits(text: str) -> str:
    """The digits of a text, scanner's letters read back as digits, everything else left out."""
    return re.sub(r"\D", "", text.translate(str.maketrans("OoIlB", "00118")))


def figures(text: str) -> str:
    """The digits of a text where the rarer misreadings count too."""
    return re.sub(r"\D", "", text.translate(str.maketrans("OoIlBSZb|", "001185261")))


def real_digits(text: str, share: float = 0.5) -> bool:
    """Whether at least `share` of the digits and look-alikes are digits, so that a word is not taken for a number."""
    alike = sum(c in "OoIlB" for c in text)
    real = sum(c.isdigit() for c in text)
    return real > 0 and real >= share * (real + alike)

"""Institutions whose telling word a scanner damaged: Cape Breton Regional Nospit4l, Harborview Medical Cbnter."""

# ruff: noqa: E501, SIM905 - word lists are harder to read when wrapped

from functools import lru_cache

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.facilities import FacilityRecognizer
from small_or_large.deidentification.words import Tokens, tokens_of, word

_HEADS = (
    "hospital hospitals laboratory laboratories institute clinic centre center infirmary pathology associates diagnostics university"
).split()
_QUALIFIED = frozenset(("centre", "center", "clinic", "pathology", "university", "associates"))
_NEVER_WORN = frozenset(("number", "lower", "mark"))
_TO_LETTERS = str.maketrans("01345689", "oleasbbg")
_BEFORE = frozenset(
    "medical cancer regional general memorial health community county district university surgical care sciences diagnostic children's childrens".split()
)


def _apart(a: str, b: str, most: int) -> bool:
    """Whether two words differ by more than `most` letters changed, lost or added."""
    if abs(len(a) - len(b)) > most or not (a[0] == b[0] or a[-1] == b[-1]):
        return True  # an end that is left tells most words apart sooner
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
        if min(row) > most:
            return True
        before = row
    return before[-1] > most


@lru_cache(maxsize=100_000)
def worn_head(text: str) -> str | None:
    """The telling word that a damaged one was, or None: Nospit4l - hospital."""
    if not 5 < len(text) < 15 or not text[0].isalnum():
        return None
    w = word(text)
    if w.word or w.surname or w.given or w.place or w.shape in _NEVER_WORN:
        return None
    key = text.lower().translate(_TO_LETTERS)
    for head in _HEADS:
        if key != head and not _apart(key, head, 2 if len(head) > 7 else 1):
            return head
        if key == head and key != text.lower():
            return head
    return None


class WornHouseRecognizer(EntityRecognizer):
    """Institutions read again with their telling word as it was printed."""

    def __init__(self) -> None:
        super().__init__(["FACILITY"], name="WornHouseRecognizer")
        self._houses = FacilityRecognizer()

    def load(self) -> None:
        """The word lists are read when the first report is."""

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of institutions in `text` as RecognizerResult."""
        if entities is not None and "FACILITY" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        found = []
        for i, w in enumerate(tokens.words):
            if w.word or i == 0 or w.shape in _NEVER_WORN:
                continue
            head = worn_head(tokens.texts[i])
            if head is None or head in _QUALIFIED and tokens.words[i - 1].plain not in _BEFORE:
                continue
            span = self._around(tokens, i, head)
            if span is not None:
                found.append(RecognizerResult("FACILITY", *span))
        return found

    def _around(self, tokens: Tokens, i: int, head: str) -> tuple[int, int, float] | None:
        """The institution about token i with its word as it was printed, for a moment, in its place."""
        kept = tokens.texts[i], tokens.words[i]
        printed = head.upper() if tokens.texts[i].isupper() else head.capitalize()
        tokens.texts[i], tokens.words[i] = printed, word(printed)
        try:
            return self._houses._around(tokens, i)
        finally:
            tokens.texts[i], tokens.words[i] = kept

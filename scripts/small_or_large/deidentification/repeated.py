"""Names found once, looked for in the rest of a report: a second mention often stands where nothing announces it."""

from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.spans import Span
from small_or_large.deidentification.words import Tokens, Word, near_vocabulary

CERTAIN = 0.9  # the least score of a finding whose words are looked for
_GUESS = 0.86


def repeated_names(tokens: Tokens, spans: list[Span]) -> list[Span]:
    """Where words of names that are certain stand again outside of all findings."""
    certain = [s for s in spans if s.entity == "NAME" and s.score >= CERTAIN]
    if not certain:
        return []
    names = {
        w.plain for s in certain for w in tokens.words[tokens.at(s.start) : tokens.at(s.end)] if _tells(w)
    }
    if not names:
        return []
    taken = bytearray(len(tokens.text))
    for s in spans:
        taken[s.start : s.end] = b"\1" * (s.end - s.start)
    return [
        Span(tokens.starts[i], tokens.ends[i], "NAME", _GUESS)
        for i, w in enumerate(tokens.words)
        if w.plain in names and not taken[tokens.starts[i]] and _stands_alone(tokens, i)
    ]


def _tells(w: Word) -> bool:
    """Whether a word of a name is one by itself: no clinical word, no small one, no eponym."""
    if w.shape not in ("title", "upper", "mixed", "lower") or len(w.plain) < 3 or w.eponym:
        return False
    if w.plain in STOP or w.plain in TITLES or w.plain in CREDENTIALS or w.plain in PARTICLES:
        return False
    if w.word >= 2:
        return False
    if len(w.plain) < 5:
        return max(w.surname, w.given) > 1
    return max(w.surname, w.given) > 0 or not near_vocabulary(w.plain)


def _stands_alone(tokens: Tokens, i: int) -> bool:
    """Whether the word at token i may be a person's there: no eponym of a disease, no word that "of" follows."""
    w = tokens.words[i]
    if w.shape == "lower" and (w.word or len(w.plain) < 5 or max(w.surname, w.given) < 2):
        return False
    after = tokens.words[i + 1].plain if i + 1 < len(tokens) else ""
    return after != "of" and after not in EPONYM_AFTER

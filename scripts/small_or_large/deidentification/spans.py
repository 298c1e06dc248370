"""A finding of the gate, findings of one place merged, and a text scrubbed of its findings."""

from dataclasses import dataclass

# kinds that are guessed from words and their surroundings, not from a form of their own
GUESSED = frozenset(("NAME", "CITY", "FACILITY", "INITIALS"))


def may_hold(text: str, *words: str) -> bool:
    """Whether one of some words in small letters may stand in a text, in any case; quicker than an expression."""
    if not text.isascii():
        return True  # other characters may count as the same in any case
    lower = text.lower()
    return any(word in lower for word in words)


@dataclass(frozen=True, order=True)
class Span:
    """One finding: characters start to end (exclusive) of the original text."""

    start: int
    end: int
    entity: str
    score: float


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
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        while start < stop and text[start].isspace():
            start += 1
        best = _best(group)
        result.append(Span(start, stop, best.entity, best.score))
    return result


def _best(group: list[Span]) -> Span:
    """The finding that names a group of overlapping ones."""
    best = max(group, key=lambda s: (s.entity not in GUESSED, round(s.score, 1), s.end - s.start))
    if len(group) > 1 and best.entity in GUESSED:
        # an institution's name holds towns' and people's names, seldom the other way round
        return max(group, key=lambda s: (s.entity == "FACILITY" and s.score < 0.9, s.end - s.start, s.score))
    return best


def scrub(text: str, spans: list[Span]) -> str:
    """The text with each span replaced by its entity's tag, such as [NAME]."""
    pieces, last = [], 0
    for span in spans:
        pieces.append(text[last : span.start])
        pieces.append(f"[{span.entity}]")
        last = span.end
    pieces.append(text[last:])
    return "".join(pieces)

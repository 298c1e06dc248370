"""Findings grown to the whole of what they are a part of: "Lethbridge Road" to "the Lethbridge Road Infirmary"."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

from small_or_large.deidentification.facilities import HEADS, INSIDE
from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.tagger import ABBREVIATIONS
from small_or_large.deidentification.words import Tokens

_JOINING = frozenset("of the and & de la le du des del der von for upon on at or".split())
_HOUSE_WORDS = (
    HEADS
    | INSIDE
    | frozenset(
        "station service services team unit facility court army molecular academic micro dental health hub suite annex ward wing rooms ltd limited pllc ctr hosp med prac assoc".split()
    )
)
_OF_PLACES = frozenset(
    "upper lower north south east west port fort new old saint st mount mt lake glen happy great little high nether bay city creek springs falls valley hills beach island river flat heights park grove harbour harbor point village town junction ridge cross green".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv".split())


def _capital(tokens: Tokens, k: int) -> bool:
    """Whether token k begins with a capital that says something, and is no term, title or abbreviation."""
    w = tokens.words[k]
    return (
        w.shape in ("title", "upper", "mixed")
        and not tokens.capitals[k]
        and w.plain not in TITLES
        and w.plain not in CREDENTIALS
        and not (w.shape == "upper" and w.plain in ABBREVIATIONS)
        and w.plain not in EPONYM_AFTER
    )


def _begins(tokens: Tokens, k: int) -> bool:
    """Whether token k begins a sentence or a line, so that its capital says little."""
    return k == 0 or tokens.texts[k - 1] in ".:;!?|\"'(" or "\n" in tokens.gap(k - 1)


def _blank(tokens: Tokens, k: int) -> bool:
    return tokens.gap(k) == " "


def _house(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """Tokens i to j (exclusive) of an institution, grown over capitals, general words of institutions, and joining words."""
    words = tokens.words
    for _ in range(6):
        if i and _blank(tokens, i - 1):
            w = words[i - 1]
            if (
                w.shape == "title"
                and not tokens.capitals[i - 1]
                and w.plain not in TITLES
                and (
                    w.plain in _HOUSE_WORDS
                    and w.plain not in ("a", "from", "to", "at")
                    or w.word < 4
                    and w.plain not in STOP
                    and not (_begins(tokens, i - 1) and w.word >= 2)
                )
            ):
                i -= 1
                continue
            if (
                w.plain in _JOINING
                and i > 1
                and _blank(tokens, i - 2)
                and _capital(tokens, i - 2)
                and w.plain in ("of", "the", "and", "&", "de", "la", "du", "des", "or")
                and words[i - 2].plain not in STOP - _HOUSE_WORDS
                and not (
                    words[i - 2].word >= 4
                    and _begins(tokens, i - 2)
                    and words[i - 2].plain not in _HOUSE_WORDS
                )
            ):
                i -= 2
                continue
        break
    for _ in range(7):
        if (
            j < len(words)
            and tokens.texts[j] in "'’-"
            and j + 1 < len(words)
            and not tokens.gap(j - 1)
            and not tokens.gap(j)
            and words[j + 1].shape != "mark"
        ):
            j += 2
            continue
        if j < len(words) and _blank(tokens, j - 1):
            w = words[j]
            upper = w.shape == "upper" and tokens.capitals[j] and w.plain in _HOUSE_WORDS
            if (
                upper
                or _capital(tokens, j)
                and (w.plain in _HOUSE_WORDS or w.word < 4 and w.plain not in STOP)
            ):
                j += 1
                continue
            if (
                (w.plain in _JOINING or tokens.texts[j] == "&")
                and j + 1 < len(words)
                and _blank(tokens, j)
                and _capital(tokens, j + 1)
                and w.plain in ("of", "&", "and", "de", "for", "")
                and (
                    words[j + 1].plain in _HOUSE_WORDS
                    or words[j + 1].word < 3
                    and words[j + 1].plain not in STOP
                )
                and not (w.plain == "and" and words[j + 1].plain not in _HOUSE_WORDS)
            ):
                j += 2
                continue
            if w.shape == "lower" and w.plain in (
                "hospital",
                "clinic",
                "infirmary",
                "hospice",
                "surgery",
                "laboratory",
                "laboratories",
                "institute",
            ):
                j += 1
        break
    if i and _blank(tokens, i - 1) and words[i - 1].plain == "the" and words[i - 1].shape != "upper":
        i -= 1
    return i, j


def _person(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """A name grown over particles, hyphens, initials, a second given name, a suffix, an HL7 caret."""
    words, texts = tokens.words, tokens.texts
    for _ in range(5):
        if (
            i > 1
            and texts[i - 1] in "-'’"
            and not tokens.gap(i - 1)
            and not tokens.gap(i - 2)
            and words[i - 2].shape in ("title", "upper", "mixed", "initial")
        ):
            i -= 2
        elif (
            i
            and _blank(tokens, i - 1)
            and words[i - 1].plain in PARTICLES - {"y", "e", "d", "o", "st", "das", "do", "ten", "den"}
            and words[i - 1].shape != "upper"
        ):
            i -= 1
        elif i > 1 and texts[i - 1] == "." and words[i - 2].shape == "initial" and words[i].shape != "lower":
            i -= 2
        elif (
            i
            and _blank(tokens, i - 1)
            and words[i - 1].shape == "initial"
            and words[i - 1].plain not in ("a", "i")
            and i > 1
            and texts[i - 2] not in "."
        ):
            i -= 1
        elif (
            i
            and _blank(tokens, i - 1)
            and _capital(tokens, i - 1)
            and not _begins(tokens, i - 1)
            and words[i - 1].word < 2
            and words[i - 1].plain not in STOP
            and not words[i - 1].eponym
        ):
            i -= 1
        else:
            break
    for _ in range(6):
        if j >= len(words):
            break
        w = words[j]
        more = j + 1 < len(words)
        if (
            texts[j] in "-'’^"
            and more
            and not tokens.gap(j - 1)
            and not tokens.gap(j)
            and words[j + 1].shape in ("title", "upper", "mixed", "initial", "lower")
            and (texts[j] != "'" or words[j + 1].plain != "s")
            and len(words[j + 1].plain) > (texts[j] == "-" and words[j + 1].shape == "lower")
        ):
            j += 2
        elif _blank(tokens, j - 1) and (
            w.plain in _SUFFIXES
            and w.shape != "lower"
            or w.shape == "initial"
            and not tokens.capitals[j]
            and words[j - 1].shape == "title"
            and w.plain not in ("i",)
            and (not more or texts[j + 1] in ".,;)|]}\"'" or words[j + 1].shape == "lower")
        ):
            j += 1
        elif (
            _blank(tokens, j - 1)
            and _capital(tokens, j)
            and w.word < 2
            and w.plain not in STOP
            and w.plain not in HEADS
            and not w.eponym
        ):
            j += 1
        elif _blank(tokens, j - 1) and w.plain in PARTICLES and w.shape != "upper" and more:
            k = j + 1
            while k < len(words) and k < j + 3 and words[k].plain in PARTICLES and words[k].shape == "lower":
                k += 1
            if (
                k < len(words)
                and _capital(tokens, k)
                and words[k].word < 4
                and w.plain not in ("st", "d", "y", "e", "a", "o")
            ):
                j = k + 1
            else:
                break
        elif (
            texts[j] == ","
            and more
            and words[j + 1].shape in ("title", "upper")
            and words[j + 1].given > 1
            and words[j + 1].word < 3
            and words[j - 1].shape == words[j + 1].shape
            and words[j + 1].plain not in STOP
            and not (j + 2 < len(words) and texts[j + 2] == ",")
            and not words[j - 1].given > words[j - 1].surname
        ):
            j += 2
        else:
            break
    return i, j


def _town(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """A town grown over hyphens and the words that towns are made of."""
    words, texts = tokens.words, tokens.texts
    for _ in range(3):
        if i > 1 and texts[i - 1] == "-" and words[i - 2].shape in ("title", "upper"):
            i -= 2
        elif (
            i
            and _blank(tokens, i - 1)
            and _capital(tokens, i - 1)
            and (
                words[i - 1].plain in _OF_PLACES
                or words[i - 1].word < 3
                and not _begins(tokens, i - 1)
                and words[i - 1].plain not in STOP
            )
        ):
            i -= 1
        else:
            break
    for _ in range(6):
        if j >= len(words):
            break
        if (
            texts[j] in "-'’"
            and j + 1 < len(words)
            and not tokens.gap(j - 1)
            and not tokens.gap(j)
            and words[j + 1].shape in ("title", "upper", "lower")
            and words[j + 1].plain != "s"
            and words[j + 1].word < 4 + (words[j + 1].shape != "lower") - (texts[j] != "-")
            and words[j + 1].plain not in ("based", "area", "like")
        ):
            j += 2
        elif (
            _blank(tokens, j - 1)
            and _capital(tokens, j)
            and (words[j].plain in _OF_PLACES or words[j].word < 3 and words[j].plain not in STOP)
        ):
            j += 1
        elif (
            _blank(tokens, j - 1)
            and words[j].plain in ("upon", "sur", "de", "da", "am", "on", "or", "and", "la", "le")
            and j + 1 < len(words)
            and _capital(tokens, j + 1)
            and words[j].plain not in ("or", "and", "on", "am")
            and words[j + 1].word < 3
        ):
            j += 2
        else:
            break
    return i, j


_GROW = {"FACILITY": _house, "NAME": _person, "CITY": _town}


def widened(tokens: Tokens, start: int, end: int, entity: str) -> tuple[int, int]:
    """Where the whole begins and ends of which a finding is a part."""
    grow = _GROW.get(entity)
    if grow is None:
        return start, end
    i, j = tokens.at(start), tokens.at(end)
    if i >= j:
        return start, end
    a, b = grow(tokens, i, j)
    return (start if a == i else tokens.starts[a]), (end if b == j else tokens.ends[b - 1])

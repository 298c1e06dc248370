"""Findings grown to the whole they are a part of: "Lethbridge Road" to "the Lethbridge Road Infirmary".

A finding lies from token i to token j (exclusive). A step looks at what stands beside one of these edges and
gives the edge moved outward, or the same edge where what stands there is no part of the whole.
"""

from collections.abc import Callable

from small_or_large.deidentification.cues import ABBREVIATIONS
from small_or_large.deidentification.facilities import HEADS, INSIDE
from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES, is_lower_particle
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.words import Tokens, Word, near_vocabulary

_HOUSE_WORDS = (
    HEADS
    | INSIDE
    | frozenset(
        """station service services team unit facility court army molecular academic micro dental health hub
        suite annex ward wing rooms ltd limited pllc ctr hosp med prac assoc""".split()
    )
)
_HOUSE_WORDS_BEFORE = _HOUSE_WORDS - {"a", "from", "to", "at"}
_JOINING_BEFORE = frozenset(("of", "the", "and", "&", "de", "la", "du", "des", "or"))
_JOINING_AFTER = frozenset(("of", "&", "and", "de", "for"))
_LOWER_HEADS = frozenset(
    ("hospital", "clinic", "infirmary", "hospice", "surgery", "laboratory", "laboratories", "institute")
)
_PARTICLES_BEFORE = PARTICLES - {"y", "e", "d", "o", "st", "das", "do", "ten", "den"}
_PARTICLES_AFTER = PARTICLES - {"y", "e", "d", "o", "st", "a"}
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_NAME_SHAPES = frozenset(("title", "upper", "mixed", "initial"))
_PLACE_WORDS = frozenset(
    """upper lower north south east west port fort new old saint st mount mt lake glen happy great little
    high nether bay city creek springs falls valley hills beach island river flat heights park grove
    harbour harbor point village town junction ridge cross green""".split()
)
_STATES = frozenset(
    """al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok
    or pa ri sc sd tn tx ut vt va wa wv wi wy dc ab bc mb nb nl ns nt nu on pe pei qc sk yt nsw vic qld tas""".split()
)
_DIVISIONS = frozenset("department departments dept division section institute service laboratory".split())
_JOINING_TOWNS = frozenset(("upon", "sur", "de", "da", "la", "le"))
_NO_TOWN_ENDS = frozenset(("s", "based", "area", "like"))  # Leeds's, Boston-based

Step = Callable[[Tokens, int], int]


def _moved(tokens: Tokens, edge: int, steps: tuple[Step, ...], most: int) -> int:
    """An edge moved outward by the first step that can, over and over, `most` times at most."""
    for _ in range(most):
        new = next((new for step in steps if (new := step(tokens, edge)) != edge), edge)
        if new == edge:
            break
        edge = new
    return edge


def _is_name_word(tokens: Tokens, k: int) -> bool:
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


def _begins_sentence(tokens: Tokens, k: int) -> bool:
    """Whether token k begins a sentence or a line, so that its capital says little."""
    return k == 0 or tokens.texts[k - 1] in ".:;!?|\"'(" or "\n" in tokens.gap(k - 1)


def _adjoins_before(tokens: Tokens, i: int) -> bool:
    """Whether a token stands before token i, with one blank between."""
    return i > 0 and tokens.gap(i - 1) == " "


def _adjoins_after(tokens: Tokens, j: int) -> bool:
    """Whether token j exists and follows the one before it after one blank."""
    return j < len(tokens) and tokens.gap(j - 1) == " "


def _mark_joins(tokens: Tokens, k: int, marks: str) -> bool:
    """Whether token k is one of these marks, written without a blank between two tokens."""
    return (
        0 < k < len(tokens) - 1 and tokens.texts[k] in marks and not tokens.gap(k - 1) and not tokens.gap(k)
    )


def _is_rare(w: Word, tier: int) -> bool:
    """Whether a word is below a tier of clinical English and is none that ends a name."""
    return w.word < tier and w.plain not in STOP


# institutions


def _house_word_before(tokens: Tokens, i: int) -> int:
    """Over a word of institutions, or a capital that is no everyday word: Lethbridge | Road."""
    if not _adjoins_before(tokens, i):
        return i
    w = tokens.words[i - 1]
    if w.shape != "title" or tokens.capitals[i - 1] or w.plain in TITLES:
        return i
    names = _is_rare(w, 4) and (w.word < 2 or not _begins_sentence(tokens, i - 1))
    return i - 1 if names or w.plain in _HOUSE_WORDS_BEFORE else i


def _joined_house_before(tokens: Tokens, i: int) -> int:
    """Over a joining word and a capital before it: Holy Name of | Mary."""
    if not (_adjoins_before(tokens, i) and _adjoins_before(tokens, i - 1)):
        return i
    if tokens.words[i - 1].plain not in _JOINING_BEFORE or not _is_name_word(tokens, i - 2):
        return i
    w = tokens.words[i - 2]
    names = w.plain not in STOP and (w.word < 4 or not _begins_sentence(tokens, i - 2))
    return i - 2 if names or w.plain in _HOUSE_WORDS else i


def _article_before(tokens: Tokens, i: int) -> int:
    """Over the article: the | Lethbridge Road Infirmary."""
    if not _adjoins_before(tokens, i):
        return i
    w = tokens.words[i - 1]
    return i - 1 if w.plain == "the" and w.shape != "upper" else i


def _house_glued_after(tokens: Tokens, j: int) -> int:
    """Over an apostrophe or a hyphen and what it joins: Lethbridge|-Road."""
    return j + 2 if _mark_joins(tokens, j, "'’-") and tokens.words[j + 1].shape != "mark" else j


def _house_word_after(tokens: Tokens, j: int) -> int:
    """Over a word of institutions (in text in capitals too), or a capital that is no everyday word."""
    if not _adjoins_after(tokens, j):
        return j
    w = tokens.words[j]
    of_houses = w.plain in _HOUSE_WORDS
    if w.shape == "upper" and tokens.capitals[j] and of_houses:
        return j + 1
    return j + 1 if _is_name_word(tokens, j) and (of_houses or _is_rare(w, 4)) else j


def _joined_house_after(tokens: Tokens, j: int) -> int:
    """Over a joining word and what it joins: Hospital | of Ostermoor, Ear | and Eye."""
    if not (_adjoins_after(tokens, j) and _adjoins_after(tokens, j + 1)):
        return j
    joining, w = tokens.words[j].plain, tokens.words[j + 1]
    if joining not in _JOINING_AFTER or not _is_name_word(tokens, j + 1):
        return j
    names = joining != "and" and _is_rare(w, 3)
    return j + 2 if names or w.plain in _HOUSE_WORDS else j


def _lower_head_after(tokens: Tokens, j: int) -> int:
    """Over what an institution is, in lower case: Lethbridge Road | infirmary."""
    if not _adjoins_after(tokens, j):
        return j
    w = tokens.words[j]
    return j + 1 if w.shape == "lower" and w.plain in _LOWER_HEADS else j


def _division_before(tokens: Tokens, i: int) -> int:
    """Over the division of the house and its comma: Department of Laboratory Medicine, | Surrey Memorial."""
    if i < 4 or tokens.texts[i - 1] != ",":
        return i
    for k in range(i - 3, max(-1, i - 8), -1):
        if tokens.texts[k] in ".,;:" or "\n" in tokens.gap(k):
            return i
        if tokens.words[k].plain in _DIVISIONS and tokens.words[k + 1].plain == "of":
            return k
    return i


def _house(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """An institution grown over capitals, general words of institutions, joining words, and its division."""
    i = _moved(tokens, i, (_house_word_before, _joined_house_before), 6)
    j = _moved(tokens, j, (_house_glued_after, _house_word_after, _joined_house_after), 7)
    return _division_before(tokens, _article_before(tokens, i)), _lower_head_after(tokens, j)


# people


def _name_glued_before(tokens: Tokens, i: int) -> int:
    """Over a hyphen or an apostrophe and the name before it: Anne-| Marie, O'| Dea."""
    return i - 2 if _mark_joins(tokens, i - 1, "-'’") and tokens.words[i - 2].shape in _NAME_SHAPES else i


def _particle_before(tokens: Tokens, i: int) -> int:
    """Over a particle: van | Dijk."""
    if not _adjoins_before(tokens, i):
        return i
    w = tokens.words[i - 1]
    return i - 1 if w.plain in _PARTICLES_BEFORE and w.shape != "upper" else i


def _stopped_initial_before(tokens: Tokens, i: int) -> int:
    """Over an initial with its full stop: J. | Kjeldsen."""
    if i < 2 or tokens.texts[i - 1] != "." or tokens.words[i - 2].shape != "initial":
        return i
    return i if tokens.words[i].shape == "lower" else i - 2


def _bare_initial_before(tokens: Tokens, i: int) -> int:
    """Over an initial without a full stop that begins no sentence: J | Kjeldsen."""
    if i < 2 or not _adjoins_before(tokens, i):
        return i
    w = tokens.words[i - 1]
    if w.shape != "initial" or w.plain in ("a", "i") or tokens.texts[i - 2] == ".":
        return i
    return i - 1


def _name_before(tokens: Tokens, i: int) -> int:
    """Over a capital inside a sentence that is no clinical word: Maren | Kjeldsen."""
    if not _adjoins_before(tokens, i) or not _is_name_word(tokens, i - 1):
        return i
    w = tokens.words[i - 1]
    return i if _begins_sentence(tokens, i - 1) or not _is_rare(w, 2) or w.eponym else i - 1


def _name_glued_after(tokens: Tokens, j: int) -> int:
    """Over a hyphen, an apostrophe or HL7's caret and the name after it: Anne |-Marie, KJELDSEN |^MAREN."""
    if not _mark_joins(tokens, j, "-'’^"):
        return j
    mark, w = tokens.texts[j], tokens.words[j + 1]
    if w.shape not in _NAME_SHAPES and w.shape != "lower":
        return j
    if mark == "'" and w.plain == "s":
        return j
    if mark == "-" and w.shape == "lower" and len(w.plain) < 2:
        return j
    return j + 2


def _suffix_after(tokens: Tokens, j: int) -> int:
    """Over a suffix: Kjeldsen | III."""
    if not _adjoins_after(tokens, j):
        return j
    w = tokens.words[j]
    return j + 1 if w.plain in _SUFFIXES and w.shape != "lower" else j


def _initial_after(tokens: Tokens, j: int) -> int:
    """Over an initial at the end of a name: Kjeldsen | M, who ..."""
    if not _adjoins_after(tokens, j):
        return j
    w = tokens.words[j]
    if w.shape != "initial" or w.plain == "i" or tokens.capitals[j] or tokens.words[j - 1].shape != "title":
        return j
    ends = j + 1 == len(tokens) or tokens.texts[j + 1] in ".,;)|]}\"'" or tokens.words[j + 1].shape == "lower"
    return j + 1 if ends else j


def _name_after(tokens: Tokens, j: int) -> int:
    """Over a capital that is no clinical word: Maren | Kjeldsen."""
    if not _adjoins_after(tokens, j) or not _is_name_word(tokens, j):
        return j
    w = tokens.words[j]
    return j + 1 if _is_rare(w, 2) and w.plain not in HEADS and not w.eponym else j


def _particle_after(tokens: Tokens, j: int) -> int:
    """Over up to three particles and the name after them: Anna | van der Dijk."""
    if not _adjoins_after(tokens, j):
        return j
    w = tokens.words[j]
    if w.plain not in _PARTICLES_AFTER or w.shape == "upper":
        return j
    k = j + 1
    while k < min(len(tokens), j + 3) and is_lower_particle(tokens.words[k]):
        k += 1
    return k + 1 if k < len(tokens) and _is_name_word(tokens, k) and tokens.words[k].word < 4 else j


def _is_unlisted_name(w: Word, before: Word) -> bool:
    """Whether a word after a surname that is no word itself may be a given name that the list lacks."""
    unheard = w.word == 0 and w.place == 0 and len(w.plain) > 3 and not near_vocabulary(w.plain)
    return unheard and before.word == 0 and before.surname > 1 and w.plain not in CREDENTIALS


def _given_after(tokens: Tokens, j: int) -> int:
    """Over a comma and a given name after a surname, unless a list goes on: KJELDSEN |, MAREN."""
    if j + 1 >= len(tokens) or tokens.texts[j] != ",":
        return j
    before, w = tokens.words[j - 1], tokens.words[j + 1]
    is_given = (
        w.shape in ("title", "upper") and _is_rare(w, 3) and (w.given > 1 or _is_unlisted_name(w, before))
    )
    if not is_given or before.shape != w.shape or before.given > before.surname:
        return j
    listed = j + 2 < len(tokens) and tokens.texts[j + 2] == ","
    return j if listed else j + 2


def _surname_before(tokens: Tokens, i: int) -> int:
    """Over a comma and the surname before it, where a given name was found: Chornous, | Anastazia."""
    if i < 2 or tokens.texts[i - 1] != "," or tokens.gap(i - 2) or len(tokens.gap(i - 1)) > 1:
        return i
    before, w = tokens.words[i - 2], tokens.words[i]
    if before.shape != w.shape or w.shape not in ("title", "upper") or w.surname > w.given:
        return i
    if before.given > before.surname or before.plain in STOP or before.plain in TITLES or before.place > 1:
        return i
    rare = before.surname > 0 and before.word < 3 or before.word == 0 and not near_vocabulary(before.plain)
    return i - 2 if rare and not before.eponym and w.plain not in CREDENTIALS else i


_NAME_BEFORE = (
    _surname_before,
    _name_glued_before,
    _particle_before,
    _stopped_initial_before,
    _bare_initial_before,
    _name_before,
)
_NAME_AFTER = (
    _name_glued_after,
    _suffix_after,
    _initial_after,
    _name_after,
    _particle_after,
    _given_after,
)


def _person(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """A name grown over particles, hyphens, initials, a second given name, a suffix, an HL7 caret."""
    return _moved(tokens, i, _NAME_BEFORE, 5), _moved(tokens, j, _NAME_AFTER, 6)


# towns


def _town_glued_before(tokens: Tokens, i: int) -> int:
    """Over a hyphen and the capital before it: Stratford-| Moor."""
    hyphen = i > 1 and tokens.texts[i - 1] == "-"
    return i - 2 if hyphen and tokens.words[i - 2].shape in ("title", "upper") else i


def _town_word_before(tokens: Tokens, i: int) -> int:
    """Over a word that towns are made of, or a capital inside a sentence: Port | Ostermoor."""
    if not _adjoins_before(tokens, i) or not _is_name_word(tokens, i - 1):
        return i
    w = tokens.words[i - 1]
    names = _is_rare(w, 3) and not _begins_sentence(tokens, i - 1)
    return i - 1 if names or w.plain in _PLACE_WORDS else i


def _town_glued_after(tokens: Tokens, j: int) -> int:
    """Over a hyphen or an apostrophe and what it joins: Ostermoor|-on-Sea, not Ostermoor-based."""
    if not _mark_joins(tokens, j, "-'’"):
        return j
    w = tokens.words[j + 1]
    if w.shape not in ("title", "upper", "lower") or w.plain in _NO_TOWN_ENDS:
        return j
    if tokens.texts[j] == "-":
        return j + 2 if w.shape != "lower" or w.word < 4 else j
    return j + 2 if w.word < (3 if w.shape == "lower" else 4) else j


def _town_word_after(tokens: Tokens, j: int) -> int:
    """Over a word that towns are made of, or a capital that is no common word: Ostermoor | Falls."""
    if not _adjoins_after(tokens, j) or not _is_name_word(tokens, j):
        return j
    w = tokens.words[j]
    return j + 1 if w.plain in _PLACE_WORDS or _is_rare(w, 3) else j


def _joined_town_after(tokens: Tokens, j: int) -> int:
    """Over a joining word and the capital after it: Ostermoor | upon Wye."""
    if not _adjoins_after(tokens, j) or tokens.words[j].plain not in _JOINING_TOWNS:
        return j
    names = j + 1 < len(tokens) and _is_name_word(tokens, j + 1) and tokens.words[j + 1].word < 3
    return j + 2 if names else j


def _state_after(tokens: Tokens, j: int) -> int:
    """Over a comma and a state in two letters, damaged where a code or an end follows: Yakima |, W4 98902."""
    if j + 1 >= len(tokens) or tokens.texts[j] != "," or tokens.gap(j - 1) or tokens.gap(j) != " ":
        return j
    w, text = tokens.words[j + 1], tokens.texts[j + 1]
    following = tokens.words[j + 2] if j + 2 < len(tokens) else None
    ends = following is None or following.shape in ("mark", "number", "code") or "\n" in tokens.gap(j + 1)
    if w.plain in _STATES:
        return j + 2 if ends or w.shape == "upper" or len(tokens.gap(j + 1)) > 1 else j
    return j + 2 if ends and len(text) <= 2 and w.shape in ("upper", "initial", "code") else j


def _town(tokens: Tokens, i: int, j: int) -> tuple[int, int]:
    """A town grown over hyphens, the words that towns are made of, and its state."""
    i = _moved(tokens, i, (_town_glued_before, _town_word_before), 3)
    j = _moved(tokens, j, (_town_glued_after, _town_word_after, _joined_town_after), 6)
    return i, _state_after(tokens, j)


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

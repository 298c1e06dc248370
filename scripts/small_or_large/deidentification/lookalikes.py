"""What only looks like an identifier: block lists, clones, codes of medicine, forms' boilerplate, a scanner's bars."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re
from difflib import SequenceMatcher

from small_or_large.deidentification.cues import ABBREVIATIONS, SHORT
from small_or_large.deidentification.facilities import HEADS, INSIDE
from small_or_large.deidentification.sightings import Sightings
from small_or_large.deidentification.spans import GUESSED
from small_or_large.deidentification.words import (
    Tokens,
    near_vocabulary,
    resembles_vocabulary,
    word,
)

_FIGURES = frozenset(("MRN", "ACCESSION", "SSN", "HEALTHNO", "PHONE", "DATE", "AGE90", "ADDRESS", "CITY"))

_SURE_HEADS = frozenset(
    "hospital hospitals hosp infirmary clinic clinics centre center university associates group".split()
)
# words with a full stop between: ser.ti.cn, D_u.il/Synchrono
_NO_WEB = re.compile(r"[A-Za-z_]{1,5}\.[a-z]{2}(?:\.[a-z]{2})?(?:/[A-Z]\w*)?")
# nothing but what a scanner reads in a bar code: 111 111 1111, III111111 IN
_BARS = re.compile(r"[Il1|!/ .-]{3,}(?: IN)?|[xX]?1[01]{3}")
# a gene, a variant of a protein, a clone of a library, a paragraph of a checklist, a morphology code, a page
_CODE = re.compile(
    r"KIAA\d{4}|[A-Z]{2,5}\d?[- ]?p?\.?[A-Z]\d{2,4}[A-Z]|(?:RP|CT[ABCD]|GS)\d{0,2} ?- ?\d{1,4}[A-P]\d{1,2}"
    r"|(?:ANP|COM|GEN|IMM|CYP|HEM|CHM|MIC|MOL|FLO|CYG|TLC|POC)\.\d{5}|[A-Z]? ?[89]\d{3}/[0-69]|\[?\d{2,3}/\d{3}[Jl]?"
    r"|[MPp]\.?\d{1,3}/\d{1,3}|[A-Z]-?\d{1,2}[-.][A-Z]-?\d{1,3}|\d{1,2}[A-Z]-\d{1,2}[A-Z]|(?:\d{1,2}[A-Z]){2,}\d{0,2}|a \d+(?: \d+)?|\d\.\d \d \d\.\d"
)
_MORPHOLOGY = re.compile(r"[89]\d{3}[1Il/][0-369]")
_TOPOGRAPHY = re.compile(r"(?i)\b(?:topography|morphology|histology code)\W{1,3}$")
_MORPHOLOGY_BEFORE = re.compile(r"(?i)(?:\bM[ -]{0,2}|\bicd\W?[o0]\S{0,6} ?(?:M ?)?)$")
_BLOCK_RANGE = re.compile(r"([A-Z0])\d{1,2}[ -]-?\d{3,4}")
_CLOCK = re.compile(r"\s{0,2}[o0]\s?['’`]?\s?clock")
_CARDINAL = re.compile(r"\d{1,2} ?- ?\d{1,2} (?:through|to|and) $")
_ON_TO = re.compile(r" (?:through|to) \d{1,2} ?- ?\d{1,2}(?!\d|[-/])")
_JOURNAL = re.compile(r"\b\d{1,3} ?(?:\(\d{1,2}\))? ?: ?\d{1,4}(?: ?[-–] ?\d{1,4})?[,;(. ]{1,3}$")
_KARYOTYPE = re.compile(r"[+,] ?$")
_PAGE_READ = re.compile(r"(?i)p[ao]g[ea]:? ?(?:no\.? ?)?$")

_STATE = re.compile(r", ?[A-Z]{2}(?!\w)")

# what a scanner made of a sign, amid words
_NO_MAIL = re.compile(r"[,.] [A-Za-z]|\(A\)|, ")
# a lymph node's or a block's name, a place on a clock face
_NO_ADDRESS = re.compile(r"RR\d{1,2}(?= -|\w)|(?i:\d{1,2} o['’]?clock)")
# makers of reagents and instruments
_MAKERS = re.compile(
    r"(?i)\b(?:dako|ventana|abbott|vysis|novocastra|bio-?care|zymed|thermo fisher|sigma|invitrogen|biogenex|cell ?marque|epitomics|leica|affymetrix|illumina|qiagen)\b"
)
_CITED = re.compile(r"(?:,? [A-Z]{1,3}\b)?,? et\.? ?al\b")

# the boilerplate of a form on which boxes are ticked
_FORM = Sightings(
    r"(?i)d?isqu\S{0,3}l\S?f|screp|crepan|\bsynch\w{0,3}ono|malignan\w{1,4} h[il]st|is \(?ci?rc|reviewer in"
)
_MEDICINES = re.compile(r"(?i)\b(?:medications?|meds|allerg(?:y|ies)|drugs?)(?: list)?[ :][^\n.;]{0,40}$")
# labels that a scanner damaged after "Patient"
_LABEL_WORDS = ("type", "identification", "information", "number", "name", "cases", "date", "demographics")
_GLUED = re.compile(r"[^\w\s.,;:)/'’\"”\]|\-–—&<+(^]\w|\^\^|[.,]?['’:;]{2,}\w|[.,;!]{1,2}[!U]\w?als?\b")
_PARAGRAPH = re.compile(r"\.\d{4,5}(?!\d)")
_NEXT_LABEL = re.compile(r"\W{0,2}[A-Z][A-Z/ ]{1,12}:")
_CUT = re.compile(r"(?i)\b(?:slides?|blocks?|cassettes?)(?: [A-Z]\d{1,2},?)? $")
_METHOD = re.compile(
    r"(?:['’]s?)? (?:position|spaces?|crystals?|spirals?|criteria|exact|kappa|catheter|algorithm|scores?|formula|staging|protocol|"
    r"type|stage|phase|index|test|stains?|bodies|method|technique|procedure|classification|in place|bulb|balloon)\b|(?<=k) [IV]{1,3}\b"
)
_NOBODY = frozenset("ascp amt hcpc ibms mdt mdm hm hmp frcpa fibms out off psp bsv tp fs".split())
_ITEM_BEFORE = re.compile(r"(?:^|[\n ])[A-C][:.] ")


def lookalike(tokens: Tokens, start: int, end: int, entity: str, score: float) -> bool:
    """Whether a finding is plainly something that only looks like an identifier."""
    text = tokens.text
    if entity in _FIGURES and end - start > 2 + 4 * (entity == "DATE") and _BARS.fullmatch(text, start, end):
        return True
    if entity in ("MRN", "ACCESSION", "SSN", "PHONE"):
        return _no_number(tokens, start, end, entity, score)
    if entity == "DATE":
        return _no_date(text, start, end)
    if entity == "INITIALS":
        return _no_initials(text, start, end, score)
    if entity == "URL":
        return (
            "///" in text[start:end]
            or tokens.rough(tokens.at(start))
            and _NO_WEB.fullmatch(text, start, end) is not None
        )
    if entity == "EMAIL":
        return "@" not in text[start:end] and _NO_MAIL.search(text, start, end) is not None
    if entity == "ADDRESS":
        return _NO_ADDRESS.match(text, start) is not None
    if entity not in GUESSED:
        return False
    if _MAKERS.search(text, start, end):
        return True
    if entity == "CITY" and _CITED.match(text, end):
        return True
    if score < 0.945 and (_MEDICINES.search(text, max(0, start - 60), start) or _ticked(tokens, start, end)):
        return True
    if entity == "FACILITY":
        return _no_house(tokens, start, end)
    if score < 0.95 and _METHOD.match(text, end):
        return True  # an eponym: Virchow-Robin spaces
    return _no_person(tokens, start, end, score) if entity == "NAME" else _no_town(tokens, start, end, score)


def _no_number(tokens: Tokens, start: int, end: int, entity: str, score: float) -> bool:
    """A block's range, a gene, a clone, a code, a page."""
    text = tokens.text
    value = text[start:end]
    if entity == "PHONE":
        return end - start < 5 and _PAGE_READ.search(text, max(0, start - 12), start) is not None
    if _CODE.fullmatch(value):
        return True
    if _MORPHOLOGY.fullmatch(value) and (
        score < 0.65 or _MORPHOLOGY_BEFORE.search(text, max(0, start - 14), start)
    ):
        return True
    if entity == "MRN" and _TOPOGRAPHY.search(text, max(0, start - 18), start):
        return True
    if entity == "SSN" and " IS " in value:
        return True
    if score > 0.92:
        return False
    blocks = _BLOCK_RANGE.fullmatch(value)
    return blocks is not None and _listed_blocks(text, start, end, blocks[1])


def _listed_blocks(text: str, start: int, end: int, letter: str) -> bool:
    """Whether other blocks of the same letter, or the next ones, stand in the list beside: D18. Cervix, D20-021."""
    near = text[max(0, start - 160) : start] + "\n" + text[end : end + 160]
    letter = "[DOC]" if letter == "0" else letter
    return len(set(re.findall(rf"(?<![\w-]){letter}\d{{1,2}}(?!\w|-\d{{3}})", near))) >= 2 or (
        re.match(
            r" ?(?:--?|:|\.) ?(?:left|right|additional|sequential|remain|represent)",
            text[end : end + 20],
            re.IGNORECASE,
        )
        is not None
    )


def _no_date(text: str, start: int, end: int) -> bool:
    """Hours of a clock face, nodes from one to another, a volume's year, a marker chromosome."""
    value = text[start:end]
    if _CLOCK.match(text, end):
        return True
    if len(value) < 6 and (_CARDINAL.search(text, max(0, start - 16), start) or _ON_TO.match(text, end)):
        return True
    if value.isdigit() and len(value) == 4:
        return _JOURNAL.search(text, max(0, start - 24), start) is not None
    return value.lower().endswith("mar") and (
        _KARYOTYPE.search(text, max(0, start - 3), start) is not None
        or text[end : end + 2].strip().startswith("[")
    )


def _no_initials(text: str, start: int, end: int, score: float) -> bool:
    """A piece of a word, a list's letter, a label, the word "initials" itself."""
    value = text[start:end]
    if (
        score < 0.8
        and _NEXT_LABEL.match(text, end)
        and any(word(p).word >= 3 for p in re.findall(r"[A-Za-z]{3,}", value))
    ):
        return True
    if value.replace(".", "").lower() in _NOBODY and value.isupper():
        return True
    if _GLUED.match(text, end) or _PARAGRAPH.match(text, end) or any(c.isdigit() for c in value):
        return True
    if (
        value.lower() in ("ir", "in", "ini", "inl", "lni", "br", "byr", "sy", "bvl", "byl")
        and not value.isupper()
    ):
        return True
    if text[max(0, start - 4) : start].strip(" \n") in ("D:", "T:"):
        return _ITEM_BEFORE.search(text, max(0, start - 90), max(0, start - 4)) is not None
    return False


def _ticked(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a guess lies in a form's boilerplate and no list knows its words well."""
    words = tokens.words[tokens.at(start) : tokens.at(end)]
    if any(max(w.surname, w.given, w.place) > 1 and w.word < 3 for w in words):
        return False
    return _FORM.within(tokens.text, start - 60, end + 60)


def _damaged(tokens: Tokens, k: int) -> bool:
    """Whether token k may be a long clinical word that a scanner damaged, or a single letter of one."""
    w = tokens.words[k]
    return len(w.plain) < 2 or (
        w.word == 0 and len(w.plain) > 5 and (near_vocabulary(w.plain) or resembles_vocabulary(w.plain))
    )


def _no_house(tokens: Tokens, start: int, end: int) -> bool:
    """Whether what makes an institution's name a name is a damaged clinical word, or the whole a field's label."""
    i, j = tokens.at(start), tokens.at(end)
    if len(tokens) < SHORT:
        return False
    if j < len(tokens) and tokens.texts[j] == ":" and tokens.words[i].plain in HEADS:
        return True  # Hospital of Origin:
    heads = [k for k in range(i, j) if tokens.words[k].plain in HEADS]
    own = [
        k
        for k in range(i, j)
        if tokens.words[k].shape not in ("mark", "number")
        and tokens.words[k].plain not in HEADS
        and tokens.words[k].plain not in INSIDE
    ]
    if not own or any(tokens.words[k].plain in _SURE_HEADS for k in heads):
        return False
    listed = max(max(tokens.words[k].surname, tokens.words[k].place) for k in own)
    return listed < 2 and all(_damaged(tokens, k) for k in own)


def _no_person(tokens: Tokens, start: int, end: int, score: float) -> bool:
    """An item of a list, a block, a label after "Patient", letters with blanks, a scanner's mixed pieces."""
    text = tokens.text
    i, j = tokens.at(start), tokens.at(end)
    words = [k for k in range(i, j) if tokens.words[k].shape not in ("mark", "initial")]
    if not words:
        return score < 0.95 and tokens.rough(i) and "." not in text[start:end]
    listed = max(max(tokens.words[k].surname, tokens.words[k].given) for k in words)
    if (
        text[end : end + 1] == "#"
        or listed == 0
        and all(tokens.words[k].word >= 4 for k in words)
        and j - i > len(words)
        and j < len(tokens)
        and tokens.words[j].shape == "lower"
        and tokens.words[j].plain not in ("and", "or", "on", "at")
    ):
        return True  # Job#; (Dr. D. Negative for
    if listed < 2 and all(
        tokens.words[k].shape == "upper" and tokens.words[k].plain in ABBREVIATIONS for k in words
    ):
        return True
    if (
        _GLUED.match(text, end)
        and listed < 3
        or len(text[start:end]) < 4
        and _CUT.search(text, max(0, start - 16), start)
    ):
        return True
    if (
        len(words) == 1
        and listed < 2
        and text[max(0, start - 8) : start].lower() == "patient "
        and _labels(tokens, words[0])
    ):
        return True
    return (
        listed == 0
        and len(tokens) >= SHORT
        and any(tokens.words[k].damaged or tokens.words[k].shape == "code" for k in words)
        and tokens.rough(i)
    )


def _labels(tokens: Tokens, k: int) -> bool:
    """Whether token k is nearly a word that labels begin with: Idpntificatinn, Namer."""
    key = tokens.words[k].plain
    return any(SequenceMatcher(None, key, label).ratio() >= 0.75 for label in _LABEL_WORDS)


def _no_town(tokens: Tokens, start: int, end: int, score: float) -> bool:
    """A guess of a town in a whole report of which no list knows a word."""
    if len(tokens) < SHORT or score > 0.94:
        return False
    if _STATE.match(tokens.text, end) or _STATE.search(tokens.text, start, end):
        return False
    words = [w for w in tokens.words[tokens.at(start) : tokens.at(end)] if w.shape != "mark"]
    if any(w.eponym for w in words) and tokens.text[end - 2 : end] in ("'s", "’s"):
        return True
    return not any(max(w.place, w.surname, w.given) for w in words) and tokens.junk > 0.01

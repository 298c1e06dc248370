"""Institutions by the tails of their names: practices, partnerships, units, posts, companies; saints in small letters."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register, register_places
from small_or_large.deidentification.cues import ABBREVIATIONS, SHORT
from small_or_large.deidentification.facilities import HEADS, INSIDE
from small_or_large.deidentification.people import STOP
from small_or_large.deidentification.words import (
    Tokens,
    near_vocabulary,
    regions,
    tokens_of,
    unreadable,
    word,
)

_CAP = r"[A-ZÀ-Ý][\w'’-]{1,20}"
_PIECE = rf"(?:{_CAP}(?: [a-z]{{3,8}}(?= (?:Day|Histo|Cellular|Path|Medical|Health|Family|Surgical)))?|[A-Z] [a-z]{{4,12}})"
_CAPS = r"[A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,20}"
_FIELD = (
    r"(?:(?:Cellular|Anatomic(?:al)?|Surgical|Clinical|Molecular|Diagnostic) )?(?:Pathology|Tissue|Histopathology|Dermatopathology|Cytopathology|Neuropathology|Urology|Dermatology|Oncology|"
    r"Gastroenterology|Gyn(?:a)?ecology|Radiology|Cytology|Haematology|Hematology|Nephrology|Genetics|Genomics|Diagnostics?|Imaging|Endoscopy|Histology|Immunology|Microbiology|Toxicology|Surgical|Surgery|Skin|Eye|Breast|Vein|Laser|Scan|Sarcoma|Kidney|Cancer|"
    r"Medical|Health|Family|General|Group|Day|Village|Dental|Women['’]?s|Children['’]?s|Physicians|Laborator(?:y|ies)|Pathologists|Research|Community|District|Specialist|Dialysis|Renal|Infusion|Fertility|Orthopa?edics?|Spine|Wellness|Urgent Care|Outpatient)"
)
_TAIL = (
    r"(?:Practice|Partnership|Partners|Associates|Services?|Scrvices|Unit|Post|Station|Board|System|Trust|Authority|Group|Clinic|Centre|Center|Ctr|CENTER|CTR|Hub|Campus|Specialists|"
    r"Consultants|Laborator(?:y|ies)|Labs?|Network|Institute|Pathologists|Physicians|Surgeons|& Laser|Hospice)"
)
_ALONE = r"(?:Hospitals?|PathLabs?|Imaging|Diagnostics|Infirmary|Surgery|Genetics|Genomics|Skin|Dermatopathology|Histopathology|Pathologists|Polyclinic|Surgicenter|Hospice|hospice|ASC|IHS|DynaLab|[A-Z][a-z]{2,9}Lab|[A-Z][a-z]{2,9}Path)"
_TAILS = frozenset(
    """practice partnership partners associates services scrvices unit post station board system trust authority group clinic centre center ctr hub campus
    specialists consultants laboratory laboratories lab labs network institute pathologists physicians surgeons laser hospice hospital hospitals infirmary
    surgery genetics genomics skin imaging diagnostics pathlab pathlabs dermatopathology histopathology polyclinic surgicenter asc ihs""".split()
)
_JOINED = re.compile(r"Lab$|Path$")
_COMPANY = r"(?:,? (?:LLC|L\.L\.C\.|Inc\.?|P\.?C\.?|PLLC|Ltd\.?|LLP|Pty Ltd|Corp\.?|P\.A\.)(?!\w))?"
_NAMED = re.compile(
    rf"(?<![\w'’-])(?P<own>(?:The |St\.? |Our Lady of (?:the )?)?{_PIECE}(?:(?: (?:of|the|and|&|de|la|upon)){{1,2}} {_CAP}| {_PIECE}){{0,4}}?) (?P<tail>(?:{_FIELD} (?:(?:and|&) {_CAP} )?){{1,3}}{_TAIL}\b\.?|{_ALONE}\b){_COMPANY}"
)
_CAPITALS = re.compile(
    rf"(?<![\w'’-])(?P<own>(?:ST\.? )?{_CAPS}(?: {_CAPS}){{0,2}}) (?P<tail>(?:MEDICAL|CANCER|SARCOMA|HEALTH|SURGERY|FAMILY|GENERAL|REGIONAL|COMMUNITY|BREAST|HEART|DIAGNOSTIC|CYTOLOGY|HISTOLOGY|PATHOLOGY|REFERENCE) (?:CENTER|CENTRE|CTR|PRACTICE|SYSTEM|CLINIC|POST|BOARD|INSTITUTE|LABORATORY|LABORATORIES|SERVICES|CONSULTANTS|ASSOCIATES))(?!\w)"
)
_SOCIETY = re.compile(
    r"(?i)\b(?:american|international|national|european|canadian) (?:pathologists|surgeons|physicians|specialists|board)"
)
# where a label or a verb announces it: CLIENT: Holm Vale Surgery
_LEAD = re.compile(
    r"(?i)(?:\b(?:client|clinic|hospital|facility|practice|surgery|gp|lab|laboratory|site|from|to|at|via|by|for|of|the|with|in|until)[ :,(]{1,3}|[,/;(|\n] ?)$"
)
# by its legal form: Northlake Urology Group, P.A.; makers of reagents call themselves Inc. and Corp.
_LEGAL = re.compile(
    rf"(?<![\w'’-])(?P<own>(?:{_CAP} (?:(?:of|and|&) )?){{1,3}}(?P<what>{_CAP})),? (?:LLP|PLLC|LLC|L\.L\.[CP]\.|P\.A\.|P\.C\.|P\.L\.L\.C\.|Pty\.? Ltd)(?!\w)"
)
# after its founder, after its town, in French, where the old live
_FOUNDED = re.compile(
    rf"\b(?:Dr|Drs|Doctors?)\.? (?:[A-ZÀ-Ý][\w'’-]{{0,20}}\.? ){{0,2}}{_CAP}(?: (?:&|and) Partners\b| (?:Cancer|Medical|Health|Hospital|Memorial|Regional|Community)(?: (?:and|&) {_CAP})? (?:Centre|Center|Clinic|Hospital|Group|Practice)\b)"
)
_UNIVERSITY = re.compile(
    rf"\bUniv(?:\.|ersity)? of (?:{_CAP} ){{1,3}}(?:Hospitals?|Clinics?|Medical Cent(?:er|re)|Health(?: System)?|Med\.? Ctr\.?)(?!\w)"
)
_FRENCH = re.compile(
    r"\b[Cc]entre [Hh]ospitalier(?: (?:[Uu]niversitaire|[Rr][ée]gional))?(?: (?:de|du|des|de la|de l['’])| d['’])[ ]?[A-ZÀ-Ý][\w'’-]{1,24}(?:[ -][A-ZÀ-Ý][\w'’-]{1,20}){0,2}"
)
_HOMES = re.compile(
    rf"(?<![\w'’-])(?:{_CAP} ){{1,3}}(?:Assisted Living|Nursing Home|Care Home|Retirement (?:Village|Home)|Rest Home|Long[- ]Term Care|Residential Care)\b"
)
_HOME_SIGNS = re.compile(r"Assisted|Nursing H|Care Home|Retirement|Rest Home|Long[- ]T|Residential C")
_LEGAL_SIGNS = re.compile(r"LL[PC]\b|L\.L\.|P\.[ALC]\.|Pty")
# initials of an institution where something was done or known
_LETTERS = re.compile(
    r"(?i:\b(?:known|performed|done|seen|treated|transferred|referred|admitted|operated|biopsied|followed|reviewed|received|attends?|procedure was performed|excised|resected)(?: (?:at|to|from|in|by))) (?P<value>[A-Z]{2,5})(?= (?i:by|oncology|surgery|urology|gyna?ecology|haematology|hematology|dermatology|breast|clinic|on|in|since|for|with|mdt|labs?)\b|[.,;)\n]|\s*$)"
)
# a saint's, a children's, a region's, before what is sent or kept there
_SAINTS = re.compile(
    r"(?<![\w-])(?:(?:St|Saint)\.? [A-Z][a-z]{3,15}['’]s(?= (?:slides?|opinion|pathology|lab|path|blocks?|report|team|clinic|for|in|on|hosp)\b)|Children['’]s of [A-Z][a-z]{3,15}|[A-Z][a-z]{3,15} (?:Regional|General|Memorial|Community|County)(?= (?:ED|ER|ICU|lab|slides|path|pathology|hosp)\b))"
)
# in small letters: at st brigids, from st lukes; at mercy,
_SMALL = re.compile(
    r"\b(?:at|from|to|under us at|via|of|with|in) (?P<value>st\.? (?P<saint>[a-z]{3,14}?)['’]?s?(?: (?:hospital|hosp|general|infirmary|clinic|hospice))?)(?=[ ,.;:)?!]|\s*$)"
)
_SMALL_HOUSES = re.compile(
    r"\b(?:at|from|to) (?P<value>(?:mercy|providence|sinai|mayo|kaiser|bellevue|good sam|sick ?kids|mass general|the general|the royal|the children['’]?s|the jewish|county general))(?=[,.;:)?!]|\s*$| (?:in|on|for|last|and|hosp|er|ed)\b)"
)


class HouseRecognizer(EntityRecognizer):
    """Institutions whose names end in what they are, in fewer common words than hospital and clinic."""

    def __init__(self) -> None:
        super().__init__(["FACILITY"], name="HouseRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin; the word lists are read when the first report is."""
        for expression in (_FOUNDED, _UNIVERSITY, _FRENCH, _LETTERS, _SAINTS, _SMALL, _SMALL_HOUSES):
            register(expression)
        for expression in (_NAMED, _CAPITALS):
            register_places(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of institutions in `text` as RecognizerResult."""
        if entities is not None and "FACILITY" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        return [
            RecognizerResult("FACILITY", a, b, s)
            for a, b, s in (*self._tailed(tokens), *self._formed(tokens), *self._short(tokens))
        ]

    @staticmethod
    def _tailed(tokens: Tokens):
        tails = (
            (tokens.starts[max(0, k - 9)], tokens.ends[k])
            for k, w in enumerate(tokens.words)
            if w.plain in _TAILS or w.shape == "mixed" and _JOINED.search(tokens.texts[k])
        )
        for start, end in regions(tails, 0, 60):
            for match in (
                *tokens.anchors.within(_NAMED, ((start, end),)),
                *tokens.anchors.within(_CAPITALS, ((start, end),)),
            ):
                if _SOCIETY.search(match.group()):
                    continue
                own = _proper(match.group("own"))
                if own and (
                    len(tokens) < SHORT
                    or own > 1
                    or _LEAD.search(tokens.text, max(0, match.start() - 14), match.start())
                ):
                    yield *match.span(), 0.92

    @staticmethod
    def _formed(tokens: Tokens):
        """Institutions by their legal form, their founder, their university or what they are for."""
        text = tokens.text
        for sign in _LEGAL_SIGNS.finditer(text):
            for match in _LEGAL.finditer(text, max(0, sign.start() - 90), sign.end() + 8):
                if match.group("what").lower() in HEADS or _proper(match.group("own")) > 1:
                    yield *match.span(), 0.95
        for expression in (_FOUNDED, _UNIVERSITY, _FRENCH):
            for match in tokens.anchors.finditer(expression):
                yield *match.span(), 0.95
        for sign in _HOME_SIGNS.finditer(text):
            for match in _HOMES.finditer(text, max(0, sign.start() - 60), sign.end() + 12):
                if _proper(match.group().rsplit(" ", 2)[0]):
                    yield *match.span(), 0.9

    @staticmethod
    def _short(tokens: Tokens):
        for match in tokens.anchors.finditer(_LETTERS):
            key = match.group("value").lower()
            if key not in ABBREVIATIONS and key not in STOP and word(key).word < 4:
                yield *match.span("value"), 0.88
        for match in tokens.anchors.finditer(_SAINTS):
            yield *match.span(), 0.88
        for match in tokens.anchors.finditer(_SMALL):
            key = match.group("saint")
            if (
                any(max(w.given, w.surname) > 0 and w.word < 3 for w in (word(key), word(key + "s")))
                or word(key).word == 0
            ):
                yield *match.span("value"), 0.88
        for match in tokens.anchors.finditer(_SMALL_HOUSES):
            yield *match.span("value"), 0.86


def _proper(own: str) -> int:
    """How surely what stands before an institution's tail is a name: 0 not at all, 2 by a word that no vocabulary has."""
    words = [word(p) for p in re.findall(r"[^\W\d_][\w'’]*", own)]
    if words[0].plain in STOP and words[0].plain not in INSIDE and words[0].plain != "the":
        return 0
    if any(near_vocabulary(w.plain) and not max(w.surname, w.place) or unreadable(w.plain) for w in words):
        return 0
    if re.search(r"[A-Za-z]-[A-Z]|[a-z][A-Z]", own):
        return 2
    told = [w for w in words if w.plain not in INSIDE and w.plain not in HEADS and w.plain not in STOP]
    if any(w.word < 2 and len(w.plain) > 2 for w in told):
        return 2
    return int(any(w.word < 4 or max(w.surname, w.place) > 1 for w in told))

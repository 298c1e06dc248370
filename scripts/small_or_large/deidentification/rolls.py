"""Names in rolls: a surname, a comma and a given name; those who met; who is to do what; the fields of a form."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register
from small_or_large.deidentification.facilities import HEADS
from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.words import Tokens, Word, near_vocabulary, tokens_of, unreadable, word

_NAME = r"(?:(?:de la|de los|van der|van den|von der|de|del|della|di|da|dos|la|le|van|von|el|al|bin|ter|ten|O|Mc|Mac|St\.?) ?)?[A-ZÀ-Þ](?:[^\W\d_]|['’-](?=[^\W\d_])){1,20}"
_INITIALED = rf"(?:[A-Z]\.? ?){{0,2}}{_NAME}(?: [A-Z]\.?(?![\w']))?"
# those who met: attendees Kramer, Banerjee, de la Torre; agreed with at the QA meeting: Xing, Roberts
_MET = re.compile(
    rf"(?i:\b(?:attendees?|attended by|attending|in attendance|those present|also present|present|participants?|participating|panel(?:ists)?|members|meeting|conference|rounds|board|readers|reviewers|pathologists|consultants|apologies|absent|quorum|seen by|reviewed by|concurred?|agree)) ?(?:[:–-]|\(|were|are|was|with)? ?(?P<list>(?:Drs?\.? )?{_INITIALED}(?:(?:, ?|; ?| ?/ ?| and | & |, and ){_INITIALED}){{1,8}})"
)
_ITEM = re.compile(rf"(?:Drs?\.? )?(?P<name>{_INITIALED})(?:, ?|; ?| ?/ ?| and | & |, and |$)")
# who is to do what: (2) Brown to review MRI; (3) Angutimarik to call
_TO_DO = re.compile(
    r" (?=(?:to|will|shall|should|is to|has to) (?:call|review|re-?excise|see|contact|sign|send|discuss|follow|check|arrange|order|inform|notify|repeat|ask|phone|page|email|refer|obtain|request|present|amend|report|add|speak|write|confirm|chase|book|recut|re-?cut|dictate|consider|biopsy|stage|get|do|bring|forward|fax|decide|look|operate|schedule|coordinate)\b)"
)
_DOER = re.compile(rf"(?:\(\d\) ?|\b\d[.)] ?|[;:.] ?|^|\n)(?P<name>{_INITIALED})$")
# the fields of a form without a colon: Surgeon J. Mrks Family MD I. Isaksen
_FIELDS = re.compile(
    rf"(?<![\w-])(?:Surgeon|Family (?:MD|Dr|Doctor|Physician)|Fam(?:ily)? MD|PCP|GP|Ref(?:erring|erred)? ?MD|Ordering (?:MD|Dr)|Attending(?: MD)?|Resident|Prosector|Pathologist|Oncologist|Urologist|Provider|Physician|Requestor|Referrer|Clinician|Consultant|Technologist|Histotech|Typist|Secretary|Director|Navigator|Coordinator|Liaison|ATT|ADM|PHYS|SURG|PATH|REF|ORD) {{1,2}}(?P<name>[A-Z]\. ?(?:[A-Z]\. ?)?{_NAME})(?![\w'’-])"
)
# a surname that is a word, after a title and before what people do: Mr. Block was; Dr. Marrow asks
_DOES = r"(?= (?:asks?|asked|says|said|called|calls|was|is|has|had|will|wants|agrees?|agreed|concurs?|requested|requests|who|came|saw|reviewed|noted|performed|biopsied|underwent|presented|reports|needs|knows)\b|['’]s )"
_WORDLY = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? (?:[A-Z]\. ?)?(?P<name>[A-Z][a-z]{{2,15}}){_DOES}")
# whose child or wife: S/O Parminder
_KIN = re.compile(rf"(?<![\w/])(?:[SDW]/[OoF]|[sd]/o) (?P<name>{_INITIALED})(?![\w'’-])")
# a name in two pieces after a title, or after who was told or did it: Dr. Is aksen, called to Kakf wi by
_IN_PIECES = re.compile(
    r"\b(?P<lead>(?:Dr|Mr|Mrs|Ms|Prof|DR)\.? |(?:to|by|with|from|per) )(?P<name>(?:[A-Z]\. ?)?(?P<a>[A-Z][a-z]{0,7}) (?P<b>[a-z]{2,8}))(?=[,.;:)]|\s*$| (?:agrees?|agreed|was|is|at|by|on|in|and|has|for|who|to|with|called|about|via)\b)"
)
# who said it when, in brackets: (Siddiqui, 13-Apr-2003); both readers in brackets: (Subramaniam/Berry)
_BRACKETED = re.compile(
    rf"\((?:Drs?\.? ?)?(?P<name>{_INITIALED}), (?=\d{{1,4}}[-/. ]\w{{1,9}}[-/. ]\d|[A-Z][a-z]{{2,8}}\.? \d)|\((?:Drs?\.? ?)?(?P<one>{_NAME}) ?[/&] ?(?P<two>{_NAME})\)"
)
# who dictated, before who typed: Adeyemi/ccw D&T: 3/4/2012
_TYPIST = re.compile(r"/(?=[a-z]{2,3} (?:D ?& ?T|D/T|D:|T:|DD|DT|\d))")
# what was handwritten on a container, or who was on the line: bearing the sticker X; with Kim handwritten on it
_WRITTEN = re.compile(
    rf"(?i:\b(?:sticker|lid|label|tag|wristband|plate|stamp|container|requisition|form)(?: on the (?:lid|cap|jar|bag))? ?(?:reads|reading|says|saying|shows|showing|bears|bearing|states|stating|is|:))[: ]{{1,2}}[\"“‘']?(?P<name>{_INITIALED})(?=[\"”’',;.)/ ]|$)"
)
# asked, attended, called: a surname and what only people do
_ACT = re.compile(
    r" (?=(?:asked|attended|telephoned|phoned|emailed|e-mailed|countersigned|dictated|consented|concurs|concurred|faxed|scrubbed|apologi[sz]ed|insisted|wondered|disagreed|disagrees|agreed|replied|requested) )"
)
_LAST = re.compile(rf"(?<![\w'’-])(?P<name>{_NAME})$")


def _person(w: Word) -> bool:
    """A listed name that is no everyday word, or a word that neither names nor vocabulary have and that can be spoken."""
    if w.plain in STOP or w.plain in TITLES or w.plain in CREDENTIALS:
        return False
    listed = max(w.surname, w.given)
    if listed:
        return w.word < 3 or w.surname > 2 and w.word < 4
    return w.word == 0 and len(w.plain) > 3 and not near_vocabulary(w.plain) and not unreadable(w.plain)


def _names(value: str) -> list[Word]:
    """The longer words of what may be a name."""
    return [
        w for w in map(word, re.findall(r"[^\W\d_](?:[^\W\d_]|['’])+", value)) if w.plain not in PARTICLES
    ]


def _named(value: str) -> bool:
    """Whether all longer words are a person's and none an eponym."""
    words = _names(value)
    return bool(words) and all(_person(w) and not w.eponym for w in words)


class RollRecognizer(EntityRecognizer):
    """Names that a list, a form or a comma between surname and given name shows."""

    def __init__(self) -> None:
        super().__init__(["NAME"], name="RollRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin; the word lists are read when the first report is."""
        for expression in (_MET, _FIELDS, _WRITTEN, _WORDLY, _KIN, _IN_PIECES):
            register(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of names in `text` as RecognizerResult."""
        if entities is not None and "NAME" not in entities:
            return []
        tokens = tokens_of(text, nlp_artifacts)
        return [RecognizerResult("NAME", a, b, s) for a, b, s in (*_comma_pairs(tokens), *_listed(tokens))]


def _broken(match: re.Match) -> bool:
    """Whether two pieces are none of clinical English, and together no damaged word of it."""
    a, b, whole = word(match["a"]), word(match["b"]), word(match["a"] + match["b"])
    if b.word > 2 or whole.word > 1 or near_vocabulary(whole.plain) or len(whole.plain) < 5:
        return False
    if not any(c in "aeiouy" for c in whole.plain):
        return False
    titled = match["lead"][0].isupper()
    known = max(whole.surname, whole.given) > 0
    return known or not a.word and not near_vocabulary(b.plain) or titled and len(match["a"]) < 4


def _listed(tokens: Tokens):
    """Names by the expressions above."""
    for match in tokens.anchors.finditer(_MET):
        items = list(_ITEM.finditer(tokens.text, match.start("list"), match.end("list")))
        good = [_named(item["name"]) for item in items]
        if sum(good) >= 2 and sum(good) * 2 >= len(items):
            for item, named in zip(items, good, strict=True):
                if named:
                    yield *item.span("name"), 0.88
    for expression in (_FIELDS, _WRITTEN, _KIN):
        for match in tokens.anchors.finditer(expression):
            if _named(match["name"]):
                yield *match.span("name"), 0.88
    for match in tokens.anchors.finditer(_WORDLY):
        w = word(match["name"])
        if (
            (w.plain not in STOP or w.surname > 1)
            and w.plain not in HEADS
            and not tokens.capitals[tokens.at(match.start())]
        ):
            yield *match.span("name"), 0.95
    for match in tokens.anchors.finditer(_IN_PIECES):
        if _broken(match) and not tokens.rough(tokens.at(match.start())):
            yield *match.span("name"), 0.95
    for sign, before in ((_TO_DO, _DOER), (_TYPIST, _LAST), (_ACT, _LAST)):
        for place in sign.finditer(tokens.text):
            match = before.search(tokens.text, max(0, place.start() - 40), place.start())
            if match and _named(match["name"]) and not tokens.capitals[tokens.at(match.start("name"))]:
                yield *match.span("name"), 0.88
    for match in _BRACKETED.finditer(tokens.text):
        for part in ("name", "one", "two"):
            if match[part] and all(_named(match[p]) for p in ("name", "one", "two") if match[p]):
                yield *match.span(part), 0.88


def _comma_pairs(tokens: Tokens):
    """A surname, a comma and a given name that is no word, in one case: Kaur, Victoria M.; bush, emily."""
    words, texts = tokens.words, tokens.texts
    for i, text in enumerate(texts[:-1]):
        if text != "," or not i or tokens.gap(i - 1) or len(tokens.gap(i)) > 1:
            continue
        last, first = words[i - 1], words[i + 1]
        if first.word > 1 or last.shape not in ("title", "upper", "lower", "mixed"):
            continue
        rare = first.given < 2  # the list of given names lacks many of other languages
        if rare and (first.word or last.word or first.place or last.place > 1 or not _person(first)):
            continue
        if rare and (last.shape == "lower" or max(last.surname, first.surname) < 2):
            continue
        if (
            last.shape != first.shape
            and last.shape != "mixed"
            or first.plain in STOP
            or not _person(last)
            or last.eponym
        ):
            continue
        if last.place > 1 and last.surname < 2 or first.place > 2 and first.given < 3:
            continue  # Ostermoor, Alexandria
        if last.shape == "lower" and (not last.surname or last.word > 1 or first.word):
            continue
        if tokens.rough(i) and (last.surname < 2 or first.given < 2):
            continue
        if last.shape == "upper" and tokens.capitals[i] and not last.surname and len(last.plain) < 5:
            continue
        if i > 1 and texts[i - 2] == "," and i + 2 < len(words) and texts[i + 2] == ",":
            continue  # in the middle of a list
        start, end = i - 1, i + 2
        if (
            end < len(words)
            and words[end].shape in ("title", "upper", "lower")
            and words[end].given > 1
            and words[end].word == 0
        ):
            end += tokens.gap(end - 1) == " "
        if (
            end < len(words)
            and (words[end].shape == "initial" or words[end].shape == "lower" and len(texts[end]) == 1)
            and tokens.gap(end - 1) == " "
        ):
            end += last.shape != "lower" or texts[end] != "a"
        yield tokens.starts[start], tokens.ends[end - 1], 0.9

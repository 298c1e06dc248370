"""Names that their own form or what stands beside shows: surname first, HL7's carets, initials, headers' columns, prose."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register, register_places
from small_or_large.deidentification.cues import ABBREVIATIONS, CUE
from small_or_large.deidentification.people import CREDENTIALS, STOP, TITLES
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.words import (
    Tokens,
    Word,
    near_vocabulary,
    regions,
    tokens_of,
    unreadable,
    word,
)

_UP = r"[A-ZÀ-ÖØ-ÞŁŚŠŘŽŻČĆŐŞİĐ]"
_LOW = r"[^\W\d_A-ZÀ-ÖØ-Þ]"
_CAPS = rf"{_UP}(?:{_UP}|['’-](?={_UP})){{1,20}}"
_TITLE = rf"{_UP}['’]?(?:{_LOW}){{2,18}}(?:[-'’]{_UP}{_LOW}{{1,15}})?"
_ANY = rf"(?:{_CAPS}|{_TITLE}|Mc{_TITLE})"
_PARTICLE = r"(?:(?:van|von|de|del|della|di|da|dos|la|le|el|al|bin|ter|ten|der|den|VAN|VON|DE|DEL|DELLA|DI|DA|DOS|LA|LE|EL|AL|DER|DEN|Van|Von|De|Del|Di|Da|La|Le|El|Al|Der|Den) ){0,3}"
_INITIAL = rf"{_UP}\.?"

# HL7: DOE^JANE^Q
_CARETS = re.compile(
    rf"(?<![\w^|]){_PARTICLE}(?P<a>{_CAPS}|{_TITLE})\^(?P<b>{_CAPS}|{_TITLE})(?:\^{_UP}\w{{0,15}}\.?)?(?![\w^])"
)
# DOE, Jane Q. - the surname in capitals, the given name not
_SURNAME_FIRST = re.compile(
    rf"(?<![\w'’-]){_PARTICLE}(?P<a>{_CAPS}(?: {_CAPS})?),? ?(?<=[, ])(?P<b>{_TITLE})(?: {_INITIAL})?(?![\w'’-])"
)
# OGLETHORPE, PEGGY or Holm, Rachel B. that fills a column, a line, brackets or quotation marks
_SURNAME_GIVEN = rf"(?P<name>{_PARTICLE}(?P<a>{_ANY}(?:[ -]{_ANY})?), ?(?P<b>{_ANY})(?: {_INITIAL})?)"
_ALONE = re.compile(
    rf"(?:(?<=  )|(?<=[|\n\t\"“(\[])|(?<=[|:(\[] )|^){_SURNAME_GIVEN}(?=  |\s?[|\n\t\"”)\]]|\s*$)"
)
# or stands before a day, an age or a number
_BEFORE_FIGURES = re.compile(
    rf"(?<![\w'’,-]){_SURNAME_GIVEN}(?=,? {{1,3}}(?:- )?(?:\d{{1,4}}[-/.]|[A-Z]{{0,4}}\d{{4}}|[A-Z][a-z]{{2}}\.? \d{{1,2}}, \d|\d{{2,3}} ?y))"
)
_ALONE_HINT = re.compile(r"[A-Za-zÀ-ÿ], ?[A-ZÀ-Þ]")
# a header's columns: a name, then a birth date, a number or a sex
_AFTER_NAME = (
    r"(?:[ \t|,;(]{1,6}|\.{1,2} )(?:(?P<number>(?:[A-Z]{1,3} ?)?\d{5,10}|\d{3}-\d{3}|\d{2,3}[- ]\d{2}[- ]\d{2})(?![\w-])|M?R?N?:? ?(?:MRN|UR|HN|DOB|NHI|NHS|CHI|PHN)\b"
    r"|\d{1,2}[-/. ]{1,2}(?:\d{1,2}|[A-Za-z]{3,9})[-/. ]{1,2}\d{2,4}|\d{2}[A-Z]{3}\d{4}|(?:19|20)\d{6}|(?:19|20)\d\d-\d\d-\d\d|[A-Z]{1,3}\d\d[-/]\d{4,6}|\d{3,6}/\d\d(?!\d)|(?:Female|Male|FEMALE|MALE|F|M)\b(?=[ \t,;/|)]))"
)
_COLUMN = re.compile(
    rf"(?<![\w'’^-])(?P<name>{_PARTICLE}(?P<a>{_ANY})(?P<comma>,? ?)(?<=[, ])(?P<b>{_ANY})(?P<c> {_CAPS}| {_INITIAL})?){_AFTER_NAME}"
)
# a surname and what identifies with it: (KANG, 6882966); Last Name, SSN: Kim, 311034029
_PAIRED = re.compile(
    rf"(?:(?<=\()|(?<=: )|(?<=:)|(?<=[\"“]))(?P<name>{_PARTICLE}(?P<a>{_ANY})), ?(?P<number>[A-Z]{{0,2}}\d[\d-]{{5,11}})(?!\w)"
)
# Qureshi UO, Dlamini LN: after a title or a label
_INITIALS_LAST = re.compile(
    rf"(?:\b(?i:dr|doctor|mr|mrs|ms|miss|prof|patient|pt|name|client|by|surgeon|consultant|physician|pathologist|registrar|resident|requesting|referrer|gp)\b\.?[ :]{{1,3}})(?P<name>{_PARTICLE}(?P<a>{_TITLE}|Mc{_TITLE}) {_UP}{{1,3}})(?=[ .,;:/)|\n]|$)"
)
# J. Brar, R GHORBANI, MJ Thibodeau: after who did or received something
_FIRST = (
    rf"(?P<name>(?:{_UP}{{1,2}} |{_UP}\.[ -]?(?:{_UP}(?:\. ?| ))?){_PARTICLE}(?P<a>{_ANY}))(?![\w'’-]|\.\w)"
)
_INITIALS_FIRST = re.compile(
    r"(?i:\b(?:by|per|to|with|from|signed|requesting|asst|assistant|surgeon|consultant|doctor|dr|gp|reviewer|interpreter|author|investigator|contact|s/o|d/o|w/o|c/o|cc|attn|pt|patient|and|ask|via|referrer|requested|checked|verified|director|pathologist|physician))\b\.?[ :]{1,3}"
    + _FIRST
)
_AFTER_MARK = re.compile(rf"(?<=[:;/])(?<!SEX:)(?<!Sex:) ?{_FIRST}(?! ?:)")
_DID = re.compile(
    r"(?i)(?:by|dr|doctor|signed|per|requesting|requested|interpreter|surgeon|consultant|registrar|physician|pathologist|mr|mrs|ms|gp|s/o|d/o|w/o)\b"
)
# by Holm, Rachel
_GIVEN_LAST = re.compile(
    rf"(?:(?i:\b(?:by|to|cc|from|per|with|provider|surgeon|physician|pathologist|md)\b:?)|[:;])[ ]?(?P<name>{_PARTICLE}(?P<a>{_TITLE}), (?P<b>{_TITLE})(?: {_UP}\b\.?)?)(?![\w'’-])"
)
# MARY E. COSTIGAN, LERATO F MKHIZE: a given name, an initial, a surname, in capitals too
_MIDDLE = re.compile(rf"(?<![\w'’-])(?P<name>(?P<a>{_CAPS}|{_TITLE}) {_UP}\.? (?P<b>{_ANY}))(?![\w'’-])")
# a given name and a surname after what sends, concerns or calls someone
_PAIR = re.compile(
    rf"(?:(?i:\b(?:contact|subscriber|asst|assistant|report (?:for|on)|result (?:for|of)|specialist|from|to|for|with|ask|called|named|known|investigator|interpreter|recip(?:ient)?|donor|liaison|director|secretary|coordinator|by|is|was|requesting|screened by|mrs?|ms|miss|insured|policyholder|holder|guarantor)\b[: ]{{1,3}}))(?P<name>(?P<b>{_ANY})(?: {_UP}\.?)? {_PARTICLE}(?P<a>{_ANY}))(?![\w'’-])"
)
# van 't Hof, ur-Rehman, ap Gwilym
_LINKED = re.compile(
    rf"(?<![\w'’-])(?:{_TITLE} (?:{_UP}\. ?)?){{0,2}}(?:[Vv]an ?['’‘`]t|[Uu][rl]-|[Aa]p|[Ff]erch|[Nn][ií]|[Bb]int|[Ii]bn|[Aa]l-|[Ee]l-) ?{_TITLE}(?:[, ]{{1,2}}{_TITLE}(?: {_UP}\.)?)?"
)
_LINK = re.compile(r"(?i)ni |ní |ap ")
# Jean-Luc Tremblay has requested it
_WHO_DID = re.compile(
    rf"(?<![\w'’-])(?P<name>(?P<b>{_TITLE}) (?:{_UP}\.? )?{_PARTICLE}(?P<a>{_TITLE}))(?= (?:has|had|is|was|will|would|called|asked|rang|wants|requested|requests|phoned|said|says|thinks|came|cut|grossed|brought|agreed|agrees|operated|informed|reviewed)\b)"
)
_DID_SOMETHING = re.compile(
    r"[A-ZÀ-Þ][a-zß-ÿ]{2,18} (?:has|had|is|was|will|would|called|asked|rang|wants|requested|requests|phoned|said|says|thinks|came|cut|grossed|brought|agreed|agrees|operated|informed|reviewed)\b"
)
# a colleague at the end of a message: "... please check. - Wilma, histology"
_SIGN_OFF = re.compile(rf"[.!?)] ?[-–—~]{{1,2}} ?(?P<name>{_TITLE})(?:, [a-z ]{{3,25}})?\.?\s*$")
# who is meant in small letters: dr long on, pt j. kowalczuk says
_SMALL_TITLE = re.compile(
    r"(?<![\w.])(?:dr|mr|mrs|ms|pt|prof)\.? (?P<name>(?:[a-z]\.? )?(?P<a>[a-z]{3,15}(?:-[a-z]{3,15})?))(?= (?:on|at|and|re|who|says|said|called|about|wants|asked|asks|is|was|has|will|to|for|from|if|in|with|yesterday|today)\b|[.,;:)?!]|\s*$)"
)


_TWO_MARKS = re.compile(r"['’]?[^\w\s'’]{2}")
_WHILE = frozenset(
    "after before when since while because if as once until and but like unlike although though per".split()
)
# Holm and I differed; reported by PINKY, PA(ASCP)
_WITH_ME = re.compile(rf"(?<![\w'’-])(?P<name>{_TITLE})(?= and (?:I|me|myself)\b)")
_BEFORE_CREDENTIAL = re.compile(
    rf"\b[Bb](?:y|Y) (?P<name>{_ANY}), (?=(?:PA|MD|DO|RN|CT|HT|HTL|NP|MLT|MLS)\b)"
)


# what must stand in a text before the longer expressions are tried
_SURNAME_HINT = re.compile(r"[A-ZÀ-Þ], ?[A-ZÀ-Þ][a-zß-ÿ]")
_COLUMN_KEYS = frozenset("mrn ur hn dob nhi nhs chi phn female male f m".split())
_CAPITAL_SHAPES = frozenset(("title", "upper", "initial"))
_PAIRED_HINT = re.compile(r", ?[A-Z]{0,2}\d[\d-]{5}")
_MARK_HINT = re.compile(r"[:;/] ?[A-ZÀ-Þ]{1,2}[. ][ A-ZÀ-Þ]")
_MIDDLE_HINT = re.compile(r"[A-Za-zÀ-ÿ] [A-ZÀ-Þ]\.? [A-ZÀ-Þ]['’A-Za-zÀ-ÿ]")
_LINKS = (
    "'t ",
    "’t ",
    "‘t ",
    "`t ",
    " ur-",
    " Ur-",
    " ul-",
    " Ul-",
    " ap ",
    " Ap ",
    " ferch ",
    " Ferch ",
    " ní ",
    " Ní ",
    " ni ",
    " Ni ",
    " bint ",
    " Bint ",
    " ibn ",
    " al-",
    " el-",
    " Ibn ",
)
_ME = re.compile(r" and (?:I|me|myself)\b")
# those that are tried in stretches of a text
_LOCAL = (_SURNAME_FIRST, _ALONE, _BEFORE_FIGURES, _COLUMN, _PAIRED, _WHO_DID, _MIDDLE, _WITH_ME)


def _stretches(hint: re.Pattern, text: str):
    """Where in a text an expression is to be tried: about where a cheaper one finds something."""
    return regions((sign.span() for sign in hint.finditer(text)), 70, 70)


def _where(expression: re.Pattern, hint: re.Pattern, tokens: Tokens):
    """Matches at tokens of an expression, which is tried only before where a cheaper one finds something."""
    return tokens.anchors.near(expression, hint, 90)


def _marked(tokens: Tokens):
    """Matches of _AFTER_MARK, which may begin with the blank before a token."""
    for start, end in _stretches(_MARK_HINT, tokens.text):
        yield from _AFTER_MARK.finditer(tokens.text, start, end)


def _before_columns(tokens: Tokens):
    """Matches of _COLUMN before numbers and keys that capitals precede."""
    words = tokens.words
    signs = (
        (tokens.starts[i - 1], tokens.ends[i])
        for i, w in enumerate(words)
        if i > 1
        and (w.shape in ("number", "code") or w.plain in _COLUMN_KEYS)
        and words[i - 1 - (words[i - 1].shape == "mark")].shape in _CAPITAL_SHAPES
    )
    return tokens.anchors.within(_COLUMN, regions(signs, 70, 40))


def _plausible(w: Word) -> bool:
    """A name by the lists, or a word that neither lists nor vocabulary know and that can be spoken."""
    if w.plain in STOP or w.plain in TITLES or w.plain in CREDENTIALS:
        return False
    listed = max(w.surname, w.given)
    if listed:
        return w.word < 3 or listed > 1
    return w.word == 0 and len(w.plain) > 3 and not near_vocabulary(w.plain) and not unreadable(w.plain)


def _no_initials(name: str) -> bool:
    """Whether two capitals beside a name are a small word or an abbreviation: NO EVID."""
    pair = re.match(r"[A-Z]{2}(?= )", name)
    return pair is not None and (pair[0].lower() in ABBREVIATIONS or word(pair[0]).plain in STOP)


def _known(w: Word) -> bool:
    """A name by the lists that is no everyday word."""
    return max(w.surname, w.given) > 0 and w.word < 3 and w.plain not in STOP


def _parts(text: str) -> list[Word]:
    return [word(p) for p in re.findall(r"[^\W\d_]{2,}", text)]


class IntroducedRecognizer(EntityRecognizer):
    """Names whose form, neighbours or columns leave little doubt, in whole reports too."""

    def __init__(self) -> None:
        super().__init__(["NAME", "MRN"], name="IntroducedRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin; the word lists are read when the first report is."""
        for expression in (
            _INITIALS_LAST,
            _INITIALS_FIRST,
            _GIVEN_LAST,
            _PAIR,
            _BEFORE_CREDENTIAL,
            _SMALL_TITLE,
        ):
            register(expression)
        for expression in _LOCAL:
            register_places(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of names in `text`, and of the numbers beside them in a header's columns, as RecognizerResult."""
        tokens = tokens_of(text, nlp_artifacts)
        found = [
            *self._surname_first(tokens),
            *self._columns(tokens),
            *self._with_initials(tokens),
            *self._pairs(tokens),
            *self._linked(text),
            *self._in_prose(tokens),
        ]
        return [RecognizerResult(e, a, b, s) for e, a, b, s in found if entities is None or e in entities]

    @staticmethod
    def _surname_first(tokens: Tokens):
        text = tokens.text
        if "^" in text:
            for match in _CARETS.finditer(text):
                sides = [*_parts(match["a"]), *_parts(match["b"])]
                rough = tokens.rough(tokens.at(match.start()))
                if (
                    all(map(_plausible, sides))
                    if rough
                    else any(map(_known, sides)) or all(map(_plausible, sides))
                ):
                    yield "NAME", *match.span(), 0.97
        for match in _where(_SURNAME_FIRST, _SURNAME_HINT, tokens):
            if "," not in match.group():
                continue
            last, first = _parts(match["a"]), _parts(match["b"])
            given = all(w.given > 1 and w.word < 3 for w in first)
            if (
                given
                and all(_plausible(w) for w in last)
                or all(_known(w) and w.word < 2 for w in last)
                and all(_plausible(w) and w.word < 2 for w in first)
            ):
                yield "NAME", *match.span(), 0.96

        for match in (
            *_where(_ALONE, _ALONE_HINT, tokens),
            *_where(_BEFORE_FIGURES, _ALONE_HINT, tokens),
        ):
            last, first = _parts(match["a"]), _parts(match["b"])
            if all(w.given > 1 and w.word < 3 for w in first) and all(
                _plausible(w) and w.word < 3 and not w.eponym for w in last
            ):
                yield "NAME", *match.span("name"), 0.96

    @staticmethod
    def _columns(tokens: Tokens):
        for match in _before_columns(tokens):
            sides = [*_parts(match["a"]), *_parts(match["b"])]
            comma = "," in match["comma"]
            if any(w.place == 3 and w.given < 2 for w in sides):
                continue  # Houston, Texas 77030
            if any(w.plain in ABBREVIATIONS or not _plausible(w) or w.eponym and not comma for w in sides):
                continue
            known = sum(_known(w) for w in sides)
            apart = re.search(r"  |\t", match.group()) is not None and all(w.word == 0 for w in sides)
            if known >= (1 if comma or apart else 2):
                yield "NAME", *match.span("name"), 0.95
                if match["number"]:
                    yield "MRN", *match.span("number"), 0.91
        for match in _where(_PAIRED, _PAIRED_HINT, tokens):
            if all(
                (_known(w) or w.word == 0 and _plausible(w)) and w.plain not in ABBREVIATIONS
                for w in _parts(match["a"])
            ):
                yield "NAME", *match.span("name"), 0.95
                yield "MRN", *match.span("number"), 0.91

    @staticmethod
    def _with_initials(tokens: Tokens):
        for matches in (*map(tokens.anchors.finditer, (_INITIALS_LAST, _INITIALS_FIRST)), _marked(tokens)):
            for match in matches:
                own = _parts(match["a"])
                if _no_initials(match["name"]) or not all(
                    _plausible(w) and not w.eponym and w.plain not in ABBREVIATIONS for w in own
                ):
                    continue
                doing = _DID.match(match.group())
                i = tokens.at(match.start("name"))
                if not all(w.surname for w in own) and (not doing or tokens.rough(i)):
                    continue  # a scanner's piece
                # "DIAGNOSIS: A. Brain": a part's letter, unless someone did it
                part = match["name"][0] in "ABCDEFGH"
                if all(w.word < 3 or not part and w.surname == 3 for w in own) or doing:
                    yield "NAME", *match.span("name"), 0.95

    @staticmethod
    def _pairs(tokens: Tokens):
        """A given name and a surname, in either order, after what announces someone or with an initial between."""
        for match in tokens.anchors.finditer(_GIVEN_LAST):
            first, last = _parts(match["b"]), _parts(match["a"])
            if all(w.given > 1 and w.word < 3 for w in first) and all(
                _plausible(w) and w.surname and not w.eponym for w in last
            ):
                yield "NAME", *match.span("name"), 0.95
        acting = _where(_WHO_DID, _DID_SOMETHING, tokens) if tokens.junk <= 0.02 else ()
        for match in (*tokens.anchors.finditer(_PAIR), *acting):
            first, last = _parts(match["b"]), _parts(match["a"])
            sure = all(w.word == 0 and w.surname > 1 for w in last)
            if all(w.given > 1 and (w.word < 2 or sure and w.given == 3) for w in first) and all(
                _plausible(w) and w.word < 3 and not w.eponym for w in last
            ):
                yield "NAME", *match.span("name"), 0.95
        for match in _where(_MIDDLE, _MIDDLE_HINT, tokens):
            first, last = _parts(match["a"]), _parts(match["b"])
            if all(w.given > 1 and (w.word < 2 or w.given == 3) and not w.eponym for w in first) and all(
                _plausible(w) and w.word < 3 and w.plain not in EPONYM_AFTER for w in last
            ):
                yield "NAME", *match.span("name"), 0.95

    @staticmethod
    def _linked(text: str):
        if not any(link in text for link in _LINKS):
            return
        for match in _LINKED.finditer(text):
            if not _LINK.search(match.group()) or all(
                _plausible(w) for w in _parts(match.group().split()[-1])
            ):
                yield "NAME", *match.span(), 0.95

    @staticmethod
    def _in_prose(tokens: Tokens):
        """Given names that are no words, amid small letters; who signs off; titles in small letters."""
        text, words = tokens.text, tokens.words
        for i in range(1, len(words) - 1 if tokens.junk <= 0.02 else 0):
            w = words[i]
            if w.shape == "title" and w.given > 1 and w.word < 2 and not w.eponym and len(w.plain) > 2:
                if tokens.capitals[i] or near_vocabulary(w.plain) and w.given < 3 or tokens.rough(i):
                    continue
                before, after = words[i - 1], words[i + 1]
                told = after.shape == "lower" and (
                    CUE.get(after.plain) in ("said", "have", "be")
                    or w.word == 0
                    and after.plain.endswith("ed")
                )
                if (
                    _TWO_MARKS.match(text, tokens.ends[i])
                    or tokens.gap(i - 1) != " "
                    or not told
                    and tokens.texts[i + 1] in "'’]"
                ):
                    continue
                if (
                    (before.shape == "lower" or before.plain in _WHILE)
                    and after.plain not in EPONYM_AFTER
                    or told
                    and w.word == 0
                ):
                    yield "NAME", tokens.starts[i], tokens.ends[i], 0.9
        for matches in (_where(_WITH_ME, _ME, tokens), tokens.anchors.finditer(_BEFORE_CREDENTIAL)):
            for match in matches:
                if all(
                    w.word < 3 and w.plain not in STOP and not near_vocabulary(w.plain)
                    for w in _parts(match["name"])
                ):
                    yield "NAME", *match.span("name"), 0.95
        for match in _SIGN_OFF.finditer(text, max(0, len(text) - 60)):
            if all(w.word < 3 for w in _parts(match["name"])):
                yield "NAME", *match.span("name"), 0.9
        for match in tokens.anchors.finditer(_SMALL_TITLE):
            own = _parts(match["a"])
            listed = max(max(w.surname, w.given) for w in own)
            if own[0].plain not in STOP and (
                listed > 1 or listed and own[0].word < 2 or " " in match["name"] and own[0].word == 0
            ):
                yield "NAME", *match.span("name"), 0.95

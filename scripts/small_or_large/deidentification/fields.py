"""Fields of forms, exports and messages that stand in a text: PT_CITY=..., "consultant":"...", HL7 segments."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register_places
from small_or_large.deidentification.words import Tokens, tokens_of, word

FIELD = 0.91  # score of a field's value

# what each field of a segment holds (HL7 v2.5.1, chapters 3, 4, 6 and 9)
_SEGMENTS = {
    "PID": {
        2: "MRN",
        3: "MRN",
        4: "MRN",
        5: "NAME",
        6: "NAME",
        7: "DATE",
        9: "NAME",
        11: "ADDRESS",
        13: "PHONE",
        14: "PHONE",
        18: "MRN",
        19: "SSN",
        20: "MRN",
        21: "MRN",
    },
    "NK1": {
        2: "NAME",
        4: "ADDRESS",
        5: "PHONE",
        6: "PHONE",
        16: "DATE",
        30: "NAME",
        31: "PHONE",
        32: "ADDRESS",
        37: "SSN",
    },
    "GT1": {
        3: "NAME",
        4: "NAME",
        5: "ADDRESS",
        6: "PHONE",
        7: "PHONE",
        8: "DATE",
        12: "SSN",
        16: "NAME",
        17: "ADDRESS",
        18: "PHONE",
    },
    "PV1": {7: "NAME", 8: "NAME", 9: "NAME", 17: "NAME", 19: "MRN", 44: "DATE", 45: "DATE", 52: "NAME"},
    "IN1": {
        4: "FACILITY",
        5: "ADDRESS",
        7: "PHONE",
        16: "NAME",
        18: "DATE",
        19: "ADDRESS",
        36: "HEALTHNO",
        49: "HEALTHNO",
    },
    "ORC": {
        2: "ACCESSION",
        3: "ACCESSION",
        9: "DATE",
        10: "NAME",
        11: "NAME",
        12: "NAME",
        14: "PHONE",
        15: "DATE",
        21: "FACILITY",
        22: "ADDRESS",
        23: "PHONE",
    },
    "OBR": {
        2: "ACCESSION",
        3: "ACCESSION",
        6: "DATE",
        7: "DATE",
        8: "DATE",
        10: "NAME",
        14: "DATE",
        16: "NAME",
        17: "PHONE",
        22: "DATE",
        28: "NAME",
        32: "NAME",
        33: "NAME",
        34: "NAME",
        35: "NAME",
    },
    "OBX": {14: "DATE", 16: "NAME", 19: "DATE", 23: "FACILITY", 24: "ADDRESS", 25: "NAME"},
    "TXA": {
        4: "DATE",
        5: "NAME",
        6: "DATE",
        7: "DATE",
        9: "NAME",
        10: "NAME",
        11: "NAME",
        12: "ACCESSION",
        22: "NAME",
    },
    "MSH": {4: "FACILITY", 6: "FACILITY", 7: "DATE"},
    "EVN": {2: "DATE", 5: "NAME", 7: "FACILITY"},
    "ZDX": {},
}
_SEGMENT = re.compile(rf"(?:^|(?<=[\n\r ]))(?:{'|'.join(_SEGMENTS)})\|[^\n\r]{{3,2000}}")
# components of an address field (XAD)
_ADDRESS = {0: "ADDRESS", 1: "ADDRESS", 2: "CITY", 4: "ZIP"}

_OF = r"(?:pt|pat|patient|guar(?:antor)?|nok|subs?(?:criber)?|mother|father|spouse|cons|att|ref|ord|req|surg|path|pathologist|phys|prov|client|home|mail(?:ing)?|res|send(?:ing)?|dict|gross|rpt|subm|submitting|birth|alt|amd|recd|sig|adm|dis|q|signed|verified|collected|received)"
_KEYS = (
    (
        "NAME",
        rf"(?:{_OF}[_. -]?)?(?:nm|name|nam|lname|fname|lastname|firstname|ln|fn|last|first|surname|forenames?|given|family)|(?:ordering|referring|attending)?(?:cons(?:ultant)?|attend(?:ing)?|surg(?:eon)?|path(?:ologist)?|phys(?:ician)?|prov(?:ider)?|author|signer|reg(?:istrar)?|gp|pcp|prosector|witness|nok|resident)(?:[_.]?(?:sig|nm|name|by))?|alias|(?:[a-z]{2, 9}_)?(?:md|dr)|contact|attn|to|recip(?:ient)?",
    ),
    ("CITY", rf"(?:{_OF}[_. -]?)?(?:city|cty|town|locality|birthpl(?:ace)?|pob)"),
    ("ADDRESS", rf"(?:{_OF}[_. -]?)?(?:addr(?:ess)?\d?|street|addr_line\d?|str)"),
    ("ZIP", rf"(?:{_OF}[_. -]?)?(?:zip(?:code)?|post_?code|postal(?:_code)?|pcode)"),
    (
        "FACILITY",
        rf"(?:{_OF}[_. -]?)?(?:fac(?:ility)?|lab|hosp(?:ital)?|inst(?:itution)?|loc(?:ation)?|org|clinic|prac(?:tice)?|from|sender|sent_by|site_name|at|performing_site|submitter)",
    ),
    ("PHONE", rf"(?:{_OF}[_. -]?)?(?:ph(?:one)?|tel|cell|mob(?:ile)?|fax|bleep|pgr|pager)"),
    ("MRN", rf"(?:{_OF}[_. -]?)?(?:mrn|uid|unit|urn|id|acct|chi|csn|fin|hosp_?no)"),
    ("ACCESSION", rf"(?:{_OF}[_. -]?)?(?:acc(?:ession)?(?:_?no)?|case(?:_?no)?|spec_?no|labno)"),
    ("HEALTHNO", r"(?:hcn|phn|nhs|nhi|chi|ohip|member|medicare|policy)(?:_?no)?"),
    (
        "INITIALS",
        r"(?:mi|initials?|cosig|(?:dict|typed|trans|gross|cut|rev|ver|verified|signed|read|stain|entered)(?:[_.]?by)?|reviewer|tech|by)",
    ),
    ("DATE", rf"(?:{_OF}[_. -]?)?(?:dob|dod|dt|date|dte)"),
)
_VALUES = {
    "NAME": r"[A-Za-z][A-Za-z'’.-]{0,24}(?:[ ,]{1,2}[A-Za-z][A-Za-z'’.-]{0,24}){0,4}",
    "CITY": r"[A-Za-z][A-Za-z'’. -]{1,40}",
    "FACILITY": r"[A-Za-z][\w'’.&, -]{1,60}",
    "ADDRESS": r"[#\w][\w'’.,#/ -]{3,60}",
    "ZIP": r"[A-Z0-9][A-Z0-9 -]{3,9}",
    "PHONE": r"[\d+(][\d() .x+/-]{3,20}",
    "MRN": r"[A-Za-z]{0,4}[-/]?\d[\dA-Za-z/-]{3,20}",
    "ACCESSION": r"[A-Za-z]{0,4}[-/]?\d[\dA-Za-z:/.-]{3,20}",
    "HEALTHNO": r"[A-Z]{0,4}\d[\dA-Z -]{3,20}",
    "INITIALS": r"[A-Za-z](?:\.?[A-Za-z]){0,3}\.?(?:/[A-Za-z]{2,3})?",
    "DATE": r"\d{6,8}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}",
}
_EXPRESSIONS = tuple(
    (
        entity,
        re.compile(
            rf"(?i)(?<![A-Za-z0-9])(?<![a-z]_)(?:{key})\"?(?: ?=|>{{1,2}}|\^|\|{{1,2}}|:(?=[^\s])|\" ?: ?)[\"']?(?P<value>{_VALUES[entity]})(?=[;|^>\"'*\t\n,}}<]|  |\\t|$| [A-Z_]{{2,12}}[:=>])"
        ),
    )
    for entity, key in _KEYS
)
# what follows a field's name, and the longest name with it
_SIGN = re.compile(r"[=>^|]|:(?=\S)|\" ?:")
_REACH = 48
_HINT = re.compile(
    r"[=>^|:](?:(?<=[\w\"].)|(?<=[\w\"] .))[\w\"]"
)  # begins with its rarest sign, which is quick to find


def _names_someone(text: str) -> bool:
    words = [word(p) for p in re.findall(r"[^\W\d_]{2,}", text)]
    return any(w.word < 3 or max(w.surname, w.given) > 2 for w in words)


class FieldRecognizer(EntityRecognizer):
    """Values of named fields and of message segments."""

    def __init__(self) -> None:
        super().__init__(sorted({e for e, _ in _KEYS} | {"SSN"}), name="FieldRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin."""
        for _, expression in _EXPRESSIONS:
            register_places(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of fields' values in `text` as RecognizerResult."""
        found: list[tuple[str, int, int, float]] = []
        if "|" in text:
            for match in _SEGMENT.finditer(text):
                found += self._segment(match.group(), match.start())
        if _HINT.search(text):
            tokens = tokens_of(text, nlp_artifacts)
            for entity, expression in _EXPRESSIONS:
                found += self._values(tokens, entity, expression)
        return [RecognizerResult(e, a, b, s) for e, a, b, s in found if entities is None or e in entities]

    @staticmethod
    def _values(tokens: Tokens, entity: str, expression: re.Pattern):
        for match in tokens.anchors.near(expression, _SIGN, _REACH):
            value = match.group("value").strip()
            if entity in ("NAME", "CITY", "FACILITY") and not _names_someone(value):
                continue
            if entity == "INITIALS" and len(value) > 2 and word(value).word >= 3:
                continue
            if entity == "INITIALS" and (
                len(value) < 2 and "mi" not in match.group().lower() or len(value) > 6
            ):
                continue
            if (
                entity in ("MRN", "ACCESSION", "HEALTHNO", "PHONE", "ZIP", "DATE")
                and sum(c.isdigit() for c in value) < 3
            ):
                continue
            if entity == "ADDRESS" and not (any(c.isdigit() for c in value) or _names_someone(value)):
                continue
            start = match.start("value")
            yield entity, start, start + len(value), FIELD

    @staticmethod
    def _segment(line: str, start: int):
        fields = _SEGMENTS[line[:3]]
        place = start
        for number, field in enumerate(line.split("|")):
            entity = fields.get(number + (line[:3] == "MSH"))  # MSH-1 is the separator itself
            if entity and field.strip('"'):
                if entity == "ADDRESS":
                    part = place
                    for k, piece in enumerate(field.split("^")):
                        if piece and k in _ADDRESS:
                            yield _ADDRESS[k], part, part + len(piece), 0.97
                        part += len(piece) + 1
                elif entity == "NAME":
                    if re.search(r"[A-Za-z]{2}", field):
                        # an identifier before the name, a code after it
                        skip = re.match(r"[A-Z]?\d+\^", field)
                        named = field[skip.end() :] if skip else field
                        named = re.sub(r"(?:\^+(?:DR|MD|[A-Z]{1,2})?)+$", "", named)
                        at = place + (skip.end() if skip else 0)
                        if named:
                            yield "NAME", at, at + len(named), 0.97
                elif entity == "FACILITY":
                    value = field.split("^")[0]
                    if len(value) > 2 and _names_someone(value):
                        yield "FACILITY", place, place + len(value), 0.97
                else:
                    value = field.split("^")[0]
                    if sum(c.isdigit() for c in value) > 3:
                        yield entity, place, place + len(value), 0.97
            place += len(field) + 1

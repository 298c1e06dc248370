"""Values known to identify the patient (from an HL7 header or a column) searched for in that report's text.

Each value is searched for in any case, with its parts in any order for names, with blanks, hyphens or nothing between
the figures of a number, dates in the usual orders, and with the letters and digits that scanners confuse.
"""

import json
import re
from datetime import date

from small_or_large.deidentification.spans import Span
from small_or_large.deidentification.words import word
from small_or_large.errors import StudyError

_CONFUSED = {
    "0": "0OoQ", "O": "O0oQ", "o": "oO0", "1": "1lI|i", "l": "l1I|i", "i": "iIl1|", "I": "I1l|i",
    "5": "5Ss", "s": "sS5$", "8": "8B", "b": "bB8", "2": "2Zz",
    "z": "zZ2", "6": "6G", "g": "gGq69", "a": "aA@", "e": "eEc", "c": "cCe",
}  # fmt: skip
ENTITY_OF_KIND = {
    "name": "NAME", "patient_name": "NAME", "patient": "NAME", "physician": "NAME", "surgeon": "NAME",
    "mother": "NAME", "pathologist": "NAME",
    "mrn": "MRN", "patient_id": "MRN", "record": "MRN", "account": "MRN", "visit": "MRN",
    "accession": "ACCESSION", "order": "ACCESSION", "filler": "ACCESSION", "placer": "ACCESSION",
    "health": "HEALTHNO", "phn": "HEALTHNO", "ssn": "SSN", "phone": "PHONE", "email": "EMAIL",
    "address": "ADDRESS", "city": "CITY", "zip": "ZIP", "postal": "ZIP",
    "facility": "FACILITY", "hospital": "FACILITY", "birth": "DATE", "dob": "DATE", "date": "DATE",
}  # fmt: skip


def entity_of(kind: str) -> str:
    """The entity of a kind of identifier, by the words of its key ('patient_name', 'physician.2', ...)."""
    key = kind.lower()
    for part in sorted(ENTITY_OF_KIND, key=len, reverse=True):
        if part in key:
            return ENTITY_OF_KIND[part]
    return "ID"


def _letters(text: str) -> str:
    return "".join(
        f"[{re.escape(_CONFUSED.get(c.lower(), '') + c.lower() + c.upper())}]"
        if c.isalnum()
        else re.escape(c)
        for c in text
    )


def _spaced(text: str) -> str:
    return " ?".join(_letters(c) for c in text)


def _dates(value: str) -> list[str]:
    match = re.fullmatch(r"((?:19|20)\d\d)[-/.]?(\d\d)[-/.]?(\d\d)(?:[T ]?\d{2}.*)?", value.strip())
    if not match:
        return []
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        return []
    month, sep = day.strftime("%B").lower(), r"[ .,/\-]{1,3}"
    d, m, y = rf"0?{day.day}", rf"0?{day.month}", rf"(?:{day.year}|['’]?{day.year % 100:02d})"
    named = rf"(?:{month}|{month[:3]}\.?)"
    return [
        rf"{m}{sep}{d}{sep}{y}", rf"{d}{sep}{m}{sep}{y}", rf"{day.year}{sep}{m}{sep}{d}",
        rf"{day.year}{day.month:02d}{day.day:02d}",
        rf"{d}(?:st|nd|rd|th)?(?: of)?{sep}?{named}{sep}?{y}", rf"{named}{sep}?{d}(?:st|nd|rd|th)?{sep}{y}",
    ]  # fmt: skip


def expressions(kind: str, value: str) -> list[str]:
    """Expressions that find one known value and its damaged forms."""
    value = value.strip()
    entity = entity_of(kind)
    compact = re.sub(r"[\W_]+", "", value)
    if entity == "NAME":
        parts = [p for p in re.split(r"[\s,^;&./]+", value) if len(re.sub(r"\W", "", p)) > 1]
        found = []
        for order in ([*parts], parts[::-1]) if len(parts) > 1 else ():
            found.append(r"[\s,.]{1,3}(?:\w\.?[\s]{1,2})?".join(map(_spaced, order[:4])))
        for part in parts:
            bare = part.strip("'’-")
            # a part that is an everyday word is searched for alone only with a capital
            if len(bare) >= 3:
                common = word(bare.lower()).word >= 3
                found.append(
                    rf"(?:{re.escape(bare.capitalize())}|{re.escape(bare.upper())})"
                    if common
                    else _letters(bare)
                )
        return found
    if entity == "DATE":
        return _dates(value) or ([_letters(value)] if len(compact) >= 6 else [])
    if len(compact) < 4:
        return []
    if sum(c.isdigit() for c in compact) * 2 >= len(compact):
        return [r"[ \-./]?".join(_letters(c) for c in compact)]
    return [r"[\s,.\-]{1,3}".join(_letters(p) for p in re.split(r"[\s,.\-]+", value) if p)]


def known_values(identifiers: str | None, where: str) -> list[tuple[str, str]]:
    """(kind, value) of a JSON object of identifying values; a value may be a list.

    `where` names the row in an error.
    """
    if not identifiers:
        return []
    try:
        given = json.loads(identifiers)
    except ValueError as error:
        raise StudyError(f"{where}: column identifiers is not JSON ({error.__class__.__name__})") from None
    if not isinstance(given, dict):
        raise StudyError(f"{where}: column identifiers holds no JSON object of kind and value")
    return [
        (kind, str(item))
        for kind, value in given.items()
        for item in (value if isinstance(value, list) else [value])
        if item not in (None, "")
    ]


def known_spans(text: str, values: list[tuple[str, str]]) -> list[Span]:
    """Where known values stand in the text."""
    found = []
    for kind, value in values:
        entity = entity_of(kind)
        for expression in expressions(kind, value):
            for match in re.finditer(
                rf"(?<!\w){expression}(?!\w)", text, re.IGNORECASE if entity == "DATE" else 0
            ):
                found.append(Span(match.start(), match.end(), entity, 1.0))
    return found

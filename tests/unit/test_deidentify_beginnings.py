"""What may stand where a match begins is read from an expression, and leaves no match out."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_or_large.deidentification import facilities, fields
from small_or_large.deidentification.anchors import Anchors
from small_or_large.deidentification.beginnings import KINDS, before, beginnings, shapes
from small_or_large.deidentification.sightings import Sightings
from small_or_large.deidentification.words import Tokens

DATA = Path(__file__).resolve().parents[1] / "data"
EXPRESSIONS = tuple(
    map(
        re.compile,
        (
            r"\b(?:by|from) [A-Z]",
            r"(?<=[.;] )[A-Z]{2}",
            r"(?<!\w)(?:(?<=by )|(?<=, ))[a-z]+",
            r"(?i)(?<![\w/.-])\d{1,2}/\d",
            r"^(?:Dr|Mr)\b",
            r"(?:(?<=\d )|\b)[A-Z]{2}(?!\w)",
            r"(?:-|\b)[a-z]",
            r"(?<!-)[:;] ?[a-z]",
            r"(?:\bno\b|#) ?\d",
            r"(?=[OIl]{0,2}\d)[0-9OIl]{1,6}",
        ),
    )
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda e: e.pattern)
@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(st.sampled_from(r"by|from|Dr|AB|x|ß|É|9|12|_|²| |, |. |; |-|/|#|no|:|".split("|"))).map(
        "".join
    )
)
def test_whatever_is_matched_may_begin_so(expression, text):
    kinds = text.translate(KINDS)
    for match in expression.finditer(text):
        start = match.start()
        assert before(expression).allows(kinds[start - 1 : start] if start else "")
        assert any(kinds[start:].startswith(shape) for many in shapes(expression).values() for shape in many)
        begun = text[start:].lower() if expression.flags & re.IGNORECASE else text[start:]
        assert any(begun.startswith(b) for many in beginnings(expression).values() for b in many)


@pytest.mark.parametrize(
    ("expression", "allowed", "refused"),
    [
        (r"\bby", " .", "a9_"),
        (r"\b/by", " .a", ""),
        (r"(?<=[.;] )[A-Z]", " ", "a.9"),
        (r"(?<![\w-])x", " .", "a9_-"),
        (r"(?<![a-f])x", "a ", ""),
        (r"(?:(?<=\()|(?<=\d))x", "(9", "a "),
        (r"(?:(?<=\()x|y)", "(9a ", ""),
        (r"^x", " ", "a9."),
    ],
)
def test_what_may_stand_before_a_match(expression, allowed, refused):
    found = before(re.compile(expression))
    assert [c for c in allowed if not found.allows(c)] == [c for c in refused if found.allows(c)] == []


def test_fields_practices_and_districts_are_found_where_their_signs_are():
    text = "\n".join(path.read_text() for path in sorted(DATA.glob("phi_sentences*.txt")))
    tokens = Tokens(
        re.sub(r"\[\[\w+:|\]\]", "", text) + "\nSeen at Ashford District. Slides from Lakeview Surgical."
    )
    anchors = Anchors(tokens.text, tokens.starts)
    signed = [(e, fields._SIGN, fields._REACH, False) for _, e in fields._EXPRESSIONS]
    signed.append((facilities._PRACTICE, facilities._SPECIALTIES, 60, True))
    signed.append((facilities._DISTRICT, facilities._DISTRICTS, 85, True))
    found = 0
    for expression, *sign in signed:
        near = [m.span() for m in anchors.near(expression, *sign)]
        assert near == [m.span() for m in anchors.everywhere(expression)], expression.pattern[:80]
        found += len(near)
    assert found > 20


def test_a_sighting_lies_wholly_within_its_stretch():
    codes = Sightings(r"codon \d+")
    text = "A mutation of codon 12 and one of codon 61."
    assert codes.within(text, 0, len(text))
    assert codes.within(text, 14, 22)
    assert not codes.within(text, 15, 33)  # neither whole
    assert not codes.within(text, 0, 20)
    assert not codes.within("No such thing.", 0, 10)  # another text
    assert codes.within(text, -5, 30)

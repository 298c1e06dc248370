"""Initials that their place gives away, and abbreviations at like places that are nobody's."""

import pytest
from found_by_gate import covered

from small_or_large.deidentification.gate import Gate


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The cut surface is tan and firm (photo RQ). Sections are submitted.", "RQ"),
        ("Superior margin inked black, inferior margin inked blue (WTO/DK). Sliced.", "WTO"),
        ("Superior margin inked black, inferior margin inked blue (WTO/DK). Sliced.", "DK"),
        ("Sent to the reference laboratory for mutation analysis, 14/05/08, PLK.", "PLK"),
        ("The stain was repeated on March 7th by RQ.", "RQ"),
        ("Final diagnosis entered 14/6/01 AKV; report mailed 15/6/01.", "AKV"),
        ("Verbal report given to the clinic by Y. K. Obi, MD (YK) in the morning.", "YK"),
        ("Dictating physician LAQ, transcriptionist SBN, edited at once.", "SBN"),
        ("Typed 24.04.2003 ekw; checked 25.04.2003 ysn.", "ekw"),
        ("Typed 24.04.2003 ekw; checked 25.04.2003 ysn.", "ysn"),
        ("The margin is uninvolved by carcinoma (PKZ, 6/2/2008).", "PKZ"),
        ("The nodes were sampled by TQA; the rest is stored.", "TQA"),
        ("Report sent via courier, tracking initials GJL.", "GJL"),
        ("Signout: KVM | Gross: HQN | Typed: ckq | end", "HQN"),
    ],
)
def test_initials_are_found_where_a_person_stands(gate, text, value):
    assert covered(gate, text, value)


@pytest.mark.parametrize(
    "text",
    [
        "The tumor cells are strongly positive (ER/PR). Sections were examined.",
        "Usual ductal hyperplasia of the breast (UDH) is present in the background.",
        "Amplification was followed by PCR. No mutation is seen.",
        "Extent of invasion according to the 7th Edition AJCC. Margins are free.",
        "Level 8 LN. The capsule is intact.",
        "The invasive tumor measures greater than 2 CM. The margins are free.",
        "Loss at 1p36. CMM/RIZ. No loss at 3p26. VHL.",
    ],
)
def test_abbreviations_at_like_places_stay(gate, text):
    assert gate.find(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CONFIDENTIAL  OGLETHORPE, PEGGY  printed at the desk", "OGLETHORPE, PEGGY"),
        ("The container is labelled with the name (Stavros, Vasiliki) and the site.", "Stavros, Vasiliki"),
        ("The histologic grade is poor Stavros, Vasiliki - 1.4.12 - page 2 of 3", "Stavros, Vasiliki"),
    ],
)
def test_surname_and_given_name_that_stand_alone(gate, text, value):
    assert covered(gate, text, value)


@pytest.mark.parametrize(
    "text", ["SPECIMEN  BREAST, LEFT  received fresh", "Site (Colon, sigmoid) biopsied."]
)
def test_site_and_side_that_stand_alone_stay(gate, text):
    assert gate.find(text) == []

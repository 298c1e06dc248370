"""The mechanisms of the gate on invented text: odd forms, fields, dictation, damage."""

import pytest

from small_or_large.deidentification.gate import Gate
from small_or_large.deidentification.mending import mend
from small_or_large.deidentification.recasing import single_case
from small_or_large.deidentification.words import Tokens


@pytest.fixture(scope="module")
def gate():
    return Gate()


def covered(gate, text, value):
    """Whether every letter and digit of `value` lies in a finding."""
    start = text.index(value)
    inside = {i for s in gate.find(text) for i in range(s.start, s.end)}
    return all(i in inside for i in range(start, start + len(value)) if text[i].isalnum())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # internet.py
        ("write to lab.desk@northmere-path.example please", "lab.desk@northmere-path.example"),
        ("mail jo dot ray at northmere dot org about it", "jo dot ray at northmere dot org"),
        ("send to desk (at) northmere-lab (dot) ie today", "desk (at) northmere-lab (dot) ie"),
        ("images at sftp://scans.northmere.example/in/b14 now", "sftp://scans.northmere.example/in/b14"),
        ("see northmere-lab.example/turnaround for times", "northmere-lab.example/turnaround"),
        # contacts.py
        ("Bleep me on 1190 if it arrives", "1190"),
        ("ring 0131 496 0228 for the result", "0131 496 0228"),
        # unlabelled.py
        ("file GVP0092217 has the cores", "GVP0092217"),
        ("NI no. AB102938C on the form", "AB102938C"),
        ("her social is 931 06 5528 she says", "931 06 5528"),
        # initials.py
        ("Embedded by HvR and cut by tjf.", "HvR"),
        ("Discussed with R.S., who agrees.", "R.S"),
        ("Block count verified: tn/BGO, 14 cassettes.", "tn/BGO"),
        ("Counter-signed electronically by PvD.", "PvD"),
        ("Levels recut overnight by wjb.", "wjb"),
        ("Resident on duty: KZR, bench 4", "KZR"),
        ("The stain can wait until Monday. Thanks, wjb", "wjb"),
        # fields.py
        ("PT_CITY=Ostermoor;PT_ST=WV", "Ostermoor"),
        ("NK1|1|ARANDEL^BENICIO|SON||5055550133", "ARANDEL^BENICIO"),
        # spoken.py
        ("record number four four seven oh nine two one period", "four four seven oh nine two one"),
        ("the surgeon is spelled b o u c h a r d comma", "b o u c h a r d"),
        # places.py, numbers.py
        ("She lives at 16B Corncrake Terr, a flat", "16B Corncrake Terr"),
        ("mail to Private Bag X29, Ostermoor", "Private Bag X29"),
        ("moved to Ostermoor NSW 2839 last year", "2839"),
        # dates.py
        ("seen on St Patrick's Day 2019 with a seroma", "St Patrick's Day 2019"),
        ("amended 6/VI/2009 by the lab", "6/VI/2009"),
        ("he turned ninety-four last week", "ninety-four"),
        # widening.py
        ("resected at the Lethbridge Road Infirmary.", "the Lethbridge Road Infirmary"),
        ("signed out by Bartholomew J. Quillfeather III, MD", "Bartholomew J. Quillfeather III"),
        # mending.py and recasing.py
        ("M R N OO47 8l93 2 breast core", "OO47 8l93 2"),
        ("Narne: Ke11erman, D0rothea   Sex F", "Ke11erman, D0rothea"),
        ("patient transferred from fort lamar for surgery, told nurse szczepanski", "szczepanski"),
    ],
)
def test_form_is_found_in_full(gate, text, value):
    assert covered(gate, text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Block 3 x 4000 magnification; ratio 2.3; CD117 and 34BE12 positive, SP263 TPS 60%.",
        "SNOMED T-04000 M-81403, CPT 88305, ICD-O 8140/3, TP53 p.R175H, t(14;18).",
        "The tumor measures three by two by one centimeter; nine of twelve nodes are negative.",
        "S e r o s a l involvement is not identified; PAS and GMS stains are negative.",
        "Burkitt lymphoma with MYC rearrangement, FFPE tissue, IHC and FISH done.",
    ],
)
def test_what_only_looks_so_is_left(gate, text):
    assert gate.find(text) == []


def test_mended_reading_keeps_places():
    line = "M R N OO47 8l93 2 acc . no S2l"
    reading = mend(line, 10)
    assert reading.text.startswith("MRN 004781932")
    assert len(reading.places) == len(reading.text)
    assert reading.places == sorted(reading.places)
    assert mend("Sections show adenocarcinoma, grade 2.") is None


def test_single_case():
    assert single_case("called nurse marisol about the jar") == "lower"
    assert single_case("NEED OLD BLOCKS FROM THE CLINIC") == "upper"
    assert single_case("Sections show a Polyp in The Colon") is None


def test_rough_text_is_told_from_clean():
    clean = Tokens("The specimen is received in formalin and consists of a polyp. " * 3)
    assert not clean.rough(5)
    assert Tokens("lymnh nodec shwo carcnoma qvertz ~~ xxqe " * 3).rough(5)

"""The gate on invented text: every kind of identifier, medicine, damaged text, time, and the blind sentences."""

import random
import re
import sys
from pathlib import Path

import pytest
from growth import assert_grows_with_length
from nasties import NASTY
from untraced import untraced

from small_or_large.deidentification.anchors import Anchors
from small_or_large.deidentification.gate import Gate
from small_or_large.deidentification.health_numbers import bc_phn, luhn
from small_or_large.deidentification.known import known_spans, known_values
from small_or_large.deidentification.spans import Span, merge, scrub
from small_or_large.deidentification.words import Tokens
from small_or_large.errors import StudyError

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def gate():
    return Gate()


def entities(gate, text):
    return {(s.entity, text[s.start : s.end]) for s in gate.find(text)}


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("Patient Name: Quillfeather, Amina B. Age: 61.", "NAME", "Quillfeather, Amina B."),
        ("Discussed with Dr. Okonkwo-Bell today.", "NAME", "Okonkwo-Bell"),
        ("Electronically signed by Sven Aaltonen, MD", "NAME", "Sven Aaltonen"),
        ("Dictated: Larsen/AB/cd", "INITIALS", "AB/cd"),
        ("Signed out 03/14/2019 at noon", "DATE", "03/14/2019"),
        ("seen on the 3rd of March 2020", "DATE", "the 3rd of March 2020"),
        ("DOB: 1O/l2/1955", "DATE", "1O/l2/1955"),
        ("Received 14-Seotember-2011", "DATE", "14-Seotember-2011"),
        ("a 94-year-old man", "AGE90", "94"),
        ("MRN: 00482913", "MRN", "00482913"),
        ("Accession #: S-17-33219", "ACCESSION", "S-17-33219"),
        ("Health Card No.: 9698 658 215", "HEALTHNO", "9698 658 215"),
        ("SSN: 219-09-9999", "SSN", "219-09-9999"),
        ("Phone: (604) 555-0182 ext. 12", "PHONE", "(604) 555-0182 ext. 12"),
        ("write to path.desk@lab.example.org", "EMAIL", "path.desk@lab.example.org"),
        ("see https://portal.example.org/case?id=12", "URL", "https://portal.example.org/case?id=12"),
        (
            "Address: 3841 Juniper Stream Apt. 4, Moose Jaw, SK S6H 1A1",
            "ADDRESS",
            "3841 Juniper Stream Apt. 4",
        ),
        ("Address: 3841 Juniper Stream, Moose Jaw, SK S6H 1A1", "CITY", "Moose Jaw, SK"),
        ("Address: 3841 Juniper Stream, Moose Jaw, SK S6H 1A1", "ZIP", "S6H 1A1"),
        ("referred from Cedar Ridge Medical Center for surgery", "FACILITY", "Cedar Ridge Medical Center"),
        ("barcode TCGA-A8-A06X-01Z", "ID", "TCGA-A8-A06X-01Z"),
    ],
)
def test_finds_each_kind(gate, text, entity, value):
    assert (entity, value) in entities(gate, text)


CLEAN = [
    "Prostatic adenocarcinoma, Gleason score 3+4=7, in 4/12 cores, pT2c N0 M0.",
    "Hodgkin lymphoma, Barrett mucosa, Paget disease, Wilms tumor, Lewy bodies, Merkel cell carcinoma.",
    "The tumor measures 2.5 x 1.2 x 0.8 cm; blocks A1-A4; margins C1, C2; nodes 3/12.",
    "Ki-67 30%, HER2 3+, ER 95%, p53 wild type, CD20, BCL2, CAM 5.2, AE1/AE3 and HMB-45.",
    "FIGO IIIA, Fuhrman grade 2/4, Breslow thickness 1.8 mm, Clark level IV, WHO grade 2.",
    "RIGHT UPPER LOBE, WEDGE RESECTION: ADENOCARCINOMA, ACINAR PREDOMINANT, 2.1 CM, MARGINS FREE.",
    "The patient is a 67-year-old woman. Mitoses 12/10 HPF. CPT 88305 x2.",
]


@pytest.mark.parametrize("text", CLEAN)
def test_leaves_medicine_alone(gate, text):
    assert gate.find(text) == []
    assert [s for s in gate.find(text.upper()) if s.entity != "DATE"] == []


def test_codes_are_found_only_where_asked_for():
    text = "ICD-O 8500/3, topography C50.9."
    assert Gate().find(text) == []
    assert {text[s.start : s.end] for s in Gate(codes=True).find(text)} == {"8500/3", "C50.9"}


def test_entities_can_be_chosen():
    text = "Dr. Okonkwo called on 03/14/2019."
    assert {s.entity for s in Gate(entities=["DATE"]).find(text)} == {"DATE"}


def test_check_digits():
    assert bc_phn("9698658215") and not bc_phn("9698658216") and not bc_phn("1698658215")
    assert luhn("79927398713") and not luhn("79927398714")


def test_scrub_replaces_spans_by_tags():
    text = "Dr. Okonkwo, 03/14/2019: carcinoma."
    assert scrub(text, Gate().find(text)) == "Dr. [NAME], [DATE]: carcinoma."


def test_merge_gives_the_union_and_never_overlaps():
    text = "x" * 40
    draw = random.Random(1)
    for _ in range(200):
        spans = []
        for _ in range(draw.randint(1, 8)):
            start = draw.randint(0, 35)
            spans.append(
                Span(start, start + draw.randint(1, 5), draw.choice(["NAME", "DATE", "CITY"]), draw.random())
            )
        merged = merge(text, spans)
        assert all(a.end <= b.start for a, b in zip(merged, merged[1:], strict=False))
        covered = {i for s in spans for i in range(s.start, s.end)}
        assert covered == {i for s in merged for i in range(s.start, s.end)}


@pytest.mark.parametrize(
    ("kind", "value", "text", "hit"),
    [
        ("patient_name", "Zzyx^Jane", "seen with JANE Q ZZYX today", "JANE Q ZZYX"),
        ("patient_name", "Zzyx, Jane", "Mrs Zzyx came", "Zzyx"),
        ("mrn", "0048291", "no. 00 48-291 on the jar", "00 48-291"),
        ("mrn", "0048291", "no. OO4829l on the jar", "OO4829l"),
        ("birth_date", "19410730", "born 30 July 1941 in", "30 July 1941"),
        ("birth_date", "1941-07-30", "born 7/30/41 in", "7/30/41"),
    ],
)
def test_known_values_are_found_in_damaged_forms(kind, value, text, hit):
    assert hit in {text[s.start : s.end] for s in known_spans(text, [(kind, value)])}


def test_known_name_that_is_a_word_needs_its_capital():
    text = "Mrs White has white tissue and a short suture."
    found = known_spans(text, [("patient_name", "White, Short")])
    assert [(s.start, s.end) for s in found] == [(4, 9)]


def test_known_values_refuse_what_is_no_object():
    assert known_values(None, "x") == []
    assert known_values('{"name": ["A", "B"], "mrn": null}', "x") == [("name", "A"), ("name", "B")]
    with pytest.raises(StudyError, match="row 7"):
        known_values("[1]", "row 7")
    with pytest.raises(StudyError, match="row 7"):
        known_values("{", "row 7")


@untraced()
def test_anchors_find_what_a_search_finds():
    from small_or_large.deidentification import facilities, people

    lines = (ROOT / "tests/data/phi_sentences.txt").read_text().splitlines()
    text = " ".join(re.sub(r"\[\[\w+:|\]\]", "", line) for line in lines)
    tokens = Tokens(text)
    expressions = [p.expression for r in Gate().recognizers for p in getattr(r, "PATTERNS", ())]
    expressions += [
        *people._LABELS,
        people._CREDENTIAL,
        facilities._LABELLED,
        facilities._SENT,
        facilities._ACRONYM,
    ]
    anchors = Anchors(text, tokens.starts)
    for expression in expressions:
        searched = [m.span() for m in expression.finditer(text)]
        assert [m.span() for m in anchors.finditer(expression)] == searched, expression.pattern[:80]


def test_a_sign_leaves_no_match_out():
    texts = [(ROOT / "tests/data" / n).read_text() for n in ("phi_sentences.txt", "phi_sentences_blind.txt")]
    text = re.sub(r"\[\[\w+:|\]\]", "", "\n".join(texts))
    anchors = Tokens(text).anchors
    signed = [p for r in Gate(codes=True).recognizers for p in getattr(r, "PATTERNS", ()) if p.sign]
    assert len(signed) > 20
    for item in signed:
        near = anchors.near(item.expression, item.sign.expression, item.sign.reach, item.sign.walked)
        everywhere = [m.span() for m in anchors.everywhere(item.expression)]
        assert [m.span() for m in near] == everywhere, item.expression.pattern[:80]


@pytest.mark.parametrize("name", sorted(NASTY))
def test_work_grows_with_length_whatever_the_input(gate, name):
    # benchmarks/gate_speed.py has the seconds; here, that none of them grows with the square of the length.
    assert_grows_with_length(gate.find, NASTY[name][:100_000])


def test_random_text_never_fails_and_spans_are_in_order(gate):
    draw = random.Random(3)
    pieces = [
        "Dr.",
        "Smith",
        ",",
        "12/",
        "3",
        "é",
        "İ",
        "\n",
        "van",
        "Name:",
        "0",
        "(",
        "@",
        "Hospital",
        "St.",
        "  ",
        "𝒜",
        "cm",
        "-",
    ]
    for _ in range(300):
        text = " ".join(draw.choice(pieces) for _ in range(draw.randint(0, 40)))
        spans = gate.find(text)
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
        assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize("name", ["phi_sentences", "phi_sentences_blind", "phi_sentences_blind_2"])
def test_blind_sentences_stay_above_the_figures_asked_for(gate, name):
    from gate_quality import marked

    from small_or_large.deidentification.quality import judge

    rows = marked(ROOT / f"tests/data/{name}.txt")
    assert len(rows) >= 60
    gold = {r["report_id"]: [(s["start"], s["end"], s["entity"]) for s in r["spans"]] for r in rows}
    found = {r["report_id"]: [(s.start, s.end, s.entity) for s in gate.find(r["text"])] for r in rows}
    result = judge(gold, found, {r["report_id"]: r["text"] for r in rows})
    assert result["full_span_recall"] >= 0.85
    assert result["overlap_recall"] >= 0.90
    assert result["precision"] >= 0.97


def test_protected_strings_are_not_touched(gate):
    from gate_quality import marked

    rows = marked(ROOT / "tests/data/clean_sentences.txt")
    assert len(rows) >= 100
    for row in rows:
        spans = gate.find(row["text"])
        for string in row["spans"]:
            assert not [s for s in spans if s.start < string["end"] and s.end > string["start"]], row[
                "report_id"
            ]


def test_judge_counts_full_spans_by_letters_and_digits():
    from small_or_large.deidentification.quality import judge

    text = {"a": "Dr. Smith, J.", "b": "clean"}
    gold = {"a": [(4, 13, "NAME")], "b": []}
    whole = judge(gold, {"a": [(4, 12, "NAME")], "b": []}, text)
    assert (whole["full_span_recall"], whole["overlap_recall"], whole["clean_flagged"]) == (1.0, 1.0, 0.0)
    part = judge(gold, {"a": [(4, 9, "NAME")], "b": [(0, 5, "NAME")]}, text)
    assert (part["full_span_recall"], part["overlap_recall"], part["precision"]) == (0.0, 1.0, 0.5)
    assert part["clean_flagged"] == 1.0

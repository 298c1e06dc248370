"""Sections of plain text and of text made from HL7."""

import pytest
from growth import assert_grows_with_length
from hypothesis import given, settings
from hypothesis import strategies as st

from small_or_large.sections import CANONICAL, NAMES, find_sections, select

# A busy machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

LINES = """SURGICAL PATHOLOGY REPORT
CLINICAL HISTORY:
Mass of the colon. Pre-op: see note.
SPECIMENS SUBMITTED:
A. Colon
FROZEN SECTION DIAGNOSIS: deferred
Final Diagnosis
A. Colon: adenocarcinoma, see comment.
Comment: discussed.
GROSS DESCRIPTION
Received fresh.
Summary of sections: A1 margin
Microscopic description. Glands.
Addendum
KRAS wild type.
"""


def names(text):
    return [section.name for section in find_sections(text)]


def test_headings_on_lines():
    assert names(LINES) == [
        "clinical_history", "diagnosis", "comment", "gross", "gross", "microscopic", "addendum",
    ]  # fmt: skip
    assert select(LINES, ["diagnosis"]) == "Final Diagnosis\nA. Colon: adenocarcinoma, see comment."
    assert "deferred" not in select(LINES, list(NAMES))


def test_headings_in_text_that_lost_its_lines():
    text = (
        "Page 1. Clinical diagnosis: mass of the colon. Gross description. Received fresh in formalin. "
        "MICROSCOPIC EXAMINATION: Sections show glands. FINAL DIAGNOSIS A. COLON: Adenocarcinoma. "
        "Comment. The microscopic findings support the diagnosis. Synoptic report: Specimen: colon. "
        "Procedure: resection."
    )
    assert names(text) == ["clinical_history", "gross", "microscopic", "diagnosis", "comment", "synoptic"]
    assert select(text, ["synoptic"]).endswith("Procedure: resection.")


@pytest.mark.parametrize(
    "text",
    [
        "The gross description is above and the final diagnosis below.",
        "see comment: below",
        "Sections show clinical history of nothing",
        "the diagnosis\nof cancer",
        "",
    ],
)
def test_words_in_running_text_are_no_headings(text):
    assert find_sections(text) == []


def test_no_names_give_the_whole_text_and_an_absent_section_nothing():
    assert select("No headings at all.", []) == "No headings at all."
    assert select("No headings at all.", ["diagnosis"]) == ""


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3)), max_size=8))
def test_canonical_headings_are_found_again(parts):
    text = "\n\n".join(f"{CANONICAL[name]}:\n" + "\n".join(["benign tissue"] * n) for name, n in parts)
    assert names(text) == [name for name, _ in parts]


@given(st.text(max_size=400) | st.lists(st.sampled_from(LINES.split()), max_size=60).map(" ".join))
def test_sections_are_in_order_within_the_text_and_apart(text):
    found = find_sections(text)
    assert all(0 <= s.start < s.end <= len(text) and s.name in NAMES for s in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize("unit", ["A ", "CLINICAL ", "Diagnosis", "Final ", " \n"])
def test_work_grows_with_the_length_of_the_text(unit):
    assert_grows_with_length(find_sections, (unit * 100_000)[:100_000])

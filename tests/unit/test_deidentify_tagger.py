"""What the gate's tagger sees of a token, and what it finds where no rule does."""

import numpy as np
import pytest
from found_by_gate import covered

from small_or_large.deidentification.entities import ENTITIES
from small_or_large.deidentification.gate import Gate
from small_or_large.deidentification.spans import Span, merge
from small_or_large.deidentification.tagger import WEIGHTS, Tagger
from small_or_large.deidentification.tagger_weights import STEPS, read_weights, write_weights
from small_or_large.deidentification.token_features import BITS, TokenFeatures, labels_of
from small_or_large.deidentification.words import Tokens

UNANNOUNCED = (
    ("slides went over to vukovic in the end, he will look tomorrow", "vukovic"),
    ("left the blocks on okonkwo's bench, she knows", "okonkwo"),
    ("The left breast was done first because Szymanska had the room booked.", "Szymanska"),
    ("Recut at the wish of Halloran, deeper levels pending.", "Halloran"),
    ("It was Olufemi who noticed the second nodule.", "Olufemi"),
    ("films are with Brannigan until Monday", "Brannigan"),
)
PROSE = (
    "The specimen is a fragment of tan tissue, serially sectioned and entirely submitted in two cassettes. "
    * 12
)
HEADER = "Name: Olufemi Brannigan. MRN: 4471882. DOB: 12/03/1951. Accession: S19-44718. Phone: 604-555-0142. "


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


def features_of(text: str, found: list[Span] | tuple = ()) -> np.ndarray:
    tokens = Tokens(text)
    return TokenFeatures(tokens, labels_of(tokens, found)).of(range(len(tokens)))


def test_features_are_numbers_below_the_limit_and_the_same_again():
    text = "Seen by Vukovic,\n  labelled A1 and 12/03/2019."
    made = features_of(text)
    assert made.shape[0] == len(Tokens(text))
    assert made.min() >= 0 and made.max() < 2**BITS
    assert np.array_equal(made, features_of(text))


def test_a_part_of_the_tokens_has_the_features_they_have_among_all():
    tokens = Tokens("One two three four five six seven")
    features = TokenFeatures(tokens, labels_of(tokens, ()))
    assert np.array_equal(features.of([2, 5]), features.of(range(7))[[2, 5]])


def test_far_tokens_do_not_reach_a_token_and_near_ones_do():
    first = features_of("alpha beta gamma delta epsilon zeta eta")
    assert np.array_equal(first[0], features_of("alpha beta gamma delta epsilon zeta Brown")[0])
    assert not np.array_equal(first[5], features_of("alpha beta gamma delta epsilon zeta Brown")[5])


def test_what_rules_found_beside_a_token_is_a_feature_of_it():
    text = "grossed 12/03/2019 kl"
    assert not np.array_equal(features_of(text)[-1], features_of(text, [Span(8, 18, "DATE", 1.0)])[-1])


def test_labels_name_every_token_that_a_span_touches():
    tokens = Tokens("to Anne-Marie Brown, today")
    labels = labels_of(tokens, [Span(3, 19, "NAME", 1.0)])
    named = [t for t, label in zip(tokens.texts, labels, strict=True) if label]
    assert named == ["Anne", "-", "Marie", "Brown"]
    assert {ENTITIES[int(label) - 1] for label in labels if label} == {"NAME"}


def test_the_weights_are_of_known_classes_and_features():
    classes, numbers, weights, bias = read_weights(WEIGHTS)
    assert classes[0] == "O" and set(classes[1:]) <= set(ENTITIES)
    assert weights.shape == (len(numbers), len(classes)) and len(bias) == len(classes)
    assert (np.diff(numbers) > 0).all() and numbers[0] >= 0 and numbers[-1] < 2**BITS


def test_weights_are_read_as_they_were_written_but_for_rounding_and_the_smallest(tmp_path):
    numbers = np.array([0, 5, 97, 98, 400, 93 * 3 + 400, 2**BITS - 1])
    weights = np.array([[1.5, -2.0], [0.02, 0.01], [0.0, 0.51], [-0.25, 0], [9.0, -9.0], [0.125, 1], [-1, 1]])
    write_weights(tmp_path / "w.json", ["O", "NAME"], numbers, weights, [0.5, -0.5])
    classes, again, read, bias = read_weights(tmp_path / "w.json")
    assert classes == ["O", "NAME"] and bias.tolist() == [0.5, -0.5]
    assert again.tolist() == [n for n in numbers.tolist() if n != 5]
    expected = np.delete(weights, 1, axis=0)
    small = np.abs(expected) < 2.8
    assert np.abs(read - expected)[small].max() <= 0.5 / STEPS
    assert np.abs(read[~small]).min() > 2.8


@pytest.mark.parametrize(("text", "value"), UNANNOUNCED)
def test_names_that_no_rule_finds_are_found(gate, text, value):
    tokens = Tokens(text)
    start = text.index(value)  # if a rule comes to find it, another sentence is needed
    assert not any(s.start <= start < s.end for s in gate.by_rules(tokens))
    assert covered(gate, text, value)


def test_probabilities_of_each_token_sum_to_one(gate):
    chances = gate.tagger.probabilities(features_of("Seen by Vukovic at noon."))
    assert chances.shape == (6, len(gate.tagger.classes))
    assert np.allclose(chances.sum(axis=1), 1)


def test_a_long_report_is_tagged_as_its_parts_are(gate, monkeypatch):
    """Tokens are looked up some at a time; where the cut falls changes nothing."""
    text = "\n".join(text for text, _ in UNANNOUNCED) * 3
    tokens = Tokens(text)
    tokens.found = merge(text, gate.by_rules(tokens))
    whole = gate.tagger.analyze(text, None, tokens)
    monkeypatch.setattr("small_or_large.deidentification.tagger._AT_ONCE", 7)
    assert [(r.start, r.end) for r in Tagger().analyze(text, None, tokens)] == [
        (r.start, r.end) for r in whole
    ]


def test_eponyms_and_figures_alone_are_no_names(gate):
    for text in ("Virchow-Robin spaces are widened.", "Scheuer 2, Ishak 4/6, Banff 2a."):
        assert gate.find(text) == []


def test_the_least_score_finds_more_where_it_is_lower_and_less_where_it_is_higher():
    text = "Recut at the wish of Halloran, deeper levels pending; the marsh sample and a rose one went to the lodge"
    found = [Gate(least_score=least).find(text) for least in (0.95, 0.5, 0.02)]
    letters = [{i for s in spans for i in range(s.start, s.end)} for spans in found]
    assert letters[0] < letters[1] < letters[2]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [("Case of Mitrovic, sheet 2. ", "Mitrovic"), ("Levels kept for Brandvold. ", "Brandvold")],
)
def test_a_report_that_identifies_anyhow_needs_less_certainty(gate, sentence, name):
    report = PROSE + sentence + PROSE
    assert not covered(gate, report, name)
    assert covered(gate, HEADER + report, name)


@pytest.mark.parametrize(
    "text",
    [
        "Block 14B, lot 0044821, on-slide control satisfactory.",
        "Clone SP142, catalog 790-4860, was used.",
        "Dako K5207 kit used.",
        "Last name: not given. First name: not given.",
        "Health Card No.: not given",
        "Collection date/time: not given. D.O.B: not given.",
    ],
)
def test_numbers_of_reagents_and_labels_of_empty_fields_identify_nobody(gate, text):
    assert gate.find(PROSE + text) == []
    assert gate.find(HEADER + PROSE + text)[-1].end < len(HEADER)

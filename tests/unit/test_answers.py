"""Answers are read strictly."""

import pytest

from small_or_large.answers import AnswerReader

READER = AnswerReader(["Lung adenocarcinoma", "Lung squamous cell carcinoma", "not reportable"])


@pytest.mark.parametrize(
    "answer",
    [
        "Lung adenocarcinoma",
        "  lung   ADENOCARCINOMA. \n",
        '"Lung adenocarcinoma"',
        "'Lung adenocarcinoma.'",
        "**Lung adenocarcinoma**".replace("*", "`"),
        "“Lung adenocarcinoma”",
        '{"diagnosis": "Lung adenocarcinoma"}',
        '{\n "Any key": "lung adenocarcinoma"\n}',
        '```json\n{"answer": "Lung adenocarcinoma"}\n```',
        "```\nLung adenocarcinoma\n```",
        '{"answer": "Lung adenocarcinoma", "confidence": 0.9}',
        '{"answer": "Lung adenocarcinoma"}\n\nNote: the text mentions squamous metaplasia.',
        '```json\n{"answer": "Lung adenocarcinoma"}\n```\nThe gland pattern says so.',
        '{"answer": "Lung adenocarcinoma"}\n{"answer": "lung adenocarcinoma"}',
        "<think>Lung squamous cell carcinoma? No.</think>\nLung adenocarcinoma",
    ],
)
def test_a_class_name_is_read(answer):
    assert READER.read(answer) == "Lung adenocarcinoma"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   ",
        None,
        "unknown",
        "adenocarcinoma",
        "The answer is Lung adenocarcinoma",
        "Lung adenocarcinoma or Lung squamous cell carcinoma",
        '{"Lung adenocarcinoma"}',
        '{"Lung adenocarcinoma": true, "not reportable": false}',
        '{"answer": ["Lung adenocarcinoma"]}',
        '{"answer": {"name": "Lung adenocarcinoma"}}',
        '{"a": "Lung adenocarcinoma", "b": "not reportable"}',
        '{"answer": "Lung adenocarcinoma"} OR {"answer": "Lung squamous cell carcinoma"}',
        'Sure: {"answer": "Lung adenocarcinoma"}',
        '{"answer": "Lung adenocarcinoma"',
        '["Lung adenocarcinoma"]',
        "{" * 5000,
        "<think>Lung adenocarcinoma",
        "42",
    ],
)
def test_anything_else_is_invalid(answer):
    assert READER.read(answer) is None


def test_a_named_key_must_be_the_one():
    reader = AnswerReader(["yes", "no"], key="answer")
    assert reader.read('{"answer": "Yes", "reason": "no"}') == "yes"
    assert reader.read('{"Answer": "Yes"}') is None


def test_classes_that_cannot_be_told_apart():
    with pytest.raises(ValueError, match="differ by"):
        AnswerReader(["Benign", "benign."])

"""The synthetic corpora: fixed by seed, streamed, complete in their classes, and as hard as they are meant to be."""

import gzip
import json
import os
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from itertools import islice

import pytest
from in_process import command
from pydantic import ValidationError
from repository import REPOSITORY
from untraced import untraced

from small_or_large.schema.generate import GenerateConfig
from small_or_large.study import load_study
from small_or_large.synthetic import benign, corpus, leukaemias, narrative, tumours
from small_or_large.synthetic.classes import TASKS

sys.path.insert(0, str(REPOSITORY / "benchmarks"))
from hardness import hardness  # noqa: E402

COLUMNS = ["report_id", "patient_id", "text", "received", "facility"]


@pytest.fixture(scope="module")
@untraced()
def rows():
    return list(corpus.rows(GenerateConfig()))


@pytest.fixture(scope="module")
def by_patient(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["patient_id"]].append(row)
    return found


def test_the_command_writes_the_same_bytes_under_any_hash_seed(tmp_path):
    words = ["--corpus", "registry", "--reports", "300", "--seed", "5", "--output"]
    done = command("generate.py", *words, tmp_path / "a.jsonl.gz")
    assert done.returncode == 0, done.stderr
    subprocess.run(
        [sys.executable, REPOSITORY / "scripts/generate.py", *words, tmp_path / "b.jsonl.gz"],
        check=True,
        # A seed that this process does not have.
        env={"PYTHONHASHSEED": "77" if os.environ.get("PYTHONHASHSEED") != "77" else "1", "PATH": ""},
    )
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
    with gzip.open(tmp_path / "a.jsonl.gz", "rt", encoding="utf-8") as lines:
        written = [json.loads(line) for line in lines]
    assert written == list(corpus.rows(GenerateConfig(reports=300, seed=5)))
    assert not list(tmp_path.glob("*.partial"))


def test_a_source_of_a_study_is_written_as_the_study_says(tmp_path):
    output = tmp_path / "notes.jsonl.gz"
    words = ["--study", REPOSITORY / "tests/workflow/tiny.yaml", "--output", output, "--source"]
    done = command("generate.py", *words, "clinical")
    assert done.returncode == 0, done.stderr
    with gzip.open(output, "rt", encoding="utf-8") as lines:
        written = [json.loads(line) for line in lines]
    assert written == list(corpus.rows(GenerateConfig(corpus="clinical", reports=60, seed=2)))
    done = command("generate.py", *words, "clinic")
    assert done.returncode == 2 and "no source 'clinic'; it has registry, clinical" in done.stderr


@pytest.mark.parametrize("kind", ["registry", "clinical"])
def test_a_report_does_not_depend_on_how_many_are_written(kind):
    few = list(corpus.rows(GenerateConfig(corpus=kind, reports=157)))
    many = islice(corpus.rows(GenerateConfig(corpus=kind, reports=1_000_000)), 157)
    assert few == list(many)
    assert len(few) == 157
    assert few != list(corpus.rows(GenerateConfig(corpus=kind, reports=157, seed=2)))


def test_every_row_has_the_columns_and_says_that_it_is_synthetic(rows):
    assert len(rows) == 6000
    assert len({row["report_id"] for row in rows}) == 6000
    for row in rows:
        assert list(row) == COLUMNS + list(TASKS)
        assert row["report_id"].startswith("SYN-") and row["patient_id"].startswith("SYN-")
        assert row["text"].strip() == row["text"].strip("\n ") and len(row["text"]) > 100
        assert "{" not in row["text"] and "}" not in row["text"], "an unfilled slot"


def test_clinical_notes_carry_no_labels_and_no_registry_patient(rows):
    notes = list(corpus.rows(GenerateConfig(corpus="clinical", reports=500)))
    assert all(list(note) == COLUMNS for note in notes)
    assert not any("{" in note["text"] for note in notes)
    assert not {note["patient_id"] for note in notes} & {row["patient_id"] for row in rows}
    assert not {note["report_id"] for note in notes} & {row["report_id"] for row in rows}


def test_every_class_is_labelled_and_most_reports_are_not(rows):
    expected = {
        "reportability": (1800, 2300),
        "tumour_group": (1300, 1750),
        "leukaemia_histology": (290, 430),
    }
    for task, classes in TASKS.items():
        counts = Counter(row[task] for row in rows)
        unlabelled = counts.pop(None)
        assert set(counts) == set(classes)
        assert min(counts.values()) >= 25, (task, counts)
        assert expected[task][0] <= sum(counts.values()) <= expected[task][1]
        assert unlabelled > len(rows) / 2
    groups = Counter(row["tumour_group"] for row in rows if row["tumour_group"])
    assert max(groups.values()) > 4 * min(groups.values()), "the groups are imbalanced"


@untraced()
def test_label_slips_are_as_rare_as_asked():
    settings = {"reports": 3000, "reportability": 1, "tumour_group": 1, "leukaemia_histology": 1}
    clean = list(corpus.rows(GenerateConfig(**settings, label_error=0)))
    for row in clean:
        assert (row["tumour_group"] is not None) == (row["reportability"] == "reportable")
        assert (row["leukaemia_histology"] is not None) == (row["tumour_group"] == "leukaemia")
    slipped = list(corpus.rows(GenerateConfig(**settings, label_error=0.1)))
    differing = [a["reportability"] != b["reportability"] for a, b in zip(clean, slipped, strict=True)]
    assert 0.07 < statistics.mean(differing) < 0.13


def test_patients_have_several_reports_and_copies_come_back(by_patient):
    sizes = Counter(len(reports) for reports in by_patient.values())
    assert sum(count for size, count in sizes.items() if size > 1) > 0.3 * sum(sizes.values())
    near, addenda = 0, 0
    for reports in by_patient.values():
        for first, second in zip(reports, reports[1:], strict=False):
            if "ADDENDUM" in second["text"] and first["text"][:200] in second["text"]:
                addenda += 1
            elif (
                SequenceMatcher(None, first["text"].split(), second["text"].split(), False).quick_ratio()
                > 0.8
            ):
                near += 1
    assert near > 60
    assert addenda > 60


def test_no_copies_where_none_are_asked():
    rows = corpus.rows(GenerateConfig(reports=2000, resent=0, addenda=0))
    assert not any("ADDENDUM" in row["text"] for row in rows)


def test_hospitals_differ_in_form_and_all_see_both_classes(rows):
    assert len({row["facility"] for row in rows}) == 8
    assert len({row["facility"] for row in corpus.rows(GenerateConfig(reports=2000, hospitals=20))}) == 20
    by_hospital = defaultdict(list)
    for row in rows:
        by_hospital[row["facility"]].append(row)
    spelling = {name: sum("tumor" in r["text"].lower() for r in own) for name, own in by_hospital.items()}
    assert min(spelling.values()) == 0 and max(spelling.values()) > 50
    for own in by_hospital.values():
        share = statistics.mean(r["reportability"] == "reportable" for r in own if r["reportability"])
        assert 0.35 < share < 0.65


def test_some_reports_carry_identifiers_and_they_do_not_tell_the_class(rows):
    marked = [
        row for row in rows if any(word in row["text"] for word in ("MRN ", "Accession", "Reported by Dr"))
    ]
    assert 0.03 < len(marked) / len(rows) < 0.25
    share = statistics.mean(r["reportability"] == "reportable" for r in marked if r["reportability"])
    overall = statistics.mean(r["reportability"] == "reportable" for r in rows if r["reportability"])
    assert abs(share - overall) < 0.12


def test_lengths_are_those_of_reports(rows):
    words = [len(row["text"].split()) for row in rows]
    assert 90 < statistics.median(words) < 180
    assert 0.05 < statistics.mean(count > 220 for count in words) < 0.25
    assert statistics.mean(count > 500 for count in words) < 0.01


def test_less_background_shortens_all_but_the_long_reports():
    full, spare = (
        [len(row["text"].split()) for row in corpus.rows(GenerateConfig(reports=800, background=background))]
        for background in (1.0, 0.1)
    )
    assert statistics.median(spare) < 0.7 * statistics.median(full)
    assert 0.05 < statistics.mean(count > 220 for count in spare) < 0.2


def test_malignant_words_occur_in_both_classes(rows):
    for word in ("carcinoma", "no evidence of", "consistent with", "history of"):
        for name in TASKS["reportability"]:
            own = [row for row in rows if row["reportability"] == name]
            assert statistics.mean(word in row["text"].lower() for row in own) > 0.02, (word, name)


def test_the_pools_agree_with_the_declared_classes():
    assert {group.name for group in tumours.GROUPS} | {"leukaemia"} == set(TASKS["tumour_group"])
    assert {item.name for item in leukaemias.LEUKAEMIAS} == set(TASKS["leukaemia_histology"])
    assert {item.group for item in benign.BENIGN} <= set(TASKS["tumour_group"]) | {"skin"}
    assert all(tumours.DIAGNOSES_AT.values()), "an organ for which no diagnosis is written"
    assert all(narrative.MET_SITES.values())
    for item in (*leukaemias.LEUKAEMIAS, *tumours.GROUPS):
        assert not set(item.positive) & set(item.negative), item.name


def test_settings_out_of_range_are_refused(tmp_path):
    with pytest.raises(ValidationError):
        GenerateConfig(reports=0)
    with pytest.raises(ValidationError):
        GenerateConfig(report=10)
    done = command("generate.py", "--corpus", "registry", "--reports", 0, "--output", tmp_path / "x.jsonl.gz")
    assert done.returncode == 2
    assert "error: --reports" in done.stderr


@pytest.mark.parametrize(
    ("task", "low", "high"),
    [("reportability", 0.90, 0.985), ("tumour_group", 0.78, 0.93), ("leukaemia_histology", 0.48, 0.80)],
)
def test_in_the_default_study_a_bag_of_words_neither_fails_nor_excels(task, low, high):
    rows = list(corpus.rows(load_study(REPOSITORY / "config.yaml").sources["registry"].generate))
    assert low < statistics.mean(hardness(rows, task, 3)) < high

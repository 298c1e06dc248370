"""What is told and handed on of a finished study: its answer, its provenance, its archive."""

import hashlib
import json
import subprocess
import tarfile

import pandas as pd
import pytest
import yaml
from in_process import command

import answer
import archive
import provenance
from small_or_large.errors import StudyError
from small_or_large.study import load_study

SECRET = "A clause that stands in a report and nowhere else."


@pytest.fixture
def study_file(tmp_path):
    """A study of one task and one run."""
    values = {
        "study": "little",
        "synthetic": True,
        "sources": {"registry": {"path": "reports.csv", "columns": {"labels": {"kind": "kind"}}}},
        "tasks": {
            "kind": {
                "title": "Kind of report",
                "question": "Which?",
                "classes": {"a": {"description": "First."}, "b": {"description": "Second."}},
            }
        },
        "models": {"tfidf": {"kind": "baseline", "pretraining": "none"}},
        "runs": [{"models": ["tfidf"], "approaches": ["fitted"]}],
    }
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.fixture
def results(tmp_path, study_file):
    """The files of a finished study, as far as they are read here."""
    folder = tmp_path / "results" / "little"
    (folder / "predictions/kind").mkdir(parents=True)
    (folder / "costs/kind").mkdir(parents=True)
    for name in archive.FILES:
        (folder / name).write_text("{}")
    (folder / "recommendation.json").write_text(json.dumps({"kind": {"answer": "Use TF-IDF."}}))
    table = pd.DataFrame(
        {
            "report_id": ["r-17", "r-18", "r-19"],
            "patient_id": ["p-1", "p-1", "p-2"],
            "part": ["test"] * 3,
            "label": ["a", "b", "a"],
            "prediction": ["a", "b", "b"],
            "status": ["ok"] * 3,
            "score_a": [0.9, 0.2, 0.4],
            "score_b": [0.1, 0.8, 0.6],
            "seconds": [0.1] * 3,
        }
    )
    table.to_parquet(folder / "predictions/kind/tfidf.fitted.seed0.parquet")
    record = {"device": "CPU: test", "versions": {"scikit-learn": "9.9"}}
    (folder / "costs/kind/tfidf.fitted.seed0.json").write_text(json.dumps(record))
    (folder / "reports.parquet").write_text(SECRET)
    return folder


def test_the_answer_names_the_page_and_each_tasks_answer(study_file, results):
    said = answer.answer(study_file, results.parent)
    assert str(results / "report.html") in said
    assert "Kind of report" in said and "Use TF-IDF." in said
    assert "no findings" in said


def test_an_unfinished_study_has_no_answer(study_file, results):
    (results / "report.html").unlink()
    done = command("answer.py", "--study", study_file, "--results", results.parent)
    assert done.returncode == 2
    assert "not finished" in done.stderr and "Traceback" not in done.stderr


def test_provenance_holds_code_data_versions_and_device(study_file, results, tmp_path):
    summary = tmp_path / "summary.json"
    digest = hashlib.sha256(b"data").hexdigest()
    file = {"file": "reports.csv", "sha256": digest, "rows": 3, "format": "csv"}
    summary.write_text(json.dumps({"source": "registry", "files": [file]}))
    output = results / "provenance.json"
    done = command("provenance.py", "--study", study_file, "--summaries", summary, "--output", output)
    assert done.returncode == 0, done.stderr
    found = json.loads(output.read_text())
    assert found["study_fingerprint"] == load_study(study_file).fingerprint
    assert found["data"] == [{"source": "registry", "file": "reports.csv", "sha256": digest, "rows": 3}]
    assert found["versions"]["scikit-learn"] == "9.9", (
        "what the runs recorded goes before what is installed here"
    )
    assert "pandas" in found["versions"] and found["versions"]["python"].startswith("3.")
    assert found["device"]["runs_on"] == ["CPU: test"]
    assert found["command"][0] == "provenance.py"


def test_provenance_knows_the_commit_and_changed_files(tmp_path, monkeypatch):
    def git(*arguments):
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *author, *arguments], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert provenance.commit() == {"git_commit": None, "git_dirty": None}
    git("init", "-q")
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-qm", "first")
    assert provenance.commit()["git_dirty"] is False
    assert len(provenance.commit()["git_commit"]) == 40
    (tmp_path / "file").write_text("2")
    assert provenance.commit()["git_dirty"] is True


def test_a_summary_that_is_none_is_an_error(tmp_path):
    (tmp_path / "summary.json").write_text('{"files": [{}]}')
    with pytest.raises(StudyError, match="run ingest again"):
        provenance.data([tmp_path / "summary.json"])


def test_the_archive_holds_everything_but_the_reports(study_file, results, tmp_path):
    output = tmp_path / "little.tar.gz"
    names = archive.archive(load_study(study_file), results, output)
    assert set(archive.FILES) < set(names)
    with tarfile.open(output) as packed:
        contents = {entry.name: packed.extractfile(entry).read() for entry in packed.getmembers()}
    assert "little/costs/kind/tfidf.fitted.seed0.json" in contents
    assert not any("reports.parquet" in name for name in contents)
    joined = b"".join(contents.values())
    for secret in (SECRET, "r-17", "p-1"):
        assert secret.encode() not in joined
    (tmp_path / "read.parquet").write_bytes(contents["little/predictions/kind/tfidf.fitted.seed0.parquet"])
    table = pd.read_parquet(tmp_path / "read.parquet")
    assert table["report_id"].is_unique
    assert table["patient_id"].tolist() == ["p1", "p1", "p2"], "which rows are one patient's stays visible"


def test_the_commands_print_the_answer_and_where_the_archive_is(study_file, results):
    where = ("--study", study_file, "--results", results.parent)
    assert "Use TF-IDF." in command("answer.py", *where).stdout
    told = json.loads(command("archive.py", *where).stdout)
    with tarfile.open(told["archive"]) as packed:
        assert len(packed.getnames()) == told["files"] > len(archive.FILES)


def test_a_column_that_may_hold_text_is_refused(study_file, results, tmp_path):
    path = results / "predictions/kind/tfidf.fitted.seed0.parquet"
    pd.read_parquet(path).assign(answer=SECRET).to_parquet(path)
    with pytest.raises(StudyError, match="answer.*may hold text") as error:
        archive.archive(load_study(study_file), results, tmp_path / "little.tar.gz")
    assert SECRET not in str(error.value)
    assert not (tmp_path / "little.tar.gz").exists()


def test_a_page_with_report_text_is_not_archived(study_file, results, tmp_path):
    values = yaml.safe_load(study_file.read_text()) | {"page": {"show_text": True}}
    study_file.write_text(yaml.safe_dump(values))
    with pytest.raises(StudyError, match="show_text"):
        archive.archive(load_study(study_file), results, tmp_path / "little.tar.gz")


def test_an_unfinished_study_is_not_archived(study_file, results, tmp_path):
    (results / "metrics.csv").unlink()
    with pytest.raises(StudyError, match=r"metrics\.csv not there"):
        archive.archive(load_study(study_file), results, tmp_path / "little.tar.gz")

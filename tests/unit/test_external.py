"""Answers of external models become predictions."""

import json

import little_study
import pandas as pd
import pytest
from little_study import call

import external
from small_or_large import raw_answers
from small_or_large.errors import StudyError
from small_or_large.predictions import read


def study(folder, name="answers.csv", **answers):
    answers = {"path": str(folder / name), "task": "kind", **answers}
    return little_study.write(folder, models={"coder": {"kind": "external", "answers": answers}})


def test_part(options, part="test"):
    split = pd.read_csv(options["--split"])
    return split.loc[split["part"] == part, "report_id"].tolist()


test_part.__test__ = False


def test_answers_are_read_missing_ones_are_errors_and_others_are_ignored(tmp_path, monkeypatch, caplog):
    options = study(tmp_path, model="llm-a")
    ids = test_part(options)
    good = pd.DataFrame({"report_id": ids, "answer": '{"answer": "Benign"}'})
    good.loc[0, "answer"] = "I do not know"
    rows = [
        good.iloc[1:].assign(run=2, model="llm-a"),
        good.iloc[:1].assign(run=2, model="llm-a"),
        good.assign(run=1, model="llm-a", answer="carcinoma"),
        good.assign(run=2, model="llm-b", answer="lymphoma"),
        pd.DataFrame({"report_id": ["elsewhere"], "answer": ["benign"], "run": [2], "model": ["llm-a"]}),
    ]
    table = pd.concat(rows)[["model", "run", "report_id", "answer"]]
    table = table[~((table["report_id"] == ids[1]) & (table["model"] == "llm-a") & (table["run"] == 2))]
    table.to_csv(tmp_path / "answers.csv", index=False)
    caplog.set_level("INFO")
    call(external.main, monkeypatch, options, reports=None, run="coder.answers.seed2")
    found = read(tmp_path / "predictions.parquet", list(little_study.CLASSES)).set_index("report_id")
    assert sorted(found.index) == sorted(ids)
    assert set(found["part"]) == {"test"}
    assert found.loc[ids[0], "status"] == "invalid"
    assert found.loc[ids[1], "status"] == "error"
    assert (found.loc[ids[2:], "prediction"] == "benign").all()
    assert (found.loc[ids[2:], "status"] == "ok").all()
    assert found.filter(like="score_").isna().all(axis=None)
    assert "1 are for reports outside" in caplog.text
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert costs["device"] is None and costs["reports_per_second"] is None and costs["energy_kwh"] is None


def test_every_format_gives_the_same_answers(tmp_path):
    table = pd.DataFrame(
        {
            "model": "m",
            "run": [1, 1, 2],
            "report_id": ["007", "1e3", "007"],
            "answer": ['{"a": "x"}', "NA", "y"],
        }
    )
    table.to_csv(tmp_path / "a.csv.gz", index=False)
    table.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    table.to_json(tmp_path / "a.jsonl.gz", orient="records", lines=True)
    table.to_parquet(tmp_path / "a.parquet")
    for name in ("a.csv.gz", "a.tsv", "a.jsonl.gz", "a.parquet"):
        path = tmp_path / name
        found = raw_answers.of_run(raw_answers.read(path), "m", 1, path)
        assert found.to_dict() == {"007": '{"a": "x"}', "1e3": "NA"}, name


def test_a_null_is_a_failure_and_an_empty_answer_is_an_answer(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"report_id": "a", "answer": null}\n{"report_id": "b", "answer": ""}\n')
    found = raw_answers.of_run(raw_answers.read(path), "", 0, path)
    assert found["a"] is None and found["b"] == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("model,run,report,answer\nm,1,a,x\n", "no column report_id; columns: model, run, report, answer"),
        ("model,run,report_id,answer\nm,one,a,x\n", "row 1: run is not a whole number"),
        ("model,run,report_id,answer\nz,1,a,x\n", "no answers of model 'm'; models: z"),
        ("model,run,report_id,answer\nm,3,a,x\n", "no run 1; runs: 3"),
        ("model,run,report_id,answer\nm,1,a,x\nm,1,a,y\n", "answers report a more than once"),
        ("model,run,report_id,answer\nm,1,nowhere,x\n", "none of its 1 answers is for a report"),
    ],
)
def test_wrong_files_are_named_with_the_cure(tmp_path, monkeypatch, content, said):
    options = study(tmp_path, model="m")
    (tmp_path / "answers.csv").write_text(content)
    with pytest.raises(StudyError, match="answers.csv") as error:
        call(external.main, monkeypatch, options, reports=None, run="coder.answers.seed1")
    assert said in str(error.value)


def test_a_missing_file_says_where_it_can_be_had(tmp_path, monkeypatch):
    options = study(tmp_path, address="https://example.org/answers.csv")
    with pytest.raises(StudyError, match=r"can be had from https://example.org/answers.csv"):
        call(external.main, monkeypatch, options, reports=None, run="coder.answers.seed1")

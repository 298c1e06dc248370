"""Collecting shards: every report once, no row lost, classes checked, and the commands from shards to a split."""

import hashlib
import json
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

import collect
import duplicates
import leakage
import signatures
import split
from small_or_large import corpus, shards, tables
from small_or_large.errors import StudyError

LABELS = ("cancer", "grade", "part")
CLASSES = {"yes": {"description": "a cancer"}, "no": {"description": "no cancer"}}


def study_file(folder, **task) -> str:
    study = {
        "study": "t",
        "sources": {
            "north": {"path": "n.csv", "columns": {"labels": {"cancer": "c"}}},
            "south": {"path": "s.csv", "columns": {"labels": {"cancer": "c", "grade": "g"}}},
        },
        "tasks": {"cancer": {"question": "Cancer?", "classes": CLASSES} | task},
        "models": {"baseline": {"kind": "baseline"}},
        "runs": [{"models": ["baseline"], "approaches": ["fitted"]}],
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study))
    return str(path)


def prose(random: np.random.Generator, words: int = 60) -> str:
    return " ".join(random.choice([f"w{i}" for i in range(500)], words))


@pytest.fixture
def gate(tmp_path):
    """Two sources of two shards each as the gate writes them; some rows quarantined before and in it."""
    random = np.random.default_rng(0)
    folder = tmp_path / "gate"
    for name, count in (("north", 200), ("south", 100)):
        rows = pd.DataFrame(
            {
                "source": name,
                "row": np.arange(1, count + 1),
                "report_id": [f"{name}-{i:03d}" for i in range(count)],
                "patient_id": [f"{name}-p{i // 2}" for i in range(count)],
                "text": [prose(random) for _ in range(count)],
                "cancer": ["yes" if i % 3 else "no" for i in range(count)],
            }
        )
        rows.loc[rows.index % 10 == 0, "cancer"] = None
        if name == "south":
            rows["grade"] = "2"
            rows["received"] = pd.Series([pd.Timestamp("2021-03-04").date()] * count, dtype="object")
        write_shards(folder, name, rows, rejected=3)
    return folder


def write_shards(folder, name: str, rows: pd.DataFrame, rejected: int, shards: int = 2) -> None:
    """Deal rows to shards, labels apart; the last row of each shard goes to the gate's quarantine."""
    told = [name for name in LABELS if name in rows]
    (folder / name).mkdir(parents=True)
    rows[["source", "row", *told]].to_parquet(folder / name / "labels.parquet", index=False)
    rows = rows.drop(columns=told)
    for shard in range(shards):
        here = rows[rows["row"] % shards == shard]
        place = folder / name / str(shard)
        place.mkdir(parents=True, exist_ok=True)
        here.iloc[:-1].to_parquet(place / "reports.parquet", index=False)
        aside = here.iloc[-1:][["source", "row", "report_id"]].assign(reason="identifier", detail="NAME")
        aside.to_parquet(place / "quarantine.parquet", index=False)
        audit = pd.DataFrame(
            {"report_id": here["report_id"], "entity": "DATE", "count": 2, "offsets": "1-3 8-9"}
        )
        audit.to_parquet(place / "audit.parquet", index=False)
    away = pd.DataFrame({"source": name, "row": np.arange(len(rows) + 1, len(rows) + 1 + rejected)})
    away = away.assign(report_id=pd.Series([None] * rejected, dtype="str"), reason="empty text", detail="")
    away.to_parquet(folder / name / "rejected.parquet", index=False)
    summary = {"source": name, "rows_in": len(rows) + rejected, "accepted": len(rows)}
    (folder / name / "summary.json").write_text(json.dumps(summary))


def call(monkeypatch, module, *arguments) -> None:
    monkeypatch.setattr(sys, "argv", [f"{module.__name__}.py", *map(str, arguments)])
    module.main()


def collected(monkeypatch, gate, study: str):
    """The reports, the quarantine and the counts that collect.py writes."""
    out = gate.parent
    files = {kind: sorted(gate.glob(f"*/*/{kind}.parquet")) for kind in ("reports", "quarantine", "audit")}
    call(
        monkeypatch, collect, "--study", study, "--reports", *files["reports"],
        "--labels", *sorted(gate.glob("*/labels.parquet")),
        "--quarantine", *files["quarantine"], *gate.glob("*/rejected.parquet"), "--audit", *files["audit"],
        "--summaries", *gate.glob("*/summary.json"), "--output-reports", out / "reports.parquet",
        "--output-texts", out / "texts.parquet", "--output-labels", out / "labels" / "cancer.parquet",
        "--output-quarantine", out / "quarantine.parquet", "--output-audit", out / "audit.parquet",
        "--output-summary", out / "corpus.json",
    )  # fmt: skip
    reports = tables.checked(pd.read_parquet(out / "reports.parquet"), tables.REPORTS, "reports")
    quarantine = tables.checked(pd.read_parquet(out / "quarantine.parquet"), tables.QUARANTINE, "quarantine")
    return reports, quarantine, json.loads((out / "corpus.json").read_text())


def change(gate, source: str, row: int, **values) -> None:
    """Change one report of the gate's output, or its labels."""
    for path, told in (
        (gate / source / str(row % 2) / "reports.parquet", False),
        (gate / source / "labels.parquet", True),
    ):
        rows = pd.read_parquet(path)
        for column, value in values.items():
            if (column in LABELS) is told:
                rows.loc[rows["row"] == row, column] = value
        rows.to_parquet(path, index=False)


def test_rows_in_are_reports_and_quarantine(monkeypatch, gate, tmp_path):
    reports, quarantine, counts = collected(monkeypatch, gate, study_file(tmp_path))
    assert len(reports) + len(quarantine) == 200 + 100 + 6
    seen = pd.concat([reports[["source", "row"]], quarantine[["source", "row"]]])
    assert not seen.duplicated().any()
    assert counts["sources"]["north"] == {
        "rows_in": 203,
        "accepted": 198,
        "quarantined": {"empty text": 3, "identifier": 2},
    }
    assert counts["entities"] == {"DATE": 600}
    assert counts["labels"]["cancer"] == reports["cancer"].value_counts().sort_index().to_dict()


def test_schemas_are_joined_and_missing_labels_are_null(monkeypatch, gate, tmp_path):
    reports, *_ = collected(monkeypatch, gate, study_file(tmp_path))
    north = reports["source"] == "north"
    assert reports.loc[north, "grade"].isna().all() and (reports.loc[~north, "grade"] == "2").all()
    assert reports.loc[north, "received"].isna().all()
    assert pq.read_schema(tmp_path / "reports.parquet").field("received").type == "date32[day]"


def test_an_empty_label_is_no_label(monkeypatch, gate, tmp_path):
    change(gate, "north", 2, cancer="")
    reports, *_ = collected(monkeypatch, gate, study_file(tmp_path))
    assert reports.set_index("report_id").loc["north-001", "cancer"] is np.nan


def test_repeated_report_ids(monkeypatch, gate, tmp_path):
    text = "the very same text of a report that came twice"
    change(gate, "north", 5, text=text)
    for source, row, values in (
        ("north", 8, {"text": text, "patient_id": "north-p2", "cancer": "yes"}),
        ("south", 3, {"text": text, "patient_id": "north-p2", "cancer": "yes", "grade": None}),
        ("south", 4, {"text": "another text"}),
    ):
        change(gate, source, row, report_id="north-004", **values)
    reports, quarantine, counts = collected(monkeypatch, gate, study_file(tmp_path))
    kept = reports[reports["report_id"] == "north-004"]
    assert kept[["source", "row"]].to_numpy().tolist() == [["north", 5]]
    found = (
        quarantine[quarantine["report_id"] == "north-004"].set_index(["source", "row"])["reason"].to_dict()
    )
    assert found == {
        ("north", 8): "duplicate report",
        ("south", 3): "duplicate report",
        ("south", 4): "conflicting report_id",
    }
    detail = quarantine.set_index(["source", "row"]).loc[("south", 4), "detail"]
    assert "row 5 of source north" in detail and "differs in text, patient_id" in detail
    assert text not in " ".join(quarantine["detail"])
    assert counts["sources"]["south"]["quarantined"]["conflicting report_id"] == 1


def written(folder) -> dict[str, str]:
    """Digests of what collect.py wrote, by name."""
    paths = [*folder.glob("*.parquet"), *folder.glob("labels/*.parquet")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_texts_hold_no_label_and_a_task_has_its_own(monkeypatch, gate, tmp_path):
    reports, *_ = collected(monkeypatch, gate, study_file(tmp_path))
    texts = pd.read_parquet(tmp_path / "texts.parquet")
    assert set(reports.columns) - set(texts.columns) == {"cancer", "grade"}
    pd.testing.assert_frame_equal(texts, reports[list(texts.columns)])
    labels = pd.read_parquet(tmp_path / "labels" / "cancer.parquet")
    expected = reports.loc[reports["cancer"].notna(), ["report_id", "cancer"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(labels, expected.rename(columns={"cancer": "label"}))


def test_a_changed_label_changes_no_byte_of_the_texts(monkeypatch, gate, tmp_path):
    study = study_file(tmp_path)
    collected(monkeypatch, gate, study)
    before = written(tmp_path)
    change(gate, "south", 3, grade="3")
    collected(monkeypatch, gate, study)
    after = written(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"reports.parquet"}
    change(gate, "north", 5, cancer="no")
    collected(monkeypatch, gate, study)
    last = written(tmp_path)
    assert {name for name in after if after[name] != last[name]} == {"reports.parquet", "cancer.parquet"}


def test_labels_of_another_run(monkeypatch, gate, tmp_path):
    path = gate / "south" / "labels.parquet"
    pd.read_parquet(path).iloc[:-10].to_parquet(path, index=False)
    with pytest.raises(StudyError, match="of source south are not in its table of labels: .* two runs"):
        collected(monkeypatch, gate, study_file(tmp_path))


def test_a_lost_row_is_an_error_and_leaves_nothing(monkeypatch, gate, tmp_path):
    path = gate / "south" / "0" / "reports.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    with pytest.raises(StudyError, match="source south: 103 rows came in, but 97 are reports and 5"):
        collected(monkeypatch, gate, study_file(tmp_path))
    assert not list(tmp_path.glob("*.parquet")) and not list(tmp_path.glob(".*"))


def test_a_class_that_the_task_does_not_declare(monkeypatch, gate, tmp_path):
    change(gate, "north", 2, cancer="perhaps")
    change(gate, "south", 3, cancer="perhaps")
    with pytest.raises(StudyError, match=r"'cancer' holds classes .*'perhaps' \(2 reports\).*label_values"):
        collected(monkeypatch, gate, study_file(tmp_path))


def test_a_declared_class_without_reports(monkeypatch, gate, tmp_path):
    study = study_file(tmp_path, classes=CLASSES | {"maybe": {"description": "unclear"}})
    with pytest.raises(StudyError, match=r"declared class 'maybe'.*in the data: 'no', 'yes'"):
        collected(monkeypatch, gate, study)


def test_a_label_column_that_no_source_has(monkeypatch, gate, tmp_path):
    with pytest.raises(
        StudyError, match="no source has a label column 'canser'; label columns: cancer, grade"
    ):
        collected(monkeypatch, gate, study_file(tmp_path, label="canser"))


def test_a_shard_that_is_cut_off_or_lacks_a_column(gate, tmp_path):
    path = gate / "south" / "0" / "reports.parquet"
    pd.read_parquet(path).drop(columns="patient_id").to_parquet(path)
    with pytest.raises(StudyError, match="south/0/reports.parquet: no column 'patient_id'"):
        corpus.reports_schema([str(path)], ["cancer"])
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StudyError, match="not a Parquet file"):
        corpus.reports_schema([str(path)], ["cancer"])
    with pytest.raises(StudyError, match="no such shard"):
        list(shards.batches([str(path) + "x"]))


def test_from_shards_to_a_split(monkeypatch, gate, tmp_path):
    """The commands one after the other: a report of one patient that repeats another's stays on one side."""
    study = study_file(tmp_path)
    reports = pd.read_parquet(gate / "north" / "1" / "reports.parquet")
    copied = reports.iloc[1]["text"].split()
    copied[30] = "changed"
    change(gate, "south", 7, text=" ".join(copied))
    collected(monkeypatch, gate, study)
    for path in sorted(gate.glob("*/*/reports.parquet")):
        output = path.with_name("signatures.parquet")
        call(monkeypatch, signatures, "--study", study, "--reports", path, "--output", output)
    call(
        monkeypatch, duplicates, "--study", study, "--reports", tmp_path / "texts.parquet",
        "--signatures", *gate.glob("*/*/signatures.parquet"), "--output", tmp_path / "duplicates.parquet",
    )  # fmt: skip
    groups = pd.read_parquet(tmp_path / "duplicates.parquet").set_index("report_id")["group"]
    assert len(groups) == 296 and groups.nunique() == 295
    assert groups["south-006"] == groups[reports.iloc[1]["report_id"]]
    call(
        monkeypatch, split, "--study", study, "--task", "cancer", "--reports", tmp_path / "texts.parquet",
        "--labels", tmp_path / "labels" / "cancer.parquet",
        "--duplicates", tmp_path / "duplicates.parquet", "--output", tmp_path / "splits" / "cancer.csv",
    )  # fmt: skip
    table = tables.read_split(tmp_path / "splits" / "cancer.csv").set_index("report_id")
    assert table["part"].value_counts(normalize=True)["test"] == pytest.approx(0.2, abs=0.02)
    assert table.loc["south-006", "part"] == table.loc[reports.iloc[1]["report_id"], "part"]
    counts = json.loads((tmp_path / "splits" / "cancer.summary.json").read_text())
    assert counts["reports"] == len(table) and counts["near_duplicates"] == 1
    assert counts["reports"] + counts["unlabelled"] == 296
    call(
        monkeypatch, leakage, "--study", study, "--reports", tmp_path / "texts.parquet",
        "--labels", tmp_path / "labels" / "cancer.parquet",
        "--splits", tmp_path / "splits" / "cancer.csv", "--output", tmp_path / "label_leakage.csv",
    )  # fmt: skip
    found = pd.read_csv(tmp_path / "label_leakage.csv")
    assert set(found["task"]) == {"cancer"}
    assert found.loc[found["pattern"] == "*", "macro_f1"].between(0, 1).all()


def test_a_split_by_a_column_that_no_source_gives(monkeypatch, gate, tmp_path):
    study = study_file(tmp_path, split={"by": "facility", "test_facilities": ["x"]})
    collected(monkeypatch, gate, study)
    with pytest.raises(
        StudyError, match=r"by is facility, and no source .* sources.<source>.columns.facility"
    ):
        call(
            monkeypatch, split, "--study", study, "--task", "cancer", "--reports", tmp_path / "texts.parquet",
            "--labels", tmp_path / "labels" / "cancer.parquet",
            "--duplicates", tmp_path / "none.parquet", "--output", tmp_path / "cancer.csv",
        )  # fmt: skip


def test_a_source_that_numbers_its_reports_by_itself(monkeypatch, caplog, gate, tmp_path):
    for shard in "01":
        path = gate / "south" / shard / "reports.parquet"
        rows = pd.read_parquet(path)
        rows.assign(report_id=rows["report_id"].str.replace("south", "north")).to_parquet(path, index=False)
    _, quarantine, _ = collected(monkeypatch, gate, study_file(tmp_path))
    assert (quarantine["reason"] == "conflicting report_id").sum() > 90
    assert "south: 98 rows have the report_id of another report" in caplog.text


def test_signatures_of_another_run(monkeypatch, gate, tmp_path):
    study = study_file(tmp_path)
    reports = gate / "north" / "1" / "reports.parquet"
    output = tmp_path / "signatures.parquet"
    call(monkeypatch, signatures, "--study", study, "--reports", reports, "--output", output)
    arguments = ["--study", study, "--signatures", output, "--output", tmp_path / "duplicates.parquet"]
    call(monkeypatch, duplicates, *arguments, "--reports", reports)
    with pytest.raises(StudyError, match="99 of 99 reports have no signature"):
        call(monkeypatch, duplicates, *arguments, "--reports", gate / "north" / "0" / "reports.parquet")
    values = yaml.safe_load((tmp_path / "study.yaml").read_text()) | {"duplicates": {"permutations": 32}}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(values))
    with pytest.raises(StudyError, match="signatures of 64 permutations, and .* says 32"):
        call(monkeypatch, duplicates, *arguments, "--reports", reports)

"""Ingestion as a command: in a study, by itself, from every format, into shards; and what the readers keep."""

import csv
import gzip
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ingest
from small_or_large.errors import StudyError
from small_or_large.schema.sources import SourceConfig
from small_or_large.sources import archives, delimited, encodings, jsonlines
from small_or_large.sources.delimited import open_quote

# A busy machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "malformed"))

ROWS = [
    {
        "report_id": f"00{k}",
        "patient_id": f"p{k // 2}",
        "text": f'Line "one"\nreport {k}, NA',
        "site": "C50" if k % 2 else "",
    }
    for k in range(300)
]


def write(path, rows=ROWS, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(config, tmp_path, shards=1, name="source"):
    config = SourceConfig.model_validate(config)
    inputs = archives.find(ingest.located(config), config.format)
    paths = [tmp_path / "out" / f"records-{k}.parquet" for k in range(shards)]
    summary = ingest.ingest(name, config, inputs, paths, tmp_path / "out" / "rejected.parquet")
    return (
        summary,
        [pq.read_table(path).to_pylist() for path in paths],
        pq.read_table(tmp_path / "out/rejected.parquet"),
    )


def as_csv(path):
    return write(path.with_suffix(".csv"))


def as_tsv(path):
    return write(path.with_suffix(".tsv"), delimiter="\t")


def as_gzip(path):
    path = path.with_suffix(".csv.gz")
    path.write_bytes(gzip.compress(write(path.with_suffix(".plain")).read_bytes()))
    return path


def as_zip(path):
    path = path.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(write(path.with_suffix(".plain")), "folder/reports.csv")
        archive.writestr("__MACOSX/._reports.csv", b"junk")
    return path


def as_jsonl(path):
    path = path.with_suffix(".jsonl")
    path.write_text("\n\n".join(json.dumps(row) for row in ROWS))
    return path


def as_parquet(path):
    path = path.with_suffix(".parquet")
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize("make", [as_csv, as_tsv, as_gzip, as_zip, as_jsonl, as_parquet])
def test_every_format_gives_the_same_records(make, tmp_path):
    path = make(tmp_path / "reports")
    summary, (records,), _ = run({"path": str(path), "columns": {"labels": {"site": "site"}}}, tmp_path)
    assert summary["rows_in"] == summary["accepted"] == 300 and summary["quarantined"] == 0
    assert [(r["report_id"], r["patient_id"], r["text"], r["site"]) for r in records] == [
        (row["report_id"], row["patient_id"], row["text"], row["site"] or None) for row in ROWS
    ]
    assert summary["files"][0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_shards_share_the_rows_and_are_all_there(tmp_path):
    path = str(write(tmp_path / "a.csv"))
    _, shards, _ = run({"path": path}, tmp_path, shards=3)
    assert [len(shard) for shard in shards] == [128, 108, 64]
    assert sorted(record["row"] for shard in shards for record in shard) == list(range(1, 301))
    _, shards, _ = run({"path": path}, tmp_path, shards=9)
    assert [len(shard) for shard in shards][5:] == [0, 0, 0, 0]


def test_several_files_are_one_source_with_rows_counted_through(tmp_path):
    write(tmp_path / "a1.csv", ROWS[:10])
    write(tmp_path / "a2.csv", ROWS[5:20])
    summary, (records,), rejected = run({"path": str(tmp_path / "a*.csv")}, tmp_path)
    assert (summary["rows_in"], summary["accepted"], summary["rejected"]) == (25, 20, {"duplicate": 5})
    assert rejected["row"].to_pylist() == [11, 12, 13, 14, 15]
    assert [file["rows"] for file in summary["files"]] == [10, 15]


def test_folders_of_texts_take_ids_from_names(tmp_path):
    for patient, report in (("p1", "a.b"), ("p1", "c"), ("p2", "d")):
        (tmp_path / "in" / patient).mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / patient / f"{report}.txt").write_text(f"Report {report}", encoding="utf-8-sig")
    _, (records,), _ = run({"path": str(tmp_path / "in")}, tmp_path)
    assert [(r["patient_id"], r["report_id"], r["text"]) for r in records] == [
        ("p1", "a.b", "Report a.b"), ("p1", "c", "Report c"), ("p2", "d", "Report d"),
    ]  # fmt: skip


def test_mapping_labels_dates_parts_and_identifiers(tmp_path):
    (tmp_path / "a.csv").write_text(
        "ID;MRN;Bericht;Ort;Eingang;Teil;Name\n"
        "1;7;Karzinom;c50 ;03.04.2021;lernen;Erika Muster\n2;8;gutartig;unklar;;;\n"
    )
    config = {
        "path": str(tmp_path / "a.csv"), "delimiter": ";", "received_format": "%d.%m.%Y",
        "columns": {
            "report_id": "ID", "patient_id": "MRN", "text": "Bericht", "labels": {"site": "Ort"},
            "received": "Eingang", "part": "Teil", "identifiers": {"patient_name": "Name"},
        },
        "label_values": {"site": {"c50": "breast", "unklar": None}, "part": {"lernen": "train"}},
    }  # fmt: skip
    _, ((first, second),), _ = run(config, tmp_path)
    assert (first["site"], str(first["received"]), first["part"]) == ("breast", "2021-04-03", "train")
    assert json.loads(first["identifiers"]) == {"patient_name": ["Erika Muster"]}
    assert (second["site"], second["received"], second["part"], second["identifiers"]) == (None,) * 4


def test_one_report_per_patient_is_stated_not_assumed(tmp_path):
    (tmp_path / "a.csv").write_text("report_id,text\n1,x\n2,y\n")
    with pytest.raises(StudyError, match="one_report_per_patient"):
        run({"path": str(tmp_path / "a.csv")}, tmp_path)
    _, (records,), _ = run({"path": str(tmp_path / "a.csv"), "one_report_per_patient": True}, tmp_path)
    assert [record["patient_id"] for record in records] == ["1", "2"]


def test_a_file_is_fetched_checked_and_kept(tmp_path):
    origin = write(tmp_path / "origin.csv")
    digest = hashlib.sha256(origin.read_bytes()).hexdigest()
    config = {"path": str(tmp_path / "data" / "a.csv"), "address": origin.as_uri(), "sha256": digest}
    assert run(config, tmp_path)[0]["accepted"] == 300
    (tmp_path / "data" / "a.csv").write_text("changed")
    with pytest.raises(StudyError, match="SHA-256"):
        run(config, tmp_path)
    with pytest.raises(StudyError, match="SHA-256"):
        run(config | {"path": str(tmp_path / "b.csv"), "sha256": "0" * 64}, tmp_path)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "either `path`"),
        ({"path": "a", "generate": {}}, "either `path`"),
        ({"path": "a", "address": "https://x"}, "sha256"),
        ({"path": "a", "encoding": "klingon"}, "no encoding"),
        ({"path": "a", "columns": {"labels": {"text": "x"}}}, "may not be called text"),
        ({"path": "a", "label_values": {"site": {}}}, "label_values"),
    ],
)
def test_contradictions_in_a_source_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        SourceConfig.model_validate(config)


def test_in_a_study_shards_and_summary_are_written(tmp_path, monkeypatch, capsys):
    study = tmp_path / "study.yaml"
    source = write(tmp_path / "a.csv")
    study.write_text(
        f"""
study: little
sources: {{registry: {{path: {source}, columns: {{labels: {{site: site}}}}}}}}
ingest: {{shards: 2}}
tasks: {{site: {{question: 'Which?', classes: {{C50: {{description: breast}}, C18: {{description: colon}}}}}}}}
models: {{words: {{kind: baseline}}}}
runs: [{{models: [words], approaches: [fitted]}}]
"""
    )
    output = tmp_path / "ingest"
    monkeypatch.setattr(
        sys, "argv",
        ["ingest.py", "--study", str(study), "--source", "registry", "--output", str(output)],
    )  # fmt: skip
    ingest.main()
    assert "rows in 300 = accepted 300 + quarantined 0" in capsys.readouterr().out
    names = [
        "labels.parquet",
        "records-0.parquet",
        "records-1.parquet",
        "rejected.parquet",
        "summary.json",
    ]
    assert sorted(path.name for path in output.iterdir()) == names
    assert json.loads((output / "summary.json").read_text())["rows_in"] == 300
    labels = pq.read_table(output / "labels.parquet")
    assert labels.column_names == ["source", "row", "part", "site"] and labels.num_rows == 300
    assert "site" not in pq.read_schema(output / "records-0.parquet").names
    # Another label changes no shard of texts.
    before = {path.name: path.read_bytes() for path in output.glob("*.parquet")}
    changed = {"C50": "C18", "C18": "C50"}[ROWS[7]["site"]]
    write(source, [*ROWS[:7], ROWS[7] | {"site": changed}, *ROWS[8:]])
    ingest.main()
    after = {path.name: path.read_bytes() for path in output.glob("*.parquet")}
    assert {name for name in before if before[name] != after[name]} == {"labels.parquet"}
    monkeypatch.setattr(sys, "argv", [*sys.argv[:4], "nowhere", "--output", str(output)])
    with pytest.raises(StudyError, match="the study has registry"):
        ingest.main()


def test_labels_of_hl7_reports_come_from_a_table(tmp_path):
    from make import message

    (tmp_path / "a.hl7").write_bytes(message("S1", "1") + message("S2", "2") + message("S3", "3"))
    labels = tmp_path / "labels.csv"
    labels.write_text("accession,topography\nLAB:S1,C18\nLAB:S3,\nLAB:S9,C50\n")
    config = {
        "path": str(tmp_path / "a.hl7"),
        "labels_from": {"path": str(labels), "report_id": "accession", "labels": {"site": "topography"}},
        "label_values": {"site": {"C18": "colon"}},
    }
    summary, (records,), _ = run(config, tmp_path)
    assert [(r["report_id"], r["site"]) for r in records] == [
        ("LAB:S1", "colon"),
        ("LAB:S2", None),
        ("LAB:S3", None),
    ]
    assert summary["warnings"] == {"rows of labels_from without a report": 1}
    labels.write_text("accession,topography\nLAB:S1,C18\nLAB:S1,C50\n")
    with pytest.raises(StudyError, match="labels.csv: line 3: other labels"):
        run(config, tmp_path)
    labels.write_text("accession,site\nLAB:S1,C18\n")
    with pytest.raises(StudyError, match="no column 'topography'"):
        run(config, tmp_path)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StudyError, match="out: cannot be written to"):
        run({"path": str(write(tmp_path / "a.csv"))}, tmp_path)


def test_a_killed_run_leaves_no_draft_for_ever(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".records-0.parquet.4711.tmp").write_text("half")
    run({"path": str(write(tmp_path / "a.csv"))}, tmp_path)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "records-0.parquet",
        "rejected.parquet",
    ]


def test_an_error_leaves_the_last_good_tables(tmp_path):
    path = write(tmp_path / "a.csv", ROWS[:3])
    run({"path": str(path)}, tmp_path)
    path.write_text(path.read_text() + '9,p9,"open,\n')
    with pytest.raises(StudyError, match=r"a.csv: line \d+: the quote"):
        run({"path": str(path)}, tmp_path)
    left = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert left == ["records-0.parquet", "rejected.parquet"]
    assert pq.read_table(tmp_path / "out" / "records-0.parquet").num_rows == 3


# -- properties of the readers

CELL = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
TABLE = st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=12)


@given(TABLE, st.sampled_from([",", "\t", ";", "|"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_a_csv_writer_writes_is_read_back(table, delimiter, end):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b"], *table])
    stream = encodings.text_stream(io.BytesIO(out.getvalue().encode()), "utf-8", strict=True)
    rows = list(delimited.read(stream, "x", delimiter))[1:]
    assert [[row.values["a"], row.values["b"]] for row in rows] == table


@given(st.lists(st.dictionaries(st.sampled_from("abc"), CELL | st.none()), max_size=12))
def test_what_a_json_writer_writes_is_read_back(rows):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    assert [row.values for row in jsonlines.read(io.StringIO(text), "x")] == rows


@given(st.text(alphabet='ab",\n\r', max_size=40))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_delimited_text_is_rows_or_an_error_with_its_line(body):
    stream = io.StringIO("a,b\n" + body, newline="")
    try:
        rows = list(delimited.read(stream, "x.csv", ","))
    except StudyError as error:
        line = int(str(error).split("line ")[1].split(":")[0])
        assert 2 <= line <= 2 + body.count("\n") + body.count("\r")
        return
    assert all(row.reason or set(row.values) == {"a", "b"} for row in rows)


@given(st.text(alphabet='a",\n', max_size=30))
def test_an_open_quote_is_found_exactly_where_the_csv_module_fails(raw):
    try:
        list(csv.reader(io.StringIO(raw, newline=""), strict=True))
    except csv.Error:
        at = open_quote(raw, ",")
        assert at is not None and raw[at] == '"'
    else:
        assert open_quote(raw, ",") is None


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_any_bytes_end_in_rows_or_in_a_study_error(tmp_path, data):
    for name in ("x.csv", "x.jsonl", "x.hl7", "x.parquet", "x.zip", "x.txt"):
        path = tmp_path / name
        path.write_bytes(
            b"report_id,patient_id,text\n" + data if name == "x.csv" and data[:1] > b"\x80" else data
        )
        try:
            summary, (records,), rejected = run({"path": str(path)}, tmp_path)
        except StudyError:
            continue
        assert summary["rows_in"] == len(records) + rejected.num_rows

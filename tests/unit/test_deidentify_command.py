"""The gate's commands: detect, evaluate, run by action, and the audit's figures."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from in_process import command
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = "Dr. Okonkwo saw Jane Zzyx on 03/14/2019. ICD-O 8500/3. Invasive carcinoma, 2.1 cm."


def records(path, rows):
    base = {
        "source": "lab",
        "received": None,
        "facility": None,
        "part": None,
        "cancer": "x",
        "identifiers": None,
    }
    pd.DataFrame([base | row for row in rows]).to_parquet(path)


def study(path, **deidentify):
    import yaml

    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    config["deidentify"] = deidentify
    path.write_text(yaml.safe_dump(config))
    return path


def gate(folder, rows, **deidentify):
    records(folder / "records.parquet", rows)
    done = command(
        "scripts/deidentify.py", "run", "--study", study(folder / "study.yaml", **deidentify),
        "--records", folder / "records.parquet", "--reports", folder / "reports.parquet",
        "--quarantine", folder / "quarantine.parquet", "--audit", folder / "audit.parquet",
    )  # fmt: skip
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet") if (folder / f"{name}.parquet").exists() else None
        for name in ("reports", "quarantine", "audit")
    }
    return done, tables


ROWS = [
    {
        "row": 1,
        "report_id": "r1",
        "patient_id": "p1",
        "text": TEXT,
        "identifiers": json.dumps({"patient_name": "Zzyx, Jane"}),
    },
    {"row": 2, "report_id": "r2", "patient_id": "p2", "text": "03/14/2019"},
    {"row": 3, "report_id": "r3", "patient_id": "p3", "text": "Colon, polypectomy: tubular adenoma, 0.4 cm."},
]


def test_run_scrubs_and_accounts_for_every_row(tmp_path):
    done, tables = gate(tmp_path, ROWS, action="scrub")
    assert done.returncode == 0, done.stderr
    reports, quarantine, audit = tables["reports"], tables["quarantine"], tables["audit"]
    assert "identifiers" not in reports and list(reports["row"]) == [1, 3]
    assert reports["text"][0] == "Dr. [NAME] saw [NAME] on [DATE]. ICD-O [CODE]. Invasive carcinoma, 2.1 cm."
    assert reports["text"][1] == ROWS[2]["text"]
    assert quarantine[["row", "report_id", "reason"]].values.tolist() == [[2, "r2", "empty_after_scrubbing"]]
    names = audit[(audit["report_id"] == "r1") & (audit["entity"] == "NAME")].iloc[0]
    assert names["count"] == 2
    assert [TEXT[a:b] for a, b in names["offsets"]] == ["Okonkwo", "Jane Zzyx"]
    assert list(audit.columns) == ["report_id", "entity", "count", "offsets"]
    for word in ("Okonkwo", "Zzyx", "carcinoma"):
        assert word not in done.stderr + done.stdout


def test_run_quarantines(tmp_path):
    done, tables = gate(tmp_path, ROWS, action="quarantine")
    assert done.returncode == 0, done.stderr
    assert list(tables["reports"]["report_id"]) == ["r3"]
    assert list(tables["quarantine"]["reason"]) == ["identifiers", "identifiers"]
    assert tables["quarantine"]["detail"][0] == "DATE 1, NAME 2"


def test_run_fails_and_leaves_no_output(tmp_path):
    done, tables = gate(tmp_path, ROWS, action="fail")
    assert done.returncode == 2
    assert "row 1" in done.stderr and "Okonkwo" not in done.stderr
    assert tables["reports"] is None


def test_run_reports_only_and_pseudonymises(tmp_path):
    key = tmp_path / "key"
    key.write_text("0123456789abcdef-secret")
    done, tables = gate(tmp_path, ROWS, action="report_only", pseudonymize_patients=True, key_file=str(key))
    assert done.returncode == 0, done.stderr
    assert list(tables["reports"]["text"]) == [row["text"] for row in ROWS]
    assert tables["reports"]["patient_id"].nunique() == 3
    assert not tables["reports"]["patient_id"].isin(["p1", "p2", "p3"]).any()
    done, _ = gate(tmp_path, ROWS, pseudonymize_patients=True, key_env="NO_SUCH_KEY")
    assert done.returncode == 2 and "NO_SUCH_KEY" in done.stderr


def test_detect_and_evaluate(tmp_path):
    source, spans = tmp_path / "reports.jsonl.gz", tmp_path / "spans.jsonl"
    gold = [
        {
            "report_id": "a",
            "text": TEXT,
            "spans": [{"start": 4, "end": 11, "entity": "NAME"}, {"start": 29, "end": 39, "entity": "DATE"}],
        },
        {"report_id": "b", "text": "Tubular adenoma.", "spans": []},
    ]
    with gzip.open(source, "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in gold)
    done = command("scripts/deidentify.py", "detect", source, "--output", spans)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in spans.read_text().splitlines()]
    assert all(set(row) == {"report_id", "start", "end", "entity", "score"} for row in found)
    assert {(row["entity"], TEXT[row["start"] : row["end"]]) for row in found} >= {
        ("NAME", "Okonkwo"),
        ("DATE", "03/14/2019"),
    }
    done = command("scripts/deidentify.py", "evaluate", source, spans, "--json")
    result = json.loads(done.stdout)
    assert result["full_span_recall"] == 1.0 and result["clean_flagged"] == 0.0


def test_help_works_without_a_study():
    done = subprocess.run(
        [sys.executable, "scripts/audit.py", "draw", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "--again" in done.stdout


def test_detect_names_the_line_that_is_wrong(tmp_path):
    source = tmp_path / "reports.jsonl"
    source.write_text('{"report_id": "a", "text": "x"}\n{"report_id": 3}\n')
    done = command("scripts/deidentify.py", "detect", source)
    assert done.returncode == 2 and "line 2" in done.stderr


def test_audit_draws_ids_only_and_states_a_bound(tmp_path):
    _, tables = gate(tmp_path, ROWS)
    config = study(tmp_path / "study.yaml", audit_sample=2)
    import yaml

    name = yaml.safe_load(config.read_text())["study"]
    folder = tmp_path / "results" / name
    folder.mkdir(parents=True)
    tables["reports"].to_parquet(folder / "reports.parquet")
    tables["audit"].to_parquet(folder / "audit.parquet")
    arguments = ("--study", config, "--results", tmp_path / "results")
    assert command("scripts/audit.py", "draw", *arguments).returncode == 0
    path = folder / "audit" / "sample.csv"
    assert "Okonkwo" not in path.read_text() and "carcinoma" not in path.read_text()
    again = command("scripts/audit.py", "draw", *arguments)
    assert again.returncode == 2 and "--again" in again.stderr
    done = command("scripts/audit.py", "outcome", *arguments)
    assert "No audit was made" in done.stdout and not (folder / "audit.json").exists()
    sample = pd.read_csv(path, dtype=str)
    sample["identifiers_left"] = ["0", "1"]
    sample.to_csv(path, index=False)
    assert command("scripts/audit.py", "outcome", *arguments).returncode == 0
    outcome = json.loads((folder / "audit.json").read_text())
    assert outcome["reports audited"] == 2 and outcome["reports with an identifier left"] == 1
    sample["identifiers_left"] = ["0", "many"]
    sample.to_csv(path, index=False)
    done = command("scripts/audit.py", "outcome", *arguments)
    assert done.returncode == 2 and "row 3" in done.stderr


@pytest.mark.parametrize(("hits", "audited"), [(0, 300), (3, 300), (1, 20), (5, 5)])
def test_upper_bound_is_clopper_pearson(hits, audited):
    from audit import upper_bound

    exact = binomtest(hits, audited, alternative="less").proportion_ci(0.95, "exact").high
    assert upper_bound(hits, audited) == pytest.approx(exact)
    if hits == 0:
        assert upper_bound(hits, audited) == pytest.approx(3 / audited, rel=0.05)

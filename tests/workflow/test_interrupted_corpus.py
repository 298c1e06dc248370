"""Reading and gating killed in the middle: the next call goes on with the shards that are left, to the same table."""

import argparse
import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from running import TINY, copy_workflow, planned, snakemake

import deidentify
from small_or_large.study import load_study

SHARDS = 3
TABLE = "results/tiny/reports.parquet"
CALL = ("--configfile", TINY, "--", TABLE)
# What Snakemake's log says of a gate job: its number and shard where it starts, its number where it ended.
STARTED = re.compile(
    r"rule gate:\n(?:    .*\n)*?    jobid: (\d+)\n(?:    .*\n)*?    wildcards: source=registry, shard=(\w+)\n"
)
ENDED = re.compile(r"Finished jobid: (\d+) \(Rule: gate\)")


def corpus(folder: Path) -> Path:
    """A checkout with a study of one file of reports, dealt to several shards."""
    folder.mkdir()
    copy_workflow(folder)
    with open(folder / "reports.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["report_id", "patient_id", "text", "reportability"])
        for k in range(60):
            text = f"Dr. Okafor saw Mrs Lindqvist on {k % 28 + 1} March 2019. Polyp {k}, no dysplasia."
            rows.writerow([f"R{k}", f"P{k}", text, ("reportable", "not_reportable")[k % 2]])
    study = yaml.safe_load((folder / TINY).read_text())
    study["sources"] = {
        "registry": {"path": "reports.csv", "columns": {"labels": {"reportability": "reportability"}}}
    }
    study["ingest"] = {"shards": SHARDS}
    study["models"] = {"tfidf": study["models"]["tfidf"]}
    study["runs"] = [{"models": ["tfidf"], "approaches": ["fitted"]}]
    (folder / TINY).write_text(yaml.safe_dump(study, sort_keys=False))
    return folder


def ended_shards(folder: Path) -> set[str]:
    """The shards that Snakemake has recorded as gated in its (one) log so far."""
    logs = list((folder / ".snakemake/log").glob("*.log"))
    said = logs[0].read_text() if logs else ""
    shard_of = dict(STARTED.findall(said))
    return {shard_of[job] for job in ENDED.findall(said)}


def kill_when_one_shard_is_done(folder: Path, patience: float = 120) -> set[str]:
    """Start the study on one core, SIGKILL it and its jobs after its first gated shard; the shards gated by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1", *CALL],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    until = time.monotonic() + patience
    try:
        while not ended_shards(folder):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"no shard was gated in {patience:.0f} s (ended with {process.poll()})")
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
    return ended_shards(folder)


def straight_through(folder: Path, work: Path) -> dict[str, bytes]:
    """The tables of a study that nobody interrupted: the same commands on the same records, one after the other."""
    study, ingested = folder / TINY, folder / "results/tiny/ingest/registry"
    gated = {name: [] for name in ("reports", "quarantine", "audit")}
    for records in sorted(ingested.glob("records-*.parquet")):
        out = {name: work / f"{records.stem}.{name}.parquet" for name in gated}
        for name, path in out.items():
            gated[name].append(path)
        deidentify.run(argparse.Namespace(study=study, records=records, batch=512, **out))
    tables = {name: work / f"{name}.parquet" for name in (*gated, "texts")}
    labels = [work / f"labels/{task}.parquet" for task in load_study(study).tasks]
    subprocess.run(
        [sys.executable, "scripts/collect.py", "--study", study, "--reports", *gated["reports"]]
        + [
            "--labels",
            ingested / "labels.parquet",
            "--output-texts",
            tables["texts"],
            "--output-labels",
            *labels,
        ]
        + ["--quarantine", *gated["quarantine"], ingested / "rejected.parquet", "--audit", *gated["audit"]]
        + ["--summaries", ingested / "summary.json", "--output-reports", tables["reports"]]
        + ["--output-quarantine", tables["quarantine"], "--output-audit", tables["audit"]]
        + ["--output-summary", work / "corpus.json"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return {name: path.read_bytes() for name, path in tables.items()}


def test_killed_while_shards_are_gated_it_ends_with_the_same_tables_and_gates_none_twice(tmp_path):
    folder = corpus(tmp_path / "killed")
    done = kill_when_one_shard_is_done(folder)
    assert 0 < len(done) < SHARDS
    assert not (folder / TABLE).exists()
    outputs = [path for shard in done for path in (folder / "results/tiny/gate/registry" / shard).iterdir()]
    assert len(outputs) == 3 * len(done)
    before = {path: path.stat().st_mtime_ns for path in outputs}

    # SIGKILL leaves Snakemake no time to take its lock away.
    snakemake(folder, *CALL[:2], "--unlock")
    said = snakemake(folder, *CALL)
    assert planned(said)["gate"] == SHARDS - len(done)
    assert {path: path.stat().st_mtime_ns for path in outputs} == before
    (tmp_path / "straight").mkdir()
    for name, expected in straight_through(folder, tmp_path / "straight").items():
        assert (folder / f"results/tiny/{name}.parquet").read_bytes() == expected, name

"""Time and memory from raw reports to splits, at several sizes: the project's own commands, one process a job.

    python benchmarks/scale.py --reports 10000 100000 --work scratch/scale

Each job's wall time, processor time and peak resident memory are the kernel's (wait4), and a job whose figures are
there is not run again: killed anywhere, it goes on where it was. Jobs run one after the other, so the processor time
of a stage, divided by the cores, is what Snakemake would take with that many. Writes benchmarks/scale.md.
"""

import argparse
import gzip
import json
import math
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "scripts"
STAGES = ("generate", "ingest", "gate", "signatures", "collect", "duplicates", "split", "leakage")
ABOUT = {
    "generate": "write the synthetic reports",
    "ingest": "read, check, deal to shards",
    "gate": "de-identify, a job a shard",
    "signatures": "MinHash, a job a shard",
    "collect": "one table, each report once",
    "duplicates": "LSH over all reports",
    "split": "a job a task",
    "leakage": "what gives a class away",
}


class Bench:
    """The jobs of one size: run once each, their figures kept beside their outputs."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "figures.jsonl"
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.figures = {(f["stage"], f["job"]): f for f in map(json.loads, lines)}

    def run(self, stage: str, job: str, *arguments: object) -> None:
        """Run one command to its end and keep what it took; a failure ends the benchmark."""
        if (stage, job) in self.figures:
            return
        began = time.perf_counter()
        with open(self.folder / f"{stage}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, *map(str, arguments)], stderr=log, stdout=log, cwd=self.folder
            )
            _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{stage} {job} failed; see {self.folder / stage}.log")
        self.note(
            stage, job, time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        )

    def note(self, stage: str, job: str, wall: float, cpu: float, mib: float) -> None:
        figures = {"stage": stage, "job": job, "wall": wall, "cpu": cpu, "mib": mib}
        self.figures[stage, job] = figures
        with self.log.open("a") as log:
            log.write(json.dumps(figures) + "\n")
        print(f"{self.folder.name}: {stage} {job}: {wall:.1f} s, {mib:.0f} MiB", flush=True)

    def of(self, stage: str) -> list[dict]:
        return [f for (name, _), f in self.figures.items() if name == stage]


def study_for(reports: int, shards: int, folder: Path) -> dict:
    """The default study's tasks on one synthetic source of that many reports."""
    study = yaml.safe_load((HERE.parent / "config.yaml").read_text(encoding="utf-8"))
    registry = study["sources"]["registry"]
    registry["generate"]["reports"] = reports
    scale = {
        "study": "scale",
        "synthetic": True,
        "sources": {"registry": registry},
        "ingest": {"shards": shards},
        "deidentify": study.get("deidentify", {}),
        "duplicates": study.get("duplicates", {}),
        "tasks": study["tasks"],
        "models": {"baseline": {"kind": "baseline"}},
        "runs": [{"models": ["baseline"], "approaches": ["fitted"]}],
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(scale, sort_keys=False), encoding="utf-8")
    return scale


def pass_gate(records: Path, shard: Path) -> None:
    """Put a shard behind the gate unread, for sizes at which only the other stages are timed."""
    shard.mkdir(parents=True, exist_ok=True)
    table = pq.read_table(records)
    pq.write_table(table.drop_columns(["identifiers"]), shard / "reports.parquet")
    text, number = pa.string(), pa.int64()
    columns = [("source", text), ("row", number), ("report_id", text), ("reason", text), ("detail", text)]
    pq.write_table(pa.schema(columns).empty_table(), shard / "quarantine.parquet")
    columns = [("report_id", text), ("entity", text), ("count", number), ("offsets", text)]
    pq.write_table(pa.schema(columns).empty_table(), shard / "audit.parquet")


def measure(reports: int, per_shard: int, work: Path, gated: bool) -> dict:
    """Take that many reports from nothing to splits; what each stage took."""
    folder = work / str(reports)
    bench = Bench(folder)
    shards = math.ceil(reports / per_shard)
    study = study_for(reports, shards, folder)
    common = ("--study", "study.yaml")
    raw, ingested, gate = Path("registry.jsonl.gz"), Path("ingest"), Path("gate")
    bench.run("generate", "all", SCRIPTS / "generate.py", *common, "--source", "registry", "--output", raw)
    bench.run(
        "ingest", "all", SCRIPTS / "ingest.py", raw, *common, "--source", "registry", "--output", ingested
    )
    for k in range(shards):
        records, shard = ingested / f"records-{k}.parquet", gate / str(k)
        if gated:
            outputs = [
                (f"--{kind}", shard / f"{kind}.parquet") for kind in ("reports", "quarantine", "audit")
            ]
            named = [part for pair in outputs for part in pair]
            bench.run("gate", str(k), SCRIPTS / "deidentify.py", "run", *common, "--records", records, *named)
        elif not (folder / shard / "audit.parquet").exists():
            pass_gate(folder / records, folder / shard)
        bench.run(
            "signatures", str(k), SCRIPTS / "signatures.py", *common, "--reports", shard / "reports.parquet",
            "--output", shard / "signatures.parquet",
        )  # fmt: skip
    of_shards = {
        kind: [gate / str(k) / f"{kind}.parquet" for k in range(shards)]
        for kind in ("reports", "quarantine", "audit", "signatures")
    }
    labels = [f"labels/{task}.parquet" for task in study["tasks"]]
    bench.run(
        "collect", "all", SCRIPTS / "collect.py", *common, "--reports", *of_shards["reports"],
        "--labels", ingested / "labels.parquet",
        "--quarantine", *of_shards["quarantine"], ingested / "rejected.parquet",
        "--audit", *of_shards["audit"], "--summaries", ingested / "summary.json",
        "--output-reports", "reports.parquet", "--output-texts", "texts.parquet", "--output-labels", *labels,
        "--output-quarantine", "quarantine.parquet",
        "--output-audit", "audit.parquet", "--output-summary", "corpus.json",
    )  # fmt: skip
    bench.run(
        "duplicates", "all", SCRIPTS / "duplicates.py", *common, "--reports", "texts.parquet",
        "--signatures", *of_shards["signatures"], "--output", "duplicates.parquet",
    )  # fmt: skip
    for task in study["tasks"]:
        bench.run(
            "split", task, SCRIPTS / "split.py", *common, "--task", task, "--reports", "texts.parquet",
            "--labels", f"labels/{task}.parquet",
            "--duplicates", "duplicates.parquet", "--output", f"splits/{task}.csv",
        )  # fmt: skip
    splits = [f"splits/{task}.csv" for task in study["tasks"]]
    bench.run(
        "leakage", "all", SCRIPTS / "leakage.py", *common, "--reports", "texts.parquet", "--labels", *labels,
        "--splits", *splits, "--output", "label_leakage.csv",
    )  # fmt: skip
    with gzip.open(folder / raw, "rb") as stream:
        size = sum(len(block) for block in iter(lambda: stream.read(1 << 20), b""))
    corpus = json.loads((folder / "corpus.json").read_text())
    groups = pq.read_table(folder / "duplicates.parquet", columns=["group"])["group"].to_numpy()
    return {
        "reports": reports,
        "shards": len(bench.of("signatures")),
        "bytes": size,
        "kept": corpus["reports"],
        "quarantined": corpus["quarantined"],
        "groups": len(set(groups.tolist())),
        "stages": {
            stage: {
                "jobs": len(found),
                "cpu": sum(f["cpu"] for f in found),
                "wall": sum(f["wall"] for f in found),
                "mib": max(f["mib"] for f in found),
            }
            for stage in STAGES
            if (found := bench.of(stage))
        },
    }


def page(runs: list[dict]) -> str:
    """The figures as Markdown."""
    lines = [
        "# From raw reports to splits: time and memory",
        "",
        "Made by `python benchmarks/scale.py`. Synthetic reports; the project's own commands, one process a job, "
        "jobs one after the other. Seconds are of processor time, summed over a stage's jobs; memory is the peak "
        "of the stage's largest process.",
        "",
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, shared with other "
        "work while this ran.",
        "",
        "| stage | | " + " | ".join(f"{run['reports']:,} reports" for run in runs) + " |",
        "|---|---|" + "---|" * len(runs),
    ]
    for stage in STAGES:
        cells = []
        for run in runs:
            if stage in run["stages"]:
                f = run["stages"][stage]
                cells.append(f"{f['cpu']:,.0f} s, {run['reports'] / f['cpu']:,.0f}/s, {f['mib']:,.0f} MiB")
            else:
                cells.append("not run")
        lines.append(f"| {stage} | {ABOUT[stage]} | " + " | ".join(cells) + " |")
    for title, value in (
        ("raw text", lambda run: f"{run['bytes'] / 1e6:,.0f} MB in {run['shards']} shards"),
        ("reports kept, quarantined", lambda run: f"{run['kept']:,}, {run['quarantined']:,}"),
        ("repeat another report", lambda run: f"{run['kept'] - run['groups']:,}"),
        ("largest process", lambda run: f"{max(f['mib'] for f in run['stages'].values()):,.0f} MiB"),
    ):
        lines.append(f"| **{title}** | | " + " | ".join(map(value, runs)) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, nargs="+", default=[10_000], help="sizes to run")
    parser.add_argument("--per-shard", type=int, default=25_000, help="reports in a shard")
    parser.add_argument("--ungated", type=int, default=None, help="from this size on the gate is not run")
    parser.add_argument("--work", type=Path, required=True, help="folder for what the commands write")
    parser.add_argument("--output", type=Path, default=HERE / "scale.md", help="where the figures go")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    runs = []
    for reports in sorted(options.reports):
        gated = options.ungated is None or reports < options.ungated
        runs.append(measure(reports, options.per_shard, options.work.resolve(), gated))
        options.output.write_text(page(runs), encoding="utf-8")


if __name__ == "__main__":
    main()

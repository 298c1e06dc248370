"""How long the plan of a big study takes, and how much memory: 200 models x 5 tasks x 2 seeds x 5 label budgets.

`python benchmarks/dag_size.py` makes a dry run of some 10,000 jobs and prints one line of JSON; with --seconds or
--mebibytes it fails where that is exceeded. --calls counts the calls of functions beside it: a measure of the work
that is the same on every machine, however busy (the seconds are then those of a profiled run).
"""

import argparse
import json
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def big_study(models: int, tasks: int, seeds: int, budgets: int) -> dict:
    """A study file's values in which every model is finetuned for every task, seed and label budget."""
    names = [f"encoder-{k}" for k in range(models)]
    labels = [f"task-{k}" for k in range(tasks)]
    classes = {name: {"description": f"Reports of {name}."} for name in ("first", "second", "third")}
    return {
        "study": "big",
        "sources": {
            "registry": {"path": "reports.csv", "columns": {"labels": {name: name for name in labels}}}
        },
        "tasks": {name: {"question": "Which?", "classes": classes} for name in labels},
        "models": {name: {"kind": "encoder", "checkpoint": f"registry/{name}"} for name in names},
        "runs": [
            {
                "models": names,
                "approaches": ["finetuned"],
                "seeds": list(range(seeds)),
                "labels": [100 * 2**k for k in range(budgets - 1)] + [None],
            }
        ],
    }


def plan(study: dict, calls: bool = False) -> dict:
    """Dry run of a study: jobs planned, seconds, the most memory that snakemake had (MiB), and the calls it made."""
    with tempfile.TemporaryDirectory() as folder:
        for source in study["sources"].values():
            (Path(folder) / source["path"]).touch()
        (Path(folder) / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
        (Path(folder) / "prompts").symlink_to(ROOT / "prompts")
        started = time.monotonic()
        done = subprocess.run(
            [
                sys.executable,
                *(("-m", "cProfile", "-o", f"{folder}/profile") if calls else ()),
                *("-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", folder),
                *("--configfile", f"{folder}/study.yaml", "--dry-run", "--quiet", "rules"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - started
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
        counted = {"calls": pstats.Stats(f"{folder}/profile").total_calls} if calls else {}
    jobs = int(re.search(r"^total\s+(\d+)", done.stdout + done.stderr, re.MULTILINE)[1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"jobs": jobs, "seconds": round(seconds, 1), "peak_mib": round(peak)} | counted


def main() -> None:
    """Print the figures; fail where a limit that was given is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("models", 200), ("tasks", 5), ("seeds", 2), ("budgets", 5)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"number of {name}")
    parser.add_argument("--seconds", type=float, help="most seconds allowed")
    parser.add_argument("--mebibytes", type=float, help="most memory allowed, in MiB")
    parser.add_argument("--calls", action="store_true", help="count the calls of functions, too")
    given = parser.parse_args()
    found = plan(big_study(given.models, given.tasks, given.seeds, given.budgets), given.calls)
    print(json.dumps(found))
    if found["seconds"] > (given.seconds or found["seconds"]):
        sys.exit(f"error: {found['seconds']} s, more than {given.seconds} s")
    if found["peak_mib"] > (given.mebibytes or found["peak_mib"]):
        sys.exit(f"error: {found['peak_mib']} MiB, more than {given.mebibytes} MiB")


if __name__ == "__main__":
    main()

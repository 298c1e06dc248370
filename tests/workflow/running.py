"""How the workflow's tests call Snakemake and read what it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import warm
import yaml
from repository import REPOSITORY

TINY = "tests/workflow/tiny.yaml"


def copy_workflow(folder: Path) -> Path:
    """Copy the workflow's own files into a folder, as a clone would have them, without results."""
    for name in ("Snakefile", "config.yaml"):
        shutil.copy(REPOSITORY / name, folder)
    for name in ("rules", "scripts", "studies", "prompts", "envs", "profiles"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / TINY).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / TINY, folder / TINY)
    return folder


def snakemake(
    folder: Path, *arguments: str, ok: bool = True, installed: bool = False, timeout: float = 3600
) -> str:
    """Run Snakemake in a folder and return all it printed; fail unless it ends as expected.

    installed: from its very start; else with its modules imported beforehand, as those of its jobs are (warm.py).
    """
    python = Path(sys.executable)
    program = [python, "-m", "snakemake"] if installed else [warm.folder() / "snakemake"]
    done = subprocess.run(
        [*program, "--cores", "2", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ
        | {"HF_HUB_OFFLINE": "1", "PATH": f"{warm.folder()}:{python.parent}:{os.environ['PATH']}"},
    )
    output = done.stdout + done.stderr
    logs = "".join(
        f"\n--- {log} ---\n{Path(folder, log).read_text()[-2000:]}"
        for log in re.findall(r"log: (\S+) \(check log file", output)
        if Path(folder, log).is_file()
    )
    assert (done.returncode == 0) is ok, output[-4000:] + logs
    return output


def shorten(folder: Path) -> Path:
    """Cut a checkout's tiny study by settings: one source, one shard, one model of a kind, one run an approach."""
    values = yaml.safe_load((folder / TINY).read_text())
    del values["sources"]["clinical"]
    values["models"]["encoder"]["pretrain"] = {"sources": ["registry"]}
    values["runs"] = [
        {"models": ["together"], "approaches": ["averaged"]},
        {"models": ["tfidf"], "approaches": ["fitted"]},
        {"models": ["encoder"], "approaches": ["similarity", "probe", "finetuned"]},
        {"models": ["decoder"], "approaches": ["likelihood"]},
    ]
    del values["models"]["encoder-registry"]
    values["ingest"]["shards"] = 1
    (folder / TINY).write_text(yaml.safe_dump(values, sort_keys=False))
    return folder


def planned(output: str) -> dict[str, int]:
    """Jobs by rule from a dry run's table; none where there is nothing to do."""
    return {rule: int(count) for rule, count in re.findall(r"(?m)^(\w+) +(\d+)$", output) if rule != "total"}

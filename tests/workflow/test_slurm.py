"""A study through a real Slurm: by the documented command, with the faults that a cluster has, and with their cures.

The tiny study, cut by its settings, is run with one job cancelled on its way. What Slurm itself recorded says which
jobs went through it; the predictions and figures are those of the study that was run without Slurm. With
SMALL_OR_LARGE_LONG_TESTS=1 the whole of it is run, LLM and all: snakemake is killed, a job is cancelled, the node is
drained and slurmctld is restarted.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from running import TINY, planned, shorten, snakemake

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
# As documented, but for the waits between looks at the jobs: those here take seconds.
WAITS = ["--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"]
DOCUMENTED = ["--profile", "profiles/slurm", "--configfile", TINY]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Path:
    """A one-node Slurm that is up; the folder of its records."""
    missing = [name for name in ("slurmctld", "slurmd", "munged", "squeue") if not which(name)]
    if missing or os.getuid() != 0:
        assert "SMALL_OR_LARGE_ALL_TESTS" not in os.environ, f"not root, or not installed: {missing}"
        pytest.skip(f"needs root and Debian's slurmctld, slurmd, munge (missing: {missing})")
    # Below /tmp itself: the scheduler runs as another user and must reach its folder.
    folder = Path(f"/tmp/small-or-large-slurm-{os.getpid()}")
    try:
        up = subprocess.run([HERE / "slurm/up.sh", folder], capture_output=True, text=True)
        assert up.returncode == 0, up.stderr
        yield folder
    finally:
        subprocess.run([HERE / "slurm/down.sh", folder])
        shutil.rmtree(folder, ignore_errors=True)


def which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def slurm(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def start(request):
    """Starts Snakemake in the background, in a process group of its own that ends with the test."""
    return lambda folder, *arguments: started(request, folder, *arguments)


def started(request, folder: Path, *arguments: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", "snakemake", *DOCUMENTED, *WAITS, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "snakemake.log").open("a"),
        start_new_session=True,
    )
    request.addfinalizer(lambda: process.poll() is None and os.killpg(process.pid, signal.SIGKILL))
    return process


def jobs_in(state: str, rule: str = "") -> list[str]:
    """Numbers of the queue's jobs in a state whose comment names a rule."""
    lines = slurm("squeue", "--noheader", "--states", state, "--format", "%i|%k").splitlines()
    return [line.partition("|")[0] for line in lines if f"rule_{rule}" in line]


def wait_for(process: subprocess.Popen, folder: Path, state: str, rule: str = "", seconds: int = 400) -> str:
    """The number of the first job of a rule that comes into a state."""
    for _ in range(seconds * 2):
        if found := jobs_in(state, rule):
            return found[0]
        assert process.poll() is None, (folder / "snakemake.log").read_text()[-4000:]
        time.sleep(0.5)
    raise AssertionError(f"no job of {rule} came to be {state}")


def ended(cluster: Path) -> list[dict[str, str]]:
    """Slurm's own record of the jobs that ended (jobcomp/filetxt)."""
    lines = (cluster / "log/jobs.txt").read_text().splitlines()
    return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]


def cancel(folder: Path) -> str:
    """Call the documented remedy for what a killed snakemake left behind; what it printed."""
    done = subprocess.run(
        ["profiles/slurm/cancel.sh", "--configfile", TINY],
        cwd=folder,
        env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def went_through(records: list[dict[str, str]], folder: Path, bundles: dict[str, int]) -> None:
    """By Slurm's own records: each rule went through it once, in its partition, one job was cancelled on the way.

    `bundles`: how many jobs a bundle's name stands for, where it is not one; a bundle's comment names its rules and
    not its jobs.
    """
    states = Counter(entry["JobState"] for entry in records)
    assert states == {"CANCELLED": 1, "COMPLETED": len(records) - 1}
    assert {entry["Partition"] for entry in records} == {"cpu", "gpu"}
    assert {entry["Account"] for entry in records} == {"registry"}
    numbers = {entry["JobId"] for entry in records}
    shown = [
        dict(re.findall(r"(\w+)=(\S*)", line))
        for line in slurm("scontrol", "--oneliner", "show", "job").splitlines()
    ]
    finished = [job for job in shown if job["JobId"] in numbers and job["JobState"] == "COMPLETED"]
    assert {job["WorkDir"] for job in finished} == {str(folder)}
    counted = Counter(job["Comment"] for job in finished)
    wanted = {c: next((n for rules, n in bundles.items() if c.endswith(rules)), 1) for c in counted}
    assert counted == wanted
    # Every rule of the plan but those that run where snakemake does.
    plan = planned((folder / "snakemake.log").read_text())
    assert set(plan) >= {"ingest", "pretrain", "finetune", "embed", "report"}
    missing = [rule for rule in plan if rule != "all" and not any(rule in comment for comment in counted)]
    assert missing == []
    # The short jobs came in bundles.
    assert len(finished) < sum(plan.values()) - 1


def test_a_study_goes_through_slurm_and_a_cancelled_job_is_submitted_again(
    cluster, checkout, finished, start
):
    shorten(checkout, without=("decoder",))
    before = {entry["JobId"] for entry in ended(cluster)}
    process = start(checkout)
    slurm("scancel", wait_for(process, checkout, "RUNNING", "pretrain"))
    assert process.wait(timeout=900) == 0, (checkout / "snakemake.log").read_text()[-6000:]
    assert planned(snakemake(checkout, "--configfile", TINY, "--dry-run")) == {}

    records = [entry for entry in ended(cluster) if entry["JobId"] not in before]
    went_through(records, checkout, {"gate_signatures": 2, "generate_ingest": 2})

    # As docs/cluster.md has it: three times the seconds before the first look at a job.
    line = slurm("bash", "-c", "scontrol show config | grep MinJobAge")
    assert int(re.search(r"(\d+) sec", line)[1]) >= 60
    # With nothing left in the queue there is nothing to cancel.
    assert "cancelling" not in cancel(checkout)

    # What every run said of every report, and the figures made of it, are those of the study run without Slurm.
    made, expected = (folder / "results/tiny" for folder in (checkout, finished))
    predictions = sorted(path.relative_to(made) for path in made.glob("predictions/*/*.parquet"))
    assert len(predictions) == 4
    for path in predictions:
        ours, theirs = (pd.read_parquet(folder / path).drop(columns="seconds") for folder in (made, expected))
        pd.testing.assert_frame_equal(ours, theirs)
    keys = ["task", "model", "approach", "labels", "seed", "part", "metric", "class"]
    ours, theirs = (
        pd.read_csv(folder / "metrics.csv").set_index(keys).sort_index() for folder in (made, expected)
    )
    assert len(ours) > 100
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index])


@pytest.mark.skipif("SMALL_OR_LARGE_LONG_TESTS" not in os.environ, reason="takes five minutes")
def test_a_disturbed_study_ends_with_the_same_results(cluster, checkout, finished, start):
    # Killed: the jobs stay in the queue. They are cancelled by name before snakemake is called again.
    process = start(checkout)
    wait_for(process, checkout, "RUNNING", "generate")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert jobs_in("RUNNING,PENDING"), "a killed snakemake leaves its jobs behind"
    assert "cancelling" in cancel(checkout)
    assert jobs_in("RUNNING,PENDING") == []
    killed = {entry["JobId"] for entry in ended(cluster)}

    process = start(checkout)
    # Cancelled: submitted again by `retries`.
    cancelled = wait_for(process, checkout, "RUNNING", "pretrain")
    slurm("scancel", cancelled)
    # Drained: what waits goes on waiting, and starts when the node is back.
    node = slurm("hostname", "-s").strip()
    slurm("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=test")
    wait_for(process, checkout, "PENDING", "pretrain")
    # Restarted: the scheduler forgets nothing; looks at the queue in between fail and are tried again.
    os.kill(int((cluster / "run/slurmctld.pid").read_text()), signal.SIGTERM)
    while subprocess.run(["scontrol", "ping"], capture_output=True).returncode == 0:
        time.sleep(0.2)
    subprocess.run(["slurmctld"], check=True)
    for _ in range(60):
        resume = ["scontrol", "update", f"NodeName={node}", "State=RESUME"]
        if subprocess.run(resume, capture_output=True).returncode == 0:
            break
        time.sleep(0.5)
    log = checkout / "snakemake.log"
    assert process.wait(timeout=900) == 0, log.read_text()[-6000:]

    # The same results, and nothing left to do.
    for name in ("metrics.csv", "comparisons.csv"):
        pd.testing.assert_frame_equal(
            pd.read_csv(checkout / "results/tiny" / name), pd.read_csv(finished / "results/tiny" / name)
        )
    assert planned(snakemake(checkout, "--configfile", TINY, "--dry-run")) == {}

    # By Slurm's own record: every rule went through it, in its partition, and no job that had finished ran twice.
    records = [entry for entry in ended(cluster) if entry["JobId"] not in killed]
    went_through(records, checkout, {"gate_signatures": 4, "generate_ingest": 2, "create_tokenize": 2})


def copied(finished: Path, folder: Path) -> Path:
    """A copy of the finished study without the training's saved states and Slurm's part of the logs."""
    shutil.copytree(finished, folder, symlinks=True)
    shutil.rmtree(folder / "results/tiny/state", ignore_errors=True)
    shutil.rmtree(folder / "logs", ignore_errors=True)
    return folder


def test_two_tasks_train_one_model(cluster, tmp_path, finished, start):
    """The pretraining rule in two processes that srun starts and torchrun joins."""
    folder = copied(finished, tmp_path / "copy")
    process = start(
        folder,
        *("--forcerun", "pretrain"),
        *("--set-resources", "pretrain:tasks=2", "pretrain:gpu=0", "pretrain:slurm_partition=cpu"),
        *("--", "results/tiny/checkpoints/encoder"),
    )
    number = wait_for(process, folder, "RUNNING", "pretrain")
    assert process.wait(timeout=600) == 0, (folder / "snakemake.log").read_text()[-6000:]
    assert "NumTasks=2" in slurm("scontrol", "show", "job", number)
    # Both processes say what they train on, the first alone says how it went.
    log = (folder / "logs/tiny/pretrain/encoder.log").read_text()
    assert len(re.findall(r"held out; \d+ steps", log)) == 2, log[-3000:]
    assert len(re.findall(r"held-out loss", log)) == 1
    assert (folder / "results/tiny/checkpoints/encoder/model.safetensors").is_file()


@pytest.mark.skipif("SMALL_OR_LARGE_LONG_TESTS" not in os.environ, reason="takes five minutes")
def test_pretraining_that_runs_out_of_time_goes_on_where_it_was(cluster, tmp_path, finished, start):
    """Slurm's shortest limit, a minute, ends pretraining midway; the next attempt resumes and ends the same."""
    folder, undisturbed = (copied(finished, tmp_path / name) for name in ("folder", "undisturbed"))
    target = "results/tiny/checkpoints/encoder"
    values = yaml.safe_load((folder / TINY).read_text())
    values["pretrain"] |= {"tokens": 6_000_000, "checkpoints": 60}
    for place in (folder, undisturbed):
        (place / TINY).write_text(yaml.safe_dump(values, sort_keys=False))
    before = len(ended(cluster))
    process = start(folder, "--set-resources", "pretrain:runtime=1 * attempt", "--", target)
    assert process.wait(timeout=900) == 0, (folder / "snakemake.log").read_text()[-6000:]
    states = [entry["JobState"] for entry in ended(cluster)[before:]]
    assert states[0] == "TIMEOUT" and states[-1] == "COMPLETED", states
    log = (folder / "logs/tiny/pretrain/encoder.log").read_text()
    first_step = int(re.search(r"step (\d+) of \d+", log)[1])
    assert first_step > 0, "the last attempt began where the one before was ended"
    snakemake(undisturbed, "--configfile", TINY, "--", target)
    digests = {
        hashlib.sha256((place / target / "model.safetensors").read_bytes()).hexdigest()
        for place in (folder, undisturbed)
    }
    assert len(digests) == 1

"""The default study through a real Slurm: by the documented command, with the faults that a cluster has.

The study, cut small by its settings, is run while snakemake is killed, a job is cancelled, the node is drained,
slurmctld is restarted and pretraining runs out of time. What Slurm itself recorded says which jobs went through it
and that none ran again that had finished; predictions and figures are those of the study run without Slurm beside it.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pytest
import warm
from running import TINY, copy_workflow, planned, snakemake

from small_or_large import resuming

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
# As documented, but for the waits between looks at the jobs: those here take a second (looks_often.py).
WAITS = ["--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"]
SLURM = ["--profile", "profiles/slurm", *WAITS]

# The default study cut small: fewer reports, more of them labelled so that every class is in every part; short texts
# and short training; one or two tasks a kind of run. Models and tasks are its own.
CUT = {
    "sources": {
        "registry": {
            "generate": {
                "reports": 900,
                "prevalence": 0.9,
                "reportability": 0.2,
                "tumour_group": 1,
                "leukaemia_histology": 1,
            }
        },
        "clinical": {"generate": {"reports": 60}},
    },
    "tasks": {
        "tumour_group": {"split": {"least": 1}},
        "leukaemia_histology": {"split": {"least": 1}, "finetune": {"epochs": 1}},
    },
    "models": {"minilm": {"max_tokens": 32}, "minilm-registry": {"max_tokens": 32}},
    "runs": [
        {"models": ["tfidf"], "approaches": ["fitted"]},
        {"models": ["minilm"], "approaches": ["probe"], "tasks": ["reportability", "leukaemia_histology"]},
        {"models": ["minilm"], "approaches": ["similarity"], "tasks": ["leukaemia_histology"]},
        {"models": ["minilm-registry"], "approaches": ["finetuned"], "tasks": ["leukaemia_histology"]},
    ],
    "pretrain": {"tokens": 3_000, "block": 32},
    "evaluate": {"draws": 200, "permutations": 199},
}
DEFAULT = ["--config", *(f"{key}={json.dumps(value)}" for key, value in CUT.items())]
# What a study's runs through Slurm and without it are compared by; the rest of it is made from these.
COMPARED = ("metrics.csv", "comparisons.csv")

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
    return lambda folder, *arguments, **path: started(request, folder, *arguments, **path)


def started(request, folder: Path, *arguments: str, path: str = str(BIN)) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, HERE / "slurm/looks_often.py", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": f"{path}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "snakemake.log").open("a"),
        start_new_session=True,
    )
    request.addfinalizer(lambda: process.poll() is None and os.killpg(process.pid, signal.SIGKILL))
    return process


def said(folder: Path) -> str:
    """What Snakemake said in a folder, over all its calls."""
    return (folder / "snakemake.log").read_text()


def ends_well(process: subprocess.Popen, folder: Path) -> None:
    assert process.wait(timeout=900) == 0, said(folder)[-6000:]


def wait_until(process: subprocess.Popen, folder: Path, what: str, found: Callable[[], object]) -> None:
    """Wait for something that happens while Snakemake runs."""
    until = time.monotonic() + 400
    while not found():
        assert process.poll() is None, said(folder)[-4000:]
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.05)


def jobs_in(state: str, rule: str = "") -> list[str]:
    """Numbers of the queue's jobs in a state whose comment names a rule."""
    lines = slurm("squeue", "--noheader", "--states", state, "--format", "%i|%k").splitlines()
    return [line.partition("|")[0] for line in lines if f"rule_{rule}" in line]


def wait_for(process: subprocess.Popen, folder: Path, state: str, rule: str) -> str:
    """The number of the first job of a rule that comes into a state."""
    wait_until(process, folder, f"{rule} {state}", lambda: jobs_in(state, rule))
    return jobs_in(state, rule)[0]


def ended(cluster: Path) -> list[dict[str, str]]:
    """Slurm's own record of the jobs that ended (jobcomp/filetxt)."""
    lines = (cluster / "log/jobs.txt").read_text().splitlines()
    return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]


def cancel(folder: Path, *arguments: str) -> str:
    """Call the documented remedy for what a killed snakemake left behind; what it printed."""
    done = subprocess.run(
        ["profiles/slurm/cancel.sh", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def restart_slurmctld(cluster: Path) -> None:
    number = int((cluster / "run/slurmctld.pid").read_text())
    os.kill(number, signal.SIGTERM)
    psutil.wait_procs([psutil.Process(number)] if psutil.pid_exists(number) else [])
    assert subprocess.run(["scontrol", "ping"], capture_output=True).returncode != 0
    subprocess.run(["slurmctld"], check=True)


def drained() -> bool:
    return "DRAIN" in slurm("scontrol", "show", "node")


def let_time_run_out(process: subprocess.Popen, folder: Path, job: str, state: Path) -> None:
    """Let pretraining reach its time limit after it saved its state and before its end, however fast it is.

    Slurm counts in minutes and looks every half minute. So the process is stopped in its middle, and an
    administrator's hand moves the limit of this one job to now.
    """
    wait_until(
        process,
        folder,
        "pretraining saved its state",
        lambda: any(map(resuming.is_whole, state.glob("checkpoint-*"))),
    )
    training = [
        one
        for one in psutil.process_iter(["cmdline", "cwd"])
        if "scripts/pretrain.py" in (one.info["cmdline"] or []) and one.info["cwd"] == str(folder)
    ]
    assert len(training) == 1
    training[0].suspend()
    slurm("scontrol", "update", f"JobId={job}", "EndTime=now+2")


def went_through(records: list[dict[str, str]], folder: Path, bundles: dict[str, int]) -> None:
    """By Slurm's own records: every rule went through it, in its partition, and no job that had finished ran twice.

    `bundles`: how many jobs a bundle's name stands for, where it is not one; a bundle's comment names its rules and
    not its jobs.
    """
    assert {entry["Partition"] for entry in records} == {"cpu", "gpu"}
    assert {entry["Account"] for entry in records} == {"registry"}
    numbers = {entry["JobId"] for entry in records}
    shown = [
        dict(re.findall(r"(\w+)=(\S*)", line))
        for line in slurm("scontrol", "--oneliner", "show", "job").splitlines()
    ]
    finished = [job for job in shown if job["JobId"] in numbers and job["JobState"] == "COMPLETED"]
    assert {job["WorkDir"] for job in finished} == {str(folder)}
    for job in finished:
        needs_gpu = re.search("embed|pretrain|zero_shot|finetune", job["Comment"])
        assert job["Partition"] == ("gpu" if needs_gpu else "cpu"), job
    counted = Counter(job["Comment"] for job in finished)
    wanted = {c: next((n for rules, n in bundles.items() if c.endswith(rules)), 1) for c in counted}
    assert counted == wanted
    # Every rule of the plan but those that run where snakemake does.
    plan = planned(said(folder))
    assert set(plan) >= {
        "ingest",
        "pretrain",
        "finetune",
        "embed",
        "zero_shot",
        "probe",
        "baseline",
        "report",
    }
    missing = [rule for rule in plan if rule != "all" and not any(rule in comment for comment in counted)]
    assert missing == []
    # The short jobs came in bundles.
    assert len(finished) < sum(plan.values()) - 1


def test_the_default_study_goes_through_slurm_and_its_faults(cluster, tmp_path, start):
    folder, alone = tmp_path / "slurm", tmp_path / "alone"
    for place in (folder, alone):
        place.mkdir()
        copy_workflow(place)
    # Most of the time Slurm's run waits. What it is compared with is made meanwhile, a little behind: with the least
    # priority it would wait until all other tests are done. It is what is expected, and its jobs need not start as
    # those do that are tested (warm.py).
    targets = [f"results/default/{name}" for name in COMPARED]
    path = f"{warm.folder()}:{BIN}"
    without_slurm = start(alone, "--cores", "1", *DEFAULT, "--", *targets, path=path)
    psutil.Process(without_slurm.pid).nice(5)
    before = {entry["JobId"] for entry in ended(cluster)}

    # Killed: the job stays in the queue. It is cancelled by name before snakemake is called again.
    process = start(folder, *SLURM, *DEFAULT)
    wait_for(process, folder, "RUNNING", "corpus")
    wait_until(process, folder, "preflight", lambda: "(Rule: preflight)" in said(folder))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert len(jobs_in("RUNNING,PENDING")) == 1, "a killed snakemake leaves its jobs behind"
    assert "cancelling" in cancel(folder, *DEFAULT)
    assert jobs_in("RUNNING,PENDING") == []

    process = start(folder, *SLURM, *DEFAULT)
    # Cancelled: submitted again by `retries`.
    slurm("scancel", wait_for(process, folder, "RUNNING", "pretrain"))
    # Drained: what waits goes on waiting, and starts when the node is back.
    node = f"NodeName={slurm('hostname', '-s').strip()}"
    slurm("scontrol", "update", node, "State=DRAIN", "Reason=test")
    again = wait_for(process, folder, "PENDING", "pretrain")
    # Restarted: the scheduler forgets nothing; looks at the queue in between fail and are tried again.
    restart_slurmctld(cluster)
    assert jobs_in("PENDING", "pretrain") == [again]
    assert drained()
    # A controller that has not heard of its node yet refuses.
    resume = ["scontrol", "update", node, "State=RESUME"]
    wait_until(process, folder, "node back", lambda: not subprocess.run(resume).returncode or not drained())
    # Out of time: submitted again, and goes on from its last saved state.
    assert wait_for(process, folder, "RUNNING", "pretrain") == again
    let_time_run_out(process, folder, again, folder / "results/default/state/pretrain/minilm-registry")
    ends_well(process, folder)
    log = (folder / "logs/default/pretrain/minilm-registry.log").read_text()
    assert int(re.search(r"step (\d+) of \d+", log)[1]) > 0, (
        "the last attempt began where the one before ended"
    )

    # Nothing is left to do, and with nothing left in the queue there is nothing to cancel.
    assert planned(snakemake(folder, *DEFAULT, "--dry-run")) == {}
    assert "cancelling" not in cancel(folder, *DEFAULT)
    records = [entry for entry in ended(cluster) if entry["JobId"] not in before]
    states = Counter(entry["JobState"] for entry in records)
    assert states == {"CANCELLED": 2, "TIMEOUT": 1, "COMPLETED": len(records) - 3}
    went_through(records, folder, {"gate_signatures": 2, "generate_ingest": 2})
    # As docs/cluster.md has it: three times the seconds before the first look at a job.
    line = slurm("bash", "-c", "scontrol show config | grep MinJobAge")
    assert int(re.search(r"(\d+) sec", line)[1]) >= 60

    # The same weights, answers and figures as without Slurm and without faults.
    ends_well(without_slurm, alone)
    made, expected = (place / "results/default" for place in (folder, alone))
    weights = "checkpoints/minilm-registry/model.safetensors"
    assert (
        len({hashlib.sha256((place / weights).read_bytes()).hexdigest() for place in (made, expected)}) == 1
    )
    predictions = sorted(path.relative_to(made) for path in made.glob("predictions/*/*.parquet"))
    assert len(predictions) == 7
    for path in predictions:
        ours, theirs = (pd.read_parquet(place / path).drop(columns="seconds") for place in (made, expected))
        pd.testing.assert_frame_equal(ours, theirs)
    for name in COMPARED:
        pd.testing.assert_frame_equal(pd.read_csv(made / name), pd.read_csv(expected / name))
    assert (made / "report.html").is_file()


def test_two_tasks_train_one_model(cluster, tmp_path, finished, start):
    """The pretraining rule in two processes that srun starts and torchrun joins."""
    folder = shutil.copytree(finished, tmp_path / "copy", symlinks=True)
    process = start(
        folder,
        *(*SLURM, "--configfile", TINY, "--forcerun", "pretrain"),
        *("--set-resources", "pretrain:tasks=2", "pretrain:gpu=0", "pretrain:slurm_partition=cpu"),
        *("--", "results/tiny/checkpoints/encoder"),
    )
    number = wait_for(process, folder, "RUNNING", "pretrain")
    ends_well(process, folder)
    assert "NumTasks=2" in slurm("scontrol", "show", "job", number)
    # Both processes say what they train on, the first alone says how it went.
    log = (folder / "logs/tiny/pretrain/encoder.log").read_text()
    assert len(re.findall(r"held out; \d+ steps", log)) == 2, log[-3000:]
    assert len(re.findall(r"held-out loss", log)) == 1
    assert (folder / "results/tiny/checkpoints/encoder/model.safetensors").is_file()

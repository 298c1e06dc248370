"""The profiles of clusters that cannot be brought up here: the plan of a study is made with each."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from repository import REPOSITORY
from running import TINY, planned

KEPT = REPOSITORY / ".venv-cloud"
REQUIREMENTS = REPOSITORY / "requirements-cloud.txt"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def plugins() -> Path:
    """The executor plugins, beside the environment and not in it: they would slow every start of snakemake."""
    stamp = KEPT / ".installed"
    if not stamp.is_file() or stamp.stat().st_mtime < REQUIREMENTS.stat().st_mtime:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
        subprocess.run(
            [*install, "--target", KEPT, "-r", REQUIREMENTS], check=True, stderr=subprocess.DEVNULL
        )
        stamp.touch()
    return KEPT


@pytest.fixture(scope="module")
def bucket():
    """Address of an S3 server with the bucket of the profiles, the prompt in it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    program = Path(sys.executable).parent / "moto_server"
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(150):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        address = f"http://127.0.0.1:{port}"
        s3 = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        s3.create_bucket(Bucket="small-or-large")
        s3.upload_file(str(REPOSITORY / "prompts/classify.txt"), "small-or-large", "prompts/classify.txt")
        yield address
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("profile", ["kubernetes", "aws-batch"])
def test_a_study_is_planned_with_the_profile(checkout, plugins, bucket, profile):
    settings = {
        **KEYS,
        "PYTHONPATH": str(plugins),
        "SNAKEMAKE_STORAGE_S3_ENDPOINT_URL": bucket,
        "SNAKEMAKE_STORAGE_S3_ACCESS_KEY": "test",
        "SNAKEMAKE_STORAGE_S3_SECRET_KEY": "test",
        "SNAKEMAKE_AWS_BATCH_JOB_QUEUE": "queue",
        "SNAKEMAKE_AWS_BATCH_JOB_ROLE": "role",
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--dry-run", "--profile", f"profiles/{profile}"),
            *("--configfile", TINY),
        ],
        cwd=checkout,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output[-3000:]
    jobs = planned(output)
    assert jobs["pretrain"] == 3 and jobs["report"] == 1
    assert "s3://small-or-large/results/tiny/report.html" in output


def test_the_slurm_profile_gives_the_big_work_to_the_gpu_partition(checkout):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--dry-run", "--profile", "profiles/slurm"),
            *("--configfile", TINY),
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output[-3000:]
    # Jobs of a group are shown indented.
    blocks = {block.partition(":")[0]: block for block in re.split(r"\n *rule ", output)[1:]}
    assert "slurm_partition=gpu" in blocks["pretrain"] and "gpu=1" in blocks["pretrain"]
    assert "slurm_partition=cpu" in blocks["collect"] and "gpu=0" in blocks["collect"]
    assert "slurm_account=registry" in blocks["collect"]


def test_the_plan_of_a_big_study_grows_with_its_jobs_and_not_with_their_square():
    """Counted in calls of functions, which no busy machine changes; benchmarks/dag_size.py has the seconds."""
    script = REPOSITORY / "benchmarks/dag_size.py"
    small, middle, large = (
        json.loads(subprocess.check_output([sys.executable, script, "--models", str(models), "--calls"]))
        for models in (2, 4, 8)
    )
    assert large["jobs"] > 400
    # Twice the jobs more cost twice the calls more; four times, where work grows with the square.
    assert large["calls"] - middle["calls"] < 2.5 * (middle["calls"] - small["calls"])
    # What a job adds in memory, added for every job of the ten thousand.
    each = (large["peak_mib"] - small["peak_mib"]) / (large["jobs"] - small["jobs"])
    assert large["peak_mib"] + 10_218 * each < 2048

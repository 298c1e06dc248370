"""What a model runs on: number formats, and a GPU of its own for every job."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from small_or_large import devices

TAKE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from small_or_large import devices
devices._take_one_gpu(2)
print(os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
sys.stdin.read()
"""


def test_number_formats_on_a_cpu(monkeypatch):
    cpu = torch.device("cpu")
    monkeypatch.setattr(devices, "_cpu_computes_in_bf16", lambda: False)
    assert devices.precision("auto", cpu) == "float32"
    assert devices.precision("bf16", cpu) == "bf16"
    assert devices.precision("fp16", cpu) == "float32"
    monkeypatch.setattr(devices, "_cpu_computes_in_bf16", lambda: True)
    assert devices.precision("auto", cpu) == "bf16"


def test_autocast_computes_in_the_format_named():
    cpu = torch.device("cpu")
    layer, ones = torch.nn.Linear(4, 4), torch.ones(1, 4)
    for name, expected in (("float32", torch.float32), ("bf16", torch.bfloat16)):
        with devices.autocast(name, cpu):
            assert layer(ones).dtype == expected


@pytest.mark.parametrize(("visible", "expected"), [("", ["0", "1"]), ("4,7", ["4", "7"])])
def test_every_job_takes_a_gpu_of_its_own_and_gives_it_back_when_killed(visible, expected, tmp_path):
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": visible, "TMPDIR": str(tmp_path)}
    scripts = str(Path(__file__).resolve().parents[2] / "scripts")

    def job() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", TAKE, scripts],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    first = job()
    assert first.stdout.readline().strip() == expected[0]
    second = job()
    assert second.stdout.readline().strip() == expected[1]
    first.kill()
    first.wait()
    third = job()
    assert third.stdout.readline().strip() == expected[0]
    for process in (second, third):
        process.communicate()

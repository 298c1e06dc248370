"""The launcher of training commands: one process plainly, several that find each other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCH = Path(__file__).resolve().parents[2] / "scripts" / "launch.sh"
COMMAND = """
import os, sys
if "RANK" in os.environ:
    import torch.distributed as group
    group.init_process_group("gloo")
    ranks = [None] * group.get_world_size()
    group.all_gather_object(ranks, group.get_rank())
    group.destroy_process_group()
else:
    ranks = ["alone"]
with open(f"{sys.argv[1]}.{os.environ.get('RANK', 0)}", "w") as out:
    out.write(" ".join(map(str, ranks)))
sys.exit(int(sys.argv[2]))
"""


def launch(tmp_path: Path, tasks: int, status: int = 0) -> subprocess.CompletedProcess:
    (tmp_path / "command.py").write_text(COMMAND)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    arguments = [LAUNCH, str(tasks), tmp_path / "command.py", tmp_path / "out", str(status)]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True)


def test_one_task_is_a_plain_process(tmp_path):
    assert launch(tmp_path, 1).returncode == 0
    assert (tmp_path / "out.0").read_text() == "alone"


def test_two_tasks_find_each_other(tmp_path):
    done = launch(tmp_path, 2)
    assert done.returncode == 0, done.stderr
    assert [(tmp_path / f"out.{rank}").read_text() for rank in (0, 1)] == ["0 1", "0 1"]


@pytest.mark.parametrize("tasks", [1, 2])
def test_a_failure_is_passed_on(tmp_path, tasks):
    assert launch(tmp_path, tasks, status=3).returncode != 0

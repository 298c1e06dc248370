"""Training commands as processes of their own, to be killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def start(words: list[str], **environment: str) -> subprocess.Popen:
    """Start a command of its own, one thread."""
    return subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill_when_saved(process: subprocess.Popen, state: Path, patience: float = 120) -> None:
    """SIGKILL a training command as soon as its state folder holds a whole checkpoint."""
    from small_or_large import resuming

    until = time.monotonic() + patience
    while not any(map(resuming.is_whole, state.glob("checkpoint-*"))):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            pytest.fail(f"ended before it saved its state:\n{process.communicate()[0]}")
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL

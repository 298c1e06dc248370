"""Tests import the shared modules the way the commands do: from scripts/."""

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "scripts"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# With two workers (make test) a file's tests go to one of them, in this order: the long files first, so that both end
# at about the same time.
LONG_FIRST = ["test_dvc", "test_conda", "test_slurm", "test_finished_study", "test_profiles"]


def pytest_collection_modifyitems(items):
    """Long files first; the order within a file, and of all other files, stays."""
    place = {name: number for number, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG_FIRST)))

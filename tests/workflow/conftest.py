"""A checkout to plan in, and one in which the tiny study was really run, once for all tests."""

import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock

sys.path.insert(0, str(Path(__file__).parent))

from running import TINY, copy_workflow, snakemake  # noqa: E402


@pytest.fixture
def checkout(tmp_path):
    """The workflow's own files in a folder of their own."""
    return copy_workflow(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id):
    """A checkout in which the tiny study is finished. Read it; a test that changes it works on a copy.

    It is run once for all workers: who comes first runs it, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "finished"
    with FileLock(f"{folder}.lock"):
        if not (folder / "results/tiny/report.html").is_file():
            # A run that failed in one worker fails in the other, too, and is not taken for a finished one.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            snakemake(copy_workflow(folder), "--configfile", TINY, installed=True)
    return folder

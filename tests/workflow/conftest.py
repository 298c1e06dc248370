"""A checkout to plan in, and one in which the tiny study was really run, once for all tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from running import TINY, copy_workflow, snakemake  # noqa: E402


@pytest.fixture
def checkout(tmp_path):
    """The workflow's own files in a folder of their own."""
    return copy_workflow(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A checkout in which the tiny study is finished. Read it; a test that changes it works on a copy."""
    folder = copy_workflow(tmp_path_factory.mktemp("finished"))
    snakemake(folder, "--configfile", TINY)
    return folder

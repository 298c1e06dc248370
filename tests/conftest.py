"""Tests import the shared modules the way the commands do: from scripts/."""

import importlib.machinery
import os
import sys

from repository import REPOSITORY
from untraced import call_untraced

sys.path.insert(0, str(REPOSITORY / "scripts"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Commands find their modules compiled, as they do outside of tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A file's tests go to one of the workers (make test), in this order: the long files first, so that all workers end at
# about the same time. The fourth waits behind the first, which ends last: it is a short one.
LONG_FIRST = """
    test_conda test_dvc test_slurm test_finished_study test_documented_commands test_finetune test_pretrain test_page
    test_deidentify test_interrupted_corpus test_profiles test_generate test_frozen_encoders test_launch
    test_comparisons test_servers test_sections test_llm test_deidentify_command test_dry_run
""".split()


def pytest_configure(config):
    """Coverage measures the processes that run the tests and not the commands that these start.

    Unit tests call every command in their own process; tracing it again in each of a study's jobs doubled the time of
    some of them. The process that starts the workers leaves them the setting by which coverage finds them.
    """
    starts_workers = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if not starts_workers:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        import_untraced()


def import_untraced():
    """Coverage does not follow the import of what is not this project's: traced, torch and the like take half as long
    again, in each of the processes that run the tests."""
    loader = importlib.machinery.SourceFileLoader
    imported, imported_untraced = loader.exec_module, call_untraced(loader.exec_module)

    def exec_module(self, module):
        ours = self.path.startswith((f"{REPOSITORY}/scripts/", f"{REPOSITORY}/tests/"))
        return (imported if ours else imported_untraced)(self, module)

    loader.exec_module = exec_module


def pytest_collection_modifyitems(items):
    """Long files first; the order within a file, and of all other files, stays."""
    place = {name: number for number, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG_FIRST)))

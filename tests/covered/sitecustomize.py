"""Coverage of the commands in scripts/ that tests start, here or in a copy of the repository, and of nothing else.

Python imports this file where it starts, if conftest.py put its folder on PYTHONPATH. Snakemake, DVC and Slurm start
untraced, and so does what a command imports from other packages: tracing it cost a third of every command's time.
"""

import builtins
import importlib.util
import os
import re
import sys

SETTINGS = "COVERAGE_OF_COMMANDS"
OURS = "small_or_large"
COMMAND = re.compile(r"(^|/)scripts/\w+\.py$")

command = next(filter(COMMAND.search, sys.orig_argv), None)
# The Python of a conda environment has no coverage.
if command and SETTINGS in os.environ and importlib.util.find_spec("coverage"):
    import coverage

    scripts = os.path.dirname(os.path.abspath(command))
    coverage.Coverage(config_file=os.environ[SETTINGS], source=[scripts], auto_data=True).start()
    # coverage sets it for a process's children; these are to be asked as this one was.
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

    import_traced = builtins.__import__

    def import_untraced(name, globals=None, locals=None, fromlist=(), level=0):
        """Import without tracing, unless it is a module of ours."""
        tracer = sys.gettrace()
        if tracer is None or level or name.partition(".")[0] == OURS:
            return import_traced(name, globals, locals, fromlist, level)
        sys.settrace(None)
        try:
            return import_traced(name, globals, locals, fromlist, level)
        finally:
            sys.settrace(tracer)

    builtins.__import__ = import_untraced

#!/usr/bin/env bash
# A real conda (24.7.1, classic solver) where no conda installer can be had: the copy inside the conda-lock package.
#
#   conda_from_pypi.sh PREFIX      makes PREFIX/condabin/conda and PREFIX/bin/activate
set -euo pipefail
prefix=$(realpath -m "$1")
python=${PYTHON:-python3}

"$python" -m venv "$prefix"
"$prefix/bin/pip" install --quiet --disable-pip-version-check --no-deps 'conda-lock==4.0.3'
# What that conda imports; pinned loosely, since nothing of it enters the environments that it makes.
"$prefix/bin/pip" install --quiet --disable-pip-version-check 'setuptools<81' pycosat boltons archspec frozendict \
    conda-package-handling conda-package-streaming pluggy requests ruamel.yaml tqdm distro platformdirs packaging \
    truststore zstandard

# This file marks the prefix as a conda base.
mkdir -p "$prefix/condabin" "$prefix/conda-meta" "$prefix/pkgs"
: >"$prefix/conda-meta/history"

# "conda.x" is conda_lock._vendor.conda.x; conda_lock itself is not run (it would want more packages).
cat >"$prefix/condabin/conda" <<LAUNCHER
#!$prefix/bin/python
import importlib
import importlib.abc
import importlib.util
import sys
import types

found = importlib.util.find_spec("conda_lock")
package = types.ModuleType("conda_lock")
package.__path__ = list(found.submodule_search_locations)
sys.modules["conda_lock"] = package


class Vendored(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == "conda" or name.startswith("conda."):
            return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        module = importlib.import_module("conda_lock._vendor." + spec.name)
        self.real = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self.real


sys.meta_path.insert(0, Vendored())
from conda_lock._vendor.conda.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
LAUNCHER
chmod +x "$prefix/condabin/conda"
ln -sf ../condabin/conda "$prefix/bin/conda"

# Snakemake runs `source PREFIX/bin/activate ENVIRONMENT` before a rule's command.
cat >"$prefix/bin/activate" <<ACTIVATE
eval "\$("$prefix/bin/conda" shell.posix activate "\$1")"
ACTIVATE
"$prefix/bin/conda" --version

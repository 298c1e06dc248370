#!/usr/bin/env bash
# Make a conda and its channel in DIR, and print the settings to run Snakemake with:   eval "$(up.sh DIR)"
#
# Where a conda 24.7.1 or newer is on PATH that one is used as it is, with its own channels.
set -euo pipefail
dir=$(realpath -m "$1")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"

if command -v conda >/dev/null && [ -z "${SMALL_OR_LARGE_OWN_CONDA:-}" ]; then
    echo "export CONDA_PKGS_DIRS=$dir/pkgs"
    exit 0
fi
[ -x "$dir/conda/condabin/conda" ] || "$here/conda_from_pypi.sh" "$dir/conda" >&2
[ -s "$dir/channels/conda-forge/noarch/repodata.json" ] ||
    "$dir/conda/bin/python" "$here/build_channel.py" "$dir/channels/conda-forge"
cat >"$dir/condarc" <<CONDARC
channel_alias: file://$dir/channels
channels: [conda-forge]
default_channels: [file://$dir/channels/conda-forge]
channel_priority: strict
solver: classic
notify_outdated_conda: false
CONDARC
# Nothing here depends on CUDA's version, which conda starts a process to find, for every job that it activates.
cat <<SETTINGS
export PATH=$dir/conda/condabin:\$PATH
export CONDARC=$dir/condarc
export CONDA_PKGS_DIRS=$dir/pkgs
export CONDA_OVERRIDE_CUDA=
SETTINGS

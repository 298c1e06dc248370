"""A conda channel made of this machine's Python: the packages python and pip, where no channel can be reached.

`python build_channel.py CHANNEL` packs the running interpreter's base installation and its pip. With the setting
`channel_alias` the name conda-forge then means this channel, so that the project's own environment files are what is
tested: they take nothing else from conda.
"""

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tarfile
import tempfile
import time
from pathlib import Path

VERSION = platform.python_version()
SERIES = f"{sys.version_info[0]}.{sys.version_info[1]}"
BASE = Path(sys.base_prefix)
PLATFORM = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}[platform.machine()]
# Parts of the standard library that no rule needs, and other people's packages.
LEFT_OUT = (
    "site-packages",
    "test",
    "tests",
    "__pycache__",
    "idlelib",
    "turtledemo",
    "ensurepip",
    "tkinter",
    "*.a",
)


def pack(tree: Path, channel: Path, index: dict, link: dict | None = None) -> tuple[str, dict]:
    """Make a conda package of the files below `tree`; its file name and its entry in the channel's index."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() or path.is_symlink())
    info = tree / "info"
    info.mkdir()
    index = {
        "build": "0",
        "build_number": 0,
        "license": "PSF-2.0",
        "timestamp": int(time.time() * 1000),
        **index,
    }
    described = [
        {
            "_path": str(path.relative_to(tree)),
            "path_type": "softlink" if path.is_symlink() else "hardlink",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "size_in_bytes": path.stat().st_size,
        }
        for path in files
    ]
    (info / "index.json").write_text(json.dumps(index))
    (info / "files").write_text("".join(f"{item['_path']}\n" for item in described))
    (info / "paths.json").write_text(json.dumps({"paths": described, "paths_version": 1}))
    if link:
        (info / "link.json").write_text(json.dumps({"package_metadata_version": 1, **link}))
    package = channel / index["subdir"] / f"{index['name']}-{index['version']}-0.tar.bz2"
    package.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(package, "w:bz2", compresslevel=1) as packed:
        for child in sorted(tree.iterdir()):
            packed.add(child, arcname=child.name)
    content = package.read_bytes()
    digests = {name: hashlib.new(name, content).hexdigest() for name in ("md5", "sha256")}
    return package.name, {**index, "size": len(content), **digests}


def python_package(tree: Path, channel: Path) -> tuple[str, dict]:
    """The interpreter with its standard library; it finds the library beside itself wherever it is put."""
    (tree / "bin").mkdir(parents=True)
    (tree / "lib").mkdir()
    shutil.copy2(BASE / f"bin/python{SERIES}", tree / f"bin/python{SERIES}")
    for name in ("python", "python3"):
        (tree / "bin" / name).symlink_to(f"python{SERIES}")
    library = f"lib/python{SERIES}"
    shutil.copytree(BASE / library, tree / library, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (tree / library / "site-packages").mkdir()
    (tree / library / "site-packages/README.txt").write_text("packages go here\n")
    for shared in (BASE / "lib").glob("libpython*.so*"):
        shutil.copy2(shared, tree / "lib" / shared.name, follow_symlinks=False)
    return pack(tree, channel, {"name": "python", "version": VERSION, "subdir": PLATFORM, "depends": []})


def pip_package(tree: Path, channel: Path) -> tuple[str, dict]:
    """The pip that came with the interpreter."""
    site = BASE / f"lib/python{SERIES}/site-packages"
    metadata = next(site.glob("pip-*.dist-info"))
    (tree / "site-packages").mkdir(parents=True)
    for folder in (site / "pip", metadata):
        shutil.copytree(
            folder, tree / "site-packages" / folder.name, ignore=shutil.ignore_patterns("__pycache__")
        )
    index = {
        "name": "pip",
        "version": metadata.name.removesuffix(".dist-info").split("-")[1],
        "subdir": "noarch",
        "noarch": "python",
        "depends": ["python >=3"],
    }
    link = {"noarch": {"type": "python", "entry_points": ["pip = pip._internal.cli.main:main"]}}
    return pack(tree, channel, index, link)


def main() -> None:
    """Write the channel."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("channel", type=Path, help="folder to write")
    channel = parser.parse_args().channel.resolve()
    found: dict[str, dict] = {"noarch": {}, PLATFORM: {}}
    with tempfile.TemporaryDirectory() as folder:
        for make in (python_package, pip_package):
            name, entry = make(Path(folder) / make.__name__, channel)
            found[entry["subdir"]][name] = entry
    for subdir, packages in found.items():
        index = {
            "info": {"subdir": subdir},
            "packages": packages,
            "packages.conda": {},
            "removed": [],
            "repodata_version": 1,
        }
        (channel / subdir / "repodata.json").write_text(json.dumps(index))


if __name__ == "__main__":
    main()

"""Write exact versions into requirements*.txt and the conda environments, from the names in the .in files.

The versions are those installed in the Python that runs this, so install, run the tests, then pin. A local suffix
such as torch's `+cpu` is left out: which build of a version is installed is for the machine to say.
"""

import argparse
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("models", "gate", "gate-model", "report")
REQUIREMENTS = ("requirements", "requirements-dev", "requirements-slurm")


def named(path: Path) -> list[Requirement]:
    """The requirements in a .in file and in those it includes."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            found += named(ROOT / line.removeprefix("-r ").strip())
        elif line:
            found.append(Requirement(line))
    return found


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Name and installed version of the requirements and of all that they need; SystemExit where one is missing."""
    pins: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    todo = list(requirements)
    while todo:
        requirement = todo.pop()
        for extra in ("", *requirement.extras):
            key = (canonicalize_name(requirement.name), extra)
            if key in seen:
                continue
            seen.add(key)
            try:
                found = distribution(requirement.name)
            except PackageNotFoundError:
                sys.exit(f"error: {requirement.name} is not installed here; install it, then pin")
            pins[found.metadata["Name"]] = re.sub(r"\+.*", "", found.version)
            for line in found.requires or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    todo.append(needed)
    return dict(sorted(pins.items(), key=lambda pin: pin[0].lower()))


def requirements_text(source: str, pins: dict[str, str]) -> str:
    """A requirements file with one exact version a line."""
    lines = [
        f"# Made by `make pins` from {source}.",
        *(f"{name}=={version}" for name, version in pins.items()),
    ]
    return "\n".join(lines) + "\n"


def environment_text(name: str, pins: dict[str, str]) -> str:
    """A conda environment: conda brings Python and pip, everything else is the very version of requirements.txt."""
    head = (ROOT / f"envs/{name}.in").read_text(encoding="utf-8").splitlines()[0]
    values = {
        "channels": ["conda-forge", "nodefaults"],
        "dependencies": [
            f"python={'.'.join(platform.python_version_tuple()[:2])}",
            "pip",
            {"pip": [f"{package}=={version}" for package, version in pins.items()]},
        ],
    }
    return f"{head}\n# Made by `make pins` from envs/{name}.in.\n" + yaml.safe_dump(values, sort_keys=False)


def wanted() -> dict[Path, str]:
    """Every file that this writes, with what belongs into it."""
    files = {}
    runtime = closure(named(ROOT / "requirements.in"))
    for name in REQUIREMENTS:
        pins = closure(named(ROOT / f"{name}.in"))
        if name != "requirements":
            pins = {package: version for package, version in pins.items() if package not in runtime}
        files[ROOT / f"{name}.txt"] = requirements_text(f"{name}.in", pins)
    for name in ENVIRONMENTS:
        files[ROOT / f"envs/{name}.yaml"] = environment_text(name, closure(named(ROOT / f"envs/{name}.in")))
    return files


def main() -> None:
    """Write the files that differ, or with --check name them and fail."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where a file is not as it would be"
    )
    check = parser.parse_args().check
    different = {
        path: text
        for path, text in wanted().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }
    for path, text in different.items():
        print(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text, encoding="utf-8")
    sys.exit(1 if check and different else 0)


if __name__ == "__main__":
    main()

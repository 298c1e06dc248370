"""The pinned environments: they agree with each other, hold what the code imports, and name no place."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repository import REPOSITORY

ENVIRONMENTS = sorted((REPOSITORY / "envs").glob("*.yaml"))
REQUIREMENTS = sorted(REPOSITORY.glob("requirements*.txt"))


def pins(lines: list[str]) -> dict[str, str]:
    """Versions by package of lines `name==version`; anything else fails."""
    found = {}
    for line in lines:
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.!]*)", line)
        assert match, f"{line!r} is no exact version"
        found[canonicalize_name(match[1])] = match[2]
    return found


def requirements(path: Path) -> dict[str, str]:
    return pins([line for line in path.read_text().splitlines() if not line.startswith("#")])


def environment(path: Path) -> tuple[dict, dict[str, str]]:
    values = yaml.safe_load(path.read_text())
    return values, pins(values["dependencies"][-1]["pip"])


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_exact_versions_and_name_no_place(path):
    assert requirements(path)
    assert "://" not in path.read_text()


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_an_environment_has_the_versions_of_the_requirements(path):
    _, found = environment(path)
    wanted = requirements(REPOSITORY / "requirements.txt")
    assert found and {name: wanted.get(name) for name in found} == found


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_conda_itself_brings_python_and_pip_only(path):
    values, _ = environment(path)
    assert values["channels"] == ["conda-forge", "nodefaults"]
    assert values["dependencies"][:-1] == ["python=3.11", "pip"]


def test_every_rules_environment_exists_and_every_environment_is_used():
    named = {
        name
        for path in (REPOSITORY / "rules").glob("*.smk")
        for name in re.findall(r'"\.\./(envs/[^"]+)"', path.read_text())
    }
    assert named == {f"envs/{path.name}" for path in ENVIRONMENTS}


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"small_or_large", "vllm"}


def named(name: str) -> set[str]:
    """Packages that a .in file names, and those of the files it includes."""
    found = set()
    for line in (REPOSITORY / name).read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            found |= named(line.removeprefix("-r "))
        elif line:
            found.add(canonicalize_name(Requirement(line).name))
    return found


def test_every_package_that_the_commands_import_is_named_and_pinned():
    distributions = packages_distributions()
    local = {path.stem for path in (REPOSITORY / "scripts").glob("*.py")}
    direct = named("requirements.in")
    unnamed = {
        f"{module} ({path.name})"
        for path in (REPOSITORY / "scripts").rglob("*.py")
        for module in imported(path) - local
        if not {canonicalize_name(name) for name in distributions.get(module, [])} & direct
    }
    assert unnamed == set()
    assert direct <= set(requirements(REPOSITORY / "requirements.txt"))

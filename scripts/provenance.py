"""Write down where a study's results come from: code, study, data, versions, device.

It is one file, results/<study>/provenance.json, which the page shows. The rule that calls this depends on the results
and not on the commit or the clock: another commit alone does not make a study's page anew.
"""

import importlib.metadata
import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from small_or_large import command, whole_files
from small_or_large.errors import StudyError
from small_or_large.study import load_study

ROOT = Path(__file__).resolve().parent.parent


def commit() -> dict[str, Any]:
    """The checkout's commit and whether tracked files differ from it; null where this is no git checkout."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    found = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no")
    return {"git_commit": found, "git_dirty": None if found is None else bool(changed)}


def data(summaries: list[str | Path]) -> list[dict[str, Any]]:
    """File, digest and rows of every input, from ingest's summaries; StudyError where one is unreadable."""
    found = []
    for path in summaries:
        try:
            summary = json.loads(Path(path).read_text(encoding="utf-8"))
            found += [
                {"source": summary["source"], **{key: file[key] for key in ("file", "sha256", "rows")}}
                for file in summary["files"]
            ]
        except (OSError, ValueError, KeyError) as error:
            raise StudyError(f"{path}: no summary of ingest ({error}); run ingest again") from None
    return found


def required() -> list[str]:
    """The packages that requirements.txt pins, by name; none where the file is not there."""
    path = ROOT / "requirements.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line.partition("==")[0] for line in lines if "==" in line]


def versions(costs: Path) -> dict[str, str]:
    """Versions in this Python of the pinned packages that are installed, and those that the runs recorded.

    Under conda, this environment and that of the models are two; what the runs recorded is what they ran with.
    """
    found = {}
    for name in required():
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    for record in records(costs):
        found |= record.get("versions") or {}
    return {
        "python": platform.python_version(),
        **dict(sorted(found.items(), key=lambda item: item[0].lower())),
    }


def records(costs: Path) -> list[dict[str, Any]]:
    """The cost records of all runs, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(costs.glob("*/*.json"))]


def device(costs: Path) -> dict[str, Any]:
    """This machine, and the devices that the runs say they ran on."""
    used = sorted({record["device"] for record in records(costs) if record.get("device")})
    return {"machine": platform.machine(), "system": platform.platform(), "runs_on": used}


def main() -> None:
    """Write the provenance of a study."""
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file")
    parser.add_argument("--summaries", nargs="*", default=[], help="summary.json of every ingested source")
    parser.add_argument("--costs", help="folder with the runs' cost records; beside the output if not given")
    parser.add_argument("--output", required=True, help="file to write (JSON)")
    given = parser.parse_args()
    study = load_study(given.study)
    costs = Path(given.costs or Path(given.output).parent / "costs")
    found = {
        "study": study.study,
        "study_fingerprint": study.fingerprint,
        **commit(),
        "data": data(given.summaries),
        "versions": versions(costs),
        "device": device(costs),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    whole_files.write_text(json.dumps(found, indent=1) + "\n", given.output)


if __name__ == "__main__":
    command.run(main)

"""Put a finished study into one file that another registry can open: everything but the reports.

It holds the study file, metrics, comparisons, recommendation, costs, splits' sizes, provenance, the page, and the
predictions without anything that could carry text. Report and patient numbers are replaced by numbers that mean
nothing elsewhere; which rows belong to one patient stays visible, so that every interval can be computed again.
"""

import io
import json
import tarfile
from pathlib import Path

import pandas as pd

from small_or_large import command, tables
from small_or_large.errors import StudyError
from small_or_large.study import Study, load_study

FILES = (
    "study.yaml",
    "metrics.csv",
    "comparisons.csv",
    "recommendation.json",
    "metrics.json",
    "provenance.json",
    "corpus.json",
    "report.html",
)
FOLDERS = {"costs": "*/*.json", "plots": "*.csv", "splits": "*.summary.json"}


def predictions(path: Path, study: Study, task: str, numbers: dict[str, dict[str, str]]) -> pd.DataFrame:
    """A predictions table with its columns as the contract has them, report and patient numbers replaced.

    numbers: the replacements so far, grown here. StudyError where a column stands in it that is not of the contract:
    it may hold report text.
    """
    table = pd.read_parquet(path)
    allowed = list(tables.predictions_schema(study.class_names(task)).columns)
    if unknown := [column for column in table.columns if column not in allowed]:
        raise StudyError(
            f"{path}: column {', '.join(unknown)} is not of the contract and may hold text: not archived"
        )
    for column in ("report_id", "patient_id"):
        known = numbers.setdefault(column, {})
        table[column] = [known.setdefault(value, f"{column[0]}{len(known) + 1}") for value in table[column]]
    return table


def archive(study: Study, folder: Path, output: Path) -> list[str]:
    """Write the archive of a study's results; the names in it.

    Raises StudyError where the study is not finished, where its page shows report text, or where a table has a column
    that might hold text.
    """
    if study.page.show_text:
        raise StudyError(
            "page.show_text is on: the page holds report text; set it to false and run the study again"
        )
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise StudyError(
            f"{folder}: {', '.join(missing)} not there: the study is not finished; run snakemake first"
        )
    numbers: dict[str, dict[str, str]] = {}
    contents: dict[str, bytes] = {name: (folder / name).read_bytes() for name in FILES}
    for name, pattern in FOLDERS.items():
        for path in sorted((folder / name).glob(pattern)):
            contents[f"{name}/{path.relative_to(folder / name)}"] = path.read_bytes()
    for run in study.all_runs:
        path = folder / "predictions" / run.task / f"{run.name}.parquet"
        packed = io.BytesIO()
        predictions(path, study, run.task, numbers).to_parquet(packed, index=False)
        contents[f"predictions/{run.task}/{run.name}.parquet"] = packed.getvalue()
    contents["README.txt"] = readme(study).encode()
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(f".{output.name}.tmp")
    with tarfile.open(draft, "w:gz") as packed_all:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"{study.study}/{name}")
            entry.size, entry.mode = len(content), 0o644
            packed_all.addfile(entry, io.BytesIO(content))
    draft.replace(output)
    return list(contents)


def readme(study: Study) -> str:
    """What the archive holds, for who opens it."""
    synthetic = "The reports were made up: no score here is a finding.\n" if study.synthetic else ""
    return (
        f"Results of the study {study.study}, without its reports.\n{synthetic}"
        "report.html opens in any browser, offline. study.yaml is the study with all its settings.\n"
        "predictions/<task>/<run>.parquet has every answer; report and patient numbers are replaced by numbers\n"
        "without a meaning, the same throughout this archive. metrics.csv and comparisons.csv follow from them.\n"
        "provenance.json says which code, data (by digest) and versions made this.\n"
    )


def main() -> None:
    """Write a study's archive and say what is in it."""
    parser = command.parser(__doc__)
    parser.add_argument("--study", default="config.yaml", help="study file")
    parser.add_argument("--results", default="results", help="folder below which the studies' results lie")
    parser.add_argument("--output", help="archive to write; <results>/<study>.tar.gz if not given")
    given = parser.parse_args()
    study = load_study(given.study)
    folder = Path(given.results) / study.study
    output = Path(given.output or Path(given.results) / f"{study.study}.tar.gz")
    names = archive(study, folder, output)
    print(json.dumps({"archive": str(output), "bytes": output.stat().st_size, "files": len(names)}))


if __name__ == "__main__":
    command.run(main)

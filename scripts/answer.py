"""Say what a finished study found: the page to open, and which model to use, task by task."""

import json
import textwrap
from pathlib import Path

from small_or_large import command
from small_or_large.errors import StudyError
from small_or_large.study import load_study


def answer(study_file: str | Path, results: str | Path = "results") -> str:
    """The page's path and the answer of every task, in words.

    study_file: the study; results: the folder below which its results lie. Raises StudyError where it has none.
    """
    study = load_study(study_file)
    folder = Path(results) / study.study
    page, found = folder / "report.html", folder / "recommendation.json"
    for path in (page, found):
        if not path.is_file():
            raise StudyError(
                f"{path} is not there: the study {study.study} is not finished; run snakemake first"
            )
    answers = json.loads(found.read_text(encoding="utf-8"))
    lines = [f"Page: {page}"]
    if study.synthetic:
        lines.append("The reports of this study are made up: its scores show the way and are no findings.")
    for task, entry in answers.items():
        title = study.tasks[task].title or task
        lines += ["", title, textwrap.fill(entry["answer"], 100, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join(lines)


def main() -> None:
    """Print the answer of a study."""
    parser = command.parser(__doc__)
    parser.add_argument("--study", default="config.yaml", help="study file")
    parser.add_argument("--results", default="results", help="folder below which the studies' results lie")
    given = parser.parse_args()
    print(answer(given.study, given.results))


if __name__ == "__main__":
    command.run(main)

"""Write a study's page: report.html, one self-contained file that opens offline."""

import logging
from pathlib import Path

from small_or_large import command, whole_files
from small_or_large.errors import StudyError
from small_or_large.page import contents, render
from small_or_large.study import load_study


def main() -> None:
    """Parse arguments and write the page."""
    arguments = command.parser(__doc__)
    arguments.add_argument("--study", required=True, help="study file")
    arguments.add_argument("--results", help="folder of the study's results (results/<study>)")
    arguments.add_argument("--output", help="page to write (results/<study>/report.html)")
    given = arguments.parse_args()
    study = load_study(given.study)
    results = Path(given.results or Path("results") / study.study)
    if not (results / "recommendation.json").is_file():
        raise StudyError(f"{results / 'recommendation.json'}: not there; make it with scripts/recommend.py")
    page = render.page(contents.gather(study, results))
    output = Path(given.output or results / "report.html")
    whole_files.write_text(page, output)
    logging.info("%s: %.0f kB", output, len(page.encode()) / 1000)


if __name__ == "__main__":
    command.run(main)

"""Read the raw answers of an external model (an LLM asked elsewhere, a rule-based coder, a vendor's product) as
predictions, judged like any other run.
"""

import logging

from small_or_large import command, predictions, raw_answers
from small_or_large.answers import AnswerReader
from small_or_large.errors import StudyError
from small_or_large.measure import Measurement
from small_or_large.runs import Run
from small_or_large.study import load_study


def main() -> None:
    """Parse the answers of one run and write predictions and (unknown) costs."""
    arguments = command.parser(__doc__)
    command.add_options(
        arguments, "study", "task", "labels", "split", "predictions", "costs",
        run="run, <model>.answers.seed<k>; k is the run in the answers file",
    )  # fmt: skip
    arguments.add_argument("--answers", help="answers file; the study's where not given")
    given = arguments.parse_args()
    run = Run.parse(given.task, given.run)
    settings = load_study(given.study).external_settings(run)
    classes, source = settings["classes"], settings["answers"]
    path = given.answers or source["path"]

    answers = raw_answers.of_run(raw_answers.read(path, source["address"]), source["model"], run.seed, path)
    rows = predictions.labelled_part(given.labels, given.split, classes, settings["parts"])
    asked = rows["report_id"].isin(answers.index)
    # A part without a single answer was not asked about; in any other, every report must be answered.
    rows, asked = (
        x[rows["part"].isin(set(rows["part"][asked]))].reset_index(drop=True) for x in (rows, asked)
    )
    if rows.empty:
        raise StudyError(
            f"{path}: none of its {len(answers)} answers is for a report of the "
            f"{' or '.join(settings['parts'])} part of {given.split}; compare the report_ids"
        )
    reader = AnswerReader(classes, source.get("key", ""))
    raw = answers.reindex(rows["report_id"])
    failed = raw.isna().to_numpy()
    found = [None if missing else reader.read(answer) for answer, missing in zip(raw, failed, strict=True)]
    statuses = [
        "error" if missing else "invalid" if name is None else "ok"
        for name, missing in zip(found, failed, strict=True)
    ]
    logging.info(
        "%d answers of run %d; %d are for reports outside the parts predicted and are ignored",
        len(answers),
        run.seed,
        (~answers.index.isin(rows["report_id"])).sum(),
    )
    for status in ("invalid", "error"):
        if count := statuses.count(status):
            logging.warning("%d of %d reports end in status %s", count, len(rows), status)
    table = predictions.from_answers(rows, found, statuses, classes)
    predictions.write(table, classes, given.predictions)
    with Measurement() as cost:
        pass
    # Whoever asked the model knows what that took; nothing of it was measured here.
    cost.write(
        given.costs,
        device=None,
        peak_memory_mib=None,
        energy_kwh=None,
        energy_method=None,
        seconds=None,
        versions={},
    )


if __name__ == "__main__":
    command.run(main)

"""Find out in seconds what would fail in hours: every checkpoint, prompt, answers file and source is looked for
before anything starts, and all that is missing is named at once.
"""

import json
from pathlib import Path

from small_or_large import checkpoints, command, whole_files
from small_or_large.errors import StudyError
from small_or_large.study import Study, load_study


def complaints(study: Study) -> list[str]:
    """What is missing, one line each: the key of the study file, what is wrong with it, and the cure."""
    found = []
    for name, model in study.models.items():
        if model.checkpoint:
            try:
                checkpoints.check(study.origin_settings(name))
            except StudyError as error:
                found.append(f"models.{name}.checkpoint: {error}")
        if model.answers and not Path(model.answers.path).is_file():
            where = f"; it can be had from {model.answers.address}" if model.answers.address else ""
            found.append(f"models.{name}.answers.path: {model.answers.path} is not there{where}")
    if gate_model := study.deidentify.transformers_model:
        try:
            checkpoints.check({"checkpoint": gate_model})
        except StudyError as error:
            found.append(f"deidentify.transformers_model: {error}")
    for name, task in study.tasks.items():
        if not Path(task.prompt).is_file() and any(
            study.models[r.model].kind == "decoder" for r in study.all_runs
        ):
            found.append(f"tasks.{name}.prompt: {task.prompt} is not there")
    return found


def main() -> None:
    """Write what was looked for and found; StudyError with all that was not."""
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file")
    parser.add_argument("--output", required=True, help="file to write (JSON)")
    given = parser.parse_args()
    study = load_study(given.study)
    missing = complaints(study)
    if missing:
        raise StudyError("\n  ".join(["the study cannot run:", *missing]))
    looked_for = {name: study.origin_settings(name)["checkpoint"] for name in study.models}
    whole_files.write_text(json.dumps({"checkpoints": looked_for}, indent=1), given.output)


if __name__ == "__main__":
    command.run(main)

"""Put a task's labels beside the answers of a model that was asked without them: its predictions table."""

from small_or_large import command, predictions
from small_or_large.errors import StudyError
from small_or_large.study import load_study


def main() -> None:
    """Read answers and labels, write predictions."""
    arguments = command.parser(__doc__)
    command.add_options(arguments, "study", "task", "labels", "predictions")
    arguments.add_argument("--answers", required=True, help="what llm.py or zero_shot.py wrote (Parquet)")
    given = arguments.parse_args()
    study = load_study(given.study)
    if given.task not in study.tasks:
        raise StudyError(f"--task {given.task}: the study's tasks are {', '.join(study.tasks)}")
    classes = study.class_names(given.task)
    answers = predictions.read(given.answers, classes, labelled=False)
    predictions.write(predictions.labelled(answers, given.labels, classes), classes, given.predictions)


if __name__ == "__main__":
    command.run(main)

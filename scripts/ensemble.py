"""Average the probabilities of several runs of a task, so that models that err differently read a report together.

The plain mean (the sum rule of Kittler et al., On Combining Classifiers, 1998). A mean of honest probabilities is too
unsure (Ranjan and Gneiting, Combining probability forecasts, 2010), so one temperature is fitted to it on the
validation part. It costs what its members cost together.
"""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import softmax

from small_or_large import command, measure, predictions, whole_files
from small_or_large.calibration import fit_temperature
from small_or_large.costs import KEYS
from small_or_large.errors import StudyError
from small_or_large.runs import Run
from small_or_large.study import load_study

log = logging.getLogger(__name__)


def averaged(members: dict[str, pd.DataFrame], classes: list[str]) -> tuple[pd.DataFrame, float]:
    """The predictions table of the members together, and the temperature fitted on its validation part.

    members: predictions tables of the same reports by name. A report that a member could not answer is an error. It
    is truncated where no member read all of it. Raises StudyError where the members answered other reports or labels.
    """
    (first, about), *others = [(name, _about(table)) for name, table in members.items()]
    for name, other in others:
        if not other.equals(about):
            raise StudyError(
                f"{name} and {first} cannot be averaged: they answer other reports, or the same with other labels; "
                "make the predictions of the older one again"
            )
    by_report = [table.set_index("report_id").loc[about["report_id"]] for table in members.values()]
    columns = [f"score_{name}" for name in classes]
    mean = np.mean([table[columns].to_numpy(dtype=float) for table in by_report], axis=0)
    answered = ~np.isnan(mean).any(axis=1)

    logits = np.log(np.clip(mean, np.finfo(float).tiny, None))
    judge = answered & (about["part"] == "validation").to_numpy()
    labels = about["label"].map({name: position for position, name in enumerate(classes)}).to_numpy()
    temperature = fit_temperature(logits[judge], labels[judge])
    scores = softmax(np.where(answered[:, None], logits, 0) / temperature, axis=1)

    cut = np.all([table["status"] == "truncated" for table in by_report], axis=0)
    seconds = np.sum([table["seconds"] for table in by_report], axis=0)
    table = predictions.from_scores(about, scores, classes, cut, seconds)
    table.loc[~answered, columns] = np.nan
    table.loc[~answered, "prediction"] = None
    table.loc[~answered, "status"] = "error"
    return table, temperature


def _about(table: pd.DataFrame) -> pd.DataFrame:
    """Which reports a table answers, and their labels, in one order for all tables."""
    columns = ["report_id", "patient_id", "part", "label"]
    return table[columns].sort_values("report_id").reset_index(drop=True)


def together(costs: list[dict[str, Any]]) -> dict[str, Any]:
    """The costs of reading with all members, one after the other: the keys of costs/<task>/<run>.json.

    Sums of time, energy and parameters, the largest memory; the device is a GPU where a member needs one, else that
    of the slowest member. What is unknown of one member is unknown of all.
    """

    def of_all(key: str, combine: Any) -> Any:
        values = [cost.get(key) for cost in costs]
        return None if None in values else combine(values)

    on_gpu = [cost for cost in costs if not str(cost["device"]).lower().startswith("cpu")]
    slowest = min(on_gpu or costs, key=lambda cost: cost["reports_per_second"] or 0)
    found = {
        "device": of_all("device", lambda _: slowest["device"]),
        "dtype": of_all("dtype", lambda names: " and ".join(sorted(set(names)))),
        "parameters": of_all("parameters", sum),
        "train_seconds": of_all("train_seconds", sum),
        "reports_per_second": of_all("reports_per_second", lambda rates: 1 / sum(1 / rate for rate in rates)),
        "peak_memory_mib": of_all("peak_memory_mib", max),
        "energy_kwh": of_all("energy_kwh", sum),
    }
    assert found.keys() == set(KEYS)
    return found


def main() -> None:
    """Average the members' probabilities, write predictions and costs."""
    arguments = command.parser(__doc__)
    command.add_options(
        arguments, "study", "task", "predictions", "costs",
        run="run, <model>.averaged[.n<labels>].seed<k>",
    )  # fmt: skip
    arguments.add_argument(
        "--member-predictions", required=True, nargs="+", help="predictions table of each member (Parquet)"
    )
    arguments.add_argument("--member-costs", required=True, nargs="+", help="costs of each member (JSON)")
    given = arguments.parse_args()
    run = Run.parse(given.task, given.run)
    settings = load_study(given.study).ensemble_settings(run)
    classes = settings["classes"]

    members = {path: predictions.read(path, classes) for path in given.member_predictions}
    table, temperature = averaged(members, classes)
    log.info("%d runs averaged over %d reports, temperature %.2f", len(members), len(table), temperature)
    predictions.write(table, classes, given.predictions)
    costs = [json.loads(Path(path).read_text(encoding="utf-8")) for path in given.member_costs]
    facts = {"temperature": temperature, "members": settings["members"], "versions": measure.versions()}
    whole_files.write_text(json.dumps(together(costs) | facts, indent=1) + "\n", given.costs)


if __name__ == "__main__":
    command.run(main)

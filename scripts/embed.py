"""Embed with a frozen encoder every report that stands in a split: one pooled vector a report and view.

The probe and two of the zero-shot approaches use these vectors and run no encoder of their own over the reports.
"""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from small_or_large import checkpoints, command, devices, embeddings, tables, tokens
from small_or_large.errors import StudyError
from small_or_large.measure import Measurement, parameters
from small_or_large.progress import Progress
from small_or_large.study import load_study

log = logging.getLogger(__name__)


def wanted(study, lists: list[str]) -> pd.DataFrame:
    """What to embed: report_id and view of every report that stands in a list, each once.

    A list is named after its task, and the task says the view. Raises StudyError for any other name.
    """
    found = []
    for path in lists:
        task = Path(path).name.removesuffix(".csv").removesuffix(".reports")
        if task not in study.tasks:
            raise StudyError(f"{path}: no task {task!r} in the study; a list is named <task>.reports.csv")
        found.append(tables.read_ids(path).assign(view=study.view(task)))
    return pd.concat(found).drop_duplicates(ignore_index=True)


def main() -> None:
    """Embed and write the vectors and what they cost."""
    arguments = command.parser(__doc__)
    command.add_options(arguments, "study", "tokens", "checkpoint", "costs", model="model (an encoder)")
    arguments.add_argument(
        "--reports", required=True, nargs="+", help="what to embed: <task>.reports.csv of every task"
    )
    arguments.add_argument("--output", required=True, help="embeddings to write (Parquet)")
    given = arguments.parse_args()
    study = load_study(given.study)
    settings = study.embed_settings(given.model)
    table = wanted(study, given.reports)

    folder = (
        checkpoints.checked(given.checkpoint) if given.checkpoint else checkpoints.locate(settings["origin"])
    )
    device = devices.choose()
    precision = devices.precision(settings["inference"]["precision"], device)
    model = checkpoints.load_encoder(folder).to(device)
    reading = tokens.Reading.of(
        checkpoints.load_tokenizer(folder), settings["reading"], tokens.positions(model.config)
    )
    cache = tokens.TokenCache(given.tokens)
    rows: list = [None] * len(table)
    table["truncated"] = False
    for view, part in table.groupby("view"):
        for position, ids in zip(part.index, cache.read(part["report_id"], view), strict=True):
            rows[position], table.loc[position, "truncated"] = reading.rows(ids)
    table["n_tokens"] = [sum(map(len, report)) for report in rows]
    log.info("%d reports, %.1f%% of them truncated", len(table), 100 * table["truncated"].mean())
    with Measurement(device, precision) as cost:
        cost.parameters = parameters(model)[0]
        with cost.inference(len(table)):
            vectors, table["seconds"] = embeddings.embed(
                model,
                rows,
                reading.pad,
                settings["reading"]["pooling"],
                settings["inference"]["batch_tokens"],
                precision,
                Progress(len(table)).step,
            )
    if not np.isfinite(vectors).all():
        raise StudyError(
            f"checkpoint {folder}: some vectors are not finite in {precision}; set inference.precision: float32"
        )
    figures = cost.write(given.costs, embedding_seconds=float(table["seconds"].sum()))
    columns = ["report_id", "view", "n_tokens", "truncated", "seconds"]
    embeddings.write(table[columns], vectors, figures, given.output)


if __name__ == "__main__":
    command.run(main)

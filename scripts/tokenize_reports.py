"""Tokenize the reports for one model, once: every view that a task reads, untruncated, as memory-mapped Arrow.

Writes a `datasets` folder with report_id, view and input_ids (without special tokens), and summary.json with how long
the reports are and what share of them is longer than a model of some limit reads.
"""

import json
import logging
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("tokenize")

SCRATCH = ".scratch"  # beside the tokens while they are made
MANY = 20_000  # reports from which starting further processes pays


def arguments() -> Any:
    parser = command.parser(__doc__)
    command.add_options(
        parser, "study", "texts", model="model of the study at the root of its chain of bases",
        checkpoint="folder of a model that the study has made from nothing (scripts/create.py)",
    )  # fmt: skip
    parser.add_argument("--output", required=True, help="folder to write the tokens to")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), help=f"processes; one for fewer than {MANY} reports"
    )
    return parser.parse_args()


def main() -> None:
    args = arguments()
    from small_or_large import checkpoints
    from small_or_large.study import load_study

    study = load_study(args.study)
    if args.model not in study.models:
        raise StudyError(f"--model {args.model}: the study's models are {', '.join(study.models)}")
    folder = (
        checkpoints.checked(args.checkpoint)
        if args.checkpoint
        else checkpoints.locate(study.origin_settings(args.model))
    )
    views = study.views()
    tokenizer = checkpoints.load_tokenizer(folder)
    started = time.perf_counter()
    with checkpoints.folder_written_whole(args.output) as draft:
        dataset = tokenized(args.reports, tokenizer, views, args.processes, draft)
        dataset.save_to_disk(str(draft))
        facts = summaries(dataset, tokenizer)
        shutil.rmtree(draft / SCRATCH)
        (draft / "summary.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    log.info("%d texts tokenized in %.0f s", len(dataset), time.perf_counter() - started)


def tokenized(
    reports: str, tokenizer: Any, views: dict[str, list[str]], processes: int, scratch: Path
) -> Any:
    """A `datasets.Dataset` of report_id, view, input_ids: the whole text of every report, and every view of it that
    a task reads. Read and written in batches, so that it need not fit in memory."""
    import datasets

    from small_or_large.tokens import WHOLE

    datasets.disable_progress_bars()
    features = datasets.Features(
        {
            "report_id": datasets.Value("string"),
            "view": datasets.Value("string"),
            "input_ids": datasets.List(datasets.Value("int32")),
        }
    )
    partial = {view: sections for view, sections in views.items() if view != WHOLE}
    if partial:
        from small_or_large.sections import select

    def encode(batch: dict[str, list]) -> dict[str, list]:
        ids, names, texts = list(batch["report_id"]), [WHOLE] * len(batch["text"]), list(batch["text"])
        for view, sections in partial.items():
            ids += batch["report_id"]
            names += [view] * len(batch["text"])
            texts += [select(text, sections) for text in batch["text"]]
        encoded = tokenizer(texts, add_special_tokens=False, truncation=False, padding=False, verbose=False)
        return {"report_id": ids, "view": names, "input_ids": encoded["input_ids"]}

    scratch = scratch / SCRATCH
    table = datasets.Dataset.from_parquet(str(reports), columns=["report_id", "text"], cache_dir=str(scratch))
    return table.map(
        encode,
        batched=True,
        batch_size=500,
        remove_columns=table.column_names,
        features=features,
        num_proc=processes if len(table) >= MANY and processes > 1 else None,
        cache_file_name=str(scratch / "tokens.arrow"),
    )


def summaries(dataset: Any, tokenizer: Any) -> dict[str, Any]:
    """By view: how long the reports are in tokens, and what share is longer than a model with some limit reads."""
    import numpy as np
    import pyarrow.compute as pc

    from small_or_large import tokens

    table = dataset.data.table
    lengths = pc.list_value_length(table["input_ids"]).to_numpy()
    views = np.asarray(table["view"].to_pylist(), dtype=object)
    special = sum(map(len, tokens.special_tokens(tokenizer)))
    return {
        "vocabulary": len(tokenizer),
        "special_tokens": special,
        "views": {view: tokens.summary(lengths[views == view], special) for view in dict.fromkeys(views)},
    }


def leave_torch_out() -> None:
    """Let transformers find no torch, which a tokenizer does not need: its import takes half of a short job.

    For a process that does nothing but tokenize: transformers remembers what it found.
    """
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # that there is no torch
    sys.modules["torch"] = None
    import transformers  # noqa: F401

    del sys.modules["torch"]


if __name__ == "__main__":
    if not {"-h", "--help"} & set(sys.argv):
        leave_torch_out()
    command.run(main)

"""What every command does alike: options that mean the same everywhere, log lines with a time, telemetry off, and
user errors without a traceback."""

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from small_or_large.errors import StudyError

# Set before any library is imported that reads them: nothing of a study may leave the machine by itself.
QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "WANDB_DISABLED": "true",
}
for _name, _value in QUIET.items():
    os.environ.setdefault(_name, _value)
# What importing torch makes stays: looking through all of it for garbage, over and over, was a tenth of the time that
# a command took to start. What is young is looked at as often as before.
gc.set_threshold(700, 10, 100)


# Options that several commands have: name on the command line, and how it is read.
SHARED: dict[str, tuple[str, dict[str, Any]]] = {
    "study": ("--study", {"required": True, "help": "study file"}),
    "task": ("--task", {"required": True, "help": "task of the study"}),
    "run": ("--run", {"required": True}),
    "model": ("--model", {"required": True, "help": "model of the study"}),
    # What is read.
    "texts": ("--reports", {"required": True, "help": "texts.parquet"}),
    "labels": ("--labels", {"required": True, "help": "the task's labels (Parquet)"}),
    "split": ("--split", {"required": True, "help": "the task's split (CSV)"}),
    "splits": ("--splits", {"required": True, "nargs": "+", "help": "the split of every task"}),
    "duplicates": ("--duplicates", {"required": True, "help": "duplicates.parquet: report_id, group"}),
    "tokens": (
        "--tokens",
        {"required": True, "help": "tokenized reports of the model at the root of the chain (folder)"},
    ),
    "embeddings": ("--embeddings", {"required": True, "help": "the encoder's embeddings (Parquet)"}),
    "checkpoint": (
        "--checkpoint",
        {"nargs": "?", "help": "folder of a checkpoint made by the study; else the model's own"},
    ),
    # What is written.
    "predictions": ("--predictions", {"required": True, "help": "predictions table to write (Parquet)"}),
    "answers": (
        "--answers",
        {"required": True, "help": "predictions table without labels to write (Parquet)"},
    ),
    "costs": ("--costs", {"required": True, "help": "costs to write (JSON)"}),
    "checkpoint_made": ("--output", {"required": True, "help": "folder of the checkpoint to write"}),
    # Training.
    "state": (
        "--state",
        {"required": True, "help": "folder for what is needed to resume; removed at the end"},
    ),
    "micro_batch": (
        "--micro-batch",
        {
            "type": int,
            "help": "examples that a process holds at once; its share of the batch if not given",
        },
    ),
    # Judging: where nothing is named, the study's own results.
    "all_predictions": (
        "--predictions",
        {"help": "folder of predictions (results/<study>/predictions)"},
    ),
    "metrics": ("--metrics", {"help": "metrics of all tasks (results/<study>/metrics.csv)"}),
}


def parser(description: str) -> argparse.ArgumentParser:
    """An argument parser that shows every default in its help text."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )


def add_options(parser: argparse.ArgumentParser, *names: str, **helps: str) -> None:
    """Add shared options to a command's parser; helps: options with a help text of their own."""
    for name in [*names, *helps]:
        flag, settings = SHARED[name]
        parser.add_argument(flag, **settings | ({"help": helps[name]} if name in helps else {}))


def run(main: Callable[[], None]) -> None:
    """Run a command's `main`: log to standard error, print a StudyError as one line and exit with status 2."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    logging.captureWarnings(True)
    try:
        main()
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)

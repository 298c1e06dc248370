"""What every command does alike: log lines with a time, telemetry off, and user errors without a traceback."""

import argparse
import logging
import os
import sys
from collections.abc import Callable

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


def parser(description: str) -> argparse.ArgumentParser:
    """An argument parser that shows every default in its help text."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )


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

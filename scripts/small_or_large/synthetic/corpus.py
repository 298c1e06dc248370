"""A synthetic corpus as a stream of rows, and the file it is written to."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from small_or_large.schema.generate import GenerateConfig
from small_or_large.synthetic.clinical import clinical
from small_or_large.synthetic.patients import Labelling, Writing, registry


def rows(config: GenerateConfig) -> Iterator[dict]:
    """The rows of a synthetic source, one at a time and in memory that does not grow with their number."""
    if config.corpus == "clinical":
        return clinical(config.seed, config.reports, config.hospitals, config.slips)
    labelling = Labelling(
        config.reportability, config.tumour_group, config.leukaemia_histology, config.label_error
    )
    writing = Writing(config.resent, config.addenda, config.slips, config.background)
    return registry(config.seed, config.reports, config.hospitals, labelling, config.prevalence, writing)


def write(config: GenerateConfig, output: Path) -> int:
    """Write the source as gzipped JSON lines, whole or not at all; return the number of rows.

    The file carries no time and no name, so that equal settings give equal bytes.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(output.name + ".partial")
    encode = json.JSONEncoder(ensure_ascii=False).encode
    written = 0
    with open(partial, "wb") as raw, gzip.GzipFile("", "wb", compresslevel=4, fileobj=raw, mtime=0) as stream:
        for row in rows(config):
            stream.write((encode(row) + "\n").encode())
            written += 1
    partial.replace(output)
    return written

"""Shards: tables cut into files that are read in batches and written whole or not at all, in bounded memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from small_or_large.errors import StudyError

# About 15 MB of report text: small beside the memory of any node, large beside the cost of a call.
BATCH = 4096


def open_shard(path: str | Path) -> pq.ParquetFile:
    """A shard; StudyError where it is missing or no Parquet file (a run that was cut off never leaves one)."""
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError:
        raise StudyError(f"{path}: no such shard; run the stage that makes it again") from None
    except pa.ArrowInvalid as error:
        raise StudyError(f"{path}: not a Parquet file ({error}); delete it and run again") from None


def batches(
    paths: list[str], columns: list[str] | None = None, size: int = BATCH
) -> Iterator[pa.RecordBatch]:
    """Record batches of the shards, one after the other: all columns or those named.

    Raises StudyError naming the shard and the column where a column is missing.
    """
    for path in paths:
        with open_shard(path) as shard:
            missing = [name for name in columns or [] if name not in shard.schema_arrow.names]
            if missing:
                raise StudyError(f"{path}: no column {', '.join(map(repr, missing))}")
            yield from shard.iter_batches(batch_size=size, columns=columns)


@contextmanager
def writer(path: str | Path, schema: pa.Schema, **options: object) -> Iterator[pq.ParquetWriter]:
    """A Parquet writer whose file appears under its name only when everything is written."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with pq.ParquetWriter(draft, schema, **{"compression": "zstd", **options}) as output:
            yield output
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

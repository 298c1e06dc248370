"""Writing accepted records to shards and rejected rows to a table: in blocks, in bounded memory, whole or
not at all.
"""

import os
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from small_or_large.errors import StudyError
from small_or_large.sources.intake import Rejection

_DEALT = 64  # records dealt to a shard before the next one has its turn
_BLOCK_ROWS = 1024
_BLOCK_CHARACTERS = 8 * 2**20

REJECTED = pa.schema(
    [("source", pa.string()), ("row", pa.int64()), ("report_id", pa.string()), ("reason", pa.string())]
    + [("detail", pa.string())]
)


def records_schema(labels: list[str] | None) -> pa.Schema:
    """Columns of a shard: what the reports table will have, the row, and known identifiers.

    labels: the label columns, which stand in the shard with the given part; None where they have a table of their
    own.
    """
    texts = ["report_id", "patient_id", "text"]
    told = [] if labels is None else ["part", *labels]
    return pa.schema(
        [("source", pa.string()), ("row", pa.int64())]
        + [(name, pa.string()) for name in texts]
        + [("received", pa.date32()), ("facility", pa.string())]
        + [(name, pa.string()) for name in told]
        + [("identifiers", pa.string())]
    )


def labels_schema(labels: list[str]) -> pa.Schema:
    """Columns of a source's table of labels: the row, the given part and every label."""
    told = [(name, pa.string()) for name in ["part", *labels]]
    return pa.schema([("source", pa.string()), ("row", pa.int64()), *told])


class _Table:
    """A Parquet file written block by block under a draft name."""

    def __init__(self, path: Path, schema: pa.Schema):
        self.path, self.schema = path, schema
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{path.name}.*.tmp"):  # by a run that was killed
            left.unlink()
        self.draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self.writer = pq.ParquetWriter(self.draft, schema, compression="zstd")
        self.rows: list[dict] = []
        self.characters = 0

    def add(self, row: dict) -> None:
        self.rows.append(row)
        self.characters += len(row.get("text") or "")
        if len(self.rows) >= _BLOCK_ROWS or self.characters >= _BLOCK_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            self.writer.write_table(pa.Table.from_pylist(self.rows, self.schema))
            self.rows, self.characters = [], 0

    def close(self) -> None:
        self.flush()
        self.writer.close()

    def without(self, rows: set[int]) -> int:
        """Write the closed draft again without these rows, block by block; how many there were."""
        thinner = self.draft.with_suffix(".thinner")
        lost = 0
        with (
            pq.ParquetFile(self.draft) as old,
            pq.ParquetWriter(thinner, self.schema, compression="zstd") as new,
        ):
            for k in range(old.num_row_groups):
                block = old.read_row_group(k)
                kept = block.filter(pc.invert(pc.is_in(block["row"], pa.array(list(rows), pa.int64()))))
                lost += len(block) - len(kept)
                new.write_table(kept.cast(self.schema))
        thinner.replace(self.draft)
        return lost

    def publish(self) -> None:
        self.draft.replace(self.path)

    def discard(self) -> None:
        self.writer.close()
        self.draft.unlink(missing_ok=True)


class Tables:
    """The shards and the rejected table of one source; they appear together on `publish`, or not at all.

    Use as a context manager: an error inside leaves nothing behind.
    """

    def __init__(
        self, shards: list[Path], rejected: Path, labels: list[str], source: str, apart: Path | None = None
    ):
        """apart: the table that the labels and the given part go to, so that a changed label changes no shard; with
        none, they stand in the shards."""
        self.source = source
        try:
            self._rejected = _Table(rejected, REJECTED)
            self._apart = [_Table(apart, labels_schema(labels))] if apart else []
            self._shards = [_Table(path, records_schema(None if apart else labels)) for path in shards]
        except OSError as error:
            raise StudyError(f"{rejected.parent}: cannot be written to ({error.strerror or error})") from None
        self.accepted = 0
        self.reasons: Counter[str] = Counter()

    def __enter__(self) -> "Tables":
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is not None:
            for table in (*self._shards, *self._apart, self._rejected):
                table.discard()

    def accept(self, record: dict) -> None:
        """Deal a record to its shard, and its labels to their table."""
        self._shards[self.accepted // _DEALT % len(self._shards)].add(record)
        for table in self._apart:
            table.add({name: record.get(name) for name in table.schema.names})
        self.accepted += 1

    def reject(self, rejection: Rejection) -> None:
        """Write a row to the rejected table."""
        self.reasons[rejection.reason] += 1
        self._rejected.add(
            {
                "source": self.source,
                "row": rejection.row,
                "report_id": rejection.report_id,
                "reason": rejection.reason,
                "detail": rejection.detail,
            }
        )

    def settle(self, retracted: dict[int, Rejection]) -> None:
        """Close all tables, retracted rows moved from the shards to the rejected table."""
        for table in (*self._shards, *self._apart):
            table.close()
        if retracted:
            for table in self._shards:
                self.accepted -= table.without(set(retracted))
            for table in self._apart:
                table.without(set(retracted))
            for number in sorted(retracted):
                self.reject(retracted[number])
        self._rejected.close()

    def publish(self) -> None:
        """Give the settled tables their names."""
        for table in (*self._shards, *self._apart, self._rejected):
            table.publish()

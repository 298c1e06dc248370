"""The corpus: the gated shards of all sources as one table, each report once, and no row lost on the way.

Labels come from tables of their own beside the shards and leave in files of their own, one a task: what reads texts
and no labels is not made again for a label.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from small_or_large import shards
from small_or_large.errors import StudyError

# Columns of the reports table that are no labels. The label columns of a study stand between them and its end.
FIXED = {
    "report_id": pa.string(),
    "patient_id": pa.string(),
    "text": pa.string(),
    "received": pa.date32(),
    "facility": pa.string(),
    "part": pa.string(),
    "source": pa.string(),
    "row": pa.int64(),
}
QUARANTINE = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("report_id", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
    ]
)
NEEDED = ("source", "row", "report_id", "patient_id", "text")


class Labels:
    """The labels and given parts of the accepted rows of all sources: about 20 bytes a row and label."""

    def __init__(self, paths: list[str]):
        """paths: labels.parquet of every source. Raises StudyError where one is missing or no such table."""
        found = []
        for path in paths:
            with shards.open_shard(path) as shard:
                table = shard.read()
            if missing := [name for name in ("source", "row") if name not in table.column_names]:
                raise StudyError(
                    f"{path}: no column {', '.join(map(repr, missing))}; ingest the source again"
                )
            told = [(name, pa.string()) for name in table.column_names if name not in ("source", "row")]
            schema = pa.schema([("source", pa.string()), ("row", pa.int64()), *told])
            found.append(table.select(schema.names).cast(schema))
        table = pa.concat_tables(found, promote_options="default")
        self._sources = pc.unique(table["source"])
        keys = self._keys(table)
        order = np.argsort(keys, kind="stable")
        self._known = keys[order]
        self._told = table.drop_columns(["source", "row"]).take(pa.array(order))
        self.names = self._told.column_names

    def _keys(self, rows: pa.Table) -> np.ndarray:
        """A number for each row of each source; negative for a source that has no labels."""
        sources = pc.index_in(rows["source"].cast(pa.string()), value_set=self._sources)
        return pc.fill_null(sources, -1).to_numpy().astype(np.int64) * 2**40 + rows["row"].to_numpy()

    def join(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A shard's batch with its rows' labels; StudyError where a row is not in its source's table of labels."""
        rows = pa.Table.from_batches([batch])
        keys = self._keys(rows)
        place = np.searchsorted(self._known, keys)
        there = place < len(self._known)
        there[there] = self._known[place[there]] == keys[there]
        if not there.all():
            raise StudyError(
                f"{(~there).sum()} rows of source {batch['source'][int(np.argmin(there))]} are not in its table of "
                "labels: shards and labels are of two runs; delete ingest/ and gate/ of the source and run again"
            )
        told = self._told.take(pa.array(place))
        columns = {name: rows[name] for name in rows.column_names} | {name: told[name] for name in self.names}
        return pa.record_batch([column.combine_chunks() for column in columns.values()], names=list(columns))


def reports_schema(paths: list[str], labels: list[str]) -> pa.Schema:
    """Columns of the reports table: fixed ones that occur in any shard, then every label.

    labels: columns of the tables of labels; a label that a source does not have is null there. Raises StudyError
    where a shard lacks a needed column.
    """
    names: dict[str, None] = dict.fromkeys(labels)
    for path in paths:
        with shards.open_shard(path) as shard:
            found = shard.schema_arrow.names
        if missing := [name for name in NEEDED if name not in found]:
            raise StudyError(f"{path}: no column {', '.join(map(repr, missing))}; gate the source again")
        names |= dict.fromkeys(name for name in found if name in FIXED)
    fixed = [(name, kind) for name, kind in FIXED.items() if name in names]
    return pa.schema(fixed + [(name, pa.string()) for name in sorted(names) if name not in FIXED])


def conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A shard's batch with the columns and types of the reports table; an empty label is no label."""
    columns = []
    for item in schema:
        position = batch.schema.get_field_index(item.name)
        if position < 0:
            columns.append(pa.nulls(len(batch), item.type))
            continue
        column = batch.column(position).cast(item.type)
        if item.name not in FIXED or item.name in ("facility", "part"):
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, item.type), column)
        columns.append(column)
    return pa.record_batch(columns, schema=schema)


def texts_schema(schema: pa.Schema) -> pa.Schema:
    """Columns of the table of texts: those of the reports table that are not told about a report by someone."""
    return pa.schema([item for item in schema if item.name in FIXED and item.name != "part"])


def task_labels_schema(part: bool) -> pa.Schema:
    """Columns of a task's labels: report_id, label and, where asked for, the given part."""
    return pa.schema([(name, pa.string()) for name in ["report_id", "label", *(["part"] if part else [])]])


def task_labels(batch: pa.RecordBatch, label: str, part: bool) -> pa.RecordBatch:
    """The labelled reports of a batch with a task's labels."""
    schema = task_labels_schema(part)
    columns = [batch[label if name == "label" else name] for name in schema.names]
    return pa.record_batch(columns, schema=schema).filter(pc.is_valid(batch[label]))


def repeated(paths: list[str], schema: pa.Schema, sources: list[str], told: Labels) -> pd.DataFrame:
    """Rows whose report_id stands on an earlier row: source, row, report_id, reason, detail.

    The earliest row stays, by the order of the study's sources and then by row number, whatever the order of the
    shards. A row that agrees with it in text, patient and labels is a `duplicate report`; else it is a `conflicting
    report_id`: which of the two is right cannot be known here, and the detail says what differs.
    Memory: about 200 bytes a report; the texts are read, hashed and let go.
    """
    order = {source: position for position, source in enumerate(sources)}
    labels = [name for name in schema.names if name not in FIXED]
    found = []
    for batch in shards.batches(paths):
        batch = conformed(told.join(batch), schema)
        found.append(
            pd.DataFrame(
                {
                    "source": pd.Categorical(batch["source"].to_pylist(), categories=sources),
                    "row": batch["row"].to_numpy(),
                    "report_id": batch["report_id"].to_pandas(),
                    "text": _digests(batch, ["text"]),
                    "patient_id": _digests(batch, ["patient_id"]),
                    "labels": _digests(batch, labels),
                }
            )
        )
    if not found:
        return pd.DataFrame(columns=QUARANTINE.names)
    rows = pd.concat(found, ignore_index=True)
    del found
    if rows["source"].isna().any():
        raise StudyError("a shard holds rows of a source that the study does not have; gate it again")
    rows = rows[rows["report_id"].duplicated(keep=False)]
    rows = rows.assign(order=rows["source"].astype(str).map(order)).sort_values(
        ["order", "row"], kind="stable"
    )
    kept = rows.drop_duplicates("report_id").set_index("report_id")
    rows = rows[rows["report_id"].duplicated()].reset_index(drop=True)
    earlier = kept.loc[rows["report_id"]].reset_index(drop=True)
    reasons, details = [], []
    differs = {what: (rows[what] != earlier[what]).to_numpy() for what in ("text", "patient_id", "labels")}
    for position, (source, row) in enumerate(zip(earlier["source"], earlier["row"], strict=True)):
        different = [what for what, where in differs.items() if where[position]]
        reasons.append("conflicting report_id" if different else "duplicate report")
        what = f"; differs in {', '.join(different)}" if different else "; the same in every respect"
        details.append(f"row {row} of source {source} has this report_id and was kept{what}")
    return pd.DataFrame(
        {
            "source": rows["source"].astype(str),
            "row": rows["row"],
            "report_id": rows["report_id"],
            "reason": pd.Series(reasons, dtype="str"),
            "detail": pd.Series(details, dtype="str"),
        }
    )


def _digests(batch: pa.RecordBatch, columns: list[str]) -> np.ndarray:
    """64 bits a row that differ where the values differ (BLAKE2b)."""
    values = [batch[name].to_pylist() for name in columns]
    digests = np.empty(len(batch), dtype=np.uint64)
    for position in range(len(batch)):
        digest = hashlib.blake2b(digest_size=8)
        for column in values:
            value = column[position]
            digest.update(b"\0" if value is None else b"\1" + value.encode("utf-8", "surrogatepass") + b"\0")
        digests[position] = int.from_bytes(digest.digest(), "little")
    return digests


@dataclass
class Counts:
    """What was counted while the corpus was put together."""

    reports: Counter = field(default_factory=Counter)  # by source
    labels: dict[str, Counter] = field(default_factory=dict)  # by label column and class
    columns: set[str] = field(default_factory=set)


def merged(
    paths: list[str],
    schema: pa.Schema,
    dropped: pd.DataFrame,
    labels: list[str],
    counts: Counts,
    told: Labels,
) -> Iterator[pa.RecordBatch]:
    """The shards' batches in the reports table's form without the dropped rows, counted as they pass."""
    out = {source: pa.array(rows["row"].to_numpy()) for source, rows in dropped.groupby("source")}
    counts.columns = set(schema.names)
    counts.labels = {name: Counter() for name in labels if name in schema.names}
    for batch in shards.batches(paths):
        batch = conformed(told.join(batch), schema)
        keep = np.ones(len(batch), dtype=bool)
        for source, rows in out.items():
            here = pc.and_(pc.equal(batch["source"], source), pc.is_in(batch["row"], value_set=rows))
            keep &= ~here.to_numpy(zero_copy_only=False)
        if not keep.all():
            batch = batch.filter(pa.array(keep))
        for name, counter in counts.labels.items():
            counter.update(_value_counts(batch[name]))
        counts.reports.update(_value_counts(batch["source"]))
        yield batch


def _value_counts(column: pa.Array) -> dict[str, int]:
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(column.drop_null()).to_pylist()}


def check_labels(task: str, label: str, classes: list[str], counts: Counts) -> None:
    """StudyError where a task's label column, a class of it, or a report of a declared class is missing.

    The message names the class, the column, how many reports, and the cure.
    """
    if label not in counts.columns:
        raise StudyError(
            f"tasks.{task}: no source has a label column {label!r}; "
            f"label columns: {', '.join(sorted(counts.columns - set(FIXED))) or 'none'}. "
            "Name it under sources.<source>.columns.labels, or set tasks.<task>.label"
        )
    seen = counts.labels[label]
    unknown = {name: n for name, n in sorted(seen.items()) if name not in classes}
    if unknown:
        shown = ", ".join(f"{name!r} ({n} reports)" for name, n in list(unknown.items())[:10])
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        raise StudyError(
            f"tasks.{task}: column {label!r} holds classes that the task does not declare: {shown}{more}. "
            f"Declare them under tasks.{task}.classes, or map them under sources.<source>.label_values "
            "(to another class, or to null for unlabelled)"
        )
    if absent := [name for name in classes if not seen[name]]:
        raise StudyError(
            f"tasks.{task}: no report in column {label!r} is of the declared class "
            f"{', '.join(map(repr, absent))}; remove it from tasks.{task}.classes or check its spelling "
            f"(in the data: {', '.join(map(repr, sorted(seen))) or 'no label at all'})"
        )


def check_nothing_lost(rows_in: dict[str, int], reports: Counter, quarantined: dict[str, Counter]) -> None:
    """StudyError where, for any source, rows in are not reports + quarantined rows."""
    for source, count in rows_in.items():
        aside = sum(quarantined.get(source, Counter()).values())
        if count != reports[source] + aside:
            raise StudyError(
                f"source {source}: {count} rows came in, but {reports[source]} are reports and {aside} are in "
                "quarantine; its shards are not of one run: delete ingest/ and gate/ of the source and run again"
            )
    if unknown := (set(reports) | set(quarantined)) - set(rows_in):
        raise StudyError(f"shards of sources without a summary: {', '.join(sorted(unknown))}")

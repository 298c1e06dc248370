"""Embeddings: one vector a report from a frozen encoder, made once and used by every approach that trains no encoder.

The table has the columns report_id, view, n_tokens (read by the encoder, special ones included), truncated, seconds
and vector; what it cost to make stands in the file's metadata, so that its users can count their share.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from small_or_large.errors import StudyError

COSTS = b"small_or_large.costs"


@dataclass(frozen=True)
class Embeddings:
    """Vectors of some reports in one view: n x width, and for each whether the encoder saw less than the report, and
    the seconds spent; costs: the figures of the job that made them."""

    vectors: np.ndarray
    truncated: np.ndarray
    seconds: np.ndarray
    costs: dict[str, Any]

    def share_of_energy(self) -> float | None:
        """These reports' share of the measured energy, by time."""
        whole = self.costs.get("embedding_seconds")
        energy = self.costs.get("energy_kwh")
        return energy * float(self.seconds.sum()) / whole if energy is not None and whole else None


def write(table: pd.DataFrame, vectors: np.ndarray, costs: dict[str, Any], path: str | Path) -> None:
    """Write embeddings whole or not at all.

    table: report_id, view, n_tokens, truncated, seconds of n rows; vectors: n x width; costs: JSON values.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    columns = pa.Table.from_pandas(table, preserve_index=False)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    columns = columns.append_column("vector", column)
    columns = columns.replace_schema_metadata({COSTS: json.dumps(costs).encode()})
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(columns, draft)
    draft.replace(path)


def read(path: str | Path, view: str, report_ids: list[str]) -> Embeddings:
    """Embeddings of reports in the order asked for; StudyError where one is not there."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = pq.read_table(path)
    costs = json.loads(columns.schema.metadata[COSTS])
    columns = columns.filter(pc.equal(columns["view"], view))
    rows = {report_id: row for row, report_id in enumerate(columns["report_id"].to_pylist())}
    absent = [report_id for report_id in report_ids if report_id not in rows]
    if absent:
        raise StudyError(
            f"{path}: no vector of {len(absent)} reports in view {view!r}, such as {absent[0]}; run scripts/embed.py "
            "for this model again"
        )
    taken = columns.take([rows[report_id] for report_id in report_ids]).combine_chunks()
    vectors = taken["vector"].combine_chunks().flatten().to_numpy()
    return Embeddings(
        vectors.reshape(len(report_ids), -1).astype(np.float64),
        taken["truncated"].to_numpy(),
        taken["seconds"].to_numpy(),
        costs,
    )


def embed(
    model: Any,
    rows: list[list[np.ndarray]],
    pad_id: int,
    pooled: str,
    batch_tokens: int,
    precision: str,
    step=None,
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of reports (n x width, float32) and the seconds spent on each.

    rows: one report's rows of token ids each (their vectors are averaged); pooled: `mean` or `first`; step: called
    with the number of reports done after each batch.
    """
    import time

    import torch

    from small_or_large import devices, pooling, tokens

    lengths = [max(map(len, report)) for report in rows]
    vectors = np.zeros((len(rows), model.config.hidden_size), dtype=np.float32)
    seconds = np.zeros(len(rows))
    device = model.device
    with torch.inference_mode(), devices.autocast(precision, device):
        for batch in tokens.batches(lengths, batch_tokens, [len(report) for report in rows]):
            started = time.perf_counter()
            ids, mask = tokens.pad([row for k in batch for row in rows[k]], pad_id)
            states = model(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
            found = pooling.pool(states.float(), mask.to(device), pooled)
            owner = np.repeat(np.arange(len(batch)), [len(rows[k]) for k in batch])
            found = pooling.by_report(found, torch.from_numpy(owner).to(device), len(batch))
            vectors[batch] = found.cpu().numpy()
            seconds[batch] = (time.perf_counter() - started) / len(batch)
            if step:
                step(len(batch))
    return vectors, seconds

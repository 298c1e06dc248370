"""Find near-duplicate reports over all shards and sources and number their groups.

A group is a report with everything that repeats it, over patients and sources; most groups hold one report. Splits
keep a group on one side.
"""

import logging
import time

import numpy as np
import pandas as pd

from small_or_large import command, near_duplicates, shards, tables
from small_or_large.errors import StudyError
from small_or_large.study import load_study

log = logging.getLogger("duplicates")


def signatures_of(reports: pd.DataFrame, paths: list[str], permutations: int) -> np.ndarray:
    """The signatures of reports (source, row) in their order, from shards that may hold others too: n x permutations.

    Raises StudyError where a report has none, or the signatures are of another length.
    """
    codes = {source: code for code, source in enumerate(reports["source"].unique())}

    def keys(rows: pd.DataFrame) -> pd.Index:
        return pd.Index(rows["source"].map(codes).fillna(-1).astype("int64") * 2**40 + rows["row"])

    known = keys(reports)
    signed = np.zeros((len(reports), permutations), dtype=np.uint32)
    found = np.zeros(len(reports), dtype=bool)
    for batch in shards.batches(paths, size=1 << 15):
        values = batch["signature"].flatten().to_numpy().reshape(len(batch), -1)
        if values.shape[1] != permutations:
            raise StudyError(
                f"signatures of {values.shape[1]} permutations, and duplicates.permutations says {permutations}; "
                "make them again with scripts/signatures.py"
            )
        place = known.get_indexer(keys(batch.select(["source", "row"]).to_pandas()))
        taken = place >= 0
        signed[place[taken]] = values[taken]
        found[place[taken]] = True
    if not found.all():
        raise StudyError(
            f"{(~found).sum()} of {len(reports)} reports have no signature: the signatures are of another run; "
            "make them again with scripts/signatures.py"
        )
    return signed


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file; its `duplicates` section is used")
    parser.add_argument("--reports", required=True, help="texts.parquet: the reports that were taken")
    parser.add_argument(
        "--signatures", nargs="+", required=True, help="signatures of every shard of every source"
    )
    parser.add_argument("--output", required=True, help="duplicates.parquet: report_id, group")
    options = parser.parse_args()
    settings = load_study(options.study).duplicates_settings()

    began = time.perf_counter()
    reports = pd.read_parquet(options.reports, columns=["source", "row", "report_id"])
    signed = signatures_of(reports, options.signatures, settings["permutations"])
    group = near_duplicates.groups(signed, settings["similarity"])
    tables.write(pd.DataFrame({"report_id": reports["report_id"], "group": group}), options.output)

    sizes = np.bincount(group) if len(group) else np.zeros(0, int)
    log.info(
        "%d reports in %d groups; %d reports repeat another one; the largest group holds %d; %.1f s",
        len(group),
        len(sizes),
        len(group) - len(sizes),
        sizes.max(initial=0),
        time.perf_counter() - began,
    )
    if len(group) >= 1000 and sizes.max() > len(group) / 20:
        log.warning(
            "one group holds %.0f%% of all reports: they are nearly the same text. If that is a template, "
            "raise duplicates.similarity or duplicates.shingle",
            100 * sizes.max() / len(group),
        )


if __name__ == "__main__":
    command.run(main)

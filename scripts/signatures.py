"""Sign the reports of one shard: MinHash signatures from which near-duplicates are found over all shards.

The signatures tell how alike two texts are and nothing of what they say.
"""

import logging
import time

import numpy as np
import pyarrow as pa

from small_or_large import command, near_duplicates, shards
from small_or_large.study import load_study

log = logging.getLogger("signatures")


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file; its `duplicates` section is used")
    parser.add_argument("--reports", required=True, help="gated reports of the shard (parquet)")
    parser.add_argument(
        "--output", required=True, help="signatures: source, row, report_id, signature (parquet)"
    )
    options = parser.parse_args()
    settings = load_study(options.study).duplicates_settings()

    began, signed = time.perf_counter(), 0
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("row", pa.int64()),
            ("report_id", pa.string()),
            ("signature", pa.list_(pa.uint32(), settings["permutations"])),
        ]
    )
    # The values are random bits: compression finds nothing in them.
    with shards.writer(options.output, schema, compression="none", use_dictionary=False) as output:
        for batch in shards.batches([options.reports], ["source", "row", "report_id", "text"]):
            values = near_duplicates.signatures(
                batch["text"].to_pylist(), settings["permutations"], settings["shingle"]
            )
            column = pa.FixedSizeListArray.from_arrays(
                pa.array(np.ascontiguousarray(values).ravel()), settings["permutations"]
            )
            output.write_batch(
                pa.record_batch(
                    [
                        batch["source"].cast(pa.string()),
                        batch["row"].cast(pa.int64()),
                        batch["report_id"].cast(pa.string()),
                        column,
                    ],
                    schema=schema,
                )
            )
            signed += len(values)
    log.info("%d reports signed, %.0f a second", signed, signed / (time.perf_counter() - began))


if __name__ == "__main__":
    command.run(main)

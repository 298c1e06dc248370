"""Put the gated shards of all sources together: one table of reports, one of quarantined rows, one audit.

The reports are written three ways: whole (reports.parquet), without what people told about them (texts.parquet), and
for each task its labels alone. The same content gives the same bytes, so that a changed label changes its task's
labels and leaves the texts, and all that is made of them, as they were.

Every report_id is there once; a row that repeats one is quarantined. Rows in = reports + quarantine is checked for
every source, and so are the classes of every task. Runs in bounded memory: texts pass through in batches.
"""

import json
import logging
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from small_or_large import command, corpus, shards, tables, whole_files
from small_or_large.errors import StudyError
from small_or_large.study import load_study

log = logging.getLogger("collect")


def read_summaries(paths: list[str]) -> dict[str, dict]:
    """Ingestion summaries by source."""
    found = {}
    for path in paths:
        try:
            summary = json.loads(Path(path).read_text(encoding="utf-8"))
            found[summary["source"]] = {
                "rows_in": int(summary["rows_in"]),
                "accepted": int(summary["accepted"]),
            }
        except FileNotFoundError:
            raise StudyError(f"{path}: no such summary; ingest the source again") from None
        except (ValueError, KeyError, TypeError) as error:
            raise StudyError(f"{path}: not a summary of ingestion ({error!r}); ingest it again") from None
    return found


def read_quarantine(paths: list[str]) -> pd.DataFrame:
    """The quarantined rows of all shards in one table."""
    found = [pq.read_table(path, columns=corpus.QUARANTINE.names).cast(corpus.QUARANTINE) for path in paths]
    return pa.concat_tables(found or [corpus.QUARANTINE.empty_table()]).to_pandas()


def write_audit(paths: list[str], output: str) -> Counter:
    """Copy the audit shards into one table, batch by batch; how often each entity was found."""
    schemas = []
    for path in paths:
        with shards.open_shard(path) as shard:
            schemas.append(shard.schema_arrow.remove_metadata())
    schema = pa.unify_schemas(schemas, promote_options="permissive")
    entities: Counter[str] = Counter()
    with shards.writer(output, schema) as audit:
        for batch in shards.batches(paths, size=1 << 16):
            table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
            audit.write_table(table)
            counted = table.select(["entity", "count"]).group_by("entity").aggregate([("count", "sum")])
            for line in counted.to_pylist():
                entities[line["entity"]] += line["count_sum"]
    return entities


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--study", required=True, help="study file: order of sources, classes of tasks")
    parser.add_argument(
        "--reports", nargs="+", required=True, help="gated reports, every shard of every source"
    )
    parser.add_argument("--labels", nargs="+", required=True, help="labels.parquet of every source")
    parser.add_argument(
        "--quarantine", nargs="+", required=True, help="quarantined rows of ingestion and gate"
    )
    parser.add_argument("--audit", nargs="+", required=True, help="audit tables of the gate")
    parser.add_argument("--summaries", nargs="+", required=True, help="summary.json of every source")
    parser.add_argument("--output-reports", required=True, help="reports.parquet")
    parser.add_argument("--output-texts", required=True, help="texts.parquet: the reports without labels")
    parser.add_argument(
        "--output-labels", nargs="+", required=True, help="the tasks' labels, <task>.parquet each"
    )
    parser.add_argument("--output-quarantine", required=True, help="quarantine.parquet")
    parser.add_argument("--output-audit", required=True, help="audit.parquet")
    parser.add_argument(
        "--output-summary", required=True, help="corpus.json: counts by source, reason, entity"
    )
    options = parser.parse_args()

    study = load_study(options.study)
    summaries = read_summaries(options.summaries)
    told = corpus.Labels(options.labels)
    schema = corpus.reports_schema(options.reports, told.names)
    again = corpus.repeated(options.reports, schema, list(study.sources), told)
    quarantine = pd.concat([read_quarantine(options.quarantine), again], ignore_index=True)
    quarantine = quarantine.sort_values(["source", "row"], kind="stable").reset_index(drop=True)

    labels = study.labels_settings()
    for wanted in labels.values():
        wanted["part"] = wanted["part"] and "part" in schema.names
    counts = corpus.Counts()
    with ExitStack() as files:
        reports = files.enter_context(shards.writer(options.output_reports, schema))
        without = corpus.texts_schema(schema)
        texts = files.enter_context(shards.writer(options.output_texts, without))
        of_task = {}
        for path in options.output_labels:
            if (task := Path(path).stem) not in labels:
                raise StudyError(f"{path}: no such task; tasks: {', '.join(labels)}")
            # A column that no source has is complained about below, when it is known what there is.
            if labels[task]["label"] in schema.names:
                of_task[task] = files.enter_context(
                    shards.writer(path, corpus.task_labels_schema(labels[task]["part"]))
                )
        columns = list(dict.fromkeys(wanted["label"] for wanted in labels.values()))
        for batch in corpus.merged(options.reports, schema, again, columns, counts, told):
            reports.write_batch(batch)
            texts.write_batch(batch.select(without.names))
            for task, output in of_task.items():
                output.write_batch(corpus.task_labels(batch, labels[task]["label"], labels[task]["part"]))
        reasons = {
            str(source): Counter(rows["reason"].tolist()) for source, rows in quarantine.groupby("source")
        }
        corpus.check_nothing_lost(
            {source: summary["rows_in"] for source, summary in summaries.items()}, counts.reports, reasons
        )
        for task, wanted in labels.items():
            corpus.check_labels(task, wanted["label"], wanted["classes"], counts)
    tables.write(tables.checked(quarantine, tables.QUARANTINE, "quarantine"), options.output_quarantine)
    entities = write_audit(options.audit, options.output_audit)

    summary = {
        "reports": sum(counts.reports.values()),
        "quarantined": len(quarantine),
        "sources": {
            source: {
                "rows_in": summaries[source]["rows_in"],
                "accepted": counts.reports[source],
                "quarantined": dict(sorted(reasons.get(source, Counter()).items())),
            }
            for source in summaries
        },
        "labels": {
            label: {name: seen[name] for name in sorted(seen)} for label, seen in counts.labels.items()
        },
        "entities": dict(sorted(entities.items())),
    }
    whole_files.write_text(json.dumps(summary, indent=2) + "\n", options.output_summary)
    for source, count in summary["sources"].items():
        log.info("%s: %d rows in, %d reports, quarantined: %s", source, *count.values())
        conflicting = count["quarantined"].get("conflicting report_id", 0)
        if conflicting > count["rows_in"] / 10:
            log.warning(
                "%s: %d rows have the report_id of another report; if this source numbers its reports by itself, "
                "make the numbers unique over all sources, with a prefix for example",
                source,
                conflicting,
            )


if __name__ == "__main__":
    command.run(main)

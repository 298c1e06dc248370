"""The de-identification gate as a command.

    deidentify.py detect reports.jsonl --output spans.jsonl     what the gate finds, one JSON line a span
    deidentify.py evaluate gold.jsonl spans.jsonl               recall and precision against a gold set
    deidentify.py run --study STUDY --records ... --reports ... --quarantine ... --audit ...    the pipeline's step

The gate lowers the risk that a report identifies someone. It never shows that a text is de-identified: draw a sample
for a human auditor (audit.py) to learn what is left.
"""

import argparse
import gzip
import hashlib
import hmac
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from small_or_large import command
from small_or_large.errors import StudyError
from small_or_large.shards import batches, open_shard, writer

log = logging.getLogger("deidentify")

QUARANTINE = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("report_id", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
    ]
)
AUDIT = pa.schema(
    [
        ("report_id", pa.string()),
        ("entity", pa.string()),
        ("count", pa.int64()),
        ("offsets", pa.list_(pa.list_(pa.int64()))),
    ]
)


def read_lines(path: str) -> Iterator[tuple[int, dict]]:
    """Line number and object of each line of a JSON lines file, gzipped or not; StudyError names a bad line."""
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        row = json.loads(line)
                    except ValueError:
                        raise StudyError(
                            f"{path}, line {number}: not JSON; one object a line is expected"
                        ) from None
                    if not isinstance(row, dict):
                        raise StudyError(f"{path}, line {number}: not a JSON object")
                    yield number, row
    except FileNotFoundError:
        raise StudyError(f"{path}: no such file") from None
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise StudyError(f"{path}: cannot be read as UTF-8 JSON lines ({error.__class__.__name__})") from None


def detect(args: argparse.Namespace) -> None:
    """Write what the gate finds in each report of a JSON lines file."""
    from small_or_large.deidentification.gate import Gate, transformers_recognizer

    extra = (transformers_recognizer(args.transformers_model, {}),) if args.transformers_model else ()
    gate = Gate(codes=args.codes, extra=extra, least_score=args.least_score)
    reports = spans = 0
    start = time.perf_counter()
    output = sys.stdout if args.output == "-" else open(args.output, "w", encoding="utf-8")  # noqa: SIM115
    try:
        for number, row in read_lines(args.input):
            if not isinstance(row.get("report_id"), str) or not isinstance(row.get("text"), str):
                raise StudyError(f"{args.input}, line {number}: needs the strings report_id and text")
            reports += 1
            for span in gate.find(row["text"]):
                spans += 1
                found = {
                    "report_id": row["report_id"],
                    "start": span.start,
                    "end": span.end,
                    "entity": span.entity,
                    "score": round(span.score, 3),
                }
                output.write(json.dumps(found) + "\n")
    finally:
        if output is not sys.stdout:
            output.close()
    seconds = time.perf_counter() - start
    log.info("%d spans in %d reports, %.0f reports/s", spans, reports, reports / max(seconds, 1e-9))


def evaluate(args: argparse.Namespace) -> None:
    """Print how the spans found compare with the gold spans."""
    from small_or_large.deidentification.quality import judge, table

    gold, found, texts = {}, {}, {}
    for number, row in read_lines(args.gold):
        if "report_id" not in row or "text" not in row or not isinstance(row.get("spans"), list):
            raise StudyError(f"{args.gold}, line {number}: needs report_id, text and spans")
        texts[row["report_id"]] = row["text"]
        gold[row["report_id"]] = [(s["start"], s["end"], s["entity"]) for s in row["spans"]]
    for number, row in read_lines(args.spans):
        try:
            found.setdefault(row["report_id"], []).append((row["start"], row["end"], row["entity"]))
        except KeyError as error:
            raise StudyError(f"{args.spans}, line {number}: no key {error}") from None
    strangers = set(found) - set(gold)
    if strangers:
        raise StudyError(f"{args.spans}: {len(strangers)} report ids are not in {args.gold}")
    result = judge(gold, found, texts)
    print(json.dumps(result, indent=2) if args.json else table(result))


def _key(config) -> bytes:
    """The key of the hash of patients, from the file or the environment variable that the study names."""
    if config.key_file:
        try:
            key = Path(config.key_file).read_bytes().strip()
        except OSError as error:
            raise StudyError(f"deidentify.key_file: {config.key_file}: {error.strerror}") from None
    else:
        key = os.environ.get(config.key_env, "").encode()
    if len(key) < 16:
        raise StudyError(
            "deidentify.pseudonymize_patients needs a key of 16 bytes or more: give deidentify.key_file or set "
            f"the environment variable {config.key_env}"
        )
    return key


def pseudonym(key: bytes, patient: str) -> str:
    """Keyed hash (HMAC-SHA-256, 80 bits) of a patient's id: the same patient, no way back without the key."""
    return hmac.new(key, patient.encode(), hashlib.sha256).hexdigest()[:20]


def run(args: argparse.Namespace) -> None:
    """Gate one shard of records."""
    from small_or_large.deidentification.gate import Gate, transformers_recognizer
    from small_or_large.deidentification.known import known_spans, known_values
    from small_or_large.deidentification.spans import scrub
    from small_or_large.study import load_study

    config = load_study(args.study).deidentify
    extra = ()
    if config.transformers_model:
        extra = (transformers_recognizer(config.transformers_model, config.transformers_labels),)
    gate = Gate(codes=config.codes, extra=extra, least_score=config.least_score, entities=config.entities)
    key = _key(config) if config.pseudonymize_patients else None
    with open_shard(args.records) as shard:
        schema = shard.schema_arrow
    for name in ("source", "row", "report_id", "patient_id", "text"):
        if name not in schema.names:
            raise StudyError(f"{args.records}: no column {name!r}; write it with scripts/ingest.py")
    kept_schema = pa.schema([f for f in schema if f.name != "identifiers"])
    counts, reports, aside = Counter(), 0, 0
    start = time.perf_counter()
    with (
        writer(args.reports, kept_schema) as reports_out,
        writer(args.quarantine, QUARANTINE) as quarantine_out,
        writer(args.audit, AUDIT) as audit_out,
    ):
        for batch in batches([args.records], size=args.batch):
            rows = batch.to_pylist()
            kept, quarantined, audited = [], [], []
            for row in rows:
                reports += 1
                where = f"{args.records}: source {row['source']}, row {row['row']}"
                known = known_values(row.pop("identifiers", None), where)
                text = row["text"] or ""
                spans = gate.find(text, known_spans(text, known))
                counts.update(s.entity for s in spans)
                by_entity: dict[str, list[list[int]]] = {}
                for span in spans:
                    by_entity.setdefault(span.entity, []).append([span.start, span.end])
                audited += [
                    {"report_id": row["report_id"], "entity": e, "count": len(o), "offsets": o}
                    for e, o in sorted(by_entity.items())
                ]
                reason, detail = _refusal(config.action, by_entity, where)
                if config.action == "scrub":
                    row["text"] = scrub(text, spans)
                    if not _has_text(text, spans):
                        reason, detail = "empty_after_scrubbing", "nothing but identifiers in the text"
                if key is not None:
                    row["patient_id"] = pseudonym(key, row["patient_id"])
                if reason:
                    quarantined.append(
                        {n: row[n] for n in ("source", "row", "report_id")}
                        | {"reason": reason, "detail": detail}
                    )
                else:
                    kept.append(row)
            reports_out.write_table(pa.Table.from_pylist(kept, kept_schema))
            quarantine_out.write_table(pa.Table.from_pylist(quarantined, QUARANTINE))
            audit_out.write_table(pa.Table.from_pylist(audited, AUDIT))
            aside += len(quarantined)
    seconds = time.perf_counter() - start
    log.info(
        "%d reports, %d set aside, %.0f reports/s; found %s",
        reports, aside, reports / max(seconds, 1e-9), dict(counts.most_common()) or "nothing",
    )  # fmt: skip


def _refusal(action: str, by_entity: dict, where: str) -> tuple[str | None, str | None]:
    """Reason and detail to set a report aside by the study's action; StudyError where the action is to fail."""
    identifying = {e: len(o) for e, o in by_entity.items() if e != "CODE"}
    if not identifying or action in ("scrub", "report_only"):
        return None, None
    summary = ", ".join(f"{e} {n}" for e, n in sorted(identifying.items()))
    if action == "fail":
        raise StudyError(
            f"{where}: the gate found identifiers ({summary}); scrub them (deidentify.action: scrub) or take them out"
        )
    return "identifiers", summary


def _has_text(text: str, spans: list) -> bool:
    """Whether anything but spans, blanks and marks is in the text."""
    last = 0
    for span in spans:
        if any(c.isalnum() for c in text[last : span.start]):
            return True
        last = span.end
    return any(c.isalnum() for c in text[last:])


def main() -> None:
    parser = command.parser(__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True)

    sub = commands.add_parser(
        "detect", help="list what the gate finds", formatter_class=parser.formatter_class
    )
    sub.add_argument("input", help="JSON lines with report_id and text; gzip by the name's end .gz")
    sub.add_argument(
        "--output", default="-", help="JSON lines to write: report_id, start, end, entity, score; - prints"
    )
    sub.add_argument("--codes", action="store_true", help="also registry codes (ICD-O, ICD-10), entity CODE")
    sub.add_argument("--least-score", type=float, default=0.5, help="findings scored lower are left out")
    sub.add_argument("--transformers-model", help="token-classification checkpoint as one more recognizer")
    sub.set_defaults(call=detect)

    sub = commands.add_parser(
        "evaluate", help="compare with a gold set", formatter_class=parser.formatter_class
    )
    sub.add_argument("gold", help="JSON lines: report_id, text, spans (start, end, entity)")
    sub.add_argument("spans", help="JSON lines from detect")
    sub.add_argument("--json", action="store_true", help="print JSON and not a table")
    sub.set_defaults(call=evaluate)

    sub = commands.add_parser("run", help="the pipeline's step", formatter_class=parser.formatter_class)
    sub.add_argument("--study", required=True, help="study file")
    sub.add_argument("--records", required=True, help="shard of records from ingest.py")
    sub.add_argument(
        "--reports", required=True, help="Parquet to write: records without identifiers, text by the action"
    )
    sub.add_argument("--quarantine", required=True, help="Parquet to write: reports set aside")
    sub.add_argument(
        "--audit", required=True, help="Parquet to write: entities, counts and offsets by report, no text"
    )
    sub.add_argument("--batch", type=int, default=512, help="reports held in memory at once")
    sub.set_defaults(call=run)

    args = parser.parse_args()
    args.call(args)


if __name__ == "__main__":
    command.run(main)

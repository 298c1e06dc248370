"""Read one source of reports and deal its rows to shards; what cannot be taken whole is quarantined with a reason.

In a study: `ingest.py --study STUDY.yaml --source NAME --output DIR` writes DIR/records-<k>.parquet,
DIR/labels.parquet (apart from the texts, so that a changed label changes no shard of texts), DIR/rejected.parquet
and DIR/summary.json. On any file: `ingest.py FILE --output reports.parquet --quarantine quarantine.parquet`.
Rows in = rows accepted + rows quarantined, or it ends with an error that names file and row. The records have NOT
passed the de-identification gate: scripts/deidentify.py comes next.
"""

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from small_or_large import command
from small_or_large.errors import StudyError
from small_or_large.schema.sources import ColumnsConfig, LabelsFromConfig, SourceConfig
from small_or_large.sources import archives, delimited, encodings, jsonlines, parquet, texts
from small_or_large.sources.archives import Input
from small_or_large.sources.hl7 import framing, reports
from small_or_large.sources.intake import Intake, Rejection, missing_columns, needed_columns
from small_or_large.sources.rows import Row
from small_or_large.sources.shards import Tables

log = logging.getLogger("ingest")
_PROGRESS = 100_000


def rows(entry: Input, config: SourceConfig, intake: Intake, used: dict) -> Iterator[Row]:
    """Rows of one input; `used` gets the encoding that it was read with."""
    if entry.format == "parquet":
        yield from _parquet_rows(entry, config, used)
        return
    columns = config.columns
    with entry.opened() as stream:
        if entry.format == "text":
            used["encoding"] = config.encoding
            yield texts.read(
                stream,
                entry.name,
                entry.within,
                config.encoding,
                columns.report_id,
                columns.patient_id,
                columns.text,
            )
            return
        if not (head := stream.peek(4096)[:4096]):
            raise StudyError(f"{entry.name}: empty file")
        codec = encodings.resolve(head, config.encoding, entry.name)
        if entry.format == "hl7":
            if codec.startswith(("utf-16", "utf-32")):
                raise StudyError(f"{entry.name}: HL7 in {codec}; convert it: iconv -f {codec} -t utf-8")
            used["encoding"] = "by message (MSH-18)"
            for frame in framing.frames(stream, entry.name):
                yield from reports.rows(frame, config.encoding)
            return
        used["encoding"] = codec
        text = encodings.text_stream(stream, codec, strict=config.encoding == "auto")
        try:
            if entry.format == "jsonl":
                for row in jsonlines.read(text, entry.name):
                    intake.note_columns(row.values)
                    yield row
            else:
                delimiter = config.delimiter or ("\t" if entry.format == "tsv" else ",")
                found = delimited.read(text, entry.name, delimiter)
                header = next(found).values
                if absent := [column for column in needed_columns(config) if column not in header]:
                    raise missing_columns(entry.name, absent, list(header), config)
                yield from found
        except UnicodeDecodeError:
            raise encodings.failure(entry.opened, codec, entry.name) from None


def _parquet_rows(entry: Input, config: SourceConfig, used: dict) -> Iterator[Row]:
    used["encoding"] = "utf-8"
    if entry.member is not None or entry.path.suffix == ".gz":
        raise StudyError(f"{entry.name}: Parquet is compressed in itself; unpack the archive first")
    file = parquet.open_file(str(entry.path), entry.name)
    wanted = needed_columns(config)
    if absent := [column for column in wanted if column not in file.schema_arrow.names]:
        raise missing_columns(entry.name, absent, file.schema_arrow.names, config)
    yield from parquet.read(file, entry.name, wanted, entry.expansion_limit)


def ingest(
    source: str,
    config: SourceConfig,
    inputs: list[Input],
    shards: list[Path],
    rejected: Path,
    labels: Path | None = None,
) -> dict:
    """Read all inputs of a source into its tables; the summary as it is written to summary.json.

    labels: a table for the labels by themselves; with none, they stand in the shards.
    Raises StudyError, leaving nothing behind, where an input cannot be read or a row was lost.
    """
    started = time.monotonic()
    config = fitted(config, inputs)
    intake = Intake(
        source, config, labels_apart(config.labels_from) if config.labels_from is not None else None
    )
    files: list[dict] = []
    with Tables(shards, rejected, intake.labels, source, labels) as tables:
        for entry in inputs:
            before, used = intake.rows_in, {}
            intake.file = entry.name if len(inputs) > 1 else ""
            try:
                for row in rows(entry, config, intake, used):
                    verdict = intake.take(row)
                    if isinstance(verdict, Rejection):
                        tables.reject(verdict)
                    else:
                        tables.accept(verdict)
                    if intake.rows_in % _PROGRESS == 0:
                        log.info("%s: %s rows", source, f"{intake.rows_in:,}")
            except UnicodeDecodeError as error:
                raise StudyError(f"{entry.name}: after row {intake.rows_in}: not {error.encoding}") from None
            files.append(
                {"file": entry.name, "format": entry.format, "rows": intake.rows_in - before, **used}
            )
        intake.finish(", ".join(entry.name for entry in inputs[:3]))
        tables.settle(intake.retracted)
        quarantined = sum(tables.reasons.values())
        if intake.rows_in != tables.accepted + quarantined:
            raise StudyError(
                f"source {source}: {intake.rows_in} rows in, but {tables.accepted} accepted and {quarantined} "
                "quarantined; this is a fault of the reader, please report it"
            )
        tables.publish()
    digests = {path: archives.digest(path) for path in {entry.path for entry in inputs}}
    for entry, file in zip(inputs, files, strict=True):
        file |= {"bytes": entry.path.stat().st_size, "sha256": digests[entry.path]}
    if config.labels_from is not None and (lost := intake.labels_without_report()):
        log.warning(
            "%s: %s rows of %s belong to no accepted report", source, f"{lost:,}", config.labels_from.path
        )
        intake.notes["rows of labels_from without a report"] = lost
    if intake.rows_in == 0:
        log.warning("%s: a header, but no rows", source)
    return {
        "source": source,
        "rows_in": intake.rows_in,
        "accepted": tables.accepted,
        "quarantined": quarantined,
        "rejected": dict(sorted(tables.reasons.items())),
        "warnings": {note: n for note, n in sorted(intake.notes.items()) if not note.startswith("nested:")},
        "seconds": round(time.monotonic() - started, 3),
        "files": files,
    }


def labels_apart(config: LabelsFromConfig) -> dict[str, dict[str, str]]:
    """Labels by report number, from their own table.

    Raises StudyError where a column is missing, a row cannot be read, or one report has two answers.
    """
    columns = ColumnsConfig(report_id=config.report_id, text=config.report_id, labels=config.labels)
    table = SourceConfig(
        path=config.path, encoding=config.encoding, delimiter=config.delimiter, columns=columns,
        one_report_per_patient=True,
    )  # fmt: skip
    found: dict[str, dict[str, str]] = {}
    reader = Intake("labels", table)
    for entry in archives.find([config.path], "auto"):
        if entry.format in ("hl7", "text"):
            raise StudyError(f"{entry.name}: labels_from needs a csv, tsv, jsonl or parquet table")
        for row in rows(entry, table, reader, {}):
            if row.reason is not None:
                raise StudyError(f"{entry.name}: {row.place}: {row.reason}: {row.detail}")
            report_id = (row.values.get(config.report_id) or "").strip()
            labels = {name: (row.values.get(column) or "").strip() for name, column in config.labels.items()}
            if not report_id:
                raise StudyError(f"{entry.name}: {row.place}: the column {config.report_id} is empty")
            if found.setdefault(report_id, labels) != labels:
                raise StudyError(
                    f"{entry.name}: {row.place}: other labels than before for this {config.report_id}"
                )
    reader.finish(config.path)
    return found


def fitted(config: SourceConfig, inputs: list[Input]) -> SourceConfig:
    """The configuration with the fixed columns that HL7 messages bring; they may not be mixed with other files."""
    formats = {entry.format for entry in inputs}
    if "hl7" not in formats:
        return config
    if len(formats) > 1:
        others = ", ".join(sorted(formats - {"hl7"}))
        raise StudyError(f"{inputs[0].name}: HL7 messages beside {others}: make them two sources")
    if named := [*config.columns.labels, *config.columns.identifiers]:
        raise StudyError(
            f"{inputs[0].name}: HL7 messages have no columns, so there is none for {', '.join(named)}"
        )
    return config.model_copy(
        update={"columns": ColumnsConfig(received="received", facility="facility"), "received_format": None}
    )


def located(config: SourceConfig) -> list[str]:
    """The paths of a source, fetched from its address where they are not there and checked against its digest."""
    paths = [config.path] if isinstance(config.path, str) else list(config.path or [])
    if config.sha256 is not None:
        path = Path(paths[0])
        if not path.exists() and config.address is not None:
            log.info("fetching %s", config.address)
            archives.fetch(config.address, config.sha256, path)
        elif not path.is_file():
            raise StudyError(f"{path}: no such file")
        elif (found := archives.digest(path)) != config.sha256:
            raise StudyError(f"{path}: its SHA-256 is {found}, the study says {config.sha256}")
    return paths


def generated_columns(config: SourceConfig, inputs: list[Input]) -> SourceConfig:
    """The configuration of a generated source, its columns taken from the first row (every other key is a label)."""
    keys: dict[str, str | None] = {}
    with inputs[0].opened() as stream:
        for row in jsonlines.read(encodings.text_stream(stream, "utf-8", True), inputs[0].name):
            keys = row.values
            break
    known = ("report_id", "patient_id", "text", "received", "facility", "part")
    columns = {key: key for key in known if key in keys}
    labels = config.columns.labels or {key: key for key in keys if key not in known}
    return config.model_copy(
        update={"columns": config.columns.model_copy(update={**columns, "labels": labels})}
    )


def _pairs(values: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, mark, column = value.partition("=")
        if not (name and mark and column):
            raise StudyError(f"{option} {value}: expected name=COLUMN")
        pairs[name] = column
    return pairs


def stated_config(arguments) -> SourceConfig:
    """The source that the command line describes."""
    columns: dict = _pairs(arguments.column, "--column")
    columns["labels"] = _pairs(arguments.label, "--label")
    columns["identifiers"] = _pairs(arguments.identifier, "--identifier")
    try:
        return SourceConfig.model_validate(
            {
                "path": arguments.files,
                "format": arguments.format,
                "encoding": arguments.encoding,
                "delimiter": {"\\t": "\t", "tab": "\t"}.get(arguments.delimiter, arguments.delimiter),
                "columns": columns,
                "received_format": arguments.received_format,
                "one_report_per_patient": arguments.one_report_per_patient,
                "max_characters": arguments.max_characters,
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise StudyError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", help="files, folders, zips or patterns to read")
    parser.add_argument("--study", help="study file; with --source, instead of the options below")
    parser.add_argument(
        "--source", help="name of the source in the study (without a study: name in the tables)"
    )
    parser.add_argument("--output", required=True, help="folder to write to (study) or reports table (files)")
    parser.add_argument("--quarantine", help="quarantine table (files); beside the output if not given")
    parser.add_argument("--format", default="auto", help="auto, csv, tsv, jsonl, parquet, text or hl7")
    parser.add_argument(
        "--encoding", default="auto", help="auto (byte order mark or strict UTF-8) or a codec name"
    )
    parser.add_argument("--delimiter", help="field delimiter of csv; `tab` for a tab")
    parser.add_argument(
        "--column", action="append", default=[], metavar="FIELD=COLUMN",
        help="column of report_id, patient_id, text, received, facility or part; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--label", action="append", default=[], metavar="LABEL=COLUMN", help="a label; repeatable"
    )
    parser.add_argument(
        "--identifier",
        action="append",
        default=[],
        metavar="KIND=COLUMN",
        help="known identifiers; repeatable",
    )
    parser.add_argument("--received-format", help="strptime format of the received column")
    parser.add_argument(
        "--one-report-per-patient", action="store_true", help="report_id stands for the patient too"
    )
    parser.add_argument("--max-characters", type=int, default=1_000_000, help="longer texts are quarantined")
    arguments = parser.parse_args()
    output = Path(arguments.output)
    if arguments.study:
        from small_or_large.study import load_study

        study = load_study(arguments.study)
        if arguments.source not in study.sources:
            raise StudyError(f"--source {arguments.source}: the study has {', '.join(study.sources)}")
        config = study.sources[arguments.source]
        inputs = archives.find(arguments.files if config.generate else located(config), config.format)
        if config.generate is not None:
            config = generated_columns(config, inputs)
        shards = [output / f"records-{k}.parquet" for k in range(study.ingest.shards)]
        apart = [output / f"{name}.parquet" for name in ("rejected", "labels")]
        summary = ingest(arguments.source, config, inputs, shards, *apart)
        draft = output / f".summary.{os.getpid()}.tmp"
        draft.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        draft.replace(output / "summary.json")
    else:
        if not arguments.files:
            raise StudyError("nothing to read: give FILE ... or --study and --source")
        config = stated_config(arguments)
        quarantine = Path(arguments.quarantine or output.with_name(f"{output.stem}.quarantine.parquet"))
        inputs = archives.find(arguments.files, config.format)
        summary = ingest(
            arguments.source or Path(arguments.files[0]).name, config, inputs, [output], quarantine
        )
    for reason, count in summary["rejected"].items():
        log.info("quarantined: %s: %s", reason, f"{count:,}")
    for warning, count in summary["warnings"].items():
        log.warning("%s: %s", warning, f"{count:,}")
    print(
        f"rows in {summary['rows_in']} = accepted {summary['accepted']} + quarantined {summary['quarantined']}"
        f" ({summary['seconds']} s)"
    )


if __name__ == "__main__":
    command.run(main)

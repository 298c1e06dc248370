"""Parquet, in batches of bounded size, every column as text; files that expand beyond reason are refused."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from small_or_large.errors import StudyError
from small_or_large.sources.rows import Row

_BATCH_BYTES = 16 * 2**20
_BATCH_ROWS = 2000


def open_file(source: str | BinaryIO, name: str) -> pq.ParquetFile:
    """Open a Parquet file so that text stays in dictionaries until its length is known.

    Raises StudyError if it is no Parquet file or a column name stands there more than once.
    """
    try:
        schema = pq.ParquetFile(source, pre_buffer=False).schema_arrow
        texts = [field.name for field in schema if _is_text(field.type)]
        file = pq.ParquetFile(source, pre_buffer=False, read_dictionary=texts)
    except (pa.ArrowException, OSError) as error:
        raise StudyError(f"{name}: not a readable Parquet file ({_brief(error)})") from None
    if repeated := sorted({column for column in schema.names if schema.names.count(column) > 1}):
        raise StudyError(f"{name}: the column {', '.join(repeated)} stands there more than once; rename one")
    return file


def _is_text(kind: pa.DataType) -> bool:
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
        )
    )


def read(file: pq.ParquetFile, name: str, columns: list[str], expansion_limit: int) -> Iterator[Row]:
    """Rows of a Parquet file, only the columns asked for, values as text (dates as ISO), nulls as None.

    expansion_limit: bytes that may be read in all; dictionary pages can make a small file stand for terabytes.
    Raises StudyError for nested columns, damage, and files over the limit.
    """
    schema = file.schema_arrow
    for column in columns:
        kind = schema.field(column).type
        if pa.types.is_nested(kind):
            raise StudyError(
                f"{name}: the column {column} is nested ({kind}); a text, number or date is needed"
            )
    metadata = file.metadata
    declared = sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups))
    if declared > expansion_limit:
        raise StudyError(_bomb(name, declared, expansion_limit))
    rows = max(metadata.num_rows, 1)
    batch_rows = int(min(_BATCH_ROWS, max(1, _BATCH_BYTES // max(1, declared // rows))))
    number, expanded = 0, 0
    try:
        for batch in file.iter_batches(batch_size=batch_rows, columns=columns, use_threads=False):
            lists = {}
            for column in columns:
                array = batch.column(batch.schema.get_field_index(column))
                expanded += _characters(array)
                if expanded > expansion_limit:
                    raise StudyError(_bomb(name, expanded, expansion_limit))
                lists[column] = _texts(array)
            for k in range(batch.num_rows):
                number += 1
                values, damaged = {}, False
                for column in columns:
                    value = lists[column][k]
                    if isinstance(value, bytes):
                        try:
                            value = value.decode("utf-8")
                        except UnicodeDecodeError:
                            damaged, value = True, None
                    values[column] = value
                if damaged:
                    yield Row(f"row {number}", values, "undecodable", "a binary column is not UTF-8")
                else:
                    yield Row(f"row {number}", values)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{name}: row {number + 1} or later: damaged Parquet ({_brief(error)})") from None


def _characters(array: pa.Array) -> int:
    """Bytes that an array's strings stand for once dictionaries are spelled out."""
    if pa.types.is_dictionary(array.type):
        lengths = pc.binary_length(array.dictionary)
        return pc.sum(lengths.take(array.indices)).as_py() or 0
    return array.nbytes


def _texts(array: pa.Array) -> list:
    kind = array.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return array.to_pylist()
    if pa.types.is_dictionary(kind):
        words = _texts(array.dictionary)
        return [None if k is None else words[k] for k in array.indices.to_pylist()]
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        array = array.cast(pa.string())
    return array.to_pylist()


def _brief(error: Exception) -> str:
    return str(error).split("\n")[0].split(". Detail")[0][:120]


def _bomb(name: str, size: int, limit: int) -> str:
    return f"{name}: expands to {size:,} bytes or more, over the limit of {limit:,} for its size; refused as a bomb"

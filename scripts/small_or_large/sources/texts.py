"""Folders (or zips) of text files: one report a file, its name the report's number, its folder the patient's."""

from pathlib import PurePosixPath
from typing import BinaryIO

from small_or_large.errors import StudyError
from small_or_large.sources import encodings
from small_or_large.sources.rows import RECORD_LIMIT, Row


def read(
    stream: BinaryIO, name: str, within: str, encoding: str, report: str, patient: str, text: str
) -> Row:
    """The one row of a text file.

    within: path below the folder that was named; `patient/report.txt` gives both numbers, `report.txt` the
    report's only. report, patient, text: the column names to give them under. A file that does not decode comes
    with a reason that names the likely encoding.
    """
    path = PurePosixPath(within)
    while path.suffix.lower() in (".gz", ".txt", ".text"):
        path = path.with_suffix("")
    values = {report: path.name, patient: path.parent.name or None}
    data = stream.read(RECORD_LIMIT + 1)
    if len(data) > RECORD_LIMIT:
        return Row(name, values, "too long", f"more than {RECORD_LIMIT:,} bytes")
    try:
        codec = encodings.resolve(data[:4096], encoding, name)
        values[text] = data.decode(codec)
    except StudyError as error:
        return Row(name, values, "undecodable", str(error))
    except UnicodeDecodeError:
        likely = encodings.likely(data)
        return Row(name, values, "undecodable", f"not {codec}; likely {likely}: {encodings.cure(likely)}")
    return Row(name, values)

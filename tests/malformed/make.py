"""The corpus of malformed inputs: how each is made, how it is read, and what must come of it.

`CASES` is the manifest. A case ends either in an error whose text has `error`, or in a table with `accepted` rows and
the quarantined rows of `rejected` by reason; rows in = accepted + quarantined always. Everything here is invented.
`python tests/malformed/make.py FOLDER` writes the files for use by hand.
"""

import gzip
import io
import json
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One malformed input: file name, content (bytes, or a function that writes it), options, expected outcome."""

    name: str
    file: str
    content: Content
    options: tuple[str, ...] = ()
    error: str | None = None
    accepted: int = 0
    rejected: dict[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Make the input in a folder; its path."""
        path = folder / self.file
        if callable(self.content):
            self.content(path)
        else:
            path.write_bytes(self.content)
        return path


HEADER = b"report_id,patient_id,text\n"
GOOD = b"1,p1,Benign colonic mucosa\n"


def _csv(*lines: bytes) -> bytes:
    return HEADER + b"".join(line + b"\n" for line in lines)


def _jsonl(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _row(k: int = 1, **other: object) -> dict:
    return {"report_id": str(k), "patient_id": f"p{k}", "text": f"Report {k}: benign."} | other


def _zip(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _gzip_bomb(path: Path) -> None:
    """90 MB of ragged rows in some 90 kB."""
    path.write_bytes(gzip.compress(HEADER + (b"x" * 999_999 + b"\n") * 90, 6))


def _zip_bomb(path: Path) -> None:
    path.write_bytes(_zip({"a.csv": HEADER + b"1,p1," + b"x" * 90_000_000}))


def _zip_twice(path: Path) -> None:
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.csv", HEADER + GOOD)
        archive.writestr("a.csv", HEADER + GOOD)


def _zip_link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("reports.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")


def _zip_lying(path: Path) -> None:
    """A zip whose directory says that 2,000,000 bytes are 10."""
    data = bytearray(_zip({"a.csv": HEADER + b"1,p1," + b"x" * 2_000_000 + b"\n"}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))


def _zip_encrypted(path: Path) -> None:
    data = bytearray(_zip({"a.csv": HEADER + GOOD}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    path.write_bytes(bytes(data))


def _parquet(columns: dict[str, pa.Array | list], **options: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        pq.write_table(pa.table(columns), path, **options)

    return write


def _parquet_bomb(path: Path) -> None:
    """One text of 900,000 characters, told 2,000 times by a dictionary: 1.8 GB in a small file."""
    word = pa.array(["x" * 900_000])
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), word)
    ids = [str(k) for k in range(2000)]
    pq.write_table(pa.table({"report_id": ids, "patient_id": ids, "text": texts}), path)


def _parquet_pages(path: Path) -> None:
    """A text of 100 million equal characters: zstd writes it in some kilobytes."""
    table = pa.table({"report_id": ["1"], "patient_id": ["p1"], "text": ["x" * 100_000_000]})
    pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False)


def _folder_of_texts(path: Path) -> None:
    (path / "p1").mkdir(parents=True)
    (path / "p1" / "a.txt").write_bytes(b"Benign.")
    (path / "p1" / "b.txt").write_bytes(b"Caf\xe9 au lait macule.")
    (path / "p2").mkdir()
    (path / "p2" / "c.txt").write_bytes(b" \n")
    (path / "loose.txt").write_bytes(b"Nobody's report.")


def _folder_with_link(path: Path) -> None:
    path.mkdir()
    (path.parent / "outside.txt").write_text("outside")
    (path / "a.txt").symlink_to(path.parent / "outside.txt")


def _folder_empty(path: Path) -> None:
    path.mkdir()


MSH = "MSH|^~\\&|LIS|LAB|REG|REG|20230105||ORU^R01|1|P|2.5.1"
PID = "PID|1||123^^^HOSP^MR||Doe^Jane||19500102|F"
OBR = "OBR|1||S23-1^LAB|11529-5^Surgical pathology study^LN|||20230102||||||||||||||||||F"
OBX = "OBX|1|TX|22637-3^Final diagnosis^LN|1|Adenocarcinoma of the colon||||||F"


def hl7(*segments: str, end: str = "\r") -> bytes:
    """Segments as a message."""
    return "".join(segment + end for segment in segments).encode()


def message(
    accession: str = "S23-1", patient: str = "123", *observations: str, msh: str = MSH, pid: str = PID
) -> bytes:
    """A whole message of one report."""
    return hl7(
        msh, pid.replace("123^", f"{patient}^"), OBR.replace("S23-1", accession), *(observations or (OBX,))
    )


def _obx(
    k: int, text: str, status: str = "F", code: str = "22637-3^Final diagnosis^LN", kind: str = "TX"
) -> str:
    return f"OBX|{k}|{kind}|{code}|1|{text}||||||{status}"


MLLP = b"\x0b" + message() + b"\x1c\r"
UTF8 = "1,p1,Café au lait\n".encode()

CASES = [
    # encodings
    Case("latin1_unstated", "a.csv", _csv(b"1,p1,ok", b"2,p2,Caf\xe9 au lait spots, na\xefve"),
         error="line 3: not utf-8"),
    Case("latin1_stated_utf8", "a.csv", _csv(b"1,p1,ok", b"2,p2,Caf\xe9"), ("--encoding", "utf-8"),
         accepted=1, rejected={"undecodable": 1}),
    Case("cp1252_stated", "a.csv", _csv(b"1,p1,Caf\xe9 \x93x\x94"), ("--encoding", "cp1252"), accepted=1),
    Case("cp1252_read_as_latin1", "a.csv", _csv(b"1,p1,\x93x\x94"), ("--encoding", "latin-1"),
         rejected={"control characters": 1}),
    Case("unknown_encoding", "a.csv", HEADER + GOOD, ("--encoding", "klingon"), error="no encoding is called"),
    Case("utf16_no_mark", "a.csv", (HEADER + GOOD).decode().encode("utf-16-le"), error="utf-16-le"),
    Case("utf16_be_no_mark", "a.csv", (HEADER + GOOD).decode().encode("utf-16-be"), error="utf-16-be"),
    Case("utf16_with_mark", "a.csv", (HEADER + GOOD).decode().encode("utf-16"), accepted=1),
    Case("utf16_odd_byte", "a.csv", (HEADER + GOOD).decode().encode("utf-16") + b"\x00", error="damaged or cut"),
    Case("utf8_mark", "a.csv", b"\xef\xbb\xbf" + HEADER + UTF8, accepted=1),
    Case("utf8_mark_jsonl", "a.jsonl", b"\xef\xbb\xbf" + _jsonl(_row()), accepted=1),
    Case("utf8_mark_stated_utf8", "a.csv", b"\xef\xbb\xbf" + HEADER + UTF8, ("--encoding", "utf-8"), accepted=1),
    Case("mark_against_statement", "a.csv", (HEADER + GOOD).decode().encode("utf-16"), ("--encoding", "utf-8"),
         error="byte order mark"),
    Case("utf8_cut_in_character", "a.csv", HEADER + b"1,p1,Caf\xc3", error="line 2: not utf-8"),
    Case("surrogate_in_json", "a.jsonl", b'{"report_id":"1","patient_id":"p","text":"x \\ud800 y"}\n',
         rejected={"undecodable": 1}),
    # control characters
    Case("nul_in_text", "a.csv", _csv(b"1,p1,a\x00b", b"2,p2,ok"), accepted=1, rejected={"control characters": 1}),
    Case("nul_in_id", "a.csv", _csv(b"1\x00,p1,x", b"2,p\x002,ok"), rejected={"control characters": 2}),
    Case("bell_in_text", "a.jsonl", _jsonl(_row(text="a\x07b")), rejected={"control characters": 1}),
    Case("line_end_in_id", "a.csv", _csv(b'"1\nx",p1,x'), rejected={"control characters": 1}),
    Case("form_feed_is_text", "a.jsonl", _jsonl(_row(text="page 1\x0cpage 2")), accepted=1),
    # delimited
    Case("empty_file", "a.csv", b"", error="empty file"),
    Case("only_blank_lines", "a.csv", b"\n\n\n", error="no header line"),
    Case("only_header", "a.csv", HEADER, accepted=0),
    Case("ragged_short", "a.csv", _csv(b"1,p1", b"2,p2,ok"), accepted=1, rejected={"ragged row": 1}),
    Case("ragged_long", "a.csv", _csv(b"1,p1,a, comma", b"2,p2,ok"), accepted=1, rejected={"ragged row": 1}),
    Case("header_twice", "a.csv", b"report_id,text,patient_id,text\n1,a,p,b\n", error="text more than once"),
    Case("header_twice_but_for_blanks", "a.csv", b"report_id,text,patient_id, text \n1,a,p,b\n",
         error="text more than once"),
    Case("no_text_column", "a.csv", b"report_id,patient_id,body\n1,p1,x\n", error="no column 'text' (columns.text)"),
    Case("no_patient_column", "a.csv", b"report_id,text\n1,x\n", error="one_report_per_patient"),
    Case("label_not_there", "a.csv", HEADER + GOOD, ("--label", "site=topography"), error="columns.labels.site"),
    Case("semicolons", "a.csv", b"report_id;patient_id;text\n1;p1;x\n", error="delimiter"),
    Case("tabs_in_csv", "a.csv", b"report_id\tpatient_id\ttext\n1\tp1\tx\n", error="delimiter"),
    Case("quote_not_closed", "a.csv", _csv(b"1,p1,ok", b'2,p2,"open', b"3,p3,x", b"4,p4,y"), error="line 3"),
    Case("quote_closed_too_early", "a.csv", _csv(b'1,p1,"a"b', b"2,p2,ok"), error="line 2"),
    Case("quote_opened_on_later_line", "a.csv", _csv(b'1,"p', b'1","text', b'x'), error="line 3"),
    Case("quote_swallows_to_next", "a.csv", _csv(b'1,p1,"open', b'2,p2,"closed"'), error="line 2"),
    Case("quote_in_unquoted_field", "a.csv", _csv(b'1,p1,a 5" scar', b"2,p2,ok"), accepted=1,
         rejected={"stray quote": 1}),
    Case("quote_after_blank", "a.csv", _csv(b'1,p1, "x"', b"2,p2,ok"), accepted=1, rejected={"stray quote": 1}),
    Case("quoted_line_ends", "a.csv", _csv(b'1,p1,"a\r\nb\rc\nd ""q"""'), accepted=1),
    Case("old_mac_line_ends", "a.csv", (HEADER + GOOD).replace(b"\n", b"\r"), accepted=1),
    Case("no_last_line_end", "a.csv", (HEADER + GOOD)[:-1], accepted=1),
    Case("long_line", "a.csv", _csv(b"1,p1," + b"x" * 200_000), accepted=1),
    Case("two_megabytes", "a.csv", _csv(b"1,p1," + b"x" * 2_000_000, b"2,p2,ok"), accepted=1,
         rejected={"too long": 1}),
    Case("endless_quote", "a.csv", HEADER + b'1,p1,"' + (b"x" * 1000 + b"\n") * 17_000, error="line 2"),
    Case("tsv_with_commas", "a.tsv", b"report_id\tpatient_id\ttext\n1\tp1\ta, b\n", accepted=1),
    Case("binary_as_csv", "a.csv", bytes(range(256)) * 8, error="line"),
    # content of rows
    Case("empty_text", "a.csv", _csv(b"1,p1,", b'2,p2," \n "'), rejected={"empty text": 2}),
    Case("no_ids", "a.csv", _csv(b",p1,x", b"2,,x"), rejected={"missing report_id": 1, "missing patient_id": 1}),
    Case("same_report_twice", "a.csv", _csv(b"1,p1,x", b"1,p1,x"), accepted=1, rejected={"duplicate": 1}),
    Case("one_id_two_texts", "a.csv", _csv(b"1,p1,x", b"1,p1,y", b"1,p1,z"), accepted=1,
         rejected={"conflicting id": 2}),
    Case("one_id_two_patients", "a.csv", _csv(b"1,p1,x", b"1,p2,x"), accepted=1, rejected={"conflicting id": 1}),
    Case("one_id_but_for_blanks", "a.csv", _csv(b"1,p1,x", b" 1 ,p1,x"), accepted=1, rejected={"duplicate": 1}),
    Case("leading_zeros_stay", "a.csv", _csv(b"00123,007,NA", b"123,7,null"), accepted=2),
    Case("formula_in_id", "a.csv", _csv(b"=1+1,p1,x", b"2,@SUM(A1),x", b"3,+cmd|' /C calc'!A0,x"),
         rejected={"bad id": 3}),
    Case("formula_in_label", "a.csv", b"report_id,patient_id,text,site\n1,p1,x,=HYPERLINK()\n2,p2,x,+\n",
         ("--label", "site=site"), accepted=1, rejected={"formula": 1}),
    Case("formula_in_text_is_text", "a.csv", _csv(b"1,p1,=cmd|' /C calc'!A0"), accepted=1),
    Case("endless_id", "a.csv", _csv(b"1" * 5000 + b",p1,x"), rejected={"bad id": 1}),
    Case("patient_on_both_sides", "a.csv",
         b"report_id,patient_id,text,part\n1,p1,x,train\n2,p1,y,test\n3,p2,z,holdout\n4,p2,z,test\n",
         ("--column", "part=part"), accepted=2, rejected={"patient on both sides": 1, "unknown part": 1}),
    Case("no_dates", "a.csv", b"report_id,patient_id,text,day\n1,p1,x,03/04/2021\n2,p2,x,2021-02-30\n3,p3,x,\n",
         ("--column", "received=day"), accepted=1, rejected={"bad date": 2}),
    Case("date_format_stated", "a.csv", b"report_id,patient_id,text,day\n1,p1,x,03/04/2021\n2,p2,x,2021-02-03\n",
         ("--column", "received=day", "--received-format", "%d/%m/%Y"), accepted=1, rejected={"bad date": 1}),
    # JSON lines
    Case("json_cut", "a.jsonl", _jsonl(_row(1)) + b'{"report_id": "2", "patient_id": "p2", "te', accepted=1,
         rejected={"malformed json": 1}),
    Case("json_array", "a.jsonl", b'[{"report_id": "1"}]\n', error="jq"),
    Case("json_not_objects", "a.jsonl", _jsonl(_row(), 5, "x", None, ["a"]), accepted=1,
         rejected={"malformed json": 4}),
    Case("json_key_twice", "a.jsonl", b'{"report_id":"1","patient_id":"p","text":"a","text":"b"}\n' + _jsonl(_row()),
         accepted=1, rejected={"malformed json": 1}),
    Case("json_nested_text", "a.jsonl", _jsonl(_row(text={"a": 1}), _row(2)), accepted=1, rejected={"not text": 1}),
    Case("json_deep", "a.jsonl", b"[" * 100 + b"\n" + b'{"text":' * 200_000 + b"\n", error="jq"),
    Case("json_deep_later", "a.jsonl", _jsonl(_row()) + b'{"text":' * 200_000 + b"\n", accepted=1,
         rejected={"malformed json": 1}),
    Case("json_numbers_are_text", "a.jsonl", b'{"report_id":1.10,"patient_id":7,"text":"x"}\n', accepted=1),
    Case("json_no_text_anywhere", "a.jsonl", _jsonl({"report_id": "1", "patient_id": "p", "body": "x"}),
         error="no column 'text'"),
    Case("json_text_missing_once", "a.jsonl", _jsonl(_row(), {"report_id": "2", "patient_id": "p"}), accepted=1,
         rejected={"empty text": 1}),
    Case("json_null_id", "a.jsonl", _jsonl(_row(report_id=None), _row(2)), accepted=1,
         rejected={"missing report_id": 1}),
    # archives
    Case("gzip_cut", "a.csv.gz", gzip.compress(HEADER + GOOD * 1)[:-12], error="cut"),
    Case("gzip_damaged", "a.csv.gz", gzip.compress(HEADER + GOOD)[:-8] + b"\0" * 8, error="damaged archive"),
    Case("gzip_garbage_after", "a.csv.gz", gzip.compress(HEADER + GOOD) + b"garbage", error="damaged archive"),
    Case("gzip_under_csv_name", "a.csv", gzip.compress(HEADER + GOOD), accepted=1),
    Case("gzip_of_nothing", "a.csv.gz", gzip.compress(b""), error="empty file"),
    Case("gzip_bomb", "a.csv.gz", _gzip_bomb, error="bomb"),
    Case("zip_good", "a.zip", _zip({"a.csv": HEADER + GOOD, "b.csv": HEADER + b"2,p2,y\n"}), accepted=2),
    Case("zip_climbs", "a.zip", _zip({"../../a.csv": HEADER + GOOD}), error="leads out of the zip"),
    Case("zip_absolute", "a.zip", _zip({"/etc/a.csv": HEADER + GOOD}), error="leads out of the zip"),
    Case("zip_windows_path", "a.zip", _zip({"..\\a.csv": HEADER + GOOD}), error="leads out of the zip"),
    Case("zip_link", "a.zip", _zip_link, error="leads out of the zip"),
    Case("zip_bomb", "a.zip", _zip_bomb, error="bomb"),
    Case("zip_lying_size", "a.zip", _zip_lying, error="damaged archive"),
    Case("zip_encrypted", "a.zip", _zip_encrypted, error="encrypted"),
    Case("zip_in_zip", "a.zip", _zip({"b.zip": _zip({"a.csv": HEADER + GOOD})}), error="zip inside a zip"),
    Case("zip_name_twice", "a.zip", _zip_twice, error="more than once"),
    Case("zip_cut", "a.zip", _zip({"a.csv": HEADER + GOOD})[:-30], error="damaged archive"),
    Case("zip_empty", "a.zip", _zip({"folder/": b""}), error="no file in the zip"),
    Case("office_document", "a.xlsx", _zip({"[Content_Types].xml": b"<x/>"}), error="Office document"),
    # Parquet
    Case("parquet_cut", "a.parquet", b"PAR1" + b"\0" * 100, error="not a readable Parquet file"),
    Case("parquet_bomb_dictionary", "a.parquet", _parquet_bomb, error="bomb"),
    Case("parquet_bomb_pages", "a.parquet", _parquet_pages, error="bomb"),
    Case("parquet_nested", "a.parquet", _parquet({"report_id": ["1"], "patient_id": ["p"], "text": [["a", "b"]]}),
         error="nested"),
    Case("parquet_numbers_and_nulls", "a.parquet",
         _parquet({"report_id": [1, 2, None], "patient_id": [1, None, 3], "text": ["x", "y", "z"]}), accepted=1,
         rejected={"missing report_id": 1, "missing patient_id": 1}),
    Case("parquet_binary_text", "a.parquet",
         _parquet({"report_id": ["1", "2"], "patient_id": ["p", "q"], "text": [b"ok", b"caf\xe9"]}), accepted=1,
         rejected={"undecodable": 1}),
    # folders and names
    Case("folder_of_texts", "reports", _folder_of_texts, accepted=1,
         rejected={"undecodable": 1, "empty text": 1, "missing patient_id": 1}),
    Case("folder_with_link_out", "reports", _folder_with_link, error="leads out of the folder"),
    Case("folder_empty", "reports", _folder_empty, error="empty folder"),
    Case("unknown_ending", "a.docx", b"some text", error="format cannot be told"),
    # HL7
    Case("hl7_good", "a.hl7", message(), accepted=1),
    Case("hl7_cut_in_text", "a.hl7", message()[:-15], rejected={"cut": 1}),
    Case("hl7_cut_in_patient", "a.hl7", hl7(MSH)[:-1] + b"\rPID|1||12", rejected={"nothing left": 1}),
    Case("hl7_cut_in_last_of_two", "a.hl7", message("S1", "1") + message("S2", "2")[:-15], accepted=1,
         rejected={"cut": 1}),
    Case("hl7_mllp_no_end", "a.hl7", MLLP + b"\x0b" + message("S23-2"), accepted=1, rejected={"cut": 1}),
    Case("hl7_batch_count", "a.hl7", b"BHS|^~\\&|L\r" + message() + b"BTS|2\r",
         error="BTS says 2 messages, there are 1"),
    Case("hl7_batch_no_trailer", "a.hl7", b"FHS|^~\\&|L\rBHS|^~\\&|L\r" + message(), error="cut"),
    Case("hl7_file_count", "a.hl7", b"FHS|^~\\&|L\rBHS|^~\\&|L\r" + message() + b"BTS|1\rFTS|7\r",
         error="FTS says 7"),
    Case("hl7_trailer_without_header", "a.hl7", message() + b"BTS|1\r", error="without a header"),
    Case("hl7_trailer_no_number", "a.hl7", b"BHS|^~\\&|L\r" + message() + b"BTS|one\r", error="no number"),
    Case("hl7_other_delimiters", "a.hl7", message().replace(b"|", b"$").replace(b"^", b"!"), accepted=1),
    Case("hl7_wrong_delimiters", "a.hl7", hl7(MSH, PID.replace("|", "*"), OBX.replace("|", "*")),
         rejected={"malformed message": 1}),
    Case("hl7_same_delimiters", "a.hl7", message().replace(b"^~\\&|LIS", b"^^\\&|LIS"),
         rejected={"bad delimiters": 1}),
    Case("hl7_short_header", "a.hl7", hl7("MSH|^~\\&|LIS|LAB", PID, OBR, OBX), rejected={"malformed message": 1}),
    Case("hl7_other_message", "a.hl7", message(msh=MSH.replace("ORU^R01", "ADT^A08")), rejected={"not ORU^R01": 1}),
    Case("hl7_no_patient", "a.hl7", hl7(MSH, "PID|1||||Doe^Jane", OBR, OBX), rejected={"missing patient_id": 1}),
    Case("hl7_no_accession", "a.hl7", hl7(MSH, PID, "OBR|1|||11529-5^x^LN", OBX), rejected={"missing report_id": 1}),
    Case("hl7_not_escaped", "a.hl7", message("S1", "1", _obx(1, "grade 2|3 of 4")), rejected={"stray delimiter": 1}),
    Case("hl7_unknown_status", "a.hl7", message("S1", "1", _obx(1, "x", "Q")), rejected={"unknown status": 1}),
    Case("hl7_preliminary", "a.hl7", message("S1", "1", _obx(1, "x", "P")), rejected={"not final": 1}),
    Case("hl7_all_deleted", "a.hl7", message("S1", "1", _obx(1, "x"), _obx(1, "", "D")),
         rejected={"nothing left": 1}),
    Case("hl7_which_line_is_corrected", "a.hl7",
         message("S1", "1", _obx(1, "a"), _obx(2, "b"), _obx(3, "c"), _obx(9, "d", "C")),
         rejected={"ambiguous correction": 1}),
    Case("hl7_continued", "a.hl7", message("S1", "1", OBX, "DSC|abc|F"), rejected={"continued": 1}),
    Case("hl7_only_pdf", "a.hl7", message("S1", "1", _obx(1, "^application^pdf^Base64^JVBERi0=", kind="ED")),
         rejected={"attachment": 1}),
    Case("hl7_other_segment", "a.hl7", message("S1", "1", OBX, "LUL|2 cm"), rejected={"unknown segment": 1}),
    Case("hl7_not_utf8", "a.hl7", message("S1", "1", _obx(1, "naive")).replace(b"naive", b"na\xefve"), accepted=1),
    Case("hl7_not_anything", "a.hl7", message("S1", "1", _obx(1, "naive")).replace(b"naive", b"na\x81\x8dve"),
         rejected={"undecodable": 1}),
    Case("hl7_nul", "a.hl7", message("S1", "1", _obx(1, "a\0b")), rejected={"control characters": 1}),
    Case("hl7_two_patients_one_number", "a.hl7",
         message("S1") + message("S2", pid=PID.replace("19500102", "19880305")), accepted=1,
         rejected={"two patients": 1}),
    Case("hl7_accession_of_two_patients", "a.hl7", message("S1", "1") + message("S1", "2"), accepted=1,
         rejected={"conflicting id": 1}),
    Case("hl7_corrected_later", "a.hl7", message("S1", "1") + message("S1", "1", _obx(1, "Benign", "C")), accepted=1,
         rejected={"superseded": 1}),
    Case("hl7_corrected_in_part", "a.hl7",
         message("S1", "1", _obx(1, "x"), _obx(2, "y", code="22634-0^Gross^LN"))
         + message("S1", "1", _obx(1, "Benign", "C")), rejected={"partial correction": 2}),
    Case("hl7_withdrawn_later", "a.hl7", message("S1", "1") + message("S1", "1", _obx(1, "", "W")),
         rejected={"withdrawn": 1, "nothing left": 1}),
    Case("hl7_utf16", "a.hl7", message().decode().encode("utf-16"), ("--format", "hl7"), error="utf-16"),
    Case("hl7_is_csv", "a.csv", HEADER + GOOD, ("--format", "hl7"), error="HL7 header"),
    Case("hl7_with_label", "a.hl7", message(), ("--label", "site=site"), error="no columns"),
]  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1])
    for case in CASES:
        (folder / case.name).mkdir(parents=True)
        case.write(folder / case.name)


if __name__ == "__main__":
    main()

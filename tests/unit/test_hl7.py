"""HL7 v2 ORU^R01: framing, delimiters and escapes, sections, corrections, and identity kept apart from text."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_or_large import sections
from small_or_large.errors import StudyError
from small_or_large.sources.hl7 import framing, reports
from small_or_large.sources.hl7.message import parse

# A busy machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

MSH = "MSH|^~\\&|LIS|LAB^12D^CLIA|REG|REG|20230105||ORU^R01|1|P|2.5.1"
PID = "PID|1||123^^^HOSP&1.2.3&ISO^MR~9876543217^^^ON^JHN||Doe^Jane^Quinn~Roe^Jane||19500102|F|||1 Main St^^Ville^ON"
OBR = "OBR|1||S23-1^LAB|11529-5^Surgical pathology study^LN|||202301021200|||||||||77^Smith^John||||||20230104|||F"


def obx(k, text, code="22637-3^Final diagnosis^LN", status="F", kind="TX", sub="1"):
    return f"OBX|{k}|{kind}|{code}|{sub}|{text}||||||{status}"


def message(*observations, msh=MSH, pid=PID, obr=OBR, end="\r"):
    return "".join(segment + end for segment in (msh, pid, obr, *observations))


def read(data, encoding="auto"):
    data = data.encode() if isinstance(data, str) else data
    return [
        row for frame in framing.frames(io.BytesIO(data), "x.hl7") for row in reports.rows(frame, encoding)
    ]


def text_of(*observations, **other):
    (row,) = read(message(*observations, **other))
    assert row.reason is None, (row.reason, row.detail)
    return row.values["text"]


# -- framing


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_any_line_end_gives_the_same_report(end):
    (row,) = read(message(obx(1, "a"), obx(2, "b"), end=end))
    assert row.values["text"] == "FINAL DIAGNOSIS:\na\nb"


def test_concatenated_messages_stay_apart():
    rows = read(message(obx(1, "first")) + message(obx(1, "second"), obr=OBR.replace("S23-1", "S23-2")))
    assert [row.values["report_id"] for row in rows] == ["LAB:S23-1", "LAB:S23-2"]
    assert ["first" in row.values["text"] for row in rows] == [True, False]


def test_mllp_and_batches():
    framed = b"".join(b"\x0b" + message(obx(1, "x")).encode() + b"\x1c\r" for _ in range(3))
    assert len(read(framed)) == 3
    batch = "FHS|^~\\&|L\rBHS|^~\\&|L\r" + message(obx(1, "x")) * 2 + "BTS|2|end\rFTS|1\r"
    assert len(read(batch)) == 2
    assert len(read("BHS|^~\\&|L\r" + message(obx(1, "x")) + "BTS|\r")) == 1


def test_a_stain_is_no_message_header():
    text = text_of(obx(1, "MMR stains:\nMSH-6: retained\nMSH2 lost"))
    assert text.endswith("MMR stains:\nMSH-6: retained\nMSH2 lost")


@given(cuts=st.integers(1, 400), count=st.integers(1, 6))
def test_messages_do_not_depend_on_how_the_stream_is_read(cuts, count):
    data = b"".join(b"\x0b" + message(obx(1, f"report {k}")).encode() + b"\x1c\r" for k in range(count))
    chunk, framing._CHUNK = framing._CHUNK, cuts
    try:
        rows = read(data)
    finally:
        framing._CHUNK = chunk
    assert [row.values["text"] for row in rows] == [f"FINAL DIAGNOSIS:\nreport {k}" for k in range(count)]


def test_wrong_count_names_the_file_and_both_counts():
    with pytest.raises(StudyError, match="x.hl7: BTS says 3 messages, there are 1"):
        read("BHS|^~\\&|L\r" + message(obx(1, "x")) + "BTS|3\r")


@given(cut=st.integers(1, 700))
def test_a_message_cut_anywhere_gives_no_text_it_did_not_have(cut):
    whole = message(obx(1, "alpha beta"), obx(2, "gamma delta"), obx(3, "epsilon"))
    data = whole[: min(cut, len(whole))]
    try:
        rows = read(data)
    except StudyError:
        return
    for row in rows:
        if row.reason is None:
            lines = row.values["text"].split("\n")[1:]
            assert lines == ["alpha beta", "gamma delta", "epsilon"][: len(lines)]


# -- delimiters, escapes, character sets


def test_own_delimiters():
    data = message(obx(1, "a !T! b")).replace("\\", "!")
    data = data.replace("|", "$").replace("^", "*")
    (row,) = read(data)
    assert (row.reason, row.values["text"], row.values["patient_id"]) == (
        None, "FINAL DIAGNOSIS:\na !T! b".replace("!T!", "&"), "HOSP:123",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\\.br\\b", "a\nb"),
        ("a\\.sp2\\b", "a\n\nb"),
        ("a\\.sk3\\b", "a   b"),
        ("\\H\\bold\\N\\", "bold"),
        ("\\X0D0A\\x", "\r\nx"),
        ("5 \\F\\ 6 \\S\\ 7 \\T\\ 8 \\R\\ 9 \\E\\", "5 | 6 ^ 7 & 8 ~ 9 \\"),
        ("and\\or c:\\temp", "and\\or c:\\temp"),
        ("\\Zlocal\\", "\\Zlocal\\"),
        ("caf\\XC3A9\\", "café"),
        ("line~line", "line\nline"),
        ("ER^PR & HER2", "ER^PR & HER2"),
    ],
)
def test_escape_sequences(raw, text):
    assert text_of(obx(1, raw)) == "FINAL DIAGNOSIS:\n" + text


def escaped(text):
    for mark, code in (("\\", "E"), ("|", "F"), ("^", "S"), ("&", "T"), ("~", "R")):
        text = text.replace(mark, "\0" + code + "\0")
    return text.replace("\0", "\\").replace("\n", "\\.br\\")


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), min_size=1))
def test_any_text_survives_escaping(text):
    parsed = parse(message(obx(1, escaped(text))).encode())
    raw = next(segment for segment in parsed.segments if segment.startswith("OBX")).split("|")[5]
    assert parsed.text(raw) == text


def test_character_sets():
    latin = message(obx(1, "naïve"), msh=MSH + "||||||8859/1").encode("latin-1")
    (row,) = read(latin)
    assert row.values["text"].endswith("naïve") and not row.notes
    (row,) = read(message(obx(1, "naïve – x")).encode("cp1252"))
    assert row.values["text"].endswith("naïve – x")
    assert row.notes == ("not UTF-8 and no fitting MSH-18: read as cp1252",)
    (row,) = read(message(obx(1, "naïve")), encoding="latin-1")
    assert row.values["text"].endswith("naÃ¯ve")


@pytest.mark.parametrize(
    "observation",
    [
        "OBX|1|TX|22637-3^Dx^LN|1|grade 2|of 3||||||F",
        "OBX|1|TX|22637-3^Dx^LN|1|left||right||||||F",
        "OBX|1|ST|22637-3^Dx^LN|1|left||right||||||F",
        "OBX|1|TX|22637-3^Dx^LN|1|a|b|c|d|e|f|g||||||F",
        "OBX|1|TX|22637-3^Dx^LN|1|text||||||F\nand more",
        "OBX|1|TX|22637-3^Dx^LN|1|text||||||F|||20230101\nand more",
        " OBX|1|TX|22637-3^Dx^LN|1|text||||||F",
        "loose text",
    ],
)
def test_text_outside_its_field_is_refused_and_never_cut(observation):
    (row,) = read(message(observation, obx(2, "rest")))
    assert row.reason in ("stray delimiter", "unknown status", "malformed message")


# -- sections


def test_loinc_sections_are_found_again_in_the_text():
    text = text_of(
        obx(1, "Mass", "22636-5^Clinical history^LN"),
        obx(2, "Grey tissue", "22634-0^Gross^LN"),
        obx(3, "Note the margin: clear", "22635-7^Micro^LN"),
        obx(4, "Carcinoma", "L1^local^L^22637-3^Dx^LN"),
        obx(5, "pT2", "60568-3^Synoptic^LN"),
        obx(6, "ER positive", "22639-9^Supplement^LN"),
        obx(7, "Local words", "XYZ^Anything^L"),
    )
    found = {s.name: text[s.start : s.end] for s in sections.find_sections(text)}
    assert list(found) == ["clinical_history", "gross", "microscopic", "diagnosis", "synoptic", "addendum"]
    assert found["diagnosis"].strip() == "FINAL DIAGNOSIS:\nCarcinoma"
    assert found["addendum"].strip() == "ADDENDUM:\nER positive"


def test_coded_and_measured_answers_carry_their_question():
    text = text_of(
        obx(1, "2.5", "33728-7^Size^LN", kind="NM").replace("|2.5||", "|2.5|cm|"),
        obx(2, "G2^moderate^X", "33732-9^Grade^LN", kind="CWE"),
        obx(3, ">^10", "1^Mitoses^L", kind="SN"),
        obr=OBR.replace("11529-5", "60568-3"),
    )
    assert text == "SYNOPTIC REPORT:\nSize: 2.5 cm\nGrade: moderate\nMitoses: >10"


def test_notes_and_continued_segments_belong_to_the_text():
    assert text_of(obx(1, "Carcinoma"), "NTE|1||seen by two") == "FINAL DIAGNOSIS:\nCarcinoma\nseen by two"
    whole = obx(1, "Adenocarcinoma")
    assert text_of(whole[:45], "ADD|" + whole[45:]) == "FINAL DIAGNOSIS:\nAdenocarcinoma"


def test_an_attached_text_is_read_and_a_pdf_beside_text_is_told():
    attached = obx(1, "^TEXT^plain^Base64^Q2FyY2lub21h", kind="ED")
    assert text_of(attached) == "FINAL DIAGNOSIS:\nCarcinoma"
    (row,) = read(message(obx(1, "Carcinoma"), obx(2, "^application^pdf^Base64^JVBERi0=", kind="ED")))
    assert row.values["text"].endswith("Carcinoma")
    assert row.notes == ("an attached document beside the text was left out",)


# -- corrections


@pytest.mark.parametrize(
    ("observations", "left"),
    [
        ([obx(1, "a"), obx(2, "b"), obx(1, "A", status="C")], ["A", "b"]),
        ([obx(1, "a"), obx(2, "A", status="C")], ["A"]),
        ([obx(1, "a"), obx(2, "b"), obx(3, "A", status="C"), obx(4, "B", status="C")], ["A", "B"]),
        ([obx(1, "a"), obx(2, "b"), obx(2, "", status="D")], ["a"]),
        ([obx(1, "a"), obx(2, "b"), obx(7, "a", status="D")], ["b"]),
        ([obx(1, "a"), obx(2, "wrong patient", sub="2"), obx(2, "", status="W", sub="2")], ["a"]),
        ([obx(1, "a"), obx(2, "", status="X")], ["a"]),
        ([obx(1, "a", status="C"), obx(2, "b", status="C")], ["a", "b"]),
        ([obx(1, "a"), obx(2, "", status="N")], ["a"]),
    ],
)
def test_corrections_and_deletions(observations, left):
    assert text_of(*observations).split("\n")[1:] == left


def test_a_correction_of_another_section_leaves_the_first():
    text = text_of(obx(1, "dx"), obx(2, "old", "22634-0^g^LN"), obx(2, "new", "22634-0^g^LN", "C"))
    assert text == "FINAL DIAGNOSIS:\ndx\n\nGROSS DESCRIPTION:\nnew"


# -- identity


def test_identity_is_known_and_not_in_the_text():
    (row,) = read(message("NK1|1|Doe^John", obx(1, "Carcinoma")))
    known = row.identifiers
    assert known["patient_name"] == ["Jane Quinn Doe", "Jane Roe"]
    assert known["record_number"] == ["123"] and known["health_number"] == ["9876543217"]
    assert known["physician"] == ["John Smith"] and known["relative_name"] == ["John Doe"]
    assert known["birth_date"] == ["1950-01-02"] and known["accession"] == ["S23-1"]
    assert row.values["received"] == "20230104" and row.values["facility"] == "LAB"
    for word in ("Doe", "Jane", "123", "S23-1", "Smith"):
        assert word not in row.values["text"]


def test_equal_numbers_of_two_hospitals_are_two_patients():
    one = read(message(obx(1, "x")))[0].values
    two = read(
        message(obx(1, "x"), pid=PID.replace("HOSP&1.2.3&ISO", "CLINIC"), obr=OBR.replace("^LAB", "^ELSE"))
    )
    assert one["patient_id"] == "HOSP:123" and two[0].values["patient_id"] == "CLINIC:123"
    assert one["report_id"] != two[0].values["report_id"]


def test_two_patients_in_one_message_never_merge():
    second = PID.replace("123^", "456^")
    data = message(obx(1, "one")) + "".join(
        s + "\r" for s in (second, OBR.replace("S23-1", "S23-2"), obx(1, "two"))
    )
    rows = read(data)
    assert [(r.values["patient_id"], r.values["text"][-3:]) for r in rows] == [
        ("HOSP:123", "one"),
        ("HOSP:456", "two"),
    ]


def test_two_accessions_in_one_message_are_two_reports_and_one_accession_is_one():
    other = OBR.replace("S23-1", "S23-2")
    rows = read(message(obx(1, "one"), other, obx(1, "two")))
    assert [r.values["text"][-3:] for r in rows] == ["one", "two"]
    rows = read(message(obx(1, "one"), OBR.replace("11529-5", "60568-3"), obx(1, "two", "X^q^L")))
    assert len(rows) == 1 and rows[0].values["text"] == "FINAL DIAGNOSIS:\none\n\nSYNOPTIC REPORT:\ntwo"


def test_the_steadiest_number_is_taken_whatever_the_order():
    numbers = ["55^^^HOSP^AN", "123^^^HOSP^MR", "9^^^ON^JHN"]
    for order in (numbers, numbers[::-1]):
        pid = "PID|1||" + "~".join(order) + "||Doe^Jane||19500102"
        assert read(message(obx(1, "x"), pid=pid))[0].values["patient_id"] == "HOSP:123"


# -- anything at all


EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["|", "^", "\\", "~", "&", "\r", "\n", "\x0b", "\x1c", "\xff", "MSH|^~\\&|", ""]),
    ),
    max_size=6,
)  # fmt: skip


@given(EDITS)
def test_a_damaged_message_ends_in_rows_or_an_error(edits):
    data = message(obx(1, "alpha \\.br\\ beta"), "NTE|1||note", obx(2, "x", kind="CWE"), "SPM|1|A^B") * 2
    for place, piece in edits:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + (not piece) :]
    try:
        rows = read(data.encode("latin-1"))
    except StudyError:
        return
    assert all(
        row.reason is None or row.reason in reports.REASONS or row.reason == "undecodable" for row in rows
    )

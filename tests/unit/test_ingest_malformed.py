"""The corpus of malformed inputs: each ends as its manifest says, and no row is ever lost."""

import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import ingest
from small_or_large.errors import StudyError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "malformed"))
from make import CASES, Case  # noqa: E402


def read(case: Case, folder: Path, monkeypatch) -> tuple[Path, Path]:
    path = case.write(folder)
    output, quarantine = folder / "out" / "reports.parquet", folder / "out" / "quarantine.parquet"
    command = [
        "ingest.py",
        str(path),
        "--output",
        str(output),
        "--quarantine",
        str(quarantine),
        *case.options,
    ]
    monkeypatch.setattr(sys, "argv", command)
    ingest.main()
    return output, quarantine


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_input_ends_as_the_manifest_says(case, tmp_path, monkeypatch, capsys):
    if case.error is not None:
        with pytest.raises(StudyError) as raised:
            read(case, tmp_path, monkeypatch)
        assert case.error in str(raised.value)
        assert (
            Path(case.file).name in str(raised.value)
            or "encoding" in str(raised.value)
            or "labels" in case.error
        )
        left = tmp_path / "out"
        assert not left.exists() or not list(left.iterdir()), "a refused input leaves no table behind"
        return
    output, quarantine = read(case, tmp_path, monkeypatch)
    accepted, rejected = pq.read_table(output), pq.read_table(quarantine)
    assert accepted.num_rows == case.accepted
    assert Counter(rejected["reason"].to_pylist()) == Counter(case.rejected)
    rows = accepted["row"].to_pylist() + rejected["row"].to_pylist()
    assert sorted(rows) == list(range(1, len(rows) + 1)), "every row in comes out exactly once"
    printed = capsys.readouterr().out
    assert (
        f"rows in {len(rows)} = accepted {case.accepted} + quarantined {sum(case.rejected.values())}"
        in printed
    )


def test_the_corpus_is_large_and_its_names_are_unique():
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)

"""Long work says how far it is; short work says nothing."""

import logging

import pytest

from small_or_large import progress


@pytest.fixture
def said(monkeypatch, caplog):
    """What is said of five reports that take so many seconds each, two of them done in an earlier session."""
    caplog.set_level(logging.INFO)

    def of(seconds: float) -> list[str]:
        now = [100.0]
        monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
        work = progress.Progress(5, done=2, every=10)
        for _ in range(3):
            now[0] += seconds
            work.step()
        return caplog.messages

    return of


def test_long_work_says_how_far_it_is_and_when_it_ends(said):
    assert said(8) == ["4 of 5 reports, 0.12/s, 8 s to go", "5 of 5 reports, 0.12/s, 0 s to go"]


def test_short_work_says_nothing(said):
    assert said(1) == []

"""What a person sees who watches a run where there is no terminal."""

import pytest

from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.pipeline import progress


def test_each_unit_is_told_as_it_ends_with_its_failure_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with progress.watching(quiet=False) as watch:
        watch.units("2023-12", ["a", "b", "c"])
        now += 60  # one unit a minute: two are left
        watch.ended(UnitEntry("a", "a-1", "made"))
        now += 60
        watch.ended(
            UnitEntry("b", "b-1", "failed", "notebook 01_x, cell y: ZeroDivisionError: division by zero\n    1/0")
        )
        now += 5
        watch.ended(UnitEntry("c", "c-1", "made"))
    assert capsys.readouterr().err.splitlines() == [
        "   0.0 s  2023-12: 3 units",
        "  60.0 s  a: made (1 of 3, about 2 min left)",
        " 120.0 s  b: failed: notebook 01_x, cell y: ZeroDivisionError: division by zero (2 of 3, about 60 s left)",
        " 125.0 s  c: made (3 of 3)",
    ]


def test_nothing_is_said_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.watching(quiet=True) as watch:
        watch.units("2023-12", ["a"])
        watch.ended(UnitEntry("a", "a-1", "made"))
    assert capsys.readouterr() == ("", "")

"""What a review is compared with once its own period was published."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_reviews import READING, leave

from portfolio_review.calendar import Period
from portfolio_review.pipeline import judge, lookback, parts
from portfolio_review.pipeline.memory import UnitSlice

OCTOBER = Period.parse("2026-10")


def test_a_published_review_is_up_to_date_and_a_changed_one_is_compared_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_unit(
        _: Any, __: Any, ___: str, ____: str, _____: str, slice_: dict[str, str], earlier: str, ______: Any
    ) -> Any:
        return {**slice_, "slice:earlier": earlier}

    monkeypatch.setattr(parts, "of_unit", of_unit)
    monkeypatch.setattr(parts, "reading", lambda _: READING)
    leave(tmp_path / "2026-09" / "all", "2026-09")

    def looked(_: Period, unit: str) -> lookback.Lookback:
        return lookback.lookback(tmp_path, unit, OCTOBER, 3, READING, None)

    series: Any = SimpleNamespace(folder=tmp_path, review=None, file=None, lookback=looked)

    def made(rows: str) -> tuple[str, dict[str, str]]:
        found, of = judge._compared(series, OCTOBER, "all", UnitSlice("all", {"slice:rows": rows}), [])
        assert found.compared is not None
        one = found.compared.standing
        return f"{one.period} v{one.version}", of

    def publish(version: int, of: dict[str, str]) -> None:
        folder = tmp_path / "published" / "2026-10" / f"v{version}" / "all"
        leave(folder, "2026-10", revenue=float(version), made_of=of)

    against, first = made("1")
    assert against == "2026-09 v0"
    publish(1, first)
    assert made("1") == ("2026-09 v0", first)  # publishing asks for no other run
    against, second = made("2")  # its rows changed: a correction, held against what readers have
    assert against == "2026-10 v1"
    publish(2, second)
    assert made("2") == ("2026-10 v1", second)
    assert made("3")[0] == "2026-10 v2"
    publish(3, {**second, "templates": "other"})  # rendered otherwise: the same run of notebooks
    assert made("2") == ("2026-10 v1", second)

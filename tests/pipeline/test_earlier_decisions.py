"""The decisions of an earlier review reach the next one's slice."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.pipeline import earlier
from portfolio_review.slices import store

ROW = [1, "007", "Bond", "plan", "Call", "M", "2021-10-31", 12.5]
P = Period.parse("2021-11")


def leave(series: Path, period: str, rows: list[list[Any]]) -> None:
    folder = series / period / "all"
    folder.mkdir(parents=True)
    table = {"columns": earlier.DECISIONS, "rows": rows}
    (folder / "results.json").write_text(json.dumps({"tables": {"actions.decisions": table}}), encoding="utf-8")


def test_the_latest_review_that_asked_for_any_is_taken(tmp_path: Path) -> None:
    leave(tmp_path, "2021-09", [ROW])
    leave(tmp_path, "2021-10", [])
    found = earlier.decisions(tmp_path, "all", P)
    assert found is not None
    assert (found[0].to_numpy().tolist(), found[1]) == ([ROW], Month(2021 * 12 + 8))
    assert earlier.decisions(tmp_path, "all", Period.parse("2021-09")) is None


def test_decisions_come_back_from_the_slice(tmp_path: Path) -> None:
    store.write_earlier_decisions(tmp_path, pd.DataFrame([ROW], columns=earlier.DECISIONS), Month(2021 * 12 + 9))
    found = store._earlier_decisions(tmp_path)
    assert found is not None
    assert (found.decisions.to_numpy().tolist(), found.last) == ([ROW], Month(2021 * 12 + 9))
    assert store._earlier_decisions(tmp_path / "none") is None

"""The decisions of an earlier review reach the next one's slice."""

from pathlib import Path

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.pipeline import earlier
from portfolio_review.slices import store

ROW = [1, "007", "Bond", "plan", "Call", "M", "2021-10-31", 12.5]


def test_decisions_come_back_from_the_slice(tmp_path: Path) -> None:
    store.write_earlier_decisions(
        tmp_path, pd.DataFrame([ROW], columns=earlier.COLUMNS[earlier.DECISIONS]), Month(2021 * 12 + 9)
    )
    found = store._earlier_decisions(tmp_path)
    assert found is not None
    assert (found.decisions.to_numpy().tolist(), found.last) == ([ROW], Month(2021 * 12 + 9))
    assert store._earlier_decisions(tmp_path / "none") is None

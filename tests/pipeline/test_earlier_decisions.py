"""The decisions of an earlier review reach the next one's slice."""

from pathlib import Path

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.pipeline import earlier
from portfolio_review.slices import store

ROW = [
    "2021-09-007", "2021-09", "Bond", "Carry out for Bond: Call", "M", "2021-10-31", "still_open", 12.5, 0.0, "2021-10", "plan", "a_year",
    "strategic", "007", "Call", None, None, None, None, "revenue",
]  # fmt: skip


def test_decisions_come_back_from_the_slice(tmp_path: Path) -> None:
    store.write_earlier_decisions(
        tmp_path, pd.DataFrame([ROW], columns=earlier.COLUMNS[earlier.LEDGER]), Month(2021 * 12 + 9)
    )
    found = store._earlier_decisions(tmp_path)
    assert found is not None
    assert (found.ledger.to_numpy().tolist(), found.last) == ([ROW], Month(2021 * 12 + 9))
    assert store._earlier_decisions(tmp_path / "none") is None

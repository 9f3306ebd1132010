"""Which spans a review has, and what the history allows."""

from __future__ import annotations

import datetime as dt

from portfolio_review.calendar import Period
from portfolio_review.metrics.windows import Windows


def windows(period: str = "2011-11", months: int = 12, start: str = "2009-12-01", until: str = "2011-12-09") -> Windows:
    return Windows(Period.parse(period), months, dt.date.fromisoformat(start), dt.date.fromisoformat(until))


def test_windows_end_with_p_and_never_overlap() -> None:
    when = windows()
    assert (when.w1.start, when.w1.end) == (dt.date(2010, 12, 1), dt.date(2011, 11, 30))
    assert (when.w0.start, when.w0.end) == (dt.date(2009, 12, 1), dt.date(2010, 11, 30))
    assert (str(when.pp.first), str(when.py.first)) == ("2011-10", "2010-11")


def test_a_quarter_is_preceded_by_a_quarter() -> None:
    when = windows("2011-Q4", 3)
    assert (str(when.pp.first), str(when.pp.last)) == ("2011-07", "2011-09")
    assert (str(when.before.w1.first), str(when.before.w1.last)) == ("2011-07", "2011-09")
    assert str(when.year_before.p.last) == "2010-12"


def test_the_reason_names_the_first_month_that_is_missing() -> None:
    when = windows()
    assert when.lacks_w0 is None
    assert when.lacks_before_w0 == "history starts 2009-12, needs 2009-11"
    assert windows("2011-10").lacks_w0 == "history starts 2009-12, needs 2009-11"
    assert when.before.lacks_w0 == "history starts 2009-12, needs 2009-11"


def test_a_first_month_that_starts_in_its_middle_counts_as_history() -> None:
    assert windows(start="2009-12-17").lacks_w0 is None


def test_known_months_start_with_the_history() -> None:
    assert str(windows().known_months.first) == "2009-12"
    assert str(windows(start="2012-05-01").known_months.first) == "2011-11"

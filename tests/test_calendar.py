"""Periods, windows and partial periods, by the calendar."""

import datetime as dt

import pytest

from portfolio_review.calendar import Month, Period, Span, last_complete_month
from portfolio_review.errors import UsageError


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2011-11", "2011-11-01", "2011-11-30"),
        ("2012-02", "2012-02-01", "2012-02-29"),  # a leap year
        ("2011-Q4", "2011-10-01", "2011-12-31"),
        ("2011-H2", "2011-07-01", "2011-12-31"),
        ("2011", "2011-01-01", "2011-12-31"),
    ],
)
def test_a_period_covers_whole_months(text: str, start: str, end: str) -> None:
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "text", ["2011-13", "2011-00", "11-2011", "2011-Q5", "2011-H3", "november", "", "0011-01", "2011-11-30"]
)
def test_what_is_no_period_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match="is not one of 2011-11, 2011-Q4, 2011-H2, 2011"):
        Period.parse(text)


def test_windows_never_overlap_and_end_with_the_period() -> None:
    period = Period.parse("2011-11")
    w1, w0 = period.window(12), period.window(12, back=1)
    assert (w1.start, w1.end) == (dt.date(2010, 12, 1), dt.date(2011, 11, 30))
    assert (w0.start, w0.end) == (dt.date(2009, 12, 1), dt.date(2010, 11, 30))
    assert w0.last + 1 == w1.first


def test_previous_previous_year_and_year_to_date_of_a_quarter() -> None:
    period = Period.parse("2012-Q1")
    assert (period.previous.start, period.previous.end) == (dt.date(2011, 10, 1), dt.date(2011, 12, 31))
    assert period.previous_year.start == dt.date(2011, 1, 1)
    assert (period.year_to_date.start, period.year_to_date.end) == (dt.date(2012, 1, 1), dt.date(2012, 3, 31))


@pytest.mark.parametrize(
    ("text", "before", "year_before"),
    [
        ("2012-01", "2011-12", "2011-01"), ("2012-Q1", "2011-Q4", "2011-Q1"), ("2012-H1", "2011-H2", "2011-H1"),
        ("2012", "2011", "2011"),
    ],
)  # fmt: skip
def test_an_earlier_period_has_the_same_form(text: str, before: str, year_before: str) -> None:
    period = Period.parse(text)
    earlier = period.earlier(period.span.months)
    assert (str(earlier), earlier.span) == (before, period.previous)
    assert str(period.earlier(12)) == year_before


def test_a_range_is_every_month_both_ends_included() -> None:
    assert [str(period) for period in Period.parse_range("2011-11..2012-02")] == [
        "2011-11",
        "2011-12",
        "2012-01",
        "2012-02",
    ]
    assert [str(period) for period in Period.parse_range("2011-Q4")] == ["2011-Q4"]
    with pytest.raises(UsageError, match="ends before it starts"):
        Period.parse_range("2012-02..2011-11")


@pytest.mark.parametrize(("day", "partial"), [(30, False), (27, False), (26, True), (9, True)])
def test_partial_from_the_fourth_missing_day(day: int, partial: bool) -> None:
    assert Period.parse("2011-11").is_partial(dt.date(2011, 11, day)) is partial


@pytest.mark.parametrize(
    ("until", "month"), [("2011-12-09", "2011-11"), ("2011-12-28", "2011-12"), ("2012-01-01", "2011-12")]
)
def test_last_complete_month(until: str, month: str) -> None:
    assert str(last_complete_month(dt.date.fromisoformat(until))) == month


def test_a_span_knows_its_months() -> None:
    span = Span(Month.of(dt.date(2011, 1, 5)), Month.of(dt.date(2011, 12, 31)))
    assert span.months == 12
    assert Month.of(dt.date(2011, 6, 1)) in span
    assert Month.of(dt.date(2012, 1, 1)) not in span


@pytest.mark.parametrize("text", ["9999-12", "2201", "1899-Q4", "2199-01..9999-12"])
def test_years_that_nobody_means_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"write the year \(1900 to 2200\) first"):
        Period.parse_range(text)

"""Where the history begins and ends, by counts of rows per month."""

import pytest

from portfolio_review.sources.dates import Bounds, bounds

M = 12 * 2026  # January 2026
BULK = dict.fromkeys(range(M, M + 24), 100)  # 2,400 rows in two years


def test_rows_in_every_month_set_nothing_apart() -> None:
    assert bounds(BULK) == Bounds()
    assert bounds({M: 1}) == Bounds()
    assert bounds({}) == Bounds()
    assert bounds({M: 5, M + 1: 3}) == Bounds()  # a company of two months


@pytest.mark.parametrize(
    ("early", "rows", "first"),
    [
        (M - 13, 24, M), (M - 13, 25, None),  # < 1 % of the rows
        (M - 12, 1, None),  # eleven empty months
        (12 * 1979 + 11, 1, M), (12 * 1979 + 11, 900, M), (12 * 1980, 900, None),  # years before 1980 whatever they hold
    ],
)  # fmt: skip
def test_first_rows_far_from_the_rest(early: int, rows: int, first: int | None) -> None:
    assert bounds({**BULK, early: rows}) == Bounds(first=first)


def test_few_rows_are_stray_up_to_two() -> None:
    few = dict.fromkeys(range(M, M + 10), 2)
    assert bounds({**few, M - 30: 2}) == Bounds(first=M)
    assert bounds({**few, M - 30: 3}) == Bounds()
    assert bounds({M: 2, M + 30: 2}) == Bounds()  # neither is the rest
    assert bounds({M: 2, M + 30: 1}) == Bounds(last=M)


def test_strays_of_several_months_and_of_both_ends() -> None:
    assert bounds({**BULK, M - 40: 3, M - 13: 4, M + 36: 5, M + 60: 6}) == Bounds(first=M, last=M + 23)


@pytest.mark.parametrize(
    ("late", "rows", "present"),
    [(M + 25, 2, M + 23), (M + 25, 3, None), (M + 24, 1, None), (M + 35, 1, M + 23)],
)
def test_last_rows_parted_from_the_rest(late: int, rows: int, present: int | None) -> None:
    """Fewer than a thousandth of 2,402 rows, after an empty month."""
    assert bounds({**BULK, late: rows}) == Bounds(present=present)


def test_a_single_last_row_is_parted_by_three_months() -> None:
    few = dict.fromkeys(range(M, M + 10), 2)
    assert bounds({**few, M + 13: 1}) == Bounds(present=M + 9)
    assert bounds({**few, M + 12: 1}) == Bounds()
    assert bounds({**few, M + 13: 2}) == Bounds()


def test_last_rows_are_too_late_whatever_gaps_lie_before() -> None:
    """Also where the gap of this winter is that of the winters before: the end is declared then."""
    seasons = {month: 200 for month in range(M, M + 36) if month % 12 >= 2}
    assert bounds({**seasons, M + 38: 1}) == Bounds(present=M + 35)
    assert bounds({**seasons, M + 38: 1}, ends_where_declared=True) == Bounds()
    assert bounds({**seasons, M + 38: 200}) == Bounds()
    rare = {M: 1, M + 6: 1, M + 12: 1, M + 18: 1}
    assert bounds(rare) == Bounds(present=M + 12)  # a single row, parted by five months; of two the last is no rest


@pytest.mark.parametrize(
    ("late", "present"),
    [
        ({M + 24: 1}, None), ({M + 25: 2}, M + 23), ({M + 25: 3}, None),  # no empty month; 2 and 3 of 3,000 rows
        ({M + 25: 1, M + 26: 1}, M + 23), ({M + 25: 1, M + 27: 1}, M + 23),  # together less than a thousandth
        ({M + 25: 2, M + 27: 1}, M + 25),  # together a thousandth: the last alone
    ],
)  # fmt: skip
def test_last_rows_hold_less_than_a_thousandth(late: dict[int, int], present: int | None) -> None:
    bulk = {**BULK, M: 700 - sum(late.values())}
    assert bounds({**bulk, **late}) == Bounds(present=present)


@pytest.mark.parametrize(("gap", "rows", "apart"), [(2, 1, False), (3, 1, True), (4, 1, True), (4, 2, False)])
def test_one_last_row_of_few_is_parted_by_three_empty_months(gap: int, rows: int, apart: bool) -> None:
    few = dict.fromkeys(range(M, M + 10), 20)
    assert bounds({**few, M + 10 + gap: rows}) == Bounds(present=M + 9 if apart else None)


@pytest.mark.parametrize(
    ("bulk", "rows", "apart"),
    [
        (197, 2, True), (196, 3, False),  # 199 rows: two at most
        (198, 2, False), (199, 1, True),  # 200 rows: less than a hundredth
        (298, 2, True), (297, 3, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("gap", "far"), [(11, False), (12, True), (13, True)])
@pytest.mark.parametrize("at_end", [False, True])
def test_stray_rows_at_each_threshold(bulk: int, rows: int, apart: bool, gap: int, far: bool, at_end: bool) -> None:
    months = {M: bulk, (M + 1 + gap if at_end else M - 1 - gap): rows}
    found = bounds(months, ends_where_declared=True)
    assert (found != Bounds()) is (apart and far)
    if apart and far:
        assert found == (Bounds(last=M) if at_end else Bounds(first=M))


def test_before_a_declared_end_no_row_is_too_late() -> None:
    assert bounds({**BULK, M + 30: 1}, ends_where_declared=True) == Bounds()


def test_all_rows_before_1980_are_stray() -> None:
    assert bounds({12 * 1975: 10}) == Bounds(first=12 * 1980)

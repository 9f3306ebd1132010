"""A partial P: equal days of what it is held against, windows up to the last complete month, by hand."""

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from portfolio_review.calendar import Days, Flash, Period
from portfolio_review.errors import DataRefusedError
from portfolio_review.metrics import (
    chances,
    cohorts,
    headline,
    lapse,
    managers,
    outlook,
    portfolio,
    receivables,
    targets,
)
from portfolio_review.slices import Slice

Cut = Callable[..., Slice]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "until", "expected"),
    [
        ("2024-03", "2024-03-09", {"p": "03-01 03-09", "pp": "02-01 02-09", "ytd": "01-01 03-09"}),
        ("2024-03", "2024-03-27", {"p": "03-01 03-27", "pp": "02-01 02-27"}),
        ("2024-Q2", "2024-05-09", {"p": "04-01 05-09", "pp": "01-01 02-09"}),
        ("2024-Q2", "2024-04-30", {"p": "04-01 04-30", "pp": "01-01 01-31"}),  # whole months alone
        ("2024-Q2", "2024-04-28", {"p": "04-01 04-30", "pp": "01-01 01-31"}),  # two days short is a complete month
    ],
)
def test_equal_days_of_what_p_is_held_against(period: str, until: str, expected: dict[str, str]) -> None:
    flash = Flash.of(Period.parse(period), day(until))
    assert flash is not None
    for name, text in expected.items():
        start, end = (day(f"2024-{part}") for part in text.split())
        assert flash.spans[name] == Days(start, end)


def test_the_months_last_day_where_it_has_fewer() -> None:
    flash = Flash.of(Period.parse("2024-12"), day("2024-12-26"))
    assert flash is not None
    assert flash.spans["pp"].end == day("2024-11-26")
    half = Flash.of(Period.parse("2023-H1"), day("2023-03-26"))
    assert half is not None
    assert half.spans["pp"] == Days(day("2022-07-01"), day("2022-09-26"))
    leap = Flash.of(Period.parse("2024"), day("2024-02-25"))
    assert leap is not None
    assert leap.spans["py"] == Days(day("2023-01-01"), day("2023-02-25"))
    assert Flash.of(Period.parse("2024-02"), day("2024-02-26")) is None


ROWS = """client_id,date,revenue,order_id
z,2022-12-20,1,oz
a,2023-06-05,100,o0
a,2023-06-20,7,o0b
a,2024-01-10,10,o1
a,2024-05-05,20,o2
a,2024-05-25,30,o3
b,2024-05-06,40,o4
a,2024-06-04,50,o5
c,2024-06-09,60,o6
b,2024-06-10,-5,o4
"""


def test_a_flash_takes_days_and_its_windows_end_with_the_last_complete_month(cut: Cut) -> None:
    made = cut(ROWS, "2024-06")
    when = made.when
    assert (made.partial, str(when.w1.first), str(when.w1.last)) == (True, "2024-03", "2024-05")
    figures = headline.figures(made.totals, made.monthly, when)
    revenue, clients, orders = (figures[f"headline.{name}"] for name in ("revenue", "clients", "orders"))
    # 1 to 10 June against 1 to 10 May and 1 to 10 June of the year before
    assert (revenue.value, revenue.previous, revenue.previous_year) == (105, 60, 100)
    assert (revenue.ytd, revenue.ytd_previous_year, revenue.window) == (205, 100, 90)
    assert (clients.value, clients.previous, orders.value, orders.previous) == (2, 2, 2, 2)
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, when)
    assert base["r1"].to_dict() == {"a": 50, "b": 40, "z": 0}  # c began after W1
    split = headline.split_figures(base, made.monthly, when, made.flash_rows)
    new, current = split["headline.revenue_new"], split["headline.revenue_current"]
    assert (new.value, new.previous, current.value) == (60, 40, 45)
    assert sum(split[f"headline.revenue_{name}"].previous for name in ("new", "returned", "current")) == 60
    trend = headline.trend(made.totals, base, when, made.flash_rows)
    assert list(trend.iloc[-1]) == ["2024-06", 105, 2, 2, 1, True]
    assert trend.iloc[-2].tolist() == ["2024-05", 90, 2, 3, 1, False]
    assert "2024-06" not in set(outlook.unusual_months(trend, when)["month"])


def test_cohorts_keep_the_partial_month_outside_the_average(cut: Cut) -> None:
    made = cut(ROWS, "2024-06")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    frame = cohorts.cohorts(made.monthly, base, made.when, made.flash_rows)
    columns = ["cohort", "age", "size", "clients", "revenue", "truncated", "partial"]
    assert frame[columns].to_numpy(dtype=object).tolist() == [
        ["2022-12", 0, 1, 1, 1.0, True, False],
        ["2023-06", 0, 1, 1, 107.0, False, False],
        ["2023-06", 7, 1, 1, 10.0, False, False],
        ["2023-06", 11, 1, 1, 50.0, False, False],
        ["2023-06", 12, 1, 1, 50.0, False, True],
        ["2024-05", 0, 1, 1, 40.0, False, False],
        ["2024-05", 1, 1, 0, -5.0, False, True],
        ["2024-06", 0, 1, 1, 60.0, False, True],  # c began after the end of W1
    ]
    average = cohorts.average(frame, made.when)
    assert average["age"].tolist() == list(range(12))
    assert (average["size"].tolist(), average["clients"].tolist()) == ([2, *[1] * 11], [2, *[0] * 6, 1, *[0] * 3, 1])
    quarters = cohorts.cohorts_quarter(made.monthly, base, made.when, made.flash_rows)
    last = quarters[["cohort", "size", "clients", "revenue", "partial"]].iloc[-1].tolist()
    assert last == ["2024-Q2", 2, 2, 95.0, True]


def test_managers_reach_their_plan_in_the_days_of_the_period(cut: Cut) -> None:
    made = cut(ROWS, "2024-06", clients="client_id,manager\na,eva\nb,\nc,eva\nz,\n")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    base = base.assign(at_risk=0.0, contact_overdue=False)
    plan = pd.DataFrame({"unit": ["all"], "figure": ["headline.revenue"], "period": ["2024-06"], "value": [220.0],
                         "manager": ["eva"]})  # fmt: skip
    found = managers.table(base, made.monthly, plan, made.when, None, made.flash_rows)
    # a and c, who began in these days; b took 5 back
    assert found[["revenue", "reached"]].to_numpy().tolist() == [[50.0, 110.0], [40.0, -5.0]]
    assert found["attainment"][0] == 0.5


def test_silence_debts_and_chances_are_of_the_end_of_the_last_complete_month(cut: Cut) -> None:
    payments = "client_id,due_date,amount,paid_date\na,2024-05-30,5,\na,2024-05-20,7,2024-06-05\n"
    made = cut(ROWS, "2024-06", payments=payments)
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    silence = lapse.at_end(lapse.Gaps(made.as_of, made.series), made.when)["silence"]
    assert silence.to_dict() == {"a": 6, "b": 25, "z": 528}  # days to 31 May; what a bought in June is not seen
    owing = receivables.owed(made.tables["payments"], base, made.when)
    assert sorted(owing.open["days_overdue"]) == [1, 11]  # paid in June: open then
    found = chances.fit(chances.Seen(made.monthly, made.as_of, made.clients), made.when, made.review.risk)
    assert str(found.month) == "2024-05"


def test_both_paths_take_the_same_days(cut: Cut) -> None:
    found = cut(ROWS, "2024-06").recomputed
    assert (found["headline.revenue"], found["headline.new_clients"], found["structure.revenue"]) == (105, 1, 90)
    assert found["headline.lapsed_clients"] is None


def test_a_target_counts_in_proportion(cut: Cut) -> None:
    made = cut(ROWS, "2024-06")
    plan = made.targets.astype(object)
    plan.loc[0] = ["headline.revenue", "2024-06", 214.0]
    plan.loc[1] = ["headline.order_value", "2024-06", 30.0]
    scaled = targets.in_proportion(plan.astype({"value": float}), made.totals, made.when)
    assert scaled["value"].tolist() == [200.0, 30.0]  # 100 of the 107 of June 2023; a ratio stays


def test_the_years_expectation_starts_from_complete_months(cut: Cut) -> None:
    made = cut(ROWS.replace("2023-06-05", "2023-03-05"), "2024-06")
    # January to May: 100 against 100 of the year before; left of it: 7 in June
    assert outlook.year_end(made.totals, made.when)["headline.year_end_revenue"].value == 107
    january = cut(ROWS + "a,2025-01-09,5,o9\n", "2025-01", settings="data_until: 2025-01-09")
    assert outlook.year_end(january.totals, january.when)["headline.year_end_revenue"].reason == outlook.NO_MONTH


@pytest.mark.parametrize(
    ("rows", "period", "said"),
    [
        (ROWS, "2024-07", "begins after the data end"),
        ("client_id,date,revenue\na,2024-06-04,5\na,2024-06-10,5\n", "2024-06", "no month is complete"),
    ],
)
def test_a_period_without_a_complete_month_is_refused(cut: Cut, rows: str, period: str, said: str) -> None:
    with pytest.raises(DataRefusedError, match=said):
        cut(rows, period)

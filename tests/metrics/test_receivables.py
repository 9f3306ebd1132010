"""Receivables by hand: what is open, how old it is, how clients pay."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.catalog import WORDS
from portfolio_review.figure import Figure
from portfolio_review.metrics import receivables
from portfolio_review.metrics.receivables import Owed

NAMES = pd.DataFrame(
    {
        "client_id": ["a", "b", "c"],
        "name": ["Ann", "Bob", None],
        "payment_terms": ["30 days", "prepayment", None],
    }
)
LINES = rows(
    ("a", "2020-05-01", 50.0), ("a", "2021-05-01", 600.0), ("b", "2021-06-01", 300.0), ("c", "2021-12-30", 195.0)
)


def portfolio(period: str = "2021-12") -> Portfolio:
    return build(LINES, period, attributes=NAMES, data_until=dt.date(2021, 12, 31))


def payments(*lines: tuple[str, str, float, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=["client_id", "due_date", "amount", "paid_date"])
    return frame.assign(due_date=pd.to_datetime(frame["due_date"]), paid_date=pd.to_datetime(frame["paid_date"]))


def owed(*lines: tuple[str, str, float, str | None], of: Portfolio | None = None) -> Owed:
    made = of or portfolio()
    return receivables.owed(payments(*lines), made.base(), made.when)


def figures(owing: Owed) -> dict[str, Figure]:
    made = portfolio()
    return {
        id.removeprefix("risk."): figure
        for id, figure in receivables.figures(owing, made.base(), made.monthly, made.when).items()
    }


def test_ageing_by_hand() -> None:
    owing = owed(
        ("a", "2022-01-20", 10.0, None),  # written on 21 December: not due
        ("a", "2021-12-31", 20.0, None),  # due that day: overdue from the day after
        ("a", "2021-12-01", 30.0, None),  # 30 days
        ("b", "2021-11-30", 40.0, None),  # 31 days
        ("b", "2021-11-01", 50.0, None),  # 60
        ("c", "2021-10-31", 60.0, None),  # 61
        ("c", "2021-10-02", 70.0, None),  # 90
        ("c", "2021-10-01", 80.0, None),  # 91
        ("a", "2021-10-01", 90.0, "2021-10-05"),  # paid
        ("a", "2021-12-20", 25.0, "2022-01-04"),  # paid later: 11 days
        ("c", "2021-12-20", -15.0, None),  # a credit note
        ("c", "2021-12-20", 0.0, None),
    )
    table = receivables.ageing(owing).set_index("bucket")
    assert table["amount"].to_dict() == {
        "not_due": 30, "overdue_1_30": 55, "overdue_31_60": 90, "overdue_61_90": 130, "overdue_over_90": 80,
        "credit_notes": -15,
    }  # fmt: skip
    assert table["invoices"].tolist() == [2, 2, 2, 2, 1, 1]
    assert table["clients"].tolist() == [1, 1, 1, 1, 1, 1]
    assert table["share"].iloc[:5].tolist() == pytest.approx([30 / 385, 55 / 385, 90 / 385, 130 / 385, 80 / 385])
    assert pd.isna(table["share"].iloc[5])
    found = figures(owing)
    assert found["receivables"].value == 385
    assert found["overdue"].value == 355
    assert found["overdue_over_90"].value == 80
    assert found["overdue_share"].value == pytest.approx(355 / 385)
    # December's 195 covered whole: 31 days; July to November 153 days without revenue; of June's 300 the last 190
    assert found["days_sales_outstanding"].value == pytest.approx(31 + 153 + 190 / 300 * 30)


def test_what_was_not_yet_written_is_not_owed() -> None:
    # due day less terms: a 30 days, b none, c 30 for want of any
    owing = owed(
        ("a", "2022-01-30", 1.0, None), ("a", "2022-01-31", 2.0, None),
        ("b", "2022-01-01", 4.0, None),
        ("c", "2022-01-30", 8.0, None), ("c", "2022-02-15", 16.0, None),
    )  # fmt: skip
    assert owing.open["amount"].tolist() == [1.0, 8.0]


def test_an_invoice_paid_on_its_due_day_was_due_at_once_where_no_terms_are_known() -> None:
    # c has no terms: due and paid on 15 January it was written then, not 30 days earlier; a has terms of 30 days
    owing = owed(
        ("c", "2022-01-15", 1.0, "2022-01-15"), ("c", "2022-01-15", 2.0, "2022-01-16"), ("c", "2022-01-15", 4.0, None),
        ("a", "2022-01-15", 8.0, "2022-01-15"),
    )  # fmt: skip
    assert owing.open["amount"].tolist() == [2.0, 4.0, 8.0]


def test_an_earlier_period_is_seen_as_it_was() -> None:
    earlier = portfolio("2021-11")
    owing = owed(("a", "2021-12-10", 10.0, "2021-12-12"), ("a", "2021-11-10", 20.0, "2021-12-12"), of=earlier)
    assert owing.open["bucket"].tolist() == ["not_due", "overdue_1_30"]


def test_how_clients_pay() -> None:
    owing = owed(
        ("a", "2021-06-01", 100.0, "2021-06-11"),  # 10 days late, 40 after it was written
        ("b", "2021-06-01", 300.0, "2021-05-30"),  # 2 days early, prepaid
        ("c", "2021-06-01", 100.0, "2021-06-06"),  # 5 days late, terms unknown
        ("a", "2020-06-01", 100.0, "2020-09-01"),  # before W1
        ("a", "2021-06-01", -50.0, "2021-06-30"),  # a credit note
    )
    found = figures(owing)
    # (10 · 100 − 2 · 300 + 5 · 100) / 500; with terms, of a and b: (40 · 100 − 2 · 300) / 400
    assert found["days_late"].value == pytest.approx(1.8)
    assert found["days_to_pay"].value == pytest.approx(8.5)
    assert found["receivables"].value == 0
    assert found["overdue_share"].reason == "nothing is owed"


def test_clients_with_overdue_payments() -> None:
    owing = owed(
        ("c", "2021-11-01", 70.0, None), ("c", "2021-08-01", 5.0, None),
        ("a", "2021-12-01", 80.0, None), ("a", "2022-01-20", 10.0, None), ("a", "2021-06-01", 40.0, "2021-06-11"),
        ("b", "2022-01-01", 9.0, None),
    )  # fmt: skip
    table = receivables.by_client(owing, portfolio().base())
    assert table["client_id"].tolist() == ["a", "c"]
    assert table["name"].tolist() == ["Ann", "c"]
    assert table["open"].tolist() == [90, 75]
    assert table["overdue"].tolist() == [80, 75]
    assert table["over_90"].tolist() == [0, 5]
    assert table["days_overdue"].tolist() == [30, 152]
    assert table["days_late"].tolist()[0] == 10
    assert pd.isna(table["days_late"][1])
    assert table["revenue"].tolist() == [600, 195]


@pytest.mark.parametrize("table", [None, payments()])
def test_no_payments(table: pd.DataFrame | None) -> None:
    made = portfolio()
    owing = receivables.owed(table, made.base(), made.when)
    assert {figure.reason for figure in figures(owing).values()} == {"no payments given"}
    assert len(figures(owing)) == 7
    assert receivables.ageing(owing).empty
    assert receivables.by_client(owing, made.base()).empty
    assert list(receivables.by_client(owing, made.base()).columns)[:2] == ["client_id", "name"]


def test_nothing_is_overdue() -> None:
    owing = owed(("a", "2022-01-20", 10.0, None), ("a", "2021-06-01", 40.0, "2021-06-11"))
    assert receivables.by_client(owing, portfolio().base()).empty
    assert figures(owing)["overdue_share"].value == 0
    assert receivables.ageing(owing)["amount"].tolist() == [10, 0, 0, 0, 0]


def test_less_than_one_coin_is_owed() -> None:
    owing = owed(("a", "2022-01-20", 0.25, None), ("a", "2021-12-01", 0.5, None))
    assert figures(owing)["overdue_share"].value == pytest.approx(0.5 / 0.75)


def test_payments_without_the_day_paid() -> None:
    made = portfolio()
    owing = receivables.owed(
        payments(("a", "2021-12-01", 30.0, None)).drop(columns="paid_date"), made.base(), made.when
    )
    found = figures(owing)
    assert found["receivables"].value == 30
    assert found["days_late"].reason == found["days_to_pay"].reason == "no day of payment given"


def test_nothing_paid_in_w1_and_terms_without_days() -> None:
    found = figures(owed(("a", "2020-06-01", 100.0, "2020-09-01"), ("c", "2021-11-01", 70.0, None)))
    assert found["days_late"].reason == "nothing was paid in W1"
    found = figures(owed(("c", "2021-06-01", 100.0, "2021-06-06")))
    assert found["days_late"].value == 5
    assert found["days_to_pay"].reason == "no terms of payment in days given"


def test_terms_with_a_discount_are_those_without_it() -> None:
    made = portfolio()
    base = made.base().assign(payment_terms=["2/10 net 30", "предоплата 50 %, остаток 14 дней", "by agreement"])
    paid = payments(
        ("a", "2021-06-01", 1.0, "2021-06-06"),
        ("b", "2021-06-01", 1.0, "2021-06-06"),
        ("c", "2021-06-01", 1.0, "2021-06-06"),
    )
    assert receivables.owed(paid, base, made.when).paid["days_to_pay"].fillna(-1).tolist() == [35, 19, -1]


def test_days_as_the_slices_give_them() -> None:
    # DuckDB's DATE arrives as Python's dates
    made, frame = portfolio(), payments(("a", "2021-12-01", 30.0, None), ("a", "2021-06-01", 40.0, "2021-06-11"))
    plain = frame.assign(
        due_date=frame["due_date"].dt.date, paid_date=[None, dt.date(2021, 6, 11)], amount=frame["amount"]
    ).astype({"paid_date": object})
    one = receivables.owed(plain, made.base(), made.when)
    assert receivables.ageing(one).equals(receivables.ageing(owed(("a", "2021-12-01", 30.0, None))))


def test_every_bucket_has_a_word() -> None:
    assert [bucket for bucket in receivables.BUCKETS if bucket not in WORDS] == []


def test_a_client_whose_invoices_fall_due_that_day_is_not_on_the_list_of_overdue_ones() -> None:
    owing = owed(("a", "2021-12-31", 20.0, None), ("b", "2021-12-30", 5.0, None), ("b", "2021-12-31", 7.0, None))
    table = receivables.by_client(owing, portfolio().base())
    assert table[["client_id", "open", "overdue", "days_overdue"]].to_numpy().tolist() == [["b", 12.0, 5.0, 1]]


def counted_back(owed_amount: float, *months: float, start: dt.date = dt.date(2021, 1, 1)) -> Figure:
    """Days of an amount owed by the revenue of the months up to December 2021, the last one last."""
    lines = rows(*monthly_rows("a", f"2021-{13 - len(months):02d}", months))
    made = build(lines, "2021-12", history_start=start, data_until=dt.date(2021, 12, 31))
    return receivables.count_back(owed_amount, made.monthly, made.when)


def test_days_sales_outstanding_by_count_back() -> None:
    # of December's 200 a quarter: 31 / 4 days
    assert counted_back(50.0, 100.0, 200.0).value == pytest.approx(31 / 4)
    # December whole and half of November
    assert counted_back(250.0, 100.0, 200.0).value == pytest.approx(31 + 30 / 2)
    # a month that is covered to the cent adds its days, and no more is left
    assert counted_back(200.0, 100.0, 200.0).value == 31
    # a month whose returns exceed its sales, and one without sales, add their days and cover nothing
    assert counted_back(250.0, 100.0, -50.0, 200.0).value == pytest.approx(31 + 30 + 31 / 2)
    assert counted_back(250.0, 100.0, 0.0, 200.0).value == pytest.approx(31 + 30 + 31 / 2)
    assert counted_back(0.0, 100.0).value == 0
    beyond = counted_back(500.0, 100.0, 200.0)
    assert (beyond.value, beyond.reason) == (None, "what is owed is more than the revenue since 2021-01")


def test_a_unit_counts_clients_that_buy_in_no_other() -> None:
    made = portfolio()
    base = made.base().assign(several_units=[True, False, False])
    lines = payments(("a", "2021-12-01", 30.0, None), ("c", "2021-12-20", 20.0, None))
    owing = receivables.owed(lines, base, made.when)
    found = receivables.figures(owing, base, made.monthly, made.when)
    assert owing.shared == 1
    assert found["risk.receivables"].value == 20.0
    # of c's 195 in December
    assert found["risk.days_sales_outstanding"].value == pytest.approx(20 / 195 * 31)
    of_shared = receivables.owed(payments(("a", "2021-12-01", 30.0, None)), base, made.when)
    assert of_shared.reason == receivables.OF_SHARED


def test_an_invoice_of_less_than_a_coin_is_no_credit_note() -> None:
    table = receivables.ageing(owed(("a", "2021-12-20", 0.5, None), ("a", "2021-12-20", -0.5, None)))
    assert table.set_index("bucket")["amount"].to_dict() == {
        "not_due": 0.0, "overdue_1_30": 0.5, "overdue_31_60": 0.0, "overdue_61_90": 0.0, "overdue_over_90": 0.0,
        "credit_notes": -0.5,
    }  # fmt: skip

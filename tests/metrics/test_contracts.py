"""Contracts that end within 90 days, by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from portfolios import build, rows

from portfolio_review.metrics import contracts

LINES = rows(
    *((client, "2021-05-01", float(10 + place)) for place, client in enumerate("abcdef")), ("z", "2020-01-01", 1.0)
)


def base(**ends: str | None) -> pd.DataFrame:
    attributes = pd.DataFrame(
        {"client_id": list(ends), "contract_end": [end and dt.date.fromisoformat(end) for end in ends.values()]}
    )
    return build(LINES, "2021-12", attributes=attributes, data_until=dt.date(2021, 12, 31)).base().assign(p_next=0.5)


WHEN = build(LINES, "2021-12", data_until=dt.date(2021, 12, 31)).when


def test_the_most_money_first() -> None:
    # 90 days from 31 December 2021 are 31 March 2022
    made = base(a="2022-03-31", b="2022-04-01", c="2021-12-31", d="2021-12-30", e="2022-03-31", f=None)
    found = contracts.ending(made, WHEN)
    assert found["client_id"].tolist() == ["e", "c", "a"]
    assert found["days_left"].tolist() == [90, 0, 90]
    assert found["contract_end"].tolist() == [dt.date(2022, 3, 31), dt.date(2021, 12, 31), dt.date(2022, 3, 31)]
    assert found["revenue"].tolist() == [14.0, 12.0, 10.0]
    figures = contracts.figures(made, WHEN)
    assert figures["risk.contracts_ending_clients"].value == 3
    assert figures["risk.contracts_ending_revenue"].value == 36.0


def test_none_ends_soon() -> None:
    figures = contracts.figures(base(a="2025-01-01"), WHEN)
    assert (figures["risk.contracts_ending_clients"].value, figures["risk.contracts_ending_revenue"].value) == (0, 0.0)


def test_no_end_given() -> None:
    for made in (base(a=None), base().drop(columns="contract_end")):
        assert {figure.reason for figure in contracts.figures(made, WHEN).values()} == {"no end of a contract given"}
        assert contracts.ending(made, WHEN).empty
        assert list(contracts.ending(made, WHEN).columns)[-1] == "p_next"

"""What each manager has to do: the rows of the lists, and one row for each manager with a client."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portfolio_review.calendar import Period
from portfolio_review.catalog import lookup
from portfolio_review.metrics import managers, owners
from portfolio_review.metrics.windows import Windows

P = Period.parse("2021-12")
WHEN = Windows(P, 12, pd.Timestamp("2020-01-01").date(), P.end)
WHY = {"p_next": 0.5, "reason": "silent", "usual": 7.0, "now": 90.0, "about": None}


def everyone(*rows: tuple[str, str, float, str | None, bool]) -> pd.DataFrame:
    made = [{"list": list_, "client_id": client, "name": client.upper(), "at_stake": money, "owner": owner, "listed": on, **WHY}
            for list_, client, money, owner, on in rows]  # fmt: skip
    return pd.DataFrame(made)


def team(**rows: dict[str, Any]) -> pd.DataFrame:
    made = [
        dict.fromkeys(managers.COLUMNS) | {"manager": name, "clients": 3, "base": 2} | row for name, row in rows.items()
    ]
    return pd.DataFrame(made, columns=list(managers.COLUMNS))


LISTED = everyone(
    ("return", "a", 10.0, "Bob", True), ("return", "b", 5.5, "Ann", True), ("return", "x", 99.0, "Ann", False), ("retain", "c", 2.0, "Bob", True),
    ("thread", "d", 7.0, "Bob", True), ("develop", "e", 1.0, None, True), ("return", "f", 4.5, "Bob", True),
)  # fmt: skip


def test_listed_clients_stand_by_owner_in_the_order_of_the_lists_those_without_one_last() -> None:
    made = owners.rows(LISTED, WHEN)
    assert tuple(made.columns) == tuple(column.name for column in lookup("actions.by_owner").columns)
    assert made[["owner", "list", "client_id", "money", "due"]].astype(object).where(made.notna(), None)[
        ["owner", "list", "client_id", "money", "due"]
    ].to_numpy().tolist() == [
        ["Ann", "return", "b", 5.5, "2022-01-31"], ["Bob", "return", "a", 10.0, "2022-01-31"], ["Bob", "retain", "c", 2.0, "2022-01-31"],
        ["Bob", "thread", "d", 7.0, "2022-01-31"], ["Bob", "return", "f", 4.5, "2022-01-31"], [None, "develop", "e", 1.0, "2022-01-31"],
    ]  # fmt: skip


def test_a_manager_has_a_row_with_a_client_active_or_on_a_list() -> None:
    known = team(Cid={"revenue": 8.0, "rate": 0.5}, Dan={"clients": 0})  # Dan's clients bought in W0 alone
    made = owners.table(owners.rows(LISTED, WHEN), known, "margin", WHEN)
    assert tuple(made.columns) == tuple(name for name in owners.COLUMNS if name != "text")
    assert made[["owner", "clients", "listed", "lost", "in_danger", "rests_on_it", "could_buy", "to_keep", "measure", "due"]].to_numpy().tolist() == [
        ["Ann", 0, 1, 5.5, 0.0, 0.0, 0.0, 0.0, "margin", "2022-01-31"],
        ["Bob", 0, 3 + 1, 14.5, 2.0, 7.0, 0.0, 0.0, "margin", "2022-01-31"],
        ["Cid", 3, 0, 0.0, 0.0, 0.0, 0.0, 0.0, "margin", "2022-01-31"],
    ]  # fmt: skip
    assert made["revenue"].tolist()[2] == 8.0
    assert made.loc[0, ["revenue", "rate"]].isna().all()


def test_without_managers_and_owners_there_are_no_rows() -> None:
    nobody = owners.rows(everyone(("return", "a", 1.0, None, True)), WHEN)
    made = owners.table(nobody, team().head(0), "revenue", WHEN)
    assert len(made) == 0
    assert tuple(column.name for column in lookup("actions.owners").columns) == owners.COLUMNS

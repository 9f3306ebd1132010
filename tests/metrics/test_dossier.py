"""Dossiers, changes since the earlier review and the table of all clients, on a portfolio small enough by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows, settings
from strategy import Strategy, strategy

from portfolio_review.catalog import lookup
from portfolio_review.clients.published import clients_add_up, published
from portfolio_review.metrics import abc, dossier, exposure, portfolio, rules, strategic_changes
from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.results.plain import rows_of

# three shops of class A: a and b buy tea and milk, c tea alone; a began with milk in 2021; d left in 2020
LINES = [
    *((*line, "Tea") for line in monthly_rows("a", "2020-01", [50] * 24)),
    *((*line, "Milk") for line in monthly_rows("a", "2021-01", [50] * 12, day=20)),
    *((*line, "Tea") for line in monthly_rows("b", "2020-01", [60] * 24)),
    *((*line, "Milk") for line in monthly_rows("b", "2020-01", [40] * 24, day=20)),
    *((*line, "Tea") for line in monthly_rows("c", "2020-01", [95] * 24)),
    *((*line, "Tea") for line in monthly_rows("d", "2020-01", [95] * 6)),
    ("e", "2020-02-01", -5.0, "Tea"),
]  # fmt: skip
ATTRIBUTES = pd.DataFrame(
    {"client_id": list("abcde"), "name": ["Alpha", "Beta", "Gamma", "Delta", None], "type": ["Shop"] * 5,
     "payment_terms": ["10 days"] * 5}
)  # fmt: skip
PAYMENTS = pd.DataFrame(
    [("a", "2021-05-01", 10.0, "2021-05-03"), ("a", "2021-06-01", 30.0, "2021-06-07")],
    columns=["client_id", "due_date", "amount", "paid_date"],
)


@pytest.fixture(scope="module")
def sold() -> Portfolio:
    return build(
        rows(*LINES, columns="client_id date revenue category"), "2021-12", attributes=ATTRIBUTES,
        review=settings(strategic={"accounts": ["c", "a"]}), data_until=dt.date(2021, 12, 31),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(sold: Portfolio) -> Strategy:
    return strategy(sold, payments=PAYMENTS)


@pytest.fixture(scope="module")
def accounts(made: Strategy) -> pd.DataFrame:
    return made.keys[made.keys["account"]]


def columns(id: str) -> tuple[str, ...]:
    return tuple(column.name for column in lookup(id).columns)


def test_facts_of_each_account(made: Strategy, accounts: pd.DataFrame) -> None:
    found = dossier.facts(accounts, made.owing)
    assert tuple(found.columns) == columns("strategic.dossiers")
    assert found["client_id"].tolist() == ["a", "c"]  # the larger first: 1,200 and 1,140
    alpha = found.iloc[0]
    assert alpha[["name", "tier", "abc", "xyz", "stage", "movement", "rule"]].tolist() == [
        "Alpha", "super-key", "A", "X", "growing", "retained", "reward",
    ]  # fmt: skip
    assert alpha[["revenue_w1", "revenue_w0", "change", "orders_w1"]].tolist() == [1200.0, 600.0, 1.0, 24]
    # 2 and 6 days late beyond 10 days of terms, weighted by 10 and 30
    assert (alpha["days_late"], alpha["days_to_pay"]) == (5.0, 15.0)
    assert pd.isna(alpha["margin_rate"])
    assert rows_of(found)


def test_the_margin_rate_is_of_the_revenue_whose_margin_is_known(made: Strategy, accounts: pd.DataFrame) -> None:
    # a: margin 300 of 1,000 known of 1,200 · 90 % and more; c: as many refunds as sales with a known margin
    known = {"margin1": [300.0, 50.0], "gross1": [1200.0, 1140.0], "margin_gross1": [1100.0, 1140.0]}
    found = dossier.facts(accounts.assign(**known, margin_revenue1=[1000.0, 0.0]), made.owing)
    assert found["margin_w1"].tolist() == [300.0, 50.0]
    assert found["margin_rate"].iloc[0] == 0.3
    assert pd.isna(found["margin_rate"].iloc[1])


def test_what_they_buy_and_how_that_moved(sold: Portfolio, accounts: pd.DataFrame) -> None:
    found = dossier.purchases(accounts, sold.mix, sold.when)
    assert tuple(found.columns) == columns("strategic.purchases")
    assert found.drop(columns="name").to_numpy().tolist() == [
        ["a", "Tea", 600.0, 600.0, 0.0, 0.5], ["a", "Milk", 600.0, 0.0, 600.0, 0.5],
        ["c", "Tea", 1140.0, 1140.0, 0.0, 1.0],
    ]  # fmt: skip


def test_months_stand_without_gaps(sold: Portfolio, made: Strategy) -> None:
    gone = made.base.loc[["d"]]
    found = dossier.months(gone, sold.monthly, sold.when)
    assert tuple(found.columns) == columns("strategic.months")
    assert (found["month"].iloc[0], found["month"].iloc[-1], len(found)) == ("2020-01", "2021-12", 24)
    assert found["revenue"].tolist() == [95.0] * 6 + [0.0] * 18
    assert found["margin"].isna().all()
    assert found["orders"].sum() == 6


def test_white_space_is_what_peers_buy_and_the_client_lacks(
    sold: Portfolio, made: Strategy, accounts: pd.DataFrame
) -> None:
    found = dossier.white_space(accounts, made.base, sold.mix)
    assert tuple(found.columns) == columns("strategic.white_space")
    # c lacks milk, which both its peers buy: 1 · median of 600 and 480
    assert found.to_numpy().tolist() == [["c", "Gamma", "Milk", 2, 1.0, 540.0]]
    assert made.base.loc["c", "white_space"] == found["worth"].sum()
    nothing = sold.mix.assign(category=None)
    assert dossier.white_space(accounts, made.base, nothing).empty
    assert dossier.purchases(accounts, nothing, sold.when).empty


def test_a_review_without_accounts_has_empty_dossiers(sold: Portfolio, made: Strategy) -> None:
    nobody = made.keys.head(0)
    assert dossier.facts(nobody, made.owing).empty
    assert dossier.months(nobody, sold.monthly, sold.when).empty
    assert dossier.purchases(nobody, sold.mix, sold.when).empty


NOW = {
    "exposure": pd.DataFrame(
        {"client_id": ["a", "b"], "stage": ["at_risk", "stable"], "abc": ["A", "A"], "tier": ["super-key", "key"],
         "contacts_active": [1.0, 2.0], "overdue": [100.0, 0.0]}
    ),
    "scores": pd.DataFrame({"client_id": ["a", "b"], "rank": [4, 1]}),
    "agreements": pd.DataFrame({"client_id": ["a"], "actions_overdue": [2]}),
}  # fmt: skip
SHORTLIST = pd.DataFrame({"client_id": ["a", "b"], "name": ["Alpha", "Beta"]})


def test_changes_are_what_differs_from_the_earlier_review() -> None:
    before = {name: frame.copy() for name, frame in NOW.items() if name != "agreements"}
    before["exposure"] = before["exposure"].assign(
        stage=["growing", "stable"], contacts_active=[3.0, None], overdue=[100.004, 0.0]
    )
    before["scores"] = before["scores"].assign(rank=[2, 1])
    found = strategic_changes.table(EarlierReview(before), NOW, SHORTLIST)
    assert tuple(found.columns) == columns("strategic.changes")
    # less than half a cent is no change; what was not known before is none either
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["a", "Alpha", "stage", "growing", "at_risk", None, None], ["a", "Alpha", "rank", None, None, 2.0, 4.0],
        ["a", "Alpha", "contacts_active", None, None, 3.0, 1.0],
    ]  # fmt: skip
    assert strategic_changes.table(EarlierReview(NOW), NOW, SHORTLIST).empty
    assert strategic_changes.table(None, NOW, SHORTLIST).empty


def test_the_table_of_clients_holds_everyone_and_agrees_with_the_frame(sold: Portfolio, made: Strategy) -> None:
    lists = made.everyone.set_index("client_id")
    table = made.base.assign(
        listed=lists["listed"].astype("boolean").reindex(made.base.index),
        rank_in_list=lists["rank"].astype("Int64").reindex(made.base.index),
    )
    found = published(table, sold.when)
    assert tuple(found.columns) == columns("clients")
    assert found["client_id"].tolist() == list("abcde")
    assert found["name"].tolist() == ["Alpha", "Beta", "Gamma", "Delta", "e"]
    check = clients_add_up(found, made.base)
    assert check.passed, check.detail
    assert not clients_add_up(found.head(4), made.base).passed
    assert not clients_add_up(found.assign(revenue_w1=1.0), made.base).passed

    by_class = found.groupby("abc")["revenue_w1"].agg(["size", "sum"])
    whole = abc.table(made.base).set_index("class").loc[by_class.index]
    assert by_class.to_numpy().tolist() == whole[["clients", "revenue"]].to_numpy().tolist()
    of_rule = rules.table(made.base, sold.when).set_index("rule")["clients"]
    assert found["rule"].value_counts().to_dict() == of_rule[of_rule > 0].to_dict()

    on_lists = found.set_index("client_id").loc[lists.index]
    assert on_lists["rank_in_list"].tolist() == lists["rank"].tolist()
    assert on_lists["at_stake"].tolist() == lists["at_stake"].tolist()
    assert on_lists["reason"].tolist() == lists["reason"].tolist()
    # only refunds: no class, no stage, no chance, but it stands there
    assert found.iloc[4][["abc", "stage", "rule", "p_next", "listed"]].isna().all()
    assert rows_of(found)


def test_a_column_that_nobody_gave_is_empty(made: Strategy) -> None:
    mine = exposure.of_frame(made.base.head(2), {"sponsor": "sponsor", "tier": "tier1"})
    assert mine["sponsor"].isna().all()
    assert mine["tier"].tolist() == ["super-key", "key"]
    assert portfolio.names(made.base).tolist()[:2] == mine["name"].tolist()

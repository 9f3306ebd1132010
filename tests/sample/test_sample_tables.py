"""The sample's tables keep the contract of inputs, agree with each other and could be a distributor's."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sample_company import END, Company

from portfolio_review import review, sample
from portfolio_review.sources.contracts import CRITERIA

# inputs-and-outputs.md, section 2.
COLUMNS = {
    "transactions": "client_id date revenue margin order_id product category quantity unit",
    "clients": "client_id name type industry region unit manager manager_since sponsor service_model relationship "
    "tier group_id since acquired_via partners potential payment_terms payment_method payment_currency contract_end "
    "merged_into",
    "contacts": "client_id name role level last_contact active",
    "payments": "client_id due_date amount paid_date",
    "targets": "unit figure period value manager optimal critical",
    "assessments": "client_id tier criterion score side assessor date comment",
    "plans": "client_id tier action owner due status goal agreed_on agreed_with cost value_for_us value_for_client "
    "client_result note",
    "losses": "client_id date reason note",
}
DATES = {
    "date",
    "manager_since",
    "since",
    "contract_end",
    "last_contact",
    "due_date",
    "paid_date",
    "due",
    "agreed_on",
}
NUMBERS = {"revenue", "margin", "quantity", "potential", "amount", "value", "optimal", "critical", "score", "cost",
           "value_for_us", "value_for_client"}  # fmt: skip
TIERS = {"super-key", "key", "non-key"}
UNITS = {"Germany", "Benelux", "Iberia", "Baltics", "Central Asia", "Marine"}


def values(column: pd.Series) -> set[str]:
    return set(column.dropna())


def test_every_table_of_the_contract_with_its_columns(company: Company) -> None:
    assert tuple(company.tables) == review.TABLES
    for name, table in company.tables.items():
        assert list(table.columns) == COLUMNS[name].split(), name
        assert table.notna().any().all(), f"{name}: a column is empty in every row"


def test_types_of_columns(company: Company) -> None:
    for name, table in company.tables.items():
        for column in table:
            kind = str(table[column].dtype)
            if column in DATES:
                assert kind == "datetime64[us]", (name, column)
                assert (table[column].dropna() == table[column].dropna().dt.normalize()).all(), (name, column)
            elif column in NUMBERS:
                assert kind in ("float64", "int64"), (name, column)
            else:
                assert kind == ("bool" if column == "active" else "str"), (name, column)


def test_two_generations_are_equal(company: Company) -> None:
    again = sample.generate()
    for name, table in company.tables.items():
        assert_frame_equal(table, again[name], check_exact=True)
        assert table is not again[name]


def test_sizes(company: Company) -> None:
    assert 40_000 <= len(company.tables["transactions"]) <= 70_000
    assert 380 <= len(company.clients) <= 430
    assert set(company.sales["unit"]) == UNITS
    months = company.sales["date"].dt.strftime("%Y-%m")
    assert (months.min(), months.max(), months.nunique()) == ("2023-11", "2026-10", 36)
    assert company.sales["category"].nunique() == 12
    assert 140 <= company.sales["product"].nunique() <= 160


def test_the_last_month_is_complete(company: Company) -> None:
    assert (END - company.sales["date"].max()).days <= 3
    assert company.sales.groupby(company.sales["date"].dt.strftime("%Y-%m"))["unit"].nunique().eq(6).all()


def test_client_ids_are_unique_text_with_leading_zeros(company: Company) -> None:
    ids = pd.Series(company.clients.index)
    assert ids.is_unique
    assert ids.str.fullmatch(r"\d{5}").all()
    assert ids.str.startswith("00").mean() > 0.3
    assert "00417" in set(ids)


def test_every_client_id_is_known(company: Company) -> None:
    known = set(company.clients.index)
    for name, table in company.tables.items():
        assert values(table["client_id"]) <= known if "client_id" in table else name == "targets"
    assert values(company.clients["merged_into"]) <= known
    for table in ("assessments", "plans"):
        rows = company.tables[table]
        assert (rows["client_id"].notna() ^ rows["tier"].notna()).all(), table
        assert values(rows["tier"]) <= TIERS


def test_words_are_those_of_the_contract(company: Company) -> None:
    tables = company.tables
    assert values(tables["clients"]["tier"]) <= TIERS
    assert values(tables["contacts"]["level"]) == {"executive", "middle", "working"}
    assert values(tables["losses"]["reason"]) == {
        "attention",
        "complaint",
        "price",
        "competitor",
        "no_need",
        "other",
    }
    assert values(tables["plans"]["status"]) == {"open", "in work", "done", "overdue", "cancelled"}
    assert values(tables["assessments"]["criterion"]) == {*CRITERIA}
    assert set(tables["assessments"]["score"]) == {1, 2, 3, 4, 5}
    assert values(tables["assessments"]["side"]) == {"market", "portfolio"}
    judged = tables["assessments"].dropna(subset="tier").groupby(["tier", "side"])["criterion"].nunique()
    assert judged.to_dict() == {(tier, side): 6 for tier in TIERS for side in ("market", "portfolio")}
    assert 8 <= tables["assessments"]["client_id"].nunique() <= 12


def test_orders_belong_to_one_client_and_one_unit(company: Company) -> None:
    orders = company.tables["transactions"].groupby("order_id")[["client_id", "unit"]].nunique()
    assert orders.max().max() == 1
    lines = company.sales.loc[company.sales["revenue"] > 0, ["order_id", "product"]]
    assert not lines.duplicated().any()
    assert (company.sales.groupby("product")["category"].nunique() == 1).all()


def test_some_orders_span_two_months(company: Company) -> None:
    sold = company.sales[company.sales["revenue"] > 0]
    months = sold["date"].dt.to_period("M").groupby(sold["order_id"]).nunique()
    assert 10 < (months > 1).sum() < 0.02 * len(months)


@pytest.mark.parametrize(
    ("table", "column"), [("transactions", "revenue"), ("transactions", "margin"), ("payments", "amount")]
)
def test_money_is_in_cents(company: Company, table: str, column: str) -> None:
    money = company.tables[table][column]
    assert (money == money.round(2)).all()
    assert np.isfinite(money).all()


def test_sales_fall_on_working_days(company: Company) -> None:
    sold = company.tables["transactions"].query("revenue > 0")
    assert (sold["date"].dt.day_of_week < 5).all()


def test_signs_agree(company: Company) -> None:
    rows = company.tables["transactions"]
    refunds = rows["order_id"].str.startswith("CN-")
    assert (rows.loc[refunds, ["revenue", "quantity"]] < 0).all().all()
    assert (rows.loc[~refunds, "revenue"] >= 0).all()
    assert (rows.loc[~refunds, "quantity"] > 0).all()
    free = rows["revenue"] == 0
    assert 10 < free.sum() < 100
    assert (rows.loc[free, "margin"] < 0).all()


def test_nobody_is_invoiced_more_or_less_than_sold(company: Company) -> None:
    invoiced = company.tables["payments"].groupby("client_id")["amount"].sum().round(2)
    sold = company.sales.groupby("client_id")["revenue"].sum().round(2)
    pd.testing.assert_series_equal(invoiced, sold[invoiced.index], check_names=False, atol=0.005, rtol=0)
    assert (sold.drop(invoiced.index) == 0).all()


def test_nothing_is_dated_after_the_history(company: Company) -> None:
    tables = company.tables
    for table, column in [("transactions", "date"), ("payments", "paid_date"), ("contacts", "last_contact"),
                          ("losses", "date"), ("assessments", "date"), ("plans", "agreed_on"),
                          ("clients", "since"), ("clients", "manager_since")]:  # fmt: skip
        assert tables[table][column].max() <= END, (table, column)
    assert tables["contacts"]["last_contact"].notna().all()


def test_nobody_buys_before_becoming_a_client(company: Company) -> None:
    first = company.sales.groupby("client_id")["date"].min()
    assert (first >= company.clients["since"].reindex(first.index)).all()
    assert (company.clients["manager_since"] >= company.clients["since"]).all()


def test_nobody_who_left_buys_after_the_loss(company: Company) -> None:
    losses = company.tables["losses"].groupby("client_id")["date"].max()
    sold = company.sales[company.sales["revenue"] > 0]
    last = sold.groupby("client_id")["date"].max().reindex(losses.index)
    returned = {client for story in sample.STORIES if story.id == "clients_returning" for client in story.client_ids}
    assert set(losses.index[last >= losses]) <= returned
    assert 50 <= len(losses) <= 120


def test_people_of_a_plan_are_known(company: Company) -> None:
    plans = company.tables["plans"].dropna(subset="agreed_with")
    contacts = set(company.tables["contacts"][["client_id", "name"]].itertuples(index=False, name=None))
    assert set(plans[["client_id", "agreed_with"]].itertuples(index=False, name=None)) <= contacts
    assert set(plans["client_id"]) == set(sample.STRATEGIC_ACCOUNTS)


def test_targets_of_units_add_up_to_the_company(company: Company) -> None:
    targets = company.tables["targets"]
    assert values(targets["unit"]) == UNITS | {"all"}
    plan = targets[targets["manager"].isna()]
    assert not plan.duplicated(["unit", "figure", "period"]).any()
    assert set(plan["figure"]) == {
        "headline.revenue", "headline.margin", "headline.clients",
        "retention.client_retention_rate", "retention.net_revenue_retention",
    }  # fmt: skip
    assert (plan[plan["period"] == "2026-10"].groupby("unit")["figure"].nunique() == 5).all()
    money = plan[plan["figure"].isin(["headline.revenue", "headline.margin"])]
    together = money.pivot_table(index=["figure", "period"], columns="unit", values="value", aggfunc="sum")
    assert (together.drop(columns="all").sum(axis=1) == together["all"]).all()
    levels = plan.dropna(subset="optimal")
    assert (levels["critical"] < levels["value"]).all()
    assert (levels["value"] < levels["optimal"]).all()
    managers = targets.dropna(subset="manager")
    assert values(managers["manager"]) <= values(company.clients["manager"])


def test_both_scripts_are_used(company: Company) -> None:
    cyrillic = company.clients["name"].str.contains("[А-Яа-яЁё]")
    by_unit = cyrillic.groupby(company.clients["unit"]).mean()
    assert by_unit["Central Asia"] == 1
    assert 0.05 < by_unit["Baltics"] < 0.4
    assert by_unit[["Germany", "Benelux", "Iberia", "Marine"]].max() == 0
    assert company.tables["contacts"]["name"].str.contains("[А-Яа-яЁё]").sum() > 100
    mixed = company.clients["name"].str.contains("[А-Яа-яЁё]") & company.clients["name"].str.contains("[A-Za-z]")
    assert not mixed.any()


def test_names_read_like_names(company: Company) -> None:
    names = pd.concat([company.clients["name"], company.tables["contacts"]["name"]])
    assert not names.str.contains(r"\d|  |\{|\}").any()
    assert (names == names.str.strip()).all()
    assert names.str.len().between(5, 60).all()
    assert company.clients["name"].nunique() >= len(company.clients) - 1


def test_retention_is_that_of_a_distributor(company: Company) -> None:
    assert 0.75 < company.retention("all") < 0.88
    for unit in UNITS - {"Marine"}:
        assert 0.55 < company.retention(unit) < 0.95, unit
    a0, a1 = company.active(company.w0), company.active(company.w1)
    new = a1 - a0 - company.active(company.before)
    assert 0.12 < len(new) / len(a0) < 0.18
    acquired = company.clients["acquired_via"]
    assert acquired[list(new)].notna().mean() > 0.95


def test_classes_are_those_of_a_distributor(company: Company) -> None:
    classes = pd.Series(company.abc("all", company.w1))
    assert 0.20 < (classes == "A").mean() < 0.32
    sold = company.w1[company.w1["revenue"] > 0]
    months = sold["date"].dt.to_period("M").groupby(sold["client_id"]).nunique()
    assert 0.3 < (months >= 9).mean() < 0.65
    assert 0.05 < (months == 1).mean() < 0.2
    # Clients do move between classes.
    earlier = pd.Series(company.abc("all", company.w0)).reindex(classes.index)
    assert (earlier[classes == "A"].isin(["B", "C"])).sum() >= 5
    assert (classes[earlier == "A"].isin(["B", "C"])).sum() >= 5


def test_margins_are_those_of_a_distributor(company: Company) -> None:
    by_category = company.w1.groupby("category")[["revenue", "margin"]].sum()
    assert (by_category["margin"] / by_category["revenue"]).between(0.12, 0.31).all()
    sold = company.w1[company.w1["revenue"] > 0]
    assert 0 < (sold["margin"] < 0).mean() < 0.02

"""Every story that the sample company announces happens in its rows, by a computation of its own."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sample_company import END, W0, W1, Company

from portfolio_review import review
from portfolio_review.sample import STORIES, STRATEGIC_ACCOUNTS, Story

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"
Check = Callable[[Company, Story], None]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_story_happens(company: Company, story: Story) -> None:
    CHECKS[story.id](company, story)


def test_stories_are_told_once_and_about_known_clients(company: Company) -> None:
    assert len({story.id for story in STORIES}) == len(STORIES) == len(CHECKS)
    for story in STORIES:
        assert set(story.client_ids) <= set(company.clients.index), story.id
        assert story.unit == "all" or story.unit in set(company.sales["unit"]), story.id
        assert story.sentence.endswith("."), story.id


def test_strategic_accounts_are_those_of_the_review_file() -> None:
    assert review.load(DEMO).strategic.accounts == STRATEGIC_ACCOUNTS


@check
def seasonality(company: Company, story: Story) -> None:
    germany, iberia = company.months("Germany"), company.months("Iberia")
    for year in (2024, 2025, 2026):
        autumn = germany[[f"{year - 1}-11", f"{year - 1}-12", f"{year}-10"]].mean()
        assert autumn > 1.15 * germany[[f"{year}-02", f"{year}-08"]].mean(), year
        summer = iberia[[f"{year}-06", f"{year}-07", f"{year}-08"]].mean()
        assert summer > 1.1 * iberia[[f"{year}-01", f"{year}-02"]].mean(), year


@check
def unit_in_decline(company: Company, story: Story) -> None:
    revenue = [company.unit(story.unit, rows)["revenue"].sum() for rows in (company.w0, company.w1)]
    assert revenue[1] < 0.85 * revenue[0]
    others = set(company.sales["unit"]) - {story.unit}
    assert company.retention(story.unit) < min(company.retention(unit) for unit in others) - 0.05
    active = [len(company.active(company.unit(story.unit, rows))) for rows in (company.w0, company.w1)]
    assert active[1] < active[0]
    kept = company.active(company.unit(story.unit, company.w0)) & company.active(company.unit(story.unit, company.w1))
    r0, r1 = (company.revenue(company.unit(story.unit, rows)) for rows in (company.w0, company.w1))
    assert r1[list(kept)].sum() < 0.95 * r0[list(kept)].sum()


@check
def growing_unit(company: Company, story: Story) -> None:
    w0, w1 = company.unit(story.unit, company.w0), company.unit(story.unit, company.w1)
    assert w1["revenue"].sum() > 1.15 * w0["revenue"].sum()
    a0, a1 = company.active(w0), company.active(w1)
    assert len(a1) > len(a0)
    assert company.revenue(w1).reindex(list(a0)).sum() > 1.10 * company.revenue(w0)[list(a0)].sum()
    assert company.retention(story.unit) > 0.85


@check
def key_client_leaving(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert company.revenue(company.unit(story.unit, company.w0)).index[0] == client
    days = company.sales.loc[(company.sales["client_id"] == client) & (company.sales["revenue"] > 0), "date"]
    assert days[days.between(W0, W1)].nunique() > 45
    assert 120 < (END - days.max()).days < 180
    gaps = days.drop_duplicates().sort_values().diff().dt.days
    assert gaps.quantile(0.8) < 12


@check
def clients_returning(company: Company, story: Story) -> None:
    for client in story.client_ids:
        assert client in company.active(company.before)
        assert client not in company.active(company.w0)
        assert client in company.active(company.w1)
        rows = company.sales[(company.sales["client_id"] == client) & (company.sales["revenue"] > 0)]
        silence = rows["date"].drop_duplicates().sort_values().diff().max().days
        assert 365 < silence < 2 * 366, client


@check
def concentration(company: Company, story: Story) -> None:
    shares = {}
    for unit in company.sales["unit"].unique():
        revenue = company.revenue(company.unit(unit, company.w1))
        shares[unit] = revenue.iloc[0] / revenue[revenue > 0].sum()
    assert shares.pop(story.unit) > 0.30
    assert (company.revenue(company.unit(story.unit, company.w1)).index[0],) == story.client_ids
    assert max(shares.values()) < 0.25


@check
def single_contacts(company: Company, story: Story) -> None:
    contacts = company.tables["contacts"]
    active = contacts[contacts["active"]].groupby("client_id").size()
    large = company.revenue(company.w1)
    large = set(large[large > 150_000].index)
    assert set(story.client_ids) == {client for client in large if active.get(client, 0) == 1}
    for client in story.client_ids:
        assert company.abc(company.clients.loc[client, "unit"], company.w1)[client] == "A"


@check
def overdue_payers(company: Company, story: Story) -> None:
    payments = company.tables["payments"]
    late = (payments["paid_date"] - payments["due_date"]).dt.days.groupby(payments["client_id"]).mean()
    assert set(late[late > 20].index) == set(story.client_ids)
    overdue = payments[payments["paid_date"].isna() & (payments["due_date"] < END)]
    owed = overdue.groupby("client_id")["amount"].sum().sort_values(ascending=False)
    assert set(owed.index[:5]) == set(story.client_ids)
    oldest = overdue[overdue["client_id"].isin(story.client_ids)].groupby("client_id")["due_date"].min()
    assert ((END - oldest).dt.days > 90).all()


@check
def stale_plan(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert client in STRATEGIC_ACCOUNTS
    plans = company.tables["plans"]
    open_ = plans[(plans["client_id"] == client) & ~plans["status"].isin(["done", "cancelled"])]
    assert len(open_) >= 3
    assert set(open_["status"]) == {"overdue"}
    assert (open_["due"] < END - pd.Timedelta(days=150)).all()
    contacts = company.tables["contacts"]
    assert contacts.loc[contacts["client_id"] == client, "last_contact"].max() <= pd.Timestamp("2026-03-31")
    rows = company.sales[company.sales["client_id"] == client]
    last = rows.loc[rows["date"] >= "2026-08-01", "revenue"].sum()
    assert last < 0.8 * rows.loc[rows["date"].between("2025-08-01", "2025-10-31"), "revenue"].sum()


@check
def quiet_tiny_unit(company: Company, story: Story) -> None:
    windows = [company.unit(story.unit, rows) for rows in (company.before, company.w0, company.w1)]
    assert all(company.active(rows) == set(story.client_ids) for rows in windows)
    assert len(story.client_ids) < 10
    revenue = [rows["revenue"].sum() for rows in windows]
    assert max(revenue) < 1.06 * min(revenue)


@check
def refunds(company: Company, story: Story) -> None:
    back = company.w1[company.w1["revenue"] < 0]
    share = -back["revenue"].sum() / company.w1.loc[company.w1["revenue"] > 0, "revenue"].sum()
    assert 0.01 < share < 0.03
    key = ["client_id", "product", "unit"]
    sold = company.sales[company.sales["revenue"] > 0][[*key, "date"]].rename(columns={"date": "sold"})
    pairs = pd.merge_asof(back.sort_values("date"), sold.sort_values("sold"), left_on="date", right_on="sold", by=key)
    assert pairs["sold"].notna().all()
    later = pairs["sold"].dt.to_period("M") < pairs["date"].dt.to_period("M")
    assert later.mean() > 0.3


@check
def refunds_only(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    rows = company.w1[company.w1["client_id"] == client]
    assert len(rows) > 0
    assert (rows["revenue"] < 0).all()
    assert company.w0.loc[company.w0["client_id"] == client, "revenue"].sum() > 0


@check
def merged_client(company: Company, story: Story) -> None:
    into, merged = story.client_ids
    assert company.clients.loc[merged, "merged_into"] == into
    assert company.clients["merged_into"].notna().sum() == 1
    rows = {client: company.sales[company.sales["client_id"] == client] for client in story.client_ids}
    sold = rows[merged].loc[rows[merged]["revenue"] > 0, "date"]
    assert W1 < sold.max() < pd.Timestamp("2026-02-01")
    assert sold.min() < W0
    monthly = rows[into].groupby(rows[into]["date"] >= "2026-02-01")["revenue"].sum()
    assert monthly[True] / 9 > 1.2 * monthly[False] / 27


@check
def group_of_entities(company: Company, story: Story) -> None:
    (group,) = set(company.clients.loc[list(story.client_ids), "group_id"])
    assert set(company.clients.index[company.clients["group_id"] == group]) == set(story.client_ids)
    assert set(story.client_ids) <= company.active(company.unit(story.unit, company.w1))


@check
def group_across_units(company: Company, story: Story) -> None:
    (group,) = set(company.clients.loc[list(story.client_ids), "group_id"])
    assert set(company.clients.index[company.clients["group_id"] == group]) == set(story.client_ids)
    assert company.w1.loc[company.w1["client_id"].isin(story.client_ids), "unit"].nunique() == 2


@check
def client_in_two_units(company: Company, story: Story) -> None:
    units = company.w1.groupby("client_id")["unit"].nunique()
    assert set(units[units > 1].index) == set(story.client_ids)


@check
def namesakes(company: Company, story: Story) -> None:
    shared = company.clients[company.clients["name"].duplicated(keep=False)]
    assert set(shared.index) == set(story.client_ids)
    assert shared["region"].nunique() == 2
    assert set(story.client_ids) <= company.active(company.w1)


@check
def manager_changed(company: Company, story: Story) -> None:
    moved = company.clients[company.clients["manager_since"] == "2026-02-02"]
    assert len(moved) >= 15
    assert set(moved["unit"]) == {story.unit}
    assert moved["manager"].nunique() == 1
    assert (moved["since"] < moved["manager_since"]).all()


@check
def moving_up(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert company.abc(story.unit, company.w0)[client] in ("B", "C")
    assert client in company.revenue(company.unit(story.unit, company.w1)).index[:5]


@check
def moving_down(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert company.abc(story.unit, company.w0)[client] == "A"
    assert company.abc(story.unit, company.w1)[client] != "A"
    assert company.revenue(company.w1)[client] < 0.45 * company.revenue(company.w0)[client]


@check
def one_off_buyer(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    rows = company.sales[(company.sales["client_id"] == client) & (company.sales["revenue"] > 0)]
    assert rows["order_id"].nunique() == 1
    assert rows["date"].min() >= W1
    assert rows["revenue"].sum() > 15_000


@check
def shrinking_quietly(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert company.abc(story.unit, company.w1)[client] == "A"
    assert company.revenue(company.w1)[client] < 0.7 * company.revenue(company.w0)[client]
    days = [set(rows.loc[(rows["client_id"] == client) & (rows["revenue"] > 0), "date"])
            for rows in (company.w0, company.w1)]  # fmt: skip
    assert len(days[1]) > 0.9 * len(days[0])
    assert (END - max(days[1])).days < 7


@check
def stopped_in_mid_window(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    days = company.sales.loc[(company.sales["client_id"] == client) & (company.sales["revenue"] > 0), "date"]
    assert pd.Timestamp("2026-04-01") <= days.max() < pd.Timestamp("2026-04-08")
    assert days.drop_duplicates().sort_values().diff().dt.days.mean() == pytest.approx(10, abs=2)
    assert client in company.active(company.w0) & company.active(company.w1)


@check
def margin_turning(company: Company, story: Story) -> None:
    rows = [company.unit(story.unit, window) for window in (company.w0, company.w1)]
    revenue, earned = ([window[name].sum() for window in rows] for name in ("revenue", "margin"))
    assert revenue[1] > 1.1 * revenue[0]
    assert earned[1] < earned[0]
    sold = rows[1][rows[1]["revenue"] > 0]
    dearer = sold["date"] >= "2026-03-02"
    cost = (sold["revenue"] - sold["margin"]) / sold["revenue"]
    assert cost[dearer].mean() / cost[~dearer].mean() == pytest.approx(1.06, abs=0.01)


@check
def unassessed_newcomer(company: Company, story: Story) -> None:
    (client,) = story.client_ids
    assert client not in set(company.tables["assessments"]["client_id"])
    first = company.sales.loc[company.sales["client_id"] == client, "date"].min()
    assert first.strftime("%Y-%m") == "2025-07"
    assert client in company.revenue(company.w1).index[:20]


@check
def cash_sales(company: Company, story: Story) -> None:
    everything = company.tables["transactions"]
    cash = everything[everything["client_id"].isna()]
    assert 20 <= len(cash) <= 100
    assert cash["revenue"].sum() < 0.005 * everything["revenue"].sum()

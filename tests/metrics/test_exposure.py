"""Relations and exposure: every flag by hand, the gravest weakness, what is said where a table is missing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows, settings
from strategy import Strategy, strategy

from portfolio_review.catalog import WORDS, lookup
from portfolio_review.clients.published import clients_add_up, published
from portfolio_review.metrics import exposure, manager_share, relations

# all buy every month of 2020 and 2021; b falls to a half; c is new in 2021; d bought 1 now and then: not key
LINES = [
    *monthly_rows("a", "2020-01", [100] * 24), *monthly_rows("b", "2020-01", [100] * 12 + [50] * 12),
    *monthly_rows("c", "2021-01", [80] * 12), *monthly_rows("d", "2020-01", [1] * 24),
]  # fmt: skip
ATTRIBUTES = pd.DataFrame(
    {
        "client_id": list("abcd"),
        "name": ["Alpha", "Beta", "Gamma", None],
        "manager": ["Ann", "Bob", "Ann", None],
        "manager_since": pd.to_datetime(["2021-06-01", "2019-01-01", "2021-01-01", None]),
        "sponsor": ["Eve", None, None, None],
        "contract_end": pd.to_datetime(["2022-03-31", "2022-04-01", None, None]),
        "potential": [2400.0, 600.0, None, None],
    }
)
CONTACTS = pd.DataFrame(
    [
        ("a", "Ann A", "executive", "2021-12-30", True),
        ("a", "Abe A", "working", "2021-12-01", True),
        ("a", "Art A", "working", "2021-12-31", False),
        ("b", "Ben B", "middle", "2021-06-01", True),
        ("b", "Bud B", "middle", "2021-06-01", False),
        ("c", "Cid C", "working", "2021-12-01", False),
    ],
    columns=["client_id", "name", "level", "last_contact", "active"],
)
PAYMENTS = pd.DataFrame(
    [("a", "2021-12-20", 70.0, None), ("b", "2021-11-30", 40.0, None), ("b", "2021-10-31", 60.0, None)],
    columns=["client_id", "due_date", "amount", "paid_date"],
)
ASSESSMENTS = pd.DataFrame(
    [("a", "threat_price", 4, "Eve", "2021-09-01"), ("b", "threat_staff", 3, "Eve", "2021-09-01")],
    columns=["client_id", "criterion", "score", "assessor", "date"],
)
EARLIER = pd.DataFrame(
    [("a", "Ann A", True), ("a", "Ada A", True), ("a", "Art A", True), ("a", "Old A", False), ("b", "Ben B", True)],
    columns=["client_id", "contact", "active"],
)


def portfolio(attributes: pd.DataFrame = ATTRIBUTES, **changes: object) -> Portfolio:
    return build(
        rows(*LINES), "2021-12", attributes=attributes, review=settings(**changes), data_until=dt.date(2021, 12, 31)
    )


@pytest.fixture(scope="module")
def made() -> Strategy:
    return strategy(
        portfolio(), contacts=CONTACTS, payments=PAYMENTS, assessments=ASSESSMENTS, earlier=EARLIER, unit="Benelux"
    )


def of(made: Strategy, column: str) -> list[object]:
    """The values of a, b, c; None where nothing is known."""
    return [None if pd.isna(value) else value for value in made.base.loc[list("abc"), column]]


def test_contacts_are_counted_by_level_the_active_ones_only(made: Strategy) -> None:
    assert of(made, "contacts_active") == [2, 1, 0]
    assert of(made, "contacts_executive") == [1, 0, 0]
    assert of(made, "contact_levels") == [2, 1, 0]
    assert of(made, "single_contact") == [False, True, False]
    assert of(made, "no_contact") == [False, False, True]
    # A clients that are X: 14 days; c spoke on 1 December, 30 days before
    assert of(made, "contact_days") == [0, 213, 30]
    assert of(made, "stale_contact") == [False, True, True]


def test_contacts_gone_are_those_that_were_active_in_the_earlier_review(made: Strategy) -> None:
    # Ada is not there any more, Art is not active any more; c was not in the earlier review
    assert of(made, "contacts_gone") == [2, 0, None]


def test_one_contact_gone_is_a_weakness() -> None:
    before = pd.DataFrame({"client_id": ["a", "b", "b"], "contact": ["Ann A", "Ben B", "Bea B"], "active": True})
    made = strategy(portfolio(), contacts=CONTACTS, earlier=before, unit="Benelux")
    assert of(made, "contacts_gone") == [0, 1, None]
    assert of(made, "lost_contacts") == [False, True, None]
    assert exposure.figures(made.keys, True, portfolio().when)["strategic.contacts_gone"].value == 1


def test_a_manager_changed_when_the_client_was_there_before(made: Strategy) -> None:
    # c came with its manager
    assert of(made, "manager_changed") == [True, False, False]
    assert of(made, "no_sponsor") == [False, True, True]


def test_money_contracts_and_threats(made: Strategy) -> None:
    assert of(made, "client_overdue") == [70.0, 100.0, 0.0]
    assert of(made, "days_overdue") == [11, 61, None]
    assert of(made, "over_90") == [0.0, 0.0, 0.0]  # b's oldest invoice is 61 days late; c has none
    assert of(made, "late") == [False, True, False]
    assert of(made, "falling") == [False, True, False]
    assert of(made, "declines_early") == [False, True, False]
    assert of(made, "change") == [0.0, -0.5, None]
    assert of(made, "days_left") == [90, 91, None]
    assert of(made, "contract_ending") == [True, False, None]
    assert of(made, "threatened") == [True, False, None]
    assert of(made, "share_of_wallet") == [0.5, 1.0, None]
    assert of(made, "share") == pytest.approx([1200 / 2772, 600 / 2772, 960 / 2772])


def test_the_gravest_weakness_comes_first(made: Strategy) -> None:
    # a: threatened, contacts gone, contract ending, manager changed; b: single, falling, early decline, late, sponsor, stale
    assert of(made, "flags") == [4, 6, 3]
    assert of(made, "weakness") == ["threatened", "single_contact", "no_contact"]
    assert set(exposure.WEAKNESSES) <= set(WORDS)


def test_figures_are_of_super_key_and_key_clients_alone(made: Strategy) -> None:
    assert made.keys.index.tolist() == ["a", "c", "b"]  # the largest first; d is C
    found = {
        id.removeprefix("strategic."): figure.value
        for id, figure in exposure.figures(made.keys, True, portfolio().when).items()
    }
    assert found == {
        "key_clients": 3, "key_revenue": 2760.0, "single_contact_clients": 1, "single_contact_revenue": 600.0,
        "no_contact_clients": 1, "no_contact_revenue": 960.0, "no_sponsor_clients": 2, "no_sponsor_revenue": 1560.0,
        "stale_contact_clients": 2, "stale_contact_revenue": 1560.0, "manager_changed_clients": 1,
        "manager_changed_revenue": 1200.0, "falling_clients": 1, "falling_revenue": 600.0, "threatened_clients": 1,
        "early_decline_clients": 1, "early_decline_revenue": 600.0,
        "threatened_revenue": 1200.0, "contacts_gone": 2, "overdue_receivables": 170.0, "share_of_wallet": 0.6,
    }  # fmt: skip
    assert exposure.exposure_adds_up(made.keys).detail == "none, one, several: 960.00 + 600.00 + 1,200.00 = 2,760.00"
    broken = made.keys.assign(no_contact=False)
    assert not exposure.exposure_adds_up(broken).passed


def test_tables_have_the_columns_of_the_catalogue(made: Strategy) -> None:
    exposed = exposure.table(made.keys)
    assert tuple(exposed.columns) == tuple(column.name for column in lookup("strategic.exposure").columns)
    people = relations.table(made.keys, CONTACTS, portfolio().when)
    assert tuple(people.columns) == tuple(column.name for column in lookup("strategic.contacts").columns)
    # active ones first, then the latest
    assert people["contact"].tolist() == ["Ann A", "Abe A", "Art A", "Cid C", "Ben B", "Bud B"]
    assert people["name"].tolist() == ["Alpha"] * 3 + ["Gamma"] + ["Beta"] * 2
    assert relations.table(made.keys, None, portfolio().when).empty


def test_without_tables_each_figure_says_which_it_needs_and_the_ranking_stands() -> None:
    bare = strategy(portfolio(ATTRIBUTES[["client_id", "name"]]))
    found = {
        id.removeprefix("strategic."): figure
        for id, figure in exposure.figures(bare.keys, False, portfolio().when).items()
    }
    assert {name: figure.reason for name, figure in found.items() if figure.reason} == {
        **dict.fromkeys(
            ("single_contact_clients", "single_contact_revenue", "no_contact_clients", "no_contact_revenue",
             "stale_contact_clients", "stale_contact_revenue", "contacts_gone"), "no contacts given"),
        **dict.fromkeys(("no_sponsor_clients", "no_sponsor_revenue"), "no sponsor given"),
        **dict.fromkeys(("manager_changed_clients", "manager_changed_revenue"), "no manager_since given"),
        **dict.fromkeys(("threatened_clients", "threatened_revenue"), "no assessments given"),
        "overdue_receivables": "no payments given", "share_of_wallet": "no potential given",
    }  # fmt: skip
    assert found["falling_clients"].value == 1
    assert bare.base["rank"].tolist() == [1, 3, 2, 4]
    # nobody is named and nobody has been assessed, so nobody is proposed
    assert not bare.base["account"].any()
    assert exposure.exposure_adds_up(bare.keys).passed
    assert exposure.exposure_adds_up(bare.keys).detail == "nothing to check: no contacts given"


def test_contacts_without_a_mark_a_level_or_a_day_are_still_contacts() -> None:
    made = strategy(portfolio(), contacts=CONTACTS[["client_id", "name"]], unit="Benelux")
    assert of(made, "contacts_active") == [3, 2, 1]
    assert of(made, "contact_levels") == [None] * 3
    found = exposure.figures(made.keys, True, portfolio().when)
    assert found["strategic.stale_contact_clients"].reason == "no last_contact given"
    assert found["strategic.contacts_gone"].reason == "no earlier review at hand"


def test_without_a_key_client_there_is_nothing_to_expose(made: Strategy) -> None:
    found = exposure.figures(made.keys.head(0), True, portfolio().when)
    assert found["strategic.key_clients"].value == 0
    assert {figure.reason for id, figure in found.items() if "key" not in id} == {exposure.NO_KEY_CLIENT}
    assert exposure.exposure_adds_up(made.keys.head(0)).detail == f"nothing to check: {exposure.NO_KEY_CLIENT}"


def test_revenue_by_manager_adds_up_and_marks_a_tenth(made: Strategy) -> None:
    found = manager_share.table(made.base)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.managers").columns)
    assert found.to_numpy(dtype=object).tolist() == [
        ["Ann", 2, 2, 2160.0, pytest.approx(2160 / 2772), True], ["Bob", 1, 1, 600.0, pytest.approx(600 / 2772), True],
        [None, 1, 0, 12.0, pytest.approx(12 / 2772), False],
    ]  # fmt: skip
    assert manager_share.figures(found)["strategic.heavy_managers"].value == 2
    assert manager_share.managers_add_up(found, made.base).passed
    assert not manager_share.managers_add_up(found.head(2), made.base).passed


def test_exactly_a_tenth_is_heavy_and_no_manager_is_said() -> None:
    index = pd.Index(list("xyz"))
    base = pd.DataFrame({"active1": True, "r1": [10.0, 85.0, 5.0], "manager": ["Ann", "Bob", "Cid"]}, index=index)
    found = manager_share.table(base.assign(tier1="key"))
    assert dict(zip(found["manager"], found["heavy"], strict=True)) == {"Bob": True, "Ann": True, "Cid": False}
    nobody = manager_share.table(base.assign(tier1="key", manager=np.nan))
    assert nobody.empty
    assert manager_share.figures(nobody)["strategic.heavy_managers"].reason == manager_share.NO_MANAGER
    assert manager_share.managers_add_up(nobody, base).passed


def test_who_grew_is_not_falling_whatever_its_last_months() -> None:
    # a brings more than in W0, yet its last quarter is a third of the one before; b lapsed with four fifths and a bit
    lines = [
        *monthly_rows("a", "2020-01", [50] * 12), *monthly_rows("a", "2021-01", [90] * 9),
        *monthly_rows("a", "2021-10", [10] * 3), *monthly_rows("b", "2020-01", [50] * 12), ("b", "2021-02-01", 481.0),
        *monthly_rows("c", "2020-01", [50] * 24), *monthly_rows("d", "2020-01", [50] * 12), ("d", "2021-12-01", 480.0),
    ]  # fmt: skip
    made = strategy(build(rows(*lines), "2021-12", data_until=dt.date(2021, 12, 31)), unit="Benelux")
    assert made.base["lapsed"].to_dict() == {"a": False, "b": True, "c": False, "d": False}
    assert made.base["falling"].to_dict() == {"a": False, "b": False, "c": False, "d": True}
    assert made.base["declines_early"].to_dict() == {"a": True, "b": True, "c": False, "d": False}


def test_where_the_history_does_not_reach_w0_what_falls_is_not_known() -> None:
    lines = [*monthly_rows("a", "2021-01", [100] * 12), *monthly_rows("b", "2021-01", [90] * 3)]
    short = build(rows(*lines), "2021-12", data_until=dt.date(2021, 12, 31))
    made = strategy(short)
    assert made.base["revenue_w0"].isna().all()
    # b has lapsed: what it brought in W0 is not known all the same
    assert made.base[["falling", "declines_early"]].isna().all(axis=None)
    found = exposure.figures(made.keys, False, short.when)
    assert found["strategic.falling_clients"].reason == "history starts 2021-01, needs 2020-01"
    assert found["strategic.early_decline_clients"].reason == "history starts 2021-01, needs 2020-10"
    clients = published(made.base, short.when)
    looking_back = [
        "revenue_w0",
        "margin_w0",
        "orders_w0",
        "change",
        "abc_w0",
        "xyz_w0",
        "tier_w0",
        "value_stability_w0",
    ]
    assert clients[looking_back].isna().all(axis=None)
    assert clients_add_up(clients, made.base).passed


def test_a_potential_of_nothing_has_no_share_of_wallet() -> None:
    made = strategy(portfolio(ATTRIBUTES.assign(potential=[2400.0, 0.0, 1.0, None])), unit="Benelux")
    assert of(made, "share_of_wallet") == [0.5, None, 960.0]


def test_a_contract_that_ends_on_the_last_day_is_ending_and_one_that_ended_is_not() -> None:
    ends = ATTRIBUTES.assign(contract_end=pd.to_datetime(["2021-12-31", "2021-12-30", None, None]))
    found = strategy(portfolio(ends))
    assert of(found, "contract_ending") == [True, False, None]


def test_shares_are_of_positive_revenue_alone() -> None:
    made = build(rows(*monthly_rows("a", "2021-01", [0.01] * 12), ("r", "2021-05-01", -3.0)), "2021-12",
                 data_until=dt.date(2021, 12, 31))  # fmt: skip
    assert strategy(made).base.loc["a", "share"] == pytest.approx(1.0, abs=1e-9)

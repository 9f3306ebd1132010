"""Stories of the sample as the metrics see them: what the client table and the figures of a review say of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from in_process import Company as Read
from sample_company import Company

from portfolio_review import clients, sample, slices
from portfolio_review.calendar import Period
from portfolio_review.metrics import criterion_weights, margin, movement, shortlist
from portfolio_review.sample.stories import clients_of
from portfolio_review.slices import Slice

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"
PERIOD = "2026-10"
UNITS = ["Iberia", "Germany", "Central Asia", "Benelux", "all"]
ROWS = "5051d977379ff71de281a3dc344f27d93f3660b27ba9e87b9a88d447f3b9c940"
"""SHA-256 of client, day, unit and cents of every row, in order, as the sample had them before its stories of margin
and assessment: chances are pinned on these rows."""

Review = Callable[[str], tuple[Slice, pd.DataFrame]]


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The slice and the client table of a unit, from the sample as it is written now."""
    folder = tmp_path_factory.mktemp("params")
    sample.write(folder / "demo")
    (folder / "demo.yml").write_bytes(DEMO.read_bytes())
    company = Read(folder / "demo.yml", folder / "made")
    made = slices.build.build(company.review, company.sources, Period.parse(PERIOD), folder / "made", UNITS)

    @cache
    def of(unit: str) -> tuple[Slice, pd.DataFrame]:
        data = slices.load(made.units[unit])
        return data, clients.build(data)

    return of


def test_dates_clients_units_and_revenue_are_what_they_were(company: Company) -> None:
    rows = company.tables["transactions"][["client_id", "date", "unit", "revenue"]]
    rows = rows.assign(
        client_id=rows["client_id"].fillna(""), date=rows["date"].dt.strftime("%Y-%m-%d"),
        revenue=(rows["revenue"] * 100).round().astype("int64"),
    )  # fmt: skip
    text = rows.to_csv(index=False, header=False, lineterminator="\n")
    assert hashlib.sha256(text.encode()).hexdigest() == ROWS


def test_a_key_client_shrinks_without_falling_silent(review: Review) -> None:
    (client,) = clients_of("shrinking_quietly")
    _, table = review("Iberia")
    mine = table.loc[client]
    assert mine[["tier1", "abc1", "xyz1", "state", "stage"]].tolist() == ["key", "A", "X", "retained", "declining"]
    assert mine[["early_decline", "falling", "overdue", "lapsed"]].tolist() == [True, True, False, False]
    assert mine["r1"] < 0.7 * mine["r0"]
    # no clock sees it: it bought days ago and will all but surely buy again
    assert mine["silence"] < mine["usual_gap"]
    assert mine["p_next"] > 0.95
    assert mine["days1"] > 30


def test_a_client_stopped_in_the_middle_of_the_window(review: Review) -> None:
    (client,) = clients_of("stopped_in_mid_window")
    data, table = review("Germany")
    mine = table.loc[client]
    assert mine[["state", "stage", "lapsed"]].tolist() == ["retained", "lapsed", True]
    # between a quarter and three quarters of W1
    start, end = pd.Timestamp(data.when.w1.start), pd.Timestamp(data.when.w1.end)
    assert 0.25 < (mine["last_purchase"] - start) / (end - start) < 0.75
    # a bar of the bridge of its own, and this client's fall is part of it
    steps = movement.bridge_steps(table, data.when).set_index("step")
    quiet = table[(table["state"] == "retained") & table["lapsed"] & (table["r1"] < table["r0"])]
    assert client in quiet.index
    assert steps.loc["gone_quiet", "amount"] == pytest.approx((quiet["r1"] - quiet["r0"]).sum(), abs=0.005)
    assert mine["r1"] - mine["r0"] < -0.1 * mine["r0"]
    # it counts as retained, and not as still buying
    assert client not in table[(table["state"] == "lost")].index


def test_margin_turns_while_revenue_grows(review: Review) -> None:
    _, table = review("Central Asia")
    revenue = [table[f"r{window}"].sum() for window in "01"]
    earned = [margin.of_clients(table, window).sum() for window in "01"]
    assert revenue[1] > 1.1 * revenue[0]
    assert earned[1] < 0.97 * earned[0]
    rates = [margin.rate_in(table, window) for window in "01"]
    assert all(isinstance(rate, float) for rate in rates)
    # three points, and by what goods cost: nearly all clients earn us less of what they pay
    assert rates[0] - rates[1] > 0.025  # type: ignore[operator]
    kept = table[(table["state"] == "retained") & (table["r0"] > 0) & (table["r1"] > 0)]
    worse = kept["margin1"] / kept["r1"] < kept["margin0"] / kept["r0"]
    assert worse.mean() > 0.8
    # nowhere else
    for unit in ("Benelux", "Iberia"):
        _, other = review(unit)
        assert abs(margin.rate_in(other, "1") - margin.rate_in(other, "0")) < 0.01  # type: ignore[operator]


def test_an_unassessed_newcomer_ranks_high_and_is_to_be_assessed_first(review: Review) -> None:
    (client,) = clients_of("unassessed_newcomer")
    data, table = review("all")
    mine = table.loc[client]
    assert mine["first_purchase"] > pd.Timestamp(data.when.w0.start)
    assert mine[[f"{name}_points" for name in criterion_weights.FROM_PEOPLE]].isna().all()
    assert mine["rank"] <= shortlist.PLACES + shortlist.NEXT
    assert mine["assessed"] < 0.7
    # its best case would lead the card, its worst would not be on it
    places = table.loc[table["rank"] <= shortlist.PLACES, "score"]
    assert mine["score_high"] > places.max() > places.min() > mine["score_low"]
    listed = shortlist.proposal(table, data.review.strategic, "all").set_index("client_id")
    assert listed.loc[client, "decision"] == "assess_first"
    # foothold tells none from another here, and says so
    weighed = criterion_weights.weigh(table, data.review.strategic).set_index("criterion")
    assert bool(weighed.loc["foothold", "left_out"])
    assert weighed["left_out"].sum() == 1

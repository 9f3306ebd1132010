"""Which sentences a short window does not allow."""

from __future__ import annotations

from dataclasses import replace

from made import BIG, HEAD, SCOPE, client, figure, seen, table

from portfolio_review.findings import tell
from portfolio_review.results.seen import Seen

STEPS = table("bridge.steps", {"step": "churn", "clients": 5, "amount": -BIG})
LARGEST = table("bridge.largest", {"step": "churn", "rank": 1, "client_id": "a", "name": "A", "amount": -BIG})
FIGURES = {
    "bridge.start": figure(900_000.0),
    "bridge.churn": figure(-BIG),
    "retention.client_retention_rate": figure(0.8, interval=(0.75, 0.85), previous_year=0.6, target=0.9),
    "retention.point_value": figure(BIG / 10),
}


def ids(made: Seen) -> set[str]:
    return {finding.id for finding in tell(made, "movement", "retention")}


def test_in_a_window_under_a_year_nothing_is_told_of_the_months_before() -> None:
    made = seen(FIGURES, ("bridge.steps", STEPS), ("bridge.largest", LARGEST))
    assert ids(made) == {"movement.lost", "retention.clients"}
    half = replace(made, head=replace(HEAD, window_months=6))
    # a rate against the same windows a year before stands
    assert ids(half) == {"retention.clients"}


def test_in_a_window_under_a_year_no_client_is_told_to_buy_less_than_in_the_months_before() -> None:
    row = client(1, listed=True, stage="declining", abc="A", reason="early_decline", usual=10.0, now=-0.7,
                 revenue_w1=BIG, revenue_w0=BIG / 0.6, list="retain")  # fmt: skip
    made = seen({}, ("actions.full", table("actions.full", row)))
    assert [finding.id for finding in tell(made, "actions")] == ["actions.buys_less"]
    assert not tell(replace(made, head=replace(HEAD, window_months=6)), "actions")


def test_where_clients_buy_at_longer_gaps_than_the_window_no_finding_rests_on_retention() -> None:
    made = seen(FIGURES, ("bridge.steps", STEPS), ("bridge.largest", LARGEST))
    for gap, told in ((365.0, {"movement.lost", "retention.clients"}), (365.5, {"movement.lost"})):
        assert ids(replace(made, scope=replace(SCOPE, usual_gap=gap))) == told

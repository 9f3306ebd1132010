"""What stands beside a figure as PP and PY is what the review of that period itself says."""

from __future__ import annotations

import pandas as pd
import pytest
from outlooks import outlook
from portfolios import Portfolio, all_figures, build
from test_against_plain import random_rows

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure

WITHOUT = ("drivers.", "migration.", "series.", "headline.margin")
"""Figures with nothing beside them: between two windows already, or constants."""


def reviews(seed: int, months: int) -> dict[str, Portfolio]:
    """The review of a random portfolio's last whole month, and those of PP and of PY, of the same data."""
    frame = pd.DataFrame(random_rows(seed), columns=["client_id", "date", "revenue", "order_id"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame["order_id"] = frame["order_id"].astype("str").where(frame["order_id"].notna())
    last = Month.of(frame["date"].max().date()) - 1
    ends = {"value": last, "previous": last - 1, "previous_year": last - 12}
    start, until = frame["date"].min().date(), frame["date"].max().date()
    return {
        name: build(frame, str(end), window_months=months, history_start=start, data_until=until)
        for name, end in ends.items()
        if Month.of(start) <= end
    }


def agree(now: dict[str, Figure], then: dict[str, Figure], field: str) -> set[str]:
    """Compares them, and returns the ids that have a number beside them."""
    compared = set()
    for id, figure in now.items():
        beside = getattr(figure, field)
        if beside is not None:
            assert beside == pytest.approx(then[id].value, rel=1e-9, abs=1e-6), id
            compared.add(id)
        elif figure.value is not None and not id.startswith(WITHOUT) and id != "bridge.returned":
            # nothing beside it, since the review of then has nothing either, or stands on a shorter W1
            reason = then[id].reason
            assert then[id].value is None or id.startswith(("structure.", "headline.", "retention.")), (id, reason)
    return compared


def test_figures_beside_are_those_of_the_earlier_reviews() -> None:
    compared: dict[str, set[str]] = {"previous": set(), "previous_year": set()}
    for seed, months in ((5, 12), (27, 3), (37, 3), (78, 3), (84, 3), (6, 3), (95, 3), (53, 3)):
        made = reviews(seed, months)
        figures = {name: all_figures(portfolio) for name, portfolio in made.items()}
        for field in compared:
            if field in made:
                compared[field] |= agree(figures["value"], figures[field], field)
    for field, ids in compared.items():
        names = {"movement.returned_clients", "bridge.churn", "bridge.returned", "movement.new_rate",
                 "retention.kept_at_end_rate", "retention.point_value", "retention.survival_n",
                 "retention.second_purchase_180", "lifecycle.early_decline",
                 "structure.gini", "structure.clients", "retention.repeat_rate", "headline.lapsed_clients"}  # fmt: skip
        assert names - ids == set(), field


def test_the_outlook_beside_is_that_of_the_earlier_models() -> None:
    made = {name: outlook(portfolio) for name, portfolio in reviews(5, 12).items()}
    for field in ("previous", "previous_year"):
        buyers = "risk.expected_buyers"
        assert getattr(made["value"].figures[buyers], field) == pytest.approx(
            made[field].figures[buyers].value, rel=1e-9
        ), field
    assert {"gone", "may_fall_silent", "weighted_risk"} <= set(made["value"].moved)
    for part, change in made["value"].moved.items():
        then = made["previous_year"].figures[f"risk.{part}"].value
        assert change.before == pytest.approx(then, rel=1e-9), part
        # beside the figure only where it is more than chance
        beside = made["value"].figures[f"risk.{part}"].previous_year
        assert beside == (change.before if change.clear else None), part

"""Expert scores: the latest of each criterion, by whom, and the anchors of the scales."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from outlooks import windows

from portfolio_review.catalog import WORDS, lookup
from portfolio_review.catalog.anchors import CRITERIA
from portfolio_review.metrics import expert_scores

WHEN = windows("2021-12", dt.date(2020, 1, 1))


def said(*rows: tuple[object, ...], columns: str = "client_id criterion score assessor date") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def test_the_latest_score_up_to_the_end_of_p_counts() -> None:
    given = said(
        ("a", "potential", 2.0, "Ann", "2021-03-01"),
        ("a", "potential", 5.0, "Bob", "2021-12-31"),
        ("a", "potential", 1.0, "Ann", "2022-01-01"),  # after P
        ("b", "partnership", 3.0, "Ann", "2021-05-01"),
    )
    found = expert_scores.latest(given, WHEN, "client_id")
    assert found[["client_id", "criterion", "points", "assessor"]].to_numpy().tolist() == [
        ["a", "potential", 5.0, "Bob"],
        ["b", "partnership", 3.0, "Ann"],
    ]


def test_two_scores_of_one_day_are_averaged() -> None:
    given = said(("a", "potential", 2.0, "Bob", "2021-03-01"), ("a", "potential", 5.0, "Ann", "2021-03-01"))
    assert expert_scores.latest(given, WHEN, "client_id")["points"].tolist() == [3.5]


def test_sides_of_a_tier_stand_apart_and_clients_are_not_tiers() -> None:
    given = said(
        ("key", "number", 3.0, "market", "Ann", "2021-03-01"),
        ("key", "number", 4.0, "portfolio", "Ann", "2021-01-01"),
        (None, "potential", 4.0, None, "Ann", "2021-01-01"),
        columns="tier criterion score side assessor date",
    )
    assert expert_scores.latest(given, WHEN, "tier")["points"].tolist() == [3.0, 4.0]
    assert expert_scores.latest(given, WHEN, "client_id").empty


def test_by_criterion_leaves_out_what_nobody_scored() -> None:
    found = expert_scores.latest(said(("a", "potential", 2.0, "Bob", "2021-03-01")), WHEN, "client_id")
    wide = expert_scores.by_criterion(found, pd.Index(["a", "b"]), ("potential", "partnership"))
    assert wide.loc["a", "potential"] == 2.0
    assert wide.isna().sum().sum() == 3
    nobody = expert_scores.by_criterion(
        expert_scores.latest(None, WHEN, "client_id"), pd.Index(["a"]), ("potential", "partnership")
    )
    assert nobody.isna().to_numpy().all()


def test_relationship_is_the_strength_of_relations_here_and_every_scale_has_its_anchors() -> None:
    found = expert_scores.latest(said(("a", "relationship", 2.0, "Bob", "2021-03-01")), WHEN, "client_id")
    assert found["criterion"].tolist() == ["relationship_strength"]
    anchors = expert_scores.anchors()
    assert tuple(anchors.columns) == tuple(column.name for column in lookup("strategic.anchors").columns)
    assert anchors["criterion"].tolist() == list(CRITERIA)
    assert all(word in WORDS for column in ("lowest", "middling", "highest") for word in anchors[column])
    base = pd.DataFrame({"name": ["Ann Ltd"]}, index=pd.Index(["a"]))
    assert expert_scores.table(found, base).iloc[0]["name"] == "Ann Ltd"

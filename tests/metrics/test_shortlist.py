"""The shortlist: who stays, enters, leaves, is next or proposed, and what only the review of all says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outlooks import windows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import expert_scores, shortlist
from portfolio_review.review.model import Strategic

WHEN = windows("2021-12", dt.date(2020, 1, 1))
NAMES = list("abcdefghijklmn")


def ranked(accounts: tuple[str, ...] = ()) -> pd.DataFrame:
    """Fourteen clients, `a` first; `n` is no candidate."""
    rank = np.arange(1.0, 15.0)
    rank[-1] = np.nan
    base = pd.DataFrame({"rank": rank, "score": 1 / rank, "r1": 10.0}, index=pd.Index(NAMES))
    base = base.assign(missing_weight=0.3, stability=1.0, account=base.index.isin(list(accounts)))
    return base


def decisions(accounts: tuple[str, ...], unit: str = "all") -> dict[str, str]:
    settings = Strategic(accounts=accounts)
    base = shortlist.propose(ranked(accounts), settings, unit)
    found = shortlist.proposal(base, settings, unit)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.proposal").columns)
    return {
        decision: "".join(found.loc[found["decision"] == decision, "client_id"])
        for decision in found["decision"].unique()
    }


def test_scores_say_who_would_enter_and_leave_and_the_next_five_that_are_no_accounts() -> None:
    assert decisions(("a", "c", "h", "i")) == {"stays": "ac", "enters": "bdef", "leaves": "hi", "next": "gjklm"}


def test_a_named_client_that_is_no_candidate_leaves() -> None:
    assert decisions(("a", "n"))["leaves"] == "n"


def test_without_accounts_the_review_of_all_proposes_six() -> None:
    assert decisions(()) == {"proposed": "abcdef", "next": "ghijk"}


def test_a_unit_shows_its_own_accounts_and_proposes_nobody() -> None:
    assert decisions(("b", "k"), "Benelux") == {"named": "bk"}
    assert decisions((), "Benelux") == {}


def test_figures_of_the_shortlist() -> None:
    settings = Strategic(accounts=("a", "h"))
    base = ranked(("a", "h"))
    found = shortlist.figures(base, shortlist.proposal(base, settings, "all"), settings, "all")
    values = {id.removeprefix("strategic."): figure.value for id, figure in found.items()}
    assert values == {
        "places": 6, "accounts": 2, "accounts_revenue": 20.0, "accounts_share": pytest.approx(20 / 140),
        "would_enter": 5, "would_leave": 1,
    }  # fmt: skip
    of_unit = shortlist.figures(base, shortlist.proposal(base, settings, "Benelux"), settings, "Benelux")
    assert of_unit["strategic.would_enter"].reason == shortlist.UNIT_SHOWS_ITS_OWN
    nobody = shortlist.figures(ranked(), shortlist.proposal(ranked(), Strategic(), "all"), Strategic(), "all")
    assert nobody["strategic.would_leave"].reason == shortlist.NO_ACCOUNTS


def test_importance_stands_against_what_people_say_of_difficulty() -> None:
    said = pd.DataFrame(
        [("c", "difficulty", 4.0, "Ann", "2021-01-01"), ("a", "relationship", 2.0, "Ann", "2021-01-01")],
        columns=["client_id", "criterion", "score", "assessor", "date"],
    )
    found = shortlist.importance(ranked(("c", "a")), expert_scores.latest(said, WHEN, "client_id"))
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.importance").columns)
    assert found["client_id"].tolist() == ["a", "c"]
    assert found["rank"].tolist() == [1, 3]
    assert found["difficulty"].fillna(0).tolist() == [0.0, 4.0]
    assert found["relationship_strength"].fillna(0).tolist() == [2.0, 0.0]

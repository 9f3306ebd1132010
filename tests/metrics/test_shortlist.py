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


def ranked(accounts: tuple[str, ...] = (), unassessed: str = "") -> pd.DataFrame:
    """Fourteen clients, `a` first, those of `unassessed` known to 60 %; `n` is no candidate. Revenue rises from `a`."""
    rank = np.arange(1.0, 15.0)
    rank[-1] = np.nan
    base = pd.DataFrame({"rank": rank, "score": 1 / rank, "r1": rank}, index=pd.Index(NAMES))
    few = base.index.isin(list(unassessed))
    base = base.assign(score_low=0.9 / rank, score_high=1.1 / rank, account=base.index.isin(list(accounts)))
    return base.assign(
        assessed=np.where(few, 0.6, 0.9) + 0 * rank, stability=np.where(few, np.nan, 1.0), r1=base["r1"].fillna(14.0)
    )


def decisions(accounts: tuple[str, ...], unit: str = "all", unassessed: str = "") -> dict[str, str]:
    settings = Strategic(accounts=accounts)
    base = shortlist.propose(ranked(accounts, unassessed), settings, unit)
    found = shortlist.proposal(base, settings, unit)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.proposal").columns)
    return {
        decision: "".join(found.loc[found["decision"] == decision, "client_id"])
        for decision in found["decision"].unique()
    }


def test_scores_say_who_would_enter_and_leave_and_the_next_five_that_are_no_accounts() -> None:
    assert decisions(("a", "c", "h", "i")) == {"stays": "ac", "enters": "bdef", "leaves": "hi", "next": "gjklm"}


def test_who_is_not_assessed_neither_enters_nor_is_next_but_is_to_be_assessed_first() -> None:
    # the six of highest score among those assessed are a, c, e, f, g, h; b and d would have had a place, and of the
    # five behind, j, k, l and m, for i leaves, m is not assessed
    found = decisions(("a", "c", "h", "i"), unassessed="bdm")
    assert found == {"stays": "ach", "enters": "efg", "leaves": "i", "next": "jkl", "assess_first": "mdb"}


def test_an_account_that_is_not_assessed_keeps_its_place() -> None:
    # i and a hold two of the six places, b to e the other four; h leaves, for it is assessed and ranks behind
    found = decisions(("a", "h", "i"), unassessed="ai")
    assert found == {"enters": "bcde", "leaves": "h", "next": "fgjkl", "assess_first": "ia"}


def test_a_client_known_in_full_that_ranks_far_behind_is_not_next() -> None:
    # g to k are the five behind the six; of them nothing is known enough, and l, which is known, does not move up
    found = decisions(("a", "b", "c", "d", "e", "f"), unassessed="ghijk")
    assert found == {"stays": "abcdef", "assess_first": "kjihg"}


def test_the_largest_are_to_be_assessed_first_whatever_their_score() -> None:
    # a to f are accounts; m ranks last of all and sells most: not assessed, it stands before g, h and i
    found = decisions(tuple("abcdef"), unassessed="gim")
    assert found == {"stays": "abcdef", "next": "hjk", "assess_first": "mig"}


def test_five_are_named_to_be_assessed_first_and_all_are_counted() -> None:
    settings, base = Strategic(), ranked(unassessed="".join(NAMES))
    listed = shortlist.proposal(base, settings, "all")
    assert "".join(listed["client_id"]) == "mlkji"
    assert shortlist.figures(base, listed, settings, "all")["strategic.assess_first"].value == 13
    # a, of least revenue, is an account and is named beside the five
    named = Strategic(accounts=("a",))
    base = ranked(("a",), "".join(NAMES))
    assert "".join(shortlist.proposal(base, named, "all")["client_id"]) == "mlkjia"


def test_where_all_six_accounts_are_not_assessed_nobody_enters() -> None:
    found = decisions(tuple("hijklm"), unassessed="hijklm")
    assert found == {"next": "abcde", "assess_first": "mlkjih"}


def test_a_named_client_that_is_no_candidate_is_to_be_assessed_first() -> None:
    assert decisions(("a", "n"))["assess_first"] == "n"


def test_without_accounts_the_review_of_all_proposes_six() -> None:
    assert decisions(()) == {"proposed": "abcdef", "next": "ghijk"}
    assert decisions((), unassessed="ac") == {"proposed": "bdefgh", "next": "ijklm", "assess_first": "ca"}


def test_where_nobody_is_assessed_nobody_is_proposed() -> None:
    assert decisions((), unassessed="".join(NAMES)) == {"assess_first": "mlkji"}


def test_a_unit_shows_its_own_accounts_and_proposes_nobody() -> None:
    assert decisions(("b", "k"), "Benelux") == {"named": "bk"}
    assert decisions((), "Benelux") == {}


def test_where_nobody_is_scored_the_accounts_are_named() -> None:
    base = ranked(("a", "b")).assign(rank=np.nan, score=np.nan)
    found = shortlist.proposal(base, Strategic(accounts=("a", "b")), "all")
    assert found["decision"].tolist() == ["named", "named"]


def test_figures_of_the_shortlist() -> None:
    settings = Strategic(accounts=("a", "h"))
    base = ranked(("a", "h"))
    found = shortlist.figures(base, shortlist.proposal(base, settings, "all"), settings, "all")
    values = {id.removeprefix("strategic."): figure.value for id, figure in found.items()}
    assert values == {
        # a 1 and h 8 of 1 + 2 + … + 14
        "places": 6, "accounts": 2, "accounts_revenue": 9.0, "accounts_share": pytest.approx(9 / 105),
        "would_enter": 5, "would_leave": 1, "assess_first": 0,
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


def test_the_share_of_accounts_is_undefined_without_positive_revenue() -> None:
    settings = Strategic(accounts=("a",))
    base = shortlist.propose(ranked(("a",)), settings, "all").assign(r1=0.0)
    share = shortlist.figures(base, shortlist.proposal(base, settings, "all"), settings, "all")[
        "strategic.accounts_share"
    ]
    assert share.value is None
    assert share.reason == shortlist.NO_POSITIVE_REVENUE

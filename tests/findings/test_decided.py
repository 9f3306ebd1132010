"""The sentences of decisions: verb, client, why, money with its base, owner, day; and what became of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import decisions, over
from portfolio_review.results.contract import ReviewHead
from portfolio_review.results.seen import Scope, Seen

EN, RU = Wording("en", "EUR"), Wording("ru", "EUR")
ROW: dict[str, Any] = {
    "id": "2026-10-7", "since": "2026-10", "client": "Kessler AG", "client_id": "7", "owner": "K. Brandt", "due": "2026-11-30",
    "status": "still_open", "outcome": "still_open", "money": 192_000.0, "money_since": None, "rule": "return", "base": "lost_a_year",
    "page": "actions", "action": None, "reason": "silent", "usual": 6.0, "now": 159.0, "about": None, "measure": "margin",
}  # fmt: skip

HEAD = ReviewHead(
    id="x", title="x", unit="all", period="2026-10", start="2026-10-01", end="2026-10-31", w1=("2025-11-01", "2026-10-31"),
    w0=("2024-11-01", "2025-10-31"), partial=False, currency="EUR", language="ru", window_months=12,
    history_start="2023-11-01", data_until="2026-10-31",
)  # fmt: skip


def said(wording: Wording = EN, **more: Any) -> str:
    return decisions.decision(ROW | more, wording).replace(NBSP, " ")


def test_a_decision_is_said_whole_in_both_languages() -> None:
    assert said() == (
        "Win back Kessler AG: buys every 6 days, silent 159; €192k of margin lost a year. K. Brandt, by 30 November 2026."
    )
    assert said(RU) == (
        "Вернуть Kessler AG: покупает каждые 6 дней, без покупок 159 дней; потеряно 192 тыс. € маржи в год. "
        "K. Brandt, до 30 ноября 2026 г."
    )


@pytest.mark.parametrize(("more", "text"), [
    ({"rule": "retain", "base": "in_danger", "measure": "revenue"}, "Retain Kessler AG: buys every 6 days, silent 159; €192k a year in danger. K. Brandt, by 30 November 2026."),
    ({"rule": "thread", "base": "rests_on_it", "reason": "single_contact"}, "Retain Kessler AG: known through one contact only; €192k of margin a year rests on it. K. Brandt, by 30 November 2026."),
    ({"rule": "develop", "base": "could_buy", "reason": "lacks_category", "usual": 3.0, "now": 0.67, "about": "Tea"}, "Develop Kessler AG: buys 3 categories, not Tea, which 67% of peers buy; could buy €192k of margin more a year. K. Brandt, by 30 November 2026."),
    ({"rule": "plan", "base": "a_year", "action": "Call the buyer", "reason": None, "status": "overdue"}, "Carry out for Kessler AG: Call the buyer; €192k of margin a year. K. Brandt, overdue since 30 November 2026."),
    ({"owner": None}, "Win back Kessler AG: buys every 6 days, silent 159; €192k of margin lost a year. No owner yet, by 30 November 2026."),
])  # fmt: skip
def test_each_list_has_its_verb_and_its_money(more: dict[str, Any], text: str) -> None:
    assert said(**more) == text


@pytest.mark.parametrize(("row", "what"), [
    (("early_decline", 12.0, -0.86, None), "Retain Kessler AG: buys every 12 days, last 3 months −86% on a year earlier"),
    # a clause too long goes, a comma in a name parts none
    (("lacks_category", 3.0, 0.67, "Films, Wraps and Things for the " + "long " * 10 + "Way"),
     "Retain Kessler AG: buys 3 categories, not Films, Wraps and Things for the " + "long " * 10 + "Way"),
    (("lacks_category", 3.0, 0.67, "x" * 300), "Retain Kessler AG: buys 3 categories"),
    # one clause that is too long alone: its word
    (("plan_overdue", None, 75.0, "x" * 300), "Retain Kessler AG: Plan action overdue by over 60 days"),
    # a number is missing: its word; no code: no reason
    (("unseen", None, None, None), "Retain Kessler AG: Not seen for twice the contact cadence"),
    ((None, None, None, None), "Retain Kessler AG"),
])  # fmt: skip
def test_a_long_reason_loses_its_last_clause_and_is_not_cut(row: tuple[object, ...], what: str) -> None:
    made = ROW | {"rule": "retain"} | dict(zip(("reason", "usual", "now", "about"), row, strict=True))
    assert decisions.asked(made, EN).replace(NBSP, " ") == what


def test_a_long_action_keeps_whole_words() -> None:
    text = decisions.asked(ROW | {"rule": "plan", "reason": None, "action": "deliver " * 40}, EN)
    assert text == "Carry out for Kessler AG: " + " ".join(["deliver"] * 13) + "…"


@pytest.mark.parametrize(("more", "text"), [
    ({}, "Win back Kessler AG — no purchase since"),
    ({"outcome": "came_back", "money_since": 12_000.0}, "Win back Kessler AG — client returned, €12k of margin since"),
    ({"outcome": "came_back", "money_since": -3.0}, "Win back Kessler AG — client returned"),
    ({"rule": "retain", "outcome": "bought_anyway"}, "Retain Kessler AG — bought anyway"),
    ({"rule": "thread", "outcome": "overdue"}, "Retain Kessler AG — overdue"),
    ({"rule": "plan", "outcome": "done", "action": "Call"}, "Carry out for Kessler AG: Call — done"),
])  # fmt: skip
def test_what_became_of_it(more: dict[str, Any], text: str) -> None:
    assert decisions.became(ROW | more, EN).replace(NBSP, " ").replace("12.0k", "12k") == text


def test_the_text_is_recorded_in_the_language_of_the_review() -> None:
    made = decisions.decided(pd.DataFrame([ROW]), HEAD)
    assert made.columns[3] == "text"
    assert made["text"].tolist() == [decisions.decision(ROW, RU)]
    assert len(decisions.decided(pd.DataFrame([ROW]).head(0), HEAD)) == 0


LEDGER = pd.DataFrame([ROW | {"outcome": way, "since": month} for way, month in (
    ("done", "2025-09"), ("came_back", "2025-08"), ("came_back", "2026-01"), ("overdue", "2026-02"),
    ("still_open", "2026-10"))])  # fmt: skip


def test_over_the_ledger_stands_how_many_are_closed_and_how() -> None:
    (finding,) = over(Seen(HEAD, Scope(), {}, {"actions.ledger": LEDGER}), "ledger")
    assert finding.text.replace(NBSP, " ") == (
        "Решений с августа 2025 г. — 5, закрыто 3: клиент вернулся — 2, выполнено — 1."
    )
    assert (finding.page, finding.money) == ("ledger", None)
    assert over(Seen(HEAD, Scope(), {}, {"actions.ledger": LEDGER.head(0)}), "ledger") == []

"""The sentences of what is to be decided, from the recorded row of a decision: in any language the same facts.

What is to be done, with whom and why, the money with its base in words, who and by when; and what became of it.
Source: Findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portfolio_review.catalog.reasons import CODES
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.reasons import in_words
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import ReviewHead

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 110
"""Characters of a reason, and of a plan's action."""
OPEN = ("still_open", "overdue")
"""Outcomes of what is not decided yet."""
Row = Mapping[str, Any]


def decided(decisions: pd.DataFrame, head: ReviewHead) -> pd.DataFrame:
    """`actions.decisions` of `metrics.decisions.table` with `text`, in the language of the review."""
    return _with_text(decisions, 3, decision, head)


def entered(ledger: pd.DataFrame, head: ReviewHead) -> pd.DataFrame:
    """`actions.ledger` with `text`: what was asked, with whom and why."""
    return _with_text(ledger, 3, asked, head)


def told(before: pd.DataFrame, head: ReviewHead) -> pd.DataFrame:
    """`actions.decisions_before` with `text`: what was asked and what became of it."""
    return _with_text(before, 3, became, head)


def _with_text(rows: pd.DataFrame, place: int, say: Any, head: ReviewHead) -> pd.DataFrame:
    from portfolio_review.results.plain import rows_of  # pandas, which the wording alone does not need

    wording = Wording.of(head)
    plain = [dict(zip(rows.columns, row, strict=True)) for row in rows_of(rows)]
    made = rows.drop(columns="text", errors="ignore")
    made.insert(place, "text", [say(row, wording) for row in plain])
    return made.astype({"text": object})


def decision(row: Row, wording: Wording) -> str:
    """`Win back Kessler AG: buys every 6 days, silent 159; €192k of margin lost a year. K. Brandt, by 30 Nov 2026.`

    row: of `actions.decisions`.
    """
    owner = row["owner"] or wording.language.text("No owner yet")
    day = wording.language.date(row["due"])
    late = row["status"] == "overdue"
    who = (
        wording.language.text("%(owner)s, overdue since %(day)s", owner=owner, day=day)
        if late
        else wording.language.text("%(owner)s, by %(day)s", owner=owner, day=day)
    )
    return _stopped(f"{_asked(row, wording)}; {_money(row, wording)}") + f" {_stopped(who)}"


def asked(row: Row, wording: Wording) -> str:
    """The same without money, owner and day, which the ledger has in columns."""
    return _asked(row, wording)


def became(row: Row, wording: Wording) -> str:
    """`Win back Kessler AG — client returned, €12k of margin since`. row: of `actions.ledger`."""
    outcome = wording.word("not_bought" if _waits(row) and row["rule"] == "return" else row["outcome"])
    what = _what(row, wording)
    money = row["money_since"] or 0.0
    if row["outcome"] == "came_back" and money > 0:
        since = _measured(money, row, wording)
        return wording.language.text("%(what)s — %(outcome)s, %(money)s since", what=what, outcome=outcome, money=since)
    return wording.language.text("%(what)s — %(outcome)s", what=what, outcome=outcome)


def _waits(row: Row) -> bool:
    return row["outcome"] in OPEN


def _what(row: Row, wording: Wording) -> str:
    """What is to be done with which client."""
    text, client = wording.language.text, str(row["client"])
    match row["rule"]:
        case "return":
            return text("Win back %(client)s", client=client)
        case "develop":
            return text("Develop %(client)s", client=client)
        case "plan":
            return text("Carry out for %(client)s: %(action)s", client=client, action=_short(str(row["action"])))
        case _:
            return text("Retain %(client)s", client=client)


def _asked(row: Row, wording: Wording) -> str:
    what, why = _what(row, wording), _reason(row, wording)
    if not why:
        return what
    return f"{what}; {why}" if row["rule"] == "plan" else f"{what}: {why}"


def _reason(row: Row, wording: Wording) -> str:
    """Why, without its last clauses where it is longer than `LONGEST`, its word where one clause is; never cut inside
    a clause. Empty without a code."""
    code, about = row["reason"], row["about"]
    if code not in CODES:
        return ""
    # a comma inside a name parts no clauses
    named = None if about is None else str(about).replace(", ", f",{NBSP}")
    clauses = in_words({**row, "about": named}, wording).split(", ")
    while len(clauses) > 1 and len(", ".join(clauses)) > LONGEST:
        clauses.pop()
    short = ", ".join(clauses)
    return short if len(short) <= LONGEST else wording.word(code)


def _short(text: str) -> str:
    """Whole words of a long text."""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _money(row: Row, wording: Wording) -> str:
    """The money with its base in words."""
    text, money = wording.language.text, _measured(row["money"], row, wording)
    match row["base"]:
        case "lost_a_year":
            return text("%(money)s lost a year", money=money)
        case "in_danger":
            return text("%(money)s a year in danger", money=money)
        case "rests_on_it":
            return text("%(money)s a year rests on it", money=money)
        case "could_buy":
            return text("could buy %(money)s more a year", money=money)
        case _:
            return text("%(money)s a year", money=money)


def _measured(amount: float, row: Row, wording: Wording) -> str:
    money = wording.numbers.money(amount)
    return wording.language.text("%(money)s of margin", money=money) if row["measure"] == "margin" else money


def _stopped(said: str) -> str:
    return said if said.endswith((".", "…", "!", "?")) else f"{said}."

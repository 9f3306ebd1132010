"""What the review asks its readers to decide, and what became of what the last one asked.

In: plans, the action lists, the client frame; out: tables of at most three decisions with owner and day.
Source: Findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.metrics.portfolio import active_in, names, revenue_in
from portfolio_review.metrics.windows import Windows

MOST = 3
FROM_PLANS = 2
"""So many of them at most come from plans, so that the lists are heard too."""
FROM_LISTS = ("return", "retain", "thread", "develop")
"""The lists that ask for a decision, each for one at most."""
PLAN = "plan"
ENDED = ("done", "cancelled", "dropped")
COLUMNS = ("rank", "client_id", "name", "rule", "action", "owner", "due", "at_stake")
BEFORE_COLUMNS = (*COLUMNS, "outcome", "revenue")


@dataclass(frozen=True)
class EarlierDecisions:
    """The table of an earlier review, in the columns of `COLUMNS`, and the last month of its period."""

    decisions: pd.DataFrame
    last: Month


def table(plans: pd.DataFrame | None, everyone: pd.DataFrame, base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.decisions`: rank, client_id, name, rule, action, owner, due, at_stake; at most three.

    First plans: of each client the open action due longest, where it is due by the end of the month after P;
    at most two, the overdue ones first, by value of 12 months. Then lists (rule: return, retain, thread, develop): of
    each the first row whose client no decision above names, the one with most money at stake in its list's own sense
    first; due by the end of the month after P, with no action in words. No client twice; those with no money are left
    out.

    plans: client_id, action, owner, due, status; None where there are none. everyone: `actions.full`, in the order of
    the lists. base: client frame with value_year. at_stake in money. Source: Findings.
    """
    known = names(base)
    planned = sorted(_planned(plans, base, when), key=lambda row: (row["due"] >= when.p.end.isoformat(), *_weight(row)))
    chosen: list[dict[str, Any]] = planned[:FROM_PLANS]
    waiting = {list_: _listed(everyone, list_, when) for list_ in FROM_LISTS}
    while len(chosen) < MOST:
        taken = {row["client_id"] for row in chosen}
        first = [
            row
            for rows in waiting.values()
            if (row := next((row for row in rows if row["client_id"] not in taken), None)) is not None
        ]
        if not first:
            break
        best = min(first, key=_weight)
        chosen.append(best)
        del waiting[best["rule"]]
    rows = [row | {"rank": place, "name": known.get(row["client_id"])} for place, row in enumerate(chosen, 1)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"rank": "int64", "at_stake": "float64"})


def _weight(row: dict[str, Any]) -> tuple[float, str]:
    return -row["at_stake"], row["client_id"]


def _planned(plans: pd.DataFrame | None, base: pd.DataFrame, when: Windows) -> Iterator[dict[str, Any]]:
    if plans is None:
        return
    until = pd.Timestamp(_by(when))
    ended = plans["status"].astype(object).where(plans["status"].notna(), "").str.strip().str.lower().isin(ENDED)
    mine = plans[plans["client_id"].isin(base.index) & ~ended]
    due = mine[pd.to_datetime(mine["due"]) <= until].sort_values(["due", "action"])
    for row in due.drop_duplicates("client_id").to_dict("records"):
        stake = float(base.loc[row["client_id"], "value_year"])
        if stake > 0:
            day = pd.Timestamp(row["due"]).date().isoformat()
            yield _decision(row["client_id"], PLAN, row["action"], row["owner"], day, stake)


def _listed(everyone: pd.DataFrame, list_: str, when: Windows) -> list[dict[str, Any]]:
    rows = everyone[(everyone["list"] == list_) & everyone["listed"].astype(bool)]
    money = zip(rows["client_id"], rows["owner"], rows["at_stake"].astype(float), strict=True)
    return [_decision(client, list_, None, owner, _by(when), stake) for client, owner, stake in money if stake > 0]


def _decision(client: str, rule: str, action: str | None, owner: object, due: str, stake: float) -> dict[str, Any]:
    said = owner if isinstance(owner, str) and owner else None
    return {"client_id": client, "rule": rule, "action": action, "owner": said, "due": due, "at_stake": stake}


def _by(when: Windows) -> str:
    """The end of the month after P: by the next review."""
    return (when.p.last + 1).last.isoformat()


def outcomes(
    earlier: EarlierDecisions | None,
    plans: pd.DataFrame | None,
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    when: Windows,
) -> pd.DataFrame:
    """`actions.decisions_before`: the earlier decisions with outcome and revenue (Σ r since).

    outcome of a plan's action: its status today, overdue where it is open and its day has passed, `unknown`
    where the plan no longer names it; of the lists: `bought` with a purchase day since, else `not_bought`.
    No rows without an earlier review that ended before P does.
    monthly: client_id, month, revenue, purchase_days. Source: Findings.
    """
    rows = []
    if earlier is not None and earlier.last < when.p.last:
        since = Span(earlier.last + 1, when.p.last)
        bought, revenue = active_in(monthly, base.index, since), revenue_in(monthly, base.index, since)
        for row in earlier.decisions.to_dict("records"):
            came = "bought" if bought.get(row["client_id"], False) else "not_bought"
            outcome = _status(row, plans, when) if row["rule"] == PLAN else came
            rows.append({**row, "outcome": outcome, "revenue": float(revenue.get(row["client_id"], 0.0))})
    kinds = {"rank": "int64", "at_stake": "float64", "revenue": "float64"}
    return pd.DataFrame(rows, columns=list(BEFORE_COLUMNS)).astype(kinds)


def _status(row: Mapping[Any, Any], plans: pd.DataFrame | None, when: Windows) -> str:
    if plans is None:
        return "unknown"
    same = plans[(plans["client_id"] == row["client_id"]) & (plans["action"] == row["action"])]
    if same.empty:
        return "unknown"
    action = same.iloc[-1]
    if action["status"] in ENDED:
        return str(action["status"])
    if pd.Timestamp(action["due"]) < pd.Timestamp(when.p.end):
        return "overdue"
    return str(action["status"]).replace(" ", "_")

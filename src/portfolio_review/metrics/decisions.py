"""What the review asks its readers to decide, and what became of all that it asked before.

In: plans, the action lists, the client frame, the ledger of the review before; out: tables of at most three decisions,
and of every decision of the last two years with its outcome. Their sentences are made by `findings.decisions`.
Source: Findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, active_in, names, revenue_in
from portfolio_review.metrics.value import Choice, of_revenue
from portfolio_review.metrics.windows import Windows

MOST = 3
PLAN = "plan"
LISTS = ("return", "retain", "thread", "develop")
"""The lists that ask for a decision; of each, and of plans, one at most."""
SAYS_WHY = ("return", "retain", "thread")
"""Lists whose reason is said of a plan's action too: what the client may be lost for."""
ENDED: Mapping[str, str] = {"done": "done", "cancelled": "cancelled", "dropped": "cancelled"}
"""Statuses of a plan's action that has ended, and the outcome each is."""
STILL_OPEN, OVERDUE = "still_open", "overdue"
OPEN = (STILL_OPEN, OVERDUE)
"""Outcomes of what is not decided yet."""
KEPT_MONTHS = 24
"""So long after it was last asked for a decision stands in the ledger."""
BASES: Mapping[str, str] = {
    "return": "lost_a_year", "retain": "in_danger", "thread": "rests_on_it", "develop": "could_buy", PLAN: "a_year",
}  # fmt: skip
"""What the money of a list's row is, by the words that stand behind it."""
PAGES: Mapping[str, str] = dict.fromkeys((*LISTS, PLAN), "actions")
_WHY = ("action", "reason", "usual", "now", "about", "measure")
"""From these, the client, its rule and its money a sentence is made in any language."""
DUE_COLUMNS = ("rank", "client_id", "name", "action", "owner", "due", "status", "value")
COLUMNS = ("id", "since", "client", "text", "owner", "due", "status", "money", "money_since", "rule", "base", "page",
           "client_id", *_WHY)  # fmt: skip
LEDGER_COLUMNS = ("id", "since", "client", "text", "owner", "due", "outcome", "money", "money_since", "asked",
                  "rule", "base", "page", "client_id", *_WHY)  # fmt: skip


@dataclass(frozen=True)
class EarlierDecisions:
    """`actions.ledger` of the review before, and the last month of its period."""

    ledger: pd.DataFrame
    last: Month


@dataclass(frozen=True)
class Now:
    """What is known today of the clients that were decided on.

    base: client frame with list, client1, value_year, margin_rate1; monthly: client_id, month, revenue, purchase_days;
    mix: client_id, category, active_w1; plans: client_id, action, owner, due, status, None where there are none.
    """

    base: pd.DataFrame
    monthly: pd.DataFrame
    mix: pd.DataFrame
    plans: pd.DataFrame | None
    when: Windows

    def came_after(self, since: str) -> tuple[pd.Series, pd.Series]:
        """Of every client whether it bought in the months after `since` up to the end of P, and their value."""
        first = _month(since) + 1
        if first > self.when.p.last:
            return pd.Series(False, index=self.base.index), pd.Series(0.0, index=self.base.index)
        span = Span(first, self.when.p.last)
        revenue = revenue_in(self.monthly, self.base.index, span)
        return active_in(self.monthly, self.base.index, span), of_revenue(revenue, self.base)


def table(ledger: pd.DataFrame, everyone: pd.DataFrame, choice: Choice, now: Now) -> pd.DataFrame:
    """`actions.decisions`: the columns of `COLUMNS` but for `text`; at most three.

    Of return, retain, rests on a thread and develop the first row whose client no decision above names, of plans the
    first row of `plans_due` likewise; of these the one with most money first (equal money: the plan first), and so on;
    each list gives one at most, no client stands twice, what has no money is left out. Only where the first of return
    has less lost than one below it (the list goes by lost · chance) and a decision above names it can money rise from
    a decision to the next.

    A decision that the ledger has as open (same client and rule, of a plan same action) keeps its id, since and, of a
    list, its day; money_since = value of the purchases after `since`. A new one: id = since and client, since = last
    month of P, due by the end of the month after, money_since missing. status: overdue where a plan's day lies before
    the end of P or a list's is reached, else of a plan as given, of a list still_open.

    ledger: `ledger`; everyone: `actions.full`, in the order of the lists. money in `choice`'s measure over 12 months.
    Source: Findings.
    """
    chosen: list[dict[str, Any]] = []
    waiting = {PLAN: _planned(plans_due(now), everyone)} | {
        list_: _listed(everyone, list_, now.when) for list_ in LISTS
    }
    while len(chosen) < MOST:
        taken = {row["client_id"] for row in chosen}
        heads = [
            row
            for rows in waiting.values()
            if (row := next((row for row in rows if row["client_id"] not in taken), None)) is not None
        ]
        if not heads:
            break
        best = max(heads, key=lambda row: row["money"])  # the first of equal ones: the plan
        chosen.append(best)
        del waiting[best["rule"]]
    open_ = ledger[ledger["outcome"].isin(OPEN)].to_dict("records")
    known = names(now.base)
    rows = [
        _kept(row | {"client": known.get(row["client_id"]), "measure": choice.measure}, open_, now) for row in chosen
    ]
    frame = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "text"])
    return frame.astype({"money": "float64", "money_since": "float64"})


def _kept(row: dict[str, Any], open_: list[dict[Any, Any]], now: Now) -> dict[str, Any]:
    """The row with id, since, status and money_since: those of the open decision that it repeats, or of a new one."""
    month = str(now.when.p.last)
    before = next((old for old in open_ if _same(old, row)), None)
    if before is None:
        row |= {"id": f"{month}-{row['client_id']}", "since": month, "money_since": np.nan}
    else:
        row |= {"id": before["id"], "since": before["since"], "money_since": before["money_since"]}
        row["due"] = row["due"] if row["rule"] == PLAN else before["due"]
    given = str(row.pop("given", STILL_OPEN))
    return row | {"status": OVERDUE if _late(row, now.when) else given}


def _late(row: Mapping[Any, Any], when: Windows) -> bool:
    """Whether the day has passed; what is due on the last day of P is not late on it, but was to be done by then where
    a review asked for it."""
    end = when.p.end.isoformat()
    return bool(row["due"] < end if row["rule"] == PLAN else row["due"] <= end)


def _same(old: Mapping[Any, Any], row: Mapping[str, Any]) -> bool:
    mine = ("client_id", "rule", "action") if row["rule"] == PLAN else ("client_id", "rule")
    return all(old[name] == row[name] for name in mine)


def plans_due(now: Now) -> pd.DataFrame:
    """`actions.plans_due`: the columns of `DUE_COLUMNS`: of each client the action of its plan that is due longest, of
    those open and due by the end of the month after P; by value over 12 months, largest first, equal ones by client id.

    status: overdue where the day lies before the end of P, else in_work as given, else still_open. Clients without
    value are left out. No rows without plans. Source: Findings.
    """
    rows: list[dict[str, Any]] = []
    if now.plans is not None:
        mine = now.plans[now.plans["client_id"].isin(now.base.index) & ~_status(now.plans).isin(list(ENDED))]
        due = mine[pd.to_datetime(mine["due"]) <= pd.Timestamp(_by(now.when))].sort_values(["due", "action"])
        for row in due.drop_duplicates("client_id").to_dict("records"):
            day = pd.Timestamp(row["due"]).date().isoformat()
            # what is called overdue before its day is open
            given = "in_work" if row["status"] in ("in work", "in_work") else STILL_OPEN
            late = _late({"rule": PLAN, "due": day}, now.when)
            said = {
                "due": day,
                "status": OVERDUE if late else given,
                "value": now.base.loc[row["client_id"], "value_year"],
            }
            rows.append({"client_id": row["client_id"], "action": row["action"], "owner": _named(row["owner"]), **said})
    rows = sorted((row for row in rows if row["value"] > 0), key=lambda row: (-row["value"], row["client_id"]))
    known = names(now.base)
    made = [row | {"rank": place, "name": known.get(row["client_id"])} for place, row in enumerate(rows, 1)]
    return pd.DataFrame(made, columns=list(DUE_COLUMNS)).astype({"rank": "int64", "value": "float64"})


def _named(owner: object) -> str | None:
    return owner if isinstance(owner, str) and owner else None


def _planned(due: pd.DataFrame, everyone: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `plans_due` as decisions; why: the reason for which the client may be lost."""
    listed = everyone[everyone["listed"].astype(bool) & everyone["list"].isin(SAYS_WHY)]
    reasons = {row["client_id"]: row for row in listed.to_dict("records")}
    rows = []
    for row in due.to_dict("records"):
        why = reasons.get(row["client_id"], {})
        base = BASES["thread"] if why.get("list") == "thread" else BASES[PLAN]
        made = _decision(row["client_id"], PLAN, row["owner"], row["due"], row["value"], why)
        rows.append(made | {"action": row["action"], "base": base, "given": row["status"]})
    return rows


def _listed(everyone: pd.DataFrame, list_: str, when: Windows) -> list[dict[str, Any]]:
    rows = everyone[(everyone["list"] == list_) & everyone["listed"].astype(bool)].to_dict("records")
    made = (_decision(row["client_id"], list_, row["owner"], _by(when), float(row["at_stake"]), row) for row in rows)
    return [row for row in made if row["money"] > 0]


def _decision(client: str, rule: str, owner: object, due: str, money: float, why: Mapping[Any, Any]) -> dict[str, Any]:
    said = {name: why.get(name) for name in ("reason", "usual", "now", "about")}
    return {
        "client_id": client, "rule": rule, "action": None, "owner": _named(owner),
        "due": due, "money": money, "base": BASES[rule], "page": PAGES[rule], **said,
    }  # fmt: skip


def _by(when: Windows) -> str:
    """The end of the month after P: by the next review."""
    return (when.p.last + 1).last.isoformat()


def _status(plans: pd.DataFrame) -> pd.Series:
    return plans["status"].astype(object).where(plans["status"].notna(), "").str.strip().str.lower()


# What became of them --------------------------------------------------------------------------


def ledger(earlier: EarlierDecisions | None, now: Now) -> pd.DataFrame:
    """The decisions of earlier reviews as they stand today: the ledger of the review before, with outcome and
    money_since anew; the columns of `LEDGER_COLUMNS`. No rows without an earlier review.

    outcome, for good once it is not open: of a plan's action done or cancelled as its status says, not_planned where
    the plan no longer names it; of return came_back with a purchase since; of the others client_lapsed where the
    client has lapsed; of retain, once the client is no longer in danger, done where an action of its plan due since
    then is done, else bought_anyway; of rests on a thread done once it is neither that nor in danger; of develop, once
    it has bought the category named, done or bought_anyway likewise; else overdue as in `table`, else still_open.
    money_since: value of the purchases of the months after `since`, to the end of P.
    Those last asked for more than 24 months ago are left out. Source: Findings.
    """
    rows: list[Mapping[Any, Any]] = []
    if earlier is not None and earlier.last <= now.when.p.last:
        came = {since: now.came_after(since) for since in earlier.ledger["since"].unique()}
        for row in earlier.ledger.to_dict("records"):
            if _month(row["asked"]) > now.when.p.last - KEPT_MONTHS:
                bought, value = (part.get(row["client_id"], 0.0) for part in came[row["since"]])
                outcome = _outcome(row, bool(bought), now) if row["outcome"] in OPEN else row["outcome"]
                rows.append(row | {"outcome": outcome, "money_since": round(float(value), MONEY_DECIMALS) + 0.0})
    return _ledger(rows)


def with_decisions(earlier: pd.DataFrame, decided: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.ledger`: the decisions of earlier reviews and those of this one, the newest first, then by money.

    A decision that stands for another month keeps the money it was first asked for with. earlier: `ledger`; decided:
    `actions.decisions`. Source: Findings.
    """
    old = {row["id"]: row for row in earlier.to_dict("records")}
    for row in decided.to_dict("records"):
        outcome = OVERDUE if row["status"] == OVERDUE else STILL_OPEN
        first = old.get(row["id"], {})
        old[row["id"]] = {
            **row,
            "money": first.get("money", row["money"]),
            "outcome": outcome,
            "asked": str(when.p.last),
        }
    rows = sorted(old.values(), key=lambda row: (-_month(row["since"]).index, -row["money"], row["client_id"]))
    return _ledger(rows)


def became(earlier: EarlierDecisions | None, ledger: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.decisions_before`: of the ledger those that the last review asked for, where it ended before P does."""
    asked = str(earlier.last) if earlier is not None and earlier.last < when.p.last else ""
    return ledger[ledger["asked"] == asked].reset_index(drop=True)


def _ledger(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(map(dict, rows)), columns=list(LEDGER_COLUMNS))
    return frame.astype(dict.fromkeys(("money", "money_since", "usual", "now"), "float64"))


def _month(text: str) -> Month:
    return Month(int(text[:4]) * 12 + int(text[5:7]) - 1)


def _outcome(row: Mapping[Any, Any], bought: bool, now: Now) -> str:
    client, rule = row["client_id"], row["rule"]
    waits = OVERDUE if _late(row, now.when) else STILL_OPEN
    if rule == PLAN:
        return _of_plan(row, now) or waits
    if client not in now.base.index:
        return waits
    mine = now.base.loc[client]
    if rule == "return":
        return "came_back" if bought else waits
    if not mine["client1"]:
        return "client_lapsed"
    if rule == "develop":
        return _without_us(row, now) if _took(row, now) else waits
    if mine["list"] == rule or (rule == "thread" and mine["list"] == "retain"):
        return waits
    return "done" if rule == "thread" else _without_us(row, now)


def _took(row: Mapping[Any, Any], now: Now) -> bool:
    """Whether the client has bought the category that it lacked then."""
    mine = now.mix[(now.mix["client_id"] == row["client_id"]) & now.mix["active_w1"].astype(bool)]
    return isinstance(row["about"], str) and row["about"] in set(mine["category"])


def _without_us(row: Mapping[Any, Any], now: Now) -> str:
    """done where an action of the client's plan due since then is done, bought_anyway where none is known of."""
    if now.plans is None:
        return "bought_anyway"
    mine = now.plans[(now.plans["client_id"] == row["client_id"]) & (_status(now.plans) == "done")]
    return (
        "done" if (pd.to_datetime(mine["due"]) >= pd.Timestamp(_month(row["since"]).first)).any() else "bought_anyway"
    )


def _of_plan(row: Mapping[Any, Any], now: Now) -> str | None:
    """The outcome of a plan's action that has ended, None while it is open."""
    same = [] if now.plans is None else list(_of_action(now.plans, row))
    return ENDED.get(same[-1]) if same else "not_planned"


def _of_action(plans: pd.DataFrame, row: Mapping[Any, Any]) -> Iterator[str]:
    mine = (plans["client_id"] == row["client_id"]) & (plans["action"] == row["action"])
    yield from _status(plans)[mine.to_numpy(dtype=bool)]

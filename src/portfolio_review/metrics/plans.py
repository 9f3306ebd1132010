"""Development plans of clients and tiers: what was agreed, what is due, what is overdue.

In: the plans table; out: one row for each plan and each action, figures. Source: Strategic clients, dossier.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import names
from portfolio_review.metrics.windows import Windows

NO_PLANS = "no plans given"
NO_CLIENT_PLAN = "no client has a plan"
NO_OVERDUE_ACTION = "no action is overdue"
ENDED = ("done", "cancelled")
_ACTIONS = ["client_id", "name", "tier", "action", "owner", "due", "status", "days_overdue", "note"]
_MONEY = ("cost", "value_for_us", "value_for_client")
_TEXTS = ("goal", "agreed_with", "client_result")
_AGREEMENTS = [
    "client_id", "name", "tier", "goal", "agreed_on", "agreed_with", "cost", "value_for_us", "value_for_client",
    "both_gain", "client_result", "actions_all", "actions_done", "actions_open", "actions_overdue", "oldest_overdue",
]  # fmt: skip


def actions(plans: pd.DataFrame | None, base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`strategic.plans`: client_id, name, tier, action, owner, due, status, days_overdue, note.

    status: done and cancelled as given; otherwise overdue where the due day lies before the end of P, by its
    days_overdue, else open or in_work as given (open where it says overdue too early). The most overdue first,
    then the soonest due, what has ended last. A row has a client or a tier. No rows without plans.

    plans: client_id or tier, action, owner, due, status and, where known, note. base: client frame, for names.
    """
    if plans is None or plans.empty:
        return pd.DataFrame(columns=_ACTIONS)
    due, status = pd.to_datetime(plans["due"]), plans["status"].astype(object)
    days = (pd.Timestamp(when.p.end) - due).dt.days
    ended = status.isin(ENDED)
    overdue = ~ended & (days > 0)
    status = status.mask(overdue, "overdue").mask(~overdue & (status == "overdue"), "open")
    client = _column(plans, "client_id")
    frame = pd.DataFrame(
        {
            "client_id": client,
            "name": names(base).reindex(pd.Index(client)).to_numpy(),
            "tier": _column(plans, "tier"),
            "action": plans["action"].astype(object),
            "owner": plans["owner"].astype(object),
            "due": due,
            "status": status,
            "days_overdue": days.where(overdue).astype(float),
            "note": _column(plans, "note"),
        }
    )
    frame = frame.assign(ended=ended, late=-frame["days_overdue"].fillna(0.0))
    frame = frame.sort_values(["ended", "late", "due", "client_id", "tier", "action"], kind="stable")
    return frame[_ACTIONS].reset_index(drop=True)


def agreements(plans: pd.DataFrame | None, base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`strategic.agreements`: one row for each client or tier with a plan, clients first, by id.

    goal, agreed_on (None where it lies after the end of P), agreed_with, cost, value_for_us, value_for_client (money),
    client_result: the first that its actions name; both_gain: value_for_us > cost and value_for_client > 0, missing
    where one is not named; actions_all, actions_done, actions_open (neither done, cancelled nor overdue),
    actions_overdue, oldest_overdue (days). No rows without plans. plans, base: as of `actions`.
    """
    if plans is None or plans.empty:
        return pd.DataFrame(columns=_AGREEMENTS)
    todo = actions(plans, base, when)
    agreed = pd.to_datetime(_column(plans, "agreed_on"))
    said = pd.DataFrame(
        {
            "client_id": _column(plans, "client_id"),
            "tier": _column(plans, "tier"),
            "agreed_on": agreed.where(agreed <= pd.Timestamp(when.p.end)),
            **{name: _column(plans, name) for name in _TEXTS},
            **{name: pd.to_numeric(_column(plans, name)) for name in _MONEY},
        }
    )
    who = ["client_id", "tier"]
    first = said.groupby(who, dropna=False, sort=True).first()
    counted = todo.assign(
        actions_all=1,
        actions_done=(todo["status"] == "done").astype(int),
        actions_open=todo["status"].isin(["open", "in_work"]).astype(int),
        actions_overdue=(todo["status"] == "overdue").astype(int),
    ).groupby(who, dropna=False, sort=True)
    counts = counted[["actions_all", "actions_done", "actions_open", "actions_overdue"]].sum()
    frame = first.join(counts).join(counted["days_overdue"].max().rename("oldest_overdue")).reset_index()
    us, client, cost = (frame[name].astype(float) for name in ("value_for_us", "value_for_client", "cost"))
    gain = ((us > cost) & (client > 0)).astype("boolean").where(us.notna() & client.notna() & cost.notna())
    frame = frame.assign(both_gain=gain, name=names(base).reindex(pd.Index(frame["client_id"])).to_numpy())
    frame = frame.assign(of_tier=frame["client_id"].isna()).sort_values(["of_tier", "client_id"], kind="stable")
    return frame[_AGREEMENTS].reset_index(drop=True)


def figures(todo: pd.DataFrame, agreed: pd.DataFrame, shortlist: pd.Index, given: bool) -> dict[str, Figure]:
    """`strategic.overdue_actions`, `.oldest_overdue` (days), `.plans_agreed` (share of the clients with a plan whose
    plan names a day), `.unagreed_accounts` (of the shortlist). todo: `actions`; agreed: `agreements`; shortlist: ids
    of the strategic clients; given: whether the plans table is."""
    ids = ("overdue_actions", "oldest_overdue", "plans_agreed", "unagreed_accounts")
    if not given:
        return {f"strategic.{name}": undefined(NO_PLANS) for name in ids}
    late = todo.loc[todo["status"] == "overdue", "days_overdue"]
    of_clients = agreed[agreed["client_id"].notna()]
    with_day = of_clients[of_clients["agreed_on"].notna()]
    return {
        "strategic.overdue_actions": Figure(value=len(late)),
        "strategic.oldest_overdue": Figure(value=int(late.max())) if len(late) else undefined(NO_OVERDUE_ACTION),
        "strategic.plans_agreed": Figure(value=len(with_day) / len(of_clients))
        if len(of_clients)
        else undefined(NO_CLIENT_PLAN),
        "strategic.unagreed_accounts": Figure(value=int((~shortlist.isin(with_day["client_id"])).sum())),
    }


def _column(plans: pd.DataFrame, name: str) -> pd.Series:
    """A column that may not be given, with None where a cell is empty."""
    if name not in plans:
        return pd.Series(None, index=plans.index, dtype=object)
    values = plans[name].astype(object)
    return values.where(values.notna(), None)


def full_edition(when: Windows) -> dict[str, Figure]:
    """`strategic.edition`: `full` where P ends a quarter, else `changes`. Source: Strategic clients, dossier."""
    return {"strategic.edition": Figure(value="full" if (when.p.last.index + 1) % 3 == 0 else "changes")}

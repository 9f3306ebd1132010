"""Exposed clients: large ones that still buy as usual and yet hang on a thread, with the fact that says so.

In: the client frame with tiers, relations, contacts and exposure, the plans table; out: the flag and its reason.
Source: Lifecycle and the four rules; Strategic clients, exposure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.metrics.contracts import ENDS_WITHIN_DAYS
from portfolio_review.metrics.exposure import THREATENED_FROM, THREATS
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

ENDED = ("done", "cancelled", "dropped")
"""An action of any other status, in whatever case, is open."""
LATE_DAYS = 60
CADENCES = 2
COMMON_FROM = 0.5
"""A reason of more than this share of the large clients tells none from another."""
REASONS = ("threatened", "single_contact", "unseen", "plan_overdue", "contract_ends")
"""Every reason, the gravest first."""
TABLE_COLUMNS = ("reason", "clients", "share", "exposes")


def large(base: pd.DataFrame) -> pd.Series:
    """A, super-key and key clients. base: client frame with abc1, tier1."""
    return (base["abc1"] == "A") | base["tier1"].isin(("super-key", "key"))


def facts(base: pd.DataFrame, plans: pd.DataFrame | None, when: Windows) -> pd.DataFrame:
    """Whether each reason of `REASONS` holds for each large client, one column a reason; False for all others.

    threatened: the latest score of a threat is ≥ 4; single_contact: exactly one active contact; unseen: the last known
    contact is longer ago than twice the cadence of the client's cell; plan_overdue: an open action is due for more
    than 60 days; contract_ends: within 90 days, and no action of the client is open, only where plans are given.

    base: client frame with abc1, tier1, THREATS, contacts_active, contact_days, cadence, days_left; plans: client_id,
    due, status, None where they are not given. Source: Lifecycle and the four rules.
    """
    open_actions = _open(plans, base.index)
    due = (pd.Timestamp(when.w1.end) - open_actions["due"]).dt.days
    late = open_actions.loc[(due > LATE_DAYS).to_numpy(), "client_id"]
    ends = (base["days_left"] >= 0) & (base["days_left"] <= ENDS_WITHIN_DAYS)
    held = {
        "threatened": base[list(THREATS)].max(axis=1) >= THREATENED_FROM,
        "single_contact": base["contacts_active"] == 1,
        "unseen": base["contact_days"] > CADENCES * base["cadence"],
        "plan_overdue": pd.Series(base.index.isin(late), index=base.index),
        "contract_ends": ends & ~base.index.isin(open_actions["client_id"]) & (plans is not None),
    }
    mine = large(base)
    return pd.DataFrame({reason: flag.fillna(False).astype(bool) & mine for reason, flag in held.items()})


def add_exposed(base: pd.DataFrame, plans: pd.DataFrame | None, when: Windows) -> pd.DataFrame:
    """`base` with exposed (true or false), exposed_by (the gravest reason that exposes) and exposed_usual, exposed_now,
    exposed_about, the numbers of that reason (see `catalog.reasons.CODES`).

    A reason that holds for more than half of the large clients exposes nobody. base, plans: as of `facts`.
    Source: Lifecycle and the four rules.
    """
    held = facts(base, plans, when)
    common = _common(held, base)
    telling = held.loc[:, [reason for reason in REASONS if not common[reason]]]
    flag = telling.any(axis=1)
    first = telling.columns.to_numpy(dtype=object)[telling.to_numpy().argmax(axis=1)] if len(telling.columns) else None
    by = pd.Series(first, index=base.index, dtype=object).where(flag, None)
    usual, now, about = (pd.Series(empty, index=base.index, dtype=kind) for empty, kind in _NUMBERS)
    threats = base[list(THREATS)].astype(float)
    worst = threats.max(axis=1)
    kind = np.array(THREATS, dtype=object)[threats.fillna(-1.0).to_numpy().argmax(axis=1)]
    latest = _open(plans, base.index).sort_values(["due", "action"], kind="stable").drop_duplicates("client_id")
    due = latest.set_index("client_id").reindex(base.index)
    late = (pd.Timestamp(when.w1.end) - due["due"]).dt.days
    by = by.mask(by == "threatened", pd.Series(kind, index=base.index))
    threatened = by.isin(THREATS)
    now = now.mask(threatened, worst).mask(by == "unseen", base["contact_days"]).mask(by == "plan_overdue", late)
    now = now.mask(by == "contract_ends", base["days_left"])
    usual = usual.mask(by == "unseen", base["cadence"])
    about = about.mask(by == "plan_overdue", due["action"])
    return base.assign(
        exposed=flag, exposed_by=by, exposed_usual=usual.astype(float), exposed_now=now.astype(float),
        exposed_about=about,
    )  # fmt: skip


def table(base: pd.DataFrame, plans: pd.DataFrame | None, when: Windows) -> pd.DataFrame:
    """`actions.exposure_reasons`: reason, clients (large ones it holds for), share of all large ones, money = Σ r(W1),
    exposes (false where it holds for more than half, and tells none from another)."""
    held, mine = facts(base, plans, when), large(base)
    common = _common(held, base)
    whole = int(mine.sum())
    return pd.DataFrame(
        {
            "reason": np.array(REASONS, dtype=object),
            "clients": [int(held[reason].sum()) for reason in REASONS],
            "share": [held[reason].sum() / whole if whole else np.nan for reason in REASONS],
            "revenue": [total(base.loc[held[reason], "r1"]) + 0.0 for reason in REASONS],
            "exposes": [not common[reason] for reason in REASONS],
        }
    )


_NUMBERS: tuple[tuple[object, type], ...] = ((np.nan, float), (np.nan, float), (None, object))


def _common(held: pd.DataFrame, base: pd.DataFrame) -> Mapping[str, bool]:
    whole = int(large(base).sum())
    return {reason: bool(held[reason].sum() > COMMON_FROM * whole) for reason in REASONS}


def _open(plans: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame:
    """client_id, action, due of the open actions of clients."""
    if plans is None or "client_id" not in plans:
        return pd.DataFrame({"client_id": pd.Series(dtype=object), "action": pd.Series(dtype=object),
                             "due": pd.Series(dtype="datetime64[us]")})  # fmt: skip
    status = plans["status"].astype(object).where(plans["status"].notna(), "").str.strip().str.lower()
    mine = plans[plans["client_id"].isin(index) & ~status.isin(ENDED)]
    return pd.DataFrame(
        {"client_id": mine["client_id"].astype(object), "action": mine["action"].astype(object),
         "due": pd.to_datetime(mine["due"])}
    )  # fmt: skip

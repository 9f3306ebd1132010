"""Contact cadence: who was not spoken to for longer than its cell allows, and who is underserved.

In: the client frame, the contacts table, the cadence of the review file; out: columns, a table, figures.
Source: Structure (tier, cadence); Lifecycle and the four rules.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import names, total
from portfolio_review.metrics.value import of_revenue
from portfolio_review.metrics.windows import Windows

NO_CONTACTS = "no contacts given"
NO_LAST_CONTACT = "no last_contact given"
NON_KEY = "non-key"


def lacks_contacts(contacts: pd.DataFrame | None) -> str | None:
    """Why nothing is known of the last contact; None when it is."""
    if contacts is None:
        return NO_CONTACTS
    return None if "last_contact" in contacts and contacts["last_contact"].notna().any() else NO_LAST_CONTACT


def add_contacts(
    base: pd.DataFrame, contacts: pd.DataFrame | None, cadence: Mapping[str, int], when: Windows
) -> pd.DataFrame:
    """`base` with last_contact (day), contact_days, cadence (days) and contact_overdue.

    last_contact: the latest of the client's contacts up to the end of P;
    contact_days: days since; cadence: days that the review file gives the cell ABC × XYZ at W1;
    contact_overdue: contact_days > cadence, or no contact known; False for a client without a cell, and
    for all when no last contact is given.

    base: client frame with abc1, xyz1; contacts: client_id, last_contact. Source: Structure (tier).
    """
    today = pd.Timestamp(when.p.end)
    last = pd.Series(pd.NaT, index=base.index, dtype="datetime64[us]")
    if contacts is not None and lacks_contacts(contacts) is None:
        days = pd.to_datetime(contacts["last_contact"])
        latest = days[days <= today].groupby(contacts["client_id"]).max()
        last = latest.reindex(base.index).astype("datetime64[us]")
    cell = base["abc1"].astype(object).fillna("") + base["xyz1"].astype(object).fillna("")
    allowed = cell.map(dict(cadence)).astype(float)
    since = (today - last).dt.days
    overdue = allowed.notna() & (last.isna() | (since > allowed)) & (lacks_contacts(contacts) is None)
    return base.assign(last_contact=last, contact_days=since, cadence=allowed, contact_overdue=overdue)


def underserved(base: pd.DataFrame, tier: pd.Series) -> pd.Series:
    """Whether each client is non-key, has a development gap and had no contact within its cadence.

    gap: could_buy > 0. base: client frame with stakes and contacts; tier: by client, `super-key`,
    `key` or `non-key`. Source: Structure (tier).
    """
    return base["contact_overdue"] & (tier.reindex(base.index) == NON_KEY) & (base["could_buy"] > 0)


def table(base: pd.DataFrame, tier: pd.Series) -> pd.DataFrame:
    """`actions.underserved_clients`: client_id, name, abc, xyz, revenue_w1, at_stake (the development gap),
    last_contact, contact_days, cadence, owner; by the gap, equal ones by client id."""
    mine = base.assign(gap=of_revenue(base["could_buy"], base))[underserved(base, tier)].sort_index()
    mine = mine.sort_values("gap", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "client_id": mine.index,
            "name": names(mine).to_numpy(),
            "abc": mine["abc1"].to_numpy(dtype=object),
            "xyz": mine["xyz1"].to_numpy(dtype=object),
            "revenue_w1": mine["r1"].to_numpy(),
            "at_stake": mine["gap"].to_numpy(),
            "last_contact": mine["last_contact"].to_numpy(),
            "contact_days": mine["contact_days"].to_numpy(),
            "cadence": mine["cadence"].to_numpy(),
            "owner": mine["manager"].to_numpy(dtype=object) if "manager" in mine else None,
        }
    )


def figures(base: pd.DataFrame, contacts: pd.DataFrame | None, tier: pd.Series) -> dict[str, Figure]:
    """`actions.contacts_overdue`: clients of A1 past their cadence; `actions.underserved`: underserved clients;
    `actions.underserved_at_stake`: Σ of their development gaps. Undefined without contacts."""
    reason = lacks_contacts(contacts)
    ids = ("actions.contacts_overdue", "actions.underserved", "actions.underserved_at_stake")
    if reason:
        return dict.fromkeys(ids, undefined(reason))
    mine = underserved(base, tier)
    values = (
        int(base["contact_overdue"].sum()),
        int(mine.sum()),
        total(of_revenue(base["could_buy"], base)[mine]) + 0.0,
    )
    return {id: Figure(value=value) for id, value in zip(ids, values, strict=True)}

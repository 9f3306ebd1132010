"""Relations with each client: who knows whom, at which level, since when, and who is gone.

In: the client frame, the contacts table, the contacts of an earlier review; out: columns by client.
Source: Strategic clients, exposure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.contact_cadence import lacks_contacts
from portfolio_review.metrics.portfolio import names
from portfolio_review.metrics.windows import Windows

LEVELS = ("executive", "middle", "working")


def add_relations(
    base: pd.DataFrame, contacts: pd.DataFrame | None, earlier: pd.DataFrame | None, when: Windows
) -> pd.DataFrame:
    """`base` with what is known of contacts, sponsor and manager of each client.

    contacts_active (number of active contacts; one without a mark counts as active), contacts_executive,
    contacts_middle, contacts_working, contact_levels (levels among them), contacts_gone (active in the earlier
    review, not active any more): NaN where the table, the level or an earlier review is not given.
    Flags, missing where what they need is not given: single_contact (exactly one), no_contact, stale_contact
    (`contact_overdue` of `contact_cadence.add_contacts`), no_sponsor, manager_changed (manager_since lies in W1,
    up to the end of P, and after the client's first purchase).

    contacts: client_id, name and, where known, level, active; earlier: client_id, contact, active of the
    earlier review. Source: Strategic clients, exposure.
    """
    frame = base.assign(**_counts(base.index, contacts), contacts_gone=_gone(base.index, contacts, earlier))
    active = frame["contacts_active"]
    stale = base["contact_overdue"].astype("boolean")
    sponsor, since = base.get("sponsor"), base.get("manager_since")
    nothing = pd.Series(pd.NA, index=base.index, dtype="boolean")
    return frame.assign(
        single_contact=(active == 1).astype("boolean").where(active.notna()),
        no_contact=(active == 0).astype("boolean").where(active.notna()),
        stale_contact=stale if lacks_contacts(contacts) is None else nothing,
        no_sponsor=nothing if sponsor is None or sponsor.isna().all() else sponsor.isna().astype("boolean"),
        manager_changed=nothing if since is None or since.isna().all() else _changed(base, since, when),
    )


def table(base: pd.DataFrame, contacts: pd.DataFrame | None, when: Windows) -> pd.DataFrame:
    """`strategic.contacts`: client_id, name, contact, role, level, active, last_contact, contact_days of the clients
    of `base`, in its order: active ones first, then the latest. No rows without contacts."""
    columns = ["client_id", "name", "contact", "role", "level", "active", "last_contact", "contact_days"]
    if contacts is None:
        return pd.DataFrame(columns=columns)
    mine = contacts[contacts["client_id"].isin(base.index)]
    spoken = pd.to_datetime(mine["last_contact"]) if "last_contact" in mine else pd.Series(pd.NaT, index=mine.index)
    spoken = spoken.where(spoken <= pd.Timestamp(when.p.end))
    frame = pd.DataFrame(
        {
            "client_id": mine["client_id"].astype(object),
            "name": names(base).reindex(mine["client_id"]).to_numpy(),
            "contact": mine["name"].astype(object),
            "role": mine["role"].astype(object) if "role" in mine else None,
            "level": mine["level"].astype(object) if "level" in mine else None,
            "active": _active(mine),
            "last_contact": spoken,
            "contact_days": (pd.Timestamp(when.p.end) - spoken).dt.days,
        }
    )
    place = base.index.get_indexer(pd.Index(frame["client_id"]))
    frame = frame.assign(place=place).sort_values(
        ["place", "active", "contact_days", "contact"], ascending=[True, False, True, True], kind="stable"
    )
    return frame[columns].reset_index(drop=True)


def _active(contacts: pd.DataFrame) -> pd.Series:
    if "active" not in contacts:
        return pd.Series(True, index=contacts.index)
    return contacts["active"].astype("boolean").fillna(True).astype(bool)


def _counts(index: pd.Index, contacts: pd.DataFrame | None) -> dict[str, pd.Series]:
    of_level = [f"contacts_{level}" for level in LEVELS]
    unknown = pd.Series(np.nan, index=index)
    if contacts is None:
        return dict.fromkeys(("contacts_active", *of_level, "contact_levels"), unknown)
    mine = contacts[_active(contacts)]
    found = {"contacts_active": _number(mine, index)}
    if "level" not in contacts or contacts["level"].isna().all():
        return found | dict.fromkeys((*of_level, "contact_levels"), unknown)
    found |= {f"contacts_{level}": _number(mine[mine["level"] == level], index) for level in LEVELS}
    levels = sum((found[name] > 0).astype(float) for name in of_level)
    return found | {"contact_levels": pd.Series(levels, index=index)}


def _number(rows: pd.DataFrame, index: pd.Index) -> pd.Series:
    return rows["client_id"].value_counts().reindex(index, fill_value=0).astype(float)


def _gone(index: pd.Index, contacts: pd.DataFrame | None, earlier: pd.DataFrame | None) -> pd.Series:
    if contacts is None or earlier is None:
        return pd.Series(np.nan, index=index)
    before = earlier[earlier["active"].astype(bool)]
    now = contacts[_active(contacts)]
    still = pd.MultiIndex.from_arrays([now["client_id"].astype(object), now["name"].astype(object)])
    left = ~pd.MultiIndex.from_frame(before[["client_id", "contact"]].astype(object)).isin(still)
    known = pd.Series(index.isin(before["client_id"]), index=index)
    return _number(before[left], index).where(known)


def _changed(base: pd.DataFrame, since: pd.Series, when: Windows) -> pd.Series:
    day = pd.to_datetime(since)
    inside = (day >= pd.Timestamp(when.w1.start)) & (day <= pd.Timestamp(when.p.end))
    return (inside & (base["first_purchase"] < day)).astype("boolean").where(day.notna())

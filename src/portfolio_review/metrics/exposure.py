"""Exposure: on what the relations with super-key and key clients hang, and what threatens them.

In: the client frame with relations, receivables, expert scores; out: flags, the gravest weakness, a table,
figures. Source: Strategic clients, exposure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import early_decline, expert_scores, margin, receivables
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.contact_cadence import NO_CONTACTS, NO_LAST_CONTACT
from portfolio_review.metrics.contracts import ENDS_WITHIN_DAYS
from portfolio_review.metrics.expert_scores import NO_ASSESSMENTS
from portfolio_review.metrics.follow_through import NO_EARLIER
from portfolio_review.metrics.portfolio import LIMIT_TOLERANCE, largest_first, names, total
from portfolio_review.metrics.receivables import NO_PAYMENTS, Owed
from portfolio_review.metrics.windows import Windows

THREATS = ("threat_ownership", "threat_competitor", "threat_price", "threat_staff")
THREATENED_FROM = 4
FALLEN_TO = 0.8
LATE_DAYS = 30
NO_SPONSOR = "no sponsor given"
NO_MANAGER_SINCE = "no manager_since given"
NO_POTENTIAL = "no potential given"
NO_KEY_CLIENT = "no super-key or key client"

WEAKNESSES: Mapping[str, str] = {
    "no_contact": "no_contact",
    "single_contact": "single_contact",
    "falling": "falling",
    "early_decline": "declines_early",
    "overdue_receivables": "late",
    "threatened": "threatened",
    "contacts_gone": "lost_contacts",
    "contract_ending": "contract_ending",
    "manager_changed": "manager_changed",
    "no_sponsor": "no_sponsor",
    "stale_contact": "stale_contact",
}
"""Every weakness, the gravest first, with the flag of the client frame that shows it."""
FIGURES: Mapping[str, str] = {
    "single_contact": NO_CONTACTS,
    "no_contact": NO_CONTACTS,
    "no_sponsor": NO_SPONSOR,
    "stale_contact": NO_LAST_CONTACT,
    "manager_changed": NO_MANAGER_SINCE,
    "falling": NO_KEY_CLIENT,
    "early_decline": NO_KEY_CLIENT,
    "threatened": NO_ASSESSMENTS,
}
"""Flags that have figures, with the reason why one is not known."""
_COLUMNS = """
tier account abc revenue_w1 share revenue_w0 change stage p_next
contacts_active contacts_executive contacts_middle contacts_working contact_levels contacts_gone
single_contact no_contact sponsor no_sponsor last_contact contact_days stale_contact
manager manager_since manager_changed overdue days_overdue falling early_decline contract_end days_left contract_ending
threat_ownership threat_competitor threat_price threat_staff threatened potential share_of_wallet flags weakness
"""
_NAMES: Mapping[str, str] = {"tier": "tier1", "abc": "abc1", "revenue_w1": "r1", "overdue": "client_overdue",
                            "early_decline": "declines_early"}  # fmt: skip
"""Columns of the table that have another name in the client frame."""


def add_exposure(base: pd.DataFrame, owing: Owed, scores: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with the flags of `WEAKNESSES`, flags (how many hold), weakness (the gravest), and what they rest on.

    open, client_overdue, over_90 (money), days_overdue, days_late: `receivables.by_client`, 0 where the client owes
    nothing; late: its oldest overdue invoice is due for more than `LATE_DAYS`. falling: r(W1) ≤ 0.8 r(W0) where
    that is > 0; missing for all where W0 is not known. declines_early: the flag early_decline, missing for
    all where the history does not reach the same months a year earlier. revenue_w0,
    margin_w0: money of W0, NaN where the history does not reach it. Threats 1 to 5; threatened: one of them is 4
    or more, missing where nobody scored one. contract_ending: contract_end lies 0 to 90 days after the end of P
    (days_left). share: r(W1) of the positive revenues; share_of_wallet = r(W1) / potential. Flags are missing where
    nothing is known.

    base: client frame with `relations.add_relations`, early_decline. Source: Strategic clients, exposure.
    """
    threats = expert_scores.by_criterion(scores, base.index, THREATS)
    worst = threats.max(axis=1)
    days_left = (
        (pd.to_datetime(base["contract_end"]) - pd.Timestamp(when.p.end)).dt.days
        if _has(base, "contract_end")
        else pd.Series(np.nan, index=base.index)
    )
    potential = base["potential"].astype(float) if "potential" in base else pd.Series(np.nan, index=base.index)
    before = base["r0"].where((base["r0"] > 0) & (when.lacks_w0 is None))
    fallen = base["r1"] <= (FALLEN_TO + LIMIT_TOLERANCE) * before
    frame = base.assign(
        **_owed(base, owing),
        **{name: threats[name] for name in THREATS},
        threatened=(worst >= THREATENED_FROM).astype("boolean").where(worst.notna()),
        falling=_known(fallen, when.lacks_w0),
        declines_early=_known(base["early_decline"], when.lacks(early_decline.spans(when)[1])),
        revenue_w0=of_w0(base["r0"], when),
        margin_w0=of_w0(margin.of_clients(base, "0"), when),
        days_left=days_left,
        contract_ending=((days_left >= 0) & (days_left <= ENDS_WITHIN_DAYS)).astype("boolean").where(days_left.notna()),
        lost_contacts=(base["contacts_gone"] > 0).astype("boolean").where(base["contacts_gone"].notna()),
        change=base["r1"] / before - 1,
        share=base["r1"] / (total(base["r1"].clip(lower=0.0)) or np.nan),
        potential=potential,
        share_of_wallet=(base["r1"] / potential).where(potential > 0),
    )
    held = np.stack([frame[flag].fillna(False).to_numpy(dtype=bool) for flag in WEAKNESSES.values()], axis=1)
    # argmax finds the first, that is the gravest
    gravest = pd.Series(np.array(list(WEAKNESSES), dtype=object)[held.argmax(axis=1)], index=base.index)
    flags = pd.Series(held.sum(axis=1), index=base.index)
    return frame.assign(flags=flags, weakness=gravest.where(flags > 0, None))


def key_clients(base: pd.DataFrame) -> pd.DataFrame:
    """The super-key and key clients active in W1, and the shortlist: the largest first. base: with tier1, account."""
    mine = base["account"] | (base["active1"] & (base["tier1"] != "non-key"))
    return largest_first(base[mine.to_numpy(dtype=bool)], "r1")


def table(keys: pd.DataFrame) -> pd.DataFrame:
    """`strategic.exposure`: one row for each of `key_clients`, with `add_exposure`."""
    return of_frame(keys, {name: _NAMES.get(name, name) for name in _COLUMNS.split()})


def of_frame(mine: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """client_id, name and the `columns` (name in the table: name in the client frame) of `mine`; a column that
    the frame does not have is empty, whole numbers that may be missing stay whole."""
    found = {"client_id": mine.index.to_numpy(dtype=object), "name": names(mine).to_numpy(dtype=object)}
    for name, source in columns.items():
        values = mine[source] if source in mine else pd.Series(None, index=mine.index, dtype=object)
        if isinstance(values.dtype, pd.CategoricalDtype | pd.StringDtype):
            values = values.astype(object)
        found[name] = values.array
    return pd.DataFrame(found)


def figures(keys: pd.DataFrame, contacts_known: bool, when: Windows) -> dict[str, Figure]:
    """`strategic.key_clients`, `.key_revenue`; of each flag of `FIGURES` `.<flag>_clients` and `.<flag>_revenue`;
    `.contacts_gone`, `.overdue_receivables`, `.share_of_wallet`. Undefined where what they need is not given.

    keys: `key_clients` with `add_exposure`; contacts_known: whether the contacts table is given. What falls is not
    known where the history does not reach W0.
    """
    found = {
        "strategic.key_clients": Figure(value=len(keys)),
        "strategic.key_revenue": Figure(value=total(keys["r1"]) + 0.0),
    }
    looks_back = {"falling": when.lacks_w0, "early_decline": when.lacks(early_decline.spans(when)[1])}
    for flag, reason in FIGURES.items():
        if flag == "stale_contact" and not contacts_known:
            reason = NO_CONTACTS
        found |= _flagged(keys, flag, reason, looks_back.get(flag))
    gone, late = keys["contacts_gone"], keys["client_overdue"]
    wallet = keys[keys["share_of_wallet"].notna()]
    nobody = undefined(NO_KEY_CLIENT) if keys.empty else None
    return found | {
        "strategic.contacts_gone": nobody
        or (
            Figure(value=int(gone.sum()))
            if gone.notna().any()
            else undefined(NO_EARLIER if contacts_known else NO_CONTACTS)
        ),
        "strategic.overdue_receivables": nobody
        or (Figure(value=total(late) + 0.0) if late.notna().any() else undefined(NO_PAYMENTS)),
        "strategic.share_of_wallet": nobody
        or (Figure(value=total(wallet["r1"]) / total(wallet["potential"])) if len(wallet) else undefined(NO_POTENTIAL)),
    }


def exposure_adds_up(keys: pd.DataFrame) -> Check:
    """Σ r(W1) with no, one and several active contacts = revenue of super-key and key clients."""
    if keys["contacts_active"].isna().all():
        return Check("exposure_adds_up", True, f"nothing to check: {NO_KEY_CLIENT if keys.empty else NO_CONTACTS}")
    several = keys["contacts_active"] > 1
    parts = [total(keys.loc[flag.fillna(False).to_numpy(dtype=bool), "r1"])
             for flag in (keys["no_contact"], keys["single_contact"], several)]  # fmt: skip
    whole = total(keys["r1"])
    detail = f"none, one, several: {' + '.join(f'{part:,.2f}' for part in parts)} = {whole:,.2f}"
    return Check("exposure_adds_up", same_money(sum(parts), whole), detail)


def of_w0(values: pd.Series, when: Windows) -> pd.Series:
    """Values of W0 by client, NaN where the history does not reach it."""
    return values.astype(float) if when.lacks_w0 is None else pd.Series(np.nan, index=values.index)


def _known(flag: pd.Series, lacks: str | None) -> pd.Series:
    known = flag.astype("boolean")
    return known.where(pd.Series(lacks is None, index=flag.index))


def _has(base: pd.DataFrame, column: str) -> bool:
    return column in base and bool(base[column].notna().any())


def _owed(base: pd.DataFrame, owing: Owed) -> dict[str, pd.Series]:
    """Money and days by client; `late` is missing without payments."""
    if owing.reason:
        unknown = pd.Series(np.nan, index=base.index)
        names_of = ("open", "client_overdue", "over_90", "days_overdue", "days_late")
        return {**dict.fromkeys(names_of, unknown), "late": pd.Series(pd.NA, index=base.index, dtype="boolean")}
    late = receivables.by_client(owing, base).set_index("client_id").reindex(base.index)
    paid = owing.paid.assign(weighted=owing.paid["amount"] * owing.paid["days_late"]).groupby("client_id")
    invoices = owing.invoices.groupby("client_id")["amount"].sum()
    return {
        "open": invoices.reindex(base.index).astype(float).fillna(0.0),
        "client_overdue": late["overdue"].astype(float).fillna(0.0),
        "over_90": late["over_90"].astype(float).fillna(0.0),
        "days_overdue": late["days_overdue"].astype(float),
        "days_late": (paid["weighted"].sum() / paid["amount"].sum()).reindex(base.index).astype(float),
        "late": (late["days_overdue"] > LATE_DAYS).astype("boolean"),
    }


def _flagged(keys: pd.DataFrame, flag: str, reason: str, lacks: str | None) -> dict[str, Figure]:
    held = keys[WEAKNESSES[flag]]
    known = held.notna()
    if lacks or not known.any():
        nothing = undefined(lacks or (NO_KEY_CLIENT if keys.empty else reason))
        return {f"strategic.{flag}_clients": nothing, f"strategic.{flag}_revenue": nothing}
    mine = keys[held.fillna(False).to_numpy(dtype=bool)]
    return {
        f"strategic.{flag}_clients": Figure(value=len(mine)),
        f"strategic.{flag}_revenue": Figure(value=total(mine["r1"]) + 0.0),
    }

"""The lists of the four rules, cut to the team's capacity: whom to call, why, and what it is about.

In: the client frame with rules, stakes and reasons; out: lists as tables, and what was cut as figures.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.baskets import favourite
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.portfolio import names, total
from portfolio_review.metrics.rules import LISTS
from portfolio_review.metrics.stake import lacks_stake
from portfolio_review.metrics.windows import Windows

CALLED_BACK = ("return", "retain")
_CLIENT = ("rank", "client_id", "name", "abc", "xyz", "stage", "at_stake")
_REASON = ("reason", "usual", "now", "about", "favourite", "last_order", "owner")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "return": (*_CLIENT, "revenue_last_active", "p_next", *_REASON),
    "retain": (*_CLIENT, "revenue_w1", "p_next", *_REASON),
    "develop": (*_CLIENT, "revenue_w1", *_REASON),
    "reward": (*_CLIENT, "revenue_w1", *_REASON),
}
"""The columns of `actions.<rule>`."""
FULL_COLUMNS = ("rule", "listed", *_CLIENT, "revenue_last_active", "revenue_w1", "p_next", *_REASON)


def ranked(base: pd.DataFrame, capacity: int) -> pd.DataFrame:
    """rule, rank, listed of every client under one of the four rules, by client id, in the order of the lists.

    By money at stake, largest first, equal amounts by client id; clients whose money is not known come
    last, by r(W1). listed: among the first `capacity` of its rule. base: client frame with rule,
    at_stake, r1. Source: Lifecycle and the four rules.
    """
    mine = base[base["rule"].isin(LISTS) & ~bought_since(base)]
    place = mine["rule"].map({rule: place for place, rule in enumerate(LISTS)}).to_numpy(dtype=np.int64)
    stake, by_id = mine["at_stake"].to_numpy(dtype=float), np.argsort(mine.index.argsort())
    spent = np.where(np.isnan(stake), -mine["r1"].to_numpy(dtype=float), 0.0)
    order = np.lexsort((by_id, spent, -stake, place))
    place = place[order]
    rank = np.arange(len(order)) - np.searchsorted(place, place) + 1
    return pd.DataFrame(
        {"rule": np.array(LISTS, dtype=object)[place], "rank": rank, "listed": rank <= capacity},
        index=mine.index[order],
    )


def bought_since(base: pd.DataFrame) -> pd.Series:
    """Clients of return and retain that bought after the end of W1, in the days of a partial P: nobody calls them back.

    base: client frame with rule, and bought_since where P is partial. Source: Ground terms.
    """
    back = base["bought_since"] if "bought_since" in base else pd.Series(False, index=base.index)
    return base["rule"].isin(CALLED_BACK) & back.astype(bool)


def full(base: pd.DataFrame, mix: pd.DataFrame, when: Windows, capacity: int) -> pd.DataFrame:
    """`actions.full`: every client under return, retain, develop or reward, on its list or cut; the columns
    of `FULL_COLUMNS`, in the order of the lists.

    abc and xyz are the classes at W1, under return abc is that of the last active 12 months. at_stake,
    revenue_last_active, revenue_w1 in money; p_next (0 to 1) under return and retain; reason, usual,
    now, about as in `reason_codes`; owner: the client's manager. No rows when the history does not
    reach W0. Source: Lifecycle and the four rules.
    """
    order = ranked(base, capacity)
    mine = base.reindex(order.index)
    returning = (order["rule"] == "return").to_numpy()
    chance = order["rule"].isin(("return", "retain")).to_numpy()
    frame = pd.DataFrame(
        {
            "rule": order["rule"],
            "listed": order["listed"],
            "rank": order["rank"],
            "client_id": order.index,
            "name": names(mine),
            "abc": mine["abc1"].astype(object).mask(returning, mine["abc_last"].astype(object)),
            "xyz": mine["xyz1"].astype(object),
            "stage": mine["stage"].astype(object),
            "at_stake": mine["at_stake"],
            "revenue_last_active": mine["revenue_last_active"].where(returning),
            "revenue_w1": mine["r1"],
            "p_next": mine["p_next"].where(chance),
            "reason": mine["reason"],
            "usual": mine["usual"],
            "now": mine["now"],
            "about": mine["about"],
            "favourite": favourite(mix, base.index).reindex(order.index),
            "last_order": mine["last_purchase"],
            "owner": mine["manager"].astype(object) if "manager" in mine else None,
        }
    ).reset_index(drop=True)[list(FULL_COLUMNS)]
    return frame.head(0) if when.lacks_w0 else frame


def lists(everyone: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`actions.return`, `actions.retain`, `actions.develop`, `actions.reward`: the listed rows of
    `actions.full`, with the columns of `COLUMNS`."""
    listed = everyone[everyone["listed"].astype(bool)]
    return {
        f"actions.{rule}": listed.loc[listed["rule"] == rule, list(COLUMNS[rule])].reset_index(drop=True)
        for rule in LISTS
    }


def figures(everyone: pd.DataFrame, base: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`actions.<rule>.clients`, `.listed`, `.cut` (clients), `.at_stake`, `.at_stake_cut` (Σ money at stake of
    the listed and of those cut) of each list, and `actions.standard.clients`; of return and retain also
    `.bought_since`, the clients that are left out of all of these.

    Money of clients whose money is not known is left out; a sum of which no part is known is
    undefined. everyone: `actions.full`. Source: Lifecycle and the four rules.
    """
    found: dict[str, Figure] = {}
    for rule in LISTS:
        mine = everyone[everyone["rule"] == rule]
        listed = mine["listed"].astype(bool)
        reason = lacks_stake(base, mix, rule)
        of_rule = {
            "clients": Figure(value=len(mine)),
            "listed": Figure(value=int(listed.sum())),
            "cut": Figure(value=int((~listed).sum())),
            "at_stake": _money(mine.loc[listed, "at_stake"], reason),
            "at_stake_cut": _money(mine.loc[~listed, "at_stake"], reason),
        }
        found |= {f"actions.{rule}.{name}": figure for name, figure in of_rule.items()}
    left_out = base.loc[bought_since(base), "rule"]
    for rule in CALLED_BACK:
        found[f"actions.{rule}.bought_since"] = Figure(value=int((left_out == rule).sum()))
    found["actions.standard.clients"] = Figure(value=int((base["rule"] == "standard").sum()))
    return found if when.lacks_w0 is None else dict.fromkeys(found, undefined(when.lacks_w0))


def lists_add_up(everyone: pd.DataFrame, base: pd.DataFrame, capacity: int, when: Windows) -> Check:
    """Clients listed and cut = clients under the rule, for every list, and no list is above capacity."""
    if when.lacks_w0:
        return Check("lists_add_up", True, f"nothing to check: {when.lacks_w0}")
    passed, detail = True, []
    for rule in LISTS:
        listed = everyone.loc[everyone["rule"] == rule, "listed"].astype(bool)
        on, cut = int(listed.sum()), int((~listed).sum())
        members = int(((base["rule"] == rule) & ~bought_since(base)).sum())
        passed &= on + cut == members and on == min(capacity, members)
        detail.append(f"{rule}: {on:,} + {cut:,} = {members:,}")
    return Check("lists_add_up", passed, "; ".join(detail))


def _money(amounts: pd.Series, reason: str) -> Figure:
    return undefined(reason) if len(amounts) and amounts.isna().all() else Figure(value=total(amounts) + 0.0)

"""The lists: whom to call, why, and what it is about in money, cut to the team's capacity.

In: the client frame with lists, stakes and reasons; out: who stands where, the lists as tables, sums as figures.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import chance_back
from portfolio_review.metrics.baskets import favourite
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.holdout import Draw
from portfolio_review.metrics.portfolio import names, total
from portfolio_review.metrics.stake import LISTS, lacks_stake
from portfolio_review.metrics.windows import Windows

CALLED_BACK = ("return", "retain", "thread")
WITHOUT_W0 = ("return", "retain")
"""The lists that stand where the history does not reach W0."""
LEAST_WEIGHT = 1e-4
"""A row whose stake is below this share of value(W1) is not listed."""
RECENT_MONTHS = 6
TABLES: Mapping[str, str] = {list_: f"actions.{list_}" for list_ in LISTS} | {"thread": "actions.retain.thread"}
"""The table of each list; its figures begin with the same id."""
STATES = ("listed", "held_out", "cut")
LEFT_OUT = ("no_value", "no_gap", "light")
"""Why a client of a list neither stands on it nor is cut by its capacity; no_gap under develop alone."""
_CLIENT = ("rank", "client_id", "name", "abc", "xyz", "stage")
_REASON = ("reason", "usual", "now", "about", "favourite", "last_order", "owner")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "return": (*_CLIENT, "lost", "chance_back", "expected_back", "recent", "p_next", *_REASON),
    "retain": (*_CLIENT, "value", "at_stake", "p_next", *_REASON),
    "thread": (*_CLIENT, "value", "at_stake", "p_next", *_REASON),
    "develop": (*_CLIENT, "value", "at_stake", *_REASON),
    "reward": (*_CLIENT, "at_stake", *_REASON),
}
"""The columns of each list."""
FULL_COLUMNS = (
    "list", "rule", "state", "listed", *_CLIENT, "at_stake", "lost", "chance_back", "expected_back", "recent", "value",
    "revenue_last_active", "revenue_w1", "revenue_w0", "p_next", *_REASON,
)  # fmt: skip


def bought_since(base: pd.DataFrame) -> pd.Series:
    """Clients of return and retain that bought after the end of W1, in the days of a partial P: nobody calls them back.

    base: client frame with list, and bought_since where P is partial. Source: Ground terms.
    """
    back = base["bought_since"] if "bought_since" in base else pd.Series(False, index=base.index)
    return base["list"].isin(CALLED_BACK) & back.astype(bool)


def least_stake(base: pd.DataFrame) -> float:
    """0.01 % of value(W1): a smaller stake is not listed. base: client frame with value1."""
    return max(LEAST_WEIGHT * total(base["value1"]), 0.0)


def recent(base: pd.DataFrame, when: Windows) -> pd.Series:
    """Lapsed clients of class A, by their last active 12 months, that passed their limit within the last 6 months.

    They come before all others of return. base: client frame with lapsed, abc_last, silence, lapse_limit.
    """
    days = (when.w1.end - Month(when.w1.last.index - RECENT_MONTHS).last).days
    within = base["silence"] - base["lapse_limit"] <= days
    return base["lapsed"].astype(bool) & (base["abc_last"] == "A") & within


def ranked(base: pd.DataFrame, when: Windows, capacity: int, draw: Draw) -> pd.DataFrame:
    """list, rank, state, recent of every client that stands on a list or is cut, by client id, in the order of the
    lists.

    By what the list orders by, largest first, equal amounts by client id: return by lost · chance_back (lost alone
    where too few were seen to tell), those of `recent` before all others; retain by at_stake, then value_year; the
    others by at_stake. Nobody whose order's money is below `least_stake` or not above 0 stands (of retain's at_risk
    without a chance value_year decides), nor clients without value (`value.unprofitable`), nor those of
    `bought_since`; an exposed client or strategic account without value does.
    listed: the first `capacity` of its list but for the held out, which stand before the last of those.

    base: client frame with stakes. Source: Lifecycle and the four rules.
    """
    first = recent(base, when)
    weighed = _order_money(base)
    spared = base["exposed"].fillna(False).astype(bool) if "exposed" in base else pd.Series(False, index=base.index)
    if "account" in base:
        spared |= base["account"].fillna(False).astype(bool)
    by = weighed.where(~((base["list"] == "retain") & (base["at_stake"] == 0)), base["value_year"])
    heavy = (by > 0) & (by >= least_stake(base)) | (spared & (base["value1"] <= 0) & base["list"].isin(CALLED_BACK[1:]))
    kept = base["list"].notna() & ~bought_since(base) & ~base["unprofitable"] & heavy
    mine = base[kept.to_numpy(dtype=bool)]
    place = mine["list"].map({list_: place for place, list_ in enumerate(LISTS)}).to_numpy(dtype=np.int64)
    ahead = (first[mine.index] & (mine["list"] == "return")).to_numpy(dtype=bool)
    by_id = np.argsort(mine.index.argsort())
    order = np.lexsort(
        (by_id, -mine["value_year"].to_numpy(dtype=float), -weighed[mine.index].to_numpy(dtype=float), ~ahead, place)
    )
    place, index = place[order], mine.index[order]
    held = draw.held_out(index)
    start = np.searchsorted(place, place)
    called: NDArray[np.int64] = np.cumsum(~held) - np.concatenate(([0], np.cumsum(~held)))[start]
    state = np.where(held & (called < capacity), "held_out", np.where(called <= capacity, "listed", "cut"))
    state = np.where(held & (state == "listed"), "cut", state)
    listed = state == "listed"
    nth = np.cumsum(state != "held_out") - np.concatenate(([0], np.cumsum(state != "held_out")))[start]
    return pd.DataFrame(
        {
            "list": np.array(LISTS, dtype=object)[place],
            "rank": pd.array(np.where(state == "held_out", 0, nth), dtype="Int64"),
            "state": state.astype(object),
            "listed": listed,
            "recent": ahead[order],
        },
        index=index,
    ).assign(rank=lambda frame: frame["rank"].where(frame["state"] != "held_out"))


def left_out(base: pd.DataFrame, everyone: pd.DataFrame) -> pd.Series:
    """Why a client of a list neither stands on it nor is cut: no_value, no_gap or light; missing for all others.

    no_value: unprofitable, or a value over 12 months (lapsed: of its last active 12 months) not above 0; no_gap: under
    develop, with value and without a gap; light: money below `least_stake`. Who is of `bought_since` is left out for
    that alone. base: client frame with stakes; everyone: `actions.full`. Text by client id.
    Source: Lifecycle and the four rules.
    """
    off = base["list"].notna() & ~bought_since(base) & ~base.index.isin(everyone["client_id"])
    develop = base["list"] == "develop"
    worth = base["value_year"].where(base["list"] != "return", base["lost"])
    no_value = base["unprofitable"].astype(bool) | (~(worth > 0) & ~develop)
    reason = np.select([no_value, develop & ~(base["at_stake"] > 0)], LEFT_OUT[:2], LEFT_OUT[2])
    found = np.full(len(base), None, dtype=object)
    found[off.to_numpy()] = reason[off.to_numpy()]
    return pd.Series(found, index=base.index)


def _order_money(base: pd.DataFrame) -> pd.Series:
    """What each list orders and cuts by."""
    returning = (base["list"] == "return").to_numpy()
    return base["at_stake"].mask(returning, base["expected_back"].fillna(base["lost"]))


def full(base: pd.DataFrame, mix: pd.DataFrame, when: Windows, capacity: int, draw: Draw) -> pd.DataFrame:
    """`actions.full`: every client that stands on a list, is held out of it or cut; the columns of `FULL_COLUMNS`, in
    the order of the lists.

    abc and xyz are the classes at W1, under return abc is that of the last active 12 months. at_stake, lost,
    expected_back and value (value over 12 months) in money; chances 0 to 1; reason, usual, now, about as in
    `reason_codes`; owner: the client's manager. Source: Lifecycle and the four rules.
    """
    order = ranked(base, when, capacity, draw)
    mine = base.reindex(order.index)
    returning = (order["list"] == "return").to_numpy()
    called_back = order["list"].isin(CALLED_BACK).to_numpy()
    return pd.DataFrame(
        {
            "list": order["list"],
            "rule": mine["rule"].astype(object),
            "state": order["state"],
            "listed": order["listed"],
            "rank": order["rank"],
            "client_id": order.index,
            "name": names(mine),
            "abc": mine["abc1"].astype(object).mask(returning, mine["abc_last"].astype(object)),
            "xyz": mine["xyz1"].astype(object),
            "stage": mine["stage"].astype(object),
            "at_stake": mine["at_stake"],
            **{name: mine[name].where(returning) for name in ("lost", "chance_back", "expected_back")},
            "recent": order["recent"],
            "value": mine["value_year"],
            "revenue_last_active": mine["revenue_last_active"].where(returning),
            "revenue_w1": mine["r1"],
            "revenue_w0": mine["r0"],
            "p_next": mine["p_next"].where(called_back) if "p_next" in mine else np.nan,
            "reason": mine["reason"],
            "usual": mine["usual"],
            "now": mine["now"],
            "about": mine["about"],
            "favourite": favourite(mix, base.index).reindex(order.index),
            "last_order": mine["last_purchase"],
            "owner": mine["manager"].astype(object) if "manager" in mine else None,
        }
    ).reset_index(drop=True)[list(FULL_COLUMNS)]


def lists(everyone: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `TABLES`: the listed rows of `actions.full`, with the columns of `COLUMNS`."""
    listed = everyone[everyone["listed"].astype(bool)]
    return {
        id: listed.loc[listed["list"] == list_, list(COLUMNS[list_])].astype({"rank": "int64"}).reset_index(drop=True)
        for list_, id in TABLES.items()
    }


def figures(everyone: pd.DataFrame, base: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """Of each list clients (under it), listed, cut, held_out, those of `left_out` by reason (no_value, light, under
    develop no_gap), and Σ at_stake of the listed (`.at_stake`) and of those cut (`.at_stake_cut`);
    `actions.standard.clients`.

    Of return Σ expected_back likewise, with its interval, and `.recent_cut`, `.recent_cut_lost`: those of `recent` that
    the capacity cuts. Of return and retain also `.bought_since`, the clients that are left out of all of these. Where
    the history does not reach W0 only return and retain are known. everyone: `actions.full`.
    Source: Lifecycle and the four rules.
    """
    found: dict[str, Figure] = {}
    away, off = bought_since(base), left_out(base, everyone)
    for list_, id in TABLES.items():
        mine = everyone[everyone["list"] == list_]
        state = {name: mine[mine["state"] == name] for name in STATES}
        members = int(((base["list"] == list_) & ~away).sum())
        reason = lacks_stake(mix, list_)
        of_list = {
            "clients": Figure(value=members),
            **{name: Figure(value=len(rows)) for name, rows in state.items()},
            **{
                name: Figure(value=int(((base["list"] == list_) & (off == name)).sum()))
                for name in LEFT_OUT
                if name != "no_gap" or list_ == "develop"
            },
            "at_stake": _money(state["listed"], members, reason),
            "at_stake_cut": Figure(value=total(state["cut"]["at_stake"]) + 0.0),
        }
        if list_ == "return":
            of_list |= _back(state["listed"], state["cut"], base)
        if list_ in CALLED_BACK:
            of_list["bought_since"] = Figure(value=int((base.loc[away, "list"] == list_).sum()))
        if when.lacks_w0 and list_ not in WITHOUT_W0:
            of_list = dict.fromkeys(of_list, undefined(when.lacks_w0))
        found |= {f"{id}.{name}": figure for name, figure in of_list.items()}
    return found | {"actions.standard.clients": Figure(value=int((base["rule"] == "standard").sum()))}


def _back(listed: pd.DataFrame, cut: pd.DataFrame, base: pd.DataFrame) -> dict[str, Figure]:
    """Σ expected_back of the listed and of those cut with low to high; the recent of class A that are cut."""

    def expected(rows: pd.DataFrame) -> Figure:
        mine = base.reindex(rows["client_id"])
        chance = mine[["chance_back", "chance_low", "chance_high"]].set_axis(["share", "low", "high"], axis=1)
        return chance_back.expected(mine["lost"], chance, chance_back.TOO_FEW)

    missed = cut[cut["recent"].astype(bool)]
    return {
        "expected_back": expected(listed),
        "expected_back_cut": expected(cut),
        "recent_cut": Figure(value=len(missed)),
        "recent_cut_lost": Figure(value=total(missed["lost"]) + 0.0),
    }


def lists_add_up(everyone: pd.DataFrame, base: pd.DataFrame, capacity: int) -> Check:
    """Listed, held out, cut and left out = clients under the list, no list is above capacity, and none has a row that
    is too light where one is cut."""
    passed, detail, away = True, [], bought_since(base)
    for list_ in LISTS:
        mine = everyone.loc[everyone["list"] == list_, "state"]
        on, out, cut = (int((mine == state).sum()) for state in STATES)
        members = int(((base["list"] == list_) & ~away).sum())
        light = members - len(mine)
        passed &= light >= 0 and on <= capacity and (cut == 0 or on == capacity)
        detail.append(f"{list_}: {on:,} + {out:,} + {cut:,} + {light:,} = {members:,}")
    return Check("lists_add_up", passed and not everyone["client_id"].duplicated().any(), "; ".join(detail))


def _money(rows: pd.DataFrame, members: int, reason: str) -> Figure:
    """Σ at_stake; undefined where there are clients and no money of any is known."""
    return undefined(reason) if members and rows.empty else Figure(value=total(rows["at_stake"]) + 0.0)

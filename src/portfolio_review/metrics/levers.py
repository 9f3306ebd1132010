"""Development levers: in what a client lags its peers most, so that there is something to begin with.

In: the client frame, the mix, items; out: own and usual values by client and the lever that lags.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics import margin
from portfolio_review.metrics.baskets import baskets, category_known, high_margin_share
from portfolio_review.metrics.peers import median_of_others, peers_of
from portfolio_review.metrics.portfolio import client_codes, grouped_count, names
from portfolio_review.metrics.windows import Windows

LEVERS = ("order_value", "items_per_order", "categories_bought", "order_frequency", "high_margin_share")
FEWEST_PEERS = 5
"""With fewer peers whose value is known nothing is usual."""
TOLERANCE = 1e-9


def add_levers(base: pd.DataFrame, mix: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """`base` with <lever> and <lever>_peers for each of `LEVERS`, and `lever`, the one that lags most.

    Of W1: order_value = r / orders (money); items_per_order = distinct products of each order, summed,
    / orders; categories_bought; order_frequency = orders; high_margin_share = share of revenue by
    category in categories whose margin rate is above that of all together. <lever>_peers: the median
    over the client's peers (at least 5). lever: the smallest own / peers below 1, of equals the first
    in order; missing where none lags.

    base: client frame with active1, r1, orders1, abc1, type; mix: client_id, category, revenue_w1,
    margin_w1, margin_revenue_w1; items: client_id, items. What is not given stays missing. Source: Lifecycle and
    the four rules.
    """
    own = _own(base, mix, items)
    peers = peers_of(base)
    usual = pd.DataFrame({lever: median_of_others(own[lever], peers, FEWEST_PEERS) for lever in LEVERS})
    ratio = (own / usual.where(usual > 0)).to_numpy(dtype=float)
    ratio = np.where(ratio < 1 - TOLERANCE, ratio, np.inf)
    worst = np.where(np.isfinite(ratio.min(axis=1)), ratio.argmin(axis=1), len(LEVERS))
    lever = np.array([*LEVERS, None], dtype=object)[worst]
    return base.join(own).join(usual.add_suffix("_peers")).assign(lever=lever)


def _own(base: pd.DataFrame, mix: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The value of each lever for every client active in W1, missing for the others."""
    active = base["active1"].to_numpy(dtype=bool)
    orders = base["orders1"].where(active & (base["orders1"] > 0).to_numpy()).astype(float)
    bought = baskets(mix, base.index)
    counted = grouped_count(client_codes(items["client_id"], base.index), items["items"], len(base))
    own = pd.DataFrame(
        {
            "order_value": base["r1"] / orders,
            "items_per_order": counted / orders if len(items) else np.nan,
            "categories_bought": bought.breadth.astype(float) if category_known(mix) else np.nan,
            "order_frequency": orders,
            "high_margin_share": np.nan if margin.lacks_in(base, "1") else high_margin_share(mix, bought, base.index),
        },
        index=base.index,
    )
    own.loc[~active] = np.nan
    return own


def table(base: pd.DataFrame, listed: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.levers`: rank, client_id, name, lever and each lever with that of the peers, in the order
    of the develop list.

    base: client frame with `add_levers`; listed: `actions.develop`. No rows when the history does not
    reach W0. Source: Lifecycle and the four rules.
    """
    mine = base.reindex(listed["client_id"])
    columns: dict[str, object] = {
        "rank": listed["rank"].to_numpy(),
        "client_id": listed["client_id"].to_numpy(),
        "name": names(mine).to_numpy(),
        "lever": mine["lever"].to_numpy(),
    }
    for lever in LEVERS:
        columns |= {lever: mine[lever].to_numpy(), f"{lever}_peers": mine[f"{lever}_peers"].to_numpy()}
    frame = pd.DataFrame(columns)
    return frame.head(0) if when.lacks_w0 else frame


def summary(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.lagging`: lever, clients under develop that lag their peers most in it; all five levers."""
    counts = base.loc[base["rule"] == "develop", "lever"].value_counts()
    frame = pd.DataFrame({"lever": list(LEVERS), "clients": [int(counts.get(lever, 0)) for lever in LEVERS]})
    return frame.head(0) if when.lacks_w0 else frame

"""Cross-sell: categories that peers buy and a client does not, and categories that go together.

In: the client frame, baskets of W1; out: tables with lift. Source: Lifecycle and the four rules; lift
after Brin, Motwani, Ullman, Tsur 1997 (there "interest").
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from portfolio_review.metrics.baskets import Baskets, baskets
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.portfolio import names
from portfolio_review.metrics.white_space import offers
from portfolio_review.metrics.windows import Windows

FEWEST_BUYERS = 5
"""Support: a lift of fewer clients is chance."""
EACH = 3
"""Categories proposed to one client."""
PAIRS = 40


def table(base: pd.DataFrame, listed: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.cross_sell`: rank, client_id, name, category, n, share, lift, white_space.

    Categories that a client of the develop list lacks, at least 25 % of its peers and at least 5 of
    them (n) buy; lift = share of the peers / share of all other clients of A1 that buy it. The three
    of largest lift, equal ones by white_space = share × median spend of those peers, in money.

    base: client frame with active1, abc1, type; listed: `actions.develop`; mix: client_id, category,
    revenue_w1. No rows without peers, or when the history does not reach W0. Source: Lifecycle and the four rules.
    """
    bought, peers = baskets(mix, base.index), peers_of(base)
    offered = offers(bought, peers)
    everyone = max(int(base["active1"].sum()) - 1, 1)
    of_all = np.bincount(bought.category, minlength=len(bought.categories)) / everyone
    found = pd.DataFrame(
        {
            "group": offered.group,
            "code": offered.category,
            "category": bought.categories[offered.category],
            "n": offered.buyers,
            "share": offered.share,
            "lift": offered.share / of_all[offered.category],
            "white_space": offered.worth,
        }
    )
    place = base.index.get_indexer(pd.Index(listed["client_id"]))
    clients = pd.DataFrame(
        {
            "rank": listed["rank"].to_numpy(),
            "client_id": listed["client_id"].to_numpy(),
            "name": names(base).to_numpy()[place],
            "group": peers.group[place],
            "place": place,
        }
    )
    pairs = clients.merge(found[found["n"] >= FEWEST_BUYERS], on="group")
    has = pd.MultiIndex.from_arrays([bought.client, bought.category])
    pairs = pairs[~pd.MultiIndex.from_frame(pairs[["place", "code"]]).isin(has)]
    # equal lifts may differ in their last bits
    pairs = pairs.assign(by=-pairs["lift"].round(9), then=-pairs["white_space"])
    pairs = pairs.sort_values(["rank", "by", "then", "category"]).groupby("rank").head(EACH)
    columns = ["rank", "client_id", "name", "category", "n", "share", "lift", "white_space"]
    frame = pairs[columns].reset_index(drop=True)
    return frame.head(0) if when.lacks_w0 else frame


def pairs(mix: pd.DataFrame, index: pd.Index, top: int = PAIRS) -> pd.DataFrame:
    """`actions.category_pairs`: category, other, n, lift: what clients buy together in W1.

    lift = n_ab · N / (n_a · n_b): n_ab (n) clients that buy both, at least 5; n_a, n_b clients that buy
    one; N clients that buy any category. The `top` of largest lift, equal ones by n, then by name.
    mix: client_id, category, revenue_w1; index: of the client frame. Source: Brin et al. 1997.
    """
    bought: Baskets = baskets(mix, index)
    width = len(bought.categories)
    shape = (bought.clients, max(width, 1))
    held = coo_array((np.ones(len(bought.client)), (bought.client, bought.category)), shape=shape).tocsc()
    both = (held.T @ held).tocoo()
    one, other, n = both.row, both.col, both.data.astype(np.int64)
    alone = np.bincount(bought.category, minlength=shape[1])
    everyone = len(np.unique(bought.client))
    kept = (one < other) & (n >= FEWEST_BUYERS)
    one, other, n = one[kept], other[kept], n[kept]
    lift = n * everyone / (alone[one] * alone[other])
    order = np.lexsort((other, one, -n, -lift.round(9)))[:top]
    return pd.DataFrame(
        {
            "category": bought.categories[one[order]],
            "other": bought.categories[other[order]],
            "n": n[order],
            "lift": lift[order],
        }
    )

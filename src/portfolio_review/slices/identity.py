"""Who counts as one client: mergers are followed to their end, legal entities of a group joined.

In: the validated `clients` table. Out: for every client id whose key differs, the id it counts under.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from portfolio_review import glyphs
from portfolio_review.ids import mended
from portfolio_review.metrics.portfolio import MONEY_DECIMALS


def keys(clients: pd.DataFrame, *, by_group: bool) -> pd.DataFrame:
    """`client_id`, `key` for each client that counts under another id.

    `merged_into` re-keys a client's whole history, along chains of mergers (cycles are refused when
    the sources are read); with `by_group` the clients of one `group_id` then count as that group, a merged
    client with the one that it became.
    """
    target = _links(clients, "merged_into")
    group = _links(clients, "group_id") if by_group else {}
    found: dict[str, str] = {}
    for client in dict.fromkeys([*target, *group]):
        survivor = client
        for _ in range(len(target)):
            if survivor not in target:
                break
            survivor = target[survivor]
        key = group.get(survivor, survivor)
        if key != client:
            found[client] = key
    return pd.DataFrame(
        {"client_id": pd.Series(found.keys(), dtype="str"), "key": pd.Series(found.values(), dtype="str")}
    )


def counted_under(client_ids: Sequence[str], keys: pd.DataFrame) -> tuple[str, ...]:
    """The ids that `client_ids` count under, each once, in their order: a merged client or a member of a group
    that is named (as a strategic account) stands for what it became."""
    key_of = dict(zip(keys["client_id"], keys["key"], strict=True))
    return tuple(dict.fromkeys(key_of.get(client, client) for client in client_ids))


def told_apart(known: pd.DataFrame) -> pd.DataFrame:
    """`known` (client_id, name, …) with the id beside a name that several clients have, or that the report's font
    cannot draw: `ООО «Луч» (K-017)`."""
    if "name" not in known:
        return known
    said = known["name"].map(mended, na_action="ignore")
    shared = said.map(known.groupby(said)["client_id"].nunique()) > 1  # a client may stand once for each unit
    odd = [isinstance(name, str) and not name.isascii() and bool(glyphs.lacking(name)) for name in known["name"]]
    unprintable = pd.Series(odd, index=known.index, dtype=bool)
    beside = (shared | unprintable) & (known["name"] != known["client_id"])
    return known.assign(name=known["name"].where(~beside, known["name"] + " (" + known["client_id"] + ")"))


def _links(clients: pd.DataFrame, column: str) -> dict[str, str]:
    if column not in clients:
        return {}
    known = clients.loc[clients[column].notna(), ["client_id", column]]
    return dict(zip(known["client_id"], known[column], strict=True))


def attributes(clients: pd.DataFrame, keyed: pd.DataFrame, revenue: pd.Series, *, by_group: bool) -> pd.DataFrame:
    """One row of attributes per key: the survivor's own, or for a group those of its member with most r(W1).

    Equal members stand by id; a member's r(W1) holds that of the clients merged into it. A group is shown under
    its `group_id`. keyed: as of `keys`; revenue: r(W1) by client id, before mergers. Source: Structure.
    """
    frame = clients.merge(keyed, on="client_id", how="left")
    frame["key"] = frame["key"].fillna(frame["client_id"])
    became = keys(clients, by_group=False).set_index("client_id")["key"].to_dict()
    survivor = [became.get(client, client) for client in revenue.index]
    size = revenue.astype("float64").groupby(survivor).sum().round(MONEY_DECIMALS)
    frame["size"] = frame["client_id"].map(size).fillna(0.0)
    # who still exists first, then the largest, then the smallest id: one fixed choice
    frame["gone"] = frame["client_id"].isin(list(became))
    frame = frame.sort_values(["key", "gone", "size", "client_id"], ascending=[True, True, False, True])
    first = frame.drop_duplicates("key").drop(columns=["client_id", "size", "gone"])
    first = first.rename(columns={"key": "client_id"}).reset_index(drop=True)
    if by_group and "group_id" in first and "name" in first:
        grouped = first["client_id"] == first["group_id"]
        first["name"] = first["name"].where(~grouped, first["group_id"])
    return first.drop(columns=["merged_into"], errors="ignore")

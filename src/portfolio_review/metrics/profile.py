"""The profile to look for: what the constant large clients share more often than the rest.

In: the client frame with classes and attributes; out: a table. Source: Retention, new clients' quality.
"""

from __future__ import annotations

import pandas as pd

ATTRIBUTES = ("type", "industry", "region", "first_category")
FEWEST = 5
"""A value is named from so many A X clients on."""


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.profile`: attribute, value, clients, share, share_rest, lift, the highest lift first.

    clients = A X clients with the value, 5 at least; share = clients / all A X clients; share_rest the
    same of the other clients active in W1; lift = share / share_rest, above 1, NaN where no other
    client has the value (those stand first). base: client frame with abc1, xyz1 and any of the
    attributes. Source: Retention, new clients' quality.
    """
    mine = base[base["active1"]]
    best = (mine["abc1"] == "A") & (mine["xyz1"] == "X")
    parts = []
    for attribute in ATTRIBUTES:
        if attribute not in mine or not len(mine[best]) or not len(mine[~best]):
            continue
        counts = mine.loc[best, attribute].value_counts()
        counts = counts[counts >= FEWEST]
        others = mine.loc[~best, attribute].value_counts().reindex(counts.index).fillna(0)
        parts.append(
            pd.DataFrame(
                {
                    "attribute": attribute,
                    "value": counts.index.to_numpy(dtype=object),
                    "clients": counts.to_numpy(),
                    "share": counts.to_numpy() / int(best.sum()),
                    "share_rest": others.to_numpy() / int((~best).sum()),
                }
            )
        )
    columns = ["attribute", "value", "clients", "share", "share_rest", "lift"]
    if not parts:
        return pd.DataFrame(columns=columns)
    frame = pd.concat(parts, ignore_index=True)
    frame["lift"] = frame["share"] / frame["share_rest"].where(frame["share_rest"] > 0)
    frame = frame[frame["lift"].isna() | (frame["lift"] > 1)]
    order = ["lift", "clients", "attribute", "value"]
    frame = frame.sort_values(order, ascending=[False, False, True, True], na_position="first")
    return frame[columns].reset_index(drop=True)

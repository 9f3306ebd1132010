"""What each manager has to do: the listed clients that are theirs, and how their clients stand.

In: `actions.full`, `actions.managers`; out: a row for each listed client, and one for each manager with something to do
or to keep. Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.metrics.portfolio import MONEY_DECIMALS
from portfolio_review.metrics.windows import Windows

ROW_COLUMNS = ("owner", "list", "client_id", "name", "money", "p_next", "reason", "usual", "now", "about", "due")
OF_MANAGERS = ("clients", "revenue", "reached", "target", "attainment", "base", "rate", "low", "high", "at_risk",
               "contacts_overdue")  # fmt: skip
SUMS: Mapping[str, str] = {
    "return": "lost", "retain": "in_danger", "thread": "rests_on_it", "develop": "could_buy", "reward": "to_keep",
}  # fmt: skip
"""The column that sums each list: in the sense of its money."""
COLUMNS = ("owner", "text", *OF_MANAGERS, "listed", *SUMS.values(), "measure", "due")


def rows(everyone: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.by_owner`: the columns of `ROW_COLUMNS` of every listed client: by owner (those without one last), in
    the order of the lists; money = at_stake, due by the end of the month after P. everyone: `actions.full`.
    Source: Lifecycle and the four rules."""
    mine = everyone[everyone["listed"].astype(bool)].rename(columns={"at_stake": "money"})
    mine = mine.assign(due=_due(when), last=mine["owner"].isna())
    return mine.sort_values(["last", "owner"], kind="stable")[list(ROW_COLUMNS)].reset_index(drop=True)


def table(listed: pd.DataFrame, managers: pd.DataFrame, measure: str, when: Windows) -> pd.DataFrame:
    """`actions.owners`: the columns of `COLUMNS` but for `text`, of every manager with a client that is active in W1 or
    on a list, by name.

    Of `OF_MANAGERS` as in `actions.managers` (clients 0, the rest NaN of a manager whose clients bought in neither
    window); listed: rows of `actions.by_owner`; Σ money of each list (`SUMS`), in money of `measure` (revenue, margin).
    Source: Lifecycle and the four rules.
    """
    mine = listed[listed["owner"].notna()]
    of = managers[managers["manager"].notna()].set_index("manager").reindex(columns=list(OF_MANAGERS)).astype(float)
    active = of.index[of["clients"] > 0]
    names = sorted({*active, *mine["owner"]})
    frame = of.reindex(pd.Index(names, dtype=object, name="owner"))
    counts = mine["owner"].value_counts()
    sums = mine.pivot_table(index="owner", columns="list", values="money", aggfunc="sum", observed=True)
    for list_, name in SUMS.items():
        of_list = sums[list_] if list_ in sums else pd.Series(dtype=float)
        frame[name] = of_list.reindex(frame.index).fillna(0.0).round(MONEY_DECIMALS) + 0.0
    frame["listed"] = counts.reindex(frame.index).fillna(0).astype(np.int64)
    whole = {name: frame[name].fillna(0).astype(np.int64) for name in ("clients", "base")}
    frame = frame.assign(**whole, measure=measure, due=_due(when)).reset_index()
    return frame[[name for name in COLUMNS if name != "text"]]


def _due(when: Windows) -> str:
    """The end of the month after P."""
    return (when.p.last + 1).last.isoformat()

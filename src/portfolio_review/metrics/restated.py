"""Past months whose revenue is another than an earlier review said: by month and client, and from which cause.

In: revenue by client and month of both reviews; out: the tables `data.client_months`, `data.compared`,
`data.restated`, `data.restated_clients` and their figures. Source: Doubts, After the fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure
from portfolio_review.metrics.checks import HALF_A_CENT
from portfolio_review.metrics.portfolio import MONEY_DECIMALS
from portfolio_review.metrics.windows import Windows

CLIENTS = 5
"""So many clients of a changed month are named, those whose revenue changed most."""
OTHERS = "others"
CAUSES = ("data", "settings", "method")
Changed = Literal["changed", "unchanged", "not_told"]
NO_REVIEW = "no earlier review with revenue by client and month is at hand"


@dataclass(frozen=True)
class EarlierMonths:
    """What an earlier review said of its months, and what of its making is as it is now.

    months: client_id, month (YYYY-MM), revenue, of the months `first` to `last` (client-months without revenue may
    be missing). period, version: which review; version 0 is a draft. settings, method: whether the settings that rows
    are read by, or the code that reads and sums them, differ; None where that is not known. inputs: sha256 by file of
    what it read; empty where that is not told (a unit's review).
    """

    months: pd.DataFrame
    first: str
    last: str
    period: str
    version: int = 0
    settings: bool | None = None
    method: bool | None = None
    inputs: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Restatement:
    """compared: `data.compared`; months: `data.restated`; clients: `data.restated_clients`."""

    compared: pd.DataFrame
    months: pd.DataFrame
    clients: pd.DataFrame
    figures: Mapping[str, Figure]


def client_months(monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`data.client_months`: client_id, month (YYYY-MM), revenue (money) of the months of W0 and W1, by client and
    month; without revenue no row. monthly: client_id, month (index of `Month`), revenue."""
    span = Span(when.w0.first, when.w1.last)
    inside = monthly["month"].between(span.first.index, span.last.index) & (monthly["revenue"].abs() > 0)
    mine = monthly.loc[inside, ["client_id", "month", "revenue"]].sort_values(["client_id", "month"], kind="stable")
    names = np.array([str(span.first + place) for place in range(span.months)], dtype=object)
    text = names[mine["month"].to_numpy(dtype=np.int64) - span.first.index]
    return pd.DataFrame(
        {
            "client_id": mine["client_id"].astype("str").to_numpy(),
            "month": pd.Series(text, dtype="str").to_numpy(),
            "revenue": mine["revenue"].to_numpy(dtype=float),
        }
    )


def differences(before: pd.DataFrame, now: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """client_id, month, before, now, change of every client-month from `first` to `last` whose revenue differs by half
    a cent or more, by month and client. before, now: as of `client_months`."""
    keys = ["client_id", "month"]
    sides = [
        frame[frame["month"].between(first, last)].groupby(keys)["revenue"].sum().rename(name)
        for name, frame in (("before", before), ("now", now))
    ]
    both = pd.concat(sides, axis=1).fillna(0.0).round(MONEY_DECIMALS).reset_index()
    both["change"] = (both["now"] - both["before"]).round(MONEY_DECIMALS)
    both = both[both["change"].abs() >= HALF_A_CENT].sort_values(["month", "client_id"], kind="stable")
    return both[["client_id", "month", "before", "now", "change"]].reset_index(drop=True)


def common(earlier: EarlierMonths, when: Windows) -> tuple[str, str] | None:
    """The first and the last month that both reviews tell of; None where they share none."""
    first, last = max(earlier.first, str(when.w0.first)), min(earlier.last, str(when.w1.last))
    return (first, last) if first <= last else None


def by_month(before: pd.DataFrame, now: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """`data.restated`: month, before, now, change of the months from `first` to `last` whose revenue changed by half a
    cent or more, by month. before, now: as of `client_months`. Source: Doubts."""
    both = pd.concat(
        [frame.groupby("month")["revenue"].sum().rename(name) for name, frame in (("before", before), ("now", now))],
        axis=1,
    ).fillna(0.0).round(MONEY_DECIMALS)  # fmt: skip
    both = both[(both.index >= first) & (both.index <= last)].sort_index()
    both["change"] = (both["now"] - both["before"]).round(MONEY_DECIMALS)
    both = both[both["change"].abs() >= HALF_A_CENT].rename_axis("month").reset_index()
    return both.astype({"month": "str"})[["month", "before", "now", "change"]]


def by_client(changed: pd.DataFrame, months: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """`data.restated_clients`: of each month of `months` the five clients whose revenue changed most, then all others
    as one (`others`), so that they sum to the month. Columns month, client_id, name, before, now, change.

    changed: `differences`; months: `by_month`. Equal changes: by client id. Source: Doubts.
    """
    rows: list[Mapping[str, object]] = []
    money = ["before", "now", "change"]
    for month in months.to_dict("records"):
        mine = changed[changed["month"] == month["month"]]
        mine = mine.assign(size=mine["change"].abs()).sort_values(["size", "client_id"], ascending=[False, True])
        first = mine.head(CLIENTS)
        rows += [row | {"name": names.get(row["client_id"])} for row in first.drop(columns="size").to_dict("records")]
        rest = {name: round(float(month[name]) - float(first[name].sum()), MONEY_DECIMALS) + 0.0 for name in money}
        if len(mine) > len(first):
            rows.append({"month": month["month"], "client_id": OTHERS, "name": None, **rest})
    frame = pd.DataFrame(rows, columns=["month", "client_id", "name", *money])
    return frame.astype(dict.fromkeys(money, "float64"))


def causes(earlier: EarlierMonths | None, months: pd.DataFrame, inputs: Mapping[str, str]) -> pd.DataFrame:
    """`data.compared`: cause, changed, review (period), version: of each of data, settings and method whether it
    changed since the earlier review; no rows without one.

    settings and method: by their hashes. data: changed where figures did while neither of these differs; unchanged
    where no figure did, or every file that the earlier review read still has its hash; else not told, for the change of
    figures may come from the one or the other. inputs: sha256 by file, of now.
    """
    columns = ["cause", "changed", "review", "version"]
    if earlier is None:
        return pd.DataFrame(columns=columns).astype({"version": "int64"})
    told = {"settings": _word(earlier.settings), "method": _word(earlier.method)}
    same = bool(earlier.inputs) and bool(inputs) and all(inputs.get(p) == h for p, h in (earlier.inputs or {}).items())
    data: Changed = "not_told"
    if months.empty or same:
        data = "unchanged"
    elif set(told.values()) == {"unchanged"}:
        data = "changed"
    found = {"data": data, **told}
    rows = [(cause, found[cause], earlier.period, earlier.version) for cause in CAUSES]
    return pd.DataFrame(rows, columns=columns)


def _word(differs: bool | None) -> Changed:
    return "not_told" if differs is None else "changed" if differs else "unchanged"


def restatement(
    earlier: EarlierMonths | None, now: pd.DataFrame, when: Windows, names: Mapping[str, str],
    inputs: Mapping[str, str],
) -> Restatement:  # fmt: skip
    """What an earlier review said otherwise of the same months.

    `data.restated_revenue` = Σ |change| over the months; `data.restated_share` = it / (R(W0) + R(W1)); both null
    without an earlier review, the share also where that sum is not above zero. now: `client_months`; names: by client.
    Source: Doubts.
    """
    both = common(earlier, when) if earlier is not None else None
    none = pd.DataFrame({"client_id": [], "month": [], "revenue": []}).astype({"client_id": "str", "month": "str"})
    before = earlier.months if earlier is not None and both else none
    first, last = both or ("9999-12", "0000-01")
    months = by_month(before, now, first, last)
    clients = by_client(differences(before, now, first, last), months, names)
    compared = causes(earlier if both else None, months, inputs)
    if both is None:
        figures = {id: Figure(value=None, reason=NO_REVIEW) for id in ("data.restated_revenue", "data.restated_share")}
        return Restatement(compared, months, clients, figures)
    changed = round(float(months["change"].abs().sum()), MONEY_DECIMALS)
    base = float(now["revenue"].sum())
    share = Figure(value=changed / base) if base > 0 else Figure(value=None, reason="the base is zero or negative")
    return Restatement(compared, months, clients, {
        "data.restated_revenue": Figure(value=changed), "data.restated_share": share,
    })  # fmt: skip

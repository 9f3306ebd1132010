"""Migration of clients between the classes of W0 and those of W1, for any scheme of classes.

In: the client frame with `state` and the classes of both windows; out: matrices and figures.
Source: Migration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W0, Figure, undefined
from portfolio_review.metrics import abc, segments, xyz
from portfolio_review.metrics.intervals import wilson_arrays
from portfolio_review.metrics.windows import Windows

FEW = 10
"""A row with fewer clients is marked as too few to compare."""
INFLOWS = ("new", "returned")
LOST = "lost"


@dataclass(frozen=True)
class Scheme:
    """Classes from the highest to the lowest, and the columns of the client frame that hold them.

    `improper` classes do not count in indices; `classless` are the marks of clients without a class, shown only
    where a client has one: between them and a class nobody has moved; `unknown_at_w0` is said where no client
    active in W0 has a class there.
    """

    name: str
    at_w0: str
    at_w1: str
    classes: tuple[str, ...]
    improper: tuple[str, ...] = ()
    classless: tuple[str, ...] = ()
    unknown_at_w0: str = "no class is known at the end of W0"

    @property
    def proper(self) -> tuple[str, ...]:
        return tuple(name for name in self.classes if name not in self.improper)


ABC = Scheme("abc", "abc0", "abc1", abc.CLASSES, improper=("none",))
ABC_FIXED = Scheme("abc_fixed", "abc0", "abc_fixed1", abc.CLASSES, improper=("none",))
XYZ = Scheme("xyz", "xyz0", "xyz1", xyz.CLASSES, improper=("n/a",), classless=("n/a",))
VALUE_STABILITY = Scheme("value_stability", "group0", "group1", segments.GROUPS)


def undefined_reason(base: pd.DataFrame, scheme: Scheme, when: Windows) -> str | None:
    """Why the scheme has no migration: the history does not reach W0, or there are no fixed limits."""
    if when.lacks_w0:
        return when.lacks_w0
    if base["active1"].any() and not base.loc[base["active1"], scheme.at_w1].notna().any():
        return NO_CLIENT_IN_W0 if not base["active0"].any() else "no client of class A in W0"
    if base["active0"].any() and not base.loc[base["active0"], scheme.at_w0].notna().any():
        return scheme.unknown_at_w0
    return None


def matrix(base: pd.DataFrame, scheme: Scheme, when: Windows) -> pd.DataFrame:
    """`migration.<s>`: from, to, clients, revenue_w0, revenue_w1, amount_change, every cell of the matrix.

    Rows: the classes at W0, then new and returned; columns: the classes at W1, then lost. Rows sum
    to the sizes at W0, columns to those at W1. No rows where undefined. Source: Migration.
    """
    origins, targets = _sides(base, scheme)
    moved = base[(base["active0"] | base["active1"]).to_numpy()]
    origin = moved[scheme.at_w0].astype(object).where(moved["active0"], moved["state"].astype(object))
    target = moved[scheme.at_w1].astype(object).where(moved["active1"], LOST)
    cells = pd.MultiIndex.from_tuples(
        [(a, b) for a in origins for b in targets if not (a in INFLOWS and b == LOST)], names=["from", "to"]
    )
    counted = (
        moved.assign(**{"from": origin, "to": target})
        .groupby(["from", "to"])
        .agg(clients=("r0", "size"), revenue_w0=("r0", "sum"), revenue_w1=("r1", "sum"))
        .reindex(cells, fill_value=0)
        .reset_index()
    )
    counted[["from", "to"]] = counted[["from", "to"]].astype(object)
    counted[["revenue_w0", "revenue_w1"]] = counted[["revenue_w0", "revenue_w1"]].astype(float)
    counted["amount_change"] = counted["revenue_w1"] - counted["revenue_w0"]
    return counted.head(0) if undefined_reason(base, scheme, when) else counted


def rows(matrix: pd.DataFrame) -> pd.DataFrame:
    """`migration.<s>.rows`: from, clients (of the row), to, count, share, low, high, few.

    share = count / clients with its Wilson 95 % interval, NaN in an empty row; few: below 10 clients.
    """
    clients = matrix.groupby("from")["clients"].transform("sum")
    low, high = wilson_arrays(matrix["clients"], clients)
    return pd.DataFrame(
        {
            "from": matrix["from"],
            "clients": clients,
            "to": matrix["to"],
            "count": matrix["clients"],
            "share": matrix["clients"] / clients.where(clients > 0),
            "low": low,
            "high": high,
            "few": clients < FEW,
        }
    )


def figures(base: pd.DataFrame, scheme: Scheme, when: Windows) -> dict[str, Figure]:
    """`migration.<s>.up`, `.down`, `.stay`: retained clients with a higher, lower, equal class.

    Their sum is the number of retained clients that have a class in both windows. Source: Migration.
    """
    ids = [f"migration.{scheme.name}.{direction}" for direction in ("up", "down", "stay")]
    reason = undefined_reason(base, scheme, when)
    if reason:
        return {id: undefined(reason) for id in ids}
    rise = steps_up(base, scheme)
    counts = ((rise > 0).sum(), (rise < 0).sum(), (rise == 0).sum())
    return {id: Figure(value=int(count)) for id, count in zip(ids, counts, strict=True)}


def steps_up(base: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """How many classes each retained client rose from W0 to W1 (negative: fell); without those that have no
    class in one of the windows."""
    retained = base[base["state"] == "retained"]
    without = retained[[scheme.at_w0, scheme.at_w1]].isin(scheme.classless).any(axis=1)
    retained = retained[~without]
    place = {name: position for position, name in enumerate(scheme.classes)}
    at_w0 = retained[scheme.at_w0].astype(object).map(place)
    return (at_w0 - retained[scheme.at_w1].astype(object).map(place)).astype(np.int64)


def _sides(base: pd.DataFrame, scheme: Scheme) -> tuple[list[str], list[str]]:
    held = {*base[scheme.at_w0].dropna().unique(), *base[scheme.at_w1].dropna().unique()}
    classes = [name for name in scheme.classes if name not in scheme.classless or name in held]
    return [*classes, *INFLOWS], [*classes, LOST]

"""Retention by what a client is: type, manager, unit, … and by its class at W0.

In: the client frame; out: tables. Source: Retention, by segment.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.metrics import xyz
from portfolio_review.metrics.retention_segments import by_segment
from portfolio_review.metrics.windows import Windows

ATTRIBUTES = ("unit", "type", "industry", "region", "manager", "relationship", "acquired_via")


def tables(base: pd.DataFrame, when: Windows) -> dict[str, pd.DataFrame]:
    """`retention.by_<attribute>` for every attribute that any client of A0 has.

    value and the columns of `retention_segments.by_segment`: the largest base first; clients without a value
    form no row. Source: Retention, by segment.
    """
    known = [name for name in ATTRIBUTES if name in base and base.loc[base["active0"], name].notna().any()]
    return {f"retention.by_{name}": by_attribute(base, name, when) for name in known}


def by_attribute(base: pd.DataFrame, attribute: str, when: Windows) -> pd.DataFrame:
    """The rates over the clients of A0 with each value of `attribute`, the largest base first."""
    values = sorted(str(value) for value in base.loc[base["active0"], attribute].dropna().unique())
    table = by_segment(base, attribute, values, when).rename(columns={"segment": "value"})
    return table.sort_values(["base", "value"], ascending=[False, True]).reset_index(drop=True)


def by_xyz(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.by_xyz`: class (at W0) and the columns of `retention_segments.by_segment`; X, Y, Z."""
    classes = [name for name in xyz.CLASSES if name != "n/a" or (base["xyz0"] == "n/a").any()]
    return by_segment(base, "xyz0", classes, when).rename(columns={"segment": "class"})

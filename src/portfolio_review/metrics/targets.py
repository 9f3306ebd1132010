"""Targets: attainment and levels of the figures that have a plan.

In: recorded figures and the targets table; out: a table. Source: Headline, targets.
"""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.catalog import lookup
from portfolio_review.figure import Figures
from portfolio_review.metrics.windows import Windows

RATIOS = ("headline.order_value", "headline.revenue_per_client", "headline.margin_rate")
"""Figures that do not grow with the days of a period."""
Level = Literal["optimal", "watch", "critical"]


def level(value: float, optimal: float | None, critical: float | None, polarity: int = 1) -> Level | None:
    """`optimal` from the optimal level on, `critical` from the critical one on, `watch` between them.

    The better direction is that from critical to optimal; where only one level is given, `polarity`
    (+1 more is better, −1 less is). None without any level. Source: Headline, targets.
    """
    if optimal is None and critical is None:
        return None
    better = polarity if optimal is None or critical is None or optimal == critical else optimal - critical
    sign = -1.0 if better < 0 else 1.0
    if optimal is not None and sign * value >= sign * optimal:
        return "optimal"
    if critical is not None and sign * value <= sign * critical:
        return "critical"
    return "watch"


def table(figures: Figures, targets: pd.DataFrame, period: str) -> pd.DataFrame:
    """`headline.targets`: figure, reached, target, attainment, optimal, critical, level.

    One row for every figure of `figures` that has a target for `period`, in their order. attainment =
    reached / target, NaN where the target is not positive or the figure is undefined. Targets of single
    managers are left out.
    targets: figure, period, value, and where given optimal, critical, manager. Source: Headline, targets.
    """
    mine = targets[targets["period"].astype("str") == period]
    if "manager" in mine:
        mine = mine[mine["manager"].isna()]
    by_figure = mine.drop_duplicates("figure", keep="last").set_index("figure")
    rows = []
    for id, figure in figures.items():
        if id not in by_figure.index:
            continue
        plan = by_figure.loc[id]
        target, optimal, critical = (_number(plan.get(name)) for name in ("value", "optimal", "critical"))
        value = _number(figure.value)
        attainment = value / target if value is not None and target is not None and target > 0 else math.nan
        judged = None if value is None else level(value, optimal, critical, lookup(id).polarity)
        rows.append((id, value, target, attainment, optimal, critical, judged))
    columns = ["figure", "reached", "target", "attainment", "optimal", "critical", "level"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["reached", "target", "attainment", "optimal", "critical"]
    return frame.astype(dict.fromkeys(numbers, float))


def in_proportion(targets: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`targets` of a partial P: of sums and counts × R(PY, same days) / R(PY), none without revenue in PY; of ratios
    as they are.

    totals: span (`py` and months YYYY-MM), revenue. Source: Ground terms.
    """
    if when.flash is None or targets.empty:
        return targets
    revenue = totals.set_index("span")["revenue"]
    py = when.flash.period.previous_year
    months = [str(Month(index)) for index in range(py.first.index, py.last.index + 1)]
    whole = math.fsum(revenue.get(month, 0.0) for month in months)
    part = float(revenue.get("py", 0.0)) / whole if whole > 0 and not when.lacks(py) else math.nan
    mine = (targets["period"].astype("str") == when.flash.period.text) & ~targets["figure"].isin(RATIOS)
    levels = [name for name in ("value", "optimal", "critical") if name in targets]
    scaled = targets.assign(**{name: targets[name].where(~mine, targets[name] * part) for name in levels})
    return scaled[scaled["value"].notna()].reset_index(drop=True)


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not math.isnan(value):
        return float(value)
    return None

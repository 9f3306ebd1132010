"""Bars in the notation: actual solid, previous year grey, target outlined, forecast and partial months hatched.

The hatch is drawn as lines of its own: a pattern would need a definition with an id, and several
pictures in one document would share it.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.transforms import IdentityTransform

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.notation import SCENARIOS
from portfolio_review.exhibits.style import Canvas

EDGE_PT = 0.7
LINE_PT = 0.6


def bar(picture: Canvas, scenario: str, x: tuple[float, float], y: tuple[float, float], *, colour: str = "") -> None:
    """A rectangle from x[0] to x[1] and y[0] to y[1] in data; the limits of the axes must stand already.

    scenario: `ac`, `py`, `pl`, `fc` or `part`; colour: instead of the scenario's own, for variances.
    """
    look, axes = SCENARIOS[scenario], picture.axes
    edge = (colour or look.edge) if look.edge else "none"
    axes.fill(
        [x[0], x[1], x[1], x[0]],
        [y[0], y[0], y[1], y[1]],
        facecolor=(look.fill or "none") if look.edge else colour or look.fill,
        edgecolor=edge,
        linewidth=EDGE_PT if look.edge else 0,
    )
    if look.hatch:
        _hatch(picture, x, y, colour or look.hatch)


def partial_months(trend: pd.DataFrame) -> set[str]:
    """The months YYYY-MM that `trend` flags as partial."""
    return set(trend.loc[trend["partial"].astype(bool), "month"].astype(str).str[:7]) if "partial" in trend else set()


def _hatch(picture: Canvas, x: tuple[float, float], y: tuple[float, float], colour: str) -> None:
    (xa, ya), (xb, yb) = picture.axes.transData.transform([(x[0], y[0]), (x[1], y[1])])
    x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    xs: list[float] = []
    ys: list[float] = []
    step = notation.HATCH_PT * math.sqrt(2)
    for number in range(math.floor((x0 - y1) / step), math.ceil((x1 - y0) / step) + 1):
        # the line y = x − c, cut to the rectangle
        start, end = max(x0, y0 + number * step), min(x1, y1 + number * step)
        if end > start:
            xs += [start, end, math.nan]
            ys += [start - number * step, end - number * step, math.nan]
    if xs:
        picture.axes.plot(xs, ys, color=colour, linewidth=LINE_PT, transform=IdentityTransform(), scalex=False,
                          scaley=False)  # fmt: skip

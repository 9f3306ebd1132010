"""The share of revenue that the largest clients hold, cumulated over clients ranked by revenue."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

HALF = 0.5
POINTS = 160
"""Points drawn of the curve; more would be under a tenth of a millimetre apart."""
LABEL_WIDTH = 0.42
"""Width of a label as a part of the axis."""
APART = 0.09
"""Least distance of two labels, as a part of the height."""


def pareto(
    revenue: pd.Series[float],
    wording: Wording,
    *,
    before: pd.Series[float] | None = None,
    limits: tuple[float, float] = (0.80, 0.95),
    width: float = 85,
    height: float = 55,
) -> Chart:
    """`revenue` of each client in W1 (order does not matter, r ≤ 0 is left out), `before` that of W0 in grey."""
    curve = _curve(revenue)
    earlier = _curve(before) if before is not None else None
    marks = _marks(curve, limits)
    with canvas(width, height, left=8, right=4, top=3, bottom=6) as picture:
        _draw(picture, curve, earlier, marks, wording)
        return picture.chart(_alt(curve, marks, wording))


def _curve(revenue: pd.Series[float]) -> np.ndarray:
    """Cumulated shares, from 0 for no client to 1 for all."""
    positive = np.sort(revenue.dropna().to_numpy(dtype=float))[::-1]
    positive = positive[positive > 0]
    if not len(positive):
        return np.array([0.0])
    return np.concatenate([[0.0], np.cumsum(positive) / positive.sum()])


def _marks(curve: np.ndarray, limits: tuple[float, float]) -> list[tuple[int, float]]:
    """How many clients hold half and each limit of ABC: the first count whose share reaches it."""
    found: list[tuple[int, float]] = []
    if len(curve) == 1:
        return found
    for share in (HALF, *limits):
        count = int(np.searchsorted(curve, share - 1e-9))
        if count < len(curve) and all(count != earlier for earlier, _ in found):
            found.append((count, share))
    return found


def _draw(
    picture: Canvas,
    curve: np.ndarray,
    earlier: np.ndarray | None,
    marks: list[tuple[int, float]],
    wording: Wording,
) -> None:
    axes, clients = picture.axes, len(curve) - 1
    plain, percent = wording.numbers.plain, wording.numbers.percent
    for level in (0.0, *(share for _, share in marks), 1.0):
        axes.axhline(level, color=notation.INK if level == 0 else notation.RULE, linewidth=0.6)
        if level == 1 and marks and marks[-1][1] > 0.9:
            continue
        axes.annotate(
            percent(level, 0, mark=False),
            (0, level),
            xycoords=("axes fraction", "data"),
            xytext=(-3, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=notation.INK_2,
        )
    reach = max(clients, len(earlier) - 1 if earlier is not None else 0, 1)
    for values, colour in ((earlier, notation.PREVIOUS_YEAR), (curve, notation.ACTUAL)):
        if values is not None and len(values) > 1:
            places = np.unique(np.linspace(0, len(values) - 1, POINTS).round().astype(int))
            axes.plot(places, values[places], color=colour, linewidth=notation.LINE_PT)
    axes.set_xlim(0, reach)
    axes.set_ylim(0, 1)
    lowest = 1.0
    for count, share in reversed(marks):
        axes.plot([count], [curve[count]], marker="o", markersize=3.6, color=notation.ACTUAL, clip_on=False)
        right = count > (1 - LABEL_WIDTH) * reach
        start = round((1 - LABEL_WIDTH) * reach) if right else count
        lowest = place = min(curve[min(start, clients)] - 0.05, lowest - APART)
        label = wording.language.plural(
            "%(n)s client holds %(share)s",
            "%(n)s clients hold %(share)s",
            count,
            n=plain(count),
            share=percent(share, 0),
        )
        axes.annotate(
            label,
            (reach if right else count, place),
            xytext=(0 if right else 4, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            fontweight=600,
        )
    axes.annotate(
        plain(clients),
        (clients, 0),
        xytext=(0, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        color=notation.INK_2,
    )


def _alt(curve: np.ndarray, marks: list[tuple[int, float]], wording: Wording) -> str:
    text, plain = wording.language.text, wording.numbers.plain
    head = text("Share of revenue held by the largest clients, last %(months)s", months=wording.months)
    if not marks:
        return text("%(head)s: no client has revenue above zero.", head=head)
    held = ", ".join(
        wording.language.plural(
            "%(n)s client holds %(share)s",
            "%(n)s clients hold %(share)s",
            count,
            n=plain(count),
            share=wording.numbers.percent(share, 0),
        )
        for count, share in marks
    )
    return text(
        "%(head)s: %(held)s; the largest alone holds %(largest)s; %(all)s clients in all.",
        head=head,
        held=held,
        largest=wording.numbers.percent(float(curve[1])),
        all=plain(len(curve) - 1),
    )

"""The share of revenue that the largest clients hold, cumulated over clients ranked by revenue."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

LABEL_WIDTH = 0.42
"""Width of a label as a part of the axis."""
APART = 0.09
"""Least distance of two labels, as a part of the height."""
LEVELS_APART = 0.06
"""Levels of the axis nearer to each other than this are not both named."""


@dataclass(frozen=True)
class _Curve:
    """now and before: clients with the share they hold; marks: the fewest clients that hold half, and each limit."""

    now: pd.Series[float]
    before: pd.Series[float]
    marks: list[tuple[int, float]]

    @property
    def clients(self) -> int:
        return int(self.now.index[-1]) if len(self.now) else 0


def pareto(curve: pd.DataFrame, wording: Wording, *, width: float = 85, height: float = 55) -> Chart:
    """`curve`: clients, share, share_w0 (in grey), limit (on the row of the clients that reach it)."""
    by_count = curve.set_index("clients").astype(float)
    marks = [(int(count), float(limit)) for count, limit in by_count["limit"].dropna().items()]  # type: ignore[call-overload]
    drawn = _Curve(by_count["share"].dropna(), by_count["share_w0"].dropna(), marks)
    with canvas(width, height, left=8, right=4, top=3, bottom=6) as picture:
        _draw(picture, drawn, wording)
        return picture.chart(_alt(drawn, wording))


def _draw(picture: Canvas, curve: _Curve, wording: Wording) -> None:
    axes, clients, marks = picture.axes, curve.clients, curve.marks
    plain, percent = wording.numbers.plain, wording.numbers.percent
    named: list[float] = []
    for level in (0.0, *(share for _, share in marks), 1.0):
        axes.axhline(level, color=notation.INK if level == 0 else notation.RULE, linewidth=0.6)
        if any(abs(level - other) < LEVELS_APART for other in named):
            continue
        named.append(level)
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
    reach = max([clients, *(int(values.index[-1]) for values in (curve.now, curve.before) if len(values)), 1])
    for values, colour in ((curve.before, notation.PREVIOUS_YEAR), (curve.now, notation.ACTUAL)):
        if len(values):
            axes.plot(values.index, values.to_numpy(), color=colour, linewidth=notation.LINE_PT)
    axes.set_xlim(0, reach)
    axes.set_ylim(0, 1)
    lowest = 1.0
    for count, share in reversed(marks):
        reached = float(curve.now.loc[count])
        axes.plot([count], [reached], marker="o", markersize=3.6, color=notation.ACTUAL, clip_on=False)
        right = count > (1 - LABEL_WIDTH) * reach
        start = round((1 - LABEL_WIDTH) * reach) if right else count
        below = curve.now[curve.now.index <= min(start, clients)].iloc[-1]
        lowest = place = min(float(below) - 0.05, lowest - APART)
        axes.annotate(
            _held(count, share, wording),
            (reach if right else count, place),
            xytext=(0 if right else 4, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            fontweight=600,
        )
    if clients:
        near = clients / reach * axes.bbox.width < measure.width(plain(clients))
        axes.annotate(
            plain(clients),
            (clients, 0),
            xytext=(0, -4),
            textcoords="offset points",
            ha="left" if near else "right",
            va="top",
            color=notation.INK_2,
        )


def _held(count: int, share: float, wording: Wording) -> str:
    return wording.language.plural(
        "%(n)s client holds %(share)s",
        "%(n)s clients hold %(share)s",
        count,
        n=wording.numbers.plain(count),
        share=wording.numbers.percent(share, 0),
    )


def _alt(curve: _Curve, wording: Wording) -> str:
    text = wording.language.text
    head = text("Share of revenue held by the largest clients, last %(months)s", months=wording.months)
    if not curve.marks:
        return text("%(head)s: no client has revenue above zero.", head=head)
    return text(
        "%(head)s: %(held)s; the largest alone holds %(largest)s; %(all)s clients in all.",
        head=head,
        held=", ".join(_held(count, share, wording) for count, share in curve.marks),
        largest=wording.numbers.percent(float(curve.now.loc[1])),
        all=wording.numbers.plain(curve.clients),
    )

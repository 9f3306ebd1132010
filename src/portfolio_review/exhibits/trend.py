"""A rate month by month as a line with its 95 % band."""

from __future__ import annotations

import math

import pandas as pd

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

STEPS = (0.02, 0.05, 0.10, 0.20, 0.25)
LINES = 6


def band(
    trend: pd.DataFrame,
    wording: Wording,
    *,
    title: str,
    target: float | None = None,
    width: float = 85,
    height: float = 36,
) -> Chart:
    """`trend` (month, rate, low, high), one row a month, gaps allowed; one month is drawn as a point."""
    known = trend.dropna(subset=["rate"]).sort_values("month").reset_index(drop=True)
    with canvas(width, height, left=7, right=9, top=3, bottom=6) as picture:
        _draw(picture, known, wording, target)
        return picture.chart(_alt(known, wording, title, target))


def _draw(picture: Canvas, known: pd.DataFrame, wording: Wording, target: float | None) -> None:
    axes, percent = picture.axes, wording.numbers.percent
    if known.empty:
        return
    months = [str(month) for month in known["month"]]
    first = _index(months[0])
    places = [_index(month) - first for month in months]
    rate, low, high = (known[name].astype("float64") for name in ("rate", "low", "high"))
    bottom, top, step = _reach(
        min(low.min(), rate.min(), target if target is not None else 1.0),
        max(high.max(), rate.max(), target if target is not None else 0.0),
    )
    level = bottom
    while level <= top + 1e-9:
        axes.axhline(level, color=notation.INK if level == bottom else notation.RULE, linewidth=0.6, zorder=0)
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
        level += step
    axes.set_ylim(bottom, top)
    span = max(places[-1], 1)
    axes.set_xlim(-0.03 * span, span * 1.03)
    if len(places) == 1:
        axes.plot([places[0]] * 2, [low.iloc[0], high.iloc[0]], color=notation.ACTUAL, linewidth=notation.LINE_PT)
    else:
        axes.fill_between(places, low, high, color=notation.BAND, linewidth=0)
        axes.plot(places, rate, color=notation.ACTUAL, linewidth=notation.LINE_PT)
    axes.plot([places[-1]], [rate.iloc[-1]], marker="o", markersize=4, color=notation.ACTUAL, clip_on=False)
    axes.annotate(
        percent(float(rate.iloc[-1]), mark=False),
        (places[-1], rate.iloc[-1]),
        xytext=(5, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontweight=600,
        annotation_clip=False,
    )
    if target is not None:
        axes.plot(
            [places[-1]],
            [target],
            marker="o",
            markersize=4,
            markerfacecolor=notation.PAPER,
            markeredgecolor=notation.INK,
            markeredgewidth=0.8,
            clip_on=False,
        )
    ends = {0: "left", len(places) - 1: "right" if len(places) > 1 else "left"}
    for place, anchor in ends.items():
        month = wording.language.month(months[place], "short")
        axes.annotate(
            month,
            (places[place], 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -4),
            textcoords="offset points",
            ha=anchor,
            va="top",
            color=notation.INK_2,
            annotation_clip=False,
        )


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _reach(low: float, high: float) -> tuple[float, float, float]:
    """Bottom, top and step of the axis: round numbers, at most six lines."""
    for step in STEPS:
        bottom, top = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
        if top <= bottom:
            top = bottom + step
        if (top - bottom) / step <= LINES:
            return bottom, top, step
    step = math.ceil((high - low) * 2) / 2 / 2 or 0.5
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _alt(known: pd.DataFrame, wording: Wording, title: str, target: float | None) -> str:
    language, percent = wording.language, wording.numbers.percent
    if known.empty:
        return language.text("%(head)s: no month to show.", head=title)
    first, last = known.iloc[0], known.iloc[-1]
    text = language.text(
        "%(title)s: %(month)s %(rate)s, 95%% interval %(low)s to %(high)s",
        title=title,
        month=language.month(str(last["month"])),
        rate=percent(float(last["rate"])),
        low=percent(float(last["low"])),
        high=percent(float(last["high"])),
    )
    if len(known) > 1:
        highest = known.iloc[int(known["rate"].astype("float64").to_numpy().argmax())]
        text += language.text(
            "; %(month)s %(rate)s; the highest is %(top)s with %(best)s",
            month=language.month(str(first["month"])),
            rate=percent(float(first["rate"])),
            top=language.month(str(highest["month"])),
            best=percent(float(highest["rate"])),
        )
    if target is not None:
        text += language.text("; target %(target)s", target=percent(target))
    return text + "."

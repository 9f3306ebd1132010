"""Two windows of one client month by month: revenue above, margin below on the same scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from matplotlib.axes import Axes

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

COLUMN = 0.62
HEAD = 0.19
"""Room above the tallest column for its label, as a part of the tallest."""
FOOT = 0.1
"""Room below columns that go under zero."""
APART = 4.0
"""Points between two names of months."""


@dataclass(frozen=True)
class _Series:
    months: tuple[str, ...]
    revenue: tuple[float, ...]
    margin: tuple[float, ...] | None
    first_w1: int

    @property
    def known(self) -> list[float]:
        return [*self.revenue, *(self.margin or ())]


def history(
    months: pd.DataFrame, wording: Wording, *, window: int = 12, width: float = 85, height: float = 46
) -> Chart:
    """`months` (month, revenue, margin), one row a month; the last `window` are dark, those before grey.

    Margin that is not known in any month leaves its part out.
    """
    return _drawn(_series(months, window), wording, width, height)


@lru_cache(maxsize=64)
def _drawn(series: _Series, wording: Wording, width: float, height: float) -> Chart:
    """Drawn once for both editions and their contents."""
    scale = scale_for(series.known)
    with canvas(width, height, left=0.3, right=0.5, bottom=5) as picture:
        _draw(picture, series, wording, scale)
        return picture.chart(_alt(series, wording, scale))


def _series(months: pd.DataFrame, window: int) -> _Series:
    ordered = months.assign(month=months["month"].astype("str").str[:7]).sort_values("month")
    margin = pd.to_numeric(ordered["margin"]).astype("float64")
    return _Series(
        months=tuple(ordered["month"]),
        revenue=tuple(float(value) for value in ordered["revenue"].fillna(0.0)),
        margin=tuple(float(value) for value in margin.fillna(0.0)) if margin.notna().any() else None,
        first_w1=max(0, len(ordered) - window),
    )


def _draw(picture: Canvas, series: _Series, wording: Wording, scale: Scale) -> None:
    axes = picture.axes
    if not series.months:
        return
    parts = [("headline.revenue", series.revenue)]
    if series.margin is not None:
        parts.append(("headline.margin", series.margin))
    reach = max(max(map(abs, series.known), default=0.0), 1e-9)
    level = 0.0
    for id, values in reversed(parts):
        low = min(0.0, *values)
        level += -low + (FOOT * reach if low < 0 else 0.0)
        _columns(axes, series, values, level, wording, scale)
        top = level + max(0.0, *values) + 1.2 * HEAD * reach
        axes.annotate(wording.name(id), (-0.5, top), va="bottom", ha="left", fontweight=600, annotation_clip=False)
        level = top + HEAD * reach
    axes.set_ylim(0, level)
    axes.set_xlim(-0.6, len(series.months) - 0.4)
    _label_months(axes, series, wording)


def _columns(
    axes: Axes, series: _Series, values: tuple[float, ...], base: float, wording: Wording, scale: Scale
) -> None:
    for place, value in enumerate(values):
        before = place < series.first_w1
        colour = notation.UNFAVOURABLE if value < 0 else notation.PREVIOUS_YEAR if before else notation.ACTUAL
        if value:
            axes.bar(place, value, COLUMN, bottom=base, color=colour, linewidth=0)
    axes.plot([-0.5, len(values) - 0.5], [base, base], color=notation.INK, linewidth=0.6, clip_on=False)
    for place in _labelled(series, values):
        value = values[place]
        axes.annotate(
            wording.numbers.scaled(value, scale), (place, base + max(0.0, value)), xytext=(0, 1.5),
            textcoords="offset points", va="bottom", annotation_clip=False,
            ha="right" if place > len(values) - 3 else "left" if place < 2 else "center",
            fontweight=400 if place < series.first_w1 else 600,
        )  # fmt: skip


def _labelled(series: _Series, values: tuple[float, ...]) -> list[int]:
    """The largest month of each window and, where no column stands in its way, the last one."""
    places = [
        max(span, key=lambda place: values[place])
        for span in (range(series.first_w1), range(series.first_w1, len(values)))
        if len(span) and any(values[place] for place in span)
    ]
    last = len(values) - 1
    if values[last] and all(last - place > 3 for place in places) and values[last] >= max(values[-3:]):
        places.append(last)
    return places


def _label_months(axes: Axes, series: _Series, wording: Wording) -> None:
    """The first month, the last and the first of W1, this one aside or not at all where it would lie on another."""
    step = axes.bbox.width / (len(series.months) - 0.2)
    taken: list[tuple[float, float]] = []
    last = len(series.months) - 1
    for place, anchors in {0: ("left",), last: ("right",), series.first_w1: ("center", "right")}.items():
        text, x = wording.language.month(series.months[place], "short"), (place + 0.6) * step
        wide = measure.width(text)
        for anchor in anchors:
            left = x - {"left": 0.0, "center": wide / 2, "right": wide}[anchor]
            if any(left < end + APART and start < left + wide + APART for start, end in taken):
                continue
            taken.append((left, left + wide))
            axes.annotate(
                text, (place, 0), xycoords=("data", "axes fraction"), xytext=(0, -3), textcoords="offset points",
                ha=anchor, va="top", color=notation.INK_2, annotation_clip=False,
            )  # fmt: skip
            break


def _alt(series: _Series, wording: Wording, scale: Scale) -> str:
    language, label = wording.language, wording.numbers.scaled
    head = f"{wording.name('headline.revenue')}, {wording.unit('money', scale)}"
    if not series.months:
        return language.text("%(head)s: no month to show.", head=head)
    largest = max(range(len(series.months)), key=lambda place: series.revenue[place])
    now, before = sum(series.revenue[series.first_w1 :]), sum(series.revenue[: series.first_w1])
    text = language.text(
        "%(head)s, %(span)s: %(now)s in the last %(months)s",
        head=head, span=language.months(series.months[0], series.months[-1]), now=label(now, scale),
        months=wording.months,
    )  # fmt: skip
    if series.first_w1:
        text += language.text(", %(before)s before", before=label(before, scale))
        change = wording.numbers.change(now, before)
        text += f" ({change})" if change else ""
    text += language.text("; the largest month is %(month)s with %(value)s",
                          month=language.month(series.months[largest]),
                          value=label(series.revenue[largest], scale))  # fmt: skip
    if series.margin is not None:
        margin = sum(series.margin[series.first_w1 :])
        text += language.text("; margin %(margin)s in the last %(months)s",
                              margin=label(margin, scale), months=wording.months)  # fmt: skip
    return text + "."

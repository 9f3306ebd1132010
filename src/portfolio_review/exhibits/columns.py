"""Twelve months as columns, actual in front of the year before: page one and the headline notebook."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.bars import bar, partial_months
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Kind, Wording
from portfolio_review.results.contract import ReviewHead

MONTHS = 12
LABEL_MONTHS = 3
"""The label of the last month stands above this many columns."""
COLUMN = 0.52
SHIFT = 0.2
"""Half the distance between a column and the one of the year before, in months."""


@dataclass(frozen=True)
class _Series:
    months: list[str]
    actual: list[float]
    before: list[float | None]
    """The year before; none of a partial month, which no whole one is held against."""
    partial: set[str]

    @property
    def known(self) -> list[float]:
        return [*self.actual, *(value for value in self.before if value is not None)]


def columns(
    trend: pd.DataFrame,
    measure: str,
    wording: Wording,
    *,
    title: str,
    kind: Kind = "money",
    target: float | None = None,
    width: float = 63,
    height: float = 19,
) -> Chart:
    """The last twelve months of `trend` (month, measure) with the year before behind them, where known.

    A month that `trend` flags as partial is hatched, without the year before.
    """
    series = _series(trend, measure)
    scale = scale_for(series.known) if kind == "money" else None
    alt = _alt(series, wording, title, kind, scale)
    with canvas(width, height, top=4.5, bottom=5) as picture:
        _draw(picture, series, wording, kind, scale, target)
        return picture.chart(alt)


def of_month(target: float | None, head: ReviewHead) -> float | None:
    """The target where the period is one month: only then it is that of the last column."""
    return target if head.start[:7] == head.end[:7] else None


def _series(trend: pd.DataFrame, measure: str) -> _Series:
    values = {str(month)[:7]: float(value) for month, value in zip(trend["month"], trend[measure], strict=True)
              if pd.notna(value)}  # fmt: skip
    months = sorted(values)[-MONTHS:]
    partial = partial_months(trend)
    before = [None if month in partial else values.get(_year_before(month)) for month in months]
    return _Series(months, [values[month] for month in months], before, partial)


def _year_before(month: str) -> str:
    return str(Month(int(month[:4]) * 12 + int(month[5:7]) - 1) - 12)


def _draw(
    picture: Canvas, series: _Series, wording: Wording, kind: Kind, scale: Scale | None, target: float | None
) -> None:
    axes, count = picture.axes, len(series.months)
    axes.axhline(0, color=notation.INK, linewidth=0.6, clip_on=False)
    if not count:
        return
    high, low = max(0.0, *series.known, target or 0.0), min(0.0, *series.known)
    axes.set_ylim(low, low + ((high - low) or 1.0))
    axes.set_xlim(min(-0.6, count - MONTHS - 0.6), count - 0.4)
    for place, value in enumerate(series.before):
        if value is not None:
            bar(picture, "py", _reach(place - SHIFT), (0, value))
    for place, value in enumerate(series.actual):
        scenario = "part" if series.months[place] in series.partial else "ac"
        bar(picture, scenario, _reach(place + SHIFT), (0, value))
    if target is not None:
        bar(picture, "pl", _reach(count - 1 + SHIFT, COLUMN + 0.16), (0, target))
    last, near = series.actual[-1], [*series.actual[-LABEL_MONTHS:], *series.before[-LABEL_MONTHS:]]
    above = max(target or 0.0, 0.0, *(value or 0.0 for value in near))
    axes.annotate(
        wording.label(last, kind, scale),
        (count - 0.45, above),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontweight=600,
        annotation_clip=False,
    )
    month = wording.language.month
    axes.annotate(month(series.months[-1], "short"), (1, 0), xycoords="axes fraction", xytext=(0, -4),
                  textcoords="offset points", ha="right", va="top", color=notation.INK_2)  # fmt: skip
    first = month(series.months[0], "short", year=count > 6 and count < MONTHS)
    room = axes.bbox.width * (1 - _edge(count)) - measure.width(month(series.months[-1], "short"))
    if count > 1 and measure.width(first) + 4 < room:
        axes.annotate(first, (_edge(count), 0), xycoords="axes fraction", xytext=(0, -4), textcoords="offset points",
                      ha="left", va="top", color=notation.INK_2)  # fmt: skip


def _reach(middle: float, width: float = COLUMN) -> tuple[float, float]:
    return middle - width / 2, middle + width / 2


def _edge(count: int) -> float:
    """Where the first of fewer than twelve columns starts, as a part of the axis."""
    return max(0.0, (MONTHS - count) / MONTHS)


def _alt(series: _Series, wording: Wording, title: str, kind: Kind, scale: Scale | None) -> str:
    language, unit = wording.language, wording.unit(kind, scale)
    head = f"{title}, {unit}" if unit else title
    if not series.months:
        return language.text("%(head)s: no month to show.", head=head)
    last, before = series.actual[-1], series.before[-1]
    largest = max(range(len(series.months)), key=lambda place: series.actual[place])
    sentence = language.text(
        "%(head)s, %(span)s: %(month)s %(value)s",
        head=head, span=language.months(series.months[0], series.months[-1]),
        month=language.month(series.months[-1]), value=wording.label(last, kind, scale),
    )  # fmt: skip
    if before is not None:
        sentence += language.text(", a year before %(value)s", value=wording.label(before, kind, scale))
        change = wording.numbers.change(last, before, counts=kind == "count")
        sentence += f" ({change})" if change else ""
    if series.months[-1] in series.partial:
        sentence += language.text(" (partial month)")
    return sentence + language.text(
        "; the largest month is %(month)s with %(value)s.",
        month=language.month(series.months[largest]), value=wording.label(series.actual[largest], kind, scale),
    )  # fmt: skip

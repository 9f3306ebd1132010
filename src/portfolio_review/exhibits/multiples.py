"""Small multiples: the months of several values side by side on one scale, actual in front of the year before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.bars import bar
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

MONTHS = 12
PANELS = 8
A_LINE = 4
"""So many panels stand in one line; more of them in two."""
BETWEEN = 8.0
"""Space between two panels, in points."""
COLUMN, SHIFT = 0.62, 0.2
"""Width of a column, and how far it stands from that of the year before, in months."""


@dataclass(frozen=True)
class _Panel:
    """One value: its months, each with the month a year before where it is known."""

    name: str
    actual: list[float]
    before: list[float | None]

    @property
    def total(self) -> float:
        return math.fsum(self.actual)

    @property
    def whole_before(self) -> float | None:
        """The sum of the year before; none where a month of it is not known."""
        known = [value for value in self.before if value is not None]
        return math.fsum(known) if len(known) == len(self.before) else None

    def change(self, wording: Wording) -> str:
        """The sum against that of the year before: `+5.0%`, `×3.4`; empty where neither tells it."""
        return "" if self.whole_before is None else wording.numbers.change(self.total, self.whole_before)


def multiples(frame: pd.DataFrame, wording: Wording, *, title: str, width: float = 130, height: float = 38) -> Chart:
    """The first eight values of `frame` (value, month, revenue) by their last twelve months, in money.

    Each panel says its name, the sum of its months and the change on the year before. All have one scale.
    """
    months = _months(frame)
    panels = _panels(frame, months)
    lines = 1 if len(panels) <= A_LINE else 2
    with canvas(width, height) as picture:
        if panels:
            _draw(picture, panels, wording, lines)
        return picture.chart(_alt(panels, months, wording, title))


def _months(frame: pd.DataFrame) -> list[str]:
    return sorted({str(month)[:7] for month in frame["month"]})[-MONTHS:]


def _panels(frame: pd.DataFrame, months: list[str]) -> list[_Panel]:
    earlier = [str(Month(int(month[:4]) * 12 + int(month[5:7]) - 1) - 12) for month in months]
    panels = []
    for value in list(dict.fromkeys(frame["value"]))[:PANELS]:
        rows = frame[frame["value"] == value]
        known = {str(month)[:7]: float(money) for month, money in zip(rows["month"], rows["revenue"], strict=True)
                 if pd.notna(money)}  # fmt: skip
        panels.append(_Panel(str(value), [known.get(month, 0.0) for month in months],
                             [known.get(month) for month in earlier]))  # fmt: skip
    return panels


def _draw(picture: Canvas, panels: list[_Panel], wording: Wording, lines: int) -> None:
    """In points from the lower left corner; the largest and the smallest month of all fill a panel's height."""
    axes = picture.axes
    wide, high = axes.bbox.width, axes.bbox.height
    axes.set_xlim(0, wide)
    axes.set_ylim(0, high)
    across = math.ceil(len(panels) / lines)
    step, tall = (wide + BETWEEN) / across, high / lines
    months = [month for panel in panels for month in (*panel.actual, *panel.before) if month is not None]
    top, deep = max(0.0, *months), min(0.0, *months)
    unit = (tall - 2 * measure.LINE - BETWEEN) / ((top - deep) or 1.0)
    for place, panel in enumerate(panels):
        left, floor = place % across * step, high - (place // across + 1) * tall + 1.0
        _columns(picture, panel, (left, step - BETWEEN), floor - deep * unit, unit)
        _head(picture, panel, wording, panels, left, step - BETWEEN, floor + tall - measure.LINE)


def _columns(picture: Canvas, panel: _Panel, span: tuple[float, float], base: float, unit: float) -> None:
    left, month = span[0], span[1] / MONTHS
    for place, (value, before) in enumerate(zip(panel.actual, panel.before, strict=True)):
        middle, half = left + (place + 0.5) * month, COLUMN * month / 2
        shift = SHIFT * month if before is not None else 0.0
        if before is not None:
            bar(picture, "py", (middle - shift - half, middle - shift + half), (base, base + before * unit))
        bar(picture, "ac", (middle + shift - half, middle + shift + half), (base, base + value * unit))
    picture.axes.plot([left, left + span[1]], [base, base], color=notation.INK, linewidth=0.6)


def _head(
    picture: Canvas, panel: _Panel, wording: Wording, panels: list[_Panel], left: float, room: float, top: float
) -> None:
    """The name, below it the sum, and the change where there is room for it."""
    scale = scale_for([one.total for one in panels])
    picture.write(measure.shortened(panel.name, room), left, top + measure.LINE / 2 - 1)
    money = wording.numbers.scaled(panel.total, scale)
    picture.write(money, left, top - measure.LINE / 2 - 1, bold=True)
    change = panel.change(wording)
    if change:
        after = measure.width(money, bold=True) + 4
        if after + measure.width(change) <= room:
            colour = notation.variance_colour(panel.total - (panel.whole_before or 0.0), 1)
            picture.write(change, left + after, top - measure.LINE / 2 - 1, colour=colour)


def _alt(panels: list[_Panel], months: list[str], wording: Wording, title: str) -> str:
    language, numbers = wording.language, wording.numbers
    if not panels:
        return language.text("%(head)s: no value to show.", head=title)
    scale = scale_for([panel.total for panel in panels])
    most = max(panels, key=lambda panel: panel.total)
    text = language.text(
        "%(head)s, %(span)s: the largest is “%(name)s” with %(value)s",
        head=f"{title}, {wording.unit('money', scale)}", span=language.months(months[0], months[-1]),
        name=most.name, value=numbers.scaled(most.total, scale),
    )  # fmt: skip
    change = most.change(wording)
    text += f" ({change})" if change else ""
    compared = [panel for panel in panels if panel.change(wording)]
    if compared:
        up = sum(panel.total > (panel.whole_before or 0.0) for panel in compared)
        text += language.text(
            "; above the year before: %(up)s of %(n)s", up=numbers.plain(up), n=numbers.plain(len(compared))
        )
    return f"{text}."

"""Months as columns with a tier of variances above: actual against the year before."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.bars import bar, partial_months
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Kind, Wording

MONTHS = 12
COLUMN = 0.5
SHIFT = 0.13
"""Half the distance between a column and the one of the year before, in months."""
DELTA = 0.34
LABEL = measure.LINE + 1.5
"""Room for a label above or below a bar, in points."""
BETWEEN = 4.0
"""Space between the two tiers, in points."""
LEFT, RIGHT, BOTTOM = 4.5, 1.0, 5.0


@dataclass(frozen=True)
class _Months:
    """Month by month: actual, and the year before where it is known; none of a partial month."""

    names: list[str]
    values: list[float]
    before: list[float | None]
    partial: set[str]

    @property
    def changes(self) -> list[float | None]:
        """Actual less the year before."""
        pairs = zip(self.values, self.before, strict=True)
        return [None if before is None else value - before for value, before in pairs]


def variance(
    trend: pd.DataFrame,
    measure_id: str,
    wording: Wording,
    *,
    title: str,
    kind: Kind = "money",
    polarity: int = 1,
    width: float = 130,
    height: float = 38,
) -> Chart:
    """The last twelve months of `trend` (month, `measure_id`).

    Both tiers have one scale. A month that `trend` flags as partial is hatched, without the year
    before. polarity: +1 where more is better, −1 where less is.
    """
    months = _months(trend, measure_id)
    scale = scale_for(months.values) if kind == "money" else None
    with canvas(width, height, left=LEFT, right=RIGHT, bottom=BOTTOM) as picture:
        if months.names:
            _Drawing(picture, months, wording, kind, scale, polarity).draw()
        return picture.chart(_alt(months, wording, title, kind, scale))


def _months(trend: pd.DataFrame, measure_id: str) -> _Months:
    known = {str(month)[:7]: float(value) for month, value in zip(trend["month"], trend[measure_id], strict=True)
             if pd.notna(value)}  # fmt: skip
    names = sorted(known)[-MONTHS:]
    partial = partial_months(trend)
    before = [None if name in partial else known.get(_year_before(name)) for name in names]
    return _Months(names, [known[name] for name in names], before, partial)


def _year_before(month: str) -> str:
    return str(Month(int(month[:4]) * 12 + int(month[5:7]) - 1) - 12)


class _Drawing:
    """Places in months across, in points upwards: both tiers share the points of one unit of money."""

    def __init__(
        self, picture: Canvas, months: _Months, wording: Wording, kind: Kind, scale: Scale | None, polarity: int
    ) -> None:
        self.picture, self.months, self.wording = picture, months, wording
        self.kind, self.scale, self.polarity = kind, scale, polarity
        before = [value for value in months.before if value is not None]
        sizes = [*months.values, *before, 0.0]
        self.changes = [change for change in months.changes if change is not None]
        deep, tall = min(sizes), max(sizes)
        down, up = min([*self.changes, 0.0]), max([*self.changes, 0.0])
        room = picture.axes.bbox.height - LABEL * (1 + (deep < 0))
        if self.changes:
            over = LABEL if any(change >= 0 for change in self.changes) else measure.LINE / 2
            room -= BETWEEN + LABEL * (down < 0) + over
        whole = (tall - deep) + (up - down)
        self.unit = max(room, 1.0) / whole if whole > 0 else 0.0
        self.base = LABEL * (deep < 0) - deep * self.unit
        self.line = self.base + tall * self.unit + LABEL + BETWEEN + LABEL * (down < 0) - down * self.unit

    def draw(self) -> None:
        axes, count = self.picture.axes, len(self.months.names)
        axes.set_xlim(-0.5, max(count, MONTHS) - 0.5)
        axes.set_ylim(0, axes.bbox.height)
        self.step = axes.bbox.width / max(count, MONTHS)
        for place in range(count):
            self._columns(place)
        axes.plot([-0.5, count - 0.5], [self.base] * 2, color=notation.INK, linewidth=0.6)
        self._month_names()
        if self.changes:
            axes.plot([-0.5, count - 0.5], [self.line] * 2, color=notation.INK, linewidth=0.6)
            self._head("Δ", self.line)
            known = [(place, change) for place, change in enumerate(self.months.changes) if change is not None]
            largest = max(known, key=lambda pair: abs(pair[1]))
            for place, change in known:
                self._change(place, change, *largest)

    def _columns(self, place: int) -> None:
        value, before = self.months.values[place], self.months.before[place]
        shift = SHIFT if before is not None else 0.0
        if before is not None:
            self._column("py", place - shift, before)
        name = self.months.names[place]
        self._column("part" if name in self.months.partial else "ac", place + shift, value)
        above = max(value, before or 0.0, 0.0) if value >= 0 else min(value, before or 0.0)
        self._label(place, self.base + above * self.unit, value, bold=place == len(self.months.names) - 1)

    def _column(self, scenario: str, middle: float, value: float) -> None:
        top = self.base + value * self.unit
        bar(self.picture, scenario, (middle - COLUMN / 2, middle + COLUMN / 2), (self.base, top))

    def _change(self, place: int, change: float, largest: int, most: float) -> None:
        """The bar of a change; the label of the largest is always there, its neighbours' where it leaves room."""
        top = self.line + change * self.unit
        colour = notation.variance_colour(change, self.polarity)
        bar(self.picture, "ac", (place - DELTA / 2, place + DELTA / 2), (self.line, top), colour=colour)
        beside = measure.width(self._text(most, sign=True)) if abs(place - largest) == 1 else 0.0
        if (beside + measure.width(self._text(change, sign=True))) / 2 < self.step - 1 or place == largest:
            self._label(place, top, change, sign=True, colour=colour, must=place == largest)

    def _text(self, value: float, *, sign: bool = False) -> str:
        numbers = self.wording.numbers
        if self.scale is not None:
            return numbers.scaled(value, self.scale, sign=sign)
        return numbers.plain(value, 0 if self.kind == "count" else 2, sign=sign)

    def _label(
        self, place: int, y: float, value: float, *, bold: bool = False, sign: bool = False,
        colour: str = notation.INK, must: bool = False,
    ) -> None:  # fmt: skip
        """The number above a bar that rises, below one that falls; none where the months are too narrow for it.

        One that `must` be there is moved aside at the ends of the axis.
        """
        text, whole = self._text(value, sign=sign), self.picture.axes.bbox.width
        wide = measure.width(text, bold=bold)
        if wide > (whole if must else self.step - 1):
            return
        way, middle = -1 if value < 0 else 1, (place + 0.5) * self.step
        aside = min(max(middle, wide / 2), whole - wide / 2) - middle
        self.picture.axes.annotate(text, (place, y), xytext=(aside, way * 2), textcoords="offset points", ha="center",
                                   va="bottom" if way > 0 else "top", color=colour, annotation_clip=False,
                                   fontweight=600 if bold else 400)  # fmt: skip

    def _head(self, text: str, y: float) -> None:
        self.picture.axes.annotate(text, (-0.5, y), xytext=(-4, 0), textcoords="offset points", ha="right",
                                   va="center", color=notation.INK_2, annotation_clip=False)  # fmt: skip

    def _month_names(self) -> None:
        """Every month by its short name, every January, the first and the last with the year."""
        language, axes = self.wording.language, self.picture.axes
        for place, name in enumerate(self.months.names):
            said = language.month(name, "short", year=False)
            with_year = language.month(name, "short")
            wide = place in (0, len(self.months.names) - 1) or name.endswith("-01")
            text = with_year if wide and measure.width(with_year) < self.step - 2 else said
            if measure.width(text) < self.step - 1 or place in (0, len(self.months.names) - 1):
                axes.annotate(text, (place, 0), xycoords=("data", "axes fraction"), xytext=(0, -4),
                              textcoords="offset points", ha="center", va="top", color=notation.INK_2,
                              annotation_clip=False)  # fmt: skip


def _alt(months: _Months, wording: Wording, title: str, kind: Kind, scale: Scale | None) -> str:
    language, unit = wording.language, wording.unit(kind, scale)
    head = f"{title}, {unit}" if unit else title
    if not months.names:
        return language.text("%(head)s: no month to show.", head=head)
    last = len(months.names) - 1
    text = language.text(
        "%(head)s, %(span)s: %(month)s %(value)s",
        head=head, span=language.months(months.names[0], months.names[last]),
        month=language.month(months.names[last]), value=wording.label(months.values[last], kind, scale),
    )  # fmt: skip
    if months.names[last] in months.partial:
        text += language.text(" (partial month)")
    known = [(change, place) for place, change in enumerate(months.changes) if change is not None]
    if known:
        above = sum(change > 0 for change, _ in known)
        change, place = max(known, key=lambda pair: abs(pair[0]))
        text += language.text(
            "; above the year before in %(above)s of %(known)s months; the largest change is %(month)s with %(change)s",
            above=wording.numbers.plain(above), known=wording.numbers.plain(len(known)),
            month=language.month(months.names[place]),
            change=wording.numbers.scaled(change, scale, sign=True) if scale else wording.numbers.plain(
                change, 0 if kind == "count" else 2, sign=True),
        )  # fmt: skip
    return text + "."

"""Revenue × risk: clients as points between the limits of large and risky, money on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.transforms import IdentityTransform

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.chances import OVER, UNDER, in_steps
from portfolio_review.exhibits.style import MM, Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

NAMED = 5
RIGHT, TOP, BOTTOM = 4.0, 8.0, 16.0
POINT = 2.6
"""Diameter of the point of one client in points; of n clients √n times as wide, up to `WIDEST`."""
WIDEST = 15.0
DOT = 0.01
HALO = 0.8
"""White around a point, in points."""
EDGE = 0.03
"""Room beside 0 and 100 %, as a part of the axis."""
NAME_WIDTH = 150.0
"""A longer name is cut, in points."""
NAMED_TICKS = 5
PERCENTS = (0, 25, 50, 75, 100)
CORNERS = {"large_safe": (0, 1), "large_risky": (1, 1), "small_safe": (0, 0), "small_risky": (1, 0)}


def revenue_risk(
    points: pd.DataFrame,
    quadrants: pd.DataFrame,
    wording: Wording,
    *,
    large_from: float | None,
    risky_above: float,
    width: float = 108,
    height: float = 46,
) -> Chart:
    """Each row of `points` (name, quadrant, p_next, revenue, at_risk, clients) at 1 − p_next and revenue / clients.

    Labels of the corners from `quadrants` (quadrant, clients, revenue, clients_w0); the five named points with most
    money at risk by name. Revenue of zero or less stands on the lower edge.
    """
    known = points.dropna(subset=["p_next"]).reset_index(drop=True)
    names = ("quadrant", "clients", "revenue", "clients_w0")
    in_all = {
        str(quadrant): _Quadrant(int(clients), float(revenue), None if pd.isna(before) else int(clients - before))
        for quadrant, clients, revenue, before in zip(*(quadrants[name] for name in names), strict=True)
    }
    levels = _Levels.over(known, large_from)
    named = {level: wording.numbers.money(10.0**level, digits=1) for level in levels.named}
    left = (max(map(measure.width, named.values()), default=0.0) + 5) / 72 / MM
    with canvas(width, height, left=left, right=RIGHT, top=TOP, bottom=BOTTOM) as picture:
        if len(known) and large_from is not None:
            _Drawing(picture, known, wording, levels).draw(in_all, named, large_from, risky_above)
        return picture.chart(_alt(known, in_all, wording))


@dataclass(frozen=True)
class _Quadrant:
    """clients and their revenue; change: of clients since the end of W0, None where that is not known."""

    clients: int
    revenue: float
    change: int | None

    def said(self, wording: Wording) -> str:
        """`58 clients (+5), £436k`; without money where nobody is"""
        numbers = wording.numbers
        of = wording.language.plural("%(n)s client", "%(n)s clients", self.clients, n=numbers.plain(self.clients))
        change = f" ({numbers.plain(self.change, sign=True)})" if self.change else ""
        return f"{of}{change}, {numbers.money(self.revenue)}" if self.clients else f"{of}{change}"


@dataclass(frozen=True)
class _Levels:
    """The axis of money in powers of ten, from `low` to `high`."""

    low: float
    high: float

    @classmethod
    def over(cls, points: pd.DataFrame, large_from: float | None) -> _Levels:
        each = points["revenue"].astype(float) / points["clients"]
        positive = [*each[each > 0], *([large_from] if large_from is not None and large_from > 0 else [])] or [1.0]
        low = math.floor(math.log10(min(positive)) * 2 - 0.2) / 2
        return cls(low, max(math.ceil(math.log10(max(positive)) * 2 + 0.2) / 2, low + 1))

    @property
    def named(self) -> range:
        decades = range(math.ceil(self.low), math.floor(self.high) + 1)
        return decades[:: max(1, math.ceil(len(decades) / NAMED_TICKS))]

    def place(self, money: float) -> float:
        return math.log10(money) if money > 0 else self.low


class _Drawing:
    def __init__(self, picture: Canvas, points: pd.DataFrame, wording: Wording, levels: _Levels) -> None:
        self.picture, self.wording, self.levels = picture, wording, levels
        each = points["revenue"].astype(float) / points["clients"]
        self.points = points.assign(
            x=1 - points["p_next"].astype(float),
            y=[levels.place(money) for money in each],
            size=[min(POINT * math.sqrt(clients), WIDEST) for clients in points["clients"].astype(float)],
            risky=[str(quadrant).endswith("risky") for quadrant in points["quadrant"]],
        )

    def draw(
        self, quadrants: Mapping[str, _Quadrant], named: Mapping[int, str], large_from: float,
        risky_above: float,
    ) -> None:  # fmt: skip
        axes = self.picture.axes
        axes.set_xlim(-EDGE, 1 + EDGE)
        axes.set_ylim(self.levels.low, self.levels.high)
        self._scales(named)
        self.limits = risky_above, self.levels.place(large_from)
        for draw, limit in zip((axes.axvline, axes.axhline), self.limits, strict=True):
            draw(limit, color=notation.INK_2, linewidth=0.8, linestyle=(0, (4, 2)))
        for _, mine in reversed(list(self.points.groupby(["size", "risky"], sort=True))):
            size = float(mine["size"].iloc[0])
            self._dots(mine, size + HALO, notation.PAPER)
            self._dots(mine, size, notation.UNFAVOURABLE if mine["risky"].iloc[0] else notation.ACTUAL)
        self._corners(quadrants)
        self._names()

    def _scales(self, named: Mapping[int, str]) -> None:
        axes, numbers, box = self.picture.axes, self.wording.numbers, self.picture.axes.bbox
        axes.plot([0, 1], [0, 0], transform=axes.transAxes, color=notation.INK, linewidth=0.6, clip_on=False)
        for percent in PERCENTS:
            axes.annotate(numbers.plain(percent), (percent / 100, 0), xycoords=("data", "axes fraction"),
                          xytext=(0, -3), textcoords="offset points", ha="center", va="top",
                          color=notation.INK_2)  # fmt: skip
        self.picture.write(self.wording.language.text("chance of no purchase, %%"), (box.x0 + box.x1) / 2,
                           box.y0 - 1.8 * measure.LINE, ha="center", colour=notation.INK_2)  # fmt: skip
        for level, name in named.items():
            axes.axhline(level, color=notation.RULE, linewidth=0.4, zorder=0)
            axes.annotate(name, (0, level), xycoords=("axes fraction", "data"), xytext=(-3, 0),
                          textcoords="offset points", ha="right", va="center", color=notation.INK_2)  # fmt: skip

    def _dots(self, points: pd.DataFrame, size: float, colour: str) -> None:
        """Dots as one path of nearly no length with round ends: a tenth of the text of as many circles."""
        spots = self.picture.axes.transData.transform(points[["x", "y"]].to_numpy(dtype=float))
        xs = [value for x, _ in spots for value in (x, x + DOT, math.nan)]
        ys = [value for _, y in spots for value in (y, y, math.nan)]
        self.picture.axes.plot(xs, ys, color=colour, linewidth=size, solid_capstyle="round", clip_on=False,
                               transform=IdentityTransform(), scalex=False, scaley=False)  # fmt: skip

    def _corners(self, quadrants: Mapping[str, _Quadrant]) -> None:
        """The quadrants with clients and money, above and below the axes: inside, the points would cover them."""
        box = self.picture.axes.bbox
        for quadrant, (right, up) in CORNERS.items():
            said = quadrants.get(quadrant, _Quadrant(0, 0.0, None)).said(self.wording)
            x = box.x1 if right else box.x0
            y = box.y1 + 1.7 * measure.LINE if up else box.y0 - 3 * measure.LINE
            ha = "right" if right else "left"
            self.picture.write(self.wording.word(quadrant), x, y, bold=True, ha=ha)
            self.picture.write(said, x, y - measure.LINE, ha=ha, colour=notation.INK_2)

    def _names(self) -> None:
        axes, box = self.picture.axes, self.picture.axes.bbox
        spots = axes.transData.transform(self.points[["x", "y"]].to_numpy(dtype=float))
        halves = self.points["size"].to_numpy(dtype=float) / 2 + HALO
        taken = [
            measure.Box(float(x - half), float(y - half), float(x + half), float(y + half))
            for (x, y), half in zip(spots, halves, strict=True)
        ]
        named = self.points[self.points["name"].notna()].nlargest(NAMED, "at_risk")
        wanted = [
            (measure.shortened(str(name), NAME_WIDTH), float(spot[0]), float(spot[1]))
            for name, spot in zip(named["name"], spots[named.index.to_numpy(dtype=int)], strict=True)
        ]
        x, y = axes.transData.transform((self.limits[0], self.limits[1]))
        taken += [measure.Box(x - 1, box.y0, x + 1, box.y1), measure.Box(box.x0, y - 1, box.x1, y + 1)]
        frame = measure.Box(box.x0 + 2, box.y0 + 1, box.x1 + 2, box.y1 - 1)
        for place in measure.places(wanted, frame, taken):
            if place.leader is not None:
                (x0, y0), (x1, y1) = place.leader
                axes.plot([x0, x1], [y0, y1], transform=IdentityTransform(), color=notation.INK_2, linewidth=0.4,
                          scalex=False, scaley=False, clip_on=False)  # fmt: skip
            self.picture.write(place.text, place.box.x0, (place.box.y0 + place.box.y1) / 2)


def _chance(share: float, wording: Wording) -> str:
    """In steps of 5 %; nobody is certain."""
    if share < UNDER:
        return wording.language.text("under 5%%")
    return wording.language.text("over 95%%") if share >= OVER else wording.numbers.percent(in_steps(share), 0)


def _alt(points: pd.DataFrame, quadrants: Mapping[str, _Quadrant], wording: Wording) -> str:
    language, numbers = wording.language, wording.numbers
    if points.empty:
        return language.text("Revenue and risk of the clients: no client to show.")
    text = language.text(
        "Clients by revenue of the last %(months)s and chance of no purchase. %(said)s", months=wording.months,
        said="; ".join(f"{wording.word(name)}: {of.said(wording)}" for name, of in quadrants.items()),
    )  # fmt: skip
    named = points[points["name"].notna()]
    if len(named) and named["at_risk"].max() > 0:
        first = named.nlargest(1, "at_risk").to_dict("records")[0]
        text += language.text(
            "; most at risk: %(name)s, %(money)s of revenue, chance of no purchase %(share)s", name=first["name"],
            money=numbers.money(float(first["revenue"])), share=_chance(1 - float(first["p_next"]), wording),
        )  # fmt: skip
    return text + "."

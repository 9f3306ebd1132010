"""The six-factor profile: tiers side by side on one axis of scores, one row a factor, at the table's row height."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.profile_rows import GROUPS, TIERS
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

ROW = 6.6
"""Height of one row in mm; the table on the page has the same (`print.css`, `.dumb`)."""
SCORES = (1, 2, 3, 4, 5)
MARKS: Mapping[str, Mapping[str, Any]] = {
    "super-key": {"marker": "o", "markerfacecolor": notation.ACTUAL, "markeredgecolor": notation.ACTUAL},
    "key": {"marker": "D", "markerfacecolor": notation.PREVIOUS_YEAR, "markeredgecolor": notation.PREVIOUS_YEAR},
    "non-key": {"marker": "s", "markerfacecolor": notation.PAPER, "markeredgecolor": notation.ACTUAL},
}
"""A shape of its own for each tier: they stay apart without colour."""
LANES = {"super-key": -0.24, "key": 0.0, "non-key": 0.24}
"""Each tier keeps to its lane, so that equal scores and gaps do not cover one another."""
SIZE = 4.2


def dumbbell(factors: pd.DataFrame, wording: Wording, *, width: float = 78, row: float = ROW) -> Chart:
    """`factors` (tier, factor, points, market, portfolio): a mark for each tier's points, 5 in our favour.

    Where market and portfolio are both scored, a line leads from the market's score (its tick) to the
    portfolio's. The rows of means hold the mean of the marks above them.
    """
    known = factors[factors["points"].notna()]
    count = sum(len(members) + 1 for _, members in GROUPS)
    with canvas(width, row * count, left=1.5, right=1.5) as picture:
        _draw(picture, known)
        return picture.chart(_alt(known, wording))


def _draw(picture: Canvas, known: pd.DataFrame) -> None:
    axes, place = picture.axes, 0
    points, gaps = _cells(known)
    for _, members in GROUPS:
        for factor in members:
            _row(picture, place, {tier: points[tier, factor] for tier in TIERS if (tier, factor) in points})
            for tier in TIERS:
                if (tier, factor) in gaps:
                    _gap(picture, place + LANES[tier], *gaps[tier, factor])
            place += 1
        means = {}
        for tier in TIERS:
            mine = [points[tier, factor] for factor in members if (tier, factor) in points]
            if mine:
                means[tier] = math.fsum(mine) / len(mine)
        _row(picture, place, means)
        place += 1
    for score in SCORES:
        axes.plot([score, score], [-0.5, place - 0.5], color=notation.RULE, linewidth=0.5, zorder=0)
    axes.set_xlim(0.8, 5.2)
    axes.set_ylim(place - 0.5, -0.5)


def _cells(known: pd.DataFrame) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], tuple[float, float]]]:
    """Points by tier and factor, and where both sides are scored the market's and the portfolio's."""
    keys = [(str(tier), str(factor)) for tier, factor in zip(known["tier"], known["factor"], strict=True)]
    points, market, portfolio = (known[name].astype("float64").tolist() for name in ("points", "market", "portfolio"))
    sides = zip(keys, market, portfolio, strict=True)
    both = {key: (one, other) for key, one, other in sides if not (math.isnan(one) or math.isnan(other))}
    return dict(zip(keys, points, strict=True)), both


def _row(picture: Canvas, place: int, points: dict[str, float]) -> None:
    """The marks of one row and, behind them, the line that joins the lowest and the highest."""
    if not points:
        return
    ends = sorted(points, key=lambda tier: points[tier])
    low, high = ends[0], ends[-1]
    picture.axes.plot([points[low], points[high]], [place + LANES[low], place + LANES[high]],
                      color=notation.RULE, linewidth=1.2, zorder=1)  # fmt: skip
    for tier, value in points.items():
        picture.axes.plot([value], [place + LANES[tier]], markersize=SIZE, markeredgewidth=0.9, linestyle="none",
                          clip_on=False, zorder=3, **MARKS[tier])  # fmt: skip


def _gap(picture: Canvas, height: float, market: float, portfolio: float) -> None:
    """From the market's score, a tick, to the portfolio's, an end without one; the mark is one of the two."""
    if market == portfolio:
        return
    colour = notation.variance_colour(portfolio - market)
    picture.axes.plot([market, portfolio], [height, height], color=colour, linewidth=1.6, zorder=2)
    for score in (market, portfolio):
        picture.axes.plot([score, score], [height - 0.09, height + 0.09], color=colour, linewidth=1.0, zorder=2)


def _alt(known: pd.DataFrame, wording: Wording) -> str:
    language = wording.language
    head = wording.name("strategic.six_factors")
    if known.empty:
        return language.text("%(head)s: no score to show.", head=head)
    texts = []
    for tier in TIERS:
        mine = known[known["tier"] == tier]
        if mine.empty:
            continue
        points = [(str(row["factor"]), float(row["points"])) for _, row in mine.iterrows()]
        scores = ", ".join(
            f"{wording.word(factor)} {wording.numbers.plain(value, _places(value))}" for factor, value in points
        )
        texts.append(f"{wording.word(tier)}: {scores}")
    text = language.text("%(head)s, scores from 1 to 5, 5 in our favour", head=head) + ". " + "; ".join(texts)
    gaps = known[known["market"].notna() & known["portfolio"].notna()]
    if len(gaps):
        sizes = (gaps["portfolio"] - gaps["market"]).astype("float64")
        widest = gaps.iloc[int(sizes.abs().to_numpy().argmax())]
        text += language.text(
            "; the widest gap between portfolio and market: %(tier)s, %(factor)s %(gap)s",
            tier=wording.word(widest["tier"]), factor=wording.word(widest["factor"]),
            gap=wording.numbers.plain(float(widest["portfolio"] - widest["market"]), sign=True),
        )  # fmt: skip
    return text + "."


def _places(value: float) -> int:
    return 0 if float(value).is_integer() else 1

"""Charts of a report in another language than its notebooks': drawn again from the recorded tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from portfolio_review.exhibits.alluvial import alluvial
from portfolio_review.exhibits.columns import columns
from portfolio_review.exhibits.style import Chart
from portfolio_review.exhibits.trend import band
from portfolio_review.exhibits.waterfall import waterfall
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import RecordedChart, Results

Drawing = Callable[[pd.DataFrame, Wording], Chart]
DRAWN_FROM: Mapping[str, tuple[str, Drawing]] = {
    "headline.trend.revenue": (
        "headline.trend",
        lambda trend, words: columns(trend, "revenue", words, title=words.name("headline.revenue")),
    ),
    "headline.trend.clients": (
        "headline.trend",
        lambda trend, words: columns(trend, "clients", words, title=words.name("headline.clients"), kind="count"),
    ),
    "bridge.waterfall": ("bridge.steps", lambda steps, words: waterfall(steps, words)),
    "migration.abc.flow": ("migration.abc", lambda matrix, words: alluvial(matrix, words)),
    "retention.trend.band": (
        "retention.trend",
        lambda trend, words: band(trend, words, title=words.name("retention.trend")),
    ),
}
"""Charts by id with the table that each can be drawn from; `structure.pareto` needs every client and cannot."""


def charts(results: Results, wording: Wording) -> dict[str, RecordedChart]:
    """The recorded charts in the language of `wording`; those that cannot be drawn again are left out."""
    if wording.code == results.review.language:
        return results.charts
    drawn: dict[str, RecordedChart] = {}
    for id, recorded in results.charts.items():
        table = results.tables.get(DRAWN_FROM[id][0]) if id in DRAWN_FROM else None
        if table is None or not table.rows:
            continue
        chart = DRAWN_FROM[id][1](pd.DataFrame(list(table.rows), columns=list(table.columns)), wording)
        drawn[id] = RecordedChart(chart.svg, chart.alt, recorded.source)
    return drawn

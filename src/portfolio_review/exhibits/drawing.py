"""The charts of a report, drawn once, at rendering, from the recorded tables in the language of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from portfolio_review.exhibits.alluvial import alluvial
from portfolio_review.exhibits.dumbbell import dumbbell
from portfolio_review.exhibits.history import history
from portfolio_review.exhibits.multiples import multiples
from portfolio_review.exhibits.pareto import pareto
from portfolio_review.exhibits.positions import positions
from portfolio_review.exhibits.revenue_risk import revenue_risk
from portfolio_review.exhibits.style import Chart
from portfolio_review.exhibits.survival import survival_curve
from portfolio_review.exhibits.trend import band
from portfolio_review.exhibits.variance import variance
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import Results


@dataclass(frozen=True)
class Known:
    """What a picture may be drawn from: recorded tables and figures."""

    results: Results

    def has(self, id: str) -> bool:
        table = self.results.tables.get(id)
        return table is not None and bool(table.rows)

    def frame(self, id: str) -> pd.DataFrame:
        """A recorded table, empty of rows where it was not recorded."""
        table = self.results.tables.get(id)
        if table is None or table.rows is None:
            return pd.DataFrame()
        return pd.DataFrame(list(table.rows), columns=list(table.columns))

    def number(self, id: str) -> float | None:
        recorded = self.results.figures.get(id)
        value = recorded.figure.value if recorded else None
        return float(value) if isinstance(value, int | float) else None

    def target(self, id: str) -> float | None:
        recorded = self.results.figures.get(id)
        return recorded.figure.target if recorded else None


def _band(known: Known, words: Wording) -> Chart:
    target = known.target("retention.client_retention_rate")
    return band(known.frame("retention.trend"), words, title=words.name("retention.trend"), target=target)


def _matrix(known: Known, words: Wording) -> Chart:
    limits = known.number("risk.large_from"), known.number("risk.risky_above")
    return revenue_risk(known.frame("risk.matrix_points"), known.frame("risk.matrix"), words,
                        large_from=limits[0], risky_above=limits[1] or 0.0)  # fmt: skip


def _months(known: Known, words: Wording) -> Chart:
    title = words.name("headline.revenue")
    return variance(known.frame("headline.trend"), "revenue", words, title=title)


def _multiples(known: Known, words: Wording) -> Chart:
    frame = known.frame("structure.by_month")
    return multiples(frame, words, title=words.name(f"structure.by.{frame['attribute'].iloc[0]}"))


Drawing = Callable[[Known, Wording], Chart]
DRAWN_FROM: Mapping[str, tuple[str, Drawing]] = {
    "headline.trend.variance": ("headline.trend", _months),
    "structure.pareto": (
        "structure.pareto_curve",
        lambda known, words: pareto(known.frame("structure.pareto_curve"), words),
    ),
    "structure.by_month.multiples": ("structure.by_month", _multiples),
    "migration.abc.flow": ("migration.abc", lambda known, words: alluvial(known.frame("migration.abc"), words)),
    "retention.trend.band": ("retention.trend", _band),
    "retention.survival.curve": (
        "retention.survival_steps",
        lambda known, words: survival_curve(
            known.frame("retention.survival_steps"), words, title=words.name("retention.survival")
        ),
    ),
    "risk.matrix.picture": ("risk.matrix_points", _matrix),
    "strategic.six_factors.profile": (
        "strategic.six_factors",
        lambda known, words: dumbbell(known.frame("strategic.six_factors"), words),
    ),
    "strategic.importance.matrix": (
        "strategic.importance",
        lambda known, words: positions(known.frame("strategic.importance"), words),
    ),
}
"""Every chart by its id: the table without which it is not drawn, and how it is drawn from what is recorded."""


def drawn(id: str, results: Results, wording: Wording) -> Chart | None:
    """The chart of a recorded declaration; None where its table holds nothing, or nothing draws it any more."""
    known = Known(results)
    if id not in DRAWN_FROM or not known.has(DRAWN_FROM[id][0]):
        return None
    return DRAWN_FROM[id][1](known, wording)


def history_of(rows: Sequence[Mapping[str, Any]], words: Wording, window: int) -> Chart:
    """A client's months of `strategic.months`: revenue and margin, the last window beside the one before."""
    return history(pd.DataFrame(rows, columns=["month", "revenue", "margin"]), words, window=window)

"""Interval strips: a scale with labelled ticks and, on it, point, 95 % interval and target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portfolio_review.rendering.report import Report

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
SPACES = 5
"""A scale has at most this many steps."""


@dataclass(frozen=True)
class Scale:
    """A scale of shares from `low` to `high` in `count` steps."""

    low: float
    high: float
    count: int

    @classmethod
    def over(cls, points: Sequence[float], spaces: int = SPACES) -> Scale:
        """The finest round scale that holds all points."""
        bottom, top = min(points, default=0.0), max(points, default=1.0)
        for step in STEPS:
            first, last = math.floor(bottom / step + 1e-9), math.ceil(top / step - 1e-9)
            if last - first <= spaces:
                return cls(first * step, max(last, first + 1) * step, max(last - first, 1))
        return cls(bottom, max(top, bottom + 1), 1)

    def place(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)

    def ticks(self, report: Report) -> list[dict[str, str]]:
        """Label and position of each tick."""
        step = (self.high - self.low) / self.count
        return [
            {"label": report.wording.numbers.percent(self.low + place * step, 0, mark=False),
             "left": report.left(place / self.count)}
            for place in range(self.count + 1)
        ]  # fmt: skip

    def strip(
        self, report: Report, value: float, interval: Sequence[float] | None, target: float | None = None
    ) -> dict[str, Any]:
        """Positions of the point, its interval and its target."""
        strip = {"point": report.left(self.place(value)), "from": "", "width": "", "target": ""}
        if interval is not None:
            low, high = (self.place(bound) for bound in interval)
            strip |= {"from": report.left(low), "width": report.width(high - low)}
        if target is not None:
            strip["target"] = report.left(self.place(target))
        return strip

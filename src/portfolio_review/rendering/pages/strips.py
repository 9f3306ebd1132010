"""Interval strips: a scale with labelled ticks and, on it, point, 95 % interval and target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

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

    def ticks(self, report: Report) -> Markup:
        """The scale above a column of strips, each tick with its label."""
        step, numbers = (self.high - self.low) / self.count, report.wording.numbers
        labels = Markup("").join(
            Markup('<i class="{}">{}</i>').format(
                report.left(place / self.count), numbers.percent(self.low + place * step, 0, mark=False))
            for place in range(self.count + 1)
        )  # fmt: skip
        return Markup('<div class="scale">{}</div>').format(labels)

    def strip(
        self, report: Report, value: float, interval: Sequence[float | None] | None, target: float | None = None
    ) -> Markup:
        """The point, its interval and its target on the scale."""
        low, high = interval or (None, None)
        drawn = Markup("")
        if low is not None and high is not None:
            drawn += Markup('<i class="ci {} {}"></i>').format(
                report.left(self.place(low)), report.width(self.place(high) - self.place(low)))  # fmt: skip
        if target is not None:
            drawn += Markup('<i class="tg {}"></i>').format(report.left(self.place(target)))
        point = Markup('<i class="pt {}"></i>').format(report.left(self.place(value)))
        return Markup('<div class="strip">{}{}</div>').format(drawn, point)

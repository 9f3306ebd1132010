"""Tables that pictures are drawn from, and the pictures, for the made results."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.figure import Figure
from portfolio_review.results.contract import Cell

Rows = list[tuple[Cell, ...]]
LARGE_FROM, RISKY_ABOVE = 1750.0, 0.5
LIMITS = {"risk.large_from": Figure(value=LARGE_FROM), "risk.risky_above": Figure(value=RISKY_ABOVE)}


def _curve() -> Rows:
    sizes = [267761.0 / rank**0.82 for rank in range(1, 4282)]
    whole, held, rows, left = sum(sizes), 0.0, [], [0.5, 0.8, 0.95]
    for clients, size in enumerate(sizes, 1):
        held += size / whole
        limit = left.pop(0) if left and held >= left[0] else None
        if limit or clients % 40 == 1 or clients == len(sizes):
            rows.append((clients, held, None, limit))
    return [(0, 0.0, None, None), *rows]


def _steps() -> Rows:
    days = [0, 90, 180, 270, 365, 450, 540, 630]
    shares = [1.0, 0.97, 0.74, 0.7, 0.63, 0.58, 0.53, 0.49]
    alive = [5881, 5400, 4300, 3600, 2900, 2100, 1500, 700]
    return [
        (day, at, 40, 60, share, share - 0.012 if day else None, share + 0.012 if day else None)
        for day, at, share in zip(days, alive, shares, strict=True)
    ]


def rows(names: tuple[str, str, str]) -> Mapping[str, Rows]:
    """The rows of each table; `names` stand for three clients."""
    return {
        "headline.rest_of_year": [("2011-12", 1090000.0)],
        "structure.pareto_curve": _curve(),
        "retention.survival_steps": _steps(),
        "risk.matrix_points": [
            (names[0], "large_risky", 0.21, 65000.0, 12800.0, 1),
            (names[1], "large_safe", 0.94, 267761.0, 4000.0, 1),
            (names[2], "small_risky", 0.02, 900.0, 220.0, 1),
            (None, "small_safe", 0.71, 830000.0, 60000.0, 980),
            (None, "large_safe", 0.88, 6100000.0, 180000.0, 900),
            (None, "small_risky", 0.2, 190000.0, 38000.0, 610),
        ],
    }  # fmt: skip

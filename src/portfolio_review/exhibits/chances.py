"""A client's chance as it is printed: in steps of 5 %, and not at all where the model failed its test.

In: a chance, the results; out: the step. Source: Chances, how sure.
"""

from __future__ import annotations

import math

from portfolio_review.results.contract import Results

UNDER, OVER = 0.025, 0.975
"""A chance below the one is printed as under 5 %, from the other on as over 95 %: nobody is certain."""
STEPS = 20
LOST = "loses_to_last_share"
"""The word of `risk.backtest_verdict` that forbids every client's chance."""


def told(results: Results) -> bool:
    """Whether chances of clients may be printed: not where the backtest lost to the same share as last time."""
    verdict = results.figures.get("risk.backtest_verdict")
    return verdict is None or verdict.figure.value != LOST


def in_steps(chance: float) -> float:
    """The chance to the nearest 5 %, half up; 0 is under 5 %, 1 over 95 %."""
    return math.floor(chance * STEPS + 0.5 + 1e-9) / STEPS

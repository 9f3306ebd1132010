"""The revenue bridge as horizontal bars, one row a step, at the row height of the table beside it."""

from __future__ import annotations

import pandas as pd

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

ROW = 13.8
"""Height of one row in mm; the table on the page has the same (`print.css`, `.wf`)."""
BAR = 0.45
TOTALS = ("start", "end")
NEUTRAL = ("adjustments",)


def waterfall(steps: pd.DataFrame, wording: Wording, *, width: float = 92, row: float = ROW) -> Chart:
    """`steps` (step, amount) from `start` through the changes to `end`; unknown amounts count as none."""
    bars = [
        (str(step), 0.0 if pd.isna(amount) else float(amount))
        for step, amount in zip(steps["step"], steps["amount"], strict=True)
    ]
    with canvas(width, row * max(1, len(bars)), left=0.3, right=0.5) as picture:
        _draw(picture, bars)
        return picture.chart(_alt(bars, wording))


def _draw(picture: Canvas, bars: list[tuple[str, float]]) -> None:
    if not bars:
        return
    axes, level = picture.axes, 0.0
    edges = [0.0]
    for place, (step, amount) in enumerate(bars):
        start, end = (0.0, amount) if step in TOTALS else (level, level + amount)
        colour = notation.PREVIOUS_YEAR if step == "start" else notation.ACTUAL if step == "end" else (
            notation.INK_2 if step in NEUTRAL else notation.variance_colour(amount))  # fmt: skip
        axes.barh(place, end - start, BAR, left=start, color=colour, linewidth=0)
        if place + 1 < len(bars):
            axes.plot([end, end], [place + BAR / 2, place + 1 + BAR / 2], color=notation.INK_2, linewidth=0.6)
        level = end
        edges += [start, end]
    low, high = min(edges), max(edges)
    reach = (high - low) or 1.0
    axes.set_xlim(low - 0.002 * reach, high + 0.004 * reach)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.plot([0, 0], [-0.4, len(bars) - 0.6], color=notation.INK, linewidth=0.6)


def _alt(bars: list[tuple[str, float]], wording: Wording) -> str:
    language, amounts = wording.language, dict(bars)
    scale = scale_for([amount for _, amount in bars])
    title = language.text("Revenue bridge, %(unit)s", unit=wording.unit("money", scale))
    changes = {step: amount for step, amount in bars if step not in TOTALS and amount}
    label = wording.numbers.scaled
    text = language.text(
        "%(title)s: from %(start)s to %(end)s",
        title=title, start=label(amounts.get("start", 0.0), scale), end=label(amounts.get("end", 0.0), scale),
    )  # fmt: skip
    if not changes:
        return text + language.text("; no step has an amount.")
    step = max(changes, key=lambda name: abs(changes[name]))
    return text + language.text(
        "; the largest step is “%(step)s” with %(amount)s.", step=wording.word(step),
        amount=label(changes[step], scale, sign=True),
    )  # fmt: skip

"""Importance × difficulty: strategic clients as numbered circles, the size of a circle its relationship."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

POINTS = (1, 5)
MIDDLE = 3
SMALLEST, LARGEST = 10.0, 18.0
"""Diameters in points of the weakest and of the strongest relationship; unknown ones are as the weakest, in outline."""
STEP = 0.3
NEAR = 0.14
"""Circles of one difficulty whose scores differ by less than NEAR of the axis stand STEP beside each other."""


@dataclass(frozen=True)
class _Client:
    rank: int
    name: str
    score: float
    difficulty: float
    relationship: float | None


def positions(importance: pd.DataFrame, wording: Wording, *, width: float = 85, height: float = 36) -> Chart:
    """`importance` (rank, name, score, difficulty, relationship_strength), numbered by rank.

    Score 0 to 1 upwards, difficulty 1 to 5 to the right; a client without a difficulty is not drawn.
    """
    shown = _clients(importance)
    with canvas(width, height, left=9, right=2, top=2, bottom=9) as picture:
        _draw(picture, shown, wording)
        return picture.chart(_alt(shown, wording))


def _clients(importance: pd.DataFrame) -> list[_Client]:
    columns = (importance[name].astype("float64") for name in ("score", "difficulty", "relationship_strength"))
    rows = zip(importance["rank"], importance["name"], *columns, strict=True)
    return [
        _Client(int(rank), str(name), score, difficulty, None if math.isnan(relationship) else relationship)
        for rank, name, score, difficulty, relationship in rows
        if not (math.isnan(score) or math.isnan(difficulty))
    ]


def _draw(picture: Canvas, shown: list[_Client], wording: Wording) -> None:
    axes, plain = picture.axes, wording.numbers.plain
    scores = [client.score for client in shown] or [0.0, 1.0]
    low, high = max(0.0, min(scores) - 0.12), min(1.0, max(scores) + 0.12)
    low, high = int(low * 10) / 10, -int(-high * 10) / 10
    axes.set_xlim(POINTS[0] - 0.4, POINTS[1] + 0.4)
    axes.set_ylim(low, high)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(True)
    axes.axvline(MIDDLE, color=notation.RULE, linewidth=0.6, zorder=0)
    placed: list[tuple[float, float]] = []
    for client in shown:
        x, score = client.difficulty, client.score
        while any(abs(x - other) < STEP - 1e-9 and abs(score - level) < NEAR * (high - low) for other, level in placed):
            x += STEP
        placed.append((x, score))
        known = client.relationship is not None
        part = ((client.relationship or POINTS[0]) - POINTS[0]) / (POINTS[1] - POINTS[0])
        axes.plot([x], [score], marker="o", markersize=SMALLEST + part * (LARGEST - SMALLEST),
                  markerfacecolor=notation.ACTUAL if known else notation.PAPER, markeredgecolor=notation.PAPER
                  if known else notation.ACTUAL, markeredgewidth=0.8, clip_on=False)  # fmt: skip
        axes.annotate(plain(client.rank), (x, score), ha="center", va="center_baseline", fontweight=600,
                      color=notation.PAPER if known else notation.INK, annotation_clip=False)  # fmt: skip
    _axes_labels(picture, wording, low, high)


def _axes_labels(picture: Canvas, wording: Wording, low: float, high: float) -> None:
    axes, plain = picture.axes, wording.numbers.plain
    for score in range(POINTS[0], POINTS[1] + 1):
        axes.annotate(plain(score), (score, 0), xycoords=("data", "axes fraction"), xytext=(0, -3),
                      textcoords="offset points", ha="center", va="top", color=notation.INK_2,
                      annotation_clip=False)  # fmt: skip
    for level in (low, high):
        axes.annotate(plain(level, 1), (0, level), xycoords=("axes fraction", "data"), xytext=(-3, 0),
                      textcoords="offset points", ha="right", va="center", color=notation.INK_2,
                      annotation_clip=False)  # fmt: skip
    axes.annotate(f"{wording.word('difficulty')} →", (1, 0), xycoords="axes fraction", xytext=(0, -13),
                  textcoords="offset points", ha="right", va="top", color=notation.INK_2,
                  annotation_clip=False)  # fmt: skip
    axes.annotate(f"{wording.language.text('Score')} →", (0, 0.5), xycoords="axes fraction", xytext=(-4, 0),
                  rotation=90, textcoords="offset points", ha="right", va="center", color=notation.INK_2,
                  annotation_clip=False)  # fmt: skip


def _alt(shown: list[_Client], wording: Wording) -> str:
    language, plain = wording.language, wording.numbers.plain
    head = wording.name("strategic.importance")
    if not shown:
        return language.text("%(head)s: no score to show.", head=head)
    clients = "; ".join(
        language.text(
            "%(name)s: score %(score)s, difficulty %(difficulty)s, relationship %(relationship)s",
            name=client.name, score=plain(client.score, 2), difficulty=plain(client.difficulty),
            relationship=language.text("n/a") if client.relationship is None else plain(client.relationship),
        )
        for client in shown
    )  # fmt: skip
    highest = max(shown, key=lambda client: client.score)
    return language.text(
        "%(head)s of %(n)s strategic clients, scores as of the period; the highest score is %(name)s. %(clients)s.",
        head=head, n=plain(len(shown)), name=highest.name, clients=clients,
    )  # fmt: skip

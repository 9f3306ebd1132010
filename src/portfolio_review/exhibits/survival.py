"""How long clients stay: the Kaplan–Meier curve as steps with its 95 % band."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

AT_DAYS = (90, 180, 365)
YEAR = 365
LONGEST = 5 * YEAR
"""Longer relationships than this are not drawn: the first years would be squeezed."""
HALF = 0.5
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
TICK = 2.2
"""Height of the tick of those still observed, in points."""
TICKS_APART = 6.0
"""Ticks nearer to each other, in points, are drawn as one."""
LEFT, RIGHT, TOP, BOTTOM = 8.0, 5.0, 3.0, 6.0


def survival_curve(
    steps: pd.DataFrame, wording: Wording, *, title: str, width: float = 85, height: float = 35
) -> Chart:
    """`steps` (day, censored, survival, low, high); 90, 180, 365 days and the median marked.

    Nothing is drawn across rows whose survival is unknown.
    """
    steps = steps.astype(float)
    shown = steps[steps["day"] <= LONGEST].reset_index(drop=True)
    with canvas(width, height, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM) as picture:
        if shown["survival"].notna().any():
            _draw(picture, shown, wording)
        return picture.chart(_alt(steps, wording, title))


def _draw(picture: Canvas, shown: pd.DataFrame, wording: Wording) -> None:
    axes, percent = picture.axes, wording.numbers.percent
    days, share = shown["day"].to_numpy(), shown["survival"].to_numpy()
    for level in LEVELS:
        axes.axhline(level, color=notation.INK if level == 0 else notation.RULE, linewidth=0.6, zorder=0)
        axes.annotate(percent(level, 0, mark=False), (0, level), xycoords=("axes fraction", "data"), xytext=(-3, 0),
                      textcoords="offset points", ha="right", va="center", color=notation.INK_2)  # fmt: skip
    axes.set_xlim(0, max(float(days[-1]), 1.0))
    axes.set_ylim(0, 1)
    unknown = shown["survival"].isna()
    for _, reached in shown[~unknown].groupby(unknown.cumsum()[~unknown]):
        # without an interval (nobody left, or nobody lost yet) the band closes on the curve
        low, high = (reached[name].fillna(reached["survival"]) for name in ("low", "high"))
        axes.fill_between(reached["day"], low, high, step="post", color=notation.BAND, linewidth=0)
        axes.step(reached["day"], reached["survival"], where="post", color=notation.ACTUAL, linewidth=notation.LINE_PT)
    _still_observed(picture, shown.dropna(subset=["survival"]))
    _name_marks(picture, _marks(shown, wording), (days, share))
    _name_days(picture, wording)


def _still_observed(picture: Canvas, shown: pd.DataFrame) -> None:
    """A short tick where clients are still clients and were seen no longer."""
    axes = picture.axes
    last = -TICKS_APART
    for day, share in shown.loc[shown["censored"] > 0, ["day", "survival"]].to_numpy():
        x = axes.transData.transform((day, share))[0] - axes.bbox.x0
        if x - last >= TICKS_APART:
            last = float(x)
            axes.annotate("", (day, share), xytext=(0, TICK), textcoords="offset points", annotation_clip=False,
                          arrowprops={"arrowstyle": "-", "color": notation.ACTUAL, "linewidth": 0.5,
                                      "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def _marks(shown: pd.DataFrame, wording: Wording) -> list[tuple[str, float, float]]:
    """(label, day, share) of the days that the report names, and of the median."""
    text, numbers = wording.language.text, wording.numbers
    by_day = shown.set_index("day")["survival"].dropna()
    found = [(numbers.percent(float(by_day.loc[day]), 0), float(day), float(by_day.loc[day]))
             for day in AT_DAYS if day in by_day.index]  # fmt: skip
    median = _median(shown)
    if median is not None:
        label = text("half left after %(n)s days", n=numbers.plain(median)) if median else _one_day(wording)
        found.append((label, median, HALF if median else float(by_day.loc[0])))
    return found


def _one_day(wording: Wording) -> str:
    """A median of 0: who bought on one day and lapsed ends at that age."""
    return wording.language.text("half bought on one day only")


def _median(steps: pd.DataFrame) -> float | None:
    """The first day at which half have left; None where the curve falls so far in a gap, or not at all."""
    reached = np.flatnonzero(steps["survival"] <= HALF + 1e-12)
    if not len(reached) or (reached[0] and np.isnan(steps["survival"].iloc[reached[0] - 1])):
        return None
    return float(steps["day"].iloc[reached[0]])


def _name_marks(picture: Canvas, marks: list[tuple[str, float, float]], curve: tuple[np.ndarray, np.ndarray]) -> None:
    """Points with their labels, apart from each other and from the curve."""
    axes = picture.axes
    spots = [axes.transData.transform((day, share)) for _, day, share in marks]
    wanted = [(text, float(x), float(y)) for (text, _, _), (x, y) in zip(marks, spots, strict=True)]
    on_curve = axes.transData.transform(np.column_stack(curve))
    taken = [
        measure.Box(float(x0), float(min(y0, y1)) - 1, float(x1) + 0.1, float(max(y0, y1)) + 1)
        for (x0, y0), (x1, y1) in pairwise(on_curve)
        if not np.isnan(y0 + y1)
    ]
    box = axes.bbox
    frame = measure.Box(box.x0 + 1, box.y0 + 1, box.x1 + 4 * notation.LABEL_PT / 7.5, box.y1 + 6)
    for _, day, share in marks:
        axes.plot([day], [share], marker="o", markersize=3.6, color=notation.ACTUAL, clip_on=False)
    for place in measure.places(wanted, frame, taken, bold=True):
        picture.write(place.text, place.box.x0, (place.box.y0 + place.box.y1) / 2, bold=True)


def _name_days(picture: Canvas, wording: Wording) -> None:
    """The days on the axis: 0, the named ones and whole years, as far as they do not touch."""
    axes, box = picture.axes, picture.axes.bbox
    reach = axes.get_xlim()[1]
    wanted = [0, *AT_DAYS, *range(2 * YEAR, int(reach) + 1, YEAR)]
    taken: list[measure.Box] = []
    for day in sorted((day for day in wanted if day <= reach), key=lambda day: (day not in (0, YEAR), day)):
        label = wording.numbers.plain(day)
        x, half = box.x0 + box.width * day / reach, measure.width(label) / 2 + 2
        place = measure.Box(x - half, 0, x + half, 1)
        if any(place.meets(other) for other in taken):
            continue
        taken.append(place)
        axes.annotate(label, (day, 0), xytext=(0, -4), textcoords="offset points", ha="center", va="top",
                      color=notation.INK_2, annotation_clip=False)  # fmt: skip


def _alt(steps: pd.DataFrame, wording: Wording, title: str) -> str:
    text, numbers = wording.language.text, wording.numbers
    by_day = steps.set_index("day")["survival"].dropna()
    if by_day.empty:
        return text("%(head)s: no client to show.", head=title)
    said = [
        text("after %(n)s days %(share)s", n=numbers.plain(day), share=numbers.percent(float(by_day.loc[day])))
        for day in AT_DAYS
        if day in by_day.index
    ]
    last = text("after %(n)s days, the longest seen, %(share)s", n=numbers.plain(float(by_day.index[-1])),
                share=numbers.percent(float(by_day.iloc[-1])))  # fmt: skip
    median = _median(steps)
    if median is None:
        half = (text("fewer than half have left") if by_day.iloc[-1] > HALF
                else text("half have left at an age that too few were seen to reach"))  # fmt: skip
    else:
        half = text("half have left after %(n)s days", n=numbers.plain(median)) if median else _one_day(wording)
    return text(
        "%(head)s, share of clients that are still clients: %(said)s; %(half)s.",
        head=title, said="; ".join([*said, last]), half=half,
    )  # fmt: skip

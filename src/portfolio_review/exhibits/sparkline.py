"""A line without axes beside a number: where it comes from, the last point marked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from portfolio_review.exhibits import notation

WIDTH, HEIGHT, EDGE = 96, 22, 3


def line(points: Sequence[tuple[int, float]], words: str, *, gap: int = 1) -> Markup:
    """`points` as (month, value) in order, drawn true to time between their least and largest value.

    The line breaks where more than `gap` months lie between two points. `words` is what it says.
    """
    first, last = points[0][0], points[-1][0]
    low, high = min(value for _, value in points), max(value for _, value in points)

    def place(month: int, value: float) -> tuple[str, str]:
        across = (month - first) / (last - first) if last > first else 1.0
        up = (value - low) / (high - low) if high > low else 0.5
        return f"{EDGE + across * (WIDTH - 2 * EDGE):.4g}", f"{HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE):.4g}"

    steps, before = [], None
    for month, value in points:
        joined = before is not None and month - before <= gap
        steps.append(("L" if joined else "M") + " ".join(place(month, value)))
        before = month
    across, up = place(*points[-1])
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" preserveAspectRatio="xMinYMid meet"><title>{}</title>'
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.3"/><circle cx="{}" cy="{}" r="2" fill="{}"/></svg>'
    ).format(WIDTH, HEIGHT, words, "".join(steps), notation.ACTUAL, across, up, notation.ACTUAL)

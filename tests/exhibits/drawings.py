"""Every chart type on plain and odd frames, and where the texts of a picture stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

import pandas as pd

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.alluvial import alluvial
from portfolio_review.exhibits.multiples import multiples
from portfolio_review.exhibits.pareto import pareto
from portfolio_review.exhibits.revenue_risk import revenue_risk
from portfolio_review.exhibits.style import SVG, Chart
from portfolio_review.exhibits.survival import survival_curve
from portfolio_review.exhibits.trend import band
from portfolio_review.exhibits.variance import variance
from portfolio_review.exhibits.wording import Wording

MONTHS = [f"{2010 + place // 12}-{place % 12 + 1:02d}" for place in range(24)]
QUADRANTS = ("large_safe", "large_risky", "small_safe", "small_risky")
RISE, FALL = 0.72, 0.18
"""Parts of the size of a line of digits above and below its baseline."""
TOUCH = 0.6
"""Texts may come so near to each other or to the edge, in points."""


def trend(values: list[float | None], months: list[str] = MONTHS) -> pd.DataFrame:
    return pd.DataFrame({"month": months[: len(values)], "revenue": values})


def rates(values: list[float | None]) -> pd.DataFrame:
    frame = pd.DataFrame({"month": MONTHS[: len(values)], "rate": values})
    return frame.assign(low=frame["rate"] - 0.02, high=frame["rate"] + 0.02)


def flows(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["from", "to", "clients"])


def panels(values: dict[str, list[float]], months: list[str] = MONTHS) -> pd.DataFrame:
    """Each value with its last months, the latest of `months` last."""
    rows = [(name, month, money) for name, found in values.items()
            for month, money in zip(months[-len(found) :], found, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["value", "month", "revenue"])


def held(*shares: float, marks: dict[int, float] | None = None, before: tuple[float, ...] = ()) -> pd.DataFrame:
    """A Pareto curve through the shares of 0, 1, 2 … clients."""
    rows = max(len(shares), len(before))
    filled = [[*of, *[None] * (rows - len(of))] for of in (shares, before)]
    limits = [(marks or {}).get(count) for count in range(rows)]
    frame = pd.DataFrame({"clients": range(rows), "share": filled[0], "share_w0": filled[1], "limit": limits})
    return frame.astype({"share": float, "share_w0": float, "limit": float})


def lives(*rows: tuple[float, float | None, int]) -> pd.DataFrame:
    """(day, survival, censored) with a band of ± 2 points."""
    frame = pd.DataFrame(list(rows), columns=["day", "survival", "censored"]).astype({"survival": float})
    return frame.assign(low=frame["survival"] - 0.02, high=frame["survival"] + 0.02)


def points(*rows: tuple[str | None, str, float, float, float, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["name", "quadrant", "p_next", "revenue", "at_risk", "clients"])


def quadrants(*clients: int, before: float | None = 4.0) -> pd.DataFrame:
    found = list(zip(QUADRANTS, clients, strict=False))
    return pd.DataFrame({"quadrant": [name for name, _ in found], "clients": [n for _, n in found],
                         "revenue": [n * 1234.5 for _, n in found], "clients_w0": before})  # fmt: skip


def risk(points: pd.DataFrame, wording: Wording, large_from: float | None = 1000.0) -> Chart:
    return revenue_risk(points, quadrants(3, 1, 20, 1204), wording, large_from=large_from, risky_above=0.5)


MANY = [(f"Client {n}", QUADRANTS[n % 4], (n * 37 % 100) / 100, 10.0 ** (n % 6), float(n), 1) for n in range(150)]
CROWD = [(None, "small_safe", 0.6 + n / 1000, 900.0 + n, 0.0, 1 + n % 40) for n in range(150)]
HALVES = {16: 0.5, 80: 0.8, 95: 0.95}

DRAWN: dict[str, Callable[[Wording], Chart]] = {
    "variance": lambda w: variance(trend([1e6 + n % 7 * 2e5 for n in range(24)]), "revenue", w, title="T"),
    "variance, no year before": lambda w: variance(trend([1.0, 5.0, 2.0]), "revenue", w, title="T"),
    "variance, one month": lambda w: variance(trend([7.0]), "revenue", w, title="T", kind="count"),
    "variance, no month": lambda w: variance(trend([]), "revenue", w, title="T"),
    "variance, zeros": lambda w: variance(trend([0.0] * 24), "revenue", w, title="T"),
    "variance, equal": lambda w: variance(trend([5.0] * 24), "revenue", w, title="T"),
    "variance, negative": lambda w: variance(trend([-5.0, 3.0] * 12), "revenue", w, title="T"),
    "variance, all negative": lambda w: variance(trend([-5.0 - n for n in range(24)]), "revenue", w, title="T"),
    "variance, one month towers": lambda w: variance(trend([1.0] * 23 + [1e9]), "revenue", w, title="T"),
    "variance, huge counts": lambda w: variance(trend([1e15] * 24), "revenue", w, title="T", kind="count"),
    "variance, narrow": lambda w: variance(trend([1e6 + n for n in range(24)]), "revenue", w, title="T", width=60),
    "multiples": lambda w: multiples(
        panels({name: [1e6 + n % 7 * 2e5 for n in range(24)] for name in "ABCDEF"}), w, title="T"
    ),
    "multiples, one value": lambda w: multiples(panels({"A": [5.0 + n for n in range(24)]}), w, title="T"),
    "multiples, forty values": lambda w: multiples(
        panels({f"Value {n}": [100.0 * n] * 24 for n in range(40)}), w, title="T"
    ),
    "multiples, long names": lambda w: multiples(panels({"W" * n: [7e4] * 24 for n in range(295, 303)}), w, title="T"),
    "multiples, zeros": lambda w: multiples(panels({"A": [0.0] * 24, "B": [0.0] * 24}), w, title="T"),
    "multiples, negative months": lambda w: multiples(
        panels({"A": [-5.0, 3.0] * 12, "B": [-900.0] * 24, "C": [1e3] * 24}), w, title="T"
    ),
    "multiples, no year before": lambda w: multiples(panels({"A": [1.0] * 5, "B": [2.0] * 5}), w, title="T"),
    "multiples, one towers": lambda w: multiples(panels({"A": [1.0] * 24, "B": [1e15] * 24}), w, title="T"),
    "multiples, no value": lambda w: multiples(panels({}), w, title="T"),
    "pareto": lambda w: pareto(held(*[(n / 100) ** 0.4 for n in range(101)], marks=HALVES), w),
    "pareto, with W0": lambda w: pareto(
        held(0, 0.6, 0.9, 1, marks={1: 0.5, 2: 0.8, 3: 0.95}, before=(0, 0.9, 1)), w
    ),
    "pareto, W0 of many more": lambda w: pareto(
        held(0, 1, marks={1: 0.5}, before=tuple(n / 900 for n in range(901))), w
    ),
    "pareto, one client": lambda w: pareto(held(0, 1, marks={1: 0.5}), w),
    "pareto, nobody": lambda w: pareto(held(), w),
    "pareto, equal": lambda w: pareto(
        held(*[n / 400 for n in range(401)], marks={200: 0.5, 320: 0.8, 380: 0.95}), w
    ),
    "pareto, limits side by side": lambda w: pareto(
        held(*[n / 100 for n in range(101)], marks={50: 0.5, 51: 0.51, 52: 0.52}), w
    ),
    "alluvial": lambda w: alluvial(
        flows(("A", "A", 70), ("A", "B", 20), ("B", "A", 9), ("A", "lost", 30), ("new", "C", 90)), w
    ),
    "alluvial, one client": lambda w: alluvial(flows(("A", "A", 1)), w),
    "alluvial, only new": lambda w: alluvial(flows(("new", "A", 3)), w),
    "alluvial, nobody": lambda w: alluvial(flows(("A", "A", 0)), w),
    "alluvial, tiny classes": lambda w: alluvial(
        flows(("A", "A", 5000), ("none", "lost", 1), ("returned", "none", 1)), w
    ),
    "alluvial, huge": lambda w: alluvial(
        flows(("A", "A", 5_000_000), ("A", "lost", 1_000_000), ("B", "lost", 1), ("C", "lost", 1), ("none", "A", 1),
              ("new", "C", 2_000_000), ("returned", "B", 3), ("returned", "none", 2)), w
    ),
    "band": lambda w: band(rates([0.6 + n / 100 for n in range(12)]), w, title="T", target=0.7),
    "band, one month": lambda w: band(rates([0.6]), w, title="T"),
    "band, zeros": lambda w: band(rates([0.0] * 5), w, title="T"),
    "band, over 100 %": lambda w: band(rates([0.1, 3.7]), w, title="T"),
    "band, gap": lambda w: band(rates([0.5, None, 0.6]), w, title="T"),
    "band, no month": lambda w: band(rates([None, None]), w, title="T"),
    "survival": lambda w: survival_curve(
        lives(*[(day, 1 - day / 1500, day % 4) for day in (0, 45, 90, 180, 365, 540, 750, 1095)]), w, title="T"
    ),
    "survival, everybody stays": lambda w: survival_curve(
        lives((0, 1, 0), (90, 1, 5), (180, 1, 5), (365, 1, 9)), w, title="T"
    ),
    "survival, everybody leaves at once": lambda w: survival_curve(
        lives((0, 1, 0), (89, 1, 0), (90, 0, 0), (180, 0, 0)), w, title="T"
    ),
    "survival, first week": lambda w: survival_curve(lives((0, 1, 3), (6, 1, 4)), w, title="T"),
    "survival, one day": lambda w: survival_curve(lives((0, 1, 1)), w, title="T"),
    "survival, nobody": lambda w: survival_curve(lives(), w, title="T"),
    "survival, twenty years": lambda w: survival_curve(
        lives(*[(day, max(0.3, 1 - day / 3000), 1) for day in (0, 90, 180, 365, *range(400, 7300, 30))]), w, title="T"
    ),
    "survival, falls at each mark": lambda w: survival_curve(
        lives((0, 1, 0), (90, 0.9, 0), (180, 0.51, 1), (200, 0.5, 0), (365, 0.48, 2), (400, 0.1, 9)), w, title="T"
    ),
    "survival, one day only": lambda w: survival_curve(
        lives((0, 0.48, 9), (90, 0.4, 0), (365, 0.3, 0)), w, title="T"
    ),
    "survival, falls in a gap": lambda w: survival_curve(
        lives((0, 0.9, 0), (90, 0.8, 0), (120, None, 4), (150, 0.4, 1), (180, 0.3, 0)), w, title="T"
    ),
    "risk": lambda w: risk(points(
        ("Alpha", "large_risky", 0.2, 9e5, 2e5, 1), ("Beta", "small_safe", 0.9, 300.0, 9.0, 1),
        (None, "small_safe", 0.8, 4e4, 900.0, 44)), w),
    "risk, one client": lambda w: risk(points(("Alpha", "small_safe", 0.9, 5.0, 1.0, 1)), w),
    "risk, nobody": lambda w: risk(points(), w),
    "risk, no limit": lambda w: risk(points(("Alpha", "small_safe", 0.9, 5.0, 1.0, 1)), w, large_from=None),
    "risk, zeros and refunds": lambda w: risk(points(
        ("Alpha", "small_risky", 0.0, 0.0, 0.0, 1), ("Beta", "small_risky", 1.0, -500.0, 0.0, 1)), w, large_from=0.0),
    "risk, all in one spot": lambda w: risk(points(
        *[(f"Client number {n}", "large_risky", 0.3, 5e4, 10.0, 1) for n in range(9)]), w),
    "risk, at the edges": lambda w: risk(points(
        *[("B" * 40, "large_risky", p, money, 10.0, 1) for p in (0.0, 1.0) for money in (1e-2, 1e12)]), w),
    "risk, many": lambda w: risk(points(*MANY), w),
    "risk, a crowd": lambda w: risk(points(*CROWD), w),
    "risk, long names": lambda w: risk(points(
        *[("W" * 300, "large_risky", 0.05 + n / 9, 1e3 * 10**n, 50.0 - n, 1) for n in range(5)]), w),
}  # fmt: skip


def texts(svg: str) -> tuple[measure.Box, list[tuple[str, measure.Box]]]:
    """The picture's frame, and each text with its box, as the finished SVG places them (y downwards)."""
    root = ElementTree.fromstring(svg)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    found = []
    for element in root.iter(f"{{{SVG}}}text"):
        text = element.text or ""
        place = re.search(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)", element.get("transform", ""))
        x, y = (float(value) for value in place.groups()) if place else (float(element.attrib["x"]),
                                                                         float(element.attrib["y"]))  # fmt: skip
        assert "rotate(-90" not in element.get("transform", ""), text
        long = measure.width(text, bold=element.get("font-weight") == "600")
        left = {"middle": x - long / 2, "end": x - long}.get(element.get("text-anchor", "start"), x)
        size = notation.LABEL_PT
        found.append((text, measure.Box(left, y - size * RISE, left + long, y + size * FALL)))
    return measure.Box(0, 0, wide, high), found


def cut(svg: str) -> list[str]:
    """Texts that reach over the edge of their picture."""
    frame, found = texts(svg)
    wider = measure.Box(-TOUCH, -TOUCH, frame.x1 + TOUCH, frame.y1 + TOUCH)
    return [text for text, box in found if not box.within(wider)]


def covered(svg: str) -> list[tuple[str, str]]:
    """Pairs of texts that lie on each other."""
    found = [(text, measure.Box(box.x0 + TOUCH, box.y0 + TOUCH, box.x1 - TOUCH, box.y1 - TOUCH))
             for text, box in texts(svg)[1]]  # fmt: skip
    return [(one, other) for (one, a), (other, b) in combinations(found, 2) if a.meets(b)]

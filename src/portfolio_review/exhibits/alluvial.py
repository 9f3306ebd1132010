"""Flows of clients between the classes of W0 and W1: a picture beside the migration matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.patches import Polygon, Rectangle

from portfolio_review.exhibits import measure, notation
from portfolio_review.exhibits.style import Canvas, Chart, canvas
from portfolio_review.exhibits.wording import Wording

CLASSES = ("A", "B", "C", "none")
COMING = ("new", "returned")
LOST = "lost"
NODE = 3.2
"""Width of a class's bar in mm."""
GAP = 3.0
LABELS = 29.5
"""Room for the labels at each side in mm."""
LEAST = 0.002
"""Flows under this share of all clients are not drawn."""
EDGE = 0.8
"""Labels keep so far from the upper and lower edge, in mm."""
LEGIBLE = 3.2
"""A flow gets its number from this thickness on, in mm."""


@dataclass(frozen=True)
class _Flow:
    start: str
    end: str
    clients: int


def alluvial(
    migration: pd.DataFrame,
    wording: Wording,
    *,
    classes: Sequence[str] = CLASSES,
    width: float = 131,
    height: float = 134,
) -> Chart:
    """`migration` (from, to, clients) with classes best first, and `new`, `returned`, `lost`."""
    flows = [
        _Flow(str(start), str(end), int(clients))
        for start, end, clients in zip(migration["from"], migration["to"], migration["clients"], strict=True)
        if clients > 0
    ]
    left = [node for node in (*classes, *COMING) if any(flow.start == node for flow in flows)]
    right = [node for node in (*classes, LOST) if any(flow.end == node for flow in flows)]
    with canvas(width, height, top=6, bottom=1) as picture:
        if flows:
            _Picture(picture, wording, tuple(classes), width, height - 7).draw(flows, left, right)
        return picture.chart(_alt(flows, tuple(classes), wording))


def direction(start: str, end: str, classes: Sequence[str]) -> int:
    """+1 where a client moved to a better class, −1 to a worse one, 0 where it stayed, came or left."""
    if start not in classes or end not in classes:
        return 0
    return int(np.sign(list(classes).index(start) - list(classes).index(end)))


@dataclass(frozen=True)
class _Picture:
    """Draws in millimetres: x from the left, y from the top."""

    picture: Canvas
    wording: Wording
    classes: tuple[str, ...]
    width: float
    height: float

    def draw(self, flows: list[_Flow], left: list[str], right: list[str]) -> None:
        axes = self.picture.axes
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        total = sum(flow.clients for flow in flows)
        scale = (self.height - GAP * (max(len(left), len(right)) - 1)) / total
        starts = self._stack(left, {node: sum(f.clients for f in flows if f.start == node) for node in left}, scale)
        ends = self._stack(right, {node: sum(f.clients for f in flows if f.end == node) for node in right}, scale)
        self._flows(flows, left, right, starts, ends, scale, total)
        for nodes, places, side in ((left, starts, "left"), (right, ends, "right")):
            for node in nodes:
                mine = sum(f.clients for f in flows if (f.start if side == "left" else f.end) == node)
                self._node(node, places[node], mine * scale, mine, side, flows)
        for text, x, ha in ((self.wording.language.text("before"), LABELS, "left"),
                            (self.wording.language.text("now (change)"), self.width - LABELS, "right")):  # fmt: skip
            axes.annotate(text, (x, 0), xytext=(0, 6), textcoords="offset points", ha=ha, va="bottom",
                          color=notation.INK_2, annotation_clip=False)  # fmt: skip

    def _stack(self, nodes: list[str], sizes: Mapping[str, int], scale: float) -> dict[str, float]:
        """The top of each node; the stack fills the height, gaps widened evenly."""
        used = sum(sizes.values()) * scale
        gap = (self.height - used) / max(1, len(nodes) - 1)
        places, top = {}, 0.0
        for node in nodes:
            places[node] = top
            top += sizes[node] * scale + gap
        return places

    def _flows(
        self, flows: list[_Flow], left: list[str], right: list[str], starts: dict[str, float], ends: dict[str, float],
        scale: float, total: int,
    ) -> None:  # fmt: skip
        at_start, at_end = dict(starts), dict(ends)
        leave: dict[tuple[str, str], float] = {}
        arrive: dict[tuple[str, str], float] = {}
        by_pair = {(flow.start, flow.end): flow for flow in flows}
        for start in left:
            for end in right:
                if flow := by_pair.get((start, end)):
                    leave[start, end] = at_start[start]
                    at_start[start] += flow.clients * scale
        for end in right:
            for start in left:
                if flow := by_pair.get((start, end)):
                    arrive[start, end] = at_end[end]
                    at_end[end] += flow.clients * scale
        order = sorted(by_pair, key=lambda pair: (self._rank(*pair), -by_pair[pair].clients))
        for pair in order:
            clients = by_pair[pair].clients
            if clients >= LEAST * total:
                self._flow(pair, leave[pair], arrive[pair], clients * scale, clients)

    def _rank(self, start: str, end: str) -> int:
        """Pale flows first, then the steady ones, movements on top."""
        if start in COMING or end == LOST:
            return 0
        return 1 if start == end else 2

    def _flow(self, pair: tuple[str, str], top: float, bottom: float, thick: float, clients: int) -> None:
        fill, edge = self._colours(*pair)
        x0, x1 = LABELS + NODE, self.width - LABELS - NODE
        part = np.linspace(0, 1, 25)
        ease = part * part * (3 - 2 * part)
        xs, upper = x0 + (x1 - x0) * part, top + (bottom - top) * ease
        outline = np.concatenate([np.column_stack([xs, upper]), np.column_stack([xs, upper + thick])[::-1]])
        self.picture.axes.add_patch(Polygon(outline, closed=True, facecolor=fill, edgecolor=edge, linewidth=0.4))
        if thick >= LEGIBLE:
            self.picture.axes.annotate(self.wording.numbers.plain(clients), (x0, top + thick / 2), xytext=(4, 0),
                                       textcoords="offset points", ha="left", va="center")  # fmt: skip

    def _colours(self, start: str, end: str) -> tuple[str, str]:
        if start in COMING:
            return notation.FAVOURABLE_PALE, notation.FAVOURABLE_LIGHT
        if end == LOST:
            return notation.UNFAVOURABLE_PALE, notation.UNFAVOURABLE_LIGHT
        way = direction(start, end, self.classes)
        if way == 0:
            return notation.STEADY, notation.PREVIOUS_YEAR
        return ((notation.FAVOURABLE_LIGHT, notation.FAVOURABLE) if way > 0
                else (notation.UNFAVOURABLE_LIGHT, notation.UNFAVOURABLE))  # fmt: skip

    def _node(self, node: str, top: float, thick: float, clients: int, side: str, flows: list[_Flow]) -> None:
        axes, plain = self.picture.axes, self.wording.numbers.plain
        x = LABELS if side == "left" else self.width - LABELS - NODE
        solid = node in self.classes
        colour = notation.PREVIOUS_YEAR if side == "left" else notation.ACTUAL
        edge = notation.FAVOURABLE if node in COMING else notation.UNFAVOURABLE if node == LOST else colour
        axes.add_patch(Rectangle((x, top), NODE, max(thick, 0.3), facecolor=colour if solid else notation.PAPER,
                                 edgecolor=edge, linewidth=0.6 if not solid else 0))  # fmt: skip
        text, room = plain(clients), (LABELS - 1) / 25.4 * 72 - 4
        if side == "right" and solid:
            before = sum(flow.clients for flow in flows if flow.start == node)
            change = f" ({plain(clients - before, sign=True)})"
            # numbers are never cut: a change that has no room stands in the matrix beside the picture
            text += change if measure.width(text + change) <= room else ""
        gap = 4 if side == "right" else -4
        ha = "left" if side == "right" else "right"
        x_label = x + NODE if side == "right" else x
        name = self.wording.language.text("none") if node == "none" else self.wording.word(node)
        small = thick < 7
        middle = min(max(top + thick / 2, EDGE), self.height - EDGE)
        name = measure.shortened(name, room - (measure.width(f"  {text}", bold=True) if small else 0), bold=True)
        axes.annotate(name if not small else f"{name}  {text}", (x_label, middle),
                      xytext=(gap, 0 if small else 5), textcoords="offset points", ha=ha, va="center",
                      fontweight=600)  # fmt: skip
        if not small:
            axes.annotate(text, (x_label, middle), xytext=(gap, -5), textcoords="offset points", ha=ha,
                          va="center", color=notation.INK_2)  # fmt: skip


def _alt(flows: list[_Flow], classes: tuple[str, ...], wording: Wording) -> str:
    text, plain = wording.language.text, wording.numbers.plain
    if not flows:
        return text("Clients by class before and now: no client to show.")
    way = {flow: direction(flow.start, flow.end, classes) for flow in flows}
    up, down = (sum(flow.clients for flow in flows if way[flow] == sign) for sign in (1, -1))
    stay = sum(flow.clients for flow in flows if flow.start == flow.end)
    largest = max(flows, key=lambda flow: flow.clients)
    return text(
        "Clients by class before and now: %(up)s moved up, %(down)s moved down, %(stay)s stayed; the largest flow is "
        "%(clients)s from “%(start)s” to “%(end)s”.", up=plain(up), down=plain(down), stay=plain(stay),
        clients=plain(largest.clients), start=wording.word(largest.start), end=wording.word(largest.end),
    )  # fmt: skip

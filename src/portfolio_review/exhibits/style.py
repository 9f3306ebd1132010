"""The one matplotlib style: canvases measured in millimetres, and SVG that is the same byte for byte.

Text stays text (the edition's font draws it), styles become plain attributes, so that an inline
picture needs no style sheet and a strict content-security policy lets it stand.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from portfolio_review.exhibits import notation, resources

MM = 1 / 25.4
SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
PARAMETERS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "portfolio-review",
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": True,
    "font.family": resources.FONT_FAMILY,
    "font.size": notation.LABEL_PT,
    "text.color": notation.INK,
    "axes.edgecolor": notation.INK_2,
    "axes.linewidth": 0.6,
    "xtick.color": notation.INK_2,
    "ytick.color": notation.INK_2,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.solid_capstyle": "butt",
    "path.simplify": False,
}


@dataclass(frozen=True)
class Chart:
    """A picture as SVG text and what it shows in words: measure, period, direction, largest."""

    svg: str
    alt: str

    def _repr_svg_(self) -> str:
        return self.svg


@cache
def _register_font() -> None:
    """Make the variable font known in every weight; it is measured as regular, drawn as asked."""
    fonts = font_manager.fontManager
    fonts.addfont(str(resources.font()))
    regular = fonts.ttflist[-1]
    fonts.ttflist.extend(replace(regular, weight=weight) for weight in (300, 600))


@dataclass(frozen=True)
class Canvas:
    """A figure of fixed size in millimetres; `axes` fills it but for the margins."""

    figure: Figure
    axes: Axes

    def write(self, text: str, x: float, y: float, *, bold: bool = False, colour: str = notation.INK,
              ha: str = "left") -> None:  # fmt: skip
        """A line of text, its middle at height `y`, in points from the lower left corner."""
        self.axes.annotate(text, (x, y), xycoords="figure points", ha=ha, va="center", color=colour,
                           fontweight=600 if bold else 400, annotation_clip=False)  # fmt: skip

    def chart(self, alt: str) -> Chart:
        """The finished picture with `alt` as its title."""
        raw = io.BytesIO()
        with warnings.catch_warnings():
            # the text stays text: where it is read, another font draws what ours lacks
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            self.figure.savefig(raw, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        return Chart(svg=plain_svg(raw.getvalue(), alt), alt=alt)


@contextmanager
def canvas(
    width: float, height: float, *, left: float = 0, right: float = 0, top: float = 0, bottom: float = 0
) -> Iterator[Canvas]:
    """A canvas of width × height mm whose axes leave the margins (mm); no frame, no ticks."""
    _register_font()
    with matplotlib.rc_context(PARAMETERS):
        figure = Figure(figsize=(width * MM, height * MM), dpi=72)
        FigureCanvasSVG(figure)
        box = (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - top - bottom) / height,
        )
        axes = figure.add_axes(box)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.set_xticks([])
        axes.set_yticks([])
        yield Canvas(figure, axes)


_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_KEPT = ("fill", "stroke", "opacity", "text-anchor", "font-size", "font-weight")


def plain_svg(raw: bytes, alt: str) -> str:
    """matplotlib's SVG as inline markup: title first, no style, no ids, no clipping, short numbers."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(raw)
    _inline_uses(root)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}defs", f"{{{SVG}}}metadata"):
                parent.remove(child)
    _drop_background(root)
    for element in root.iter():
        _plain_attributes(element)
    title = ElementTree.Element(f"{{{SVG}}}title")
    title.text = alt
    root.insert(0, title)
    root.attrib.pop("version", None)
    root.attrib.update({"role": "img", "stroke-linejoin": "round"})
    for element in root.iter():
        if element.tag != f"{{{SVG}}}title":
            element.tail = None
            if element.tag != f"{{{SVG}}}text":
                element.text = None
    title.tail = None
    return ElementTree.tostring(root, encoding="unicode")


def _inline_uses(root: ElementTree.Element) -> None:
    """Markers and bands are drawn by reference; each reference becomes the path itself."""
    paths = {element.get("id"): element for element in root.iter(f"{{{SVG}}}path")}
    for use in list(root.iter(f"{{{SVG}}}use")):
        path = paths[use.attrib[HREF].removeprefix("#")]
        place = f"translate({use.get('x', '0')} {use.get('y', '0')})"
        style = f"{path.get('style', '')}; {use.get('style', '')}"
        use.tag = f"{{{SVG}}}path"
        use.attrib.clear()
        use.attrib.update({"d": path.attrib["d"], "transform": place, "style": style})


def _drop_background(root: ElementTree.Element) -> None:
    """Invisible patches (no fill, no stroke) draw nothing and are removed."""
    for parent in list(root.iter()):
        for child in list(parent):
            style = child.get("style", "")
            if child.tag == f"{{{SVG}}}path" and "fill: none" in style and "stroke" not in style:
                parent.remove(child)
    for _ in range(4):
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == f"{{{SVG}}}g" and len(child) == 0:
                    parent.remove(child)


def _plain_attributes(element: ElementTree.Element) -> None:
    style = element.attrib.pop("style", "")
    element.attrib.pop("clip-path", None)
    element.attrib.pop("id", None)
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name.startswith(_KEPT):
            element.set(name, value.removesuffix("px"))
    if element.tag == f"{{{SVG}}}text":
        element.set("font-family", resources.FONT_FAMILY)
        if "font-size" not in element.attrib:
            raise ValueError(f"matplotlib wrote a text without a size: {style}")
    for name in ("d", "x", "y", "transform"):
        if name in element.attrib:
            short = _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), element.attrib[name])
            element.set(name, " ".join(short.split()))

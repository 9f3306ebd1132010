"""Executed notebooks as HTML for reviewers: code shown, checks first, everything foreign sanitised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import nh3
from markupsafe import Markup, escape
from nbconvert.filters import Highlight2HTML, ansi2html, markdown2html

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits import notation, resources
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.html import csp_hash, environment
from portfolio_review.results.record import MIME

TEXT_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p",
    "pre", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
SVG_TAGS = {"svg", "g", "path", "text", "tspan", "title", "rect", "circle", "line", "polyline", "polygon"}
SVG_ATTRIBUTES = {
    "viewBox", "width", "height", "role", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "points", "transform",
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-opacity",
    "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"class"}, "a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"},
    **dict.fromkeys(SVG_TAGS, SVG_ATTRIBUTES),
}  # fmt: skip
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True)
class CellView:
    """One cell: `kind` is `code` or `markdown`; its source and outputs as safe HTML."""

    id: str
    kind: str
    html: Markup
    outputs: tuple[Markup, ...] = ()


@dataclass(frozen=True)
class CheckView:
    id: str
    passed: bool
    detail: str
    cell: str


def page(path: Path, wording: Wording, brand: Brand) -> str:
    """The notebook at `path` as one HTML file that asks for nothing and runs nothing."""
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise RenderingError(f"{path.name} cannot be read as a notebook: {error}") from error
    checks = list(_checks(notebook))
    style = f"{notation.css_tokens(brand.accent)}\n{resources.read('notebook/notebook.css')}"
    return environment().get_template("notebook/notebook.html.j2").render(
        _=lambda message, **values: Markup(wording.language.raw(message)) % values,
        title=_title(notebook, path), name=path.name, style=Markup(style), style_hash=csp_hash(style),
        checks=sorted(checks, key=lambda check: check.passed), passed=sum(check.passed for check in checks),
        cells=[_cell(cell) for cell in notebook.cells if cell.source.strip() or cell.get("outputs")],
    )  # fmt: skip


def sanitised(html: str) -> Markup:
    """Markup without scripts, styles, handlers, images, ids or any address but a fragment of this page."""
    clean = nh3.clean(
        html, tags=TEXT_TAGS | SVG_TAGS, attributes=ATTRIBUTES, url_schemes=set(), link_rel=None, strip_comments=True,
        attribute_filter=_local_links, clean_content_tags={"script", "style"},
    )  # fmt: skip
    return Markup(clean)


def _local_links(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if value.startswith("#") else None
    return value


def _title(notebook: Any, path: Path) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (match := re.search(r"^#\s+(.+)$", cell.source, re.MULTILINE)):
            return match[1].strip()
    return path.stem


def _checks(notebook: Any) -> Iterator[CheckView]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            record = output.get("data", {}).get(MIME)
            if record is not None and record.get("kind") == "checks":
                for check in record["checks"]:
                    yield CheckView(str(check["id"]), bool(check["passed"]), str(check["detail"]), str(cell["id"]))


def _cell(cell: Any) -> CellView:
    id = re.sub(r"[^A-Za-z0-9_-]", "", str(cell["id"]))
    if cell.cell_type == "markdown":
        return CellView(id, "markdown", sanitised(markdown2html(cell.source)))
    if cell.cell_type != "code":
        return CellView(id, "code", Markup("<pre>%s</pre>") % cell.source)
    outputs = tuple(shown for output in cell.outputs if (shown := _output(output)))
    return CellView(id, "code", sanitised(_highlight()(cell.source)), outputs)


@cache
def _highlight() -> Any:
    return Highlight2HTML(pygments_lexer="python")  # type: ignore[no-untyped-call]


def _output(output: Any) -> Markup:
    """The richest form that is safe; records under our own type are for programs and stay hidden."""
    if output.output_type == "stream":
        return sanitised(f"<pre>{ansi2html(output.text)}</pre>")  # type: ignore[no-untyped-call]
    if output.output_type == "error":
        return sanitised(f"<pre>{ansi2html(chr(10).join(output.traceback))}</pre>")  # type: ignore[no-untyped-call]
    data = output.get("data", {})
    if "text/html" in data:
        return sanitised(data["text/html"])
    if "image/svg+xml" in data:
        return sanitised(data["image/svg+xml"])
    if "image/png" in data and BASE64.fullmatch(data["image/png"]):
        words = escape(data.get("text/plain", "picture"))
        return Markup('<img alt="{}" src="data:image/png;base64,{}">').format(words, "".join(data["image/png"].split()))
    if "text/markdown" in data:
        return sanitised(markdown2html(data["text/markdown"]))
    return Markup("<pre>%s</pre>") % data["text/plain"] if data.get("text/plain") else Markup("")

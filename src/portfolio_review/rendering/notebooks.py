"""Executed notebooks as HTML for reviewers: checks and findings first, code shown, everything foreign sanitised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import nh3
from markupsafe import Markup, escape
from nbconvert.filters import Highlight2HTML, ansi2html, markdown2html

from portfolio_review.catalog import CATALOG
from portfolio_review.errors import RenderingError
from portfolio_review.exhibits import notation, resources
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.html import csp_hash, environment
from portfolio_review.rendering.mathml import with_formulas
from portfolio_review.results.contract import MIME

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
class OutputView:
    """One output as safe HTML; a `wide` one may be wider than the screen."""

    html: Markup
    wide: bool


@dataclass(frozen=True)
class CellView:
    """One cell: `kind` is `code` or `markdown`; its source and outputs as safe HTML."""

    id: str
    kind: str
    html: Markup
    outputs: tuple[OutputView, ...] = ()


@dataclass(frozen=True)
class CheckView:
    """A recorded check: its id and name, its outcome, and the cell to look at."""

    id: str
    name: str
    passed: bool
    detail: str
    cell: str


@dataclass(frozen=True)
class LinkView:
    """Words that lead to a cell: a heading, a finding."""

    text: str
    cell: str


def page(path: Path, wording: Wording, brand: Brand, beside: Sequence[Path] = ()) -> str:
    """The notebook at `path` as one HTML file that asks for nothing and runs nothing.

    `beside` are the notebooks of the same review: the page leads to each of them.
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise RenderingError(f"{path.name} cannot be read as a notebook: {error}") from error
    checks = list(_checks(notebook, wording))
    style = f"{notation.css_tokens(brand.accent)}\n{resources.read('notebook/notebook.css')}"
    return environment().get_template("notebook/notebook.html.j2").render(
        _=lambda message, **values: Markup(wording.language.raw(message)) % values,
        title=_title(notebook, path), name=path.name, style=Markup(style), style_hash=csp_hash(style),
        language=wording.code, beside=[other.stem for other in beside], here=path.stem,
        failed=[check for check in checks if not check.passed], passed=[check for check in checks if check.passed],
        findings=list(_findings(notebook)), contents=list(_contents(notebook)),
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


def _records(notebook: Any, kind: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The records of one kind with the anchors of their cells."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            record = output.get("data", {}).get(MIME)
            if record is not None and record.get("kind") == kind:
                yield record, _anchor(cell)


def _checks(notebook: Any, wording: Wording) -> Iterator[CheckView]:
    for record, cell in _records(notebook, "checks"):
        for check in record["checks"]:
            id = str(check["id"])
            name = wording.name(id) if id in CATALOG else id
            yield CheckView(id, name, bool(check["passed"]), str(check["detail"]), cell)


def _findings(notebook: Any) -> Iterator[LinkView]:
    for record, cell in _records(notebook, "finding"):
        yield LinkView(str(record["finding"]["text"]), cell)


def _contents(notebook: Any) -> Iterator[LinkView]:
    """The headings of the second level, each with the cell that it stands in."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^##\s+(.+)$", cell.source, re.MULTILINE):
                yield LinkView(_bare(heading), _anchor(cell))


def _bare(heading: str) -> str:
    """A heading without the marks of Markdown."""
    return re.sub(r"[`*_$]", "", heading).strip()


def _anchor(cell: Any) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", str(cell["id"]))


def _cell(cell: Any) -> CellView:
    id = _anchor(cell)
    if cell.cell_type == "markdown":
        return CellView(id, "markdown", with_formulas(cell.source, lambda text: sanitised(markdown2html(text))))
    if cell.cell_type != "code":
        return CellView(id, "code", Markup("<pre>%s</pre>") % cell.source)
    outputs = tuple(OutputView(html, "<table" in html) for output in cell.outputs if (html := _output(output)))
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

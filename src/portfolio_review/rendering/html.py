"""The report as HTML: one Jinja source gives the screen edition and the page that becomes the PDF."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits import language, notation, resources
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import lines, lists, screen
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.pages import (
    IF_IT_SPEAKS,
    NEVER_EMPTY,
    PAGES,
    SHORT,
    View,
    definitions,
    dossiers,
    owner,
    trust,
)
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

Target = Literal["screen", "print"]
FONT_URL = "asset:font"
SCRIPTS = ("regions", "tables", "review")
AFTER_LISTS = "trust"
"""The lists of clients of the screen edition stand before this page."""
PORTRAIT = "portrait"
"""The choice of pages that is the dossier of one client alone."""
ALONE = {PORTRAIT: dossiers.ID, owner.ID: owner.ID}
"""Choices of pages that are one page alone, without the lists of all clients."""
WITHOUT_MESSAGE = ("summary", "trust")
"""Pages that every review has; of the others one without a message is not printed."""
FULL_FROM_CLIENTS = 50
"""Units with fewer active clients get the short report when pages are chosen automatically."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What is rendered and how: the same for HTML and PDF but for `target`."""

    results: Results
    wording: Wording
    context: RunContext
    brand: Brand
    pages: str = "auto"
    notebooks: frozenset[str] = frozenset()
    folder: Path | None = None
    """Where the long tables lie."""
    drawn: dict[str, str] = field(default_factory=dict)
    """The charts drawn so far, for both targets."""


def build(edition: Edition, target: Target) -> str:
    """The whole document as text, the same for the same results."""
    report = _report(edition, target)
    templates = environment()
    names = chosen_pages(edition.results, edition.pages)
    try:
        sections = _sections(templates, report, names, edition.brand)
        style = style_sheet(report, edition.brand, target)
        script = screen.script(*SCRIPTS)
        if target == "screen":
            sections = [(view, screen.labelled(view.id, html)) for view, html in sections]
        whole = templates.get_template("review.html.j2").render(
            r=report, _=report.say, brand=edition.brand, target=target, style=Markup(style),
            style_hash=csp_hash(style), sections=[html for _, html in sections], views=[view for view, _ in sections],
            script=Markup(script), script_hash=csp_hash(script),
        )  # fmt: skip
        return lines.unbroken(whole)
    except TemplateError as error:
        raise RenderingError(f"a template failed: {type(error).__name__}: {error}") from error


def _report(edition: Edition, target: Target) -> Report:
    """The accessor; a screen has links from every figure to the notebooks, paper from titles, and the lists whole."""
    if target == "print":
        return Report(edition.results, edition.wording, edition.context, links=edition.notebooks, folder=edition.folder,
                      drawn=edition.drawn)  # fmt: skip
    whole = frozenset() if edition.pages in ALONE else frozenset(lists.ids(edition.results))
    return Report(
        edition.results, edition.wording, edition.context,
        links=edition.notebooks, lists=whole, folder=edition.folder, screen=True, drawn=edition.drawn,
    )  # fmt: skip


def _shown(report: Report, names: tuple[str, ...]) -> tuple[str, ...]:
    """The pages chosen, and on a screen the lists of clients among them."""
    if not report.lists:
        return names
    place = names.index(AFTER_LISTS)
    return (*names[:place], lists.ID, *names[place:])


def chosen_pages(results: Results, pages: str) -> tuple[str, ...]:
    """All pages, or the short report's: by name, or by the number of active clients for `auto`."""
    if pages in ALONE:
        return (ALONE[pages],)
    if pages not in ("auto", "full", "short"):
        raise RenderingError(f"pages is '{pages}', expected auto, full or short")
    recorded = results.figures.get("structure.clients")
    clients = recorded.figure.value if recorded else None
    few = results.review.unit != "all" and isinstance(clients, int | float) and clients < FULL_FROM_CLIENTS
    short = pages == "short" or (pages == "auto" and few)
    speaking = {name for name, speaks in IF_IT_SPEAKS.items() if speaks(results)}
    if not short:
        return tuple(name for name in PAGES if name not in NEVER_EMPTY or name in speaking)
    return tuple(name for name in PAGES if name in SHORT or name in speaking)


def _sections(
    templates: Environment, report: Report, names: tuple[str, ...], brand: Brand
) -> list[tuple[View, Markup]]:
    """The pages that have something to show, in order; the trust page names the others in one line.

    Definitions come last: they are of the figures that the other pages print.
    """
    last = [name for name in names if name == definitions.ID]
    made = [_view(report, name) for name in _shown(report, names) if name not in last]
    made = [view for view in made if view.message or view.id in WITHOUT_MESSAGE]
    if trust.ID in names:
        missing = [view for view in made if view.missing]
        made = [trust.with_missing(report, view, missing) if view.id == trust.ID else view
                for view in made if not view.missing]  # fmt: skip
    shown = [view.id for view in made] + last
    titles = [(view.id, view.title) for view in made[1:] if view.id != lists.ID]
    titles += [(name, definitions.title(report)) for name in last]

    sections = [_printed(templates, report, view, shown, brand, titles) for view in made]
    return sections + [_section(templates, report, name, shown, brand) for name in last]


def _section(
    templates: Environment, report: Report, name: str, names: Sequence[str], brand: Brand
) -> tuple[View, Markup]:
    return _printed(templates, report, _view(report, name), names, brand)


def _printed(
    templates: Environment, report: Report, view: View, names: Sequence[str], brand: Brand,
    contents: Sequence[tuple[str, str]] = (),
) -> tuple[View, Markup]:  # fmt: skip
    """A page as it is printed; `names` are the pages that a sentence may lead to."""
    template = f"sections/{view.id}.html.j2" if view.data and not view.missing else "page.html.j2"
    html = templates.get_template(template).render(
        r=report, _=report.say, n_=report.count_of, n=report.wording.numbers, view=view, d=view.data, names=names,
        brand=brand, contents=contents,
    )  # fmt: skip
    return view, Markup(html)


def _view(report: Report, name: str) -> View:
    return {lists.ID: lists.view, owner.ID: owner.view, **PAGES}[name](report)


@cache
def environment() -> Environment:
    """Templates with autoescape; an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(resources.templates()), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.filters["capfirst"] = lambda text: text[:1].upper() + text[1:]
    made.filters["lowfirst"] = lambda text: text[:1].lower() + text[1:]
    return made


def forget() -> None:
    """Read templates and catalogues anew when they are next asked for: they have changed."""
    environment.cache_clear()
    language.forget()


def style_sheet(report: Report, brand: Brand, target: Target) -> str:
    """Tokens, font, the rules of paper and screen, and the widths this report uses, in one sheet."""
    rules = "".join(f".{name}{{{rule}}}" for name, rule in sorted(report.rules.items()))
    font = FONT_URL if target == "print" else font_data()
    face = f'@font-face{{font-family:"{resources.FONT_FAMILY}";font-weight:100 700;src:url("{font}")}}'
    if target == "print":
        face = f'@font-face{{font-family:"{resources.FONT_FAMILY}";src:url("{font}")}}'
    parts = [face, notation.css_tokens(brand.accent), resources.read("print.css"), page_number(report), rules]
    if target == "screen":
        parts.append(resources.read("screen.css"))
    return "\n".join(parts)


def page_number(report: Report) -> str:
    """`page n of N` at the foot of a page, in words of the language."""
    counters = {"page": '" counter(page) "', "pages": '" counter(pages) "'}
    content = report.wording.language.raw("page %(page)s of %(pages)s") % counters
    return f'@page{{@bottom-right{{content:"{content}"}}}}'


@cache
def font_data() -> str:
    """The complete font as a compressed `data:` address (WOFF: a tenth of a second, 390 kB)."""
    import io

    from fontTools.ttLib import TTFont

    font = TTFont(resources.font(), recalcTimestamp=False)
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return f"data:font/woff;base64,{base64.b64encode(packed.getvalue()).decode()}"


def csp_hash(text: str) -> str:
    """The source expression that lets exactly this inline text stand under the policy."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() + "'"

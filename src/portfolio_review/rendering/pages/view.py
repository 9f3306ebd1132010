"""What a page is made of: rows of columns that hold tables, charts and sentences; and the lines every page shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Made

Width = Literal[3, 4, 5, 6, 7, 8, 9, 12]
"""Of the twelve columns of a page."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Sentences under a title."""

    paragraphs: tuple[Markup | str, ...]
    title: Markup | str = ""
    sub: Markup | str = ""
    source: Markup | str = ""
    css: str = ""
    block: str = "text"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart under its title."""

    svg: Markup
    title: Markup | str
    sub: Markup | str = ""
    source: Markup | str = ""
    note: Markup | str = ""
    block: str = "chart"


@dataclass(frozen=True)
class MatrixCell:
    """A cell of a matrix: a large count, a bar with money, small lines; `empty`: nobody is there. `key`: of which row
    of the recorded table it prints the numbers."""

    count: Markup | str
    aside: Markup | str = ""
    bar: str = ""
    money: Markup | str = ""
    small: Markup | str = ""
    under: Markup | str = ""
    empty: bool = False
    css: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Rows by columns of classes or states: `rows` are (head, cells); `total` names the last of them as a sum.
    measure: the column that its money prints, each unit worth `worth`."""

    id: str
    title: Markup | str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[MatrixCell, ...]], ...]
    corner: str
    head_width: float = 15
    sub: Markup | str = ""
    source: Markup | str = ""
    note: Markup | str = ""
    total: bool = False
    measure: str = "revenue"
    worth: float = 1
    block: str = "matrix"


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """An exhibit whose template is its own: `templates/exhibits/<name>.html.j2` prints `data`."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    title: Markup | str = ""
    sub: Markup | str = ""
    source: Markup | str = ""
    block: str = "hand"


Block = Made | Text | Chart | Matrix | ByHand


@dataclass(frozen=True)
class Column:
    """A column of a row: its width in twelfths, its blocks from top to bottom."""

    width: Width
    blocks: tuple[Block, ...]


def column(width: Width, *blocks: Block | None) -> Column:
    """A column of the blocks that there are."""
    return Column(width, tuple(block for block in blocks if block is not None))


@dataclass(frozen=True)
class RowOf:
    """Columns side by side, kept together on a sheet."""

    columns: tuple[Column, ...]


def row(*columns: Column | None) -> RowOf:
    """A row of the columns that hold something."""
    return RowOf(tuple(one for one in columns if one is not None and one.blocks))


@dataclass(frozen=True, kw_only=True)
class View:
    """A page: `message` is its sentence, `line` says who and when, `missing` why it has no objects.

    A page is `rows`; `data` is for the templates of those few that are made by hand (page one, dossiers).
    """

    id: str
    title: str
    message: Markup
    line: Markup
    rows: tuple[RowOf, ...] = ()
    foot: Markup | str = ""
    css: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    missing: str = ""


def in_rows(blocks: Sequence[Block | None], width: Width) -> tuple[RowOf, ...]:
    """Blocks of one width, as many a row as there is room for."""
    known = [block for block in blocks if block is not None]
    each = 12 // width
    return tuple(row(*(column(width, block) for block in known[at : at + each])) for at in range(0, len(known), each))


def not_shown(report: Report, title: Markup | str, reason: str) -> Text:
    """The place of an exhibit whose data are not there: its title and one line that says why."""
    return Text(title=title, paragraphs=(report.say("Not shown: %(reason)s.", reason=reason),), css="sub")


def not_given(report: Report, reasons: Mapping[str, str]) -> Markup:
    """One line for the end of a page: what is not shown, each with its reason; empty where all is."""
    said = "; ".join(f"{name}: {reason}" for name, reason in reasons.items() if reason)
    return report.say("Not shown: %(reason)s.", reason=said) if said else Markup("")


def windows_line(report: Report) -> Markup:
    """Unit, W1 and W0 in words: the grey line of pages about windows; W1 alone where W0 is of another season."""
    if report.seasons_differ:
        return report.say("%(unit)s · last %(months)s: %(w1)s", unit=report.unit, months=report.wording.months,
                          w1=report.w1)  # fmt: skip
    return _both_windows(report)


def _both_windows(report: Report) -> Markup:
    return report.say(
        "%(unit)s · last %(months)s: %(w1)s · before: %(w0)s",
        unit=report.unit, months=report.wording.months, w1=report.w1, w0=report.w0,
    )  # fmt: skip


def between_windows_line(report: Report) -> Markup:
    """The same for pages that print a change from W0 to W1, which says where their seasons differ."""
    mark = Markup(" · ") + report.say("seasons differ") if report.seasons_differ else Markup("")
    return _both_windows(report) + mark


def missing(report: Report, id: str, title: str, *figures: str) -> View:
    """A page whose data are not there: one line with the first reason that a figure gives."""
    reason = next((report.reason(name) for name in figures if report.results.figures.get(name)), "")
    text = report.wording.language.text
    return View(
        id=id, title=title, message=Markup("%s") % title, line=windows_line(report),
        missing=text("Not shown: %(reason)s.", reason=reason or text("no notebook of this review computed it")),
    )  # fmt: skip

"""Tables of pages, declared: which recorded columns stand where, how wide and in which format.

In go the declaration (`Table`) and the recorded rows, out come the cells (`Made`) that one macro prints. The name of
a column and its unit are the catalogue's; a head of its own only where the catalogue's is too long for its width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeGuard

from markupsafe import Markup, escape

from portfolio_review import catalog
from portfolio_review.catalog.columns import COLUMNS
from portfolio_review.catalog.entry import Unit
from portfolio_review.exhibits.numbers import Scale, gap_of_sum, scale_for
from portfolio_review.rendering.marks import attributes, marked
from portfolio_review.rendering.pages.cells import chance, class_of, day, name_of
from portfolio_review.rendering.report import Report, Row, largest

FIGURES = "figures"
"""The key of a row under which the figures stand that its cells print, by column."""
NOTHING = Markup("")
SUMS = "sums"
"""The key of a row under which the columns stand that it sums, where these are not all of money."""
Kind = Literal["part", "sum", "group"]
"""Of a line below the rows: a part of the whole, its sum, or a head over the rows that follow."""
Value = Any
Format = Callable[["Printed", Row, Value], "Markup | str"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a page's table.

    id: the recorded column. width: millimetres on paper, None: what is left. format: a name of `FORMATS`, by default
    the unit's. head: a message, by default the catalogue's name. of: another column, that a bar or pair compares with.
    polarity: +1 where more is better, what colours a signed amount. optional: left out where no row has a value.
    below: on a line of its own under the row. quiet: the head is for screen readers alone. decimals: of the number.
    """

    id: str
    width: float | None = None
    format: str = ""
    head: str = ""
    of: str = ""
    css: str = ""
    polarity: int = 1
    decimals: int | None = None
    strong: bool = False
    optional: bool = False
    below: bool = False
    quiet: bool = False
    wrap: bool = False
    known: catalog.Column | None = None
    """The catalogue's column, which its table finds."""

    @property
    def unit(self) -> Unit:
        """The unit of the catalogue; text where the column is made of others."""
        return self.known.unit if self.known else "text"

    @property
    def kind(self) -> str:
        return self.format or self.unit

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Line:
    """A line below the rows: its words, and its values by column; markup stands as it is."""

    words: Markup | str
    values: Mapping[str, Value]
    kind: Kind = "part"


@dataclass(frozen=True)
class MadeRow:
    """One printed row: its key, cells and what stands under it; `span` columns belong to the first cell.

    marks: what its element says of the row: whose it is, what it sums.
    """

    cells: tuple[Markup | str, ...]
    key: str = ""
    css: str = ""
    below: Markup | str = ""
    span: int = 1
    marks: Markup = NOTHING


@dataclass(frozen=True, kw_only=True)
class Made:
    """A table as it is printed."""

    id: str
    columns: tuple[Column, ...]
    heads: tuple[Markup | str, ...]
    worth: tuple[str, ...]
    rows: tuple[MadeRow, ...]
    title: Markup | str = ""
    sub: Markup | str = ""
    source: Markup | str = ""
    note: Markup | str = ""
    css: str = ""
    block: str = "table"

    @property
    def lead(self) -> int:
        """The column whose cells head their rows: the first of text."""
        return next((n for n, column in enumerate(self.columns) if column.kind in ("text", "word", "plain")), 0)

    @property
    def wide(self) -> bool:
        """Whether a screen scrolls it on its own: many columns."""
        return len(self.columns) > MANY


MANY = 5
"""Tables of more columns scroll on their own on a screen of middle width."""


@dataclass(frozen=True)
class Printed:
    """What a format is given beside the value: the report, the column, the scale of money and the longest bar."""

    report: Report
    column: Column
    scale: Scale
    full: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Table:
    """A declared table: the id of the recorded one, its columns, the column that names a row."""

    id: str
    columns: tuple[Column, ...]
    key: str = "client_id"
    css: str = ""

    def __post_init__(self) -> None:
        """Each column finds its name and unit: of the recorded table, or of any that has a column of this id."""
        entry = catalog.CATALOG.get(self.id)
        of = {**COLUMNS} | {column.name: column for column in (entry.columns if entry else ())}
        columns = tuple(replace(column, known=of.get(column.id)) for column in self.columns)
        object.__setattr__(self, "columns", columns)

    def scale(self, rows: Iterable[Row], total: float | None = None) -> Scale:
        """The scale of its money columns together; with `total` that in which the first one's parts add up."""
        known = list(rows)
        money = [column.id for column in self.columns if column.kind in MONEY]
        return scale_for(
            [row.get(name) for row in known for name in money if not isinstance(row.get(name), str)], total
        )

    def made(
        self,
        report: Report,
        rows: Sequence[Row],
        *,
        scale: Scale | None = None,
        title: Markup | str = "",
        sub: Markup | str = "",
        note: Markup | str = "",
        lines: Sequence[Line] = (),
        above: Sequence[Line] = (),
        heads: Mapping[str, str] | None = None,
        without: Iterable[str] = (),
    ) -> Made:
        """The table with `rows` in their order, `lines` below and `above` them; `heads` name columns anew, columns
        `without` are left out."""
        scale = scale or self.scale(rows)
        out = set(without)
        columns = tuple(one for one in self.columns if one.id not in out and not self._empty(one, [*rows], lines))
        shown = tuple(column for column in columns if not column.below)
        printed = {
            column: Printed(report, column, scale, largest([*rows], *filter(None, (column.of or column.id,))))
            for column in columns
        }

        def row(values: Row) -> MadeRow:
            below = [_cell(printed[column], values) for column in columns if column.below]
            return MadeRow(
                tuple(_cell(printed[column], values) for column in shown), _key(values.get(self.key)),
                str(values.get("css") or ""),
                Markup(" ").join(part for part in below if part),
                marks=self._marks(values, str(values.get("css") or ""), shown),
            )  # fmt: skip

        def line(one: Line) -> MadeRow:
            return replace(_line(printed, shown, one), marks=self._marks(one.values, "" if one.kind == "part" else
                                                                         one.kind, shown))  # fmt: skip

        said, factor = heads or {}, "" if scale.factor == 1 else str(scale.factor)
        held = [*((one.values, one.kind) for one in above), *((one, _part_of(one)) for one in rows),
                *((one.values, one.kind) for one in lines)]  # fmt: skip
        if any(_rounded_apart(held, column.id, scale) for column in shown if column.kind in MONEY):
            told = report.say("Parts may not add to totals because of rounding.")
            between = " " if str(note).endswith((".", ">")) else ". "
            note = Markup(between).join(filter(None, (note, marked(told, rounded=self.id))))
        return Made(
            id=self.id, columns=shown, heads=tuple(_head(report, column, said) for column in shown),
            worth=tuple(factor if column.kind in MONEY else WORTH.get(column.kind, "") for column in shown),
            rows=(*map(line, above), *map(row, rows), *map(line, lines)),
            title=title, sub=sub, source=report.source_link(self.id), note=note, css=self.css,
        )  # fmt: skip

    def _marks(self, values: Row | Mapping[str, Value], kind: str, shown: Sequence[Column]) -> Markup:
        """What a row says of itself: its client or key; of a sum the columns of money whose parts stand above it."""
        key = _key(values.get(self.key))
        whose = {"client": key} if self.key == "client_id" else {"row": key}
        summed = values.get(SUMS) or [column.id for column in shown if column.kind in MONEY]
        sums = [id for id in summed if _known(values.get(id))]
        return attributes(**whose, sum=" ".join(sums) if kind == "sum" else "", group="yes" if kind == "group" else "",
                          within="yes" if kind == "part" else "")  # fmt: skip

    @staticmethod
    def _empty(column: Column, rows: list[Row], lines: Sequence[Line]) -> bool:
        if not column.optional:
            return False
        held = column.of or column.id
        return not any(row.get(held) not in (None, "") for row in [*rows, *(line.values for line in lines)])


def _part_of(row: Row) -> str:
    """What a row is to the sum below it: `within` for a part of the row above it, else a part."""
    css = str(row.get("css") or "")
    return "within" if css == "part" else css if css in ("sum", "group") else "part"


def _known(value: Value) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rounded_apart(held: Iterable[tuple[Mapping[str, Value], str]], column: str, scale: Scale) -> bool:
    """Whether printed parts differ from a printed sum below them by no more than their rounding can make."""
    parts: list[float] = []
    for values, kind in held:
        value = values.get(column)
        if kind == "part" and _known(value):
            parts.append(value)
        elif kind == "sum" and _known(value) and parts:
            gap = abs(gap_of_sum(parts, value, scale))
            if 0 < gap <= (len(parts) + 1) / 2:
                return True
        if kind in ("sum", "group"):
            parts = []
    return False


def _key(value: Value) -> str:
    """The key of a row; words made up for the page name none."""
    return "" if value is None or isinstance(value, Markup) else str(value)


def _head(report: Report, column: Column, said: Mapping[str, str]) -> Markup | str:
    if column.id in said:
        return said[column.id]
    if column.head:
        return report.wording.language.text(column.head)
    return report.wording.title(column.known) if column.known else ""


def _line(printed: Mapping[Column, Printed], shown: Sequence[Column], line: Line) -> MadeRow:
    """A line: its words stand over the columns before the first that has a value."""
    first = next((n for n, column in enumerate(shown) if n and line.values.get(column.id) is not None), len(shown))
    cells = [line.words, *("" if line.values.get(column.id) is None else _cell(printed[column], dict(line.values))
                           for column in shown[first:])]  # fmt: skip
    return MadeRow(tuple(cells), css=line.kind, span=first)


def _cell(printed: Printed, row: Row) -> Markup | str:
    column, value = printed.column, row.get(printed.column.id)
    text = value if isinstance(value, Markup) else FORMATS[column.kind](printed, row, value)
    figure = row.get(FIGURES, {}).get(column.id)
    if figure is None:
        return text
    apart = column.unit == "money" and column.kind not in MONEY  # the head of such a column names no scale
    return printed.report.of_figure(figure, text, printed.scale if apart else None)


# Formats ---------------------------------------------------------------------------------------


def _number(unit: str) -> Format:
    def text(at: Printed, _row: Row, value: Value) -> str:
        if value is None:
            return at.report.na
        return at.report.wording.numbers.of_unit(value, unit, scale=at.scale, mark=False, decimals=at.column.decimals)

    return text


def _signed(at: Printed, _row: Row, value: Value) -> Markup | str:
    """Money with its sign, coloured."""
    if value is None:
        return ""
    text = at.report.wording.numbers.scaled(value, at.scale, sign=True)
    return at.report.tinted(text, value, at.column.polarity)


def _signed_count(at: Printed, _row: Row, value: Value) -> Markup | str:
    if value is None:
        return ""
    return at.report.tinted(at.report.wording.numbers.plain(value, sign=True), value, at.column.polarity)


def _points(at: Printed, _row: Row, value: Value) -> Markup | str:
    if value is None:
        return ""
    return at.report.tinted(at.report.wording.numbers.points(value), value, at.column.polarity)


def _change(at: Printed, row: Row, value: Value) -> Markup | str:
    """The change of the column `of` to this one, in per cent or a multiple; empty where no number tells it."""
    before = row.get(at.column.of)
    if not isinstance(value, int | float) or not isinstance(before, int | float):
        return ""
    unit = COLUMNS[at.column.of].unit if at.column.of in COLUMNS else "money"
    text = at.report.wording.change(unit, value, before)
    return at.report.tinted(text, value - before, at.column.polarity)


def _name(at: Printed, row: Row, value: Value) -> Markup | str:
    """A name of the data: its own direction, wrapped, never cut to another's."""
    client = at.column.id == "name" and "client_id" in row
    text = name_of(row) if client else value
    return named(text, "client" if client else "") if text not in (None, "") else ""


LONGEST_NAME, NAME_END = 64, 20
"""A longer name is cut in its middle; so many of its last letters stand."""


def named(text: object, of: str = "") -> Markup:
    """Text of the data with its own direction, cut in the middle where nobody's name is so long; `of`: whose name."""
    said = str(text)
    if len(said) > LONGEST_NAME:
        said = f"{said[: LONGEST_NAME - NAME_END - 1].rstrip()}…{said[-NAME_END:].lstrip()}"
    return Markup('<div class="name"><bdi{}>{}</bdi></div>').format(attributes(name=of), said)


def _word(at: Printed, _row: Row, value: Value) -> str:
    return "" if value is None else at.report.wording.word(value)


def _day(at: Printed, _row: Row, value: Value) -> str:
    return day(at.report, value)


def _month(at: Printed, _row: Row, value: Value) -> str:
    return "" if value is None else at.report.wording.language.period(str(value))


def _flag(at: Printed, _row: Row, value: Value) -> str:
    text = at.report.wording.language.text
    return "" if value is None else text("yes") if value else text("no")


def _chance(at: Printed, _row: Row, value: Value) -> str:
    return chance(at.report, value)


def _class(_at: Printed, row: Row, value: Value) -> str:
    return class_of(row.get("abc", value), row.get("xyz", ""))


def _interval(at: Printed, row: Row, value: Value) -> str:
    """From this column to the column `of`; empty where one is not known."""
    high, unit = row.get(at.column.of), at.column.unit
    if value is None or high is None:
        return ""
    ends = (
        at.report.wording.numbers.of_unit(end, unit, scale=at.scale, mark=False, decimals=at.column.decimals)
        for end in (value, high)
    )
    return at.report.wording.numbers.span(*ends)


def _bar(at: Printed, row: Row, value: Value) -> Markup | str:
    """A bar as long as the column `of` against the largest of the table; nothing for what is not above zero."""
    size = row.get(at.column.of or at.column.id)
    if not isinstance(size, int | float) or size <= 0:
        return ""
    return Markup('<span class="bar {}"></span>').format(at.report.width(size / at.full))


def _pair(at: Printed, row: Row, value: Value) -> Markup | str:
    """Two bars, the column `of` (before) behind this one (now)."""
    now, before = (row.get(name) for name in (at.column.id.removesuffix("_bars"), at.column.of))
    drawn = [
        Markup('<i class="{} {}"></i>').format(css, at.report.width(size / at.full))
        for css, size in (("w0", before), ("w1", now)) if isinstance(size, int | float) and size > 0
    ]  # fmt: skip
    return Markup('<div class="pair">{}</div>').format(Markup("").join(drawn))


def _diverging(at: Printed, row: Row, value: Value) -> Markup | str:
    """A bar to the right of the middle for what is above zero, to the left for what is below."""
    size = row.get(at.column.of or at.column.id)
    if not isinstance(size, int | float) or not size:
        return ""
    part = abs(size) / at.full / 2
    css = "" if not at.column.polarity else "good" if size * at.column.polarity > 0 else "bad"
    left = at.report.left(0.5 if size > 0 else 0.5 - part)
    return Markup('<div class="mid0"><i class="{} {} {}"></i></div>').format(css, left, at.report.width(part))


def _markup(_at: Printed, _row: Row, value: Value) -> Markup | str:
    return "" if value is None else str(value)


def _plain_text(_at: Printed, _row: Row, value: Value) -> Markup | str:
    return "" if value in (None, "") else Markup("<bdi>{}</bdi>").format(escape(str(value)))


FORMATS: Mapping[str, Format] = {
    "money": _number("money"), "share": _number("share"), "count": _number("count"), "orders": _number("count"),
    "days": _number("days"), "months": _number("months"), "windows": _number("number"), "index": _number("index"),
    "number": _number("number"), "rank": _number("count"), "chance": _chance, "flag": _flag, "month": _month,
    "date": _day, "word": _word, "text": _name, "result": _word, "plain": _plain_text, "class": _class,
    "signed": _signed, "signed_count": _signed_count, "points": _points, "change": _change, "bar": _bar, "pair": _pair,
    "interval": _interval,
    "diverging": _diverging, "said": _markup, "figure": _markup, "strip": _markup,
}  # fmt: skip
"""How a cell is printed, by the unit of its column or by the name a declaration gives."""
MONEY = ("money", "signed")
WORTH: Mapping[str, str] = {"share": "0.01", "chance": "0.01"}
"""What one printed unit is worth where the head names it."""
NUMERIC = frozenset({
    "money", "share", "count", "orders", "days", "months", "windows", "index", "number", "chance", "signed",
    "signed_count", "points", "change", "figure", "date", "interval",
})  # fmt: skip
"""Formats that stand to the right."""

"""The accessor through which templates print: recorded figures, tables and charts, and nothing else.

It formats every number in the report's language, remembers which figures were printed (the
definitions page lists exactly these), and on screen links each one to its notebook cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from portfolio_review.calendar import Period
from portfolio_review.catalog import CATALOG
from portfolio_review.errors import RenderingError, nearest
from portfolio_review.exhibits.numbers import DASH, Scale, scale_for
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.findings import making
from portfolio_review.rendering import long_tables
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.marks import attributes, marked
from portfolio_review.results.contract import RecordedFigure, Results, Source
from portfolio_review.results.seen import YEAR_MONTHS, window_days

Row = dict[str, Any]
REM_PER_MM = 72 / 25.4 / 10
"""On paper 1rem is 10 points."""
FALLBACK = Scale(1, 0, "")
NOUGHT_WHERE_UNKNOWN = ("bridge.returned", "drivers.returned_effect")
"""Recorded as 0, so that sums close, where the history cannot know who returned: printed as n/a."""
SAME = "≈"
"""A change that its interval covers, where two words have no room."""
NOT_TOLD = "—"
"""A change between two known values that no single number tells."""
EMPTY_LINE: Row = dict.fromkeys(("rows", "clients", "amount_before", "amount", "amount_change", "share"))


@dataclass(frozen=True)
class Report:
    """One edition in the making; `links` names the notebooks that lie beside it as HTML.

    `lists` names the tables of clients that this edition shows whole; in `folder` lie tables too long for the results.
    `screen`: the edition that is read on one, which holds more than paper.
    """

    results: Results
    wording: Wording
    context: RunContext
    links: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    folder: Path | None = None
    screen: bool = False
    used: dict[str, None] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Mapping[tuple[str, str], Row]] = field(default_factory=dict)

    # Words -----------------------------------------------------------------------------------

    def say(self, message: str, /, **values: object) -> Markup:
        """A sentence of the catalogue with `values`; those that are not markup are escaped."""
        text = self.wording.language.text(message) if not values else self.wording.language.raw(message)
        return Markup(self.wording.language.one_month(Markup(text) % values)) if values else Markup(text)

    def count_of(self, singular: str, plural: str, n: int) -> Markup:
        """`3 clients`, `3 клиента`: a printed count with its noun; the messages hold `%(n)s`."""
        text = self.wording.language.plural(singular, plural, n, n=self.wording.numbers.plain(n))
        return Markup(escape(text))

    @property
    def na(self) -> str:
        return self.wording.language.text("n/a")

    # Figures ---------------------------------------------------------------------------------

    def entry(self, id: str) -> RecordedFigure | None:
        """The recorded figure of `id`, None when no notebook recorded it; unknown ids are an error."""
        if id not in CATALOG and id not in self.results.figures:
            raise RenderingError(f"a template asks for '{id}', which is not in the catalogue{nearest(id, CATALOG)}")
        return self.results.figures.get(id)

    def figure(self, id: str) -> Figure | None:
        entry = self.entry(id)
        return entry.figure if entry else None

    def number(self, id: str, part: str = "value") -> float | int | None:
        """The bare number for bars, signs and choices; what is printed goes through `v`."""
        entry = self.entry(id)
        value = getattr(entry.figure, part) if entry else None
        return value if isinstance(value, int | float) else None

    def unknown(self, id: str) -> bool:
        """Whether a figure has no value, or a 0 that stands for one that cannot be known."""
        figure = self.figure(id)
        return figure is None or figure.value is None or (id in NOUGHT_WHERE_UNKNOWN and figure.reason is not None)

    def v(
        self, id: str, part: str = "value", *, scale: Scale | None = None, sentence: bool = False, mark: bool = True,
        sign: bool = False, decimals: int | None = None,
    ) -> Markup:  # fmt: skip
        """A recorded number as it is printed; `n/a` where there is none.

        Money is a bare number of `scale`, or with `sentence` short and with its currency; shares
        are per cent with their sign unless `mark` is off.
        """  # fmt: skip
        entry = self.entry(id)
        value = getattr(entry.figure, part) if entry else None
        if entry is None or value is None or (part == "value" and self.unknown(id)):
            return self._printed(id, self.na, part)
        if isinstance(value, str):
            return self._printed(id, self.wording.word(value), part)
        if entry.unit == "money" and not sentence:
            scale = scale or scale_for([value])
        text = self.wording.numbers.of_unit(
            value, entry.unit, scale=scale, sentence=sentence, mark=mark, sign=sign, decimals=decimals
        )
        worth = scale.factor if scale and not sentence else 0.01 if entry.unit == "share" and not mark else 1
        return self._printed(id, text, part, scale="" if worth == 1 else worth)

    def interval(
        self, id: str, *, mark: bool = True, sentence: bool = False, scale: Scale = FALLBACK,
        decimals: int | None = None,
    ) -> Markup:  # fmt: skip
        """The 95 % interval as `62.1–65.0`, empty when there is none."""
        entry = self.entry(id)
        if entry is None or entry.figure.interval is None:
            return Markup("")
        low, high = (
            self.wording.numbers.of_unit(
                bound, entry.unit, mark=mark, sentence=sentence, scale=scale, decimals=decimals
            )
            for bound in entry.figure.interval
        )
        worth = 0.01 if entry.unit == "share" and not mark else "" if sentence or scale.factor == 1 else scale.factor
        return marked(self.wording.numbers.span(low, high), figure=id, part="interval", scale=worth)

    def filled(self, message: str, /, **values: str | Markup) -> Markup:
        """`message` with recorded figures in it; empty where one of them has no value, or no interval.

        values: ids of figures, followed by `~` for their interval; a word begins small; markup stands as it is.
        """
        texts: dict[str, Markup] = {}
        for name, value in values.items():
            id = value.rstrip("~")
            if isinstance(value, Markup):
                texts[name] = value
            elif self.unknown(id):
                return Markup("")
            else:
                texts[name] = self.interval(id, sentence=True, mark=False) if id != value else self._within(id)
                if not texts[name]:
                    return Markup("")
        return self.say(message, **texts)

    def _within(self, id: str) -> Markup:
        """A figure inside a sentence; a word begins small."""
        figure = self.figure(id)
        if figure is None or not isinstance(figure.value, str):
            return self.v(id, sentence=True)
        word = self.wording.word(figure.value)
        return self.of_figure(id, word[:1].lower() + word[1:])

    def called(self, id: str) -> Markup:
        """The name of a figure, which is the same on every page."""
        return marked(self.wording.name(id), name=id)

    def reason(self, id: str) -> str:
        """Why a figure has no value, in the report's language."""
        entry = self.entry(id)
        if entry is None:
            return self.wording.language.text("not computed in this review")
        return self.wording.language.reason(entry.figure.reason)

    def change(self, id: str, base: str = "previous_year", part: str = "value", *, brief: bool = False) -> Markup:
        """Actual against `base`: per cent, a multiple or points, coloured by polarity; a dash where none tells it, and
        words instead where it is within noise, `brief`: a sign (`SAME`)."""
        entry = self.entry(id)
        actual, before = (self.number(id, name) for name in (part, base))
        if entry is None or actual is None or before is None:
            return Markup("")
        text = self.wording.change(entry.unit, actual, before)
        if not text:
            return Markup(NOT_TOLD)
        self.used.setdefault(id)
        of = {"figure": id, "part": "" if part == "value" else part, "change": base}
        if part == "value" and not self.clear(id, base):
            return marked(SAME if brief else self.wording.language.text("within noise"), "g2", **of, noise="yes")
        polarity = CATALOG[id].polarity if id in CATALOG else 1
        grey = id.startswith("retention.") and self.grey_rates
        return self.tinted(text, actual - before, 0 if grey else polarity, **of)

    def clear(self, id: str, base: str = "previous_year") -> bool:
        """Whether the change of a rate against `base`, or of a part of the risk, is more than chance; others are
        counts of the whole portfolio."""
        figure, before = self.figure(id), self.number(id, base)
        if figure is None or before is None:
            return True
        if id.startswith("retention."):
            return making.clear(figure, before, certain_base=base == "target")
        if id.startswith("risk.outlook") and figure.interval is not None:
            return not figure.interval[0] <= before <= figure.interval[1]
        part = next((row for row in self.rows("risk.parts") if f"risk.{row['part']}" == id), None)
        return part is None or base != "previous_year" or bool(part["clear"])

    def tinted(self, text: str, change: float, polarity: int = 1, /, **of: object) -> Markup:
        """Text in the colour of a favourable or unfavourable change; a printed zero is neutral. `of` as in `marked`."""
        if not change or not polarity or not any(digit in text for digit in "123456789"):
            return marked(text, **of)
        return marked(text, "good" if change * polarity > 0 else "bad", **of)

    def of_figure(self, id: str, text: Markup | str, scale: Scale | None = None) -> Markup:
        """`text`, which prints the value of a figure, money in `scale`, leading to its cell; the figure counts as
        used."""
        return self._printed(id, text, scale="" if scale is None or scale.factor == 1 else scale.factor)

    def _printed(self, id: str, text: Markup | str, part: str = "value", **more: object) -> Markup:
        self.used.setdefault(id)
        entry, of = self.entry(id), {"figure": id, "part": "" if part == "value" else part, **more}
        return self.link(entry.source, text, **of) if entry else marked(text, **of)

    def link(self, source: Source, text: Markup | str, css: str = "fig", /, **of: object) -> Markup:
        """`text` leading to the cell that recorded it, where the reviewer's notebook lies beside; `of` as in `marked`.

        With `figure` a screen shows its definition on hover and focus.
        """
        if source.notebook not in self.links or not self.screen:
            return marked(text, **of)
        target = f"notebooks/{source.notebook}.html#cell-{source.cell}"
        return Markup('<a class="{}" href="{}"{}>{}</a>').format(css, target, attributes(**of), text)

    # Tables and charts -----------------------------------------------------------------------

    def rows(self, id: str) -> list[Row]:
        """The rows of a recorded table as mappings, empty when it was not recorded or lies in a file."""
        if id not in CATALOG and id not in self.results.tables and not id.startswith("data."):
            raise RenderingError(
                f"a template asks for table '{id}', which is not in the catalogue{nearest(id, CATALOG)}"
            )
        table = self.results.tables.get(id)
        if table is None or table.rows is None:
            return []
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def rows_of_client(self, id: str, client_id: str) -> list[Row]:
        """The rows of one client, from the file too that a long table lies in."""
        table = self.results.tables.get(id)
        return [] if table is None else long_tables.rows_of_client(table, self.folder, client_id)

    def client_of(self, name: str) -> str:
        """The id of the client of this name; empty where none, or more than one, has it."""
        return self._clients.get(name, "")

    @cached_property
    def _clients(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for table in self.results.tables.values():
            if table.rows and {"client_id", "name"} <= set(table.columns):
                client, name = table.columns.index("client_id"), table.columns.index("name")
                for row in table.rows:
                    id, known = str(row[client]), str(row[name])
                    found[known] = id if found.get(known, id) == id else ""
        return found

    def line(self, section: str, object: str, line: str) -> Row:
        """The recorded line of `<section>.lines` of a table or figure; its numbers are None where it has none."""
        return self._lines(section).get((object, line), EMPTY_LINE)

    def _lines(self, section: str) -> Mapping[tuple[str, str], Row]:
        found = self.lines.get(section)
        if found is None:
            found = {(row["object"], row["line"]): row for row in self.rows(f"{section}.lines")}
            self.lines[section] = found
        return found

    def source_link(self, id: str) -> Markup:
        """The way from an object to its cell and, for a table of clients, to the whole list; on screen only."""
        if id not in self.lists:
            return self.cell_link(id)
        whole = self.wording.language.text("whole list")
        link = Markup('<a class="whole" href="#list-{}">{}</a>').format(id, whole)
        return Markup(" ").join(filter(None, (self.cell_link(id), link)))

    def cell_link(self, id: str) -> Markup:
        """`calculation`: the way from an object to its cell; on paper the bare address, to which its title leads."""
        recorded = self.results.tables.get(id) or self.results.charts.get(id) or self.results.figures.get(id)
        if recorded is None or recorded.source.notebook not in self.links:
            return Markup("")
        target = Markup("notebooks/{}.html#cell-{}").format(recorded.source.notebook, recorded.source.cell)
        if not self.screen:
            return target
        text, named = self.wording.language.text, self.wording.name(id) if id in CATALOG else id
        return Markup('<a class="calc" href="{}" aria-label="{}">{}</a>').format(
            target, text("calculation: %(name)s", name=named), text("calculation"))  # fmt: skip

    def chart(self, id: str) -> Markup:
        """A chart as inline SVG, drawn once for all editions; empty when it was not recorded."""
        if id in self.results.charts and id not in self.drawn:
            from portfolio_review.exhibits import drawing  # matplotlib, for reports with charts only

            chart = drawing.drawn(id, self.results, self.wording)
            self.drawn[id] = chart.svg if chart else ""
        return Markup(self.drawn.get(id, ""))

    # Looks -----------------------------------------------------------------------------------

    def width(self, part: float) -> str:
        """A class that makes a box `part` (0 to 1) of its parent wide; no style attribute is needed."""
        return self._rule("p", "width", part)  # not `w`: w900 and w600 say how wide a table is on a screen

    def left(self, part: float) -> str:
        return self._rule("l", "left", part)

    def mm(self, width: float) -> str:
        """A class for a column `width` millimetres wide on paper; on screen it grows with the type."""
        name = f"m{width:g}".replace(".", "_")
        self.rules[name] = f"width:{width * REM_PER_MM:.3f}rem"
        return name

    def _rule(self, letter: str, name: str, part: float) -> str:
        mille = round(1000 * max(0.0, min(1.0, part)))
        self.rules[f"{letter}{mille}"] = f"{name}:{mille / 10:g}%"
        return f"{letter}{mille}"

    # Windows ---------------------------------------------------------------------------------

    @property
    def seasons_differ(self) -> bool:
        """Whether W0 holds other months of the year than W1: their change is not printed as one of the year."""
        return self.results.review.window_months < YEAR_MONTHS

    @property
    def grey_rates(self) -> str:
        """Why rates of retention say little here and are printed grey; empty where they stand."""
        gap, days = self.number("series.usual_gap"), window_days(self.results.review)
        if gap is None or gap <= days:
            return ""
        plain = self.wording.numbers.plain
        return str(
            self.say("clients buy every %(gap)s days, the window has %(days)s days", gap=plain(gap), days=plain(days))
        )

    @property
    def unknown_returned(self) -> bool:
        """Whether the history, which starts with W0, cannot tell who returned."""
        return "movement.returned_clients" in self.results.figures and self.unknown("movement.returned_clients")

    @property
    def horizon(self) -> str:
        """The horizon of forecasts in words: `3 months`."""
        self.used.setdefault("risk.horizon_months")
        months = int(self.number("risk.horizon_months") or 0)
        return str(self.count_of("%(n)s month", "%(n)s months", months))

    # Spans -----------------------------------------------------------------------------------

    @cached_property
    def unit(self) -> str:
        """The unit's name as it is printed."""
        text, unit = self.wording.language.text, self.results.review.unit
        name = self.context.unit_name or (text("Company as a whole") if unit == "all" else unit)
        return text("%(unit)s (masked edition)", unit=name) if self.context.masked else name

    @cached_property
    def period(self) -> str:
        return self.wording.language.period(self.results.review.period)

    @cached_property
    def days(self) -> str:
        """The days that a partial period has, else the period."""
        head = self.results.review
        return self.wording.language.days(head.start, head.compared_until) if head.compared_until else self.period

    @cached_property
    def same_days_of(self) -> str:
        """What the days of a partial period are held against, as far as the history reaches; empty for a whole one."""
        head, language = self.results.review, self.wording.language
        if not head.compared_until:
            return ""
        period = Period.parse(head.period)
        held = {"previous": period.earlier(period.span.months), "previous_year": period.earlier(YEAR_MONTHS)}
        known = [language.period(str(one)) for part, one in held.items()
                 if self.number("headline.revenue", part) is not None]  # fmt: skip
        if len(known) == len(held):
            return language.text(
                "against the same days of %(before)s and of %(year_before)s", before=known[0], year_before=known[1]
            )
        return language.text("against the same days of %(before)s", before=known[0]) if known else ""

    @cached_property
    def w1(self) -> str:
        return self.wording.language.months(*self.results.review.w1)

    @property
    def window_end(self) -> str:
        """The month that W1 ends with: of a partial period its last complete one, or the one before it."""
        return self.wording.language.month(self.results.review.w1[1])

    @cached_property
    def w0(self) -> str:
        return self.wording.language.months(*self.results.review.w0)


def largest(rows: Iterable[Row], *columns: str) -> float:
    """The largest absolute number in `columns`, 1 when there is none: the full width of inline bars."""
    sizes = [abs(row[column]) for row in rows for column in columns if isinstance(row.get(column), int | float)]
    return max(sizes, default=0) or 1


__all__ = ["DASH", "NOT_TOLD", "SAME", "Report", "Row", "largest"]

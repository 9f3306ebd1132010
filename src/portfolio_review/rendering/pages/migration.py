"""Which way clients moved between the ABC classes of W0 and W1: a picture, the same in numbers and money, by name."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import (
    Chart,
    Matrix,
    MatrixCell,
    Text,
    View,
    between_windows_line,
    column,
    missing,
    row,
)
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Made, Table

ID = "migration"
CLASSES = ("A", "B", "C", "none")
COMING = ("new", "returned")
LOST = "lost"
SHOWN_MOVERS = 8
MOVERS = Table(id="migration.abc.movers", columns=(
    Column(id="name"),
    Column(id="class", width=22, format="said", head=N_("Class")),
    Column(id="revenue_w0", width=20, head=N_("Before"), css="py"),
    Column(id="revenue_w1", width=20, head=N_("Now"), css="ac", strong=True),
    Column(id="amount_change", width=20, format="signed", head="Δ"),
))  # fmt: skip


def view(report: Report) -> View:
    """The migration page."""
    title = report.wording.language.text("Migration between segments")
    flows = report.rows("migration.abc")
    if not flows or report.number("migration.abc.down") is None:
        return missing(report, ID, title, "migration.abc.down", "bridge.churn")
    flow = report.chart("migration.abc.flow")
    chart = Chart(
        svg=flow, title=report.say("Where the clients of each class went"),
        source=report.source_link("migration.abc.flow"),
        sub=report.say("Clients. Grey stayed, blue rose, orange fell; pale blue came, pale orange lost. The smallest "
                       "flows are not drawn"),
    ) if flow else None  # fmt: skip
    few = any(one["few"] for one in report.rows("migration.abc.rows"))
    return View(
        id=ID, title=title, line=between_windows_line(report),
        message=found.message(report, ID),
        rows=(row(column(6, chart), column(6, _matrix(report, flows), _limits(report), _movers(report))),),
        foot=report.say("Grey: rows of fewer than ten clients, too few to compare.") if few else "", css="tight",
    )  # fmt: skip


def _matrix(report: Report, flows: Sequence[Row]) -> Matrix:
    """Rows from, columns to: clients, their share of the row, the change of their revenue."""
    cells = {(one["from"], one["to"]): one for one in flows}
    shares = {(one["from"], one["to"]): one for one in report.rows("migration.abc.rows")}
    starts, ends = _present(flows, "from", (*CLASSES, *COMING)), [*_present(flows, "to", CLASSES), LOST]
    scale = scale_for(
        [one["amount_change"] for one in flows], report.line("movement", ID + ".abc", "all")["amount_change"]
    )

    def cell(start: str, end: str) -> MatrixCell:
        one, share = cells.get((start, end)), shares.get((start, end))
        if start in COMING and end == LOST:
            return MatrixCell("", empty=True)
        if one is None or not one["clients"]:
            return MatrixCell(report.wording.numbers.plain(0), empty=True)
        few = share is not None and share["few"]
        css = " ".join(name for name, holds in (("dg", start == end), ("few", few)) if holds)
        part = "" if share is None or share["share"] is None else report.wording.numbers.percent(share["share"], 0)
        return MatrixCell(report.wording.numbers.plain(one["clients"]), aside=part, css=css,
                          money=_change(report, one, scale, 0 if few else 1), key=f"{start}:{end}")  # fmt: skip

    def size(line: str) -> MatrixCell:
        one = report.line("movement", "migration.abc", line)
        return MatrixCell(
            report.wording.numbers.plain(one["clients"] or 0), money=_change(report, one, scale), key=line
        )

    text = report.wording.language.text
    rows = [(_name(report, start), (*(cell(start, end) for end in ends), size(f"from:{start}"))) for start in starts]
    sums = (text("All"), (*(size(f"to:{end}") for end in ends), size("all")))
    return Matrix(
        id="migration.abc", measure="amount_change", worth=scale.factor,
        corner=text("Before"), head_width=24, rows=(*rows, sums), total=True,
        columns=(*(_name(report, end) for end in ends), text("All")), source=report.source_link("migration.abc"),
        title=report.say("The same in numbers: clients, and change of revenue in %(unit)s",
                         unit=report.wording.numbers.money_head(scale)),
        sub=_moved(report),
    )  # fmt: skip


def _moved(report: Report) -> Markup:
    """What the shades mean, and what the moves to either side of them made."""
    if report.seasons_differ:
        return report.say("Shaded: stayed; left of it rose, right of it fell. Small: share of the row")
    up, down, net = (report.line("movement", "migration.abc", name)["amount_change"] or 0.0
                     for name in ("rose", "fell", "moved"))  # fmt: skip
    money = report.wording.numbers.money
    return report.say(
        "Shaded: stayed; left of it rose (%(up)s), right of it fell (%(down)s), together %(net)s. Small: share of the "
        "row", up=money(up, sign=True), down=money(down, sign=True), net=money(net, sign=True),
    )  # fmt: skip


def _change(report: Report, one: Row, scale: Scale, polarity: int = 1) -> Markup | str:
    change = one["amount_change"]
    text = "" if change is None else report.wording.numbers.scaled(change, scale, sign=True)
    return report.tinted(text, change or 0.0, polarity)


def _present(flows: Sequence[Row], side: str, names: tuple[str, ...]) -> list[str]:
    """The names that have clients on this side; A, B and C always."""
    there = {flow[side] for flow in flows if flow["clients"]}
    return [name for name in names if name in there or name in CLASSES[:3]]


def _name(report: Report, code: str) -> str:
    return report.wording.language.text("none") if code == "none" else report.wording.word(code)


def _limits(report: Report) -> Text | None:
    """How many rose and fell by the limits of each window, and by those of W0 held fixed."""
    lines = {
        "abc": N_("Limits of each window: %(up)s rose, %(stay)s stayed, %(down)s fell."),
        "abc_fixed": N_("Limits of the months before, held fixed: %(up)s rose, %(stay)s stayed, %(down)s fell."),
    }
    told = [report.say(message, **{way: report.v(f"migration.{scheme}.{way}") for way in ("up", "stay", "down")})
            for scheme, message in lines.items() if report.number(f"migration.{scheme}.up") is not None]  # fmt: skip
    return Text(title=report.say("Real movement, or moving limits?"), paragraphs=tuple(told)) if told else None


def _movers(report: Report) -> Made | None:
    """The clients of another class with most revenue gained or lost: those up, then those down."""
    rows = [one | {"class": f"{_name(report, one['from'])} → {_name(report, one['to'])}"}
            for one in report.rows("migration.abc.movers")]  # fmt: skip
    up = [one for one in rows if CLASSES.index(one["to"]) < CLASSES.index(one["from"])]
    down = [one for one in rows if CLASSES.index(one["to"]) > CLASSES.index(one["from"])]
    half = SHOWN_MOVERS // 2
    up, down = up[: max(half, SHOWN_MOVERS - len(down))], down[: max(half, SHOWN_MOVERS - len(up))]
    if not up and not down:
        return None
    down = [down[0] | {"css": "group"}, *down[1:]] if down and up else down
    scale = MOVERS.scale([*up, *down])
    return MOVERS.made(
        report, [*up, *down], scale=scale,
        title=report.say("The largest movers, revenue in %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=report.say("Clients of another class than before with the largest change of revenue: those up, then those "
                       "down"),
    )  # fmt: skip

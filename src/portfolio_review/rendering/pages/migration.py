"""Page four: clients between the classes of W0 and W1, as a picture and in numbers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import name_of
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.report import Report

ID = "migration"
CLASSES = ("A", "B", "C", "none")
COMING = ("new", "returned")
LOST = "lost"
SHOWN_MOVERS, SHOWN_MOVERS_BESIDE_MORE = 8, 6
"""Fewer movers where the matrix above them has more rows than A, B, C, new and returned, or a note at the foot."""


def view(report: Report) -> View:
    """The migration page."""
    title = report.wording.language.text("Migration between segments")
    flows = report.rows("migration.abc")
    if not flows or report.number("migration.abc.down") is None:
        return missing(report, ID, title, "migration.abc.down", "bridge.churn")
    matrix = _matrix(report)
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=between_windows_line(report),
        data={
            "chart": report.chart("migration.abc.flow"),
            "matrix": matrix,
            "limits": _limits(report),
            "money": _money(report),
            "movers": _movers(report, matrix),
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    up, down = (int(report.number(f"migration.abc.{way}") or 0) for way in ("up", "down"))
    report.used.update(dict.fromkeys(("migration.abc.up", "migration.abc.down")))
    fell = report.count_of("%(n)s client fell a class or more", "%(n)s clients fell a class or more", down)
    rose = report.count_of("%(n)s rose", "%(n)s rose", up)
    text = report.say("%(fell)s, %(rose)s", fell=fell, rose=rose)
    if report.number("migration.abc_fixed.down") is not None:
        text += report.say(
            "; with the limits of the months before held fixed it is %(down)s against %(up)s",
            down=report.v("migration.abc_fixed.down"), up=report.v("migration.abc_fixed.up"),
        )  # fmt: skip
    return text


def _present(flows: list[Any], side: str, names: tuple[str, ...]) -> list[str]:
    """The names that have clients on this side; A, B and C always."""
    there = {flow[side] for flow in flows if flow["clients"]}
    return [name for name in names if name in there or name in CLASSES[:3]]


def _matrix(report: Report) -> dict[str, Any]:
    """Rows from, columns to: clients, share of the row and its interval; the diagonal stayed."""
    numbers, flows = report.wording.numbers, report.rows("migration.abc")
    counts = {(row["from"], row["to"]): row["clients"] for row in flows}
    shares = {(row["from"], row["to"]): row for row in report.rows("migration.abc.rows")}
    starts = _present(flows, "from", (*CLASSES, *COMING))
    ends = [*_present(flows, "to", CLASSES), LOST]
    rows = []
    for start in starts:
        total = _size(report, f"from:{start}")
        cells = []
        for end in ends:
            count, share = counts.get((start, end), 0), shares.get((start, end))
            known = share is not None and share["share"] is not None
            cells.append({
                "count": numbers.plain(count) if not (start in COMING and end == LOST) else "",
                "tone": _tone(start, end) if count else "", "diagonal": start == end,
                "share": numbers.percent(share["share"], 0, mark=False) if share is not None and known else "",
                "interval": numbers.span(numbers.percent(share["low"], 0, mark=False),
                                         numbers.percent(share["high"], 0, mark=False))
                if share is not None and known and share["low"] is not None else "",
            })  # fmt: skip
        few = any(shares[start, end]["few"] for end in ends if (start, end) in shares)
        rows.append({"name": _name(report, start), "cells": cells, "total": numbers.plain(total), "few": few})
    sums = [numbers.plain(_size(report, f"to:{end}")) for end in ends]
    return {
        "rows": rows, "sums": sums, "total": numbers.plain(_size(report, "all")),
        "columns": [_name(report, end) for end in ends], "few": any(row["few"] for row in rows),
    }  # fmt: skip


def _size(report: Report, line: str) -> float:
    """Clients of a row (`from:A`) or column (`to:A`) of the matrix, or of all of it."""
    return report.line("movement", "migration.abc", line)["clients"] or 0


def _name(report: Report, code: str) -> str:
    return report.wording.language.text("none") if code == "none" else report.wording.word(code)


def _tone(start: str, end: str) -> str:
    if end == LOST:
        return "bad"
    if start in COMING or start == end:
        return ""
    return "good" if CLASSES.index(end) < CLASSES.index(start) else "bad"


def _limits(report: Report) -> list[dict[str, Any]]:
    text = report.wording.language.text
    names = {
        "abc": text("Limits of each window"),
        "abc_fixed": text("Limits of the months before, held fixed"),
    }
    return [
        {"name": name, **{way: report.v(f"migration.{scheme}.{way}") for way in ("up", "stay", "down")}}
        for scheme, name in names.items()
        if report.number(f"migration.{scheme}.up") is not None
    ]


def _money(report: Report) -> Markup:
    """What the moves between classes changed in money, from the same table."""
    money = report.wording.numbers.money
    up, down = (report.line("movement", "migration.abc", way)["amount_change"] or 0.0 for way in ("rose", "fell"))
    return report.say(
        "Change of revenue: clients that rose %(up)s, clients that fell %(down)s.",
        up=money(up, sign=True), down=money(down, sign=True),
    )  # fmt: skip


def _movers(report: Report, matrix: dict[str, Any]) -> dict[str, Any]:
    """The clients of another class with most revenue gained or lost: those up, then those down."""
    rows = report.rows("migration.abc.movers")
    if not rows:
        return {}
    spare = len(matrix["rows"]) <= len(CLASSES[:3]) + len(COMING) and not matrix["few"]
    room = SHOWN_MOVERS if spare else SHOWN_MOVERS_BESIDE_MORE
    up = [row for row in rows if _tone(row["from"], row["to"]) == "good"]
    down = [row for row in rows if _tone(row["from"], row["to"]) == "bad"]
    half = room // 2
    shown_up = up[: max(half, room - len(down))]
    shown = [*shown_up, *down[: max(half, room - len(up))]]
    numbers = report.wording.numbers
    scale = scale_for([row[part] for row in shown for part in ("revenue_w0", "revenue_w1")])
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "name": name_of(row), "from": _name(report, row["from"]), "to": _name(report, row["to"]),
            "first_down": place == len(shown_up) > 0,
            "before": numbers.scaled(row["revenue_w0"], scale), "now": numbers.scaled(row["revenue_w1"], scale),
            "change": report.tinted(numbers.scaled(row["amount_change"], scale, sign=True), row["amount_change"]),
        } for place, row in enumerate(shown)],
    }  # fmt: skip

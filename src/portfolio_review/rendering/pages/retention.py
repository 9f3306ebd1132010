"""Do they stay: rates with intervals, their trend, by segment, cohorts, survival, new clients, reasons for leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.language import N_
from portfolio_review.rendering.pages import found, strips
from portfolio_review.rendering.pages.view import (
    ByHand,
    Chart,
    Text,
    View,
    between_windows_line,
    column,
    missing,
    not_shown,
    row,
)
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Made, Table

ID = "retention"
RATE, STILL = "retention.client_retention_rate", "retention.still_buying_rate"
AGAIN = "retention.second_purchase_180"
RATES = (
    RATE, STILL, "retention.kept_at_end_rate", "retention.gross_revenue_retention", "retention.net_revenue_retention",
    "retention.net_revenue_retention_with_returned", "retention.repeat_rate", "retention.return_rate",
)  # fmt: skip
NEW = ("movement.new_clients", "movement.new_silent_clients", AGAIN)
SEGMENTS = ("unit", "type", "industry", "region", "acquired_via", "manager")
"""The first of them that tells clients apart stands on the page, the others in the workbook."""
SEGMENTS_SHOWN, COHORTS, AGES, QUARTERS = 4, 6, 12, 8
"""Rows and columns that the page shows; the workbook has them all."""
OF_RATES = Table(id="retention.rates", key="id", columns=(
    Column(id="rate", format="plain", head=N_("Rate")),
    Column(id="value", width=14, format="figure", head="%", css="ac", strong=True),
    Column(id="interval", width=24, format="figure", head=N_("95%% interval")),
    Column(id="strip", width=52, format="strip", css="sc"),
    Column(id="before", width=18, format="figure", head=N_("Year before"), css="py"),
    Column(id="target", width=14, format="figure", head=N_("Target"), css="pl", optional=True),
))  # fmt: skip
OF_SEGMENTS = Table(id="retention.by_abc", key="segment", columns=(
    Column(id="segment", format="plain"), Column(id="base", width=16, head=N_("Clients"), css="py"),
    Column(id="retained", width=20), Column(id="rate", width=16, head=N_("Kept, %%"), css="ac", strong=True),
    Column(id="strip", width=46, format="strip", css="sc"), Column(id="grr", width=16, head="GRR, %%"),
    Column(id="nrr", width=16, head="NRR, %%"),
))  # fmt: skip
OF_NEW = Table(id="movement.new", key="figure", columns=(
    Column(id="figure", format="plain"), Column(id="value", width=12, format="figure", head=N_("Now"), css="ac",
                                                strong=True),
    Column(id="before", width=19, format="figure", head=N_("Year before"), css="py"),
))  # fmt: skip
REASONS = Table(id="retention.loss_reasons", key="loss_reason", columns=(
    Column(id="loss_reason"), Column(id="clients", width=14), Column(id="revenue", width=16, strong=True),
    Column(id="bars", width=16, format="bar", of="revenue", head=N_("Bars"), quiet=True),
))  # fmt: skip


def view(report: Report) -> View:
    """The page of retention."""
    title, cohorts, say = report.wording.language.text("Retention and churn"), _cohorts(report), report.say
    if report.figure(RATE) is None and cohorts is None:
        return missing(report, ID, title)
    trend, survival = len(report.rows("retention.trend")), report.rows("retention.survival_steps")
    name = say("Client retention month by month, %%")
    pale = ' pale">' if report.grey_rates else '">'
    kept = Chart(
        svg=Markup('<div class="') + Markup(pale) + report.chart("retention.trend.band") + Markup("</div>"),
        title=name, sub=say("At each month end, with 95%% band"), source=report.source_link("retention.trend.band"),
    ) if trend > 1 else not_shown(report, name, report.reason(RATE)) if not trend else Text(
        title=name, paragraphs=(say("One month end so far: earlier ones lack a full window before them."),), css="sub",
    )  # fmt: skip
    lives = Chart(
        svg=report.chart("retention.survival.curve"), title=say("Clients still clients after so many days, %%"),
        sub=say("Kaplan–Meier, with 95%% band; tick: seen no longer"),
        source=report.source_link("retention.survival_steps"),
    ) if survival else None  # fmt: skip
    return View(
        id=ID, title=title, message=found.message(report, ID),
        line=between_windows_line(report), css="tight",
        rows=(row(column(8, _rates(report), *_segments(report)), column(4, kept, lives)),
              row(column(5, cohorts), column(3, _new(report)), column(4, _reasons(report)))),
        foot=_foot(report, cohorts, survival),
    )  # fmt: skip


def _foot(report: Report, cohorts: ByHand | None, survival: list[Row]) -> Markup:
    say, filled, of = report.say, report.filled, cohorts.data if cohorts else {}
    months = Markup(report.wording.months)
    return Markup(" ").join(filter(None, (
        say("Lost: no purchase in the last %(months)s. Silent: past its own limit.", months=months),
        filled(N_("One more point of client retention is worth %(money)s over %(months)s."),
               money="retention.point_value", months=months),
        filled(N_("Usual gap between purchases: %(days)s days."), days="series.usual_gap"),
        say("Cohorts not shown: %(n)s, in the workbook.", n=of["left_out"]) if of.get("left_out") else "",
        "" if not of.get("partial") else say("Hatched: partial quarter.") if of["quarterly"] else
        say("Hatched: partial month."),
        say("The curve starts below 100%%: some bought on one day only.")
        if survival and (survival[0]["survival"] or 0) < 1 else "",
    )))  # fmt: skip


def _rates(report: Report) -> Made:
    """Every rate with its interval, the year before and the target; why there is none."""
    known = [(id, figure) for id in RATES if (figure := report.figure(id)) is not None]
    ends = [end for _, one in known for end in (one.value, *(one.interval or ()), one.target)]
    axis = strips.Scale.over([end for end in ends if isinstance(end, float | int)])

    def printed(id: str) -> Row:
        value, figure = report.number(id), report.figure(id)
        name = report.called(id)
        if value is None or figure is None:
            why = Markup('{} <span class="g2 s7">{}</span>').format(name, report.reason(id))
            return {"id": id, "rate": why, "value": report.v(id)}
        target = None if figure.target is None else report.v(id, "target", mark=False)
        return {"id": id, "rate": name, "value": report.v(id, mark=False), "interval": report.interval(id, mark=False),
                "strip": axis.strip(report, value, figure.interval, figure.target), "target": target,
                "before": report.v(id, "previous_year", mark=False)}  # fmt: skip

    grey = report.grey_rates
    return replace(OF_RATES, css="pale" if grey else "").made(
        report, [printed(id) for id, _ in known], heads={"strip": axis.ticks(report)},
        title=report.say("Clients kept and revenue kept, %%"),
        sub=report.say("Point and 95%% interval (Wilson; bootstrap for revenue); %(months)s against the %(months)s "
                       "before", months=report.wording.months),
        note=report.say("Grey: rates of retention say little here, %(reason)s.", reason=grey) if grey else "",
    )  # fmt: skip


def _segments(report: Report) -> list[Made]:
    """By class, and by the first attribute that tells clients apart."""
    classes = [one for one in report.rows("retention.by_abc") if one["base"]]
    none, made = report.wording.language.text("none"), []
    head = report.wording.language.text("By class in the months before")
    given = [("retention.by_abc", head, [one | {"segment": none if one["class"] == "none" else one["class"]}
                                         for one in classes])]  # fmt: skip
    for name in SEGMENTS:
        rows = [one for one in report.rows(f"retention.by_{name}") if one["base"] and one["value"]]
        if len(rows) > 1 and len(given) == 1:
            given.append((f"retention.by_{name}", report.wording.word(name),
                          [one | {"segment": one["value"]} for one in rows[:SEGMENTS_SHOWN]]))  # fmt: skip
    points = [one[part] for _, _, rows in given for one in rows for part in ("rate", "low", "high")]
    axis = strips.Scale.over([point for point in points if point is not None])
    for id, head, rows in given:
        if rows:
            table = replace(OF_SEGMENTS, id=id, css="pale" if report.grey_rates else "")
            made.append(table.made(report, [one | {
                "strip": "" if one["rate"] is None else axis.strip(report, one["rate"], (one["low"], one["high"]))
            } for one in rows], heads={"segment": head, "strip": axis.ticks(report)}))  # fmt: skip
    return made


def _new(report: Report) -> Made | None:
    """The quality of new clients: how many are silent already, and the second purchase against the year before."""
    rows = [{"figure": report.called(id) + (", %" if id == AGAIN else ""), "value": report.v(id, mark=False),
             "before": report.v(id, "previous_year", mark=False)} for id in NEW if not report.unknown(id)]  # fmt: skip
    title = report.say("New clients of %(months)s: do they stay?", months=report.wording.months)
    heads = {"figure": report.wording.language.text("Figure")}
    return OF_NEW.made(report, rows, title=title, heads=heads) if rows else None


def _reasons(report: Report) -> Made | None:
    """Why clients left, the most money first; nothing where no reason is known."""
    rows = [one for one in report.rows("retention.loss_reasons") if one["clients"] and one["loss_reason"] != "unknown"]
    if not rows:
        return None
    rows.sort(key=lambda one: -(one["revenue"] or 0.0))
    unit = report.wording.numbers.money_head(REASONS.scale(rows))
    return REASONS.made(report, rows, title=report.say("Reasons for leaving, %(unit)s", unit=unit), sub=report.filled(
        N_("Revenue of the %(months)s before; known for %(share)s of the lost"),
        months=Markup(report.wording.months), share="retention.loss_reasons_known"))  # fmt: skip


# Cohorts -----------------------------------------------------------------------------------------


def _cohorts(report: Report) -> ByHand | None:
    """The latest cohorts and, first, those who were clients before; share active in each quarter of age, by month where
    no cohorts by quarter were recorded."""
    quarterly = bool(report.rows("retention.cohorts_quarter"))
    id = "retention.cohorts_quarter" if quarterly else "retention.cohorts"
    by_cohort: dict[str, dict[int, Row]] = {}
    for one in report.rows(id):
        share = report.line(ID, id, f"{one['cohort']}:{one['age']}")["share"]
        by_cohort.setdefault(str(one["cohort"]), {})[int(one["age"])] = {**one, "share": share}
    names = sorted(by_cohort)
    if not names:
        return None
    first = [names[0]] if len(names) > COHORTS and _truncated(by_cohort[names[0]]) else []
    shown = [*first, *[name for name in names if name not in first][-(COHORTS - len(first)) :]]
    ages = range(1, (QUARTERS if quarterly else AGES) + 1)
    known = [one["share"] or 0.0 for name in shown for age, one in by_cohort[name].items() if age in ages]
    newest = max(_step(name) + age for name, cells in by_cohort.items() for age in cells)
    partial = {_step(name) + age for name, cells in by_cohort.items() for age, one in cells.items() if one["partial"]}
    language, plain = report.wording.language, report.wording.numbers.plain

    def cell(name: str, age: int, size: int) -> dict[str, str]:
        one, when = by_cohort[name].get(age), _step(name) + age
        if one is None and when > newest:
            return {"text": "", "css": ""}
        share = one["share"] if one is not None else (0.0 if size else None)
        step = round(notation.HEAT_STEPS * (share or 0) / (max(known, default=0) or 1))
        return {"text": _percent(report, share), "css": f"h{step}" + (" partial" if when in partial else "")}

    def line(name: str) -> dict[str, Any]:
        cells = by_cohort[name]
        size = next(iter(cells.values()))["size"]
        return {
            "name": language.period(name) if "Q" in name else language.month(name, "short"),
            "already": _truncated(cells), "size": plain(size), "cells": [cell(name, age, size) for age in ages],
        }  # fmt: skip

    average = {int(one["age"]): one["rate"] for one in report.rows("retention.cohort_average") if not quarterly}
    rows = [line(name) for name in shown]
    say = report.say
    by = (say("Columns: quarters after the first purchase. Darker = more. Months: workbook") if quarterly else
          say("Columns: months after the first purchase. Darker = more"))  # fmt: skip
    return ByHand(
        name="cohorts", sub=by, source=report.source_link(id),
        title=say("Buying again, by quarter of the first purchase, %%") if quarterly else
        say("Buying again, by month of the first purchase, %%"),
        data={"id": id, "ages": [plain(age, sign=True) for age in ages], "rows": rows, "quarterly": quarterly,
              "average": [_percent(report, average.get(age)) for age in ages] if average else [],
              "left_out": plain(len(names) - len(shown)) if len(names) > len(shown) else "",
              "partial": any("partial" in cell["css"] for one in rows for cell in one["cells"])},
    )  # fmt: skip


def _truncated(cells: dict[int, Row]) -> bool:
    return any(one["truncated"] for one in cells.values())


def _percent(report: Report, share: float | None) -> str:
    return "" if share is None else report.wording.numbers.percent(share, 0, mark=False)


def _step(name: str) -> int:
    """Months or quarters on one count: `2026-10`, `2026-Q4`."""
    year, _, part = name.partition("-")
    return int(year) * 4 + int(part[1:]) if part.startswith("Q") else int(year) * 12 + int(part)

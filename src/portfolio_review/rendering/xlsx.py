"""The workbook: an overview, sheets that people read, then figures, checks, definitions and the tables of the data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import ranking
from portfolio_review.findings.wording import text as sentence
from portfolio_review.rendering import formulas, long_tables, reasons
from portfolio_review.rendering.book import LONG, WIDEST, Book, Head, Sheet, To
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.pages.verdict import verdict
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedFinding, RecordedTable, Results

SHEET_NAME = 31
"""Excel allows this many characters in the name of a sheet."""
FIRST, NEXT, WIDE, TOLD, NAMED = 62, 26, 90, 110, 90
"""Characters of the overview's first column, of the next ones, of
findings, of a line of its verdict, of what a sheet holds."""
OVERVIEW = "overview"
SHEETS: Mapping[str, str] = MappingProxyType({
    OVERVIEW: "actions.decisions actions.decisions_before",
    "clients": "clients",
    "return": "actions.return actions.chance_back",
    "retain": "actions.retain actions.retain.thread actions.exposure_reasons",
    "develop": "actions.develop actions.lagging actions.levers actions.cross_sell",
    "reward": "actions.reward actions.bought_anyway",
    "actions": "actions.rules actions.managers strategic.managers actions.follow_through actions.unprofitable "
               "actions.held_out actions.by_owner actions.underserved_clients",
    "plan": "headline.targets headline.target_gap headline.trend headline.rest_of_year",
    "structure": "structure.abc structure.xyz structure.abc_xyz structure.value_stability structure.tier "
                 "structure.largest structure.over_10pct structure.loss_of_largest structure.profile structure.by.*",
    "movement": "bridge.steps bridge.largest migration.*.movers migration.abc migration.abc_fixed migration.xyz "
                "migration.value_stability migration.tier drivers.factors drivers.sensitivity",
    "retention": "retention.by_* lifecycle.* retention.loss_reasons retention.new_by_* retention.vintages "
                 "retention.trend retention.cohort_average",
    "outlook": "risk.outlook_lines risk.forecasts_then_and_now risk.parts risk.matrix risk.level risk.largest "
               "risk.by.* risk.value_retention risk.value_largest",
    "payments": "risk.receivables_ageing risk.overdue_clients risk.contracts_ending",
    "strategic": "strategic.proposal strategic.scores strategic.importance strategic.exposure strategic.agreements "
                 "strategic.plans strategic.changes strategic.factor_means strategic.contacts",
    "data": "data.reconciliation data.left_out data.removed_by_where data.doubts data.warnings data.inputs "
            "data.settings",
})  # fmt: skip
"""Sheets that people read, and the tables on each; every other table has a sheet of its own, named by its id."""
OF_PAGE: Mapping[str, str] = MappingProxyType({
    "bridge": "movement", "migration": "movement", "drivers": "movement", "risk": "outlook", "dossiers": "strategic",
    "trust": "data", "summary": "plan",
})  # fmt: skip
"""The sheet that holds what a page shows, where it is called otherwise."""
SUMMED: Mapping[str, str] = MappingProxyType({
    "clients": "revenue_w1 revenue_w0 margin_w1 margin_w0 at_risk expected_3 expected_12 open overdue",
    "actions.return": "lost expected_back", "actions.retain*": "value at_stake", "actions.develop": "value at_stake",
    "actions.reward": "at_stake", "actions.rules": "clients revenue", "actions.underserved_clients": "at_stake",
    "actions.managers": "clients revenue", "strategic.managers": "clients revenue", "headline.target_gap": "gap",
    "headline.rest_of_year": "forecast", "structure.abc*": "clients revenue", "structure.xyz": "clients revenue",
    "structure.value_stability": "clients revenue", "structure.tier": "clients revenue",
    "structure.by.*": "revenue revenue_w0", "structure.largest": "revenue_w1 revenue_w0",
    "migration.abc": "clients revenue_w0 revenue_w1", "migration.abc_fixed": "clients revenue_w0 revenue_w1",
    "migration.xyz": "clients revenue_w0 revenue_w1", "migration.tier": "clients revenue_w0 revenue_w1",
    "migration.value_stability": "clients revenue_w0 revenue_w1", "lifecycle.*": "clients revenue",
    "retention.loss_reasons": "clients revenue", "risk.matrix": "clients revenue at_risk",
    "risk.by.*": "revenue gone at_risk expected_12", "risk.receivables_ageing": "invoices amount",
    "risk.overdue_clients": "open overdue over_90", "risk.contracts_ending": "revenue", "data.left_out": "rows revenue",
})  # fmt: skip
"""Columns whose sum stands under the table: each amount, and each client, is in one of its rows."""
AT_RISK = "risk.revenue_at_risk"
KEY_FIGURES = (
    "headline.revenue", "headline.margin", "headline.margin_rate", "headline.clients", "structure.revenue",
    "retention.client_retention_rate", "retention.still_buying_rate", "retention.net_revenue_retention", AT_RISK,
)  # fmt: skip
CLIENTS = "name client_id manager abc xyz stage rule reason at_stake revenue_w1 revenue_w0 change last_order p_next"
"""What stands first of clients, and goes to paper."""
PARTS = "value low high previous previous_year target ytd ytd_previous_year window window_previous"
PRINTED = 16
"""At most so many columns go to paper."""
TOLD_REASON = ""
DECIDED = "name text action rule owner due since status outcome at_stake money revenue"
"""Columns of decisions that the overview shows."""


def workbook(
    results: Results, wording: Wording, context: RunContext, *, created: dt.date, folder: Path | None = None
) -> bytes:
    """Every recorded figure, table and finding of a review; the same bytes for the same results.

    A table that lies beside the results as Parquet is read from `folder`.
    """
    return _Workbook(Report(results, wording, context, folder=folder), created).made()


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names of sheets as Excel allows them: shortened, and made unique."""
    names: list[str] = []
    for want in wanted:
        name = re.sub(r"[\[\]:*?/\\']", "_", want)[:SHEET_NAME]
        number = 2
        while name.lower() in {used.lower() for used in names}:
            name = f"{name[: SHEET_NAME - 3]}~{number}"
            number += 1
        names.append(name)
    return names


class _Workbook:
    """One workbook: which sheet holds what, and the sheets themselves."""

    def __init__(self, report: Report, created: dt.date) -> None:
        self.report, self.results, self.wording = report, report.results, report.wording
        self.text = report.wording.language.text
        self.book = Book(report, created)
        tables = self.results.tables
        left = {id: None for id, table in tables.items() if table.rows is None or table.rows}
        self.placed: dict[str, list[str]] = {}
        for sheet, patterns in SHEETS.items():
            for pattern in patterns.split():
                found = [id for id in left if fnmatchcase(id, pattern)]
                self.placed.setdefault(sheet, []).extend(found)
                for id in found:
                    del left[id]
        self.alone = list(left)
        wanted = {sheet: title for sheet, title in self._titles().items() if self._filled(sheet)}
        wanted |= {id: id for id in left}
        self.names = dict(zip(wanted, sheet_names(wanted.values()), strict=True))
        self.home = self.names[OVERVIEW]

    def _filled(self, sheet: str) -> bool:
        """Whether there is something to put on a sheet that is not of one table alone."""
        own = {OVERVIEW: True, "findings": self.results.findings, "figures": self.results.figures,
               "checks": self.results.checks, "definitions": self._defined()}  # fmt: skip
        return bool(own.get(sheet) or self.placed.get(sheet))

    def _titles(self) -> dict[str, str]:
        text = self.text
        return {
            OVERVIEW: text("Overview"), "findings": text("Findings"), "clients": text("Clients"),
            **{rule: self.wording.word(rule) for rule in ("return", "retain", "develop", "reward")},
            "actions": text("Actions"), "plan": text("Plan and months"), "structure": text("Structure"),
            "movement": text("Movement"), "retention": text("Retention"), "outlook": text("Outlook"),
            "payments": text("Payments and contracts"), "strategic": text("Strategic clients"), "data": text("Data"),
            "figures": text("Figures"), "checks": text("Checks"), "definitions": text("Definitions"),
        }  # fmt: skip

    def made(self) -> bytes:
        """The bytes of the workbook."""
        overview = Sheet(self.book, self.home, self.home, self.results.review.title, first=FIRST, long=NEXT)
        fill = {"findings": self._findings, "figures": self._figures, "checks": self._checks,
                "definitions": self._definitions}  # fmt: skip
        for name, said in list(self.names.items())[1:]:
            title = said if name in self.placed or name == "findings" else ""
            sheet = Sheet(self.book, said, self.home, title, first=WIDE)
            if name == "retention" and self.report.grey_rates:
                sheet.line(self.report.grey_rates)
            for id in self.placed.get(name, [name] if name in self.alone else []):
                self._table(sheet, id)
            if name in fill:
                fill[name](sheet)
            sheet.close(widest=LONG if title else WIDEST)
        self._overview(overview)
        return self.book.close()

    # The overview ----------------------------------------------------------------------------

    def _overview(self, sheet: Sheet) -> None:
        text, report = self.text, self.report
        run = text("run %(run)s", run=report.context.run)
        sheet.line(" · ".join((report.unit, report.period, run, text(report.context.status))))
        told = verdict(report).striptags()
        sheet.on.merge_range(sheet.row + 1, 0, sheet.row + 1, 6, "", self.book.formats["message"])
        sheet.on.write_string(sheet.row + 1, 0, told, self.book.formats["message"])
        sheet.on.set_row(sheet.row + 1, 18 * (1 + len(told) // TOLD))
        sheet.row += 2
        self._key_figures(sheet)
        if found := ranking.first_page(recorded.finding for recorded in self.results.findings):
            heads = [Head(text("What changed, and what may cost"), "long"), Head(text("Amount"), "money"),
                     Head(text("Kind")), Head(text("Sheet"))]  # fmt: skip
            rows = [(sentence(one, self.wording), one.money, self._kind(one.kind), self._to(one.page)) for one in found]
            sheet.table(heads, rows, caption=text("Findings"))
        for id in self.placed[OVERVIEW]:
            self._table(sheet, id, DECIDED.split())
        sheets = [(To(sheet, self._name(name) if name in self.alone else sheet), self._rows(name), self._within(name))
                  for name, sheet in list(self.names.items())[1:]]  # fmt: skip
        heads = [Head(text("Sheet")), Head(text("Rows"), "count"), Head(text("Content"))]
        sheet.table(heads, sheets, caption=text("Contents"))
        empty = [
            self._name(id) for id, table in self.results.tables.items() if table.rows is not None and not table.rows
        ]
        if empty:
            sheet.row += 1
            sheet.line(text("Without a row in this review: %(names)s", names="; ".join(empty)), "long")
        sheet.longest, sheet.printed = (0, 0, 0), 9  # of a stack of short tables nothing is filtered
        sheet.close(widest=NEXT)

    def _key_figures(self, sheet: Sheet) -> None:
        text = self.text
        plans = {row["figure"]: row for row in self.report.rows("headline.targets")}
        rows, units = [], []
        for id in KEY_FIGURES:
            entry = self.results.figures.get(id)
            if entry is None or (id == AT_RISK and not self.book.told):
                continue
            figure, plan = entry.figure, plans.get(id, {})
            grey = self.report.grey_rates if id.startswith("retention.") else ""
            span = self.report.interval(id).striptags()
            rows.append((
                self.wording.name(id), figure.value, span, figure.previous_year, self.report.change(id).striptags(),
                figure.target, plan.get("attainment"), self.wording.word(plan["level"]) if plan.get("level") else "",
                grey or self.wording.language.reason(figure.reason),
            ))  # fmt: skip
            units.append("whole" if entry.unit == "money" else entry.unit)
        heads = (text("Figure"), text("Value"), text("95%% interval"), text("Year before"), text("Change"),
                 text("Target"), text("Attainment"), text("Level"), text("Note"))  # fmt: skip
        of_column = {1: "", 3: "", 5: "", 2: "right", 4: "right", 6: "share"}
        sheet.table(
            [Head(head, "number" if column in of_column else "text") for column, head in enumerate(heads)], rows,
            lambda line, column: of_column.get(column, "text") or units[line],
            caption=", ".join((text("Key figures"), self.wording.numbers.symbol)),
        )  # fmt: skip

    def _rows(self, name: str) -> int:
        """How many rows a sheet holds."""
        own = {"findings": len(self.results.findings), "figures": len(self.results.figures),
               "checks": len(self.results.checks), "definitions": len(self._defined())}  # fmt: skip
        tables = (self.results.tables[id] for id in self.placed.get(name, [name] if name in self.alone else []))
        return own.get(name, 0) + sum(table.count if table.rows is None else len(table.rows) for table in tables)

    def _within(self, name: str) -> str:
        own = {
            "findings": self.text("Every finding of the review with its kind, amount and sheet"),
            "figures": self.text("Every figure with its interval, comparisons and definition"),
            "definitions": self.text("Every figure, table and check with its formula and source"),
        }
        held = [self._name(id) for id in self.placed.get(name, [])]
        while len("; ".join(held)) > NAMED:
            held[-2:] = ["…"]
        return own.get(name) or "; ".join(held) or name

    def _name(self, id: str) -> str:
        return self.wording.name(id) if id in CATALOG else id

    def _to(self, page: str) -> To | str:
        name = self.names.get(OF_PAGE.get(page, page))
        return To(name, name) if name else page

    def _kind(self, kind: str) -> str:
        words = {"change": self.text("change"), "risk": self.text("risk"), "data": self.text("data")}
        return words[kind]

    # Sheets of their own ---------------------------------------------------------------------

    def _findings(self, sheet: Sheet) -> None:
        text = self.text
        heads = [Head(text("Finding"), "long"), Head(text("Kind")), Head(text("Amount"), "money"), Head(text("Sheet")),
                 Head(text("Notebook")), Head(text("Cell"))]  # fmt: skip
        by: dict[str, RecordedFinding] = {one.finding.id: one for one in self.results.findings}
        ranked = [by[finding.id] for finding in ranking.ranked(one.finding for one in self.results.findings)]
        rows = [
            (sentence(one.finding, self.wording), self._kind(one.finding.kind), one.finding.money,
             self._to(one.finding.page), one.source.notebook, one.source.cell)
            for one in ranked
        ]  # fmt: skip
        sheet.table(heads, rows)

    def _figures(self, sheet: Sheet) -> None:
        text, months = self.text, self.wording.months
        heads = (
            text("Id"), text("Figure"), text("Unit"), text("Value"), text("95%% interval from"),
            text("95%% interval to"), text("Period before"), text("Year before"), text("Target"), text("Year to date"),
            text("Year to date, year before"), text("Last %(months)s", months=months),
            text("The %(months)s before", months=months), text("Reason"), text("Formula"), text("Notebook"),
            text("Cell"),
        )  # fmt: skip
        rows, kinds = [], []
        for id, recorded in self.results.figures.items():
            figure = recorded.figure
            low, high = figure.interval or (None, None)
            numbers = [
                low if part == "low" else high if part == "high" else getattr(figure, part) for part in PARTS.split()
            ]
            formula = formulas.printed(CATALOG[id], self.results, self.wording) if id in CATALOG else ""
            rows.append([
                id, self._name(id), self._unit(recorded.unit), *numbers, self.wording.language.reason(figure.reason),
                formula, recorded.source.notebook, recorded.source.cell,
            ])  # fmt: skip
            kinds.append(recorded.unit)
        sheet.table(
            [Head(head) for head in heads], rows,
            lambda line, column: kinds[line] if 3 <= column < 3 + len(PARTS.split()) else "text", names=2,
        )  # fmt: skip

    def _unit(self, unit: str) -> str:
        text = self.text
        words = {
            "money": self.results.review.currency, "share": text("share"), "count": text("count"),
            "orders": text("count"), "days": text("days"), "months": text("months"), "windows": text("windows"),
            "index": text("index"), "number": text("number"), "word": text("word"),
        }  # fmt: skip
        return words.get(unit, unit)

    def _checks(self, sheet: Sheet) -> None:
        text = self.text
        heads = (text("Id"), text("Check"), text("Outcome"), text("Detail"), text("Notebook"), text("Cell"))
        rows = [
            (check.id, self._name(check.id), text("passed") if check.passed else text("FAILED"), check.detail,
             check.source.notebook, check.source.cell)
            for check in self.results.checks
        ]  # fmt: skip
        sheet.table([Head(head) for head in heads], rows)

    def _defined(self) -> list[str]:
        """What was recorded, in the order of the catalogue."""
        known = {*self.results.figures, *self.results.tables, *(check.id for check in self.results.checks)}
        return [id for id in CATALOG if id in known]

    def _definitions(self, sheet: Sheet) -> None:
        text = self.text
        heads = (text("Id"), text("Name"), text("Kind"), text("Formula"), text("Source"))
        kinds = {"figure": text("figure"), "table": text("table"), "check": text("check")}
        entries = [CATALOG[id] for id in self._defined()]
        rows = [(entry.id, self._name(entry.id), kinds[entry.kind],
                 formulas.printed(entry, self.results, self.wording), entry.source) for entry in entries]  # fmt: skip
        sheet.table([Head(head) for head in heads], rows)

    def _table(self, sheet: Sheet, id: str, chosen: Sequence[str] = ()) -> None:
        """A recorded table; with `chosen`, those of its columns."""
        table: RecordedTable = self.results.tables[id]
        rows: Sequence[Sequence[Any]] = long_tables.rows(table, self.report.folder, id)
        known = {column.name: column for column in CATALOG[id].columns} if id in CATALOG else {}
        columns = list(table.columns)
        first = chosen or (CLIENTS if id == "clients" else "name" if sheet.title else "").split()
        order = [name for name in first if name in columns]
        order += [] if chosen else [name for name in columns if name not in order]
        heads = {name: Head(name) for name in order}
        for name in order:
            if name in known:
                unit: str = "change" if name == "change" and known[name].unit == "share" else known[name].unit
                if sheet.title and name == "figure":
                    unit = "id"
                elif chosen and name in ("text", "action"):
                    unit = "long"
                heads[name] = Head(known[name].label(self.wording.code, self.wording.window_months), unit)
        told = set(reasons.COLUMNS) <= set(order)
        if told:  # in words where the code stood; the code and its numbers behind everything else
            heads[TOLD_REASON] = Head(self.text("Reason in words"), "long" if sheet.title else "text")
            order[order.index("reason")] = TOLD_REASON
            order = [name for name in order if name not in reasons.COLUMNS] + list(reasons.COLUMNS)
        shown = []
        if id == "clients" and "revenue_w1" in columns:  # the largest first
            place = columns.index("revenue_w1")
            rows = sorted(rows, key=lambda row: -(row[place] or 0.0))
        for row in rows:
            given = dict(zip(columns, row, strict=True))
            if told:
                given[TOLD_REASON] = reasons.in_words(given, self.wording)
            shown.append([given[name] for name in order])
        if sheet.title:
            to_paper = len(CLIENTS.split()) if id == "clients" else len(order) - len(reasons.COLUMNS) * told
            sheet.printed = max(sheet.printed, min(to_paper, PRINTED))
        sums = [names for pattern, names in SUMMED.items() if fnmatchcase(id, pattern)] if sheet.title else []
        sheet.table(
            [heads[name] for name in order], shown, id=id, caption=self._name(id) if sheet.title else "",
            names=order.index("name") + 1 if "name" in order and not chosen else int(bool(sheet.title) and not chosen),
            summed=[order.index(name) for name in (sums[0].split() if sums else ()) if name in order],
        )  # fmt: skip

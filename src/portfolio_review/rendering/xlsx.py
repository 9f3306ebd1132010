"""The workbook: an overview, sheets that people read, then figures, checks, definitions and the tables of the data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portfolio_review.catalog import CATALOG, Column
from portfolio_review.exhibits import reasons
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import decisions, owners, ranking
from portfolio_review.findings.wording import text as sentence
from portfolio_review.rendering import formulas, long_tables
from portfolio_review.rendering.book import LONG, WIDEST, Book, Head, Sheet, To
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.pages.found import verdict
from portfolio_review.rendering.pages.summary import OTHERS
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

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
    "actions": "actions.ledger actions.plans_due actions.owners actions.rules actions.managers strategic.managers "
               "actions.follow_through actions.unprofitable actions.held_out actions.by_owner "
               "actions.underserved_clients",
    "plan": "headline.targets headline.target_gap headline.trend headline.rest_of_year",
    "structure": "structure.abc structure.xyz structure.abc_xyz structure.value_stability structure.tier "
                 "structure.largest structure.over_10pct structure.loss_of_largest structure.profile structure.by.*",
    "movement": "bridge.steps bridge.largest bridge.margin bridge.margin_largest migration.*.movers "
                "migration.abc migration.abc_fixed migration.xyz migration.value_stability migration.tier "
                "drivers.factors drivers.sensitivity",
    "retention": "retention.by_* lifecycle.* retention.loss_reasons retention.new_by_* retention.vintages "
                 "retention.trend retention.cohort_average",
    "outlook": "risk.outlook_lines risk.forecasts_then_and_now risk.parts risk.matrix risk.level risk.largest "
               "risk.by.* risk.value_retention risk.value_largest",
    "payments": "risk.receivables_ageing risk.overdue_clients risk.contracts_ending",
    "strategic": "strategic.proposal strategic.scores strategic.importance strategic.exposure strategic.agreements "
                 "strategic.plans strategic.changes strategic.factor_means strategic.contacts",
    "data": "data.reconciliation data.left_out data.removed_by_where data.doubts data.warnings data.inputs "
            "data.settings data.compared data.restated data.restated_clients",
})  # fmt: skip
"""Sheets that people read, and the tables on each; every other table has a sheet of its own, named by its id."""
OF_PAGE: Mapping[str, str] = MappingProxyType({
    "bridge": "movement", "migration": "movement", "drivers": "movement", "risk": "outlook", "dossiers": "strategic",
    "trust": "data", "summary": "plan", "by_what": "structure",
})  # fmt: skip
"""The sheet that holds what a page shows, where it is called otherwise."""
SUMMED: Mapping[str, str] = MappingProxyType({
    "clients actions.return actions.retain* actions.develop actions.reward actions.underserved_clients risk.overdue_* "
    "risk.contracts_ending headline.target_gap headline.rest_of_year structure.largest":
        "revenue revenue_w0 revenue_w1 margin_w0 margin_w1 lost expected_back value at_stake at_risk expected_3 "
        "expected_12 open overdue over_90 gap forecast",
    "structure.abc structure.xyz structure.abc_xyz structure.value_stability structure.tier lifecycle.* *.managers "
    "migration.abc* migration.xyz migration.value_stability migration.tier retention.loss_reasons retention.vintages "
    "risk.matrix actions.rules": "clients revenue revenue_w0 revenue_w1 at_risk",
    "structure.by.* risk.by.* risk.receivables_ageing data.left_out":
        "revenue revenue_w0 gone at_risk expected_12 invoices amount rows",
})  # fmt: skip
"""Columns whose sum stands under a table: each amount, and each client, is in one of its rows."""
AT_RISK = "risk.revenue_at_risk"
KEY_FIGURES = (
    "headline.revenue", "headline.margin", "headline.margin_rate", "headline.clients", "structure.revenue",
    "retention.client_retention_rate", "retention.still_buying_rate", "retention.net_revenue_retention", AT_RISK,
)  # fmt: skip
CLIENTS = "name client_id manager abc xyz stage rule reason at_stake revenue_w1 revenue_w0 change last_order p_next"
PARTS = "previous previous_year target ytd ytd_previous_year window window_previous"
PRINTED = 16
"""At most so many columns go to paper."""
TOLD_REASON = ""
UNITS = {"figure": "id", **dict.fromkeys(("client", "text", "action", "remedy", "note", "comment"), "long")}
"""How columns are shown where people read."""
DECIDED = "text client owner due status outcome money money_since"
"""Columns of decisions that the overview shows."""
KEPT = "data.client_months"
"""A table for the next review, not for people."""
FIRST_OF = {"clients": CLIENTS, "actions.ledger": DECIDED}
"""What stands first of wide tables, and alone goes to paper."""
SAID = {"actions.decisions": decisions.decision, "actions.ledger": decisions.asked,
        "actions.decisions_before": decisions.became, "actions.owners": owners.sentence}  # fmt: skip
"""Tables with a recorded sentence (`text`), and what says it in another language than the review's."""


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
        self.text, self.book = report.wording.language.text, Book(report, created)
        self.alone = [
            id for id, table in self.results.tables.items() if id != KEPT and (table.rows is None or table.rows)
        ]
        self.placed: dict[str, list[str]] = {}
        for sheet, patterns in SHEETS.items():
            for pattern in patterns.split():
                found = [id for id in self.alone if fnmatchcase(id, pattern)]
                self.placed.setdefault(sheet, []).extend(found)
                self.alone = [id for id in self.alone if id not in found]
        text = self.text
        titles = {
            OVERVIEW: text("Overview"), "findings": text("Findings"), "clients": text("Clients"),
            **{rule: self.wording.word(rule) for rule in ("return", "retain", "develop", "reward")},
            "actions": text("Actions"), "plan": text("Plan and months"), "structure": text("Structure"),
            "movement": text("Movement"), "retention": text("Retention"), "outlook": text("Outlook"),
            "payments": text("Payments and contracts"), "strategic": text("Strategic clients"), "data": text("Data"),
            "figures": text("Figures"), "checks": text("Checks"), "definitions": text("Definitions"),
            **{id: id for id in self.alone},
        }  # fmt: skip
        held = self.placed | {OVERVIEW: [OVERVIEW], "findings": self.results.findings, "checks": self.results.checks}
        titles = {sheet: title for sheet, title in titles.items() if held.get(sheet, True)}
        self.names = dict(zip(titles, sheet_names(titles.values()), strict=True))
        self.home = self.names[OVERVIEW]

    def made(self) -> bytes:
        """The bytes of the workbook."""
        overview = Sheet(self.book, self.home, self.home, self.results.review.title, first=FIRST, long=NEXT)
        own = {"findings": self._findings, "figures": self._figures, "checks": self._checks,
               "definitions": self._definitions}  # fmt: skip
        listed = []
        for name, said in list(self.names.items())[1:]:
            title = said if name in self.placed or name == "findings" else ""
            sheet = Sheet(self.book, said, self.home, title, first=WIDE)
            if name == "retention" and self.report.grey_rates:
                sheet.line(self.report.grey_rates)
            for id in self.placed.get(name, [name] if name in self.alone else []):
                self._table(sheet, id)
            if name in own:
                own[name](sheet)
            sheet.close(widest=LONG if title else WIDEST)
            listed.append((To(said, self._name(name) if name in self.alone else said), sheet.count, self._within(name)))
        self._overview(overview, listed)
        return self.book.close()

    # The overview ----------------------------------------------------------------------------

    def _overview(self, sheet: Sheet, listed: Sequence[Sequence[Any]]) -> None:
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
        heads = [Head(text("Sheet")), Head(text("Rows"), "count"), Head(text("Content"))]
        sheet.table(heads, listed, caption=text("Contents"))
        if empty := [self._name(id) for id, table in self.results.tables.items() if table.rows == ()]:
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
                 Head(text("Since"), "month"), Head(text("Notebook")), Head(text("Cell"))]  # fmt: skip
        by = {one.finding.id: one.source for one in self.results.findings}
        rows = [(sentence(one, self.wording), self._kind(one.kind), one.money, self._to(one.page), one.since,
                 by[one.id].notebook, by[one.id].cell)
                for one in ranking.ranked(recorded.finding for recorded in self.results.findings)]  # fmt: skip
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
            numbers = (
                figure.value,
                *(figure.interval or (None, None)),
                *(getattr(figure, part) for part in PARTS.split()),
            )
            formula = formulas.printed(CATALOG[id], self.results, self.wording) if id in CATALOG else ""
            rows.append([
                id, self._name(id), self._unit(recorded.unit), *numbers, self.wording.language.reason(figure.reason),
                formula, recorded.source.notebook, recorded.source.cell,
            ])  # fmt: skip
            kinds.append(recorded.unit)
        sheet.table(
            [Head(head) for head in heads], rows,
            lambda line, column: kinds[line] if 3 <= column < 6 + len(PARTS.split()) else "text", names=2,
        )  # fmt: skip

    def _unit(self, unit: str) -> str:
        text = self.text
        words = {"money": self.results.review.currency, "share": text("share"), "count": text("count"),
                 "orders": text("count"), "days": text("days"), "months": text("months"), "windows": text("windows"),
                 "index": text("index"), "number": text("number"), "word": text("word")}  # fmt: skip
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

    def _definitions(self, sheet: Sheet) -> None:
        text = self.text
        heads = (text("Id"), text("Name"), text("Kind"), text("Formula"), text("Source"))
        kinds = {"figure": text("figure"), "table": text("table"), "check": text("check")}
        known = {*self.results.figures, *self.results.tables, *(check.id for check in self.results.checks)}
        rows = [(entry.id, self._name(entry.id), kinds[entry.kind],
                 formulas.printed(entry, self.results, self.wording), entry.source)
                for entry in CATALOG.values() if entry.id in known]  # fmt: skip
        sheet.table([Head(head) for head in heads], rows)

    def _table(self, sheet: Sheet, id: str, chosen: Sequence[str] = ()) -> None:
        """A recorded table; with `chosen`, those of its columns."""
        table, people = self.results.tables[id], bool(sheet.title)
        rows = [dict(zip(table.columns, row, strict=True)) for row in long_tables.rows(table, self.report.folder, id)]
        if people and "name" in table.columns and "client_id" in table.columns:
            rows = [row | {"name": row["name"] or self._unnamed(row["client_id"])} for row in rows]
        first = chosen or FIRST_OF.get(id, "name" if people else "").split()
        order = [name for name in first if name in table.columns]
        order += [] if chosen else [name for name in table.columns if name not in order]
        known = {column.name: column for column in CATALOG[id].columns} if id in CATALOG else {}
        heads = {name: self._head(known[name], people) if name in known else Head(name) for name in order}
        if id in SAID and self.wording.code != self.results.review.language:
            rows = [row | {"text": SAID[id](row, self.wording)} for row in rows]
        told = set(reasons.COLUMNS) <= set(order)
        if told:  # in words where the code stood; the code and its numbers behind everything else
            heads[TOLD_REASON] = Head(self.text("Reason in words"), "long" if people else "text")
            order[order.index("reason")] = TOLD_REASON
            order = [name for name in order if name not in reasons.COLUMNS] + list(reasons.COLUMNS)
            rows = [row | {TOLD_REASON: reasons.in_words(row, self.wording)} for row in rows]
        if id == "clients" and "revenue_w1" in table.columns:  # the largest first
            rows.sort(key=lambda row: -(row["revenue_w1"] or 0.0))
        to_paper = len(first) if id in FIRST_OF else len(order) - len(reasons.COLUMNS) * told
        sheet.printed = max(sheet.printed, min(to_paper, PRINTED)) if people else 0
        named = order.index("name") + 1 if "name" in order else int(people)
        of = (sums.split() for ids, sums in SUMMED.items() if any(fnmatchcase(id, pattern) for pattern in ids.split()))
        units: Callable[[int, int], str] | None = None
        if people and "figure" in order:  # each row in the unit of its figure
            units = self._by_figure([row["figure"] for row in rows], [heads[name].unit for name in order])
        sheet.table(
            [heads[name] for name in order], [[row[name] for name in order] for row in rows], units, id=id,
            caption=self._name(id) if people else "", names=0 if chosen else named,
            summed=[order.index(name) for name in next(of, ()) if name in order] if people else (),
        )  # fmt: skip

    def _unnamed(self, client_id: Any) -> Any:
        """What stands for a client without a name."""
        return self.text("All others") if client_id == OTHERS else client_id

    @staticmethod
    def _by_figure(ids: Sequence[Any], units: Sequence[str]) -> Callable[[int, int], str]:
        """Bare numbers in the unit of their row's figure."""
        of = ["whole" if (unit := CATALOG[id].unit if id in CATALOG else "number") == "money" else unit for id in ids]
        return lambda line, column: of[line] if units[column] == "number" else units[column]

    def _head(self, column: Column, people: bool) -> Head:
        """A column's head; changes are told as changes, where people read ids are names and long texts wrap."""
        unit = "change" if column.name == "change" and column.unit == "share" else str(column.unit)
        if people and column.name in UNITS:
            unit = UNITS[column.name]
        return Head(self.wording.title(column), unit)

"""The trust page: the largest open doubt, reconciliation, checks, settings that are no default, inputs, versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.doubt import Doubt
from portfolio_review.exhibits.language import N_
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import Block, RowOf, Text, View, column, in_rows, row
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table
from portfolio_review.results.contract import RecordedCheck

ID = "trust"
LEAST_PRINTED = 0.001
"""The least share of revenue above nothing that one decimal of a per cent tells."""
OTHERS = "others"
RESTATED_MONTHS, RESTATED_BY = 6, 6
"""Restated months, and client-months among them, that are printed."""
HASH = 12
"""Characters of a hash."""
PLACE = N_("Table and column")
FAILED = Table(id="checks", key="id", columns=(
    Column(id="check", width=90, format="said", head=N_("Check")),
    Column(id="detail", format="plain", head=N_("Detail")),
))  # fmt: skip
DOUBTS = Table(id="data.doubts", key="id", columns=(
    Column(id="doubt", width=42, format="said", head=N_("Doubt")),
    Column(id="place", width=30, format="plain", head=PLACE),
    Column(id="rows", width=13, format="count", head=N_("Rows")),
    Column(id="share", width=20, format="figure", head=N_("Share of revenue"), optional=True, wrap=True),
    Column(id="done", format="said", head=N_("What the review did")),
    Column(id="remedy", format="plain", head=N_("What settles it")),
))  # fmt: skip
RECONCILIATION = Table(id="data.reconciliation", key="item", columns=(
    Column(id="item", format="word", head=N_("Item")),
    Column(id="rows", width=26, format="count", head=N_("Rows")),
    Column(id="revenue", width=40, format="figure", head=N_("Revenue")),
))  # fmt: skip
REMOVED_VALUES = 5
REMOVED = Table(id="data.removed_by_where", key="value", columns=(
    Column(id="value", format="plain", head=N_("Columns and values")),
    Column(id="rows", width=18, format="count", head=N_("Rows")),
))  # fmt: skip
RESTATED = Table(id="data.restated", key="month", css="dense", columns=(
    Column(id="month", width=24, format="month"),
    Column(id="before", width=29, format="figure", head=N_("Said before")),
    Column(id="now", width=29, format="figure", head=N_("Now")),
    Column(id="change", format="figure", head=N_("Change")),
))  # fmt: skip
RESTATED_CLIENTS = Table(id="data.restated_clients", key="month", css="dense", columns=(
    Column(id="month", width=24, format="month"),
    Column(id="client", format="plain", head=N_("Client")),
    Column(id="before", width=30, format="figure", head=N_("Said before")),
    Column(id="now", width=30, format="figure", head=N_("Now")),
    Column(id="change", width=30, format="figure", head=N_("Change")),
))  # fmt: skip
WARNINGS = Table(id="data.warnings", key="", columns=(
    Column(id="place", width=34, format="plain", head=PLACE),
    Column(id="rule", width=36, format="plain", head=N_("Rule")),
    Column(id="rows", width=13, format="count", head=N_("Rows"), optional=True),
    Column(id="remedy", format="plain", head=N_("What to do")),
))  # fmt: skip
SETTINGS = Table(id="data.settings", key="key", css="dense", columns=(
    Column(id="key", width=46, format="plain", head=N_("Key")),
    Column(id="value", format="plain", head=N_("Value")),
    Column(id="default", width=40, format="plain", head=N_("Default")),
))  # fmt: skip
INPUTS = Table(id="data.inputs", key="table", css="dense", columns=(
    Column(id="table", width=26, format="word", head=N_("Table")),
    Column(id="path", format="plain", head=N_("File")),
    Column(id="rows", width=18, format="count", head=N_("Rows")),
    Column(id="hash", width=25, format="plain", head=N_("Hash")),
))  # fmt: skip


def view(report: Report) -> View:
    """The trust page, which every review has."""
    head, text = report.results.review, report.wording.language.text
    line = report.say(
        "%(unit)s · %(period)s · history from %(start)s, data until %(until)s",
        unit=report.unit, period=report.period, start=report.wording.language.month(head.history_start, "genitive"),
        until=report.wording.language.date(head.data_until),
    )  # fmt: skip
    read = row(column(6, _reconciliation(report)), column(6, _checks(report), _versions(report)))
    wrong, given = (*_removed(report), *_warnings(report)), (*_inputs(report), *_settings(report))
    rest = (row(column(6, *wrong), column(6, *given)),) if wrong else in_rows(given, 6)
    return View(
        id=ID, title=text("Trust: data and checks"), message=_message(report), line=line,
        rows=(*_first(report), read, *rest), css="tight",
    )  # fmt: skip


def with_missing(report: Report, view: View, missing: Sequence[View]) -> View:
    """The trust page with one line of the pages that have nothing to show, and why."""
    if not missing:
        return view
    said = "; ".join(f"{page.title}: {page.missing}" for page in missing)
    block = Text(title=report.say("Pages without data"), paragraphs=(said,))
    return replace(view, rows=(*view.rows, row(column(12, block))))


# The sentence ----------------------------------------------------------------------------------


def _message(report: Report) -> Markup:
    """What is found of the data; that a check failed comes first, for then the report is a draft."""
    count = len(report.results.checks)
    failed = sum(not check.passed for check in report.results.checks)
    if not failed:
        return found.message(report, ID)
    plain = report.wording.numbers.plain
    return report.say(
        "%(failed)s of %(count)s checks failed: this draft must not be published",
        failed=plain(failed), count=plain(count),
    )  # fmt: skip


def _share(report: Report, doubt: Doubt) -> str:
    """`6.0%`, empty where the doubt touches no money; a share above nothing never reads as nothing."""
    if doubt.share is None:
        return ""
    percent = report.wording.numbers.percent
    if 0 < doubt.share < LEAST_PRINTED / 2:
        return report.wording.language.text("under %(share)s", share=percent(LEAST_PRINTED))
    return percent(doubt.share)


# Doubts and failed checks ----------------------------------------------------------------------


def _first(report: Report) -> Iterator[RowOf]:
    """Failed checks with what each found, then the doubts, the largest open one first."""
    failed = [check for check in report.results.checks if not check.passed]
    if failed:
        mark = Markup(': <b class="bad">{}</b>').format(report.wording.language.text("FAILED"))
        rows = [{"id": check.id, "check": _named(report, check) + mark, "detail": check.detail} for check in failed]
        yield row(column(12, FAILED.made(
            report, rows, title=report.say("Checks that FAILED"),
            sub=report.say("What each compares, and what it found"))))  # fmt: skip
    doubts = report.results.doubts
    note = ""
    if doubts.not_met:
        note = report.say("Accepted in the review file and not met: %(names)s", names=", ".join(doubts.not_met))
    title = report.say("Doubts about the data")
    if doubts.found:
        yield row(column(12, DOUBTS.made(
            report, [_doubt(report, doubt) for doubt in doubts.found], title=title, note=note,
            sub=report.say("What can be read and may mean something else; a unit's review counts its own rows where "
                           "they are known"))))  # fmt: skip
    elif note:
        yield row(column(12, Text(title=title, paragraphs=(note,))))
    yield from _restated(report)


def _doubt(report: Report, doubt: Doubt) -> Row:
    text, word = report.wording.language.text, report.wording.word
    aside = [text("of the whole company")] if doubt.of_company else []
    aside += [text("accepted in the review file")] if doubt.accepted else []
    examples = Markup("; ").join(
        Markup("<bdi>{}</bdi>").format(report.wording.example(one)) for one in doubt.examples)  # fmt: skip
    return {
        "id": doubt.id, "rows": doubt.rows, "share": _share(report, doubt),
        "place": _place(report, doubt.table, doubt.column), "remedy": report.wording.phrase(doubt.remedy),
        "doubt": _with(word(doubt.word), *aside), "done": _with(report.wording.phrase(doubt.done), examples),
    }  # fmt: skip


def _with(words: str, *aside: Markup | str) -> Markup:
    """Words, and in grey below them what is told aside."""
    below = (Markup('<br><span class="g2">{}</span>').format(one) for one in aside if one)
    return Markup("{}").format(words) + Markup("").join(below)


def _place(report: Report, table: str, name: str | None) -> str:
    return f"{report.wording.word(table)}: {name}" if name else report.wording.word(table)


# What an earlier review said otherwise -----------------------------------------------------------


def _restated(report: Report) -> Iterator[RowOf]:
    """The months that the earlier review said otherwise, by whose clients, and what changed of data, settings and
    program; in one line where no month did."""
    compared = report.rows("data.compared")
    if not compared:
        return
    words, text = report.wording, report.wording.language.text
    review, version = words.language.period(str(compared[0]["review"])), compared[0]["version"]
    which = (
        text("the review of %(review)s, version %(version)s", review=review, version=words.numbers.plain(version))
        if version
        else text("the review of %(review)s (draft)", review=review)
    )
    causes = " · ".join(f"{words.word(one['cause'])}: {words.word(one['changed'])}" for one in compared)
    months = sorted(report.rows(RESTATED.id), key=lambda one: (-abs(one["change"]), one["month"]))
    if not months:
        said = report.say("Compared with %(which)s: no past month was restated", which=which)
        yield row(column(12, Text(title=report.say("Past months"), paragraphs=(said,))))
        return
    clients = [one for one in report.rows(RESTATED_CLIENTS.id) if one["client_id"] != OTHERS]
    clients.sort(key=lambda one: (-abs(one["change"]), one["month"], one["client_id"]))
    more = report.say("All of them: in the workbook")
    yield row(
        column(5, RESTATED.made(
            report, [_exact(report, one) for one in months[:RESTATED_MONTHS]],
            title=report.say("Restated since %(which)s", which=which), sub=causes,
            note=more if len(months) > RESTATED_MONTHS else "")),
        column(7, RESTATED_CLIENTS.made(
            report, [_exact(report, one) for one in clients[:RESTATED_BY]],
            title=report.say("By whose purchases"), sub=report.say("The largest changes of a month"),
            note=more if len(clients) > RESTATED_BY else "")),
    )  # fmt: skip


def _exact(report: Report, line: Row) -> Row:
    """Its amounts to the cent."""
    money = report.wording.numbers.exact_money
    amounts = {name: money(line[name]) for name in ("before", "now", "change")}
    return line | amounts | {"client": line.get("name") or line.get("client_id")}


# What was read ---------------------------------------------------------------------------------


def _reconciliation(report: Report) -> Made | None:
    """Sources less what was left out, by reason, is what the review counts."""
    money = report.wording.numbers.exact_money

    def amount(line: Row) -> str:
        return money(line["revenue"]) if line["revenue"] is not None else report.na

    items = {line["item"]: line | {"revenue": amount(line)} for line in report.rows("data.reconciliation")}
    if not items:
        return None
    reasons = [line | {"item": line["reason"], "revenue": amount(line), "css": "part"}
               for line in report.rows("data.left_out")]  # fmt: skip
    rows = [items["sources"], *reasons, *([items["left_out"]] if len(reasons) != 1 else [])]
    return RECONCILIATION.made(
        report, rows, lines=(Line(report.wording.word("used"), items["used"], "sum"),),
        title=report.say("Reconciliation with the sources"),
        sub=report.say("Rows, and revenue to the cent; rows left out by reason"),
    )  # fmt: skip


def _removed(report: Report) -> Iterator[Block]:
    if rows := report.rows("data.removed_by_where"):
        yield REMOVED.made(report, rows[:REMOVED_VALUES], title=report.say("Rows that the condition removes"),
                           sub=report.say("By the values of the columns it names, the five of most rows"))  # fmt: skip


def _warnings(report: Report) -> Iterator[Block]:
    reason = report.wording.language.reason
    rows = [line | {"place": _place(report, line["table"], line["column"]), "rule": reason(line["rule"]),
                    "remedy": reason(line["remedy"])} for line in report.rows("data.warnings")]  # fmt: skip
    if rows:
        whole = report.results.review.unit == "all"
        sub = "" if whole else report.say("Counted over the sources of the whole company")
        yield WARNINGS.made(report, rows, title=report.say("Warnings about the data"), sub=sub)


def _inputs(report: Report) -> Iterator[Block]:
    rows = [line | {"hash": (line["sha256"] or "")[:HASH]} for line in report.rows("data.inputs")]
    if rows:
        yield INPUTS.made(report, rows, title=report.say("Inputs"), sub=report.say("sha256, first 12 characters"))


# How it was made -------------------------------------------------------------------------------


def _named(report: Report, check: RecordedCheck) -> Markup:
    """The name of a check, leading to its cell."""
    return report.link(check.source, report.wording.name(check.id) if check.id in CATALOG else check.id)


def _checks(report: Report) -> Text:
    """One line; on a screen with the name of each that leads to its cell."""
    checks, plain = report.results.checks, report.wording.numbers.plain
    held = [check for check in checks if check.passed]
    said = report.say("%(passed)s of %(all)s", passed=plain(len(held)), all=plain(len(checks)))
    names = Markup("; ").join(_named(report, check) for check in held) if report.screen else ""
    return Text(title=report.say("Passed checks"), paragraphs=(said, names) if names else (said,))


def _settings(report: Report) -> Iterator[Block]:
    """What the review file says otherwise than a file that says nothing."""
    title = report.say("Settings that differ from the default")
    every = [line for line in report.rows("data.settings") if line.get("default") is not None]
    rows = [line for line in every if line["value"] != line["default"]]
    if rows:
        yield SETTINGS.made(
            report, rows, title=title, sub=report.say("All of them: in the workbook and in notebook 00")
        )
    elif every:
        yield Text(title=title, paragraphs=(report.say("None"),))


def _versions(report: Report) -> Text:
    context = report.context
    known = [f"{name} {version}" for name, version in sorted(context.libraries.items())]
    program = [f"portfolio-review {context.program}"] if context.program else []
    return Text(title=report.say("Versions"), sub=report.say("run %(run)s", run=context.run),
                paragraphs=(", ".join([*program, *known]),))  # fmt: skip

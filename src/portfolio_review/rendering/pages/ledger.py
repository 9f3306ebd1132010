"""What became of what was decided: every decision of the last two years, once the series has run for one."""

from __future__ import annotations

from portfolio_review.calendar import Month
from portfolio_review.exhibits.language import N_
from portfolio_review.findings import decisions as sentences
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import in_margin
from portfolio_review.rendering.pages.view import View, column, row
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Column, Table
from portfolio_review.results.contract import Results

ID = "ledger"
AFTER_MONTHS = 12
"""The page is printed once the first decision is so old."""
SHOWN = 36
LEDGER = Table(id="actions.ledger", key="client_id", css="dense", columns=(
    Column(id="since", width=24, format="month", head=N_("Since")),
    Column(id="text", format="plain", head=N_("What to do and why")),
    Column(id="owner", width=34, format="plain", head=N_("Owner")),
    Column(id="due", width=22, head=N_("By")),
    Column(id="outcome", width=34, head=N_("What became of it")),
    Column(id="money", width=20, head=N_("At stake then"), wrap=True),
    Column(id="money_since", width=20, format="money", head=N_("Came since"), wrap=True),
))  # fmt: skip
_IN_MARGIN = N_("Margin, %(unit)s. At stake: what the client's list means by it, as first asked for; came since: of "
                "the purchases since then")  # fmt: skip
_IN_REVENUE = N_("Revenue, %(unit)s. At stake: what the client's list means by it, as first asked for; came since: of "
                 "the purchases since then")  # fmt: skip


def has_something_to_say(results: Results) -> bool:
    """Whether a decision was first asked for a year ago."""
    table = results.tables.get(LEDGER.id)
    if table is None or not table.rows:
        return False
    since = table.columns.index("since")
    first = min(_month(str(one[since])) for one in table.rows)
    return first <= _month(results.review.w1[1]) - AFTER_MONTHS


def view(report: Report) -> View:
    """The page of decisions and what became of them."""
    rows = report.rows(LEDGER.id)
    recorded = report.wording.code == report.results.review.language
    shown = [one if recorded else one | {"text": sentences.asked(one, report.wording)} for one in rows[:SHOWN]]
    scale = LEDGER.scale(shown)
    unit = report.wording.numbers.money_head(scale)
    title = report.wording.language.text("Decisions and what became of them")
    sub = report.say(_IN_MARGIN if in_margin(report) else _IN_REVENUE, unit=unit)
    more = report.say("Older ones stand in the workbook.") if len(rows) > SHOWN else ""
    return View(
        id=ID, title=title, message=found.message(report, ID),
        line=report.say("The newest first; what is closed stays so"),
        rows=(row(column(12, LEDGER.made(report, shown, scale=scale, title=title, sub=sub, note=more))),),
    )  # fmt: skip


def _month(text: str) -> Month:
    return Month(int(text[:4]) * 12 + int(text[5:7]) - 1)

"""What one manager does on Monday: how the manager's clients stand, and whom of them to speak to, about what money.

In go the rows of `actions.owners` and `actions.by_owner` that are one manager's, and nothing of another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.reasons import in_words
from portfolio_review.findings import owners as sentences
from portfolio_review.rendering.pages.cells import chance
from portfolio_review.rendering.pages.view import Text, View, column, row
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table
from portfolio_review.slugs import ALL

ID = "owner"
OWNERS, LISTED = "actions.owners", "actions.by_owner"
TABLES = (OWNERS, LISTED)
FIGURES = ("data.value", "risk.model", "risk.horizon_months", "risk.backtest_verdict", "series.usual_gap")
"""The figures of the review that the page reads; none is of a client."""
LISTS = ("return", "retain", "thread", "develop", "reward")
STANDS = Table(id=OWNERS, key="owner", columns=(
    Column(id="owner", head=N_("Manager"), width=48),
    Column(id="clients", head=N_("Active clients"), wrap=True),
    Column(id="revenue", head=N_("Revenue, 12 months"), wrap=True),
    Column(id="reached", format="money", head=N_("Revenue of the period"), wrap=True),
    Column(id="target", format="money", head=N_("Plan"), css="pl", wrap=True, optional=True),
    Column(id="attainment", head=N_("Plan reached, %%"), wrap=True, optional=True),
    Column(id="rate", head=N_("Client retention, %%"), wrap=True),
    Column(id="interval", format="figure", head=N_("95%% interval, %%"), wrap=True),
    Column(id="at_risk", head=N_("Revenue at risk"), wrap=True, optional=True),
    Column(id="contacts_overdue", head=N_("Contacts overdue"), wrap=True, optional=True),
))  # fmt: skip
TO_DO = Table(id=LISTED, css="lists", columns=(
    Column(id="name", width=64),
    Column(id="money", width=22, strong=True, wrap=True),
    Column(id="p_next", width=22, format="figure", head=N_("Chance to buy, %%"), wrap=True),
    Column(id="said", format="said", head=N_("Why")),
    Column(id="due", width=22, head=N_("By")),
    Column(id="outcome", width=36, format="said", head=N_("Outcome")),
))  # fmt: skip
CALLED = ("return", "retain", "thread")
"""Lists whose clients have a chance of a purchase beside them."""


def view(report: Report) -> View:
    """The page of the one manager that the results are of."""
    owner = report.rows(OWNERS)[0]
    recorded = report.wording.code == report.results.review.language
    stands = [owner[name] for name in ("revenue", "reached", "target", "at_risk")]
    scale = scale_for([one for one in stands if one is not None])
    unit = report.wording.numbers.money_head(scale)
    today = STANDS.made(
        report, [owner | _retention(report, owner)], scale=scale,
        title=report.say("Clients, plan, retention, contacts"),
        sub=report.say("Money in %(unit)s; at risk: over the next %(horizon)s; contacts overdue: longer ago than the "
                       "cadence allows", unit=unit, horizon=report.horizon), note=report.grey_rates,
    )  # fmt: skip
    listed = report.rows(LISTED)
    return View(
        id=ID, title=str(owner["owner"]),
        message=Markup("%s") % (owner["text"] if recorded else sentences.sentence(owner, report.wording)),
        line=_chances(report), rows=(row(column(12, today)), row(column(12, _to_do(report, owner, listed)))),
        data={"listed": bool(listed)},
    )  # fmt: skip


def _to_do(report: Report, owner: Row, listed: Sequence[Row]) -> Made | Text:
    """The manager's rows of the lists, each list under its name with what its money means and their sum."""
    if not listed:
        return Text(paragraphs=(report.say("No client of %(owner)s is on a list.", owner=owner["owner"]),))
    scale = scale_for([row["money"] for row in listed])
    made = [_list(report, owner, name, rows, scale) for name in LISTS
            if (rows := [row for row in listed if row["list"] == name])]  # fmt: skip
    unit = report.wording.numbers.money_head(scale)
    title = report.say("Whom to speak to, margin in %(unit)s") if owner["measure"] == "margin" else report.say(
        "Whom to speak to, revenue in %(unit)s")  # fmt: skip
    return replace(made[0], rows=tuple(line for one in made for line in one.rows), title=Markup(title % {"unit": unit}))


def _list(report: Report, owner: Row, name: str, rows: Sequence[Row], scale: Scale) -> Made:
    word, meaning = report.wording.word(name), _meaning(report, name)
    words = Markup("<b>{}</b>").format(meaning if name == "thread" else f"{word}: {meaning[:1].lower()}{meaning[1:]}")
    shown = [row | {
        "said": in_words(row, report.wording), "outcome": Markup('<span class="box"></span>'),
        "p_next": chance(report, row["p_next"]) if name in CALLED else "",
    } for row in rows]  # fmt: skip
    return TO_DO.made(report, shown, scale=scale, above=(Line(words, {"money": owner[_SUMS[name]]}, "group"),),
                      without=() if told(report.results) else ("p_next",))  # fmt: skip


_SUMS = {"return": "lost", "retain": "in_danger", "thread": "rests_on_it", "develop": "could_buy", "reward": "to_keep"}


def _meaning(report: Report, name: str) -> str:
    """What the money of a list is: the catalogue's name of the sum."""
    of = next(one for one in CATALOG[OWNERS].columns if one.name == _SUMS[name])
    return report.wording.title(of)


def _retention(report: Report, owner: Row) -> Row:
    """The rate with its interval; grey where clients buy at longer gaps than the window."""
    rate = report.na if owner["rate"] is None else report.wording.numbers.of_unit(owner["rate"], "share", mark=False)
    span = report.na
    if owner["low"] is not None and owner["high"] is not None:
        span = report.wording.numbers.span(
            *(report.wording.numbers.of_unit(owner[name], "share", mark=False) for name in ("low", "high"))
        )
    grey = Markup('<span class="g2">{}</span>') if report.grey_rates else Markup("{}")
    return {"rate": grey.format(rate), "interval": grey.format(span)}


def _chances(report: Report) -> Markup:
    """By which model's chances clients are told, and from whose purchases it was learned."""
    if not told(report.results):
        return report.say("No client's chance can be told: the model failed its test")
    model = report.figure("risk.model")
    if model is None or model.value is None:
        return Markup("")
    word = report.wording.word(model.value)
    said = {"horizon": report.horizon, "model": word[:1].lower() + word[1:]}
    if model.reason:
        return report.say("Chance to buy: within %(horizon)s, by the model “%(model)s”; %(reason)s",
                          reason=report.reason("risk.model"), **said)  # fmt: skip
    if report.results.review.unit == ALL:
        return report.say("Chance to buy: within %(horizon)s, by the model “%(model)s”", **said)
    return report.say("Chance to buy: within %(horizon)s, by the model “%(model)s” of this unit's clients", **said)

"""Page ten: lifecycle by value, the lists with what their money means and what came of the last ones, managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, Value, round_half_up, scale_for, shared_scale
from portfolio_review.exhibits.reasons import SHOWN_ABOUT, in_words
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import in_margin, name_of, worth
from portfolio_review.rendering.pages.view import (
    Block,
    Matrix,
    MatrixCell,
    Text,
    View,
    between_windows_line,
    column,
    in_rows,
    missing,
    not_given,
    not_shown,
    row,
)
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table

ID = "actions"
STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
VALUES = ("A", "B", "C", "none", "inactive")
FIRST = "return"
"""The list beside the stages; the others by the rows they show, so that no short one stands beside a long one."""
HELD_OUT = 5
"""So many of those held out stand by name under a list."""
CAME = "actions.return.expected_then"


@dataclass(frozen=True)
class List:
    """A list of the page: what its money means, its columns of money with the figure that sums each, its table."""

    who: str
    sums: Mapping[str, str]
    table: Table
    without_chances: str = ""
    """What its money means where no client's chance may be told."""
    anyway: str = ""
    came: str = N_("%(rate)s of those it named %(horizon)s earlier bought anyway (%(interval)s; %(n)s).")


def _table(id: str, *columns: Column, of_class: str = N_("Class"), class_width: int = 11) -> Table:
    """Client and reason, class, the columns of the list, owner."""
    return Table(id=id, css="lists", columns=(
        Column(id="name", head=N_("Client, reason")),
        Column(id="abc", width=class_width, format="class", head=of_class),
        *columns, Column(id="owner", width=31), Column(id="reason", format="plain", below=True),
    ))  # fmt: skip


def _stake(head: str, *, bar: bool = True) -> tuple[Column, ...]:
    stake = Column(id="at_stake", width=17, head=head, strong=True)
    return (stake, Column(id="bars", width=10, format="bar", of="at_stake", head=N_("Bars"), quiet=True))[: 1 + bar]


CHANCE = Column(id="p_next", width=15, head=N_("p, %%"))
LISTS: Mapping[str, List] = {
    "return": List(
        N_("Lapsed. Expected back: lost × the share of clients as long silent that came back within 12 months."),
        {"lost": "actions.return.at_stake", "expected_back": "actions.return.expected_back"},
        _table("actions.return", Column(id="chance_back", width=15, head=N_("Back, %%"), decimals=0, wrap=True),
               Column(id="lost", width=17, wrap=True),
            Column(id="expected_back", width=19, strong=True, wrap=True),
               of_class=N_("Class then")), anyway="actions.return.bought_anyway",
    ),
    "retain": List(
        N_("At risk, declining or in early decline. In danger: what goes within 12 months if they fall silent, or fall "
           "once more as they fell."),
        {"at_stake": "actions.retain.at_stake"},
        _table("actions.retain", CHANCE, Column(id="value", width=20, format="money", head=N_("Value of 12 months"),
               wrap=True), *_stake(N_("In danger"), bar=False)), anyway="actions.retain.bought_anyway",
        without_chances=N_(
            "At risk, declining or in early decline. In danger: what goes within 12 months if they fall once more as "
            "they fell; no client's chance can be told, so those at risk count 0 and stand after, by value."),
    ),
    "thread": List(
        N_("Large, not falling, yet threatened, known through one person, not seen in time, with a late plan or with a "
           "contract that ends. Value of 12 months."),
        {"at_stake": "actions.retain.thread.at_stake"},
        _table("actions.retain.thread", CHANCE, *_stake(N_("Rests on it"))),
    ),
    "develop": List(
        N_("All others. Could buy: what peers buy and they do not, or the fall from their best year."),
        {"at_stake": "actions.develop.at_stake"}, _table("actions.develop", *_stake(N_("Could buy")), class_width=15),
        anyway="actions.develop.took_category",
        came=N_("%(rate)s of those it named %(horizon)s earlier bought the category anyway (%(interval)s; %(n)s)."),
    ),
    "reward": List(
        N_("Constant, large, stable or growing. To keep: value of 12 months."),
        {"at_stake": "actions.reward.at_stake"}, _table("actions.reward", *_stake(N_("To keep")), class_width=15),
    ),
}  # fmt: skip
PLANS = Table(id="actions.plans_due", css="lists", columns=(
    Column(id="name", width=70, head=N_("Client")), Column(id="action", format="plain", head=N_("Action")),
    Column(id="owner", width=40), Column(id="due", width=24, head=N_("Due")), Column(id="status", width=26),
    Column(id="value", width=24, format="money", head=N_("Value of 12 months"), strong=True, wrap=True),
))  # fmt: skip
MOST_PLANS = 5
MANAGERS = Table(id="actions.managers", key="manager", columns=(
    Column(id="manager"), Column(id="clients", width=16), Column(id="revenue", width=22, css="ac", strong=True),
    Column(id="target", width=22, format="money", head=N_("Plan of the period"), css="pl", optional=True, wrap=True),
    Column(id="plan_gap", width=20, format="signed", optional=True),
    Column(id="bars", width=30, format="diverging", of="plan_gap", head=N_("Bars"), quiet=True, optional=True),
    Column(id="attainment", width=18, head=N_("Plan, %%"), decimals=0, optional=True),
    Column(id="rate", width=18, head=N_("Kept, %%"), decimals=0),
    Column(id="low", width=22, format="interval", of="high", head=N_("95%% interval"), decimals=0),
    Column(id="base", width=16, head=N_("of clients")), Column(id="at_risk", width=18, head=N_("At risk")),
    Column(id="contacts_overdue", width=22, optional=True, wrap=True),
))  # fmt: skip


def view(report: Report) -> View:
    """The page of actions."""
    title = report.wording.language.text("Actions")
    ids = [f"{one.table.id}.clients" for one in LISTS.values()]
    if all(report.number(id) is None for id in ids):
        return missing(report, ID, title, *ids, "bridge.churn")
    scale = shared_scale([*rows, whole] for name in LISTS for rows, whole in _parts(report, name))
    revenue = scale_for([one["revenue"] for one in report.rows("actions.managers")])
    names = [name for name in LISTS if not _empty(report, name)]
    names.sort(key=lambda name: (name != FIRST, -len(_shown(report, name))))
    lists = [_list(report, name, scale) for name in names]
    return View(
        id=ID, title=title, message=found.message(report, ID),
        line=between_windows_line(report), css="tight",
        rows=(row(column(6, _stages(report), _unprofitable(report)), column(6, *lists[:1])), *in_rows(lists[1:], 6),
              row(column(12, _plans(report))), row(column(12, _managers(report, revenue)))),
        foot=_foot(report),
    )  # fmt: skip


def _plans(report: Report) -> Made | None:
    """The actions of plans that are due, of the clients with most value."""
    rows = report.rows(PLANS.id)
    if not rows:
        return None
    scale = PLANS.scale(rows)
    unit = report.wording.numbers.money_head(scale)
    return PLANS.made(
        report, rows[:MOST_PLANS], scale=scale, title=report.wording.name(PLANS.id),
        sub=report.say("Of each client the action due longest; by value of 12 months, %(unit)s", unit=unit),
    )  # fmt: skip


def _clients(report: Report, id: str) -> Markup:
    report.used.setdefault(id)
    return report.count_of("%(n)s client", "%(n)s clients", int(report.number(id) or 0))


def _money(report: Report, id: str) -> Markup:
    """Money at stake in a sentence, said to be margin where it is."""
    return Markup(worth(report, report.v(id, sentence=True)))


# The lists -------------------------------------------------------------------------------------


def _parts(report: Report, name: str) -> list[tuple[list[Value], Value]]:
    """Of each column that is summed the rows shown and the rest of the list, and their sum."""
    rows = _shown(report, name)
    return [
        ([*(one[column] or 0.0 for one in rows), _rest(report, name, column) or 0.0], report.number(id) or 0.0)
        for column, id in LISTS[name].sums.items()
    ]


def _shown(report: Report, name: str) -> list[Row]:
    return report.rows(LISTS[name].table.id)[: SHOWN["actions.<rule>"]]


def _rest(report: Report, name: str, column: str) -> float | None:
    object_ = "actions.return.expected_back" if column == "expected_back" else LISTS[name].table.id
    rest: float | None = report.line(ID, object_, "others")["amount"]
    return rest


def _empty(report: Report, name: str) -> bool:
    """Whether a list is known and names nobody: it is said in the line at the foot."""
    return report.number(f"{LISTS[name].table.id}.clients") == 0


def _list(report: Report, name: str, scale: Scale) -> Block:
    """The first rows, the rest of the list, its sum, what the capacity cut; below it who is left out otherwise."""
    one, of, numbers, say = LISTS[name], LISTS[name].table.id, report.wording.numbers, report.say
    for part in ("clients", "listed", "cut"):
        report.used.setdefault(f"{of}.{part}")
    head = Markup(" ").join(filter(None, (
        say(one.who if told(report.results) or not one.without_chances else one.without_chances),
        *_came(report, name),
    )))  # fmt: skip
    if report.number(f"{of}.clients") is None:
        reason = say("Not shown: %(reason)s.", reason=report.reason(f"{of}.clients"))
        return Text(title=report.wording.word(name), sub=head, paragraphs=(reason,), css="sub")
    rows = [
        values | {"reason": in_words(values, report.wording, shown_about=SHOWN_ABOUT)}
        for values in _shown(report, name)
    ]
    if not rows:
        return Text(title=_title(report, name, scale), sub=head, paragraphs=(say("No client"), _left_out(report, name)))
    lines, more = [], report.line(ID, of, "others")["clients"] or 0
    if more > 0:
        rest = {column: _rest(report, name, column) for column in one.sums}
        lines.append(Line(say("%(n)s more on the list", n=numbers.plain(more)), rest))
    lines.append(
        Line(
            say("%(n)s on the list", n=numbers.plain(report.number(f"{of}.listed") or 0)),
            _sums(report, one.sums, scale),
            "sum",
        )
    )
    if report.number(f"{of}.cut"):
        cut = _sums(report, {column: f"{id}_cut" for column, id in one.sums.items()}, scale)
        lines.append(Line(say("%(n)s more, not listed", n=numbers.plain(report.number(f"{of}.cut") or 0)), cut))
    return one.table.made(report, rows, scale=scale, title=_title(report, name, scale), sub=head, lines=lines,
                          note=_left_out(report, name))  # fmt: skip


def _title(report: Report, name: str, scale: Scale) -> Markup:
    """The list, its clients, and in what its money is."""
    values = {
        "name": report.wording.word(name), "unit": report.wording.numbers.money_head(scale),
        "clients": _clients(report, f"{LISTS[name].table.id}.clients"),
    }  # fmt: skip
    if in_margin(report):
        return report.say("%(name)s: %(clients)s, margin in %(unit)s", **values)
    return report.say("%(name)s: %(clients)s, revenue in %(unit)s", **values)


def _sums(report: Report, ids: Mapping[str, str], scale: Scale) -> dict[str, Any]:
    """A line of figures in the scale of the lists, by column; `<0.1` where one is some, but rounds to nothing."""
    least, line = Decimal(1).scaleb(-scale.decimals), {id: report.number(id) for id in ids.values()}
    little = Markup("&lt;{}").format(report.wording.numbers.plain(least, scale.decimals))
    return {"figures": ids} | {
        column: little if (value := line[id]) and round_half_up(value / scale.factor, scale.decimals) < least else value
        for column, id in ids.items()
    }  # fmt: skip


def _came(report: Report, name: str) -> list[Markup]:
    """What is expected, and what came of the same rule before, with nobody's help that we know of."""
    one, back, filled, last = LISTS[name], "actions.return.expected_back", report.filled, f"actions.{name}.followed"
    told_: list[Markup] = []
    if name == "return":
        told_.append(filled(N_("Expected back %(money)s (%(interval)s)."), money=back, interval=f"{back}~")
                     or filled(N_("Expected back %(money)s."), money=back))  # fmt: skip
        if interval := report.interval(CAME, decimals=0):
            then = N_("12 months ago %(interval)s of %(n)s were expected back, %(came)s came.")
            told_.append(filled(then, interval=interval, n="actions.return.lapsed_then",
                                came="actions.return.came_then"))  # fmt: skip
            report.used.setdefault(CAME)
    if one.anyway and report.figure(one.anyway) is not None:
        before = next((row["n"] for row in report.rows("actions.bought_anyway") if row["rule"] == name), 0)
        told_.append(filled(one.came, rate=one.anyway, horizon=Markup(report.horizon), interval=f"{one.anyway}~",
                            n=report.count_of("%(n)s client", "%(n)s clients", int(before)))
                     or report.say("Who buys anyway is not known: %(reason)s.",
                                   reason=report.reason(one.anyway)))  # fmt: skip
    if last in CATALOG:
        said = N_("Of the last list %(rate)s came back (%(interval)s).") if name == "return" else N_(
            "Of the last list %(rate)s have not lapsed (%(interval)s).")  # fmt: skip
        told_.append(filled(said, rate=last, interval=f"{last}~"))
    return told_


def _left_out(report: Report, name: str) -> Markup:
    """Who is under the rule and neither on its list nor cut by the capacity."""
    of, parts = LISTS[name].table.id, []

    def add(message: str, id: str, **values: str | Markup) -> None:
        if (id in CATALOG) and report.number(id):
            parts.append(report.filled(message, n=id, **values))

    add(N_("not listed though of class A and lapsed within 6 months: %(n)s with %(money)s a year"),
        f"{of}.recent_cut", money=f"{of}.recent_cut_lost")  # fmt: skip
    above = name != "return" and report.number("actions.unprofitable.clients")
    add(N_("without value (unprofitable, see above): %(n)s") if above else N_("without value: %(n)s"), f"{of}.no_value")
    add(N_("nothing lacking: %(n)s"), f"{of}.no_gap")
    add(N_("too small to list: %(n)s"), f"{of}.light")
    add(N_("bought after %(month)s, where the window ends, so left out: %(n)s"), f"{of}.bought_since",
        month=Markup(report.window_end))  # fmt: skip
    names = [name_of(held) for held in report.rows("actions.held_out") if held["list"] == name]
    add(N_("held out, not to be contacted: %(n)s (%(names)s)"), f"{of}.held_out",
        names=Markup("%s") % ", ".join([*names[:HELD_OUT], *(["…"] if len(names) > HELD_OUT else [])]))  # fmt: skip
    parts.append(report.filled(
        N_("%(horizon)s after calling %(money)s more a client than of those held out (%(interval)s)"),
        horizon=Markup(report.horizon), money=f"{of}.uplift", interval=f"{of}.uplift~",
    ))  # fmt: skip
    said = Markup("; ").join(part for part in parts if part)
    return said and said[:1].upper() + said[1:] + "."


def _unprofitable(report: Report) -> Text | None:
    """`unprofitable: 12 clients, £x revenue, −£y margin`; nothing where there is none."""
    of = "actions.unprofitable"
    if not report.number(f"{of}.clients"):
        return None
    return Text(paragraphs=(report.filled(
        N_("Unprofitable, on no list: %(clients)s, %(revenue)s revenue, %(margin)s margin."),
        clients=_clients(report, f"{of}.clients"), revenue=f"{of}.revenue", margin=f"{of}.margin",
    ),), css="sub")  # fmt: skip


# Lifecycle, the last lists, managers ---------------------------------------------------------------


def _stages(report: Report) -> Block:
    """Lifecycle × value: clients, with their revenue under them."""
    id, say, language = "lifecycle.stage_abc", report.say, report.wording.language
    cells = {(one["stage"], one["abc"]): one for one in report.rows(id)}
    if not cells:
        reward = "actions.reward.clients"
        reason = report.reason(reward)
        return not_shown(report, say("Lifecycle × value"), reason)
    stages = [stage for stage in STAGES if any(key[0] == stage for key in cells)]
    values = [value for value in VALUES if value in VALUES[:3] or any(key[1] == value for key in cells)]
    numbers, scale = report.wording.numbers, scale_for([one["revenue"] for one in cells.values()])

    def cell(line: Row, unknown: bool = False, key: str = "") -> MatrixCell:
        if unknown:
            return MatrixCell(report.na, empty=True)
        n, money = line["clients"] or 0, numbers.scaled(line["amount"] or 0.0, scale)
        return MatrixCell(numbers.plain(n), aside=money if n else "", empty=not n, key=key)

    def line(stage: str) -> tuple[str, tuple[MatrixCell, ...]]:
        unknown = stage == "returned" and report.unknown_returned
        here = [(value, cells.get((stage, value), {"clients": 0, "revenue": 0.0})) for value in values]
        sums = report.line("retention", id, f"stage:{stage}")
        return report.wording.word(stage), tuple(
            cell(one, unknown, f"{stage}:{key}")
            for key, one in (*((value, one | {"amount": one["revenue"]}) for value, one in here), ("all", sums))
        )

    whole = (*(report.line("retention", id, f"abc:{value}") for value in values), report.line("retention", id, "all"))
    return Matrix(
        id=id, title=say("Lifecycle × value: clients, and revenue in %(unit)s", unit=numbers.money_head(scale)),
        sub=say("All clients that ever bought, by stage at the end of the period and ABC class"),
        source=report.source_link(id), corner=language.text("Stage"), head_width=27, total=True,
        columns=(*(language.text("none") if value == "none" else report.wording.word(value) for value in values),
                 language.text("All")),
        rows=(*map(line, stages), (language.text("All"), tuple(map(cell, whole)))),
    )  # fmt: skip


def _managers(report: Report, scale: Scale) -> Made | None:
    """Each manager's clients: plan, retention, money at risk, whom nobody spoke to in time."""
    rows, rest = report.rows("actions.managers"), report.line(ID, "actions.managers", "others")
    if not rows:
        return None
    text, plain = report.wording.language.text, report.wording.numbers.plain
    more = Line(report.say("%(n)s more, in the workbook", n=plain(rest["rows"] or 0)),
                {"clients": rest["clients"], "revenue": rest["amount"]})  # fmt: skip
    kept = report.say("Revenue and clients kept: last %(months)s.", months=report.wording.months)
    order = report.say("Who lacks most money to the plan of the period first.")
    planned = any(one["target"] is not None for one in rows)
    return MANAGERS.made(
        report, [one | {"manager": one["manager"] or text("No manager")} for one in rows[: SHOWN["actions.managers"]]],
        scale=scale, lines=(more,) if rest["rows"] else (),
        title=report.say("Managers and their clients, revenue in %(unit)s",
                         unit=report.wording.numbers.money_head(scale)),
        sub=Markup(" ").join(part for part in (order if planned else "", kept, _contacts(report)) if part),
    )  # fmt: skip


def _contacts(report: Report) -> Markup:
    """Clients past their cadence, and those with a gap to fill whom nobody talks to."""
    overdue, under = "actions.contacts_overdue", "actions.underserved"
    parts = [report.filled(N_("Active clients past their contact cadence: %(n)s."), n=overdue)]
    if report.number(under):
        parts.append(report.filled(
            N_("Underserved, with a gap to develop and no contact in time: %(clients)s with %(money)s."),
            clients=_clients(report, under), money=_money(report, f"{under}_at_stake"),
        ))  # fmt: skip
    return Markup(" ").join(part for part in parts if part)


def _foot(report: Report) -> Markup:
    """What bars are against, who has no list, what is not given."""
    say, text = report.say, report.wording.language.text
    parts = [say("Bars: against the largest of the same list. Full lists with favourite category and last order: "
                 "workbook.")]  # fmt: skip
    if told(report.results) and not (_empty(report, "retain") and _empty(report, "thread")):
        parts.append(say("p: chance of a purchase within %(horizon)s", horizon=report.horizon) + ".")
    if report.number("actions.standard.clients"):
        parts.append(say("Standard service, no list: %(n)s.", n=_clients(report, "actions.standard.clients")))
    nobody = [report.wording.word(name) for name in LISTS if _empty(report, name)]
    for name in LISTS:
        report.used.setdefault(f"{LISTS[name].table.id}.clients")
    if nobody:
        parts.append(say("No client: %(lists)s.", lists=", ".join(nobody)))
    lacking = {
        report.wording.name("actions.follow_through"): report.reason("actions.return.followed")
        if report.unknown("actions.return.followed") else "",
        text("Managers and their clients"): "" if report.rows("actions.managers") else text(
            "no manager of a client given"),
        text("Contacts"): report.reason("actions.contacts_overdue")
        if report.number("actions.contacts_overdue") is None else "",
    }  # fmt: skip
    return Markup(" ").join(filter(None, (*parts, not_given(report, lacking))))

"""The lists of the page of actions: heads in the sense of each list, the first rows, the rest, and who is left out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.numbers import Scale, Value, round_half_up, shared_scale
from portfolio_review.rendering.pages.backtest import horizon
from portfolio_review.rendering.pages.cells import chance, class_of, name_of
from portfolio_review.rendering.reasons import SHOWN_ABOUT, in_words
from portfolio_review.rendering.report import Report, Row, largest

PAGE = "actions"
TABLES = {
    "return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
    "develop": "actions.develop", "reward": "actions.reward",
}  # fmt: skip
"""The lists, in order, with the id of their table."""
MONEY = {"return": ("lost", "expected_back"), "retain": ("value", "at_stake")}
"""The columns of money of a list, the last the one it is about; one alone, at_stake, of the others."""
HELD_OUT = 5
"""So many of those held out stand by name under a list."""
ROWS = SHOWN["actions.<rule>"]


def _sums(name: str) -> dict[str, str]:
    """The figure that sums each column of money of a list; the one it is about comes last."""
    if name == "return":
        return {"lost": "actions.return.at_stake", "expected_back": "actions.return.expected_back"}
    return {"at_stake": f"{TABLES[name]}.at_stake"}


def _rest(report: Report, name: str, column: str) -> float:
    """The rest of the list below the rows shown, in a column of money."""
    object_ = "actions.return.expected_back" if column == "expected_back" else TABLES[name]
    return report.line(PAGE, object_, "others")["amount"] or 0.0


def parts(report: Report, name: str) -> list[tuple[list[Value], Value]]:
    """Of each column that is summed the rows shown and the rest of the list, and their sum."""
    rows = report.rows(TABLES[name])[:ROWS]
    return [
        ([*(row[column] or 0.0 for row in rows), _rest(report, name, column)], report.number(id) or 0.0)
        for column, id in _sums(name).items()
    ]


def scale_of(report: Report) -> Scale:
    """The scale of money at stake, the same for all lists."""
    return shared_scale([*rows, total] for name in TABLES for rows, total in parts(report, name))


def made_list(report: Report, name: str, scale: Scale) -> dict[str, Any]:
    """One list: the first rows, the rest of it, what the capacity cut, and who is left out for other reasons."""
    of, numbers = TABLES[name], report.wording.numbers
    shown = report.rows(of)[:ROWS]
    columns, sums = MONEY.get(name, ("at_stake",)), _sums(name)
    more = report.line(PAGE, of, "others")["clients"] or 0
    for part in ("clients", "listed", "cut"):
        report.used.setdefault(f"{of}.{part}")
    known = report.number(f"{of}.clients") is not None

    def money(ids: dict[str, str | None]) -> list[Markup | str]:
        return ["" if (id := ids.get(column)) is None else _at_least(report, id, scale) for column in columns]

    cut = {column: _cut_id(name, column) for column in sums}
    return {
        "rule": name, "title": _title(report, name, scale), "who": _who(report, name), "known": known,
        "anyway": _anyway(report, name), "source": report.source_link(of), "heads": _heads(report, name),
        "chance": name in ("return", "retain", "thread"), "bars": len(columns) == 1,
        "rows": [_row(report, row, name, scale, largest(shown, columns[-1])) for row in shown],
        "more": {"n": numbers.plain(more),
                 "money": [numbers.scaled(_rest(report, name, column), scale) if column in sums else ""
                           for column in columns]} if more > 0 else None,
        "listed": numbers.plain(report.number(f"{of}.listed") or 0), "sums": money(dict(sums)),
        "cut": {"n": numbers.plain(report.number(f"{of}.cut") or 0), "money": money(dict(cut))}
        if report.number(f"{of}.cut") else None,
        "left_out": _left_out(report, name), "reason": "" if known else report.reason(f"{of}.clients"),
    }  # fmt: skip


def _cut_id(name: str, column: str) -> str:
    return "actions.return.expected_back_cut" if column == "expected_back" else f"{TABLES[name]}.at_stake_cut"


def _title(report: Report, name: str, scale: Scale) -> Markup:
    """The list, its clients, and in what its money is; its name alone where it is not known who stands on it."""
    if report.number(f"{TABLES[name]}.clients") is None:
        return Markup(report.wording.word(name))
    margin = (figure := report.figure("data.value")) is not None and figure.value == "margin"
    values = {
        "name": report.wording.word(name), "unit": report.wording.numbers.money_head(scale),
        "clients": report.count_of("%(n)s client", "%(n)s clients", int(report.number(f"{TABLES[name]}.clients") or 0)),
    }  # fmt: skip
    if margin:
        return report.say("%(name)s: %(clients)s, margin in %(unit)s", **values)
    return report.say("%(name)s: %(clients)s, revenue in %(unit)s", **values)


def _heads(report: Report, name: str) -> list[str]:
    text = report.wording.language.text
    match name:
        case "return":
            return [text("Lost a year"), text("Expected back")]
        case "retain":
            return [text("Value of 12 months"), text("In danger")]
        case "thread":
            return [text("Rests on it")]
        case "develop":
            return [text("Could buy")]
        case _:
            return [text("To keep")]


def _left_out(report: Report, name: str) -> Markup:
    """Who is under the rule and neither on its list nor cut by the capacity."""
    of, parts = TABLES[name], []
    if name == "return" and report.number("actions.return.recent_cut"):
        parts.append(report.say(
            "not listed though of class A and lapsed within 6 months: %(n)s with %(money)s a year",
            n=report.v("actions.return.recent_cut"), money=report.v("actions.return.recent_cut_lost", sentence=True),
        ))  # fmt: skip
    if report.number(f"{of}.no_value"):
        n = report.v(f"{of}.no_value")
        said = name != "return" and report.number("actions.unprofitable.clients")
        parts.append(report.say("without value (unprofitable, see above): %(n)s", n=n) if said else
                     report.say("without value: %(n)s", n=n))  # fmt: skip
    if name == "develop" and report.number("actions.develop.no_gap"):
        parts.append(report.say("nothing lacking: %(n)s", n=report.v("actions.develop.no_gap")))
    if report.number(f"{of}.light"):
        parts.append(report.say("too small to list: %(n)s", n=report.v(f"{of}.light")))
    since = f"{of}.bought_since"
    if since in CATALOG and report.number(since):
        parts.append(
            report.say(
                "bought after %(month)s, where the window ends, so left out: %(n)s",
                month=report.window_end,
                n=report.v(since),
            )
        )
    if report.number(f"{of}.held_out"):
        names = [name_of(row) for row in report.rows("actions.held_out") if row["list"] == name]
        parts.append(report.say("held out, not to be contacted: %(n)s (%(names)s)", n=report.v(f"{of}.held_out"),
                                names=", ".join([*names[:HELD_OUT],
                                *(["…"] if len(names) > HELD_OUT else [])])))  # fmt: skip
    uplift = report.figure(f"{of}.uplift")
    if uplift is not None and uplift.value is not None:
        parts.append(report.say("%(horizon)s after calling %(money)s more a client than of those held out "
           "(%(interval)s)",
                                horizon=horizon(report), money=report.v(f"{of}.uplift", sentence=True),
                                interval=report.interval(f"{of}.uplift")))  # fmt: skip
    return Markup("; ").join(parts)


def _at_least(report: Report, id: str, scale: Scale) -> Markup | str:
    """Money in the scale of the lists; `<0.1` where it is some, but rounds to nothing."""
    printed, least = report.v(id, scale=scale), Decimal(1).scaleb(-scale.decimals)
    if report.number(id) and round_half_up((report.number(id) or 0) / scale.factor, scale.decimals) < least:
        return f"<{report.wording.numbers.plain(least, scale.decimals)}"
    return printed


def _row(report: Report, row: Row, name: str, scale: Scale, full: float) -> dict[str, Any]:
    columns, numbers = MONEY.get(name, ("at_stake",)), report.wording.numbers
    money = row[columns[-1]]
    return {
        "name": name_of(row), "class": class_of(row["abc"], row["xyz"]),
        "reason": in_words(row, report.wording, shown_about=SHOWN_ABOUT),
        "chance": _chance(report, row),
        "money": [report.na if row[column] is None else numbers.scaled(row[column], scale) for column in columns],
        "width": report.width((money or 0) / full) if money else "", "owner": row["owner"] or "",
    }  # fmt: skip


def _chance(report: Report, row: Row) -> str:
    """Under return the observed share of those that came back, under retain the chance of a purchase."""
    if "chance_back" not in row:
        return chance(report, row["p_next"]) if "p_next" in row else ""
    share = row["chance_back"]
    return report.na if share is None else report.wording.numbers.percent(share, 0, mark=False)


def _who(report: Report, name: str) -> Markup:
    match name:
        case "return":
            return report.say(
                "Lapsed. Lost and class then: of the last active 12 months. Expected back: × the share of clients as "
                "long silent that bought again within 12 months."
            )
        case "retain" if not told(report.results):
            return report.say(
                "At risk, declining or in early decline. In danger: what goes within 12 months if they fall once more "
                "as they fell; no client's chance can be told, so those at risk count 0 and stand after, by value."
            )
        case "retain":
            return report.say(
                "At risk, declining or in early decline. In danger: what goes within 12 months if they fall silent, or "
                "fall once more as they fell."
            )
        case "thread":
            return report.say(
                "Large, not falling, yet threatened, known through one person, not seen in time, with a late plan or "
                "with a contract that ends. Value of 12 months."
            )
        case "develop":
            return report.say(
                "All others. Could buy: what peers buy and they do not, or the fall from their best year."
            )
        case _:
            return report.say("Constant, large, stable or growing. To keep: value of 12 months.")


def _anyway(report: Report, name: str) -> Markup:
    """What came of the same rule before, with nobody's help that we know of: no list is a prophecy."""
    said = [_came_back(report)] if name == "return" else []
    id = {"develop": "actions.develop.took_category"}.get(name, f"{TABLES[name]}.bought_anyway")
    figure = report.figure(id) if id in CATALOG else None
    if figure is not None and figure.value is None:
        said.append(report.say("Who buys anyway is not known: %(reason)s.", reason=report.reason(id)))
    elif figure is not None:
        before = next((row for row in report.rows("actions.bought_anyway") if row["rule"] == name), None)
        values = {
            "rate": report.v(id), "horizon": horizon(report), "interval": report.interval(id, mark=False),
            "n": report.count_of("%(n)s client", "%(n)s clients", int(before["n"])) if before else report.na,
        }  # fmt: skip
        said.append(
            report.say("%(rate)s of those it named %(horizon)s earlier bought the category anyway (%(interval)s; "
               "%(n)s).",
                       **values) if name == "develop" else
            report.say("%(rate)s of those it named %(horizon)s earlier bought anyway (%(interval)s; %(n)s).", **values)
        )  # fmt: skip
    return Markup(" ").join(filter(None, said))


def _came_back(report: Report) -> Markup:
    """Expected back today with its interval, and what the same rule said 12 months ago and how many came."""
    back, then = report.figure("actions.return.expected_back"), report.figure("actions.return.expected_then")
    said = []
    if back is not None and back.value is not None:
        money = report.v("actions.return.expected_back", sentence=True)
        if back.interval is None:  # what came a year ago lay outside it
            said.append(report.say("Expected back %(money)s.", money=money))
        else:
            low, high = (report.wording.numbers.money(end) for end in back.interval)
            said.append(report.say("Expected back %(money)s (%(low)s–%(high)s).", low=low, high=high, money=money))
    if then is not None and then.value is not None and then.interval is not None:
        low, high = (report.wording.numbers.plain(end, 0) for end in then.interval)
        said.append(report.say(
            "12 months ago %(low)s–%(high)s of %(n)s were expected back, %(came)s came.", low=low, high=high,
            n=report.v("actions.return.lapsed_then"), came=report.v("actions.return.came_then"),
        ))  # fmt: skip
        report.used.setdefault("actions.return.expected_then")
    return Markup(" ").join(said)

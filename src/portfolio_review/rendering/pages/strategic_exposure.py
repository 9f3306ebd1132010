"""Exposure of strategic and key clients: where a relation hangs by a thread, in words."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import lines
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.rendering.pages.cells import chance, class_of, day, name_of, proposed
from portfolio_review.rendering.report import NOT_TOLD, Report, Row

SHOWN = lines.SHOWN["strategic.exposure"]
LEVELS = ("executive", "middle", "working")
THREATS = ("ownership", "competitor", "price", "staff")
THREATENING = 4
"""A threat counts from this score of 5 on."""
NEEDED = {
    "contacts": ("contacts_active",), "payments": ("overdue",), "assessments": ("threat_price",),
    "clients": ("sponsor", "manager", "contract_end", "potential"),
}  # fmt: skip
"""What each table would bring; one whose columns are empty in every row is named as wanting."""
KNOWN_BY = {
    "contacts": ("contacts_active",), "sponsor": ("sponsor", "no_sponsor"), "seen": ("contact_days",),
    "manager": ("manager",), "overdue": ("overdue",), "contract": ("contract_end",),
    "threats": tuple(f"threat_{threat}" for threat in THREATS), "wallet": ("share_of_wallet",),
}  # fmt: skip
"""What fills each column that not every review can fill."""


def table(report: Report) -> dict[str, Any]:
    """Each strategic client, then the key clients that are exposed, the most money first; the rest is counted."""
    rows = report.rows("strategic.exposure")
    if not rows:
        return {}
    numbers = report.wording.numbers
    accounts = [row for row in rows if row["account"]]
    exposed = [row for row in rows if not row["account"] and row["flags"]]
    shown = [*accounts, *exposed][:SHOWN]
    scale = scale_for([row["revenue_w1"] for row in rows])
    report.used.setdefault("strategic.key_clients")
    left = len(accounts) + len(exposed) - len(shown)
    return {
        "unit": numbers.money_head(scale), "proposed": proposed(report), "changes": not report.seasons_differ,
        "rows": [_line(report, row, scale) for row in shown],
        "left": numbers.plain(left) if left > 0 else "",
        "calm": numbers.plain(len(rows) - len(accounts) - len(exposed)) if len(rows) > len(accounts) + len(exposed)
        else "",
        "wanting": wanting(report, rows), "sums": _sums(report),
        "known": [column for column, names in KNOWN_BY.items() if any(row[name] not in (None, False) for row in rows
                                                                      for name in names)],
    }  # fmt: skip


def wanting(report: Report, rows: list[Row]) -> str:
    """The tables that would fill columns that are empty in every row, `contacts, payments`; empty when none."""
    missing = [
        name for name, columns in NEEDED.items() if all(row[column] is None for row in rows for column in columns)
    ]
    return ", ".join(f"“{report.wording.word(name)}”" for name in missing)


def _sums(report: Report) -> list[tuple[str, Markup, Markup]]:
    """What of key clients' revenue each weakness touches."""
    made = []
    for name in ("single_contact", "no_contact", "no_sponsor", "stale_contact", "manager_changed", "falling",
                 "early_decline", "threatened"):  # fmt: skip
        clients, revenue = f"strategic.{name}_clients", f"strategic.{name}_revenue"
        if n := int(report.number(clients) or 0):
            report.used.setdefault(clients)
            counted = report.count_of("%(n)s client", "%(n)s clients", n)
            made.append((report.wording.name(clients), counted, report.v(revenue, sentence=True)))
    return made


def _line(report: Report, row: Row, scale: Any) -> dict[str, Any]:
    numbers = report.wording.numbers
    change = row["change"]
    return {
        "name": name_of(row), "account": row["account"], "class": class_of(row["abc"]),
        "stage": report.wording.word(row["stage"]) if row["stage"] else "",
        "revenue": numbers.scaled(row["revenue_w1"] or 0, scale),
        "change": report.tinted(numbers.change(1 + change, 1.0, decimals=0, mark=False) or NOT_TOLD, change)
        if change is not None else report.na,
        "contacts": contacts_cell(report, row), "sponsor": sponsor_cell(report, row),
        "seen": seen_cell(report, row), "manager": manager_cell(report, row), "overdue": overdue_cell(report, row),
        "contract": contract_cell(report, row), "threats": threats_cell(report, row),
        "wallet": numbers.percent(row["share_of_wallet"], 0, mark=False) if row["share_of_wallet"] is not None else "",
        "p": chance(report, row["p_next"]), "flags": numbers.plain(row["flags"] or 0),
    }  # fmt: skip


def bad(text: str | Markup) -> Markup:
    """Words in the colour of what is against us; the words alone say it too."""
    return Markup('<span class="bad">{}</span>').format(text)


def contacts_cell(report: Report, row: Row) -> Markup:
    """`3, all levels`, `1 contact only`; empty when contacts are not known."""
    count, text = row["contacts_active"], report.wording.language.text
    if count is None:
        return Markup("")
    if row["no_contact"]:
        return bad(text("none"))
    if row["single_contact"]:
        return bad(text("one person"))
    absent = [level for level in LEVELS if not row[f"contacts_{level}"]]
    said = report.wording.numbers.plain(count)
    gone = row["contacts_gone"]
    if gone:
        return Markup("{}, ").format(said) + bad(
            text("%(n)s gone", n=report.wording.numbers.plain(gone)))  # fmt: skip
    if not absent:
        return Markup("{}").format(text("%(n)s, all levels", n=said))
    return Markup("{}").format(text("%(n)s, levels: %(levels)s of %(all)s", n=said, all=len(LEVELS),
                                    levels=len(LEVELS) - len(absent)))  # fmt: skip


def sponsor_cell(report: Report, row: Row) -> Markup:
    if row["no_sponsor"]:
        return bad(report.wording.language.text("none"))
    return Markup("{}").format(row["sponsor"] or "")


def seen_cell(report: Report, row: Row) -> Markup:
    """Days since the last contact; past the cadence in words."""
    if row["contact_days"] is None:
        return Markup("")
    days = report.count_of("%(n)s day", "%(n)s days", int(row["contact_days"]))
    return bad(report.say("%(days)s, late", days=days)) if row["stale_contact"] else days


def manager_cell(report: Report, row: Row) -> Markup:
    """The manager; with the month in which he or she took over where that lies in the last months."""
    if not row["manager_changed"]:
        return Markup("{}").format(row["manager"] or "")
    since = report.wording.language.month(str(row["manager_since"]), "short")
    return bad(report.say("new, %(month)s", month=since))


def overdue_cell(report: Report, row: Row) -> Markup:
    if not row["overdue"]:
        return Markup("")
    money = report.wording.numbers.money(row["overdue"])
    if not row["days_overdue"]:
        return bad(money)
    days = report.count_of("%(n)s day", "%(n)s days", int(row["days_overdue"]))
    return bad(report.say("%(money)s, %(days)s", money=money, days=days))


def contract_cell(report: Report, row: Row) -> Markup:
    if row["contract_end"] is None:
        return Markup("")
    ends = day(report, row["contract_end"])
    return bad(report.say("ends %(day)s", day=ends)) if row["contract_ending"] else Markup("{}").format(ends)


def threats_cell(report: Report, row: Row) -> Markup:
    """The threats of 4 and 5 by name: `price 5, competitor 4`."""
    scored = [(name, row[f"threat_{name}"]) for name in THREATS if row[f"threat_{name}"] is not None]
    high = sorted((pair for pair in scored if pair[1] >= THREATENING), key=lambda pair: -pair[1])
    if not high:
        return Markup("")
    return bad(
        ", ".join(f"{threat_word(report, name)} {report.wording.numbers.plain(points)}" for name, points in high)
    )


def threat_word(report: Report, name: str) -> str:
    """`price` out of `Threat: price`."""
    return report.wording.word(f"threat_{name}").partition(": ")[2]

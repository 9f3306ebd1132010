"""Warning signs of strategic and key clients: where a relation hangs by a thread, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.catalog import lines
from portfolio_review.exhibits.language import N_
from portfolio_review.rendering.pages.cells import day, name_of, proposed
from portfolio_review.rendering.pages.view import Text
from portfolio_review.rendering.report import NOT_TOLD, Report, Row
from portfolio_review.rendering.tables import Column, Made, Table, named

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
PROPOSED = N_("Warning signs: proposed clients (bold) and key clients with one, revenue in %(unit)s")
NAMED = N_("Warning signs: strategic clients (bold) and key clients with one, revenue in %(unit)s")
SIGNS = ("single_contact", "no_contact", "no_sponsor", "stale_contact", "manager_changed", "falling", "early_decline",
         "threatened")  # fmt: skip
"""Weaknesses that `strategic.<sign>_clients` and `_revenue` count."""
EXPOSURE = Table(id="strategic.exposure", css="expo", columns=(
    Column(id="name", head=N_("Client")),
    Column(id="revenue_w1", width=13, css="ac", head=N_("Revenue")),
    Column(id="moved", width=11, format="figure", head=N_("Δ, %%")),
    Column(id="stage", width=18, format="word"),
    Column(id="p_next", width=15, format="chance", head=N_("p, %%")),
    Column(id="contacts", width=23, format="said", head=N_("Contacts"), optional=True),
    Column(id="sponsor", width=25, format="said", head=N_("Sponsor"), optional=True),
    Column(id="seen", width=22, format="said", head=N_("Since last contact"), optional=True),
    Column(id="manager", width=23, format="said", head=N_("Manager"), optional=True),
    Column(id="overdue", width=22, format="said", head=N_("Overdue receivables"), optional=True),
    Column(id="contract", width=21, format="said", head=N_("Contract"), optional=True),
    Column(id="threats", width=22, format="said", head=N_("Threats, 4 or 5 of 5"), optional=True),
    Column(id="share_of_wallet", width=13, head=N_("Wallet, %%"), decimals=0, optional=True),
))  # fmt: skip
ROOMY = replace(EXPOSURE, columns=tuple(
    replace(one, width=45) if one.id in ("sponsor", "manager") else one for one in EXPOSURE.columns
))  # fmt: skip
"""The same where half of the columns are not known."""


def block(report: Report) -> Made | Text:
    """Each strategic client, then the key clients that are exposed, the most money first; the rest is counted."""
    rows = report.rows("strategic.exposure")
    if not rows:
        said = report.say("Warning signs: not shown, no client is super-key or key.")
        return Text(paragraphs=(said,), css="sub")
    accounts = [row for row in rows if row["account"]]
    exposed = [row for row in rows if not row["account"] and row["flags"]]
    shown = [*accounts, *exposed][:SHOWN]
    report.used.setdefault("strategic.key_clients")
    unit = report.wording.numbers.money_head(EXPOSURE.scale(shown))
    lines = [_line(report, row) for row in shown]
    table = EXPOSURE if any(line[name] for line in lines for name in ("overdue", "contract", "threats")) else ROOMY
    return table.made(
        report, lines, without=("moved",) if report.seasons_differ else (),
        title=report.say(PROPOSED if proposed(report) else NAMED, unit=unit),
        sub=report.say("Coloured words: what holds against us; p: chance of a purchase within %(horizon)s; wallet: our "
                       "share of what the client could buy", horizon=report.horizon),
        note=_note(report, rows, len(accounts) + len(exposed) - len(shown), len(rows) - len(accounts) - len(exposed)),
    )  # fmt: skip


def _line(report: Report, row: Row) -> Row:
    change, name = row["change"], named(name_of(row), "client")
    moved: Markup | str = report.na
    if change is not None:
        text = report.wording.numbers.change(1 + change, 1.0, decimals=0, mark=False)
        moved = report.tinted(text or NOT_TOLD, change, value="change", scale="0.01" if text[-1:].isdigit() else "")
    return row | {column: cell(report, row) for column, cell in CELLS.items()} | {
        "name": Markup("<b>{}</b>").format(name) if row["account"] else name, "moved": moved}  # fmt: skip


def _note(report: Report, rows: list[Row], left: int, calm: int) -> Markup:
    """What of key clients' revenue each weakness touches, who is not shown, and which tables are wanting."""
    plain, made = report.wording.numbers.plain, []
    for sign in SIGNS:
        clients = f"strategic.{sign}_clients"
        if n := int(report.number(clients) or 0):
            report.used.setdefault(clients)
            made.append(Markup("{}: {} ({})").format(
                report.called(clients), report.count_of("%(n)s client", "%(n)s clients", n),
                report.v(f"strategic.{sign}_revenue", sentence=True)))  # fmt: skip
    together = report.filled(
        N_("Strategic clients together: %(n)s, %(money)s, %(share)s of revenue."), n="strategic.accounts",
        money="strategic.accounts_revenue", share="strategic.accounts_share",
    ) if report.number("strategic.accounts") else ""  # fmt: skip
    said = [
        *([together] if together else []),
        *([Markup(" · ").join(made) + "."] if made else []),
    ]
    if left > 0:
        said.append(report.say("%(n)s more with warning signs, in the workbook.", n=plain(left)))
    if calm > 0:
        said.append(report.say("Key clients without a warning sign: %(n)s.", n=plain(calm)))
    wanting = [
        name for name, columns in NEEDED.items() if all(row[column] is None for row in rows for column in columns)
    ]
    if wanting:
        tables = ", ".join(f"“{report.wording.word(name)}”" for name in wanting)
        said.append(report.say("Not shown for want of tables or columns: %(tables)s.", tables=tables))
    return Markup(" ").join(said)


# Cells in words, of a dossier too --------------------------------------------------------------


def bad(text: str | Markup) -> Markup:
    """Words in the colour of what is against us; the words alone say it too."""
    return Markup('<span class="bad">{}</span>').format(text)


def _plain(text: object) -> Markup:
    return Markup("{}").format("" if text is None else text)


def contacts_cell(report: Report, row: Row) -> Markup:
    """`3, all levels`, `one person`; empty when contacts are not known."""
    count, text, plain = row["contacts_active"], report.wording.language.text, report.wording.numbers.plain
    if count is None:
        return Markup("")
    if row["no_contact"] or row["single_contact"]:
        return bad(text("none") if row["no_contact"] else text("one person"))
    said = plain(count)
    if row["contacts_gone"]:
        return _plain(f"{said}, ") + bad(text("%(n)s gone", n=plain(row["contacts_gone"])))
    met = sum(bool(row[f"contacts_{level}"]) for level in LEVELS)
    if met == len(LEVELS):
        return _plain(text("%(n)s, all levels", n=said))
    return _plain(text("%(n)s, levels: %(levels)s of %(all)s", n=said, all=len(LEVELS), levels=met))


def sponsor_cell(report: Report, row: Row) -> Markup:
    return bad(report.wording.language.text("none")) if row["no_sponsor"] else _plain(row["sponsor"])


def seen_cell(report: Report, row: Row) -> Markup:
    """Days since the last contact; past the cadence in words."""
    if row["contact_days"] is None:
        return Markup("")
    days = report.count_of("%(n)s day", "%(n)s days", int(row["contact_days"]))
    return bad(report.say("%(days)s, late", days=days)) if row["stale_contact"] else days


def manager_cell(report: Report, row: Row) -> Markup:
    """The manager; with the month in which he or she took over where that lies in the last months."""
    if not row["manager_changed"]:
        return _plain(row["manager"])
    return bad(report.say("new, %(month)s", month=report.wording.language.month(str(row["manager_since"]), "short")))


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
    return bad(report.say("ends %(day)s", day=ends)) if row["contract_ending"] else _plain(ends)


def threats_cell(report: Report, row: Row) -> Markup:
    """The threats of 4 and 5 by name: `price 5, competitor 4`."""
    scored = [(name, row[f"threat_{name}"]) for name in THREATS if row[f"threat_{name}"] is not None]
    high = sorted((pair for pair in scored if pair[1] >= THREATENING), key=lambda pair: -pair[1])
    word, plain = report.wording.word, report.wording.numbers.plain  # `price` out of `Threat: price`
    said = ", ".join(f"{word(f'threat_{name}').partition(': ')[2]} {plain(points)}" for name, points in high)
    return bad(said) if said else Markup("")


CELLS: Mapping[str, Callable[[Report, Row], Markup]] = {
    "contacts": contacts_cell, "sponsor": sponsor_cell, "seen": seen_cell, "manager": manager_cell,
    "overdue": overdue_cell, "contract": contract_cell, "threats": threats_cell,
}  # fmt: skip

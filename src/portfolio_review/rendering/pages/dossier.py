"""One client's dossier: who they are, what they buy and how that moved, how they pay, what is agreed with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.rendering.pages import plans
from portfolio_review.rendering.pages import strategic_exposure as exposure
from portfolio_review.rendering.pages.cells import chance, class_of, name_of, proposed, score_range
from portfolio_review.rendering.pages.view import Block, Chart, Text, View, between_windows_line, column, row
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table

SHOWN_CONTACTS = 4
SHOWN_OFFERS = 4
SHOWN_NAME = 60
"""Characters of a name in the message."""
LEAST_BLOCKS = 3
"""Of a dossier with fewer of them known, two stand on a page."""
JOIN = " · "
CATEGORY = N_("Category")
FACTS = Table(id="strategic.dossiers", key="", css="facts dense", columns=(
    Column(id="label", width=30, format="plain", head=N_("Detail"), quiet=True),
    Column(id="value", format="said", head=N_("Value"), quiet=True, wrap=True),
))  # fmt: skip
CONTACTS = Table(id="strategic.contacts", key="", css="dense", columns=(
    Column(id="contact", width=31, format="plain", head=N_("Contacts")),
    Column(id="role", format="said", head=N_("Role")),
    Column(id="seen", width=19, format="figure", head=N_("Last contact")),
))  # fmt: skip
PURCHASES = Table(id="strategic.purchases", key="", css="dense", columns=(
    Column(id="category", format="plain", head=CATEGORY),
    Column(id="revenue_w0", width=15, css="py", head=N_("Before"), optional=True),
    Column(id="revenue_w1", width=15, css="ac", head=N_("Now"), strong=True),
    Column(id="amount_change", width=15, format="signed", head="Δ", optional=True),
    Column(id="share", width=9, decimals=0, head="%"),
))  # fmt: skip
OFFERS = Table(id="strategic.white_space", key="", css="dense", columns=(
    Column(id="category", format="plain", head=CATEGORY),
    Column(id="share", width=12, decimals=0, head="%"),
    Column(id="worth", width=16, strong=True, head=N_("Worth")),
    Column(id="bar", width=20, format="bar", of="worth", head=N_("Bars"), quiet=True),
))  # fmt: skip
CRITERIA = Table(id="strategic.criteria", key="", css="dense", columns=(
    Column(id="criterion", format="word", head=N_("Criterion")),
    Column(id="weight_used", width=14, format="share", decimals=0, head=N_("Weight, %%")),
    Column(id="points", width=13, format="number", decimals=2, strong=True, head="0–1"),
    Column(id="bar", width=26, format="bar", of="points", head=N_("Bars"), quiet=True),
))  # fmt: skip


def dossier(report: Report, facts: Row, *, alone: bool = False) -> tuple[View, int]:
    """The dossier of the client of `facts` (a row of `strategic.dossiers`), and how many of its blocks are known."""
    client = facts["client_id"]
    people, months, bought = _people(report, client), _months(report, client), _purchases(report, client)
    offers, card, agreed = _offers(report, client), _card(report, client), plans.of_client(report, client)
    pays = _facts(report, *_pays(report, facts))
    known = sum(block is not None for block in (people, months, bought, offers, card, pays)) + any(
        isinstance(block, Made) for block in agreed
    )
    kind = report.say("Proposed as a strategic client: no account is named") if proposed(report) else (
        report.say("Strategic client"))  # fmt: skip
    line = between_windows_line(report)
    weakness = facts["weakness"]
    told = exposure.bad(report.wording.word(weakness)) if weakness else report.say("none found")
    signs = _facts(report, *_signs(report, client), title="" if people else report.say("Contacts and warning signs"))
    first = column(4, _facts(report, *_who(report, facts), title=report.say("Who they are")), people, signs, offers)
    weakest = Text(title=report.say("The one critical weakness"), paragraphs=(told,), css="top1")
    second = column(4, months, bought, weakest)
    outlook = _facts(report, *_outlook(report, facts), title=report.say("Outlook and payment"))
    third = column(4, outlook, pays, card, _wanting(report))
    view = View(
        id="", title=name_of(facts), message=_message(report, facts),
        line=line if alone else kind + Markup(JOIN) + line, css="dossier tight",
        rows=(row(first, second, third), *([row(column(12, *agreed))] if known >= LEAST_BLOCKS else [])),
    )  # fmt: skip
    return view, known


def _message(report: Report, row: Row) -> Markup:
    """What the client bought, against the months before where those hold the same months of the year."""
    money, name = report.wording.numbers.money, _short(name_of(row))
    if row["revenue_w1"] is None:
        return Markup("{}").format(name)
    text = report.say("%(name)s: %(money)s in the last %(months)s", name=name, money=money(row["revenue_w1"]),
                      months=report.wording.months)  # fmt: skip
    if report.seasons_differ:
        return text
    if row["revenue_w0"] is not None:
        change = report.wording.numbers.change(row["revenue_w1"], row["revenue_w0"])
        if change:
            moved = row["revenue_w1"] - row["revenue_w0"]
            text += report.say(" (%(change)s on the months before)", change=report.tinted(change, moved))
        else:
            text += report.say(" (%(before)s in the months before)", before=money(row["revenue_w0"]))
    if row["margin_w1"] is not None and row["margin_w0"] is not None:
        text += report.say(", margin %(margin)s against %(before)s", margin=money(row["margin_w1"]),
                           before=money(row["margin_w0"]))  # fmt: skip
    return text


def _short(name: str) -> str:
    """A name that leaves room for the rest of the sentence."""
    if len(name) <= SHOWN_NAME:
        return name
    plain, _, id = name.rpartition(" (")  # the id of a client whose name others have stays
    end = f"… ({id}" if plain and name.endswith(")") and len(id) < SHOWN_NAME // 2 else "…"
    return f"{(plain if end != '…' else name)[: SHOWN_NAME - len(end)].rstrip()}{end}"


def _facts(report: Report, *pairs: tuple[str, Any], title: Markup | str = "") -> Made | None:
    """The pairs that have something to say; None where none has."""
    rows = [{"label": label, "value": Markup("{}").format(value)} for label, value in pairs if value]
    return FACTS.made(report, rows, title=title) if rows else None


def _wanting(report: Report) -> Text | None:
    """Which tables no dossier has anything of."""
    given = {
        "contacts": bool(report.rows("strategic.contacts")), "plans": bool(report.rows("strategic.agreements")),
        "payments": any(row["open"] is not None for row in report.rows("strategic.dossiers")),
    }  # fmt: skip
    names = ", ".join(f"“{report.wording.word(name)}”" for name, known in given.items() if not known)
    return Text(paragraphs=(report.say("Not given: %(tables)s.", tables=names),), css="sub") if names else None


def _joined(*values: Any) -> str:
    return JOIN.join(str(value) for value in values if value)


def _days(report: Report, value: float | None) -> str:
    return "" if value is None else str(report.count_of("%(n)s day", "%(n)s days", round(value)))


def _since(report: Report, month: object) -> str:
    if not month:
        return ""
    return report.wording.language.text("since %(month)s", month=report.wording.language.month(str(month), "genitive"))


def _who(report: Report, row: Row) -> tuple[tuple[str, Any], ...]:
    text, wording = report.wording.language.text, report.wording
    rank = text("no. %(rank)s by score", rank=wording.numbers.plain(row["rank"])) if row["rank"] is not None else ""
    tier = wording.word(row["tier"]) if row["tier"] else ""
    return (
        (text("Id"), row["client_id"]),
        (text("Tier, class"), _joined(tier, class_of(row["abc"], row["xyz"]), rank)),
        (text("Type, industry"), _joined(row["type"], row["industry"])),
        (text("Place, unit"), _joined(row["region"], row["unit"])),
        (text("Group"), row["group_id"]),
        (text("Relationship"), _joined(row["relationship"], row["service_model"])),
        (text("Our client"), _joined(_since(report, row["since"] or row["first_purchase"]), row["acquired_via"])),
        (text("Our manager"), _joined(row["manager"], _since(report, row["manager_since"]) if row["manager"] else "")),
        (text("Our sponsor"), row["sponsor"]),
        (text("Partners"), row["partners"]),
    )


def _people(report: Report, client: str) -> Made | None:
    """The people we know, active ones first."""
    rows = [row for row in report.rows("strategic.contacts") if row["client_id"] == client]
    if not rows:
        return None
    gone = exposure.bad(report.wording.language.text("gone"))
    made = [{
        "contact": row["contact"] or "", "seen": _days(report, row["contact_days"]),
        "role": Markup("{}").format(row["role"] or (report.wording.word(row["level"]).lower() if row["level"] else ""))
        if row["active"] else gone,
    } for row in rows[:SHOWN_CONTACTS]]  # fmt: skip
    left = len(rows) - len(made)
    note = report.say("and %(n)s more", n=report.wording.numbers.plain(left)) if left else ""
    return CONTACTS.made(report, made, title=report.say("Contacts and warning signs"), note=note)


def _signs(report: Report, client: str) -> tuple[tuple[str, Any], ...]:
    """Where the relation hangs by a thread, in words; nothing for a client that is not looked after so closely."""
    row = next((found for found in report.rows("strategic.exposure") if found["client_id"] == client), None)
    if row is None:
        return ()
    word, text = report.wording.word, report.wording.language.text
    shown = (("Contacts", "contacts"), ("Since last contact", "seen"))
    signs: list[tuple[str, Any]] = [(text(label), exposure.CELLS[cell](report, row)) for label, cell in shown]
    signs += [(text("Sponsor"), exposure.sponsor_cell(report, row))] if row["no_sponsor"] else []
    signs += [(text("Manager"), exposure.manager_cell(report, row))] if row["manager_changed"] else []
    signs += [(word(flag), exposure.bad(text("yes"))) for flag in ("falling", "early_decline") if row[flag]]
    return (*signs, (text("Contract"), exposure.contract_cell(report, row)),
            (text("Threats, 4 or 5 of 5"), exposure.threats_cell(report, row)))  # fmt: skip


def _months(report: Report, client: str) -> Block | None:
    """The chart of 24 months, drawn from the recorded table."""
    rows = [row for row in report.rows("strategic.months") if row["client_id"] == client]
    if not any(row["revenue"] for row in rows):
        return None
    scale = scale_for([value for row in rows for value in (row["revenue"], row["margin"])])
    unit = report.wording.numbers.money_head(scale)
    from portfolio_review.exhibits import drawing  # matplotlib, for reports with dossiers only

    chart = drawing.history_of(rows, report.wording, report.results.review.window_months)
    both = any(row["margin"] is not None for row in rows)
    return Chart(
        svg=Markup(chart.svg), source=report.source_link("strategic.months"),
        title=report.say("Revenue and margin by month, %(unit)s", unit=unit) if both
        else report.say("Revenue by month, %(unit)s", unit=unit),
        sub=report.say("Grey: the %(months)s before; dark: the last. One scale", months=report.wording.months),
    )  # fmt: skip


def _purchases(report: Report, client: str) -> Made | None:
    """What they buy by category: the largest, the others in a line, all of them."""
    rows = [row for row in report.rows("strategic.purchases") if row["client_id"] == client]
    if not rows:
        return None
    rest, whole = (report.line("strategic", "strategic.purchases", f"{client}:{name}") for name in ("others", "all"))
    shown = rows[: SHOWN["strategic.purchases"]]
    scale = scale_for([*(row["revenue_w1"] for row in shown), rest["amount"] or 0.0], whole["amount"])
    before = any(row["revenue_w0"] is not None for row in rows) and not report.seasons_differ

    def values(line: Row) -> Row:
        return {"revenue_w0": line["amount_before"] if before else None, "revenue_w1": line["amount"],
                "amount_change": line["amount_change"] if before else None, "share": line["share"]}  # fmt: skip

    lines = [Line(report.say("All"), values(whole), "sum")]
    if rest["rows"]:
        lines.insert(0, Line(report.count_of("%(n)s other", "%(n)s others", int(rest["rows"])), values(rest)))
    return PURCHASES.made(
        report, shown, scale=scale, lines=lines, without=() if before else ("revenue_w0", "amount_change"),
        title=report.say("What they buy, %(unit)s", unit=report.wording.numbers.money_head(scale)))  # fmt: skip


def _pays(report: Report, row: Row) -> tuple[tuple[str, Any], ...]:
    text, money = report.wording.language.text, report.wording.numbers.money
    late = _joined(money(row["overdue"]), _days(report, row["days_overdue"] or None)) if row["overdue"] else ""
    return (
        (text("Terms of payment"), _joined(row["payment_terms"], row["payment_method"], row["payment_currency"])),
        (text("Days to pay"), _days(report, row["days_to_pay"])),
        (text("Receivables"), "" if row["open"] is None else money(row["open"]) if row["open"] else text("none")),
        (text("Of them overdue"), exposure.bad(late) if late else text("none") if row["open"] else ""),
    )


def _outlook(report: Report, row: Row) -> tuple[tuple[str, Any], ...]:
    text, wording = report.wording.language.text, report.wording
    percent = wording.numbers.percent

    def told(name: str, way: Callable[[Any], str]) -> str:
        return way(row[name]) if row[name] is not None else ""

    rhythm = wallet = ""
    if row["usual_gap"] is not None and row["silence_days"] is not None:
        rhythm = text("buys every %(gap)s, silent for %(silence)s", gap=_days(report, row["usual_gap"]),
                      silence=_days(report, row["silence_days"]))  # fmt: skip
    if row["share_of_wallet"] is not None:
        wallet = text("%(share)s of %(money)s", share=percent(row["share_of_wallet"], 0),
                      money=wording.numbers.money(row["potential"]))  # fmt: skip
    return (
        (text("Stage, list"), _joined(*(wording.word(row[name]) for name in ("stage", "rule") if row[name]))),
        (text("Rhythm"), rhythm),
        (text("Chance of a purchase, %%"), told("p_next", lambda value: chance(report, value))),
        (text("Revenue at risk"), told("at_risk", wording.numbers.money)),
        (text("Expected, 12 months"), told("expected_12", wording.numbers.money)),
        (text("Share of wallet"), wallet),
        (text("Margin rate"), told("margin_rate", percent)),
    )


def _offers(report: Report, client: str) -> Made | None:
    """White space: what peers buy and this client does not."""
    rows = [row for row in report.rows("strategic.white_space") if row["client_id"] == client]
    if not rows:
        return None
    unit = report.wording.numbers.money_head(OFFERS.scale(rows[:SHOWN_OFFERS]))
    return OFFERS.made(
        report, rows[:SHOWN_OFFERS], title=report.say("White space: what peers buy and they do not"),
        sub=report.say("Share of peers of the same type and class; worth in %(unit)s", unit=unit))  # fmt: skip


def _card(report: Report, client: str) -> Made | None:
    """The criteria of the score card with their weights; those nobody scored are counted."""
    scored = next((row for row in report.rows("strategic.scores") if row["client_id"] == client), None)
    weights = [row for row in report.rows("strategic.criteria") if row["weight_used"]]
    if scored is None or not weights:
        return None
    numbers, span = report.wording.numbers, score_range(report, scored)
    every = [row | {"points": scored.get(f"{row['criterion']}_points")} for row in weights]
    rows = [row for row in every if row["points"] is not None]
    said = []
    if scored["stability"] is not None:
        said.append(report.say("on the shortlist in %(share)s of draws", share=numbers.percent(scored["stability"], 0)))
    if len(rows) < len(every):
        without = len(every) - len(rows)
        said.append(report.count_of("%(n)s criterion not assessed", "%(n)s criteria not assessed", without))
        said += [report.say("score between %(range)s", range=span)] if span else []
    score = numbers.plain(scored["score"], 2) if scored["score"] is not None else report.na
    title = report.say("Score card: %(score)s", score=score)
    return CRITERIA.made(report, rows, title=title, sub=Markup("; ").join(said))

"""One client's dossier: who they are, what they buy and how that moved, how they pay, what is agreed with them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages import strategic_exposure as exposure
from portfolio_review.rendering.pages.cells import chance, class_of, name_of, proposed, score_range
from portfolio_review.rendering.pages.dossier_plan import plan
from portfolio_review.rendering.report import Report, Row, largest

SHOWN_CONTACTS = 4
SHOWN_CATEGORIES = SHOWN["strategic.purchases"]
SHOWN_OFFERS = 5
SHOWN_NAME = 60
"""Characters of a name in the message."""
JOIN = " · "


def dossier(report: Report, row: Row) -> dict[str, Any]:
    """Everything of the client of `row` (of `strategic.dossiers`) that its page shows."""
    client = row["client_id"]
    exposed = next((found for found in report.rows("strategic.exposure") if found["client_id"] == client), None)
    return {
        "client": client, "name": name_of(row), "proposed": proposed(report),
        "message": _message(report, row), "who": _who(report, row), "contacts": _contacts(report, client),
        "exposure": _exposure(report, exposed), "weakness": report.wording.word(row["weakness"])
        if row["weakness"] else "",
        "months": _months(report, client), "purchases": _purchases(report, client), "pays": _pays(report, row),
        "outlook": _outlook(report, row), "offers": _offers(report, client), "card": _card(report, client),
        "plan": plan(report, client),
    }  # fmt: skip


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


def _lines(*pairs: tuple[str, Any]) -> list[tuple[str, Any]]:
    """The pairs that have something to say."""
    return [(label, value) for label, value in pairs if value]


def _joined(*values: Any) -> str:
    return JOIN.join(str(value) for value in values if value)


def _who(report: Report, row: Row) -> list[tuple[str, Any]]:
    text, wording = report.wording.language.text, report.wording
    rank = text("no. %(rank)s by score", rank=wording.numbers.plain(row["rank"])) if row["rank"] is not None else ""
    since = ""
    if row["since"] or row["first_purchase"]:
        since = wording.language.month(str(row["since"] or row["first_purchase"]), "genitive")
        since = text("since %(month)s", month=since)
    manager = row["manager"] or ""
    if manager and row["manager_since"]:
        month = wording.language.month(str(row["manager_since"]), "genitive")
        manager = _joined(manager, text("since %(month)s", month=month))
    class_ = class_of(row["abc"], row["xyz"])
    return _lines(
        (text("Id"), row["client_id"]),
        (text("Tier, class"), _joined(wording.word(row["tier"]) if row["tier"] else "", class_, rank)),
        (text("Type, industry"), _joined(row["type"], row["industry"])),
        (text("Place, unit"), _joined(row["region"], row["unit"])),
        (text("Group"), row["group_id"]),
        (text("Relationship"), _joined(row["relationship"], row["service_model"])),
        (text("Our client"), _joined(since, row["acquired_via"])),
        (text("Our manager"), manager),
        (text("Our sponsor"), row["sponsor"]),
        (text("Partners"), row["partners"]),
    )  # fmt: skip


def _contacts(report: Report, client: str) -> dict[str, Any]:
    """The people we know, active ones first."""
    rows = [row for row in report.rows("strategic.contacts") if row["client_id"] == client]
    known = bool(report.rows("strategic.contacts"))
    made = [{
        "name": row["contact"] or "", "role": _joined(row["role"], report.wording.word(row["level"]).lower()
                                                       if row["level"] and not row["role"] else ""),
        "seen": report.count_of("%(n)s day", "%(n)s days", int(row["contact_days"]))
        if row["contact_days"] is not None else "", "gone": not row["active"],
    } for row in rows[:SHOWN_CONTACTS]]  # fmt: skip
    left = len(rows) - len(made)
    return {"rows": made, "known": known, "left": report.wording.numbers.plain(left) if left else ""}


def _exposure(report: Report, row: Row | None) -> list[tuple[str, Any]]:
    """Where the relation hangs by a thread, in words; nothing for a client that is not looked after so closely."""
    if row is None:
        return []
    word, text = report.wording.word, report.wording.language.text
    falling, early = (exposure.bad(text("yes")) if row[flag] else "" for flag in ("falling", "early_decline"))
    return _lines(
        (text("Contacts"), exposure.contacts_cell(report, row)),
        (text("Since last contact"), exposure.seen_cell(report, row)),
        (text("Sponsor"), exposure.sponsor_cell(report, row) if row["no_sponsor"] else ""),
        (text("Manager"), exposure.manager_cell(report, row) if row["manager_changed"] else ""),
        (word("falling"), falling),
        (word("early_decline"), early),
        (text("Contract"), exposure.contract_cell(report, row)),
        (text("Threats, 4 or 5 of 5"), exposure.threats_cell(report, row)),
    )  # fmt: skip


def _months(report: Report, client: str) -> dict[str, Any]:
    """The chart of 24 months, drawn from the recorded table."""
    rows = [row for row in report.rows("strategic.months") if row["client_id"] == client]
    if not any(row["revenue"] for row in rows):
        return {}
    scale = scale_for([value for row in rows for value in (row["revenue"], row["margin"])])
    from portfolio_review.rendering import redraw  # matplotlib, for reports with dossiers only

    chart = redraw.history_of(rows, report.wording, report.results.review.window_months)
    return {"unit": report.wording.numbers.money_head(scale), "chart": Markup(chart.svg),
            "margin": any(row["margin"] is not None for row in rows)}  # fmt: skip


def _purchases(report: Report, client: str) -> dict[str, Any]:
    """What they buy by category: the largest, the others in a line, all of them."""
    rows = [row for row in report.rows("strategic.purchases") if row["client_id"] == client]
    if not rows:
        return {}
    rest, whole = (report.line("strategic", "strategic.purchases", f"{client}:{name}") for name in ("others", "all"))
    shown = rows[:SHOWN_CATEGORIES]
    scale = scale_for([*(row["revenue_w1"] for row in shown), rest["amount"] or 0.0], whole["amount"])
    return {
        "unit": report.wording.numbers.money_head(scale),
        "rows": [_category(report, row["category"], _of_category(report, client, row), scale) for row in shown],
        "rest": _category(report, str(report.count_of("%(n)s other", "%(n)s others", int(rest["rows"]))), rest, scale)
        if rest["rows"] else None,
        "all": _category(report, report.wording.language.text("All"), whole, scale),
        "before": any(row["revenue_w0"] is not None for row in rows) and not report.seasons_differ,
    }  # fmt: skip


def _of_category(report: Report, client: str, row: Row) -> Row:
    """The recorded line of a category: its amounts, change and share."""
    line = report.line("strategic", "strategic.purchases", f"{client}:={row['category']}")
    return {**line, "amount": row["revenue_w1"], "amount_before": row["revenue_w0"], "share": row["share"]}


def _category(report: Report, name: str, line: Row, scale: Scale) -> dict[str, Any]:
    before, change, share, scaled = (line["amount_before"], line["amount_change"], line["share"],
                                     report.wording.numbers.scaled)  # fmt: skip
    return {
        "name": name, "w1": scaled(line["amount"] or 0, scale),
        "w0": scaled(before, scale) if before is not None else "",
        "change": report.tinted(scaled(change, scale, sign=True), change) if change is not None else "",
        "share": report.wording.numbers.percent(share, 0, mark=False) if share is not None else "",
    }  # fmt: skip


def _pays(report: Report, row: Row) -> list[tuple[str, Any]]:
    text, numbers = report.wording.language.text, report.wording.numbers

    def days(value: Any) -> str:
        return str(report.count_of("%(n)s day", "%(n)s days", round(value))) if value is not None else ""

    overdue = ""
    if row["overdue"]:
        overdue = exposure.bad(
            _joined(numbers.money(row["overdue"]), days(row["days_overdue"]) if row["days_overdue"] else "")
        )
    owed = "" if row["open"] is None else numbers.money(row["open"]) if row["open"] else text("none")
    terms = _joined(row["payment_terms"], row["payment_method"], row["payment_currency"])
    return _lines(
        (text("Terms of payment"), terms),
        (text("Days to pay"), days(row["days_to_pay"])),
        (text("Receivables"), owed),
        (text("Of them overdue"), overdue or (text("none") if row["open"] else "")),
    )  # fmt: skip


def _outlook(report: Report, row: Row) -> list[tuple[str, Any]]:
    text, wording = report.wording.language.text, report.wording
    money = wording.numbers.money

    def days(value: Any) -> str:
        return str(report.count_of("%(n)s day", "%(n)s days", round(value)))

    rhythm = ""
    if row["usual_gap"] is not None and row["silence_days"] is not None:
        rhythm = text("buys every %(gap)s, silent for %(silence)s", gap=days(row["usual_gap"]),
                      silence=days(row["silence_days"]))  # fmt: skip
    p = chance(report, row["p_next"])
    wallet = ""
    if row["share_of_wallet"] is not None:
        wallet = text("%(share)s of %(money)s", share=wording.numbers.percent(row["share_of_wallet"], 0),
                      money=money(row["potential"]))  # fmt: skip
    return _lines(
        (text("Stage, list"), _joined(wording.word(row["stage"]) if row["stage"] else "",
                                wording.word(row["rule"]) if row["rule"] else "")),
        (text("Rhythm"), rhythm),
        (text("Chance of a purchase, %%"), p if row["p_next"] is not None else ""),
        (text("Revenue at risk"), money(row["at_risk"]) if row["at_risk"] is not None else ""),
        (text("Expected, 12 months"), money(row["expected_12"]) if row["expected_12"] is not None else ""),
        (text("Share of wallet"), wallet),
        (text("Margin rate"), wording.numbers.percent(row["margin_rate"]) if row["margin_rate"] is not None else ""),
    )  # fmt: skip


def _offers(report: Report, client: str) -> dict[str, Any]:
    """White space: what peers buy and this client does not."""
    rows = [row for row in report.rows("strategic.white_space") if row["client_id"] == client]
    if not rows:
        return {}
    shown, numbers = rows[:SHOWN_OFFERS], report.wording.numbers
    scale, full = scale_for([row["worth"] for row in shown]), largest(shown, "worth")
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "name": row["category"], "share": numbers.percent(row["share"], 0, mark=False),
            "worth": numbers.scaled(row["worth"], scale), "width": report.width(row["worth"] / full),
        } for row in shown],
        "left": numbers.plain(len(rows) - len(shown)) if len(rows) > len(shown) else "",
    }  # fmt: skip


def _card(report: Report, client: str) -> dict[str, Any]:
    """The criteria of the score card with their weights; those nobody scored are counted."""
    scored = next((row for row in report.rows("strategic.scores") if row["client_id"] == client), None)
    weights = report.rows("strategic.criteria")
    if scored is None or not weights:
        return {}
    numbers, rows, without = report.wording.numbers, [], 0
    for weight in weights:
        if not weight["weight_used"]:
            continue
        value = scored.get(f"{weight['criterion']}_points")
        if value is None:
            without += 1
            continue
        rows.append({
            "name": report.wording.word(weight["criterion"]),
            "weight": numbers.percent(weight["weight_used"], 0, mark=False),
            "value": numbers.plain(value, 2), "width": report.width(value),
        })  # fmt: skip
    return {
        "rows": rows, "score": numbers.plain(scored["score"], 2) if scored["score"] is not None else report.na,
        "without": "; ".join(filter(None, (
            report.count_of("%(n)s criterion not assessed", "%(n)s criteria not assessed", without),
            report.wording.language.text("score between %(range)s", range=score_range(report, scored))
            if score_range(report, scored) else "",
        ))) if without else "",
        "stability": report.wording.language.text(
            "on the shortlist in %(share)s of draws", share=numbers.percent(scored["stability"], 0))
        if scored["stability"] is not None else "",
    }  # fmt: skip

"""What will come: the outlook, revenue at risk and where it lies, how good the model was, receivables, contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.numbers import Scale, round_half_up, scale_for
from portfolio_review.findings.making import MOST_OF_IT
from portfolio_review.rendering import formulas
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.backtest import horizon, sentences
from portfolio_review.rendering.pages.cells import chance, class_of, day, name_of
from portfolio_review.rendering.pages.view import View, missing, windows_line
from portfolio_review.rendering.report import Report, largest
from portfolio_review.results.contract import Results
from portfolio_review.results.seen import YEAR_MONTHS

ID = "risk"
AT_RISK = "risk.revenue_at_risk"
SILENT = "risk.may_fall_silent"
OUTLOOK = "risk.outlook"
TODAY, NEW = "risk.outlook_today", "risk.outlook_new"
AHEAD = (("", "_today"), ("", "_new"), ("", ""), ("_year", "_today"), ("_year", "_new"), ("_year", ""))
"""The lines of the outlook: of which span, and which line of it."""
OWED = ("risk.overdue_share", "risk.days_sales_outstanding", "risk.days_late")
NOTES = "credit_notes"
BUCKETS = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90", "credit_notes")
QUADRANTS = (("large_safe", "large_risky"), ("small_safe", "small_risky"))
SHOWN_CONTRACTS = SHOWN["risk.contracts_ending"]
SHOWN_LARGEST = SHOWN["actions.<rule>"]
"""As many of the list in danger as the page of actions shows: the rest of it is one line on both."""
LIST = "actions.retain"
LONGEST_MONTHS = 120
"""More months than that are said in words."""
WORTH_SAYING = 0.01
"""A short report shows this page from this share of the window's revenue at risk on."""
WORTH_RENEWING = 0.1
"""Or from this share of it under contracts that end."""


def has_something_to_say(results: Results) -> bool:
    """Whether the short report of a small unit shows this page: money at risk, old debts, contracts that end."""

    def number(id: str, part: str = "value") -> float:
        recorded = results.figures.get(id)
        value = getattr(recorded.figure, part) if recorded else None
        return value if isinstance(value, int | float) else 0.0

    revenue = number("headline.revenue", "window")
    verdict = results.figures.get("risk.verdict")
    high = verdict is not None and str(verdict.figure.value).endswith("high_risk")
    return high or number("risk.overdue_over_90") > 0 or (revenue > 0 and (
        max(number(AT_RISK), number("risk.may_fall_silent")) / revenue >= WORTH_SAYING
        or number("risk.contracts_ending_revenue") / revenue >= WORTH_RENEWING))  # fmt: skip


def view(report: Report) -> View:
    """The page of risk and outlook; without a model still what is owed and which contracts end."""
    title = report.wording.language.text("Risk and outlook")
    known = report.number(SILENT) is not None
    ageing, contracts = _ageing(report), _contracts(report)
    if not known and not ageing and not contracts:
        return missing(report, ID, title, AT_RISK, "risk.model")
    trusted = told(report.results)
    picture = trusted and report.rows("risk.matrix_points")
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=windows_line(report),
        data={
            "horizon": horizon(report), "matrix": _matrix(report) if known else {},
            "picture": report.chart("risk.matrix.picture") if picture else "",
            "verdict": _verdict(report), "parts": _parts(report), "largest": _largest(report),
            "backtest": sentences(report), "ageing": ageing, "contracts": contracts, "outlook": _outlook(report),
            "then": _then(report), "value": _value(report), "trusted": trusted,
            "in_margin": (data_value := report.figure("data.value")) is not None and data_value.value == "margin",
            "risk_reason": report.reason(SILENT) if not known else "", "of_unit": report.results.review.unit != "all",
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    """What the next months are expected to bring, against target or the year before; of today's clients alone where
    nothing is known of new ones; else what is at risk."""
    if report.number(OUTLOOK) is None:
        if report.number(TODAY) is None:
            return _at_risk(report)
        return report.say("Today's clients are expected to bring %(money)s over the next %(horizon)s",
                          money=report.v(TODAY, sentence=True), horizon=horizon(report))  # fmt: skip
    text = report.say("The next %(horizon)s are expected to bring %(money)s", horizon=horizon(report),
                      money=report.v(OUTLOOK, sentence=True))  # fmt: skip
    for part, said in (("target", "target"), ("previous_year", "before")):
        if report.number(OUTLOOK, part) is None:
            continue
        values = {said: report.v(OUTLOOK, part, sentence=True)}
        change = report.change(OUTLOOK, part)
        of = Markup(" ({})").format(change) if report.has_change(OUTLOOK, part) else Markup("")
        if part == "target":
            return text + report.say(", the target is %(target)s", **values) + of
        return text + report.say(", the same months brought %(before)s a year before", **values) + of
    return text


def _at_risk(report: Report) -> Markup:
    value = report.number(AT_RISK)
    if value is None:
        return report.say("Revenue at risk cannot be computed: %(reason)s", reason=report.reason(AT_RISK))
    ahead = horizon(report)
    if not value:
        return report.say("No revenue is at risk over the next %(horizon)s, by the model", horizon=ahead)
    text = report.say("Revenue at risk over the next %(horizon)s: %(money)s",
                      horizon=ahead, money=report.v(AT_RISK, sentence=True))  # fmt: skip
    share = next((row["share"] for row in report.rows("risk.parts") if row["part"] == "revenue_at_risk"), None)
    if share is not None:
        text += report.say(", %(share)s of the last %(months)s", share=report.wording.numbers.percent(share),
                           months=report.wording.months)  # fmt: skip
    most = report.line(ID, "risk.clients", "first")["share"] or 0.0
    if MOST_OF_IT <= most < 1:
        text += report.say("; one client holds %(share)s of it", share=report.wording.numbers.percent(most, 0))
    return text


def _matrix(report: Report) -> dict[str, Any]:
    found = {row["quadrant"]: row for row in report.rows("risk.matrix")}
    if not found:
        return {}
    scale = scale_for([row["revenue"] for row in found.values()], sum(row["revenue"] or 0 for row in found.values()))
    full, numbers = largest(list(found.values()), "revenue"), report.wording.numbers
    before = any(row["clients_w0"] is not None for row in found.values()) and not report.seasons_differ

    def cell(quadrant: str) -> dict[str, Any]:
        row = found.get(quadrant)
        change = report.line(ID, "risk.matrix", quadrant)["clients"] if before else None
        if row is None or not row["clients"]:
            return {"empty": True, "clients": numbers.plain(0), "change": report.tinted(
                numbers.plain(change, sign=True), change, _polarity(quadrant)) if change else ""}  # fmt: skip
        return {
            "empty": False, "clients": numbers.plain(row["clients"]),
            "change": "" if change is None else report.tinted(
                numbers.plain(change, sign=True) if change else "±0", change, _polarity(quadrant)),
            "revenue": numbers.scaled(row["revenue"], scale), "width": report.width((row["revenue"] or 0) / full),
            "at_risk": numbers.money(row["at_risk"]) if row["at_risk"] is not None else report.na,
        }  # fmt: skip

    return {"unit": numbers.money_head(scale), "before": before,
            "rows": [[cell(quadrant) for quadrant in line] for line in QUADRANTS]}  # fmt: skip


def _polarity(quadrant: str) -> int:
    """More risky clients are worse; more safe ones are better."""
    return -1 if quadrant.endswith("risky") else 1


def _verdict(report: Report) -> Markup:
    """The verdict with what makes the risk high and its advice; without one the reason, where most clients are, and the
    direction."""
    parts = []
    if report.figure("risk.verdict") is not None:
        if _word(report, "risk.verdict"):
            parts.append(Markup("<b>{}.</b>").format(report.v("risk.verdict")))
            if _word(report, "risk.advice"):
                parts.append(Markup("{}.").format(report.v("risk.advice")))
        else:
            parts.append(report.say("No verdict: %(reason)s.", reason=report.reason("risk.verdict")))
            if _word(report, "risk.main_quadrant"):
                parts.append(report.say("Most clients: %(quadrant)s.", quadrant=_within(report, "risk.main_quadrant")))
    parts += [_high(report, row) for row in report.rows("risk.level") if row["over_limit"]]
    if _word(report, "risk.direction") and not report.seasons_differ:
        parts.append(_direction(report))
    return Markup(" ").join(parts)


def _direction(report: Report) -> Markup:
    """Where revenue per client and the weighted risk went, and by what the latter is measured: money at risk may go
    the other way."""
    said = {"months": report.wording.months, "direction": _within(report, "risk.direction")}
    before = report.number("risk.weighted_risk", "previous_year")
    if before is None or report.results.review.window_months != YEAR_MONTHS:
        return report.say("Since %(months)s before: %(direction)s (revenue per client; chance of no purchase, weighted "
                          "by revenue).", **said)  # fmt: skip
    return report.say("Since %(months)s before: %(direction)s; weighted by revenue, the chance of no purchase went "
                      "from %(before)s to %(now)s.", **said, now=report.v("risk.weighted_risk"),
                      before=report.v("risk.weighted_risk", "previous_year"))  # fmt: skip


def _high(report: Report, row: dict[str, Any]) -> Markup:
    """What makes the level of risk high, with its limit."""
    numbers = report.wording.numbers
    share, limit = numbers.percent(row["share"], 0), numbers.percent(row["limit"], 0)
    if row["criterion"] == "one_client":
        return report.say("Risk is high: %(client)s holds %(share)s of revenue (limit %(limit)s).",
                          client=name_of(row), share=share, limit=limit)  # fmt: skip
    if row["criterion"] == "exposed":
        return report.say("Risk is high: exposed clients hold %(share)s of revenue (limit %(limit)s).",
                          share=share, limit=limit)  # fmt: skip
    return report.say("Risk is high: weighted risk is %(share)s (limit %(limit)s).", share=share, limit=limit)


def _word(report: Report, id: str) -> bool:
    figure = report.figure(id)
    return figure is not None and isinstance(figure.value, str)


def _within(report: Report, id: str) -> Markup:
    """A word figure inside a sentence: no capital."""
    entry = report.results.figures[id]
    word = report.wording.word(entry.figure.value)
    report.used.setdefault(id)
    return report.link(entry.source, word[:1].lower() + word[1:])


def _parts(report: Report) -> dict[str, Any]:
    """Gone, may fall silent, may shrink and the latter two together, with the change where it is more than chance."""
    rows = report.rows("risk.parts")
    if not rows:
        return {}
    numbers = report.wording.numbers
    scale = scale_for([row["amount"] for row in rows])
    for row in rows:
        report.used.setdefault(f"risk.{row['part']}")
    by_part = {row["part"]: row["amount"] for row in rows}
    ahead = [by_part.get(part) for part in ("may_fall_silent", "may_shrink", "revenue_at_risk")]
    known = [amount for amount in ahead if amount is not None]
    return {
        "rounded": _rounded(report, known[:-1], known[-1], scale) if len(known) == len(ahead) else "",
        "interval": _money_interval(report, AT_RISK) if "revenue_at_risk" in by_part else "",
        "unit": numbers.money_head(scale), "before": any(row["year_before"] is not None for row in rows),
        "rows": [{
            "name": report.say("%(part)s, %(span)s", part=report.wording.word(row["part"]),
                               span=_span(report, row["part"])),
            "amount": numbers.scaled(row["amount"], scale),
            "share": numbers.percent(row["share"], mark=False) if row["share"] is not None else report.na,
            "change": numbers.scaled(row["amount_change"], scale, sign=True) if row["clear"]
            else report.wording.language.text("within noise") if row["year_before"] is not None else "",
            "sum": row["part"] == "revenue_at_risk",
        } for row in rows],
    }  # fmt: skip


def _span(report: Report, part: str) -> Markup:
    """Of which months a part of the risk is."""
    if part == "gone":
        return report.say("last %(months)s", months=report.wording.months)
    return report.say("next %(horizon)s", horizon=horizon(report))


def _largest(report: Report) -> dict[str, Any]:
    """The first rows of the list in danger, in its order and its money, and what is most likely to happen to them."""
    rows, total = report.rows("risk.largest")[:SHOWN_LARGEST], report.number(f"{LIST}.at_stake")
    if not rows or total is None:
        return {}
    numbers, rest = report.wording.numbers, report.line("actions", LIST, "others")
    scale = scale_for([*(row["value"] for row in rows), *(row["at_stake"] for row in rows)], total)
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "rank": numbers.plain(row["rank"]), "name": name_of(row), "class": class_of(row["abc"]),
            "value": numbers.scaled(row["value"] or 0, scale), "p": chance(report, row["p12"]),
            "how": report.wording.word(row["part"]), "at_stake": numbers.scaled(row["at_stake"] or 0, scale),
        } for row in rows],
        "rest": {"n": numbers.plain(rest["clients"]), "money": numbers.scaled(rest["amount"] or 0, scale)}
        if rest["clients"] else None,
        "rounded": _rounded(report, [*(row["at_stake"] or 0.0 for row in rows), rest["amount"] or 0.0], total, scale),
        "n": report.v(f"{LIST}.listed"), "all": report.v(f"{LIST}.at_stake", scale=scale),
    }  # fmt: skip


def _rounded(report: Report, parts: list[float], whole: float, scale: Scale) -> Markup:
    """A note where the parts as printed do not add up to their sum as printed; else empty."""
    places = report.wording.numbers.minor if scale.factor == 1 and scale.decimals else scale.decimals
    printed = [round_half_up(Decimal(str(value)) / scale.factor, places) for value in (*parts, whole)]
    if sum(printed[:-1]) == printed[-1]:
        return Markup("")
    least = report.wording.numbers.plain(Decimal(1).scaleb(-places), places)
    return report.say("Rounded: parts can differ from the sum by %(least)s.", least=least)


def _outlook(report: Report) -> dict[str, Any]:
    """Today's clients, new ones and both, for the next months and the rest of the year."""
    ids = [f"risk.outlook{line}{ahead}" for ahead, line in AHEAD]
    known = {id: value for id in ids if (value := report.number(id)) is not None}
    if not known:
        return {}
    scale, text = scale_for(list(known.values())), report.wording.language.text
    names = {"_today": text("Today's clients"), "_new": text("New clients")}
    spans = {"": text("Next %(horizon)s", horizon=horizon(report)), "_year": text("Rest of the year")}
    rows = []
    for (ahead, line), id in zip(AHEAD, ids, strict=True):
        if ahead and report.number("risk.outlook_today_year") is None:
            continue  # the year is over, or no model: the lines above say which
        with_target = report.number(id, "target") is not None
        rows.append({
            "name": spans[ahead] if not line else names[line], "sum": not line,
            "value": report.v(id, scale=scale) if id in known else report.na,
            "interval": _scaled_interval(report, id, scale),
            "target": report.v(id, "target", scale=scale) if with_target else "",
            "before": report.v(id, "previous_year", scale=scale)
            if report.number(id, "previous_year") is not None else "",
            "target_change": report.change(id, "target") if with_target else "",
            "change": report.change(id) if not line else "",
        })  # fmt: skip
    lacks = report.say("n/a: %(reason)s.", reason=report.reason(NEW)) if NEW not in known else Markup("")
    return {"unit": report.wording.numbers.money_head(scale), "rows": rows, "lacks": lacks,
            "target": any(row["target"] for row in rows),
            "rounded": _outlook_rounded(report, known, scale)}  # fmt: skip


def _outlook_rounded(report: Report, known: dict[str, float], scale: Scale) -> Markup:
    for ahead in ("", "_year"):
        today, new, whole = (known.get(f"risk.outlook{line}{ahead}") for line in ("_today", "_new", ""))
        if today is not None and new is not None and whole is not None:
            note = _rounded(report, [today, new], whole, scale)
            if note:
                return note
    return Markup("")


def _scaled_interval(report: Report, id: str, scale: Scale) -> str:
    """The 95 % interval in the unit of its column; in words where it is wider than the value."""
    figure, numbers = report.figure(id), report.wording.numbers
    if figure is None or figure.interval is None or not isinstance(figure.value, int | float):
        return ""
    low, high = figure.interval
    if _too_wide(figure.value, low, high):
        return report.wording.language.text("too wide to tell")
    return numbers.span(numbers.scaled(low, scale), numbers.scaled(high, scale))


def _too_wide(value: float, low: float, high: float) -> bool:
    return high - low > abs(value)


def _then(report: Report) -> list[Markup]:
    """What was said before, and what came."""
    lines, money = [], report.wording.numbers.money
    for row in report.rows("risk.forecasts_then_and_now"):
        ago = report.count_of("%(n)s month", "%(n)s months", int(row["forecast_months"]))
        values = {"ago": ago, "expected": money(row["expected_today"]), "actual": money(row["actual_today"])}
        lines.append(report.say(
            "%(ago)s ago %(expected)s was expected of the clients known then: %(actual)s came.", **values
        ))  # fmt: skip
    return lines


def _value(report: Report) -> Markup:
    """The value of today's clients, and what it takes to replace the largest, in a few sentences."""
    if report.number("risk.expected_12") is None:
        return Markup("")
    interval = _money_interval(report, "risk.expected_12")
    text = report.say("Next 12 months: %(money)s", money=report.v("risk.expected_12", sentence=True))
    if interval:
        text += report.say(" (95%% interval %(interval)s)", interval=interval)
    each = report.v("risk.expected_12_per_client", sentence=True)
    text += report.say(", %(money)s a client", money=each)
    if report.number("risk.top10_value_share") is not None:
        text += report.say(", %(share)s of it from the ten largest", share=report.v("risk.top10_value_share"))
    text += Markup(". ")
    years = report.v("risk.residual_value", sentence=True)
    if report.number("risk.residual_value") is not None:
        ahead = formulas.recorded(report.results).get("risk.horizon_years")
        span = report.count_of("%(n)s year", "%(n)s years", int(ahead)) if ahead else ""
        text += report.say("In %(years)s, if they go on leaving as they did: %(money)s.", years=span, money=years)
    else:
        text += report.say(
            "What they still bring is not known: %(reason)s.", reason=report.reason("risk.residual_value")
        )
    text += Markup(" ")
    if report.number("risk.replacement_months") is None:
        reason = report.reason("risk.replacement_months")
        return text + report.say("Months to replace the largest client: n/a (%(reason)s).", reason=reason)
    months, net = (report.v(f"risk.replacement_months{name}") for name in ("", "_net"))
    slow = report.number("risk.replacement_months_net")
    if slow is None:
        net = net + Markup(" (") + Markup(report.reason("risk.replacement_months_net")) + Markup(")")
    elif slow > LONGEST_MONTHS:
        net = report.say("over ten years")
    return text + report.say(
        "Months to replace the largest client: %(months)s; with losses counted: %(net)s.", months=months, net=net
    )


def _money_interval(report: Report, id: str) -> str:
    """The 95 % interval of money, each end with its currency; in words where it is wider than the value; empty where
    there is none."""
    figure, numbers = report.figure(id), report.wording.numbers
    if figure is None or figure.interval is None or not isinstance(figure.value, int | float):
        return ""
    low, high = figure.interval
    if _too_wide(figure.value, low, high):
        return report.wording.language.text("too wide to tell")
    return numbers.span(numbers.money(low), numbers.money(high))


def _ageing(report: Report) -> dict[str, Any]:
    found = {row["bucket"]: row for row in report.rows("risk.receivables_ageing")}
    rows = [found[bucket] for bucket in BUCKETS if bucket in found and bucket != NOTES]
    if not rows or report.number("risk.receivables") is None:
        return {}
    numbers = report.wording.numbers
    scale, full = scale_for([row["amount"] for row in rows], report.number("risk.receivables")), largest(rows, "amount")
    notes = [(report.wording.word(NOTES), numbers.money(found[NOTES]["amount"]))] if NOTES in found else []
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "name": report.wording.word(row["bucket"]), "clients": numbers.plain(row["clients"]),
            "amount": numbers.scaled(row["amount"] or 0, scale),
            "share": numbers.percent(row["share"], mark=False) if row["share"] is not None else "",
            "width": report.width(max(row["amount"] or 0, 0) / full),
        } for row in rows],
        "all": report.v("risk.receivables", scale=scale),
        "also": [*((report.wording.name(id), report.v(id)) for id in OWED if report.number(id) is not None), *notes],
    }  # fmt: skip


def _contracts(report: Report) -> dict[str, Any]:
    """The contracts that end soonest, the rest in one line."""
    rows, count = report.rows("risk.contracts_ending"), report.number("risk.contracts_ending_clients")
    if not rows or not count:
        return {}
    numbers = report.wording.numbers
    shown, rest = rows[:SHOWN_CONTRACTS], report.line(ID, "risk.contracts_ending", "others")
    scale = scale_for([row["revenue"] for row in rows], report.number("risk.contracts_ending_revenue"))
    return {
        "unit": numbers.money_head(scale), "all": report.v("risk.contracts_ending_revenue", scale=scale),
        "clients": report.v("risk.contracts_ending_clients"),
        "rows": [{
            "name": name_of(row), "ends": day(report, row["contract_end"]), "p": chance(report, row["p_next"]),
            "revenue": numbers.scaled(row["revenue"] or 0, scale),
        } for row in shown],
        "rest": {"n": numbers.plain(rest["rows"]), "revenue": numbers.scaled(rest["amount"], scale)}
        if rest["rows"] else None,
    }  # fmt: skip

"""Page eight: score card and shortlist, exposure, six factors of the tiers, importance × difficulty, managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits import notation
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.rendering.pages import found, strategic_exposure, strategic_profile
from portfolio_review.rendering.pages.cells import name_of, proposed, score_range
from portfolio_review.rendering.pages.view import View, missing, windows_line
from portfolio_review.rendering.report import Report, Row
from portfolio_review.results.contract import Results

ID = "strategic"
UNCHANGED = ("stays", "named", "next")
"""Decisions that need no stress."""
SHOWN_MANAGERS = SHOWN["strategic.managers"]
SHORT_CARD = 6
"""Below a score card of up to so many rows exposure stands on the same page."""
SHADES = notation.HEAT_STEPS // 2
"""Criteria are shaded by half the heat scale: ten dark columns would outshout the scores."""
MATRIX = "strategic.importance.matrix"
LEAST_POINTS = 3
"""Fewer points are a list, no picture."""


def has_something_to_say(results: Results) -> bool:
    """Whether a short report shows this page: a strategic client buys there, or a key one is exposed."""
    exposed = results.tables.get("strategic.exposure")
    rows = exposed.rows or () if exposed else ()
    place = exposed.columns.index("flags") if exposed and "flags" in exposed.columns else None
    accounts = results.tables.get("strategic.dossiers")
    return bool(accounts and accounts.rows) or (place is not None and any(row[place] for row in rows))


def view(report: Report) -> View:
    """The page of strategic clients."""
    title = report.wording.language.text("Strategic clients")
    card, exposure = _card(report), strategic_exposure.table(report)
    if not card and not exposure:
        return missing(report, ID, title, "strategic.candidates", "strategic.key_clients")
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=windows_line(report),
        data={
            "card": card, "long": len(card.get("rows", ())) > SHORT_CARD, "exposure": exposure,
            "profile": strategic_profile.table(report),
            "importance": _importance(report), "managers": _managers(report),
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    """What strategic clients bring, and what of key clients' revenue hangs on one person."""
    parts: list[Markup] = []
    accounts = int(report.number("strategic.accounts") or 0)
    if accounts and report.number("strategic.accounts_share") is not None:
        report.used.setdefault("strategic.accounts")
        values = {
            "money": report.v("strategic.accounts_revenue", sentence=True),
            "share": report.v("strategic.accounts_share"),
        }
        if proposed(report):
            clients = report.count_of("%(n)s client", "%(n)s clients", accounts)
            text = report.say(
                "No account is named; the data propose %(clients)s with %(money)s, %(share)s of revenue",
                clients=clients, **values,
            )  # fmt: skip
        else:
            clients = report.count_of("%(n)s strategic client", "%(n)s strategic clients", accounts)
            text = report.say("%(clients)s bring %(money)s, %(share)s of revenue", clients=clients, **values)
        if report.has_change("strategic.accounts_revenue", "window_previous") and not report.seasons_differ:
            change = report.change("strategic.accounts_revenue", "window_previous")
            text += report.say(" (%(change)s on the months before)", change=change)
        elif report.number("strategic.accounts_revenue", "window_previous") is not None and not report.seasons_differ:
            before = report.v("strategic.accounts_revenue", "window_previous", sentence=True)
            text += report.say(" (%(before)s in the months before)", before=before)
        parts.append(text)
    of_key = report.line(ID, "strategic.single_contact_revenue", "of_key")["share"]
    if of_key is not None:
        parts.append(report.say(
            "%(money)s of key clients' revenue, %(share)s, rests on a single contact",
            money=report.v("strategic.single_contact_revenue", sentence=True),
            share=report.wording.numbers.percent(of_key, 0),
        ))  # fmt: skip
    if not parts:
        return report.say("No client is named as strategic yet")
    return Markup("; ").join(parts)


def _card(report: Report) -> dict[str, Any]:
    """The shortlist with its candidates: score, how much of it is known, its criteria, how steady the place is."""
    scores = {row["client_id"]: row for row in report.rows("strategic.scores")}
    rows = report.rows("strategic.proposal")
    if not rows:
        return {}
    heads = {column.name: column.label(report.wording.code) for column in CATALOG["strategic.scores"].columns}
    weights = [row for row in report.rows("strategic.criteria") if row["weight_used"]]
    criteria, numbers = [str(row["criterion"]) for row in weights], report.wording.numbers
    scale = scale_for([row["revenue_w1"] for row in rows])
    report.used.setdefault("strategic.places")
    return {
        "unit": numbers.money_head(scale),
        "criteria": [{
            "name": heads[f"{row['criterion']}_points"], "weight": numbers.percent(row["weight_used"], 0, mark=False),
        } for row in weights],
        "rows": [_candidate(report, row, scores.get(row["client_id"], {}), criteria, scale) for row in rows],
        "more": _more(report), "left_out": _left_out(report, heads),
        "scored": any(row["score"] is not None for row in rows),
        "unassessed": all(not row["scored"] for row in weights if row["origin"] == "from_people"),
        "enter": report.number("strategic.would_enter"), "leave": report.number("strategic.would_leave"),
    }  # fmt: skip


def _more(report: Report) -> Markup | str:
    """`292 more`: those to be assessed first beyond the rows shown; empty for none."""
    more = report.line(ID, "strategic.assess_first", "others")["clients"]
    return report.say("%(n)s more", n=report.wording.numbers.plain(more)) if more else ""


def _left_out(report: Report, heads: Mapping[str, str]) -> str:
    """`foothold (90% have one value), expected value (not known of any candidate)`: the criteria of weight that decide
    nothing; empty for none."""
    text, numbers = report.wording.language.text, report.wording.numbers

    def why(name: str, share: float | None) -> str:
        if share is None:
            return text("%(criterion)s (not known of any candidate)", criterion=name)
        return text("%(criterion)s (%(share)s have one value)", criterion=name, share=numbers.percent(share, 0))

    return ", ".join(
        why(name[:1].lower() + name[1:], row["same_share"])
        for row in report.rows("strategic.criteria") if row["left_out"] and row["weight"]
        for name in [heads[f"{row['criterion']}_points"]]
    )  # fmt: skip


def _candidate(report: Report, row: Row, scored: Row, criteria: Sequence[str], scale: Any) -> dict[str, Any]:
    numbers, known = report.wording.numbers, row["score"] is not None
    low, high = row["score_low"] or 0, row["score_high"] or 0
    return {
        "decision": report.wording.word(row["decision"]), "stressed": row["decision"] not in UNCHANGED,
        "rank": numbers.plain(row["rank"]) if row["rank"] is not None else "", "name": name_of(row),
        "account": bool(row["account"]),
        "score": numbers.plain(row["score"], 2) if known else report.na,
        "range": score_range(report, row), "at": report.left(row["score"] or 0) if known else "",
        "from": report.left(low), "over": report.width(high - low),
        "assessed": numbers.percent(row["assessed"], 0, mark=False) if row["assessed"] is not None else report.na,
        "few": known and row["stability"] is None,
        "stability": numbers.percent(row["stability"], 0, mark=False) if row["stability"] is not None else "–",
        "revenue": numbers.scaled(row["revenue_w1"] or 0, scale),
        "criteria": [criterion_cell(report, scored.get(f"{criterion}_points")) for criterion in criteria],
    }  # fmt: skip


def criterion_cell(report: Report, value: Any) -> dict[str, str]:
    """A criterion's value of 0 to 1 and its shade; a dash where nobody scored it."""
    if value is None:
        return {"text": "–", "css": "few"}
    return {"text": report.wording.numbers.plain(value, 2), "css": f"h{round(SHADES * float(value))}"}


def _importance(report: Report) -> dict[str, Any]:
    """The matrix with its key, from `LEAST_POINTS` points on; without an expert's difficulty there is none."""
    rows = report.rows("strategic.importance")
    points = sum(row["difficulty"] is not None for row in rows)
    if not points:
        return {}
    plain = report.wording.numbers.plain
    return {
        "chart": report.chart(MATRIX) if points >= LEAST_POINTS else "",
        "rows": [{
            "n": plain(row["rank"]) if row["rank"] is not None else "", "name": name_of(row),
            "score": plain(row["score"], 2) if row["score"] is not None else report.na,
            "difficulty": plain(row["difficulty"]) if row["difficulty"] is not None else "–",
            "relationship": plain(row["relationship_strength"]) if row["relationship_strength"] is not None else "–",
        } for row in rows],
    }  # fmt: skip


def _managers(report: Report) -> dict[str, Any]:
    """Revenue that rests on each of our managers: the largest, the rest in a line."""
    rows = report.rows("strategic.managers")
    if not any(row["manager"] for row in rows):
        return {}
    numbers = report.wording.numbers
    scale = scale_for([row["revenue"] for row in rows], sum(row["revenue"] or 0 for row in rows))
    rest, key = (report.line(ID, "strategic.managers", name) for name in ("others", "others:key"))

    def line(name: str, clients: float, key: float, revenue: float, share: float | None) -> dict[str, Any]:
        return {
            "name": name, "clients": numbers.plain(clients), "key": numbers.plain(key),
            "revenue": numbers.scaled(revenue, scale), "heavy": False,
            "share": numbers.percent(share, mark=False) if share is not None else report.na,
        }  # fmt: skip

    nobody = report.wording.language.text("not given")
    return {
        "unit": numbers.money_head(scale),
        "rows": [
            line(row["manager"] or nobody, row["clients"], row["key_clients"], row["revenue"] or 0, row["share"])
            | {"heavy": bool(row["heavy"])}
            for row in rows[:SHOWN_MANAGERS]
        ],
        "rest": line(str(report.count_of("%(n)s other", "%(n)s others", int(rest["rows"]))), rest["clients"],
                     key["clients"], rest["amount"], rest["share"]) if rest["rows"] else None,
        "heavy": any(row["heavy"] for row in rows),
    }  # fmt: skip

"""Whom we must not lose: score card and shortlist, importance × difficulty, plans, warning signs, six factors."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits import notation
from portfolio_review.exhibits.language import N_
from portfolio_review.rendering.pages import found, plans, strategic_exposure, strategic_profile
from portfolio_review.rendering.pages.cells import name_of, score_range
from portfolio_review.rendering.pages.view import Chart, View, column, missing, row, windows_line
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table, named
from portfolio_review.results.contract import Results

ID = "strategic"
UNCHANGED = ("stays", "named", "next")
"""Decisions that need no stress."""
SHORT_CARD = 6
"""Below a score card of up to so many rows exposure stands on the same page."""
SHADES = notation.HEAT_STEPS // 2
"""Criteria are shaded by half the heat scale: ten dark columns would outshout the scores."""
MATRIX = "strategic.importance.matrix"
LEAST_POINTS = 3
"""Fewer points are a list, no picture."""
CARD = (
    Column(id="decision", width=30, format="said", head=N_("Shortlist")),
    Column(id="rank", width=7, head=N_("No.")),
    Column(id="name", head=N_("Client")),
    Column(id="revenue_w1", width=13, css="ac", head=N_("Revenue")),
    Column(id="score", width=10, decimals=2, strong=True, head=N_("Score")),
    Column(id="range", width=17, format="figure", head=N_("Range")),
    Column(id="strip", width=21, format="said", css="sc", head=N_("Score on a line from 0 to 1"), quiet=True),
    Column(id="assessed", width=13, format="figure", css="crit", head=N_("Assessed, %%")),
    Column(id="stability", width=12, format="figure", css="crit kept", head=N_("Place kept, %%")),
)
CRITERION_WIDTH = 10.8
CARD_SUB = N_(
    "Criteria 0 to 1: rank among all candidates, or the experts' score; below each its weight in %%. Range: what is "
    "not assessed at worst and at best; place kept: %% of draws of the weights (± a quarter) and of what is not "
    "assessed"
)
LEFT_OUT = N_("Left out, its weight spread over the rest, for it tells none from another: %(criteria)s.")
FOOT = (
    N_("Scores order clients, they do not prove anything: read them with the expert notes in the workbook."),
    N_("Parts may not add to totals because of rounding."),
)
IMPORTANCE = Table(id="strategic.importance", css="keyed", columns=(
    Column(id="rank", width=6, head=N_("No.")),
    Column(id="name", head=N_("Client")),
    Column(id="score", width=11, decimals=2, head=N_("Score")),
    Column(id="difficulty", width=16, head=N_("Difficulty")),
    Column(id="relationship_strength", width=19, head=N_("Relationship")),
))  # fmt: skip


def has_something_to_say(results: Results) -> bool:
    """Whether a short report shows this page: a strategic client buys there, or a key one is exposed."""
    exposed = results.tables.get("strategic.exposure")
    rows = exposed.rows or () if exposed else ()
    place = exposed.columns.index("flags") if exposed and "flags" in exposed.columns else None
    accounts = results.tables.get("strategic.dossiers")
    return bool(accounts and accounts.rows) or (place is not None and any(row[place] for row in rows))


def view(report: Report) -> View:
    """The page of strategic clients."""
    title, card = report.wording.language.text("Strategic clients"), _card(report)
    if card is None and not report.rows("strategic.exposure"):
        return missing(report, ID, title, "strategic.candidates", "strategic.key_clients")
    no_card = "" if card else report.say("Score card: not shown, no client is scored in this review.")
    importance, agreed = _importance(report), plans.overview(report)
    beside = row(column(4, importance), column(8, agreed)) if agreed else row(column(12, importance))
    exposure, long = row(column(12, strategic_exposure.block(report))), card is not None and len(card.rows) > SHORT_CARD
    middle = (beside, exposure) if long else (exposure, beside)
    return View(
        id=ID, title=title, message=found.message(report, ID), line=windows_line(report),
        rows=(row(column(12, card)), *middle,
              row(column(12, strategic_profile.block(report)))),
        foot=Markup(" ").join(filter(None, (no_card, *map(report.say, FOOT)))), css="tight",
    )  # fmt: skip


# Score card ------------------------------------------------------------------------------------


def _card(report: Report) -> Made | None:
    """The shortlist with its candidates: score, how much of it is known, its criteria, how steady the place is."""
    rows = report.rows("strategic.proposal")
    if not rows:
        return None
    scores = {row["client_id"]: row for row in report.rows("strategic.scores")}
    heads = {column.name: report.wording.title(column) for column in CATALOG["strategic.scores"].columns}
    weights = [row for row in report.rows("strategic.criteria") if row["weight_used"]]
    numbers = report.wording.numbers
    criteria = tuple(Column(id=f"{row['criterion']}_points", width=CRITERION_WIDTH, format="figure", css="crit")
                     for row in weights)  # fmt: skip
    table = Table(id="strategic.scores", css="card", columns=(*CARD, *criteria))
    under = {f"{row['criterion']}_points": numbers.percent(row["weight_used"], 0, mark=False) for row in weights}
    report.used.setdefault("strategic.places")
    made = [_candidate(report, row, scores.get(row["client_id"], {}), criteria) for row in rows]
    for before, line in zip(rows, made[1:], strict=False):
        line["css"] = "" if before["decision"] == line["was"] else "group"
    more = report.line(ID, "strategic.assess_first", "others")["clients"]
    others = {"name": report.say("%(n)s more, %(all)s in all", n=numbers.plain(more),
                                 all=report.v("strategic.assess_first"))} if more else {}  # fmt: skip
    return table.made(
        report, made, lines=[Line(report.wording.word("assess_first"), others)] if others else [],
        note=_card_note(report, heads, rows, weights),
        heads={id: Markup("{} <br>{}").format(heads[id], weight) for id, weight in under.items()},
        title=report.say("Score card of the shortlist and its candidates, revenue in %(unit)s",
                         unit=numbers.money_head(table.scale(rows))),
        sub=report.say(CARD_SUB),
    )  # fmt: skip


def _card_note(report: Report, heads: Mapping[str, str], rows: list[Row], weights: list[Row]) -> Markup:
    said = [report.say("Bold: strategic clients. Clients assessed for less than 70%% of the weight neither enter nor "
                       "leave.")]  # fmt: skip
    if left_out := _left_out(report, heads):
        said.append(report.say(LEFT_OUT, criteria=left_out))
    if all(row["score"] is None for row in rows):
        said.append(report.say("No scores: fewer than three candidates, or no criterion tells them apart."))
    elif all(not row["scored"] for row in weights if row["origin"] == "from_people"):
        said.append(report.say("Nobody has judged the candidates: no place can be decided by data alone."))
    return Markup(" ").join(said)


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


def _candidate(report: Report, line: Row, scored: Row, criteria: tuple[Column, ...]) -> Row:
    numbers, known, name = report.wording.numbers, line["score"] is not None, named(name_of(line), "client")
    low, high = line["score_low"] or 0, line["score_high"] or 0
    strip = Markup('<div class="strip"><i class="ci {} {}"></i><i class="pt {}"></i></div>').format(
        report.left(low), report.width(high - low), report.left(line["score"])) if known else ""  # fmt: skip
    decision = Markup("{}").format(report.wording.word(line["decision"]))
    assessed = numbers.percent(line["assessed"], 0, mark=False) if line["assessed"] is not None else report.na
    steady = numbers.percent(line["stability"], 0, mark=False) if line["stability"] is not None else "–"
    return line | {
        "was": line["decision"], "name": Markup("<b>{}</b>").format(name) if line["account"] else name,
        "decision": decision if line["decision"] in UNCHANGED else Markup("<b>{}</b>").format(decision),
        "rank": line["rank"] if line["rank"] is not None else Markup(""), "revenue_w1": line["revenue_w1"] or 0,
        "range": score_range(report, line), "strip": strip, "stability": steady,
        "assessed": strategic_exposure.bad(assessed) if known and line["stability"] is None else assessed,
        **{one.id: _criterion(report, scored.get(one.id)) for one in criteria},
    }  # fmt: skip


def _criterion(report: Report, value: float | None) -> Markup:
    """A criterion's value of 0 to 1 and its shade; a dash where nobody scored it."""
    if value is None:
        return Markup("–")
    text = report.wording.numbers.plain(value, 2)
    return Markup('<div class="cell h{}">{}</div>').format(round(SHADES * float(value)), text)


def _importance(report: Report) -> Chart | Made | None:
    """The matrix from `LEAST_POINTS` points on, below them a list; without an expert's difficulty there is none."""
    rows = report.rows("strategic.importance")
    points = sum(row["difficulty"] is not None for row in rows)
    title, source = report.say("Importance × difficulty"), report.source_link("strategic.importance")
    if not points:
        return None
    if points >= LEAST_POINTS and report.chart(MATRIX):
        sub = report.say("Numbers: as in the score card; size: relationship")
        return Chart(svg=report.chart(MATRIX), title=title, sub=sub, source=source)
    sub = report.say("Difficulty and relationship 1 to 5, as our people see them; 5 is most")
    return IMPORTANCE.made(report, rows, title=report.say("Score, difficulty, relationship"), sub=sub)

"""The six-factor profile: scores of the tiers as dots on one axis, and beside each score what the data say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.exhibits.profile_rows import GROUPS, TIERS
from portfolio_review.rendering.pages.plans import progress
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Made, Table

MEASURES = {
    "number": ("active_clients",), "ease_of_finding": ("new_clients",),
    "how_they_pay": ("overdue_share", "days_to_pay"),
    "value_of_sale": ("revenue_per_client", "margin_per_client"), "repeat_sales": ("retention_rate", "repeat_rate"),
    "upkeep": ("contacts_per_client",),
}  # fmt: skip
"""What the data say of a factor: the first of them that is known."""
SHARES = ("overdue_share", "retention_rate", "repeat_rate")
MONEY = ("revenue_per_client", "margin_per_client")
LOWEST, HIGHEST = 1.0, 5.0
PROFILE = Table(id="strategic.six_factors", key="id", css="dumb", columns=(
    Column(id="factor", width=64, format="said", head=N_("Factor and what the data measure")),
    Column(id="dots", format="said", css="ax", optional=True),
    *(Column(id=f"{tier}:{part}", width=width, format="figure", optional=part == "score", wrap=True)
      for tier in TIERS for part, width in (("score", 26), ("data", 16))),
))  # fmt: skip


def block(report: Report) -> Made | None:
    """Rows of factors and group means: dots of the tiers, the score, market against portfolio, the data's value."""
    factors = {(row["tier"], row["factor"]): row for row in report.rows("strategic.six_factors")}
    measured = {(row["tier"], row["measure"]): row["amount"] for row in report.rows("strategic.factor_data")}
    if not factors and not any(amount is not None for amount in measured.values()):
        return None
    means = {(row["tier"], row["group"]): row["points"] for row in report.rows("strategic.factor_means")}
    scored = any(row["points"] is not None for row in factors.values())
    rows: list[Row] = []
    for group, members in GROUPS:
        rows += [_factor(report, factor, {tier: factors.get((tier, factor)) for tier in TIERS}, measured)
                 for factor in members]  # fmt: skip
        if scored:
            name = report.wording.word(group)
            points = {tier: means.get((tier, group)) for tier in TIERS}
            rows.append({
                "factor": report.say("Mean: %(group)s", group=name[:1].lower() + name[1:]), "css": "mean",
                "dots": _dots(report, {tier: (value, value) for tier, value in points.items() if value is not None}),
                **{f"{tier}:score": _points(report, value, 1) for tier, value in points.items()},
            })  # fmt: skip
    if not scored:
        rows = [row for row in rows if any(row[f"{tier}:data"] for tier in TIERS)]
    tiers = {tier: report.wording.word(tier) for tier in TIERS}
    heads: dict[str, str] = {"dots": Markup('<span class="ax1">1</span><span class="ax5">5</span>')}
    for n, (tier, name) in enumerate(tiers.items(), start=1):
        heads[f"{tier}:score"] = Markup('<i class="mk t{}"></i> {}').format(n, name) if scored else name
        heads[f"{tier}:data"] = report.say("data") if scored else name
    return (PROFILE if scored else replace(PROFILE, css="dense")).made(
        report, rows, heads=heads, note=_note(report, scored), sub=_sub(report, factors.values()) if scored else "",
        title=report.say("Six-factor profile of the tiers: scores 1 to 5, 5 in our favour; in grey what the data say")
        if scored else report.say("What the data say of the six factors, by tier"),
    )  # fmt: skip


def _sub(report: Report, factors: Iterable[Row]) -> Markup:
    sub = report.say("Upper group: outer market; lower group: inner market. Line: from the market's score to the "
                     "portfolio's, where they differ")  # fmt: skip
    by = next((row for row in factors if row["assessor"] and row["assessed_on"]), None)
    if by is None:
        return sub
    return sub + report.say(" (%(name)s, %(day)s)", name=str(by["assessor"])[:40],
                            day=report.wording.language.date(by["assessed_on"]))  # fmt: skip


def _factor(
    report: Report, factor: str, scores: dict[str, Row | None], measured: dict[tuple[str, str], float]
) -> Row:  # fmt: skip
    """A factor's row: what the data measure, and of each tier the score, the other side's and the data's value."""
    known = (name for name in MEASURES[factor] if any(measured.get((tier, name)) is not None for tier in TIERS))
    measure, numbers = next(known, ""), report.wording.numbers
    scale = scale_for([measured.get((tier, measure)) for tier in TIERS])
    unit = numbers.money_head(scale) if measure in MONEY else "%" if measure in SHARES else ""
    name = report.wording.word(measure) if measure else ""
    said = ", ".join(filter(None, (name[:1].lower() + name[1:], unit)))

    def value(tier: str) -> str:
        amount = measured.get((tier, measure))
        if amount is None:
            return report.na if measure else ""
        if measure in MONEY:
            return numbers.scaled(amount, scale)
        if measure in SHARES:
            return numbers.percent(amount, 0, mark=False)
        return _points(report, amount)

    row: Row = {
        "id": factor,
        "factor": Markup('<b>{}</b> <span class="g2 s7">{}</span>').format(report.wording.word(factor), said),
    }
    at: dict[str, tuple[float, float]] = {}
    for tier, found in scores.items():
        row[f"{tier}:data"] = Markup('<span class="g2">{}</span>').format(value(tier)) if measure else ""
        if found is None:
            continue
        market, portfolio, points = (found[name] for name in ("market", "portfolio", "points"))
        differ = market is not None and portfolio is not None and market != portfolio
        gap = f"{_points(report, market)}→{_points(report, portfolio)}" if differ else ""
        row[f"{tier}:score"] = Markup('<span class="g2 s7">{}</span> <b>{}</b>').format(gap, _points(report, points))
        if points is not None:
            at[tier] = (points, points if not differ else portfolio if points == market else market)
    return row | {"dots": _dots(report, at)}


def _dots(report: Report, at: dict[str, tuple[float, float]]) -> Markup:
    """A mark of each tier at its score, and a line to the other side's score where that differs."""

    def part(points: float) -> float:
        return (points - LOWEST) / (HIGHEST - LOWEST)

    made = []
    for n, tier in enumerate(TIERS, start=1):
        if tier not in at:
            continue
        points, other = at[tier]
        if points != other:
            low, high = sorted((part(points), part(other)))
            made.append(Markup('<i class="gap at{} {} {}"></i>').format(n, report.left(low), report.width(high - low)))
        made.append(Markup('<i class="mk t{0} at{0} {1}"></i>').format(n, report.left(part(points))))
    return Markup('<div class="dots">{}</div>').format(Markup("").join(made)) if made else Markup("")


def _note(report: Report, scored: bool) -> Markup:
    """The plan's line of each tier: goal, cost, how far it is; and which table is wanting."""
    plans = {row["tier"]: row for row in report.rows("strategic.agreements") if not row["client_id"] and row["tier"]}
    said = []
    for tier in TIERS if plans else ():
        plan = plans.get(tier)
        goal = report.say("no plan")
        if plan:
            cost = report.wording.numbers.money(plan["cost"]) if plan["cost"] is not None else None
            parts = (plan["goal"], cost, progress(report, plan))
            goal = Markup("; ").join(Markup("{}").format(part) for part in parts if part)
        said.append(Markup("<b>{}:</b> {}").format(report.wording.word(tier), goal))
    lines = [report.say("The plan's line of each tier. %(plans)s.", plans=Markup(" · ").join(said)) if said else
             report.say("The plan's line: the table “%(table)s” holds none for a tier.",
                        table=report.wording.word("plans"))]  # fmt: skip
    if not scored:
        lines.append(report.say("No scores: no table “%(table)s” given.", table=report.wording.word("assessments")))
    return Markup(" ").join(lines)


def _points(report: Report, points: float | None, decimals: int = 0) -> str:
    """Points, with at least so many decimals: whole ones without, as experts give them."""
    if points is None:
        return "–"
    return report.wording.numbers.plain(points, decimals if float(points).is_integer() else 1)

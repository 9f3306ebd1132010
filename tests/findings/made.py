"""Records made by hand from which the rules of findings speak: a portfolio that grew, fell, or stood still."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from portfolio_review import findings
from portfolio_review.catalog import CATALOG
from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.figure import Figure
from portfolio_review.results.contract import ReviewHead
from portfolio_review.results.seen import Scope, Seen

HEAD = ReviewHead(
    id="shop", title="Review", unit="all", period="2026-10", start="2026-10-01", end="2026-10-31",
    w1=("2025-11-01", "2026-10-31"), w0=("2024-11-01", "2025-10-31"), partial=False, currency="EUR", language="en",
    window_months=12, history_start="2023-11-01", data_until="2026-10-31",
)  # fmt: skip
SCOPE = Scope(revenue=1_000_000.0, revenue_before=900_000.0, least=5_000.0)
BIG = 100_000.0


def table(id: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """A table of the catalogue; cells that a row does not name are empty."""
    names = [column.name for column in CATALOG[id].columns]
    wrong = {name for row in rows for name in row} - set(names)
    assert not wrong, f"{id} has no columns {wrong}"
    return pd.DataFrame([[row.get(name) for name in names] for row in rows], columns=names, dtype=object)


def seen(figures: dict[str, Figure], *tables: tuple[str, pd.DataFrame], head: ReviewHead = HEAD) -> Seen:
    return Seen(head, SCOPE, figures, dict(tables))


def figure(value: float | str, **parts: Any) -> Figure:
    return Figure(value=value, **parts)


def doubts(n: int, way: int) -> list[Doubt]:
    """n doubts of which the first is a finding: by its weight, or (way < 0) by what it is."""
    return [
        Doubt(
            id="other_sheets" if way < 0 else "duplicates", table="transactions", column=None if not number else str(number),
            rows=n, done=Phrase("x"), remedy=Phrase("y"), of_w1=0.0 if number or way < 0 else 0.06,
            of_w0=0.07 if n == 1 and way > 0 else 0.0,
            accepted=number > 0 and way < 0, of_company=n == 5,
        )
        for number in range(n)
    ]  # fmt: skip


def client(n: int, **cells: Any) -> dict[str, Any]:
    """The n-th client of a table: `Client 1`, …"""
    return {"client_id": f"{n:05d}", "name": f"Client {n}", **cells}


def clients(n: int, **cells: Any) -> list[dict[str, Any]]:
    return [client(number, **cells) for number in range(1, n + 1)]


def whole(n: int, way: int, language: str = "en", start: str = HEAD.history_start) -> Seen:
    """A review in which every rule has something to say of `n` clients; `way`: +1 gains, −1 losses, 0 no change."""
    head = replace(HEAD, language=language, history_start=start)
    now = 1 + 0.3 * way
    figures = {
        "headline.revenue": figure(BIG * now, previous_year=BIG),
        "data.restated_share": figure(0.02),
        "data.restated_revenue": figure(n * BIG),
        "headline.clients": figure(40 * now, previous_year=40 if n > 1 else 4),
        "headline.revenue_per_client": figure(BIG / 40, previous_year=BIG / 40),
        "structure.revenue": figure(BIG * now, window_previous=BIG, previous_year=BIG),
        "movement.new_silent_clients": figure(n // 2),
        "retention.second_purchase_180": figure(0.6, previous_year=0.7),
        "bridge.end": figure(900_000.0 * now),
        "headline.year_end_revenue": figure(10 * BIG * now, previous_year=10 * BIG),
        "headline.lapsed_clients": figure(n),
        "headline.lapsed_revenue": figure(BIG if n else 0.0),
        "headline.lapsed_regular_revenue": figure(BIG / 2 if n else 0.0),
        "structure.clients": figure(max(n, 40), window_previous=max(n, 40) + 10 * way, previous_year=max(n, 40) + 10),
        "structure.top1_share": figure(0.40, previous_year=0.40 - 0.1 * way),
        "structure.top10_share": figure(0.60, previous_year=0.60 - 0.1 * way),
        "bridge.start": figure(900_000.0, previous_year=800_000.0),
        "bridge.churn": figure(-BIG, previous_year=-BIG / 2),
        "bridge.new": figure(BIG, previous_year=BIG / 2),
        "bridge.returned": figure(BIG, previous_year=BIG / 2),
        **{f"migration.abc.{name}": figure(value) for name, value in _moves(n, way).items()},
        "retention.still_buying_rate": figure(0.55),
        "retention.client_retention_rate": figure(
            0.8, interval=(0.75, 0.85), previous_year=0.79 - 0.15 * way, target=0.9
        ),
        "retention.net_revenue_retention": figure(
            1.02 + 0.2 * way, interval=(0.9 + 0.2 * way, 1.1 + 0.2 * way), previous_year=0.97
        ),
        "retention.point_value": figure(10_000.0),
        "retention.loss_reasons_known": figure(0.8),
        **{
            f"drivers.{'nvl'[(n + place) % 3]}_effect": figure(value * way)
            for place, value in enumerate((BIG, -BIG / 3, 10.0))
        },
        "risk.horizon_months": figure(3),
        "risk.revenue_at_risk": figure(BIG * (1 - 0.5 * way), previous_year=BIG),
        "risk.backtest_verdict": figure("loses_to_last_share" if way < 0 else "beats_last_share"),
        "risk.backtest_expected": figure(40.4),
        "risk.backtest_actual": figure(21),
        "risk.backtest_clients": figure(90),
        "risk.overdue": figure(BIG),
        "risk.overdue_share": figure(0.4),
        "risk.contracts_ending_revenue": figure(BIG),
        "actions.retain.thread.listed": figure(n),
        "actions.retain.thread.at_stake": figure(BIG),
        **(_unprofitable(n) if way > 0 else {}),  # money at stake is margin
        "actions.underserved": figure(n),
        "actions.underserved_at_stake": figure(BIG),
        "actions.contacts_overdue": figure(n),
        **{f"strategic.{name}": figure(value) for name, value in _exposed(n).items()},
        "strategic.assess_first": figure(3 * n),
    }
    return replace(seen(figures, *_tables(n, way), head=head), doubts=tuple(doubts(n, way)))


def _unprofitable(n: int) -> dict[str, Figure]:
    return {f"actions.unprofitable.{name}": figure(value)
            for name, value in {"clients": n, "revenue": BIG, "margin": -BIG if n else 0.0}.items()}  # fmt: skip


def flash(made: Seen) -> Seen:
    """The same review of a period of which nine days are known."""
    return replace(made, head=replace(made.head, partial=True, data_until="2026-10-09", compared_until="2026-10-09"))


def quiet(n: int, way: int, language: str = "en") -> list[Seen]:
    """Reviews in which nothing is news: what stands over pages then, by what they have."""
    head, rate = replace(HEAD, language=language), figure(0.8, previous_year=0.8 + 0.01 * way)
    back, ahead = {"actions.return.expected_back": figure(BIG / 5)}, BIG * (1 + 0.3 * way)
    lost, danger, keep = (
        {f"actions.{rule}.at_stake": figure(BIG), f"actions.{rule}.listed": figure(max(n, 1))}
        for rule in ("return", "retain", "reward")
    )
    margin = {"actions.unprofitable.margin": figure(0.0)}
    months = {"risk.horizon_months": figure(3)}
    known: list[dict[str, Figure]] = [
        {**lost, **back, **danger, **margin}, danger, lost, keep, {},
        {"retention.client_retention_rate": rate, "retention.still_buying_rate": figure(0.7)},
        {"retention.client_retention_rate": figure(0.8, target=0.84)}, {"retention.client_retention_rate": figure(0.8)},
        {**months, "risk.outlook": figure(ahead, target=BIG)}, {**months, "risk.outlook_year": figure(ahead, target=BIG)},
        {**months, "risk.outlook": figure(ahead, previous_year=BIG, interval=(0.0, 3 * BIG))},
        {**months, "risk.outlook": figure(ahead, target=BIG, interval=(0.0, 3 * BIG))},
        {**months, "risk.outlook": figure(ahead)}, {**months, "risk.outlook_today": figure(ahead)},
    ]  # fmt: skip
    slow = Seen(head, replace(SCOPE, usual_gap=400.0), {"retention.client_retention_rate": rate})
    return [*(Seen(head, SCOPE, figures) for figures in known), slow]


def plain(n: int, way: int, language: str = "en") -> list[Seen]:
    """Reviews of which only what stands over each page is told, by what they have."""
    head, now = replace(HEAD, language=language), 1 + 0.3 * way
    rows = [{"item": "sources", "rows": 5 * n + 2, "revenue": BIG}, {"item": "used", "rows": 5 * n + 2 - (way < 0)}]
    read = {"data.reconciliation": table("data.reconciliation", *rows)}
    found = tuple(replace(one, accepted=False, share=0.06 if way else None) for one in doubts(n, way))
    held = {"structure.abc": table("structure.abc", {"class": "A", "clients": max(n, 1), "share_of_revenue": 0.8})}
    values = [{"value": "Retail", "revenue": BIG, "amount_change": way * 10.0}, {"value": "Food", "revenue": BIG / 2,
                                                                               "amount_change": 5.0}]  # fmt: skip
    by = {"structure.by.region": table("structure.by.region", *values)}
    lines = [{"object": "bridge.steps", "line": "existing", "amount_change": way * BIG},
             {"object": "bridge.steps", "line": "fresh", "amount_change": way * BIG / 2},
             *({"object": "migration.abc", "line": line, "clients": n, "amount_change": way * BIG}
               for line in ("rose", "fell", "moved"))]  # fmt: skip
    ends = {"bridge.start": figure(BIG), "bridge.end": figure(BIG * now), "bridge.new": figure(BIG / 4),
            "migration.abc.up": figure(n), "migration.abc.down": figure(n)}  # fmt: skip
    net = {"retention.net_revenue_retention": figure(now, interval=(now - 0.6, now + 0.6))}
    back, none = {"bridge.returned": figure(BIG / 8)}, {"bridge.new": figure(0.0)}
    moved = {"movement.lines": table("movement.lines", *lines)}
    factors = {"drivers.factors": table("drivers.factors", *(
        {"reading": "orders", "factor": name, "value_w0": 2.0, "value_w1": value}
        for name, value in (("N", max(n, 1)), ("V", 250.0), ("L", 2.5))))}  # fmt: skip
    effects = {f"drivers.{name}_effect": figure(way * 10.0) for name in "nvl"}
    period = {"headline.revenue": figure(BIG), "headline.clients": figure(max(n, 1)), "headline.orders": figure(n)}
    accounts = {"strategic.accounts": figure(n), "strategic.accounts_revenue": figure(BIG),
                "strategic.accounts_share": figure(0.1)}  # fmt: skip
    proposal = {"strategic.proposal": table("strategic.proposal", client(1, decision="proposed"))}
    ending = {"risk.contracts_ending_clients": figure(max(n, 1)), "risk.contracts_ending_revenue": figure(BIG)}
    known: list[tuple[dict[str, Figure], dict[str, pd.DataFrame]]] = [
        ({}, read), ({"structure.clients": figure(40), "structure.top10_share": figure(0.5)}, held),
        ({"structure.clients": figure(n)}, {}), ({"structure.clients": figure(n), "structure.top1_share": figure(0.5)}, {}),
        ({}, by), (ends, moved), ({**ends, **net, **back}, moved),
        ({**ends, **none}, moved), ({**ends, **none, **back}, moved), (effects, factors), (period, {}),
        ({"retention.repeat_rate": figure(0.4)}, {}), ({"series.usual_gap": figure(max(n, 1))}, {}),
        (accounts, {}), (accounts | {"strategic.single_contact_revenue": figure(BIG)}, {}), (accounts, proposal),
        ({"strategic.single_contact_revenue": figure(BIG)}, {}),
        ({"risk.may_fall_silent": figure(BIG), "risk.horizon_months": figure(3)}, {}),
        ({"risk.receivables": figure(BIG)}, {}), (ending, {}),
    ]  # fmt: skip
    made = [Seen(head, SCOPE, figures, tables) for figures, tables in known]
    return [*made, *map(short, made), *(replace(one, doubts=found) for one in made[:1])]


def short(made: Seen) -> Seen:
    """The same review with a window of half a year."""
    return replace(made, head=replace(made.head, window_months=6, w1=("2026-05-01", "2026-10-31")))


def again(made: Seen, month: str) -> Seen:
    """The same review, of whose findings an earlier one of that month had all."""
    kept = findings.tell(made, *findings.SECTIONS)
    return replace(made, since={finding.key: month for finding in kept})


NOW = ("revenue", "revenue_w1", "reached")
"""Columns of money of the period or of W1."""


def turned(now: float, n: int, way: int, language: str = "en") -> Seen:
    """`whole`, but everything of the period and of W1 is `now` times as large: refunds, or a leap."""
    made = whole(n, way, language)
    return varied(made, dict.fromkeys(made.figures, now) | {f"{id}.{name}": now for id in made.tables for name in NOW})


def is_money(id: str, name: str) -> bool:
    """Whether a column of a table is money; targets are of several figures, here of revenue."""
    unit = next(column.unit for column in CATALOG[id].columns if column.name == name)
    return unit == "money" or (id == "headline.targets" and name in ("reached", "target", "critical"))


def varied(made: Seen, factors: dict[str, float]) -> Seen:
    """The same review with values multiplied: figures by id (`id@previous_year`: that part), columns by `table.column`.

    Only what is money, and net revenue retention, can have any sign; a sum of amounts without theirs has none.
    """
    figures = dict(made.figures)
    for id, figure in made.figures.items():
        if (CATALOG[id].unit != "money" and id != "retention.net_revenue_retention") or id == "data.restated_revenue":
            continue
        factor, interval = factors.get(id, 1.0), figure.interval
        parts: dict[str, Any] = {"value": figure.value * factor}  # type: ignore[operator]
        if interval is not None:
            parts["interval"] = tuple(sorted(bound * factor for bound in interval))
        if figure.previous_year is not None:
            parts["previous_year"] = figure.previous_year * factors.get(f"{id}@previous_year", 1.0)
        figures[id] = replace(figure, **parts)
    tables = {
        id: frame.assign(**{
            name: [value if value is None else value * factors[f"{id}.{name}"] for value in frame[name]]
            for name in frame
            if f"{id}.{name}" in factors and is_money(id, name)
        })
        for id, frame in made.tables.items()
    }  # fmt: skip
    return replace(made, figures=figures, tables=tables)


def _moves(n: int, way: int) -> dict[str, int]:
    more, less = max(n, 1) * 12, 0
    return {"up": more if way > 0 else less, "down": more if way < 0 else less, "stay": n}


def _exposed(n: int) -> dict[str, float]:
    return {
        "single_contact_revenue": BIG, "single_contact_clients": n, "threatened_revenue": BIG, "threatened_clients": n,
    }  # fmt: skip


def _causes(n: int, way: int) -> list[tuple[str, str]]:
    """Of data, settings and method: the first alone, one of the others, both, or nobody knows."""
    settings, method = {2: ("changed", "unchanged"), 5: ("unchanged", "changed"), 21: ("changed", "changed")}.get(
        n, ("unchanged", "unchanged") if way else ("not_told", "not_told")
    )
    data = "changed" if (settings, method) == ("unchanged", "unchanged") else "not_told"
    return [("data", data), ("settings", settings), ("method", method)]


def _tables(n: int, way: int) -> list[tuple[str, pd.DataFrame]]:
    grown = 1 + 0.5 * way
    made: dict[str, list[dict[str, Any]]] = {
        "data.left_out": [{"reason": "no_client", "rows": n, "revenue": BIG}] if n else [],
        "data.compared": [
            {"cause": cause, "changed": changed, "review": "2026-09", "version": 0} for cause, changed in _causes(n, way)
        ],
        "data.restated": [{"month": f"2026-{number % 9 + 1:02d}", "change": BIG} for number in range(n)],
        "headline.targets": [
            {"figure": "headline.revenue", "reached": BIG * (1 + 0.2 * way), "target": BIG, "attainment": 1 + 0.2 * way,
             "critical": BIG * 0.9, "level": "critical" if way < 0 else "optimal"},
            {"figure": "headline.clients", "reached": 40 * (1 + 0.2 * way), "target": 40, "level": None},
            {"figure": "headline.order_value", "reached": 4 * (1 + 0.2 * way), "target": 4, "level": "watch"},
            {"figure": "headline.margin_rate", "reached": 0.3 * (1 + 0.2 * way), "target": 0.3, "level": "watch"},
        ],
        "headline.target_gap": [
            *clients(min(n, 3), actual=0.0, reference=BIG, gap=BIG * (0.3 * way)),
            {"client_id": "others", "actual": BIG, "reference": BIG / 2, "gap": BIG / 2},
        ],
        "bridge.margin": [
            {"step": "margin_start", "amount": BIG, "margin_rate": 0.3 if n else None},
            {"step": "margin_volume", "amount": BIG * way},
            {"step": "margin_mix", "amount": -BIG / 3}, {"step": "margin_rate_effect", "amount": -2 * BIG / 3},
            {"step": "margin_end", "amount": BIG * way, "margin_rate": 0.3 * (1 + 0.1 * way) if n else None},
        ],
        "bridge.margin_largest": clients(min(n, 5), rank=1, amount=-BIG * (1 - way) / 2),
        "headline.unusual_months": [
            {"measure": measure, "month": "2026-10", "reached": 500.0, "limit_low": 600.0, "limit_high": 700.0,
             "unusual": way != 0}
            for measure in ("revenue", "clients", "orders", "new_clients")
        ],
        "structure.over_10pct": clients(n, revenue=BIG, share=0.2),
        "structure.xyz": [{"class": "X", "clients": 95}, {"class": "Y", "clients": 5}, {"class": "Z", "clients": 0}],
        "structure.by.industry": [
            {"value": "Retail", "revenue": BIG * grown, "revenue_w0": BIG},
            {"value": "Food", "revenue": BIG, "revenue_w0": BIG},
        ],
        "bridge.steps": [
            {"step": "churn", "clients": 0 if n == 21 else n, "amount": 0.0 if n == 21 else -BIG}, {"step": "new", "clients": n, "amount": BIG},
            {"step": "returned", "clients": n, "amount": BIG},
            {"step": "contraction", "clients": n, "amount": -BIG * (1 - way)},
            {"step": "gone_quiet", "clients": n, "amount": -BIG * (1 - way) / 2},
            {"step": "expansion", "clients": n, "amount": BIG * (1 + way)},
        ],
        "bridge.largest": [
            client(number, step=step, rank=number, amount=sign * BIG / 2 / number)
            for step, sign in (("churn", -1), ("new", 1), ("returned", 1), ("contraction", -1), ("expansion", 1))
            for number in range(1, min(n, 5) + 1)
        ],
        "migration.abc": [{"from": "A", "to": "B", "clients": n, "revenue_w0": BIG, "revenue_w1": BIG * grown}],
        "movement.lines": [
            {"object": "migration.abc", "line": name, "clients": n, "amount_change": amount}
            for name, amount in (("rose", 3 * BIG), ("fell", -BIG), ("moved", 2 * BIG))
        ] + [
            {"object": "bridge.steps", "line": name, "amount_change": amount}
            for name, amount in (("existing", way * BIG), ("fresh", 2 * BIG))
        ],
        "migration.abc.movers": [
            client(1, **{"from": "A", "to": "B"}, revenue_w0=BIG, revenue_w1=0.0, amount_change=-BIG),
            client(2, **{"from": "B", "to": "A"}, revenue_w0=BIG, revenue_w1=3 * BIG, amount_change=2 * BIG),
        ],
        "migration.abc.trend": [
            *({"month": f"2026-0{number}", "rate": 0.1 + number / 100, "unusual": False} for number in range(1, 5)),
            {"month": "2026-10", "rate": 0.3, "unusual": way != 0},
        ],
        "retention.by_industry": [
            {"value": "Retail", "base": 60, "rate": 0.4, "low": 0.3, "high": 0.5},
            {"value": "Food", "base": 60, "rate": 0.9, "low": 0.85, "high": 0.95},
        ],
        "retention.loss_reasons": [
            {"loss_reason": "price", "clients": n + 1, "revenue": BIG}, {"loss_reason": "complaint", "clients": 1, "revenue": 1.0},
        ],
        "risk.overdue_clients": clients(min(n, 5), overdue=BIG / 3, days_overdue=90),
        "risk.contracts_ending": clients(n, contract_end="2026-12-31", revenue=BIG, p_next=0.5),
        "actions.full": [
            *(
            client(number, list="return", rule="return", listed=True, reason="silent", usual=n or None, now=n, recent=True,
                   revenue_last_active=BIG / number)
            for number in range(1, n + 1)
            ),
            client(99, list="retain", rule="retain", listed=True, stage="declining", abc="A", reason="spends_less",
                   usual=10.0, now=-0.4, p_next=0.9, revenue_w1=BIG, revenue_w0=BIG / 0.6),
        ],
        "actions.exposure_reasons": [
            {"reason": "single_contact", "clients": n, "share": 0.6, "revenue": BIG, "exposes": n == 0},
            {"reason": "unseen", "clients": 1, "share": 0.1, "revenue": BIG, "exposes": True},
        ],
        "strategic.exposure": clients(
            n, single_contact=True, threatened=True, revenue_w1=BIG, revenue_w0=BIG * (1 - 0.3 * way), falling=way < 0,
            account=True, stage="declining" if way < 0 else "stable", stale_contact=True, contact_days=n or None,
        ),
        "strategic.agreements": [client(1, actions_overdue=n, actions_open=n, oldest_overdue=n)] if n else [],
        "strategic.proposal": [
            client(7, decision="enters", rank=3, score=0.8, stability=0.94),
            *clients(n, decision="assess_first", rank=5, score=0.7, assessed=0.6, revenue_w1=BIG),
        ],
    }  # fmt: skip
    return [(id, table(id, *rows)) for id, rows in made.items()]

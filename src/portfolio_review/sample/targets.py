"""The targets table: the plan of every unit, of the company and of the managers, month by month."""

from typing import Final

import pandas as pd

from portfolio_review.sample.company import UNITS

# Planned growth over the same month a year earlier: revenue and margin, clients.
_GROWTH: Final = {
    "Germany": (0.03, 0.00), "Benelux": (0.08, 0.04), "Iberia": (0.02, 0.00),
    "Baltics": (0.05, 0.02), "Central Asia": (0.07, 0.03), "Marine": (0.01, 0.00),
}  # fmt: skip
# Plan for client retention and net revenue retention, 12 months against 12 months.
_RETENTION: Final = {
    "Germany": (0.84, 0.98), "Benelux": (0.85, 1.05), "Iberia": (0.80, 0.96), "Baltics": (0.84, 1.00),
    "Central Asia": (0.84, 1.02), "Marine": (0.95, 1.00), "all": (0.84, 1.00),
}  # fmt: skip
_OPTIMAL_ABOVE: Final = {"retention.client_retention_rate": 0.04, "retention.net_revenue_retention": 0.06}
_CRITICAL_BELOW: Final = {"retention.client_retention_rate": 0.08, "retention.net_revenue_retention": 0.10}
FIRST_PLAN_YEAR: Final = 2025
LAST_PLAN_YEAR: Final = 2026
CRITICAL_REVENUE: Final = 0.90  # of the plan
OPTIMAL_REVENUE: Final = 1.05
MANAGER_PLAN: Final = "2026-10"  # the month for which managers have plans of their own


def targets(transactions: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """The contract's table; period ids as in reviews: 2026-10, 2026-Q4, 2026."""
    sold = transactions[transactions["client_id"].notna()].copy()
    sold["month"] = sold["date"].dt.strftime("%Y-%m")
    rows = _money(sold) + _clients(sold) + _retention() + _managers(sold, clients)
    table = pd.DataFrame(rows, columns=["unit", "figure", "period", "value", "manager", "optimal", "critical"])
    return table.astype(
        dict.fromkeys(("unit", "figure", "period", "manager"), "str")
        | dict.fromkeys(("value", "optimal", "critical"), "float64")
    )


Row = tuple[str, str, str, float, str | None, float | None, float | None]


def _months() -> list[tuple[str, str]]:
    """Month of the plan and the same month a year earlier."""
    return [
        (f"{year}-{month:02d}", f"{year - 1}-{month:02d}")
        for year in range(FIRST_PLAN_YEAR, LAST_PLAN_YEAR + 1)
        for month in range(1, 13)
    ]


def _money(sold: pd.DataFrame) -> list[Row]:
    """Revenue and margin: last year's month and planned growth, in thousands; quarters and years add up."""
    rows: list[Row] = []
    for measure in ("revenue", "margin"):
        figure = f"headline.{measure}"
        earlier = sold.groupby(["unit", "month"])[measure].sum()
        plan: dict[tuple[str, str], float] = {}
        for unit in UNITS:
            for month, base in _months():
                value = float(round(float(earlier[(unit.name, base)]) * (1 + _GROWTH[unit.name][0]), -3))
                for name in (unit.name, "all"):
                    for period in (month, f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}", month[:4]):
                        plan[name, period] = plan.get((name, period), 0.0) + value
        for (name, period), value in plan.items():
            levels = (OPTIMAL_REVENUE * value, CRITICAL_REVENUE * value) if measure == "revenue" else (None, None)
            rows.append((name, figure, period, value, None, *levels))
    return rows


def _clients(sold: pd.DataFrame) -> list[Row]:
    """Buying clients of the month: last year's number and planned growth."""
    buying = sold[sold["revenue"] > 0]
    by_unit = buying.groupby(["unit", "month"])["client_id"].nunique()
    together = buying.groupby("month")["client_id"].nunique()
    rows: list[Row] = []
    for month, base in _months():
        for unit in UNITS:
            value = round(int(by_unit[(unit.name, base)]) * (1 + _GROWTH[unit.name][1]))
            rows.append((unit.name, "headline.clients", month, float(value), None, None, None))
        rows.append(("all", "headline.clients", month, float(round(int(together[base]) * 1.015)), None, None, None))
    return rows


def _retention() -> list[Row]:
    rows: list[Row] = []
    for name, plan in _RETENTION.items():
        for figure, value in zip(_OPTIMAL_ABOVE, plan, strict=True):
            optimal = round(value + _OPTIMAL_ABOVE[figure], 2)
            critical = round(value - _CRITICAL_BELOW[figure], 2)
            rows += [(name, figure, month, value, None, optimal, critical) for month, _ in _months() if month >= "2026"]
    return rows


def _managers(sold: pd.DataFrame, clients: pd.DataFrame) -> list[Row]:
    """Revenue of each manager's clients, for the last month of the history."""
    manager = sold["client_id"].map(clients.set_index("client_id")["manager"])
    base = sold[sold["month"] == f"{int(MANAGER_PLAN[:4]) - 1}{MANAGER_PLAN[4:]}"]
    earlier = base.assign(manager=manager.loc[base.index]).groupby(["unit", "manager"])["revenue"].sum()
    rows: list[Row] = []
    for unit, name, revenue in earlier.reset_index().itertuples(index=False, name=None):
        if revenue > 0:
            value = float(round(revenue * (1 + _GROWTH[unit][0]), -3))
            rows.append((unit, "headline.revenue", MANAGER_PLAN, value, name, None, None))
    return rows

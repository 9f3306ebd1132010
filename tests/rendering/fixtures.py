"""Hand-made results for the rendering tests; figures of Online Retail II 2011-11 where they are at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure, undefined
from portfolio_review.rendering.context import RunContext
from portfolio_review.results.contract import (
    Cell,
    RecordedChart,
    RecordedCheck,
    RecordedFigure,
    RecordedTable,
    Results,
    ReviewHead,
    Source,
)

CONTEXT = RunContext(
    run="5f1c07ab", program="0.1.0", libraries={"pandas": "3.0.0", "weasyprint": "70.0", "matplotlib": "3.11.2"}
)
NOTEBOOKS = {"headline": "00_data_and_checks", "data": "00_data_and_checks", "structure": "01_portfolio_structure"}


def source(id: str) -> Source:
    section = id.partition(".")[0]
    return Source(NOTEBOOKS.get(section, "03_retention" if section == "retention" else "02_segment_migration"),
                  f"c{sum(map(ord, id)) % 9973:04d}")  # fmt: skip


def head(language: str = "en", **changes: Any) -> ReviewHead:
    base = ReviewHead(
        id="online-retail-ii", title="Client portfolio review" if language == "en" else "Обзор клиентского портфеля",
        unit="all", period="2011-11", start="2011-11-01", end="2011-11-30", w1=("2010-12-01", "2011-11-30"),
        w0=("2009-12-01", "2010-11-30"), partial=False, currency="GBP" if language == "en" else "RUB",
        language=language, window_months=12, history_start="2009-12-01", data_until="2011-11-30",
    )  # fmt: skip
    return replace(base, **changes)


def figure(id: str, value: Figure | float | int | str | None, **parts: Any) -> RecordedFigure:
    made = value if isinstance(value, Figure) else Figure(value=value, **parts)
    return RecordedFigure(made, CATALOG[id].unit if id in CATALOG else "number", source(id))


def table(id: str, rows: list[tuple[Cell, ...]], columns: str = "") -> RecordedTable:
    names = tuple(columns.split()) if columns else tuple(column.name for column in CATALOG[id].columns)
    return RecordedTable(names, tuple(rows), source(id), len(rows))


STEPS: dict[str, tuple[int | None, float]] = {
    "start": (4266, 8043585.224), "churn": (1553, -975907.283), "contraction": (1596, -2075455.004),
    "expansion": (1114, 1522463.486), "returned": (None, 0.0), "new": (1584, 1390671.081),
    "adjustments": (104, 52201.930), "end": (4297, 7957559.434),
}  # fmt: skip
NO_HISTORY = "history starts 2009-12, needs 2008-12"


def figures() -> dict[str, RecordedFigure]:
    values: dict[str, Figure] = {
        "headline.revenue": Figure(
            value=1132407.74, previous=1090906.68, previous_year=1134990.0, target=1190000.0, ytd=6988000.5,
            ytd_previous_year=7105000.0, window=7957559.434, window_previous=8043585.224),
        "headline.clients": Figure(value=1664, previous=1425, previous_year=1607, target=1700),
        "headline.orders": Figure(value=2657, previous=1929, previous_year=2500, window=20000, window_previous=20500),
        "headline.new_clients": Figure(value=191, previous=350, previous_year=320),
        "structure.clients": Figure(value=4297, window_previous=4266),
        "structure.revenue": Figure(value=7957559.434, window_previous=8043585.224),
        "structure.top1_share": Figure(value=0.0336), "structure.top5_share": Figure(value=0.119),
        "structure.top10_share": Figure(value=0.166), "structure.top20pct_share": Figure(value=0.734),
        "structure.hhi": Figure(value=0.00452), "structure.effective_clients": Figure(value=221.3),
        "structure.gini": Figure(value=0.701), "structure.half_of_revenue_clients": Figure(value=242),
        "series.xyz_interval": Figure(value="month"), "series.usual_gap": Figure(value=59.0),
        **{f"bridge.{step}": Figure(value=amount) for step, (_, amount) in STEPS.items()},
        "movement.retained_clients": Figure(value=2713), "movement.lost_clients": Figure(value=1553),
        "movement.new_clients": Figure(value=1584), "movement.returned_clients": undefined(NO_HISTORY),
        "movement.dormant_clients": undefined(NO_HISTORY),
        "migration.abc.up": Figure(value=438), "migration.abc.down": Figure(value=688),
        "migration.abc.stay": Figure(value=1587), "migration.abc_fixed.up": Figure(value=407),
        "migration.abc_fixed.down": Figure(value=712), "migration.abc_fixed.stay": Figure(value=1594),
        "retention.client_retention_rate": Figure(value=0.63596, interval=(0.62140, 0.65027), target=0.66),
        "retention.client_churn_rate": Figure(value=0.36404, interval=(0.34973, 0.3786)),
        "retention.kept_at_end_rate": Figure(value=0.66449, interval=(0.651, 0.678)),
        "retention.gross_revenue_retention": Figure(value=0.622, interval=(0.581, 0.656)),
        "retention.net_revenue_retention": Figure(value=0.810, interval=(0.751, 0.872), target=0.9),
        "retention.net_revenue_retention_with_returned": Figure(value=0.810, interval=(0.751, 0.872)),
        "retention.repeat_rate": Figure(value=0.617, interval=(0.602, 0.631)),
        "retention.return_rate": undefined(NO_HISTORY),
        "retention.point_value": Figure(value=103000.4), "retention.half_life": Figure(value=1.53),
        "drivers.n_effect": Figure(value=58400.2), "drivers.v_effect": Figure(value=-310900.1),
        "drivers.l_effect": Figure(value=104120.4), "drivers.loyalty_n_effect": Figure(value=58400.2),
        "drivers.loyalty_v_effect": Figure(value=-401000.7), "drivers.loyalty_l_effect": Figure(value=194221.0),
        "drivers.new_effect": Figure(value=2984000.0), "drivers.returned_effect": Figure(value=0.0),
        "drivers.lost_effect": Figure(value=-2925600.0),
    }  # fmt: skip
    return {id: figure(id, value) for id, value in values.items()}


def data_tables() -> dict[str, RecordedTable]:
    return {
        "data.reconciliation": table("data.reconciliation", [
            ("sources", 1067371, 19287000.12), ("left_out", 275472, 3286000.0), ("used", 791899, 16001000.12),
        ], "item rows revenue"),
        "data.left_out": table("data.left_out", [
            ("no client id", 227423, 2475000.0), ("where", 22523, 377000.0), ("after the period", 25526, 434000.0),
        ], "reason rows revenue"),
        "data.settings": table("data.settings", [
            ("window_months", "12"), ("abc.limits", "0.8, 0.95"), ("xyz.method", "regularity"),
        ], "key value"),
        "data.inputs": table("data.inputs", [
            ("transactions", "../data/transactions.parquet", 1067371, "9f86d081884c7d659a2feaa0c55ad015"),
        ], "table path rows sha256"),
        "data.warnings": table("data.warnings", [
            ("transactions", "revenue", "exact duplicates", 12, "kept; set drop_duplicates to drop them"),
        ], "table column rule rows remedy"),
    }  # fmt: skip


def tables() -> dict[str, RecordedTable]:
    return {
        "bridge.steps": table("bridge.steps", [(step, clients, amount) for step, (clients, amount) in STEPS.items()]),
        **data_tables(),
    }


def charts(wording: Wording) -> dict[str, RecordedChart]:
    import pandas as pd

    from portfolio_review.exhibits.columns import columns

    months = [f"{2009 + (11 + place) // 12}-{(11 + place) % 12 + 1:02d}" for place in range(24)]
    frame = pd.DataFrame({
        "month": months,
        "revenue": [686654.2, 557319.1, 506371.1, 699608.9, 594609.2, 599985.8, 639066.6, 591636.7, 604242.7, 831615.0,
                    1036680.0, 1172336.0, 570422.7, 568101.3, 446084.9, 594081.8, 468374.3, 677355.1, 660046.1,
                    598962.9, 644051.0, 950690.2, 1035642.4, 1132407.7],
        "clients": [955, 720, 772, 1057, 942, 966, 1041, 928, 911, 1145, 1497, 1607, 885, 741, 758, 974, 856, 1056, 991,
                    949, 935, 1266, 1364, 1664],
    })  # fmt: skip
    text = wording.language.text
    drawn = {
        "headline.trend.revenue": columns(frame, "revenue", wording, title=text("Revenue"), target=1190000.0),
        "headline.trend.clients": columns(frame, "clients", wording, title=text("Active clients"), kind="count"),
    }
    return {id: RecordedChart(chart.svg, chart.alt, source(id)) for id, chart in drawn.items()}


def checks(failed: tuple[str, ...] = ()) -> tuple[RecordedCheck, ...]:
    ids = [id for id, entry in CATALOG.items() if entry.kind == "check"]
    return tuple(RecordedCheck(id, id not in failed, "difference 0.00", source(id)) for id in ids)


def results(language: str = "en", **changes: Any) -> Results:
    review = head(language, **changes)
    return Results(review, figures(), tables(), charts(Wording.of(review)), (), checks())

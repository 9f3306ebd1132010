"""Hand-made results for the rendering tests; figures of Online Retail II 2011-11 where they are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import made_lists
import made_pictures
import made_strategic
import pandas as pd

from portfolio_review.catalog import CATALOG
from portfolio_review.figure import Figure, undefined
from portfolio_review.findings import overviews, risk, verdict
from portfolio_review.rendering import consistency
from portfolio_review.rendering.context import RunContext
from portfolio_review.results.contract import (
    Cell,
    RecordedChart,
    RecordedCheck,
    RecordedFigure,
    RecordedFinding,
    RecordedTable,
    RecordedVerdict,
    Results,
    ReviewHead,
    Source,
)
from portfolio_review.results.seen import Scope, Seen

CONTEXT = RunContext(
    run="5f1c07ab",
    program="0.1.0",
    libraries={"pandas": "3.0.0", "weasyprint": "70.0", "matplotlib": "3.11.2"},
)
NOTEBOOKS = {
    "headline": "00_data",
    "data": "00_data",
    "structure": "02_structure",
    "strategic": "05_strategic_clients",
    "risk": "06_risk_and_outlook",
    "actions": "07_actions",
}


def source(id: str) -> Source:
    section = id.partition(".")[0]
    return Source(NOTEBOOKS.get(section, "04_retention" if section == "retention" else "03_what_moved"),
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
    "start": (4266, 8043585.224), "churn": (1553, -975907.283), "gone_quiet": (41, -175455.004),
    "contraction": (1555, -1900000.0),
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
        "structure.top1_share": Figure(value=0.0336, previous_year=0.0386), "structure.top5_share": Figure(value=0.119),
        "structure.top10_share": Figure(value=0.166, previous_year=0.164), "structure.top20pct_share": Figure(value=0.734),
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
        "retention.still_buying_rate": Figure(value=0.6125, interval=(0.5978, 0.6270)),
        "movement.gone_quiet_clients": Figure(value=44),
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
    return {
        id: figure(id, value)
        for id, value in (values | made_lists.FIGURES | made_pictures.LIMITS | made_strategic.FIGURES).items()
    }


def data_tables() -> dict[str, RecordedTable]:
    return {
        "data.reconciliation": table("data.reconciliation", [
            ("sources", 1067371, 19287000.12), ("left_out", 275472, 3286000.0), ("used", 791899, 16001000.12),
        ], "item rows revenue"),
        "data.left_out": table("data.left_out", [
            ("no_client", 227423, 2475000.0), ("removed_by_where", 22523, 377000.0), ("after_period", 25526, 434000.0),
        ], "reason rows revenue"),
        "data.removed_by_where": table("data.removed_by_where", [
            ("канал возврат", 22000), ("канал <б/н>", 523),
        ], "value rows"),
        "data.settings": table("data.settings", [
            ("id", "shop", None), ("risk.horizon_years", "3", "3"), ("window_months", "12", "12"),
            ("abc.limits", "[0.8, 0.95]", "[0.8, 0.95]"), ("xyz.method", "regularity", "regularity"),
            ("value_stability.large", '["A"]', '["A"]'), ("value_stability.constant", '["X"]', '["X"]'),
            ("actions.capacity", "20", "30"),
        ], "key value default"),
        "data.inputs": table("data.inputs", [
            ("transactions", "../data/transactions.parquet", 1067371, "9f86d081884c7d659a2feaa0c55ad015"),
        ], "table path rows sha256"),
        "data.warnings": table("data.warnings", [
            ("transactions", "revenue", "exact duplicates", 12, "kept; set drop_duplicates to drop them"),
        ], "table column rule rows remedy"),
    }  # fmt: skip


FLOWS: list[tuple[str, str, int]] = [
    ("A", "A", 723), ("A", "B", 243), ("A", "C", 80), ("A", "none", 3), ("A", "lost", 134), ("B", "A", 184),
    ("B", "B", 428), ("B", "C", 356), ("B", "none", 4), ("B", "lost", 429), ("C", "A", 53), ("C", "B", 195),
    ("C", "C", 435), ("C", "none", 2), ("C", "lost", 968), ("none", "A", 1), ("none", "B", 2), ("none", "C", 3),
    ("none", "none", 1), ("none", "lost", 22), ("new", "A", 216), ("new", "B", 580), ("new", "C", 782),
    ("new", "none", 6),
]  # fmt: skip
CELLS = {
    "AX": (279, 3490200.1), "AY": (849, 2755300.2), "AZ": (49, 131194.5), "BX": (45, 46100.0), "BY": (1062, 910900.4),
    "BZ": (341, 239700.3), "CX": (1, 120.0), "CY": (367, 110100.2), "CZ": (1284, 276744.9),
}  # fmt: skip
LARGEST = [
    ("14646 NL", "AX", 243853.0, 267761.0), ("18102 UK", "AX", 313945.9, 245006.3), ("17450 UK", "AX", 44068.0, 185878.1),
    ("14911 IE", "AX", 133276.1, 125615.0), ("12415 AU", "AX", 19512.0, 123725.5), ("14156 IE", "AX", 182905.0, 113427.2),
    ("17511 UK", "AX", 80412.0, 80688.1), ("16684 UK", "AY", 75620.0, 60485.0), ("13694 UK", "AX", 127310.0, 59478.2),
    ("15311 UK", "AX", 52674.0, 58377.0),
]  # fmt: skip


def wilson(count: int, n: int) -> tuple[float, float]:
    z, share = 1.959964, count / n
    middle, reach = share + z * z / (2 * n), z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


MONTHS = [f"{2009 + (11 + place) // 12}-{(11 + place) % 12 + 1:02d}" for place in range(24)]
REVENUE = [
    686654.2, 557319.1, 506371.1, 699608.9, 594609.2, 599985.8, 639066.6, 591636.7, 604242.7, 831615.0, 1036680.0,
    1172336.0, 570422.7, 568101.3, 446084.9, 594081.8, 468374.3, 677355.1, 660046.1, 598962.9, 644051.0, 950690.2,
    1035642.4, 1132407.7,
]  # fmt: skip
CLIENTS = [
    955, 720, 772, 1057, 942, 966, 1041, 928, 911, 1145, 1497, 1607, 885, 741, 758, 974, 856, 1056, 991, 949, 935, 1266, 1364,
    1664,
]  # fmt: skip
TREND = [(month, revenue, clients, clients + 400, clients // 5)
         for month, revenue, clients in zip(MONTHS, REVENUE, CLIENTS, strict=True)]  # fmt: skip


def changed(now: float, before: float | None) -> tuple[float | None, float | None]:
    """Of a value: its change, and the part of that in the change of all revenue."""
    return (None, None) if before is None else (now - before, (now - before) / (7957559.4 - 8043585.2))


def structure_tables(names: Sequence[str]) -> dict[str, RecordedTable]:
    abc = {"A": (1177, 6376694.8), "B": (1448, 1196700.7), "C": (1652, 386965.1), "none": (20, -2801.166)}
    running, largest = 0.0, []
    for rank, (name, (_, cell, w0, w1)) in enumerate(zip(names, LARGEST, strict=False), start=1):
        running += w1 / 7960360.6
        largest.append((rank, f"c{rank}", name, cell[0], cell[1], w0, w1, w1 - w0, w1 / 7960360.6, running))
    regions = [
        ("United Kingdom", 3900, 6470000.0, 6767000.0),
        ("Netherlands", 20, 273000.0, 264000.0),
        ("Ireland", 4, 243000.0, 323000.0),
        ("Germany", 90, 214000.0, 191000.0),
        (None, 12, 757559.4, 498585.2),
    ]
    regions += [(f"Region {place}", place, 10.0, None) for place in range(1, 9)]
    return {
        "structure.abc": table("structure.abc", [
            (name, clients, revenue, clients / 4297, revenue / 7960360.6 if name != "none" else None, None)
            for name, (clients, revenue) in abc.items()
        ]),
        "structure.xyz": table("structure.xyz", [("X", 325, 3536420.1), ("Y", 2280, 3776300.8), ("Z", 1692, 644838.5)]),
        "structure.abc_xyz": table("structure.abc_xyz", [
            (cell[0], cell[1], clients, revenue, 14) for cell, (clients, revenue) in CELLS.items()
        ]),
        "structure.value_stability": table("structure.value_stability", [
            ("constant_large", 279, 3490200.1), ("unstable_large", 898, 2886494.7), ("constant_small", 46, 46220.0),
            ("unstable_small", 3074, 1534644.6),
        ]),
        "structure.largest": table("structure.largest", largest),
        "structure.over_10pct": table("structure.over_10pct", []),
        "structure.largest_months": table("structure.largest_months", [
            (row[1], month, row[6] * (place + 1) / 78) for row in largest for place, month in enumerate(MONTHS[12:])
        ]),
        "structure.by.region": table("structure.by.region", [
            (name, clients, now, now / 7960360.6, before, None if before is None else now / before - 1, *changed(now, before),
             0.636 if clients >= 10 else None, now / 20)
            for name, clients, now, before in regions
        ]),
        "structure.by_others": table("structure.by_others", [
            ("region", shown, max(0, len(regions) - shown), 90, sum(row[2] for row in regions[shown:]), None, None, None, 1.0)
            for shown in (6, 14)
        ] + [("manager", shown, 0, 0, None, None, None, None, None) for shown in (6, 14)]),
        "structure.by.manager": table("structure.by.manager", [
            (name, clients, now, 0.5, before, now / before - 1, *changed(now, before), 0.6, now / 20)
            for name, clients, now, before in (("Anna Okafor", 2000, 4000000.0, 4100000.0),
                                               ("Иван Белов", 2297, 3957559.4, 3943585.2))
        ]),
    }  # fmt: skip


MOVED = (
    (9300.0, 61200.5), (7700.0, 50100.0), (48800.4, 9100.0), (6900.0, 39000.0), (5100.0, 28000.0), (25600.0, 4400.0),
    (3100.0, 21900.0), (8000.0, 22100.0), (16100.0, 2900.0), (4000.0, 12000.0),
)  # fmt: skip
"""Revenue before and now of clients that changed class, the largest change first; every third fell."""


def movement_tables(names: Sequence[str]) -> dict[str, RecordedTable]:
    starts = {start: sum(n for f, _, n in FLOWS if f == start) for start, _, _ in FLOWS}
    shares = [(f, starts[f], t, n, n / starts[f], *wilson(n, starts[f]), starts[f] < 10) for f, t, n in FLOWS]
    money = [(n * 1000.0 if f != "new" else 0.0, n * 950.0 if t != "lost" else 0.0) for f, t, n in FLOWS]
    flows = [(*flow, w0, w1, w1 - w0) for flow, (w0, w1) in zip(FLOWS, money, strict=True)]
    return {
        "bridge.steps": table("bridge.steps", [(step, clients, amount) for step, (clients, amount) in STEPS.items()]),
        "bridge.largest": table("bridge.largest", [
            (step, rank, f"c{rank}", names[rank % len(names)], amount / (8 + rank))
            for step, (_, amount) in STEPS.items() if amount for rank in range(1, 6)
        ]),
        "migration.abc": table("migration.abc", flows),
        "migration.abc.rows": table("migration.abc.rows", shares),
        "migration.abc.movers": table("migration.abc.movers", [
            (rank, f"m{rank}", names[rank % len(names)], *("BA" if rank % 3 else "AB"), before, now, now - before)
            for rank, (before, now) in enumerate(MOVED, start=1)
        ]),
        "migration.abc_fixed": table("migration.abc_fixed", flows),
        "migration.abc_fixed.rows": table("migration.abc_fixed.rows", shares),
    }  # fmt: skip


def around(rate: float | None) -> tuple[float | None, ...]:
    """A rate of money with an interval, or none of the three."""
    return (None, None, None) if rate is None else (rate, rate - 0.02, rate + 0.02)


def retention_tables() -> dict[str, RecordedTable]:
    months = MONTHS
    cohorts = [
        (cohort, age, 200 - 5 * place, max(1, (200 - 5 * place) // (age + 1) + (age % 12 == 0) * 20 * (age > 0)), 1000.0,
         place == 0, place + age == 23)
        for place, cohort in enumerate(months) for age in range(24 - place)
    ]  # fmt: skip
    classes = [("A", 1183, 1049, 0.81, 0.811), ("B", 1401, 972, 0.6, 0.739), ("C", 1653, 685, 0.4, 0.913),
               ("none", 29, 7, None, None)]  # fmt: skip
    return {
        "retention.trend": table("retention.trend", [("2011-11", 0.63596, 0.6214, 0.65027, 4266)]),
        "retention.by_abc": table("retention.by_abc", [
            (name, base, kept, kept / base, *wilson(kept, base), *around(grr), *around(nrr))
            for name, base, kept, grr, nrr in classes
        ]),
        "retention.cohorts": table("retention.cohorts", cohorts),
        "retention.vintages": table("retention.vintages", [
            ("2009", 900, 3300000.0, 0.41, 4200000.0, -900000.0, True), ("2010", 1813, 3266888.353, 0.41, 3843585.224, -576696.871, False),
            ("2011", 1584, 1390671.081, 0.18, 0.0, 1390671.081, False),
        ]),
        "lifecycle.stages": table("lifecycle.stages", [
            ("new", 1200, 1100000.0), ("returned", 0, 0.0), ("growing", 800, 3000000.0), ("stable", 600, 1700000.0),
            ("declining", 700, 900000.0), ("at_risk", 1000, 1257559.4), ("lapsed", 1550, 0.0),
        ]),
    }  # fmt: skip


def tables(names: Sequence[str] = tuple(row[0] for row in LARGEST)) -> dict[str, RecordedTable]:
    found = (
        {"headline.trend": table("headline.trend", [(*row, False) for row in TREND])}
        | structure_tables(names)
        | movement_tables(names)
        | retention_tables()
        | data_tables()
        | {id: table(id, rows) for id, rows in made_lists.tables(names).items()}
        | {id: table(id, rows) for id, rows in made_strategic.tables(names).items()}
        | {id: table(id, rows) for id, rows in made_pictures.rows((names[0], names[1], names[2])).items()}
    )
    return coherent(found | _lines(found))


def coherent(found: dict[str, RecordedTable]) -> dict[str, RecordedTable]:
    """The tables with one name of each client and one amount of it for one base, those of the table which has them
    first: hand-made rows contradict themselves no more than those of a notebook."""
    amounts: dict[tuple[Cell, str], Cell] = {}
    names: dict[Cell, str] = {}

    def name(client: Cell, said: Cell) -> Cell:
        if said and client not in names:
            names[client] = f"{said} ({client})" if said in names.values() else str(said)
        return names[client] if said else said

    def row(id: str, columns: tuple[str, ...], cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        client = cells[columns.index("client_id")]
        bases = [consistency.base_of(id, column) for column in columns]
        return tuple(
            name(client, cell)
            if column == "name"
            else cell
            if not base or cell is None
            else amounts.setdefault((client, base), cell)
            for column, base, cell in zip(columns, bases, cells, strict=True)
        )

    return {
        id: replace(made, rows=tuple(row(id, made.columns, cells) for cells in made.rows))
        if made.rows and "client_id" in made.columns else made
        for id, made in found.items()
    }  # fmt: skip


def _lines(found: dict[str, RecordedTable]) -> dict[str, RecordedTable]:
    """What pages print beside the rows of these tables, as the notebooks record it."""
    import pandas as pd

    from portfolio_review.metrics import lines

    class Frames(dict[str, pd.DataFrame]):
        def __missing__(self, id: str) -> pd.DataFrame:
            return pd.DataFrame(columns=[column.name for column in CATALOG[id].columns])

    frames = Frames()
    for id, made in found.items():
        frame = pd.DataFrame([list(row) for row in made.rows or ()], columns=list(made.columns))
        numbers = [column.name for column in CATALOG[id].columns if column.unit in ("money", "count", "share")]
        frames[id] = frame.astype({name: float for name in numbers if name in frame})
    known = {id: recorded.figure for id, recorded in figures().items()}
    printed = {
        "structure": lines.structure(frames, known), "movement": lines.movement(frames, known),
        "retention": lines.retention(frames), "strategic": lines.strategic(frames, known),
        "risk": lines.risk(frames, known), "actions": lines.actions(frames, known),
    }  # fmt: skip
    return {
        f"{section}.lines": table(f"{section}.lines", [
            tuple(None if cell != cell else cell for cell in row) for row in frame.itertuples(index=False, name=None)
        ])
        for section, frame in printed.items()
    }  # fmt: skip


def charts() -> dict[str, RecordedChart]:
    """A declaration of every chart that is drawn from the tables made here."""
    from portfolio_review.exhibits.drawing import DRAWN_FROM

    made = tables()
    return {id: RecordedChart("", source(id)) for id, (table_id, _) in DRAWN_FROM.items() if table_id in made}


CHECKS = (
    "sources_reconcile", "units_add_up", "windows_agree", "revenue_splits", "abc_adds_up", "xyz_adds_up", "abc_xyz_adds_up",
    "value_stability_adds_up", "breakdowns_add_up", "bridge_closes", "one_movement_each", "migration_abc_margins",
    "rates_in_range", "cohorts_start_whole", "drivers_multiply", "drivers_add_up", "one_stage_each",
)  # fmt: skip


def checks(failed: tuple[str, ...] = ()) -> tuple[RecordedCheck, ...]:
    return tuple(RecordedCheck(id, id not in failed, "difference 0.00", source(id)) for id in CHECKS)


def results(language: str = "en", **changes: Any) -> Results:
    made = _made(language, tuple(changes.items()))
    return replace(made, figures=dict(made.figures), tables=dict(made.tables), charts=dict(made.charts))


@cache
def _made(language: str, changes: tuple[tuple[str, Any], ...]) -> Results:
    """Drawn once: the pictures take half a second."""
    review = head(language, **dict(changes))
    known = figures()
    kept = tables()
    over = overviewed(review, known, kept)
    return Results(review, known, kept, charts(), over, checks(), verdict=judged(review, known))


def overviewed(
    review: ReviewHead, known: dict[str, RecordedFigure], kept: dict[str, RecordedTable]
) -> tuple[RecordedFinding, ...]:
    """What stands over each page, as the notebooks record it."""
    frames = {id: pd.DataFrame(list(made.rows or ()), columns=list(made.columns)) for id, made in kept.items()}
    seen = Seen(review, Scope(), {id: recorded.figure for id, recorded in known.items()}, frames)
    ahead = list(risk.outlook(seen))
    pages = [page for page in overviews.RULES if page != "risk" or not ahead]
    found = [*ahead, *(one for page in pages for one in overviews.RULES[page](seen))]
    return tuple(RecordedFinding(one, source(one.evidence[0])) for one in found)


def judged(review: ReviewHead, known: dict[str, RecordedFigure]) -> RecordedVerdict | None:
    """The verdict of these figures, as the notebook of what moved records it."""
    found = verdict.of(Seen(review, Scope(), {id: recorded.figure for id, recorded in known.items()}))
    return None if found is None else RecordedVerdict(found, source("bridge.steps"))


HOSTILE = (
    "</title><script>alert(1)</script>", "=cmd|' /C calc'!A1", "$5 and $7", "_x", "{{7*7}}{% raw %}", "A" * 300,
    "ООО «Ромашка» & Ко", "שלום עולם", "日本商事 😀🚚", "../../etc/passwd",
)  # fmt: skip


def hostile() -> Results:
    """Names that try to be markup, formulas, templates, paths, or wider than the page."""
    base = results(title="<b>Review</b> {{7*7}}", unit="</title><script>alert(2)</script>", partial=True)
    return replace(base, tables=tables(HOSTILE))


def short_history(language: str = "en") -> Results:
    """A first year of data: nothing that looks back to W0 or to the year before exists."""
    reason = "history starts 2010-12, needs 2009-12"
    found = {}
    for id, recorded in figures().items():
        section = id.partition(".")[0]
        known = recorded.figure
        lost = section in ("bridge", "movement", "migration", "drivers", "actions") or (
            section == "retention" and "repeat" not in id
        )
        made = undefined(reason) if lost else replace(
            known, previous_year=None, window_previous=None, ytd_previous_year=None, target=None)  # fmt: skip
        found[id] = RecordedFigure(made, recorded.unit, recorded.source)
    kept = {
        id: made
        for id, made in tables().items()
        if not id.startswith(("bridge", "migration", "retention.trend", "retention.by", "drivers", "actions"))
    }
    largest = kept["structure.largest"]
    rows = tuple((*row[:5], None, row[6], None, *row[8:]) for row in largest.rows or ())
    kept["structure.largest"] = replace(largest, rows=rows)
    lines = kept["structure.lines"]
    now = [lines.columns.index(name) for name in ("amount_before", "amount_change")]
    kept["structure.lines"] = replace(lines, rows=tuple(
        tuple(None if place in now else cell for place, cell in enumerate(row)) for row in lines.rows or ()))  # fmt: skip
    review = head(language, history_start="2010-12-01")
    drawn = {id: chart for id, chart in charts().items() if id.startswith("headline")}
    failed = checks(failed=("bridge_closes",))
    over = overviewed(review, found, kept)
    return Results(review, found, kept, drawn, over, failed, verdict=judged(review, found))


def small() -> Results:
    """A unit of three clients: few rows, one class, money without thousands."""
    base = results(unit="Cyprus")
    changed = {
        **base.figures,
        "structure.clients": figure("structure.clients", 3, window_previous=2),
        "structure.revenue": figure("structure.revenue", 6994.25, window_previous=3199.4),
        "headline.revenue": figure(
            "headline.revenue", 0.0, previous_year=1248.42, window=6994.25, window_previous=3199.4
        ),
        "headline.clients": figure("headline.clients", 0, previous_year=1),
    }
    steps = [("start", 2, 3199.4), ("churn", 1, -1248.42), ("contraction", 0, 0.0), ("expansion", 1, 258.87),
             ("returned", None, 0.0), ("new", 2, 5011.84), ("adjustments", 1, -227.44), ("end", 3, 6994.25)]  # fmt: skip
    changed |= {id: figure(id, value) for id, value in made_lists.SMALL.items()}
    changed |= {f"bridge.{step}": figure(f"bridge.{step}", amount) for step, _, amount in steps}
    changed["bridge.gone_quiet"] = figure("bridge.gone_quiet", 0.0)
    made = {
        **base.tables,
        "bridge.steps": table("bridge.steps", [*steps]),
        "bridge.largest": table("bridge.largest", [("new", 1, "c1", "One & Only", 4873.81)]),
        "structure.abc": table(
            "structure.abc", [("A", 2, 6900.0, 2 / 3, 0.98, None), ("C", 1, 94.25, 1 / 3, 0.02, None)]
        ),
        "structure.largest": table(
            "structure.largest", [("1", "c1", "One & Only", "A", "Y", 0.0, 4873.81, 4873.81, 0.7, 0.7)]
        ),
    }
    made |= {id: table(id, made_lists.tables(("One & Only",))[id][:1]) for id in ("actions.develop", "actions.reward")}
    made |= {id: table(id, []) for id in ("actions.return", "actions.retain", "actions.retain.thread", "risk.largest", "risk.parts",
                                       "risk.level", "risk.contracts_ending")}  # fmt: skip
    made["actions.lines"] = table("actions.lines", [])
    for id in ("actions.develop", "actions.reward"):  # its one row is the list
        at_stake = (made[id].rows or ())[0][made[id].columns.index("at_stake")]
        changed[f"{id}.at_stake"] = figure(f"{id}.at_stake", at_stake)
    charts_left = {id: chart for id, chart in base.charts.items() if not id.startswith("strategic")}
    kept = coherent(_without_strategic(made | {"movement.lines": _lines(made)["movement.lines"]}))
    known = _without_strategic(changed)
    over, said = overviewed(base.review, known, kept), judged(base.review, known)
    return replace(base, figures=known, tables=kept, charts=charts_left, findings=over, verdict=said)


def _without_strategic(found: dict[str, Any]) -> dict[str, Any]:
    return {id: made for id, made in found.items() if not id.startswith("strategic")}

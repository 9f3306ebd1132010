"""Step 2, slices: validated tables in, one folder of Parquet per unit out, all units in one pass."""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from portfolio_review import slugs
from portfolio_review.calendar import Month, Period, last_complete_month
from portfolio_review.errors import DataRefusedError
from portfolio_review.metrics import margin, value
from portfolio_review.metrics.company_models import to_frames
from portfolio_review.results.plain import write_parquet
from portfolio_review.review import Review
from portfolio_review.review.model import OF_NO_FIGURE
from portfolio_review.slices import beside, company, doubtful, frames, identity, recompute, reduction, silence
from portfolio_review.slices.model import ALL, NO_UNIT, SEVERAL_UNITS
from portfolio_review.slices.rows import Rows, prepare
from portfolio_review.slices.store import Head, write_head
from portfolio_review.slices.task import ALL_CODE, Task
from portfolio_review.sources import Sources, elsewhere
from portfolio_review.sources.engine import half_of_memory_gb, processors, text

_SPILL = ".spill"
_OF_UNITS = {"totals": "span", "recomputed": "id"}
"""Frames of whole units, each with the order of its rows: a fixed order gives the same bytes."""

_CLIENT_TABLES = ("contacts", "payments", "losses", "assessments", "plans")


@dataclass(frozen=True)
class Slices:
    """The slices of one period: a folder for each unit, by unit name; `all` comes last."""

    folder: Path
    units: dict[str, Path]
    active: tuple[str, ...]
    """Units with a row in W1, and `all` when there is any."""
    known: tuple[str, ...]
    """Every unit with a row up to the end of P, and `all`."""
    slugs: Mapping[str, str]
    """The folder name of every unit."""


def build(review: Review, sources: Sources, period: Period, folder: Path, units: Sequence[str] | None = None) -> Slices:
    """Write the slices of `units` (default: all active ones and `all`) below `folder`.

    `DataRefusedError` when nothing of the period lies in the data, or no complete month lies up to it.
    """
    _refuse_what_lies_ahead(sources, period)
    task = Task(
        period=period,
        data_until=sources.data_until,
        window_months=review.window_months,
        horizon_months=review.risk.horizon_months,
        has_margin="margin" in sources.columns["transactions"],
        has_orders="order_id" in sources.columns["transactions"],
        has_category="category" in sources.columns["transactions"],
        has_product="product" in sources.columns["transactions"],
        orders_by_year=sources.orders_by_year,
    )
    with connection(review, folder) as con, elsewhere.opened(sources) as server:
        rows = Rows(con, server)
        clients = beside.client_table(con, sources)
        by_group = review.client_level == "group"
        keys = identity.keys(clients, by_group=by_group)
        review = _with_accounts(review, identity.counted_under(review.strategic.accounts, keys))
        prepare(rows, sources, keys, task)
        reduction.run(rows, task)
        silence.run(con, task)
        beside.attributes(rows, clients, keys, task.w1, by_group=by_group)
        beside.given_tables(con, sources)
        recompute.run(rows, task, sources.history_start)
        beside.left_out(rows, sources, period)
        doubtful.rows_of_window(rows, period.judged(sources.data_until).window(review.window_months))
        found = _units(con, task, has_unit="unit" in sources.columns["transactions"] or "unit" in clients)
        asked = found.active if units is None else [unit for unit in units if unit in found.known]
        if review.value == "margin":
            _refuse_value_in_margin(con, task, sources.history_start, {unit: found.codes[unit] for unit in asked})
        # a folder of its own for each: what a unit's notebooks write beside their slice is that unit's alone
        names = slugs.of_units(found.known)
        written = {unit: folder / names[unit] / "slice" for unit in asked}
        for path in written.values():
            path.mkdir(parents=True, exist_ok=True)
        cut = {unit: found.codes[unit] for unit in asked}
        of_company = company.models(con, task, cut, review.risk.model, Month.of(sources.history_start))

        def write(unit: str) -> None:
            cursor, code, path = con.cursor(), found.codes[unit], written[unit]
            frames.write(cursor, code, path)
            _write(cursor, unit, code, path, has_unit=len(found.known) > 1, has_category=task.has_category)
            for name, frame in zip(("company", "company_chain"), to_frames(of_company[unit]), strict=True):
                write_parquet(frame, path / f"{name}.parquet")
            own = review if unit == ALL else _with_accounts(review, _own_accounts(cursor, review, path))
            _write_slice_head(cursor, own, sources, period, unit, code, path)

        # a query of one thread writes the same bytes wherever it runs; several units are written at once
        con.execute("SET threads = 1")
        with ThreadPoolExecutor(processors()) as pool:
            for _ in pool.map(write, reversed(asked)):  # the largest first
                pass
    return Slices(folder, written, found.active, found.known, names)


def _refuse_what_lies_ahead(sources: Sources, period: Period) -> None:
    until = sources.data_until
    if period.start > until:
        raise DataRefusedError(
            f"period {period} begins after the data end ({until}): ask for a period up to {last_complete_month(until)}"
        )
    if period.is_partial(until) and last_complete_month(until).last < sources.history_start:
        raise DataRefusedError(
            f"period {period} is partial and no month is complete before it: the data reach from "
            f"{sources.history_start} to {until}"
        )


def _refuse_value_in_margin(
    con: duckdb.DuckDBPyConnection, task: Task, history_start: dt.date, codes: Mapping[str, int]
) -> None:
    """`UsageError` where `value: margin` is asked of a unit whose margin of W1 or W0 is not known well enough."""
    w0 = task.judged.window(task.window_months, back=1)
    spans = ["w1", *(["w0"] if w0.first >= Month.of(history_start) else [])]
    for unit, code in codes.items():
        rows = con.execute(
            "SELECT gross, margin_gross FROM totals WHERE unit = ? AND span IN (SELECT unnest(?)) ORDER BY span DESC",
            [code, spans],
        ).fetchall()
        for gross, known in rows:
            value.refuse_unknown(margin.lacks(gross or 0.0, math.nan if known is None else known), unit)


def _with_accounts(review: Review, accounts: tuple[str, ...]) -> Review:
    strategic = review.strategic.model_copy(update={"accounts": accounts})
    return review.model_copy(update={"strategic": strategic})


def _own_accounts(con: duckdb.DuckDBPyConnection, review: Review, path: Path) -> tuple[str, ...]:
    """The strategic accounts that are clients of the unit whose slice lies at `path`; no other is known there."""
    if not review.strategic.accounts:
        return ()
    clients = text(str(path / "clients.parquet"))
    rows = con.execute(
        f"SELECT client_id FROM read_parquet({clients}) WHERE client_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(review.strategic.accounts)],
    ).fetchall()
    own = {client for (client,) in rows}
    return tuple(account for account in review.strategic.accounts if account in own)


@dataclass(frozen=True)
class _Found:
    active: tuple[str, ...]
    known: tuple[str, ...]
    codes: dict[str, int]


def _units(con: duckdb.DuckDBPyConnection, task: Task, *, has_unit: bool) -> _Found:
    window = task.w1
    rows = con.execute(
        f"""SELECT coalesce(name, CASE unit WHEN {ALL_CODE} THEN '{ALL}' ELSE '{NO_UNIT}' END) AS name, unit,
               coalesce(bool_or(month BETWEEN ? AND ?), false)
        FROM unit_months LEFT JOIN unit_names USING (unit) GROUP BY ALL ORDER BY name""",
        [Month.of(window.start).index, Month.of(window.end).index],
    ).fetchall()
    # where no unit is known at all there is only `all`
    units = [(name, active) for name, code, active in rows if code != ALL_CODE and (has_unit or name != NO_UNIT)]
    anyone = any(active for _, code, active in rows if code == ALL_CODE)
    return _Found(
        (*(name for name, active in units if active), *([ALL] if anyone else [])),
        (*(name for name, _ in units), ALL),
        {**{name: code for name, code, _ in rows}, ALL: ALL_CODE},
    )


@contextmanager
def connection(review: Review, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own with the review's memory limit; what it spills goes below `folder` and away."""
    spill = folder / _SPILL
    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        config={
            "memory_limit": f"{review.limits.memory_gb or half_of_memory_gb():.2f}GB",
            "temp_directory": str(spill),
            "preserve_insertion_order": "true",
        }
    )
    try:
        con.execute("SET autoload_known_extensions = false; SET autoinstall_known_extensions = false")
        yield con
    finally:
        con.close()
        shutil.rmtree(spill)


def _write(
    con: duckdb.DuckDBPyConnection, unit: str, code: int, path: Path, *, has_unit: bool, has_category: bool
) -> None:
    def copy(name: str, query: str, values: Mapping[str, object] | None = None) -> None:
        frames.copy(con, query, path / f"{name}.parquet", values)

    facts = frames.facts_of(code)
    for frame, order in _OF_UNITS.items():
        copy(frame, f"SELECT * EXCLUDE (unit) FROM {frame} WHERE unit = $code ORDER BY {order}", {"code": code})
    home = ", h.home AS unit" if unit == ALL else f", coalesce(h.home = {text(SEVERAL_UNITS)}, false) AS several_units"
    home = home if has_unit else ""
    unknown = "" if has_category else ", first_category"
    clients = (
        f"SELECT f.* EXCLUDE (client{unknown}), a.* EXCLUDE (client_id, of_unit){home} FROM ({facts}) f "
        f"LEFT JOIN attributes a ON a.client_id = f.client_id AND coalesce(a.of_unit, {code}) = {code} "
        "LEFT JOIN homes h ON h.client_id = f.client_id"
    )
    copy("clients", f"{clients} ORDER BY f.client")
    copy("left_out", "SELECT * EXCLUDE (unit) FROM left_out WHERE unit = $unit ORDER BY reason", {"unit": unit})
    copy("series", "SELECT * FROM series ORDER BY date")
    copy("chance_back", "SELECT * FROM chance_back ORDER BY date, from_months")
    names = con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'given%' ORDER BY 1").fetchall()
    for (name,) in names:
        table = name.removeprefix("given_")
        if table == "targets":
            # the company's review shows every manager's plan; plans of units without one are theirs alone
            columns = [row[0] for row in con.execute(f'DESCRIBE "{name}"').fetchall()]
            also = " OR manager IS NOT NULL" if unit == ALL and "manager" in columns else ""
            copy(name, f'SELECT * FROM "{name}" WHERE unit = $unit{also} ORDER BY ALL', {"unit": unit})
        elif table in _CLIENT_TABLES:
            columns = [row[0] for row in con.execute(f'DESCRIBE "{name}"').fetchall()]
            theirs = f"client_id IN (SELECT client_id FROM ({facts}))" if "client_id" in columns else "true"
            of_tier = "OR client_id IS NULL" if "tier" in columns else ""
            copy(name, f'SELECT * FROM "{name}" WHERE {theirs} {of_tier} ORDER BY ALL')


def _write_slice_head(
    con: duckdb.DuckDBPyConnection, review: Review, sources: Sources, period: Period, unit: str, code: int, path: Path
) -> None:
    used = con.execute("SELECT rows, revenue::DOUBLE FROM used WHERE unit = ?", [code]).fetchone() or (0, 0.0)
    gap = con.execute(  # exact, or a changed cent of one unit would show in the slices of all others
        f"SELECT sum(CASE unit WHEN {ALL_CODE} THEN -revenue ELSE revenue END)::DOUBLE FROM used"
    ).fetchone()
    company = con.execute(
        f"SELECT revenue / nullif(clients, 0) FROM totals WHERE unit = {ALL_CODE} AND span = 'w1'"
    ).fetchone()
    write_head(
        path,
        Head(
            review=review.model_dump(mode="json", exclude={"sources": True, "engine": True, **OF_NO_FIGURE}),
            unit=unit,
            period=str(period),
            history_start=sources.history_start.isoformat(),
            data_until=sources.data_until.isoformat(),
            known={table: list(columns) for table, columns in sorted(sources.columns.items())},
            used_rows=used[0] or 0,
            used_revenue=used[1] or 0.0,
            units_gap=(gap and gap[0]) or 0.0,
            company_revenue_per_client=company[0] if company else None,
            duplicate_rows=sources.duplicates.rows if unit == ALL else None,
            duplicate_revenue=sources.duplicates.revenue if unit == ALL else None,
            source_rows=sources.source_rows if unit == ALL else None,
            source_revenue=sources.source_revenue if unit == ALL else None,
            # a unit's review stands as long as its own rows do: whole files are counted and hashed by that of all
            inputs=[
                {
                    "table": entry.table,
                    "path": entry.path,
                    "rows": entry.rows if unit == ALL else None,
                    "sha256": entry.sha256 if unit == ALL else None,
                }
                for entry in sources.inputs
            ],
            warnings=[
                {
                    "table": fault.table,
                    "column": fault.column,
                    "rule": fault.rule,
                    "rows": fault.rows,
                    "remedy": fault.remedy,
                }
                for fault in sources.warnings
            ],
            removed=[{"value": value, "rows": rows} for value, rows in sources.removed] if unit == ALL else [],
            doubts=[found.to_plain() for found in doubtful.of_review(con, review, sources, period, unit, code)],
        ),
    )

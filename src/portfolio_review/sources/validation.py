"""Every fault of a table's cells, and of its rows against one another and against other tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from portfolio_review.doubt import MOST_EXAMPLES
from portfolio_review.errors import Fault
from portfolio_review.sources import rules, syntax
from portfolio_review.sources.contracts import Column
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.mapping import KEEP, OPEN, Mapped
from portfolio_review.sources.raw import ROW, first
from portfolio_review.sources.swapped import both_kinds_read, swapped_days
from portfolio_review.sources.totals import where_of_totals


def cell_faults(engine: Engine, mapped: Mapped) -> Iterator[Fault]:
    """The faults of single cells in rows that `where` kept."""
    if mapped.where_failed:
        return
    columns = mapped.columns
    counts = [f"count(problem_{column.name}) FILTER ({_counted(mapped, column)})" for column in columns]
    counts += [f"count(__unread_{index}__) FILTER ({OPEN})" for index in range(len(mapped.numbers))]
    if mapped.table.one_of and all(mapped.has(column) for column in mapped.table.one_of):
        counts.append(f"count(*) FILTER ({KEEP} AND {_none_of(mapped)})")
    if not counts:
        return
    found = engine.row(f"SELECT {', '.join(counts)} FROM {mapped.checked}")
    for column, count in zip(columns, found, strict=False):
        if count:
            yield from _of_column(engine, mapped, column)
    for index, count in enumerate(found[len(columns) : len(columns) + len(mapped.numbers)]):
        if count:
            yield from _of_number(engine, mapped, index)
    if len(found) > len(columns) + len(mapped.numbers) and found[-1]:
        rows, shown = mapped.raw.counted(engine, "''", mapped.checked, f"{KEEP} AND {_none_of(mapped)}")
        rule = f"neither {' nor '.join(mapped.table.one_of)} is given"
        yield mapped.raw.fault(None, rule, "Give one of the two in every row", rows, shown)


def row_faults(engine: Engine, mapped: Mapped) -> Iterator[Fault]:
    """Two rows of one client, and clients merged into nowhere or round in a circle."""
    if mapped.raw.table != "clients" or mapped.where_failed or not mapped.has("client_id"):
        return
    kept = f"(SELECT {ROW}, value_client_id AS id FROM {mapped.checked} WHERE {KEEP} AND value_client_id IS NOT NULL)"
    twice = f"id IN (SELECT id FROM {kept} GROUP BY id HAVING count(*) > 1)"
    rows, shown = mapped.raw.counted(engine, "id", kept, twice)
    if rows:
        remedy = "Keep one row per client, or name the other in merged_into"
        yield mapped.raw.fault("client_id", "duplicate client id", remedy, rows, shown)


def merge_faults(engine: Engine, mapped: Mapped, known_clients: str | None) -> Iterator[Fault]:
    """`merged_into` must name a client that exists and must not lead back.

    `known_clients` is SQL of the ids of those that exist, None when that cannot be told.
    """
    if not mapped.has("merged_into") or not mapped.has("client_id") or mapped.where_failed:
        return
    merges = f"(SELECT * FROM {mapped.checked} WHERE {KEEP} AND value_merged_into IS NOT NULL)"
    unknown = f"value_merged_into NOT IN (SELECT client_id FROM {known_clients})"
    if known_clients:
        rows, shown = mapped.raw.counted(engine, "value_merged_into", merges, unknown)
        if rows:
            rule = "a client is merged into one that does not exist"
            yield mapped.raw.fault("merged_into", rule, "Name a client that exists, or leave it empty", rows, shown)
    merged = engine.rows(f"SELECT value_client_id, value_merged_into, {ROW} FROM {merges} ORDER BY {ROW}")
    target = {client: into for client, into, _ in merged}
    circle = [mapped.raw.example(row, client) for client, _, row in merged if _leads_back(client, target)]
    if circle:
        yield mapped.raw.fault(
            "merged_into", "merged clients lead back to themselves",
            "Leave merged_into empty in the row of the client that stays", len(circle), tuple(circle[:MOST_EXAMPLES]),
        )  # fmt: skip


def unknown_clients(engine: Engine, mapped: Mapped, known_clients: str) -> Iterator[Fault]:
    """A warning for rows of a client that is neither in clients nor in transactions."""
    if mapped.raw.table in ("transactions", "clients") or not mapped.has("client_id") or mapped.where_failed:
        return
    unknown = f"value_client_id NOT IN (SELECT client_id FROM {known_clients})"
    kept = f"{KEEP} AND value_client_id IS NOT NULL AND {unknown}"
    rows, shown = mapped.raw.counted(engine, "value_client_id", mapped.checked, kept)
    if rows:
        rule = "a client that is neither in clients nor in transactions"
        fault = mapped.raw.fault("client_id", rule, "The rows are kept: check the ids", rows, shown)
        yield replace(fault, severity="warning")


def broken_expressions(engine: Engine, mapped: Mapped) -> Iterator[tuple[str | None, Fault]]:
    """The expressions that stop on some row, by column (None for `where`), each with the rows on which it does."""
    where = mapped.source.where
    if where is not None:
        tried = f"TRY({{'v': CAST((\n{where}\n) AS BOOLEAN)}}) IS NULL"
        yield from _stopped(engine, mapped, None, where, tried)
        tried_where = f"coalesce(TRY(CAST((\n{where}\n) AS BOOLEAN)), false)"
    for column, expression in mapped.expressions.items():
        tried = f"TRY({{'v': (\n{expression}\n)}}) IS NULL"
        if where is not None:
            tried = f"{tried_where} AND {tried}"
        yield from _stopped(engine, mapped, column, expression, tried)


def _stopped(
    engine: Engine, mapped: Mapped, column: str | None, expression: str, tried: str
) -> Iterator[tuple[str | None, Fault]]:
    used = syntax.columns_of(syntax.expression(expression))
    shown = [f"{text(one)} || ' ' || coalesce(left(CAST({name(one)} AS VARCHAR), 40), 'null')" for one in used]
    cells = " || ', ' || ".join(shown) or text("")
    rows, examples = mapped.raw.counted(engine, cells, mapped.relation, tried)
    if rows:
        key = f"sources.{mapped.raw.table}." + (f"columns.{column}" if column else "where")
        remedy = f"Correct {key}, for instance with TRY_CAST, or the cells"
        rule = f"the expression '{expression}' cannot be computed"
        yield column, mapped.raw.fault(column, rule, remedy, rows, examples)


def _leads_back(client: str, target: dict[str, str]) -> bool:
    seen, step = set(), client
    while step in target and step not in seen:
        seen.add(step)
        step = target[step]
    return step == client


def _counted(mapped: Mapped, column: Column) -> str:
    """Which broken cells are faults: a transaction without a client is no fault, it is left out and counted."""
    if mapped.raw.table == "transactions" and column.name == "client_id":
        return f"{KEEP} AND problem_client_id <> 'missing'"
    return KEEP


def _none_of(mapped: Mapped) -> str:
    return " AND ".join(f"value_{column} IS NULL AND problem_{column} IS NULL" for column in mapped.table.one_of)


def _of_column(engine: Engine, mapped: Mapped, column: Column) -> Iterator[Fault]:
    """One fault for each rule that the column breaks, in the order of the first row that breaks it."""
    cell = f"coalesce(left(CAST(cell_{column.name} AS VARCHAR), 200), '')"
    counted = f"FROM {mapped.checked} WHERE {_counted(mapped, column)} AND problem_{column.name}"
    rows = engine.rows(
        f"SELECT problem_{column.name}, count(*), {first(cell)} {counted} IS NOT NULL GROUP BY 1 ORDER BY min({ROW})"
    )
    for rule, count, found in rows:
        totals = where_of_totals(engine, mapped.raw, f"SELECT {ROW} {counted} = '{rule}'")
        written = mapped.expressions[column.name]
        yield rules.cell_fault(mapped.raw, column, rule, count, found, mapped.source.csv, written, totals)
    if any(rule == "date" for rule, _, _ in rows) and not both_kinds_read(mapped.raw, mapped.source):
        kept = f"(SELECT * FROM {mapped.cells} WHERE {KEEP})"
        if fault := swapped_days(engine, mapped.raw, column.name, kept):
            yield fault


def _of_number(engine: Engine, mapped: Mapped, index: int) -> Iterator[Fault]:
    column, unread = Column(mapped.numbers[index], "number"), f"__unread_{index}__"
    rows = engine.rows(
        f"SELECT {unread}, count(*), {first(f'left(__text_{index}__, 200)')} FROM {mapped.checked} "
        f"WHERE {OPEN} AND {unread} IS NOT NULL GROUP BY 1 ORDER BY min({ROW})"
    )
    for rule, count, found in rows:
        yield rules.cell_fault(mapped.raw, column, rule, count, found, mapped.source.csv)

"""Every fault of a table's cells, and of its rows against one another and against other tables."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from portfolio_review.errors import Fault
from portfolio_review.sources import rules, syntax
from portfolio_review.sources.contracts import Column
from portfolio_review.sources.engine import name, text
from portfolio_review.sources.mapping import KEEP, OPEN, Mapped
from portfolio_review.sources.raw import ROW
from portfolio_review.sources.swapped import both_kinds_read, swapped_days
from portfolio_review.sources.totals import where_of_totals


def cell_faults(connection: duckdb.DuckDBPyConnection, mapped: Mapped) -> Iterator[Fault]:
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
    found = connection.execute(f"SELECT {', '.join(counts)} FROM {mapped.checked}").fetchall()[0]
    for column, count in zip(columns, found, strict=False):
        if count:
            yield from _of_column(connection, mapped, column)
    for index, count in enumerate(found[len(columns) : len(columns) + len(mapped.numbers)]):
        if count:
            yield from _of_number(connection, mapped, index)
    if len(found) > len(columns) + len(mapped.numbers) and found[-1]:
        yield _fault_of_rows(
            connection, mapped, None, _none_of(mapped), "''",
            f"neither {' nor '.join(mapped.table.one_of)} is given", "Give one of the two in every row",
        )  # fmt: skip


def row_faults(connection: duckdb.DuckDBPyConnection, mapped: Mapped) -> Iterator[Fault]:
    """Two rows of one client, and clients merged into nowhere or round in a circle."""
    if mapped.raw.table != "clients" or mapped.where_failed or not mapped.has("client_id"):
        return
    kept = f"(SELECT {ROW}, value_client_id AS id FROM {mapped.checked} WHERE {KEEP} AND value_client_id IS NOT NULL)"
    twice = f"id IN (SELECT id FROM {kept} GROUP BY id HAVING count(*) > 1)"
    rows = connection.execute(
        f"SELECT count(*), arg_min({{'r': {ROW}, 'f': id}}, {ROW}, {rules.EXAMPLES}) FROM {kept} WHERE {twice}"
    ).fetchall()[0]
    if rows[0]:
        yield rules.column_fault(
            mapped.raw, "client_id", "duplicate client id", "Keep one row per client, or name the other in merged_into",
            rows[0], tuple(mapped.raw.example(example["r"], example["f"]) for example in rows[1]),
        )  # fmt: skip


def merge_faults(connection: duckdb.DuckDBPyConnection, mapped: Mapped, known_clients: str | None) -> Iterator[Fault]:
    """`merged_into` must name a client that exists and must not lead back.

    `known_clients` is SQL of the ids of those that exist, None when that cannot be told.
    """
    if not mapped.has("merged_into") or not mapped.has("client_id") or mapped.where_failed:
        return
    merges = f"(SELECT * FROM {mapped.checked} WHERE {KEEP} AND value_merged_into IS NOT NULL)"
    unknown = f"value_merged_into NOT IN (SELECT client_id FROM {known_clients})"
    if known_clients and connection.execute(f"SELECT count(*) FROM {merges} WHERE {unknown}").fetchall()[0][0]:
        yield _fault_of_rows(
            connection, mapped, "merged_into", unknown, "value_merged_into",
            "a client is merged into one that does not exist", "Name a client that exists, or leave it empty",
        )  # fmt: skip
    rows = connection.execute(
        f"SELECT value_client_id, value_merged_into, {ROW} FROM {merges} ORDER BY {ROW}"
    ).fetchall()
    target = {client: into for client, into, _ in rows}
    circle = [(row, client) for client, _, row in rows if _leads_back(client, target)]
    if circle:
        yield rules.column_fault(
            mapped.raw, "merged_into", "merged clients lead back to themselves",
            "Leave merged_into empty in the row of the client that stays",
            len(circle), tuple(mapped.raw.example(row, client) for row, client in circle[:rules.EXAMPLES]),
        )  # fmt: skip


def unknown_clients(connection: duckdb.DuckDBPyConnection, mapped: Mapped, known_clients: str) -> Iterator[Fault]:
    """A warning for rows of a client that is neither in clients nor in transactions."""
    if mapped.raw.table in ("transactions", "clients") or not mapped.has("client_id") or mapped.where_failed:
        return
    unknown = f"value_client_id NOT IN (SELECT client_id FROM {known_clients})"
    count = connection.execute(
        f"SELECT count(*) FROM {mapped.checked} WHERE {KEEP} AND value_client_id IS NOT NULL AND {unknown}"
    ).fetchall()[0][0]
    if count:
        fault = _fault_of_rows(
            connection, mapped, "client_id", f"value_client_id IS NOT NULL AND {unknown}", "value_client_id",
            "a client that is neither in clients nor in transactions", "The rows are kept: check the ids",
        )  # fmt: skip
        yield Fault(
            fault.table, fault.column, fault.rule, fault.rows, fault.remedy, "warning", fault.file, fault.examples
        )


def broken_expressions(connection: duckdb.DuckDBPyConnection, mapped: Mapped) -> Iterator[tuple[str | None, Fault]]:
    """The expressions that stop on some row, by column (None for `where`), each with the rows on which it does."""
    where = mapped.source.where
    if where is not None:
        tried = f"TRY({{'v': CAST((\n{where}\n) AS BOOLEAN)}}) IS NULL"
        yield from _stopped(connection, mapped, None, where, tried)
        tried_where = f"coalesce(TRY(CAST((\n{where}\n) AS BOOLEAN)), false)"
    for column, expression in mapped.expressions.items():
        tried = f"TRY({{'v': (\n{expression}\n)}}) IS NULL"
        if where is not None:
            tried = f"{tried_where} AND {tried}"
        yield from _stopped(connection, mapped, column, expression, tried)


def _stopped(
    connection: duckdb.DuckDBPyConnection, mapped: Mapped, column: str | None, expression: str, tried: str
) -> Iterator[tuple[str | None, Fault]]:
    used = syntax.columns_of(syntax.expression(expression))
    shown = [f"{text(one)} || ' ' || coalesce(left(CAST({name(one)} AS VARCHAR), 40), 'null')" for one in used]
    cells = " || ', ' || ".join(shown) or text("")
    count, examples = connection.execute(
        f"SELECT count(*), arg_min({{'r': {ROW}, 'f': {cells}}}, {ROW}, {rules.EXAMPLES}) "
        f"FROM {mapped.relation} WHERE {tried}"
    ).fetchall()[0]
    if count:
        key = f"sources.{mapped.raw.table}." + (f"columns.{column}" if column else "where")
        yield column, rules.column_fault(
            mapped.raw, column, f"the expression '{expression}' cannot be computed",
            f"Correct {key}, for instance with TRY_CAST, or the cells", count,
            tuple(mapped.raw.example(example["r"], example["f"]) for example in examples),
        )  # fmt: skip


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


def _of_column(connection: duckdb.DuckDBPyConnection, mapped: Mapped, column: Column) -> Iterator[Fault]:
    """One fault for each rule that the column breaks, in the order of the first row that breaks it."""
    cell = f"coalesce(left(CAST(cell_{column.name} AS VARCHAR), 200), '')"
    rows = connection.execute(
        f"SELECT problem_{column.name}, count(*), arg_min({{'r': {ROW}, 'f': {cell}}}, {ROW}, {rules.EXAMPLES}) "
        f"FROM {mapped.checked} WHERE {_counted(mapped, column)} AND problem_{column.name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY min({ROW})"
    ).fetchall()
    for rule, count, examples in rows:
        broken = (
            f"SELECT {ROW} FROM {mapped.checked} WHERE {_counted(mapped, column)} AND problem_{column.name} = '{rule}'"
        )
        yield rules.cell_fault(
            mapped.raw, column, rule, count, [example["f"] for example in examples],
            tuple(mapped.raw.example(example["r"], example["f"]) for example in examples), mapped.source.csv,
            mapped.expressions[column.name], where_of_totals(connection, mapped.raw, broken),
        )  # fmt: skip
    if any(rule == "date" for rule, _, _ in rows) and not both_kinds_read(mapped.raw, mapped.source):
        kept = f"(SELECT * FROM {mapped.cells} WHERE {KEEP})"
        if fault := swapped_days(connection, mapped.raw, column.name, kept):
            yield fault


def _of_number(connection: duckdb.DuckDBPyConnection, mapped: Mapped, index: int) -> Iterator[Fault]:
    column = Column(mapped.numbers[index], "number")
    found = f"left(__text_{index}__, 200)"
    rows = connection.execute(
        f"SELECT __unread_{index}__, count(*), arg_min({{'r': {ROW}, 'f': {found}}}, {ROW}, {rules.EXAMPLES}) "
        f"FROM {mapped.checked} WHERE {OPEN} AND __unread_{index}__ IS NOT NULL GROUP BY 1 ORDER BY min({ROW})"
    ).fetchall()
    for rule, count, examples in rows:
        yield rules.cell_fault(
            mapped.raw, column, rule, count, [example["f"] for example in examples],
            tuple(mapped.raw.example(example["r"], example["f"]) for example in examples), mapped.source.csv,
        )  # fmt: skip


def _fault_of_rows(
    connection: duckdb.DuckDBPyConnection,
    mapped: Mapped,
    column: str | None,
    condition: str,
    found: str,
    rule: str,
    remedy: str,
) -> Fault:
    count, examples = connection.execute(
        f"SELECT count(*), arg_min({{'r': {ROW}, 'f': coalesce({found}, '')}}, {ROW}, {rules.EXAMPLES}) "
        f"FROM {mapped.checked} WHERE {KEEP} AND {condition}"
    ).fetchall()[0]
    shown = tuple(mapped.raw.example(example["r"], example["f"]) for example in examples or [])
    return rules.column_fault(mapped.raw, column, rule, remedy, count, shown)

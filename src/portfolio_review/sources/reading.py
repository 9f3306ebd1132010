"""Step 1 from end to end, as the child process runs it: files → relations → checked rows → Parquet."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import duckdb

from portfolio_review.calendar import Month
from portfolio_review.errors import DataRefusedError, Fault, MissingFileError, PublishError
from portfolio_review.review import Review, Source
from portfolio_review.sources import rules, validation
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.csvtext import read_csv
from portfolio_review.sources.database import read_database
from portfolio_review.sources.engine import Engine, open_engine, text
from portfolio_review.sources.files import Found, Missing, find
from portfolio_review.sources.mapping import KEEP, Mapped, map_table
from portfolio_review.sources.model import Sources
from portfolio_review.sources.parquet import read_parquet
from portfolio_review.sources.queries import missing_files, read_query
from portfolio_review.sources.raw import Raw, Refused, printable
from portfolio_review.sources.reconciliation import UNIT, Reconciled, reconcile
from portfolio_review.sources.workbook import read_workbook

STAGE = "stage"
"""File in the scratch folder that says what was going on, for the parent of a child that died."""


def read_sources(review: Review, base: Path, folder: Path) -> Sources:
    """Read, check and write every table; every fault of every table is raised as one error.

    The current folder is `base`, the review file's: there the relative paths of a query lead.
    """
    faults: list[Fault] = []
    found = _find(review, base, faults)
    directories = {path.parent for one in found.values() for path in one.paths}
    try:
        engine = open_engine(folder, directories, review.timezone, review.limits.memory_gb)
    except OSError as error:
        raise PublishError(f"{folder} cannot be written: {error.strerror}") from None
    except duckdb.Error as error:
        raise DataRefusedError(f"the sources cannot be opened: {_said(error, base)} (see limits.memory_gb)") from None
    stage = engine.scratch / STAGE
    doing = "the sources were opened"
    try:
        tables: dict[str, Mapped] = {}
        for table in CONTRACTS:
            if table not in review.sources:
                continue
            source = review.sources[table]
            doing = f"sources.{table} ({source.path or source.connection or 'query'}) was read"
            stage.write_text(doing, encoding="utf-8")
            try:
                raw = _raw(engine, table, source, found.get(table), base)
                if raw is not None:
                    tables[table] = _checked(engine, raw, source, review.timezone, base, faults)
            except Refused as refused:
                faults += refused.faults
        doing = "the tables were compared and written"
        stage.write_text(doing, encoding="utf-8")
        known = _known_clients(review, tables)
        for mapped in tables.values():
            faults += validation.currency_warnings(engine.reader, mapped)
            if known is not None:
                faults += validation.unknown_clients(engine.reader, mapped, known)
        if "clients" in tables:
            faults += validation.merge_faults(engine.reader, tables["clients"], known)
        _raise_if_refused(faults)
        return _written(engine, review, folder, tables, faults)
    except duckdb.OutOfMemoryException:
        raise DataRefusedError(
            f"the sources need more memory than {engine.memory_gb:g} GB: raise limits.memory_gb in the review file"
        ) from None
    except (duckdb.IOException, OSError) as error:
        raise PublishError(f"{folder} cannot be written: {_said(error, base)}") from None
    except duckdb.Error as error:
        raise DataRefusedError(f"the sources cannot be read: while {doing}, {_said(error, base)}") from None
    finally:
        engine.close()


def _raw(engine: Engine, table: str, source: Source, found: Found | None, base: Path) -> Raw | None:
    """The source's rows as a relation; None when its file was refused already."""
    if source.connection is not None and source.query is not None:
        return read_database(engine, table, source.connection, source.query)
    if source.query is not None:
        return read_query(engine, table, source.query, base)
    if found is None:
        return None
    if found.format == "parquet":
        return read_parquet(engine, found)
    if found.format == "csv":
        return read_csv(engine, found, source.csv)
    return read_workbook(engine, found, source)


def _checked(engine: Engine, raw: Raw, source: Source, timezone: str, base: Path, faults: list[Fault]) -> Mapped:
    """The table mapped and its cells checked; an expression that stops on some row is named and left out."""
    mapped = map_table(engine.reader, raw, source, timezone)
    try:
        found = [*validation.cell_faults(engine.reader, mapped), *validation.row_faults(engine.reader, mapped)]
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        stopped = _stopped(engine, mapped, error, base)
        mapped = map_table(engine.reader, raw, source, timezone, frozenset(column for column, _ in stopped if column))
        found = [fault for _, fault in stopped]
        if all(column for column, _ in stopped):
            found += [*validation.cell_faults(engine.reader, mapped), *validation.row_faults(engine.reader, mapped)]
        else:
            mapped = dataclasses.replace(mapped, where_failed=True)
    faults += [*mapped.faults, *found]
    return mapped


def _stopped(engine: Engine, mapped: Mapped, error: duckdb.Error, base: Path) -> list[tuple[str | None, Fault]]:
    """The expressions that stop; a source of which no expression does is itself unreadable."""
    said = _said(error, base)
    try:
        stopped = list(validation.broken_expressions(engine.reader, mapped))
    except duckdb.Error as again:
        stopped, said = [], _said(again, base)
    if not stopped:
        raise Refused(
            rules.column_fault(mapped.raw, None, f"the source cannot be read to its end: {said}", "Export it again")
        )
    return stopped


def _find(review: Review, base: Path, faults: list[Fault]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    missing: list[Missing] = []
    for table, source in review.sources.items():
        if source.query is not None and source.connection is None:
            missing += missing_files(table, source.query, base)
        if source.path is None:
            continue
        try:
            one = find(table, source.path, base)
        except Refused as refused:
            faults += refused.faults
            continue
        if isinstance(one, Missing):
            missing.append(one)
        else:
            found[table] = one
    if missing:
        many = f"{len(missing)} files are missing" if len(missing) > 1 else "a file is missing"
        raise MissingFileError("\n  ".join([f"{many}: check the paths in the review file", *map(str, missing)]))
    return found


def _known_clients(review: Review, tables: dict[str, Mapped]) -> str | None:
    """SQL of the ids of all clients that exist; None when a table that says so could not be read."""
    parts = []
    for table in ("clients", "transactions"):
        mapped = tables.get(table)
        if mapped is not None and mapped.has("client_id") and not mapped.where_failed:
            kept = f"{KEEP} AND value_client_id IS NOT NULL"
            parts.append(f"SELECT value_client_id AS client_id FROM {mapped.checked} WHERE {kept}")
        elif table in review.sources:
            return None
    return f"({' UNION '.join(parts)})"


def _raise_if_refused(faults: list[Fault]) -> None:
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors:
        said = f"{len(errors)} faults in the data" if len(errors) > 1 else "a fault in the data"
        raise DataRefusedError(f"{said}: nothing was made", [*errors, *(f for f in faults if f not in errors)])


def _written(engine: Engine, review: Review, folder: Path, tables: dict[str, Mapped], faults: list[Fault]) -> Sources:
    transactions = tables["transactions"]
    units = _units(engine, tables)
    account = reconcile(engine, transactions, units, review.data_until, review.drop_duplicates)
    if account.first_day is None or account.data_until is None:
        raise DataRefusedError("no transaction is left to review", [*faults, _nothing_left(transactions, account)])
    warnings = [*faults, *_repeated(review, transactions, account)]
    columns: dict[str, tuple[str, ...]] = {}
    for table, mapped in tables.items():
        given = [column.name for column in mapped.columns]
        chosen = [f"value_{one} AS {one}" for one in given if (table, one) != ("transactions", "unit")]
        relation = f"{mapped.checked} WHERE {KEEP}"
        if table == "transactions":
            chosen.append(f"{UNIT} AS unit")
            relation = account.counted
            if units is not None:
                given.append("unit")
        engine.write(f"SELECT {', '.join(chosen)} FROM {relation}", folder / f"{table}.parquet")
        columns[table] = tuple(name for name in CONTRACTS[table].names if name in given)
    return Sources(
        folder=folder,
        tables=tuple(tables),
        columns=columns,
        left_out=account.left_out,
        source_rows=account.source_rows,
        source_revenue=account.source_revenue,
        duplicates=account.duplicates,
        warnings=tuple(warnings),
        inputs=tuple(one for table in tables.values() for one in table.raw.inputs),
        history_start=Month.of(account.first_day).first,
        data_until=account.data_until,
    )


def _units(engine: Engine, tables: dict[str, Mapped]) -> Path | None:
    """(client_id, unit) by the clients, where transactions have none: a merged client's is that of its successor."""
    clients = tables.get("clients")
    if tables["transactions"].has("unit") or clients is None or not clients.has("unit"):
        return None
    merged = "value_merged_into" if clients.has("merged_into") else "CAST(NULL AS VARCHAR)"
    path = engine.scratch / "units.parquet"
    engine.reader.execute(
        "COPY (WITH RECURSIVE own AS MATERIALIZED "
        f"(SELECT value_client_id AS id, value_unit AS unit, {merged} AS into_id FROM {clients.checked} WHERE {KEEP}), "
        "step AS (SELECT id, id AS at_id, 0 AS steps FROM own UNION ALL "
        "SELECT step.id, own.into_id, steps + 1 FROM step JOIN own ON own.id = step.at_id "
        "WHERE own.into_id IS NOT NULL), "
        "last AS (SELECT id, arg_max(at_id, steps) AS at_id FROM step GROUP BY id) "
        "SELECT last.id AS client_id, coalesce(successor.unit, own.unit) AS unit FROM last "
        "JOIN own ON own.id = last.id LEFT JOIN own successor ON successor.id = last.at_id "
        f"WHERE coalesce(successor.unit, own.unit) IS NOT NULL) TO {text(str(path))} (FORMAT parquet)"
    )
    return path


def _repeated(review: Review, transactions: Mapped, account: Reconciled) -> list[Fault]:
    """The warning about exact duplicates."""
    found = account.duplicates
    if not found.rows:
        return []
    done = "left out" if review.drop_duplicates else "kept"
    remedy = "They count once" if review.drop_duplicates else "If they are not real sales, set drop_duplicates: true"
    return [
        Fault(
            "transactions", None, f"exact duplicates of an earlier row, {done} (revenue {found.revenue:,.2f})",
            found.rows, remedy, "warning", transactions.raw.label,
        )
    ]  # fmt: skip


def _said(error: Exception, base: Path) -> str:
    """The first line of an error, with paths as the review file writes them."""
    said = str(error).split("\n")[0]
    wrapped = re.search(r'"exception_message":"(.*?)","errno"', said)  # of a write in the background
    return printable((wrapped[1] if wrapped else said).replace(f"{base}/", "").replace('\\"', "'"), 200)


def _nothing_left(transactions: Mapped, account: Reconciled) -> Fault:
    reasons: dict[str, int] = {}
    for part in account.left_out:
        reasons[part.reason] = reasons.get(part.reason, 0) + part.rows
    said = ", ".join(f"{rows:,} {reason}" for reason, rows in reasons.items()) or "the source has no rows"
    return Fault(
        "transactions", None, f"no row is left: {said}", account.source_rows,
        "Check the source, where, data_until and the mapping of client_id", file=transactions.raw.label,
    )  # fmt: skip

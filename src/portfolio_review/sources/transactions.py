"""The transactions from their source to coded rows and their account, with the unit that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from portfolio_review.errors import DataRefusedError, Fault
from portfolio_review.review import Review
from portfolio_review.sources import coding, onserver, validation
from portfolio_review.sources.cells import checked
from portfolio_review.sources.coding import Coded
from portfolio_review.sources.elsewhere import Elsewhere
from portfolio_review.sources.engine import Engine
from portfolio_review.sources.mapping import KEEP, Mapped, map_table
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.raw import Raw
from portfolio_review.sources.reconciliation import Reconciled, reconcile


@dataclass(frozen=True)
class Account:
    """The transactions, coded and counted."""

    coded: Coded
    counted: Reconciled
    has_unit: bool


def account(
    engine: Engine,
    rows: Raw | Elsewhere | None,
    review: Review,
    base: Path,
    folder: Path,
    tables: dict[str, Mapped],
    faults: list[Fault],
    others_broken: bool,
) -> Account | None:
    """Map, check, code and count the transactions, as read or where they lie; None when one of their cells has a fault.

    Adds them to `tables` and their faults to `faults`; `others_broken` tells that another table has one. Only when
    a row breaks a rule are the rows looked at again, column by column, to name every fault.
    """
    source = review.sources[TRANSACTIONS]
    if isinstance(rows, Elsewhere):

        def units_of(mapped: Mapped) -> Path | None:
            return None if others_broken else _units(engine, mapped, tables)

        found = onserver.read(engine, rows, review, folder, units_of, faults, tables)
        return None if found is None else Account(found.coded, found.counted, found.has_unit)
    assert rows is not None
    raw = rows
    mapped = map_table(engine, raw, source, review.timezone)
    stopped: duckdb.Error | None = None
    if not mapped.faults:
        try:
            units = None if others_broken else _units(engine, mapped, tables)
            coded = coding.code(engine, mapped, units, review.data_until, folder / TRANSACTIONS)
            counted = reconcile(engine, coded, review.data_until, review.drop_duplicates) if coded else None
            if coded and counted and counted.sound:
                tables[TRANSACTIONS] = mapped
                return Account(coded, counted, mapped.has("unit") or units is not None)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:  # an expression stops on some row, or the disk is full
            stopped = error
    before = len(faults)
    tables[TRANSACTIONS] = checked(engine, raw, source, review.timezone, base, faults)
    if len(faults) == before:
        raise stopped or DataRefusedError("the transactions cannot be read: export them again")
    return None


def _units(engine: Engine, transactions: Mapped, tables: dict[str, Mapped]) -> Path | None:
    """(client_id, unit) by the clients, where transactions have none: a merged client's is that of its successor."""
    clients = tables.get("clients")
    if transactions.has("unit") or clients is None or not clients.has("unit") or not clients.has("client_id"):
        return None
    if any(validation.merge_faults(engine, clients, None)):
        return None  # all is refused in the end, and who follows whom cannot be told
    merged = "value_merged_into" if clients.has("merged_into") else "CAST(NULL AS VARCHAR)"
    own = f"SELECT value_client_id AS id, value_unit AS unit, {merged} AS into_id FROM {clients.checked} WHERE {KEEP}"
    path = engine.scratch / "units.parquet"
    engine.put_aside(
        f"WITH own AS MATERIALIZED ({own}) "
        f"SELECT last.id AS client_id, coalesce(successor.unit, own.unit) AS unit FROM {successors('own')} last "
        "JOIN own ON own.id = last.id LEFT JOIN own successor ON successor.id = last.at_id "
        f"WHERE coalesce(successor.unit, own.unit) IS NOT NULL", path,
    )  # fmt: skip
    return path


def successors(clients: str) -> str:
    """SQL of `id` and `at_id`: whom each of `clients` (SQL of id and into_id) is merged into in the end, else itself.

    None leads back, see `validation.merge_faults`.
    """
    return (
        f"(WITH RECURSIVE step AS (SELECT id, id AS at_id, 0 AS steps FROM {clients} UNION ALL "
        f"SELECT step.id, next.into_id, steps + 1 FROM step JOIN {clients} next ON next.id = step.at_id "
        "WHERE next.into_id IS NOT NULL) SELECT id, arg_max(at_id, steps) AS at_id FROM step GROUP BY id)"
    )

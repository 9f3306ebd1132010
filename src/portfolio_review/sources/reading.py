"""Step 1 from end to end, as the child process runs it: files → relations → checked rows → Parquet."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb

from portfolio_review import doubt
from portfolio_review.calendar import Month
from portfolio_review.doubt import Doubt, Months
from portfolio_review.errors import DataRefusedError, Fault, MissingFileError, PublishError, ReviewFileError
from portfolio_review.review import Review, Source
from portfolio_review.review.source import scheme_of
from portfolio_review.sources import (
    database,
    doubts,
    elsewhere,
    elsewhere_account,
    options,
    orderids,
    remote,
    removed,
    transactions,
    validation,
)
from portfolio_review.sources.cells import checked, said
from portfolio_review.sources.contracts import CONTRACTS, RESERVED_UNIT
from portfolio_review.sources.csvtext import read_csv
from portfolio_review.sources.doubts import rows_and_dates
from portfolio_review.sources.doubts.scene import Scene, by_month
from portfolio_review.sources.engine import Engine, open_engine, scratch_of
from portfolio_review.sources.files import Found, Missing, find
from portfolio_review.sources.lakes import Lake, open_lake, read_lake
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS, Sources, Versions
from portfolio_review.sources.parquet import read_parquet
from portfolio_review.sources.queries import folders, missing_files, read_query
from portfolio_review.sources.raw import Raw, Refused, printable
from portfolio_review.sources.reconciliation import Group, Reconciled
from portfolio_review.sources.remote import Unreachable
from portfolio_review.sources.transactions import Account
from portfolio_review.sources.uses import ids, said_of, uses
from portfolio_review.sources.workbook import read_workbook

STAGE = "stage"
"""File in the scratch folder that says what was going on, for the parent of a child that died."""


def read_sources(review: Review, base: Path, folder: Path) -> Sources:
    """Read, check and write every table; every fault of every table is raised as one error.

    The current folder is `base`, the review file's: there the relative paths of a query lead.
    """
    faults: list[Fault] = []
    seen: list[Doubt] = []
    try:
        return _read(review, base, folder, faults, seen)
    except DataRefusedError as error:
        raise error.beside(doubt.in_order(seen)) from None


def ask_versions(review: Review, base: Path) -> Versions:
    """The versions that sources elsewhere say they have now; raises `DataRefusedError` and `MissingFileError`."""
    found: Versions = {}
    faults: list[Fault] = []
    missing: list[Missing | Unreachable | str] = []
    for table, source in review.sources.items():
        try:
            if source.version_query is not None:
                of_database = database.version(table, source, review.timezone, review.limits.memory_gb)
                found[table] = {source.connection or "": of_database}
            elif source.delta is not None or source.iceberg is not None:
                lake = open_lake(source, base)
                found[table] = {lake.label: lake.version}
            elif scheme_of(source.path):
                found[table] = remote.versions(source)
        except Refused as refused:
            faults += refused.faults
        except Unreachable as error:
            missing.append(_unreachable(table, source, error))
    _raise_if_missing(missing)
    _raise_if_refused(faults)
    return found


def _read(review: Review, base: Path, folder: Path, faults: list[Fault], seen: list[Doubt]) -> Sources:
    """The same; what is doubtful is added to `seen` as soon as it is known, for a refusal names it too."""
    found = _find(review, base, folder, faults)
    # a link may lead to another folder
    directories = {
        where
        for one in found.values()
        for path in (one.paths if isinstance(one, Found) else ())
        for where in (path.parent, path.resolve().parent)
    }.union(*(folders(source, base) for source in review.sources.values()))
    try:
        engine = open_engine(folder, directories, review.timezone, review.limits.memory_gb)
    except OSError as error:
        raise PublishError(f"{folder} cannot be written: {error.strerror}") from None
    except duckdb.Error as error:
        raise DataRefusedError(f"the sources cannot be opened: {said(error, base)} (see limits.memory_gb)") from None
    stage = engine.scratch / STAGE
    doing = "the sources were opened"
    stack = ExitStack()
    try:
        server = None
        if review.engine.connection is not None:
            try:
                server = stack.enter_context(elsewhere.session(review.engine.connection, review.timezone))
            except Refused as refused:
                _raise_if_refused([*faults, *refused.faults])
        tables: dict[str, Mapped] = {}
        rows: Raw | None = None
        for table in CONTRACTS:
            if table not in review.sources or (table == TRANSACTIONS and server is not None):
                continue
            source = review.sources[table]
            named = source.path or source.delta or source.iceberg or source.connection or "query"
            doing = f"sources.{table} ({named}) was read"
            stage.write_text(doing, encoding="utf-8")
            try:
                raw = _raw(engine, table, source, found.get(table), base)
                if raw is None:
                    continue
                seen += raw.doubts
                if table == TRANSACTIONS:
                    rows = raw
                else:
                    tables[table] = checked(engine, raw, source, review.timezone, base, faults)
            except Refused as refused:
                faults += refused.faults
        account: Account | None = None
        if rows is not None or server is not None:
            doing = f"sources.{TRANSACTIONS} was checked"
            stage.write_text(doing, encoding="utf-8")
            others = bool(_errors(faults))
            own: list[Fault] = []
            try:
                account = transactions.account(engine, server or rows, review, base, folder, tables, own, others)
            except Refused as refused:
                own += refused.faults
            faults[:0] = own
        doing = "the tables were compared and written"
        stage.write_text(doing, encoding="utf-8")
        known = _known_clients(review, tables, account)
        for mapped in (tables[table] for table in CONTRACTS if table in tables):
            if known is not None:
                faults += validation.unknown_clients(engine, mapped, known)
        if "clients" in tables:
            faults += validation.merge_faults(engine, tables["clients"], known)
        _raise_if_refused(faults)
        if account is None:
            raise DataRefusedError("the transactions cannot be read: export them again")
        coded = account.coded
        if isinstance(coded, elsewhere_account.CodedElsewhere):
            scene = Scene(engine, review, tables, coded, account.counted, elsewhere_account.order_ids(coded), server)
            seen += elsewhere_account.doubts(coded)
        else:
            scene = Scene(engine, review, tables, coded, account.counted, orderids.count(engine, coded))
        base_of_all = by_month(account.counted.meant)
        found_doubts = [*seen, *doubts.find(scene)]
        seen[:] = [one.shared(base_of_all) for one in found_doubts]
        _raise_if_left_out(review, tables[TRANSACTIONS], account.counted, faults, seen)
        return _written(scene, folder, account.has_unit, faults, seen)
    except duckdb.OutOfMemoryException:
        raise DataRefusedError(
            f"the sources need more memory than {engine.memory_gb:.3g} GB: raise limits.memory_gb in the review file, "
            "or the limit of the process (ulimit -v) where there is one"
        ) from None
    except (duckdb.IOException, OSError) as error:
        raise PublishError(f"{folder} cannot be written: {said(error, base)}") from None
    except duckdb.Error as error:
        raise DataRefusedError(f"the sources cannot be read: while {doing}, {said(error, base)}") from None
    except Refused as refused:
        raise DataRefusedError("the engine does not answer", list(refused.faults)) from None
    finally:
        stack.close()
        engine.close()


def _raw(engine: Engine, table: str, source: Source, found: Found | Lake | None, base: Path) -> Raw | None:
    """The source's rows as a relation; None when its file was refused already."""
    if isinstance(found, Lake):
        try:
            return read_lake(engine, table, found)
        except Unreachable as error:
            _raise_if_missing([_unreachable(table, source, error)])
    if source.in_database:
        return database.read_database(engine, table, source)
    if source.query is not None:
        return read_query(engine, table, source, base)
    if found is None:
        return None
    assert isinstance(found, Found)
    wanted = frozenset(uses(table, source))
    if found.format == "parquet":
        raw = read_parquet(engine, found, said_of(table, source))
    elif found.format == "csv":
        raw = read_csv(engine, found, source, wanted, ids(table, source))
    else:
        raw = read_workbook(engine, found, source, wanted)
    inputs = (dataclasses.replace(one, version=found.versions.get(one.path)) for one in raw.inputs)
    return dataclasses.replace(raw, inputs=tuple(inputs))


def _find(review: Review, base: Path, folder: Path, faults: list[Fault]) -> dict[str, Found | Lake]:
    """Every source but queries: files that lie here or were fetched into `folder`, and open tables."""
    found: dict[str, Found | Lake] = {}
    missing: list[Missing | Unreachable | str] = []
    wrong: list[str] = []
    for table, source in review.sources.items():
        try:
            if source.query is not None and source.connection is None:
                missing += missing_files(table, source.query, base)
            if source.delta is not None or source.iceberg is not None:
                found[table] = open_lake(source, base)
            if source.path is None:
                continue
            if scheme_of(source.path):
                one: Found | Missing = remote.find(table, source, scratch_of(folder) / f"{table}.fetched")
            else:
                one = find(table, source.path, base, source.hive is not False)
        except Refused as refused:
            faults += refused.faults
            continue
        except Unreachable as error:
            missing.append(_unreachable(table, source, error))
            continue
        except OSError as error:  # the system has no such names: too long, or a folder that may not be looked into
            missing.append(f"sources.{table}: '{printable(source.path or 'query', 200)}': {error.strerror}")
            continue
        if isinstance(one, Missing):
            missing.append(one)
        else:
            wrong += options.faults_of_file(f"sources.{table}", source, source.path, one.format)
            found[table] = one
    if wrong:  # a folder or a glob does not tell its format before it is looked at
        raise ReviewFileError("review file", wrong)
    _raise_if_missing(missing)
    return found


def _raise_if_missing(missing: Sequence[Missing | Unreachable | str]) -> None:
    if missing:
        many = f"{len(missing)} files are missing" if len(missing) > 1 else "a file is missing"
        said = f"{many}: check the paths in the review file"
        if any(isinstance(one, Unreachable) for one in missing):
            said = f"{len(missing)} sources cannot be had" if len(missing) > 1 else "a source cannot be had"
        raise MissingFileError("\n  ".join([said, *map(str, missing)]))


def _unreachable(table: str, source: Source, error: Unreachable) -> Unreachable:
    """The same with the key of the review file."""
    key, address = next(
        (key, given) for key in ("path", "delta", "iceberg") if (given := getattr(source, key)) is not None
    )
    return Unreachable(f"sources.{table}.{key}: '{printable(address, 200)}': {error}")


def _known_clients(review: Review, tables: dict[str, Mapped], account: Account | None) -> str | None:
    """SQL of the ids of all clients that exist; None when a table that says so could not be read."""
    parts = []
    for table in ("clients", TRANSACTIONS):
        mapped = tables.get(table)
        if table == TRANSACTIONS and account is not None:
            parts.append(account.coded.clients)
        elif mapped is not None and mapped.has("client_id") and not mapped.where_failed:
            kept = f"{KEEP} AND value_client_id IS NOT NULL"
            parts.append(f"SELECT value_client_id AS client_id FROM {mapped.checked} WHERE {kept}")
        elif table in review.sources:
            return None
    return f"({' UNION '.join(parts)})"


def _errors(faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.severity == "error"]


def _raise_if_refused(faults: list[Fault]) -> None:
    if errors := _errors(faults):
        said = f"{len(errors)} faults in the data" if len(errors) > 1 else "a fault in the data"
        raise DataRefusedError(f"{said}: nothing was made", [*errors, *(f for f in faults if f not in errors)])


def _raise_if_left_out(
    review: Review, sales: Mapped, counted: Reconciled, faults: list[Fault], seen: list[Doubt]
) -> None:
    """A fault where no row is left, or half of the revenue is not; it takes the place of the doubt."""
    nothing = counted.first_day is None
    fault = _nothing_left(sales, counted) if nothing else rows_and_dates.refused(seen, review.accepted, sales.raw.label)
    if fault is not None:
        seen[:] = [one for one in seen if one.id != "left_out"]
        if nothing:
            raise DataRefusedError("no transaction is left to review", [*faults, fault])
        _raise_if_refused([*faults, fault])


def _written(scene: Scene, folder: Path, has_unit: bool, faults: list[Fault], found: list[Doubt]) -> Sources:
    counted, tables = scene.counted, scene.tables
    assert counted.first_day is not None
    assert counted.data_until is not None
    columns: dict[str, tuple[str, ...]] = {}
    for table in (name for name in CONTRACTS if name in tables):
        mapped = tables[table]
        given = [column.name for column in mapped.columns]
        if table != TRANSACTIONS:
            chosen = [f"value_{one} AS {one}" for one in given]
            scene.engine.write(
                f"SELECT {', '.join(chosen)} FROM {mapped.checked} WHERE {KEEP}", folder / f"{table}.parquet"
            )
        elif has_unit and "unit" not in given:
            given.append("unit")
        columns[table] = tuple(name for name in CONTRACTS[table].names if name in given)
    return Sources(
        folder=folder,
        tables=tuple(columns),
        columns=columns,
        left_out=counted.left_out,
        source_rows=counted.source_rows,
        source_revenue=counted.source_revenue,
        duplicates=counted.duplicates,
        warnings=tuple(faults),
        inputs=tuple(one for table in columns for one in tables[table].raw.inputs),
        history_start=Month.of(counted.first_day).first,
        data_until=counted.data_until,
        orders_by_year=scene.orders.by_year,
        doubts=tuple(found),
        removed=_removed(scene) if len(counted.meant) < len(counted.groups) else (),
        revenue_by_month=_revenue_by_month(counted, found),
    )


def _removed(scene: Scene) -> tuple[tuple[str, int], ...]:
    if isinstance(scene.coded, elsewhere_account.CodedElsewhere):
        return elsewhere_account.removed(scene.coded)
    return removed.by_value(scene.engine, scene.sales)


def _revenue_by_month(counted: Reconciled, found: list[Doubt]) -> dict[str, Months]:
    """Σ |revenue| by month of all transactions, and of each unit of which a doubt knows what it touches."""
    touched = {unit for one in found for unit in one.units or ()}
    of_units: dict[str, list[Group]] = {unit: [] for unit in sorted(touched)}
    for group in counted.meant:
        if group.unit in of_units:
            of_units[group.unit].append(group)
    return {RESERVED_UNIT: by_month(counted.meant), **{unit: by_month(own) for unit, own in of_units.items()}}


def _nothing_left(transactions: Mapped, account: Reconciled) -> Fault:
    reasons: dict[str, int] = {}
    for part in account.left_out:
        reasons[part.reason] = reasons.get(part.reason, 0) + part.rows
    said = ", ".join(f"{rows:,} {reason}" for reason, rows in reasons.items()) or "the source has no rows"
    return Fault(
        "transactions", None, f"no row is left: {said}", account.source_rows,
        "Check the source, where, data_until and the mapping of client_id", file=transactions.raw.label,
        id="left_out" if account.meant else None,
    )  # fmt: skip

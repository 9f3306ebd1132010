"""Step 1 from end to end, as the child process runs it: files → relations → checked rows → Parquet."""

from __future__ import annotations

from pathlib import Path

from portfolio_review.calendar import Month
from portfolio_review.errors import DataRefusedError, Fault, MissingFileError
from portfolio_review.review import Review
from portfolio_review.sources import validation
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.csvtext import read_csv
from portfolio_review.sources.engine import Engine, open_engine, text
from portfolio_review.sources.files import Found, Missing, find
from portfolio_review.sources.mapping import KEEP, Mapped, map_table
from portfolio_review.sources.model import Sources
from portfolio_review.sources.parquet import read_parquet
from portfolio_review.sources.raw import ROW, Raw, Refused
from portfolio_review.sources.reconciliation import UNIT, Reconciled, reconcile


def read_sources(review: Review, base: Path, folder: Path) -> Sources:
    """Read, check and write every table; every fault of every table is raised as one error."""
    faults: list[Fault] = []
    found = _find(review, base, faults)
    directories = {path.parent for one in found.values() for path in one.paths}
    engine = open_engine(folder, directories, review.timezone, review.limits.memory_gb)
    try:
        raws = _read(engine, review, found, faults)
        tables = {}
        for table in CONTRACTS:
            if table in raws:
                mapped = map_table(engine.reader, raws[table], review.sources[table], review.timezone)
                tables[table] = mapped
                faults += mapped.faults
                faults += validation.cell_faults(engine.reader, mapped)
                faults += validation.row_faults(engine.reader, mapped)
        known = _known_clients(tables)
        for mapped in tables.values():
            faults += validation.unknown_clients(engine.reader, mapped, known)
        if "clients" in tables:
            faults += validation.merge_faults(engine.reader, tables["clients"], known)
        _raise_if_refused(faults)
        return _written(engine, review, folder, tables, faults)
    finally:
        engine.close()


def _find(review: Review, base: Path, faults: list[Fault]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    missing: list[Missing] = []
    for table, source in review.sources.items():
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


def _read(engine: Engine, review: Review, found: dict[str, Found], faults: list[Fault]) -> dict[str, Raw]:
    raws: dict[str, Raw] = {}
    for table, one in found.items():
        try:
            if one.format == "parquet":
                raws[table] = read_parquet(engine, one)
            elif one.format == "csv":
                raws[table] = read_csv(engine, one, review.sources[table].csv)
        except Refused as refused:
            faults += refused.faults
    return raws


def _known_clients(tables: dict[str, Mapped]) -> str:
    """SQL of the ids of all clients that exist."""
    parts = [
        f"SELECT value_client_id AS client_id FROM {mapped.checked} WHERE {KEEP} AND value_client_id IS NOT NULL"
        for table in ("clients", "transactions")
        if (mapped := tables.get(table)) is not None and mapped.has("client_id")
    ]
    return f"({' UNION '.join(parts) or 'SELECT NULL AS client_id WHERE false'})"


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
    warnings = list(faults)
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
        order = f" ORDER BY {ROW}" if units is not None and table == "transactions" else ""
        engine.write(f"SELECT {', '.join(chosen)} FROM {relation}{order}", folder / f"{table}.parquet")
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
    return None


def _nothing_left(transactions: Mapped, account: Reconciled) -> Fault:
    reasons: dict[str, int] = {}
    for part in account.left_out:
        reasons[part.reason] = reasons.get(part.reason, 0) + part.rows
    said = ", ".join(f"{rows:,} {reason}" for reason, rows in reasons.items()) or "the source has no rows"
    return Fault(
        "transactions", None, f"no row is left: {said}", account.source_rows,
        "Check the source, where, data_until and the mapping of client_id", file=transactions.raw.label,
    )  # fmt: skip

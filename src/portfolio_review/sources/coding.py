"""The transactions as numbers: mapped rows in, dictionaries of their texts and the rows that count, by client, out.

    transactions/client_id.parquet    cell, value, code, kept, rows, mended, bucket[, unit]
    transactions/unit.parquet         cell, value, code, kept, rows, mended; so product and category, where given
    transactions/rows/bucket=N/*      client, unit, date, revenue[, margin, order_key, product, category, quantity],
                                      row_key and what the doubts ask of the texts: mended_<column>, where a text of
                                      it was mended, order_fold; a bucket below zero holds the rows that are left out

A text is read, checked and compared once in its dictionary, not in every row: that is what makes a hundred
million rows a matter of minutes. Codes follow the order of the texts. An order is known by the 64-bit hash of
its id: among 3·10⁷ orders two share one with a chance of 2·10⁻⁵. A bucket holds whole clients.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.conversion import (
    DIGITS,
    LOST,
    NUMBER,
    POINT,
    POINT_ZERO,
    SCIENTIFIC,
    TOO_LARGE,
    Conversion,
)
from portfolio_review.sources.engine import Engine, stored, text
from portfolio_review.sources.fold import folded
from portfolio_review.sources.mapping import KEEP, OPEN, Mapped
from portfolio_review.sources.model import Reason, dictionary, rows_folder
from portfolio_review.sources.raw import ROW

CODED = ("client_id", "unit", "product", "category")
ROWS_PER_BUCKET = 4_000_000
"""What is reduced at once: small enough for the caches of a processor, large enough for its cores."""
REASONS: tuple[Reason, ...] = (
    "removed_by_where", "no_client", "outside_history", "duplicate", "where_unknown", "stray_date", "future_date",
)  # fmt: skip
"""Why a row is left out. Its bucket is the place here, from 1, below zero."""
BROKEN = -9
"""The bucket of rows with a cell that breaks a rule."""
MILLION = 10**6
_SMALL = "9e12"
"""Amounts below it are whole millionths in 64 bits."""
_HELD = 2e9
"""Doubles of this size and above hold no six decimals."""
_PLAIN = "FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1"
"""The rows are read back at once and thrown away: writing them plainly takes a third of the time."""


@dataclass(frozen=True)
class Coded:
    """Where the coded transactions lie, and how to read them again from the source."""

    folder: Path
    mapped: Mapped
    rows: str
    """SQL of the rows from the source: what is written, with `ROW` and `__order__` (the order's text)."""
    exact: tuple[str, ...]
    """Columns of `rows` that are equal in exact duplicates, and in nothing else."""
    columns: tuple[str, ...]
    size: int
    """How many rows the source has, whatever `where` says of them."""

    def dictionary(self, column: str) -> Path:
        return dictionary(self.folder, column)

    def texts(self, column: str) -> str:
        """SQL of the texts of a column with their codes."""
        return stored(self.dictionary(column))

    def units(self, engine: Engine) -> dict[int, str]:
        """The names of the units by code."""
        if not self.dictionary("unit").exists():
            return {}
        return dict(engine.rows(f"SELECT code, value FROM {self.texts('unit')} WHERE value IS NOT NULL"))

    @property
    def clients(self) -> str:
        """SQL of the ids of all clients with a row that `where` keeps."""
        return f"SELECT value AS client_id FROM {self.texts('client_id')} WHERE kept > 0 AND value IS NOT NULL"

    def written(self) -> str | None:
        """SQL of all rows that were written, with their bucket; None when there is none."""
        rows = rows_folder(self.folder)
        if not any(rows.glob("bucket=*/*.parquet")):
            return None
        return stored(rows / "bucket=*" / "*.parquet")

    def facts(self, column: str) -> str | None:
        """SQL of the rows that count, or of how many are alike in `column`: it, unit, date and their weights."""
        rows = self.written()
        return None if rows is None else f"(SELECT * FROM {rows} WHERE bucket >= 0)"

    counted = "count(*)"
    """SQL of how many rows there are in `facts`."""
    bought = "CASE WHEN revenue > 0 THEN date END"
    """SQL of the day of a purchase."""

    @property
    def sized(self) -> str:
        """SQL of their Σ |revenue| in millionths."""
        return millionths("revenue", "abs")


def code(engine: Engine, mapped: Mapped, units: Path | None, data_until: str | None, folder: Path) -> Coded | None:
    """Write the dictionaries of `mapped`; None when one of their texts breaks a rule.

    `units` is a Parquet file of (client_id, unit) when the clients decide. The rows follow by `write`.
    """
    counts = f"count(*) FILTER ({KEEP}) AS kept, count(*) AS rows"
    found = {
        column: f"SELECT cell_{column}, {counts} FROM {mapped.cells} GROUP BY cell_{column}"
        for column in CODED
        if mapped.has(column)
    }
    mended, broken, size = dictionaries(engine, mapped, units, folder, found)
    if broken:
        return None
    flags = {f"mended_{column}": f"{column}.mended" for column in mended}
    return Coded(folder, mapped, *_rows(mapped, list(found), units is not None, data_until, folder, flags), size)


def dictionaries(
    engine: Engine, mapped: Mapped, units: Path | None, folder: Path, found: Mapping[str, str]
) -> tuple[list[str], str, int]:
    """Write the dictionary of each column of `found`: SQL of its cells with how many rows hold them, `kept` and `rows`.

    Gives the columns with texts that were mended, the first column of which one breaks a rule (none after it is
    written), and the number of rows.
    """
    folder.mkdir(exist_ok=True)
    mended: list[str] = []
    size = 0
    for column, cells in found.items():
        owners = units if column == "client_id" else None
        is_broken, is_mended, size = _write_dictionary(engine, mapped, column, cells, owners, folder)
        if is_broken:
            return mended, column, size
        mended += [column] * is_mended
    if units is not None and "unit" not in found:
        _write_units_of_clients(engine, folder)
    return mended, "", size


def millionths(column: str, size: str = "", kept: str = "true") -> str:
    """SQL of a sum in whole millionths over the rows that `kept` keeps; what is not a finite amount counts as
    nothing. With `size` (`abs`) the sum of the sizes."""
    small = f"abs({column}) < {_SMALL} AND {kept}"
    large = f"isfinite({column}) AND abs({column}) >= {_SMALL} AND abs({column}) < {TOO_LARGE} AND {kept}"
    return (
        f"coalesce(sum(CASE WHEN {small} THEN CAST({size}({column}) * {MILLION} AS BIGINT) END), 0) + "
        f"coalesce(sum(CASE WHEN {large} THEN CAST({size}({column}) * {MILLION} AS HUGEINT) END), 0)"
    )


def bucket_of(reason: Reason) -> int:
    """The bucket of the rows that are left out for a reason."""
    return -1 - REASONS.index(reason)


def write(engine: Engine, coded: Coded, duplicated: str | None = None) -> None:
    """Write the rows by bucket; those whose `ROW` the relation `duplicated` holds are left out as duplicates."""
    bucket = "bucket"
    if duplicated:
        again = f"bucket >= 0 AND {ROW} IN (SELECT {ROW} FROM {duplicated})"
        bucket = f"CASE WHEN {again} THEN {bucket_of('duplicate')} ELSE bucket END AS bucket"
    rows = f"SELECT {', '.join(coded.columns)}, {bucket} FROM {coded.rows}"
    folder = rows_folder(coded.folder)
    shutil.rmtree(folder, ignore_errors=True)
    engine.write_unordered(f"COPY ({rows}) TO {text(folder)} ({_PLAIN}, PARTITION_BY (bucket))", coded.size)


def _write_dictionary(
    engine: Engine, mapped: Mapped, column: str, found: str, units: Path | None, folder: Path
) -> tuple[bool, bool, int]:
    """Write every text of a column once, with its code; whether one that `where` keeps breaks a rule, was mended, and
    how many rows there are."""
    cell, made = f"cell_{column}", mapped.conversions[column]
    values = f"SELECT *, {made.value} AS value_{column} FROM ({found})"
    checked = f"SELECT *, {made.problem} AS problem_{column} FROM ({values})"
    fault = f"problem_{column} IS NOT NULL AND kept > 0"
    if column == "client_id":  # a transaction without a client is no fault, it is left out and counted
        fault += f" AND problem_{column} <> 'missing'"
    none = f"value IS NULL OR value = {text(NO_UNIT)}" if column == "unit" else "value IS NULL"
    coded = (
        f"SELECT *, CASE WHEN {none} THEN {'0' if column == 'unit' else 'NULL'} "
        f"ELSE dense_rank() OVER (PARTITION BY {none} ORDER BY value) END::UINTEGER AS code "
        f"FROM (SELECT {cell} AS cell, value_{column} AS value, kept, rows, "
        f"{made.mended or 'NULL'}::UTINYINT AS mended, {fault} AS broken FROM ({checked}))"
    )
    if column == "client_id":
        before = "greatest(sum(kept) OVER (PARTITION BY code IS NULL ORDER BY code) - 1, 0)"
        coded = f"SELECT *, ({before} // {ROWS_PER_BUCKET})::INTEGER AS bucket FROM ({coded})"
        if units is not None:
            coded = f"SELECT d.*, u.unit FROM ({coded}) d LEFT JOIN {stored(units)} u ON u.client_id = d.value"
    path = dictionary(folder, column)
    engine.put_aside(f"{coded} ORDER BY code, cell", path)
    broken, mended, rows = engine.row(
        "SELECT bool_or(broken), bool_or(mended IS NOT NULL AND kept > 0), coalesce(sum(rows), 0)::BIGINT "
        f"FROM {stored(path)}"
    )
    return bool(broken), bool(mended), rows


def _write_units_of_clients(engine: Engine, folder: Path) -> None:
    """The dictionary of units that are the clients': the name is its own cell."""
    known = stored(dictionary(folder, "client_id"))
    none = f"unit = {text(NO_UNIT)}"
    engine.put_aside(
        f"SELECT unit AS cell, unit AS value, kept, "
        f"CASE WHEN {none} THEN 0 ELSE dense_rank() OVER (PARTITION BY {none} ORDER BY unit) END::UINTEGER AS code "
        f"FROM (SELECT unit, sum(kept)::BIGINT AS kept FROM {known} WHERE unit IS NOT NULL GROUP BY unit) "
        "ORDER BY code", dictionary(folder, "unit"),
    )  # fmt: skip


def _rows(
    mapped: Mapped, given: list[str], of_clients: bool, data_until: str | None, folder: Path, flags: dict[str, str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """SQL of the coded rows, the columns equal in duplicates, and the columns to write."""
    plain = [column.name for column in mapped.columns if column.name not in CODED]
    made = {name: mapped.conversions[name] for name in plain}
    cells = mapped.cells
    if "order_id" in plain:  # the one text that is looked at in every row: most need a single test
        known = made["order_id"].plain or "false"
        cells = f"(SELECT *, {known} AS plain_order_id FROM {cells})"
        made["order_id"] = _unless_plain(made["order_id"])
    values = ", ".join(["*", *(f"{one.value} AS value_{name}" for name, one in made.items())])
    broken = [f"{KEEP} AND {_breaks(one)}" for one in made.values()]
    broken += [f"{OPEN} AND __unread_{index}__ IS NOT NULL" for index in range(len(mapped.numbers))]
    late = f"WHEN value_date > DATE {text(data_until)} THEN {bucket_of('outside_history')} " if data_until else ""
    bucket = (
        f"CASE WHEN {' OR '.join(f'({fault})' for fault in broken)} THEN {BROKEN} "
        f"WHEN NOT {OPEN} THEN {bucket_of('removed_by_where')} WHEN NOT {KEEP} THEN {bucket_of('where_unknown')} "
        f"WHEN client_id.code IS NULL THEN {bucket_of('no_client')} {late}ELSE bucket END"
    )
    has_unit = "unit" in given or of_clients
    chosen = {"client": "client_id.code", "unit": "coalesce(unit.code, 0)::UINTEGER" if has_unit else "0::UINTEGER"}
    chosen |= {name: f"value_{name}" for name in plain if name != "order_id"}
    chosen |= {name: _six_decimals(f"value_{name}") for name in ("revenue", "margin") if name in plain}
    if "order_id" in plain:
        chosen["order_key"] = "CASE WHEN value_order_id IS NOT NULL THEN hash(value_order_id) END"
    chosen |= {name: f"{name}.code" for name in given if name not in ("client_id", "unit")}
    exact = ("__date__", *(name for name in chosen if name not in ("date", "order_key")))
    if "order_id" in plain and (mended := mapped.conversions["order_id"].mended):
        flags = {**flags, "mended_order_id": f"({traces(mended, 'value_order_id')})::UTINYINT"}
        # null where the fold is the id itself; a plain text folds to its capitals
        capitals = "CASE WHEN upper(value_order_id) <> value_order_id THEN hash(upper(value_order_id)) END"
        flags["order_fold"] = f"CASE WHEN plain_order_id THEN {capitals} ELSE hash({folded('value_order_id')}) END"
    chosen |= flags
    order = ["value_order_id AS __order__"] * ("order_id" in plain)
    extra = [f"{ROW}", "cell_date AS __date__", f"{bucket} AS bucket", *order]
    select = ", ".join([*(f"{sql} AS {name}" for name, sql in chosen.items()), *extra])
    joined = f"SELECT {select} FROM (SELECT {values} FROM {cells}) r{''.join(_joins(given, of_clients, folder))}"
    key = f"hash({', '.join([*exact, *['order_key'] * len(order)])}) AS row_key"
    return f"(SELECT *, {key} FROM ({joined}))", (*exact, *["__order__"] * len(order)), (*chosen, "row_key")


def traces(mended: str, id: str) -> str:
    """SQL of what was mended in an order's id, and of the traces of a number that were kept. Most end at the first
    tests: the text of an order is looked at in every row."""
    numeric = f"{id} < ':'"  # it starts with a digit, or with a sign before them
    return (
        f"CASE WHEN {numeric} AND ends_with({id}, '.0') AND regexp_full_match({id}, {text(POINT_ZERO)}) THEN {POINT} "
        f"WHEN {numeric} AND (contains({id}, 'E') OR contains({id}, 'e')) "
        f"AND regexp_full_match({id}, {text(SCIENTIFIC)}) THEN {LOST} WHEN plain_order_id THEN NULL "
        f"WHEN strlen({id}) >= {DIGITS} AND ({mended}) = {NUMBER} "
        f"AND NOT starts_with(CAST(cell_order_id AS VARCHAR), '=') THEN {LOST} ELSE {mended} END"
    )


def _six_decimals(amount: str) -> str:
    """SQL of an amount to six decimals, v·10⁶ half away from zero.

    The double of 1.0000005 lies below the half, and its product may: what is next to a half in double precision is one,
    for a factor two doubles above 10⁶ leads over it and, below `_HELD`, over nothing else.
    """
    near = f"round({amount} * 1.0000000000000002e6) / 1e6 + 0e0"
    return f"(CASE WHEN abs({amount}) < {_HELD} THEN {near} ELSE {amount} END)"


def _unless_plain(made: Conversion) -> Conversion:
    """The conversion of an order id whose text may be plain already."""
    sound = f"plain_order_id OR {made.sound}" if made.sound else None
    return replace(
        made, value=f"CASE WHEN plain_order_id THEN CAST(cell_order_id AS VARCHAR) ELSE {made.value} END", sound=sound
    )


def _breaks(made: Conversion) -> str:
    """SQL of whether a cell breaks a rule; asked in full only where the cheap test does not already say no."""
    full = f"({made.problem}) IS NOT NULL"
    return full if made.sound is None else f"CASE WHEN {made.sound} THEN false ELSE {full} END"


def _joins(given: list[str], of_clients: bool, folder: Path) -> Iterator[str]:
    for name in given:
        yield f" LEFT JOIN {stored(dictionary(folder, name))} {name} ON {name}.cell = r.cell_{name}"
    if of_clients and "unit" not in given:
        yield f" LEFT JOIN {stored(dictionary(folder, 'unit'))} unit ON unit.cell = client_id.unit"

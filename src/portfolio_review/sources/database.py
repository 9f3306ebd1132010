"""A `query` that runs on a database (`connection: env:NAME`): its rows, of the types they have there, as Parquet.

The address stands in no message: of a connection that does not come about nothing is repeated, for what a driver
cannot parse it quotes, and what a server says later is searched for parts of it first.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pyarrow.parquet as pq

from portfolio_review.errors import Fault
from portfolio_review.review import Source
from portfolio_review.sources import secrets, servers
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.engine import Engine, half_of_memory_gb, name, stored
from portfolio_review.sources.parquet import sorted_rows
from portfolio_review.sources.raw import Raw, Refused, distinct_names, printable, refused
from portfolio_review.sources.servers import Answer, Ask
from portfolio_review.sources.uses import said_of

MOST_DIGITS = 38
"""Of an exact number in Parquet and in DuckDB."""
_WHOLE = 18
"""Digits that every 64-bit integer has room for."""
_NUMBERS = ("number", "whole")
_CASTS = {
    "date": "TRY_CAST({} AS DATE)", "time": "TRY_CAST({} AS TIMESTAMP)", "float": "TRY_CAST({} AS DOUBLE)",
    "instant": "TRY_CAST({} || '+00' AS TIMESTAMPTZ)",
}  # fmt: skip
_FORM = "scheme://user:password@host:port/database"


def read_database(engine: Engine, table: str, source: Source) -> Raw:
    """The rows of the source's query, in sorted order; its version is asked before, on the same connection.

    Raises `Refused` when there is no address, driver, connection or answer, or a column that is used cannot be read.
    """
    connection, query = source.connection, source.query
    assert connection is not None
    assert query is not None
    part = engine.scratch / f"{table}.database.parquet"
    with _connected(table, connection, engine.timezone, engine.memory_gb) as (address, ask):
        version = None
        if source.version_query is not None:
            version = _version(table, connection, address, ask, source.version_query)
        with answering(table, connection, address, f"sources.{table}.query"):
            answer = ask(_bare(query))
            if not answer.columns:
                raise ValueError("it gives no column")
            with pq.ParquetWriter(part, answer.schema, compression="lz4") as writer:
                for batch in answer.batches:
                    writer.write_batch(batch)
    values, unreadable = _values(engine, answer, part)
    _refuse_unreadable(table, source, answer, unreadable)
    readable = [at for at in values if at not in unreadable]
    names = distinct_names(answer.columns[at].name for at in readable)
    cells = ", ".join(f"{values[at]} AS {name(names[answer.columns[at].name])}" for at in readable)
    raw = sorted_rows(engine, table, "connection", connection, part, cells, version)
    return dataclasses.replace(raw, names=names)


def version(table: str, source: Source, timezone: str, memory_gb: float | None) -> str:
    """What the source's `version_query` answers now, as a hash with the place of the database; raises `Refused`."""
    assert source.connection is not None
    assert source.version_query is not None
    with _connected(table, source.connection, timezone, memory_gb or half_of_memory_gb()) as (address, ask):
        return _version(table, source.connection, address, ask, source.version_query)


def _version(table: str, connection: str, address: str, ask: Ask, query: str) -> str:
    key = f"sources.{table}.version_query"
    with answering(table, connection, address, key):
        answer = ask(_bare(query))
        found = [row for batch in answer.batches for row in batch.to_pylist()]
        if len(found) != 1 or answer.unreadable or any(column.unreadable for column in answer.columns):
            raise ValueError(f"expected one row of numbers, texts or times, found {len(found):,} rows")
    place = urlsplit(address)
    where = (place.scheme, place.hostname, place.port, place.path)  # a copy of the database has the same times
    return hashlib.sha256(repr((where, list(found[0].values()))).encode()).hexdigest()


def _bare(query: str) -> str:
    return query.strip().rstrip(";")


@contextmanager
def _connected(table: str, connection: str, timezone: str, memory_gb: float) -> Iterator[tuple[str, Ask]]:
    """The address, and what answers queries there. Why there is no connection is told by the kind of the error."""
    variable = connection.removeprefix("env:")
    given = secrets.address(variable)
    if not given:
        rule = f"the environment variable {variable} is not set"
        remedy = f"Set {variable} to the address of the database, for instance postgresql://user:password@host/database"
        raise refused(table, connection, rule, remedy)
    with opening(table, connection):
        opened = servers.connected(_parsed(given), timezone, memory_gb)
        ask = opened.__enter__()
    try:
        yield given, ask
    finally:
        opened.__exit__(None, None, None)


def _parsed(address: str) -> SplitResult:
    """The parts of an address, without the driver that its scheme may name; raises `Place`."""
    scheme, mark, rest = address.partition("://")
    scheme = scheme.partition("+")[0].lower()
    if not mark and "=" in address:
        raise servers.Place(f"it is written as host=… password=…: write it as postgresql://{_FORM.partition('//')[2]}")
    if scheme not in servers.SCHEMES:
        known = ", ".join(f"{one}://" for one in servers.SCHEMES)
        raise servers.Place(f"it does not begin with one of {known}")
    parsed = urlsplit(f"{scheme}://{rest}")
    _ = parsed.port  # raises ValueError where it is none
    if parsed.fragment or "#" in rest:
        raise servers.Place("a # in it stands for itself only as %23")
    return parsed


@contextmanager
def opening(table: str, connection: str) -> Iterator[None]:
    variable = connection.removeprefix("env:")
    check = (
        f"Check {variable}, which is not repeated here: {_FORM}, with # / ? @ : "
        "and what is no ASCII in the password percent-encoded (# is %23); then host, port, user and rights"
    )
    try:
        yield
    except servers.Place as error:
        raise refused(table, connection, f"the address cannot be used: {error}", check) from None
    except ImportError as error:
        driver = (error.name or "").partition(".")[0]
        rule = f"the driver of the database is not installed ({driver})"
        remedy = f"Install it: pip install 'portfolio-review[{servers.EXTRAS.get(driver, driver)}]'"
        raise refused(table, connection, rule, remedy) from None
    except Exception as error:  # drivers raise their own kinds
        raise refused(table, connection, f"the connection cannot be made ({type(error).__name__})", check) from None


@contextmanager
def answering(table: str, connection: str, address: str, key: str) -> Iterator[None]:
    """Turn what goes wrong with a query into `Refused`, in the server's words without parts of the address."""
    try:
        yield
    except Exception as error:  # drivers raise their own kinds
        if isinstance(error, OSError) and not isinstance(error, (ConnectionError, TimeoutError)):
            raise  # a full disk is no fault of the query
        words = str(error)
        own = re.search(r"ERROR:\s+(.*)", words)  # PostgreSQL's, after the whole query
        said = own[1] if own else words.partition("\n")[0]
        rule = f"the query failed: {secrets.blotted(f'{type(error).__name__}: {said}', address)}"
        raise refused(table, connection, rule, f"Correct {key} or {connection.removeprefix('env:')}") from None


def _values(engine: Engine, answer: Answer, part: Path) -> tuple[dict[int, str], dict[int, str]]:
    """SQL of the value of each column over the staged rows, and why columns cannot be read, both by place."""
    times = Counter(column.name for column in answer.columns)
    values, probes, unreadable = {}, {}, dict(answer.unreadable)
    for at, column in enumerate(answer.columns):
        values[at] = cell = f"c{at}"
        if column.unreadable or times[column.name] > 1:
            unreadable[at] = column.unreadable or "stands in its answer twice"
        elif column.form in _NUMBERS:
            probes[at] = _size(cell)
        elif column.form in _CASTS:
            values[at] = _CASTS[column.form].format(cell)
            probes[at] = f"any_value({cell}) FILTER ({values[at]} IS NULL)"
    if probes:
        query = f"SELECT {', '.join(probes.values())} FROM {stored(part)}"
        for at, found in zip(probes, engine.row(query), strict=True):
            if answer.columns[at].form in _NUMBERS:
                values[at], said = _exact(values[at], answer.columns[at].form, *found)
            else:
                said = f"holds '{printable(found)}'" if found is not None else ""
            if said:
                unreadable.setdefault(at, said)
    return values, unreadable


def _size(cell: str) -> str:
    """SQL of how many digits the texts of numbers have at most before and after the point, and how many are odd."""
    point = f"strpos({cell}, '.')"
    before = f"CASE {point} WHEN 0 THEN strlen({cell}) ELSE {point} - 1 END - ({cell} < '0')::INTEGER"
    after = f"CASE {point} WHEN 0 THEN 0 ELSE strlen({cell}) - {point} END"
    odd = f"({cell} >= ':' OR {cell} LIKE '-i%')"  # nan, inf, -inf
    return f"[max({before}) FILTER (NOT {odd}), max({after}), count(*) FILTER ({odd})]"


def _exact(cell: str, form: str, before: int | None, after: int | None, odd: int) -> tuple[str, str]:
    """SQL of the numbers of a column, and what makes them unreadable; NaN and infinity are doubles alone."""
    digits, scale = (before or 0) + (after or 0), after or 0
    if odd:
        return f"CAST({cell} AS DOUBLE)", ""
    if digits > MOST_DIGITS:
        return cell, f"holds numbers of {digits} digits, more than {MOST_DIGITS}"
    if form == "whole" and digits <= _WHOLE:
        return f"CAST({cell} AS BIGINT)", ""
    return f"CAST({cell} AS DECIMAL({max(1, digits)}, {scale}))", ""


def _refuse_unreadable(table: str, source: Source, answer: Answer, unreadable: dict[int, str]) -> None:
    """Raise `Refused` with the columns that cannot be read and of which one of ours is made, or `where`."""
    used = said_of(table, source)
    faults = {}
    for at, why in unreadable.items():
        column = answer.columns[at].name
        if column.lower() in used:
            remedy = f"Turn it into a number, a text or a date in sources.{table}.query, or name it apart there"
            ours = used[column.lower()] if used[column.lower()] in CONTRACTS[table].names else None
            rule = f"column '{printable(column)}' of the query {why}"
            faults[column] = Fault(table, ours, rule, 0, remedy, file=source.connection)
    if faults:
        raise Refused(*faults.values())

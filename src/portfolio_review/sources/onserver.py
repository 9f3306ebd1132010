"""The transactions where an engine has them: checked and coded without any row's coming here.

What comes are distinct texts of ids, which are read and mended here as those of files are, sums by unit and month, by
client, by product and category, and at most five examples of what is odd. See `elsewhere` for the tables there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from portfolio_review.calendar import LAST_YEAR
from portfolio_review.doubt import MOST_EXAMPLES
from portfolio_review.errors import Fault
from portfolio_review.review import CsvOptions, Review, Source
from portfolio_review.sources import coding, database, elsewhere, rules, sessions
from portfolio_review.sources.coding import CODED, bucket_of
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.doubts.amounts import CURRENCY_NAME
from portfolio_review.sources.elsewhere import Elsewhere, Reading, columns_of
from portfolio_review.sources.elsewhere_account import MOST_TEXTS, CodedElsewhere, account, identity
from portfolio_review.sources.engine import Engine, stored, text
from portfolio_review.sources.fold import folded
from portfolio_review.sources.mapping import KEEP, OPEN, Mapped, map_table
from portfolio_review.sources.model import TRANSACTIONS, Input, dictionary
from portfolio_review.sources.raw import ROW, Raw, Refused, printable
from portfolio_review.sources.reconciliation import Reconciled

_PLAIN_ORDER = "^[!-<>-~][!-~]*$"
_POINT, _SCIENTIFIC = "^-?[0-9]+[.]0$", "^-?[0-9]([.][0-9]+)?[eE][+-]?[0-9]+$"
_NUMBERS = ("whole", "number", "float")


@dataclass(frozen=True)
class Found:
    """What `read` gives: the coded rows, their account, whether units are known."""

    coded: CodedElsewhere
    counted: Reconciled
    has_unit: bool


def read(
    engine: Engine, server: Elsewhere, review: Review, folder: Path, units_of: Callable[[Mapped], Path | None],
    faults: list[Fault], tables: dict[str, Mapped],
) -> Found | None:  # fmt: skip
    """Check, code and count the transactions; None when a cell has a fault. Adds to `tables` and `faults`."""
    source = review.sources[TRANSACTIONS]
    assert source.query is not None
    version = None
    if source.version_query is not None:
        if server.session.dialect != "postgres":
            said = f"version_query is not asked on {server.session.dialect}"
            raise Refused(Fault(TRANSACTIONS, None, said, 0, "Take it out", file=source.connection))
        version = database.version(TRANSACTIONS, source, review.timezone, review.limits.memory_gb)
    server.own("pr_source", source.query.strip().rstrip(";"))
    kinds = server.kinds("pr_source")
    raw = Raw(TRANSACTIONS, "connection", source.connection or "", "", dict(kinds), (source.connection or "",), ())
    reading = _reading(server, raw, source, kinds, faults)
    if reading is None:
        return None
    server.own("pr_base", reading.base(server, "SELECT * FROM pr_source"))
    if wrong := list(_wrong_kinds(raw, reading, server.kinds("pr_base"))):
        faults += wrong
        return None
    server.table("pr_read", reading.rows())
    sample = engine.scratch / "sample.parquet"
    _write_sample(server, reading, sample, "pr_read")
    mapped = _mapped(engine, raw, source, review.timezone, reading, sample)
    if broken := list(_broken_cells(server, mapped, reading)):
        faults += broken
        return None
    where, units_of_clients = folder / TRANSACTIONS, units_of(mapped)
    given = [column for column in CODED if column in reading.expressions]
    texts = {column: _texts(engine, server, column) for column in given}
    mended, odd_column, _ = coding.dictionaries(engine, mapped, units_of_clients, where, texts)
    if odd_column:
        faults += _broken_texts(engine, mapped, odd_column, texts[odd_column])
        return None
    flags = [f"mended_{column}" for column in mended]
    looked, order_flags, order_faults = _send_orders(engine, server, mapped, where)
    if order_faults:
        faults += order_faults
        return None
    _code(engine, server, reading, where, given, flags, order_flags, units_of_clients is not None, review.data_until)
    coded = CodedElsewhere(
        where, mapped, "pr_rows", (), (*flags, *order_flags), 0, server, engine, tuple(flags), looked,
        reading.currencies,
    )  # fmt: skip
    counted = account(engine, coded, reading, review)
    _write_sample(server, reading, sample, "pr_rows", _odd_rows(counted))
    server.keep(where, counted.source_rows)
    inputs = (Input(TRANSACTIONS, raw.label, identity(where, counted), 0, counted.source_rows, version),)
    tables[TRANSACTIONS] = dataclasses.replace(mapped, raw=dataclasses.replace(mapped.raw, inputs=inputs))
    return Found(
        dataclasses.replace(coded, mapped=tables[TRANSACTIONS]),
        counted,
        "unit" in given or units_of_clients is not None,
    )


def _reading(server: Elsewhere, raw: Raw, source: Source, kinds: dict[str, Any], faults: list[Fault]) -> Reading | None:
    """The expressions of the review file, each one scalar in the engine's own SQL; None when one is not."""
    table = CONTRACTS[TRANSACTIONS]
    there = {name.lower(): name for name in kinds}
    if source.columns is None:
        given = {name: server.quoted(there[name]) for name in table.names if name in there}
    else:
        given = {name: source.columns[name] for name in table.names if name in source.columns}
    before = len(faults)
    for key, written in {**{f"columns.{name}": one for name, one in given.items()}, "where": source.where}.items():
        if written is not None and (said := _complaint(written, server.session.dialect)):
            rule = f"the expression '{printable(written)}' {said}"
            faults.append(raw.fault(None, rule, f"Correct sources.{TRANSACTIONS}.{key}"))
    faults += [rules.not_given(raw, one.name) for one in table.columns if one.required and one.name not in given]
    if len(faults) > before:
        return None
    used = {name.lower() for name, written in given.items() for name in columns_of(written, server.session.dialect)}
    return Reading(
        given, source.where, tuple(name for name in kinds if CURRENCY_NAME.search(name) and name.lower() not in used)
    )


def _complaint(written: str, dialect: str) -> str:
    """What is wrong with an expression, which must be scalar; empty when nothing is."""
    import sqlglot
    from sqlglot import exp

    try:
        trees = sqlglot.parse(f"SELECT (\n{written}\n)", read=dialect)
    except sqlglot.errors.SqlglotError as error:
        return f"does not parse as SQL of {dialect}: {str(error).splitlines()[0]}"
    if len(trees) != 1 or not isinstance(trees[0], exp.Select) or len(trees[0].expressions) != 1:
        return "is not one expression"
    inside = list(trees[0].expressions[0].walk())
    if any(isinstance(one, (exp.Query, exp.Subquery)) for one in inside):
        return "holds a subquery"
    if any(isinstance(one, (exp.AggFunc, exp.Window)) for one in inside):
        return "holds an aggregate"
    return ""


def _wrong_kinds(raw: Raw, reading: Reading, kinds: dict[str, sessions.Kind]) -> Iterator[Fault]:
    """The columns of a type that this column cannot be made of: on a server nothing is parsed."""
    for name in reading.expressions:
        column = CONTRACTS[TRANSACTIONS].column(name)
        wanted: tuple[str, ...] = ("text", "whole")
        if column.kind in ("number", "date"):
            wanted = _NUMBERS if column.kind == "number" else ("date", "time", "instant")
        if kinds[f"cell_{name}"] not in wanted:
            what = {"number": "a number", "date": "a date"}.get(column.kind, "text or a whole number")
            remedy = f"Write an expression that gives {what} in the SQL of the engine, for instance with CAST"
            yield raw.fault(name, f"expected {what}, found a column of another type", remedy)


def _mapped(engine: Engine, raw: Raw, source: Source, timezone: str, reading: Reading, sample: Path) -> Mapped:
    """The table on our terms, over the sample: what its columns become, and its few odd rows."""
    rows = stored(sample)
    names = [column.name for column in CONTRACTS[TRANSACTIONS].columns if column.name in reading.expressions]
    described = engine.rows(f"DESCRIBE SELECT {', '.join(names)} FROM {rows}")
    own = dataclasses.replace(raw, relation=rows, columns={row[0]: row[1] for row in described})
    plain = source.model_copy(update={"columns": None, "where": None, "csv": CsvOptions()})
    mapped = map_table(engine, own, plain, timezone)
    if mapped.faults:
        raise Refused(*mapped.faults)
    cells = ", ".join(
        [ROW, f"kept = 1 AS {KEEP}", f"not_removed = 1 AS {OPEN}", *(f"{name} AS cell_{name}" for name in names)]
    )
    cells = f"(SELECT {cells} FROM {rows})"
    return dataclasses.replace(
        mapped, cells=cells, checked=mapped.checked.replace(mapped.cells, cells), source=source,
        expressions=dict(reading.expressions),
    )  # fmt: skip


def _write_sample(server: Elsewhere, reading: Reading, path: Path, rows: str, odd: tuple[str, ...] = ()) -> None:
    """Write the first rows that fulfil each of the conditions, of none where there is none."""
    cells = [
        f"cell_{name} AS {name}"
        for name in reading.expressions
        if name not in ("date", "revenue", "margin", "order_id")
    ]
    cells += [
        "date",
        *(f"CAST({name} AS DOUBLE) AS {name}" for name in ("revenue", "margin") if name in reading.expressions),
    ]
    cells += ["order_id"] * ("order_id" in reading.expressions)
    chosen = f"SELECT {', '.join(cells)}, kept, not_removed FROM "
    parts = [server.ask(f"{chosen} {rows} WHERE 1 = 0")]
    parts += [
        server.ask(f"{chosen} {rows} WHERE {one} ORDER BY date, client, revenue LIMIT {MOST_EXAMPLES}") for one in odd
    ]
    found = pa.concat_tables(parts)
    elsewhere.write(elsewhere.numbered(found), path)


def _odd_rows(counted: Reconciled) -> tuple[str, ...]:
    """SQL of the rows that doubts show examples of."""
    reasons = dict.fromkeys(group.reason for group in counted.groups if group.reason is not None)
    unpriced = any(group.unpriced for group in counted.groups)
    return (*(f"bucket = {bucket_of(reason)}" for reason in reasons), *["bucket = 0 AND margin IS NULL"] * unpriced)


def _broken_cells(server: Elsewhere, mapped: Mapped, reading: Reading) -> Iterator[Fault]:
    """The faults of dates and amounts in the rows that `where` keeps."""
    last = f"DATE '{LAST_YEAR}-12-31'"
    tests = [("date", "missing", "date IS NULL"), ("date", "far_date", f"date > {last}")]
    for name in ("revenue", "margin"):
        if name in reading.expressions:
            tests.append((name, "too_large", f"given_{name} AND {name} IS NULL"))
    tests.append(("revenue", "missing", "NOT given_revenue"))
    counts = ", ".join(f"sum(CASE WHEN {one} THEN 1 ELSE 0 END) AS t{at}" for at, (_, _, one) in enumerate(tests))
    found = server.ask(f"SELECT {counts} FROM pr_read WHERE kept = 1").to_pylist()[0]
    for at, (name, rule, condition) in enumerate(tests):
        if count := int(found[f"t{at}"] or 0):
            shown = server.ask(
                f"SELECT CAST(date AS VARCHAR) AS shown FROM pr_read WHERE kept = 1 AND {condition} "
                f"ORDER BY date LIMIT {MOST_EXAMPLES}"
            )["shown"].to_pylist()
            column = CONTRACTS[TRANSACTIONS].column(name)
            first = [{"r": 0, "f": one or ""} for one in shown]
            yield rules.cell_fault(mapped.raw, column, rule, count, first, CsvOptions(), reading.expressions[name])


def _texts(engine: Engine, server: Elsewhere, column: str) -> str:
    """SQL of the distinct cells of a column, with how many rows hold them."""
    found = server.ask(f"SELECT cell_{column}, sum(kept) AS kept, count(*) AS n FROM pr_read GROUP BY cell_{column}")
    path = engine.scratch / f"cells-{column}.parquet"
    return f"SELECT cell_{column}, kept::BIGINT AS kept, n::BIGINT AS rows FROM {elsewhere.write(found, path)}"


def _broken_texts(engine: Engine, mapped: Mapped, column: str, cells: str) -> list[Fault]:
    """The faults of a column whose texts break a rule."""
    made = mapped.conversions[column]
    values = f"SELECT *, {made.value} AS value_{column} FROM ({cells})"
    found = engine.rows(
        "SELECT problem, sum(kept)::BIGINT, "
        f"list(left(CAST(cell_{column} AS VARCHAR), 200) ORDER BY cell_{column})[1:{MOST_EXAMPLES}] "
        f"FROM (SELECT *, {made.problem} AS problem FROM ({values})) "
        "WHERE kept > 0 AND problem IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    return [
        rules.cell_fault(
            mapped.raw, CONTRACTS[TRANSACTIONS].column(column), rule, rows,
            [{"r": 0, "f": one or ""} for one in shown], CsvOptions(), mapped.expressions[column],
        )
        for rule, rows, shown in found
        if (column, rule) != ("client_id", "missing")
    ]  # fmt: skip


def _send_orders(
    engine: Engine, server: Elsewhere, mapped: Mapped, folder: Path
) -> tuple[bool, list[str], list[Fault]]:
    """Read the ids of orders of an odd form here, and send what became of them: whether they were looked at, the
    columns of what they tell, and their faults."""
    if not mapped.has("order_id"):
        return True, [], []
    odd = (
        f"order_id IS NOT NULL AND (NOT regexp_matches(order_id, '{_PLAIN_ORDER}') "
        f"OR regexp_matches(order_id, '{_POINT}') OR regexp_matches(order_id, '{_SCIENTIFIC}'))"
    )
    found = server.ask(
        f"SELECT order_id AS cell_order_id, sum(kept) AS kept FROM pr_read WHERE {odd} "
        f"GROUP BY order_id LIMIT {MOST_TEXTS + 1}"
    )
    looked = len(found) <= MOST_TEXTS
    if not looked:
        found = found.slice(0, 0)
    made = mapped.conversions["order_id"]
    if made.mended is None:
        return looked, [], []
    relation = elsewhere.write(found, engine.scratch / "cells-order_id.parquet")
    values = f"SELECT *, {made.value} AS value_order_id, {made.plain or 'false'} AS plain_order_id FROM {relation}"
    faults = _broken_texts(engine, mapped, "order_id", f"SELECT cell_order_id, kept::BIGINT AS kept FROM {relation}")
    path = folder / "order_texts.parquet"
    folder.mkdir(exist_ok=True)
    traces = coding.traces(made.mended, "value_order_id")
    engine.reader.execute(
        f"COPY (SELECT cell_order_id AS cell, value_order_id AS value, ({traces})::INTEGER AS mended, "
        f"{folded('value_order_id')} AS fold FROM ({values})) TO {text(path)} (FORMAT parquet)"
    )
    server.send("pr_map_order_id", path)
    return looked, ["mended_order_id", "order_fold"], faults


def _code(
    engine: Engine, server: Elsewhere, reading: Reading, folder: Path, given: list[str], flags: list[str],
    order_flags: list[str], of_clients: bool, data_until: str | None,
) -> None:  # fmt: skip
    """`pr_coded`, from the dictionaries in the folder."""
    joins = ""
    for column in given:
        known = stored(dictionary(folder, column))
        unit = ", u.code::INTEGER AS unit_code" if column == "client_id" and of_clients else ""
        join = ""
        if unit:
            own = stored(dictionary(folder, "unit"))
            join = f"LEFT JOIN {own} u ON u.cell = d.unit"
        path = folder / f"codes_{column}.parquet"
        engine.reader.execute(
            f"COPY (SELECT d.cell, d.code::INTEGER AS code, d.mended::INTEGER AS mended{unit} FROM {known} d {join} "
            f"WHERE d.cell IS NOT NULL) TO {text(path)} (FORMAT parquet)"
        )
        server.send(f"pr_map_{column}", path)
        joins += f" LEFT JOIN pr_map_{column} AS m_{column} ON m_{column}.cell = r.cell_{column}"
    unit = (
        "coalesce(m_unit.code, 0)" if "unit" in given else "coalesce(m_client_id.unit_code, 0)" if of_clients else "0"
    )
    columns = ["m_client_id.code AS client", f"{unit} AS unit"]
    columns += [f"m_{column}.code AS {column}" for column in given if column not in ("client_id", "unit")]
    columns += [f"m_{flag.removeprefix('mended_')}.mended AS {flag}" for flag in flags]
    if "order_id" in reading.expressions:
        if order_flags:
            joins += " LEFT JOIN pr_map_order_id AS m_order_id ON m_order_id.cell = r.order_id"
            columns += [
                "CASE WHEN m_order_id.cell IS NULL THEN r.order_id ELSE m_order_id.value END AS order_key",
                "m_order_id.mended AS mended_order_id", "coalesce(m_order_id.fold, upper(r.order_id)) AS order_fold",
            ]  # fmt: skip
        else:
            columns.append("r.order_id AS order_key")
    late = f"WHEN r.date > DATE '{data_until}' THEN {bucket_of('outside_history')} " if data_until else ""
    columns += [
        "CAST(DATE_DIFF('day', DATE '1970-01-01', r.date) AS INTEGER) AS day",
        "CAST(EXTRACT(YEAR FROM r.date) AS INTEGER) AS year",
        "CAST(12 * EXTRACT(YEAR FROM r.date) + EXTRACT(MONTH FROM r.date) - 1 AS INTEGER) AS month",
        "CAST(EXTRACT(DAY FROM r.date) AS INTEGER) AS day_of_month",
        f"CASE WHEN r.not_removed = 0 THEN {bucket_of('removed_by_where')} "
        f"WHEN r.kept = 0 THEN {bucket_of('where_unknown')} "
        f"WHEN m_client_id.code IS NULL THEN {bucket_of('no_client')} {late}ELSE 0 END AS first_bucket",
    ]
    server.table("pr_coded", f"SELECT r.*, {', '.join(columns)} FROM pr_read AS r{joins}")
    server.drop("pr_read")

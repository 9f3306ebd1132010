"""A `query` over files: DuckDB SQL that selects from Parquet and CSV files, and nothing else.

Judged by its syntax tree before it runs, then run with one thread in an instance that may read only the review
file's folder and the folders of the paths it names: so it gives the same rows in the same order everywhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from portfolio_review.errors import Fault, nearest
from portfolio_review.sources import syntax
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.files import Missing, digest, matches, missing, refuse_odd
from portfolio_review.sources.model import Input
from portfolio_review.sources.parquet import rows
from portfolio_review.sources.raw import ROW, Raw, Refused, columns_of

_READERS = {"read_parquet": "parquet", "parquet_scan": "parquet", "read_csv": "csv", "read_csv_auto": "csv"}
_GENERATORS = ("range", "generate_series", "unnest")
_EXTENSIONS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}


@dataclass(frozen=True)
class Plan:
    """What a query reads: the paths it names, and what speaks against running it."""

    paths: tuple[str, ...]
    complaints: tuple[str, ...]


def plan(query: str) -> Plan:
    """Judge a query by its tree."""
    try:
        statements = syntax.parse(query)
    except syntax.Unparsable as error:
        return Plan((), (f"does not parse as one DuckDB SELECT: {error}",))
    if len(statements) != 1:
        return Plan((), (f"holds {len(statements)} statements, expected one SELECT",))
    tree = statements[0]
    paths: dict[str, None] = {}
    complaints: dict[str, None] = {}
    named = {
        entry["key"].lower()
        for part in syntax.walk(tree)
        if isinstance(part.get("cte_map"), dict)
        for entry in part["cte_map"]["map"]
    }
    for part in syntax.walk(tree):
        kind = part.get("type")
        if part.get("sample"):
            complaints["holds a sample, which changes from run to run"] = None
        if kind == "BASE_TABLE":
            _of_table(part, named, paths, complaints)
        elif kind == "TABLE_FUNCTION":
            _of_function(part["function"], paths, complaints)
        elif kind == "SHOW_REF":
            complaints["holds DESCRIBE, SHOW or SUMMARIZE, expected a SELECT over files"] = None
    for called in syntax.volatile_in(tree):
        complaints[f"holds {called}, which changes from run to run"] = None
    return Plan(tuple(paths), tuple(complaints))


def _of_table(part: syntax.Node, named: set[str], paths: dict[str, None], complaints: dict[str, None]) -> None:
    table = part["table_name"]
    if not part["schema_name"] and not part["catalog_name"] and table.lower() in named:
        return
    if part["schema_name"] or part["catalog_name"] or _extension(table) not in _EXTENSIONS:
        full = ".".join(filter(None, (part["catalog_name"], part["schema_name"], table)))
        complaints[
            f"reads '{full}'{nearest(table, named)}, expected a Parquet or CSV file in quotes; "
            "a table of a database needs connection"
        ] = None
        return
    _of_path(table, paths, complaints)


def _of_function(call: syntax.Node, paths: dict[str, None], complaints: dict[str, None]) -> None:
    function = call["function_name"].lower()
    if function in _GENERATORS:
        return
    if function not in _READERS:
        near = nearest(function, _READERS)
        complaints[f"calls {function}(){near}, expected read_parquet() or read_csv()"] = None
        return
    first = call["arguments"][0]["expression"] if call["arguments"] else {}
    items = [first]
    if first.get("class") == "FUNCTION" and first["function_name"] == "list_value":
        items = [argument["expression"] for argument in first["arguments"]]
    for item in items:
        literal = item.get("literal") or {}
        if item.get("class") != "CONSTANT" or literal.get("kind") != "STRING":
            complaints[f"calls {function}() without naming its files in quotes"] = None
        else:
            _of_path(str(literal["text"]), paths, complaints)


def _of_path(path: str, paths: dict[str, None], complaints: dict[str, None]) -> None:
    if "://" in path or PurePosixPath(path).is_absolute() or path.startswith(("~", "\\")) or path[1:2] == ":":
        complaints[f"reads '{path}', expected a path that is relative to the review file"] = None
    elif _extension(path) not in _EXTENSIONS:
        complaints[f"reads '{path}', expected a Parquet or CSV file; an XLSX workbook is read by path only"] = None
    else:
        paths[path] = None


def _extension(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def missing_files(table: str, query: str, base: Path) -> list[Missing]:
    """The paths of a query at which nothing lies."""
    return [missing(f"sources.{table}.query", path, base) for path in plan(query).paths if not matches(path, base)]


def read_query(engine: Engine, table: str, query: str, base: Path) -> Raw:
    """Run the query into a Parquet file in the scratch folder, its rows sorted."""
    paths = plan(query).paths
    folders = {base, *(_folder(base, path) for path in paths)}
    part = engine.scratch / f"{table}.query.parquet"
    files = [label for written in paths for label in matches(written, base)]
    for label in files:
        refuse_odd(table, label, base / label)
    inputs = []
    selected = query.strip().rstrip(";")
    try:
        with engine.one_query(folders) as connection:
            for label in dict.fromkeys(files):
                file = base / label
                count = rows(connection, file) if _EXTENSIONS[_extension(label)] == "parquet" else None
                inputs.append(Input(table, label, digest(file), file.stat().st_size, count))
            connection.execute(
                f"COPY (SELECT row_number() OVER () AS {ROW}, * FROM (SELECT * FROM (\n{selected}\n) ORDER BY ALL)) "
                f"TO {text(str(part))} (FORMAT parquet)"
            )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise Refused(_failed(table, error, base)) from None
    relation = f"read_parquet({text(str(part))})"
    return Raw(table, "query", "query", relation, columns_of(engine.reader, relation), ("query",), tuple(inputs))


def _folder(base: Path, path: str) -> Path:
    """The folder up to the first wildcard of a path."""
    plain = []
    for piece in PurePosixPath(path).parts[:-1]:
        if any(sign in piece for sign in "*?["):
            break
        plain.append(piece)
    return Path(os.path.normpath(base.joinpath(*plain)))


def _failed(table: str, error: duckdb.Error, base: Path) -> Fault:
    said = " ".join(str(error).split("\n\nLINE")[0].split("\n")[:2]).replace(f"{base}/", "")
    if isinstance(error, duckdb.PermissionException):
        remedy = "A query reads the review file's folder and the folders of the relative paths that it names"
    else:
        remedy = f"Correct sources.{table}.query, or the data that it reads"
    return Fault(table, None, f"the query failed: {said}", 0, remedy, file="query")

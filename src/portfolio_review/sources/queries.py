"""A `query` over files: DuckDB SQL that selects from Parquet, CSV and XLSX files, and nothing else.

Judged by its syntax tree before it runs, then run with one thread in an instance that may read only the review
file's folder and the folders of the paths it names: so it gives the same rows in the same order everywhere. Its
files are staged as Parquet (`sources.staging`), whose paths stand in the query that runs.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from portfolio_review.errors import Fault, nearest
from portfolio_review.review import FileOptions, Source
from portfolio_review.sources import engine as engines
from portfolio_review.sources import syntax
from portfolio_review.sources.dependent_cells import mark
from portfolio_review.sources.engine import Engine, name, stored, text
from portfolio_review.sources.files import Missing, digest, format_of, matches, missing, refuse_odd
from portfolio_review.sources.model import Input
from portfolio_review.sources.raw import ROW, Format, Raw, Refused, columns_of, refused
from portfolio_review.sources.staging import Staged, stage

_READERS: dict[str, Format] = {
    "read_parquet": "parquet", "parquet_scan": "parquet", "read_csv": "csv", "read_csv_auto": "csv",
    "read_xlsx": "xlsx",
}  # fmt: skip
_GENERATORS = ("range", "generate_series", "unnest")
_HEADER = {"header"}
"""Arguments of a reader of CSV that say what our reader knows; with others DuckDB reads the file by them."""


@dataclass(frozen=True)
class Place:
    """Where a query names files: the bytes of it that do, the files, and under which name it speaks of them."""

    start: int
    end: int
    paths: tuple[str, ...]
    alias: str
    columns: tuple[str, ...]
    own: bool
    """Whether arguments say how to read the files: then DuckDB does, as they say."""


@dataclass(frozen=True)
class Plan:
    """What a query reads: the paths it names, and what speaks against running it."""

    paths: tuple[str, ...]
    complaints: tuple[str, ...]
    places: tuple[Place, ...] = ()
    names: frozenset[str] = frozenset()
    """Columns it speaks of, in small letters; `*` among them where it takes all."""

    @property
    def own(self) -> frozenset[str]:
        """The paths that the query itself says how to read."""
        return frozenset(path for place in self.places if place.own for path in place.paths)


def plan(query: str) -> Plan:
    """Judge a query by its tree."""
    try:
        statements = syntax.parse(query)
    except syntax.Unparsable as error:
        return Plan((), (f"does not parse as one DuckDB SELECT: {error}",))
    if len(statements) != 1:
        return Plan((), (f"holds {len(statements)} statements, expected one SELECT",))
    found = _Found()
    found.visit(statements[0], frozenset())
    for called in syntax.volatile_in(statements[0]):
        found.complaints[f"holds {called}, which changes from run to run"] = None
    return Plan(
        tuple(dict.fromkeys(path for place in found.places for path in place.paths)),
        tuple(found.complaints), tuple(found.places), frozenset(found.names),
    )  # fmt: skip


class _Found:
    """What stands in the tree of a query: a name means a CTE only where that CTE can be seen."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.complaints: dict[str, None] = {}
        self.names: set[str] = set()

    def visit(self, part: object, named: frozenset[str]) -> None:
        """`named`: the CTEs in sight, in small letters; one does not see itself, unless it is recursive."""
        if isinstance(part, list):
            for child in part:
                self.visit(child, named)
        if not isinstance(part, dict):
            return
        kind = part.get("type")
        if kind == "RECURSIVE_CTE_NODE":
            named |= {part["cte_name"].lower()}
        ctes = part.get("cte_map")
        for entry in ctes["map"] if isinstance(ctes, dict) else ():
            self.visit(entry["value"], named)
            named |= {entry["key"].lower()}
        if part.get("sample"):
            self.complaints["holds a sample, which changes from run to run"] = None
        if kind == "BASE_TABLE":
            self._of_table(part, named)
        elif kind == "TABLE_FUNCTION":
            self._of_function(part)
        elif kind == "SHOW_REF":
            self.complaints["holds DESCRIBE, SHOW or SUMMARIZE, expected a SELECT over files"] = None
        elif part.get("class") == "STAR":
            self.names.add("*")
        elif part.get("class") == "COLUMN_REF":
            self.names.add(part["column_names"][-1].lower())
        for key, child in part.items():
            if key != "cte_map":
                self.visit(child, named)

    def _of_table(self, part: syntax.Node, named: frozenset[str]) -> None:
        table = part["table_name"]
        if not part["schema_name"] and not part["catalog_name"] and table.lower() in named:
            return
        if part["schema_name"] or part["catalog_name"] or format_of(table) is None:
            full = ".".join(filter(None, (part["catalog_name"], part["schema_name"], table)))
            self.complaints[
                f"reads '{full}'{nearest(table, named)}, expected a Parquet, CSV or XLSX file in quotes; "
                "a table of a database needs connection"
            ] = None
        elif self._is_path(table):
            self._add(part, (table,), PurePosixPath(table).stem, own=False)

    def _of_function(self, part: syntax.Node) -> None:
        call = part["function"]
        function = call["function_name"].lower()
        if function in _GENERATORS:
            return
        if function not in _READERS:
            near = nearest(function, _READERS)
            self.complaints[f"calls {function}(){near}, expected read_parquet() or read_csv()"] = None
            return
        first = call["arguments"][0]["expression"] if call["arguments"] else {}
        items = [first]
        if first.get("class") == "FUNCTION" and first["function_name"] == "list_value":
            items = [argument["expression"] for argument in first["arguments"]]
        paths = []
        for item in items:
            literal = item.get("literal") or {}
            if item.get("class") != "CONSTANT" or literal.get("kind") != "STRING":
                self.complaints[f"calls {function}() without naming its files in quotes"] = None
            elif self._is_path(str(literal["text"])):
                paths.append(str(literal["text"]))
        own = not {*map(_argument, call["arguments"][1:])} <= (_HEADER if _READERS[function] == "csv" else set())
        if own and _READERS[function] == "xlsx":
            self.complaints[f"calls {function}() with arguments: options of a workbook stand under files"] = None
        self._add(part, tuple(paths), function, own)

    def _is_path(self, path: str) -> bool:
        said = _path_complaint(path)
        if said:
            self.complaints[said] = None
        return not said

    def _add(self, part: syntax.Node, paths: tuple[str, ...], alias: str, own: bool) -> None:
        start = part["query_location"]
        self.places.append(
            Place(
                start, start + part["query_location_length"], paths, part["alias"] or alias,
                tuple(part["column_name_alias"]), own,
            )
        )  # fmt: skip


def _argument(argument: syntax.Node) -> str:
    """The name of an argument, whichever way it is written."""
    if argument["name"]:
        return str(argument["name"]).lower()
    left = argument["expression"].get("left") or {}
    return str((left.get("column_names") or [""])[0]).lower()


def _path_complaint(path: str) -> str:
    if "://" in path or PurePosixPath(path).is_absolute() or path.startswith(("~", "\\")) or path[1:2] == ":":
        return f"reads '{path}', expected a path that is relative to the review file"
    if format_of(path) is None:
        return f"reads '{path}', expected a Parquet, CSV or XLSX file"
    return ""


def missing_files(table: str, query: str, base: Path) -> list[Missing]:
    """The paths of a query at which nothing lies."""
    return [missing(f"sources.{table}.query", path, base) for path in plan(query).paths if not matches(path, base)]


def folders(source: Source, base: Path) -> set[Path]:
    """The folders in which the files of a query over files lie."""
    if source.query is None or source.connection is not None:
        return set()
    paths = [base / label for path in plan(source.query).paths for label in matches(path, base)]
    return {folder for path in paths for folder in (path.parent, path.resolve().parent)}


def read_query(engine: Engine, table: str, source: Source, base: Path) -> Raw:
    """Run the query into a Parquet file in the scratch folder, its rows sorted."""
    query = (source.query or "").strip().rstrip(";")
    planned = plan(query)
    allowed = {base, *(_folder(base, path) for path in planned.paths)}
    part = engine.scratch / f"{table}.query.parquet"
    staged = _staged(engine, table, source, planned, base)
    try:
        _run(engine, allowed, _rewritten(query, planned, staged), part)
    except duckdb.InterruptException:
        raise _endless(table, f"took longer than {engines.QUERY_SECONDS:,.0f} s") from None
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" not in str(error):
            raise
        raise _endless(table, f"put more than {engines.QUERY_SPILL_GB:g} GB aside on disk") from None
    except duckdb.Error as error:
        raise _failed(table, error, base, staged) from None

    def again(path: str, file: Path, to: Path) -> None:
        other = {**staged, path: dataclasses.replace(staged[path], path=file)}
        _run(engine, allowed, _rewritten(query, planned, other), to)

    part, errors, unmarked = mark(engine, part, {path: staged[path].errors for path in planned.paths}, again)
    relation = stored(part)
    beside = set(errors.values())
    return Raw(
        table, "query", "query", relation,
        {column: kind for column, kind in columns_of(engine, relation).items() if column not in beside}, ("query",),
        tuple(dict.fromkeys(one for path in planned.paths for one in staged[path].inputs)),
        doubts=(*(doubt for path in planned.paths for doubt in staged[path].doubts), *unmarked), errors=errors,
        three_decimals={column: one for path in planned.paths for column, one in staged[path].three_decimals.items()},
    )  # fmt: skip


def _run(engine: Engine, allowed: set[Path], query: str, to: Path) -> None:
    """The rows of the query, sorted and numbered, as a Parquet file."""
    with engine.one_query(allowed) as connection:
        connection.execute(
            f"COPY (SELECT row_number() OVER () AS {ROW}, * FROM (SELECT * FROM (\n{query}\n) ORDER BY ALL)) "
            f"TO {text(to)} (FORMAT parquet)"
        )


def _staged(engine: Engine, table: str, source: Source, planned: Plan, base: Path) -> dict[str, Staged]:
    """Every path of the query, staged; raises `Refused` with the faults of all."""
    staged: dict[str, Staged] = {}
    faults: list[Fault] = []
    for number, path in enumerate(planned.paths):
        options = (source.files or {}).get(path, FileOptions())
        try:
            if path in planned.own:
                staged[path] = _in_place(table, path, base)
            else:
                staged[path] = stage(engine, table, number, path, options, base, planned.names)
                _refuse_alike(table, path, staged[path].columns, planned.names)
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(*faults)
    return staged


def _in_place(table: str, path: str, base: Path) -> Staged:
    """Files that DuckDB reads as the query says: their rows are counted by nobody."""
    inputs = []
    for label in matches(path, base):
        refuse_odd(table, label, base / label)
        inputs.append(Input(table, label, digest(base / label), (base / label).stat().st_size, None))
    return Staged(None, tuple(inputs))


def _refuse_alike(table: str, path: str, columns: tuple[str, ...], names: frozenset[str]) -> None:
    """A query cannot say which of two columns it means whose names differ only in case."""
    lowered = [one.lower() for one in columns]
    twice = [one for one in columns if lowered.count(one.lower()) > 1 and (one.lower() in names or "*" in names)]
    if twice:
        rule = f"columns differ only in case, and SQL does not tell them apart: {', '.join(twice)}"
        remedy = "Read the file by path and quote the exact name, or rename one of them in the export"
        raise refused(table, path, rule, remedy, id="columns_alike")


def _rewritten(query: str, planned: Plan, staged: Mapping[str, Staged]) -> str:
    """The query with the staged files in the place of those that it names."""
    written = query.encode()
    for place in sorted(planned.places, key=lambda one: one.start, reverse=True):
        files = [staged[path].path for path in place.paths]
        if place.own or not any(files):
            continue
        listed = ", ".join(text(file or path) for file, path in zip(files, place.paths, strict=True))
        columns = f"({', '.join(map(name, place.columns))})" if place.columns else ""
        new = f"read_parquet([{listed}], union_by_name = true) AS {name(place.alias)}{columns}"
        written = written[: place.start] + new.encode() + written[place.end :]
    return written.decode()


def _folder(base: Path, path: str) -> Path:
    """The folder up to the first wildcard of a path."""
    plain = []
    for piece in PurePosixPath(path).parts[:-1]:
        if any(sign in piece for sign in "*?["):
            break
        plain.append(piece)
    return Path(os.path.normpath(base.joinpath(*plain)))


def _endless(table: str, what: str) -> Refused:
    remedy = f"Look in sources.{table}.query for a join without a condition, or join fewer rows"
    return refused(table, "query", f"the query {what} and was ended", remedy)


def _failed(table: str, error: duckdb.Error, base: Path, staged: Mapping[str, Staged]) -> Refused:
    said = " ".join(str(error).split("\n\nLINE")[0].split("\n")[:2]).replace(f"{base}/", "")
    for path, one in staged.items():
        said = said.replace(str(one.path), path) if one.path else said
    if isinstance(error, duckdb.PermissionException):
        remedy = "A query reads the review file's folder and the folders of the relative paths that it names"
    else:
        remedy = f"Correct sources.{table}.query, or the data that it reads"
    return refused(table, "query", f"the query failed: {said}", remedy)

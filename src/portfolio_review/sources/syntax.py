"""DuckDB's own parser as a judge: what an expression or a query is made of, before anything runs.

SQL text in, a list of complaints or the columns and files it names out. Nothing here reads data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from portfolio_review.errors import nearest

Node = dict[str, Any]

VOLATILE_WORDS = frozenset(
    ("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "today", "now")
)
"""Words that read the clock without parentheses; to the parser they look like columns."""

_CALLS_REFUSED = {
    "WINDOW": "a window function",
    "SUBQUERY": "a subquery",
    "PARAMETER": "a parameter",
    "STAR": "a star",
    "POSITIONAL_REFERENCE": "a column by position",
}


class Unparsable(Exception):
    """The text is not the SQL that was asked for; says why in one line."""


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1, "python_enable_replacements": False})


def parse(sql: str) -> list[Node]:
    """The statements of `sql` as trees; anything but SELECT is refused."""
    text = _parser().execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0]
    tree = json.loads(text)
    if tree["error"]:
        if "Only SELECT" in tree["error_message"]:
            raise Unparsable("only SELECT is allowed")
        raise Unparsable(" ".join(tree["error_message"].split()))
    return list(tree["statements"])


def expression(sql: str) -> Node:
    """The tree of one scalar expression; raises `Unparsable` for anything that is more or less than one."""
    statements = parse(f"SELECT {sql}\n")
    node = statements[0]["node"] if len(statements) == 1 else {}
    plain = (
        node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not node["modifiers"]
        and not node["cte_map"]["map"]
        and not node["group_expressions"]
        and all(node[clause] is None for clause in ("where_clause", "having", "qualify", "sample"))
        and not node["select_list"][0]["alias"]
    )
    if not plain:
        raise Unparsable("it is not one expression")
    parse(f"SELECT (\n{sql}\n)")  # what stands in parentheses later must parse there too
    tree: Node = node["select_list"][0]
    return tree


def walk(node: object) -> Iterator[Node]:
    """Every node of a tree, the root first."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)


def columns_of(node: object) -> list[str]:
    """The columns an expression names, in order of appearance; the parameters of lambdas are not among them."""
    found: dict[str, None] = {}

    def visit(part: object, bound: frozenset[str]) -> None:
        if isinstance(part, list):
            for child in part:
                visit(child, bound)
        if not isinstance(part, dict):
            return
        if part.get("class") == "LAMBDA":
            bound |= {name["column_names"][0].lower() for name in walk(part["lhs"]) if "column_names" in name}
        elif part.get("class") == "COLUMN_REF" and part["column_names"][0].lower() not in bound:
            found.setdefault(part["column_names"][0])
        for child in part.values():
            visit(child, bound)

    visit(node, frozenset())
    return list(found)


def complaints(node: Node) -> list[str]:
    """What makes an expression not scalar or not repeatable, in words; empty when it is fine."""
    found = [
        f"{word} (expected a scalar expression over the columns of one row)"
        for part in walk(node)
        if (word := _CALLS_REFUSED.get(part.get("class", "")))
    ]
    for part in walk(node):
        if part.get("class") == "FUNCTION":
            found += _function_complaint(part["function_name"].lower())
        elif part.get("class") == "COLUMN_REF" and part["column_names"][-1].lower() in VOLATILE_WORDS:
            found.append(f"{part['column_names'][-1]}, which changes from run to run")
    return list(dict.fromkeys(found))


def volatile_in(node: object) -> list[str]:
    """The functions of a query whose answer changes from run to run."""
    names = [part["function_name"].lower() for part in walk(node) if part.get("class") == "FUNCTION"]
    words = [
        part["column_names"][0]
        for part in walk(node)
        if part.get("class") == "COLUMN_REF" and part["column_names"][0].lower() in VOLATILE_WORDS
    ]
    return list(dict.fromkeys([name for name in names if _is_volatile(name)] + words))


def date_form_fault(form: str) -> str:
    """What is wrong with a declared date form, or an empty string."""
    try:
        _parser().execute("SELECT try_strptime('', ?)", [form]).fetchall()
    except duckdb.Error as error:
        return str(error).split("\n")[0].split("Error: ", 1)[-1]
    return "" if any(year in form for year in ("%Y", "%y", "%G")) else "it has no year (%Y or %y)"


def _function_complaint(name: str) -> list[str]:
    kinds = _functions().get(name)
    if kinds is None:
        return [f"unknown function {name}(){nearest(name, _functions())}"]
    if "aggregate" in kinds:
        return [f"the aggregate {name}() (expected a scalar expression over the columns of one row)"]
    if not kinds & {"scalar", "macro"} or _spans_rows(name):
        return [f"{name}(), which spans rows (expected a scalar expression over the columns of one row)"]
    return [f"{name}(), which changes from run to run"] if _is_volatile(name) else []


@cache
def _functions() -> dict[str, set[str]]:
    """The kinds of every function by name: scalar, aggregate, macro, table; `volatile` beside them."""
    rows = (
        _parser()
        .execute("SELECT DISTINCT lower(function_name), function_type, coalesce(stability, '') FROM duckdb_functions()")
        .fetchall()
    )
    functions: dict[str, set[str]] = {"row": {"scalar"}, "struct_pack": {"scalar"}}
    for name, kind, stability in rows:
        kinds = functions.setdefault(name, set())
        kinds.add(kind)
        if stability not in ("", "CONSISTENT"):
            kinds.add("volatile")
    return functions


@cache
def _macro_bodies(name: str) -> tuple[Node, ...]:
    rows = (
        _parser()
        .execute(
            "SELECT macro_definition FROM duckdb_functions() "
            "WHERE lower(function_name) = ? AND function_type = 'macro'",
            [name],
        )
        .fetchall()
    )
    bodies = []
    for (definition,) in rows:
        try:
            bodies.append(parse(f"SELECT {definition}")[0])
        except Unparsable:
            bodies.append({"class": "FUNCTION", "function_name": "random"})  # not understood: as if volatile
    return tuple(bodies)


@cache
def _is_volatile(name: str) -> bool:
    kinds = _functions().get(name, set())
    return "volatile" in kinds or any(volatile_in(body) for body in _macro_bodies(name))


@cache
def _spans_rows(name: str) -> bool:
    """Whether a macro stands for an aggregate or for rows, as `geomean` does."""
    inside = [
        part["function_name"].lower()
        for body in _macro_bodies(name)
        for part in walk(body)
        if part.get("class") == "FUNCTION"
    ]
    subquery = any(part.get("class") == "SUBQUERY" for body in _macro_bodies(name) for part in walk(body))
    return subquery or any(
        "aggregate" in (kinds := _functions().get(called, set())) or not kinds & {"scalar", "macro"}
        for called in inside
    )


def named(written: str) -> list[str]:
    """The columns that an expression names; none where it is the SQL of a server that this does not parse."""
    try:
        return list(columns_of(expression(written)))
    except Unparsable:
        return []

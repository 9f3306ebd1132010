"""The reference: settings, tables, columns, values, figures, doubts and exit codes, each from its one home."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from portfolio_review import doubt
from portfolio_review.catalog import CATALOG, WORDS, Entry
from portfolio_review.errors import EXIT_CODES, UsageError, nearest
from portfolio_review.review import TABLES, Review
from portfolio_review.sources.contracts import CONTRACTS, KINDS, Column

_POLARITY = {1: "more is better", -1: "less is better"}
_TYPES = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


@cache
def topics() -> Mapping[str, tuple[str, ...]]:
    """Every topic by name, in the order of the whole reference, with its lines."""
    found: dict[str, list[str]] = {}
    settings = list(_settings(Review, ""))
    found["settings"] = [line for _, lines in settings for line in lines]
    tables = {name: list(_table(name)) for name in TABLES}
    found["tables"] = [line for lines in tables.values() for line in [*lines, ""]][:-1]
    entries = {kind: [one for one in CATALOG.values() if one.kind == kind] for kind in ("figure", "table", "check")}
    found["figures"] = [line for one in entries["figure"] for line in _entry(one)]
    found["recorded tables"] = [line for one in entries["table"] for line in _entry(one)]
    found["checks"] = [line for one in entries["check"] for line in _entry(one)]
    found["doubts"] = [_doubt(id) for id in doubt.IDS]
    found["exit codes"] = [f"{code}  {words}" for code, words in EXIT_CODES.items()]
    return {name: tuple(lines) for name, lines in found.items()}


def lines(topic: str | None) -> list[str]:
    """The whole reference, or one topic: a chapter, a table, a column, a setting, a section or id of the results.

    Raises `UsageError` with the nearest topic for one that does not exist.
    """
    if topic is None:
        return [line for name, text in topics().items() for line in (f"# {name[0].upper()}{name[1:]}", "", *text, "")][
            :-1
        ]
    wanted = " ".join(topic.replace("_", " ").replace("-", " ").lower().split())
    chapters = {name.replace("_", " "): name for name in topics()}
    if wanted in chapters:
        return list(topics()[chapters[wanted]])
    found = _smaller()
    if topic in found:
        return found[topic]
    near = nearest(topic, [*topics(), *found])
    raise UsageError(f"the reference has no topic '{topic}'{near}; chapters: {', '.join(topics())}")


def _smaller() -> dict[str, list[str]]:
    """What is less than a chapter, by name; a column's name has every table that has such a column."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        for column in CONTRACTS[table].columns:
            line = _column(column)
            found[f"{table}.{column.name}"] = [line]
            found.setdefault(column.name, []).append(f"{table}.{line}")
    for key, text in _settings(Review, ""):
        found[key] = [*found.get(key, []), *text] if "." not in key else text
        parent = key.partition(".")[0]
        if parent != key:
            found.setdefault(parent, []).extend(text)
    for id in doubt.IDS:
        found[id] = [*found.get(id, []), _doubt(id)]
    for entry in CATALOG.values():
        text = list(_entry(entry))
        found[entry.id] = [*found.get(entry.id, ()), *text]
        if entry.section != entry.id:
            found.setdefault(entry.section, []).extend(text)
    for table in TABLES:
        found[table] = [*_table(table), *(line for line in found.get(table, ()) if not line.startswith(table))]
    return found


# Settings ---------------------------------------------------------------------------------------


def _settings(model: type[BaseModel], above: str) -> Iterator[tuple[str, list[str]]]:
    """Every key of the review file with what it is, may be and does."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        below = _model_in(field.annotation)
        values = "" if below else f" ({_values(field)}{_default(field)})"
        yield key, [f"{key}{values}: {field.description or ''}".rstrip(": ")]
        if below is not None and name != "files":
            yield from _settings(below, f"{key}.<table>." if name == "sources" else f"{key}.")


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The part of the review file that stands below a key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((one for one in found if one is not None), None)


def _values(field: FieldInfo) -> str:
    bounds = [
        f"{words} {value:g}"
        for one in field.metadata
        for words, value in (
            ("above", getattr(one, "gt", None)), ("at least", getattr(one, "ge", None)),
            ("below", getattr(one, "lt", None)), ("at most", getattr(one, "le", None)),
        )
        if value is not None
    ]  # fmt: skip
    return ", ".join([_said(field.annotation), *bounds])


def _said(annotation: Any) -> str:
    """A type in words: `pdf, html or xlsx`, `two numbers`, `text`."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _said(parts[0])
    if origin is Literal:
        return _either([str(one) for one in parts])
    if origin in (typing.Union, types.UnionType):
        return _either(["null" if one is type(None) else _said(one) for one in parts])
    if origin is tuple:
        return f"a list of {_said(parts[0])}" if parts[-1] is Ellipsis else f"a list of {len(parts)}"
    if origin is dict:
        return f"keys with {_said(parts[1])}"
    return _TYPES.get(getattr(annotation, "__name__", ""), "text")


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "; required"
    default = field.get_default(call_default_factory=True)
    if default in ((), {}):
        return "; default: none"
    shown = default if isinstance(default, str) else json.dumps(default, default=list)
    return f"; default: {shown}"


# Tables of the sources ---------------------------------------------------------------------------


def _table(name: str) -> Iterator[str]:
    table = CONTRACTS[name]
    yield f"{name}: {table.row}. Gives a review: {table.adds}."
    if table.one_of:
        yield f"  one of {' and '.join(table.one_of)} must be given"
    for column in table.columns:
        yield f"  {_column(column)}"


def _column(column: Column) -> str:
    """`due_date (required; a day): day on which it is due`."""
    must = "required; " if column.required else ""
    return f"{column.name} ({must}{_either(list(column.words)) if column.words else KINDS[column.kind]}): {column.note}"


# Results -----------------------------------------------------------------------------------------


def _entry(entry: Entry) -> Iterator[str]:
    better = f"; {_POLARITY[entry.polarity]}" if entry.polarity else ""
    unit = f" ({entry.unit}{better})" if entry.kind == "figure" else ""
    yield f"{entry.id}{unit}: {entry.en} = {entry.formula}"
    if entry.kind == "table":
        yield f"  columns: {', '.join(f'{one.name} ({one.unit})' for one in entry.columns)}"


def _doubt(id: str) -> str:
    word = "rows_left_out" if id == "left_out" else id
    return f"{id}: {WORDS[word].en}"

"""The review file that `init` writes: the proposal with what each key does, from the model and the tables' contract."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from portfolio_review import slugs
from portfolio_review.manual import schema
from portfolio_review.proposal.proposing import Proposal, Proposed
from portfolio_review.review import TABLES, Review
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.raw import printable

_PLAIN = re.compile(r"[A-Za-z_./][\w./-]*")
_WIDTH = 116
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})
_HEAD = ("id", "title", "language", "currency", "timezone", "window_months")
_TITLES = {"en": "Client portfolio review", "ru": "Обзор клиентского портфеля"}


def review_file(name: str, proposal: Proposal, window_months: int, command: str) -> str:
    """The text of the file. name: id of the series; command: what was typed to make it."""
    values = {
        "id": name, "title": _TITLES[proposal.language], "language": proposal.language, "currency": proposal.currency,
        "timezone": "UTC", "window_months": str(window_months),
    }  # fmt: skip
    lines = [
        schema.LINE,
        f"# Made by {printable(command, 90)}. Every setting: portfolio-review reference",
        "",
    ]
    for key in _HEAD:
        lines += [*_comment(key), f"{key}: {values[key] if key == 'window_months' else scalar(values[key])}", ""]
    lines += [*_comment("sources"), "sources:"]
    for table, proposed in proposal.tables.items():
        lines += [f"  {line}" for line in _source(table, proposed)]
    lines += ["", *_missing(proposal), *_settings()]
    return "\n".join(lines) + "\n"


def scalar(value: str) -> str:
    """Text as YAML: bare where it can be nothing else, in single quotes otherwise."""
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", value):
        return json.dumps(value)
    return "'" + value.replace("'", "''") + "'"


def slug(name: str) -> str:
    """A name as the id of a series: small letters a-z, digits, hyphens."""
    return next(iter(slugs.of_units([name]).values()))


def _comment(key: str) -> list[str]:
    described = Review.model_fields[key].description or ""
    return [f"# {line}" for line in textwrap.wrap(described, _WIDTH)]


def _source(table: str, proposed: Proposed) -> Iterator[str]:
    contract = CONTRACTS[table]
    yield f"{table}:"
    for note in proposed.notes:
        yield f"  # {note}"
    for key, value in proposed.source.items():
        if key == "columns" and isinstance(value, dict):
            yield "  columns:"
            made = {ours: f"    {ours}: {scalar(theirs)}" for ours, theirs in value.items()}
            width = min(max(map(len, made.values())), 60)
            for ours, line in made.items():
                yield f"{line.ljust(width)}  # {contract.column(ours).note}"
        elif key == "query":
            yield "  query: |"
            yield from (f"    {line}" for line in str(value).split("\n"))
        else:
            yield f"  {key}: {_flow(value)}"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)


def _missing(proposal: Proposal) -> Iterator[str]:
    """The tables that are not given, with what each would add."""
    yield "# Tables that would add pages (portfolio-review reference TABLE lists their columns):"
    for table in TABLES:
        if table not in proposal.tables:
            yield f"#   {table}: {CONTRACTS[table].row} -> {CONTRACTS[table].adds}"
    yield ""


def _settings() -> Iterator[str]:
    """The other settings, with their defaults, to be taken out of the comment where another value is meant."""
    yield "# Further settings, as they are by default:"
    for key, field in Review.model_fields.items():
        if key in _HEAD or key == "sources":
            continue
        default = field.get_default(call_default_factory=True)
        plain = default.model_dump(mode="json", by_alias=True) if isinstance(default, BaseModel) else default
        text = "null" if plain is None else plain if isinstance(plain, str) else _flow(plain)
        yield f"# {key}: {text}"
        yield from (f"#     {line}" for line in textwrap.wrap(field.description or "", _WIDTH - 4))

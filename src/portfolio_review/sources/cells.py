"""One table mapped and every cell checked; an expression that stops on some row is named and left out."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import duckdb

from portfolio_review.errors import Fault
from portfolio_review.review import Source
from portfolio_review.sources import validation
from portfolio_review.sources.engine import Engine
from portfolio_review.sources.mapping import Mapped, map_table
from portfolio_review.sources.raw import Raw, Refused, printable


def checked(engine: Engine, raw: Raw, source: Source, timezone: str, base: Path, faults: list[Fault]) -> Mapped:
    """The table mapped and its cells checked; an expression that stops on some row is named and left out."""
    mapped = map_table(engine, raw, source, timezone)
    try:
        found = [*validation.cell_faults(engine, mapped), *validation.row_faults(engine, mapped)]
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        stopped = _stopped(engine, mapped, error, base)
        mapped = map_table(engine, raw, source, timezone, frozenset(column for column, _ in stopped if column))
        found = [fault for _, fault in stopped]
        if all(column for column, _ in stopped):
            found += [*validation.cell_faults(engine, mapped), *validation.row_faults(engine, mapped)]
        else:
            mapped = dataclasses.replace(mapped, where_failed=True)
    faults += [*mapped.faults, *found]
    return mapped


def _stopped(engine: Engine, mapped: Mapped, error: duckdb.Error, base: Path) -> list[tuple[str | None, Fault]]:
    """The expressions that stop; a source of which no expression does is itself unreadable."""
    words = said(error, base)
    try:
        stopped = list(validation.broken_expressions(engine, mapped))
    except duckdb.Error as again:
        stopped, words = [], said(again, base)
    if not stopped:
        raise Refused(mapped.raw.fault(None, f"the source cannot be read to its end: {words}", "Export it again"))
    return stopped


def said(error: Exception, base: Path) -> str:
    """The first line of an error, with paths as the review file writes them."""
    said = str(error).split("\n")[0]
    wrapped = re.search(r'"exception_message":"(.*?)","errno"', said)  # of a write in the background
    return printable((wrapped[1] if wrapped else said).replace(f"{base}/", "").replace('\\"', "'"), 200)

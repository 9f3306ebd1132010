"""`init` from end to end: look, propose, ask, try, write; nothing is taken that is not shown."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from portfolio_review import review, sources
from portfolio_review.errors import DataRefusedError, PublishError, UsageError
from portfolio_review.manual import schema
from portfolio_review.proposal import looking, proposing, questions, roles, trial, writing
from portfolio_review.proposal.proposing import Proposal
from portfolio_review.proposal.questions import Question
from portfolio_review.proposal.roles import View
from portfolio_review.proposal.tables import Seen
from portfolio_review.proposal.trial import Trial
from portfolio_review.review import TABLES
from portfolio_review.sources import secrets
from portfolio_review.sources.child import run_in_child
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.workfolder import work_folder

Ask = Callable[[Question], str]
"""Puts one question and gives the value of the answer."""
_LOOK = "portfolio_review.proposal.looking:look"
_LOOK_THERE = "portfolio_review.proposal.databases:look"


@dataclass(frozen=True)
class Outcome:
    """What was found, asked, proposed and written; refused: why the data do not pass as they are."""

    file: Path
    seen: Seen
    view: View
    answers: Mapping[str, str]
    proposal: Proposal
    window_months: int
    tried: Trial | None
    refused: DataRefusedError | None = None
    dropped: tuple[str, ...] = field(default=())


def init(data: Sequence[str], out: Path | None, ask: Ask, command: str) -> Outcome:
    """Look at `data`, write the review file; `ask` answers what cannot be known, at most three times.

    Raises `UsageError` where the file exists already, `MissingFileError` for data that are not there, and
    `DataRefusedError` where nothing can be read, or no table of sales is among what was read.
    """
    file = (out or Path(f"{_name(data)}.yml")).absolute()
    if file.exists():
        raise UsageError(f"{file} exists and is not overwritten: name another with --out")
    seen = _look(data, file.parent)
    view = roles.sales(seen)
    if view is None:
        raise _no_sales(seen)
    answers = {one.id: ask(one) for one in questions.asked(view)}
    proposal = proposing.propose(view, answers)
    name = writing.slug(file.stem)
    window, tried, refused, dropped = 12, None, None, list[str]()
    with work_folder() as work:
        while True:
            text = writing.review_file(name, proposal, window, command)
            folder = work / str(len(dropped))
            folder.mkdir()
            try:
                made = review.parse(text, str(file))
                sources.check_expressions(made, str(file))
                _, tried = trial.read(made, file.parent, folder)
                break
            except DataRefusedError as error:
                proposal, said = _without(proposal, error)
                if not said:
                    refused = error
                    break
                dropped += said
    if tried is not None:
        window = _window(tried.months)
        text = writing.review_file(name, proposal, window, command)
    _write(file, text)
    return Outcome(file, seen, view, answers, proposal, window, tried, refused, tuple(dropped))


def _name(data: Sequence[str]) -> str:
    first = data[0].removeprefix("env:")
    return writing.slug(Path(first).absolute().name.partition(".")[0])


def _look(data: Sequence[str], out: Path) -> Seen:
    if any(one.startswith("env:") for one in data):
        if len(data) > 1 or not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", data[0]):
            raise UsageError("a database is named alone, as env:NAME: the variable that holds its address")
        variable = data[0].removeprefix("env:")
        secrets.give({variable: os.environ.pop(variable)} if variable in os.environ else {})
        address = secrets.address(variable)
        with work_folder() as work:
            told = {} if address is None else {variable: address}
            found = run_in_child(_LOOK_THERE, (data[0], work), out, work, told)
            assert isinstance(found, Seen)
            return found
    paths = looking.files_in(data)
    with work_folder() as work:
        found = run_in_child(_LOOK, (tuple(map(str, paths)), out, work), Path.cwd(), work, {})
    assert isinstance(found, Seen)
    return found


def _no_sales(seen: Seen) -> DataRefusedError:
    listed = [one for one in seen.tables if roles.is_subscriptions(one)]
    if listed:
        return DataRefusedError(
            f"{listed[0].place} lists subscriptions (a start, and a plan or an amount a month). Reviews of "
            "subscriptions are not built yet: export the invoices that were written for them, one row each, and "
            "name that file"
        )
    said = [
        f"{one.place}: {', '.join(column.name for column in one.columns[:12])}{', …' if len(one.columns) > 12 else ''}"
        f"; not found: {', '.join(roles.lacking(View(seen, at))) or 'rows of sales'}"
        for at, one in enumerate(seen.tables)
    ]
    return DataRefusedError(
        "no table of sales is among these data: one needs a client, a date and an amount (or a price and a quantity). "
        "Found were\n  " + "\n  ".join([*said, *seen.passed]) + "\nExport the lines of invoices with their dates and "
        "clients, or write the review file by hand: portfolio-review reference transactions"
    )


def _without(proposal: Proposal, error: DataRefusedError) -> tuple[Proposal, list[str]]:
    """The proposal without the tables and optional columns that are at fault, and what was taken out and why."""
    tables = dict(proposal.tables)
    said = []
    for fault in error.faults:
        if fault.severity != "error" or fault.table not in tables:
            continue
        proposed = tables[fault.table]
        columns = proposed.source.get("columns")
        optional = fault.table in CONTRACTS and fault.column is not None and isinstance(columns, dict)
        if optional and not CONTRACTS[fault.table].column(str(fault.column)).required:
            source = {**proposed.source, "columns": {k: v for k, v in dict(columns).items() if k != fault.column}}  # type: ignore[call-overload]
            shown = {k: v for k, v in proposed.shown.items() if k != fault.column}
            tables[fault.table] = replace(proposed, source=source, shown=shown)
        elif fault.table != TABLES[0]:
            del tables[fault.table]
        else:
            return proposal, []
        said.append(f"left out, {fault}")
    return replace(proposal, tables=tables), said


def _window(months: int) -> int:
    """Months of a window so that two of them lie in the history, where that can be."""
    return next((one for one in (12, 6, 3) if months >= 2 * one), 12 if months >= 12 else max(1, months // 2))


def _write(file: Path, text: str) -> None:
    """The review file, and the schema for editors beside it; nothing that exists is replaced but an older schema."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
        beside = file.parent / schema.FILE
        if not beside.exists() or schema.is_ours(beside.read_text(encoding="utf-8", errors="replace")):
            beside.write_text(schema.text(), encoding="utf-8")
    except FileExistsError:
        raise UsageError(f"{file} exists and is not overwritten: name another with --out") from None
    except OSError as error:
        raise PublishError(f"{file} cannot be written: {error.strerror or error}") from None

"""What `init` prints: the mapping with sample rows, the first figures, everything taken unasked, what to type next."""

from __future__ import annotations

import os

from portfolio_review.proposal import questions
from portfolio_review.proposal.init import Outcome
from portfolio_review.proposal.questions import Question
from portfolio_review.proposal.tables import Looked
from portfolio_review.review import TABLES
from portfolio_review.sources.contracts import CONTRACTS


def lines(outcome: Outcome, asked: bool) -> list[str]:
    """The mapping with its sample rows, the first figures, what was taken, and what to type next.

    asked: whether somebody answered the questions; their defaults are told as such otherwise.
    """
    found = [line for table in _used(outcome) for line in (table.place, *(f"  {note}" for note in table.notes))]
    for name, proposed in outcome.proposal.tables.items():
        found += ["", f"{name} ({CONTRACTS[name].row}):", *_mapping(outcome, name)]
        found += [f"  {note}" for note in proposed.notes]
    tried = outcome.tried
    if tried is not None:
        left = f"; rows left out: {tried.left_out:,}, by reason in portfolio-review check" if tried.left_out else ""
        span = f"{tried.months} months of sales ({tried.first} to {tried.last})"
        found += [
            "",
            f"First figures: {tried.clients:,} clients, {span}, "
            f"revenue {tried.revenue:,.2f} {outcome.proposal.currency} in {tried.rows:,} rows{left}",
        ]
    taken = {one.id: one for one in questions.asked(outcome.view)}
    by_default = "" if asked else " (taken by default)"
    found += ["", *(f"{one.text} {_answer(one, outcome.answers[one.id])}{by_default}" for one in taken.values())]
    if questions.CURRENCY not in taken:
        found.append(f"Currency, by what the data say: {outcome.proposal.currency}")
    found.append(f"Language of the reports: {outcome.proposal.language}; windows of {outcome.window_months} months")
    found += [*outcome.dropped, *(f"passed over: {one}" for one in outcome.seen.passed)]
    used = _used(outcome)
    unused = [one.place for one in outcome.seen.tables if one not in used]
    found += [f"not used: {', '.join(unused)}"] if unused else []
    lacking = [one for one in TABLES if one not in outcome.proposal.tables]
    found += ["", "Tables that would add pages:"]
    found += [f"  {one}: {CONTRACTS[one].adds}" for one in lacking]
    file = os.path.relpath(outcome.file)
    found += ["", f"Written: {file}"]
    if outcome.refused is None:
        found.append(f"Next: portfolio-review check {file}, then portfolio-review run {file} --unit all")
    return found


def _answer(question: Question, value: str) -> str:
    shown = dict(zip(question.values, question.choices, strict=True))
    return shown.get(value, value)


def _used(outcome: Outcome) -> list[Looked]:
    """The tables that the proposal reads, the sales first."""
    places = dict.fromkeys(at for proposed in outcome.proposal.tables.values() for at in proposed.used)
    return [outcome.seen.tables[at] for at in places]


def _mapping(outcome: Outcome, table: str) -> list[str]:
    shown = outcome.proposal.tables[table].shown
    sample = outcome.tried.sample if table == TABLES[0] and outcome.tried is not None else ()
    rows = [[ours, theirs, *(row.get(ours, "") for row in sample)] for ours, theirs in shown.items()]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    padded = (["", *(cell.ljust(width) for cell, width in zip(row, widths, strict=True))] for row in rows)
    return ["  ".join(cells).rstrip() for cells in padded]

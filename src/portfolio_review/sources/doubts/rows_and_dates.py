"""Doubts about rows: those that are left out, months that are missing, rows that stand twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from portfolio_review.calendar import Month, last_complete_month
from portfolio_review.doubt import MATERIAL, Doubt, Phrase
from portfolio_review.errors import Fault
from portfolio_review.sources.doubts.scene import Scene, by_month, by_unit
from portfolio_review.sources.engine import stored
from portfolio_review.sources.mapping import KEEP, OPEN
from portfolio_review.sources.model import TRANSACTIONS, Reason
from portfolio_review.sources.raw import ROW
from portfolio_review.sources.reconciliation import DUPLICATES, UNDATED, Group

UNMEANT: tuple[Reason, ...] = ("no_client", "outside_history", "where_unknown", "stray_date", "future_date")
"""Reasons for which nobody meant a row to go; what `where` removes was meant."""
REASON_SAID: dict[Reason, Phrase] = {
    "no_client": Phrase("%(rows)s without a client"),
    "outside_history": Phrase("%(rows)s after the end of the data"),
    "where_unknown": Phrase("%(rows)s for which the condition is unknown"),
    "stray_date": Phrase("%(rows)s with a stray date"),
    "future_date": Phrase("%(rows)s with a date to come"),
}
_OF_REASONS: dict[Reason, tuple[str, str | None, Phrase, Phrase]] = {
    "where_unknown": (
        "where_unknown", None,
        Phrase("The condition is neither true nor false for these rows, for a cell is empty: they are left out."),
        Phrase("Say in sources.transactions.where what an empty cell means, for instance with coalesce(column, '')."),
    ),
    "stray_date": (
        "stray_dates", "date",
        Phrase("The rows are left out: they start no history and end no data."),
        Phrase("Correct the dates in the source, or remove the rows by sources.transactions.where."),
    ),
    "future_date": (
        "future_dates", "date",
        Phrase("The rows are left out: the data end with the months before."),
        Phrase(
            "Correct the dates in the source; if they are right, write the day up to which the data are whole as "
            "data_until."
        ),
    ),
}  # fmt: skip
"""The doubt about the rows that one reason leaves out: id, column, what was done, what to do."""
REFUSED = 0.5
"""So much of Σ |revenue| left out is a fault."""
SPARSE = 0.5
LISTED_MONTHS = 24


def find(scene: Scene) -> Iterator[Doubt]:
    """In the order of the reference."""
    groups = scene.counted.meant
    left = [group for group in groups if group.reason in UNMEANT]
    if left and _share(left, groups) >= MATERIAL:
        yield _left_out(scene, left)
    for reason, (id, column, done, remedy) in _OF_REASONS.items():
        if own := [group for group in left if group.reason == reason]:
            yield _of_groups(id, column, own, done, remedy, _examples_of(scene, reason, own))
    kept = [group for group in groups if group.reason is None]
    yield from _empty_months(kept)
    yield from _sparse_month(scene, kept)
    twice = scene.counted.duplicate_months
    if twice and not scene.review.drop_duplicates and _share(twice, groups) >= MATERIAL:
        rows = f"SELECT {ROW}, CAST(date AS VARCHAR) FROM {stored(scene.engine.scratch / DUPLICATES)} ORDER BY {ROW}"
        yield _of_groups(
            "duplicates", None, twice,
            Phrase("The rows equal an earlier one in all that is mapped; they are kept, for such rows can be real."),
            Phrase("If they are not real sales, set drop_duplicates: true."), scene.examples(scene.sales, rows),
        )  # fmt: skip


def refused(doubts: list[Doubt], accepted: dict[str, float | None], file: str) -> Fault | None:
    """The fault in the place of the doubt about rows left out, where they hold half of the revenue or more."""
    found = next((doubt for doubt in doubts if doubt.id == "left_out"), None)
    if found is None or found.share is None or found.share < REFUSED:
        return None
    if "left_out" in accepted and found.share <= (accepted["left_out"] or 1.0):
        return None
    said = {phrase.message: reason for reason, phrase in REASON_SAID.items()}
    reasons = ", ".join(f"{said[part.message]}: {part.values['rows']:,}" for part in found.done.parts)
    return Fault(
        TRANSACTIONS, None, f"{found.share:.1%} of the revenue would be left out ({reasons})", found.rows,
        "Mend the source or the mapping; if it is right, name left_out under accepted in the review file",
        file=file, examples=tuple((None, one) for one in found.examples), id="left_out",
    )  # fmt: skip


def _share(part: Sequence[Group], whole: Sequence[Group]) -> float:
    total = sum(group.size for group in whole)
    return sum(group.size for group in part) / total if total else 0.0


def _rows(groups: Iterable[Group]) -> int:
    return sum(group.rows for group in groups)


def _of_groups(
    id: str, column: str | None, groups: Sequence[Group], done: Phrase, remedy: Phrase, examples: tuple[str, ...]
) -> Doubt:
    """The doubt about the transactions of some groups."""
    return Doubt(
        id=id, table=TRANSACTIONS, column=column, rows=_rows(groups), done=done, remedy=remedy, examples=examples,
        by_month=by_month(groups), units=by_unit(groups),
    )  # fmt: skip


def _left_out(scene: Scene, groups: list[Group]) -> Doubt:
    """With examples of the reason that leaves out most."""
    most = max(UNMEANT, key=lambda reason: sum(group.size for group in groups if group.reason == reason))
    examples = _examples_of(scene, most, [group for group in groups if group.reason == most])
    remedy = Phrase(
        "Give the rows what they lack in the source or the mapping, or remove them by sources.transactions.where."
    )
    found = _of_groups("left_out", None, groups, _done(groups), remedy, examples)
    units = {
        unit: replace(part, done=_done([group for group in groups if group.unit == unit]))
        for unit, part in (found.units or {}).items()
    }
    return replace(found, units=units)


def _done(groups: list[Group]) -> Phrase:
    """How many rows each reason leaves out, of those that leave out any."""
    counts = {reason: _rows(group for group in groups if group.reason == reason) for reason in UNMEANT}
    told = tuple(replace(REASON_SAID[reason], values={"rows": rows}) for reason, rows in counts.items() if rows)
    return Phrase("The rows are left out: %(parts)s.", parts=told)


def _examples_of(scene: Scene, reason: Reason, groups: list[Group]) -> tuple[str, ...]:
    """Rows that are left out for a reason, with their dates; strays by months, others by one look at a row."""
    sales = scene.sales
    client, date = sales.conversions["client_id"].value, sales.conversions["date"].value
    months = ", ".join(str(month) for month in sorted({group.month for group in groups}))
    told = {
        "no_client": f"{KEEP} AND client IS NULL",
        "outside_history": f"{KEEP} AND date > DATE '{scene.review.data_until}'",
        "where_unknown": f"{OPEN} AND NOT {KEEP}",
    }.get(reason, f"{KEEP} AND 12 * year(date) + month(date) - 1 IN ({months})")
    rows = f"SELECT {ROW}, {KEEP}, {OPEN}, {client} AS client, {date} AS date FROM {sales.cells}"
    return scene.examples(sales, f"SELECT {ROW}, CAST(date AS VARCHAR) FROM ({rows}) WHERE {told}")


def _empty_months(kept: list[Group]) -> Iterator[Doubt]:
    has = {group.month for group in kept if group.month != UNDATED}
    empty = [str(Month(index)) for index in range(min(has), max(has)) if index not in has] if has else []
    if empty:
        more = f", … ({len(empty) - LISTED_MONTHS:,} more)" if len(empty) > LISTED_MONTHS else ""
        yield Doubt(
            id="empty_months", table=TRANSACTIONS, column="date", rows=len(empty),
            done=Phrase(
                "No row lies in %(months)s: the review counts them as months without sales.",
                {"months": ", ".join(empty[:LISTED_MONTHS]) + more},
            ),
            remedy=Phrase("Add the rows of these months to the source; if nothing was sold, accept empty_months."),
            examples=tuple(empty[:5]),
        )  # fmt: skip


def _sparse_month(scene: Scene, kept: list[Group]) -> Iterator[Doubt]:
    """The last complete month against the same month a year before and the median of the twelve before it."""
    until = scene.counted.data_until
    if until is None:
        return
    month = last_complete_month(until).index
    rows = {index: _rows(group for group in kept if group.month == index) for index in range(month - 12, month + 1)}
    first = min((group.month for group in kept if group.month != UNDATED), default=month)
    if first > month - 12:
        return
    usual = median(rows[index] for index in range(month - 12, month))
    if rows[month] < SPARSE * rows[month - 12] and rows[month] < SPARSE * usual:
        own = [group for group in kept if group.month == month]
        yield Doubt(
            id="sparse_month", table=TRANSACTIONS, column="date", rows=rows[month],
            done=Phrase(
                "%(month)s has %(rows)s rows, the same month a year before %(before)s, the median month %(usual)s: "
                "the review takes it as it is.",
                {"month": str(Month(month)), "rows": rows[month], "before": rows[month - 12], "usual": round(usual)},
            ),
            remedy=Phrase("Export the month again, or end the data before it with data_until."),
            by_month=by_month(own),
        )  # fmt: skip

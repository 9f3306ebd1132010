"""The doubts of a period's review of all, as `check` and `run` say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portfolio_review import doubt
from portfolio_review.calendar import Period
from portfolio_review.doubt import Doubt
from portfolio_review.pipeline import earlier
from portfolio_review.review import Review
from portfolio_review.sources import RESERVED_UNIT, Sources


def doubted(
    review: Review, found: Sources, period: Period, series: Path, beside: Sequence[Doubt] = ()
) -> tuple[list[Doubt], list[str]]:
    """The doubts of a period's review of all, in order, and the accepted ids that do not occur.

    beside: doubts about what is no part of the data.
    """
    months, judged = review.window_months, period.judged(found.data_until)
    doubts = [*found.doubts_of(judged.window(months), judged.window(months, back=1)), *beside]
    before = earlier.latest(series, RESERVED_UNIT, period)
    shares = before.doubts if before else {}
    return doubt.judged(doubts, review.accepted, shares), doubt.not_met(doubts, review.accepted)


def said(one: Mapping[str, Any]) -> str:
    """A doubt on one line, as faults are said."""
    shown = f" [{'; '.join(one['examples'])}]" if one["examples"] else ""
    return f"{briefly(one)}{shown}. {one['done']} {one['remedy']}"


def briefly(one: Mapping[str, Any]) -> str:
    """What it is about and how large it is."""
    place = one["table"] + (f".{one['column']}" if one["column"] else "")
    accepted = " (accepted in the review file)" if one["accepted"] else ""
    counted = "month" if one["id"] == "empty_months" else "row"  # what is missing are whole months
    rows = f" in {one['rows']:,} {counted}{'s' if one['rows'] != 1 else ''}" if one["rows"] else ""
    base = "rows" if one["id"] == "other_sheets" else "revenue"  # a sheet that was not read has no revenue yet
    share = f", {one['share']:.1%} of {base}" if one["share"] is not None else ""
    return f"doubt: {place}: {one['id']}{accepted}{rows}{share}"

"""The outlook: what today's clients and new ones are expected to bring, against plan and the same months last year.

In: expected revenue of today's clients, monthly rows, targets; out: figures and tables of lines that add up.
Source: Risk and outlook.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Period, Span
from portfolio_review.errors import UsageError
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.chances import Chances
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.portfolio import first_in, revenue_in, total
from portfolio_review.metrics.windows import Windows

LINES = ("outlook_today", "outlook_new", "outlook")
REVENUE = "headline.revenue"
YEAR_MONTHS = 12
YEAR_IS_OVER = "the year ends with the period"
THEN_COLUMNS = (
    "forecast_months", "known_until", "expected_today", "actual_today", "expected_new", "actual_new", "expected_all",
    "actual_all",
)  # fmt: skip
Interval = tuple[float, float]


@dataclass(frozen=True)
class Expected:
    """Expected revenue of the clients known at the end of P, within the `months` after it.

    amount and its 95 % interval in money; amount None with the reason where there is no model.
    """

    months: int
    amount: float | None
    interval: Interval | None = None
    reason: str | None = None

    @classmethod
    def over(cls, months: int, known: Sequence[Expected]) -> Expected:
        """Expected revenue of `months`, straight between nothing at once and the horizons `known`, bounds alike."""
        for each in known:
            if each.amount is None:
                return cls(months, None, reason=each.reason)
        points = sorted({each.months: each for each in known}.values(), key=lambda each: each.months)
        at = [0, *(each.months for each in points)]
        amount = float(np.interp(months, at, [0.0, *(float(each.amount or 0.0) for each in points)]))
        bounds = [each.interval for each in points if each.interval is not None]
        if len(bounds) < len(points):
            return cls(months, amount)
        low, high = (float(np.interp(months, at, [0.0, *(bound[side] for bound in bounds)])) for side in (0, 1))
        return cls(months, amount, (low, high))


def horizons(found: Chances) -> list[Expected]:
    """What the clients known at the end of P are expected to bring within h and within 12 months."""
    known = {found.horizon: "expected_3", YEAR_MONTHS: "expected_12"}
    return [
        Expected(months, total(found.by_client[column]) + 0.0, found.revenue_interval(months))
        if found.model
        else Expected(months, None, reason=found.reason)
        for months, column in known.items()
    ]


def said(found: Chances) -> dict[int, pd.Series]:
    """By length in months what h and 12 months ago each client known then was expected to bring since, by client id."""
    known = {found.horizon: "expected_3", YEAR_MONTHS: "expected_12"}
    then = {months: found.at(found.month - months) for months in known}
    return {
        months: forecast.by_client[known[months]]
        for months, forecast in then.items()
        if forecast is not None and forecast.model
    }


def rest_of_year(when: Windows) -> Span | None:
    """The months of the calendar year after W1's last; None in December."""
    last = when.w1.last
    december = Month(last.index // YEAR_MONTHS * YEAR_MONTHS + YEAR_MONTHS - 1)
    return Span(last + 1, december) if last < december else None


def new_clients(base: pd.DataFrame, monthly: pd.DataFrame, span: Span, when: Windows) -> tuple[Figure, pd.Series]:
    """What clients whose first purchase day lies in `span` brought in it, with its 95 % interval by bootstrap over
    them, and by client; undefined when `span` begins within the history's first 12 months.

    base: client frame with first_purchase; monthly: client_id, month, revenue. Source: Chances, expected revenue.
    """
    mine = base.index[first_in(base["first_purchase"], span)]
    money = revenue_in(monthly, base.index, span).loc[mine]
    lacks = when.lacks(span.shifted(-YEAR_MONTHS))
    if lacks:
        return undefined(lacks), money
    return Figure(value=total(money) + 0.0, interval=sum_interval(money)), money


def figures(
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    known: Sequence[Expected],
    horizon: int,
    targets: pd.DataFrame,
    when: Windows,
) -> dict[str, Figure]:
    """`risk.outlook_today` = Σ expected revenue of the clients known at the end of P over the next h months,
    `risk.outlook_new` = what clients new in the same months a year ago brought in them (`new_clients`), `risk.outlook`
    the two together; and the same with `_year` for the rest of the calendar year.

    previous_year is the revenue of the same months last year: of clients known before them, of those new in them, of
    all; target of `risk.outlook` the sum of `headline.revenue`'s targets for those months. The interval of the sum adds
    the half-widths of both as squares. known: expected revenue by horizon; the rest of the year lies straight between
    them. base: client frame; targets: as given, figure, period, value. Source: Risk and outlook.
    """
    spans = {"": Span(when.w1.last + 1, when.w1.last + horizon), "_year": rest_of_year(when)}
    found: dict[str, Figure] = {}
    for suffix, span in spans.items():
        if span is None:
            found |= {f"risk.{line}{suffix}": undefined(YEAR_IS_OVER) for line in LINES}
        else:
            found |= _lines(base, monthly, Expected.over(span.months, known), span, targets, when, suffix)
    return found


def _lines(
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    expected: Expected,
    span: Span,
    targets: pd.DataFrame,
    when: Windows,
    suffix: str,
) -> dict[str, Figure]:
    year_ago = span.shifted(-YEAR_MONTHS)
    new, _ = new_clients(base, monthly, year_ago, when)
    lacks = when.lacks(year_ago)
    before = None if lacks else total(revenue_in(monthly, base.index, year_ago)) + 0.0
    of_new = new.value if isinstance(new.value, int | float) else None
    today = _today(expected, None if before is None or of_new is None else before - of_new)
    together = _together(today, new, before, planned(targets, span))
    fresh = new if new.value is None else Figure(value=new.value, interval=new.interval, previous_year=of_new)
    return {f"risk.{line}{suffix}": each for line, each in zip(LINES, (today, fresh, together), strict=True)}


def _today(expected: Expected, before: float | None) -> Figure:
    if expected.amount is None:
        return undefined(expected.reason or "no model")
    return Figure(value=expected.amount, interval=expected.interval, previous_year=before)


def _together(today: Figure, new: Figure, before: float | None, target: float | None) -> Figure:
    for part in (today, new):
        if not isinstance(part.value, int | float):
            return undefined(part.reason or "")
    value = _number(today) + _number(new)
    return Figure(value=value, interval=_joint(value, (today, new)), previous_year=before, target=target)


def _joint(value: float, parts: Sequence[Figure]) -> Interval | None:
    """value with the half-widths of the parts below and above it added as squares; None where one has no interval."""
    known = [(_number(part), part.interval) for part in parts if part.interval is not None]
    if not known or parts[0].interval is None:
        return None
    low = math.hypot(*(middle - bounds[0] for middle, bounds in known))
    high = math.hypot(*(bounds[1] - middle for middle, bounds in known))
    return max(value - low, 0.0), value + high


def _number(figure: Figure) -> float:
    return float(figure.value) if isinstance(figure.value, int | float) else math.nan


def planned(targets: pd.DataFrame, span: Span) -> float | None:
    """Σ of the targets of `headline.revenue` that cover `span` exactly, months before quarters, halves and years; None
    where they do not. targets: figure, period, value, and where given manager (theirs are left out)."""
    mine = targets[(targets["figure"].astype("str") == REVENUE).to_numpy()]
    if "manager" in mine:
        mine = mine[mine["manager"].isna()]
    by_span: dict[tuple[int, int], float] = {}
    for period, value in zip(mine["period"].astype("str"), mine["value"], strict=True):
        try:
            found = Period.parse(period).span
        except UsageError:
            continue
        if not pd.isna(value):
            by_span[found.first.index, found.months] = float(value)
    at, parts = span.first.index, []
    while at <= span.last.index:
        months = next((n for n in (1, 3, 6, 12) if (at, n) in by_span and at + n - 1 <= span.last.index), None)
        if months is None:
            return None
        parts.append(by_span[at, months])
        at += months
    return math.fsum(parts)


def then_and_now(
    forecasts: Mapping[int, pd.Series], base: pd.DataFrame, monthly: pd.DataFrame, when: Windows
) -> pd.DataFrame:
    """`risk.forecasts_then_and_now`: what the same forecast said h and 12 months ago beside what came.

    forecast_months, known_until (the last month known then), expected_today, actual_today (of clients known then),
    expected_new, actual_new (new in these months; expected as in `new_clients`), expected_all, actual_all. No row where
    there was no model then; what new ones were expected to bring is missing where the history was too short.
    forecasts: of `said`, by length in months the expected revenue of each client known so many months ago, by client
    id. base: client frame; monthly: client_id, month, revenue. Source: Risk and outlook.
    """
    rows = []
    for months, expected in forecasts.items():
        if expected.empty or expected.isna().any():
            continue
        span = Span.ending(when.w1.last, months)
        new, _ = new_clients(base, monthly, span.shifted(-YEAR_MONTHS), when)
        came = revenue_in(monthly, base.index, span)
        fresh = first_in(base["first_purchase"], span).to_numpy()
        actual, actual_new = total(came) + 0.0, total(came[fresh]) + 0.0
        of_today, of_new = total(expected) + 0.0, _number(new)
        rows.append((months, str(span.first - 1), of_today, actual - actual_new, of_new, actual_new,
                     of_today + of_new, actual))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(THEN_COLUMNS))
    types = dict.fromkeys(THEN_COLUMNS, "float64") | {"forecast_months": "int64", "known_until": "object"}
    return frame.astype(types)


def table(figures: Mapping[str, Figure]) -> pd.DataFrame:
    """`risk.outlook_lines`: ahead (`horizon`, `rest_of_year`), forecast_line (`today`, `new`, `together`), amount,
    amount_low, amount_high, money_target, year_before; no row where a line is undefined. figures: of `figures`.
    Source: Risk and outlook."""
    rows = []
    for ahead, suffix in (("horizon", ""), ("rest_of_year", "_year")):
        for line, name in zip(("today", "new", "together"), LINES, strict=True):
            figure = figures[f"risk.{name}{suffix}"]
            if figure.value is None:
                continue
            low, high = figure.interval or (math.nan, math.nan)
            rows.append((ahead, line, _number(figure), low, high, figure.target, figure.previous_year))
    numbers = ["amount", "amount_low", "amount_high", "money_target", "year_before"]
    columns = ["ahead", "forecast_line", *numbers]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float))

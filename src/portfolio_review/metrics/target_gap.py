"""The month's cause: what each client's revenue of P made of the distance to the target.

In: monthly rows, the spans, the target of revenue; out: a figure, a table and their check. Source: Findings, month's
cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.calendar import Days, Month, Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.headline import FlashRows
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, names, revenue_in, total
from portfolio_review.metrics.windows import Windows

ID = "headline.target_gap"
COLUMNS = ("client_id", "name", "actual", "reference", "gap")
OTHERS = "others"
SHORTFALLS, GAINS = 5, 3
BY_PREVIOUS = "by the change against the period before: no revenue a year before"
NEITHER = "no revenue a year before, nor in the period before"
NO_DAYS = "no revenue in the same days a year before"


@dataclass(frozen=True)
class TargetGap:
    """R(P) less target (or base), by client.

    clients: actual, reference, gap (money) and name by client id; None where there is nothing to hold P against.
    base: the span that the references come from, `py` or `pp`; reason: why there is none, or why it is `pp`.
    """

    clients: pd.DataFrame | None
    base: str | None = None
    reason: str | None = None

    def figure(self) -> Figure:
        """`headline.target_gap` = Σ gap; the reason says where the split is by the period before."""
        if self.clients is None:
            return undefined(self.reason or NEITHER)
        return Figure(value=total(self.clients["gap"]) + 0.0, reason=self.reason)

    def table(self) -> pd.DataFrame:
        """`headline.target_gap`: client_id, name, actual, reference, gap.

        The five largest shortfalls (gap < 0), the three largest gains (gap > 0), equal ones by client id, then
        `others`, Σ of all other clients. No rows where the figure is undefined.
        """
        if self.clients is None:
            return pd.DataFrame(columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[2:], float))
        by_id = self.clients.sort_index()
        down = by_id[by_id["gap"] < 0].sort_values("gap", kind="stable").head(SHORTFALLS)
        up = by_id[by_id["gap"] > 0].sort_values("gap", kind="stable", ascending=False).head(GAINS)
        rest = self.clients.drop(index=[*down.index, *up.index])
        sums = {name: total(rest[name]) + 0.0 for name in COLUMNS[2:]}
        others = pd.DataFrame([{"client_id": OTHERS, "name": None, **sums}])
        named = pd.concat([down, up]).rename_axis("client_id").reset_index()[list(COLUMNS)]
        return others[list(COLUMNS)] if named.empty else pd.concat([named, others], ignore_index=True)


def target_gap(
    base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, target: float | None, flash: FlashRows | None = None
) -> TargetGap:
    """gap_i = r_i(P) − reference_i, reference_i = r_i(PY) · target / R(PY); without a target r_i(PY).

    A new client's reference is 0. Without R(PY) > 0 the reference comes from PP in the same way; without R(PP) > 0
    there is none; nor of a partial P without R(PY). R is of the clients of this review.

    base: client frame by client id; monthly: client_id, month, revenue. target: of R(P), of a partial P in proportion;
    flash: the rows of a partial P, whose PP and PY are as many days. Source: Findings, month's cause.
    """
    base, monthly = (flash.base, flash.monthly) if flash else (base, monthly)

    def revenue(name: str) -> pd.Series:
        span = when.reported[name]
        return revenue_in(flash.up_to(span) if flash else monthly, base.index, _months(span))

    actual = revenue("p")
    for name in ("py",) if flash else ("py", "pp"):
        before = None if when.lacks(when.reported[name]) else revenue(name)
        whole = 0.0 if before is None else total(before)
        if before is None or whole <= 0:
            continue
        reference = (before * (1.0 if target is None else target / whole)).round(MONEY_DECIMALS) + 0.0
        gap = (actual - reference).round(MONEY_DECIMALS) + 0.0
        frame = pd.DataFrame({"name": names(base), "actual": actual, "reference": reference, "gap": gap})
        concerned = frame[(frame["actual"] != 0) | (frame["reference"] != 0)]
        return TargetGap(concerned, name, None if name == "py" else BY_PREVIOUS)
    return TargetGap(None, reason=NO_DAYS if flash else NEITHER)


def adds_up(found: TargetGap, revenue: Figure, target: float | None) -> Check:
    """`target_gap_adds_up`: Σ gap of the rows printed = R(P) − target, without one − R of the base; to half a cent, and
    half of 1e-6 a client, to which references are rounded."""
    id = "target_gap_adds_up"
    if found.clients is None or not isinstance(revenue.value, int | float):
        return Check(id, True, f"nothing to check: {found.reason}")
    base = revenue.previous_year if found.base == "py" else revenue.previous
    goal = float(base or 0.0) if target is None else target
    parts, whole = total(found.table()["gap"]), float(revenue.value) - goal
    passed = same_money(parts, whole) or abs(parts - whole) <= 5e-7 * len(found.clients)
    return Check(id, passed, f"parts {parts:,.2f} = actual {revenue.value:,.2f} − {goal:,.2f}")


def _months(span: Span | Days) -> Span:
    return Span(Month.of(span.start), Month.of(span.end))

"""Risk in three parts: what is gone, what may fall silent, and what may shrink.

In: the client frame with chances, lapse and both windows; out: columns, figures and lists. Source: Risk and outlook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, Figures, undefined
from portfolio_review.metrics import lapse
from portfolio_review.metrics.chances import Forecast, add_columns
from portfolio_review.metrics.early_decline import add_early_decline
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.kept_share import kept_share
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.rates import window_pair
from portfolio_review.metrics.risk_changes import Change, change_of_ratio, change_of_sum
from portfolio_review.metrics.structure import ATTRIBUTES
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

TOP = 10
NO_POSITIVE_REVENUE = "no client with positive revenue in W1"
NOT_LAPSED = "every client with positive revenue in W1 is lapsed"
INACTIVE = "inactive"
"""The class of clients that are not active in W1."""
PARTS = ("gone", "may_fall_silent", "may_shrink", "revenue_at_risk")
PARTS_COLUMNS = ("part", "amount", "share", "year_before", "amount_change", "amount_low", "amount_high", "clear")
SEGMENTS: Mapping[str, tuple[str, str]] = {
    "abc": ("abc1", "class"),
    "value_stability": ("group1", "group"),
    "stage": ("stage", "stage"),
    **{name: (name, "value") for name in ATTRIBUTES},
}
"""Segments that risk and value are shown by: the columns of the client frame and of the table."""


def add_parts(base: pd.DataFrame, when: Windows, settings: Risk) -> pd.DataFrame:
    """`base` with gone, may_fall_silent, may_shrink and at_risk, the sum of the latter two, in money.

    gone = max(r(W1), 0) of a lapsed client, NaN of the others. Of these, with m = max(r(W1), 0) · h / window_months:
    may_fall_silent = m · (1 − p_next), may_shrink = m · p_next · (1 − f), f the share it kept (`kept_share`). NaN for
    lapsed clients and those without a chance. Without W0 may_shrink is NaN for all, and at_risk what may fall silent
    alone. base: client frame with
    r0, r1, lapsed, p_next, early_decline. Source: Risk and outlook.
    """
    r = base["r1"].clip(lower=0.0)
    lapsed = base["lapsed"].astype(bool)
    money = (r * (settings.horizon_months / when.window_months)).where(~lapsed)
    shrink = money * base["p_next"] * (1 - kept_share(base, when))
    silent = money * (1 - base["p_next"])
    if when.lacks_w0:
        shrink = shrink * np.nan
    at_risk = silent if when.lacks_w0 else silent + shrink
    return base.assign(gone=r.where(lapsed), may_fall_silent=silent, may_shrink=shrink, at_risk=at_risk)


def weighted_risk(r: pd.Series, p_next: pd.Series) -> float | None:
    """Σ max(r, 0) (1 − p) / Σ max(r, 0) over clients that have a chance; None where they have no positive r."""
    counted = (r > 0) & p_next.notna()
    whole = total(r[counted])
    return total(r[counted] * (1 - p_next[counted])) / whole if whole > 0 else None


@dataclass(frozen=True)
class Then:
    """The client frame of `add_parts` as it stood at the end of an earlier window, by the model fitted then."""

    when: Windows
    frame: pd.DataFrame
    reason: str | None = None


def earlier(
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    gaps: Gaps,
    forecasts: Mapping[str, tuple[Windows, Forecast]],
    settings: Risk,
) -> dict[str, Then]:
    """The parts as of the end of each window of `forecasts` (of `chances.earlier`) for whose end the gaps are kept.

    base: client frame; monthly: client_id, month, revenue, purchase_days. Source: Risk and outlook.
    """
    found = {}
    for field, (then, forecast) in forecasts.items():
        if forecast.model is None or not gaps.known_at(then.p.end):
            continue
        frame = window_pair(monthly, base, then)
        known = lapse.as_of(gaps, then.p.end)["lapsed"].reindex(base.index)
        frame = add_early_decline(frame.assign(lapsed=known.fillna(False).astype(bool)), monthly, then)
        found[field] = Then(then, add_parts(add_columns(frame, forecast), then, settings))
    return found


def figures(base: pd.DataFrame, found: Forecast, before: Mapping[str, Then], when: Windows) -> dict[str, Figure]:
    """`risk.gone`, `risk.may_fall_silent`, `risk.may_shrink`, `risk.revenue_at_risk` = Σ of `add_parts`, and
    `risk.weighted_risk` = Σ max(r, 0) (1 − p) / Σ max(r, 0) over clients not lapsed.

    Money has a 95 % interval by bootstrap over the clients, each with its chance as it is: how much the sum hangs on
    which clients there are. `previous_year` stands only where the interval of the difference leaves out zero
    (`changes`). Undefined when W1 starts before the history, and without a model but `risk.gone`; may_shrink and
    revenue_at_risk too where W0 does. base: of `add_parts`; before: of `earlier`. Source: Risk and outlook.
    """
    values: dict[str, Figure] = {}
    moved = changes(base, before)
    for part, column in zip(PARTS, ("gone", "may_fall_silent", "may_shrink", "at_risk"), strict=True):
        reason = when.lacks(when.w1)
        if part != "gone":
            reason = reason or (None if found.model else found.reason or "no model")
        if part in ("may_shrink", "revenue_at_risk"):
            reason = reason or when.lacks_w0
        if reason:
            values[f"risk.{part}"] = undefined(reason)
            continue
        amounts = base[column].dropna()
        interval = None if part == "gone" else sum_interval(amounts)
        values[f"risk.{part}"] = _held(Figure(value=total(amounts) + 0.0, interval=interval), moved.get(part))
    weighted = weighted_risk(base["r1"].where(~base["lapsed"].astype(bool)), base["p_next"])
    values["risk.weighted_risk"] = _weighted(weighted, base, found, moved.get("weighted_risk"), when)
    return values


def _held(figure: Figure, change: Change | None) -> Figure:
    return replace(figure, previous_year=change.before) if change is not None and change.clear else figure


def _weighted(value: float | None, base: pd.DataFrame, found: Forecast, change: Change | None, when: Windows) -> Figure:
    reason = when.lacks(when.w1) or (None if found.model else found.reason or "no model")
    if reason:
        return undefined(reason)
    if value is None:
        some = (base["r1"] > 0).any()
        return undefined(NOT_LAPSED if some else NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1)
    return _held(Figure(value=value), change)


def changes(base: pd.DataFrame, before: Mapping[str, Then]) -> dict[str, Change]:
    """What each part and the weighted risk were a year before, and the 95 % interval of the difference, by bootstrap
    over the clients of both. base: of `add_parts`; before: of `earlier`. Source: Risk and outlook."""
    then = before.get("previous_year")
    if then is None:
        return {}
    columns = {"gone": "gone", "may_fall_silent": "may_fall_silent"}
    if then.when.lacks_w0 is None:
        columns |= {"may_shrink": "may_shrink", "revenue_at_risk": "at_risk"}
    found = {part: change_of_sum(base[column], then.frame[column]) for part, column in columns.items()}
    ratio = change_of_ratio(*_over(base), *_over(then.frame))
    return found if ratio is None else found | {"weighted_risk": ratio}


def _over(base: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What each client not lapsed adds to the weighted risk, above and below the line."""
    counted = (base["r1"] > 0) & base["p_next"].notna() & ~base["lapsed"].astype(bool)
    money = base["r1"].where(counted, 0.0)
    return (money * (1 - base["p_next"])).fillna(0.0), money


def parts(figures: Figures, moved: Mapping[str, Change], base: pd.DataFrame) -> pd.DataFrame:
    """`risk.parts`: part, amount, share (of Σ max(r(W1), 0)), year_before, amount_change, amount_low, amount_high
    (95 % interval of the change), clear (whether it leaves out zero).

    What is gone, what may fall silent, what may shrink, and the sum of the latter two; parts that are undefined have
    no row. figures: of `figures`; moved: of `changes`; base: client frame. Source: Risk and outlook.
    """
    whole = total(base["r1"].clip(lower=0.0))
    rows = []
    for part in PARTS:
        value = figures[f"risk.{part}"].value
        if not isinstance(value, int | float):
            continue
        change = moved.get(part, Change.unknown())
        share = value / whole if whole > 0 else np.nan
        rows.append((part, value, share, change.before, change.difference, change.low, change.high, change.clear))
    frame = pd.DataFrame(rows, columns=list(PARTS_COLUMNS))
    numbers = PARTS_COLUMNS[1:-1]
    return frame.astype(dict.fromkeys(numbers, float) | {"clear": bool})


def largest(base: pd.DataFrame, top: int = TOP, *, trusted: bool = True) -> pd.DataFrame:
    """`risk.largest`: rank, client_id, name, abc, value (value over 12 months), p12, part, at_stake: the first rows of
    the list in danger, in its order (`actions.retain`).

    at_stake = value · (1 − p12 · f) = value · (1 − p12) + value · p12 · (1 − f), f the share it kept; part is the
    larger of the two: `may_fall_silent` or `may_shrink`. Where the backtest lost (`trusted` false) or no p12 is known,
    p12 is NaN and part what the client does: overdue ones fall silent, the others shrink. base: client frame with
    list, listed, rank_in_list, abc1, stage, value_year, kept_share, p12, at_stake.

    Source: Lifecycle and the four rules.
    """
    listed = base["listed"].fillna(False).astype(bool) & (base["list"] == "retain")
    first = base[listed.to_numpy()].sort_values("rank_in_list", kind="stable").head(top)
    p12 = first["p12"].astype(float) if trusted else pd.Series(np.nan, index=first.index)
    silent = (1 - p12 >= p12 * (1 - first["kept_share"])).where(p12.notna(), first["stage"] == "at_risk")
    return pd.DataFrame(
        {
            "rank": first["rank_in_list"].to_numpy(dtype=np.int64),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "abc": first["abc1"].to_numpy(dtype=object),
            "value": first["value_year"].to_numpy(),
            "p12": p12.to_numpy(),
            "part": np.where(silent.astype(bool), "may_fall_silent", "may_shrink").astype(object),
            "at_stake": first["at_stake"].to_numpy(),
        }
    )


def by_segment(base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`risk.by.<segment>` for every segment that any client of `base` has.

    The segment (class, group, stage or value), clients (active in W1), revenue, gone, at_risk, weighted_risk (of
    clients not lapsed), expected_12 (sums over all clients of the segment, NaN where there is none). Classes in their
    order, clients without one as `inactive`; attributes by money at risk, clients without one last.
    base: client frame with p_next, the columns of `add_parts` and expected_12.
    """
    found = {}
    for name, (column, head) in SEGMENTS.items():
        if column in base and base[column].notna().any():
            found[f"risk.by.{name}"] = _segment(base, base[column], head)
    return found


def _segment(base: pd.DataFrame, segment: pd.Series, head: str) -> pd.DataFrame:
    sums = ["r1", "gone", "at_risk", "expected_12"]
    lost, counted = _over(base)
    frame = base[["active1", *sums]].assign(counted=counted, lost=lost)
    missing = INACTIVE if head != "value" else None
    groups = frame.groupby(segment.astype(object).where(segment.notna(), missing), dropna=False)
    frame = groups[sums].sum(min_count=1).rename(columns={"r1": "revenue"})
    frame["clients"] = groups["active1"].sum().astype(np.int64)
    frame["weighted_risk"] = groups["lost"].sum() / groups["counted"].sum().replace(0.0, np.nan)
    frame = frame.rename_axis(head).reset_index()
    known = frame[head].notna()
    frame[head] = frame[head].astype(object).where(known, None)
    if head == "value":
        frame = frame.assign(last=~known).sort_values(["last", "at_risk", head], ascending=[True, False, True])
    else:
        place = {name: at for at, name in enumerate([*segment.cat.categories, INACTIVE])}
        frame = frame.iloc[np.argsort(frame[head].map(place).to_numpy(), kind="stable")]
    return frame[[head, "clients", "revenue", "gone", "at_risk", "weighted_risk", "expected_12"]].reset_index(drop=True)


def clients(base: pd.DataFrame, *, trusted: bool = True) -> pd.DataFrame:
    """`risk.clients`: every client that purchased, the most money at risk first, equal amounts by id; where the
    backtest lost (`trusted` false) by r(W1), and without a client's chance or what is weighed by it.

    client_id, name, abc, revenue, p_next, gone, may_fall_silent, may_shrink, at_risk, quadrant, expected_12.
    base: client frame with those columns. A long list, for the workbook.
    """
    ordered = largest_first(base[base["p_next"].notna()], "r1")
    chances = ("p_next", "may_fall_silent", "may_shrink", "at_risk")
    if trusted:
        ordered = base.loc[largest_first(ordered.fillna({"at_risk": 0.0}), "at_risk").index]
    else:
        ordered = ordered.assign(**dict.fromkeys((*chances, "expected_12"), np.nan), quadrant=None)
    columns = ("p_next", "gone", "may_fall_silent", "may_shrink", "at_risk")
    return pd.DataFrame(
        {
            "client_id": ordered.index,
            "name": names(ordered).to_numpy(),
            "abc": ordered["abc1"].to_numpy(dtype=object),
            "revenue": ordered["r1"].to_numpy(),
            **{column: ordered[column].to_numpy() for column in columns},
            "quadrant": ordered["quadrant"].to_numpy(dtype=object),
            "expected_12": ordered["expected_12"].to_numpy(),
        }
    )

"""The revenue × risk matrix: clients in four quadrants, and the verdict on the portfolio with its advice.

In: the client frame with chances and lapse; out: quadrants, words, figures and tables. Source: Risk and outlook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W0, NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.portfolio import coded, total
from portfolio_review.metrics.risk_changes import change_of_ratio
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review, Risk

QUADRANTS = ("large_safe", "large_risky", "small_safe", "small_risky")
COMPANY = "all"
NO_A_CLIENT = "no client of class A"
COMPANY_WITHOUT_TARGET = "no target for revenue per client is set"
UNIT_WITHOUT_BASE = "revenue per client has no target and that of the company is not known"
ONE_CLIENT_FROM = 0.25
"""One client with so much of r(W1) makes the risk level high."""
EXPOSED_FROM = 0.40
"""So do exposed clients that hold so much of it together."""
TOLERANCE = 1e-9

VERDICTS: Mapping[tuple[bool, bool], str] = {
    (False, False): "low_revenue_low_risk",
    (True, True): "high_revenue_high_risk",
    (False, True): "low_revenue_high_risk",
    (True, False): "high_revenue_low_risk",
}
"""By whether the revenue level is high and whether the risk level is."""
_HOLD: Mapping[str, str] = {
    "low_revenue_low_risk": "take_larger_clients",
    "high_revenue_high_risk": "look_for_low_risk",
    "low_revenue_high_risk": "build_low_risk_base",
    "high_revenue_low_risk": "keep",
}
ADVICE: Mapping[str, Mapping[str, str]] = {
    "hold": _HOLD,
    "grow": {**_HOLD, "high_revenue_low_risk": "raise_risk"},
    "reduce_risk": {**_HOLD, "low_revenue_low_risk": "grow_at_low_risk"},
}
"""By `strategy.aim` and verdict: who wants to grow may leave the enviable place on purpose, who wants less risk is not
sent after larger and riskier clients."""
CRITERIA = ("weighted_risk", "one_client", "exposed")
"""What makes the risk level high, any of them."""
REVENUE_MOVES = ("less_revenue", "same_revenue", "more_revenue")
RISK_MOVES = ("less_risk", "same_risk", "more_risk")
"""The two halves of a direction, by whether the number fell, stayed or rose: `more_revenue_less_risk`."""
SAME_WITHIN = 1e-9
"""Numbers that differ by no more than this part of the larger one stayed."""


def add_quadrants(base: pd.DataFrame, earlier: Mapping[str, tuple[Windows, Forecast]], settings: Risk) -> pd.DataFrame:
    """`base` with quadrant, by r(W1) and p_next, and p_next0, quadrant0 for the end of W0.

    Large: r ≥ that of the smallest A client; risky: 1 − p_next > `high_above`. For clients that purchased and are not
    lapsed; missing for the others, and where there is no model or no A client. At W0's end: r(W0), the classes of W0,
    lapse as of then and the model fitted then. base: client frame with abc0, abc1, client0, client1, p_next; earlier:
    of `chances.earlier`, whose `window_previous` is W0's end. Source: Risk and outlook.
    """
    then = earlier.get("window_previous")
    p0 = then[1].by_client["p_next"].reindex(base.index) if then else pd.Series(np.nan, index=base.index)
    framed = base.assign(p_next0=p0.astype(float))
    return framed.assign(
        quadrant=_quadrant(framed, "1", framed["p_next"], settings),
        quadrant0=_quadrant(framed, "0", framed["p_next0"], settings),
    )


def _quadrant(base: pd.DataFrame, end: str, p_next: pd.Series, settings: Risk) -> pd.Series:
    r = base[f"r{end}"]
    of_a = r[base[f"abc{end}"] == "A"]
    counted = base[f"client{end}"] & p_next.notna() & bool(len(of_a))
    small = r < (of_a.min() if len(of_a) else 0.0)
    risky = 1 - p_next > settings.high_above + TOLERANCE
    codes = np.where(small, 2, 0) + np.where(risky, 1, 0)
    return coded(np.where(counted, codes, -1), QUADRANTS, base.index)


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`risk.matrix`: quadrant, clients, revenue = Σ r(W1), at_risk, clients_w0, revenue_w0 (as it stood at
    W0's end, NaN where that cannot be computed). All four quadrants; no rows without any client in one."""
    if base["quadrant"].isna().all():
        return pd.DataFrame(columns=["quadrant", "clients", "revenue", "at_risk", "clients_w0", "revenue_w0"])
    now, then = base.groupby("quadrant", observed=False), base.groupby("quadrant0", observed=False)
    known = bool(base["quadrant0"].notna().any())
    at_risk = now["at_risk"].sum().to_numpy() if base["at_risk"].notna().any() else np.nan
    return pd.DataFrame(
        {
            "quadrant": list(QUADRANTS),
            "clients": now.size().to_numpy(dtype=np.int64),
            "revenue": now["r1"].sum().to_numpy(),
            "at_risk": at_risk,
            "clients_w0": then.size().to_numpy(dtype=float) if known else np.nan,
            "revenue_w0": then["r0"].sum().to_numpy() if known else np.nan,
        }
    )


def risk_level(base: pd.DataFrame, weighted: Figure, settings: Risk) -> pd.DataFrame:
    """`risk.level`: criterion, share, limit, over_limit, client_id, name: what makes the risk level high, any of them.

    weighted_risk ≥ `portfolio_high`; one_client: the largest max(r(W1), 0) over their sum ≥ 25 %, with the client;
    exposed: that sum over exposed clients ≥ 40 %. share missing where it is not known. base: client frame with r1 and
    exposed; weighted: `risk.weighted_risk`. Source: Risk and outlook.
    """
    r = base["r1"].clip(lower=0.0)
    whole = total(r)
    one = exposed = np.nan
    who: str | None = None
    if whole > 0:
        ordered = r.sort_index()
        who = str(ordered.idxmax())
        one = float(ordered.max()) / whole
        if "exposed" in base:
            exposed = total(r[base["exposed"].fillna(False).astype(bool)]) / whole
    risk = _number(weighted.value) if weighted.value is not None else np.nan
    limits = (settings.portfolio_high, ONE_CLIENT_FROM, EXPOSED_FROM)
    shares = (risk, one, exposed)
    reached = [bool(share >= limit - TOLERANCE) for share, limit in zip(shares, limits, strict=True)]
    named = None if who is None else base["name"].get(who) if "name" in base else None
    return pd.DataFrame(
        {
            "criterion": list(CRITERIA),
            "share": np.array(shares, dtype=float),
            "limit": np.array(limits, dtype=float),
            "over_limit": reached,
            "client_id": [None, who, None],
            "name": [None, who if named is None or pd.isna(named) else named, None],
        }
    )


@dataclass(frozen=True)
class Level:
    """What revenue per client of W1 is held against: the target of `risk.revenue_per_client`, else, for a unit, the
    same figure of the whole company."""

    unit: str
    target: float | None = None
    of_company: float | None = None

    @property
    def held_against(self) -> Figure:
        """`risk.reference_revenue_per_client`: the target of revenue per client, else that of `all`."""
        if self.target is not None:
            return Figure(value=self.target)
        if self.unit == COMPANY:
            return undefined(COMPANY_WITHOUT_TARGET)
        return Figure(value=self.of_company) if self.of_company is not None else undefined(UNIT_WITHOUT_BASE)


def revenue_per_client(base: pd.DataFrame, when: Windows) -> Figure:
    """`risk.revenue_per_client` = R(W1) / |A1|, with `window_previous` of W0. base: client frame."""
    lacks = when.lacks(when.w1)
    now = _per_client(base, "1")
    if lacks or now is None:
        return undefined(lacks or NO_CLIENT_IN_W1)
    return Figure(value=now, window_previous=None if when.lacks_w0 else _per_client(base, "0"))


def _per_client(base: pd.DataFrame, end: str) -> float | None:
    active = int(base[f"active{end}"].sum())
    return total(base[f"r{end}"]) / active if active else None


def figures(
    base: pd.DataFrame,
    level: Level,
    risks: pd.DataFrame,
    weighted: Figure,
    earlier: Mapping[str, tuple[Windows, Forecast]],
    review: Review,
    when: Windows,
) -> dict[str, Figure]:
    """`risk.revenue_per_client`, `risk.reference_revenue_per_client`, `risk.verdict`, `risk.advice`,
    `risk.main_quadrant`, `risk.main_quadrant_w0`, `risk.direction`.

    Verdict: revenue high if revenue per client of W1 ≥ what it is held against, risk high if any row of `risk_level`
    is reached; advice by the verdict and `strategy.aim`. The main quadrant holds most clients, of equal ones the most
    money. Direction since W0: revenue per client of W1 against W0, where what differs by 1e-9 of itself or less
    stayed; weighted risk against that at W0's end, which stayed where the bootstrap interval holds zero. base: of
    `add_quadrants`; risks: of `risk_level`; weighted: `risk.weighted_risk`; earlier: of `Chances.earlier`.
    Source: Risk and outlook.
    """
    per_client, reference = revenue_per_client(base, when), level.held_against
    verdict = _verdict(per_client, reference, risks, weighted)
    advice = verdict
    if verdict.value is not None:
        advice = Figure(value=ADVICE[review.strategy.aim][str(verdict.value)])
    main = _main(base, "1", weighted.reason or NO_A_CLIENT)
    no_w0 = _no_w0(base, earlier, when)
    return {
        "risk.revenue_per_client": per_client,
        "risk.reference_revenue_per_client": reference,
        "risk.verdict": verdict,
        "risk.advice": advice,
        "risk.main_quadrant": main,
        "risk.main_quadrant_w0": _main(base, "0", no_w0),
        "risk.direction": _direction(base, weighted, no_w0),
    }


def _verdict(per_client: Figure, reference: Figure, risks: pd.DataFrame, weighted: Figure) -> Figure:
    for figure in (reference, per_client, weighted):
        if figure.value is None:
            return undefined(figure.reason or "")
    high = (_number(per_client.value) >= _number(reference.value), bool(risks["over_limit"].any()))
    return Figure(value=VERDICTS[high])


def _main(base: pd.DataFrame, end: str, reason: str) -> Figure:
    column = "quadrant" if end == "1" else "quadrant0"
    groups = base.groupby(column, observed=False)[f"r{end}"]
    order = pd.DataFrame({"clients": groups.size(), "money": groups.sum()})
    if not order["clients"].any():
        return undefined(reason)
    return Figure(value=str(order.sort_values(["clients", "money"], ascending=False, kind="stable").index[0]))


def _direction(base: pd.DataFrame, weighted: Figure, no_w0: str) -> Figure:
    per_client = [_per_client(base, end) for end in "01"]
    change = change_of_ratio(*_over(base, "1", "p_next"), *_over(base, "0", "p_next0"))
    if change is None or weighted.value is None or None in per_client:
        return undefined(weighted.reason or no_w0)
    revenue = _moved(_number(per_client[0]), _number(per_client[1]))
    risk = 1 if not change.clear else 2 if change.difference > 0 else 0
    return Figure(value=f"{REVENUE_MOVES[revenue]}_{RISK_MOVES[risk]}")


def _over(base: pd.DataFrame, end: str, chance: str) -> tuple[pd.Series, pd.Series]:
    """What each client not lapsed at the end of that window adds to its weighted risk, above and below the line."""
    r = base[f"r{end}"]
    money = r.where((r > 0) & base[chance].notna() & base[f"client{end}"].astype(bool), 0.0)
    return (money * (1 - base[chance])).fillna(0.0), money


def _moved(before: float, now: float) -> int:
    """0 fell, 1 stayed, 2 rose."""
    if abs(now - before) <= SAME_WITHIN * max(abs(now), abs(before)):
        return 1
    return 2 if now > before else 0


def _no_w0(base: pd.DataFrame, earlier: Mapping[str, tuple[Windows, Forecast]], when: Windows) -> str:
    """Why there is no matrix at W0's end, where there is none."""
    if when.lacks_w0:
        return when.lacks_w0
    if not base["active0"].any():
        return NO_CLIENT_IN_W0
    then = earlier.get("window_previous")
    return (then[1].reason if then else None) or NO_A_CLIENT


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"a verdict needs numbers, found {value!r}")
    return float(value)

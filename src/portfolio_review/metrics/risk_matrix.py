"""The revenue × risk matrix: clients in four quadrants, and the verdict on the portfolio with its advice.

In: the client frame with chances; out: quadrants, words and figures. Source: Risk and outlook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W0, Figure, undefined
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.portfolio import coded, total
from portfolio_review.metrics.risk import weighted_risk
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review, Risk

QUADRANTS = ("large_safe", "large_risky", "small_safe", "small_risky")
COMPANY = "all"
NO_A_CLIENT = "no client of class A"
COMPANY_WITHOUT_TARGET = "the company as a whole is held against its target only, and revenue per client has none"
UNIT_WITHOUT_BASE = "revenue per client has no target and that of the company is not known"

VERDICTS: Mapping[tuple[bool, bool], str] = {
    (False, False): "low_revenue_low_risk",
    (True, True): "high_revenue_high_risk",
    (False, True): "low_revenue_high_risk",
    (True, False): "high_revenue_low_risk",
}
"""By whether the revenue level is high and whether the risk level is."""
ADVICE: Mapping[str, str] = {
    "low_revenue_low_risk": "take_larger_clients",
    "high_revenue_high_risk": "look_for_low_risk",
    "low_revenue_high_risk": "build_low_risk_base",
    "high_revenue_low_risk": "keep",
}
GROW_ADVICE: Mapping[str, str] = {**ADVICE, "high_revenue_low_risk": "raise_risk"}
"""The advice where `strategy.aim` is grow: the enviable place may be left on purpose."""
REVENUE_MOVES = ("less_revenue", "same_revenue", "more_revenue")
RISK_MOVES = ("less_risk", "same_risk", "more_risk")
"""The two halves of a direction, by whether the number fell, stayed or rose: `more_revenue_less_risk`."""
SAME_WITHIN = 1e-9
"""Numbers that differ by no more than this part of the larger one stayed."""


def add_quadrants(base: pd.DataFrame, earlier: Mapping[str, tuple[Windows, Forecast]], settings: Risk) -> pd.DataFrame:
    """`base` with quadrant, by r(W1) and p_next, and p_next0, quadrant0 for the end of W0.

    Large: r ≥ that of the smallest A client; risky: 1 − p_next > `high_above`. For the clients active in
    the window; missing for the others, and where there is no model or no A client. At W0's end: r(W0), the
    classes of W0 and the model fitted then. base: client frame with abc0, abc1, p_next; earlier: of
    `chances.earlier`, whose `window_previous` is W0's end.
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
    counted = base[f"active{end}"] & p_next.notna() & bool(len(of_a))
    small = r < (of_a.min() if len(of_a) else 0.0)
    risky = 1 - p_next > settings.high_above
    codes = np.where(small, 2, 0) + np.where(risky, 1, 0)
    return coded(np.where(counted, codes, -1), QUADRANTS, base.index)


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`risk.matrix`: quadrant, clients, revenue = Σ r(W1), at_risk, clients_w0, revenue_w0 (as it stood at
    W0's end, NaN where that cannot be computed). All four quadrants; no rows without any client in one."""
    if base["quadrant"].isna().all():
        return pd.DataFrame(columns=["quadrant", "clients", "revenue", "at_risk", "clients_w0", "revenue_w0"])
    now, then = base.groupby("quadrant", observed=False), base.groupby("quadrant0", observed=False)
    known = bool(base["quadrant0"].notna().any())
    return pd.DataFrame(
        {
            "quadrant": list(QUADRANTS),
            "clients": now.size().to_numpy(dtype=np.int64),
            "revenue": now["r1"].sum().to_numpy(),
            "at_risk": now["at_risk"].sum().to_numpy(),
            "clients_w0": then.size().to_numpy(dtype=float) if known else np.nan,
            "revenue_w0": then["r0"].sum().to_numpy() if known else np.nan,
        }
    )


@dataclass(frozen=True)
class Level:
    """Revenue per client of P (`headline.revenue_per_client`) and what it is held against: its target, else,
    for a unit, the same figure of the whole company."""

    revenue_per_client: Figure
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


def figures(
    base: pd.DataFrame,
    level: Level,
    weighted: Figure,
    earlier: Mapping[str, tuple[Windows, Forecast]],
    review: Review,
    when: Windows,
) -> dict[str, Figure]:
    """`risk.reference_revenue_per_client`, `risk.verdict`, `risk.advice`, `risk.main_quadrant`,
    `risk.main_quadrant_w0`, `risk.direction`.

    Verdict: revenue high if revenue per client ≥ what it is held against, risk high if weighted risk ≥
    `risk.portfolio_high`; advice by the verdict and `strategy.aim`. The main quadrant holds most clients,
    of equal ones the most money. Direction since W0: revenue per active client of W1 against W0, weighted
    risk at the end of P against W0's end; what differs by 1e-9 of itself or less stayed. base: of
    `add_quadrants`; weighted: `risk.weighted_risk`; earlier: of `chances.earlier`.
    """
    reference = level.held_against
    verdict = _verdict(level, reference, weighted, review.risk)
    advice = verdict
    if verdict.value is not None:
        advice = Figure(value=(GROW_ADVICE if review.strategy.aim == "grow" else ADVICE)[str(verdict.value)])
    main = _main(base, "1", weighted.reason or NO_A_CLIENT)
    no_w0 = _no_w0(base, earlier, when)
    return {
        "risk.reference_revenue_per_client": reference,
        "risk.verdict": verdict,
        "risk.advice": advice,
        "risk.main_quadrant": main,
        "risk.main_quadrant_w0": _main(base, "0", no_w0),
        "risk.direction": _direction(base, weighted, no_w0),
    }


def _verdict(level: Level, reference: Figure, weighted: Figure, settings: Risk) -> Figure:
    revenue = level.revenue_per_client.value
    for figure in (reference, level.revenue_per_client, weighted):
        if figure.value is None:
            return undefined(figure.reason or "")
    high = (_number(revenue) >= _number(reference.value), _number(weighted.value) >= settings.portfolio_high)
    return Figure(value=VERDICTS[high])


def _main(base: pd.DataFrame, end: str, reason: str) -> Figure:
    column = "quadrant" if end == "1" else "quadrant0"
    groups = base.groupby(column, observed=False)[f"r{end}"]
    order = pd.DataFrame({"clients": groups.size(), "money": groups.sum()})
    if not order["clients"].any():
        return undefined(reason)
    return Figure(value=str(order.sort_values(["clients", "money"], ascending=False, kind="stable").index[0]))


def _direction(base: pd.DataFrame, weighted: Figure, no_w0: str) -> Figure:
    before = weighted_risk(base["r0"], base["p_next0"])
    if before is None or weighted.value is None or not base["active1"].any():
        return undefined(weighted.reason or no_w0)
    per_client = [total(base.loc[base[f"active{end}"], f"r{end}"]) / int(base[f"active{end}"].sum()) for end in "01"]
    revenue, risk = _moved(per_client[0], per_client[1]), _moved(before, _number(weighted.value))
    return Figure(value=f"{REVENUE_MOVES[revenue]}_{RISK_MOVES[risk]}")


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

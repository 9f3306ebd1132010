"""The four rules: what each client asks for at the end of P, and `standard` for all it needs no list for.

In: the client frame with stages, classes, lapse and early decline; out: exactly one rule a client.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics import abc
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.leavers import LAST_ACTIVE_MONTHS, last_active_revenue
from portfolio_review.metrics.portfolio import coded, total
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Abc

UNKNOWN = "unknown"
"""The rule of clients whose stage is unknown for want of W0."""
RULES = ("return", "retain", "develop", "reward", "standard")
"""In the order in which the lists stand; they are decided in another, see `add_rules`."""
LISTS = RULES[:4]
"""Rules with a list of clients."""
LOYAL_YEARS = 5


def add_last_active(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, settings: Abc) -> pd.DataFrame:
    """`base` with revenue_last_active (money) and abc_last of every lapsed client, missing for the others.

    revenue_last_active = r over the 12 calendar months that end with that of the last purchase.
    abc_last: the class which that r (or margin, by `abc.measure`) would have in W1: A from the lowest
    r in A, B from the lowest in B, else C; `none` where it is not positive. Where W1 has not 12
    months, it is taken × window_months / 12. Missing when nobody has positive r in W1.

    base: client frame with lapsed, last_purchase, abc1; monthly: client_id, month, revenue, margin.
    Source: Lifecycle and the four rules; Migration (fixed limits).
    """
    lapsed = base["lapsed"].to_numpy(dtype=bool)
    gone = base.loc[lapsed, "last_purchase"]
    by_margin = abc.used(base, settings.measure) == "margin"
    rows = monthly[monthly["client_id"].isin(gone.index)]
    revenue = last_active_revenue(rows, gone)
    measured = last_active_revenue(rows, gone, "margin") if by_margin else revenue
    limits = abc.money_limits(base["margin1" if by_margin else "r1"].fillna(0.0), base["abc1"])
    comparable = (measured * (when.window_months / LAST_ACTIVE_MONTHS)).reindex(base.index).fillna(0.0)
    return base.assign(
        revenue_last_active=revenue.reindex(base.index),
        abc_last=abc.classify_fixed(comparable, base["lapsed"], limits),
    )


def add_rules(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, settings: Abc) -> pd.DataFrame:
    """`base` with revenue_last_active, abc_last and `rule`: exactly one for every client that has a stage.

    The first that fits: standard (C and Z, or lapsed with their last active 12 months in class C or none);
    return (lapsed); retain (at_risk, declining, early_decline, or exposed); reward (X and A, or X and B with
    over 5 years; stable or growing); develop. When the history does not reach W0: standard, return and at_risk under
    retain as always, unknown for the rest.

    base: client frame with stage, abc1, xyz1, lapsed, last_purchase, early_decline (and where they are known `since`,
    `exposed`). Categorical of `RULES` and unknown. Source: Lifecycle and the four rules.
    """
    base = add_last_active(base, monthly, when, settings)
    stage, value, regular = base["stage"], base["abc1"], base["xyz1"]
    lapsed = stage == "lapsed"
    large = (value == "A") | ((value == "B") & over_years(base, when, LOYAL_YEARS))
    every = (*RULES, UNKNOWN)
    decided = [
        (stage.isna(), -1),
        (stage == UNKNOWN, every.index(UNKNOWN)),
        (
            ((value == "C") & (regular == "Z")) | (lapsed & base["abc_last"].isin(("C", "none"))),
            every.index("standard"),
        ),
        (lapsed, every.index("return")),
        (is_falling(base) | is_exposed(base), every.index("retain")),
        ((regular == "X") & large & stage.isin(("stable", "growing")), every.index("reward")),
    ]
    codes = np.select([fits.to_numpy(dtype=bool) for fits, _ in decided], [code for _, code in decided],
                      default=every.index("develop"))  # fmt: skip
    return base.assign(rule=coded(codes, every, base.index))


def is_falling(base: pd.DataFrame) -> pd.Series:
    """Clients in danger: at risk, declining, or in early decline. base: client frame with stage, early_decline."""
    return base["stage"].isin(("at_risk", "declining")) | base["early_decline"].astype(bool)


def is_exposed(base: pd.DataFrame) -> pd.Series:
    """Clients that `exposed.add_exposed` flags; nobody where it was not asked."""
    if "exposed" not in base:
        return pd.Series(False, index=base.index)
    return base["exposed"].fillna(False).astype(bool)


def over_years(base: pd.DataFrame, when: Windows, years: int) -> pd.Series:
    """Whether each client has been one for more than `years` at the end of P.

    It has since its first purchase day, or since the earlier day that `since` names: a history
    shorter than the relationship must not make it younger.
    """
    began = base["first_purchase"]
    if "since" in base:
        began = pd.concat([began, pd.to_datetime(base["since"])], axis=1).min(axis=1).where(began.notna())
    return began < pd.Timestamp(when.p.end) - pd.DateOffset(years=years)


def table(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.rules`: rule, clients, revenue = Σ r(W1), all five rules; when the history does not reach W0 return,
    retain, standard and unknown. base: client frame with `rule`. Source: Lifecycle and the four rules."""
    listed = ("return", "retain", "standard", UNKNOWN) if when.lacks_w0 else RULES
    members = {rule: base.loc[base["rule"] == rule, "r1"] for rule in listed}
    return pd.DataFrame(
        {
            "rule": list(listed),
            "clients": [len(r) for r in members.values()],
            "revenue": [total(r) for r in members.values()],
        }
    )


def one_rule_each(base: pd.DataFrame) -> Check:
    """Every client with a purchase day up to the end of P is under exactly one rule."""
    bought, ruled = base["first_purchase"].notna(), base["rule"].notna()
    counts = base["rule"].value_counts()
    detail = " + ".join(f"{rule} {int(counts.get(rule, 0)):,}" for rule in (*RULES, UNKNOWN) if counts.get(rule, 0))
    return Check("one_rule_each", bool((bought == ruled).all()), f"{detail or 0} = {int(bought.sum()):,} clients")

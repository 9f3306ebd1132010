"""Classes of every client in both windows, as columns of the client frame.

Each function returns a new frame; `…0` is the class at the end of W0, by the rows up to it, `…1` at
the end of W1. Source: Structure, Migration.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics import abc, xyz
from portfolio_review.metrics.portfolio import coded
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Abc, Review, ValueStability, Xyz

GROUPS = ("constant_large", "unstable_large", "constant_small", "unstable_small")


def add_classes(
    base: pd.DataFrame, monthly: pd.DataFrame, series: pd.DataFrame, when: Windows, review: Review
) -> pd.DataFrame:
    """`base` with abc0, abc1, abc_fixed1, xyz0, xyz1, short0, short1, group0, group1.

    base: client frame; monthly, series: frames of the slice; review: its settings `abc`, `xyz`,
    `value_stability`. All classes are categorical, missing for a client not active in the window.
    """
    used = xyz.interval(series, when, review.xyz)
    classified = add_abc(base, review.abc)
    classified = add_xyz(classified, monthly, when, used, review.xyz)
    return add_groups(classified, review.value_stability)


def add_abc(base: pd.DataFrame, settings: Abc) -> pd.DataFrame:
    """`base` with abc0, abc1 and abc_fixed1, the class at W1 by the money limits of W0."""
    measure = abc.used(base, settings.measure)
    r0, r1 = base[f"{measure}0"].fillna(0.0), base[f"{measure}1"].fillna(0.0)
    abc0 = abc.classify(r0, base["active0"], settings.limits)
    return base.assign(
        abc0=abc0,
        abc1=abc.classify(r1, base["active1"], settings.limits),
        abc_fixed1=abc.classify_fixed(r1, base["active1"], abc.money_limits(r0, abc0)),
    )


def add_xyz(
    base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, used: xyz.Interval, settings: Xyz
) -> pd.DataFrame:
    """`base` with xyz0, xyz1, short0, short1, the same interval counted back from each window's end."""
    at0 = xyz.classify(monthly, base, when.w0, used, settings)
    at1 = xyz.classify(monthly, base, when.w1, used, settings)
    return base.assign(xyz0=at0["xyz"], xyz1=at1["xyz"], short0=at0["short"], short1=at1["short"])


def add_groups(base: pd.DataFrame, settings: ValueStability) -> pd.DataFrame:
    """`base` with group0, group1: large or small by ABC, constant or unstable by XYZ."""
    return base.assign(
        group0=group(base["abc0"], base["xyz0"], settings),
        group1=group(base["abc1"], base["xyz1"], settings),
    )


def group(value: pd.Series, stability: pd.Series, settings: ValueStability) -> pd.Series:
    """The group of each client from its ABC and XYZ class; missing where it has no ABC class."""
    large = value.isin(settings.large).to_numpy()
    constant = stability.isin(settings.constant).to_numpy()
    codes = np.where(large, 0, 2) + np.where(constant, 0, 1)
    return coded(np.where(value.notna(), codes, -1), GROUPS, value.index)

"""The points of the revenue × risk picture: nobody left out, money as in the matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.metrics import risk_points
from portfolio_review.metrics.risk_matrix import NO_A_CLIENT, QUADRANTS
from portfolio_review.review.model import Risk


def frame(sizes: list[float], seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    p = rng.random(len(sizes)).round(3)
    r = np.array(sizes, dtype=float)
    quadrant = np.where(r >= 500, np.where(p < 0.5, "large_risky", "large_safe"),
                        np.where(p < 0.5, "small_risky", "small_safe"))  # fmt: skip
    index = pd.Index([f"c{n:04d}" for n in range(len(sizes))], name="client_id")
    return pd.DataFrame(
        {
            "name": [f"Client {n}" for n in range(len(sizes))],
            "r1": r,
            "p_next": p,
            "at_risk": r.clip(0) * 0.25 * (1 - p),
            "quadrant": pd.Categorical(quadrant, categories=QUADRANTS),
        },
        index=index,
    )


def test_few_clients_stand_alone_most_at_risk_first() -> None:
    base = frame([100.0, 900.0, -5.0]).assign(at_risk=[5.0, 90.0, 0.0])
    found = risk_points.points(base)
    assert found["clients"].tolist() == [1, 1, 1]
    assert found["name"].tolist() == ["Client 1", "Client 0", "Client 2"]
    assert found["revenue"].tolist() == [900.0, 100.0, -5.0]


def test_clients_outside_the_quadrants_have_no_point() -> None:
    base = frame([100.0, 900.0])
    base.loc["c0001", "quadrant"] = None
    assert risk_points.points(base)["name"].tolist() == ["Client 0"]


@pytest.mark.parametrize("seed", range(6))
def test_many_clients_are_gathered_and_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.lognormal(5, 2.5, 200 + 150 * seed) * rng.choice([1.0, 1.0, 1.0, -1.0, 0.0], 200 + 150 * seed)
    base = frame(list(sizes), seed)
    found = risk_points.points(base)
    assert len(found) < len(base)
    assert found["name"].notna().sum() == risk_points.LARGEST
    sums = found.groupby("quadrant")[["clients", "revenue", "at_risk"]].sum()
    whole = base.groupby("quadrant", observed=True).agg(
        clients=("r1", "size"), revenue=("r1", "sum"), at_risk=("at_risk", "sum")
    )
    assert sums.to_numpy() == pytest.approx(whole.loc[sums.index].to_numpy(), rel=1e-9, abs=1e-6)


def test_the_order_of_clients_does_not_matter() -> None:
    base = frame([float(n % 17) * 97.3 for n in range(500)])
    shuffled = base.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(risk_points.points(base), risk_points.points(shuffled))


def test_thousands_of_clients_make_few_points() -> None:
    rng = np.random.default_rng(2)
    assert len(risk_points.points(frame(list(rng.lognormal(6, 2, 8000))))) < 700


def test_limits() -> None:
    base = frame([100.0, 900.0, 600.0]).assign(abc1=["C", "A", "A"])
    found = risk_points.limits(base, Risk(high_above=0.4))
    assert found["risk.large_from"].value == 600.0
    assert found["risk.risky_above"].value == 0.4
    assert risk_points.limits(base.assign(abc1="C"), Risk())["risk.large_from"].reason == NO_A_CLIENT


def test_columns_are_those_of_the_catalogue() -> None:
    names = [column.name for column in lookup("risk.matrix_points").columns]
    for count in (0, 3, 300):
        assert list(risk_points.points(frame([5.0] * count)).columns) == names


def test_groups_of_equal_money_stand_by_quadrant() -> None:
    # 300 small clients in two groups of the same money at risk; the first client belongs to the later group
    sizes = [900.0] * risk_points.LARGEST + [100.0] * 300
    base = frame(sizes)
    small = np.arange(len(base)) >= risk_points.LARGEST
    risky = small & (np.arange(len(base)) % 2 == 1)
    base["p_next"] = np.where(risky, 0.1, 0.9)
    base["quadrant"] = pd.Categorical(
        np.where(~small, "large_safe", np.where(risky, "small_risky", "small_safe")), categories=QUADRANTS
    )
    base["at_risk"] = np.where(small, 1.0, 50.0)
    grouped = risk_points.points(base)
    grouped = grouped[grouped["name"].isna()]
    assert grouped["quadrant"].astype(str).tolist() == ["small_risky", "small_safe"]


def test_amounts_below_one_are_gathered_by_their_own_size() -> None:
    rest = pd.DataFrame({"r1": [0.9, 0.002, 0.0], "p_next": 0.5, "quadrant": "small_safe", "at_risk": 0.0})
    assert len(risk_points._gathered(rest)) == 3

"""Chances and expected revenue at given parameters against plain Python that shares no code with them.

Written from the formulas alone, day by day over the rows of random portfolios; no numpy.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math

import pandas as pd
import pytest
from clocks import month, of_rows, random_rows

from portfolio_review.metrics import expected, recency_chain
from portfolio_review.metrics.blend import Blend
from portfolio_review.metrics.recency_chain import Chain
from portfolio_review.metrics.rhythm import Rhythm
from portfolio_review.metrics.two_clocks import TwoClocks

PARAMETERS = [
    (1, 0.7, 6.0, 0.4, 2.0, (0.1, 0.4, 0.6)),
    (3, 1.4, 9.0, 0.2, 3.5, (-0.3, 0.2, 0.8)),
    (6, 0.5, 3.0, 1.1, 1.2, (0.0, 1.1, -0.1)),
]
Days = dict[str, list[dt.date]]


def likelihood_by_hand(k: int, r: float, alpha: float, a: float, b: float, x: float, t_x: float, T: float) -> float:
    """ln ℓ without (k − 1)·L, term by term with logarithms of the Beta and Gamma functions."""

    def ln_beta(one: float, other: float) -> float:
        return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)

    terms = [ln_beta(a + 1, b + x) - ln_beta(a, b) + math.lgamma(r + k * x) - (r + k * x) * math.log(alpha + t_x)]
    for j in range(k):
        power = 0.0 if j == 0 else (j * math.log(T - t_x) if t_x < T else -math.inf)
        terms.append(
            ln_beta(a, b + x + 1) - ln_beta(a, b) + power - math.lgamma(j + 1) + math.lgamma(r + k * x + j)
            - (r + k * x + j) * math.log(alpha + T)
        )  # fmt: skip
    top = max(terms)
    whole = top + math.log(math.fsum(math.exp(term - top) for term in terms))
    return -x * math.lgamma(k) + r * math.log(alpha) - math.lgamma(r) + whole


def index_of(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def last_day(index: int) -> dt.date:
    year, number = divmod(index, 12)
    return dt.date(year, number + 1, calendar.monthrange(year, number + 1)[1])


def plain_chain(days: Days, at: int, horizon: int) -> list[float]:
    """The chance of each silence from 0 on."""
    cases: dict[int, int] = {}
    hits: dict[int, int] = {}
    for of_client in days.values():
        bought = sorted({index_of(day) for day in of_client if index_of(day) <= at})
        for end in range(bought[0] if bought else at, at - horizon + 1):
            silence = end - max(m for m in bought if m <= end)
            cases[silence] = cases.get(silence, 0) + 1
            hits[silence] = hits.get(silence, 0) + any(end < m <= end + horizon for m in bought)
    length = max(cases) + 1
    groups: list[list[int]] = []
    waiting: list[int] = []
    for silence in range(length - 1, -1, -1):
        waiting.append(silence)
        if sum(cases.get(k, 0) for k in waiting) >= 10:
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1] += waiting
    elif waiting:
        groups.append(waiting)
    blocks = []  # from the shortest on: members, cases, hits; neighbours that rise are pooled
    for group in reversed(groups):
        blocks.append((group, sum(cases.get(k, 0) for k in group), sum(hits.get(k, 0) for k in group)))
        while len(blocks) > 1 and blocks[-1][2] * blocks[-2][1] > blocks[-2][2] * blocks[-1][1]:
            one, other = blocks[-2:]
            blocks[-2:] = [(one[0] + other[0], one[1] + other[1], one[2] + other[2])]
    chance = {k: hits_ / cases_ for members, cases_, hits_ in blocks for k in members}
    return [min(max(chance[k], 0.003), 0.997) for k in range(length)]


def plain_p(
    days: Days, at: int, horizon: int, parameters: tuple[float, ...], blend: tuple[float, ...]
) -> dict[str, float]:
    """p of each client that bought by the end of the month `at`."""
    k, r, alpha, a, b = parameters
    chain = plain_chain(days, at, horizon)
    weeks = (last_day(at + horizon) - last_day(at)).days / 7
    found = {}
    for client, of_client in days.items():
        past = [day for day in of_client if day <= last_day(at)]
        if not past:
            continue
        x, t_x, T = len(past) - 1, (past[-1] - past[0]).days / 7, (last_day(at) - past[0]).days / 7
        now, later = (likelihood_by_hand(int(k), r, alpha, a, b, x, t_x, age) for age in (T, T + weeks))
        m = min(max(1 - math.exp(later - now), 1e-4), 1 - 1e-4)
        silence = at - index_of(past[-1])
        c = chain[min(silence, len(chain) - 1)]
        eta = blend[0] + blend[1] * math.log(c / (1 - c)) + blend[2] * math.log(m / (1 - m))
        found[client] = 1 / (1 + math.exp(-eta))
    return found


def plain_expected(rows: pd.DataFrame, days: Days, at: int, horizon: int, p: dict[str, float]) -> dict[str, float]:
    """E of the horizon's months."""
    found = {}
    for client, chance in p.items():
        bought = {index_of(day) for day in days[client] if index_of(day) <= at}
        money = [(index_of(day), amount) for c, day, amount in rows.itertuples(index=False) if c == client]
        year = max(round(sum(amount for m, amount in money if at - 12 < m <= at), 6), 0.0)
        life = at - min(bought) + 1
        if not any(m > at - 12 for m in bought):
            whole = max(round(sum(amount for m, amount in money if m <= at), 6), 0.0)
            found[client] = chance * whole / len(bought)
            continue
        ends = [end for end in range(at - 11, at + 1) if end >= min(bought)]
        q = sum(any(end - horizon < m <= end for m in bought) for end in ends) / len(ends)
        found[client] = year * horizon / max(min(life, 12), horizon) * min(chance / q, 1)
    return found


def plain_expected_12(rows: pd.DataFrame, days: Days, at: int, p12: dict[str, float]) -> dict[str, float]:
    found = {}
    for client, chance in p12.items():
        bought = {index_of(day) for day in days[client] if index_of(day) <= at}
        money = [(index_of(day), amount) for c, day, amount in rows.itertuples(index=False) if c == client]
        if any(m > at - 12 for m in bought):
            found[client] = chance * max(round(sum(amount for m, amount in money if at - 12 < m <= at), 6), 0.0)
        else:
            found[client] = chance * max(round(sum(amount for m, amount in money if m <= at), 6), 0.0) / len(bought)
    return found


@pytest.mark.parametrize("seed", range(100))
def test_random_portfolios(seed: int) -> None:
    rows = random_rows(seed, clients=12 + seed % 20)
    made, at = of_rows(rows), month("2021-12")
    plain_rows = rows.assign(date=rows["date"].dt.date)[["client_id", "date", "revenue"]]
    days = {
        client: sorted({day for c, day, amount in plain_rows.itertuples(index=False) if c == client and amount > 0})
        for client in made.clients["client_id"]
    }
    known = {client: of for client, of in days.items() if of[0] <= at.last}
    k, r, alpha, a, b, weights = PARAMETERS[seed % len(PARAMETERS)]
    fits, p = made.fits, {}
    for horizon in (3, 12):
        chain = recency_chain.learn(made.history, at, horizon)
        assert isinstance(chain, Chain)
        # outcomes after the month asked are not known to the chain: they stay out of both
        upto = {client: [day for day in of if day <= at.last] for client, of in known.items()}
        assert chain.of(chain.table()["silence"].to_numpy()).tolist() == pytest.approx(
            plain_chain(upto, at.index, horizon), rel=1e-12
        )
        model = TwoClocks(at, horizon, Rhythm(k, r, alpha, a, b), chain, Blend(*weights))
        p[horizon] = model.chance(fits.known(at))
        by_hand = plain_p(upto, at.index, horizon, (k, r, alpha, a, b), weights)
        assert p[horizon].tolist() == pytest.approx([by_hand[client] for client in sorted(by_hand)], abs=1e-9)
    p12 = [max(one, other) for one, other in zip(p[3], p[12], strict=True)]
    ids = sorted(known)
    of_horizon = expected.of_horizon(fits, made.earnings, at, 3, p[3])
    by_hand = plain_expected(plain_rows, known, at.index, 3, dict(zip(ids, p[3].tolist(), strict=True)))
    assert of_horizon.tolist() == pytest.approx([by_hand[client] for client in ids], rel=1e-9, abs=1e-9)
    of_year = expected.of_year(fits, made.earnings, at, pd.Series(p12).to_numpy())
    by_hand = plain_expected_12(plain_rows, known, at.index, dict(zip(ids, p12, strict=True)))
    assert of_year.tolist() == pytest.approx([by_hand[client] for client in ids], rel=1e-9, abs=1e-9)


def test_the_plain_chain_pools_as_by_hand() -> None:
    # ten clients buy in January and March; a month ahead, at the ends of January and March (silent 0) none bought, at
    # that of February (silent 1) all did: 0 of 20, then 10 of 10 rises and is pooled
    days = {f"c{n}": [dt.date(2021, 1, 5), dt.date(2021, 3, 5)] for n in range(10)}
    assert plain_chain(days, index_of(dt.date(2021, 4, 1)), 1) == pytest.approx([1 / 3, 1 / 3])

"""200 random portfolios, 40 of them every day: every figure equals the plain computation beside it (`plain.Plain`), to the cent."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pandas as pd
import pytest
from plain import Plain, Row, month
from portfolios import Portfolio, build

from portfolio_review.figure import Figure
from portfolio_review.metrics import (
    concentration,
    drivers,
    headline,
    leavers,
    movement,
    retention,
    structure,
)

BATCH = 20
EVERY_DAY = range(2)
ALL = range(10)


def random_rows(seed: int) -> list[Row]:
    """Clients of different habits over 14 to 40 months, with refunds, zero rows and rows of one day."""
    dice = random.Random(seed)
    months, with_orders = dice.randint(14, 40), dice.random() < 0.7
    start = dt.date(2019, dice.randint(1, 12), 1)
    rows: list[Row] = []
    for number in range(dice.randint(3, 25)):
        client, every = f"c{number:02d}", dice.choice([9, 20, 40, 75, 150, 400])
        day = start + dt.timedelta(days=dice.randint(0, months * 30 - 1))
        until = start + dt.timedelta(days=dice.randint(0, months * 30))
        while day <= until:
            order = f"o{len(rows)}" if with_orders else None
            for _ in range(dice.randint(1, 2)):
                amount = dice.choice([dice.randint(1, 900) / 4, float(dice.randint(1, 5) * 10), dice.random() * 50])
                if dice.random() < 0.12:
                    amount = -amount if dice.random() < 0.7 else 0.0
                rows.append((client, day, amount, order))
            day += dt.timedelta(days=dice.randint(0, 2 * every))
        if dice.random() < 0.1:
            rows.append((client, min(day, until), -25.0, None))
    return rows or [("c00", start, 10.0, None)]


def plain_of(seed: int) -> tuple[Plain, str]:
    """The rows of a seed reviewed in plain Python, and the text of their period."""
    rows, dice = random_rows(seed), random.Random(-seed)
    last = max(month(day) for _, day, _, _ in rows)
    window = dice.choice([3, 6, 9, 12])
    if dice.random() < 0.5:
        return Plain(rows, last, 1, window), f"{last // 12}-{last % 12 + 1:02d}"
    return Plain(rows, last // 3 * 3 + 2, 3, window), f"{last // 12}-Q{last % 12 // 3 + 1}"


def both(seed: int) -> tuple[Portfolio, Plain]:
    plain, period = plain_of(seed)
    frame = pd.DataFrame(plain.rows, columns=["client_id", "date", "revenue", "order_id"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame["order_id"] = frame["order_id"].astype("str").where(frame["order_id"].notna())
    return build(frame, period, window_months=plain.window), plain


def same(figure: Figure, expected: float | int | None, name: str) -> None:
    if expected is None:
        assert figure.value is None, name
        assert figure.reason, name
    else:
        assert figure.value == pytest.approx(expected, rel=1e-9, abs=2e-5), name


@pytest.mark.parametrize(
    "batch", [pytest.param(batch, marks=() if batch in EVERY_DAY else pytest.mark.long) for batch in ALL]
)
def test_figures_equal_the_plain_computation(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        made, plain = both(seed)
        base = made.base()
        compare_headline(made, plain, base)
        compare_structure(made, plain, base)
        if plain.fits(plain.w0[0]):
            compare_movement(made, plain, base)
            compare_retention(made, plain, base)


def compare_headline(made: Portfolio, plain: Plain, base: pd.DataFrame) -> None:
    figures = headline.figures(made.totals, made.monthly, made.when)
    figures |= headline.split_figures(base, made.monthly, made.when)
    figures |= leavers.figures(base, made.monthly, made.gaps, made.when, made.review.xyz)
    for name, expected in plain.headline().items():
        same(figures[f"headline.{name}"], expected, name)


def compare_structure(made: Portfolio, plain: Plain, base: pd.DataFrame) -> None:
    figures = structure.figures(base, made.monthly, made.when)
    assert figures["structure.clients"].value == len(plain.active(plain.w1))
    assert base["abc1"].dropna().astype(str).to_dict() == plain.abc(plain.w1)
    assert base["xyz1"].dropna().astype(str).to_dict() == plain.xyz(plain.w1)
    if any(value > 0 for value in plain.r(plain.w1).values()):
        shares = concentration.figures(base, made.monthly, made.when)
        for name, expected in plain.concentration().items():
            same(shares[f"structure.{name}"], expected, name)


def compare_movement(made: Portfolio, plain: Plain, base: pd.DataFrame) -> None:
    assert base["state"].dropna().astype(str).to_dict() == plain.states()
    assert base["stage"].dropna().astype(str).to_dict() == plain.stages()
    assert base["abc0"].dropna().astype(str).to_dict() == plain.abc(plain.w0)
    assert base["xyz0"].dropna().astype(str).to_dict() == plain.xyz(plain.w0)
    assert base["abc_fixed1"].dropna().astype(str).to_dict() == plain.abc_fixed(plain.w0, plain.w1)
    bridge = movement.bridge_figures(base, made.when)
    for step, expected in plain.bridge().items():
        same(bridge[f"bridge.{step}"], expected, step)
    moved = movement.figures(base, made.when)
    assert moved["movement.gone_quiet_clients"].value == len(plain.quiet())
    effects = drivers.figures(base, made.totals, made.when)
    for prefix, reading in (("", "orders"), ("loyalty_", "months")):
        expected_effects = plain.effects(reading) or (None, None, None)
        for factor, expected_effect in zip("nvl", expected_effects, strict=True):
            same(effects[f"drivers.{prefix}{factor}_effect"], expected_effect, factor)


def compare_retention(made: Portfolio, plain: Plain, base: pd.DataFrame) -> None:
    figures = retention.figures(base, made.monthly, made.when) | retention.point_value(base, made.when)
    figures["retention.still_buying_rate"] = retention.still_buying(base, made.when)
    figures["retention.kept_at_end_rate"] = retention.kept_at_end(base, made.when)
    for name, expected in plain.retention().items():
        same(figures[f"retention.{name}"], expected, name)


def test_the_random_portfolios_hold_every_case() -> None:
    states, stages, classes = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(len(EVERY_DAY) * BATCH):
        plain, _ = plain_of(seed)
        if plain.fits(plain.w0[0]):
            states.update(plain.states().values())
            stages.update(plain.stages().values())
            classes.update(plain.abc(plain.w1).values())
            classes.update(plain.xyz(plain.w1).values())
    assert set(states) == set(movement.STATES)
    assert len(stages) == 7
    assert set(classes) == set("ABCXYZ") | {"none"}

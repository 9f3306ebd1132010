"""Tables, survival and rules of random portfolios equal the plain computation beside them (`plain_more.PlainMore`)."""

from __future__ import annotations

import pandas as pd
import pytest
from plain_more import PlainMore
from portfolios import Portfolio
from test_against_plain import both, same

from portfolio_review.metrics import (
    cohorts,
    drivers,
    early_decline,
    leavers,
    migration,
    migration_trend,
    newcomers,
    retention_segments,
    rfm,
    rules,
    survival,
    xyz,
)

SEEDS = 20
MANY = 200


def more(seed: int) -> tuple[Portfolio, PlainMore]:
    made, plain = both(seed)
    return made, PlainMore(plain.rows, plain.end, plain.length, plain.window)


@pytest.mark.parametrize(
    "seeds", [range(SEEDS), pytest.param(range(SEEDS, MANY), marks=pytest.mark.long)], ids=["some", "many"]
)
def test_tables_equal_the_plain_computation(seeds: range) -> None:
    for seed in seeds:
        made, plain = more(seed)
        base = made.base()
        compare_structure(made, plain, base)
        compare_lives(made, plain, base)
        if plain.fits(plain.w0[0]):
            compare_movement(made, plain, base)


def compare_structure(made: Portfolio, plain: PlainMore, base: pd.DataFrame) -> None:
    table = rfm.table(rfm.add_rfm(base, made.when))
    cells = {tuple(row[:3]): tuple(row[3:]) for row in table.itertuples(index=False, name=None)}
    expected = plain.rfm()
    assert {key: count for key, (count, _) in cells.items()} == {key: count for key, (count, _) in expected.items()}
    for key, (_, money) in expected.items():
        assert cells[key][1] == pytest.approx(money, abs=1e-5)
    assert base["group1"].dropna().astype(str).to_dict() == plain.groups(plain.w1)


def compare_lives(made: Portfolio, plain: PlainMore, base: pd.DataFrame) -> None:
    found = survival.figures(survival.lives(base, made.when))
    assert found["retention.survival_n"].value == len(plain.lives())
    for days in (90, 180, 365):
        same(found[f"retention.survival_{days}"], plain.survival(days), f"survival {days}")
    again = newcomers.second_purchase(base, made.when)["retention.second_purchase_180"]
    same(again, plain.second_purchase(), "second purchase")
    for length, make in ((1, cohorts.cohorts), (3, cohorts.cohorts_quarter)):
        table = make(made.monthly, base, made.when)
        table = table[table["clients"] > 0]
        index = [_step(label, length) for label in table["cohort"]]
        cells = dict(zip(zip(index, table["age"], strict=True), table.to_dict("records"), strict=True))
        expected = plain.cohorts(length)
        assert set(cells) == set(expected)
        for cell, (size, clients, money) in expected.items():
            assert (cells[cell]["size"], cells[cell]["clients"]) == (size, clients)
            assert cells[cell]["revenue"] == pytest.approx(money, abs=1e-5)


def _step(label: str, length: int) -> int:
    year, part = int(label[:4]), int(label[-1] if length == 3 else label[5:])
    return year * (12 // length) + part - 1


def compare_movement(made: Portfolio, plain: PlainMore, base: pd.DataFrame) -> None:
    when = made.when
    for scheme in (migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY):
        table = migration.matrix(base, scheme, when)
        if table.empty:
            continue
        counts = {(row[0], row[1]): row[2] for row in table.itertuples(index=False, name=None) if row[2]}
        assert counts == dict(plain.migration(scheme.name)), scheme.name
    for name, scheme in (("abc", migration.ABC), ("xyz", migration.XYZ)):
        moved = migration.figures(base, scheme, when)
        assert tuple(moved[f"migration.{name}.{way}"].value for way in ("up", "down", "stay")) == plain.moves(name)
    compare_trends(made, plain, base)
    ruled = rules.add_rules(
        early_decline.add_early_decline(base, made.monthly, when), made.monthly, when, made.review.abc
    )
    assert ruled["rule"].dropna().astype(str).to_dict() == plain.rules()
    left = leavers.figures(base, made.monthly, made.gaps, when, made.review.xyz)
    regular = plain.lapsed_regular() or (None, None)
    same(left["headline.lapsed_regular_clients"], regular[0], "lapsed regular")
    same(left["headline.lapsed_regular_revenue"], regular[1], "lapsed regular revenue")
    effects, expected_effects = drivers.figures(base, made.totals, when), plain.client_effects()
    for name in ("new", "returned", "lost"):
        value = None if expected_effects is None else expected_effects[name]
        same(effects[f"drivers.{name}_effect"], value, f"{name} effect")


def compare_trends(made: Portfolio, plain: PlainMore, base: pd.DataFrame) -> None:
    kept = retention_segments.trend(made.monthly, base.index, made.when)
    for row, expected in zip(kept.itertuples(), plain.trend().values(), strict=True):
        assert (row.rate if row.n else None, row.n) == pytest.approx(expected)
    used = xyz.interval(made.gaps.series, made.when, made.review.xyz)
    sliding = migration_trend.Sliding(made.monthly, base, used, made.review)
    for scheme in (migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY):
        table = migration_trend.trend(sliding, scheme, made.when)
        for row, expected in zip(table.itertuples(), plain.trend(scheme.name).values(), strict=True):
            assert (row.rate if row.n else None, row.n) == pytest.approx(expected), scheme.name

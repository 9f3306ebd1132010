"""Quadrants, verdicts and advice by hand."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from outlooks import outlook
from portfolios import build, monthly_rows, rows, settings

from portfolio_review.catalog import WORDS
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import risk_matrix
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.risk import weighted_risk
from portfolio_review.metrics.risk_matrix import QUADRANTS, Level
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

ABC = ["A", "B", "C", "none"]
WHEN = build(rows(("a", "2019-01-05", 1.0), ("a", "2021-12-30", 1.0)), "2021-12").when


def frame() -> pd.DataFrame:
    """Six clients: r(W1) and chances now, r(W0) and chances at W0's end."""
    lines = [
        # id, r1, class, p_next, r0, class then, p then
        ("big", 100.0, "A", 0.9, 80.0, "A", 0.9),
        ("edge", 60.0, "A", 0.5, 80.0, "A", 0.4),
        ("mid", 59.0, "B", 0.4, 20.0, "B", 0.9),
        ("tiny", 1.0, "C", 0.95, 0.0, None, 0.1),
        ("back", -5.0, "none", 0.1, 10.0, "C", 0.9),
        ("gone", 0.0, None, 0.0, 5.0, "C", 0.9),
    ]
    base = pd.DataFrame(lines, columns=["id", "r1", "abc1", "p_next", "r0", "abc0", "then"]).set_index("id")
    for end in "01":
        base[f"abc{end}"] = pd.Categorical(base[f"abc{end}"], categories=ABC, ordered=True)
        base[f"active{end}"] = base[f"abc{end}"].notna()
    return base.assign(at_risk=base["r1"] * 0.25 * (1 - base["p_next"]))


def at_w0(base: pd.DataFrame) -> dict[str, tuple[Windows, Forecast]]:
    by_client = pd.DataFrame({"p_next": base["then"]})
    return {"window_previous": (WHEN.back(12), Forecast("chain", WHEN.w0.last, by_client))}


def quadrants(**changes: object) -> pd.DataFrame:
    base = frame()
    return risk_matrix.add_quadrants(base, at_w0(base), Risk.model_validate(changes))


def test_quadrants() -> None:
    base = quadrants()
    # large from the smallest A client's 60 on; risky above 1 − p = 0.5: `edge` is not
    assert base["quadrant"].astype(object).where(base["quadrant"].notna(), None).to_dict() == {
        "big": "large_safe", "edge": "large_safe", "mid": "small_risky", "tiny": "small_safe", "back": "small_risky",
        "gone": None,
    }  # fmt: skip
    assert quadrants(high_above=0.4)["quadrant"]["edge"] == "large_risky"
    # at W0's end the smallest A client had 80
    assert base["quadrant0"].dropna().to_dict() == {
        "big": "large_safe", "edge": "large_risky", "mid": "small_safe", "back": "small_safe", "gone": "small_safe"
    }  # fmt: skip


def test_the_table() -> None:
    table = risk_matrix.table(quadrants()).set_index("quadrant")
    assert tuple(table.index) == QUADRANTS
    assert table["clients"].tolist() == [2, 0, 1, 2]
    assert table["revenue"].tolist() == [160, 0, 1, 54]
    assert table["clients_w0"].tolist() == [1, 1, 3, 0]
    assert table["revenue_w0"].tolist() == [80, 80, 35, 0]


def test_without_w0_its_columns_are_empty() -> None:
    base = risk_matrix.add_quadrants(frame(), {}, Risk())
    table = risk_matrix.table(base)
    assert table[["clients_w0", "revenue_w0"]].isna().all(axis=None)
    assert table["clients"].sum() == 5


def test_without_a_model_there_is_no_matrix() -> None:
    base = risk_matrix.add_quadrants(frame().assign(p_next=np.nan), {}, Risk())
    assert base["quadrant"].isna().all()
    assert risk_matrix.table(base).empty


def test_without_an_a_client_there_is_no_matrix() -> None:
    base = frame().assign(abc1=pd.Categorical([None] * 6, categories=ABC, ordered=True))
    assert risk_matrix.table(risk_matrix.add_quadrants(base, {}, Risk())).empty


def words(
    level: Level, weighted: float | None = 0.3, aim: str = "hold", base: pd.DataFrame | None = None, **risk: object
) -> dict[str, Figure]:
    review = settings(strategy={"aim": aim}, risk=risk)
    of_risk = undefined("no model") if weighted is None else Figure(value=weighted)
    made = quadrants() if base is None else base
    found = risk_matrix.figures(made, level, of_risk, at_w0(frame()), review, WHEN)
    return {id.removeprefix("risk."): figure for id, figure in found.items()}


@pytest.mark.parametrize(
    ("per_client", "weighted", "verdict", "advice", "to_grow"),
    [
        # §8: the four verdicts and their advice; limits belong to the high side
        (99.0, 0.24, "low_revenue_low_risk", "take_larger_clients", "take_larger_clients"),
        (100.0, 0.25, "high_revenue_high_risk", "look_for_low_risk", "look_for_low_risk"),
        (99.0, 0.25, "low_revenue_high_risk", "build_low_risk_base", "build_low_risk_base"),
        (100.0, 0.24, "high_revenue_low_risk", "keep", "raise_risk"),
    ],
)
def test_verdict_and_advice(per_client: float, weighted: float, verdict: str, advice: str, to_grow: str) -> None:
    level = Level(Figure(value=per_client), "north", target=100.0)
    for aim, expected in (("hold", advice), ("reduce_risk", advice), ("grow", to_grow)):
        found = words(level, weighted, aim)
        assert (found["verdict"].value, found["advice"].value) == (verdict, expected)
        assert found["reference_revenue_per_client"].value == 100.0


def test_the_limit_of_risk_is_set_in_the_review_file() -> None:
    level = Level(Figure(value=100.0), "north", target=100.0)
    assert words(level, 0.3, portfolio_high=0.31)["verdict"].value == "high_revenue_low_risk"


def test_a_unit_without_a_target_is_held_against_the_company() -> None:
    found = words(Level(Figure(value=120.0), "north", of_company=100.0))
    assert found["reference_revenue_per_client"].value == 100.0
    assert found["verdict"].value == "high_revenue_high_risk"
    # its own target comes first
    assert words(Level(Figure(value=120.0), "north", 130.0, 100.0))["verdict"].value == "low_revenue_high_risk"
    assert words(Level(Figure(value=120.0), "north"))["verdict"].reason == risk_matrix.UNIT_WITHOUT_BASE


def test_the_company_has_a_verdict_by_its_target_only() -> None:
    found = words(Level(Figure(value=120.0), "all", of_company=100.0))
    for id in ("reference_revenue_per_client", "verdict", "advice"):
        assert found[id].reason == risk_matrix.COMPANY_WITHOUT_TARGET
    # where most clients are, and where it moves: `big` and `edge` against `mid` and `back`, by money
    assert found["main_quadrant"].value == "large_safe"
    assert found["main_quadrant_w0"].value == "small_safe"
    assert words(Level(Figure(value=120.0), "all", 110.0))["verdict"].value == "high_revenue_high_risk"


def test_the_direction_since_w0() -> None:
    level = Level(Figure(value=1.0), "all")
    # revenue per active client: 215 / 5 = 43 against 195 / 5 = 39; risk at W0's end:
    # (80 · 0.1 + 80 · 0.6 + 20 · 0.1 + 10 · 0.1 + 5 · 0.1) / 195 = 0.305
    assert words(level, 0.31)["direction"].value == "more_revenue_more_risk"
    assert words(level, 0.30)["direction"].value == "more_revenue_less_risk"
    poorer = quadrants().assign(r1=lambda base: base["r1"] * 0.9)
    assert words(level, 0.31, base=poorer)["direction"].value == "less_revenue_more_risk"
    assert words(level, 0.30, base=poorer)["direction"].value == "less_revenue_less_risk"


def test_what_does_not_change_is_no_better_and_no_worse() -> None:
    level = Level(Figure(value=1.0), "all")
    as_before = quadrants().assign(r1=lambda base: base["r0"], active1=lambda base: base["active0"])
    risk_then = weighted_risk(as_before["r0"], as_before["p_next0"])
    assert words(level, risk_then, base=as_before)["direction"].value == "same_revenue_same_risk"
    assert words(level, 0.31, base=as_before)["direction"].value == "same_revenue_more_risk"
    # nobody was at risk then and nobody is now
    safe = quadrants().assign(p_next0=1.0)
    assert words(level, 0.0, base=safe)["direction"].value == "more_revenue_same_risk"


def test_reasons_why_not() -> None:
    level = Level(undefined("no active client in P"), "north", 100.0)
    assert words(level)["verdict"].reason == "no active client in P"
    found = words(Level(Figure(value=1.0), "north", 1.0), None)
    assert {found[id].reason for id in ("verdict", "advice", "direction")} == {"no model"}
    nobody = quadrants().assign(quadrant0=None, p_next0=np.nan, active0=False)
    assert words(level, base=nobody)["main_quadrant_w0"].reason == "no active client in W0"


def test_a_history_without_w0() -> None:
    lines = rows(*(line for n in range(40) for line in monthly_rows(f"c{n:02d}", "2021-01", [10.0 + n] * (2 + n % 11))))
    found = outlook(build(lines, "2021-12", history_start=dt.date(2021, 1, 1), data_until=dt.date(2021, 12, 31)))
    for id in ("risk.main_quadrant_w0", "risk.direction"):
        assert found.figures[id].reason == "history starts 2021-01, needs 2020-01"
    assert found.figures["risk.main_quadrant"].value in QUADRANTS


def test_nobody_in_w0() -> None:
    lines = rows(
        ("x", "2018-05-01", 5.0),
        *(line for n in range(40) for line in monthly_rows(f"c{n:02d}", "2021-01", [10.0 + n] * (2 + n % 11))),
    )
    found = outlook(build(lines, "2021-12", data_until=dt.date(2021, 12, 31)))
    assert found.figures["risk.main_quadrant_w0"].reason == "no active client in W0"


def test_every_word_is_in_the_catalogue() -> None:
    said = [*QUADRANTS, *risk_matrix.VERDICTS.values(), *risk_matrix.GROW_ADVICE.values(), *risk_matrix.ADVICE.values()]
    said += [f"{revenue}_{risk}" for revenue in risk_matrix.REVENUE_MOVES for risk in risk_matrix.RISK_MOVES]
    assert [word for word in said if word not in WORDS] == []
    assert len(set(itertools.chain(risk_matrix.VERDICTS.values()))) == 4

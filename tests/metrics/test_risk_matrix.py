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
from portfolio_review.metrics.risk_matrix import QUADRANTS, Level
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

ABC = ["A", "B", "C", "none"]
WHEN = build(rows(("a", "2019-01-05", 1.0), ("a", "2021-12-30", 1.0)), "2021-12").when


def frame() -> pd.DataFrame:
    """Six clients: r(W1) and chances now, r(W0) and chances at W0's end."""
    lines = [
        # id, r1, class, p_next, r0, class then, p then
        # of `back` and `gone` below: `gone` is lapsed at W1's end, `tiny` not yet known at W0's
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
    base["client1"], base["client0"] = base.index != "gone", base.index != "tiny"
    base["lapsed"] = ~base["client1"]
    return base.assign(at_risk=(base["r1"].clip(lower=0) * 0.25 * (1 - base["p_next"])).where(base["client1"]))


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
    """The figures, by the weighted risk alone: `big` holds more than a quarter, so one client is taken out."""
    review = settings(strategy={"aim": aim}, risk=risk)
    of_risk = undefined("no model") if weighted is None else Figure(value=weighted)
    made = quadrants() if base is None else base
    risks = risk_matrix.risk_level(made, of_risk, review.risk)
    risks = risks[risks["criterion"] == "weighted_risk"]
    found = risk_matrix.figures(made, level, risks, of_risk, at_w0(frame()), review, WHEN)
    return {id.removeprefix("risk."): figure for id, figure in found.items()}


# r(W1) of all over the five active: 215 / 5
PER_CLIENT = 43.0


@pytest.mark.parametrize(
    ("target", "weighted", "verdict", "advice"),
    [
        # metrics.md §8: the four verdicts and their advice, by aim: grow, hold, reduce_risk; limits are of the high side
        (43.1, 0.24, "low_revenue_low_risk", ("take_larger_clients", "take_larger_clients", "grow_at_low_risk")),
        (43.0, 0.25, "high_revenue_high_risk", ("look_for_low_risk",) * 3),
        (43.1, 0.25, "low_revenue_high_risk", ("build_low_risk_base",) * 3),
        (43.0, 0.24, "high_revenue_low_risk", ("raise_risk", "keep", "keep")),
    ],
)
def test_verdict_and_advice(target: float, weighted: float, verdict: str, advice: tuple[str, str, str]) -> None:
    for aim, expected in zip(("grow", "hold", "reduce_risk"), advice, strict=True):
        found = words(Level("north", target), weighted, aim)
        assert (found["verdict"].value, found["advice"].value) == (verdict, expected)
        assert found["reference_revenue_per_client"].value == target
        assert found["revenue_per_client"].value == PER_CLIENT


def test_what_makes_the_risk_high() -> None:
    base = quadrants().assign(exposed=[True, False, False, False, True, True], name=["Big", *[None] * 5])
    found = risk_matrix.risk_level(base, Figure(value=0.2), Risk()).set_index("criterion")
    # of Σ max(r(W1), 0) = 220: big 100; of exposed big alone has positive revenue
    assert found["share"].to_dict() == pytest.approx(
        {"weighted_risk": 0.2, "one_client": 100 / 220, "exposed": 100 / 220}
    )
    assert found["over_limit"].to_dict() == {"weighted_risk": False, "one_client": True, "exposed": True}
    assert found.loc["one_client", ["client_id", "name"]].tolist() == ["big", "Big"]
    # the limits themselves are high; equal clients: the first id is named
    even = pd.DataFrame({"r1": [25.0, 25.0, 25.0, 25.0], "exposed": [True, False, False, False]}, index=list("dcba"))
    at_limit = risk_matrix.risk_level(even, Figure(value=0.25), Risk()).set_index("criterion")
    assert at_limit["over_limit"].to_dict() == {"weighted_risk": True, "one_client": True, "exposed": False}
    assert at_limit.loc["one_client", "client_id"] == "a"
    assert bool(risk_matrix.risk_level(even.assign(exposed=[True, True, False, False]), Figure(value=0.0), Risk())[
        "over_limit"].iloc[2])  # fmt: skip


def test_any_of_them_makes_the_verdict() -> None:
    review, base = settings(), quadrants()
    risks = risk_matrix.risk_level(base, Figure(value=0.1), review.risk)
    assert risks["over_limit"].tolist() == [False, True, False]
    found = risk_matrix.figures(base, Level("north", 43.0), risks, Figure(value=0.1), at_w0(frame()), review, WHEN)
    assert found["risk.verdict"].value == "high_revenue_high_risk"


def test_what_is_not_known_is_no_reason() -> None:
    nothing = risk_matrix.risk_level(frame().assign(r1=0.0), undefined("no model"), Risk())
    assert nothing["share"].isna().all()
    assert not nothing["over_limit"].any()


def test_the_limit_of_risk_is_set_in_the_review_file() -> None:
    level = Level("north", target=43.0)
    assert words(level, 0.3, portfolio_high=0.31)["verdict"].value == "high_revenue_low_risk"


def test_a_unit_without_a_target_is_held_against_the_company() -> None:
    found = words(Level("north", of_company=40.0))
    assert found["reference_revenue_per_client"].value == 40.0
    assert found["verdict"].value == "high_revenue_high_risk"
    # its own target comes first
    assert words(Level("north", 50.0, 40.0))["verdict"].value == "low_revenue_high_risk"
    assert words(Level("north"))["verdict"].reason == risk_matrix.UNIT_WITHOUT_BASE


def test_the_company_has_a_verdict_by_its_target_only() -> None:
    found = words(Level("all", of_company=40.0))
    for id in ("reference_revenue_per_client", "verdict", "advice"):
        assert found[id].reason == risk_matrix.COMPANY_WITHOUT_TARGET
    # where most clients are, and where it moves: `big` and `edge` against `mid` and `back`, by money
    assert found["main_quadrant"].value == "large_safe"
    assert found["main_quadrant_w0"].value == "small_safe"
    assert words(Level("all", 40.0))["verdict"].value == "high_revenue_high_risk"


def moved(r0: float, r1: float, then: list[float], now: list[float]) -> Figure:
    """The direction of sixty clients alike in revenue, whose chances go round."""
    index = [f"c{n:02d}" for n in range(60)]
    base = pd.DataFrame({"r0": r0, "r1": r1, "active0": True, "active1": True, "client0": True, "client1": True}, index)
    base = base.assign(p_next0=[then[n % len(then)] for n in range(60)], p_next=[now[n % len(now)] for n in range(60)])
    base = base.assign(quadrant=None, quadrant0=None)
    risks = risk_matrix.risk_level(base, Figure(value=0.1), Risk())
    found = risk_matrix.figures(base, Level("all"), risks, Figure(value=0.1), {}, settings(), WHEN)
    return found["risk.direction"]


def test_the_direction_since_w0() -> None:
    # whoever is drawn anew, chances fell from 0.9 to 0.5
    assert moved(90.0, 100.0, [0.9], [0.5]).value == "more_revenue_more_risk"
    assert moved(90.0, 100.0, [0.5], [0.9]).value == "more_revenue_less_risk"
    assert moved(100.0, 90.0, [0.9], [0.5]).value == "less_revenue_more_risk"
    assert moved(100.0, 100.0, [0.9], [0.5]).value == "same_revenue_more_risk"


def test_a_change_of_risk_that_may_be_chance_is_none() -> None:
    # as many rose as fell
    assert moved(90.0, 100.0, [0.9, 0.5], [0.5, 0.9]).value == "more_revenue_same_risk"
    assert moved(100.0, 100.0, [0.9], [0.9]).value == "same_revenue_same_risk"


def test_reasons_why_not() -> None:
    level = Level("north", 100.0)
    idle = quadrants().assign(active1=False)
    assert words(level, base=idle)["verdict"].reason == "no active client in W1"
    found = words(Level("north", 1.0), None)
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
    said = [*QUADRANTS, *risk_matrix.VERDICTS.values(), *risk_matrix.CRITERIA]
    said += [word for of_aim in risk_matrix.ADVICE.values() for word in of_aim.values()]
    said += [f"{revenue}_{risk}" for revenue in risk_matrix.REVENUE_MOVES for risk in risk_matrix.RISK_MOVES]
    assert [word for word in said if word not in WORDS] == []
    assert len(set(itertools.chain(risk_matrix.VERDICTS.values()))) == 4


def test_nothing_twice_stayed() -> None:
    assert [risk_matrix._moved(0.0, 0.0), risk_matrix._moved(0.0, 1.0), risk_matrix._moved(1.0, 0.0)] == [1, 2, 0]

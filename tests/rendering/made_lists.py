"""Hand-made figures and tables of risk and of the four lists, beside those of `made_results`."""

from __future__ import annotations

from collections.abc import Sequence

from portfolio_review.figure import Figure, undefined
from portfolio_review.results.contract import Cell

Rows = list[tuple[Cell, ...]]
RULES = ("return", "retain", "develop", "reward")
TABLES = {"return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
          "develop": "actions.develop", "reward": "actions.reward"}  # fmt: skip
NO_TARGET = "no target for revenue per client is set"
BY_LIST = {
    "return": (2394, 112900.0, 212800.0), "retain": (1337, 22700.0, 126500.0), "thread": (40, 62700.0, 6500.0),
    "develop": (1952, 67000.0, 1623100.0), "reward": (167, 1542900.0, 873800.0),
}  # fmt: skip
"""Clients of the list, money at stake on the list of 30, money cut by capacity."""
BACK = 0.25
"""The share of lapsed clients that came back."""
FIGURES: dict[str, Figure] = {
    "headline.year_end_revenue": Figure(value=8120000.0, previous_year=8215000.0),
    "risk.horizon_months": Figure(value=3), "risk.model": Figure(value="two_clocks"),
    "risk.weight_silence": Figure(value=0.26), "risk.weight_rhythm": Figure(value=0.6),
    "risk.expected_buyers": Figure(value=2301.4),
    "risk.gone": Figure(value=233400.0), "risk.may_fall_silent": Figure(value=302117.3, previous_year=251250.0),
    "risk.may_shrink": Figure(value=100000.0),
    "risk.revenue_at_risk": Figure(value=402117.3, interval=(310000.0, 490000.0), previous_year=351250.0),
    "risk.weighted_risk": Figure(value=0.2021, previous_year=0.1846),
    "risk.backtest_model": Figure(value="two_clocks"), "risk.backtest_clients": Figure(value=5391),
    "risk.backtest_expected": Figure(value=2204.6), "risk.backtest_actual": Figure(value=2367),
    "risk.backtest_brier": Figure(value=0.1724), "risk.backtest_brier_chain": Figure(value=0.1801),
    "risk.backtest_last_share": Figure(value=0.361), "risk.backtest_brier_last_share": Figure(value=0.2467),
    "risk.backtest_verdict": Figure(value="beats_last_share"),
    "risk.revenue_per_client": Figure(value=1851.3), "risk.reference_revenue_per_client": undefined(NO_TARGET), "risk.verdict": undefined(NO_TARGET),
    "risk.advice": undefined(NO_TARGET), "risk.main_quadrant": Figure(value="small_risky"),
    "risk.main_quadrant_w0": Figure(value="small_safe"), "risk.direction": Figure(value="less_revenue_more_risk"),
    "risk.outlook_today": Figure(value=1840000.0, interval=(1610000.0, 2070000.0), previous_year=1722000.0),
    "risk.outlook_new": Figure(value=123000.0, interval=(20000.0, 260000.0), previous_year=123000.0),
    "risk.outlook": Figure(value=1963000.0, interval=(1712000.0, 2231000.0), previous_year=1845000.0, target=2010000.0),
    "risk.outlook_today_year": Figure(value=613000.0, interval=(537000.0, 690000.0), previous_year=640000.0),
    "risk.outlook_new_year": Figure(value=9000.0, interval=(1000.0, 31000.0), previous_year=9000.0),
    "risk.outlook_year": Figure(value=622000.0, interval=(545000.0, 702000.0), previous_year=649000.0),
    "risk.expected_12": Figure(value=7410000.0, interval=(6610000.0, 8350000.0)),
    "risk.expected_12_per_client": Figure(value=1724.5), "risk.top10_value_share": Figure(value=0.181),
    "risk.residual_value": Figure(value=15100000.0), "risk.replacement_months": Figure(value=2.31),
    "risk.replacement_months_net": undefined("the base shrinks"),
    "risk.receivables": Figure(value=810500.25), "risk.overdue": Figure(value=190300.25),
    "risk.overdue_over_90": Figure(value=40100.0), "risk.overdue_share": Figure(value=0.2348),
    "risk.days_sales_outstanding": Figure(value=37.2), "risk.days_late": Figure(value=4.1),
    "risk.contracts_ending_clients": Figure(value=8), "risk.contracts_ending_revenue": Figure(value=640000.0),
    **{f"{TABLES[name]}.{part}": Figure(value=value) for name, (clients, listed, cut) in BY_LIST.items()
       for part, value in (("clients", clients), ("listed", 30), ("cut", clients - 36), ("no_value", 4), ("light", 2), ("held_out", 0),
                           ("at_stake", listed), ("at_stake_cut", cut))},
    "actions.develop.no_gap": Figure(value=5), "data.value": Figure(value="revenue", reason="no margin given"),
    "actions.return.expected_back": Figure(value=28225.0, interval=(21000.0, 36100.0)),
    "actions.return.expected_back_cut": Figure(value=53200.0, interval=(40000.0, 68000.0)),
    "actions.return.recent_cut": Figure(value=2), "actions.return.recent_cut_lost": Figure(value=8100.0),
    "actions.return.lapsed_then": Figure(value=1893), "actions.return.came_then": Figure(value=431),
    "actions.return.expected_then": Figure(value=420.3, interval=(371.2, 470.9)),
    **{f"{id}.uplift": undefined("no client is held out") for id in TABLES.values()},
    **{f"actions.unprofitable.{part}": undefined("no margin given") for part in ("clients", "revenue", "margin")},
    "actions.standard.clients": Figure(value=1541),
    "actions.return.bought_anyway": Figure(value=0.231, interval=(0.21, 0.25)),
    "actions.retain.bought_anyway": Figure(value=0.492, interval=(0.461, 0.523)),
    "actions.develop.took_category": Figure(value=0.055, interval=(0.053, 0.0571)),
    **{f"actions.{rule}.followed": Figure(value=0.57, interval=(0.39, 0.73)) for rule in RULES},
    "actions.contacts_overdue": Figure(value=211), "actions.underserved": Figure(value=61),
    "actions.underserved_at_stake": Figure(value=150300.0),
}  # fmt: skip
SMALL: dict[str, Figure] = {
    "risk.model": Figure(value="chain", reason="3 clients with repeat purchases, BG/NBD needs 30"),
    "risk.gone": Figure(value=0.0), "risk.may_fall_silent": Figure(value=0.0), "risk.may_shrink": Figure(value=0.0),
    "risk.revenue_at_risk": Figure(value=0.0), "risk.weighted_risk": Figure(value=0.0),
    "risk.backtest_verdict": Figure(value="loses_to_last_share"), "risk.receivables": undefined("no payments given"),
    "risk.overdue_over_90": undefined("no payments given"),
    "risk.contracts_ending_clients": undefined("no end of a contract given"),
    "risk.contracts_ending_revenue": undefined("no end of a contract given"),
    "risk.verdict": Figure(value="low_revenue_low_risk"), "risk.advice": Figure(value="take_larger_clients"),
    "risk.residual_value": undefined("history starts 2010-06, needs 2009-12"),
    **{f"{TABLES[name]}.{part}": Figure(value=value) for name, count, money in
       (("return", 0, 0.0), ("retain", 0, 0.0), ("thread", 0, 0.0), ("develop", 1, 0.0), ("reward", 1, 4873.81))
       for part, value in (("clients", count), ("listed", count), ("cut", 0), ("no_value", 0), ("light", 0), ("at_stake", money),
                           ("at_stake_cut", 0.0))},
    **{f"actions.return.{part}": undefined("too few to tell") for part in ("expected_back", "expected_then")},
    "actions.return.recent_cut": Figure(value=0),
    "actions.contacts_overdue": undefined("no contacts given"),
}  # fmt: skip
"""What differs in a unit of three clients: nothing at risk, one list of one client."""
REASONS: dict[str, list[tuple[str, float | None, float | None, str | None]]] = {
    "return": [("silent", 16.0, 266.0, None), ("silent", None, 226.0, None)],
    "retain": [("silent", 14.0, 16.0, None), ("spends_less", 20.0, -0.22, None), ("early_decline", 60.0, -0.48, None)],
    "thread": [("single_contact", None, None, None), ("unseen", 14.0, 40.0, None), ("threat_price", None, 5.0, None),
               ("plan_overdue", None, 75.0, "Visit"), ("contract_ends", None, 30.0, None)],
    "develop": [
        ("lacks_category", 5.0, 0.67, "Cleaning Chemicals"), ("lacks_category", 1.0, 0.3, "B" * 300),
        ("below_best", 98000.0, 41200.0, None), ("lags_order_value", 442.0, 113.0, None),
        ("lags_order_frequency", 7.0, 1.0, None), ("buys", 30.0, 12.0, None),
    ],
    "reward": [("steady", 12.0, 0.1, None), ("grows", 11.0, 3.22, None)],
}  # fmt: skip


def tables(names: Sequence[str]) -> dict[str, Rows]:
    """Rows by table id; `names` go round."""

    def name(place: int) -> str:
        return names[place % len(names)]

    def lists(list_: str) -> Rows:
        rows: Rows = []
        reasons = REASONS[list_]
        for place in range(30):
            code, usual, now, about = reasons[place % len(reasons)]
            stake = BY_LIST[list_][1] * 2 / (31 * 30) * (30 - place)
            chance = 0.002 if place == 1 else 0.58
            money: tuple[Cell, ...] = {
                "return": (stake, BACK, stake * BACK, place < 4, chance), "retain": (2 * stake, stake, chance),
                "thread": (stake, stake, chance), "develop": (9000.0, stake), "reward": (stake,),
            }[list_]  # fmt: skip
            stage = {"return": "lapsed", "retain": "at_risk"}.get(list_, "stable")
            rows.append((place + 1, f"c{place}", name(place), "A", "XYZ"[place % 3], stage, *money, code, usual, now,
                         about, "mixed", "2011-10-03", names[-1] if place == 2 else "Anna Okafor"))  # fmt: skip
        return rows

    quadrants = (("large_safe", 810, 4700000.0, 81000.0, 850), ("large_risky", 367, 1676000.0, 190000.0, 333),
                 ("small_safe", 1220, 800000.0, 31000.0, 1220), ("small_risky", 1900, 781000.0, 100117.3, 1863))  # fmt: skip
    buckets = (("not_due", 424, 177, 620200.0), ("overdue_1_30", 54, 46, 90100.25), ("overdue_31_60", 11, 5, 30100.0),
               ("overdue_61_90", 12, 5, 30000.0), ("overdue_over_90", 22, 5, 40100.0))  # fmt: skip
    stages = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
    return {
        "risk.parts": [
            ("gone", 233400.0, 0.0293, 251000.0, -17600.0, -61000.0, 24000.0, False),
            ("may_fall_silent", 302117.3, 0.038, 251250.0, 50867.3, 12000.0, 91000.0, True),
            ("may_shrink", 100000.0, 0.0126, 100000.0, 0.0, -30000.0, 31000.0, False),
            ("revenue_at_risk", 402117.3, 0.0505, 351250.0, 50867.3, 9000.0, 95000.0, True),
        ],
        "risk.largest": [(*row[:4], row[6], 0.0001 if row[0] == 1 else 0.24, "may_fall_silent" if row[0] < 3 else
                          "may_shrink", row[7]) for row in lists("retain")[:10]],
        "risk.calibration": [(1, 1310, 61.2, 55, 0.047, 0.042, 0.032, 0.054), (9, 312, 265.0, 253, 0.849, 0.811, 0.76, 0.85)],
        "risk.level": [("weighted_risk", 0.2021, 0.25, False, None, None), ("one_client", 0.31, 0.25, True, "c1", name(1)),
                       ("exposed", 0.12, 0.4, False, None, None)],
        "risk.forecasts_then_and_now": [(3, "2011-08", 1900000.0, 2011000.0, 130000.0, 90000.0, 2030000.0, 2101000.0),
                                        (12, "2010-11", 7100000.0, 7200000.0, None, 640000.0, None, 7840000.0)],
        "risk.matrix": [(quadrant, clients, revenue, at_risk, before, 1000000.0)
                        for quadrant, clients, revenue, at_risk, before in quadrants],
        "risk.receivables_ageing": [
            *((bucket, invoices, clients, amount, amount / 810500.25) for bucket, invoices, clients, amount in buckets),
            ("credit_notes", 3, 3, -1200.0, None),
        ],
        "risk.contracts_ending": [(f"e{place}", name(place), f"2011-12-{place + 10}", place + 10, 80000.0, 0.999)
                                  for place in range(8)],
        "actions.rules": [(rule, BY_LIST[rule][0], 1000000.0) for rule in RULES],
        **{id: lists(list_) for list_, id in TABLES.items()},
        "actions.chance_back": [("0–5", 434, 131, 0.25, 0.18, 0.32), ("6+", 513, 105, 0.25, 0.17, 0.34)],
        "actions.bought_anyway": [(rule, 39, 9, 0.231, 0.21, 0.25) for rule in RULES[:3]],
        "actions.follow_through": [(rule, group, 30, 17, 17, 0.57, 0.39, 0.73, 34100.0)
                                   for rule in RULES for group in ("listed", "cut")],
        "lifecycle.stage_abc": [(stage, value, 100, 90000.0 if value != "inactive" else 0.0) for stage in stages
                                for value in ("A", "B", "C", "inactive")],
    }  # fmt: skip

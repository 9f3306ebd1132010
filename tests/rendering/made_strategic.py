"""Hand-made figures and tables of strategic clients, beside those of `made_results`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.style import Chart
from portfolio_review.figure import Figure
from portfolio_review.results.contract import Cell

Drawn = dict[str, Chart]
Rows = list[tuple[Cell, ...]]
ACCOUNTS = 6
FIGURES: dict[str, Figure] = {
    "strategic.candidates": Figure(value=4297), "strategic.places": Figure(value=6),
    "strategic.accounts": Figure(value=ACCOUNTS), "strategic.accounts_share": Figure(value=0.134),
    "strategic.accounts_revenue": Figure(value=1_061_400.5), "strategic.would_enter": Figure(value=1),
    "strategic.would_leave": Figure(value=1), "strategic.assess_first": Figure(value=293), "strategic.key_clients": Figure(value=12),
    "strategic.key_revenue": Figure(value=1_405_000.0), "strategic.single_contact_clients": Figure(value=2),
    "strategic.single_contact_revenue": Figure(value=281_000.0), "strategic.no_sponsor_clients": Figure(value=3),
    "strategic.no_sponsor_revenue": Figure(value=300_100.0), "strategic.edition": Figure(value="full"),
}  # fmt: skip
CRITERIA = {
    "revenue": 0.2, "growth": 0.1, "margin": 0.1, "constancy": 0.1, "expected_value": 0.1, "foothold": 0.1,
    "potential": 0.1, "reference_value": 0.1, "partnership": 0.05, "strategic_fit": 0.05,
}  # fmt: skip
OUTER = ("number", "ease_of_finding", "how_they_pay")
INNER = ("value_of_sale", "repeat_sales", "upkeep")
SCORES = {"super-key": (1, 2, 4, 5, 5, 2), "key": (3, 3, 4, 4, 4, 3), "non-key": (5, 4, 3, 2, 3, 3)}
MEASURED = {"active_clients": (6, 95, 212), "new_clients": (0, 3, 51), "overdue_share": (0.04, 0.22, 0.06),
            "revenue_per_client": (705700.0, 152200.0, 18300.0), "retention_rate": (1.0, 0.98, 0.75),
            "contacts_per_client": (4.2, 2.9, 1.6)}  # fmt: skip
DONE = "Договор на два года до тендера"


def rows(id: str, *given: Mapping[str, Any]) -> Rows:
    """Rows of the table `id`; columns that are not given are empty."""
    names = [column.name for column in CATALOG[id].columns]
    assert all(set(row) <= set(names) for row in given), id
    return [tuple(row.get(name) for name in names) for row in given]


def tables(names: Sequence[str]) -> dict[str, Rows]:
    """Six accounts and six more key clients called by `names`, in turn."""
    called = [{"client_id": f"c{place + 1}", "name": names[place % len(names)]} for place in range(12)]
    made = _card(called) | _exposure(called) | _factors() | _dossiers(called[:ACCOUNTS]) | _plans(called[:ACCOUNTS])
    return {f"strategic.{name}": rows(f"strategic.{name}", *given) for name, given in made.items()}


def _card(called: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    def score(place: int) -> dict[str, Any]:
        assessed = place < ACCOUNTS
        points = {f"{name}_points": (place * 7 + nth * 3) % 11 / 10 for nth, name in enumerate(CRITERIA)}
        if not assessed:
            points |= dict.fromkeys(("potential_points", "partnership_points"))
        gap = 0.0 if assessed else 0.075 if place < 11 else 0.2
        return {"rank": place + 1, "score": 0.9 - place / 50, "score_low": 0.9 - place / 50 - gap,
                "score_high": 0.9 - place / 50 + gap, "assessed": 1 - 2 * gap,
                "stability": max(0.0, 1 - place / 8) if place < 11 else None,
                "revenue_w1": 270000.0 / (place + 1)} | points  # fmt: skip

    decisions = ["stays"] * 5 + ["leaves", "enters"] + ["next"] * 4 + ["assess_first"]
    left_out = {"foothold": 0.9}
    kept_weight = 1 - CRITERIA["foothold"]
    scores = [called[place] | score(place) | {"tier": "key", "account": place < ACCOUNTS} for place in range(12)]
    kept = ("rank", "client_id", "name", "account", "score", "score_low", "score_high", "assessed", "stability",
            "revenue_w1")  # fmt: skip
    return {
        "criteria": [{"criterion": name, "weight": weight, "scored": 6, "origin": "from_data", "same_share": share,
                      "decided_at": share, "left_out": name in left_out,
                      "weight_used": 0.0 if name in left_out else weight / kept_weight}
                     for name, weight in CRITERIA.items() for share in [left_out.get(name, 0.1)]],
        "scores": scores,
        "proposal": [{"decision": decision} | {name: row[name] for name in kept}
                     for decision, row in zip(decisions, scores, strict=True)],
        "importance": [called[place] | {"rank": place + 1, "score": 0.9 - place / 50, "difficulty": 1 + place % 5,
                                        "relationship_strength": None if place == 5 else 1 + place,
                                        "revenue_w1": 1000.0} for place in range(ACCOUNTS)],
        "managers": [{"manager": f"Manager {place}", "clients": 40 - place, "key_clients": 3, "revenue": 900000.0 / place,
                      "share": 0.3 / place, "heavy": place < 4} for place in range(1, 9)],
    }  # fmt: skip


def _exposure(called: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    calm = {"tier": "key", "abc": "A", "stage": "stable", "change": 0.041, "p_next": 0.93, "share": 0.01,
            "contacts_active": 3.0, "contacts_executive": 1.0, "contacts_middle": 1.0, "contacts_working": 1.0,
            "sponsor": "Anna Okafor", "no_sponsor": False, "single_contact": False, "no_contact": False,
            "contact_days": 12.0, "stale_contact": False, "manager": "Ivan Petrov", "manager_changed": False,
            "overdue": 0.0, "falling": False, "contract_end": "2013-04-30", "contract_ending": False, "flags": 0,
            "share_of_wallet": 0.41}  # fmt: skip
    flagged = {
        0: {"single_contact": True, "contacts_active": 1.0, "flags": 1, "weakness": "single_contact"},
        1: {"no_sponsor": True, "sponsor": None, "contacts_gone": 1.0, "flags": 2, "weakness": "no_sponsor"},
        2: {"overdue": 25300.0, "days_overdue": 41.0, "flags": 1, "weakness": "overdue_receivables"},
        3: {"manager_changed": True, "manager_since": "2011-03-01", "flags": 1, "weakness": "manager_changed"},
        4: {"stale_contact": True, "contact_days": 202.0, "falling": True, "change": -0.31, "flags": 2,
            "weakness": "falling"},
        5: {"threat_price": 5, "threat_competitor": 4, "threatened": True, "contract_ending": True, "flags": 2,
            "contract_end": "2011-12-31", "weakness": "threatened"},
        7: {"no_contact": True, "contacts_active": 0.0, "flags": 1, "weakness": "no_contact"},
    }  # fmt: skip
    contacts = [called[place] | {"contact": f"Contact {place}.{nth}", "role": "Buyer", "level": "working",
                                 "active": nth < 3, "contact_days": None if nth else 12.0}
                for place in range(12) for nth in range(1 if place == 0 else 6)]  # fmt: skip
    return {
        "exposure": [called[place] | calm | {"account": place < ACCOUNTS, "revenue_w1": 270000.0 / (place + 1),
                                             "revenue_w0": 250000.0} | flagged.get(place, {}) for place in range(12)],
        "contacts": contacts,
    }  # fmt: skip


def _factors() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"six_factors": [], "factor_means": [], "factor_data": []}
    for nth, (tier, scores) in enumerate(SCORES.items()):
        for factor, points in zip((*OUTER, *INNER), scores, strict=True):
            group = "outer_market" if factor in OUTER else "inner_market"
            market, portfolio = (points, points % 5 + 1) if factor in OUTER else (max(1, points - 1), points)
            found["six_factors"].append({
                "tier": tier, "factor": factor, "group": group, "points": points, "market": market,
                "portfolio": portfolio, "gap": portfolio - market, "assessor": "Anna Okafor", "assessed_on": "2011-10-05",
            })  # fmt: skip
        for group, members in (("outer_market", scores[:3]), ("inner_market", scores[3:])):
            found["factor_means"].append({"tier": tier, "group": group, "points": sum(members) / 3, "scored": 3})
        for measure, amounts in MEASURED.items():
            found["factor_data"].append({"tier": tier, "factor": "number", "measure": measure, "amount": amounts[nth]})
    return found


def _dossiers(called: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    months = [f"{2009 + (11 + place) // 12}-{(11 + place) % 12 + 1:02d}" for place in range(24)]
    facts = {"tier": "key", "type": "Chain", "industry": "Retail", "region": "Kent", "unit": "all", "since": "2009-12-04",
             "relationship": "партнёрство", "manager": "Ivan Petrov", "manager_since": "2009-01-01", "abc": "A", "xyz": "X",
             "stage": "stable", "rule": "reward", "rank": 3, "usual_gap": 7.2, "silence_days": 2, "revenue_w1": 270000.0,
             "revenue_w0": 250000.0, "change": 0.08, "margin_w1": 54000.0, "margin_w0": 61000.0, "margin_rate": 0.2,
             "p_next": 0.999, "at_risk": 130.0, "expected_12": 260000.0, "potential": 650000.0,
             "share_of_wallet": 0.415, "payment_terms": "30 дней", "open": 21000.0, "overdue": 25300.0,
             "days_overdue": 41.0, "days_to_pay": 44.0}  # fmt: skip
    return {
        "dossiers": [row | facts | {"weakness": "single_contact" if place == 0 else None}
                     for place, row in enumerate(called)],
        "purchases": [row | {"category": f"Category {nth}", "revenue_w1": 90000.0 / nth, "revenue_w0": 80000.0 / nth,
                             "amount_change": 10000.0 / nth, "share": 0.4 / nth}
                      for row in called for nth in range(1, 10)],
        "months": [row | {"month": month, "revenue": 20000.0 + place * 500, "margin": -900.0 if place == 20 else 4000.0,
                          "orders": 4} for row in called for place, month in enumerate(months)],
        "white_space": [row | {"category": f"Lacking {nth}", "peers": 12, "share": 0.5 / nth, "worth": 30000.0 / nth}
                        for row in called for nth in range(1, 8)],
    }  # fmt: skip


def _plans(called: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    first, second = called[:2]
    agreed = {"goal": DONE, "agreed_on": "2011-04-16", "agreed_with": "Eglė Jankauskienė", "cost": 40000.0,
              "value_for_us": 300000.0, "value_for_client": 110000.0, "both_gain": True, "actions_all": 9,
              "actions_done": 1, "actions_open": 6, "actions_overdue": 2, "oldest_overdue": 84,
              "client_result": "Поставки по магазинам"}  # fmt: skip
    dues = ["2011-09-07", "2011-11-29", *(f"2012-0{nth}-15" for nth in range(1, 8))]
    actions = [first | {"action": f"Step {nth}", "owner": "Ivan Petrov", "due": due, "note": "Ждёт закупщика",
                        "status": "overdue" if nth < 2 else "open", "days_overdue": (84, 1)[nth] if nth < 2 else None}
               for nth, due in enumerate(dues)]  # fmt: skip
    return {
        "agreements": [
            first | agreed,
            second | {"goal": "Узнать, почему ушли", "actions_all": 0, "actions_done": 0, "actions_overdue": 0,
                      "cost": 9000.0, "value_for_us": 100.0, "value_for_client": 0.0, "both_gain": False},
            {"tier": "super-key", "goal": "Встреча раз в пять недель", "cost": 60000.0, "actions_all": 1,
             "actions_done": 0, "actions_overdue": 1},
        ],
        "plans": actions,
        "changes": [
            first | {"item": "stage", "was_word": "growing", "now_word": "stable"},
            second | {"item": "overdue_receivables", "was": 1000.0, "now": 25300.0},
            second | {"item": "rank", "was": 4.0, "now": 2.0},
        ],
    }  # fmt: skip

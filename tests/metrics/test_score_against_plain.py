"""100 random portfolios: every column of the score card, and the proposal, equal plain computations from rows."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.metrics import criterion_weights, expert_scores, scoring, shortlist
from portfolio_review.review.model import Strategic

END, LENGTH = dt.date(2021, 12, 31), 12
WEIGHTS = {
    "revenue": 0.2, "growth": 0.1, "margin": 0.1, "constancy": 0.1, "expected_value": 0.1, "foothold": 0.1,
    "potential": 0.1, "reference_value": 0.1, "partnership": 0.05, "strategic_fit": 0.05,
}  # fmt: skip
PEOPLE = ("potential", "reference_value", "partnership", "strategic_fit")


def back(day: dt.date) -> int:
    """Whole months between the day's and the last one: 0 for December 2021."""
    return (END.year - day.year) * 12 + END.month - day.month


@dataclass
class Made:
    """Rows (client, day, revenue, margin or none), industries, expected revenue, latest scores, accounts."""

    rows: list[tuple[str, dt.date, float, float | None]]
    industry: dict[str, str | None]
    expected: dict[str, float]
    said: dict[tuple[str, str], int]
    accounts: tuple[str, ...]
    values: dict[str, dict[str, float | None]] = field(default_factory=dict)

    def r(self, client: str, first: int, last: int) -> float:
        return round(
            sum(revenue for one, day, revenue, _ in self.rows if one == client and first <= back(day) <= last), 6
        )

    def days(self, client: str) -> list[dt.date]:
        return sorted({day for one, day, revenue, _ in self.rows if one == client and revenue > 0})


def random_company(seed: int) -> Made:
    dice = random.Random(seed)
    names = [f"c{number:02d}" for number in range(dice.randint(2, 16))]
    lines: list[tuple[str, dt.date, float, float | None]] = []
    for name in names:
        first, last = sorted((dice.randint(0, 30), dice.randint(0, 30)), reverse=True)
        chance, known = dice.choice([1.0, 1.0, 0.6, 0.2]), dice.choice([1.0] * 9 + [0.7])
        for age in range(first, last - 1, -1):
            if dice.random() < chance or age == first:
                month = END.year * 12 + END.month - 1 - age
                revenue = dice.choice([10.0, 20.0, 35.0, 50.0, -5.0])
                lines.append((name, dt.date(month // 12, month % 12 + 1, dice.randint(1, 28)), revenue,
                              revenue / 5 if dice.random() < known else None))  # fmt: skip
    lines.append((names[0], dt.date(2019, 6, 3), 10.0, 2.0))  # the history reaches W0, whoever buys
    said = {(name, criterion): dice.randint(1, 5) for name in names for criterion in PEOPLE if dice.random() < 0.6}
    given = dice.random() < 0.8
    return Made(
        rows=lines,
        industry={name: dice.choice([None, "Retail", "Food", "Health", "Sport"]) if given else None for name in names},
        expected={name: dice.choice([0.0, 10.0, 20.0, 30.0, 40.0]) for name in names},
        said=said, accounts=tuple(dice.sample(names, dice.randint(0, min(6, len(names))))),
    )  # fmt: skip


def measured(made: Made) -> dict[str, dict[str, float | None]]:
    """criterion → client → its measure, before ranks; None where it is unknown."""
    clients = sorted({one for one, *_ in made.rows})
    first = {client: min(days) if (days := made.days(client)) else None for client in clients}
    active = {client: any(back(day) < LENGTH for day in made.days(client)) for client in clients}
    history = max(back(day) for _, day, *_ in made.rows)
    window = [row for row in made.rows if back(row[1]) < LENGTH]
    told = sum(abs(revenue) for _, _, revenue, margin in window if margin is not None)
    enough = told >= 0.9 * sum(abs(revenue) for _, _, revenue, _ in window) - 1e-9
    found: dict[str, dict[str, float | None]] = {name: {} for name in WEIGHTS}
    for client in clients:
        r1, r0 = made.r(client, 0, 11), made.r(client, 12, 23)
        mine = [row for row in window if row[0] == client]
        gross = sum(abs(revenue) for _, _, revenue, _ in mine)
        known = sum(abs(revenue) for _, _, revenue, margin in mine if margin is not None)
        found["revenue"][client] = r1
        found["growth"][client] = r1 / r0 - 1 if r0 > 0 else None
        found["margin"][client] = (
            sum(margin for *_, margin in mine if margin is not None) if enough and known >= 0.9 * gross - 1e-9 else None
        )
        months = {back(day) for day in made.days(client) if back(day) < LENGTH}
        since = min(LENGTH, back(first[client]) + 1) if first[client] else LENGTH
        found["constancy"][client] = len(months) / since
        found["expected_value"][client] = made.expected[client]
        for name in PEOPLE:
            found[name][client] = made.said.get((client, name))
        industry = made.industry[client]
        peers = [other for other in clients if made.industry[other] == industry]
        if industry is None or first[client] is None:
            found["foothold"][client] = 0.0
        else:
            opened = min(day for other in peers if (day := first[other]))
            old = back(opened) == history
            only = active[client] and sum(active[other] for other in peers) == 1
            young = active[client] and back(opened) < 12
            found["foothold"][client] = float(only or (not old and (first[client] == opened or young)))
    return found


def plain(made: Made) -> tuple[dict[str, dict[str, float]], dict[str, bool]]:
    """client → score, score_low, score_high, assessed, rank of every candidate; criterion → whether it is left out."""
    values = measured(made)
    candidates = [
        client for client in values["revenue"]
        if client in made.accounts or any(back(day) < LENGTH for day in made.days(client))
    ]  # fmt: skip
    points: dict[str, dict[str, float | None]] = {}
    for name in WEIGHTS:
        known = {client: values[name][client] for client in candidates if values[name][client] is not None}
        rounded = {client: float(f"{value:.12g}") for client, value in known.items()}
        points[name] = dict.fromkeys(candidates)
        for client, value in rounded.items():
            if name in PEOPLE:
                points[name][client] = (value - 1) / 4
                continue
            below = sum(other < value for other in rounded.values())
            equal = sum(other == value for other in rounded.values())
            points[name][client] = 0.5 if len(rounded) == 1 else (below + (equal - 1) / 2) / (len(rounded) - 1)
    out = {}
    for name, given in points.items():
        counts = Counter(value for value in given.values() if value is not None)
        shared = max(counts.values(), default=0) > 0.6 * len(candidates) or (not counts and name not in PEOPLE)
        out[name] = len(candidates) >= 3 and shared
    whole = sum(weight for name, weight in WEIGHTS.items() if not out[name])
    found = {}
    for client in candidates:
        low = unknown = 0.0
        for name, weight in WEIGHTS.items():
            if out[name]:
                continue
            value = points[name][client]
            low, unknown = (low, unknown + weight / whole) if value is None else (low + value * weight / whole, unknown)
        found[client] = {
            "score_low": low,
            "score": low + unknown / 2,
            "score_high": low + unknown,
            "assessed": 1 - unknown,
        }
    scored = len(candidates) >= 3 and whole > 0
    order = sorted(candidates, key=lambda client: (
        -float(f"{found[client]['score']:.12g}"), -made.r(client, 0, 11), client))  # fmt: skip
    for place, client in enumerate(order, 1):
        found[client]["rank"] = float(place) if scored else math.nan
        if not scored:
            found[client] |= dict.fromkeys(("score", "score_low", "score_high"), math.nan)
    return found, out


def by_product(made: Made) -> tuple[pd.DataFrame, pd.DataFrame, Strategic]:
    settings = Strategic(accounts=made.accounts)
    frame = rows(*made.rows, columns="client_id date revenue margin")
    attributes = pd.DataFrame({"client_id": list(made.industry), "industry": list(made.industry.values())})
    company = build(frame, "2021-12", attributes=attributes, data_until=END)
    said = pd.DataFrame(
        [(*what, score, "Ann", "2021-01-01") for what, score in made.said.items()],
        columns=["client_id", "criterion", "score", "assessor", "date"],
    )
    base = company.base().assign(name=None, tier1="key")
    base[scoring.EXPECTED] = pd.Series(made.expected).reindex(base.index)
    latest = expert_scores.latest(said, company.when, "client_id")
    named = shortlist.named(base, settings)
    base = scoring.add_criteria(base, company.monthly, "month", latest, named, company.when)
    weighed = criterion_weights.weigh(base, settings)
    return scoring.add_scores(base, weighed), weighed, settings


def decisions(made: Made, found: dict[str, dict[str, float]]) -> dict[str, str]:
    """client → decision in the review of all."""
    if any(math.isnan(one["rank"]) for one in found.values()):
        return dict.fromkeys(made.accounts, "named")
    order = sorted(found, key=lambda client: found[client]["rank"])
    ready = [client for client in order if found[client]["assessed"] >= 0.7 - 1e-9]
    free = 6 - sum(client not in ready for client in made.accounts)
    placed = ready[: max(free, 0)]
    waiting = sorted((one for one in found if one not in ready), key=lambda client: (-made.r(client, 0, 11), client))
    told = {client: "assess_first" for client in waiting if client in waiting[:10] or client in made.accounts}
    told |= {
        client: ("stays" if made.accounts else "proposed")
        for client in placed
        if client in made.accounts or not made.accounts
    }
    told |= {client: "enters" for client in placed if client not in told}
    told |= {client: "leaves" for client in made.accounts if client not in told}
    would = [client for client in order[:6] if client not in ready and client not in made.accounts]
    behind = [client for client in order if client not in placed and client not in made.accounts][: 5 + len(would)]
    return told | {client: "next" for client in behind if client in ready}


@pytest.mark.parametrize("decade", range(10))
def test_the_score_card_equals_the_plain_one(decade: int) -> None:
    for seed in range(10 * decade, 10 * decade + 10):
        made = random_company(seed)
        base, weighed, settings = by_product(made)
        wanted, out = plain(made)
        assert dict(zip(weighed["criterion"], weighed["left_out"], strict=True)) == out, seed
        assert set(base.index[base["candidate"]]) == set(wanted), seed
        for client, cells in wanted.items():
            for name, value in cells.items():
                assert base.loc[client, name] == pytest.approx(value, abs=1e-9, nan_ok=True), (seed, client, name)
        listed = shortlist.proposal(shortlist.propose(base, settings, "all"), settings, "all")
        told = dict(zip(listed["client_id"], listed["decision"], strict=True))
        assert told == decisions(made, wanted), seed

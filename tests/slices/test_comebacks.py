"""Lapsed clients that bought again, and median gaps, against a plain recount that goes through clients and months."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import statistics
from collections.abc import Callable

import numpy as np
import pytest

from portfolio_review.calendar import Month
from portfolio_review.metrics.chance_back import joined
from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
Days = dict[str, list[dt.date]]
END = dt.date(2024, 12, 31)


def company(seed: int, clients: int) -> Days:
    """Clients of every rhythm over five years: steady, fading, one-off, and some that pause and come back."""
    rng = random.Random(seed)
    found: Days = {}
    for number in range(clients):
        pace = rng.choice([6, 20, 45, 90, 200, 400, 900])
        day = dt.date(2020, 1, 1) + dt.timedelta(rng.randrange(1400))
        bought = set()
        while day <= END:
            bought.add(day)
            if rng.random() < 0.06:
                day += dt.timedelta(rng.randrange(100, 900))
            if rng.random() < 0.05:
                break
            day += dt.timedelta(1 + int(rng.expovariate(1 / pace)))
        found[f"c{number:03}"] = sorted(bought)
    found["c000"] = [*found["c000"], END] if END not in found["c000"] else found["c000"]
    return found


def text(of: Days, rng: random.Random) -> str:
    """As CSV; one client in seven buys in two units."""
    lines = [
        f"{client},{day},10,{'South' if number % 7 == 0 and day.day % 2 else 'North'}"
        for number, (client, days) in enumerate(of.items())
        for day in days
    ]
    rng.shuffle(lines)
    return "client_id,date,revenue,unit\n" + "\n".join(lines) + "\n"


def quantile(values: list[int], q: float) -> float:
    """By linear interpolation."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * q
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def recent_gaps(days: list[dt.date], month: Month) -> list[int]:
    since, until = (month - 23).first, month.last
    return [(b - a).days for a, b in itertools.pairwise(days) if since <= b <= until]


def limit(usual: float | None) -> float:
    return 365.0 if usual is None else min(max(2 * usual, 90), max(365, usual))


def recount(of: Days, last: Month) -> list[tuple[str, int, bool]]:
    """client, months of silence, bought again within 12 months: of everybody lapsed at a month end up to `last`."""
    cases = []
    for index in range(Month.of(dt.date(2020, 1, 1)).index, last.index + 1):
        month = Month(index)
        everyone = [gap for days in of.values() for gap in recent_gaps(days, month)]
        common = quantile(everyone, 0.8) if everyone else None
        for client, days in of.items():
            known = [day for day in days if day <= month.last]
            if not known:
                continue
            own = recent_gaps(days, month)
            usual = quantile(own, 0.8) if len(own) >= 4 else common
            if (month.last - known[-1]).days > limit(usual) + 1e-9:
                came = any(month.last < day <= (month + 12).last for day in days)
                cases.append((client, month.index - Month.of(known[-1]).index, came))
    return cases


def bands(cases: list[tuple[str, int, bool]]) -> list[tuple[int, int, int, int]]:
    """from_months, cases, bought, clients, of bands of at least 20 clients."""
    groups = [[0, 6], [6, 12], [12, 24], [24, 10**6]]

    def of(group: list[int]) -> list[tuple[str, int, bool]]:
        return [case for case in cases if group[0] <= case[1] < group[1]]

    def clients(group: list[int]) -> int:
        return len({client for client, _, _ in of(group)})

    for place in (3, 2, 1):
        if clients(groups[place]) < 20:
            groups[place - 1][1] = groups.pop(place)[1]
    if len(groups) > 1 and clients(groups[0]) < 20:
        groups[0][1] = groups.pop(1)[1]
    if clients(groups[0]) < 20:
        return []
    return [(g[0], len(of(g)), sum(case[2] for case in of(g)), clients(g)) for g in groups]


@pytest.mark.parametrize(("seed", "clients"), [(1, 90), (2, 160), (3, 30), (4, 45)])
def test_as_a_plain_recount_in_every_unit(cut: Cut, seed: int, clients: int) -> None:
    of = company(seed, clients)
    rows = text(of, random.Random(seed))
    expected = [
        (month.last, *band) for month in (Month.of(END) - 12, Month.of(END)) for band in bands(recount(of, month - 12))
    ]
    for unit in ("all", "North"):  # the series' clients, whatever the unit
        frame = cut(rows, "2024-12", unit, settings="window_months: 12").chance_back
        found = [(row.date.date(), row.from_months, row.cases, row.bought, row.clients) for row in frame.itertuples()]
        assert found == expected
    assert seed in (3,) or len(expected) > 1


def test_median_gap_is_as_of_the_last_purchase(cut: Cut) -> None:
    of = company(5, 60)
    frame = cut(text(of, random.Random(5)), "2024-12", settings="window_months: 12").clients
    expected = {}
    for client, days in of.items():
        gaps = recent_gaps(days, Month.of(days[-1]))
        expected[client] = statistics.median(gaps) if len(gaps) >= 4 else None
    found = {row.client_id: None if row.median_gap != row.median_gap else row.median_gap for row in frame.itertuples()}
    assert found == expected
    assert len([gap for gap in expected.values() if gap]) > 20


def counts(**seen: int) -> list[int]:
    """Clients by the bands they were seen in: `b03=5`, five of bands 0 and 3."""
    found = [0] * 16
    for name, number in seen.items():
        found[sum(1 << int(band) for band in name[1:])] = number
    return found


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        # every band has 20
        ({"b0": 20, "b1": 20, "b2": 20, "b3": 20}, [(0, 1, 20), (6, 2, 20), (12, 4, 20), (24, 8, 20)]),
        # the longest joins the next shorter; who is in both counts once
        ({"b0": 20, "b1": 20, "b2": 10, "b23": 12}, [(0, 1, 20), (6, 2, 20), (12, 12, 22)]),
        # from the longest down: 3 joins 2, which is still too few and joins 1
        ({"b0": 20, "b1": 20, "b2": 5, "b3": 5}, [(0, 1, 20), (6, 14, 30)]),
        # the shortest joins the next longer
        ({"b0": 19, "b1": 20}, [(0, 15, 39)]),
        # too few in all
        ({"b0": 10, "b1": 9}, []),
        ({"b0123": 20}, [(0, 1, 20), (6, 2, 20), (12, 4, 20), (24, 8, 20)]),
    ],
)
def test_bands_of_few_clients_join_a_neighbour(seen: dict[str, int], expected: list[tuple[int, int, int]]) -> None:
    made = joined([1, 2, 4, 8], [0, 1, 2, 3], np.array(counts(**seen)))
    assert [(band.from_months, band.cases, band.clients) for band in made] == expected

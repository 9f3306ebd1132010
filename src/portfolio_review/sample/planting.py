"""Makes each story happen: functions from roster to roster for how clients buy, one for each story.

Stories about contacts, payments, plans and refunds are planted where those tables are made.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from portfolio_review.sample.client import Client, Roster
from portfolio_review.sample.company import HISTORY_END, HISTORY_START, W0_START, W1_START, stream
from portfolio_review.sample.stories import clients_of

MANAGER_CHANGE: Final = date(2026, 2, 2)
MANAGER_WHO_LEFT: Final = "Inês Carvalho"
MANAGER_WHO_CAME: Final = "Andrés Molina"
MERGER: Final = date(2026, 2, 1)
KEY_CLIENT_LAST_DAY: Final = date(2026, 5, 29)
ONE_OFF_DAY: Final = date(2026, 3, 17)
REFUNDS_ONLY_LAST_DAY: Final = date(2025, 9, 26)
DEARER_GOODS: Final = (date(2026, 3, 2), 1.06)


def plant(roster: Roster) -> Roster:
    """The roster with every story of buying in it; the roster given stays as it is."""
    for story in (
        unit_in_decline,
        growing_unit,
        key_client_leaving,
        clients_returning,
        refunds_only,
        stale_plan,
        merged_client,
        client_in_two_units,
        moving_up,
        moving_down,
        one_off_buyer,
        manager_changed,
        margin_turning,
    ):
        roster = story(roster)
    return roster


def _changed(roster: Roster, *clients: Client) -> Roster:
    return {**roster, **{client.client_id: client for client in clients}}


def unit_in_decline(roster: Roster) -> Roster:
    """Iberia: all clients buy less from spring 2025 on, and more of them leave, in both years."""
    changed = []
    for client in roster.values():
        if client.unit != "Iberia" or client.client_id in clients_of("clients_returning"):
            continue
        declining = client.stepping((date(2025, 4, 1), 0.94), (date(2025, 11, 1), 0.88), (date(2026, 4, 1), 0.92))
        rng = stream("decline", int(client.client_id))
        year = W0_START if rng.random() < 0.6 else W1_START
        leaves = year + timedelta(days=int(rng.integers(30, 330)))
        could_leave = client.yearly < 120_000 and client.last_day > leaves > client.spans[0][0]
        if could_leave and rng.random() < 0.33:
            declining = declining.buying((client.spans[0][0], leaves))
        changed.append(declining)
    return _changed(roster, *changed)


def growing_unit(roster: Roster) -> Roster:
    """Benelux: a wider range and better service lift purchases in two steps."""
    return _changed(
        roster,
        *(
            client.stepping((date(2025, 4, 1), 1.05), (date(2026, 1, 1), 1.09))
            for client in roster.values()
            if client.unit == "Benelux" and client.client_id not in clients_of("stale_plan")
        ),
    )


def key_client_leaving(roster: Roster) -> Roster:
    """No fading out: a large regular client orders weekly until the end of May 2026 and then not at all."""
    (client_id,) = clients_of("key_client_leaving")
    return _changed(roster, roster[client_id].buying((HISTORY_START, KEY_CLIENT_LAST_DAY)))


def clients_returning(roster: Roster) -> Roster:
    """Bought in the first year, silent for 13 to 23 months over the whole of W0, back at some time in W1."""
    changed = []
    for place, client_id in enumerate(clients_of("clients_returning")):
        left = W0_START - timedelta(days=20 + 10 * place)
        back = W1_START + timedelta(days=15 + 22 * place)
        changed.append(roster[client_id].buying((HISTORY_START, left), (back, HISTORY_END)))
    return _changed(roster, *changed)


def refunds_only(roster: Roster) -> Roster:
    """Buys until September 2025; refunds.py books its last deliveries back in November and December."""
    (client_id,) = clients_of("refunds_only")
    return _changed(roster, roster[client_id].buying((HISTORY_START, REFUNDS_ONLY_LAST_DAY)))


def stale_plan(roster: Roster) -> Roster:
    """The strategic client whose plan stands still buys less and less."""
    (client_id,) = clients_of("stale_plan")
    slipping = roster[client_id].stepping((date(2025, 11, 1), 0.84), (date(2026, 3, 1), 0.82), (date(2026, 7, 1), 0.80))
    return _changed(roster, slipping)


def merged_client(roster: Roster) -> Roster:
    """The second client buys on its own account until the merger; then the first takes its business over."""
    into, merged = clients_of("merged_client")
    takes_over = 1 + roster[merged].yearly / roster[into].yearly
    return _changed(
        roster,
        roster[into].stepping((MERGER, takes_over)),
        replace(roster[merged].buying((HISTORY_START, MERGER - timedelta(days=3))), merged_into=into),
    )


def client_in_two_units(roster: Roster) -> Roster:
    """Every third order of the shipping company goes to its ships."""
    (client_id,) = clients_of("client_in_two_units")
    return _changed(roster, replace(roster[client_id], second_unit="Marine", noise=0.15))


def moving_up(roster: Roster) -> Roster:
    """A client that wins large customers of its own grows within a year to many times its size."""
    (client_id,) = clients_of("moving_up")
    return _changed(roster, roster[client_id].stepping((date(2025, 11, 15), 3.2), (date(2026, 2, 1), 3.0)))


def moving_down(roster: Roster) -> Roster:
    """A client that gives most of its purchases to somebody else."""
    (client_id,) = clients_of("moving_down")
    return _changed(roster, roster[client_id].stepping((date(2025, 9, 15), 0.5), (date(2026, 1, 15), 0.35)))


def one_off_buyer(roster: Roster) -> Roster:
    """One large order and no other."""
    (client_id,) = clients_of("one_off_buyer")
    return _changed(roster, roster[client_id].buying((ONE_OFF_DAY, ONE_OFF_DAY)))


def manager_changed(roster: Roster) -> Roster:
    """All clients of the manager who left go to the one who came."""
    return _changed(
        roster,
        *(
            replace(client, manager=MANAGER_WHO_CAME)
            for client in roster.values()
            if client.manager == MANAGER_WHO_LEFT
        ),
    )


def margin_turning(roster: Roster) -> Roster:
    """Central Asia: freight and duty make goods dearer, the prices of sale stay."""
    return _changed(
        roster,
        *(
            replace(client, cost_steps=(*client.cost_steps, DEARER_GOODS))
            for client in roster.values()
            if client.unit == "Central Asia"
        ),
    )

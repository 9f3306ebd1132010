"""What stands over a page of which nothing else was found, and over the outlook."""

from __future__ import annotations

from dataclasses import replace

import made
import pytest

from portfolio_review import findings
from portfolio_review.exhibits.language import NBSP
from portfolio_review.figure import Figure
from portfolio_review.findings import ranking
from portfolio_review.results.seen import Seen

RATE, STILL = "retention.client_retention_rate", "retention.still_buying_rate"


def over(section: str, seen: Seen) -> list[str]:
    return [one.text.replace(NBSP, " ") for one in findings.over(seen, section)]


def test_lost_and_in_danger_are_no_sum() -> None:
    lists = {
        "actions.return.at_stake": made.figure(819_200.0), "actions.return.expected_back": made.figure(212_300.0),
        "actions.retain.at_stake": made.figure(255_100.0),
    }  # fmt: skip
    text = "On “Return” €819k a year lost, €212k of it expected back; €255k in danger on “Retain”"
    assert over("actions", made.seen(lists)) == [f"{text}."]
    lists["actions.unprofitable.margin"] = made.figure(-5.0)
    assert over("actions", made.seen(lists)) == [f"{text} (in margin)."]


def test_retention_is_said_with_who_is_still_buying() -> None:
    rates = {RATE: made.figure(0.832), STILL: made.figure(0.733)}
    assert over("retention", made.seen(rates)) == ["83.2% of clients bought again, 73.3% are still buying."]
    assert over("retention", made.seen({})) == []


def test_rates_say_little_where_clients_buy_at_longer_gaps_than_the_window() -> None:
    slow = Seen(made.HEAD, replace(made.SCOPE, usual_gap=400.0), {RATE: made.figure(0.8)})
    assert over("retention", slow) == [
        "Retention says little here: clients buy every 400 days, the window has 365 days."
    ]


@pytest.mark.parametrize(
    ("figures", "text", "money", "certain"),
    [
        # clear: 3.61m lies below the target by more than its interval tells
        ({"risk.outlook_year": Figure(value=3_614_000.0, target=4_236_000.0, interval=(3_044_000.0, 4_183_000.0))},
         "The rest of the year is expected to bring €3.61m, the target is €4.24m (−14.7%).", -622_000.0, True),
        # 5.79m a year before lies within 4.58m to 6.29m: no change is said, and page one says nothing
        ({"risk.outlook": Figure(value=5_438_000.0, previous_year=5_790_000.0, interval=(4_583_000.0, 6_292_000.0))},
         "The next 3 months are expected to bring €5.44m, the same months brought €5.79m a year before, "
         "no clear change.", None, False),
        # a target stands before the year before, and the span that is clearly off before the other
        ({"risk.outlook": Figure(value=100_000.0, target=101_000.0, previous_year=50_000.0, interval=(90_000.0, 110_000.0)),
          "risk.outlook_year": Figure(value=300_000.0, target=200_000.0, interval=(290_000.0, 310_000.0))},
         "The rest of the year is expected to bring €300k, the target is €200k (+50.0%).", 100_000.0, True),
        ({"risk.outlook_today": Figure(value=1_840_000.0)},
         "Today's clients are expected to bring €1.84m over the next 3 months.", None, True),
    ],
)  # fmt: skip
def test_the_outlook_is_held_against_target_or_year_before(
    figures: dict[str, Figure], text: str, money: float | None, certain: bool
) -> None:
    (one,) = findings.tell(made.seen({"risk.horizon_months": made.figure(3), **figures}), "risk")
    assert (one.text.replace(NBSP, " "), one.money, one.certain) == (text, money, certain)


def test_without_a_model_nothing_is_said_of_the_months_ahead() -> None:
    assert findings.tell(made.seen({"risk.horizon_months": made.figure(3)}), "risk") == []


def test_the_net_effect_of_the_moves_between_classes_is_money() -> None:
    def moved(clients: int, rose: float, fell: float, **ways: int) -> Seen:
        rows = [{"object": "migration.abc", "line": line, "clients": clients, "amount_change": amount}
                for line, amount in (("rose", rose), ("fell", fell), ("moved", rose + fell))]  # fmt: skip
        counts = {f"migration.abc.{way}": made.figure(ways.get(way, clients / 2)) for way in ("up", "down")}
        return made.seen(counts, ("movement.lines", made.table("movement.lines", *rows)))

    text = "Clients that rose an ABC class changed revenue by +€1.21m, those that fell by −€872k, together +€338k"
    assert over("migration", moved(48, 1_210_000.0, -872_000.0)) == [f"{text}."]
    rose = "Clients that rose an ABC class changed revenue by +€4.00k, none fell."
    assert over("migration", moved(1, 4_000.0, 0.0, up=1, down=0)) == [rose]
    fell = "Clients that fell an ABC class changed revenue by −€4.00k, none rose."
    assert over("migration", moved(1, 0.0, -4_000.0, up=0, down=1)) == [fell]
    assert over("migration", moved(0, 0.0, 0.0)) == ["No client that bought in both windows changed its ABC class."]
    assert over("migration", made.seen({})) == []


def test_drivers_name_no_effect_of_clients_where_they_are_as_many_as_before() -> None:
    effects = {"drivers.n_effect": made.figure(0.0), "drivers.v_effect": made.figure(-5_120.0),
               "drivers.l_effect": made.figure(9_320.0)}  # fmt: skip
    told = "order value −€5.12k, orders per client +€9.32k."
    assert over("drivers", made.seen(effects)) == [
        f"Revenue of active clients, as many as before, changed by +€4.20k: {told}"
    ]
    more = effects | {"drivers.n_effect": made.figure(1_000.0)}
    assert over("drivers", made.seen(more)) == [
        f"Revenue of active clients changed by +€5.20k: clients +€1.00k, {told}"
    ]


def test_the_bridge_is_said_as_the_verdict_says_it() -> None:
    rows = [{"object": "bridge.steps", "line": line, "amount_change": amount}
            for line, amount in (("existing", -770_000.0), ("fresh", 1_460_000.0))]  # fmt: skip
    figures = {"bridge.start": made.figure(21_760_000.0), "bridge.end": made.figure(22_450_000.0),
               "bridge.new": made.figure(1_110_000.0), "bridge.returned": made.figure(350_000.0)}  # fmt: skip
    table = ("movement.lines", made.table("movement.lines", *rows))
    went = "revenue went from €21.8m to €22.5m."
    text = f"Existing clients bought €770k less, new and returning ones added €1.46m, {went}"
    assert over("bridge", made.seen(figures, table)) == [text]
    # 96.5 % within 89 % to 105 %: no clear change
    net = {"retention.net_revenue_retention": made.figure(0.965, interval=(0.89, 1.05))}
    unclear = text.replace("less,", "less (within chance),")
    assert over("bridge", made.seen(figures | net, table)) == [unclear]
    # the months before are of another season: what the window came from
    half = replace(made.HEAD, window_months=6)
    assert over("bridge", made.seen(figures, table, head=half)) == [
        "Of the €22.5m of the last 6 months, new clients brought €1.11m, returned ones €350k."
    ]
    assert over("bridge", made.seen(figures)) == []


def test_the_same_sentence_stands_over_a_page_whatever_else_was_found_of_it() -> None:
    effects = {
        f"drivers.{name}_effect": made.figure(value) for name, value in zip("nvl", (3e5, -1e5, 2e5), strict=True)
    }
    seen = made.seen(effects)
    told = findings.tell(seen, "drivers")
    assert [one.id for one in told] == ["drivers.largest"]
    assert findings.over(seen, "drivers", told=told) == []
    quiet = made.seen({id: made.figure(10.0) for id in effects})
    (one,) = findings.over(quiet, "drivers")
    assert one.id == "drivers.factors"
    left = replace(told[0], id="headline.left", money=-9e9)
    assert ranking.of_page([left, one], "drivers") is one


def test_nobody_new_and_nobody_returned_bring_no_nought() -> None:
    rows = [{"object": "bridge.steps", "line": line, "amount_change": 0.0} for line in ("existing", "fresh")]
    table, half = ("movement.lines", made.table("movement.lines", *rows)), replace(made.HEAD, window_months=3)
    ends = {"bridge.start": made.figure(2e5), "bridge.end": made.figure(213_000.0), "bridge.new": made.figure(0.0)}
    assert over("bridge", made.seen(ends, table, head=half)) == [
        "Nobody was new or had returned: €213k in the last 3 months."
    ]
    back = {"bridge.returned": made.figure(70_700.0)}
    assert over("bridge", made.seen(ends | back, table, head=half)) == [
        "Of the €213k of the last 3 months, returned clients brought €70.7k."
    ]

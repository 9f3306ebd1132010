"""The model of a month end: what it is learned from, its fall-backs, and that no fit is made twice."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace

import numpy as np
import pytest
from clocks import Made, month, of_days, of_rows, random_rows

from portfolio_review.calendar import Month
from portfolio_review.metrics import rhythm, two_clocks
from portfolio_review.metrics.two_clocks import Fits


def monthly_buyers(clients: int, months: int, last: dt.date) -> Made:
    """Clients that buy on the same day of every month, `months` times, the last time in the month of `last`."""
    end = Month.of(last)
    days = {
        f"c{n:02d}": [(end - back).first + dt.timedelta(days=n % 28) for back in range(months)] for n in range(clients)
    }
    return of_days(days)


def test_nobody_ever_leaves() -> None:
    made = monthly_buyers(60, 27, dt.date(2022, 3, 31))
    model, known = made.fits.two_clocks(month("2022-03"), 3), made.history.at(month("2022-03"))
    assert (model.chance(known) > 0.999).all()


def test_all_have_stopped() -> None:
    made = monthly_buyers(60, 27, dt.date(2022, 3, 31))
    at = month("2022-03") + 21
    model, known = made.fits.two_clocks(at, 3), made.history.at(at)
    assert (model.chance(known) < 0.001).all()


def test_a_short_history_goes_by_the_rhythm_alone_and_says_so() -> None:
    made = monthly_buyers(60, 4, dt.date(2022, 4, 30))  # January to April
    model = made.fits.two_clocks(month("2022-04"), 3)
    known = made.history.at(month("2022-04"))
    assert model.blend is None
    assert model.rhythm.k == 1
    assert model.reason == "history starts 2022-01, needs 2021-12; by the client's own rhythm alone"
    alone = rhythm.fit(known.histories, float(known.log_gaps.sum()), 1).chance(known.x, known.t_x, known.T, 92 / 7)
    assert model.chance(known).tolist() == pytest.approx(alone.tolist(), abs=1e-10)
    # a month later a past month end is known: that of the history's second month
    assert made.fits.two_clocks(month("2022-05"), 3).blend is not None


def test_nobody_bought_twice() -> None:
    dice = random.Random(5)
    made = of_days({f"c{n}": [dt.date(2020, 1, 1) + dt.timedelta(days=dice.randrange(900))] for n in range(80)})
    at = month("2022-06")
    model, known = made.fits.two_clocks(at, 3), made.history.at(at)
    assert model.rhythm.k == 1
    p = model.chance(known)
    assert np.isfinite(p).all()
    assert p.max() < 0.1


def test_few_clients_are_computed() -> None:
    made = of_rows(random_rows(3, clients=6))
    p = made.fits.two_clocks(month("2022-03"), 3).chance(made.history.at(month("2022-03")))
    assert ((p > 0) & (p < 1)).all()


def test_what_came_later_is_not_known() -> None:
    rows, at = random_rows(11, clients=40), month("2021-06")
    whole = of_rows(rows)
    early = of_rows(rows[rows["date"] <= "2021-06-30"])
    for horizon in (3, 12):
        one, other = (made.fits.two_clocks(at, horizon) for made in (whole, early))
        assert (one.rhythm, one.blend) == (other.rhythm, other.blend)
        assert one.chance(whole.history.at(at)).tolist() == other.chance(early.history.at(at)).tolist()


def test_no_fit_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made, asked = of_rows(random_rows(8, clients=40)), []
    true_fit = rhythm.fit

    def counted(*args: object, **more: object) -> object:
        asked.append(args)
        return true_fit(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(two_clocks.rhythm, "fit", counted)
    fits, at = Fits(made.history), month("2022-04")
    now = fits.two_clocks(at, 3)
    # five at January to choose k by, one at April
    assert len(asked) == 6
    fits.two_clocks(at - 3, 3)
    # the first backtest origin: five more at October, for January's choice; January's own are at hand
    assert len(asked) == 11
    assert fits.two_clocks(at, 3) is now
    fits.two_clocks(at, 12)
    # a year ahead: five at April 2021, one at April 2022 where its k is another
    assert len(asked) in (16, 17)


def test_cases_beyond_the_limit_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    made, at = of_rows(random_rows(4, clients=60)), month("2022-04")
    whole = made.fits.two_clocks(at, 3).blend
    monkeypatch.setattr(two_clocks, "MOST_CASES", 500)
    thinned = made.fits.two_clocks(at, 3).blend
    assert whole is not None
    assert thinned is not None
    assert thinned != whole
    assert (thinned.b0, thinned.b1, thinned.b2) == pytest.approx((whole.b0, whole.b1, whole.b2), abs=0.4)


def test_few_month_ends_hold_the_level() -> None:
    made = of_rows(random_rows(9, clients=40, months=14))  # January 2019 to February 2020
    held = made.fits.two_clocks(month("2020-02"), 3)
    assert held.month_ends == 10  # February to November 2019
    assert held.blend is not None
    assert held.blend.b0 == 0


def test_k_is_chosen_by_a_loss_that_no_single_client_decides() -> None:
    # three clients bought monthly up to January, one of them no more: k = 1 gives all .9999, counted as .999, so that
    # its loss is (−2 ln .999 − ln .001) / 3 = 2.30; k = 2 gives all .03: (−2 ln .03 − ln .97) / 3 = 2.35
    before = month("2022-01")
    fits = Fits(of_days({
        f"c{n:02d}": [*((before - back).first + dt.timedelta(days=n) for back in range(40)), *[dt.date(2022, 3, 1)] * (n < 2)]
        for n in range(3)
    }).history)  # fmt: skip
    known = fits.known(before)
    assert known.repeats.sum() >= two_clocks.FEWEST_REPEATS
    assert known.bought_within(3).tolist() == [True, True, False]
    told = dict.fromkeys(two_clocks.REGULARITIES, 0.0005) | {1: 0.9999, 2: 0.03}
    for k, chance in told.items():
        always = SimpleNamespace(chance=lambda x, t_x, T, weeks, p=chance: np.full(len(x), p))
        fits._rhythms[before, k] = always  # type: ignore[assignment]
    assert fits._regularity(before, 3) == 1

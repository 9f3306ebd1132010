"""What was known of purchases at a month end, by hand and against counting day by day."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from clocks import month, of_days, of_rows, random_rows

A = [dt.date(2021, 1, 5), dt.date(2021, 1, 19), dt.date(2021, 4, 30), dt.date(2021, 6, 1)]
B = [dt.date(2021, 3, 31)]


def test_by_hand() -> None:
    known = of_days({"a": A, "b": B}).history.at(month("2021-04"))
    assert known.repeats.tolist() == [2, 0]
    assert known.recency.tolist() == [115, 0]  # 5 January to 30 April
    assert known.age.tolist() == [115, 30]
    assert known.T.tolist() == pytest.approx([115 / 7, 30 / 7])
    assert known.log_gaps.tolist() == pytest.approx([math.log(14 / 7) + math.log(101 / 7), 0], abs=1e-8)
    assert known.silence.tolist() == [0, 1]
    assert known.months_bought.tolist() == [2, 1]
    assert known.life.tolist() == [4, 2]
    assert known.bought_within(1).tolist() == [False, False]
    assert known.bought_within(2).tolist() == [True, False]
    assert known.repeat_clients == 1


def test_nobody_is_known_before_the_first_purchase() -> None:
    history = of_days({"a": A, "b": B}).history
    assert len(history.at(month("2020-12"))) == 0
    assert history.at(month("2021-02")).client.tolist() == [0]
    assert history.earliest_origin == month("2021-02")


def test_refunds_and_zero_rows_are_no_purchase_days() -> None:
    rows = pd.DataFrame(
        [("a", "2021-01-05", 10.0), ("a", "2021-02-05", -10.0), ("a", "2021-03-05", 0.0), ("b", "2021-01-01", -5.0)],
        columns=["client_id", "date", "revenue"],
    )
    made = of_rows(rows.assign(date=pd.to_datetime(rows["date"])))
    known = made.history.at(month("2021-03"))
    assert made.history.ids.tolist() == ["a"]
    assert (known.repeats.tolist(), known.silence.tolist()) == ([0], [2])


@pytest.mark.parametrize("seed", range(5))
def test_equals_counting_the_days(seed: int) -> None:
    rows = random_rows(seed)
    made = of_rows(rows)
    for end in (month("2019-06"), month("2020-12"), month("2022-04")):
        known, last = made.history.at(end), pd.Timestamp(end.last)
        days = made.days[made.days["date"] <= last].groupby("client_id")["date"]
        assert made.history.ids[known.client].tolist() == list(days.groups)
        assert known.repeats.tolist() == (days.size() - 1).tolist()
        assert known.recency.tolist() == (days.max() - days.min()).dt.days.tolist()
        assert known.age.tolist() == (last - days.min()).dt.days.tolist()
        gaps = days.apply(lambda of: sum(math.log(gap / 7) for gap in of.diff().dt.days.dropna()))
        assert known.log_gaps.tolist() == pytest.approx(gaps.tolist(), abs=1e-6)


def test_a_client_is_told_the_same_whoever_else_there_is() -> None:
    rows = random_rows(2)
    alone = of_rows(rows[rows["client_id"] == "c07"]).history.at(month("2022-04"))
    among = of_rows(rows).history
    known = among.at(month("2022-04"))
    place = among.ids[known.client].get_loc("c07")
    assert known.log_gaps[place] == alone.log_gaps[0]

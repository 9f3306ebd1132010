"""Purchase histories, each once: counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from portfolio_review.metrics.histories import Histories


def test_equal_histories_stand_once_with_their_clients() -> None:
    # (x, days from first to last purchase, days from first to the end): two clients bought once 70 days ago
    found = Histories.of_days(np.array([0, 2, 0, 1]), np.array([0, 35, 0, 70]), np.array([70, 70, 70, 70]))
    assert found.x.tolist() == [0, 1, 2]
    assert found.t_x.tolist() == [0, 10, 5]
    assert found.T.tolist() == [10, 10, 10]
    assert found.clients.tolist() == [2, 1, 1]
    assert found.where.tolist() == [0, 2, 0, 1]
    assert (found.size, found.repeat_clients) == (4, 2)


def test_histories_of_one_day_and_of_nobody() -> None:
    whole = Histories.of_days(np.array([1, 1]), np.array([7, 14]), np.array([7, 14]))
    assert (whole.t_x.tolist(), whole.T.tolist()) == ([1, 2], [1, 2])
    nothing = Histories.of_days(*(np.array([], dtype=np.int64) for _ in range(3)))
    assert (nothing.size, nothing.repeat_clients) == (0, 0)


@pytest.mark.parametrize(("repeats", "recency", "age"), [(-1, 0, 5), (1, -1, 5), (1, 6, 5)])
def test_what_cannot_be_a_history_is_refused(repeats: int, recency: int, age: int) -> None:
    with pytest.raises(ValueError, match="0 ≤ recency ≤ age"):
        Histories.of_days(np.array([repeats]), np.array([recency]), np.array([age]))

"""A worker makes unit after unit within its limit of memory: what they leave behind must not add up."""

from collections.abc import Callable, Sequence

import pytest

from portfolio_review.pipeline import workers

Held = Callable[..., list[str]]
LIMIT, START = 1000, 300


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """`held(before, after)`: what the process holds before and after cycles are looked for; tells whether they were."""

    def make(before: int | None, after: int | None = None) -> list[str]:
        looked: list[str] = []
        monkeypatch.setattr(workers, "held_bytes", lambda: after if looked else before)
        monkeypatch.setattr(workers.gc, "collect", lambda: looked.append("for cycles"))
        return looked

    return make


@pytest.mark.parametrize(
    ("before", "after", "looks", "replaced"),
    [
        (START + 250, 0, [], False),
        (START + 251, START + 20, ["for cycles"], False),
        (START + 900, START + 500, ["for cycles"], False),
        (START + 900, START + 501, ["for cycles"], True),
    ],
)
def test_a_worker_looks_for_what_can_be_freed_and_is_replaced_when_that_does_not_help(
    held: Held, before: int, after: int, looks: Sequence[str], replaced: bool
) -> None:
    looked = held(before, after)
    assert workers._grown(START, LIMIT) is replaced
    assert looked == looks


def test_where_the_system_does_not_say_what_a_process_holds_its_largest_size_counts(held: Held) -> None:
    held(None)
    assert workers._grown(None, LIMIT) is True  # no Python is smaller than a thousand bytes
    assert workers._grown(None, 1 << 50) is False

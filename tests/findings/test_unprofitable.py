"""What the action lists tell: here of clients that cost money."""

from __future__ import annotations

import made
import pytest

from portfolio_review import findings


@pytest.mark.parametrize(
    ("clients", "margin", "text"),
    [
        (293, -1_690_000.0, "293 clients are unprofitable: revenue of €22.8m, margin of −€1.69m."),
        (1, -6_000.0, "1 client is unprofitable: revenue of €22.8m, margin of −€6.00k."),
        (2, -4_000.0, None),  # below the least that matters, 5,000
        (0, 0.0, None),
    ],
)
def test_unprofitable_clients_are_told_with_what_they_cost(clients: int, margin: float, text: str | None) -> None:
    figures = {"clients": clients, "revenue": 22_800_000.0, "margin": margin}
    told = findings.tell(
        made.seen({f"actions.unprofitable.{name}": made.figure(value) for name, value in figures.items()}), "actions"
    )
    found = [one for one in told if one.id == "actions.unprofitable"]
    assert [one.text for one in found] == ([] if text is None else [text])
    assert all((one.kind, one.tone, one.money) == ("risk", "bad", margin) for one in found)

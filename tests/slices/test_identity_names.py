"""The id stands beside a name that does not tell who is meant."""

import pandas as pd
import pytest

from portfolio_review.slices.identity import told_apart


def told(*clients: tuple[str, str | None]) -> list[str | None]:
    frame = pd.DataFrame(clients, columns=["client_id", "name"]).astype("str")
    return [None if pd.isna(name) else name for name in told_apart(frame)["name"]]


@pytest.mark.parametrize(("clients", "right"), [
    ([("1", "Луч"), ("2", "Луч"), ("3", "Заря")], ["Луч (1)", "Луч (2)", "Заря"]),
    ([("1", "Луч"), ("2", "Луч ")], ["Луч (1)", "Луч  (2)"]),
    ([("1", "Луч"), ("1", "Луч")], ["Луч", "Луч"]),  # one client in two units
    ([("1", "株式会社"), ("2", "Acme")], ["株式会社 (1)", "Acme"]),
    ([("1", None), ("2", None)], [None, None]),
    ([("Луч", "Луч"), ("2", "Луч")], ["Луч", "Луч (2)"]),
    ([], []),
])  # fmt: skip
def test_names_and_ids(clients: list[tuple[str, str | None]], right: list[str | None]) -> None:
    assert told(*clients) == right


def test_without_names_nothing_is_told() -> None:
    frame = pd.DataFrame({"client_id": ["1"]})
    assert told_apart(frame) is frame

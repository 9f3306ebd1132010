"""Keys that occur more than once, whatever is sorted at a time."""

import duckdb
import pytest

from portfolio_review.sources import repeated as module
from portfolio_review.sources.repeated import repeated

KEYS = [7, 1, 2**64 - 1, 7, 3, 7, 2**64 - 1, 0, 12, 5]


@pytest.mark.parametrize("at_once", [100, 3, 1])
def test_each_repeated_key_is_named_once_in_order(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(module, "KEYS_AT_ONCE", at_once)
    with duckdb.connect() as con:
        con.execute("CREATE TABLE keys AS SELECT unnest(?::UBIGINT[]) AS key", [KEYS])
        assert repeated(con, "keys", "key").tolist() == [7, 2**64 - 1]


def test_no_row_repeats_nothing() -> None:
    with duckdb.connect() as con:
        assert repeated(con, "(SELECT 1::UBIGINT AS key WHERE false)", "key").tolist() == []

"""Which keys occur more than once: sorted in parts, for a group of each would take four times as long."""

from __future__ import annotations

import duckdb
import numpy as np

KEYS_AT_ONCE = 40_000_000
"""Keys that are sorted together: 320 MB."""


def repeated(con: duckdb.DuckDBPyConnection, relation: str, key: str) -> np.ndarray:
    """The 64-bit keys of column `key` that the rows of `relation` (SQL) hold more than once, each once, in order."""
    count = con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]
    parts = count // KEYS_AT_ONCE + 1
    found = []
    for part in range(parts):
        mine = f" WHERE {key} % {parts} = {part}" if parts > 1 else ""
        keys = np.sort(np.asarray(con.execute(f"SELECT {key} FROM {relation}{mine}").fetchnumpy()[key]))
        found.append(np.unique(keys[1:][keys[1:] == keys[:-1]]))
    return np.sort(np.concatenate(found))

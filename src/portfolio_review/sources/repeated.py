"""Which keys occur more than once: sorted in parts, for a group of each would take four times as long."""

from __future__ import annotations

import duckdb
import numpy as np

KEYS_AT_ONCE = 40_000_000
"""Keys that are sorted together: 320 MB."""
_LOW = np.uint64(2**24 - 1)


def repeated(con: duckdb.DuckDBPyConnection, relation: str, key: str) -> np.ndarray:
    """The 64-bit keys of column `key` that the rows of `relation` (SQL) hold more than once, each once, in order."""
    count = con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]
    parts = count // KEYS_AT_ONCE + 1
    found = []
    for part in range(parts):
        mine = f" WHERE {key} % {parts} = {part}" if parts > 1 else ""
        keys = np.asarray(con.execute(f"SELECT {key} FROM {relation}{mine}").fetchnumpy()[key])
        found.append(_repeated(keys))
    return np.sort(np.concatenate(found))


def _repeated(keys: np.ndarray) -> np.ndarray:
    # half a key sorts in half of the time, and few keys are left whose half stands twice
    half = np.sort(keys.astype(np.uint32))
    marked = np.zeros(2**24, dtype=bool)
    marked[half[1:][half[1:] == half[:-1]] & np.uint32(_LOW)] = True
    left = np.sort(keys[marked[keys & _LOW]])
    return np.unique(left[1:][left[1:] == left[:-1]])

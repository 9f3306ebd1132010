"""Companies of any size, generated: transactions as Parquet and a review file beside them."""

from __future__ import annotations

from pathlib import Path

import duckdb

PERIOD = "2025-12"
"""The last month of the three years that are generated."""


def write(folder: Path, *, rows: int, clients: int, units: int) -> Path:
    """Write `transactions.parquet` and `bench.yml` into `folder`, unless they are there; returns the review file.

    Who buys when follows from the number of the row by multiplication and remainder: the same rows
    everywhere, without a random number. Three rows are an order, of one client on one day; small clients
    buy seldom, large ones often.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, data = folder / "bench.yml", folder / "transactions.parquet"
    if not data.exists():
        part = data.with_suffix(".part")
        with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as con:
            con.execute(
                f"""COPY (
                  SELECT printf('c%07d', client) AS client_id,
                         DATE '2023-01-01' + ((n // 3 * 7919 + client * 31) % 1096)::INTEGER AS date,
                         round(5 + (n * 104729 % 100003) / 100.0 * (1 + client % 7), 2)::DOUBLE AS revenue,
                         printf('o%09d', n // 3) AS order_id,
                         printf('p%04d', n * 613 % 2000) AS product,
                         printf('k%02d', n * 613 % 2000 % 20) AS category,
                         printf('Unit %03d', client % {units}) AS unit
                  FROM (SELECT n, ((n // 3 * 48271 % 15485863) / 15485863.0) ** 2 AS u,
                               least({clients} - 1, floor({clients} * u))::BIGINT AS client FROM range({rows}) t(n)))
                TO '{part}' (FORMAT parquet, COMPRESSION zstd)"""
            )
        part.rename(data)
    file.write_text(
        "id: bench\ncurrency: EUR\nsources:\n  transactions: {path: transactions.parquet}\nlimits: {memory_gb: 2}\n",
        encoding="utf-8",
    )
    return file

"""The frames of clients on their way from buckets to the slices of units: what does not fit memory all at once.

Each bucket's frames are put down as they are, by client; in the end each unit gathers its own from all of them,
and `all` those of its clients. A client is written as its number in the slice: its place among the clients there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_review.slices.codes import ALL_CODE
from portfolio_review.slices.exact import spread
from portfolio_review.slices.rows import NONE, Clients

CLIENT = "client"
"""The column of a client's number in a slice's file, in place of client_id."""
_DAY = pa.timestamp("us")
_WORD = pa.dictionary(pa.uint32(), pa.string())
SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "monthly": {
        "month": pa.int32(), "revenue": pa.float64(), "margin": pa.float64(),
        "gross": pa.float64(), "margin_gross": pa.float64(), "margin_revenue": pa.float64(),
        "orders": pa.int32(), "purchase_days": pa.int32(), "last_day": pa.int32(), "log_gaps": pa.float64(),
    },
    "as_of": {
        "date": _DAY, "last_purchase": _DAY, "purchase_days": pa.int32(), "gaps": pa.int32(), "gap_q80": pa.float64(),
    },
    "orders": {"span": _WORD, "orders": pa.int32()},
    "part_months": {"month": pa.int32(), "revenue": pa.float64(), "purchase_days": pa.int32()},
    "mix": {
        "category": _WORD, "revenue_w0": pa.float64(), "revenue_w1": pa.float64(), "margin_w1": pa.float64(),
        "margin_revenue_w1": pa.float64(), "active_w1": pa.bool_(), "revenue_then": pa.float64(),
        "active_since": pa.bool_(),
    },
    "items": {"items": pa.int32()},
}  # fmt: skip
"""The columns of each frame after `client`. Before they are written days are counted since 1970 and words coded."""


@dataclass(frozen=True)
class _Bucket:
    folder: Path
    starts: Mapping[int, tuple[int, int]]
    """Where the clients of each unit begin and end."""
    of_all: np.ndarray
    """The clients that stand under `all`, in their order."""
    clients: int
    _opened: dict[str, Mapping[str, np.ndarray]] = field(default_factory=dict)

    def columns(self, name: str) -> Mapping[str, np.ndarray]:
        """The columns of a frame, mapped from its file; none where it has no rows to tell of."""
        if name not in self._opened:
            path, columns = self.folder / name, {}
            if path.exists():
                with pa.memory_map(str(path)) as file:
                    table = pa.ipc.open_file(file).read_all()
                columns = {key: table.column(key).to_numpy() for key in table.column_names}
            self._opened[name] = columns
        return self._opened[name]


@dataclass
class Frames:
    """Frames of buckets, put down below `folder`; `words` are the texts of coded columns, by column and code."""

    folder: Path
    words: Mapping[str, Sequence[str]]
    _buckets: dict[int, _Bucket] = field(default_factory=dict)

    def add(self, number: int, clients: Clients, frames: Mapping[str, Mapping[str, np.ndarray]]) -> None:
        """Put down the frames of a bucket, columns by name: `who` is the place of the client, in ascending order.

        The clients of buckets follow one another by their `number`, in whatever order they are added.
        """
        folder = self.folder / str(number)
        folder.mkdir(parents=True)
        for name, columns in frames.items():
            if columns:
                # of whole numbers the narrowest that is ever needed
                table = pa.table({
                    key: column.astype(np.int32) if column.dtype.kind == "i" else column
                    for key, column in columns.items()
                })  # fmt: skip
                with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                    writer.write_table(table)
        units = np.unique(clients.unit)
        bounds = np.searchsorted(clients.unit, units), np.searchsorted(clients.unit, units, side="right")
        starts = {int(unit): (int(begin), int(end)) for unit, begin, end in zip(units, *bounds, strict=True)}
        of_all = np.flatnonzero(clients.of_all)
        of_all = of_all[np.argsort(clients.client[of_all], kind="stable")]
        self._buckets[number] = _Bucket(folder, starts, of_all, len(clients))

    def write(self, unit: int, folder: Path) -> None:
        """Write the frames of a unit, by client: a Parquet file each in `folder`."""
        for name, columns in SCHEMAS.items():
            schema = pa.schema({CLIENT: pa.uint32(), **columns})
            words = [key for key, kind in columns.items() if kind == _WORD]
            with pq.ParquetWriter(
                folder / f"{name}.parquet", schema, compression="lz4", use_dictionary=words, write_statistics=False,
                store_schema=False,  # words are coded in the file, and texts to those who read it
            ) as writer:  # fmt: skip
                for numbers, found in self.of_unit(unit, name):
                    arrays = [self._array(key, kind, found[key]) for key, kind in columns.items()]
                    writer.write_table(pa.Table.from_arrays([pa.array(numbers, pa.uint32()), *arrays], schema=schema))

    def of_unit(self, unit: int, name: str) -> Iterator[tuple[np.ndarray, Mapping[str, np.ndarray]]]:
        """The columns of a frame bucket by bucket, with the numbers of the clients."""
        before = 0
        for _, bucket in sorted(self._buckets.items()):
            begin, end = bucket.starts.get(unit, (0, 0))
            count = len(bucket.of_all) if unit == ALL_CODE else end - begin
            columns = bucket.columns(name) if count else {}
            if columns:
                who = columns["who"]
                if unit == ALL_CODE:
                    ends = np.searchsorted(who, np.arange(bucket.clients + 1))
                    lengths = np.diff(ends)[bucket.of_all]
                    places = spread(ends[bucket.of_all], lengths)
                    numbers = np.repeat(np.arange(before, before + count), lengths)
                    yield numbers, {key: column[places] for key, column in columns.items()}
                else:
                    rows = slice(*np.searchsorted(who, (begin, end)))
                    yield who[rows] - begin + before, {key: column[rows] for key, column in columns.items()}
            before += count

    def _array(self, key: str, kind: pa.DataType, column: np.ndarray) -> pa.Array:
        if kind == _DAY:
            return pa.array(column, pa.date32()).cast(_DAY)
        if kind == _WORD:
            codes = pa.array(column, pa.uint32(), mask=column == NONE)
            return pa.DictionaryArray.from_arrays(codes, pa.array(self.words[key], pa.string()))
        return pa.array(column, kind)

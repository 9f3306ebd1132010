"""DuckDB as the sources use it: locked instances that see nothing but the named files and their own folder.

`reader` counts and checks with every thread; `writer` writes with one, for only then are the bytes of a
Parquet file the same on every machine and under every memory limit.
"""

from __future__ import annotations

import os
import resource
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

MEMORY_PER_THREAD_GB = 0.25
QUERY_SECONDS = 900.0
QUERY_SPILL_GB = 50.0
"""What a user's query may take: joins of millions of rows need minutes, a join without a condition has no end."""
FEW_ROWS = 100_000
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"

_WITHOUT = (
    # hoists a cast that also stands elsewhere out of TRY, which then stops the query
    "common_subexpressions",
    # believe the statistics of a Parquet file: where they lie, wrong values pass unseen and rows are passed over
    "statistics_propagation",
    "filter_pushdown",
    "row_group_pruner",
    "join_filter_pushdown",
    "partial_aggregate_pushdown",
)
_WITHOUT_TO_WRITE = (
    *_WITHOUT,
    # exchange the sides of a join and with them the order of rows
    "join_order",
    "build_side_probe_side",
)


@dataclass(frozen=True)
class Engine:
    """The two instances and the scratch folder, which is removed by `close`."""

    reader: duckdb.DuckDBPyConnection
    writer: duckdb.DuckDBPyConnection
    scratch: Path
    timezone: str
    memory_gb: float
    threads: int
    directories: tuple[Path, ...]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the reader answers."""
        return self.reader.execute(sql).fetchall()

    def row(self, sql: str) -> tuple[Any, ...]:
        """The first row of it."""
        return self.rows(sql)[0]

    def put_aside(self, query: str, path: Path) -> None:
        """The rows of `query`, in whatever order, as a Parquet file for the reader alone."""
        self.rows(f"COPY ({query}) TO {text(path)} (FORMAT parquet)")

    def write(self, query: str, path: Path) -> None:
        """The rows of `query`, in their order, as a Parquet file at `path`."""
        self.writer.execute(f"COPY ({query}) TO {text(path)} {PARQUET}")

    def write_unordered(self, statement: str, rows: int) -> None:
        """Run a COPY of so many rows that need no order, with every thread: in half of the time, for none waits for
        another. Few are written before an instance for it would have started."""
        if rows <= FEW_ROWS:
            self.writer.execute(statement)
            return
        allowed = [self.scratch.parent, *self.directories]
        writer = _connect(self.threads, self.memory_gb, self.timezone, self.scratch / "bulk", allowed, _WITHOUT, False)
        try:
            writer.execute(statement)
        finally:
            writer.close()

    @contextmanager
    def one_query(self, directories: Iterable[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
        """An instance of one thread for a user's query, which may read `directories`, within its limits.

        Beyond `QUERY_SECONDS` it is interrupted, beyond `QUERY_SPILL_GB` it is out of memory.
        """
        allowed = [*directories, self.scratch]
        connection = _connect(
            1, self.memory_gb, self.timezone, self.scratch / "query", allowed, (), spill_gb=QUERY_SPILL_GB
        )
        late = threading.Timer(QUERY_SECONDS, connection.interrupt)
        late.daemon = True
        late.start()
        try:
            yield connection
        finally:
            late.cancel()
            late.join()
            connection.close()

    def close(self) -> None:
        self.reader.close()
        self.writer.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def open_engine(folder: Path, directories: Iterable[Path], timezone: str, memory_gb: float | None) -> Engine:
    """Both instances, allowed to read `directories` and to write `folder` alone."""
    scratch = scratch_of(folder)
    memory = memory_gb or half_of_memory_gb()
    threads = max(1, min(processors(), int(memory / MEMORY_PER_THREAD_GB)))
    directories = tuple(directories)
    allowed = [folder, *directories]
    reader = _connect(threads, memory, timezone, scratch / "reader", allowed, _WITHOUT)
    writer = _connect(1, memory, timezone, scratch / "writer", allowed, _WITHOUT_TO_WRITE)
    return Engine(reader, writer, scratch, timezone, memory, threads, tuple(directories))


def scratch_of(folder: Path) -> Path:
    """Where the files of a moment lie in `folder`; made when it is not there."""
    scratch = folder / ".tmp"
    scratch.mkdir(exist_ok=True)
    return scratch


def _connect(
    threads: int, memory_gb: float, timezone: str, spill: Path, directories: Iterable[Path], without: Sequence[str],
    in_order: bool = True, spill_gb: float | None = None,
) -> duckdb.DuckDBPyConnection:  # fmt: skip
    allowed = sorted({str(path) for directory in directories for path in (directory, directory.resolve())})
    connection = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": f"{memory_gb * 1000:.0f}MB",
            "temp_directory": str(spill),
            "preserve_insertion_order": in_order,
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )
    for setting in (
        f"TimeZone = {text(timezone)}",
        "enable_external_file_cache = false",
        "enable_progress_bar = false",
        f"disabled_optimizers = {text(','.join(without))}",
        f"allowed_directories = [{', '.join(map(text, allowed))}]",
        "enable_external_access = false",
        *([f"max_temp_directory_size = '{spill_gb * 1000:.0f}MB'"] if spill_gb else []),
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def half_of_memory_gb() -> float:
    """Half of what the machine, the container, or the limit of this process (`ulimit -v`) has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed != resource.RLIM_INFINITY:
        total = min(total, allowed)
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text()))
        except (OSError, ValueError):
            continue
    return total / 2e9


def processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def text(value: str | Path) -> str:
    """A SQL string literal."""
    return "'" + os.fspath(value).replace("'", "''") + "'"


def stored(path: Path, options: str = "") -> str:
    """SQL of the rows of a Parquet file, or of those that a glob matches."""
    return f"read_parquet({text(path)}{options})"


def name(value: str) -> str:
    """A quoted SQL identifier."""
    return '"' + value.replace('"', '""') + '"'

"""Files made to harm, or harmed: refused within seconds, with one clear fault."""

from __future__ import annotations

import os
import random
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio_review.errors import DataRefusedError, Fault

from .conftest import Bench

OneFault = Callable[..., Fault]
HEAD = "client_id,date,revenue\n"


@pytest.mark.parametrize("keep", [5, 100, 0.5, 0.9, 0.999])
def test_a_truncated_parquet_file(bench: Bench, keep: float) -> None:
    path = bench.parquet(
        "t.parquet", "SELECT 'c' || i AS client_id, DATE '2011-11-30' AS date, i AS revenue FROM range(5000) t(i)"
    )
    data = path.read_bytes()
    path.write_bytes(data[: int(keep if keep > 1 else len(data) * keep)])
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.rule.startswith("the file cannot be read as Parquet: ")
    assert str(bench.folder) not in str(fault)


@pytest.mark.parametrize("length", [0, 8, 100, 2**31 - 1])
def test_a_parquet_file_of_noise_between_the_marks(bench: Bench, length: int) -> None:
    noise = random.Random(7).randbytes(5000)
    bench.write("t.parquet", b"PAR1" + noise + length.to_bytes(4, "little") + b"PAR1")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.rule.startswith("the file cannot be read as Parquet: ")


def test_a_parquet_file_damaged_in_the_middle(bench: Bench) -> None:
    path = bench.parquet(
        "t.parquet",
        "SELECT md5(i::VARCHAR) AS client_id, DATE '2011-11-30' AS date, i AS revenue FROM range(50000) t(i)",
    )
    data = bytearray(path.read_bytes())
    data[1000:60000] = random.Random(7).randbytes(59000)
    path.write_bytes(bytes(data))
    faults = bench.faults({"transactions": {"path": "t.parquet"}})
    assert len(faults) == 1
    assert faults[0].rule.startswith("the source cannot be read to its end: ")


def test_a_damaged_table_does_not_hide_the_faults_of_the_others(bench: Bench) -> None:
    bench.write("t.parquet", b"PAR1" + b"x" * 100 + b"PAR1")
    bench.write("c.csv", "client_id,name\na,A\na,B\n")
    faults = bench.faults({"transactions": {"path": "t.parquet"}, "clients": {"path": "c.csv"}})
    assert [fault.table for fault in faults] == ["transactions", "clients"]


ODD = {"pipe": "a named pipe", "socket": "a socket", "device": "a device"}


def put_odd(path: Path, what: str) -> None:
    if what == "pipe":
        os.mkfifo(path)
    elif what == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)  # in the current folder: a socket's path is short
            Path(path.name).replace(path)
    else:
        path.symlink_to("/dev/zero")


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.xlsx"])
def test_what_is_no_file_is_refused_before_it_is_opened(bench: Bench, what: str, name: str) -> None:
    put_odd(bench.folder / name, what)
    (fault,) = bench.faults({"transactions": {"path": name}})
    assert fault.rule == f"'{name}' is {ODD[what]}, not a file"


@pytest.mark.parametrize("what", ODD)
def test_what_is_no_file_among_those_of_a_glob_or_a_query(bench: Bench, what: str) -> None:
    bench.write("d/1.csv", HEAD + "a,2011-11-30,5\n")
    put_odd(bench.folder / "d" / "2.csv", what)
    (fault,) = bench.faults({"transactions": {"path": "d/*.csv"}})
    assert fault.rule == f"'d/2.csv' is {ODD[what]}, not a file"
    (fault,) = bench.faults({"transactions": {"query": "select * from 'd/*.csv'"}})
    assert fault.rule == f"'d/2.csv' is {ODD[what]}, not a file"


@pytest.mark.parametrize("seed", range(3))
def test_binary_garbage_as_csv(one_fault: OneFault, seed: int) -> None:
    fault = one_fault(random.Random(seed).randbytes(200_000))
    assert fault.rule.startswith("the file ")


def test_nul_bytes_in_csv_name_the_row(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + "a,2011-11-30,5\nb\x00,2011-11-30,5\n")
    assert fault.rule == "the file holds NUL characters, so it is not text in this encoding"
    assert fault.examples == ((3, "NUL"),)


@pytest.mark.parametrize(("head", "megabytes"), [(HEAD, 100), ("", 20), (HEAD + '"', 20)])
def test_a_line_of_a_hundred_megabytes(one_fault: OneFault, head: str, megabytes: int) -> None:
    started = time.monotonic()
    fault = one_fault(head + "x" * (megabytes << 20))
    assert fault.rule == "a line is longer than 16 MB, so this is no table"
    assert time.monotonic() - started < 10


def test_a_cell_of_twenty_megabytes_over_many_lines(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + 'a,2011-11-30,"' + "x\n" * 10_000_000 + '"\n')
    assert "field larger than field limit" in fault.rule


def test_a_header_of_a_million_columns(one_fault: OneFault) -> None:
    fault = one_fault(",".join(f"c{i}" for i in range(200_000)) + "\n")
    assert "columns" in fault.rule


def test_quotes_without_end(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + '"' * 100_001 + "\n")
    assert fault.examples


def test_a_path_in_a_message_never_shows_where_the_project_lies(bench: Bench) -> None:
    bench.write("d/t.parquet", b"PAR1" + b"x" * 100 + b"PAR1")
    with pytest.raises(DataRefusedError) as caught:
        bench.read({"transactions": {"path": "d/t.parquet"}})
    assert str(bench.folder) not in str(caught.value)
    assert "d/t.parquet" in str(caught.value)


@pytest.mark.parametrize(
    ("column", "lie", "truth", "rule"),
    [
        ("revenue", 5.0, 1e300, "a number is 1e+15 or more"),
        ("revenue", -5.0, -1e18, "a number is 1e+15 or more"),
        ("revenue", 5.0, float("inf"), "a number is not finite"),
    ],
)
def test_statistics_that_lie_hide_no_value(bench: Bench, column: str, lie: float, truth: float, rule: str) -> None:
    """A Parquet file says in its footer what its values lie between; the check looks at the values."""
    values = f"(VALUES (1, 1.0::DOUBLE), (2, 2.0::DOUBLE), (3, '{truth}'::DOUBLE)) t(i, v)"
    path = bench.parquet(
        "t.parquet", f"SELECT 'c' || i AS client_id, DATE '2011-11-30' AS date, v AS {column} FROM {values}"
    )
    data = path.read_bytes()
    footer = int.from_bytes(data[-8:-4], "little") + 8
    lying = data[-footer:].replace(struct.pack("<d", truth), struct.pack("<d", lie))
    assert lying != data[-footer:] or truth == float("inf")
    path.write_bytes(data[:-footer] + lying)
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert (fault.column, fault.rule, fault.rows) == (column, rule, 1)


def test_statistics_that_lie_remove_no_row(bench: Bench) -> None:
    path = bench.parquet(
        "t.parquet",
        "SELECT 'c' || i AS client_id, DATE '2011-11-30' AS date, i + 1000.5::DOUBLE AS revenue FROM range(1, 4) t(i)",
    )
    data = path.read_bytes()
    footer = int.from_bytes(data[-8:-4], "little") + 8
    lying = (
        data[-footer:]
        .replace(struct.pack("<d", 1003.5), struct.pack("<d", -7.0))
        .replace(struct.pack("<d", 1001.5), struct.pack("<d", -9.0))
    )
    assert lying != data[-footer:]
    path.write_bytes(data[:-footer] + lying)
    read = bench.read(
        {
            "transactions": {
                "path": "t.parquet",
                "where": "revenue > 0",
                "columns": {k: k for k in ("client_id", "date", "revenue")},
            }
        }
    )
    assert len(read.rows()) == 3
    assert read.left_out() == {}

"""The process of its own: what comes back from it, and what is left when it dies."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio_review.errors import DataRefusedError, Fault, MissingFileError, PublishError, ReviewFileError
from portfolio_review.sources import Sources, child, read

from .conftest import Bench

DATA = "client_id,date,revenue\na,2011-11-30,5\n"


@pytest.fixture
def out(bench: Bench) -> Path:
    folder = bench.folder / "out"
    folder.mkdir()
    return folder


def test_a_read_from_another_folder(bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write("params/data/t.csv", DATA)
    bench.parquet("c.parquet", "SELECT 'a' AS client_id, 'Ann' AS name")
    monkeypatch.chdir("/")
    review = bench.review(
        {"transactions": {"path": "data/t.csv"}, "clients": {"query": "select * from '../c.parquet'"}}
    )
    sources = read(review, bench.folder / "params", out)
    assert isinstance(sources, Sources)
    assert (sources.tables, sources.source_rows) == (("transactions", "clients"), 1)
    assert sorted(path.name for path in out.iterdir()) == ["clients.parquet", "transactions"]
    assert [one.path for one in sources.inputs] == ["data/t.csv", "../c.parquet"]


def test_the_folders_may_be_relative(bench: Bench, out: Path) -> None:
    bench.write("t.csv", DATA)
    assert read(bench.review({"transactions": {"path": "t.csv"}}), Path(), Path("out")).folder == out.resolve()


def test_a_module_in_the_data_folder_is_not_imported(bench: Bench, out: Path) -> None:
    bench.write("t.csv", DATA)
    bench.write("json.py", "raise SystemExit('imported')")
    bench.write("duckdb.py", "raise SystemExit('imported')")
    assert read(bench.review({"transactions": {"path": "t.csv"}}), bench.folder, out).source_rows == 1


def test_faults_come_back_as_they_are(bench: Bench, out: Path) -> None:
    bench.write("t.csv", DATA + "b,30.11.2011,5\n")
    with pytest.raises(DataRefusedError) as caught:
        read(bench.review({"transactions": {"path": "t.csv"}}), bench.folder, out)
    assert caught.value.faults == [
        Fault(
            "transactions", "date", "text is not an ISO date", 1,
            "Write dates as 2011-11-30, or declare csv.date_format under the source, for instance '%d.%m.%Y'",
            file="t.csv", examples=((3, "30.11.2011"),),
        )
    ]  # fmt: skip
    assert str(caught.value).count("error: ") == 1
    assert list(out.iterdir()) == []


def test_missing_files_come_back(bench: Bench, out: Path) -> None:
    with pytest.raises(MissingFileError, match=r"'t\.csv' does not exist"):
        read(bench.review({"transactions": {"path": "t.csv"}}), bench.folder, out)
    assert list(out.iterdir()) == []


def test_expressions_are_judged_before_a_process_starts(
    bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_CONTEXT", None)
    with pytest.raises(ReviewFileError, match="holds the aggregate"):
        read(bench.review({"transactions": {"path": "t.csv", "where": "sum(x) > 1"}}), bench.folder, out)


def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_is_read(bench: Bench, out: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "client_id"
    workbook.active["XFD1048576"] = 1
    workbook.save(bench.folder / "far.xlsx")
    review = bench.review({"transactions": {"path": "far.xlsx"}}, limits={"memory_gb": 1})
    with pytest.raises(DataRefusedError) as caught:
        read(review, bench.folder, out)
    (fault,) = caught.value.faults
    assert fault.rule.startswith("the cells lie too far apart: 2 of 17,179,869,184, the last in row 1,048,576")
    assert fault.file == "far.xlsx"
    assert list(out.iterdir()) == []


def test_a_killed_child_is_one_clear_error(bench: Bench, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write("t.csv", DATA)
    (bench.folder / "site").mkdir()
    bench.write(
        "site/sitecustomize.py",
        "import os, signal\nif 'spawn_main' in ' '.join(__import__('sys').orig_argv):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    monkeypatch.setenv("PYTHONPATH", str(bench.folder / "site"))
    with pytest.raises(DataRefusedError, match=r"ended \(SIGKILL\) while the process started"):
        read(bench.review({"transactions": {"path": "t.csv"}}), bench.folder, out)


def test_a_folder_that_cannot_be_written(bench: Bench) -> None:
    bench.write("t.csv", DATA)
    out = bench.write("out", "a file")
    with pytest.raises(PublishError, match=r"/out cannot be written: Not a directory"):
        read(bench.review({"transactions": {"path": "t.csv"}}), bench.folder, out)


def test_too_little_memory_is_said_with_the_key_that_raises_it(bench: Bench, out: Path) -> None:
    bench.parquet(
        "t.parquet",
        "SELECT repeat('x', 1000) || i AS client_id, DATE '2011-11-30' AS date, i AS revenue FROM range(200000) t(i)",
    )
    review = bench.review({"transactions": {"path": "t.parquet"}}, limits={"memory_gb": 0.02})
    with pytest.raises(DataRefusedError, match=r"need more memory than 0\.02 GB: raise limits\.memory_gb"):
        read(review, bench.folder, out)


def test_the_child_ends_with_its_parent_whatever_it_is_doing(bench: Bench, out: Path) -> None:
    """A parent that is killed while the child waits for rows without an end."""
    sqlite3.connect(bench.folder / "crm.db").close()
    endless = "with recursive rows(i) as (select 1 union all select i + 1 from rows) select i from rows"
    bench.write(
        "parent.py",
        "import os\nfrom pathlib import Path\nfrom portfolio_review import review, sources\n"
        "if __name__ == '__main__':\n"
        "    text = 'id: b\\ncurrency: EUR\\nsources: {transactions: {connection: env:CRM_DSN, query: \""
        + endless
        + "\"}}'\n"
        "    sources.read(review.parse(text, 'b.yml'), Path(), Path('out'))\n",
    )
    environment = {
        **os.environ, "PYTHONPATH": str(Path(child.__file__).parents[2]), "CRM_DSN": "sqlite:///crm.db",
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "parent.py"], cwd=bench.folder, env=environment) as parent:
        stage = out / ".tmp" / "stage"
        assert _soon(stage.exists), "the child does not read"
        found = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        assert found
        parent.kill()
    assert _soon(lambda: not any(Path(f"/proc/{number}").exists() for number in found)), "the child goes on"


def _soon(happened: Callable[[], bool]) -> bool:
    for _ in range(300):
        if happened():
            return True
        time.sleep(0.1)
    return False


def test_an_error_nobody_foresaw_is_still_one_message(bench: Bench, out: Path) -> None:
    bench.write("t.csv", DATA)
    review = bench.review({"transactions": {"path": "t.csv"}}).model_copy(update={"timezone": None})
    with pytest.raises(DataRefusedError, match="the sources cannot be read: TypeError: ") as caught:
        read(review, bench.folder, out)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        ReviewFileError("a.yml", [f"fault {number}" for number in range(30)]),
        DataRefusedError("refused", [Fault("clients", "name", "rule", 2, "remedy", examples=((1, "x"),))]),
        MissingFileError("missing"), PublishError("written"),
    ],
)  # fmt: skip
def test_errors_come_through_a_pipe_as_they_are(error: Exception) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), back.__dict__) == (type(error), str(error), error.__dict__)

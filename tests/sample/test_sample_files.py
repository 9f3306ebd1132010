"""The sample's files: the same bytes on every run, readable by every reader, whole or not there at all."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sample_company import Company

from portfolio_review import review, sample
from portfolio_review.errors import EXIT_SOME_FAILED, EXIT_USAGE, PublishError
from portfolio_review.sample import __main__ as command
from portfolio_review.sample import files

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "params" / "demo"
    assert [path.name for path in sample.write(folder)] == list(sample.FILES.values())
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("surroundings", [("1", "Asia/Tokyo"), ("2", "America/New_York")])
def test_same_bytes_whatever_the_hash_seed_and_time_zone(
    folder: Path, tmp_path: Path, surroundings: tuple[str, str]
) -> None:
    seed, zone = surroundings
    subprocess.run(
        [sys.executable, "-m", "portfolio_review.sample", str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        check=True,
        capture_output=True,
    )
    assert digests(tmp_path) == digests(folder)


def test_parquet_holds_days_and_text(folder: Path, company: Company) -> None:
    table = pq.read_table(folder / "transactions.parquet")
    assert str(table.schema.field("date").type) == "date32[day]"
    assert table.schema.metadata is None
    written = table.to_pandas()
    written["date"] = pd.to_datetime(written["date"])
    pd.testing.assert_frame_equal(written, company.tables["transactions"], check_exact=True, check_dtype=False)


def test_csv_keeps_zeros_and_names(folder: Path, company: Company) -> None:
    written = pd.read_csv(folder / "clients.csv", dtype="str", keep_default_na=False, encoding="utf-8")
    for column in ("client_id", "name", "manager"):
        assert list(written[column]) == list(company.tables["clients"][column])
    assert b"\r" not in (folder / "clients.csv").read_bytes()


def test_plans_are_an_office_csv(folder: Path, company: Company) -> None:
    plans = company.tables["plans"]
    assert (folder / "plans.csv").read_bytes().startswith(b"\xef\xbb\xbfclient_id;tier;")
    written = pd.read_csv(folder / "plans.csv", sep=";", decimal=",", dtype={"client_id": "str"}, encoding="utf-8-sig")
    assert written["cost"].sum() == plans["cost"].sum()
    assert list(pd.to_datetime(written["due"], format="%d.%m.%Y")) == list(plans["due"])


def test_workbook_holds_numbers_as_numbers(folder: Path, company: Company) -> None:
    book = openpyxl.load_workbook(folder / "targets.xlsx", read_only=True)
    rows = list(book[files.TARGETS_SHEET].iter_rows(values_only=True))
    book.close()
    targets = company.tables["targets"]
    assert rows[0] == tuple(targets.columns)
    assert len(rows) == len(targets) + 1
    assert [row[3] for row in rows[1:]] == list(targets["value"])
    assert all(isinstance(row[2], str) for row in rows[1:])


def test_review_file_reads_every_file(folder: Path) -> None:
    settings = review.load(DEMO)
    assert set(settings.sources) == set(sample.FILES)
    for name, source in settings.sources.items():
        assert source.path == f"demo/{sample.FILES[name]}"
        assert (folder.parent / source.path).is_file()


@pytest.mark.parametrize("table", ["transactions", "clients"])
def test_mapping_of_the_review_file_is_sql_over_the_files(folder: Path, company: Company, table: str) -> None:
    source = review.load(DEMO).sources[table]
    assert source.path
    assert source.columns
    assert set(source.columns) == set(company.tables[table].columns)
    expressions = ", ".join(f"{sql} as {column}" for column, sql in source.columns.items())
    path = str(folder.parent / source.path)
    reader = f"read_csv('{path}', all_varchar = true)" if path.endswith("csv") else f"'{path}'"
    ids = duckdb.sql(f"select {expressions} from {reader} where {source.where or 'true'}").fetchall()
    position = list(source.columns).index("client_id")
    assert sorted(row[position] or "" for row in ids) == sorted(company.tables[table]["client_id"].fillna(""))


def test_failed_write_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.write(tmp_path)
    before = digests(tmp_path)

    def full_disk(path: Path, table: pd.DataFrame) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setitem(files._FORMATS, "targets", ("targets.xlsx", full_disk))
    with pytest.raises(PublishError, match=r"could not be written to .*targets\.xlsx.*No space left on device"):
        sample.write(tmp_path)
    assert digests(tmp_path) == before


def test_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == EXIT_USAGE
    assert "usage: python -m portfolio_review.sample FOLDER" in capsys.readouterr().err
    (tmp_path / "taken").write_text("a file where the folder should be")
    assert command.main([str(tmp_path / "taken")]) == EXIT_SOME_FAILED
    assert str(tmp_path / "taken") in capsys.readouterr().err

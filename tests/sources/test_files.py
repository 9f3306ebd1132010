"""Which files a path names, and what is said when they are not there or not what they seem."""

from __future__ import annotations

import pytest

from portfolio_review.errors import MissingFileError

from .conftest import Bench

DATA = "client_id,date,revenue\na,2011-11-30,5\n"


def test_all_missing_files_are_named_at_once_with_folder_and_near_name(bench: Bench) -> None:
    bench.write("data/transactions.csv", DATA)
    with pytest.raises(MissingFileError) as caught:
        bench.read(
            {
                "transactions": {"path": "data/transaction.csv"},
                "clients": {"path": "nowhere/clients.csv"},
                "contacts": {
                    "query": "select * from 'data/contacts.parquet' join 'data/transactions.csv' using (client_id)"
                },
                "payments": {"path": "data/*.xlsx"},
            }
        )
    assert caught.value.exit_code == 2
    assert str(caught.value).split("\n  ") == [
        "4 files are missing: check the paths in the review file",
        f"sources.transactions.path: 'data/transaction.csv' does not exist (looked in {bench.folder}/data); did you mean 'data/transactions.csv'?",
        f"sources.clients.path: 'nowhere/clients.csv' does not exist (looked in {bench.folder}/nowhere, which does not exist either)",
        f"sources.contacts.query: 'data/contacts.parquet' does not exist (looked in {bench.folder}/data)",
        f"sources.payments.path: 'data/*.xlsx' does not exist (looked in {bench.folder}/data)",
    ]


def test_one_missing_file(bench: Bench) -> None:
    with pytest.raises(MissingFileError, match=r"^a file is missing: check the path"):
        bench.read({"transactions": {"path": "t.csv"}})


@pytest.mark.parametrize("name", ["DATA.CSV", "data.Csv", "data.tsv", "data.txt"])
def test_extensions_in_any_case(bench: Bench, name: str) -> None:
    assert bench.csv(DATA, name=name).column("client_id") == ["a"]


@pytest.mark.parametrize("name", ["data.json", "data", "data.parquet.gz", "data.xls"])
def test_other_extensions_are_refused(bench: Bench, name: str) -> None:
    (fault,) = bench.csv_faults(DATA, name=name)
    assert fault.rule == f"'{name}' has no extension that is known"
    assert ".parquet, .pq, .csv" in fault.remedy


def test_a_folder_is_the_files_in_it(bench: Bench) -> None:
    bench.write("data/t.csv", DATA)
    bench.write("data/more/u.csv", DATA.replace("a,", "b,"))
    bench.write("data/_SUCCESS", "")
    bench.write("data/.t.csv.crc", "x")
    bench.write("data/_temporary/0/t.csv", "half a fi")
    read = bench.read({"transactions": {"path": "data"}})
    assert [one.path for one in read.sources.inputs] == ["data/more/u.csv", "data/t.csv"]
    assert read.column("client_id") == ["a", "b"]


def test_a_folder_with_a_file_of_no_known_kind_is_refused(bench: Bench) -> None:
    bench.write("data/t.csv", DATA)
    bench.write("data/t.json", "{}")
    (fault,) = bench.faults({"transactions": {"path": "data"}})
    assert fault.rule == "'data/t.json' has no extension that is known"
    assert fault.remedy.endswith("name the files by a glob, as in data/**/*.csv")


def test_a_folder_without_a_file(bench: Bench) -> None:
    bench.write("data/_SUCCESS", "")
    (fault,) = bench.faults({"transactions": {"path": "data"}})
    assert fault.rule == "'data' is a folder without a file"


@pytest.mark.parametrize(
    ("log", "kind"), [("_delta_log/0.json", "a Delta table"), ("metadata/v1.metadata.json", "an Iceberg table")]
)
def test_the_folder_of_a_table_with_a_log_is_refused(bench: Bench, log: str, kind: str) -> None:
    bench.write("data/t.csv", DATA)
    bench.write(f"data/{log}", "{}")
    (fault,) = bench.faults({"transactions": {"path": "data"}})
    assert kind in fault.rule


def test_a_glob_passes_over_lock_files_and_takes_subfolders_with_two_stars(bench: Bench) -> None:
    bench.write("d/a.csv", DATA)
    bench.write("d/~$a.csv", b"\x00lock")
    bench.write("d/.hidden.csv", "x")
    bench.write("d/e/f/b.csv", DATA)
    read = bench.read({"transactions": {"path": "d/**/*.csv"}})
    assert [one.path for one in read.sources.inputs] == ["d/a.csv", "d/e/f/b.csv"]


def test_a_file_whose_name_looks_like_a_glob(bench: Bench) -> None:
    assert bench.csv(DATA, name="data[1].csv").column("client_id") == ["a"]


def test_a_glob_matches_one_format(bench: Bench) -> None:
    bench.write("d/a.csv", DATA)
    bench.write("d/a.parquet", DATA)
    (fault,) = bench.faults({"transactions": {"path": "d/a.*"}})
    assert fault.rule == "the files are of several formats"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.parquet", DATA.encode(), "the file is not a Parquet file"),
        ("t.xlsx", DATA.encode(), "the file is not an XLSX workbook"),
        ("t.csv", b"PAR1\x00\x00", "the file is not a CSV file, it starts like a Parquet file"),
        ("t.csv", b"PK\x03\x04abcd", "the file is not a CSV file, it starts like an XLSX workbook"),
        ("t.csv", b"\x1f\x8b\x08abcd", "the file is not a CSV file, it starts like gzip"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "it starts like an old or password-protected workbook"),
        ("t.parquet", b"", "the file is empty"),
        ("t.xlsx", b"", "the file is empty"),
    ],
)
def test_files_that_are_not_what_their_extension_says(bench: Bench, name: str, content: bytes, said: str) -> None:
    bench.write(name, content)
    (fault,) = bench.faults({"transactions": {"path": name}})
    assert said in fault.rule
    assert fault.file == name


def test_an_absolute_path_is_read(bench: Bench) -> None:
    path = bench.write("t.csv", DATA)
    assert bench.read({"transactions": {"path": str(path)}}).column("client_id") == ["a"]


class TestParquet:
    def test_several_files_with_types_that_widen(self, bench: Bench) -> None:
        (bench.folder / "d").mkdir()
        bench.parquet("d/1.parquet", "SELECT 7::INTEGER AS client_id, DATE '2011-11-30' AS date, 5::INTEGER AS revenue")
        bench.parquet(
            "d/2.parquet",
            "SELECT 1.5::DOUBLE AS revenue, 8.0::DOUBLE AS client_id, TIMESTAMP '2011-12-01 08:00' AS date",
        )
        read = bench.read({"transactions": {"path": "d/*.parquet"}})
        assert read.rows(columns="client_id, revenue") == [("7", 5.0), ("8", 1.5)]

    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ("SELECT 'a' AS client_id, DATE '2011-11-30' AS date", "it lacks revenue"),
            ("SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue, 1 AS x", "it also has x"),
            (
                "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, '5' AS revenue",
                "it has revenue as text, not a number",
            ),
        ],
    )
    def test_several_files_need_the_same_columns(self, bench: Bench, other: str, said: str) -> None:
        (bench.folder / "d").mkdir()
        bench.parquet("d/1.parquet", "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue")
        bench.parquet("d/2.parquet", other)
        (fault,) = bench.faults({"transactions": {"path": "d/*.parquet"}})
        assert fault.rule == f"the file differs in its columns from d/1.parquet: {said}"
        assert fault.file == "d/2.parquet"

    def test_rows_are_counted_from_one_in_each_file(self, bench: Bench) -> None:
        (bench.folder / "d").mkdir()
        for name, bad in (("1", 4), ("2", 2)):
            bench.parquet(
                f"d/{name}.parquet",
                f"SELECT 'a' AS client_id, CASE WHEN i = {bad} THEN 'x' ELSE '2011-11-30' END AS date, 5 AS revenue FROM range(1, 6) t(i)",
            )
        (fault,) = bench.faults({"transactions": {"path": "d/*.parquet"}})
        assert fault.examples == ((4, "x in d/1.parquet"), (2, "x in d/2.parquet"))

    def test_folders_named_like_partitions_add_no_columns(self, bench: Bench) -> None:
        (bench.folder / "margin=3").mkdir()
        bench.parquet("margin=3/1.parquet", "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue")
        assert (
            "margin" not in bench.read({"transactions": {"path": "margin=3/*.parquet"}}).sources.columns["transactions"]
        )


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_link_leads_to_its_file(bench: Bench, name: str) -> None:
    bench.write("elsewhere/t.csv", "client_id,date,revenue\na,2011-11-30,5\n")
    (bench.folder / "elsewhere").mkdir(exist_ok=True)
    bench.parquet("elsewhere/t.parquet", "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue")
    (bench.folder / "data").mkdir()
    (bench.folder / "data" / name).symlink_to(bench.folder / "elsewhere" / name)
    assert bench.read({"transactions": {"path": f"data/{name}"}}).column("revenue") == [5.0]


@pytest.mark.parametrize(
    "source", [{"path": "a" * 300 + ".csv"}, {"query": f"select * from '{'a' * 300}.csv'"}, {"path": "b/" * 1900 + "x"}]
)
def test_a_path_that_no_system_has_is_a_missing_file(bench: Bench, source: dict[str, str]) -> None:
    with pytest.raises(MissingFileError) as caught:
        bench.read({"transactions": source})
    assert "a file is missing" in str(caught.value)
    assert len(str(caught.value)) < 6000


def test_a_nul_character_in_a_path_is_written_out(bench: Bench) -> None:
    with pytest.raises(MissingFileError, match=r"'a\\u0000b.csv' does not exist"):
        bench.read({"transactions": {"path": "a\0b.csv"}})

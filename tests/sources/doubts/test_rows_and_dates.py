"""Doubts about rows and dates, from a file to what is said."""

from typing import Any

import pytest

from portfolio_review.doubt import Doubt
from portfolio_review.sources import Sources

from ..conftest import Bench

HEAD = "client_id,date,revenue,unit,status\n"


def rows(first: int = 2024, last: int = 2025, *, without: tuple[str, ...] = ()) -> str:
    """Two rows of 10 a month, of a in North and b in South."""
    months = [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]
    return "".join(
        f"{client},{month}-{day},10,{unit},done\n"
        for month in months
        if month not in without
        for client, day, unit in (("a", "05", "North"), ("b", "28", "South"))
    )


def found(bench: Bench, text: str, source: dict[str, Any] | None = None, **settings: Any) -> dict[str, Doubt]:
    bench.write("t.csv", HEAD + text)
    read = bench.read({"transactions": {"path": "t.csv", **(source or {})}}, **settings)
    return {doubt.id: doubt for doubt in read.sources.doubts}


def test_sound_rows_are_not_doubted(bench: Bench) -> None:
    assert found(bench, rows()) == {}


def test_rows_that_are_left_out_for_want_of_a_client(bench: Bench) -> None:
    doubt = found(bench, rows() + ",2025-05-05,5,North,done\n,2025-06-05,-15,South,done\n")["left_out"]
    assert (doubt.rows, doubt.share) == (2, 0.04)  # 20 of 500
    assert doubt.examples == ("row 50: 2025-05-05", "row 51: 2025-06-05")
    assert doubt.units is not None
    assert {unit: part.rows for unit, part in doubt.units.items()} == {"North": 1, "South": 1}
    assert str(doubt.done) == "The rows are left out: 2 without a client."
    assert doubt.units is not None
    assert {unit: str(part.done) for unit, part in doubt.units.items()} == dict.fromkeys(
        ("North", "South"), "The rows are left out: 1 without a client."
    )


def test_less_than_a_hundredth_is_no_doubt(bench: Bench) -> None:
    assert "left_out" not in found(bench, rows() + ",2025-05-05,4.8,North,done\n")
    assert "left_out" in found(bench, rows() + ",2025-05-05,4.9,North,done\n")


def test_what_where_removes_was_meant_to_go(bench: Bench) -> None:
    text = rows() + "sum,2025-12-28,480,,total\n"
    assert found(bench, text, {"where": "status <> 'total'"}) == {}


def test_what_where_removes_is_counted_by_the_values_of_its_columns(bench: Bench) -> None:
    text = rows() + "".join(f"c,2025-12-0{n},1,{'x' if n < 3 else ''},void{n // 8}\n" for n in range(1, 10))
    bench.write("t.csv", HEAD + text)
    read = bench.read({"transactions": {"path": "t.csv", "where": "status = 'done' or coalesce(unit, '') = 'y'"}})
    assert read.sources.removed == (
        ("status void0, unit null", 5),
        ("status void0, unit x", 2),
        ("status void1, unit null", 2),
    )
    assert bench.read({"transactions": {"path": "t.csv"}}).sources.removed == ()


def test_ten_values_at_most_are_counted(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows() + "".join(f"c,2025-12-01,1,x,void{n}\n" for n in range(30)))
    read = bench.read({"transactions": {"path": "t.csv", "where": "status = 'done'"}})
    assert len(read.sources.removed) == 10
    assert Sources.from_json(read.sources.to_json()) == read.sources


def test_a_condition_that_is_neither_true_nor_false(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows() + "c,2025-12-28,20,North,\n")
    read = bench.read({"transactions": {"path": "t.csv", "where": "nullif(status, '') <> 'cancelled'"}})
    doubts = {doubt.id: doubt for doubt in read.sources.doubts}
    assert set(doubts) == {"left_out", "where_unknown"}
    assert (doubts["where_unknown"].rows, doubts["where_unknown"].share) == (1, 0.04)
    assert doubts["where_unknown"].examples == ("row 50: 2025-12-28",)
    assert read.left_out() == {("where_unknown", "North"): (1, 20.0)}
    assert read.sources.source_rows == 49


@pytest.mark.parametrize(
    ("accepted", "refused"),
    [({}, True), (["left_out"], False), ({"left_out": 0.6}, False), ({"left_out": 0.4}, True)],
)
def test_half_of_the_revenue_left_out_is_a_fault(bench: Bench, accepted: object, refused: bool) -> None:
    bench.write("t.csv", HEAD + rows() + ",2025-05-05,480,North,done\n")
    source = {"transactions": {"path": "t.csv"}}
    if refused:
        (fault,) = bench.faults(source, accepted=accepted)
        assert (fault.id, fault.rows, fault.severity) == ("left_out", 1, "error")
        assert fault.rule == "50.0% of the revenue would be left out (no_client: 1)"
    else:
        (doubt,) = bench.read(source, accepted=accepted).sources.doubts
        assert doubt.id == "left_out"


def test_a_row_of_1970_starts_no_history(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows() + "a,1970-01-01,1,North,done\n")
    read = bench.read({"transactions": {"path": "t.csv"}})
    (doubt,) = read.sources.doubts
    assert (doubt.id, doubt.column, doubt.rows, doubt.examples) == ("stray_dates", "date", 1, ("row 50: 1970-01-01",))
    assert str(read.sources.history_start) == "2024-01-01"
    assert read.left_out() == {("stray_date", "North"): (1, 1.0)}
    assert len(read.rows()) == 48


def test_a_row_to_come_ends_no_data(bench: Bench) -> None:
    bench.write("t.csv", HEAD + "a,2026-06-05,1,North,done\n" + rows())
    read = bench.read({"transactions": {"path": "t.csv"}})
    (doubt,) = read.sources.doubts
    assert (doubt.id, doubt.rows, doubt.examples) == ("future_dates", 1, ("row 2: 2026-06-05",))
    assert str(read.sources.data_until) == "2025-12-28"
    assert read.left_out() == {("future_date", "North"): (1, 1.0)}


def test_rows_set_apart_stay_so_when_duplicates_are_dropped(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows() + rows(2025, 2025) + "a,1970-01-01,1,North,done\n")
    read = bench.read({"transactions": {"path": "t.csv"}}, drop_duplicates="true")
    assert {doubt.id for doubt in read.sources.doubts} == {"stray_dates"}  # dropped duplicates are no doubt
    assert read.left_out()["duplicate", "North"] == (12, 120.0)
    assert read.left_out()["stray_date", "North"] == (1, 1.0)
    assert len(read.rows()) == 48


def test_everything_before_1980_is_a_fault(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows(1970, 1971))
    (fault,) = bench.faults({"transactions": {"path": "t.csv"}})
    assert (fault.id, fault.rule) == ("left_out", "no row is left: 48 stray_date")


def test_everything_after_the_declared_end_is_a_fault(bench: Bench) -> None:
    bench.write("t.csv", HEAD + rows())
    (fault,) = bench.faults({"transactions": {"path": "t.csv"}}, data_until="2020-12-31")
    assert (fault.id, fault.rule) == ("left_out", "no row is left: 48 outside_history")


def test_months_without_a_row(bench: Bench) -> None:
    doubt = found(bench, rows(without=("2024-05", "2025-01", "2025-02")))["empty_months"]
    assert (doubt.rows, doubt.share) == (3, None)
    assert str(doubt.done).startswith("No row lies in 2024-05, 2025-01, 2025-02:")


def test_a_last_month_with_few_rows(bench: Bench) -> None:
    many = "".join(
        f"a,{year}-{month:02d}-{day},1,x,y\n"
        for year in (2024, 2025)
        for month in range(1, 12)
        for day in range(10, 20)
    )
    last = "".join(f"a,2024-12-{day},1,x,y\n" for day in range(10, 20))
    few = "".join(f"a,2025-12-{day},1,x,y\n" for day in (10, 11, 12, 29))
    doubt = found(bench, many + last + few)["sparse_month"]
    assert (doubt.rows, doubt.by_month) == (4, ((12 * 2025 + 11, 4.0),))
    assert str(doubt.done).startswith("2025-12 has 4 rows, the same month a year before 10, the median month 10")
    assert "sparse_month" not in found(bench, many + last + few + "a,2025-12-30,1,x,y\n")  # half
    assert "sparse_month" not in found(bench, many + last.replace("10,1", "10,2")[: 3 * 19] + few)  # as a year before


def test_duplicates_of_a_hundredth_of_the_revenue(bench: Bench) -> None:
    once = "c,2025-03-05,2.4,North,done\n"
    assert "duplicates" not in found(bench, rows() + once * 2)  # 2.4 of 484.8
    doubt = found(bench, rows() + once * 4)["duplicates"]
    assert (doubt.rows, doubt.by_month) == (3, ((12 * 2025 + 2, 7.2),))
    assert doubt.share == pytest.approx(7.2 / 489.6)
    assert doubt.examples == ("row 51: 2025-03-05", "row 52: 2025-03-05", "row 53: 2025-03-05")


@pytest.mark.parametrize(("revenue", "doubted"), [(0.99, False), (1, True), (1.01, True)])
@pytest.mark.parametrize(("id", "client"), [("left_out", ""), ("duplicates", "a")])
def test_a_hundredth_of_the_revenue(bench: Bench, revenue: float, doubted: bool, id: str, client: str) -> None:
    """Of 100 in all: the last row lacks its client or repeats the one before."""
    rest = 100 - revenue * (2 if client else 1)
    twice = f"a,2025-11-28,{revenue},x,y\n" * bool(client)
    assert (id in found(bench, f"b,2025-11-28,{rest},x,y\n{twice}{client},2025-11-28,{revenue},x,y\n")) is doubted


@pytest.mark.parametrize(("revenue", "refused"), [(99, False), (100, True), (101, True)])
def test_half_of_the_revenue(bench: Bench, revenue: int, refused: bool) -> None:
    bench.write("t.csv", f"{HEAD}a,2025-11-28,100,x,y\n,2025-11-28,{revenue},x,y\n")
    source = {"transactions": {"path": "t.csv"}}
    if refused:
        assert [fault.id for fault in bench.faults(source)] == ["left_out"]
    else:
        assert [doubt.id for doubt in bench.read(source).sources.doubts] == ["left_out"]


@pytest.mark.parametrize(("last", "before", "usual", "doubted"), [
    (4, 10, 10, True), (5, 10, 10, False), (6, 10, 10, False), (4, 8, 10, False), (4, 10, 8, False), (4, 9, 9, True),
])  # fmt: skip
def test_half_of_the_rows_of_a_year_before_and_of_the_median(
    bench: Bench, last: int, before: int, usual: int, doubted: bool
) -> None:
    counts = [before, *[usual] * 11, last]
    text = "".join(
        f"a{n},{2024 + (11 + place) // 12}-{(11 + place) % 12 + 1:02d}-28,{n + 1},x,y\n"
        for place, count in enumerate(counts)
        for n in range(count)
    )
    assert ("sparse_month" in found(bench, text)) is doubted


def test_empty_months_lie_between_months_with_rows(bench: Bench) -> None:
    assert "empty_months" not in found(bench, rows(without=("2024-01", "2024-02", "2025-12")))  # outside the history
    assert found(bench, rows(without=("2024-02", "2025-11")))["empty_months"].rows == 2


def test_all_rows_on_one_day_are_no_doubt(bench: Bench) -> None:
    assert found(bench, "".join(f"c{i},2025-03-05,{i},North,done\n" for i in range(1, 30))) == {}

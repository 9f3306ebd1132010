"""Doubts about ids, names and the smaller tables: each exactly at its threshold and not below."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
import yaml

from portfolio_review.doubt import Doubt
from portfolio_review.sources.fold import COMPOSED
from sources.conftest import Bench

HEAD = "client_id,date,revenue\n"


def doubts(bench: Bench, tables: dict[str, str], **settings: Any) -> dict[str, list[Doubt]]:
    """The doubts by id of the tables (CSV text by name) that are read together."""
    sources: dict[str, Any] = {}
    for table, content in tables.items():
        bench.write(f"{table}.csv", content)
        sources[table] = {"path": f"{table}.csv", **settings.get(table, {})}
    rest = {key: value for key, value in settings.items() if key not in tables}
    found: dict[str, list[Doubt]] = {}
    for doubt in bench.read(sources, **rest).sources.doubts:
        found.setdefault(doubt.id, []).append(doubt)
    return found


def typed(doubt: Doubt) -> dict[str, Any]:
    """The settings of each table as the doubt says to write them."""
    settings = {}
    for line in str(doubt.remedy.values["setting"]).split(" and sources."):
        table, _, columns = line.removeprefix("sources.").partition(".columns: ")
        settings[table] = {"columns": yaml.safe_load(columns)}
    return settings


def sales(*ids: str, revenue: float = 10) -> str:
    """One row each, in one month."""
    return HEAD + "".join(f'"{id}",2026-10-0{1 + number % 9},{revenue}\n' for number, id in enumerate(ids))


class TestAlike:
    @pytest.mark.parametrize(("ids", "rows"), [
        (("A", "A "), 1), (("A", "A ", "B"), 1), (("A  B", "A B", "A B "), 2), (("é", "e\u0301"), 1), (("A", "\u00a0A"), 1),
    ])  # fmt: skip
    def test_what_is_mended_is_counted(self, bench: Bench, ids: tuple[str, ...], rows: int) -> None:
        (found,) = doubts(bench, {"transactions": sales(*ids)})["ids_alike"]
        assert (found.table, found.column, found.rows) == ("transactions", "client_id", rows)
        assert found.share == pytest.approx(rows / len(ids))

    @pytest.mark.parametrize("ids", [("A ", "B "), ("A",), ("A", "B")])
    def test_ids_that_all_have_their_blanks_are_alike_no_other(self, bench: Bench, ids: tuple[str, ...]) -> None:
        assert "ids_alike" not in doubts(bench, {"transactions": sales(*ids)})

    @pytest.mark.parametrize(("ids", "rows"), [
        (("ab", "ab", "AB"), 1), (("A B", "AB"), 1), (("Ａ", "A"), 1), (("СОК", "COK"), 1), (("ΑΒ", "AB"), 1),
        (("№1", "No1"), 1), (("Straße", "STRASSE"), 1), (("a", "A", "А"), 2),
    ])  # fmt: skip
    def test_what_only_looks_alike_is_named_and_kept(self, bench: Bench, ids: tuple[str, ...], rows: int) -> None:
        (found,) = doubts(bench, {"transactions": sales(*ids)})["ids_alike"]
        assert (found.rows, len(set(bench.read({"transactions": {"path": "transactions.csv"}}).column("client_id")))) == (
            rows, len(set(ids)),
        )  # fmt: skip

    @pytest.mark.parametrize("ids", [("A1", "A2"), ("п", "n"), ("A0", "AO"), ("A-1", "A1"), ("0417", "417")])
    def test_other_ids_are_others(self, bench: Bench, ids: tuple[str, ...]) -> None:
        assert "ids_alike" not in doubts(bench, {"transactions": sales(*ids)})

    @pytest.mark.parametrize("column", ["unit", "product", "category"])
    def test_other_ids_of_transactions(self, bench: Bench, column: str) -> None:
        content = f"client_id,date,revenue,{column}\nA,2026-10-01,10,x\nA,2026-10-02,30,x\nA,2026-10-03,20,X\n"
        (found,) = doubts(bench, {"transactions": content})["ids_alike"]
        assert (found.column, found.rows, found.share) == (column, 1, pytest.approx(1 / 3))

    @pytest.mark.parametrize(("more", "rows"), [("", 0), ("A,2026-10-04,5,X\n", 1)])
    def test_rows_that_are_left_out_are_not_counted(self, bench: Bench, more: str, rows: int) -> None:
        content = f"client_id,date,revenue,product\nA,2026-10-01,10,x\nA,2026-10-02,95,x\n,2026-10-03,20,X\n{more}"
        found = doubts(bench, {"transactions": content}).get("ids_alike", [])
        assert [(one.rows, one.examples) for one in found] == [(1, ("'X' ≠ 'x' (×1)",))] * rows

    def test_spellings_of_rows_without_a_client_are_not_counted(self, bench: Bench) -> None:
        # of 7 rows with two blanks 3 have no client, of 3 with a no-break one 1, of 2 with one in front all have none
        spelt = {"Tea Bag": (9, 0), "Tea  Bag": (4, 3), "Tea\u00a0Bag": (2, 1), "Nuts": (5, 0), " Nuts": (0, 2)}
        lines = [f"{client},2026-10-{day:02d},5,{product}" for product, counts in spelt.items()
                 for client, count in zip(("A", ""), counts, strict=True) for day in range(1, count + 1)]  # fmt: skip
        content = "\n".join(["client_id,date,revenue,product", *lines]) + "\n"
        (found,) = doubts(bench, {"transactions": content})["ids_alike"]
        # 6 of 26 rows of one amount
        assert (found.rows, found.share) == (6, round(6 / len(lines), 12))
        assert found.units is not None
        assert sum(part.rows for part in found.units.values()) == 6
        assert found.examples == ("'Tea  Bag' (×6)",)

    def test_mended_in_rows_alone_that_are_left_out(self, bench: Bench) -> None:
        content = "client_id,date,revenue,product\nA,2026-10-01,10,x\nA,2026-10-02,95,x\n{},2026-10-03,20,x \n"
        assert "ids_alike" not in doubts(bench, {"transactions": content.format("")})
        assert "ids_alike" in doubts(bench, {"transactions": content.format("A")})

    def test_ids_of_another_table_beside_those_of_clients(self, bench: Bench) -> None:
        tables = {"transactions": sales("ab", "cd"), "clients": "client_id,manager\nAB,Li\nCD,li\nx,Li\n"}
        by_column = {found.column: found for found in doubts(bench, tables)["ids_alike"]}
        assert {column: found.rows for column, found in by_column.items()} == {"client_id": 2, "manager": 1}
        assert "lower(client_id)" in str(by_column["client_id"].remedy)
        assert by_column["client_id"].share is None

    def test_the_change_that_is_named_settles_it(self, bench: Bench) -> None:
        (found,) = doubts(bench, {"transactions": sales("ab", "AB", "A b ")})["ids_alike"][-1:]
        assert "upper(replace(client_id, ' ', ''))" in str(found.remedy)
        columns = {"client_id": "upper(replace(client_id, ' ', ''))", "date": "date", "revenue": "revenue"}
        assert "ids_alike" not in doubts(
            bench, {"transactions": sales("ab", "AB", "A b ")}, transactions={"columns": columns}
        )

    @pytest.mark.parametrize(("ids", "rows"), [
        (("x-1", "X-1"), 1), (("x-1 ", "x-1"), 1), (("x-1", "x-2"), 0), (("X-1", "X-1"), 0), (("X 1", "X1"), 1),
    ])  # fmt: skip
    def test_orders_of_one_client(self, bench: Bench, ids: tuple[str, str], rows: int) -> None:
        lines = "".join(f'A,2026-10-0{1 + n},10,"{id}"\n' for n, id in enumerate(ids))
        found = doubts(bench, {"transactions": "client_id,date,revenue,order_id\n" + lines}).get("ids_alike", [])
        assert sum(one.rows for one in found) == rows

    def test_alike_orders_of_two_clients_are_two(self, bench: Bench) -> None:
        content = "client_id,date,revenue,order_id\nA,2026-10-01,10,x-1\nB,2026-10-02,10,X-1\n"
        assert "ids_alike" not in doubts(bench, {"transactions": content})


class TestOddIds:
    @pytest.mark.parametrize(
        "id", ["nan", "NaN", "None", "NULL", "n/a", "NA", "#N/A", r"\N", "-", "?", "0", "Unknown", "(blank)"]
    )
    @pytest.mark.parametrize("column", ["client_id", "order_id", "unit"])
    def test_ids_like_missing(self, bench: Bench, id: str, column: str) -> None:
        ids = {"client_id": "A", "order_id": "O", "unit": "U"}
        head, row = ",".join(ids), ",".join(ids.values())
        odd = ",".join(({**ids, column: f'"{id}"'}).values())
        content = f"date,revenue,{head}\n2026-10-01,30,{row}\n2026-10-02,-10,{odd}\n"
        (found,) = doubts(bench, {"transactions": content})["ids_like_missing"]
        assert (found.column, found.rows, found.share) == (column, 1, 0.25)

    @pytest.mark.parametrize("id", ["nancy", "00", "--", "no", "nil", "unknown firm", "N.A."])
    def test_ids_that_read_otherwise(self, bench: Bench, id: str) -> None:
        assert "ids_like_missing" not in doubts(bench, {"transactions": sales("A", id)})

    @pytest.mark.parametrize("content", [
        sales("A", "A", "A", "nan", "NA"), "client_id,date,revenue,order_id\nA,2026-10-01,5,NaN\nA,2026-10-01,5,O\n",
        sales("A", "1001.0"), HEAD + '="00417",2026-10-01,10\n', sales("A", "A ", "B\u00a0C", "B C", "é", "e\u0301"),
        "client_id,date,revenue,order_id\nA,2026-10-01,5,O\nB,2026-10-01,5,O\n",
    ])  # fmt: skip
    def test_what_is_to_be_typed_settles_it(self, bench: Bench, content: str) -> None:
        ((id, (doubt,)),) = doubts(bench, {"transactions": content}).items()
        assert id not in doubts(bench, {"transactions": content}, **typed(doubt))

    @pytest.mark.parametrize(("id", "is_odd"), [
        ("1001.0", True), ("1.23457E+12", True), ("1e+16", True), ("1E12", True), ("7e12", True), ("12E5", False), ("AE5", False), ("1001.00", False), ("v1.0", False),
        ("12.5", False), ("1234567890123456", False),
    ])  # fmt: skip
    def test_ids_from_numbers(self, bench: Bench, id: str, is_odd: bool) -> None:
        assert ("ids_from_numbers" in doubts(bench, {"transactions": sales("A", id)})) is is_odd

    @pytest.mark.parametrize(("id", "lost"), [
        ("1001.0", False), ("-7.0", False), ("1.23457E+12", True), ("1e+16", True), ("1E12", True), ("12E5", None),
        ("1001.00", None), ("v1.0", None), ("12.5", None), ("1234567890123456", None), ("1E", None), ("E5", None),
    ])  # fmt: skip
    def test_orders_from_numbers_are_named(self, bench: Bench, id: str, lost: bool | None) -> None:
        content = f"client_id,date,revenue,order_id\nA,2026-10-01,30,O1\nA,2026-10-02,-10,{id}\n"
        found = doubts(bench, {"transactions": content}).get("ids_from_numbers", [])
        assert len(found) == (lost is not None)
        for doubt in found:
            assert (doubt.column, doubt.rows, doubt.share, doubt.examples) == ("order_id", 1, 0.25, (f"{id}: A",))
            assert str(doubt.done) == "The ids look like numbers that a program wrote; they are kept as they are."
            assert ("digits of it are lost" in str(doubt.remedy)) is lost
            if not lost:
                assert "ids_from_numbers" not in doubts(bench, {"transactions": content}, **typed(doubt))

    def test_orders_of_a_column_of_numbers_whose_digits_are_lost(self, bench: Bench) -> None:
        numbers = "unnest([1001, 1234567890123456])::DOUBLE AS order_id"
        bench.parquet("t.parquet", f"SELECT 'A' AS client_id, DATE '2026-10-01' AS date, 5 AS revenue, {numbers}")
        found = [
            one
            for one in bench.read({"transactions": {"path": "t.parquet"}}).sources.doubts
            if one.column == "order_id"
        ]
        assert [(one.id, one.rows, one.examples) for one in found] == [
            ("ids_from_numbers", 1, ("1001: A",)), ("ids_from_numbers", 1, ("1234567890123456: A",)),
        ]  # fmt: skip
        assert "digits of it are lost" in str(found[1].remedy)

    def test_formulas_are_undone_and_said(self, bench: Bench) -> None:
        found = doubts(bench, {"transactions": HEAD + '="00417",2026-10-01,10\n00417,2026-10-02,30\n'})
        assert [(one.rows, one.share) for one in found["ids_from_numbers"]] == [(1, 0.25)]
        assert "ids_alike" not in found

    @pytest.mark.parametrize(("number", "kinds"), [("1001.0", 1), ("1234567890123456.0", 1), ("1001.5", 0)])
    def test_ids_of_a_column_of_numbers(self, bench: Bench, number: str, kinds: int) -> None:
        bench.parquet("t.parquet", f"SELECT {number}::DOUBLE AS client_id, DATE '2026-10-01' AS date, 5 AS revenue")
        found = bench.read({"transactions": {"path": "t.parquet"}}).sources.doubts
        assert [one.id for one in found].count("ids_from_numbers") == kinds

    def test_where_digits_are_lost_no_remedy_keeps_the_column_of_numbers(self, bench: Bench) -> None:
        numbers = (
            "SELECT unnest([1001, 1234567890123456])::DOUBLE AS client_id, DATE '2026-10-01' AS date, 5 AS revenue"
        )
        bench.parquet("t.parquet", numbers)
        found = bench.read({"transactions": {"path": "t.parquet"}}).sources.doubts
        assert [one.rows for one in found if one.id == "ids_from_numbers"] == [1, 1]
        assert {str(one.remedy) for one in found} == {"Export the column as text: digits of it are lost."}

    @pytest.mark.parametrize(("id", "is_odd"), [
        (1234567890123456, True), (12345678901234567, True), (123456789012345, False), (1001, False),
    ])  # fmt: skip
    @pytest.mark.parametrize("column", ["client_id", "product"])
    def test_ids_of_a_workbook_that_are_numbers(self, bench: Bench, column: str, id: int, is_odd: bool) -> None:
        openpyxl = pytest.importorskip("openpyxl")
        workbook = openpyxl.Workbook()
        other = "product" if column == "client_id" else "client_id"
        for row in ([column, other, "date", "revenue"], [id, 7, "2026-10-01", 5], [1002, 7, "2026-10-02", 5]):
            workbook.active.append(row)
        workbook.save(bench.folder / "t.xlsx")
        found = bench.read({"transactions": {"path": "t.xlsx"}}).sources.doubts
        assert [(one.id, one.rows, one.share) for one in found] == [("ids_from_numbers", 1, 0.5)] * is_odd


class TestMeeting:
    @pytest.mark.parametrize(
        ("known", "expected"), [(("A",), False), (("B",), True), (("x",), True), (("A", "B"), False)]
    )
    def test_half_of_the_revenue_is_enough(self, bench: Bench, known: tuple[str, ...], expected: bool) -> None:
        content = HEAD + "A,2026-10-01,50\nB,2026-10-02,-49\nC,2026-10-03,1\n"
        found = doubts(bench, {"transactions": content, "clients": "client_id\n" + "\n".join(known) + "\n"})
        assert ("ids_never_meet" in found) is expected

    def test_prospects_are_no_doubt(self, bench: Bench) -> None:
        prospects = "client_id\nA\n" + "".join(f"p{number}\n" for number in range(50))
        assert "ids_never_meet" not in doubts(bench, {"transactions": sales("A"), "clients": prospects})

    @pytest.mark.parametrize(("sold", "given", "said"), [
        ("1001.0", "1001", "a final .0: write sources.transactions.columns: {client_id: "),
        ("1001", "1001.0", "a final .0: write sources.clients.columns: {client_id: "),
        ("00417", "417", 'sources.transactions.columns: {client_id: "ltrim(client_id, \'0\')"'),
        ("417", "00417", 'sources.clients.columns: {client_id: "ltrim(client_id, \'0\')"'),
        ("ab", "AB", 'sources.transactions.columns: {client_id: "upper(client_id)"'),
        ("aB", "Ab", 'sources.transactions.columns: {client_id: "upper(client_id)", date: date, revenue: revenue} and '),
    ])  # fmt: skip
    def test_the_change_that_would_make_them_meet(self, bench: Bench, sold: str, given: str, said: str) -> None:
        tables = {"transactions": sales(sold), "clients": f"client_id\n{given}\n"}
        (doubt,) = doubts(bench, tables)["ids_never_meet"]
        assert (doubt.table, doubt.share) == ("clients", 1)
        assert said in str(doubt.remedy)
        assert "ids_never_meet" not in doubts(bench, tables, **typed(doubt))

    def test_nothing_would_make_them_meet(self, bench: Bench) -> None:
        (doubt,) = doubts(bench, {"transactions": sales("x1"), "clients": "client_id\ny2\n"})["ids_never_meet"]
        assert str(doubt.remedy).startswith("Map another column of the source as client_id")

    @pytest.mark.parametrize(
        ("ids", "expected"), [("A,x", False), ("A,x,y", True), ("A", False), ("", False), ("x", True)]
    )
    def test_half_of_the_ids_of_other_tables(self, bench: Bench, ids: str, expected: bool) -> None:
        rows = "".join(f"{id},2026-01-01,price\n" * 2 for id in ids.split(",") if id)
        found = doubts(bench, {"transactions": sales("A", "B"), "losses": f"client_id,date,reason\n{rows}"})
        assert ("ids_never_meet" in found) is expected
        if expected:
            (doubt,) = found["ids_never_meet"]
            assert (doubt.table, doubt.share, doubt.rows) == ("losses", None, ids.count("x") + ids.count("y"))


class TestOrders:
    HEAD = "client_id,date,revenue,order_id\n"

    @pytest.mark.parametrize(("rows", "shared"), [
        ("A,2026-10-01,10,1\nB,2026-10-02,20,1\nB,2026-10-03,10,2\n", 2), ("A,2026-10-01,10,1\nA,2026-10-02,20,1\n", 0),
        ("A,2026-10-01,10,\nB,2026-10-02,20,\n", 0), ("A,2026-10-01,10,1\n", 0),
    ])  # fmt: skip
    def test_of_several_clients(self, bench: Bench, rows: str, shared: int) -> None:
        found = doubts(bench, {"transactions": self.HEAD + rows}).get("orders_of_several_clients", [])
        assert sum(one.rows for one in found) == shared
        if shared:
            assert found[0].examples == ("1: A, B",)
            assert found[0].share == 0.75

    def test_clients_merged_into_one_share_no_order(self, bench: Bench) -> None:
        rows = "A,2026-10-01,10,1\nB,2026-10-01,10,1\nC,2026-10-02,20,1\nC,2026-10-03,20,2\nD,2026-10-03,20,2\n"
        clients = "client_id,merged_into\nA,B\nB,C\nC,\nD,\n"
        found = doubts(bench, {"transactions": self.HEAD + rows, "clients": clients})["orders_of_several_clients"]
        assert [(one.rows, one.examples) for one in found] == [(2, ("2: C, D",))]

    def test_shared_and_alike_at_once(self, bench: Bench) -> None:
        rows = "A,2026-10-01,10,x1\nA,2026-10-01,10,x1\nA,2026-10-02,-20,X1\nB,2026-10-03,-40,x1\nB,2026-10-04,20,y\n"
        found = doubts(bench, {"transactions": self.HEAD + rows})
        assert {id: [(one.rows, one.share) for one in several] for id, several in found.items()} == {
            "orders_of_several_clients": [(3, 0.6)], "ids_alike": [(1, 0.2)], "duplicates": [(1, 0.1)],
        }  # fmt: skip

    @pytest.mark.parametrize(("reused", "expected"), [(1, False), (2, True)])
    def test_used_again_by_more_than_one_of_a_hundred(self, bench: Bench, reused: int, expected: bool) -> None:
        rows = [f"A,2026-01-01,1,{n}\n" for n in range(100)]
        rows += [f"A,2026-07-01,1,{n}\n" for n in range(reused)]  # 181 days later
        found = doubts(bench, {"transactions": self.HEAD + "".join(rows)}).get("order_ids_reused", [])
        assert [one.rows for one in found] == [2 * reused] * expected


class TestNames:
    @pytest.mark.parametrize(("rows", "shared"), [
        ("1,Луч\n2,Луч\n3,Заря\n", 2), ("1,Луч\n2,Луч \n", 2), ("1,Луч\n2,ЛУЧ\n", 0), ("1,\n2,\n", 0), ("1,Луч\n", 0), ("", 0),
    ])  # fmt: skip
    def test_shared(self, bench: Bench, rows: str, shared: int) -> None:
        found = doubts(bench, {"transactions": sales("1"), "clients": "client_id,name\n" + rows}).get(
            "names_shared", []
        )
        assert sum(one.rows for one in found) == shared
        assert all(one.share is None and one.examples == ("Луч: 1, 2",) for one in found)

    def test_a_client_merged_into_its_namesake_shares_no_name(self, bench: Bench) -> None:
        clients = "client_id,name,merged_into\n1,Луч,\n2,Луч,1\n"
        assert "names_shared" not in doubts(bench, {"transactions": sales("1", "2"), "clients": clients})

    @pytest.mark.parametrize(("name", "lacks"), [
        ("株式会社ほし", True), ("한빛상사", True), ("शिव", True), ("ООО «Луч»", False), ("Ærø & Ωμέγα", False),
        ("a\u200bb", False), ("👩 Ltd", True), ("Müller", False),
    ])  # fmt: skip
    def test_no_glyph(self, bench: Bench, name: str, lacks: bool) -> None:
        clients = f"client_id,name,manager\n1,{name},Li\n"
        assert ("no_glyph" in doubts(bench, {"transactions": sales("1"), "clients": clients})) is lacks

    @pytest.mark.parametrize(("name", "damaged"), [
        ("SpezialitÃ¤ten", True), ("Ð¡ÐµÐ²ÐµÑ€", True), ("РЎРµРІРµСЂ", True), ("Ñåâåð", True), ("Gro\ufffde", True),
        ("CafÃ© Noir", True), ("10Â °C", False), ("5Â°", True),
        ("CAFÉ»", False), ("Spezialitäten", False), ("Север", False), ("ESPAÑA", False), ("Às", False), ("Øß", False),
        ("СЁ", False), ("São João", False), ("РУСЬ", False), ("РСФСР", False), ("Ünal Öz", False), ("Сёмга «Р»", False),
        ("ПРОМСЁРФ", False), ("Ãrtex", False), ("ТОВ СІРІУС", False), ("ÀÉÈÙ", False), ("Ð Ð¾Ð¼Ð°ÑˆÐºÐ°", True),
        ("╨б╨╡╨▓╨╡╤А", True), ("РЎРµРІРµСЂ »", True), ("СЇСЇ", False),
    ])  # fmt: skip
    def test_text_damaged(self, bench: Bench, name: str, damaged: bool) -> None:
        content = f"client_id,date,revenue,product\n1,2026-10-01,5,{name}\n"
        assert ("text_damaged" in doubts(bench, {"transactions": content})) is damaged


class TestSmallTables:
    HEAD = "unit,figure,period,value,manager\n"

    @pytest.mark.parametrize(("row", "column", "said"), [
        ("all,headline.revenue,2026-10,1,", None, ""), ("North,headline.clients,2026-Q4,1,", None, ""),
        ("north,headline.revenue,2026-10,1,", "unit", "north → North?"),
        ("All,headline.revenue,2026-10,1,", "unit", "All → all?"),
        ("all,Revenue,2026-10,1,", "figure", "Revenue → headline.revenue?"),
        ("all,headline.revenu,2026-10,1,", "figure", "headline.revenu → headline.revenue?"),
        ("all,headline.revenue,2026-09,1,", None, ""), ("all,headline.revenue,2026-08,1,", "period", "2026-08"),
        ("all,headline.revenue,2028-10,1,", None, ""), ("all,headline.revenue,2028-11,1,", "period", "2028-11"),
        ("all,headline.revenue,2028,1,", None, ""), ("all,headline.revenue,2026-10,1,Li", None, ""),
        ("all,headline.revenue,2026-10,1,Lee", "manager", "Lee"),
        ("all,headline.clients,2026-10,1,Li", "figure", "headline.clients"),
    ])  # fmt: skip
    def test_targets(self, bench: Bench, row: str, column: str | None, said: str) -> None:
        tables = {
            "transactions": "client_id,date,revenue,unit\nA,2026-09-30,5,North\nA,2026-10-31,5,North\n",
            "clients": "client_id,manager\nA,Li\n", "targets": self.HEAD + row + "\n",
        }  # fmt: skip
        found = doubts(bench, tables).get("targets_unused", [])
        assert [one.column for one in found] == [column] * (column is not None)
        if found:
            assert said in found[0].examples[0]
            assert found[0].share is None

    @pytest.mark.parametrize(("day", "rows"), [("2026-10-09", 1), ("2026-10-10", 0), ("2026-10-11", 0)])
    def test_losses_of_buyers(self, bench: Bench, day: str, rows: int) -> None:
        tables = {
            "transactions": HEAD + "A,2026-10-10,5\nA,2026-10-12,-5\nB,2026-10-01,5\n",
            "losses": f"client_id,date,reason\nA,{day},price\nB,2026-10-02,price\nC,2026-10-02,price\n",
        }
        found = doubts(bench, tables).get("losses_of_buyers", [])
        assert sum(one.rows for one in found) == rows

    def test_a_unit_is_told_the_losses_and_names_of_its_own_clients(self, bench: Bench) -> None:
        """A bought again in North and in South, B in South alone; A and C, who is in West, share a name."""
        sales = "client_id,date,revenue,unit\n" + "".join(
            f"{client},2026-{month},5,{unit}\n"
            for client, month, unit in (
                ("A", "10-12", "North"), ("A", "10-13", "South"), ("B", "10-14", "South"), ("C", "10-01", "West"),
            )
        )  # fmt: skip
        tables = {
            "transactions": sales,
            "losses": "client_id,date,reason\nA,2026-10-10,price\nB,2026-10-10,price\nC,2026-10-02,price\n",
            "clients": "client_id,name\nA,Star\nB,Sun\nC,Star\n",
        }
        found = doubts(bench, tables)
        (losses,), (names,) = found["losses_of_buyers"], found["names_shared"]
        assert losses.rows == 2
        assert {unit: (part.rows, part.examples[0]) for unit, part in (losses.units or {}).items()} == {
            "North": (1, "A: 2026-10-10 → 2026-10-12"),
            "South": (2, "A: 2026-10-10 → 2026-10-13"),
        }
        assert {unit: (part.rows, part.examples) for unit, part in (names.units or {}).items()} == {
            "North": (1, ("Star: A",)), "South": (1, ("Star: A",)), "West": (1, ("Star: C",)),
        }  # fmt: skip
        assert str((names.units or {})["West"].done) == "The id stands beside the name of each of 1 clients."

    def test_terms_unread(self, bench: Bench) -> None:
        clients = 'client_id,payment_terms\nA,30 days\nB,by agreement\nC,by agreement\nD,\nE,"2/10, net 30"\n'
        (found,) = doubts(bench, {"transactions": sales("A"), "clients": clients})["terms_unread"]
        assert (found.rows, found.examples, found.share) == (2, ("by agreement (×2)",), None)


def test_texts_that_are_not_looked_at_in_python_are_their_own_compatible_form() -> None:
    within = "".join(chr(code) for code in range(32, 0x530) if re.fullmatch(COMPOSED, chr(code)))
    assert all(unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFC", one) for one in within)
    assert len(within) > 600


def test_one_sound_row_has_no_doubt(bench: Bench) -> None:
    assert (
        doubts(
            bench, {"transactions": "client_id,date,revenue,order_id,unit,product,category\nA,2026-10-31,5,O,U,P,C\n"}
        )
        == {}
    )


def test_columns_without_a_value_have_no_doubt(bench: Bench) -> None:
    tables = {
        "transactions": "client_id,date,revenue,order_id,unit,product,category\nA,2026-10-31,5,,,,\n",
        "clients": "client_id,name,manager,payment_terms,unit,merged_into\nA,,,,,\n",
        "targets": "unit,figure,period,value,manager\n", "losses": "client_id,date,reason\n", "contacts": "client_id,name\n",
    }  # fmt: skip
    assert doubts(bench, tables) == {}


def test_a_unit_is_told_its_own_rows(bench: Bench) -> None:
    content = "client_id,date,revenue,unit\nnan,2026-10-01,10,North\nA,2026-10-02,30,North\nA,2026-10-31,40,South\n"
    (found,) = doubts(bench, {"transactions": content})["ids_like_missing"]
    assert found.units is not None
    assert {unit: part.rows for unit, part in found.units.items()} == {"North": 1}


def test_every_column_of_ours_stands_without_quotes_in_what_is_to_be_typed() -> None:
    import duckdb

    from portfolio_review.sources.contracts import CONTRACTS

    for table in CONTRACTS.values():
        given = ", ".join(f'1::VARCHAR AS "{name}"' for name in table.names)
        duckdb.sql(f"SELECT {', '.join(f'upper({name})' for name in table.names)} FROM (SELECT {given})")

"""Doubts about amounts, from a file to what is said."""

from typing import Any

import pytest

from portfolio_review.doubt import Doubt

from ..conftest import Bench

DAYS = [f"2025-{month:02d}-{day}" for month in range(1, 13) for day in (10, 28)]


def found(bench: Bench, text: str, **source: Any) -> dict[str, Doubt]:
    return {doubt.id: doubt for doubt in bench.csv(text, **source).sources.doubts}


def table(amounts: list[str], days: list[str] = DAYS) -> str:
    rows = "".join(f"a;{day};{amount}\n" for day, amount in zip(days, amounts, strict=False))
    return f"client_id;date;revenue\n{rows}"


def test_every_amount_with_three_decimals(bench: Bench) -> None:
    amounts = [f"{n}.{n}00" for n in range(1, 10)] * 3
    doubt = found(bench, table(amounts))["thousands_as_decimals"]
    assert (doubt.column, doubt.rows, doubt.share, doubt.examples[0]) == ("revenue", 24, 1.0, "row 2: 1.100")
    assert found(bench, table(amounts), csv={"decimal": ",", "thousands": "."}) == {}


@pytest.mark.parametrize("other", ["950", "1.5", "1.2345"])
def test_one_other_amount_says_that_they_are_decimals(bench: Bench, other: str) -> None:
    assert found(bench, table(["1.100", "2.200"] * 11 + [other, "3.300"])) == {}


@pytest.mark.parametrize("other", ["0.500", "1234.500", "-7.125", "EUR 7.125"])
def test_whatever_stands_before_three_decimals(bench: Bench, other: str) -> None:
    text = table(["1.100", "2.200"] * 11 + [other, "3.300"])
    assert set(found(bench, text, csv={"decimal": "."})) == {"thousands_as_decimals"}


@pytest.mark.parametrize(("columns", "doubted"), [
    ({"revenue": "price", "quantity": "weight"}, []), ({"revenue": "price"}, []),
    ({"revenue": "weight"}, ["weight"]), ({"revenue": "price * weight", "quantity": "weight"}, []),
])  # fmt: skip
def test_three_decimals_of_a_quantity_are_no_thousands(
    bench: Bench, columns: dict[str, str], doubted: list[str]
) -> None:
    text = "client_id;date;price;weight\n" + "".join(f"a;{day};5,5;1,{n + 100}\n" for n, day in enumerate(DAYS))
    doubts = bench.csv(
        text, csv={"decimal": ",", "numbers": ["price", "weight"]},
        columns={"client_id": "client_id", "date": "date", **columns},
    ).sources.doubts  # fmt: skip
    assert [doubt.column for doubt in doubts if doubt.id == "thousands_as_decimals"] == doubted


def test_fewer_than_twenty_amounts_tell_nothing(bench: Bench) -> None:
    amounts = [f"{n}.{n:03d}" for n in range(101, 120)]
    assert "thousands_as_decimals" not in found(bench, table(amounts, DAYS[:19]))
    assert "thousands_as_decimals" in found(bench, table([*amounts, "9.100"]))


@pytest.mark.parametrize("selected", ["*", "client_id, date, revenue", "client_id, date, sum as revenue"])
def test_every_amount_of_a_file_of_a_query_with_three_decimals(bench: Bench, selected: str) -> None:
    content = table([f"1.{n}" for n in range(100, 124)])
    bench.write("t.csv", content.replace("revenue", "sum") if "sum" in selected else content)
    source = {"query": f"select {selected} from 't.csv'"}
    (doubt,) = bench.read({"transactions": source}).sources.doubts
    assert (doubt.id, doubt.rows, doubt.share, doubt.examples[0]) == (
        "thousands_as_decimals", 24, 1.0, "row 2: 1.100",
    )  # fmt: skip
    settled = {**source, "files": {"t.csv": {"csv": {"decimal": ",", "thousands": "."}}}}
    assert bench.read({"transactions": settled}).sources.doubts == ()


def test_a_column_of_a_file_of_a_query_that_is_no_amount(bench: Bench) -> None:
    rows = "".join(f"a,{day},{n}.50,1.{n + 100}\n" for n, day in enumerate(DAYS))
    bench.write("t.csv", f"client_id,date,revenue,weight\n{rows}")
    assert bench.read({"transactions": {"query": "select * from 't.csv'"}}).sources.doubts == ()


def test_a_column_of_currencies(bench: Bench) -> None:
    text = "client_id,date,revenue,Валюта\n" + "".join(
        f"a,{day},{10 + n},{'USD' if n == 3 else 'EUR'}\n" for n, day in enumerate(DAYS)
    )
    doubt = found(bench, text)["currencies"]
    assert (doubt.column, doubt.rows, doubt.by_month) == ("Валюта", 1, ((12 * 2025 + 1, 13.0),))
    assert doubt.examples == ("row 2: EUR (×23)", "row 5: USD (×1)")
    assert found(bench, text, where="\"Валюта\" = 'EUR'") == {}
    converted = "CAST(revenue AS DOUBLE) * CASE \"Валюта\" WHEN 'USD' THEN 0.9 ELSE 1 END"
    assert found(bench, text, columns={"client_id": "client_id", "date": "date", "revenue": converted}) == {}


def test_rates_and_one_currency_are_no_doubt(bench: Bench) -> None:
    text = "client_id,date,revenue,currency,currency_rate\n" + "".join(
        f"a,{day},{n + 1},EUR,{1 + n / 100}\n" for n, day in enumerate(DAYS)
    )
    assert found(bench, text) == {}


def orders(lines: list[tuple[int, int]]) -> str:
    """An order of each pair of amounts."""
    rows = "".join(f"a,o{n},{DAYS[n % 24]},{amount}\n" for n, pair in enumerate(lines) for amount in pair)
    return "client_id,order_id,date,revenue,product\n" + "".join(
        f"{row},p{n}\n" for n, row in enumerate(rows.splitlines())
    )


def test_the_total_of_an_order_on_each_of_its_lines(bench: Bench) -> None:
    alike = [(10 + n, 10 + n) for n in range(20)]
    doubt = found(bench, orders([*alike, (5, 6), (7, 8)]))["order_totals_repeated"]
    assert (doubt.rows, str(doubt.done)[:23]) == (40, "20 of 22 orders with se")
    assert doubt.share == pytest.approx((2 * sum(range(10, 30))) / (2 * sum(range(10, 30)) + 26))
    assert found(bench, orders(alike[:19])) == {}
    assert found(bench, orders([*alike, (5, 6), (7, 8), (9, 1)])) == {}  # 20 of 23


@pytest.mark.parametrize(("alike", "others", "doubted"), [
    (27, 3, True), (26, 3, False), (63, 7, True), (62, 7, False), (19, 0, False), (20, 0, True),
])  # fmt: skip
def test_nine_tenths_of_the_orders_with_several_lines(bench: Bench, alike: int, others: int, doubted: bool) -> None:
    lines = [(10 + n, 10 + n) for n in range(alike)] + [(5, 6 + n) for n in range(others)]
    assert ("order_totals_repeated" in found(bench, orders(lines))) is doubted


def test_order_ids_used_again_each_year_repeat_no_total(bench: Bench) -> None:
    """One line for each order: a client's id, client and year are one order."""
    rows = "".join(
        f"c{client},{month:02d},{year}-{month:02d}-10,100\n"
        for client in range(4)
        for year in (2024, 2025)
        for month in range(1, 13)
    )
    doubts = found(bench, f"client_id,order_id,date,revenue\n{rows}")
    assert "order_ids_reused" in doubts
    assert "order_totals_repeated" not in doubts


def test_order_ids_used_again_with_totals_on_every_line(bench: Bench) -> None:
    rows = "".join(
        f"a,{month:02d},{year}-{month:02d}-10,{year - 2000 + month}\n" * 2
        for year in (2024, 2025)
        for month in range(1, 13)
    )
    text = "client_id,order_id,date,revenue,product\n" + "".join(
        f"{row},p{n}\n" for n, row in enumerate(rows.splitlines())
    )
    doubt = found(bench, text)["order_totals_repeated"]
    assert (doubt.rows, doubt.share, str(doubt.done)[:23]) == (48, 1.0, "24 of 24 orders with se")


def test_lines_of_repeated_totals_are_of_their_own_months(bench: Bench) -> None:
    rows = "".join(f"a,o{n},2025-01-31,10,x\na,o{n},2025-02-01,10,y\n" for n in range(20))
    doubt = found(bench, f"client_id,order_id,date,revenue,product\n{rows}")["order_totals_repeated"]
    assert doubt.by_month == ((12 * 2025, 200.0), (12 * 2025 + 1, 200.0))
    assert len(doubt.examples) == 5
    assert all(example.startswith("o") and example.endswith(": a") for example in doubt.examples)


def test_margin_that_is_not_known_everywhere(bench: Bench) -> None:
    text = "client_id,date,revenue,margin,unit\n" + "".join(
        f"{'ab'[n % 2]},{day},10,{'' if n > 21 else 3},{'NS'[n % 2]}\n" for n, day in enumerate(DAYS)
    )
    doubt = found(bench, text)["margin_partly_known"]
    assert (doubt.rows, doubt.column, doubt.by_month) == (2, "margin", ((12 * 2025 + 11, 20.0),))
    assert doubt.examples == ("row 24: 2025-12-10", "row 25: 2025-12-28")
    assert doubt.units is not None
    assert {unit: part.rows for unit, part in doubt.units.items()} == {"N": 1, "S": 1}


def test_margin_is_doubted_in_the_windows_that_lack_it(bench: Bench) -> None:
    from portfolio_review.calendar import Period

    text = "client_id,date,revenue,margin\n" + "".join(
        f"a,{year}-{month:02d}-28,10,{'' if year == 2023 else 3}\n"
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
    )
    sources = bench.csv(text).sources

    def doubts(period: str) -> list[str]:
        asked = Period.parse(period)
        return [doubt.id for doubt in sources.doubts_of(asked.window(12), asked.window(12, back=1))]

    assert doubts("2025-12") == []
    assert doubts("2025-11") == ["margin_partly_known"]


@pytest.mark.parametrize(("unknown", "doubted"), [(0.99, False), (1, True), (1.01, True)])
@pytest.mark.parametrize("year", [2024, 2025])
def test_margin_unknown_for_a_hundredth_of_a_window(bench: Bench, unknown: float, doubted: bool, year: int) -> None:
    """Of 100 in each year, W0 and W1."""
    from portfolio_review.calendar import Period

    text = "client_id,date,revenue,margin\n" + "".join(
        f"a,{one}-12-28,{100 - unknown if one == year else 100},3\n" for one in (2024, 2025)
    )
    bench.write("t.csv", f"{text}a,{year}-01-28,{unknown},\n")
    sources = bench.read({"transactions": {"path": "t.csv"}}, data_until="2025-12-31").sources
    period = Period.parse("2025-12")
    doubts = sources.doubts_of(period.window(12), period.window(12, back=1))
    assert [doubt.id for doubt in doubts if doubt.id == "margin_partly_known"] == ["margin_partly_known"] * doubted


@pytest.mark.parametrize(("column", "values", "doubted"), [
    ("Currency", ("EUR", "USD"), True), ("contract ccy", ("EUR", "USD"), True), ("Валюта счёта", ("руб", "USD"), True),
    ("currency", ("EUR", "EUR"), False), ("currency", ("EUR", ""), False), ("occyx", ("a", "b"), False),
    ("money", ("EUR", "USD"), False), ("currency_rate", ("1.1", "1.2"), False),
    ("Валюта суммы", ("EUR", "USD"), True), ("amount_currency", ("EUR", "USD"), True),
    ("corporate_currency", ("EUR", "USD"), True), ("currency_amount", ("5", "7.5"), False),
    ("currency", ("643", "978"), True), ("currency", ("€", "eur"), False), ("currency_date", ("2025-01-01", "2025-01-02"), False),
])  # fmt: skip
def test_columns_named_like_a_currency(bench: Bench, column: str, values: tuple[str, str], doubted: bool) -> None:
    text = f"client_id,date,revenue,{column}\n" + "".join(f"a,{DAYS[n]},{n + 1},{values[n > 9]}\n" for n in range(20))
    assert ("currencies" in found(bench, text)) is doubted


@pytest.mark.parametrize(
    ("amounts", "doubted"),
    [(("€5,5", "$7,1"), True), (("€5,5", "7,1"), False), (("5", "7 EUR"), False), (("€100,00", "100,00 EUR"), False)],
)
def test_signs_of_currencies_in_amounts(bench: Bench, amounts: tuple[str, str], doubted: bool) -> None:
    assert ("currencies" in found(bench, table(list(amounts)), csv={"decimal": ","})) is doubted


@pytest.mark.parametrize("of_clients", [False, True])
def test_a_unit_is_told_its_own_currencies(bench: Bench, of_clients: bool) -> None:
    """West has both currencies, North and South one each: theirs are not doubtful."""
    rows = [("n", "North", "EUR")] * 3 + [("w", "West", "EUR")] + [("w", "West", "USD")] * 2 + [("s", "South", "USD")]
    text = "client_id,date,revenue,currency" + ("\n" if of_clients else ",unit\n")
    for (client, unit, currency), day in zip(rows, DAYS, strict=False):
        text += f"{client},{day},10,{currency}" + ("\n" if of_clients else f",{unit}\n")
    bench.write("sales.csv", text)
    tables = {"transactions": {"path": "sales.csv"}}
    if of_clients:
        bench.write("clients.csv", "client_id,unit\nn,North\nw,West\ns,South\n")
        tables["clients"] = {"path": "clients.csv"}
    (doubt,) = (one for one in bench.read(tables).sources.doubts if one.id == "currencies")
    assert (doubt.rows, list(doubt.units or {})) == (3, ["West"])
    part = (doubt.units or {})["West"]
    assert (part.rows, sum(money for _, money in part.by_month)) == (1, 10.0)
    assert part.examples == ("USD (×2)", "EUR (×1)")
    assert str(part.done).startswith("There are several currencies (USD, EUR);")

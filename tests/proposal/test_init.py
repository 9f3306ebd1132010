"""`init` on exports of several kinds: what it proposes reads the sums that the exports were made with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import exports
import pytest
from click.testing import CliRunner

from portfolio_review.cli import cli
from portfolio_review.errors import EXIT_DATA_REFUSED, EXIT_DONE, EXIT_USAGE
from portfolio_review.manual import schema
from portfolio_review.proposal import init as proposing
from portfolio_review.proposal import shown
from portfolio_review.proposal.init import Outcome
from portfolio_review.proposal.questions import Question
from portfolio_review.review import load


def first(question: Question) -> str:
    return question.values[0]


def proposed(data: Path, ask: Callable[[Question], str] = first) -> Outcome:
    return proposing.init([str(data)], data.parent / "mine.yml", ask, "portfolio-review init")


def columns(made: Outcome, table: str = "transactions") -> dict[str, str]:
    return dict(load(made.file).sources[table].columns or {})


def reads_all(made: Outcome, rows: int = exports.ROWS) -> None:
    """The sums of `exports.sales`, which every export holds."""
    assert made.refused is None
    assert made.tried is not None
    assert (made.tried.clients, made.tried.months, made.tried.rows) == (exports.CLIENTS, exports.MONTHS, rows)
    assert made.tried.revenue == pytest.approx(exports.REVENUE, abs=0.01)
    assert made.tried.last == exports.LAST_DAY.isoformat()
    assert made.window_months == 12


def test_an_accounting_export_in_cp1251_with_titles_and_totals(tmp_path: Path) -> None:
    made = proposed(exports.accounting(tmp_path / "продажи.csv"))
    reads_all(made)
    source = load(made.file).sources["transactions"]
    assert (source.header_row, source.csv.encoding, source.csv.delimiter) == (3, "cp1251", ";")
    assert (source.csv.decimal, source.csv.thousands, source.csv.date_format) == (",", " ", "%d.%m.%Y")
    assert source.where == "coalesce(\"Дата\", '') NOT IN ('Итого')"
    assert columns(made) == {
        "client_id": '"Контрагент"', "date": '"Дата"', "revenue": '"Сумма"', "product": '"Номенклатура"',
        "quantity": '"Количество"',
    }  # fmt: skip
    assert made.proposal.tables["clients"].shown == {
        "client_id": "Контрагент", "manager": "Менеджер, of the latest row",
    }  # fmt: skip
    assert (made.proposal.currency, made.proposal.language, dict(made.answers)) == ("RUB", "ru", {})
    text = "\n".join(shown.lines(made, asked=False))
    # what was guessed is said: encoding, header, forms, rows left out
    for said in ("encoding cp1251, guessed", "the header stands in row 3", "%d.%m.%Y", "decimal sign ','", "'Итого'"):
        assert said in text


def test_a_shop_whose_order_totals_stand_on_the_first_line(tmp_path: Path) -> None:
    data = exports.shop(tmp_path / "orders_export.csv")
    made = proposed(data)
    reads_all(made, 2 * exports.ROWS)
    assert columns(made)["revenue"] == '"Lineitem quantity" * "Lineitem price"'
    assert columns(made)["order_id"] == "Name"
    assert made.proposal.currency == "GBP"
    assert list(made.answers) == ["revenue"]
    made.file.unlink()

    def subtotal(question: Question) -> str:
        return question.values[[choice.split()[0] for choice in question.choices].index("Subtotal")]

    answered = proposed(data, subtotal)
    reads_all(answered)
    assert load(answered.file).sources["transactions"].where == "Subtotal <> ''"


def test_a_workbook_with_a_merged_title_totals_and_another_sheet(tmp_path: Path) -> None:
    made = proposed(exports.workbook(tmp_path / "sales.xlsx"))
    reads_all(made)
    source = load(made.file).sources["transactions"]
    assert (source.sheet, source.header_row) == ("Sales", 4)
    assert source.where == "coalesce(\"Invoice date\", '') NOT IN ('Total')"
    assert columns(made)["unit"] == "Branch"
    assert made.proposal.tables["clients"].shown["name"] == "Customer name, of the latest row"
    assert made.proposal.currency == "EUR"
    assert "not used: sales.xlsx, sheet Read me" in shown.lines(made, asked=False)


def test_a_workbook_with_a_subtotal_of_every_client_and_days_as_text(tmp_path: Path) -> None:
    made = proposed(exports.grouped(tmp_path / "продажи.xlsx"))
    reads_all(made)
    source = load(made.file).sources["transactions"]
    assert source.csv.date_format == "%d.%m.%Y"
    assert source.where == (
        "coalesce(\"Контрагент\", '') NOT IN ('Всего', 'Главный бухгалтер ______') "
        "AND NOT starts_with(coalesce(\"Контрагент\", ''), 'Итого')"
    )


def test_merged_cells_of_clients_are_told(tmp_path: Path) -> None:
    made = proposed(exports.grouped(tmp_path / "продажи.xlsx", filled=False))
    assert made.refused is not None
    empty = exports.ROWS - exports.CLIENTS
    assert f"Контрагент is empty in {empty:,} of " in "\n".join(shown.lines(made, asked=False))


def test_a_dump_of_eight_tables_is_joined(tmp_path: Path) -> None:
    made = proposed(exports.relational(tmp_path / "dump"))
    reads_all(made, 2 * exports.ROWS)
    assert made.proposal.tables["transactions"].shown == {
        "client_id": "orders.customer_id", "date": "orders.order_date",
        "revenue": "quantity * unit_price * (1 - coalesce(discount, 0))", "order_id": "order_id",
        "product": "products.name", "category": "categories.name", "quantity": "quantity",
    }  # fmt: skip
    assert columns(made, "clients") == {"client_id": "id", "name": "company", "type": "segment", "region": "country"}
    assert columns(made, "contacts") == {"client_id": "customer_id", "name": "full_name", "role": "position"}
    assert list(made.answers) == ["currency"]


def test_parts_with_the_same_columns_are_one_table(tmp_path: Path) -> None:
    whole = exports.shop(tmp_path / "whole.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    folder = tmp_path / "parts"
    folder.mkdir()
    half = 1 + 2 * (exports.ROWS // 2)
    (folder / "orders-1.csv").write_text("".join(whole[:half]), encoding="utf-8")
    (folder / "orders-2.csv").write_text("".join([whole[0], *whole[half:]]), encoding="utf-8")
    made = proposed(folder)
    reads_all(made, 2 * exports.ROWS)
    assert load(made.file).sources["transactions"].path == "parts/orders-*.csv"


def test_day_or_month_first_is_asked_where_both_read(tmp_path: Path) -> None:
    rows = [
        ["client", "date", "amount"],
        *([f"C{n % 9}", f"0{1 + n % 9}/0{1 + n % 7}/2024", "10.50"] for n in range(80)),
    ]
    data = tmp_path / "sales.csv"
    data.write_text(exports.written(rows), encoding="utf-8")
    put: list[Question] = []

    def month_first(question: Question) -> str:
        put.append(question)
        return "%m/%d/%Y" if question.id == "date_format" else question.values[0]

    made = proposed(data, month_first)
    assert [one.id for one in put] == ["date_format", "currency"]
    assert load(made.file).sources["transactions"].csv.date_format == "%m/%d/%Y"


@pytest.mark.real_child
def test_what_it_writes_passes_check_and_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports.workbook(tmp_path / "sales.xlsx")
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    done = run(cli, ["init", "sales.xlsx", "--yes"])
    assert done.exit_code == EXIT_DONE, done.output
    assert "Next: portfolio-review check sales.yml" in done.output
    text = (tmp_path / "sales.yml").read_text(encoding="utf-8")
    assert text.startswith(f"{schema.LINE}\n")
    assert "#   losses: one client that left -> why clients left" in text
    assert (tmp_path / schema.FILE).is_file()
    checked = run(cli, ["check", "sales.yml", "--json"])
    assert checked.exit_code == EXIT_DONE, checked.output
    found: dict[str, Any] = json.loads(checked.output)
    assert found["source_revenue"] - found["left_out"]["removed_by_where"]["revenue"] == pytest.approx(exports.REVENUE)

    again = run(cli, ["init", "sales.xlsx", "--yes"])
    assert again.exit_code == EXIT_USAGE
    assert "sales.yml exists and is not overwritten: name another with --out" in again.output
    assert (tmp_path / "sales.yml").read_text(encoding="utf-8") == text


def test_subscriptions_are_said_to_be_not_built_yet(tmp_path: Path) -> None:
    data = exports.subscriptions(tmp_path / "subs.csv")
    refused = CliRunner().invoke(cli, ["init", str(data), "--out", str(tmp_path / "mine.yml")])
    assert refused.exit_code == EXIT_DATA_REFUSED
    assert "subs.csv lists subscriptions" in refused.output
    assert "not built yet: export the invoices" in refused.output
    assert not (tmp_path / "mine.yml").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.csv", b"", "the file is empty"),
        ("zeros.csv", b"client,date,amount\na,2024-01-01,\x001\n", "the file holds NUL characters"),
        ("ragged.csv", b"client,date,amount\na,2024-01-01,1\nb,2024-01-01\n", "rows do not have the 3 cells"),
        ("no.xlsx", b"client,date,amount\n", "the file is not an XLSX workbook"),
        ("damaged.xlsx", b"PK\x03\x04" + b"x" * 200, "the workbook is damaged"),
        ("letter.csv", b"town,people\nA,12\nB,14\n", "no table of sales is among these data"),
        (
            "days.csv",
            b"client,date,amount\na,soon,1\nb,later,2\n",
            "client, date, amount; not found: dates of one form",
        ),
    ],
)
def test_what_cannot_be_read_is_one_named_error(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    refused = CliRunner().invoke(cli, ["init", str(tmp_path / name), "--out", str(tmp_path / "mine.yml")])
    assert refused.exit_code == EXIT_DATA_REFUSED, refused.output
    assert said in refused.output
    assert not (tmp_path / "mine.yml").exists()


def test_a_path_at_which_nothing_lies_is_named(tmp_path: Path) -> None:
    refused = CliRunner().invoke(cli, ["init", str(tmp_path / "sales.csv"), "--out", str(tmp_path / "mine.yml")])
    assert refused.exit_code == EXIT_USAGE
    assert "sales.csv' does not exist" in refused.output


def test_an_invoice_number_is_no_amount_and_an_account_of_the_ledger_no_client(tmp_path: Path) -> None:
    head = [
        "ContactName",
        "InvoiceNumber",
        "InvoiceDate",
        "Total",
        "Quantity",
        "UnitAmount",
        "LineAmount",
        "AccountCode",
    ]
    rows: list[list[object]] = [list(head)]
    for client, day, order, quantity, price in exports.sales():
        net = quantity * price
        rows.append([f"Acme {client}", f"INV-{order:06}", f"{day:%d/%m/%Y}", net * 1.2, quantity, price, net, 200])
    data = tmp_path / "invoices.csv"
    data.write_text(exports.written(rows), encoding="utf-8")
    made = proposed(data)
    reads_all(made)
    found = columns(made)
    assert (found["client_id"], found["order_id"]) == ("ContactName", "InvoiceNumber")
    assert found["revenue"] == "LineAmount"

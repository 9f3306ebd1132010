"""Exports as programs write them, made by arithmetic: every figure of them can be counted by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

CLIENTS = 40
MONTHS = 26
FIRST = (2023, 9)


def sales() -> Iterable[tuple[int, dt.date, int, int, float]]:
    """Client, day, order, quantity and price: client c buys in every month m with (m + c) % 3 = 0."""
    order = 1000
    for month in range(MONTHS):
        year, at = divmod(FIRST[0] * 12 + FIRST[1] - 1 + month, 12)
        for client in range(CLIENTS):
            if (month + client) % 3 == 0:
                order += 1
                yield (
                    client,
                    dt.date(year, at + 1, 1 + (client * 7 + month) % 28),
                    order,
                    1 + client % 4,
                    1250.5 + client,
                )


ROWS = sum(1 for _ in sales())
REVENUE = sum(quantity * price for _, _, _, quantity, price in sales())
FIRST_DAY, LAST_DAY = min(day for _, day, *_ in sales()), max(day for _, day, *_ in sales())


def written(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def comma(value: float, thousands: str = "") -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", thousands)


def accounting(path: Path) -> Path:
    """As 1C writes it: cp1251, semicolon, decimal comma, blanks between thousands, title lines, a row of totals."""
    rows: list[list[str]] = [["Продажи за период", "", "", "", "", ""], [""] * 6]
    rows.append(["Дата", "Контрагент", "Номенклатура", "Количество", "Сумма", "Менеджер"])
    for client, day, _, quantity, price in sales():
        rows.append([
            f"{day:%d.%m.%Y}", f"ООО «Ромашка {client}»", f"Товар {client % 5}", str(quantity),
            comma(quantity * price, "\u00a0"), ("Иванова А.", "Петров Б.")[client % 2],
        ])  # fmt: skip
    rows.append(["Итого", "", "", "", comma(REVENUE, "\u00a0"), ""])
    path.write_bytes(written(rows, ";").encode("cp1251"))
    return path


def shop(path: Path) -> Path:
    """As a shop writes it: an order's total on its first line alone, each line with its item."""
    head = ["Name", "Email", "Financial Status", "Paid at", "Currency", "Subtotal", "Taxes", "Total", "Created at",
            "Lineitem quantity", "Lineitem name", "Lineitem price", "Billing Name", "Billing Country"]  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for client, day, order, quantity, price in sales():
        at = f"{day.isoformat()} 10:00:00 +0100"
        mail, name = f"client{client}@example.com", f"Client {client}"
        half = quantity * price
        for line in range(2):
            of_order = [f"{half:.2f}", f"{half * 0.2:.2f}", f"{half * 1.2:.2f}"] if not line else ["", "", ""]
            first = ["paid", at, "GBP"] if not line else ["", "", ""]
            person = [name, "GB"] if not line else ["", ""]
            rows.append(
                [f"#{order}", mail, *first, *of_order, at, quantity, f"Item {line}", f"{price / 2:.4f}", *person]
            )
    path.write_text(written(rows), encoding="utf-8")
    return path


def workbook(path: Path) -> Path:
    """As an office writes it: a sheet of notes, a merged title, the header in row 4, a total below."""
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.title = "Read me"
    notes.append(["Made by the sales department"])
    sheet = book.create_sheet("Sales")
    sheet.append(["Sales report"])
    sheet.merge_cells("A1:F1")
    sheet.append(["All branches", None, None])
    sheet.append([])
    sheet.append(["Invoice date", "Customer no.", "Customer name", "Branch", "Invoice no.", "Net amount (EUR)"])
    for client, day, order, quantity, price in sales():
        branch = ("North", "South")[client % 2]
        sheet.append([dt.datetime(day.year, day.month, day.day), 100 + client, f"Client {client}", branch, order,
                      quantity * price])  # fmt: skip
    sheet.append(["Total", None, None, None, None, REVENUE])
    book.save(path)
    return path


def grouped(path: Path, filled: bool = True) -> Path:
    """By client, as a report prints it: a subtotal under each, a total and a signature; every fifth day is text.

    filled: the client stands in every row, else in the first of a merged cell.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Отчёт по продажам"])
    sheet.append(["Контрагент", "Дата", "Номер накладной", "Сумма, руб."])
    rows = sorted(sales())
    for client in range(CLIENTS):
        first = sheet.max_row + 1
        mine = [row for row in rows if row[0] == client]
        for _, day, order, quantity, price in mine:
            at = f"{day:%d.%m.%Y}" if order % 5 == 0 else dt.datetime(day.year, day.month, day.day)
            sheet.append([f"ООО «Ромашка {client}»" if filled or sheet.max_row < first else None, at, f"РН-{order}",
                          quantity * price])  # fmt: skip
        if not filled:
            sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=1, end_column=1)
        sheet.append([f"Итого ООО «Ромашка {client}»", None, None, sum(row[3] * row[4] for row in mine)])
    sheet.append(["Всего", None, None, REVENUE])
    sheet.append([])
    sheet.append(["Главный бухгалтер ______"])
    book.save(path)
    return path


def relational(folder: Path) -> Path:
    """A dump of eight tables: orders and their lines, clients, products and their groups, staff, contacts, carriers."""
    folder.mkdir()

    def put(name: str, rows: Iterable[Sequence[object]]) -> None:
        (folder / f"{name}.csv").write_text(written(rows), encoding="utf-8")

    put(
        "customers",
        [
            ["id", "company", "country", "segment"],
            *([f"C{one:03}", f"Client {one}", ("DE", "FR")[one % 2], "retail"] for one in range(CLIENTS)),
        ],
    )
    put(
        "contacts",
        [
            ["id", "customer_id", "full_name", "position"],
            *([one, f"C{one:03}", f"Person {one}", "Buyer"] for one in range(CLIENTS)),
        ],
    )
    put("categories", [["id", "name"], [1, "Paper"], [2, "Soap"]])
    put("products", [["id", "name", "category_id"], *([one, f"Product {one}", 1 + one % 2] for one in range(1, 6))])
    put("employees", [["id", "first_name", "last_name"], [1, "Ada", "Berg"], [2, "Ida", "Lund"]])
    put("shippers", [["id", "name"], [1, "Fast"], [2, "Slow"]])
    orders, lines = [], []
    for client, day, order, quantity, price in sales():
        orders.append([order, f"C{client:03}", day.isoformat(), 1 + client % 2, 1])
        lines += [[order, 1 + (client + line) % 5, quantity, f"{price / 2:.4f}", 0.0] for line in range(2)]
    put("orders", [["id", "customer_id", "order_date", "employee_id", "shipper_id"], *orders])
    put("order_items", [["order_id", "product_id", "quantity", "unit_price", "discount"], *lines])
    return folder


def subscriptions(path: Path) -> Path:
    """A list of subscriptions: no invoices."""
    rows = [["customer_id", "plan", "start_date", "end_date", "mrr"]]
    rows += [[f"C{one}", "Pro", f"2024-{1 + one % 12:02}-01", "", "49"] for one in range(30)]
    path.write_text(written(rows), encoding="utf-8")
    return path

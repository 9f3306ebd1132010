"""The workbook, read back with openpyxl: sheets, types, formats, hostile text, same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_results
import openpyxl
import pandas as pd
import pytest
from read_book import column, sheet_of, table

from portfolio_review.catalog import CATALOG
from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import values
from portfolio_review.rendering import consistency, xlsx
from portfolio_review.results.contract import RecordedFinding, RecordedTable, Results
from portfolio_review.results.finding import Finding

Editions = Callable[..., Path]
CREATED = dt.date(2011, 11, 30)


CLIENTS = (("1", "=Small", 5.0), ("2", None, None), ("3", "Large", 7000.0))
DECIDED = {"id": "d1", "client": "Seven", "text": "=Keep Seven.", "owner": "Ann", "due": "2011-12-31",
           "status": "new", "money": 5000.0}  # fmt: skip


def finding(place: int, page: str, money: float | None, **more: Any) -> RecordedFinding:
    clause = values.say("%(client)s bought %(difference)s less than in the %(span)s before",
                 client=values.name(f"={place} Client"), difference=values.money(1e5), span=values.span(12))  # fmt: skip
    made = Finding(id=f"f{place}", section="movement", page=page, theme=f"s{place}", clauses=(clause,),
                   evidence=("bridge.churn",), money=money, tone="bad", **more)  # fmt: skip
    return RecordedFinding(made, made_results.source("bridge.churn"))


FOUND = (finding(1, "bridge", -2e5), finding(2, "retention", None),
         finding(3, "risk", -9e5, standing=True, since="2011-08"))  # fmt: skip


def told(results: Results, code: str = "en") -> openpyxl.Workbook:
    """The workbook of results with three findings, a decision and a table of clients."""
    clients = RecordedTable(("client_id", "name", "revenue_w1"), CLIENTS, made_results.source("clients"))
    decided = RecordedTable(tuple(DECIDED), (tuple(DECIDED.values()),), made_results.source("actions.decisions"))
    tables = results.tables | {"actions.decisions": decided, "clients": clients}
    more = replace(results, findings=FOUND, tables=tables)
    made = xlsx.workbook(more, Wording(code, "GBP"), made_results.CONTEXT, created=CREATED)
    return openpyxl.load_workbook(io.BytesIO(made))


def book(editions: Editions, name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(editions(name, "xlsx") / "review.xlsx")


@pytest.mark.parametrize(
    ("code", "people"),
    [("en", ["Overview", "Findings", "Clients", "Return", "Retain", "Develop", "Reward", "Actions", "Plan and months",
             "Structure", "Movement", "Retention", "Outlook", "Payments and contracts", "Strategic clients", "Data"]),
     ("ru", ["Обзор", "Выводы", "Клиенты", "Вернуть", "Удержать", "Развивать", "Поощрить", "План действий",
             "План и месяцы", "Структура", "Движение", "Удержание", "Прогноз", "Оплата и договоры", "Стратегические клиенты", "Данные"])],
)  # fmt: skip
def test_sheets_that_people_read_come_first_and_lead_both_ways(code: str, people: list[str]) -> None:
    read = told(made_results.results(code), code)
    first = read.sheetnames[0]
    assert read.sheetnames[: len(people)] == people
    links = {cell.hyperlink.location for row in read[first].iter_rows(max_col=1) for cell in row if cell.hyperlink}
    assert links == {f"'{sheet}'!A1" for sheet in read.sheetnames[1:]}
    for sheet in read.worksheets[1:]:
        back = [cell.hyperlink.location for row in sheet["A1:A2"] for cell in row if cell.hyperlink]
        assert back == [f"'{first}'!A1"], sheet.title
    assert all(len(sheet) <= 31 for sheet in read.sheetnames)


def test_every_table_with_rows_stands_once_and_no_sheet_is_empty(editions: Editions) -> None:
    read = book(editions, "en")
    tables = made_results.results().tables
    assert set(read.defined_names) - {"_xlnm._FilterDatabase"} == {id for id, table in tables.items() if table.rows}
    held = [sheet_of(read, id) for id, table in tables.items() if table.rows]
    alone = {"Overview", "Findings", "Figures", "Checks", "Definitions"}
    assert set(read.sheetnames) - alone <= set(held)
    assert all(sheet.max_row > 1 for sheet in read.worksheets)


def test_the_overview_says_verdict_key_figures_findings_and_decisions() -> None:
    results = made_results.results()
    read = told(results)
    rows = [[cell.value for cell in row] for row in read["Overview"].iter_rows()]
    assert "Over the last 12 months revenue" in str(rows[3][0])
    revenue = next(row for row in rows if row[0] == "Revenue")
    figure = results.figures["headline.revenue"].figure
    assert (revenue[1], revenue[3], revenue[5]) == (figure.value, figure.previous_year, figure.target)
    assert revenue[4] == Wording("en", "GBP").change("money", revenue[1], revenue[3])
    first = [row[:4] for row in rows if "Client bought £100k less" in str(row[0])]
    # metrics.md, Findings: changes first, then standing risks; none without money
    assert [(row[1], row[2], row[3]) for row in first] == [(-2e5, "change", "Movement"), (-9e5, "risk", "Outlook")]
    assert [cell.value for cell in table(read, "actions.decisions")[1]] == [
        "=Keep Seven.", "Seven", "Ann", dt.datetime(2011, 12, 31), "New", 5000.0]  # fmt: skip


def test_every_finding_stands_with_its_kind_money_and_sheet() -> None:
    read = told(made_results.results())
    rows = [[cell.value for cell in row[:4]] for row in read["Findings"].iter_rows(min_row=4)]
    less = "Client bought £100k less than in the 12 months before."
    assert rows == [
        [f"=3 {less}", "risk", -9e5, "Outlook"], [f"=1 {less}", "change", -2e5, "Movement"],
        [f"=2 {less}", "change", None, "Retention"],
    ]  # fmt: skip
    assert read["Findings"]["A4"].data_type == "s"
    assert [row[4].value for row in read["Findings"].iter_rows(min_row=4)] == [dt.datetime(2011, 8, 1), None, None]


def test_targets_stand_in_the_unit_of_their_figure() -> None:
    base = made_results.results()
    targets = RecordedTable(("figure", "reached", "target"), (("headline.revenue", 2001235.45, 2228000.0),
                            ("headline.clients", 209.0, 210.0)), made_results.source("headline.targets"))  # fmt: skip
    read = told(replace(base, tables=base.tables | {"headline.targets": targets}))
    rows = table(read, "headline.targets")[1:]
    assert [[cell.value for cell in row] for row in rows] == [
        ["Revenue", 2001235.45, 2228000], ["Active clients", 209, 210]]  # fmt: skip
    assert {cell.number_format for row in rows for cell in row[1:]} == {"#,##0"}


def test_clients_stand_by_their_revenue_with_the_name_first() -> None:
    rows = table(told(made_results.results()), "clients")
    assert [cell.value for cell in rows[0]] == ["Client", "Id", "Revenue, last 12 months"]
    assert [row[0].value for row in rows[1:]] == ["Large", "=Small", "2"]  # without a name the id


def test_sums_are_formulas_over_the_rows_above(editions: Editions) -> None:
    read = book(editions, "en")
    clients = column(read, "structure.xyz", "Clients")
    total = read[sheet_of(read, "structure.xyz")].cell(clients[-1].row + 1, clients[-1].column)
    assert total.value == f"=SUBTOTAL(109,{clients[0].coordinate}:{clients[-1].coordinate})"
    # the value that a reader without formulas sees; every active client is in one class: structure.clients
    seen = openpyxl.load_workbook(editions("en", "xlsx") / "review.xlsx", data_only=True)
    shown = seen[sheet_of(read, "structure.xyz")][total.coordinate].value
    assert shown == sum(cell.value for cell in clients) == made_results.figures()["structure.clients"].figure.value


def test_changes_beyond_per_cent_are_told_as_the_report_does() -> None:
    base = made_results.results()
    table = base.tables["structure.by.region"]
    place = table.columns.index("change")
    changes = (0.05, 2.0, 2.4, 30.0, -1.2)
    rows = [list((table.rows or ())[0]) for _ in changes]
    for row, change in zip(rows, changes, strict=True):
        row[place] = change
    tables = {"structure.by.region": replace(table, rows=tuple(map(tuple, rows)))}
    made = xlsx.workbook(replace(base, tables=tables), Wording("en", "GBP"), made_results.CONTEXT, created=CREATED)
    cells = column(openpyxl.load_workbook(io.BytesIO(made)), "structure.by.region", "Change, %")
    # metrics.md, Ground terms: per cent up to 200 %, up to 20-fold a multiple, else and below zero none
    assert [cell.value for cell in cells] == [0.05, 2.0, "×3.4", "—", "—"]
    assert cells[0].number_format == '+0.0%;"−"0.0%;0.0%'


def test_it_is_set_up_for_paper(editions: Editions) -> None:
    for sheet in book(editions, "hostile").worksheets:
        paper = sheet.page_setup
        assert (paper.orientation, paper.fitToWidth or 1, paper.fitToHeight) == ("landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.oddFooter.right.text == "page &P of &N"


def test_numbers_are_numbers_with_formats_and_names_and_heads_stay(editions: Editions) -> None:
    read = book(editions, "en")
    assert sheet_of(read, "structure.largest") == "Structure"
    rows = table(read, "structure.largest")
    assert [cell.value for cell in rows[0]][:3] == ["Client", "Rank", "Id"]
    assert read["Structure"].freeze_panes == "B3"
    revenue, share = (column(read, "structure.largest", head)[0] for head in ("Revenue, last 12 months", "Share"))
    assert (revenue.value, revenue.number_format) == (267761.0, "#,##0")
    assert (share.value, share.number_format) == (pytest.approx(267761.0 / 7960360.6), "0.0%")
    months = column(read, "retention.trend", "Month")
    assert (months[0].value, months[0].number_format) == (dt.datetime(2011, 11, 1), "yyyy-mm")
    cohorts = read["retention.cohorts"]
    assert cohorts["F2"].value is True
    assert (cohorts.freeze_panes, cohorts.auto_filter.ref) == ("A2", cohorts.dimensions)


def test_days_are_dates_where_the_catalogue_says_so_and_names_never_are() -> None:
    base = made_results.results()
    table = base.tables["actions.return"]
    rows = [list(row) for row in table.rows or ()]
    name, day = table.columns.index("name"), table.columns.index("last_order")
    for row, text in zip(rows, ("2011-10-03", "2011-02-31", "1811-10-03", ""), strict=False):
        row[name] = row[day] = text
    results = replace(base, tables={"actions.return": replace(table, rows=tuple(tuple(row) for row in rows))})
    made = xlsx.workbook(results, Wording("en", "GBP"), made_results.CONTEXT, created=CREATED)
    read = openpyxl.load_workbook(io.BytesIO(made))
    days = column(read, "actions.return", "Last order")[:3]
    assert [cell.value for cell in days] == [dt.datetime(2011, 10, 3), "2011-02-31", "1811-10-03"]
    assert days[0].number_format == "yyyy-mm-dd"
    assert column(read, "actions.return", "Client")[0].value == "2011-10-03"


def test_days_of_a_table_read_from_its_file_are_dates(tmp_path: Path) -> None:
    frame = pd.DataFrame({"client_id": ["1"], "name": ["One"], "last_order": [pd.Timestamp("2011-10-03")]})
    frame.to_parquet(tmp_path / "clients.parquet")
    long = RecordedTable(tuple(frame.columns), None, made_results.source("clients"), 1, "clients.parquet")
    results = replace(made_results.results(), tables={"clients": long})
    made = xlsx.workbook(results, Wording("en", "GBP"), made_results.CONTEXT, created=CREATED, folder=tmp_path)
    (day,) = column(openpyxl.load_workbook(io.BytesIO(made)), "clients", "Last order")
    assert (day.value, day.number_format) == (dt.datetime(2011, 10, 3), "yyyy-mm-dd")


def test_definitions_name_everything_that_was_recorded(editions: Editions) -> None:
    sheet = book(editions, "en")["Definitions"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    results = made_results.results()
    recorded = {*results.figures, *results.tables, *(check.id for check in results.checks), *consistency.RULES}
    assert set(rows) == recorded & set(CATALOG)
    assert rows["headline.revenue"][1:4] == ["Revenue", "figure", CATALOG["headline.revenue"].formula]
    assert rows["bridge.steps"][2] == "table"
    assert sheet.freeze_panes == "A2"


def test_codes_are_words_of_the_language(editions: Editions) -> None:
    assert table(book(editions, "ru"), "lifecycle.stages")[1][0].value == "Новые"
    assert table(book(editions, "ru"), "bridge.steps")[2][0].value == "Потеря клиентов"


def test_reasons_stand_in_words_and_their_codes_behind_everything(editions: Editions) -> None:
    read = book(editions, "ru")
    rows = table(read, "actions.return")
    assert (
        column(read, "actions.return", "Основание словами")[0].value == "покупает каждые 16 дней, без покупок 266 дней"
    )
    assert [cell.value for cell in rows[1][-4:-1]] == ["Долго без покупок", 16, 266]


def test_figures_carry_comparisons_definitions_and_their_cell(editions: Editions) -> None:
    sheet = book(editions, "en")["Figures"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert set(rows) == set(made_results.figures())
    revenue = rows["headline.revenue"]
    assert revenue[:4] == ["headline.revenue", "Revenue", "GBP", 1132407.74]
    assert revenue[11:13] == [7957559.434, 8043585.224]
    assert revenue[-3:] == ["R(P) = sum of revenue over the rows dated in P, refunds included", "00_data",
                            made_results.source("headline.revenue").cell]  # fmt: skip
    unknown = rows["retention.return_rate"]
    assert unknown[3] is None
    assert unknown[13].startswith("history starts in")


def test_hostile_text_stays_text(editions: Editions) -> None:
    names = column(book(editions, "hostile"), "structure.largest", "Client")
    assert [cell.value for cell in names] == list(made_results.HOSTILE)
    assert all(cell.data_type == "s" for cell in names)


def test_odd_sheet_names_are_made_fit_and_unique() -> None:
    base = made_results.results()
    names = ("a" * 40, "a" * 40 + "b", "x[1]:*?/y")
    odd = replace(base, tables=dict.fromkeys(names, base.tables["structure.xyz"]))
    wording = Wording("en", "GBP")
    assert xlsx.sheet_names(("Overview", *names)) == ["Overview", "a" * 31, "a" * 28 + "~2", "x_1_____y"]
    xlsx.workbook(odd, wording, made_results.CONTEXT, created=CREATED)


SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def same(mine: object, back: object) -> bool:
    """Numbers to fifteen digits and truth as a formula, as LibreOffice writes them; everything else exactly."""
    if isinstance(mine, bool):
        return back in (mine, f"={str(mine).upper()}()")
    if isinstance(mine, float | int) and not isinstance(mine, bool):
        return back == pytest.approx(mine, rel=1e-14, abs=1e-14)
    return (mine or None) == (back or None)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_reads_the_same_cells(editions: Editions, tmp_path: Path) -> None:
    """Converted to ODF by LibreOffice, which refuses or repairs a damaged file, and read back."""
    source = editions("hostile", "xlsx") / "review.xlsx"
    command = [str(SOFFICE), "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(source)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    ours, theirs = openpyxl.load_workbook(source), openpyxl.load_workbook(tmp_path / "review.xlsx")
    assert theirs.sheetnames == ours.sheetnames
    for name in ("Figures", "Structure", "Retention", "Return", "retention.cohorts"):
        read = [[cell.value for cell in row] for row in theirs[name].iter_rows()]
        for mine, back in zip(ours[name].iter_rows(values_only=True), read, strict=True):
            assert all(map(same, mine, back)), (mine, back)
        assert theirs[name].auto_filter.ref is not None
    hostile = [row[0] for row in theirs["Structure"].iter_rows() if row[0].value in made_results.HOSTILE]
    assert {cell.data_type for cell in hostile} == {"s"}
    assert len(hostile) >= len(made_results.HOSTILE)


def test_the_same_results_give_the_same_bytes() -> None:
    made = [
        xlsx.workbook(made_results.results(), Wording("en", "GBP"), made_results.CONTEXT, created=CREATED)
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_long_table_is_read_from_its_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"class": ["A"] * 2500, "clients": range(2500), "revenue": [0.5] * 2500})
    frame.to_parquet(tmp_path / "structure.xyz.parquet")
    digest = hashlib.sha256((tmp_path / "structure.xyz.parquet").read_bytes()).hexdigest()
    base = made_results.results()
    long = RecordedTable(tuple(frame.columns), None, made_results.source("x"), 2500, "structure.xyz.parquet", digest)
    results = replace(base, tables={"structure.xyz": long})
    wording = Wording("en", "GBP")
    made = xlsx.workbook(results, wording, made_results.CONTEXT, created=CREATED, folder=tmp_path)
    (tmp_path / "book.xlsx").write_bytes(made)
    clients = column(openpyxl.load_workbook(tmp_path / "book.xlsx"), "structure.xyz", "Clients")
    assert len(clients) == 2500
    assert clients[-1].value == 2499
    with pytest.raises(RenderingError, match=r"structure.xyz lies in structure.xyz.parquet, which is not beside"):
        xlsx.workbook(results, wording, made_results.CONTEXT, created=CREATED, folder=tmp_path / "elsewhere")

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

import made_results
import openpyxl
import pandas as pd
import pytest

from portfolio_review.catalog import CATALOG
from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import xlsx
from portfolio_review.results.contract import RecordedTable

Editions = Callable[..., Path]
CREATED = dt.date(2011, 11, 30)


def book(editions: Editions, name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(editions(name, "xlsx") / "review.xlsx")


@pytest.mark.parametrize(("name", "first"), [("en", "Contents"), ("ru", "Содержание")])
def test_every_recorded_table_has_a_sheet_that_the_contents_lead_to(editions: Editions, name: str, first: str) -> None:
    read = book(editions, name)
    tables = made_results.results().tables
    assert read.sheetnames[0] == first
    assert read.sheetnames[4:] == list(tables)
    contents = read[first]
    links = [contents.cell(row, 1).hyperlink.location for row in range(6, 6 + 3 + len(tables))]
    assert links == [f"'{name}'!A1" for name in read.sheetnames[1:]]


def test_numbers_are_numbers_with_formats_and_the_header_stays(editions: Editions) -> None:
    read = book(editions, "en")
    sheet = read["structure.largest"]
    assert [cell.value for cell in sheet[1]][:3] == ["Rank", "Id", "Client"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I11"
    assert (sheet["G2"].value, sheet["G2"].number_format) == (267761.0, "#,##0.00")
    assert (sheet["H2"].value, sheet["H2"].number_format) == (pytest.approx(267761.0 / 7960360.6), "0.0%")
    months = read["retention.trend"]
    assert (months["A2"].value, months["A2"].number_format) == (dt.datetime(2011, 11, 1), "yyyy-mm")
    assert read["retention.cohorts"]["F2"].value is True


def test_days_are_dates_where_the_catalogue_says_so_and_names_never_are() -> None:
    base = made_results.results()
    table = base.tables["actions.return"]
    rows = [list(row) for row in table.rows or ()]
    name, day = table.columns.index("name"), table.columns.index("last_order")
    for row, text in zip(rows, ("2011-10-03", "2011-02-31", "1811-10-03", ""), strict=False):
        row[name] = row[day] = text
    results = replace(base, tables={"actions.return": replace(table, rows=tuple(tuple(row) for row in rows))})
    made = xlsx.workbook(results, Wording("en", "GBP"), made_results.CONTEXT, created=CREATED)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["actions.return"]
    heads = [cell.value for cell in sheet[1]]
    days = [sheet.cell(row, heads.index("Last order") + 1) for row in range(2, 5)]
    assert [cell.value for cell in days] == [dt.datetime(2011, 10, 3), "2011-02-31", "1811-10-03"]
    assert days[0].number_format == "yyyy-mm-dd"
    assert sheet.cell(2, heads.index("Client") + 1).value == "2011-10-03"


def test_definitions_name_everything_that_was_recorded(editions: Editions) -> None:
    sheet = book(editions, "en")["Definitions"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    results = made_results.results()
    recorded = {*results.figures, *results.tables, *(check.id for check in results.checks)}
    assert set(rows) == recorded & set(CATALOG)
    assert rows["headline.revenue"][1:4] == ["Revenue", "figure", CATALOG["headline.revenue"].formula]
    assert rows["bridge.steps"][2] == "table"
    assert sheet.freeze_panes == "A2"


def test_codes_are_words_of_the_language(editions: Editions) -> None:
    assert book(editions, "ru")["lifecycle.stages"]["A2"].value == "Новые"
    assert book(editions, "ru")["bridge.steps"]["A3"].value == "Потеря клиентов"


def test_reasons_stand_in_words_beside_their_codes(editions: Editions) -> None:
    sheet = book(editions, "ru")["actions.return"]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("Основание словами")
    assert sheet.cell(2, place + 1).value == "покупает каждые 16 дней, без покупок 266 дней"
    assert sheet.cell(2, place + 2).value == "Долго без покупок"
    assert sheet.cell(2, place + 3).value == 16


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
    sheet = book(editions, "hostile")["structure.largest"]
    assert [cell.value for cell in sheet["C"][1:]] == list(made_results.HOSTILE)
    assert all(cell.data_type == "s" for cell in sheet["C"][1:])


def test_odd_sheet_names_are_made_fit_and_unique() -> None:
    base = made_results.results()
    names = ("a" * 40, "a" * 40 + "b", "x[1]:*?/y")
    odd = replace(base, tables=dict.fromkeys(names, base.tables["structure.xyz"]))
    wording = Wording("en", "GBP")
    assert xlsx._sheet_names(odd, ("Contents",)) == ["Contents", "a" * 31, "a" * 28 + "~2", "x_1_____y"]
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
    for name in ("Figures", "structure.largest", "retention.trend", "actions.return"):
        read = [[cell.value for cell in row] for row in theirs[name].iter_rows()]
        for mine, back in zip(ours[name].iter_rows(values_only=True), read, strict=True):
            assert all(map(same, mine, back)), (mine, back)
        assert theirs[name].auto_filter.ref is not None
    assert all(cell.data_type == "s" for cell in theirs["structure.largest"]["C"][1:])


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
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["structure.xyz"]
    assert sheet.max_row == 2501
    assert sheet["B2501"].value == 2499
    with pytest.raises(RenderingError, match=r"structure.xyz lies in structure.xyz.parquet, which is not beside"):
        xlsx.workbook(results, wording, made_results.CONTEXT, created=CREATED, folder=tmp_path / "elsewhere")

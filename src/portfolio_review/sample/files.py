"""Writes the sample company's tables as files, one a table, in all the formats that reviews read."""

import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from portfolio_review.errors import PublishError
from portfolio_review.sample.company import HISTORY_END
from portfolio_review.sample.generate import generate

# XLSX files hold their day of creation: the end of the history, for the same bytes on every run.
CREATED: Final = datetime.combine(HISTORY_END, datetime.min.time())
TARGETS_SHEET: Final = "Plan"


def write(folder: Path) -> list[Path]:
    """Write every table into the folder, each file whole or not at all; gives the paths written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_replace(folder, name, table) for name, table in generate().items()]
    except OSError as error:
        place = error.filename or folder
        raise PublishError(
            f"the sample company could not be written to {place}: {error.strerror or error}. "
            "Name a folder that you may write to, with 10 MB free."
        ) from error


def _replace(folder: Path, name: str, table: pd.DataFrame) -> Path:
    """Write beside the file and rename: readers see the old file or the new one."""
    file, write_to = _FORMATS[name]
    path = folder / file
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_to(part, table)
        part.replace(path)
    except BaseException:  # an interrupt too leaves nothing behind
        part.unlink(missing_ok=True)
        raise
    return path


def _dates(table: pd.DataFrame) -> list[str]:
    return [str(column) for column in table.select_dtypes("datetime").columns]


def _parquet(path: Path, table: pd.DataFrame) -> None:
    """Dates as days; no pandas metadata, which would name the versions at hand."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    for column in _dates(table):
        place = arrow.schema.get_field_index(column)
        arrow = arrow.set_column(place, column, arrow.column(column).cast(pa.date32()))
    pq.write_table(arrow, path, compression="zstd")


def _csv(path: Path, table: pd.DataFrame) -> None:
    """UTF-8, ISO dates, true and false in small letters."""
    text = table.copy()
    for column in text.select_dtypes("bool"):
        text[column] = text[column].map({True: "true", False: "false"})
    text.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


def _office_csv(path: Path, table: pd.DataFrame) -> None:
    """As office programs of the continent write it: byte-order mark, semicolon, decimal comma, 31.12.2026."""
    table.to_csv(
        path,
        index=False,
        encoding="utf-8-sig",
        lineterminator="\r\n",
        sep=";",
        decimal=",",
        date_format="%d.%m.%Y",
    )


def _xlsx(path: Path, table: pd.DataFrame) -> None:
    # Made in memory: a full disk is then an error of the one write below.
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Plan", "created": CREATED})
        sheet = book.add_worksheet(TARGETS_SHEET)
        sheet.write_row(0, 0, [str(column) for column in table.columns])
        for row, values in enumerate(table.itertuples(index=False), start=1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif not pd.isna(value):
                    sheet.write_number(row, column, float(value))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.columns) - 1, 18)
    path.write_bytes(content.getvalue())


Writer = Callable[[Path, pd.DataFrame], None]
_FORMATS: Final[dict[str, tuple[str, Writer]]] = {
    "transactions": ("transactions.parquet", _parquet),
    "clients": ("clients.csv", _csv),
    "contacts": ("contacts.csv", _csv),
    "payments": ("payments.parquet", _parquet),
    "targets": ("targets.xlsx", _xlsx),
    "assessments": ("assessments.csv", _csv),
    "plans": ("plans.csv", _office_csv),
    "losses": ("losses.csv", _csv),
}
FILES: Final = {table: name for table, (name, _) in _FORMATS.items()}
"""File name of each table."""

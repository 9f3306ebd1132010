"""The workbook: contents, figures with definitions, one sheet per table; numbers are numbers."""

from __future__ import annotations

import datetime as dt
import io

import xlsxwriter

from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering.context import RunContext
from portfolio_review.results.contract import Results


def workbook(results: Results, wording: Wording, context: RunContext, *, created: dt.date) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": dt.datetime(created.year, created.month, created.day)})
    book.add_worksheet("Contents")
    book.close()
    return buffer.getvalue()

"""Where a table comes from, and how its files are written."""

from __future__ import annotations

import codecs
import re
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from portfolio_review.review.fields import Flag, Maybe, Settings, Text, Whole

MAX_HEADER_ROW = 10_000
"""Title lines above a header are few: what is declared beyond this is a slip."""

MAX_PATH = 4096


class CsvOptions(Settings):
    """How a CSV file is written, where it differs from UTF-8, `,` and `.`."""

    encoding: Annotated[Text | None, Maybe] = None
    """utf-8, cp1251, mac_roman, …; null: UTF-8, or what a byte-order mark says."""
    delimiter: Annotated[Text | None, Maybe] = None
    """One character between cells; null: found, where one alone fits."""
    decimal: Annotated[Text | None, Maybe] = None
    """The sign before decimals; null: a point."""
    thousands: Annotated[Text | None, Maybe] = None
    """The sign between groups of digits, such as a point or a blank; null: none."""
    date_format: Annotated[Text | None, Maybe] = None
    """As %d.%m.%Y; null: ISO dates. Never guessed."""
    quote: Annotated[Text | None, Maybe] = None
    """What stands around a cell; null: a double quote."""
    escape: Annotated[Text | None, Maybe] = None
    """What stands before a quote inside a cell, such as a backslash; null: another quote."""
    numbers: tuple[Text, ...] = ()
    """Columns that are numbers before expressions use them."""

    @field_validator("delimiter", "decimal", "thousands", "quote", "escape")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        if value is not None and len(value) != 1:
            raise ValueError(f"expected one character, found '{value}'")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                info = codecs.lookup(value)
            except LookupError:
                raise ValueError(f"expected an encoding such as utf-8, cp1251, mac_roman, found '{value}'") from None
            if not getattr(info, "_is_text_encoding", True):
                raise ValueError(f"expected a text encoding, found '{value}'")
        return value

    @model_validator(mode="after")
    def _distinct(self) -> CsvOptions:
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are both '{self.decimal}'; they must differ")
        return self


class FileOptions(Settings):
    """How to read one file: what a source says of its path, and a query of each file it names."""

    sheet: Annotated[Text | tuple[Text, ...] | None, Maybe] = None
    """A sheet's name, several, or `*` for every visible one."""
    header_row: Annotated[Whole | None, Maybe] = Field(None, ge=1, le=MAX_HEADER_ROW)
    """CSV and XLSX: the row in which the header stands, below title lines."""
    skip_rows: Annotated[Whole | None, Maybe] = Field(None, ge=0, le=MAX_HEADER_ROW)
    """CSV and XLSX: how many rows to skip; the first row after them that is not empty is the header."""
    csv: CsvOptions = CsvOptions()
    """How text is written, where it is not UTF-8 with comma, point and ISO dates."""

    @field_validator("sheet")
    @classmethod
    def _some_sheet(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if value == () or (isinstance(value, str) and not value.strip()):
            found = "nothing" if isinstance(value, str) else "an empty list"
            raise ValueError(f'expected the name of a sheet, a list of names, or "*", found {found}')
        return value

    @model_validator(mode="after")
    def _one_way_to_the_header(self) -> FileOptions:
        if self.header_row is not None and self.skip_rows is not None:
            raise ValueError("header_row and skip_rows both say where the header stands: give one")
        return self


class Source(FileOptions):
    """Where one table comes from: `path`, or `query` (over files, or on a `connection`)."""

    path: Annotated[Text | None, Maybe] = None
    """A CSV, Parquet or XLSX file, a folder of such files, or a glob; from the folder of the review file."""
    hive: Annotated[Flag | None, Maybe] = None
    """Whether folders named key=value are columns; they are by themselves."""
    query: Annotated[Text | None, Maybe] = None
    """DuckDB SQL over such files; with a connection, SQL that runs on that server."""
    files: Annotated[dict[Text, FileOptions] | None, Maybe] = None
    """How to read files that the query names, by their paths as it writes them."""
    connection: Annotated[Text | None, Maybe] = None
    """env:NAME, the environment variable with the address of a database."""
    version_query: Annotated[Text | None, Maybe] = None
    """A query of one row that changes whenever the data do, as `select max(updated_at) from sales`."""
    where: Annotated[Text | None, Maybe] = None
    """SQL condition over the source's columns; rows that fail it are left out and counted."""
    columns: Annotated[dict[str, Text] | None, Maybe] = None
    """Our column: SQL expression over the source's. Without it, columns of our names are taken."""

    @field_validator("path", "query", "version_query", "where")
    @classmethod
    def _something(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("expected text, found nothing")
        return value

    @field_validator("path")
    @classmethod
    def _of_a_length_that_can_be(cls, value: str | None) -> str | None:
        if value is not None and len(value) > MAX_PATH:
            raise ValueError(f"the path has {len(value):,} characters; no system has paths of more than {MAX_PATH:,}")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if (self.path is None) == (self.query is None):
            raise ValueError("expected either path or query")
        if self.connection is None and self.version_query is not None:
            raise ValueError("version_query needs a connection that it runs on")
        if self.connection is not None:
            if self.query is None:
                raise ValueError("connection needs a query that runs on it")
            if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", self.connection):
                raise ValueError("expected connection as env:NAME; a secret is never written in the file")
        return self

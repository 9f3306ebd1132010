"""Where a table comes from, and how its files are written."""

from __future__ import annotations

import codecs
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from portfolio_review.review.fields import Flag, Maybe, Settings, Text, Whole

MAX_HEADER_ROW = 10_000
"""Title lines above a header are few: what is declared beyond this is a slip."""

MAX_PATH = 4096
CONNECTION = r"^env:[A-Za-z_][A-Za-z0-9_]*$"
"""A reference to an address: a secret is never written in a review file."""
OBJECT_STORES = ("s3", "gs", "abfs", "abfss")
ELSEWHERE = (*OBJECT_STORES, "https")
"""Schemes of files that lie on another machine."""


def scheme_of(address: str | None) -> str:
    """The scheme of an address in small letters; empty for a path of this machine."""
    scheme, mark, _ = (address or "").partition("://")
    return scheme.lower() if mark else ""


def address_fault(address: str, schemes: tuple[str, ...]) -> str:
    """What speaks against an address with a scheme, without a word of what may be a secret in it; else nothing."""
    scheme = scheme_of(address)
    if scheme not in schemes:
        return f"expected a path, or an address that begins with {', '.join(f'{one}://' for one in schemes)}"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "the address cannot be parsed"
    access, at, _ = parts.netloc.rpartition("@")
    if at and (not scheme.startswith("abfs") or ":" in access):
        return "the address holds a user or a password: a secret is never written in the file, see connection"
    if not parts.hostname:
        return "the address names no bucket, container or server"
    if scheme == "https" and ("?" in address or "#" in address):
        return "what follows ? or # in an address may be a secret, which is never written in the file: see connection"
    if scheme == "https" and ("*" in address or "[" in address):
        return "a server of https lists no files: name one"
    return ""


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
    """Where one table comes from: `path`, `delta`, `iceberg`, or `query` (over files, or on a `connection`)."""

    path: Annotated[Text | None, Maybe] = None
    """A CSV, Parquet or XLSX file, a folder of such files, or a glob, from the folder of the review file; or an address
    of s3://, gs://, abfs:// or https://."""
    delta: Annotated[Text | None, Maybe] = None
    """The folder of a Delta table, here or on an object store."""
    iceberg: Annotated[Text | None, Maybe] = None
    """A table of the Iceberg catalog that `connection` describes, as namespace.table."""
    hive: Annotated[Flag | None, Maybe] = None
    """Whether folders named key=value are columns; they are by themselves."""
    query: Annotated[Text | None, Maybe] = None
    """DuckDB SQL over such files; with a connection, SQL that runs on that server."""
    files: Annotated[dict[Text, FileOptions] | None, Maybe] = None
    """How to read files that the query names, by their paths as it writes them."""
    connection: Annotated[Text | None, Maybe] = None
    """env:NAME, the environment variable with the address of a database, the settings of an object store or catalog, or
    the key of a web server."""
    version_query: Annotated[Text | None, Maybe] = None
    """A query of one row that changes whenever the data do, as `select max(updated_at) from sales`."""
    where: Annotated[Text | None, Maybe] = None
    """SQL condition over the source's columns; rows that fail it are left out and counted."""
    columns: Annotated[dict[str, Text] | None, Maybe] = None
    """Our column: SQL expression over the source's. Without it, columns of our names are taken."""

    @field_validator("path", "delta", "iceberg", "query", "version_query", "where")
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

    @field_validator("path", "delta")
    @classmethod
    def _an_address_without_secrets(cls, value: str | None, info: ValidationInfo) -> str | None:
        schemes = OBJECT_STORES if info.field_name == "delta" else ELSEWHERE
        if scheme_of(value) and (said := address_fault(value or "", schemes)):
            raise ValueError(said)
        return value

    @field_validator("iceberg")
    @classmethod
    def _a_namespace_and_a_table(cls, value: str | None) -> str | None:
        if value is not None and not all(value.split(".")[:-1] or [""]):
            raise ValueError(f"expected namespace.table, found '{value}'")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if sum(one is not None for one in (self.path, self.query, self.delta, self.iceberg)) != 1:
            raise ValueError("expected either path or query, delta or iceberg")
        if self.version_query is not None and (self.connection is None or self.query is None):
            raise ValueError("version_query needs a connection that it runs on")
        if self.iceberg is not None and self.connection is None:
            raise ValueError("iceberg needs a connection: env:NAME with the settings of its catalog")
        if self.connection is not None:
            if not (self.query or self.iceberg or scheme_of(self.path) or scheme_of(self.delta)):
                raise ValueError("connection needs a query that runs on it")
            if not re.fullmatch(CONNECTION, self.connection):
                raise ValueError("expected connection as env:NAME; a secret is never written in the file")
        return self

    @property
    def in_database(self) -> bool:
        """Whether a query runs on a server."""
        return self.query is not None and self.connection is not None

    @property
    def says_its_version(self) -> bool:
        """Whether it is asked for its version rather than looked at: all but files of this machine."""
        return bool(self.connection or self.delta or scheme_of(self.path))

"""Where a table comes from, and how its CSV file is written."""

from __future__ import annotations

import codecs
import re
from typing import Annotated

from pydantic import field_validator, model_validator

from portfolio_review.review.fields import Maybe, Settings, Text

MAX_PATH = 4096


class CsvOptions(Settings):
    """How a CSV file is written, where it differs from UTF-8, `,` and `.`."""

    encoding: Annotated[Text | None, Maybe] = None
    delimiter: Annotated[Text | None, Maybe] = None
    decimal: Annotated[Text | None, Maybe] = None
    thousands: Annotated[Text | None, Maybe] = None
    date_format: Annotated[Text | None, Maybe] = None
    quote: Annotated[Text | None, Maybe] = None
    numbers: tuple[Text, ...] = ()

    @field_validator("delimiter", "decimal", "thousands", "quote")
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


class Source(Settings):
    """Where one table comes from: `path`, or `query` (over files, or on a `connection`)."""

    path: Annotated[Text | None, Maybe] = None
    sheet: Annotated[Text | None, Maybe] = None
    query: Annotated[Text | None, Maybe] = None
    connection: Annotated[Text | None, Maybe] = None
    where: Annotated[Text | None, Maybe] = None
    columns: Annotated[dict[str, Text] | None, Maybe] = None
    csv: CsvOptions = CsvOptions()

    @field_validator("path", "query", "sheet", "where")
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
        if self.connection is not None:
            if self.query is None:
                raise ValueError("connection needs a query that runs on it")
            if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", self.connection):
                raise ValueError("expected connection as env:NAME; a secret is never written in the file")
        return self

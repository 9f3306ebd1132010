"""What a scalar of the review file may be: text, a number, true or false, or nothing."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from portfolio_review.review.yamlfile import Bare

UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that no printed line has: control characters, line ends, marks of writing direction, half characters."""
NULL_WORDS = ("null", "Null", "NULL", "~", "")


def _nothing(value: object) -> object:
    return None if isinstance(value, Bare) and value in NULL_WORDS else value


def _true_or_false(value: object) -> object:
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise ValueError(f"expected true or false, found '{value}'")
    return value


def _plain_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected text")
    return str(value)


def _finite(value: object) -> object:
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", text):
            raise ValueError(f"expected a number, found '{value}'")
        return text
    return value


Text = Annotated[str, BeforeValidator(_plain_text)]
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Whole = Annotated[int, BeforeValidator(_finite)]
Number = Annotated[float, BeforeValidator(_finite)]
Maybe = BeforeValidator(_nothing)
"""Marks a key that may be left empty: `null` written without quotes means nothing."""


class Settings(BaseModel):
    """A part of the review file. The text below a key says what it does, to editors and to the reference too."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

"""Formulas as they are printed: where a setting decides, with the value that the review gives it.

In: an entry and the settings of a review as `data.settings` records them, key to text; out: its formula. A setting
stands in a formula by its key in braces, `{xyz.constant_from}`, the second of several as `{abc.limits.1}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from portfolio_review.catalog.entry import Entry

_SETTING = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)+)(?:\.(\d))?\}")


def chosen(entry: Entry, settings: Mapping[str, str]) -> str:
    """The formula that holds under these settings, settings not yet filled in: the message of the catalogues."""
    for key, value, formula in entry.variants:
        if settings.get(key) == value:
            return formula
    return entry.formula


def filled(formula: str, settings: Mapping[str, str], decimal: str = ".") -> str:
    """The formula with the values of its settings; one that is not recorded stands by its key."""

    def value(match: re.Match[str]) -> str:
        key, place = match.groups()
        if key not in settings:
            return match[0].strip("{}")
        known = _parsed(settings[key])
        return _printed(known if place is None else known[int(place)], decimal)

    return _SETTING.sub(value, formula)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _printed(value: Any, decimal: str) -> str:
    """`0.80`, `0.825`, with the decimal mark of the language; several values one after the other."""
    if isinstance(value, list):
        return ", ".join(_printed(one, decimal) for one in value)
    if isinstance(value, float):
        text = f"{value:.2f}" if round(value, 2) == value else repr(value)
        return text.replace(".", decimal)
    return str(value)

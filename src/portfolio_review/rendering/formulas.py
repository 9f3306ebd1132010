"""The formula of an entry of the catalogue in the report's language, with the settings of its review."""

from __future__ import annotations

from portfolio_review.catalog import Entry
from portfolio_review.catalog.formulas import chosen, filled
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import Results

SETTINGS = "data.settings"


def printed(entry: Entry, results: Results, wording: Wording) -> str:
    """The formula as the definitions of all editions print it."""
    settings = recorded(results)
    return filled(wording.language.raw(chosen(entry, settings)), settings, wording.language.decimal)


def recorded(results: Results) -> dict[str, str]:
    """The settings that a review recorded, by key."""
    table = results.tables.get(SETTINGS)
    return {} if table is None or table.rows is None else {str(key): str(value) for key, value, *_ in table.rows}

"""Dates of a spreadsheet with other regional settings: those with a day up to 12 turned round, the others left as text.

Opened with US settings, 05/03/2026 of a file in the order day, month becomes the 3rd of May, and 25/03/2026 stays
text. Then a column holds dates that all have a day up to 12, and text that all has a day above: it cannot be meant.
"""

from __future__ import annotations

from portfolio_review.errors import Fault
from portfolio_review.review import Source
from portfolio_review.sources.engine import Engine
from portfolio_review.sources.raw import ROW, Raw, first

_ISO = r"\d{4}-\d{2}-\d{2}(?:[T ].*)?"
_WRITTEN = r"^\s*(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})(?:\s.*)?$"
_LAST_MONTH = 12


def both_kinds_read(raw: Raw, source: Source) -> bool:
    """Whether such texts could be read beside dates; else each is a fault, and the dates are looked at after it."""
    return raw.format == "xlsx" or source.csv.date_format is not None


def swapped_days(engine: Engine, raw: Raw, column: str, rows: str) -> Fault | None:
    """The fault of a date column whose cells, text all of them by now, are of both kinds.

    `rows`: SQL of the rows that count, with `cell_` of the column.
    """
    cell = f"cell_{column}"
    parts = [f"TRY_CAST(regexp_extract({cell}, '{_WRITTEN}', {part}) AS INTEGER)" for part in (1, 2)]
    larger = f"greatest({', '.join(parts)})"
    found = (
        f"SELECT {cell}, count(*) AS times, min({ROW}) AS {ROW}, "
        f"CASE WHEN regexp_full_match({cell}, '{_ISO}') THEN TRY_CAST(substr({cell}, 9, 2) AS INTEGER) END AS day, "
        f"CASE WHEN regexp_matches({cell}, '{_WRITTEN}') THEN {larger} END AS written "
        f"FROM {rows} GROUP BY {cell}"
    )
    latest, least, count, shown = engine.row(
        f"SELECT max(day), min(written), sum(times), {first(cell)} FROM ({found}) "
        "WHERE written IS NOT NULL OR day IS NOT NULL"
    )
    if latest is None or least is None or latest > _LAST_MONTH or least <= _LAST_MONTH:
        return None
    return raw.fault(
        column, "dates all have a day up to 12 and texts a day above 12: day and month were changed round "
        "where the file was opened with other regional settings",
        "Export the dates again as they are in the source, as text or in ISO form, without opening the file in a "
        "spreadsheet between", int(count), raw.shown(shown), "swapped_days",
    )  # fmt: skip

"""What doubts about the data are called, by id: as a heading, or within a sentence after a colon."""

from __future__ import annotations

from collections.abc import Mapping

DOUBTS: Mapping[str, str] = {
    "rows_left_out": "Rows left out",
    "where_unknown": "Condition neither true nor false",
    "stray_dates": "Stray dates",
    "future_dates": "Dates to come",
    "empty_months": "Months without a row",
    "sparse_month": "Last month with few rows",
    "duplicates": "Exact duplicates",
    "ids_alike": "Ids that look alike",
    "ids_like_missing": "Ids that read like missing values",
    "ids_from_numbers": "Ids that were numbers",
    "ids_never_meet": "Ids of two tables that do not meet",
    "orders_of_several_clients": "Orders of several clients",
    "order_ids_reused": "Order numbers used again",
    "order_totals_repeated": "Order totals repeated on lines",
    "thousands_as_decimals": "Thousands read as decimals",
    "currencies": "Several currencies",
    "swapped_days": "Day and month exchanged",
    "other_sheets": "Other sheets of the workbook",
    "cells_in_error": "Cells in error",
    "margin_partly_known": "Margin known in part",
    "columns_alike": "Columns that look alike",
    "int96": "Timestamps of type INT96",
    "targets_unused": "Targets that match nothing",
    "losses_of_buyers": "Losses of clients that still buy",
    "notes_unused": "Notes of no unit",
    "terms_unread": "Payment terms that were not read",
    "attributes_differ": "Clients with several values of an attribute",
    "names_shared": "Clients of one name",
    "no_glyph": "Names that cannot be printed",
    "text_damaged": "Damaged names",
    "few_rows": "Few clients or rows",
}
"""Of `left_out` with its subject, for `left_out` alone is a word of the reconciliation."""

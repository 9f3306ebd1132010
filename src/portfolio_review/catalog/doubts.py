"""What doubts about the data are called, by id: as a heading, or within a sentence after a colon."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.catalog.entry import Word

DOUBTS: Mapping[str, Word] = {
    "rows_left_out": Word("Rows left out", "Исключённые строки"),
    "where_unknown": Word("Condition neither true nor false", "Условие ни истинно, ни ложно"),
    "stray_dates": Word("Stray dates", "Оторванные даты"),
    "future_dates": Word("Dates to come", "Даты в будущем"),
    "empty_months": Word("Months without a row", "Месяцы без строк"),
    "sparse_month": Word("Last month with few rows", "Мало строк в последнем месяце"),
    "duplicates": Word("Exact duplicates", "Полные дубликаты"),
    "ids_alike": Word("Ids that look alike", "Похожие идентификаторы"),
    "ids_like_missing": Word("Ids that read like missing values", "Идентификаторы, похожие на пропуски"),
    "ids_from_numbers": Word("Ids that were numbers", "Идентификаторы, бывшие числами"),
    "ids_never_meet": Word("Ids of two tables that do not meet", "Идентификаторы двух таблиц не сходятся"),
    "orders_of_several_clients": Word("Orders of several clients", "Заказы нескольких клиентов"),
    "order_ids_reused": Word("Order numbers used again", "Повторные номера заказов"),
    "order_totals_repeated": Word("Order totals repeated on lines", "Сумма заказа повторена в строках"),
    "thousands_as_decimals": Word("Thousands read as decimals", "Тысячи прочитаны как дробная часть"),
    "currencies": Word("Several currencies", "Несколько валют"),
    "swapped_days": Word("Day and month exchanged", "День и месяц переставлены"),
    "other_sheets": Word("Other sheets of the workbook", "Другие листы книги"),
    "cells_in_error": Word("Cells in error", "Ячейки с ошибкой"),
    "margin_partly_known": Word("Margin known in part", "Маржа известна частично"),
    "columns_alike": Word("Columns that look alike", "Похожие столбцы"),
    "int96": Word("Timestamps of type INT96", "Метки времени INT96"),
    "targets_unused": Word("Targets that match nothing", "Плановые значения без применения"),
    "losses_of_buyers": Word("Losses of clients that still buy", "Потери клиентов, которые покупают"),
    "notes_unused": Word("Notes of no unit", "Заметки без подразделения"),
    "terms_unread": Word("Payment terms that were not read", "Непрочитанные условия оплаты"),
    "attributes_differ": Word(
        "Clients with several values of an attribute", "Клиенты с несколькими значениями признака"
    ),
    "names_shared": Word("Clients of one name", "Клиенты с одинаковым названием"),
    "no_glyph": Word("Names that cannot be printed", "Названия, которые нельзя напечатать"),
    "text_damaged": Word("Damaged names", "Повреждённые названия"),
    "few_rows": Word("Few clients or rows", "Мало клиентов или строк"),
}
"""Of `left_out` with its subject, for `left_out` alone is a word of the reconciliation."""

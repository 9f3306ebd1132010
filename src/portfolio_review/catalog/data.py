"""Catalogue: what the review was made from, counted: sources, rows left out, settings, warnings."""

from __future__ import annotations

from portfolio_review.catalog.entry import Column, Entry, check, figure, table

_DATA = "Data"
_DOUBTS = "Doubts"


def _column(name: str, en: str, ru: str, unit: str = "text") -> Column:
    return Column(name=name, en=en, ru=ru, unit=unit)  # type: ignore[arg-type]


_ROWS = _column("rows", "Rows", "Строк", "count")
_REVENUE = _column("revenue", "Revenue", "Выручка", "money")
_BEFORE_AND_NOW = (
    _column("before", "Said before", "Было", "money"),
    _column("now", "Now", "Стало", "money"),
    _column("change", "Change", "Изменение", "money"),
)

ENTRIES: tuple[Entry, ...] = (
    figure("data.value", "Value is counted in", "Ценность считается по показателю", "word", 0,
           "value: margin where it is known for at least 90 % of the revenue of W1 and of W0, else revenue",
           "Ground terms"),
    table("data.reconciliation", "Reconciliation", "Сверка с источником",
          (_column("item", "Item", "Статья", "word"), _ROWS, _REVENUE),
          "sources = used + left out, in rows and in revenue", _DATA),
    table("data.left_out", "Rows left out", "Исключённые строки",
          (_column("reason", "Reason", "Основание", "word"), _ROWS, _REVENUE),
          "rows of the sources that no figure counts, by reason", _DATA),
    table("data.removed_by_where", "Rows that the condition removes", "Строки, исключённые условием",
          (_column("value", "Columns and values", "Столбцы и значения"), _ROWS),
          "rows for which `where` is false, by the values of the columns it names; in the review of the whole", _DATA),
    table("data.inputs", "Sources", "Источники",
          (_column("table", "Table", "Таблица", "word"), _column("path", "File or query", "Файл или запрос"), _ROWS,
           _column("sha256", "SHA-256", "SHA-256")),
          "each file that was read, by hash", _DATA),
    table("data.warnings", "Warnings", "Предупреждения",
          (_column("table", "Table", "Таблица", "word"), _column("column", "Column", "Столбец"),
           _column("rule", "What was found", "Что найдено"), _ROWS, _column("remedy", "What to do", "Что делать")),
          "findings of the validation that do not stop a run", _DATA),
    table("data.doubts", "Doubts", "Сомнения в данных",
          (_column("id", "Doubt", "Сомнение", "word"), _column("table", "Table", "Таблица", "word"),
           _column("column", "Column", "Столбец"), _ROWS, _column("share", "Share of revenue", "Доля выручки", "share"),
           _column("accepted", "Accepted", "Принято", "flag")),
          "Σ |revenue| of the rows that a doubt touches / Σ |revenue| of the rows that the condition keeps", _DATA),
    table("data.client_months", "Revenue by client and month", "Выручка по клиентам и месяцам",
          (_column("client_id", "Client", "Клиент"), _column("month", "Month", "Месяц", "month"), _REVENUE),
          "r_i(month) for each month of W0 and W1, without those of no revenue: what the next review is compared with",
          _DOUBTS),
    table("data.compared", "Compared with the earlier review", "Сравнение с прошлым обзором",
          (_column("cause", "What", "Что", "word"), _column("changed", "Changed", "Изменилось", "word"),
           _column("review", "Earlier review", "Прошлый обзор"), _column("version", "Version", "Версия", "rank")),
          "settings that rows are read by, and code that reads and sums them: by hash; data: changed where figures of "
          "past months did while neither of these did, not told where one did too; version 0: a draft", _DOUBTS),
    table("data.restated", "Restated months", "Пересчитанные месяцы",
          (_column("month", "Month", "Месяц", "month"), *_BEFORE_AND_NOW),
          "months of W0 and W1 whose revenue the earlier review said otherwise, by half a cent or more", _DOUBTS),
    table("data.restated_clients", "Restated months by client", "Пересчитанные месяцы по клиентам",
          (_column("month", "Month", "Месяц", "month"), _column("client_id", "Client", "Клиент"),
           _column("name", "Name", "Название"), *_BEFORE_AND_NOW),
          "of each restated month the five clients whose revenue changed most, then all others as one", _DOUBTS),
    figure("data.restated_revenue", "Restated revenue", "Пересчитанная выручка", "money", 0,
           "Σ |change| over the restated months", _DOUBTS),
    figure("data.restated_share", "Restated share of revenue", "Доля пересчитанной выручки", "share", 0,
           "Σ |change| over the restated months / (R(W0) + R(W1))", _DOUBTS),
    table("data.settings", "Settings", "Настройки",
          (_column("key", "Setting", "Настройка"), _column("value", "Value", "Значение"),
           _column("default", "Default", "По умолчанию")),
          "the review file, with its defaults", _DATA),
    *(
        check(f"sql_{notebook}", f"Recomputed in SQL: {title_en}", f"Пересчёт в SQL: {title_ru}",
              "figures of the notebook = the same computed in SQL from the validated rows, money to the cent")
        for notebook, title_en, title_ru in (
            ("00_data", "data", "данные"),
            ("02_structure", "headline and structure", "главное и структура"),
            ("03_what_moved", "movement and bridge", "движение клиентов и мост выручки"),
            ("04_retention", "retention", "удержание"),
            ("06_risk_and_outlook", "risk", "риск"),
        )
    ),
)  # fmt: skip

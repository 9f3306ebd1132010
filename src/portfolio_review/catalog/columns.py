"""The columns of all tables by id, each named once; `pick` puts some of them in order."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.catalog.entry import Column, Unit

_SAID: tuple[tuple[str, str, str, Unit], ...] = (
    ("abc", "ABC", "ABC", "word"),
    ("age", "Month since first purchase", "Месяц с первой покупки", "months"),
    ("amount", "Amount", "Сумма", "money"),
    ("base", "Base", "База", "count"),
    ("cadence", "Contact cadence, days", "Частота контактов, дней", "days"),
    ("change", "Change, %", "Изменение, %", "share"),
    ("class", "Class", "Категория", "word"),
    ("client_id", "Id", "Код клиента", "text"),
    ("clients", "Clients", "Клиенты", "count"),
    ("cohort", "Cohort", "Когорта", "month"),
    ("cohorts", "Cohorts", "Когорты", "count"),
    ("count", "Clients", "Клиенты", "count"),
    ("effect", "Effect", "Влияние", "money"),
    ("factor", "Factor", "Фактор", "word"),
    ("few", "Too few to compare", "Мало наблюдений", "flag"),
    ("from", "From", "Из", "word"),
    ("grr", "GRR", "GRR", "share"),
    ("group", "Group", "Группа", "word"),
    ("high", "95 % interval to", "95 % ДИ до", "share"),
    ("low", "95 % interval from", "95 % ДИ от", "share"),
    ("month", "Month", "Месяц", "month"),
    ("n", "Clients", "Клиенты", "count"),
    ("name", "Client", "Клиент", "text"),
    ("new_clients", "New clients", "Новые клиенты", "count"),
    ("nrr", "NRR", "NRR", "share"),
    ("orders", "Orders", "Заказы", "orders"),
    ("partial", "Partial period", "Неполный период", "flag"),
    ("rank", "Rank", "Место", "rank"),
    ("rate", "Rate", "Доля", "share"),
    ("reading", "Reading", "Прочтение", "word"),
    ("retained", "Retained", "Удержанные", "count"),
    ("revenue", "Revenue", "Выручка", "money"),
    ("revenue_w0", "Revenue, 12 months before", "Выручка, предшествующие 12 мес.", "money"),
    ("revenue_w1", "Revenue, last 12 months", "Выручка, последние 12 мес.", "money"),
    ("running_share", "Running share", "Доля нарастающим итогом", "share"),
    ("share", "Share", "Доля", "share"),
    ("share_of_clients", "Share of clients", "Доля клиентов", "share"),
    ("share_of_revenue", "Share of revenue", "Доля выручки", "share"),
    ("size", "Cohort size", "Размер когорты", "count"),
    ("stage", "Stage", "Стадия", "word"),
    ("step", "Step", "Составляющая", "word"),
    ("to", "To", "В", "word"),
    ("truncated", "Already clients", "Пришли до начала данных", "flag"),
    ("value", "Value", "Значение", "text"),
    ("value_w0", "12 months before", "Предшествующие 12 мес.", "number"),
    ("value_w1", "Last 12 months", "Последние 12 мес.", "number"),
    ("xyz", "XYZ", "XYZ", "word"),
)

COLUMNS: Mapping[str, Column] = {
    name: Column(name=name, en=en, ru=ru, unit=unit) for name, en, ru, unit in _SAID
}


def pick(names: str) -> tuple[Column, ...]:
    """The columns named in `names`, apart by blanks, in that order."""
    return tuple(COLUMNS[name] for name in names.split())

"""The columns of all tables by id, each named once; `pick` puts some of them in order."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.catalog.entry import Column, Unit

_SAID: tuple[tuple[str, str, str, Unit], ...] = (
    ("abc", "ABC", "ABC", "word"),
    ("about", "About", "О чём", "text"),
    ("age", "Month since first purchase", "Месяц с первой покупки", "months"),
    ("amount", "Amount", "Сумма", "money"),
    ("at_stake", "Money at stake", "Цена вопроса", "money"),
    ("base", "Base", "База", "count"),
    ("bought", "Bought", "Купили", "count"),
    ("cadence", "Contact cadence, days", "Частота контактов, дней", "days"),
    ("categories_bought", "Categories bought", "Широта корзины", "number"),
    ("categories_bought_peers", "Categories bought, peers", "Широта корзины, сопоставимые", "number"),
    ("category", "Category", "Товарная категория", "text"),
    ("change", "Change, %", "Изменение, %", "share"),
    ("class", "Class", "Категория", "word"),
    ("client_id", "Id", "Код клиента", "text"),
    ("clients", "Clients", "Клиенты", "count"),
    ("cohort", "Cohort", "Когорта", "month"),
    ("cohorts", "Cohorts", "Когорты", "count"),
    ("contact_days", "Days since last contact", "Дней с последнего контакта", "days"),
    ("count", "Clients", "Клиенты", "count"),
    ("effect", "Effect", "Влияние", "money"),
    ("factor", "Factor", "Фактор", "word"),
    ("favourite", "Favourite category", "Основная товарная категория", "word"),
    ("few", "Too few to compare", "Мало наблюдений", "flag"),
    ("from", "From", "Из", "word"),
    ("group", "Group", "Группа", "word"),
    ("grr", "GRR", "GRR", "share"),
    ("high", "95 % interval to", "95 % ДИ до", "share"),
    ("high_margin_share", "High-margin categories", "Доля маржинальных товаров", "share"),
    ("high_margin_share_peers", "High-margin categories, peers", "Доля маржинальных товаров, сопоставимые", "share"),
    ("items_per_order", "Items per order", "Позиций в заказе", "number"),
    ("items_per_order_peers", "Items per order, peers", "Позиций в заказе, сопоставимые", "number"),
    ("kept", "Kept", "Вернулись или остались", "count"),
    ("last_contact", "Last contact", "Последний контакт", "text"),
    ("last_order", "Last order", "Последний заказ", "text"),
    ("lever", "Lever", "Рычаг", "word"),
    ("lift", "Lift", "Лифт", "number"),
    ("listed", "On the list", "Вошли в список", "flag"),
    ("low", "95 % interval from", "95 % ДИ от", "share"),
    ("month", "Month", "Месяц", "month"),
    ("n", "Clients", "Клиенты", "count"),
    ("name", "Client", "Клиент", "text"),
    ("new_clients", "New clients", "Новые клиенты", "count"),
    ("now", "Now", "Сейчас", "number"),
    ("nrr", "NRR", "NRR", "share"),
    ("order_frequency", "Orders", "Частота", "number"),
    ("order_frequency_peers", "Orders, peers", "Частота, сопоставимые", "number"),
    ("order_value", "Order value", "Средний чек", "money"),
    ("order_value_peers", "Order value, peers", "Средний чек, сопоставимые", "money"),
    ("orders", "Orders", "Заказы", "orders"),
    ("other", "Other category", "Другая товарная категория", "text"),
    ("owner", "Owner", "Ответственный", "text"),
    ("p_next", "Chance of a purchase", "Вероятность покупки", "share"),
    ("partial", "Partial period", "Неполный период", "flag"),
    ("rank", "Rank", "Место", "rank"),
    ("rate", "Rate", "Доля", "share"),
    ("reading", "Reading", "Прочтение", "word"),
    ("reason", "Reason", "Основание", "word"),
    ("retained", "Retained", "Удержанные", "count"),
    ("revenue", "Revenue", "Выручка", "money"),
    ("revenue_last_active", "Revenue, last active year", "Выручка за последний активный год", "money"),
    ("revenue_w0", "Revenue, 12 months before", "Выручка, предшествующие 12 мес.", "money"),
    ("revenue_w1", "Revenue, last 12 months", "Выручка, последние 12 мес.", "money"),
    ("rule", "Rule", "Правило", "word"),
    ("running_share", "Running share", "Доля нарастающим итогом", "share"),
    ("share", "Share", "Доля", "share"),
    ("share_of_clients", "Share of clients", "Доля клиентов", "share"),
    ("share_of_revenue", "Share of revenue", "Доля выручки", "share"),
    ("size", "Cohort size", "Размер когорты", "count"),
    ("stage", "Stage", "Стадия", "word"),
    ("step", "Step", "Составляющая", "word"),
    ("to", "To", "В", "word"),
    ("truncated", "Already clients", "Пришли до начала данных", "flag"),
    ("usual", "Usual", "Обычно", "number"),
    ("value", "Value", "Значение", "text"),
    ("value_w0", "12 months before", "Предшествующие 12 мес.", "number"),
    ("value_w1", "Last 12 months", "Последние 12 мес.", "number"),
    ("white_space", "White space", "Незакрытые потребности", "money"),
    ("xyz", "XYZ", "XYZ", "word"),
)

COLUMNS: Mapping[str, Column] = {
    name: Column(name=name, en=en, ru=ru, unit=unit) for name, en, ru, unit in _SAID
}


def pick(names: str) -> tuple[Column, ...]:
    """The columns named in `names`, apart by blanks, in that order."""
    return tuple(COLUMNS[name] for name in names.split())

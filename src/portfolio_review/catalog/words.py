"""The ids that stand in table cells (classes, states, stages, steps), in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.catalog.entry import Word

WORDS: Mapping[str, Word] = {
    "A": Word("A", "A"),
    "B": Word("B", "B"),
    "C": Word("C", "C"),
    "X": Word("X", "X"),
    "Y": Word("Y", "Y"),
    "Z": Word("Z", "Z"),
    "none": Word("No positive revenue", "Без положительной выручки"),
    "n/a": Word("n/a", "н/д"),
    "constant_large": Word("Constant large", "Постоянные крупные"),
    "unstable_large": Word("Unstable large", "Неустойчивые крупные"),
    "constant_small": Word("Constant small", "Постоянные мелкие"),
    "unstable_small": Word("Unstable small", "Неустойчивые мелкие"),
    "super-key": Word("Super-key clients", "Суперключевые клиенты (СКК)"),
    "key": Word("Key clients", "Ключевые клиенты (КК)"),
    "non-key": Word("Non-key clients", "Неключевые клиенты (НКК)"),
    "retained": Word("Retained", "Удержанные"),
    "lost": Word("Lost", "Потерянные"),
    "new": Word("New", "Новые"),
    "returned": Word("Returned", "Вернувшиеся"),
    "dormant": Word("Dormant", "Давно неактивные"),
    "start": Word("Revenue, 12 months before", "Выручка, предшествующие 12 мес."),
    "churn": Word("Lost clients", "Потеря клиентов"),
    "contraction": Word("Retained, buying less", "Снижение закупок"),
    "expansion": Word("Retained, buying more", "Рост закупок"),
    "adjustments": Word("Adjustments (refunds only)", "Корректировки: только возвраты товара"),
    "end": Word("Revenue, last 12 months", "Выручка, последние 12 мес."),
    "growing": Word("Growing", "Растущие"),
    "stable": Word("Stable", "Стабильные"),
    "declining": Word("Declining", "Снижающие закупки"),
    "at_risk": Word("At risk", "Под угрозой ухода"),
    "lapsed": Word("Lapsed", "Ушедшие"),
    "month": Word("month", "месяц"),
    "quarter": Word("quarter", "квартал"),
    "average": Word("Weighted average", "Средневзвешенное"),
}

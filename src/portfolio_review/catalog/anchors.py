"""What 1, 3 and 5 mean for each criterion that people score, in both languages.

5 is most of what the criterion names: for `difficulty` and the threats that is against us.
"""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.catalog.entry import Word

POINTS = (1, 3, 5)

_SAID: Mapping[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "potential": (
        ("buys nearly all it can from us", "почти всё возможное уже закупает у нас"),
        ("could buy half as much again", "может закупать в полтора раза больше"),
        ("could buy several times as much", "может закупать в несколько раз больше"),
    ),
    "reference_value": (
        ("unknown in its market", "на своём рынке неизвестен"),
        ("known in its region", "известен в своём регионе"),
        ("others of its industry follow it", "на него равняются в отрасли"),
    ),
    "partnership": (
        ("price is all it asks for", "интересует только цена"),
        ("shares its plans when asked", "делится планами по просьбе"),
        ("plans with us and develops with us", "планирует и развивается вместе с нами"),
    ),
    "strategic_fit": (
        ("outside the range we want to grow in", "вне направлений, которые мы развиваем"),
        ("fits one of our directions", "подходит под одно из наших направлений"),
        ("at the core of our strategy", "в центре нашей стратегии"),
    ),
    "difficulty": (
        ("few people decide, no rival at the table", "решают немногие, конкурентов нет"),
        ("several decide, rivals are asked too", "решают несколько человек, опрашивают и конкурентов"),
        ("many decide, rivals are strong inside", "решают многие, позиции конкурентов сильны"),
    ),
    "relationship_strength": (
        ("we are one of many suppliers", "мы один из многих поставщиков"),
        ("trust with those who order", "есть доверие тех, кто заказывает"),
        ("trust up to the top, problems are told early", "доверие до первых лиц, о трудностях сообщают сразу"),
    ),
    "threat_ownership": (
        ("owners stable", "владельцы не меняются"),
        ("sale or merger spoken of", "говорят о продаже или слиянии"),
        ("sale or merger under way", "продажа или слияние идёт"),
    ),
    "threat_competitor": (
        ("no rival in sight", "конкурентов не видно"),
        ("a rival makes offers", "конкурент делает предложения"),
        ("a rival already delivers", "конкурент уже поставляет"),
    ),
    "threat_price": (
        ("price seldom spoken of", "о цене говорят редко"),
        ("price compared every year", "цены сравнивают каждый год"),
        ("a tender that price decides", "конкурс, где решает цена"),
    ),
    "threat_staff": (
        ("our contacts stay", "наши контакты на местах"),
        ("one of our contacts may leave", "один из наших контактов может уйти"),
        ("those who chose us are leaving", "уходят те, кто выбрал нас"),
    ),
}

CRITERIA = tuple(_SAID)
"""The criteria that are explained, as they stand in tables."""

ANCHORS: Mapping[str, Word] = {
    f"{criterion}_{points}": Word(*said)
    for criterion, anchors in _SAID.items()
    for points, said in zip(POINTS, anchors, strict=True)
}
"""By `<criterion>_<points>`."""

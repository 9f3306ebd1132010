"""Names of client companies in Cyrillic script, and the dealer of all banks."""

from typing import Final

import numpy as np

from portfolio_review.sample.firm_names import (
    DUTCH,
    ESTONIAN,
    FRENCH,
    GERMAN,
    LATVIAN,
    LITHUANIAN,
    PORTUGUESE,
    SPANISH,
    NameBank,
)

BALTIC_RUSSIAN: Final = NameBank(
    ("Двинск", "Нарова", "Причал", "Маяк", "Янтарный берег", "Латгалия", "Северная звезда", "Старый город"),
    {
        "Hospitality": ("Кафе «{}»", "Гостиница «{}»"),
        "Food production": ("Пекарня «{}»", "Рыбокоптильня «{}»"),
        "Retail": ("Торговый дом «{}»", "Канцелярский магазин «{}»"),
        "Logistics": ("Транспортная компания «{}»", "Склад «{}»"),
        "Manufacturing": ("Мебельная фабрика «{}»", "Швейная фабрика «{}»"),
        "Construction": ("Строительная фирма «{}»", "Кровля «{}»"),
        "Healthcare": ("Клиника «{}»", "Аптека «{}»"),
        "Facility services": ("Прачечная «{}»", "Клининг «{}»"),
        "Public sector": ("Школа искусств «{}»", "Бассейн «{}»"),
    },
    ("Latvia", "Estonia"),
)


def _with_form(form: str) -> dict[str, tuple[str, ...]]:
    """The trades of Central Asia with the legal form of the country before the name."""
    trades = {
        "Hospitality": ("{} Кейтеринг", "Отель {}", "Ресторанный дом {}"),
        "Food production": ("{} Нан", "Молочный завод {}", "Кондитерская фабрика {}"),
        "Retail": ("{} Трейд", "{} Канцтовары", "Торговый дом {}"),
        "Logistics": ("{} Логистик", "{} Транс", "Терминал {}"),
        "Manufacturing": ("{} Металл", "{} Пластик", "Швейная фабрика {}"),
        "Construction": ("{} Строй", "{} Монтаж"),
        "Healthcare": ("Медцентр {}", "{} Фарм"),
        "Facility services": ("{} Клининг", "{} Сервис"),
        "Public sector": ("Школа-лицей {}", "Дворец спорта {}"),
    }
    return {
        industry: tuple(f"{form} «{pattern}»" if industry != "Public sector" else f"{pattern}" for pattern in patterns)
        for industry, patterns in trades.items()
    }


KAZAKH: Final = NameBank(
    ("Жетысу", "Сарыарка", "Тулпар", "Медеу", "Каратау", "Арман", "Достык", "Керуен", "Болашак", "Самал",
     "Байтерек",
     "Тенгри", "Отрар", "Ертис", "Шанырак", "Кокжиек", "Акбулак", "Талгар"),
    _with_form("ТОО"),
    ("Almaty", "Astana", "Karaganda", "Shymkent"),
)  # fmt: skip

KYRGYZ: Final = NameBank(
    ("Ала-Тоо", "Чуй", "Нарын", "Тянь-Шань", "Манас", "Бакай", "Арашан", "Кегети"),
    _with_form("ОсОО"),
    ("Bishkek",),
)

UZBEK: Final = NameBank(
    ("Регистан", "Чирчик", "Навруз", "Зарафшан", "Хумо", "Шарк", "Анхор", "Чорсу"),
    _with_form("ООО"),
    ("Tashkent",),
)

BANKS: Final = {
    "de": GERMAN, "nl": DUTCH, "fr": FRENCH, "es": SPANISH, "pt": PORTUGUESE, "lv": LATVIAN, "lt": LITHUANIAN,
    "et": ESTONIAN, "ru": BALTIC_RUSSIAN, "kz": KAZAKH, "kg": KYRGYZ, "uz": UZBEK,
}  # fmt: skip


class FirmNames:
    """Deals company names: every word of a bank once before any comes again, no name twice."""

    def __init__(self, taken: set[str], rng: np.random.Generator) -> None:
        self._taken = set(taken)
        self._rng = rng
        self._decks: dict[str, list[str]] = {}

    def deal(self, language: str, industry: str) -> str:
        """A new name for a client of that industry, in the script of that language."""
        bank = BANKS[language]
        for _ in range(2 * len(bank.words)):
            if not self._decks.get(language):
                self._decks[language] = [str(word) for word in self._rng.permutation(bank.words)]
            word = self._decks[language].pop()
            patterns = bank.patterns[industry]
            first = int(self._rng.integers(len(patterns)))
            for pattern in patterns[first:] + patterns[:first]:
                name = pattern.format(word)
                if name not in self._taken:
                    self._taken.add(name)
                    return name
        raise AssertionError(f"the {language} bank has no name left for {industry}: add words to it")

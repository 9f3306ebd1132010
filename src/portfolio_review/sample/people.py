"""People at clients and in the company: names that fit the language of the client, and their roles."""

from typing import Final

import numpy as np

# Given names and family names in the form that goes with them.
_Names = tuple[tuple[str, ...], tuple[str, ...]]


def _names(given: str, family: str) -> _Names:
    """The names between commas; a line break within "De Vries" is a space."""
    return (
        tuple(" ".join(name.split()) for name in given.split(",")),
        tuple(" ".join(name.split()) for name in family.split(",")),
    )


_GERMAN: Final = _names(
    """Anja, Bernd, Claudia, Dieter, Franziska, Gregor, Heike, Ingo, Jana, Karsten, Lena, Matthias, Nadine,
    Oliver, Petra, Ralf, Sabine, Thorsten, Ulrike, Volker""",
    """Arnold, Bauer, Busch, Dietrich, Ebert, Franke, Graf, Hahn, Horn, Jung, Kaiser, Kuhn, Lorenz,
    Martens, Otto, Pohl, Roth, Sommer, Thiele, Voigt, Winkler, Ziegler""",
)
_DUTCH: Final = _names(
    """Annelies, Bart, Charlotte, Dirk, Els, Frank, Griet, Hans, Ine, Jeroen, Karen, Luc, Mieke, Niels,
    Patrick, Roos, Stijn, Tineke, Ward, Wim""",
    """Adriaens, Bos, Cools, De Vries, Dekker, Hermans, Jacobs, Koster, Leys, Martens, Nuyts, Prins,
    Schouten, Smit, Timmermans, Van Dam, Van Loon, Verhoeven, Visser, Wuyts""",
)
_FRENCH: Final = _names(
    "Aurélie, Benoît, Cécile, Didier, Fabienne, Gilles, Hélène, Laurent, Nathalie, Olivier, Pascale, Thierry",
    "Bertrand, Charlier, Denis, Evrard, Gilson, Hubert, Laurent, Martin, Petit, Rousseau, Servais",
)
_SPANISH: Final = _names(
    """Álvaro, Beatriz, Cristina, Diego, Elena, Francisco, Gonzalo, Isabel, Javier, Laura, Manuel, Nuria,
    Óscar, Pilar, Raquel, Sergio, Teresa, Víctor""",
    """Aguilar, Blanco, Campos, Delgado, Esteban, Fuentes, Gil, Hidalgo, Iglesias, Lara, Medina, Nieto,
    Ortega, Peña, Ramos, Sanz, Torres, Vega""",
)
_PORTUGUESE: Final = _names(
    "Ana, Bruno, Catarina, Duarte, Filipa, Gonçalo, Joana, Miguel, Rita, Tiago",
    "Antunes, Batista, Coelho, Dias, Faria, Gomes, Leite, Neves, Pinto, Ramalho, Santos, Vaz",
)
_LATVIAN_WOMEN: Final = _names(
    "Anna, Dace, Elīna, Inga, Līga, Zane", "Bērziņa, Eglīte, Jansone, Krūmiņa, Liepa, Ozola, Vītola"
)
_LATVIAN_MEN: Final = _names(
    "Andris, Edgars, Gints, Jānis, Māris, Raivis",
    "Bērziņš, Eglītis, Jansons, Krūmiņš, Liepiņš, Ozols, Vītols",
)
_LITHUANIAN_WOMEN: Final = _names(
    "Aistė, Daiva, Eglė, Ingrida, Jurgita, Rasa",
    "Balčiūnienė, Jankauskienė, Kazlauskaitė, Paulauskienė, Urbonaitė, Žukauskaitė",
)
_LITHUANIAN_MEN: Final = _names(
    "Andrius, Darius, Giedrius, Mindaugas, Rimantas, Vytautas",
    "Balčiūnas, Jankauskas, Kazlauskas, Paulauskas, Urbonas, Žukauskas",
)
_ESTONIAN: Final = _names(
    "Anu, Kadri, Kristjan, Liis, Maarja, Priit, Rein, Tõnu",
    "Kask, Kuusk, Lepik, Mägi, Pärn, Rebane, Saar, Sepp",
)
_RUSSIAN_WOMEN: Final = _names(
    "Анна, Елена, Ирина, Лариса, Марина, Наталья, Светлана, Татьяна",
    "Белова, Волкова, Громова, Зайцева, Козлова, Лебедева, Морозова, Соколова, Фёдорова",
)
_RUSSIAN_MEN: Final = _names(
    "Александр, Виктор, Дмитрий, Игорь, Михаил, Павел, Роман, Юрий",
    "Белов, Волков, Громов, Зайцев, Козлов, Лебедев, Морозов, Соколов, Фёдоров",
)
_CENTRAL_ASIAN_WOMEN: Final = _names(
    "Айнур, Асель, Гульнара, Дина, Динара, Жанна, Мадина, Сауле",
    "Абдрахманова, Ахметова, Бекова, Ибраимова, Касымова, Нурланова, Садыкова, Тулегенова, Юсупова",
)
_CENTRAL_ASIAN_MEN: Final = _names(
    "Азамат, Бахтияр, Даурен, Ерлан, Нурлан, Руслан, Санжар, Тимур",
    "Абдрахманов, Ахметов, Беков, Ибраимов, Касымов, Нурланов, Садыков, Тулегенов, Юсупов",
)

_CENTRAL_ASIANS: Final = (_CENTRAL_ASIAN_WOMEN, _CENTRAL_ASIAN_MEN)
_RUSSIANS: Final = (_RUSSIAN_WOMEN, _RUSSIAN_MEN)
_PEOPLE: Final[dict[str, tuple[_Names, ...]]] = {
    "de": (_GERMAN,),
    "nl": (_DUTCH,),
    "fr": (_FRENCH,),
    "es": (_SPANISH,),
    "pt": (_PORTUGUESE,),
    "lv": (_LATVIAN_WOMEN, _LATVIAN_MEN),
    "lt": (_LITHUANIAN_WOMEN, _LITHUANIAN_MEN),
    "et": (_ESTONIAN,),
    "ru": _RUSSIANS,
    "kz": _CENTRAL_ASIANS + _RUSSIANS,
    "kg": _CENTRAL_ASIANS,
    "uz": _CENTRAL_ASIANS,
}

_ROLES_LATIN: Final = {
    "executive": ("Managing director", "Finance director", "Chief operating officer", "Owner"),
    "middle": ("Head of purchasing", "Purchasing manager", "Operations manager", "Site manager"),
    "working": (
        "Buyer",
        "Warehouse supervisor",
        "Accounts clerk",
        "Housekeeping supervisor",
        "Safety officer",
    ),
}
_ROLES_CYRILLIC: Final = {
    "executive": ("Генеральный директор", "Финансовый директор", "Исполнительный директор"),
    "middle": ("Начальник отдела закупок", "Менеджер по снабжению", "Коммерческий директор филиала"),
    "working": ("Специалист по закупкам", "Заведующий складом", "Бухгалтер"),
}
CYRILLIC_LANGUAGES: Final = frozenset({"ru", "kz", "kg", "uz"})

# Our executives, who sponsor large clients.
EXECUTIVES: Final = ("Henrik Aldenhoven", "Margriet Tollenaar", "Rafael Ocaña", "Марат Жумабеков")
SPONSOR_OF_UNIT: Final = {
    "Germany": EXECUTIVES[0],
    "Benelux": EXECUTIVES[1],
    "Iberia": EXECUTIVES[2],
    "Baltics": EXECUTIVES[1],
    "Central Asia": EXECUTIVES[3],
    "Marine": EXECUTIVES[0],
}


def person(language: str, rng: np.random.Generator) -> str:
    """A person's name as spoken at a client of that language."""
    groups = _PEOPLE[language]
    given, family = groups[int(rng.integers(len(groups)))]
    return f"{given[int(rng.integers(len(given)))]} {family[int(rng.integers(len(family)))]}"


def role(language: str, level: str, rng: np.random.Generator) -> str:
    """A job title at that level: executive, middle or working."""
    titles = (_ROLES_CYRILLIC if language in CYRILLIC_LANGUAGES else _ROLES_LATIN)[level]
    return titles[int(rng.integers(len(titles)))]

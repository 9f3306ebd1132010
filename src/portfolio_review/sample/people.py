"""People at clients and in the company: names that fit the language of the client, and their roles."""

from typing import Final

import numpy as np

# Given names, then family names in the form that goes with them.
_Names = tuple[tuple[str, ...], tuple[str, ...]]

_GERMAN: Final = (
    ("Anja", "Bernd", "Claudia", "Dieter", "Franziska", "Gregor", "Heike", "Ingo", "Jana", "Karsten", "Lena", "Matthias",
     "Nadine", "Oliver", "Petra", "Ralf", "Sabine", "Thorsten", "Ulrike", "Volker"),
    ("Arnold", "Bauer", "Busch", "Dietrich", "Ebert", "Franke", "Graf", "Hahn", "Horn", "Jung", "Kaiser", "Kuhn",
     "Lorenz", "Martens", "Otto", "Pohl", "Roth", "Sommer", "Thiele", "Voigt", "Winkler", "Ziegler"))  # fmt: skip
_DUTCH: Final = (
    ("Annelies", "Bart", "Charlotte", "Dirk", "Els", "Frank", "Griet", "Hans", "Ine", "Jeroen", "Karen", "Luc", "Mieke",
     "Niels", "Patrick", "Roos", "Stijn", "Tineke", "Ward", "Wim"),
    ("Adriaens", "Bos", "Cools", "De Vries", "Dekker", "Hermans", "Jacobs", "Koster", "Leys", "Martens", "Nuyts", "Prins",
     "Schouten", "Smit", "Timmermans", "Van Dam", "Van Loon", "Verhoeven", "Visser", "Wuyts"))  # fmt: skip
_FRENCH: Final = (
    ("Aurélie", "Benoît", "Cécile", "Didier", "Fabienne", "Gilles", "Hélène", "Laurent", "Nathalie", "Olivier", "Pascale",
     "Thierry"),
    ("Bertrand", "Charlier", "Denis", "Evrard", "Gilson", "Hubert", "Laurent", "Martin", "Petit", "Rousseau", "Servais"))
_SPANISH: Final = (
    ("Álvaro", "Beatriz", "Cristina", "Diego", "Elena", "Francisco", "Gonzalo", "Isabel", "Javier", "Laura", "Manuel",
     "Nuria", "Óscar", "Pilar", "Raquel", "Sergio", "Teresa", "Víctor"),
    ("Aguilar", "Blanco", "Campos", "Delgado", "Esteban", "Fuentes", "Gil", "Hidalgo", "Iglesias", "Lara", "Medina",
     "Nieto", "Ortega", "Peña", "Ramos", "Sanz", "Torres", "Vega"))  # fmt: skip
_PORTUGUESE: Final = (
    ("Ana", "Bruno", "Catarina", "Duarte", "Filipa", "Gonçalo", "Joana", "Miguel", "Rita", "Tiago"),
    ("Antunes", "Batista", "Coelho", "Dias", "Faria", "Gomes", "Leite", "Neves", "Pinto", "Ramalho", "Santos", "Vaz"))
_LATVIAN_F: Final = (("Anna", "Dace", "Elīna", "Inga", "Līga", "Zane"),
                     ("Bērziņa", "Eglīte", "Jansone", "Krūmiņa", "Liepa", "Ozola", "Vītola"))  # fmt: skip
_LATVIAN_M: Final = (("Andris", "Edgars", "Gints", "Jānis", "Māris", "Raivis"),
                     ("Bērziņš", "Eglītis", "Jansons", "Krūmiņš", "Liepiņš", "Ozols", "Vītols"))  # fmt: skip
_LITHUANIAN_F: Final = (("Aistė", "Daiva", "Eglė", "Ingrida", "Jurgita", "Rasa"),
                        ("Balčiūnienė", "Jankauskienė", "Kazlauskaitė", "Paulauskienė", "Urbonaitė", "Žukauskaitė"))
_LITHUANIAN_M: Final = (("Andrius", "Darius", "Giedrius", "Mindaugas", "Rimantas", "Vytautas"),
                        ("Balčiūnas", "Jankauskas", "Kazlauskas", "Paulauskas", "Urbonas", "Žukauskas"))
_ESTONIAN: Final = (("Anu", "Kadri", "Kristjan", "Liis", "Maarja", "Priit", "Rein", "Tõnu"),
                    ("Kask", "Kuusk", "Lepik", "Mägi", "Pärn", "Rebane", "Saar", "Sepp"))  # fmt: skip
_RUSSIAN_F: Final = (
    ("Анна", "Елена", "Ирина", "Лариса", "Марина", "Наталья", "Светлана", "Татьяна"),
    ("Белова", "Волкова", "Громова", "Зайцева", "Козлова", "Лебедева", "Морозова", "Соколова", "Фёдорова"))
_RUSSIAN_M: Final = (
    ("Александр", "Виктор", "Дмитрий", "Игорь", "Михаил", "Павел", "Роман", "Юрий"),
    ("Белов", "Волков", "Громов", "Зайцев", "Козлов", "Лебедев", "Морозов", "Соколов", "Фёдоров"))
_ASIAN_F: Final = (
    ("Айнур", "Асель", "Гульнара", "Дина", "Динара", "Жанна", "Мадина", "Сауле"),
    ("Абдрахманова", "Ахметова", "Бекова", "Ибраимова", "Касымова", "Нурланова", "Садыкова", "Тулегенова", "Юсупова"))
_ASIAN_M: Final = (
    ("Азамат", "Бахтияр", "Даурен", "Ерлан", "Нурлан", "Руслан", "Санжар", "Тимур"),
    ("Абдрахманов", "Ахметов", "Беков", "Ибраимов", "Касымов", "Нурланов", "Садыков", "Тулегенов", "Юсупов"))

_PEOPLE: Final[dict[str, tuple[_Names, ...]]] = {
    "de": (_GERMAN,), "nl": (_DUTCH,), "fr": (_FRENCH,), "es": (_SPANISH,), "pt": (_PORTUGUESE,),
    "lv": (_LATVIAN_F, _LATVIAN_M), "lt": (_LITHUANIAN_F, _LITHUANIAN_M), "et": (_ESTONIAN,),
    "ru": (_RUSSIAN_F, _RUSSIAN_M), "kz": (_ASIAN_F, _ASIAN_M, _RUSSIAN_F, _RUSSIAN_M),
    "kg": (_ASIAN_F, _ASIAN_M), "uz": (_ASIAN_F, _ASIAN_M),
}  # fmt: skip

_ROLES_LATIN: Final = {
    "executive": ("Managing director", "Finance director", "Chief operating officer", "Owner"),
    "middle": ("Head of purchasing", "Purchasing manager", "Operations manager", "Site manager"),
    "working": ("Buyer", "Warehouse supervisor", "Accounts clerk", "Housekeeping supervisor", "Safety officer"),
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
    "Germany": EXECUTIVES[0], "Benelux": EXECUTIVES[1], "Iberia": EXECUTIVES[2],
    "Baltics": EXECUTIVES[1], "Central Asia": EXECUTIVES[3], "Marine": EXECUTIVES[0],
}  # fmt: skip


def person(language: str, rng: np.random.Generator) -> str:
    """A person's name as spoken at a client of that language."""
    groups = _PEOPLE[language]
    given, family = groups[int(rng.integers(len(groups)))]
    return f"{given[int(rng.integers(len(given)))]} {family[int(rng.integers(len(family)))]}"


def role(language: str, level: str, rng: np.random.Generator) -> str:
    """A job title at that level: executive, middle or working."""
    titles = (_ROLES_CYRILLIC if language in CYRILLIC_LANGUAGES else _ROLES_LATIN)[level]
    return titles[int(rng.integers(len(titles)))]

"""Names of folders and files of units, managers and clients: plain letters, digits and hyphens, always the same."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable

ALL = "all"
"""The company as a whole, among its units."""
MASKED = " (masked)"
"""Behind the name of a unit: its masked edition."""
LONGEST = 40
_HASH = 6
_OTHER_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ye", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "'": "", "’": "", "ʼ": "",
}  # fmt: skip
"""Letters that no accent makes out of a to z, and apostrophes, which part no word."""
RESERVED = frozenset(
    (
        ALL,
        "owners",
        "clients",
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
    )
)
"""Folders of a period that are no unit's, and names that Windows keeps for devices."""


def unmasked(unit: str) -> str:
    """The unit that a masked edition is of."""
    return unit.removesuffix(MASKED)


def of_units(units: Iterable[str]) -> dict[str, str]:
    """A folder name for each of the units that stand side by side: `north` for North, `sever` for Север.

    A hash of the whole name is added where two would share one, where the name is reserved, and stands alone
    where nothing is left of it. `all` is the company's own.
    """
    return {**_apart(unit for unit in units if unit != ALL), ALL: ALL}


def of_owners(owners: Iterable[str]) -> dict[str, str]:
    """A file name for each of the managers of a review, as for units; none of them is the company."""
    return _apart(owners)


def _apart(names: Iterable[str]) -> dict[str, str]:
    plain = {name: _plain(name) for name in dict.fromkeys(names)}
    marked = {name for name, word in plain.items() if not word or word in RESERVED}
    while True:
        found = {name: _with_hash(name, word) if name in marked else word for name, word in plain.items()}
        taken = Counter(found.values())
        sharing = {name for name, slug in found.items() if taken[slug] > 1} - marked
        if not sharing:
            return found
        marked |= sharing


def of_client(client: str) -> str:
    """A folder name for any client: what is plain in its id, and always a hash, for ids are many."""
    return former(client)


def former(name: str) -> str:
    """The name a unit's folder had before names were plain: its ASCII letters, and always a hash (`north-43f853`)."""
    if name == ALL:
        return ALL
    plain = _words("".join(letter if letter.isascii() else "-" for letter in name.lower()))
    return f"{plain[:LONGEST].strip('-')}-{_hash(name)}".lstrip("-")


def possible(unit: str) -> tuple[str, ...]:
    """Every name that the unit's folder can have: plain, with a hash, and the former one."""
    plain = _plain(unit)
    return (ALL,) if unit == ALL else tuple(dict.fromkeys((plain, _with_hash(unit, plain), former(unit))))


def _plain(name: str) -> str:
    """The letters a to z, digits and single hyphens of a name; Cyrillic by the table, accents left out."""
    lowered = unicodedata.normalize("NFC", name).casefold()
    spelled = "".join(_OTHER_LETTERS.get(letter, letter) for letter in lowered)
    bare = (letter for letter in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(letter))
    return _words("".join(bare).lower())[:LONGEST].strip("-")


def _words(text: str) -> str:
    parts = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text).split("-")
    return "-".join(part for part in parts if part)


def _with_hash(name: str, plain: str) -> str:
    return f"{plain[: LONGEST - _HASH - 1].strip('-')}-{_hash(name)}".lstrip("-")


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_HASH]

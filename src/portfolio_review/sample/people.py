"""People at clients and in the company: names that fit the language of the client, and their roles.

Given names stand in `names.toml` by groups, with family names in the form that goes with them.
"""

from typing import Final

import numpy as np

from portfolio_review.sample.firm_names import DATA

CYRILLIC_LANGUAGES: Final = frozenset({"ru", "kz", "kg", "uz"})

# Our executives, who sponsor large clients.
EXECUTIVES: Final = ("Henrik Aldenhoven", "Margriet Tollenaar", "Rafael Ocaña", "Марат Жумабеков")
SPONSOR_OF_UNIT: Final = {
    "Germany": EXECUTIVES[0], "Benelux": EXECUTIVES[1], "Iberia": EXECUTIVES[2], "Baltics": EXECUTIVES[1],
    "Central Asia": EXECUTIVES[3], "Marine": EXECUTIVES[0],
}  # fmt: skip


def person(language: str, rng: np.random.Generator) -> str:
    """A person's name as spoken at a client of that language."""
    groups = DATA["languages"][language]
    group = DATA["people"][groups[int(rng.integers(len(groups)))]]
    given, family = group["given"], group["family"]
    return f"{given[int(rng.integers(len(given)))]} {family[int(rng.integers(len(family)))]}"


def role(language: str, level: str, rng: np.random.Generator) -> str:
    """A job title at that level: executive, middle or working."""
    titles = DATA["roles"]["cyrillic" if language in CYRILLIC_LANGUAGES else "latin"][level]
    return str(titles[int(rng.integers(len(titles)))])

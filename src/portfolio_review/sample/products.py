"""What the sample company sells: 12 categories, about 150 products with list prices and margins."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np


@dataclass(frozen=True)
class Category:
    """A product category; margins are before the client's discount."""

    name: str
    list_margin: float  # share of the list price
    season: str  # "winter", "summer" or "" when it sells evenly
    products: tuple[tuple[str, float], ...]  # name, list price in EUR


_DATA: Final = tomllib.loads(Path(__file__).with_name("products.toml").read_text(encoding="utf-8"))
CATEGORIES: Final = tuple(
    Category(one["name"], one["list_margin"], one["season"], tuple(one["products"].items()))
    for one in _DATA["category"]
)
CATEGORY_NAMES: Final = tuple(category.name for category in CATEGORIES)
PRODUCT_NAMES: Final = tuple(name for category in CATEGORIES for name, _ in category.products)
LIST_CENTS: Final = np.array([round(100 * price) for category in CATEGORIES for _, price in category.products])
CATEGORY_OF: Final = np.array([k for k, category in enumerate(CATEGORIES) for _ in category.products])
FIRST_PRODUCT: Final = np.cumsum([0] + [len(category.products) for category in CATEGORIES])

# The price list rises every January: share of the prices of 2023.
PRICE_INDEX: Final = {2023: 1.0, 2024: 1.02, 2025: 1.045, 2026: 1.07}

# Monthly appetite, January to December, for categories that sell with the weather.
SEASON_OF_CATEGORY: Final = {
    "": (1.0,) * 12,
    "winter": (1.25, 1.2, 1.0, 0.9, 0.85, 0.8, 0.75, 0.8, 0.95, 1.15, 1.35, 1.3),
    "summer": (0.8, 0.8, 0.9, 1.0, 1.15, 1.3, 1.3, 1.2, 1.05, 0.9, 0.85, 1.0),
}

# What each industry buys, in the order of CATEGORIES.
APPETITE: Final = {
    "Hospitality": (1, 1, 0, 8, 7, 2, 2, 9, 1, 0, 2, 0),
    "Food production": (6, 6, 4, 4, 7, 6, 3, 5, 1, 2, 0, 0),
    "Retail": (5, 3, 4, 4, 3, 1, 1, 4, 6, 2, 4, 3),
    "Logistics": (9, 9, 8, 2, 1, 3, 3, 0, 2, 6, 1, 1),
    "Manufacturing": (6, 5, 5, 3, 3, 6, 5, 0, 2, 4, 3, 6),
    "Construction": (0, 2, 3, 1, 1, 6, 8, 0, 1, 3, 4, 9),
    "Healthcare": (1, 1, 1, 9, 9, 9, 2, 2, 4, 0, 1, 0),
    "Facility services": (0, 5, 0, 9, 9, 5, 3, 1, 1, 0, 3, 1),
    "Public sector": (1, 1, 1, 6, 5, 2, 3, 2, 8, 1, 3, 1),
}  # fmt: skip
INDUSTRIES: Final = tuple(APPETITE)

"""What the sample company sells: 12 categories, about 150 products with list prices and margins."""

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True)
class Category:
    """A product category; margins are before the client's discount."""

    name: str
    list_margin: float  # share of the list price
    season: str  # "winter", "summer" or "" when it sells evenly
    products: tuple[tuple[str, float], ...]  # name, list price in EUR


CATEGORIES: Final = (
    Category("Boxes & Cartons", 0.27, "", (
        ("Single-wall carton 300x200x150, 25 pcs", 11.40), ("Single-wall carton 400x300x200, 25 pcs", 17.90),
        ("Double-wall carton 600x400x400, 15 pcs", 28.50), ("Pallet box 1180x780x600", 14.70),
        ("Book mailer A4, 50 pcs", 21.60), ("Bottle carton 6 x 0.75 l, 20 pcs", 26.30),
        ("Archive box, 10 pcs", 15.20), ("Postal tube 750 mm, 20 pcs", 24.80),
        ("Cardboard sheet 1200x800, 50 pcs", 32.40), ("Corner protector 1 m, 50 pcs", 19.50),
        ("Removal carton, 10 pcs", 22.90), ("Pizza box 33 cm, 100 pcs", 18.70), ("Cake box, 100 pcs",
                                                                                 23.10))),
    Category("Films & Wraps", 0.24, "", (
        ("Stretch film 500 mm 20 µm, 6 rolls", 41.20), ("Machine stretch film 23 µm", 52.80),
        ("Bubble wrap 1.2 x 100 m", 34.60), ("Shrink hood for pallets, 50 pcs", 68.40),
        ("Carton liner, 100 pcs", 27.30), ("Air cushion film, 500 m", 39.90), ("PE flat bag 300x400, 500 pcs",
                                                                               18.60),
        ("Zip bag 160x220, 1000 pcs", 22.70), ("Waste sack 120 l, 250 pcs", 36.90),
        ("Waste sack 240 l, 100 pcs", 31.50), ("Kraft paper roll 70 g, 250 m", 44.20),
        ("Paper cushioning, 450 m", 49.80))),
    Category("Tapes & Labels", 0.33, "", (
        ("Packing tape brown, 36 rolls", 38.90), ("Packing tape clear, 36 rolls", 38.90),
        ("Paper tape 50 mm, 36 rolls", 61.20), ("Filament tape 50 m, 18 rolls", 57.40),
        ("Warning tape FRAGILE, 36 rolls", 46.80), ("Masking tape 38 mm, 24 rolls", 35.10),
        ("Double-sided tape, 24 rolls", 43.60), ("Thermal label 100x150, 4000 pcs", 48.30),
        ("Thermal label 50x25, 10000 pcs", 39.70), ("Document pouch C5, 1000 pcs", 29.80),
        ("Strapping band PP, 2000 m", 45.50), ("Steel buckles, 1000 pcs", 33.20), ("Hand dispenser 50 mm",
                                                                                   12.90))),
    Category("Hygiene Paper", 0.25, "", (
        ("Toilet paper 2-ply, 64 rolls", 24.90), ("Toilet paper jumbo, 12 rolls", 27.60),
        ("Toilet paper 3-ply, 72 rolls", 33.80), ("Folded towels V, 3200 pcs", 29.40),
        ("Folded towels Z premium, 3000 pcs", 37.20), ("Centre-feed roll, 6 rolls", 26.70),
        ("Kitchen roll, 32 rolls", 25.30), ("Industrial wiping roll blue, 2 rolls", 31.90),
        ("Facial tissues, 40 boxes", 34.10), ("Examination couch roll, 9 rolls", 38.60),
        ("Napkin 1-ply, 4500 pcs", 28.80),
        ("Napkin 3-ply dinner, 1000 pcs", 35.70), ("Towel dispenser", 27.20))),
    Category("Cleaning Chemicals", 0.37, "", (
        ("All-purpose cleaner, 10 l", 19.80), ("Sanitary cleaner, 10 l", 23.50), ("Glass cleaner, 6 x 1 l",
                                                                                  17.40),
        ("Floor polish, 10 l", 42.60), ("Degreaser, 10 l", 31.70), ("Dishwasher liquid, 12 kg", 36.90),
        ("Rinse aid, 10 l", 33.20), ("Laundry powder, 15 kg", 38.40), ("Hand soap, 6 x 1 l", 24.60),
        ("Surface disinfectant, 10 l", 45.80), ("Hand disinfectant, 10 x 500 ml", 41.30), ("Descaler, 10 l",
                                                                                           27.90),
        ("Drain cleaner, 12 x 1 l", 34.50))),
    Category("Hand Protection", 0.36, "winter", (
        ("Nitrile glove powder-free M, 1000 pcs", 42.50), ("Nitrile glove powder-free L, 1000 pcs", 42.50),
        ("Vinyl glove M, 1000 pcs", 29.80), ("Latex glove M, 1000 pcs", 38.70),
        ("Assembly glove PU, 12 pairs", 16.90),
        ("Cut-resistant glove C, 12 pairs", 49.60), ("Winter glove fleece-lined, 12 pairs", 39.40),
        ("Leather driver glove, 12 pairs", 57.80), ("Chemical glove long, 12 pairs", 44.20),
        ("Welding glove, 10 pairs", 62.30), ("Freezer glove, 6 pairs", 51.70), ("Barrier cream, 12 tubes",
                                                                                46.10))),
    Category("Workwear", 0.38, "winter", (
        ("Work trousers grey", 34.90), ("Work jacket", 42.80), ("High-visibility vest, 10 pcs", 27.50),
        ("High-visibility parka", 68.90), ("Softshell jacket", 49.60), ("Chef jacket white", 31.40),
        ("Apron with bib, 5 pcs", 33.70), ("Disposable coverall, 25 pcs", 56.20), ("Safety shoe S1P", 54.90),
        ("Safety boot S3 winter", 82.70), ("Safety helmet, 10 pcs", 61.80), ("Ear defenders, 10 pcs",
                                                                             58.30))),
    Category("Catering Disposables", 0.28, "summer", (
        ("Coffee cup 0.2 l, 1000 pcs", 52.40), ("Coffee cup lid, 1000 pcs", 31.60),
        ("Cold cup 0.4 l, 800 pcs", 47.90),
        ("Paper straw, 3000 pcs", 29.30), ("Wooden cutlery set, 500 pcs", 41.80),
        ("Plate bagasse 23 cm, 500 pcs", 48.60),
        ("Menu box, 200 pcs", 36.20), ("Salad bowl with lid, 300 pcs", 54.10), ("Aluminium tray, 100 pcs",
                                                                                27.80),
        ("Baking paper, 500 sheets", 24.90), ("Cling film 45 cm, 4 rolls", 33.40),
        ("Carrier bag paper, 250 pcs", 38.70),
        ("Table runner, 20 m", 22.60))),
    Category("Office Supplies", 0.26, "", (
        ("Copy paper A4 80 g, 5 reams", 23.90), ("Copy paper A4 recycled, 5 reams", 25.40),
        ("Lever arch file, 20 pcs", 38.60), ("Ballpoint pen, 50 pcs", 16.80), ("Marker set, 40 pcs", 33.50),
        ("Sticky notes, 24 pads", 19.70), ("Envelope C4, 250 pcs", 27.90), ("Toner cartridge black", 74.60),
        ("Till roll 80 mm, 50 rolls", 34.80), ("Whiteboard 120x90", 58.40), ("Desk calculator", 21.30),
        ("Plastic wallet A4, 1000 pcs", 29.60))),
    Category("Storage & Handling", 0.31, "", (
        ("Euro container 600x400x320", 18.90), ("Stacking bin 4 l, 20 pcs", 46.70), ("Folding crate 45 l",
                                                                                     14.60),
        ("Pallet truck 2.5 t", 389.00), ("Sack truck steel", 96.50), ("Shelf bay 2000x1000x500", 142.00),
        ("Roll container", 168.00), ("Pallet collar", 21.40), ("Plastic pallet 1200x800", 48.90),
        ("Lashing strap 8 m, 4 pcs", 39.80), ("Anti-slip mat, 8 mm roll", 54.30),
        ("Floor marking tape, 8 rolls", 63.70))),
    Category("Lighting & Batteries", 0.34, "winter", (
        ("Battery AA, 100 pcs", 37.90), ("Battery AAA, 100 pcs", 36.40), ("Battery 9 V, 20 pcs", 32.70),
        ("LED tube 1500 mm, 10 pcs", 78.50), ("LED bulb 9 W, 20 pcs", 46.30), ("LED panel 600x600", 42.80),
        ("LED floodlight 50 W", 34.60), ("Inspection lamp", 29.90), ("Extension lead 25 m", 41.20),
        ("Cable drum 50 m", 67.40), ("Head torch, 5 pcs", 53.80), ("Emergency light", 38.50))),
    Category("Hand Tools & Fasteners", 0.37, "", (
        ("Safety knife, 10 pcs", 44.30), ("Trapezoid blade, 500 pcs", 39.60), ("Screwdriver set", 31.80),
        ("Spanner set", 57.90), ("Claw hammer", 19.40), ("Tape measure 5 m, 10 pcs", 48.70),
        ("Wood screw 5x60, 1000 pcs", 33.20), ("Wall plug 8 mm, 500 pcs", 21.60),
        ("Cable tie 300 mm, 1000 pcs", 24.80),
        ("Pallet nail, 5000 pcs", 52.40), ("Staple 80/14, 50000 pcs", 36.10), ("Silicone sealant, 20 pcs",
                                                                               68.20))),
)  # fmt: skip

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

"""Where notebooks, templates, the font and the sample's review file lie: beside the source, or in the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
LANGUAGES = {"en": "English", "ru": "Russian"}
"""The languages of reviews: code and English name. All else of a language, from the words to months, dates, plural
forms and units, stands in its catalogue, `templates/locale/<code>/portfolio_review.po`."""
CLIENTS = "01_clients"
"""The notebook that builds the client table and keeps it for those after it, in a folder beside the slice."""
KEPT = "clients"
"""That folder."""


def folder(name: str) -> Path:
    """The folder `notebooks`, `templates` or `params`."""
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name


def portrait() -> Path:
    """The notebook of a single client's portrait, which is run on demand and is no part of a review."""
    return folder("notebooks") / "portrait" / "client_portrait.ipynb"


def notebooks() -> list[Path]:
    """The notebooks of a review in the order in which they are run."""
    return sorted(path for path in folder("notebooks").glob("[0-9][0-9]_*.ipynb"))


@cache
def font() -> Path:
    """The one complete upright variable font (weights 100 to 700), Cyrillic included."""
    return Path(str(files("fontpkg_ibm_plex_sans") / "files" / "IBMPlexSans[wdth,wght].ttf"))

"""Where templates, catalogues, brands and the font lie: in a checkout or in the installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_sans

FONT_FAMILY = "IBM Plex Sans"


@cache
def templates() -> Path:
    """The templates folder: `_templates` inside the wheel, `templates/` at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_templates", package.parents[1] / "templates"):
        if (folder / "review.html.j2").is_file():
            return folder
    raise FileNotFoundError(f"the templates of portfolio_review are neither in {package} nor beside its source")


@cache
def font() -> Path:
    """The one complete upright variable font (weights 100 to 700), Cyrillic included."""
    return Path(fontpkg_ibm_plex_sans.__file__).resolve().parent / "files" / "IBMPlexSans[wdth,wght].ttf"


def read(name: str) -> str:
    """The text of one file of the templates folder."""
    return (templates() / name).read_text(encoding="utf-8")

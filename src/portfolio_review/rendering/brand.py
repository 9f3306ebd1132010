"""A brand folder: `brand.toml` with name and accent colour, and an optional logo beside it."""

from __future__ import annotations

import base64
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from portfolio_review.errors import RenderingError, nearest
from portfolio_review.exhibits import notation, resources
from portfolio_review.review.fields import UNPRINTED

DEFAULT = "neutral"
FILE = "brand.toml"
LOGO_BYTES = 200_000
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
KEYS = {"name", "accent", "logo"}


@dataclass(frozen=True)
class Brand:
    """`name` stands in the masthead when not empty, `accent` colours the mark and links, never data."""

    name: str
    accent: str
    logo: str | None
    """The logo as a `data:` address."""


def find(name: str | None, base: Path) -> Path | None:
    """The folder of the brand a review file names: one of one's own below `base`, or one of the templates.

    `RenderingError` where neither holds a `brand.toml`.
    """
    if name is None:
        return None
    ours = resources.templates() / "brand"
    for folder in ((base / name).resolve(), ours / name):
        if (folder / FILE).is_file():
            return folder
    known = sorted(path.parent.name for path in ours.glob(f"*/{FILE}"))
    raise RenderingError(
        f"brand '{name}': no {FILE} in {(base / name).resolve()}{nearest(name, known)}; name a folder that holds one, "
        f"relative to the review file, or one of {ours}: {', '.join(known)}"
    )


def load(brand: str | Path | None) -> Brand:
    """The brand of a folder; the neutral one of the templates for None."""
    folder = resources.templates() / "brand" / DEFAULT if brand is None else Path(brand)
    if not (folder / FILE).is_file():
        raise RenderingError(f"brand '{brand}': no {FILE} in {folder}; name a folder that holds one")
    with (folder / FILE).open("rb") as file:
        try:
            told = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise RenderingError(f"{folder / FILE}: {error}") from None
    if unknown := sorted(set(told) - KEYS):
        raise RenderingError(f"{folder / FILE}: unknown key '{unknown[0]}'; the keys are {', '.join(sorted(KEYS))}")
    accent = told.get("accent", notation.INK)
    if not isinstance(accent, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", accent):
        raise RenderingError(f"{folder / FILE}: accent is '{accent}', expected a colour such as #6B2D5C")
    if contrast(accent, notation.PAPER) < 4.5:
        raise RenderingError(f"{folder / FILE}: accent {accent} on white is under 4.5 : 1; choose a darker colour")
    name = told.get("name", "")
    if not isinstance(name, str):
        raise RenderingError(f"{folder / FILE}: name must be text")
    if odd := UNPRINTED.search(name):
        raise RenderingError(f"{folder / FILE}: name holds U+{ord(odd[0]):04X}, which cannot be printed")
    return Brand(name=name, accent=accent, logo=_logo(folder, told.get("logo")))


def _logo(folder: Path, name: object) -> str | None:
    if name is None:
        return None
    path = folder / str(name)
    inside = path.parent == folder and path.resolve().parent == folder.resolve()  # a link may lead out of it
    if path.suffix not in TYPES or not inside or not path.is_file():
        raise RenderingError(f"{folder / FILE}: logo '{name}' must be an .svg or .png file beside it")
    content = path.read_bytes()
    if len(content) > LOGO_BYTES:
        raise RenderingError(f"{path}: {len(content):,} bytes; a logo may have {LOGO_BYTES:,}")
    return f"data:{TYPES[path.suffix]};base64,{base64.b64encode(content).decode()}"


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""The analyst's own words beside the review file: `notes/<period>/<unit-slug>.md`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from portfolio_review.errors import UnitError
from portfolio_review.filekind import REMEDY, odd_kind

LONGEST = 400
"""Page one has room for so many characters."""


def file(folder: Path, period: str, slug: str) -> Path:
    """Where the notes of a unit and period lie; `folder` is that of the review file."""
    return folder / "notes" / period / f"{slug}.md"


def digest(path: Path) -> str:
    """What a review depends on: the hash of its notes, empty where there are none."""
    if kind := odd_kind(path):
        return kind  # which `read` refuses
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def read(path: Path | None) -> str:
    """The text of the notes, empty where there are none.

    `UnitError` when the file is not UTF-8, longer than page one can print, or no file but a pipe or a device.
    """
    if path is not None and (kind := odd_kind(path)):
        raise UnitError(f"the notes {path} are {kind}, not a file. {REMEDY}")
    if path is None or not path.is_file():
        return ""
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnitError(f"the notes {path} cannot be read: {error}; save them as UTF-8 text") from error
    if len(text) > LONGEST:
        raise UnitError(f"the notes {path} have {len(text)} characters; page one has room for {LONGEST}: shorten them")
    return text

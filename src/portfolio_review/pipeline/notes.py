"""The analyst's own words beside the review file: `notes/<period>/<unit>.md`, by the unit's name or its folder's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from portfolio_review import slugs
from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Phrase
from portfolio_review.errors import UnitError, near
from portfolio_review.filekind import REMEDY, odd_kind
from portfolio_review.ids import mended

ID = "notes_unused"
FOLDER = "notes"
LONGEST = 400
"""Page one has room for so many characters."""


def file(folder: Path, period: str, unit: str, slug: str) -> Path:
    """Where the notes of a unit and period lie; `folder` is that of the review file.

    The first that is there of its folder's name, its own name, and the names that its folder had or could have.
    """
    there = _by_name(folder / FOLDER / period)
    found = (there[name] for name in _names(unit, slug) if name in there)
    return next(found, folder / FOLDER / period / f"{slug}.md")


def unused(folder: Path, units: Mapping[str, str], period: str | None = None) -> list[Doubt]:
    """The doubt about files of a period (None: of every one) that no unit reads; `units` are folders' names by unit."""
    found = []
    for where in sorted((folder / FOLDER).glob(period or "*")):
        there = _by_name(where)
        read_ = {unit: file(folder, where.name, unit, slug) for unit, slug in units.items()}
        found += [
            f"{where.name}/{path.name}{_instead(name, units, read_)}"
            for name, path in there.items()
            if path not in read_.values()
        ]
    return [_doubt(len(found), found[:MOST_EXAMPLES])] if found else []


def told(doubts: Iterable[Mapping[str, Any]]) -> list[Doubt]:
    """The doubt about files of notes among those that a run told, as `results.json` lists them."""
    return [_doubt(one["rows"], one["examples"]) for one in doubts if one["id"] == ID]


def _doubt(files: int, examples: Iterable[str]) -> Doubt:
    return Doubt(
        id=ID, table=FOLDER, column=None, rows=files,
        done=Phrase(
            "The notes are not printed: no unit has the name of their file, or another file of the unit is read."
        ),
        remedy=Phrase("Name the file as the unit, or as its folder."),
        examples=tuple(examples),
    )  # fmt: skip


def _instead(name: str, units: Mapping[str, str], read_: Mapping[str, Path]) -> str:
    """What is read instead of a file of this name, or the unit that is meant by it: no word, for examples stand in
    reports of every language."""
    for unit, slug in units.items():
        if name in _names(unit, slug):
            return f" ({unit}: {read_[unit].name})"
    meant = near(name, units)
    return f" → {meant}?" if meant else ""


def _names(unit: str, slug: str) -> tuple[str, ...]:
    """The names of files that are a unit's, its folder's first. The plain one is not where units would share it."""
    plain, *marked = slugs.possible(unit)
    return tuple(dict.fromkeys((slug, unit, *([plain] if slug == plain else []), *marked)))


def _by_name(folder: Path) -> dict[str, Path]:
    """The files of notes by their names, mended as units are: some systems keep letters apart from their accents."""
    if not folder.is_dir():
        return {}
    return {mended(path.stem): path for path in sorted(folder.iterdir()) if path.suffix == ".md"}


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

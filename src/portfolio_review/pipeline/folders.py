"""Where a unit's review of a period lies: under its plain name, or still under one that it had before."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portfolio_review import slugs
from portfolio_review.delivery import manifest
from portfolio_review.delivery.publish import write_text
from portfolio_review.errors import PublishError

log = logging.getLogger(__name__)


def standing(period: Path, unit: str) -> Path | None:
    """The folder of the unit's review within the folder of a period, None where there is none.

    A name changes when another unit comes to share it, and former ones always had a hash (`north-43f853`).
    """
    there = [period / name for name in slugs.possible(unit) if name and (period / name).is_dir()]
    owners = {folder: _owner(folder) for folder in there}
    return next((folder for told in (unit, None) for folder in there if owners[folder] == told), None)


def take_over(period: Path, units: Mapping[str, str]) -> None:
    """Give each unit's folder the name it has now; `units` are names of folders by unit.

    The review of a unit that is gone makes room: its folder takes a hash. `PublishError` when one cannot be renamed.
    """
    moves = [
        _Move(other, period / slug, period / slugs.possible(other)[-1])
        for slug in units.values()
        if (other := _owner(period / slug)) is not None and other not in units
    ]
    moves += [_Move(unit, old, period / slug) for unit, slug in units.items() if (old := standing(period, unit))]
    waiting = [move for move in moves if move.old != move.new]
    while ready := [move for move in waiting if not move.new.exists()]:
        for move in ready:
            _rename(move)
        _tell(period, {move.unit: move.new.name for move in ready})
        waiting = [move for move in waiting if move not in ready]


@dataclass(frozen=True)
class _Move:
    unit: str
    old: Path
    new: Path


def _owner(folder: Path) -> str | None:
    """The unit whose review lies in a folder; None where that is not known."""
    unit = (manifest.read(folder) or {}).get("unit")
    return None if unit is None else str(unit)


def _rename(move: _Move) -> None:
    try:
        move.old.rename(move.new)
    except OSError as error:
        raise PublishError(f"{move.old}: {error.strerror}; it was to be named {move.new.name}") from None
    log.info("unit %s: %s is now %s", move.unit, move.old.name, move.new.name)


def _tell(period: Path, renamed: Mapping[str, str]) -> None:
    """The new names in the period's manifest."""
    document = manifest.read(period)
    if document is None:
        return
    for entry in document.get("units", []):
        entry["slug"] = renamed.get(entry["unit"], entry["slug"])
    write_text(period / manifest.NAME, manifest.text(document))

"""What a series' last runs read and cut, by hashes: a run on the same files need not read them again.

Small JSON files below `<series>/.cache`, each with the sha256 of its content. Safe to delete at any time;
one that is damaged, or a source that is not certainly the same, counts as not known.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portfolio_review.execution import dependencies, fingerprint
from portfolio_review.filekind import odd_kind
from portfolio_review.review import Review
from portfolio_review.review.model import OF_NO_FIGURE
from portfolio_review.sources import Sources, Versions, versions
from portfolio_review.sources.files import matches
from portfolio_review.sources.queries import plan

FOLDER = ".cache"
KEPT = 200
"""Files of each kind that are kept: years of months in both languages."""
SETTLED_SECONDS = 2.0
"""A file changed later than this before it was read may change again unseen: it is hashed each time."""
_CODE = ("portfolio_review.sources.reading", "portfolio_review.slices.build")

Stamp = list[int]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnitSlice:
    """A unit's slice, known by the hashes of its parts (see `slices.store.parts`)."""

    slug: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Cut:
    """What was cut for one period: units with a purchase in W1, all units, and the slices that were made."""

    active: tuple[str, ...]
    known: tuple[str, ...]
    units: Mapping[str, UnitSlice]
    masked: Mapping[str, str] = field(default_factory=dict)
    """The masked editions among the units, each with the unit that it is of."""


class Memory:
    """The memory of one series, in the light of one review file."""

    def __init__(self, folder: Path, review: Review, base: Path) -> None:
        self._folder = folder / FOLDER
        self._review = review
        self._base = base
        self._sources = review.sources
        settings = review.model_dump(mode="json", exclude=OF_NO_FIGURE)
        code = fingerprint.of_files(dependencies.PACKAGE, dependencies.closure(_CODE))
        self._key = fingerprint.of([settings, code, fingerprint.versions(), version("python-calamine")])

    def sources(self) -> Sources | None:
        """What reading the sources gave, when every file is still the same and what lies elsewhere says so itself.

        Raises `DataRefusedError` when a database does not answer its `version_query`, `MissingFileError` when a store
        or a catalog does not answer.
        """
        kept = self._read(self._sources_file)
        if kept is None or any(source.in_database and not source.version_query for source in self._sources.values()):
            return None
        found = Sources.from_json(kept["sources"])
        files = [entry for entry in found.inputs if not self._sources[entry.table].says_its_version]
        try:
            same = self._labels() == {entry.path for entry in files} and all(
                self._is_same(entry.path, entry.sha256, kept["stamps"]) for entry in files
            )
        except OSError:
            return None
        read: Versions = {}
        for entry in found.inputs:
            if entry not in files:
                read.setdefault(entry.table, {})[entry.path] = entry.version
        if not same or any(version is None for one in read.values() for version in one.values()):
            return None
        return found if not read or read == versions(self._review, self._base) else None

    def stamps(self) -> dict[str, Stamp]:
        """The state of every source file: taken before the sources are read, and compared afterwards."""
        with suppress(OSError):
            return {label: _stamp(self._base / label) for label in self._labels()}
        return {}

    def keep_sources(self, found: Sources, before: Mapping[str, Stamp]) -> None:
        """Remember what was read. A file that changed meanwhile, or just before, is known by its hash alone."""
        after, now = self.stamps(), time.time_ns() - int(SETTLED_SECONDS * 1e9)
        settled = {
            label: stamp
            for label, stamp in after.items()
            if before.get(label) == stamp and max(stamp[1], stamp[2]) < now
        }
        self._write(self._sources_file, {"sources": found.to_json(), "stamps": settled})

    def cut(self, found: Sources, period: str) -> Cut | None:
        """What was cut from these sources for a period."""
        kept = self._read(self._cut_file(found, period))
        if kept is None:
            return None
        units = {unit: UnitSlice(**entry) for unit, entry in kept["units"].items()}
        return Cut(tuple(kept["active"]), tuple(kept["known"]), units)

    def keep_cut(self, found: Sources, period: str, cut: Cut) -> None:
        """Remember the hashes of slices, beside those of other units."""
        before = self.cut(found, period)
        units = {**(before.units if before else {}), **cut.units}
        document = {"active": cut.active, "known": cut.known, "units": {name: asdict(u) for name, u in units.items()}}
        self._write(self._cut_file(found, period), document)

    @property
    def _sources_file(self) -> Path:
        return self._folder / "sources" / f"{self._key}.json"

    def _cut_file(self, found: Sources, period: str) -> Path:
        inputs = [[entry.table, entry.path, entry.sha256] for entry in found.inputs]
        return self._folder / "slices" / f"{fingerprint.of([self._key, inputs, period])}.json"

    def _labels(self) -> set[str]:
        """The files that the review names now, globs resolved."""
        written: list[str] = []
        for source in self._review.sources.values():
            if source.path is not None and not source.says_its_version:
                written.append(source.path)
            elif source.query is not None and source.connection is None:
                written += plan(source.query).paths
        return {name for one in written for name in matches(one, self._base)}

    def _is_same(self, label: str, sha256: str, stamps: Mapping[str, Stamp]) -> bool:
        path = self._base / label
        # what has become a pipe or a device has no end to hash
        return stamps.get(label) == _stamp(path) or (odd_kind(path) is None and fingerprint.of_file(path) == sha256)

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            head, _, body = path.read_text(encoding="utf-8").partition("\n")
            if head != hashlib.sha256(body.encode()).hexdigest():
                return None
            found: dict[str, Any] = json.loads(body)
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def _write(self, path: Path, document: Mapping[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}", encoding="utf-8")
            part.replace(path)
            _trim(path.parent.glob("*.json"))
        except OSError as error:
            log.warning("what was read is not remembered for the next run: %s: %s", path.parent, error.strerror)
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _stamp(path: Path) -> Stamp:
    """Size, times and place of a file: equal stamps, equal content, if it was not changed a moment ago."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]


def _trim(paths: Iterable[Path]) -> None:
    for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT:]:
        path.unlink()

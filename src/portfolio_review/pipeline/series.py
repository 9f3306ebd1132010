"""Steps 1 and 2 for a series: what its sources hold and how they are cut, remembered or read anew."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from portfolio_review import sources as source_files
from portfolio_review.calendar import Period
from portfolio_review.errors import DataRefusedError, PublishError
from portfolio_review.pipeline import lookback as looking
from portfolio_review.pipeline import masked
from portfolio_review.pipeline import parts as keys
from portfolio_review.pipeline.lookback import Lookback
from portfolio_review.pipeline.masked import Masking
from portfolio_review.pipeline.memory import FOLDER, Cut, Memory, UnitSlice
from portfolio_review.review import Review
from portfolio_review.sources import Sources

log = logging.getLogger(__name__)


class Series:
    """One series of reviews: `folder` is where its reviews lie, `work` is for tables and slices.

    Reading and cutting happen when something needs them: a run that finds every review up to date
    does neither. `trust` uses what earlier runs remembered, `remember` adds to it.
    """

    def __init__(
        self, review: Review, file: Path, folder: Path, work: Path, step: Callable[[str], None], *,
        trust: bool = True, remember: bool = True,
    ) -> None:  # fmt: skip
        self.review = review
        self.file = file
        self.folder = folder
        self._work = work
        self._step = step
        self._memory = Memory(folder, review, file.parent)
        self._remember = remember
        self._read: Sources | None = None
        self._known = self._memory.sources() if trust else None
        self.masking = Masking.of(review)

    @property
    def runs(self) -> Path:
        """The folder of executed notebooks; see `execution.cache`."""
        return self.folder / FOLDER / "runs"

    @property
    def is_remembered(self) -> bool:
        """Whether the sources are those of an earlier run, so that they need not be read."""
        return self._known is not None

    @property
    def sources(self) -> Sources:
        """What the sources hold; their tables need not be there."""
        return self._known or self._tables()

    def cut(self, period: Period, units: Sequence[str]) -> Cut:
        """The slices of the units asked for (none: all active ones) by their hashes, cut when not known; beside them
        those of masked editions."""
        if self.masking is None:
            return self._of_units(period, units)
        return self.masking.with_editions(self._of_units(period, self.masking.asked(units)))

    def _of_units(self, period: Period, units: Sequence[str]) -> Cut:
        if self._known is not None:
            known = self._memory.cut(self._known, str(period))
            if known is not None and set(units or known.active) - set(known.units) <= set(units) - set(known.known):
                return known
        return self._cut(period, units or None)

    def slices(self, period: Period, cut: Cut, units: Mapping[str, Lookback]) -> dict[str, Path] | None:
        """The folders of the units' slices, with what they look back at; cut where they are not yet.

        None when a slice is not what `cut` says it is: then nothing that was remembered holds.
        """
        folders = {unit: self.slice(period, cut.units[cut.masked.get(unit, unit)].slug) for unit in units}
        missing = list(dict.fromkeys(cut.masked.get(unit, unit) for unit in units if not folders[unit].is_dir()))
        if missing:
            fresh = self._cut(period, missing)
            if any(fresh.units[unit].parts != cut.units[unit].parts for unit in missing):
                log.warning("the sources are not those that were remembered: everything is read again")
                self._known = None
                return None
        for unit, folder in folders.items():
            if self.masking is not None and unit in cut.masked:
                whole = masked.copied(folder, self._work / str(period) / "to mask")
                units[unit].write(whole)
                folders[unit] = self.slice(period, cut.units[unit].slug)
                self.masking.mask(whole, folders[unit])
                shutil.rmtree(whole)
            else:
                units[unit].write(folder)
        return folders

    def lookback(self, period: Period, unit: str) -> Lookback:
        """What the review looks back at, but for published versions of the period itself."""
        tiers = "tier" in self.sources.columns.get("clients", ())
        w0 = period.judged(self.sources.data_until).window(self.review.window_months, back=1)
        reading = keys.reading(self.review)
        horizon = self.review.risk.horizon_months
        return looking.lookback(self.folder, unit, period, horizon, reading, w0.last if tiers else None)

    def slice(self, period: Period, slug: str) -> Path:
        """Where a unit's slice lies once it is cut."""
        return self._work / str(period) / "slices" / slug / "slice"

    def _tables(self) -> Sources:
        if self._read is None:
            self._step("sources: read and validate")
            tables = self._work / "tables"
            tables.mkdir(parents=True)
            before = self._memory.stamps()
            self._read = source_files.read(self.review, self.file.parent, tables)
            if self._remember:
                self._memory.keep_sources(self._read, before)
            found = self._read
            log.info("sources: %d rows, history %s to %s", found.source_rows, found.history_start, found.data_until)
        return self._read

    def _cut(self, period: Period, units: Sequence[str] | None) -> Cut:
        import duckdb

        from portfolio_review.slices import build, store  # pandas is loaded when there is something to cut

        tables = self._tables()
        self._step(f"slices: {period}")
        folder = self._work / str(period) / "slices"
        try:
            made = build.build(self.review, tables, period, folder, units)
        except (duckdb.OutOfMemoryException, MemoryError):
            raise DataRefusedError(
                "the slices need more memory than there is: raise limits.memory_gb in the review file, or the limit "
                "of the process (ulimit -v) where there is one"
            ) from None
        except (duckdb.IOException, OSError) as error:
            said = str(error).split("\n")[0]
            raise PublishError(f"{folder} cannot be written: {said}; what was made before is unchanged") from None
        found = {unit: UnitSlice(made.slugs[unit], store.parts(folder)) for unit, folder in made.units.items()}
        cut = Cut(made.active, made.known, found)
        if self._remember:
            self._memory.keep_cut(tables, str(period), cut)
        return cut

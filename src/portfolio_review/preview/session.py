"""One unit's review kept ready: its slice, its executed notebooks, its results; each made again when it must be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from portfolio_review.calendar import Period
from portfolio_review.errors import UsageError
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.pipeline.judge import judge_units
from portfolio_review.pipeline.memory import Cut
from portfolio_review.pipeline.run import asked_units, last_period, load_review
from portfolio_review.pipeline.series import Series
from portfolio_review.pipeline.task import UnitTask
from portfolio_review.pipeline.unit import context_of, execute_all, with_notes
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import consistency, html, notebooks
from portfolio_review.rendering.editions import wording
from portfolio_review.results import store
from portfolio_review.review import Review

Say = Callable[[str], None]


@dataclass
class Session:
    """A review that is looked at: `work` is for tables, slices and executed notebooks, and goes with the session.

    Reviews under `out` are looked back at and their executed notebooks used again; nothing there is replaced.
    """

    file: Path
    out: Path
    period: str | None
    unit: str
    languages: Sequence[str]
    work: Path
    kernels: ForkedKernels
    say: Say
    _made: int = 0
    _series: Series | None = None
    _period: Period | None = None
    _cut: Cut | None = None
    _task: UnitTask | None = None
    _edition: html.Edition | None = None
    _executed: list[Path] = field(default_factory=list)

    def read(self) -> None:
        """The review file anew: sources, slice, and all that is made of them."""
        review = load_review(self.file, self.languages)
        if self._series is not None and _reads_alike(review, self._series.review):
            self._series.review = review  # editions alone differ: the slice stands
            return self.execute()
        folder = self._next("read")
        series = Series(review, self.file, self.out / review.id, folder, self.say, remember=False)
        period = Period.parse(self.period) if self.period else last_period(series)
        cut = series.cut(period, (self.unit,))
        (unit, *_) = asked_units((self.unit,), cut, review, period)
        self._series, self._period, self._cut, self.unit = series, period, cut, unit
        return self.execute()

    def execute(self) -> None:
        """The notebooks anew: those that changed, and those that use what they keep."""
        series, period, cut = self._series, self._period, self._cut
        if series is None or period is None or cut is None:
            return self.read()
        judged = judge_units(series, period, cut, (self.unit,))[self.unit]
        if not series.slice(period, cut.units[self.unit].slug).is_dir() and not series.slices(
            period, cut, {self.unit: judged.lookback}
        ):
            raise UsageError("the sources changed while they were read: change the review file to read them again")
        slug = cut.units[self.unit].slug
        task = UnitTask.of(
            series.review, self.file, str(period), self.unit, slug, judged.parts, series.slice(period, slug),
            self._next("run"), series.runs, doubts=judged.doubts,
        )  # fmt: skip
        os.environ.update(self.kernels.environment())
        executed = execute_all(task, lambda _, notebook: self.say(f"{notebook} runs"), {})
        results = with_notes(store.read_notebooks(executed), task)
        self._edition = html.Edition(
            results=replace(results, checks=(*results.checks, *consistency.presumed())),
            wording=wording(results, task.language),
            context=context_of(task),
            brand=brands.load(task.brand),
            pages=task.pages,
            notebooks=frozenset(path.stem for path in executed),
            folder=task.staged,
        )
        self._task, self._executed = task, executed
        return None

    def page(self) -> str:
        """The screen edition with templates, styles and brand as they are now."""
        if self._edition is None or self._task is None:
            self.read()
        assert self._edition is not None
        assert self._task is not None
        html.forget()
        self._edition = replace(self._edition, brand=brands.load(self._task.brand))
        return html.build(self._edition, "screen")

    def redrawn(self) -> None:
        """Charts anew too: words or colours of theirs changed."""
        if self._edition is not None:
            self._edition = replace(self._edition, drawn={})

    def notebook(self, stem: str) -> str | None:
        """An executed notebook as a page; None where none has that name."""
        edition = self._edition
        path = next((one for one in self._executed if one.stem == stem), None)
        if edition is None or path is None:
            return None
        return notebooks.page(path, edition.wording, edition.brand, self._executed)

    def watched(self) -> dict[str, list[Path]]:
        """The files on which the review depends, by what is to be done when one changes."""
        from portfolio_review import resources

        templates = [path for path in resources.folder("templates").rglob("*") if path.is_file()]
        brand = self._task.brand if self._task is not None else None
        own = [path for path in brand.rglob("*") if path.is_file()] if brand is not None else []
        notes = [self._task.notes] if self._task is not None and self._task.notes is not None else []
        return {"page": [*templates, *own], "execute": [*resources.notebooks(), *notes], "read": [self.file]}

    def _next(self, name: str) -> Path:
        """A new folder for what is made; the one before the last is removed."""
        self._made += 1
        old = self.work / f"{name}-{self._made - 4}"
        shutil.rmtree(old, ignore_errors=True)
        folder = self.work / f"{name}-{self._made}"
        folder.mkdir()
        return folder


def _reads_alike(review: Review, before: Review) -> bool:
    """Whether two review files differ in their editions alone."""
    return review.model_copy(update={"report": before.report, "approval": before.approval}) == before

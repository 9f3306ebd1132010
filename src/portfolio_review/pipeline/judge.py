"""What is to be done for a unit: nothing, render its editions again, or run notebooks; and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from portfolio_review import doubt, slugs
from portfolio_review.calendar import Period
from portfolio_review.delivery import manifest
from portfolio_review.doubt import Doubt
from portfolio_review.execution.cache import RunCache
from portfolio_review.pipeline import folders, notes, reviews
from portfolio_review.pipeline import parts as keys
from portfolio_review.pipeline.lookback import Lookback
from portfolio_review.pipeline.memory import Cut, UnitSlice
from portfolio_review.pipeline.series import Series
from portfolio_review.sources import RESERVED_UNIT

Action = Literal["none", "render", "run"]


@dataclass(frozen=True)
class Judgement:
    """What to do for one unit. `stands` is the manifest of the review in place when there is nothing to do."""

    action: Action
    why: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    """The notebooks to run."""
    stands: Mapping[str, Any] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    """Those about notes, which the review of all says."""
    lookback: Lookback = field(default_factory=Lookback)


def judge(target: Path, parts: Mapping[str, str], cache: RunCache, vouched: str | None) -> Judgement:
    """Compare the review at `target` with what it would be made of now.

    `vouched` is the hash of its manifest that the period's manifest has.
    """
    stands = manifest.read(target)
    why = _reasons(target, stands, parts, vouched)
    if not why:
        return Judgement("none", stands=stands)
    notebooks = tuple(name for name, key in keys.notebook_keys(parts).items() if not cache.has(key))
    return Judgement("run" if notebooks else "render", tuple(why), notebooks)


def _reasons(
    target: Path, stands: Mapping[str, Any] | None, parts: Mapping[str, str], vouched: str | None
) -> list[str]:
    if stands is None:
        return ["it has not been made yet" if not target.exists() else "its manifest is missing or damaged"]
    made_of = stands.get("made_of")
    if not isinstance(made_of, dict):
        return ["it was made by an earlier version of the program"]
    why = keys.differences(made_of, parts)
    if not why and (odd := manifest.damaged(target, stands)):
        why.append(f"files are missing or were changed: {', '.join(odd[:5])}{', …' if len(odd) > 5 else ''}")
    if not why and manifest.digest(target) != vouched:
        why.append("its manifest is not the one that the period's manifest has the hash of")
    if not why and stands.get("checks", {}).get("failed"):
        why.append("a check failed when it was made")
    return why


def judge_units(
    series: Series, period: Period, cut: Cut, units: Sequence[str], *, force: bool = False
) -> dict[str, Judgement]:
    """The judgement of each unit that has a purchase in W1, in the order of `units`."""
    cache = RunCache(series.runs)
    vouched = manifest.vouched(series.folder / str(period))
    found = {}
    for unit in (unit for unit in units if unit in cut.active):
        slug = cut.units[unit].slug
        doubts = about_notes(series, period, cut) if unit == RESERVED_UNIT else []
        doubts = doubt.judged(doubts, series.review.accepted)
        of = cut.masked.get(unit, unit)
        lookback, parts = _compared(series, period, of, cut.units[of], doubts)
        if series.masking is not None and unit in cut.masked:
            parts = series.masking.parts(parts)
        judged = judge(_target(series.folder / str(period), unit, slug), parts, cache, vouched.get(unit))
        if force:
            names = tuple(keys.notebook_keys(parts))
            judged = replace(judged, action="run", why=(*judged.why, "--force"), notebooks=names)
        found[unit] = replace(judged, parts=parts, doubts=tuple(doubts), lookback=lookback)
    return found


def _compared(
    series: Series, period: Period, unit: str, slice_: UnitSlice, doubts: Sequence[Doubt]
) -> tuple[Lookback, dict[str, str]]:
    """What the review looks back at, and its parts.

    It is compared with the newest published version of its own period that another run made, else with the review
    before: a version is passed over where it says what a run would say that knows only of those before it, so that
    publishing a review does not ask for another one.
    """
    found = series.lookback(period, unit)

    def parts() -> dict[str, str]:
        return keys.of_unit(
            series.review, series.file, str(period), unit, slice_.slug, slice_.parts, found.hash, doubts
        )

    for version in reviews.versions(series.folder, unit, period):
        if not keys.same_notebooks(parts(), version.made_of):
            found = found.against(version, keys.reading(series.review))
    return found, parts()


def about_notes(series: Series, period: Period, cut: Cut) -> list[Doubt]:
    """The doubts about files of notes of the period."""
    units = [unit for unit in cut.known if unit not in cut.masked]
    return notes.unused(series.file.parent, slugs.of_units(units), str(period))


def _target(period: Path, unit: str, slug: str) -> Path:
    """Where the unit's review is to lie, or still lies under a former name; `run` has renamed it, `plan` does not."""
    target = period / slug
    return target if target.exists() else folders.standing(period, unit) or target

"""`plan`: which reviews a run would make, which are up to date, and why not; nothing is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from portfolio_review.calendar import Period
from portfolio_review.errors import DataRefusedError
from portfolio_review.pipeline import languages as speaking
from portfolio_review.pipeline.judge import Judgement, judge_units
from portfolio_review.pipeline.run import asked_units, last_period, load_review
from portfolio_review.pipeline.series import Series
from portfolio_review.workfolder import work_folder

Status = Literal["up to date", "render", "make", "nothing to review"]
_STATUS: dict[str, Status] = {"none": "up to date", "render": "render", "run": "make"}


@dataclass(frozen=True)
class UnitPlan:
    """What a run would do for one unit: `notebooks` would run, the rest of it is rendered anew."""

    unit: str
    slug: str
    status: Status
    why: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeriodPlan:
    """The units of one period, or why there is none."""

    period: str
    units: tuple[UnitPlan, ...] = ()
    refused: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a run would do; `sources_read` tells whether they had to be read to know it."""

    review: str
    periods: tuple[PeriodPlan, ...]
    sources_read: bool


def plan(file: Path, out: Path, period: str | None, units: tuple[str, ...], languages: Sequence[str]) -> Plan:
    """Judge the units as a run with the same words would."""
    review = load_review(file, languages)
    periods = Period.parse_range(period) if period else None
    speaking.refuse_another(out / review.id, review)
    with work_folder() as work:
        series = Series(review, file, out / review.id, work, lambda text: None, remember=False)
        remembered = series.is_remembered
        found = []
        for one in periods or [last_period(series)]:
            try:
                found.append(_period(series, one, tuple(dict.fromkeys(units))))
            except DataRefusedError as error:
                if periods is None or len(periods) == 1:
                    raise
                found.append(PeriodPlan(str(one), refused=str(error)))
    return Plan(review.id, tuple(found), not remembered)


def _period(series: Series, period: Period, asked: tuple[str, ...]) -> PeriodPlan:
    cut = series.cut(period, asked)
    units = asked_units(asked, cut, series.review, period)
    judged = judge_units(series, period, cut, units)
    return PeriodPlan(str(period), tuple(_unit(unit, cut.units[unit].slug, judged.get(unit)) for unit in units))


def _unit(unit: str, slug: str, judged: Judgement | None) -> UnitPlan:
    if judged is None:
        return UnitPlan(unit, slug, "nothing to review", ("no row lies in W1",))
    return UnitPlan(unit, slug, _STATUS[judged.action], judged.why, judged.notebooks)


def lines(found: Plan) -> list[str]:
    """The same in words."""
    text = []
    for period in found.periods:
        if period.refused:
            text.append(f"{found.review} {period.period}: {period.refused}")
            continue
        counts = {status: sum(unit.status == status for unit in period.units) for status in _STATUS.values()}
        words = {"up to date": "up to date", "render": "to render again", "make": "to make"}
        said = ", ".join(f"{count} {words[status]}" for status, count in counts.items() if count)
        text.append(f"{found.review} {period.period}: {said or 'nothing to review'}")
        for unit in period.units:
            reason = f": {'; '.join(unit.why)}" if unit.why else ""
            text.append(f"  {unit.unit}: {unit.status}{reason}{_which(unit.notebooks)}")
    return text


def _which(notebooks: tuple[str, ...]) -> str:
    return f" ({len(notebooks)} notebook{'s' if len(notebooks) > 1 else ''} would run)" if notebooks else ""

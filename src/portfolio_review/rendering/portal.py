"""The portal of a series: units in order of trouble, what the newest review says, its course, all editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from markupsafe import Markup

from portfolio_review.calendar import Period
from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits import notation, resources, sparkline
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.findings.making import clear
from portfolio_review.rendering import screen
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.html import csp_hash, environment
from portfolio_review.slugs import MASKED

MONTH, WINDOW = "headline.revenue", "structure.revenue"
MEASURES = (MONTH, WINDOW, "structure.clients", "retention.client_retention_rate", "retention.still_buying_rate",
            "risk.revenue_at_risk")  # fmt: skip
"""The key figures of a unit: of the period, held against the year before; of the window, against the period before."""
MOVERS = 6
RESTATED = "†"
"""Marks a figure that is held against one of an earlier review, made before months were restated."""
SHOWN_ERROR = 300
ALL = "all"
SCRIPTS = ("regions", "tables")
TROUBLE = ("failed", "critical", "watch", "behind", "", "optimal")
"""What puts a unit before another: its level, behind the target or the year before where it has none."""
TONE = {"critical": "bad", "optimal": "good"}


@dataclass(frozen=True)
class Made:
    """One unit in one period: what was made of it, and what its results say.

    editions and owners: addresses by label. values: the key figures, with the intervals of those that have one;
    before: that of the period a year before.
    restated: the months that it says otherwise than the review before. version: of what was published, 0 of a draft;
    draft: the address of one that differs from what was published.
    level and attainment: of the period's target. gap: the usual gap and the days of the window where that is shorter.
    """

    unit: str
    period: Period
    status: str
    error: str = ""
    passed: int = 0
    failed: int = 0
    editions: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    before: float | None = None
    verdict: str = ""
    level: str = ""
    attainment: float | None = None
    decisions: int | None = None
    gap: tuple[float, int] | None = None
    restated: tuple[str, ...] = ()
    version: int = 0
    draft: str = ""

    @property
    def trouble(self) -> tuple[int, float]:
        """The lower the sooner it stands."""
        now, reached = self.values.get(MONTH), self.attainment
        if reached is None and now is not None and self.before is not None and self.before > 0:
            reached = now / self.before
        behind = "behind" if reached is not None and reached < 1 else ""
        kind = "failed" if self.error or self.failed else self.level or behind
        return TROUBLE.index(kind if kind in TROUBLE else ""), 1.0 if reached is None else reached


def page(title: str, made: Sequence[Made], wording: Wording, brand: Brand) -> str:
    """The portal as one HTML file that asks for nothing: the same text for the same reviews."""
    portal = _Portal(made, wording)
    style = f"{notation.css_tokens(brand.accent)}\n{resources.read('portal/portal.css')}"
    script = screen.script(*SCRIPTS)
    return environment().get_template("portal/portal.html.j2").render(
        title=title, brand=brand, language=wording.code, _=wording.language.text, n_=portal.count_of,
        style=Markup(style), style_hash=csp_hash(style), script=Markup(script), script_hash=csp_hash(script),
        heads=portal.heads(), periods=[wording.language.period(str(period)) for period in portal.periods],
        rows=portal.rows(), changes=portal.changes(), months=wording.months,
    )  # fmt: skip


class _Portal:
    """What the template prints, from the reviews that were found."""

    def __init__(self, made: Sequence[Made], wording: Wording) -> None:
        self.wording, self.text = wording, wording.language.text
        self.by = {(one.unit, one.period): one for one in made}
        self.periods = sorted({one.period for one in made}, key=lambda p: (-p.span.last.index, p.span.months))
        length = self.periods[0].span.months if self.periods else 1
        self.line = [period for period in reversed(self.periods) if period.span.months == length]
        units = {one.unit for one in made}
        self.newest = {unit: self.by[unit, max(self._periods(unit), key=self.line.index)]
                       for unit in units if self._periods(unit)}  # fmt: skip
        self.units = sorted(units, key=self._order)
        self.scales = {id: self._scale(id) for id in MEASURES}

    def _periods(self, unit: str) -> list[Period]:
        return [period for period in self.line if (unit, period) in self.by]

    def _order(self, unit: str) -> tuple[Any, ...]:
        """The company first, then by trouble."""
        newest = self.newest.get(unit)
        return unit != ALL, newest.trouble if newest else (len(TROUBLE), 0.0), unit.casefold(), unit

    def count_of(self, singular: str, plural: str, n: int) -> str:
        return self.wording.language.plural(singular, plural, n, n=self.wording.numbers.plain(n))

    def _scale(self, id: str) -> Scale | None:
        """One scale of money down a column, by the largest unit."""
        values = [one.values[id] for one in self.by.values() if id in one.values]
        return scale_for(values) if CATALOG[id].unit == "money" and values else None

    def heads(self) -> list[str]:
        """The key figures with their units."""
        heads = []
        for id in MEASURES:
            scale = self.scales[id]
            unit = self.wording.numbers.money_head(scale) if scale else "%" if CATALOG[id].unit == "share" else ""
            heads.append(", ".join(part for part in (self.wording.name(id), unit) if part))
        return heads

    def name(self, unit: str) -> str:
        if unit.endswith(MASKED):
            return self.text("%(unit)s (masked edition)", unit=self.name(unit.removesuffix(MASKED)))
        return self.text("Company as a whole") if unit == ALL else unit

    def rows(self) -> list[dict[str, Any]]:
        """One row a unit: what its newest review says, its key figures, and the editions of each period."""
        return [self._row(unit) for unit in self.units]

    def _row(self, unit: str) -> dict[str, Any]:
        newest = self.newest.get(unit)
        cells = [self._cell(self.by[unit, period]) for period in self.periods if (unit, period) in self.by]
        level = newest.level if newest else ""
        return {
            "name": self.name(unit), "all": unit == ALL, "as_of": self._as_of(unit),
            "verdict": newest.verdict if newest else "", "level": self.wording.word(level) if level else "",
            "tone": TONE.get(level, ""), "decisions": newest.decisions if newest else None,
            "restated": self._restated(newest),
            "figures": [self._figure(unit, id) for id in MEASURES], "now": cells[0], "earlier": cells[1:],
            "owners": list(newest.owners.items()) if newest else [],
        }  # fmt: skip

    def _restated(self, one: Made | None) -> str:
        """Which months the review says otherwise than the one before."""
        if one is None or not one.restated:
            return ""
        months = ", ".join(map(self.wording.language.month, one.restated[:MOVERS]))
        if len(one.restated) > MOVERS:
            months += ", …"
        return self.text("%(mark)s restated: %(months)s", mark=RESTATED, months=months)

    def _known(self, unit: str, id: str) -> list[tuple[Period, float]]:
        """The values of a unit by period, the oldest first."""
        found = ((period, self.by.get((unit, period))) for period in self.line)
        return [(period, one.values[id]) for period, one in found if one is not None and id in one.values]

    def _as_of(self, unit: str) -> str:
        """The period of the key figures where it is not the newest one."""
        known = [period for period in self.line if (one := self.by.get((unit, period))) is not None and one.values]
        if not known or known[-1] == self.line[-1]:
            return ""
        return self.wording.language.period(str(known[-1])).replace(NBSP, " ")  # it may break beside a narrow name

    def _figure(self, unit: str, id: str) -> dict[str, Any]:
        known = self._known(unit, id)
        if not known:
            return {"text": self.text("n/a"), "value": "", "change": "", "tone": "", "line": "", "why": ""}
        value, spoken = known[-1][1], partial(self.wording.numbers.of_unit, unit=CATALOG[id].unit, sentence=True)
        last = self.by[unit, known[-1][0]]
        before = last.before if id == MONTH else known[-2][1] if len(known) > 1 else None
        words = self.text(
            "%(name)s: from %(first)s in %(start)s to %(last)s in %(end)s",
            name=self.wording.name(id), first=spoken(known[0][1]), last=spoken(value),
            start=self.wording.language.period(str(known[0][0])), end=self.wording.language.period(str(known[-1][0])),
        ) if len(known) > 1 else ""  # fmt: skip
        points = [(period.span.last.index, number) for period, number in known]
        why = ""
        if last.gap and id.startswith("retention."):
            gap, days = map(self.wording.numbers.plain, last.gap)
            why = self.text("clients buy every %(gap)s days, the window has %(days)s days", gap=gap, days=days)
        return {
            "text": self._text(id, value), "value": repr(value), "why": why,
            **self._change(id, last, before, of_another_review=id != MONTH),
            "line": sparkline.line(points, words, gap=self.line[0].span.months) if len(points) > 1 else "",
        } | ({"tone": "g2"} if why else {})  # fmt: skip

    def _change(self, id: str, now: Made, before: float | None, *, of_another_review: bool = True) -> dict[str, str]:
        """Per cent, a multiple or points, coloured by the measure's polarity; a word where it is within noise; marked
        where `before` was said by another review of months that this one says otherwise."""
        if before is None:
            return {"change": "", "tone": ""}
        found = self._told(id, now, before)
        mark = RESTATED if now.restated and of_another_review else ""
        return found | {"change": f"{found['change']}{mark}"}

    def _told(self, id: str, now: Made, before: float) -> dict[str, str]:
        value = now.values[id]
        if not clear(Figure(value=value, interval=now.intervals.get(id)), before):
            return {"change": self.text("within noise"), "tone": "g2"}
        text = self.wording.change(CATALOG[id].unit, value, before)
        zero = not any(digit in text for digit in "123456789")
        leans = (value - before) * CATALOG[id].polarity
        return {"change": text, "tone": "" if zero or not leans else "good" if leans > 0 else "bad"}

    def _text(self, id: str, value: float) -> str:
        return self.wording.numbers.of_unit(value, CATALOG[id].unit, scale=self.scales[id], mark=False)

    def _cell(self, one: Made) -> dict[str, Any]:
        """A review: its period, status, checks passed and editions."""
        text, numbers = self.text, self.wording.numbers
        words = {"draft": text("draft"), "signed": text("signed"), "published": text("published"),
                 "failed": text("failed")}  # fmt: skip
        status = words.get(one.status, one.status)
        if one.version:
            status = text("published, version %(version)s", version=numbers.plain(one.version))
        checks = f"{numbers.plain(one.passed)}/{numbers.plain(one.passed + one.failed)}" if one.editions else ""
        error = one.error if len(one.error) <= SHOWN_ERROR else f"{one.error[:SHOWN_ERROR]}…"
        return {"period": self.wording.language.period(str(one.period)), "status": status, "draft": one.draft,
                "bad": bool(error or one.failed), "error": error, "checks": checks,
                "editions": list(one.editions.items())}  # fmt: skip

    def changes(self) -> dict[str, Any] | None:
        """The newest period against the one before: failures, comings and goings, levels, largest moves of revenue."""
        if len(self.line) < 2:
            return None
        now, before = self.line[-1], self.line[-2]
        new, old = ({unit: self.by[unit, period] for unit in self.units if (unit, period) in self.by}
                    for period in (now, before))  # fmt: skip
        period, word = self.wording.language.period, self.wording.word
        both = [unit for unit in new if unit in old and WINDOW in new[unit].values and WINDOW in old[unit].values
                and not unit.endswith(MASKED)]  # fmt: skip
        moves = {unit: new[unit].values[WINDOW] - old[unit].values[WINDOW] for unit in both}
        largest = sorted((unit for unit in both if unit != ALL), key=lambda unit: (-abs(moves[unit]), unit))[:MOVERS]
        shown = [unit for unit in (ALL, *largest) if unit in moves and (moves[unit] or unit == ALL)]
        levels = [(self.name(unit), word(old[unit].level), word(one.level), TONE.get(one.level, ""))
                  for unit, one in new.items()
                  if unit in old and one.level and old[unit].level and one.level != old[unit].level]  # fmt: skip
        return {
            "now": period(str(now)), "before": period(str(before)), "levels": levels,
            "failed": [self.name(unit) for unit, one in new.items() if one.error or one.failed],
            "restated": [self.name(unit) for unit, one in new.items() if one.restated],
            "came": [self.name(unit) for unit in new if unit not in old],
            "gone": [self.name(unit) for unit in old if unit not in new],
            "moves": [self._move(unit, new[unit], old[unit]) for unit in shown],
        }  # fmt: skip

    def _move(self, unit: str, new: Made, old: Made) -> dict[str, Any]:
        figures = [
            {"before": self._text(id, old.values[id]), "now": self._text(id, new.values[id]),
             **self._change(id, new, old.values[id])}
            if id in new.values and id in old.values else None
            for id in MEASURES[1:]
        ]  # fmt: skip
        return {"name": self.name(unit), "figures": figures}

"""The portal of a series: units by periods, status, key figures over time, what changed, links to the editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from portfolio_review.calendar import Period
from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits import notation, resources
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import screen, sparkline
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.html import csp_hash, environment

MEASURES = ("structure.revenue", "structure.clients", "retention.client_retention_rate",
            "retention.still_buying_rate", "risk.revenue_at_risk")  # fmt: skip
"""The key figures of a unit; all are of a window, so that neighbouring months can be compared."""
MOVERS = 6
SHOWN_ERROR = 300
ALL = "all"
SCRIPTS = ("regions", "tables")
EDITIONS = {"review.html": "HTML", "review.pdf": "PDF", "review.xlsx": "XLSX"}


@dataclass(frozen=True)
class Made:
    """One unit in one period: status, checks, editions by label, and its key figures' values."""

    unit: str
    period: Period
    status: str
    error: str = ""
    passed: int = 0
    failed: int = 0
    editions: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)


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
        self.wording = wording
        self.by = {(one.unit, one.period): one for one in made}
        self.periods = sorted({one.period for one in made}, key=lambda p: (-p.span.last.index, p.span.months))
        self.units = sorted({one.unit for one in made}, key=lambda unit: (unit != ALL, unit.casefold(), unit))
        length = self.periods[0].span.months if self.periods else 1
        self.line = [period for period in reversed(self.periods) if period.span.months == length]
        self.scales = {id: self._scale(id) for id in MEASURES}

    def count_of(self, singular: str, plural: str, n: int) -> str:
        return self.wording.language.plural(singular, plural, n, n=self.wording.numbers.plain(n))

    def _scale(self, id: str) -> Scale | None:
        """One scale of money down a column, by the largest unit."""
        values = [one.values[id] for one in self.by.values() if id in one.values]
        return scale_for(values) if CATALOG[id].unit == "money" and values else None

    def heads(self) -> list[str]:
        """The key figures with their units."""
        units = {"share": "%"}
        heads = []
        for id in MEASURES:
            scale = self.scales[id]
            unit = self.wording.numbers.money_head(scale) if scale else units.get(CATALOG[id].unit, "")
            heads.append(", ".join(part for part in (self.wording.name(id), unit) if part))
        return heads

    def name(self, unit: str) -> str:
        return self.wording.language.text("Company as a whole") if unit == ALL else unit

    def rows(self) -> list[dict[str, Any]]:
        """One row a unit: key figures of its newest period of the line, and a cell for each period."""
        return [
            {
                "name": self.name(unit), "all": unit == ALL, "as_of": self._as_of(unit),
                "figures": [self._figure(unit, id) for id in MEASURES],
                "cells": [self._cell(self.by.get((unit, period))) for period in self.periods],
            }
            for unit in self.units
        ]  # fmt: skip

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
            return {"text": self.wording.language.text("n/a"), "value": "", "change": "", "tone": "", "line": ""}
        value, spoken = known[-1][1], self._spoken
        before = known[-2][1] if len(known) > 1 else None
        words = self.wording.language.text(
            "%(name)s: from %(first)s in %(start)s to %(last)s in %(end)s",
            name=self.wording.name(id), first=spoken(id, known[0][1]), last=spoken(id, value),
            start=self.wording.language.period(str(known[0][0])), end=self.wording.language.period(str(known[-1][0])),
        ) if len(known) > 1 else ""  # fmt: skip
        points = [(period.span.last.index, number) for period, number in known]
        return {
            "text": self._text(id, value), "value": repr(value), **self._change(id, value, before),
            "line": sparkline.line(points, words, gap=self.line[0].span.months) if len(points) > 1 else "",
        }  # fmt: skip

    def _change(self, id: str, value: float, before: float | None) -> dict[str, str]:
        """Against the period before: per cent, a multiple or points, coloured by the measure's polarity."""
        if before is None:
            return {"change": "", "tone": ""}
        change = value - before
        text = self.wording.change(CATALOG[id].unit, value, before)
        zero = not any(digit in text for digit in "123456789")
        leans = change * CATALOG[id].polarity
        tone = "" if zero or not leans else "good" if leans > 0 else "bad"
        return {"change": text, "tone": tone}

    def _text(self, id: str, value: float) -> str:
        numbers, scale = self.wording.numbers, self.scales[id]
        if scale is not None:
            return numbers.scaled(value, scale)
        return numbers.percent(value, mark=False) if CATALOG[id].unit == "share" else numbers.plain(value)

    def _spoken(self, id: str, value: float) -> str:
        numbers = self.wording.numbers
        match CATALOG[id].unit:
            case "money":
                return numbers.money(value)
            case "share":
                return numbers.percent(value)
            case _:
                return numbers.plain(value)

    def _cell(self, one: Made | None) -> dict[str, Any] | None:
        if one is None:
            return None
        numbers = self.wording.numbers
        checks = f"{numbers.plain(one.passed)}/{numbers.plain(one.passed + one.failed)}" if one.editions else ""
        error = one.error if len(one.error) <= SHOWN_ERROR else f"{one.error[:SHOWN_ERROR]}…"
        return {"status": self._status(one.status), "bad": bool(error or one.failed), "error": error,
                "checks": checks, "editions": list(one.editions.items())}  # fmt: skip

    def _status(self, status: str) -> str:
        text = self.wording.language.text
        words = {"draft": text("draft"), "signed": text("signed"), "published": text("published"),
                 "failed": text("failed")}  # fmt: skip
        return words.get(status, status)

    def changes(self) -> dict[str, Any] | None:
        """The newest period against the one before it: failures, comings and goings, the largest moves of revenue."""
        if len(self.line) < 2:
            return None
        now, before = self.line[-1], self.line[-2]
        new, old = ({unit: self.by[unit, period] for unit in self.units if (unit, period) in self.by}
                    for period in (now, before))  # fmt: skip
        id, period = MEASURES[0], self.wording.language.period
        both = [unit for unit in new if unit in old and id in new[unit].values and id in old[unit].values]
        moves = {unit: new[unit].values[id] - old[unit].values[id] for unit in both}
        largest = sorted((unit for unit in both if unit != ALL), key=lambda unit: (-abs(moves[unit]), unit))[:MOVERS]
        shown = [unit for unit in (ALL, *largest) if unit in moves and (moves[unit] or unit == ALL)]
        return {
            "now": period(str(now)), "before": period(str(before)),
            "failed": [self.name(unit) for unit, one in new.items() if one.error or one.failed],
            "came": [self.name(unit) for unit in new if unit not in old],
            "gone": [self.name(unit) for unit in old if unit not in new],
            "moves": [self._move(unit, new[unit], old[unit]) for unit in shown],
        }  # fmt: skip

    def _move(self, unit: str, new: Made, old: Made) -> dict[str, Any]:
        figures = [
            {"before": self._text(id, old.values[id]), "now": self._text(id, new.values[id]),
             **self._change(id, new.values[id], old.values[id])}
            if id in new.values and id in old.values else None
            for id in MEASURES
        ]  # fmt: skip
        return {"name": self.name(unit), "figures": figures}

"""The findings of the headline, of movement and of concentration month by month, from slices, without notebooks.

A unit's month takes a quarter of a second: no chances are fitted and nothing is drawn. What is computed is what
notebooks 02 and 03 record for these sections.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from in_process import Company

from portfolio_review import findings, slices
from portfolio_review.calendar import Period
from portfolio_review.figure import Figure
from portfolio_review.findings import verdict
from portfolio_review.metrics import (
    concentration,
    headline,
    lapse,
    leavers,
    lifecycle,
    margin_bridge,
    mobility,
    movement,
    newcomers,
    portfolio,
    retention,
    segments,
    structure,
    target_gap,
    targets,
)
from portfolio_review.metrics.migration import ABC
from portfolio_review.notebook import head, scope
from portfolio_review.notebook import targets as unit_targets
from portfolio_review.results.finding import Finding, Verdict
from portfolio_review.results.seen import Seen
from portfolio_review.slices import Slice

SECTIONS = ("headline", "structure", "movement", "migration")


def found(company: Company, month: str, *units: str) -> dict[str, tuple[list[Finding], Verdict | None]]:
    """The findings of `SECTIONS` and the verdict of each unit's review of a month."""
    cut = company.folder / f"cut-{month}"
    cut.mkdir(exist_ok=True)
    made = slices.build.build(company.review, company.sources, Period.parse(month), cut, list(units))
    seen = {unit: _seen(slices.load(Path(made.units[unit]))) for unit in units}
    return {unit: (findings.tell(one, *SECTIONS), verdict.of(one)) for unit, one in seen.items()}


def _seen(data: Slice) -> Seen:
    when, settings = data.when, data.review
    gaps = lapse.Gaps(data.as_of, data.series)
    base = portfolio.client_frame(data.monthly, data.clients, data.orders, when)
    base = movement.add_states(base, when)
    base = segments.add_classes(base, data.monthly, data.series, when, settings)
    base = lifecycle.add_stages(lapse.add_lapse(base, gaps, when), when)
    earlier = lapse.add_earlier(movement.earlier(base, data.monthly, when), gaps)
    goal = unit_targets(data).get("headline.revenue")
    known = headline.figures(data.totals, data.monthly, when)
    split = headline.split_figures(base, data.monthly, when, data.flash_rows)
    cause = target_gap.target_gap(base, data.monthly, when, goal, data.flash_rows)
    figures: dict[str, Figure] = {
        **known, **split, **leavers.figures(base, data.monthly, gaps, when, settings.xyz),
        **structure.figures(base, data.monthly, when), **concentration.figures(base, data.monthly, when),
        **movement.bridge_figures(base, when, earlier), **newcomers.silent(base, when),
        **newcomers.second_purchase(base, when), **retention.net(base, when),
    }  # fmt: skip
    tables: dict[str, pd.DataFrame] = {
        "headline.targets": targets.table({**known, **split}, data.targets, str(data.period)),
        "headline.target_gap": cause.table(), "structure.over_10pct": concentration.over_a_tenth(base),
        "bridge.steps": movement.bridge_steps(base, when), "bridge.largest": movement.bridge_largest(base, when),
        "bridge.margin": margin_bridge.steps(base, when), "bridge.margin_largest": margin_bridge.largest(base, when),
        "migration.abc.movers": mobility.movers(base, ABC, when),
    }  # fmt: skip
    return Seen(head(data), scope(data), figures, tables)

"""What a notebook opens: its slice and its recorder, from its four parameters.

Within a run `workspace` names the folder of the slice. Opened by hand it is empty: the slice is then
cut from the review file itself, on the spot.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from portfolio_review import clients, slices
from portfolio_review import review as review_files
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.errors import UsageError, nearest
from portfolio_review.metrics import value
from portfolio_review.metrics.chances import Chances
from portfolio_review.results.contract import ReviewHead
from portfolio_review.results.record import Recorder
from portfolio_review.results.seen import Scope
from portfolio_review.slices import Slice, stated
from portfolio_review.slices.build import build
from portfolio_review.sources import read
from portfolio_review.workfolder import work_folder


def open_review(review: str, period: str, unit: str, workspace: str) -> tuple[Slice, Recorder]:
    """The slice of one unit and period with the recorder for this notebook.

    Parameters are text: the review file (used when `workspace` is empty), the period (empty: the last
    complete month), the unit, and the folder of a slice made by a run.
    """
    data = slices.load(Path(workspace)) if workspace else cut(Path(review), period, unit)
    folder = Path(workspace).parent if workspace else None
    settings = dict(stated.settings(data)[["key", "value"]].itertuples(index=False, name=None))
    return data, Recorder(
        head(data), targets=targets(data), scope=scope(data), folder=folder, settings=settings,
        since=data.earlier_findings,
    )  # fmt: skip


def open_clients(data: Slice, workspace: str) -> pd.DataFrame:
    """The client table: as notebook 01 kept it in this run, else computed here. Columns: `clients.columns`."""
    kept = clients.load(data, workspace)
    return clients.build(data) if kept is None else kept


def open_chances(data: Slice, workspace: str) -> Chances:
    """Chances, expected revenue and their backtests: as notebook 01 kept them in this run, else fitted here."""
    kept = clients.load_chances(data, workspace)
    return clients.Facts(data).chances if kept is None else kept


def cut(file: Path, period: str, unit: str) -> Slice:
    """Cut one slice straight from a review file, in a temporary folder that is gone afterwards."""
    review = review_files.load(file)
    with work_folder() as work:
        tables, cut_to = work / "tables", work / "slices"
        tables.mkdir()
        cut_to.mkdir()
        found = read(review, file.parent, tables)
        asked = Period.parse(period) if period else Period.of_month(last_complete_month(found.data_until))
        made = build(review, found, asked, cut_to, [unit])
        data = slices.load(made.units[unit])
    if data.monthly.empty:
        raise UsageError(f"unit '{unit}' has no rows up to {asked}{nearest(unit, made.active)}")
    return data


def head(data: Slice) -> ReviewHead:
    """Which review this is, as it stands in `results.json`."""
    return ReviewHead(
        id=data.review.id,
        title=data.review.title_in(data.review.language),
        unit=data.unit,
        period=str(data.period),
        start=data.period.start.isoformat(),
        end=data.period.end.isoformat(),
        w1=(data.w1.start.isoformat(), data.w1.end.isoformat()),
        w0=(data.w0.start.isoformat(), data.w0.end.isoformat()),
        partial=data.partial,
        compared_until=data.when.reported["p"].end.isoformat() if data.partial else None,
        currency=data.review.currency,
        language=data.review.language,
        window_months=data.review.window_months,
        history_start=data.history_start.isoformat(),
        data_until=data.data_until.isoformat(),
    )


def scope(data: Slice) -> Scope:
    """R(W1), R(W0), what value is counted in, the least of it of a finding (`findings.min_money`, or
    `findings.min_share` of V(W1)), and the usual gap of the series."""
    revenue = data.totals.set_index("span")["revenue"]
    w1, w0 = (float(revenue.get(span, 0.0)) for span in ("w1", "w0"))
    limits = data.review.findings
    known = data.series.loc[data.series["date"] == pd.Timestamp(data.w1.end), "usual_gap"].dropna()
    gap = float(known.iloc[0]) if len(known) else None
    choice, worth = value.of_totals(data.totals, data.review.value, data.when)
    least = max(limits.min_money, limits.min_share * max(worth, 0.0))
    return Scope(w1, w0, least, choice.measure, choice.rate, gap)


def targets(data: Slice) -> dict[str, float]:
    """The targets of this unit and period, by figure id; those of single managers are not the unit's."""
    given = data.targets
    mine = given[given["period"].astype("str") == str(data.period)]
    if "manager" in mine:
        mine = mine[mine["manager"].isna()]
    return {str(figure): float(value) for figure, value in zip(mine["figure"], mine["value"], strict=True)}

"""A slice: the frames of one unit and period that the notebooks compute from, and their spans.

A slice is a folder of Parquet files with `slice.json`. Months are counted as in `calendar.Month`
(12 · year + month − 1), days are `datetime64`. Rows dated after the end of P are not in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from portfolio_review.calendar import Flash, Period, Span
from portfolio_review.doubt import Doubt
from portfolio_review.metrics import company_models
from portfolio_review.metrics.company_models import Models
from portfolio_review.metrics.decisions import EarlierDecisions
from portfolio_review.metrics.follow_through import EarlierLists
from portfolio_review.metrics.headline import FlashRows
from portfolio_review.metrics.holdout import CalledLists
from portfolio_review.metrics.restated import EarlierMonths
from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.metrics.targets import in_proportion
from portfolio_review.metrics.windows import Windows
from portfolio_review.review import Review
from portfolio_review.slugs import ALL as ALL

NO_UNIT = "(no unit)"
SEVERAL_UNITS = "(several units)"

FRAMES: Mapping[str, str] = {
    "monthly": "client_id, month, revenue, margin, gross (Σ |revenue|), margin_gross and margin_revenue (Σ |revenue| "
    "and revenue of the rows with a known margin), orders, purchase_days, last_day (of the month with a purchase, 0 "
    "where there is none), log_gaps (Σ ln(gap in weeks) of the gaps between purchase days whose later day lies in the "
    "month): one row per client and month with rows",
    "clients": "client_id, first_purchase, second_purchase, first_category (of the first purchase day, where "
    "categories are known), median_gap (days, as of its last purchase, of the gaps of the 24 months up to it; missing "
    "below 4), every known attribute, of a unit also several_units, whether the client buys in another unit too: one "
    "row per client with rows",
    "as_of": "client_id, date, last_purchase, purchase_days, gaps, gap_q80: what was known of a client at a day; "
    "gaps counts those of the last 24 months, gap_q80 is their 80 % quantile in days",
    "orders": "client_id, span (p, pp, py, w1, w0), orders: distinct orders with a positive row",
    "part_months": "client_id, month, revenue, purchase_days of the first days of the months in which PP and PY are "
    "cut: as many as a partial P has; no rows where P is complete",
    "totals": "span (p, pp, py, ytd, ytd_py, w1, w0, or a month YYYY-MM), revenue, margin, gross, margin_gross, "
    "margin_revenue, orders, clients",
    "mix": "client_id, category, revenue_w0, revenue_w1, margin_w1, margin_revenue_w1, active_w1; revenue_then: "
    "of W1 as it was h months earlier; active_since: bought in the last h months",
    "items": "client_id, items: distinct products of each order of W1, summed; no rows where products are not known",
    "series": "date, usual_gap, median_gap: of all units' gaps, at each date of as_of",
    "chance_back": "date, from_months, cases, bought, clients: of all units' lapsed clients, by months of silence, how "
    "many bought again within 12 months, at the month ends up to 12 months before W1's end, and 24 months before",
    "company": "month, horizon, k, r, alpha, a, b, log_likelihood, b0, b1, b2, month_ends, reason: models of chances "
    "learned from all units' clients, at the month ends where a unit has too few of its own",
    "company_chain": "month, horizon, silence, cases, bought: the recency chains of those models",
    "recomputed": "id, value: figures computed in SQL from the validated rows, to check the notebooks by",
    "left_out": "reason, rows, revenue: rows of the sources that are not in the review",
}
"""Every frame of a slice and its columns. Given tables (contacts, payments, …) lie beside them."""


@dataclass(frozen=True)
class Slice:
    """One unit's data for one period."""

    review: Review
    unit: str
    period: Period
    history_start: dt.date
    data_until: dt.date
    hash: str
    frames: Mapping[str, pd.DataFrame]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stated: Mapping[str, float | None] = field(default_factory=dict)
    """Counts and sums that reading the sources stated: used_rows, source_revenue, …"""
    earlier_lists: EarlierLists | None = None
    """The action lists of the latest earlier review of this unit."""
    called_lists: CalledLists | None = None
    """Who was called and who was held out by the review h months earlier."""
    earlier_decisions: EarlierDecisions | None = None
    """What it and those before it asked to decide."""
    earlier_review: EarlierReview | None = None
    """What it said of strategic clients."""
    earlier_doubts: Mapping[str, float] = field(default_factory=dict)
    """The shares of its doubts, by `Doubt.key`."""
    earlier_findings: Mapping[str, str] = field(default_factory=dict)
    """The month (YYYY-MM) of the first review that had each of its findings that last, by `Finding.key`."""
    earlier_months: EarlierMonths | None = None
    """Revenue by client and month as the review that this one is compared with said it."""
    published_tiers: pd.Series | None = None
    """Tier by client id in the review published for the end of W0."""
    drawn: frozenset[str] | None = None
    """Of a masked edition the clients that are drawn to be held out of lists; None: the ids themselves tell."""
    doubts: tuple[Doubt, ...] = ()
    """What the sources found doubtful, as far as it is this unit's, with the shares of W1 and W0."""
    inputs: pd.DataFrame = field(default_factory=pd.DataFrame)
    warnings: pd.DataFrame = field(default_factory=pd.DataFrame)
    removed: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Rows that `where` removes by the values of the columns it names; of the whole alone, for values name units."""

    @property
    def when(self) -> Windows:
        """The spans of the review and what the history allows, as the metrics take them."""
        judged = self.period.judged(self.data_until)
        flash = Flash.of(self.period, self.data_until)
        return Windows(judged, self.review.window_months, self.history_start, self.data_until, flash)

    @property
    def w1(self) -> Span:
        return self.when.w1

    @property
    def w0(self) -> Span:
        return self.when.w0

    @property
    def partial(self) -> bool:
        return self.when.flash is not None

    @property
    def monthly(self) -> pd.DataFrame:
        """The rows up to the end of W1."""
        monthly = self.frames["monthly"]
        return monthly if not self.partial else monthly[monthly["month"] <= self.w1.last.index].reset_index(drop=True)

    @property
    def clients(self) -> pd.DataFrame:
        """The clients with rows up to the end of W1, as they were known then; of a partial P with `bought_since`,
        whether they bought in its days after that."""
        clients = self.frames["clients"]
        if not self.partial:
            return clients
        end = pd.Timestamp(self.w1.end)
        known = clients[clients["client_id"].isin(self.monthly["client_id"])].reset_index(drop=True)
        days = ("first_purchase", "second_purchase")
        monthly = self.frames["monthly"]
        since = monthly.loc[(monthly["month"] > self.w1.last.index) & (monthly["purchase_days"] > 0), "client_id"]
        return known.assign(
            **{name: known[name].where(known[name] <= end) for name in days},
            bought_since=known["client_id"].isin(since),
        )

    @property
    def flash_rows(self) -> FlashRows | None:
        """All rows of a partial P and of what it is held against; None where P is complete."""
        frames = self.frames
        return FlashRows(frames["monthly"], frames["part_months"], frames["clients"]) if self.partial else None

    @property
    def as_of(self) -> pd.DataFrame:
        return self.frames["as_of"]

    @property
    def orders(self) -> pd.DataFrame:
        return self.frames["orders"]

    @property
    def totals(self) -> pd.DataFrame:
        return self.frames["totals"]

    @property
    def mix(self) -> pd.DataFrame:
        return self.frames["mix"]

    @property
    def items(self) -> pd.DataFrame:
        return self.frames["items"]

    @property
    def series(self) -> pd.DataFrame:
        return self.frames["series"]

    @property
    def chance_back(self) -> pd.DataFrame:
        return self.frames["chance_back"]

    @property
    def company_models(self) -> Models:
        """Models of chances learned from the clients of all units, by month end and horizon; see `company`."""
        return company_models.from_frames(self.frames["company"], self.frames["company_chain"])

    @property
    def left_out(self) -> pd.DataFrame:
        return self.frames["left_out"]

    @property
    def payments(self) -> pd.DataFrame | None:
        return self.tables.get("payments")

    @property
    def contacts(self) -> pd.DataFrame | None:
        return self.tables.get("contacts")

    @property
    def assessments(self) -> pd.DataFrame | None:
        return self.tables.get("assessments")

    @property
    def plans(self) -> pd.DataFrame | None:
        return self.tables.get("plans")

    @property
    def earlier_contacts(self) -> pd.DataFrame | None:
        """client_id, contact, active of the earlier review's contacts."""
        return self.earlier_review.table("contacts") if self.earlier_review else None

    @property
    def losses(self) -> pd.DataFrame:
        """Why clients left; no rows where nothing was given."""
        return self.tables.get("losses", pd.DataFrame({"client_id": [], "date": [], "reason": []}, dtype="str"))

    @property
    def targets(self) -> pd.DataFrame:
        """Targets of this unit, those of its managers too, of a partial P in proportion to its days; no rows where
        nothing was given."""
        none = pd.DataFrame({"figure": [], "period": [], "value": []}, dtype="str")
        return in_proportion(self.tables.get("targets", none), self.totals, self.when)

    @property
    def plan(self) -> pd.DataFrame:
        """The targets of this unit for every period, as they were given."""
        return self.tables.get("targets", pd.DataFrame({"figure": [], "period": [], "value": []}, dtype="str"))

    @property
    def recomputed(self) -> dict[str, float | None]:
        frame = self.frames["recomputed"]
        values = [None if pd.isna(value) else float(value) for value in frame["value"]]
        return dict(zip(frame["id"], values, strict=True))

    @property
    def sizes(self) -> pd.Series:
        """Rows of each frame."""
        return pd.Series({name: len(frame) for name, frame in self.frames.items()}, name="rows")

    @property
    def has_margin(self) -> bool:
        return "margin" in self.known.get("transactions", ())

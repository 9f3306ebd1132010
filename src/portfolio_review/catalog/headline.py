"""Catalogue: constants of the series, and the headline of period P."""

from __future__ import annotations

from dataclasses import replace

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Column, Entry, figure, table

_SERIES = "Gaps and lapse"
_HEADLINE = "Headline"

_GAP = (
    Column(name="actual", en="Actual", unit="money"),
    Column(name="reference", en="Reference", unit="money"),
    Column(name="gap", en="Difference", unit="money"),
)

ENTRIES: tuple[Entry, ...] = (
    figure("series.usual_gap", "Usual gap", "days", 0,
           "80 % quantile (linear interpolation) of the gaps between successive purchase days of all clients "
           "of the series, the later day in the last 24 months up to the end of P", _SERIES),
    figure("series.xyz_interval", "Counting interval", "word", 0,
           "month when the median of the recent gaps of all units is at most 45 days, else quarter; quarters "
           "need a window of at least 9 months that is a multiple of 3", "XYZ"),
    figure("series.xyz_method", "What X, Y and Z mean", "word", 0,
           "regularity: how many intervals hold a purchase; variation: how much the revenue of the intervals varies",
           "XYZ"),
    figure("headline.revenue", "Revenue", "money", 1,
           "R(P) = sum of revenue over the rows dated in P, refunds included", _HEADLINE),
    figure("headline.clients", "Active clients", "count", 1,
           "clients with at least one purchase day in P", _HEADLINE),
    figure("headline.orders", "Orders", "orders", 1,
           "distinct pairs of client and order id with a positive row in P; without an id a client's purchase day",
           _HEADLINE),
    figure("headline.order_value", "Average order value", "money", 1,
           "headline.revenue / headline.orders", _HEADLINE),
    figure("headline.revenue_per_client", "Revenue per client", "money", 1,
           "headline.revenue / headline.clients", _HEADLINE),
    figure("headline.margin", "Margin", "money", 1,
           "sum of margin over the rows dated in P; not told where it is known for less than 90 % of revenue",
           _HEADLINE),
    figure("headline.margin_rate", "Margin rate", "share", 1,
           "headline.margin / revenue of the rows with a known margin", _HEADLINE),
    figure("data.margin_known", "Revenue with a known margin", "share", 0,
           "Σ |revenue| of the rows with a known margin / Σ |revenue|; 1 of a span without revenue", "Ground terms"),
    figure("headline.new_clients", "New clients", "count", 1,
           "clients whose first purchase day ever lies in P", _HEADLINE),
    figure("headline.revenue_new", "Revenue of new clients", "money", 1,
           "revenue in P of clients whose first purchase day lies in P", _HEADLINE),
    figure("headline.revenue_returned", "Revenue of returned clients",
           "money", 1,
           "revenue in P of clients that are not new, with a purchase day in P and none in the months of a "
           "window "
           "before P", _HEADLINE),
    figure("headline.revenue_current", "Revenue of current clients", "money",
           1,
           "headline.revenue − headline.revenue_new − headline.revenue_returned", _HEADLINE),
    figure("headline.lapsed_clients", "Clients who left in the period", "count",
           -1,
           "clients lapsed at the end of P and not at the end of PP", "Gaps and lapse"),
    figure("headline.lapsed_regular_clients", "Regular clients who left in the period", "count", -1,
           "headline.lapsed_clients that were X in W0", "Gaps and lapse"),
    figure("headline.lapsed_revenue", "Revenue of clients who left in the period", "money", -1,
           "Σ r of headline.lapsed_clients over the 12 months that end with their last purchase",
           "Gaps and lapse"),
    figure("headline.lapsed_regular_revenue", "Revenue of regular clients who left in the period", "money", -1,
           "Σ r of headline.lapsed_regular_clients over the 12 months that end with their last purchase",
           "Gaps and lapse"),
    table("headline.trend", "Month by month",
          pick("month revenue clients orders new_clients partial"),
          "the figures of each of the last 24 months of the history", _HEADLINE),
    table("headline.targets", "Plan against actual",
          pick("figure reached target attainment optimal critical level"),
          "attainment = value / target; optimal from the optimal level on, critical from the critical one on, watch "
          "between them", "Targets"),
    replace(
        figure("headline.target_gap", "Actual less target, by client", "money", 1,
               "R(P) − target, without one − R(PY), over the clients of this review; a client's part = r(P) − r(PY) · "
               "target / R(PY), by PP where R(PY) is not above 0; the five largest shortfalls, the three largest "
               "gains, all others", "Findings, month's cause"),
        columns=(*pick("client_id name"), *_GAP),
    ),
    figure("headline.year_end_revenue", "Expected year end", "money", 1,
           "year to date + last year's remaining months · year to date / last year's to date", _HEADLINE),
    table("headline.unusual_months", "Unusual months",
          pick("measure month reached limit_low limit_high unusual"),
          "outside mean ± 2.66 · mean moving range of the months of headline.trend; none when more than a quarter "
          "would be", "Headline; Shewhart 1931, Wheeler 1993"),
)  # fmt: skip

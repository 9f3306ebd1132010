"""Catalogue: tables and limits that pictures are drawn from, in any language, where no other table has them."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, figure, table

_RISK = "Risk and outlook"

ENTRIES: tuple[Entry, ...] = (
    table("headline.rest_of_year", "Rest of the year", pick("month forecast"),
          "revenue of last year's month · year to date / last year's to date; with the year to date it sums to "
          "headline.year_end_revenue", "Headline"),
    table("structure.pareto_curve", "Pareto curve", pick("clients share share_w0 limit"),
          "Σ of the largest r / Σ r over positive r of W1 and of W0; limit: where a half or a limit of ABC is reached",
          "Concentration"),
    table("structure.largest_months", "The ten largest clients month by month",
          pick("client_id month revenue"), "revenue of each of the last 12 months up to the end of W1",
          "Concentration"),
    table("structure.by_month", "The largest values month by month",
          pick("attribute value month revenue"),
          "revenue of the last 24 months known, of the eight values with most revenue in the last 12 of them, of the "
          "first breakdown of clients that has two values", "Breakdowns"),
    table("retention.survival_steps", "Length of relationship: the curve drawn",
          pick("day alive ended censored survival low high"),
          "S(t) of retention.survival at even steps, at 90, 180 and 365 days and at the median; null where fewer than "
          "10 are at risk", "Survival; Kaplan, Meier 1958"),
    table("risk.matrix_points", "Revenue × risk: the points drawn",
          pick("name quadrant p_next revenue at_risk clients"),
          "active clients one by one, the most at risk first; where there are more than 150, all but the 60 largest "
          "gathered by quadrant, chance and size: mean chance, sums of money", _RISK),
    figure("risk.large_from", "Large from, revenue of 12 months", "money", 0,
           "r(W1) of the smallest client of class A", _RISK),
    figure("risk.risky_above", "Risky above, chance of no purchase",
           "share", 0, "risk.high_above of the settings", _RISK),
)  # fmt: skip

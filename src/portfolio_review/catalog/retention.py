"""Catalogue: retention, lapse, cohorts, length of relationship."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Column, Entry, figure, table

_RETENTION = "Retention"
_WILSON = "Retention; Wilson 1927"
_BOOTSTRAP = "Retention; percentile bootstrap over clients, Efron 1979"
_BY_SEGMENT = "Retention, by segment; Wilson 1927; percentile bootstrap over clients, Efron 1979"
_RATES = "base retained rate low high grr grr_low grr_high nrr nrr_low nrr_high"
_SURVIVAL = "Survival; Kaplan, Meier 1958"

_QUARTERS = Column(name="age", en="Quarters since first purchase", unit="rank")
_SEGMENTS = {
    "unit": "by business unit",
    "type": "by client type",
    "industry": "by industry",
    "region": "by region",
    "manager": "by manager",
    "relationship": "by relationship",
    "acquired_via": "by source of the client",
}

ENTRIES: tuple[Entry, ...] = (
    figure("retention.client_retention_rate", "Client retention rate",
           "share", 1, "|A0 ∩ A1| / |A0|", _WILSON),
    figure("retention.still_buying_rate", "Still buying", "share", 1,
           "clients of A0 that bought in W1 and are not lapsed at its end / |A0|; in a window of up to 3 months nobody "
           "can have gone quiet", _WILSON),
    figure("retention.client_churn_rate", "Client churn rate", "share", -1,
           "1 − |A0 ∩ A1| / |A0|", _WILSON),
    figure("retention.kept_at_end_rate", "Clients kept at the end of the period",
           "share", 1,
           "base: clients not lapsed at the end of W0, and A1; those of it not lapsed at the end of W1 "
           "/ base", _WILSON),
    figure("retention.gross_revenue_retention", "Gross revenue retention (GRR)",
           "share", 1, "Σ over A0 of min(max(r(W1), 0), max(r(W0), 0)) / Σ over A0 of max(r(W0), 0)",
           _BOOTSTRAP),
    figure("retention.net_revenue_retention", "Net revenue retention (NRR)",
           "share", 1, "Σ over A0 of r(W1) / Σ over A0 of r(W0): the closed cohort", _BOOTSTRAP),
    figure("retention.net_revenue_retention_with_returned", "NRR with returned",
           "share", 1,
           "(Σ over A0 of r(W1) + Σ r(W1) of returned clients) / Σ over A0 of r(W0)", _BOOTSTRAP),
    figure("retention.repeat_rate", "Repeat rate", "share", 1,
           "clients of A1 with at least 2 purchase days in W1 / |A1|", _WILSON),
    figure("retention.return_rate", "Return rate", "share", 1,
           "returned / clients that had purchased before W0 and not in W0; at least 10 of those", _WILSON),
    figure("retention.point_value", "Value of one point of retention",
           "money", 0,
           "0.01 · |A0| · mean r(W0) of the lost clients", _RETENTION),
    figure("retention.point_value_margin", "Value of one point of retention, in margin", "money", 0,
           "retention.point_value · margin rate of W1", _RETENTION),
    figure("retention.half_life", "Half-life", "windows", 1,
           "ln 0.5 / ln(client retention rate)", _RETENTION),
    table("retention.trend", "Retention over time", pick("month rate low high n"),
          "the client retention rate at each of the last 12 month ends for which both windows fit; n = |A0|",
          _WILSON),
    table("retention.by_abc", "Retention by ABC class",
          pick(f"class {_RATES}"),
          "the rates over the clients of each class at W0; base = its |A0|", _BY_SEGMENT),
    table("retention.cohorts", "Cohorts: repeat activity",
          pick("cohort age size clients revenue truncated partial"),
          "by month of first purchase: clients active and revenue in the month of each age; the first "
          "cohort of "
          "the data holds those who were clients before", "Cohorts"),
    table("retention.vintages", "Revenue by year of first purchase",
          pick("year clients revenue_w1 share revenue_w0 amount_change truncated"),
          "clients active in W1 and R(W1), R(W0) by the year of the first purchase; those of the history's first month "
          "apart; share of the positive revenues of W1", "Retention"),
    table("retention.cohorts_quarter", "Cohorts by quarter: repeat activity",
          (*pick("cohort"), _QUARTERS, *pick("size clients revenue truncated partial")),
          "by calendar quarter of first purchase, age in quarters: clients active and revenue in the quarter of each "
          "age; the first cohort of the data holds those who were clients before", "Cohorts"),
    table("retention.cohort_average", "Repeat activity of all cohorts",
          pick("age cohorts size clients rate"),
          "Σ clients / Σ size over the cohorts old enough by the last whole month, without those that were "
          "clients before the data began", "Cohorts"),
    table("retention.by_xyz", "Retention by XYZ class",
          pick(f"class {_RATES}"),
          "the rates over the clients of each class at W0; base = its |A0|", _BY_SEGMENT),
    *(
        table(f"retention.by_{name}", f"Retention {en}",
              pick(f"value {_RATES}"),
              "the rates over the clients of A0 with each value; base = its |A0|", _BY_SEGMENT,
              family="retention.by_<attribute>")
        for name, en in _SEGMENTS.items()
    ),
    figure("retention.survival_n", "Clients in the survival curve", "count", 0,
           "clients that first purchased no later than the end of W1 − their lapse limit, or lapsed; of those of the "
           "history's first month the ones with a known since", _SURVIVAL),
    figure("retention.median_life", "Median life", "days", 1,
           "the first day at which S(t) ≤ 0.5", _SURVIVAL),
    *(
        figure(f"retention.survival_{days}", f"Still clients after {days} days", "share", 1,
               f"S({days}) of the curve of retention.survival", _SURVIVAL)
        for days in (90, 180, 365)
    ),
    table("retention.survival", "Length of relationship",
          pick("day alive survival low high"),
          "S(t) = Π (1 − d / n) from the first purchase; a lapsed client's life ended at its last purchase, any other "
          "is censored at the end of W1 − its lapse limit; clients of the history's first month enter late, their age "
          "counts from since; shown every 30 days where at least 10 are at risk", _SURVIVAL),
    table("retention.survival_differences", "Difference between segments",
          pick("attribute segments statistic p_value"), "log-rank test between segments of at least 5 clients",
          "Survival; Mantel 1966"),
    figure("retention.second_purchase_180", "Second purchase within 180 days", "share", 1,
           "of clients whose first purchase lies 180 to 545 days before the end of P, those that bought again within "
           "180 days", "New clients' quality; Wilson 1927"),
    table("retention.new_by_acquired_via", "New clients by source",
          pick("value clients revenue base rate low high"),
          "new clients and their r(W1); rate: retention.second_purchase_180 over base", "New clients' quality"),
    table("retention.loss_reasons", "Reasons for leaving", pick("loss_reason clients revenue share"),
          "lost clients and their r(W0) by the latest reason written down", "Reasons for leaving"),
    figure("retention.loss_reasons_known", "Lost clients with a known reason", "share", 1,
           "lost clients with a reason / lost clients", "Reasons for leaving"),
)  # fmt: skip

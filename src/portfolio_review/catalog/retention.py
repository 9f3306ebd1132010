"""Catalogue: retention, lapse, cohorts, length of relationship."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, figure, table

_RETENTION = "Retention"
_WILSON = "Retention; Wilson 1927"
_BOOTSTRAP = "Retention; percentile bootstrap over clients, Efron 1979"

ENTRIES: tuple[Entry, ...] = (
    figure("retention.client_retention_rate", "Client retention rate", "Коэффициент удержания клиентов (CRR)",
           "share", 1, "|A0 ∩ A1| / |A0|", _WILSON),
    figure("retention.client_churn_rate", "Client churn rate", "Коэффициент оттока клиентов", "share", -1,
           "1 − |A0 ∩ A1| / |A0|", _WILSON),
    figure("retention.kept_at_end_rate", "Clients kept at the end of the period",
           "Процент сохранения клиентов",
           "share", 1,
           "base: clients not lapsed at the end of W0, and A1; those of it not lapsed at the end of W1 "
           "/ base", _WILSON),
    figure("retention.gross_revenue_retention", "Gross revenue retention (GRR)",
           "Валовое удержание выручки (GRR)",
           "share", 1, "Σ over A0 of min(max(r(W1), 0), max(r(W0), 0)) / Σ over A0 of max(r(W0), 0)",
           _BOOTSTRAP),
    figure("retention.net_revenue_retention", "Net revenue retention (NRR)", "Чистое удержание выручки (NRR)",
           "share", 1, "Σ over A0 of r(W1) / Σ over A0 of r(W0): the closed cohort", _BOOTSTRAP),
    figure("retention.net_revenue_retention_with_returned", "NRR with returned", "NRR с вернувшимися",
           "share", 1,
           "(Σ over A0 of r(W1) + Σ r(W1) of returned clients) / Σ over A0 of r(W0)", _BOOTSTRAP),
    figure("retention.repeat_rate", "Repeat rate", "Доля клиентов с повторными покупками", "share", 1,
           "clients of A1 with at least 2 purchase days in W1 / |A1|", _WILSON),
    figure("retention.return_rate", "Return rate", "Доля вернувшихся клиентов", "share", 1,
           "returned / clients that had purchased before W0 and not in W0; at least 10 of those", _WILSON),
    figure("retention.point_value", "Value of one point of retention", "Цена одного пункта удержания",
           "money", 0,
           "0.01 · |A0| · mean r(W0) of the lost clients", _RETENTION),
    figure("retention.point_value_margin", "Value of one point of retention, in margin",
           "Цена одного пункта удержания, в марже", "money", 0,
           "retention.point_value · margin rate of W1", _RETENTION),
    figure("retention.half_life", "Half-life", "Период полураспада портфеля", "windows", 1,
           "ln 0.5 / ln(client retention rate)", _RETENTION),
    table("retention.trend", "Retention over time", "Удержание по месяцам", pick("month rate low high n"),
          "the client retention rate at each of the last 12 month ends for which both windows fit; n = |A0|",
          _WILSON),
    table("retention.by_abc", "Retention by ABC class", "Удержание по категориям ABC",
          pick("class base retained rate low high grr nrr"),
          "the rates over the clients of each class at W0; base = its |A0|", _WILSON),
    table("retention.cohorts", "Cohorts: repeat activity", "Когортный анализ: повторная активность",
          pick("cohort age size clients revenue truncated partial"),
          "by month of first purchase: clients active and revenue in the month of each age; the first "
          "cohort of "
          "the data holds those who were clients before", "Cohorts"),
    table("retention.cohort_average", "Repeat activity of all cohorts", "Повторная активность всех когорт",
          pick("age cohorts size clients rate"),
          "Σ clients / Σ size over the cohorts old enough by the last whole month, without those that were "
          "clients before the data began", "Cohorts"),
)  # fmt: skip

"""Catalogue: chances of a purchase, revenue at risk, the matrix, value, receivables, contracts."""

from __future__ import annotations

from portfolio_review.catalog.columns import COLUMNS, pick
from portfolio_review.catalog.entry import Column, Entry, Polarity, Unit, check, figure, table

_RISK = "Risk and outlook"
_BG_NBD = "Risk and outlook; BG/NBD: Fader, Hardie, Lee 2005"
_CLOCKS = "Chances; MBG/CNBD-k: Platzer, Reutterer 2016; Reutterer, Platzer, Schröder 2020"
_CHAIN = "Risk and outlook; isotonic pooling: Ayer, Brunk, Ewing, Reid, Silverman 1955"
_BRIER = "Risk and outlook; Brier 1950"
_VALUE = "Risk and outlook; Chances"


class _YearEntry(Entry):
    """An entry whose 12 months are a year ahead, whatever the length of a window."""

    def label(self, language: str, window_months: int = 12) -> str:
        return super().label(language)


_EXPECTED = COLUMNS["expected_revenue"]
_FITTED = (
    Column(name="parameter", en="Parameter", ru="Параметр", unit="word"),
    Column(name="value", en="Value, horizon", ru="Значение, горизонт", unit="number"),
    Column(name="value_12", en="Value, a year", ru="Значение, год", unit="number"),
)


def _of_a_year(id: str, en: str, ru: str, formula: str) -> Entry:
    return _YearEntry(
        id=id, kind="figure", en=en, ru=ru, unit="money", polarity=1, formula=formula, source=_VALUE
    )  # fmt: skip


_SEGMENTS: tuple[tuple[str, str, str, str], ...] = (
    ("abc", "ABC class", "категориям ABC", "class"),
    ("value_stability", "value × stability", "ценности и стабильности", "group"),
    ("stage", "stage", "стадиям", "stage"),
    ("type", "client type", "типам клиентов", "value"),
    ("industry", "industry", "отраслям", "value"),
    ("region", "region", "регионам", "value"),
    ("manager", "manager", "менеджерам", "value"),
    ("relationship", "relationship", "типу отношений", "value"),
)

_TEST: tuple[tuple[str, str, str, Unit, Polarity, str], ...] = (
    ("model", "Backtest: model", "Проверка прогноза на прошлом: модель", "word", 0,
     "the model of risk.model fitted h months earlier, by the rows up to then, with the same fall-backs"),
    ("origins", "Backtest: month ends", "Проверка прогноза на прошлом: моменты", "count", 0,
     "past month ends, each h months apart, at which the whole model was fitted anew: at most four"),
    ("clients", "Backtest: clients", "Проверка прогноза на прошлом: клиенты", "count", 0,
     "clients with a purchase up to the end of P less h months"),
    ("expected", "Backtest: buyers expected", "Проверка прогноза на прошлом: ожидалось", "number", 0,
     "Σ chance of a purchase within the h months that end with P, as of their start"),
    ("actual", "Backtest: buyers", "Проверка прогноза на прошлом: купили", "count", 0,
     "those of risk.backtest_clients with a purchase in the h months that end with P"),
    ("brier", "Brier score", "Оценка Брайера", "index", -1,
     "mean of (chance − 1 if the client bought, else 0)² over all clients and month ends; 0 is perfect"),
    ("brier_chain", "Brier score of the recency chain", "Оценка Брайера: цепь по давности покупки", "index", -1,
     "the same with the chances of the recency chain as of the same month ends"),
    ("last_share", "Last time's share of buyers", "Прошлая доля купивших", "share", 0,
     "of the clients with a purchase before the h months before the earlier day, the share that bought in them"),
    ("brier_last_share", "Brier score of last time's share", "Оценка Брайера: прошлая доля", "index", -1,
     "the Brier score with the share of the h months before each month end as the chance of every client"),
    ("verdict", "Model against last time's share", "Модель против прошлой доли", "word", 0,
     "whether risk.backtest_brier < risk.backtest_brier_last_share"),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    figure("risk.horizon_months", "Horizon", "Горизонт прогноза", "months", 0,
           "h, of the review file: the months ahead that chances of a purchase are of", _RISK),
    figure("risk.model", "Model", "Модель прогноза", "word", 0,
           "auto: two clocks, logit p = b0 + b1 logit c + b2 logit m: c by months of silence (risk.chain), m by the "
           "client's own rhythm (MBG/CNBD-k), weights from the last 24 month ends; or as the review file says the "
           "chain alone, or BG/NBD by maximum a posteriori (α ~ Weibull(2, 10), r ~ Weibull(2, 1), φ ~ U(0, 1), "
           "κ ~ Pareto(1, 1), a = φκ, b = (1 − φ)κ, in weeks)", _CLOCKS),
    figure("risk.expected_buyers", "Buyers expected", "Ожидаемое число купивших клиентов", "number", 1,
           "Σ chance of a purchase within h months, over all clients that ever purchased; interval "
           "Σp ± 1.96 √(Σp(1 − p) + (s Σp)²), s the relative error of the backtests", _CLOCKS),
    figure("risk.expected_new", "Expected revenue of new clients", "Ожидаемая выручка новых клиентов", "money", 1,
           "revenue in the same h months a year ago of clients whose first purchase day lay in them", _CLOCKS),
    figure("risk.revenue_at_risk", "Revenue at risk", "Выручка под риском", "money", -1,
           "Σ r(W1) · h / window_months · (1 − chance of a purchase within h months)", _BG_NBD),
    figure("risk.weighted_risk", "Weighted risk", "Средневзвешенный риск", "share", -1,
           "Σ r(W1) · (1 − chance) / Σ r(W1), over clients with positive r(W1)", _BG_NBD),
    table("risk.largest", "Largest amounts at risk", "Крупнейшие суммы под риском",
          pick("rank client_id name abc revenue p_next at_risk"),
          "the ten clients with the largest r(W1) · h / window_months · (1 − chance)", _BG_NBD),
    table("risk.clients", "Chances and value of all clients", "Вероятности и ценность всех клиентов",
          (*pick("client_id name abc revenue p_next at_risk quadrant"), _EXPECTED, *pick("lifetime_value")),
          "every client that ever purchased, the most money at risk first", _VALUE),
    figure("risk.seasonal", "Season", "Сезонность", "word", 0,
           "seasonal where the history up to P has fewer than 25 months, or the h months ahead lay more than 25 % on "
           "the same side of their 12 months in both last years", _CLOCKS),
    figure("risk.weight_silence", "Weight of the months of silence", "Вес давности покупки", "number", 0,
           "b1 of logit p = b0 + b1 logit c + b2 logit m", _CLOCKS),
    figure("risk.weight_rhythm", "Weight of the client's own rhythm", "Вес собственного ритма клиента", "number", 0,
           "b2 of logit p = b0 + b1 logit c + b2 logit m", _CLOCKS),
    table("risk.fit", "Model: parameters", "Модель: параметры", _FITTED,
          "two clocks: k, r, α (weeks), a, b of the rhythm, b0, b1 (weight of silence), b2 (of the rhythm), month "
          "ends the weights were learned from; BG/NBD: r, α, a, b of the highest posterior density; none for the chain",
          _CLOCKS),
    table("risk.chain", "Recency chain", "Цепь по давности покупки", pick("silence cases bought share chance"),
          "clients at past month ends by whole months since their last purchase, and how many bought within h "
          "months; chance: the share, months with fewer than 10 cases pooled with the next shorter silence, then "
          "pooled so that it never rises with the silence", _CHAIN),
    table("risk.backtest", "Backtest by month end", "Проверка прогноза на прошлом по моментам",
          pick("origin group clients expected actual brier brier_base brier_chain"),
          "the whole model fitted anew at each month end by the rows up to it, against the purchases of the h months "
          "after it: all clients, those active and those lapsed then", _BRIER),
    *(figure(f"risk.backtest_{name}", en, ru, unit, polarity, formula, _BRIER)
      for name, en, ru, unit, polarity, formula in _TEST),
    table("risk.calibration", "Calibration", "Прогноз и факт по десятым долям",
          pick("tenth clients expected actual chance share low high"),
          "clients of all month ends of the backtest by their chance, 1 for 0 to 10 %, 10 for 90 to 100 %: mean chance "
          "against the share that bought, with its Wilson 95 % interval", "Risk and outlook; Wilson 1927"),
    table("risk.matrix", "Revenue × risk matrix", "Матрица «доход — риск»",
          pick("quadrant clients revenue at_risk clients_w0 revenue_w0"),
          "active clients; large: r(W1) ≥ that of the smallest A client; risky: 1 − chance > {risk.high_above}; beside "
          "it the same at the end of W0", _RISK),
    figure("risk.reference_revenue_per_client", "Revenue per client: held against",
           "Выручка на клиента: с чем сравнивается", "money", 0,
           "the target of headline.revenue_per_client; without one, for a unit, that of the whole company", _RISK),
    figure("risk.verdict", "Verdict on revenue and risk", "Итог: доход и риск", "word", 0,
           "revenue high if headline.revenue_per_client ≥ risk.reference_revenue_per_client; risk high if "
           "risk.weighted_risk ≥ {risk.portfolio_high}", _RISK),
    figure("risk.advice", "Advice", "Рекомендация", "word", 0, "by risk.verdict and strategy.aim", _RISK),
    figure("risk.main_quadrant", "Where most clients are", "Где больше всего клиентов", "word", 0,
           "the quadrant of risk.matrix with most clients, of equal ones with the most revenue", _RISK),
    figure("risk.main_quadrant_w0", "Where most clients were, 12 months before",
           "Где было больше всего клиентов, 12 мес. назад", "word", 0,
           "the same at the end of W0, by the model fitted then", _RISK),
    figure("risk.direction", "Direction since 12 months before", "Направление за 12 мес.", "word", 0,
           "revenue per active client in W1 against W0, and risk.weighted_risk at the end of P against W0's end",
           _RISK),
    _of_a_year("risk.expected_revenue", "Expected revenue, 12 months", "Ожидаемая выручка за 12 мес.",
               "Σ chance of a purchase in 12 months · max(r of the last 12 months, 0), or r of a month with a purchase "
               "where none lies in them"),
    _of_a_year("risk.expected_revenue_per_client", "Expected revenue per client, 12 months",
               "Ожидаемая выручка на клиента за 12 мес.", "risk.expected_revenue / |A1|"),
    figure("risk.top10_value_share", "Share of the ten largest in expected revenue",
           "Доля десяти крупнейших клиентов в ожидаемой выручке", "share", -1,
           "Σ of the ten largest expected revenues / risk.expected_revenue", _VALUE),
    figure("risk.lifetime_value", "Residual lifetime value", "Остаточная пожизненная ценность (LTV)", "money", 1,
           "discounted at {risk.discount_rate} a year", _VALUE),
    figure("risk.lifetime_margin", "Residual lifetime value, margin",
           "Остаточная пожизненная ценность (LTV), маржа", "money", 1,
           "risk.lifetime_value · margin rate of W1", _VALUE),
    table("risk.value_largest", "Largest expected revenues", "Крупнейшие ожидаемые суммы",
          (*pick("rank client_id name revenue p_next"), _EXPECTED, *pick("lifetime_value share")),
          "the ten clients with the largest expected revenue; share of all of it", _VALUE),
    *(table(f"risk.by.{name}", f"Risk and value by {en}", f"Риск и ценность по {ru}",
            (*pick(f"{column} clients revenue at_risk weighted_risk"), _EXPECTED, *pick("lifetime_value")),
            "risk.revenue_at_risk, risk.weighted_risk, risk.expected_revenue and risk.lifetime_value over the clients "
            "of each segment; clients: active in W1", _VALUE, "risk.by.<segment>")
      for name, en, ru, column in _SEGMENTS),
    figure("risk.replacement_months", "Months to replace the largest client",
           "Месяцев на замещение крупнейшего клиента", "months", -1,
           "the largest r(W1) / (Σ r(W1) of clients new in W1 / window_months)", _RISK),
    figure("risk.receivables", "Receivables", "Дебиторская задолженность", "money", 0,
           "Σ amount of payments not paid by the end of P and owed already: due day − terms of payment (30 days where "
           "none are said) ≤ the end of P; credit notes apart", _RISK),
    figure("risk.overdue", "Overdue receivables", "Просроченная дебиторская задолженность", "money", -1,
           "those of risk.receivables that were due before the end of P: overdue from the "
           "day after", _RISK),
    figure("risk.overdue_over_90", "Overdue over 90 days",
           "Просроченная дебиторская задолженность свыше 90 дней", "money", -1,
           "those of risk.receivables that were due more than 90 days before the end of P", _RISK),
    figure("risk.overdue_share", "Overdue share", "Просроченная дебиторская задолженность, доля", "share", -1,
           "risk.overdue / risk.receivables", _RISK),
    figure("risk.days_sales_outstanding", "Days sales outstanding",
           "Оборачиваемость дебиторской задолженности, дней", "days", -1,
           "risk.receivables / R(W1) · days of W1", _RISK),
    figure("risk.days_late", "Days late", "Дней сверх срока оплаты", "days", -1,
           "mean of paid day − due day over payments made in W1, weighted by amount", _RISK),
    figure("risk.days_to_pay", "Days to pay", "Срок оплаты, дней", "days", -1,
           "mean of paid day − due day + terms of payment over payments made in W1, weighted by amount", _RISK),
    table("risk.receivables_ageing", "Receivables ageing", "Дебиторская задолженность по срокам",
          pick("bucket invoices clients amount share"),
          "risk.receivables by days since they were due (overdue from the day after), with their share; credit notes "
          "not yet settled apart", _RISK),
    table("risk.overdue_clients", "Overdue receivables by client",
          "Просроченная дебиторская задолженность по клиентам",
          pick("client_id name open overdue over_90 days_overdue days_late revenue"),
          "clients with an overdue payment, the most overdue money first; days_overdue of the oldest, days_late of "
          "what they paid in W1", _RISK),
    figure("risk.contracts_ending_clients", "Clients whose contract ends within 90 days",
           "Клиенты, у которых договор истекает за 90 дней", "count", 0,
           "clients with contract_end 0 to 90 days after the end of P", _RISK),
    figure("risk.contracts_ending_revenue", "Revenue of contracts that end within 90 days",
           "Выручка по договорам, истекающим за 90 дней", "money", 0,
           "Σ r(W1) of risk.contracts_ending_clients", _RISK),
    table("risk.contracts_ending", "Contracts that end within 90 days", "Договоры, истекающие за 90 дней",
          pick("client_id name contract_end days_left revenue p_next"),
          "contract_end 0 to 90 days after the end of P, the soonest first", _RISK),
    check("chances_in_range", "Chances lie in their range", "Вероятности лежат в своих пределах",
          "0 ≤ chance ≤ 1; every client that purchased has one"),
    check("at_risk_adds_up", "Money at risk adds up", "Выручка под риском складывается",
          "Σ money at risk of clients = risk.revenue_at_risk; 0 ≤ weighted risk ≤ 1"),
    check("calibration_adds_up", "Tenths add up", "Десятые доли складываются",
          "Σ of the tenths = clients, expected and actual buyers of the backtest over all its month ends"),
    check("risk_matrix_adds_up", "The revenue × risk matrix adds up", "Матрица «доход — риск» складывается",
          "Σ clients of quadrants = |A1|, Σ revenue of quadrants = revenue of A1"),
    check("receivables_add_up", "Receivables add up", "Дебиторская задолженность складывается",
          "Σ of the buckets = receivables, Σ of those overdue = overdue"),
)  # fmt: skip

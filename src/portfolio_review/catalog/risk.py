"""Catalogue: chances of a purchase, revenue at risk, the matrix, value, receivables, contracts."""

from __future__ import annotations

from dataclasses import replace

from portfolio_review.catalog.columns import VALUE_YEAR, pick
from portfolio_review.catalog.entry import Column, Entry, Polarity, Unit, check, figure, table

_RISK = "Risk and outlook"
_CLOCKS = "Chances; MBG/CNBD-k: Platzer, Reutterer 2016; Reutterer, Platzer, Schröder 2020"
_CHANCES = "Risk and outlook; Chances"
_CHAIN = "Risk and outlook; isotonic pooling: Ayer, Brunk, Ewing, Reid, Silverman 1955"
_BRIER = "Risk and outlook; Brier 1950"
_VALUE = "Risk and outlook; Chances"


_FITTED = (
    Column(name="parameter", en="Parameter", unit="word"),
    Column(name="value", en="Value, horizon", unit="number"),
    Column(name="value_12", en="Value, a year", unit="number"),
)


def _of_a_year(id: str, en: str, formula: str) -> Entry:
    return replace(figure(id, en, "money", 1, formula, _VALUE), of_year=True)


_SEGMENTS: tuple[tuple[str, str, str], ...] = (
    ("abc", "ABC class", "class"),
    ("value_stability", "value × stability", "group"),
    ("stage", "stage", "stage"),
    ("type", "client type", "value"),
    ("industry", "industry", "value"),
    ("region", "region", "value"),
    ("manager", "manager", "value"),
    ("relationship", "relationship", "value"),
)

_OUTLOOK = (
    (
        "_today",
        "Expected of today's clients",
        "Σ expected revenue of the clients known at the end of P",
    ),
    (
        "_new",
        "Expected of new clients",
        "revenue in the same months a year ago of clients whose first purchase day lay in them",
    ),
    (
        "",
        "Expected revenue",
        "today's clients and new ones; target: the sum of headline.revenue's targets for these months",
    ),
)
_AHEAD = (
    ("", "next months"),
    ("_year", "rest of the year"),
)
_TEST: tuple[tuple[str, str, Unit, Polarity, str], ...] = (
    ("model", "Backtest: model", "word", 0,
     "the model of risk.model fitted h months earlier, by the rows up to then, with the same fall-backs"),
    ("origins", "Backtest: month ends", "count", 0,
     "past month ends, each h months apart, at which the whole model was fitted anew: at most four"),
    ("clients", "Backtest: clients", "count", 0,
     "clients with a purchase up to the end of P less h months"),
    ("expected", "Backtest: buyers expected", "number", 0,
     "Σ chance of a purchase within the h months that end with P, as of their start"),
    ("actual", "Backtest: buyers", "count", 0,
     "those of risk.backtest_clients with a purchase in the h months that end with P"),
    ("brier", "Brier score", "index", -1,
     "mean of (chance − 1 if the client bought, else 0)² over all clients and month ends; 0 is perfect"),
    ("brier_chain", "Brier score of the recency chain", "index", -1,
     "the same with the chances of the recency chain as of the same month ends"),
    ("last_share", "Last time's share of buyers", "share", 0,
     "of the clients with a purchase before the h months before the earlier day, the share that bought in them"),
    ("brier_last_share", "Brier score of last time's share", "index", -1,
     "the Brier score with the share of the h months before each month end as the chance of every client"),
    ("verdict", "Model against last time's share", "word", 0,
     "whether risk.backtest_brier < risk.backtest_brier_last_share"),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    figure("risk.horizon_months", "Horizon", "months", 0,
           "h, of the review file: the months ahead that chances of a purchase are of", _RISK),
    figure("risk.model", "Model", "word", 0,
           "auto: two clocks, logit p = b0 + b1 logit c + b2 logit m: c by months of silence (risk.chain), m by the "
           "client's own rhythm (MBG/CNBD-k), weights from the last 24 month ends; or as the review file says the "
           "chain alone, or BG/NBD by maximum a posteriori (α ~ Weibull(2, 10), r ~ Weibull(2, 1), φ ~ U(0, 1), "
           "κ ~ Pareto(1, 1), a = φκ, b = (1 − φ)κ, in weeks)", _CLOCKS),
    figure("risk.expected_buyers", "Buyers expected", "number", 1,
           "Σ chance of a purchase within h months, over all clients that ever purchased; interval "
           "Σp ± 1.96 √(Σp(1 − p) + (s Σp)²), s the relative error of the backtests", _CLOCKS),
    figure("risk.expected_new", "Expected revenue of new clients", "money", 1,
           "revenue in the same h months a year ago of clients whose first purchase day lay in them", _CLOCKS),
    figure("risk.gone", "Gone", "money", 0, "Σ max(r(W1), 0) of lapsed clients", _RISK),
    figure("risk.may_fall_silent", "May fall silent", "money", 0,
           "Σ max(r(W1), 0) · h / window_months · (1 − chance of a purchase within h months), over clients not lapsed",
           _CHANCES),
    figure("risk.may_shrink", "May shrink", "money", 0,
           "Σ max(r(W1), 0) · h / window_months · chance · (1 − f), over clients not lapsed; f = r(W1) / r(W0) cut to "
           "0 … 1, in early decline the three months' ratio where that is lower", _CHANCES),
    figure("risk.revenue_at_risk", "Revenue at risk", "money", 0,
           "risk.may_fall_silent + risk.may_shrink; a change is printed only where its interval leaves out zero",
           _CHANCES),
    figure("risk.weighted_risk", "Weighted risk", "share", 0,
           "Σ max(r(W1), 0) · (1 − chance) / Σ max(r(W1), 0), over clients not lapsed", _CHANCES),
    table("risk.parts", "Risk in three parts",
          pick("part amount share year_before amount_change amount_low amount_high clear"),
          "gone, may fall silent, may shrink, and the sum of the latter two; share of Σ max(r(W1), 0); the interval is "
          "that of the change, by bootstrap over the clients", "Risk and outlook; Efron 1979"),
    table("risk.largest", "First of the list in danger",
          (*pick("rank client_id name abc"), VALUE_YEAR, *pick("p12 part at_stake")),
          "the first ten of actions.retain, in its order; part: the larger of value · (1 − p12), may fall silent, and "
          "value · p12 · (1 − f), may shrink, which sum to the money at stake; where the backtest lost overdue clients "
          "may fall silent, the others may shrink", "Lifecycle and the four rules"),
    table("risk.clients", "Chances and value of all clients",
          pick("client_id name abc revenue p_next gone may_fall_silent may_shrink at_risk quadrant expected_12"),
          "every client that ever purchased, the most money at risk first; by revenue and without chances where the "
          "backtest lost", _VALUE),
    figure("risk.seasonal", "Season", "word", 0,
           "seasonal where the history up to P has fewer than 25 months, or the h months ahead lay more than 25 % on "
           "the same side of their 12 months in both last years", _CLOCKS),
    figure("risk.weight_silence", "Weight of the months of silence", "number", 0,
           "b1 of logit p = b0 + b1 logit c + b2 logit m", _CLOCKS),
    figure("risk.weight_rhythm", "Weight of the client's own rhythm", "number", 0,
           "b2 of logit p = b0 + b1 logit c + b2 logit m", _CLOCKS),
    table("risk.fit", "Model: parameters", _FITTED,
          "two clocks: k, r, α (weeks), a, b of the rhythm, b0, b1 (weight of silence), b2 (of the rhythm), month "
          "ends the weights were learned from; BG/NBD: r, α, a, b of the highest posterior density; none for the chain",
          _CLOCKS),
    table("risk.chain", "Recency chain", pick("silence cases bought share chance"),
          "clients at past month ends by whole months since their last purchase, and how many bought within h "
          "months; chance: the share, months with fewer than 10 cases pooled with the next shorter silence, then "
          "pooled so that it never rises with the silence", _CHAIN),
    table("risk.backtest", "Backtest by month end",
          pick("origin group clients expected actual brier brier_base brier_chain"),
          "the whole model fitted anew at each month end by the rows up to it, against the purchases of the h months "
          "after it: all clients, those active and those lapsed then", _BRIER),
    *(figure(f"risk.backtest_{name}", en, unit, polarity, formula, _BRIER)
      for name, en, unit, polarity, formula in _TEST),
    table("risk.calibration", "Calibration",
          pick("tenth clients expected actual chance share low high"),
          "clients of all month ends of the backtest by their chance, 1 for 0 to 10 %, 10 for 90 to 100 %: mean chance "
          "against the share that bought, with its Wilson 95 % interval", "Risk and outlook; Wilson 1927"),
    table("risk.matrix", "Revenue × risk matrix",
          pick("quadrant clients revenue at_risk clients_w0 revenue_w0"),
          "clients not lapsed; large: r(W1) ≥ that of the smallest A client; risky: 1 − chance > {risk.high_above}; "
          "beside it the same at the end of W0", _RISK),
    table("risk.level", "What makes the risk high",
          pick("criterion share limit over_limit client_id name"),
          "risk.weighted_risk ≥ {risk.portfolio_high}; one client ≥ 25 % of Σ max(r(W1), 0); exposed clients ≥ 40 % of "
          "it", _RISK),
    figure("risk.revenue_per_client", "Revenue per client, 12 months", "money", 1,
           "R(W1) / |A1|", _RISK),
    figure("risk.reference_revenue_per_client", "Revenue per client: held against", "money", 0,
           "the target of risk.revenue_per_client; without one, for a unit, that of the whole company", _RISK),
    figure("risk.verdict", "Verdict on revenue and risk", "word", 0,
           "revenue high if risk.revenue_per_client ≥ risk.reference_revenue_per_client; risk high if "
           "risk.weighted_risk ≥ {risk.portfolio_high}, one client holds ≥ 25 % of revenue or exposed clients ≥ 40 %",
           _RISK),
    figure("risk.advice", "Advice", "word", 0, "by risk.verdict and strategy.aim", _RISK),
    figure("risk.main_quadrant", "Where most clients are", "word", 0,
           "the quadrant of risk.matrix with most clients, of equal ones with the most revenue", _RISK),
    figure("risk.main_quadrant_w0", "Where most clients were, 12 months before", "word", 0,
           "the same at the end of W0, by the model fitted then", _RISK),
    figure("risk.direction", "Direction since 12 months before", "word", 0,
           "revenue per active client in W1 against W0, and risk.weighted_risk against W0's end, where that is more "
           "than chance", _RISK),
    *(figure(f"risk.outlook{line}{ahead}", f"{en}, {of_en}", "money", 1, formula, _VALUE)
      for ahead, of_en in _AHEAD for line, en, formula in _OUTLOOK),
    table("risk.outlook_lines", "Outlook",
          pick("ahead forecast_line amount amount_low amount_high money_target year_before"),
          "today's clients, new ones, and both together, for the next h months and the rest of the year", _VALUE),
    table("risk.forecasts_then_and_now", "Forecasts then, and what came",
          pick("forecast_months known_until expected_today actual_today expected_new actual_new expected_all "
               "actual_all"),
          "the same forecast made h and 12 months ago, by the rows up to then, beside the revenue that came", _VALUE),
    _of_a_year("risk.expected_12", "Expected value, 12 months",
               "Σ over active clients of expected revenue of 12 months · the client's margin rate of W1 (1 where value "
               "is revenue)"),
    _of_a_year("risk.expected_12_per_client", "Expected value per client, 12 months", "risk.expected_12 / |A1|"),
    figure("risk.top10_value_share", "Share of the ten largest in expected value", "share", -1,
           "Σ of the ten largest expected values / risk.expected_12", _VALUE),
    figure("risk.residual_value", "Residual value of today's clients",
           "money", 1,
           "Σ_i Σ_y expected value of 12 months · k^(y−1) / (1 + {risk.discount_rate})^(y−½), y = 1 … "
           "{risk.horizon_years}; k: gross revenue retention of the clients that were in the class at W0", _VALUE),
    table("risk.value_retention", "Retention by class",
          pick("class clients share used_share"),
          "gross revenue retention from W0 to W1 of the clients of each class at W0; used: that of all below 20 "
          "clients", _VALUE),
    table("risk.value_largest", "Largest expected values",
          pick("rank client_id name revenue p12 expected_12 value_12 share"),
          "the ten active clients with the largest expected value; share of risk.expected_12; none where the backtest "
          "lost", _VALUE),
    *(table(f"risk.by.{name}", f"Risk and value by {en}",
            pick(f"{column} clients revenue gone at_risk weighted_risk expected_12"),
            "risk.gone, risk.revenue_at_risk, risk.weighted_risk and expected revenue of 12 months over the clients of "
            "each segment; clients: active in W1", _VALUE, "risk.by.<segment>")
      for name, en, column in _SEGMENTS),
    figure("risk.replacement_months", "Months to replace the largest client", "months", -1,
           "the largest r(W1) / (clients new in W1 / window_months · mean revenue of the first 12 months of clients "
           "whose first purchase lies 13 to 24 months before W1's last month)", _RISK),
    figure("risk.replacement_months_net", "Months to replace the largest client, losses counted", "months", -1,
           "the same with clients new less lost; none where no more were won than lost", _RISK),
    figure("risk.receivables", "Receivables", "money", 0,
           "Σ amount of payments not paid by the end of P and owed already: due day − terms of payment (30 days where "
           "none are said) ≤ the end of P; credit notes apart; in a unit of clients that buy in no other", _RISK),
    figure("risk.overdue", "Overdue receivables", "money", -1,
           "those of risk.receivables that were due before the end of P: overdue from the "
           "day after", _RISK),
    figure("risk.overdue_over_90", "Overdue over 90 days", "money", -1,
           "those of risk.receivables that were due more than 90 days before the end of P", _RISK),
    figure("risk.overdue_share", "Overdue share", "share", -1,
           "risk.overdue / risk.receivables", _RISK),
    figure("risk.days_sales_outstanding", "Days sales outstanding", "days", -1,
           "risk.receivables less month's revenue, back from W1's last month: a month covered whole adds its days, the "
           "last one its part", _RISK),
    figure("risk.days_late", "Days late", "days", -1,
           "mean of paid day − due day over payments made in W1, weighted by amount", _RISK),
    figure("risk.days_to_pay", "Days to pay", "days", -1,
           "mean of paid day − due day + terms of payment over payments made in W1, weighted by amount", _RISK),
    table("risk.receivables_ageing", "Receivables ageing",
          pick("bucket invoices clients amount share"),
          "risk.receivables by days since they were due (overdue from the day after), with their share; credit notes "
          "not yet settled apart", _RISK),
    table("risk.overdue_clients", "Overdue receivables by client",
          pick("client_id name open overdue over_90 days_overdue days_late revenue"),
          "clients with an overdue payment, the most overdue money first; days_overdue of the oldest, days_late of "
          "what they paid in W1", _RISK),
    figure("risk.contracts_ending_clients", "Clients whose contract ends within 90 days", "count", 0,
           "clients with contract_end 0 to 90 days after the end of P", _RISK),
    figure("risk.contracts_ending_revenue", "Revenue of contracts that end within 90 days", "money", 0,
           "Σ r(W1) of risk.contracts_ending_clients", _RISK),
    table("risk.contracts_ending", "Contracts that end within 90 days",
          pick("client_id name contract_end days_left revenue p_next"),
          "contract_end 0 to 90 days after the end of P, the most money first", _RISK),
    check("chances_in_range", "Chances lie in their range",
          "0 ≤ chance ≤ 1; every client that purchased has one"),
    check("at_risk_adds_up", "Money at risk adds up",
          "Σ of each part over clients = its figure; may fall silent + may shrink = risk.revenue_at_risk; 0 ≤ weighted "
          "risk ≤ 1"),
    check("outlook_adds_up", "The outlook adds up",
          "today's clients + new ones = all, of the value and of the year before, for both spans"),
    check("value_adds_up", "The value of the portfolio adds up",
          "Σ expected value of active clients = risk.expected_12 = |A1| · per client; 0 ≤ retention ≤ 1"),
    check("calibration_adds_up", "Tenths add up",
          "Σ of the tenths = clients, expected and actual buyers of the backtest over all its month ends"),
    check("risk_matrix_adds_up", "The revenue × risk matrix adds up",
          "Σ clients of quadrants = clients not lapsed, Σ revenue of quadrants = their revenue"),
    check("receivables_add_up", "Receivables add up",
          "Σ of the buckets = receivables, Σ of those overdue = overdue"),
)  # fmt: skip

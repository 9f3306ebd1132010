"""Catalogue: drivers of revenue, R = N · V · L in both readings."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, figure, table

_SHAPLEY = "Drivers; Shapley 1953"
_MEAN = "mean over the 6 orders of replacement of the change that {} brings to N · V · L"
_OF_MARGIN = "mean over the 24 orders of replacement of the change that {} brings to N · V · L · margin rate"

ENTRIES: tuple[Entry, ...] = (
    figure("drivers.n_effect", "Effect of clients", "money", 1,
           _MEAN.format("N (active clients)"), _SHAPLEY),
    figure("drivers.v_effect", "Effect of order value", "money", 1,
           _MEAN.format("V (revenue of active clients per order)"), _SHAPLEY),
    figure("drivers.l_effect", "Effect of order frequency", "money", 1,
           _MEAN.format("L (orders per active client)"), _SHAPLEY),
    figure("drivers.new_effect", "of which new", "money", 1,
           "new clients · price per client, (V0·L0 + V1·L1)/3 + (V0·L1 + V1·L0)/6: the average client's price",
           _SHAPLEY),
    figure("drivers.returned_effect", "of which returned", "money", 1,
           "returned clients at the same price per client", _SHAPLEY),
    figure("drivers.lost_effect", "of which lost", "money", 1,
           "−lost clients at the same price per client", _SHAPLEY),
    figure("drivers.loyalty_n_effect", "Effect of clients (second reading)", "money", 1,
           _MEAN.format("N (active clients)"), _SHAPLEY),
    figure("drivers.loyalty_v_effect", "Effect of monthly spend", "money", 1,
           _MEAN.format("V (revenue per active client-month)"), _SHAPLEY),
    figure("drivers.loyalty_l_effect", "Effect of loyalty", "money", 1,
           _MEAN.format("L (active months per client)"), _SHAPLEY),
    table("drivers.factors", "Drivers of revenue",
          pick("reading factor value_w0 value_w1 change effect"),
          "the factors of both readings in W0 and W1 with their effects; once where both are equal", _SHAPLEY),
    table("drivers.splits", "Shapley, LMDI and sequential splits",
          pick("reading factor shapley lmdi sequential"),
          "three splits of the same change: Shapley; LMDI-I: L(R1, R0) · ln(factor1 / factor0); N, V, L replaced one "
          "after another", "Drivers; Shapley 1953; Ang 2005"),
    figure("drivers.margin_n_effect", "Effect of clients on margin", "money", 1,
           _OF_MARGIN.format("N"), _SHAPLEY),
    figure("drivers.margin_v_effect", "Effect of order value on margin", "money", 1,
           _OF_MARGIN.format("V"), _SHAPLEY),
    figure("drivers.margin_l_effect", "Effect of order frequency on margin",
           "money", 1, _OF_MARGIN.format("L"), _SHAPLEY),
    figure("drivers.margin_rate_effect", "Effect of margin rate", "money", 1,
           _OF_MARGIN.format("the margin rate"), _SHAPLEY),
    table("drivers.sensitivity", "What one per cent brings", pick("lever amount"),
          "1 % of the active clients' R(W1) for N, V and L; retention.point_value for one point of retention",
          "Drivers"),
)  # fmt: skip

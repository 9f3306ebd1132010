"""Catalogue: drivers of revenue, R = N · V · L in both readings."""

from __future__ import annotations

from portfolio_review.catalog.entry import Entry, figure

_SHAPLEY = "Drivers; Shapley 1953"
_FIRST = "mean over the 6 orders of replacement of the change that {} brings to N · V · L"
_SECOND = "mean over the 6 orders of replacement of the change that {} brings to N · V · L"

ENTRIES: tuple[Entry, ...] = (
    figure("drivers.n_effect", "Effect of clients", "Влияние числа клиентов", "money", 1,
           _FIRST.format("N (active clients)"), _SHAPLEY),
    figure("drivers.v_effect", "Effect of order value", "Влияние среднего чека", "money", 1,
           _FIRST.format("V (revenue of active clients per order)"), _SHAPLEY),
    figure("drivers.l_effect", "Effect of order frequency", "Влияние частоты заказов", "money", 1,
           _FIRST.format("L (orders per active client)"), _SHAPLEY),
    figure("drivers.new_effect", "of which new", "в том числе новые", "money", 1,
           "new clients · drivers.n_effect / (N(W1) − N(W0)), at the average client's price", _SHAPLEY),
    figure("drivers.returned_effect", "of which returned", "в том числе вернувшиеся", "money", 1,
           "returned clients at the same price per client", _SHAPLEY),
    figure("drivers.lost_effect", "of which lost", "в том числе потерянные", "money", 1,
           "−lost clients at the same price per client", _SHAPLEY),
    figure("drivers.loyalty_n_effect", "Effect of clients (second reading)",
           "Влияние числа клиентов (второе прочтение)", "money", 1, _SECOND.format("N (active clients)"),
           _SHAPLEY),
    figure("drivers.loyalty_v_effect", "Effect of monthly spend", "Влияние месячных закупок", "money", 1,
           _SECOND.format("V (revenue per active client-month)"), _SHAPLEY),
    figure("drivers.loyalty_l_effect", "Effect of loyalty", "Влияние приверженности", "money", 1,
           _SECOND.format("L (active months per client)"), _SHAPLEY),
)  # fmt: skip

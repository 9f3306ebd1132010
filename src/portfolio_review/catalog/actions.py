"""Catalogue: lifecycle by value, the four rules, their lists and what became of earlier ones."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Column, Entry, check, figure, table

_RULES = "Lifecycle and the four rules"
_WILSON = "Lifecycle and the four rules; Wilson 1927"
_REASON = "reason usual now about favourite last_order owner"
_CLIENT = "rank client_id name abc xyz stage at_stake"
_PLAN = (
    Column(name="reached", en="Revenue of the period", ru="Выручка за период", unit="money"),
    Column(name="target", en="Target", ru="План", unit="money"),
)
"""A manager's plan is in money."""

_LISTS: dict[str, tuple[str, str, str, str, str]] = {
    "return": (
        "Return", "Вернуть", "revenue_last_active p_next",
        "lapsed clients whose last active 12 months are not in class C",
        "r of the last active 12 months · chance of a purchase",
    ),
    "retain": (
        "Retain", "Удержать", "revenue_w1 p_next",
        "at risk, declining, or in early decline",
        "r(W1) · h / window_months · (1 − chance of a purchase), the revenue at risk",
    ),
    "develop": (
        "Develop", "Развивать", "revenue_w1",
        "clients under none of the other rules",
        "Σ over categories that the client lacks and at least 25 % of its peers (same type and ABC class) buy: "
        "share of peers · their median spend, at most potential − r(W1); for A clients that are not X at least the "
        "fall from their best earlier 12 months",
    ),
    "reward": (
        "Reward", "Поощрить", "revenue_w1",
        "stable or growing clients of X and A, or of X and B with over 5 years",
        "r(W1)",
    ),
}  # fmt: skip
"""By rule: both names, the columns of its money and chance, whom it names, what is at stake."""


def _bought_since(rule: str) -> tuple[Entry, ...]:
    if rule not in ("return", "retain"):
        return ()
    en, ru, *_ = _LISTS[rule]
    return (
        figure(f"actions.{rule}.bought_since", f"{en}: bought since, left out", f"{ru}: уже купили, не в списке",
               "count", 0, "clients under the rule with a purchase after the end of W1, in the days of a partial P",
               _RULES, "actions.<rule>.bought_since"),
    )  # fmt: skip


def _of_list(rule: str) -> tuple[Entry, ...]:
    en, ru, money, who, stake = _LISTS[rule]
    of, by = f"actions.{rule}", "actions.<rule>"
    return (
        table(of, en, ru, pick(f"{_CLIENT} {money} {_REASON}"),
              f"{who}; the first by money at stake, up to the capacity of the team. At stake = {stake}", _RULES,
              family=by),
        figure(f"{of}.clients", f"{en}: clients", f"{ru}: клиенты", "count", 0, who, _RULES, f"{by}.clients"),
        figure(f"{of}.listed", f"{en}: on the list", f"{ru}: вошли в список", "count", 0,
               "the first by money at stake, up to the capacity of the team", _RULES, f"{by}.listed"),
        *_bought_since(rule),
        figure(f"{of}.cut", f"{en}: cut by capacity", f"{ru}: за пределами списка", "count", 0,
               "clients under the rule − on the list", _RULES, f"{by}.cut"),
        figure(f"{of}.at_stake", f"{en}: money at stake, on the list", f"{ru}: цена вопроса, список", "money", 0,
               f"Σ over the list of {stake}", _RULES, f"{by}.at_stake"),
        figure(f"{of}.at_stake_cut", f"{en}: money at stake, cut by capacity",
               f"{ru}: цена вопроса, за пределами списка", "money", 0,
               "the same sum over the clients cut by capacity", _RULES, f"{by}.at_stake_cut"),
        figure(f"{of}.bought_anyway", f"{en}: would have bought anyway", f"{ru}: купили бы и без нас", "share", 0,
               "of the clients that the same rule named h months earlier, those that bought within h months",
               _WILSON, f"{by}.bought_anyway"),
        figure(f"{of}.followed", f"{en}: last list, came back or stayed", f"{ru}: результат прошлого списка",
               "share", 1,
               "of the clients on the list of the earlier review: under return those that bought since, under "
               "the other rules those not lapsed", _WILSON, f"{by}.followed"),
    )  # fmt: skip


ENTRIES: tuple[Entry, ...] = (
    table("lifecycle.stage_abc", "Lifecycle × value", "Жизненный цикл × ценность",
          pick("stage abc clients revenue"),
          "clients with a purchase up to the end of P by stage and ABC class at W1; inactive: not in A1", _RULES),
    figure("lifecycle.early_decline", "Clients in early decline", "Клиенты с ранним снижением закупок", "count", -1,
           "r(last 3 months) ≤ 0.7 · r(the same 3 months a year earlier), where that is above zero", _RULES),
    table("actions.rules", "Four rules", "Четыре правила", pick("rule clients revenue"),
          "the first that fits: standard (C and Z, or lapsed with the last active 12 months in class C); return "
          "(lapsed); retain (at risk, declining, early decline); reward (X and A, or X and B with over 5 years; "
          "stable or growing); develop", _RULES),
    figure("actions.standard.clients", "Standard service: clients", "Обычное обслуживание: клиенты", "count", 0,
           "C and Z, or lapsed with the last active 12 months in class C", _RULES, "actions.<rule>.clients"),
    *(entry for rule in _LISTS for entry in _of_list(rule)),
    table("actions.full", "All clients of the four rules", "Все клиенты четырёх правил",
          pick(f"rule listed {_CLIENT} revenue_last_active revenue_w1 p_next {_REASON}"),
          "every client under return, retain, develop or reward, on its list or cut by capacity", _RULES),
    table("actions.decisions", "What to decide", "Что решить",
          pick("rank client_id name rule action owner due at_stake"),
          "at most three: of each plan the open action due longest, at most two, overdue ones first, by r(W1); "
          "then of return, retain and develop the client with most at stake, a silent client of class A with "
          "hardly a chance weighed by the revenue of its last active year; due by the end of the month after P",
          "Findings"),
    table("actions.decisions_before", "What became of the last decisions", "Что стало с прошлыми решениями",
          pick("rank client_id name rule action owner due at_stake outcome revenue"),
          "decisions of the earlier review: the status of a plan's action today; of clients of the lists whether they "
          "bought since; revenue = Σ r since", "Findings"),
    table("actions.bought_anyway", "Would have bought anyway", "Купили бы и без нас",
          pick("rule n bought rate low high"),
          "n: clients that the same rule named h months earlier; bought: of them within h months; rate = bought / n",
          _WILSON),
    table("actions.follow_through", "Follow-through", "Результат прошлых списков",
          pick("rule group n bought kept rate low high revenue"),
          "clients under each rule of the earlier review, listed and cut: bought since; kept: under return those that "
          "bought, under the other rules those not lapsed; rate = kept / n; revenue = Σ r since", _WILSON),
    table("actions.levers", "Development levers", "Рычаги развития",
          pick("rank client_id name lever order_value order_value_peers items_per_order items_per_order_peers "
               "categories_bought categories_bought_peers order_frequency order_frequency_peers "
               "high_margin_share high_margin_share_peers"),
          "each lever of W1 beside the median of at least 5 peers; lever: the smallest own / peers below 1", _RULES),
    table("actions.lagging", "Levers that lag most", "Отстающие рычаги развития", pick("lever clients"),
          "clients under develop by the lever in which they lag their peers most", _RULES),
    table("actions.cross_sell", "Cross-sell", "Перекрёстная продажа",
          pick("rank client_id name category n share lift white_space"),
          "categories that the client lacks and at least 25 % of its peers, at least 5 of them, buy; lift = share of "
          "the peers / share of all other clients; the three of largest lift", _RULES),
    table("actions.category_pairs", "Categories bought together", "Товарные категории, покупаемые вместе",
          pick("category other n lift"),
          "lift = n_ab · N / (n_a · n_b) over clients that buy both, one, any category in W1; n_ab at least 5",
          "Lifecycle and the four rules; Brin et al. 1997"),
    figure("actions.contacts_overdue", "Clients past their contact cadence", "Клиенты без контакта в срок", "count", -1,
           "clients of A1 whose last contact is longer ago than the cadence of their ABC × XYZ cell", "Structure"),
    figure("actions.underserved", "Underserved clients", "Недообслуженные клиенты", "count", -1,
           "non-key clients with a development gap and no contact within their cadence", "Structure"),
    figure("actions.underserved_at_stake", "Underserved clients: development gap",
           "Недообслуженные клиенты: незакрытые потребности", "money", 0,
           "Σ of their development gaps", "Structure"),
    table("actions.underserved_clients", "Underserved clients by name", "Недообслуженные клиенты, перечень",
          pick("client_id name abc xyz revenue_w1 at_stake last_contact contact_days cadence owner"),
          "non-key clients with a development gap and no contact within their cadence, by the gap", "Structure"),
    table("actions.managers", "Managers and their clients", "Менеджеры и их клиенты",
          (*pick("manager clients revenue"), *_PLAN, *pick("attainment base rate low high at_risk contacts_overdue")),
          "clients active in W1 and R(W1) by manager; reached: revenue of P, target: the manager's plan for it; rate: "
          "retained clients / base = |A0|; risk.revenue_at_risk; actions.contacts_overdue",
          "Structure; Retention; Risk and outlook; Wilson 1927"),
    check("one_rule_each", "Each client under one rule", "Каждый клиент под одним правилом",
          "Σ clients of rules = clients with a purchase day up to the end of P"),
    check("stage_abc_adds_up", "Lifecycle × value adds up", "Жизненный цикл × ценность складывается",
          "Σ clients and revenue of cells = those of clients with a purchase up to the end of P"),
    check("lists_add_up", "Lists add up", "Списки складываются",
          "on the list + cut by capacity = clients under the rule; no list is longer than the capacity"),
)  # fmt: skip

"""Catalogue: lifecycle by value, the four rules, their lists and what became of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_review.catalog.columns import VALUE_YEAR, pick
from portfolio_review.catalog.entry import Column, Entry, check, figure, table

_RULES = "Lifecycle and the four rules"
_WILSON = "Lifecycle and the four rules; Wilson 1927"
_REASON = "reason usual now about favourite last_order owner"
_CLIENT = "rank client_id name abc xyz stage"
_PLAN = (
    Column(name="reached", en="Revenue of the period", unit="money"),
    Column(name="target", en="Target", unit="money"),
)
"""A manager's plan is in money."""


_ASKED = (
    Column(name="id", en="Decision", unit="text"),
    Column(name="since", en="Since", unit="month", key="decision.since"),
    Column(name="client", en="Client", unit="text"),
    Column(name="text", en="What to do and why", unit="text"),
    *pick("owner due"),
)
"""What both tables of decisions begin with."""
_MONEY_THEN = Column(name="money", en="Money at stake then", unit="money")
_MONEY_SINCE = Column(name="money_since", en="Came since", unit="money")
_LAST_ASKED = Column(name="asked", en="Last asked for", unit="month")
_MADE_OF = (
    *pick("rule"),
    Column(name="base", en="What the money is", unit="word"),
    Column(name="page", en="Page", unit="word"),
    *pick("client_id action reason usual now about measure"),
)
"""From what their sentences are made."""
_OUTCOMES = (
    "every decision asked for in the last 24 months, money as first asked; money_since = value of the purchases since; "
    "outcome: of a plan's action by its status; of return came back with a purchase since; of the others lapsed; of "
    "retain, once no longer in danger, done where an action of its plan due since is done, else bought anyway; of "
    "rests on a thread done once neither that nor in danger; of develop, once the category is bought, as of retain"
)


_OWNER = (*pick("owner"), Column(name="text", en="What to do", unit="text"))
_OWNER_SUMS = (
    Column(name="listed", en="Clients on lists", unit="count"),
    *pick("lost"),
    Column(name="in_danger", en="In danger, a year", unit="money"),
    Column(name="rests_on_it", en="Rests on a thread, a year", unit="money"),
    Column(name="could_buy", en="Could buy, a year", unit="money"),
    Column(name="to_keep", en="To keep, a year", unit="money"),
)
"""What stands on a manager's lists, in the sense of each."""


@dataclass(frozen=True)
class _List:
    """A list: id of its table, name, columns of its money, whom it names, what its money means."""

    id: str
    en: str
    columns: tuple[Column, ...]
    who: str
    stake: str
    order: str = "the money"


_LISTS: tuple[_List, ...] = (
    _List(
        "actions.return", "Return", pick("lost chance_back expected_back recent p_next"),
        "lapsed clients whose last active 12 months are not in class C; abc: their class then",
        "lost = value of the last active 12 months",
        "lost · chance_back (lost alone where too few were seen to tell); clients of class A that passed their limit "
        "within the last 6 months first",
    ),
    _List(
        "actions.retain", "Retain: in danger", (VALUE_YEAR, *pick("at_stake p_next")),
        "at risk, declining, or in early decline",
        "value(W1) · (1 − p12 · f), f = max(0, min(1, r(W1) / r(W0))), of early decline the ratio of the three months "
        "when lower, p12 = chance of a purchase within 12 months; without one value(W1) · (1 − f), 0 for at risk",
    ),
    _List(
        "actions.retain.thread", "Retain: rests on a thread",
        (VALUE_YEAR, *pick("at_stake p_next")), "exposed and not falling", "value(W1)",
    ),
    _List(
        "actions.develop", "Develop", (VALUE_YEAR, *pick("at_stake")),
        "clients under none of the other rules",
        "could buy = Σ over categories that the client lacks and at least 25 % of its peers (same type and ABC class) "
        "buy: share of peers · their median spend, at most potential − r(W1); for A clients that are not X at least "
        "the "
        "fall from their best 12 months that ended a year ago or earlier; · its margin rate where value is margin",
    ),
    _List(
        "actions.reward", "Reward", pick("at_stake"),
        "stable or growing clients of X and A, or of X and B with over 5 years", "to keep = value(W1)",
    ),
)  # fmt: skip
_CALLED_BACK = ("actions.return", "actions.retain", "actions.retain.thread")
_ANYWAY = {
    "actions.return": ("bought_anyway", "would have bought anyway"),
    "actions.retain": ("bought_anyway", "would have bought anyway"),
    "actions.develop": ("took_category", "took the category anyway"),
}
_BY = "actions.<list>"


def _of_list(made: _List) -> tuple[Entry, ...]:
    of, en = made.id, made.en

    def count(name: str, en_: str, formula: str) -> Entry:
        return figure(f"{of}.{name}", f"{en}: {en_}", "count", 0, formula, _RULES, f"{_BY}.{name}")

    def money(name: str, en_: str, formula: str) -> Entry:
        return figure(f"{of}.{name}", f"{en}: {en_}", "money", 0, formula, _RULES, f"{_BY}.{name}")

    found = [
        table(of, en, (*pick(_CLIENT), *made.columns, *pick(_REASON)),
              f"{made.who}; the first by {made.order}, up to the capacity of the team, none below 0.01 % of value(W1). "
              f"In value over 12 months: {made.stake}", _RULES, family=_BY),
        count("clients", "clients", made.who),
        count("listed", "on the list", f"the first by {made.order}, up to the capacity of the team"),
        count("cut", "not listed", "clients of weight that the capacity cuts"),
        count("held_out", "held out",
              "clients drawn by a hash of series, period and client: not to be contacted"),
        count("light", "too small to list",
              "clients with some money, below 0.01 % of value(W1)"),
        count("no_value", "without value",
              "unprofitable clients of the list; of lapsed ones those without value in their last active 12 months"),
        money("at_stake", "money at stake, on the list", f"Σ over the list of {made.stake}"),
        money("at_stake_cut", "money at stake, not listed",
              "the same sum over the clients that the capacity cuts"),
        money("uplift", "more from the called",
              "mean value since of the clients called h months earlier − of those held out; bootstrap 95 %"),
    ]  # fmt: skip
    if of in _CALLED_BACK:
        found.append(
            count(
                "bought_since",
                "bought since, left out",
                "clients of the list with a purchase after the end of W1, in the days of a partial P",
            )
        )
    if of in _ANYWAY:
        name, en_ = _ANYWAY[of]
        found.append(figure(
            f"{of}.{name}", f"{en}: {en_}", "share", 0,
            "of the clients that the same rule named h months earlier, those that bought within h months"
            + (" in the category named then" if name == "took_category" else ""), _WILSON, f"{_BY}.{name}",
        ))  # fmt: skip
    return tuple(found)


def _followed(rule: str, en: str) -> Entry:
    return figure(
        f"actions.{rule}.followed", f"{en}: last list, came back or stayed",
        "share", 1,
        "of the clients on the list of the earlier review: under return those that bought since, under "
        "the other rules those not lapsed", _WILSON, "actions.<rule>.followed",
    )  # fmt: skip


_BACK: tuple[Entry, ...] = (
    figure("actions.return.expected_back", "Return: expected back", "money", 0,
           "Σ over the list of lost · chance_back, between the sums with the ends of its interval; no interval where "
           "what "
           "came a year ago lay outside that of then", _WILSON),
    figure("actions.return.expected_back_cut", "Return: expected back, not listed", "money", 0,
           "the same sum over the clients that the capacity cuts", _WILSON),
    figure("actions.return.recent_cut", "Return: class A lapsed within 6 months, not listed", "count", -1,
           "clients of class A that passed their limit within the last 6 months and are cut by the capacity", _RULES),
    figure("actions.return.recent_cut_lost", "Return: lost with them", "money", 0,
           "Σ of what they brought in their last active 12 months, in value", _RULES),
    figure("actions.return.lapsed_then", "Return: under the rule 12 months ago",
    "count", 0,
           "clients under return 12 months before the end of W1", _RULES),
    figure("actions.return.expected_then", "Return: expected back 12 months ago",
           "number", 0, "Σ of their chances to come back within 12 months, as of then", _WILSON),
    figure("actions.return.came_then", "Return: came back since", "count", 0,
           "those of them that bought within the 12 months since", _RULES),
    table("actions.chance_back", "Chance to come back",
          pick("band cases clients share low high"),
          "lapsed clients of the whole series at every month end up to 12 months before the end of W1, lapse as seen "
          "then, by calendar months since the month of their last purchase; share = those that bought again within 12 "
          "months / cases, with Wilson's interval for the different clients; bands below 20 clients are joined",
          _WILSON),
)  # fmt: skip


ENTRIES: tuple[Entry, ...] = (
    table("lifecycle.stage_abc", "Lifecycle × value",
          pick("stage abc clients revenue"),
          "clients with a purchase up to the end of P by stage and ABC class at W1; inactive: not in A1", _RULES),
    figure("lifecycle.early_decline", "Clients in early decline", "count", -1,
           "r(last 3 months) ≤ 0.7 · r(the same 3 months a year earlier), where that is above zero", _RULES),
    table("actions.rules", "Four rules", pick("rule clients revenue"),
          "the first that fits: standard (C and Z, or lapsed with the last active 12 months in class C or none); "
          "return "
          "(lapsed); retain (at risk, declining, early decline, exposed); reward (X and A, or X and B with over 5 "
          "years; "
          "stable or growing); develop", _RULES),
    figure("actions.standard.clients", "Standard service: clients", "count", 0,
           "C and Z, or lapsed with the last active 12 months in class C or none", _RULES),
    *(entry for made in _LISTS for entry in _of_list(made)),
    figure("actions.develop.no_gap", "Develop: nothing lacking", "count", 0,
           "clients with value for whom no gap to develop was found", _RULES),
    *_BACK,
    *(_followed(rule, en) for rule, en in (
        ("return", "Return"), ("retain", "Retain"), ("develop", "Develop"),
        ("reward", "Reward"),
    )),
    table("actions.full", "All clients of the lists",
          (*pick(f"list rule state listed {_CLIENT} at_stake lost chance_back expected_back recent"), VALUE_YEAR,
           *pick(f"revenue_last_active revenue_w1 revenue_w0 p_next {_REASON}")),
          "every client of weight under return, retain, develop or reward: listed, held out or cut by capacity",
          _RULES),
    table("actions.held_out", "Not to be contacted",
          pick("list client_id name at_stake owner"),
          "clients drawn from the lists by a hash of series, period and client", _RULES),
    table("actions.by_owner", "Lists by owner",
          pick("owner list client_id name money p_next reason usual now about due"),
          "the listed clients of each owner; due by the end of the month after P", _RULES),
    table("actions.owners", "Managers and their lists",
          (*_OWNER, *pick("clients revenue"), *_PLAN, *pick("attainment base rate low high at_risk contacts_overdue"),
           *_OWNER_SUMS, *pick("measure due")),
          "every manager with a client active in W1 or on a list: as in the table of managers, and Σ of each list's "
          "money over the manager's listed clients", _RULES),
    table("actions.unprofitable", "Unprofitable clients", pick("client_id name revenue margin"),
          "clients active in W1 whose margin is not above zero; neither exposed ones nor strategic accounts",
          "Ground terms"),
    figure("actions.unprofitable.clients", "Unprofitable clients", "count", -1,
           "clients active in W1 whose margin is not above zero; neither exposed ones nor strategic accounts",
           "Ground terms"),
    figure("actions.unprofitable.revenue", "Unprofitable clients: revenue", "money", 0,
           "Σ r(W1) of unprofitable clients", "Ground terms"),
    figure("actions.unprofitable.margin", "Unprofitable clients: margin", "money", 1,
           "Σ margin of W1 of unprofitable clients", "Ground terms"),
    table("actions.exposure_reasons", "What large clients hang on",
          pick("reason clients share revenue exposes"),
          "of A, super-key and key clients: an open threat of 4 or more, one active contact, no contact for twice the "
          "cadence, an open plan action overdue by over 60 days, a contract that ends within 90 days without one; what "
          "holds for more than half of them exposes nobody", _RULES),
    table("actions.decisions", "What to decide",
          (*_ASKED, *pick("status money"), _MONEY_SINCE, *_MADE_OF),
          "at most three: of plans the client with most value(W1) whose open action is due by the end of the month "
          "after P, of return, retain, rests on a thread and develop the first row whose client no decision above "
          "names; the one with most money first, one of each at most; what an earlier review asked for keeps its id, "
          "since and, of a list, its day; else due by the end of the month after P", "Findings"),
    table("actions.plans_due", "Plans: what is due",
          (*pick("rank client_id name action owner due status"), VALUE_YEAR),
          "of each client the action of its plan due longest, of those open and due by the end of the month after P; "
          "by value(W1)", "Findings"),
    table("actions.ledger", "Decisions and what became of them",
          (*_ASKED, *pick("outcome"), _MONEY_THEN, _MONEY_SINCE, _LAST_ASKED, *_MADE_OF), _OUTCOMES, "Findings"),
    table("actions.decisions_before", "What became of the last decisions",
          (*_ASKED, *pick("outcome"), _MONEY_THEN, _MONEY_SINCE, _LAST_ASKED, *_MADE_OF),
          "of the decisions and what became of them those that the last review asked for", "Findings"),
    table("actions.bought_anyway", "Would have bought anyway",
          pick("rule n bought rate low high"),
          "n: clients that the same rule named h months earlier; bought: of them within h months, under develop in the "
          "category named then; rate = bought / n",
          _WILSON),
    table("actions.follow_through", "Follow-through",
          pick("rule group n bought kept rate low high revenue"),
          "clients under each rule of the earlier review, listed and cut: bought since; kept: under return those that "
          "bought, under the other rules those not lapsed; rate = kept / n; revenue = Σ r since", _WILSON),
    table("actions.levers", "Development levers",
          pick("rank client_id name lever order_value order_value_peers items_per_order items_per_order_peers "
               "categories_bought categories_bought_peers order_frequency order_frequency_peers "
               "high_margin_share high_margin_share_peers"),
          "each lever of W1 beside the median of at least 5 peers; lever: the smallest own / peers below 1", _RULES),
    table("actions.lagging", "Levers that lag most", pick("lever clients"),
          "clients under develop by the lever in which they lag their peers most", _RULES),
    table("actions.cross_sell", "Cross-sell",
          pick("rank client_id name category n share lift white_space"),
          "categories that the client lacks and at least 25 % of its peers, at least 5 of them, buy; lift = share of "
          "the peers / share of all other clients; the three of largest lift", _RULES),
    table("actions.category_pairs", "Categories bought together",
          pick("category other n lift"),
          "lift = n_ab · N / (n_a · n_b) over clients that buy both, one, any category in W1; n_ab at least 5",
          "Lifecycle and the four rules; Brin et al. 1997"),
    figure("actions.contacts_overdue", "Clients past their contact cadence", "count", -1,
           "clients of A1 whose last contact is longer ago than the cadence of their ABC × XYZ cell", "Structure"),
    figure("actions.underserved", "Underserved clients", "count", -1,
           "non-key clients with a development gap and no contact within their cadence", "Structure"),
    figure("actions.underserved_at_stake", "Underserved clients: development gap", "money", 0,
           "Σ of their development gaps", "Structure"),
    table("actions.underserved_clients", "Underserved clients by name",
          pick("client_id name abc xyz revenue_w1 at_stake last_contact contact_days cadence owner"),
          "non-key clients with a development gap and no contact within their cadence, by the gap", "Structure"),
    table("actions.managers", "Managers and their clients",
          (*pick("manager clients revenue"), *_PLAN,
           *pick("plan_gap attainment base rate low high at_risk contacts_overdue")),
          "clients active in W1 and R(W1) by manager; reached: revenue of P, target: the manager's plan for it; "
          "plan_gap = reached − target, the largest lack first; rate: retained clients / base = |A0|; "
          "risk.revenue_at_risk; actions.contacts_overdue",
          "Structure; Retention; Risk and outlook; Wilson 1927"),
    check("one_rule_each", "Each client under one rule",
          "Σ clients of rules = clients with a purchase day up to the end of P"),
    check("stage_abc_adds_up", "Lifecycle × value adds up",
          "Σ clients and revenue of cells = those of clients with a purchase up to the end of P"),
    check("lists_add_up", "Lists add up",
          "on the list + held out + cut by capacity + left out (without value, without a gap, too small) = clients of "
          "the list; no list is longer than the capacity"),
)  # fmt: skip

"""Every derived column of the client table: its name, type, unit and formula, in the order they are computed.

Symbols are those of the catalogue: r_i(W) the revenue of client i in a window W, A0 and A1 the clients active in W0
and W1, P the period, h the months of the horizon. A suffix 0 or 1 means W0 or W1, a class with it the class at its
end. What the sources give of a client (name, type, region …) is a given column and is not declared here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from portfolio_review.catalog.entry import Unit
from portfolio_review.metrics.criterion_weights import CRITERIA
from portfolio_review.metrics.exposure import THREATS
from portfolio_review.metrics.lapse import FEWEST_OWN_GAPS, LONGEST_LIMIT_DAYS, SHORTEST_LIMIT_DAYS
from portfolio_review.metrics.levers import LEVERS

FLAG, MAYBE, NUMBER, WHOLE, WORD, DAY = "flag", "flag or unknown", "number", "whole number", "word", "day"
"""Types of columns; a number, a word and a day may be missing."""
_DTYPES: dict[str, tuple[str, ...]] = {
    FLAG: ("bool",), MAYBE: ("bool", "boolean"), NUMBER: ("float64", "int64"), WHOLE: ("int64", "Int64", "float64"),
    WORD: ("category", "str"), DAY: ("datetime64[us]", "datetime64[ns]", "datetime64[s]"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One derived column: `type` is one of the words above, `formula` in the symbols of the catalogue."""

    name: str
    type: str
    unit: Unit
    formula: str


def _of_windows(name: str, type_: str, unit: Unit, formula: str) -> Iterator[Column]:
    """The column of W0 and that of W1; `W` in the formula is the window."""
    for end in ("0", "1"):
        yield Column(f"{name}{end}", type_, unit, formula.replace("{W}", f"W{end}"))


_WINDOWS = (
    *_of_windows("r", NUMBER, "money", "r({W}) = Σ revenue of the client's rows dated in {W}"),
    *_of_windows("margin", NUMBER, "money", "Σ margin in {W}; unknown where it is known for less than 90 % of revenue"),
    *_of_windows("gross", NUMBER, "money", "Σ |revenue| in {W}"),
    *_of_windows("margin_gross", NUMBER, "money", "Σ |revenue| in {W} of the rows with a known margin"),
    *_of_windows("margin_revenue", NUMBER, "money", "Σ revenue in {W} of the rows with a known margin"),
    *_of_windows("days", WHOLE, "count", "purchase days in {W}: days with a row of positive revenue"),
    *_of_windows("months", WHOLE, "count", "months of {W} with a purchase day"),
    *_of_windows("active", FLAG, "flag", "days > 0 in {W}: the client is in A of {W}"),
    *_of_windows("orders", WHOLE, "orders", "distinct orders with a positive row in {W}, else purchase days"),
)
_CLASSES = (
    *_of_windows("abc", WORD, "word", "class by c = Σ r of the clients before it: A if c < a·T, B if c < b·T, else C"),
    Column("abc_fixed1", WORD, "word", "class at W1 by the lowest r(W0) in A and in B"),
    *_of_windows("xyz", WORD, "word", "X, Y, Z by m of n intervals with a purchase, counted back from the end of {W}"),
    *_of_windows("short", FLAG, "flag", "m ≥ 2 and n < 3: too short a history for a class of its own"),
    *_of_windows("group", WORD, "word", "large (A) or small, constant (X) or unstable, by the classes at {W}"),
)
_TIERS = tuple(
    _of_windows("tier", WORD, "word", "the client's own tier, else super-key: named; key: class A; non-key: the rest")
)
_MOVEMENT = (
    Column("state", WORD, "word", "retained A0∩A1, lost A0 only, new or returned A1 only, dormant neither"),
)  # fmt: skip
_SILENCE = (
    Column("last_purchase", DAY, "date", "last purchase day up to the end of P"),
    Column("usual_gap", NUMBER, "days",
           f"g = 80 % quantile of the client's own gaps of 24 months from {FEWEST_OWN_GAPS} gaps on, else the series'"),
    Column("silence", WHOLE, "days", "days from the last purchase day to the end of P"),
    Column("lapse_limit", NUMBER, "days",
           f"min(max(2 g, {SHORTEST_LIMIT_DAYS}), max({LONGEST_LIMIT_DAYS}, g))"),
    Column("overdue", FLAG, "flag", "silence > g"),
    Column("lapsed", FLAG, "flag", "silence > lapse limit"),
    Column("lapsed0", FLAG, "flag", "the same at the end of W0, by the rows up to it"),
    *_of_windows("client", FLAG, "flag", "a purchase day up to the end of {W}, and not lapsed then"),
)  # fmt: skip
_STAGES = (
    Column("stage", WORD, "word", "lapsed, at_risk (overdue), new, returned, then growing from 1.2 r(W0), declining "
           "to 0.8 r(W0), else stable"),
    Column("revenue_recent", NUMBER, "money", "r of the last 3 months"),
    Column("revenue_year_ago", NUMBER, "money", "r of the same 3 months a year earlier"),
    Column("early_decline", FLAG, "flag", "revenue_recent ≤ 0.7 · revenue_year_ago > 0"),
    Column("revenue_year_before", NUMBER, "money", "r of the months of W1 a year earlier, of W0 from a window of "
           "12 months on; unknown before the history"),
)  # fmt: skip
_RFM = (
    Column("recency_score", WHOLE, "rank", "fifth of silence among A1, 5 the latest"),
    Column("frequency_score", WHOLE, "rank", "fifth of orders in W1 among A1"),
    Column("monetary_score", WHOLE, "rank", "fifth of r(W1) among A1"),
)
_RELATIONS = (
    Column("last_contact", DAY, "date", "latest contact with the client up to the end of P"),
    Column("contact_days", WHOLE, "days", "days from it to the end of P"),
    Column("cadence", NUMBER, "days", "days between contacts that the settings give the cell ABC × XYZ"),
    Column("contact_overdue", FLAG, "flag", "contact_days > cadence, or no contact known"),
    Column("contacts_active", NUMBER, "count", "people we know there that are active"),
    *(Column(f"contacts_{level}", NUMBER, "count", f"those of them at the {level} level")
      for level in ("executive", "middle", "working")),
    Column("contact_levels", NUMBER, "count", "levels with one of them"),
    Column("contacts_gone", NUMBER, "count", "active in the review before, not any more"),
    Column("single_contact", MAYBE, "flag", "contacts_active = 1"),
    Column("no_contact", MAYBE, "flag", "contacts_active = 0"),
    Column("stale_contact", MAYBE, "flag", "contact_overdue"),
    Column("no_sponsor", MAYBE, "flag", "no executive of ours is its sponsor"),
    Column("manager_changed", MAYBE, "flag", "manager_since lies in W1, after the first purchase"),
)  # fmt: skip
_EXPOSURE = (
    Column("open", NUMBER, "money", "unpaid invoices at the end of P"),
    Column("client_overdue", NUMBER, "money", "those past their due day"),
    Column("over_90", NUMBER, "money", "those more than 90 days past it"),
    Column("days_overdue", NUMBER, "days", "days since the due day of the oldest of them"),
    Column("days_late", NUMBER, "days", "mean days between due day and payment, weighed by money"),
    Column("late", MAYBE, "flag", "the oldest overdue invoice is late beyond what is usual"),
    *(Column(threat, NUMBER, "number", "latest expert score, 1 to 5") for threat in THREATS),
    Column("threatened", MAYBE, "flag", "one of the threats is 4 or more"),
    Column("falling", MAYBE, "flag", "r(W1) ≤ 0.8 r(W0), r(W0) > 0"),
    Column("declines_early", MAYBE, "flag", "early_decline, unknown without the months a year ago"),
    Column("revenue_w0", NUMBER, "money", "r(W0), unknown before the history"),
    Column("margin_w0", NUMBER, "money", "margin of W0, unknown before the history"),
    Column("days_left", NUMBER, "days", "days from the end of P to that of the contract"),
    Column("contract_ending", MAYBE, "flag", "0 ≤ days_left ≤ 90"),
    Column("lost_contacts", MAYBE, "flag", "contacts_gone > 0"),
    Column("change", NUMBER, "share", "r(W1) / r(W0) − 1, r(W0) > 0"),
    Column("share", NUMBER, "share", "r(W1) of the sum of positive r(W1)"),
    Column("share_of_wallet", NUMBER, "share", "r(W1) / potential"),
    Column("flags", WHOLE, "count", "weaknesses that hold"),
    Column("weakness", WORD, "word", "the gravest of them"),
)  # fmt: skip
_VALUE = (
    Column("value1", NUMBER, "money", "value of W1: r(W1), or its margin where margin is known"),
    Column("value0", NUMBER, "money", "the same of W0, unknown before the history"),
    Column("margin_rate1", NUMBER, "share", "margin / revenue of W1; that of all clients where r(W1) ≤ 0; 1 where "
           "value is revenue"),
)  # fmt: skip
_CHANCES = (
    Column("p_next", NUMBER, "chance", "chance of a purchase within h months after the end of P"),
    Column("p12", NUMBER, "chance", "the same within 12 months, at least p_next"),
    Column(
        "expected_3",
        NUMBER,
        "money",
        "pace · min(p_next / q, 1), pace = r of the last 12 months · h / months known, "
        "q = share of the last 12 month ends with a purchase in their h months",
    ),
    Column(
        "expected_12",
        NUMBER,
        "money",
        "max(r of the last 12 months, 0) · p12; r of a month with a purchase · p where "
        "none lies in the last 12 months, in expected_3 too",
    ),
    Column("silence_months", WHOLE, "months", "month of the end of P − month of the last purchase day"),
    Column("x", WHOLE, "count", "purchase days − 1"),
)
_RISK = (
    Column("gone", NUMBER, "money", "max(r(W1), 0) of a lapsed client"),
    Column("may_fall_silent", NUMBER, "money", "m · (1 − p_next), m = max(r(W1), 0) · h / months of W1, not lapsed"),
    Column("may_shrink", NUMBER, "money", "m · p_next · (1 − f), f = r(W1) / r(W0) cut to 0 … 1, in early decline "
           "the three months' ratio where lower"),
    Column("at_risk", NUMBER, "money", "may_fall_silent + may_shrink"),
    Column("value_12", NUMBER, "money", "expected_12 · margin_rate1 of an active client"),
    Column("p_next0", NUMBER, "chance", "p_next at the end of W0, by the model fitted then"),
    Column("quadrant", WORD, "word", "not lapsed: large or small by the smallest A client, risky or safe by 1 − p"),
    Column("quadrant0", WORD, "word", "the same at the end of W0"),
)  # fmt: skip
_EXPOSED = (
    Column(
        "exposed",
        FLAG,
        "flag",
        "A, super-key or key, with a threat ≥ 4, one contact, none for 2 cadences, a late plan or a contract's end",
    ),
    Column("exposed_by", WORD, "word", "the gravest of these facts"),
    Column("exposed_usual", NUMBER, "number", "what is usual there"),
    Column("exposed_now", NUMBER, "number", "what is now"),
    Column("exposed_about", WORD, "text", "the action of a plan that is overdue"),
)
_RULES = (
    Column("revenue_last_active", NUMBER, "money", "of a lapsed client r over the 12 months that end with its last"),
    Column("abc_last", WORD, "word", "class which that would have in W1"),
    Column("rule", WORD, "word", "standard, return, retain, reward, develop: the first that fits"),
    Column("list", WORD, "word", "return, retain (in danger), thread (exposed, not falling), develop, reward"),
    Column("white_space", NUMBER, "money", "Σ share of peers · their median spend over the categories it lacks"),
    Column("missing", WORD, "text", "the largest category of them"),
    Column("missing_share", NUMBER, "share", "share of its peers that buy it"),
    Column("best_earlier", NUMBER, "money", "r of its best 12 months that ended a year ago or earlier"),
    Column("value_year", NUMBER, "money", "value(W1) · 12 / window_months"),
    Column("kept_share", NUMBER, "share", "f = max(0, min(1, r(W1) / r(W0))), in early decline of the three months "
           "if lower"),
    Column("unprofitable", FLAG, "flag", "active in W1, value(W1) ≤ 0 in margin, neither exposed nor an account"),
    Column("lost", NUMBER, "money", "of a lapsed client the value of its last active 12 months"),
    Column("chance_back", NUMBER, "share", "share of the series' lapsed of so many silent months that came back in 12"),
    Column("chance_low", NUMBER, "share", "lower end of its Wilson interval"),
    Column("chance_high", NUMBER, "share", "upper end of its Wilson interval"),
    Column("expected_back", NUMBER, "money", "lost · chance_back"),
    Column("could_buy", NUMBER, "money", "white space over 12 months within potential, or the fall from the best, in "
           "revenue"),
    Column("at_stake", NUMBER, "money", "return lost; retain value_year · (1 − p12 · f); thread, reward value_year; "
           "develop could_buy · margin_rate1"),
    *(Column(lever, NUMBER, "number", "development lever in W1") for lever in LEVERS),
    *(Column(f"{lever}_peers", NUMBER, "number", "median of its peers") for lever in LEVERS),
    Column("lever", WORD, "word", "the lever with the smallest own / peers below 1"),
    Column("reason", WORD, "word", "why the client stands on its list"),
    Column("usual", NUMBER, "number", "what it usually does"),
    Column("now", NUMBER, "number", "what it did now"),
    Column("about", WORD, "text", "what it is about"),
)  # fmt: skip
_SCORES = (
    Column("account", FLAG, "flag", "on the shortlist of strategic clients"),
    Column("candidate", FLAG, "flag", "active in W1, or an account"),
    *(
        Column(
            f"{name}_points",
            NUMBER,
            "number",
            "(rank − 1) / (n − 1) among n known values, equal ones share the middle rank; from people (score − 1) / 4",
        )
        for name in CRITERIA
    ),
    Column("score", NUMBER, "number", "Σ weight · points over the criteria that decide, unknown points at 0.5"),
    Column("score_low", NUMBER, "number", "the same, unknown points at 0"),
    Column("score_high", NUMBER, "number", "the same, unknown points at 1"),
    Column("assessed", NUMBER, "share", "Σ weight of the criteria with points"),
    Column("rank", NUMBER, "rank", "1 for the highest score, equal ones by r(W1)"),
    Column(
        "stability",
        NUMBER,
        "share",
        "where assessed ≥ 70 %: share of 1,000 draws of weights (± 25 %) and of unknown "
        "points (0 to 1) in which it is among the six highest",
    ),
)
_LISTS = (
    Column("listed", MAYBE, "flag", "on the list of its rule, not cut by the capacity"),
    Column("rank_in_list", WHOLE, "rank", "place on it, also of who is cut"),
    Column("favourite", WORD, "word", "category with at least half of its revenue, else mixed"),
    Column("underserved", FLAG, "flag", "non-key, contact_overdue, with money to develop"),
)

DECLARED: dict[str, tuple[Column, ...]] = {
    "windows": _WINDOWS, "value": _VALUE, "classes": _CLASSES, "tiers": _TIERS, "movement": _MOVEMENT,
    "silence": _SILENCE, "stages": _STAGES, "rfm": _RFM, "relations": _RELATIONS, "exposure": _EXPOSURE,
    "exposed": _EXPOSED,
    "chances": _CHANCES, "risk": _RISK, "rules": _RULES, "scores": _SCORES, "lists": _LISTS,
}  # fmt: skip
"""The columns that each step adds, steps in order."""


def undeclared(table: pd.DataFrame, before: pd.Index, step: str) -> str | None:
    """What is wrong with the columns that a step added to those `before`, in words; None when they are as declared."""
    wanted = [column.name for column in DECLARED[step]]
    added = [name for name in table.columns if name not in before]
    # what the sources give of clients comes with the windows; a later step may stand in for what they do not give
    given = added if step == "windows" else [name for name in added if table[name].isna().all()]
    extra = [name for name in added if name not in wanted and name not in given]
    lacking = [name for name in wanted if name not in table]
    said = [("not declared", extra), ("not there", lacking)]
    found = "; ".join(f"{word}: {', '.join(names)}" for word, names in said if names)
    return f"client table, step {step}: {found}" if found else None


def words_as_text(table: pd.DataFrame, step: str) -> pd.DataFrame:
    """The step's words that are no classes as text, also where all are missing: what is kept has one type."""
    words = [column.name for column in DECLARED[step] if column.type == WORD]
    return table.astype({name: "str" for name in words if table[name].dtype.name not in _DTYPES[WORD]})


def of_other_types(table: pd.DataFrame) -> list[str]:
    """The declared columns of a whole table whose dtype is not one of their type."""
    every = [column for columns in DECLARED.values() for column in columns]
    return [column.name for column in every if table[column.name].dtype.name not in _DTYPES[column.type]]

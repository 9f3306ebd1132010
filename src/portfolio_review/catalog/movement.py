"""Catalogue: movement between W0 and W1, the bridge, migration between segments."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, Polarity, figure, table

_MOVEMENT = "Movement"
_BRIDGE = "Bridge"
_MIGRATION = "Migration"

SCHEMES: dict[str, str] = {
    "abc": "ABC",
    "abc_fixed": "ABC by fixed limits",
    "xyz": "XYZ",
    "value_stability": "value × stability",
    "tier": "tiers",
}
"""Classes between which clients migrate, with their names."""

_STATES: tuple[tuple[str, str, Polarity, str], ...] = (
    ("retained", "Retained", 1, "|A0 ∩ A1|"),
    ("lost", "Lost", -1, "clients in A0, not in A1"),
    ("new", "New", 1, "clients in A1 whose first purchase ever lies in W1"),
    ("returned", "Returned", 1, "clients in A1, not in A0, that purchased before W0"),
    ("gone_quiet", "Gone quiet", -1, "clients in A0 ∩ A1 that are lapsed at the end of W1"),
    ("dormant", "Dormant", -1, "clients in neither A0 nor A1 that purchased before W0"),
)

_STEPS: tuple[tuple[str, str, Polarity, str], ...] = (
    ("start", "Revenue, 12 months before", 0, "R(W0)"),
    ("churn", "Lost clients", 1, "−Σ r(W0) of lost clients"),
    ("gone_quiet", "Gone quiet", 1,
     "Σ of r(W1) − r(W0), where negative, of retained clients that are lapsed at the end of W1"),
    ("contraction", "Retained, buying less", 1,
     "Σ of r(W1) − r(W0), where negative, of retained clients that are not lapsed at the end of W1"),
    ("expansion", "Retained, buying more", 1,
     "Σ of r(W1) − r(W0) of retained clients where positive"),
    ("returned", "Returned clients", 1,
     "Σ r(W1) of returned clients; 0 when the history starts with W0"),
    ("new", "New clients", 1, "Σ r(W1) of new clients"),
    ("adjustments", "Adjustments (refunds only)", 0,
     "Σ r(W1) of clients not active in W1 − Σ r(W0) of clients not active in W0"),
    ("end", "Revenue, last 12 months", 1,
     "R(W1) = start + churn + gone_quiet + contraction + expansion + returned + new + adjustments"),
)  # fmt: skip


def _migration(scheme: str, en: str) -> tuple[Entry, ...]:
    def family(end: str = "") -> str:
        return f"migration.<s>{end}"

    id = f"migration.{scheme}"
    return (
        table(id, f"Migration matrix, {en}",
              pick("from to clients revenue_w0 revenue_w1 amount_change"),
              "clients by class at W0 (or new, returned) and class at W1 (or lost)", _MIGRATION, family()),
        table(f"{id}.rows", f"Row shares of the migration matrix, {en}",
              pick("from clients to count share low high few"),
              "count / clients of the row, with the Wilson 95 % interval; few: a row below 10 clients",
              "Migration; Wilson 1927", family(".rows")),
        figure(f"{id}.up", f"Moved up, {en}", "count", 1,
               "retained clients with a higher class at W1 than at W0", _MIGRATION, family(".up")),
        figure(f"{id}.down", f"Moved down, {en}", "count", -1,
               "retained clients with a lower class at W1 than at W0", _MIGRATION, family(".down")),
        figure(f"{id}.stay", f"Stayed, {en}", "count", 0,
               "retained clients with the same class at W0 and W1", _MIGRATION, family(".stay")),
        figure(f"{id}.moved_share", f"Changed their class, {en}", "share", 0,
               "retained clients with another class at W1 than at W0 / retained clients", _MIGRATION,
               family(".moved_share")),
        figure(f"{id}.moved_revenue_share", f"Share of money moved, {en}", "share", 0,
               "positive r(W1) of retained clients with another class at W1 / that of all retained clients",
               _MIGRATION, family(".moved_revenue_share")),
        figure(f"{id}.mobility", f"Mobility index, {en}", "index", 0,
               "(k − trace P) / (k − 1) over the classes proper of retained clients", "Migration; Shorrocks 1978",
               family(".mobility")),
        table(f"{id}.movers", f"Largest movers, {en}",
              pick("rank client_id name from to revenue_w0 revenue_w1 amount_change"),
              "retained clients of another class at W1 with the largest |r(W1) − r(W0)|", _MIGRATION,
              family(".movers")),
        table(f"{id}.expected", f"Expected structure, {en}",
              pick("class clients_w0 clients_w1 expected_clients"),
              "one more window ahead: Σ row share · size at W1 + the inflow of W1", _MIGRATION, family(".expected")),
        table(f"{id}.trend", f"Clients that changed their class, {en}",
              pick("month rate n unusual"),
              "moved share at each of the last 12 month ends for which both windows fit; unusual: the last month "
              "outside the range of at least three earlier ones", _MIGRATION, family(".trend")),
    )  # fmt: skip


ENTRIES: tuple[Entry, ...] = (
    *(
        figure(f"movement.{state}_clients", en, "count", polarity, formula, _MOVEMENT)
        for state, en, polarity, formula in _STATES
    ),
    *(
        figure(f"bridge.{step}", en, "money", polarity, formula, _BRIDGE)
        for step, en, polarity, formula in _STEPS
    ),
    table("bridge.steps", "Revenue bridge", pick("step clients amount"),
          "R(W0) + churn + gone_quiet + contraction + expansion + returned + new + adjustments = R(W1)", _BRIDGE),
    table("bridge.largest", "Largest clients of each bar",
          pick("step rank client_id name amount"), "the five clients with the largest amounts of a bar",
          _BRIDGE),
    table("bridge.margin", "Margin bridge", pick("step amount margin_rate"),
          "start + volume + mix of clients + margin rates = end; volume = (R1 / R0 − 1) · M0, rates = Σ R1 · (m1 − m0) "
          "of clients that bought in both windows, mix the rest", "Findings"),
    table("bridge.margin_largest", "Clients that moved the margin most",
          pick("rank client_id name amount"), "the five largest falls and gains of margin from W0 to W1", "Findings"),
    figure("movement.new_silent_clients", "New clients already silent", "count", -1,
           "new clients lapsed at the end of W1", "New clients' quality"),
    figure("movement.new_rate", "New clients per earlier client", "share", 1,
           "new clients / |A0|", "New clients' quality"),
    *(entry for scheme, en in SCHEMES.items() for entry in _migration(scheme, en)),
)  # fmt: skip

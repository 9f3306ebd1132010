"""Catalogue: the structure of the portfolio in W1."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, figure, table

_STRUCTURE = "Structure"
_CONCENTRATION = "Concentration"

ATTRIBUTES: dict[str, str] = {
    "type": "By client type",
    "industry": "By industry",
    "region": "By region",
    "manager": "By manager",
    "relationship": "By relationship",
    "category": "By category",
}
"""Attributes that revenue is broken down by, in the order of the report."""

_BY_MARGIN = (
    "clients with margin > 0 by margin descending, T = Σ margin, c_i = Σ of margin before client i: A if "
    "c_i < {abc.limits.0} T, B if c_i < {abc.limits.1} T, else C; equal margins share the class of the first; active "
    "clients with margin ≤ 0: none. Shares of revenue over positive r"
)
_BY_VARIATION = (
    "coefficient of variation of the revenues of the n intervals since the first purchase (at most those of W1; sample "
    "standard deviation / mean, empty intervals counted as 0): X up to {xyz.limits.0}, Y up to {xyz.limits.1}, else Z; "
    "n/a below n = 3 or where the mean is not above zero"
)

ENTRIES: tuple[Entry, ...] = (
    figure("structure.clients", "Active clients, last 12 months",
           "count", 1,
           "|A1|", _STRUCTURE),
    figure("structure.revenue", "Revenue, last 12 months", "money", 1,
           "R(W1), refund-only clients included", _STRUCTURE),
    figure("structure.abc_measure", "ABC by", "word", 0,
           "abc.measure; revenue where the margin of W1 or W0 is known for less than 90 % of revenue", _STRUCTURE),
    table("structure.abc", "ABC analysis",
          pick("class clients revenue share_of_clients share_of_revenue share_of_measure"),
          "clients with r > 0 by r descending, T = Σ r, c_i = Σ of r before client i: A if c_i < {abc.limits.0} T, "
          "B if c_i < {abc.limits.1} T, else C; equal r share the class of the first; active clients with r ≤ 0: "
          "none. Shares of revenue over positive r", "ABC",
          variants=(("abc.measure", "margin", _BY_MARGIN),)),
    table("structure.xyz", "XYZ analysis", pick("class clients revenue"),
          "m of the n intervals since the first purchase (at most those of W1) hold a purchase day: X if "
          "m/n ≥ {xyz.constant_from} and n ≥ 3, Z if m = 1, else Y", "XYZ",
          variants=(("xyz.method", "variation", _BY_VARIATION),)),
    table("structure.abc_xyz", "ABC × XYZ matrix",
          pick("abc xyz clients revenue cadence"),
          "active clients by both classes, with the days between contacts that the review file gives the "
          "cell",
          "ABC × XYZ"),
    table("structure.value_stability", "Value × stability",
          pick("group clients revenue"),
          "large: class {value_stability.large}; constant: class {value_stability.constant}", "Value × stability"),
    *(
        table(f"structure.by.{attribute}", en,
              pick("value clients revenue share revenue_w0 change amount_change share_of_change client_retention "
                   "at_risk"),
              "clients active in W1 and R(W1) by value, the largest change first; share of the positive revenues; "
              "change = revenue / revenue_w0 − 1; share of the change = change in money / (R(W1) − R(W0)); client "
              "retention = |A0 ∩ A1| / |A0| of the value, from 10 clients on; at risk: Σ of its clients", "Breakdowns",
              family="structure.by.<attribute>")
        for attribute, en in ATTRIBUTES.items()
    ),
    table("structure.by_others", "Breakdowns: all other values",
          pick("attribute shown values clients revenue revenue_w0 amount_change share_of_change at_risk"),
          "the values below the first that are shown, together; a client that bought in several of them counts "
          "once", "Breakdowns"),
    table("structure.largest", "The ten largest clients",
          pick("rank client_id name abc xyz revenue_w0 revenue_w1 amount_change share running_share"),
          "the ten largest r(W1); share of the positive revenues of W1", _CONCENTRATION),
    table("structure.over_10pct", "Clients with a tenth of revenue or more",
          pick("client_id name revenue share"), "clients with r / Σ r ≥ 10 % over positive r of W1",
          _CONCENTRATION),
    figure("structure.top1_share", "Share of the largest client", "share", -1,
           "r of the largest client / Σ r, over positive r of W1", _CONCENTRATION),
    figure("structure.top5_share", "Share of the five largest", "share", -1,
           "Σ r of the five largest / Σ r, over positive r of W1", _CONCENTRATION),
    figure("structure.top10_share", "Share of the ten largest", "share",
           -1,
           "Σ r of the ten largest / Σ r, over positive r of W1", _CONCENTRATION),
    figure("structure.top20pct_share", "Share of the largest 20 % of clients",
           "share", -1, "Σ r of the ceil(0.2 n) largest / Σ r, over positive r of W1", _CONCENTRATION),
    figure("structure.hhi", "HHI", "index", -1,
           "HHI = Σ s², s = r / Σ r over positive r of W1; from 1/n to 1, not to 10,000",
           "Concentration; Hirschman 1945, Herfindahl 1950"),
    figure("structure.effective_clients", "Effective number of clients",
           "number", 1,
           "1 / HHI: as if there were so many equal clients", "Concentration; Adelman 1969"),
    figure("structure.gini", "Gini coefficient", "index", -1,
           "Σ (2k − n − 1) x_(k) / (n Σ x) over positive r of W1 in rising order",
           "Concentration; Gini 1912"),
    figure("structure.half_of_revenue_clients", "Clients that hold half of revenue", "count", 1,
           "fewest clients whose positive r(W1) sum to at least half of all", _CONCENTRATION),
    table("structure.loss_of_largest", "Loss of the largest 1, 3, 5",
          pick("largest revenue share"), "Σ r(W1) of the 1, 3, 5 largest clients; share of the positive revenues",
          _CONCENTRATION),
    table("structure.rfm", "RFM", pick("recency frequency monetary clients revenue"),
          "scores 1 to 5 by value quintiles of days since the last purchase (reversed), orders in W1 and r(W1); a "
          "value equal to a limit gets the lower score, of recency the higher", "RFM; Hughes 1994"),
    table("structure.tier", "Tiers", pick("tier clients revenue share"),
          "super-key: named in strategic.accounts; key: class A by revenue or by margin; non-key: the rest; a "
          "client's own tier goes first", "Tier"),
    table("structure.profile", "What constant large clients share",
          pick("attribute value clients share share_rest lift"),
          "lift = share among A X clients / share among the other active clients, above 1, from 5 clients on",
          "New clients' quality"),
)  # fmt: skip

"""The codes that say why a client stands on a list, and what their numbers are; `exhibits.reasons` words them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Reason:
    """A code of `CODES` with what the client usually does and what it did now; `about` a category.

    What the numbers are depends on the code, see `CODES`; a missing one is None.
    """

    code: str
    usual: float | None = None
    now: float | None = None
    about: str | None = None


CODES: Mapping[str, str] = MappingProxyType(
    {
        "silent": "usual: days between purchases (missing: too few to tell); now: days of silence",
        **{f"threat_{kind}": "now: the latest score, 4 to 5" for kind in ("ownership", "competitor", "price", "staff")},
        "single_contact": "no numbers",
        "unseen": "usual: days between contacts that the cadence allows; now: days since the last",
        "plan_overdue": "now: days since the action of the plan, `about`, was due",
        "contract_ends": "now: days to the end of the contract",
        "spends_less": "usual: days between purchases; now: r(W1) / r(same months a year earlier) − 1",
        "early_decline": "usual: days between purchases; now: last 3 months / a year earlier − 1",
        "grows": "usual: months of W1 with a purchase; now: r(W1) / r(same months a year earlier) − 1",
        "steady": "usual: months of W1 with a purchase; now: r(W1) / r(same months a year earlier) − 1",
        "lacks_category": "usual: categories bought; now: share of peers that buy `about`",
        "below_best": "usual: best earlier window, money; now: r(W1)",
        "lags_order_value": "usual: median of the peers, money; now: own",
        "lags_items_per_order": "usual: median of the peers; now: own",
        "lags_categories_bought": "usual: median of the peers; now: own",
        "lags_order_frequency": "usual: median of the peers; now: own, orders of W1",
        "lags_high_margin_share": "usual: median of the peers, share; now: own",
        "buys": "usual: days between purchases; now: orders of W1",
    }
)
"""Every code with what its two numbers are; days between purchases are the median gap. What is told against a year
earlier is missing where that is not known."""

"""What a slice says of its own making, as the tables `data.*`: reconciliation, settings, sources."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from portfolio_review import doubt
from portfolio_review.doubt import Doubt
from portfolio_review.metrics import checks, restated
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.restated import Restatement
from portfolio_review.review.model import OF_NO_FIGURE, Review
from portfolio_review.slices.model import Slice

NEEDED = ("id", "currency")
"""Settings that every review file says."""


def reconciliation(data: Slice) -> pd.DataFrame:
    """`data.reconciliation`: rows and revenue of the sources, in the review, left out.

    A unit's review counts what is known to belong to the unit; only `all` sees every row of the sources.
    """
    used_rows, used_revenue = data.stated["used_rows"] or 0, data.stated["used_revenue"] or 0.0
    out_rows, out_revenue = int(data.left_out["rows"].sum()), math.fsum(data.left_out["revenue"].dropna())
    source_rows, source_revenue = data.stated["source_rows"], data.stated["source_revenue"]
    if source_rows is None or source_revenue is None:
        source_rows, source_revenue = used_rows + out_rows, used_revenue + out_revenue
    rows = [
        ("sources", source_rows, source_revenue),
        ("used", used_rows, used_revenue),
        ("left_out", out_rows, out_revenue),
    ]
    return pd.DataFrame(rows, columns=["item", "rows", "revenue"])


def reconciles(data: Slice) -> Check:
    """Sources = used + left out, to the cent."""
    revenue = reconciliation(data).set_index("item")["revenue"]
    return checks.sources_reconcile(revenue["used"], revenue["left_out"], revenue["sources"])


def units_add_up(data: Slice) -> Check:
    """Σ revenue of all units − revenue of `all`, up to the end of P, in money: zero to the cent.

    A unit's slice knows only the difference, not what the other units sell.
    """
    gap = data.stated["units_gap"] or 0.0
    return Check("units_add_up", abs(gap) < checks.HALF_A_CENT, f"revenue of all units less revenue of all: {gap:,.2f}")


def doubts(data: Slice) -> list[Doubt]:
    """What is doubtful about the data of this review, in order, with what the review file accepts."""
    return doubt.judged(data.doubts, data.review.accepted, data.earlier_doubts)


def accepted_in_vain(data: Slice) -> list[str]:
    """The doubts that the review file accepts and that do not occur."""
    return doubt.not_met(data.doubts, data.review.accepted)


def client_months(data: Slice) -> pd.DataFrame:
    """`data.client_months`: revenue by client and month of W0 and W1."""
    return restated.client_months(data.monthly, data.when)


def restatement(data: Slice) -> Restatement:
    """What the review that this one is compared with said otherwise of the same months, and why."""
    clients = data.clients
    names = dict(zip(clients["client_id"], clients["name"], strict=True)) if "name" in clients else {}
    named = {str(id): str(name) for id, name in names.items() if isinstance(name, str)}
    known = data.inputs.dropna(subset=["sha256"])
    inputs = dict(zip(known["path"].astype(str), known["sha256"].astype(str), strict=True))
    return restated.restatement(data.earlier_months, client_months(data), data.when, named, inputs)


def settings(data: Slice) -> pd.DataFrame:
    """`data.settings`: every setting of the review file that a figure can depend on, one a row: key, value, default.

    All three are text; `default` is what holds where the file says nothing, null where it must say something.
    """
    review = data.review
    plain = type(review).model_validate({"id": review.id, "currency": review.currency, "sources": review.sources})
    defaults = dict(_flat(_stated(plain)))
    rows = [(key, text, None if key in NEEDED else defaults.get(key)) for key, text in _flat(_stated(review))]
    return pd.DataFrame(rows, columns=["key", "value", "default"])


def _stated(review: Review) -> dict[str, Any]:
    return review.model_dump(
        mode="json", exclude={**dict.fromkeys(("sources", "engine", "title"), True), **OF_NO_FIGURE}
    )


def _flat(settings: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in settings.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{above}{key}.")
        else:
            rows.append((f"{above}{key}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return rows

"""The assessments table: what people think of strategic candidates, and of the three tiers by six factors."""

from typing import Final

import pandas as pd

from portfolio_review.sample.people import EXECUTIVES

_HENRIK, _MARGRIET, _RAFAEL, _MARAT = EXECUTIVES
CRITERIA: Final = (
    "potential",
    "reference_value",
    "partnership",
    "strategic_fit",
    "difficulty",
    "relationship",
)
THREATS: Final = ("threat_ownership", "threat_competitor", "threat_price", "threat_staff")
FACTORS: Final = ("number", "ease_of_finding", "how_they_pay", "value_of_sale", "repeat_sales", "upkeep")

# Candidate, assessor, day, then a score for each of CRITERIA; None: nobody has judged it yet.
_CANDIDATES: Final = (
    ("00417", _HENRIK, "2026-09-14", (4, 5, 4, 5, 3, 4)),
    ("00822", _MARGRIET, "2026-09-16", (4, 4, 3, 4, 4, 2)),
    ("00903", _MARGRIET, "2026-09-16", (5, 4, 5, 5, 2, 4)),
    ("01011", _RAFAEL, "2026-09-18", (3, 5, 3, 4, 4, 3)),
    ("01150", _MARGRIET, "2026-09-21", (4, 4, 3, 4, 5, 4)),
    ("01301", _MARAT, "2026-09-22", (5, 4, 4, 5, 3, 5)),
    ("00126", _HENRIK, "2026-02-10", (3, 3, 2, 3, 4, 2)),
    ("00836", _MARGRIET, "2026-09-16", (3, 3, None, 4, 2, 3)),
    ("00233", _HENRIK, "2026-09-14", (4, 3, 3, 3, 3, 3)),
    ("01318", _MARAT, "2026-09-22", (4, None, 3, 4, 2, 4)),
    ("00840", _MARGRIET, "2026-09-21", (4, 3, 4, None, 3, 4)),
)

# Candidate, then a score for each of THREATS: 1 none in sight, 5 acute.
_THREATENED: Final = (
    (
        "00417",
        _HENRIK,
        "2026-09-14",
        (3, 2, 3, 1),
        "Merger with a neighbouring hospital group under discussion",
    ),
    ("00822", _MARGRIET, "2026-09-16", (2, 4, 4, 3), "A competitor has offered a two-year price freeze"),
    ("00903", _MARGRIET, "2026-09-16", (1, 3, 2, 2), None),
    ("01011", _RAFAEL, "2026-09-18", (4, 3, 3, 2), "Owners are looking for a buyer for three hotels"),
    ("01150", _MARGRIET, "2026-09-21", (1, 3, 5, 1), "Yearly tender, price decides"),
    ("01301", _MARAT, "2026-09-22", (1, 2, 2, 3), None),
)

# Tier, side, then a score for each of FACTORS: 5 is always in our favour.
_TIERS: Final = (
    ("super-key", "market", (1, 2, 4, 5, 4, 2)),
    ("super-key", "portfolio", (2, 3, 4, 5, 5, 2)),
    ("key", "market", (3, 3, 4, 4, 4, 3)),
    ("key", "portfolio", (3, 4, 3, 4, 4, 3)),
    ("non-key", "market", (5, 4, 3, 2, 2, 4)),
    ("non-key", "portfolio", (4, 3, 3, 2, 3, 3)),
)
_TIER_DAY: Final = "2026-10-05"
_COMMENTS: Final[dict[tuple[str | None, str], str]] = {
    ("00822", "relationship"): "Their purchasing was centralised in spring and we have not met the new team",
    ("00903", "potential"): "Second warehouse opens in summer 2027",
    ("01150", "difficulty"): "Three competitors deliver into the same stores",
    ("00417", "reference_value"): "Other hospital groups ask them for advice",
    ("super-key", "upkeep"): "Own stock, own price lists, weekly meetings",
    ("non-key", "repeat_sales"): "Half of them buy less than once a month",
}


def assessments() -> pd.DataFrame:
    """The contract's table: a row has a client or a tier, never both."""
    rows: list[_Row] = []
    for client_id, assessor, day, scores in _CANDIDATES:
        rows += _judged((client_id, None), CRITERIA, scores, None, assessor, day)
    for client_id, assessor, day, threats, remark in _THREATENED:
        rows += _judged((client_id, None), THREATS, threats, None, assessor, day, remark)
    for tier, side, factors in _TIERS:
        rows += _judged((None, tier), FACTORS, factors, side, _HENRIK, _TIER_DAY)
    columns = ["client_id", "tier", "criterion", "score", "side", "assessor", "date", "comment"]
    table = pd.DataFrame(rows, columns=columns)
    table["date"] = pd.to_datetime(table["date"]).dt.as_unit("us")
    texts = ["client_id", "tier", "criterion", "side", "assessor", "comment"]
    return table.astype(dict.fromkeys(texts, "str") | {"score": "int64"})


_Row = tuple[str | None, str | None, str, int, str | None, str, str, str | None]


def _judged(
    who: tuple[str | None, str | None],
    criteria: tuple[str, ...],
    scores: tuple[int | None, ...],
    side: str | None,
    assessor: str,
    day: str,
    remark: str | None = None,
) -> list[_Row]:
    """One row for each score given; the remark stands beside the grave ones."""
    return [
        (*who, criterion, score, side, assessor, day,
         _COMMENTS.get((who[0] or who[1], criterion), remark if score >= 4 else None))
        for criterion, score in zip(criteria, scores, strict=True)
        if score is not None
    ]  # fmt: skip

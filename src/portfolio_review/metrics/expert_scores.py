"""What people think of clients and tiers: the latest score of each criterion, with who gave it and when.

In: the assessments table; out: scores 1 to 5. Source: Strategic clients; Inputs, assessments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_review.catalog.anchors import CRITERIA, POINTS
from portfolio_review.metrics.portfolio import names
from portfolio_review.metrics.windows import Windows

NO_ASSESSMENTS = "no assessments given"
LOWEST, HIGHEST = 1, 5
STRENGTH = "relationship_strength"
"""How the criterion `relationship` is called here: an attribute of clients has that name."""
COLUMNS = ("criterion", "points", "side", "assessor", "assessed_on", "comment")


def latest(assessments: pd.DataFrame | None, when: Windows, of: str) -> pd.DataFrame:
    """The latest score of each `of` (`client_id` or `tier`), criterion and side, up to the end of P.

    Several scores of one day: their mean (with the last of their assessors by name). Columns: `of` and
    `COLUMNS`; sorted by them. assessments: client_id or tier, criterion, score, assessor, date and, where
    known, side and comment; None where the table is not given.
    """
    columns = [of, *COLUMNS]
    if assessments is None or of not in assessments:
        return pd.DataFrame(columns=columns).astype({"points": float})
    rows = pd.DataFrame(
        {
            of: assessments[of].astype(object),
            "criterion": assessments["criterion"].astype(object).replace("relationship", STRENGTH),
            "points": assessments["score"].astype(float),
            "side": assessments["side"].astype(object) if "side" in assessments else None,
            "assessor": assessments["assessor"].astype(object),
            "assessed_on": pd.to_datetime(assessments["date"]),
            "comment": assessments["comment"].astype(object) if "comment" in assessments else None,
        }
    )
    rows = rows[rows[of].notna() & (rows["assessed_on"] <= pd.Timestamp(when.p.end))]
    rows["side"] = rows["side"].where(rows["side"].notna(), "")
    what = [of, "criterion", "side"]
    rows = rows[rows["assessed_on"] == rows.groupby(what)["assessed_on"].transform("max")]
    rows = rows.sort_values([*what, "assessor"], kind="stable")
    mean = rows.groupby(what)["points"].transform("mean")
    rows = rows.assign(points=mean).drop_duplicates(what, keep="last")
    rows["side"] = rows["side"].where(rows["side"] != "", None)
    return rows[columns].reset_index(drop=True)


def by_criterion(scores: pd.DataFrame, index: pd.Index, criteria: Sequence[str]) -> pd.DataFrame:
    """`latest` scores as one column a criterion, NaN where nobody scored the client. By client of `index`."""
    wide = scores.pivot_table(index="client_id", columns="criterion", values="points", aggfunc="mean")
    return wide.reindex(index=index, columns=list(criteria)).astype(float)


def table(scores: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """`strategic.assessments`: client_id, name, criterion, points, assessor, assessed_on, comment: the latest
    scores of the clients of `base`, by client and criterion."""
    mine = scores[scores["client_id"].isin(base.index)].sort_values(["client_id", "criterion"], kind="stable")
    frame = mine.assign(name=names(base).reindex(mine["client_id"]).to_numpy())
    return frame[["client_id", "name", "criterion", "points", "assessor", "assessed_on", "comment"]]


def anchors() -> pd.DataFrame:
    """`strategic.anchors`: criterion, lowest, middling, highest: 1, 3 and 5 as ids of words."""
    said = {column: [f"{criterion}_{points}" for criterion in CRITERIA]
            for column, points in zip(("lowest", "middling", "highest"), POINTS, strict=True)}  # fmt: skip
    return pd.DataFrame({"criterion": np.array(CRITERIA, dtype=object), **said})

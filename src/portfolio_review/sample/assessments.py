"""The assessments table, from `assessments.csv`: what people think of strategic candidates, and of the three tiers.

Scores are 1 to 5: 5 is always in our favour, but of a threat 1 is none in sight and 5 acute.
"""

from pathlib import Path

import pandas as pd


def assessments() -> pd.DataFrame:
    """The contract's table: a row has a client or a tier, never both."""
    table = pd.read_csv(Path(__file__).with_name("assessments.csv"), dtype="str").astype({"score": "int64"})
    table["date"] = pd.to_datetime(table["date"]).dt.as_unit("us")
    return table

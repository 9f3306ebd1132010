"""The plans table, from `plans.csv`: what was agreed with strategic clients, plans for tiers, open decisions."""

from pathlib import Path

import pandas as pd


def plans(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contract's table: a row has a client or a tier, never both.

    A plan is agreed with the first active contact of the client that is above working level.
    """
    above = contacts[contacts["active"] & (contacts["level"] != "working")]
    partner = above.groupby("client_id")["name"].first()
    table = pd.read_csv(Path(__file__).with_name("plans.csv"), dtype="str")
    agreed_with = table["client_id"].map(partner).where(table["agreed_on"].notna()).astype("str")
    table.insert(list(table).index("agreed_on") + 1, "agreed_with", agreed_with)
    for column in ("due", "agreed_on"):
        table[column] = pd.to_datetime(table[column]).dt.as_unit("us")
    return table.astype(dict.fromkeys(("cost", "value_for_us", "value_for_client"), "float64"))

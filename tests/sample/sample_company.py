"""The sample company's tables and a few sums over their rows, for the tests of the sample."""

import pandas as pd

END = pd.Timestamp("2026-10-31")
W1 = pd.Timestamp("2025-11-01")  # first day of the last 12 months
W0 = pd.Timestamp("2024-11-01")  # first day of the 12 months before


class Company:
    """The tables, and the few sums that several tests need, each computed from the rows alone."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.clients = tables["clients"].set_index("client_id")
        sales = tables["transactions"]
        self.sales = sales[sales["client_id"].notna()]
        self.before = self.sales[self.sales["date"] < W0]
        self.w0 = self.sales[(self.sales["date"] >= W0) & (self.sales["date"] < W1)]
        self.w1 = self.sales[self.sales["date"] >= W1]

    def unit(self, name: str, window: pd.DataFrame) -> pd.DataFrame:
        return window if name == "all" else window[window["unit"] == name]

    def revenue(self, window: pd.DataFrame) -> pd.Series:
        """Revenue of each client, largest first."""
        return window.groupby("client_id")["revenue"].sum().round(2).sort_values(ascending=False)

    def active(self, window: pd.DataFrame) -> set[str]:
        return set(window.loc[window["revenue"] > 0, "client_id"])

    def retention(self, unit: str) -> float:
        a0, a1 = self.active(self.unit(unit, self.w0)), self.active(self.unit(unit, self.w1))
        return len(a0 & a1) / len(a0)

    def abc(self, unit: str, window: pd.DataFrame) -> dict[str, str]:
        """A while the clients before hold less than 80 per cent, B less than 95, else C."""
        revenue = self.revenue(self.unit(unit, window))
        revenue = revenue[revenue > 0]
        before = (revenue.cumsum() - revenue) / revenue.sum()
        return {client: "A" if share < 0.80 else "B" if share < 0.95 else "C" for client, share in before.items()}

    def months(self, unit: str) -> pd.Series:
        """Revenue of each month, by `YYYY-MM`."""
        rows = self.unit(unit, self.sales)
        return rows.groupby(rows["date"].dt.strftime("%Y-%m"))["revenue"].sum()

"""Builds what the models of chances read from plain rows, for tests: in pandas, apart from the slices."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.metrics import chances
from portfolio_review.metrics.chances import Chances, Seen
from portfolio_review.metrics.expected import Earnings
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.two_clocks import Fits
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk


def month(text: str) -> Month:
    """`2024-03` as a month."""
    return Month(int(text[:4]) * 12 + int(text[5:7]) - 1)


@dataclass(frozen=True)
class Made:
    """Frames as the slices give them, of rows client_id, date, revenue."""

    monthly: pd.DataFrame
    clients: pd.DataFrame
    days: pd.DataFrame
    """client_id, date, month, gap (days): purchase days."""

    @property
    def start(self) -> Month:
        return Month(int(self.monthly["month"].min()))

    @property
    def history(self) -> PurchaseHistory:
        return PurchaseHistory.of(self.monthly, self.clients, self.start)

    @property
    def fits(self) -> Fits:
        return Fits(self.history)

    @property
    def earnings(self) -> Earnings:
        return Earnings.of(self.monthly, self.history.ids)

    def upto(self, end: Month) -> Made:
        """What was known at the end of a month."""
        last = pd.Timestamp(end.last)
        return Made(
            self.monthly[self.monthly["month"] <= end.index],
            self.clients[self.clients["first_purchase"] <= last],
            self.days[self.days["date"] <= last],
        )

    def lapsed(self, end: Month) -> pd.Series:
        """Lapsed at the end of a month, by metrics.md §5: silence > min(max(2g, 90), max(365, g)), g the 80 % quantile
        of the client's gaps of 24 months when it has four, else of all clients' gaps."""
        last = pd.Timestamp(end.last)
        known = self.days[self.days["date"] <= last]
        recent = known[(known["date"] >= pd.Timestamp((end - 23).first)) & known["gap"].notna()]
        gaps = recent.groupby("client_id")["gap"]
        clients = known.groupby("client_id")["date"].max()
        usual = gaps.quantile(0.8)[gaps.size() >= 4].reindex(clients.index)
        usual = usual.fillna(recent["gap"].quantile(0.8)) if len(recent) else usual
        limit = np.minimum(np.maximum(2 * usual, 90), np.maximum(365, usual)).fillna(365.0)
        return (last - clients).dt.days > limit + 1e-9

    def seen(self, end: Month) -> Seen:
        known = self.upto(end)
        return Seen(known.monthly, pd.DataFrame(), known.clients)

    def when(self, end: Month, window_months: int = 12) -> Windows:
        return Windows(Period.parse(str(end)), window_months, self.start.first, end.last)

    def chances(self, end: Month, **settings: object) -> Chances:
        """Chances as of the end of a month."""
        return chances.fit(self.seen(end), self.when(end), Risk.model_validate(settings))


def of_rows(rows: pd.DataFrame) -> Made:
    rows = rows[["client_id", "date", "revenue"]].copy()
    rows["client_id"] = rows["client_id"].astype("str")
    rows["month"] = rows["date"].dt.year * 12 + rows["date"].dt.month - 1
    keys = ["client_id", "month"]
    days = rows.loc[rows["revenue"].round(6) > 0, ["client_id", "date", "month"]].drop_duplicates()
    days = days.sort_values(["client_id", "date"]).reset_index(drop=True)
    days["gap"] = days.groupby("client_id")["date"].diff().dt.days
    by_month = days.groupby(keys)
    monthly = pd.DataFrame({"revenue": rows.groupby(keys)["revenue"].sum()})
    monthly["purchase_days"], monthly["last_day"] = by_month.size(), by_month["date"].max().dt.day
    monthly["log_gaps"] = np.log(days["gap"] / 7).fillna(0.0).groupby([days[key] for key in keys]).sum()
    counts = ["purchase_days", "last_day"]
    monthly = monthly.fillna(dict.fromkeys([*counts, "log_gaps"], 0)).astype(dict.fromkeys(counts, int)).reset_index()
    clients = days.groupby("client_id")["date"].min().rename("first_purchase").reset_index()
    return Made(monthly, clients, days)


def of_days(purchases: dict[str, Iterable[dt.date]], revenue: float = 10.0) -> Made:
    """Every purchase day worth the same."""
    rows = [(client, day, revenue) for client, days in purchases.items() for day in days]
    frame = pd.DataFrame(rows, columns=["client_id", "date", "revenue"])
    return of_rows(frame.assign(date=pd.to_datetime(frame["date"])))


def random_rows(seed: int, clients: int = 30, months: int = 40) -> pd.DataFrame:
    """Purchases at random or on a rhythm, refunds and zero rows among them; some clients stop, some return."""
    dice = random.Random(seed)
    first, rows = dt.date(2019, 1, 1), []
    until = (Month.of(first) + (months - 1)).last
    for number in range(clients):
        day = first + dt.timedelta(days=dice.randrange((until - first).days))
        every, stops = dice.choice([5, 20, 45, 110]), dice.random() < 0.3
        while day <= until:
            rows.append((f"c{number:02d}", day, round(dice.uniform(5, 900), 2)))
            if dice.random() < 0.15:
                rows.append(
                    (f"c{number:02d}", day + dt.timedelta(days=dice.randrange(9)), -round(dice.uniform(1, 300), 2))
                )
            if dice.random() < 0.1:
                rows.append((f"c{number:02d}", day + dt.timedelta(days=2), 0.0))
            if stops and dice.random() < 0.2:
                break
            day += dt.timedelta(days=max(1, round(every * dice.choice([dice.expovariate(1), dice.uniform(0.8, 1.2)]))))
    frame = pd.DataFrame(rows, columns=["client_id", "date", "revenue"])
    frame["date"] = pd.to_datetime(frame["date"])
    return frame[frame["date"] <= pd.Timestamp(until)].reset_index(drop=True)

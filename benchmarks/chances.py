"""(i) Chances that hold: the order of danger, intervals, lapsed clients, Brier scores, and what they cost.

    python benchmarks/chances.py [--data ../shared/data]

Every month end of the sample and of the data sets at hand whose next three months are known is an origin: models are
fitted on the rows up to it alone and held against what came. The model before is BG/NBD with its priors, the recency
chain below 30 clients with repeat purchases. A list is good when the clients that then buy nothing stand at its head.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import measure
import numpy as np
import pandas as pd

from portfolio_review import sample
from portfolio_review.calendar import Month, Period, Span
from portfolio_review.metrics import backtest, chances, expected, lapse
from portfolio_review.metrics.chance_models import BG_NBD, CHAIN, say
from portfolio_review.metrics.expected import Earnings
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.two_clocks import FEWEST_REPEAT_CLIENTS, Fits
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

HORIZON, LISTED = 3, 30
ROWS = {
    "adventureworks": "SELECT client_id, order_date::DATE AS date, sales_amount AS revenue "
    "FROM '{0}/adventureworks/reseller_lines.parquet'",
    "online_retail_ii": "SELECT customer_id AS client_id, invoice_ts::DATE AS date, quantity * price AS revenue "
    "FROM '{0}/online_retail_ii/transactions_raw.parquet' "
    "WHERE customer_id <> '' AND NOT (sheet LIKE '%2011%' AND invoice_ts < '2010-12-10')",
    "cdnow": "SELECT customer_id AS client_id, date::DATE AS date, amount AS revenue FROM '{0}/cdnow/master.parquet'",
    "northwind": "SELECT o.CustomerID AS client_id, o.OrderDate::DATE AS date, "
    "d.UnitPrice * d.Quantity * (1 - d.Discount) AS revenue FROM '{0}/northwind/orders.parquet' o "
    "JOIN '{0}/northwind/order_details.parquet' d USING (OrderID)",
}
UNTIL = {"sample": "2026-10", "adventureworks": "2013-11", "online_retail_ii": "2011-11", "cdnow": "1998-06",
         "northwind": "1998-04"}  # fmt: skip
"""The last complete month of each."""
DANGER = {
    "sample": ("2024-10", "2025-04", "2025-10", "2026-01", "2026-04", "2026-07"),
    "adventureworks": ("2012-06", "2012-12", "2013-03", "2013-07", "2013-08"),
}
ASKED = {"sample": 0.65, "adventureworks": 0.55}


def month(text: str) -> Month:
    return Month(int(text[:4]) * 12 + int(text[5:7]) - 1)


@dataclass
class Company:
    """The purchases of one data set, and models of it by month end."""

    name: str
    monthly: pd.DataFrame
    clients: pd.DataFrame
    days: pd.DataFrame

    def __post_init__(self) -> None:
        self.start = Month(int(self.monthly["month"].min()))
        self.fits = Fits(PurchaseHistory.of(self.monthly, self.clients, self.start))
        self.earnings = Earnings.of(self.monthly, self.fits.history.ids)
        self._lapsed: dict[Month, pd.Series] = {}

    @property
    def origins(self) -> list[Month]:
        last = month(UNTIL[self.name]) - HORIZON
        return [Month(index) for index in range(self.start.index + 1, last.index + 1)]

    def lapsed(self, end: Month) -> pd.Series:
        if end not in self._lapsed:
            day, since = pd.Timestamp(end.last), pd.Timestamp((end - 23).first)
            known = self.days[self.days["date"] <= day]
            recent = known[known["gap"].notna() & (known["date"] >= since)]
            as_of = known.groupby("client_id")["date"].max().rename("last_purchase").to_frame()
            gaps = recent.groupby("client_id")["gap"]
            as_of["gaps"], as_of["gap_q80"] = gaps.size(), gaps.quantile(0.8)
            as_of = as_of.fillna({"gaps": 0}).reset_index().assign(date=day)
            usual = pd.DataFrame({"date": [day], "usual_gap": [recent["gap"].quantile(0.8)]})
            self._lapsed[end] = lapse.as_of(Gaps(as_of, usual), end.last)["lapsed"]
        return self._lapsed[end]

    def gone(self, end: Month) -> np.ndarray:
        known = self.fits.known(end)
        return self.lapsed(end).reindex(self.fits.history.ids[known.client]).to_numpy(dtype=bool)


def frames(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """monthly, clients and purchase days of rows client_id, date, revenue."""
    rows = rows.assign(client_id=rows["client_id"].astype("str"), date=pd.to_datetime(rows["date"]))
    rows["month"] = rows["date"].dt.year * 12 + rows["date"].dt.month - 1
    keys = ["client_id", "month"]
    days = rows.loc[rows["revenue"].round(6) > 0, ["client_id", "date", "month"]].drop_duplicates()
    days = days.sort_values(["client_id", "date"]).reset_index(drop=True)
    days["gap"] = days.groupby("client_id")["date"].diff().dt.days
    by_month = days.assign(log_gaps=np.log(days["gap"] / 7).fillna(0.0)).groupby(keys)
    monthly = pd.DataFrame({"revenue": rows.groupby(keys)["revenue"].sum().round(6)})
    monthly["purchase_days"], monthly["last_day"] = by_month.size(), by_month["date"].max().dt.day
    monthly["log_gaps"] = by_month["log_gaps"].sum()
    counts = {"purchase_days": int, "last_day": int}
    monthly = monthly.fillna(0).astype(counts).reset_index()
    return monthly, days.groupby("client_id")["date"].min().rename("first_purchase").reset_index(), days


def companies(data: Path) -> list[Company]:
    tables = sample.generate()
    rows, merged = tables["transactions"], tables["clients"].set_index("client_id")["merged_into"].dropna()
    rows = rows[rows["client_id"].notna() & rows["revenue"].notna()]
    found = [Company("sample", *frames(rows.assign(client_id=rows["client_id"].replace(merged))))]
    if data.is_dir():
        with duckdb.connect() as con:
            found += [Company(name, *frames(con.execute(query.format(data)).df())) for name, query in ROWS.items()]
    return found


def before(company: Company, end: Month) -> np.ndarray | None:
    """p by the model before."""
    few = company.fits.known(end).repeat_clients < FEWEST_REPEAT_CLIENTS
    said = say(company.fits, CHAIN if few else BG_NBD, end, HORIZON)
    return said.p if said.model else None


def by_origin(company: Company) -> list[dict[str, Any]]:
    rows = []
    for end in company.origins:
        said, known = say(company.fits, "auto", end, HORIZON), company.fits.known(end)
        bought, old = known.bought_within(HORIZON), before(company, end)
        row: dict[str, Any] = {
            "data": company.name, "origin": str(end), "clients": len(known), "actual": int(bought.sum()),
            "expected": float(said.p.sum()), "brier": float(((said.p - bought) ** 2).mean()),
            "before": None if old is None else float(((old - bought) ** 2).mean()),
            "month_ends": company.fits.two_clocks(end, HORIZON).month_ends,
            "seasonal": expected.is_seasonal(_upto(company.monthly, end), company.start, end, HORIZON),
        }  # fmt: skip
        tested = backtest.run(company.fits, company.earnings, lambda _: None, "auto", end, HORIZON)
        if tested.model:
            money = expected.of_horizon(company.fits, company.earnings, end, HORIZON, said.p)
            came = float(company.earnings.r(Span(end + 1, end + HORIZON))[known.client].sum())
            first = tested.by_revenue.iloc[0]
            row |= {
                "buyers": expected.buyers_interval(said.p, tested.buyers),
                "revenue": expected.revenue_interval(
                    float(money.sum()), len(known), tested.revenue, float(first["squares"]), int(first["clients"])
                ),
                "came": came, "growth": _growth(company, end),
            }  # fmt: skip
        rows.append(row)
    return rows


def _upto(monthly: pd.DataFrame, end: Month) -> pd.DataFrame:
    return monthly[monthly["month"] <= end.index]


def _growth(company: Company, end: Month) -> float:
    """Revenue of the three months to come against the three before."""
    totals = company.monthly.groupby("month")["revenue"].sum()
    ahead, behind = (
        totals.reindex(range(first.index, first.index + HORIZON), fill_value=0.0).sum()
        for first in (end + 1, end + 1 - HORIZON)
    )
    return float(ahead / behind - 1) if behind > 0 else 0.0


def misses(rows: list[dict[str, Any]], interval: str, actual: str) -> list[tuple[str, ...]]:
    found = []
    for row in rows:
        low, high = row[interval]
        if not low <= row[actual] <= high:
            reasons = ["a season not seen twice"] if row["seasonal"] else []
            if abs(row["growth"]) > 0.2:
                reasons.append(f"the next three months {row['growth']:+.0%} against the three before")
            found.append((row["data"], row["origin"], f"{low:,.0f} to {high:,.0f}", f"{row[actual]:,.0f}",
                          "; ".join(reasons) or "neither season nor growth"))  # fmt: skip
    return found


def danger(company: Company, kind: str) -> dict[str, float]:
    """The share of the revenue of clients that then bought nothing which the first 30 of a list hold, mean over
    origins: of all known clients, and of those not lapsed; by danger as of `kind`, and by size."""
    shares: dict[str, list[float]] = {}
    for origin in DANGER[company.name]:
        end = month(origin)
        known, gone = company.fits.known(end), company.gone(end)
        r = np.maximum(company.earnings.r(Span.ending(end, 12))[known.client], 0.0)
        lost = np.where(known.bought_within(HORIZON), 0.0, r * HORIZON / 12)
        p = say(company.fits, "auto", end, HORIZON).p if kind == "two clocks" else before(company, end)
        for name, score, among in (
            ("all known", r * (1 - p), np.ones(len(r), dtype=bool)),
            ("not lapsed", r * (1 - p), ~gone), ("not lapsed, by size", r, ~gone),
        ):  # fmt: skip
            first = np.argsort(-score[among], kind="stable")[:LISTED]
            whole = lost[among].sum()
            shares.setdefault(name, []).append(lost[among][first].sum() / whole if whole else 1.0)
    return {name: float(np.mean(values)) for name, values in shares.items()}


def lapsed(company: Company) -> tuple[float, float, int]:
    """Expected buyers among lapsed clients, by both models, and actual, over the six origins of the sample."""
    now = then = actual = 0.0
    for origin in DANGER["sample"]:
        end = month(origin)
        gone, old = company.gone(end), before(company, end)
        now += say(company.fits, "auto", end, HORIZON).p[gone].sum()
        then += old[gone].sum() if old is not None else 0.0
        actual += company.fits.known(end).bought_within(HORIZON)[gone].sum()
    return float(now), float(then), int(actual)


def purchases(clients: int, months: int = 36) -> pd.DataFrame:
    """client_id, date, revenue of regular and random buyers, of whom some leave."""
    dice = np.random.default_rng(7)
    first = dice.integers(0, months * 30 - 60, clients)
    every = dice.choice([10, 30, 60, 120], clients) * dice.lognormal(0, 0.5, clients)
    ends = np.where(dice.random(clients) < 0.4, first + dice.integers(1, months * 30, clients), months * 31)
    parts, at = [], first.astype(float)
    alive = np.arange(clients)
    while len(alive):
        parts.append(pd.DataFrame({"client": alive, "day": at[alive].astype(int)}))
        regular = dice.random(len(alive)) < 0.5
        gap = every[alive] * np.where(regular, dice.uniform(0.8, 1.2, len(alive)), dice.exponential(1, len(alive)))
        at[alive] += np.maximum(gap, 1)
        alive = alive[at[alive] < np.minimum(ends, months * 30.4)[alive]]
    rows = pd.concat(parts, ignore_index=True)
    rows["date"] = pd.Timestamp("2022-01-01") + pd.to_timedelta(rows["day"], unit="D")
    rows["client_id"] = "c" + rows["client"].astype("str").str.zfill(7)
    rows["revenue"] = np.round(dice.lognormal(5, 1, len(rows)), 2)
    return rows[["client_id", "date", "revenue"]]


def seconds(clients: int, *, tested: bool) -> dict[str, Any]:
    monthly, known, _ = frames(purchases(clients))
    start, end = Month(int(monthly["month"].min())), Month(int(monthly["month"].max()))
    when = Windows(Period.parse(str(end)), 12, start.first, end.last)
    seen = chances.Seen(monthly, pd.DataFrame(), known)
    began = time.process_time()
    chances.fit(seen, when, Risk(), tested=tested)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"clients": clients, "tested": tested, "cpu": time.process_time() - began, "peak_bytes": peak}


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    asked = words.parse_args()
    cost = [seconds(10_000, tested=True), seconds(100_000, tested=False)]
    found = companies(asked.data)
    rows = [row for company in found for row in by_origin(company)]
    tested = [row for row in rows if "buyers" in row]
    listed = {
        company.name: {kind: danger(company, kind) for kind in ("two clocks", "before")}
        for company in found if company.name in DANGER
    }  # fmt: skip
    now, then, actual = lapsed(found[0])
    measure.keep(
        "chances",
        cost=cost,
        origins=rows,
        danger=listed,
        asked=ASKED,
        lapsed={"two_clocks": now, "before": then, "actual": actual},
        missed_buyers=misses(tested, "buyers", "actual"),
        missed_revenue=misses(tested, "revenue", "came"),
        tested=len(tested),
    )


if __name__ == "__main__":
    main()

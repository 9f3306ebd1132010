"""All that a review looks back at: the review before it, the one it is compared with, that published for W0's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portfolio_review.calendar import Month, Period
from portfolio_review.execution import fingerprint
from portfolio_review.pipeline import earlier, reviews
from portfolio_review.pipeline.earlier import Earlier
from portfolio_review.pipeline.reviews import CLIENTS, Compared, Standing


@dataclass(frozen=True)
class Lookback:
    """before: lists, decisions and the like of the review before; compared: the review whose months are compared;
    tiers: the one published for the end of W0, where tiers are given."""

    before: Earlier | None = None
    compared: Compared | None = None
    tiers: Standing | None = None

    @property
    def hash(self) -> str:
        """Differs when anything that is looked back at does; empty where there is nothing."""
        found = [
            self.before.hash if self.before else "",
            self.compared.hash if self.compared else "",
            self.tiers.content(CLIENTS) or "" if self.tiers else "",
        ]
        return fingerprint.of(found) if any(found) else ""

    def against(self, version: Standing, reading: Mapping[str, str]) -> Lookback:
        """The same, compared with a published version of the period itself, where that tells its months."""
        return replace(self, compared=reviews.compared_with([version], reading) or self.compared)

    def write(self, folder: Path) -> None:
        """Put it into the slice in `folder`, before that is hashed."""
        from portfolio_review.slices import store

        if self.before is not None:
            _write_before(folder, self.before)
        if self.compared is not None and (months := self.compared.months()) is not None:
            store.write_earlier_months(folder, months)
        clients = self.tiers.table(CLIENTS) if self.tiers else None
        if clients is not None and {"client_id", "tier"} <= set(clients.columns):
            store.write_published_tiers(folder, clients[["client_id", "tier"]])


def _write_before(folder: Path, before: Earlier) -> None:
    from portfolio_review.slices import store

    if (lists := before.frame(earlier.LISTS)) is not None:
        store.write_earlier_lists(folder, lists, before.last)
    if before.called and (called := before.called.frame(earlier.LISTS)) is not None:
        store.write_called_lists(folder, called, before.called.last)
    if (ledger := before.frame(earlier.LEDGER)) is not None:
        store.write_earlier_decisions(folder, ledger, before.last)
    store.write_earlier_review(folder, before.strategic())
    store.write_earlier_doubts(folder, before.doubts)
    store.write_earlier_findings(folder, before.since)


def lookback(
    series: Path, unit: str, period: Period, horizon_months: int, reading: Mapping[str, str], end_of_w0: Month | None
) -> Lookback:
    """What the unit's review of a period looks back at in the folder of a series.

    reading: of `parts.reading`, of now; end_of_w0: the last month of W0 where tiers are given, else None.
    """
    before = reviews.earlier(series, unit, period)
    return Lookback(
        earlier.latest_of(before, series, unit, period, horizon_months),
        reviews.compared_with(before, reading),
        reviews.published_for(series, unit, end_of_w0, period.span.months) if end_of_w0 else None,
    )

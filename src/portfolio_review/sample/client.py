"""One client of the sample company: who it is, and the habits from which its orders are drawn."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from portfolio_review.sample.company import HISTORY_END, HISTORY_START

DAYS_OF_YEAR: Final = 365.25

Span = tuple[date, date]
"""First and last day between which a client buys, both included."""
WHOLE_HISTORY: Final[Span] = (HISTORY_START, HISTORY_END)


@dataclass(frozen=True)
class Client:
    """Who a client is and the habits from which its orders are drawn."""

    client_id: str
    name: str
    unit: str
    language: str  # of its people, a key of firm_names.BANKS
    industry: str
    type: str
    region: str
    manager: str
    since: date
    yearly: float  # EUR a year at the start of its buying
    gap_days: float  # mean days between orders
    evenness: float = 6.0  # gamma shape of the gaps: 1 as chance has it, 20 almost a calendar
    breadth: float = 2.6  # mean lines an order
    noise: float = 0.40  # spread of the logarithm of its order values
    growth: float = 1.0  # yearly factor
    spans: tuple[Span, ...] = (WHOLE_HISTORY,)
    steps: tuple[tuple[date, float], ...] = ()  # from that day on, times that factor
    cost_steps: tuple[tuple[date, float], ...] = ()  # what its goods cost us, from that day on, times that factor
    second_unit: str | None = None  # of every third order
    group_id: str | None = None
    merged_into: str | None = None

    @property
    def order_value(self) -> float:
        """EUR of a mean order at the start."""
        return self.yearly * self.gap_days / DAYS_OF_YEAR

    @property
    def last_day(self) -> date:
        """The last day on which it would buy."""
        return self.spans[-1][1]

    def buying(self, *spans: Span) -> "Client":
        """The same client, buying in these spans only."""
        return replace(self, spans=spans)

    def stepping(self, *steps: tuple[date, float]) -> "Client":
        """The same client with further steps in what it buys."""
        return replace(self, steps=self.steps + steps)


Roster = dict[str, Client]
"""Clients by id."""

"""What the search for doubts looks at: the mapped tables, the coded transactions, and the account of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portfolio_review.doubt import MOST_EXAMPLES, Months, Part
from portfolio_review.review import Review
from portfolio_review.sources.coding import Coded
from portfolio_review.sources.elsewhere import Elsewhere
from portfolio_review.sources.engine import Engine
from portfolio_review.sources.mapping import Mapped
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.orderids import OrderIds
from portfolio_review.sources.raw import told
from portfolio_review.sources.reconciliation import Group, Reconciled, money


@dataclass(frozen=True)
class Scene:
    """All that was read and found sound; `tables` by name, transactions among them."""

    engine: Engine
    review: Review
    tables: Mapping[str, Mapped]
    coded: Coded
    counted: Reconciled
    orders: OrderIds
    server: Elsewhere | None = None
    """Where the rows of transactions lie, if not here."""

    @property
    def sales(self) -> Mapped:
        return self.tables[TRANSACTIONS]

    def table(self, name: str, *columns: str) -> Mapped | None:
        """A table with these columns whose rows are known; None where it is not at hand."""
        mapped = self.tables.get(name)
        return mapped if mapped and not mapped.where_failed and all(map(mapped.has, columns)) else None

    def examples(self, mapped: Mapped, query: str) -> tuple[str, ...]:
        """The first examples of `query` (SQL of a row's number and a text), each with its row as the file counts it.

        Rows come in the order of the source, so that the search ends with the last example.
        """
        found = self.engine.rows(f"SELECT * FROM ({query}) LIMIT {MOST_EXAMPLES}")
        return told(tuple(mapped.raw.example(row, shown or "") for row, shown in found))


def by_month(groups: Iterable[Group], size: Callable[[Group], int] = lambda group: group.size) -> Months:
    """Σ |revenue| of groups by month."""
    sums: dict[int, int] = {}
    for group in groups:
        sums[group.month] = sums.get(group.month, 0) + size(group)
    return tuple((month, money(total)) for month, total in sorted(sums.items()) if total)


def by_unit(
    groups: Iterable[Group],
    size: Callable[[Group], int] = lambda group: group.size,
    rows: Callable[[Group], int] = lambda group: group.rows,
) -> dict[str, Part]:
    """What groups hold of each unit."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        if rows(group):
            found.setdefault(group.unit, []).append(group)
    return {unit: Part(sum(map(rows, own)), by_month(own, size)) for unit, own in found.items()}

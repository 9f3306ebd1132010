"""The client table: one row a client, every derived column once, in one declared order.

In: the slice of a unit; out: the table, which notebook 01 builds step by step and keeps, and which the others load.
`columns` declares each column with its unit and formula, `steps` computes them in that order, `kept` writes and
reads the table.
"""

from portfolio_review.clients.building import Building, build
from portfolio_review.clients.kept import keep, keep_chances, load, load_chances
from portfolio_review.clients.published import clients_add_up, published
from portfolio_review.clients.steps import Facts

__all__ = [
    "Building", "Facts", "build", "clients_add_up", "keep", "keep_chances", "load", "load_chances", "published",
]  # fmt: skip

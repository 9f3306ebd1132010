"""Different purchase histories (x, t_x, T), each once: what models of a client's rhythm read.

In: purchase days of each client counted up to a day; out: the histories in weeks with how many clients have each.
Source: Fader, Hardie, Lee 2005, Marketing Science 24, 275–284, whose symbols are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Histories:
    """Different histories, each once: x repeat purchase days, t_x and T in weeks, and how many `clients`
    have each; `where` is the place of every client's history."""

    x: Vector
    t_x: Vector
    T: Vector
    clients: Vector
    where: NDArray[np.intp]

    @classmethod
    def of_days(cls, repeats: NDArray[np.int64], recency: NDArray[np.int64], age: NDArray[np.int64]) -> Histories:
        """repeats: purchase days after the first; recency: days from the first to the last; age: days from
        the first to the day asked, by client. Errors: ValueError when recency > age or one is negative."""
        if ((recency > age) | (recency < 0) | (repeats < 0)).any():
            raise ValueError("a history needs 0 ≤ recency ≤ age in days and repeats ≥ 0")
        span = int(age.max(initial=0)) + 1
        keys, where, clients = np.unique(
            (repeats * span + recency) * span + age, return_inverse=True, return_counts=True
        )
        return cls(
            x=(keys // span**2).astype(float),
            t_x=keys // span % span / DAYS_A_WEEK,
            T=keys % span / DAYS_A_WEEK,
            clients=clients.astype(float),
            where=where,
        )

    @property
    def size(self) -> int:
        """All clients."""
        return int(self.clients.sum())

    @property
    def repeat_clients(self) -> int:
        """Clients with a repeat purchase, x ≥ 1."""
        return int(self.clients[self.x > 0].sum())

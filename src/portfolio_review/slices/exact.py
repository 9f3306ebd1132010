"""Amounts whose sums are exact, and the places of equal keys in arrays: what the reduction is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from portfolio_review.errors import DataRefusedError

_CENT = 10**4
_REST = 1e6
_NEXT = 2.0**-51
"""Of an amount: two doubles beside it, as far as arithmetic in binary fractions leads away from a whole cent."""
_LARGEST = 9e18
_AT_ONCE = 2**15
"""Amounts that stay in the cache of a processor."""
_EXACT = 2**53
"""Whole numbers up to it are exact in double precision."""


@dataclass(frozen=True)
class Amounts:
    """Amounts to six decimals: whole cents and, where any amount has more decimals, what is left in whole 10⁻⁶.

    Sums of whole numbers are exact, so neither the order of rows nor their division moves a cent.
    """

    cents: np.ndarray
    rest: np.ndarray | None

    @classmethod
    def of(cls, values: np.ndarray) -> Amounts:
        """The amounts nearest to `values`, doubles that stand for six decimals.

        `DataRefusedError` when their sizes add up to more than 64 bits hold.
        """
        cents, rest, size = np.empty(len(values), dtype=np.int64), None, 0.0
        for begin in range(0, len(values), _AT_ONCE):
            part = values[begin : begin + _AT_ONCE]
            whole = np.rint(part * 100)
            size += float(np.abs(whole).sum())
            if size >= _LARGEST:
                raise DataRefusedError(
                    "the amounts are too large to be added to the cent: give revenue and margin in thousands "
                    "or millions"
                )
            cents[begin : begin + _AT_ONCE] = whole
            whole /= 100
            left = part - whole
            if (np.abs(left) > np.abs(part) * _NEXT).any():
                rest = np.zeros(len(values), dtype=np.int64) if rest is None else rest
                rest[begin : begin + _AT_ONCE] = np.rint(left * _REST)
        return cls(cents, rest)

    @property
    def positive(self) -> np.ndarray:
        """Which amounts, not sums, are above zero."""
        whole = self.cents > 0
        return whole if self.rest is None else whole | ((self.cents == 0) & (self.rest > 0))

    @property
    def sizes(self) -> Amounts:
        """Their absolute values; of amounts, not of sums."""
        below = self.cents < 0 if self.rest is None else (self.cents < 0) | ((self.cents == 0) & (self.rest < 0))
        return self._each(lambda part: np.where(below, -part, part)) if below.any() else self

    def where(self, kept: np.ndarray) -> Amounts:
        """The same with 0 in the place of those that are not `kept`."""
        return self._each(lambda part: np.where(kept, part, 0))

    def __getitem__(self, places: np.ndarray) -> Amounts:
        return self._each(lambda part: part.take(places))

    def sums(self, starts: np.ndarray) -> Amounts:
        """The sum of each run that begins at `starts`."""
        return self._each(lambda part: np.add.reduceat(part, starts) if len(starts) else part[:0])

    def totals(self, groups: np.ndarray, count: int) -> Amounts:
        """The sum of each of `count` groups; `groups` gives that of every amount."""
        return self._each(lambda part: _totals(part, groups, count))

    def floats(self) -> np.ndarray:
        """As doubles."""
        cents, rest = self.normal
        return cents / 100 if self.rest is None else cents / 100 + rest / _REST

    @property
    def normal(self) -> tuple[np.ndarray, np.ndarray]:
        """Cents and rest in one fixed form: equal amounts are equal in both, and larger ones larger by both in turn."""
        if self.rest is None:
            return self.cents, np.zeros(len(self.cents), dtype=np.int64)
        return self.cents + self.rest // _CENT, self.rest % _CENT

    def _each(self, change: Callable[[np.ndarray], np.ndarray]) -> Amounts:
        return Amounts(change(self.cents), None if self.rest is None else change(self.rest))


def _totals(part: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    if np.abs(part).sum(dtype=np.float64) < _EXACT:
        return np.bincount(groups, part, count).astype(np.int64)
    found, order = np.zeros(count, dtype=np.int64), stable_order(groups, count)
    starts = np.flatnonzero(changes(groups[order]))
    if len(starts):
        found[groups[order[starts]]] = np.add.reduceat(part[order], starts)
    return found


def stable_order(keys: np.ndarray, bound: int) -> np.ndarray:
    """The places of whole numbers from 0 to below `bound` in ascending order, equal ones as they stand.

    Digit by digit of 16 bits, which numpy sorts by counting: half of the time of a comparing sort.
    """
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    shift = 16
    while bound - 1 >> shift:
        order = order[np.argsort((keys >> shift).astype(np.uint16)[order], kind="stable")]
        shift += 16
    return order


def changes(*keys: np.ndarray) -> np.ndarray:
    """Whether each place is the first of a run of equal keys."""
    first = np.ones(len(keys[0]), dtype=bool)
    if len(first) > 1:
        np.not_equal(keys[0][1:], keys[0][:-1], out=first[1:])
        for key in keys[1:]:
            first[1:] |= key[1:] != key[:-1]
    return first


def numbered(keys: np.ndarray, bound: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct keys below `bound` in ascending order, and for every key its place among them."""
    if bound > 8 * len(keys) + 2**16:
        return np.unique(keys, return_inverse=True)
    present = np.zeros(bound, dtype=bool)
    present[keys] = True
    distinct = np.flatnonzero(present)
    places = np.empty(bound, dtype=np.int32)
    places[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct, places[keys]


def spread(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The places of all runs one after the other."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)

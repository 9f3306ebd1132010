"""One recorded number: its value with what it is compared with, or the reason why there is none."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Number = float | int

NO_CLIENT_IN_W0 = "no active client in W0"
NO_CLIENT_IN_W1 = "no active client in W1"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value, unrounded, with its interval and comparisons; `value` None carries a `reason`.

    `interval` is a 95 % interval; `previous` is PP (for rates over windows the windows that end with
    PP), `previous_year` PY; `ytd` runs from January 1 to the end of P, `window` is W1 and
    `window_previous` W0. `value` may be a word where the figure is one (`series.xyz_interval`).
    """

    value: Number | str | None
    interval: tuple[Number, Number] | None = None
    previous: Number | None = None
    previous_year: Number | None = None
    target: Number | None = None
    ytd: Number | None = None
    ytd_previous_year: Number | None = None
    window: Number | None = None
    window_previous: Number | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            number = getattr(self, name)
            if isinstance(number, float) and not math.isfinite(number):
                raise ValueError(f"{name} is {number}; an undefined figure is None with a reason")
        if self.value is None and not self.reason:
            raise ValueError("a figure without a value needs the reason why")

    def beside(self, earlier: Mapping[str, object]) -> Figure:
        """This figure with the numbers of `earlier` (`previous`, `previous_year`); anything else there is None.

        An undefined figure stays as it is.
        """
        if self.value is None:
            return self
        numbers = {name: found if isinstance(found, int | float) else None for name, found in earlier.items()}
        return replace(self, previous=numbers.get("previous"), previous_year=numbers.get("previous_year"))

    def with_target(self, target: Number | None) -> Figure:
        return replace(self, target=target)


Figures = Mapping[str, Figure]
"""Figures by id, in the order in which they are shown."""


def undefined(reason: str) -> Figure:
    """A figure that cannot be computed, with the reason that is printed beside `n/a`."""
    return Figure(value=None, reason=reason)


def ratio(numerator: Number, denominator: Number, reason: str = "the base is zero or negative", **more: Any) -> Figure:
    """numerator / denominator, undefined where the denominator is not positive."""
    if not denominator > 0:
        return undefined(reason)
    return Figure(value=numerator / denominator, **more)


def history_reason(history_start: dt.date, needed: dt.date) -> str:
    """`history starts YYYY-MM, needs YYYY-MM`, the reason of a figure that looks back too far."""
    return f"history starts {history_start:%Y-%m}, needs {needed:%Y-%m}"

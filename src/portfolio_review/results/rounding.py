"""Figures and tables rounded as they are recorded (see `digits`): which money is a sum, the catalogue says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from portfolio_review.catalog import Entry
from portfolio_review.figure import Figure
from portfolio_review.results.digits import money, significant


def figure(given: Figure, entry: Entry) -> Figure:
    """`given` with all its numbers rounded; an interval is never a sum."""
    to = money if entry.sums(None) else significant
    numbers = {
        part.name: to(value)
        for part in fields(given)
        if part.name != "interval" and isinstance(value := getattr(given, part.name), float)
    }
    if given.interval is not None:
        low, high = (significant(end) if isinstance(end, float) else end for end in given.interval)
        numbers["interval"] = (low, high)  # type: ignore[assignment]
    return replace(given, **numbers)  # type: ignore[arg-type]


def table(given: pd.DataFrame, entry: Entry) -> pd.DataFrame:
    """`given` with every column of floats rounded by what the catalogue says of it."""
    rounded = {
        column.name: _column(given[column.name], money if entry.sums(column) else significant)
        for column in entry.columns
        if pd.api.types.is_float_dtype(given[column.name].dtype)
        or pd.api.types.is_object_dtype(given[column.name].dtype)
    }
    return given.assign(**rounded) if rounded else given


def _column(values: pd.Series, to: Callable[[float], float]) -> pd.Series:
    if pd.api.types.is_object_dtype(values.dtype):
        made = [to(value) if isinstance(value, float) and value == value else value for value in values.tolist()]
        return pd.Series(made, index=values.index, dtype=object)
    made = [to(value) if value == value else value for value in values.astype(float).tolist()]
    return pd.Series(np.array(made, dtype=float), index=values.index, dtype=values.dtype)

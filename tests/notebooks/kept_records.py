"""A cell's records as the notebook keeps them, against those of a fresh run: numbers within a billionth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from nbval.plugin import IPyNbCell

from portfolio_review.results.contract import MIME

NOT_COMPARED = ("chart", "close")
"""Pictures, whose tables are compared, and the versions of libraries."""


def of(outputs: Sequence[Any]) -> list[dict[str, Any]]:
    """The records among a cell's outputs."""
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return bool(one == other)


def difference(fresh: Sequence[Any], kept: Sequence[Any]) -> str:
    """The first record that differs; empty when none does."""
    now, then = of(fresh), of(kept)
    names = [[(record["kind"], record["id"]) for record in records] for records in (now, then)]
    if names[0] != names[1]:
        return f"records {names[0]}, kept are {names[1]}"
    for mine, other in zip(now, then, strict=True):
        if mine["kind"] not in NOT_COMPARED and not same(mine, other):
            return f"record {mine['kind']} {mine['id']}: {mine}, kept is {other}"
    return ""


def compare_too(cell: IPyNbCell) -> None:
    """Let nbval compare the records of a cell after all else that it compares."""
    others_agree = cell.compare_outputs

    def agree(fresh: Sequence[Any], kept: Sequence[Any], skip_compare: Sequence[str] | None = None) -> bool:
        if not others_agree(fresh, kept, skip_compare):
            return False
        found = difference(fresh, kept)
        cell.comparison_traceback += [found] if found else []
        return not found

    cell.compare_outputs = agree

"""Every frame of every unit is what it was when it was recorded, whatever the reduction is made of.

Source: `recorded/*.json`, written by `recording.py` by the reduction in arrays that was there before this one.
"""

import math
from pathlib import Path
from typing import Any

import pytest
import recording


@pytest.mark.parametrize("case", recording.QUICK)
def test_frames_are_those_recorded(case: str, tmp_path: Path) -> None:
    _compare(case, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("case", [case for case in recording.CASES if case not in recording.QUICK])
def test_frames_of_public_data_are_those_recorded(case: str, tmp_path: Path) -> None:
    _compare(case, tmp_path)


def _compare(case: str, folder: Path) -> None:
    if lacking := recording.lacking(case):
        pytest.skip(f"not on this machine: {', '.join(lacking)}")
    expected, found = recording.recorded(case), recording.frames_of(case, folder)
    assert list(found) == list(expected)
    differ = {
        f"{unit} {frame}": (was, found[unit].get(frame))
        for unit, frames in expected.items()
        for frame, was in frames.items()
        if not _same(was, found[unit].get(frame))
    }
    assert not differ


def _same(was: Any, now: Any) -> bool:
    """Doubles within 10⁻⁹ of their size, all else equal."""
    if isinstance(was, float) and isinstance(now, float | int):
        return math.isclose(was, now, rel_tol=1e-9)
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(_same, was, now))
    if isinstance(was, dict) and isinstance(now, dict):
        return was.keys() == now.keys() and all(_same(was[name], now[name]) for name in was)
    return bool(was == now)

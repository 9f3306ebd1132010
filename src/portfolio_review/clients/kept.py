"""What notebook 01 keeps for the notebooks after it: the client table and the chances it rests on, as Parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from portfolio_review.metrics.chances import Chances
from portfolio_review.resources import KEPT
from portfolio_review.slices import Slice


def keep(table: pd.DataFrame, data: Slice, workspace: str) -> None:
    """Write the table beside the slice of a run; a notebook opened alone (`workspace` is empty) keeps nothing."""
    if workspace:
        path = _file(data, workspace)
        path.parent.mkdir(exist_ok=True)
        table.to_parquet(path)


def load(data: Slice, workspace: str) -> pd.DataFrame | None:
    """The table that notebook 01 kept of this slice, types and order of classes included; None outside a run."""
    path = _file(data, workspace)
    return pd.read_parquet(path) if workspace and path.is_file() else None


def keep_chances(found: Chances, data: Slice, workspace: str) -> None:
    """Write the chances beside the slice of a run, frame by frame; outside a run nothing is kept."""
    if workspace:
        path = _file(data, workspace)
        path.parent.mkdir(exist_ok=True)
        for name, frame in found.to_frames().items():
            frame.to_parquet(path.with_suffix(f".{name}.parquet"))


def load_chances(data: Slice, workspace: str) -> Chances | None:
    """The chances that notebook 01 kept of this slice; None outside a run."""
    if not workspace:
        return None
    files = sorted(_file(data, workspace).parent.glob(f"{data.hash}.*.parquet"))
    frames = {file.name.split(".")[1]: pd.read_parquet(file) for file in files}
    return Chances.from_frames(frames) if frames else None


def _file(data: Slice, workspace: str) -> Path:
    """By the hash of the slice: a table of other data is never taken for its own."""
    return Path(workspace).parent / KEPT / f"{data.hash}.parquet"

"""The sample's slice, client table and chances, made once a test run for all notebooks that nbval runs.

A person who opens a notebook waits for its own slice; of the tests one notebook alone does (`BY_HAND`), the others open
what a run hands them. Processes of a test run share it.
"""

from __future__ import annotations

import fcntl
import os
from functools import cache
from pathlib import Path

from nbval.plugin import IPyNbCell

from portfolio_review import clients, slices
from portfolio_review import review as review_files
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.clients.steps import STEPS
from portfolio_review.slices.build import build
from portfolio_review.sources import read

FOLDER = "PORTFOLIO_REVIEW_TESTS_SHARE"
"""Environment variable with the folder that processes of a test run share."""
REVIEW = Path(__file__).parents[2] / "params" / "demo.yml"
BY_HAND = "client_portrait.ipynb"
"""Opens its slice and its client table by itself."""
OPEN = """
from pathlib import Path as _Path
from portfolio_review import clients as _clients, notebook as _notebook, slices as _slices
_notebook.cut = lambda *_: _slices.load(_Path({slice!r}))
_notebook.open_clients = lambda data, _: _clients.load(data, {slice!r})
_notebook.open_chances = lambda data, _: _clients.load_chances(data, {slice!r})
"""


def open_shared(cell: IPyNbCell) -> None:
    """Let the notebook whose parameters stand in `cell` open what is shared, of the unit and period it names."""
    if "parameters" not in cell.cell.metadata.get("tags", ()) or cell.path.name == BY_HAND:
        return
    alone = cell.runtest

    def run() -> None:
        cell.cell.source += OPEN.format(slice=str(made()))
        alone()

    cell.runtest = run


@cache
def made() -> Path:
    """The folder of the slice of the company as a whole in its last complete month."""
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / "slice"
        if not kept.exists():
            kept.write_text(str(_make(folder)), encoding="utf-8")
        return Path(kept.read_text(encoding="utf-8"))


def _make(folder: Path) -> Path:
    review = review_files.load(REVIEW)
    for name in ("tables", "slices"):
        (folder / name).mkdir()
    found = read(review, REVIEW.parent, folder / "tables")
    period = Period.of_month(last_complete_month(found.data_until))
    made = build(review, found, period, folder / "slices", ["all"]).units["all"]
    data = slices.load(made)
    building = clients.Building(data)
    for step in STEPS:
        building.add(step)
    clients.keep(building.table, data, str(made))
    clients.keep_chances(building.facts.chances, data, str(made))
    return made

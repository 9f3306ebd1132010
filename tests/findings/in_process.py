"""The notebooks' cells run in this process on slices of a review: what they record, without a kernel.

What is recorded is the same as in a run (the end-to-end tests compare); a unit takes a second instead of ten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import nbformat
import pytest

from portfolio_review import resources
from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.results import record as records
from portfolio_review.results import store
from portfolio_review.results.contract import MIME, Results
from portfolio_review.results.finding import Finding
from portfolio_review.slices import build as slices
from portfolio_review.sources import Sources, read


class Company:
    """A review file whose sources are read once; slices and records of any period and unit."""

    def __init__(self, file: Path, folder: Path, language: str | None = None) -> None:
        self.review = review_files.load(file, languages=[language] if language else [])
        self.folder = folder
        tables = folder / "tables"
        tables.mkdir(parents=True, exist_ok=True)
        self.sources: Sources = read(self.review, file.parent, tables)

    def records(self, period: str, *units: str, only: Sequence[str] = ()) -> dict[str, list[dict[str, Any]]]:
        """What each unit's notebooks record for a period, in order; `only`: the notebooks with these numbers."""
        cut = self.folder / f"slices-{period}"
        cut.mkdir(exist_ok=True)
        made = slices.build(self.review, self.sources, Period.parse(period), cut, list(units) or None)
        return {unit: list(_recorded(made.units[unit], unit, period, only)) for unit in units}

    def results(self, period: str, unit: str) -> Results:
        """A unit's results, read from notebooks that hold what their cells record."""
        made = self.records(period, unit)[unit]
        folder = self.folder / f"notebooks-{period}-{unit}"
        folder.mkdir()
        paths = []
        for stem in dict.fromkeys(record["notebook"] for record in made):
            cells = [
                nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", {MIME: record})])
                for record in made
                if record["notebook"] == stem
            ]
            paths.append(folder / f"{stem}.ipynb")
            nbformat.write(nbformat.v4.new_notebook(cells=cells), paths[-1])
        return store.read_notebooks(paths)


def _recorded(cut: Path, unit: str, period: str, only: Sequence[str]) -> Iterator[dict[str, Any]]:
    for path in resources.notebooks():
        if not only or path.stem[:2] in only:
            with _shown() as outputs:
                space: dict[str, Any] = {}
                for code, parameters in _code(path):
                    exec(code, space)
                    if parameters:
                        space |= {"period": period, "unit": unit, "workspace": str(cut)}
            for output in outputs:
                yield json.loads(json.dumps(output[MIME])) | {"notebook": path.stem}


@cache
def _code(path: Path) -> list[tuple[CodeType, bool]]:
    """The code cells of a notebook, compiled, each with whether the parameters stand in it."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [
        (compile(cell.source, f"{path.name}#{cell['id']}", "exec"), "parameters" in cell.metadata.get("tags", ()))
        for cell in cells
    ]


@contextmanager
def _shown() -> Iterator[list[dict[str, Any]]]:
    kept: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch, open(os.devnull, "w") as nowhere:
        patch.setattr(records, "display", lambda bundle, **_: kept.append(bundle) if MIME in bundle else None)
        patch.setattr("sys.stdout", nowhere)
        yield kept


Told = Callable[[str], list[Finding]]
"""The findings of a unit in the report's order."""

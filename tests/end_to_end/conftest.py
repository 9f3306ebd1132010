"""Whole reviews, made once for all tests of a class by the program itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from companies import REVIEWS, in_formats, need_data

from portfolio_review.cli import cli


@dataclass(frozen=True)
class Made:
    """A finished review: its folder and what `results.json` says."""

    folder: Path
    results: dict[str, Any]

    def value(self, id: str) -> Any:
        return self.results["figures"][id]["value"]

    def interval(self, id: str) -> list[float]:
        found: list[float] = self.results["figures"][id]["interval"]
        return found

    def rows(self, id: str) -> list[dict[str, Any]]:
        table = self.results["tables"][id]
        return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]

    def by(self, id: str, key: str) -> dict[Any, dict[str, Any]]:
        return {row[key]: row for row in self.rows(id)}


Make = Callable[..., Made]


@pytest.fixture(scope="class")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """`make(name, period, unit)`: the review of `tests/reviews/<name>.yml`; skips where its data are absent.

    With `formats`, only these editions of it are rendered: a PDF takes as long as all notebooks together.
    """
    done: dict[tuple[str, ...], Made] = {}

    def run(name: str, period: str, unit: str = "all", formats: str = "") -> Made:
        key = (name, period, unit, formats)
        if key not in done:
            file = REVIEWS / f"{name}.yml" if not name.endswith(".yml") else Path(name)
            need_data(file)
            out = tmp_path_factory.mktemp("reports")
            if formats:
                file = in_formats(file, formats, out)
            command = [
                "run",
                str(file),
                "--period",
                period,
                "--unit",
                unit,
                "--out",
                str(out),
                "--jobs",
                "1",
                "--quiet",
            ]
            result = CliRunner().invoke(cli, command)
            assert result.exit_code == 0, result.output
            folder = next(path.parent for path in out.rglob("results.json"))
            done[key] = Made(folder, json.loads((folder / "results.json").read_text(encoding="utf-8")))
        return done[key]

    return run

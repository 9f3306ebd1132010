"""The same tables give the same slices, bit for bit, however many threads sum them: else nothing could be cached."""

from pathlib import Path

import duckdb
import pytest

from portfolio_review import review as review_files
from portfolio_review import sources
from portfolio_review.calendar import Period
from portfolio_review.slices import build, store

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"


def test_two_cuts_of_the_sample_company_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = review_files.load(DEMO)
    (tmp_path / "tables").mkdir()
    found = sources.read(review, DEMO.parent, tmp_path / "tables")
    connect = duckdb.connect
    parts = []
    for threads in (4, 4, 1):
        monkeypatch.setattr(
            build.duckdb, "connect", lambda config, threads=threads: connect(config={**config, "threads": threads})
        )
        made = build.build(review, found, Period.parse("2026-10"), tmp_path / str(len(parts)))
        parts.append({unit: store.parts(folder) for unit, folder in made.units.items()})
    assert len(parts[0]) > 3
    assert set(next(iter(parts[0].values()))) == {"rows", "tables", "settings", "series"}
    assert parts[0] == parts[1]
    assert parts[0] == parts[2]

"""The same tables give the same slices, bit for bit, however many threads sum them: else nothing could be cached."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from portfolio_review import review as review_files
from portfolio_review import sources
from portfolio_review.calendar import Period
from portfolio_review.slices import Slice, build, store

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


def test_a_changed_cent_of_one_unit_leaves_the_slices_of_others_as_they_are(cut: Callable[..., Slice]) -> None:
    def other(first: str) -> str:
        # amounts that no binary fraction holds, in sums of some size: added up in halves they would differ
        rows = [
            f"c{n % 40},2024-0{1 + n % 6}-11,{first if n == 0 else f'{n}.{n % 97:02}'},u{n % 7}" for n in range(4000)
        ]
        made = cut("client_id,date,revenue,unit\n" + "\n".join(rows) + "\n", "2024-06", "u3")
        assert made.stated["units_gap"] == 0
        return made.hash

    assert other("1000000.01") == other("1000000.02")


ODD = "client_id,date,revenue,order_id,product,category,unit\n" + "".join(
    # clients of several units, orders of several clients and months, returns, and clients named out of order
    f"c{n * n % 23},202{3 + n % 2}-{1 + n % 12:02}-{1 + n * 7 % 28:02},{n % 50 - 3}.{n % 97:02},o{n * 31 % 400},"
    f"p{n % 7},k{n % 5},u{n % 23 % 4 if n % 11 else 3}\n"
    for n in range(1500)
)
MERGED = "client_id,merged_into,group_id\n" + "".join(
    f"c{n},{f'c{n - 5}' if n % 9 == 8 else ''},{f'g{n % 3}' if n % 2 else ''}\n" for n in range(23)
)


def test_a_folder_may_have_an_apostrophe_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "O'Brien"
    (folder / "tables").mkdir(parents=True)
    (folder / "t.csv").write_text(ODD, encoding="utf-8")
    review = review_files.parse("id: odd\ncurrency: EUR\nsources:\n  transactions: {path: t.csv}\n")
    found = sources.read(review, folder, folder / "tables")
    made = build.build(review, found, Period.parse("2024-11"), folder / "slices")
    assert set(made.units) == {"u0", "u1", "u2", "u3", "all"}


@pytest.mark.parametrize("settings", ["", "client_level: group", "drop_duplicates: true"])
def test_slices_are_the_same_whatever_is_reduced_at_once(
    cut_units: Callable[..., dict[str, Slice]], monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    units = ["u0", "u3", "all"]
    whole = cut_units(ODD, "2024-11", units, MERGED, settings)
    monkeypatch.setattr("portfolio_review.sources.coding.ROWS_PER_BUCKET", 250)
    parted = cut_units(ODD, "2024-11", units, MERGED, settings)
    for unit, one in whole.items():
        for name, frame in one.frames.items():
            assert frame.equals(parted[unit].frames[name]), name
        assert parted[unit].stated == one.stated

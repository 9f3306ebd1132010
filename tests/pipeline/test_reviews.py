"""Which review one is compared with: what lies in the folder of the series, drafts and published versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Month, Period
from portfolio_review.delivery import manifest
from portfolio_review.pipeline import earlier, lookback, reviews
from portfolio_review.pipeline.parts import READ_CODE, READ_SETTINGS
from portfolio_review.slices import store

READING = {READ_SETTINGS: "s1", READ_CODE: "c1"}
LEDGER_ROW = dict.fromkeys(earlier.COLUMNS[earlier.LEDGER]) | {"client": "Berg", "rule": "return", "client_id": "b"}


def leave(folder: Path, period: str, *, revenue: float = 1.0, asked: tuple[str, ...] = (), tier: str = "key",
          made_of: dict[str, str] = READING) -> None:  # fmt: skip
    """A review of `all` in `folder`, as far as it is looked back at; W0 and W1 are the month before and its month."""
    month = Period.parse(period).span.last
    rows = [list((LEDGER_ROW | {"id": id}).values()) for id in asked]
    tables: dict[str, Any] = {
        "data.client_months": {"columns": ["client_id", "month", "revenue"], "rows": [["b", str(month), revenue]]},
        "actions.ledger": {"columns": list(LEDGER_ROW), "rows": rows},
        "clients": {"columns": ["client_id", "name", "tier"], "rows": [["b", "Berg", tier]]},
        "data.inputs": {"columns": ["table", "path", "rows", "sha256"], "rows": [["transactions", "x.csv", 1, "h"]]},
    }
    head = {"w0": [str((month - 1).first), str((month - 1).last)], "w1": [str(month.first), str(month.last)]}
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps({"review": head, "tables": tables}), encoding="utf-8")
    own = {"schema": 1, "unit": "all", "files": {}, "made_of": made_of}
    (folder / manifest.NAME).write_text(manifest.text(own), encoding="utf-8")


def compared(series: Path, period: str) -> reviews.Compared:
    found = reviews.compared_with(reviews.earlier(series, "all", Period.parse(period)), READING)
    assert found is not None
    return found


def test_the_latest_one_before_published_where_it_was_else_the_draft(tmp_path: Path) -> None:
    leave(tmp_path / "2026-08" / "all", "2026-08")
    assert compared(tmp_path, "2026-10").standing.folder == tmp_path / "2026-08" / "all"
    leave(tmp_path / "published" / "2026-09" / "v2" / "all", "2026-09")
    leave(tmp_path / "published" / "2026-09" / "v10" / "all", "2026-09")
    leave(tmp_path / "2026-09" / "all", "2026-09")
    found = compared(tmp_path, "2026-10").standing
    assert (str(found.period), found.version) == ("2026-09", 10)
    assert compared(tmp_path, "2026-09").standing.version == 0
    assert reviews.earlier(tmp_path, "all", Period.parse("2026-08")) == []
    assert reviews.earlier(tmp_path / "never", "all", Period.parse("2026-08")) == []
    # one that does not tell its months is passed over
    (tmp_path / "published" / "2026-09" / "v10" / "all" / "results.json").write_text("{", encoding="utf-8")
    assert str(compared(tmp_path, "2026-10").standing.period) == "2026-08"


def test_it_tells_months_and_whether_settings_and_code_are_those_of_now(tmp_path: Path) -> None:
    leave(tmp_path / "2026-09" / "all", "2026-09", made_of={READ_SETTINGS: "s0"})
    found = compared(tmp_path, "2026-10")
    assert (found.settings, found.method) == (True, None)
    months = found.months()
    assert months is not None
    assert (months.first, months.last, months.period, months.version) == ("2026-08", "2026-09", "2026-09", 0)
    assert months.inputs == {"x.csv": "h"}
    assert months.months.to_numpy().tolist() == [["b", "2026-09", 1.0]]


def test_its_hash_depends_on_what_is_said_of_it_alone(tmp_path: Path) -> None:
    hashes = []
    for number, more in enumerate(({}, {"revenue": 2.0}, {"tier": "super-key"}, {"made_of": {READ_SETTINGS: "s0"}})):
        leave(tmp_path / str(number) / "2026-09" / "all", "2026-09", **more)  # type: ignore[arg-type]
        hashes.append(compared(tmp_path / str(number), "2026-10").hash)
    assert hashes[0] == hashes[2]
    assert len(set(hashes)) == 3


def test_a_version_that_only_carries_a_unit_on_is_that_of_its_first_publication(tmp_path: Path) -> None:
    versions = tmp_path / "published" / "2026-09"
    for number, run in ((1, "aa"), (2, "aa"), (3, "bb"), (4, "bb"), (5, "aa")):
        leave(versions / f"v{number}" / "all", "2026-09")
        path = versions / f"v{number}" / "all" / manifest.NAME
        path.write_text(manifest.text(json.loads(path.read_text("utf-8")) | {"run": run}), encoding="utf-8")
    found = reviews.versions(tmp_path, "all", Period.parse("2026-09"))
    assert [one.version for one in found] == [1, 3, 5]


def test_decisions_of_older_versions_stay_in_the_ledger(tmp_path: Path) -> None:
    versions = tmp_path / "published" / "2026-09"
    leave(versions / "v1" / "all", "2026-09", asked=("2026-08-a", "2026-09-b"))
    leave(versions / "v2" / "all", "2026-09", asked=("2026-08-a", "2026-09-c"))
    found = earlier.latest(tmp_path, "all", Period.parse("2026-10"))
    assert found is not None
    ledger = found.frame(earlier.LEDGER)
    assert ledger is not None
    assert ledger["id"].tolist() == ["2026-08-a", "2026-09-c", "2026-09-b"]


def test_tiers_come_from_the_review_published_for_the_end_of_w0(tmp_path: Path) -> None:
    leave(tmp_path / "2025-10" / "all", "2025-10", tier="super-key")
    october = Month(2025 * 12 + 9)

    def looked(end: Month | None) -> lookback.Lookback:
        return lookback.lookback(tmp_path, "all", Period.parse("2026-10"), 3, READING, end)

    assert looked(october).tiers is None  # a draft is not published
    leave(tmp_path / "published" / "2025-10" / "v1" / "all", "2025-10", tier="key")
    leave(tmp_path / "published" / "2025-Q4" / "v1" / "all", "2025-Q4")
    assert looked(None).tiers is None
    assert looked(october).hash != looked(None).hash
    slice_ = tmp_path / "slice"
    slice_.mkdir()
    looked(october).write(slice_)
    tiers = store._published_tiers(slice_)
    assert tiers is not None
    assert tiers.to_dict() == {"b": "key"}
    months = store._earlier_months(slice_)
    assert months is not None
    assert (months.period, months.settings, months.inputs) == ("2025-10", False, {"x.csv": "h"})


def test_a_version_of_the_period_itself_is_compared_with_where_it_tells_its_months(tmp_path: Path) -> None:
    leave(tmp_path / "published" / "2026-10" / "v1" / "all", "2026-10")
    (version,) = reviews.versions(tmp_path, "all", Period.parse("2026-10"))
    nothing = lookback.Lookback()
    assert nothing.hash == ""
    found = nothing.against(version, READING)
    assert found.compared is not None
    assert found.compared.standing.version == 1
    (version.folder / "results.json").write_text("{}", encoding="utf-8")
    (version,) = reviews.versions(tmp_path, "all", Period.parse("2026-10"))
    assert nothing.against(version, READING) == nothing

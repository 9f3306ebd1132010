"""What an earlier review leaves for the next: lists and strategic clients, the latest that can be read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.pipeline import earlier
from portfolio_review.slices import store

EXPOSURE = {
    "columns": ["client_id", "name", "stage", "abc", "tier", "contacts_active", "overdue"],
    "rows": [["007", "Bond", "stable", "A", "key", 2.0, 0.0]],
}
CONTACTS = {"columns": ["client_id", "contact", "active"], "rows": [["007", "M", True]]}
LISTS = {
    "columns": ["rule", "listed", "client_id", "list", "state"],
    "rows": [["return", True, "007", "return", "listed"]],
}


def leave(series: Path, period: str, **tables: Any) -> None:
    folder = series / period / "all"
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps({"tables": tables}), encoding="utf-8")


def before(series: Path, period: str) -> earlier.Earlier:
    found = earlier.latest(series, "all", Period.parse(period))
    assert found is not None
    return found


def test_the_latest_earlier_review_of_the_same_length_is_taken(tmp_path: Path) -> None:
    leave(tmp_path, "2021-08", **{"strategic.exposure": EXPOSURE, "strategic.contacts": CONTACTS})
    leave(tmp_path, "2021-10", **{"strategic.exposure": {**EXPOSURE, "rows": []}})
    leave(tmp_path, "2021-11", **{"strategic.exposure": EXPOSURE})  # the period itself
    leave(tmp_path, "2021-Q2", **{"strategic.exposure": EXPOSURE})
    assert before(tmp_path, "2021-11").strategic()["exposure"].empty
    assert set(before(tmp_path, "2021-09").strategic()) == {"exposure", "contacts"}
    assert earlier.latest(tmp_path, "all", Period.parse("2021-08")) is None
    assert earlier.latest(tmp_path, "benelux", Period.parse("2021-11")) is None
    assert earlier.latest(tmp_path / "never", "all", Period.parse("2021-11")) is None


def test_what_cannot_be_read_counts_as_not_there(tmp_path: Path) -> None:
    leave(tmp_path, "2021-09", **{"actions.full": LISTS, "strategic.exposure": EXPOSURE})
    leave(tmp_path, "2021-10", **{"actions.full": {"columns": ["rule"], "rows": []}})
    (tmp_path / "2021-10" / "all" / "results.json").write_text("{", encoding="utf-8")
    (tmp_path / ".logs").mkdir()
    found = before(tmp_path, "2021-11")
    lists = found.frame(earlier.LISTS)
    assert lists is not None
    assert (lists.to_numpy().tolist(), found.last) == (
        [["007", "return", True, "return", "listed"]],
        Month(2021 * 12 + 8),
    )
    assert found.frame(earlier.LEDGER) is None
    assert found.strategic()["exposure"].columns.tolist() == earlier.COLUMNS["strategic.exposure"]


def test_the_lists_of_h_months_earlier_come_where_clients_were_held_out_of_them(tmp_path: Path) -> None:
    held = {**LISTS, "rows": [*LISTS["rows"], ["develop", False, "006", "develop", "held_out"]]}
    leave(tmp_path, "2021-08", **{"actions.full": held})
    leave(tmp_path, "2021-09", **{"actions.full": LISTS})
    leave(tmp_path, "2021-10", **{"actions.full": LISTS})
    found = earlier.latest(tmp_path, "all", Period.parse("2021-11"), 3)
    assert found is not None
    assert found.called is not None
    assert (found.last, found.called.last) == (Month(2021 * 12 + 9), Month(2021 * 12 + 7))
    assert found.hash != before(tmp_path, "2021-11").hash
    without = earlier.latest(tmp_path, "all", Period.parse("2021-11"), 2)
    assert without is not None
    assert without.called is None
    slice_ = tmp_path / "slice"
    slice_.mkdir()
    lists = found.called.frame(earlier.LISTS)
    assert lists is not None
    store.write_called_lists(slice_, lists, found.called.last)
    called = store._called_lists(slice_)
    assert called is not None
    assert called.clients.to_numpy().tolist() == [["006", "develop", "held_out"], ["007", "return", "listed"]]
    # follow-through asks what became of the listed and of those cut, never of the held out
    store.write_earlier_lists(slice_, lists, found.called.last)
    followed = store._earlier_lists(slice_)
    assert followed is not None
    assert followed.clients["client_id"].tolist() == ["007"]


def test_a_long_table_is_read_from_where_it_lies_and_must_be_whole(tmp_path: Path) -> None:
    file = "strategic.exposure.parquet"
    frame = pd.DataFrame(EXPOSURE["rows"], columns=EXPOSURE["columns"])
    folder = tmp_path / "2021-10" / "all"
    folder.mkdir(parents=True)
    frame.to_parquet(folder / file)
    sha256 = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    table = {**EXPOSURE, "rows": None, "file": file, "sha256": sha256}
    (folder / "results.json").write_text(json.dumps({"tables": {"strategic.exposure": table}}), encoding="utf-8")
    assert before(tmp_path, "2021-11").strategic()["exposure"]["client_id"].tolist() == ["007"]
    (folder / file).write_bytes(b"torn")
    assert earlier.latest(tmp_path, "all", Period.parse("2021-11")) is None


def test_its_hash_differs_when_a_column_that_is_looked_at_does(tmp_path: Path) -> None:
    hashes = []
    head, tail = ["return", True], ["return", "listed"]
    for number, row in enumerate(([*head, "007", *tail], [*head, "008", *tail], [*head, "007", *tail])):
        series = tmp_path / str(number)
        leave(series, "2021-10", **{"actions.full": {**LISTS, "rows": [row]}})
        hashes.append(before(series, "2021-11").hash)
    assert hashes[0] == hashes[2] != hashes[1]


def test_a_slice_carries_it_and_its_hash_depends_on_it(tmp_path: Path) -> None:
    without = store.digest(tmp_path)
    assert store._earlier_review(tmp_path) is None
    store.write_earlier_review(tmp_path, {"contacts": pd.DataFrame(CONTACTS["rows"], columns=CONTACTS["columns"])})
    found = store._earlier_review(tmp_path)
    assert isinstance(found, EarlierReview)
    assert found.table("exposure") is None
    contacts = found.table("contacts")
    assert contacts is not None
    assert contacts.to_numpy().tolist() == [["007", "M", True]]
    assert store.digest(tmp_path) != without


def found(id: str, client: str | None = None, since: str | None = None, *, standing: bool = True) -> dict[str, Any]:
    return {"id": id, "client": client, "since": since, "standing": standing}


def test_a_finding_that_lasts_is_known_since_the_first_review_that_had_it(tmp_path: Path) -> None:
    # Findings: standing risks, "since August" when an earlier review had them
    leave(tmp_path, "2021-10", **{"actions.full": LISTS})
    results = tmp_path / "2021-10" / "all" / "results.json"
    recorded = [
        found("risk.overdue"), found("strategic.stale_plan", "00822", "2021-08"), found("movement.lost", standing=False),
    ]  # fmt: skip
    results.write_text(json.dumps({"tables": {"actions.full": LISTS}, "findings": recorded}), encoding="utf-8")
    now = before(tmp_path, "2021-11")
    assert now.since == {"risk.overdue": "2021-10", "strategic.stale_plan:00822": "2021-08"}
    recorded.pop()
    results.write_text(json.dumps({"tables": {"actions.full": LISTS}, "findings": recorded[:1]}), encoding="utf-8")
    assert before(tmp_path, "2021-11").hash != now.hash
    # of a review made before findings had one, and of one without findings, nothing is known
    results.write_text(json.dumps({"tables": {"actions.full": LISTS}, "findings": [{"id": "x"}]}), encoding="utf-8")
    assert before(tmp_path, "2021-11").since == {}
    assert store._earlier_findings(tmp_path) == {}
    store.write_earlier_findings(tmp_path, now.since)
    assert store._earlier_findings(tmp_path) == now.since

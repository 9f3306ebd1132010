"""Every reason against signing or publishing that lies in the draft's own files, each with what to do."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import made_drafts
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portfolio_review.delivery import approval, manifest
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.pipeline import refusals

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def entry(period: Path) -> UnitEntry:
    return UnitEntry(**json.loads((period / "manifest.json").read_text())["units"][0])


def signed(period: Path, **changes: Any) -> dict[str, Any]:
    """Anna's record of North as it lies there; `changes` are made after she signed."""
    day = dt.date(2024, 1, 5)
    made = approval.record("shop", period.name, "North", period / "north", made_drafts.INPUTS, "Anna Berg", day, KEY)
    return {**made, **changes}


def fitting(period: Path) -> None:
    """Let the manifests fit what lies in the folder of North, as a forger would."""
    folder = period / "north"
    own = {**json.loads((folder / "manifest.json").read_text()), "files": manifest.files_in(folder)}
    (folder / "manifest.json").write_text(manifest.text(own))
    whole = json.loads((period / "manifest.json").read_text())
    whole["units"][0]["manifest_sha256"] = manifest.digest(folder)
    (period / "manifest.json").write_text(manifest.text(whole))


def with_doubt(period: Path, **changes: Any) -> None:
    doubt = {"id": "duplicates", "table": "transactions", "column": None, "rows": 3, "share": 0.1, "examples": [],
             "done": "kept", "remedy": "drop_duplicates: true", "accepted": False}  # fmt: skip
    results = json.loads((period / "north" / "results.json").read_text())
    (period / "north" / "results.json").write_text(json.dumps({**results, "doubts": [{**doubt, **changes}]}))
    fitting(period)


def test_what_is_as_it_was_signed_is_published(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    assert refusals.to_publish(entry(period), period, signed(period), True) == []


def test_nobody_has_signed_it(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    (said,) = refusals.to_publish(entry(period), period, None, False)
    assert said == "nobody has signed it: sign it with `sign --period 2023-12 --unit North --as NAME`"


def test_a_failed_check(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path, failed={"North": "bridge_closes"})
    found = refusals.to_publish(entry(period), period, signed(period), False)
    assert found == ["check bridge_closes failed: mend what it names and make it again with run"]


@pytest.mark.parametrize("name", ["results.json", "notebooks/00_data.ipynb", "review.pdf"])
def test_a_changed_file(tmp_path: Path, name: str) -> None:
    period = made_drafts.drafts(tmp_path)
    record = signed(period)
    (period / "north" / name).write_text("{}")
    found = refusals.to_publish(entry(period), period, record, False)
    assert found == [f"files differ from its manifest: {name}; make it again with run"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("results.json", "results.json"),
        ("notebooks/00_data.ipynb", "notebooks/00_data.ipynb"),
        ("notebooks/01_more.ipynb", "notebooks/01_more.ipynb"),
        ("review.pdf", "what it is made of, or its editions"),
    ],
)
def test_a_file_changed_together_with_every_hash_of_it(tmp_path: Path, name: str, shown: str) -> None:
    period = made_drafts.drafts(tmp_path)
    record = signed(period)
    text = (period / "north" / "results.json").read_text() if name == "results.json" else "{}"
    (period / "north" / name).write_text(f"{text} ")
    fitting(period)
    (said,) = refusals.to_publish(entry(period), period, record, False)
    assert said == f"it was made again since Anna Berg signed it, and {shown} changed: review it and sign it again"


def test_a_manifest_replaced_under_that_of_the_period(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    record, before = signed(period), entry(period)
    (period / "north" / "results.json").write_text((period / "north" / "results.json").read_text() + " ")
    fitting(period)
    (said,) = refusals.to_publish(before, period, record, False)
    assert "manifest.json differs from its hash in" in said


@pytest.mark.parametrize("changes", [{"name": "Eve"}, {"day": "2024-01-06"}, {"signature": None}])
def test_an_approval_that_was_changed(tmp_path: Path, changes: dict[str, Any]) -> None:
    period = made_drafts.drafts(tmp_path)
    (said,) = refusals.to_publish(entry(period), period, signed(period, **changes), False)
    assert said.startswith("the signature in ")
    assert said.endswith("approval.json does not hold: sign it again")


def test_four_eyes_are_asked_for_after_it_was_signed(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path, maker="Anna Berg")
    assert refusals.to_publish(entry(period), period, signed(period), False) == []
    (said,) = refusals.to_publish(entry(period), period, signed(period), True)
    assert said.startswith("Anna Berg is its maker, and approval.four_eyes asks for two people")


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, True),
        ({"share": 0.0999}, False),
        ({"share": None}, False),
        ({"accepted": True}, False),
        ({"id": "other_sheets"}, False),  # its share is one of rows
    ],
)
def test_an_open_doubt_of_a_tenth_of_revenue(tmp_path: Path, changes: dict[str, Any], refused: bool) -> None:
    period = made_drafts.drafts(tmp_path)
    with_doubt(period, **changes)
    found = refusals.to_publish(entry(period), period, signed(period), False)
    if not refused:
        assert found == []
        return
    assert found == [
        "doubt duplicates in transactions touches 10.0% of revenue: settle it (drop_duplicates: true), or write "
        "`accepted: [duplicates]` in the review file; then make it again with run, and sign it"
    ]

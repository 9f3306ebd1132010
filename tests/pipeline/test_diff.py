"""`diff`: which reviews a name means, what changed between them, and how it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_reviews import READING, leave

from portfolio_review.cli import cli
from portfolio_review.delivery import manifest
from portfolio_review.errors import MissingFileError, UsageError
from portfolio_review.pipeline import diff
from portfolio_review.pipeline.parts import READ_CODE, READ_SETTINGS

REVIEW = "id: shop\ncurrency: EUR\nsources: {transactions: {path: sales.csv}}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yml"
    path.write_text(REVIEW, encoding="utf-8")
    series = tmp_path / "out" / "shop"
    leave(series / "2026-10" / "all", "2026-10", revenue=3.0)
    leave(series / "2026-10" / "all" / manifest.EARLIER / "ab12", "2026-10", revenue=1.0)
    leave(series / "published" / "2026-10" / "v1" / "all", "2026-10", made_of=READING | {READ_SETTINGS: "s0"})
    leave(series / "published" / "2026-10" / "v2" / "all", "2026-10", made_of={**READING, "library:duckdb": "1"})
    return path


def compare(file: Path, before: str, after: str) -> diff.Difference:
    return diff.diff(file, file.parent / "out", before, after, "all")


def test_a_name_means_the_draft_a_version_or_a_replaced_draft(file: Path) -> None:
    found = compare(file, "2026-10@ab12", "2026-10")
    assert (found.before.folder[-4:], found.after.version) == ("ab12", "draft")
    # 3 for 1, of the one client
    assert found.months == ({"month": "2026-10", "before": 1.0, "now": 3.0, "change": 2.0},)
    assert [(one["client_id"], one["name"], one["change"]) for one in found.clients] == [("b", "Berg", 2.0)]
    assert compare(file, "2026-10@v1", "2026-10@v2").after.version == "v2"
    with pytest.raises(UsageError, match=r"2026-10 of unit 'all' has no 'v3'.*; at hand: draft, v2, v1, ab12"):
        compare(file, "2026-10@v3", "2026-10")
    with pytest.raises(MissingFileError, match="holds no review of unit 'all' for 2026-09: make it with run"):
        compare(file, "2026-09", "2026-10")
    (file.parent / "out" / "shop" / "2026-10" / "all" / "results.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"does not tell revenue by client and month .* make it again with run"):
        compare(file, "2026-10@v1", "2026-10")


def causes(found: diff.Difference) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.cause: (one.changed, one.what) for one in found.causes}


def test_data_settings_and_method_are_told_apart(file: Path) -> None:
    series = file.parent / "out" / "shop"
    # the inputs are the same by hash, so it is not the data that changed
    told = causes(compare(file, "2026-10@v1", "2026-10"))
    assert told["data"] == ("unchanged", ())
    assert told["settings"][0] == "changed"
    assert told["settings"][1][0].startswith("how rows are read: ")
    assert told["method"] == ("unchanged", ())
    leave(series / "published" / "2026-10" / "v3" / "all", "2026-10", made_of={**READING, "library:duckdb": "2"})
    leave(series / "published" / "2026-10" / "v4" / "all", "2026-10", made_of=READING | {READ_CODE: "c2"})
    assert causes(compare(file, "2026-10@v2", "2026-10@v3"))["method"] == ("changed", ("duckdb is 2, was 1",))
    told = causes(compare(file, "2026-10@v3", "2026-10@v4"))
    assert told["method"] == ("changed", ("the code that reads and sums the rows changed",))


def test_settings_and_figures_that_differ_are_named(file: Path) -> None:
    for name, value, months in (("v1", 1.0, "3"), ("v2", 1.5, "6")):
        path = file.parent / "out" / "shop" / "published" / "2026-10" / name / "all" / "results.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        document["figures"] = {"a.b": {"value": value}, "a.c": {"value": 1 / 3}, "a.d": {"value": None}}
        document["tables"]["data.settings"] = {"columns": ["key", "value", "default"],
                                               "rows": [["risk.horizon_months", months, "3"]]}  # fmt: skip
        path.write_text(json.dumps(document), encoding="utf-8")
    found = compare(file, "2026-10@v1", "2026-10@v2")
    assert found.figures == ({"id": "a.b", "before": 1.0, "now": 1.5},)
    assert "risk.horizon_months: 3 → 6" in causes(found)["settings"][1]


def test_the_command_says_it_in_words_and_as_json(file: Path) -> None:
    words = ["diff", str(file), "2026-10@ab12", "2026-10", "--out", str(file.parent / "out")]
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 0, told.output
    assert "  2026-10: 1.00 → 3.00 (+2.00)\n    b Berg: 1.00 → 3.00 (+2.00)\n" in told.output
    assert "figures that differ: none" in told.output
    document = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)
    assert document["months"][0]["change"] == 2.0
    assert CliRunner().invoke(cli, [*words, "--quiet"]).output == ""
    missing = CliRunner().invoke(cli, [*words[:2], "2026-09", *words[3:]])
    assert missing.exit_code == 2

"""A review under a former name of its folder is found, and takes its plain name at the next run."""

import json
from pathlib import Path

import pytest

from portfolio_review.errors import PublishError
from portfolio_review.pipeline import folders


def review(period: Path, folder: str, unit: str) -> None:
    (period / folder).mkdir(parents=True)
    (period / folder / "manifest.json").write_text(json.dumps({"schema": 1, "unit": unit, "files": {}}))


def period_manifest(period: Path, **units: str) -> None:
    made: dict[str, object] = {"status": "made", "files": {}, "checks": {}}
    entries = [{"unit": unit, "slug": slug, **made} for unit, slug in units.items()]
    (period / "manifest.json").write_text(json.dumps({"schema": 1, "units": entries}))


def slugs_in(period: Path) -> dict[str, str]:
    document = json.loads((period / "manifest.json").read_text())
    return {entry["unit"]: entry["slug"] for entry in document["units"]}


def owners(period: Path) -> dict[str, str]:
    return {path.parent.name: json.loads(path.read_text())["unit"] for path in period.glob("*/manifest.json")}


def test_a_folder_of_the_former_form_is_found_and_taken_over(tmp_path: Path) -> None:
    review(tmp_path, "north-43f853", "North")
    review(tmp_path, "all", "all")
    period_manifest(tmp_path, North="north-43f853", all="all")
    assert folders.standing(tmp_path, "North") == tmp_path / "north-43f853"
    folders.take_over(tmp_path, {"North": "north", "all": "all"})
    assert owners(tmp_path) == {"north": "North", "all": "all"}
    assert slugs_in(tmp_path) == {"North": "north", "all": "all"}
    assert folders.standing(tmp_path, "North") == tmp_path / "north"


def test_it_is_found_without_a_manifest_of_the_period(tmp_path: Path) -> None:
    review(tmp_path, "north-43f853", "North")
    folders.take_over(tmp_path, {"North": "north"})
    assert owners(tmp_path) == {"north": "North"}


def test_a_unit_that_comes_to_share_its_name_leaves_it(tmp_path: Path) -> None:
    review(tmp_path, "north", "North")
    period_manifest(tmp_path, North="north")
    assert folders.standing(tmp_path, "north") is None
    folders.take_over(tmp_path, {"north": "north-aaaaaa", "North": "north-43f853"})
    assert owners(tmp_path) == {"north-43f853": "North"}
    assert slugs_in(tmp_path) == {"North": "north-43f853"}


def test_a_name_that_another_review_has_is_taken_once_that_has_moved(tmp_path: Path) -> None:
    review(tmp_path, "north-dc365e", "north")
    review(tmp_path, "north", "North")
    period_manifest(tmp_path, north="north-dc365e", North="north")
    folders.take_over(tmp_path, {"north": "north", "North": "north-43f853"})
    assert owners(tmp_path) == {"north": "north", "north-43f853": "North"}
    assert slugs_in(tmp_path) == {"north": "north", "North": "north-43f853"}


def test_a_folder_that_names_its_unit_is_preferred_to_one_that_does_not(tmp_path: Path) -> None:
    review(tmp_path, "north-43f853", "North")
    (tmp_path / "north").mkdir()
    assert folders.standing(tmp_path, "North") == tmp_path / "north-43f853"
    assert folders.standing(tmp_path, "north") == tmp_path / "north"


def test_the_review_of_a_unit_that_is_gone_makes_room_and_stays(tmp_path: Path) -> None:
    review(tmp_path, "north-43f853", "North")
    review(tmp_path, "north", "NORTH")
    period_manifest(tmp_path, North="north-43f853", NORTH="north")
    folders.take_over(tmp_path, {"North": "north"})
    assert owners(tmp_path) == {slugs_in(tmp_path)["NORTH"]: "NORTH", "north": "North"}
    assert slugs_in(tmp_path)["NORTH"].startswith("north-")


def test_nothing_is_moved_over_a_folder_of_unknown_origin(tmp_path: Path) -> None:
    review(tmp_path, "north-43f853", "North")
    (tmp_path / "north").mkdir()
    folders.take_over(tmp_path, {"North": "north"})
    assert owners(tmp_path) == {"north-43f853": "North"}


def test_a_folder_that_cannot_be_renamed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    review(tmp_path, "north-43f853", "North")
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PublishError, match=r"north-43f853: Permission denied; it was to be named north"):
        folders.take_over(tmp_path, {"North": "north"})

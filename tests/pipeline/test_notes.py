"""The analyst's own words beside the review file."""

import os
from pathlib import Path

import pytest

from portfolio_review import slugs
from portfolio_review.errors import UnitError
from portfolio_review.pipeline import notes


def written(folder: Path, content: bytes) -> Path:
    path = notes.file(folder, "2026-10", "all", "all")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_notes_lie_by_period_and_unit(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffЛучше.\n".encode())
    assert path == tmp_path / "notes" / "2026-10" / "all.md"
    assert notes.read(path) == "Лучше."


def test_without_notes_nothing_is_read(tmp_path: Path) -> None:
    missing = notes.file(tmp_path, "2026-10", "all", "all")
    assert (notes.read(missing), notes.read(None), notes.digest(missing)) == ("", "", "")


def test_other_words_make_another_review(tmp_path: Path) -> None:
    path = written(tmp_path, b"one")
    first = notes.digest(path)
    path.write_bytes(b"two")
    assert notes.digest(path) != first


@pytest.mark.parametrize(("content", "said"), [
    (b"x" * 401, "401 characters; page one has room for 400"),
    ("Лучше".encode("cp1251"), "save them as UTF-8 text"),
])  # fmt: skip
def test_notes_that_cannot_be_printed_say_why(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UnitError, match=said):
        notes.read(written(tmp_path, content))


def test_notes_that_are_a_pipe_or_a_device_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    path = notes.file(tmp_path, "2026-10", "all", "all")
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert notes.digest(path) != ""  # not the same as none: the review is made again, and says so
    with pytest.raises(UnitError, match=r"the notes .* are a named pipe, not a file"):
        notes.read(path)


@pytest.mark.parametrize(("name", "unit", "slug"), [
    ("north", "North", "north"), ("North", "North", "north"), ("North-West", "North-West", "north-west"),
    (slugs.former("North"), "North", "north"), ("Север", "Север", "sever"), ("sever", "Север", "sever"),
    ("E\u0301cole ", "École", "ecole"), ("all", "all", "all"), ("North  West", "North West", "north-west"),
])  # fmt: skip
def test_notes_are_found_under_every_name_of_the_unit(tmp_path: Path, name: str, unit: str, slug: str) -> None:
    path = tmp_path / "notes" / "2026-10" / f"{name}.md"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    assert notes.file(tmp_path, "2026-10", unit, slug) == path
    assert notes.unused(tmp_path, {"all": "all", unit: slug}) == []


def test_a_name_that_two_units_would_share_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "2026-10" / "north.md"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    units = slugs.of_units(["North", "NORTH"])
    assert [notes.file(tmp_path, "2026-10", unit, slug).is_file() for unit, slug in units.items()] == [False] * 3
    assert notes.unused(tmp_path, units)[0].rows == 1


@pytest.mark.parametrize(("name", "said"), [("Nroth", "2026-10/Nroth.md → North?"), ("xyz", "2026-10/xyz.md")])
def test_notes_of_no_unit_are_named(tmp_path: Path, name: str, said: str) -> None:
    folder = tmp_path / "notes" / "2026-10"
    folder.mkdir(parents=True)
    for one in (name, "North", "all"):
        (folder / f"{one}.md").write_text("x")
    (folder / "read me.txt").write_text("no notes")
    (doubt,) = notes.unused(tmp_path, {"all": "all", "North": "north"}, "2026-10")
    assert (doubt.id, doubt.rows, doubt.share) == ("notes_unused", 1, None)
    assert doubt.examples == (said,)
    assert notes.unused(tmp_path, {"all": "all", "North": "north"}, "2026-09") == []


def test_of_two_files_for_one_unit_the_one_that_is_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "notes" / "2026-10"
    folder.mkdir(parents=True)
    for one in ("North East", "north-east"):
        (folder / f"{one}.md").write_text("x")
    (doubt,) = notes.unused(tmp_path, {"all": "all", "North East": "north-east"})
    assert doubt.examples == ("2026-10/North East.md (North East: north-east.md)",)


def test_what_a_run_told_of_notes_is_told_again(tmp_path: Path) -> None:
    folder = tmp_path / "notes" / "2026-10"
    folder.mkdir(parents=True)
    for number in range(7):
        (folder / f"{number}.md").write_text("x")
    (doubt,) = notes.unused(tmp_path, {"all": "all"})
    other = {"id": "few_rows", "rows": 1, "examples": []}
    assert notes.told([other, doubt.said()]) == [doubt]
    assert notes.told([other]) == []


def test_without_a_folder_of_notes_there_is_no_doubt(tmp_path: Path) -> None:
    assert notes.unused(tmp_path, {"all": "all"}) == []

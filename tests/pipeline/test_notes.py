"""The analyst's own words beside the review file."""

import os
from pathlib import Path

import pytest

from portfolio_review.errors import UnitError
from portfolio_review.pipeline import notes


def written(folder: Path, content: bytes) -> Path:
    path = notes.file(folder, "2026-10", "all")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_notes_lie_by_period_and_unit(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffЛучше.\n".encode())
    assert path == tmp_path / "notes" / "2026-10" / "all.md"
    assert notes.read(path) == "Лучше."


def test_without_notes_nothing_is_read(tmp_path: Path) -> None:
    missing = notes.file(tmp_path, "2026-10", "all")
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
    path = notes.file(tmp_path, "2026-10", "all")
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert notes.digest(path) != ""  # not the same as none: the review is made again, and says so
    with pytest.raises(UnitError, match=r"the notes .* are a named pipe, not a file"):
        notes.read(path)

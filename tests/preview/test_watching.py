"""What a preview does when a file changes: the least that must be, and it goes on after an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portfolio_review.errors import RenderingError
from portfolio_review.preview import watching
from portfolio_review.preview.server import Shown


class Session:
    """Stands for a review: three files, and a page made of their texts."""

    def __init__(self, folder: Path) -> None:
        self.files = {
            step: folder / name for step, name in zip(watching.STEPS, ("a.yml", "b.ipynb", "c.j2"), strict=True)
        }
        for path in self.files.values():
            path.write_text("1", encoding="utf-8")
        self.done: list[str] = []

    def watched(self) -> dict[str, list[Path]]:
        return {step: [path] for step, path in self.files.items()}

    def read(self) -> None:
        self.done.append("read")
        if self.files["read"].read_text(encoding="utf-8") == "wrong":
            raise RenderingError("the review file is wrong")

    def execute(self) -> None:
        self.done.append("execute")

    def page(self) -> str:
        self.done.append("page")
        if self.files["page"].read_text(encoding="utf-8") == "wrong":
            raise ZeroDivisionError("a template divides")
        return " ".join(path.read_text(encoding="utf-8") for path in self.files.values())

    def redrawn(self) -> None:
        self.done.append("redrawn")


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(watching, "TICK_SECONDS", 0)
    return Session(tmp_path)


def looked(session: Session, changes: list[tuple[str, str] | None]) -> tuple[Shown, list[str]]:
    """Watch while files change, one at each look."""
    shown, told, left = Shown("demo"), [], list(changes)

    def going() -> bool:
        if not left:
            return False
        if (change := left.pop(0)) is not None:
            path = session.files[change[0]]
            path.write_text(change[1], encoding="utf-8")
            os.utime(path, ns=(1, len(left)))  # another time, whatever the clock's steps
        return True

    watching.watch(session, shown, told.append, going)  # type: ignore[arg-type]
    return shown, told


@pytest.mark.parametrize(
    ("step", "done"), [("page", ["page"]), ("execute", ["execute", "page"]), ("read", ["read", "page"])]
)
def test_only_what_must_be_is_made_again(session: Session, step: str, done: list[str]) -> None:
    shown, _ = looked(session, [(step, "2")])
    assert session.done == ["read", "page", *done]
    assert shown.version == 2
    assert "2" in shown.page


def test_nothing_is_made_while_nothing_changes(session: Session) -> None:
    shown, told = looked(session, [None, None, None])
    assert (session.done, shown.version, len(told)) == (["read", "page"], 1, 1)


@pytest.mark.parametrize(
    ("step", "said"),
    [("read", "the review file is wrong"), ("page", "ZeroDivisionError: a template divides")],
)
def test_an_error_is_told_and_the_last_page_stays_until_it_is_mended(session: Session, step: str, said: str) -> None:
    shown, told = looked(session, [(step, "wrong")])
    assert (shown.error, shown.page, shown.version) == (said, "1 1 1", 1)
    assert told[-1] == f"error: {said}"
    shown, told = looked(session, [(step, "mended")])
    assert (shown.error, shown.version) == ("", 1)
    assert "mended" in shown.page


def test_a_file_that_goes_and_comes_back_is_a_change(session: Session) -> None:
    known = watching.stamps(session.files.values())
    session.files["page"].unlink()
    assert set(known) - set(watching.stamps(session.files.values())) == {session.files["page"]}

"""Temporary folders end with their process, or with the next command when it was killed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from portfolio_review import workfolder
from portfolio_review.errors import PublishError
from portfolio_review.workfolder import work_folder

KILLED = """
import os, signal
from portfolio_review.workfolder import work_folder
with work_folder() as folder:
    (folder / "tables").mkdir()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_after_its_block(temporary: Path) -> None:
    with work_folder() as folder:
        (folder / "x").write_text("x")
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_folder(temporary: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], env={**os.environ, "TMPDIR": str(temporary)}, check=False)
    (left,) = temporary.iterdir()
    assert (left / "tables").is_dir()
    foreign = temporary / "review-of-mine"
    foreign.mkdir()
    with work_folder() as mine, work_folder() as other:  # those in use stay, and so does what is not ours
        assert {path.name for path in temporary.iterdir()} == {mine.name, other.name, foreign.name}


def test_the_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(PublishError, match=r"none cannot be written: No such file or directory; set TMPDIR"),
        work_folder(parent=str(tmp_path / "none")),
    ):
        pass


def test_sockets_lie_in_a_folder_whose_path_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    assert workfolder.for_sockets() == "/tmp"
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert len(workfolder.for_sockets()) < 65
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(workfolder, "_SHORT", ())
    with pytest.raises(PublishError, match="is too long a path for the sockets of kernels: set TMPDIR to a folder"):
        workfolder.for_sockets()

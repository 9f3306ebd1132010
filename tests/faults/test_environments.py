"""Odd machines: a temporary folder that is deep or full, few open files, little memory."""

import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from workshop import PERIOD, Workshop

from portfolio_review.errors import RenderingError
from portfolio_review.rendering import pdf
from portfolio_review.workfolder import fullest


def limited(shop: Workshop, limit: str, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in a shell with a limit, such as `-n 24`."""
    command = [sys.executable, "-m", "portfolio_review", *map(str, words), "--out", str(shop.out)]
    done = subprocess.run(
        ["sh", "-c", f'ulimit {limit} && exec "$@"', "sh", *command],
        cwd=shop.root, env=shop.environment(own_kernels=True, **more), capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def run(shop: Workshop) -> tuple[object, ...]:
    return ("run", shop.file, "--period", PERIOD, "--unit", "North", "--force", "--jobs", "1", "--quiet")


def test_a_deep_temporary_folder_is_no_place_for_sockets_and_a_soft_limit_of_files_is_raised(shop: Workshop) -> None:
    deep = shop.root / "tmp" / ("d" * 120)
    deep.mkdir()
    before = shop.published()
    done = limited(shop, "-S -n 24", *run(shop), TMPDIR=str(deep))
    assert (done.returncode, done.stderr) == (0, "")
    assert shop.published() == before
    assert list(deep.iterdir()) == []
    deep.rmdir()


def test_too_few_open_files_are_named_with_the_remedy(shop: Workshop) -> None:
    done = limited(shop, "-n 24", *run(shop))
    assert done.returncode == 2
    assert "a process may open 24 files at once here, notebooks need 256: raise the limit" in done.stderr


@pytest.mark.parametrize(
    ("command", "kilobytes"),
    [
        ("check", 300_000), ("check", 900_000), ("run", 300_000),
        *(pytest.param(*case, marks=pytest.mark.long) for case in (("check", 600_000), ("run", 600_000), ("run", 900_000))),
    ],
)  # fmt: skip
def test_too_little_memory_for_the_process_is_one_message(shop: Workshop, command: str, kilobytes: int) -> None:
    words = (command, shop.file) if command == "check" else run(shop)
    before = shop.published()
    done = limited(shop, f"-v {kilobytes}", *words)
    assert done.returncode != 0
    # a library's allocator may say by itself that it does without a thread
    (said,) = [line for line in done.stderr.splitlines() if not line.startswith("<jemalloc>")]
    assert "memory" in said
    if command == "run":
        assert f"a process may take {kilobytes * 1024 / 1e6:.0f} MB of memory here" in said
    assert shop.published() == before


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_the_folder_that_is_full_is_named(shop: Workshop, small: Path) -> None:
    (small / "filling").write_bytes(bytes(2036 << 10))
    done = shop.command("check", shop.file, TMPDIR=str(small))
    assert done.returncode == 3
    assert str(small) in done.stderr
    assert "No space left on device" in done.stderr
    assert [path.name for path in small.iterdir()] == ["filling"]


def test_a_pdf_without_room_for_its_fonts_names_the_folder(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small / "filling").write_bytes(bytes(1950 << 10))
    monkeypatch.setattr(tempfile, "tempdir", str(small))
    style = f"@font-face{{font-family:x;src:url({pdf.FONT_URL})}} body{{font-family:x}}"
    html = f"<!DOCTYPE html><html lang='en'><head><title>t</title><style>{style}</style></head><body>x</body></html>"
    with pytest.raises(RenderingError, match=re.escape(f"the PDF could not be made: {small}: ")):
        pdf.pdf(html, day=dt.date(2023, 12, 31))
    assert [path.name for path in small.iterdir()] == ["filling"]


def test_of_two_folders_the_one_without_room_is_named(small: Path, tmp_path: Path) -> None:
    (small / "filling").write_bytes(bytes(2036 << 10))
    assert fullest(tmp_path, small, "", small / "none") == str(small)

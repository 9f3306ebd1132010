"""A preview of the sample, as a user starts, changes and ends it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portfolio_review.sample import project

PATIENCE = 240
"""Seconds, on a busy machine."""


@pytest.mark.long
def test_it_shows_the_sample_again_after_each_change_and_ends_cleanly(tmp_path: Path) -> None:
    project.write(tmp_path, "# mine", {})
    file = tmp_path / project.REVIEW
    brand = tmp_path / "ours"
    brand.mkdir()
    (brand / "brand.toml").write_text('name = "Ours"\naccent = "#334455"\n', encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("brand: null", "brand: ours"), encoding="utf-8")
    command = [sys.executable, "-m", "portfolio_review", "preview", str(file), "--json", "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        address = json.loads(running.stdout.readline())["address"]

        def get(path: str) -> str:
            return str(urllib.request.urlopen(address + path, timeout=30).read().decode())

        def wait(met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
            end = time.monotonic() + PATIENCE
            while not met(state := json.loads(get("state"))):
                assert time.monotonic() < end, state
                time.sleep(0.1)
            return dict(state)

        try:
            assert wait(lambda now: now["version"] == 1 or now["error"])["error"] == ""
            assert "Ours" in get("review.html")
            assert "Content-Security-Policy" in get("review.html")
            assert "<article" in get("notebooks/02_structure.html") or "<main" in get("notebooks/02_structure.html")
            (brand / "brand.toml").write_text('name = "Theirs"\naccent = "#334455"\n', encoding="utf-8")
            assert wait(lambda now: now["version"] == 2 or now["error"])["error"] == ""
            assert "Theirs" in get("review.html")
            kept = file.read_text(encoding="utf-8")
            file.write_text("id: [", encoding="utf-8")
            assert "not readable as YAML" in wait(lambda now: now["error"])["error"]
            file.write_text(kept, encoding="utf-8")
            wait(lambda now: not now["error"] and now["version"] == 3)
        finally:
            running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
        assert running.stdout.read().splitlines()[-1] == "the preview has ended"
        assert running.stderr.read() == ""
    assert not list((tmp_path / "out").rglob("review.html"))
    shutil.rmtree(tmp_path / "out", ignore_errors=True)

"""The log of a run holds the error that ended it, and the screen shows that error once."""

import subprocess
import sys
from pathlib import Path


def test_an_error_that_ends_a_run_is_said_once_and_logged_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("id: mine\ncurrency: EUR\nwindw_months: 12\nsources:\n  transactions: {path: a.csv}\n")
    words = ["-m", "portfolio_review", "run", str(file), "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 2
    fault = "line 3: unknown key 'windw_months'; did you mean 'window_months'?"
    assert (done.stdout + done.stderr).count(fault) == 1
    (log,) = (tmp_path / "out" / ".logs").iterdir()
    assert log.read_text().count(fault) == 1


def test_a_run_of_a_missing_file_leaves_nothing(tmp_path: Path) -> None:
    words = ["-m", "portfolio_review", "run", str(tmp_path / "none.yml"), "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert "none.yml does not exist" in done.stderr
    assert list(tmp_path.iterdir()) == []

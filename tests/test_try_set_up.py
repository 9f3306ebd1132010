"""The README's commands on bare machines; see `scripts/try-set-up`."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "try-set-up"


def cases() -> list[str]:
    """All but that of `.ci/run`, which runs the whole suite."""
    listed = subprocess.run([SCRIPT, "--list"], capture_output=True, text=True, check=True).stdout.split()
    return [case for case in listed if not case.endswith("-ci")]


@pytest.mark.long
@pytest.mark.parametrize("case", cases())
def test_the_first_command_succeeds_on_a_bare_machine(case: str) -> None:
    how = "--smoke" if case == "12-root" else "--report"
    done = subprocess.run([SCRIPT, how, case], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_case_that_does_not_exist_is_named() -> None:
    done = subprocess.run([SCRIPT, "--report", "12-nobody"], capture_output=True, text=True, check=False)
    assert done.returncode in (1, 77)
    assert "no case is named 12-nobody" in done.stdout or done.returncode == 77

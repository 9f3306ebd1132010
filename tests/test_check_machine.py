"""Set-up tries out what a run needs of the machine: installs what lacks where it may, else says one command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "check-machine"
TOOLS = ("sh", "tail", "env")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs that stands for the whole machine: a Debian, and a user who may do nothing."""
    for name in TOOLS:
        (tmp_path / name).symlink_to(
            next(Path(folder, name) for folder in ("/bin", "/usr/bin") if Path(folder, name).exists())
        )
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/installed')
    return tmp_path


def program(folder: Path, name: str, does: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{does}\n")
    (folder / name).chmod(0o755)


def check(machine: Path, what: str = "pdf", python: str = "python") -> tuple[int, str]:
    done = subprocess.run(
        ["sh", SCRIPT, what, python], env={"PATH": str(machine)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_line_is_rendered_as_reviews_are() -> None:
    done = subprocess.run(
        ["sh", SCRIPT, "pdf", sys.executable], env=os.environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_where_it_may_not_install_it_says_what_lacks_and_the_command(machine: Path) -> None:
    program(machine, "python", "echo \"cannot load library 'libpango-1.0-0'\" >&2; exit 1")
    code, said = check(machine)
    assert code == 1
    assert "WeasyPrint, which writes the PDF, with Pango and HarfBuzz: cannot load library 'libpango-1.0-0'" in said
    assert (
        "Type: sudo apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
        "Then run make setup again.\n"
    ) in said
    assert not (machine / "installed").exists()


def test_what_only_slows_it_down_is_said_and_set_up_goes_on(machine: Path) -> None:
    program(machine, "python", "echo 'HarfBuzz-Subset is not there'")
    code, said = check(machine)
    assert code == 0
    assert "HarfBuzz-Subset is not there\nType: sudo apt-get install " in said
    assert "again" not in said


@pytest.mark.parametrize("may", ["root", "sudo"])
def test_where_it_may_it_installs_what_lacks(machine: Path, may: str) -> None:
    program(machine, "python", f"test -e {machine}/installed || exit 1")
    if may == "root":
        program(machine, "id", "echo 0")
    else:
        program(machine, "sudo", '[ "$1" = -n ] && shift; "$@"')
        program(machine, "true", "")
    code, said = check(machine)
    assert (code, "Type:" in said) == (0, False)
    first, second = (machine / "installed").read_text().splitlines()
    assert first == "update -qq"
    assert second.endswith("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")


def test_an_installation_that_changes_nothing_is_no_success(machine: Path) -> None:
    program(machine, "id", "echo 0")
    program(machine, "python", "echo broken >&2; exit 1")
    assert check(machine)[0] == 1


def test_a_missing_venv_is_named(machine: Path) -> None:
    program(machine, "python", "echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1")
    code, said = check(machine, "venv")
    assert code == 1
    assert "Type: sudo apt-get install -y --no-install-recommends python3-venv" in said
    program(machine, "python", 'case "$2" in *sys*) echo python3.12-venv;; *) exit 1;; esac')
    assert "--no-install-recommends python3.12-venv\n" in check(machine, "venv")[1]


def test_without_a_known_package_manager_it_says_what_lacks(machine: Path) -> None:
    (machine / "apt-get").unlink()
    program(machine, "python", "echo \"cannot load library 'libpango-1.0-0'\" >&2; exit 1")
    code, said = check(machine)
    assert code == 1
    assert said.endswith("Install what it needs with your package manager.\nThen run make setup again.\n")

"""The structure holds: import directions, size of modules, names, and no path or host of a machine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 450
    assert text.startswith('"""')


def test_no_module_has_a_vague_name() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager", "handler", "base"}
    assert [path for path in SOURCES if path.stem in vague] == []


def _tracked() -> list[Path]:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split()]


def test_no_file_names_a_path_of_a_machine_or_a_registry_host() -> None:
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "files" + r"\.pythonhosted", "/" + "work/main", "/" + "root/", "/" + "opt/"])
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for path in _tracked()
        if path.suffix in {".py", ".md", ".toml", ".lock", ".yml", ".ipynb", ".j2", ".css", ".po", ""}
        and path.is_file()
        and hosts.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_what_needs_no_data_loads_nothing_that_computes() -> None:
    # a plan, a check and a run of what is up to date start in a fifth of the time without
    modules = "from portfolio_review.pipeline import check, plan, run"
    heavy = "{'pandas', 'numpy', 'scipy', 'pyarrow', 'matplotlib', 'weasyprint', 'nbformat'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {modules}; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"

"""Each variant of a report is rendered once a test run."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import made_notebooks
import made_results
import pytest

from portfolio_review.rendering.editions import render

VARIANTS = {
    "en": lambda: made_results.results("en"),
    "ru": lambda: made_results.results("ru"),
    "hostile": made_results.hostile,
    "short_history": made_results.short_history,
    "short_history_ru": lambda: made_results.short_history("ru"),
    "small": made_results.small,
}


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder with the editions of a variant, shared by all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "editions"
    shared.mkdir(exist_ok=True)

    @cache
    def made(name: str) -> Path:
        folder, whole = shared / name, shared / f"{name}.whole"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                notebooks = made_notebooks.write(tmp_path_factory.mktemp(f"{name}-run"))
                render(VARIANTS[name](), folder, context=made_results.CONTEXT, notebooks_run=notebooks)
                whole.touch()
        return folder

    return made

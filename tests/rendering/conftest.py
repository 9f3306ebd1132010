"""Each variant of a report is rendered once a test run, and its PDF, which takes longest, when a test asks for it."""

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
def editions(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`editions(name, "html", "xlsx")`: the folder with these editions of a variant, shared by all processes of a run.

    The notebooks' pages are there beside `review.html`.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "editions"
    shared.mkdir(exist_ok=True)

    @cache
    def made(name: str, *formats: str) -> Path:
        folder = shared / name
        for format_ in formats:
            whole = shared / f"{name}.{format_}.whole"
            with (shared / f"{name}.{format_}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not whole.exists():
                    make(name, format_, folder)
                    whole.touch()
        return folder

    def make(name: str, format_: str, folder: Path) -> None:
        apart = tmp_path_factory.mktemp(f"{name}-{format_}")
        notebooks = made_notebooks.write(tmp_path_factory.mktemp(f"{name}-run"))
        context = made_results.CONTEXT
        render(VARIANTS[name](), apart, context=context, formats=(format_,), notebooks_run=notebooks)
        wanted = (f"review.{format_}", *(("notebooks",) if format_ == "html" else ()))
        folder.mkdir(exist_ok=True)
        for part in wanted:
            shutil.rmtree(folder / part, ignore_errors=True)
            shutil.move(apart / part, folder / part)

    return made

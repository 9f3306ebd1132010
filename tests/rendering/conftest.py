"""Each variant of a report is rendered once a session."""

from __future__ import annotations

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
    """The folder with the editions of a variant."""

    @cache
    def made(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        notebooks = made_notebooks.write(tmp_path_factory.mktemp(f"{name}-run"))
        render(VARIANTS[name](), folder, context=made_results.CONTEXT, notebooks_run=notebooks)
        return folder

    return made

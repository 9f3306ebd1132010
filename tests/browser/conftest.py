"""Pages for a real browser: the sample from the notebooks' kept outputs, and reviews made by hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import made_notebooks
import made_results
import made_series
import pytest
from payloads import PAYLOADS
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page, sync_playwright

from portfolio_review import resources
from portfolio_review import review as review_files
from portfolio_review.delivery import portal
from portfolio_review.rendering.editions import render
from portfolio_review.results import store
from portfolio_review.results.contract import RecordedTable, Results

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REVIEW = ROOT / "params" / "demo.yml"


@dataclass
class Visit:
    """An opened page and what it did beside being shown."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    node = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True, check=False)
    if node.returncode:
        pytest.skip(f"Playwright's driver does not start: {node.stderr.strip()}")  # such as for want of libatomic
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def visit(browser: Browser) -> Open:
    """`with visit(path, width=…) as v:` opens a file; at the end nothing was said and nothing asked for."""

    @contextmanager
    def opened(path: Path, width: int = 1280, height: int = 900, **context: Any) -> Iterator[Visit]:
        room = browser.new_context(viewport={"width": width, "height": height}, **context)
        made = Visit(room.new_page())
        made.page.on("console", lambda message: made.said.append(message.text))
        made.page.on("pageerror", lambda error: made.said.append(str(error)))
        made.page.on("dialog", lambda dialog: (made.said.append(dialog.message), dialog.dismiss()))
        made.page.on("request", lambda request: made.asked.append(request.url))
        made.page.goto(path.as_uri())
        try:
            yield made
            made.page.wait_for_timeout(50)
            assert made.said == []
            foreign = [url for url in made.asked if not url.startswith((path.parent.as_uri(), "data:"))]
            assert foreign == []
        finally:
            room.close()

    return opened


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The file of a page by name; each review is rendered once, as HTML alone."""

    @cache
    def sample() -> Results:
        return store.read_notebooks(resources.notebooks())

    @cache
    def folder(name: str) -> Path:
        made = tmp_path_factory.mktemp(name)
        if name.startswith("sample"):
            executed = [path for path in resources.notebooks() if path.stem.startswith(("02", "04"))]
            results, language = sample(), name.removeprefix("sample-")
            render(results, made, context=made_results.CONTEXT, formats=("html",), language=language, notebooks_run=executed)  # fmt: skip
        elif name == "portal":
            _portal(made, ["all", "Baltics", "Benelux", "Germany", "Iberia", "Nowhere"])
        elif name == "hostile-portal":
            _portal(made, ["all", *PAYLOADS])
        else:
            executed = made_notebooks.write(tmp_path_factory.mktemp(f"{name}-run"))
            results = {"small": made_results.small, "hostile": hostile}[name]()
            render(results, made, context=made_results.CONTEXT, formats=("html",), notebooks_run=executed)
        return made

    def page(name: str, file: str = "review.html") -> Path:
        return folder(name) / (portal.NAME if name.endswith("portal") else file)

    return page


def _portal(folder: Path, units: list[str]) -> None:
    periods = [f"2026-{month:02d}" for month in range(4, 11)]
    failed = [*((units[-1], period) for period in periods), (units[-2], "2026-10"), (units[-3], "2026-06")]
    made_series.write(folder, units, periods, failed=failed)
    portal.write(folder, review_files.load(REVIEW), REVIEW)


def hostile() -> Results:
    """Every payload as a client on a list, some as unit, title and owner."""
    base = made_results.results(title=PAYLOADS[3], unit=PAYLOADS[38])
    tables = dict(base.tables)
    for id, names in (("actions.return", PAYLOADS[:30]), ("actions.retain", PAYLOADS[30:])):
        tables[id] = _named(tables[id], names)
    return replace(base, tables=tables)


def _named(table: RecordedTable, names: tuple[str, ...]) -> RecordedTable:
    client, owner = table.columns.index("name"), table.columns.index("owner")
    rows = [list(row) for row in table.rows or ()]
    for row, name in zip(rows, names, strict=True):
        row[client] = row[owner] = name
    return replace(table, rows=tuple(tuple(row) for row in rows))

"""Every number that a whole review prints is one that a cell recorded: no page computes.

The text of each page is taken apart into numbers; each must be, rounded as it is printed, a figure or a cell of a table
that the page asked for, or one of the exceptions named here.
"""

from __future__ import annotations

import html as entities
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from portfolio_review import resources
from portfolio_review.catalog import CATALOG, WORDS
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.rendering import html
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.report import Report
from portfolio_review.results import store
from portfolio_review.results.contract import RecordedTable, Results

PARTS = ("value", "previous", "previous_year", "target", "ytd", "ytd_previous_year", "window", "window_previous")
FACTORS = (1.0, 100.0, 1e-3, 1e-6, 1e-9)
"""As it is, in per cent, in thousands, millions and billions."""
CONSTANTS = frozenset(map(float, (0, 1, 4, 5, 10, 12, 95)))
"""Numbers of the messages themselves: scores 1 to 5 and 0 to 1, a tenth of revenue, 12 months ahead, 95 % intervals."""
MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December|"
          "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
    "ru": "январ[ьяю]|феврал[ьяю]|март[ау]?|апрел[ьяю]|ма[йяю]|июн[ьяю]|июл[ьяю]|август[ау]?|сентябр[ьяю]|октябр[ьяю]|"
          "ноябр[ьяю]|декабр[ьяю]|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек",
}  # fmt: skip
NUMBER = {
    "en": re.compile(r"(?<![\w.,])[−+×<>]?[€]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?"),
    "ru": re.compile(r"(?<![\w.,])[−+×<>]?(\d{1,3}(?:\u00a0\d{3})+|\d+)(?:,(\d+))?"),
}


@dataclass(frozen=True)
class Watched(Report):
    """An accessor that notes which ids a page asks for."""

    asked: set[str] = field(default_factory=set)

    def entry(self, id: str) -> Any:
        self.asked.add(id)
        return super().entry(id)

    def rows(self, id: str) -> Any:
        self.asked.add(id)
        return super().rows(id)

    def rows_of_client(self, id: str, client_id: str) -> Any:
        self.asked.add(id)
        return super().rows_of_client(id, client_id)


def pages(results: Results) -> Iterator[tuple[str, str, set[str], list[float]]]:
    """(name, text, ids asked for, how many figures are defined and how many of them have no room) of every page."""
    report = Watched(results, Wording.of(results.review), RunContext(run="abcdef"))
    names = html.chosen_pages(results, "full")
    for name in names:
        report.asked.clear()
        report.lines.clear()
        _, section = html._section(html.environment(), report, name, names, Brand("", "#000000", None))
        defined = sum(id in results.figures and id in CATALOG for id in report.used)
        left = defined - str(section).count('<p class="def">') + 1  # one paragraph says how many have no room
        yield name, text(str(section)), set(report.asked), [float(defined), float(left)]


def text(section: str) -> str:
    """What is read of a page: no pictures, ticks of axes, attributes; definitions without their formulas."""
    for gone in (
        r"<svg.*?</svg>",
        r'<div class="scale">.*?</div>',
        r'<span class="formula">.*?</span>',
        r"<table class=\"contents.*?</table>",
    ):
        section = re.sub(gone, " ", section, flags=re.DOTALL)
    return entities.unescape(re.sub(r"<[^>]+>", "|", section))


def numbers(page: str, results: Results) -> Iterator[tuple[float, int, str]]:
    """(value, decimals, where) of each number, without dates, names of the data, and words of the catalogue."""
    code = results.review.language
    for name in sorted(names(results), key=len, reverse=True):
        page = page.replace(name, " ")
    blank = r"[\s\u00a0]"
    for gone in (
        rf"(\d{{1,2}}{blank})?\b({MONTHS[code]}){blank}\d{{4}}(?!\d)", rf"\d{{1,2}}{blank}({MONTHS[code]})\b",
        rf"(Q\d|[IV]+{blank}(кв\.|квартал)|\d{blank}кв\.){blank}\d{{2,4}}", r"\b\d{4}-\d{2}(-\d{2})?\b", r"\b\d{2}\.\d{2}\.\d{4}\b",
        r"\b[0-9a-f]{12}\b", r"\b\d+\.\d+\.\d+\b", r"\b\d\d_[a-z_]+, \w+",
    ):  # fmt: skip
        page = re.sub(gone, " ", page)
    for found in NUMBER[code].finditer(page):
        whole = re.sub(r"[,\u00a0]", "", found[1])
        near = page[max(0, found.start() - 40) : found.end() + 20]
        yield float(f"{whole}.{found[2] or 0}"), len(found[2] or ""), re.sub(r"[|\s]+", " ", near)


def names(results: Results) -> set[str]:
    """Texts with digits and letters: names of clients and values, words and labels of the catalogue."""
    code, months = results.review.language, results.review.window_months
    said = {
        cell for table in results.tables.values() for row in table.rows or () for cell in row if isinstance(cell, str)
    }
    said |= {Wording(code, "EUR", months).title(word) for word in (*WORDS.values(), *CATALOG.values())}
    return {one for one in said if re.search(r"\d", one) and re.search(r"[^\W\d]", one)}


def sources(results: Results, asked: set[str]) -> list[float]:
    """What a page may print, without signs: its figures and their changes, cells and numbers of rows of its tables,
    values of the findings and of the doubts, how many checks there are."""
    found = {float(results.review.window_months), *CONSTANTS}
    for id in asked:
        if id in results.figures:
            found |= set(of_figure(results.figures[id].figure))
        if id in results.tables:
            found |= set(of_table(results.tables[id]))
    if results.verdict is not None:
        said = (clause for sentence in results.verdict.verdict.sentences for clause in sentence)
        values = (value.value for clause in said for value in clause.values.values())
        found |= {abs(float(value)) for value in values if isinstance(value, int | float)}
    for recorded in results.findings:
        values = (value.value for clause in recorded.finding.clauses for value in clause.values.values())
        found |= {abs(float(value)) for value in (*values, recorded.finding.money) if isinstance(value, int | float)}
    found |= {float(number) for number in re.findall(r"\d+(?:\.\d+)?", repr(results.doubts))}
    passed = sum(check.passed for check in results.checks)
    return sorted(found | {float(passed), float(len(results.checks))})


def of_figure(figure: Figure) -> Iterator[float]:
    known = [part for part in (getattr(figure, name) for name in PARTS) if isinstance(part, int | float)]
    yield from (abs(float(value)) for value in (*known, *(figure.interval or ())))
    for now, before in itertools.permutations(known, 2):  # changes are told by one rule, from parts of one figure
        yield abs(now - before)
        if before > 0:
            yield from (abs(now / before - 1), now / before)


def of_table(table: RecordedTable) -> Iterator[float]:
    yield float(len(table.rows or ()))
    for cell in itertools.chain.from_iterable(table.rows or ()):
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            yield abs(float(cell))
        elif isinstance(cell, str):
            yield from (float(number) for number in re.findall(r"\d+(?:\.\d+)?", cell))


def known(value: float, decimals: int, recorded: list[float]) -> bool:
    half = 0.5 * 10**-decimals + 1e-9
    for factor in FACTORS:
        place = bisect_left(recorded, (value - half) / factor)
        if place < len(recorded) and recorded[place] <= (value + half) / factor:
            return True
    return False


@pytest.fixture(scope="module")
def whole() -> Results:
    """As the notebooks keep them; their own tests prove that a fresh run gives the same."""
    return store.read_notebooks(resources.notebooks())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_number_on_a_page_was_recorded(whole: Results, language: str) -> None:
    results = replace(whole, review=replace(whole.review, language=language))
    unknown, count = [], 0
    for name, page, asked, defined in pages(results):
        recorded = sorted([*sources(results, asked), *defined])
        for value, decimals, near in numbers(page, results):
            count += 1
            if not known(value, decimals, recorded):
                unknown.append(f"{name}: {value:.{decimals}f} in “{near}”")
    assert count > 1500
    assert not unknown, unknown


def test_a_number_that_a_page_computed_would_be_seen(whole: Results) -> None:
    """Sums of two cells, or a share of one in another, are no recorded numbers."""
    recorded = sources(whole, {"structure.largest"})
    rows = list(whole.tables["structure.largest"].rows or ())
    place = whole.tables["structure.largest"].columns.index("revenue_w1")
    first, second = (float(rows[number][place]) for number in (0, 2))
    assert known(round(first / 1e3, 1), 1, recorded)
    assert not known(round((first + second) / 1e3, 1), 1, recorded)
    assert not known(round(100 * second / first, 1), 1, recorded)

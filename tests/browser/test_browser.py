"""The screen editions in a real browser: accessible, silent, offline, by keyboard and touch, at four widths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from payloads import PAYLOADS
from playwright.sync_api import Page

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording

Pages = Callable[..., Path]
Open = Callable[..., Any]
NOTEBOOK = "notebooks/04_retention.html"
SHOWN = (
    ("sample-en", "review.html"), ("sample-ru", "review.html"), ("small", "review.html"), ("portal", ""),
    ("sample-en", NOTEBOOK),
)  # fmt: skip
WIDTHS = (390, 768, 1024, 1400)
axe = Axe()


ALIKE = """document.querySelectorAll('tbody tr:nth-child(n+4), #lists details:nth-of-type(n+3)').forEach((one) => one.remove());
    document.querySelectorAll('details').forEach((one) => { one.open = true; })"""
"""The rows of a table and the lists are alike, and axe looks at every cell."""


def violations(page: Page, *, colours: bool = True) -> list[str]:
    """Serious and critical ones, each with the first element concerned."""
    page.evaluate(ALIKE)
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    found = axe.run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("name", "file", "width"), [*((name, file, 1280) for name, file in SHOWN), ("small", "review.html", 390)])  # fmt: skip
def test_it_is_accessible(visit: Open, pages: Pages, name: str, file: str, width: int) -> None:
    with visit(pages(name, file), width=width) as visited:
        # the colours do not depend on the language, and are the dearest to look at
        assert violations(visited.page, colours=name != "sample-ru") == []


SCROLLERS = """() => [...document.querySelectorAll('body *')].filter((box) => {
    const flow = getComputedStyle(box).overflowX;
    return (flow === 'auto' || flow === 'scroll') && box.scrollWidth > box.clientWidth + 1;
}).filter((box) => box.tabIndex < 0 && !box.querySelector('a[href], button')).map((box) => box.outerHTML.slice(0, 80))"""
NAMELESS = """() => [...document.querySelectorAll('[role=region]')].filter((box) =>
    !box.ariaLabel && !document.getElementById(box.getAttribute('aria-labelledby'))?.textContent.trim()
).map((box) => box.outerHTML.slice(0, 80))"""


TALL = """() => [...document.querySelectorAll('main table.fix .clip')].filter((name) =>
    name.textContent.trim() && name.offsetHeight > 8 * parseFloat(getComputedStyle(name).lineHeight)
).map((name) => name.textContent)"""


@pytest.mark.parametrize("name", ["sample-en", "sample-ru"])
def test_names_of_clients_have_room_on_every_screen(visit: Open, pages: Pages, name: str) -> None:
    with visit(pages(name)) as visited:
        for width in (390, 1024, 1280):
            visited.page.set_viewport_size({"width": width, "height": 900})
            assert visited.page.evaluate(TALL) == [], width


@pytest.mark.parametrize(("name", "file"), SHOWN)
def test_no_page_scrolls_sideways_and_what_scrolls_is_reached_by_keyboard(
    visit: Open, pages: Pages, name: str, file: str
) -> None:
    with visit(pages(name, file)) as visited:
        for width in WIDTHS:
            visited.page.set_viewport_size({"width": width, "height": 900})
            visited.page.wait_for_timeout(100)
            assert visited.page.evaluate("document.documentElement.scrollWidth") <= width, width
            assert visited.page.evaluate(SCROLLERS) == []
            assert visited.page.evaluate(NAMELESS) == []


def test_units_of_the_portal_stack_on_a_phone_and_nothing_scrolls_sideways(visit: Open, pages: Pages) -> None:
    with visit(pages("portal"), width=390) as visited:
        visited.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        visited.page.wait_for_timeout(100)
        wide = "[...document.querySelectorAll('.wide')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
        assert visited.page.evaluate(wide) == 0
        amounts = visited.page.locator("#units tbody tr").first.locator("td.n b")
        assert all((box := amount.bounding_box()) and box["x"] + box["width"] <= 390 for amount in amounts.all())
        assert violations(visited.page) == []


def test_landmarks_and_headings(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        count = visited.page.locator
        assert count("main").count() == count("nav").count() == count("h1").count() == 1
        visited.page.keyboard.press("Tab")
        assert visited.page.evaluate("document.activeElement.className").startswith("skip")
        unnamed = "[...document.querySelectorAll('table')].filter((one) => !one.hasAttribute('aria-labelledby')).length"
        assert visited.page.evaluate(unnamed) == 0


def test_the_navigation_says_where_one_is(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        here = visited.page.locator("nav a[aria-current]")
        assert here.get_attribute("href") == "#summary"
        for id in ("risk", "definitions", "structure"):
            visited.page.locator(f"nav a[href='#{id}']").press("Enter")
            visited.page.wait_for_function(
                "id => document.querySelector('nav a[aria-current]').hash === `#${id}`", arg=id
            )
            assert here.count() == 1
        visited.page.keyboard.press("Tab")
        assert visited.page.evaluate("document.activeElement.closest('section, nav').id") == "structure"


ORDER = """table => [...table.tBodies[0].rows].map((row) => {
    const cell = row.cells[COLUMN]; return cell.dataset.v ?? cell.textContent.trim();
})"""


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_list_is_sorted_by_keyboard_numbers_as_numbers(visit: Open, pages: Pages, language: str) -> None:
    with visit(pages(f"sample-{language}")) as visited:
        details = visited.page.locator("[id='list-actions.retain']")
        details.locator("summary").press("Enter")
        heads = details.locator("th")
        column = next(
            place for place, head in enumerate(heads.all()) if "€" in head.inner_text()
        )  # fmt: skip  the first amount of money
        head, table = heads.nth(column), details.locator("table")
        read = ORDER.replace("COLUMN", str(column))
        before = [float(value) for value in table.evaluate(read)]
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        assert [float(value) for value in table.evaluate(read)] == sorted(before, reverse=True)
        head.locator("button").press("Space")
        assert head.get_attribute("aria-sort") == "ascending"
        assert [float(value) for value in table.evaluate(read)] == sorted(before)
        assert len(before) > 10
        heads.nth(2).locator("button").press("Enter")
        assert details.locator("th[aria-sort]").count() == 1


def test_what_is_not_known_is_sorted_last(visit: Open, pages: Pages) -> None:
    with visit(pages("portal")) as visited:
        head = visited.page.locator("#units th[data-sort=number]").nth(0)
        for _ in range(2):
            head.locator("button").press("Enter")
            values = visited.page.locator("#units").evaluate(ORDER.replace("COLUMN", "1"))
            known = [float(value) for value in values if value]
            assert sorted(known) in (known, known[::-1])
            assert (len(values), len(known), values[-1]) == (6, 5, "")


def test_a_client_is_found_on_all_lists_at_once(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        page = visited.page
        name = page.locator("[id='list-actions.retain'] tbody tr").first.locator("td").nth(2).text_content()
        assert name
        field = page.get_by_label("Find a client")
        field.fill(name.upper()[:12])
        shown = page.locator("#lists tbody tr:not([hidden])")
        assert shown.count() > 0
        assert all(name[:12].lower() in text.lower() for text in shown.all_text_contents())
        assert page.locator("[id='list-actions.retain']").get_attribute("open") is not None
        assert str(shown.count()) in page.locator("#found-clients").inner_text()
        field.fill("no client is called like this")
        assert shown.count() == 0
        assert page.locator("#found-clients").inner_text().startswith("Rows found: 0 of")
        field.fill("")
        assert page.locator("#lists tbody tr[hidden]").count() == page.locator("#lists details[open]").count() == 0


def test_a_link_to_a_list_opens_it(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        visited.page.locator("#actions a.whole").first.click()
        assert visited.page.locator("#lists details[open]").count() == 1


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_definition_shows_on_focus_and_escape_puts_it_away(visit: Open, pages: Pages, language: str) -> None:
    with visit(pages(f"sample-{language}")) as visited:
        page, figure = visited.page, visited.page.locator("a[data-figure='headline.clients']").first
        card = page.locator("#definition")
        assert card.is_hidden()
        figure.focus()
        assert card.is_visible()
        assert figure.get_attribute("aria-describedby") == "definition"
        entry = CATALOG["headline.clients"]
        assert card.locator("b").inner_text() == Wording(language, "EUR").title(entry)
        if language == "en":
            assert card.locator("p").first.inner_text() == entry.formula
        page.keyboard.press("Escape")
        assert card.is_hidden()
        assert figure.get_attribute("aria-describedby") is None
        figure.hover()
        assert card.is_visible()
        card.hover()
        page.wait_for_timeout(300)
        assert card.is_visible()
        page.mouse.move(5, 890)
        page.wait_for_timeout(300)
        assert card.is_hidden()


def test_every_figure_has_a_definition_to_show(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        missing = """[...document.querySelectorAll('a[data-figure]')].map((one) => one.dataset.figure)
            .filter((id) => !document.querySelector(`#definitions [data-row="${id}"]`)?.cells[2].textContent.trim())"""
        assert visited.page.evaluate(missing) == []
        assert visited.page.locator("a[data-figure]").count() > 100


def test_the_first_tap_defines_the_second_leads_to_the_cell(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en"), width=390, has_touch=True, is_mobile=True) as visited:
        page, figure = visited.page, visited.page.locator("a[data-figure='headline.clients']").first
        figure.tap()
        assert page.locator("#definition").is_visible()
        box = page.locator("#definition").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.url.endswith("review.html")
        figure.tap()
        page.wait_for_url("**/notebooks/*.html#cell-*")
        assert page.locator(":target").count() == 1


def test_print_leaves_out_what_only_a_screen_can_do(visit: Open, pages: Pages) -> None:
    with visit(pages("sample-en")) as visited:
        visited.page.emulate_media(media="print")
        for part in ("nav", "#lists", ".skip", "#definition", ".calc"):
            assert visited.page.locator(part).first.is_hidden(), part
        assert visited.page.locator("#summary").is_visible()


def test_sixty_payloads_are_sixty() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 60


@pytest.mark.parametrize(("name", "file"), [("hostile", "review.html"), ("hostile-portal", ""), ("hostile", NOTEBOOK)])
def test_payloads_are_text_and_run_nothing(visit: Open, pages: Pages, name: str, file: str) -> None:
    with visit(pages(name, file)) as visited:
        page = visited.page
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if file != NOTEBOOK:
            text = page.evaluate("document.body.textContent")
            assert [payload for payload in PAYLOADS if payload not in text] == []
            field = page.locator("input[type=search]")
            for payload in PAYLOADS[::7]:
                field.fill(payload)
            field.fill("")
            page.locator("th button").first.click()
            for head in page.locator("th button").all()[:8]:
                head.hover()
        page.evaluate(
            "document.querySelectorAll('a, td, bdi').forEach((one) => one.dispatchEvent(new Event('mouseover')))"
        )
        page.wait_for_timeout(100)
        assert page.evaluate("window.ran") is None
        assert page.locator("script").count() == (0 if file == NOTEBOOK else 1)

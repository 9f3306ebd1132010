"""The HTML edition: self-contained, strict policy, hostile text harmless, provenance of figures."""

from __future__ import annotations

import base64
import hashlib
import html as entities
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import made_results
import pytest
from made_notebooks import NAMES

from portfolio_review.catalog import CATALOG
from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.leavers import AT_MONTH_ENDS
from portfolio_review.rendering import brand, html, lists
from portfolio_review.rendering.pages import retention, summary, trust
from portfolio_review.rendering.pages.view import ByHand
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

Editions = Callable[..., Path]
VARIANTS = ("en", "ru", "hostile", "short_history", "short_history_ru", "small")


def read(editions: Editions, name: str) -> str:
    return (editions(name, "html") / "review.html").read_text("utf-8")


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_asked_of_the_network(editions: Editions, name: str) -> None:
    text = read(editions, name).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
    assert not re.search(r"<(link|iframe|object|embed|form|base)\b", text)
    assert all(source.startswith("data:") for source in re.findall(r'\bsrc="([^"]*)"', text))


@pytest.mark.parametrize("name", VARIANTS)
def test_the_policy_lets_exactly_our_style_sheet_and_script_stand(editions: Editions, name: str) -> None:
    text = read(editions, name)
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in entities.unescape(text)
    assert "default-src 'none'" in text
    assert not re.search(r"<[^>]*\sstyle=", text)
    assert not re.search(r"<[^>]*\son\w+=", text)


def test_hostile_names_are_text(editions: Editions) -> None:
    text = read(editions, "hostile")
    assert text.count("<script") == 1  # ours
    assert "49" not in re.findall(r"<title>(.*?)</title>", text)[0]
    for name in made_results.HOSTILE:
        assert str(entities.escape(name, quote=False)) in text.replace("&#39;", "'").replace("&#34;", '"')


@pytest.mark.parametrize("name", VARIANTS)
def test_tags_are_balanced_and_ids_are_unique(editions: Editions, name: str) -> None:
    text = read(editions, name)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for tag in ("section", "table", "tr", "td", "th", "div", "span", "a", "p", "h1", "h2", "h3", "svg"):
        assert len(re.findall(rf"<{tag}[\s>]", text)) == len(re.findall(rf"</{tag}>", text)), tag


@pytest.mark.parametrize("name", VARIANTS)
def test_figures_lead_to_their_cells_and_definitions(editions: Editions, name: str) -> None:
    text = read(editions, name)
    targets = set(re.findall(r'<a class="(?:fig|calc)" href="([^"]+)"', text))
    assert targets
    for target in targets:
        notebook, _, cell = target.partition("#cell-")
        assert notebook in {f"notebooks/{stem}.html" for stem in NAMES}
        assert re.fullmatch(r"c\d{4}", cell)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'\sid="([^"]+)"', text))


def defined(text: str) -> list[str]:
    """The ids that the screen's page of definitions defines, in their order."""
    _, _, page = text.partition('<section id="definitions"')
    return re.findall(r'data-row="([^"]+)"', page.partition("</section>")[0])


def test_the_definitions_list_exactly_the_figures_printed(editions: Editions) -> None:
    text = read(editions, "en")
    listed = defined(text)
    assert listed == [id for id in CATALOG if id in set(listed)]
    assert {"headline.revenue", "bridge.churn", "retention.client_retention_rate", "drivers.v_effect"} <= set(listed)
    assert "structure.effective_clients" in listed
    assert "structure.hhi" not in listed  # of specialists: in the notebook and the workbook
    assert "retention.client_churn_rate" not in listed  # recorded, printed nowhere


@pytest.mark.parametrize("name", VARIANTS)
def test_every_figure_on_a_screen_leads_to_a_definition(editions: Editions, name: str) -> None:
    text = read(editions, name)
    assert set(defined(text)) >= set(re.findall(r'<a class="fig"[^>]* data-figure="([^"]+)"', text)) != set()


@pytest.mark.parametrize("name", VARIANTS)
def test_every_table_is_named_by_a_heading(editions: Editions, name: str) -> None:
    text = read(editions, name)
    named = re.findall(r'<table[^>]*aria-labelledby="([^"]+)"', text)
    assert len(named) == len(re.findall(r"<table[\s>]", text))
    assert set(named) <= set(re.findall(r'<h[123][^>]*\sid="([^"]+)"', text))


def test_lists_show_every_client_with_what_is_sorted_by(editions: Editions) -> None:
    text = read(editions, "en")
    (found,) = re.findall(r'<details id="list-actions\.retain">(.*?)</details>', text, flags=re.DOTALL)
    assert found.count("<tr>") + found.count("<tr data-client=") == 31
    stake = made_results.tables()["actions.retain"].rows[0][6]
    assert f'data-v="{stake!r}"' in found
    assert "buys every 14 days, silent 16" in found
    assert "<bdi>3 Oct 2011</bdi>" in found or 'data-v="2011-10-03"' in found
    assert '<a class="whole" href="#list-actions.retain">whole list</a>' in text
    assert 'href="#list-actions.retain"' not in found


def test_a_list_too_long_for_a_screen_says_where_the_rest_is() -> None:
    results = made_results.results()
    table = results.tables["actions.retain"]
    first = (table.rows or ())[0]
    place = table.columns.index("client_id")
    rows = tuple((*first[:place], f"c{number}", *first[place + 1 :]) for number in range(3000))
    many = replace(table, rows=rows, count=3000)
    report = Report(replace(results, tables={"actions.retain": many}), Wording.of(results.review), made_results.CONTEXT)
    (made,) = lists.view(report).data["lists"]
    assert len(made.rows) == lists.MAX_CELLS // len(made.heads) < 3000
    assert made.cut == f"The first {len(made.rows)} of 3,000; all of them are in the workbook."


def test_lists_are_not_on_paper() -> None:
    results = made_results.small()
    edition = html.Edition(
        results=results, wording=Wording.of(results.review), context=made_results.CONTEXT, brand=brand.load(None)
    )
    printed = html.build(edition, "print")
    assert 'id="lists"' not in printed
    assert "<script" not in printed
    assert 'class="fig"' not in printed


def test_without_notebooks_no_link_leads_nowhere() -> None:
    results = made_results.results()
    edition = html.Edition(
        results=results, wording=Wording.of(results.review), context=made_results.CONTEXT, brand=brand.load(None)
    )
    assert 'href="notebooks/' not in html.build(edition, "screen")


def test_page_one_says_why_a_rate_has_no_year_before(editions: Editions) -> None:
    assert "A year before: n/a, history starts in December" in read(editions, "en").replace("\u00a0", " ")


def test_a_short_history_is_told_and_leaves_no_empty_object(editions: Editions) -> None:
    text = read(editions, "short_history").replace("\u00a0", " ")
    assert "there is no year before to compare with" in text
    assert text.count("Not shown: history starts in December 2010, the comparison needs December 2009.") >= 3
    assert "Checks failed, do not publish: bridge_closes" in text
    assert "1 of 21 checks failed" in text or re.search(r"1 of \d+ checks failed", text)


def test_a_partial_period_is_marked_on_every_page(editions: Editions) -> None:
    text = read(editions, "hostile").replace("\u00a0", " ")
    pages = len(re.findall(r'<section id="[a-z0-9_-]+" class="page', text))
    assert text.count("partial period: data until 30 November 2011") == pages


@pytest.mark.parametrize(("pages", "sections"), [("full", 13), ("short", 9), ("auto", 13)])
def test_pages_are_chosen(pages: str, sections: int) -> None:
    assert len(html.chosen_pages(made_results.results(), pages)) == sections


def test_a_small_unit_gets_the_short_report_and_all_never_does() -> None:
    short = ("summary", "by_what", "bridge", "actions", "trust", "definitions")
    assert html.chosen_pages(made_results.small(), "auto") == short
    assert len(html.chosen_pages(made_results.small(), "full")) == 12


def test_the_page_of_breakdowns_stands_where_there_are_some() -> None:
    """report.md §1: a page without a message is not printed; a review of plain transactions has no breakdown."""
    base = made_results.results()
    plain = replace(base, tables={id: made for id, made in base.tables.items() if not id.startswith("structure.by.")})
    assert "by_what" in html.chosen_pages(base, "full")
    assert "by_what" not in html.chosen_pages(plain, "full")


def test_heads_of_breakdowns_name_the_attribute_and_the_largest_change_stands_first() -> None:
    page = on("by_what", made(made_results.results()))
    assert (
        "Region Now Δ of Δ, % Kept, % At risk" in page or "Region Clients Before Now Δ of Δ, % Kept, % At risk" in page
    )
    assert "Value" not in page


def test_a_short_report_shows_risk_when_it_has_something_to_say() -> None:
    small = made_results.small()
    owed = {"risk.overdue_over_90": made_results.figure("risk.overdue_over_90", 120.0)}
    assert "risk" in html.chosen_pages(replace(small, figures={**small.figures, **owed}), "auto")


def test_a_list_says_who_why_and_what_it_cut(editions: Editions) -> None:
    text = re.sub(r"<[^>]+>", "", read(editions, "en")).replace("\u00a0", " ")
    # lost and in danger mean different money: they stand beside each other and are no sum
    assert "On “Return” £113k a year lost, £28.2k of it expected back; £22.7k in danger on “Retain”" in text
    assert "buys every 16 days, silent 266" in text
    assert "25 more on the list" in text
    assert "23.1% of those it named 3 months earlier bought anyway (21.0–25.0; 39 clients)." in text
    assert "5.5% of those it named 3 months earlier bought the category anyway (5.3–5.7; 39 clients)." in text
    assert "Expected back £28.2k (£21.0k–£36.1k). 12 months ago 371–471 of 1,893 were expected back, 431 came." in text
    assert (
        "Not listed though of class A and lapsed within 6 months: 2 with £8.10k a year; without value: 4; too small to list: 2."
        in text
    )
    assert "Without value: 4; nothing lacking: 5; too small to list: 2." in text


def on(page: str, report: Report) -> str:
    """The text of a page without tags, spaces that do not break as plain ones."""
    _, section = html._section(html.environment(), report, page, (page, "trust"), None)  # type: ignore[arg-type]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?span[^>]*>", "", str(section)))).replace(
        "\u00a0", " "
    )
    return entities.unescape(text)


def made(results: Results) -> Report:
    return Report(results, Wording.of(results.review), made_results.CONTEXT)


def test_the_lists_print_money_at_stake_in_one_unit() -> None:
    results = made_results.results("en")
    figures = {**results.figures, **{
        f"actions.retain.{part}": replace(results.figures[f"actions.retain.{part}"], figure=Figure(value=value))
        for part, value in (("at_stake", 48_837.32), ("at_stake_cut", 0.31))
    }}  # fmt: skip
    text = on("actions", made(replace(results, figures=figures)))
    assert re.findall(r"clients, revenue in (£ ?\w*) ", text) == ["£ thousand"] * 5
    sums = re.findall(r"30 on the list ([\d,. ]+) [\d,]+ more, not listed ([<\d,. ]+)\b", text)
    assert [tuple(" ".join(part.split()) for part in pair) for pair in sums] == [
        ("112.9 28.2", "212.8 53.2"), ("48.8", "<0.1"), ("62.7", "6.5"), ("67.0", "1,623.1"), ("1,542.9", "873.8"),
    ]  # fmt: skip


def test_the_class_of_lapsed_clients_is_said_to_be_that_of_then() -> None:
    text = on("actions", made(made_results.results("en")))
    # §7: return goes by the class of the last active 12 months, the other lists by that of W1
    assert (text.count("Client, reason Class then"), text.count("Client, reason Class ")) == (1, 5)


@pytest.mark.parametrize("verdict", ["loses_to_last_share", "beats_last_share"])
def test_where_no_chance_can_be_told_those_at_risk_are_said_to_count_nothing(verdict: str) -> None:
    results = made_results.results("en")
    known = results.figures["risk.backtest_verdict"]
    figures = {**results.figures, "risk.backtest_verdict": replace(known, figure=Figure(value=verdict))}
    text = on("actions", made(replace(results, figures=figures)))
    lost = verdict == "loses_to_last_share"
    assert ("those at risk count 0 and stand after, by value" in text) == lost
    assert ("if they fall silent, or fall once more" in text) != lost


def test_unprofitable_clients_stand_over_the_lists_that_leave_them_out() -> None:
    results = made_results.results("en")
    values = {"clients": 297, "revenue": 24_213_178.7, "margin": -1_763_958.5}
    figures = {**results.figures, **{
        f"actions.unprofitable.{name}": made_results.figure(f"actions.unprofitable.{name}", value)
        for name, value in values.items()
    }}  # fmt: skip
    text = on("actions", made(replace(results, figures=figures)))
    line = "Unprofitable, on no list: 297 clients, £24.2m revenue, −£1.76m margin."
    assert 0 <= text.find(line) < text.find("Expected back £")
    # those of return lapsed: they are none of the 297, which are active
    assert text.lower().count("without value (unprofitable, see above): 4") == 4
    assert text.count("without value: 4") == 1


def test_the_sum_expected_back_stands_without_an_interval_that_did_not_hold_a_year_ago() -> None:
    results = made_results.results("en")
    id = "actions.return.expected_back"
    text = on("actions", made(replace(results, figures={**results.figures, id: made_results.figure(id, 28_225.0)})))
    assert "Expected back £28.2k. 12 months ago" in text


def test_without_w0_the_lists_that_are_not_known_say_why_and_count_nobody() -> None:
    results, reason = made_results.results("en"), "history starts 2010-12, needs 2009-12"
    unknown = [f"actions.{name}.{part}" for name in ("retain.thread", "develop", "reward")
               for part in ("clients", "listed", "cut", "no_value", "light", "held_out", "at_stake",
                            "at_stake_cut")]  # fmt: skip
    figures = {**results.figures, **{
        id: replace(results.figures[id], figure=Figure(value=None, reason=reason)) for id in unknown
    }}  # fmt: skip
    none = {id: replace(results.tables[id], rows=()) for id in (
        "actions.retain.thread", "actions.develop", "actions.reward", "lifecycle.stage_abc")}  # fmt: skip
    text = on("actions", made(replace(results, figures=figures, tables={**results.tables, **none})))
    assert "Return: 2,394 clients" in text
    assert "Rests on a thread Large, not falling" in text
    said = "Not shown: history starts in December 2010, the comparison needs December 2009."
    assert text.count(said) == 4  # three lists, and lifecycle by value
    assert "0 clients" not in text


def test_movers_stand_up_first_then_down() -> None:
    text = on("migration", made(made_results.results("en")))
    found = re.findall(r"([ABC]) → ([ABC]) ([\d,]+) ([\d,]+) ([+−][\d,]+)", text)
    assert found[:2] == [("B", "A", "9,300", "61,201", "+51,901"), ("B", "A", "7,700", "50,100", "+42,400")]
    assert [before + now for before, now, *_ in found] == ["BA"] * 5 + ["AB"] * 3  # three of the ten fell
    assert found[5] == ("A", "B", "48,800", "9,100", "−39,700")


def test_failed_checks_stand_first_with_what_they_found() -> None:
    results = made_results.results("en")
    failed = [replace(results.checks[0], passed=False, detail="rows 3 = 4"), *results.checks[1:]]
    text = on("trust", made(replace(results, checks=failed)))
    name = CATALOG[failed[0].id].en
    assert f"{name}: FAILED rows 3 = 4" in text
    assert text.index("rows 3 = 4") < text.index("Reconciliation with the sources") < text.index("Passed checks")
    assert text.count(name) == 1
    assert f"Passed checks {len(failed) - 1} of {len(failed)}" in text
    assert "FAILED" not in on("trust", made(results))


def test_one_check_is_not_all_of_them_and_many_are_one_line() -> None:
    results = made_results.results("en")
    message = trust.view(made(replace(results, checks=results.checks[:1]))).message
    assert message.striptags() == "Rows of the sources counted: 791,899 of 1,067,371"
    count = len(results.checks)
    text = on("trust", made(results))
    assert f"Passed checks {count} of {count}" in text
    assert CATALOG[results.checks[0].id].en not in text  # named on a screen alone


def test_settings_that_are_no_default_stand_with_it() -> None:
    text = on("trust", made(made_results.results("en")))
    assert "Settings that differ from the default" in text
    assert "actions.capacity 20 30" in text
    assert "xyz.method" not in text  # as it is where the file says nothing
    results = made_results.results("en")
    plain = replace(results.tables["data.settings"], rows=(("xyz.method", "regularity", "regularity"),), count=1)
    text = on("trust", made(replace(results, tables=results.tables | {"data.settings": plain})))
    assert "Settings that differ from the default None" in text


def test_the_outlook_says_in_a_word_how_good_the_chances_were(editions: Editions) -> None:
    # report.md §1: Brier scores and tenths stay in the notebook and the workbook
    text = entities.unescape(re.sub(r"<[^>]+>", "", read(editions, "en"))).replace("\u00a0", " ")
    assert "Chances tested on the past: model more accurate than last time's share." in text
    assert "Brier" not in on("risk", made(made_results.results("en")))
    assert "No verdict: no target for revenue per client is set." in text
    assert "The next 3 months are expected to bring £1.96m, the target is £2.01m, too close to tell" in text


def test_an_unknown_choice_of_pages_is_refused() -> None:
    with pytest.raises(RenderingError, match="pages is 'some', expected auto, full or short"):
        html.chosen_pages(made_results.results(), "some")


def test_templates_cannot_print_an_unknown_figure() -> None:
    results = made_results.results()
    report = Report(results, Wording.of(results.review), made_results.CONTEXT)
    with pytest.raises(RenderingError, match=r"asks for 'headline\.revenu'.*did you mean 'headline\.revenue'"):
        report.v("headline.revenu")
    with pytest.raises(RenderingError, match=r"asks for table 'bridge\.step'"):
        report.rows("bridge.step")


def test_changes_follow_polarity_and_of_a_count_from_zero_are_the_difference() -> None:
    results = made_results.results()
    figures = results.figures | {
        "headline.clients": made_results.figure("headline.clients", 5, previous_year=0),
        "headline.lapsed_clients": made_results.figure("headline.lapsed_clients", 6, previous_year=3),
    }
    report = Report(results.__class__(results.review, figures), Wording.of(results.review), made_results.CONTEXT)
    said = '<span class="{}" data-figure="headline.{}" data-change="previous_year">{}</span>'
    assert report.change("headline.clients") == said.format("good", "clients", "+5")
    assert report.change("headline.lapsed_clients") == said.format("bad", "lapsed_clients", "+3")
    assert report.change("headline.revenue") == said.format("bad", "revenue", "−0.2%")
    assert report.change("structure.top5_share") == ""


def test_a_change_of_a_rate_that_its_interval_covers_is_a_word_and_no_number() -> None:
    """63.6 % with 62.1 to 65.0: the half-width of 1.5 points × √2 is 2.1, so 1.6 points up are noise, 3.6 are none;
    a target is exact: 66 % lies outside the interval, 64 % inside."""
    id, interval = "retention.client_retention_rate", (0.6214, 0.6503)
    results = made_results.results()

    def change(base: str = "previous_year", **beside: float) -> str:
        rate = made_results.figure(id, 0.636, interval=interval, **beside)
        return str(made(replace(results, figures=results.figures | {id: rate})).change(id, base))

    noise = f'<span class="g2" data-figure="{id}" data-change="previous_year" data-noise="yes">within noise</span>'
    assert change(previous_year=0.62) == noise
    assert "+3.6" in change(previous_year=0.60)
    assert "−2.4" in change("target", target=0.66)
    assert "within noise" in change("target", target=0.64)


def test_a_part_of_the_risk_changes_where_its_own_interval_says_so() -> None:
    """`risk.parts` says that the change of revenue at risk is not clear: page one and the page of risk say the same."""
    results = made_results.results()
    parts = {row["part"]: row for row in made(results).rows("risk.parts")}
    for part in ("revenue_at_risk", "gone"):
        figure = results.figures[f"risk.{part}"].figure
        held = replace(figure, previous_year=0.9 * float(figure.value or 0))
        told = made(
            replace(results, figures=results.figures | {f"risk.{part}": made_results.figure(f"risk.{part}", held)})
        )
        assert ("within noise" in told.change(f"risk.{part}")) is not parts[part]["clear"]


def test_the_matrix_says_what_its_classes_mean_by_the_method() -> None:
    base = made_results.results()
    assert "X buys constantly" in on("structure", made(base))
    method = made_results.figure("series.xyz_method", "variation")
    cells = base.tables["structure.abc_xyz"]
    without = replace(cells, rows=(*(cells.rows or ()), ("C", "n/a", 7, 60.5, None)))
    varied = replace(
        base,
        figures={**base.figures, "series.xyz_method": method},
        tables={**base.tables, "structure.abc_xyz": without},
    )
    page = on("structure", made(varied))
    assert "By variation of revenue: X even" in page
    assert "X buys constantly" not in page
    # a column of its own for those without a class, so that the row adds up
    assert "X Y Z n/a All" in page


def test_a_window_under_a_year_is_held_against_the_same_months_a_year_before() -> None:
    revenue = made_results.figure("structure.revenue", 6000000.0, previous_year=5000000.0, window_previous=7000000.0)
    base = made_results.results(window_months=6)
    half = replace(base, figures={**base.figures, "structure.revenue": revenue}, findings=())
    for page in ("bridge", "migration", "drivers", "retention", "actions"):
        assert "seasons differ" in on(page, made(half))
        assert "seasons differ" not in on(page, made(made_results.results()))
    # the months before are of another season: they stand on no page as what revenue was before
    assert "Before" not in on("structure", made(half))
    assert "Before" in on("structure", made(made_results.results()))
    for page, told in (("structure", "· before:"), ("risk", "· before:"), ("risk", "Since 12 months before")):
        assert told in on(page, made(made_results.results()))
        assert told.replace("12", "6") not in on(page, made(half))


def test_new_clients_of_a_history_that_starts_with_the_months_before_are_new_since_then() -> None:
    base = made_results.results()
    assert "first purchase since December 2009" in on("bridge", made(base))
    longer = replace(base, review=replace(base.review, history_start="2008-12-01"))
    assert "first purchase ever" in on("bridge", made(longer))


def test_cells_of_a_partial_month_are_hatched_also_where_nobody_bought() -> None:
    base = made_results.results()
    cohorts = base.tables["retention.cohorts"]
    columns = list(cohorts.columns)
    cohort, age, size, partial = (columns.index(name) for name in ("cohort", "age", "size", "partial"))

    def row(month: str, months: int) -> tuple[object, ...]:
        cells = list((cohorts.rows or ())[0])
        cells[cohort], cells[age], cells[size], cells[partial] = month, months, 10, (month, months) == ("2011-10", 1)
        return tuple(cells)

    # nobody of September's bought in November, which is partial
    rows = (row("2011-09", 0), row("2011-09", 1), row("2011-10", 0), row("2011-10", 1))
    few = replace(base, tables={**base.tables, "retention.cohorts": replace(cohorts, rows=rows)})
    (cohorts_,) = [block for row in retention.view(made(few)).rows for column in row.columns for block in column.blocks
                   if isinstance(block, ByHand)]  # fmt: skip
    lines = cohorts_.data["rows"]
    hatched = [["partial" in cell["css"] for cell in line["cells"][:2]] for line in lines]
    assert hatched == [[False, True], [True, False]]


def test_the_curve_that_starts_below_all_says_why() -> None:
    base = made_results.results()
    steps = base.tables["retention.survival_steps"]
    place = list(steps.columns).index("survival")
    first = list((steps.rows or ())[0])
    for share, told in ((1.0, False), (0.9, True)):
        first[place] = share
        rows = (tuple(first), *(steps.rows or ())[1:])
        page = on(
            "retention",
            made(replace(base, tables={**base.tables, "retention.survival_steps": replace(steps, rows=rows)})),
        )
        assert ("some bought on one day only" in page) == told


def test_rates_of_retention_are_grey_where_clients_buy_at_longer_gaps_than_the_window() -> None:
    reason = "clients buy every 370 days, the window has 365 days"
    base = made_results.results()
    gap = {**base.figures, "series.usual_gap": made_results.figure("series.usual_gap", 370.0)}
    slow = replace(base, figures=gap, findings=())
    page = on("retention", made(slow))
    assert f"Grey: rates of retention say little here, {reason}." in page
    shown = {figure.id: figure for figure in summary.key_figures(made(slow))}
    assert shown[summary.RETENTION].note == reason
    assert [id for id, figure in shown.items() if 'class="g2"' in figure.big] == [summary.RETENTION, summary.NET]
    markup = html._section(html.environment(), made(slow), "retention", ("retention", "trust"), None)[1]  # type: ignore[arg-type]
    tables = re.findall(r'<table class="([^"]*)" data-table="(retention\.(?:rates|by_\w+))"', str(markup))
    assert "retention.by_abc" in [id for _, id in tables]
    assert all("pale" in css for css, _ in tables)
    assert "span" not in str(made(slow).change("retention.client_retention_rate"))
    gap["series.usual_gap"] = made_results.figure("series.usual_gap", 365.0)
    assert "say little here" not in on("retention", made(replace(slow, figures=gap)))


def test_still_buying_stands_beside_retention_also_where_it_is_not_known() -> None:
    base = made_results.results()
    unknown = Figure(value=None, reason="in a window of 3 months nobody can have gone quiet")
    still = replace(base.figures["retention.still_buying_rate"], figure=unknown)
    figures = summary.key_figures(made(replace(base, figures={**base.figures, summary.STILL: still})))
    rows = next(figure.lines for figure in figures if figure.id == summary.RETENTION)
    assert ("Still buying", "n/a") in [(name, re.sub("<[^>]+>", "", value)) for name, value, _ in rows]


def test_concentration_stands_beside_the_year_before(editions: Editions) -> None:
    """The concentration of W1 is recorded with that of a year before, not with a window before."""

    def row(name: str) -> list[str]:
        (line,) = re.findall(rf'<th scope="row">(?:<[^>]*>)*{name}(?:</bdi>)?</th>(.*?)</tr>', read(editions, "en"))
        return re.findall(r">([^<>]+)<", line)

    assert row("Share of the ten largest</span>, %") == ["16.4", "16.6"]
    assert "the ten largest hold" in read(editions, "en")


def test_pages_of_a_partial_period_say_where_their_windows_end_and_what_was_not_judged() -> None:
    base = made_results.results(partial=True, data_until="2011-12-09", compared_until="2011-12-09")
    flash = made(replace(base, figures={
        **base.figures,
        "headline.lapsed_clients": made_results.figure("headline.lapsed_clients", undefined(AT_MONTH_ENDS)),
        "actions.return.bought_since": made_results.figure("actions.return.bought_since", 21),
    }))  # fmt: skip
    bridge, drivers, actions = (on(page, flash) for page in ("bridge", "drivers", "actions"))
    assert "data until 9 December 2011; windows end with November 2011, the last complete month" in bridge
    assert "equally many days" not in bridge
    assert re.search(r"lapse is judged at month ends n/a", drivers)
    assert "bought after November 2011, where the window ends, so left out: 21" in actions
    assert "W1: the 12 months that end with November 2011, the last complete month." in on("definitions", flash)
    assert "W1: its last 12 months." in on("definitions", made(made_results.results()))


def test_returned_clients_that_cannot_be_known_are_nowhere_a_nought() -> None:
    base = made_results.results()
    reason = "history starts 2009-12, needs 2009-11"
    effect = made_results.figure("drivers.returned_effect", Figure(value=0.0, reason=reason))
    report = made(replace(base, figures={**base.figures, "drivers.returned_effect": effect}))
    assert "n/a" in str(report.v("drivers.returned_effect"))
    assert re.search(r"returned[^:]*: history starts .{1,60} n/a", on("drivers", report))
    assert re.search(r"Returned( n/a)+ ", on("actions", report))
    known = made_results.figure("movement.returned_clients", 0)
    told = made(replace(base, figures={**base.figures, "movement.returned_clients": known}))
    assert re.search(r"Returned( \d[\d,]*)+ ", on("actions", told))


def test_a_change_that_no_number_tells_is_a_dash_that_the_page_explains() -> None:
    base = made_results.results()
    revenue = made_results.figure("headline.revenue", 500.0, previous=0.0, previous_year=None)
    report = made(replace(base, figures={**base.figures, "headline.revenue": revenue}))
    assert (report.change("headline.revenue", "previous"), report.change("headline.revenue")) == ("—", "")
    assert "n/a: not known or not defined; —: no single number tells the change" in on("drivers", report)

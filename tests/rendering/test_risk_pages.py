"""The page of risk and outlook: what it says, and what it does not say where the model failed its test."""

from __future__ import annotations

import datetime as dt
import html as entities
import io
import re
from dataclasses import replace

import made_results
import openpyxl
import pytest
import read_book

from portfolio_review.exhibits import chances, measure, notation
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.rendering import html, xlsx
from portfolio_review.rendering.pages import cells, summary
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedFigure, Results


def report(results: Results) -> Report:
    return Report(results, Wording.of(results.review), made_results.CONTEXT)


def printed(results: Results, name: str = "risk") -> str:
    """The text of a page on paper."""
    _, section = html._section(html.environment(), report(results), name, (name, "trust"), None)  # type: ignore[arg-type]
    return " ".join(
        entities.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?span[^>]*>", "", str(section))))
        .replace("\u00a0", " ")
        .split()
    )


def changed(**figures: Figure) -> Results:
    results = made_results.results()
    known = {
        f"risk.{name}": RecordedFigure(**{**vars(results.figures[f"risk.{name}"]), "figure": figure})
        for name, figure in figures.items()
    }
    return replace(results, figures={**results.figures, **known})


LOST = Figure(value="loses_to_last_share")


@pytest.mark.parametrize(
    ("chance", "said"),
    # chances.md §2: steps of 5 %, half up; below .025 under 5 %, from .975 over 95 %
    [(0.0, "under 5"), (0.0249, "under 5"), (0.025, "5"), (0.0749, "5"), (0.075, "10"), (0.5, "50"), (0.9749, "95"),
     (0.975, "over 95"), (1.0, "over 95")],
)  # fmt: skip
def test_a_chance_is_printed_in_steps(chance: float, said: str) -> None:
    assert cells.chance(report(made_results.results()), chance) == said


def test_a_chance_is_printed_in_steps_in_the_workbook_too() -> None:
    results = made_results.results()
    made = xlsx.workbook(results, Wording.of(results.review), made_results.CONTEXT, created=dt.date(2011, 11, 30))
    read = openpyxl.load_workbook(io.BytesIO(made))
    chances = read_book.column(read, "risk.largest", "Chance of a purchase, 12 months")
    # 0.0001: under 5 %
    assert (chances[0].value, chances[0].number_format) == (0, '[<0.025]"under 5%";[>=0.975]"over 95%";0%')
    assert chances[1].value == 0.25


def test_the_outlook_adds_up_and_holds_an_interval_of_its_sums_alone() -> None:
    text = printed(made_results.results())
    assert "The next 3 months are expected to bring £1.96m, the target is £2.01m, too close to tell" in text
    # report.md §1: intervals of parts stand in the notebook
    assert "Today's clients 1,840 1,722" in text
    assert "New clients 123 123" in text
    # each change behind what it is against: 1,963 / 2,010 and 1,963 / 1,845; without a target the year before alone
    assert "Expected 95% interval Target Δ A year before Δ" in text
    assert "Next 3 months 1,963 1,712–2,231 2,010 ≈ 1,845 ≈" in text
    assert "Rest of the year 622 545–702 649 ≈" in text
    # 1,840 + 123 = 1,963 and 613 + 9 = 622; 2,011 / 1,900 = 1.058
    assert "What was said of clients known then, and what came, £ thousand" in text
    assert re.search(r"August 2011 3 1,900 2,011 ", text)


def test_the_parts_say_a_change_only_where_it_is_clear() -> None:
    text = printed(made_results.results())
    assert "Gone, last 12 months 233.4 2.9 within noise" in text
    assert "May fall silent, next 3 months 302.1 3.8 +50.9" in text
    assert "At risk, next 3 months 402.1 5.1 +50.9" in text


def test_the_verdict_names_what_makes_the_risk_high() -> None:
    text = printed(made_results.results())
    assert "No verdict: no target for revenue per client is set." in text
    assert re.search(r"Risk is high: One client .+, 31% of revenue \(limit 25%\)\.", text)
    assert "Chances tested on the past: model more accurate than last time’s share." in text.replace("'", "’")


def test_where_the_model_lost_no_client_has_a_chance_and_nothing_is_ordered_by_it() -> None:
    results = changed(backtest_verdict=LOST)
    assert not chances.told(results)
    assert cells.chance(report(results), 0.5) == "n/a"
    text = printed(results)
    # the list in danger stands, by what its clients lost, without a column of chances
    assert "No chance plays a part: the model failed its test" in text
    assert "Value of 12 months How In danger" in text
    assert "over 95" not in text
    assert "under 5" not in text.partition("Contracts ending")[0]
    assert "logarithmic" not in text  # no picture, which has a point for each client
    at_risk = next(figure for figure in summary.key_figures(report(results)) if figure.id == summary.AT_RISK)
    assert (at_risk.big, at_risk.lines, at_risk.note) == ("n/a", (), "not shown: the model failed its test")


def test_the_value_is_said_with_what_it_is_counted_in_where_the_page_has_room() -> None:
    results = made_results.results()
    assert "Value of today's clients" not in printed(results)
    none = {id: replace(results.tables[id], rows=()) for id in ("risk.receivables_ageing", "risk.contracts_ending")}
    text = printed(replace(results, tables={**results.tables, **none}))
    assert "Value of today's clients, revenue" in text
    assert "Residual value of today's clients £15.1m" in text


def test_without_a_year_of_new_clients_todays_stand_alone_and_the_reason_once() -> None:
    short = Figure(value=None, reason="history starts 2010-12, needs 2010-01")
    lines = ("outlook_new", "outlook", "outlook_new_year", "outlook_year", "may_shrink", "revenue_at_risk")
    text = printed(changed(**dict.fromkeys(lines, short)))
    assert "Today's clients 1,840" in text
    assert text.count("history starts in December 2010") == 1


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", ["risk", "strategic", "actions"])
def test_a_chance_has_room_in_its_column_on_paper(name: str, language: str) -> None:
    # print.css: tables are set in .8rem = 8 points, a cell begins with 2 mm of padding
    results = made_results.results()
    wording = Wording(language, results.review.currency)
    made = Report(results, wording, made_results.CONTEXT)
    _, section = html._section(html.environment(), made, name, (name, "trust"), None)  # type: ignore[arg-type]
    needed = max(measure.width(cells.chance(made, p)) for p in (0.0, 1.0)) * 8 / notation.LABEL_PT / 72 * 25.4 + 2
    found = []
    for table in re.findall(r"<table.*?</table>", str(section), re.DOTALL):
        heads = re.findall(r"<th [^>]*>(.*?)</th>", table.partition("</thead>")[0], re.DOTALL)
        columns = re.findall(r"<col(?: class=\"m([\d_]+)\")?>", table)
        found += [float(columns[heads.index("p, %")].replace("_", "."))] if "p, %" in heads else []
    assert found
    assert min(found) >= needed


def test_no_page_tells_the_year_by_the_plain_ratio() -> None:
    # metrics.md §8: the plain year-to-date ratio only in the notebook; made_lists: 8,120,000
    results = made_results.results()
    assert results.figures["headline.year_end_revenue"].figure.value == 8120000.0
    for name in ("structure", "drivers", "risk"):
        text = printed(results, name)
        assert "year end" not in text.lower()
        assert "8,120" not in text
        assert "rest of the year as expected" not in text


def test_the_clients_on_this_page_are_the_first_of_the_list_in_danger() -> None:
    # metrics.md §7: no other page ranks the same clients otherwise
    results = made_results.results()
    here, actions = printed(results).partition("First of the list in danger")[2], printed(results, "actions")
    first = [row["name"] for row in report(results).rows("actions.retain")[:5]]
    places = [[text.index(f" {name} ") for name in first] for text in (here, actions.partition("In danger:")[2])]
    assert places == [sorted(found) for found in places]
    assert "The list of the page of actions, in its order. Revenue of 12 months." in here
    # 22,700 in all, of which the first five of thirty hold 2/930 · (30 + … + 26): 15,866 are left; as printed
    # 1,465 + 1,416 + 1,367 + 1,318 + 1,269 + 15,866 = 22,701
    assert "25 more on the list 15,866 All 30 22,700" in here
    assert "Parts may not add to totals because of rounding." in here


def test_a_note_says_so_where_printed_parts_do_not_add_up() -> None:
    results = made_results.results()
    # 1,840.4 + 123.4 = 1,963.8, printed 1,840 + 123 and 1,964
    text = printed(changed(outlook_today=Figure(value=1840400.0), outlook_new=Figure(value=123400.0),
                           outlook=Figure(value=1963800.0)))  # fmt: skip
    assert "Today's clients 1,840" in text
    assert "Parts may not add to totals because of rounding." in text
    none = {"risk.largest": replace(results.tables["risk.largest"], rows=())}
    assert "rounding" not in printed(replace(made_results.results(), tables={**results.tables, **none}))


def test_the_direction_is_told_in_words() -> None:
    # report.md §1: how the chance of no purchase moved stands in the notebook
    text = printed(made_results.results())
    assert re.search(r"Since 12 months before: [a-z ,]+\.", text)

"""Page eight, the dossiers and the portrait of one client: with all, some and none of the tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import made_notebooks
import made_results
import made_strategic
import page
import pytest
from markupsafe import Markup
from pypdf import PdfReader

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import html, portrait
from portfolio_review.rendering.pages import dossiers, strategic
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Made
from portfolio_review.results.contract import Results


def report(results: Results) -> Report:
    return Report(results, Wording.of(results.review), made_results.CONTEXT)


def without(results: Results, *names: str, **figures: object) -> Results:
    """The results without some tables `strategic.<name>`, and with other figures `strategic.<name>`."""
    ids = {f"strategic.{name}" for name in names}
    changed = {f"strategic.{name}": made_results.figure(f"strategic.{name}", value) for name, value in figures.items()}
    kept = {id: table for id, table in results.tables.items() if id not in ids}
    return replace(results, tables=kept, figures=results.figures | changed)


def printed(results: Results, name: str) -> str:
    """The text of a page on paper."""
    made = report(results)
    _, section = html._section(html.environment(), made, name, (name, "trust"), None)  # type: ignore[arg-type]
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?span[^>]*>", "", str(section))).replace("\u00a0", " ").split())


def table(view: View, id: str) -> Made:
    """The one table of a page with this id."""
    blocks = (block for row in view.rows for column in row.columns for block in column.blocks)
    (made,) = (block for block in blocks if isinstance(block, Made) and block.id == id)
    return made


def cells(made: Made, at: int) -> dict[str, str]:
    """The words of a row by column."""
    return {column.id: str(Markup(cell).striptags())
            for column, cell in zip(made.columns, made.rows[at].cells, strict=True)}  # fmt: skip


def on_page(results: Results, id: str) -> Made:
    return table(strategic.view(report(results)), id)


def test_page_eight_says_what_hangs_on_one_person() -> None:
    text = printed(made_results.results(), "strategic")
    assert "6 strategic clients bring £1.06m, 13.4% of revenue" in text
    assert "on a single contact rests £281k of key clients&#39; revenue" in text


def test_exposure_is_in_words() -> None:
    text = printed(made_results.results(), "strategic")
    for words in ("one person", "3, 1 gone", "£25.3k, 41 days", "new, Mar 2011", "202 days, late", "ends 31 Dec 2011",
                  "price 5, competitor 4", "none"):  # fmt: skip
        assert words in text, words
    assert "Key clients without a warning sign: 5." in text


def test_the_card_shows_who_leaves_enters_is_next_and_how_steady() -> None:
    card = on_page(made_results.results(), "strategic.scores")
    rows = [cells(card, at) for at in range(len(card.rows) - 1)]  # the last line counts those not shown
    assert [row["decision"] for row in rows] == [
        *["Stays"] * 5, "Would leave", "Would enter", *["Next candidate"] * 4, "Assess first",
    ]  # fmt: skip
    assert [row.css for row in card.rows[4:8]] == ["", "group", "group", "group"]
    assert rows[1]["stability"] == "88"  # 1 − 1/8
    assert rows[1]["range"] == ""
    # all of it is known of the six accounts; of the others 0.15 is not: 0.76 ± 0.075
    assert [rows[7][name] for name in ("assessed", "score", "range")] == ["85", "0.76", "0.69–0.84"]
    assert "bad" not in str(card.rows[7].cells)
    assert [rows[11][name] for name in ("assessed", "stability")] == ["60", "–"]
    assert '<span class="bad">60</span>' in card.rows[11].cells
    assert rows[7]["potential_points"] == "–"


def test_a_criterion_that_decides_nothing_is_named_and_has_no_column() -> None:
    card = on_page(made_results.results(), "strategic.scores")
    # foothold, a tenth of the weight: the nine others weigh 0.2 / 0.9 and so on
    assert "foothold" not in " ".join(card.heads).lower()
    assert [str(head).partition("<br>")[2] for head in card.heads][9:11] == ["22", "11"]
    # on a phone, where a head stands before its cell, the words and the weight are apart
    assert [Markup(head).striptags() for head in card.heads][9:11] == ["Revenue 22", "Growth 11"]
    text = printed(made_results.results(), "strategic")
    said = "Left out, its weight spread over the rest, for it tells none from another: foothold (90% have one value)."
    assert said in text
    assert "Clients assessed for less than 70% of the weight neither enter nor leave." in text


def test_those_to_be_assessed_that_are_not_shown_are_counted() -> None:
    assert "Assess first 292 more" in printed(made_results.results(), "strategic")


def test_a_criterion_known_of_nobody_is_named_without_a_share() -> None:
    results = made_results.results()
    table = results.tables["strategic.criteria"]
    share = table.columns.index("same_share")
    rows = tuple(tuple(None if n == share else cell for n, cell in enumerate(row)) for row in table.rows or ())
    changed = replace(results, tables=results.tables | {"strategic.criteria": replace(table, rows=rows)})
    assert "none from another: foothold (not known of any candidate)." in printed(changed, "strategic")


def test_pages_of_a_short_window_print_no_change_against_other_months_of_the_year() -> None:
    # metrics 1: with a window under 12 months a change of W1 is against the same months a year earlier
    whole, short = (made_results.results(window_months=months) for months in (12, 6))
    assert "Δ, %" in printed(whole, "strategic")
    assert "Δ, %" not in printed(short, "strategic")
    assert "on the months before" in printed(whole, "dossiers")
    assert "on the months before" not in printed(short, "dossiers")


def test_sums_of_exposure_count_clients() -> None:
    assert "One contact only: 2 clients (" in printed(made_results.results(), "strategic")


def test_two_points_are_a_list_and_no_picture() -> None:
    results = made_results.results()
    table = results.tables["strategic.importance"]
    assert "Importance × difficulty" in printed(results, "strategic")
    few = replace(table, rows=(table.rows or ())[:2], count=2)
    results = replace(results, tables=results.tables | {"strategic.importance": few})
    text = printed(results, "strategic")
    assert "Score, difficulty, relationship" in text
    assert "Importance × difficulty" not in text


def test_a_dossier_says_what_of_the_score_is_not_assessed() -> None:
    results = made_results.results()
    table = results.tables["strategic.scores"]
    low, high, fit = (table.columns.index(name) for name in ("score_low", "score_high", "strategic_fit_points"))
    rows = [list(row) for row in table.rows or ()]
    rows[0][low], rows[0][high], rows[0][fit] = 0.85, 0.95, None
    changed = replace(table, rows=tuple(map(tuple, rows)))
    results = replace(results, tables=results.tables | {"strategic.scores": changed})
    assert "1 criterion not assessed; score between 0.85–0.95" in printed(results, "dossiers")


def test_the_profile_has_scores_gaps_data_means_and_the_plan() -> None:
    profile = on_page(made_results.results(), "strategic.six_factors")
    number, mean = cells(profile, 0), cells(profile, 3)
    assert [number[f"super-key:{part}"] for part in ("score", "data")] == ["1→2 1", "6"]
    dots = str(profile.rows[0].cells[1])
    assert 'class="mk t1 at1 l0"' in dots  # 1 of 1 to 5 stands at the left end
    assert 'class="gap at1 l0 p250"' in dots  # and a quarter of the axis leads to 2
    assert profile.rows[3].css == "mean"
    # (1 + 2 + 4) / 3 and so on
    assert [mean[f"{tier}:score"] for tier in ("super-key", "key", "non-key")] == ["2.3", "3.3", "4.0"]
    note = str(Markup(profile.note).striptags())
    assert "1 overdue" in note
    assert "Key clients: no plan" in note


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (("six_factors", "factor_means", "importance"), "No scores: no table “Assessments” given."),
        (("agreements",), "The plan's line: the table “Plans” holds none for a tier."),
        (("proposal",), "Score card: not shown, no client is scored in this review."),
        (("exposure",), "Warning signs: not shown, no client is super-key or key."),
    ],
)
def test_each_part_says_what_it_lacks(gone: tuple[str, ...], said: str) -> None:
    results = without(made_results.results(), *gone)
    results = replace(results, charts={})
    assert said in printed(results, "strategic")


def test_columns_that_no_table_fills_are_named() -> None:
    results = made_results.results()
    table = results.tables["strategic.exposure"]
    place = table.columns.index("overdue")
    rows = tuple((*row[:place], None, *row[place + 1 :]) for row in table.rows or ())
    results = replace(results, tables=results.tables | {"strategic.exposure": replace(table, rows=rows)})
    said = printed(results, "strategic")
    assert "Not shown for want of tables or columns: “Payments”." in said
    assert "Overdue receivables" not in said
    assert "Since last contact" in said


def test_nothing_at_all_is_one_line_and_no_dossier() -> None:
    small = made_results.small()
    assert strategic.view(report(small)).missing == "Not shown: no notebook of this review computed it."
    assert not strategic.has_something_to_say(small)
    assert not dossiers.has_something_to_say(small)
    assert "dossiers" not in html.chosen_pages(small, "full")
    assert "strategic" not in html.chosen_pages(small, "short")


def test_a_dossier_says_what_is_agreed_and_what_is_late() -> None:
    text = printed(made_results.results(), "dossiers")
    assert "agreed with Eglė Jankauskienė on 16 Apr 2011" in text
    assert "overdue by 84 days" in text
    assert "Actions shown: 5 of 9" in text
    assert "not both sides gain" in text  # the second client's plan brings 100 for 9,000
    assert "None: no goal is agreed with this client, no action is planned." in text
    assert made_strategic.DONE in text


def test_between_quarters_there_are_changes_and_overdue_actions_only() -> None:
    results = without(made_results.results(), edition="changes")
    text = printed(results, "strategic")
    assert "6 strategic clients: 2 actions are overdue, the oldest by 84 days" in text
    assert "Growing → Stable" in text
    assert not dossiers.has_something_to_say(results)
    bare = without(results, "plans", "agreements", "changes")
    assert "Where the plans stand Not shown: no table “Plans” given." in printed(bare, "strategic")


def changed(results: Results, id: str, **cells: object) -> Results:
    """The results with these cells in every row of a table."""
    table = results.tables[id]
    rows = tuple(tuple(cells.get(name, cell) for name, cell in zip(table.columns, row, strict=True))
                 for row in table.rows or ())  # fmt: skip
    return replace(results, tables=results.tables | {id: replace(table, rows=rows)})


def test_where_nothing_changed_the_page_says_whether_there_is_an_earlier_review() -> None:
    quiet = without(made_results.results(), "changes", edition="changes")
    alone = replace(quiet, tables={id: table for id, table in quiet.tables.items() if id != "actions.follow_through"})
    assert "Since the earlier review nothing has changed here." in printed(quiet, "strategic")
    assert "What changed is not known: there is no earlier review of this unit." in printed(alone, "strategic")


def test_a_plan_without_a_goal_begins_with_what_is_agreed() -> None:
    text = printed(changed(made_results.results(), "strategic.agreements", goal=None, agreed_on=None), "dossiers")
    assert "Not agreed with the client" in text
    assert "· not agreed" not in text
    assert "· Not agreed" not in text


def test_clients_that_the_data_propose_are_called_so() -> None:
    results = made_results.results()
    proposed = changed(results, "strategic.proposal", decision="proposed")
    assert "Proposed as a strategic client: no account is named" in printed(proposed, "dossiers")
    assert "proposed clients (bold)" in printed(proposed, "strategic")
    assert "6 clients proposed as strategic" in printed(proposed, "strategic")
    assert "proposed" not in printed(results, "dossiers").lower()


def test_a_client_has_one_number_on_a_page() -> None:
    """The number of the score card, by score, stands in the matrix or its list too; a dossier has no other."""
    results = replace(changed(made_results.results(), "strategic.importance", rank=17), charts={})
    listed = on_page(results, "strategic.importance")
    assert [cells(listed, at)["rank"] for at in range(6)] == ["17"] * 6
    assert " of 6" not in printed(results, "dossiers")


def test_a_number_that_got_worse_is_coloured_by_what_it_means() -> None:
    below = " ".join(str(row.below) for row in on_page(made_results.results(), "strategic.plans").rows)
    assert '→ <span class="bad">£25.3k</span>' in below
    assert '→ <span class="good">2</span>' in below  # from the fourth place to the second


def test_a_long_name_leaves_room_in_the_message() -> None:
    results = made_results.results()
    named = made_results.tables(("A" * 300, *(row[0] for row in made_results.LARGEST)))
    results = replace(results, tables=named)
    made = dossiers.view(report(results)).data["views"][0]
    assert str(made.message).startswith("A" * 59 + "…: £268k")


def test_dossiers_of_which_little_is_known_stand_two_on_a_page() -> None:
    results = made_results.results()
    assert [view.css.endswith("lean") for view in dossiers.view(report(results)).data["views"]] == [False] * 6
    bare = without(results, "contacts", "purchases", "white_space", "scores", "agreements", "plans")
    bare = changed(bare, "strategic.dossiers", payment_terms=None, payment_method=None, payment_currency=None,
                   days_to_pay=None, open=None, overdue=None)  # fmt: skip
    assert [view.css.endswith("lean") for view in dossiers.view(report(bare)).data["views"]] == [False, True] * 3
    assert "Not given: “Contacts”, “Plans”, “Payments”." in printed(bare, "dossiers")


def test_a_portrait_alone_is_an_accessible_page(tmp_path: Path) -> None:
    results = made_results.results("ru")
    facts = results.tables["strategic.dossiers"]
    one = replace(facts, rows=(facts.rows or ())[:1], count=1)
    results = without(replace(results, tables=results.tables | {"strategic.dossiers": one}))
    results = replace(results, figures={})  # a portrait records tables alone
    (tmp_path / "run").mkdir()
    notebook = made_notebooks.write(tmp_path / "run")[0]
    paper, screen = portrait.write(results, tmp_path / "out", notebook, context=made_results.CONTEXT)
    validated = page.validate_pdf(paper, profile="ua1")
    assert validated.is_compliant, validated.failures[:3]
    assert len(PdfReader(paper).pages) == 1
    text = screen.read_text("utf-8")
    assert "<title>Обзор клиентского портфеля: 14646 NL" in text
    assert len(re.findall(r"<h1", text)) == 1
    assert 'href="#list-' not in text
    assert (tmp_path / "out" / "notebooks" / f"{made_notebooks.NAMES[0]}.html").is_file()


def test_a_portrait_of_nobody_is_refused(tmp_path: Path) -> None:
    results = without(made_results.results(), "dossiers")
    with pytest.raises(RenderingError, match="recorded no client"):
        portrait.write(results, tmp_path, tmp_path / "x.ipynb", context=made_results.CONTEXT)


def test_made_tables_have_the_columns_of_the_catalogue() -> None:
    assert all(made_strategic.tables(["One", "Two"]).values())

"""The rules over the printed report: for each a made report that breaks it, and that report mended."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering import consistency
from portfolio_review.rendering.marks import Number, number, read


def report(*sections: str, language: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head><style>td>a{{}}</style></head><body>{"".join(sections)}</body></html>'


def page(id: str, *inside: str, title: str = "") -> str:
    return f'<section id="{id}" class="page"><h2 data-over>{title}</h2>{"".join(inside)}</section>'


def table(id: str, head: str, *rows: str, scale: int = 1) -> str:
    heads = "".join(f'<th data-column="{name}">{name}</th>' for name in head.split())
    body = "".join(rows)
    return f'<table data-table="{id}" data-scale="{scale}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def row(client: str, *cells: str) -> str:
    return f'<tr data-client="{client}" data-row="{client}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def failed(*editions: str) -> dict[str, str]:
    """The checks that fail, with what they say."""
    found = consistency.check({str(n): edition for n, edition in enumerate(editions)})
    assert [one.id for one in found] == list(consistency.RULES)
    return {one.id: one.detail for one in found if not one.passed}


# A made report that breaks each rule ---------------------------------------------------------------

LIST = table("actions.return", "client_id lost", row("C1", "C1", "1,204"), row("C2", "C2", "80"), scale=1000)


def decision(client: str = "C1", money: str = "€1.20m", to: str = "actions", list_: str = "actions.return") -> str:
    return (
        f'<ol><li data-decision="{list_}" data-client="{client}" data-to="{to}"><b data-client="{client}">Name of {client}</b>: '
        f'return, <span data-base="actions.return.lost">{money}</span> lost a year</li></ol>'
    )


def test_a_report_without_contradiction_passes() -> None:
    assert failed(report(page("summary", decision()), page("actions", LIST))) == {}


def test_one_client_has_one_amount_for_one_base() -> None:
    # €1.20m and 1,204 thousand round the same number, €1.31m cannot
    said = failed(report(page("summary", decision(money="€1.31m")), page("actions", LIST)))
    assert said == {
        "report.one_amount": "client C1, actions.return.lost: €1.31m (actions.return.lost) and 1,204 (actions.return.C1.lost)"
    }


def test_two_editions_print_the_same_amount_of_a_client() -> None:
    paper, screen = (report(page("structure", table("structure.largest", "client_id revenue_w1", row("C1", "C1", text))))
                     for text in ("1,204", "1,205"))  # fmt: skip
    assert list(failed(paper, screen)) == ["report.one_amount"]


def test_the_same_base_has_one_amount_in_tables_that_call_it_otherwise() -> None:
    largest = table("structure.largest", "client_id revenue_w1", row("C1", "C1", "1,204"), scale=1000)
    ending = table("risk.contracts_ending", "client_id revenue", row("C1", "C1", "1.1"), scale=10**6)
    assert "report.one_amount" in failed(report(page("structure", largest), page("risk", ending)))
    assert not failed(report(page("structure", largest), page("risk", ending.replace("1.1", "1.2"))))


def test_a_client_of_a_message_is_on_the_page_it_points_to() -> None:
    message = '<p data-message="movement.lost" data-to="actions">We lost <bdi data-client="C9">Nine Ltd</bdi></p>'
    said = failed(report(page("summary", message), page("actions", LIST)))
    assert said == {"report.client_on_page": "the sentence movement.lost names client C9, who is not on page actions"}
    assert not failed(report(page("summary", message.replace("C9", "C2")), page("actions", LIST)))
    drawn = "<svg><text>Nine\nLtd</text></svg>"
    assert not failed(report(page("summary", message), page("actions", LIST, drawn)))


def test_the_number_of_a_title_stands_on_its_page() -> None:
    title = 'Revenue is <span data-figure="headline.revenue">£1.13m</span>'
    body = '<p><b data-figure="headline.revenue" data-scale="1000">{}</b></p>'
    assert not failed(report(page("drivers", body.format("1,132"), title=title)))
    other = body.format("1,132").replace("headline.revenue", "structure.revenue")
    for wrong in (body.format("1,190"), other):
        said = failed(report(page("drivers", wrong, title=title)))
        assert said["report.title_number"] == (
            "page drivers: £1.13m (headline.revenue.value) of the title is not on the page"
        )
    elsewhere = report(page("drivers", title=title), page("summary", body.format("1,132")))
    assert list(failed(elsewhere)) == ["report.title_number"]


def test_a_number_of_a_title_without_an_id_is_looked_for_in_cells_and_pictures() -> None:
    title = 'They bought <span data-value="money">£770k</span> less'
    drawn = '<div data-chart="bridge.waterfall" data-scale="1000"><svg><text>Contraction</text><text>\u2212770</text></svg></div>'
    assert not failed(report(page("bridge", drawn, title=title)))
    assert list(failed(report(page("bridge", drawn.replace("770", "707"), title=title)))) == ["report.title_number"]


def test_a_number_with_a_sign_is_found_with_that_sign() -> None:
    title = 'The ten largest hold <span data-value="points">\u22124.7\u00a0pp</span>'
    share = '<table data-table="structure.largest"><tbody><tr data-row="C1"><td data-column="share" data-scale="0.01">{}</td></tr></tbody></table>'
    for other in ("4.7", "+4.7"):  # the share of a client, and a change the other way
        assert list(failed(report(page("structure", share.format(other), title=title)))) == ["report.title_number"]
    assert not failed(report(page("structure", share.format("\u22124.7"), title=title)))


def test_a_part_of_the_verdict_is_proved_by_the_page_that_it_points_to() -> None:
    title = 'Revenue rose: <span data-to="bridge">existing clients bought <b data-value="money">£770k</b> less</span>'
    proof = "<p>Existing clients together: \u2212£770k</p>"
    assert not failed(report(page("summary", title=title), page("bridge", proof)))
    for pages in ((page("bridge", proof.replace("770", "707")),), (page("actions", proof),), ()):
        assert list(failed(report(page("summary", title=title), *pages))) == ["report.title_number"]


def test_one_figure_has_one_number() -> None:
    printed = '<p><b data-figure="structure.clients">{}</b></p>'
    assert not failed(report(page("summary", printed.format("412")), page("structure", printed.format("412"))))
    said = failed(report(page("summary", printed.format("412")), page("structure", printed.format("421"))))
    assert said == {
        "report.one_amount": "figure, structure.clients, value: 412 (structure.clients.value) and 421 (structure.clients.value)"
    }


def test_a_change_told_in_words_alone_is_noise_too() -> None:
    fact = '<td data-figure="risk.revenue_at_risk" data-change="previous_year">+12.0%</td>'
    noise = '<td data-figure="risk.revenue_at_risk" data-change="previous_year" data-noise="yes">within noise</td>'
    said = failed(report(page("summary", noise), page("risk", fact)))
    assert list(said) == ["report.fact_and_noise"]
    assert not failed(report(page("summary", noise), page("risk", noise)))


def test_no_change_is_both_a_fact_and_noise() -> None:
    change = '<td data-figure="retention.client_retention_rate" data-change="previous_year">+1.2 pp</td>'
    noise = change.replace("<td", "<td data-noise")
    said = failed(report(page("summary", change), page("retention", noise)))
    assert said == {
        "report.fact_and_noise": "+1.2 pp (retention.client_retention_rate.value.previous_year) is a fact on page summary "
        "and noise on page retention"
    }
    assert not failed(report(page("summary", noise), page("retention", noise)))


def test_a_decision_is_a_row_of_its_list_on_the_page_it_points_to() -> None:
    for wrong in (decision("C9", "€80k"), decision(to="strategic"), decision(list_="actions.retain")):
        said = failed(report(page("summary", wrong), page("actions", LIST), page("strategic")))
        assert "report.decision_is_listed" in said
    assert not failed(report(page("summary", decision("C2", "€80k")), page("actions", LIST)))


PARTS = table("bridge.steps", "step amount", '<tr><td>Start</td><td>1,000</td></tr>', '<tr><td>Churn</td><td>\u2212300</td></tr>',
              '<tr><td>New</td><td>{new}</td></tr>', '<tr data-sum="amount"><td>End</td><td>900</td></tr>')  # fmt: skip


def test_printed_parts_add_up_or_a_note_says_that_they_do_not() -> None:
    assert not failed(report(page("bridge", PARTS.format(new="200"))))
    said = failed(report(page("bridge", PARTS.format(new="201"))))
    assert said == {"report.parts_add_up": "page bridge, bridge.steps: parts of amount sum to 901, not 900"}
    note = '<p data-rounded="bridge.steps">Rounded: parts may not add up</p>'
    assert not failed(report(page("bridge", PARTS.format(new="201"), note)))


def test_each_group_of_rows_adds_up_to_its_own_sum() -> None:
    rows = ('<tr><td>a</td><td>1</td></tr>', '<tr data-sum="clients"><td>all</td><td>1</td></tr>', '<tr data-group><td>next</td><td></td></tr>',
            '<tr><td>b</td><td>2</td></tr>', '<tr data-sum="clients"><td>all</td><td>2</td></tr>')  # fmt: skip
    assert not failed(report(page("structure", table("structure.abc", "abc clients", *rows))))


def test_parts_of_which_one_is_told_in_words_have_no_sum() -> None:
    assert not failed(report(page("risk", PARTS.format(new="within noise"))))


def test_a_count_has_one_name_and_no_name_two_counts() -> None:
    def counted(id: str, name: str, value: str) -> str:
        return f'<h3 data-name="{id}">{name}</h3><p data-figure="{id}">{value}</p>'

    one = counted("headline.clients", "Active clients", "412")
    said = failed(report(page("summary", one), page("structure", counted("headline.clients", "Buyers", "412"))))
    assert said == {
        "report.one_name": "headline.clients is “active clients” on page summary and “buyers” on page structure"
    }
    other = counted("structure.clients", "Active clients", "600")
    assert failed(report(page("summary", one), page("structure", other))) == {
        "report.one_name": "“active clients” is both headline.clients and structure.clients, which differ"
    }
    assert not failed(report(page("summary", one), page("structure", other.replace("Active", "Year's active"))))


def named(client: str, name: str) -> str:
    return f'<p data-client="{client}"><bdi data-name="client">{name}</bdi></p>'


def test_a_client_has_one_name_and_no_name_two_clients() -> None:
    one = named("C1", "Nine Ltd")
    assert not failed(report(page("structure", one), page("actions", one)))
    said = failed(report(page("structure", one), page("actions", named("C1", "Nine Limited"))))
    assert said == {"report.one_name": "client C1 is “nine ltd” on page structure and “nine limited” on page actions"}
    said = failed(report(page("structure", one), page("actions", named("C2", "Nine Ltd"))))
    assert said == {"report.one_name": "“nine ltd” is both client C1 and client C2, which differ"}
    assert not failed(report(page("structure", one), page("actions", named("C2", "Nine Ltd (C2)"))))


def test_a_name_that_is_cut_is_the_same_name() -> None:
    whole, cut = named("C1", "Vereinigte Handelsgesellschaft Nord GmbH"), named("C1", "Vereinigte Handels…Nord GmbH")
    assert not failed(report(page("structure", whole), page("actions", cut)))
    assert failed(report(page("structure", whole), page("actions", cut.replace("Nord", "Süd"))))


# Reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "scale", "value", "half"),
    [
        ("£7.96m", "en", "", "7960000", "5000"),
        ("\u2212£976k", "en", "", "-976000", "500"),
        ("1,132.5", "en", "1000", "1132500", "50"),
        ("63.6%", "en", "", "0.636", "0.0005"),
        ("62.1", "en", "0.01", "0.621", "0.0005"),
        ("+0.2\u00a0pp", "en", "", "0.002", "0.0005"),
        ("CHF\u00a01,200", "en", "", "1200", "0.5"),
        ("7,96\u00a0млн\u00a0₽", "ru", "", "7960000", "5000"),
        ("\u2212976\u00a0тыс.\u00a0₽", "ru", "", "-976000", "500"),
        ("1\u00a0132,5", "ru", "1000", "1132500", "50"),
        ("63,6\u00a0%", "ru", "", "0.636", "0.0005"),
        ("+0,2\u00a0п.\u00a0п.", "ru", "", "0.002", "0.0005"),
        ("<0.1", "en", "1000", "50", "50"),
    ],
)
def test_a_number_is_read_as_it_is_printed(text: str, language: str, scale: str, value: str, half: str) -> None:
    assert number(text, language, scale) == Number(Decimal(value), Decimal(half))


def test_words_hold_no_number() -> None:
    assert number("n/a", "en") is None
    assert number("не определено", "ru") is None


def test_names_of_clients_cannot_pass_for_marks() -> None:
    name = "&lt;b data-client=&quot;C2&quot;&gt; &amp; Co"
    (mark,) = (
        mark
        for mark in read(report(page("actions", f'<bdi title="{name}" data-client="C1">{name}</bdi>')))
        if "client" in mark.own
    )
    assert mark.all == {"page": "actions", "client": "C1"}
    assert mark.told == '<b data-client="C2"> & Co'


def test_russian_reports_are_held_to_the_same_rules() -> None:
    rows = PARTS.replace(",", "\u00a0")
    assert not failed(report(page("bridge", rows.format(new="200")), language="ru"))
    assert list(failed(report(page("bridge", rows.format(new="201")), language="ru"))) == ["report.parts_add_up"]


def test_reading_twenty_thousand_cells_takes_a_moment() -> None:
    rows = [row(f"C{n}", f"C{n}", *(f"{n}" for _ in range(20))) for n in range(1000)]
    text = report(page("lists", table("clients", "client_id " + " ".join(f"column{n}" for n in range(20)), *rows)))
    started = time.process_time()
    consistency.check({"screen": text})
    assert time.process_time() - started < 1.0


def test_every_rule_is_a_check_of_the_catalogue() -> None:
    assert set(consistency.RULES) <= CATALOG.keys()
    assert [one.id for one in consistency.presumed()] == list(consistency.RULES)
    assert all(one.passed for one in consistency.presumed())

"""Page one serves alone: findings, decisions and the analyst's words, on one page."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

import made_results
import pytest
from pypdf import PdfReader

from portfolio_review.catalog import lookup
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings.values import change, money, name, say, span, unnamed
from portfolio_review.rendering import brand, html, lines, notes, pdf
from portfolio_review.rendering.pages import PAGES, summary
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedFinding, RecordedTable, Results
from portfolio_review.results.finding import Finding

OWNER = "Dr. Maximiliane von Hohenstein"
CLIENT = "Verbraucherzentrale Nordrhein-Westfalen Beteiligungs GmbH & Co. KG"
SENTENCE = "%(client)s bought %(difference)s less than in the %(span)s before (%(change)s)"


def finding(place: int, page: str = "bridge", **more: Any) -> RecordedFinding:
    clause = say(
        "%(client)s, %(money)s in its last active year, has bought nothing for %(days)s",
        client=name(f"{CLIENT} {place}"), days=money(9), money=money(1e6),
    )  # fmt: skip
    more_of_it = say("; its purchases: %(difference)s on the %(span)s before (%(change)s)",
                     difference=money(1e5), span=money(12), change=change(1.0, 2.0))  # fmt: skip
    made = Finding(
        id=f"f{place}", section="movement", page=page, theme=f"s{place}", clauses=(clause, more_of_it),
        evidence=("bridge.churn",), money=-1e6 + place, tone="bad", **more,
    )  # fmt: skip
    return RecordedFinding(made, made_results.source("bridge.churn"))


def table(id: str, *rows: tuple[Any, ...]) -> RecordedTable:
    return made_results.table(id, list(rows))


DECIDED = tuple(
    dict.fromkeys(column.name for column in lookup("actions.decisions").columns) | {
        "id": f"2011-11-{place}", "since": "2011-11", "client": f"{CLIENT} {place}", "client_id": str(place),
        "text": f"Win back {CLIENT} {place}: buys every 7 days, silent 159; £1.00m of margin lost a year. {OWNER}, by 31 December 2011.",
        "owner": OWNER, "due": "2011-12-31", "status": "still_open", "outcome": "still_open", "money": 1e6, "rule": rule,
        "base": "lost_a_year", "page": "strategic" if rule == "plan" else "actions", "action": action, "reason": "silent", "usual": 7.0,
        "now": 159.0, "measure": "margin",
    }
    for place, rule, action in (
        (1, "plan", "Find a second contact in the purchasing department of the holding before the contract ends"),
        (2, "return", None), (3, "return", None),
    )
)  # fmt: skip


def decided(id: str, *rows: dict[str, Any]) -> RecordedTable:
    """A recorded table of decisions."""
    return table(id, *(tuple(row.get(column.name) for column in lookup(id).columns) for row in rows))


def full(language: str = "en", words: str = "") -> Results:
    """The longest that page one has to hold."""
    made = made_results.results(language)
    tables = {
        **made.tables,
        "actions.decisions": decided("actions.decisions", *DECIDED),
        "actions.decisions_before": decided("actions.decisions_before", *(
            {**row, "id": f"2011-10-{place}", "text": f"Win back {CLIENT} {place} — no purchase since"}
            for place, row in enumerate(DECIDED)
        )),
    }  # fmt: skip
    return replace(made, tables=tables, findings=tuple(finding(place) for place in range(7)), notes=words)


def report(results: Results, code: str = "en") -> Report:
    wording = Wording("ru" if code == "ru" else "en", results.review.currency)
    return Report(results, wording, made_results.CONTEXT)


def on_bridge(made: Results) -> Results:
    """Every decision names a page that is there."""
    rows = [{**row, "page": "bridge"} for row in DECIDED]
    return replace(made, tables={**made.tables, "actions.decisions": decided("actions.decisions", *rows)})


@pytest.mark.parametrize("words", ["", "Word by word. " * 28])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_page_one_is_one_page(language: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "PAGES", {name: PAGES[name] for name in ("summary", "bridge")})
    printed = html._printed

    def long(templates: object, made: object, view: object, names: object, of: object, contents: object = ()) -> object:
        return printed(templates, made, view, names, of, contents and [("bridge", "What moved revenue")] * 10)  # type: ignore[arg-type]

    monkeypatch.setattr(html, "_printed", long)
    wording = Wording("ru" if language == "ru" else "en", "GBP")
    edition = html.Edition(
        results=on_bridge(full(language, words)),
        wording=wording,
        context=made_results.CONTEXT,
        brand=brand.load(None),
        pages="full",
    )
    written = pdf.pdf(html.build(edition, "print"), day=dt.date(2011, 11, 30))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(written)).pages]
    head = "Что изменило выручку" if language == "ru" else "What moved revenue"
    # the page after the first is the bridge's, with its running head
    assert head in pages[1]
    assert all(word in pages[0] for word in ("Data.", "checks passed")) or "Данные." in pages[0]


def test_findings_decisions_and_outcomes_are_printed() -> None:
    view = summary.view(report(full()))
    (head, changes), *_ = view.data["findings"]
    assert head == "What changed, the largest in money first"
    assert 3 <= len(changes) <= 5
    assert "has bought nothing" in changes[0].text
    assert [decision.text.striptags() for decision in view.data["decisions"]] == [row["text"] for row in DECIDED]
    assert [decision.text.striptags() for decision in view.data["before"]] == [
        f"Win back {CLIENT} {place} — no purchase since" for place in range(3)
    ]


def test_without_findings_and_decisions_page_one_says_so() -> None:
    edition = html.Edition(
        results=made_results.results("en"),
        wording=Wording("en", "GBP"),
        context=made_results.CONTEXT,
        brand=brand.load(None),
    )
    page = html.build(edition, "screen")
    assert "Nothing that weighs enough to be named." in page
    assert "No client asks for a decision." in page


def test_the_months_cause_is_a_bridge_from_target_to_actual_by_client() -> None:
    """1,000 planned: A brings 300 less, B 100 more, the others 50 more: 850; bars float from the target on."""
    base = made_results.results()
    rows = [("7", "A", 100.0, 400.0, -300.0), ("9", "B", 500.0, 400.0, 100.0), ("others", None, 250.0, 200.0, 50.0)]
    known = base.figures["headline.revenue"]
    reached = replace(known, figure=replace(known.figure, value=850.0, target=1000.0))
    made = replace(
        base, tables={**base.tables, "headline.target_gap": made_results.table("headline.target_gap", rows)},
        figures={**base.figures, "headline.revenue": reached,
                 "headline.target_gap": made_results.figure("headline.target_gap", -150.0)},
    )  # fmt: skip
    cause = summary.cause(report(made))
    assert cause is not None
    ends = [re.sub(r"<[^>]+>", "", cause[name]) for name in ("from", "base", "actual")]
    assert ends == ["Target", "1,000", "850"]
    assert [step["left"] for step in cause["steps"]] == ["l0", "l0", "l333"], "of 300 from −300 to 0"
    assert [step["width"] for step in cause["steps"]] == ["p1000", "p333", "p167"]
    assert "All others" in cause["steps"][-1]["name"]
    assert cause["rounded"] == "", "−300 + 100 + 50 = −150"
    assert summary.cause(report(base)) is None


def test_the_months_cause_says_where_rounding_keeps_its_parts_from_adding_up() -> None:
    """−50,040 −50,040 are printed −50.0 −50.0 thousand, their sum −100,080 as −100.1."""
    base = made_results.results()
    rows = [("7", "A", 1e6, 1050040.0, -50040.0), ("others", None, 1e6, 1050040.0, -50040.0)]
    known = base.figures["headline.revenue"]
    reached = replace(known, figure=replace(known.figure, value=2e6, target=2100080.0))
    made = replace(
        base, tables={**base.tables, "headline.target_gap": made_results.table("headline.target_gap", rows)},
        figures={**base.figures, "headline.revenue": reached,
                 "headline.target_gap": made_results.figure("headline.target_gap", -100080.0)},
    )  # fmt: skip
    cause = summary.cause(report(made))
    assert cause is not None
    assert [re.sub(r"<[^>]+>", "", step["amount"]) for step in cause["steps"]] == ["−50.0", "−50.0"]
    assert re.sub(r"<[^>]+>", "", cause["gap"]) == "−100.1"
    assert re.sub(r"<[^>]+>", "", cause["rounded"]) == "Parts may not add to totals because of rounding."


def test_the_message_over_a_page_is_its_heaviest_finding() -> None:
    made = replace(made_results.results("en"), findings=(finding(1), finding(0), finding(2, page="risk")))
    shown = PAGES["bridge"](report(made))
    assert re.sub(r"<[^>]+>", "", shown.message).startswith("Verbraucherzentrale")
    assert "its purchases" not in str(shown.message)  # the details stand on page one


@pytest.mark.parametrize(("text", "shown"), [
    ("Plain **bold** and *slanted*", "<p>Plain <strong>bold</strong> and <em>slanted</em></p>"),
    ("# Head\n\n- one\n- two", "<p><b>Head</b></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("[word](javascript:alert(1)) ![x](http://a.b/c.png)", "<p>word </p>"),
    ("$5 and $7, {{7*7}}", "<p>$5 and $7, {{7*7}}</p>"),
])  # fmt: skip
def test_notes_are_a_small_safe_part_of_html(text: str, shown: str) -> None:
    assert str(notes.markup(text)).strip() == shown


def test_a_signed_amount_is_not_torn_at_the_end_of_a_line() -> None:
    """A line may break between a sign and the currency after it: `+` / `$8.32m`."""
    assert lines.unbroken("&lt;b&gt; changed by +$8.32m (\u2212£138k), +1.5% on 2 % less") == (
        '&lt;b&gt; changed by <span class="nw">+$8.32m</span> (<span class="nw">\u2212£138k</span>), +1.5% on 2 % less'
    )


def test_signed_amounts_are_kept_whole_in_every_text_and_only_there() -> None:
    html = '<p title="\u2212€3k">\u2212€3k<svg><text>\u2212€3k</text></svg><script>"+€3k"</script></p>'
    assert lines.unbroken(html) == html.replace('">\u2212€3k<', '"><span class="nw">\u2212€3k</span><')


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_recorded_verdict_is_what_the_page_says_in_its_language(language: str) -> None:
    made = made_results.results()
    said = report(made, language)
    message = unescape(re.sub(r"<[^>]+>", "", summary.view(said).message))
    assert made.verdict is not None
    assert made.verdict.verdict.text in message if language == "en" else "Выручка за ноябрь" in message
    assert set(made.verdict.verdict.evidence) & set(made.figures) <= set(said.used)
    # a review of which no notebook recorded one says nothing first
    assert summary.view(report(replace(made, verdict=None))).message == ""


def test_a_partial_period_names_its_days_and_what_they_are_held_against() -> None:
    results = made_results.results()
    head = replace(results.review, partial=True, data_until="2011-11-09", compared_until="2011-11-09")
    trend = results.tables["headline.trend"]
    rows = (*trend.rows[:-1], (*trend.rows[-1][:-1], True))
    flash = replace(results, review=head, tables={**results.tables, "headline.trend": replace(trend, rows=rows)})
    report = Report(flash, Wording.of(head), made_results.CONTEXT)
    shown = {figure.id: figure for figure in summary.key_figures(report)}
    revenue, retention = shown[summary.REVENUE], shown[summary.RETENTION]
    assert (revenue.when, revenue.lines[0][0]) == (f"1–9{NBSP}November{NBSP}2011", "Same days of 2010")
    assert retention.lines[-1][0] == "Target"
    assert f"to October{NBSP}2011" in revenue.trend, "the line ends with the last whole month"
    assert report.same_days_of == f"against the same days of October{NBSP}2011 and of November{NBSP}2010"
    known = flash.figures["headline.revenue"]
    short = replace(known, figure=replace(known.figure, previous_year=None))
    alone = Report(
        replace(flash, figures={**flash.figures, "headline.revenue": short}), Wording.of(head), made_results.CONTEXT
    )
    assert alone.same_days_of == f"against the same days of October{NBSP}2011"
    whole = Report(results, Wording.of(results.review), made_results.CONTEXT)
    assert (whole.same_days_of, whole.days) == ("", whole.period)


def test_in_another_language_a_decision_is_said_from_its_row() -> None:
    decided = summary.view(report(full(), "ru")).data["decisions"]
    assert decided[1].text.striptags().replace(NBSP, " ") == (
        f"Вернуть {CLIENT} 2: покупает каждые 7 дней, без покупок 159 дней; потеряно 1,00 млн £ маржи в год. {OWNER}, до 31 декабря 2011 г."
    )


def test_what_is_asked_for_again_is_not_told_twice() -> None:
    made = full()
    made.tables["actions.decisions_before"] = decided(
        "actions.decisions_before", DECIDED[0], {**DECIDED[1], "id": "old"}
    )
    assert len(summary.view(report(made)).data["before"]) == 1


def test_a_decision_carries_the_ids_of_its_client_list_and_money() -> None:
    decided = summary.view(report(full())).data["decisions"]
    assert [(decision.table, decision.client) for decision in decided] == [
        ("actions.plans_due", "1"), ("actions.return", "2"), ("actions.return", "3"),
    ]  # fmt: skip
    assert f'<b data-client="2"><bdi>{CLIENT.replace("&", "&amp;")} 2</bdi></b>' in decided[1].text
    assert '<span data-base="actions.return.lost">£1.00m</span> of margin' in decided[1].text


def test_every_decision_leads_to_its_page() -> None:
    decided = summary.view(report(full())).data["decisions"]
    assert [decision.page for decision in decided] == ["strategic", *["actions"] * (len(decided) - 1)]


def test_a_sentence_says_which_number_and_which_client_it_prints() -> None:
    base = made_results.results()
    largest = [(row["client_id"], row["name"]) for row in report(base).rows("structure.largest")]
    base = replace(base, tables={id: base.tables[id] for id in ("structure.largest", "bridge.steps", "bridge.largest")})
    client, known = next(one for one in largest if report(base).client_of(one[1]))
    clause = say("%(client)s and %(other)s bought for %(money)s in %(span)s", client=name(known), other=unnamed("14156"),
                 money=money(1e6), span=span(12))  # fmt: skip
    made = replace(base, findings=(replace(finding(0), finding=replace(finding(0).finding, clauses=(clause,))),))
    assert str(PAGES["bridge"](report(made)).message) == (
        f'<span data-message="f0" data-to="bridge"><span data-client="{client}" data-name="client">{known}</span> and '
        '<span data-client="14156">client 14156</span> bought for <span data-value="money">£1.00m</span> in 12 months</span>'
    )


def test_an_unclear_change_of_the_money_at_risk_is_a_sign_that_says_so() -> None:
    base, id = made_results.results(), "risk.revenue_at_risk"
    parts = base.tables["risk.parts"]
    held = {"clear": parts.columns.index("clear"), "year_before": parts.columns.index("year_before")}
    for certain, sign, note in ((False, "≈", "≈ within noise"), (True, "%", "")):
        cells = {held["clear"]: certain, held["year_before"]: 1e6}
        rows = tuple(tuple(cells.get(place, cell) for place, cell in enumerate(row)) for row in parts.rows or ())
        known = replace(base.figures[id].figure, previous_year=1e6 if certain else None)
        made = replace(base, tables=base.tables | {"risk.parts": replace(parts, rows=rows)},
                       figures=base.figures | {id: made_results.figure(id, known)})  # fmt: skip
        (risk,) = (one for one in summary.key_figures(report(made)) if one.id == id)
        (change,) = (change for label, _, change in risk.lines if label == "Year before")
        assert sign in change
        assert ("data-noise" in change) is not certain
        assert risk.note == note


def test_margin_stands_on_page_one_for_the_window_too() -> None:
    """The verdict tells it where it moves otherwise than revenue: −674 thousand from 1.15 million has no per cent."""
    base = made_results.results()
    margin = made_results.figure("headline.margin", 100e3, previous_year=90e3, window=-674e3, window_previous=1.15e6)
    rate = made_results.figure("headline.margin_rate", 0.2, window=-0.019, window_previous=0.041)
    made = replace(base, figures=base.figures | {"headline.margin": margin, "headline.margin_rate": rate})
    (card,) = (one for one in summary.key_figures(report(made)) if one.id == "headline.margin")
    lines = {str(label): (str(value), str(change)) for label, value, change in card.lines}
    assert "1,150" in lines["12 months before"][0]
    assert "−674" in lines["Last 12 months"][0]
    assert "−6.0" in lines["Rate, 12 months"][1]

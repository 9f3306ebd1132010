"""Doubts about the data on the trust page and on page one, in both languages."""

import re
from dataclasses import replace

import made_results
import pandas as pd
import pytest

from portfolio_review.doubt import Doubt, Phrase, judged
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import over, ranking
from portfolio_review.findings.data import findings
from portfolio_review.rendering import html
from portfolio_review.rendering.pages import found, trust
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedDoubts, RecordedFinding, Results
from portfolio_review.results.seen import Scope, Seen

DOUBTS = (
    Doubt(
        id="duplicates", table="transactions", column=None, rows=1234, share=0.06, of_w1=0.02, of_w0=0.07,
        examples=("row 17: 2011-11-30", "<b>no row</b>"),
        done=Phrase("The rows equal an earlier one in all that is mapped; they are kept, for such rows can be real."),
        remedy=Phrase("If they are not real sales, set drop_duplicates: true."),
    ),
    Doubt(
        id="currencies", table="transactions", column="currency", rows=7, share=0.5, of_w1=0.5,
        done=Phrase(
            "There are several currencies (%(currencies)s); amounts are added up as they are, not converted.",
            {"currencies": "EUR, USD"},
        ),
        remedy=Phrase("Convert the amounts in sources.%(table)s.columns, or keep one currency by where.", {"table": "t"}),
    ),
    Doubt(id="empty_months", table="transactions", column="date", rows=1, done=Phrase("x"), remedy=Phrase("y")),
)  # fmt: skip


def results(language: str, accepted: dict[str, float | None], not_met: tuple[str, ...] = ()) -> Results:
    return doubted(made_results.results(language), tuple(judged(DOUBTS, accepted)), not_met)


def doubted(made: Results, known: tuple[Doubt, ...], not_met: tuple[str, ...] = ()) -> Results:
    """The results with these doubts, and what the notebook of the data finds of them."""
    source = made_results.source("data.doubts")
    read = made.tables["data.reconciliation"]
    seen = Seen(
        made.review, Scope(), {}, {"data.reconciliation": pd.DataFrame(read.rows, columns=list(read.columns))}, known
    )
    told = [RecordedFinding(one, source) for one in (*findings(seen), *over(seen, "trust"))]
    others = [one for one in made.findings if one.finding.page != "trust"]
    return replace(made, doubts=RecordedDoubts(known, not_met, source), findings=(*others, *told))


def report(made: Results) -> Report:
    return Report(made, Wording.of(made.review), made_results.CONTEXT)


def titled(made: Results) -> str:
    return trust.view(report(made)).message.striptags().replace(NBSP, " ")


def on_trust(made: Results) -> str:
    _, section = html._section(html.environment(), report(made), "trust", ("trust",), None)  # type: ignore[arg-type]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section)).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("language", "accepted", "title"),
    [
        ("en", {}, "Doubtful: several currencies (50.0% of all revenue read). Rows of the sources counted: "),
        (
            "en",
            {"currencies": None},
            "Doubtful: exact duplicates (6.0% of all revenue read). Rows of the sources counted: ",
        ),
        (
            "en",
            {"currencies": None, "duplicates": None},
            "Doubtful: months without a row. Rows of the sources counted: ",
        ),
        ("en", {"currencies": None, "duplicates": None, "empty_months": None}, "Rows of the sources counted: "),
        ("ru", {}, "Под сомнением: несколько валют (50,0 % всей прочитанной выручки). Учтено строк источников: "),
    ],
)
def test_the_title_states_the_largest_open_doubt_before_it_counts_checks(
    language: str, accepted: dict[str, float | None], title: str
) -> None:
    assert titled(results(language, accepted)).startswith(title)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Rows that the condition removes · By the values of the columns it names, the five of most rows"),
        (
            "ru",
            "Строки, исключённые условием · По значениям столбцов, которые в нём названы: пять, где строк больше всего",
        ),
    ],
)
def test_what_the_condition_removes_is_counted_by_value(language: str, said: str) -> None:
    page = on_trust(made_results.results(language))
    assert all(part in page for part in said.split(" · "))
    assert re.search(r"канал возврат 22[\s,]?000 .*канал &lt;б/н&gt; 523 ", page)


def test_where_no_condition_removes_a_row_none_is_listed() -> None:
    made = made_results.results("en")
    others = {name: one for name, one in made.tables.items() if name != "data.removed_by_where"}
    assert "Rows that the condition removes" not in on_trust(replace(made, tables=others))


def test_a_failed_check_comes_before_any_doubt() -> None:
    made = results("en", {})
    (first, *others) = made.checks
    message = trust.view(report(replace(made, checks=(replace(first, passed=False), *others)))).message
    assert "must not be published" in message
    assert "Doubtful" not in message


def test_the_trust_page_lists_every_doubt_the_accepted_last() -> None:
    text = on_trust(results("en", {"currencies": 0.5}, ("int96",)))
    assert (
        text.index("Exact duplicates") < text.index("Months without a row") < text.index("Several currencies accepted")
    )
    assert "Several currencies accepted in the review file Transactions: currency 7 50.0%" in text
    assert "row 17: 2011-11-30 ; &lt;b&gt;no row&lt;/b&gt;" in text
    assert "Accepted in the review file and not met: int96" in text


def test_a_russian_page_says_doubts_in_russian() -> None:
    text = on_trust(results("ru", {}))
    assert "строка 17: 2011-11-30" in text
    assert "Валют несколько (EUR, USD); суммы складываются как есть, без пересчёта." in text
    assert "Полные дубликаты" in text


def test_page_one_tells_the_largest_and_counts_the_others() -> None:
    made = results("en", {})
    *before, (_, (first,)) = found.first_page(report(made))
    others = [one for _, part in before for one in part]
    assert first.text.striptags() == (
        "Doubtful data: several currencies, 50.0% of the revenue of the last 12 months; 2 more doubts about the data."
    )
    assert (str(first.money), first.page) == ("", "trust")
    assert not any("Doubtful" in str(other.text) for other in others)
    kinds = [entry.finding.kind for entry in made.findings if entry.finding.id.startswith("data.doubt")]
    assert kinds == ["data", "data"]  # the months touch no money


def test_what_is_accepted_leaves_page_one() -> None:
    one = results("en", {"currencies": None})
    assert (
        found.first_page(report(one))[-1][1][0]
        .text.striptags()
        .startswith("Doubtful data: exact duplicates, 7.0% of the revenue of the 12 months before; 1 more")
    )
    none = results("en", {"currencies": None, "duplicates": None})
    assert not any("Doubtful" in str(sentence.text) for _, part in found.first_page(report(none)) for sentence in part)


def test_a_doubt_takes_no_place_of_what_lasts() -> None:
    made = results("en", {})
    doubts = [entry.finding for entry in made.findings if entry.finding.kind == "data"]
    lasting = [
        replace(
            doubts[0],
            id=f"f{n}",
            section="risk",
            theme=f"s{n}",
            standing=True,
            money=-float(n),
            clauses=doubts[0].clauses,
        )
        for n in (1, 2, 3)
    ]
    chosen = ranking.first_page([*doubts, *lasting])
    assert [one.kind for one in chosen] == ["risk", "risk", "data"]


@pytest.mark.parametrize(
    ("language", "title", "under"),
    [
        ("en", "Doubtful: rows left out (16.4% of all revenue read). Rows of the sources counted: ", "under 0.1%"),
        ("ru", "Под сомнением: исключённые строки (16,4 % всей прочитанной выручки). Учтено ", "менее 0,1 %"),
    ],
)
def test_the_rows_that_are_left_out_are_named_and_a_small_share_is_no_zero(
    language: str, title: str, under: str
) -> None:
    made = results(language, {})
    parts = (Phrase("%(rows)s without a client", {"rows": 5}), Phrase("%(rows)s with a stray date", {"rows": 2}))
    left = Doubt(
        id="left_out", table="transactions", column=None, rows=7, share=0.164, remedy=Phrase("y"),
        done=Phrase("The rows are left out: %(parts)s.", parts=parts),
    )  # fmt: skip
    others = tuple(replace(DOUBTS[1], id="ids_alike", share=share) for share in (0.0006, 0.0004, 0.0))
    made = doubted(made, (left, *others))
    assert titled(made).startswith(title)
    text = on_trust(made)
    assert text.count(under) == 1
    said = {"en": "The rows are left out: 5 without a client, 2 with a stray date.",
            "ru": "Строки исключены: без клиента — 5, с оторванной датой — 2."}  # fmt: skip
    assert said[language] in text


def test_no_heading_stands_over_no_warning() -> None:
    made = made_results.results("en")
    assert "Warnings about the data" in on_trust(made)
    none = made.tables["data.warnings"]
    without = replace(none, rows=())
    assert "Warnings about the data" not in on_trust(replace(made, tables={**made.tables, "data.warnings": without}))


@pytest.mark.parametrize(
    ("language", "title", "beside"),
    [
        (
            "en",
            "Doubtful in the whole company: several currencies (50.0% of all revenue read). Rows ",
            "of the whole company",
        ),
        (
            "ru",
            "Под сомнением по всей компании: несколько валют (50,0 % всей прочитанной выручки). Учтено ",
            "по всей компании",
        ),
    ],
)
def test_a_unit_is_told_what_is_of_the_company_and_its_own_first(language: str, title: str, beside: str) -> None:
    made = results(language, {})
    company = DOUBTS[1].bare()
    of_company = doubted(made, (company,))
    assert titled(of_company).startswith(title)
    assert beside in on_trust(of_company)
    both = doubted(made, (company, DOUBTS[0]))
    own = {"en": "Doubtful: exact duplicates", "ru": "Под сомнением: полные дубликаты"}[language]
    assert titled(both).startswith(own)
    assert findings(Seen(made.review, Scope(), doubts=(company,))) == []

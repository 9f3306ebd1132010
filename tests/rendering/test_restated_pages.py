"""Past months that an earlier review said otherwise: the finding, and the trust page that says which and why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import made_results
import pytest

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.findings import ranking, tell
from portfolio_review.rendering import html
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedTable, Results
from portfolio_review.results.seen import Scope, Seen

MONTHS = [["2011-05", 1000.0, 900.5, -99.5], ["2011-07", 50.0, 2050.0, 2000.0]]
CLIENTS = [["2011-05", "17", "Berg", 99.5, 0.0, -99.5], ["2011-07", "others", None, 50.0, 2050.0, 2000.0]]


def compared(data: str = "changed", settings: str = "unchanged", method: str = "unchanged", version: int = 0) -> Any:
    told = {"data": data, "settings": settings, "method": method}
    return [[cause, changed, "2011-10", version] for cause, changed in told.items()]


def results(language: str, causes: Any, months: Any = MONTHS, clients: Any = CLIENTS) -> Results:
    made = made_results.results(language)
    rows = {"data.compared": causes, "data.restated": months, "data.restated_clients": clients}
    tables = {
        id: RecordedTable(tuple(column.name for column in CATALOG[id].columns), tuple(map(tuple, found)),
                          made_results.source(id), len(found))
        for id, found in rows.items()
    }  # fmt: skip
    return replace(made, tables={**made.tables, **tables})


def said(made: Results, share: float) -> list[str]:
    figures = {"data.restated_share": Figure(value=share), "data.restated_revenue": Figure(value=2099.5)}
    tables = {id: Report(made, Wording.of(made.review), made_results.CONTEXT).rows(id)
              for id in ("data.compared", "data.restated")}  # fmt: skip
    import pandas as pd

    frames = {id: pd.DataFrame(rows, columns=[c.name for c in CATALOG[id].columns]) for id, rows in tables.items()}
    found = tell(Seen(made.review, Scope(), figures, frames), "data")
    assert all(one.kind == "data" and ranking.first_page([one]).doubt is one for one in found)
    return [one.text.replace(NBSP, " ") for one in found]


def on_trust(made: Results) -> str:
    report = Report(made, Wording.of(made.review), made_results.CONTEXT)
    _, section = html._section(html.environment(), report, "trust", ("trust",), None)  # type: ignore[arg-type]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section)).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("causes", "why"),
    [
        ({}, "the data were restated"),
        ({"data": "not_told", "settings": "changed"}, "the settings that read the data changed"),
        ({"data": "not_told", "method": "changed"}, "the program that reads the data changed"),
        ({"data": "not_told", "settings": "changed", "method": "changed"}, "the program and the settings that read the "
                                                                           "data changed"),
        ({"data": "not_told", "settings": "not_told", "method": "not_told"}, "the earlier review does not tell what it "
                                                                             "was made with"),
    ],
)  # fmt: skip
def test_from_a_thousandth_of_both_windows_it_is_a_finding_that_tells_the_cause(
    causes: dict[str, str], why: str
) -> None:
    made = results("en", compared(**causes))
    assert said(made, 0.000999) == []
    (text,) = said(made, 0.001)
    assert re.fullmatch(
        rf"Since the review of October 2011 the revenue of 2 months changed by \S+ in all, 0.1% of both windows; {why}\.",
        text,
    )


def test_the_trust_page_says_which_months_by_whom_and_from_which_cause() -> None:
    text = on_trust(results("en", compared(version=2)))
    assert "Restated since the review of October 2011, version 2" in text
    assert "Data: changed · Settings that read them: unchanged · Program that reads them: unchanged" in text
    assert re.search(r"July 2011 \S*50\.00 \S*2,050\.00 \S*2,000\.00 May 2011 \S*1,000\.00 \S*900\.50 −\S*99\.50", text)
    assert re.search(r"May 2011 Berg \S*99\.50 \S*0\.00 −\S*99\.50", text)  # all others as one are no client
    russian = on_trust(results("ru", compared()))
    assert "Пересчитано по сравнению с обзором за октябрь 2011 (черновик)" in russian


def test_a_comparison_without_a_change_is_one_line_and_none_is_nothing() -> None:
    text = on_trust(results("en", compared("unchanged"), [], []))
    assert "Compared with the review of October 2011 (draft): no past month was restated" in text
    assert "Past months" not in on_trust(results("en", [], [], []))

"""What a report prints of its own approval: a draft says so, a version names its reviewer, its day and what it replaces."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import made_results
import pytest

from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand, html
from portfolio_review.rendering.context import Issue

FIRST = Issue(version=1, reviewer="Anna <Berg>", day=dt.date(2011, 12, 5))
SECOND = Issue(version=2, reviewer="Anna <Berg>", day=dt.date(2011, 12, 9), replaces=1, reason="A sale & a return.")


def page_one(issue: Issue | None, language: str) -> tuple[str, str]:
    """The words under the mast of page one, and the foot of the second page."""
    results = made_results.results(language)
    context = replace(made_results.CONTEXT, issue=issue)
    edition = html.Edition(results=results, wording=Wording.of(results.review), context=context,
                           brand=brand.load(None), pages="short")  # fmt: skip
    text = html.build(edition, "print")
    mast = re.search(r'<p class="r">(.*?)</p>', text, re.S)
    foot = re.findall(r'data-foot="([^"]*)"', text)
    assert mast
    words = unescape(re.sub("<[^>]*>", " ", mast[1])).replace("\xa0", " ")
    return re.sub(r"\s+", " ", words).strip(), foot[0]


@pytest.mark.parametrize(
    ("issue", "language", "said", "foot"),
    [
        (None, "en", "November 2011 Draft. Not signed", "· draft ·"),
        (FIRST, "en", "November 2011 Published, version 1. Reviewed by Anna <Berg>, 5 December 2011", "· published, version 1 ·"),
        (SECOND, "en", "November 2011 Published, version 2. Reviewed by Anna <Berg>, 9 December 2011 Replaces version 1: A sale & a return.", "· published, version 2 ·"),
        (None, "ru", "Ноябрь 2011 Черновик. Не подписан", "· черновик ·"),
        (SECOND, "ru", "Ноябрь 2011 Опубликовано, версия 2. Проверено: Anna <Berg>, 9 декабря 2011 г. Заменяет версию 1: A sale & a return.", "· опубликовано, версия 2 ·"),
    ],
)  # fmt: skip
def test_page_one_says_what_it_is(issue: Issue | None, language: str, said: str, foot: str) -> None:
    mast, below = page_one(issue, language)
    assert mast == said
    assert foot in below.replace("\xa0", " ")

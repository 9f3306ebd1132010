"""Strategic clients that nobody has talked to in time: the one line of page one names whom its money is about."""

from __future__ import annotations

import made
import pytest

from portfolio_review import findings
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import wording

EN, RU = Wording("en", "EUR"), Wording("ru", "EUR")


@pytest.mark.parametrize(
    ("days", "en", "ru"),
    [
        (
            (233,),
            "No contact with Client 1, a strategic client, for 233 days, longer than its cadence.",
            "Стратегический клиент Client 1: 233 дня без контакта, дольше положенного срока.",
        ),
        (
            (233, 15),
            "No contact with Client 1, a strategic client, for 233 days, longer than its cadence, nor in time with "
            "1 more strategic client.",
            "Стратегический клиент Client 1: 233 дня без контакта, дольше положенного срока, как и ещё "
            "1 стратегический клиент.",
        ),
    ],
)
def test_money_of_several_clients_stands_beside_a_line_that_counts_them(
    days: tuple[int, ...], en: str, ru: str
) -> None:
    """600,000 each: the money is that of all of them, so the line without details counts the others."""
    rows = [
        made.client(n, account=True, stale_contact=True, contact_days=ago, revenue_w1=6e5, revenue_w0=6e5)
        for n, ago in enumerate(days, start=1)
    ]
    told = findings.tell(made.seen({}, ("strategic.exposure", made.table("strategic.exposure", *rows))), "strategic")
    found = next(one for one in told if one.id == "strategic.unseen")
    assert [wording.on_page_one(found, words).replace("\u00a0", " ") for words in (EN, RU)] == [en, ru]
    assert found.money == -6e5 * len(days)

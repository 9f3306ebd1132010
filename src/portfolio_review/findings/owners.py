"""The sentence over a manager's page, from the recorded row. Source: Lifecycle and the four rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import ReviewHead

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


def addressed(owners: pd.DataFrame, head: ReviewHead) -> pd.DataFrame:
    """`actions.owners` of `metrics.owners.table` with `text`, in the language of the review."""
    from portfolio_review.results.plain import rows_of  # pandas, which the wording alone does not need

    wording = Wording.of(head)
    plain = [dict(zip(owners.columns, row, strict=True)) for row in rows_of(owners)]
    made = owners.copy()
    made.insert(1, "text", [sentence(row, wording) for row in plain])
    return made.astype({"text": object})


def sentence(row: Row, wording: Wording) -> str:
    """`K. Brandt: 16 clients to speak to by 30 November 2026; €256k of margin lost a year, €5.2k a year in danger`.

    Where nobody is listed, how many clients there are. row: of `actions.owners`.
    """
    text, owner = wording.language.text, str(row["owner"])
    if not row["listed"]:
        return text("%(owner)s: no client is on a list", owner=owner)
    clients = _clients(row["listed"], wording)
    day = wording.language.date(row["due"])
    first = text("%(owner)s: %(clients)s to speak to by %(day)s", owner=owner, clients=clients, day=day)
    money = [
        text(message, money=_measured(row[name], row, wording))
        for name, message in (
            ("lost", N_("%(money)s lost a year")), ("in_danger", N_("%(money)s a year in danger")),
            ("rests_on_it", N_("%(money)s a year rests on a thread")),
        ) if row[name] > 0
    ]  # fmt: skip
    return f"{first}; {', '.join(money)}" if money else first


def _clients(n: int, wording: Wording) -> str:
    return wording.language.plural("%(n)s client", "%(n)s clients", n, n=wording.numbers.plain(n))


def _measured(amount: float, row: Row, wording: Wording) -> str:
    money = wording.numbers.money(amount)
    return wording.language.text("%(money)s of margin", money=money) if row["measure"] == "margin" else money

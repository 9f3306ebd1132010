"""Terms of payment as people write them, in days: what does not parse is not known, and never guessed."""

from __future__ import annotations

import re

from portfolio_review.ids import mended

_DAYS = r"(?:calendar )?days?|(?:календарн(?:ых|ый|ого) )?(?:дн(?:ей|я|\.)?|день)|d"
_N = r"(\d{1,3})"
_CREDIT = re.compile(
    rf"(?:(?:net|n/|отсрочка(?: платежа)?) ?)?{_N}(?: ?(?:{_DAYS}))?(?: net)?"
    rf"|\d{{1,2}}(?:[.,]\d+)? ?%? ?/ ?\d{{1,3}}(?: ?(?:{_DAYS}))?,? (?:net|n/) ?{_N}(?: ?(?:{_DAYS}))?"
)
"""N, N days, net N, and a/b net N: a per cent off within b days, else N days."""
_AT_ONCE = re.compile(
    r"(?:100 ?% )?(?:prepayment|prepaid|pre-paid|предоплата|аванс)(?: 100 ?%)?|in advance|payment in advance"
    r"|(?:due |payable |payment )?(?:up)?on receipt|(?:оплата )?по факту(?: (?:отгрузки|поставки|получения))?"
)
_PART = re.compile(
    r"(?:(?:prepayment|предоплата|аванс) \d{1,3} ?%|\d{1,3} ?% (?:prepayment|in advance|предоплата|предоплаты|аванс))"
    r"[,;:]? (?:(?:and )?(?:the )?(?:rest|balance|remainder)|(?:и )?(?:остаток|остальное))"
    r"(?: in| через| в течение)? (.+)"
)
"""A part before, and the rest by terms of its own."""


def days(written: str) -> int | None:
    """The days from invoice to due day that terms of payment give; None where they do not parse.

    N days, net N, N; a/b net N; N дней; prepayment, предоплата (0); "предоплата 50 %, остаток 30 дней" (30, for
    that is when all is paid); on receipt, по факту (0).
    """
    said = mended(written).lower().rstrip(".")
    if part := _PART.fullmatch(said):
        said = part[1]
    if _AT_ONCE.fullmatch(said):
        return 0
    if credit := _CREDIT.fullmatch(said):
        return int(credit[1] or credit[2])
    return None

"""Numbers that stand for days, in the message to who maps them as they are: the expression that reads them."""

from __future__ import annotations

from collections.abc import Iterable

_KEYS = (19000101, 22001231)
_SECONDS = (10**8, 10**10)
_MILLISECONDS = (10**11, 10**13)
_MICROSECONDS = (10**14, 10**16)
_SERIALS = (18264, 73415)


def expression_of(written: str, numbers: Iterable[int], *, text: bool) -> str:
    """SQL that gives the day of a column's numbers, all of one kind; empty when they are of none.

    `written`: the expression as it is mapped now; `text`: whether it gives text.
    """
    found = list(numbers)
    if not found:
        return ""
    low, high = min(found), max(found)
    number = f"CAST({written} AS BIGINT)" if text else _closed(written)
    if _within(low, high, _KEYS):
        return f"strptime({written if text else f'CAST({written} AS VARCHAR)'}, '%Y%m%d')"
    if _within(low, high, _MILLISECONDS):
        return f"to_timestamp({number} / 1000)"
    if _within(low, high, _MICROSECONDS):
        return f"to_timestamp({number} / 1000000)"
    if _within(low, high, _SECONDS):
        return f"to_timestamp({number})"
    if _within(low, high, _SERIALS) and not text:
        return f"DATE '1899-12-30' + CAST({written} AS INTEGER)"
    return ""


def _within(low: int, high: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= low and high <= limits[1]


def _closed(written: str) -> str:
    return written if written.replace("_", "").isalnum() or written.startswith('"') else f"({written})"

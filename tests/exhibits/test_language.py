"""Months, periods, dates, plural forms and reasons: the words of glossary.md."""

from __future__ import annotations

import datetime as dt

import pytest

from portfolio_review.exhibits.language import NBSP, Language
from portfolio_review.exhibits.wording import Wording

EN, RU = Language("en"), Language("ru")


@pytest.mark.parametrize(
    ("period", "english", "russian"),
    [
        ("2011-11", "November 2011", "ноябрь 2011"),
        ("2011-Q4", "Q4 2011", "IV квартал 2011"),
        ("2011-H2", "H2 2011", "II полугодие 2011"),
        ("2011", "2011", "2011"),
    ],
)
def test_periods(period: str, english: str, russian: str) -> None:
    assert EN.period(period).replace("\u00a0", " ") == english
    assert RU.period(period).replace("\u00a0", " ") == russian


def test_months_by_case_and_dates() -> None:
    assert EN.month("2011-11", "short") == "Nov\u00a02011"
    assert RU.month("2011-05", "short", year=False) == "май"
    assert RU.month(dt.date(2010, 1, 1), "genitive") == "января\u00a02010"
    assert RU.month("2010-11", "dative") == "ноябрю\u00a02010"
    assert EN.date("2011-11-30").replace("\u00a0", " ") == "30 November 2011"
    assert RU.date(dt.date(2011, 11, 30)).replace("\u00a0", " ") == "30 ноября 2011 г."
    assert EN.days("2011-12-01", "2011-12-09").replace("\u00a0", " ") == "1–9 December 2011"
    assert RU.days("2011-12-01", "2011-12-09").replace("\u00a0", " ") == "1–9 декабря 2011 г."
    assert EN.days("2011-12-01", "2011-12-01").replace("\u00a0", " ") == "1 December 2011"
    assert EN.days("2011-10-01", "2011-12-09").replace("\u00a0", " ") == "1 October\u2009–\u20099 December 2011"
    assert EN.months("2010-12-01", "2010-12-31") == "December\u00a02010"


@pytest.mark.parametrize(
    ("n", "russian"), [(1, "1 клиент"), (2, "2 клиента"), (5, "5 клиентов"), (11, "11 клиентов"), (21, "21 клиент")]
)
def test_plural_forms(n: int, russian: str) -> None:
    assert RU.plural("%(n)s client", "%(n)s clients", n, n=n) == russian.replace(" ", NBSP)  # never torn apart
    assert EN.plural("%(n)s client", "%(n)s clients", n, n=n) == (f"{n} client" if n == 1 else f"{n} clients")


def test_reasons() -> None:
    reason = "history starts 2009-12, needs 2008-12"
    assert EN.reason(reason).replace("\u00a0", " ") == (
        "history starts in December 2009, the comparison needs December 2008"
    )
    assert RU.reason(reason).replace("\u00a0", " ") == "данные с декабря 2009, для расчёта нужны с декабря 2008"
    assert RU.reason("no active client in W0") == "в предшествующем окне активных клиентов не было"
    assert EN.reason(None) == ""


def test_words_of_codes_and_windows() -> None:
    assert Wording("ru", "RUB").word("at_risk") == "Под угрозой ухода"
    assert Wording("en", "GBP").word("Anything else") == "Anything else"
    assert Wording("ru", "RUB", window_months=3).months == f"3{NBSP}месяца"
    assert Wording("en", "GBP", window_months=1).months == "1 month"


@pytest.mark.parametrize(("said", "english", "russian"), [
    ("The rows are kept: check the ids", "The rows are kept: check the ids", "Строки оставлены: проверить коды"),
])  # fmt: skip
def test_warnings_about_the_data(said: str, english: str, russian: str) -> None:
    assert EN.reason(said).replace(NBSP, " ") == english
    assert RU.reason(said).replace(NBSP, " ") == russian


@pytest.mark.parametrize(("said", "expected"), [
    ("Revenue over the last 1 month", "Revenue over the last month"), ("Last 1 month", "Last month"),
    ("at risk over the next 1 month", "at risk over the next month"), ("in the 1 month before", "in the month before"),
    ("Выручка за последние 1 месяц", "Выручка за последний месяц"),
    ("за предшествующие 1 мес.", "за предшествующий месяц"), ("к предшествующим 1 мес.", "к предшествующему месяцу"),
    ("the last 11 months", "the last 11 months"), ("more than 1 month", "more than 1 month"),
])  # fmt: skip
def test_one_month_is_the_last_month(said: str, expected: str) -> None:
    language = RU if said[0] > "z" else EN
    assert language.one_month(said) == expected

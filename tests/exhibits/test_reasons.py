"""Reasons as sentences in both languages, grammatical for every number."""

from __future__ import annotations

import re

import pytest

from portfolio_review.catalog import WORDS
from portfolio_review.catalog.reasons import CODES, Reason
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.reasons import sentence
from portfolio_review.exhibits.wording import Wording

CURRENCY = {"en": "GBP", "ru": "RUB"}


def said(
    language: str, code: str, usual: float | None, now: float | None, about: str | None = None, months: int = 12
) -> str:
    return sentence(Reason(code, usual, now, about), Wording(language, CURRENCY[language], months)).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("usual", "now", "en", "ru"),
    [
        (16.0, 266.0, "buys every 16 days, silent 266", "покупает каждые 16 дней, без покупок 266 дней"),
        (1.0, 1.0, "buys every day, silent 1 day", "покупает каждый день, без покупок 1 день"),
        (1.2, 2.0, "buys every day, silent 2 days", "покупает каждый день, без покупок 2 дня"),
        (2.0, 5.0, "buys every 2 days, silent 5", "покупает каждые 2 дня, без покупок 5 дней"),
        (5.0, 21.0, "buys every 5 days, silent 21", "покупает каждые 5 дней, без покупок 21 день"),
        (21.0, 0.0, "buys every 21 days, silent 0", "покупает каждый 21 день, без покупок 0 дней"),
        (11.0, 1111.0, "buys every 11 days, silent 1,111", "покупает каждые 11 дней, без покупок 1 111 дней"),
        (107.6, 122.0, "buys every 108 days, silent 122", "покупает каждые 108 дней, без покупок 122 дня"),
        (None, 226.0, "buys seldom, silent 226 days", "покупает редко, без покупок 226 дней"),
        (float("nan"), 1.0, "buys seldom, silent 1 day", "покупает редко, без покупок 1 день"),
    ],
)
def test_silence(usual: float | None, now: float, en: str, ru: str) -> None:
    assert said("en", "silent", usual, now) == en
    assert said("ru", "silent", usual, now) == ru


@pytest.mark.parametrize(
    ("reason", "en", "ru"),
    [
        (("spends_less", 20.0, -0.2249), "buys every 20 days, spends −22%", "покупает каждые 20 дней, закупки −22 %"),
        (("early_decline", 92.0, -0.5), "buys every 92 days, last 3 months −50% on a year earlier",
         "покупает каждые 92 дня, последние 3 месяца −50 % к тем же месяцам год назад"),
        # three months have at most 92 days: July to September has 31 + 31 + 30, of other threes none has more
        (("early_decline", 109.0, -1.0),
         "last 3 months −100% on a year earlier, but buys every 109 days: 3 months can hold no order",
         "последние 3 месяца −100 % год к году, но покупает каждые 109 дней: "
         "в них может не быть заказа"),
        (("spends_less", None, -1.3), "buys seldom, gave back more than it bought", "покупает редко, возвращено больше, чем куплено"),
        (
            ("early_decline", 10.0, -0.4),
            "buys every 10 days, last 3 months −40% on a year earlier",
            "покупает каждые 10 дней, последние 3 месяца −40 % к тем же месяцам год назад",
        ),
        (("grows", 11, 1.94), "buys in 11 of 12 months, grows +194%", "покупки в 11 из 12 месяцев, прирост закупок +194 %"),
        (("grows", 11, 3.22), "buys in 11 of 12 months, grows ×4.2", "покупки в 11 из 12 месяцев, прирост закупок ×4,2"),
        (("grows", 11, 30.0), "buys in 11 of 12 months, grows more than 20-fold", "покупки в 11 из 12 месяцев, прирост закупок более чем в 20 раз"),
        (("early_decline", 10.0, -1.5), "buys every 10 days, last 3 months more given back than bought",
         "покупает каждые 10 дней, последние 3 месяца — возвращено больше, чем куплено"),
        (("steady", 12, -0.06), "buys in 12 of 12 months, stable −6%", "покупки в 12 из 12 месяцев, закупки стабильны, −6 %"),
        (("steady", 12, 0.001), "buys in 12 of 12 months, stable 0%", "покупки в 12 из 12 месяцев, закупки стабильны, 0 %"),
        (
            ("lacks_category", 3, 0.6, "Tea"),
            "buys 3 categories, not Tea, which 60% of peers buy",
            "покупает 3 товарные категории, но не «Tea» (среди сопоставимых клиентов — 60 %)",
        ),
        (("below_best", 51_000.0, 36_000.0), "best 12 months £51.0k, now £36.0k", "лучшие 12 месяцев — 51,0 тыс. ₽, сейчас — 36,0 тыс. ₽"),
        (("lags_order_value", 442.0, 113.0), "£113 an order, peers £442", "средний чек 113 ₽, у сопоставимых клиентов 442 ₽"),
        (("lags_items_per_order", 5.0, 3.24), "3.2 items an order, peers 5", "3,2 позиции в заказе, у сопоставимых клиентов 5"),
        (("lags_items_per_order", 2.5, 1.02), "1 item an order, peers 2.5", "1 позиция в заказе, у сопоставимых клиентов 2,5"),
        (("lags_high_margin_share", 0.3, 0.12), "high-margin share 12%, peers 30%", "доля маржинальных товаров 12 %, у сопоставимых клиентов 30 %"),
    ],
)  # fmt: skip
def test_every_other_reason(reason: tuple[str, float | None, float, str], en: str, ru: str) -> None:
    assert said("en", *reason) == en
    assert said("ru", *reason) == ru


@pytest.mark.parametrize(
    ("n", "en", "ru"),
    [
        (0, "0 orders, peers 7.5", "0 заказов, у сопоставимых клиентов 7,5"),
        (1, "1 order, peers 7.5", "1 заказ, у сопоставимых клиентов 7,5"),
        (2, "2 orders, peers 7.5", "2 заказа, у сопоставимых клиентов 7,5"),
        (5, "5 orders, peers 7.5", "5 заказов, у сопоставимых клиентов 7,5"),
        (21, "21 orders, peers 7.5", "21 заказ, у сопоставимых клиентов 7,5"),
    ],
)
def test_plural_forms_of_orders(n: int, en: str, ru: str) -> None:
    assert said("en", "lags_order_frequency", 7.5, n) == en
    assert said("ru", "lags_order_frequency", 7.5, n) == ru
    assert said("en", "buys", 9.0, n) == f"buys every 9 days, {en.partition(',')[0]} in 12 months"
    assert said("ru", "buys", 9.0, n) == f"покупает каждые 9 дней, {ru.partition(',')[0]} за 12 месяцев"


@pytest.mark.parametrize(
    ("n", "en", "ru", "accusative"),
    [
        (0, "0 categories", "0 товарных категорий", "0 товарных категорий"),
        (1, "1 category", "1 товарная категория", "1 товарную категорию"),
        (2, "2 categories", "2 товарные категории", "2 товарные категории"),
        (5, "5 categories", "5 товарных категорий", "5 товарных категорий"),
        (21, "21 categories", "21 товарная категория", "21 товарную категорию"),
    ],
)
def test_plural_forms_of_categories(n: int, en: str, ru: str, accusative: str) -> None:
    assert said("en", "lags_categories_bought", 30, n) == f"{en}, peers 30"
    assert said("ru", "lags_categories_bought", 30, n) == f"{ru}, у сопоставимых клиентов 30"
    assert said("en", "lacks_category", n, 0.5, "Tea").startswith(f"buys {en}, not Tea")
    assert said("ru", "lacks_category", n, 0.5, "Чай").startswith(f"покупает {accusative}, но не «Чай»")


@pytest.mark.parametrize(
    ("months", "en", "ru"),
    [
        (1, ("of 1 month,", "best month", "in 1 month"), ("из 1 месяца,", "лучший месяц —", "за 1 месяц")),
        (2, ("of 2 months,", "best 2 months", "in 2 months"), ("из 2 месяцев,", "лучшие 2 месяца —", "за 2 месяца")),
        (5, ("of 5 months,", "best 5 months", "in 5 months"), ("из 5 месяцев,", "лучшие 5 месяцев —", "за 5 месяцев")),
        (21, ("of 21 months,", "best 21 months", "in 21 months"), ("из 21 месяца,", "лучшие 21 месяц —", "за 21 месяц")),
    ],
)  # fmt: skip
def test_months_of_the_window(months: int, en: tuple[str, ...], ru: tuple[str, ...]) -> None:
    for language, parts in (("en", en), ("ru", ru)):
        assert parts[0] in said(language, "steady", 1, 0.1, months=months)
        assert parts[1] in said(language, "below_best", 9.0, 5.0, months=months)
        assert said(language, "buys", None, 2, months=months).endswith(parts[2])


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_said_in_both_languages_and_has_a_word(code: str) -> None:
    assert WORDS[code].en
    assert not re.search(r"[а-яё]", said("en", code, 5.0, 2.0, "Tea"))
    assert not re.search(r"[a-zA-Z]", said("ru", code, 5.0, 2.0, "Чай"))


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        said("en", "nonsense", 1.0, 2.0)
    with pytest.raises(ValueError, match="the reason 'silent' needs both its numbers"):
        said("en", "silent", 1.0, None)


@pytest.mark.parametrize(("n", "said_"), [
    (0, "0 позиций"), (1, "1 позиция"), (2, "2 позиции"), (5, "5 позиций"), (11, "11 позиций"), (12, "12 позиций"),
    (21, "21 позиция"), (22, "22 позиции"), (25, "25 позиций"), (111, "111 позиций"), (1.5, "1,5 позиции"),
])  # fmt: skip
def test_russian_forms_after_numbers(n: float, said_: str) -> None:
    assert said("ru", "lags_items_per_order", 5.0, n).startswith(f"{said_} в заказе")


@pytest.mark.parametrize(
    ("reason", "en", "ru"),
    [
        (("spends_less", 20.0, 0.125), "buys every 20 days, revenue +13% on a year earlier",
         "покупает каждые 20 дней, закупки +13 % к тем же месяцам год назад"),
        (("spends_less", 20.0, -1.5), "buys every 20 days, gave back more than it bought",
         "покупает каждые 20 дней, возвращено больше, чем куплено"),
        (("spends_less", 20.0, None), "buys every 20 days", "покупает каждые 20 дней"),
        (("grows", 5, -0.2), "buys in 5 of 6 months, revenue −20% on a year earlier",
         "покупки в 5 из 6 месяцев, закупки −20 % к тем же месяцам год назад"),
        (("grows", 5, 30.0), "buys in 5 of 6 months, more than 20 times the revenue of a year earlier",
         "покупки в 5 из 6 месяцев, закупки более чем в 20 раз выше, чем год назад"),
        (("grows", 5, float("nan")), "buys in 5 of 6 months", "покупки в 5 из 6 месяцев"),
        (("steady", 6, 0.0), "buys in 6 of 6 months, revenue 0% on a year earlier",
         "покупки в 6 из 6 месяцев, закупки 0 % к тем же месяцам год назад"),
    ],
)  # fmt: skip
def test_in_a_window_under_a_year_a_change_is_against_the_same_months_a_year_earlier(
    reason: tuple[str, float | None, float | None], en: str, ru: str
) -> None:
    assert said("en", *reason, months=6) == en
    assert said("ru", *reason, months=6) == ru

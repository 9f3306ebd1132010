"""Numbers as printed: report.md §3; every expected text was written by hand from its rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_review.exhibits.language import Language
from portfolio_review.exhibits.numbers import (
    MINUS,
    SCALES,
    Numbers,
    Scale,
    add_up,
    point_change,
    round_half_up,
    scale_for,
    shared_scale,
)
from portfolio_review.exhibits.wording import Wording

EN = Numbers(Language("en"), "GBP")
RU = Numbers(Language("ru"), "RUB")
ZLOTY = Numbers(Language("en"), "PLN")


def spaced(text: str) -> str:
    """`_` stands for a no-break space in expected texts."""
    return text.replace("_", "\u00a0")


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "-3"), (0.285, 2, "0.29"), (1.005, 2, "1.01"),
        (-0.04, 1, "0.0"), (1132407.745, 2, "1132407.75"), (10**15 + 0.5, 0, "1000000000000001"),
    ],
)  # fmt: skip
def test_halves_go_away_from_zero_on_the_number_that_people_see(value: float, decimals: int, rounded: str) -> None:
    assert str(round_half_up(value, decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "english", "russian"),
    [
        (1132407.74, 0, False, "1,132,408", "1_132_408"),
        (1132.5, 1, False, "1,132.5", "1_132,5"),
        (-976, 0, True, "−976", "−976"),
        (976, 0, True, "+976", "+976"),
        (0, 0, True, "0", "0"),
        (-0.4, 0, True, "0", "0"),
        (0.701, 3, False, "0.701", "0,701"),
        (999.95, 1, False, "1,000.0", "1_000,0"),
    ],
)
def test_plain(value: float, decimals: int, sign: bool, english: str, russian: str) -> None:
    assert EN.plain(value, decimals, sign=sign) == english
    assert RU.plain(value, decimals, sign=sign) == spaced(russian)


@pytest.mark.parametrize(
    ("share", "english", "russian"),
    [(0.63596, "63.6%", "63,6_%"), (-0.011, "−1.1%", "−1,1_%"), (1, "100.0%", "100,0_%"), (-0.0004, "0.0%", "0,0_%")],
)
def test_percent(share: float, english: str, russian: str) -> None:
    assert EN.percent(share) == english
    assert RU.percent(share) == spaced(russian)


def test_a_change_in_points_is_that_of_the_printed_shares() -> None:
    # 27.8 after 32.5, though what lies behind the decimal differs by 4.6 only
    assert (EN.percent(0.3246), EN.percent(0.2784)) == ("32.5%", "27.8%")
    assert EN.points(point_change(0.2784, 0.3246)) == spaced("−4.7_pp")
    assert EN.points(0.2784 - 0.3246) == spaced("−4.6_pp")
    assert point_change(0.30049, 0.29951) == 0


def test_percent_without_mark_and_points() -> None:
    assert EN.percent(0.63596, mark=False) == "63.6"
    assert EN.points(0.002) == spaced("+0.2_pp")
    assert RU.points(-0.024) == spaced("−2,4_п._п.")


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (7957559.434, "£7.96m", "7,96_млн_₽"),
        (1390671.081, "£1.39m", "1,39_млн_₽"),
        (-975907.283, "−£976k", "−976_тыс._₽"),
        (52201.93, "£52.2k", "52,2_тыс._₽"),
        (999600, "£1.00m", "1,00_млн_₽"),
        (999.6, "£1.00k", "1,00_тыс._₽"),
        (328.1, "£328", "328_₽"),
        (5.25, "£5.25", "5,25_₽"),
        (0, "£0", "0_₽"),
        (-0.001, "£0.00", "0,00_₽"),
        (1.2e9, "£1.20bn", "1,20_млрд_₽"),
        (123456789012, "£123bn", "123_млрд_₽"),
    ],
)
def test_money_in_a_sentence(value: float, english: str, russian: str) -> None:
    assert EN.money(value) == english
    assert RU.money(value) == spaced(russian)


def test_money_with_a_sign_and_a_currency_without_symbol() -> None:
    assert EN.money(415000, sign=True) == "+£415k"
    assert ZLOTY.money(-415000) == spaced("−PLN_415k")
    assert Numbers(Language("ru"), "PLN").money(415000) == spaced("415_тыс._PLN")
    assert EN.exact_money(1132407.745) == "£1,132,407.75"
    assert RU.exact_money(-2801.166) == spaced("−2_801,17_₽")


def test_heads_of_money_columns() -> None:
    thousand = Scale(1000, 0, "thousand")
    assert EN.money_head(thousand) == spaced("£_thousand")
    assert RU.money_head(thousand) == spaced("тыс._₽")
    assert EN.money_head(Scale(1, 0, "")) == "£"
    assert EN.scaled(1132407.74, thousand) == "1,132"
    assert RU.scaled(-2075455, thousand, sign=True, decimals=1) == spaced("−2_075,5")


def test_span() -> None:
    assert EN.span("62.1", "65.0") == "62.1–65.0"
    assert EN.span("−3.1", "4.2") == "−3.1 to 4.2"
    assert RU.span("−3,1", "4,2") == "от −3,1 до 4,2"


def test_scale_is_thousand_where_million_hides_the_parts() -> None:
    # Online Retail II 2011-11: the bridge of metrics.md §4, in £ thousand in the mock-up
    steps = [8043585.224, -975907.283, -2075455.004, 1522463.486, 0.0, 1390671.081, 52201.930]
    assert scale_for(steps, 7957559.434) == Scale(1000, 0, "thousand")


def test_scale_becomes_finer_until_the_printed_parts_add_up() -> None:
    parts = [1000400.0, 1000400.0, 1000400.0]  # 1,000 + 1,000 + 1,000 is not 3,001
    assert scale_for(parts, sum(parts)) == Scale(1000, 1, "thousand")


@pytest.mark.parametrize(("largest", "name"), [(0, ""), (5, ""), (999, ""), (45000, ""), (150000, "thousand")])
def test_small_money_is_not_scaled_away(largest: float, name: str) -> None:
    assert scale_for([largest]).name == name


def test_scale_stays_coarse_where_no_decimal_helps_and_the_page_must_say_so() -> None:
    parts = [1000449.0, 1000449.0, 1000449.0]
    assert scale_for(parts, sum(parts)) == Scale(1000, 0, "thousand")
    assert not add_up(parts, sum(parts), scale_for(parts, sum(parts)))


@given(st.lists(st.decimals(0, 12, places=2, allow_nan=False), min_size=1, max_size=8))
def test_money_under_a_hundred_always_adds_up(parts: list[Decimal]) -> None:
    total = sum(parts, Decimal(0))
    assert add_up(parts, total, scale_for(parts, total))


def test_larger_money_is_not_printed_to_the_cent_only_to_add_up() -> None:
    parts = [5941.54, 4290.64, 3767.50, 3288.38]  # 5,942 + 4,291 + 3,768 + 3,288 is not 17,288
    assert scale_for(parts, sum(parts)) == Scale(1, 0, "")
    assert not add_up(parts, sum(parts), scale_for(parts, sum(parts)))


@pytest.mark.parametrize(
    ("tables", "scale"),
    [
        ([[454_700], [48_837.32], [925_900], [10_022_000]], Scale(1000, 1, "thousand")),
        ([[1_454_700], [9_925_900]], Scale(1000, 0, "thousand")),  # four digits without a decimal
        ([[900.0], [10_022_000]], Scale(1, 0, "")),  # 0.9 thousand says too little
        ([[900.0], [610_022_000]], Scale(1000, 1, "thousand")),  # but nine digits are too long
        ([[2_500_000_000], [3_000_000]], Scale(10**6, 1, "million")),
        ([[812.4, None], [41_000]], Scale(1, 0, "")),
        ([[12.5], [3.25]], Scale(1, 2, "")),
        ([[0.0], []], Scale(1, 0, "")),
        ([], Scale(1, 0, "")),
    ],
)
def test_tables_of_one_measure_share_a_scale(tables: list[list[float | None]], scale: Scale) -> None:
    assert shared_scale(tables) == scale


@pytest.mark.parametrize(
    ("largest", "scale"), [(2.2e7, SCALES[2]), (1.1e6, SCALES[2]), (5e9, SCALES[0]), (4e8, SCALES[2])]
)
def test_tables_are_in_thousands_up_to_a_billion(largest: float, scale: Scale) -> None:
    assert scale_for([largest]) == scale


@given(st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(SCALES))
def test_no_negative_zero_and_no_hyphen(value: float, scale: Scale) -> None:
    text = EN.scaled(value, scale)
    assert "-" not in text
    assert not (text.startswith(MINUS) and not any(digit in text for digit in "123456789"))


@pytest.mark.parametrize(("now", "before", "counts", "said"), [
    (105.0, 100.0, False, "+5.0%"), (0.0, 100.0, False, "−100.0%"), (300.0, 100.0, False, "+200.0%"),
    (301.0, 100.0, False, "×3.0"), (340.0, 100.0, False, "×3.4"), (2000.0, 100.0, False, "×20.0"),
    (2001.0, 100.0, False, ""), (-1.0, 100.0, False, ""), (5.0, 0.0, False, ""), (5.0, -100.0, False, ""),
    (12, 10, True, "+20.0%"), (9, 10, True, ""), (12, 9, True, ""), (40, 10, True, "×4.0"), (12, 9, False, "+33.3%"),
])  # fmt: skip
def test_a_change_is_told_in_per_cent_only_where_that_means_something(
    now: float, before: float, counts: bool, said: str
) -> None:
    """metrics.md §1: base above 0, result not below it, up to 200 %; up to 20-fold a multiple; no counts under 10."""
    assert Wording("en", "EUR").numbers.change(now, before, counts=counts) == said


@pytest.mark.parametrize(("currency", "small", "exact", "scaled"), [
    ("EUR", "€3.57", "€1,234.50", "12.35"), ("JPY", "¥4", "¥1,235", "12"), ("KWD", "KWD_3.568", "KWD_1,234.500", "12.346"),
])  # fmt: skip
def test_a_currency_prints_the_decimals_of_its_smallest_unit(
    currency: str, small: str, exact: str, scaled: str
) -> None:
    """ISO 4217: yen have none, dinars of Kuwait three."""
    numbers = Numbers(Language("en"), currency)
    assert numbers.money(3.5678) == spaced(small)
    assert numbers.exact_money(1234.5) == spaced(exact)
    assert numbers.scaled(12.3456, Scale(1, 2, "")) == scaled
    assert numbers.scaled(12345.6, Scale(1000, 1, "thousand")) == "12.3"


@pytest.mark.parametrize(("unit", "now", "before", "said"), [
    ("share", 0.5, 0.4, "+10,0 п. п."), ("money", 105.0, 100.0, "+5,0 %"), ("count", 7, 9, "−2"),
    ("orders", 12, 9, "+3"), ("count", 1, 0, "+1"), ("count", 0, 0, "0"), ("orders", 40, 0, "+40"), ("count", 340, 100, "×3,4"), ("money", -5.0, 100.0, ""), ("money", 5.0, 0.0, ""),
])  # fmt: skip
def test_a_change_of_a_figure_goes_by_its_unit(unit: str, now: float, before: float, said: str) -> None:
    assert Wording("ru", "EUR").change(unit, now, before).replace("\u00a0", " ") == said

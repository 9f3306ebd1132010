"""No sentence claims a change that its interval covers."""

from __future__ import annotations

import made
from hypothesis import assume, given
from hypothesis import strategies as st

from portfolio_review import findings
from portfolio_review.figure import Figure
from portfolio_review.findings.making import clear, widened
from portfolio_review.findings.migration import sign_test
from portfolio_review.results.finding import Finding

shares = st.floats(0.01, 0.99)
widths = st.floats(0.001, 0.5)


def retention(figure: Figure, id: str) -> list[Finding]:
    seen = made.seen({id: figure, "retention.point_value": made.figure(1e6)})
    return [found for found in findings.tell(seen, "retention") if found.evidence[0] == id]


@given(shares, widths, widths, shares)
def test_a_rate_that_its_interval_covers_has_not_clearly_changed(
    value: float, below: float, above: float, before: float
) -> None:
    figure = Figure(value=value, interval=(value - below, value + above), previous_year=before)
    for found in retention(figure, "retention.client_retention_rate"):
        if value - below <= before <= value + above:
            assert not found.certain
            assert found.tone == "neutral"
            assert "no clear change" in found.text
        elif found.certain:
            assert "no clear change" not in found.text


@given(st.floats(0.2, 2.5), widths, widths)
def test_net_retention_around_one_is_neither_growth_nor_decline(value: float, below: float, above: float) -> None:
    figure = Figure(value=value, interval=(value - below, value + above))
    for found in retention(figure, "retention.net_revenue_retention"):
        if value - below <= 1 <= value + above:
            assert not found.certain
            assert "less" not in found.text
            assert "more" not in found.text
            assert "no clear change" in found.text


AT_RISK = {"risk.horizon_months": made.figure(3), "risk.backtest_verdict": made.figure("beats_last_share")}


def at_risk(before: float | None, **more: Figure) -> list[Finding]:
    """The findings where the figure has such a year before: it has none unless the change is more than chance."""
    figure = Figure(value=made.BIG, interval=(made.BIG * 0.9, made.BIG * 1.1), previous_year=before)
    return findings.tell(made.seen({"risk.revenue_at_risk": figure, **AT_RISK, **more}), "risk")


def test_money_at_risk_that_moved_is_told_without_good_or_bad() -> None:
    for before in (made.BIG * 2, made.BIG / 2):
        (found,) = at_risk(before)
        assert (found.money, found.tone) == (made.BIG - before, "neutral")


def test_money_at_risk_whose_change_may_be_chance_is_not_told() -> None:
    assert at_risk(None) == []


def test_a_model_that_failed_its_test_tells_no_money_at_risk() -> None:
    lost = {"risk.backtest_verdict": made.figure("loses_to_last_share")}
    assert at_risk(made.BIG * 2, **lost) == []


@given(shares, widths, shares)
def test_a_measured_base_needs_a_larger_difference_than_an_exact_one(value: float, half: float, base: float) -> None:
    figure = Figure(value=value, interval=(value - half, value + half))
    assume(base != value)
    assert clear(figure, base, certain_base=True) or not clear(figure, base)


def test_a_figure_without_an_interval_counts_all_there_is() -> None:
    assert clear(Figure(value=5), 4)


def test_a_bound_moves_out_with_the_number_of_comparisons() -> None:
    # 97.5 % normal quantile 1.95996, of 1 − 0.05/20 2.80703 (tables of the normal distribution)
    assert widened(0.5, 0.6, 1) == 0.6
    assert round(widened(0.0, 1.95996, 10), 4) == 2.8070


def test_the_sign_test_is_the_binomials() -> None:
    # 2 · (1 + 10 + 45) / 1024 (Siegel 1956, table D: .055 one-sided for N = 10, x = 2)
    assert round(sign_test(2, 8), 5) == 0.10938
    assert sign_test(0, 0) == 1.0
    assert sign_test(3, 3) == 1.0


def test_segments_alike_are_not_told_apart() -> None:
    """Twenty segments of one rate, one of them below by chance: Wilson's interval alone would name it."""
    rows = [{"value": f"R{place}", "base": 40, "rate": 0.8, "low": 0.65, "high": 0.9} for place in range(19)]
    rows.append({"value": "Low", "base": 40, "rate": 0.65, "low": 0.495, "high": 0.779})
    figures = {"retention.client_retention_rate": made.figure(0.79), "retention.point_value": made.figure(1e6)}
    told = findings.tell(
        made.seen(figures, ("retention.by_region", made.table("retention.by_region", *rows))), "retention"
    )
    assert told == []

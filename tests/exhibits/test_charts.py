"""Every chart type: survives odd frames, keeps hostile text as text, is the same byte for byte, has words."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

import pandas as pd
import pytest
from drawings import DRAWN, covered, cut, flows, held, panels, points, quadrants, trend

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.alluvial import alluvial
from portfolio_review.exhibits.multiples import multiples
from portfolio_review.exhibits.pareto import pareto
from portfolio_review.exhibits.revenue_risk import revenue_risk
from portfolio_review.exhibits.style import SVG, Chart
from portfolio_review.exhibits.variance import variance
from portfolio_review.exhibits.wording import Wording

EN, RU = Wording("en", "GBP"), Wording("ru", "RUB")


@cache
def drawn(name: str, wording: Wording) -> Chart:
    """Each chart once."""
    return DRAWN[name](wording)


def drawn_texts(chart: Chart) -> set[str]:
    return {str(element.text) for element in ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}text")}


HOSTILE = ["</title><script>", "$x^2$ and $y", "_hidden", "A" * 300, "日本 😀", "\\frac{1}{2} & <b>"]


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("wording", [EN, RU], ids=["en", "ru"])
def test_a_chart_is_drawn_the_same_twice_and_says_what_it_shows(name: str, wording: Wording) -> None:
    chart = drawn(name, wording)
    assert chart == DRAWN[name](wording)
    root = ElementTree.fromstring(chart.svg)
    assert root[0].tag == f"{{{SVG}}}title"
    assert root[0].text == chart.alt
    assert chart.alt.endswith(".")
    assert "nan" not in chart.svg.lower()
    assert "None" not in chart.svg


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_needs_no_style_sheet_and_runs_nothing(name: str) -> None:
    root = ElementTree.fromstring(drawn(name, EN).svg)
    for element in root.iter():
        assert element.tag.removeprefix(f"{{{SVG}}}") in {"svg", "g", "path", "text", "title"}
        assert not {"style", "class", "id", "clip-path"} & set(element.attrib)
        assert not any("href" in name for name in element.attrib)
        if element.tag.endswith("text"):
            assert (element.get("font-size"), element.get("font-family")) == ("7.5", "IBM Plex Sans")


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("wording", [EN, RU], ids=["en", "ru"])
def test_no_text_is_cut_or_covered_by_another(name: str, wording: Wording) -> None:
    svg = drawn(name, wording).svg
    assert (cut(svg), covered(svg)) == ([], [])


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(title: str) -> None:
    chart = variance(trend([1.0, 2.0]), "revenue", EN, title=title)
    assert title in chart.alt
    assert ElementTree.fromstring(chart.svg)[0].text == chart.alt
    assert "<script" not in chart.svg


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_classes_stay_text(name: str) -> None:
    chart = alluvial(flows((name, name, 70), ("A", name, 30)), EN, classes=("A", name))
    texts = [element.text or "" for element in ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}text")]
    assert any(text == name or (text.endswith("…") and name.startswith(text[:-1])) for text in texts)
    assert cut(chart.svg) == []


def test_pareto_names_the_clients_that_hold_half_and_each_limit() -> None:
    alt = pareto(held(0, 0.5, 0.75, 0.9, 1, marks={1: 0.5, 3: 0.8, 4: 0.95}), EN).alt
    assert "1 client holds 50%, 3 clients hold 80%, 4 clients hold 95%" in alt
    assert "the largest alone holds 50.0%; 4 clients in all" in alt


def test_alluvial_counts_directions() -> None:
    alt = DRAWN["alluvial"](EN).alt
    assert "9 moved up, 20 moved down, 70 stayed" in alt
    assert "largest flow is 90 from “New” to “C”" in alt


def test_alluvial_prints_the_names_of_its_groups_whole() -> None:
    """Also the longest one, beside a number of three digits: `Вернувшиеся`."""
    frame = pd.DataFrame(
        [("A", "A", 900), ("returned", "A", 10), ("B", "lost", 100)], columns=["from", "to", "clients"]
    )
    drawn = alluvial(frame, RU)
    assert "Вернувшиеся" in drawn.svg
    assert "…" not in drawn.svg


def test_a_chart_displays_itself_in_a_notebook() -> None:
    chart = DRAWN["band"](EN)
    assert chart._repr_svg_() == chart.svg


def test_variances_are_coloured_by_polarity_and_signed() -> None:
    frame = trend([100.0] * 12 + [150.0] + [50.0] * 11)
    more, less = (variance(frame, "revenue", EN, title="T", polarity=polarity).svg for polarity in (1, -1))
    for svg, rise, fall in (
        (more, notation.FAVOURABLE, notation.UNFAVOURABLE),
        (less, notation.UNFAVOURABLE, notation.FAVOURABLE),
    ):
        colours = {element.text: element.get("fill") for element in ElementTree.fromstring(svg).iter(f"{{{SVG}}}text")}
        assert (colours["+50"], colours["−50"]) == (rise.lower(), fall.lower())


def test_the_largest_change_has_its_label_where_months_are_too_narrow_for_the_others() -> None:
    wide = [1e6 + n * 1e5 for n in range(23)]
    for place in (12, 17, 23):
        months = [*wide, 3e6]
        months[place] += 9e6
        chart = variance(trend(months), "revenue", EN, title="T", width=38)
        change = months[place] - months[place - 12]
        assert f"+{change / 1000:,.0f}" in drawn_texts(chart)
        assert covered(chart.svg) == []


def test_both_tiers_have_one_scale() -> None:
    # a month of 30 after one of 10: its column is 30 high, its variance 20
    bars = [
        [float(value) for value in re.findall(r"-?[\d.]+", path.attrib["d"])]
        for path in ElementTree.fromstring(
            variance(trend([10.0] * 12 + [30.0] + [10.0] * 11), "revenue", EN, title="T").svg
        ).iter(f"{{{SVG}}}path")
        if path.get("fill") in (notation.ACTUAL.lower(), notation.FAVOURABLE.lower())
    ]
    heights = sorted(max(bar[1::2]) - min(bar[1::2]) for bar in bars)
    assert heights[-1] / heights[-2] == pytest.approx(30 / 20, rel=0.01)


def test_the_months_end_with_the_last_one_known_and_the_target_is_outlined() -> None:
    # metrics.md §8: the plain ratio of the years to date only in the notebook
    assert not notation.SCENARIOS["pl"].fill
    chart = variance(trend([100.0] * 24), "revenue", EN, title="T")
    assert "forecast" not in chart.alt
    assert sum(name in ("Jan", "Jan 2012") for name in drawn_texts(chart)) == 1  # January 2011 alone
    assert max(path.attrib["d"].count("M") for path in ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}path")) == 1


def test_a_partial_month_is_hatched_and_held_against_no_whole_one() -> None:
    frame = trend([100.0] * 24)
    whole, cut_off = (
        variance(frame.assign(partial=[False] * 23 + [last]), "revenue", EN, title="T") for last in (False, True)
    )

    def seen(chart: Chart) -> tuple[int, int]:
        """Columns of the year before, and the most lines of one path: those of a hatch."""
        paths = list(ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}path"))
        greys = sum(path.get("fill") == notation.PREVIOUS_YEAR.lower() for path in paths)
        return greys, max(path.attrib["d"].count("M") for path in paths)

    assert seen(whole) == (12, 1)
    greys, lines = seen(cut_off)
    assert (greys, lines > 3) == (11, True)
    assert "(partial month)" in cut_off.alt
    assert "year before" not in cut_off.alt.split(";")[0]
    assert "partial" not in whole.alt


def test_survival_names_its_days_and_the_median() -> None:
    alt = DRAWN["survival, falls at each mark"](EN).alt
    assert "after 90 days 90.0%; after 180 days 51.0%; after 365 days 48.0%" in alt
    assert "half have left after 200 days" in alt
    assert "fewer than half have left" in DRAWN["survival, everybody stays"](EN).alt


def texts(chart: Chart) -> str:
    """What is written in a picture."""
    return "\n".join(str(element.text) for element in ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}text"))


def test_survival_marks_a_median_only_where_it_is_shown() -> None:
    for drawn in ("one day only", "falls in a gap"):
        assert "half have left after" not in DRAWN[f"survival, {drawn}"](EN).alt
    alone = DRAWN["survival, one day only"](EN)
    assert alone.alt.endswith("; half bought on one day only.")
    assert "half bought on one day only" in texts(alone)
    assert "half left after" not in texts(alone)
    gap = DRAWN["survival, falls in a gap"](EN)
    assert gap.alt.endswith("; half have left at an age that too few were seen to reach.")
    assert "half left after" not in texts(gap)


def test_survival_is_not_drawn_across_ages_that_too_few_reached() -> None:
    def runs(drawn: str) -> int:
        paths = ElementTree.fromstring(DRAWN[drawn](EN).svg).iter(f"{{{SVG}}}path")
        return sum(path.attrib.get("stroke-width") == f"{notation.LINE_PT:g}" for path in paths)

    assert (runs("survival, falls at each mark"), runs("survival, falls in a gap")) == (1, 2)


def test_revenue_and_risk_counts_its_quadrants_and_names_the_most_at_risk() -> None:
    alt = DRAWN["risk"](EN).alt
    assert "Large risky: 1 client (−3), £1.23k" in alt
    assert "Small risky: 1,204 clients (+1,200), £1.49m" in alt
    assert alt.endswith("most at risk: Alpha, £900k of revenue, chance of no purchase 80%.")


def test_many_points_make_a_small_picture() -> None:
    assert len(DRAWN["risk, many"](EN).svg) < 40_000


def test_a_change_that_is_not_known_is_not_printed() -> None:
    rows = points(("Alpha", "large_safe", 0.9, 5.0, 1.0, 1))
    chart = revenue_risk(rows, quadrants(3, before=None), EN, large_from=1.0, risky_above=0.5)
    assert "Large safe: 3 clients, £3.70k" in chart.alt


def test_multiples_have_one_scale_and_say_sum_and_change() -> None:
    frame = panels({"A": [50.0] * 12 + [100.0] * 12, "B": [80.0] * 12 + [20.0] * 12})
    chart = multiples(frame, EN, title="By type")
    root = ElementTree.fromstring(chart.svg)
    texts = {element.text: element.get("fill") for element in root.iter(f"{{{SVG}}}text")}
    assert list(texts) == ["A", "1,200", "+100.0%", "B", "240", "−75.0%"]
    assert texts["+100.0%"] == notation.FAVOURABLE.lower()
    assert texts["−75.0%"] == notation.UNFAVOURABLE.lower()
    heights = {}
    for path in root.iter(f"{{{SVG}}}path"):
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", path.attrib["d"])]
        heights.setdefault(path.get("fill"), []).append(max(numbers[1::2]) - min(numbers[1::2]))
    actual, before = heights[notation.ACTUAL.lower()], heights[notation.PREVIOUS_YEAR]
    assert actual[0] / actual[12] == pytest.approx(100 / 20, rel=0.01)
    assert actual[0] / before[12] == pytest.approx(100 / 80, rel=0.01)
    words = chart.alt.replace("\u00a0", " ")
    assert words.startswith(
        "By type, £, January 2011\u2009–\u2009December 2011: the largest is “A” with 1,200 (+100.0%)"
    )
    assert words.endswith("; above the year before: 1 of 2.")


def test_multiples_show_eight_values_at_most() -> None:
    root = ElementTree.fromstring(DRAWN["multiples, forty values"](EN).svg)
    names = [element.text for element in root.iter(f"{{{SVG}}}text") if (element.text or "").startswith("Value")]
    assert names == [f"Value {n}" for n in range(8)]

"""Every chart type: survives odd frames, keeps hostile text as text, is the same byte for byte, has words."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd
import pytest

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.alluvial import alluvial
from portfolio_review.exhibits.columns import columns
from portfolio_review.exhibits.pareto import pareto
from portfolio_review.exhibits.style import SVG, Chart
from portfolio_review.exhibits.trend import band
from portfolio_review.exhibits.waterfall import waterfall
from portfolio_review.exhibits.wording import Wording

EN, RU = Wording("en", "GBP"), Wording("ru", "RUB")
MONTHS = [f"{2010 + place // 12}-{place % 12 + 1:02d}" for place in range(24)]
HOSTILE = ["</title><script>", "$x^2$ and $y", "_hidden", "A" * 300, "日本 😀", "\\frac{1}{2} & <b>"]


def trend(values: list[float | None], months: list[str] = MONTHS) -> pd.DataFrame:
    return pd.DataFrame({"month": months[: len(values)], "revenue": values})


def rates(values: list[float | None]) -> pd.DataFrame:
    frame = pd.DataFrame({"month": MONTHS[: len(values)], "rate": values})
    return frame.assign(low=frame["rate"] - 0.02, high=frame["rate"] + 0.02)


def steps(*amounts: float | None) -> pd.DataFrame:
    names = ["start", "churn", "contraction", "expansion", "returned", "new", "adjustments", "end"]
    return pd.DataFrame({"step": names[: len(amounts)], "amount": amounts})


def flows(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["from", "to", "clients"])


DRAWN: dict[str, Callable[[Wording], Chart]] = {
    "columns": lambda w: columns(trend([float(n) * 1e5 for n in range(1, 25)]), "revenue", w, title="T", target=2.6e6),
    "columns, zeros": lambda w: columns(trend([0.0] * 24), "revenue", w, title="T"),
    "columns, negative": lambda w: columns(trend([-5.0, 3.0, -8.0]), "revenue", w, title="T"),
    "columns, all negative": lambda w: columns(trend([-5.0] * 24), "revenue", w, title="T"),
    "columns, one month": lambda w: columns(trend([7.0]), "revenue", w, title="T", kind="count"),
    "columns, no month": lambda w: columns(trend([]), "revenue", w, title="T"),
    "columns, gaps": lambda w: columns(trend([1.0, None, 3.0]), "revenue", w, title="T"),
    "columns, no year before": lambda w: columns(trend([1.0] * 12), "revenue", w, title="T"),
    "columns, share": lambda w: columns(trend([0.1] * 13), "revenue", w, title="T", kind="share"),
    "waterfall": lambda w: waterfall(steps(8e6, -1e6, -2e6, 1.5e6, 0.0, 1.4e6, 5e4, 7.95e6), w),
    "waterfall, zeros": lambda w: waterfall(steps(0, 0, 0, 0, 0, 0, 0, 0), w),
    "waterfall, below zero": lambda w: waterfall(steps(100, -300, 0, 50, None, 0, 0, -150), w),
    "waterfall, no step": lambda w: waterfall(steps(), w),
    "pareto": lambda w: pareto(pd.Series([1e6 / rank for rank in range(1, 900)]), w),
    "pareto, with W0": lambda w: pareto(pd.Series([5.0, 3.0, 1.0]), w, before=pd.Series([9.0, 1.0, 0.0, -4.0])),
    "pareto, one client": lambda w: pareto(pd.Series([5.0]), w),
    "pareto, no revenue": lambda w: pareto(pd.Series([0.0, -3.0]), w),
    "pareto, nobody": lambda w: pareto(pd.Series([], dtype="float64"), w),
    "pareto, equal": lambda w: pareto(pd.Series([1.0] * 400), w),
    "alluvial": lambda w: alluvial(
        flows(("A", "A", 70), ("A", "B", 20), ("B", "A", 9), ("A", "lost", 30), ("new", "C", 90)), w
    ),
    "alluvial, one client": lambda w: alluvial(flows(("A", "A", 1)), w),
    "alluvial, only new": lambda w: alluvial(flows(("new", "A", 3)), w),
    "alluvial, nobody": lambda w: alluvial(flows(("A", "A", 0)), w),
    "alluvial, tiny classes": lambda w: alluvial(
        flows(("A", "A", 5000), ("none", "lost", 1), ("returned", "none", 1)), w
    ),
    "band": lambda w: band(rates([0.6 + n / 100 for n in range(12)]), w, title="T", target=0.7),
    "band, one month": lambda w: band(rates([0.6]), w, title="T"),
    "band, zeros": lambda w: band(rates([0.0] * 5), w, title="T"),
    "band, over 100 %": lambda w: band(rates([0.1, 3.7]), w, title="T"),
    "band, gap": lambda w: band(rates([0.5, None, 0.6]), w, title="T"),
    "band, no month": lambda w: band(rates([None, None]), w, title="T"),
    "band, small": lambda w: band(rates([0.6, 0.61, 0.64, 0.66]), w, title="T", width=63, height=27),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("wording", [EN, RU], ids=["en", "ru"])
def test_a_chart_is_drawn_the_same_twice_and_says_what_it_shows(name: str, wording: Wording) -> None:
    chart = DRAWN[name](wording)
    assert chart == DRAWN[name](wording)
    root = ElementTree.fromstring(chart.svg)
    assert root[0].tag == f"{{{SVG}}}title"
    assert root[0].text == chart.alt
    assert chart.alt.endswith(".")
    assert "nan" not in chart.svg.lower()
    assert "None" not in chart.svg


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_needs_no_style_sheet_and_runs_nothing(name: str) -> None:
    root = ElementTree.fromstring(DRAWN[name](EN).svg)
    for element in root.iter():
        assert element.tag.removeprefix(f"{{{SVG}}}") in {"svg", "g", "path", "text", "title"}
        assert not {"style", "class", "id", "clip-path"} & set(element.attrib)
        assert not any("href" in name for name in element.attrib)
        if element.tag.endswith("text"):
            assert (element.get("font-size"), element.get("font-family")) == ("7.5", "IBM Plex Sans")


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(title: str) -> None:
    chart = columns(trend([1.0, 2.0]), "revenue", EN, title=title)
    assert title in chart.alt
    assert ElementTree.fromstring(chart.svg)[0].text == chart.alt
    assert "<script" not in chart.svg


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_classes_stay_text(name: str) -> None:
    chart = alluvial(flows((name, name, 70), ("A", name, 30)), EN, classes=("A", name))
    texts = [element.text for element in ElementTree.fromstring(chart.svg).iter(f"{{{SVG}}}text")]
    assert name in texts


def test_columns_put_the_year_before_behind_the_actual() -> None:
    svg = columns(trend([1.0] * 12 + [2.0] * 12), "revenue", EN, title="T").svg
    fills = [path.get("fill") for path in ElementTree.fromstring(svg).iter(f"{{{SVG}}}path")]
    greys = [fill for fill in fills if fill in (notation.ACTUAL.lower(), notation.PREVIOUS_YEAR)]
    assert greys == [notation.PREVIOUS_YEAR] * 12 + [notation.ACTUAL.lower()] * 12


def test_words_of_columns_name_measure_period_direction_and_largest() -> None:
    alt = columns(trend([1e5] * 12 + [2e5] * 11 + [1.5e5]), "revenue", EN, title="Revenue").alt.replace("\u00a0", " ")
    assert "Revenue, £ thousand" in alt
    assert "January 2011\u2009–\u2009December 2011" in alt
    assert "(+50.0%)" in alt
    assert "largest month is January 2011 with 200.0" in alt


def test_words_of_the_waterfall_name_its_largest_step() -> None:
    alt = DRAWN["waterfall"](EN).alt
    assert "from 8,000 to 7,950" in alt
    assert "“Retained, buying less” with −2,000" in alt


def test_pareto_counts_clients_that_hold_half_and_each_limit() -> None:
    # Σ of 10, 5, 3, 2: shares 0.5, 0.75, 0.9, 1.0; limits .5, .8, .95 are reached by 1, 3 and 4 clients
    alt = pareto(pd.Series([2.0, 3.0, 10.0, 5.0, -1.0]), EN).alt
    assert "1 client holds 50%, 3 clients hold 80%, 4 clients hold 95%" in alt
    assert "4 clients in all" in alt


def test_alluvial_counts_directions() -> None:
    alt = DRAWN["alluvial"](EN).alt
    assert "9 moved up, 20 moved down, 70 stayed" in alt
    assert "largest flow is 90 from “New” to “C”" in alt


def test_a_chart_displays_itself_in_a_notebook() -> None:
    chart = DRAWN["band"](EN)
    assert chart._repr_svg_() == chart.svg

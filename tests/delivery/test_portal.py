"""The portal: every unit and period with its editions, status and course; the same bytes; nothing of the tables."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import made_series
import pytest

from portfolio_review import review as review_files
from portfolio_review.delivery import manifest, portal
from portfolio_review.review import Review

FILE = Path(__file__).parents[2] / "params" / "demo.yml"
UNITS = ("all", "Benelux", "Marine")
PERIODS = ("2026-08", "2026-09", "2026-10")


@pytest.fixture(scope="module")
def english() -> Review:
    return review_files.load(FILE)


def page(series: Path, review: Review) -> str:
    written = portal.write(series, review, FILE)
    assert written == series / "index.html"
    return written.read_text("utf-8").replace("\u00a0", " ")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)))


def test_every_edition_of_every_unit_and_period_is_linked(tmp_path: Path, english: Review) -> None:
    html = page(made_series.write(tmp_path, UNITS, PERIODS), english)
    names = ("review.html", "review.pdf", "review.xlsx", "notebooks/00_data.html")
    wanted = {f"{period}/unit-{place:03d}/{name}" for period in PERIODS for place in range(3) for name in names}
    assert set(re.findall(r'<a href="(\d[^"]+)"', html)) == wanted
    assert "3 units, 3 periods: August 2026 – October 2026" in text_of(html)
    places = [text_of(html).index(f"{month} 2026 draft") for month in ("October", "September", "August")]
    assert places == sorted(places)  # the newest first
    assert "draft 36/36" in text_of(html)


def row_of(html: str, unit: str) -> str:
    """The row of a unit in the table of units."""
    (row,) = re.findall(rf'<tr[^>]*><th scope="row" data-v="{unit}">.*?</tr>', html, flags=re.DOTALL)
    return str(row)


def order_of(html: str) -> list[str]:
    return re.findall(r'<th scope="row" data-v="([^"]*)"', html)


def test_key_figures_are_those_of_the_newest_period_with_their_changes(tmp_path: Path, english: Review) -> None:
    row = row_of(page(made_series.write(tmp_path, UNITS, PERIODS), english), "Benelux")
    now, before = (made_series.values(1, 2026 * 12 + month) for month in (9, 8))
    read = re.findall(r'data-v="([^"]*)"><b>([^<]*)</b> <span class="d (\w*)">([^<]*)<', row)
    assert [float(value) for value, *_ in read] == list(now.values())
    month, revenue = now["headline.revenue"], now["structure.revenue"]
    of_year = month / 2e5 - 1  # against the year before, which the series has at 100,000 a unit
    assert read[0][2:] == ("good" if of_year > 0 else "bad", f"{100 * of_year:+.1f}%".replace("-", "−"))
    change = revenue / before["structure.revenue"] - 1
    assert read[1][1:] == (f"{revenue / 1000:,.0f}", "good" if change > 0 else "bad",
                           f"{100 * change:+.1f}%".replace("-", "−"))  # fmt: skip
    assert read[3][1] == f"{100 * now['retention.client_retention_rate']:.1f}"
    assert read[3][3].endswith(" pp")
    assert (read[5][2], read[5][3] != "") == ("", True)  # revenue at risk carries no colour of good or bad
    assert row.count('<svg class="spark"') == 6
    assert "<title>Revenue, last 12 months: from " in row


def test_a_row_says_verdict_level_and_decisions(tmp_path: Path, english: Review) -> None:
    row = row_of(page(made_series.write(tmp_path, UNITS, PERIODS), english), "Marine")
    assert '<span class="level bad">critical</span><span class="verdict">2026-10: Marine is critical.</span>' in row
    assert '<td class="n" data-head="Decisions open" data-v="3">3</td>' in row  # 0 and 1 asked for now, 7 open since


def test_units_stand_by_trouble_and_the_company_first(tmp_path: Path, english: Review) -> None:
    units = ("all", "Watched", "Critical", "Optimal", "Failed")
    series = made_series.write(tmp_path, units, PERIODS, failed=[("Failed", "2026-10")])
    assert order_of(page(series, english)) == ["Company as a whole", "Failed", "Critical", "Watched", "Optimal"]


def test_without_levels_those_behind_the_year_before_come_first(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path, ("all", "A", "B", "C"), PERIODS[:1])
    for place, revenue in ((1, 2.1e5), (2, 2.4e5), (3, 3.9e5)):  # the year before: 2e5, 3e5, 4e5
        path = series / PERIODS[0] / f"unit-{place:03d}" / "results.json"
        results = json.loads(path.read_text("utf-8"))
        results["tables"]["headline.targets"]["rows"] = []
        results["figures"]["headline.revenue"]["value"] = revenue
        path.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    assert order_of(page(series, english)) == ["Company as a whole", "B", "C", "A"]  # −20 %, −2.5 %, +5 %


def test_rates_of_a_window_shorter_than_the_usual_gap_are_grey_and_say_why(tmp_path: Path, english: Review) -> None:
    html = page(made_series.write(tmp_path, UNITS, PERIODS, gap=400.0), english)
    row = row_of(html, "Benelux")
    why = "clients buy every 400 days, the window has 365 days"
    assert row.count(f'<span class="why">{why}</span>') == row.count('<b class="g2">') == 2
    assert why not in page(made_series.write(tmp_path / "usual", UNITS, PERIODS, gap=365.0), english)


def test_a_change_that_the_interval_covers_is_within_noise(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path, ("all",), PERIODS[1:])
    path = series / PERIODS[-1] / "unit-000" / "results.json"
    results = json.loads(path.read_text("utf-8"))
    for id, interval in (
        ("retention.client_retention_rate", [0.5, 0.95]),
        ("retention.still_buying_rate", [0.6998, 0.7095]),
    ):
        results["figures"][id]["interval"] = interval
    path.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    row = row_of(page(series, english), "Company as a whole")
    # 80.4 % after 79.4 %, from 50 to 95 %: within noise; 70.4 % after 69.4 %, more than √2 × (70.4 − 70.0): clear
    assert row.count('<span class="d g2">within noise</span>') == 1
    assert row.count(" pp</span>") == 1


def test_levels_that_changed_are_told(tmp_path: Path, english: Review) -> None:
    made_series.write(tmp_path, ("all", "Benelux", "Marine"), ("2026-09",))
    made_series.write(tmp_path, ("all", "Marine", "Benelux"), ("2026-10",))  # the level goes by the place
    text = text_of(page(tmp_path, english))
    assert "Marine : critical → watch" in text
    assert "Benelux : watch → critical" in text


def test_pages_of_managers_and_editions_of_further_languages_are_linked(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path, UNITS[:1], PERIODS[:1])
    path = series / PERIODS[0] / "unit-000" / manifest.NAME
    own = json.loads(path.read_text("utf-8"))
    for name in ("review.ru.pdf", "owners/anna-berg.html", "owners/anna-berg.pdf"):
        own["files"][name] = {"sha256": "0" * 64, "bytes": 1}
    path.write_text(manifest.text(own), encoding="utf-8")
    html = page(series, english)
    assert '<a href="2026-08/unit-000/owners/anna-berg.html">Anna Berg</a>' in html
    assert ">Bo</a>" not in html  # no page was made
    labels = re.findall(r'<a href="2026-08/unit-000/review[^"]*">([^<]*)</a>', html)
    assert labels == ["HTML", "PDF", "XLSX", "PDF ru"]


def test_failures_and_comings_and_goings_are_told(tmp_path: Path, english: Review) -> None:
    made_series.write(tmp_path, ("all", "Benelux", "Gone"), ("2026-08", "2026-09"))
    made_series.write(tmp_path, ("all", "Benelux", "Fresh"), ("2026-10",), failed=[("Benelux", "2026-10")])
    html = page(tmp_path, english)
    text = text_of(html)
    assert "What changed since September 2026" in text
    assert "Failed: Benelux" in text
    assert "Made for the first time: Fresh" in text
    assert "Not made in October 2026: Gone" in text
    assert "<summary>failed</summary>sources refused: &lt;b&gt;3&lt;/b&gt; rows without a date" in html
    assert "Benelux September 2026" in text  # its figures are of the period before, and it says so


def test_a_line_breaks_where_a_period_is_missing(tmp_path: Path, english: Review) -> None:
    html = page(made_series.write(tmp_path, UNITS, (*PERIODS, "2026-05"), failed=[("Marine", "2026-09")]), english)
    courses = {unit: re.findall(r'<path d="([^"]+)"', row_of(html, unit)) for unit in ("Benelux", "Marine")}
    assert [line.count("M") for line in courses["Benelux"]] == [2] * 6  # May, then August to October
    assert [line.count("M") for line in courses["Marine"]] == [3] * 6


def test_one_period_has_no_course_and_nothing_changed(tmp_path: Path, english: Review) -> None:
    html = page(made_series.write(tmp_path, UNITS, PERIODS[:1]), english)
    assert "<svg" not in html
    assert "What changed" not in html


def test_months_and_quarters_are_not_compared(tmp_path: Path, english: Review) -> None:
    html = page(made_series.write(tmp_path, UNITS, (*PERIODS, "2026-Q3")), english)
    assert "What changed since September 2026" in text_of(html)
    assert "Q3 2026" in text_of(html)
    assert all(re.findall(r"[ML]", line).__len__() == 3 for line in re.findall(r'<path d="([^"]+)"', html))


def test_it_holds_key_figures_and_nothing_of_the_tables(tmp_path: Path, english: Review) -> None:
    assert "secret client" not in page(made_series.write(tmp_path, UNITS, PERIODS), english)


def test_russian_words_and_numbers(tmp_path: Path) -> None:
    text = text_of(page(made_series.write(tmp_path, UNITS, PERIODS), review_files.load(FILE, languages=["ru"])))
    assert "3 подразделения, 3 периода: август 2026 – октябрь 2026" in text
    assert "черновик 36/36" in text
    assert "Компания в целом" in text
    assert not re.search(r"\b(draft|Reviews|units|notebooks|Decisions|earlier)\b", text)


def test_the_same_reviews_give_the_same_bytes_and_a_torn_one_is_left_out(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path, UNITS, PERIODS)
    first = page(series, english)
    assert page(series, english) == first
    (series / "2026-10" / "unit-001" / "results.json").write_text('{"figures": {"struc', encoding="utf-8")
    (series / "2026-09" / manifest.NAME).write_text("{", encoding="utf-8")
    torn = page(series, english)
    assert "2026-10/unit-001/review.pdf" in torn
    assert "2026-09/" not in torn


def test_what_an_earlier_run_left_of_a_failed_unit_stays_linked(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path, UNITS, PERIODS)
    path = series / "2026-10" / manifest.NAME
    period = json.loads(path.read_text("utf-8"))
    period["units"][1] |= {"status": "failed", "error": "out of memory", "files": {}, "checks": {"passed": 0, "failed": 0}}  # fmt: skip
    path.write_text(manifest.text(period), encoding="utf-8")
    html = page(series, english)
    assert "out of memory" in html
    assert "2026-10/unit-001/review.pdf" in html


@pytest.mark.parametrize(("status", "word"), [("signed", "signed"), ("published", "published"), ("odd", "odd")])
def test_the_status_is_that_of_the_unit(tmp_path: Path, english: Review, status: str, word: str) -> None:
    assert f"{word} 36/36" in text_of(page(made_series.write(tmp_path, UNITS, PERIODS[:1], status=status), english))


def test_a_series_without_a_period_has_no_portal(tmp_path: Path, english: Review) -> None:
    (tmp_path / "notes").mkdir()
    assert portal.write(tmp_path, english, FILE) is None
    assert not (tmp_path / "index.html").exists()


def test_120_units_by_24_periods_fit_in_a_page(tmp_path: Path, english: Review) -> None:
    units = ["all", *(f"Region {place} South-East" for place in range(119))]
    periods = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
    series = made_series.write(tmp_path, units, periods)
    started = time.process_time()
    html = page(series, english)
    assert time.process_time() - started < 5
    assert len(html) < 2_000_000
    assert html.count("review.pdf") == 120 * 24


def test_figures_of_two_states_of_the_data_are_marked(tmp_path: Path, english: Review) -> None:
    """Where the newest review says past months otherwise, its changes against earlier reviews carry a mark."""
    series = made_series.write(tmp_path, UNITS, PERIODS)
    path = series / "2026-10" / "unit-001" / "results.json"
    document = json.loads(path.read_text("utf-8"))
    rows = [[f"2026-0{month}", 1.0, 2.0, 1.0] for month in range(1, 8)]
    document["tables"]["data.restated"] = {"columns": ["month", "before", "now", "change"], "rows": rows}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    html = page(series, english)
    row = row_of(html, "Benelux")
    said = re.findall(r'<span class="d \w*">([^<]*)<', row)
    assert [one.endswith("†") for one in said] == [False, True, True, True, True, True]  # the first is of one review
    assert "† restated: January 2026, February 2026, March 2026, April 2026, May 2026, June 2026, …" in text_of(row)
    assert "†" not in row_of(html, "Marine")
    changes = text_of(html).split("Reviews", 1)[0]
    assert "figures of the two reviews are of two states of the data (†): Benelux" in changes
    assert changes.count("†") == 6  # the line above, and five figures of the unit


def test_what_was_published_is_shown_in_place_of_its_draft(tmp_path: Path, english: Review) -> None:
    """The newest version, with its own figures and addresses; a draft of another run is one link beside it."""
    series = made_series.write(tmp_path / "series", ("all", "Benelux"), ("2026-10",))
    drafted = series / "2026-10" / "unit-001" / manifest.NAME
    drafted.write_text(manifest.text(json.loads(drafted.read_text("utf-8")) | {"run": "dddd"}), encoding="utf-8")
    for version, run, revenue in ((2, "bbbb", 5e6), (10, "cccc", 7e6)):
        place = series / "published" / "2026-10" / f"v{version}" / "unit-001"
        shutil.copytree(series / "2026-10" / "unit-001", place)
        own = json.loads((place / manifest.NAME).read_text("utf-8")) | {
            "run": run,
            "checks": {"passed": 40, "failed": 0},
        }
        (place / manifest.NAME).write_text(manifest.text(own), encoding="utf-8")
        document = json.loads((place / "results.json").read_text("utf-8"))
        document["figures"]["structure.revenue"]["value"] = revenue
        (place / "results.json").write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    html = page(series, english)
    row = row_of(html, "Benelux")
    assert "published, version 10 40/40" in text_of(row)
    assert f'data-v="{7e6!r}"' in row
    assert '<a href="published/2026-10/v10/unit-001/review.pdf">PDF</a>' in row
    assert '<a href="2026-10/unit-001/review.html">newer draft</a>' in row
    assert "2026-10/unit-000/review.pdf" in html
    drafted.write_text(manifest.text(json.loads(drafted.read_text("utf-8")) | {"run": "cccc"}), encoding="utf-8")
    assert "newer draft" not in page(series, english)


def test_a_draft_that_was_signed_says_so_until_it_is_made_again(tmp_path: Path, english: Review) -> None:
    series = made_series.write(tmp_path / "series", ("all", "Benelux"), ("2026-10",))
    period = series / "2026-10"
    record = {"unit": "Benelux", "manifest": manifest.digest(period / "unit-001")}
    (period / "approval.json").write_text(json.dumps({"approvals": [record]}))
    html = page(series, english)
    assert "signed 36/36" in text_of(row_of(html, "Benelux"))
    record["manifest"] = "0" * 64
    (period / "approval.json").write_text(json.dumps({"approvals": [record]}))
    assert "signed" not in text_of(row_of(page(series, english), "Benelux"))
    (period / "approval.json").write_text("{")
    assert "draft 36/36" in text_of(row_of(page(series, english), "Benelux"))

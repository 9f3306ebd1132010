"""The portal: every unit and period with its editions, status and course; the same bytes; nothing of the tables."""

from __future__ import annotations

import json
import re
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
    assert text_of(html).index("October 2026 September 2026 August 2026") > 0  # the newest first
    assert "draft 36/36" in text_of(html)


def test_key_figures_are_those_of_the_newest_period_with_the_change_on_the_one_before(
    tmp_path: Path, english: Review
) -> None:
    html = page(made_series.write(tmp_path, UNITS, PERIODS), english)
    (row,) = re.findall(r'<tr><th scope="row"><bdi>Benelux</bdi></th>\s*(<td class="n" data-v.*?)</tr>', html, flags=re.DOTALL)  # fmt: skip
    now, before = (made_series.values(1, 2026 * 12 + month) for month in (9, 8))
    read = re.findall(r'data-v="([^"]*)"><b>([^<]*)</b> <span class="d (\w*)">([^<]*)<', row)
    assert [float(value) for value, *_ in read] == list(now.values())
    revenue, retention = now["structure.revenue"], now["retention.client_retention_rate"]
    change = revenue / before["structure.revenue"] - 1
    assert read[0][1:] == (f"{revenue / 1000:,.0f}", "good" if change > 0 else "bad",
                           f"{100 * change:+.1f}%".replace("-", "−"))  # fmt: skip
    assert read[2][1] == f"{100 * retention:.1f}"
    assert read[2][3].endswith(" pp")
    assert (read[4][2], read[4][3] != "") == ("", True)  # revenue at risk carries no colour of good or bad
    assert row.count('<svg class="spark"') == 5
    assert 'aria-label="Revenue, last 12 months: from ' in row


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
    lines = re.findall(r'<path d="([^"]+)"', html)
    assert [line.count("M") for line in lines[:4]] == [2] * 4  # May, then August to October
    assert [line.count("M") for line in lines[-4:]] == [3] * 4


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
    text = text_of(page(made_series.write(tmp_path, UNITS, PERIODS), review_files.load(FILE, language="ru")))
    assert "3 подразделения, 3 периода: август 2026 – октябрь 2026" in text
    assert "черновик 36/36" in text
    assert "Компания в целом" in text
    assert not re.search(r"\b(draft|Reviews|units|notebooks)\b", text)


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

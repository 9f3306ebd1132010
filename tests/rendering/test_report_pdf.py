"""The PDF edition: PDF/UA-1, our fonts, expected pages, text that is text, the same bytes."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import html
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import made_strategic
import page
import pytest
import weasyprint.pdf.fonts
from pypdf import PdfReader

from portfolio_review.errors import RenderingError
from portfolio_review.rendering import machine, pdf

Editions = Callable[..., Path]
SHORTER = pytest.param("short_history", marks=pytest.mark.long)
"""The same pages in Russian, whose sentences are longer, are checked every day."""
HOSTILE = pytest.param("hostile", marks=pytest.mark.long)
"""What its names could break is looked for every day in its text and its pages."""
ONE_PAGE = ("summary", "structure", "by_what", "bridge", "migration", "retention", "drivers", "risk")


@cache
def text_of(paper: Path) -> str:
    """The text of all pages, read once."""
    return "\n".join(sheet.extract_text() for sheet in PdfReader(paper).pages)


@pytest.mark.parametrize("name", ["en", "ru", HOSTILE, SHORTER, "short_history_ru", "small"])
def test_it_is_accessible(editions: Editions, name: str) -> None:
    report = page.validate_pdf(editions(name, "pdf") / "review.pdf", profile="ua1")
    assert report.is_compliant, report.failures[:3]


@pytest.mark.parametrize("name", ["en", "ru"])
def test_a_note_at_the_foot_stands_on_a_page_of_its_section(editions: Editions, name: str) -> None:
    reader = PdfReader(editions(name, "pdf") / "review.pdf")
    entries = [entry for entry in reader.outline if not isinstance(entry, list)]
    starts = [reader.get_destination_page_number(entry) for entry in entries]
    # a section that begins below another shares its first sheet with it
    below = [float(entry["/Top"]) < 0.8 * float(reader.pages[0].mediabox.height) for entry in entries]
    ends = [start + shares for start, shares in zip(starts[1:], below[1:], strict=True)]
    written = (editions(name, "html") / "review.html").read_text("utf-8")
    sections = re.split(r'<section id="[a-z_]+" class="page(?! screen)', written)[1:]
    for start, end, section in zip(starts, [*ends, len(reader.pages)], sections, strict=True):
        own = "".join("".join(reader.pages[place].extract_text().split()) for place in range(start, end))
        for note in re.findall(r'<div class="foot note"><div>(.*?)</div>', section, re.DOTALL):
            words = "".join(html.unescape(re.sub(r"<[^>]+>", "", note)).split())
            assert words[:40] in own, words


@pytest.mark.parametrize("name", ["en", "ru", "hostile", SHORTER, "short_history_ru", "small"])
def test_no_page_spills_over(editions: Editions, name: str) -> None:
    reader = PdfReader(editions(name, "pdf") / "review.pdf")
    entries = [entry for entry in reader.outline if not isinstance(entry, list)]
    starts = [reader.get_destination_page_number(entry) for entry in entries]
    # what begins below another page has the rest of that sheet beside its own
    below = [float(entry["/Top"]) < 0.8 * float(reader.pages[0].mediabox.height) for entry in entries]
    starts = [start + shares for start, shares in zip(starts, below, strict=True)]
    ends = [*starts[1:], len(reader.pages)]
    sections = re.findall(
        r'<section id="([a-z_]+)" class="page(?! screen)', (editions(name, "html") / "review.html").read_text("utf-8")
    )
    pages = dict(zip(sections, (end - start for start, end in zip(starts, ends, strict=True)), strict=True))
    assert {section: count for section, count in pages.items() if section in ONE_PAGE and count > 1} == {}
    assert pages.get("actions", 1) <= 2
    assert pages.get("strategic", 1) <= 2
    # a page without data may follow on the last dossier's sheet
    assert pages.get("dossiers", made_strategic.ACCOUNTS) - made_strategic.ACCOUNTS in (-1, 0)
    assert pages["trust"] <= 2


@pytest.mark.parametrize("name", ["en", "ru", "small"])
def test_fonts_are_embedded_and_only_ours(editions: Editions, name: str) -> None:
    fonts = set()
    for sheet in PdfReader(editions(name, "pdf") / "review.pdf").pages:
        for font in sheet["/Resources"].get("/Font", {}).values():
            described = font.get_object()["/DescendantFonts"][0].get_object()
            fonts.add(str(described["/BaseFont"]))
            assert "/FontFile2" in described["/FontDescriptor"].get_object()
    assert {re.sub(r"^/[A-Z]{6}\+", "", font) for font in fonts} == {
        "IBM-Plex-Sans", "IBM-Plex-Sans-Semi-Bold", "IBM-Plex-Sans-Light",
    }  # fmt: skip


def test_text_of_tables_and_charts_can_be_read(editions: Editions) -> None:
    reader = PdfReader(editions("ru", "pdf") / "review.pdf")
    text = text_of(editions("ru", "pdf") / "review.pdf").replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ключевые показатели" in text
    assert "−1 900" in text
    assert "1 132" in text
    assert f"стр. 1 из {len(reader.pages)}" in text


def test_hostile_names_stand_as_text_on_the_page(editions: Editions) -> None:
    text = text_of(editions("hostile", "pdf") / "review.pdf")
    assert "{{7*7}}" in text
    assert "</title><script>" in text


def test_a_long_name_is_read_as_what_is_printed(editions: Editions) -> None:
    # dots that stand for hidden letters would be read out as these, and those of one name for all names
    text = text_of(editions("hostile", "pdf") / "review.pdf")
    assert "</title><script>alert(1)</" in text, "names wrap, none is cut"
    assert "A" * 100 not in text


def test_it_has_bookmarks_language_title_and_the_date_of_the_period(editions: Editions) -> None:
    reader = PdfReader(editions("en", "pdf") / "review.pdf")
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "At a glance", "Portfolio structure", "Where revenue changed", "What moved revenue", "Migration between segments", "Retention and churn",
        "Revenue drivers", "Risk and outlook", "Strategic clients", "Client dossiers", "Actions", "Trust: data and checks", "Definitions",
    ]  # fmt: skip
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20111130")
    assert reader.metadata.title.startswith("Client portfolio review: Company as a whole")


def test_it_is_sound(editions: Editions) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    done = subprocess.run(
        ["qpdf", "--check", editions("en", "pdf") / "review.pdf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def document(inside: str, style: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>t</title><style>{style}</style></head><body>{inside}</body></html>'


DAY = dt.date(2011, 11, 30)


@pytest.mark.parametrize(
    ("inside", "style", "said"),
    [
        ("<h1>x</h1>", "h1 { colour: red }", "unknown property"),
        ('<h1>x</h1><img src="https://example.org/x.png" alt="x">', "", "example.org"),
        ('<h1>x</h1><img src="file:///etc/hostname" alt="x">', "", "etc/hostname"),
        ("<h1>x</h1>", '@import url("asset:other");', "asset:other"),
    ],
)
def test_a_warning_or_a_foreign_address_is_an_error(inside: str, style: str, said: str) -> None:
    with pytest.raises(RenderingError, match=re.escape(said)):
        pdf.pdf(document(inside, style), day=DAY)


def test_what_the_machine_lacks_is_said_once_and_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without HarfBuzz-Subset WeasyPrint cuts the fonts with fontTools and warns; the PDF is right all the same."""
    monkeypatch.setattr(weasyprint.pdf.fonts, "harfbuzz_subset", None)
    monkeypatch.setattr(machine, "_met", {})
    style = f"@font-face{{font-family:x;src:url({pdf.FONT_URL})}} body{{font-family:x}}"
    inside = "<p>Revenue 1 234.50 <b>Выручка</b></p>"
    made = [pdf.pdf(document(inside, style), day=DAY) for _ in range(2)]
    assert made[0] == made[1]
    assert PdfReader(io.BytesIO(made[0])).pages[0].extract_text().split() == ["Revenue", "1", "234.50", "Выручка"]
    (said,) = machine.lacks()
    assert said.startswith("the library HarfBuzz-Subset 4.1 or newer is not there: the PDF is right")
    with pytest.raises(RenderingError, match="unknown property"):
        pdf.pdf(document("<h1>x</h1>", "h1 { colour: red }"), day=DAY)
    assert machine.lacks() == (said,)


@pytest.mark.parametrize(
    ("line", "logger", "is_of_machine"),
    [
        ("HarfBuzz-Subset will be required by future versions of WeasyPrint.", "weasyprint", True),
        ("No fonts configured in FontConfig. Expect ugly output.", "weasyprint", True),
        (
            "Please install HarfBuzz version 13+ with harfbuzz-vector to display Noto COLR emoji fonts.",
            "weasyprint",
            True,
        ),
        ("'created' timestamp out of range; ignoring top bytes", "fontTools.ttLib.tables._h_e_a_d", True),
        ("Ignored `colour: red` at 1:6, unknown property.", "weasyprint", False),
        ("Font-face 'x' cannot be loaded", "weasyprint", False),
        ('Image "x" has no required alt description', "weasyprint", False),
    ],
)
def test_warnings_about_the_machine_are_told_from_those_about_the_document(
    line: str, logger: str, is_of_machine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_met", {})
    assert machine.concerns(line, logger) is is_of_machine
    assert bool(machine.lacks()) is is_of_machine


def test_the_same_text_gives_the_same_bytes_and_the_environment_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.EPOCH, "17")
    first = pdf.pdf(document("<h1>Ж</h1>"), day=DAY)
    assert pdf.pdf(document("<h1>Ж</h1>"), day=DAY) == first
    assert pdf.os.environ[pdf.EPOCH] == "17"


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process that is ended, or never looks for cycles, nothing else would remove the fonts' folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    style = f"@font-face{{font-family:x;src:url({pdf.FONT_URL})}} body{{font-family:x}}"
    gc.disable()
    try:
        for inside in ("<p>one</p>", '<img src="file:///etc/passwd" alt="x">'):
            with contextlib.suppress(RenderingError):
                pdf.pdf(document(inside, style), day=DAY)
            assert list(tmp_path.iterdir()) == []
    finally:
        gc.enable()

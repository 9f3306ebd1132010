"""The PDF edition: WeasyPrint, PDF/UA-1, packaged assets only, a warning about it is an error, fixed dates."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from portfolio_review import glyphs
from portfolio_review.errors import RenderingError
from portfolio_review.exhibits import resources
from portfolio_review.rendering import machine
from portfolio_review.rendering.html import FONT_URL

with warnings.catch_warnings(record=True) as _at_import:  # of libraries and fonts that are not there
    warnings.simplefilter("always")
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
for _warning in _at_import:
    machine.concerns(str(_warning.message), "weasyprint")

VARIANT = "pdf/ua-1"
BASE_URL = "asset:report"
REPLACEMENT = "\ufffd"


class PackagedOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives out the packaged font and `data:` addresses; everything else is refused and ends the run."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        if url == FONT_URL:
            return URLFetcherResponse(url, resources.font().read_bytes(), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


class _Heard(logging.Handler):
    """Keeps what WeasyPrint and fontTools warn about in this thread, unless it concerns the machine alone."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread and not machine.concerns(record.getMessage(), record.name):
            self.lines.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[_Heard]:
    """What is warned about within the block."""
    heard = _Heard()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(heard)
    try:
        yield heard
    finally:
        for logger in loggers:
            logger.removeHandler(heard)


_ENVIRONMENT = threading.Lock()
EPOCH = "SOURCE_DATE_EPOCH"


@contextmanager
def _dated(day: dt.date) -> Iterator[None]:
    """Let fontTools stamp the embedded fonts with `day`, as reproducible builds do."""
    seconds = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    with _ENVIRONMENT:
        before = os.environ.get(EPOCH)
        os.environ[EPOCH] = str(seconds)
        try:
            yield
        finally:
            if before is None:
                del os.environ[EPOCH]
            else:
                os.environ[EPOCH] = before


def pdf(html: str, *, day: dt.date) -> bytes:
    """The document as PDF/UA-1, dated `day` (the end of the period): the same bytes for the same text.

    A character that the report's own font lacks (a client's name in a script far from home) is printed as a
    replacement sign, whatever fonts the machine has; the HTML and the workbook keep it. What the machine lacks
    is said once (see `machine`); any other warning is an error.
    """
    printed = html.translate(dict.fromkeys(glyphs.lacking(html), REPLACEMENT))
    written, warned = _written(printed, day)
    if warned:
        shown = "; ".join(list(dict.fromkeys(warned))[:5])
        raise RenderingError(f"the PDF was refused, WeasyPrint warned: {shown}")
    return written


def _written(html: str, day: dt.date) -> tuple[bytes, list[str]]:
    fonts = FontConfiguration()
    with _dated(day), _listening() as heard:
        try:
            document = HTML(string=html, base_url=BASE_URL, url_fetcher=PackagedOnly()).render(font_config=fonts)
            document.metadata.created = f"{day.isoformat()}T00:00:00Z"
            document.metadata.modified = document.metadata.created
            identifier = hashlib.sha256(html.encode("utf-8")).digest()[:16]
            written = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier)
        except (Exception, FatalURLFetchingError) as error:
            place = ""
            if isinstance(error, OSError) and error.errno:  # fonts are laid down; a full disk names no path
                place = f"{error.filename or tempfile.gettempdir()}: "
            raise RenderingError(f"the PDF could not be made: {place}{_said(error)}") from error
        finally:
            fonts.__del__()  # its folder below TMPDIR; by itself it goes with a search for cycles, which may never come
    return bytes(written), heard.lines


def _said(error: BaseException) -> str:
    """The error and what caused it, in one line."""
    text = f"{type(error).__name__}: {error}"
    return f"{text} ({_said(error.__cause__)})" if error.__cause__ else text

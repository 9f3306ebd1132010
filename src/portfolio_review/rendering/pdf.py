"""The PDF edition: WeasyPrint, PDF/UA-1, packaged assets only, any warning is an error, fixed dates."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits import resources
from portfolio_review.rendering.html import FONT_URL

VARIANT = "pdf/ua-1"
BASE_URL = "asset:report"


class PackagedOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives out the packaged font and `data:` addresses; everything else is refused and ends the run."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        if url == FONT_URL:
            return URLFetcherResponse(url, resources.font().read_bytes(), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


class _Heard(logging.Handler):
    """Keeps what WeasyPrint and fontTools warn about in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Turn every warning logged within the block into one `RenderingError`."""
    heard = _Heard()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(heard)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(heard)
    if heard.lines:
        shown = "; ".join(dict.fromkeys(heard.lines[:5]))
        raise RenderingError(f"the PDF was refused, WeasyPrint warned: {shown}")


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
    """The document as PDF/UA-1, dated `day` (the end of the period): the same bytes for the same text."""
    fonts = FontConfiguration()
    try:
        with _dated(day), _no_warnings():
            document = HTML(string=html, base_url=BASE_URL, url_fetcher=PackagedOnly()).render(font_config=fonts)
            document.metadata.created = f"{day.isoformat()}T00:00:00Z"
            document.metadata.modified = document.metadata.created
            written = document.write_pdf(
                pdf_variant=VARIANT, pdf_identifier=hashlib.sha256(html.encode("utf-8")).digest()[:16]
            )
    except RenderingError:
        raise
    except Exception as error:
        raise RenderingError(f"the PDF could not be made: {type(error).__name__}: {error}") from error
    return bytes(written)

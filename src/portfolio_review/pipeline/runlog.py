"""Each run's log: one file per run under the folder of the reviews."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portfolio_review.errors import PortfolioReviewError, PublishError, Stopped


class _Log(logging.FileHandler):
    """A log that cannot be written to ends no run and prints no traceback."""

    def handleError(self, record: logging.LogRecord) -> None:  # logging's own name
        del record


@contextmanager
def writing(out: Path, name: str) -> Iterator[Path]:
    """Write what the program logs, and the error that ends a run, to `<out>/.logs/<time>-<name>.log`."""
    started = dt.datetime.now(dt.UTC)
    path = out / ".logs" / f"{started:%Y%m%dT%H%M%S.%f}-{name}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _Log(path, encoding="utf-8")
    except OSError as error:
        raise PublishError(f"{path.parent}: {error.strerror}; choose another folder with --out") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("portfolio_review")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield path
    except (PortfolioReviewError, OSError, Stopped) as error:
        # to the log alone: the command says it on the screen itself
        handler.handle(logger.makeRecord(logger.name, logging.ERROR, __file__, 0, "%s", (error,), None))
        raise
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        with suppress(OSError):
            handler.close()

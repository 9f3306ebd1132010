"""The loop of a preview: look what changed, make of it what must be, show it or say what is wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from portfolio_review.errors import PortfolioReviewError
from portfolio_review.preview.server import Shown
from portfolio_review.preview.session import Session

TICK_SECONDS = 0.2
STEPS = ("read", "execute", "page")
"""What is to be done when a file changes, the most first."""
Stamps = Mapping[Path, tuple[int, int]]
log = logging.getLogger("portfolio_review.preview")


def stamps(paths: Iterable[Path]) -> Stamps:
    """When each file was changed and how long it is; one that is not there has none."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def watch(
    session: Session, shown: Shown, echo: Callable[[str], None], going: Callable[[], bool] = lambda: True
) -> None:
    """Make the review and make it again after every change, until `going` says no. Errors are shown, not raised."""
    known = {step: stamps(paths) for step, paths in session.watched().items()}
    step: str | None = STEPS[0]
    while True:
        if step is not None:
            _make(session, shown, echo, step)
            fresh = {one: stamps(paths) for one, paths in session.watched().items()}
            known = {one: {**found, **_still(known[one], found)} for one, found in fresh.items()}
        if not going():
            return
        time.sleep(TICK_SECONDS)
        now = {one: stamps(paths) for one, paths in session.watched().items()}
        changed = {one: _changed(known[one], now[one]) for one in STEPS}
        step = next((one for one in STEPS if changed[one]), None)
        if any(path.suffix in (".po", ".toml") for path in changed["page"]):
            session.redrawn()
        known = now


def _changed(before: Stamps, after: Stamps) -> set[Path]:
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def _still(before: Stamps, after: Stamps) -> Stamps:
    """What was known of files that are watched still: a change while the review was made is seen at the next look."""
    return {path: stamp for path, stamp in before.items() if path in after}


def _make(session: Session, shown: Shown, echo: Callable[[str], None], step: str) -> None:
    started = time.monotonic()
    shown.busy = {"read": "the sources are read …", "execute": "notebooks run …", "page": ""}[step]
    try:
        with shown.lock:
            if step == "read":
                session.read()
            elif step == "execute":
                session.execute()
            page = session.page()
    except PortfolioReviewError as error:
        said = str(error)
    except OSError as error:
        said = f"{error.filename or ''}: {error.strerror or error}"
    except Exception as error:  # a template may do anything: the preview goes on
        log.info("preview", exc_info=True)
        said = f"{type(error).__name__}: {error}"
    else:
        shown.page, shown.error, shown.busy = page, "", ""
        shown.version += 1
        echo(f"shown ({time.monotonic() - started:.1f} s)")
        return
    shown.error, shown.busy = said, ""
    echo(f"error: {said}")

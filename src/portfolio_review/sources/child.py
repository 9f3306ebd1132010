"""The process of its own in which the sources are read, and the parent's side of it.

The child works in the review file's folder, so that relative paths mean what they say there; it can be
killed by a hostile file without taking the review along, and ends when its parent does.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from portfolio_review.errors import DataRefusedError, PortfolioReviewError
from portfolio_review.review import Review
from portfolio_review.sources import secrets
from portfolio_review.sources.model import Sources, Versions

STARTED = "the process started"
"""The stage of a child that died before it wrote one down."""
_READING = "portfolio_review.sources.reading"
_CONTEXT = multiprocessing.get_context("spawn")


def read_in_child(review: Review, base: Path, folder: Path) -> Sources:
    """Run the reading in a child and give what it found, or raise what it raised."""
    folder = folder.resolve()
    try:
        found = _asked(review, base, folder)
        assert isinstance(found, Sources)
        return found
    except PortfolioReviewError:
        for table in review.sources:
            with contextlib.suppress(OSError):
                (folder / f"{table}.parquet").unlink(missing_ok=True)
        shutil.rmtree(folder / "transactions", ignore_errors=True)
        raise


def versions_in_child(review: Review, base: Path) -> Versions:
    """The versions that sources elsewhere say they have now."""
    found = _asked(review, base, None)
    assert isinstance(found, dict)
    return found


def _asked(review: Review, base: Path, folder: Path | None) -> object:
    """The answer of a child that reads into `folder`, or without one asks sources elsewhere for their versions."""
    base = base.resolve()
    if folder is None:
        return run_in_child(f"{_READING}:ask_versions", (review, base), base, None, secrets.of(review))
    return run_in_child(f"{_READING}:read_sources", (review, base, folder), base, folder, secrets.of(review))


def run_in_child(
    job: str, arguments: tuple[object, ...], base: Path, folder: Path | None, addresses: Mapping[str, str]
) -> object:
    """What a job (`module:function`) gives in a child that works in `base`, or raise what it raised.

    folder: where it may write; its scratch files there are removed. addresses: variables that it is told.
    """
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    child = _CONTEXT.Process(target=_serve, args=(theirs, job, arguments, base, addresses), daemon=True)
    with ours:
        child.start()
        theirs.close()
        answer: object = None
        try:
            with contextlib.suppress(EOFError):  # it ended without an answer
                answer = ours.recv()
        except BaseException:
            child.kill()
            raise
        child.join()
    stage = STARTED
    if folder is not None:
        stage_file = folder / ".tmp" / "stage"
        stage = stage_file.read_text(encoding="utf-8") if stage_file.exists() else STARTED
        shutil.rmtree(folder / ".tmp", ignore_errors=True)
    if answer is None:
        raise DataRefusedError(_ended(child.exitcode or 0, stage))
    if isinstance(answer, PortfolioReviewError):
        raise answer
    return answer


def _serve(
    channel: Connection, job: str, arguments: tuple[object, ...], base: Path, addresses: Mapping[str, str]
) -> None:  # fmt: skip
    """The child's side: it says nothing but its answer, and leaves Ctrl-C to its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    secrets.give(addresses)
    secrets.into_environment(addresses)
    os.chdir(base)
    try:
        module, _, function = job.partition(":")
        channel.send(getattr(importlib.import_module(module), function)(*arguments))
    except PortfolioReviewError as error:
        channel.send(error)
    except (MemoryError, ImportError) as error:
        said = f"{error or type(error).__name__}; is memory limited (ulimit -v), or the set-up not whole?"
        channel.send(DataRefusedError(f"what reads the sources cannot be loaded: {said}"))
    except Exception as error:  # of a process that answers to its parent alone
        said = f"{type(error).__name__}: {error}".split("\n")[0]
        channel.send(DataRefusedError(f"the sources cannot be read: {said}"))
    os._exit(0)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ended(status: int, stage: str) -> str:
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    if stage == STARTED:
        return (
            f"the process that reads the sources ended ({how}) while {stage}: it may need more memory than it may "
            "have; raise the limit (ulimit -v)"
        )
    return (
        f"the process that reads the sources ended ({how}) while {stage}: the file may be damaged or need more "
        "memory than there is; check it, or export it again as Parquet or CSV"
    )

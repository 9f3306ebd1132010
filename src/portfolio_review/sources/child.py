"""The process of its own in which the sources are read, and the parent's side of it.

The child works in the review file's folder, so that relative paths mean what they say there; it can be
killed by a hostile file without taking the review along, and ends when its parent does.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import portfolio_review
from portfolio_review.doubt import Doubt
from portfolio_review.errors import (
    DataRefusedError,
    MissingFileError,
    PortfolioReviewError,
    PublishError,
    ReviewFileError,
)
from portfolio_review.review import Review
from portfolio_review.sources import secrets
from portfolio_review.sources.model import Sources, fault_from

STARTED = "the process started"
"""The stage of a child that died before it wrote one down."""


def read_in_child(review: Review, base: Path, folder: Path) -> Sources:
    """Run the reading in a child and give what it found, or raise what it raised."""
    folder = folder.resolve()
    try:
        return Sources.from_json(json.dumps(_asked(review, base, folder)["sources"]))
    except PortfolioReviewError:
        for table in review.sources:
            with contextlib.suppress(OSError):
                (folder / f"{table}.parquet").unlink(missing_ok=True)
        shutil.rmtree(folder / "transactions", ignore_errors=True)
        raise


def versions_in_child(review: Review, base: Path) -> dict[str, str]:
    """What the `version_query` of each table that has one answers now, as hashes."""
    answer: dict[str, str] = _asked(review, base, None)["versions"]
    return answer


def _asked(review: Review, base: Path, folder: Path | None) -> dict[str, Any]:
    """The answer of a child that reads into `folder`, or without one asks databases for their versions."""
    base = base.resolve()
    job = {
        "review": review.model_dump(mode="json"), "folder": folder and str(folder), "addresses": secrets.of(review),
    }  # fmt: skip
    packages = str(Path(portfolio_review.__file__).parent.parent)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH")))),
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "portfolio_review.sources"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=base, env=environment,
    ) as child:  # fmt: skip
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                child.stdin.write(json.dumps(job).encode() + b"\n")
                child.stdin.flush()
            except BrokenPipeError:
                pass
            answer = child.stdout.read()
        except BaseException:
            child.kill()
            raise
        finally:
            if child.stdin:
                child.stdin.close()
        status = child.wait()
    stage = STARTED
    if folder is not None:
        stage_file = folder / ".tmp" / "stage"
        stage = stage_file.read_text(encoding="utf-8") if stage_file.exists() else STARTED
        shutil.rmtree(folder / ".tmp", ignore_errors=True)
    if status != 0:
        raise DataRefusedError(_ended(status, stage))
    found: dict[str, Any] = json.loads(answer)
    if "error" in found:
        raise _error(found)
    return found


def serve() -> None:
    """The child's side: a job on the first line of stdin, the answer on stdout."""
    line = sys.stdin.buffer.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from portfolio_review.sources.reading import ask_versions, read_sources

    job = json.loads(line)
    answer: dict[str, Any]
    try:
        secrets.give(job["addresses"])
        review = Review.model_validate(job["review"])
        if job["folder"] is None:
            answer = {"versions": ask_versions(review)}
        else:
            answer = {"sources": json.loads(read_sources(review, Path.cwd(), Path(job["folder"])).to_json())}
    except DataRefusedError as error:
        answer = {
            "error": "data",
            "message": error.message,
            "faults": [dataclasses.asdict(fault) for fault in error.faults],
            "doubts": [doubt.to_plain() for doubt in error.doubts],
        }
    except MissingFileError as error:
        answer = {"error": "missing", "message": str(error)}
    except ReviewFileError as error:
        answer = {"error": "review", "message": error.path, "lines": error.faults}
    except PublishError as error:
        answer = {"error": "write", "message": str(error)}
    except Exception as error:  # of a process that answers to its parent alone
        said = f"{type(error).__name__}: {error}".split("\n")[0]
        answer = {"error": "data", "message": f"the sources cannot be read: {said}", "faults": [], "doubts": []}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not through sys.stdin, whose lock would be held at the end
        pass
    os._exit(1)


def _error(answer: dict[str, Any]) -> PortfolioReviewError:
    if answer["error"] == "data":
        return DataRefusedError(
            answer["message"],
            [fault_from(fault) for fault in answer["faults"]],
            [Doubt.from_plain(found) for found in answer["doubts"]],
        )
    if answer["error"] == "missing":
        return MissingFileError(answer["message"])
    if answer["error"] == "review":
        return ReviewFileError(answer["message"], answer["lines"])
    return PublishError(answer["message"])


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

"""What the commands have in common: their options, errors as messages with an exit code, stopping in good order."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from portfolio_review.errors import (
    ApprovalError,
    DataRefusedError,
    MissingFileError,
    PortfolioReviewError,
    PublishError,
    ReviewFileError,
    Stopped,
    UsageError,
)
from portfolio_review.ids import mended
from portfolio_review.resources import LANGUAGES


class Id(click.ParamType[str]):
    """An id of the data, mended as those of the sources are."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return mended(value)


def shared(command: Callable[..., None]) -> Callable[..., None]:
    """A command that makes something of a review file."""
    words = "Replace the languages of the review file; may be repeated, the first is the review's own."
    option = click.option("--language", "languages", type=click.Choice(tuple(LANGUAGES)), multiple=True, help=words)
    return of_series(option(command))


def of_series(command: Callable[..., None]) -> Callable[..., None]:
    """A command about a review file and the reviews that were made from it."""
    for option in (
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("reports"),
            show_default=True,
            help="Where the reviews are put.",
        ),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return guarded(command)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """A command that can be told how to speak, whose errors are messages and which ends in good order."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of words."),
        click.option("--verbose", is_flag=True, help="Print the log too."),
        click.option("--quiet", is_flag=True, help="Print nothing but errors."),
    ):
        command = option(command)

    @wraps(command)
    def running(as_json: bool, verbose: bool, **words: Any) -> None:
        console = logging.StreamHandler(sys.stderr)
        console.setLevel(logging.INFO if verbose else logging.WARNING)
        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s", handlers=[console])
        try:
            with _stopping_in_good_order():
                command(as_json=as_json, **words)
        except MissingFileError as error:
            from portfolio_review.review import with_lines

            file = words.get("file")
            _refuse(MissingFileError(with_lines(str(error), file)) if file else error, as_json)
        except PortfolioReviewError as error:
            _refuse(error, as_json)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            said = f"{place}{error.strerror or error}; what was made before is unchanged"
            _refuse(PublishError(said), as_json)
        except (MemoryError, ImportError) as error:
            said = f"{error or type(error).__name__}; is memory limited (ulimit -v), or the set-up not whole?"
            _refuse(UsageError(f"the program cannot be loaded: {said}"), as_json)
        except Stopped as stopped:
            click.echo(f"portfolio-review: {stopped}; what is made stands, the same command makes the rest", err=True)
            sys.exit(stopped.exit_code)

    return running


@contextmanager
def _stopping_in_good_order() -> Iterator[None]:
    """SIGTERM and Ctrl-C raise `Stopped`, once: a second signal does not disturb the cleaning up."""
    numbers = (signal.SIGTERM, signal.SIGINT)

    def stop(number: int, _: object) -> NoReturn:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    before = {one: signal.signal(one, stop) for one in numbers}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _refuse(error: PortfolioReviewError, as_json: bool) -> NoReturn:
    if as_json:
        document: dict[str, Any] = {
            "error": type(error).__name__,
            "message": str(error),
            "exit_code": error.exit_code,
        }
        document |= {"faults": [], "doubts": []}
        if isinstance(error, ReviewFileError):
            document["faults"] = error.faults
        if isinstance(error, ApprovalError):
            document["reasons"] = error.reasons
        if isinstance(error, DataRefusedError):
            document["faults"] = [asdict(fault) for fault in error.faults]
            document["doubts"] = [doubt.said() for doubt in error.doubts]
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        click.echo(f"portfolio-review: {error}", err=True)
        if isinstance(error, DataRefusedError):
            from portfolio_review.pipeline.doubted import said

            for doubt in error.doubts:
                click.echo(f"  {said(doubt.said())}", err=True)
    sys.exit(error.exit_code)

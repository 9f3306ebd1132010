"""Progress on long work: one bar over units with the stage of each, plain lines where no one watches."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.pipeline.doubted import briefly
from portfolio_review.pipeline.run import RunReport, Watcher


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watcher]:
    """A `Watcher` that shows a bar on a terminal, lines elsewhere, nothing when quiet."""
    console = Console(stderr=True)
    if quiet:
        yield Watcher()
    elif console.is_terminal:
        yield from _bar(console)
    else:
        yield _lines()


def _bar(console: Console) -> Iterator[Watcher]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    at_work: dict[str, str] = {}
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting", total=None)

        def describe() -> None:
            progress.update(
                bar, description="; ".join(f"{unit}: {stage}" for unit, stage in at_work.items()) or "working"
            )

        def units(period: str, names: Sequence[str]) -> None:
            progress.update(bar, total=len(names), completed=0, description=period)

        def stage(unit: str, name: str) -> None:
            at_work[unit] = name
            describe()

        def ended(entry: UnitEntry) -> None:
            at_work.pop(entry.unit, None)
            if entry.status == "failed":
                progress.console.print(
                    f"failed: {entry.unit}: {(entry.error or '-').splitlines()[0]}",
                    markup=False,
                    highlight=False,
                )
            progress.advance(bar)
            describe()

        yield Watcher(lambda text: progress.update(bar, description=text), units, stage, ended)


def _lines() -> Watcher:
    started = time.monotonic()
    begun, total, done, worked = started, 0, 0, 0

    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - started:6.1f} s  {text}", err=True)

    def units(period: str, names: Sequence[str]) -> None:
        nonlocal begun, total, done, worked
        begun, total, done, worked = time.monotonic(), len(names), 0, 0
        say(f"{period}: {total} unit{'s' if total != 1 else ''}")

    def ended(entry: UnitEntry) -> None:
        nonlocal done, worked
        done += 1
        worked += entry.status != "cached"  # what stands takes no time, and tells nothing of that of others
        said = f": {(entry.error or '-').splitlines()[0]}" if entry.status == "failed" else ""
        left = (time.monotonic() - begun) / max(1, worked) * (total - done)
        ahead = f", {_duration(left)} left" if worked and done < total else ""
        say(f"{entry.unit}: {entry.status}{said}" + (f" ({done} of {total}{ahead})" if total > 1 else ""))

    return Watcher(step=say, units=units, ended=ended)


def _duration(seconds: float) -> str:
    """About how long, in the unit that people would use."""
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"


def print_report(report: RunReport) -> None:
    """What was made, and where."""
    for period in report.periods:
        counts = {
            status: sum(entry.status == status for entry in period.units) for status in ("made", "cached", "failed")
        }
        words = {"made": "made", "cached": "up to date", "failed": "failed"}
        summary = ", ".join(f"{count} {words[status]}" for status, count in counts.items() if count)
        click.echo(f"{report.review} {period.period}: {summary or 'nothing'}, in {period.folder}")
    for warning in report.warnings:
        click.echo(warning, err=True)
    for doubt in report.doubts:
        click.echo(briefly(doubt), err=True)
    for id in report.accepted_in_vain:
        click.echo(f"accepted in the review file, and not met: {id}", err=True)

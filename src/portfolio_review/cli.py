"""The command `portfolio-review`: words of the command line in, messages and an exit code out."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from portfolio_review import __version__
from portfolio_review.approval_commands import publish, send, sign, verify
from portfolio_review.command import Id, shared
from portfolio_review.errors import EXIT_CODES, UsageError
from portfolio_review.starting_commands import init, preview, reference, sample, schema

WRITTEN_BY_OTHERS = 0o022


def _versions(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from portfolio_review.execution import fingerprint

    click.echo(f"portfolio-review {__version__}")
    for name, version in fingerprint.versions().items():
        if name != "portfolio-review":
            click.echo(f"  {name} {version}")
    context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"Exit codes: {'; '.join(f'{code} {words}' for code, words in EXIT_CODES.items())}.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_versions,
    help="Print the versions that matter.",
)
def cli() -> None:
    """Client-portfolio reviews as PDF, HTML and XLSX from one review file.

    Begin with `portfolio-review sample`, or with your own data: `portfolio-review init FILE`.
    """
    # what is written, by this process and those it starts, is for others to read at most
    os.umask(os.umask(WRITTEN_BY_OTHERS) | WRITTEN_BY_OTHERS)


@cli.command()
@shared
@click.option(
    "--period",
    help="2011-11, 2011-Q4, 2011-H2, 2011, or A..B for each month. Default: the last complete month.",
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    type=Id(),
    help="A unit, or all; may be repeated. Default: every unit active in W1, and all.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Units made at once. Default: the cores.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler, as tcp://host:8786, whose workers make them.")
@click.option("--force", is_flag=True, help="Make again what is up to date.")
@click.option(
    "--if-new", is_flag=True, help="Do nothing, exit 0, when there is no new complete period and no changed input."
)
@click.option("--as", "maker", metavar="NAME", help="Who makes them, for the manifest. Default: the user's name.")
def run(
    file: Path, out: Path, languages: tuple[str, ...], quiet: bool, as_json: bool,
    period: str | None, units: tuple[str, ...], jobs: int | None, cluster: str | None, force: bool, if_new: bool,
    maker: str | None,
) -> None:  # fmt: skip
    """Make the reviews of a review file.

    \b
    Example:
      portfolio-review run params/demo.yml --period 2026-10 --unit all
    """
    from portfolio_review.pipeline import people, progress, runlog
    from portfolio_review.pipeline.run import Options, default_jobs, load_review
    from portfolio_review.pipeline.run import run as make

    if force and if_new:
        raise UsageError("--force makes everything again, --if-new only what is new: give one of them")
    if not file.is_file():
        load_review(file, languages)  # says so, and leaves no log behind
    who = people.person(maker) if maker else people.user()
    if cluster and jobs:
        raise UsageError("--jobs and --cluster exclude each other: a cluster makes as many units as it has workers")
    many = jobs or default_jobs()
    options = Options(file, out.resolve(), period, units, many, force, languages, who, if_new, cluster)
    with (
        runlog.writing(options.out, file.stem) as log_file,
        progress.watching(quiet=quiet or as_json) as watch,
    ):
        report = make(options, watch)
    log = None if report.nothing_new else str(log_file)
    if log is None:
        log_file.unlink(missing_ok=True)  # a schedule that looks every hour leaves nothing behind
    failed = [entry for made in report.periods for entry in made.units if entry.status == "failed"]
    if as_json:
        click.echo(
            json.dumps(
                {**asdict(report), "exit_code": report.exit_code, "log": log},
                ensure_ascii=False,
                indent=1,
                default=str,
            )
        )
    else:
        if not quiet:
            click.echo(report.nothing_new) if report.nothing_new else progress.print_report(report)
        for entry in failed:
            click.echo(f"unit {entry.unit}: {entry.error}", err=True)
        for refused in (made for made in report.periods if made.refused):
            click.echo(f"period {refused.period}: {refused.refused}", err=True)
        if failed:
            click.echo(f"The log: {log_file}", err=True)
    sys.exit(report.exit_code)


@cli.command()
@shared
@click.option("--period", help="As for run. Default: the last complete month.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every active unit."
)
def plan(
    file: Path,
    out: Path,
    languages: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    period: str | None,
    units: tuple[str, ...],
) -> None:
    """Say which reviews a run would make, which are up to date, and why not. Makes nothing.

    \b
    Example:
      portfolio-review plan params/demo.yml --period 2026-10
    """
    from portfolio_review.pipeline.plan import lines
    from portfolio_review.pipeline.plan import plan as judge

    found = judge(file, out.resolve(), period, units, languages)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo("\n".join(lines(found)))


@cli.command()
@shared
def check(file: Path, out: Path, languages: tuple[str, ...], quiet: bool, as_json: bool) -> None:
    """Read and validate the sources; say what is wrong and what will be left out. Writes nothing.

    \b
    Example:
      portfolio-review check params/demo.yml
    """
    from portfolio_review.pipeline.check import check as examine
    from portfolio_review.pipeline.check import lines

    found = examine(file, out.resolve(), languages)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo("\n".join(lines(found)))


@cli.command()
@shared
@click.option("--period", required=True, help="The period whose reviews are rendered again.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every unit made."
)
def render(
    file: Path,
    out: Path,
    languages: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    period: str,
    units: tuple[str, ...],
) -> None:
    """Render the editions again from the executed notebooks, without executing any.

    \b
    Example:
      portfolio-review render params/demo.yml --period 2026-10
    """
    from portfolio_review.pipeline import progress
    from portfolio_review.pipeline.render import render as again

    with progress.watching(quiet=quiet or as_json) as watch:
        report = again(file, out.resolve(), period, units, languages, watch)
    if as_json:
        click.echo(
            json.dumps({**asdict(report), "exit_code": report.exit_code}, ensure_ascii=False, indent=1, default=str)
        )
    else:
        if not quiet:
            progress.print_report(report)
        for made in report.periods:
            for entry in made.units:
                if entry.status == "failed":
                    click.echo(f"unit {entry.unit}: {entry.error}", err=True)
    sys.exit(report.exit_code)


@cli.command()
@shared
@click.option("--client", "client_id", required=True, type=Id(), help="The client by its id.")
@click.option("--period", help="2011-11, 2011-Q4, 2011-H2 or 2011. Default: the last complete month.")
@click.option("--unit", default="all", show_default=True, type=Id(), help="The unit in which the client is seen.")
def client(
    file: Path,
    out: Path,
    languages: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    client_id: str,
    period: str | None,
    unit: str,
) -> None:
    """Write the dossier of one client, any client, as PDF and HTML.

    \b
    Example:
      portfolio-review client params/demo.yml --period 2026-10 --client 00417
    """
    from portfolio_review.pipeline.client import make

    made = make(file, out.resolve(), client_id, period, unit, languages)
    if as_json:
        click.echo(json.dumps({**asdict(made), "exit_code": 0}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(f"{made.client} {made.name}, {made.period}:\n{made.pdf}\n{made.html}")
        for said in made.lacks:
            click.echo(f"warning: this machine: {said}", err=True)


@cli.command()
@shared
@click.argument("before")
@click.argument("after")
@click.option("--unit", default="all", show_default=True, type=Id(), help="The unit whose reviews are compared.")
def diff(
    file: Path, out: Path, languages: tuple[str, ...], quiet: bool, as_json: bool, before: str, after: str, unit: str
) -> None:
    """Say what changed between two reviews, or two versions of one: data, settings, method; restated months by client.

    BEFORE and AFTER: 2026-09 (the draft, without one the newest published version), 2026-09@v2 (a published version),
    2026-09@1a2b3c4d (a draft that another run replaced, by its run id). Reads what lies there, makes nothing.

    \b
    Example:
      portfolio-review diff params/demo.yml 2026-09 2026-10
    """
    from portfolio_review.pipeline.diff import diff as compare
    from portfolio_review.pipeline.diff import lines, plain

    found = compare(file, out.resolve(), before, after, unit)
    if as_json:
        click.echo(json.dumps(plain(found), ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo("\n".join(lines(found)))


for command in (sample, init, schema, reference, preview, sign, publish, send, verify):
    cli.add_command(command)


def main() -> None:
    """Entry point; click's own usage errors end with exit code 2."""
    cli(prog_name="portfolio-review")

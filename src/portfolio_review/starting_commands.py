"""The commands one starts with: the sample, a review file for own data, its schema, the reference, the preview."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from portfolio_review.command import Id, guarded, shared
from portfolio_review.errors import Stopped


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path("."))
@guarded
def sample(folder: Path, quiet: bool, as_json: bool) -> None:
    """Write the sample company and its review file into a folder, the current one by default.

    A file of another content is never overwritten.

    \b
    Example:
      portfolio-review sample trial
    """
    from portfolio_review.manual import schema as review_schema
    from portfolio_review.sample import project

    written = project.write(folder, review_schema.LINE, {review_schema.FILE: review_schema.text()})
    review = folder / project.REVIEW
    if as_json:
        click.echo(json.dumps({"review": str(review), "files": list(map(str, written)), "exit_code": 0}, indent=1))
    elif not quiet:
        click.echo("\n".join(map(str, written)))
        click.echo(f"Next: portfolio-review run {review} --unit all")


@click.command()
@guarded
def schema(quiet: bool, as_json: bool) -> None:
    """Print the JSON Schema of the review file, by which editors complete and check it.

    \b
    Example:
      portfolio-review schema > portfolio-review.schema.json
    with this first line in the review file:
      # yaml-language-server: $schema=portfolio-review.schema.json
    """
    from portfolio_review.manual import schema as review_schema

    click.echo(review_schema.text(), nl=False)


@click.command()
@click.argument("topic", required=False)
@guarded
def reference(topic: str | None, quiet: bool, as_json: bool) -> None:
    """Print the reference: settings, tables, columns and what they may hold, figures, doubts, exit codes.

    TOPIC: settings, tables, figures, recorded-tables, checks, doubts, exit-codes; or a table, a column, a setting,
    a section such as risk, an id. Without one everything is printed.

    \b
    Example:
      portfolio-review reference assessments.criterion
    """
    from portfolio_review.manual import reference as manual

    text = manual.lines(topic)
    document = {"topic": topic, "lines": text}
    click.echo(json.dumps(document, ensure_ascii=False, indent=1) if as_json else "\n".join(text))


@click.command()
@click.argument("data", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The review file. Default: named as DATA.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults, each is said.")
@guarded
def init(data: tuple[str, ...], out: Path | None, yes: bool, quiet: bool, as_json: bool) -> None:
    """Look at data of your own, show what they seem to be, and write a review file for them.

    DATA: a file (CSV, XLSX, Parquet), several, the folder of an export, or env:NAME, the environment variable with the
    address of a database.

    \b
    Example:
      portfolio-review init sales.csv
    """
    from portfolio_review.proposal import init as proposing
    from portfolio_review.proposal import shown
    from portfolio_review.proposal.questions import Question

    asking = not (yes or as_json) and sys.stdin.isatty()

    def ask(question: Question) -> str:
        if not asking:
            return question.values[0]
        click.echo(question.text)
        for place, choice in enumerate(question.choices, start=1):
            click.echo(f"  {place}  {choice}")
        while True:
            given = str(click.prompt("Number" if not question.open else "Number or code", default="1")).strip()
            if given.isdecimal() and 1 <= int(given) <= len(question.values):
                return question.values[int(given) - 1]
            if question.open and re.fullmatch("[A-Za-z]{3}", given):
                return given.upper()

    made = proposing.init(data, out, ask, f"portfolio-review init {' '.join(data)}")
    if as_json:
        document = {"file": str(made.file), "lines": shown.lines(made, asking), "answers": dict(made.answers)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo("\n".join(shown.lines(made, asking)))
    if made.refused is not None:
        raise made.refused


@click.command()
@shared
@click.option("--period", help="As for run. Default: the last complete month.")
@click.option("--unit", default="all", show_default=True, type=Id(), help="The unit whose review is shown.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of 127.0.0.1. Default: a free one.")
def preview(
    file: Path, out: Path, languages: tuple[str, ...], quiet: bool, as_json: bool, period: str | None, unit: str,
    port: int,
) -> None:  # fmt: skip
    """Show one review in the browser, on this machine alone, and show it again when something of it changes.

    Watched are templates, styles and brand, notebooks, and the review file. Reviews under --out are not touched.

    \b
    Example:
      portfolio-review preview params/demo.yml --period 2026-10 --unit all
    """
    from portfolio_review.execution.kernels.pool import ForkedKernels
    from portfolio_review.preview import server, watching
    from portfolio_review.preview.session import Session
    from portfolio_review.workfolder import work_folder

    def say(text: str) -> None:
        if not quiet:
            click.echo(text)

    def step(text: str) -> None:
        shown.busy = text
        say(text)

    shown = server.Shown(file.stem)
    serving = server.serve(shown, port)
    address = f"http://{server.HOST}:{serving.server_address[1]}/"
    click.echo(json.dumps({"address": address}) if as_json else f"{address}  (Ctrl-C ends it)")
    try:
        with work_folder() as work, ForkedKernels() as kernels:
            session = Session(file, out.resolve(), period, unit, languages, work, kernels, step)
            shown.notebook = session.notebook
            watching.watch(session, shown, say)
    except Stopped:
        say("the preview has ended")
    finally:
        serving.shutdown()
        serving.server_close()

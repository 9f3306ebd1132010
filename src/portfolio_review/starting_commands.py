"""The commands one starts with: the sample, the review file's schema and the reference."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import click

from portfolio_review.command import guarded


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

    DATA: a file (CSV, XLSX, Parquet), several, or a folder of an export.

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

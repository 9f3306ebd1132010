"""The commands from a draft to its readers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from portfolio_review.command import Id, of_series


@click.command()
@of_series
@click.option("--period", required=True, help="The period whose drafts are signed.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every unit made."
)
@click.option("--as", "name", required=True, metavar="NAME", help="The reviewer's name, as it is printed.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False),
    help="An Ed25519 private key of OpenSSH. Default: your own one, made on first use.",
)  # fmt: skip
def sign(
    file: Path, out: Path, quiet: bool, as_json: bool, period: str, units: tuple[str, ...], name: str, key: Path | None,
) -> None:  # fmt: skip
    """Sign drafts that you have reviewed.

    Refused when a check failed, a file differs from its manifest, or you are the maker and four eyes are asked for.

    \b
    Example:
      portfolio-review sign params/demo.yml --period 2026-10 --unit all --as "Anna Berg"
    """
    from portfolio_review.pipeline.sign import sign as put_name

    done = put_name(file, out.resolve(), period, units, name, key)
    if as_json:
        click.echo(json.dumps({**asdict(done), "exit_code": 0}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(f"{done.review} {done.period}: {', '.join(done.units)} signed by {done.name} with {done.key}")
        click.echo(f"{done.file}")

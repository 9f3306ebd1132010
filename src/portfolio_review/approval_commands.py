"""The commands from a draft to its readers."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

import click

from portfolio_review.command import Id, guarded, of_series, shared
from portfolio_review.errors import UsageError


@click.command()
@of_series
@click.option("--period", required=True, help="The period whose drafts are signed.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every unit made."
)
@click.option("--as", "name", required=True, metavar="NAME", help="The reviewer's name, as it is printed.")
@click.option("--role", default="reviewer", show_default=True, help="The reviewer's role; another is printed too.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False),
    help="An Ed25519 private key of OpenSSH. Default: your own one, made on first use.",
)  # fmt: skip
def sign(
    file: Path, out: Path, quiet: bool, as_json: bool,
    period: str, units: tuple[str, ...], name: str, role: str, key: Path | None,
) -> None:  # fmt: skip
    """Sign drafts that you have reviewed.

    Refused when a check failed, a file differs from its manifest, or you are the maker and four eyes are asked for.

    \b
    Example:
      portfolio-review sign params/demo.yml --period 2026-10 --unit all --as "Anna Berg"
    """
    from portfolio_review.pipeline.sign import sign as put_name

    done = put_name(file, out.resolve(), period, units, name, key, role)
    if as_json:
        click.echo(json.dumps({**asdict(done), "exit_code": 0}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(f"{done.review} {done.period}: {', '.join(done.units)} signed by {done.name} with {done.key}")
        click.echo(f"{done.file}")


@click.command()
@shared
@click.option("--period", required=True, help="The period whose signed drafts are published.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every unit made."
)
@click.option("--reason", help="Why a version that was published is corrected: printed on page one.")
@click.option(
    "--key", type=click.Path(path_type=Path, dir_okay=False),
    help="An Ed25519 private key of OpenSSH, which signs the head. Default: your own one, made on first use.",
)  # fmt: skip
@click.option(
    "--certificate", metavar="env:NAME",
    help="Sign within the PDFs too: $NAME is the path of a PKCS#12 file, $NAME_PASSPHRASE its passphrase.",
)  # fmt: skip
def publish(
    file: Path, out: Path, languages: tuple[str, ...], quiet: bool, as_json: bool,
    period: str, units: tuple[str, ...], reason: str | None, key: Path | None,
    certificate: str | None,
) -> None:  # fmt: skip
    """Publish what was signed, as a new version that nobody changes.

    Refused, with everything that speaks against it and what to do, when something is not as it was signed.

    \b
    Example:
      portfolio-review publish params/demo.yml --period 2026-10 --unit all
    """
    from portfolio_review.pipeline import progress
    from portfolio_review.pipeline.publish import Request
    from portfolio_review.pipeline.publish import publish as put_before_readers

    with progress.watching(quiet=quiet or as_json) as watch:
        done = put_before_readers(
            Request(file, out.resolve(), period, units, languages, reason, key, certificate), watch
        )
    if as_json:
        click.echo(json.dumps({**asdict(done), "exit_code": 0}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        what = f"{', '.join(done.units)} published" if done.units else "published already, nothing changed"
        click.echo(f"{done.review} {done.period} v{done.version}: {what}, in {done.folder}")
        click.echo(f"head {done.head}, signed with {done.key}")


@click.command()
@of_series
@click.option("--period", required=True, help="The period whose newest published version is sent.")
@click.option(
    "--unit", "units", multiple=True, type=Id(), help="A unit, or all; may be repeated. Default: every unit published."
)
@click.option("--dry-run", is_flag=True, help="Say who would be sent what; send nothing.")
@click.option(
    "--again", multiple=True, metavar="ADDRESS",
    help="Send again what is unknown for an address, and where nothing is, all it was sent; may be repeated.",
)  # fmt: skip
def send(
    file: Path, out: Path, quiet: bool, as_json: bool,
    period: str, units: tuple[str, ...], dry_run: bool, again: tuple[str, ...],
) -> None:  # fmt: skip
    """Mail what was published to the recipients of the review file.

    Everyone gets it once: the same command sends only what is missing.

    \b
    Example:
      portfolio-review send params/demo.yml --period 2026-10 --dry-run
    """
    from portfolio_review.pipeline.send import Mailed, Request, line, summary
    from portfolio_review.pipeline.send import send as mail

    def ended(one: Mailed) -> None:
        wrong = one.status in ("failed", "unknown")
        if not as_json and (wrong or not quiet):
            click.echo(line(one), err=wrong)

    done = mail(Request(file, out.resolve(), period, units, again, dry_run), ended)
    if as_json:
        click.echo(json.dumps({**asdict(done), "exit_code": done.exit_code}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo("\n".join(summary(done)))
    sys.exit(done.exit_code)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--key", "trusted", multiple=True, metavar="PUBLIC",
    help="A public key that may sign: its file, or its line 'ssh-ed25519 AAAA…'; may be repeated.",
)  # fmt: skip
@click.option("--head", metavar="HASH", help="The hash that publish printed: then the folder is the newest.")
@guarded
def verify(
    folder: Path, trusted: tuple[str, ...], head: str | None, quiet: bool, as_json: bool
) -> None:  # fmt: skip
    """Prove that a published folder is what was signed and published. Needs no review file and no data.

    Exit code 0, or 1 with every difference named.

    \b
    Example:
      portfolio-review verify reports/demo/published --key anna.pub
    """
    from portfolio_review.delivery import keys
    from portfolio_review.delivery import verify as proof

    if head is not None and not re.fullmatch("[0-9a-f]{64}", head.lower()):
        raise UsageError(f"--head: expected the 64 hexadecimal digits that publish printed, found '{head[:80]}'")
    found = proof.examine(folder, [keys.public(one) for one in trusted], head.lower() if head else None)
    code = 1 if found.differences else 0
    if as_json:
        click.echo(json.dumps({**asdict(found), "exit_code": code}, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo("\n".join(proof.lines(found)))
    sys.exit(code)

"""`send`: what was published goes to its readers by mail, each message once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, mail, mailserver, published, sent, verify
from portfolio_review.delivery.mailserver import AnswerLost, Refused, Server, Session, Unreachable
from portfolio_review.delivery.publish import series_folder
from portfolio_review.errors import (
    EXIT_ALL_FAILED,
    EXIT_DONE,
    EXIT_SOME_FAILED,
    ApprovalError,
    MissingFileError,
    UsageError,
    nearest,
)
from portfolio_review.pipeline import addressees
from portfolio_review.pipeline.addressees import Addressed, Edition
from portfolio_review.pipeline.run import load_review
from portfolio_review.rendering import mail as letters
from portfolio_review.rendering.context import Issue, RunContext
from portfolio_review.results import store
from portfolio_review.results.contract import Results
from portfolio_review.review import Review
from portfolio_review.review.mailing import mail_address
from portfolio_review.slugs import MASKED
from portfolio_review.sources import secrets

Status = Literal["to send", "sent", "sent before", "unknown", "failed"]


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    file: Path
    out: Path
    period: str
    units: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True)
class Mailed:
    """One message, and what became of it: `answer` is the server's, or why there is none."""

    to: str
    unit: str
    owner: str | None
    status: Status
    files: tuple[str, ...]
    answer: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Sending:
    """What was sent of a version; `left_out` are recipients for whom nothing was published, each with the reason."""

    review: str
    period: str
    version: int
    head: str
    mails: tuple[Mailed, ...]
    left_out: tuple[str, ...]
    dry_run: bool
    record: Path

    @property
    def exit_code(self) -> int:
        statuses = [one.status for one in self.mails]
        if self.dry_run or not {"failed", "unknown"} & {*statuses}:
            return EXIT_DONE
        return EXIT_ALL_FAILED if {*statuses} == {"failed"} else EXIT_SOME_FAILED


def send(request: Request, ended: Callable[[Mailed], None]) -> Sending:
    """Mail the newest published version of a period to the recipients of the review file; see `Request`.

    Each message goes out once: its record is on the disk before it, and again with the answer after it. What failed is
    sent by the next call; what is unknown, because its answer was lost, only to an address of `again`.
    """
    review = load_review(request.file)
    period, again = str(Period.parse(request.period)), _addresses(request.again)
    series, folder = request.out / review.id, request.out / review.id / published.FOLDER
    document = _newest(folder, period, review, request.file)
    editions = [Edition.of_recipients(folder, period, one) for one in document["units"]]
    chosen = _chosen(request.units, editions, period)
    mails, left_out = addressees.of(review, series, period, editions, chosen)
    if not mails:
        why = "; ".join(left_out) or "recipients names nobody"
        raise UsageError(f"{request.file}: there is nobody to send to: {why}; write recipients: {{all: [anna@…]}}")
    _known(again, mails)
    if request.dry_run:
        post = _Post(review, period, series, again)
        done = tuple(post.look(one) for one in mails)
        for one in done:
            ended(one)
    else:
        server, sender = _server(review, request.file)
        with series_folder(series), Session(server) as session:
            done = tuple(_Post(review, period, series, again).all(mails, session, sender, ended))
    head = published.head_hash(folder)
    place = series / period / sent.NAME
    return Sending(review.id, period, document["version"], head, done, left_out, request.dry_run, place)


def line(one: Mailed) -> str:
    """A message in words: what became of it, to whom, which document, and what the server said."""
    what = f"{one.unit}: {one.owner}" if one.owner is not None else one.unit
    said = one.answer if one.status in ("failed", "unknown") else None
    told = f"{one.status}: {one.to}: {what} ({', '.join(one.files)})"
    if one.status == "unknown":
        said = f"{said or 'its answer was lost'}; ask whether it came, and if not: --again {one.to}"
    return _printable(f"{told}: {said}" if said else told)


def summary(done: Sending) -> list[str]:
    """How many messages were sent, and what nobody could be sent."""
    count = Counter(one.status for one in done.mails)
    said = ", ".join(f"{count[status]} {status}" for status in get_args(Status) if count[status])
    return [
        *(_printable(f"nothing to send: {why}") for why in done.left_out),
        f"{done.review} {done.period} v{done.version}: {said}{' (nothing is sent: --dry-run)' if done.dry_run else ''}",
        f"head {done.head}" if done.dry_run else f"head {done.head}, recorded in {done.record}",
    ]


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


# What is asked for -----------------------------------------------------------------------------


def _addresses(given: Sequence[str]) -> frozenset[str]:
    try:
        return frozenset(map(mail_address, given))
    except ValueError as error:
        raise UsageError(f"--again: {error}") from None


def _known(again: frozenset[str], mails: Sequence[Addressed]) -> None:
    known = {one.to for one in mails}
    if strangers := sorted(again - known):
        raise UsageError(
            "; ".join(f"--again: '{one}' is none of the recipients{nearest(one, known)}" for one in strangers)
        )


def _newest(folder: Path, period: str, review: Review, file: Path) -> dict[str, Any]:
    """The manifest of the newest version, all that was published proven first."""
    if not (folder / published.HEAD).exists():
        raise MissingFileError(f"{review.id} has nothing published: {_publish(file, period)}")
    if broken := verify.examine(folder).differences:
        raise ApprovalError(
            "nothing is sent",
            [f"{folder / one.path}: {one.what}; put back what was published" for one in broken[:5]],
        )
    document = published.newest(folder, period)
    if document is None:
        raise MissingFileError(f"{review.id} {period} is not published: {_publish(file, period)}")
    return document


def _publish(file: Path, period: str) -> str:
    return f"review the draft, then `portfolio-review sign {file} --period {period}` and `publish`"


def _chosen(asked: Sequence[str], editions: Sequence[Edition], period: str) -> list[Edition]:
    by = {one.unit: one for one in editions}
    if unknown := [unit for unit in asked if unit not in by]:
        raise UsageError(
            "; ".join(f"unit '{unit}' is not published for {period}{nearest(unit, by)}" for unit in unknown)
        )
    return [by[unit] for unit in dict.fromkeys(asked)] or list(editions)


def _server(review: Review, file: Path) -> tuple[Server, str]:
    if review.send.smtp is None or review.send.sender is None:
        key, value = ("smtp", "env:NAME") if review.send.smtp is None else ("from", "reports@example.com")
        raise UsageError(f"{file}: send.{key} is missing: write send: {{{key}: {value}}}")
    name = review.send.smtp.removeprefix("env:")
    address = secrets.address(name)
    if not address:
        raise UsageError(f"send.smtp: the variable {name} is not set: {mailserver.FORM}")
    return Server.at(address, name), review.send.sender


# Sending ---------------------------------------------------------------------------------------


class _Post:
    """Sends what is missing of one version, and keeps the record of it."""

    def __init__(self, review: Review, period: str, series: Path, again: frozenset[str]) -> None:
        self.review, self.period, self.series, self.again = review, period, series, again
        self.folder = series / published.FOLDER
        self.head = published.head_hash(self.folder)
        self.records = sent.read(series / period)
        self.unsure = {known.to for known in self.records.values() if known.state == "unknown"}
        self.letters: dict[tuple[str, str | None], letters.Letter] = {}

    def look(self, one: Addressed) -> Mailed:
        """What a call would do."""
        known = self.records.get(one.key)
        return self._mailed(one, "to send" if self._is_due(one) else _STANDING[known.state if known else "failed"])

    def all(
        self, mails: Sequence[Addressed], session: Session, sender: str, ended: Callable[[Mailed], None]
    ) -> Iterator[Mailed]:
        """Each message in turn; when the server cannot be reached, nothing more is tried."""
        lost: str | None = None
        for one in mails:
            if not self._is_due(one):
                made = self.look(one)
            elif lost is not None:
                made = self._mailed(one, self._otherwise(one), lost)
            else:
                try:
                    made = self._one(one, session, sender)
                except Unreachable as error:
                    lost = str(error)
                    made = self._mailed(one, self._otherwise(one), lost)
            ended(made)
            yield made

    def _is_due(self, one: Addressed) -> bool:
        """Whether it was not sent yet, or is asked for again: what is unknown of that address, else all it was sent."""
        known = self.records.get(one.key)
        if known is None or known.state == "failed":
            return True
        return one.to in self.again and (known.state == "unknown" or one.to not in self.unsure)

    def _one(self, one: Addressed, session: Session, sender: str) -> Mailed:
        before, now = self.records.get(one.key), dt.datetime.now(dt.UTC).replace(microsecond=0)
        parts = (self.review.id, self.period, *one.key)
        id = before.message_id if before else mail.message_id(sender, *parts)
        intent = sent.Record(
            one.to, one.edition.unit, one.owner, one.edition.version, one.edition.run, self.head, id,
            {name: one.edition.files[name]["sha256"] for name in one.files}, "unknown", now.isoformat(),
        )  # fmt: skip
        try:
            content = self._content(one, id, sender, now)
            answer = session.deliver(sender, one.to, content, lambda: self._record(intent))
        except Refused as error:
            after = before if before and before.state != "failed" else replace(intent, state="failed")
            self._record(replace(after, answer=str(error)))
            return self._mailed(one, self._otherwise(one), str(error))
        except AnswerLost as error:
            self._record(replace(intent, answer=str(error)))
            return self._mailed(one, "unknown", str(error))
        self._record(replace(intent, state="sent", answer=answer))
        return self._mailed(one, "sent", answer)

    def _otherwise(self, one: Addressed) -> Status:
        """What a message that could not be sent is: `failed`, or `unknown` as it was before it was asked for again."""
        known = self.records.get(one.key)
        return "unknown" if known is not None and known.state == "unknown" else "failed"

    def _record(self, record: sent.Record) -> None:
        self.records[record.key] = record
        sent.write(self.series / self.period, self.review.id, self.records)

    def _mailed(self, one: Addressed, status: Status, answer: str | None = None) -> Mailed:
        known = self.records.get(one.key)
        answer = answer or (known.answer if known and status != "to send" else None)
        id = known.message_id if known else None
        return Mailed(one.to, one.edition.unit, one.owner, status, one.files, answer, id)

    def _content(self, one: Addressed, id: str, sender: str, now: dt.datetime) -> bytes:
        edition, link = one.edition, self.review.send.attach == "link"
        where = f"{self.review.send.base_url}/{edition.folder.relative_to(self.series.parent).as_posix()}"
        hands = letters.Hands(self.head, tuple(f"{where}/{name}" for name in one.files) if link else ())
        letter = self.letters.get((one.edition.unit, one.owner)) or self._letter(edition, one.owner, hands)
        self.letters[one.edition.unit, one.owner] = letter
        attached = [
            mail.Attachment(self._name(edition, name), (edition.folder / name).read_bytes())
            for name in (() if link else one.files)
        ]
        return mail.compose(sender, one.to, id, letter.subject, letter.text, self.review.language, attached, now)

    def _name(self, edition: Edition, file: str) -> str:
        """`demo-2026-10-north.pdf`: what the reader's folder of downloads can tell apart."""
        plain = file.removeprefix("owners/").removeprefix("review.")
        return f"{self.review.id}-{self.period}-{edition.slug}{'-' if 'owners/' in file else '.'}{plain}"

    def _letter(self, edition: Edition, owner: str | None, hands: letters.Hands) -> letters.Letter:
        results = _results(edition.folder)
        codes = edition.languages or (results.review.language,)
        titles = {code: self.review.title_in(code) for code in codes}
        issue = _issue(self.folder, self.period, edition)
        context = RunContext(run=edition.run, issue=issue, masked=edition.unit.endswith(MASKED))
        make = letters.of_review if owner is None else letters.of_owner
        found = letters.reports(results, titles, context, edition.folder, owner)
        return letters.joined([make(report, hands) for report in found])


@lru_cache(maxsize=1)
def _results(folder: Path) -> Results:
    """What a unit's published notebooks recorded; messages come unit by unit."""
    return store.read_notebooks(sorted((folder / "notebooks").glob("*.ipynb")))


_STANDING: dict[sent.State, Status] = {"sent": "sent before", "unknown": "unknown", "failed": "to send"}


def _issue(folder: Path, period: str, edition: Edition) -> Issue:
    """As what a unit was published first: its version, who reviewed it, what it replaced and why."""
    place = published.place(folder, period, edition.version)
    record = approval.read(place)[edition.unit]
    document, before = published.version(folder, period, edition.version), edition.version - 1
    earlier = published.version(folder, period, before)["units"] if before else ()
    replaced = document["reason"] is not None and edition.unit in {one["unit"] for one in earlier}
    return Issue(
        version=edition.version, reviewer=record["name"], day=dt.date.fromisoformat(record["day"]),
        replaces=edition.version - 1 if replaced else None, reason=document["reason"] if replaced else "",
    )  # fmt: skip

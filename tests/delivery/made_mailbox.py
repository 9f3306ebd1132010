"""A published folder whose notebooks hold results made by hand, and a mail server within the process of the test."""

from __future__ import annotations

import contextlib
import datetime as dt
import email
import email.policy
import hashlib
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import made_published
import nbformat
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from nbformat.v4 import new_code_cell, new_notebook, new_output

from portfolio_review import slugs
from portfolio_review.delivery import approval, manifest, publish, published
from portfolio_review.results import store
from portfolio_review.results.contract import MIME, Results
from portfolio_review.results.finding import verdict_to_plain
from portfolio_review.slugs import unmasked

PERIOD = "2011-11"
SECRET = "s3cr3t/of@smtp"
REVIEW = "id: shop\ncurrency: GBP\nsources: {transactions: {path: sales.csv}}\ntitle: {en: Client portfolio review, ru: Обзор}\n"


# What was published ----------------------------------------------------------------------------


def notebook(results: Results, path: Path) -> None:
    """One executed notebook that has recorded all of `results`."""
    head = asdict(results.review)
    records: list[dict[str, Any]] = [{"kind": "review", "review_id": head.pop("id"), **head}]
    records.append({"kind": "figures", "figures": [
        {"id": id, "unit": one.unit, **{name: value for name, value in asdict(one.figure).items() if value is not None or name == "value"}}
        for id, one in results.figures.items()
    ]})  # fmt: skip
    records += [
        {"kind": "table", "id": id, "columns": one.columns, "rows": one.rows, "count": one.count, "file": one.file, "sha256": one.sha256}
        for id, one in results.tables.items()
    ]  # fmt: skip
    if results.verdict is not None:
        records.append({"kind": "verdict", "verdict": verdict_to_plain(results.verdict.verdict)})
    records.append({"kind": "close"})
    outputs = [new_output("display_data", data={MIME: json.loads(json.dumps(one))}) for one in records]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell("", id="all", outputs=outputs)]), path)


def publish_units(
    root: Path, units: Mapping[str, Results], *, languages: tuple[str, ...] = ("en",), version: int = 1,
    reason: str | None = None, formats: tuple[str, ...] = ("html", "pdf"),
) -> Path:  # fmt: skip
    """`root/out/shop/published/2011-11/v<n>` with these units, those published before kept; the series' folder."""
    series = root / "out" / "shop"
    work, target = root / f"work-{version}", series / published.FOLDER
    records: dict[str, approval.Record] = {}
    made: list[published.Unit] = []
    if version > 1:
        before = published.newest(target, PERIOD)
        assert before is not None
        place = published.place(target, PERIOD, version - 1)
        records = {unit: one for unit, one in approval.read(place).items() if unit not in units}
        made = [published.Unit(one["unit"], one["slug"], one["run"], one["version"], place / one["slug"])
                for one in before["units"] if one["unit"] not in units]  # fmt: skip
    for unit, slug in (
        slugs.of_units(units).items()
        if "all" in units
        else [(u, s) for u, s in slugs.of_units(units).items() if u != "all"]
    ):
        results = replace(units[unit], review=replace(units[unit].review, unit=unmasked(unit), id="shop"))
        folder = work / slug
        notebook(results, folder / "notebooks" / "00_data.ipynb")
        (folder / "results.json").write_text(store.to_json(results), encoding="utf-8")
        owners = (
            [str(row[0]) for row in results.tables["actions.owners"].rows or ()]
            if "actions.owners" in results.tables
            else []
        )
        for stem in ("review", *(f"owners/{name}" for name in slugs.of_owners(owners).values())):
            for suffix in ("", *(f".{code}" for code in languages[1:])):
                for kind in formats:
                    file = folder / f"{stem}{suffix}.{kind}"
                    file.parent.mkdir(exist_ok=True)
                    file.write_text(f"%PDF {unit} {stem}{suffix} {version}", encoding="utf-8")
        own = {
            "schema": 1, "review": "shop", "period": PERIOD, "unit": unit, "run": f"{version:08x}", "status": "published",
            "language": languages[0], "languages": list(languages), "checks": {"passed": 1, "failed": 0}, "files": manifest.files_in(folder),
        }  # fmt: skip
        (folder / manifest.NAME).write_text(manifest.text(own), encoding="utf-8")
        records[unit] = approval.record(
            "shop", PERIOD, unit, folder, [], "Anna Berg", dt.date(2011, 12, 5), made_published.ANNA
        )
        made.append(published.Unit(unit, slug, own["run"], version, folder))
    staged = work / "published"
    whole = published.Version(
        "shop", PERIOD, version, sorted(made, key=lambda one: one.unit), records, dt.date(2011, 12, 5), reason
    )
    published.stage(target, staged, whole, made_published.ANNA)
    publish.exchange(staged, target)
    publish.remove(work)
    return series


def review_file(root: Path, recipients: str, send: str = "smtp: env:SMTP_OF_TEST, from: reports@example.com") -> Path:
    """`root/shop.yml` with these recipients."""
    file = root / "shop.yml"
    file.write_text(f"{REVIEW}recipients: {recipients}\nsend: {{{send}}}\n", encoding="utf-8")
    return file


# The server ------------------------------------------------------------------------------------


HANG_UP = "hang up"
"""An answer that never comes, for the connection ends."""


@dataclass
class Mailbox:
    """What a server has taken: `(to, message)` in order; `events` are the commands it was given."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers by address, instead of taking it."""
    at: Callable[[str], str | None] = lambda event: None
    """Called at every event before the answer; what it gives is the answer."""

    @property
    def address(self) -> str:
        return f"smtp://localhost:{self.port}"

    @property
    def to(self) -> list[str]:
        return [to for to, _ in self.taken]

    def _met(self, event: str, server: SMTP) -> str | None:
        self.events.append(event)
        answer = self.at(event)
        if answer == HANG_UP and server.transport is not None:
            server.transport.abort()
        return answer

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._met("mail", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            self.events.append("rcpt")
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return self._met("rcpt", server) or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert content is not None
        answer = self._met("data", server)
        if answer is not None:
            return answer
        self.raw.append(content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken += [(to, message) for to in envelope.rcpt_tos]
        return self._met("taken", server) or f"250 OK queued as {len(self.taken)}"


@contextlib.contextmanager
def serving(**options: Any) -> Iterator[Mailbox]:
    """A server on a free port of this machine; options are those of aiosmtpd's `SMTP`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Mailbox(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def attached(message: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in message.iter_attachments()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

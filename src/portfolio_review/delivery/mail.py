"""One message for one address: its words, and the report attached. Nothing of the data can become a header."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portfolio_review.review.fields import UNPRINTED

POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes it, whatever letters a name has."""
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Attachment:
    """A PDF under the name that its reader sees."""

    name: str
    content: bytes


def message_id(sender: str, *parts: object) -> str:
    """The same for the same message, so that a mail program shows it once when it had to be sent twice."""
    whole = "\x1f".join(map(str, parts)).encode()
    return f"<{hashlib.sha256(whole).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def compose(
    sender: str,
    to: str,
    id: str,
    subject: str,
    text: str,
    language: str,
    attached: Sequence[Attachment],
    when: dt.datetime,
) -> bytes:
    """The message as it is sent. `to` alone is named in it: nobody learns who else was sent what."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = _line(subject).replace("=?", "= ?")  # else the library decodes it, line ends and all
    message["Date"] = format_datetime(when)
    message["Message-ID"] = id
    message["Auto-Submitted"] = "auto-generated"  # no answer of a machine comes back
    message.set_content("".join(f"{_line(line, indented=True)}\n" for line in text.split("\n")))
    for one in attached:
        message.add_attachment(one.content, maintype="application", subtype="pdf", filename=one.name)
    message["Content-Language"] = language  # of the whole: what is set before its parts goes to the first of them
    return message.as_bytes()


def _line(text: str, *, indented: bool = False) -> str:
    """Text on one line, without a character that is not printed."""
    indent = text[: len(text) - len(text.lstrip(" "))] if indented else ""
    plain = " ".join(UNPRINTED.sub(" ", text).split())
    if not indented and len(plain) > LONGEST_SUBJECT:
        plain = f"{plain[: LONGEST_SUBJECT - 1]}…"
    return indent + plain

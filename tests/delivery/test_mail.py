"""One message: nothing of the data becomes a header, and every server can take it."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest
from made_mailbox import attached, body

from portfolio_review.delivery.mail import Attachment, compose, message_id

WHEN = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def made(subject: str, text: str, *files: Attachment) -> tuple[bytes, email.message.EmailMessage]:
    content = compose("r@x.org", "a@x.org", "<1@x.org>", subject, text, "en", files, WHEN)
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return content, message


@pytest.mark.parametrize(
    "text",
    ["x\r\nBcc: e@x.org", "x\nBcc: e@x.org\n\nhello", "x\r\rBcc: e@x.org", "x\x0bBcc: e@x.org", "x\x85Bcc: e@x.org", "x\u2028Bcc: e@x.org", "x\x00",
     "=?utf-8?q?x=0D=0ABcc:_e=40x.org?=", "é" * 300, "x" * 5000, "שלום\u202e", "😀" * 90],
)  # fmt: skip
def test_nothing_of_a_name_becomes_a_header(text: str) -> None:
    content, message = made(text, f"{text}\n\n.\nFrom here on", Attachment("a.pdf", b"%PDF\x00\xff"))
    head = content.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert names == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Language",
    ]
    assert message["Bcc"] is None
    assert len(str(message["Subject"])) <= 150
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert attached(message) == {"a.pdf": b"%PDF\x00\xff"}
    assert body(message).endswith("\n\n.\nFrom here on\n")
    assert not {"\x00", "\u202e", "\u2028", "\x85"} & {*body(message)}


def test_indented_lines_keep_their_indent() -> None:
    assert body(made("x", "a\n  b:  1\n")[1]) == "a\n  b: 1\n\n"


def test_the_same_message_has_the_same_id_and_another_another() -> None:
    one = message_id("r@x.org", "demo", "2026-10", "a@x.org", "all", None, 1)
    assert one == message_id("other@x.org", "demo", "2026-10", "a@x.org", "all", None, 1)
    assert one != message_id("r@x.org", "demo", "2026-10", "a@x.org", "all", None, 2)
    assert one.endswith("@x.org>")

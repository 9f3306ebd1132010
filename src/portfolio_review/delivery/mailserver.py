"""The server that takes mail: its address by `env:NAME`, one connection, and what it answers to each message.

NotSent
├── Unreachable   no connection, no TLS, no login: nobody can be sent anything
└── Refused       the server said no to this message, or was gone before it had it
AnswerLost        it had the whole message, and its answer never came: nobody knows
"""

from __future__ import annotations

import base64
import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import idna

from portfolio_review.errors import UsageError

SECONDS = 60.0
"""How long a connection and each answer may take."""
SECONDS_AFTER_DATA = 300.0
"""How long the answer to a whole message may take: who gives up early sends it twice (RFC 5321, 4.5.3.2.6)."""
SECONDS_TO_LEAVE = 2.0
PORTS = {"smtp": 25, "smtps": 465}
PORT_OF_LOGIN = 587
"""Of `smtp://` with a user: submission."""
READY, GONE = 354, 421
DONE = (250, 251)
SHORTEST_SECRET = 3
"""Characters of a secret that is blotted out of what a server says; a shorter one stands in every second word."""
LONGEST_ANSWER = 200
FORM = "smtp://host:port or smtps://user:secret@host:port, signs such as @ / # of the secret as %40 %2F %23"


class NotSent(Exception):
    """A message was not sent, and that is certain."""


class Unreachable(NotSent):
    """The server takes nothing from us."""


class Refused(NotSent):
    """The server does not take this message."""


class AnswerLost(Exception):
    """The message may have been taken."""


@dataclass(frozen=True)
class Server:
    """Where a server is, and how one is known there."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, address: str, name: str) -> Server:
        """The server of an address; `name` is the variable that holds it. No message repeats any of it."""
        wrong = UsageError(f"send.smtp: ${name} holds no address of a mail server: expected {FORM}")
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
            host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        except (ValueError, UnicodeError):  # idna's errors are UnicodeErrors
            raise wrong from None
        plain = parts.path in ("", "/") and not parts.query and not parts.fragment
        if parts.scheme not in PORTS or not host or not plain or re.search(r"[\x00-\x20\x7f]", address):
            raise wrong
        user, secret = (None if part is None else unquote(part) for part in (parts.username, parts.password))
        if (user is None) != (secret is None) or user == "":
            raise wrong
        usual = PORT_OF_LOGIN if user is not None and parts.scheme == "smtp" else PORTS[parts.scheme]
        return cls(host, port or usual, parts.scheme == "smtps", user, secret)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine itself, by name or number."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def blotted(self, said: str) -> str:
        """What a server or library says, on one line, with the secret blotted out in every form it is sent in."""
        secret = self.secret or ""
        coded = (f"\0{self.user}\0{secret}", secret)
        forms = [secret, *(base64.b64encode(one.encode()).decode().rstrip("=") for one in coded)]
        for form in forms if len(secret) >= SHORTEST_SECRET else ():
            said = re.sub(f"{re.escape(form)}=*", "…", said)
        plain = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
        return plain if len(plain) <= LONGEST_ANSWER else f"{plain[: LONGEST_ANSWER - 1]}…"


class Session:
    """One connection to a server: made when it is needed, made again when it broke."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._smtp is not None and kind is None:
            self._leave(self._smtp)
        self._close()

    def deliver(self, sender: str, to: str, content: bytes, intend: Callable[[], None]) -> str:
        """Hand over one message to one address; the server's answer. `intend` is called right before the message
        goes out, once the server has agreed to take it: from then on an answer that does not come is `AnswerLost`."""
        smtp = self._agreed(sender, to, len(content))
        intend()
        try:
            self._expect(smtp, smtp.docmd("DATA"), READY)
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise Refused(f"the connection was lost before the message: {self._told(error)}") from None
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(SECONDS_AFTER_DATA)
            smtp.send(_as_data(content))
            code, answer = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise AnswerLost(f"the connection was lost after the message: {self._told(error)}") from None
        self._expect(smtp, (code, answer), *DONE)
        return self._answer(code, answer)

    def _agreed(self, sender: str, to: str, size: int) -> smtplib.SMTP:
        """The connection, with sender and recipient accepted; a connection that broke meanwhile is made anew once."""
        lost = ""
        for _ in range(2):
            smtp = self._connection()
            try:
                options = [f"size={size}"] if smtp.has_extn("size") else []
                self._expect(smtp, smtp.mail(sender, options), *DONE)
                self._expect(smtp, smtp.rcpt(to), *DONE)
                return smtp
            except (smtplib.SMTPException, OSError) as error:
                self._close()
                lost = self._told(error)
        raise Refused(f"the connection was lost: {lost}")

    def _connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connected()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(
                    f"{self.server.host}:{self.server.port} cannot be used: {self._told(error)}"
                ) from None
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        server, context = self.server, ssl.create_default_context()
        if server.is_here:  # what stays on this machine needs no certificate, and its servers rarely have a real one
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        smtp: smtplib.SMTP = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
            if server.tls
            else smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        )
        try:
            smtp.ehlo_or_helo_if_needed()
            if not server.tls and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
            elif not server.tls and server.user is not None and not server.is_here:
                raise OSError("it offers no STARTTLS, and a secret is not sent in the clear: use smtps://")
            if server.user is not None:
                smtp.login(server.user, server.secret or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _expect(self, smtp: smtplib.SMTP, answer: tuple[int, bytes], *wanted: int) -> None:
        """`Refused` for another answer than those wanted; the connection is then ready for the next message."""
        code, said = answer
        if code in wanted:
            return
        try:
            if code == GONE or smtp.rset()[0] not in DONE:
                self._close()
        except (smtplib.SMTPException, OSError):
            self._close()
        raise Refused(self._answer(code, said))

    def _answer(self, code: int, said: bytes) -> str:
        return self.server.blotted(f"{code} {said.decode('utf-8', 'replace')}")

    def _told(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            said = error.smtp_error
            return self._answer(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {error.verify_message}; SSL_CERT_FILE names further authorities"
        said = str(error.strerror or error) if isinstance(error, OSError) else str(error)
        return self.server.blotted(said or type(error).__name__)

    def _close(self) -> None:
        """Hang up without a word, which within a message would be part of it."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    @staticmethod
    def _leave(smtp: smtplib.SMTP) -> None:
        with suppress(smtplib.SMTPException, OSError):
            if smtp.sock is not None:
                smtp.sock.settimeout(SECONDS_TO_LEAVE)
            smtp.quit()


def _as_data(content: bytes) -> bytes:
    """A message as it is sent after DATA: a line that begins with a dot has one more, a dot alone ends it."""
    ends = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ends) + b".\r\n"

"""The server that takes mail: its address, TLS and login, and what is told of its answers."""

from __future__ import annotations

import base64
import datetime as dt
import ssl
from pathlib import Path

import made_mailbox as made
import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portfolio_review.delivery import mailserver
from portfolio_review.delivery.mailserver import Refused, Server, Session, Unreachable, _as_data
from portfolio_review.errors import UsageError

FROM, TO = "reports@example.com", "anna@example.com"


@pytest.mark.parametrize(
    ("address", "host", "port", "tls", "user", "secret"),
    [
        ("smtp://localhost", "localhost", 25, False, None, None),
        ("smtp://mail.example.com:2525/", "mail.example.com", 2525, False, None, None),
        ("smtp://me:geheim@mail.example.com", "mail.example.com", 587, False, "me", "geheim"),
        (
            "smtps://me%40example.com:a%2Fb%23c%40d@mail.example.com",
            "mail.example.com",
            465,
            True,
            "me@example.com",
            "a/b#c@d",
        ),
        ("smtps://me:geheim@[::1]:4650", "::1", 4650, True, "me", "geheim"),
        ("smtps://me:geheim@bücher.example", "xn--bcher-kva.example", 465, True, "me", "geheim"),
    ],
)
def test_an_address(address: str, host: str, port: int, tls: bool, user: str | None, secret: str | None) -> None:
    assert Server.at(address, "SMTP") == Server(host, port, tls, user, secret)


@pytest.mark.parametrize(
    "address",
    ["geheim", "https://me:geheim@x.org", "smtp://", "smtp://me:geheim@", "smtp://me:geheim@x.org:port", "smtp://me:geheim@x.org:99999",
     "smtp://me:ge/heim@x.org", "smtp://me:ge#heim@x.org", "smtp://me:ge?heim@x.org", "smtp://geheim@x.org", "smtp://:geheim@x.org",
     "smtp://me:geheim@x.org/?tls=no", "smtp://me:geheim@x.org\r\nQUIT", "smtp://me:geheim@[x.org", "smtp://me:geheim@bü..cher"],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(
        UsageError, match=r"send\.smtp: \$SMTP holds no address of a mail server: expected smtp://"
    ) as caught:
        Server.at(address, "SMTP")
    assert "heim" not in str(caught.value)


def test_a_secret_is_blotted_out_in_every_form_it_is_sent_in() -> None:
    server = Server("x.org", 587, False, "me", "geheim")
    sent = base64.b64encode(b"\0me\0geheim").decode()  # AUTH PLAIN, RFC 4616
    alone = base64.b64encode(b"geheim").decode()  # AUTH LOGIN
    assert server.blotted(f"535 no: {sent} {alone}\r\n geheim \x1b[31m") == "535 no: … … … [31m"
    assert "geheim" not in repr(server)
    assert len(server.blotted("x" * 500)) == 200


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("10.0.0.1", False), ("localhost.example.com", False)],
)
def test_what_is_this_machine(host: str, here: bool) -> None:
    assert Server(host, 25, False).is_here is here


def test_a_line_that_begins_with_a_dot_has_one_more() -> None:
    """RFC 5321, 4.5.2."""
    assert _as_data(b"a\r\n.\r\n..b\r\nc.") == b"a\r\n..\r\n...b\r\nc.\r\n.\r\n"


def test_a_message_arrives_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"Subject: x\r\n\r\n.a\r\n.\r\n..\r\nb\r\n"
    with made.serving() as box, Session(Server("localhost", box.port, False)) as session:
        assert session.deliver(FROM, TO, content, lambda: None) == "250 OK queued as 1"
        assert session.deliver(FROM, TO, content, lambda: None) == "250 OK queued as 2"
        assert box.raw == [content, content]


def test_nobody_listens() -> None:
    with made.serving() as box:
        server = Server("localhost", box.port, False)
    with pytest.raises(Unreachable, match=f"localhost:{box.port} cannot be used: Connection refused"):
        Session(server).deliver(FROM, TO, b"", lambda: None)


def test_after_a_refusal_the_next_message_goes_out() -> None:
    intents = []
    with made.serving() as box, Session(Server("localhost", box.port, False)) as session:
        box.refuse = {TO: "550 geheim"}
        with pytest.raises(Refused, match="550 geheim"):
            session.deliver(FROM, TO, b"x", lambda: intents.append(1))
        assert intents == []  # nothing was on its way
        session.deliver(FROM, "bo@example.com", b"x", lambda: intents.append(2))
    assert (intents, box.to) == ([2], ["bo@example.com"])


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    with made.serving() as box, Session(Server("localhost", box.port, False)) as session:
        session.deliver(FROM, TO, b"x", lambda: None)
        box.at = lambda event: made.HANG_UP if event == "mail" and box.events.count("mail") == 2 else None
        session.deliver(FROM, TO, b"x", lambda: None)
    assert len(box.taken) == 2


# TLS and login ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost and mail.example.com, which nobody but the test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made_ = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName("mail.example.com")]), False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made_.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    found = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    found.load_cert_chain(certificate)
    return found


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine stands for another one."""
    monkeypatch.setattr(Server, "is_here", False)


def knows(user: bytes, secret: bytes) -> dict[str, object]:
    def check(server: object, session: object, envelope: object, mechanism: str, found: object) -> AuthResult:
        return AuthResult(success=(found.login, found.password) == (user, secret), handled=False)  # type: ignore[attr-defined]

    return {"authenticator": check}


def test_starttls_is_used_when_offered_and_login_follows(context: ssl.SSLContext) -> None:
    with made.serving(tls_context=context, require_starttls=True, **knows(b"me", b"ge/heim")) as box:
        with Session(Server("localhost", box.port, False, "me", "ge/heim")) as session:
            session.deliver(FROM, TO, b"x", lambda: None)
        assert box.to == [TO]
        with (
            pytest.raises(Unreachable, match="cannot be used: 535") as caught,
            Session(Server("localhost", box.port, False, "me", "falsch")) as session,
        ):
            session.deliver(FROM, TO, b"x", lambda: None)
        assert "falsch" not in str(caught.value)


def test_a_secret_is_not_sent_in_the_clear_to_another_machine(elsewhere: None) -> None:
    with made.serving(auth_require_tls=False, **knows(b"me", b"geheim")) as box:
        with pytest.raises(
            Unreachable, match="it offers no STARTTLS, and a secret is not sent in the clear: use smtps://"
        ):
            Session(Server("localhost", box.port, False, "me", "geheim")).deliver(FROM, TO, b"x", lambda: None)
        assert box.events == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    elsewhere: None, context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.serving(tls_context=context) as box:
        server = Server("localhost", box.port, False)
        with pytest.raises(Unreachable, match="its certificate is not trusted: self-signed certificate; SSL_CERT_FILE"):
            Session(server).deliver(FROM, TO, b"x", lambda: None)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Session(server) as session:
            session.deliver(FROM, TO, b"x", lambda: None)
    assert box.to == [TO]


def test_smtps(context: ssl.SSLContext, elsewhere: None, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        made.serving(ssl_context=context, auth_require_tls=False, **knows(b"me", b"geheim")) as box,
        Session(Server("localhost", box.port, True, "me", "geheim")) as session,
    ):
        session.deliver(FROM, TO, b"x", lambda: None)
    assert box.to == [TO]


def test_a_message_is_announced_with_its_size() -> None:
    with made.serving(data_size_limit=1000) as box, Session(Server("localhost", box.port, False)) as session:
        with pytest.raises(Refused, match="552"):
            session.deliver(FROM, TO, b"x" * 2000, lambda: None)
        session.deliver(FROM, TO, b"x", lambda: None)
    assert len(box.taken) == 1
    assert mailserver.SECONDS_AFTER_DATA >= 300

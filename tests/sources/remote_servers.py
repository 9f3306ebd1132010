"""Servers of the tests' own on loopback: S3 (moto, in an environment of its own) and https with a certificate made here."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SECRET = "s3cret/key+pa55"
ROOT = Path(__file__).parents[2]


@contextmanager
def s3(own: Certificate | None = None) -> Iterator[str]:
    """The endpoint of a new S3 server with an empty bucket `crm`; it speaks TLS where it has a certificate."""
    server = shutil.which("moto_server", path=str(ROOT / ".venv" / "s3-server" / "bin")) or shutil.which("moto_server")
    if server is None:
        pytest.skip("there is no S3 server: make s3-server")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    secure = ["-s", "-c", str(own.server), "-k", str(own.key)] if own else []
    process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port), *secure], **quiet)
    endpoint = f"{'https' if own else 'http'}://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                put(f"{endpoint}/crm", b"", own)
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the S3 server does not answer")
        yield endpoint
    finally:
        process.kill()
        process.wait()


def put(address: str, content: bytes, own: Certificate | None = None) -> None:
    """Write an object, or make a bucket."""
    plain = {"Content-Type": "application/octet-stream"}
    trusted = ssl.create_default_context(cafile=own.authority) if own else None
    request = urllib.request.Request(address, content, plain, method="PUT")
    urllib.request.urlopen(request, timeout=10, context=trusted).close()


@dataclass(frozen=True)
class Certificate:
    """A certificate of 127.0.0.1 and localhost with its key, and the authority that signed it, as PEM files."""

    authority: Path
    server: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """An authority of the tests' own and a certificate that it signs."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("tests", "localhost"))
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    pems = []
    for number, (name, key) in enumerate(zip((issuer, subject), keys, strict=True), start=1):
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
            .serial_number(number).not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(keys[0], hashes.SHA256())
        )  # fmt: skip
        pems.append(made.public_bytes(serialization.Encoding.PEM))
    private = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    found = Certificate(folder / "authority.pem", folder / "server.pem", folder / "key.pem")
    for path, content in zip((found.authority, found.server, found.key), (*pems, private), strict=True):
        path.write_bytes(content)
    return found


@dataclass
class Https:
    """A server of https: what it answers by path, and what it was asked (path, Authorization)."""

    address: str
    authority: Path
    answers: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def file(self, path: str, content: bytes, tag: str | None = '"v1"', **headers: str) -> str:
        """Let a file lie at `path`; returns its address."""

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            all_headers = {"Content-Length": str(len(content)), **({"ETag": tag} if tag else {}), **headers}
            for name, value in all_headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            if handler.command == "GET":
                handler.wfile.write(content)

        self.answers[path] = answer
        return f"{self.address}{path}"

    def status(self, path: str, status: int, location: str | None = None) -> str:
        """Let `path` answer a status, with where it sends on."""

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            if location is not None:
                handler.send_header("Location", location)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer
        return f"{self.address}{path}"


@contextmanager
def https(folder: Path) -> Iterator[Https]:
    """A server of https in a thread of this process."""
    own = certificate(folder)
    made = Https("", own.authority)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.command, self.path, self.headers.get("Authorization")))
            made.answers.get(self.path, lambda one: one.send_error(404))(self)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that do not trust it hang up
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own.server, own.key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.address = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

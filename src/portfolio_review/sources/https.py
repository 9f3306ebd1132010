"""A file of an https server: TLS throughout, few redirections, and none from a public server to one of this network."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from portfolio_review.sources.remote import CONNECT_SECONDS, SILENT_SECONDS, Remote, Unreachable

MOST_HOPS = 5
_PIECE = 1 << 20
_MOVED = (301, 302, 303, 307, 308)
_NOT_ASKED = (405, 501)
"""Answers of servers that tell nothing without sending the file."""


class Server:
    """One file a name, for which nothing is listed.

    `secret`: the value of the header Authorization, or `user:password`, or `?…`, which is put behind the address.
    It goes to the host that the review file names and to no other.
    """

    def __init__(self, secret: str | None, keys: str) -> None:
        self._secret = secret or ""
        self._keys = keys

    def look(self, name: str) -> Remote | None:
        with self._open(name, "HEAD") as answer:
            if answer.status in _NOT_ASKED:
                return Remote(name, None, None)
            return self._remote(name, answer)

    def below(self, name: str) -> Iterator[Remote]:
        return iter(())

    def get(self, name: str) -> tuple[Remote, Iterable[bytes]]:
        answer = self._open(name, "GET")
        try:
            return self._remote(name, answer), _pieces(answer)
        except Unreachable:
            answer.close()
            raise

    def _remote(self, name: str, answer: Any) -> Remote:
        if answer.status in (401, 403):
            raise Unreachable(f"access is refused ({answer.status}); check {self._keys}")
        if answer.status in (404, 410):
            raise Unreachable("nothing lies there; check the address")
        if answer.status != 200:
            raise Unreachable(f"its server answers {answer.status}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Unreachable("its server sends it packed, which was not asked for")
        length, tag = answer.headers.get("Content-Length"), answer.headers.get("ETag", "")
        # a weak tag says that two states mean the same, not that they are
        version = tag.strip('"') if tag and not tag.startswith("W/") else None
        return Remote(name, int(length) if length and length.isdigit() else None, version)

    def _open(self, name: str, method: str) -> Any:
        """The answer at the end of the redirections; raises `Unreachable`."""
        url, private = quote(name, safe="/:%@&=+$,;~!'()*"), None
        first = urlsplit(url)
        for _ in range(MOST_HOPS + 1):
            parts = urlsplit(url)
            at_home = parts.netloc == first.netloc
            request = urllib.request.Request(url, method=method, headers={"Accept-Encoding": "identity"})
            if at_home and self._secret.startswith("?") and not parts.query:
                request.full_url = url + self._secret
            elif at_home and self._secret:
                request.add_unredirected_header("Authorization", _authorization(self._secret))
            handler = _Handler(private)
            try:
                answer = _opener(handler).open(request, timeout=CONNECT_SECONDS)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise _why(error) from None
            if answer.status not in _MOVED:
                return answer
            answer.close()
            private = handler.reached_private if private is None else private
            url = urljoin(url, quote(answer.headers.get("Location", ""), safe="/:%@&=+$,;~!'()*?#"))
            to = urlsplit(url)
            if to.scheme != "https" or "@" in to.netloc or not to.hostname:
                raise Unreachable("its server sends on to an address that is not https, which is not followed")
        raise Unreachable(f"its server sends on more than {MOST_HOPS} times")


class _Handler(urllib.request.HTTPSHandler):
    """Opens connections. `private`: whether the first server was no public one; None for the first itself."""

    def __init__(self, private: bool | None) -> None:
        self._tls = ssl.create_default_context()  # looks at SSL_CERT_FILE
        super().__init__(context=self._tls)
        self._private = private
        self.reached_private = False

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        proxied = request.has_proxy()

        def connection(host: str, **words: Any) -> http.client.HTTPSConnection:
            made = _Connection(host, context=self._tls, **words)
            made.reached = None if proxied else self._look_at
            return made

        return self.do_open(connection, request)

    def _look_at(self, place: str) -> None:
        """Nobody outside sends us to machines inside: looked at before anything is asked there."""
        self.reached_private = not is_public(place)
        if self._private is False and self.reached_private:
            raise Unreachable("its server sends on to a machine inside this network, which is not followed")


def is_public(place: str) -> bool:
    """Whether an IP address is one of the public network."""
    return ipaddress.ip_address(place.partition("%")[0]).is_global


class _Connection(http.client.HTTPSConnection):
    reached: Any = None

    def connect(self) -> None:
        super().connect()
        if self.reached is not None:
            self.reached(self.sock.getpeername()[0])
        self.sock.settimeout(SILENT_SECONDS)


def _opener(handler: _Handler) -> urllib.request.OpenerDirector:
    """Opens https and nothing else, through the system's proxy where one is set; an answer of any status is one."""
    opener = urllib.request.OpenerDirector()
    for one in (urllib.request.ProxyHandler(), handler):
        opener.add_handler(one)
    return opener


def _pieces(answer: Any) -> Iterator[bytes]:
    with answer:
        try:
            while piece := answer.read(_PIECE):
                yield piece
        except (OSError, http.client.HTTPException) as error:
            raise _why(error) from None


def _authorization(secret: str) -> str:
    if " " in secret or ":" not in secret:
        return secret
    return f"Basic {base64.b64encode(secret.encode()).decode()}"


def _why(error: BaseException) -> Unreachable:
    cause = error.reason if isinstance(error, urllib.error.URLError) and not isinstance(error.reason, str) else error
    if isinstance(cause, socket.gaierror):
        return Unreachable("the name of its server is not known; check the address")
    if isinstance(cause, ssl.SSLCertVerificationError):
        own = "SSL_CERT_FILE names a file with an authority of your own"
        return Unreachable(f"the certificate of its server is not trusted ({cause.verify_message}); {own}")
    if isinstance(cause, TimeoutError):
        return Unreachable("its server does not answer in time")
    return Unreachable(f"its server cannot be reached ({getattr(cause, 'strerror', None) or type(cause).__name__})")

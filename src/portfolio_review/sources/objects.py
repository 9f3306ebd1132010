"""Files of S3, Google Cloud Storage and Azure, by obstore."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from portfolio_review.review.source import scheme_of
from portfolio_review.sources import remote
from portfolio_review.sources.remote import Remote, Unreachable

EXTRAS = {"s3": "s3", "gs": "gcs", "abfs": "azure", "abfss": "azure"}
_PIECE = 8 << 20
_ENDPOINTS = ("endpoint", "endpoint_url", "aws_endpoint", "aws_endpoint_url")


class Bucket:
    """A bucket or container; names are whole addresses, as the review file writes them."""

    def __init__(self, written: str, settings: Mapping[str, str], keys: str) -> None:
        scheme, _, rest = written.partition("://")
        self._root = f"{scheme}://{rest.partition('/')[0]}"
        self._keys = keys
        try:
            from obstore.store import from_url
        except ImportError:
            extra = EXTRAS[scheme_of(written)]
            raise Unreachable(f"its library is not installed: pip install 'portfolio-review[{extra}]'") from None
        client = _client(plain_http(settings))
        try:
            self._store: Any = from_url(
                self._root,
                config=dict(settings),  # type: ignore[call-overload]
                client_options=client,
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=remote.SILENT_SECONDS)},
            )
        except Exception as error:  # what a setting is not, and no value of any
            raise Unreachable(f"it cannot be opened ({type(error).__name__}); check {keys}") from None

    def look(self, name: str) -> Remote | None:
        import obstore

        key = self._key(name)
        if not key or key.endswith("/"):
            return None
        with self._answering():
            try:
                return self._remote(obstore.head(self._store, key))
            except FileNotFoundError:
                return None

    def below(self, name: str) -> Iterator[Remote]:
        import obstore

        with self._answering():
            for some in obstore.list(self._store, self._key(name).rstrip("/") or None):
                yield from map(self._remote, some)

    def get(self, name: str) -> tuple[Remote, Iterable[bytes]]:
        import obstore

        with self._answering():
            found = obstore.get(self._store, self._key(name))
            return self._remote(found.meta), self._pieces(found)

    def _pieces(self, found: Any) -> Iterator[bytes]:
        with self._answering():
            for piece in found.stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    def _key(self, name: str) -> str:
        return name.removeprefix(self._root).lstrip("/")

    def _remote(self, meta: Mapping[str, Any]) -> Remote:
        tag = meta["version"] or (meta["e_tag"] or "").strip('"') or None
        return Remote(f"{self._root}/{meta['path']}", meta["size"], tag)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except Unreachable:
            raise
        except Exception as error:  # obstore has kinds of its own for each store
            raise remote.why(error, self._keys) from None


def plain_http(settings: Mapping[str, str]) -> bool:
    """Whether the endpoint is one of this machine, which alone is spoken to without TLS; `Unreachable` for others."""
    given = [value for key, value in settings.items() if key.lower() in _ENDPOINTS]
    given += [os.environ[key] for key in map(str.upper, _ENDPOINTS) if key.startswith("AWS_") and key in os.environ]
    plain = [one for one in given if scheme_of(one) == "http"]
    if any(not remote.is_loopback(one) for one in plain):
        raise Unreachable("its endpoint begins with http://, and keys travel by https alone")
    return bool(plain)


def _client(allow_http: bool) -> dict[str, Any]:
    """How obstore speaks to a server: by TLS, with the authorities of SSL_CERT_FILE where it is set."""
    own = os.environ.get("SSL_CERT_FILE")
    return {
        "allow_http": allow_http,
        "connect_timeout": timedelta(seconds=remote.CONNECT_SECONDS),
        "read_timeout": timedelta(seconds=remote.SILENT_SECONDS),
        "timeout": timedelta(seconds=remote.FETCH_SECONDS),
        **({"root_certificate": Path(own).read_bytes()} if own and Path(own).is_file() else {}),
    }

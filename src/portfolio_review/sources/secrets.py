"""Addresses of databases and of the mail server, keys of object stores: kept from every process but the one that needs
them, and from what is said of a failure. The key of masked editions is kept from every process but the one that cuts
slices.

A review file names them as `env:NAME`; object stores also have variables of their own. They leave the environment of
the command before anything else is started, so that workers, kernels and tools inherit none; the process that reads
the sources is told those of the sources, and has them in its memory alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import unquote

from portfolio_review.review import Review
from portfolio_review.review.source import scheme_of
from portfolio_review.sources.raw import printable

_taken: dict[str, str] = {}
_OF_STORES = {"s3": ("AWS_",), "gs": ("GOOGLE_",), "abfs": ("AZURE_",), "abfss": ("AZURE_",)}
"""Beginnings of the variables in which the libraries of an object store look for keys."""
_OF_CATALOGS = ("AWS_", "GOOGLE_", "AZURE_", "PYICEBERG_")
SHORTEST = 3
"""Characters of a part that is blotted out; shorter ones stand in every second word."""


def take(review: Review) -> None:
    """Move the variables that `review` names from this process's environment into its memory."""
    kept = (one.removeprefix("env:") for one in (review.masked.key, review.send.smtp) if one is not None)
    for name in {*_names(review), *kept}:
        if name in os.environ:
            _taken[name] = os.environ.pop(name)


def of(review: Review) -> dict[str, str]:
    """The variables of databases that `review` names, to be given to the process that reads."""
    return {name: value for name in _names(review) if (value := address(name)) is not None}


def give(variables: Mapping[str, str]) -> None:
    """Keep variables that another process gave to this one, in memory alone."""
    _taken.update(variables)


def into_environment(variables: Mapping[str, str]) -> None:
    """Put those that libraries look for themselves where they look; for the process that reads alone."""
    os.environ.update({name: value for name, value in variables.items() if name.startswith(_OF_CATALOGS)})


def address(name: str) -> str | None:
    """The address, or the key, that a variable holds or held."""
    return os.environ.get(name, _taken.get(name))


def _names(review: Review) -> list[str]:
    sources = review.sources.values()
    prefixes = [_OF_STORES.get(scheme_of(source.path or source.delta), ()) for source in sources]
    looked_for = tuple({one for found in prefixes for one in found})
    if any(source.iceberg for source in sources):
        looked_for = _OF_CATALOGS
    connections = {source.connection.removeprefix("env:") for source in sources if source.connection is not None}
    if review.engine.connection is not None:
        connections.add(review.engine.connection.removeprefix("env:"))
    return sorted(connections | {name for name in (*os.environ, *_taken) if name.startswith(looked_for)})


def blotted(said: str, address: str) -> str:
    """What a driver says with every part of the address blotted out, whether or not the address parses."""
    for secret in sorted(_parts(address), key=len, reverse=True):
        said = re.sub(re.escape(secret), "…", said, flags=re.IGNORECASE)
    return printable(said, 200)


def _parts(address: str) -> set[str]:
    """User, password, host and options of an address, whole and cut at every sign that a parser may cut at.

    The name of the database is none of them: messages about tables would say nothing without it.
    """
    _, scheme, rest = address.rpartition("://")
    access, _, place = rest.rpartition("@") if scheme else (rest, "", "")  # host=… password=…
    host, _, path = place.partition("/")
    options = path.partition("?")[2]
    whole = {address, rest, access, host, options, *access.split(":", 1), host.partition(":")[0]}
    pieces = {piece for text in (access, options) for piece in re.split(r"[^\w!$%*+,.~-]+", text)}
    found = whole | pieces
    return {part for part in found | set(map(unquote, found)) if len(part) >= SHORTEST}

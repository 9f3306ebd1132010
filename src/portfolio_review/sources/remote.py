"""Files on other machines: named, fetched into a folder within limits, then read as any others.

What a server says of a failure is never repeated, for it may hold parts of a key: the kind of failure is told in words
of ours.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from portfolio_review.errors import PublishError
from portfolio_review.review import Source
from portfolio_review.review.source import scheme_of
from portfolio_review.sources import files, secrets
from portfolio_review.sources.files import Found
from portfolio_review.sources.raw import printable

MOST_GB = 50.0
"""What the files of one source may take on disk together."""
MOST_OBJECTS = 10_000
FETCH_SECONDS = 3600.0
"""How long the files of one source may take to come."""
CONNECT_SECONDS, SILENT_SECONDS = 10.0, 60.0
"""How long a server may take to answer at all, and how long it may fall silent."""
ROOM_LEFT = 500_000_000
"""Bytes of the disk that are left alone."""
_SIGN = re.compile(r"\[!?[^\]]+\]|.", re.DOTALL)
"""Of a glob: a class of characters, or one character."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_KINDS = (
    (("169.254.169.254", "metadata.google"), "no keys are given; set {keys}"),
    (("dns error", "failed to lookup", "nameresolution", "name or service not known", "gaierror"),
     "the name of its server is not known; check the address and {keys}"),
    (("nosuchbucket", "nosuchtable", "nosuchnamespace", "tablenotfound", "404 not found", "notfounderror"),
     "nothing lies there; check the address"),
    (("403 forbidden", "401 unauthorized", "accessdenied", "permissiondenied", "unauthenticated", "forbidden",
      "unauthorized", "credential"), "access is refused; check {keys}"),
    (("certificate", "unknownissuer", "certverif"),
     "the certificate of its server is not trusted; SSL_CERT_FILE names a file with an authority of your own"),
    (("scheme is not allowed", "builder error"), "its endpoint is not https"),
    (("timed out", "readtimeout", "connecttimeout", "timeouterror"), "its server does not answer in time"),
    (("refused", "sending request", "connect", "unreachable", "reset"), "its server cannot be reached"),
)  # fmt: skip


class Unreachable(Exception):
    """Why something on another machine cannot be had, in words that hold nothing of a key."""


@dataclass(frozen=True)
class Remote:
    """A file of a store: its whole address, its size, and what its store says of its state."""

    name: str
    size: int | None
    version: str | None
    """The store's version id or entity tag; None where it tells none."""


class Store(Protocol):
    """Where files lie."""

    def look(self, name: str) -> Remote | None:
        """The file of that name, or None."""

    def below(self, name: str) -> Iterable[Remote]:
        """All files in the folder of that name and below."""

    def get(self, name: str) -> tuple[Remote, Iterable[bytes]]:
        """The file as it is now, and its bytes in pieces."""


def find(table: str, source: Source, folder: Path) -> Found:
    """Fetch the files of the source's address into `folder`, as `files.find` finds those that lie here.

    Raises `Unreachable`, and `Refused` for files that are none of ours or not what they seem.
    """
    written = source.path or ""
    store = _store(source)
    named = _named(store, written)
    names = tuple(one.name for one in named)
    whole_folder = not has_magic(written) and names != (written,)
    if whole_folder:
        files.refuse_table_log(table, written, [name.removeprefix(written).lstrip("/") for name in names])
        named = [one for one in named if files.counts(one.name.removeprefix(written))]
        names = tuple(one.name for one in named)
    if not named:
        raise Unreachable("nothing lies there; check the address")
    form = files.one_format(table, written, names, whole_folder)
    _refuse_too_much(sum(one.size or 0 for one in named), folder)
    deadline = time.monotonic() + FETCH_SECONDS
    folder.mkdir(parents=True)
    paths, versions, left = [], {}, int(MOST_GB * 1e9)
    for number, name in enumerate(names):
        ending = next(end for end in sorted(files.FORMATS, key=len, reverse=True) if name.lower().endswith(end))
        path = folder / f"{number:05}{ending}"
        got = _fetch(store, name, path, left, deadline)
        left -= path.stat().st_size
        paths.append(path)
        versions[name] = got.version
    return files.found(table, written, names, tuple(paths), form, source.hive is not False, versions)


def versions(source: Source) -> dict[str, str | None]:
    """What is said of the state of each file of the source now, by its address; raises `Unreachable`."""
    written = source.path or ""
    named = _named(_store(source), written)
    whole = not has_magic(written) and [one.name for one in named] != [written]
    return {one.name: one.version for one in named if not whole or files.counts(one.name.removeprefix(written))}


def _store(source: Source) -> Store:
    if scheme_of(source.path) == "https":
        from portfolio_review.sources.https import Server

        return Server(secrets.address(variable(source)) if source.connection else None, keys(source))
    from portfolio_review.sources.objects import Bucket

    return Bucket(source.path or "", settings(source), keys(source))


def _named(store: Store, written: str) -> list[Remote]:
    """The files that an address names, in order of name: the one, those of a folder, or those that a glob matches."""
    if not has_magic(written):
        one = store.look(written)
        if one is not None:
            return [one]
        found = [one for one in _few(store.below(written)) if one.size or files.format_of(one.name)]
    else:
        fixed = written[: re.search(r"[*?[]", written).start()].rpartition("/")[0]  # type: ignore[union-attr]
        matching = _pattern(written)
        found = [one for one in _few(store.below(fixed)) if matching.fullmatch(one.name)]
        found = [one for one in found if not PurePosixPath(one.name).name.startswith(("~$", "."))]
    return sorted(found, key=lambda one: one.name)


def _few(listed: Iterable[Remote]) -> list[Remote]:
    found = []
    for one in listed:
        found.append(one)
        if len(found) > MOST_OBJECTS:
            raise Unreachable(f"it holds more than {MOST_OBJECTS:,} files; name fewer")
    return found


def _pattern(written: str) -> re.Pattern[str]:
    """A glob as an expression over whole addresses: `**` is any number of folders, `*` nothing beyond one."""
    parts = written.split("/")
    ways = ["(?:[^/]+/)*" if part == "**" else _SIGN.sub(_way, part) + "/" for part in parts[:-1]]
    return re.compile("".join(ways) + (".+" if parts[-1] == "**" else _SIGN.sub(_way, parts[-1])), re.DOTALL)


def _way(sign: re.Match[str]) -> str:
    """What one sign of a glob lets pass."""
    if len(sign[0]) == 1:
        return {"*": "[^/]*", "?": "[^/]"}.get(sign[0]) or re.escape(sign[0])
    inner = sign[0][1:-1]
    letters = re.sub(r"[^\w-]", lambda one: "\\" + one[0], inner.removeprefix("!"))
    return f"[^{letters}]" if inner.startswith("!") else f"[{letters}]"


def _refuse_too_much(size: int, folder: Path) -> None:
    if size > MOST_GB * 1e9:
        raise Unreachable(f"it has {size / 1e9:,.1f} GB, and at most {MOST_GB:g} GB are fetched; name fewer files")
    above = next(one for one in (folder, *folder.parents) if one.is_dir())
    room = shutil.disk_usage(above).free - ROOM_LEFT
    if size > room:
        raise PublishError(
            f"{above} has room for {max(0, room) / 1e9:,.1f} GB, what is fetched has {size / 1e9:,.1f} GB: "
            "set TMPDIR to another folder"
        )


def _fetch(store: Store, name: str, path: Path, most: int, deadline: float) -> Remote:
    """Write a file of the store to `path`; a file that grows without end, or never comes, is given up."""
    found, pieces = store.get(name)
    size = 0
    with path.open("xb") as target:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise Unreachable(f"it has more than {MOST_GB:g} GB, which is the most that is fetched")
            if time.monotonic() > deadline:
                raise Unreachable(f"it took longer than {FETCH_SECONDS / 60:.0f} minutes to come")
            target.write(piece)
    if found.size is not None and size != found.size:
        raise Unreachable(f"only {size:,} of its {found.size:,} bytes came")
    return found


def why(error: BaseException, keys: str) -> Unreachable:
    """The kind of a library's error. `keys`: what to look at where access is refused."""
    words = f"{type(error).__name__} {error}".lower()
    for marks, said in _KINDS:
        if any(mark in words for mark in marks):
            return Unreachable(said.format(keys=keys))
    return Unreachable(f"it cannot be read ({type(error).__name__})")


def variable(source: Source) -> str:
    """The environment variable that the source's `connection` names."""
    return (source.connection or "").removeprefix("env:")


def keys(source: Source) -> str:
    """Where the keys of the source are given, for messages."""
    if source.connection:
        return variable(source)
    own = {"s3": "AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL …", "gs": "GOOGLE_APPLICATION_CREDENTIALS …"}
    scheme = scheme_of(source.path or source.delta)
    return own.get(scheme, "AZURE_STORAGE_ACCOUNT_KEY …") if scheme != "https" else "connection, which is not given"


def settings(source: Source) -> dict[str, str]:
    """What the source's `connection` holds: a JSON object of settings; none without a connection."""
    if source.connection is None:
        return {}
    name = variable(source)
    form = f'{name} holds a JSON object of settings, as in {{"region": "eu-west-1", "access_key_id": "…"}}'
    given = secrets.address(name)
    if not given:
        raise Unreachable(f"the environment variable {name} is not set: {form}")
    try:
        found: Mapping[str, object] = json.loads(given)
        pairs = {str(key): str(value) for key, value in found.items() if isinstance(value, (str, int, float))}
    except (ValueError, AttributeError):
        raise Unreachable(f"{name} cannot be used: {form}") from None
    if len(pairs) != len(found):
        raise Unreachable(f"{name} cannot be used: each setting is a text or a number")
    for key, value in pairs.items():
        if scheme_of(value) == "http" and not is_loopback(value):
            raise Unreachable(f"{name}: {printable(key)} begins with http://, and keys travel by https alone")
    return pairs


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine."""
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:
        return False

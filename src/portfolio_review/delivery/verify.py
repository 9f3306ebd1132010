"""`verify`: whether what lies in a published folder is what was signed and published, in an unbroken chain.

In goes a folder and, if known, the public keys of those who may sign and the hash of the head; neither review file nor
data. Out comes every difference by its place. Nothing in the folder is trusted: what is not a plain file is named,
and no name in it leads out of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, keys, manifest, published
from portfolio_review.errors import MissingFileError, UsageError

LARGEST_JSON = 32_000_000
"""Bytes of a document that is read; a larger one was not written by `publish`."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Difference:
    """What is not as it was published: where, and what is wrong with it."""

    path: str
    what: str


@dataclass(frozen=True)
class Examined:
    """What `verify` found.

    `head` is the hash of `head.json`, `keys` are the fingerprints of the keys that have signed, `vouched` tells
    whether any was given to compare them with.
    """

    folder: Path
    head: str | None
    differences: tuple[Difference, ...]
    keys: tuple[str, ...]
    vouched: bool
    versions: int
    files: int


def examine(folder: Path, trusted: Collection[str] = (), head: str | None = None) -> Examined:
    """Look at every file below `folder`, a published folder or that of a series with one.

    `trusted` are lines of public keys (none: any will do), `head` the hash that `head.json` must have.
    """
    if not folder.is_dir():
        raise MissingFileError(f"{folder} is no folder: name the folder that was published")
    within = folder / published.FOLDER
    if not (folder / published.HEAD).exists() and within.is_dir() and not within.is_symlink():
        folder = within
    above = next((one for one in folder.absolute().parents if (one / published.HEAD).is_file()), None)
    if above is not None and not (folder / published.HEAD).exists():
        raise UsageError(f"{folder} is a part of what was published: name {above}, for only the whole can be proven")
    look = _Look(folder, frozenset(trusted))
    look.all(head)
    return Examined(
        folder, look.hashes.get(published.HEAD), tuple(look.found), tuple(sorted(map(keys.fingerprint, look.signers))),
        bool(trusted), len(look.versions), len(look.hashes),
    )  # fmt: skip


def lines(found: Examined) -> list[str]:
    """What `verify` prints."""
    if found.differences:
        count = len(found.differences)
        said = [f"{one.path}: {one.what}" for one in found.differences]
        return [*said, f"{count} difference{'s' if count != 1 else ''}: this is not what was signed and published"]
    by = f"signed by the key{'s' if len(found.keys) > 1 else ''} {', '.join(found.keys)}"
    counted = f"{found.versions} version{'s' if found.versions != 1 else ''}, {found.files} files, head {found.head}"
    nobody = "" if found.vouched else ", which nobody has vouched for here"
    return [f"consistent; {by}{nobody}", counted]


class _Odd(Exception):
    """A document is not what its name says."""


@dataclass
class _Look:
    """One look at a folder: what was met on the way."""

    folder: Path
    trusted: frozenset[str]
    found: list[Difference] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    """The sha256 of every plain file."""
    sizes: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    signers: set[str] = field(default_factory=set)
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The manifests of the chain by place, the newest first."""

    def all(self, expected: str | None) -> None:
        self.walk()
        head = self.head(expected)
        if head is not None:
            self.chain(head)
        for place, document in self.versions.items():
            self.files(place, document)
            self.approvals(place, document)
        self.strangers(head is not None)

    def say(self, path: str, what: str) -> None:
        one = Difference(_shown(path), what)
        if one not in self.found:
            self.found.append(one)

    # What lies there -------------------------------------------------------------------------

    def walk(self) -> None:
        """Hash every plain file; links are not followed."""
        waiting = [""]
        while waiting:
            above = waiting.pop()
            try:
                entries = sorted(os.scandir(self.folder / above), key=lambda entry: entry.name)
            except OSError as error:
                self.say(above or ".", f"cannot be read: {error.strerror}")
                continue
            for entry in entries:
                name = f"{above}/{entry.name}" if above else entry.name
                try:
                    if self.met(name, entry):
                        waiting.append(name)
                except OSError as error:
                    self.say(name, f"cannot be read: {error.strerror}")
        self.hashes = dict(sorted(self.hashes.items()))

    def met(self, name: str, entry: os.DirEntry[str]) -> bool:
        """Take down what lies there; whether it is a folder, to be looked into."""
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            self.folders.add(name)
            return True
        if stat.S_ISREG(status.st_mode):
            self.hashes[name] = _hash(Path(entry.path))
            self.sizes[name] = status.st_size
        else:
            kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no plain file"
            self.say(name, f"is {kind}, which no published folder holds")
        return False

    def document(self, name: str) -> dict[str, Any]:
        """A document, written as `publish` writes it; `_Odd` for any other."""
        if name not in self.hashes:
            raise _Odd("is missing")
        if self.sizes[name] > LARGEST_JSON:
            raise _Odd("is too large for what it should be")
        try:
            content = (self.folder / name).read_bytes()
            found = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
            plain = isinstance(found, dict) and manifest.text(found).encode() == content
        except (OSError, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, _Repeated) else "it was cut or changed"
            raise _Odd(f"cannot be read as what it should be: {reason}") from None
        if not plain:
            raise _Odd("was changed: it is not written as it was published")
        if found.get("schema") != published.SCHEMA:
            raise _Odd(f"has the schema {found.get('schema')!r}, this program knows {published.SCHEMA}: update it")
        return dict(found)

    # Head and chain --------------------------------------------------------------------------

    def head(self, expected: str | None) -> dict[str, Any] | None:
        name = published.HEAD
        if expected is not None and self.hashes.get(name, expected) != expected:
            self.say(name, f"its hash is {self.hashes[name]}, --head is {expected}: an older head, or another one")
        try:
            found = self.document(name)
            signer = keys.signer(found, published.KIND)
            if signer is None:
                raise _Odd("its signature does not hold: it was changed after it was signed")
            _check_head(found)
        except _Odd as error:
            self.say(name, str(error))
            return None
        self.signed_by(name, signer)
        return found

    def signed_by(self, path: str, signer: str, what: str = "") -> None:
        self.signers.add(signer)
        if self.trusted and signer not in self.trusted:
            self.say(path, f"{what}is signed by the key {keys.fingerprint(signer)}, which is none of --key")

    def chain(self, head: Mapping[str, Any]) -> None:
        """Follow the chain from the newest manifest to the first."""
        step, number, named = head["newest"], head["number"], published.HEAD
        versions: dict[str, int] = {}
        while step is not None:
            place = f"{step['period']}/v{step['version']}"
            name = f"{place}/{manifest.NAME}"
            try:
                if place in self.versions:
                    raise _Odd(f"stands twice in the chain, {named} names it again")
                document = self.document(name)
                if self.hashes[name] != step["sha256"]:
                    raise _Odd(f"was changed or replaced: its hash is not the one that {named} has of it")
                _check_version(document)
                if (document["period"], document["version"]) != (step["period"], step["version"]):
                    raise _Odd(f"is of {document['period']} v{document['version']}: it was moved here")
                if document["review"] != head["review"] or document["number"] != number:
                    raise _Odd("does not stand at its place in the chain")
                if document["version"] != versions.get(document["period"], document["version"] + 1) - 1:
                    raise _Odd("does not follow on the version before it")
            except _Odd as error:
                return self.say(name, f"{error}{'' if name in self.hashes else f', {named} names it'}")
            self.versions[place] = document
            versions[document["period"]] = document["version"]
            step, number, named = document["previous"], number - 1, name
        if number or any(first != 1 for first in versions.values()):
            self.say(published.HEAD, "the chain has fewer versions than it says")
        tops: dict[str, dict[str, Any]] = {}
        for place, document in self.versions.items():
            digest = self.hashes[f"{place}/{manifest.NAME}"]
            tops.setdefault(document["period"], {"version": document["version"], "sha256": digest})
        if tops != head["periods"]:
            self.say(published.HEAD, "its newest versions are not those of the chain")

    # A version -------------------------------------------------------------------------------

    def files(self, place: str, document: Mapping[str, Any]) -> None:
        """Every file of a version against its manifest."""
        for name, facts in document["files"].items():
            path = f"{place}/{name}"
            if path not in self.hashes:
                self.say(path, f"is missing, {place}/{manifest.NAME} names it")
            elif self.hashes[path] != facts["sha256"] or self.sizes[path] != facts["bytes"]:
                self.say(path, f"was changed: its hash is not the one in {place}/{manifest.NAME}")

    def approvals(self, place: str, document: Mapping[str, Any]) -> None:
        """Every unit of a version against what its reviewer has signed."""
        name = f"{place}/{approval.NAME}"
        try:
            records = _records(self.document(name), document)
        except _Odd as error:
            return self.say(name, str(error))
        for unit in document["units"]:
            record, label = records.get(unit["unit"]), f"the approval of {_shown(unit['unit'])}"
            if record is None:
                self.say(name, f"{label} is missing")
                continue
            signer = keys.signer(record, approval.KIND)
            if signer is None:
                self.say(name, f"the signature of {label} does not hold: it was changed after it was signed")
                continue
            self.signed_by(name, signer, f"{label} ")
            for file, signed in _signed_files(record, unit["slug"]):
                if document["files"].get(file, {}).get("sha256") != signed:
                    self.say(f"{place}/{file}", f"is not what was signed: {label} has another hash of it")
            shown = {f"{unit['slug']}/{file}" for file in record["notebooks"]}
            inside = (one for one in document["files"] if one.startswith(f"{unit['slug']}/{approval.NOTEBOOKS}"))
            for file in (one for one in inside if one.endswith(".ipynb") and one not in shown):
                self.say(f"{place}/{file}", f"was not signed: {label} does not name it")
        for other in records.keys() - {unit["unit"] for unit in document["units"]}:
            self.say(name, f"approves {_shown(other)}, which was not published here")

    # What nobody names -----------------------------------------------------------------------

    def strangers(self, has_head: bool) -> None:
        """Files and folders that no manifest of the chain names."""
        known = {published.HEAD}
        for place, document in self.versions.items():
            known |= {f"{place}/{manifest.NAME}", *(f"{place}/{name}" for name in document["files"])}
        parents = {above for name in known for above in _above(name)}
        loose = {path for path in self.folders if path not in parents and is_version(path)}
        for path in sorted(loose):
            what = (
                "is not in the chain under head.json: it was added, head.json is an older one, or the chain is broken"
            )
            if not any(one.path == f"{path}/{manifest.NAME}" for one in self.found):
                self.say(path, what if has_head else "cannot be proven without head.json")
        for path in sorted({*self.hashes, *self.folders} - known - parents):
            if not any(path.startswith(f"{one}/") or path == one for one in loose) and not _holds(path, loose):
                self.say(path, "was added: no manifest names it")


def is_version(path: str) -> bool:
    """Whether a relative path is that of a version's folder, `2026-10/v1`."""
    period, _, version = path.partition("/")
    return _is_period(period) and version[:1] == "v" and version[1:].isdecimal()


def _holds(path: str, folders: Collection[str]) -> bool:
    return any(one.startswith(f"{path}/") for one in folders)


def _above(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _hash(path: Path) -> str:
    whole = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        while part := file.read(CHUNK):
            whole.update(part)
    return whole.hexdigest()


def _shown(text: str) -> str:
    """A name as it can be printed: what a terminal would obey is written out."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


# The shape of documents ----------------------------------------------------------------------


class _Repeated(ValueError):
    """A member of an object stands twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated("a name stands twice in one object")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _is_period(text: object) -> bool:
    try:
        return isinstance(text, str) and str(Period.parse(text)) == text
    except UsageError:
        return False


def _is_whole(number: object, least: int = 1) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= least


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _is_step(found: object) -> bool:
    return (
        isinstance(found, dict) and set(found) == {"period", "version", "sha256"}
        and _is_period(found["period"]) and _is_whole(found["version"]) and _is_hash(found["sha256"])
    )  # fmt: skip


def _is_name(name: str) -> bool:
    """Whether a file's name stays within its folder."""
    return all(part not in ("", ".", "..") for part in name.split("/")) and "\\" not in name


def _is_unit(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("unit"), str) and isinstance(found.get("slug"), str)


def _are_facts(found: object) -> bool:
    return isinstance(found, dict) and _is_hash(found.get("sha256")) and _is_whole(found.get("bytes"), 0)


def _check_head(found: Mapping[str, Any]) -> None:
    tops = found.get("periods")
    whole = (
        isinstance(found.get("review"), str) and _is_whole(found.get("number")) and _is_step(found.get("newest"))
        and isinstance(tops, dict)
        and all(isinstance(top, dict) and _is_step({"period": period, **top}) for period, top in tops.items())
    )  # fmt: skip
    if not whole:
        raise _Odd("does not say what a head says")


def _check_version(found: Mapping[str, Any]) -> None:
    files, units = found.get("files"), found.get("units")
    whole = (
        isinstance(found.get("review"), str) and _is_period(found.get("period")) and _is_whole(found.get("version"))
        and _is_whole(found.get("number")) and (found.get("previous") is None or _is_step(found["previous"]))
    )  # fmt: skip
    if not (whole and isinstance(files, dict) and isinstance(units, list) and units and all(map(_is_unit, units))):
        raise _Odd("does not say what the manifest of a version says")
    if not all(_is_name(name) and _are_facts(facts) for name, facts in files.items()):
        raise _Odd("names files in a way that no manifest does")
    slugs = {one["slug"] for one in units}
    if len(slugs) != len(units) or {name.partition("/")[0] for name in files} != {*slugs, approval.NAME}:
        raise _Odd("has files of other units than it names")


def _records(found: Mapping[str, Any], version: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    records = found.get("approvals")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise _Odd("does not say what approvals say")
    for one in records:
        books = one.get("notebooks")
        if not (isinstance(one.get("unit"), str) and isinstance(books, dict) and _is_hash(one.get("results"))):
            raise _Odd("holds an approval that is none")
        if (one.get("review"), one.get("period")) != (version["review"], version["period"]):
            raise _Odd(f"approves {_shown(one['unit'])} of another review or period: it was moved here")
    return {one["unit"]: one for one in records}


def _signed_files(record: Mapping[str, Any], slug: str) -> Iterator[tuple[str, str]]:
    yield f"{slug}/{approval.RESULTS}", record["results"]
    for name, signed in record["notebooks"].items():
        yield f"{slug}/{name}", signed

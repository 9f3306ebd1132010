"""Keys and signatures: Ed25519 over documents of plain values, keys as OpenSSH writes them.

A signed document is an object of JSON with the member `signature`: the public key and the signature over everything
else of it, written canonically. One key of a person signs everything; without `--key` it is made on first use.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portfolio_review.errors import MissingFileError, PublishError, UsageError

SIGNATURE = "signature"
ALGORITHM = "ssh-ed25519"
FILE = "signing-key"
LARGEST = 100_000
"""Bytes of a file that may hold a key."""
_OF_OTHERS = 0o077
_MAKE = f"make one with: ssh-keygen -t ed25519 -N '' -f {FILE}"


def home() -> Path:
    """The folder of this user's settings: `$XDG_CONFIG_HOME/portfolio-review`, `~/.config/portfolio-review`."""
    place = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(place) if os.path.isabs(place) else Path.home() / ".config") / "portfolio-review"


def own(file: Path | None) -> Ed25519PrivateKey:
    """The private key in `file`, or this user's own one, made where there is none."""
    place = file or home() / FILE
    if file is None and not place.exists():
        _make(place)
    return _private(place)


def _make(place: Path) -> None:
    """A new key, for its owner alone to read, and its public half beside it; whole or not at all."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    part = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        place.with_name(f"{place.name}.pub").write_text(f"{line(key.public_key())}\n", encoding="ascii")
        os.link(part, place)  # never over a key that another command has made meanwhile
    except FileExistsError:
        return
    except OSError as error:
        raise PublishError(f"{place}: {error.strerror}; name a key of yours with --key") from None
    finally:
        part.unlink(missing_ok=True)


def _private(place: Path) -> Ed25519PrivateKey:
    content = _content(place, "private")
    if stat.S_IMODE(place.stat().st_mode) & _OF_OTHERS:
        raise UsageError(f"{place} can be read by others: chmod 600 {place}")
    load: Any = serialization.load_ssh_private_key if b"OPENSSH" in content[:40] else serialization.load_pem_private_key
    try:
        key = load(content, password=None)
    except TypeError:
        raise UsageError(
            f"{place} is protected by a passphrase, which is not asked for: use a key without one; {_MAKE}"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{place} holds no private key, or one protected by a passphrase; {_MAKE}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{place} holds a key of another kind than Ed25519; {_MAKE}")
    return key


def public(said: str) -> str:
    """The public key that a word of the command line means, as one line without comment: a file, or the key itself."""
    text = said if said.startswith(f"{ALGORITHM} ") else _content(Path(said), "public").decode("utf-8", "replace")
    if "PRIVATE KEY" in text:
        raise UsageError(f"{said} holds a private key, which is for its owner alone: give the public one ({said}.pub)")
    try:
        key: Any = (
            serialization.load_pem_public_key(text.encode())
            if text.startswith("-----")
            else serialization.load_ssh_public_key(" ".join(text.split()[:2]).encode())
        )
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{said} holds no public key: one line as in {FILE}.pub, '{ALGORITHM} AAAA…'") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{said} holds a key of another kind than Ed25519")
    return line(key)


def _content(place: Path, kind: str) -> bytes:
    try:
        with place.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise MissingFileError(f"{place}: {error.strerror}; --key names the file of a {kind} key") from None


def line(key: Ed25519PublicKey) -> str:
    """`ssh-ed25519 AAAA…`, as OpenSSH writes it, without a comment."""
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode("ascii")


def fingerprint(public_line: str) -> str:
    """`SHA256:…` of a key's line, as `ssh-keygen -l` prints it."""
    blob = base64.b64decode(public_line.split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def signed(document: Mapping[str, Any], kind: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The document with its signature. `kind` is signed too, so that none can stand for another."""
    plain = {name: value for name, value in document.items() if name != SIGNATURE}
    value = base64.b64encode(key.sign(_message(plain, kind))).decode("ascii")
    return {**plain, SIGNATURE: {"key": line(key.public_key()), "value": value}}


def signer(document: Mapping[str, Any], kind: str) -> str | None:
    """The line of the key whose valid signature a document carries; None without one."""
    found = document.get(SIGNATURE)
    if not isinstance(found, dict) or set(found) != {"key", "value"}:
        return None
    try:
        key = serialization.load_ssh_public_key(found["key"].encode("ascii"))
        if not isinstance(key, Ed25519PublicKey) or line(key) != found["key"]:
            return None
        value = base64.b64decode(found["value"], validate=True)
        if base64.b64encode(value).decode("ascii") != found["value"]:  # the last sign has bits that mean nothing
            return None
        key.verify(value, _message({name: said for name, said in document.items() if name != SIGNATURE}, kind))
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm, InvalidSignature):
        return None
    return str(found["key"])


def _message(plain: Mapping[str, Any], kind: str) -> bytes:
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"portfolio-review {kind} 1\n{text}".encode()

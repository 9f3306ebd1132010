"""Keys are OpenSSH's, made for their owner alone; a signature holds for one document of one kind."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portfolio_review.delivery import keys
from portfolio_review.errors import MissingFileError, UsageError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_key_is_made_on_first_use_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    first, place = keys.own(None), tmp_path / "config" / "portfolio-review"
    assert stat.S_IMODE((place / "signing-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert sorted(path.name for path in place.iterdir()) == ["signing-key", "signing-key.pub"]
    assert keys.line(keys.own(None).public_key()) == keys.line(first.public_key())
    assert keys.public(str(place / "signing-key.pub")) == keys.line(first.public_key())


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
def test_keys_of_openssh_are_taken_and_named_as_openssh_names_them(tmp_path: Path) -> None:
    file = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Anna Berg", "-f", file], check=True)
    said = subprocess.run(["ssh-keygen", "-l", "-f", file], check=True, capture_output=True, text=True).stdout
    public = keys.line(keys.own(file).public_key())
    assert keys.public(str(tmp_path / "id.pub")) == public
    assert keys.fingerprint(public) == said.split()[1]


def test_a_key_in_pem_is_taken(tmp_path: Path) -> None:
    file, pub = tmp_path / "key.pem", tmp_path / "key.pub.pem"
    file.write_bytes(KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    file.chmod(0o600)
    pub.write_bytes(
        KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    assert keys.public(str(pub)) == keys.line(keys.own(file).public_key())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("open", "can be read by others: chmod 600"),
        ("rsa", "holds a key of another kind than Ed25519; make one with: ssh-keygen"),
        ("text", "holds no private key"),
        ("passphrase", "protected by a passphrase"),
    ],
)
def test_a_private_key_that_cannot_be_used_is_refused(tmp_path: Path, kind: str, said: str) -> None:
    file, made = tmp_path / "key", KEY
    if kind == "rsa":
        made = rsa.generate_private_key(65537, 2048)  # type: ignore[assignment]
    lock = serialization.BestAvailableEncryption(b"secret") if kind == "passphrase" else serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    content = made.private_bytes(serialization.Encoding.PEM, form, lock) if kind != "text" else b"no key"
    file.write_bytes(content)
    file.chmod(0o644 if kind == "open" else 0o600)
    with pytest.raises(UsageError, match=said):
        keys.own(file)


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"no\.key: No such file or directory; --key names"):
        keys.own(tmp_path / "no.key")


def test_a_public_key_is_a_file_or_the_line_itself(tmp_path: Path) -> None:
    line = keys.line(KEY.public_key())
    (tmp_path / "anna.pub").write_text(f"{line} Anna Berg\n")
    assert keys.public(line) == keys.public(f"{line} anna") == keys.public(str(tmp_path / "anna.pub")) == line
    (tmp_path / "bad.pub").write_text("ssh-ed25519 AAAA")
    with pytest.raises(UsageError, match="holds no public key"):
        keys.public(str(tmp_path / "bad.pub"))


def test_a_private_key_in_the_place_of_a_public_one_is_refused(tmp_path: Path) -> None:
    keys.own(None)
    with pytest.raises(UsageError, match="holds a private key, which is for its owner alone"):
        keys.public(str(tmp_path / "config" / "portfolio-review" / "signing-key"))


def test_a_signature_holds_for_one_document_of_one_kind() -> None:
    document = {"unit": "Север", "n": [1, None, True]}
    signed = keys.signed(document, "approval", KEY)
    assert signed == keys.signed(document, "approval", KEY)  # Ed25519 has no chance in it
    assert keys.signer(signed, "approval") == keys.line(KEY.public_key())
    assert keys.signer(signed, "head") is None
    assert keys.signer({**signed, "n": [1, None, False]}, "approval") is None
    assert keys.signer(document, "approval") is None
    other = keys.line(Ed25519PrivateKey.generate().public_key())
    assert keys.signer({**signed, "signature": {**signed["signature"], "key": other}}, "approval") is None


@pytest.mark.parametrize(
    "odd", [None, [], {"key": 1, "value": 2}, {"key": "ssh-ed25519 AAAA", "value": ""}, {"key": "é", "value": "é"}]
)
def test_an_odd_signature_is_none(odd: object) -> None:
    assert keys.signer({"a": 1, "signature": odd}, "approval") is None

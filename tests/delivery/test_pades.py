"""A PDF that was signed within is valid for those that verify such signatures, and PDF/UA-1 as before."""

import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path

import page
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portfolio_review.delivery.pades import Certificate
from portfolio_review.errors import MissingFileError, UsageError
from portfolio_review.rendering import pdf

PAGE = '<html lang="en"><head><title>Review</title></head><body><h1>A year</h1><p>All is well.</p></body></html>'
PASSPHRASE = "correct horse"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, x509.Certificate]:
    """A PKCS#12 file of a company that vouches for itself."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Ltd")])
    now = dt.datetime.now(dt.UTC)
    use = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=9))
        .add_extension(use, critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    file = tmp_path_factory.mktemp("identity") / "example.p12"
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"example", key, certificate, None, lock))
    return file, certificate


@pytest.fixture
def certificate(identity: tuple[Path, x509.Certificate], monkeypatch: pytest.MonkeyPatch) -> Certificate:
    monkeypatch.setenv("P12", str(identity[0]))
    monkeypatch.setenv("P12_PASSPHRASE", PASSPHRASE)
    return Certificate("env:P12")


def is_valid(content: bytes, root: x509.Certificate) -> bool:
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trusted = asn1.Certificate.load(root.public_bytes(serialization.Encoding.DER))
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[trusted]))
    return bool(status.bottom_line)


def test_a_signature_is_valid_until_a_byte_changes(
    certificate: Certificate, identity: tuple[Path, x509.Certificate]
) -> None:
    plain = pdf.pdf(PAGE, day=dt.date(2026, 10, 31))
    signed = certificate.sign(plain)
    assert signed.startswith(plain)
    assert is_valid(signed, identity[1])
    forged = bytearray(signed)
    forged[len(plain) // 2] ^= 1
    assert not is_valid(bytes(forged), identity[1])


def test_it_stays_accessible(certificate: Certificate, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(certificate.sign(pdf.pdf(PAGE, day=dt.date(2026, 10, 31))))
    assert page.validate_pdf(str(tmp_path / "signed.pdf"), profile="ua1").is_compliant


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_others_find_it_valid(certificate: Certificate, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(certificate.sign(pdf.pdf(PAGE, day=dt.date(2026, 10, 31))))
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signer Certificate Common Name: Example Ltd" in said


def test_secrets_leave_the_environment(certificate: Certificate) -> None:
    with pytest.raises(UsageError, match="the environment has no P12: it holds the path"):
        Certificate("env:P12")


@pytest.mark.parametrize("reference", ["P12", "env:", "/tmp/example.p12"])
def test_a_certificate_is_named_by_a_variable(reference: str) -> None:
    with pytest.raises(UsageError, match="expected env:NAME"):
        Certificate(reference)


def test_a_wrong_passphrase_is_said_and_not_printed(
    identity: tuple[Path, x509.Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P12", str(identity[0]))
    monkeypatch.setenv("P12_PASSPHRASE", "battery staple")
    with pytest.raises(UsageError, match="is no PKCS#12 file, or P12_PASSPHRASE is not its passphrase") as caught:
        Certificate("env:P12")
    assert "battery" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("P12", str(tmp_path / "none.p12"))
    with pytest.raises(MissingFileError, match=r"none\.p12, which P12 names, is no file"):
        Certificate("env:P12")

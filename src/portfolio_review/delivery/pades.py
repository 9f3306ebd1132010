"""PAdES: a signature within the PDF that any reader of PDF shows; pyHanko, the extra `pades`.

The certificate is a PKCS#12 file whose path the environment holds, with its passphrase in a second variable.
"""

from __future__ import annotations

import io
import logging
import os
from pathlib import Path
from typing import Any

from portfolio_review.errors import MissingFileError, RenderingError, UsageError

REFERENCE = "env:"
PASSPHRASE = "_PASSPHRASE"
FIELD = "Signature"
INSTALL = "pip install 'portfolio-review[pades]'"


class Certificate:
    """Who signs PDFs: the key and certificates of a PKCS#12 file."""

    def __init__(self, reference: str) -> None:
        """`env:NAME`: `$NAME` is the path of the file, `$NAME_PASSPHRASE` its passphrase (none: it has none).

        Both leave the environment, so that nothing that is started inherits them.
        """
        name = reference.removeprefix(REFERENCE)
        if not reference.startswith(REFERENCE) or not name:
            said = f"expected env:NAME, a variable with the path of a PKCS#12 file, found '{reference[:80]}'"
            raise UsageError(f"--certificate: {said}")
        path, passphrase = os.environ.pop(name, None), os.environ.pop(f"{name}{PASSPHRASE}", None)
        if not path:
            raise UsageError(f"--certificate: the environment has no {name}: it holds the path of a PKCS#12 file")
        if not Path(path).is_file():
            raise MissingFileError(f"--certificate: {path}, which {name} names, is no file")
        self._signer = _loaded(Path(path), passphrase)
        if self._signer is None:
            raise UsageError(f"--certificate: {path} is no PKCS#12 file, or {name}{PASSPHRASE} is not its passphrase")

    def sign(self, content: bytes) -> bytes:
        """The PDF with a signature over all of it; it stays PDF/UA-1: the field is hidden and outside of the page."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        hidden = fields.InvisSigSettings(set_print_flag=False, set_hidden_flag=True, box_out_of_bounds=True)
        place = fields.SigFieldSpec(FIELD, invis_sig_settings=hidden, readable_field_name=FIELD)
        how = signers.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(content))
            out = signers.sign_pdf(writer, how, signer=self._signer, new_field_spec=place)
        except Exception as error:  # pyHanko has errors of a dozen kinds
            raise RenderingError(f"the PDF could not be signed: {type(error).__name__}: {error}") from error
        return bytes(out.getvalue())


def _loaded(path: Path, passphrase: str | None) -> Any:
    """The signer of pyHanko; None where file and passphrase do not fit."""
    try:
        from pyhanko.sign import signers
    except ImportError:
        raise UsageError(f"--certificate: signatures within PDFs need pyHanko: {INSTALL}") from None
    load: Any = signers.SimpleSigner.load_pkcs12
    heard = logging.getLogger("pyhanko.sign.signers.pdf_cms")
    before = heard.disabled
    heard.disabled = True  # it would print a traceback
    try:
        return load(str(path), passphrase=None if passphrase is None else passphrase.encode())
    except (OSError, ValueError, TypeError):
        return None
    finally:
        heard.disabled = before

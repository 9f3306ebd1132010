"""Where lines may break: a minus or plus stays with its amount."""

from __future__ import annotations

import re

SIGNED = re.compile(r"[+\u2212][^\w\s<>&]\d[\d.,]*\w*")
"""A sign before a currency's: between `\u2212` and `\u20ac` a line could end (UAX 14), before a digit it never does."""
_TEXT = re.compile(r"(?P<kept><(style|script|svg|title)\b.*?</\2>|<[^>]*>)|(?P<text>[^<]+)", re.DOTALL)


def unbroken(html: str) -> str:
    """The document with every signed amount, `+$8.32m`, on one line; pictures, styles and scripts as they are."""
    return _TEXT.sub(lambda found: found["kept"] or SIGNED.sub(r'<span class="nw">\g<0></span>', found["text"]), html)

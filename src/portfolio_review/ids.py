"""Ids as they are compared: what two programs write of one id becomes one text.

Ids are those of clients, units, orders, products, categories and managers. `sources.conversion` mends the cells
of their columns, in SQL; what a user types (a unit, a client, a strategic account) is mended here, in Python.
"""

from __future__ import annotations

import re
import unicodedata

SPACES = "".join(map(chr, [*range(9, 14), 32, 0x85, 0xA0, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000, 0xFEFF]))
"""What a text may have around it without being another text: blanks of every width, tabs, line breaks."""
BLANK = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""The blanks that may stand inside an id, as the inside of a character class: any run of them is one blank."""
_RUN = re.compile(f"[{BLANK}]+")


def mended(text: str) -> str:
    """`text` in Unicode's composed form, without blanks around, doubled and no-break blanks as one blank."""
    return _RUN.sub(" ", unicodedata.normalize("NFC", text).strip(SPACES))

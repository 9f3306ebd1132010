"""Pseudonyms under a secret key: the same name has the same one in every month and unit, and nothing leads back.

In: names by kind; out: `Client 4F7KM2Q9`. Without the key no name can be tried: a pseudonym is no hash of the name.
Source: RFC 2104 (HMAC), RFC 4648 (base 32, here in Crockford's letters: no I, L, O, U).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CLIENT, PERSON, CONTACT, CATEGORY, ACTION, FILE = "client", "person", "contact", "category", "action", "file"
KINDS = (CLIENT, PERSON, CONTACT, CATEGORY, ACTION, FILE)
"""person: managers, owners, sponsors and assessors, who are the same people; contact: people of the clients."""
LETTERS = 8
"""40 bits: among 50,000 names the chance that any two share a pseudonym is 1 in 1,000."""
LONGER = 4
"""So many letters more where two do."""
_STANDARD, _PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms under `key`; `words` stands before them, by kind, in the language of the review."""

    key: bytes = field(repr=False)
    words: Mapping[str, str]

    def of(self, kind: str, names: Iterable[str]) -> dict[str, str]:
        """pseudonym = word of the kind + the first `LETTERS` letters of HMAC-SHA256(key, kind ‖ 0 ‖ name) by name.

        Names whose letters are the same take `LONGER` more, all of them: no other name of the set is touched by it.
        """
        letters = {name: self._letters(kind, name) for name in sorted(set(names))}
        length = dict.fromkeys(letters, LETTERS)
        while True:
            found = {name: text[: length[name]] for name, text in letters.items()}
            count = Counter(found.values())
            shared = [name for name, text in found.items() if count[text] > 1]
            if not shared:
                return {name: f"{self.words[kind]} {text}" for name, text in found.items()}
            for name in shared:
                length[name] += LONGER

    def keyed(self, *values: str) -> str:
        """64 hexadecimal digits that stand for texts and tell nothing of them without the key."""
        return self._digest("keyed", "\0".join(values)).hex()

    def _letters(self, kind: str, name: str) -> str:
        return base64.b32encode(self._digest(kind, name)).translate(bytes.maketrans(_STANDARD, _PLAIN)).decode()

    def _digest(self, kind: str, name: str) -> bytes:
        return hmac.new(self.key, f"{kind}\0{name}".encode(), hashlib.sha256).digest()

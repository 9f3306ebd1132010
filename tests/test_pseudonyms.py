"""Pseudonyms: stable under one key, others under another, told apart where their letters are the same."""

import base64
import hashlib
import hmac

import pytest

from portfolio_review import pseudonyms
from portfolio_review.pseudonyms import CLIENT, KINDS, PERSON, Pseudonyms

WORDS = {kind: kind.capitalize() for kind in KINDS}
KEY = b"0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def names(key: bytes = KEY) -> Pseudonyms:
    return Pseudonyms(key, WORDS)


def test_letters_are_those_of_the_keyed_hash() -> None:
    """Expected by the definition: HMAC-SHA256, base 32 of RFC 4648 with its letters read as Crockford's."""
    digest = hmac.new(KEY, b"client\0Kessler AG", hashlib.sha256).digest()
    crockford = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", strict=True))
    letters = "".join(crockford[letter] for letter in base64.b32encode(digest).decode()[:8])
    assert names().of(CLIENT, ["Kessler AG"]) == {"Kessler AG": f"Client {letters}"}


def test_a_name_has_the_same_pseudonym_whoever_stands_beside_it() -> None:
    many = [f"client {n}" for n in range(5000)]
    found = names().of(CLIENT, many)
    assert len(set(found.values())) == 5000
    assert names().of(CLIENT, reversed(many[:7])) == {name: found[name] for name in many[:7]}


def test_another_key_and_another_kind_give_others() -> None:
    many = [f"client {n}" for n in range(100)]
    mine, others = names().of(CLIENT, many), names(KEY + b"0").of(CLIENT, many)
    assert not set(mine.values()) & set(others.values())
    people = names().of(PERSON, many)
    assert not {text.split()[1] for text in mine.values()} & {text.split()[1] for text in people.values()}


def test_equal_letters_are_lengthened_for_all_who_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "LETTERS", 1)
    many = [f"client {n}" for n in range(60)]
    found = names().of(CLIENT, many)
    assert len(set(found.values())) == 60
    whole = {name: names()._letters(CLIENT, name) for name in many}
    firsts = [text[0] for text in whole.values()]
    for name, text in found.items():
        letters = text.removeprefix("Client ")
        assert whole[name].startswith(letters)
        assert (len(letters) == 1) == (firsts.count(letters[0]) == 1)
    assert found == names().of(CLIENT, reversed(many))


def test_the_key_is_not_printed() -> None:
    assert KEY.decode() not in repr(names())
    assert names().keyed("a", "b") != names().keyed("a\0b ")
    assert len(names().keyed("a")) == 64

"""Names of people: who makes a review, and who has reviewed it."""

from __future__ import annotations

import getpass

from portfolio_review.errors import UsageError
from portfolio_review.review.fields import UNPRINTED

LONGEST = 100


def person(name: str, option: str = "--as") -> str:
    """A person's name, or role, as it is printed, blanks made single; `UsageError` for one that cannot be."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST or UNPRINTED.search(plain):
        raise UsageError(f"{option}: expected a name of 1 to {LONGEST} printable characters, found {name[:120]!r}")
    return plain


def user() -> str | None:
    """The name of the user of this machine who has started the command; None where the system knows none."""
    try:
        return person(getpass.getuser())
    except (OSError, KeyError, UsageError):  # KeyError until Python 3.12
        return None


def same(one: str, other: str) -> bool:
    """Whether two names are of one person: case and blanks do not tell people apart."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()

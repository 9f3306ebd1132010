"""Who is sent what was published, and how: the keys `recipients` and `send` of the review file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

import idna
from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from portfolio_review.ids import mended
from portfolio_review.review.fields import Maybe, Settings, Text

LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64
"""Characters of an address, and of its part before the @ (RFC 5321, 4.5.3.1)."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ENV = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_EXPECTED = "expected an address such as anna@example.com, found"


def mail_address(text: str) -> str:
    """An address as mail servers take it: a plain part of ASCII before the @, the domain in lower case, one of other
    letters as IDNA 2008 writes it (`xn--…`). `ValueError` for any other."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or "=?" in local or len(local) > LONGEST_LOCAL:
        raise ValueError(f"{_EXPECTED} {text[:80]!r}")
    try:
        host = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise ValueError(f"{_EXPECTED} {text[:80]!r}") from None
    made = f"{local}@{host}"
    if len(made) > LONGEST_ADDRESS or host.endswith(".") or host.rpartition(".")[2].isdecimal():
        raise ValueError(f"{_EXPECTED} {text[:80]!r}")
    return made


Address = Annotated[Text, AfterValidator(mail_address)]
Addresses = tuple[Address, ...]


class Recipients(Settings):
    """Addresses by unit (`all`: the whole company's review), and of managers, who get their own pages alone."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Addresses] = Field(init=False)

    owners: dict[Text, Addresses] = Field(default_factory=dict)
    """By the name of a manager: who gets this manager's page, and nothing of another's."""

    @property
    def of_units(self) -> Mapping[str, tuple[str, ...]]:
        """Addresses by unit, its id mended as those of the data are; each once."""
        return _merged(self.__pydantic_extra__ or {})

    @property
    def of_owners(self) -> Mapping[str, tuple[str, ...]]:
        """Addresses by manager; each once."""
        return _merged(self.owners)


def _merged(given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, addresses in given.items():
        found[mended(name)] = tuple(dict.fromkeys((*found.get(mended(name), ()), *addresses)))
    return found


class Send(Settings):
    """The server that takes the mail, who it is from, and how the reader gets the report."""

    smtp: Annotated[Text | None, Maybe] = None
    """env:NAME, the environment variable with smtp://host:port or smtps://user:secret@host:port."""
    sender: Annotated[Address | None, Maybe] = Field(None, alias="from")
    """The address that mails come from."""
    attach: Literal["pdf", "link"] = "pdf"
    """pdf: the report is attached. link: the mail leads to it below base_url."""
    base_url: Annotated[Text | None, Maybe] = None
    """Where readers find the folder of reports (`--out`) on a server of theirs; what a link begins with."""

    @field_validator("smtp")
    @classmethod
    def _by_reference(cls, value: str | None) -> str | None:
        if value is not None and not _ENV.fullmatch(value):  # what was found may hold the secret: it is not repeated
            raise ValueError("expected env:NAME of a variable that holds smtp://… or smtps://user:secret@host:port")
        return value

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        said = "expected an address such as https://reports.example.com, without user, secret, ? and #"
        if "@" not in value:  # else what was found may hold a secret
            said += f", found {value[:80]!r}"
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        except ValueError:
            raise ValueError(said) from None
        odd = not re.fullmatch(r"[!-~]+", value) or any(sign in value for sign in '@?#<>"\\')
        if odd or not whole:
            raise ValueError(said)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _a_link_leads_somewhere(self) -> Send:
        if self.attach == "link" and self.base_url is None:
            raise ValueError("attach: link needs base_url, the address at which readers find the folder of reports")
        return self

"""The keys `recipients` and `send`: addresses as mail servers take them, and what cannot be one."""

from __future__ import annotations

import pytest

from portfolio_review import review
from portfolio_review.errors import ReviewFileError
from portfolio_review.review.mailing import mail_address

MINIMAL = "id: a\ncurrency: EUR\nsources: {transactions: {path: a.csv}}\n"


def faults(more: str) -> str:
    with pytest.raises(ReviewFileError) as caught:
        review.parse(MINIMAL + more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("anna@example.com", "anna@example.com"),
        (" Anna.Berg+reviews@Example.COM ", "Anna.Berg+reviews@example.com"),
        # IDNA 2008 (RFC 5891): ß is a letter of its own, which IDNA 2003 made ss, another domain
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("отчёт@пример.рф".replace("отчёт", "reports"), "reports@xn--e1afmkfd.xn--p1ai"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_as_servers_take_it(written: str, taken: str) -> None:
    assert mail_address(written) == taken
    assert mail_address(taken) == taken


@pytest.mark.parametrize(
    "written",
    ["", "anna", "@example.com", "anna@", "a b@example.com", "anna@exa mple.com", "anna@example..com", "anna@-example.com", "anna@127.0.0.1",
     "anna@[127.0.0.1]", "Anna <anna@example.com>", "a@b@example.com", "анна@example.com", ".anna@example.com", "anna@example.com\r\nBcc: x@example.com",
     "anna\r\nRCPT TO:<x@example.com>@example.com", "anna\x00@example.com", f"{'a' * 65}@example.com", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 30}",
     "anna,bo@example.com", "=?utf-8?q?x?=@example.com", "<anna@example.com>", "anna@example.com>"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected an address such as anna@example"):
        mail_address(written)


def test_recipients_are_by_unit_and_by_manager_each_once() -> None:
    found = review.parse(
        MINIMAL
        + "recipients: {all: [a@x.org, a@X.org], ' North ': [b@x.org], NO: [c@x.org], owners: {K.  Brandt: [d@x.org]}}\n"
    ).recipients
    assert found.of_units == {"all": ("a@x.org",), "North": ("b@x.org",), "NO": ("c@x.org",)}
    assert found.of_owners == {"K. Brandt": ("d@x.org",)}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("recipients: {all: a@x.org}", "line 4: recipients.all: expected a list, found 'a@x.org'"),
        (
            "recipients: {all: [a@x.org, b]}",
            "line 4: recipients.all.1: expected an address such as anna@example.com, found 'b'",
        ),
        ('recipients: {all: ["a@x.org\\r\\nBcc: b@x.org"]}', "found 'a@x.org\\r\\nBcc: b@x.org'"),
        ("recipients: {owners: [a@x.org]}", "line 4: recipients.owners: expected keys and values"),
        ("recipients: {owners: {Anna: [b]}}", "line 4: recipients.owners.Anna.0: expected an address"),
        ("send: {form: a@x.org}", "line 4: unknown key 'send.form'; did you mean 'from'?"),
        ("send: {sender: a@x.org}", "line 4: unknown key 'send.sender'"),
        ("send: {attach: lnik}", "did you mean 'link'?"),
        (
            "send: {attach: link}",
            "attach: link needs base_url, the address at which readers find the folder of reports",
        ),
        ("send: {base_url: reports}", "send.base_url: expected an address such as https://reports.example.com"),
        ("send: {base_url: 'javascript://x/%0aalert(1)'}", "send.base_url: expected an address such as"),
    ],
)
def test_a_fault_names_key_found_and_expected(more: str, said: str) -> None:
    assert said in faults(more + "\n")


@pytest.mark.parametrize(
    "more", ["send: {smtp: 'smtps://me:geheim@mail.example.com'}", "send: {base_url: 'https://me:geheim@example.com'}"]
)
def test_a_secret_in_the_file_is_refused_without_being_repeated(more: str) -> None:
    assert "geheim" not in faults(more)

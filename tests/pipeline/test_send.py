"""What was published goes to its readers: who gets what, once, and what is said when it goes wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_mailbox as made
import made_published
import made_results
import pytest
from click.testing import CliRunner, Result
from made_mailbox import Mailbox
from test_owner_pages import owner as row_of
from test_owner_pages import results as with_owners

from portfolio_review.cli import cli
from portfolio_review.delivery import published
from portfolio_review.pipeline.run import load_review
from portfolio_review.results.contract import Results
from portfolio_review.sources import secrets

PDF = b"%PDF North review 1"
CLIENTS = [re.escape(name) for name, *_ in made_results.LARGEST]
"""Names of clients of the company, none of a manager."""
RECIPIENTS = "{North: [anna@example.com, bo@example.com], all: [cleo@example.com]}"


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with made.serving() as found:
        yield found


@pytest.fixture
def mailbox(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The server, empty; its address stands in the environment."""
    for kept in (box.taken, box.raw, box.events):
        kept.clear()
    box.refuse, box.at = {}, lambda event: None
    monkeypatch.setenv("SMTP_OF_TEST", box.address)
    return box


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published")
    made.publish_units(root, {"North": made_results.results(), "all": with_owners("K. Brandt", "Bo")})
    return root


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Path:
    """A folder with `out/shop/published`, of North and all with pages of two managers."""
    published_ = tmp_path / "out" / "shop" / published.FOLDER
    published_.parent.mkdir(parents=True)
    published_.symlink_to(template / "out" / "shop" / published.FOLDER)
    return tmp_path


def send(root: Path, *words: str, period: str = made.PERIOD) -> Result:
    """The command, within this process."""
    command = ["send", str(root / "shop.yml"), "--period", period, "--out", str(root / "out"), *words]
    return CliRunner().invoke(cli, command)


def told(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit_code"] == done.exit_code
    return found


def record(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "out" / "shop" / made.PERIOD / "sent.json").read_text())["mails"]
    return found


# Who gets what ---------------------------------------------------------------------------------


def test_each_recipient_gets_the_report_of_the_unit_alone_and_nobody_learns_of_the_others(
    shop: Path, mailbox: Mailbox
) -> None:
    made.review_file(shop, RECIPIENTS)
    done = send(shop)
    assert done.exit_code == 0, done.output
    assert mailbox.to == ["anna@example.com", "bo@example.com", "cleo@example.com"]
    for to, message in mailbox.taken:
        assert (message["To"], message["From"]) == (to, "reports@example.com")
        assert message["Cc"] is None
    for raw, to in zip(mailbox.raw, mailbox.to, strict=True):
        assert [one for one in mailbox.to if one.encode() in raw] == [to]
    north, _, whole = (message for _, message in mailbox.taken)
    assert made.attached(north) == {"shop-2011-11-north.pdf": PDF}
    assert made.attached(whole) == {"shop-2011-11-all.pdf": b"%PDF all review 1"}
    head = published.head_hash(shop / "out" / "shop" / "published")
    text = made.body(north)
    assert str(north["Subject"]) == "Client portfolio review: North, November 2011"
    assert f"for portfolio-review verify --head: {head}\n" in text
    assert "Published, version 1\nReviewed by Anna Berg, 5 December 2011\n" in text
    verdict = made_results.results().verdict
    assert verdict is not None
    assert " ".join(verdict.verdict.text.split()) in text
    # headline.revenue of the results made by hand, as page one prints it
    assert "Revenue, £ thousand: 1,132 (November 2011)\n  Year before: 1,135 (−0.2%)\n" in text
    assert len({str(message["Message-ID"]) for _, message in mailbox.taken}) == 3
    assert "3 sent" in done.stdout


def test_a_second_call_sends_only_what_is_missing(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, "{North: [anna@example.com]}")
    assert send(shop).exit_code == 0
    made.review_file(shop, RECIPIENTS)
    done = send(shop, "--json")
    statuses = {one["to"]: one["status"] for one in told(done)["mails"]}
    assert statuses == {"anna@example.com": "sent before", "bo@example.com": "sent", "cleo@example.com": "sent"}
    assert mailbox.to == ["anna@example.com", "bo@example.com", "cleo@example.com"]
    assert {one["state"] for one in record(shop)} == {"sent"}
    assert send(shop).exit_code == 0
    assert len(mailbox.taken) == 3


def test_the_intent_is_on_the_disk_before_the_message_and_the_answer_after_it(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, "{North: [anna@example.com]}")
    seen = []
    mailbox.at = lambda event: seen.append((event, record(shop)[0]["state"])) if event in ("data", "taken") else None  # type: ignore[func-returns-value]
    assert send(shop).exit_code == 0
    assert seen == [("data", "unknown"), ("taken", "unknown")]
    (one,) = record(shop)
    assert (one["state"], one["answer"], one["to"], one["unit"]) == (
        "sent",
        "250 OK queued as 1",
        "anna@example.com",
        "North",
    )
    assert one["files"] == {"review.pdf": made.sha256(PDF)}
    assert one["message_id"] == str(mailbox.taken[0][1]["Message-ID"])
    assert one["head"] == published.head_hash(shop / "out" / "shop" / "published")


def test_a_failed_address_is_named_and_the_others_are_sent(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    mailbox.refuse = {"anna@example.com": "550 5.1.1 no such user"}
    done = send(shop)
    assert done.exit_code == 3
    assert mailbox.to == ["bo@example.com", "cleo@example.com"]
    assert "failed: anna@example.com: North (review.pdf): 550 5.1.1 no such user" in done.stderr
    assert "2 sent, 1 failed" in done.stdout
    mailbox.refuse = {}
    done = send(shop)
    assert done.exit_code == 0, done.output
    assert mailbox.to == ["bo@example.com", "cleo@example.com", "anna@example.com"]


def test_when_every_address_fails_the_exit_code_says_so(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, "{North: [anna@example.com]}")
    mailbox.refuse = {"anna@example.com": "451 try later"}
    assert send(shop).exit_code == 5


def test_a_message_that_the_server_does_not_take_has_failed(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    mailbox.at = lambda event: "552 too large" if event == "data" and mailbox.events.count("data") == 1 else None
    done = send(shop)
    assert done.exit_code == 3
    assert "failed: anna@example.com: North (review.pdf): 552 too large" in done.stderr
    assert mailbox.to == ["bo@example.com", "cleo@example.com"]


# Answers that are lost -------------------------------------------------------------------------


def test_a_lost_answer_is_unknown_and_not_sent_again_until_asked(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    mailbox.at = lambda event: made.HANG_UP if event == "taken" and len(mailbox.taken) == 1 else None
    done = send(shop)
    assert done.exit_code == 3
    assert "unknown: anna@example.com: North (review.pdf): the connection was lost after the message" in done.stderr
    assert "ask whether it came, and if not: --again anna@example.com" in done.stderr
    assert mailbox.to == ["anna@example.com", "bo@example.com", "cleo@example.com"]
    done = send(shop, "--json")
    assert done.exit_code == 3
    assert [one["status"] for one in told(done)["mails"]] == ["unknown", "sent before", "sent before"]
    assert len(mailbox.taken) == 3
    done = send(shop, "--again", "anna@EXAMPLE.com")
    assert done.exit_code == 0, done.output
    assert mailbox.to[3:] == ["anna@example.com"]
    first, again = (str(mailbox.taken[place][1]["Message-ID"]) for place in (0, 3))
    assert first == again
    assert send(shop).exit_code == 0
    assert len(mailbox.taken) == 4


def test_what_was_sent_is_sent_again_when_asked(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    assert send(shop).exit_code == 0
    assert send(shop, "--again", "cleo@example.com").exit_code == 0
    assert mailbox.to[3:] == ["cleo@example.com"]
    assert mailbox.taken[2][1]["Message-ID"] == mailbox.taken[3][1]["Message-ID"]


def test_an_address_that_is_no_recipient_cannot_be_asked_for(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    done = send(shop, "--again", "ana@example.com")
    assert done.exit_code == 2
    assert "--again: 'ana@example.com' is none of the recipients; did you mean 'anna@example.com'?" in done.stderr
    assert mailbox.taken == []


def test_a_damaged_record_stops_everything(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, RECIPIENTS)
    assert send(shop).exit_code == 0
    (shop / "out" / "shop" / made.PERIOD / "sent.json").write_text("{")
    done = send(shop)
    assert done.exit_code == 2
    assert "sent.json is damaged, so that nobody can tell who was sent what" in done.stderr
    assert len(mailbox.taken) == 3


# Managers --------------------------------------------------------------------------------------


def test_a_manager_gets_the_own_page_and_nothing_of_another(shop: Path, mailbox: Mailbox) -> None:
    """Each manager's clients are named after the manager's place in the review: `Canary 0-…` and `Canary 1-…`."""
    made.review_file(shop, "{owners: {K. Brandt: [k@example.com], Bo: [bo@example.com]}}")
    done = send(shop)
    assert done.exit_code == 0, done.output
    assert mailbox.to == ["k@example.com", "bo@example.com"]
    brandt, bo = (message for _, message in mailbox.taken)
    assert made.attached(brandt) == {"shop-2011-11-all-k-brandt.pdf": b"%PDF all owners/k-brandt 1"}
    text = made.body(brandt)
    assert " ".join(row_of("K. Brandt")["text"].split()) in text
    assert "Active clients: 5\n" in text
    whole = made_results.results().verdict
    assert whole is not None
    other = (r"\bBo\b", "Canary 1-", whole.verdict.text[:20], r"Revenue, £ thousand", *CLIENTS)
    assert [word for word in other if re.search(word, text)] == []
    assert "Brandt" not in made.body(bo) + bo.as_string()


def test_no_unit_and_no_manager_of_this_name(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, "{Nroth: [a@example.com], North: [b@example.com], owners: {K. Brand: [c@example.com]}}")
    done = send(shop)
    assert done.exit_code == 2
    assert "recipients: no unit is called 'Nroth'; did you mean 'North'?" in done.stderr
    assert "recipients.owners: no manager is called 'K. Brand'; did you mean 'K. Brandt'?" in done.stderr
    assert mailbox.taken == []
    assert not (shop / "out" / "shop" / made.PERIOD).exists()
    made.review_file(shop, "{Xyz: [a@example.com]}")
    assert re.search(r"no unit is called 'Xyz' \(there are .*North", send(shop).stderr)


def test_a_unit_that_was_made_and_not_published_is_told(shop: Path, mailbox: Mailbox) -> None:
    drafts = shop / "out" / "shop" / "2011-10" / "manifest.json"
    drafts.parent.mkdir(parents=True)
    entry = {"unit": "South", "slug": "south", "status": "made", "error": None, "files": {}, "checks": {}}
    drafts.write_text(json.dumps({"schema": 1, "units": [entry]}))
    made.review_file(shop, "{South: [a@example.com], North: [b@example.com]}")
    done = send(shop)
    assert done.exit_code == 0, done.output
    assert "nothing to send: South is not published for 2011-11" in done.stdout
    assert mailbox.to == ["b@example.com"]


# What is said before, and links ----------------------------------------------------------------


def test_a_dry_run_says_who_would_get_what_without_server_or_record(
    shop: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMTP_OF_TEST")
    made.review_file(shop, RECIPIENTS, send="attach: pdf")
    done = send(shop, "--dry-run")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[:3] == [
        "to send: anna@example.com: North (review.pdf)", "to send: bo@example.com: North (review.pdf)", "to send: cleo@example.com: all (review.pdf)",
    ]  # fmt: skip
    assert "3 to send (nothing is sent: --dry-run)" in done.stdout
    assert mailbox.events == []
    assert [path.name for path in (shop / "out" / "shop").iterdir()] == ["published"]


@pytest.mark.parametrize("unit", ["North", "all"])
def test_units_are_chosen(shop: Path, mailbox: Mailbox, unit: str) -> None:
    made.review_file(shop, RECIPIENTS)
    assert send(shop, "--unit", unit).exit_code == 0
    assert mailbox.to == (["cleo@example.com"] if unit == "all" else ["anna@example.com", "bo@example.com"])


def test_a_link_leads_to_the_published_page(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(
        shop,
        "{North: [a@example.com]}",
        send="smtp: env:SMTP_OF_TEST, from: r@example.com, attach: link, base_url: 'https://example.com/r/'",
    )
    assert send(shop).exit_code == 0
    ((_, message),) = mailbox.taken
    assert made.attached(message) == {}
    assert "The report: https://example.com/r/shop/published/2011-11/v1/north/review.html\n" in made.body(message)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "Nort"), "unit 'Nort' is not published for 2011-11; did you mean 'North'?"),
        (("--again", "anna"), "--again: expected an address such as anna@example.com, found 'anna'"),
    ],
)
def test_a_wrong_command_line(shop: Path, mailbox: Mailbox, words: tuple[str, ...], said: str) -> None:
    made.review_file(shop, RECIPIENTS)
    done = send(shop, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert mailbox.events == []


def test_what_was_not_published_cannot_be_sent(shop: Path, mailbox: Mailbox) -> None:
    file = made.review_file(shop, RECIPIENTS)
    done = send(shop, period="2011-10")
    assert done.exit_code == 2
    assert (
        f"shop 2011-10 is not published: review the draft, then `portfolio-review sign {file} --period 2011-10` and `publish`"
        in done.stderr
    )
    (shop / "out" / "shop" / "published").unlink()
    assert "shop has nothing published" in send(shop).stderr


def test_what_was_changed_after_it_was_published_is_not_sent(tmp_path: Path, mailbox: Mailbox) -> None:
    series = made.publish_units(tmp_path, {"North": made_results.results()})
    made.review_file(tmp_path, "{North: [a@example.com]}")
    made_published.writable(series / "published")
    (series / "published" / made.PERIOD / "v1" / "north" / "review.pdf").write_text("%PDF forged")
    done = send(tmp_path)
    assert done.exit_code == 3
    assert "north/review.pdf: was changed" in done.stderr
    assert mailbox.events == []


@pytest.mark.parametrize(
    ("recipients", "settings", "said"),
    [
        ("{}", "smtp: env:SMTP_OF_TEST, from: r@example.com", "recipients names nobody"),
        (RECIPIENTS, "from: r@example.com", "send.smtp is missing: write send: {smtp: env:NAME}"),
        (RECIPIENTS, "smtp: env:SMTP_OF_TEST", "send.from is missing: write send: {from: reports@example.com}"),
        (RECIPIENTS, "smtp: env:NOT_SET, from: r@example.com", "send.smtp: the variable NOT_SET is not set"),
    ],
)
def test_a_setting_that_lacks(shop: Path, mailbox: Mailbox, recipients: str, settings: str, said: str) -> None:
    made.review_file(shop, recipients, send=settings)
    done = send(shop)
    assert done.exit_code == 2
    assert said in done.stderr


# Versions and languages ------------------------------------------------------------------------


def test_of_a_correction_only_what_was_corrected_is_sent(tmp_path: Path, mailbox: Mailbox) -> None:
    both = {"North": made_results.results(), "all": made_results.results()}
    made.publish_units(tmp_path, both)
    made.review_file(tmp_path, RECIPIENTS)
    assert send(tmp_path).exit_code == 0
    made.publish_units(tmp_path, {"North": made_results.results()}, version=2, reason="A sale was booked twice.")
    assert send(tmp_path).exit_code == 0
    assert mailbox.to[3:] == ["anna@example.com", "bo@example.com"]
    message = mailbox.taken[3][1]
    assert "Published, version 2\n" in made.body(message)
    assert "Replaces version 1: A sale was booked twice.\n" in made.body(message)
    assert made.attached(message) == {"shop-2011-11-north.pdf": b"%PDF North review 2"}
    assert message["Message-ID"] != mailbox.taken[0][1]["Message-ID"]


def test_a_series_in_two_languages_is_sent_in_both(tmp_path: Path, mailbox: Mailbox) -> None:
    made.publish_units(tmp_path, {"North": made_results.results()}, languages=("en", "ru"))
    made.review_file(tmp_path, "{North: [a@example.com]}")
    done = send(tmp_path)
    assert done.exit_code == 0, done.output
    ((_, message),) = mailbox.taken
    assert list(made.attached(message)) == ["shop-2011-11-north.pdf", "shop-2011-11-north.ru.pdf"]
    text = made.body(message)
    assert text.index("Client portfolio review: North, November 2011") < text.index("Обзор: North, ноябрь 2011")
    assert "Выручка" in text
    assert "Проверено: Anna Berg, 5 декабря 2011" in text


def test_a_russian_review_is_sent_in_russian(tmp_path: Path, mailbox: Mailbox) -> None:
    made.publish_units(tmp_path, {"North": made_results.results("ru")}, languages=("ru",))
    made.review_file(tmp_path, "{North: [a@example.com]}").write_text(
        (tmp_path / "shop.yml").read_text(encoding="utf-8") + "language: ru\n", encoding="utf-8"
    )
    assert send(tmp_path).exit_code == 0
    ((_, message),) = mailbox.taken
    assert str(message["Subject"]) == "Обзор: North, ноябрь 2011"
    assert "Отчёт во вложении." in made.body(message)
    assert message["Content-Language"] == "ru"


def test_a_chain_that_was_begun_anew_is_sent_anew(tmp_path: Path, mailbox: Mailbox) -> None:
    """The same version of another run is another report."""
    series = made.publish_units(tmp_path, {"North": made_results.results()})
    made.review_file(tmp_path, "{North: [a@example.com]}")
    assert send(tmp_path).exit_code == 0
    file = series / made.PERIOD / "sent.json"
    file.write_text(file.read_text().replace('"run": "00000001"', '"run": "0000abcd"'))
    assert send(tmp_path).exit_code == 0
    assert mailbox.to == ["a@example.com", "a@example.com"]


def test_a_masked_edition_has_recipients_of_its_own(tmp_path: Path, mailbox: Mailbox) -> None:
    made.publish_units(tmp_path, {"North": made_results.results(), "North (masked)": made_results.results()})
    made.review_file(tmp_path, "{North (masked): [bank@example.com]}")
    assert send(tmp_path).exit_code == 0
    ((to, message),) = mailbox.taken
    assert to == "bank@example.com"
    assert str(message["Subject"]) == "Client portfolio review: North (masked edition), November 2011"
    assert made.attached(message) == {"shop-2011-11-north-masked.pdf": b"%PDF North (masked) review 1"}


# Names that try to be something else -----------------------------------------------------------

HOSTILE = "Bcc: x@example.com {{7*7}} =cmd|' <b> ../" + "é" * 200


def hostile() -> Results:
    base = made_results.hostile()
    return replace(base, verdict=made_results.results().verdict, figures=made_results.results().figures)


def test_hostile_names_are_words_and_never_headers(tmp_path: Path, mailbox: Mailbox) -> None:
    made.publish_units(tmp_path, {HOSTILE: hostile()})
    made.review_file(tmp_path, json.dumps({HOSTILE: ["a@example.com"]}, ensure_ascii=False))
    done = send(tmp_path)
    assert done.exit_code == 0, done.output
    ((_, message),) = mailbox.taken
    assert message["Bcc"] is None
    assert mailbox.to == ["a@example.com"]
    head = mailbox.raw[0].partition(b"\r\n\r\n")[0]
    assert [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))] == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version", b"Content-Type", b"Content-Language",
    ]  # fmt: skip
    assert max(map(len, mailbox.raw[0].split(b"\r\n"))) <= 998
    assert mailbox.raw[0].isascii()
    (name,) = made.attached(message)
    assert name.isascii()
    assert "/" not in name
    assert str(message["Subject"]).startswith("Client portfolio review: Bcc: x@example.com {{7*7}} =cmd|' <b>")


# Kills -----------------------------------------------------------------------------------------

FOUR = "{North: [anna@example.com, bo@example.com, dora@example.com], all: [cleo@example.com]}"
INJECTED = Path(__file__).parents[1] / "faults" / "injected"
EVENTS = ("mail", "rcpt", "data", "taken")


def start(root: Path, mailbox: Mailbox, *words: str, **more: str) -> subprocess.Popen[str]:
    """The command as a process of its own, whose operations on files can be counted."""
    command = ["send", str(root / "shop.yml"), "--period", made.PERIOD, "--out", str(root / "out"), "--json", *words]
    paths = os.pathsep.join([str(INJECTED), *filter(None, (os.environ.get("PYTHONPATH"),))])
    return subprocess.Popen(
        [sys.executable, "-m", "portfolio_review", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": paths, "FAULT_UNDER": str(root / "out"), "SMTP_OF_TEST": mailbox.address, **more},
    )  # fmt: skip


def points(root: Path, mailbox: Mailbox) -> list[str]:
    """Where a call that sends four messages can be killed: `main:<operation on files>`, `<event of the server>:<message>`."""
    log = root / "operations"
    process = start(root, mailbox, FAULT_LOG=str(log))
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    operations = [line for line in log.read_text().splitlines() if line.startswith("main ")]
    shutil.rmtree(root / "out" / "shop" / made.PERIOD)
    mailbox.taken.clear()
    events = [f"{event}:{number}" for number in range(1, 5) for event in EVENTS]
    return [*(f"main:{number}" for number in range(1, len(operations) + 1)), *events]


def kill_and_look(root: Path, mailbox: Mailbox, at: str) -> int:
    """Kill the command at a point, and call it again: how many messages were unknown then."""
    shutil.rmtree(root / "out" / "shop" / made.PERIOD, ignore_errors=True)
    before = {path: path.read_bytes() for path in (root / "out" / "shop" / "published").rglob("*") if path.is_file()}
    mailbox.taken.clear()
    mailbox.events.clear()
    event, _, number = at.partition(":")
    fault = {"FAULT_AT": at, "FAULT_DO": "KILL"} if event == "main" else {}
    process = start(root, mailbox, **fault)

    def kill(met: str) -> None:
        if met == event and mailbox.events.count(event) == int(number):
            process.kill()

    mailbox.at = kill
    out, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, f"{at}: {out}{err}"
    mailbox.at = lambda event: None
    again = send(root, "--json")
    found = {one["to"]: one["status"] for one in told(again)["mails"]}
    unknown = [to for to, status in found.items() if status == "unknown"]
    assert again.exit_code == (3 if unknown else 0), at
    assert set(found.values()) <= {"sent", "sent before", "unknown"}
    assert len(unknown) <= 1
    wanted = ["anna@example.com", "bo@example.com", "cleo@example.com", "dora@example.com"]
    assert sorted({*mailbox.to, *unknown}) == wanted, at
    assert [to for to in wanted if mailbox.to.count(to) > 1] == [], at
    ids = {to: str(message["Message-ID"]) for to, message in mailbox.taken}
    for to in unknown:
        had = mailbox.to.count(to)
        assert send(root).exit_code == 3
        assert mailbox.to.count(to) == had  # not without being asked
        assert send(root, "--again", to).exit_code == 0
        assert mailbox.to.count(to) == had + 1
        (known,) = {one["message_id"] for one in record(root) if one["to"] == to}
        assert (
            {str(message["Message-ID"]) for one, message in mailbox.taken if one == to}
            == {ids.get(to, known)}
            == {known}
        )
    assert send(root).exit_code == 0
    assert {path: path.read_bytes() for path in before} == before
    return len(unknown)


@pytest.mark.parametrize(("at", "unknown"), [("rcpt:2", 0), ("taken:3", 1), ("main:9", None)])
def test_after_a_kill_the_second_call_sends_what_is_missing(
    shop: Path, mailbox: Mailbox, at: str, unknown: int | None
) -> None:
    made.review_file(shop, FOUR)
    assert kill_and_look(shop, mailbox, at) in ((0, 1) if unknown is None else (unknown,))


@pytest.mark.long
def test_a_signal_stops_it_in_good_order(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, FOUR)
    process = start(shop, mailbox)
    mailbox.at = lambda event: (
        process.send_signal(signal.SIGTERM) if event == "rcpt" and len(mailbox.taken) == 1 else None
    )
    out, err = process.communicate(timeout=120)
    assert process.returncode == 143, out + err
    assert "stopped by SIGTERM" in err
    assert "Traceback" not in err
    mailbox.at = lambda event: None
    assert send(shop).exit_code in (0, 3)
    assert len(mailbox.to) == len({*mailbox.to}) >= 3


@pytest.mark.long
def test_24_points_of_sending(shop: Path, mailbox: Mailbox) -> None:
    made.review_file(shop, FOUR)
    every = points(shop, mailbox)
    chosen = [every[number * (len(every) - 1) // 23] for number in range(24)]
    assert len(set(chosen)) == 24
    assert {kill_and_look(shop, mailbox, at) for at in chosen} == {0, 1}


# Secrets ---------------------------------------------------------------------------------------


def test_the_secret_is_in_no_file_and_in_nothing_that_is_said(
    shop: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"smtp://me:{made.SECRET.replace('/', '%2F').replace('@', '%40')}@localhost:{mailbox.port}"
    monkeypatch.setenv("SMTP_OF_TEST", address)
    made.review_file(shop, RECIPIENTS)
    done = send(shop, "--verbose")
    assert done.exit_code == 5  # the server of the tests knows no login
    assert "failed: anna@example.com: North (review.pdf): localhost:" in done.stderr
    everything = done.output + "".join(
        path.read_text(encoding="utf-8") for path in (shop / "out").rglob("*.json") if path.is_file()
    )
    for form in (made.SECRET, "s3cr3t", "of%40smtp"):
        assert form not in everything
    monkeypatch.setenv("SMTP_OF_TEST", address.replace("%2F", "/"))  # as one forgets to write it
    done = send(shop)
    assert done.exit_code == 2
    assert "$SMTP_OF_TEST holds no address of a mail server: expected smtp://host:port" in done.stderr
    assert "s3cr3t" not in done.output


def test_what_is_started_inherits_no_address_and_the_reader_of_sources_is_not_told_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_OF_TEST", "smtps://me:geheim@mail.example.com")
    monkeypatch.setenv("CRM", "sqlite:///crm.db")
    file = made.review_file(tmp_path, RECIPIENTS)
    source = "{connection: env:CRM, query: select 1}"
    file.write_text(file.read_text(encoding="utf-8").replace("{path: sales.csv}", source), encoding="utf-8")
    review = load_review(file)
    assert {"SMTP_OF_TEST", "CRM"} & {*os.environ} == set()
    assert secrets.of(review) == {"CRM": "sqlite:///crm.db"}
    assert secrets.address("SMTP_OF_TEST") == "smtps://me:geheim@mail.example.com"

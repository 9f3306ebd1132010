"""`sign` puts a name to drafts that are whole; what cannot be signed is named with what to do, and then nothing is."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import made_drafts
import pytest
from click.testing import CliRunner, Result
from made_drafts import PERIOD

from portfolio_review.cli import cli
from portfolio_review.delivery import approval, keys
from portfolio_review.pipeline.publish import _issue


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def sign(root: Path, *words: str, name: str = "Anna Berg") -> Result:
    asked = ["sign", str(root / "shop.yml"), "--period", PERIOD, "--as", name, "--out", str(root / "out"), *words]
    return CliRunner().invoke(cli, asked)


def test_a_signature_holds_name_role_day_and_the_hashes_of_what_was_seen(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    done = sign(tmp_path, "--unit", "North")
    assert done.exit_code == 0, done.output
    document = json.loads((period / "approval.json").read_text())
    (found,) = document["approvals"]
    assert (document["review"], document["period"], found["unit"]) == ("shop", PERIOD, "North")
    assert (found["name"], found["role"]) == ("Anna Berg", "reviewer")
    assert found["day"] == dt.date.today().isoformat()

    def digest(name: str) -> str:
        return hashlib.sha256((period / "north" / name).read_bytes()).hexdigest()

    assert found["results"] == digest("results.json")
    assert found["manifest"] == digest("manifest.json")
    assert found["notebooks"] == {"notebooks/00_data.ipynb": digest("notebooks/00_data.ipynb")}
    assert found["inputs"] == made_drafts.INPUTS
    own = keys.line(keys.own(None).public_key())
    assert keys.signer(found, approval.KIND) == own
    assert keys.fingerprint(own) in done.output
    kept = [path.read_text() for path in (period.parent / "keys").iterdir()]
    assert kept == [f"{own}\n"]


def test_a_role_is_recorded_and_said(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    done = sign(tmp_path, "--unit", "North", "--role", " Head of  sales", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["role"] == "Head of sales"
    record = approval.read(period)["North"]
    assert record["role"] == "Head of sales"
    assert keys.signer(record, approval.KIND) is not None
    assert _issue(record, 1, None).reviewer == "Anna Berg (Head of sales)"
    assert _issue({**record, "role": "reviewer"}, 1, None).reviewer == "Anna Berg"
    wrong = sign(tmp_path, "--role", "\u202eelpmaxe")
    assert wrong.exit_code == 2
    assert "--role: expected a name of 1 to 100 printable characters" in wrong.output


def test_without_a_unit_every_draft_is_signed_and_a_later_name_takes_the_place_of_an_earlier_one(
    tmp_path: Path,
) -> None:
    period = made_drafts.drafts(tmp_path)
    assert sign(tmp_path).exit_code == 0
    assert sign(tmp_path, "--unit", "all", name=" Bo   Li ").exit_code == 0
    names = {unit: one["name"] for unit, one in approval.read(period).items()}
    assert names == {"North": "Anna Berg", "South": "Anna Berg", "all": "Bo Li"}


def test_a_key_of_ones_own_signs(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    keys.own(None)
    file = tmp_path / "mine"
    (tmp_path / "config" / "portfolio-review" / "signing-key").rename(file)
    assert sign(tmp_path, "--key", str(file)).exit_code == 0
    signer = keys.signer(approval.read(period)["all"], approval.KIND)
    assert signer == keys.line(keys.own(file).public_key())
    assert not (tmp_path / "config" / "portfolio-review" / "signing-key").exists()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("check", "North: check lists_add_up failed: mend what it names and make it again with run"),
        ("results", "North: files differ from its manifest: results.json; make it again with run"),
        ("notebook", "North: files differ from its manifest: notebooks/00_data.ipynb; make it again with run"),
        ("extra", "North: files differ from its manifest: more.txt; make it again with run"),
        ("manifest", "manifest.json differs from its hash in"),
        ("gone", "has no manifest, or a damaged one; make it again with run"),
    ],
)
def test_what_is_not_whole_is_not_signed_and_nothing_else_either(tmp_path: Path, fault: str, said: str) -> None:
    period = made_drafts.drafts(tmp_path, failed={"North": "lists_add_up"} if fault == "check" else {})
    north = period / "north"
    match fault:
        case "results":
            (north / "results.json").write_text((north / "results.json").read_text() + " ")
        case "notebook":
            (north / "notebooks" / "00_data.ipynb").write_text("{}")
        case "extra":
            (north / "more.txt").write_text("")
        case "manifest":
            (north / "review.pdf").write_text("forged")
            made_drafts.unit_folder(north, "North", version=1)
        case "gone":
            (north / "manifest.json").unlink()
    done = sign(tmp_path)
    assert done.exit_code == 3
    assert "nothing is signed" in done.output
    assert said in done.output
    assert not (period / "approval.json").exists()


@pytest.mark.parametrize(
    ("maker", "said"),
    [
        (
            "anna  BERG",
            "Anna Berg is its maker, and approval.four_eyes asks for two people: another person has to sign",
        ),
        (None, "nobody is named as its maker"),
        ("Max Maker", None),
    ],
)
def test_four_eyes_are_of_two_people(tmp_path: Path, maker: str | None, said: str | None) -> None:
    made_drafts.drafts(tmp_path, maker=maker, settings="approval: {four_eyes: true}\n")
    done = sign(tmp_path)
    assert done.exit_code == (3 if said else 0)
    assert said is None or said in done.output


def test_the_maker_may_sign_where_four_eyes_are_not_asked_for(tmp_path: Path) -> None:
    made_drafts.drafts(tmp_path, maker="Anna Berg")
    assert sign(tmp_path).exit_code == 0


def test_reasons_are_for_programs_too(tmp_path: Path) -> None:
    made_drafts.drafts(tmp_path, failed={"all": "bridge_closes"})
    document = json.loads(sign(tmp_path, "--json").output)
    assert document["exit_code"] == 3
    assert document["reasons"] == ["all: check bridge_closes failed: mend what it names and make it again with run"]


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        (["--unit", "Nort"], "Anna", "unit 'Nort' was not made for 2023-12; did you mean 'North'?"),
        ([], "An\u202ena", "--as: expected a name of 1 to 100 printable characters"),
        ([], "  ", "--as: expected a name"),
        (["--period", "2023-11"], "Anna", "has no reviews: make them with `portfolio-review run"),
    ],
)
def test_what_the_command_line_gets_wrong_is_said(tmp_path: Path, words: list[str], name: str, said: str) -> None:
    made_drafts.drafts(tmp_path)
    done = sign(tmp_path, *words, name=name)
    assert done.exit_code == 2
    assert said in done.output


def test_a_damaged_file_of_approvals_is_named(tmp_path: Path) -> None:
    period = made_drafts.drafts(tmp_path)
    (period / "approval.json").write_text('{"approvals": 1}')
    done = sign(tmp_path)
    assert done.exit_code == 2
    assert "approval.json is damaged: take it away and sign again" in done.output

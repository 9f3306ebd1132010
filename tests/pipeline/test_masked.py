"""Masked editions: canaries in every name, id and text are nowhere in them, and their figures are the plain ones."""

import json
import math
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_canaries import KEY, PERIODS, UNITS, canary, company, readable, told

from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.cli import cli
from portfolio_review.pipeline.masked import Masking
from portfolio_review.slices import build
from portfolio_review.sources import secrets
from portfolio_review.sources.reading import read_sources

ANY = "zqcanary"


def do(*words: object, key: str | None = KEY) -> Result:
    """A command with the key in the environment, which the command takes out of it."""
    secrets._taken.clear()
    result = CliRunner().invoke(cli, [str(word) for word in words], env={"MASK_KEY": key})
    secrets._taken.clear()
    return result


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The series of reviews of North, plain and masked, of two months."""
    folder = tmp_path_factory.mktemp("masked")
    file = company(folder, ("North",))
    for period in PERIODS:
        done = do("run", file, "--period", period, "--unit", "North", "--out", folder / "out")
        assert done.exit_code == 0, done.output
        assert KEY not in done.output
    return folder / "out" / "shop"


@pytest.mark.long
def test_no_name_id_or_text_is_in_a_masked_edition(made: Path) -> None:
    for period in PERIODS:
        assert told(made / period / "north-masked", ANY) == {}
    plain = told(made / PERIODS[1] / "north", ANY)
    assert {"review.pdf", "review.html", "review.xlsx", "results.json"} <= set(plain)
    named = {word for words in plain.values() for word in words}
    kinds = {re.sub(r"^zqcanarynorth|\d+$", "", word) for word in named}
    assert kinds >= {
        "id", "name", "manager", "contact", "role", "industry", "category", "action", "goal", "comment", "assessor",
        "notes",
    }  # fmt: skip
    assert not [word for word in named if not word.startswith("zqcanarynorth")]


@pytest.mark.long
def test_the_key_is_in_no_file(made: Path) -> None:
    for path in made.parent.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
    assert "MASK_KEY" not in os.environ or os.environ["MASK_KEY"] != KEY


@pytest.mark.long
def test_a_masked_edition_says_so_and_is_a_unit_of_the_period(made: Path) -> None:
    folder = made / PERIODS[1]
    assert "North (masked edition)" in (folder / "north-masked" / "review.html").read_text(encoding="utf-8")
    assert "masked" not in (folder / "north" / "review.html").read_text(encoding="utf-8").lower()
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["units"]
    assert [(one["unit"], one["slug"]) for one in listed] == [("North", "north"), ("North (masked)", "north-masked")]
    assert results(folder / "north-masked")["review"]["unit"] == "North"
    assert "North (masked edition)" in (made / "index.html").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_same_key_gives_the_same_pseudonyms_in_two_months(made: Path) -> None:
    found = []
    for period in PERIODS:
        table = results(made / period / "north-masked")["tables"]["clients"]
        place = table["columns"].index("client_id")
        found.append({row[place] for row in table["rows"]})
        assert all(re.fullmatch(r"Client [0-9A-HJKMNP-TV-Z]{8}", id) for id in found[-1])
    assert found[0] == found[1]
    owners = [sorted(path.name for path in (made / period / "north-masked" / "owners").iterdir()) for period in PERIODS]
    assert owners[0] == owners[1]
    assert all(re.fullmatch(r"colleague-[0-9a-z]{8}\.(pdf|html)", name) for name in owners[0])


@pytest.mark.long
def test_rows_do_not_stand_by_the_ids_behind_the_pseudonyms(made: Path) -> None:
    table = results(made / PERIODS[1] / "north-masked")["tables"]["clients"]
    ids = [row[table["columns"].index("client_id")] for row in table["rows"]]
    assert ids == sorted(ids)


@pytest.mark.long
def test_nothing_is_made_twice_and_only_what_the_key_touches_is_made_again(made: Path, tmp_path: Path) -> None:
    file = made.parent.parent / "shop.yml"
    words = ("plan", file, "--period", PERIODS[1], "--unit", "North", "--out", made.parent, "--json")
    units = json.loads(do(*words).output)["periods"][0]["units"]
    assert {one["unit"]: one["status"] for one in units} == {"North": "up to date", "North (masked)": "up to date"}
    units = json.loads(do(*words, key=KEY[::-1]).output)["periods"][0]["units"]
    assert {one["unit"]: (one["status"], list(one["why"])) for one in units} == {
        "North": ("up to date", []),
        "North (masked)": (
            "make",
            [
                "its transactions changed", "its contacts, payments, targets or other given tables changed",
                "settings of the review file changed",
                "something all units share changed: the history's ends, the company's usual gap, warnings",
                "the lists, decisions, strategic clients or past months of the review before it changed",
                "the key of masked editions, or the code that masks, changed",
            ],
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "masked.key: the environment variable MASK_KEY is not set; set it to a long secret that stays the same"),
        ("x" * 31, "masked.key: the key in MASK_KEY can be guessed: it needs 32 characters or more, 8 of them differ"),
        ("ab" * 40, "masked.key: the key in MASK_KEY can be guessed"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run", "plan"])
def test_a_key_that_is_missing_or_short_is_refused(tmp_path: Path, command: str, key: str | None, said: str) -> None:
    done = do(command, company(tmp_path, ("North",)), "--out", tmp_path / "out", key=key)
    assert done.exit_code == 2
    assert said in done.output
    assert "openssl rand -hex 32" in done.output
    assert key is None or key not in done.output


def test_no_canary_is_in_a_masked_slice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASK_KEY", KEY)
    review = review_files.load(company(tmp_path, UNITS))
    (tmp_path / "tables").mkdir()
    found = read_sources(review, tmp_path, tmp_path / "tables")
    made = build.build(review, found, Period.parse(PERIODS[1]), tmp_path / "slices")
    masking = Masking.of(review)
    assert masking is not None
    for unit, folder in made.units.items():
        assert ANY in "".join(readable(path) for path in folder.iterdir())
        masking.mask(folder, tmp_path / "masked" / unit)
        for path in (tmp_path / "masked" / unit).iterdir():
            # figures that targets name are ours, but for one that is misspelt; no report prints it
            words = {word for word in re.findall(rf"{ANY}[a-z0-9]*", readable(path)) if not word.endswith("figure")}
            assert not words, (unit, path.name, words)


def test_a_masked_unit_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = company(tmp_path, ("Nort",))
    done = do("plan", file, "--period", PERIODS[1], "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "masked.units: unit 'Nort' does not exist; did you mean 'North'?" in done.output


# Every unit ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All units, plain and masked, of a company without small groups."""
    folder = tmp_path_factory.mktemp("whole")
    file = company(folder, (*UNITS, "all"), small_groups=False)
    done = do("run", file, "--period", PERIODS[1], "--out", folder / "out", "--jobs", "2")
    assert done.exit_code == 0, done.output
    return folder / "out" / "shop" / PERIODS[1]


@pytest.mark.long
def test_canaries_of_six_units_masked_and_plain(whole: Path) -> None:
    for unit in (*UNITS, "all"):
        assert told(whole / f"{unit.lower()}-masked", ANY) == {}
    for unit in UNITS:
        words = {word for found in told(whole / unit.lower(), ANY).values() for word in found}
        assert len(words) > 300
        assert not [word for word in words if not word.startswith(canary(unit, "").lower())]


@pytest.mark.long
def test_figures_of_a_masked_edition_are_the_plain_ones(whole: Path) -> None:
    for unit in (*UNITS, "all"):
        plain, masked = (results(whole / name) for name in (unit.lower(), f"{unit.lower()}-masked"))
        assert list(plain["figures"]) == list(masked["figures"])
        for id, one in plain["figures"].items():
            other = masked["figures"][id]
            for part in ("value", "previous", "previous_year", "target"):
                mine, its = one.get(part), other.get(part)
                same = mine == its or (mine is not None and math.isclose(mine, its, rel_tol=1e-9, abs_tol=1e-6))
                assert same, (unit, id, part, mine, its)
            assert one["reason"] == other["reason"], (unit, id)
        rows = ({id: table["rows"] and len(table["rows"]) for id, table in one["tables"].items()}
                for one in (plain, masked))  # fmt: skip
        assert next(rows) == next(rows)
        assert all(check["passed"] for check in masked["checks"])

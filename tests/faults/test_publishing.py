"""From a run to a published version: what is refused, what readers get, and what a kill leaves."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from workshop import PERIOD, Workshop, tree

from portfolio_review.cli import cli
from portfolio_review.delivery import publish as places

UNITS = ["North"]


def do(shop: Workshop, command: str, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    config = str(shop.root / "config")
    return shop.command(command, shop.file, "--period", PERIOD, *words, XDG_CONFIG_HOME=config, **more)


def published(shop: Workshop) -> Path:
    return shop.out / "shop" / "published"


def verify(shop: Workshop, *words: str) -> Result:
    return CliRunner().invoke(cli, ["verify", str(published(shop)), *words])


def restore(shop: Workshop, kept: Path) -> None:
    places.remove(shop.out)
    shutil.copytree(kept, shop.out)


@pytest.fixture(scope="module")
def signed() -> Iterator[Workshop]:
    """A workshop whose drafts are signed and kept aside, as is the first version published of them."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        shop = Workshop(Path(folder), UNITS, formats="html")
        assert set(shop.statuses("--jobs", "1", "--as", "Max Maker").values()) == {"made"}
        assert do(shop, "sign", "--as", "Anna Berg").returncode == 0
        shutil.copytree(shop.out, shop.root / "drafts")
        done = do(shop, "publish")
        assert done.returncode == 0, done.stderr
        (shop.root / "said").write_text(done.stdout, encoding="utf-8")
        shutil.copytree(shop.out, shop.root / "version-1")
        try:
            yield shop
        finally:
            places.remove(shop.root)


@pytest.fixture
def drafts(signed: Workshop) -> Iterator[Workshop]:
    """The same with signed drafts and nothing published; what a test changes in the program or the data is put back."""
    restore(signed, signed.root / "drafts")
    kept = {path: path.read_bytes() for path in (signed.file, signed.root / "sales.csv", signed.notebook,
                                                 signed.root / "templates" / "print.css")}  # fmt: skip
    yield signed
    for path, content in kept.items():
        path.write_bytes(content)


@pytest.fixture
def first(signed: Workshop) -> Workshop:
    """The same with the first version published."""
    restore(signed, signed.root / "version-1")
    return signed


def correct(shop: Workshop) -> None:
    """A row is added and all is made and signed again."""
    with (shop.root / "sales.csv").open("a", encoding="utf-8") as file:
        file.write("North-a,2023-12-20,5,North\n")
    assert set(shop.statuses("--jobs", "1").values()) == {"made"}
    assert do(shop, "sign", "--as", "Anna Berg").returncode == 0


# What readers get ------------------------------------------------------------------------------


def test_a_version_is_no_draft_and_names_its_reviewer_and_is_proven(first: Workshop) -> None:
    place = published(first) / PERIOD / "v1"
    html = (place / "north" / "review.html").read_text(encoding="utf-8")
    draft = (first.period / "north" / "review.html").read_text(encoding="utf-8")
    assert "draft" in draft.lower()
    assert "draft" not in html.lower()
    assert "Published, version 1. Reviewed by Anna Berg, " in html
    assert "published, version 1" in html
    said = (first.root / "said").read_text(encoding="utf-8")
    head = hashlib.sha256((published(first) / "head.json").read_bytes()).hexdigest()
    assert f"head {head}, signed with SHA256:" in said
    key = first.root / "config" / "portfolio-review" / "signing-key.pub"
    done = verify(first, "--key", str(key), "--head", head)
    assert done.exit_code == 0, done.output
    for unit in ("north", "all"):
        for name in ("results.json", "notebooks/00_data.ipynb"):
            assert (place / unit / name).read_bytes() == (first.period / unit / name).read_bytes()


def test_publishing_again_changes_nothing_and_says_so(first: Workshop) -> None:
    before = tree(published(first))
    done = do(first, "publish")
    assert done.returncode == 0, done.stderr
    assert "v1: published already, nothing changed" in done.stdout
    assert tree(published(first)) == before


@pytest.mark.long
def test_a_correction_is_a_version_with_its_reason_on_page_one(first: Workshop) -> None:
    rows = (first.root / "sales.csv").read_bytes()
    try:
        correct(first)
        before = tree(published(first))
        refused = do(first, "publish")
        assert refused.returncode == 2
        assert f'{PERIOD} v1 has North, all: a correction needs --reason "…"' in refused.stderr
        assert tree(published(first)) == before
        done = do(first, "publish", "--reason", "A sale of <December> was missing.")
    finally:
        (first.root / "sales.csv").write_bytes(rows)
    assert done.returncode == 0, done.stderr
    html = (published(first) / PERIOD / "v2" / "all" / "review.html").read_text(encoding="utf-8")
    assert "Replaces version 1: A sale of &lt;December&gt; was missing." in html
    assert verify(first).exit_code == 0
    after = tree(published(first))
    assert {name: after[name] for name in before if name != "head.json"} == {
        name: hash for name, hash in before.items() if name != "head.json"
    }


@pytest.mark.long
def test_units_are_published_one_after_the_other(drafts: Workshop) -> None:
    assert do(drafts, "publish", "--unit", "North").returncode == 0
    done = json.loads(do(drafts, "publish", "--json").stdout)
    assert (done["version"], done["units"], done["replaces"]) == (2, ["all"], None)
    manifest = json.loads((published(drafts) / PERIOD / "v2" / "manifest.json").read_text())
    assert [(one["unit"], one["version"]) for one in manifest["units"]] == [("North", 1), ("all", 2)]
    assert verify(drafts).exit_code == 0


# What is refused -------------------------------------------------------------------------------


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


REFUSED = {
    "input": (
        lambda shop: append(shop.root / "sales.csv", "North-a,2023-12-17,5,North\n"),
        "North: it would not be made as it was signed (its transactions changed",
    ),
    "input without an effect": (
        lambda shop: append(shop.root / "sales.csv", "\n"),
        "North: inputs changed since it was signed: sales.csv",
    ),
    "setting": (
        lambda shop: append(shop.file, "abc: {limits: [0.7, 0.9]}\n"),
        "all: it would not be made as it was signed (settings of the review file changed)",
    ),
    "source of a notebook": (
        lambda shop: shop.add_cell("1"),
        "all: it would not be made as it was signed (notebook 00_data changed)",
    ),
    "style": (
        lambda shop: append(shop.root / "templates" / "print.css", "\n"),
        "all: it would not be made as it was signed (the templates changed): make it again with run, and sign it",
    ),
    "pages": (
        lambda shop: shop.file.write_text(shop.file.read_text().replace("pages: short", "pages: full")),
        "all: it would not be made as it was signed (report.pages changed)",
    ),
}
"""What files of the draft itself give is tried without a process: `tests/pipeline/test_refusals.py`."""


@pytest.mark.parametrize(
    "name",
    [
        "input",
        *(pytest.param(name, marks=pytest.mark.long) for name in REFUSED if name != "input"),
    ],
)
def test_what_is_not_as_it_was_signed_is_not_published(drafts: Workshop, name: str) -> None:
    change, said = REFUSED[name]
    change(drafts)
    done = do(drafts, "publish")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "nothing is published" in done.stderr
    assert said in done.stderr
    assert not published(drafts).exists()


@pytest.mark.long
def test_what_contradicts_itself_is_not_published(drafts: Workshop) -> None:
    """What is printed for readers is checked, not the draft alone: a rule that a version breaks and no draft."""
    module = drafts.root / "src" / "portfolio_review" / "rendering" / "consistency.py"
    before = module.read_bytes()
    rule = """

_check = check


def check(editions):
    passed = not any("published, version" in html for html in editions.values())
    return (*_check(editions), RecordedCheck("one_status", passed, "it says published", NOWHERE))
"""
    try:
        append(module, rule)
        assert set(drafts.statuses("--jobs", "1").values()) == {"made"}
        assert do(drafts, "sign", "--as", "Anna Berg").returncode == 0
        done = do(drafts, "publish")
    finally:
        module.write_bytes(before)
    assert done.returncode == 3
    assert "North: the printed report contradicts itself: check one_status failed: it says published" in done.stderr
    assert not published(drafts).exists()


@pytest.mark.long
def test_nothing_is_put_on_top_of_what_was_forged(first: Workshop) -> None:
    file = published(first) / PERIOD / "v1" / "north" / "review.html"
    file.unlink()
    file.write_bytes(b"<p>forged")
    done = do(first, "publish")
    assert done.returncode == 3
    assert "north/review.html: was changed" in done.stderr
    assert "put back what was published, or take the folder away to begin a new chain" in done.stderr


# Kills -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corrected(signed: Workshop) -> Iterator[tuple[Workshop, list[str]]]:
    """The first version published and its correction signed, with 24 of the operations that publishing it takes: those
    of the command, and those of the workers that render, which count each for itself."""
    restore(signed, signed.root / "version-1")
    rows = (signed.root / "sales.csv").read_bytes()
    correct(signed)
    shutil.copytree(signed.out, signed.root / "corrected")
    log = signed.root / "operations"
    log.unlink(missing_ok=True)
    assert publish_correction(signed, FAULT_LOG=str(log)).returncode == 0
    lines = log.read_text().splitlines()
    count, made = sum(line.startswith("main ") for line in lines), sum(line.startswith("worker ") for line in lines)
    assert count >= 16
    assert made >= 8 * 2
    mine = [f"main:{1 + number * (count - 1) // 15}" for number in range(16)]
    yield signed, [*mine[:6], *(f"worker:{1 + number * (made // 2 - 1) // 7}" for number in range(8)), *mine[6:]]
    (signed.root / "sales.csv").write_bytes(rows)


def publish_correction(shop: Workshop, **more: str) -> subprocess.CompletedProcess[str]:
    return do(shop, "publish", "--reason", "A sale was missing.", FAULT_UNDER=str(shop.out), **more)


def kill_and_look(shop: Workshop, at: str) -> int:
    """Kill `publish` at an operation; the version that stands then, whole."""
    restore(shop, shop.root / "corrected")
    before = tree(published(shop))
    done = publish_correction(shop, FAULT_AT=at, FAULT_DO="KILL")
    assert done.returncode == -signal.SIGKILL
    after = verify(shop)
    assert after.exit_code == 0, f"{at}: {after.output}"
    head = json.loads((published(shop) / "head.json").read_text())
    version = int(head["periods"][PERIOD]["version"])
    kept = tree(published(shop))
    assert version == 2 or kept == before
    assert {name: kept[name] for name in before if name != "head.json"} == {
        name: hash for name, hash in before.items() if name != "head.json"
    }
    again = publish_correction(shop) if version == 1 else do(shop, "publish")
    assert again.returncode == 0, f"{at}: {again.stderr}"
    assert verify(shop).exit_code == 0
    assert json.loads((published(shop) / "head.json").read_text())["periods"][PERIOD]["version"] == 2
    assert shop.left_behind() == []
    return version


def test_a_kill_leaves_the_old_state_or_the_new_one(corrected: tuple[Workshop, list[str]]) -> None:
    shop, points = corrected
    assert kill_and_look(shop, points[11]) == 1


@pytest.mark.long
def test_24_points_of_publishing(corrected: tuple[Workshop, list[str]]) -> None:
    shop, points = corrected
    assert len(set(points)) == 24
    assert {kill_and_look(shop, at) for at in points} == {1, 2}


@pytest.mark.long
def test_a_full_disk_changes_nothing_that_was_published(corrected: tuple[Workshop, list[str]]) -> None:
    shop, points = corrected
    restore(shop, shop.root / "corrected")
    before = tree(published(shop))
    for at in points[4:20:5]:
        done = publish_correction(shop, FAULT_AT=at, FAULT_DO="ENOSPC")
        if done.returncode:
            assert "No space left on device" in done.stderr
            assert tree(published(shop)) == before
            assert verify(shop).exit_code == 0
        assert os.path.isdir(published(shop))

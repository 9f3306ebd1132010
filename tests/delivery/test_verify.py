"""`verify` names every forgery of a published folder, and needs nothing but the folder and the public key."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import made_published
import pytest
from click.testing import CliRunner, Result
from made_published import ANNA, OTHER, PUBLIC, edit, forge_version, sign_head_anew

from portfolio_review.cli import cli
from portfolio_review.delivery import keys, manifest
from portfolio_review.errors import EXIT_USAGE

DEC1, DEC2, JAN1 = "2023-12/v1", "2023-12/v2", "2024-01/v1"


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_published.write(tmp_path_factory.mktemp("series"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy in which a test may forge."""
    copy = tmp_path / "published"
    shutil.copytree(original, copy)
    made_published.writable(copy)
    return copy


def verify(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["verify", str(folder), *words])


def head_hash(folder: Path) -> str:
    return hashlib.sha256((folder / "head.json").read_bytes()).hexdigest()


def test_what_was_published_is_consistent(original: Path) -> None:
    done = verify(original, "--key", PUBLIC, "--head", head_hash(original))
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"consistent; signed by the key {keys.fingerprint(PUBLIC)}\n3 versions, ")


def test_without_a_key_it_says_that_nobody_has_vouched_for_it(original: Path) -> None:
    done = verify(original)
    assert done.exit_code == 0
    said = f"consistent; signed by the key {keys.fingerprint(PUBLIC)}, which nobody has vouched for here\n"
    assert done.output.startswith(said)


def test_a_part_of_the_folder_is_told_to_be_one(original: Path) -> None:
    done = verify(original / DEC1, "--key", PUBLIC)
    assert done.exit_code == EXIT_USAGE
    assert f"is a part of what was published: name {original}," in done.output


def test_the_folder_of_the_series_does_as_well(original: Path) -> None:
    assert verify(original.parent, "--key", PUBLIC).exit_code == 0


def test_several_keys_may_sign(original: Path) -> None:
    assert verify(original, "--key", keys.line(OTHER.public_key()), "--key", PUBLIC).exit_code == 0


def test_what_is_published_is_read_only_and_shares_what_stays(original: Path) -> None:
    for path in original.rglob("*"):
        parts = path.relative_to(original).parts
        if path.is_file() or len(parts) > 1:
            assert path.stat().st_mode & 0o222 == 0
    kept = original / DEC2 / "south" / "review.pdf"
    assert kept.samefile(original / DEC1 / "south" / "review.pdf")


def test_a_correction_names_what_it_replaces_and_why_and_the_manifest_before_it(original: Path) -> None:
    document = json.loads((original / DEC2 / "manifest.json").read_text())
    assert (document["replaces"], document["reason"], document["number"]) == (1, "A sale was booked twice.", 3)
    before = hashlib.sha256((original / JAN1 / "manifest.json").read_bytes()).hexdigest()
    assert document["previous"] == {"period": "2024-01", "version": 1, "sha256": before}
    assert [one["version"] for one in document["units"]] == [2, 1]


def test_the_same_reviews_and_days_give_the_same_bytes(original: Path, tmp_path: Path) -> None:
    again = made_published.write(tmp_path)
    files = {path.relative_to(original): path.read_bytes() for path in original.rglob("*") if path.is_file()}
    assert {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()} == files


def test_nothing_but_the_library_of_signatures_is_loaded() -> None:
    """Whoever verifies needs no data and waits for nothing that computes or draws."""
    words = "from portfolio_review.delivery import verify"
    heavy = "{'pandas', 'numpy', 'scipy', 'pyarrow', 'matplotlib', 'weasyprint', 'duckdb', 'nbformat', 'jinja2'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {words}; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# Forgeries -------------------------------------------------------------------------------------

Forgery = Callable[[Path], object]


def flip(name: str, at: int = -2) -> Forgery:
    """One bit of a file."""

    def forge(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[at] ^= 1
        (folder / name).write_bytes(bytes(content))

    return forge


def replaced(name: str, old: str, new: str) -> Forgery:
    def forge(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return forge


def cut(name: str) -> Forgery:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-20])


def emptied(name: str) -> Forgery:
    return lambda folder: (folder / name).write_bytes(b"")


def gone(name: str) -> Forgery:
    return lambda folder: (folder / name).unlink()


def added(name: str, text: str = "more") -> Forgery:
    def forge(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return forge


def copied(source: str, target: str) -> Forgery:
    return lambda folder: shutil.copyfile(folder / source, folder / target)


def swapped(one: str, other: str) -> Forgery:
    def forge(folder: Path) -> None:
        (folder / one).rename(folder / "aside")
        (folder / other).rename(folder / one)
        (folder / "aside").rename(folder / other)

    return forge


def without(*places: str) -> Forgery:
    return lambda folder: [shutil.rmtree(folder / place) for place in places]


def linked(name: str, target: str | None = None) -> Forgery:
    """A file in the place of which a link to the same bytes stands."""

    def forge(folder: Path) -> None:
        aside = folder.parent / "aside"
        (folder / name).rename(aside)
        (folder / name).symlink_to(target or aside)

    return forge


def linked_folder(folder: Path) -> None:
    (folder / DEC1).rename(folder.parent / "aside")
    (folder / DEC1).symlink_to(folder.parent / "aside")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / DEC1 / "pipe")


def listening(folder: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)  # addresses of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("socket")
    finally:
        os.chdir(here)


def forged_with_its_manifest(folder: Path) -> None:
    (folder / DEC2 / "north" / "review.pdf").write_text("%PDF forged")
    forge_version(folder, DEC2)


def forged_with_manifest_and_head(folder: Path) -> None:
    """All that can be done without the key: the signature of the head does not hold then."""
    (folder / DEC2 / "north" / "review.pdf").write_text("%PDF forged")
    top = {"version": 2, "sha256": forge_version(folder, DEC2)}
    document = json.loads((folder / "head.json").read_text())
    edit(folder / "head.json", newest={"period": "2023-12", **top}, periods={**document["periods"], "2023-12": top})


def forged_results_with_head_signed_by(key: object) -> Forgery:
    """Whoever publishes cannot change what was reviewed: the approval holds its hash."""

    def forge(folder: Path) -> None:
        (folder / DEC2 / "north" / "results.json").write_text("{}")
        top = {"version": 2, "sha256": forge_version(folder, DEC2)}
        tops = json.loads((folder / "head.json").read_text())["periods"]
        sign_head_anew(folder, key, newest={"period": "2023-12", **top}, periods={**tops, "2023-12": top})  # type: ignore[arg-type]

    return forge


def notebook_added_by_the_publisher(folder: Path) -> None:
    (folder / DEC2 / "north" / "notebooks" / "09_more.ipynb").write_text("{}")
    top = {"version": 2, "sha256": forge_version(folder, DEC2)}
    tops = json.loads((folder / "head.json").read_text())["periods"]
    sign_head_anew(folder, ANNA, newest={"period": "2023-12", **top}, periods={**tops, "2023-12": top})


def older_head(folder: Path) -> None:
    """The head as it was before the correction, signed by the right key: what a replay would be."""
    before = json.loads((folder / DEC2 / "manifest.json").read_text())["previous"]
    first = json.loads((folder / JAN1 / "manifest.json").read_text())["previous"]
    top = {"version": first["version"], "sha256": first["sha256"]}
    tops = {"2023-12": top, "2024-01": {"version": before["version"], "sha256": before["sha256"]}}
    sign_head_anew(folder, ANNA, newest=before, periods=tops, number=2)


def removed_under_an_older_head(folder: Path) -> None:
    older_head(folder)
    shutil.rmtree(folder / DEC2)


def cut_chain(folder: Path) -> None:
    """The first version left out, and the rest signed by the right key: it says that it has three."""
    shutil.rmtree(folder / DEC1)
    edit(folder / JAN1 / "manifest.json", previous=None)


def approval_of_another_period(folder: Path) -> None:
    shutil.copyfile(folder / JAN1 / "approval.json", folder / DEC2 / "approval.json")


def approval_with(**changes: object) -> Forgery:
    def forge(folder: Path) -> None:
        file = folder / DEC2 / "approval.json"
        document = json.loads(file.read_text())
        document["approvals"][0] |= changes
        file.write_text(manifest.text(document))

    return forge


def approvals_signed_by_the_publisher_alone(folder: Path) -> None:
    """An approval is forged under a name, and the head signed by another key than the reviewer's."""
    file = folder / DEC2 / "approval.json"
    document = json.loads(file.read_text())
    document["approvals"][0] = keys.signed({**document["approvals"][0], "name": "Eve"}, "approval", OTHER)
    file.write_text(manifest.text(document))
    forged_results_with_head_signed_by(OTHER)(folder)


def all_signed_anew(folder: Path) -> None:
    """The whole folder made again with another key: consistent in itself."""
    target = made_published.write(folder.parent / "anew", OTHER)
    shutil.rmtree(folder)
    shutil.copytree(target, folder)
    made_published.writable(folder)


def nested_deeply(folder: Path) -> None:
    (folder / "head.json").write_text("[" * 200_000)


FORGERIES: dict[str, tuple[Forgery, str]] = {
    # a byte of each kind of file
    "PDF": (flip(f"{DEC1}/north/review.pdf"), f"{DEC1}/north/review.pdf: was changed"),
    "HTML": (flip(f"{DEC2}/north/review.html"), f"{DEC2}/north/review.html: was changed"),
    "XLSX": (flip(f"{JAN1}/south/review.xlsx"), f"{JAN1}/south/review.xlsx: was changed"),
    "results": (flip(f"{JAN1}/north/results.json"), f"{JAN1}/north/results.json: was changed"),
    "notebook": (flip(f"{DEC2}/south/notebooks/00_data.ipynb"), "notebooks/00_data.ipynb: was changed"),
    "notebook's page": (flip(f"{DEC2}/south/notebooks/00_data.html"), "notebooks/00_data.html: was changed"),
    "unit's manifest": (flip(f"{DEC2}/south/manifest.json"), f"{DEC2}/south/manifest.json: was changed"),
    "approval": (flip(f"{DEC1}/approval.json"), f"{DEC1}/approval.json: was changed"),
    "newest manifest": (flip(f"{DEC2}/manifest.json"), f"{DEC2}/manifest.json: "),
    "middle manifest": (flip(f"{JAN1}/manifest.json", 40), f"{JAN1}/manifest.json: "),
    "first manifest": (flip(f"{DEC1}/manifest.json", 40), f"{DEC1}/manifest.json: "),
    "first byte": (flip(f"{DEC1}/north/review.pdf", 0), f"{DEC1}/north/review.pdf: was changed"),
    "head's first byte": (flip("head.json", 0), "head.json: "),
    "head's last byte": (flip("head.json", -1), "head.json: "),
    "head's number": (replaced("head.json", '"number": 3', '"number": 4'), "head.json: its signature does not hold"),
    "head's day": (replaced("head.json", "2024-02-01", "2024-02-02"), "head.json: its signature does not hold"),
    "head's review": (replaced("head.json", '"shop"', '"shot"'), "head.json: its signature does not hold"),
    "head's blanks": (replaced("head.json", '"number": 3', '"number":  3'), "head.json: was changed"),
    "head's line end": (lambda f: (f / "head.json").write_text((f / "head.json").read_text() + "\n"), "head.json: was"),
    "head's escape": (replaced("head.json", '"shop"', '"\\u0073hop"'), "head.json: was changed"),
    "head's signature, last sign": (replaced("head.json", '=="', '=" '), "head.json: "),
    "head's schema": (replaced("head.json", '"schema": 1', '"schema": 2'), "head.json: has the schema 2"),
    "name twice": (replaced("head.json", '"number": 3,', '"number": 9,\n "number": 3,'), "stands twice in one object"),
    "name twice in a manifest": (
        replaced(f"{DEC2}/manifest.json", '"number": 3,', '"number": 9,\n "number": 3,'), "stands twice in one object",
    ),
    "number as a float": (replaced("head.json", '"number": 3', '"number": 3.0'), "head.json: its signature"),
    "not a number": (replaced("head.json", '"number": 3', '"number": NaN'), "head.json: cannot be read"),
    "byte order mark": (lambda f: (f / "head.json").write_bytes(b"\xef\xbb\xbf" + (f / "head.json").read_bytes()), "head.json: "),
    "nested deeply": (nested_deeply, "head.json: cannot be read as what it should be"),
    # cut, emptied, gone
    "PDF cut": (cut(f"{DEC1}/north/review.pdf"), f"{DEC1}/north/review.pdf: was changed"),
    "manifest cut": (cut(f"{JAN1}/manifest.json"), f"{JAN1}/manifest.json: cannot be read"),
    "head cut": (cut("head.json"), "head.json: cannot be read"),
    "head emptied": (emptied("head.json"), "head.json: cannot be read"),
    "approval emptied": (emptied(f"{JAN1}/approval.json"), f"{JAN1}/approval.json: "),
    "PDF gone": (gone(f"{DEC2}/north/review.pdf"), f"{DEC2}/north/review.pdf: is missing"),
    "notebook gone": (gone(f"{DEC2}/north/notebooks/00_data.ipynb"), "00_data.ipynb: is missing"),
    "approval gone": (gone(f"{DEC2}/approval.json"), f"{DEC2}/approval.json: is missing"),
    "manifest gone": (gone(f"{JAN1}/manifest.json"), f"{JAN1}/manifest.json: is missing"),
    "head gone": (gone("head.json"), "head.json: is missing"),
    "unit gone": (without(f"{DEC1}/south"), f"{DEC1}/south/results.json: is missing"),
    # replaced and swapped
    "PDF of the version before": (copied(f"{DEC1}/north/review.pdf", f"{DEC2}/north/review.pdf"), f"{DEC2}/north/review.pdf: was changed"),
    "PDFs of two units swapped": (swapped(f"{DEC1}/north/review.pdf", f"{DEC1}/south/review.pdf"), f"{DEC1}/south/review.pdf: was changed"),
    "units swapped": (swapped(f"{JAN1}/north", f"{JAN1}/south"), f"{JAN1}/north/results.json: was changed"),
    "file renamed": (lambda f: (f / DEC1 / "north/review.pdf").rename(f / DEC1 / "north/Review.pdf"), "Review.pdf: was added"),
    "manifest of another version": (copied(f"{DEC1}/manifest.json", f"{DEC2}/manifest.json"), f"{DEC2}/manifest.json: was changed or replaced"),
    "manifest fits a forged PDF": (forged_with_its_manifest, f"{DEC2}/manifest.json: was changed or replaced"),
    "manifest and head fit a forged PDF": (forged_with_manifest_and_head, "head.json: its signature does not hold"),
    "results forged by the publisher": (forged_results_with_head_signed_by(ANNA), f"{DEC2}/north/results.json: is not what was signed"),
    "notebook added by the publisher": (notebook_added_by_the_publisher, "notebooks/09_more.ipynb: was not signed"),
    "approval of another period": (approval_of_another_period, f"{DEC2}/approval.json: was changed"),
    "name in an approval": (approval_with(name="Eve"), "the signature of the approval of North does not hold"),
    "day in an approval": (approval_with(day="2024-01-31"), "the signature of the approval of North does not hold"),
    "approval without signature": (approval_with(signature=None), "the signature of the approval of North does not hold"),
    "approval of no unit": (approval_with(unit=7), f"{DEC2}/approval.json: holds an approval that is none"),
    # the chain
    "newest version gone": (without(DEC2), f"{DEC2}/manifest.json: is missing, head.json names it"),
    "middle version gone": (without(JAN1), f"{JAN1}/manifest.json: is missing"),
    "first version gone": (without(DEC1), f"{DEC1}/manifest.json: is missing, {JAN1}/manifest.json names it"),
    "period gone": (without("2024-01"), f"{JAN1}/manifest.json: is missing"),
    "chain cut": (cut_chain, f"{JAN1}/manifest.json: was changed or replaced"),
    "versions swapped": (swapped(DEC1, DEC2), f"{DEC2}/manifest.json: was changed or replaced"),
    "periods swapped": (swapped("2023-12", "2024-01"), "manifest.json: "),
    "version renamed": (lambda f: (f / DEC2).rename(f / "2023-12/v3"), "2023-12/v3: is not in the chain"),
    "older head": (older_head, f"{DEC2}: is not in the chain under head.json"),
    "version added": (lambda f: shutil.copytree(f / DEC1, f / "2023-12/v3"), "2023-12/v3: is not in the chain"),
    "period added": (lambda f: shutil.copytree(f / "2024-01", f / "2024-02"), "2024-02/v1: is not in the chain"),
    # what nobody names
    "file added to a unit": (added(f"{DEC1}/north/more.pdf"), f"{DEC1}/north/more.pdf: was added"),
    "file added to a version": (added(f"{DEC1}/more.txt"), f"{DEC1}/more.txt: was added"),
    "file added beside the head": (added("head.json.bak"), "head.json.bak: was added"),
    "hidden file added": (added(".DS_Store"), ".DS_Store: was added"),
    "unit added": (added(f"{DEC2}/east/review.pdf"), f"{DEC2}/east/review.pdf: was added"),
    "empty folder added": (lambda f: (f / DEC1 / "north" / "owners").mkdir(), f"{DEC1}/north/owners: was added"),
    "strange name added": (added("a\x1b[2Jb"), "a\\x1b[2Jb: was added"),
    # no plain files
    "link in the place of a PDF": (linked(f"{DEC1}/north/review.pdf"), f"{DEC1}/north/review.pdf: is a symbolic link"),
    "link in the place of the head": (linked("head.json"), "head.json: is a symbolic link"),
    "link to a file outside": (linked(f"{DEC1}/north/review.pdf", "/etc/hostname"), "is a symbolic link"),
    "link in the place of a version": (linked_folder, f"{DEC1}: is a symbolic link"),
    "pipe": (pipe, f"{DEC1}/pipe: is no plain file"),
    "socket": (listening, "socket: is no plain file"),
}  # fmt: skip


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 60


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named(folder: Path, name: str) -> None:
    forge, said = FORGERIES[name]
    forge(folder)
    done = verify(folder)  # no key is needed to see it
    assert done.exit_code == 1, done.output
    assert said in done.output
    assert "this is not what was signed and published" in done.output
    assert "\x1b" not in done.output


def test_folders_within_each_other_without_end_are_named(folder: Path) -> None:
    """More of them than a program can call itself."""
    here = os.getcwd()
    os.chdir(folder / DEC1)
    try:
        for _ in range(1500):
            os.mkdir("a")
            os.chdir("a")
    finally:
        os.chdir(here)
    done = verify(folder)
    subprocess.run(["rm", "-rf", str(folder / DEC1 / "a")], check=True)  # which shutil cannot
    assert done.exit_code == 1
    assert f"{DEC1}/a: was added" in done.output


@pytest.mark.parametrize("bit", range(0, 6000, 400))
def test_no_bit_of_the_head_is_free(folder: Path, bit: int) -> None:
    content = bytearray((folder / "head.json").read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    (folder / "head.json").write_bytes(bytes(content))
    assert verify(folder).exit_code == 1


def test_the_last_sign_of_a_signature_has_one_way_to_be_written(folder: Path) -> None:
    text = (folder / "head.json").read_text()
    place = text.index('=="') - 1
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same = signs[signs.index(text[place]) ^ 1]  # differs in bits that base64 drops
    (folder / "head.json").write_text(text[:place] + same + text[place + 1 :])
    assert "head.json: its signature does not hold" in verify(folder).output


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (all_signed_anew, "head.json: is signed by the key"),
        (lambda folder: sign_head_anew(folder, OTHER), "head.json: is signed by the key"),
        (forged_results_with_head_signed_by(OTHER), "head.json: is signed by the key"),
        (approvals_signed_by_the_publisher_alone, "the approval of North is signed by the key"),
    ],
)
def test_what_another_key_has_signed_is_named_where_a_key_is_given(folder: Path, forge: Forgery, said: str) -> None:
    forge(folder)
    done = verify(folder, "--key", PUBLIC)
    assert done.exit_code == 1
    assert said in done.output
    assert "which is none of --key" in done.output


def test_a_folder_signed_anew_is_consistent_and_says_by_whom_where_no_key_is_given(folder: Path) -> None:
    all_signed_anew(folder)
    done = verify(folder)
    assert done.exit_code == 0
    assert f"{keys.fingerprint(keys.line(OTHER.public_key()))}, which nobody has vouched for here" in done.output


def test_only_the_hash_of_the_head_tells_that_a_head_is_the_newest(folder: Path) -> None:
    newest = head_hash(folder)
    removed_under_an_older_head(folder)
    assert verify(folder, "--key", PUBLIC).exit_code == 0  # as it was before the correction
    done = verify(folder, "--key", PUBLIC, "--head", newest)
    assert done.exit_code == 1
    assert (
        f"head.json: its hash is {head_hash(folder)}, --head is {newest}: an older head, or another one" in done.output
    )


def test_differences_are_for_programs_too(folder: Path) -> None:
    (folder / DEC1 / "north" / "review.pdf").write_text("forged")
    document = json.loads(verify(folder, "--json").output)
    assert document["exit_code"] == 1
    assert document["differences"] == [
        {"path": f"{DEC1}/north/review.pdf", "what": f"was changed: its hash is not the one in {DEC1}/manifest.json"}
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--head", "abc"], "--head: expected the 64 hexadecimal digits"),
        (["--key", "no.pub"], "no.pub: No such file or directory"),
        (["--key", "ssh-ed25519 AAAA"], "holds no public key"),
    ],
)
def test_what_the_command_line_gets_wrong_is_said(original: Path, words: list[str], said: str) -> None:
    done = verify(original, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = verify(tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "is no folder" in done.output

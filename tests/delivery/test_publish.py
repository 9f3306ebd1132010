"""A folder takes its place whole or not at all."""

from pathlib import Path

import pytest

from portfolio_review.delivery import manifest, publish
from portfolio_review.errors import PublishError


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "a.txt").write_text(text)
    return path


def test_a_folder_replaces_the_one_before(tmp_path: Path) -> None:
    target = folder(tmp_path / "period" / "unit", "old")
    publish.put(folder(tmp_path / "staged", "new"), target)
    assert (target / "a.txt").read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["unit"]


def test_a_failed_rename_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = folder(tmp_path / "period" / "unit", "old")
    staged = folder(tmp_path / "staged", "new")
    whole = Path.rename

    def rename(self: Path, to: Path) -> Path:
        if self == staged:
            raise OSError(28, "No space left on device", str(to))
        return whole(self, to)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PublishError, match=r"No space left on device; .* is as it was before"):
        publish.put(staged, target)
    assert (target / "a.txt").read_text() == "old"


@pytest.mark.parametrize("both", [True, False])
def test_what_a_killed_run_left_is_mended(tmp_path: Path, both: bool) -> None:
    folder(tmp_path / "unit.replaced", "old")
    if both:
        folder(tmp_path / "unit", "new")
    publish.mend(tmp_path)
    assert (tmp_path / "unit" / "a.txt").read_text() == ("new" if both else "old")
    assert not (tmp_path / "unit.replaced").exists()


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "manifest.json"
    publish.write_text(file, "old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PublishError, match=r"manifest\.json: Input/output error"):
        publish.write_text(file, "new")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_manifest_knows_whether_its_folder_is_whole(tmp_path: Path) -> None:
    unit = folder(tmp_path / "unit", "text")
    known = {"files": manifest.files_in(unit)}
    assert manifest.damaged(unit, known) == []
    (unit / "a.txt").write_text("texT")
    assert manifest.damaged(unit, known) == ["a.txt"]


def test_an_unreadable_manifest_is_none(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) is None
    (tmp_path / "manifest.json").write_text("{")
    assert manifest.read(tmp_path) is None


@pytest.mark.parametrize("at_once", [True, False])
def test_two_folders_take_each_others_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    """In one step where the system knows how, else by renames; both leave the new folder whole."""
    if not at_once:
        monkeypatch.setattr(publish, "_swapped", lambda one, other: False)
    target = folder(tmp_path / "published", "old")
    staged = folder(tmp_path / "staged", "new")
    publish.exchange(staged, target)
    assert (target / "a.txt").read_text() == "new"
    assert not (tmp_path / "published.replaced").exists()
    if staged.exists():
        assert (staged / "a.txt").read_text() == "old"


def test_a_first_folder_takes_its_place(tmp_path: Path) -> None:
    publish.exchange(folder(tmp_path / "staged", "new"), tmp_path / "published")
    assert (tmp_path / "published" / "a.txt").read_text() == "new"
    assert not (tmp_path / "staged").exists()


def test_what_is_read_only_is_removed_and_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    outside = folder(tmp_path / "outside", "mine")
    outside.chmod(0o555)
    inner = folder(tmp_path / "old" / "inner", "text")
    (tmp_path / "old" / "link").symlink_to(outside)
    inner.chmod(0o555)
    (tmp_path / "old").chmod(0o555)
    publish.remove(tmp_path / "old")
    assert not (tmp_path / "old").exists()
    assert (outside / "a.txt").read_text() == "mine"
    assert outside.stat().st_mode & 0o777 == 0o555


def test_a_published_folder_left_aside_by_a_kill_goes_back(tmp_path: Path) -> None:
    folder(tmp_path / "shop" / "published.replaced", "old")
    with publish.series_folder(tmp_path / "shop"):
        assert (tmp_path / "shop" / "published" / "a.txt").read_text() == "old"

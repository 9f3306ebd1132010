"""A draft that another one replaces keeps its results and manifest, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portfolio_review.delivery import drafts, manifest, sent
from portfolio_review.delivery.publish import put
from portfolio_review.errors import PublishError


def draft(folder: Path, run: str, said: str) -> Path:
    folder.mkdir(parents=True)
    tables = {"t": {"rows": None, "file": "t.parquet"}, "short": {"rows": []}, "odd": {"rows": None, "file": "../x"}}
    (folder / "results.json").write_text(json.dumps({"said": said, "tables": tables}), encoding="utf-8")
    (folder / "t.parquet").write_text(said, encoding="utf-8")
    (folder / "review.pdf").write_text("pdf", encoding="utf-8")
    document = {"schema": 1, "unit": "all", "run": run, "files": manifest.files_in(folder)}
    (folder / manifest.NAME).write_text(manifest.text(document), encoding="utf-8")
    return folder


def replace(target: Path, run: str, said: str) -> None:
    staged = draft(target.parent / "staged", run, said)
    drafts.keep(staged, target)
    put(staged, target)


def kept(target: Path) -> list[str]:
    found = target / manifest.EARLIER
    return sorted(path.relative_to(found).as_posix() for path in found.rglob("*") if path.is_file())


def test_results_manifest_and_long_tables_stay_by_run_id(tmp_path: Path) -> None:
    target = draft(tmp_path / "all", "aaaa", "one")
    replace(target, "bbbb", "two")
    assert kept(target) == ["aaaa/manifest.json", "aaaa/results.json", "aaaa/t.parquet"]
    assert (target / manifest.EARLIER / "aaaa" / "t.parquet").read_text("utf-8") == "one"
    own = manifest.read(target)
    assert own is not None
    assert manifest.damaged(target, own) == []  # they are no files of the review


def test_the_same_results_are_kept_once_and_the_standing_ones_never(tmp_path: Path) -> None:
    target = draft(tmp_path / "all", "aaaa", "one")
    replace(target, "cccc", "one")  # another template: the same results
    assert kept(target) == []
    replace(target, "bbbb", "two")
    assert {path.split("/")[0] for path in kept(target)} == {"cccc"}
    replace(target, "cccc", "one")
    assert {path.split("/")[0] for path in kept(target)} == {"bbbb"}


def test_nothing_is_kept_of_what_has_no_manifest_with_a_run(tmp_path: Path) -> None:
    target = draft(tmp_path / "all", "../x", "one")
    replace(target, "bbbb", "two")
    assert kept(target) == []
    drafts.keep(draft(tmp_path / "new", "cccc", "three"), tmp_path / "never")
    assert not (tmp_path / "new" / manifest.EARLIER).exists()


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    target = draft(tmp_path / "all", "aaaa", "one")
    (target / "results.json").unlink()
    with pytest.raises(PublishError, match=r"results.json: No such file or directory; .*all is as it was before"):
        drafts.keep(draft(tmp_path / "new", "bbbb", "two"), target)


def test_of_what_was_sent_the_pdfs_that_readers_have_stay_too(tmp_path: Path) -> None:
    """`sent.json` names the run `aaaa` of all; another unit's and the draft's own PDF are not what its readers have."""
    target = draft(tmp_path / "2023-12" / "all", "aaaa", "one")
    for slug, unit in (("all", "all"), ("north", "North")):
        version = draft(tmp_path / "published" / "2023-12" / "v1" / slug, "aaaa", "one")
        (version / "owners").mkdir()
        for name in ("review.pdf", "review.ru.pdf", "owners/bo.pdf"):
            (version / name).write_text(f"{unit} {name}, published", encoding="utf-8")
        (version / manifest.NAME).write_text(json.dumps({"schema": 1, "unit": unit, "run": "aaaa", "files": {}}))
    one = sent.Record("a@x.org", "all", None, 1, "aaaa", "", "<1@x>", {}, "sent", "")
    sent.write(tmp_path / "2023-12", "shop", {one.key: one})
    replace(target, "bbbb", "two")
    replace(target, "cccc", "three")
    pdfs = ["aaaa/owners/bo.pdf", "aaaa/review.pdf", "aaaa/review.ru.pdf"]
    assert [name for name in kept(target) if name.endswith(".pdf")] == pdfs
    assert (target / manifest.EARLIER / "aaaa" / "review.pdf").read_text() == "all review.pdf, published"

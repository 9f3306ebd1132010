"""One series has one first language."""

import json
from pathlib import Path

import pytest

from portfolio_review import review as review_files
from portfolio_review.errors import UsageError
from portfolio_review.pipeline import languages

ENGLISH = review_files.parse("id: shop\ncurrency: EUR\nsources: {transactions: {path: sales.csv}}\n")


def leave(series: Path, place: str, language: str) -> None:
    (series / place).mkdir(parents=True)
    manifest = {"schema": 1, "unit": "all", "language": language, "files": {}}
    (series / place / "manifest.json").write_text(json.dumps(manifest))


def test_another_language_is_refused_with_its_periods(tmp_path: Path) -> None:
    languages.refuse_another(tmp_path / "never", ENGLISH)
    leave(tmp_path, "2026-08/all", "en")
    languages.refuse_another(tmp_path, ENGLISH)
    leave(tmp_path, "2026-09/all", "ru")
    leave(tmp_path, "2026-Q3/north", "ru")
    with pytest.raises(
        UsageError, match=r"than English: 2026-09, 2026-Q3; leave .* first and name this one .*languages: \[en\].*--out"
    ):
        languages.refuse_another(tmp_path, ENGLISH)


def test_what_cannot_be_read_is_in_no_language(tmp_path: Path) -> None:
    leave(tmp_path, "2026-08/all", "ru")
    (tmp_path / "2026-08" / "all" / "manifest.json").write_text("{")
    languages.refuse_another(tmp_path, ENGLISH)

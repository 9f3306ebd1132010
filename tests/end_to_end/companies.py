"""The review files of data that no one here wrote, and whether their data are on this machine."""

import os
from pathlib import Path

import pytest

from portfolio_review import review as review_files

REVIEWS = Path(__file__).parents[1] / "reviews"


def in_formats(file: Path, formats: str, folder: Path) -> Path:
    """A copy of the review file in `folder` that asks for these formats alone; its data stay where they are."""
    text = file.read_text(encoding="utf-8")
    assert "report:" not in text
    copy = folder / file.name
    data = Path(os.path.relpath(file.parent / "../../../shared", folder)).as_posix()
    copy.write_text(text.replace("../../../shared", data) + f"\nreport: {{formats: [{formats}]}}\n", encoding="utf-8")
    return copy


def need_data(file: Path) -> None:
    """Skip, with the reason, when a file that the review file names is not on this machine."""
    for table, source in review_files.load(file).sources.items():
        words = [source.path] if source.path else (source.query or "").split("'")[1::2]
        for word in words:
            if word.endswith(".parquet") and not (file.parent / word).exists():
                pytest.skip(f"{table}: {word} is not on this machine")

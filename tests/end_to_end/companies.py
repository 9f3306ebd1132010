"""The review files of data that no one here wrote, and whether their data are on this machine."""

from pathlib import Path

import pytest

from portfolio_review import review as review_files

REVIEWS = Path(__file__).parents[1] / "reviews"


def need_data(file: Path) -> None:
    """Skip, with the reason, when a file that the review file names is not on this machine."""
    for table, source in review_files.load(file).sources.items():
        words = [source.path] if source.path else (source.query or "").split("'")[1::2]
        for word in words:
            if word.endswith(".parquet") and not (file.parent / word).exists():
                pytest.skip(f"{table}: {word} is not on this machine")

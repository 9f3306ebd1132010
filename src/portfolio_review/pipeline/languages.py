"""One series has one first language: another would replace its files, or stand mixed among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portfolio_review.delivery import manifest
from portfolio_review.errors import UsageError
from portfolio_review.resources import LANGUAGES
from portfolio_review.review import Review

SHOWN = 5


def refuse_another(series: Path, review: Review) -> None:
    """`UsageError` where the folder of a series holds reviews whose first language is another than that of `review`."""
    others = [period for period, language in _made(series) if language != review.language]
    if others:
        raise UsageError(
            f"{series} holds reviews whose first language is another than {LANGUAGES[review.language]}: "
            f"{', '.join(others[:SHOWN])}{', …' if len(others) > SHOWN else ''}; leave that language the first and "
            f"name this one beside it (report: {{languages: [{review.language}]}}, or --language for each, that one "
            "first), or choose another folder with --out"
        )


def _made(series: Path) -> Iterator[tuple[str, str]]:
    """Each period of the series with the language of its first review: all speak it, so one is read of many."""
    for period in sorted(series.glob("[0-9]*")):
        told = (
            (manifest.read(path.parent) or {}).get("language") for path in sorted(period.glob(f"*/{manifest.NAME}"))
        )
        language = next((word for word in told if isinstance(word, str)), None)
        if language is not None:
            yield period.name, language

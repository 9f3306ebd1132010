"""One series speaks one language: a second one would replace files of the first, or stand mixed among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portfolio_review.delivery import manifest
from portfolio_review.errors import UsageError
from portfolio_review.resources import LANGUAGES
from portfolio_review.review import Review

SHOWN = 5


def refuse_a_second(series: Path, review: Review) -> None:
    """`UsageError` where the folder of a series holds reviews in another language than `review` asks for."""
    others = [period for period, language in _made(series) if language != review.language]
    if others:
        raise UsageError(
            f"{series} holds reviews in another language than {LANGUAGES[review.language]}: "
            f"{', '.join(others[:SHOWN])}{', …' if len(others) > SHOWN else ''}; two languages in one series are not "
            "built yet: choose another folder with --out, or take those reviews away"
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

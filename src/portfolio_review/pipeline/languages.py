"""One series speaks one language: a second one would replace files of the first, or stand mixed among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portfolio_review.delivery import manifest
from portfolio_review.errors import UsageError
from portfolio_review.review import Review

NAMES = {"en": "English", "ru": "Russian"}
SHOWN = 5


def refuse_a_second(series: Path, review: Review) -> None:
    """`UsageError` where the folder of a series holds reviews in another language than `review` asks for."""
    others = [place for place, language in _made(series) if language != review.language]
    if others:
        raise UsageError(
            f"{series} holds reviews in another language than {NAMES[review.language]}: "
            f"{', '.join(others[:SHOWN])}{', …' if len(others) > SHOWN else ''}; two languages in one series are not "
            "built yet: choose another folder with --out, or take those reviews away"
        )


def _made(series: Path) -> Iterator[tuple[str, str]]:
    """Each review of the series as `<period>/<folder>`, with its language."""
    for path in sorted(series.glob(f"[0-9]*/*/{manifest.NAME}")):
        language = (manifest.read(path.parent) or {}).get("language")
        if isinstance(language, str):
            yield path.parent.relative_to(series).as_posix(), language

"""Names of client companies by language: a family or brand word set into the pattern of a trade.

Out: one name bank per language (Latin and Cyrillic script), from `names.toml`; `FirmNames` deals them without repeats.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
"""Names of firms and of people."""


@dataclass(frozen=True)
class NameBank:
    """The words of one language; `{}` in a pattern stands for a word."""

    words: list[str]
    patterns: dict[str, list[str]]  # by industry
    regions: list[str]


BANKS: Final = {language: NameBank(**bank) for language, bank in DATA["firms"].items()}


class FirmNames:
    """Deals company names: every word of a bank once before any comes again, no name twice."""

    def __init__(self, taken: set[str], rng: np.random.Generator) -> None:
        self._taken = set(taken)
        self._rng = rng
        self._decks: dict[str, list[str]] = {}

    def deal(self, language: str, industry: str) -> str:
        """A new name for a client of that industry, in the script of that language."""
        bank = BANKS[language]
        for _ in range(2 * len(bank.words)):
            if not self._decks.get(language):
                self._decks[language] = [str(word) for word in self._rng.permutation(bank.words)]
            word = self._decks[language].pop()
            patterns = bank.patterns[industry]
            first = int(self._rng.integers(len(patterns)))
            for pattern in patterns[first:] + patterns[:first]:
                name = pattern.format(word)
                if name not in self._taken:
                    self._taken.add(name)
                    return name
        raise AssertionError(f"the {language} bank has no name left for {industry}: add words to it")

"""What an exhibit needs to speak: the language and the numbers of one report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from portfolio_review.catalog import CATALOG, WORDS, Word
from portfolio_review.doubt import Phrase
from portfolio_review.exhibits.language import Language
from portfolio_review.exhibits.numbers import FEWEST, Numbers, Scale, Value, point_change, scale_for
from portfolio_review.resources import LANGUAGES
from portfolio_review.results.contract import ReviewHead

Kind = Literal["money", "count", "share", "number"]
COUNTS = ("count", "orders")
"""Units that count something."""


@dataclass(frozen=True)
class Wording:
    """The language and currency of a report, and the months of its windows: `Wording("ru", "RUB")`."""

    code: str
    currency: str
    window_months: int = 12

    @classmethod
    def of(cls, head: ReviewHead) -> Wording:
        """The wording of a review, as its notebooks need it for charts."""
        if head.language not in LANGUAGES:
            raise ValueError(f"the language '{head.language}' is not one of {', '.join(LANGUAGES)}")
        return cls(head.language, head.currency, head.window_months)

    @cached_property
    def language(self) -> Language:
        return Language(self.code)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.language, self.currency)

    @property
    def months(self) -> str:
        """The length of a window: `12 months`."""
        n = self.window_months
        return self.language.plural("%(n)s month", "%(n)s months", n, n=self.numbers.plain(n))

    def word(self, code: object) -> str:
        """The word for a coded cell (`at_risk`, `churn`, `A`); other values stand as they are."""
        known = WORDS.get(str(code))
        return self.title(known) if known else str(code)

    def title(self, word: Word) -> str:
        """What the catalogue calls a figure, table, column or coded cell, for the windows of this report."""
        text = word.of_window(self.language.in_context(word.context, word.en), self.window_months)
        return self.language.one_month(text) if self.window_months == 1 and not word.of_year else text

    def phrase(self, phrase: Phrase) -> str:
        """What a doubt says: counts and shares in the language of the report."""
        said = {name: self._said(value) for name, value in phrase.values.items()}
        if phrase.parts:
            said["parts"] = ", ".join(map(self.phrase, phrase.parts))
        return self.language.text(phrase.message, **said)

    def example(self, shown: str) -> str:
        """An example of a doubt, whose row is named in the language of the report."""
        head, _, rest = shown.removeprefix("row ").partition(":")
        if not shown.startswith("row ") or not head.isdigit():
            return shown
        row = self.language.text("row %(n)s", n=head)
        return f"{row}:{rest}" if rest else row

    def _said(self, value: str | int | float) -> str:
        if isinstance(value, str):
            return value
        return self.numbers.plain(value) if isinstance(value, int) else self.numbers.percent(value)

    def name(self, id: str) -> str:
        """What the catalogue calls a figure, table or check."""
        return self.title(CATALOG[id])

    def change(self, unit: str, now: float, before: float, *, mark: bool = True) -> str:
        """The change of a figure of `unit`: points of a share, `+5.0%`, `×3.4`; the difference of counts too small for
        per cent, of one from 0 too; empty where no single number tells it."""
        if unit == "share":
            return self.numbers.points(point_change(now, before))
        counts = unit in COUNTS
        told = self.numbers.change(now, before, mark=mark, counts=counts)
        few = counts and min(now, before) < FEWEST
        return told or (self.numbers.plain(now - before, sign=True) if few else "")

    def label(self, value: Value, kind: Kind, scale: Scale | None = None) -> str:
        """A number as a chart's label; its unit stands in the title, so it is not repeated."""
        if kind == "money":
            return self.numbers.scaled(value, scale or scale_for([value]))
        if kind == "share":
            return self.numbers.percent(value, mark=False)
        return self.numbers.plain(value, 0 if kind == "count" else 2)

    def unit(self, kind: Kind, scale: Scale | None = None) -> str:
        """The unit as it stands after a title's comma, empty for counts."""
        if kind == "money":
            return self.numbers.money_head(scale or Scale(1, 0, ""))
        return "%" if kind == "share" else ""

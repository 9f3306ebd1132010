"""What the columns of a staged table hold: dates and in which form, numbers and how written, keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from portfolio_review.proposal import headings
from portfolio_review.review import CsvOptions
from portfolio_review.sources.conversion import WHOLE, Converter
from portfolio_review.sources.engine import Engine, name, stored, text
from portfolio_review.sources.raw import ROW, Raw, printable

_LOOKED_AT = 20_000
"""Rows by which forms are told, spread over the whole table."""
_LAST = 20
MOST = 0.97
"""The share of its cells that must fit for a column to be of a kind: totals and slips stand among them."""
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y",
)  # fmt: skip
DATE_FORMS = tuple(day + time for day in _DAYS for time in _TIMES)
SEPARATORS: tuple[tuple[str | None, str | None], ...] = (
    (None, None), (",", None), (".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (".", None),
)  # fmt: skip
"""Decimal and thousands separators as options have them, plain numbers first."""
ISO = ""


@dataclass(frozen=True)
class Column:
    """One column of a table that was looked at.

    dates: forms that read (nearly) every cell, ISO as ''; numbers: places in `SEPARATORS` that do.
    """

    name: str
    type: str
    rows: int
    filled: int
    distinct: int
    examples: tuple[str, ...]
    dates: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    whole: bool = False
    leading_zero: bool = False
    largest: float = 0.0
    sign: str = ""
    """A currency's sign or code in the text of its numbers."""

    @property
    def is_date(self) -> bool:
        return bool(self.dates)

    @property
    def is_number(self) -> bool:
        return bool(self.numbers) and not (self.leading_zero and self.whole)

    @property
    def is_text(self) -> bool:
        return self.type == "VARCHAR"

    @cached_property
    def is_key(self) -> bool:
        """Whether every row has a value of its own."""
        return self.rows > 0 and self.filled == self.rows == self.distinct

    @property
    def words(self) -> str:
        return headings.words(self.name)


def columns(engine: Engine, raw: Raw) -> tuple[Column, ...]:
    """Every column of a table that was read."""
    counted = ", ".join(
        f"count(*) FILTER ({_filled(one, kind)}), count(DISTINCT {name(one)}) FILTER ({_filled(one, kind)})"
        for one, kind in raw.columns.items()
    )
    rows, *counts = engine.row(f"SELECT count(*), {counted} FROM {raw.relation}")
    sample = engine.scratch / f"{raw.table}.looked.parquet"
    step = max(1, rows // _LOOKED_AT)
    numbered = f"SELECT *, row_number() OVER () AS __place__ FROM {raw.relation}"
    engine.write(
        f"SELECT * FROM ({numbered}) "
        f"WHERE __place__ % {step} = 0 OR __place__ > {rows - _LAST} OR __place__ <= {_LAST}",
        sample,
    )
    relation = stored(sample)
    return tuple(
        _column(engine, relation, own, one, kind, (rows, *counts[2 * place : 2 * place + 2]))
        for place, ((one, kind), own) in enumerate(zip(raw.columns.items(), raw.source_names.values(), strict=True))
    )


def _filled(column: str, kind: str) -> str:
    return f"trim({name(column)}) <> ''" if kind == "VARCHAR" else f"{name(column)} IS NOT NULL"


def _column(
    engine: Engine, relation: str, own: str, column: str, kind: str, counts: tuple[int, int, int]
) -> Column:  # fmt: skip
    rows, filled, distinct = counts
    cell = f"trim({name(column)})" if kind == "VARCHAR" else name(column)
    where = f"FROM {relation} WHERE {_filled(column, kind)}"
    shown = engine.rows(f"SELECT CAST({cell} AS VARCHAR) {where} ORDER BY {ROW} LIMIT 3")
    found = Column(own, kind, rows, filled, distinct, tuple(printable(one, 40) for (one,) in shown))
    if not filled:
        return found
    if kind != "VARCHAR":
        return _typed(engine, found, cell, where)
    date_tests = [f"count(try_strptime({cell}, {text(form)}))" for form in DATE_FORMS]
    iso = " OR ".join(
        f"{made} IS NOT NULL"
        for made in (Converter(CsvOptions(), "UTC").moment(cell), Converter(CsvOptions(), "UTC").instant(cell))
    )
    readings = [Converter(_options(pair), "UTC").number(cell) for pair in SEPARATORS]
    number_tests = [f"count({one})" for one in readings]
    tests = [
        "count(*)", f"count(*) FILTER ({iso})", *date_tests, *number_tests,
        f"count(*) FILTER (regexp_full_match({cell}, '0\\d+'))",
        f"max(regexp_extract({cell}, '[$€£¥₽₴₸₹]|USD|EUR|GBP|RUB|руб'))",
        f"count(*) FILTER (regexp_full_match({cell}, '-?\\d{{1,3}}(,\\d{{3}})+'))",
        f"count(*) FILTER (regexp_full_match({cell}, '-?\\d+'))",
        f"count(*) FILTER (regexp_matches(regexp_replace({cell}, 'USD|EUR|GBP|RUB|CHF|руб|р[.]', ''), '\\p{{L}}'))",
    ]  # fmt: skip
    count, isos, *rest = engine.row(f"SELECT {', '.join(tests)} {where}")
    enough = MOST * count
    forms = [ISO] if isos >= enough else []
    # a workbook may hold dates and, between them, dates as text: a declared form reads both
    beside = 0 if forms else isos
    forms += [form for form, fits in zip(DATE_FORMS, rest, strict=False) if fits and fits + beside >= enough]
    by_pair = rest[len(DATE_FORMS) : len(DATE_FORMS) + len(SEPARATORS)]
    zeros, sign, grouped, whole, lettered = rest[-5:]
    coded = lettered > count - enough  # INV-00417 is no amount in a currency called INV
    numbers = () if coded else tuple(place for place, fits in enumerate(by_pair) if fits >= enough)
    if grouped and (2 in numbers):  # 1,234 is a thousand and more to who writes 12,345,678 or 1,234 alone
        numbers = tuple(place for place in numbers if place != 1)
    largest = 0.0
    if numbers:
        made = readings[numbers[0]]
        (largest,) = engine.row(f"SELECT max(abs({made})) {where}")
    return Column(
        own, kind, rows, filled, distinct, found.examples, tuple(forms), numbers, whole >= enough, zeros > 0,
        float(largest or 0.0), (sign or "") if numbers else "",
    )  # fmt: skip


def _options(pair: tuple[str | None, str | None]) -> CsvOptions:
    decimal, thousands = pair
    return CsvOptions(decimal=decimal, thousands=thousands)


def _typed(engine: Engine, found: Column, cell: str, where: str) -> Column:
    """A column that the format itself gives a type."""
    kind = found.type
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return Column(found.name, kind, found.rows, found.filled, found.distinct, found.examples, (ISO,))
    if kind in WHOLE or kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        query = f"SELECT max(abs({cell})), bool_and({cell} = floor({cell})) {where}"
        largest, whole = engine.row(query)
        return Column(
            found.name, kind, found.rows, found.filled, found.distinct, found.examples, (), (0,), bool(whole), False,
            float(largest or 0.0),
        )  # fmt: skip
    return found


def separators(columns: Sequence[Column]) -> int:
    """The place in `SEPARATORS` that reads the most columns, of a file that is written one way."""
    texts = [one for one in columns if one.is_text and one.is_number and not one.whole]
    return max(range(len(SEPARATORS)), key=lambda place: (sum(place in one.numbers for one in texts), -place))

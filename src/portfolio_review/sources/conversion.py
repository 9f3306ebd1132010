"""From what an expression gave to what a column of ours holds, as SQL: `value` and `problem` of one cell.

Text becomes a number or a date by the declared form or by the plain one, never by a guess: where the
text does not fit, the value is null and the problem names the rule that it breaks.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from portfolio_review.calendar import FIRST_YEAR, LAST_YEAR
from portfolio_review.ids import BLANK, SPACES
from portfolio_review.review import CsvOptions
from portfolio_review.sources.contracts import Column
from portfolio_review.sources.engine import text

TOO_LARGE = 1e15
"""Amounts from here on have no cents in double precision."""
LONGEST = 32_767
"""Characters of an id or text: what a cell of a workbook holds."""
EARLIEST, LATEST = f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31"
SERIAL_FIRST, SERIAL_LAST = 18264, 73415
"""Excel's day numbers of 1950-01-01 and 2100-12-31: only these are taken for dates, so that a year is not."""

_CONTROL = r"\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{061c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}"
_BREAKS = r"\t-\r\x{85}\x{2028}\x{2029}"
_BLANK = re.sub(r"\\u(\w{4})", r"\\x{\1}", BLANK)
"""The same in the form that the engine's patterns have."""
_BLANK_THOUSANDS = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'\u2019"
_MINUS = "[-\u2212]"
_CURRENCY = r"(?:[$€£¥₽₴₸₹₺]|[A-Z]{3}|руб\.?|р\.)"
_PLAIN = r"[-+\x{2212}]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_ISO = r"\d{4}-\d{2}-\d{2}"
_SERIAL = r"\d{5}([.,]\d+)?"
_PLAIN_ID = "[!-<>-~][!-~]*"
"""Most ids: printable ASCII without blanks; one that begins with = may be a formula."""
_WHOLE_ID = "[!-<>-~][!-~]*( [!-~]+)*"
"""Printable ASCII that needs no mending."""
_FORMULA_ID = r'(?s)="(.*)"'
"""What a spreadsheet writes so that an id stays text."""
_LONGEST_WHOLE = 1e18
"""Numbers below it are whole in 64 bits."""
_LEAST_LOST = 1_000_000_000_000_000
"""The least number of sixteen digits: a workbook keeps fifteen."""
_TIME = r"[T ](?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_ZONE = r" ?(?:Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)"
_MIDNIGHT = r"([T ])24:00(:00)?(?:\.0+)?"
_END_OF_DAY = r"\123:59"
"""`24:00:00` ends the day it stands in: what a clock shows last."""

WHOLE = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
)  # fmt: skip
_BROKEN = ("DECIMAL", "FLOAT", "DOUBLE")
_NUMBERS = (*WHOLE, *_BROKEN)
_TRUE = ("true", "t", "yes", "y", "1", "да", "истина")
_FALSE = ("false", "f", "no", "n", "0", "нет", "ложь")


@dataclass(frozen=True)
class Conversion:
    """SQL of a cell's value and of the rule it breaks (null when it breaks none), over `cell` and `value`."""

    value: str
    problem: str
    sound: str | None = None
    """SQL that is true only of a value that breaks no rule, cheaper than `problem`; None where there is none."""
    mended: str | None = None
    """SQL of what was mended in an id: BLANKS, NUMBER, or null where its text stands as it was."""
    plain: str | None = None
    """SQL that is true only of the text of an id that is its own value, breaks no rule and folds to its capitals."""


BLANKS, NUMBER, POINT, LOST = 1, 2, 3, 4
"""What was mended in an id: its blanks or its Unicode form; or the trace of a number, `="…"` or a final `.0`. What was
kept in an order's: a final `.0` of a text; a number whose digits are lost."""
DIGITS = 16
"""A number of so many digits does not keep them all."""
POINT_ZERO = r"-?\d+\.0"
SCIENTIFIC = r"-?\d(\.\d+)?[eE][+-]?\d+"


class WrongType(Exception):
    """A source type of which no column of this kind can be made; says what to do."""


@dataclass(frozen=True)
class Converter:
    """Knows how the text of one source is written."""

    options: CsvOptions
    timezone: str
    workbook: bool = False
    date1904: bool = False

    def convert(self, column: Column, sql_type: str, cell: str, value: str) -> Conversion:
        """How `cell` of `sql_type` becomes `column`; `value` is the name under which the value is at hand."""
        base = _base(sql_type)
        if base == "NULL":
            made = Conversion(f"CAST(NULL AS {column.sql_type})", "NULL")
        elif column.kind in ("id", "key", "text"):
            made = self._text(column, base, cell, value)
        elif column.kind in ("number", "score"):
            made = self._number(column, base, cell, value)
        elif column.kind == "date":
            made = self._date(base, cell, value)
        elif column.kind == "flag":
            made = _flag(base, cell, value)
        elif column.kind == "period":
            made = _period(base, cell, value)
        else:
            made = _word(column, base, cell, value)
        missing = f"CASE WHEN {value} IS NULL THEN 'missing' END" if column.required else "NULL"
        return dataclasses.replace(made, problem=f"coalesce({made.problem}, {missing})")

    def number(self, cell: str) -> str:
        """SQL of the number that a text holds, or null; digits alone are read without the costly patterns."""
        decimal = self.options.decimal or "."
        easy = rf"-?\d+(?:{re.escape(decimal)}\d*)?"
        bare = cell if decimal == "." else f"replace({cell}, {text(decimal)}, '.')"
        full = self._written_number(f"trim({cell}, {text(SPACES)})", decimal)
        return f"CASE WHEN regexp_full_match({cell}, {text(easy)}) THEN TRY_CAST({bare} AS DOUBLE) ELSE {full} END"

    def _written_number(self, trimmed: str, decimal: str) -> str:
        """The same for text with signs, groups of thousands and currencies, as far as they are declared."""
        if not self.reads_currency:
            plain = f"TRY_CAST(replace({trimmed}, '\u2212', '-') AS DOUBLE)"
            return f"CASE WHEN regexp_full_match({trimmed}, {text(_PLAIN)}) THEN {plain} END"
        group = _class(self.options.thousands) if self.options.thousands else None
        point = re.escape(decimal)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if group else r"\d+"
        digits = rf"(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d+)?"
        sign, money = rf"(?:\+|{_MINUS})?", rf"(?:{_CURRENCY})?"
        blank = f"[{re.escape(_BLANK_THOUSANDS)}]*"
        forms = (
            (sign, money, digits, money),
            (money, _MINUS, digits, money),
            (money, digits, _MINUS, money),
            (r"\(", money, digits, money, r"\)"),
            (money, r"\(", digits, r"\)", money),
        )
        pattern = "|".join(f"(?:{blank.join(form)})" for form in forms)
        negative = rf"^[^\d]*[(\-\x{{2212}}]|{_MINUS}[^\d]*$"
        bare = f"regexp_extract({trimmed}, {text(digits)})"
        if group:
            bare = f"regexp_replace({bare}, {text(group)}, '', 'g')"
        amount = f"TRY_CAST(replace({bare}, {text(decimal)}, '.') AS DOUBLE)"
        signed = f"CASE WHEN regexp_matches({trimmed}, {text(negative)}) THEN 0 - {amount} ELSE {amount} END"
        return f"CASE WHEN regexp_full_match({trimmed}, {text(pattern)}) THEN {signed} END"

    @property
    def reads_currency(self) -> bool:
        """Whether the text of a number may carry a sign or code of a currency."""
        return self.options.decimal is not None or self.options.thousands is not None

    def currency(self, cell: str) -> str:
        """SQL of the sign or code of a currency that stands in a number's text, or null."""
        return f"nullif(regexp_extract({cell}, {text(_CURRENCY)}), '')"

    def text_problem(self, cell: str, value: str) -> str:
        """SQL of the rule that a text breaks whose number is null."""
        trimmed = f"trim({cell}, {text(SPACES)})"
        return (
            f"CASE WHEN {value} IS NULL AND {trimmed} <> '' THEN "
            f"CASE WHEN regexp_full_match(lower({trimmed}), '[-+]?(nan|inf(inity)?)') THEN 'non_finite' "
            f"ELSE 'number' END END"
        )

    def _number(self, column: Column, base: str, cell: str, value: str) -> Conversion:
        if base == "VARCHAR":
            number, broken = self.number(cell), self.text_problem(cell, value)
        elif base in _NUMBERS:
            number, broken = f"CAST({cell} AS DOUBLE)", "NULL"
        else:
            raise WrongType(f"write an expression that gives a number, for instance CAST(… AS DOUBLE), not {base}")
        limits = (
            f"CASE WHEN NOT isfinite({value}) THEN 'non_finite' WHEN abs({value}) >= {TOO_LARGE} THEN 'too_large' "
            + (f"WHEN {value} < 1 OR {value} > 5 THEN 'score' " if column.kind == "score" else "")
            + "END"
        )
        sound = f"abs({value}) < {TOO_LARGE}" if column.kind == "number" else None  # a NaN is above every number
        return Conversion(number, f"coalesce({broken}, {limits})", sound)

    def _date(self, base: str, cell: str, value: str) -> Conversion:
        near = f"{value} BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}'"
        far = f"CASE WHEN NOT ({near}) THEN 'far_date' END"
        if base == "VARCHAR":
            unread = f"CASE WHEN {value} IS NULL AND trim({cell}, {text(SPACES)}) <> '' THEN 'date' END"
            made = self._date_of_text(cell)
            if self.workbook:  # a column of dates some of which are formatted as numbers comes as text
                number = f"TRY_CAST(replace({cell}, ',', '.') AS DOUBLE)"
                serial = f"CASE WHEN regexp_full_match({cell}, {text(_SERIAL)}) THEN {self._serial(number)} END"
                made = f"coalesce({made}, {serial})"
            return Conversion(made, f"coalesce({unread}, {far})", near)
        if base == "DATE" or (base.startswith("TIMESTAMP") and base != "TIMESTAMP WITH TIME ZONE"):
            return Conversion(f"CAST({cell} AS DATE)", far, near)
        if base == "TIMESTAMP WITH TIME ZONE":
            return Conversion(f"CAST(timezone({text(self.timezone)}, {cell}) AS DATE)", far, near)
        if self.workbook and base in _NUMBERS:
            return Conversion(self._serial(cell), f"CASE WHEN {value} IS NULL AND {cell} IS NOT NULL THEN 'serial' END")
        raise WrongType(
            "write an expression that gives a date, for instance strptime(CAST(x AS VARCHAR), '%Y%m%d') for keys such "
            "as 20261031, to_timestamp(x / 1000) for milliseconds since 1970, to_timestamp(x) for seconds or "
            f"DATE '1899-12-30' + CAST(x AS INTEGER) for Excel's day numbers, not {base}"
        )

    def _serial(self, number: str) -> str:
        """SQL of the date that Excel shows for a day number, or null."""
        days = f"floor({number}) + {1462 if self.date1904 else 0}"
        made = f"DATE '1899-12-30' + CAST({days} AS INTEGER)"
        return f"CASE WHEN {days} BETWEEN {SERIAL_FIRST} AND {SERIAL_LAST} THEN {made} END"

    def _date_of_text(self, cell: str) -> str:
        trimmed = f"trim({cell}, {text(SPACES)})"
        local = f"CAST(TRY_CAST({trimmed} AS TIMESTAMP) AS DATE)"
        zoned = self._day_of_instant(trimmed)
        ended = self._day_of_instant(f"regexp_replace({trimmed}, {text(_MIDNIGHT)}, {text(_END_OF_DAY)})")
        iso = (
            f"CASE WHEN regexp_full_match({cell}, {text(_ISO)}) THEN TRY_CAST({cell} AS DATE) "
            f"WHEN regexp_full_match({cell}, {text(_ISO + _TIME)}) THEN CAST(TRY_CAST({cell} AS TIMESTAMP) AS DATE) "
            f"WHEN regexp_full_match({trimmed}, {text(_ISO)}) THEN TRY_CAST({trimmed} AS DATE) "
            f"WHEN regexp_full_match({trimmed}, {text(_ISO + _TIME)}) THEN {local} "
            f"WHEN regexp_full_match({trimmed}, {text(_ISO + _TIME + _ZONE)}) THEN {zoned} "
            f"WHEN regexp_full_match({trimmed}, {text(_ISO + _MIDNIGHT)}) THEN TRY_CAST(left({trimmed}, 10) AS DATE) "
            f"WHEN regexp_full_match({trimmed}, {text(_ISO + _MIDNIGHT + _ZONE)}) THEN {ended} END"
        )
        form = self.options.date_format
        if form is None:
            return iso
        written = [cell, trimmed]
        if "%H:%M" in form:
            seconds = rf"regexp_replace({trimmed}, '(^|\D)24:00:00', '\123:59:59')"
            written.append(rf"regexp_replace({seconds}, '(^|\D)24:00', '\123:59')")
        declared = f"coalesce({', '.join(f'try_strptime({one}, {text(form)})' for one in written)})"
        if "%z" in form or "%Z" in form:
            declared = f"timezone({text(self.timezone)}, {declared})"
        declared = f"CAST({declared} AS DATE)"
        # a form that starts with the year could read an ISO date with month and day changed round
        return declared if form.lstrip().startswith("%Y") else f"coalesce({declared}, {iso})"

    def day(self, cell: str) -> str:
        """SQL of the date of an ISO text, or null."""
        return f"CASE WHEN regexp_full_match({cell}, {text(_ISO)}) THEN TRY_CAST({cell} AS DATE) END"

    def moment(self, cell: str) -> str:
        """SQL of the time of an ISO text without a zone, or null."""
        form = f"{_ISO}(?:{_TIME})?"
        return f"CASE WHEN regexp_full_match({cell}, {text(form)}) THEN TRY_CAST({cell} AS TIMESTAMP) END"

    def instant(self, cell: str) -> str:
        """SQL of the instant of an ISO text with a zone, or null."""
        return f"CASE WHEN regexp_full_match({cell}, {text(_ISO + _TIME + _ZONE)}) THEN {_instant(cell)} END"

    def _day_of_instant(self, written: str) -> str:
        """SQL of the day, here, of an ISO time with a zone."""
        return f"CAST(timezone({text(self.timezone)}, {_instant(written)}) AS DATE)"

    def _text(self, column: Column, base: str, cell: str, value: str) -> Conversion:
        broken, changed, plain = "NULL", None, None
        if base == "VARCHAR":
            made, plain = cell, f"strlen({cell}) <= {LONGEST} AND regexp_full_match({cell}, '{_PLAIN_ID}')"
        elif base in _BROKEN:
            whole = f"isfinite(CAST({cell} AS DOUBLE)) AND {cell} = floor({cell}) AND abs({cell}) < {_LONGEST_WHOLE}"
            number = f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE CAST({cell} AS VARCHAR) END"
            made = f"CASE WHEN isnan(CAST({cell} AS DOUBLE)) THEN NULL ELSE {number} END"
            changed = None if base == "DECIMAL" else f"CASE WHEN {whole} THEN {NUMBER} END"
        elif base == "BLOB":
            made = f"TRY(decode({cell}))"
            broken = f"CASE WHEN {value} IS NULL AND octet_length({cell}) > 0 THEN 'bytes' END"
        elif base in WHOLE or base in ("BOOLEAN", "DATE", "UUID", "ENUM", "TIME") or base.startswith("TIMESTAMP"):
            made = f"CAST({cell} AS VARCHAR)"
        else:
            raise WrongType(f"write an expression that gives text, for instance CAST(… AS VARCHAR), not {base}")
        if self.workbook and column.kind != "text" and (base in WHOLE or base == "DOUBLE"):
            # its numbers are all of one type and show no .0, but hold fifteen digits
            changed = f"CASE WHEN abs({cell}) >= {_LEAST_LOST} THEN {NUMBER} END"
        control = f"regexp_matches({value}, '[{_CONTROL}]')"
        if column.kind == "id":
            control = f"regexp_matches({value}, '[{_CONTROL}{_BREAKS}]')"
        else:
            # a line break or a tab inside a quoted name is a blank to the reader of a report
            replaced = f"regexp_replace({made}, '[{_BREAKS}]+', ' ', 'g')"
            made = f"CASE WHEN regexp_matches({made}, '[{_BREAKS}]') THEN {replaced} ELSE {made} END"
        if column.kind != "text" and base in ("VARCHAR", "BLOB", "ENUM"):
            made, changed = _mended(made), _what_was_mended(cell, base, value)
        elif base in ("VARCHAR", "BLOB", "ENUM"):
            # what starts with a visible ASCII character is not blank: the costly trim is for the rest
            filled = f"{made} >= '!' AND {made} < '\x7f' OR trim({made}, {text(SPACES)}) <> ''"
            made = f"CASE WHEN {filled} THEN {made} END"
        sound = f"strlen({value}) <= {LONGEST} AND regexp_full_match({value}, '[ -~]+')"  # most ids are printable ASCII
        long = f"strlen({value}) > {LONGEST} AND length({value}) > {LONGEST}"  # bytes are counted faster
        problem = f"coalesce({broken}, CASE WHEN {long} THEN 'too_long' WHEN {control} THEN 'control' END)"
        return Conversion(made, problem, sound, changed, plain if column.kind != "text" else None)


def _mended(written: str) -> str:
    """SQL of an id's text as `ids.mended` has it, `="…"` undone; null where nothing is left."""
    bare = f"trim({written}, {text(SPACES)})"
    formula = f"regexp_full_match({bare}, {text(_FORMULA_ID)})"
    inside = f"CASE WHEN {formula} THEN regexp_extract({bare}, {text(_FORMULA_ID)}, 1) ELSE {bare} END"
    composed = f"trim(nfc_normalize({inside}), {text(SPACES)})"
    mended = f"nullif(regexp_replace({composed}, '[{_BLANK}]+', ' ', 'g'), '')"
    return f"CASE WHEN regexp_full_match({written}, '{_WHOLE_ID}') THEN {written} ELSE {mended} END"


def _what_was_mended(cell: str, base: str, value: str) -> str:
    """SQL of what `_mended` changed in a cell; null where nothing is left of it."""
    written = f"TRY(decode({cell}))" if base == "BLOB" else f"CAST({cell} AS VARCHAR)"
    formula = f"regexp_full_match(trim({written}, {text(SPACES)}), {text(_FORMULA_ID)})"
    return f"CASE WHEN {value} <> {written} THEN CASE WHEN {formula} THEN {NUMBER} ELSE {BLANKS} END END"


def _instant(written: str) -> str:
    """SQL of an ISO time with a zone; DuckDB reads none with a blank before an offset or Z."""
    close = rf"regexp_replace({written}, ' ([-+Z])', '\1')"
    return f"TRY_CAST({close} AS TIMESTAMPTZ)"


def _flag(base: str, cell: str, value: str) -> Conversion:
    if base == "BOOLEAN":
        return Conversion(cell, "NULL")
    if base not in ("VARCHAR", *_NUMBERS):
        raise WrongType(f"write an expression that gives true or false, not {base}")
    word = f"lower(trim(CAST({cell} AS VARCHAR), {text(SPACES)}))"
    if base in _BROKEN:
        word = f"CASE {cell} WHEN 1 THEN '1' WHEN 0 THEN '0' ELSE CAST({cell} AS VARCHAR) END"
    made = f"CASE WHEN {word} IN {_TRUE} THEN true WHEN {word} IN {_FALSE} THEN false END"
    return Conversion(made, f"CASE WHEN {value} IS NULL AND {word} <> '' THEN 'flag' END")


def _period(base: str, cell: str, value: str) -> Conversion:
    if base == "DATE" or base.startswith("TIMESTAMP"):
        made = f"CASE WHEN day({cell}) = 1 THEN strftime({cell}, '%Y-%m') END"
        return Conversion(made, f"CASE WHEN {value} IS NULL AND {cell} IS NOT NULL THEN 'period' END")
    if base not in ("VARCHAR", *_NUMBERS):
        raise WrongType(f"write an expression that gives a period such as 2011-11, not {base}")
    if base in _BROKEN:
        cell = f"TRY_CAST({cell} AS INTEGER)"
    word = f"upper(trim(CAST({cell} AS VARCHAR), {text(SPACES)}))"
    form = r"(19|2[01])\d\d(-(Q[1-4]|H[12]|0[1-9]|1[0-2]))?"
    first = rf"regexp_full_match({word}, '(19|2[01])\d\d-(0[1-9]|1[0-2])-01( 00:00:00)?')"
    made = f"CASE WHEN regexp_full_match({word}, '{form}') THEN {word} WHEN {first} THEN left({word}, 7) END"
    return Conversion(made, f"CASE WHEN {value} IS NULL AND {word} <> '' THEN 'period' END")


def _word(column: Column, base: str, cell: str, value: str) -> Conversion:
    if base not in ("VARCHAR", "ENUM"):
        raise WrongType(f"write an expression that gives one of {', '.join(column.words)}, not {base}")
    key = f"regexp_replace(lower(trim(CAST({cell} AS VARCHAR), {text(SPACES)})), '[ _-]+', '_', 'g')"
    cases = " ".join(f"WHEN {text(word.replace('-', '_'))} THEN {text(word)}" for word in column.words)
    return Conversion(f"CASE {key} {cases} END", f"CASE WHEN {value} IS NULL AND {key} <> '' THEN 'word' END")


def _class(separator: str) -> str:
    """The characters that are the same thousands separator to a reader, as a pattern."""
    for family in (_BLANK_THOUSANDS, _APOSTROPHES):
        if separator in family:
            return f"[{family}]"
    return re.escape(separator)


def _base(sql_type: str) -> str:
    if sql_type.endswith("]"):
        return "LIST"
    plain = sql_type.split("(")[0].strip('"')
    return "TIMESTAMP WITH TIME ZONE" if plain == "TIMESTAMPTZ" else plain

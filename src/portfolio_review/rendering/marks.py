"""What an edition prints, read back from its HTML: each number, client and name with the id it carries.

In goes the text of an edition (of the PDF the page it is made of: the same text in the same order), out come its
`Mark`s. Templates mark what they print with these attributes; all but `data-column` hold for everything inside:

==================  ====================================================================================
`section.page[id]`  a page
`data-over`         the sentence over a page, whose numbers must stand on it, or on the page that its part names
                    by `data-to`
`data-figure`       a recorded figure is printed here; `data-part` says which number of it, by default its value
`data-change`       with `data-figure`: its change against the part named (`previous_year`, `target`)
`data-table`        rows of this recorded table are printed here, `data-row` by key, `data-column` a cell;
                    a head with `data-column` or `data-scale` speaks for the cells below it that have none
`data-chart`        a picture drawn from this recorded table: any number written in it is printed on the page
`data-value`        a number of a sentence, by kind (money, percent, …), where no figure or cell is named
`data-scale`        how much one printed unit is worth: 1000 under a head in thousands, 0.01 of bare per cent
`data-client`       a client: its name is printed here, or what is printed here is of it
`data-base`         of what the amount is (`revenue_w1`, `actions.return.lost`), where figure or column does not say
`data-message`      a sentence made by this finding; `data-to` the page that it points to
`data-decision`     a decision; the value is the table that lists its client; `data-to` as above
`data-noise`        the change named here is said to be within noise
`data-sum`          a row that sums the rows above it, back to the last such row or `data-group`, in the columns named
`data-within`       a row that is part of the row above it, not of the sum below
`data-rounded`      a note that printed parts do not add up, of the table named
`data-name`         what a figure is called here
==================  ====================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from html import unescape

from babel.core import Locale
from markupsafe import Markup, escape

from portfolio_review.exhibits.language import Language
from portfolio_review.exhibits.numbers import printed_units

ATTRIBUTES = frozenset({
    "over", "figure", "part", "change", "table", "row", "column", "chart", "value", "scale", "client", "base",
    "message", "decision", "to", "noise", "sum", "group", "rounded", "name",
    "within",
})  # fmt: skip
"""The attributes above without `data-`."""
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})

_TOKEN = re.compile(r'<(?:!--.*?-->|(?P<end>/?)(?P<tag>[A-Za-z][\w:-]*)(?P<said>(?:[^<>"]|"[^"]*")*)>)', re.DOTALL)
_SAID = re.compile(r'(?:^|\s)(data-[a-z]+|id|class|colspan|lang)(?:="([^"]*)")?(?=\s|/|$)')
_INSIDE = re.compile(r"<[^>]*>")
_APART = re.compile(r"(?:</(?:td|th|tr|p|div|li|h[1-6]|text)|<br)\b[^>]*>")
"""Where words and numbers stand apart though no space is written."""
_OPAQUE = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


def attributes(**of: object) -> Markup:
    """What is printed, as attributes of its element, named without `data-`; those without a value are left out."""
    said = {name: value for name, value in of.items() if value not in ("", None)}
    return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in said.items())


def marked(text: Markup | str, css: str = "", /, **of: object) -> Markup:
    """`text` in an element that says what it prints; as it is where there is nothing to say."""
    style = Markup(' class="{}"').format(css) if css else Markup("")
    told = style + attributes(**of)
    return Markup("<span{}>{}</span>").format(told, text) if told else Markup(escape(text))


@dataclass(frozen=True)
class Number:
    """A printed number: its value and half a unit of its last digit, both in units of one; `signed`: a sign stands
    before it."""

    value: Decimal
    half: Decimal
    signed: bool = field(default=False, compare=False)

    def agrees(self, other: Number) -> bool:
        """Whether both can be roundings of one number; halves are rounded away from zero, so ends that touch do not."""
        return abs(self.value - other.value) < self.half + other.half


@dataclass(frozen=True)
class Mark:
    """One marked element: `own` are its attributes, `all` these and what holds around it; `page` is where it stands.

    table, row: which printed table and row it is in, by place in the text. `told` is its text.
    """

    own: Mapping[str, str]
    all: Mapping[str, str]
    told: str
    language: str
    place: int = 0
    table: int = -1
    row: int = -1

    @property
    def page(self) -> str:
        return self.all.get("page", "")

    @property
    def in_title(self) -> bool:
        return "over" in self.all

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Which recorded number is printed: a figure's part, a cell of a table; empty where none is named."""
        if "figure" in self.own:
            return ("figure", self.all["figure"], self.all.get("part", "value"), self.all.get("change", ""))
        if "column" in self.own and self.row >= 0:
            return (
                "cell",
                self.all.get("table", ""),
                self.all.get("row", self.all.get("client", "")),
                self.own["column"],
            )
        return ()

    @cached_property
    def number(self) -> Number | None:
        """The first number printed, None where there is none."""
        return number(self.told, self.language, self.all.get("scale", ""))


def read(html: str) -> tuple[Mark, ...]:
    """The marked elements of an edition, in the order of the text."""
    text = _OPAQUE.sub("", html)
    found = re.search(r'<html[^>]*\blang="([^"]+)"', text)
    return tuple(sorted(_marks(text, found[1] if found else "en"), key=lambda mark: mark.place))


@dataclass(frozen=True)
class _Open:
    tag: str
    place: int
    own: Mapping[str, str]
    all: Mapping[str, str]
    table: int
    row: int


def _marks(text: str, language: str) -> Iterator[Mark]:
    stack = [_Open("", 0, {}, {}, -1, -1)]
    heads: dict[int, list[Mapping[str, str]]] = {}
    cells = 0
    for token in _TOKEN.finditer(text):
        tag = token["tag"]
        if tag is None or tag in VOID:
            continue
        if token["end"]:
            while len(stack) > 1:
                top = stack.pop()
                if top.own:
                    told = _text(text[top.place : token.start()])
                    yield Mark(top.own, top.all, told, language, top.place, top.table, top.row)
                if top.tag == tag:
                    break
            continue
        around, said = stack[-1], token["said"]
        if said.endswith("/"):
            continue
        own = _own(said) if said else {}
        table, row = around.table, around.row
        if tag == "table":
            table, row = token.start(), -1
        elif tag == "tr":
            row, cells = (-1 if around.tag == "thead" else token.start()), 0
        elif tag in ("td", "th") and table >= 0:
            own, cells = _cell(own, said, heads.setdefault(table, []), cells, row)
        stack.append(_Open(tag, token.end(), own, {**around.all, **own} if own else around.all, table, row))


def _own(said: str) -> dict[str, str]:
    if "data-" not in said and "page" not in said:
        return {}
    given = {name: unescape(value) for name, value in _SAID.findall(said)}
    own = {name[5:]: value for name, value in given.items() if name[:5] == "data-" and name[5:] in ATTRIBUTES}
    if "page" in given.get("class", "").split() and "id" in given:
        own = {"page": given["id"]}
    return own


def _cell(
    own: dict[str, str], said: str, heads: list[Mapping[str, str]], cells: int, row: int
) -> tuple[dict[str, str], int]:
    """The cell's attributes with those of its head, and how many columns its row has had."""
    width = int(found[1]) if "colspan" in said and (found := re.search(r'colspan="(\d+)"', said)) else 1
    if row < 0:
        heads += [{name: own[name] for name in ("column", "scale") if name in own}] * width
    elif cells < len(heads) and width == 1:
        own = {**heads[cells], **own}
    return own, cells + width


def _text(inside: str) -> str:
    return unescape(_INSIDE.sub("", _APART.sub(" ", inside))) if "<" in inside else unescape(inside)


@cache
def _units(language: str) -> Mapping[str, Decimal]:
    return printed_units(Language(language))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    symbols = Locale.parse(language, sep="-").number_symbols["latn"]
    group, decimal = symbols["group"], symbols["decimal"]
    groups = "[\u00a0\u202f ]" if not group.strip() else re.escape(group)
    written = "|".join(map(re.escape, _units(language)))
    return re.compile(
        rf"(?P<under><)?(?P<sign>[\u2212+-])?[^\w\s\u2212+-]{{0,3}}(?:[A-Z]{{3}})?\s?"
        rf"(?P<whole>\d{{1,3}}(?:{groups}\d{{3}})+(?!\d)|\d+)(?:{re.escape(decimal)}(?P<part>\d+))?"
        rf"(?:[\u00a0 ]?(?P<unit>{written})(?!\w))?"
    )


def numbers(text: str, language: str, scale: str = "") -> Iterator[Number]:
    """The numbers of a text as printed in `language`; `scale` where no unit stands after the number."""
    for found in _pattern(language).finditer(text):
        part = found["part"] or ""
        digits = Decimal(re.sub(r"\D", "", found["whole"]) + ("." + part if part else ""))
        factor = _units(language)[found["unit"]] if found["unit"] else Decimal(scale or 1)
        half = Decimal("0.5").scaleb(-len(part)) * factor
        if found["under"]:
            yield Number(digits * factor / 2, digits * factor / 2)
        else:
            sign = found["sign"]
            yield Number(digits * factor * (-1 if sign and sign != "+" else 1), half, sign is not None)


def number(text: str, language: str, scale: str = "") -> Number | None:
    """The first number of a text."""
    return next(numbers(text, language, scale), None)

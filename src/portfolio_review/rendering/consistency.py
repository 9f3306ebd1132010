"""Whether the printed report contradicts itself: rules over what its editions print, none over the data.

In go the editions as HTML, out comes one check for each rule, with the contradictions it found. Ids are compared with
printed texts (`marks` names the attributes), so that the rules hold in every language. The PDF is read as the page it
is made of: no library that a review runs with reads PDF, the text and its order are the same, and what WeasyPrint
could drop or cut it warns of, which refuses the PDF. Source: Consistency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering.marks import Mark, Number, numbers, read
from portfolio_review.results.contract import RecordedCheck, Source

Edition = Sequence[Mark]
Editions = Mapping[str, Edition]
NAMED = 5
"""So many contradictions are named in a check's detail."""
NOWHERE = Source("", "")
"""A check of the printed report is no cell's."""
COUNTS = ("count", "orders")
CLIENT = "client"
"""What `data-name` says of a name that is a client's."""
SAME_BASE: Mapping[tuple[str, str], str] = {
    ("structure.over_10pct", "revenue"): "revenue_w1", ("risk.clients", "revenue"): "revenue_w1",
    ("risk.contracts_ending", "revenue"): "revenue_w1", ("risk.value_largest", "revenue"): "revenue_w1",
    ("risk.overdue_clients", "revenue"): "revenue_w1", ("risk.largest", "at_stake"): "actions.retain.at_stake",
}  # fmt: skip
"""Columns of client tables that hold an amount which others hold too, under a name of their own."""
SHARED = frozenset({
    "revenue_w1", "revenue_w0", "margin_w1", "margin_w0", "expected_12", "potential", "value", "open", "overdue",
    "over_90",
})  # fmt: skip
"""Columns that hold the same amount of a client in every table that has them."""

SEVERAL_ROWS = frozenset({
    "actions.by_owner", "actions.cross_sell", "actions.levers", "strategic.agreements", "strategic.assessments",
    "strategic.months", "strategic.purchases", "strategic.white_space",
})  # fmt: skip
"""Tables that hold several rows of a client: their amounts are of a part of it."""


def check(editions: Mapping[str, str]) -> tuple[RecordedCheck, ...]:
    """The checks of the printed report: `editions` by name (screen, paper) as HTML."""
    marks = {name: read(html) for name, html in editions.items()}
    return tuple(_checked(id, rule(marks)) for id, rule in RULES.items())


def presumed() -> tuple[RecordedCheck, ...]:
    """The checks as they stand in a report that has no contradiction: what is printed before they are made."""
    return tuple(_checked(id, ()) for id in RULES)


def _checked(id: str, found: Iterable[str]) -> RecordedCheck:
    wrong = list(dict.fromkeys(found))
    more = f"; {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return RecordedCheck(id, not wrong, "; ".join(wrong[:NAMED]) + more or "no contradiction", NOWHERE)


# Rules -----------------------------------------------------------------------------------------


def one_amount(editions: Editions) -> Iterator[str]:
    """One client has one amount for one base, and one figure or cell one number, wherever it is printed, each in its
    own rounding."""
    printed: dict[tuple[str, ...], dict[Number, Mark]] = defaultdict(dict)
    for mark in _all(editions):
        if mark.number is None or "noise" in mark.all:
            continue
        client, base = mark.all.get("client"), _base(mark)
        if client and base and not mark.all.get("change"):
            printed[f"client {client}", base].setdefault(mark.number, mark)
        elif mark.key[:1] == ("figure",) and mark.key[2] != "interval" and not mark.key[3]:
            printed[mark.key].setdefault(mark.number, mark)
    for key, amounts in printed.items():
        for (one, first), (other, second) in combinations(amounts.items(), 2):
            if not one.agrees(other):
                yield f"{', '.join(filter(None, key))}: {_said(first)} and {_said(second)}"


def client_on_page(editions: Editions) -> Iterator[str]:
    """Every client that a decision or message names is on the page it points to, by id or by its printed name."""
    for edition in editions.values():
        there: dict[str, set[str]] = defaultdict(set)
        words: dict[str, str] = {}
        for mark in edition:
            if "client" in mark.own and not _points(mark):
                there[mark.page].add(mark.own["client"])
            if "page" in mark.own:
                words[mark.page] = _plain(mark.told)
        for mark in edition:
            to, client = mark.all.get("to"), mark.own.get("client")
            if to is None or client is None or to == mark.page or to not in words or "decision" in mark.own:
                continue
            if client not in there[to] and not ((name := _plain(mark.told)) and name in words[to]):
                yield f"{_what(mark)} names client {client}, who is not on page {to}"


def title_number(editions: Editions) -> Iterator[str]:
    """Every number of the sentence over a page stands on that page, or on the one that its part points to: the same
    figure or cell, else the same number; one with a sign is found with that sign."""
    for edition in editions.values():
        body: dict[str, list[Mark]] = defaultdict(list)
        written: dict[str, list[Number]] = {}
        for mark in edition:
            if not mark.in_title and (mark.key or mark.own.keys() & {"value", "chart"}):
                body[mark.page].append(mark)
            if "over" in mark.own:
                written[mark.page] = list(numbers(_below(edition, mark), mark.language))
        for mark in edition:
            if not mark.in_title or mark.number is None or not (mark.key or "value" in mark.own):
                continue
            twin, pages = _twin_of(mark), {mark.page, mark.all.get("to", mark.page)}
            plain = not mark.key and any(_among(mark.number, written.get(page, ())) for page in pages)
            if not plain and not any(map(twin, (one for page in pages for one in body[page]))):
                yield f"page {mark.page}: {_said(mark)} of the title is not on the page"


def fact_and_noise(editions: Editions) -> Iterator[str]:
    """A change that is said to be within noise is printed nowhere as a fact."""
    noise: dict[tuple[str, ...], Mark] = {}
    facts: dict[tuple[str, ...], Mark] = {}
    for mark in _all(editions):
        if _is_change(mark) and "noise" in mark.all:
            noise.setdefault(mark.key, mark)
        elif _is_change(mark) and mark.number is not None:
            facts.setdefault(mark.key, mark)
    for key in noise.keys() & facts.keys():
        yield f"{_said(facts[key])} is a fact on page {facts[key].page} and noise on page {noise[key].page}"


def decision_is_listed(editions: Editions) -> Iterator[str]:
    """A decision is a row of the list it names, printed on the page it points to."""
    for edition in editions.values():
        rows = {
            (mark.page, mark.all["table"], mark.own["client"])
            for mark in edition
            if "client" in mark.own and "table" in mark.all and "decision" not in mark.all
        }
        for mark in edition:
            if "decision" not in mark.own:
                continue
            client, list_, to = mark.all.get("client", ""), mark.own["decision"], mark.all.get("to", "")
            if (to, list_, client) not in rows:
                yield f"the decision about client {client} is no row of {list_} on page {to or 'of none'}"


def parts_add_up(editions: Editions) -> Iterator[str]:
    """Printed parts sum to their printed total, or a note says that they do not."""
    for edition in editions.values():
        noted = {mark.own["rounded"] for mark in edition if "rounded" in mark.own}
        tables: dict[int, dict[int, list[Mark]]] = defaultdict(lambda: defaultdict(list))
        for mark in edition:
            if mark.row >= 0 and "within" not in mark.all and mark.own.keys() & {"column", "sum", "group"}:
                tables[mark.table][mark.row].append(mark)
        for rows in tables.values():
            yield from _sums(rows, noted)


def one_name(editions: Editions) -> Iterator[str]:
    """A count and a client have one name each; no two clients have the same, nor two counts that differ."""
    names: dict[str, dict[str, Mark]] = defaultdict(dict)
    values: dict[str, Number] = {}
    for mark in _all(editions):
        if (of := _named(mark)) and (name := _plain(mark.told).casefold()):
            names[of].setdefault(name, mark)
        if mark.key[:1] == ("figure",) and mark.key[2:] == ("value", "") and mark.number is not None:
            values.setdefault(mark.key[1], mark.number)
    for id, said in names.items():
        for (one, first), (other, second) in pairwise(said.items()):
            if not _cut(one, other):
                yield f"{id} is “{one}” on page {first.page} and “{other}” on page {second.page}"
    owners: dict[str, list[str]] = defaultdict(list)
    for id, said in names.items():
        for name in said:
            owners[name].append(id)
    for name, ids in owners.items():
        for one, other in combinations(ids, 2):
            clients = one.startswith("client ") and other.startswith("client ")
            counts = _is_count(one) and _is_count(other) and one in values and other in values
            if clients or (counts and not values[one].agrees(values[other])):
                yield f"“{name}” is both {one} and {other}, which differ"


RULES: Mapping[str, Callable[[Editions], Iterable[str]]] = {
    "report.one_amount": one_amount, "report.client_on_page": client_on_page, "report.title_number": title_number,
    "report.fact_and_noise": fact_and_noise, "report.decision_is_listed": decision_is_listed,
    "report.parts_add_up": parts_add_up, "report.one_name": one_name,
}  # fmt: skip
"""The rules by the id of their check."""


# What they share ---------------------------------------------------------------------------------


def _all(editions: Editions) -> Iterator[Mark]:
    for edition in editions.values():
        yield from edition


def _plain(text: str) -> str:
    return " ".join(text.split())


def _said(mark: Mark) -> str:
    return f"{_plain(mark.told)} ({'.'.join(filter(None, mark.key[1:])) or mark.all.get('base', 'a number')})"


def _what(mark: Mark) -> str:
    return "a decision" if "decision" in mark.all else f"the sentence {mark.all.get('message', '')}".strip()


def _points(mark: Mark) -> bool:
    """Whether it stands in a decision or sentence that points to another page."""
    return "to" in mark.all and mark.all["to"] != mark.page


def _base(mark: Mark) -> str:
    """Of what the printed amount is; empty where it is no amount of money of a client."""
    if "base" in mark.own:
        return mark.own["base"]
    return base_of(mark.key[1], mark.key[3]) if mark.key[:1] == ("cell",) else ""


def base_of(table: str, column: str) -> str:
    """Of what a column of a client table holds the amount; empty where it holds no money."""
    if table in SEVERAL_ROWS:
        return ""
    if (table, column) in SAME_BASE:
        return SAME_BASE[table, column]
    if column in SHARED:
        return column
    return f"{table}.{column}" if column in _money_columns(table) else ""


@cache
def _money_columns(table: str) -> frozenset[str]:
    columns = CATALOG[table].columns if table in CATALOG else ()
    return frozenset(column.name for column in columns if column.unit == "money")


def _is_change(mark: Mark) -> bool:
    return bool(mark.key) and (bool(mark.all.get("change")) or mark.key[-1].endswith(("change", "_change")))


def _named(mark: Mark) -> str:
    """Whose name is printed: a client, not by its id, or a count; empty where none is."""
    id, client = mark.own.get("name", ""), mark.all.get("client", "")
    if id == CLIENT or (mark.own.get("column") == "name" and client):
        return f"client {client}" if client and _plain(mark.told) != client else ""
    return id if _is_count(id) else ""


def _cut(one: str, other: str) -> bool:
    """Whether one name is the other cut in its middle or at its end."""
    for short, whole in ((one, other), (other, one)):
        start, cut, end = short.partition("…")
        if cut and whole.startswith(start.rstrip()) and whole.endswith(end.lstrip()):
            return True
    return False


def _is_count(id: str) -> bool:
    return id in CATALOG and CATALOG[id].unit in COUNTS


def _below(edition: Edition, title: Mark) -> str:
    """What a page prints below its title."""
    whole = next(mark.told for mark in edition if "page" in mark.own and mark.page == title.page)
    return whole.split(title.told, 1)[-1] if title.told else whole


def _among(wanted: Number, there: Iterable[Number]) -> bool:
    """Whether the number is there: with its sign where it has one; else its size, for words may say which way an
    amount goes."""
    if wanted.signed:
        return any(one.signed and wanted.agrees(one) for one in there)
    return any(_without_sign(wanted).agrees(_without_sign(one)) for one in there)


def _twin_of(title: Mark) -> Callable[[Mark], bool]:
    """Whether a mark of the page prints the number of its title."""

    def twin(mark: Mark) -> bool:
        if title.number is None or (title.key and mark.key and title.key != mark.key):
            return False
        return _among(title.number, numbers(mark.told, mark.language, mark.all.get("scale", "")))

    return twin


def _without_sign(number: Number) -> Number:
    """Its size: a sentence says in words which way an amount goes."""
    return Number(abs(number.value), number.half)


def _sums(rows: Mapping[int, Sequence[Mark]], noted: set[str]) -> Iterator[str]:
    parts: list[dict[str, Number | None]] = []
    for _, marks in sorted(rows.items()):
        row = next((mark for mark in marks if mark.own.keys() & {"sum", "group"}), None)
        cells = {mark.own["column"]: mark for mark in marks if "column" in mark.own}
        if row is None:
            parts.append({name: mark.number for name, mark in cells.items() if mark.told.strip()})
            continue
        for name in row.own.get("sum", "").split():
            total = cells[name].number if name in cells else None
            if total is None or row.all.get("table", "") in noted:
                continue
            printed = [part[name] for part in parts if name in part]
            known = [one.value for one in printed if one is not None]
            if len(known) < len(printed):  # a part is told in words: n/a, within noise
                continue
            if sum(known, Decimal(0)) != total.value:
                told = f"{sum(known, Decimal(0)):f}, not {total.value:f}"
                yield f"page {row.page}, {row.all.get('table', 'a table')}: parts of {name} sum to {told}"
        parts = []

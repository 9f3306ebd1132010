"""Doubts about amounts: their currencies, thousands taken for decimals, margin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Part, Phrase
from portfolio_review.sources import syntax
from portfolio_review.sources.coding import millionths
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.doubts.scene import Scene, by_month, by_unit
from portfolio_review.sources.doubts.texts import counted
from portfolio_review.sources.engine import name, text
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.raw import ROW, columns_of, told
from portfolio_review.sources.reconciliation import MONTH, Group
from portfolio_review.sources.rules import three_decimals

FIRST_LOOK = 1000
"""Rows that are looked at before all are: one other amount among them ends the search."""
LEAST_ROWS = 20
CURRENCY_NAME = re.compile(r"currency|валют|(?<![a-z])ccy(?![a-z])", re.IGNORECASE)
CURRENCIES_OF_ISO = {
    "USD": ("$", "US$", "840"), "EUR": ("€", "978"), "GBP": ("£", "826"), "JPY": ("¥", "392"), "UAH": ("₴", "980"),
    "RUB": ("₽", "РУБ", "РУБ.", "Р.", "Р", "643"), "KZT": ("₸", "398"), "BYN": ("933",), "CNY": ("156",),
    "CHF": ("756",),
}  # fmt: skip
"""Signs and numbers that mean the same as a code, in capitals."""
CURRENCIES_AT_MOST = 200
AMOUNT_TABLES = (TRANSACTIONS, "payments")


def find(scene: Scene) -> Iterator[Doubt]:
    """In the order of the reference."""
    for mapped in scene.tables.values():
        yield from _thousands(scene, mapped)
    for mapped in scene.tables.values():
        yield from _signs(scene, mapped)
        if mapped.raw.table in AMOUNT_TABLES:
            yield from _currency_columns(scene, mapped)
    yield from _margin(scene)


def _thousands(scene: Scene, mapped: Mapped) -> Iterator[Doubt]:
    """Text of which every amount has exactly three decimals, as `1.100` for one thousand one hundred."""
    form = text(three_decimals(mapped.source.csv))
    table = {"table": mapped.raw.table}
    remedy = Phrase("If they are thousands, declare sources.%(table)s.csv.thousands and csv.decimal.", table)
    for column, cell in _amount_texts(scene, mapped).items():
        cells = f"SELECT {ROW}, {cell} AS amount FROM {mapped.cells} WHERE {KEEP} AND trim({cell}) <> ''"
        first = f"SELECT * FROM ({cells}) LIMIT {FIRST_LOOK}"
        if all(_all_match(scene, rows, form) for rows in (first, cells)):
            count = scene.engine.row(f"SELECT count(*) FROM ({cells})")[0]
            yield _as_decimals(scene, mapped, column, count, scene.examples(mapped, cells), remedy)
    remedy = Phrase(
        "If they are thousands, declare csv.thousands and csv.decimal of the file under sources.%(table)s.files.", table
    )
    for column, (count, examples) in mapped.raw.three_decimals.items():
        if count >= LEAST_ROWS and _may_be_amount(mapped, column):
            yield _as_decimals(scene, mapped, column, count, examples, remedy)


def _as_decimals(
    scene: Scene, mapped: Mapped, column: str, rows: int, examples: tuple[str, ...], remedy: Phrase
) -> Doubt:
    kept = [group for group in scene.counted.groups if group.reason is None]
    return Doubt(
        id="thousands_as_decimals", table=mapped.raw.table, column=column, rows=rows,
        done=Phrase("Every amount has exactly three decimals; they are read as decimals."),
        remedy=remedy, examples=examples,
        by_month=by_month(kept) if mapped.raw.table == TRANSACTIONS else None,
    )  # fmt: skip


def _may_be_amount(mapped: Mapped, column: str) -> bool:
    """Whether amounts are made of a column in a file of a query: the query may give it another name."""
    given = {one.lower() for one in mapped.raw.columns}
    return column.lower() in _used(mapped, quantity=False) or column.lower() not in given


def _all_match(scene: Scene, rows: str, form: str) -> bool:
    count, matching = scene.engine.row(
        f"SELECT count(*), count(*) FILTER (regexp_full_match(amount, {form})) FROM ({rows})"
    )
    return bool(count >= LEAST_ROWS and count == matching)


def _amount_texts(scene: Scene, mapped: Mapped) -> dict[str, str]:
    """SQL of the text of amounts, by our column or that of `csv.numbers` which one is made of; a quantity is none."""
    types = columns_of(scene.engine, mapped.cells)
    found = {
        column.name: f"cell_{column.name}"
        for column in mapped.columns
        if column.kind == "number" and column.name != "quantity" and types[f"cell_{column.name}"] == "VARCHAR"
    }
    amounts, quantities = _used(mapped, quantity=False), _used(mapped, quantity=True)
    return found | {
        column: f"__text_{index}__"
        for index, column in enumerate(mapped.numbers)
        if column.lower() in amounts - quantities
    }


def _used(mapped: Mapped, *, quantity: bool) -> set[str]:
    """The source's columns, in small letters, that amounts, or the quantity, are made of."""
    return {
        used.lower()
        for column in mapped.columns
        if column.kind == "number" and (column.name == "quantity") is quantity
        for used in syntax.named(mapped.expressions[column.name])
    }


def _signs(scene: Scene, mapped: Mapped) -> Iterator[Doubt]:
    """Signs of several currencies in the amounts of one column."""
    if mapped.where_failed:
        return
    for column, sign in mapped.currencies.items():
        rows = f"SELECT {ROW}, {sign} AS currency{_dated(mapped)} FROM {mapped.cells} WHERE {KEEP}"
        yield from _several(scene, mapped, column, rows)


def _currency_columns(scene: Scene, mapped: Mapped) -> Iterator[Doubt]:
    """A column of the source named like a currency that holds several; one that an amount is made with is heeded.

    What holds digits is no currency but a rate, an amount or a date; the numbers of ISO 4217 are.
    """
    heeded = _used(mapped, quantity=False) | _used(mapped, quantity=True)
    where = f"CAST((\n{mapped.source.where}\n) AS BOOLEAN)" if mapped.source.where is not None else "true"
    needed = ("date", "revenue", "unit", "client_id") if mapped.raw.table == TRANSACTIONS else ()
    cells = "".join(f", (\n{mapped.expressions[column]}\n) AS cell_{column}" for column in needed if mapped.has(column))
    numbers = ", ".join(text(one) for others in CURRENCIES_OF_ISO.values() for one in others if one.isdigit())
    for theirs in mapped.raw.columns:
        if not CURRENCY_NAME.search(theirs) or theirs.lower() in heeded:
            continue
        value = f"nullif(trim(CAST({name(theirs)} AS VARCHAR)), '')"
        value = f"CASE WHEN NOT regexp_matches({value}, '[0-9]') OR {value} IN ({numbers}) THEN {value} END"
        kept = f"SELECT {ROW}, {value} AS currency{cells} FROM {mapped.relation} WHERE {where}"
        yield from _several(scene, mapped, theirs, f"SELECT {ROW}, currency{_dated(mapped)} FROM ({kept})")


def _dated(mapped: Mapped) -> str:
    """SQL of date, revenue, and unit or client beside, for transactions."""
    if mapped.raw.table != TRANSACTIONS:
        return ""
    who = "unit" if mapped.has("unit") else "client_id"
    return "".join(f", {mapped.conversions[column].value} AS {column}" for column in ("date", "revenue", who))


def _several(scene: Scene, mapped: Mapped, column: str, rows: str) -> Iterator[Doubt]:
    """The doubt about `rows` (SQL of `ROW`, currency, and of transactions date and revenue), if they hold several
    currencies: all rows but those of the commonest are touched."""
    same = " ".join(
        f"WHEN {text(one)} THEN {text(code)}" for code, others in CURRENCIES_OF_ISO.items() for one in others
    )
    rows = f"SELECT * REPLACE (CASE upper(currency) {same} ELSE upper(currency) END AS currency) FROM ({rows})"
    found = scene.engine.rows(
        f"SELECT currency, count(*) AS n, min({ROW}) FROM ({rows}) WHERE currency IS NOT NULL "
        f"GROUP BY currency ORDER BY n DESC, currency LIMIT {CURRENCIES_AT_MOST + 1}"
    )
    if not 1 < len(found) <= CURRENCIES_AT_MOST:
        return
    groups = _by_currency(scene, rows) if mapped.raw.table == TRANSACTIONS else None
    shown = told(tuple(mapped.raw.example(row, counted(currency, n)) for currency, n, row in found[:MOST_EXAMPLES]))
    counts = {currency: count for currency, count, _ in found}
    yield currencies_doubt(mapped.raw.table, column, counts, groups, shown)


def currencies_doubt(
    table: str, column: str, rows: dict[str, int], groups: list[tuple[str, Group]] | None, shown: tuple[str, ...] = ()
) -> Doubt:
    """Several currencies, by the number of their rows; groups: rows of transactions by currency, unit and month."""
    listed = sorted(rows, key=lambda currency: (-rows[currency], currency))
    touched = units = None
    if groups is not None:
        touched = by_month([group for currency, group in groups if currency != listed[0]])
        units = _of_units(groups)
    return Doubt(
        id="currencies", table=table, column=column, rows=sum(rows[currency] for currency in listed[1:]),
        done=_not_converted(listed),
        remedy=Phrase("Convert the amounts in sources.%(table)s.columns, or keep one currency by where.",
                      {"table": table}),
        examples=shown or tuple(counted(currency, rows[currency]) for currency in listed[:MOST_EXAMPLES]),
        by_month=touched, units=units,
    )  # fmt: skip


def iso(written: str) -> str:
    """The code of a currency that a cell names; empty where it holds digits: a rate, an amount, a date."""
    sign = written.strip().upper()
    known = {other: code for code, others in CURRENCIES_OF_ISO.items() for other in others}
    if sign in known:
        return known[sign]
    return "" if re.search(r"[0-9]", sign) else sign


def _not_converted(currencies: list[str]) -> Phrase:
    return Phrase(
        "There are several currencies (%(currencies)s); amounts are added up as they are, not converted.",
        {"currencies": ", ".join(currencies[:10])},
    )


def _by_currency(scene: Scene, rows: str) -> list[tuple[str, Group]]:
    """The rows by currency, unit and month."""
    unit, clients = "unit", ""
    if not scene.sales.has("unit"):  # the client's, where clients have one
        known = scene.coded.texts("client_id")
        of_clients = "unit" in columns_of(scene.engine, known)
        unit = "known.unit" if of_clients else "NULL"
        clients = (
            f" LEFT JOIN (SELECT DISTINCT value, unit FROM {known}) known ON value = client_id" if of_clients else ""
        )
    found = scene.engine.rows(
        f"SELECT currency, {unit} AS unit, {MONTH}, count(*), {millionths('revenue', 'abs')} FROM ({rows}){clients} "
        "WHERE currency IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    return [
        (currency, Group(None, unit or NO_UNIT, month, count, 0, size, 0, 0))
        for currency, unit, month, count, size in found
    ]


def _of_units(groups: list[tuple[str, Group]]) -> dict[str, Part]:
    """What is doubtful of the units with several currencies of their own: all rows but those of their commonest."""
    rows: dict[str, dict[str, int]] = {}
    for currency, group in groups:
        own = rows.setdefault(group.unit, {})
        own[currency] = own.get(currency, 0) + group.rows
    parts: dict[str, Part] = {}
    for unit, own in rows.items():
        listed = sorted(own, key=lambda currency: (-own[currency], currency))
        others = [group for currency, group in groups if group.unit == unit and currency != listed[0]]
        if others:
            parts[unit] = Part(
                sum(group.rows for group in others), by_month(others),
                tuple(counted(currency, own[currency]) for currency in listed[:MOST_EXAMPLES]), _not_converted(listed),
            )  # fmt: skip
    return parts


def _margin(scene: Scene) -> Iterator[Doubt]:
    """Rows of which the margin is not known; a review doubts it where they hold enough of a window."""
    without = [group for group in scene.counted.groups if group.reason is None and group.unknown]
    if not without:
        return
    value = scene.sales.conversions["margin"].value
    rows = f"SELECT {ROW}, {value} AS margin, {scene.sales.conversions['date'].value} AS date FROM {scene.sales.cells}"
    yield Doubt(
        id="margin_partly_known", table=TRANSACTIONS, column="margin", rows=sum(group.unpriced for group in without),
        done=Phrase(
            "Figures of margin are of the rows with a known margin; where less than nine tenths of the revenue have "
            "one, they are not given."
        ),
        remedy=Phrase("Give the margin of these rows in the source, or leave margin out of the mapping."),
        examples=scene.examples(
            scene.sales, f"SELECT {ROW}, CAST(date AS VARCHAR) FROM ({rows} WHERE {KEEP}) WHERE margin IS NULL"
        ),
        by_month=by_month(without, lambda group: group.unknown),
        units=by_unit(without, lambda group: group.unknown, lambda group: group.unpriced),
    )  # fmt: skip

"""The account of transactions that an engine has, and the doubts of what is no text of an id, asked of it.

In: `pr_coded`, with what was made of it; out: the same account as of rows read here (see `reconciliation`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Month
from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Phrase
from portfolio_review.review import Review
from portfolio_review.sources import dates, elsewhere
from portfolio_review.sources.coding import CODED, MILLION, Coded, bucket_of
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.conversion import BLANKS
from portfolio_review.sources.doubts.amounts import CURRENCIES_AT_MOST, currencies_doubt, iso
from portfolio_review.sources.elsewhere import Elsewhere, Reading, columns_of
from portfolio_review.sources.engine import Engine, stored, text
from portfolio_review.sources.model import TRANSACTIONS, Duplicates, dictionary
from portfolio_review.sources.orderids import APART_DAYS, OrderIds
from portfolio_review.sources.raw import printable
from portfolio_review.sources.reconciliation import (
    DUPLICATES,
    Group,
    Reconciled,
    accounted,
    money,
    rows_by_month,
)
from portfolio_review.sources.removed import LONGEST, MOST_VALUES

MOST_TEXTS = 1_000_000
"""Distinct ids of orders of an odd form that are looked at; beyond it the doubt says that none was."""


@dataclass(frozen=True)
class CodedElsewhere(Coded):
    """Coded rows that lie on a server as `pr_rows`; `flags` are what was mended in the texts, `odd` whether the ids of
    orders of an odd form were looked at."""

    server: Elsewhere
    engine: Engine
    flags: tuple[str, ...]
    odd: bool
    currencies: tuple[str, ...]

    counted = "sum(n)::BIGINT"
    bought = "bought"

    @property
    def sized(self) -> str:
        return f"(sum(size) * {MILLION})::HUGEINT"

    def written(self) -> str | None:
        raise NotImplementedError("the rows lie on a server")

    def facts(self, column: str) -> str:
        """Asked for once a column: rows by it, unit, month and what was mended."""
        column = "client" if column == "unit" else column
        path = self.engine.scratch / f"facts-{column}.parquet"
        if not path.exists():
            named = "client_id" if column == "client" else column
            keys = ["unit", column, *(flag for flag in self.flags if flag in (f"mended_{named}", "mended_unit"))]
            found = self.server.ask(
                f"SELECT {', '.join(keys)}, month, count(*) AS n, sum(abs(revenue)) AS size, "
                "max(CASE WHEN revenue > 0 THEN date END) AS bought FROM pr_rows WHERE bucket = 0 "
                f"GROUP BY {', '.join(keys)}, month"
            )
            elsewhere.write(found, path)
        date = "make_date((month // 12)::INTEGER, (month % 12 + 1)::INTEGER, 1)"
        return f"(SELECT *, {date} AS date FROM {stored(path)})"


def account(engine: Engine, coded: CodedElsewhere, reading: Reading, review: Review) -> Reconciled:
    """`pr_rows`, and the account of them."""
    server, until = coded.server, review.data_until
    by_bucket = _found(server, reading, "(SELECT *, first_bucket AS bucket FROM pr_coded) AS p")
    bounds = dates.bounds(rows_by_month(by_bucket), ends_where_declared=until is not None)
    stray = [f"date < DATE '{Month(bounds.first).first}'"] if bounds.first is not None else []
    stray += [f"date > DATE '{Month(bounds.last).last}'"] if bounds.last is not None else []
    outside = [(" OR ".join(stray), "stray_date")] if stray else []
    if bounds.present is not None:
        outside.append((f"date > DATE '{Month(bounds.present).last}'", "future_date"))
    cases = "".join(f"WHEN {condition} THEN {bucket_of(reason)} " for condition, reason in outside)  # type: ignore[arg-type]
    told = f"CASE WHEN first_bucket <> 0 THEN first_bucket {cases}ELSE 0 END"
    server.view("pr_kept", f"SELECT *, {told} AS told FROM pr_coded")
    exact = ", ".join(_exact(reading, coded))
    twice = f"SELECT {exact}, count(*) - 1 AS more FROM pr_kept WHERE told = 0 GROUP BY {exact} HAVING count(*) > 1"
    month = "CAST(12 * EXTRACT(YEAR FROM date) + EXTRACT(MONTH FROM date) - 1 AS INTEGER)"
    again = server.ask(
        f"SELECT unit, {month} AS month, sum(more) AS n, sum(more * revenue) AS revenue, "
        f"sum(more * abs(revenue)) AS size FROM ({twice}) AS d GROUP BY unit, {month}"
    ).to_pylist()
    repeats = [(one["unit"], one["month"], int(one["n"]), _millionths(one["size"])) for one in again]
    duplicates = Duplicates(sum(one[2] for one in repeats), money(sum(_millionths(one["revenue"]) for one in again)))
    shown = server.ask(f"SELECT date FROM ({twice}) AS d ORDER BY date LIMIT {MOST_EXAMPLES if again else 0}")
    elsewhere.write(elsewhere.numbered(shown), engine.scratch / DUPLICATES)
    told = "told"
    rows = "pr_kept"
    if review.drop_duplicates and duplicates.rows:
        told = f"CASE WHEN told = 0 AND nth > 1 THEN {bucket_of('duplicate')} ELSE told END"
        rows = f"(SELECT *, row_number() OVER (PARTITION BY told, {exact} ORDER BY date) AS nth FROM pr_kept) AS k"
    server.view("pr_rows", f"SELECT *, {told} AS bucket FROM {rows}")
    return accounted(_found(server, reading, "pr_rows"), coded.units(engine), duplicates, repeats, until)


def _exact(reading: Reading, coded: CodedElsewhere) -> list[str]:
    """The columns that are equal in exact duplicates."""
    names = ["client", "unit", "moment", "date", "revenue"]
    names += [name for name in ("margin", "product", "category") if name in reading.expressions]
    names += ["cell_quantity"] * ("quantity" in reading.expressions) + list(coded.flags)
    return names + ["order_key"] * ("order_id" in reading.expressions)


def _found(server: Elsewhere, reading: Reading, rows: str) -> list[tuple[Any, ...]]:
    """Rows by bucket, unit and month with their sums, as `reconciliation` finds them."""
    margin = "margin" in reading.expressions
    unpriced = "margin IS NULL" if margin else "1 = 0"
    found = server.ask(
        "SELECT bucket, unit, coalesce(month, 0) AS month, count(*) AS n, sum(revenue) AS revenue, "
        f"sum(abs(revenue)) AS size, sum(CASE WHEN {unpriced} THEN abs(revenue) END) AS unknown, "
        f"sum(CASE WHEN {unpriced} THEN 1 ELSE 0 END) AS unpriced, min(date) AS first_day, max(date) AS last_day, "
        "min(day_of_month) AS least, max(day_of_month) AS most "
        f"FROM {rows} GROUP BY bucket, unit, coalesce(month, 0)"
    ).to_pylist()
    return [
        (
            one["bucket"], one["unit"], one["month"], int(one["n"]), _millionths(one["revenue"]),
            _millionths(one["size"]), _millionths(one["unknown"]), int(one["unpriced"] or 0), one["first_day"],
            one["last_day"], 0 if one["least"] is None else 1 << one["least"] | 1 << one["most"],
        )
        for one in found
    ]  # fmt: skip


def _millionths(amount: Any) -> int:
    return 0 if amount is None else int(amount * MILLION)


def identity(folder: Path, counted: Reconciled) -> str:
    """What was read, as a hash: texts of ids, and the account."""
    whole = hashlib.sha256(repr(counted).encode())
    for column in CODED:
        path = dictionary(folder, column)
        if path.exists():
            whole.update(path.read_bytes())
    return whole.hexdigest()


def removed(coded: CodedElsewhere) -> tuple[tuple[str, int], ...]:
    """The values of most rows that `where` removes, see `sources.removed`."""
    where, server = coded.mapped.source.where, coded.server
    dialect = server.session.dialect
    used = columns_of(where, dialect) if where else []
    if not used:
        return ()
    kind = elsewhere.translated_type("VARCHAR", server)
    cells = ", ".join(
        f"CAST({server.quoted(one)} AS {kind}) AS {server.quoted(f'v{at}')}" for at, one in enumerate(used)
    )
    server.own("pr_removed", f"SELECT {cells}, (\n{where}\n) AS {server.quoted('judged')} FROM pr_source")
    shown = [
        f"CONCAT({text(f'{one} ')}, coalesce(substring(v{at}, 1, {LONGEST}), 'null'))" for at, one in enumerate(used)
    ]
    value = shown[0] if len(shown) == 1 else "CONCAT(" + ", ', ', ".join(shown) + ")"
    found = server.ask(
        f"SELECT value, count(*) AS n FROM (SELECT {value} AS value FROM pr_removed WHERE NOT judged) AS v "
        f"GROUP BY value ORDER BY n DESC, value LIMIT {MOST_VALUES}"
    ).to_pylist()
    return tuple((printable(one["value"], 200), one["n"]) for one in found)


def doubts(coded: CodedElsewhere) -> Iterator[Doubt]:
    """What `doubts` finds in cells that are no text of an id, asked of the server."""
    yield from _currencies(coded)
    yield from _not_looked(coded)


def _currencies(coded: CodedElsewhere) -> Iterator[Doubt]:
    """Columns of the source named like a currency that hold several."""
    for at, column in enumerate(coded.currencies):
        found = coded.server.ask(
            f"SELECT currency_{at} AS currency, unit, month, count(*) AS n, sum(abs(revenue)) AS size FROM pr_rows "
            f"WHERE kept = 1 AND currency_{at} IS NOT NULL GROUP BY currency_{at}, unit, month"
        ).to_pylist()
        names = coded.units(coded.engine)
        groups = [
            (
                currency,
                Group(
                    None,
                    names.get(one["unit"], NO_UNIT),
                    one["month"] or 0,
                    one["n"],
                    0,
                    _millionths(one["size"]),
                    0,
                    0,
                ),
            )
            for one in found
            if (currency := iso(one["currency"]))
        ]
        rows: dict[str, int] = {}
        for currency, group in groups:
            rows[currency] = rows.get(currency, 0) + group.rows
        if 1 < len(rows) <= CURRENCIES_AT_MOST:
            yield currencies_doubt(TRANSACTIONS, column, rows, groups)


def order_ids(coded: CodedElsewhere) -> OrderIds:
    """Count the pairs of client and order, see `orderids`."""
    if not coded.mapped.has("order_id"):
        return OrderIds()
    fold = "max(order_fold) AS fold, " if "order_fold" in coded.columns else "order_key AS fold, "
    mended = ""
    if "mended_order_id" in coded.columns:
        mended = (
            f"max(CASE WHEN mended_order_id = {BLANKS} THEN 1 ELSE 0 END) AS blanks, "
            "max(CASE WHEN mended_order_id IS NULL THEN 1 ELSE 0 END) AS unmended, "
        )
    sold = "CASE WHEN revenue > 0 THEN {} END"
    coded.server.table(
        "pr_pairs",
        f"SELECT client, order_key, {fold}{mended}count(*) AS n, count({sold.format('day')}) AS sold, "
        f"max({sold.format('day')}) - min({sold.format('day')}) AS days, "
        f"min({sold.format('revenue')}) AS least, max({sold.format('revenue')}) AS most "
        "FROM pr_rows WHERE bucket = 0 AND order_key IS NOT NULL GROUP BY client, order_key",
    )
    counts = ", ".join(
        f"sum(CASE WHEN {one} THEN 1 ELSE 0 END) AS c{at}"
        for at, one in enumerate(("sold > 0", f"days > {APART_DAYS}", "sold > 1", "sold > 1 AND least = most"))
    )
    found = coded.server.ask(f"SELECT {counts} FROM pr_pairs").to_pylist()[0]
    return OrderIds(*(int(found[f"c{at}"] or 0) for at in range(4)))


def _not_looked(coded: CodedElsewhere) -> Iterator[Doubt]:
    """That the ids of orders of an odd form are too many to be looked at."""
    if not coded.odd:
        yield Doubt(
            id="ids_alike", table=TRANSACTIONS, column="order_id", rows=0,
            done=Phrase(
                "More than %(most)s ids of orders hold blanks or signs that are no plain letters: they stand as the "
                "server has them, and were not looked at.", {"most": MOST_TEXTS},
            ),
            remedy=Phrase("Mend them in the expression of order_id, for instance with trim and normalize."),
        )  # fmt: skip

"""The distinct texts of a table's columns, and what the rows that hold some of them touch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portfolio_review.doubt import MOST_EXAMPLES, Months, Part, Phrase
from portfolio_review.sources.coding import CODED
from portfolio_review.sources.contracts import CONTRACTS, NO_UNIT
from portfolio_review.sources.doubts.scene import Scene, by_month, by_unit
from portfolio_review.sources.engine import stored
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.raw import printable
from portfolio_review.sources.reconciliation import MONTH, Group

IDS = ("client_id", "unit", "product", "category", "manager")
"""Columns of ids whose texts stand in a dictionary; ids of orders are looked at in `orders`."""


@dataclass(frozen=True)
class Texts:
    """The texts of one column, each as it was written: `value`, `written`, `rows`, `mended` and, of a coded column,
    `code`."""

    scene: Scene
    mapped: Mapped
    column: str
    relation: str
    """SQL of the texts that are not null and stand in a row that counts."""

    @property
    def table(self) -> str:
        return self.mapped.raw.table

    @property
    def has_money(self) -> bool:
        return self.table == TRANSACTIONS

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.scene.engine.rows(sql)

    def touched(self, codes: str, flag: str = "true") -> tuple[Months | None, dict[str, Part] | None]:
        """Σ |revenue| by month and by unit of the rows whose text has a code of the query `codes` and that carry
        the `flag`; None where the table has no money."""
        if not self.has_money:
            return None, None
        key = "client" if self.column == "client_id" else self.column
        _, months, units = touched(self.scene, f"{flag} AND {key} IN ({codes})", key)
        return months, units


def touched(scene: Scene, condition: str, column: str = "client") -> tuple[int, Months, dict[str, Part]]:
    """How many rows that count fulfil a condition on the codes of a column, with Σ |revenue| by month and unit."""
    facts = scene.coded.facts(column)
    if facts is None:
        return 0, (), {}
    found = scene.engine.rows(
        f"SELECT unit, {MONTH}, {scene.coded.counted}, {scene.coded.sized} FROM {facts} WHERE {condition} GROUP BY ALL"
    )
    return weighed(scene, found)


def weighed(scene: Scene, found: list[tuple[int, int, int, int]]) -> tuple[int, Months, dict[str, Part]]:
    """The same of rows by unit (its code) and month, with their number and Σ |revenue| in millionths."""
    names = scene.coded.units(scene.engine)
    groups = [Group(None, names.get(unit, NO_UNIT), month, rows, 0, size) for unit, month, rows, size in found]
    return sum(group.rows for group in groups), by_month(groups), by_unit(groups)


def parts(scene: Scene, found: str, done: Callable[[int], Phrase] | None = None) -> dict[str, Part]:
    """What each unit has of `found` (SQL of `unit` (its code), `place` and `shown`), the first as its examples."""
    names = scene.coded.units(scene.engine)
    rows = scene.engine.rows(
        f"SELECT unit, count(*), list(shown ORDER BY place)[1:{MOST_EXAMPLES}] FROM ({found}) GROUP BY unit ORDER BY 1"
    )
    return {
        names.get(unit, NO_UNIT): Part(count, (), tuple(map(printable, shown)), done(count) if done else None)
        for unit, count, shown in rows
    }


def of_columns(scene: Scene, columns: tuple[str, ...]) -> Iterator[Texts]:
    """The texts of every mapped column of one of these names, tables in the contract's order but for targets.

    The rows of a table are grouped once for each column: the texts are kept in the scratch folder.
    """
    for table in CONTRACTS:
        mapped = scene.table(table)
        for column in columns if mapped and table != "targets" else ():  # see `small_tables`
            if mapped and mapped.has(column):
                yield Texts(scene, mapped, column, relation(scene, mapped, column))


def relation(scene: Scene, mapped: Mapped, column: str) -> str:
    """SQL of the texts of a column, see `Texts`."""
    if mapped.raw.table == TRANSACTIONS and column in CODED:
        known = scene.coded.texts(column)
        rows = "kept"
        if counts := _counts(scene, column):
            # several spellings with one code that were mended alike: the most frequent has its rows first
            before = "(sum(kept) OVER (PARTITION BY code, coalesce(mended, 0) ORDER BY kept DESC, cell) - kept)"
            rows = f"greatest(least(kept, counted - {before}), 0)::BIGINT"
            known = f"(SELECT texts.*, counted FROM {known} texts JOIN {counts} counts ON texts.code = counts.code "
            known += "AND coalesce(texts.mended, 0) = counts.mended)"
        return (
            f"(SELECT value, CAST(cell AS VARCHAR) AS written, {rows} AS rows, mended, code "
            f"FROM {known} WHERE kept > 0 AND value IS NOT NULL)"
        )
    path = scene.engine.scratch / f"texts-{mapped.raw.table}-{column}.parquet"
    if not path.exists():
        mended = mapped.conversions[column].mended or "NULL"
        rows = (
            f"SELECT value_{column} AS value, CAST(cell_{column} AS VARCHAR) AS written, count(*) AS rows, "
            f"({mended})::UTINYINT AS mended, NULL::UINTEGER AS code FROM {mapped.checked} "
            f"WHERE {KEEP} AND value_{column} IS NOT NULL GROUP BY ALL"
        )
        scene.engine.put_aside(rows, path)
    return stored(path)


def _counts(scene: Scene, column: str) -> str | None:
    """SQL of the rows that count, `counted`, by `code` and what was `mended` in their texts (0: nothing); None where
    all that `where` keeps do, and of clients, who exist whether their rows count or not."""
    if column == "client_id" or all(group.reason is None for group in scene.counted.meant):
        return None
    path = scene.engine.scratch / f"counts-{column}.parquet"
    if not path.exists():
        facts, flag = scene.coded.facts(column), f"mended_{column}"
        if facts is None:
            return None
        mended = f"coalesce({flag}, 0)" if flag in scene.coded.columns else "0"
        scene.engine.put_aside(
            f"SELECT {column} AS code, {mended} AS mended, {scene.coded.counted} AS counted FROM {facts} GROUP BY ALL",
            path,
        )
    return stored(path)


def counted(shown: object, rows: object) -> str:
    """`nan (×14)`, as an example: no word, for examples stand in reports of every language."""
    return f"{printable(str(shown))} (×{rows:,})"


def meant(name: str | None) -> str:
    """` → North?`, behind an example that is near to a known name; empty for None. No word either."""
    return f" → {name}?" if name else ""


def examples(found: list[str]) -> tuple[str, ...]:
    return tuple(found[:MOST_EXAMPLES])


def expression(mapped: Mapped, column: str) -> str:
    """What the column is mapped from; a column of our own name without the quotes that it does not need."""
    was = mapped.expressions[column]
    return was.strip('"') if was.strip('"') in mapped.table.names else was


def change(mapped: Mapped, column: str, changed: str) -> str:
    """The line of the review file that maps `column` from another expression, as YAML that can be typed in.

    Where the table's columns are found by their names, declaring one needs all of them declared.
    """
    key = f"sources.{mapped.raw.table}.columns"
    if mapped.source.columns is not None:
        return f"{key}.{column}: {_yaml(changed)}"
    given = {name: changed if name == column else expression(mapped, name) for name in mapped.expressions}
    return f"{key}: {{{', '.join(f'{name}: {_yaml(one)}' for name, one in given.items())}}}"


def _yaml(written: str) -> str:
    """Text as YAML has it anywhere: a JSON string is one too."""
    return written if re.fullmatch(r"[a-z_]+", written) else json.dumps(written, ensure_ascii=False)

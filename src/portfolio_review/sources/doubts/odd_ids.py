"""Ids that read like missing values, and ids that a program took for numbers."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources.conversion import DIGITS, NUMBER, POINT_ZERO, SCIENTIFIC
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import IDS, Texts, change, counted, examples, expression, of_columns
from portfolio_review.sources.engine import text
from portfolio_review.sources.mapping import Mapped

MISSING = ("nan", "none", "null", "n/a", "na", "#n/a", r"\n", "-", "?", "0", "unknown", "(blank)")
"""What programs write where no id is known, in small letters."""

_NUMBER = f"mended = {NUMBER}"
_POINT = f"regexp_full_match(value, {text(POINT_ZERO)})"
_LOST = (
    f"regexp_full_match(value, {text(SCIENTIFIC)}) "
    f"OR ({_NUMBER} AND length(value) >= {DIGITS} AND NOT starts_with(written, '='))"
)
_UNDONE = f"{_NUMBER} AND NOT ({_LOST})"
"""SQL of whether a text shows the trace of a number, of one whose digits are lost, and of one that is whole again."""
EXPORT = Phrase("Export the column as text: digits of it are lost.")
KEPT = Phrase("The ids look like numbers that a program wrote; they are kept as they are.")


def find(scene: Scene) -> Iterator[Doubt]:
    """Column by column."""
    for texts in of_columns(scene, IDS):
        odd = ", ".join(f"bool_or({one})" for one in (missing("value"), _UNDONE, f"{_POINT} OR {_LOST}"))
        found = texts.query(f"SELECT {odd} FROM {texts.relation}")[0]
        for is_found, doubts in zip(found, (_like_missing, _undone, _from_numbers), strict=True):
            if is_found:
                yield from doubts(texts)


def missing(value: str) -> str:
    """SQL of whether an id reads like a missing value."""
    return f"lower({value}) IN ({', '.join(map(text, MISSING))})"


def _like_missing(texts: Texts) -> Iterator[Doubt]:
    found = _found(texts, missing("value"))
    listed = ", ".join(text(value) for value, _ in found)
    mapped = texts.mapped
    was = expression(mapped, texts.column)
    emptied = f"CASE WHEN {was} NOT IN ({listed}) THEN {was} END"
    yield _doubt(
        texts, "ids_like_missing", found, missing("value"),
        Phrase("The ids are kept, for they may be names."),
        Phrase(
            "If they stand for no id, write %(setting)s; if they are ids, name ids_like_missing under accepted.",
            {"setting": change(mapped, texts.column, emptied)},
        ),
    )  # fmt: skip


def _undone(texts: Texts) -> Iterator[Doubt]:
    found = _found(texts, _UNDONE, "written")
    was = expression(texts.mapped, texts.column)
    if any(written.lstrip().startswith("=") for written, _ in found):
        changed = f"replace(replace({was}, '=\"', ''), '\"', '')"
    else:
        changed = f"CAST({was} AS BIGINT)"
    remedy = Phrase(
        "Look whether leading zeros are lost; then write %(setting)s",
        {"setting": change(texts.mapped, texts.column, changed)},
    )
    yield _doubt(
        texts, "ids_from_numbers", found, _UNDONE,
        Phrase('="…" and a final .0 of a column of numbers are undone.'),
        EXPORT if _found(texts, _LOST) else remedy,
        flag=f"mended_{texts.column} = {NUMBER}",
    )  # fmt: skip


def _from_numbers(texts: Texts) -> Iterator[Doubt]:
    found = _found(texts, f"{_POINT} OR {_LOST}")
    remedy = EXPORT
    if not _found(texts, _LOST):
        remedy = without_point(texts.mapped, texts.column)
    yield _doubt(
        texts, "ids_from_numbers", found, f"{_POINT} OR {_LOST}",
        KEPT, remedy,
    )  # fmt: skip


def without_point(mapped: Mapped, column: str) -> Phrase:
    """The change that undoes a final `.0`."""
    changed = f"regexp_replace({expression(mapped, column)}, '\\.0$', '')"
    return Phrase("Write %(setting)s", {"setting": change(mapped, column, changed)})


def _found(texts: Texts, condition: str, shown: str = "value") -> list[tuple[str, int]]:
    """The texts that fulfil a condition with their rows, those of most rows first; a thousand at most."""
    found = texts.query(
        f"SELECT {shown}, sum(rows)::BIGINT FROM {texts.relation} WHERE {condition} GROUP BY 1 "
        "ORDER BY 2 DESC, 1 LIMIT 1000"
    )
    return [(value, rows) for value, rows in found]


def _doubt(
    texts: Texts, id: str, found: list[tuple[str, int]], condition: str, done: Phrase, remedy: Phrase,
    flag: str = "true",
) -> Doubt:  # fmt: skip
    rows = texts.query(f"SELECT sum(rows)::BIGINT FROM {texts.relation} WHERE {condition}")[0][0]
    months, parts = texts.touched(f"SELECT code FROM {texts.relation} WHERE {condition}", flag)
    return Doubt(
        id=id, table=texts.table, column=texts.column, rows=rows, done=done, remedy=remedy,
        examples=examples([counted(*one) for one in found]), by_month=months, units=parts,
    )  # fmt: skip

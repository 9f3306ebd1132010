"""Ids that are written in several ways: those that were mended, and those that are only named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources.conversion import BLANKS
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import (
    IDS,
    Texts,
    change,
    counted,
    examples,
    expression,
    of_columns,
    relation,
)
from portfolio_review.sources.engine import text
from portfolio_review.sources.fold import COMPOSED, folded
from portfolio_review.sources.model import TRANSACTIONS

_MEND = r"trim(regexp_replace(nfc_normalize({x}), '[\s\p{{Z}}]+', ' ', 'g'))"
_SAME = ("upper({x})", "lower({x})", "replace({x}, ' ', '')", "upper(replace({x}, ' ', ''))")
"""Expressions of the review file by which alike ids may become one, the plainest first."""
_NONE = "(SELECT NULL::VARCHAR AS value, NULL::VARCHAR AS compatible WHERE false)"


def find(scene: Scene) -> Iterator[Doubt]:
    """Both kinds, column by column."""
    for texts in of_columns(scene, IDS):
        yield from _mended(texts)
        yield from _named(texts)


def _mended(texts: Texts) -> Iterator[Doubt]:
    """Ids that became equal to others by their blanks or their Unicode form."""
    if not texts.query(f"SELECT 1 FROM {texts.relation} WHERE mended = {BLANKS} LIMIT 1"):
        return
    pool = _clients_elsewhere(texts)
    elsewhere = f" OR value IN (SELECT value FROM {pool})" if pool else ""
    groups = (
        f"SELECT value, any_value(code) AS code, sum(rows) FILTER (mended = {BLANKS}) AS rows, "
        f"arg_max(written, rows) FILTER (mended = {BLANKS}) AS written FROM {texts.relation} GROUP BY value "
        f"HAVING bool_or(mended = {BLANKS}) AND (count(DISTINCT written) > 1{elsewhere})"
    )
    rows, ids = texts.query(f"SELECT coalesce(sum(rows), 0)::BIGINT, count(*) FROM ({groups})")[0]
    if not rows:
        return
    shown = texts.query(f"SELECT written, rows FROM ({groups}) ORDER BY rows DESC, value LIMIT 5")
    months, parts = texts.touched(f"SELECT code FROM ({groups})", f"mended_{texts.column} = {BLANKS}")
    if parts == {}:  # written so in rows alone that are left out
        return
    mend = _MEND.format(x=expression(texts.mapped, texts.column))
    yield Doubt(
        id="ids_alike", table=texts.table, column=texts.column, rows=rows,
        done=Phrase(
            "Blanks and the Unicode form are mended: ids that were written in several ways are one now (%(ids)s).",
            {"ids": ids},
        ),
        remedy=Phrase(
            "Nothing needs to be done; to mend them in the review file: %(setting)s",
            {"setting": change(texts.mapped, texts.column, mend)},
        ),
        examples=examples([counted(f"'{written}'", rows) for written, rows in shown]), by_month=months, units=parts,
    )  # fmt: skip


def _named(texts: Texts) -> Iterator[Doubt]:
    """Ids equal after NFKC, folding of case, look-alikes and without blanks: all but the most used of each group."""
    pool = _clients_elsewhere(texts)
    compatible = _compatible_forms(texts, pool)
    odd = f"SELECT * FROM ({_ranked(texts, pool, compatible)}) WHERE nth > 1 AND own"
    rows, ids = texts.query(f"SELECT coalesce(sum(rows), 0)::BIGINT, count(*) FROM ({odd})")[0]
    if rows:
        shown = texts.query(f"SELECT value, main, rows::BIGINT FROM ({odd}) ORDER BY rows DESC, value LIMIT 5")
        main = "{x}" if pool is None else "main"  # the clients that another table means stay as they are
        same = [f"bool_and({one.format(x='value')} = {main.format(x=one.format(x='main'))})" for one in _SAME]
        settled = texts.query(f"SELECT {', '.join(same)} FROM ({odd})")[0]
        months, parts = texts.touched(f"SELECT code FROM ({odd})")
        yield Doubt(
            id="ids_alike", table=texts.table, column=texts.column, rows=rows,
            done=Phrase(
                "They differ from another id by case, blanks, look-alike letters or the form of characters alone, and "
                "are kept apart (%(ids)s).", {"ids": ids},
            ),
            remedy=_join(texts, [bool(one) for one in settled]),
            examples=examples([counted(f"'{value}' ≠ '{main}'", rows) for value, main, rows in shown]),
            by_month=months, units=parts,
        )  # fmt: skip
    if compatible != _NONE:
        texts.scene.engine.reader.unregister(compatible)


def _ranked(texts: Texts, pool: str | None, compatible: str) -> str:
    """SQL of the ids: `value`, `rows`, `code`, `own` (not a client elsewhere), `main`, the most used id that folds to
    the same text, and `nth`, their place after it."""
    values = (
        f"SELECT value, sum(rows) AS rows, any_value(code) AS code, true AS own FROM {texts.relation} GROUP BY value"
    )
    if pool:
        first = 10**18  # an id of the clients that a table is meant for comes before its own
        values = (
            "SELECT coalesce(o.value, p.value) AS value, "
            f"coalesce(o.rows, 0) + CASE WHEN p.value IS NULL THEN 0 ELSE {first} END AS rows, NULL AS code, "
            f"p.value IS NULL AS own FROM ({values}) o "
            f"FULL JOIN (SELECT DISTINCT value FROM {pool}) p ON p.value = o.value"
        )
    fold = folded("coalesce(c.compatible, v.value)")
    return (
        "SELECT *, first_value(value) OVER same AS main, row_number() OVER same AS nth FROM ("
        f"SELECT v.*, {fold} AS fold FROM ({values}) v LEFT JOIN {compatible} c ON c.value = v.value) "
        "WINDOW same AS (PARTITION BY fold ORDER BY rows DESC, value)"
    )


def _join(texts: Texts, settled: list[bool]) -> Phrase:
    mapped, column = texts.mapped, texts.column
    for makes_equal, one in zip(settled, _SAME, strict=True):
        if makes_equal:
            setting = change(mapped, column, one.format(x=expression(mapped, column)))
            return Phrase("If they are one, write %(setting)s", {"setting": setting})
    return Phrase("If they are one, write them in one way at the source.")


def _clients_elsewhere(texts: Texts) -> str | None:
    """SQL of the clients of transactions, for the client ids of another table."""
    if texts.column != "client_id" or texts.table == TRANSACTIONS:
        return None
    return relation(texts.scene, texts.scene.sales, "client_id")


def _compatible_forms(texts: Texts, pool: str | None) -> str:
    """SQL of the NFKC form of the few texts that may differ from it: `value`, `compatible`."""
    union = " UNION ".join(f"SELECT value FROM {one}" for one in (texts.relation, pool) if one)
    odd = texts.query(f"SELECT value FROM ({union}) WHERE NOT regexp_full_match(value, {text(COMPOSED)})")
    if not odd:
        return _NONE
    written = [str(row[0]) for row in odd]
    forms = [unicodedata.normalize("NFKC", one) for one in written]
    columns = {"value": np.array(written, dtype=object), "compatible": np.array(forms, dtype=object)}
    texts.scene.engine.reader.register("compatible", columns)
    return "compatible"

"""Ids of two tables that should be the same clients and hardly ever meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import change, counted, examples, expression, relation, touched
from portfolio_review.sources.mapping import Mapped
from portfolio_review.sources.model import TRANSACTIONS

MEET = 0.5
"""From this share on, ids meet."""
_CHANGES = (
    (Phrase("They would meet without a final .0: write %(setting)s"), r"regexp_replace({x}, '\.0$', '')"),
    (Phrase("They would meet without leading zeros: write %(setting)s"), "ltrim({x}, '0')"),
    (Phrase("They would meet in capitals: write %(setting)s"), "upper({x})"),
    (Phrase("They would meet in small letters: write %(setting)s"), "lower({x})"),
)
"""What to do where a change makes ids meet, and its expression."""


@dataclass(frozen=True)
class _Sides:
    """The client ids of a table and those of the clients it should meet, as SQL of `value` and `weight`."""

    scene: Scene
    own: Mapped
    other: Mapped
    pool: str
    """SQL of the ids that the weighed ones should be among."""
    weighed: str

    def share(self, mine: str = "{x}", theirs: str = "{x}") -> float | None:
        """The share of the weight whose ids, both sides changed by an expression, meet; None without any weight."""
        met = f"{mine.format(x='value')} IN (SELECT {theirs.format(x='value')} FROM {self.pool})"
        whole, part = self.scene.engine.row(
            f"SELECT sum(weight), coalesce(sum(weight) FILTER ({met}), 0) FROM {self.weighed} WHERE value IS NOT NULL"
        )
        return float(part) / float(whole) if whole else None


def find(scene: Scene) -> Iterator[Doubt]:
    """The clients' ids by revenue, those of every other table by their number."""
    sales = relation(scene, scene.sales, "client_id")
    of_clients = None
    if clients := scene.table("clients", "client_id"):
        of_clients = relation(scene, clients, "client_id")
        yield from _clients(scene, clients, sales, of_clients)
    pool = f"(SELECT value FROM {sales}" + (f" UNION SELECT value FROM {of_clients})" if of_clients else ")")
    for table in CONTRACTS:
        if table not in (TRANSACTIONS, "clients") and (mapped := scene.table(table, "client_id")):
            yield from _other(scene, mapped, pool)


def _clients(scene: Scene, clients: Mapped, sales: str, of_clients: str) -> Iterator[Doubt]:
    facts = scene.coded.facts("client")
    if facts is None:
        return
    money = f"SELECT client, {scene.coded.sized} AS weight FROM {facts} GROUP BY client"
    weighed = f"(SELECT value, weight FROM ({money}) JOIN (SELECT DISTINCT code, value FROM {sales}) ON code = client)"
    sides = _Sides(scene, scene.sales, clients, of_clients, weighed)
    share = sides.share()
    if share is None or share >= MEET:
        return
    unknown = f"value NOT IN (SELECT value FROM {of_clients})"
    rows, months, units = touched(scene, f"client IN (SELECT code FROM {sales} WHERE {unknown})")
    shown = _apart(scene, sales, unknown)
    yield Doubt(
        id="ids_never_meet", table="clients", column="client_id", rows=rows,
        done=Phrase(
            "%(found)s of the revenue finds its client in the table: the attributes of the others are not known.",
            {"found": share},
        ),
        remedy=_remedy(sides, share), examples=shown, by_month=months, units=units,
    )  # fmt: skip


def _other(scene: Scene, mapped: Mapped, pool: str) -> Iterator[Doubt]:
    own = relation(scene, mapped, "client_id")
    weighed = f"(SELECT DISTINCT value, 1 AS weight FROM {own})"
    sides = _Sides(scene, mapped, scene.sales, pool, weighed)
    share = sides.share()
    if share is None or share >= MEET:
        return
    unknown = f"value NOT IN (SELECT value FROM {pool})"
    ids = scene.engine.row(f"SELECT count(*) FROM {weighed} WHERE {unknown}")[0]
    yield Doubt(
        id="ids_never_meet", table=mapped.raw.table, column="client_id", rows=ids,
        done=Phrase(
            "%(found)s of the ids are clients; the rows of the others are kept and reach no client.", {"found": share}
        ),
        remedy=_remedy(sides, share), examples=_apart(scene, own, unknown),
    )  # fmt: skip


def _apart(scene: Scene, own: str, unknown: str) -> tuple[str, ...]:
    found = scene.engine.rows(
        f"SELECT value, sum(rows)::BIGINT FROM {own} WHERE {unknown} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
    )
    return examples([counted(*one) for one in found])


def _remedy(sides: _Sides, share: float) -> Phrase:
    """The plainest change by which the ids would meet: of one table, else of both."""
    for said, changed in _CHANGES:
        for mine, theirs in ((changed, "{x}"), ("{x}", changed), (changed, changed)):
            if (sides.share(mine, theirs) or 0.0) < max(MEET, share):
                continue
            sided = [(side, one) for side, one in ((sides.own, mine), (sides.other, theirs)) if one != "{x}"]
            lines = [change(side, "client_id", one.format(x=expression(side, "client_id"))) for side, one in sided]
            return Phrase(said.message, {"setting": " and ".join(lines)})
    return Phrase("Map another column of the source as client_id, or ask where the ids of the table come from.")

"""Doubts about the smaller tables: targets that match nothing, losses of clients that buy, terms nobody can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portfolio_review import terms
from portfolio_review.calendar import Month, Period
from portfolio_review.catalog import CATALOG
from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.errors import near
from portfolio_review.sources.contracts import NO_UNIT, RESERVED_UNIT
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import counted, examples, meant, parts, relation
from portfolio_review.sources.mapping import KEEP
from portfolio_review.sources.raw import ROW

FIGURES = tuple(entry.id for entry in CATALOG.values() if entry.kind == "figure")
"""What a target may be of."""
PLAN = "headline.revenue"
"""What the target of a manager may be of."""
MONTHS_AHEAD = 24
"""A target may lie so many months after the history."""


def find(scene: Scene) -> Iterator[Doubt]:
    """In the order of the reference."""
    yield from _targets(scene)
    yield from _losses(scene)
    yield from _terms(scene)


def _targets(scene: Scene) -> Iterator[Doubt]:
    """One doubt for each column in which a target matches nothing."""
    targets = scene.table("targets", "unit", "figure", "period")
    if targets is None:
        return
    managers = _managers(scene)
    manager = "value_manager" if targets.has("manager") else "NULL"
    rows = scene.engine.rows(
        f"SELECT value_unit, value_figure, value_period, {manager}, count(*), min({ROW}) FROM {targets.checked} "
        f"WHERE {KEEP} GROUP BY ALL ORDER BY min({ROW})"
    )
    known_units = {RESERVED_UNIT, NO_UNIT, *_units(scene)}
    of_managers, of_units = {PLAN}, frozenset(FIGURES)
    judged: tuple[tuple[str, int, Callable[[tuple[str, ...]], str | None], Phrase], ...] = (
        (
            "unit", 0, lambda row: _near(row[0], known_units),
            Phrase("The targets of these units are never met: no row has the unit."),
        ),
        (
            "figure", 1, lambda row: _near_figure(row[1], of_managers if row[3] else of_units),
            Phrase("The targets of these figures are not used. Those of a manager are of headline.revenue."),
        ),
        (
            "period", 2, lambda row: None if _is_at_hand(scene, row[2]) else "",
            Phrase("The periods lie in no month of the history or the 24 after it."),
        ),
        (
            "manager", 3, lambda row: _near(row[3], managers) if row[3] else None,
            Phrase("The targets of these managers are nobody's: no client has the manager."),
        ),
    )  # fmt: skip
    for column, place, instead, done in judged:
        found = [(row, said) for row in rows if (said := instead(row)) is not None]
        if found:
            shown = dict.fromkeys(f"{row[place]}{said}" for row, said in found)
            yield Doubt(
                id="targets_unused", table="targets", column=column, rows=sum(row[4] for row, _ in found), done=done,
                remedy=Phrase("Correct the targets, or map the column by an expression that gives the right names."),
                examples=examples(list(shown)),
            )  # fmt: skip


def _units(scene: Scene) -> list[str]:
    """The units with a row that `where` keeps."""
    if not scene.coded.dictionary("unit").exists():
        return []
    kept = f"FROM {scene.coded.texts('unit')} WHERE kept > 0 AND value IS NOT NULL"
    return [name for (name,) in scene.engine.rows(f"SELECT DISTINCT value {kept}")]


def _near(found: str, known: set[str]) -> str | None:
    """None where it is known, else what names the nearest that is."""
    return None if found in known else meant(near(found, known))


def _near_figure(found: str, known: frozenset[str] | set[str]) -> str | None:
    """The same for a figure, which people call by the last part of its id."""
    if found in known:
        return None
    said = found.lower().replace(" ", "_")
    last = next((id for id in FIGURES if id in known and id.rpartition(".")[2] == said), None)
    return meant(last or near(found, known))


def _is_at_hand(scene: Scene, written: str) -> bool:
    counted = scene.counted
    if counted.first_day is None or counted.data_until is None:
        return True
    period = Period.parse(written).span
    first, last = Month.of(counted.first_day), Month.of(counted.data_until)
    return period.last.index >= first.index and period.first.index <= last.index + MONTHS_AHEAD


def _managers(scene: Scene) -> set[str]:
    clients = scene.table("clients", "manager")
    known = relation(scene, clients, "manager") if clients else None
    return {name for (name,) in scene.engine.rows(f"SELECT DISTINCT value FROM {known}")} if known else set()


def _losses(scene: Scene) -> Iterator[Doubt]:
    """Losses whose client has a purchase after the loss."""
    losses, facts = scene.table("losses", "client_id", "date"), scene.coded.facts("client")
    if losses is None or facts is None:
        return
    known = scene.coded.texts("client_id")
    lost = f"SELECT value_client_id AS id, value_date AS lost, {ROW} AS number FROM {losses.checked} WHERE {KEEP}"
    bought = (
        f"SELECT client, unit, max({scene.coded.bought}) AS bought FROM {facts} WHERE client IN "
        f"(SELECT code FROM {known} WHERE value IN (SELECT id FROM ({lost}))) GROUP BY client, unit"
    )
    of_units = (
        f"SELECT id, lost, bought, number, unit FROM ({lost}) "
        f"JOIN (SELECT DISTINCT code, value FROM {known}) ON value = id JOIN ({bought}) ON client = code "
        "WHERE bought > lost"
    )
    found = f"SELECT id, lost, max(bought) AS bought, number FROM ({of_units}) GROUP BY ALL"
    count = scene.engine.row(f"SELECT count(*) FROM ({found})")[0]
    if count:
        shown = scene.engine.rows(f"SELECT id, lost, bought FROM ({found}) ORDER BY number LIMIT 5")
        yield Doubt(
            id="losses_of_buyers", table="losses", column="date", rows=count,
            done=Phrase("They are counted apart: recorded as lost, still buying."),
            remedy=Phrase("Look whether the clients came back, or take the rows out of losses."),
            examples=examples([f"{id}: {lost} → {bought}" for id, lost, bought in shown]),
            units=parts(
                scene,
                f"SELECT unit, number AS place, concat(id, ': ', lost, ' → ', bought) AS shown "
                f"FROM ({of_units})",
            ),
        )  # fmt: skip


def _terms(scene: Scene) -> Iterator[Doubt]:
    clients = scene.table("clients", "payment_terms")
    if clients is None:
        return
    own = relation(scene, clients, "payment_terms")
    found = scene.engine.rows(f"SELECT value, sum(rows)::BIGINT FROM {own} GROUP BY 1 ORDER BY 2 DESC, 1")
    unread = [(written, rows) for written, rows in found if terms.days(written) is None]
    if unread:
        yield Doubt(
            id="terms_unread", table="clients", column="payment_terms", rows=sum(rows for _, rows in unread),
            done=Phrase("The days of these terms are not known; none are guessed."),
            remedy=Phrase(
                "Write them as N days, net N, a/b net N, prepayment or on receipt, or map them by an expression."
            ),
            examples=examples([counted(*one) for one in unread]),
        )  # fmt: skip

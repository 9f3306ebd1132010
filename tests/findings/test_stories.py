"""What was planted in the sample is found, in both languages, and nothing false is said.

Each story of `sample.stories` that a review can see is held against the finding that must tell it; the
others are named with the reason why no finding is theirs.
"""

from __future__ import annotations

import pytest
from in_process import Told

from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import ranking, wording
from portfolio_review.results.finding import Finding
from portfolio_review.sample.stories import STORIES

# story, unit, finding, what its sentence says in English and in Russian
TOLD = (
    ("unit_in_decline", "Iberia", "retention.net_revenue",
     "Existing clients buy less than before: net revenue retention is 76.4%",
     "Действующие клиенты покупают меньше, чем раньше: чистое удержание выручки (NRR) 76,4 %"),
    ("unit_in_decline", "Iberia", "movement.lost", "clients of the 12 months before have bought nothing since",
     "Потеря клиентов: 16 клиентов"),
    ("growing_unit", "Benelux", "movement.stayed",
     "Clients that go on buying bought €", "Клиенты, которые продолжают покупать, купили на "),
    ("key_client_leaving", "Germany", "actions.silent",
     "Brinkmann Versandhandel GmbH & Co. KG, €1.20m of revenue in its last active year, has bought nothing for 159 days",
     "Brinkmann Versandhandel GmbH & Co. KG, выручка 1,20 млн € за последний активный год: без покупок 159 дней"),
    ("key_client_leaving", "all", "actions.silent", "Brinkmann Versandhandel", "Brinkmann Versandhandel"),
    ("concentration", "Baltics", "structure.concentration",
     "UAB Saulės Krautuvės alone brings 39.8% of revenue, €1.26m over 12 months",
     "UAB Saulės Krautuvės: 39,8 % выручки, 1,26 млн € за последние 12 мес."),
    ("single_contacts", "all", "strategic.single_contacts", "Nordmark Kliniken gGmbH (€897k)",
     "держатся на одном контакте каждый"),
    ("overdue_payers", "all", "risk.overdue", "Bouwgroep Terlinden NV (€71.3k)",
     "Просроченная дебиторская задолженность: 490 тыс. €"),
    ("overdue_payers", "Iberia", "risk.overdue", "Conservas Punta Brava, S.L. (€65.1k), Construções Vale Sereno",
     "больше всего — Conservas Punta Brava, S.L. (65,1 тыс. €)"),
    ("stale_plan", "Benelux", "strategic.stale_plan",
     "The plan for Vandenbroucke Horeca Groep NV stands still: 4 open actions are overdue, the oldest by 274 days",
     "Vandenbroucke Horeca Groep NV, план развития без движения: срок прошёл у 4 действий"),
    ("clients_returning", "all", "movement.returned", "clients came back after more than 12 months without a purchase",
     "вернувшихся клиентов, перерыв больше 12 мес."),
    ("moving_up", "Benelux", "migration.largest_up", "Daalder Fulfilment BV moved from class B to A",
     "Daalder Fulfilment BV: переход из категории B в категорию A"),
    ("moving_down", "Germany", "migration.largest_down", "Tischlerei Ahlers & Söhne moved from class A to B",
     "Tischlerei Ahlers & Söhne: переход из категории A в категорию B"),
)  # fmt: skip
UNTOLD = {
    "unassessed_newcomer": "the fifth largest of those to be assessed first, of whom the finding names three",
    "seasonality": "months are held against the same months a year before; a season is no change",
    "quiet_tiny_unit": "its findings are few, see below",
    "refunds": "booked where they fall; the bridge has a bar for clients with refunds alone",
    "refunds_only": "too small to be material",
    "merged_client": "the review lists merges with its data",
    "group_of_entities": "one client each, unless the review file says otherwise",
    "group_across_units": "one client each, unless the review file says otherwise",
    "client_in_two_units": "stands in both units' reviews",
    "namesakes": "two clients",
    "manager_changed": "a flag of the strategic clients' exposure",
    "one_off_buyer": "a client of class Z",
    "shrinking_quietly": "stands among the clients in danger with its reason; it is no strategic account",
    "stopped_in_mid_window": "one of the clients gone quiet, whom the unit's finding counts; another one is named",
    "margin_turning": "held month by month, see test_stories_by_month",
    "cash_sales": "rows left out, not material; page one counts them",
}


def of(findings: list[Finding], id: str) -> Finding:
    return next(finding for finding in findings if finding.id == id)


def test_every_story_is_told_or_has_a_reason() -> None:
    assert {story.id for story in STORIES} == {row[0] for row in TOLD} | set(UNTOLD)


@pytest.mark.parametrize(("story", "unit", "id", "english", "russian"), TOLD)
def test_a_planted_story_is_found(story: str, unit: str, id: str, english: str, russian: str, told: Told) -> None:
    finding = of(told(unit), id)
    assert english in finding.text.replace(NBSP, " ")
    assert russian in wording.text(finding, Wording("ru", "EUR")).replace(NBSP, " ")


SLOW = pytest.param("Central Asia", marks=pytest.mark.long)


@pytest.mark.parametrize("unit", ["Benelux", SLOW, "Baltics"])
def test_a_growing_unit_is_not_said_to_decline(unit: str, told: Told) -> None:
    whole = {"retention.net_revenue", "movement.stayed", "drivers.largest"}
    bad = [finding for finding in told(unit) if finding.id in whole and finding.certain and finding.tone == "bad"]
    assert bad == []


def test_a_quiet_unit_gets_few_findings(told: Told) -> None:
    quiet = told("Marine")
    assert sum(bool(finding.weight) for finding in quiet) <= 8
    assert len(ranking.first_page(quiet)) <= 2
    assert [finding.id for finding in quiet if finding.id in ("structure.concentration", "movement.lost")] == []


@pytest.mark.parametrize("unit", ["all", "Germany", "Iberia", "Benelux", "Baltics", SLOW, "Marine"])
def test_page_one_tells_each_story_once_and_nothing_uncertain(unit: str, told: Told) -> None:
    first = ranking.first_page(told(unit))
    assert len(first.changes) <= 5
    assert len(first.risks) <= 2
    for part in (first.changes, first.risks):
        assert len({finding.theme for finding in part}) == len(part)
        assert all(finding.certain and (finding.weight or finding.always) for finding in part)
        sizes = [finding.weight for finding in part]
        assert sizes == sorted(sizes, reverse=True)


def test_the_stories_of_the_year_stand_on_page_one(told: Told) -> None:
    expected = {
        "Germany": "actions.silent", "Iberia": "movement.lost", "Baltics": "structure.concentration",
        "Benelux": "strategic.stale_plan", "all": "movement.lost",
    }  # fmt: skip
    for unit, id in expected.items():
        assert id in [finding.id for finding in ranking.first_page(told(unit))], unit

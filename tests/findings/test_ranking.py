"""Which findings page one shows, and in what order; what is material."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_review import findings
from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import data, ranking
from portfolio_review.findings.values import say
from portfolio_review.findings.wording import on_page_one
from portfolio_review.results.finding import Finding, from_plain, to_plain
from portfolio_review.results.seen import Scope, Seen


def finding(id: str, money: float | None, theme: str = "", **more: Any) -> Finding:
    return Finding(
        id=id, section="movement", page=more.pop("page", "bridge"), theme=theme or id, clauses=(say("none"),),
        evidence=("bridge.new",), money=money, tone="good", **more,
    )  # fmt: skip


def ids(found: Iterable[Finding]) -> list[str]:
    return [one.id for one in found]


def test_the_largest_money_comes_first_whatever_its_sign() -> None:
    assert ids(ranking.ranked([finding("a", 5.0), finding("b", -9.0), finding("c", None), finding("d", 7.0)])) == list(
        "bdac"
    )


def test_page_one_tells_a_theme_once_and_the_verdicts_not_at_all() -> None:
    found = [finding("a", 9.0, "x"), finding("b", 8.0, "x"), finding("c", 7.0, ranking.TOLD[0]), finding("d", 6.0)]
    assert ids(ranking.first_page(found)) == ["a", "d"]


def test_a_theme_of_which_something_is_unclear_is_not_on_page_one() -> None:
    found = [finding("a", 9.0, "x"), finding("b", 1.0, "x", certain=False), finding("c", 2.0)]
    assert ids(ranking.first_page(found)) == ["c"]


def test_five_changes_then_two_states_that_last_then_the_largest_doubt() -> None:
    # Findings: at most five changes by |money|, at most two standing risks, the largest data doubt
    found = [finding(name, 20.0 - place, standing=place < 4) for place, name in enumerate("abcdefghijk")]
    doubts = [replace(finding(name, None, ranking.DOUBT), section="data", standing=True) for name in "xy"]
    page = ranking.first_page([*found, *doubts])
    assert (ids(page.changes), ids(page.risks)) == (list("efghi"), ["a", "b"])
    assert page.doubt is doubts[0]
    assert ids(page) == [*"efghiabx"]
    assert len(page) == 8


def test_page_one_tells_of_one_client_once() -> None:
    # Findings: none that is part of another
    found = [
        finding("a", 9.0, client="1"), finding("b", 8.0, client="1"), finding("c", 7.0, client="2"),
        finding("d", 6.0, standing=True, client="2"), finding("e", 5.0, standing=True),
    ]  # fmt: skip
    page = ranking.first_page(found)
    assert (ids(page.changes), ids(page.risks)) == (["a", "c"], ["e"])


def test_what_must_stand_on_page_one_takes_the_place_of_the_lightest() -> None:
    # Findings: the month's finding is on page one whenever a target is missed
    found = [finding(name, 20.0 - place) for place, name in enumerate("abcdef")]
    must = finding("m", -1.0, "target", always=True)
    same = finding("y", 30.0, "target")
    assert ids(ranking.first_page([*found, must, same]).changes) == list("abcdm")


def test_where_there_is_no_room_the_lightest_goes_that_need_not_stand_there() -> None:
    found = [finding("a", 9.0), finding("b", 8.0), finding("m", -1.0, "target", always=True)]
    shorter = ranking.first_page(found).shorter
    assert shorter is not None
    assert ids(shorter.changes) == ["a", "m"]
    last = shorter.shorter
    assert last is not None
    assert (ids(last.changes), last.shorter) == (["m"], None)


@pytest.mark.parametrize(("month", "language", "words"), [
    ("2026-08", "en", "are €100k, 40.0% of all receivables, since August; most"),
    ("2025-12", "en", "are €100k, 40.0% of all receivables, since December 2025; most"),
    ("2026-08", "ru", ", с августа; "), ("2025-12", "ru", ", с декабря 2025 г.; "),
])  # fmt: skip
def test_a_risk_that_an_earlier_review_had_says_since_when(month: str, language: str, words: str) -> None:
    whole = made.whole(2, 1, language)
    told = findings.tell(replace(whole, since={"risk.overdue": month, "risk.outlook": month}), "risk")
    overdue = next(found for found in told if found.id == "risk.overdue")
    assert (overdue.since, overdue.kind) == (month, "risk")
    assert words in overdue.text.replace("\u00a0", " ")
    # a change is new each time
    assert all(found.since is None for found in told if found.kind == "change")


def test_findings_are_weighed_by_their_effect_on_value() -> None:
    # Ground terms, value: where value is margin, an amount of revenue weighs what it earns
    found = [finding("a", 9.0, value=3.0), finding("b", -4.0)]
    assert ids(ranking.ranked(found)) == ["b", "a"]


def test_a_page_has_its_own_heaviest_finding() -> None:
    found = [finding("a", 9.0), finding("b", 5.0, page="risk"), finding("c", -6.0, page="risk")]
    heaviest = ranking.of_page(found, "risk")
    assert heaviest is not None
    assert heaviest.id == "c"
    assert ranking.of_page(found, "drivers") is None


def test_over_a_page_stands_what_changed_before_what_lasts() -> None:
    found = [finding("a", 9.0, standing=True), finding("b", 2.0), finding("c", -3.0), finding("d", None)]
    message = ranking.of_page(found, "bridge")
    assert message is not None
    assert message.id == "c"
    assert ranking.of_page([found[0]], "bridge") is found[0]


@given(st.lists(st.tuples(st.sampled_from("uvwxyz"), st.floats(-100, 100), st.booleans(), st.booleans()), max_size=30))
def test_page_one_never_breaks_its_rules(rows: list[tuple[str, float, bool, bool]]) -> None:
    found = [
        finding(str(place), money, theme, certain=certain, standing=standing)
        for place, (theme, money, certain, standing) in enumerate(rows)
    ]
    first = ranking.first_page(found)
    unclear = {one.theme for one in found if not one.certain}
    assert len(first.changes) <= ranking.CHANGES
    assert len(first.risks) <= ranking.RISKS
    assert len({one.theme for one in first}) == len(first)
    assert not unclear & {one.theme for one in first}
    assert [one.standing for one in first] == sorted(one.standing for one in first)
    for part in (first.changes, first.risks):
        assert ids(part) == ids(ranking.ranked(part))


def test_less_money_than_the_least_is_no_finding() -> None:
    """Of the same figures nothing but what has no money is left."""
    small = made.whole(5, -1)
    deaf = Seen(small.head, Scope(1e6, 9e5, least=1e9), small.figures, small.tables)
    assert len(findings.tell(small, *findings.SECTIONS)) > 20
    # targets missed stand whatever their money, and what has no money to weigh
    left = {
        "headline.target",
        *(f"headline.target.{name}" for name in ("clients", "order_value", "margin_rate")),
        "retention.clients",
        "migration.unusual",
        "structure.xyz_not_separated",
        "strategic.shortlist",
        "risk.model",
        "data.restated",  # what an earlier review said otherwise is told from its own share on (doubts.md §3)
    }
    left |= {f"headline.unusual.{name}" for name in ("revenue", "clients", "orders", "new_clients")}
    assert set(ids(findings.tell(deaf, *findings.SECTIONS))) <= left


def test_a_small_change_of_a_large_sum_is_no_finding() -> None:
    figures = {"headline.revenue": made.figure(1_040_000.0, previous_year=1_000_000.0)}
    assert findings.tell(made.seen(figures), "headline") == []


def test_without_anything_recorded_nothing_is_said() -> None:
    assert findings.tell(made.seen({}), *findings.SECTIONS) == []


def test_a_finding_comes_back_from_plain_values() -> None:
    for one in findings.tell(made.whole(2, 1), *findings.SECTIONS):
        plain = to_plain(one)  # numbers as they are recorded: to 12 significant digits
        assert to_plain(from_plain(plain)) == plain


def test_a_long_name_is_cut() -> None:
    frame = made.table("structure.over_10pct", made.client(1, revenue=made.BIG, share=0.5) | {"name": "x" * 300})
    seen = made.seen({"structure.clients": made.figure(50)}, ("structure.over_10pct", frame))
    (told,) = findings.tell(seen, "structure")
    assert "x" * 59 + "…" in told.text
    assert "x" * 60 not in told.text


def test_a_client_without_a_name_is_said_to_be_one() -> None:
    for language, subject, name in (
        ("en", "Client 14156 alone brings", None), ("ru", "Клиент\u00a014156: 50,0", None),
        ("en", "Client 14156 alone brings", "14156"),
    ):  # fmt: skip
        row = made.client(1, revenue=made.BIG, share=0.5) | {"client_id": "14156", "name": name}
        head = replace(made.HEAD, language=language)
        frame = made.table("structure.over_10pct", row)
        seen = made.seen({"structure.clients": made.figure(50)}, ("structure.over_10pct", frame), head=head)
        assert findings.tell(seen, "structure")[0].text.startswith(subject)
    lost = ("bridge.steps", made.table("bridge.steps", {"step": "churn", "clients": 2, "amount": -made.BIG}))
    rows = [made.client(n, step="churn", rank=n, amount=-made.BIG / 2) | {"name": None} for n in (1, 2)]
    figures = {"bridge.start": made.figure(9e5), "bridge.churn": made.figure(-made.BIG)}
    (told,) = findings.tell(
        made.seen(figures, lost, ("bridge.largest", made.table("bridge.largest", *rows))), "movement"
    )
    assert told.text.endswith("; client 00001 alone: −€50.0k.")


def test_a_name_may_hold_anything() -> None:
    for name in ("100 %s %(n)s", "{{7*7}}", "$5 and $7", "</title><script>"):
        frame = made.table("structure.over_10pct", made.client(1, revenue=made.BIG, share=0.5) | {"name": name})
        seen = made.seen({"structure.clients": made.figure(50)}, ("structure.over_10pct", frame))
        assert name in findings.tell(seen, "structure")[0].text


def test_the_other_language_says_the_same_finding() -> None:
    english = made.whole(5, -1)
    russian = replace(english, head=replace(made.HEAD, language="ru"))
    one, other = (findings.tell(seen, *findings.SECTIONS) for seen in (english, russian))
    assert [replace(found, text="") for found in one] == [replace(found, text="") for found in other]
    assert [found.text for found in one] != [found.text for found in other]


def test_a_season_is_no_news() -> None:
    limits = {"measure": "revenue", "limit_low": 600.0, "limit_high": 700.0}
    rows = [
        limits | {"month": "2025-10", "reached": 800.0, "unusual": True},
        limits | {"month": "2026-10", "reached": 900.0, "unusual": True},
    ]
    every_year = made.seen({}, ("headline.unusual_months", made.table("headline.unusual_months", *rows)))
    once = made.seen(
        {}, ("headline.unusual_months", made.table("headline.unusual_months", rows[0] | {"reached": 650.0}, rows[1]))
    )
    assert findings.tell(every_year, "headline") == []
    assert ids(findings.tell(once, "headline")) == ["headline.unusual.revenue"]


def test_a_partial_period_is_told_of_by_equally_many_days() -> None:
    partial = made.flash(made.whole(5, -1))
    told = {found.id: found.text.replace("\u00a0", " ") for found in findings.tell(partial, "headline")}
    assert told["headline.year_before"] == (
        "Revenue of October 2026 up to 9 October 2026 is €70.0k, −30.0% on the same days a year before (−€30.0k)."
    )
    assert told["headline.target"].startswith(
        "Revenue of October 2026 up to 9 October 2026 reaches 80.0% of its target for these days: −€20.0k against €100k"
    )


@pytest.mark.parametrize("way", [1, -1])
def test_no_sentence_is_told_by_the_plain_ratio_of_the_year(way: int) -> None:
    # metrics.md §8: the plain year-to-date ratio only in the notebook
    seen = made.whole(5, way)
    assert seen.number("headline.year_end_revenue") is not None
    told = findings.tell(seen, "headline")
    assert told
    assert not any("headline.year_end_revenue" in found.evidence for found in told)


def test_new_clients_are_new_since_the_history_starts() -> None:
    short = replace(made.whole(5, 1), head=replace(made.HEAD, history_start="2024-11-01"))
    assert "counted as new since November\u00a02024" in next(
        found.text for found in findings.tell(short, "movement") if found.id == "movement.new"
    )


@pytest.mark.parametrize(("reason", "accepted", "told"), [
    ("no_client", "left_out", False), ("where_unknown", "where_unknown", False), ("stray_date", "stray_dates", False),
    ("no_client", "where_unknown", True), ("no_client", None, True), ("duplicate", "left_out", True),
])  # fmt: skip
def test_rows_of_an_accepted_doubt_make_no_finding(reason: str, accepted: str | None, told: bool) -> None:
    doubts = [
        Doubt(
            id=accepted or "left_out", table="transactions", column=None, rows=1, done=Phrase("x"), remedy=Phrase("y"),
            accepted=accepted is not None,
        )
    ]  # fmt: skip
    left_out = made.table("data.left_out", {"reason": reason, "rows": 3, "revenue": made.BIG})
    seen = replace(made.seen({}, ("data.left_out", left_out)), doubts=tuple(doubts))
    assert [one.id for one in data.findings(seen)] == [f"data.left_out.{reason}"] * told


def test_only_clients_that_the_page_shows_are_named_there() -> None:
    # Consistency: every client of a message is on the page it points to; the page shows nine, accounts first
    rows = [made.client(n, account=n > 20, flags=1, single_contact=n in (12, 25), revenue_w1=made.BIG - n)
            for n in (*range(1, 13), *range(21, 27))]  # fmt: skip
    figures = {f"strategic.single_contact_{name}": made.figure(value)
               for name, value in (("revenue", 2 * made.BIG), ("clients", 2))}  # fmt: skip
    seen = made.seen(figures, ("strategic.exposure", made.table("strategic.exposure", *rows)))
    (told,) = findings.tell(seen, "strategic")
    assert told.text.endswith("through one person only each (€200k): Client 25 (€100k).")
    alone = made.table("strategic.agreements", made.client(12, actions_overdue=2, actions_open=2, oldest_overdue=9))
    seen = made.seen(
        {}, ("strategic.exposure", made.table("strategic.exposure", *rows)), ("strategic.agreements", alone)
    )
    assert findings.tell(seen, "strategic") == []


def test_a_client_that_buys_less_is_one_of_those_that_the_page_lists() -> None:
    row = {"listed": True, "list": "retain", "stage": "declining", "revenue_w1": made.BIG}
    rows = [made.client(n, **row, revenue_w0=made.BIG * (2 + n)) for n in range(1, 8)]
    (told,) = findings.tell(made.seen({}, ("actions.full", made.table("actions.full", *rows))), "actions")
    assert told.client == "00005"


def test_page_one_tells_a_risk_in_one_line_and_a_change_whole() -> None:
    # Findings: at most two standing risks in one line each, "since August" when an earlier review had them
    whole = replace(made.whole(2, 1), since={"risk.overdue": "2026-08"})
    told = {found.id: found for found in findings.tell(whole, "risk", "movement")}
    wording = Wording("en", "EUR")
    assert on_page_one(told["risk.overdue"], wording) == (
        "Overdue receivables are €100k, 40.0% of all receivables, since August."
    )
    assert on_page_one(told["movement.new"], wording) == told["movement.new"].text

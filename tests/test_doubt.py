"""Doubts: their shares, what a unit is told of them, their order, and what the review file accepts."""

from dataclasses import replace

import pytest

from portfolio_review.catalog import WORDS
from portfolio_review.doubt import IDS, Doubt, Part, Phrase, in_order, judged, not_met

BASE = ((24300, 60.0), (24301, 40.0), (24312, 100.0))
DOUBT = Doubt(
    id="duplicates", table="transactions", column=None, rows=3, done=Phrase("%(n)s of %(who)s", {"n": 1234, "who": "Ann"}),
    remedy=Phrase("mend sources.%(table)s", {"table": "clients"}), examples=("row 2: Ann",),
    by_month=((24300, 6.0), (24312, 5.0)), units={"North": Part(2, ((24300, 6.0),), ("row 2",))},
)  # fmt: skip


def doubt(id: str, share: float | None = None, **more: object) -> Doubt:
    return replace(DOUBT, id=id, share=share, by_month=None, units=None, **more)  # type: ignore[arg-type]


def test_its_share_is_of_all_months_and_of_each_window() -> None:
    found = DOUBT.shared(BASE).weighed(BASE, range(24312, 24313), range(24300, 24302))
    assert (found.share, found.of_w1, found.of_w0) == (0.055, 0.05, 0.06)
    assert found.weight == 0.06
    assert found.is_finding
    assert not replace(found, accepted=True).is_finding


def test_a_window_without_revenue_has_no_share() -> None:
    found = DOUBT.weighed(BASE, range(1, 2), range(24300, 24301))
    assert (found.of_w1, found.of_w0) == (None, 0.1)


def test_a_hundredth_of_a_window_makes_a_finding() -> None:
    assert doubt("duplicates", of_w1=0.01, of_w0=0.0).is_finding
    assert not doubt("duplicates", 0.9, of_w1=0.0099).is_finding
    assert doubt("int96").is_finding
    assert doubt("other_sheets").is_finding


def test_a_unit_is_told_its_own_rows() -> None:
    own = DOUBT.of_unit("North", ((24300, 12.0),))
    assert own is not None
    assert (own.rows, own.share, own.examples, own.units) == (2, 0.5, ("row 2",), None)
    assert str(own.done) == "1,234 of …"
    assert DOUBT.of_unit("South", ()) is None
    without_money = replace(DOUBT, by_month=None, units={"North": Part(1, done=Phrase("one"))})
    told = without_money.of_unit("North", ((24300, 12.0),))
    assert told is not None
    assert (told.share, told.by_month, str(told.done)) == (None, None, "one")


def test_what_knows_no_units_is_told_to_them_bare() -> None:
    bare = doubt("names_shared", 0.12345, of_w1=0.20051, of_w0=None).bare()
    assert (bare.rows, bare.share, bare.examples) == (3, 0.123, ())
    assert (bare.of_company, bare.of_w1, bare.is_finding) == (True, None, False)  # no share of the unit's windows
    assert doubt("int96").bare().is_finding
    assert "Ann" not in str(bare.to_plain())
    assert str(bare.remedy) == "mend sources.clients"


def test_the_largest_share_comes_first_no_share_behind_and_the_accepted_last() -> None:
    found = [doubt("ids_alike"), doubt("left_out", 0.1), doubt("currencies", 0.9), doubt("duplicates", 0.2)]
    shown = judged(found, {"currencies": None})
    assert [one.id for one in shown] == ["duplicates", "left_out", "ids_alike", "currencies"]
    assert [one.accepted for one in shown] == [False, False, False, True]
    assert in_order(shown) == shown


@pytest.mark.parametrize(
    ("limit", "before", "accepted"),
    [(None, None, True), (None, 0.05, True), (None, 0.049, False), (0.1, None, True), (0.099, None, False), (0.1, 0.01, True)],
)  # fmt: skip
def test_what_is_accepted_is_open_again_when_it_grows(
    limit: float | None, before: float | None, accepted: bool
) -> None:
    found = doubt("duplicates", 0.1)
    earlier = {} if before is None else {found.key: before}
    (judgement,) = judged([found], {"duplicates": limit}, earlier)
    assert judgement.accepted is accepted


def test_an_accepted_id_that_does_not_occur_is_named() -> None:
    assert not_met([doubt("duplicates")], {"duplicates": None, "currencies": 0.1}) == ["currencies"]


def test_it_survives_as_plain_values() -> None:
    assert Doubt.from_plain(DOUBT.to_plain()) == DOUBT


def test_shares_and_counts_are_printed() -> None:
    assert str(Phrase("%(n)s rows, %(share)s", {"n": 12345, "share": 0.0625})) == "12,345 rows, 6.2%"
    assert str(Phrase("100 %%")) == "100 %"


def test_every_id_has_a_name_in_both_languages() -> None:
    assert set(IDS) <= set(WORDS)
    assert len(set(IDS)) == len(IDS)


def test_a_sentence_made_around_a_name_is_said_without_it() -> None:
    named = Phrase("Only %(sheet)s was read.", {"sheet": "Ann"}, unnamed=Phrase("One sheet was read."))
    assert str(named.bare()) == "One sheet was read."
    assert Phrase.from_plain(replace(DOUBT, done=named).to_plain()["done"]) == named

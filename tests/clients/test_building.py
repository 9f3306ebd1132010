"""The client table: declared columns in a declared order, kept and loaded as it was."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from in_process import Company

from portfolio_review import clients, slices
from portfolio_review import notebook as opened
from portfolio_review.calendar import Period
from portfolio_review.clients import building
from portfolio_review.clients.columns import DECLARED, of_other_types, undeclared
from portfolio_review.clients.steps import STEPS
from portfolio_review.slices import Slice

SETTINGS = "id: odd\ncurrency: EUR\ndata_until: 2026-10-31\nsources:\n  transactions: {path: sales.csv}\n"
ROWS = [
    "a,2024-11-10,10,3", "a,2025-11-10,20,5", "a,2026-02-10,20,5", "a,2026-10-10,20,5", "b,2026-10-11,5,1",
    "c,2025-01-11,7,2", "d,2026-09-01,-4,-1",
]  # fmt: skip
"""A client of two years, a new one, a lost one, and one of a refund alone."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Slice:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "sales.csv").write_text("\n".join(["client_id,date,revenue,margin", *ROWS]) + "\n", encoding="utf-8")
    (folder / "odd.yml").write_text(SETTINGS, encoding="utf-8")
    company = Company(folder / "odd.yml", folder / "made")
    made = slices.build.build(company.review, company.sources, Period.parse("2026-10"), folder / "made", ["all"])
    return slices.load(made.units["all"])


@pytest.fixture(scope="module")
def table(data: Slice) -> pd.DataFrame:
    return clients.build(data)


def test_the_columns_are_those_declared_each_once_and_in_order(table: pd.DataFrame) -> None:
    declared = [column.name for columns in DECLARED.values() for column in columns]
    assert len(set(declared)) == len(declared)
    assert set(declared) <= set(table.columns)
    assert list(DECLARED) == list(STEPS)
    assert of_other_types(table) == []
    assert all(column.formula and column.unit for columns in DECLARED.values() for column in columns)


def test_a_row_for_each_client_with_rows(table: pd.DataFrame) -> None:
    assert list(table.index) == ["a", "b", "c", "d"]
    assert table["r1"].tolist() == [60.0, 5.0, 0.0, -4.0]
    assert table["state"].astype(object).where(table["state"].notna(), None).tolist() == [
        "retained", "new", "lost", None,
    ]  # fmt: skip


def test_a_step_out_of_order_is_refused(data: Slice) -> None:
    with pytest.raises(ValueError, match="the next step is 'windows', not 'rules'"):
        clients.Building(data).add("rules")


def test_columns_that_are_not_as_declared_are_refused() -> None:
    before = pd.Index(["r0"])
    table = pd.DataFrame({"r0": [1.0], "last_purchase": [1], "potential": [None], "surprise": [1]})
    said = undeclared(table, before, "movement")
    assert said == "client table, step movement: not declared: last_purchase, surprise; not there: state"
    assert undeclared(table.assign(state="new")[["r0", "state"]], before, "movement") is None


def test_a_type_that_is_not_declared_is_found(table: pd.DataFrame) -> None:
    assert of_other_types(table.assign(lapsed=table["lapsed"].astype(float), r1="x")) == ["r1", "lapsed"]


def test_a_step_shows_each_formula_beside_the_largest_clients(data: Slice) -> None:
    shown = clients.Building(data).add("windows")
    assert shown.head == ("Column", "Type", "Unit", "Formula", "Known", "a", "b", "c")
    r1 = next(row for row in shown.rows if row[0] == "r1")
    assert r1 == ("r1", "number", "money", "r(W1) = Σ revenue of the client's rows dated in W1", "4", "60.00", "5.00",
                  "0.00")  # fmt: skip
    assert "<caption>windows: 18 columns of 4 clients</caption>" in shown._repr_html_()


def test_the_table_is_loaded_as_it_was_kept_and_of_its_own_slice_alone(
    data: Slice, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "slice"
    assert clients.load(data, str(workspace)) is None
    clients.keep(table, data, "")
    assert list(tmp_path.iterdir()) == []
    clients.keep(table, data, str(workspace))
    found = clients.load(data, str(workspace))
    pd.testing.assert_frame_equal(found, table)
    monkeypatch.setattr(building, "STEPS", {})  # nothing is computed again
    pd.testing.assert_frame_equal(opened.open_clients(data, str(workspace)), table)
    object.__setattr__(data, "hash", "another")
    assert clients.load(data, str(workspace)) is None


def test_given_tiers_had_at_the_end_of_w0_what_the_review_published_then_says(data: Slice) -> None:
    """Clients that it does not name were no key clients then."""
    given = data.frames["clients"].assign(tier=["key", "non-key", None, "super-key"])
    with_tiers = replace(data, frames={**data.frames, "clients": given})
    assert clients.build(with_tiers)["tier0"].isna().all()  # none was published
    told = replace(with_tiers, published_tiers=pd.Series({"a": "super-key", "gone": "key"}))
    assert clients.build(told)["tier0"].astype(str).tolist() == ["super-key", "non-key", "non-key", "non-key"]
